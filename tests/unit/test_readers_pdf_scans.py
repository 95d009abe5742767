"""Pages of a PDF that are pictures. Recognition is replaced: these tests are about which pages get there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

import bot.forms.ocr.page
from bot.forms.readers import heavy
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.pdf import HIDDEN_TEXT_CONFIDENCE, MAX_SCANNED_PAGES, read_pdf
from bot.records.form import Line, PagePicture, Place, UnreadCode
from tests.samples.make_pdf import Pdf, shown
from tests.samples.shown import shown as said_by
from tests.unit.test_readers_pdf import own_form

FULL = "q 595 0 0 842 0 0 cm /I Do Q\n"
SENTENCE = "填报单位：深圳市云杉康复医院联系人：赵安博"


@dataclass
class Recognition:
    """Stands in for the recognition: remembers what it was shown."""

    shown: list[tuple[str, int, tuple[int, ...]]] = field(default_factory=list)

    def __call__(self, image: Any, origin: str, part: str, page: int) -> tuple[tuple[Line, ...], PagePicture]:
        self.shown.append((part, page, image.shape))
        return (Line(f"认出{part}", Place(origin, part), 0.9),), PagePicture(b"p", 7, 9)


@pytest.fixture
def recognition(monkeypatch: pytest.MonkeyPatch) -> Recognition:
    stand_in = Recognition()
    monkeypatch.setattr(bot.forms.ocr.page, "read_page", stand_in)
    monkeypatch.setattr(heavy, "require_ocr", lambda: None)
    return stand_in


def without_libraries() -> None:
    raise UnreadableFileError(UnreadCode.UNSUPPORTED, "没有安装。")


def paged(*contents: str) -> bytes:
    """A file with a gray picture /I at hand on every page."""
    pdf = Pdf()
    picture = pdf.picture(60, 84, 200)
    for content in contents:
        pdf.page(content, resources=f"/XObject<</I {picture} 0 R>>")
    return pdf.saved()


def test_page_that_is_a_picture_is_recognised_at_200_dpi(recognition: Recognition) -> None:
    document = read_pdf("a.pdf", paged(FULL))

    assert said_by(document) == ["认出第1页"]
    assert document.pages == (PagePicture(b"p", 7, 9),)
    assert recognition.shown == [("第1页", 0, (2339, 1653, 3))]


def test_only_the_pages_that_need_it_are_recognised(recognition: Recognition) -> None:
    document = read_pdf("a.pdf", paged(shown("联系人：赵安博电话：13800138000", 50, 700), FULL, ""))

    assert said_by(document) == ["联系人：赵安博电话：13800138000", "认出第2页"]
    assert [(page.width, page.height) for page in document.pages] == [(1240, 1755), (7, 9), (1240, 1755)]


def test_form_with_a_logo_or_a_stamp_is_not_recognised(recognition: Recognition) -> None:
    read_pdf("a.pdf", paged("q 150 0 0 150 400 100 cm /I Do Q\n" + own_form()))

    assert recognition.shown == []


def test_form_written_over_a_background_picture_is_read_as_text(recognition: Recognition) -> None:
    read_pdf("a.pdf", paged(FULL + own_form()))

    assert recognition.shown == []


@pytest.mark.parametrize(
    "content",
    [
        FULL + shown(SENTENCE, 50, 700, more="3 Tr"),
        shown(SENTENCE, 50, 700) + FULL,
        FULL + shown("扫描全能王 创建", 450, 20),
        "".join(shown(SENTENCE, 50, 700 - 20 * n).replace("/F1", "/F2") for n in range(4)),
        "".join(f"{n} 100 m {n + 3} 104 {n + 5} 107 {n + 2} 99 c f\n" for n in range(100)),
    ],
    ids=["invisible text", "text below the picture", "scanner's mark", "characters without meaning", "outlines"],
)
def test_text_that_is_not_what_people_see_is_not_believed(recognition: Recognition, content: str) -> None:
    assert said_by(read_pdf("a.pdf", paged(content))) == ["认出第1页"]


def test_empty_page_is_not_recognised(recognition: Recognition) -> None:
    assert read_pdf("a.pdf", paged("")).blocks == ()
    assert recognition.shown == []


def test_without_recognition_a_scan_is_unsupported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heavy, "require_ocr", without_libraries)

    with pytest.raises(UnreadableFileError) as raised:
        read_pdf("a.pdf", paged(FULL))

    assert raised.value.code is UnreadCode.UNSUPPORTED


def test_without_recognition_a_scanners_text_counts_a_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heavy, "require_ocr", without_libraries)

    document = read_pdf("a.pdf", paged(FULL + shown(SENTENCE, 50, 700, more="3 Tr")))

    (line,) = document.blocks
    assert isinstance(line, Line)
    assert (line.text, line.confidence) == (SENTENCE, HIDDEN_TEXT_CONFIDENCE)


def test_in_the_light_process_a_scan_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heavy, "OCR_ALLOWED", False)
    monkeypatch.setattr(heavy, "has_ocr", lambda: True)

    with pytest.raises(heavy.NeedsOcrError):
        read_pdf("a.pdf", paged(FULL))


def test_more_scanned_pages_than_can_be_recognised_are_too_large(recognition: Recognition) -> None:
    with pytest.raises(UnreadableFileError) as raised:
        read_pdf("a.pdf", paged(*[FULL] * (MAX_SCANNED_PAGES + 1)))

    assert raised.value.code is UnreadCode.TOO_LARGE


def test_picture_of_absurd_size_is_never_unpacked(recognition: Recognition) -> None:
    pdf = Pdf()
    words = "/Type/XObject/Subtype/Image/Width 90000/Height 90000/ColorSpace/DeviceGray/BitsPerComponent 8"
    picture = pdf.stream(words, b"\xff" * 100, packed=True)
    pdf.page(FULL, resources=f"/XObject<</I {picture} 0 R>>")

    with pytest.raises(UnreadableFileError) as raised:
        read_pdf("a.pdf", pdf.saved())

    assert raised.value.code is UnreadCode.TOO_LARGE
    assert recognition.shown == []
