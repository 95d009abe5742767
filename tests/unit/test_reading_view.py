"""`read` for people: columns that line up, where each value stood, how sure it is, and boxes on the page."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.app.columns import columns, shortened, width
from bot.app.reading import Reader, Shown, draw_reading, reading_lines
from bot.errors import UsageError
from bot.forms.drawing import DOUBTFUL_COLOUR, SURE_COLOUR, Mark, draw
from bot.records.form import (
    Attendee,
    Box,
    Document,
    FieldProblem,
    PagePicture,
    Place,
    ProblemCode,
    Reading,
    RegistrationForm,
    Unread,
    UnreadCode,
    Value,
)
from tests.samples.make_forms import slip, word_form


def page(width: int = 400, height: int = 300) -> PagePicture:
    written = BytesIO()
    Image.new("RGB", (width, height), "white").save(written, "PNG")
    return PagePicture(written.getvalue(), width, height)


def scanned(name: str, confidence: float, box: Box) -> Value:
    return Value(name, name, "姓名", Place("a.jpg", "第1页", "表1 第2行第1列"), confidence, box=box)


def shown(*values: Value, problems: tuple[FieldProblem, ...] = (), pages: int = 1) -> Shown:
    people = tuple(Attendee(name=value, problems=problems) for value in values)
    form = RegistrationForm("a.jpg", attendees=people)
    return Shown(Path("a.jpg"), Reading((form,)), (Document("a.jpg", (), (page(),) * pages),))


@pytest.mark.parametrize(
    ("text", "cells"), [("", 0), ("abc", 3), ("姓名", 4), ("ａ", 2), ("é", 1), ("e\u0301", 1)]
)
def test_a_chinese_character_takes_two_cells(text: str, cells: int) -> None:
    assert width(text) == cells


def test_a_long_text_is_cut_and_says_so() -> None:
    assert shortened("深圳市第一人民医院", 10) == "深圳市第…"
    assert shortened("一\n二", 10) == "一 二"


def test_columns_line_up() -> None:
    lines = columns([("一", "b", "x"), ("aaa", "二二", "y")], (10, 10, 10))

    assert [width(line[: line.index(end)]) for line, end in zip(lines, "xy", strict=True)] == [11, 11]
    assert columns([], ()) == []


def test_shows_every_value_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "回执.docx"
    content = slip(5, 2)
    path.write_bytes(word_form(content))

    with Reader() as reader:
        text = "\n".join(reading_lines(reader.read(path)))

    for person in content.people:
        assert person.name in text
        assert person.id_number in text
    assert "表1 第2行第5列" in text
    assert "确定" in text


def test_marks_what_was_read_with_little_certainty_and_what_is_wrong() -> None:
    problem = FieldProblem("name", ProblemCode.UNCERTAIN, "苗知的姓名识别得不够清楚，请核对。")

    lines = reading_lines(shown(scanned("苗知", 0.61, Box(0, 1, 1, 9, 9)), problems=(problem,)))

    assert any("苗知" in line and "61% ？ ！" in line for line in lines)
    assert "  ！苗知的姓名识别得不够清楚，请核对。" in lines


def test_says_what_could_not_be_read_and_when_nothing_was_found() -> None:
    unread = Unread("a.rar", UnreadCode.ENCRYPTED, "文件设有打开密码。")

    assert "  未能读取：a.rar——文件设有打开密码。" in reading_lines(Shown(Path("a"), Reading((), (unread,))))
    assert "  没有找到回执表。" in reading_lines(Shown(Path("a"), Reading()))


def test_draws_sure_and_doubtful_values_in_different_colours() -> None:
    content = draw(page(), [Mark(Box(0, 50, 50, 90, 80), 1, False), Mark(Box(0, 150, 50, 190, 80), 2, True)])

    with Image.open(BytesIO(content)) as picture:
        assert picture.size == (400, 300)
        assert picture.getpixel((51, 65)) == SURE_COLOUR
        assert picture.getpixel((151, 65)) == DOUBTFUL_COLOUR


def test_a_box_that_is_no_box_does_not_break_the_drawing() -> None:
    assert draw(page(), [Mark(Box(0, 90, 80, 50, 50), 1, False)])


def test_each_page_with_values_gets_its_own_picture(tmp_path: Path) -> None:
    both = shown(scanned("甲", 1.0, Box(0, 1, 1, 20, 20)), scanned("乙", 1.0, Box(2, 1, 1, 20, 20)), pages=3)

    written = draw_reading(both, tmp_path / "看.png")

    assert [path.name for path in written] == ["看.png", "看-2.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written)


def test_files_without_pages_cannot_be_drawn(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="没有可以画的页面"):
        draw_reading(Shown(Path("a.docx"), Reading()), tmp_path / "x.png")


def test_a_picture_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="图片写不进去"):
        draw_reading(shown(scanned("甲", 1.0, Box(0, 1, 1, 9, 9))), tmp_path / "no" / "x.png")
