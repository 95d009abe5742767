"""What a sender asks, in her own words, to be changed in registrations that she may change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.records.decision import Registration


class RequestKind(StrEnum):
    """What is asked."""

    CANCEL = "cancel"
    REPLACE = "replace"
    CORRECT = "correct"
    CONFIRM = "confirm"
    """What was read from a scan is right as it was read (无误)."""


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that is asked for `people` of the roll.

    CANCEL names everybody who is to be cancelled. REPLACE names one person; `successor` is the new one's name (""
    where only a form tells it), `values` are the (field, value) that the words give about that one. CORRECT names
    one person, and `values` holds one (field, value) that passed its check. CONFIRM names everybody whose
    uncertain values are confirmed. Fields are those of Registration."""

    kind: RequestKind
    people: tuple[Registration, ...]
    successor: str = ""
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Worded:
    """All that the words ask. `unclear` where something is asked that could not be tied to a person or a value, or
    could be read in two ways: then nothing is applied, and a person decides."""

    requests: tuple[Request, ...] = ()
    unclear: bool = False
