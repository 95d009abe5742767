"""Fuzzing that looks for untried branches (atheris, where its wheels run), for the readers written here.

Run: python -m tests.fuzz.guided rtf [libFuzzer's options, e.g. -max_total_time=600]. Begins with the corpus' files
of the kind in a temporary folder. Stops at the first exception that is no UnreadableFileError.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["bot.forms"]):
    from bot.forms.kinds import FileKind
    from tests.fuzz.targets import attempt, seeds

LARGEST_SEED = 100_000


def main() -> None:
    kind = FileKind(sys.argv[1])

    def once(content: bytes) -> None:
        attempt(kind, content)

    with tempfile.TemporaryDirectory() as place:
        for number, content in enumerate(seeds(kind)):
            if len(content) <= LARGEST_SEED:
                (Path(place) / str(number)).write_bytes(content)
        atheris.Setup([sys.argv[0], place, "-timeout=20", "-rss_limit_mb=1500", *sys.argv[2:]], once)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
