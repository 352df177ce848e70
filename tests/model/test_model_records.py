"""Columns to records: the way back from tables, with the checks and the places that documents have."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from integrated_services import samples
from integrated_services.errors import DocumentError
from integrated_services.model import Columns, Framework, columns_of, dumps, from_frames, loads
from integrated_services.model._keyed import Keyed, keyed, kind_of, owner_columns, with_keys
from integrated_services.model._records import built_of, records_of
from integrated_services.model._tables import cell_kind, side_columns, table_specs
from tests.strategies import frameworks

HEAD: dict[str, Any] = {"framework": "f", "title": "F", "reference_date": "2022-06-01"}


@given(frameworks(hostile_text=True))
def test_columns_make_the_framework_that_they_were_made_of(fw: Framework) -> None:
    back = columns_of(fw).to_framework()
    assert back == fw
    assert dumps(back) == dumps(fw)


@given(frameworks(hostile_text=True))
def test_owners_by_key_say_the_same_as_owners_by_row(fw: Framework) -> None:
    tables = columns_of(fw).tables
    found = keyed(with_keys(tables))
    assert found.problems == []
    assert set(found.tables) == set(tables)
    for name, table in tables.items():
        assert {c: cells for c, cells in found.tables[name].items() if any(x is not None for x in cells)}.items() >= {
            c: cells for c, cells in table.items() if not c.endswith(".currency")
        }.items()


@pytest.mark.parametrize("name", samples.names())
def test_samples_come_back_from_their_columns(name: str) -> None:
    fw = samples.load(name)
    assert dumps(columns_of(fw).to_framework()) == dumps(fw)


def test_columns_keep_what_the_document_says_of_itself() -> None:
    said = {**HEAD, "title": {"et": "A", "en": "B"}, "description": "D", "licence": "CC BY", "languages": ["et"]}
    fw = Framework.model_validate(said)
    assert columns_of(fw).title == "A"
    assert columns_of(fw).to_framework() == fw


def test_columns_that_say_nothing_of_themselves_take_what_was_given() -> None:
    columns = columns_of(Framework.model_validate(HEAD))
    plain = Columns("g", "G", columns.reference_date, columns.tables, "assumed", ("en",))
    fw = plain.to_framework()
    assert (fw.id, str(fw.title), fw.basis, fw.languages) == ("g", "G", "assumed", ("en",))


def test_a_record_without_id_comes_back_without_id() -> None:
    fw = loads(
        '{"framework": "f", "title": "F", "reference_date": "2022-06-01", "services": [{"id": "s", "deliveries": '
        '[{"channel": "online"}, {"id": "d", "channel": "mobile"}]}]}'
    )
    shown = with_keys(columns_of(fw).tables)["services.deliveries"]
    assert shown == {
        "service": ["s", "s"],
        "key": ["online", "d"],
        "id": [None, "d"],
        "channel": ["online", "mobile"],
    }
    assert [d.id for d in columns_of(fw).to_framework().services[0].deliveries] == [None, "d"]


def test_rows_without_owner_are_passed_over() -> None:
    tables = {"services": {"id": ["a", "b"]}, "services.meets": {"parent": [1, -1, 1], "value": ["x", "y", "z"]}}
    assert records_of(tables) == {"services": [{"id": "a"}, {"id": "b", "meets": ["x", "z"]}]}


def test_a_list_inside_a_nested_value_makes_the_value() -> None:
    tables = {"projects": {"id": ["p"]}, "projects.finance.parts": {"parent": [0], "kind": ["own"], "amount": ["5"]}}
    assert records_of(tables) == {
        "projects": [{"id": "p", "finance": {"parts": [{"kind": "own", "amount": {"amount": "5"}}]}}]
    }


def test_a_figure_without_value_is_an_error_and_not_lost() -> None:
    built, places = built_of(HEAD, {"agencies": {"id": ["a"], "members": [None], "members.low": [1]}})
    (problem,) = places.named(built.errors)
    assert (problem.code, problem.sheet, problem.row, problem.column) == ("missing-field", "agencies", 1, "members")


def test_the_rows_of_the_long_table_are_named() -> None:
    plain = {
        "agencies": {"id": ["a", "b"], "members": [3, 4]},
        "figures": {"table": ["agencies"], "key": ["b"], "field": ["members"], "basis": ["guessed"]},
    }
    found = keyed(plain)
    built, places = built_of(HEAD, found.tables, found.figure_rows)
    (problem,) = places.named(built.errors)
    assert (problem.sheet, problem.row, problem.column) == ("figures", 1, "basis")
    assert problem.path == "agencies[b].members.basis"


def test_codes_of_problems_are_those_of_documents() -> None:
    raw = {
        "needs": [{"id": "a b"}, {"id": "x", "broader": "y"}],
        "services": [{"id": "s", "status": "open"}, {"id": "s"}],
        "demands": [{"need": "x", "target_group": "g", "territory": "t"}],
    }
    tables = {
        "needs": {"id": ["a b", "x"], "broader": [None, "y"]},
        "services": {"id": ["s", "s"], "status": ["open", None]},
        "demands": {"need": ["x"], "target_group": ["g"], "territory": ["t"]},
    }
    with pytest.raises(DocumentError) as one:
        loads(dumps_of({**HEAD, **raw}))
    built, places = built_of(HEAD, tables)
    assert sorted((p.code, p.path) for p in one.value.problems) == sorted((p.code, p.path) for p in built.problems())
    assert all(p.sheet and p.row for p in places.named(built.errors))


def dumps_of(raw: dict[str, Any]) -> str:
    """A document that may be wrong."""
    import json

    return json.dumps(raw)


def test_keys_with_a_slash_are_told_apart() -> None:
    fw = Framework.model_validate(
        {
            **HEAD,
            "agencies": [{"id": "m"}],
            "projects": [
                {
                    "id": "p",
                    "finance": {
                        "parts": [
                            {
                                "funder": "m",
                                "period": f"{year}/{year + 1}",
                                "amount": {"amount": "5", "note": str(year)},
                            }
                            for year in (2020, 2021)
                        ]
                    },
                }
            ],
        }
    )
    shown = with_keys(columns_of(fw).tables)
    assert shown["figures"]["key"] == ["p/m:grant:2020/2021", "p/m:grant:2021/2022"]
    assert replace(columns_of(fw), tables=keyed(shown).tables).to_framework() == fw


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ({"table": ["agencies"], "key": ["a"]}, "missing-field"),
        ({"table": ["agencies"], "key": ["a"], "field": ["members"], "basys": ["x"]}, "unknown-field"),
        ({"table": ["agencies", "agencies"], "key": ["a", "a"], "field": ["members", "members"]}, "duplicate-id"),
        ({"table": ["agencies"], "key": ["a", "b"], "field": ["members"]}, "wrong-length"),
        ({"table": ["agencies"], "key": ["a"], "field": ["name"]}, "unknown-reference"),
        ({"table": ["agency"], "key": ["a"], "field": ["members"]}, "unknown-reference"),
        ({"table": [None], "key": [None], "field": [None]}, "unknown-reference"),
    ],
)
def test_mistakes_of_the_long_table_are_named(figures: dict[str, Any], code: str) -> None:
    found = keyed({"agencies": {"id": ["a"], "members": [3]}, "figures": figures})
    assert [(p.code, p.path.partition("[")[0]) for p in found.problems] == [(code, "figures")]


def test_the_owner_may_be_named_by_row() -> None:
    found = keyed({"services": {"id": ["s"]}, "services.meets": {"parent": [0, 1, "x"], "value": ["a", "b", "c"]}})
    assert found.tables["services.meets"]["parent"] == [0, -1, -1]
    assert [(p.code, p.row) for p in found.problems] == [("unknown-reference", 2), ("unknown-reference", 3)]


def test_a_frame_may_name_a_figure_of_a_child_by_its_key_alone_where_that_is_enough() -> None:
    plain = {
        "services": {"id": ["s", "t"]},
        "services.deliveries": {"service": ["s", "t", "t"], "id": ["d", "d", "e"], "capacity": [1, 2, 3]},
    }
    long = {"table": ["services.deliveries"], "key": ["e"], "field": ["capacity"], "basis": ["assumed"]}
    assert keyed({**plain, "figures": long}).tables["services.deliveries"]["capacity.basis"] == [None, None, "assumed"]
    assert len(keyed({**plain, "figures": {**long, "key": ["d"]}}).problems) == 1


def test_every_column_that_is_written_has_a_kind() -> None:
    for name, spec in table_specs().items():
        for column in spec.columns:
            assert cell_kind(column) in ("text", "label", "date", "integer", "number", "amount", "boolean", "json")
        assert not side_columns(spec) & {column.name for column in spec.columns}
        assert all(kind_of(name, column) == "text" for column in owner_columns(name))
    assert kind_of("services.deliveries", "cost.low") == "amount"
    assert kind_of("services.deliveries", "capacity.level") == "number"
    assert kind_of("observations", "breakdown") == "json"
    assert kind_of("territories", "degurba") == "integer"
    assert kind_of("nothing", "x") == "text"


def test_nothing_comes_of_nothing() -> None:
    assert keyed({}) == Keyed()
    assert from_frames({"framework": {"field": list(HEAD), "value": list(HEAD.values())}}).to_framework().id == "f"
