"""config/ and the environment, turned into frozen settings, or all mistakes at once.

Reads bot.toml, events/*.toml, organisations.csv and form_labels.toml; secrets come from environment variables
only and never show in a repr. Never connects to anything. Fails with ConfigurationError, which holds one line per
mistake.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.errors import UsageError
from bot.forms.label_additions import label_mistakes
from bot.records.account import Correspondent, MailAccount
from bot.records.event import Event
from bot.settings.events import event_mistakes, event_of
from bot.settings.files import BotFile, EventFile, MailboxSection, SmtpSection
from bot.settings.mistakes import describe

Model = TypeVar("Model", bound=BaseModel)
_ORGANISATIONS_HEADER = ["name", "aliases", "member"]


class ConfigurationError(UsageError):
    """Every mistake found in the configuration, one line each, in `mistakes`."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("；".join(mistakes))
        self.mistakes = tuple(mistakes)


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One line of organisations.csv."""

    name: str
    aliases: tuple[str, ...]
    member: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the configuration says, checked; paths are absolute. Passwords are "" when not asked for."""

    folder: Path
    """The configuration folder."""
    home: Path
    """The folder above it, from which relative paths count."""
    bot: BotFile
    mailbox: MailAccount
    smtp: MailAccount
    sender: Correspondent
    events: tuple[Event, ...]
    organisations: tuple[OrganisationRow, ...]
    form_labels: Mapping[str, object]
    """What form_labels.toml says, checked; for bot.forms.label_additions."""
    ledger_url: str
    workbook: Path
    templates: Path

    @property
    def own_addresses(self) -> frozenset[str]:
        names = (self.bot.mailbox.username, self.bot.smtp.username, self.bot.smtp.from_address)
        return frozenset(name.lower() for name in names if "@" in name)

    @property
    def earliest_opening(self) -> datetime:
        return min(event.opens for event in self.events)


def load_settings(
    folder: Path, environment: Mapping[str, str], *, secrets: bool = True, project: Path | None = None
) -> Settings:
    """Read the configuration in `folder`.

    `secrets=False` leaves passwords out (for commands that reach no server). `project` is where the shipped
    templates stand, used when the folder above the configuration has none of its own. Raises
    ConfigurationError with every mistake in every file.
    """
    mistakes: list[str] = []
    if not folder.is_dir():
        raise ConfigurationError([f"没有配置文件夹 {folder}；请用 --config 指明，或设环境变量 BOT_CONFIG"])
    folder = folder.resolve()
    bot = _read_toml(folder / "bot.toml", BotFile, mistakes)
    zone = bot.schedule.timezone if bot else "Asia/Shanghai"
    events = _read_events(folder, zone, bot.smtp.from_address if bot else "", mistakes)
    organisations = _read_organisations(folder / "organisations.csv", mistakes)
    form_labels = _read_form_labels(folder, mistakes)
    passwords = _read_secrets(bot, environment, mistakes) if bot and secrets else ("", "")
    home = folder.parent
    templates = _templates(home, project)
    mistakes.extend(event_mistakes(events, templates))
    if mistakes or bot is None:
        raise ConfigurationError(mistakes)
    return Settings(
        folder=folder,
        home=home,
        bot=bot,
        mailbox=_account(bot.mailbox, passwords[0]),
        smtp=_account(bot.smtp, passwords[1]),
        sender=Correspondent(bot.smtp.from_address, bot.smtp.from_name),
        events=events,
        organisations=organisations,
        form_labels=form_labels,
        ledger_url=_absolute_url(bot.ledger.url, home),
        workbook=home / bot.workbook.path,
        templates=templates,
    )


def _account(section: MailboxSection | SmtpSection, password: str) -> MailAccount:
    return MailAccount(section.host, section.port, section.security, section.username, password, section.ca_file)


def _templates(home: Path, project: Path | None) -> Path:
    own = home / "templates"
    return own if project is None or (own / "confirmed.txt").is_file() else project / "templates"


def _absolute_url(url: str, home: Path) -> str:
    prefix = "sqlite:///"
    if not url.startswith(prefix) or url == prefix + ":memory:":
        return url
    return prefix + str(home / url.removeprefix(prefix))


