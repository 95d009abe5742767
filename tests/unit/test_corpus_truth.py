"""The measure over the corpus finds what it must find."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from bot.records.form import Attendee, FieldProblem, ProblemCode, Reading, RegistrationForm, Value
from tests.samples.corpus_layouts import LAYOUTS
from tests.samples.corpus_read import score
from tests.samples.corpus_truth import FORM_FIELDS, Answers, Comparison, answers, compared, truth
from tests.samples.make_corpus_office import word

GIVEN = answers(3, 3)


def form_of(given: Answers) -> RegistrationForm:
    """The form read without any mistake."""
    people = [
        Attendee(
            name=Value(p.name),
            organisation=Value(p.organisation),
            job_title=Value(p.job_title),
            mobile=Value(p.mobile),
            id_number=Value(p.id_number),
            single_room=p.single_room,
        )
        for p in given.people
    ]
    blank = RegistrationForm("文件", attendees=tuple(people))
    fields: dict[str, Any] = {field: Value(getattr(given, field)) for field in FORM_FIELDS}
    return replace(blank, **fields)


def measured(*forms: RegistrationForm) -> Comparison:
    known = json.loads(json.dumps([truth(GIVEN)]))
    return compared(known, Reading(forms))


def test_what_is_read_right_shows_no_difference() -> None:
    result = measured(form_of(GIVEN))

    assert result.differences == ()
    assert sum(result.fields.values()) == 6 + 3 * 6


def test_a_wrong_value_that_nothing_marks_is_silent() -> None:
    form = form_of(GIVEN)
    wrong = replace(form.attendees[1], name=Value("某某"))

    result = measured(replace(form, attendees=(form.attendees[0], wrong, form.attendees[2])))

    assert [(d.field, d.person, d.silent) for d in result.differences] == [("name", 2, True)]


def test_a_wrong_value_that_is_marked_uncertain_is_not_silent() -> None:
    form = form_of(GIVEN)
    marked = FieldProblem("taxpayer_id", ProblemCode.UNCERTAIN, "请核对。")

    result = measured(replace(form, taxpayer_id=Value("1" * 18), problems=(marked,)))

    assert [(d.field, d.silent) for d in result.differences] == [("taxpayer_id", False)]


def test_a_right_value_that_is_marked_counts_as_unsure() -> None:
    form = form_of(GIVEN)
    marked = FieldProblem("contact", ProblemCode.UNCERTAIN, "请核对。")

    result = measured(replace(form, problems=(marked,)))

    assert (result.differences, result.unsure) == ((), 1)


def test_a_person_who_is_missing_costs_her_fields_and_nobody_elses() -> None:
    form = form_of(GIVEN)

    result = measured(replace(form, attendees=form.attendees[1:]))

    assert {d.person for d in result.differences} == {1}
    assert len(result.differences) == 6


def test_a_person_too_many_is_a_silent_mistake() -> None:
    form = form_of(GIVEN)

    result = measured(replace(form, attendees=(*form.attendees, Attendee(name=Value("某某")))))

    assert [(d.field, d.silent) for d in result.differences] == [("attendee", True)]


def test_nothing_read_counts_every_field_as_wrong() -> None:
    total = score([("文件", measured())])

    assert (total.right, total.numbers_right, total.silent) == (0, 0, ())


def test_the_same_form_is_written_as_the_same_bytes() -> None:
    layout = LAYOUTS["own"]

    once, again = (word(layout.fill(GIVEN), layout) for _ in range(2))

    assert once == again
