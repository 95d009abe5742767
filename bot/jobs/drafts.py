"""drafts: what a person did with the answers that were left in the Drafts folder.

Some webmails send a draft under another Message-ID, and every one that is edited becomes another mail: those are
known by the mail they answer, by recipient and subject, and by lying there after the draft was put down. While
anything is unclear (a folder cannot be seen, a Sent folder may be late) a draft counts as waiting.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import maillog
from bot.intake.html_text import text_of_html
from bot.intake.mailbox import FiledMail
from bot.intake.parse import parse
from bot.jobs.send import Sending
from bot.ledger.ledger import Ledger
from bot.records.mail import ParsedMail
from bot.records.outgoing import DraftFate, OutboxItem

WATCHED_AT = "drafts_watched_at"
EVERY = timedelta(minutes=5)
"""How often the folders are looked at while drafts wait."""
EVERY_LATER = timedelta(hours=1)
"""The same while there are only some that seem deleted."""
GRACE = timedelta(minutes=30)
"""So long a draft must have been in neither folder to count as deleted: 126.com shows what was sent late."""
LATE = timedelta(days=1)
"""So long one that counts as deleted is still looked for in the Sent folder."""
CLOCKS_DIFFER = timedelta(minutes=10)

_EXACT = 100
_NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Draft:
    item: OutboxItem
    mail: ParsedMail

    @property
    def placed_at(self) -> datetime:
        return self.item.sent_at or self.item.created_at


@dataclass(frozen=True, slots=True)
class _Seen:
    filed: FiledMail
    mail: ParsedMail


@dataclass(frozen=True, slots=True)
class _Match:
    """How surely a mail that was seen is a draft: the higher `likeness`, the surer."""

    likeness: int
    draft: _Draft
    seen: _Seen


def watch_drafts(sending: Sending, now: datetime) -> int:
    """Look what became of the drafts, at most every few minutes; gives how many were found sent or deleted.

    Raises the mailbox's errors when it cannot be reached; a folder that it does not show is left for later."""
    ledger = sending.ledger
    items = ledger.drafts.watched(now - LATE)
    if not items or not _is_time(ledger, items, now):
        return 0
    lying = sending.mailbox.drafts()
    ledger.set_state(WATCHED_AT, now.isoformat(), now)
    if lying is None:
        return 0
    drafts = [_Draft(item, parse(item.mime)) for item in items]
    there = {one.draft.item.id for one in _paired(_matches(drafts, _seen(lying), in_drafts=True))}
    for draft in drafts:
        if draft.item.id in there and ledger.drafts.missing_since(draft.item.id):
            ledger.drafts.note_missing(draft.item.id, None, now)
    gone = [draft for draft in drafts if draft.item.id not in there]
    return _settle_gone(sending, gone, now) if gone else 0


def _is_time(ledger: Ledger, items: Iterable[OutboxItem], now: datetime) -> bool:
    noted = ledger.get_state(WATCHED_AT)
    if not noted:
        return True
    every = EVERY if any(item.draft_fate is DraftFate.WAITING for item in items) else EVERY_LATER
    # A look in the future was taken by a clock that has been set back since.
    return not timedelta(0) <= now - datetime.fromisoformat(noted) < every


def _settle_gone(sending: Sending, gone: Sequence[_Draft], now: datetime) -> int:
    """Drafts that do not lie in Drafts any more: sent, or deleted once they are nowhere for long enough."""
    ledger = sending.ledger
    listed = sending.mailbox.sent_since(min(draft.placed_at for draft in gone) - CLOCKS_DIFFER)
    if listed is None:
        return 0
    matches = _matches(gone, _seen(listed), in_drafts=False)
    taken = ledger.drafts.taken(one.seen.mail.message_id for one in matches)
    matches = [one for one in matches if one.likeness == _EXACT or one.seen.mail.message_id not in taken]
    contents = sending.mailbox.sent_contents(sorted({one.seen.filed.uid for one in matches})) if matches else {}
    whole = {uid: parse(content) for uid, content in contents.items()}
    sent = {one.draft.item.id: one for one in _paired(_with_same_words_first(matches, whole))}
    changed = 0
    for draft in gone:
        if one := sent.get(draft.item.id):
            changed += _settle_sent(ledger, one, whole.get(one.seen.filed.uid), now)
        elif draft.item.draft_fate is DraftFate.WAITING:
            changed += _settle_missing(ledger, draft.item, now)
    return changed


