"""Turns a decision into the mail that answers it, with the templates of an office's own folder.

Never sends, never decides; reads the templates once, when it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.errors import UsageError
from bot.records.account import Correspondent
from bot.records.decision import Decision, Registration, ReplyTemplate
from bot.records.event import Event
from bot.records.mail import ParsedMail
from bot.records.outgoing import ComposedMail
from bot.replies import wording
from bot.replies.blank_form import blank_form
from bot.replies.compose_templates import Templates
from bot.replies.facts import News, Reminder, Reply
from bot.replies.gather import gather
from bot.replies.mime import DOCX, XLSX, Enclosure, mailbox, message_id, notice_bytes, reply_bytes
from bot.replies.passages import Payment
from bot.replies.remind import remind
from bot.replies.sample import sample_answers, sample_reminders
from bot.replies.shown import Shown

DIGEST = "digest"
REMINDER = "reminder"


class Composer:
    """Composes answers, notices, reminders and the digest. `sender` is whom they come from; `timezone` shows times
    where no event gives its own; `folders` are the folders that events have for templates of their own. A missing
    or broken template is a UsageError, raised here and not at the first mail."""

    def __init__(
        self,
        templates: Path,
        sender: Correspondent,
        *,
        timezone: str = "Asia/Shanghai",
        folders: tuple[str, ...] = (),
    ) -> None:
        self._folder = templates
        self._sender = sender
        self._timezone = timezone
        self._templates: dict[str, Templates] = {}
        for folder in ("", *folders):
            for name in (*ReplyTemplate, REMINDER):
                for ending in ("txt", "html"):
                    self._of(folder).require(f"{name}.{ending}")

    def reply(
        self,
        decision: Decision,
        event: Event | None,
        mail: ParsedMail,
        answer_to: str,
        roll: tuple[Registration, ...],
        now: datetime,
        received_at: datetime | None = None,
    ) -> ComposedMail:
        """The answer to `mail`, which arrived at `received_at`; or, where the decision is news (somebody was
        promoted, a person decided), the notice of it, below the mail by which these people were registered.
        `roll` is the event's whole roll after this decision, numbered. The Message-ID is made from mail and
        decision: composing the same again gives the same. ValueError where the decision wants no reply,
        PermanentError where `answer_to` cannot be written to."""
        if decision.reply is None:
            raise ValueError("this decision wants no reply")
        recipient = mailbox(answer_to)
        facts = gather(
            decision,
            decision.reply,
            event,
            mail,
            recipient,
            roll,
            now,
            self._sender.name,
            self._timezone,
            received_at,
        )
        people = (f"{p.registration.order}{p.registration.name}" for p in decision.people)
        seed = (mail.content_key, mail.raw_hash, mail.message_id, decision.reply, recipient, str(now), *people)
        own_id = message_id(seed, self._sender)
        subject, text, html = _written(self._of(event.templates if event else ""), facts.template.value, facts)
        enclosures = (
            (Enclosure(facts.blank_form, blank_form(event), DOCX),)
            if event is not None and facts.blank_form
            else ()
        )
        mime = reply_bytes(
            sender=self._sender,
            recipient=recipient,
            subject=subject,
            message_id=own_id,
            answered=mail,
            date=now.astimezone(ZoneInfo(self._timezone)),
            text=text,
            html=html,
            enclosures=enclosures,
            is_answer=facts.news is News.NONE,
        )
        return ComposedMail(decision.reply.value, (recipient,), subject, own_id, mime)

    def reminder(
        self,
        event: Event,
        people: tuple[Registration, ...],
        to: str,
        answered: ParsedMail | None,
        now: datetime,
    ) -> ComposedMail:
        """Reminds an organisation of what its confirmed `people` have not paid yet; hangs below `answered` where
        given. People without a seat, with nothing to pay or with a fee that is still open are left out. ValueError
        where then nobody has to pay, PermanentError where `to` cannot be written to."""
        recipient = mailbox(to)
        facts = remind(event, people, recipient, answered, now, self._sender.name)
        rows = (f"{r.order}{r.name}" for r in people)
        own_id = message_id((REMINDER, event.id, recipient, str(now), *rows), self._sender)
        subject, text, html = _written(self._of(event.templates), REMINDER, facts)
        date = now.astimezone(ZoneInfo(event.timezone))
        if answered is None:
            mime = notice_bytes(
                sender=self._sender,
                recipients=(recipient,),
                subject=subject,
                message_id=own_id,
                date=date,
                text=text,
                html=html,
            )
        else:
            mime = reply_bytes(
                sender=self._sender,
                recipient=recipient,
                subject=subject,
                message_id=own_id,
                answered=answered,
                date=date,
                text=text,
                html=html,
                is_answer=False,
            )
        return ComposedMail(REMINDER, (recipient,), subject, own_id, mime)

    def render(self, name: str, context: Mapping[str, object]) -> str:
        """The template `name` (a file of the folder) with `context`; styles of an .html written into its tags."""
        return self._of("").render(name, context)

    def digest(
        self,
        summary: object,
        recipients: tuple[str, ...],
        workbook: bytes | None,
        workbook_name: str,
        now: datetime,
    ) -> ComposedMail:
        """The staff's digest from digest.html and digest.txt with `summary`; attached are the workbook where
        given, and the pictures that the page shows (`render` alone puts those into the page itself).
        A block `subject` in digest.txt gives the subject."""
        local = now.astimezone(ZoneInfo(self._timezone))
        shown = Shown()
        context = {"summary": summary, "picture": shown}
        subject = self._of("").block(f"{DIGEST}.txt", "subject", context)
        subject = subject or f"报名简报：{wording.full_day(local.date())}"
        to = tuple(mailbox(recipient) for recipient in recipients)
        own_id = message_id((DIGEST, str(now), *to), self._sender)
        mime = notice_bytes(
            sender=self._sender,
            recipients=to,
            subject=subject,
            message_id=own_id,
            date=local,
            text=self.render(f"{DIGEST}.txt", context),
            html=self.render(f"{DIGEST}.html", context),
            pictures=shown.pictures,
            enclosures=() if workbook is None else (Enclosure(workbook_name, workbook, XLSX),),
        )
        return ComposedMail(DIGEST, to, subject, own_id, mime)

    def check(self) -> tuple[str, ...]:
        """What is wrong with the templates, in Chinese; empty when every kind of mail renders, for every event."""
        mistakes = [
            f"缺少模板 {DIGEST}.{ending}：每日简报无法生成。"
            for ending in ("txt", "html")
            if not (self._folder / f"{DIGEST}.{ending}").is_file()
        ]
        for folder, templates in self._templates.items():
            mistakes += [
                f"模板文件夹 {folder} 里的 {name} 没有同名的公用模板，不会被用到。请核对文件名。"
                for name in templates.strangers()
            ]
            place = f"{folder}/" if folder else ""
            for answer in sample_answers(self._sender.name):
                name = answer.template.value
                mistakes += _mistakes(templates, name, place, answer, _must_say(answer))
            for reminder in sample_reminders(self._sender.name):
                mistakes += _mistakes(templates, REMINDER, place, reminder, _must_remind(reminder))
        return tuple(dict.fromkeys(mistakes))

    def _of(self, folder: str) -> Templates:
        """The templates of an event's folder, "" for the common ones."""
        if folder not in self._templates:
            self._templates[folder] = Templates(self._folder, self._timezone, folder)
        return self._templates[folder]


