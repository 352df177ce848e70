"""The second door: frames in, checked columns out, the same problem codes as the first door."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from integrated_services import coverage, samples
from integrated_services.errors import DocumentError
from integrated_services.model import Columns, columns_of, from_frames


def small(**tables: Any) -> dict[str, Any]:
    """Frames of a framework with one service, changed."""
    base: dict[str, Any] = {
        "territories": {"id": ["town", "north"], "part_of": [None, "town"], "name": ["Town", "North"]},
        "target_groups": {"id": ["pupils"], "name.en": ["Pupils"], "name.et": ["Õpilased"]},
        "needs": {"id": ["speech"]},
        "demands": {"need": ["speech"], "target_group": ["pupils"], "territory": ["north"], "persons": [10]},
        "services": {"id": ["therapist"]},
        "services.meets": {"service": ["therapist"], "value": ["speech"]},
        "services.serves": {"service": ["therapist"], "value": ["pupils"]},
        "services.deliveries": {"service": ["therapist"], "id": ["d"], "capacity": [4]},
        "services.deliveries.area": {"service": ["therapist"], "delivery": ["d"], "value": ["town"]},
    }
    return base | tables


def taken(frames: dict[str, Any]) -> Columns:
    """Columns from frames."""
    return from_frames(frames, framework="mine", title="Mine", reference_date=date(2022, 6, 1))


def test_an_analysis_runs_on_columns() -> None:
    result = coverage.gaps(taken(small()))
    assert result.totals() == {"demand": 10, "served": 4, "unserved": 6, "uncertain": 0, "not_surveyed": 0}
    assert result.to_columns()["group_name"] == ["Pupils"]


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_any_data_frame_is_taken(backend: str) -> None:
    library = pytest.importorskip(backend)
    make = library.table if backend == "pyarrow" else library.DataFrame
    frames = {name: make(table) for name, table in small().items()}
    assert coverage.gaps(taken(frames)).to_columns() == coverage.gaps(taken(small())).to_columns()


def test_the_long_table_of_figures_belongs_to_the_values() -> None:
    figures = {
        "table": ["demands"],
        "key": ["speech:pupils:north"],
        "field": ["persons"],
        "basis": ["assumed"],
        "low": [5],
    }
    (figure,) = [f for f in coverage.gaps(taken(small(figures=figures))).figures if f.path.startswith("demands")]
    assert (figure.basis, figure.low) == ("assumed", 5)


def test_observations_of_two_periods_have_two_keys() -> None:
    frames = small(
        indicators={"id": ["i"]},
        observations={
            "indicator": ["i", "i"],
            "period.start": ["2021", "2022"],
            "period.end": ["2021", "2022"],
            "value": [1, 2],
        },
    )
    assert taken(frames).tables["observations"]["key"] == ["i:2021:actual", "i:2022:actual"]


@pytest.mark.parametrize(
    ("tables", "code", "place"),
    [
        ({"needs": {"id": ["speech", "speech"]}}, "duplicate-id", "needs[speech]"),
        (
            {"services.meets": {"service": ["therapist"], "value": ["speach"]}},
            "unknown-reference",
            "services.meets[0].value",
        ),
        ({"services.meets": {"service": ["terapist"], "value": ["speech"]}}, "unknown-reference", "services.meets[0]"),
        ({"services.meets": {"value": ["speech"]}}, "missing-field", "services.meets"),
        (
            {"territories": {"id": ["town", "north"], "part_of": ["north", "town"]}},
            "cycle",
            "territories[north].part_of",
        ),
        ({"territories": {"id": ["town", "north"], "nam": ["a", "b"]}}, "unknown-field", "territories"),
        ({"servces": {"id": ["x"]}}, "unknown-table", "servces"),
        ({"services": {"id": ["therapist"], "status": ["activ"]}}, "bad-choice", "services[therapist].status"),
        (
            {"services.deliveries": {"service": ["therapist"], "id": ["d"], "capacity": [-1]}},
            "negative-count",
            "services.deliveries[d].capacity",
        ),
        (
            {"services.deliveries": {"service": ["therapist"], "id": ["d"], "capacity": ["4"]}},
            "wrong-type",
            "services.deliveries[d].capacity",
        ),
        (
            {"demands": {"need": ["speech"], "target_group": [None], "territory": ["north"], "persons": [1]}},
            "missing-field",
            "demands[speech:north].target_group",
        ),
        ({"needs": {"id": ["speech"], "broader": [None, None]}}, "wrong-length", "needs"),
        (
            {"figures": {"table": ["demands"], "key": ["nobody"], "field": ["persons"]}},
            "unknown-reference",
            "figures[0]",
        ),
    ],
)
def test_each_mistake_is_named_with_its_code_and_place(tables: dict[str, Any], code: str, place: str) -> None:
    with pytest.raises(DocumentError, match=code) as caught:
        taken(small(**tables))
    assert (code, place) in [(problem.code, problem.path) for problem in caught.value.problems]
    assert all(problem.mend for problem in caught.value.problems)


def test_all_mistakes_are_named_at_once_and_rows_are_counted_from_one() -> None:
    frames = small(needs={"id": ["speech", "speech"]}, services={"id": ["therapist"], "status": ["activ"]})
    with pytest.raises(DocumentError, match="2 errors") as caught:
        taken(frames)
    (choice,) = [problem for problem in caught.value.problems if problem.code == "bad-choice"]
    assert (choice.row, choice.column) == (1, "status")


@pytest.mark.parametrize("name", samples.names())
def test_the_columns_of_a_sample_pass_the_checks_of_columns(name: str) -> None:
    columns = columns_of(samples.load(name))
    assert columns.problems() == ()
    assert columns.digest == columns_of(samples.load(name)).digest
