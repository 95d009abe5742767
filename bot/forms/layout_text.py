"""What a piece of text looks like: a mobile number, an identity number, a name, a blank, an example.

Pure, and only shapes: whether a number is right is for validation. Never raises.
"""

from __future__ import annotations

import re

from bot.forms.labels import Labels, fold
from bot.forms.traditional import simplified

_BLANKS = re.compile(r"[\s_\u200b\u200c\u200d\ufeff\u2060\u3000\u00a0]+")
_DASHES = re.compile(r"[\s\-－—–.·()（）_]+")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[-\s]?)?1[3-9]\d(?:[-\s]?\d{4}){2}(?!\d)")
_LANDLINE = re.compile(r"(?<![\dA-Za-z])(?:\(?0\d{2,3}\)?[-\s]?)?[2-9]\d{6,7}(?:[-\s转]\d{1,6})?(?![\dA-Za-z])")
_IDENTITY = re.compile(r"(?<![\dA-Za-z])(?:\d{17}[\dXx]|\d{15})(?![\dA-Za-z])")
_GROUPED_IDENTITY = re.compile(r"(?<![\dA-Za-z])\d{6}[-\s]\d{4}[-\s]?\d{4}[-\s]\d{3}[\dXx](?![\dA-Za-z])")
_PERMIT = re.compile(r"(?<![\dA-Za-z])(?:[HM]\d{8}(?:\d{2})?|[EGDSPK][A-Z]?\d{7,8})(?![\dA-Za-z])")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CHINESE_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,9}(?:[·•.．・][\u3400-\u9fff]{1,9})+")
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z.'’-]*(?: [A-Za-z][A-Za-z.'’-]*){1,4}")
_NOT_NAME_END = re.compile(
    r"(?:院|医院|中心|局|公司|大学|学校|科|部|处|室|站|所|长|主任|医师|护士|教授|书记|主管|经理|干事|科员|职员|老师|学员|领队|单间|合住|"
    r"标间|标双|标准间|是|否|男|女|谢谢|如下|名单|附件|人员|您好|你好|大家好)$"
)
# The surnames of well over nine in ten people, and common ones of two characters.
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章"
    "鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解"
    "牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎"
    "甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练"
    "廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢"
    "嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由水凤"
)
_ORGANISATION_END = re.compile(
    r"(?:医院|院区|卫生院|门诊部|中心|防治院|研究院|学院|大学|公司|集团|卫健委|卫健局|局|协会|学会|所|站|委员会|分院|保健院)$"
)
_ROOM = re.compile(
    r"^(?:[不无]?(?:需要?|要|住|用)?(?:单间|单人间|单住|合住|拼房|拼住|标间|标双|标准间|双人间|大床房?|独住|单人房)(?:住宿)?|[是否√✓×]|住单间|不住宿|自行解决.*)$"
)
_MASK = re.compile(r"[xX×＊*某○Ｘ]{2,}")
_MASKED_NUMBER = re.compile(r"^1?\d{0,6}[xX×Ｘ]{6,}$")
_CHOICES = re.compile(r"[□○☐◯](?=\s*[\w\u3400-\u9fff])")
_CHOSEN = re.compile(r"[☑☒✓✔√■●▣]")
_DIGIT = re.compile(r"\d")
_LONGEST_NUMBER = 60  # with blanks and dashes between its digits
_SEPARATORS = re.compile(r"\s*[、，,；;|/\n]\s*")
_ENUMERATION = re.compile(
    r"^\s*(?:[（(]?\d{1,3}[)）.．、:：]\s*|\d{1,3}\s+|[①-⑳]\s*|[一二三四五六七八九十]{1,3}、)"
)
_STAMP = re.compile(r"\s*[(（][^()（）]*(?:盖章|公章|签章|印章)[^()（）]*[)）]\s*")
_HINT_WORDS = re.compile(
    r"例|如[:：]|如果|请|填|必[填须]|分隔|优先|注[:：]|盖章|公章|默认|等$|^如|说明|可多选|选填"
)
_DITTO = frozenset(("同上", "同前", "〃", "″", "＂", '"', "”"))
_BRACKETED = re.compile(r"[(（【\[]([^()（）【】\[\]]*)[)）】\]]")


def collapse(text: str) -> str:
    """One blank for every run of blanks, line breaks and underlines, none at the ends."""
    return text if text.isalnum() else _BLANKS.sub(" ", text).strip()


def without_hints(text: str) -> str:
    """The text without bracketed instructions of the form's maker (（例：…）, （请填是或否）) and stamps."""
    return collapse(_BRACKETED.sub(lambda m: " " if _HINT_WORDS.search(m[1]) else m[0], text))


