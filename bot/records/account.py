"""How to reach a mail server, and as whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Security(StrEnum):
    """How a connection is protected; NONE is allowed for loopback addresses only."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailAccount:
    """One server and one login. `password` never shows in a repr. `ca_file` adds a certificate authority
    to the system's (an office's own server, tests); "" for none."""

    host: str
    port: int
    security: Security
    username: str
    password: str = field(repr=False)
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Whom the bot's mails come from."""

    address: str
    name: str
