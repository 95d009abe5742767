"""What stands under 姓名 and is no name is asked about, and never quoted."""

from __future__ import annotations

from bot.forms.kinds import FileKind, kind_of
from bot.forms.read import read_file
from bot.forms.validate import validate_form
from bot.records.form import Attendee, ProblemCode, RegistrationForm, Value
from tests.samples.make_forms import slip, web_form

PERSON = slip(24, 1).people[0]


def checked(name: str) -> Attendee:
    attendee = Attendee(
        name=Value(name), organisation=Value("某医院"), mobile=Value(PERSON.mobile), id_number=Value("1")
    )
    return validate_form(RegistrationForm("回执.docx", attendees=(attendee,))).attendees[0]


def test_asks_about_a_name_with_a_number_in_it_without_quoting_it() -> None:
    problems = checked(f"{PERSON.name}{PERSON.mobile}").problems

    assert ("name", ProblemCode.FORMAT) in [(problem.field, problem.code) for problem in problems]
    assert not any(PERSON.mobile in problem.text + problem.person for problem in problems)


def test_asks_about_a_whole_sentence_under_the_name() -> None:
    problems = checked("由各科室推荐，名单另报").problems

    assert "name" in [problem.field for problem in problems]


def test_accepts_long_names_with_dots_and_latin_ones() -> None:
    for name in ("阿卜杜热合曼·买买提吐尔逊", "MARIA JOSE FERNANDEZ GARCIA", "欧阳明月"):
        assert "name" not in [problem.field for problem in checked(name).problems]


def test_reads_a_web_page_in_which_an_office_program_left_control_characters() -> None:
    meant = slip(25, 2)
    page = (
        web_form(meant).replace("<p class=MsoNormal>", "<p class=MsoNormal>\x04").replace("<o:p>", "\r\x05<o:p>")
    )

    assert kind_of(page.encode()) is FileKind.HTML
    (form,) = read_file("回执.html", page.encode()).forms
    assert [a.name.text for a in form.attendees] == [person.name for person in meant.people]
    assert [a.id_number.text for a in form.attendees] == [person.id_number for person in meant.people]
