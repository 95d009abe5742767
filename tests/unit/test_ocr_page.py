"""From tokens to cells and lines: splitting, joining, order, and how sure a reading is. No engine."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import islice

import numpy as np
import pytest

cv2 = pytest.importorskip("cv2")

from bot.demo.invented import people, taxpayer_id  # noqa: E402
from bot.forms.ocr.confidence import CONFIRMED, SURE, Look, settled, wants_second_look  # noqa: E402
from bot.forms.ocr.page import arranged  # noqa: E402
from bot.forms.ocr.token import Token  # noqa: E402
from bot.records.form import Line, Place, Table  # noqa: E402
from tests.unit.ocr_pages import Image, blocks, echo, grid_lines, only_table, page, ruled, texts, token  # noqa: E402

PERSON = next(people(3))
XS = (100, 400, 800, 1100)
YS = (100, 160, 220, 300)


def test_a_token_over_a_ruled_line_is_cut_there() -> None:
    words = [token("姓名", 120, 115), token("职务", 420, 115)]
    glued = token("张某某副主任医师13800000000", 328, 175)

    table = only_table(ruled(grid_lines((100, 400, 520, 800), YS)), [*words, glued], echo([]))

    assert texts(table)[1] == ["张某某", "副主任医师", "13800000000"]


def test_what_was_cut_and_not_read_again_alike_is_unsure() -> None:
    glued = token("张某某副主任医师13800000000", 320, 175, width=620)

    table = only_table(ruled(grid_lines(XS, YS)), [token("姓名", 120, 115), glued], echo([]))

    assert all(cell.confidence < SURE for cell in table.rows[1])


def test_an_identity_number_on_two_lines_is_one_number_and_confirmed() -> None:
    number = PERSON.id_number
    tokens = [
        token("身份证号", 820, 115),
        token(number[:12], 820, 222, 0.7),
        token(number[12:], 820, 258, 0.7),
        token("联系人", 120, 115),
    ]

    table = only_table(ruled(grid_lines(XS, YS)), tokens)

    assert table.rows[2][2].text == number
    assert table.rows[2][2].confidence == CONFIRMED


def test_a_name_and_a_number_on_two_lines_of_a_cell_stay_apart() -> None:
    tokens = [token("联系人", 120, 115), token("张某", 420, 222), token("13800000000", 420, 258)]

    table = only_table(ruled(grid_lines(XS, YS)), tokens)

    assert table.rows[2][1].text == "张某\n13800000000"


def test_a_long_name_wrapped_in_its_cell_is_joined() -> None:
    tokens = [token("单位", 120, 115), token("深圳市白鹭妇幼保健院南", 110, 222), token("山分院", 110, 258)]

    table = only_table(ruled(grid_lines(XS, YS)), tokens)

    assert table.rows[2][0].text == "深圳市白鹭妇幼保健院南山分院"


def test_a_label_and_its_value_far_apart_are_one_line() -> None:
    tokens = [token("联系人：", 100, 600), token("张某", 400, 604), token("电话：13800000000", 700, 598)]

    found = blocks(page(), tokens)

    assert [block.text for block in found if isinstance(block, Line)] == ["联系人：张某 电话：13800000000"]


def test_columns_without_borders_are_a_table_and_the_lines_below_are_not() -> None:
    xs = (100, 300, 600, 850)
    rows = [("姓名", "单位", "职务", "手机")]
    rows += [(f"张某{n}", f"第{n}医院", "主任", f"1380000000{n}") for n in (1, 2)]
    tokens = [token(text, xs[c], 100 + 55 * r) for r, row in enumerate(rows) for c, text in enumerate(row)]
    tokens += [token("参会回执表", 400, 30), token("填报单位：第1医院", 100, 420), token("联系人：张某", 100, 480)]

    found = blocks(page(), tokens)

    assert [type(block) for block in found] == [Line, Table, Line, Line]
    assert isinstance(found[1], Table)
    assert texts(found[1]) == [list(row) for row in rows]


def test_a_borderless_row_with_a_gap_keeps_its_columns() -> None:
    xs = (100, 300, 600, 850)
    rows = [
        ("姓名", "单位", "职务", "手机"),
        ("张某", "某某医院", "主任", "13800000000"),
        ("李某", "", "", "13900000000"),
    ]
    tokens = [token(text, xs[c], 100 + 70 * r) for r, row in enumerate(rows) for c, text in enumerate(row) if text]

    assert texts(only_table(page(), tokens))[2] == ["李某", "", "", "13900000000"]


def test_level_rules_alone_make_a_table_by_columns() -> None:
    xs = (100, 400, 700)
    rows = [("姓名", "单位", "手机"), ("张某", "某某医院", "13800000000"), ("李某", "某某医院", "13900000000")]
    tokens = [token(text, xs[c], 110 + 60 * r) for r, row in enumerate(rows) for c, text in enumerate(row)]
    image = ruled([(80, y, 1000, y) for y in (100, 160, 285)])

    assert texts(only_table(image, tokens)) == [list(row) for row in rows]


def borderless(rows: Sequence[Sequence[tuple[str, float]]]) -> tuple[Image, list[Token]]:
    """A page with tokens at these places, and ink where they stand."""
    image = page()
    tokens = [token(text, left, 100 + 60 * r) for r, row in enumerate(rows) for text, left in row]
    for one in tokens:
        for at in np.arange(one.left, one.right - 8, 12):
            cv2.rectangle(image, (round(at), round(one.top) + 6), (round(at) + 8, round(one.bottom) - 6), 20, -1)
    return image, tokens


HEADS = (("姓名", 100.0), ("单位", 250.0), ("职务", 520.0), ("手机", 680.0), ("身份证号", 860.0))


def test_what_was_read_across_columns_is_parted_as_the_second_looks_tell() -> None:
    one = "深圳市木棉骨科医院"
    glued = "李某14227286111440301199001010034"
    image, tokens = borderless(
        [HEADS, (("张某", 100), (one, 250), ("院长", 520), ("13800000000", 680)), (("王某", 100), (one, 250))]
    )
    wide = Token(((520, 220), (1096, 220), (1096, 250), (520, 250)), glued, 0.97)

    def reread(_: Image, boxes: Sequence[tuple[int, int, int, int]]) -> list[tuple[str, float]]:
        parts = {520: ("李某", 0.99), 680: ("14227286111", 0.99), 860: ("440301199001010034", 0.99)}
        near = [min(parts, key=lambda left: abs(left - box[0])) for box in boxes]
        return [parts[left] if box[1] == 220 else ("", 0.0) for left, box in zip(near, boxes, strict=True)]

    table = only_table(image, [*tokens, wide], reread)

    assert texts(table)[2] == ["王某", one, "李某", "14227286111", "440301199001010034"]
    assert table.rows[2][3].confidence >= 0.9


def test_a_line_of_prose_below_a_borderless_table_is_not_of_it() -> None:
    row = (("张某", 100.0), ("某某医院", 250.0), ("院长", 520.0), ("13800000000", 680.0))
    image, tokens = borderless(
        [HEADS, row, (("请各单位于四月十日之前将本表发送至协会秘书处的邮箱里以便统计", 100.0),)]
    )

    found = blocks(image, tokens)

    assert [type(block) for block in found] == [Table, Line]
    assert isinstance(found[0], Table)
    assert texts(found[0]) == [[text for text, _ in HEADS], ["张某", "某某医院", "院长", "13800000000", ""]]


def test_a_telephone_extension_is_written_without_blanks() -> None:
    (line,) = blocks(page(), [token("电话：0755-71892640 转 5479", 100, 100)])

    assert isinstance(line, Line)
    assert line.text == "电话：0755-71892640转5479"


def test_text_of_a_stamp_is_not_glued_to_a_value() -> None:
    askew = token("协会公章", 420, 175)
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = askew.corners
    turned = type(askew)(((ax, ay), (bx - 30, by + 45), (cx - 50, cy + 30), (dx - 20, dy)), askew.text, 0.9)
    over = token("章公", 425, 172, 0.6)

    table = only_table(
        ruled(grid_lines(XS, YS)), [token("姓名", 120, 115), token("主任医师", 420, 175), turned, over]
    )

    assert table.rows[1][1].text == "主任医师"


def test_every_cell_and_line_says_where_it_stands() -> None:
    image = ruled(grid_lines(XS, YS))
    cv2.putText(image, "HELLO", (120, 200), 0, 1, (0, 0, 0), 2)
    tokens = [token("HELLO", 115, 175, width=110), token("填报单位：某某医院", 120, 500)]

    found, picture = arranged(image, tokens, echo(tokens), Place("a.png", "第2页"), 1)

    assert isinstance(found[0], Table)
    cell = found[0].rows[1][0]
    assert cell.box is not None
    assert cell.box.page == 1
    assert [abs(cell.box.left - 100) < 4, abs(cell.box.right - 400) < 4] == [True, True]
    assert cell.picture.startswith(b"\x89PNG")
    assert len(cell.picture) < 5000
    assert found[0].rows[2][2].picture == b""
    assert isinstance(found[1], Line)
    assert str(found[1].place) == "a.png 第2页 第1行"
    assert (picture.width, picture.height) == (1200, 900)
    assert picture.content.startswith(b"\xff\xd8")


def test_ink_that_no_token_accounts_for_is_read_and_unsure() -> None:
    image = ruled(grid_lines(XS, YS))
    cv2.putText(image, "AB", (420, 200), 0, 1, (0, 0, 0), 2)
    tokens = [token("姓名", 120, 115), token("张某", 120, 175)]

    table = only_table(image, tokens, echo([token("赵某", 420, 172, 0.999)]))

    assert table.rows[1][1].text == "赵某"
    assert table.rows[1][1].confidence < SURE


def test_a_speck_in_an_empty_cell_is_no_value() -> None:
    assert settled(Look("", 0.0, grown=True), Look("2", 0.98)).text == ""


def test_a_bad_reading_of_an_overlooked_name_is_given_for_a_person_to_correct() -> None:
    result = settled(Look("", 0.0, grown=True), Look("彭仍知", 0.4))

    assert result.text == "彭仍知"
    assert result.score < SURE


def test_a_cell_with_more_ink_than_characters_is_unsure() -> None:
    image = ruled(grid_lines(XS, YS))
    cv2.rectangle(image, (420, 180), (443, 200), (0, 0, 0), 3)
    cv2.line(image, (450, 190), (472, 190), (0, 0, 0), 3)
    tokens = [token("姓名", 120, 115), token("许", 418, 175, 0.999, width=58)]

    cell = only_table(image, tokens).rows[1][1]

    assert cell.text == "许"
    assert cell.confidence < SURE


def test_a_number_whose_check_fits_is_sure_after_one_look() -> None:
    for number in (PERSON.id_number, taxpayer_id(1234)):
        assert not wants_second_look(Look(number, 0.6))
        assert settled(Look(number, 0.6), None) == Look(number, CONFIRMED)


def test_of_two_looks_the_one_whose_check_fits_stands() -> None:
    number = PERSON.id_number
    slip = number[:5] + str((int(number[5]) + 1) % 10) + number[6:]

    assert settled(Look(slip, 0.99), Look(number, 0.7)) == Look(number, CONFIRMED)


def test_a_number_whose_check_fits_in_no_look_stays_as_read_and_unsure() -> None:
    number = PERSON.id_number
    slip = number[:5] + str((int(number[5]) + 1) % 10) + number[6:]

    result = settled(Look(slip, 0.999), Look(slip, 0.999))

    assert result.text == slip
    assert result.score < SURE


def test_letters_that_look_like_digits_are_put_right_where_the_check_proves_it() -> None:
    number = next(p.id_number for p in people(5) if "0" in p.id_number[6:12])
    slip = number[:6] + number[6:12].replace("0", "O") + number[12:]

    assert settled(Look(slip, 0.9), None).text == number


@pytest.mark.parametrize("text", ["13800000000", "张某某", "office@example.org", "0755-12345678"])
def test_what_has_no_check_is_sure_only_when_two_looks_agree(text: str) -> None:
    other = text[:-1] + ("1" if text[-1].isdigit() else "甲")

    assert settled(Look(text, 0.999), Look(text, 0.998)).score >= SURE
    assert settled(Look(text, 0.999), Look(other, 0.998)).score < SURE
    assert settled(Look(text, 0.999), None).score < SURE


@pytest.mark.parametrize(("first", "second"), [(0.77, 0.87), (0.87, 0.999), (0.94, 0.94)])
def test_a_name_read_twice_alike_with_a_doubtful_character_is_unsure(first: float, second: float) -> None:
    assert settled(Look("谢达劫", first), Look("谢达劫", second)).score < SURE


def test_a_value_is_judged_without_its_label() -> None:
    tokens = [token("电话（手机）：13800000000", 100, 600, 0.7)]

    def reread(_: object, boxes: object) -> list[tuple[str, float]]:
        return [("：13800000000", 0.999)]

    (line,) = blocks(page(), tokens, reread)

    assert isinstance(line, Line)
    assert line.text == "电话（手机）：13800000000"
    assert line.confidence >= SURE


def test_more_lines_than_are_read_twice_stay_unsure_and_take_no_time() -> None:
    tokens = [
        token(person.name, 100 + 150 * (n % 7), 20 + 40 * (n // 7))
        for n, person in enumerate(islice(people(), 140))
    ]
    started = time.monotonic()

    found = blocks(page(), tokens)

    cells = [cell for block in found if isinstance(block, Table) for row in block.rows for cell in row]
    assert any(cell.confidence < SURE for cell in cells)
    assert any(cell.confidence >= SURE for cell in cells)
    assert time.monotonic() - started < 10


def test_a_sign_of_the_neighbouring_cell_is_no_part_of_a_number() -> None:
    number = next(one.id_number for one in people(3) if not one.id_number.startswith("5"))

    assert settled(Look("5" + number, 0.9, cut=True), Look("5" + number, 0.9)) == Look(number, 0.85)
    assert settled(Look("5" + number, 0.9), Look("5" + number, 0.9)).text == "5" + number


def test_an_unsure_word_of_a_stamp_behind_a_number_is_left_out() -> None:
    number = PERSON.id_number

    assert settled(Look(f"{number} 特校", 0.4), None) == Look(number, 0.85)
    assert settled(Look(f"{number} 张某", 0.99), Look(f"{number} 张某", 0.99)).text == f"{number} 张某"


def test_of_a_part_of_a_token_the_look_at_this_part_alone_stands() -> None:
    assert settled(Look("5科主任", 0.9, cut=True), Look("科主任", 0.95)).text == "科主任"
    assert settled(Look("科主任", 0.9, cut=True), Look("职务科主任", 0.95)).text == "科主任"
