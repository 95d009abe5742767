"""Who imports whom, held by reading the imports (standard library `ast`, nothing is run)."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STATIONS = ("intake", "forms", "admission", "ledger", "lists", "replies", "roster", "digest")
COMMON = ("bot.records", "bot.errors", "bot.maillog")
PURE = (
    "bot.intake.screening",
    "bot.intake.intent",
    "bot.intake.quotation",
    "bot.intake.authentication",
    "bot.intake.bounces",
    "bot.intake.bounce_status",
    "bot.intake.bounce_words",
    "bot.digest.life",
    "bot.forms.normalise",
    "bot.forms.validate",
    "bot.forms.copies",
    "bot.forms.conflicts",
    "bot.forms.single_room",
    "bot.forms.identity",
    "bot.forms.taxpayer",
    "bot.forms.contact",
    "bot.forms.finding",
    "bot.replies.retry",
    "bot.replies.limits",
    "bot.replies.masking",
    "bot.digest.summarise",
    "bot.digest.chart",
)
PURE_PACKAGES = ("bot.admission", "bot.forms.layout", "bot.lists")
IMPURE_MODULES = (
    "datetime.now",
    "time",
    "random",
    "os",
    "sys",
    "logging",
    "socket",
    "subprocess",
    "pathlib",
    "io",
)
# Each library lives in one place, so that replacing it means changing one place.
HOMES = {
    "imapclient": ("bot.intake.mailbox",),
    "mailparser": ("bot.intake.parse",),
    "jinja2": ("bot.replies.compose",),
    "css_inline": ("bot.replies.compose",),
    "apscheduler": ("bot.app.schedule",),
    "sqlalchemy": ("bot.ledger",),
    "alembic": ("bot.ledger",),
    "smtplib": ("bot.replies.smtp",),
    "docx": ("bot.forms.readers", "bot.replies.blank_form", "bot.demo"),
    "lxml": ("bot.forms.readers",),
    "python_calamine": ("bot.forms.readers.spreadsheet",),
    "doc2docx": ("bot.forms.readers.word_binary",),
    "openpyxl": ("bot.forms.readers", "bot.roster", "bot.demo"),
    "pdfminer": ("bot.forms.readers.pdf",),
    "pypdfium2": ("bot.forms.readers.pdf", "bot.forms.containers.pdf"),
    "typer": ("bot.cli",),
    "rapidocr": ("bot.forms.ocr.engine",),
    "onnxruntime": ("bot.forms.ocr.engine",),
    "PIL": ("bot.forms.drawing", "bot.forms.readers"),
    "pi_heif": ("bot.forms.readers.picture",),
    "psutil": ("bot.forms.workers.process",),
    "pydantic": ("bot.settings",),
    "chinese_calendar": ("bot.digest.workdays",),
    "cv2": ("bot.forms.ocr",),
    "pymap": ("bot.demo",),
    "aiosmtpd": ("bot.demo",),
    "py7zr": ("bot.forms.containers.seven_zip",),
    "unrar": ("bot.forms.containers.rar",),
    "olefile": ("bot.forms.readers.compound",),
    "inflate64": ("bot.forms.containers.zip",),
}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "bot").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        yield name.removesuffix(".__init__"), path


@cache
def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative imports hide who imports whom"
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


MODULES = dict(modules())


def within(name: str, places: tuple[str, ...]) -> bool:
    """True for the places themselves and what stands under them (`bot.intake.mailbox_login` is of the mailbox)."""
    return any(name == place or name.startswith((place + ".", place + "_")) for place in places)


@pytest.mark.parametrize("name", MODULES)
def test_station_imports_no_other_station(name: str) -> None:
    station = next((one for one in STATIONS if within(name, (f"bot.{one}",))), None)
    if station is None:
        return

    own = {one for one in imports_of(MODULES[name]) if one == "bot" or one.startswith("bot.")}

    allowed = (*COMMON, f"bot.{station}")
    strangers = {one for one in own if not within(one, allowed) and one != "bot"}
    assert not strangers, f"{name} imports {sorted(strangers)}"


@pytest.mark.parametrize("name", MODULES)
def test_records_import_only_records(name: str) -> None:
    if not within(name, ("bot.records", "bot.errors", "bot.maillog")):
        return

    own = {one for one in imports_of(MODULES[name]) if one.startswith("bot.")}

    assert all(within(one, COMMON) for one in own)


@pytest.mark.parametrize("name", MODULES)
def test_jobs_never_reach_up(name: str) -> None:
    if not within(name, ("bot.jobs",)):
        return

    own = imports_of(MODULES[name])

    assert not [one for one in own if within(one, ("bot.app", "bot.cli", "bot.settings", "bot.demo"))]


@pytest.mark.parametrize("name", MODULES)
def test_only_app_and_the_demonstration_read_settings(name: str) -> None:
    readers = ("bot.app", "bot.settings", "bot.cli", "bot.demo")

    reads = any(within(one, ("bot.settings",)) for one in imports_of(MODULES[name]))

    assert not reads or within(name, readers)


@pytest.mark.parametrize("library", HOMES)
def test_library_lives_in_one_place(library: str) -> None:
    users = [name for name, path in MODULES.items() if any(within(one, (library,)) for one in imports_of(path))]

    assert users, f"nothing imports {library}"
    assert not [name for name in users if not within(name, HOMES[library])]


@pytest.mark.parametrize("name", MODULES)
def test_pure_modules_touch_no_outside(name: str) -> None:
    if not (within(name, PURE) or within(name, PURE_PACKAGES)):
        return

    outside = {one for one in imports_of(MODULES[name]) if within(one, IMPURE_MODULES)}
    text = MODULES[name].read_text(encoding="utf-8")

    assert not outside, f"{name} is pure and imports {sorted(outside)}"
    assert "datetime.now(" not in text
    assert "date.today(" not in text


def test_branch_coverage_is_measured_for_the_pure_modules_and_no_others() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        patterns = tomllib.load(file)["tool"]["coverage"]["run"]["include"]

    measured = {name for name, path in MODULES.items() if any(path.match(pattern) for pattern in patterns)}

    assert measured == {name for name in MODULES if within(name, PURE) or within(name, PURE_PACKAGES)}


@pytest.mark.parametrize("name", MODULES)
def test_module_says_what_it_is_for(name: str) -> None:
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))

    if tree.body:
        assert ast.get_docstring(tree), f"{name} has no docstring"


@pytest.mark.parametrize("name", MODULES)
def test_module_is_small_enough_to_be_one_concept(name: str) -> None:
    lines = MODULES[name].read_text(encoding="utf-8").count("\n")

    assert lines <= 400, f"{name} has {lines} lines: two concepts"


def test_run_bot_starts_the_command_line_and_nothing_else() -> None:
    assert {one for one in imports_of(ROOT / "run_bot.py") if one.startswith("bot")} == {"bot.cli", "bot.cli.main"}
