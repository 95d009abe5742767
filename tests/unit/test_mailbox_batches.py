"""How mails are cut into batches."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.intake.mailbox_fetching import batches
from bot.intake.mailbox_listing import Listed
from bot.records.mail import MailLocation

MEGABYTE = 1024 * 1024
LARGEST = 60 * MEGABYTE


def listed(*sizes: int) -> list[Listed]:
    moment = datetime(2026, 3, 25, tzinfo=UTC)
    return [Listed(MailLocation("INBOX", 1, uid), moment, size) for uid, size in enumerate(sizes, start=1)]


def test_no_mails_make_no_batch() -> None:
    assert list(batches([], LARGEST)) == []


def test_at_most_ten_mails_go_together() -> None:
    sizes = [len(batch) for batch in batches(listed(*[1000] * 23), LARGEST)]

    assert sizes == [10, 10, 3]


def test_at_most_eight_megabytes_go_together() -> None:
    sizes = [len(batch) for batch in batches(listed(*[3 * MEGABYTE] * 5), LARGEST)]

    assert sizes == [2, 2, 1]


def test_mail_over_the_limit_goes_alone() -> None:
    found = [[mail.location.uid for mail in batch] for batch in batches(listed(1, 2, LARGEST + 1, 3), LARGEST)]

    assert found == [[1, 2], [3], [4]]


@given(st.lists(st.integers(0, 70 * MEGABYTE)))
def test_every_mail_is_in_one_batch_in_its_place(sizes: list[int]) -> None:
    mails = listed(*sizes)

    found = list(batches(mails, LARGEST))

    assert [mail for batch in found for mail in batch] == mails
    assert all(len(batch) == 1 or sum(mail.size for mail in batch) <= 8 * MEGABYTE for batch in found)
