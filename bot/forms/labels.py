"""The words by which forms name their fields, and which field a heading means.

The words stand in labels.toml, so that a heading not seen before is added there and not in code. Nothing here
looks at values. `load_labels` raises ValueError for a file that is not as labels.toml describes; `Labels.field_of`
never raises.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources

from bot.forms.traditional import simplified, with_traditional


class Field(StrEnum):
    """What a heading is about."""

    NAME = "name"
    WEAK_NAME = "weak_name"
    ORGANISATION = "organisation"
    SUBMITTER = "submitter"
    JOB_TITLE = "job_title"
    RANK = "rank"
    MOBILE = "mobile"
    TELEPHONE = "telephone"
    ID_NUMBER = "id_number"
    ID_TYPE = "id_type"
    SINGLE_ROOM = "single_room"
    CONTACT = "contact"
    CONTACT_PHONE = "contact_phone"
    EMAIL = "email"
    INVOICE_TITLE = "invoice_title"
    TAXPAYER_ID = "taxpayer_id"
    INVOICE = "invoice"
    SEQUENCE = "sequence"
    RELATION = "relation"
    EXTRA = "extra"
    OTHER_PERSON = "other_person"
    """Somebody who does not take part: 导师, 填表人, 接送人, 家庭成员 …"""


_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>|\{[^{}]*\}|「[^「」]*」")
_NUMBERING = re.compile(r"^\s*(?:\(?\d{1,2}\s*[.、)](?!\d)|[一二三四五六七八九十]{1,3}、)\s*")
_NOT_WORD = re.compile(r"[\W_]+")
_HINT = re.compile(r"(?:例如|示例|例|如|注|eg)[::].*$")
_BRACKET = re.compile(r"[(\[【〔<{「]")
_ASCII = re.compile(r"[a-z0-9]")
_CJK = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z]+|\d+$")
_SENTENCE = re.compile(r"[,。;!?…]|、.*、")
_PLAIN = re.compile(r"[\u3400-\u9fff]+")
_LONGEST_HEADING = 160
_MOST_DIGITS = 4
_LONGEST_KEY = 16
_HINTS = ("必填", "选填", "盖章")


def fold(text: str) -> str:
    """Lower case, half-width, simplified characters, no-break blanks as blanks: what every comparison of headings
    starts from."""
    return text.lower() if text.isascii() else simplified(unicodedata.normalize("NFKC", text)).lower()


def without_brackets(text: str) -> str:
    """A folded text without what stands in brackets, also in brackets within brackets."""
    return _BRACKETS.sub("", _BRACKETS.sub("", text))


@lru_cache(maxsize=64)  # the same heading is folded for its keys and for its signs
def _folded(heading: str) -> tuple[str, str]:
    """A folded heading, with and without what stands in brackets."""
    folded = fold(heading)
    return folded, without_brackets(folded) if _BRACKET.search(folded) else folded


@lru_cache(maxsize=4096)
def _keys(heading: str) -> tuple[str, ...]:
    """The forms under which a heading is looked up, the fullest first: with what stands in brackets, without it,
    and without Latin letters beside Chinese ones."""
    if _PLAIN.fullmatch(heading) and not heading.endswith(_HINTS):
        return (simplified(heading),)  # nothing else to fold in it
    keys: list[str] = []
    for variant in dict.fromkeys(_NUMBERING.sub("", folded).strip() for folded in _folded(heading)):
        key = _NOT_WORD.sub("", _HINT.sub("", variant) if ":" in variant else variant)
        key = key or ("#" if variant == "#" else "")
        bare = key
        for hint in _HINTS:
            bare = bare.removesuffix(hint)
        for candidate in dict.fromkeys((key, bare)):
            keys.append(candidate)
            if _ASCII.search(candidate) and _CJK.search(candidate):
                keys.append(_LATIN.sub("", candidate))
    return tuple(dict.fromkeys(key for key in keys if key))


@dataclass(frozen=True, slots=True)
class Papers:
    """What tells other papers (identity cards, bank slips, rosters of duty) from registration forms."""

    titles: tuple[str, ...] = ()
    """A short text that ends with one of these heads such a paper."""
    marks: tuple[re.Pattern[str], ...] = ()
    """One pattern for each sort of paper: what stands on it."""
    registration: re.Pattern[str] = re.compile(r"(?!)")
    """Words that show a registration, whatever else a document says."""
    identity_card: frozenset[str] = frozenset()
    """The headings of an identity card that no form needs."""
    meeting_titles: tuple[str, ...] = ()
    """Titles that count even where a document speaks of a meeting."""
    form: re.Pattern[str] = re.compile(r"(?!)")
    """Words that show a form even under one of `meeting_titles`."""
    headings: frozenset[str] = frozenset()
    """One of these as a heading is enough."""
    not_registration: re.Pattern[str] = re.compile(r"(?!)")
    """Words that only sound like those of `registration`."""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """The vocabulary. All words are folded, without blanks and punctuation; `footers` and `placeholders`
    are only folded."""

    exact: dict[str, Field]
    exact_ends: frozenset[str]
    """The last characters of everything in `exact`: to pass quickly over what can't be one."""
    endings: dict[str, Field]
    containing: dict[str, Field]
    other_person: re.Pattern[str]
    contact: re.Pattern[str]
    invoice: re.Pattern[str]
    contained: re.Pattern[str]
    """The words of `containing`, the longest first."""
    naming: re.Pattern[str]
    """Matches in every text that holds a heading over names: to pass quickly over what holds none."""
    footers: tuple[str, ...]
    example: re.Pattern[str]
    """Matches the beginning of a cell that calls its row an example."""
    placeholders: frozenset[str]
    titles: tuple[str, ...]
    papers: Papers
    misread: dict[int, str]
    """Letters that a picture's reader takes for those of headings, as `str.translate` wants them."""

    def field_of(self, heading: str) -> Field | None:
        """The field that a heading names, or None for text that is no known heading. `heading` has no value in it;
        a colon at its end does not matter."""
        if not heading or len(heading) > _LONGEST_HEADING:
            return None
        if len(heading) > 4 and sum(map(str.isdigit, heading)) > _MOST_DIGITS:
            return None
        keys = _keys(heading)
        for key in keys:
            if (found := self.exact.get(key)) is not None:
                return found
        if not keys or keys[0][0] in "不无请" or _SENTENCE.search(_folded(heading)[1]):
            return None
        return self._guarded(keys) or self._by_part(keys)

    def is_exact(self, heading: str) -> bool:
        """Whether the whole heading is a known one, not just its ending."""
        if len(heading) > _LONGEST_HEADING:
            return False
        if heading in self.exact:
            return True
        return self.may_end_exactly(heading) and any(key in self.exact for key in _keys(heading))

    def may_end_exactly(self, text: str) -> bool:
        """False where no ending of a text can be a whole known heading; cheap."""
        return not text or not _CJK.match(text[-1]) or text[-1] in self.exact_ends

    def _guarded(self, keys: tuple[str, ...]) -> Field | None:
        shortest = min(keys, key=len)
        if len(shortest) > _LONGEST_KEY:
            return None
        if any(map(self.other_person.search, keys)):
            return Field.OTHER_PERSON
        if any(map(self.contact.search, keys)):
            part = self._by_part(keys)
            if part in (Field.MOBILE, Field.TELEPHONE):
                return Field.CONTACT_PHONE
            if part is Field.EMAIL:
                return Field.EMAIL
            return Field.CONTACT if part in (None, Field.NAME) else Field.OTHER_PERSON
        if any(map(self.invoice.search, keys)):
            part = self._by_part(keys)
            if part in (Field.TAXPAYER_ID, Field.INVOICE_TITLE):
                return part
            return Field.INVOICE_TITLE if part is Field.ORGANISATION else Field.INVOICE
        return None

    def _by_part(self, keys: tuple[str, ...]) -> Field | None:
        short = [key for key in keys if len(key) <= _LONGEST_KEY]
        for key in short:
            for start in range(len(key) - 1):
                if (found := self.endings.get(key[start:])) is not None:
                    return found
        for key in short:
            if match := self.contained.search(key):
                return self.containing[match[0]]
        return None


