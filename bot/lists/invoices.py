"""The invoices to write: who pays with whom, under which title and tax number, and what is wrong with it. Pure.

People with one title and one tax number share an invoice. What somebody left empty is taken from the others of her
organisation (or of her title) only where they all say the same, and is told. Whoever asks for an invoice as a
private person (抬头 个人) gets one of her own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.lists.payers import NO_INVOICE, PRIVATE, Payer, Payers
from bot.lists.people import WORDS, Key, in_order, organisation_of
from bot.records.decision import Registration, State
from bot.records.event import Fees
from bot.records.lists import Invoice
from bot.records.office import StaffEntry

NAMELESS = "（缺姓名）"


@dataclass(slots=True)
class _Group:
    """The people of one invoice: all in the ledger, and those of them who have a seat."""

    everybody: list[Registration] = field(default_factory=list)
    seated: list[tuple[Registration, Payer]] = field(default_factory=list)

    @property
    def people(self) -> list[Registration]:
        return [one for one, _ in self.seated]

    @property
    def payer(self) -> Payer:
        return self.seated[0][1]


def invoices(
    registrations: Iterable[Registration], staff: Iterable[StaffEntry], key: Key, fees: Fees
) -> tuple[Invoice, ...]:
    """One row per invoice for those who have a seat, in order of the first arrival. `staff` are the entries of the
    columns 缴费 and 开票, `fees` those of the event (the amounts are as recorded with each person)."""
    everybody = in_order(registrations)
    payers = Payers([one for one in everybody if one.state is State.CONFIRMED], key)
    groups: dict[Hashable, _Group] = {}
    for one in everybody:
        payer = payers.of(one)
        group = groups.setdefault(payers.group(one, payer), _Group())
        group.everybody.append(one)
        if one.state is State.CONFIRMED:
            group.seated.append((one, payer))
    entries = {entry.registration_id: entry for entry in staff}
    return tuple(_invoice(group, payers, entries, fees) for group in groups.values() if group.seated)


def _invoice(group: _Group, payers: Payers, entries: Mapping[int, StaffEntry], fees: Fees) -> Invoice:
    people, payer = group.people, group.payer
    contact = next((one for one in reversed(people) if one.contact or one.phone), people[-1])
    organisations = dict.fromkeys(organisation_of(one) for one in people)
    known = [entries.get(one.id) or StaffEntry(one.id) for one in people]
    return Invoice(
        id=min(one.id for one in group.everybody),
        organisation="、".join(name for name in organisations if name),
        title=payer.title,
        taxpayer_id=payer.taxpayer_id,
        people=tuple(one.name or NAMELESS for one in people),
        amount=sum(one.fee or 0 for one in people),
        undetermined=tuple(one.name or NAMELESS for one in people if one.fee is None),
        currency=fees.currency,
        paid=_summed([entry.paid for entry in known]),
        invoiced=_summed([entry.invoiced for entry in known]),
        contact=contact.contact,
        phone=contact.phone,
        email=contact.email or next((one.email for one in reversed(people) if one.email), ""),
        problems=tuple(_problems(group, payers, fees)),
    )


def _summed(words: Sequence[str]) -> str:
    """What staff wrote for several people in one cell; counted where it differs."""
    counts = Counter(words)
    if len(counts) == 1:
        return words[0]
    return "；".join(f"{word or '未填'}（{count}人）" for word, count in counts.items())


def _problems(group: _Group, payers: Payers, fees: Fees) -> Iterable[str]:
    payer, people = group.payer, group.people
    if payer.kind == NO_INVOICE:
        yield f"对方写的是“{payer.title}”，请确认是否开票"
    elif payer.kind != PRIVATE:
        yield from _missing(group)
        yield from _contradictions(people, payer, payers)
    for name in ("invoice_title", "taxpayer_id"):
        if any(getattr(one, name) and _doubtful(one, name) for one in people):
            yield f"{WORDS[name]}待核对"
    without_fee = [one.name or NAMELESS for one in people if one.fee is None]
    if without_fee:
        yield f"应缴待定：{'、'.join(without_fee)}（会员身份未确认）"
    single = [one.name or NAMELESS for one in people if one.single_room]
    if single and fees.single_room_supplement is None:
        yield f"{'、'.join(single)}要单间，房差未定，未计入"


def _missing(group: _Group) -> Iterable[str]:
    """What is not known, and what was taken from others."""
    if not group.payer.title:
        yield "缺开票抬头"
    elif all(payer.by_organisation for _, payer in group.seated):
        yield "缺开票抬头，暂按单位名称"
    if not group.payer.taxpayer_id:
        yield "缺纳税人识别号"
    for name in ("invoice_title", "taxpayer_id"):
        lent = [one.name or NAMELESS for one, payer in group.seated if name in payer.borrowed]
        if lent:
            yield f"{'、'.join(lent)}未填{WORDS[name]}，暂按同单位或同抬头所填"


def _contradictions(people: Iterable[Registration], payer: Payer, payers: Payers) -> Iterable[str]:
    numbers = payers.other_numbers(people, payer)
    if numbers:
        yield f"同单位另填了税号{'、'.join(numbers)}"
    titles = payers.other_titles(payer)
    if titles:
        yield f"同一税号另填了抬头“{'”“'.join(titles)}”"


def _doubtful(one: Registration, name: str) -> bool:
    return any(problem.field == name for problem in one.problems)
