"""The rows that staff completed in 待处理, read and checked as a form's rows are."""

from __future__ import annotations

from dataclasses import replace

from bot.admission.entries import entries_of
from bot.admission.membership import MemberDirectory
from bot.forms.normalise import normalise_form
from bot.forms.validate import validate_form
from bot.records.decision import Registration, Submission
from bot.records.event import Event
from bot.records.form import Attendee, RegistrationForm, Value
from bot.records.office import WaitingMail
from bot.records.staff import ReviewWord

_ROOMS = {"是": True, "单间": True, "否": False, "双人间": False, "标间": False, "合住": False}


def completed_people(
    event: Event, members: MemberDirectory, mail: WaitingMail, word: ReviewWord, first_form: int
) -> tuple[Registration, ...]:
    """The people of a word's rows, with the arrival of the mail that they stand beside; each row counts as a form
    of its own, from `first_form` on."""
    forms = tuple(
        validate_form(normalise_form(_form_of(dict(row))), today=mail.received_at.date(), required=event.required)
        for row in word.people
    )
    submission = Submission(
        mail.received_at, mail.uid, mail.message_id, mail.sender, forms, sender_name=mail.sender_name
    )
    return tuple(
        replace(person, form_index=first_form + number, origin="工作人员在待处理表中填写")
        for number, form in enumerate(entries_of(event, submission, members))
        for person in form
    )


def _form_of(row: dict[str, str]) -> RegistrationForm:
    def value(name: str) -> Value:
        return Value(row.get(name, ""), row.get(name, ""))

    room = row.get("single_room", "").strip()
    attendee = Attendee(
        name=value("name"),
        organisation=value("organisation"),
        job_title=value("job_title"),
        mobile=value("mobile"),
        id_number=value("id_number"),
        single_room=_ROOMS.get(room),
        single_room_value=Value(room),
    )
    return RegistrationForm(
        origin="待处理",
        organisation=value("organisation"),
        contact=value("contact"),
        phone=value("phone"),
        email=value("email"),
        invoice_title=value("invoice_title"),
        taxpayer_id=value("taxpayer_id"),
        attendees=(attendee,),
    )
