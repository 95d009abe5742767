"""Brings what clerks wrote into one shape, so that the same person or number always looks the same.

Pure; never fails and never repairs a number by guessing: what it can't read stays as written, for validation to
name. `Value.written` keeps the clerk's own writing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.forms.single_room import single_room
from bot.records.form import Attendee, RegistrationForm, Value

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_DASHES = "-‐‑‒–—―−﹣－_"
_ANY_DASH = re.escape(_DASHES)
_SEPARATORS = re.compile(rf"[\s{_ANY_DASH}'’‘`´\"“”.·•]+")
_NOTHING = frozenset(
    {"无", "暂无", "没有", "待定", "待补", "未定", "后补", "略", "空", "n/a", "na", "none", "nil", "null"}
)
_ONLY_MARKS = re.compile(rf"[\s/\\|*.,，。、:：;；{_ANY_DASH}]*")
_SAME_AS_ABOVE = frozenset({"同上", "〃", "″", "＂", '"', "”", "同前"})
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff（）《》、])\s+(?=[\u3400-\u9fff（）《》、])")
_STAMP = re.compile(r"[(（【\[]\s*(?:加盖|请盖)?(?:单位)?(?:公章|盖章|签章|章)(?:处)?\s*[)）】\]]")

_NUMBERING = re.compile(r"^\(?\d{1,3}[、.)](?=\D)\s*")
_NAME_NOTE = re.compile(r"(?<=[\u3400-\u9fff])\s*\([^()]{1,8}\)$")
_TITLE_OF_ADDRESS = re.compile(r"(?<=[\u3400-\u9fff]{2})\s*(?:先生|女士)$|\s+(?:男|女)$")
_HAN_WITH_DOT = re.compile(r"(?<=[\u3400-\u9fff])\s*[·•・‧∙⋅.]\s*(?=[\u3400-\u9fff])")
_HAN_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]+")
_TWO_CHARACTER_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙"
        "钟离长孙宇文司徒鲜于司空令狐轩辕百里呼延东郭南门西门拓跋第五",
    )
)

_RESIDENT = re.compile(r"(?<![0-9A-Z])(?:\d{17}[\dX]|\d{15})(?![0-9A-Z])")
_DOCUMENT_WORD = re.compile(r"[\u4e00-\u9fff:,，;；#]+")
_LIKE_X = str.maketrans("×✕✖хХΧχ", "XXXXXXX")
_MOBILE = re.compile(r"(?:(?:\+|00)?86)?(1[3-9]\d{9})")
_MOBILE_WITHIN = re.compile(r"(?<!\d)(?:\+?86[ \-]?)?(1[3-9]\d(?:[ \-]?\d){8})(?!\d)")
_FEWEST_DIGITS = 7
_ABROAD = re.compile(r"(?:00|\+)?((?:852|853|886)\d{8,9})")
_CREDIT_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")
_ADDRESS = re.compile(r"[^\s<>,;:：,，;；、()（）]+@[^\s<>,;:：，；、()（）]+")
_BRACKETS = str.maketrans("()", "（）")


def normalise_form(form: RegistrationForm) -> RegistrationForm:
    """The same form with every value's `text` in its one shape; organisations fall back to the form's."""
    organisation = _with(form.organisation, organisation_text)
    attendees: list[Attendee] = []
    above = Attendee()
    for attendee in form.attendees:
        above = replace(
            attendee,
            organisation=_as_above(attendee.organisation, above.organisation),
            job_title=_as_above(attendee.job_title, above.job_title),
            single_room_value=_as_above(attendee.single_room_value, above.single_room_value),
        )
        done = _normalised(above, organisation)
        above = replace(above, organisation=done.organisation)
        attendees.append(done)
    return replace(
        form,
        organisation=organisation,
        contact=_with(form.contact, name_text),
        phone=_with(form.phone, phone_text),
        email=_with(form.email, email_text),
        invoice_title=_with(form.invoice_title, organisation_text),
        taxpayer_id=_with(form.taxpayer_id, taxpayer_id_text),
        attendees=tuple(attendees),
    )


def _as_above(value: Value, above: Value) -> Value:
    """What 同上 stands for: no surer than either of the two cells that say it."""
    if value.text.strip() not in _SAME_AS_ABOVE:
        return value
    return replace(value, text=above.text, confidence=min(value.confidence, above.confidence))


def _normalised(attendee: Attendee, submitting: Value) -> Attendee:
    room = attendee.single_room_value
    return replace(
        attendee,
        name=_with(attendee.name, name_text),
        organisation=_with(attendee.organisation, organisation_text) or submitting,
        job_title=_with(attendee.job_title, plain_text),
        mobile=_with(attendee.mobile, mobile_text),
        id_number=_with(attendee.id_number, id_number_text),
        single_room=single_room(room.text, room.label) if room else attendee.single_room,
    )


def _with(value: Value, shape: Callable[[str], str]) -> Value:
    if not value.text:
        return value
    return replace(value, text=shape(value.text), written=value.written or value.text)


def half_width(text: str) -> str:
    """Full-width letters, digits and signs (U+FF01 to U+FF5E) as ASCII; invisible characters left out."""
    return _INVISIBLE.sub("", text).translate(_FULL_WIDTH)


def is_nothing(text: str) -> bool:
    """Whether a clerk wrote that there is nothing: 无, /, —, 待补."""
    return text.strip().lower() in _NOTHING or _ONLY_MARKS.fullmatch(text) is not None


def plain_text(text: str) -> str:
    """Any text: one blank for any run of blanks; "" for a word that means nothing is there."""
    tidy = " ".join(_INVISIBLE.sub("", text).split())
    return "" if is_nothing(half_width(tidy)) else tidy


def name_text(text: str) -> str:
    """A person's name: 张  三 → 张三, 1、张三（女） → 张三; the dot of longer names is always U+00B7."""
    plain = " ".join(half_width(text).split())
    if is_nothing(plain):
        return ""
    plain = _NUMBERING.sub("", plain).strip("*,，。;；:： ")
    plain = _TITLE_OF_ADDRESS.sub("", _NAME_NOTE.sub("", plain))
    plain = _HAN_WITH_DOT.sub("·", plain).strip()
    parts = plain.split()
    if len(parts) > 1 and all(_HAN_NAME.fullmatch(part) for part in parts):
        spaced_out = any(len(part) == 1 for part in parts)
        if spaced_out or (len(parts) == 2 and parts[0] in _TWO_CHARACTER_SURNAMES):
            return "".join(parts)
    return plain


