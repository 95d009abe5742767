"""Turns a decision into the mail that answers it, with the templates of an office's own folder.

The only module that knows Jinja2. Templates are data of the office: they run in a sandbox, and a mistake in one
is a UsageError that names file and line. Never sends, never decides; reads the templates once, when it is made.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar
from zoneinfo import ZoneInfo

from css_inline import CSSInliner, InlineError
from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    meta,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.errors import UsageError
from bot.records.account import Correspondent
from bot.records.decision import Decision, Registration, ReplyTemplate
from bot.records.event import Event
from bot.records.mail import ParsedMail
from bot.records.outgoing import ComposedMail
from bot.replies import wording
from bot.replies.blank_form import blank_form
from bot.replies.facts import Reply
from bot.replies.gather import gather
from bot.replies.masking import masked_id, masked_mobile, masked_text
from bot.replies.mime import DOCX, XLSX, Enclosure, mailbox, message_id, notice_bytes, reply_bytes
from bot.replies.sample import sample_answers
from bot.replies.shown import Shown, data_uri

_T = TypeVar("_T")

DIGEST = "digest"
_SENTENCES = "_sentences.txt"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_RENDER_ERRORS = (
    TemplateError,
    TypeError,
    ValueError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RecursionError,
)


class Composer:
    """Composes answers and the digest. `sender` is whom they come from; `timezone` shows times where no event
    gives its own. A missing or broken template is a UsageError, raised here and not at the first mail."""

    def __init__(self, templates: Path, sender: Correspondent, *, timezone: str = "Asia/Shanghai") -> None:
        self._folder = templates
        self._sender = sender
        self._timezone = timezone
        self._inliner = CSSInliner(keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)
        self._environment = _environment(templates, timezone)
        self._environment.globals["picture"] = data_uri
        if not templates.is_dir():
            raise UsageError(f"找不到模板文件夹 {templates}。请恢复该文件夹，或核对安装是否完整。")
        for path in sorted(templates.glob("*.txt")) + sorted(templates.glob("*.html")):
            self._template(path.name)
            source = self._environment.parse(path.read_text(encoding="utf-8"))
            for referenced in meta.find_referenced_templates(source):
                self._template(referenced or path.name)
        self._environment.globals["say"] = self._sentences()
        for template in ReplyTemplate:
            for ending in ("txt", "html"):
                self._template(f"{template.value}.{ending}")

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
        """The answer to `mail`, which arrived at `received_at`. `roll` is the event's whole roll after this
        decision, numbered. The Message-ID is
        made from mail and decision: composing the same again gives the same. ValueError where the decision
        wants no reply, PermanentError where `answer_to` cannot be written to."""
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
        subject, text, html = self._answer(facts)
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
        )
        return ComposedMail(decision.reply.value, (recipient,), subject, own_id, mime)

    def render(self, name: str, context: Mapping[str, object]) -> str:
        """The template `name` (a file of the folder) with `context`; styles of an .html written into its tags."""
        text = self._run(name, lambda template: template.render(context))
        return self._inlined(name, text) if name.endswith(".html") else _tidy_lines(text)

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
        subject = self._block(f"{DIGEST}.txt", "subject", context) or f"报名简报：{wording.full_day(local.date())}"
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
        """What is wrong with the templates, in Chinese; empty when every kind of answer renders."""
        mistakes = [
            f"缺少模板 {DIGEST}.{ending}：每日简报无法生成。"
            for ending in ("txt", "html")
            if not (self._folder / f"{DIGEST}.{ending}").is_file()
        ]
        for facts in sample_answers(self._sender.name):
            try:
                subject, text, html = self._answer(facts)
            except UsageError as error:
                mistakes.append(str(error))
                continue
            if not subject:
                mistakes.append(f"模板 {facts.template.value}.txt 没有主题（block subject）。")
            for needed in _must_say(facts):
                mistakes += [
                    f"模板 {facts.template.value}.{ending} 漏掉了“{needed}”。"
                    for ending, written in (("txt", text), ("html", html))
                    if needed not in written
                ]
        return tuple(dict.fromkeys(mistakes))

    def _answer(self, facts: Reply) -> tuple[str, str, str]:
        """(subject, text, HTML) of one answer."""
        name, context = facts.template.value, {"reply": facts}
        subject = self._block(f"{name}.txt", "subject", context)
        return subject, self.render(f"{name}.txt", context), self.render(f"{name}.html", context)

    def _sentences(self) -> SimpleNamespace:
        """The sentences as functions that give plain text. Imported as macros into an HTML template they would
        count as escaped already, and what a sender wrote would stand in the mail as markup."""
        module = self._run(_SENTENCES, lambda template: template.module)
        macros = {name: value for name, value in vars(module).items() if not name.startswith("_")}
        return SimpleNamespace(**{name: _plain(macro) for name, macro in macros.items() if callable(macro)})

    def _block(self, name: str, block: str, context: Mapping[str, object]) -> str:
        def written(template: Template) -> str:
            if block not in template.blocks:
                return ""
            return " ".join("".join(template.blocks[block](template.new_context(dict(context)))).split())

        return self._run(name, written)

    def _template(self, name: str) -> Template:
        try:
            return self._environment.get_template(name)
        except TemplateNotFound as error:
            raise _missing(self._folder / (error.name or name)) from error
        except TemplateSyntaxError as error:
            where = self._folder / (error.name or name)
            raise UsageError(
                f"模板 {where} 第 {error.lineno} 行写法有误（{error.message}）。请改正后再启动。"
            ) from error
        except UnicodeDecodeError as error:
            raise UsageError(f"模板 {self._folder / name} 不是 UTF-8 编码。请另存为 UTF-8。") from error

    def _run(self, name: str, use: Callable[[Template], _T]) -> _T:
        template = self._template(name)
        try:
            try:
                return use(template)
            except _RENDER_ERRORS:
                # Puts the template's own lines into the traceback, as `Template.render` does by itself.
                self._environment.handle_exception()
        except TemplateNotFound as error:
            raise _missing(self._folder / (error.name or name)) from error
        except _RENDER_ERRORS as error:
            # Of the error's own words only a misspelt name is told: others may hold what a sender wrote.
            what = error.message if isinstance(error, UndefinedError) and error.message else type(error).__name__
            raise UsageError(
                f"模板 {_place(error, self._folder, name)} 无法生成内容（{what}）。请核对这一行用到的名称。"
            ) from error

    def _inlined(self, name: str, html: str) -> str:
        try:
            return str(self._inliner.inline(html))
        except InlineError as error:
            raise UsageError(f"模板 {self._folder / name} 的样式无法写入标签。请核对 _style.css。") from error


def _environment(templates: Path, timezone: str) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(templates),
        autoescape=lambda name: bool(name) and str(name).endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_printable,
    )
    environment.filters.update(
        money=wording.money,
        full_day=wording.full_day,
        short_day=wording.short_day,
        moment=lambda instant: wording.moment(instant, timezone),
        tame=wording.tame,
        masked_id=masked_id,
        masked_mobile=masked_mobile,
        masked_text=masked_text,
    )
    return environment


def _printable(value: object) -> object:
    """What every printed value passes: no control characters, nothing for None."""
    if value is None:
        return ""
    if hasattr(value, "__html__"):
        return value  # markup of ours (a macro's), whose parts have passed here already
    return _CONTROLS.sub("", value) if isinstance(value, str) else value


def _plain(macro: Callable[..., object]) -> Callable[..., str]:
    return lambda *arguments: str(macro(*arguments)).strip()


def _tidy_lines(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def _missing(path: Path) -> UsageError:
    return UsageError(f"缺少模板 {path}。请恢复该文件后再启动。")


def _place(error: BaseException, folder: Path, name: str) -> str:
    """File and line where it failed, and the line that led there (a macro's caller names the value)."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).parent == folder]
    places = list(dict.fromkeys(f"{Path(f.filename).name} 第 {f.lineno} 行" for f in frames))
    if not places:
        return str(folder / name)
    caller = f"（由 {places[-2]} 引出）" if len(places) > 1 else ""
    return f"{folder / places[-1]}{caller}"


def _must_say(facts: Reply) -> list[str]:
    """What an answer is for: without these it would be wrong to send it."""
    needed = [facts.salutation, facts.enquiry_number]
    needed += [person.name for person in facts.people]
    needed += [person.standing for person in facts.people if person.standing]
    needed += facts.corrections
    needed += [value.read for unclear in facts.unclear for value in unclear.values]
    needed += [what for what, _ in facts.unread]
    if facts.payment:
        needed += [facts.payment.account, facts.payment.reference, facts.payment.total or facts.payment.between]
    if facts.trip:
        needed += [flight[3] for flight in facts.trip.flights]
    return needed
