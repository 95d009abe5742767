"""Whatever the bytes: parse answers, soon, with what can be saved. Bounds, broken structure, random damage."""

from __future__ import annotations

import base64
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.intake import parse as parse_module
from bot.intake.parse import parse
from tests.unit.mail_samples import (
    DOCX,
    PDF,
    Part,
    bounce,
    file_part,
    mail,
    multipart,
    named_file,
    nested,
    text_mail,
    text_part,
)

SAMPLES = (
    text_mail("我院报名三人"),
    bounce(),
    multipart(
        nested(
            text_part("甲", "gbk"), text_part("<p>甲</p>", "gbk", "html"), subtype="alternative", boundary="alt"
        ),
        named_file("回执表.docx"),
        Part(b"Content-Type: message/rfc822\r\n", multipart(named_file("内.docx"), boundary="inner")),
    ),
    mail(b"begin 644 a.txt\r\n#86)C\r\n`\r\nend\r\n", b"Content-Transfer-Encoding: x-uuencode\r\n"),
)


SPLINTERS = (b"\r\n", b'"', b"=?", b"--", b"\x00", b";name*", b": (", b"?=", b"multipart/", b"base64")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=2000))
def test_never_raises_on_random_bytes(raw: bytes) -> None:
    found = parse(raw)

    assert found.message_id
    assert "unparsable" not in found.defects


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SAMPLES), st.data())
def test_never_raises_on_damaged_mail(sample: bytes, data: st.DataObject) -> None:
    raw = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(raw)))
        raw[place : place + data.draw(st.integers(0, 30))] = data.draw(
            st.one_of(
                st.binary(max_size=20), st.sampled_from([b"\r\n", b'"', b"=?", b"--", b"\x00", b";name*", b": ("])
            )
        )

    found = parse(bytes(raw))

    assert found.message_id.startswith("<")
    assert "unparsable" not in found.defects


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["utf-8", "gb18030"]))
def test_reads_any_encoded_subject_and_name(text: str, charset: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    coded = b"=?" + charset.encode() + b"?B?" + base64.b64encode(text.encode(charset)) + b"?="

    found = parse(
        multipart(file_part(b'Content-Disposition: attachment; filename="' + coded + b'"\r\n'), Subject=coded)
    )

    assert not any(c in found.subject + found.attachments[0].name for c in "\r\n\x00\u202e\u200b")
    assert not set("/\\") & set(found.attachments[0].name)
    assert found.attachments[0].content == PDF


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"\x00" * 50,
        b"not a mail at all",
        b'Content-Type: text/plain; name*\r\nTo: (c):\r\nCc: "\r\n\r\nx',
        b"Content-Type: multipart/mixed\r\n\r\nx",
        b'Content-Type: multipart/mixed; boundary=""\r\n\r\nx',
        b"From: a@b.cn\r\nContent-Type: text/plain; charset=undefined\r\n\r\n\xff",
        b"From: =?utf-8?B?" + b"A" * 100_000 + b"?= <a@b.cn>\r\n\r\n",
        b"Subject: " + b"=?a?Q?" * 20_000 + b"\r\n\r\n",
        b"To: " + b"<" * 60_000 + b"\r\n\r\n",
        b"To: " + b'"' * 60_001 + b"\r\n\r\n",
        b"Content-Type: text/html\r\n\r\n" + b"<!--" * 100_000,
        b"Content-Type: text/html\r\n\r\n" + b"<a " * 100_000,
        b"Content-Type: text/html\r\n\r\n" + b"<![" * 1000 + b"<!x[" * 1000,
        b"".join(b"X-%d: y\r\n" % i for i in range(30_000)) + b"\r\n",
    ],
)
def test_answers_soon_on_hostile_mail(raw: bytes) -> None:
    began = time.monotonic()

    found = parse(raw)

    assert found.message_id
    assert time.monotonic() - began < 5


def test_case_55_bounds_two_thousand_nested_multiparts() -> None:
    raw = b"From: a@b.cn\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i) for i in range(2000)
    )

    found = parse(raw + b"\nhello\n")

    assert "nested_too_deep" in found.defects
    assert found.sender is not None


def test_case_55_bounds_two_thousand_nested_mails() -> None:
    found = parse(b"From: a@b.cn\n" + b"Content-Type: message/rfc822\n\n" * 2000 + b"hello")

    assert "nested_too_deep" in found.defects


