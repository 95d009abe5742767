"""What hospitals write once they have registered, and what their servers write above it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.demo import clients
from bot.demo.clients import File, Letter
from bot.demo.form_files import FilledForm
from bot.records.decision import Registration, State
from tests.scenarios.office import Answer, Office, excel_file

Headers = Sequence[tuple[str, str]]
_OUTSIDE = ("Received", "from relay.example (relay.example [203.0.113.5]) by mx.example.org with ESMTP id 7")


def vouched(domain: str) -> Headers:
    """The mailbox's server saw the mail come from where it says."""
    results = f"mx.example.org; spf=pass smtp.mailfrom=office@{domain}; dkim=pass header.d={domain}"
    return (("Authentication-Results", results), _OUTSIDE)


def doubtful(domain: str, result: str = "softfail") -> Headers:
    """The server saw that the mail comes from elsewhere."""
    return (("Authentication-Results", f"mx.example.org; spf={result} smtp.mailfrom=office@{domain}"), _OUTSIDE)


def registers(office: Office, form: FilledForm, *, sender: str = "") -> Answer:
    """A hospital's form comes in and is answered."""
    more = {"sender": sender} if sender else {}
    letter = office.letter(form, "报名", "您好，回执表见附件。", files=[excel_file(form)], **more)
    office.arrives(clients.modern(letter))
    office.works()
    return office.answer()


def writes(
    office: Office,
    form: FilledForm,
    text: str,
    *,
    subject: str = "关于报名的事",
    files: Sequence[File] = (),
    headers: Headers = (),
    **more: object,
) -> Letter:
    """The clerk of a form's hospital (or `sender`) writes; `more` as a Letter takes it."""
    letter = office.letter(form, subject, text, files=list(files), **more)
    office.arrives(clients.modern(letter, extra=headers))
    return letter


def answered(office: Office, form: FilledForm, text: str, **more: object) -> Answer:
    """The same, and the one answer to it."""
    writes(office, form, text, **more)  # type: ignore[arg-type]
    office.works()
    return office.answer()


def states(office: Office) -> dict[str, State]:
    """Everybody's state by name."""
    return {one.name: one.state for one in office.view().registrations}


def roll(office: Office) -> list[Registration]:
    """Everybody, in order of arrival."""
    return sorted(office.view().registrations, key=lambda one: one.order)


def seated(office: Office) -> list[str]:
    """The names of those who have a seat, in order of admission."""
    return [one.name for one in office.view().registrations if one.state is State.CONFIRMED]


def last_template(office: Office) -> str | None:
    """The kind of answer that the latest mail got."""
    return office.templates()[-1]
