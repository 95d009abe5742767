"""An answer comes back: staff see whom it did not reach, nobody answers the bounce, and nobody's place moves."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.records.mail import MailKind
from tests.scenarios.office import Answer, Office
from tests.unit.bounce_samples import exchange, netease, qq


def come_back(raw: bytes, answer: Answer) -> bytes:
    """The sample as a bounce of this very answer."""
    ours, nobody = str(answer.mail["Message-ID"]), answer.recipients[0]
    return raw.replace(b"<5f2c.reply.8d41@126.com>", ours.encode()).replace(
        b"nobody@hospital.example.org", nobody.encode()
    )


@pytest.mark.parametrize("server", ["netease", "exchange"])
def test_answer_that_came_back_shows_whom_nothing_reached(tmp_path: Path, server: str) -> None:
    with Office(tmp_path) as office:
        office.sends_word_form(office.form(2))
        office.works()
        sample = netease() if server == "netease" else exchange(chinese=True)
        office.arrives(come_back(sample, office.answer()))
        before = [person.state for person in office.view().registrations]

        office.works()

        view = office.view()
        answered, bounce = view.mails
        assert answered.undelivered.startswith("退信：")
        assert (answered.reply, bounce.kind) == ("sent", MailKind.BOUNCE)
        assert [person for person, _ in view.undelivered] == [person.id for person in view.registrations]
        assert [person.state for person in view.registrations] == before


def test_bounce_that_names_only_an_address_is_found_by_it(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        office.sends_word_form(office.form())
        office.works()
        answer = office.answer()
        office.arrives(qq(answer.recipients[0]))

        office.works()

        assert "不存在" in office.view().mails[0].undelivered


def test_forged_bounce_changes_nothing(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        office.sends_word_form(office.form())
        office.works()
        office.answers()
        office.arrives(netease())

        office.works()

        view = office.view()
        assert [mail.undelivered for mail in view.mails] == ["", ""]
        assert view.undelivered == ()


def test_bounces_without_end_get_no_answer(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        office.sends_word_form(office.form())
        office.works()
        answer = office.answer()
        for number in range(5):
            raw = come_back(netease(), answer)
            office.arrives(raw.replace(b"<bounce.1@", f"<bounce.{number}@".encode()))

        office.works()

        assert office.answers() == []
        assert len(office.view().mails) == 6
