"""Reads a picture file of a form: a scan or a photo, one page for each frame.

How large a picture is, is looked up before anything is unpacked. Raises UnreadableFileError for what is damaged or
too large, and NeedsOcrError where recognition is another process' work.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.forms.readers import heavy
from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import Document, Line, PagePicture, Table, UnreadCode

MOST_PIXELS = 120_000_000
"""Of one frame; A3 at 600 dpi has 70 million."""
MOST_FRAMES = 12
"""Pages of a multi-page picture; each takes seconds. A longer one is reported, not read in part."""

_DRAFT_SIDE = 2600
"""JPEG files are unpacked at a half or a quarter where they are larger: recognition needs no more."""
_HEIC = "这是苹果手机的 HEIC 照片，本机没有安装读取它的组件，请改用 JPG 图片，或 Word、Excel 格式的回执表发送。"
_TOO_MANY = "图片的页数太多，系统没有读取，请只保留回执表那几页后重新发送。"
_HEIC_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"heim", b"heis")


def read_picture(origin: str, content: bytes) -> Document:
    """What stands on a picture, page by page, with boxes in the pixels of `Document.pages`."""
    heavy.require_ocr()
    from bot.forms.ocr.overleaf import with_rows_joined
    from bot.forms.ocr.page import read_page  # the engine is heavy

    blocks: list[tuple[Table | Line, ...]] = []
    pages: list[PagePicture] = []
    for number, image in enumerate(_frames(content)):
        found, picture = read_page(image, origin, f"第{number + 1}页", number)
        blocks.append(found)
        pages.append(picture)
    return Document(origin, tuple(chain.from_iterable(with_rows_joined(blocks))), tuple(pages))


def _frames(content: bytes) -> Iterator[NDArray[np.uint8]]:
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    _register_heic(content)
    try:
        with warnings.catch_warnings():
            # A bomb's warning is an error; a damaged tag's is none of our business.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content)) as picture:
                count = getattr(picture, "n_frames", 1) if picture.format in ("TIFF", "MPO") else 1
                count = 1 if picture.format == "MPO" else count
                if count > MOST_FRAMES:
                    raise UnreadableFileError(UnreadCode.TOO_LARGE, _TOO_MANY)
                for frame in range(count):
                    picture.seek(frame)
                    yield _pixels(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnreadableFileError(UnreadCode.TOO_LARGE) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, OverflowError):
        raise UnreadableFileError(UnreadCode.CORRUPT) from None


def _register_heic(content: bytes) -> None:
    if content[4:8] != b"ftyp" or content[8:12] not in _HEIC_BRANDS:
        return
    try:
        from pi_heif import register_heif_opener
    except ModuleNotFoundError:
        raise UnreadableFileError(UnreadCode.UNSUPPORTED, _HEIC) from None
    register_heif_opener(thumbnails=False)


def _pixels(picture: Any) -> NDArray[np.uint8]:
    """One frame as BGR, turned as its EXIF data say, what is transparent made white."""
    from PIL import Image, ImageOps

    if picture.width * picture.height > MOST_PIXELS:
        raise UnreadableFileError(UnreadCode.TOO_LARGE)
    if min(picture.size) < 1:
        raise UnreadableFileError(UnreadCode.CORRUPT)
    if picture.format in ("JPEG", "MPO") and max(picture.size) > 2 * _DRAFT_SIDE:
        picture.draft("RGB", (_DRAFT_SIDE, _DRAFT_SIDE))
    upright = ImageOps.exif_transpose(_smaller(picture))
    if upright.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        upright = _shades(upright)
    if "transparency" in upright.info or upright.mode in ("RGBA", "LA", "PA"):
        layered = upright.convert("RGBA")
        ground = Image.new("RGBA", layered.size, "white")
        upright = Image.alpha_composite(ground, layered)
    return np.ascontiguousarray(np.asarray(upright.convert("RGB"), np.uint8)[:, :, ::-1])


def _smaller(picture: Any) -> Any:
    """A frame that is larger than recognition needs, made smaller while it still takes one byte a pixel or three:
    a page scanned at 600 dpi would take most of a gigabyte afterwards."""
    if max(picture.size) <= 2 * _DRAFT_SIDE or picture.mode not in ("1", "L", "RGB"):
        return picture
    small = picture.convert("L") if picture.mode == "1" else picture
    small = small.reduce(max(small.size) // _DRAFT_SIDE)
    small.info = {**picture.info, **small.info}
    return small


def _shades(picture: Any) -> Any:
    """A picture of many shades (16 bits and more) as one of 256."""
    from PIL import Image

    values = np.asarray(picture, np.float64)
    low, high = float(values.min()), float(values.max())
    return Image.fromarray(np.asarray((values - low) * (255 / max(high - low, 1e-9)), np.uint8))
