"""Who may change a registration by mail: the address that it came from, or a colleague from the same
organisation's own mail domain; and only where the mailbox server vouches for the sender, as far as it tells. Pure.

Anybody else's mail goes to a person, for From lines are easily forged, and a seat is soon lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.admission.public_domains import is_public
from bot.records.decision import Registration
from bot.records.mail import Authenticity

OrganisationKey = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What one sender may change. Make it with `Entitlement.of`."""

    address: str
    domain: str = ""
    """The organisation's own domain that the sender has an address of, "" for none."""

    @classmethod
    def of(
        cls,
        sender: str,
        roll: Iterable[Registration],
        organisation_key: OrganisationKey,
        authenticity: Authenticity = Authenticity.UNKNOWN,
        *,
        required: bool = False,
        answer_to: str = "",
    ) -> Entitlement:
        """`required`: a server that tells nothing about the sender is not enough. `answer_to` is where the answer
        goes: where nobody vouches for the sender it has to be hers, or one of her organisation's."""
        address = sender.strip().lower()
        refused = authenticity is Authenticity.FAILED or (required and authenticity is not Authenticity.PASSED)
        if refused or "@" not in address:
            return cls("")
        domain = address.rpartition("@")[2]
        elsewhere = answer_to.strip().lower() not in ("", address)
        if is_public(domain):
            # Whoever forges an address of a mail provider has the answers sent to another one there.
            return cls("" if elsewhere and authenticity is not Authenticity.PASSED else address)
        # A domain from which several organisations register (a district's, a group's) is nobody's own.
        organisations = {
            organisation_key(person.submitting_organisation or person.organisation)
            for person in roll
            if _domain(person.sender) == domain
        }
        return cls(address, domain if len(organisations) == 1 else "")

    def covers(self, registration: Registration) -> bool:
        """Whether the sender may know and change this registration."""
        if not self.address:
            return False
        same = registration.sender.strip().lower() == self.address
        return same or bool(self.domain and _domain(registration.sender) == self.domain)


def _domain(address: str) -> str:
    return address.strip().lower().rpartition("@")[2]
