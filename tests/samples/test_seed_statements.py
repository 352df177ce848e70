"""Every statement of the announcements is in the sample documents, with its source; all else is marked as assumed."""

from __future__ import annotations

import csv
import json
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from integrated_services import samples
from integrated_services.errors import UnknownIdError
from integrated_services.model import Framework, Identifier, Label, Model, Records, dumps
from integrated_services.model._figures import figures

STATEMENTS = Path(__file__).parent / "statements"
STEP = re.compile(r"\.?([a-z_]+)|\[([^\]]+)\]")
SOURCED = (
    "territories",
    "target_groups",
    "needs",
    "risk_factors",
    "agencies",
    "sites",
    "services",
    "cooperations",
    "referrals",
    "projects",
    "indicators",
    "observations",
    "surveys",
)


@cache
def loaded(name: str) -> Framework:
    return samples.load(name)


@cache
def statements(name: str) -> tuple[dict[str, Any], ...]:
    return tuple(json.loads((STATEMENTS / f"{name}.json").read_text(encoding="utf-8")))


def text_of(name: str) -> str:
    return files("integrated_services.samples").joinpath(f"{name}.json").read_text(encoding="utf-8")


def walked(framework: Framework, path: str) -> list[Any]:
    """Give the framework and every value on the way to the path; LookupError where one is not there or is empty."""
    at, trail = 0, [framework]
    while at < len(path):
        match = STEP.match(path, at)
        if match is None:
            raise LookupError(f"{path!r} is not a path")
        trail.append(getattr(trail[-1], match[1], None) if match[1] else keyed(trail[-1], match[2]))
        if trail[-1] is None or trail[-1] == ():
            raise LookupError(f"{path!r} holds nothing at {path[: match.end()]!r}")
        at = match.end()
    return trail


def keyed(values: Any, key: str) -> Any:
    if isinstance(values, Records):
        return values.get(key)
    if isinstance(values, tuple):  # children, and bare ids or codes
        return next((one for one in values if key in (getattr(one, "key", one), getattr(one, "scheme", None))), None)
    return None


def plain(value: Any) -> Any:
    """Give what the document holds; codes by scheme."""
    if isinstance(value, tuple):
        return Identifier.plain_list(value) if value and isinstance(value[0], Identifier) else [plain(v) for v in value]
    if isinstance(value, (Model, Label)):
        return value.plain()
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def agrees(value: Any, expected: Any) -> bool:
    if isinstance(value, Label) and isinstance(expected, str):
        return expected in (value.text(code) for code in value.languages or (None,))
    return bool(plain(value) == expected)


def sources_of(trail: list[Any]) -> tuple[str, ...]:
    """Give the sources of the innermost value on the way that can name any; none for the head of the document."""
    for value in reversed(trail[1:]):
        if isinstance(value, Model) and type(value).__name__ == "Source":
            return (value.id,)
        if named := getattr(value, "sources", None) or getattr(value, "source", None):
            return (named,) if isinstance(named, str) else tuple(named)
        if "sources" in getattr(type(value), "model_fields", {}):
            return ()
    return ()


ALL = [
    pytest.param(name, number, id=f"{name}-{number + 1}")
    for name in samples.names()
    for number in range(len(statements(name)))
]


@pytest.mark.parametrize(("name", "number"), ALL)
def test_the_document_holds_the_statement(name, number):
    said = statements(name)[number]
    trails = [walked(loaded(name), path) for path in said["held_at"]]
    assert trails, said["statement"]
    if "value" in said:
        assert agrees(trails[0][-1], said["value"]), f"{said['statement']}: {plain(trails[0][-1])!r}"


@pytest.mark.parametrize(("name", "number"), ALL)
def test_the_statement_rests_on_a_document_or_register(name, number):
    said, framework = statements(name)[number], loaded(name)
    named = {path: sources_of(walked(framework, path)) for path in said["held_at"]}
    kinds = {framework.sources[one].kind for ids in named.values() for one in ids}
    assert kinds & {"document", "register"}, said["statement"]
    assert not [path for path, ids in named.items() if not ids and "[" in path], "holds the statement without a source"


@pytest.mark.parametrize("name", samples.names())
def test_no_statement_is_listed_twice(name):
    texts = [said["statement"] for said in statements(name)]
    assert len(set(texts)) == len(texts) > 30