def _settle_sent(ledger: Ledger, one: _Match, whole: ParsedMail | None, now: datetime) -> bool:
    other = _differences(one.draft, one.seen.mail, whole)
    fate = DraftFate.CHANGED if other else DraftFate.SENT
    text = f"改动了{'、'.join(other)}" if other else "" if whole else "正文没有取到，未作比对"
    return _settle(
        ledger,
        one.draft.item,
        fate,
        now,
        sent_at=one.seen.filed.filed_at,
        sent_as=one.seen.mail.message_id,
        text=text,
    )


def _settle_missing(ledger: Ledger, item: OutboxItem, now: datetime) -> bool:
    since = ledger.drafts.missing_since(item.id)
    if since is None or since > now:
        ledger.drafts.note_missing(item.id, now, now)
        return False
    return now - since >= GRACE and _settle(ledger, item, DraftFate.DELETED, now)


def _settle(
    ledger: Ledger,
    item: OutboxItem,
    fate: DraftFate,
    now: datetime,
    *,
    sent_at: datetime | None = None,
    sent_as: str = "",
    text: str = "",
) -> bool:
    known = not ledger.drafts.settle(item.id, fate, now, sent_at=sent_at, sent_as=sent_as, text=text)
    if not known:
        maillog.draft_settled(item.id, item.template, fate)
    return not known


def _seen(filed: Iterable[FiledMail]) -> list[_Seen]:
    return [_Seen(one, parse(one.head)) for one in filed]


def _matches(drafts: Sequence[_Draft], seen: Sequence[_Seen], *, in_drafts: bool) -> list[_Match]:
    return [
        _Match(likeness, draft, one)
        for one in seen
        for draft in drafts
        if (likeness := _likeness(draft, one, in_drafts=in_drafts))
    ]


def _likeness(draft: _Draft, seen: _Seen, *, in_drafts: bool) -> int:
    """0 where the mail cannot be that draft. What answers the same mail and lies in Drafts is the draft, whatever
    a person has made of it; in Sent it must keep recipient or subject. What answers nothing must keep both."""
    if seen.mail.message_id == draft.item.message_id:
        return _EXACT
    filed_at = seen.filed.filed_at
    if filed_at is not None and filed_at < draft.placed_at - CLOCKS_DIFFER:
        return 0
    answered = {*seen.mail.in_reply_to, *seen.mail.references}
    linked = bool(answered.intersection(draft.mail.in_reply_to))
    to = bool(_addresses(seen.mail).intersection(_recipients(draft)))
    subject = _letters(seen.mail.subject) == _letters(draft.item.subject)
    if linked and (in_drafts or to or subject):
        return 8 + 4 * subject + 2 * to
    return 2 if not answered and to and subject else 0


def _with_same_words_first(matches: Iterable[_Match], whole: dict[int, ParsedMail]) -> list[_Match]:
    """Among several drafts to one clerk the words tell which is which."""
    return [
        _Match(one.likeness + 16, one.draft, one.seen)
        if (mail := whole.get(one.seen.filed.uid)) and _same_words(one.draft.mail, mail)
        else one
        for one in matches
    ]


def _paired(matches: Iterable[_Match]) -> list[_Match]:
    """Each draft with one mail and each mail with one draft, the surest first."""
    chosen: list[_Match] = []
    drafts: set[int] = set()
    mails: set[int] = set()
    for one in sorted(matches, key=lambda one: (-one.likeness, one.draft.item.id, one.seen.filed.uid)):
        if one.draft.item.id not in drafts and one.seen.filed.uid not in mails:
            chosen.append(one)
            drafts.add(one.draft.item.id)
            mails.add(one.seen.filed.uid)
    return chosen


def _differences(draft: _Draft, head: ParsedMail, whole: ParsedMail | None) -> list[str]:
    """What a person changed before sending, in Chinese."""
    found = []
    if _addresses(head) != _recipients(draft):
        found.append("收件人")
    if _letters(head.subject) != _letters(draft.item.subject):
        found.append("主题")
    if whole is not None and not _same_words(draft.mail, whole):
        found.append("正文")
    return found


def _same_words(ours: ParsedMail, theirs: ParsedMail) -> bool:
    """Webmails write the plain part anew out of the HTML part, or leave one of them out."""
    return bool(_readings(ours) & _readings(theirs))


def _readings(mail: ParsedMail) -> set[str]:
    readings = (mail.text, text_of_html(mail.html) if mail.html else "")
    return {letters for text in readings if (letters := _letters(text))}


def _letters(text: str) -> str:
    """Letters, digits and characters only: programs wrap lines and write blanks and bullets as they like."""
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _recipients(draft: _Draft) -> set[str]:
    return {address.lower() for address in draft.item.recipients}


def _addresses(mail: ParsedMail) -> set[str]:
    return {one.address.lower() for one in mail.recipients}
