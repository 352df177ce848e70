"""Times the imports, each in a fresh interpreter, and says what was loaded.

Run: ``python benchmarks/import_time.py``. Prints medians of CPU and wall milliseconds over the empty interpreter.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

HEAVY = ("numpy", "scipy", "networkx", "pandas", "polars", "pyarrow", "narwhals", "pydantic", "attrs")
PROBE = """
import json, sys, time
wall, cpu = time.perf_counter(), time.process_time()
{statement}
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print(json.dumps([wall * 1000, cpu * 1000, [name for name in {heavy!r} if name in sys.modules]]))
"""
STATEMENTS = (
    "import integrated_services",
    "from integrated_services.model import Framework",
    "from integrated_services import coverage",
    "from integrated_services import network",
    "from integrated_services import indicators",
)


def main() -> None:
    """Print the table."""
    print(f"{'statement':50} {'wall':>8} {'cpu':>8}  loads   (ms, median of 5)")
    for statement in STATEMENTS:
        code = PROBE.format(statement=statement, heavy=HEAVY)
        runs = [json.loads(subprocess.check_output([sys.executable, "-c", code])) for _ in range(5)]
        wall, cpu = (statistics.median(run[part] for run in runs) for part in (0, 1))
        print(f"{statement:50} {wall:8.1f} {cpu:8.1f}  {', '.join(runs[0][2]) or 'nothing heavy'}")


if __name__ == "__main__":
    main()