def _written(templates: Templates, name: str, facts: Reply | Reminder) -> tuple[str, str, str]:
    """(subject, text, HTML) of one mail."""
    context = {"reply": facts}
    subject = templates.block(f"{name}.txt", "subject", context)
    return subject, templates.render(f"{name}.txt", context), templates.render(f"{name}.html", context)


def _mistakes(
    templates: Templates, name: str, place: str, facts: Reply | Reminder, needed: Iterable[str]
) -> list[str]:
    """What is wrong with one kind of mail; `place` names the event's folder in front of the file."""
    try:
        subject, text, html = _written(templates, name, facts)
    except UsageError as error:
        return [str(error)]
    found = [] if subject else [f"模板 {place}{name}.txt 没有主题（block subject）。"]
    for words in needed:
        found += [
            f"模板 {place}{name}.{ending} 漏掉了“{words}”。"
            for ending, written in (("txt", text), ("html", html))
            if words not in written
        ]
    return found


def _must_say(facts: Reply) -> list[str]:
    """What an answer is for: without these it would be wrong to send it."""
    needed = [facts.salutation, facts.enquiry_number]
    needed += [person.name for person in facts.people]
    needed += [person.standing for person in facts.people if person.standing]
    needed += [person.replaces for person in facts.replaced]
    changes = [d for person in facts.amended for d in person.differences]
    needed += [d.new for d in (*facts.form_changes, *changes)]
    needed += [*facts.corrections, *facts.refused, *facts.left_out, *facts.rejected]
    needed += [value.read for unclear in facts.unclear for value in unclear.values]
    needed += [what for what, _ in facts.unread]
    if facts.payment:
        needed += _must_ask(facts.payment)
    if facts.trip:
        needed += [flight[3] for flight in facts.trip.flights]
    return needed


def _must_remind(facts: Reminder) -> list[str]:
    return [facts.salutation, *(person.name for person in facts.people), *_must_ask(facts.payment)]


def _must_ask(payment: Payment) -> list[str]:
    return [payment.account, payment.reference, payment.total or payment.between]
