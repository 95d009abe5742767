"""Mail domains that anybody may have an address of: they say nothing about whom a sender works for. Pure."""

from __future__ import annotations

# fmt: off
PUBLIC_DOMAINS = frozenset({
    "111.com", "126.com", "139.com", "163.com", "188.com", "189.cn", "21cn.com", "263.net", "263.net.cn",
    "56.com", "88.com", "alibaba-inc.com", "aliyun.com", "aol.com", "china.com", "chinaren.com",
    "citiz.net", "eyou.com", "foxmail.com", "gmail.com", "gmx.com", "googlemail.com", "hotmail.com",
    "hushmail.com", "icloud.com", "live.cn", "live.com", "mac.com", "mail.com", "mail.ru", "me.com",
    "msn.cn", "msn.com", "netease.com", "outlook.cn", "outlook.com", "proton.me", "protonmail.com",
    "qq.com", "sina.cn", "sina.com", "sina.com.cn", "sohu.com", "szonline.net", "tom.com", "vip.126.com",
    "vip.163.com", "vip.qq.com", "vip.sina.com", "vip.sohu.com", "wo.cn", "wo.com.cn", "yahoo.cn",
    "yahoo.com", "yahoo.com.cn", "yahoo.com.hk", "yandex.com", "yeah.net", "ymail.com", "zoho.com",
    "zoho.com.cn",
})
# fmt: on
"""Free and paid mail providers for private people, as Chinese clerks use them."""


def is_public(domain: str) -> bool:
    """Whether the domain is a mail provider's; an unknown or empty one counts as one."""
    name = domain.strip().rstrip(".").lower()
    return "." not in name or name in PUBLIC_DOMAINS
