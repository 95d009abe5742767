"""How fast each kind of document is read, as a ratio to the bare library opening the same files in the same run.

Run: python -m benchmarks.documents [--kind docx pdf …] [--rounds 7]. The files are those of the test corpus.
Library and bot take turns; the medians of both and of the pairwise ratios are printed, and the peak memory of a
process that does only the one or the other.

    baseline  the library's own call that gives text or cells, named in BASELINES
    bot       read_file: tell the kind, read, find the forms, normalise, validate
"""

from __future__ import annotations

import argparse
import io
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "samples" / "corpus"

MOST_PAGE_ROUNDS = 3
"""Rounds over pages that are recognised, some seconds each."""

Bare = Callable[[bytes], object]


def _python_docx(content: bytes) -> object:
    import docx

    document = docx.Document(io.BytesIO(content))
    return [cell.text for table in document.tables for row in table.rows for cell in row.cells]


def _openpyxl(content: bytes) -> object:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    return [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]


def _calamine(content: bytes) -> object:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def _doc2docx(content: bytes) -> object:
    import tempfile

    import doc2docx

    with tempfile.TemporaryDirectory() as place:
        source, target = Path(place) / "1.doc", Path(place) / "1.docx"
        source.write_bytes(content[:8] + bytes(16) + content[24:])
        doc2docx.convert(str(source), str(target))
        return target.read_bytes()


def _pdfplumber(content: bytes) -> object:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(content)) as document:
        return [(page.extract_tables(), page.extract_text()) for page in document.pages]


def _lxml_html(content: bytes) -> object:
    import lxml.html

    return list(lxml.html.fromstring(content).itertext())


def _lxml_part(content: bytes) -> object:
    import zipfile

    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return list(etree.fromstring(archive.read("content.xml")).itertext())


def _lxml_xml(content: bytes) -> object:
    from lxml import etree

    return list(etree.fromstring(content, etree.XMLParser(huge_tree=True)).itertext())


def _csv(content: bytes) -> object:
    import csv

    return list(csv.reader(io.StringIO(content.decode("gb18030"))))


def _zipfile(content: bytes) -> object:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [archive.read(entry) for entry in archive.infolist()]


def _tarfile(content: bytes) -> object:
    import tarfile

    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return [found.read() for entry in archive if (found := archive.extractfile(entry))]


def _py7zr(content: bytes) -> object:
    import py7zr
    from py7zr.io import BytesIOFactory

    factory = BytesIOFactory(10_000_000)
    with py7zr.SevenZipFile(io.BytesIO(content)) as archive:
        archive.extractall(factory=factory)
    return factory.products


def _unrar(content: bytes) -> object:
    import tempfile

    from unrar.cffi import rarfile

    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "1.rar"
        path.write_bytes(content)
        archive = rarfile.RarFile(str(path))
        return [archive.read(entry) for entry in archive.infolist()]


def _oxmsg(content: bytes) -> object:
    import oxmsg

    message = oxmsg.Message.load(io.BytesIO(content))
    return [attachment.file_bytes for attachment in message.attachments]


def _email(content: bytes) -> object:
    from email import message_from_bytes, policy

    mail = message_from_bytes(content, policy=policy.default)
    return [part.get_payload(decode=True) for part in mail.walk()]


@cache
def _engine() -> Any:
    import rapidocr

    return rapidocr.RapidOCR()


def _rapidocr(content: bytes) -> object:
    import cv2
    import numpy as np

    return _engine()(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR))


BASELINES: dict[str, tuple[str, Bare]] = {
    "docx": ("python-docx", _python_docx),
    "xlsx": ("openpyxl", _openpyxl),
    "xlsx 2": ("calamine", _calamine),
    "doc": ("doc2docx", _doc2docx),
    "xls": ("calamine", _calamine),
    "ods": ("calamine", _calamine),
    "odt": ("zipfile, lxml", _lxml_part),
    "fodt": ("lxml", _lxml_xml),
    "html": ("lxml.html", _lxml_html),
    "csv_gbk": ("csv", _csv),
    "pdf": ("pdfplumber", _pdfplumber),
    "zip": ("zipfile", _zipfile),
    "tar_gz": ("tarfile", _tarfile),
    "7z": ("py7zr", _py7zr),
    "rar5": ("unrar.cffi", _unrar),
    "msg": ("oxmsg", _oxmsg),
    "eml": ("email", _email),
    "scan": ("rapidocr", _rapidocr),
}
"""By folder of the corpus: the library's name and its call."""


def files_of(kind: str) -> list[bytes]:
    folder = CORPUS / kind.split()[0]
    pattern = "*.jpg" if kind == "scan" else "*"
    return [path.read_bytes() for path in sorted(folder.glob(pattern)) if path.suffix != ".json"]


def bot(content: bytes) -> object:
    # Imported here, so that the process that measures the bare library holds nothing of the bot.
    from bot.forms.read import read_file
    from bot.intake.parse import parse

    return read_file("回执", content, open_mail=parse)


def seconds(call: Callable[[bytes], object], files: Sequence[bytes]) -> float:
    began = time.perf_counter()
    for content in files:
        call(content)
    return time.perf_counter() - began


def peak_memory(kind: str, side: str) -> int:
    """MB of a fresh process that reads the files once, by the library ("bare") or by the bot."""
    command = [sys.executable, "-m", "benchmarks.documents", "--peak", kind, side]
    return int(subprocess.run(command, check=True, capture_output=True).stdout)


def _own_peak() -> int:
    """MB. By /proc where there is one: getrusage counts what the parent held before this program was loaded."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(kind: str, rounds: int) -> None:
    name, bare = BASELINES[kind]
    files = files_of(kind)
    if kind == "scan":
        rounds = min(rounds, MOST_PAGE_ROUNDS)
    try:
        bare(files[0])
    except ImportError as error:
        print(f"{kind:>8} {name:>14}  left out: {error}", flush=True)
        return
    pairs = [(seconds(bare, files), seconds(bot, files)) for _ in range(rounds + 1)][1:]
    without = 1000 * statistics.median(a for a, _ in pairs) / len(files)
    own = 1000 * statistics.median(b for _, b in pairs) / len(files)
    ratios = [b / a for a, b in pairs]
    shown = f"{kind.split()[0]:>8} {name:>14} {without:8.1f} {own:8.1f} {1000 / own:8.1f}"
    shown += f" {statistics.median(ratios):7.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
    print(f"{shown} {peak_memory(kind, 'bare'):6} {peak_memory(kind, 'bot'):6}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kind", nargs="*", default=list(BASELINES))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--peak", nargs=2, metavar=("KIND", "SIDE"), help="used by the benchmark itself")
    options = parser.parse_args()
    if options.peak:
        kind, side = options.peak
        seconds(bot if side == "bot" else BASELINES[kind][1], files_of(kind))
        print(_own_peak())
        return
    heads = f"{'kind':>8} {'baseline':>14} {'ms bare':>8} {'ms bot':>8} {'bot/s':>8} {'ratio':>7} (min-max)"
    print(f"{heads}  MB bare, bot")
    for kind in options.kind:
        measure(kind, options.rounds)


if __name__ == "__main__":
    main()
