"""The one form among all that comes with a mail, however it is packed and whatever lies beside it."""

from __future__ import annotations

import base64
from io import BytesIO

import pytest

from bot.forms.read import read_mail
from bot.intake.parse import parse
from bot.records.form import Reading, UnreadCode
from bot.records.mail import ParsedMail
from tests.samples.make_archives import gzipped, rar5, raw_zip, tarred, zeros_gz, zipped
from tests.samples.make_forms import Slip, excel_form, slip, text_form, web_form, word_form
from tests.samples.make_outlook import compound, message, packed_object, tnef
from tests.samples.make_package import package
from tests.samples.make_word_xml import p, tbl, tc, tr, word_xml
from tests.unit.mail_samples import Part, file_part, multipart, named_file, text_part
from tests.unit.test_read_mails import mail

SLIP, OTHER = slip(5, 2), slip(6, 3)
FORM = word_form(SLIP)
NAME = "回执表.docx"


def seven_zipped(name: str, content: bytes) -> bytes:
    py7zr = pytest.importorskip("py7zr")
    buffer = BytesIO()
    with py7zr.SevenZipFile(buffer, "w") as archive:
        archive.writestr(content, name)
    return buffer.getvalue()


def read(parsed: ParsedMail) -> Reading:
    return read_mail(parsed, open_mail=parse)


def people(reading: Reading) -> list[list[str]]:
    return [[attendee.name.text for attendee in form.attendees] for form in reading.forms]


def expected(*slips: Slip) -> list[list[str]]:
    return [[person.name for person in one.people] for one in slips]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("资料.zip", lambda: zipped([(NAME, FORM)])),
        ("资料.zip", lambda: raw_zip([(NAME.encode("gbk"), FORM)], descriptor=True)),
        ("资料.rar", lambda: rar5([(NAME, FORM)])),
        ("资料.7z", lambda: seven_zipped(NAME, FORM)),
        ("资料.tar.gz", lambda: tarred([(NAME, FORM)], "w:gz")),
        ("回执表.docx.gz", lambda: gzipped(FORM)),
        ("转发.msg", lambda: compound(message((NAME, FORM), text="请查收"))),
        ("winmail.dat", lambda: tnef((NAME, FORM), text="请查收")),
        ("附件.bin", lambda: zipped([(NAME, FORM)])),
    ],
)
def test_reads_the_form_out_of_every_container(name: str, make: object) -> None:
    assert callable(make)

    reading = read(mail((name, make())))

    assert people(reading) == expected(SLIP)
    assert [form.origin for form in reading.forms] == [f"{name}/{NAME}"]
    assert reading.unread == ()


def test_reads_a_form_through_several_containers() -> None:
    inner = multipart(text_part("见附件"), named_file("压缩.zip", zipped([("文件夹/表.docx", FORM)])))
    packed = rar5([("转发.eml", inner)])

    reading = read(mail(("外层.zip", zipped([("里层.rar", packed)]))))

    assert people(reading) == expected(SLIP)
    assert reading.forms[0].origin == "外层.zip/里层.rar/转发.eml/压缩.zip/文件夹/表.docx"


def test_reads_a_form_out_of_the_text_of_a_packed_mail() -> None:
    for content in (compound(message(html=web_form(SLIP))), tnef(html=web_form(SLIP)), tnef(text=text_form(SLIP))):
        assert people(read(mail(("转发", content)))) == expected(SLIP)


@pytest.mark.parametrize("coding", [b"base64", b"8bit", b"binary"])
def test_reads_a_forwarded_mail_however_it_is_attached(coding: bytes) -> None:
    inner = multipart(text_part("见附件"), named_file(NAME, FORM), boundary="inner")
    body = base64.encodebytes(inner) if coding == b"base64" else inner
    header = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: " + coding + b"\r\n"

    reading = read(parse(multipart(text_part("转发"), Part(header, body))))

    assert people(reading) == expected(SLIP)


def test_reads_a_mail_file_attached_as_any_file() -> None:
    inner = multipart(text_part("见附件"), named_file(NAME, FORM), boundary="inner")
    attached = file_part(b'Content-Type: application/octet-stream; name="x.eml"\r\n', inner)

    assert people(read(parse(multipart(text_part("转发"), attached)))) == expected(SLIP)


def test_reads_a_form_embedded_in_a_document_that_names_nobody() -> None:
    around = {
        "word/document.xml": "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'/>"
    }
    for part in (
        {"word/embeddings/Document1.docx": FORM},
        {"word/embeddings/oleObject1.bin": compound({"\x01Ole10Native": packed_object(NAME, FORM)})},
    ):
        assert people(read(mail(("封面.docx", package({**around, **part}))))) == expected(SLIP)


def test_reads_every_hospitals_form_in_one_archive() -> None:
    archive = zipped([("甲/回执.docx", FORM), ("乙/回执.xlsx", excel_form(OTHER)), ("甲/副本.docx", FORM)])

    assert people(read(mail(("各院回执.zip", archive)))) == expected(SLIP, OTHER)


