"""Whether the mailbox server vouches for a mail's sender: what it wrote about SPF, DKIM and DMARC (RFC 8601).

Anybody can write such headers into a mail, so only those count that our own server added. RFC 8601, 5, leaves it
to the reader to know them; here they are known by their place, which no sender can choose:

- Coremail (126, 163 and most hospitals' own servers) appends its headers behind all that came with the mail:
  X-CM-TRANSID with the number that also stands in its Received line, then Authentication-Results;
- every other server writes on top (RFC 5321, 4.4), so that nothing above the first line about a hop from outside
  can come from a sender. Exchange Online does so, and Postfix with its milters;
- Gmail and QQ write theirs directly below their own Received line, always, and so before any forged one.

ARC's headers (RFC 8617) never count: they tell what others saw. Never raises. Pure.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.records.mail import Authenticity, ParsedMail

Headers = Sequence[tuple[str, str]]

_METHODS = ("spf", "dkim", "dmarc")
_BELOW_THEIR_OWN_RECEIVED = ("qq.com", "google.com")
_MANY_OWN_HOPS = ("outlook.com",)
_PRIVATE = tuple(
    ipaddress.ip_network(net)
    for net in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
)
_ADDRESS_LITERAL = re.compile(r"[\[(](?:IPv6:)?([0-9A-Fa-f.:]{2,45})[\])]", re.IGNORECASE)
_LOCAL_DELIVERY = re.compile(r"\bwith\s+(?:lmtps?a?|local|https?|mapi)\b", re.IGNORECASE)
_COREMAIL = re.compile(r"\bby\s+\S+\s+\(Coremail\)", re.IGNORECASE)
_COREMAIL_WEBMAIL = re.compile(
    r"from ([^\s$()]+)\$([\w.-]+) \( \[[0-9A-Fa-f.:]+\] ?\) by ajax-webmail[\w.-]* \(Coremail\)", re.IGNORECASE
)
_RESULT = re.compile(r"\s*(spf|dkim|dmarc)(?:/\d+)?\s*=\s*([a-z]+)(.*)", re.IGNORECASE | re.DOTALL)
_ITEM = re.compile(r'(?:[^;"]|"[^"]*"?)+')
_PROPERTY = re.compile(r'\b((?:smtp|header)\.[a-z-]+)\s*=\s*((?:"[^"]*"|[^\s;"])+)', re.IGNORECASE)
_SPEAKING_QUOTE = re.compile(r'"[^"]*[;()=@][^"]*"')


@dataclass(frozen=True, slots=True)
class MethodResult:
    """One method's result (`spf`, `pass`) and the domain that it is about, "" where the server names none."""

    method: str
    result: str
    domain: str


def authenticity(mail: ParsedMail) -> Authenticity:
    """PASSED where SPF or DKIM passed for the From's own domain (RFC 7489, 3.1: the same, or one below the other)
    or DMARC did; FAILED where the server looked and nothing of that passed; UNKNOWN where it says nothing.

    A pass for another domain is a failure: a forger's own domain passes, too.
    """
    domain = mail.sender.domain if mail.sender else ""
    results = own_results(mail.headers)
    if any(_vouches(result, domain) for result in results):
        return Authenticity.PASSED
    if results:
        return Authenticity.FAILED
    return Authenticity.PASSED if _from_webmail(mail) else Authenticity.UNKNOWN


def own_results(headers: Headers) -> tuple[MethodResult, ...]:
    """What our own server says of SPF, DKIM and DMARC, in its order; empty where it says nothing."""
    return tuple(result for value in own_authentication_results(headers) for result in _results(value))


def own_authentication_results(headers: Headers) -> tuple[str, ...]:
    """The values of the Authentication-Results headers that our own server added."""
    first = next((value for name, value in headers if name.lower() == "received"), None)
    if first is None:
        # Whatever came by SMTP has a Received line (RFC 5321, 4.4): this mail was put here by ourselves.
        return _leading_group(headers)
    if _COREMAIL.search(first):
        return _coremails(headers, first)
    return _from_the_top(headers)


def related(first: str, second: str) -> bool:
    """Whether two domains are the same, or one lies below the other; "" is related to nothing."""
    if "." not in first or "." not in second:
        return False
    return first == second or first.endswith("." + second) or second.endswith("." + first)


def _vouches(result: MethodResult, domain: str) -> bool:
    if result.result != "pass":
        return False
    return result.domain == domain != "" if result.method == "dmarc" else related(result.domain, domain)


def _from_webmail(mail: ParsedMail) -> bool:
    """NetEase to NetEase: no results, but the webmail names the account that was logged in."""
    received = mail.header("Received")
    account = _COREMAIL_WEBMAIL.match(" ".join(received.split()))
    if account is None or mail.sender is None or len(re.findall(r"\sby\s", received)) > 1:
        return False
    return f"{account[1]}@{account[2]}".lower() == mail.sender.address.lower()


# Which headers are ours


