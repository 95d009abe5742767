"""Ruled tables on pictures: drawn pages, no engine."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest

cv2 = pytest.importorskip("cv2")

from bot.forms.ocr.lines import straight_sheet  # noqa: E402
from bot.forms.ocr.token import Token  # noqa: E402
from bot.records.form import Line, Table  # noqa: E402
from tests.unit.ocr_pages import blocks, grid_lines, only_table, page, ruled, texts, token  # noqa: E402

XS = (100, 300, 600, 900, 1100)
YS = (100, 160, 220, 280)


def filled(xs: tuple[int, ...] = XS, ys: tuple[int, ...] = YS) -> list[Token]:
    words = ("姓名", "单位", "职务", "手机")
    return [
        token(words[c] if r == 0 else f"{words[c]}{r}", xs[c] + 20, ys[r] + 15)
        for r in range(len(ys) - 1)
        for c in range(len(xs) - 1)
    ]


def test_every_cell_of_a_ruled_table_holds_its_own_text() -> None:
    table = only_table(ruled(grid_lines(XS, YS)), filled())

    assert texts(table) == [
        ["姓名", "单位", "职务", "手机"],
        ["姓名1", "单位1", "职务1", "手机1"],
        ["姓名2", "单位2", "职务2", "手机2"],
    ]
    assert str(table.rows[1][2].place) == "回执.jpg 第1页 表1 第2行第3列"


@pytest.mark.parametrize(
    "bend",
    [
        pytest.param(lambda x, y: 0.03 * x, id="askew"),
        pytest.param(lambda x, y: 0.00005 * (x - 600) ** 2, id="curved"),
        pytest.param(lambda x, y: 0.0001 * (x - 600) * (y - 300), id="fanned out"),
    ],
)
def test_bent_rules_still_make_one_table(bend: Callable[[float, float], float]) -> None:
    ys = (100, 200, 300, 400)
    image = ruled(grid_lines(XS, ys), bend=bend)
    tokens = [token(t.text, t.left, t.top + bend((t.left + t.right) / 2, t.center[1])) for t in filled(ys=ys)]

    table = only_table(image, tokens)

    assert texts(table)[2] == ["姓名2", "单位2", "职务2", "手机2"]


def test_the_page_is_straightened_by_its_rules() -> None:
    image = ruled(grid_lines(XS, (100, 200, 300, 400)), bend=lambda x, y: 0.00005 * (x - 600) ** 2)

    sheet = straight_sheet(image, filled())

    widest = [stroke for stroke in sheet.level if stroke.length > 900]
    assert len(widest) == 4
    rows = np.flatnonzero((sheet.ink[:, 150:1050] > 0).mean(axis=1) > 0.9)
    assert len(np.flatnonzero(np.diff(rows) > 5)) == 3


def test_broken_and_faint_lines_hold() -> None:
    rng = random.Random(1)
    image = ruled(grid_lines(XS, YS), ink=150)
    for _ in range(60):
        x, y = rng.randrange(100, 1100), rng.choice(YS)
        image[y - 4 : y + 5, x : x + 9] = 250

    table = only_table(image, filled())

    assert (len(table.rows), len(table.rows[0])) == (3, 4)


def test_a_double_line_is_one_border() -> None:
    image = ruled(grid_lines(XS, (*YS, 104, 286)))

    assert len(only_table(image, filled()).rows) == 3


def test_a_merged_cell_stands_at_every_position_as_the_same_object() -> None:
    lines = [(100, y, 1100, y) for y in YS] + [(100, 100, 100, 280), (1100, 100, 1100, 280)]
    lines += [(300, 160, 300, 280), (600, 160, 600, 220), (900, 160, 900, 220)]
    tokens = [token("参会报名表", 500, 115), token("姓名", 120, 175), token("联系人", 320, 235)]

    table = only_table(ruled(lines), tokens)

    assert len({id(cell) for cell in table.rows[0]}) == 1
    assert table.rows[0][0].column_span == 4
    assert table.rows[2][1] is table.rows[2][3]
    assert table.rows[2][1].text == "联系人"


def test_a_cell_merged_downwards_keeps_its_rows_apart() -> None:
    lines = [(100, 100, 1100, 100), (300, 160, 1100, 160), (300, 220, 1100, 220), (100, 280, 1100, 280)]
    lines += [(x, 100, x, 280) for x in (100, 300, 700, 1100)]
    tokens = [token("某某医院", 120, 175), *(token(f"第{n}人", 320, 55 + 60 * n) for n in (1, 2, 3))]

    table = only_table(ruled(lines), tokens)

    assert [row[0].row_span for row in table.rows] == [3, 3, 3]
    assert [row[1].text for row in table.rows] == ["第1人", "第2人", "第3人"]


def test_outer_borders_that_were_not_drawn_are_put_back() -> None:
    lines = [(100, y, 1100, y) for y in YS] + [(x, 100, x, 280) for x in XS[1:-1]]

    table = only_table(ruled(lines), filled())

    assert texts(table)[1] == ["姓名1", "单位1", "职务1", "手机1"]


def test_a_stamp_over_the_table_makes_no_cells() -> None:
    image = ruled(grid_lines(XS, YS))
    for color, center in (((40, 30, 205), (700, 200)), ((90, 90, 90), (350, 210))):
        cv2.circle(image, center, 90, color, 7)
        cv2.putText(image, "+H+", (center[0] - 60, center[1] + 60), 0, 1.6, color, 6)
    cv2.polylines(image, [np.array(((100, 220), (1100, 220)))], False, (20, 20, 20), 2)

    table = only_table(image, filled())

    assert (len(table.rows), len(table.rows[0])) == (3, 4)


def test_the_side_of_a_ring_makes_no_column_in_the_row_that_it_stands_in() -> None:
    lines = [line for line in grid_lines(XS, YS) if line[0] != XS[1]]
    side = (750, YS[1] + 8, 750, YS[2] - 8)

    whole = only_table(ruled([*lines, side], ink=60), filled())
    parted = only_table(ruled([*lines, (750, YS[1], 750, YS[2])]), filled())

    assert len(whole.rows[0]) == 3
    assert len(parted.rows[0]) == 4


def test_a_page_without_rules_is_straightened_by_its_lines_of_text() -> None:
    slope = 0.03
    tokens = [token("参加人员情况一览", 150, 100 + 80 * line, width=700) for line in range(6)]
    askew = [
        Token(tuple((x, y + slope * x) for x, y in one.corners), one.text, one.score)  # type: ignore[arg-type]
        for one in tokens
    ]

    sheet = straight_sheet(page(), askew)

    tops = [(one.corners[0][1], one.corners[1][1]) for one in sheet.tokens]
    assert max(abs(left - right) for left, right in tops) < 2


def test_two_tables_on_a_page_stay_two_in_reading_order() -> None:
    image = ruled(grid_lines(XS, (400, 460, 520)), ruled(grid_lines((100, 500, 1100), (100, 160, 220))))
    tokens = [token("下表", 120, 415), token("上表", 120, 115), token("中间的话", 120, 300)]

    found = blocks(image, tokens)

    assert [b.rows[0][0].text if isinstance(b, Table) else b.text for b in found] == ["上表", "中间的话", "下表"]


def test_a_frame_around_text_is_no_table() -> None:
    image = ruled(grid_lines((60, 1140), (60, 700)))
    tokens = [token("填报单位：某某医院", 120, 115), token("联系人：张某", 120, 200)]

    found = blocks(image, tokens)

    assert [line.text for line in found if isinstance(line, Line)] == ["填报单位：某某医院", "联系人：张某"]


def test_a_table_inside_a_frame_is_found() -> None:
    image = ruled(grid_lines((40, 1160), (40, 800)), ruled(grid_lines(XS, YS)))

    table = only_table(image, [*filled(), token("填报单位：某某医院", 120, 400)])

    assert (len(table.rows), len(table.rows[0])) == (3, 4)


def test_underlined_blanks_are_no_table() -> None:
    image = ruled([(250, 150 + 60 * n, 600, 150 + 60 * n) for n in range(5)])
    tokens = [token(f"{label}：", 100, 120 + 60 * n) for n, label in enumerate(("单位", "联系人", "电话", "邮箱"))]

    assert all(isinstance(block, Line) for block in blocks(image, tokens))


def test_an_empty_page_gives_nothing() -> None:
    assert blocks(page(), []) == ()


def test_noise_neither_fails_nor_takes_long() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (900, 1200, 3), dtype=np.uint8)

    found = blocks(noise, [token("字", 100, 100)])

    assert len(found) <= 1
