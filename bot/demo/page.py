"""The demonstration's page: each incoming mail beside the answer it got, for a reader who has one minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.demo.mailbox_story import StoryMail
from bot.demo.second_thoughts import STAFF_SAYS
from bot.intake.parse import parse
from bot.records.decision import ReplyTemplate, State
from bot.records.mail import ParsedMail
from bot.records.office import EventView, MailEntry
from bot.records.words import OUTCOME_WORDS, TEMPLATE_WORDS
from bot.replies.compose import Composer

_EXCERPT = 260


@dataclass(frozen=True)
class Answer:
    """One answer as it left, with what the page needs of it."""

    file: str
    subject: str
    recipient: str
    html: str


@dataclass(frozen=True)
class SentNotice:
    """One mail that answers none: what was decided later about people who had registered."""

    template: ReplyTemplate
    sent_at: datetime
    answer: Answer


@dataclass(frozen=True)
class Row:
    """One line of the page."""

    number: int
    when: str
    sender: str
    subject: str
    shows: str
    excerpt: str
    attachments: tuple[str, ...]
    outcome: str
    tone: str
    note: str
    picture: str
    answer: Answer | None
    answer_word: str


def _moment(local: datetime) -> str:
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def write_page(
    composer: Composer,
    view: EventView,
    mails: Sequence[StoryMail],
    answers: Mapping[int, Answer],
    notices: Sequence[SentNotice],
    pictures: Mapping[int, str],
) -> str:
    """The page as HTML, the `notices` below the mails; `answers` by the answered mail's id in the ledger,
    `pictures` (of how a form was read) by the mail's number."""
    # A mail without a Message-ID gets one from its bytes, which a server may have filed a little differently.
    entries = {entry.message_id: entry for entry in view.mails}
    by_arrival = {entry.received_at: entry for entry in view.mails}
    zone = ZoneInfo(view.event.timezone)
    shown: set[int] = set()
    rows: list[Row] = []
    for number, mail in enumerate(mails, start=1):
        parsed = parse(mail.raw)
        entry = entries.get(parsed.message_id) or by_arrival.get(mail.received_at)
        again = entry is None or entry.id in shown
        if entry:
            shown.add(entry.id)
        rows.append(_row(number, mail, parsed, None if again else entry, answers, zone, pictures.get(number, "")))
    rows += [_notice_row(number, notice, zone) for number, notice in enumerate(notices, start=len(rows) + 1)]
    counts = {state.value: view.count(state) for state in State}
    return composer.render(
        "demo/index.html",
        {
            "event": view.event,
            "rows": rows,
            "mails": len(mails),
            "counts": counts,
            "reviews": len(view.reviews),
            "answered": sum(row.answer is not None for row in rows),
            "percent": min(100, round(100 * counts["confirmed"] / view.event.capacity)),
        },
    )


def _row(
    number: int,
    mail: StoryMail,
    parsed: ParsedMail,
    entry: MailEntry | None,
    answers: Mapping[int, Answer],
    zone: ZoneInfo,
    picture: str,
) -> Row:
    text = " ".join(parsed.text.split())
    answer = answers.get(entry.id) if entry else None
    return Row(
        number=number,
        when=_moment(mail.received_at.astimezone(zone)),
        sender=parsed.sender.name or parsed.sender.address if parsed.sender else "",
        subject=parsed.subject,
        shows=mail.shows,
        excerpt=text[:_EXCERPT] + ("……" if len(text) > _EXCERPT else ""),
        attachments=tuple(attachment.name or "（没有文件名）" for attachment in parsed.attachments),
        outcome=OUTCOME_WORDS[entry.outcome] if entry else "重复投递",
        tone=_tone(entry, answer),
        note=entry.note if entry else "与先前一封完全相同，不再处理。",
        picture=picture,
        answer=answer,
        answer_word=TEMPLATE_WORDS[entry.reply_template] if entry and entry.reply_template else "",
    )


_NOTICES = {
    ReplyTemplate.PROMOTED: "名额空出，候补递补：主动通知对方",
    ReplyTemplate.CANCELLED: f"工作人员在汇总表“处理”栏选了“{STAFF_SAYS}”：照办，并告知对方",
}


def _notice_row(number: int, notice: SentNotice, zone: ZoneInfo) -> Row:
    word = TEMPLATE_WORDS[notice.template]
    return Row(
        number=number,
        when=_moment(notice.sent_at.astimezone(zone)),
        sender="（没有新来信）",
        subject="名额变动的通知",
        shows=_NOTICES.get(notice.template, f"后来的决定：{word}"),
        excerpt="",
        attachments=(),
        outcome="通知",
        tone="answered",
        note="不是对某封新来信的答复；接在对方当初报名的邮件之后，便于对方查找。",
        picture="",
        answer=notice.answer,
        answer_word=word,
    )


def _tone(entry: MailEntry | None, answer: Answer | None) -> str:
    if entry is None or (answer is None and not entry.needs_person):
        return "quiet"
    return "person" if entry.needs_person else "answered"