@cache
def default_labels() -> Labels:
    """The labels that come with the bot."""
    return load_labels(built_in())


def built_in() -> str:
    """The text of labels.toml."""
    return resources.files("bot.forms").joinpath("labels.toml").read_text("utf-8")


def load_labels(text: str, changes: Mapping[str, Field] | None = None) -> Labels:
    """Labels from the text of a file like labels.toml; `changes` are whole headings, folded, that mean something
    else or something more than the file says. Raises ValueError when the text is not such a file."""
    tables = tomllib.loads(text)
    exact: dict[str, Field] = {}
    endings: dict[str, Field] = {}
    containing: dict[str, Field] = {}
    for name, kinds in _table(tables, "fields").items():
        found = Field(name)
        if not isinstance(kinds, dict):
            raise ValueError(f"[fields.{name}] must be a table")
        for word in _words(kinds, "exact"):
            if exact.setdefault(bare_heading(word), found) is not found:
                raise ValueError(f"{word!r} stands under {found} and under {exact[bare_heading(word)]}")
        endings.update((bare_heading(word), found) for word in _words(kinds, "ending"))
        containing.update((bare_heading(word), found) for word in _words(kinds, "containing"))
    exact |= changes or {}
    guards, rows = _table(tables, "guards"), _table(tables, "rows")
    return Labels(
        exact=exact,
        exact_ends=frozenset(with_traditional({word[-1] for word in (*exact, *_HINTS)})),
        endings=endings,
        containing=containing,
        other_person=_any_of(map(bare_heading, _words(guards, "other_person"))),
        contact=_any_of(map(bare_heading, _words(guards, "contact"))),
        invoice=_any_of(map(bare_heading, _words(guards, "invoice"))),
        contained=_any_of(containing),
        naming=_naming(exact, endings),
        footers=tuple(map(fold, _words(rows, "footers"))),
        example=_example(_words(rows, "examples")),
        placeholders=frozenset(map(fold, _words(rows, "placeholders"))),
        titles=tuple(map(bare_heading, _words(_table(tables, "titles"), "words"))),
        papers=_papers(_table(tables, "papers")),
        misread=_misread(_words(_table(tables, "misread"), "letters")),
    )


