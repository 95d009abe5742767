"""The passengers of the event's flights, as an airline's group desk wants them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.lists.people import answers, confirmed, doubts, organisation_of
from bot.records.decision import Registration
from bot.records.lists import Passenger

_JOURNEY = re.compile(
    r"航班|班次|车次|去程|返程|回程|往返|到达|抵达|离开|出发|返回|接机|送机|接站|送站|交通|乘机|机票|出行|行程"
)
_JOURNEY_SAID = re.compile(
    r"自行(?:前往|到达|抵达|乘|往返|购|订|返)|自己(?:前往|去|买|订)|自驾|开车|高铁|动车|火车|航班|机票|飞机|乘机|不随团|提前到|晚到|提前返"
)

# In this order, the first that fits.
_DOCUMENTS = (
    ("港澳台居民居住证", re.compile(r"8[123]\d{15}[\dX]", re.ASCII)),
    ("外国人永久居留身份证", re.compile(r"9\d{16}[\dX]", re.ASCII)),
    ("居民身份证", re.compile(r"\d{17}[\dX]|\d{15}", re.ASCII)),
    ("港澳居民来往内地通行证", re.compile(r"[HM]\d{8}(?:\d{2})?", re.ASCII)),
)
OTHER_DOCUMENT = "其他证件"


def passengers(registrations: Iterable[Registration]) -> tuple[Passenger, ...]:
    """All who have a seat, in order of arrival; those who say that they travel otherwise too, with their words."""
    return tuple(
        Passenger(
            registration_id=one.id,
            number=one.number,
            name=one.name,
            document=document_of(one.certain_id),
            id_number=one.id_number,
            mobile=one.mobile,
            organisation=organisation_of(one),
            remark="；".join(answers(one, _JOURNEY, _JOURNEY_SAID)),
            problems=tuple(_problems(one)),
        )
        for one in confirmed(registrations)
    )


def document_of(number: str) -> str:
    """The kind of document that a certain number belongs to: 其他证件 for passports and the like, "" for none."""
    if not number:
        return ""
    return next((name for name, pattern in _DOCUMENTS if pattern.fullmatch(number)), OTHER_DOCUMENT)


def _problems(one: Registration) -> Iterable[str]:
    yield from doubts(one, ("name", "id_number", "mobile"))
    if re.fullmatch(r"\d{15}", one.certain_id, re.ASCII):
        # First-generation cards are void since 1 January 2013 (Law on Resident Identity Cards, 2011, article 23).
        yield "15位旧身份证号，订票请用18位"
    elif document_of(one.certain_id) == OTHER_DOCUMENT:
        yield "不是居民身份证，订票请核对证件种类"
