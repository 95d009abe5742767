"""The commands that people and other programs call; nothing here but calls.

Every error is one Chinese line on stderr and an exit code (0 done, 2 usage or configuration, 3 server, 4 another
bot at work, 1 anything else). A traceback never reaches the terminal; where an error came from goes to the log.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from bot import maillog
from bot.app import commands
from bot.app.explain_view import explained_json, explained_lines
from bot.app.logs import log_to_terminal
from bot.app.replay import as_json as replay_json
from bot.app.replay import lines_of
from bot.errors import BotError, NotFoundError, UsageError
from bot.records.lists import ListKind
from bot.settings import ConfigurationError

LOG = logging.getLogger("bot.cli")
_HELP_WORDS = (
    ("Usage: ", "用法："),
    ("[OPTIONS]", "[选项]"),
    ("COMMAND [ARGS]...", "命令 [选项]"),
    ("Options:", "选项："),
    ("Arguments:", "参数："),
    ("Commands:", "命令："),
    ("Show this message and exit.", "显示这份说明"),
    ("[env var: ", "[环境变量："),
    ("; default: ", "；默认："),
    ("[default: ", "[默认："),
    (" <list[Path]>", ""),
    ("[required]", "[必填]"),
)
"""What Typer writes into every help page by itself."""


def _in_chinese(page: str) -> str:
    for theirs, ours in _HELP_WORDS:
        page = page.replace(theirs, ours)
    return page


class _Group(TyperGroup):
    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        return _in_chinese(super().get_help(ctx))


class _Command(TyperCommand):
    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        return _in_chinese(super().get_help(ctx))


app = typer.Typer(
    cls=_Group,
    help="深圳市医院协会报名机器人：读回执表，按到达先后排名额，答复来信，更新汇总表，每日简报。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ConfigOption = Annotated[
    Path, typer.Option("--config", metavar="DIR", help="配置文件夹", envvar="BOT_CONFIG", show_default=True)
]
NowOption = Annotated[
    str, typer.Option("--now", metavar="TIME", help="代替当前时间（ISO 8601，带时区），用于演练和测试")
]
JsonOption = Annotated[bool, typer.Option("--json", help="只在标准输出写一个 JSON 文档")]
CONFIG = Path("config")
_CTRL_C = 130
"""How Typer ends a command at Ctrl-C."""
USAGE_ERROR: type[BaseException] = typer.BadParameter.__mro__[1]
"""What Typer raises for any mistake in a call; it exports only this one of its kinds."""


class ExportFormat(StrEnum):
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


@app.command(cls=_Command, help="演示：在本机起一套邮件服务，让机器人处理约六十封样例来信。不需要账号和网络。")
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="结果放在哪个文件夹")] = Path("demo-output"),
) -> None:
    try:
        # The embedded servers are an extra that the office's own installation does not carry.
        from bot.demo.show import show
    except ModuleNotFoundError as error:
        hint = "请运行 make demo，或按 requirements/demo.lock 安装"
        raise UsageError(f"演示需要另外安装 {error.name}：{hint}") from None
    show(out, say)


@app.command(cls=_Command, help="逐项检查配置、模板、台账、工作簿、收信和发信；不发信，不改动任何东西。")
def check(config: ConfigOption = CONFIG) -> None:
    raise typer.Exit(commands.check(config, say))


@app.command(cls=_Command, help="处理一轮：收信、读表、排名额、登记、答复、更新工作簿，然后退出。")
def once(config: ConfigOption = CONFIG, now: NowOption = "") -> None:
    commands.once(config, moment(now), say)


@app.command(cls=_Command, help="持续工作：定时收信、答复、更新工作簿、发每日简报，直到 Ctrl-C 或 SIGTERM。")
def run(config: ConfigOption = CONFIG) -> None:
    commands.run(config, say)


@app.command(cls=_Command, help="演练：读真实邮箱，显示将怎样处理和答复；不标记、不发信、不登记。")
def rehearse(config: ConfigOption = CONFIG, now: NowOption = "") -> None:
    commands.rehearse(config, moment(now), say)


@app.command(
    cls=_Command, help="显示从回执表文件、扫描件、照片、压缩包或邮件里读到了什么、在哪里、有几分把握；不需要配置。"
)
def read(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="一个或几个文件")],
    as_json: JsonOption = False,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="OUT.png", help="把读到的内容框在页面上，存成图片")
    ] = None,
    config: ConfigOption = CONFIG,
) -> None:
    if as_json and picture is not None:
        raise UsageError("--json 和 --picture 不能一起用")
    if as_json:
        print_json(commands.read_json(paths, config))
    else:
        commands.read(paths, picture, config, say)


@app.command(cls=_Command, help="名额、候补、待处理、待发邮件、上次运行和最近的错误。")
def status(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    if as_json:
        print_json(commands.status(config))
        return
    for line in commands.status_lines(config):
        say(line)


@app.command(
    cls=_Command, help="重算：从存下的来信、人工处理和当时的设置，把每个决定再做一遍并与台账核对；不发信，不改动。"
)
def replay(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    result = commands.replay(config, _say_progress)
    if as_json:
        print_json(replay_json(result))
    else:
        for line in lines_of(result):
            say(line)
    raise typer.Exit(0 if result.same else 1)


@app.command(cls=_Command, help="一个人为什么排在这里，或一封来信后来怎样：从台账的流水里逐条讲清。")
def explain(
    asked: Annotated[
        str,
        typer.Argument(metavar="WHAT", help="姓名、名单序号、查询编号、邮件编号（#12）、Message-ID 或发件邮箱"),
    ],
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
    event: Annotated[str, typer.Option("--event", metavar="ID", help="只看这个活动")] = "",
) -> None:
    found, zone = commands.explained(config, asked, event)
    if as_json:
        print_json(explained_json(found, zone))
    else:
        for line in explained_lines(found, zone):
            say(line)
    if not found:
        raise NotFoundError("台账里没有查到；请核对写法，或换姓名、名单序号、查询编号再查")


@app.command(cls=_Command, help="导出整个报名名单；--list 导出住房安排、航班名单、开票清单或胸牌。")
def export(
    config: ConfigOption = CONFIG,
    form: Annotated[ExportFormat, typer.Option("--format", help="json、csv 或 xlsx")] = ExportFormat.JSON,
    event: Annotated[
        str, typer.Option("--event", metavar="ID", help="活动编号；不写则是用 workbook.path 的那个活动")
    ] = "",
    kind: Annotated[
        ListKind | None,
        typer.Option("--list", help="只列已录取的人：rooms 住房、flights 航班、invoices 开票、badges 胸牌"),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="写入文件而不是标准输出")] = None,
) -> None:
    content = commands.export(config, form.value, event, _say_aside, for_file=out is not None, kind=kind)
    if out is not None:
        commands.write_file(out, content)
        say(f"已写入 {out}")
    elif form is ExportFormat.XLSX and sys.stdout.isatty():
        raise UsageError("xlsx 不能显示在终端里，请用 --out 文件名 指定写到哪里")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


@app.command(cls=_Command, help="每日简报：默认显示在终端；--preview 写成网页，--send 立即发给同事。")
def digest(
    config: ConfigOption = CONFIG,
    preview: Annotated[
        Path | None, typer.Option("--preview", metavar="FILE", help="把简报写成一个网页文件")
    ] = None,
    send: Annotated[bool, typer.Option("--send", help="立即发给 digest.recipients")] = False,
    now: NowOption = "",
) -> None:
    commands.digest(config, moment(now), preview, send, say)


def moment(text: str) -> datetime | None:
    """`--now` as a moment, None when it was not given. UsageError when it is no ISO 8601 time with an offset."""
    if not text:
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError("--now 应是 ISO 8601 时间，例如 2026-04-10T17:00:00+08:00") from None
    if parsed.tzinfo is None:
        raise UsageError("--now 缺少时区，例如 2026-04-10T17:00:00+08:00")
    return parsed


def say(line: str) -> None:
    typer.echo(line)


def _say_aside(line: str) -> None:
    """Beside what a program reads from stdout."""
    typer.echo(line, err=True)


def _say_progress(done: int, total: int) -> None:
    """One line on a terminal, written anew at each step; nothing into files and pipes."""
    if sys.stderr.isatty():
        typer.echo(f"\r正在重算 {done}/{total}" + ("\n" if done == total else ""), nl=False, err=True)


def print_json(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def main() -> NoReturn:
    """Run the command line; always ends the process with one of the contract's exit codes."""
    for stream in (sys.stdout, sys.stderr):
        # A pipe on Windows would otherwise be written in the local code page.
        stream.reconfigure(encoding="utf-8" if not stream.isatty() else None, errors="replace")  # type: ignore[union-attr]
    log_to_terminal()
    sys.exit(_run())


