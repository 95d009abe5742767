"""Puts recognised tokens where they belong: into the cells of grids, and into lines of text.

A token that runs over a ruled line is cut there; text of stamps, standing askew or over other text, is dropped.
Pure; never fails.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.forms.ocr.grid import Grid, Slot
from bot.forms.ocr.token import Token

ASKEW = 12
"""Degrees from level beyond which text is a stamp's."""
UNREADABLE = 0.45
_CUT = 0.45
_OVER = 0.25
_SAME_LINE = 0.5
_BLANK = 0.55
_WIDE = re.compile(r"[\u2e80-\uffef]")
_ASCII_RUN = re.compile(r"[0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text in an upright box; `cut` where it is a part of a token (its box then is a guess, `whole` what the token
    says), `grown` where the box holds ink that the text does not say."""

    text: str
    score: float
    left: float
    top: float
    right: float
    bottom: float
    cut: bool = False
    grown: bool = False
    whole: str = ""

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top


Row = tuple[Piece, ...]
"""The pieces of one line of text, from left to right."""


def readable(tokens: Iterable[Token], text: float) -> list[Token]:
    """The tokens without those of stamps: askew, unreadable, or over a surer one."""
    kept: list[Token] = []
    for token in sorted(tokens, key=lambda token: -token.score * min(len(token.text), 4)):
        plain = token.text.strip()
        if not plain or token.score < UNREADABLE or _is_askew(token, text):
            continue
        if not any(_hides(other, token) for other in kept):
            kept.append(token)
    return kept


def _is_askew(token: Token, text: float) -> bool:
    (ax, ay), (bx, by), _, (dx, dy) = token.corners
    across, down = math.hypot(bx - ax, by - ay), math.hypot(dx - ax, dy - ay)
    if across < 1.5 * down:  # too short to tell; upright text is turned by the engine
        return down > 1.6 * text and across > 1.6 * text
    return abs(math.degrees(math.atan2(by - ay, bx - ax))) > ASKEW


def _hides(other: Token, token: Token) -> bool:
    across = min(other.right, token.right) - max(other.left, token.left)
    down = min(other.bottom, token.bottom) - max(other.top, token.top)
    area = (token.right - token.left) * (token.bottom - token.top)
    return across > 0 and down > 0 and across * down > 0.55 * max(area, 1.0)


def placed(grid: Grid, tokens: Iterable[Token], text: float) -> dict[Slot, list[Piece]]:
    """What stands in each cell. Tokens whose middle is outside the grid are left out."""
    cells: dict[Slot, list[Piece]] = {slot: [] for slot in grid.slots}
    for token in tokens:
        piece = piece_of(token)
        y = piece.middle
        passed = [slot for slot in grid.slots if slot.top <= y < slot.bottom]
        passed.sort(key=lambda slot: slot.left)
        reached = [
            slot
            for slot in passed
            if min(piece.right, slot.right) - max(piece.left, slot.left) > _CUT * min(piece.height, text)
        ]
        if len(reached) < 2:
            x = (piece.left + piece.right) / 2
            slot = reached[0] if reached else next((s for s in passed if s.left <= x < s.right), None)
            if slot is not None:
                cells[slot].append(_inside(piece, slot))
            continue
        for slot, part in zip(reached, cut(piece, [slot.left for slot in reached[1:]]), strict=True):
            if part.text:
                cells[slot].append(part)
    return cells


def _inside(piece: Piece, slot: Slot) -> Piece:
    """The piece without what lies in the neighbouring cells: its text may have signs of theirs."""
    over = _OVER * piece.height
    if piece.left > slot.left - over and piece.right < slot.right + over:
        return piece
    return replace(piece, left=max(piece.left, slot.left), right=min(piece.right, slot.right), cut=True)


def piece_of(token: Token) -> Piece:
    return Piece(token.text.strip(), token.score, token.left, token.top, token.right, token.bottom)


def cut(piece: Piece, borders: Sequence[float]) -> list[Piece]:
    """The piece cut at the x of each border, by the widths of its characters: one part more than borders."""
    widths = [1.0 if _WIDE.match(c) else 0.35 if c == " " else 0.55 for c in piece.text]
    edges = [0.0]
    for width in widths:
        edges.append(edges[-1] + width)
    scale = (piece.right - piece.left) / max(edges[-1], 0.1)
    places = [piece.left + edge * scale for edge in edges]
    cuts = [0]
    for border in borders:
        best = min(
            range(cuts[-1], len(places)),
            key=lambda i: abs(places[i] - border) + (0 if _may_part(piece.text, i) else 0.8 * scale),
        )
        cuts.append(best)
    cuts.append(len(piece.text))
    lefts = [piece.left, *borders]
    rights = [*borders, piece.right]
    return [
        replace(
            piece,
            text=piece.text[first:last].strip(),
            left=left,
            right=right,
            cut=True,
            whole=piece.whole or piece.text,
        )
        for first, last, left, right in zip(cuts, cuts[1:], lefts, rights, strict=False)
    ]


def _may_part(text: str, index: int) -> bool:
    """Whether a word can end before this character: between digits or letters there is seldom a border."""
    if index in (0, len(text)):
        return True
    before, after = text[index - 1], text[index]
    return not (before.isascii() and before.isalnum() and after.isascii() and after.isalnum())


def rows_of(pieces: Iterable[Piece]) -> list[Row]:
    """Pieces in lines of text, from top to bottom."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.middle):
        for row in reversed(rows[-3:]):
            anchor = row[-1]
            if abs(anchor.middle - piece.middle) < _SAME_LINE * min(anchor.height, piece.height) and not any(
                min(other.right, piece.right) - max(other.left, piece.left)
                > 0.5 * min(other.right - other.left, piece.right - piece.left)
                for other in row
            ):
                row.append(piece)
                break
        else:
            rows.append([piece])
    return [tuple(sorted(row, key=lambda piece: piece.left)) for row in rows]


def row_text(row: Row, texts: Sequence[str] | None = None) -> str:
    """The text of a line; a blank wherever there is a gap. `texts` stand for the pieces' own."""
    words = texts if texts is not None else [piece.text for piece in row]
    result = ""
    before: Piece | None = None
    for piece, word in zip(row, words, strict=True):
        if before is not None and piece.left - before.right > _BLANK * min(before.height, piece.height):
            result += " "
        result += word
        before = piece
    return result.strip()


def cell_text(rows: Sequence[Row], lines: Sequence[str], width: float) -> str:
    """The lines of a cell of this width as one text: a line that was full goes on without a break."""
    result = ""
    for index, line in enumerate(lines):
        if index and line:
            wrapped = _goes_on(result.rpartition("\n")[2], line, rows[index - 1], width)
            result += line if wrapped else f"\n{line}" if result else line
        else:
            result += line
    return result


def _goes_on(before: str, line: str, row: Row, width: float) -> bool:
    """Whether the line was broken only because the cell ended."""
    if not before:
        return True
    first, last = _ASCII_RUN.match(line), before[-1]
    if first and last.isascii() and last.isalnum():
        tail = re.search(r"[0-9A-Za-z]+$", before)
        digits = (tail[0] if tail else "") + first[0]
        if re.fullmatch(r"\d{12,17}[\dXx]", digits) or (len(digits) <= 11 and digits.isdecimal()):
            return True
        if tail and re.fullmatch(r"1\d{10}|\d{17}[\dXx]", tail[0]):
            return False
    free = width - (row[-1].right - row[0].left)
    height = max(piece.height for piece in row)
    wide = height * (0.45 * len(first[0]) if first and not last.isdigit() else 0.8)
    return free < wide + 0.9 * height
