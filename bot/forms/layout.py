"""The one layout reader: finds the registration forms in any Document, whatever file it came from.

It sorts what tables and lines say (layout_table, layout_lines) into forms (layout_zones) and puts each form
together. Values stay as the clerk wrote them, blanks collapsed; nothing is judged right or wrong. Only people on a
list or card of participants become attendees. Pure; never raises. A document without any form gives ().
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from bot.forms.labels import Field, Labels
from bot.forms.layout_beside import apart
from bot.forms.layout_cards import read_cards
from bot.forms.layout_examples import example_rows, with_overwritten
from bot.forms.layout_found import Finding, Pair, Roster
from bot.forms.layout_grid import Header
from bot.forms.layout_headless import read_headless
from bot.forms.layout_lines import read_lines
from bot.forms.layout_papers import is_other_paper
from bot.forms.layout_people import name_key, same_person, unswapped, without_repeats
from bot.forms.layout_stuck import with_colons_in_cells
from bot.forms.layout_table import read_table
from bot.forms.layout_text import bare, is_mobile, telephone_in
from bot.forms.layout_unsure import mended
from bot.forms.layout_zones import FORM_FIELDS, Zone, find_zones, same_title
from bot.records.form import (
    EMPTY,
    Attendee,
    Document,
    FieldProblem,
    Line,
    ProblemCode,
    RegistrationForm,
    Table,
    Value,
)

_SOURCES: dict[str, tuple[Field, ...]] = {
    "organisation": (Field.SUBMITTER, Field.ORGANISATION),
    "contact": (Field.CONTACT,),
    "phone": (Field.CONTACT_PHONE, Field.MOBILE, Field.TELEPHONE),
    "email": (Field.EMAIL,),
    "invoice_title": (Field.INVOICE_TITLE,),
    "taxpayer_id": (Field.TAXPAYER_ID,),
}
_EXAMPLE = "表格里标为示例的一行填有人员，系统没有计入报名；如需报名，请另填一行后重新发送。"
_HIDDEN = "表格的隐藏行里还写有人员，未计入报名；如需报名，请取消隐藏后重新发送。"


def find_forms(document: Document, labels: Labels) -> tuple[RegistrationForm, ...]:
    """The forms of a document, in order, with raw values (`text` == `written`).

    A form whose headings stand there without anybody filled in is given with no attendees, unless another form of
    the same document has people. Nobody is listed twice in one document under the same title.
    """
    document = mended(document, labels)
    if is_other_paper(document, labels):
        return ()
    zones = find_zones(_findings(document, labels))
    forms = [form for zone in zones if (form := _form(document.origin, zone, labels)) is not None]
    filled = _distinct([form for form in forms if form.attendees or form.problems])
    return tuple(filled or forms[:1])


def _findings(document: Document, labels: Labels) -> Iterator[Finding]:
    examples = example_rows(document)
    above: Header | None = None
    for is_table, blocks in groupby(document.blocks, key=lambda block: isinstance(block, Table)):
        if is_table:
            for block in blocks:
                if isinstance(block, Table):
                    block, *beside = apart(with_colons_in_cells(block, labels), labels)
                    before = above
                    found, above = read_table(block, labels, examples, above)
                    headless = above is None or above is before  # relatives under headings are nobody's list
                    if headless and not any(map(_asks_for_people, found)):
                        alone = not any(isinstance(f, Pair) and f.field for f in found)
                        found += read_headless(block, labels, alone=alone)
                    for columns in beside:
                        found += read_table(columns, labels)[0]
                    yield from found
        else:
            found = read_lines([block for block in blocks if isinstance(block, Line)], labels)
            above = None if found else above
            yield from found


def _asks_for_people(finding: Finding) -> bool:
    return isinstance(finding, Roster) or (isinstance(finding, Pair) and finding.field is Field.NAME)


def _form(origin: str, zone: Zone, labels: Labels) -> RegistrationForm | None:
    """The form of a zone, or None when the zone is no form."""
    pairs = [finding for finding in zone.findings if isinstance(finding, Pair)]
    rosters = [finding for finding in zone.findings if isinstance(finding, Roster)]
    cards = read_cards(pairs, labels)
    if not _is_form(zone, rosters, pairs, asked=cards.asked):
        return None
    participants = _participants(rosters)
    on_cards, form_pairs = cards.people, list(cards.form)
    if any(roster.strong and roster.people for roster in rosters):
        form_pairs += _as_contact(on_cards)
        on_cards = tuple(p for p in on_cards if p.id_number or p.single_room_value)
    form_pairs += [pair for roster in participants for pair in roster.shared]
    participants, doubtful = with_overwritten(participants, _units(participants, form_pairs))
    people = without_repeats([*(unswapped(roster.people) for roster in participants), unswapped(on_cards)])
    form = _with_form_fields(RegistrationForm(origin, zone.title, attendees=people), form_pairs)
    if not form.email and len(people) == 1:
        form = replace(form, email=_own_email(people[0]))
    problems = tuple(_left_out(_HIDDEN, name) for roster in rosters for name in roster.hidden)
    problems += tuple(_left_out(_EXAMPLE, person.name) for person in doubtful)
    return replace(
        form,
        problems=problems,
        confidence=min(_confidences(form), default=1.0),
        headings=tuple(dict.fromkeys(heading for heading in _headings(pairs, rosters, people) if heading)),
    )


def _headings(pairs: list[Pair], rosters: list[Roster], people: Iterable[Attendee]) -> Iterator[str]:
    """What the form calls its columns and fields. Of a card only those
    that something was filled in under are known."""
    for roster in rosters:
        yield from roster.headings
    for person in people:
        yield from (value.label for value in (person.single_room_value, *dict(person.extras).values()))
    yield from (pair.value.label for pair in pairs)


def _is_form(zone: Zone, rosters: list[Roster], pairs: list[Pair], *, asked: bool) -> bool:
    known = {pair.field for pair in pairs if pair.field}
    return bool(rosters) or (asked and len(known) > 1) or (bool(zone.title) and len(known & FORM_FIELDS) > 1)


def _participants(rosters: list[Roster]) -> list[Roster]:
    """The lists that are of participants: beside one that asks for identity numbers or rooms, a list without
    any number (speakers, teachers), or with nothing but numbers (whom to call), is not."""
    if not any(roster.strong for roster in rosters):
        return rosters
    return [
        roster
        for roster in rosters
        if roster.strong
        or (
            roster.fields & {Field.MOBILE, Field.TELEPHONE}
            and roster.fields & {Field.ORGANISATION, Field.JOB_TITLE}
        )
    ]


def _as_contact(people: Iterable[Attendee]) -> Iterator[Pair]:
    """A card of a name and a number beside a list of participants is the contact's."""
    for person in people:
        if not (person.id_number or person.single_room_value):
            yield Pair(Field.CONTACT, person.name)
            yield Pair(Field.CONTACT_PHONE, person.mobile)


