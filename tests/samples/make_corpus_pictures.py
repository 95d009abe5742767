"""Renders PDF pages and makes the corpus' scans and photos out of them, in every format that scanners give."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image

from tests.samples.degrade import Picture, as_jpeg, photo, scan
from tests.samples.make_corpus_office import word_with_pictures

SCAN_DPI = 200

Recipe = Mapping[str, Any]
"""What `scan` or `photo` is called with, and `quality`, `orientation` of the file."""

SCANS: Mapping[str, Sequence[Recipe]] = {
    "jpg": (
        {"tilt": 0.8, "stamp": True, "blur": 0.5, "noise": 3, "quality": 62},
        {"tilt": -1.2, "stamp": True, "blur": 0.5, "noise": 4, "quality": 70, "dpi_scale": 0.75},
        {"tilt": 0.3, "stamp": True, "blur": 0.6, "gray": True, "noise": 4, "quality": 55},
        {"tilt": 1.9, "stamp": True, "blur": 0.4, "noise": 3, "quality": 50, "dpi_scale": 0.85},
    ),
    "pdf": (
        {"tilt": -0.7, "stamp": True, "blur": 0.5, "noise": 3, "quality": 60},
        {
            "tilt": 1.4,
            "stamp": True,
            "gray": True,
            "blur": 0.4,
            "contrast": 0.75,
            "quality": 60,
            "dpi_scale": 0.75,
        },
    ),
    "png": (
        {"tilt": 0.5, "gray": True, "blur": 0.4, "stamp": True, "dpi_scale": 0.75},
        {"tilt": -0.9, "bilevel": True, "stamp": True, "stamp_strength": 0.45},
    ),
    "tif": (
        {"tilt": 0.6, "bilevel": True, "blur": 0.4},
        {"tilt": -1.5, "bilevel": True, "blur": 0.5, "stamp": True, "stamp_strength": 0.4},
    ),
    "docx": ({"tilt": 0.4, "stamp": True, "blur": 0.5, "noise": 3, "quality": 65},),
    "webp": ({"tilt": -0.4, "stamp": True, "blur": 0.5, "noise": 2, "quality": 60},),
    "bmp": ({"tilt": 0.9, "bilevel": True, "blur": 0.3, "dpi_scale": 0.75},),
}
"""By the kind of file: the ways in which it is scanned, taken in turn."""

PHOTOS: Sequence[Recipe] = (
    {"perspective": 0.03, "tilt": 2, "quality": 72, "long_side": 2600},
    {"perspective": 0.05, "tilt": -4, "quality": 65, "desk": (190, 196, 200), "shadow": 0.2},
    {"perspective": 0.03, "tilt": 1, "rotate90": 1, "quality": 70},
    {"perspective": 0.03, "tilt": -2, "rotate90": 2, "quality": 70},
    {"perspective": 0.02, "tilt": 3, "rotate90": 3, "orientation": 6, "quality": 62, "long_side": 2600},
    {"perspective": 0.03, "tilt": 2, "rotate90": 2, "orientation": 3, "quality": 70},
    {"perspective": 0.03, "tilt": -1, "bend": 0.004, "shadow": 0.45, "quality": 62, "long_side": 2600},
    {"perspective": 0.02, "tilt": 5, "brightness": 0.65, "noise": 6, "quality": 75, "stamp": True},
)
"""The ways in which forms are photographed, taken in turn; orientation 6 is what a phone held upright writes."""

# Where clerks put the seal: over the unit's name below the table, or right over the cells.
_SEAL_PLACES = ((0.6, 0.3), (0.72, 0.16), (0.3, 0.34), (0.45, 0.2), (0.78, 0.36), (0.25, 0.25))


def rendered(pdf: bytes, dpi: int = SCAN_DPI) -> list[Picture]:
    """The pages of a PDF as BGR pictures."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [np.array(page.render(scale=dpi / 72).to_numpy()[:, :, :3], np.uint8) for page in document]
    finally:
        document.close()


