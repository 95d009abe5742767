"""The staff's digest on values that scans show badly: what was read, beside the picture of its cell."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage

from bot.digest.summarise import MOST_SCANS, summarise
from bot.records.decision import State
from bot.records.digest import DigestSummary
from bot.records.mail import enquiry_number
from bot.records.office import EventView
from tests.unit.office_views import NOW
from tests.unit.reply_cases import composer
from tests.unit.scan_cases import doubtful, png, scanned_view


def summary_of(view: EventView) -> DigestSummary:
    return summarise(view, since=None, now=NOW)


def mail_of(view: EventView) -> EmailMessage:
    composed = composer().digest(summary_of(view), ("office@example.org",), b"workbook", "汇总.xlsx", NOW)
    message = email.message_from_bytes(composed.mime, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_each_value_is_named_with_person_unit_and_enquiry_number() -> None:
    view = scanned_view(3)
    person = view.registrations[3]

    name, mobile, tax = summary_of(view).scans

    assert [line.label for line in (name, mobile, tax)] == ["姓名", "手机", "纳税人识别号"]
    assert (mobile.name, mobile.organisation, mobile.read) == (person.name, person.organisation, person.mobile)
    assert mobile.enquiry_number == enquiry_number(person.message_id)
    assert mobile.picture == person.problems[1].picture


def test_pictures_are_shown_small_enough_for_a_telephone() -> None:
    lines = summary_of(scanned_view(3)).scans

    assert [(line.width, line.height) for line in lines] == [(300, 56), (300, 42), (300, 13)]


def test_nothing_is_quiet_while_a_value_is_to_check() -> None:
    view = scanned_view(3)
    calm = replace(view, mails=(), balance=None)

    assert not summary_of(calm).all_quiet
    assert summary_of(replace(calm, registrations=scanned_view().registrations)).scans == ()


def test_cancelled_people_are_not_checked() -> None:
    view = scanned_view(3)
    people = tuple(replace(p, state=State.CANCELLED) if p.problems else p for p in view.registrations)

    assert summary_of(replace(view, registrations=people)).scans == ()


def test_a_long_list_is_cut_and_counted() -> None:
    view = scanned_view()
    people = tuple(
        doubtful(replace(person, message_id=f"<{number}@example.org>"), number)
        for number, person in enumerate(view.registrations[:20])
    )

    summary = summary_of(replace(view, registrations=people))

    assert (len(summary.scans), summary.scans_more) == (MOST_SCANS, 60 - MOST_SCANS)


def test_the_mail_carries_the_pictures_that_its_page_shows() -> None:
    message = mail_of(scanned_view(3))

    page = message.get_body(("html",))
    assert page is not None
    html = page.get_content()
    images = [part for part in message.walk() if part.get_content_type() == "image/png"]
    ids = [str(part["Content-ID"]).strip("<>") for part in images]
    assert len(ids) == 3
    assert all(f'src="cid:{name}"' in html for name in ids)
    assert "data:image" not in html
    assert [part.get_filename() for part in message.iter_attachments()] == ["汇总.xlsx"]


def test_the_same_picture_is_sent_once() -> None:
    view = scanned_view(3)
    person = view.registrations[3]
    same = replace(person, problems=tuple(replace(p, picture=png()) for p in person.problems))
    people = tuple(same if p is person else p for p in view.registrations)

    message = mail_of(replace(view, registrations=people))

    assert [part.get_content_type() for part in message.walk()].count("image/png") == 1


def test_a_preview_holds_its_pictures_itself() -> None:
    html = composer().render("digest.html", {"summary": summary_of(scanned_view(3))})

    assert html.count('src="data:image/png;base64,') == 3
    assert "cid:" not in html


def test_a_digest_without_scans_is_built_as_before() -> None:
    message = mail_of(scanned_view())

    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]
    plain = message.get_body(("plain",))
    assert plain is not None
    assert "扫描件待核对" not in plain.get_content()


def test_what_stands_once_on_a_form_is_shown_once() -> None:
    view = scanned_view()
    first, second = (replace(person, message_id="<one@example.org>") for person in view.registrations[:2])
    same = replace(
        second, taxpayer_id=first.taxpayer_id, organisation=first.organisation, position=first.position + 1
    )
    people = (doubtful(first, 0), doubtful(same, 1))

    lines = summary_of(replace(view, registrations=people)).scans

    assert [(line.name, line.label) for line in lines if line.label == "纳税人识别号"] == [
        ("回执表", "纳税人识别号")
    ]
    assert len(lines) == 5
