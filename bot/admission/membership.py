"""Whether an organisation is a member unit, by the office's list; which spellings mean the same unit.

Matches are exact, by alias, or by a spelling rule that cannot change which hospital is meant. Never by
similarity: 深圳市第二人民医院 and 深圳市第三人民医院 differ in one character, and so do many others.
What cannot be told for certain is UNKNOWN, and the office decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.admission.spelling import bracketed, is_affiliation, is_department, spelling, variants
from bot.records.decision import Membership

Row = tuple[str, tuple[str, ...], bool]


@dataclass(frozen=True, slots=True)
class _Unit:
    name: str
    member: bool


@dataclass(frozen=True, slots=True)
class MemberDirectory:
    """The office's list of organisations, ready to be asked. Make it with `MemberDirectory.of(rows)`."""

    _by_spelling: dict[str, _Unit | None] = field(default_factory=dict)
    """Spelling to unit; None where one spelling could mean several units."""
    listed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Every listed unit's name and aliases as the office wrote them, in the list's order."""

    @classmethod
    def of(cls, rows: Iterable[Row]) -> MemberDirectory:
        """From rows of (name, aliases, member). A full name beats an alias, an alias beats a derived spelling;
        a spelling that two units share at the same rank is nobody's."""
        rows = tuple(rows)
        known: dict[str, _Unit | None] = {}
        names = [(spelling(name), _Unit(name, member)) for name, _, member in rows]
        aliases = [(spelling(alias), _Unit(name, member)) for name, given, member in rows for alias in given]
        derived = [(variant, unit) for key, unit in (*names, *aliases) for variant in sorted(variants(key))]
        for rank in (names, aliases, derived):
            found: dict[str, _Unit | None] = {}
            for key, unit in rank:
                if key:
                    found[key] = unit if found.get(key, unit) == unit else None
            known = {**found, **known}
        return cls(known, tuple((name, given) for name, given, _ in rows if spelling(name)))

    def membership(self, organisation: str) -> Membership:
        """Member, non-member, or unknown: not on the list, or not certain which unit is meant."""
        unit = self._unit(organisation)
        if unit is None:
            return Membership.UNKNOWN
        return Membership.MEMBER if unit.member else Membership.NON_MEMBER

    def key(self, organisation: str) -> str:
        """A text that is equal for spellings of one organisation: the listed name, else the plain spelling."""
        unit = self._unit(organisation)
        return spelling(unit.name) if unit is not None else spelling(organisation)

    def _unit(self, organisation: str) -> _Unit | None:
        key = spelling(organisation)
        if key in self._by_spelling:
            return self._by_spelling[key]
        return self._unit_in_brackets(organisation) or self._unit_with_department(key)

    def _unit_in_brackets(self, organisation: str) -> _Unit | None:
        """Two names of one hospital, as 暨南大学第二临床医学院（深圳市人民医院）; or a department in brackets."""
        pair = bracketed(organisation)
        if pair is None:
            return None
        outer, inner = (self._by_spelling.get(part) for part in pair)
        if outer is not None and inner is not None:
            return outer if outer == inner else None
        if outer is not None and (is_department(pair[1]) or is_affiliation(pair[1])):
            return outer
        if inner is not None and is_affiliation(pair[0]):
            return inner
        return None

    def _unit_with_department(self, key: str) -> _Unit | None:
        """深圳市人民医院心内科: the longest known name in front, and nothing but a department behind."""
        for end in range(len(key) - 1, 2, -1):
            head = key[:end]
            if head in self._by_spelling:
                whole = head.endswith(("院", "中心", "所", "站"))
                return self._by_spelling[head] if whole and is_department(key[end:]) else None
        return None
