"""Under which title and tax number somebody pays, by what she and her colleagues wrote. Pure."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.lists.people import Key, organisation_key, organisation_of, plain_label, says_nothing
from bot.records.decision import Registration

Kind = Literal["organisation", "private", "no_invoice"]
PRIVATE: Final = "private"
NO_INVOICE: Final = "no_invoice"

_PRIVATE_WORDS: Final = frozenset({"个人", "个人抬头", "私人", "自然人"})
_NO_INVOICE_WORDS = re.compile(r"(?:不|无|免|暂不)(?:需要?|用|要|须)?(?:开具?)?(?:发?票)?")
_SAME_WORDS = re.compile(r"(?:同|按)(?:上|左|单位|本单位|填报单位|所在单位)(?:名称|全称)?|单位(?:名称|全称)")


@dataclass(frozen=True, slots=True)
class Payer:
    """`borrowed` are the fields that colleagues filled in for her; `by_organisation` is set where nobody gave a
    title and the organisation's name stands for it."""

    title: str
    taxpayer_id: str
    kind: Kind = "organisation"
    borrowed: tuple[str, ...] = ()
    by_organisation: bool = False


class Payers:
    """What those who have a seat wrote about invoices, to be looked up by organisation, title and tax number."""

    def __init__(self, seated: Sequence[Registration], key: Key) -> None:
        self._key = key
        self._titles: dict[str, dict[str, str]] = {}
        """Organisation -> its titles: key -> as first written."""
        self._titles_of: dict[str, dict[str, str]] = {}
        """Tax number -> its titles, likewise."""
        self._numbers: dict[str, dict[str, str]] = {}
        """Title -> its tax numbers."""
        self._numbers_of: dict[str, dict[str, str]] = {}
        """Organisation -> its tax numbers."""
        for one in seated:
            title, kind = _wish(one)
            if kind == "organisation":
                self._learn(organisation_key(one, key), title, one.taxpayer_id)

    def _learn(self, organisation: str, title: str, number: str) -> None:
        if title and organisation:
            self._titles.setdefault(organisation, {}).setdefault(self._key(title), title)
        if title and number:
            self._titles_of.setdefault(number, {}).setdefault(self._key(title), title)
            self._numbers.setdefault(self._key(title), {})[number] = number
        if number and organisation:
            self._numbers_of.setdefault(organisation, {})[number] = number

    def of(self, one: Registration) -> Payer:
        """Never guesses: what she left empty is filled in only where all who can tell say the same."""
        title, kind = _wish(one)
        number, borrowed = one.taxpayer_id, []
        if kind != "organisation":
            return Payer(title, number, kind)
        if not title:
            organisation = organisation_key(one, self._key)
            title = _only((self._titles_of.get(number) if number else self._titles.get(organisation)) or {})
            borrowed += ["invoice_title"] if title else []
        by_organisation = not title
        title = title or organisation_of(one)
        if not number and title:
            number = _only(self._numbers.get(self._key(title), {}))
            borrowed += ["taxpayer_id"] if number else []
        return Payer(title, number, kind, tuple(borrowed), by_organisation)

    def group(self, one: Registration, payer: Payer) -> Hashable:
        """Equal for people of one invoice."""
        if payer.kind == PRIVATE or not payer.title:
            return (payer.kind, one.order, one.id)
        if payer.kind == NO_INVOICE:
            return (payer.kind, organisation_key(one, self._key) or one.order)
        return (payer.kind, self._key(payer.title) or payer.title, payer.taxpayer_id)

    def other_numbers(self, people: Iterable[Registration], payer: Payer) -> list[str]:
        """The tax numbers that people of the same organisations or with the same title gave besides this one."""
        found = dict(self._numbers.get(self._key(payer.title), {}))
        for one in people:
            found.update(self._numbers_of.get(organisation_key(one, self._key), {}))
        return [number for number in found if number != payer.taxpayer_id]

    def other_titles(self, payer: Payer) -> list[str]:
        """The titles that were given with the same tax number."""
        found = self._titles_of.get(payer.taxpayer_id, {})
        return [title for name, title in found.items() if name != self._key(payer.title)]


def _wish(one: Registration) -> tuple[str, Kind]:
    """The title as written, "" where none was, and what it asks for; 同单位 means the organisation's name."""
    plain = plain_label(one.invoice_title)
    if says_nothing(plain):
        return "", "organisation"
    if plain in _PRIVATE_WORDS:
        return one.invoice_title, "private"
    if _NO_INVOICE_WORDS.fullmatch(plain):
        return one.invoice_title, "no_invoice"
    return (organisation_of(one) if _SAME_WORDS.fullmatch(plain) else one.invoice_title), "organisation"


def _only(found: Mapping[str, str]) -> str:
    """The one thing that all say, "" where they differ or say nothing."""
    return next(iter(found.values())) if len(found) == 1 else ""
