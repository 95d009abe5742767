"""The demonstration's mailbox: what arrives between the notice and the day after the deadline.

`story()` gives the mails in order of arrival, each with a sentence in Chinese that says what it shows. Seats run
out on the way: 50 are confirmed, one form is split at the limit, later ones wait or come too late.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from io import BytesIO
from itertools import islice

from bot.demo import clients, form_files, pictured, second_thoughts
from bot.demo.clients import DOCX, OCTETS, XLSX, File, Letter
from bot.demo.form_files import FilledForm
from bot.demo.invented import InventedHospital, InventedPerson, hospitals, people
from bot.demo.servers import USERNAME

CHINA = timezone(timedelta(hours=8))
FIRST_DAY = datetime(2026, 3, 26, 9, 0, tzinfo=CHINA)
LAST_DAY = datetime(2026, 4, 10, 16, 0, tzinfo=CHINA)
LISTED = 34
CAPACITY = 50


@dataclass(frozen=True, slots=True)
class StoryMail:
    """One mail of the demonstration. `silent` says that it must get no answer; `drawn` that the page shows how its
    picture was read."""

    shows: str
    received_at: datetime
    raw: bytes
    silent: bool = False
    drawn: bool = False


class _Cast:
    """Hands out hospitals and people, each once, and the moments at which their mails arrive."""

    def __init__(self) -> None:
        self.hospitals: Iterator[InventedHospital] = hospitals(seed=7)
        self.people: Iterator[InventedPerson] = people(seed=7)
        self._moment = FIRST_DAY

    def later(self, hours: float = 2.4) -> datetime:
        """The next moment; what would fall into the night comes the next morning instead."""
        moment = self._moment + timedelta(hours=hours, seconds=37)
        if not 8 <= moment.hour < 19:
            morning = moment + timedelta(days=moment.hour >= 19)
            moment = morning.replace(hour=8, minute=moment.minute)
        self._moment = moment
        return moment

    def jump(self, moment: datetime) -> None:
        self._moment = max(self._moment, moment)

    def form(self, count: int, *, yes: str = "是", no: str = "否") -> FilledForm:
        return FilledForm(next(self.hospitals), tuple(islice(self.people, count)), yes, no)


Writer = Callable[[FilledForm, datetime], bytes]


def listed_members() -> list[tuple[str, bool]]:
    """The demonstration's organisations: most are members, some are not, the rest stand on no list."""
    names = [hospital.name for hospital in islice(hospitals(seed=7), LISTED)]
    return [(name, index % 5 != 4) for index, name in enumerate(names)]


def _letter(form: FilledForm, when: datetime, subject: str = "", **more: object) -> Letter:
    subject = subject or f"{form.hospital.name}报名回执表"
    letter = Letter(form.hospital.contact, form.hospital.email, when - timedelta(seconds=20), subject)
    return replace(letter, **more)  # type: ignore[arg-type]


def _word_file(form: FilledForm, **more: bool) -> File:
    return File(f"{form.hospital.name}回执表.docx", form_files.word_form(form, **more), DOCX)


def _word(form: FilledForm, when: datetime) -> bytes:
    return clients.modern(_letter(form, when, text="您好，我院回执表见附件，请查收。", files=[_word_file(form)]))


def _word_webmail(form: FilledForm, when: datetime) -> bytes:
    file = _word_file(form, footers_in_table=True)
    return clients.webmail(_letter(form, when, text="老师好！附件是我院回执，谢谢！㎡①喆", files=[file]))


def _excel(form: FilledForm, when: datetime) -> bytes:
    file = File("回执表.xlsx", form_files.excel_form(form), XLSX)
    return clients.modern(_letter(form, when, files=[file]))


def _excel_webmail(form: FilledForm, when: datetime) -> bytes:
    file = File("附件：参会回执.xlsx", form_files.excel_form(form, titles=False), OCTETS)
    return clients.webmail(_letter(form, when, files=[file]), charset="GBK")


def _html(form: FilledForm, when: datetime) -> bytes:
    letter = _letter(form, when, subject="关于赴浙江调研学习的报名", html=form_files.html_form(form))
    return clients.webmail(letter, charset="gb18030")


