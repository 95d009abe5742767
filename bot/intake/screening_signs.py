"""The signs by which screening knows a machine's mail: addresses, subjects, headers, authentication results.

Sources: RFC 3834, 5436, 6522, 8601; MS-OXCMAIL; what NetEase, QQ, Exchange and Coremail really send. Pure.
"""

from __future__ import annotations

import re

from bot.intake.authentication import own_results, related
from bot.records.mail import ParsedMail

DAEMON = re.compile(
    r"(?:post-?master|mailer-?daemon|mail-?daemon|microsoftexchange[0-9a-f]+|bounces?|bounce[-+=].*)", re.I
)
ROBOT = re.compile(
    r"(?:no-?_?reply|do-?_?not-?_?reply|owner-.*|.*-request|.*-bounces|listserv|majordomo|root|daemon|system|auto-?reply)",
    re.I,
)
BOUNCE_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]*\]\s*)?(?:系统退信|退信|邮件退回|投递失败|邮件投递失败|无法投递|无法送达|未送达|未能送达|传递失败|送信失败|"
    r"undeliver(?:able|ed)|delivery status notification|delivery (?:failure|has failed|delayed)|mail delivery|"
    r"returned mail|failure notice|mail system error|warning: message|delayed mail|non[- ]?delivery)",
    re.IGNORECASE,
)
BOUNCE_SUBJECT_ALONE = re.compile(
    r"\s*(?:\[[^\]]*\]\s*)?(?:系统退信\s*(?:[/／].*|[:：].*)?|来自\s*[\w.-]+\s*的退信)\s*", re.IGNORECASE
)
"""NetEase's, Coremail's and QQ's own words: nobody else writes just this."""
AUTOMATIC_SUBJECT = re.compile(
    r"\s*[\[【(（]?\s*(?:(?:假期|外出|休假|离职|邮件)?(?:自动|自動)(?:回复|回復|回覆|答复|答覆|应答)|"
    r"auto(?:matic)?[- ]?(?:reply|response)|auto|out of (?:the )?office(?: reply)?|vacation reply|"
    r"abwesenheitsnotiz|automatische antwort)\s*(?:[:：\]】)）]|$)",
    re.IGNORECASE,
)
RECEIPT_SUBJECT = re.compile(
    r"\s*(?:已读|已讀|未读|未讀|已送达|已阅读|已读回执|read|not read|read receipt|delivered)\s*[:：]", re.I
)
RECALL_SUBJECT = re.compile(r"\s*(?:撤回|撤回邮件|邮件撤回|召回|recall)\s*[:：]", re.IGNORECASE)
AUTOMATIC_HEADER = re.compile(
    r"x-?(?:qq-)?(?:mail-)?(?:auto-?reply|auto-?respond(?:er)?|holiday-?reply|vacation)(?:-.*)?", re.I
)
LIST_HEADERS = (
    *("list-id", "list-post", "list-owner", "list-help", "list-subscribe", "list-unsubscribe", "list-archive"),
    *("mailing-list", "x-mailing-list"),
)
"""RFC 2919 and RFC 2369, and older ones."""
QQ_AUTOMATIC_BODY = re.compile(
    r"这是来自QQ邮箱的(?:假期)?自动回复邮件|(?:此|本|这|该)(?:封)?(?:电子)?(?:邮件|信件|信|回复)?(?:为|是|系|由|乃)"
    r"(?:一封)?(?:本?系统|邮箱|邮件系统|服务器|程序)?的?(?:自动|自動)(?:回复|答复|应答|回覆)(?!.{0,12}[吗?？])|"
    r"\bthis is an auto(?:mated|matic|-generated)? ?(?:reply|response|e-?mail)",
    re.IGNORECASE,
)


def first_word(value: str) -> str:
    return re.split(r"[\s;(,]", value.strip().lower(), maxsplit=1)[0]


def local_part(mail: ParsedMail) -> str:
    return mail.sender.address.rpartition("@")[0] if mail.sender else ""


def report_type(mail: ParsedMail) -> str:
    """`delivery-status` and the like from a multipart/report (RFC 6522); "report" where it isn't named."""
    content_type = mail.header("Content-Type").lower()
    if not content_type.startswith("multipart/report"):
        return ""
    match = re.search(r"report-type\s*=\s*\"?([a-z-]+)", content_type)
    return match[1] if match else "report"


def authentication(mail: ParsedMail) -> tuple[str, str, str]:
    """spf, dkim and dmarc as our own mailbox server saw them, "" for what it does not tell."""
    found: dict[str, str] = {}
    for result in own_results(mail.headers):
        found.setdefault(result.method, result.result)
    return found.get("spf", ""), found.get("dkim", ""), found.get("dmarc", "")


def signed_by_sender(mail: ParsedMail) -> bool:
    """dkim=pass by the From's own domain; a signature of another domain proves nothing about From."""
    domain = mail.sender.domain if mail.sender else ""
    return any(
        result.method == "dkim"
        and result.result == "pass"
        and (not result.domain or related(result.domain, domain))
        for result in own_results(mail.headers)
    )
