"""Small documents for the tests of indicators."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from integrated_services.model import Framework, loads

COUNTY = [
    {"id": "county", "name": "County", "level": "county"},
    *({"id": one, "name": one.upper(), "level": "municipality", "part_of": "county"} for one in ("a", "b", "c")),
]

RATE = {"id": "rate", "name": "Pupils with support", "kind": "ratio", "unit": "percent", "factor": 100,
        "numerator": "supported", "denominator": "pupils", "direction": "increase"}  # fmt: skip
PARTS = [
    {"id": "supported", "name": "Supported pupils", "unit": "persons", "counts": "persons"},
    {"id": "pupils", "name": "Pupils", "unit": "persons", "counts": "persons"},
]


def document(**records: Any) -> Framework:
    """Load a document with these records."""
    base = {"format": 1, "framework": "x", "title": "X", "reference_date": "2022-06-01", "basis": "stated"}
    territories = {} if "territories" in records else {"territories": COUNTY}
    return loads(json.dumps(base | territories | records))


def seen(indicator: str, territory: str | None, value: Any, period: str | None = "2021", **more: Any) -> dict[str, Any]:
    """Write an observation."""
    record = {"indicator": indicator, "territory": territory, "period": period, "value": value, **more}
    return {name: part for name, part in record.items() if part is not None}


def count(over: str = "sum", **more: Any) -> dict[str, Any]:
    """Write an indicator that counts persons."""
    return {"id": "n", "name": "Persons", "unit": "persons", "counts": "persons", "over_territories": over, **more}


def rows(result: Any, **wanted: Any) -> list[dict[str, Any]]:
    """Take the records with these cells."""
    return [one for one in result.to_records() if all(one[name] == cell for name, cell in wanted.items())]


def row(result: Any, **wanted: Any) -> dict[str, Any]:
    """Take the one record with these cells."""
    found = rows(result, **wanted)
    assert len(found) == 1, found
    return found[0]


def codes(findings: Iterable[Any]) -> list[str]:
    """List the codes of findings."""
    return [finding.code for finding in findings]


def same(one: Any, other: Any) -> bool:
    """Compare two results by their columns."""
    first: Mapping[str, Any] = one.to_columns()
    return dict(first) == dict(other.to_columns())


def rates(pairs, **more):
    """A document with numerators and denominators by territory."""
    said = [seen("supported", one, top) for one, (top, _) in pairs.items() if top is not None]
    said += [seen("pupils", one, bottom) for one, (_, bottom) in pairs.items() if bottom is not None]
    return document(indicators=[*PARTS, {**RATE, **more}], observations=said)
