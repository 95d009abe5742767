"""How the association's office writes days, money, lists and salutations; and how words from a form are tamed.

Pure. Nothing here knows a decision. Words that came from a sender pass `tame` before they reach an answer:
one line, no invisible characters, of bearable length, without personal numbers and without anything that a
mail program would turn into a link.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.records.event import Event
from bot.replies.masking import masked_text

WEEKDAYS = "一二三四五六日"
NAME_LIMIT = 40
ORGANISATION_LIMIT = 60
TEXT_LIMIT = 160
_SHORT_TITLE_LIMIT = 14

# Unicode categories: what parts words becomes a blank, what is merely unseen goes. Private use characters stay:
# some offices write rare characters of names with them.
_PARTING = frozenset(("Cc", "Zl", "Zp"))
_UNSEEN = frozenset(("Cf", "Cs"))
_MARKS = re.compile(r"([\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]{2})[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]+")
# A dot that a mail program would take for a host name's; a file's own ending (回执.docx) is none.
_HOST_DOT = re.compile(r"(?<=\w)[.。．](?=[^\W\d_]{2,})")
_FILE_ENDING = re.compile(
    r"[.](?=(?:docx?|xlsx?|wps|et|pdf|ofd|rtf|txt|csv|html?|jpe?g|png|bmp|tiff?|gif|heic|webp|zip|rar|7z|eml|msg"
    r"|dat|xlsm|odt|ods|pages|numbers)(?![\w.]))",
    re.IGNORECASE,
)
_TITLES = (
    "老师",
    "主任",
    "科长",
    "处长",
    "院长",
    "医生",
    "大夫",
    "女士",
    "先生",
    "护士长",
    "书记",
    "部长",
    "经理",
)
_PERSON = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]{1,6}(?:·[\u3400-\u9fff]{1,8})?")
_ORGANISATION = re.compile(r"[\u3400-\u9fff（）()·]{2,30}?(?:院|中心|所|站|科|部|办公室|处|协会|公司|校区?)")


def tame(text: str, limit: int = TEXT_LIMIT) -> str:
    """One line of at most `limit` characters that is safe to show in any mail program."""
    kinds = ((c, unicodedata.category(c)) for c in text)
    visible = "".join(" " if kind in _PARTING else c for c, kind in kinds if kind not in _UNSEEN)
    visible = _MARKS.sub(r"\1", " ".join(visible.split()))
    return shortened(defused(masked_text(visible)), limit)


def defused(text: str) -> str:
    """Takes from a text what mail programs turn into links: `://`, `www.`, host names, addresses."""
    text = text.replace("://", "：／／").replace("@", "＠")
    kept = _FILE_ENDING.sub("\x00", text)
    return _HOST_DOT.sub("．", kept).replace("\x00", ".")


def shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def weekday(day: date) -> str:
    return f"星期{WEEKDAYS[day.weekday()]}"


def full_day(day: date) -> str:
    """2026年4月10日（星期五）"""
    return f"{day.year}年{day.month}月{day.day}日（{weekday(day)}）"


def short_day(day: date) -> str:
    """4月10日（星期五）"""
    return f"{day.month}月{day.day}日（{weekday(day)}）"


def days(first: date, last: date) -> str:
    """2026年4月22日至25日, naming month and year again only where they change."""
    start = f"{first.year}年{first.month}月{first.day}日"
    if first == last:
        return start
    if (first.year, first.month) == (last.year, last.month):
        return f"{start}至{last.day}日"
    year = "" if first.year == last.year else f"{last.year}年"
    return f"{start}至{year}{last.month}月{last.day}日"


def moment(instant: datetime, zone: str) -> str:
    """2026年3月27日09:00, in the given time zone."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"


def deadline_of(event: Event) -> str:
    """The deadline as the notice gives it: the day, or day and time."""
    local = event.deadline.astimezone(ZoneInfo(event.timezone))
    day = full_day(local.date())
    return day if event.deadline_is_day else f"{day}{local:%H:%M}"


def money(amount: int, currency: str = "CNY") -> str:
    """2,980元; other currencies by their code."""
    return f"{amount:,}元" if currency == "CNY" else f"{amount:,} {currency}"


def listed(words: Sequence[str]) -> str:
    return "、".join(words)


def quoted(name: str) -> str:
    """A file's or event's name in title marks, without nesting them."""
    return name if name.startswith(("《", "“")) else f"《{name}》"


def sentence(text: str) -> str:
    """The text ending in exactly one full stop (or its own final mark); "" stays ""."""
    text = text.strip().rstrip("。；;，,.")
    return text if not text or text.endswith(("？", "！", "…")) else text + "。"


def short_title(event: Event) -> str:
    """How subjects and remittance notes name the event: 浙江调研学习."""
    if len(event.title) <= _SHORT_TITLE_LIMIT:
        return event.title
    named = [word for word in event.keywords if word in event.title]
    if len(named) >= 2:
        return shortened(named[0] + named[-1], _SHORT_TITLE_LIMIT)
    return event.title[:_SHORT_TITLE_LIMIT]


def payment_note(event: Event, organisation: str, names: Sequence[str]) -> str:
    """The remittance note, ready to copy. Banks cut long ones, so from the fourth name on people are counted."""
    people = listed(names) if len(names) <= 3 else f"{names[0]}等{len(names)}人"
    return "+".join(word for word in (short_title(event), shortened(organisation, 24), people) if word)


def addressed(contact: str) -> str:
    """张三老师; a title that the clerk wrote stays; "" where it is no name."""
    contact = contact.strip()
    if contact.endswith(_TITLES):
        return contact if len(contact) <= 16 else ""
    names = [name for name in re.split(r"[、,，/;；\s]+", contact) if name]
    if 1 <= len(names) <= 3 and all(_PERSON.fullmatch(name) for name in names):
        return listed(names) + "老师"
    return ""


def salutation(organisation: str, contact: str) -> str:
    """深圳市某医院 张三老师：您好！ with what is known of it."""
    known = " ".join(word for word in (organisation, addressed(contact)) if word)
    return f"{known}：您好！" if known else "您好！"


def salutation_by_sender(display_name: str) -> str:
    """The same where no form was read: only a display name that is plainly a person's or an organisation's."""
    name = tame(display_name, ORGANISATION_LIMIT)
    if _ORGANISATION.fullmatch(name):
        return salutation(name, "")
    if 2 <= len(name) <= 4 and _PERSON.fullmatch(name):
        return salutation("", name)
    return "您好！"
