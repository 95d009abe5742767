"""The lists that the office makes of those who have a seat: rooms, flights, invoices, badges; one value per row.

`registration_id` names a person for good; `number`, her place in the order of admission, changes when somebody
before her cancels. `notes` and `problems` are short Chinese words for staff. Missing text is "".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.records.event import Flight


class ListKind(StrEnum):
    """The lists (the words of `export --list`)."""

    ROOMS = "rooms"
    FLIGHTS = "flights"
    INVOICES = "invoices"
    BADGES = "badges"


class Sex(StrEnum):
    """As a certain identity number tells it; never guessed from a name."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"


class RoomKind(StrEnum):
    """What kind of room is needed."""

    TWIN = "twin"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class Guest:
    """One person in a room. `single_room` is as filled in: None where it was not."""

    registration_id: int
    number: int | None
    name: str
    sex: Sex
    organisation: str
    mobile: str
    single_room: bool | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """One room of the plan; `label` is the plan's own name for it (男1, 女1, 单1, 待1), not the hotel's number."""

    label: str
    kind: RoomKind
    guests: tuple[Guest, ...]

    @property
    def waits_for_partner(self) -> bool:
        """A bed is free and may be given to anybody of the same sex."""
        return self.kind is RoomKind.TWIN and len(self.guests) == 1 and self.guests[0].sex is not Sex.UNKNOWN

    @property
    def needs_person(self) -> bool:
        """A person has to say whom she can share with."""
        return self.kind is RoomKind.TWIN and any(guest.sex is Sex.UNKNOWN for guest in self.guests)


@dataclass(frozen=True, slots=True)
class Passenger:
    """One person as an airline needs her. `id_number` is the whole number; `document` says what kind it is, ""
    where that is not certain; `remark` is what the clerk wrote about the journey."""

    registration_id: int
    number: int | None
    name: str
    document: str
    id_number: str
    mobile: str
    organisation: str
    remark: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice to write. `amount` is the sum of the known fees in whole units of `currency`; `undetermined`
    names those whose fee is not known yet. `id` is the same for as long as anybody of it stands in the ledger."""

    id: int
    organisation: str
    title: str
    taxpayer_id: str
    people: tuple[str, ...]
    amount: int
    undetermined: tuple[str, ...] = ()
    currency: str = "CNY"
    paid: str = ""
    invoiced: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Badge:
    """What stands on one badge."""

    registration_id: int
    number: int | None
    name: str
    organisation: str
    job_title: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficeLists:
    """All lists of one event: empty while nobody is confirmed, `passengers` also where there is no flight."""

    rooms: tuple[Room, ...] = ()
    flights: tuple[Flight, ...] = ()
    passengers: tuple[Passenger, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    badges: tuple[Badge, ...] = ()
