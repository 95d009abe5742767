"""The mail log: one function per logged fact, so that every line looks alike and none holds personal data.

A line begins with the mail's key (folder/UIDVALIDITY/UID), never with names, numbers or addresses.
"""

from __future__ import annotations

import logging

from bot.records.mail import MailLocation

LOG = logging.getLogger("bot.mail")


def key(location: MailLocation) -> str:
    """`INBOX/1/1392611444`: what a log line about a mail begins with."""
    return f"{location.folder}/{location.uidvalidity}/{location.uid}"
