"""What stands on the forms of the corpus, and how what was read compares with it. Invented people only.

A wrong value that is not marked as uncertain is the worst that can happen: `Difference.silent` says so.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.demo import invented
from bot.records.form import Attendee, FieldProblem, ProblemCode, Reading, RegistrationForm

FORM_FIELDS = ("organisation", "contact", "phone", "email", "invoice_title", "taxpayer_id")
PERSON_FIELDS = ("name", "organisation", "job_title", "mobile", "id_number", "single_room")

MARKED = frozenset({ProblemCode.UNCERTAIN, ProblemCode.CHECKSUM})
"""Problems that tell a person to look: a wrong value with one of these is not silently wrong."""

# Two-character names, rare characters, two-character surnames, names of other peoples: put together, nobody's own.
_WRITTEN = (
    "王芳 李翀 欧阳喆彧 张赟 古丽扎尔·艾山 陈旻昊 司马翾 赵祎煊 阿依努尔·买买提江 周璟璠 牛犇淼 缑韡 闫骉 诸葛頔 "
    "郄焱 仉昇 上官垚 亓煜 佴羿 邸劼 尉迟甯 冼靥 禤嫄 逯鑫 令狐瑀 单亓 仝玥 查镕 解晟 区翯 郗旸 麴赪 "
    "刘洋 陈静 王一 丁一 卜凡 马识途 万人杰 于千一 吕品 田甜 曲旻 于末 "
    "买买提·吐尔逊 扎西·次仁 迪丽努尔·阿不都 巴图·孟和 欧阳一 司徒雨墨"
)
_NAMES = _WRITTEN.split()
_LONG_UNITS = (
    "{city}大学附属{tree}人民医院（{city}市第{n}人民医院）",
    "中国医学科学院{tree}医院{city}分院",
    "{city}市{tree}区妇幼保健院（{city}市{tree}区妇女儿童医院）",
    "北京大学{city}{tree}医院",
    "{city}{tree}眼科医院有限公司",
    "香港中文大学（{city}）附属{tree}医院",
)
# Beginnings of mobile numbers that are given to nobody, so that no number is somebody's.
_UNUSED = ("142", "143", "154", "160", "161", "163", "164", "168", "169", "179", "194")
_RANKS = ("主任医师", "副主任医师", "主治医师", "主任护师", "副研究员")
_DEPARTMENTS = ("医务科", "心血管内科", "重症医学科", "科教科", "护理部", "急诊科")


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    organisation: str
    job_title: str
    mobile: str
    id_number: str
    single_room: bool
    rank: str
    department: str

    @property
    def gender(self) -> str:
        return "男" if int(self.id_number[16]) % 2 else "女"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a clerk writes on one form."""

    organisation: str
    contact: str
    phone: str
    email: str
    invoice_title: str
    taxpayer_id: str
    people: tuple[Person, ...]


def answers(seed: int, count: int, *, long_units: bool = False) -> Answers:
    """`count` people of one invented hospital; about one in four numbers ends in X."""
    rng = random.Random(seed)
    hospital = next(invented.hospitals(seed + 50))
    names = rng.sample(_NAMES, count + 1)
    unit = hospital.name
    if long_units:
        tree = rng.choice(("云杉", "红树林", "木棉", "梧桐"))
        unit = rng.choice(_LONG_UNITS).format(city="深圳", tree=tree, n=rng.choice("一二三四五六"))
    people = []
    for number, (one, name) in enumerate(zip(islice(invented.people(seed + 100), count), names, strict=False)):
        rank, department = rng.choice(_RANKS), rng.choice(_DEPARTMENTS)
        identity = _ending_in_x(one.id_number) if (seed + number) % 4 == 0 else one.id_number
        room = rng.random() < 0.4
        mobile = f"{rng.choice(_UNUSED)}{rng.randrange(100_000_000):08d}"
        people.append(Person(name, unit, one.job_title, mobile, identity, room, rank, department))
    digits = f"{rng.choice('457')}{rng.randrange(10_000_000):07d}"
    contact_mobile = f"{rng.choice(_UNUSED)}{rng.randrange(100_000_000):08d}"
    phones = (contact_mobile, f"0755-{digits}", f"0755-{digits}转{rng.randrange(1000, 9000)}", digits)
    return Answers(unit, names[count], phones[seed % 4], hospital.email, unit, hospital.taxpayer_id, tuple(people))


