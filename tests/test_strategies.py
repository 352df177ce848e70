"""The shared strategies: what they draw is valid, says everything that can be said, and comes back from every door."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import (
    all_fields,
    amounts,
    documents,
    fields_reached,
    figures,
    frameworks,
    ids_of,
    labels,
    observations,
    referral_graphs,
    relabelled,
    reordered,
    territory_trees,
)

from integrated_services import coverage
from integrated_services._compiled import compiled
from integrated_services.errors import DocumentError
from integrated_services.model import Framework, Label, dumps, from_frames, loads
from integrated_services.model._base import Model, Record
from integrated_services.model._columns import columns_of
from integrated_services.model._tables import table_specs

# validity and reach --------------------------------------------------------------------------------------------------


@given(frameworks())
def test_every_framework_loads_without_an_error(fw: Framework) -> None:
    assert [p for p in fw.problems() if p.severity == "error"] == []


def test_the_strategy_reaches_every_field_of_every_noun_and_value() -> None:
    reached: Counter[tuple[str, str]] = Counter()

    @settings(max_examples=300, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(frameworks())
    def collect(fw: Framework) -> None:
        reached.update(fields_reached(fw))

    collect()
    assert sorted(all_fields() - set(reached)) == []


@given(frameworks(hostile_text=True, with_demand=False))
def test_frameworks_with_hostile_text_are_valid_too(fw: Framework) -> None:
    assert loads(dumps(fw)) == fw


@given(figures("share"), figures("capacity", sources=("src1",)), amounts(), labels(hostile=True))
def test_single_values_keep_their_plain_form(share: Any, capacity: Any, amount: Any, label: Label) -> None:
    assert 0 <= share.value <= 1
    for value in (share, capacity, amount):
        assert type(value).model_validate(value.plain()) == value
    assert Label(label.plain()) == label


@given(territory_trees())
def test_in_a_tree_of_territories_each_comes_after_what_contains_it(parents: dict[str, str | None]) -> None:
    keys = list(parents)
    assert all(above is None or keys.index(above) < keys.index(key) for key, above in parents.items())


@given(referral_graphs(), observations())
def test_small_frameworks_hold_what_they_are_for(referrals: Framework, values: Framework) -> None:
    assert not referrals.demands
    assert not referrals.observations
    assert not values.cooperations


# round trips ---------------------------------------------------------------------------------------------------------


@given(frameworks(hostile_text=True))
def test_json_gives_the_same_framework_back(fw: Framework) -> None:
    again = loads(dumps(fw))
    assert again == fw
    assert again.digest == fw.digest
    assert dumps(again) == dumps(fw)


@given(frameworks(hostile_text=True))
def test_yaml_gives_the_same_framework_back(fw: Framework) -> None:
    pytest.importorskip("yaml")
    again = loads(dumps(fw, syntax="yaml"), syntax="yaml")
    assert again == fw
    assert again.digest == fw.digest


@given(frameworks())
def test_the_plain_document_gives_the_same_framework_back(fw: Framework) -> None:
    assert Framework.model_validate(fw.plain()) == fw
    assert fw.evolve({}) == fw


# the same framework in other words -----------------------------------------------------------------------------------


@given(frameworks())
def test_relabelling_and_back_gives_the_original(fw: Framework) -> None:
    there = {key: f"x-{number}.{key}" for number, key in enumerate(ids_of(fw))}
    other = relabelled(fw, there)
    assert relabelled(other, {new: old for old, new in there.items()}) == fw
    if there:
        assert other != fw
        assert not set(ids_of(other)) & set(there)


@given(frameworks())
def test_relabelling_keeps_what_refers_to_what(fw: Framework) -> None:
    other = relabelled(fw, {key: f"x-{key}" for key in ids_of(fw)})
    for record, new in zip(fw.services, other.services, strict=True):
        assert new.meets == tuple(f"x-{one}" for one in record.meets)
    for project, changed in zip(fw.projects, other.projects, strict=True):
        assert [a.part_of for a in changed.activities] == [a.part_of and f"x-{a.part_of}" for a in project.activities]


@given(frameworks(), st.integers(0, 5))
def test_reordering_keeps_every_record(fw: Framework, seed: int) -> None:
    other = reordered(fw, seed)
    for name in Framework.COLLECTIONS:
        old, new = getattr(fw, name), getattr(other, name)
        assert sorted(old.keys()) == sorted(new.keys())
        assert all(_bag(new[key]) == _bag(old[key]) for key in old.keys())  # noqa: SIM118 - records, not a mapping


def _bag(value: Any) -> Any:
    """A record without the order of its records."""
    if isinstance(value, tuple) and value and isinstance(value[0], Record):
        return sorted((item.key, repr(_bag(item))) for item in value)
    if isinstance(value, Model):
        return {name: _bag(item) for name, item in value.__dict__.items()}
    return value


def test_reordering_changes_the_order() -> None:
    fw = Framework(framework="f", title="F", reference_date=date(2022, 1, 1), needs=[{"id": f"n{i}"} for i in range(9)])  # type: ignore[arg-type]
    assert reordered(fw, 1).needs.keys() != fw.needs.keys()


# both doors ----------------------------------------------------------------------------------------------------------


def through_columns(fw: Framework) -> Any:
    """The framework as columns, as somebody would give them who has tables and no document."""
    tables = {
        name: {column: list(cells) for column, cells in table.items()} for name, table in columns_of(fw).tables.items()
    }
    return from_frames(
        tables,
        framework=fw.id,
        title=str(fw.title),
        reference_date=fw.reference_date,
        basis=fw.basis,
        languages=fw.languages,
    )


@given(frameworks(hostile_text=True))
def test_every_framework_lays_out_in_columns_that_the_schema_names(fw: Framework) -> None:
    tables = columns_of(fw).tables
    assert set(tables) <= set(table_specs())
    for table in tables.values():
        assert len({len(cells) for cells in table.values()}) == 1
    assert columns_of(fw).problems() == ()


@given(frameworks(with_successions=False, hostile_text=True))
def test_columns_compile_to_the_same_arrays_as_the_document(fw: Framework) -> None:
    one, two = compiled(fw), compiled(through_columns(fw))
    assert set(one.tables) == set(two.tables)
    for name, table in one.tables.items():
        assert table == two.tables[name]
    for table, column in (("demands", "persons"), ("demands", "share"), ("services.deliveries", "capacity")):
        np.testing.assert_array_equal(one.numbers(table, column), two.numbers(table, column))
        assert list(one.fractions(table, column)) == list(two.fractions(table, column))
    for link in ("services.meets", "services.serves", "services.deliveries.area", "surveys.territories"):
        for a, b in zip(one.links(link), two.links(link), strict=True):
            np.testing.assert_array_equal(a, b)
    for table, column in (("territories", "part_of"), ("needs", "broader"), ("target_groups", "broader")):
        np.testing.assert_array_equal(one.tree(table, column).enter, two.tree(table, column).enter)


@given(frameworks(with_successions=False))
def test_both_doors_give_the_same_gaps(fw: Framework) -> None:
    assert coverage.gaps(fw).to_columns() == coverage.gaps(through_columns(fw)).to_columns()


# time ----------------------------------------------------------------------------------------------------------------


@given(frameworks(), st.sampled_from([date(2019, 1, 1), date(2022, 6, 1), date(2031, 1, 1)]))
def test_every_framework_can_be_moved_to_a_day(fw: Framework, day: date) -> None:
    moved = fw.at(day)
    assert moved.reference_date == day
    assert [p for p in moved.problems() if p.severity == "error"] == []


@given(documents(), st.data())
def test_a_reference_to_nothing_is_refused(document: dict[str, Any], data: st.DataObject) -> None:
    document.setdefault("services", []).append({"id": "new", "meets": ["nothing-of-that-name"]})
    with pytest.raises(DocumentError, match="nothing-of-that-name"):
        loads(dumps_plain(document))


def dumps_plain(document: dict[str, Any]) -> str:
    import json

    return json.dumps(document)
