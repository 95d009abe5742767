"""`read`: what the bot reads out of form files or .eml files; needs no configuration."""

from __future__ import annotations

from pathlib import Path

from bot.errors import UsageError
from bot.forms.as_json import to_json
from bot.forms.labels import default_labels
from bot.forms.read import read_file, read_mail
from bot.intake.parse import parse
from bot.records.form import Attendee, Reading, RegistrationForm

_ROOM = {True: "单间", False: "标准双人间", None: "未填"}


def read_path(path: Path) -> Reading:
    """Read one file; a mail (.eml) is read with all that is attached to it. UsageError when it can't be opened."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"没有这个文件：{path}") from None
    except IsADirectoryError:
        raise UsageError(f"这是一个文件夹，不是文件：{path}") from None
    except OSError:
        raise UsageError(f"打不开这个文件，请检查权限：{path}") from None
    if path.suffix.lower() == ".eml":
        return read_mail(parse(content), default_labels())
    return read_file(path.name, content, default_labels())


def reading_json(path: Path) -> dict[str, object]:
    return to_json(path.name, read_path(path))


def reading_lines(path: Path) -> list[str]:
    """What a person at the terminal sees."""
    reading = read_path(path)
    lines = [f"《{path.name}》"]
    for form in reading.forms:
        lines += _form_lines(form)
    lines += [f"  未能读取：{unread.origin}——{unread.text}" for unread in reading.unread]
    if not reading.forms and not reading.unread:
        lines.append("  没有找到回执表。")
    return lines


def _form_lines(form: RegistrationForm) -> list[str]:
    lines = [f"  回执表（{form.origin}）{form.title}"]
    fields = (
        ("填报单位", form.organisation),
        ("联系人", form.contact),
        ("电话", form.phone),
        ("邮箱", form.email),
        ("发票抬头", form.invoice_title),
        ("税号", form.taxpayer_id),
    )
    lines += [f"    {label}：{value.text or '（未填）'}" for label, value in fields]
    lines += [line for number, one in enumerate(form.attendees, 1) for line in _attendee_lines(number, one)]
    if not form.attendees:
        lines.append("    没有填写任何参加人员。")
    return lines + [f"    ！{problem.text}" for problem in form.problems]


def _attendee_lines(number: int, one: Attendee) -> list[str]:
    words = [one.name, one.organisation, one.job_title, one.mobile, one.id_number]
    text = "　".join(value.text or "（未填）" for value in words)
    where = f"　［{one.place}］" if one.place else ""
    problems = [f"       ！{problem.text}" for problem in one.problems]
    return [f"    {number}. {text}　{_ROOM[one.single_room]}{where}", *problems]
