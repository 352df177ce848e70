"""What was promised to everybody: met, not met, unknown, and only assumed."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from integrated_services import coverage, samples
from integrated_services.errors import UnknownIdError
from integrated_services.model import Framework, columns_of, loads


def document(commitment: dict[str, Any], **changes: Any) -> Framework:
    """Three municipalities; a mobile team that comes to one of them."""
    base: dict[str, Any] = {
        "framework": "small",
        "title": "Small",
        "reference_date": "2022-06-01",
        "sources": [
            {"id": "guess", "kind": "assumption", "title": "A guess", "note": "nobody knows"},
            {"id": "paper", "kind": "document", "title": "A paper"},
        ],
        "territories": [{"id": "county", "level": "county"}]
        + [{"id": key, "name": key.upper(), "level": "municipality", "part_of": "county"} for key in "abc"],
        "needs": [{"id": "crisis"}],
        "services": [
            {
                "id": "team",
                "meets": ["crisis"],
                "deliveries": [{"id": "d", "area": ["a"], "posts": [{"role": "psychologist"}]}],
            }
        ],
        "projects": [
            {
                "id": "p",
                "activities": [{"id": "training", "name": "Training", "territories": ["a", "b", "c"]}],
                "deliverables": [{"id": "guide", "name": "Guide", "status": "not_delivered"}],
                "commitments": [
                    {
                        "id": "c1",
                        "name": "A team everywhere",
                        "every": {"level": "municipality", "within": "county"},
                        **commitment,
                    }
                ],
            }
        ],
    }
    base.update(changes)
    return loads(json.dumps(base))


def states(fw: Framework, **options: Any) -> dict[str, tuple[str, str]]:
    """State and how it is known, by member."""
    table = coverage.commitments(fw, **options).to_columns()
    return {m: (s, h) for m, s, h in zip(table["member"], table["state"], table["how"], strict=True)}


def test_a_delivery_meets_the_promise_where_it_comes_and_the_rest_is_unknown() -> None:
    found = states(document({"has": {"service": "team"}}))
    assert found == {"a": ("met", "document"), "b": ("unknown", "nothing"), "c": ("unknown", "nothing")}


def test_a_complete_mapping_turns_unknown_into_not_met() -> None:
    fw = document({"has": {"need": "crisis"}}, surveys=[{"territories": ["b"], "status": "complete"}])
    assert states(fw) == {"a": ("met", "document"), "b": ("not_met", "mapped"), "c": ("unknown", "nothing")}


def test_evidence_decides_before_anything_else() -> None:
    evidence = [{"member": "a", "status": "not_met", "claimed": "verified"}, {"member": "b", "status": "met"}]
    found = states(document({"has": {"service": "team"}, "evidence": evidence}))
    assert found == {"a": ("not_met", "verified"), "b": ("met", "claimed"), "c": ("unknown", "nothing")}


def test_a_planned_activity_is_no_evidence() -> None:
    assert set(states(document({"has": {"activity": "training"}})).values()) == {("unknown", "nothing")}


def test_a_deliverable_that_was_not_delivered_is_there_for_nobody() -> None:
    assert set(states(document({"has": {"deliverable": "guide"}})).values()) == {("not_met", "document")}


def test_a_promised_post_is_looked_for_by_its_role() -> None:
    assert states(document({"has": {"service": "team", "post": "psychologist"}}))["a"] == ("met", "document")
    assert states(document({"has": {"service": "team", "post": "nurse"}}))["a"] == ("unknown", "nothing")


def test_what_only_an_assumption_says_does_not_meet_a_promise() -> None:
    fw = document({"has": {"service": "team"}})
    assumed = fw.evolve({"services[team].deliveries[d].sources": ["guess"]})
    assert states(assumed)["a"] == ("unknown", "assumed")
    stated = fw.evolve({"services[team].deliveries[d].sources": ["guess", "paper"]})
    assert states(stated)["a"] == ("met", "document")
    inherited = fw.evolve({"services[team].sources": ["guess"]})
    assert states(inherited)["a"] == ("unknown", "assumed")


def test_a_delivery_in_the_wider_territory_covers_its_parts_but_not_the_reverse() -> None:
    fw = document({"has": {"service": "team"}, "every": {"ids": ["county", "a"]}})
    assert states(fw) == {"a": ("met", "document"), "county": ("unknown", "nothing")}
    wide = fw.evolve({"services[team].deliveries[d].area": ["county"]})
    assert {state for state, _ in states(wide).values()} == {"met"}


def test_due_dates_and_the_day_are_heeded() -> None:
    fw = document(
        {"has": {"service": "team"}, "due": "2021"},
        services=[{"id": "team", "meets": ["crisis"], "valid": "../2022", "deliveries": [{"area": ["a"]}]}],
    )
    assert "2 of those not known to be met are past their due date" in coverage.commitments(fw).summary()
    assert states(fw, at=date(2023, 1, 1))["a"] == ("unknown", "nothing")


def test_an_empty_list_is_reported_and_not_called_met() -> None:
    result = coverage.commitments(document({"has": {"service": "team"}, "every": {"level": "settlement"}}))
    assert "run over an empty list: p/c1" in result.summary()
    assert result.counts() == {"p/c1": {"met": 0, "not_met": 0, "unknown": 0}}


def test_explain_lists_names_by_state_and_knows_its_promises() -> None:
    result = coverage.commitments(document({"has": {"service": "team"}}))
    assert result.explain("c1") == "A team everywhere. Met for A (1 of 3). Unknown for B and C (2 of 3)."
    with pytest.raises(UnknownIdError, match="no commitment"):
        result.explain("c2")


def test_agencies_and_sites_can_be_promised_something_too() -> None:
    fw = document(
        {"has": {"service": "team"}, "every": {"ids": ["school", "office"]}},
        agencies=[{"id": "office"}],
        sites=[{"id": "school"}],
        services=[{"id": "team", "providers": ["office"], "deliveries": [{"id": "d", "site": "school"}]}],
    )
    assert states(fw) == {"office": ("met", "document"), "school": ("met", "document")}


@pytest.mark.parametrize("name", samples.names())
def test_both_doors_agree_and_no_promise_is_met_by_an_assumption(name: str) -> None:
    fw = samples.load(name)
    table = coverage.commitments(fw).to_columns()
    assert table == coverage.commitments(columns_of(fw)).to_columns()
    assert all(how != "assumed" or state == "unknown" for state, how in zip(table["state"], table["how"], strict=True))