def _with_form_fields(form: RegistrationForm, pairs: list[Pair]) -> RegistrationForm:
    values: dict[str, Value] = {}
    used: set[int] = set()
    for name, sources in _SOURCES.items():
        for source in sources:
            found = [i for i, pair in enumerate(pairs) if pair.field is source and pair.value.text]
            if found:
                chosen = next((i for i in found if name == "phone" and is_mobile(pairs[i].value.text)), found[0])
                values[name] = pairs[chosen].value
                used.add(chosen)
                break
    contact, phone = _contact_and_phone(values.get("contact", EMPTY), values.get("phone", EMPTY))
    taken = {(value.label, value.text) for value in values.values()}
    extras = tuple(
        dict.fromkeys(
            (pair.value.label, pair.value)
            for index, pair in enumerate(pairs)
            if index not in used and pair.value.text and (pair.value.label, pair.value.text) not in taken
        )
    )
    return replace(
        form,
        organisation=values.get("organisation", EMPTY),
        contact=contact,
        phone=phone,
        email=values.get("email", EMPTY),
        invoice_title=values.get("invoice_title", EMPTY),
        taxpayer_id=values.get("taxpayer_id", EMPTY),
        extras=extras,
    )


def _contact_and_phone(contact: Value, phone: Value) -> tuple[Value, Value]:
    """Parts a name and a number that were written into one value (联系人：某某 138…)."""
    number = telephone_in(contact.text)
    if number:
        phone = phone or replace(contact, text=number, written=number)
        name = contact.text.replace(number, " ")
        if telephone_in(name):  # several people to call: the first
            name = contact.text.partition(number)[0]
        name = name.strip(" ,，、/（）():：;；")
        contact = replace(contact, text=name, written=name) if name else EMPTY
    elif phone.text and (number := telephone_in(phone.text)) and number != phone.text:
        name = phone.text.replace(number, " ").strip(" ,，、/（）():：;；")
        if not contact and name and not any(character.isdigit() for character in name):
            contact = replace(phone, text=name, written=name)
            phone = replace(phone, text=number, written=number)
    return contact, phone


def _own_email(person: Attendee) -> Value:
    return next((value for _, value in person.extras if "@" in value.text), EMPTY)


def _left_out(text: str, name: Value) -> FieldProblem:
    return FieldProblem("name", ProblemCode.CONFLICT, text, name.label, name.text, blocking=False)


def _units(rosters: list[Roster], pairs: list[Pair]) -> frozenset[str]:
    """The organisations that the form names, beside those of its examples."""
    said = [pair.value.text for pair in pairs if pair.field in (Field.SUBMITTER, Field.INVOICE_TITLE)]
    said += [person.organisation.text for roster in rosters for person in roster.people]
    return frozenset(map(bare, said)) - {""}


def _confidences(form: RegistrationForm) -> Iterator[float]:
    for value in (form.organisation, form.contact, form.phone, form.email, form.invoice_title, form.taxpayer_id):
        yield value.confidence
    for person in form.attendees:
        for value in (person.name, person.organisation, person.job_title, person.mobile, person.id_number):
            yield value.confidence
        yield person.single_room_value.confidence


def _distinct(forms: list[RegistrationForm]) -> list[RegistrationForm]:
    """The forms without people whom an earlier form of the same title names already (a quoted copy)."""
    kept: list[RegistrationForm] = []
    for form in forms:
        earlier: dict[str, list[Attendee]] = {}
        for other in kept:
            if same_title(other.title, form.title):
                for person in other.attendees:
                    earlier.setdefault(name_key(person), []).append(person)
        people = tuple(
            p
            for p in form.attendees
            if not any(same_person(e, p, apart=True) for e in earlier.get(name_key(p), ()))
        )
        if people or form.problems or not form.attendees:
            kept.append(replace(form, attendees=people))
    return kept