def without_stamp(text: str) -> str:
    """A unit's name without （盖章） and the like."""
    return collapse(_STAMP.sub(" ", text)).removesuffix("盖章").strip()


def bare(text: str) -> str:
    return _DASHES.sub("", text)


def is_blank(text: str, labels: Labels) -> bool:
    """Nothing, a placeholder for nothing (/, 无, ……), or boxes to tick with none ticked."""
    if text.isalnum() and len(text) > 1:
        return fold(text) in labels.placeholders if len(text) < 8 else False
    folded = fold(text).strip(" 。.!！:：()（）")
    if not folded or folded in labels.placeholders or fold(text).strip() in labels.placeholders:
        return True
    if not any(character.isalnum() for character in folded) and not _CHOSEN.search(text):
        return True
    return len(_CHOICES.findall(text)) > 1 and not _CHOSEN.search(text) and len(text) < 40


def is_ditto(text: str) -> bool:
    """The same as above: 同上, 〃."""
    return text.strip() in _DITTO


def is_mobile(text: str) -> bool:
    if not 11 <= len(text) <= _LONGEST_NUMBER or not ("1" in text or "\uff11" in text):
        return False
    return bool(_MOBILE.fullmatch(fold(text).strip())) or bool(_MOBILE.fullmatch(bare(fold(text))))


def is_identity(text: str) -> bool:
    """The shape of an identity number, a permit for Hong Kong, Macau and Taiwan residents or a passport."""
    if not 8 <= len(text) <= _LONGEST_NUMBER or not _DIGIT.search(text):
        return False
    plain = bare(fold(text)).upper()
    return bool(_IDENTITY.fullmatch(plain) or _PERMIT.fullmatch(plain))


def is_resident_number(text: str) -> bool:
    """The shape of a resident identity number, 18 or 15 characters."""
    return bool(_IDENTITY.fullmatch(bare(fold(text)).upper()))


def mobiles_in(text: str) -> list[str]:
    return [match[0].strip() for match in _MOBILE.finditer(text)]


def telephone_in(text: str) -> str:
    """The first mobile or landline number in a text, or ""."""
    found = _MOBILE.search(text) or _LANDLINE.search(text)
    return found[0].strip() if found else ""


def identities_in(text: str) -> list[str]:
    found = [*_IDENTITY.finditer(text), *_GROUPED_IDENTITY.finditer(text), *_PERMIT.finditer(text)]
    return [match[0] for match in sorted(found, key=lambda match: match.start())]


def has_email(text: str) -> bool:
    return bool(_EMAIL.search(fold(text)))


def is_name(text: str) -> bool:
    """Whether a text could be a person's name by itself: 2-4 characters, a name with a dot, or Latin words."""
    plain = text.strip()
    if _LATIN_NAME.fullmatch(plain):
        return True
    plain = plain.replace(" ", "")
    return bool(_CHINESE_NAME.fullmatch(plain)) and not _NOT_NAME_END.search(plain)


def has_surname(text: str) -> bool:
    """Whether a text begins with a common surname."""
    return text[:1] in _SURNAMES


def is_organisation(text: str) -> bool:
    return len(text) >= 3 and bool(_ORGANISATION_END.search(simplified(without_stamp(text))))


def is_room_word(text: str) -> bool:
    return bool(_ROOM.fullmatch(simplified(text.replace(" ", ""))))


def is_masked_name(text: str) -> bool:
    """XXX, 张某某, 某某: a name of nobody."""
    plain = fold(text).replace(" ", "")
    return (bool(plain) and len(plain) <= 5 and bool(_MASK.search(plain)) and not plain.isascii()) or bool(
        re.fullmatch(r"[x*×]{2,}", plain)
    )


def is_masked_number(text: str) -> bool:
    """138XXXXXXXX: the shape of a number, not a number."""
    return bool(_MASKED_NUMBER.fullmatch(bare(text)))


def is_example_mark(text: str, labels: Labels) -> bool:
    """Whether a cell says that its row is an example: 例1, （示例）, 例：张三."""
    return bool(labels.example.match(text))


def is_footer(text: str, labels: Labels) -> bool:
    folded = fold(text).strip(" (（[【*").replace(" ", "")
    return folded.startswith(labels.footers)


def split_list(text: str) -> list[str]:
    """The parts of an enumeration in one value, without their numbering; blanks do not separate."""
    parts = (_ENUMERATION.sub("", part).strip() for part in _SEPARATORS.split(text))
    return [part for part in parts if part]


def without_number(text: str) -> str:
    """A line without the 1、 (1) ① at its beginning."""
    return _ENUMERATION.sub("", text, count=1)


def is_numbered(text: str) -> bool:
    return bool(_ENUMERATION.match(text))