def _lines(form: FilledForm, when: datetime) -> bytes:
    letter = _letter(form, when, subject="赴浙江调研学习报名", text=form_files.lines_form(form))
    return clients.modern(letter)


def _old(form: FilledForm, when: datetime) -> bytes:
    return clients.old_program(_letter(form, when, files=[_word_file(form)]))


def _nameless(form: FilledForm, when: datetime) -> bytes:
    return clients.nameless_attachment(_letter(form, when, files=[_word_file(form)]))


def _zipped(form: FilledForm, when: datetime) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("报名材料/关于调研学习的通知.txt", "请于4月10日前将回执表发送至协会邮箱。")
        archive.writestr(f"报名材料/{form.hospital.name}回执表.docx", form_files.word_form(form))
    file = File("报名材料.zip", packed.getvalue(), ("application", "zip"))
    return clients.modern(_letter(form, when, text="材料已打包。", files=[file]))


_WRITERS: tuple[tuple[str, Writer, int], ...] = (
    ("Word 回执表", _word, 2),
    ("网页邮箱发出，标称 gb2312 而含生僻字", _word_webmail, 1),
    ("Excel 回执表，手机号被存成数字", _excel, 2),
    ("正文里的表格", _html, 1),
    ("正文里逐行填写", _lines, 1),
    ("旧邮件程序：标题是裸 GBK 字节，没有 Message-ID", _old, 1),
    ("手机发出，附件没有文件名", _nameless, 1),
    ("Excel 回执表，GBK 文件名", _excel_webmail, 2),
    ("压缩包里的 Word 回执表，旁边还有通知", _zipped, 1),
)
_NO_OCR = "扫描件、照片：本机没有安装文字识别，转会务组，到达时间保留"


def story() -> list[StoryMail]:
    """All mails in order of arrival, about sixty."""
    cast = _Cast()
    mails: list[StoryMail] = []
    seats = 0
    early: list[FilledForm] = []
    for index in range(24):
        shows, write, count = _WRITERS[index % len(_WRITERS)]
        form = cast.form(count)
        when = cast.later()
        mails.append(StoryMail(shows, when, write(form, when)))
        seats += count
        early.append(form)
        mails.extend(_in_between(index, cast, form, mails[-1]))
        if index in _FAULTS:
            mails.append(_faulty(index, cast))
            seats += 1
    if pictured.can_be_read():
        seats += len(pictured.scan_form().people) + len(pictured.photo_form().people)
    mails.append(_two_forms(cast, cast.later()))
    mails.extend(_to_the_limit(cast, CAPACITY - 1 - seats - 2))
    mails.extend(_after_the_limit(cast, early))
    return mails


_FAULTS = (2, 9, 15)


def _faulty(index: int, cast: _Cast) -> StoryMail:
    """A form with one mistake: the place is kept, the answer asks for just that."""
    form, when = cast.form(1), cast.later(1)
    person = form.people[0]
    if index == _FAULTS[0]:
        wrong = person.id_number[:-1] + ("1" if person.id_number[-1] != "1" else "2")
        form = form.with_people([replace(person, id_number=wrong)])
        return StoryMail("身份证号校验码不对：保留位次，请其补正", when, _word(form, when))
    if index == _FAULTS[1]:
        form = form.with_people([replace(person, mobile="")])
        return StoryMail("没有填手机：保留位次，请其补正", when, _excel(form, when))
    hospital = replace(form.hospital, taxpayer_id=form.hospital.taxpayer_id[:-1] + "I")
    return StoryMail("纳税人识别号有误：保留位次，请其补正", when, _word(replace(form, hospital=hospital), when))


