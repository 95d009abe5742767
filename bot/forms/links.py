"""Recognises links to files that lie elsewhere: net disks, oversized attachments, online documents and forms.

Links are never opened, only named. Sources: what the mail programs and services themselves write (their share
addresses and the words around them). Pure; never fails.
"""

from __future__ import annotations

import re

from bot.forms.kinds import FileKind
from bot.forms.readers.decoding import decoded

_HOSTS = (
    # NetEase (126, 163, its companies' mail), QQ Mail, company mail of Tencent and Aliyun, 139 and 189 mail
    r"large-attachment-download",
    r"[A-Z-]{0,20}HUGE-ATTACHMENT",
    r"cloud-attachment-download",
    r"bigattach",
    r"\bu\.163\.com/",
    r"\bfs\.163\.com/fs/",
    r"edisk\.qiye\.163\.com",
    r"ftnExs_download",
    r"/ftn/(?:download|func)",
    r"exmail\.qq\.com/cgi-bin/ftn",
    r"drive\.weixin\.qq\.com/s",
    r"netdisk\.aliyun|alimail-[a-z]+\.aliyuncs\.com|qiye\.aliyun\.com/[^\s\"']{0,80}(?:netdisk|attach)",
    r"(?:yun|caiyun|mail)\.139\.com/[^\s\"']{0,80}(?:link|share|largeattach|ftn|w/i/)",
    r"mail\.189\.cn/[^\s\"']{0,80}(?:disk|attach)",
    r"mail\.sina\.com\.cn/filecenter|mail\.sohu\.com/[^\s\"']{0,60}(?:bigatt|netdisk)",
    # net disks
    r"pan\.baidu\.com/(?:s/|share/|disk/)|yun\.baidu\.com/s/",
    r"//(?:www\.)?(?:aliyundrive|alipan)\.com/(?:s|t)/",
    r"cloud\.189\.cn/(?:t/|web/share)",
    r"//(?:share\.)?weiyun\.com/",
    r"jianguoyun\.com/p/",
    r"(?:www\.)?123(?:pan|\d{3})\.com/s/",
    r"lanzou[a-z]?\.com/|lanzn\.com/|ctfile\.com/",
    r"pan\.(?:quark|xunlei|wo)\.cn/s/|pan\.xunlei\.com/s/",
    r"115\.com/s/|anxia\.com/s/",
    r"(?:cowtransfer|wenshushu|musetransfer)\.(?:com|cn)/",
    r"cloud\.huawei\.com/|cloud\.mi\.com/|drive\.uc\.cn/s/",
    # online documents and forms
    r"(?:docs|doc)\.(?:qq|weixin\.qq|weixin)\.com/",
    r"(?:kdocs\.cn|wps\.cn/(?:l|p|view))/?",
    r"(?:feishu\.(?:cn|net)|larksuite\.com)/",
    r"(?:alidocs|docs|space|qr)\.dingtalk\.com/",
    r"shimo\.im/|yuque\.com/|jinshuju\.(?:net|com)/f/|wjx\.(?:cn|com|top)/|wj\.qq\.com/|mikecrm\.com/",
    # abroad
    r"(?:icloud\.com/(?:attachment|iclouddrive|numbers|pages))|cvws\.icloud-content\.com",
    r"1drv\.ms/|onedrive\.live\.com/|[\w-]{1,60}\.sharepoint\.(?:com|cn)/",
    r"we\.tl/|wetransfer\.com/|dropbox\.com/(?:s|scl)/|(?:drive|docs)\.google\.com/|box\.com/s/",
)
_LINK = re.compile("|".join(_HOSTS), re.I)

# The bare word 超大附件 is not enough: our own answers ask people not to use it, and come back as quotations.
_WORDS = re.compile(
    r"发来的(?:超大|云)附件|(?:超大附件|云附件|文件中转站)[^。；]{0,200}到期\s*[)）]|Mail\s?Drop[^。；]{0,200}(?:下载|有效期|到期)",
    re.I,
)
_QUOTED_FROM = re.compile(
    r"^[ \t]*>"
    r"|-{2,}[ \t]*(?:原始邮件|原邮件|回复的原邮件|转发的邮件|转发邮件信息|Original(?: Message)?|Forwarded message)"
    r"|^[ \t]*(?:发件人|From)[ \t]*[:：].{0,200}$|^-- ?$"
    r"|<blockquote\b|id=[\"']?(?:divRplyFwdMsg|isReplyContent|reply|mailSign)",
    re.I | re.M,
)
_SHORTCUT = re.compile(
    r"\A\s*\[InternetShortcut\]|<key>URL</key>\s*<string>https?://|\A\s*https?://\S+\s*\Z", re.I
)
_LARGEST_LINK_FILE = 200_000
_BINARY_PROPERTY_LIST = b"bplist00"


def has_link(text: str) -> bool:
    """Whether a text or page holds a link to something kept elsewhere, or the words that stand around one."""
    return _LINK.search(text) is not None or _WORDS.search(text) is not None


def newly_written(text: str) -> str:
    """A text or page up to where an earlier mail is quoted or the signature begins."""
    found = _QUOTED_FROM.search(text)
    return text if found is None else text[: found.start()]


def is_link_file(kind: FileKind, content: bytes) -> bool:
    """Whether a file is a link: a shortcut (.url, .webloc), or a page or text with a link to a net disk."""
    if len(content) > _LARGEST_LINK_FILE:
        return False
    if content.startswith(_BINARY_PROPERTY_LIST):
        return b"URL" in content and b"http" in content
    if kind not in (FileKind.TEXT, FileKind.HTML):
        return False
    text = decoded(content)
    return _SHORTCUT.search(text) is not None or has_link(text)
