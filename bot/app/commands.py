"""The commands, one function each: settings in, lines out."""

from __future__ import annotations

import codecs
import json
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app import views
from bot.app.checkup import check_all
from bot.app.cycle import CycleSummary, run_cycle
from bot.app.explain import Explanation, explain
from bot.app.lists import exported_list
from bot.app.logs import log_to_file
from bot.app.reading import Reader, draw_reading, reading_json, reading_lines
from bot.app.rehearsal import Rehearsed, RehearsedNotice
from bot.app.rehearsal import rehearse as rehearse_mails
from bot.app.replay import Replay, replay_ledger
from bot.app.schedule import Worker
from bot.app.wiring import PROJECT, Clock, composer_of, members_of, office_of, system_clock, wire
from bot.errors import LedgerBusyError, UsageError
from bot.forms.label_additions import labels_with
from bot.jobs.desk import event_view
from bot.jobs.publish import digest_summary, queue_digest, workbook_owner
from bot.jobs.send import resume, send_replies
from bot.ledger.ledger import Ledger
from bot.records.decision import Outcome
from bot.records.event import Event
from bot.records.lists import ListKind
from bot.records.words import OUTCOME_WORDS
from bot.roster.write import render
from bot.settings import Settings, load_form_labels, load_settings

Say = Callable[[str], None]


def _settings(config: Path, *, secrets: bool = True) -> Settings:
    return load_settings(config, os.environ, secrets=secrets, project=PROJECT)


def _clock(now: datetime | None) -> Clock:
    return system_clock if now is None else lambda: now


def _reader(settings: Settings) -> Ledger:
    return Ledger.open(settings.ledger_url, exclusive=False)


def check(config: Path, say: Say) -> int:
    worst = 0
    for finding in check_all(config, os.environ):
        say(str(finding))
        worst = worst or finding.exit_code
    say("一切就绪。" if not worst else "请按上面 ✗ 各行的提示处理后再试。")
    return worst


def once(config: Path, now: datetime | None, say: Say) -> None:
    settings = _settings(config)
    log_to_file(settings.home / "data")
    bot = wire(settings, clock=_clock(now))
    try:
        # Whoever starts a cycle by hand has looked: what was stopped for a person is tried again.
        resume(bot.ledger, bot.clock())
        summary = run_cycle(bot)
    finally:
        bot.close()
    for line in summary_lines(summary):
        say(line)
    if summary.errors:
        raise summary.errors[0]


def _reader_of(config: Path) -> Reader:
    """Reads with the office's own headings where there are any; no other configuration is needed."""
    return Reader(labels_with(load_form_labels(config)))


def read_json(paths: Sequence[Path], config: Path) -> object:
    """One object for one path, a list of them for several."""
    with _reader_of(config) as reader:
        found = [reading_json(reader.read(path)) for path in paths]
    return found[0] if len(found) == 1 else found


def read(paths: Sequence[Path], picture: Path | None, config: Path, say: Say) -> None:
    """Show what stands in each path; with `picture`, draw the boxes of the only path onto its pages."""
    if picture is not None and len(paths) != 1:
        raise UsageError("--picture 一次只画一个文件")
    with _reader_of(config) as reader:
        for path in paths:
            shown = reader.read(path, pages=picture is not None)
            for line in reading_lines(shown):
                say(line)
            if picture is not None:
                for file in draw_reading(shown, picture):
                    say(f"  已画出：{file}（绿框为确定，橙框需要核对，数字对应上面的行）")


def summary_lines(summary: CycleSummary) -> list[str]:
    """One cycle in a few lines."""
    received, sent = summary.received, summary.sent
    outcomes = "，".join(
        f"{OUTCOME_WORDS[Outcome(word)]} {count}" for word, count in sorted(received.outcomes.items())
    )
    lines = [f"收信　新登记 {received.recorded} 封" + (f"（{outcomes}）" if outcomes else "")]
    if received.seen_before:
        lines.append(f"　　　重复投递 {received.seen_before} 封，未再处理")
    if received.not_delivered or received.not_recorded:
        lines.append(f"　　　暂时取不到或未能登记 {received.not_delivered + received.not_recorded} 封，下次再试")
    lines.append(f"发信　发出 {sent.sent} 封，稍后再发 {sent.later + sent.in_doubt} 封，被拒 {sent.refused} 封")
    if sent.drafts:
        lines.append(f"　　　存入草稿箱 {sent.drafts} 封")
    return lines + [f"工作簿　{note}" for note in summary.notes]


def run(config: Path, say: Say) -> None:
    settings = _settings(config)
    log_to_file(settings.home / "data")
    Worker(settings).run(announce=say)


def rehearse(config: Path, now: datetime | None, say: Say) -> None:
    settings = _settings(config)
    zone = ZoneInfo(settings.bot.schedule.timezone)
    count = 0
    told = 0
    for one in rehearse_mails(settings, _clock(now)):
        if isinstance(one, RehearsedNotice):
            told += 1
            lines = [f"通知 {told}　发给 {one.recipient}", *_letter_lines("通知", one.content)]
        else:
            count += 1
            lines = _rehearsed_lines(count, one, zone)
        for line in lines:
            say(line)
    notices = f"，另有通知 {told} 封" if told else ""
    say(f"演练完毕：{count} 封来信{notices}；没有标记、发信或登记。")


