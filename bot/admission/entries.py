"""From the forms of a mail to one candidate registration per person, not yet seated."""

from __future__ import annotations

from bot.admission.fees import fee_of
from bot.admission.membership import MemberDirectory
from bot.admission.spelling import is_department, spelling
from bot.records.decision import Membership, Reason, Registration, State, Submission
from bot.records.event import Event
from bot.records.form import Attendee, RegistrationForm


def entries_of(
    event: Event, submission: Submission, members: MemberDirectory
) -> tuple[tuple[Registration, ...], ...]:
    """Each form's people in row order, as registrations under review: seats are given afterwards."""
    return tuple(
        tuple(
            _entry(event, submission, members, form, form_index, attendee, position)
            for position, attendee in enumerate(form.attendees)
        )
        for form_index, form in enumerate(submission.forms)
    )


def _entry(
    event: Event,
    submission: Submission,
    members: MemberDirectory,
    form: RegistrationForm,
    form_index: int,
    attendee: Attendee,
    position: int,
) -> Registration:
    membership = membership_of(members, attendee.organisation.text, form.organisation.text)
    return Registration(
        event_id=event.id,
        state=State.REVIEW,
        reason=Reason.SEAT_FREE,
        name=attendee.name.text,
        organisation=attendee.organisation.text or form.organisation.text,
        submitting_organisation=form.organisation.text,
        job_title=attendee.job_title.text,
        mobile=attendee.mobile.text,
        id_number=attendee.id_number.text,
        single_room=attendee.single_room,
        membership=membership,
        fee=fee_of(event.fees, membership, attendee.single_room),
        contact=form.contact.text,
        phone=form.phone.text,
        email=form.email.text,
        invoice_title=form.invoice_title.text,
        taxpayer_id=form.taxpayer_id.text,
        received_at=submission.received_at,
        uid=submission.uid,
        form_index=form_index,
        position=position,
        message_id=submission.message_id,
        sender=submission.sender,
        # Those of the form stand with each of its people: staff look at one row at a time.
        problems=(*attendee.problems, *form.problems),
        extras=tuple((label, value.text) for label, value in (*attendee.extras, *form.extras)),
        origin=str(attendee.place) if attendee.place is not None else form.origin,
    )


def membership_of(members: MemberDirectory, organisation: str, submitting: str) -> Membership:
    """By the person's organisation; where that is only a department (心内科), by the submitting organisation."""
    if not organisation or is_department(spelling(organisation)):
        return members.membership(submitting)
    return members.membership(organisation)
