"""The recognition engine: where text stands on an image, and what it says, by models that lie in a package.

Detection is RapidOCR's (PP-OCRv6 small); its recognition model is run here directly on onnxruntime, because the
certainty of every single character is needed and RapidOCR gives a line's average. Never downloads, never prints.
Errors of the libraries are raised as they are.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Quad = NDArray[np.float64]
"""Four corners (x, y), clockwise from the text's top left."""

THREADS = 2
DETECTION_SIDE = 1600
"""Pixels of the long side at which text is looked for; it is read at the image's own size."""

_HEIGHT = 48
"""The height of a line that the recognition model takes, in pixels."""
_WIDEST = 48 * 60
_NARROWEST = 96


@cache
def _detector() -> tuple[Any, str, Any, Any]:
    """The session, its input's name, and RapidOCR's steps before and after it."""
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    from rapidocr.ch_ppocr_det.utils import DBPostProcess, DetPreProcess

    session = _session("PP-OCRv6_det_small.onnx")
    before = DetPreProcess(DETECTION_SIDE, "max", [0.5, 0.5, 0.5], [0.5, 0.5, 0.5])
    # Wider boxes lose rare characters: 翀 is then read as 种.
    after = DBPostProcess(thresh=0.3, box_thresh=0.5, unclip_ratio=1.4, use_dilation=True)
    return session, session.get_inputs()[0].name, before, after


def _session(model: str) -> Any:
    """A model of RapidOCR's package, ready to run."""
    from onnxruntime import InferenceSession, SessionOptions, disable_telemetry_events

    # On Windows the variable in the environment (readers.heavy) does not keep it quiet.
    disable_telemetry_events()

    options = SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False
    # Threads that wait without sleeping took up to twice the time wherever the machine had other work.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    content = (files("rapidocr") / "models" / model).read_bytes()
    return InferenceSession(content, options, providers=["CPUExecutionProvider"])


@cache
def _recogniser() -> tuple[Any, str, list[str], dict[int, int]]:
    """The session, its input's name, the characters that its output stands for (the first is "none"), and for each
    sign that has a half-width or full-width twin, that twin's place."""
    session = _session("PP-OCRv6_rec_small.onnx")
    characters = session.get_modelmeta().custom_metadata_map["character"].splitlines()
    known = ["", *characters, " "]
    places = {character: index for index, character in enumerate(known)}
    twins = {
        places[chr(code)]: places[chr(code + 0xFEE0)]
        for code in range(0x21, 0x7F)
        if chr(code) in places and chr(code + 0xFEE0) in places
    }
    return session, session.get_inputs()[0].name, known, twins | {wide: half for half, wide in twins.items()}


def find_text(image: Image) -> list[Quad]:
    """Where lines of text stand on a BGR image, in its pixels."""
    session, name, before, after = _detector()
    fitted = before(image)
    if fitted is None:
        return []
    (chances,) = session.run(None, {name: fitted})
    boxes, _ = after(chances, image.shape[:2])
    return sorted((np.asarray(box, np.float64) for box in boxes), key=lambda box: (box[0][1], box[0][0]))


def read_lines(crops: Sequence[Image]) -> list[tuple[str, float]]:
    """The text of each image of one line (gray or BGR), and the certainty of its least sure character (0 to 1)."""
    return [_read(crop) if min(crop.shape[:2]) > 1 else ("", 0.0) for crop in crops]


def _read(crop: Image) -> tuple[str, float]:
    # One by one: lines put together are padded to the longest, which takes more time than it saves.
    session, name, characters, twins = _recogniser()
    line = _prepared(crop)
    padded = np.zeros((1, 3, _HEIGHT, max(line.shape[2], _NARROWEST)), np.float32)
    padded[0, :, :, : line.shape[2]] = line
    (chances,) = session.run(None, {name: padded})
    return _decoded(chances[0], characters, twins)


def _prepared(crop: Image) -> NDArray[np.float32]:
    """The line at the model's height, 3 x 48 x width, from -1 to 1."""
    import cv2

    colour = cv2.cvtColor(crop, cv2.COLOR_GRAY2BGR) if crop.ndim == 2 else crop
    height, width = colour.shape[:2]
    across = min(max(round(width * _HEIGHT / height), 8), _WIDEST)
    shrinks = height > _HEIGHT
    scaled = cv2.resize(colour, (across, _HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return np.asarray((scaled.transpose(2, 0, 1) / 255 - 0.5) / 0.5, np.float32)


def _decoded(
    chances: NDArray[np.float32], characters: Sequence[str], twins: Mapping[int, int]
) -> tuple[str, float]:
    """Greedy decoding of connectionist temporal classification: runs of one character are one, "none" parts them.

    Whether a colon is full-width is no doubt about what was written: both widths' chances count together.
    """
    best = chances.argmax(axis=1)
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    ends = np.append(starts[1:], len(best))
    text, least = "", 1.0
    for start, end in zip(starts, ends, strict=True):
        if (character := int(best[start])) != 0:
            sign = characters[character] if character < len(characters) else ""
            if sign == "_" and (not text or end == len(best) or not best[end:].any()):
                continue  # the line on which a value was written, not a part of it
            text += sign
            chance = chances[start:end, character]
            if (twin := twins.get(character)) is not None:
                chance = chance + chances[start:end, twin]
            least = min(least, float(chance.max()))
    return text, least if text else 0.0
