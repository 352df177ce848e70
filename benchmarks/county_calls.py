"""Times the calls that a county makes: gaps and referral paths, again on one framework and on a fresh one.

Run: ``python benchmarks/county_calls.py``. Prints medians in milliseconds; nothing is asserted.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from integrated_services import coverage, network, samples
from integrated_services.model import Framework, dumps, loads


def median_ms(call: Callable[[], Any], runs: int = 7) -> float:
    """Median wall time of a call in milliseconds."""
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        call()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    fw = samples.make_framework("county", 1)
    text = dumps(fw)
    start, need = fw.services[0].id, fw.needs[-1].id
    calls: dict[str, Callable[[Framework], Any]] = {
        "coverage.gaps": coverage.gaps,
        "coverage.commitments": coverage.commitments,
        "network.referral_paths": lambda one: network.referral_paths(one, start=start, need=need),
        "network.cooperation": network.cooperation,
    }
    print(f"{len(fw.territories)} territories, {len(fw.services)} services, {len(fw.referrals)} referral arcs")
    print(f"{'call':24} {'same framework':>15} {'fresh framework':>16}   (ms, median of 7)")
    for name, call in calls.items():
        call(fw)  # imports and the like
        fresh = iter([loads(text) for _ in range(7)])
        again = median_ms(lambda call=call: call(fw))  # type: ignore[misc]
        anew = median_ms(lambda call=call, fresh=fresh: call(next(fresh)))  # type: ignore[misc]
        print(f"{name:24} {again:15.3f} {anew:16.3f}")


if __name__ == "__main__":
    main()
