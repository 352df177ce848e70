"""Times reading, checking, changing and writing a document of 20,000 services with two deliveries each.

Run: ``python benchmarks/load_document.py [services]``. Prints medians of wall and CPU seconds; nothing is asserted.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from integrated_services.model import dumps, loads

RUNS = 5


def document(services: int) -> dict[str, Any]:
    """Make a plain document of any size."""
    return {
        "framework": "large",
        "title": "A large document",
        "reference_date": "2022-01-01",
        "territories": [{"id": f"t{n}", "name": f"Territory {n}", "level": "municipality"} for n in range(80)],
        "target_groups": [{"id": f"g{n}", "ages": [n, n + 10]} for n in range(10)],
        "needs": [{"id": f"n{n}"} for n in range(10)],
        "agencies": [{"id": f"a{n}", "name": f"Agency {n}"} for n in range(max(1, services // 20))],
        "services": [_service(n, max(1, services // 20)) for n in range(services)],
    }


def _service(number: int, agencies: int) -> dict[str, Any]:
    capacity = {"value": 40, "per": "year", "basis": "assumed"}
    return {
        "id": f"s{number}",
        "name": f"Service {number}",
        "providers": [f"a{number % agencies}"],
        "meets": [f"n{number % 10}"],
        "serves": [f"g{number % 10}"],
        "access": {"by": "referral"},
        "deliveries": [
            {"id": "d1", "area": [f"t{number % 80}"], "capacity": capacity, "duration": 30},
            {"id": "d2", "area": [f"t{(number + 1) % 80}"], "channel": "mobile", "capacity": 12},
        ],
    }


def medians(call: Callable[[], Any], runs: int = RUNS) -> tuple[float, float]:
    """Give the median wall and CPU time of a call in seconds."""
    times = []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        call()
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    return statistics.median(wall for wall, _ in times), statistics.median(cpu for _, cpu in times)


def main() -> None:
    """Print the table."""
    services = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    text = json.dumps(document(services))
    fw = loads(text)
    change = {f"services[s{services // 2}].deliveries[d1].capacity": 60}
    broken = text.replace('"level": "municipality"', '"level": "ward"', 1)
    calls: dict[str, Callable[[], Any]] = {
        "loads": lambda: loads(text),
        "loads, one mistake": lambda: _refused(broken),
        "evolve one figure": lambda: fw.evolve(change),
        "problems": lambda: loads(text).problems(),
        "dumps": lambda: dumps(fw),
    }
    print(f"{services:,} services with two deliveries each, {len(text) / 1e6:.1f} MB of JSON")
    print(f"{'call':24} {'wall':>7} {'cpu':>7}   (s, median of {RUNS}; problems includes loading)")
    for name, call in calls.items():
        wall, cpu = medians(call)
        print(f"{name:24} {wall:7.2f} {cpu:7.2f}")


def _refused(text: str) -> None:
    try:
        loads(text)
    except ValueError:
        return
    raise AssertionError("the mistake was not found")


if __name__ == "__main__":
    main()
