"""Times reading and writing other people's formats, beside the best peer on the same input.

Run: ``python benchmarks/intake.py [services]``. Prints medians of CPU seconds and the ratio; nothing is asserted. Peers
that are not installed are left out.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from load_document import document

from integrated_services import io
from integrated_services.io._encodings import decode
from integrated_services.model import Framework, loads

RUNS = 3
WORDS = "Õpilaste ja perede nõustamine; kohti; Väike-Maarja vald; äge üleminek töölt kooli; šokk ja žürii\n"


def median(call: Callable[[], Any]) -> float:
    """Give the median CPU time of a call in seconds."""
    times = []
    for _ in range(RUNS):
        started = time.process_time()
        call()
        times.append(time.process_time() - started)
    return statistics.median(times)


def row(what: str, ours: Callable[[], Any], peer: str = "", theirs: Callable[[], Any] | None = None) -> None:
    """Time both and print one line."""
    own = median(ours)
    if theirs is None:
        print(f"{what:34} {own:9.3f}")
        return
    other = median(theirs)
    print(f"{what:34} {own:9.3f} {other:9.3f} {own / other:8.1f}  {peer}")


def main() -> None:
    """Print the table."""
    services = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    fw = loads(json.dumps(document(services)))
    print(f"{services:,} services with two deliveries each; CPU seconds, median of {RUNS}")
    print(f"{'call':34} {'ours':>9} {'peer':>9} {'ratio':>8}  peer")
    with TemporaryDirectory() as folder:
        tables(fw, Path(folder))
        hsds(fw, Path(folder))
    names(fw)
    encodings()


def tables(fw: Framework, folder: Path) -> None:
    """Tables against pandas on the same files (which checks nothing and follows no reference)."""
    io.write_tables(fw, folder / "csv")
    io.write_tables(fw, folder / "parquet", format="parquet")
    row("write_tables, CSV", lambda: io.write_tables(fw, folder / "csv", force=True))
    try:
        import pandas as pd
    except ImportError:
        row("read_tables, CSV", lambda: io.read_tables(folder / "csv"))
        return
    row(
        "read_tables, CSV",
        lambda: io.read_tables(folder / "csv"),
        "pandas.read_csv of each file, unchecked",
        lambda: [pd.read_csv(path) for path in (folder / "csv").glob("*.csv")],
    )
    row(
        "read_tables, Parquet",
        lambda: io.read_tables(folder / "parquet"),
        "pandas.read_parquet of each file, unchecked",
        lambda: [pd.read_parquet(path) for path in (folder / "parquet").glob("*.parquet")],
    )


def hsds(fw: Framework, folder: Path) -> None:
    """HSDS against reading the same JSON without looking at it."""
    path = folder / "services.json"
    row("write_hsds 3.1", lambda: io.write_hsds(fw, path))
    row("read_hsds", lambda: io.read_hsds(path), "json.loads, nothing else", lambda: json.loads(path.read_bytes()))


def names(fw: Framework) -> None:
    """Likely duplicates against comparing every name with every name."""
    texts = [str(service.name) for service in fw.services]
    try:
        from rapidfuzz import fuzz, process
    except ImportError:
        return
    row(
        "likely_duplicates",
        lambda: io.likely_duplicates(fw),
        "rapidfuzz cdist of the names of services alone",
        lambda: process.cdist(texts, texts, scorer=fuzz.token_sort_ratio, score_cutoff=85, workers=1),
    )


def encodings() -> None:
    """The encoding of an Estonian text of 200 lines against charset-normalizer."""
    data = (WORDS * 200).encode("cp1257")
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        row("decode, cp1257", lambda: decode(data))
        return
    found = from_bytes(data).best()
    said = "nothing" if found is None else found.encoding
    row(
        "decode, cp1257",
        lambda: decode(data),
        f"charset-normalizer, which says {said}",
        lambda: from_bytes(data).best(),
    )
    print(f"{'':34} ours says {decode(data)[1]}")


if __name__ == "__main__":
    main()
