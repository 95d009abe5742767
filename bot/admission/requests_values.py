"""The particulars that a sentence gives: labelled ones, and numbers that show by themselves what they are.

Pure. A value comes in the shape in which forms give it; None stands for one that fails its check, so that nothing
is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.admission import requests_checks as checks
from bot.admission.requests_people import TITLE, is_name

Value = tuple[str, str | None]

LABELS: tuple[tuple[str, str], ...] = (
    (
        "taxpayer_id",
        r"(?:单位)?纳税人?识别号码?|(?:单位)?税号|统一社会信用代码|社会信用代码|信用代码|纳税人?识别码",
    ),
    ("invoice_title", r"发票抬头|开票抬头|开具发票的?抬头|发票名称|开票(?:单位|名称)(?:名称)?|抬头(?:名称)?"),
    ("id_number", r"身份证号码?|身份证|身分证号码?|证件号码?|护照号码?|通行证号码?"),
    ("phone", r"联系人的?(?:电话|手机)(?:号码?)?|单位电话|办公电话"),
    ("email", r"(?:电子)?邮箱(?:地址)?|e-?mail"),
    ("contact", r"联系人(?:姓名)?"),
    ("mobile", r"手机(?:号码|号)?|移动电话"),
    ("telephone", r"(?:联系)?电话(?:号码)?|联系方式|联系号码|电话号"),
    ("job_title", r"职务(?:名称)?|职称|职位"),
    ("organisation", r"(?:工作|所在|填报)?单位(?:名称|全称)?(?!的|人员|电话|税号|纳税)"),
    ("name", r"姓名|名字"),
    ("single_room", r"是否(?:需要?)?(?:单间|单住|单人间|单独住宿)"),
)
"""Fields of Registration; `telephone` is a person's mobile number or the contact's, by what stands beside it."""

LABEL = re.compile("|".join(f"(?P<{field}>{words})" for field, words in LABELS), re.IGNORECASE)
BECOMES = (
    r"(?:现)?(?:均|都|统一)?(?:更正|更改|修改|变更|更新|更换|调整|改正|订正|改|换|补充|补)(?:为|成|至|是)|应改[为成]|"
    r"(?:正确(?:的)?(?:应该?|号码|写法|内容|信息)?(?:为|是)?)|应该?(?:是|为)|应当(?:是|为)|实际(?:为|是)|新(?:的)?(?:号码|号)?(?:为|是|:)|"
    r"现为|→|:|为|是"
)
_STOP = re.compile(r"[,。;!()\uf000-\uf0ff\ue000-\uefff\uf8ff]|特此|谢谢|请|望|麻烦|以此|,|不是|而不是|并非|,?原")
_STOP_AFTER_NAME_OF_UNIT = re.compile(
    r"[,。;!、\ue000-\uf8ff]|特此|谢谢|请|麻烦|以此|不是|而不是|并非|,?原(?!子)|\((?=[原之])"
)
_UNITS = ("organisation", "invoice_title")
_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?:\+?86[ -]?)?[0-9][0-9Xx \-.]{5,26}(?<![ \-.])(?![A-Za-z0-9])")
_CODE = re.compile(r"(?<![A-Za-z0-9])[0-9A-Za-z][0-9A-Za-z \-]{6,24}(?<![ \-])(?![A-Za-z0-9])")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")
_SINGLE = r"单人间|单人房|单间|单住|大床[房间]?|独住|一人一间"
_SHARED = r"双人间|双人房|标准双人间|双床[房间]?|标准间|标间|标双|双标|合住|拼房|双间"
ROOM = re.compile(f"(?P<single>{_SINGLE})|(?P<shared>{_SHARED})")
_NO_ROOM = re.compile(
    r"(?:不|无需|不用|取消|退掉|放弃|免)(?:需要?|要|再|住|用|安排|订|愿意?|必)*(?:[\ue000-\uefff]+的?)?$"
)
_NUMBERS: dict[str, tuple[re.Pattern[str], Callable[[str], str]]] = {
    "mobile": (_NUMBER, checks.mobile),
    "phone": (_NUMBER, checks.phone),
    "id_number": (_CODE, checks.id_number),
    "taxpayer_id": (_CODE, checks.taxpayer_id),
    "email": (_ADDRESS, checks.email),
}


def value_of(field: str, text: str) -> str | None:
    """The one value of `field` that `text` (what follows its label) gives; None where it fails its check or there
    is not exactly one, "" where there is none."""
    if field == "single_room":
        return room_of(text) or _yes_no(text)
    after = _after_verb(text)
    if field in _NUMBERS:
        return _number(field, after)
    found = (_STOP_AFTER_NAME_OF_UNIT if field in _UNITS else _STOP).search(after)
    words = (after[: found.start()] if found else after).strip(" :、的了")
    if not words:
        return ""
    return _named(words) if field in ("name", "contact") else _worded(field, words)


def _after_verb(text: str) -> str:
    """What stands behind the last word that says what it becomes."""
    text = re.sub(r"(?:而?不是|并非)[^,]*", "", text)
    verbs = list(re.finditer(BECOMES, text))
    kept = text[verbs[-1].end() :] if verbs else text
    return re.split(r"[,(]?(?:而?不是|并非|原来?(?:的|为|是|写))", kept)[0].strip(" :")


def _number(field: str, text: str) -> str | None:
    pattern, check = _NUMBERS[field]
    runs = [found[0] for found in pattern.finditer(text)]
    if not runs:
        return None if re.search(r"\d{4,}", text) else ""
    return (check(runs[0]) or None) if len(runs) == 1 else None


def _named(words: str) -> str | None:
    name = re.sub(rf"(?:{TITLE})$", "", words)
    return name if is_name(name) else None


def _worded(field: str, words: str) -> str | None:
    if re.search(r"\d{4,}|[?]", words) or len(words) > 60:
        return None
    if field in _UNITS:
        return words.replace("(", "（").replace(")", "）") if len(words) >= 4 else None
    return words if len(words) <= 20 else None


def _yes_no(text: str) -> str:
    found = re.search(r"[:为是]\s*(不?是|否|不需要|需要|要)(?:$|[^\u3400-\u9fff])", text)
    return ("否" if found[1] in ("否", "不是", "不需要") else "是") if found else ""


def room_of(text: str) -> str | None:
    """是 for a room alone, 否 for a shared one, "" where no room is spoken of; None where it is both.

    Of "from … to …" the last one counts.
    """
    changed = re.split(r"(?:更改|变更|调整|更换|改|换)(?:订|住|要)?(?:[为成到]|住)?", text)
    said = set()
    for found in ROOM.finditer(changed[-1] if len(changed) > 1 and ROOM.search(changed[-1]) else text):
        denied = _NO_ROOM.search(found.string[: found.start()]) is not None
        said.add("是" if (found["single"] is not None) != denied else "否")
    return (said.pop() if len(said) == 1 else None) if said else ""


def particulars(text: str, *, line: bool = False) -> list[Value]:
    """All that a text says about one person: (field, value), value None where it fails its check. `line` is True
    for a line of its own, in which only plain labels count."""
    labels = list(LABEL.finditer(text))
    found: list[Value] = []
    for number, label in enumerate(labels):
        field = str(label.lastgroup)
        rest = text[label.end() : labels[number + 1].start() if number + 1 < len(labels) else len(text)]
        if field == "telephone" and not line:
            field = "mobile" if checks.mobile(_first_number(rest)) else field
        if field in ("mobile", "id_number", "job_title", "organisation", "single_room"):
            value = value_of(field, rest)
            found += [(field, value)] if value != "" else []
    known = {field for field, _ in found}
    unlabelled = text if not labels else text[: labels[0].start()]
    if not line:
        found += [(field, value) for field, value in _by_themselves(unlabelled) if field not in known]
    room = room_of(text)
    if room != "" and "single_room" not in known and not line:
        found.append(("single_room", room))
    return found


def _first_number(text: str) -> str:
    found = _NUMBER.search(text)
    return found[0] if found else ""


def _by_themselves(text: str) -> list[Value]:
    """Numbers without a label: a mobile number or a resident's identity number, else something that fails."""
    values: list[Value] = []
    for run in _NUMBER.findall(text):
        number, identity = checks.mobile(run), checks.resident_number(run)
        if number:
            values.append(("mobile", number))
        else:
            values.append(("id_number", identity or None))
    return values
