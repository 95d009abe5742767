"""Picture files of every kind become page images. Recognition is replaced: these tests are about the pixels."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from bot.forms.readers import heavy, picture
from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import Line, PagePicture, Place, UnreadCode

if not heavy.has_ocr() and "CI" not in os.environ:
    pytest.skip("Recognition (extra ocr) is missing here.", allow_module_level=True)

from PIL import Image

import bot.forms.ocr.page
from bot.forms.readers.picture import MOST_FRAMES, read_picture

RED, WHITE = (0, 0, 255), (255, 255, 255)


@dataclass
class Recognition:
    """Stands in for the recognition: keeps what it was shown."""

    images: list[Any] = field(default_factory=list)

    def __call__(self, image: Any, origin: str, part: str, page: int) -> tuple[tuple[Line, ...], PagePicture]:
        self.images.append(image)
        return (Line(f"认出{part}", Place(origin, part), 0.9),), PagePicture(b"p", page)


@pytest.fixture
def recognition(monkeypatch: pytest.MonkeyPatch) -> Recognition:
    stand_in = Recognition()
    monkeypatch.setattr(bot.forms.ocr.page, "read_page", stand_in)
    monkeypatch.setattr(heavy, "OCR_ALLOWED", True)
    return stand_in


def page(mode: str = "RGB", size: tuple[int, int] = (60, 80)) -> Image.Image:
    """A white page whose top left quarter is red, or as dark as that is in gray."""
    image = Image.new("RGB", size, "white")
    image.paste((255, 0, 0), (0, 0, size[0] // 2, size[1] // 2))
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(np.asarray(pixel, int) - colour).max() < 12)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF", "WEBP", "GIF"])
def test_every_kind_of_picture_becomes_blue_green_red_pixels(kind: str, recognition: Recognition) -> None:
    document = read_picture("回执.x", saved(page(), kind))

    (image,) = recognition.images
    assert (image.shape, image.dtype) == ((80, 60, 3), np.uint8)
    assert near(image[10, 10], RED)
    assert near(image[70, 50], WHITE)
    assert document.pages == (PagePicture(b"p", 0),)


def test_photo_is_turned_as_its_exif_data_say(recognition: Recognition) -> None:
    read_picture("a.jpg", saved(page(), "JPEG", exif=turned(6)))

    (image,) = recognition.images
    assert image.shape == (60, 80, 3)
    assert near(image[10, 70], RED)
    assert near(image[50, 10], WHITE)


def test_every_page_of_a_fax_is_read_in_order(recognition: Recognition) -> None:
    others = [page("1", (40, 50)), page("1", (30, 20))]
    content = saved(page("1"), "TIFF", save_all=True, append_images=others, compression="group4")

    document = read_picture("a.tif", content)

    assert [image.shape[:2] for image in recognition.images] == [(80, 60), (50, 40), (20, 30)]
    assert [block.text for block in document.blocks if isinstance(block, Line)] == [
        "认出第1页",
        "认出第2页",
        "认出第3页",
    ]


def test_moving_picture_gives_its_first_frame_only(recognition: Recognition) -> None:
    read_picture("a.gif", saved(page(), "GIF", save_all=True, append_images=[Image.new("RGB", (60, 80), "black")]))

    assert len(recognition.images) == 1
    assert near(recognition.images[0][70, 50], WHITE)


def test_what_is_transparent_is_white(recognition: Recognition) -> None:
    clear = Image.new("RGBA", (60, 80), (0, 0, 0, 0))
    clear.paste((255, 0, 0, 255), (0, 0, 30, 40))

    read_picture("a.png", saved(clear, "PNG"))

    assert near(recognition.images[0][10, 10], RED)
    assert near(recognition.images[0][70, 50], WHITE)


def test_print_colours_become_screen_colours(recognition: Recognition) -> None:
    read_picture("a.jpg", saved(page("CMYK"), "JPEG"))

    assert near(recognition.images[0][10, 10], RED)
    assert near(recognition.images[0][70, 50], WHITE)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P"])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_few_colours_are_shown_as_they_were(mode: str, kind: str, recognition: Recognition) -> None:
    image = page("L").point(lambda shade: 0 if shade < 128 else 255).convert(mode)

    read_picture("a", saved(image, kind))

    (shown,) = recognition.images
    assert shown.shape == (80, 60, 3)
    assert near(shown[10, 10], (0, 0, 0))
    assert near(shown[70, 50], WHITE)


def test_sixteen_bits_a_pixel_become_eight(recognition: Recognition) -> None:
    deep = Image.fromarray(np.array([[0, 32768], [65535, 65535]], np.uint16).repeat(30, 0).repeat(30, 1))

    read_picture("a.png", saved(deep, "PNG"))

    image = recognition.images[0]
    assert (int(image[0, 0, 0]), int(image[0, 50, 0]), int(image[50, 50, 0])) == (0, 127, 255)


def test_page_of_600_dpi_is_made_smaller_and_still_turned(recognition: Recognition) -> None:
    read_picture("a.tif", saved(page("1", (5400, 7200)), "TIFF", tiffinfo={274: 6}, compression="group4"))

    (image,) = recognition.images
    assert image.shape == (2700, 3600, 3)
    assert near(image[2000, 500], WHITE)


def test_bomb_is_too_large_without_being_unpacked(
    recognition: Recognition, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = saved(page("1", (2000, 2000)), "PNG")
    monkeypatch.setattr(picture, "MOST_PIXELS", 1000)

    with pytest.raises(UnreadableFileError) as caught:
        read_picture("a.png", content)

    assert caught.value.code is UnreadCode.TOO_LARGE
    assert recognition.images == []


def test_more_pages_than_can_be_recognised_are_too_large(recognition: Recognition) -> None:
    many = [page("1") for _ in range(MOST_FRAMES)]

    with pytest.raises(UnreadableFileError) as caught:
        read_picture("a.tif", saved(page("1"), "TIFF", save_all=True, append_images=many))

    assert caught.value.code is UnreadCode.TOO_LARGE
    assert recognition.images == []


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "BMP"])
def test_torn_picture_is_corrupt(kind: str, recognition: Recognition) -> None:
    content = saved(Image.effect_noise((200, 200), 80).convert("RGB"), kind)

    with pytest.raises(UnreadableFileError) as caught:
        read_picture("a", content[: len(content) // 2])

    assert caught.value.code is UnreadCode.CORRUPT
    assert recognition.images == []


def test_heic_that_holds_nothing_is_corrupt(recognition: Recognition) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_picture("a.heic", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100))

    assert caught.value.code is UnreadCode.CORRUPT


def test_without_the_libraries_the_sender_is_told_what_to_send_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heavy, "LIBRARIES", ("no_such_library",))

    with pytest.raises(UnreadableFileError, match="没有安装") as caught:
        read_picture("a.png", saved(page(), "PNG"))

    assert caught.value.code is UnreadCode.UNSUPPORTED
