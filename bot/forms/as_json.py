"""The JSON shape of `read --json`."""

from __future__ import annotations

from bot.records.form import Attendee, FieldProblem, Reading, RegistrationForm


def to_json(source: str, reading: Reading) -> dict[str, object]:
    """The object that `read --json` prints for one path."""
    return {
        "source": source,
        "forms": [_form_json(form) for form in reading.forms],
        "unread": [{"origin": u.origin, "code": u.code.value, "text": u.text} for u in reading.unread],
    }


def _form_json(form: RegistrationForm) -> dict[str, object]:
    return {
        "origin": form.origin,
        "confidence": form.confidence,
        "organisation": form.organisation.text,
        "contact": form.contact.text,
        "phone": form.phone.text,
        "email": form.email.text,
        "invoice_title": form.invoice_title.text,
        "taxpayer_id": form.taxpayer_id.text,
        "attendees": [_attendee_json(attendee) for attendee in form.attendees],
        "problems": [_problem_json(problem) for problem in form.problems],
    }


def _attendee_json(attendee: Attendee) -> dict[str, object]:
    return {
        "name": attendee.name.text,
        "organisation": attendee.organisation.text,
        "job_title": attendee.job_title.text,
        "mobile": attendee.mobile.text,
        "id_number": attendee.id_number.text,
        "single_room": attendee.single_room,
        "problems": [_problem_json(problem) for problem in attendee.problems],
    }


def _problem_json(problem: FieldProblem) -> dict[str, object]:
    return {"field": problem.field, "code": problem.code.value, "text": problem.text}