def test_case_55_bounds_three_hundred_siblings() -> None:
    found = parse(multipart(*(named_file(f"{i}.docx") for i in range(300))))

    assert "too_many_parts" in found.defects
    assert len(found.attachments) == 256


def test_bounds_ten_thousand_tiny_parts() -> None:
    raw = b'From: a@b.cn\nContent-Type: multipart/mixed; boundary="A"\n\n' + b"--A\n\nx\n" * 10_000 + b"--A--"

    found = parse(raw)

    assert "too_many_parts" in found.defects


def test_reads_twenty_megabytes_within_seconds_and_memory() -> None:
    content = bytes(range(256)) * (60 * 1024)
    raw = multipart(text_part("见附件"), named_file("大.pdf", content))
    tracemalloc.start()
    began = time.monotonic()

    found = parse(raw)

    seconds, (_, peak) = time.monotonic() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.attachments[0].content == content
    assert seconds < 20
    assert peak < 12 * len(raw)


def test_finds_boundary_that_the_header_forgot() -> None:
    raw = multipart(text_part("见附件"), named_file("回执表.docx")).replace(b'; boundary="----=_Part_1"', b"")

    found = parse(raw)

    assert "lost_boundary" in found.defects
    assert [a.name for a in found.attachments] == ["回执表.docx"]
    assert found.text == "见附件"


def test_finds_boundary_that_the_header_names_wrongly() -> None:
    raw = multipart(text_part("见附件"), named_file("回执表.docx")).replace(
        b'boundary="----=_Part_1"', b'boundary="other"'
    )

    found = parse(raw)

    assert [a.content for a in found.attachments] == [DOCX]


def test_says_that_a_mail_is_truncated() -> None:
    raw = multipart(text_part("见附件"), named_file("回执表.docx"))

    found = parse(raw[: len(raw) // 2], complete=False)

    assert "truncated" in found.defects
    assert found.text == "见附件"


def test_joins_header_line_that_lost_its_indent() -> None:
    raw = text_mail("见附件").replace(b"To: ", b"X-Long: a\r\nb c d\r\nTo: ")

    found = parse(raw)

    assert found.text == "见附件"
    assert "broken_header" in found.defects


def test_reads_mail_behind_blank_lines() -> None:
    found = parse(b"\r\n\r\n" + text_mail("见附件"))

    assert found.subject == "报名回执"
    assert "blank_before_header" in found.defects


def test_prefers_plain_text_but_keeps_html() -> None:
    alternative = nested(
        text_part("甲"), text_part("<p>甲</p>", subtype="html"), subtype="alternative", boundary="alt"
    )

    found = parse(multipart(alternative, named_file("a.docx")))

    assert found.text == "甲"
    assert found.html == "<p>甲</p>"


def test_reads_html_without_a_twin_before_a_plain_footer() -> None:
    found = parse(multipart(text_part("<p>我院报名</p>", subtype="html"), text_part("发自我的手机")))

    assert found.text == "我院报名\n发自我的手机"


def test_decodes_file_whose_encoding_is_not_stated() -> None:
    part = Part(b'Content-Type: application/pdf; name="a.pdf"\r\n', base64.encodebytes(PDF))

    found = parse(multipart(part))

    assert found.attachments[0].content == PDF


def test_takes_file_that_calls_itself_text() -> None:
    found = parse(
        multipart(
            Part(b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n", base64.encodebytes(PDF))
        )
    )

    assert [a.content for a in found.attachments] == [PDF]


def test_keeps_binary_file_sent_as_eight_bits() -> None:
    content = bytes(range(256)).replace(b"\r", b"").replace(b"\n", b"")
    part = Part(
        b'Content-Type: application/octet-stream; name="a.bin"\r\nContent-Transfer-Encoding: binary\r\n', content
    )

    found = parse(multipart(part))

    assert found.attachments[0].content == content


def test_strips_controls_and_invisible_characters_from_text() -> None:
    found = parse(text_mail("姓\u200b名：\x1b[31m甲\x00\u202e\r\n乙"))

    assert found.text == "姓名：甲\n乙"


def test_gives_headers_when_the_parser_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_raw: bytes) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(parse_module, "mend", fail)

    found = parse(text_mail("甲"))

    assert "unparsable" in found.defects
    assert found.subject == "报名回执"
    assert found.message_id_given
