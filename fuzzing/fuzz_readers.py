"""Feeds every reader of files with changed inputs: none may raise anything but an error of the library.

Run: ``PYTHONPATH=src python fuzzing/fuzz_readers.py [target ...] [--inputs 100000] [--seed 1] [--keep folder]``.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from targets import TARGETS, Target

from integrated_services.errors import IntegratedServicesError

SLOW = 5.0


def run(target: Target, name: str, inputs: int, seed: int, keep: Path | None) -> bool:
    """Feed one target and print what happened; tell whether it held."""
    rng = random.Random(f"{name}-{seed}")
    refused: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    slowest = 0.0
    begun = time.process_time()
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        read = target.reader(Path(folder))
        for number in range(inputs):
            made = target.change(rng, rng.choice(target.seeds))
            start = time.perf_counter()
            fault = _fed(read, made, refused)
            taken = time.perf_counter() - start
            if fault is None and taken > SLOW:
                fault = f"took more than {SLOW:.0f} s"
            slowest = max(slowest, taken)
            if fault is not None:
                broken[fault] += 1
                if broken[fault] == 1 and keep is not None:
                    _keep(keep, f"{name}-{seed}-{number}", made)
    seconds = time.process_time() - begun
    print(
        f"{name}: {inputs:,} inputs, {seconds:.0f} s, {refused.total():,} refused, {broken.total():,} broke it, "
        f"slowest {slowest:.2f} s",
        flush=True,
    )
    for fault, count in broken.most_common():
        print(f"  {count} times: {fault}", flush=True)
    return not broken


def _fed(read: Callable[[Any], object], made: Any, refused: Counter[str]) -> str | None:
    """Read one input; give the fault, None where it was read or refused as it should be."""
    try:
        read(made)
    except IntegratedServicesError as error:
        refused[type(error).__name__] += 1
    except Exception as error:  # noqa: BLE001  whatever it is, it is what is looked for
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "integrated_services" in frame.filename] or frames
        places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(ours[-3:]))
        return f"{type(error).__name__} at {places}"
    return None


def _memory() -> str | None:
    """Give a folder in memory, where there is one: files are written by the hundred thousand."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108


def _keep(folder: Path, name: str, made: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    data = made if isinstance(made, bytes) else repr(made).encode("utf-8", "backslashreplace")
    (folder / name).write_bytes(data)


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="target", help=f"of {', '.join(TARGETS)}")
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args()
    unknown = set(chosen.targets) - TARGETS.keys()
    if unknown:
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    names = chosen.targets or list(TARGETS)
    held = [run(TARGETS[name](), name, chosen.inputs, chosen.seed, chosen.keep) for name in names]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
