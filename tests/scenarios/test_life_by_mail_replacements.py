"""Somebody comes instead of somebody else: the seat is handed on, and never to one who has a seat already."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.records.decision import State
from bot.records.mail import MailKind
from tests.scenarios.letters import answered, last_template, registers, roll, states
from tests.scenarios.office import Office, excel_file


@pytest.mark.parametrize(
    "words",
    [
        "{old}换成{new}参加，手机{mobile}，身份证号{id}。",
        "由{new}替{old}参加，手机：{mobile}，身份证号：{id}。",
        "我院原报名的{old}因病无法参加，改由{new}参加，手机{mobile}，身份证号{id}。",
    ],
)
def test_words_hand_the_seat_on_with_its_place(tmp_path: Path, words: str) -> None:
    with Office(tmp_path, capacity=1) as office:
        form, behind = office.form(), office.form()
        registers(office, form)
        registers(office, behind)
        old, new = form.people[0], office.form().people[0]
        arrived = roll(office)[0].order

        text = words.format(old=old.name, new=new.name, mobile=new.mobile, id=new.id_number)
        answer = answered(office, form, text)

        first, second = roll(office)
        assert (first.name, first.order, first.state) == (new.name, arrived, State.CONFIRMED)
        assert (first.mobile, first.id_number, first.organisation) == (
            new.mobile,
            new.id_number,
            form.hospital.name,
        )
        assert second.state is State.WAITLISTED
        assert last_template(office) == "replaced"
        assert office.view().mails[-1].kind is MailKind.REPLACEMENT
        assert new.name in answer.text
        assert old.name in answer.text
        assert not any(secret in answer.text for secret in (new.id_number, old.id_number))


@pytest.mark.parametrize("words", ["更换人员，新人员信息见附件。", "{old}换成{new}，信息见附件。"])
def test_form_of_the_new_person_hands_the_seat_on(tmp_path: Path, words: str) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        registers(office, form)
        new = office.form(hospital=form.hospital)

        text = words.format(old=form.people[0].name, new=new.people[0].name)
        answered(office, form, text, subject="更换参会人员", files=[excel_file(new)])

        assert states(office) == {new.people[0].name: State.CONFIRMED}
        assert roll(office)[0].id_number == new.people[0].id_number
        assert office.view().reviews == ()


def test_who_comes_without_particulars_has_the_seat_and_is_asked_for_them(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        registers(office, form)

        answer = answered(office, form, f"{form.people[0].name}换成钱一诺参加。")

        assert states(office) == {"钱一诺": State.CONFIRMED}
        assert "请补正" in answer.text
        assert "身份证号" in answer.text


@pytest.mark.parametrize("way", ["words", "words with mobile", "form"])
def test_nobody_who_has_a_place_gets_a_second_one(tmp_path: Path, way: str) -> None:
    with Office(tmp_path) as office:
        form, other = office.form(), office.form()
        registers(office, form)
        registers(office, other)
        old, taken = form.people[0], other.people[0]
        texts = {
            "words": f"{old.name}换成{taken.name}参加。",
            "words with mobile": f"{old.name}换成{taken.name}参加，手机{taken.mobile}。",
            "form": f"{old.name}换成{taken.name}，信息见附件。",
        }
        files = [excel_file(form.with_people([taken]))] if way == "form" else []
        before = roll(office)

        answer = answered(office, form, texts[way], files=files)

        assert roll(office) == before
        assert last_template(office) == "handed_to_staff"
        assert len(office.view().reviews) == 1
        for secret in (taken.name, other.hospital.name, "已录取", "第 2 位"):
            assert secret not in answer.text


def test_two_of_ones_own_people_are_not_swapped_for_each_other(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        registers(office, form)
        before = roll(office)

        answered(office, form, f"{form.people[0].name}换成{form.people[1].name}参加。")

        assert roll(office) == before
        assert len(office.view().reviews) == 1


def test_who_waits_is_replaced_on_the_waitlist(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        registers(office, office.form())
        waiting, behind = office.form(), office.form()
        registers(office, waiting)
        registers(office, behind)

        answered(office, waiting, f"{waiting.people[0].name}换成钱一诺参加。")

        assert [(one.name, one.state) for one in roll(office)[1:]] == [
            ("钱一诺", State.WAITLISTED),
            (behind.people[0].name, State.WAITLISTED),
        ]
