"""Reads the corpus and adds up what was right, file by file and all together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from bot.forms.containers.openers import OPENERS
from bot.forms.kinds import FileKind, kind_of
from bot.forms.read import read_file
from bot.forms.readers.registry import READERS
from bot.intake.parse import parse
from bot.records.form import Reading, UnreadCode
from tests.samples.corpus_truth import Comparison, Difference, compared

CORPUS = Path(__file__).parent / "corpus"
PICTURES = ("scan", "photo")
"""The folders whose files are read by looking at them; all others must be read without any mistake."""

NUMBERS = ("id_number", "taxpayer_id")
TODAY = date(2026, 4, 1)


@dataclass(frozen=True, slots=True)
class Sample:
    """One file of the corpus; `forms` is what stands on it."""

    path: Path
    forms: tuple[Mapping[str, object], ...]

    def __str__(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"


def samples(folder: Path = CORPUS) -> Iterator[Sample]:
    """Every file of the corpus in `folder`, by the truth that lies beside it."""
    for truth in sorted(folder.glob("*/truth.json")):
        for name, forms in json.loads(truth.read_text(encoding="utf-8")).items():
            yield Sample(truth.parent / name, tuple(forms))


def has_reader(content: bytes) -> bool:
    kind = kind_of(content)
    return kind in READERS or kind in OPENERS or kind is FileKind.MAIL


@cache
def reading_of(path: Path) -> Reading:
    return read_file(path.name, path.read_bytes(), today=TODAY, open_mail=parse)


def is_unsupported(reading: Reading) -> bool:
    """Whether nothing was read because an optional library is not installed."""
    return not reading.forms and any(one.code is UnreadCode.UNSUPPORTED for one in reading.unread)


def comparison(sample: Sample) -> Comparison:
    return compared(sample.forms, reading_of(sample.path))


@dataclass(frozen=True, slots=True)
class Score:
    """What many files gave together: `silent` are wrong values that nothing marks."""

    fields: int
    right: int
    numbers: int
    numbers_right: int
    unsure: int
    silent: tuple[tuple[str, Difference], ...]

    @property
    def share(self) -> float:
        """How much of all fields was right."""
        return self.right / max(1, self.fields)

    @property
    def numbers_share(self) -> float:
        """How much of the identity and taxpayer numbers was right."""
        return self.numbers_right / max(1, self.numbers)


def score(comparisons: Iterable[tuple[str, Comparison]]) -> Score:
    """Adds up comparisons, each with its file's name. Forms and people too many count as fields read wrong."""
    fields = wrong = numbers = numbers_wrong = unsure = 0
    silent: list[tuple[str, Difference]] = []
    for name, one in comparisons:
        fields += sum(one.fields.values())
        numbers += sum(one.fields.get(field, 0) for field in NUMBERS)
        wrong += len(one.differences)
        numbers_wrong += sum(difference.field in NUMBERS for difference in one.differences)
        unsure += one.unsure
        silent += [(name, difference) for difference in one.differences if difference.silent]
    return Score(fields, fields - wrong, numbers, numbers - numbers_wrong, unsure, tuple(silent))
