"""Who of the sender's people a sentence speaks of: every one of them becomes a single mark in the text.

Pure. Marks are characters of the private use area: one for each person, and NOBODY_KNOWN for somebody who is
plainly meant but is none of them, or may be more than one. The longest name counts (王芳芳 is not 王芳).
"""

from __future__ import annotations

import re
from collections import Counter

from bot.admission.requests_text import shaped, simplified, tight
from bot.admission.words import name_key
from bot.records.decision import Registration

NOBODY_KNOWN = "\uf8ff"
ONE = r"[\ue000-\uefff]"
ANYBODY = r"[\ue000-\uefff\uf8ff]"
_MOST = 0x0FFF

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤"
    "花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄"
    "米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞"
    "万支柯管卢莫房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀甄曲家封芮靳松井段富巫乌焦巴弓牧山谷车"
    "侯全班仰秋仲伊宫宁仇栾甘厉戎武符刘景詹束龙叶幸司黎白蒲卓蔺池乔阴翟谭申冉雍桑桂牛寿通边燕浦尚农温庄晏柴瞿阎"
    "连习容向古易慎戈廖居衡步都耿满匡国文寇广东欧利蔚越师巩聂晁敖冷辛阚那简饶曾沙养鞠丰巢关相查红游竺权盖益桓公"
    "仝肖付覃闫涂丛岳初代麦蓬原修官佟苟苑隋冼揭招敬占沃晋冒党来莎赖丘候闻练阳兰"
)
_DOUBLE_SURNAMES = (
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|"
    "轩辕|端木|南宫|宇文|长孙|司空|呼延|百里|闻人|东郭|拓跋"
)
NAME = rf"(?:(?:{_DOUBLE_SURNAMES})[\u3400-\u9fff]{{1,2}}|[{SURNAMES}][\u3400-\u9fff]{{1,2}})"
_FOREIGN_NAME = re.compile(
    r"[\u3400-\u9fff]{1,8}(?:·[\u3400-\u9fff]{1,8}){1,3}|[A-Za-z][A-Za-z.'-]*(?: [A-Za-z.'-]+){1,3}"
)

_RANKS = (
    "主任委员|主任医师|主任护师|主任药师|主任技师|主任|院长|书记|科长|处长|部长|所长|校长|会长|理事长|秘书长|护士长|主席|局长|"
    "教授|总监|经理"
)
_ADDRESSES = "护师|护士|医师|医生|大夫|药师|博士|硕士|老师|同志|先生|女士|同事"
TITLE = rf"(?:(?:常务|执行)?副?(?:{_RANKS})|总?护士长|{_ADDRESSES})"
_TITLED = re.compile(
    rf"([{SURNAMES}]|{_DOUBLE_SURNAMES})((?:副?(?:{_RANKS})|{_ADDRESSES}|总(?![是部共结数务体]))+)"
)
_NO_SURNAME_BEFORE_TITLE = frozenset("和于由是从向与及时那原任代公单师都通家全都相成强平计干应来国关广")
_MAY_STAND_BEFORE = re.compile(
    r"(?:^|[^\u3400-\u9fff]|[院科室部处办心位我请由和与及将把消替代让经因的是派为换成跟同])$"
)

# What may follow a name of two characters, so that it is no longer name (王芳因病, but 王芳芳).
_AFTER_NAME = re.compile(
    rf"$|[^\u3400-\u9fff]|{TITLE}|的|等|因|由|无法|无故|不|没|未|请|取消|退|改|换|更|和|与|及|以及|也|均|都|已|要|需|临时|"
    "近|这|那边|现|今|是|为|身|手[机术]|电话|联系|号码|邮箱|税|单位|姓名|职[务称]|两|三|二|四|五|六|全|本[人次周月]|将|被|参|"
    "报|能|去|来|有|名[额字]|确|另|应|变|替|代|顶|以|生病|生小孩|住|抽|放弃|申请|想|决定|暂|可[能以]|会|仍|照[常旧]|继续|正[常在]|"
    "在|原[因定本来]|后[来续面]|前[往来去]|日前|于|所|出[差国席诊]|到|值班|下[周月次]|上[述午周]|突|家[里中人属]|就|并|而|或|跟|"
    "个人|人员|部主任|科主任|调|离|辞|给|派|安排|各|自己|自愿|又|再|还|只|仅|把|对|从|用|错|写|填|输|误|缺席|核对|信息|情况|"
    "证件|移动|开(?:会|票)|发票|抬头|一[起同并行]|两人|按|特|先|怀孕|骨折|感冒|发[烧热]|隔离|外出|休|同[意时样]|刚|昨|明[天日]|"
    "保留|目前|当[天日]|腰|腿|脚|血|负责|陪|撤|补|检查|赴|提出|核酸|孕|产|婚|丧|退休|阳|确诊|母|父亲|爸|妈|孩子|儿子|爱人|妻|丈夫|老人|工作|科室|医院|带|接|尚|拟|该|其|时间|突发|忙|走|缺|受|有事|外|必须|才|之前|此前|报名|新|最"
)
_BEFORE_NAME = frozenset("和于由向与经时任从让成为应代原单师都通来文司管")
_SUPERLATIVE = frozenset("很不太真更最也")


