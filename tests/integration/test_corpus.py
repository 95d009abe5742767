"""Forms in every kind of file that hospitals send, and how much of them must be read right.

Files with text must be read without any mistake. Scans and photos may be read wrong in places, but never without
saying that the place is uncertain. `python -m tests.samples.make_corpus` makes the files again.
"""

from __future__ import annotations

import pytest

from tests.samples.corpus_read import (
    PICTURES,
    Sample,
    Score,
    comparison,
    has_reader,
    is_unsupported,
    reading_of,
    samples,
    score,
)
from tests.servers.require import require

pytestmark = pytest.mark.integration

SAMPLES = tuple(samples())
EXACT = [sample for sample in SAMPLES if sample.path.parent.name not in PICTURES]
SEEN = {folder: [one for one in SAMPLES if one.path.parent.name == folder] for folder in PICTURES}


def readable(sample: Sample) -> Sample:
    """The sample, unless this installation lacks what reads it."""
    if not has_reader(sample.path.read_bytes()):
        require(f"A reader for {sample}")
    if is_unsupported(reading_of(sample.path)):
        require(f"An optional library that reads {sample}")
    return sample


def score_of(folder: str) -> Score:
    return score((str(sample), comparison(readable(sample))) for sample in SEEN[folder])


@pytest.mark.parametrize("sample", EXACT, ids=str)
def test_a_file_with_text_is_read_without_a_mistake_or_doubt(sample: Sample) -> None:
    result = comparison(readable(sample))

    assert [str(difference) for difference in result.differences] == []
    assert result.unsure == 0


@pytest.mark.parametrize("sample", [*SEEN["scan"], *SEEN["photo"]], ids=str)
def test_no_value_of_a_picture_is_wrong_without_being_marked(sample: Sample) -> None:
    result = comparison(readable(sample))

    assert [str(difference) for difference in result.differences if difference.silent] == []


def test_scans_give_99_of_100_identity_and_taxpayer_numbers() -> None:
    result = score_of("scan")

    assert result.numbers_share >= 0.99, result


def test_scans_give_97_of_100_values() -> None:
    result = score_of("scan")

    assert result.share >= 0.97, result


def test_photos_give_95_of_100_identity_and_taxpayer_numbers() -> None:
    result = score_of("photo")

    assert result.numbers_share >= 0.95, result


@pytest.mark.parametrize("folder", PICTURES)
def test_most_of_what_is_read_right_needs_nobody_to_look(folder: str) -> None:
    result = score_of(folder)

    assert result.unsure <= 0.25 * result.right, result


@pytest.mark.parametrize("folder", PICTURES)
def test_the_corpus_holds_enough_pictures_to_say_something(folder: str) -> None:
    assert sum(len(sample.forms) for sample in SEEN[folder]) >= {"scan": 36, "photo": 16}[folder]
