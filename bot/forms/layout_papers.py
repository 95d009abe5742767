"""Papers that clerks send along and that register nobody: identity cards, licences, bank slips, invoices, rosters.

Pure. Only what is surely such a paper is told; where a document speaks of a registration it is read as a form. The
words stand in labels.toml under [papers].
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.forms.labels import Field, Labels, bare_heading, fold, without_brackets
from bot.records.form import Document, Line, Table

_ENOUGH = 3
_LONGEST_TITLE = 30
_LONGEST_MARKED = 60
_MOST_PIECES = 400
"""Looked at for marks: such papers are short, and so are the heads of lists."""
_OF_A_FORM = frozenset((Field.SINGLE_ROOM, Field.SUBMITTER))
_TAKES_PART = frozenset((Field.ORGANISATION, Field.JOB_TITLE, Field.MOBILE, Field.SINGLE_ROOM))
_ASKED_TOGETHER = frozenset((Field.NAME, Field.ORGANISATION, Field.MOBILE))
"""What no such paper asks for together, unless it says what it is."""
_CARD_MARKS = 2


def is_other_paper(document: Document, labels: Labels) -> bool:
    """Whether a document is no form, but a paper of another sort."""
    papers = labels.papers
    seen: list[set[str]] = [set() for _ in papers.marks]
    fields: set[Field | None] = set()
    headed = of_a_meeting = registration = marked = False
    for number, text in enumerate(_texts(document)):
        plain = bare_heading(text) if number < _MOST_PIECES else text
        if papers.registration.search(plain):
            if papers.form.search(plain):
                return False
            registration = registration or bool(papers.registration.search(papers.not_registration.sub("", plain)))
        if registration and not of_a_meeting and number >= _MOST_PIECES:
            return False
        if number < _MOST_PIECES and len(plain) <= _LONGEST_MARKED:
            headed = headed or _is_title(text, papers.titles)
            of_a_meeting = of_a_meeting or _is_title(text, papers.meeting_titles)
            for marks, found in zip(papers.marks, seen, strict=True):
                found.update(marks.findall(plain))
            if len(plain) <= _LONGEST_TITLE:
                fields.add(labels.field_of(text))
                marked = marked or plain in papers.headings
    if fields & _OF_A_FORM:
        return False
    if registration:
        return of_a_meeting
    several = not fields >= _ASKED_TOGETHER and any(len(found) >= _ENOUGH for found in seen)
    return headed or of_a_meeting or marked or several


def is_identity_card(fields: Iterable[Field], headings: Iterable[str], labels: Labels) -> bool:
    """Whether a card of headings is an identity card: some that only it has, and nothing that a form asks for."""
    if _TAKES_PART & set(fields):
        return False
    return len(labels.papers.identity_card & set(map(bare_heading, headings))) >= _CARD_MARKS


def _is_title(text: str, titles: tuple[str, ...]) -> bool:
    plain = bare_heading(without_brackets(fold(text)))
    return len(plain) <= _LONGEST_TITLE and plain.endswith(titles)


def _texts(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, Line):
            yield block.text
        elif isinstance(block, Table):
            if block.title:
                yield block.title
            for row in block.rows:
                for index, cell in enumerate(row):
                    if cell.text and not (index and row[index - 1] is cell):
                        yield cell.text
