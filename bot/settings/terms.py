"""All that decisions depend on in the settings, as one text that the ledger keeps with every change of it.

The text is canonical JSON: equal settings give equal texts, however their files are written. It holds no secrets
and nothing of servers, paths or schedules. Reading it back is lenient both ways: what a later version added gets
its default, what a later version dropped is ignored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import TypeAdapter, ValidationError

from bot.errors import PermanentError
from bot.records.event import Event
from bot.settings import OrganisationRow, Settings

_UNREADABLE = "台账里记下的设置读不出来。"


@dataclass(frozen=True, slots=True)
class Terms:
    """What decisions depend on; the defaults are those of the configuration files. `own_addresses` are sorted."""

    events: tuple[Event, ...]
    organisations: tuple[OrganisationRow, ...] = ()
    own_addresses: tuple[str, ...] = ()
    reply_mode: str = "send"
    max_per_sender_per_day: int = 20
    acknowledge_questions: bool = False
    authentication: str = "when_told"
    form_labels: Mapping[str, Any] = field(default_factory=dict)


_TERMS = TypeAdapter(Terms)


def terms_in(settings: Settings) -> Terms:
    """The terms that these settings set."""
    replies, mailbox = settings.bot.replies, settings.bot.mailbox
    return Terms(
        events=settings.events,
        organisations=settings.organisations,
        own_addresses=tuple(sorted(settings.own_addresses)),
        reply_mode=replies.mode,
        max_per_sender_per_day=replies.max_per_sender_per_day,
        acknowledge_questions=replies.acknowledge_questions,
        authentication=mailbox.authentication,
        form_labels=settings.form_labels,
    )


def terms_text(settings: Settings) -> str:
    """The terms of these settings as canonical JSON (RFC 8259), keys sorted, no blanks."""
    stored = asdict(terms_in(settings))
    return json.dumps(stored, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_as_json)


def terms_of(text: str) -> Terms:
    """Back from `terms_text`, whichever version wrote it. PermanentError for what is no such text."""
    try:
        terms = _TERMS.validate_json(text)
        return replace(terms, events=tuple(_in_its_zone(event) for event in terms.events))
    except (ValidationError, ZoneInfoNotFoundError, ValueError, OSError):
        # Pydantic's own words quote what stood there.
        raise PermanentError(_UNREADABLE) from None


def settings_with(settings: Settings, terms: Terms) -> Settings:
    """These settings (servers, templates, sender) with other terms. `own_addresses` follow from the accounts and
    stay as they are: whoever needs those of the terms takes them from there."""
    replies = settings.bot.replies.model_copy(
        update={
            "mode": terms.reply_mode,
            "max_per_sender_per_day": terms.max_per_sender_per_day,
            "acknowledge_questions": terms.acknowledge_questions,
        }
    )
    mailbox = settings.bot.mailbox.model_copy(update={"authentication": terms.authentication})
    return replace(
        settings,
        bot=settings.bot.model_copy(update={"replies": replies, "mailbox": mailbox}),
        events=terms.events,
        organisations=terms.organisations,
        form_labels=terms.form_labels,
    )


def _as_json(value: object) -> str:
    """Days and moments in ISO 8601; moments as they read in the event's own zone, with their offset."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the terms")


def _in_its_zone(event: Event) -> Event:
    """JSON knows offsets only: the moments are given their zone again, as the configuration gives them."""
    zone = ZoneInfo(event.timezone)
    until = event.promote_until
    return replace(
        event,
        opens=event.opens.astimezone(zone),
        deadline=event.deadline.astimezone(zone),
        promote_until=None if until is None else until.astimezone(zone),
    )
