"""What the confirmed people of one mail pay, to which account, with which note.

Pure. The fee of each person is the recorded one; nothing is priced here. Where the membership of an
organisation is unknown both rates are named and no total is claimed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.records.decision import Membership, Registration
from bot.records.event import Event, Fees
from bot.replies.facts import Invoice, Payment, Share
from bot.replies.masking import masked_taxpayer_id
from bot.replies.wording import NAME_LIMIT, ORGANISATION_LIMIT, listed, money, payment_note, shortened, tame

MEMBERSHIP_WORDS: dict[Membership, str] = {
    Membership.MEMBER: "会员单位",
    Membership.NON_MEMBER: "非会员单位",
    Membership.UNKNOWN: "待核实",
}


def fee_words(registration: Registration, fees: Fees) -> str:
    """2,980元（会员单位）; "" while the membership is unknown."""
    if registration.fee is None:
        return ""
    return f"{money(registration.fee, fees.currency)}（{MEMBERSHIP_WORDS[registration.membership]}）"


def payment_for(registrations: Sequence[Registration], event: Event, organisation: str) -> Payment | None:
    """None where nobody pays (nobody confirmed, or the event names no account)."""
    if not registrations or event.payee is None:
        return None
    fees = event.fees
    priced = Counter((r.membership, r.fee) for r in registrations if r.fee is not None)
    known = sum(fee * count for (_, fee), count in priced.items())
    unknown = sum(r.fee is None for r in registrations)
    singles = [r for r in registrations if r.single_room]
    return Payment(
        count=len(registrations),
        shares=tuple(
            Share(
                MEMBERSHIP_WORDS[membership], count, money(fee, fees.currency), money(fee * count, fees.currency)
            )
            for (membership, fee), count in priced.items()
        ),
        total="" if unknown else money(known, fees.currency),
        rates=_rates(fees),
        between=_between(known, unknown, fees) if unknown else "",
        unknown=unknown,
        payee=event.payee.name,
        bank=event.payee.bank,
        account=event.payee.account,
        reference=payment_note(event, organisation, [tame(r.name, NAME_LIMIT) for r in registrations]),
        note=event.payee.note,
        included=event.included,
        single_rooms=len(singles),
        supplement=""
        if fees.single_room_supplement is None
        else money(fees.single_room_supplement, fees.currency),
        supplement_included=any(_with_supplement(r, fees) for r in singles),
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


def _rates(fees: Fees) -> str:
    member, non_member = money(fees.member, fees.currency), money(fees.non_member, fees.currency)
    return f"会员单位每人{member}，非会员单位每人{non_member}"


def _between(known: int, unknown: int, fees: Fees) -> str:
    as_members = money(known + unknown * fees.member, fees.currency)
    as_others = money(known + unknown * fees.non_member, fees.currency)
    return f"按会员单位计共{as_members}，按非会员单位计共{as_others}"


def _with_supplement(registration: Registration, fees: Fees) -> bool:
    """Whether the recorded fee already holds the supplement."""
    rate = {Membership.MEMBER: fees.member, Membership.NON_MEMBER: fees.non_member}.get(registration.membership)
    return registration.fee is not None and rate is not None and registration.fee > rate
