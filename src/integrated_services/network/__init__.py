"""Who works with whom, and how people get through: cooperation between agencies, referral between services."""

from __future__ import annotations

from integrated_services.network._cooperation import cooperation
from integrated_services.network._graphs import cooperation_graph, referral_graph
from integrated_services.network._layers import DeadEnd, DeadEnds, Layers, dead_ends, layers
from integrated_services.network._paths import referral_paths
from integrated_services.network._routes import Barrier, Path, ReferralPaths, Step
from integrated_services.network._starts import parse_start
from integrated_services.network._ties import Cooperation, SectorTies

__all__ = [
    "Barrier",
    "Cooperation",
    "DeadEnd",
    "DeadEnds",
    "Layers",
    "Path",
    "ReferralPaths",
    "SectorTies",
    "Step",
    "cooperation",
    "cooperation_graph",
    "dead_ends",
    "layers",
    "parse_start",
    "referral_graph",
    "referral_paths",
]