class Marks:
    """The sender's people as marks; `people` in their order."""

    def __init__(self, people: tuple[Registration, ...]) -> None:
        self.people = people[:_MOST]
        keys = [simplified(name_key(person.name)) for person in self.people]
        times = Counter(keys)
        self._mark_of = {
            key: chr(0xE000 + number) if times[key] == 1 else NOBODY_KNOWN for number, key in enumerate(keys)
        }
        names = sorted((key for key in times if len(key) >= 2), key=len, reverse=True)
        spelled = "|".join(_spelling(key) for key in names)
        self._names = re.compile(spelled, re.IGNORECASE) if spelled else None

    def marked(self, sentence: str) -> str:
        """The sentence in its one shape, everybody in it a mark, titles beside them left out."""
        text = self._with_marks(simplified(sentence))
        text = _TITLED.sub(self._titled, tight(text))
        text = re.sub(rf"({ANYBODY})(?:{TITLE}|们)+", r"\1", text)
        text = re.sub(rf"({ANYBODY}等?[两三四五六七八九\d]+[名位]){TITLE}", r"\1", text)
        return re.sub(rf"(?<![{SURNAMES}]){TITLE}(?={ANYBODY})", "", text)

    def person(self, mark: str) -> Registration:
        return self.people[ord(mark) - 0xE000]

    def decoded(self, text: str) -> str:
        """Marks as names again."""
        return re.sub(ONE, lambda found: self.person(found[0]).name, text)

    def only_one_in(self, text: str) -> str:
        """The mark of the one person that a short text (the sender's name) names, or ""."""
        found = re.findall(ANYBODY, self.marked(shaped(text)))
        return found[0] if len(found) == 1 and found[0] != NOBODY_KNOWN else ""

    def _with_marks(self, text: str) -> str:
        if self._names is None:
            return text
        pieces, done = [], 0
        for found in self._names.finditer(text):
            key = name_key(found[0])
            whole = self._is_whole(text, found.start(), found.end(), key)
            pieces += [text[done : found.start()], self._mark_of.get(key, NOBODY_KNOWN) if whole else NOBODY_KNOWN]
            done = found.end()
        return "".join([*pieces, text[done:]])

    def _is_whole(self, text: str, start: int, end: int, key: str) -> bool:
        before = text[start - 1 : start]
        if not re.match(r"[\u3400-\u9fff]", key[0]):
            return not (before.isalnum() or (text[end : end + 1].isascii() and text[end : end + 1].isalnum()))
        if before in SURNAMES and before not in _BEFORE_NAME and not _ends_in_title(text[:start]):
            earlier = self._names is not None and any(m.end() == start for m in self._names.finditer(text[:start]))
            if before and not earlier:
                return False
        if before and before in _SUPERLATIVE:
            return False
        usual = 3 if re.match(_DOUBLE_SURNAMES, key) else 2
        if len(key) > usual:
            return text[end : end + 1] != key[-1]
        return bool(_AFTER_NAME.match(text, end) or (self._names is not None and self._names.match(text, end)))

    def _titled(self, found: re.Match[str]) -> str:
        surname, title = found[1], found[2]
        before = found.string[: found.start()]
        if surname in _NO_SURNAME_BEFORE_TITLE or re.search(r"[各双对贵]$", before):
            return found[0]
        if not _MAY_STAND_BEFORE.search(before):
            return NOBODY_KNOWN
        fitting = [mark for mark in self._marks_of_surname(surname) if self._fits(mark, title)]
        return fitting[0] if len(fitting) == 1 else NOBODY_KNOWN

    def _marks_of_surname(self, surname: str) -> list[str]:
        # A name that stands twice has two of that surname: neither is "the one".
        return [
            chr(0xE000 + number)
            for number, person in enumerate(self.people)
            if simplified(name_key(person.name)).startswith(surname)
        ]

    def _fits(self, mark: str, title: str) -> bool:
        """Whether the title can be hers: a form of address fits everybody, a rank only who has it (or none)."""
        rank = re.search(_RANKS, title)
        own = simplified(tight(shaped(self.person(mark).job_title)))
        return rank is None or not own or rank[0] in own


