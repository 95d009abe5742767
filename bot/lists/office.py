"""All lists of one event at one moment. Pure."""

from __future__ import annotations

from functools import cache

from bot.lists.badges import badges
from bot.lists.flights import passengers
from bot.lists.invoices import invoices
from bot.lists.people import Key
from bot.lists.rooms import rooms
from bot.records.lists import OfficeLists
from bot.records.office import EventView


def office_lists(view: EventView, key: Key) -> OfficeLists:
    """The lists of those who have a seat; `key` makes spellings of one organisation equal."""
    key = cache(key)
    flights = view.event.travel.flights
    return OfficeLists(
        rooms=rooms(view.registrations, key),
        flights=flights,
        passengers=passengers(view.registrations) if flights else (),
        invoices=invoices(view.registrations, view.staff, key, view.event.fees),
        badges=badges(view.registrations, key),
    )
