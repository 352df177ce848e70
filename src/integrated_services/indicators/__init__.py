"""Numbers to steer by, and made safe to publish."""

from __future__ import annotations

from integrated_services.indicators._cost import Cost, cost
from integrated_services.indicators._values import Values, calculate

__all__ = ["Cost", "Values", "calculate", "cost"]