def _in_between(index: int, cast: _Cast, form: FilledForm, last: StoryMail) -> list[StoryMail]:
    """What else arrives in such a mailbox: questions, machines, second thoughts."""
    when = cast.later(0.6)
    if index == 1:
        return [StoryMail("同一封邮件又投递了一次：不重复登记，也不再答复", when, last.raw, silent=True)]
    if index == 3:
        letter = _letter(form, when, subject="回执表（再发一次）", files=[_word_file(form)])
        return [StoryMail("同样的内容又报一次：告知已在册，不占第二个名额", when, clients.modern(letter))]
    if index == 4:
        letter = _letter(
            form, when, subject="咨询", text="您好，请问这次活动什么时候可以开发票？还有名额吗？谢谢。"
        )
        return [StoryMail("咨询：留给会务组", when, clients.modern(letter), silent=True)]
    if index == 5:
        letter = _letter(form, when, subject="自动回复：报名确认", text="您好，我正在休假，您的邮件已收到。")
        raw = clients.modern(letter, extra=[("X-QQ-AUTO-REPLY", "true")])
        return [StoryMail("QQ 邮箱的自动回复：不答复", when, raw, silent=True)]
    if index == 6:
        return [
            StoryMail("系统退信：不答复", when, clients.netease_bounce(form.hospital.email, when), silent=True)
        ]
    if index == 7:
        letter = Letter("医疗器械展", "news@expo.example.org", when, "第十届医疗器械博览会邀请函", "诚邀莅临！")
        raw = clients.modern(letter, extra=[("List-Id", "<news.expo.example.org>"), ("Precedence", "bulk")])
        return [StoryMail("群发的广告：不答复", when, raw, silent=True)]
    if index == 8:
        letter = _letter(cast.form(1), when, subject="报名回执", text="老师您好，我院报名回执表见附件。")
        return [StoryMail("说要报名却忘了附件：请其补发，附上空白表", when, clients.modern(letter))]
    if index == 10:
        file = File("回执表.docx", form_files.empty_word_form(), DOCX)
        letter = _letter(cast.form(1), when, text="回执表见附件", files=[file])
        return [StoryMail("回执表是空白的：请其填写", when, clients.modern(letter))]
    if index == 11:
        letter = _letter(form, when, subject="Out of Office", text="I am out of the office.")
        raw = clients.modern(letter, extra=[("Auto-Submitted", "auto-replied")])
        return [StoryMail("外出自动回复：不答复", when, raw, silent=True)]
    if index == 12:
        letter = Letter("会务组", USERNAME, when, "报名确认（抄送）", "这是本邮箱自己发出的邮件。")
        return [StoryMail("自己发出的邮件：不答复", when, clients.modern(letter), silent=True)]
    if index == 13:
        return [_scanned(when)]
    if index == 22:
        return [_photographed(when)]
    if index == 14:
        return [_link_only(cast, when)]
    if index == 16:
        letter = _letter(form, when, subject="取消报名", text=second_thoughts.unsure_who(form))
        return [StoryMail("要求取消，却没有说是谁：不猜，转会务组", when, clients.modern(letter))]
    if index == 17:
        changed = form.with_people([replace(form.people[0], job_title="党委书记"), *form.people[1:]])
        letter = _letter(form, when, subject="更正回执表", files=[_word_file(changed)])
        return [
            StoryMail("内容有更改的回执表：更新内容，名次不变，答复列出改了什么", when, clients.modern(letter))
        ]
    if index == 18:
        letter = _letter(form, when, subject="已读：报名确认", text="您的邮件已被阅读。")
        return [StoryMail("已读回执：不答复", when, clients.modern(letter), silent=True)]
    if index == 20:
        text = f"您好，我院{form.people[0].name}因故不能参加，拟由其他同事代替，人员确定后再报。"
        letter = _letter(form, when, subject="更换参加人员", text=text)
        return [StoryMail("要求换人，还没定换成谁：转会务组", when, clients.modern(letter))]
    if index == 21:
        again = FilledForm(next(cast.hospitals), form.people)
        letter = _letter(again, when, files=[_word_file(again)])
        return [StoryMail("同一个人由另一单位再报：不占第二个名额，转会务组", when, clients.modern(letter))]
    if index == 19:
        letter = _letter(form, when, subject="回复：报名确认", text="收到，谢谢！")
        return [StoryMail("一句“收到，谢谢”：不答复", when, clients.modern(letter), silent=True)]
    return []


