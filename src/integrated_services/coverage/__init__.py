"""Who is not served, why, and what would mend it."""

from __future__ import annotations

from integrated_services.coverage._commitments import Commitments, commitments
from integrated_services.coverage._gaps import Bottleneck, Gaps, gaps

__all__ = ["Bottleneck", "Commitments", "Gaps", "commitments", "gaps"]
