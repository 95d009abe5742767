"""Text outside tables: pairs, values on the line after, lists written as lines, titles and heads.

Pure. A line names a person by itself only with an identity number in it, or with a mobile number and more where
the lines around it are such lines too: names in a letter's closing or in a notice are nobody's registration.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.forms.labels import Field, Labels
from bot.forms.layout_colons import Part, clean, pairs_in
from bot.forms.layout_found import Break, Finding, Pair, Roster, Title, value_of
from bot.forms.layout_freeline import introduces, numbered_parts, read_free_line, tells_whom_to_call
from bot.forms.layout_prose import break_of, is_prose, section_of, title_of
from bot.forms.layout_sentence import read_sentence
from bot.forms.layout_stuck import with_colons
from bot.forms.layout_text import collapse, has_email, is_blank, is_name, is_organisation, split_list, telephone_in
from bot.forms.layout_textgrid import read_text_grid
from bot.forms.layout_whom import invites
from bot.records.form import Attendee, Line

_WHOLE_FORM = (Field.SUBMITTER, Field.CONTACT, Field.CONTACT_PHONE, Field.TELEPHONE, Field.EMAIL)
_BARE = frozenset(
    (
        *_WHOLE_FORM,
        Field.INVOICE_TITLE,
        Field.TAXPAYER_ID,
        Field.NAME,
        Field.MOBILE,
        Field.ID_NUMBER,
        Field.JOB_TITLE,
        Field.SINGLE_ROOM,
    )
)
_UNITS = (Field.SUBMITTER, Field.ORGANISATION)
_LONGEST_VALUE = 60
_CARD = 8  # pairs about one person
_NAMED_BELOW = {Field.NAME: is_name, Field.CONTACT: is_name, Field.INVOICE_TITLE: is_organisation}
_BRACKETED_HEADING = re.compile(r"[【\[]([^【】\[\]]{2,20})[】\]]\s*[:：]?(.*)")


def read_lines(lines: Sequence[Line], labels: Labels) -> list[Finding]:
    """What a run of lines says, in reading order."""
    split = [
        replace(line, text=part)
        for line in lines
        for text in line.text.splitlines()
        for part in numbered_parts(text)
        if part.strip()
    ]
    return _LineReader(split, labels).read()


class _LineReader:
    def __init__(self, lines: list[Line], labels: Labels) -> None:
        self.lines = lines
        self.labels = labels
        self.found: list[Finding] = []
        self.free: list[tuple[Attendee, bool]] = []
        self.introduced = False
        self.to_call = False  # the lines are whom to call
        self.in_letter = False  # people stood in a letter's sentence
        self.signed: Line | None = None  # the organisation that signs such a letter

    def read(self) -> list[Finding]:
        index = 0
        while index < len(self.lines):
            grid = read_text_grid(self.lines, index, self.labels)
            if grid is not None:
                self._end_free_lines()
                self.found += grid.found
                index = grid.next
                continue
            index += self._read_line(index)
        self._end_free_lines()
        if self.signed is not None and not any(isinstance(f, Pair) and f.field in _UNITS for f in self.found):
            self.found.append(Pair(Field.SUBMITTER, value_of(self.signed, collapse(self.signed.text), "")))
        return self.found

    def _read_line(self, index: int) -> int:
        """Reads the line at `index`; how many lines that took."""
        line = self.lines[index]
        text = self._with_colon(line.text.strip().strip("*# ").lstrip("> "))
        begun = any(isinstance(finding, Pair) and finding.field is Field.NAME for finding in self.found[-_CARD:])
        text = with_colons(text, self.labels, begun=begun)
        free = read_free_line(replace(line, text=text), self.labels)
        if free is not None:
            self.free.append(free)
            return 1
        if people := self._in_a_sentence(line, text):
            self.found.append(Roster(people, frozenset((Field.NAME, Field.MOBILE, Field.ID_NUMBER))))
            return 1
        if self.in_letter and self.signed is None and len(text) <= _LONGEST_VALUE and is_organisation(text):
            self.signed = line
        parts = pairs_in(text, self.labels) or self._name_below(index, text) or self._bare_pair(text)
        if any(part.field is Field.NAME and invites(part.text) for part in parts):
            self._end_free_lines()
            self.found.append(Break())
            return 1
        known = any(part.known for part in parts)
        if not known or len(text) > _LONGEST_VALUE * 4:
            self._end_free_lines()
            if boundary := break_of(text):
                self.found.append(boundary)
                return 1
            if title := self._title(index, text):
                self.found.append(Title(title))
                return 1
            if section := section_of(text, self.labels):
                self.found.append(section)
                return 1
        if parts:
            self._end_free_lines()
        self.introduced = introduces(text) or (self.introduced and bool(self.free))
        self.to_call = tells_whom_to_call(text) or (self.to_call and bool(self.free))
        if not parts:
            return 1
        return self._add_pairs(index, line, parts)

    def _in_a_sentence(self, line: Line, text: str) -> tuple[Attendee, ...]:
        people = read_sentence(replace(line, text=text), self.labels)
        if not people or any(part.field is Field.NAME for part in pairs_in(text, self.labels)):
            return ()
        self._end_free_lines()
        self.in_letter = True
        return people

    def _with_colon(self, text: str) -> str:
        """【姓名】张某 as 姓名：张某."""
        match = _BRACKETED_HEADING.match(text)
        return f"{match[1]}：{match[2]}" if match and self.labels.is_exact(match[1]) else text

    def _title(self, index: int, text: str) -> str:
        title = title_of(text, self.labels)
        if title and len(title) <= 6 and index:
            before = collapse(self.lines[index - 1].text)
            if (
                4 < len(before) <= 40
                and not pairs_in(before, self.labels)
                and not is_prose(before)
                and "，" not in before
            ):
                return before + title
        return title

    def _add_pairs(self, index: int, line: Line, parts: list[Part]) -> int:
        taken = 1
        for number, part in enumerate(parts):
            source, text = line, part.text
            person = read_free_line(replace(line, text=text), self.labels) if part.field is Field.NAME else None
            if person is not None:  # 参加人员：张某，某医院，138…, all in one value
                self.free.append(person)
                self.introduced = True
                continue
            if not text and number == len(parts) - 1 and part.field and index + 1 < len(self.lines):
                following = self.lines[index + 1]
                if read_free_line(following, self.labels) is None and self._could_be_value(
                    part.field, following.text
                ):
                    source, text, taken = following, clean(following.text, part.field), 2
            if is_blank(text, self.labels) and part.field is not Field.SINGLE_ROOM:
                text = ""
            self.found.append(Pair(part.field, value_of(source, text, part.label)))
        return taken

    def _bare_pair(self, text: str) -> list[Part]:
        """A heading and a value with only blanks or underlines between them."""
        words = collapse(text).split(" ", 1)
        if len(words) < 2 or len(text) > _LONGEST_VALUE:
            return [Part(self.labels.field_of(text), collapse(text), "")] if self._is_heading_alone(text) else []
        field = self.labels.field_of(words[0])
        if field not in _BARE or not self.labels.is_exact(words[0]) or self.labels.field_of(words[1]):
            return [Part(self.labels.field_of(text), collapse(text), "")] if self._is_heading_alone(text) else []
        return [Part(field, words[0], clean(words[1], field))]

    def _name_below(self, index: int, text: str) -> list[Part]:
        """姓名, a name, and the next heading, each on a line of its own: a card that came apart. Any of these
        headings may head a whole part as well, so the two lines after it have to agree."""
        if index + 2 >= len(self.lines) or not self.labels.is_exact(text):
            return []
        value, following = (collapse(line.text) for line in self.lines[index + 1 : index + 3])
        field = self.labels.field_of(text)
        looks = _NAMED_BELOW.get(field) if field else None
        if looks is None or not looks(value) or self.labels.field_of(value) or not self.labels.is_exact(following):
            return []
        return [Part(field, text, "")]

    def _is_heading_alone(self, text: str) -> bool:
        return self.labels.is_exact(text) and section_of(text, self.labels) is None

    def _could_be_value(self, field: Field, text: str) -> bool:
        """Whether a line can be the value of the heading on the line before."""
        plain = collapse(text)
        if not plain or len(plain) > _LONGEST_VALUE or pairs_in(plain, self.labels) or self.labels.field_of(plain):
            return False
        if title_of(plain, self.labels) or break_of(plain) or plain[-1] in "。！!，,：:":
            return False
        if field in (Field.MOBILE, Field.TELEPHONE, Field.CONTACT_PHONE):
            return bool(telephone_in(plain)) or sum(c.isdigit() for c in plain) >= 7
        if field is Field.EMAIL:
            return has_email(plain)
        if field in (Field.TAXPAYER_ID, Field.ID_NUMBER):
            return sum(c.isdigit() for c in plain) >= 8
        if field in (Field.NAME, Field.CONTACT):
            named = all(map(is_name, split_list(plain.replace(" ", "、")))) and not invites(plain)
            return named or (field is Field.CONTACT and bool(telephone_in(plain)))
        return field in (
            Field.SUBMITTER,
            Field.ORGANISATION,
            Field.INVOICE_TITLE,
            Field.JOB_TITLE,
            Field.SINGLE_ROOM,
        )

    def _end_free_lines(self) -> None:
        """People of free lines stand, if an identity number, an introduction or their number says so."""
        free, self.free = self.free, []
        if self.to_call:
            for person, _ in free:
                if not person.id_number:
                    self.found += [Pair(Field.CONTACT, person.name), Pair(Field.CONTACT_PHONE, person.mobile)]
            free = [(person, own) for person, own in free if person.id_number]
        if free and (self.introduced or len(free) > 1 or free[0][1]):
            sure = self.introduced or any(numbered for _, numbered in free)
            people = tuple(person for person, own in free if own or sure or len(free) > 1)
            fields = {Field.NAME, Field.MOBILE, Field.ID_NUMBER}
            self.found.append(Roster(people, frozenset(fields)))
        self.introduced = False if free else self.introduced
