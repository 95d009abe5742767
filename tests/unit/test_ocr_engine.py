"""Recognition of page images: which way is up, where the paper is, stamps, and what the scores are worth."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.forms.readers import heavy

if not heavy.has_ocr() and "CI" not in os.environ:
    pytest.skip("Recognition (extra ocr) is missing here.", allow_module_level=True)

import cv2

from bot.forms.ocr import engine
from bot.forms.ocr.engine import find_text, read_lines
from bot.forms.ocr.prepare import LONG_SIDE, legible, paper_corners, sheet_alone, sized
from bot.forms.ocr.recognise import Recognised, recognise, reread
from bot.forms.ocr.upright import lies_on_its_side, stands_on_its_head

SCAN = Path(__file__).parents[1] / "samples" / "corpus" / "scan" / "00_own.jpg"
Image = NDArray[np.uint8]


def blank(height: int = 400, width: int = 900, shade: int = 255) -> Image:
    return np.full((height, width, 3), shade, np.uint8)


def written(*lines: str) -> Image:
    image = blank(90 * len(lines) + 60)
    for number, text in enumerate(lines):
        cv2.putText(image, text, (40, 90 + 90 * number), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (0, 0, 0), 3, cv2.LINE_AA)
    return image


def turned(image: Image, quarters: int) -> Image:
    return np.ascontiguousarray(np.rot90(image, quarters))


def texts(found: Recognised) -> list[str]:
    return [token.text for token in found.tokens]


@cache
def scanned() -> Image:
    """A form as an office scanner gave it, at a size that is quick to read."""
    image = cv2.imdecode(np.frombuffer(SCAN.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return np.asarray(image[: image.shape[0] // 2], np.uint8)


def test_lines_are_found_where_they_stand() -> None:
    found = recognise(written("13800138000", "44030319900101"))

    assert texts(found) == ["13800138000", "44030319900101"]
    first, second = found.tokens
    scale = found.image.shape[1] / 900
    assert 30 * scale < first.left < 60 * scale
    assert first.bottom < second.top
    assert min(first.score, second.score) > 0.9


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_page_turned_in_any_way_is_read_like_the_upright_one(quarters: int) -> None:
    upright = recognise(scanned())

    found = recognise(turned(scanned(), quarters))

    assert found.image.shape == upright.image.shape
    assert [t for t in texts(found) if len(t) > 5][:3] == [t for t in texts(upright) if len(t) > 5][:3]
    assert len(set(texts(upright)) - set(texts(found))) <= 2


def test_page_without_text_gives_no_tokens() -> None:
    found = recognise(blank())

    assert found.tokens == ()
    assert max(found.image.shape) <= LONG_SIDE


@pytest.mark.parametrize("shape", [(1, 1), (3, 2000), (2000, 3), (17, 17)])
def test_page_of_odd_size_is_no_error(shape: tuple[int, int]) -> None:
    assert recognise(np.zeros((*shape, 3), np.uint8)).tokens == ()


def test_gray_page_is_read_like_a_colour_one() -> None:
    image = written("13800138000")

    assert texts(recognise(np.ascontiguousarray(image[:, :, 0]))) == ["13800138000"]


def test_digits_under_a_red_stamp_are_read() -> None:
    image = written("13800138000")
    cv2.circle(image, (300, 80), 60, (60, 60, 230), 9)
    ink = written("13800138000").min(axis=2) < 128
    image[ink] = (0, 0, 60)

    assert texts(recognise(image)) == ["13800138000"]


def test_stamp_alone_leaves_white_paper() -> None:
    image = blank(shade=240)
    cv2.circle(image, (300, 200), 90, (70, 70, 225), 8)

    assert legible(image).min() > 200


def test_shadow_over_half_the_page_is_taken_away() -> None:
    image = written("13800138000")
    image[:, 450:] //= 2

    clean = legible(image)

    assert abs(float(np.median(clean[:, :400])) - float(np.median(clean[:, 500:]))) < 12


def test_faint_text_becomes_dark() -> None:
    faint = (255 - (255 - written("13800138000").astype(int)) * 0.35).astype(np.uint8)

    assert legible(faint).min() < 40


def test_second_look_reads_the_boxes_that_it_is_given() -> None:
    found = recognise(written("13800138000", "44030319900101"))
    boxes = [(round(t.left), round(t.top), round(t.right), round(t.bottom)) for t in found.tokens]

    again = reread(found.image, boxes)

    assert [text for text, _ in again] == ["13800138000", "44030319900101"]
    assert min(score for _, score in again) > 0.9


def test_second_look_outside_of_the_page_sees_nothing() -> None:
    assert reread(blank(), [(5000, 5000, 5100, 5040), (10, 10, 10, 10)]) == [("", 0.0), ("", 0.0)]


def test_the_line_under_a_value_is_no_part_of_it() -> None:
    signs = ["", "_", "甲", "乙"]
    chances = np.full((7, 4), 0.01, np.float32)
    for place, (sign, chance) in enumerate([(1, 0.4), (2, 0.99), (0, 1), (1, 0.8), (3, 0.98), (0, 1), (1, 0.3)]):
        chances[place, sign] = chance

    text, score = engine._decoded(chances, signs, {})

    assert text == "甲_乙"
    assert score == pytest.approx(0.8)


def test_score_falls_with_the_least_sure_character() -> None:
    clear = written("13800138000")
    spoilt = clear.copy()
    spoilt[40:100, 300:330] = 150

    (_, sure), (_, unsure) = read_lines([clear[40:110, 30:450], spoilt[40:110, 30:450]])

    assert sure > 0.9
    assert unsure < sure


def test_sheet_on_a_desk_is_cut_out_and_made_rectangular() -> None:
    photo = blank(1000, 800, shade=60)
    sheet = np.array([(120, 90), (700, 130), (680, 930), (90, 880)], np.int32)
    cv2.fillConvexPoly(photo, sheet, (240, 240, 240))

    corners = paper_corners(photo)
    alone = sheet_alone(photo)

    assert corners is not None
    assert np.abs(corners - sheet).max() < 12
    assert float(np.mean(alone > 200)) > 0.97


@pytest.mark.parametrize(
    "image", [blank(1000, 800), blank(1000, 800, shade=0), written("13800138000", "44030319900101")]
)
def test_scan_is_not_cut(image: Image) -> None:
    assert paper_corners(image) is None
    assert sheet_alone(image) is image


def test_large_pages_shrink_and_tiny_ones_grow() -> None:
    assert sized(blank(3000, 4000)).shape[:2] == (1500, 2000)
    assert sized(blank(300, 600)).shape[:2] == (550, 1100)
    assert sized(blank(1500, 1200)).shape[:2] == (1500, 1200)


def test_boxes_that_stand_upright_mean_a_page_on_its_side() -> None:
    lying = np.array([(0, 0), (200, 0), (200, 30), (0, 30)], np.float64)
    standing = np.array([(0, 0), (30, 0), (30, 200), (0, 200)], np.float64)

    assert lies_on_its_side([standing, standing, lying])
    assert not lies_on_its_side([standing, lying, lying])
    assert not lies_on_its_side([])


def test_page_stands_on_its_head_only_where_half_a_turn_reads_better() -> None:
    crops = [blank(40, 300)] * 4

    def read(answers: list[float]) -> list[list[tuple[str, float]]]:
        return [[("手机号码", score)] * len(crops) for score in answers]

    worse, better, unread = (iter(read(answers)) for answers in ([0.5, 0.3], [0.4, 0.9], [0.0, 0.0]))
    assert not stands_on_its_head(crops, lambda _: next(worse))
    assert stands_on_its_head(crops, lambda _: next(better))
    assert not stands_on_its_head(crops, lambda _: next(unread))


def test_recognition_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    find_text(written("13800138000"))

    assert capfd.readouterr() == ("", "")
