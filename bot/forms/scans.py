"""Tells the scan or photo of a form in which nobody could be made out from other pictures (logo, card, invoice).

Pure. Goes by the words that were read: whoever sends such a picture has sent a form, whatever became of the names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.forms.kinds import FileKind
from bot.records.form import Document, Line

_TITLE = re.compile(r"回执|报名(?:表|登记)|参(?:加|会)(?:人员|代表)(?:名单|信息|登记)")
_LABELS = ("职务", "手机", "身份证号", "单间", "联系人", "填报")
ENOUGH_LABELS = 3
"""Headings of a registration form on one page. Identity cards, invoices and visiting cards have at most two."""


def shows_a_form(kind: FileKind, document: Document) -> bool:
    """Whether a picture (or a page read from one) says by its words that it is a registration form."""
    pieces = list(_pieces(document))
    if kind is not FileKind.PICTURE and all(confidence == 1.0 for _, confidence in pieces):
        return False
    text = re.sub(r"\s+", "", "\n".join(text for text, _ in pieces))
    return _TITLE.search(text) is not None or sum(label in text for label in _LABELS) >= ENOUGH_LABELS


def _pieces(document: Document) -> Iterator[tuple[str, float]]:
    for block in document.blocks:
        if isinstance(block, Line):
            yield block.text, block.confidence
        else:
            yield from ((cell.text, cell.confidence) for row in block.rows for cell in dict.fromkeys(row))
