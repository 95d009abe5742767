"""How the demonstration's pictures were read: their pages with the boxes drawn on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.app.reading import Reader, draw_reading
from bot.demo.mailbox_story import StoryMail
from bot.demo.pictured import can_be_read
from bot.forms.drawing import preview
from bot.intake.parse import parse

_WIDTH = 1000


def draw_pictures(out: Path, mails: Sequence[StoryMail]) -> dict[int, str]:
    """For each mail (by its number in the story, from 1) that came as a picture, the file that shows how it was
    read, relative to `out`; beside it lies the attachment itself. Empty where pictures cannot be read."""
    if not can_be_read():
        return {}
    folder = out / "pictures"
    folder.mkdir()
    files: dict[int, str] = {}
    with Reader() as reader:
        for number, mail in enumerate(mails, start=1):
            if not mail.drawn:
                continue
            attachment = parse(mail.raw).attachments[0]
            original = folder / attachment.name
            original.write_bytes(attachment.content)
            (page, *_) = draw_reading(reader.read(original, pages=True), folder / f"{number:03d}.png")
            shown = page.with_suffix(".jpg")
            shown.write_bytes(preview(page.read_bytes(), _WIDTH))
            page.unlink()
            files[number] = f"{folder.name}/{shown.name}"
    return files
