"""What the confirmed people of one mail pay, to which account, with which note.

Pure. The fee of each person is the recorded one; nothing is priced here. Where the membership of an
organisation is unknown both rates are named and no total is claimed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.records.decision import Membership, Registration
from bot.records.event import Event, Fees
from bot.replies.masking import masked_taxpayer_id
from bot.replies.passages import Invoice, Payment, Share
from bot.replies.wording import NAME_LIMIT, ORGANISATION_LIMIT, listed, money, payment_note, shortened, tame

FREE = "免费"
MEMBERSHIP_WORDS: dict[Membership, str] = {
    Membership.MEMBER: "会员单位",
    Membership.NON_MEMBER: "非会员单位",
    Membership.UNKNOWN: "待核实",
}


def fee_words(registration: Registration, fees: Fees) -> str:
    """2,980元（会员单位）; 免费 where nothing is to pay; "" while the membership is unknown and matters."""
    if _is_open(registration, fees):
        return ""
    fee = registration.fee or 0
    if not fee:
        room_open = registration.single_room and fees.single_room_supplement is None
        return f"{FREE}（单间房差另行通知）" if room_open else FREE
    return f"{money(fee, fees.currency)}（{MEMBERSHIP_WORDS[registration.membership]}）"


def payment_for(registrations: Sequence[Registration], event: Event, organisation: str) -> Payment | None:
    """None where nobody pays: nobody is confirmed, or nothing is charged. An event without an account still
    tells the amounts."""
    fees, payee = event.fees, event.payee
    priced = Counter((r.membership, r.fee) for r in registrations if r.fee)
    known = sum((fee or 0) * count for (_, fee), count in priced.items())
    unknown = [r for r in registrations if _is_open(r, fees)]
    if not registrations or not (known or unknown):
        return None
    singles = [r for r in registrations if r.single_room]
    names = [tame(r.name, NAME_LIMIT) for r in registrations]
    return Payment(
        count=len(registrations),
        shares=tuple(
            Share(MEMBERSHIP_WORDS[sort], count, money(fee, fees.currency), money(fee * count, fees.currency))
            for (sort, fee), count in priced.items()
            if fee
        ),
        total="" if unknown else money(known, fees.currency),
        rates=_rates(fees),
        between=_between(known, unknown, fees) if unknown else "",
        unknown=len(unknown),
        payee=payee.name if payee else "",
        bank=payee.bank if payee else "",
        account=payee.account if payee else "",
        reference=payment_note(event, organisation, names) if payee else "",
        note=payee.note if payee else "",
        included=event.included,
        single_rooms=len(singles),
        supplement=money(fees.single_room_supplement, fees.currency) if fees.single_room_supplement else "",
        supplement_missing=sum(_lacks_supplement(r, fees) for r in singles),
        supplement_free=fees.single_room_supplement == 0,
    )


def invoices_for(registrations: Sequence[Registration]) -> tuple[Invoice, ...]:
    """The invoice particulars as read, each once; the people are named only where particulars differ."""
    groups: dict[tuple[str, str], list[str]] = {}
    for r in registrations:
        groups.setdefault((r.invoice_title, r.taxpayer_id), []).append(tame(r.name, NAME_LIMIT))
    return tuple(
        Invoice(
            title=tame(title, ORGANISATION_LIMIT),
            taxpayer_id=shortened(masked_taxpayer_id("".join(filter(str.isalnum, number))), 30),
            people=listed(names) if len(groups) > 1 else "",
        )
        for (title, number), names in groups.items()
    )


def _is_open(registration: Registration, fees: Fees) -> bool:
    """Whether what this person pays depends on a membership that is not known yet."""
    alone = registration.single_room and fees.single_room_supplement
    return registration.fee is None and bool(fees.member or fees.non_member or alone)


def _rates(fees: Fees) -> str:
    def each(amount: int) -> str:
        return f"每人{money(amount, fees.currency)}" if amount else FREE

    return f"会员单位{each(fees.member)}，非会员单位{each(fees.non_member)}"


def _between(known: int, unknown: Sequence[Registration], fees: Fees) -> str:
    """The two possible totals; a single room costs its supplement whatever the membership is."""
    known += (fees.single_room_supplement or 0) * sum(bool(r.single_room) for r in unknown)
    as_members = money(known + len(unknown) * fees.member, fees.currency)
    as_others = money(known + len(unknown) * fees.non_member, fees.currency)
    return f"按会员单位计共{as_members}，按非会员单位计共{as_others}"


def _lacks_supplement(registration: Registration, fees: Fees) -> bool:
    """Whether the recorded fee was set before the office named the supplement. An open fee gets it when it is
    settled, so its two totals hold it already."""
    rate = {Membership.MEMBER: fees.member, Membership.NON_MEMBER: fees.non_member}.get(registration.membership)
    if registration.fee is None or rate is None:
        return False
    return bool(fees.single_room_supplement) and registration.fee <= rate