def _read_text(path: Path, name: str, mistakes: list[str]) -> str | None:
    try:
        # Windows' editors begin UTF-8 files with a byte order mark.
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        mistakes.append(f"{name}：缺少这个文件")
    except UnicodeDecodeError:
        mistakes.append(f"{name}：不是 UTF-8 编码，请在编辑器里另存为 UTF-8")
    except OSError:
        mistakes.append(f"{name}：打不开这个文件，请检查权限")
    return None


def _read_toml(path: Path, model: type[Model], mistakes: list[str], folder: str = "") -> Model | None:
    name = folder + path.name
    content = _parse_toml(path, name, mistakes)
    if content is None:
        return None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        mistakes.extend(describe(name, model, error))
        return None


def _parse_toml(path: Path, name: str, mistakes: list[str]) -> dict[str, Any] | None:
    text = _read_text(path, name, mistakes)
    if text is None:
        return None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = f"第 {found[1]} 行" if found else "最后一行"
        mistakes.append(f"{name}：{line}写法不对，请检查引号、括号和等号（{error}）")
        return None


def load_form_labels(folder: Path) -> Mapping[str, object]:
    """What form_labels.toml of a configuration folder says; {} where there is none. ConfigurationError with every
    mistake in it. For `read`, which needs no other configuration."""
    mistakes: list[str] = []
    found = _read_form_labels(folder, mistakes)
    if mistakes:
        raise ConfigurationError(mistakes)
    return found


def _read_form_labels(folder: Path, mistakes: list[str]) -> Mapping[str, object]:
    path = folder / "form_labels.toml"
    if not path.exists():
        return {}
    content = _parse_toml(path, path.name, mistakes)
    if content is None:
        return {}
    mistakes.extend(label_mistakes(content, path.name))
    return content


def _read_events(folder: Path, zone: str, mailbox: str, mistakes: list[str]) -> tuple[Event, ...]:
    paths = sorted((folder / "events").glob("*.toml"))
    if not paths:
        mistakes.append("events/：还没有活动文件，请照 docs/configuration.md 写一个（每个通知一个 .toml 文件）")
    events: dict[str, Event] = {}
    for path in paths:
        file = _read_toml(path, EventFile, mistakes, "events/")
        if file is None:
            continue
        if file.id in events:
            mistakes.append(f"events/{path.name}：id 与另一个活动文件重复（{file.id}）")
        events[file.id] = event_of(file, zone, mailbox)
    return tuple(events.values())


def _read_organisations(path: Path, mistakes: list[str]) -> tuple[OrganisationRow, ...]:
    """A missing list is no mistake: every organisation is then `unknown`, and `check` says so."""
    if not path.exists():
        return ()
    text = _read_text(path, path.name, mistakes)
    if text is None:
        return ()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    if header != _ORGANISATIONS_HEADER:
        mistakes.append(f"{path.name}：第 1 行应是 name,aliases,member")
        return ()
    found: list[OrganisationRow] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[1:], start=2):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) != len(_ORGANISATIONS_HEADER) or not cells[0] or cells[2].lower() not in ("yes", "no"):
            mistakes.append(f"{path.name}：第 {number} 行应是 单位名称,别名（用英文分号隔开）,yes 或 no")
            continue
        if cells[0] in seen:
            mistakes.append(f"{path.name}：第 {number} 行与第 {seen[cells[0]]} 行是同一个单位")
            continue
        seen[cells[0]] = number
        aliases = tuple(alias.strip() for alias in re.split("[;；]", cells[1]) if alias.strip())
        found.append(OrganisationRow(cells[0], aliases, cells[2].lower() == "yes"))
    return tuple(found)


def _read_secrets(bot: BotFile, environment: Mapping[str, str], mistakes: list[str]) -> tuple[str, str]:
    names = {"mailbox": bot.mailbox.password_env, "smtp": bot.smtp.password_env}
    for name in dict.fromkeys(names.values()):
        if not environment.get(name):
            keys = "、".join(f"{section}.password_env" for section, wanted in names.items() if wanted == name)
            mistakes.append(f"bot.toml：{keys} 所指的环境变量 {name} 没有设置（126 邮箱填授权码）")
    return environment.get(names["mailbox"], ""), environment.get(names["smtp"], "")
