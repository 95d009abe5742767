"""Whatever a decision holds, its answer can be written, forgets nobody and gives nobody away."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.records.decision import Change, Decision, PersonDecision, Reason, ReplyTemplate, Standing, State
from bot.records.form import FieldProblem, ProblemCode
from tests.unit.reply_cases import HOSPITAL, PEOPLE, answer, decided, is_silent_on, others, registration, says

KINDS = ReplyTemplate
# These answer mails of which nobody was taken, and repeats.
WITHOUT_PEOPLE = {KINDS.NO_FORM, KINDS.UNREADABLE, KINDS.UNCHANGED}
FRESH = {Standing.NEW, Standing.REPEATED, Standing.REJECTED}
CHANGES = st.sampled_from(
    (
        (),
        (("mobile", PEOPLE[7].mobile, PEOPLE[6].mobile), ("single_room", "否", "是")),
        (("name", "钱二", "钱三"), ("id_number", PEOPLE[7].id_number, PEOPLE[6].id_number)),
        (("invoice_title", "", "抬头"), ("科室", "内科", "外科")),
    )
)
PROBLEM = FieldProblem("mobile", ProblemCode.FORMAT, "手机号码应为11位数字。", "手机", "某人")


@st.composite
def people(draw: st.DrawFn) -> tuple[PersonDecision, ...]:
    standings = draw(st.lists(st.sampled_from(Standing), max_size=6))
    found = []
    for index, standing in enumerate(standings):
        state = State.CANCELLED if standing is Standing.CANCELLED else draw(st.sampled_from(State))
        registered = registration(index, state, reason=draw(st.sampled_from(Reason)), by_staff=draw(st.booleans()))
        if standing not in FRESH:
            registered = replace(registered, id=60 + index, uid=2)
        if standing is Standing.WITHHELD:
            registered = replace(registered, sender="somebody@elsewhere.example", organisation="别家医院")
        refused = (PROBLEM,) if draw(st.booleans()) else ()
        found.append(PersonDecision(standing, registered, registered.reason, draw(CHANGES), refused))
    return tuple(found)


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    taken = draw(people())
    changes = tuple(
        Change(replace(p.registration, state=State.CONFIRMED), p.registration, p.reason)
        for p in taken
        if p.standing in (Standing.CANCELLED, Standing.MOVED)
    )
    return decided(
        draw(st.sampled_from(KINDS)),
        reason=draw(st.sampled_from(Reason)),
        people=taken,
        changes=changes,
        left_out=(registration(7, id=80, uid=2),) if draw(st.booleans()) else (),
    )


@given(decisions())
@settings(max_examples=60, deadline=None)
def test_any_decision_can_be_answered_without_forgetting_or_betraying_anybody(decision: Decision) -> None:
    answered = answer(decision, others(2))

    assert answered.message["Subject"]
    for one in PEOPLE:
        assert is_silent_on(answered, one.id_number, one.mobile)
    assert is_silent_on(answered, HOSPITAL.phone, "外院", "别家医院")
    for person in decision.people:
        name = person.registration.name
        if person.standing is Standing.WITHHELD:
            assert is_silent_on(answered, name)
        elif decision.reply not in WITHOUT_PEOPLE and person.standing is not Standing.REPEATED:
            assert says(answered, name) or person.standing is Standing.CHANGED
