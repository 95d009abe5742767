"""The badges, colleagues together. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.lists.people import Key, confirmed, doubts, organisation_key, organisation_of
from bot.records.decision import Registration
from bot.records.lists import Badge


def badges(registrations: Iterable[Registration], key: Key) -> tuple[Badge, ...]:
    """One badge for each who has a seat: by organisation (as its first member wrote it, in the order of GB 18030,
    which for common characters is that of pinyin), then by number; those without one last."""
    seated = confirmed(registrations)
    names: dict[str, list[str]] = {}
    for one in seated:
        names.setdefault(organisation_key(one, key), []).append(organisation_of(one))

    def place(one: Registration) -> tuple[bool, bytes, str, int]:
        organisation = organisation_key(one, key)
        first = names[organisation][0].encode("gb18030", "replace")
        return (not organisation, first, organisation, one.number or 0)

    return tuple(
        Badge(
            registration_id=one.id,
            number=one.number,
            name=one.name,
            organisation=organisation_of(one),
            job_title=one.job_title,
            notes=tuple(_notes(one, names[organisation_key(one, key)])),
        )
        for one in sorted(seated, key=place)
    )


def _notes(one: Registration, spellings: Iterable[str]) -> Iterable[str]:
    yield from doubts(one, ("name", "organisation", "job_title") if one.organisation else ("name", "job_title"))
    others = dict.fromkeys(name for name in spellings if name != organisation_of(one))
    if organisation_of(one) and others:
        yield f"同单位还写作：{'、'.join(others)}"
    if not organisation_of(one):
        yield "缺单位"
