"""What staff decide in the workbook, as values and as the JSON that an act's payload keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class StaffAction(StrEnum):
    """The words of the column 处理."""

    ADMIT = "录取"
    WAIT = "候补"
    CANCEL = "取消"
    IGNORE = "忽略"
    NONE = ""
    """The cell was emptied: the person's state stays, and is the bot's to change again."""


@dataclass(frozen=True, slots=True)
class StaffWord:
    """What staff decided about one registration."""

    registration_id: int
    action: StaffAction


@dataclass(frozen=True, slots=True)
class ReviewWord:
    """What staff decided about one mail that waited for a person. `people` are the rows that they completed, each
    as (field of Registration, value as typed); empty where nobody is to be registered, changed or cancelled."""

    mail_id: int
    action: StaffAction
    people: tuple[tuple[tuple[str, str], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class StaffWords:
    """All that staff newly decided in one event's workbook, read at one moment."""

    people: tuple[StaffWord, ...] = ()
    reviews: tuple[ReviewWord, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.reviews)

    def as_json(self) -> dict[str, Any]:
        """The payload of an act."""
        return {
            "people": [[word.registration_id, str(word.action)] for word in self.people],
            "reviews": [
                [word.mail_id, str(word.action), [[list(pair) for pair in row] for row in word.people]]
                for word in self.reviews
            ],
        }

    @classmethod
    def of_json(cls, payload: Mapping[str, Any]) -> StaffWords:
        """Back from `as_json`."""
        return cls(
            tuple(StaffWord(number, StaffAction(action)) for number, action in payload["people"]),
            tuple(
                ReviewWord(
                    mail_id,
                    StaffAction(action),
                    tuple(tuple((field, value) for field, value in row) for row in people),
                )
                for mail_id, action, people in payload["reviews"]
            ),
        )
