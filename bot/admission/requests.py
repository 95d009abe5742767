"""What a sender asks to be changed, in her own words. Pure."""

from __future__ import annotations

from bot.records.decision import Registration
from bot.records.request import Worded


def worded(
    sentences: tuple[str, ...],
    people: tuple[Registration, ...],
    *,
    sender_name: str = "",
    form_names: tuple[str, ...] = (),
) -> Worded:
    """What the sentences ask for `people`."""
    return Worded()
