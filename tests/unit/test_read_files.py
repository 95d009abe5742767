"""From a file to its forms: right, complete, and never an exception."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.forms.as_json import to_json
from bot.forms.read import read_file
from bot.forms.readers.registry import READERS
from bot.records.form import Reading, UnreadCode
from tests.samples.make_forms import Slip, excel_form, slip, text_form, web_form, word_form
from tests.samples.make_package import compound_file, package
from tests.samples.make_word_xml import p, word_xml

SLIP = slip(5, 3)
WORD, EXCEL = word_form(SLIP), excel_form(SLIP)


def assert_reads(reading: Reading, content: Slip) -> None:
    assert reading.unread == ()
    assert len(reading.forms) == 1
    form = reading.forms[0]
    read = [
        (
            a.name.text,
            a.organisation.text,
            a.job_title.text,
            a.mobile.text,
            a.id_number.text,
            a.single_room,
            a.problems,
        )
        for a in form.attendees
    ]
    assert read == [
        (p.name, content.hospital.name, p.job_title, p.mobile, p.id_number, p.single_room, ())
        for p in content.people
    ]
    assert [
        v.text
        for v in (form.organisation, form.contact, form.phone, form.email, form.invoice_title, form.taxpayer_id)
    ] == [value for _, value in content.lines]
    assert form.problems == ()


@pytest.mark.parametrize(
    "content",
    [
        WORD,
        EXCEL,
        web_form(SLIP).encode(),
        web_form(SLIP).encode("gbk"),
        text_form(SLIP).encode("gb18030"),
        text_form(SLIP).encode("utf-16"),
    ],
)
def test_reads_the_same_form_out_of_every_kind_of_file(content: bytes) -> None:
    assert_reads(read_file("回执.bin", content), SLIP)


def test_the_name_does_not_matter() -> None:
    assert_reads(read_file("回执.pdf", WORD), SLIP)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", UnreadCode.CORRUPT),
        (WORD[:-400], UnreadCode.CORRUPT),
        (compound_file("EncryptionInfo", "EncryptedPackage"), UnreadCode.ENCRYPTED),
        (package({"word/document.xml": b"<x>" + b" " * (8 * 2**20) + b"</x>"}), UnreadCode.TOO_LARGE),
        (compound_file("WordDocument"), UnreadCode.CORRUPT),
        (b"%PDF-1.4", UnreadCode.CORRUPT),
        (b"\x01\x02\x03", UnreadCode.UNSUPPORTED),
        (word_xml(p("关于放假的通知")), UnreadCode.NO_FORM),
    ],
)
def test_names_why_a_file_gave_no_form(content: bytes, code: UnreadCode) -> None:
    reading = read_file("张三的文件", content)

    assert reading.forms == ()
    assert [(unread.origin, unread.code) for unread in reading.unread] == [("张三的文件", code)]
    assert reading.unread[0].text.endswith("。")


def test_an_unsupported_file_is_called_by_its_kind() -> None:
    assert (
        "PPT 演示文稿"
        in read_file("x", package({"[Content_Types].xml": "", "ppt/presentation.xml": ""})).unread[0].text
    )


def test_an_empty_template_has_no_people() -> None:
    reading = read_file("回执.docx", word_form(Slip(SLIP.hospital, ())))

    assert [form.attendees for form in reading.forms] == [()]


def test_problems_are_named() -> None:
    number = SLIP.people[0].id_number
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    content = text_form(SLIP).replace(number, wrong).encode()

    attendee = read_file("x", content).forms[0].attendees[0]

    assert [problem.text for problem in attendee.problems] == [
        f"{SLIP.people[0].name}的身份证号校验码不对，请核对后补正。"
    ]


def test_the_day_and_the_required_fields_are_arguments() -> None:
    reading = read_file("x", WORD, today=date(1950, 1, 1), required=("name", "dietary"))

    problems = [problem.field for problem in reading.forms[0].attendees[0].problems]

    assert problems == ["dietary", "id_number"]


def test_what_read_prints_has_exactly_the_promised_keys() -> None:
    printed = to_json("回执.docx", read_file("回执.docx", WORD))

    assert list(printed) == ["source", "forms", "unread"]
    forms = printed["forms"]
    assert isinstance(forms, list)
    assert list(forms[0]) == [
        "origin",
        "confidence",
        "organisation",
        "contact",
        "phone",
        "email",
        "invoice_title",
        "taxpayer_id",
        "attendees",
        "problems",
    ]
    first = SLIP.people[0]
    assert forms[0]["attendees"][0] == {
        "name": first.name,
        "organisation": SLIP.hospital.name,
        "job_title": first.job_title,
        "mobile": first.mobile,
        "id_number": first.id_number,
        "single_room": first.single_room,
        "problems": [],
    }


def test_what_read_prints_names_problems_and_unread_files() -> None:
    broken = text_form(SLIP).replace(SLIP.hospital.email, "nobody").encode()

    forms = to_json("x", read_file("x", broken))["forms"]

    assert isinstance(forms, list)
    assert [(problem["field"], problem["code"]) for problem in forms[0]["problems"]] == [("email", "format")]
    assert to_json("y", read_file("y", b"%PDF-"))["unread"] == [
        {"origin": "y", "code": "corrupt", "text": read_file("y", b"%PDF-").unread[0].text}
    ]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A form with some bytes changed, cut out or doubled."""
    content = bytearray(
        draw(st.sampled_from([WORD, EXCEL, web_form(SLIP).encode("gbk"), text_form(SLIP).encode()]))
    )
    for _ in range(draw(st.integers(min_value=1, max_value=6))):
        at = draw(st.integers(min_value=0, max_value=max(len(content) - 1, 0)))
        length = draw(st.integers(min_value=0, max_value=40))
        content[at : at + length] = draw(st.binary(max_size=40))
    return bytes(content)


@st.composite
def damaged_inside(draw: st.DrawFn) -> bytes:
    """A Word package whose XML is damaged, but not the zip around it."""
    body = p("姓名：张三") + "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    at = draw(st.integers(min_value=0, max_value=len(body)))
    noise = draw(
        st.sampled_from(["<w:tbl>", "</w:p>", "<w:tr/>", "<w:vMerge/>", "<w:sdt><w:sdtContent>", "&x;", "<w:tc/>"])
    )
    return word_xml(body[:at] + noise + body[at:])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(damaged(), damaged_inside()))
def test_no_damage_to_a_file_ever_raises(content: bytes) -> None:
    reading = read_file("x", content)

    assert reading.forms or reading.unread


def test_a_reader_that_breaks_costs_only_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(origin: str, content: bytes) -> object:
        raise RecursionError

    monkeypatch.setattr("bot.forms.workshop.READERS", dict.fromkeys(READERS, broken))

    assert [unread.code for unread in read_file("x", WORD).unread] == [UnreadCode.CORRUPT]
