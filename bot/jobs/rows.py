"""What could be read of a mail that waits for a person, as the rows that staff find filled in."""

from __future__ import annotations

from bot.records.form import Attendee, Reading, RegistrationForm
from bot.records.words import yes_no_word

Row = tuple[tuple[str, str], ...]
MOST_ROWS = 50


def rows_read(reading: Reading) -> tuple[Row, ...]:
    """One row for every person on the mail's forms, each as (field of Registration, text)."""
    rows = [_row(form, attendee) for form in reading.forms for attendee in form.attendees]
    return tuple(rows[:MOST_ROWS])


def _row(form: RegistrationForm, attendee: Attendee) -> Row:
    values = (
        ("name", attendee.name.text),
        ("organisation", attendee.organisation.text or form.organisation.text),
        ("job_title", attendee.job_title.text),
        ("mobile", attendee.mobile.text),
        ("id_number", attendee.id_number.text),
        ("single_room", yes_no_word(attendee.single_room)),
        ("contact", form.contact.text),
        ("phone", form.phone.text),
        ("email", form.email.text),
        ("invoice_title", form.invoice_title.text),
        ("taxpayer_id", form.taxpayer_id.text),
    )
    return tuple((field, text) for field, text in values if text)
