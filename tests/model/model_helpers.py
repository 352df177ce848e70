"""Small documents for the tests of the model."""

from __future__ import annotations

from typing import Any

from integrated_services.errors import DocumentError, Problem
from integrated_services.model import Framework, loads
from integrated_services.model._yaml import dump

HEAD: dict[str, Any] = {"framework": "f", "title": "F", "reference_date": "2022-06-01"}

# One sound record of each kind, so that a test writes only what it is about.
LAND: dict[str, Any] = {
    "sources": [
        {"id": "plan", "kind": "document", "title": "Plan"},
        {"id": "guess", "kind": "assumption", "title": "Guess", "note": "as in the neighbouring county"},
    ],
    "territories": [
        {"id": "county", "level": "county", "name": {"en": "The county", "et": "Maakond"}},
        {"id": "north", "level": "municipality", "part_of": "county", "codes": {"lau": "0141", "ehak": "0142"}},
        {"id": "south", "level": "municipality", "part_of": "county"},
    ],
    "target_groups": [{"id": "pupils", "name": "Pupils", "ages": [7, 18]}],
    "needs": [{"id": "therapy", "name": "Therapy"}, {"id": "speech", "broader": "therapy"}],
    "agencies": [{"id": "school", "kind": "school"}, {"id": "clinic", "territory": "north"}],
    "sites": [{"id": "house", "agency": "clinic", "territory": "north"}],
    "services": [
        {
            "id": "mobile",
            "name": "Mobile team",
            "providers": ["clinic"],
            "meets": ["therapy"],
            "serves": ["pupils"],
            "eligibility": {"any": [{"residence": ["north"]}, {"not": {"ages": [0, 3]}}]},
            "deliveries": [
                {"area": ["north", "south"], "channel": "mobile", "capacity": 40, "posts": [{"role": "psychologist"}]},
                {"site": "house", "capacity": {"value": 12, "low": 10, "high": 20, "source": "plan"}, "wait": 14},
            ],
        },
        {"id": "advice", "meets": ["therapy"], "serves": ["pupils"], "deliveries": [{"site": "house", "capacity": 5}]},
    ],
    "demands": [{"need": "therapy", "target_group": "pupils", "territory": "north", "persons": 30}],
    "referrals": [{"sender": "advice", "receiver": "mobile", "days": 10}],
    "projects": [
        {
            "id": "p",
            "name": {"en": "Project"},
            "finance": {
                "total": "100 EUR",
                "grant": "85 EUR",
                "own": "15 EUR",
                "parts": [{"funder": "school", "amount": "85 EUR", "period": "2020/2021-06"}],
            },
            "activities": [{"id": "training", "name": "Training"}],
            "commitments": [
                {"id": "all", "name": "All", "every": {"level": "municipality"}, "has": {"service": "mobile"}}
            ],
        }
    ],
    "indicators": [{"id": "trained"}],
    "observations": [{"indicator": "trained", "territory": "north", "value": 3, "breakdown": {"sex": "women"}}],
    "surveys": [{"territories": ["county"], "status": "complete"}],
}


def document(**parts: Any) -> dict[str, Any]:
    """Give a document with a sound head and these parts."""
    return {**HEAD, **parts}


def land(**parts: Any) -> dict[str, Any]:
    """Give the sound document with these parts instead of its own."""
    return {**HEAD, **LAND, **parts}


def framework(**parts: Any) -> Framework:
    """Load a document with a sound head and these parts."""
    return loaded(document(**parts))


def the_land(**parts: Any) -> Framework:
    """Load the sound document with these parts instead of its own."""
    return loaded(land(**parts))


def loaded(raw: dict[str, Any]) -> Framework:
    """Load a plain document."""
    import json

    return loads(json.dumps(raw))


def as_yaml(raw: dict[str, Any]) -> str:
    """Write a plain document as YAML."""
    return dump(raw)


def problems_of(raw: dict[str, Any] | str, syntax: Any = "json") -> tuple[Problem, ...]:
    """Give the problems of a document, whether it can be loaded or not."""
    import json

    text = raw if isinstance(raw, str) else json.dumps(raw)
    try:
        return loads(text, syntax=syntax).problems()
    except DocumentError as error:
        return error.problems


def codes_of(raw: dict[str, Any] | str, syntax: Any = "json") -> list[str]:
    """Give the codes of the errors of a document."""
    return [problem.code for problem in problems_of(raw, syntax) if problem.severity == "error"]


def the_error(raw: dict[str, Any] | str, syntax: Any = "json") -> Problem:
    """Give the only error of a document."""
    [problem] = [problem for problem in problems_of(raw, syntax) if problem.severity == "error"]
    return problem
