"""`demo`: the real worker on an embedded mail system, and a page that shows each mail beside its answer.

Needs no account and no network. Leaves in the chosen folder the workbook, the answers as .eml files, the digest, a
page for the office (index.html), and under bot/ the configuration and the ledger the demonstration ran with.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from bot.app.cycle import run_cycle
from bot.app.wiring import PROJECT, Bot, wire
from bot.demo.drawn import draw_pictures
from bot.demo.mailbox_story import CHINA, StoryMail, listed_members, story
from bot.demo.page import Answer, SentNotice, write_page
from bot.demo.second_thoughts import staff_decide
from bot.demo.servers import PASSWORD, USERNAME, EmbeddedImap, EmbeddedSmtp
from bot.errors import BotError, UsageError
from bot.jobs.desk import event_view
from bot.jobs.publish import digest_summary
from bot.records.decision import Registration, ReplyTemplate, State
from bot.records.office import EventView
from bot.settings import load_settings

NOW = datetime(2026, 4, 13, 8, 30, tzinfo=CHINA)
EVENT_FILE = "zhejiang-2026.toml"
_MARKER = "由演示程序生成.txt"
Say = Callable[[str], None]


def show(out: Path, say: Say) -> None:
    """Run the whole demonstration into `out`, which is emptied first when an earlier one left it."""
    began = time.monotonic()
    _prepare(out)
    mails = story()
    say(f"演示：{len(mails)} 封样例来信，全部来自虚构的医院。")
    with EmbeddedImap() as imap, EmbeddedSmtp() as smtp, _environment("BOT_MAIL_PASSWORD", PASSWORD):
        imap.append((mail.raw, mail.received_at) for mail in mails)
        say("邮件服务已就绪，机器人开始工作……")
        configure(out / "bot" / "config", imap.port, smtp.port)
        settings = load_settings(out / "bot" / "config", os.environ, project=PROJECT)
        clock = [NOW - timedelta(hours=1)]
        bot = wire(settings, clock=lambda: clock[0])
        try:
            _work(bot)
            view = event_view(bot.ledger, settings.events[0], clock[0])
            # Somebody telephones, and staff write it down where they always do.
            staff_decide(settings.workbook, _who_telephones(view).name)
            clock[0] = NOW
            _work(bot)
            view = event_view(bot.ledger, settings.events[0], NOW)
            answers = _leave(out, bot, view, mails)
            if len(smtp.accepted) != answers:
                raise BotError("演示：邮件服务收到的答复与台账不符，请看日志")
        finally:
            bot.close()
    _conclude(out, view, answers, time.monotonic() - began, say)


def _work(bot: Bot) -> None:
    summary = run_cycle(bot)
    if summary.errors:
        raise summary.errors[0]


def _who_telephones(view: EventView) -> Registration:
    """The last who has a seat."""
    return max((one for one in view.registrations if one.state is State.CONFIRMED), key=lambda one: one.order)


def _prepare(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} 是一个文件，请用 --out 另指一个空文件夹")
    if out.exists() and any(out.iterdir()) and not (out / _MARKER).exists():
        raise UsageError(f"文件夹 {out} 里已有别的文件，请用 --out 另指一个空文件夹")
    try:
        shutil.rmtree(out, ignore_errors=True)
        (out / "replies").mkdir(parents=True)
        (out / _MARKER).write_text("本文件夹由演示程序生成，再次演示时会清空。\n", encoding="utf-8")
    except OSError:
        raise UsageError(f"写不了文件夹 {out}，请检查权限，或关闭正在打开其中文件的程序") from None


def configure(folder: Path, imap_port: int, smtp_port: int) -> None:
    """The shipped event, an invented member list, and the embedded servers instead of 126.com."""
    (folder / "events").mkdir(parents=True)
    shutil.copy(PROJECT / "config" / "events" / EVENT_FILE, folder / "events" / EVENT_FILE)
    rows = "".join(f"{name},,{'yes' if member else 'no'}\n" for name, member in listed_members())
    (folder / "organisations.csv").write_text("name,aliases,member\n" + rows, encoding="utf-8")
    server = f'host = "127.0.0.1"\nsecurity = "none"\nusername = "{USERNAME}"\n'
    (folder / "bot.toml").write_text(
        f"[mailbox]\n{server}port = {imap_port}\n\n[smtp]\n{server}port = {smtp_port}\n"
        f'from_address = "{USERNAME}"\nfrom_name = "深圳市医院协会会务组"\n\n'
        '[workbook]\npath = "../报名汇总.xlsx"\n\n[digest]\nrecipients = ["office@example.org"]\n',
        encoding="utf-8",
    )


@contextmanager
def _environment(name: str, value: str):  # type: ignore[no-untyped-def]
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _leave(out: Path, bot: Bot, view: EventView, mails: Sequence[StoryMail]) -> int:
    """Write answers, digest and page; gives how many answers there are."""
    answers: dict[int, Answer] = {}
    notices: list[SentNotice] = []
    for number, item in enumerate(bot.ledger.sent(), start=1):
        answer = _answer(out, number, item.mime)
        if item.mail_id is not None:
            answers[item.mail_id] = answer
        else:
            notices.append(SentNotice(ReplyTemplate(item.template), item.created_at, answer))
    composer = bot.office.composer
    digest = composer.render("digest.html", {"summary": digest_summary(bot.office, view.event, NOW)})
    (out / "digest.html").write_text(digest, encoding="utf-8")
    page = write_page(composer, view, mails, answers, notices, draw_pictures(out, mails))
    (out / "index.html").write_text(page, encoding="utf-8")
    return len(answers) + len(notices)


def _answer(out: Path, number: int, raw: bytes) -> Answer:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    name = f"replies/{number:03d}.eml"
    (out / name).write_bytes(raw)
    body = mail.get_body(("html",))
    return Answer(name, str(mail["Subject"]), str(mail["To"]), body.get_content() if body else "")


def _conclude(out: Path, view: EventView, answers: int, seconds: float, say: Say) -> None:
    say(
        f"完成，用时 {seconds:.0f} 秒：录取 {view.count(State.CONFIRMED)} / {view.event.capacity}，"
        f"候补 {view.count(State.WAITLISTED)}，逾期 {view.count(State.LATE)}，"
        f"待处理 {len(view.reviews)} 封，答复 {answers} 封。"
    )
    for name in ("index.html", "报名汇总.xlsx", "digest.html", "replies"):
        if not (out / name).exists():
            raise BotError(f"演示没有生成 {name}，请看日志")
    say(f"请打开 {out / 'index.html'}；汇总表 {out / '报名汇总.xlsx'}，简报 {out / 'digest.html'}。")