def _run() -> int:
    try:
        result: object = app(standalone_mode=False)
        if result == _CTRL_C:
            return _fail("已中断。", 1)
        return result if isinstance(result, int) else 0
    except ConfigurationError as error:
        return _fail("\n".join(error.mistakes), error.exit_code)
    except BotError as error:
        return _fail(str(error), error.exit_code)
    except USAGE_ERROR as error:
        return _fail(_usage(error), UsageError.exit_code)
    except typer.Exit as stop:
        return stop.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return _fail("已中断。", 1)
    except BrokenPipeError:
        # The reader of our output has gone; nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 - the last place that can keep a traceback from a person
        maillog.job_failed("command", error)
        return _fail(f"出现意外错误（{type(error).__name__}），详情见日志；请重试，仍不行请联系维护者", 1)


def _usage(error: BaseException) -> str:
    """A mistake in the call as one Chinese line; what is wrong is told by the fields that the error carries."""
    parameter = getattr(error, "param", None)
    names = getattr(parameter, "opts", None) or ["参数"]
    if hasattr(error, "option_name"):
        near = getattr(error, "possibilities", None)
        return f"没有 {error.option_name} 这个选项" + (
            f"，是不是想写 {near[0]}？" if near else "；用 --help 查看用法"
        )
    if hasattr(error, "param_type"):
        shown = getattr(parameter, "metavar", None) or names[-1]
        return f"缺少 {shown}；用 --help 查看用法"
    if isinstance(error, typer.BadParameter):
        return f"{names[-1]} 的值不对；用 --help 查看用法"
    if len(sys.argv) == 1:
        return "请写明要做什么，例如 python run_bot.py check；可用的命令：" + "、".join(sorted(_command_names()))
    if "command" in str(getattr(error, "message", "")).lower():
        return f"没有这个命令；可用的命令：{'、'.join(sorted(_command_names()))}"
    return "命令写法不对；用 --help 查看用法"


def _command_names() -> list[str]:
    return [command.callback.__name__ for command in app.registered_commands if command.callback]


def _fail(text: str, code: int) -> int:
    typer.echo(text, err=True)
    return code
