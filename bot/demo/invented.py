"""Invented people and organisations, for the demonstration, tests and benchmarks: never real ones.

Names are put together from common characters; identity numbers (GB 11643) and unified social credit codes
(GB 32100) are made here with right check characters, so that no number needs to stand in the repository.
The same seed always gives the same people.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹喻柏水窦章云苏潘葛范彭鲁韦马苗方俞任袁柳"
)
_GIVEN = "安博晨达恩帆歌涵佳凯岚铭宁佩启然书涛婉曦雅泽知子梓睿琪峥柯瑶昱彤珂霖屿禾乔舒言清和行之远一诺"
_TITLES = (
    "院长",
    "副院长",
    "科主任",
    "副主任",
    "主任医师",
    "医务科科长",
    "科教科科长",
    "护理部主任",
    "学科带头人",
    "质控办主任",
)
# Districts of Shenzhen in GB/T 2260: Luohu, Futian, Nanshan, Bao'an, Longgang.
_REGIONS = ("440303", "440304", "440305", "440306", "440307")
_TREES = ("云杉", "榕江", "凤凰木", "红树林", "木棉", "白鹭", "梧桐", "海棠", "青松", "紫荆", "银杏", "丹桂")
_SORTS = ("医院", "人民医院", "中医院", "妇幼保健院", "骨科医院", "眼科医院", "儿童医院", "康复医院")
_USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class InventedPerson:
    name: str
    job_title: str
    mobile: str
    id_number: str
    single_room: bool


@dataclass(frozen=True, slots=True)
class InventedHospital:
    name: str
    taxpayer_id: str
    contact: str
    phone: str
    domain: str

    @property
    def email(self) -> str:
        return f"office@{self.domain}"


def id_number(region: str, birthday: str, sequence: int) -> str:
    """An 18-character identity number: region (6), birthday as YYYYMMDD, sequence (0-999), check character."""
    body = f"{region}{birthday}{sequence:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def taxpayer_id(organisation_number: int) -> str:
    """A unified social credit code (18 characters) for a public institution registered in Shenzhen."""
    body = f"12440300{organisation_number:08d}".ljust(17, "7")
    total = sum(_USCC_CHARACTERS.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + _USCC_CHARACTERS[(31 - total % 31) % 31]


def people(seed: int = 1) -> Iterator[InventedPerson]:
    """Endless, no two with the same identity or mobile number."""
    rng = random.Random(seed)
    number = 0
    while True:
        number += 1
        given = "".join(rng.sample(_GIVEN, rng.choice((1, 2, 2))))
        birthday = f"{rng.randint(1965, 1992)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
        yield InventedPerson(
            name=rng.choice(_SURNAMES) + given,
            job_title=rng.choice(_TITLES),
            mobile=f"1{rng.choice('3589')}{seed % 10000:04d}{number:05d}",
            id_number=id_number(rng.choice(_REGIONS), birthday, number % 1000),
            single_room=rng.random() < 0.2,
        )


def hospitals(seed: int = 1) -> Iterator[InventedHospital]:
    """Up to 96 different invented hospitals of Shenzhen."""
    rng = random.Random(seed)
    somebody = people(seed + 1000)
    names = [f"深圳市{tree}{sort}" for tree in _TREES for sort in _SORTS]
    rng.shuffle(names)
    for index, name in enumerate(names, start=1):
        person = next(somebody)
        yield InventedHospital(
            name=name,
            taxpayer_id=taxpayer_id(seed * 1000 + index),
            contact=person.name,
            phone=person.mobile,
            domain=f"hospital{index:02d}.example.org",
        )