def test_a_packed_form_and_the_same_beside_it_are_one() -> None:
    parsed = mail(("回执.xlsx", excel_form(SLIP)), ("资料.zip", zipped([(NAME, FORM)])), text=text_form(SLIP))

    assert people(read(parsed)) == expected(SLIP)


def nested(times: int) -> bytes:
    content = FORM
    for _ in range(times):
        content = zipped([("x", content)])
    return content


def test_containers_are_opened_to_a_depth() -> None:
    assert people(read(mail(("a.zip", nested(5))))) == expected(SLIP)
    assert [entry.code for entry in read(mail(("a.zip", nested(7)))).unread] == [UnreadCode.TOO_LARGE]


def test_what_a_mails_containers_give_is_counted_together() -> None:
    archives = [(f"{n}.zip", zipped([(f"{i}.txt", b"%d %d" % (n, i)) for i in range(90)])) for n in range(3)]

    codes = {entry.origin: entry.code for entry in read(mail(*archives)).unread if "/" not in entry.origin}

    assert codes == {"2.zip": UnreadCode.TOO_LARGE}


def test_a_bomb_beside_the_form_costs_only_itself() -> None:
    parsed = mail(("录像.gz", zeros_gz(200)), ("资料.zip", zipped([("零.bmp", bytes(90_000_000)), (NAME, FORM)])))

    reading = read(parsed)

    assert people(reading) == expected(SLIP)
    assert [(entry.origin, entry.code) for entry in reading.unread] == [
        ("录像.gz", UnreadCode.TOO_LARGE),
        ("资料.zip/零.bmp", UnreadCode.TOO_LARGE),
    ]


def test_a_password_in_the_mail_is_not_tried() -> None:
    parsed = mail(("回执.zip", raw_zip([(b"a.docx", FORM)], flags=0x1)), text="解压密码：1234")

    assert [(entry.origin, entry.code) for entry in read(parsed).unread] == [("回执.zip", UnreadCode.ENCRYPTED)]


def test_a_program_that_unpacks_itself_stays_closed() -> None:
    parsed = mail(("回执.exe", b"MZ\x90\x00" + bytes(200) + zipped([(NAME, FORM)])))

    assert [entry.code for entry in read(parsed).unread] == [UnreadCode.UNSUPPORTED]


PERSON = OTHER.people[0]
NOTICE = word_form(Slip(SLIP.hospital, ()))
BESIDES = {
    "通知.docx": NOTICE,
    "转账凭证.docx": word_xml(
        p("中国某银行 电子回单")
        + tbl(
            tr(tc(p("付款人户名")), tc(p(SLIP.hospital.name)), tc(p("付款人账号")), tc(p("4000020109200123456"))),
            tr(tc(p("收款人户名")), tc(p("深圳市医院协会")), tc(p("金额")), tc(p("￥3,600.00"))),
            tr(tc(p("用途")), tc(p("培训费")), tc(p("经办人")), tc(p(PERSON.name))),
        )
    ),
    "身份证.txt": (
        f"姓名 {PERSON.name}\n性别 女 民族 汉\n出生 1985 年 3 月 2 日\n住址 深圳市福田区示例路1号\n"
        f"公民身份号码 {PERSON.id_number}\n签发机关 深圳市公安局\n有效期限 2015.01.01-2035.01.01\n"
    ).encode(),
    "营业执照.txt": (
        f"营业执照\n统一社会信用代码 {SLIP.hospital.taxpayer_id}\n名称 {SLIP.hospital.name}\n类型 事业单位\n"
        f"法定代表人 {PERSON.name}\n注册资本 100万元\n成立日期 2001年1月1日\n住所 深圳市\n"
    ).encode(),
    "发票.html": (
        f"<table><tr><td>购买方名称<td>{SLIP.hospital.name}<td>纳税人识别号<td>{SLIP.hospital.taxpayer_id}"
        f"<tr><td>项目名称<td>会务费<td>金额<td>1200.00<tr><td>开票人<td>{PERSON.name}<td>价税合计<td>1200.00</table>"
    ).encode(),
    "保险单.txt": (
        f"意外伤害保险单\n投保人：{SLIP.hospital.name}\n被保险人：{PERSON.name}\n证件号码：{PERSON.id_number}\n"
        "保险期间：2026年4月1日至2026年4月7日\n保险金额：100000元\n"
    ).encode(),
}


@pytest.mark.parametrize("name", BESIDES)
def test_what_is_no_form_registers_nobody(name: str) -> None:
    reading = read(mail((name, BESIDES[name])))

    assert [person for names in people(reading) for person in names] == []


def test_of_everything_at_once_exactly_the_form_is_read() -> None:
    everything = [*list(BESIDES.items())[:3], (NAME, FORM), *list(BESIDES.items())[3:]]

    for parsed in (mail(*everything), mail(("材料.zip", zipped(everything)))):
        assert people(read(parsed)) == expected(SLIP)
        assert read(parsed).unread == ()
