"""The bytes of outgoing mail, read back as other programs read them."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PermanentError
from bot.records.account import Correspondent
from bot.records.mail import LOOP_MARK
from bot.replies.mime import (
    DOCX,
    XLSX,
    Enclosure,
    encoded_words,
    mailbox,
    message_id,
    notice_bytes,
    reply_bytes,
)
from tests.unit.reply_cases import MAIL, NOW, OFFICE

OUTLOOK = "<TYZPR06MB5274A1B2C3D4E5F60718293A4B5C6D@TYZPR06MB5274.apcprd06.prod.outlook.com>"
LONG = f"<{'A1b2' * 30}@{'x' * 60}.apcprd06.prod.outlook.com>"
OWN = "<abc@126.com>"


def built(subject: str = "报名确认", recipient: str = "a@h.example.org", **changes: object) -> bytes:
    fields: dict[str, object] = {
        "sender": OFFICE,
        "recipient": recipient,
        "subject": subject,
        "message_id": OWN,
        "answered": MAIL,
        "date": NOW,
        "text": "您好！\n",
        "html": "<p>您好！</p>",
    }
    return reply_bytes(**{**fields, **changes})  # type: ignore[arg-type]


def head(mime: bytes) -> bytes:
    return mime.partition(b"\r\n\r\n")[0]


def parsed(mime: bytes) -> Message:
    return email.message_from_bytes(mime)


def subject_of(mime: bytes) -> str:
    return str(make_header(decode_header(parsed(mime)["Subject"])))


@pytest.mark.parametrize("answered_id", [OUTLOOK, LONG, "<a@b>", "<[20240101.1@pc]>"])
def test_keeps_the_answered_id_byte_for_byte(answered_id: str) -> None:
    mime = built(answered=replace(MAIL, message_id=answered_id))

    assert f"\r\nIn-Reply-To: {answered_id}\r\n".encode() in mime
    assert b"=?" not in re.search(rb"References:.*?\r\n(?! )", mime, re.S)[0]  # type: ignore[index]
    assert parsed(mime)["In-Reply-To"] == answered_id


def test_folds_references_between_ids_only() -> None:
    ids = tuple(f"<{n}.{'r' * 190}@outlook.com>" for n in range(5))

    mime = built(answered=replace(MAIL, message_id=LONG, references=ids))

    assert parsed(mime)["References"].split() == [*ids, LONG]
    assert all(line.count(b"<") <= 1 for line in head(mime).split(b"\r\n") if b"outlook" in line)


def test_keeps_the_first_and_the_last_of_many_references() -> None:
    ids = tuple(f"<{n}@a.example.org>" for n in range(60))

    references = parsed(built(answered=replace(MAIL, references=ids)))["References"].split()

    assert len(references) == 20
    assert references[0] == ids[0]
    assert references[-2:] == [ids[-1], MAIL.message_id]


def test_threads_below_the_parent_that_only_in_reply_to_names() -> None:
    mime = built(answered=replace(MAIL, in_reply_to=("<parent@x>",)))

    assert parsed(mime)["References"].split() == ["<parent@x>", MAIL.message_id]


def test_says_nothing_of_an_id_that_the_mail_did_not_have() -> None:
    message = parsed(built(answered=replace(MAIL, message_id_given=False, references=("<a@b>",))))

    assert "In-Reply-To" not in message
    assert message["References"] == "<a@b>"


@pytest.mark.parametrize(
    "bad", ["<>", "<a b@c>", "<a@b>\r\nBcc: x@y", "<中@文>", "no brackets", f"<{'x' * 1200}@y>"]
)
def test_leaves_out_ids_that_cannot_stand_in_a_header(bad: str) -> None:
    message = parsed(built(answered=replace(MAIL, message_id=bad, references=(bad, "<good@x>"))))

    assert "In-Reply-To" not in message
    assert message["References"] == "<good@x>"
    assert "Bcc" not in message


def test_marks_an_answer_as_automatic_so_that_nothing_answers_it() -> None:
    message = parsed(built())

    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Loop"] == LOOP_MARK
    assert "Disposition-Notification-To" not in message
    assert "Reply-To" not in message


def test_marks_a_digest_as_generated() -> None:
    mime = notice_bytes(
        sender=OFFICE,
        recipients=("a@x.example.org", "b@x.example.org"),
        subject="报名简报",
        message_id=OWN,
        date=NOW,
        text="甲",
        html="<p>甲</p>",
        enclosures=(Enclosure("报名汇总.xlsx", b"PK", XLSX),),
    )

    message = parsed(mime)

    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == "a@x.example.org, b@x.example.org"
    assert "In-Reply-To" not in message


def test_has_one_recipient_a_date_and_one_of_each_header() -> None:
    message = parsed(built())

    assert message["To"] == "a@h.example.org"
    assert message["Date"] == "Fri, 27 Mar 2026 09:02:00 +0800"
    names = [name.lower() for name in message]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "inserted", ["\r\nBcc: evil@x.cn", "\nBcc: evil@x.cn", "\u2028Bcc: evil@x.cn", "\x0bBcc: e@x.cn"]
)
def test_a_subject_can_neither_end_a_header_nor_begin_one(inserted: str) -> None:
    message = parsed(built(subject=f"报名{inserted}"))

    assert "Bcc" not in message
    assert len(message.get_all("Subject", [])) == 1


@given(st.text(min_size=1, max_size=300))
def test_any_subject_is_ascii_lines_and_comes_back_whole(subject: str) -> None:
    mime = built(subject=subject)

    expected = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", " ", subject).split())
    assert head(mime).isascii()
    assert all(len(word) <= 75 for word in re.findall(rb"=\?[^ ]*\?=", head(mime)))
    assert all(len(line) <= 998 for line in mime.split(b"\r\n"))
    assert subject_of(mime).split() == expected.split() or not expected.isascii()
    if not expected.isascii():
        assert subject_of(mime) == expected


def test_never_cuts_a_character_between_encoded_words() -> None:
    words = encoded_words("𬱖深圳市医院协会" * 20)

    assert all(decode_header(word)[0][0].decode("utf-8") for word in words)


def test_header_lines_stay_within_78_characters() -> None:
    mime = built(subject="报名确认：浙江调研学习（深圳市某医院 3 人）" * 4)

    assert all(len(line) <= 78 for line in head(mime).split(b"\r\n"))


@pytest.mark.parametrize(
    "name", ["深圳市医院协会会务组", 'Office, of (the) "Board"', "协会,会务组 <x@y>", "Office"]
)
def test_the_office_name_is_one_name_whatever_it_holds(name: str) -> None:
    mime = built(sender=Correspondent("szsyyxhbgs@126.com", name))

    sender = email.message_from_bytes(mime, policy=email.policy.default)["From"].addresses
    assert [(a.display_name, a.addr_spec) for a in sender] == [(name, "szsyyxhbgs@126.com")]


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@b", "a@b@c.cn", "a b@c.cn", "a@b.cn, c@d.cn", "a@b.cn\r\nBcc: x@y", "张@b.cn", "z@@q..com"],
)
def test_refuses_an_address_that_cannot_be_written_to(address: str) -> None:
    with pytest.raises(PermanentError) as raised:
        mailbox(address)

    assert not address.strip() or address not in str(raised.value)


def test_writes_an_international_domain_in_ascii() -> None:
    assert mailbox("a@医院.example.org") == "a@xn--ekrs67m.example.org"


@pytest.mark.parametrize(
    "name",
    ["浙江调研学习回执表.docx", "参加赴浙江开展临床重点专科建设专题调研学习回执表" * 3 + ".docx", "form.docx"],
)
def test_an_attachment_keeps_its_name_for_new_and_old_programs(name: str) -> None:
    mime = built(enclosures=(Enclosure(name, b"PK\x03\x04" * 500, DOCX),))

    part = next(iter(email.message_from_bytes(mime, policy=email.policy.default).iter_attachments()))
    old_name = parsed(mime).get_payload()[1].get_param("name")  # type: ignore[index, union-attr]
    assert part.get_filename() == name
    assert part.get_content_type() == DOCX
    assert part.get_content() == b"PK\x03\x04" * 500
    assert str(make_header(decode_header(re.sub(r"\s+", " ", str(old_name))))) == name
    # The media type of .docx alone is longer than a line should be, and cannot be folded.
    assert all(len(line) <= 78 for line in mime.split(b"\r\n") if DOCX.encode() not in line)


def test_an_attachment_name_cannot_leave_its_header() -> None:
    mime = built(enclosures=(Enclosure('a"\r\nX-Evil: 1\\../b.docx', b"PK", DOCX),))

    assert b"\r\nX-Evil" not in mime


def test_text_and_html_are_alternatives_beside_the_attachment() -> None:
    mime = built(enclosures=(Enclosure("a.docx", b"PK", DOCX),))

    kinds = [part.get_content_type() for part in parsed(mime).walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", DOCX]


def test_every_line_ends_in_crlf_and_all_is_ascii() -> None:
    mime = built(text="您好！\n" * 400, html="<p>" + "长" * 5000 + "</p>")

    assert mime.isascii()
    assert mime.count(b"\n") == mime.count(b"\r\n")
    assert max(map(len, mime.split(b"\r\n"))) <= 998


def test_the_same_mail_is_built_of_the_same_bytes() -> None:
    assert built() == built()


def test_a_message_id_depends_on_every_part_of_its_seed() -> None:
    ids = {message_id(seed, OFFICE) for seed in (("a", "b"), ("ab", ""), ("a", "c"), ("a",))}

    assert len(ids) == 4
    assert all(re.fullmatch(r"<[0-9a-f]{40}@126\.com>", own) for own in ids)