def truth(given: Answers, *, left_out: Sequence[str] = ()) -> dict[str, object]:
    """The form as it must be read; `left_out` names fields that the layout doesn't ask for."""
    form: dict[str, object] = {f: "" if f in left_out else getattr(given, f) for f in FORM_FIELDS}
    form["attendees"] = [{f: getattr(person, f) for f in PERSON_FIELDS} for person in given.people]
    return form


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that was not read as it stands; `person` is her number from 1, 0 for a field of the whole form."""

    field: str
    person: int
    expected: str
    got: str
    marked: bool

    @property
    def silent(self) -> bool:
        """Wrong, and nothing tells anybody to look."""
        return bool(self.got) and not self.marked

    def __str__(self) -> str:
        where = f"person {self.person} " if self.person else ""
        return f"{where}{self.field}: {self.expected!r} read as {self.got!r}{' (marked)' if self.marked else ''}"


@dataclass(frozen=True, slots=True)
class Comparison:
    differences: tuple[Difference, ...]
    fields: Mapping[str, int]
    """How many values of each field the truth has."""
    unsure: int = 0
    """Values read right that are marked all the same."""


def compared(forms: Sequence[Mapping[str, object]], reading: Reading) -> Comparison:
    """What of the truth was read, field by field. Forms are matched in their order."""
    differences: list[Difference] = []
    fields: dict[str, int] = {}
    unsure = 0
    for number, expected in enumerate(forms):
        form = reading.forms[number] if number < len(reading.forms) else RegistrationForm("")
        for field in FORM_FIELDS:
            fields[field] = fields.get(field, 0) + 1
            wanted, got = str(expected[field]), getattr(form, field).text
            marked = _marked(form.problems, field)
            unsure += marked and wanted == got
            if wanted != got:
                differences.append(Difference(field, 0, wanted, got, marked))
        unsure += _compare_people(expected, form, differences, fields)
    for extra in reading.forms[len(forms) :]:
        differences += [
            Difference("form", n, "", a.name.text or "?", False) for n, a in enumerate(extra.attendees, 1)
        ]
    return Comparison(tuple(differences), fields, unsure)


def _compare_people(
    expected: Mapping[str, object], form: RegistrationForm, differences: list[Difference], fields: dict[str, int]
) -> int:
    people = expected["attendees"]
    assert isinstance(people, list)
    unsure = 0
    pairs, strangers = _matched(people, form.attendees)
    for number, (person, read) in enumerate(zip(people, pairs, strict=True), start=1):
        for field in PERSON_FIELDS:
            fields[field] = fields.get(field, 0) + 1
            wanted, got = _said(person[field]), _read(read, field)
            marked = _marked(read.problems, field)
            if field == "organisation" and got == form.organisation.text:
                marked = marked or _marked(form.problems, field)
            unsure += marked and wanted == got
            if wanted != got:
                differences.append(Difference(field, number, wanted, got, marked))
    for stranger in strangers:
        differences.append(
            Difference("attendee", 0, "", stranger.name.text or "?", _marked(stranger.problems, "name"))
        )
    return unsure


def _matched(
    people: Sequence[Mapping[str, object]], read: Sequence[Attendee]
) -> tuple[list[Attendee], list[Attendee]]:
    """For each person of the truth the attendee that is most like her (an empty one if none is), and the rest."""
    left = list(read)
    pairs: list[Attendee | None] = []
    for person in people:
        scored = [(sum(_said(person[f]) == _read(one, f) for f in _TELLING), one) for one in left]
        best = max(scored, key=lambda pair: pair[0], default=(0, None))
        found = best[1] if best[0] else None
        if found is not None:
            left.remove(found)
        pairs.append(found)
    done = [pair if pair is not None else (left.pop(0) if left else Attendee()) for pair in pairs]
    return done, left


_TELLING = ("name", "mobile", "id_number")


def _said(value: object) -> str:
    return {True: "是", False: "否", None: ""}[value] if isinstance(value, bool | None) else str(value)


def _read(attendee: Attendee, field: str) -> str:
    value = attendee.single_room if field == "single_room" else getattr(attendee, field).text
    return _said(value)


def _marked(problems: Sequence[FieldProblem], field: str) -> bool:
    return any(problem.field == field and problem.code in MARKED for problem in problems)


def _ending_in_x(number: str) -> str:
    """The number with the next sequence that makes its check character X."""
    region, birthday, sequence = number[:6], number[6:14], int(number[14:17])
    tries = (invented.id_number(region, birthday, (sequence + step) % 1000) for step in range(100))
    return next(one for one in tries if one.endswith("X"))
