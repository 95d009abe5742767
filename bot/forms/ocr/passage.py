"""What one cell or line says, and how sure that is: looked at once or twice.

A line of labels and values (联系人：… 电话：…) is taken apart, so that each value is judged by itself. Errors of
the recognition engine are raised as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.forms.ocr.bend import Image
from bot.forms.ocr.confidence import Look, settled, wants_second_look
from bot.forms.ocr.words import Piece, Row, cell_text, cut, row_text

MOST_SECOND_LOOKS = 120
"""Lines of text of a page that are read again; beyond them nothing is sure that needs a second look."""

Reread = Callable[[Image, Sequence[tuple[int, int, int, int]]], Iterable[tuple[str, float]]]

_LABEL = re.compile(r"^[^：:]{1,24}[：:]\s*")


@dataclass(frozen=True, slots=True)
class Segment:
    """A label with its colon, or "", and the lines of the value behind it."""

    label: str
    rows: tuple[Row, ...]
    width: float

    @property
    def pieces(self) -> list[Piece]:
        return [piece for row in self.rows for piece in row]

    def first_look(self) -> Look:
        return self._look({piece: Look(piece.text, piece.score) for piece in self.pieces})

    def second_look(self, again: Mapping[Piece, Look]) -> Look | None:
        return self._look(again) if all(piece in again for piece in self.pieces) else None

    def _look(self, looks: Mapping[Piece, Look]) -> Look:
        lines = [row_text(row, [looks[piece].text for piece in row]) for row in self.rows]
        pieces = self.pieces
        return Look(
            cell_text(self.rows, lines, self.width),
            min((looks[piece].score for piece in pieces), default=1.0),
            cut=any(piece.cut for piece in pieces),
            grown=any(piece.grown for piece in pieces),
        )


Passage = tuple[Segment, ...]
"""A cell or a line."""


def passage_of(rows: Sequence[Row], width: float, ink: Image) -> Passage:
    """Lines of text in a cell or line of this width as labels and values."""
    if len(rows) != 1:
        return (Segment("", tuple(rows), width),)
    segments: list[tuple[str, list[Piece]]] = []
    for piece in rows[0]:
        match = _LABEL.match(piece.text)
        if match is not None:
            segments.append((match[0].rstrip(), []))
            piece = _behind(piece, match.end(), ink)
        elif not segments:
            segments.append(("", []))
        if piece.text or piece.grown:
            segments[-1][1].append(piece)
    return tuple(Segment(label, (tuple(row),) if row else (), width) for label, row in segments)


def _behind(piece: Piece, index: int, ink: Image) -> Piece:
    """The rest of a piece from a character on; its left edge in the gap of ink nearest to where that should be."""
    widths = [1.0 if ord(c) > 0x2E80 else 0.55 for c in piece.text]
    at = piece.left + (piece.right - piece.left) * sum(widths[:index]) / max(sum(widths), 0.1)
    reach = 0.6 * piece.height
    left, right = max(round(at - reach), round(piece.left), 0), min(round(at + reach), round(piece.right))
    top, bottom = max(round(piece.top), 0), max(round(piece.bottom), 0)
    columns = np.atleast_1d(ink[top:bottom, left:right].any(axis=0)) if right > left else np.zeros(0, bool)
    best, start = (0, at), 0
    for place, inked in enumerate([*map(bool, columns), True]):
        if inked:
            best = max(best, (place - start, left + (start + place) / 2))
            start = place + 1
    border = best[1] if best[0] >= 2 else at
    rest = piece.text[index:].strip()
    return replace(cut(piece, [border])[1], text=rest, grown=piece.grown)


def text_of(passage: Passage, looks: Mapping[Segment, Look]) -> Look:
    """A passage's whole text, as sure as its least sure value."""
    parts = [segment.label + looks[segment].text for segment in passage]
    return Look(" ".join(part for part in parts if part), min((looks[s].score for s in passage), default=1.0))


def looked_at(image: Image, passages: Iterable[Passage], reread: Reread) -> dict[Segment, Look]:
    """What each segment says after one look or two; `reread` reads boxes of the image once more."""
    segments = [segment for passage in passages for segment in passage]
    firsts = {segment: segment.first_look() for segment in segments}
    wanted = [piece for segment, look in firsts.items() if wants_second_look(look) for piece in segment.pieces]
    wanted = wanted[:MOST_SECOND_LOOKS]
    boxes = [(round(p.left), round(p.top), round(p.right), round(p.bottom)) for p in wanted]
    texts = list(reread(image, boxes)) if boxes else []
    again: dict[Piece, Look] = {}
    for piece, (text, score) in zip(wanted, texts, strict=True):
        again[piece] = Look(text.strip().lstrip("：: "), score)
    return {segment: settled(look, segment.second_look(again)) for segment, look in firsts.items()}
