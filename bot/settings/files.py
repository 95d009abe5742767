"""The shape of the configuration files, one model per section; anything else in them is a mistake."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from datetime import date, datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.records.account import Security
from bot.records.event import LatePolicy, WhenPartlyFull


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("没有这个时区，例如应写 Asia/Shanghai") from None
    return name


def _clock(text: str) -> str:
    try:
        time.fromisoformat(text)
    except ValueError:
        raise ValueError("应写成 时:分，例如 08:30") from None
    return text


def _ledger_url(url: str) -> str:
    if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("应以 sqlite:/// 或 postgresql:// 开头")
    return url


def _xlsx(path: str) -> str:
    if not path.lower().endswith(".xlsx"):
        raise ValueError("工作簿的文件名应以 .xlsx 结尾")
    return path


def _folder_name(name: str) -> str:
    """One folder under templates/, so that no path leads anywhere else."""
    if name and (not re.fullmatch(r"\w[\w-]*", name) or name == "demo"):
        raise ValueError("只写 templates/ 下一个文件夹的名字，只用文字、数字、横线，不带斜线和点（demo 已有他用）")
    return name


_ON_EVERY_FORM = frozenset(
    {
        "姓名",
        "单位",
        "职务",
        "手机",
        "身份证号",
        "是否单间",
        "填报单位",
        "联系人",
        "电话",
        "邮箱",
        "序号",
        "开具发票的单位抬头名称",
        "开票抬头",
        "发票抬头",
        "纳税人识别号",
    }
)
"""What every event's form asks for, the blank one of the bot's own included."""


def plain_heading(heading: str) -> str:
    """A heading as it is compared: half-width, without blanks, punctuation and what stands in brackets."""
    return re.sub(r"\([^()]*\)|[\W_]+", "", unicodedata.normalize("NFKC", heading))


def _own_headings(headings: tuple[str, ...]) -> tuple[str, ...]:
    """No heading that every event's form has: it would tell nothing, or the wrong event."""
    common = [one for one in headings if plain_heading(one) in _ON_EVERY_FORM]
    if common:
        raise ValueError(f"里的“{'”“'.join(common)}”各活动的回执表都有，不能用来区分活动，请去掉")
    return headings


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Zone = Annotated[Text, AfterValidator(_known_zone)]
ClockTime = Annotated[Text, AfterValidator(_clock)]
MailAddress = Annotated[Text, StringConstraints(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$")]
Port = Annotated[int, Field(ge=1, le=65535)]
EventId = Annotated[Text, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class Section(BaseModel):
    """Strict: no unknown keys, no guessing between types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Server(Section):
    host: Text
    port: Port
    security: Annotated[Security, Field(strict=False)] = Security.TLS
    username: Text
    password_env: Text = "BOT_MAIL_PASSWORD"
    ca_file: str = ""

    @model_validator(mode="after")
    def _unprotected_only_on_loopback(self) -> _Server:
        if self.security is Security.NONE and not is_loopback(self.host):
            raise ValueError(
                'security = "none" 只许用于本机地址（127.0.0.1、::1、localhost），请改用 tls 或 starttls'
            )
        return self


class MailboxSection(_Server):
    folder: Text = "INBOX"
    authentication: Literal["when_told", "required"] = "when_told"


class SmtpSection(_Server):
    from_address: MailAddress
    from_name: Text
    seconds_between_mails: Annotated[float, Field(ge=0, le=3600, strict=False)] | None = None
    max_per_day: Annotated[int, Field(ge=0)] | None = None


class RepliesSection(Section):
    mode: Literal["send", "draft", "off"] = "send"
    max_per_sender_per_day: Annotated[int, Field(ge=1, le=1000)] = 20
    acknowledge_questions: bool = False


class ScheduleSection(Section):
    timezone: Zone = "Asia/Shanghai"
    poll_seconds: Annotated[int, Field(ge=1, le=86400)] = 60
    digest_at: ClockTime = "08:30"
    digest_days: Literal["workdays", "daily"] = "workdays"


class LedgerSection(Section):
    url: Annotated[Text, AfterValidator(_ledger_url)] = "sqlite:///data/ledger.db"


class WorkbookSection(Section):
    path: Annotated[Text, AfterValidator(_xlsx)] = "data/报名汇总.xlsx"


class DigestSection(Section):
    recipients: tuple[MailAddress, ...] = ()

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class BotFile(Section):
    """config/bot.toml"""

    mailbox: MailboxSection
    smtp: SmtpSection
    replies: RepliesSection = RepliesSection()
    schedule: ScheduleSection = ScheduleSection()
    ledger: LedgerSection = LedgerSection()
    workbook: WorkbookSection = WorkbookSection()
    digest: DigestSection = DigestSection()


class FeesSection(Section):
    currency: Text = "CNY"
    member: Annotated[int, Field(ge=0)]
    non_member: Annotated[int, Field(ge=0)]
    single_room_supplement: Annotated[int, Field(ge=0)] | None = None


class PayeeSection(Section):
    name: Text
    bank: Text
    account: Text
    note: str = ""


class FlightSection(Section):
    label: Text
    day: date
    route: Text
    carrier: Text
    number: Text
    departs: ClockTime
    arrives: ClockTime


class TravelSection(Section):
    meeting_point: str = ""
    note: str = ""
    buy_by: str = ""
    flights: Annotated[tuple[FlightSection, ...], Field(strict=False)] = ()


class EventFile(Section):
    """config/events/*.toml"""

    id: EventId
    title: Text
    document_number: str = ""
    keywords: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    form_title: str = ""
    capacity: Annotated[int, Field(ge=1)]
    opens: datetime | date
    deadline: datetime | date
    starts: date
    ends: date
    when_partly_full: Annotated[WhenPartlyFull, Field(strict=False)] = WhenPartlyFull.IN_FORM_ORDER
    late: Annotated[LatePolicy, Field(strict=False)] = LatePolicy.RECORD
    required: Annotated[
        tuple[Literal["name", "organisation", "job_title", "mobile", "id_number", "single_room"], ...],
        Field(strict=False),
    ] = ("name", "organisation", "mobile", "id_number")
    lodging: str = ""
    included: str = ""
    telephones: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    fees: FeesSection
    payee: PayeeSection | None = None
    travel: TravelSection = TravelSection()
    promote_until: datetime | date | None = None
    limit_per_organisation: Annotated[int, Field(ge=1)] | None = None
    roles: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    form_headings: Annotated[tuple[Text, ...], Field(strict=False), AfterValidator(_own_headings)] = ()
    templates: Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_folder_name)] = ""
    remind_unpaid_days: Annotated[int, Field(ge=1, le=365)] | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> EventFile:
        if self.starts > self.ends:
            raise ValueError("starts（活动开始）晚于 ends（活动结束）")
        if _day(self.opens) > _day(self.deadline):
            raise ValueError("opens（开始报名）晚于 deadline（截止）")
        if self.promote_until is not None and _day(self.promote_until) < _day(self.opens):
            raise ValueError("promote_until（递补到何时为止）早于 opens（开始报名）")
        if self.promote_until is not None and _day(self.promote_until) > self.ends:
            raise ValueError("promote_until（递补到何时为止）晚于 ends（活动结束）")
        return self


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def is_loopback(host: str) -> bool:
    """True for localhost and the loopback ranges of RFC 1122 (127/8) and RFC 4291 (::1)."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
