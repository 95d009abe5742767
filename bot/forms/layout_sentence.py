"""People inside a letter's sentence: 我院拟派张某（科长，手机138…，身份证4403…）参加.

Pure. A sentence must say that somebody takes part and must not speak of contacts, teachers or changes; a person
needs a name and, behind it, an identity number, or a mobile number with a post or after a word of sending.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.forms.labels import Field, Labels
from bot.forms.layout_found import value_of
from bot.forms.layout_freeline import is_post
from bot.forms.layout_people import people_of
from bot.forms.layout_text import (
    collapse,
    has_surname,
    identities_in,
    is_masked_name,
    is_name,
    is_organisation,
    is_room_word,
    mobiles_in,
)
from bot.records.form import Attendee, Line, Value

_POSTS = "院长|主任医师|主任|科长|处长|部长|所长|站长|书记|医师|护士长|护师|教授|干事|科员|主管|经理|主席"
_TAKES_PART = re.compile(r"参加|报名|拟派|选派|委派|指派|派出|安排|参会|出席|参训")
_NOT_THEIRS = re.compile(
    r"联系人|请联系|联系咨询|咨询|对接|授课|讲师|专家|接送|接站|司机|原报名|取消|替换|改为|换成|换为|更换|不能参加|无法参加|不参加|退出|"
    r"收款|付款|发件人|收件人"
)
_NUMBER = re.compile(r"\d{11}|\d{3}[- ]\d{4}")
_PIECE = re.compile(r"[^，,；;、（）()。！!：:\s]+|[，,；;、（）()。！!：:\s]+")
_LEAD = re.compile(
    r"(?:拟派|选派|委派|指派|派出|派遣|安排|推荐|派|我院|我单位|本院|本单位|我中心|我司|我叫|本人|我是|由|兹有|现有|为|是|和|与|及|的|"
    r"[一二两三四五六七八九十\d]+[人名位])(?=[\u3400-\u9fff])"
)
_SENDING = re.compile(r"派|安排|推荐|本人|我叫|我是|报名")
_POST_BEFORE = re.compile(rf"^.*?(?:{_POSTS}|同志)(?=[\u3400-\u9fff]{{2,4}}$)")
_POST_TAIL = re.compile(rf"[\u3400-\u9fff]{{0,6}}(?:{_POSTS})$")
_COURTESY = re.compile(r"(?:同志|先生|女士|老师|医生|等)$")
_UNIT = re.compile(
    r"[\u3400-\u9fff]{2,25}(?:医院|保健院|卫生院|防治院|门诊部|中心)"
    r"(?=$|的|报名|拟|选|委|派|安排|共|现|参加)"
)
_NO_NAME = re.compile(
    r"参加|参会|报名|安排|住宿|需要|全程|方便|谢谢|学习|时间|单独|手机|电话|身份|号码|万分|感谢|尊敬|高度"
)
_ROOM = re.compile(r"(?:不|无)?(?:需要?|要|用)?(?:住)?(?:单间|单人间|合住|标间)")
_LISTS = "、和与及；;"
_LONGEST = 3000
_MOST_PIECES = 600


@dataclass(slots=True)
class _Person:
    name: str
    sent: bool
    values: dict[Field, str] = field(default_factory=dict)

    @property
    def numbered(self) -> bool:
        return Field.ID_NUMBER in self.values or Field.MOBILE in self.values

    @property
    def sure(self) -> bool:
        if Field.ID_NUMBER in self.values:
            return True
        return Field.MOBILE in self.values and (self.sent or Field.JOB_TITLE in self.values)


def read_sentence(line: Line, labels: Labels) -> tuple[Attendee, ...]:
    """The people whom a line of running text says to take part."""
    text = collapse(line.text)
    if not 20 < len(text) <= _LONGEST or not _NUMBER.search(text) or not _TAKES_PART.search(text):
        return ()
    people: list[Attendee] = []
    for sentence in re.split(r"[。！!\n]", text):
        if not _TAKES_PART.search(sentence) or _NOT_THEIRS.search(sentence):
            continue
        people += _people(line, sentence, labels)
    return tuple(people)


def _people(line: Line, sentence: str, labels: Labels) -> Iterator[Attendee]:
    unit = _UNIT.search(sentence)
    reader = _SentenceReader(labels)
    for piece in _PIECE.findall(sentence)[:_MOST_PIECES]:
        reader.take(piece)
    for person in reader.people:
        if not person.sure:
            continue
        texts = {**person.values}
        if unit and Field.ORGANISATION not in texts:
            texts[Field.ORGANISATION] = _without_lead(unit[0])
        values: dict[Field, Value] = {kind: value_of(line, text, "") for kind, text in texts.items()}
        yield from people_of({**values, Field.NAME: value_of(line, person.name, "")}, ())


def _without_lead(unit: str) -> str:
    return re.sub(r"^(?:我是|我们是|这里是|我来自|来自|兹有|现有)", "", unit)


def _name_at_the_end(piece: str) -> tuple[str, str]:
    """The name that a piece ends with, after the first word of sending that leaves one, and what stands between
    them where that holds a post (我院拟派|医务科科长|张某); "" and "" when it ends with none."""
    for start in (0, *(match.end() for match in _LEAD.finditer(piece))):
        rest = piece[start:]
        posted = _POST_BEFORE.match(rest)
        name = rest[posted.end() :] if posted else rest
        if len(name) <= 4 and is_name(name) and has_surname(name) and not _NO_NAME.search(name):
            return name, _LEAD.split(posted[0])[-1].removesuffix("同志") if posted else ""
    return "", ""


class _SentenceReader:
    """Takes a sentence piece by piece: words, and the signs between them."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.people: list[_Person] = []
        self.before = ""  # the sign before the piece
        self.post = ""  # a post that stood before the name
        self.heading: Field | None = None

    def take(self, piece: str) -> None:
        if not (piece[0].isalnum() or "\u3400" <= piece[0] <= "\u9fff" or piece[0] in "+HMEG"):
            self.before = piece
            return
        if not (self._number(piece) or self._labelled(piece) or self._name(piece)):
            self._fact(piece)
        self.before = ""

    def _number(self, piece: str) -> bool:
        found = [(Field.ID_NUMBER, text) for text in identities_in(piece)]
        found += [(Field.MOBILE, text) for text in mobiles_in(piece)]
        if found and self.people:
            for kind, text in found:
                self.people[-1].values.setdefault(kind, text)
            words = piece.split(found[0][1])[0].rstrip("号码是为")
            if words and self.labels.field_of(words) is None and not self.people[-1].numbered:
                self._fact(words)
        self.heading = None
        return bool(found)

    def _labelled(self, piece: str) -> bool:
        """职务院长, 是否单间否, or the heading alone before its value."""
        if self.labels.is_exact(piece):
            self.heading = self.labels.field_of(piece)
            return True
        kind = self.heading
        self.heading = None
        if kind in (Field.JOB_TITLE, Field.ORGANISATION, Field.SINGLE_ROOM) and kind and self.people:
            self.people[-1].values.setdefault(kind, piece)
            return True
        for length in (4, 3, 2):
            head, rest = piece[:length], piece[length:].removeprefix("为").removeprefix("是")
            kind = self.labels.field_of(head) if rest and self.labels.is_exact(head) else None
            if kind in (Field.JOB_TITLE, Field.ORGANISATION, Field.SINGLE_ROOM) and kind and self.people:
                self.people[-1].values.setdefault(kind, rest)
                return True
        return False

    def _name(self, piece: str) -> bool:
        sent = bool(_SENDING.search(piece))
        plain = _COURTESY.sub("", piece)
        name, posted = _name_at_the_end(plain)
        if not name:
            return False
        if is_masked_name(name) or self.labels.field_of(name) or is_post(name) or is_organisation(name):
            return False
        current = self.people[-1] if self.people else None
        colon = self.before.strip() in ("：", ":")
        introduced = name != plain or not self.before or colon
        if current and not current.numbered and not (set(self.before) & set(_LISTS)) and not introduced:
            return False
        person = _Person(name, sent or colon or bool(current and current.sent))
        if posted:
            post = _POST_TAIL.search(posted)
            if post:
                person.values[Field.JOB_TITLE] = post[0]
        self.people.append(person)
        return True

    def _fact(self, piece: str) -> None:
        if not self.people:
            return
        values = self.people[-1].values
        if is_room_word(piece) or _ROOM.fullmatch(piece):
            for person in self.people:
                person.values.setdefault(Field.SINGLE_ROOM, piece)
        elif is_organisation(piece):
            values.setdefault(Field.ORGANISATION, piece)
        elif is_post(piece) or (len(piece) <= 12 and _POST_TAIL.fullmatch(piece)) or piece.endswith("带头人"):
            values.setdefault(Field.JOB_TITLE, piece)
