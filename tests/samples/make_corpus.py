"""Makes tests/samples/corpus again: every layout in every kind of file, and beside them what stands on each.

Run: python -m tests.samples.make_corpus [--only office|pictures] [--layout …]. Needs LibreOffice, Noto CJK
fonts and the development dependencies. All but LibreOffice's own files comes out the same, byte for byte.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import signal
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.samples import make_corpus_office as office
from tests.samples import make_corpus_packed as packed
from tests.samples import make_corpus_pictures as pictures
from tests.samples.corpus_layouts import LAYOUTS
from tests.samples.corpus_truth import Answers, answers, truth

CORPUS = Path(__file__).parent / "corpus"
TRUTH = "truth.json"

TIMEOUT_SECONDS = 300
# Any number but zero: WPS Office writes its own class into the header of old files ([MS-CFB] 2.2).
_WPS_CLASS = bytes.fromhex("2029020000000000c000000000000046")

Files = dict[str, bytes]
"""By layout: the bytes of one kind of file."""

_FROM_WORD = {"doc": "doc:MS Word 97", "rtf": "rtf", "odt": "odt", "fodt": "fodt", "pdf": "pdf"}
_FROM_EXCEL = {"xls": "xls:MS Excel 97", "ods": "ods"}


def filled(layout: str, seed: int = 0) -> Answers:
    """What stands on the form of this layout; `seed` other than 0 gives other people."""
    known = LAYOUTS[layout]
    return answers(seed + list(LAYOUTS).index(layout), known.people, long_units=known.long_units)


def expected(layout: str, seed: int = 0) -> dict[str, object]:
    return truth(filled(layout, seed), left_out=LAYOUTS[layout].left_out)


def words(seed: int = 0, layouts: Sequence[str] = tuple(LAYOUTS)) -> Files:
    return {name: office.word(LAYOUTS[name].fill(filled(name, seed)), LAYOUTS[name]) for name in layouts}


def sheets(seed: int = 0, layouts: Sequence[str] = tuple(LAYOUTS)) -> Files:
    return {name: office.excel(LAYOUTS[name].fill(filled(name, seed)), LAYOUTS[name]) for name in layouts}


def converted(files: Files, source: str, target: str) -> Files:
    """All files at once through LibreOffice; `target` is an extension, with a filter's name after a colon."""
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        raise SystemExit("LibreOffice is missing.")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, content in files.items():
            (folder / f"{name}.{source}").write_bytes(content)
        command = [soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", target, "--outdir", str(folder / "out")]
        command += [str(folder / f"{name}.{source}") for name in files]
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:
            try:
                process.wait(TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        extension = target.split(":")[0]
        return {name: (folder / "out" / f"{name}.{extension}").read_bytes() for name in files}


def from_wps(files: Files) -> Files:
    """The same compound files with WPS Office's class in their header."""
    return {name: content[:8] + _WPS_CLASS + content[24:] for name, content in files.items()}


def with_macros(files: Files) -> Files:
    """Word files that say that they hold macros, with a project in them."""
    result = {}
    for name, content in files.items():
        buffer = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
            for entry in old.infolist():
                inside = old.read(entry).replace(
                    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                    b"application/vnd.ms-word.document.macroEnabled.main+xml",
                )
                new.writestr(entry, inside, zipfile.ZIP_DEFLATED)
            entry = zipfile.ZipInfo("word/vbaProject.bin", (2026, 4, 1, 0, 0, 0))
            new.writestr(entry, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
        result[name] = buffer.getvalue()
    return result


def office_kinds(layouts: Sequence[str]) -> Iterator[tuple[str, str, Files]]:
    """Folder, extension and files of everything that is no picture."""
    docx, xlsx = words(layouts=layouts), sheets(layouts=layouts)
    yield "docx", "docx", docx
    yield "docm", "docm", with_macros(docx)
    yield "xlsx", "xlsx", xlsx
    blocks = {name: LAYOUTS[name].fill(filled(name)) for name in layouts}
    yield "html", "html", {name: office.web(blocks[name], LAYOUTS[name]) for name in layouts}
    for folder, charset in (("csv_utf8", "utf-8-sig"), ("csv_gbk", "gb18030")):
        made = {name: office.comma_separated(blocks[name], LAYOUTS[name], charset) for name in layouts}
        yield folder, "csv", made
    yield "html_office", "html", converted(docx, "docx", "html:HTML (StarWriter)")
    for extension, target in _FROM_WORD.items():
        made = converted(docx, "docx", target)
        yield extension, extension, made
        if extension == "doc":
            yield "wps", "wps", from_wps(made)
    for extension, target in _FROM_EXCEL.items():
        made = converted(xlsx, "xlsx", target)
        yield extension, extension, made
        if extension == "xls":
            yield "et", "et", from_wps(made)
    yield "pdf_excel", "pdf", converted(xlsx, "xlsx", "pdf")
    for folder, extension, pack in PACKERS:
        yield folder, extension, dict(_packed(pack, docx, xlsx))


def _packed(pack: Callable[[list[packed.File]], bytes], docx: Files, xlsx: Files) -> Iterator[tuple[str, bytes]]:
    """Six layouts, half of them as Word files, with a word of greeting beside the form."""
    note = ("说明.txt", "您好，回执见同一压缩包。".encode("gbk"))
    for number, name in enumerate(list(LAYOUTS)[::2]):
        if name not in docx:
            continue
        form = ("报名回执表.docx", docx[name]) if number % 2 else ("回执（终稿）.xlsx", xlsx[name])
        yield name, pack([form, note])


def _nested_zip(files: list[packed.File]) -> bytes:
    return packed.zip_utf8([("资料/回执.zip", packed.zip_gbk(files))])


def _mail_in_mail(files: list[packed.File]) -> bytes:
    return packed.mail_around(packed.mail(files))


PACKERS: tuple[tuple[str, str, Callable[[list[packed.File]], bytes]], ...] = (
    ("zip", "zip", packed.zip_gbk),
    ("nested_zip", "zip", _nested_zip),
    ("rar4", "rar", packed.rar4),
    ("rar5", "rar", packed.rar5),
    ("7z", "7z", packed.seven_zip),
    ("tar_gz", "tar.gz", packed.tar_gz),
    ("eml", "eml", packed.mail),
    ("eml_base64", "eml", _mail_in_mail),
    ("msg", "msg", packed.outlook_message),
    ("winmail", "dat", packed.winmail_dat),
)

SCAN_COUNTS = {"jpg": 8, "pdf": 8, "png": 6, "tif": 6, "docx": 4, "webp": 2, "bmp": 2}
PHOTO_COUNT = 16
SEVERAL_PAGES = "long_list"
"""The layout that is longer than a page: only kinds of file with pages can hold it."""


def scan_plan() -> Iterator[tuple[str, str, int]]:
    """Kind, layout and number of every scan in the repository: each layout three times, the long list twice."""
    names = [name for name in LAYOUTS if name != SEVERAL_PAGES]
    number = 0
    for kind, count in SCAN_COUNTS.items():
        for _ in range(count):
            yield kind, names[number % len(names)], number
            number += 1
    for kind in ("tif", "pdf"):
        yield kind, SEVERAL_PAGES, number
        number += 1


def photo_plan() -> Iterator[tuple[str, int]]:
    """Layout and number of every photo in the repository."""
    names = [name for name in LAYOUTS if name != SEVERAL_PAGES]
    for number in range(PHOTO_COUNT):
        yield names[(number * 5 + number // len(names)) % len(names)], number


def seed_of(number: int) -> int:
    """Other people than those of the exact files, the same for the same number."""
    return 100 * (1 + number)


def make_pictures(folder: Path, layouts: Sequence[str] = tuple(LAYOUTS), *, fresh: int = 0) -> None:
    """The scans and photos; `fresh` other than 0 gives others than those in the repository."""
    whole = [("scan", *one) for one in scan_plan()] + [("photo", "jpg", *one) for one in photo_plan()]
    plan = [one for one in whole if one[2] in layouts]
    seeds = {
        (what, number): fresh + seed_of(number + (500 if what == "photo" else 0)) for what, _, _, number in plan
    }
    sources = {f"{what}{number}": words(seeds[what, number], [name])[name] for what, _, name, number in plan}
    pdfs = converted(sources, "docx", "pdf")
    answered: dict[str, dict[str, list[dict[str, object]]]] = {"scan": {}, "photo": {}}
    turns: dict[str, int] = {}
    for what, kind, name, number in whole:
        turn = turns[what + kind] = turns.get(what + kind, -1) + 1
        if name not in layouts:
            continue
        seed = seeds[what, number]
        pages = pictures.rendered(pdfs[f"{what}{number}"])
        given = filled(name, seed)
        if what == "photo":
            recipe = pictures.PHOTOS[number % len(pictures.PHOTOS)]
            content = pictures.photographed(pages[0], recipe, given.organisation, seed)
        else:
            recipe = pictures.SCANS[kind][turn % len(pictures.SCANS[kind])]
            content = pictures.scanned(pages, kind, recipe, given.organisation, seed)
        file = f"{number:02d}_{name}.{kind}"
        (folder / what).mkdir(parents=True, exist_ok=True)
        (folder / what / file).write_bytes(content)
        answered[what][file] = [expected(name, seed)]
    for what, known in answered.items():
        if known:
            _write_truth(folder / what, known)


def _write_truth(folder: Path, known: dict[str, list[dict[str, object]]]) -> None:
    """Adds to what is written beside the files already."""
    if (folder / TRUTH).is_file():
        known = {**json.loads((folder / TRUTH).read_text(encoding="utf-8")), **known}
    text = json.dumps(known, ensure_ascii=False, indent=1)
    (folder / TRUTH).write_text(text + "\n", encoding="utf-8")


def make_office(folder: Path, layouts: Sequence[str] = tuple(LAYOUTS)) -> None:
    """Everything that is no picture."""
    for name, extension, files in office_kinds(layouts):
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        for layout, content in files.items():
            (place / f"{layout}.{extension}").write_bytes(content)
        _write_truth(place, {f"{layout}.{extension}": [expected(layout)] for layout in files})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", choices=("office", "pictures"))
    parser.add_argument("--folder", type=Path, default=CORPUS)
    parser.add_argument("--fresh", type=int, default=0, help="other people and other places of the seal")
    parser.add_argument("--layout", nargs="*", choices=list(LAYOUTS), default=list(LAYOUTS))
    options = parser.parse_args()
    whole = options.only is None and options.layout == list(LAYOUTS)
    if whole and options.folder == CORPUS:  # never what lies in somebody's own folder
        shutil.rmtree(options.folder, ignore_errors=True)
    if options.only != "pictures":
        make_office(options.folder, options.layout)
    if options.only != "office":
        make_pictures(options.folder, options.layout, fresh=options.fresh)


if __name__ == "__main__":
    main()
