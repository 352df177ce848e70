"""Documents: the nouns of a framework, their checks, loading and writing, looking up, changing and comparing."""

from __future__ import annotations

from integrated_services.model._base import Label, Model, Noun, Origin, Record, Records
from integrated_services.model._code import ProblemCode
from integrated_services.model._codes import PROBLEM_CODES
from integrated_services.model._columns import Columns, columns_of, from_frames
from integrated_services.model._dates import PartialDate, Period
from integrated_services.model._demand_rates import DemandEstimate, Rate, estimate_demand
from integrated_services.model._diff import Change, diff
from integrated_services.model._framework import FORMAT, Framework
from integrated_services.model._load import (
    Draft,
    dump,
    dumps,
    load,
    load_draft,
    loads,
    loads_draft,
)
from integrated_services.model._merge import Merged, merge
from integrated_services.model._merge_assemble import Joined, Renamed
from integrated_services.model._merge_conflicts import Conflict, Stated
from integrated_services.model._merge_match import Match
from integrated_services.model._nouns import (
    Agency,
    Demand,
    Need,
    Outline,
    Population,
    RiskFactor,
    Site,
    Source,
    Succession,
    Survey,
    TargetGroup,
    Territory,
)
from integrated_services.model._projects import (
    Activity,
    Commitment,
    Deliverable,
    Every,
    Evidence,
    Finance,
    Funding,
    Has,
    Indicator,
    Objective,
    Observation,
    Partner,
    Project,
)
from integrated_services.model._schema import json_schema
from integrated_services.model._services import Cooperation, Delivery, Post, Referral, Service
from integrated_services.model._values import Access, Contact, Eligibility, Figure, Identifier, Money, Point

__all__ = [
    "FORMAT",
    "PROBLEM_CODES",
    "Access",
    "Activity",
    "Agency",
    "Change",
    "Columns",
    "Commitment",
    "Conflict",
    "Contact",
    "Cooperation",
    "Deliverable",
    "Delivery",
    "Demand",
    "DemandEstimate",
    "Draft",
    "Eligibility",
    "Every",
    "Evidence",
    "Figure",
    "Finance",
    "Framework",
    "Funding",
    "Has",
    "Identifier",
    "Indicator",
    "Joined",
    "Label",
    "Match",
    "Merged",
    "Model",
    "Money",
    "Need",
    "Noun",
    "Objective",
    "Observation",
    "Origin",
    "Outline",
    "PartialDate",
    "Partner",
    "Period",
    "Point",
    "Population",
    "Post",
    "ProblemCode",
    "Project",
    "Rate",
    "Record",
    "Records",
    "Referral",
    "Renamed",
    "RiskFactor",
    "Service",
    "Site",
    "Source",
    "Stated",
    "Succession",
    "Survey",
    "TargetGroup",
    "Territory",
    "columns_of",
    "diff",
    "dump",
    "dumps",
    "estimate_demand",
    "from_frames",
    "json_schema",
    "load",
    "load_draft",
    "loads",
    "loads_draft",
    "merge",
]
