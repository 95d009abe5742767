"""Which findings belong to the same form: titles, running text, quoted mails and repeated footers part them.

Pure. What a notice says before its form (联系人, 电话, 账号) is left out; so is what a quoted mail says after it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bot.forms.labels import Field, fold
from bot.forms.layout_found import Break, Finding, Pair, Roster, Section, Title

FORM_FIELDS = frozenset(
    (Field.SUBMITTER, Field.CONTACT, Field.CONTACT_PHONE, Field.EMAIL, Field.INVOICE_TITLE, Field.TAXPAYER_ID)
)
# What only a form asks for: after running text these show that the form goes on.
_ONLY_FORMS = frozenset((Field.SUBMITTER, Field.INVOICE_TITLE, Field.TAXPAYER_ID))
_OF_THE_WHOLE_FORM = (*_ONLY_FORMS, Field.CONTACT)
_REACHABLE = frozenset((Field.CONTACT, Field.CONTACT_PHONE, Field.MOBILE, Field.TELEPHONE, Field.EMAIL))
_REPEATABLE = (Field.SUBMITTER, Field.CONTACT, Field.TAXPAYER_ID)
_GENERIC = (
    "附件",
    "参会",
    "参加",
    "报名",
    "回执",
    "填写",
    "人员",
    "信息",
    "登记",
    "汇总",
    "名单",
    "表",
    "单",
    "会议",
    "代表",
    "出席",
)


@dataclass(slots=True)
class Zone:
    """The pairs and lists of one form."""

    title: str = ""
    findings: list[Pair | Roster] = field(default_factory=list)

    @property
    def has_people_part(self) -> bool:
        return any(map(_is_content, self.findings))


def find_zones(findings: Iterable[Finding]) -> list[Zone]:
    """The zones of a document, in order; a zone may turn out to be no form."""
    zones: list[Zone] = []
    zone = Zone()
    broken = False  # running text since the last thing that surely belonged to the form
    for finding in _with_heads(findings):
        if isinstance(finding, Title):
            if finding.weak:
                zone.title = zone.title or finding.text
                continue
            if zone.has_people_part:
                if same_title(zone.title, finding.text) and zone.title and not _has_footers(zone):
                    continue
                zones.append(zone)
                zone = Zone(finding.text)
            else:
                kept = zone.findings if _says_who_submits(zone) else []
                zone = Zone(_better_title(zone.title, finding.text), kept)
            broken = False
        elif isinstance(finding, Break):
            if finding.hard and zone.has_people_part:
                zones.append(zone)
                zone = Zone()
            elif finding.hard or not (zone.has_people_part or _says_who_submits(zone)):
                zone.findings.clear()
            broken = zone.has_people_part
        else:
            if isinstance(finding, Roster) or finding.field in _ONLY_FORMS or finding.field is Field.NAME:
                broken = False
            if not (broken and isinstance(finding, Pair) and finding.field in _REACHABLE):
                zone.findings.append(finding)
    zones.append(zone)
    return [part for zone in zones for part in _split_repeats(zone)]


def _with_heads(findings: Iterable[Finding]) -> Iterable[Pair | Roster | Title | Break]:
    """The findings with the heads over them applied: what stands under 联系人信息 is about the contact."""
    about: Field | None = None
    named = False
    for finding in findings:
        if isinstance(finding, Section):
            about, named = finding.about, False
            continue
        if isinstance(finding, Title | Break):
            about = None
        elif isinstance(finding, Roster):
            unwanted = about is Field.OTHER_PERSON or (about is Field.CONTACT and not finding.strong)
            if unwanted:
                if about is Field.CONTACT:
                    yield from _contact_pairs(finding)
                continue
            about = None
        elif about is Field.OTHER_PERSON and finding.field in _OF_THE_WHOLE_FORM:
            about = None
        elif about is not None and finding.about is None:
            if finding.field is Field.NAME and about is Field.CONTACT and named:
                about = None  # a contact has one name; a second one begins something else
            named = named or finding.field is Field.NAME
            finding = replace(finding, about=about)
        yield finding


def _contact_pairs(roster: Roster) -> Iterable[Pair]:
    for person in roster.people[:1]:
        for kind, value in ((Field.NAME, person.name), (Field.MOBILE, person.mobile)):
            yield Pair(kind, value, Field.CONTACT)
    yield from roster.shared


def _is_content(finding: Pair | Roster) -> bool:
    return isinstance(finding, Roster) or (finding.field is Field.NAME and finding.about is None)


def _says_who_submits(zone: Zone) -> bool:
    return any(isinstance(f, Pair) and f.field is Field.SUBMITTER and f.value.text for f in zone.findings)


def _has_footers(zone: Zone) -> bool:
    last = max(index for index, finding in enumerate(zone.findings) if _is_content(finding))
    return any(isinstance(f, Pair) and f.field in FORM_FIELDS for f in zone.findings[last + 1 :])


def _split_repeats(zone: Zone) -> list[Zone]:
    """Parts a zone in which a second form begins without a title: a second, different 填报单位 after a list."""
    findings = zone.findings
    rosters = [index for index, finding in enumerate(findings) if isinstance(finding, Roster)]
    if not rosters:
        return [zone]
    seen: dict[Field, tuple[int, str]] = {}
    for index, finding in enumerate(findings):
        if not isinstance(finding, Pair) or finding.field not in _REPEATABLE or not finding.value.text:
            continue
        at, text = seen.setdefault(finding.field, (index, finding.value.text))
        if text == finding.value.text:
            continue
        first = bisect_left(rosters, at)
        if first == len(rosters) or rosters[first] > index:
            continue  # no list between the two
        if rosters[0] < at:
            start = rosters[first]
        elif rosters[-1] > index:
            leads = finding.field is Field.SUBMITTER and not at  # each form begins with who fills it in
            start = index if leads else _start_of_pairs(findings, index)
        else:
            continue
        rest = _split_repeats(Zone(zone.title, findings[start:]))
        return [Zone(zone.title, findings[:start]), *rest]
    return [zone]


def _start_of_pairs(findings: Sequence[Pair | Roster], index: int) -> int:
    while index and isinstance(findings[index - 1], Pair):
        index -= 1
    return index


def same_title(one: str, other: str) -> bool:
    """Whether two titles can be of one form: equal, or one of them says nothing particular (参会回执)."""
    keys = [_key(one), _key(other)]
    return keys[0] == keys[1] or not all(keys)


def _better_title(before: str, after: str) -> str:
    return before if before and not _key(after) and _key(before) else after


def _key(title: str) -> str:
    key = "".join(character for character in fold(title) if character.isalnum())
    for word in _GENERIC:
        key = key.replace(word, "")
    return key if len(key) > 1 else ""