def _rehearsed_lines(count: int, one: Rehearsed, zone: ZoneInfo) -> list[str]:
    mail = one.mail
    lines = [
        f"{count}. {mail.received_at.astimezone(zone):%m-%d %H:%M}　{mail.sender}　《{mail.subject}》",
        f"   处理：{mail.note}",
    ]
    lines += [f"   {person}" for person in one.people]
    return lines + (_letter_lines("答复", one.answer) if one.answer else ["   答复：无"])


def _letter_lines(what: str, content: bytes) -> list[str]:
    letter = message_from_bytes(content, policy=policy.default)
    body = letter.get_body(("plain",))
    text = body.get_content().splitlines() if body else []
    return [f"   {what}：《{letter['Subject']}》", *(f"   ｜ {line}" for line in text)]


def replay(config: Path, progress: Callable[[int, int], None]) -> Replay:
    return replay_ledger(_settings(config, secrets=False), progress=progress)


def status(config: Path) -> views.Json:
    settings = _settings(config, secrets=False)
    ledger = _reader(settings)
    try:
        return views.status_json(ledger, settings.events, system_clock())
    finally:
        ledger.close()


def status_lines(config: Path) -> list[str]:
    settings = _settings(config, secrets=False)
    return views.status_lines(status(config), ZoneInfo(settings.bot.schedule.timezone))


def explained(config: Path, asked: str, event_id: str) -> tuple[Explanation, ZoneInfo]:
    """All that is known about a person or a mail, and the zone that mails' times are shown in."""
    settings = _settings(config, secrets=False)
    events = (_chosen(settings, event_id),) if event_id else settings.events
    ledger = _reader(settings)
    try:
        found = explain(ledger, events, asked, system_clock())
    finally:
        ledger.close()
    return found, ZoneInfo(settings.bot.schedule.timezone)


def _chosen(settings: Settings, event_id: str) -> Event:
    for event in settings.events:
        if event.id == event_id:
            return event
    known = "、".join(event.id for event in settings.events)
    raise UsageError(f"请用 --event 指定活动编号，可选：{known}")


def _of_the_workbook(settings: Settings, ledger: Ledger, say: Say) -> Event:
    """The event that the configured workbook belongs to; the others are named beside it."""
    owner = workbook_owner(ledger, settings.events)
    others = "、".join(event.id for event in settings.events if event is not owner)
    if others:
        say(f"导出的是 {owner.id}；另有 {others}，用 --event 指定。")
    return owner


def export(
    config: Path, form: str, event_id: str, say: Say, *, for_file: bool, kind: ListKind | None = None
) -> bytes:
    """The registration list, or with `kind` one of the lists of those who have a seat. Of several events, that of
    the configured workbook where none is named; `say` tells which one it is."""
    settings = _settings(config, secrets=False)
    ledger = _reader(settings)
    try:
        event = _chosen(settings, event_id) if event_id else _of_the_workbook(settings, ledger, say)
        now = system_clock()
        view = event_view(ledger, event, now)
    finally:
        ledger.close()
    # Excel takes a CSV file for UTF-8 only when it begins with a byte order mark; programs do not want it.
    mark = codecs.BOM_UTF8 if for_file else b""
    if kind is not None:
        return exported_list(kind, form, view, members_of(settings).key, now, mark)
    if form == "xlsx":
        return render(view, now)
    if form == "csv":
        return mark + views.export_csv(view).encode()
    return (json.dumps(views.export_json(view), ensure_ascii=False, indent=2) + "\n").encode()


def write_file(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError:
        raise UsageError(f"写不了文件 {path}，请检查文件夹和权限，或关闭正在打开它的程序") from None


def digest(config: Path, now: datetime | None, preview: Path | None, send: bool, say: Say) -> None:
    settings = _settings(config, secrets=send)
    clock = _clock(now)
    if preview is not None or not send:
        _show_digest(settings, clock(), preview, say)
    if send:
        _send_digest(settings, clock, say)


def _show_digest(settings: Settings, now: datetime, preview: Path | None, say: Say) -> None:
    ledger = _reader(settings)
    try:
        composer = composer_of(settings)
        office = office_of(settings, ledger, composer)
        summaries = [digest_summary(office, event, now) for event in settings.events]
    finally:
        ledger.close()
    if preview is None:
        for summary in summaries:
            say(composer.render("digest.txt", {"summary": summary}))
        return
    pages = [composer.render("digest.html", {"summary": summary}) for summary in summaries]
    write_file(preview, "\n".join(pages).encode())
    say(f"已写入 {preview}")


def _send_digest(settings: Settings, clock: Clock, say: Say) -> None:
    if not settings.bot.digest.recipients:
        raise UsageError("bot.toml 的 digest.recipients 没有收件人")
    log_to_file(settings.home / "data")
    try:
        bot = wire(settings, clock=clock)
    except LedgerBusyError:
        count = _leave_digest_to_the_worker(settings, clock())
        say(f"简报 {count} 份已排入待发；机器人正在运行，会在下一轮发出。")
        return
    try:
        resume(bot.ledger, clock())
        count = queue_digest(bot.office, clock())
        sent = send_replies(bot.sending)
    finally:
        bot.close()
    queued = f"简报 {count} 份已排入待发" if count else "这一时刻的简报先前已排入待发"
    say(f"{queued}，本次发出 {sent.sent} 封。")


def _leave_digest_to_the_worker(settings: Settings, now: datetime) -> int:
    """Into the outbox of the bot that is at work: two that send would answer twice, one more mail to send is none
    of that."""
    ledger = Ledger.open_beside(settings.ledger_url)
    try:
        return queue_digest(office_of(settings, ledger, composer_of(settings)), now)
    finally:
        ledger.close()
