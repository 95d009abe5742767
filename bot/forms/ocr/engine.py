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
_BATCH_WIDTH = 48 * 40
"""How wide the lines of one run may be altogether: what bounds its memory."""


@cache
def _detector() -> Any:
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.use_rec": False,
            "Global.max_side_len": 4000,
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTION_SIDE,
            # Wider boxes lose rare characters: 翀 is then read as 种.
            "Det.unclip_ratio": 1.4,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
        }
    )


@cache
def _recogniser() -> tuple[Any, str, list[str], dict[int, int]]:
    """The session, its input's name, the characters that its output stands for (the first is "none"), and for each
    sign that has a half-width or full-width twin, that twin's place."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False
    model = files("rapidocr") / "models" / "PP-OCRv6_rec_small.onnx"
    session = InferenceSession(model.read_bytes(), options, providers=["CPUExecutionProvider"])
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
    found = _detector()(image, use_det=True, use_cls=False, use_rec=False)
    return [np.asarray(box, np.float64) for box in found.boxes] if found.boxes is not None else []


def read_lines(crops: Sequence[Image]) -> list[tuple[str, float]]:
    """The text of each image of one line (gray or BGR), and the certainty of its least sure character (0 to 1)."""
    result: list[tuple[str, float]] = [("", 0.0)] * len(crops)
    prepared = {index: _prepared(crop) for index, crop in enumerate(crops) if min(crop.shape[:2]) > 1}
    batch: list[int] = []
    for index in sorted(prepared, key=lambda index: prepared[index].shape[2]):
        if batch and prepared[index].shape[2] * (len(batch) + 1) > _BATCH_WIDTH:
            _read_batch(batch, prepared, result)
            batch = []
        batch.append(index)
    if batch:
        _read_batch(batch, prepared, result)
    return result


def _prepared(crop: Image) -> NDArray[np.float32]:
    """The line at the model's height, 3 x 48 x width, from -1 to 1."""
    import cv2

    colour = cv2.cvtColor(crop, cv2.COLOR_GRAY2BGR) if crop.ndim == 2 else crop
    height, width = colour.shape[:2]
    across = min(max(round(width * _HEIGHT / height), 8), _WIDEST)
    shrinks = height > _HEIGHT
    scaled = cv2.resize(colour, (across, _HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return np.asarray((scaled.transpose(2, 0, 1) / 255 - 0.5) / 0.5, np.float32)


def _read_batch(
    batch: Sequence[int], prepared: dict[int, NDArray[np.float32]], result: list[tuple[str, float]]
) -> None:
    session, name, characters, twins = _recogniser()
    widest = max(prepared[index].shape[2] for index in batch)
    images = np.zeros((len(batch), 3, _HEIGHT, max(widest, 320)), np.float32)
    for row, index in enumerate(batch):
        images[row, :, :, : prepared[index].shape[2]] = prepared[index]
    (chances,) = session.run(None, {name: images})
    for row, index in enumerate(batch):
        result[index] = _decoded(chances[row], characters, twins)


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
            text += characters[character] if character < len(characters) else ""
            chance = chances[start:end, character]
            if (twin := twins.get(character)) is not None:
                chance = chance + chances[start:end, twin]
            least = min(least, float(chance.max()))
    return text, least if text else 0.0