@pytest.mark.parametrize(
    "path",
    [
        "projects[nowhere].name",
        "projects[laane-viru-model].nothing",
        "projects[laane-viru-model].partners[virol:partner]",
        "projects[laane-viru-model].finance.own",
        "projects[laane-viru-model].territories[kose]",
        "agencies[virol].contacts",
    ],
)
def test_a_path_that_leads_nowhere_is_noticed(path):
    with pytest.raises(LookupError, match="holds nothing"):
        walked(loaded("laane-viru"), path)


def test_a_value_that_differs_is_noticed():
    grant = walked(loaded("laane-viru"), "projects[laane-viru-model].finance.grant")[-1]
    assert agrees(grant, "281160 EUR")
    assert not agrees(grant, "281161 EUR")


@pytest.mark.parametrize("name", samples.names())
def test_the_file_is_in_canonical_form(name):
    assert dumps(loaded(name)) == text_of(name)


@pytest.mark.parametrize("name", samples.names())
def test_the_document_has_no_errors_and_no_warnings(name):
    assert [problem for problem in loaded(name).problems() if problem.severity != "incomplete"] == []


@pytest.mark.parametrize("name", samples.names())
def test_every_assumed_figure_has_a_range_and_an_assumption_with_its_reason(name):
    framework = loaded(name)
    loose = []
    for figure in figures(framework):
        source = framework.sources.get(figure.source) if figure.source else None
        if figure.basis in ("assumed", "estimated") and not figure.path.endswith(".point"):
            sound = source is not None and source.kind == "assumption" and source.note
            if not sound or figure.low is None or figure.high is None:
                loose.append(figure.path)
        elif figure.basis in ("stated", "derived") and source is not None and source.kind == "assumption":
            loose.append(figure.path)
    assert loose == []


@pytest.mark.parametrize("name", samples.names())
def test_every_estimated_point_names_its_source(name):
    assert [t.id for t in loaded(name).territories if t.point and t.point.source is None] == []


@pytest.mark.parametrize("name", samples.names())
def test_every_record_names_where_it_comes_from(name):
    framework = loaded(name)
    records = [(collection, record) for collection in SOURCED for record in getattr(framework, collection)]
    records += [(f"services[{s.id}].deliveries", delivery) for s in framework.services for delivery in s.deliveries]
    assert [f"{collection}[{record.key}]" for collection, record in records if not record.sources] == []


@pytest.mark.parametrize("name", samples.names())
def test_municipalities_agree_with_the_register(name, data_folder):
    with (data_folder / "territory_lau_lt_ee" / "territories.csv").open(encoding="utf-8", newline="") as file:
        register = {(row["country"], row["lau_code"]): row for row in csv.DictReader(file)}
    framework = loaded(name)
    persons = {p.territory: p.persons.value for p in framework.populations if p.target_group == "residents"}
    found = 0
    for territory in framework.territories:
        codes = {code.scheme: code.value for code in territory.codes}
        if territory.level != "municipality" or "lau" not in codes:
            continue
        row = register[codes["iso-3166-2"][:2], codes["lau"]]
        assert row["name"] in (territory.name.text("et"), territory.name.text("lt"))
        assert (codes["iso-3166-2"], territory.degurba) == (row["iso_3166_2"], int(row["degurba"]))
        assert persons[territory.id] == int(row["population_lau2019"])
        if territory.point and row["country"] == "EE":
            centroid = pytest.approx((float(row["lat"]), float(row["lon"])), abs=1e-4)
            assert (territory.point.lat, territory.point.lon) == centroid
        found += 1
    assert found == {"laane-viru": 8, "ida-harju": 6, "elektrenai": 1}.get(name, 60)


def test_loksa_is_one_municipality():
    framework = loaded("ida-harju")
    assert [a.id for a in framework.agencies if a.name.text("et").startswith("Loksa")] == ["loksa-town"]
    assert [t.id for t in framework.territories if t.name.text("et").startswith("Loksa")] == ["loksa"]


def test_an_unknown_sample_names_the_nearest():
    with pytest.raises(UnknownIdError, match="'ida-harju'") as caught:
        samples.load("ida-harjumaa")
    assert (caught.value.noun, caught.value.nearest) == ("sample", ("ida-harju",))


def test_a_sample_is_described_in_the_language_asked_for():
    assert samples.describe("laane-viru", language="et").startswith("Lääne-Virumaa integreeritud teenusmudel")
    assert samples.describe("laane-viru").startswith("Lääne-Viru county integrated service model")


def test_samples_have_no_other_names():
    with pytest.raises(AttributeError, match="no attribute 'elektrenai'"):
        samples.elektrenai  # noqa: B018
