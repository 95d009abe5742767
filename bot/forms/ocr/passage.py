"""What one cell or line says, and how sure that is: looked at once or twice.

A line of labels and values (联系人：… 电话：…) is taken apart, so that each value is judged by itself. Errors of
the recognition engine are raised as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from bot.forms.ocr.bend import Image
from bot.forms.ocr.confidence import Look, settled, wants_second_look
from bot.forms.ocr.words import Piece, Row, cell_text, cut, row_text

MOST_SECOND_LOOKS = 120
"""Lines of text of a page that are read again; beyond them nothing is sure that needs a second look."""

Reread = Callable[[Image, Sequence[tuple[int, int, int, int]]], Iterable[tuple[str, float]]]

_BLANKS = re.compile(r"\s")
_EXTENSION = re.compile(r"(?<=\d)\s*(转|分机)\s*(?=\d)")
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

    def first_look(self, instead: Mapping[Piece, str] = MappingProxyType({})) -> Look:
        """What the pieces say, or what they are known to say `instead`."""
        return self._look({piece: Look(instead.get(piece, piece.text), piece.score) for piece in self.pieces})

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
    text = _EXTENSION.sub(r"\1", " ".join(part for part in parts if part))
    return Look(text, min((looks[s].score for s in passage), default=1.0))


def looked_at(image: Image, passages: Iterable[Passage], reread: Reread) -> dict[Segment, Look]:
    """What each segment says after one look or two; `reread` reads boxes of the image once more."""
    segments = [segment for passage in passages for segment in passage]
    firsts = {segment: segment.first_look() for segment in segments}
    wanted = [piece for segment, look in firsts.items() if wants_second_look(look) for piece in segment.pieces]
    wanted = wanted[:MOST_SECOND_LOOKS]
    texts = list(reread(image, [_box(piece) for piece in wanted])) if wanted else []
    again: dict[Piece, Look] = {}
    for piece, (text, score) in zip(wanted, texts, strict=True):
        again[piece] = Look(text.strip().lstrip("：: "), score)
    shares = _shares(again)
    firsts |= {s: s.first_look(shares) for s in segments if any(piece in shares for piece in s.pieces)}
    return {segment: settled(look, segment.second_look(again)) for segment, look in firsts.items()}


def _box(piece: Piece) -> tuple[int, int, int, int]:
    return round(piece.left), round(piece.top), round(piece.right), round(piece.bottom)


def _shares(again: Mapping[Piece, Look]) -> dict[Piece, str]:
    """What each part of a token that was cut says by the token's own text, parted as its second looks tell."""
    tokens: dict[tuple[str, float, float], list[Piece]] = {}
    for piece in again:
        if piece.cut and piece.whole:
            tokens.setdefault((piece.whole, piece.top, piece.bottom), []).append(piece)
    shares: dict[Piece, str] = {}
    for (whole, _, _), pieces in tokens.items():
        pieces.sort(key=lambda piece: piece.left)
        if len(pieces) > 1 and all(again[piece].text for piece in pieces):
            shares |= zip(pieces, _parted(_BLANKS.sub("", whole), [again[p].text for p in pieces]), strict=True)
    return shares


def _parted(whole: str, parts: Sequence[str]) -> list[str]:
    """The whole text in as many parts, each as like its own one as can be."""
    plain = [_BLANKS.sub("", part) for part in parts]
    matcher = SequenceMatcher(None, "".join(plain), whole, autojunk=False)
    places, end = [0], 0
    for part in plain[:-1]:
        end += len(part)
        places.append(max(places[-1], _opposite(matcher, end)))
    places.append(len(whole))
    found = [whole[first:last] for first, last in pairwise(places)]
    return [part if mine == bare else mine for mine, part, bare in zip(found, parts, plain, strict=True)]


def _opposite(matcher: SequenceMatcher[str], index: int) -> int:
    """The place in the second text that stands for a place in the first."""
    for _, first, last, low, high in matcher.get_opcodes():
        if first <= index <= last:
            return min(low + index - first, high) if index < last else high
    return 0
