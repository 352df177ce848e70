"""A framework that is evolved at random stays what a freshly loaded document of the same content would be."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from strategies import documents

from integrated_services import coverage
from integrated_services.errors import DocumentError, UnknownIdError
from integrated_services.model import Framework, loads

Raw = dict[str, Any]
SMALL_NUMBERS = st.sampled_from([0, 1, 2, 7, 40, 0.5])


class EvolvedFramework(RuleBasedStateMachine):
    """Does every change twice: with `evolve`, and by hand on the plain document."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.document: Raw = {}
        self.framework: Framework

    @initialize(
        document=documents(
            max_territories=3, max_services=3, max_projects=1, max_demands=3, fitting=True, with_successions=False
        )
    )
    def begin(self, document: Raw) -> None:
        self.framework = loads(json.dumps(document))
        self.document = copy.deepcopy(self.framework.plain())
        self.seen = self.answers(self.framework)  # fill every cache before anything changes

    # what there is ----------------------------------------------------------------------------------------------

    def listed(self, name: str) -> list[Raw]:
        found: list[Raw] = self.document.setdefault(name, [])
        return found

    def keys(self, name: str) -> list[str]:
        return [record["id"] for record in self.document.get(name, ())]

    def new_id(self, stem: str) -> str:
        self.number += 1
        return f"{stem}-new-{self.number}"

    def evolved(self, changes: Raw | None = None, *, add: Any = None, remove: Iterable[str] = ()) -> None:
        self.framework = self.framework.evolve(changes, add=add, remove=remove)

    # figures ----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.keys("services"))
    @rule(data=st.data(), value=SMALL_NUMBERS, assumed=st.booleans())
    def change_a_capacity(self, data: st.DataObject, value: float, assumed: bool) -> None:
        numbered = [
            (i, j) for i, s in enumerate(self.document["services"]) for j, _ in enumerate(s.get("deliveries", ()))
        ]
        if not numbered:
            return
        i, j = data.draw(st.sampled_from(numbered))
        service = self.framework.services[i]
        figure = {"value": value, "basis": "assumed", "note": "why not"} if assumed else value
        self.evolved({f"services[{service.id}].deliveries[{service.deliveries[j].key}].capacity": figure})
        self.document["services"][i]["deliveries"][j]["capacity"] = figure

    @precondition(lambda self: any(isinstance(d.get("persons"), dict) for d in self.document.get("demands", ())))
    @rule(value=SMALL_NUMBERS)
    def change_one_part_of_a_demand(self, value: float) -> None:
        at = next(i for i, d in enumerate(self.document["demands"]) if isinstance(d.get("persons"), dict))
        path = f"demands[{self.framework.demands[at].key}].persons"
        self.evolved({f"{path}.value": value, f"{path}.low": None, f"{path}.high": None})
        figure = self.document["demands"][at]["persons"]
        figure["value"] = value
        figure.pop("low", None)
        figure.pop("high", None)

    @rule(
        title=st.sampled_from(["A", {"en": "B", "et": "C"}]),
        day=st.sampled_from(["2021-01-01", "2022-06-01", "2030-12-31"]),
    )
    def change_the_head(self, title: Any, day: str) -> None:
        self.evolved({"title": title, "reference_date": day})
        self.document |= {"title": title, "reference_date": day}

    # records ----------------------------------------------------------------------------------------------------

    @rule(data=st.data(), places=SMALL_NUMBERS)
    def add_a_service(self, data: st.DataObject, places: float) -> None:
        record = {
            "id": self.new_id("s"),
            "meets": [data.draw(st.sampled_from(self.keys("needs")))],
            "serves": [data.draw(st.sampled_from(self.keys("target_groups")))],
            "deliveries": [{"area": [data.draw(st.sampled_from(self.keys("territories")))], "capacity": places}],
        }
        self.evolved(add={"services": [record]})
        self.listed("services").append(record)

    @rule(data=st.data())
    def add_a_delivery(self, data: st.DataObject) -> None:
        if not self.keys("services"):
            return
        at = data.draw(st.integers(0, len(self.keys("services")) - 1))
        record = {
            "id": self.new_id("d"),
            "area": [data.draw(st.sampled_from(self.keys("territories")))],
            "channel": "mobile",
            "capacity": {"value": 5, "per": "year"},
        }
        self.evolved(add={f"services[{self.keys('services')[at]}].deliveries": [record]})
        self.document["services"][at].setdefault("deliveries", []).append(record)

    @precondition(lambda self: any(s.get("deliveries") for s in self.document.get("services", ())))
    @rule(data=st.data())
    def remove_a_delivery(self, data: st.DataObject) -> None:
        at = data.draw(st.sampled_from([i for i, s in enumerate(self.document["services"]) if s.get("deliveries")]))
        service = self.framework.services[at]
        self.evolved(remove=[f"services[{service.id}].deliveries[{service.deliveries[0].key}]"])
        del self.document["services"][at]["deliveries"][0]

    @rule(data=st.data())
    def add_a_territory(self, data: st.DataObject) -> None:
        record = {"id": self.new_id("t"), "part_of": data.draw(st.sampled_from(self.keys("territories")))}
        self.evolved(add={"territories": [record]})
        self.listed("territories").append(record)

    @rule(data=st.data(), persons=SMALL_NUMBERS)
    def add_a_demand_for_a_new_need(self, data: st.DataObject, persons: float) -> None:
        need = {"id": self.new_id("n"), "broader": data.draw(st.sampled_from(self.keys("needs")))}
        demand = {
            "need": need["id"],
            "target_group": data.draw(st.sampled_from(self.keys("target_groups"))),
            "territory": data.draw(st.sampled_from(self.keys("territories"))),
            "persons": persons,
        }
        self.evolved(add={"needs": [need], "demands": [demand]})
        self.listed("needs").append(need)
        self.listed("demands").append(demand)

    @precondition(lambda self: self.document.get("demands"))
    @rule(data=st.data())
    def remove_a_demand(self, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(self.document["demands"]) - 1))
        self.evolved(remove=[f"demands[{self.framework.demands[at].key}]"])
        del self.document["demands"][at]

    @precondition(lambda self: self.document.get("surveys"))
    @rule(status=st.sampled_from(["complete", "partial", "not_asked"]))
    def change_a_survey(self, status: str) -> None:
        self.evolved({f"surveys[{self.framework.surveys[0].key}].status": status})
        self.document["surveys"][0]["status"] = status

    @precondition(lambda self: self.keys("services"))
    @rule(data=st.data(), by=st.sampled_from(["open", "referral"]))
    def change_how_people_get_in(self, data: st.DataObject, by: str) -> None:
        at = data.draw(st.integers(0, len(self.keys("services")) - 1))
        self.evolved({f"services[{self.keys('services')[at]}].access": {"by": by}})
        self.document["services"][at]["access"] = {"by": by}

    @precondition(lambda self: self.keys("services"))
    @rule(data=st.data())
    def clear_a_field(self, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(self.keys("services")) - 1))
        field = data.draw(st.sampled_from(["name", "eligibility", "valid", "project", "description"]))
        self.evolved({f"services[{self.keys('services')[at]}].{field}": None})
        self.document["services"][at].pop(field, None)

    # what must not be -------------------------------------------------------------------------------------------

    @rule(data=st.data())
    def a_change_that_breaks_the_document_is_refused(self, data: st.DataObject) -> None:
        territory, group = self.keys("territories")[0], self.keys("target_groups")[0]
        bad: list[Any] = [
            {"changes": {f"territories[{territory}].part_of": territory}},
            {"changes": {f"territories[{territory}].level": "planet"}},
            {"changes": {f"target_groups[{group}].ages": [9, 3]}},
            {"changes": {"title": ""}},
            {"add": {"services": [{"id": "x y"}]}},
            {"add": {"services": [{"id": "x", "meets": ["no-such-need"]}]}},
            {"add": {"territories": [{"id": territory}]}},
            {
                "add": {
                    "demands": [
                        {"need": self.keys("needs")[0], "target_group": group, "territory": territory, "persons": -1}
                    ]
                }
            },
        ]
        before, digest = self.framework.plain(), self.framework.digest
        chosen = data.draw(st.sampled_from(bad))
        with pytest.raises(DocumentError) as caught:
            self.framework.evolve(chosen.get("changes"), add=chosen.get("add"))
        assert any(problem.severity == "error" for problem in caught.value.problems)
        assert self.framework.plain() == before
        assert self.framework.digest == digest

    @rule(path=st.sampled_from(["services[no-such].name", "territories[no-such].part_of", "territories", "nothing"]))
    def a_path_that_leads_nowhere_is_refused(self, path: str) -> None:
        before = self.framework.plain()
        with pytest.raises((UnknownIdError, DocumentError)):
            self.framework.evolve({path: "x"})
        assert self.framework.plain() == before

    # what must hold ---------------------------------------------------------------------------------------------

    def answers(self, framework: Framework) -> list[Any]:
        return [
            framework.digest,
            framework.problems(),
            framework.assumptions(),
            coverage.gaps(framework).to_columns(),
            coverage.gaps(framework).totals(),
            coverage.commitments(framework).to_columns(),
        ]

    @invariant()
    def nothing_is_stale(self) -> None:
        if not self.document:
            return
        fresh = loads(json.dumps(self.document))
        assert self.framework == fresh
        assert self.answers(self.framework) == self.answers(fresh)


EvolvedFramework.TestCase.settings = settings(max_examples=25, stateful_step_count=12)
TestEvolvedFramework = EvolvedFramework.TestCase


@pytest.mark.parametrize("path", ["title.en.more", "title.en.more[x]"])
def test_a_path_that_goes_on_where_a_text_ends_is_refused(path: str) -> None:
    framework = loads('{"framework": "f", "title": {"en": "F"}, "reference_date": "2022-06-01"}')
    with pytest.raises(UnknownIdError):
        framework.evolve({path: "x"})
