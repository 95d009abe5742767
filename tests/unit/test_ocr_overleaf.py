from __future__ import annotations

from bot.forms.ocr.overleaf import with_rows_joined
from bot.records.form import Cell, Line, Place, Table

HEADING = ("序号", "姓名", "单位", "身份证号")
FOOTER = Line("第1页", Place("a.tif"))


def table(*rows: tuple[str, ...], sure: float = 1.0) -> Table:
    return Table(
        tuple(
            tuple(Cell(text, r, c, Place("a.tif"), confidence=sure) for c, text in enumerate(row))
            for r, row in enumerate(rows)
        )
    )


def texts(block: object) -> list[list[str]]:
    assert isinstance(block, Table)
    return [[cell.text for cell in row] for row in block.rows]


def test_the_rest_of_a_row_at_the_top_of_a_page_goes_to_the_row_above() -> None:
    first = table(HEADING, ("1", "张甲", "深圳市木棉骨科医", "44030"))
    second = table(("", "", "院", ""), ("2", "李乙", "深圳市木棉骨科医院", "44030"), sure=0.95)

    (whole,), (rest,) = with_rows_joined([(first,), (second,)])

    assert texts(whole)[1] == ["1", "张甲", "深圳市木棉骨科医院", "44030"]
    assert texts(rest) == [["2", "李乙", "深圳市木棉骨科医院", "44030"]]
    assert isinstance(whole, Table)
    assert whole.rows[1][2].confidence == 0.95
    assert isinstance(rest, Table)
    assert rest.rows[0][0].row == 0


def test_a_page_number_and_a_heading_printed_again_do_not_part_a_row() -> None:
    first = table(HEADING, ("1", "张甲", "深圳市木棉骨科医", "44030"))
    second = table(HEADING, ("", "", "院", ""), ("2", "李乙", "某院", "44030"))

    (whole, footer), (rest,) = with_rows_joined([(first, FOOTER), (second,)])

    assert texts(whole)[1][2] == "深圳市木棉骨科医院"
    assert footer == FOOTER
    assert texts(rest) == [list(HEADING), ["2", "李乙", "某院", "44030"]]


def test_a_row_of_its_own_stays_one() -> None:
    first = table(HEADING, ("1", "张甲", "某院", "44030"))
    next_person = table(("", "李乙", "某院", "44031"), ("3", "王丙", "某院", "44032"))
    blank_row_above = table(HEADING, ("", "", "", ""))
    begun = table(("", "", "院", ""), ("2", "李乙", "某院", "44030"))

    assert with_rows_joined([(first,), (next_person,)]) == [(first,), (next_person,)]
    assert with_rows_joined([(blank_row_above,), (begun,)]) == [(blank_row_above,), (begun,)]


def test_tables_with_other_columns_or_text_between_stay_apart() -> None:
    first = table(HEADING, ("1", "张甲", "某院", "44030"))
    narrower = table(("", "院"), ("2", "李乙"))
    second = table(("", "", "院", ""), ("2", "李乙", "某院", "44030"))
    prose = Line("以下为第二批参加人员，请一并登记。", Place("a.tif"))

    assert with_rows_joined([(first,), (narrower,)]) == [(first,), (narrower,)]
    assert with_rows_joined([(first,), (prose, second)]) == [(first,), (prose, second)]
    assert with_rows_joined([]) == []