def _scanned(when: datetime) -> StoryMail:
    file = File("盖章回执.pdf", pictured.scan_file(), ("application", "pdf"))
    letter = _letter(pictured.scan_form(), when, text="盖章扫描件见附件。", files=[file])
    shows = "盖章扫描件：识别印章下的文字，有把握的照常登记，没把握的请其核对"
    return StoryMail(shows if pictured.can_be_read() else _NO_OCR, when, clients.modern(letter), drawn=True)


def _photographed(when: datetime) -> StoryMail:
    file = File("IMG_2026.jpg", pictured.photo_file(), ("image", "jpeg"))
    letter = _letter(pictured.photo_form(), when, subject="报名", text="手机拍的回执，请查收。", files=[file])
    shows = "手机拍的回执：找出桌上的纸，摆正后逐格识别"
    return StoryMail(shows if pictured.can_be_read() else _NO_OCR, when, clients.modern(letter), drawn=True)


def _link_only(cast: _Cast, when: datetime) -> StoryMail:
    form = cast.form(1)
    page = (
        "<div>您好，我院回执表见附件。</div><div>从QQ邮箱发来的超大附件</div>"
        '<a href="https://wx.mail.qq.com/ftn/download?func=3">回执表.docx</a>'
        "(1.20M, 2026年5月1日 10:00 到期)"
    )
    letter = _letter(form, when, subject="报名回执表", html=page)
    return StoryMail(
        "只有网盘链接：请其用普通附件重发", when, clients.webmail(letter, charset="utf-8", codec="utf-8")
    )


def _to_the_limit(cast: _Cast, left: int) -> Iterator[StoryMail]:
    """Forms until one seat is left."""
    cast.jump(datetime(2026, 4, 2, 9, 0, tzinfo=CHINA))
    while left > 0:
        count = min(3, left)
        form, when = cast.form(count, yes="√", no="合住"), cast.later(3)
        yield StoryMail("Word 回执表，一表数人", when, _word(form, when))
        left -= count


def _two_forms(cast: _Cast, when: datetime) -> StoryMail:
    first, second = cast.form(1), cast.form(1)
    files = [_word_file(first), File("门诊部回执.xlsx", form_files.excel_form(second), XLSX)]
    letter = _letter(first, when, subject="两份回执表", text="两家单位的回执一并报上，请查收。", files=files)
    return StoryMail("一封邮件带两份回执表", when, clients.modern(letter))


def _after_the_limit(cast: _Cast, early: list[FilledForm]) -> Iterator[StoryMail]:
    cast.jump(datetime(2026, 4, 8, 10, 0, tzinfo=CHINA))
    form, when = cast.form(3), cast.later(1)
    yield StoryMail("只剩一个名额而报了三人：按表内顺序，一人录取，两人候补", when, _word(form, when))
    for count in (1, 2, 1):
        form, when = cast.form(count), cast.later(3)
        yield StoryMail("名额已满：候补", when, _excel(form, when))
    yield from _second_thoughts(cast, early)
    cast.jump(LAST_DAY)
    form = cast.form(1)
    when = datetime(2026, 4, 10, 23, 58, 30, tzinfo=CHINA)
    yield StoryMail("截止日当晚 23:58 到达：仍算按时", when, _lines(form, when))
    for minutes in (3, 600):
        form = cast.form(1)
        when = datetime(2026, 4, 11, 0, 0, tzinfo=CHINA) + timedelta(minutes=minutes)
        yield StoryMail("过了截止日：登记为逾期，不占名额", when, _word(form, when))


def _second_thoughts(cast: _Cast, early: list[FilledForm]) -> Iterator[StoryMail]:
    """One cancels, so that the first who waits moves up; one sends somebody else."""
    form, when = early[0], cast.later(2)
    text = second_thoughts.cancels(form.people[0])
    letter = _letter(form, when, subject="取消报名", text=text)
    yield StoryMail("指名取消一人：名额当即递补给候补第一位，两边都告知", when, clients.modern(letter))
    form, when = early[2], cast.later(2)
    text = second_thoughts.replaces(form.people[0], next(cast.people))
    letter = _letter(form, when, subject="更换参加人员", text=text)
    yield StoryMail("换人：新参加人员接替名额和名次", when, clients.modern(letter))