def scanned(pages: Sequence[Picture], kind: str, recipe: Recipe, unit: str, seed: int) -> bytes:
    """The pages as a file of `kind` ("jpg", "pdf", "docx" …). Only pdf, tif and docx hold more than the first."""
    settings = dict(recipe)
    quality = settings.pop("quality", 75)
    stamp = unit[:16] if settings.pop("stamp", False) else ""
    place = _SEAL_PLACES[seed % len(_SEAL_PLACES)]
    done = [scan(page, stamp=stamp, stamp_at=place, seed=seed, **settings) for page in pages]
    dpi = round(SCAN_DPI * settings.get("dpi_scale", 1.0))
    if kind == "docx":
        return word_with_pictures([as_jpeg(page, quality, dpi=dpi) for page in done])
    if kind == "pdf":
        return pdf_of_pictures([as_jpeg(page, quality, dpi=dpi) for page in done], dpi)
    buffer = io.BytesIO()
    if kind == "jpg":
        return as_jpeg(done[0], quality, dpi=dpi)
    if kind == "tif":
        first, *others = [_pillow(page).convert("1") for page in done]
        first.save(buffer, "TIFF", compression="group4", save_all=True, append_images=others, dpi=(dpi, dpi))
    elif kind == "webp":
        _pillow(done[0]).save(buffer, "WEBP", quality=quality)
    else:
        picture = _pillow(done[0])
        mode = "1" if settings.get("bilevel") else "L" if settings.get("gray") else "RGB"
        picture = picture.convert("L").quantize(16) if mode == "L" else picture.convert(mode)
        picture.save(buffer, {"png": "PNG", "bmp": "BMP"}[kind], optimize=kind == "png", dpi=(dpi, dpi))
    return buffer.getvalue()


def photographed(page: Picture, recipe: Recipe, unit: str, seed: int) -> bytes:
    """The page as a phone's JPEG."""
    settings = dict(recipe)
    quality, orientation = settings.pop("quality", 75), settings.pop("orientation", 1)
    if settings.pop("stamp", False):
        page = scan(page, stamp=unit[:16], stamp_at=_SEAL_PLACES[seed % len(_SEAL_PLACES)], seed=seed)
    return as_jpeg(photo(page, seed=seed, **settings), quality, orientation=orientation, dpi=72)


def pdf_of_pictures(jpegs: Sequence[bytes], dpi: int) -> bytes:
    """A PDF with nothing but a JPEG on each page (ISO 32000-1, 7.5 and 8.9.5)."""
    objects: list[bytes] = []
    kids = " ".join(f"{3 + 3 * n} 0 R" for n in range(len(jpegs)))
    objects.append(b"<< /Type /Catalog /Pages 2 0 R >>")
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(jpegs)} >>".encode())
    for number, jpeg in enumerate(jpegs):
        with Image.open(io.BytesIO(jpeg)) as picture:
            width, height, gray = picture.width, picture.height, picture.mode == "L"
        across, down = width * 72 / dpi, height * 72 / dpi
        own = 3 + 3 * number
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {across:.2f} {down:.2f}] /Contents {own + 1} 0 R "
            f"/Resources << /XObject << /Im {own + 2} 0 R >> >> >>".encode()
        )
        drawing = f"q {across:.2f} 0 0 {down:.2f} 0 0 cm /Im Do Q".encode()
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing))
        colours = b"/DeviceGray" if gray else b"/DeviceRGB"
        objects.append(
            b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace %s /BitsPerComponent 8 "
            b"/Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream" % (width, height, colours, len(jpeg), jpeg)
        )
    return _pdf_file(objects)


def _pdf_file(objects: Sequence[bytes]) -> bytes:
    result = bytearray(b"%PDF-1.4\n")
    places = []
    for number, inside in enumerate(objects, start=1):
        places.append(len(result))
        result += b"%d 0 obj\n%s\nendobj\n" % (number, inside)
    start = len(result)
    result += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        result += b"%010d 00000 n \n" % place
    result += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(result)


def _pillow(page: Picture) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(page[:, :, ::-1]))