def _ends_in_title(text: str) -> bool:
    return re.search(rf"(?:{TITLE}|[科室部院处办])$", text) is not None


def _spelling(key: str) -> str:
    """A name's characters, perhaps with blanks between them, any kind of dot for its dot."""
    characters = (r"[·•・‧∙.．]?" if character == "·" else re.escape(character) for character in key)
    return " ?".join(characters)


_NO_PART_OF_NAME = re.compile(r"[的了吧吗呢不是也我你您他她去]")


def is_name(text: str) -> bool:
    """Whether a text can be one whole name: a known surname and one or two characters, or a foreign one."""
    chinese = re.fullmatch(NAME, text) is not None and not (_NO_NAMES.match(text) or _NO_PART_OF_NAME.search(text))
    return chinese or bool(_FOREIGN_NAME.fullmatch(text))


_NO_NAMES = re.compile(
    r"万一|东莞|乐于|乐意|习惯|于上|于下|于个|于临|于今|于医|于后|于家|于工|于明|于是|"
    r"于本|于科|于身|于近|于院|他人|代为|代参|代替|代理|代表|任何|任务|任职|余下|修改|"
    r"党员|党委|党校|全体|全取|全员|全家|全程|全部|全都|全院|公务|公司|公派|关于|关系|"
    r"其他人|冷静|初步|利用|别人|别的|单位|单间|占用|原先|原则|原因|原定|原报|原有|原来|"
    r"双人|双方|向会|向协|向您|向贵|向领|和他|和其|和另|和平|和我|国内|国外|国家|安全|"
    r"安排|官方|家中|家人|家属|家庭|家有|家里|家长|容易|封闭|居住|居家|师资|席位|席卡|"
    r"席次|席签|常务|常规|干部|平台|平时|广东|应在|应急|应该|应邀|康复|强化|成为|成功|"
    r"成员|成行|成都|房间|支援|文书|文件|新人|方便|方案|方面|时任|时因|时有|时间|明天|"
    r"明日|明确|易地|曾经|有人|本人|来不|来人|来人员|来信|来函|来参|来电|查房|步骤|毕竟|"
    r"水平|江苏|江西|温州|满员|申报|申请|白天|白班|益处|相关|相应|程序|符合|简单|管床|"
    r"管理|米线|红色|解决|解释|解除|計划|计划|计生|计算|费用|越来|路上|路程|车次|车票|"
    r"车辆|边防|连夜|连日|连续|通知|通过|那么|那位|那天|那边|都不|都在|都已|都无法|都有|"
    r"都要|金额|项会|项培|项学|项工|项活|项目|马上|高度|高铁|麻烦|麻烦你|麻烦您|麻烦贵|"
    r"公出|公差|公干|公休|应诊|应酬|阳了|阳康|查体|查验|安检|党建|党组|方可|方能|付款|付费|高原|高峰|高温|高考|关注|"
    r"关心|关照|管控|国庆|国检|季度|计入|金秋|居民|满意|宁波|宁夏|农村|全年|任期|尚未|尚需|双休|万分|危重|文化|武汉|向上|"
    r"严重|严格|应对|尤其|元旦|云南|章程|郑州|支部|支持|周[一二三四五六日末边期内]|祝好|祝愿|左右|左腿|左手|来年|来深|初定|"
    r"代会|修养|修整|招聘|招生|时段|安家|平稳|和解|广州|华南|通勤|师傅|相信|单方|路远|常年|司令|连休|"
    r"单独|单人|谢谢|高烧|高热|阳性|车祸"
)
"""Common words that begin with a character which is a surname as well."""


def is_no_name(text: str) -> bool:
    """Whether something that begins like a name is a common word."""
    return _NO_NAMES.match(text) is not None