def organisation_text(text: str) -> str:
    """An organisation's name: no blanks between Chinese characters, full-width brackets, no （盖章）."""
    plain = " ".join(half_width(text).split())
    if is_nothing(plain):
        return ""
    plain = _STAMP.sub("", plain).strip(" ,，。;；:：*")
    if any("\u3400" <= c <= "\u9fff" for c in plain):
        plain = plain.translate(_BRACKETS)
    return _BETWEEN_HAN.sub("", plain)


def id_number_text(text: str) -> str:
    """An identity document's number: half-width, no blanks or dashes, upper case, words around it left out."""
    plain = half_width(text).upper().translate(_LIKE_X)
    if is_nothing(plain):
        return ""
    tight = _SEPARATORS.sub("", plain)
    if re.fullmatch(r"[A-Z0-9()]+", tight):
        return tight
    found = _RESIDENT.findall(tight)
    if len(found) == 1:
        return str(found[0])
    if "字第" in tight:
        return tight
    bare = _DOCUMENT_WORD.sub("", tight).replace("()", "")
    return bare if re.fullmatch(r"[A-Z0-9()]{6,}", bare) else tight


def mobile_text(text: str) -> str:
    """A mobile number: eleven digits without country code; of several numbers the first; others (Hong Kong, Macau)
    with their country code."""
    plain = half_width(text).strip()
    if is_nothing(plain):
        return ""
    tight = re.sub(r"[()]", "", _SEPARATORS.sub("", re.sub(r"\.0+$", "", plain)))
    whole = _MOBILE.fullmatch(tight)
    if whole:
        return whole[1]
    abroad = _ABROAD.fullmatch(tight)
    if abroad:
        return abroad[1]
    numbers = _MOBILE_WITHIN.findall(plain)
    left_over = len(re.findall(r"\d", _MOBILE_WITHIN.sub("", plain)))
    # Some digits more are a mistake in the number, not a second one: which is wrong can't be known.
    return re.sub(r"\D", "", numbers[0]) if numbers and not 0 < left_over < _FEWEST_DIGITS else tight


def phone_text(text: str) -> str:
    """A contact's telephone: a mobile number like `mobile_text`, anything else (0755-82336671) only tidied."""
    plain = " ".join(half_width(text).split())
    if is_nothing(plain):
        return ""
    tight = _SEPARATORS.sub("", re.sub(r"\.0+$", "", plain))
    whole = _MOBILE.fullmatch(tight)
    return whole[1] if whole else plain.translate({ord(dash): "-" for dash in _DASHES if dash != "_"})


def email_text(text: str) -> str:
    """An e-mail address: half-width, no blanks, the domain in lower case (RFC 5321, 2.3.11: only the domain is
    free of case); of several addresses the first."""
    plain = half_width(text).strip()
    if is_nothing(plain):
        return ""
    plain = re.sub(r"\s*([@.])\s*", r"\1", plain.replace("。", ".")).removeprefix("mailto:")
    found = _ADDRESS.search(plain)
    address = found[0].strip(".'\"“”[]【】") if found else "".join(plain.split())
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{domain.lower()}" if at else address


def taxpayer_id_text(text: str) -> str:
    """A taxpayer id: half-width, no blanks or dashes, upper case, words around it left out."""
    plain = half_width(text).upper()
    if is_nothing(plain):
        return ""
    tight = _SEPARATORS.sub("", plain)
    found = _CREDIT_CODE.findall(tight)
    if len(found) == 1:
        return str(found[0])
    bare = re.sub(r"[\u4e00-\u9fff:,，;；()（）]+", "", tight)
    return bare if len(bare) >= 15 else tight
