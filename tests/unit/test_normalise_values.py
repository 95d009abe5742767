"""Names, numbers and addresses as clerks write them, and the one shape they are brought into."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms import normalise
from bot.forms.normalise import normalise_form
from bot.records.form import Attendee, RegistrationForm, Value

ID = "440303199003071239"
MOBILE = "13900000001"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("张  三", "张三"),
        ("张　三", "张三"),
        ("欧阳 修", "欧阳修"),
        ("欧阳 振华", "欧阳振华"),
        ("张三 李四", "张三 李四"),
        ("1、张三", "张三"),
        ("2. 李四", "李四"),
        ("张三（女）", "张三"),
        ("张三（领队）", "张三"),
        ("张三先生", "张三"),
        ("张三 女", "张三"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提.艾力", "买买提·艾力"),
        ("Ｊｏｈｎ  Smith", "John Smith"),
        ("张三，", "张三"),
        ("*张三", "张三"),
        ("\u200b张三\ufeff", "张三"),
        ("𬱖 三", "𬱖三"),
        ("无", ""),
        ("/", ""),
        ("——", ""),
        ("", ""),
    ],
)
def test_names(written: str, expected: str) -> None:
    assert normalise.name_text(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (ID, ID),
        ("４４０３０３１９９００３０７１２３９", ID),
        ("440303 1990 0307 1239", ID),
        ("440303-19900307-1239", ID),
        ("'440303199003071239", ID),
        ("44030319900307123x", "44030319900307123X"),
        ("44030319900307123×", "44030319900307123X"),
        ("440303199003071239（身份证）", ID),
        ("身份证：440303199003071239", ID),
        ("护照E12345678", "E12345678"),
        ("港澳居民来往内地通行证 H12345678", "H12345678"),
        ("A123456（7）", "A123456(7)"),
        ("军字第1234567号", "军字第1234567号"),
        ("待补", ""),
        ("见附件", "见附件"),
    ],
)
def test_identity_numbers(written: str, expected: str) -> None:
    assert normalise.id_number_text(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (MOBILE, MOBILE),
        ("139 0000 0001", MOBILE),
        ("139-0000-0001", MOBILE),
        ("１３９０００００００１", MOBILE),
        ("+86 13900000001", MOBILE),
        ("8613900000001", MOBILE),
        ("0086-139-0000-0001", MOBILE),
        ("（+86）13900000001", MOBILE),
        ("13900000001.0", MOBILE),
        ("手机：13900000001", MOBILE),
        ("13900000001/13900000002", MOBILE),
        ("13900000001 13900000002", MOBILE),
        ("0755-82336671，13900000001", MOBILE),
        ("+852 9123 4567", "85291234567"),
        ("139000000012", "139000000012"),
        ("139 0000 0001 2", "139000000012"),
        ("1390000000", "1390000000"),
        ("0755-82336671", "075582336671"),
        ("无", ""),
    ],
)
def test_mobile_numbers(written: str, expected: str) -> None:
    assert normalise.mobile_text(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("139 0000 0001", MOBILE),
        ("０７５５－８２３３６６７１", "0755-82336671"),
        ("0755—82336671 转 12", "0755-82336671 转 12"),
        ("—", ""),
    ],
)
def test_telephones(written: str, expected: str) -> None:
    assert normalise.phone_text(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Office@Hospital01.Example.ORG", "Office@hospital01.example.org"),
        (" office＠hospital01.example.org ", "office@hospital01.example.org"),
        ("office @ hospital01 . example.org", "office@hospital01.example.org"),
        ("office@hospital01。example。org", "office@hospital01.example.org"),
        ("mailto:office@example.org", "office@example.org"),
        ("office@example.org；other@example.org", "office@example.org"),
        ("邮箱：office@example.org", "office@example.org"),
        ("<office@example.org>", "office@example.org"),
        ("office.example.org", "office.example.org"),
        ("无", ""),
    ],
)
def test_addresses(written: str, expected: str) -> None:
    assert normalise.email_text(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("深圳 市 云杉医院", "深圳市云杉医院"),
        ("深圳市云杉医院（盖章）", "深圳市云杉医院"),
        ("云杉大学(深圳)医院", "云杉大学（深圳）医院"),
        ("深圳市\n云杉医院", "深圳市云杉医院"),
        ("Yunshan  Hospital (SZ)", "Yunshan Hospital (SZ)"),
        ("/", ""),
    ],
)
def test_organisations(written: str, expected: str) -> None:
    assert normalise.organisation_text(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("12440300 45575 4031N", "12440300455754031N"),
        ("１２４４０３００４５５７５４０３１ｎ", "12440300455754031N"),
        ("税号：12440300455754031N（事业单位）", "12440300455754031N"),
        ("税号：440300455754031", "440300455754031"),
        ("无", ""),
        ("见营业执照", "见营业执照"),
    ],
)
def test_taxpayer_ids(written: str, expected: str) -> None:
    assert normalise.taxpayer_id_text(written) == expected


def test_an_attendee_without_organisation_belongs_to_the_submitting_one() -> None:
    form = RegistrationForm(
        "x",
        organisation=Value("深圳市云杉医院（盖章）"),
        attendees=(
            Attendee(name=Value("张三")),
            Attendee(name=Value("李四"), organisation=Value("深圳市榕江医院")),
        ),
    )

    first, second = normalise_form(form).attendees

    assert first.organisation.text == "深圳市云杉医院"
    assert second.organisation.text == "深圳市榕江医院"


def test_same_as_above_takes_the_organisation_of_the_row_above() -> None:
    rows = ("深圳市榕江医院", "同上", "〃")
    form = RegistrationForm("x", attendees=tuple(Attendee(organisation=Value(text)) for text in rows))

    attendees = normalise_form(form).attendees

    assert [attendee.organisation.text for attendee in attendees] == ["深圳市榕江医院"] * 3


def test_keeps_what_the_clerk_wrote() -> None:
    form = RegistrationForm("x", phone=Value("139 0000 0001", "139 0000 0001", "电话（手机）"))

    phone = normalise_form(form).phone

    assert (phone.text, phone.written, phone.label) == (MOBILE, "139 0000 0001", "电话（手机）")


def test_reads_the_room_under_its_own_heading() -> None:
    rooms = (Value("是", label="是否单间"), Value("是", label="是否合住"), Value())
    form = RegistrationForm("x", attendees=tuple(Attendee(single_room_value=room) for room in rooms))

    attendees = normalise_form(form).attendees

    assert [attendee.single_room for attendee in attendees] == [True, False, None]


def test_job_titles_lose_only_their_blanks() -> None:
    form = RegistrationForm("x", attendees=(Attendee(job_title=Value("副院长\n 主任医师")),))

    assert normalise_form(form).attendees[0].job_title.text == "副院长 主任医师"


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    for shape in (normalise.id_number_text, normalise.mobile_text, normalise.taxpayer_id_text):
        once = shape(text)

        assert shape(once) == once
