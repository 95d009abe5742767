"""`read`: what the bot reads out of form files or mails; needs no configuration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.app.columns import columns
from bot.errors import UsageError
from bot.forms.as_json import to_json
from bot.forms.drawing import Mark, draw
from bot.forms.kinds import FileKind, kind_of
from bot.forms.labels import Labels, default_labels
from bot.forms.read import read_file, read_mail
from bot.forms.validate import SURE_FROM
from bot.forms.workers.pool import WorkerProcesses
from bot.intake.parse import parse
from bot.records.form import Document, FieldProblem, PagePicture, Place, Reading, RegistrationForm, Value

_ROOM = {True: "是", False: "否", None: ""}
_FORM_FIELDS = (
    ("organisation", "填报单位"),
    ("contact", "联系人"),
    ("phone", "电话"),
    ("email", "邮箱"),
    ("invoice_title", "发票抬头"),
    ("taxpayer_id", "税号"),
)
_PERSON_FIELDS = (
    ("name", "姓名"),
    ("organisation", "单位"),
    ("job_title", "职务"),
    ("mobile", "手机"),
    ("id_number", "身份证号"),
)
_WIDEST = (4, 12, 44, 48, 10)
_NO_PAGES = "没有可以画的页面：只有 PDF、扫描件和图片有固定的页面。"


@dataclass(frozen=True)
class Shown:
    """What was read out of one path; with the documents it was read from where their pages were asked for."""

    path: Path
    reading: Reading
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True)
class _Row:
    """One value as `read` shows it; `number` ties it to its box in the picture."""

    number: int
    name: str
    text: str
    value: Value
    problems: tuple[FieldProblem, ...] = ()


class Reader:
    """Reads paths one after the other, in the same worker processes. Use it as a context."""

    def __init__(self, labels: Labels | None = None) -> None:
        self._labels = labels or default_labels()
        self._workers = WorkerProcesses()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *reason: object) -> None:
        self._workers.close()

    def read(self, path: Path, *, pages: bool = False) -> Shown:
        """Read one file; a mail is read with all that is attached to it. UsageError when it can't be opened.

        With `pages`, documents come with pictures of their pages where they have fixed ones.
        """
        content = _content(path)
        documents: list[Document] = []
        self._workers.pages = pages
        options = {"workshop": self._workers, "open_mail": parse, "on_document": documents.append}
        if path.suffix.lower() == ".eml" or kind_of(content) is FileKind.MAIL:
            reading = read_mail(parse(content), self._labels, **options)  # type: ignore[arg-type]
        else:
            reading = read_file(path.name, content, self._labels, **options)  # type: ignore[arg-type]
        return Shown(path, reading, tuple(documents) if pages else ())


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"没有这个文件：{path}") from None
    except IsADirectoryError:
        raise UsageError(f"这是一个文件夹，不是文件：{path}") from None
    except OSError:
        raise UsageError(f"打不开这个文件，请检查权限：{path}") from None


def reading_json(shown: Shown) -> dict[str, object]:
    return to_json(shown.path.name, shown.reading)


def reading_lines(shown: Shown) -> list[str]:
    """What a person at the terminal sees: every value, where it stood, how sure it is, and what is wrong."""
    reading = shown.reading
    lines = [f"《{shown.path.name}》"]
    for form, rows in zip(reading.forms, _rows_by_form(reading), strict=True):
        lines += ["", f"  回执表　{form.origin}" + (f"　{form.title}" if form.title else "")]
        heads = ("", "项目", "读到的内容", "位置", "把握")
        table = [heads, *(_columns_of(row, form) for row in rows)]
        lines += [f"  {line}" for line in columns(table, _WIDEST)]
        if not form.attendees:
            lines.append("  没有填写任何参加人员。")
        lines += [f"  ！{problem.text}" for problem in _problems(form)]
    lines += [f"  未能读取：{unread.origin}——{unread.text}" for unread in reading.unread]
    if not reading.forms and not reading.unread:
        lines.append("  没有找到回执表。")
    return lines


def _rows_by_form(reading: Reading) -> list[list[_Row]]:
    """The rows of each form, numbered through."""
    count = 0
    result = []
    for form in reading.forms:
        rows = []
        for name, text, value, problems in _values(form):
            count += 1
            rows.append(_Row(count, name, text, value, problems))
        result.append(rows)
    return result


def _values(form: RegistrationForm) -> Iterator[tuple[str, str, Value, tuple[FieldProblem, ...]]]:
    for field, name in _FORM_FIELDS:
        value: Value = getattr(form, field)
        yield name, value.text, value, tuple(one for one in form.problems if one.field == field)
    for number, attendee in enumerate(form.attendees, start=1):
        for field, name in _PERSON_FIELDS:
            value = getattr(attendee, field)
            yield f"{number} {name}", value.text, value, tuple(p for p in attendee.problems if p.field == field)
        room = attendee.single_room_value
        yield f"{number} 单间", _ROOM[attendee.single_room] or room.written, room, ()
        for label, value in attendee.extras:
            yield f"{number} {label}", value.text, value, ()
    for label, value in form.extras:
        yield label, value.text, value, ()


def _columns_of(row: _Row, form: RegistrationForm) -> tuple[str, ...]:
    return (str(row.number), row.name, row.text, _where(row.value, form), _sure(row))


def _where(value: Value, form: RegistrationForm) -> str:
    """Where a value stood; its file only where that is not the form's own."""
    if value.place is None or not value:
        return ""
    place = value.place if value.place.origin != form.origin else Place("", value.place.part, value.place.spot)
    return str(place)


def _sure(row: _Row) -> str:
    if not row.value:
        return ""
    sure = "确定" if row.value.confidence == 1.0 else f"{min(row.value.confidence, 0.99):.0%}"
    return sure + (" ？" if row.value.confidence < SURE_FROM else "") + (" ！" if row.problems else "")


def _problems(form: RegistrationForm) -> Iterator[FieldProblem]:
    yield from form.problems
    for attendee in form.attendees:
        yield from attendee.problems


def draw_reading(shown: Shown, out: Path) -> list[Path]:
    """Draw what was read onto its pages: the first into `out`, further ones beside it with a number.

    Gives the files written. UsageError when nothing that was read has pages, or the file can't be written.
    """
    marks: dict[tuple[str, int], list[Mark]] = {}
    for row in (row for rows in _rows_by_form(shown.reading) for row in rows):
        value = row.value
        if value.box is not None and value.place is not None:
            doubtful = value.confidence < SURE_FROM or bool(row.problems)
            page = marks.setdefault((value.place.origin, value.box.page), [])
            page.append(Mark(value.box, row.number, doubtful))
    pages = [
        (page, marks.get((document.origin, number), []))
        for document in shown.documents
        for number, page in enumerate(document.pages)
    ]
    wanted = [one for one in pages if one[1]] or pages[:1]
    if not wanted:
        raise UsageError(_NO_PAGES)
    return [_write(page, found, _numbered(out, number)) for number, (page, found) in enumerate(wanted, start=1)]


def _numbered(out: Path, number: int) -> Path:
    return out if number == 1 else out.with_stem(f"{out.stem}-{number}")


def _write(page: PagePicture, marks: list[Mark], path: Path) -> Path:
    try:
        path.write_bytes(draw(page, marks))
    except OSError:
        raise UsageError(f"图片写不进去，请检查文件夹和权限：{path}") from None
    return path