def _coremails(headers: Headers, received: str) -> tuple[str, ...]:
    numbers = [place for place, (name, _) in enumerate(headers) if name.lower() == "x-cm-transid"]
    if not numbers:
        return ()
    last = numbers[-1]
    behind = tuple(value for name, value in headers[last + 1 :] if name.lower() == "authentication-results")
    if behind or last == 0:
        return behind
    # Some of its servers write the number last. Then number and server's name must be those of the Received line.
    name, value = headers[last - 1]
    ours = headers[last][1].strip() in received and _server_of(value) == _host_by(received)
    return (value,) if name.lower() == "authentication-results" and ours else ()


def _from_the_top(headers: Headers) -> tuple[str, ...]:
    found: list[str] = []
    for place, (name, value) in enumerate(headers):
        if name.lower() == "authentication-results":
            found.append(value)
        elif name.lower() == "received":
            if found:
                break
            if _is_from_outside(value):
                host = _host_by(value)
                below = headers[place + 1 :] if _is_one_of(host, _BELOW_THEIR_OWN_RECEIVED) else ()
                return tuple(one for one in _leading_group(below) if related(_server_of(one), _organisation(host)))
    return tuple(found)


def _leading_group(headers: Headers) -> tuple[str, ...]:
    """The first Authentication-Results, and those of the same server that follow, down to the next Received."""
    found: list[str] = []
    for name, value in headers:
        if name.lower() == "received":
            break
        if name.lower() == "authentication-results":
            if found and _server_of(value) != _server_of(found[0]):
                break
            found.append(value)
    # Gmail and QQ write one; a second one of their name is the sender's own.
    return (
        tuple(found[:1]) if found and _is_one_of(_server_of(found[0]), _BELOW_THEIR_OWN_RECEIVED) else tuple(found)
    )


def _is_from_outside(received: str) -> bool:
    """Whether a Received line tells of a hop from another server, as far as our own server saw that (what the
    other one called itself does not count, its address does)."""
    came, _, rest = " ".join(received.split()).rpartition(" by ")
    if "from " not in f"{came} ".lower() or _LOCAL_DELIVERY.search(rest):
        return False
    literals = _ADDRESS_LITERAL.findall(came)
    if literals and _is_private(literals[-1]):
        return False
    host = re.match(r"\s*from\s+([\w.-]+)", came, re.IGNORECASE)
    return not (
        host and _is_one_of(host[1].lower(), _MANY_OWN_HOPS) and _is_one_of(_host_by(received), _MANY_OWN_HOPS)
    )


def _is_private(literal: str) -> bool:
    try:
        address = ipaddress.ip_address(literal)
    except ValueError:
        return False
    return any(address.version == net.version and address in net for net in _PRIVATE)


def _host_by(received: str) -> str:
    """The host that wrote a Received line, in lower case."""
    found = re.findall(r"(?:^|\s)by\s+([\w.-]+)", received, re.IGNORECASE)
    return str(found[-1]).lower() if found else ""


def _organisation(host: str) -> str:
    return ".".join(host.split(".")[-2:])


def _is_one_of(host: str, domains: Sequence[str]) -> bool:
    return any(host == domain or host.endswith("." + domain) for domain in domains)


# What they say


def _server_of(value: str) -> str:
    """The authserv-id (RFC 8601, 2.5) in lower case; "" where there is none (Exchange Online)."""
    first = re.split(r"[\s;]", _without_comments(value).strip(), maxsplit=1)[0].lower()
    return "" if "=" in first else first


def _results(value: str) -> Iterator[MethodResult]:
    # Servers copy the envelope's sender as it is, and his own words may stand in quotes there.
    doubtful = _SPEAKING_QUOTE.search(value) is not None
    for item in _ITEM.findall(_without_comments(value[:20_000])):
        match = _RESULT.match(item)
        if match:
            method, result = match[1].lower(), match[2].lower()
            result = "neutral" if doubtful and result == "pass" else result
            yield MethodResult(method, result, _domain(method, match[3]))


def _without_comments(value: str) -> str:
    """RFC 5322's comments cut out, nested ones too; what stands in quotes is left alone."""
    kept: list[str] = []
    depth = 0
    quoted = escaped = False
    for character in value:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == '"' and depth == 0:
            quoted = not quoted
        elif not quoted and character == "(":
            depth += 1
        elif not quoted and character == ")" and depth:
            depth -= 1
            kept.append(" ")
            continue
        if depth == 0:
            kept.append(character)
    return "".join(kept)


def _domain(method: str, properties: str) -> str:
    """The domain that a result is about: whom SPF looked up, who signed, whom DMARC protects. The name by which a
    server greeted (smtp.helo) proves nothing about From."""
    found: dict[str, str] = {}
    for match in _PROPERTY.finditer(properties):
        found.setdefault(match[1].lower(), match[2].strip("\"<>'"))
    names = {
        "spf": ("smtp.mailfrom", "smtp.mail"),
        "dkim": ("header.d", "header.i"),
        "dmarc": ("header.from",),
    }[method]
    value = next((found[name] for name in names if found.get(name)), "")
    return value.rpartition("@")[2].lower().rstrip(".")