def _misread(pairs: list[str]) -> dict[int, str]:
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError("misread.letters must be pairs of two letters")
    return {ord(pair[0]): pair[1] for pair in pairs}


def _papers(table: dict[str, object]) -> Papers:
    marks = _table(table, "marks")
    return Papers(
        titles=tuple(map(bare_heading, _words(table, "titles"))),
        marks=tuple(_any_of(map(bare_heading, _words(marks, name))) for name in marks),
        registration=_any_of(map(bare_heading, _words(table, "registration"))),
        identity_card=frozenset(map(bare_heading, _words(marks, "identity_card"))),
        meeting_titles=tuple(map(bare_heading, _words(table, "meeting_titles"))),
        form=_any_of(map(bare_heading, _words(table, "form"))),
        headings=frozenset(map(bare_heading, _words(table, "headings"))),
        not_registration=_any_of(map(bare_heading, _words(table, "not_registration"))),
    )


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered)) or r"(?!)")


def _example(marks: list[str]) -> re.Pattern[str]:
    """Short and Latin marks must end there (例1, not 例会), longer ones need not."""
    words = (re.escape(m) + ("" if len(m) > 1 and not m.isascii() else r"(?![^\W\d_])") for m in marks)
    return re.compile(rf"[\s(（\[【<*《“]*(?:{'|'.join(words) or '(?!)'})", re.IGNORECASE)


def _naming(exact: dict[str, Field], endings: dict[str, Field]) -> re.Pattern[str]:
    """The last characters of all headings over names, either case and either width."""
    last = {word[-1] for word, field in (exact | endings).items() if field in (Field.NAME, Field.WEAK_NAME)}
    last = with_traditional(last)
    wide = {chr(ord(c) + 0xFEE0) for letter in last if letter.isascii() for c in (letter, letter.upper())}
    return re.compile(f"[{''.join(sorted(last | {letter.upper() for letter in last} | wide))}]")


def bare_heading(word: str) -> str:
    """A heading as it stands in `Labels.exact`: folded, without blanks and punctuation."""
    return _NOT_WORD.sub("", fold(word)) or word


def _table(tables: dict[str, object], name: str) -> dict[str, object]:
    found = tables.get(name, {})
    if not isinstance(found, dict):
        raise ValueError(f"[{name}] must be a table")
    return found


def _words(table: dict[str, object], name: str) -> list[str]:
    words = table.get(name, [])
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise ValueError(f"{name} must be a list of words")
    return words
