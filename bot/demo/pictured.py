"""The two forms of the demonstration that come as pictures, and where their pictures lie."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

from bot.demo.form_files import FilledForm
from bot.demo.invented import hospitals, people
from bot.forms.readers import heavy

PICTURES = Path(__file__).parent / "pictures"
SCAN = "scan.pdf"
PHOTO = "photo.jpg"
_SEED = 70


def scan_form() -> FilledForm:
    """Two people, one of them with a rare character in the name: what recognition is least sure of."""
    first, second = islice(people(_SEED), 2)
    return FilledForm(next(hospitals(_SEED)), (replace(first, name="缪翀"), second))


def photo_form() -> FilledForm:
    """One person of another hospital."""
    return FilledForm(list(islice(hospitals(_SEED), 2))[1], (list(islice(people(_SEED), 3))[2],))


def scan_file() -> bytes:
    return (PICTURES / SCAN).read_bytes()


def photo_file() -> bytes:
    return (PICTURES / PHOTO).read_bytes()


def can_be_read() -> bool:
    """Whether text in pictures can be recognised on this machine."""
    return heavy.has_ocr()
