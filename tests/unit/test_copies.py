"""One form in two files: a Word file beside its scan, two scans, two Word files, and what is no copy at all."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from bot.demo.invented import InventedPerson, hospitals, people
from bot.forms.copies import is_same_person, without_copies
from bot.forms.validate import validate_form
from bot.records.form import Attendee, FieldProblem, ProblemCode, RegistrationForm, Value

ONE, TWO, THREE, STRANGER = islice(people(11), 4)
HOSPITAL = next(hospitals(11))
CLEAR, BLURRED = 0.97, 0.6
# No misreading of anybody's number: the invented ones differ in their last digits only.
OTHER_MOBILE = "13988887777"


def value(text: str, confidence: float = 1.0) -> Value:
    return Value(text, text, confidence=confidence)


def attendee(person: InventedPerson, confidence: float = 1.0, **changed: str | Value) -> Attendee:
    """A row as it was read; keyword arguments replace fields, texts with the same confidence."""
    texts: dict[str, str | Value] = {
        "name": person.name,
        "organisation": HOSPITAL.name,
        "job_title": person.job_title,
        "mobile": person.mobile,
        "id_number": person.id_number,
        **changed,
    }
    fields: dict[str, Any] = {
        field: text if isinstance(text, Value) else value(text, confidence) for field, text in texts.items()
    }
    return Attendee(**fields)


def typed(*rows: Attendee, origin: str = "回执表.docx", **fields: Any) -> RegistrationForm:
    return RegistrationForm(origin, attendees=rows, **fields)


def scan(*rows: Attendee, origin: str = "扫描件.jpg", **fields: Any) -> RegistrationForm:
    return RegistrationForm(origin, attendees=rows, confidence=0.9, **fields)


def changed(text: str, *places: int) -> str:
    """The text with the characters at these places misread."""
    out = list(text)
    for place in places:
        out[place] = "1" if out[place] != "1" else "7"
    return "".join(out)


def names(forms: tuple[RegistrationForm, ...]) -> list[list[str]]:
    return [[person.name.text for person in form.attendees] for form in forms]


def problems(forms: tuple[RegistrationForm, ...]) -> list[FieldProblem]:
    found = [problem for form in forms for problem in form.problems]
    return found + [problem for form in forms for person in form.attendees for problem in person.problems]


@pytest.mark.parametrize(
    "misread",
    [
        {},
        {"name": ONE.name[:-1] + "种"},
        {"name": ONE.name[:-1]},
        {"id_number": changed(ONE.id_number, 8)},
        {"mobile": changed(ONE.mobile, 5, 9)},
        {"name": ONE.name[:-1] + "种", "mobile": ""},
        {"name": ONE.name[:-1] + "种", "id_number": changed(ONE.id_number, 3, 11)},
        {"name": ONE.name[:-1] + "种", "id_number": changed(ONE.id_number, 3), "mobile": changed(ONE.mobile, 4)},
        {"id_number": "", "mobile": ""},
        {"name": "", "mobile": changed(ONE.mobile, 5)},
        {"organisation": "深川市某院", "job_title": "院人"},
    ],
)
@pytest.mark.parametrize("scan_first", [True, False])
def test_a_misread_scan_of_a_typed_form_is_one_form_with_the_typed_values(
    misread: dict[str, str], scan_first: bool
) -> None:
    form = typed(attendee(ONE), attendee(TWO))
    picture = scan(attendee(ONE, BLURRED, **misread), attendee(TWO, CLEAR))

    forms = without_copies([picture, form] if scan_first else [form, picture])

    assert forms == (form,)


def test_an_illegible_row_in_its_place_is_nobody_else() -> None:
    form = typed(attendee(ONE), attendee(TWO), attendee(THREE))
    row = attendee(STRANGER, BLURRED, id_number=value(changed(STRANGER.id_number, 4), BLURRED))

    assert without_copies([form, scan(attendee(ONE, CLEAR), row, attendee(THREE, CLEAR))]) == (form,)


def test_a_clearly_read_stranger_on_a_scan_makes_it_another_form() -> None:
    forms = without_copies(
        [typed(attendee(ONE), attendee(TWO)), scan(attendee(ONE, CLEAR), attendee(STRANGER, CLEAR))]
    )

    assert names(forms) == [[ONE.name, TWO.name], [ONE.name, STRANGER.name]]


def test_somebody_added_on_the_scan_by_hand_is_kept_beside_the_typed_values() -> None:
    form = typed(attendee(ONE), attendee(TWO))
    picture = scan(attendee(ONE, BLURRED), attendee(TWO, BLURRED), attendee(THREE, CLEAR))

    for forms in (without_copies([form, picture]), without_copies([picture, form])):
        assert names(forms) == [[ONE.name, TWO.name, THREE.name]]
        assert forms[0].origin == "回执表.docx"
        assert [person.mobile.confidence for person in forms[0].attendees] == [1.0, 1.0, CLEAR]


def test_a_sure_number_of_a_scan_that_differs_is_asked_about() -> None:
    form = typed(attendee(ONE))
    picture = scan(attendee(ONE, CLEAR, id_number=value(STRANGER.id_number, CLEAR)))

    forms = without_copies([form, picture])

    assert forms[0].attendees[0].id_number.text == ONE.id_number
    assert [(problem.field, problem.code, problem.blocking, problem.person) for problem in problems(forms)] == [
        ("id_number", ProblemCode.CONFLICT, True, ONE.name)
    ]
    assert problems(forms)[0].text == (
        f"{ONE.name}的身份证号在两份文件里写得不一样（Word 文件与扫描件），请核对后告知以哪一份为准。"
    )


@pytest.mark.parametrize(
    ("mobile", "confidence", "asked"),
    [
        (OTHER_MOBILE, CLEAR, True),
        (OTHER_MOBILE, BLURRED, False),
        (changed(ONE.mobile, 6, 7), CLEAR, False),
        (ONE.mobile[:7], CLEAR, False),
    ],
)
def test_a_mobile_of_a_scan_is_asked_about_only_where_it_can_be_no_misreading(
    mobile: str, confidence: float, asked: bool
) -> None:
    picture = scan(attendee(ONE, CLEAR, mobile=value(mobile, confidence)))

    forms = without_copies([typed(attendee(ONE)), picture])

    assert names(forms) == [[ONE.name]]
    assert [problem.field for problem in problems(forms)] == (["mobile"] if asked else [])


def test_a_question_shows_the_cell_of_the_scan() -> None:
    shown = Value(OTHER_MOBILE, confidence=CLEAR, picture=b"png")

    forms = without_copies([typed(attendee(ONE)), scan(attendee(ONE, CLEAR, mobile=shown))])

    assert [problem.picture for problem in problems(forms)] == [b"png"]


@pytest.mark.parametrize("field", ["id_number", "mobile"])
def test_two_typed_files_that_differ_in_one_number_are_asked_about(field: str) -> None:
    other: Any = {"id_number": STRANGER.id_number, "mobile": OTHER_MOBILE}[field]
    first = typed(attendee(ONE), origin="a.xlsx")
    second = typed(attendee(ONE, **{field: other}), origin="邮件正文")

    forms = without_copies([first, second])

    assert names(forms) == [[ONE.name]]
    assert getattr(forms[0].attendees[0], field).text == getattr(ONE, field)
    assert "（Excel 文件与邮件正文）" in problems(forms)[0].text
    assert not any(digit in problems(forms)[0].text for digit in "0123456789")


def test_between_two_files_of_one_kind_the_sentence_names_none() -> None:
    forms = without_copies([typed(attendee(ONE)), typed(attendee(ONE, mobile=OTHER_MOBILE))])

    assert "写得不一样，请核对" in problems(forms)[0].text


def test_a_name_written_in_two_ways_under_one_number_is_asked_about() -> None:
    forms = without_copies([typed(attendee(ONE)), typed(attendee(ONE, name=ONE.name[:-1] + "鑫"))])

    assert names(forms) == [[ONE.name]]
    assert [problem.field for problem in problems(forms)] == ["name"]


def test_same_name_with_two_other_numbers_is_somebody_else() -> None:
    namesake = attendee(STRANGER, name=ONE.name, mobile=OTHER_MOBILE)
    read = attendee(STRANGER, CLEAR, name=ONE.name, mobile=OTHER_MOBILE)

    assert names(without_copies([typed(attendee(ONE)), typed(namesake)])) == [[ONE.name], [ONE.name]]
    assert names(without_copies([typed(attendee(ONE)), scan(read)])) == [[ONE.name], [ONE.name]]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (attendee(ONE), attendee(TWO), False),
        (attendee(ONE), attendee(TWO, mobile=ONE.mobile), False),
        (attendee(ONE), attendee(TWO, BLURRED, mobile=ONE.mobile), False),
        (attendee(ONE), attendee(TWO, id_number=ONE.id_number), False),
        (attendee(ONE, name=""), attendee(ONE, name=""), True),
        (attendee(ONE, name=""), attendee(TWO), False),
        (attendee(ONE, mobile=""), attendee(TWO, name=ONE.name, organisation="深圳市别的医院"), False),
        (attendee(ONE, mobile=""), attendee(TWO, name=ONE.name), True),
        (attendee(ONE), attendee(ONE, name=ONE.name + "生", mobile="", id_number=""), False),
    ],
)
def test_who_is_the_same_person(one: Attendee, other: Attendee, same: bool) -> None:
    assert is_same_person(one, other) is same
    assert is_same_person(other, one) is same


def test_two_scans_that_agree_are_surer_than_one() -> None:
    first, second = (scan(attendee(ONE, 0.8), origin=f"{page}.jpg") for page in (1, 2))

    person = without_copies([first, second])[0].attendees[0]

    assert person.mobile.confidence == pytest.approx(0.96)


def test_many_scans_never_become_certain() -> None:
    pages = [scan(attendee(ONE, 0.9), origin=f"{page}.jpg") for page in range(6)]

    assert without_copies(pages)[0].attendees[0].id_number.confidence == 0.99


def test_of_two_scans_the_number_that_passes_its_check_counts() -> None:
    wrong = value(changed(ONE.id_number, 8), 0.98)

    forms = without_copies([scan(attendee(ONE, CLEAR, id_number=wrong)), scan(attendee(ONE, CLEAR))])

    assert forms[0].attendees[0].id_number == value(ONE.id_number, CLEAR)
    assert problems(forms) == []


def test_what_two_scans_show_differently_is_in_doubt() -> None:
    other = value(changed(ONE.mobile, 4), 0.92)

    forms = without_copies([scan(attendee(ONE, CLEAR)), scan(attendee(ONE, CLEAR, mobile=other))])
    mobile = forms[0].attendees[0].mobile

    assert (mobile.text, mobile.confidence) == (ONE.mobile, 0.5)
    assert [problem.code for problem in problems((validate_form(forms[0]),)) if problem.field == "mobile"] == [
        ProblemCode.UNCERTAIN
    ]


def test_a_number_that_a_spreadsheet_cut_is_taken_from_the_copy() -> None:
    cut = Value(ONE.id_number[:15] + "000", stored_as="number")

    forms = without_copies([typed(attendee(ONE, id_number=cut)), scan(attendee(ONE, CLEAR))])

    assert forms[0].attendees[0].id_number.text == ONE.id_number
    assert problems(forms) == []


def test_what_only_the_copy_says_fills_what_is_empty() -> None:
    form = typed(attendee(ONE, mobile="", job_title=""))
    room = Value("是", confidence=CLEAR)
    row = replace(
        attendee(ONE, CLEAR), single_room=True, single_room_value=room, extras=(("餐饮", value("素食")),)
    )

    forms = without_copies([form, scan(row, contact=value("王老师", CLEAR))])
    person = forms[0].attendees[0]

    assert (person.mobile.text, person.job_title.text) == (ONE.mobile, ONE.job_title)
    assert (person.single_room, person.single_room_value) == (True, room)
    assert person.extras == (("餐饮", value("素食")),)
    assert forms[0].contact.text == "王老师"


@pytest.mark.parametrize(
    ("field", "one", "other", "blocking"),
    [
        ("taxpayer_id", value(HOSPITAL.taxpayer_id), value("12440300000000001A"), True),
        ("contact", value("王一"), value("李二"), False),
        ("invoice_title", value("某医院"), value("另一家"), False),
        ("invoice_title", value("某医院"), value("深圳市某医院"), None),
        ("contact", value("王一"), value("王二", CLEAR), None),
        ("taxpayer_id", value(HOSPITAL.taxpayer_id), value(changed(HOSPITAL.taxpayer_id, 9), CLEAR), None),
        ("taxpayer_id", value("12440300000000001A"), value(HOSPITAL.taxpayer_id, CLEAR), True),
    ],
)
def test_fields_of_the_whole_form_are_compared_too(
    field: str, one: Value, other: Value, blocking: bool | None
) -> None:
    first = typed(attendee(ONE), **{field: one})  # type: ignore[arg-type]
    changed_field: dict[str, Any] = {field: other}
    confidence = other.confidence

    forms = without_copies([first, typed(attendee(ONE, confidence), origin="b.xlsx", **changed_field)])

    assert getattr(forms[0], field) == one
    assert [problem.blocking for problem in problems(forms)] == ([] if blocking is None else [blocking])


def test_a_third_file_asks_nothing_twice() -> None:
    other = attendee(ONE, mobile=OTHER_MOBILE)

    forms = without_copies([typed(attendee(ONE)), typed(other), typed(other, origin="c.xlsx")])

    assert len(problems(forms)) == 1


def test_the_first_of_two_typed_lists_counts_unless_the_other_is_longer() -> None:
    short, long = typed(attendee(ONE), origin="短.docx"), typed(attendee(TWO), attendee(ONE), origin="长.docx")

    assert without_copies([short, long])[0].origin == "长.docx"
    assert without_copies([long, short])[0].origin == "长.docx"


def test_problems_of_forms_without_people_are_kept_with_the_first_form() -> None:
    problem = FieldProblem("form", ProblemCode.FORMAT, "一句话。")
    bare = RegistrationForm("a", problems=(problem,))

    assert without_copies([bare]) == (bare,)
    assert without_copies([bare, typed(attendee(ONE))])[0].problems == (problem,)
    assert without_copies([]) == ()


@pytest.mark.parametrize(
    ("origin", "word"),
    [
        ("资料.zip/回执.wps", "Word 文件"),
        ("a.et", "Excel 文件"),
        ("a.PDF", "PDF 文件"),
        ("a.htm", "网页"),
        ("附件1", "附件"),
        ("转发.eml/邮件正文", "邮件正文"),
    ],
)
def test_a_file_is_called_what_people_call_it(origin: str, word: str) -> None:
    forms = without_copies([typed(attendee(ONE), origin=origin), scan(attendee(ONE, CLEAR, mobile=OTHER_MOBILE))])

    assert f"（{word}与扫描件）" in problems(forms)[0].text


def test_lists_of_thousands_are_compared_by_what_rows_have_in_common() -> None:
    crowd = list(islice(people(12), 4_000))
    one, other = (
        scan(*(attendee(person, CLEAR, mobile="13988887777") for person in half))
        for half in (crowd[::2], crowd[1::2])
    )

    forms = without_copies([one, other, typed(*(attendee(person) for person in crowd[::2]))])

    assert [len(form.attendees) for form in forms] == [2_000, 2_000]
    assert forms[0].origin == "回执表.docx"
