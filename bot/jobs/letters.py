"""The mails that wait for a person, as files beside the workbook, so that staff open one with a click."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bot.errors import BotError
from bot.ledger.ledger import Ledger
from bot.records.office import MailEntry

FOLDER = "来信"


def letters_of(ledger: Ledger, waiting: Sequence[MailEntry], workbook: Path) -> tuple[tuple[int, str], ...]:
    """Mail -> its file, relative to the workbook; written where it is not there yet. A mail that can't be written
    has none."""
    found = []
    for mail in waiting:
        name = f"{mail.id:06}.eml"
        target = workbook.parent / FOLDER / name
        with suppress(OSError, BotError):
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                part = target.with_suffix(".part")
                part.write_bytes(ledger.raw_mail(mail.id))
                part.replace(target)
            found.append((mail.id, f"{FOLDER}/{name}"))
    return tuple(found)


def tidy_letters(ledger: Ledger, workbook: Path) -> None:
    """Removes the files of mails that wait for nobody any more: what holds identity numbers lies about no longer
    than it is needed. Only files that the bot names so."""
    folder = workbook.parent / FOLDER
    if not folder.is_dir():
        return
    waiting = {f"{mail.id:06}.eml" for mail in ledger.reviews()}
    for file in folder.glob("[0-9]*.eml"):
        if file.name not in waiting and len(file.stem) == 6 and file.stem.isdecimal():
            with suppress(OSError):
                file.unlink()
