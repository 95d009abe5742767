"""Staff decide in LibreOffice in both sheets, as at the keyboard; the next cycle does as they meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.office_macros import HANDS, profile_with, run_macro
from tests.scenarios.office import Office
from tests.scenarios.replaying import Kept, told
from tests.scenarios.staff_hands import (
    answers_by_reader,
    asks,
    beside,
    link_of,
    minutes_pass,
    name_in,
    registered,
    roll,
    staff_acts,
    states,
    waiting_mail,
    waiting_rows,
)

pytestmark = pytest.mark.integration

DECIDE = """
Sub Decide(address As String)
  book = Opened(address)
  people = book.Sheets.getByName("报名名单")
  Typed(book, people, 2, "处理", "取消")
  Typed(book, people, 2, "备注", "电话里说不来了")
  Typed(book, people, 4, "处理", "忽略")
  Typed(book, people, 3, "缴费", "2980")
  waiting = book.Sheets.getByName("待处理")
  Typed(book, waiting, 2, "姓名", "NAME")
  Typed(book, waiting, 2, "身份证号", "NUMBER")
  Typed(book, waiting, 2, "手机", "MOBILE")
  Typed(book, waiting, 2, "处理", "录取")
  Saved(book, address)
End Sub
"""


def test_what_staff_decide_in_libreoffice_is_carried_out_and_told(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with Office(tmp_path, capacity=1) as office:
        (_, first, leaves), (_, second, moves), (_, _, pinned) = registered(office, 3)
        new = office.form()
        asked = asks(office, "您好，请问我院还能再报一位吗？", new)
        office.works()
        letter = link_of(office, waiting_mail(office))
        person = new.people[0]
        code = DECIDE.replace("NAME", person.name).replace("NUMBER", person.id_number)
        code = HANDS + code.replace("MOBILE", person.mobile)
        profile = profile_with(tmp_path_factory.mktemp("profile"), code)
        opened = letter.exists()

        run_macro(profile, "Decide", office.workbook)
        office.works()
        answers = answers_by_reader(office)
        minutes_pass(office, 2)

        assert opened
        assert not letter.exists()
        # The seat that became free went to the person whom staff admitted, and nobody was promoted besides.
        assert states(office) == {
            leaves: "cancelled",
            moves: "waitlisted",
            pinned: "waitlisted",
            name_in(new): "confirmed",
        }
        assert set(answers) == {first.sender, asked.sender}
        admitted = roll(office)[name_in(new)]
        assert (admitted.id_number, admitted.mobile) == (person.id_number, person.mobile)
        assert roll(office)[pinned].by_staff
        assert (beside(office, leaves, "备注"), beside(office, moves, "缴费")) == ("电话里说不来了", "2980")
        assert waiting_rows(office) == []
        assert staff_acts(office) == 1
        assert second.sender not in answers
    assert told(Kept(tmp_path).replayed()) == []
