"""How much of the corpus is read right, by kind of file, with every mistake: for development, not for CI.

Run: python -m benchmarks.accuracy [--folder …] [--kind scan photo …] [--fresh 7]. `--fresh` makes new scans and
photos of other people first (LibreOffice, about a minute), in a temporary folder.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from tests.samples.corpus_read import CORPUS, comparison, reading_of, samples, score

MOST_SHOWN = 8
"""Differences of one file that are printed."""


def measure(folder: Path, kinds: list[str], quiet: bool) -> None:
    """Prints a line for each kind, and each value that was read wrong."""
    known = [one for one in samples(folder) if not kinds or one.path.parent.name in kinds]
    print(f"{'kind':>12}  files  fields   right  numbers  unsure  silent  s/file")
    for kind in sorted({one.path.parent.name for one in known}):
        mine = [one for one in known if one.path.parent.name == kind]
        began = time.perf_counter()
        for sample in mine:
            reading_of(sample.path)
        seconds = (time.perf_counter() - began) / len(mine)
        results = [(str(sample), comparison(sample)) for sample in mine]
        total = score(results)
        print(
            f"{kind:>12}  {len(mine):5}  {total.fields:6}  {total.share:6.2%}  {total.numbers_share:7.2%}"
            f"  {total.unsure / max(1, total.right):6.1%}  {len(total.silent):6}  {seconds:6.2f}",
            flush=True,
        )
        for name, result in [] if quiet else results:
            for difference in sorted(result.differences, key=lambda one: not one.silent)[:MOST_SHOWN]:
                print(f"{'SILENT' if difference.silent else '':>14} {name}: {difference}")
            if len(result.differences) > MOST_SHOWN:
                print(f"{'':>14} {name}: {len(result.differences) - MOST_SHOWN} more")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--folder", type=Path, default=CORPUS)
    parser.add_argument("--kind", nargs="*", default=[], help="folders of the corpus; all without this")
    parser.add_argument("--fresh", type=int, default=0, help="a number: other people, other places of the seal")
    parser.add_argument("--quiet", action="store_true", help="only the sums")
    options = parser.parse_args()
    if not options.fresh:
        measure(options.folder, options.kind, options.quiet)
        return
    from tests.samples.make_corpus import make_pictures

    with tempfile.TemporaryDirectory() as place:
        make_pictures(Path(place), fresh=options.fresh)
        measure(Path(place), options.kind, options.quiet)


if __name__ == "__main__":
    main()
