"""The official JSON Schemas of HSDS and Open Referral UK, made strict: what they do not name is forbidden."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

FOLDERS = {"3.1": "hsds_official_31", "3.0": "hsds_official_30", "oruk-3.0": "oruk_official"}
LISTS = {
    "services": "service",
    "organizations": "organization",
    "locations": "location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
    "programs": "program",
    "attributes": "attribute",
}


def strict(schema: Any) -> Any:
    """Forbid whatever the schema does not name, at every level."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: strict(value) for name, value in schema.items()}
    if isinstance(found.get("properties"), dict):
        found["properties"] = {name: value for name, value in found["properties"].items() if value is not None}
        found["additionalProperties"] = False
    return found


@cache
def validators(data: Path, version: str) -> dict[str, Any]:
    """A strict validator for each kind of object of a version, with formats checked."""
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema checks what is written")
    referencing = pytest.importorskip("referencing", reason="referencing resolves the schemas")
    pytest.importorskip("rfc3339_validator", reason="jsonschema[format] is not there")
    from referencing.jsonschema import DRAFT202012

    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    assert {"uuid", "uri", "date-time", "email"} <= set(checker.checkers)
    schemas = {
        path.name: strict(json.loads(path.read_text(encoding="utf-8")))
        for path in sorted((data / FOLDERS[version] / "schema").glob("*.json"))
        if path.name != "openapi.json"
    }
    registry = referencing.Registry().with_resources(
        (name, referencing.Resource.from_contents(schema, default_specification=DRAFT202012))
        for name, schema in schemas.items()
    )
    return {
        name.removesuffix(".json"): jsonschema.Draft202012Validator(schema, registry=registry, format_checker=checker)
        for name, schema in schemas.items()
    }


@cache
def compiled(data: Path, version: str, kind: str) -> Any:
    """A strict validator made from the schema that stands in one file."""
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema checks what is written")
    path = data / FOLDERS[version] / "schema" / "compiled" / f"{kind}.json"
    schema = strict(json.loads(path.read_text(encoding="utf-8")))
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


def faults(data: Path, version: str, document: dict[str, list[Any]]) -> Iterator[str]:
    """Every fault of every object of a bundle."""
    known = validators(data, version)
    for name, items in document.items():
        for number, item in enumerate(items):
            for error in known[LISTS[name]].iter_errors(item):
                yield f"{name}[{number}]{error.json_path[1:]}: {error.message}"
