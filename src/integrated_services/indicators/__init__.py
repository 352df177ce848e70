"""Numbers to steer by, and made safe to publish."""

from __future__ import annotations

from integrated_services.indicators._cost import Cost, cost
from integrated_services.indicators._findings import Finding
from integrated_services.indicators._protect import Policy, protect
from integrated_services.indicators._release import Exposure, Release, Withheld, audit
from integrated_services.indicators._values import Values, calculate

__all__ = [
    "Cost",
    "Exposure",
    "Finding",
    "Policy",
    "Release",
    "Values",
    "Withheld",
    "audit",
    "calculate",
    "cost",
    "protect",
]
