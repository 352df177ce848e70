"""Gaps and commitments against a second program, written from the records with loops, and their invariants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import eligibilities, frameworks, ids_of, relabelled, reordered

from integrated_services import coverage
from integrated_services._compiled import compiled
from integrated_services.coverage._matching import _accessible, decide, offered
from integrated_services.coverage._surveyed import surveyed
from integrated_services.model import Delivery, Eligibility, Framework, Service, from_frames
from integrated_services.model._columns import columns_of

ORDER = ("need", "group", "validity", "residence", "eligibility", "access", "capacity")
DAYS = {"day": 365, "week": Fraction(365, 7), "month": 12, "year": 1}
"""How often a period fits into a year."""

_SMALL: dict[str, Any] = {
    "max_territories": 4,
    "max_demands": 6,
    "max_projects": 1,
    "max_indicators": 0,
    "max_ties": 0,
    "with_successions": False,
}
some_frameworks = frameworks(**_SMALL) | frameworks(**_SMALL, fitting=True)
Cell = tuple[str, str, str, bool]


def dec(number: float) -> Fraction:
    return Fraction(str(number))


def chain(records: Any, key: str, field_name: str) -> list[str]:
    found = [key]
    while (above := getattr(records[found[-1]], field_name)) is not None:
        found.append(above)
    return found


# the second program ------------------------------------------------------------------------------------------


@dataclass
class Naive:
    """What `coverage.gaps` has to find, reckoned from the records."""

    fw: Framework
    persons: dict[Cell, Fraction | None] = field(default_factory=dict)
    arcs: dict[Cell, list[tuple[Service, Delivery]]] = field(default_factory=dict)
    reason: dict[Cell, str] = field(default_factory=dict)
    conditional: set[Cell] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.persons = {**self.demands(), **dict.fromkeys(self.undemanded())}
        for cell in self.persons:
            self.try_conditions(cell)

    # demand

    def demands(self) -> dict[Cell, Fraction | None]:
        found: dict[Cell, Fraction] = defaultdict(Fraction)
        for demand in self.fw.demands:
            if demand.persons is not None:
                per = demand.persons.per
                cell = (demand.territory, demand.target_group, demand.need, per is not None)
                found[cell] += dec(demand.persons.value) * (DAYS[per] if per else 1)
                continue
            assert demand.share is not None
            for territory in self.fw.territories:
                here = territory.id == demand.territory
                if demand.each is not None:
                    here = territory.level == demand.each and demand.territory in self.up(territory.id)
                persons = self.population(demand.target_group, territory.id)
                if here and persons is not None:
                    cell = (territory.id, demand.target_group, demand.need, False)
                    found[cell] += dec(demand.share.value) * persons
        return dict(found)

    def population(self, group: str, territory: str) -> Fraction | None:
        counts = [p for p in self.fw.populations if (p.target_group, p.territory) == (group, territory)]
        latest = max(counts, key=lambda p: (str(p.date or ""), p.persons.value), default=None)
        return None if latest is None else dec(latest.persons.value)

    def undemanded(self) -> Iterator[Cell]:
        demanded = {need for _, _, need, _ in self.demands()}
        needs = [n.id for n in self.fw.needs if all(other.broader != n.id for other in self.fw.needs)]
        final = [g.id for g in self.fw.target_groups if g.kind == "final"]
        served = [g for g in final if any(g in s.serves for s in self.fw.services)] or final
        for need in needs:
            near = any(
                need in chain(self.fw.needs, one, "broader") or one in chain(self.fw.needs, need, "broader")
                for one in demanded
            )
            for t in self.fw.territories:
                leaf = all(other.part_of != t.id for other in self.fw.territories)
                if not near and leaf and self.now(t):
                    yield from ((t.id, group, need, False) for group in served)

    # conditions

    def up(self, territory: str) -> list[str]:
        return chain(self.fw.territories, territory, "part_of")

    def now(self, record: Any) -> bool:
        return record.valid is None or bool(record.valid.contains(self.fw.reference_date))

    def active(self, service: Service) -> bool:
        return service.status in ("active", "pilot") and self.now(service)

    def try_conditions(self, cell: Cell) -> None:
        territory, group, need, _ = cell
        needs, groups = chain(self.fw.needs, need, "broader"), chain(self.fw.target_groups, group, "broader")
        furthest, self.arcs[cell] = 0, []
        for service in self.fw.services:
            if not set(service.meets) & set(needs):
                continue
            furthest = max(furthest, 1)
            if not set(service.serves) & set(groups):
                continue
            for delivery in service.deliveries:
                stage = self.stage(territory, group, service, delivery)
                furthest = max(furthest, stage)
                if stage == 6:
                    self.arcs[cell].append((service, delivery))
                    if service.eligibility and self.verdict(service.eligibility, territory, group) == 0:
                        self.conditional.add(cell)
        self.reason[cell] = ORDER[furthest]

    def stage(self, territory: str, group: str, service: Service, delivery: Delivery) -> int:
        if not (self.active(service) and self.now(delivery)):
            return 2
        if not set(self.area(delivery)) & set(self.up(territory)):
            return 3
        if service.eligibility is not None and self.verdict(service.eligibility, territory, group) < 0:
            return 4
        return 6 if self.accessible(service) else 5

    def area(self, delivery: Delivery) -> list[str]:
        site = self.fw.sites[delivery.site].territory if delivery.site else None
        return list(delivery.area) or ([site] if site else [])

    def accessible(self, service: Service) -> bool:
        if service.access is None or service.access.by != "referral":
            return True
        services, agencies = self.fw.services, self.fw.agencies
        return (
            any(r.receiver == service.id and self.now(r) and self.active(services[r.sender]) for r in self.fw.referrals)
            or any(self.active(services[one]) for one in service.access.referred_by if one in services)
            or any(self.now(agencies[one]) for one in service.access.referred_by if one in agencies)
        )

    def verdict(self, rule: Eligibility, territory: str, group: str) -> int:
        """1 yes, -1 no, 0 only some or nobody can tell (the strong logic of Kleene)."""
        parts = [self.verdict(one, territory, group) for one in rule.all]
        if rule.any:
            parts.append(max(self.verdict(one, territory, group) for one in rule.any))
        if rule.not_ is not None:
            parts.append(-self.verdict(rule.not_, territory, group))
        if rule.ages is not None:
            parts.append(self.of_age(rule.ages, group))
        for ids, records, name, own in (
            (rule.residence, self.fw.territories, "part_of", territory),
            (rule.groups, self.fw.target_groups, "broader", group),
        ):
            if ids:
                inside = bool(set(chain(records, own, name)) & set(ids))
                contains = any(own in chain(records, one, name) for one in ids)
                parts.append(1 if inside else 0 if contains else -1)
        parts += [0] * (bool(rule.languages) + (rule.condition is not None))
        return min(parts, default=1)

    def of_age(self, ages: tuple[int | None, int | None], group: str) -> int:
        stated = [self.fw.target_groups[one].ages for one in chain(self.fw.target_groups, group, "broader")]
        own = next((one for one in stated if one is not None and one != (None, None)), (None, None))
        wanted = {age for age in range(151) if (ages[0] or 0) <= age <= (150 if ages[1] is None else ages[1])}
        there = {age for age in range(151) if (own[0] or 0) <= age <= (150 if own[1] is None else own[1])}
        if own == (None, None) and ages != (None, None):
            return 0
        return 1 if there <= wanted else 0 if there & wanted else -1

    # capacity

    def kinds(self) -> dict[int, bool]:
        """Of each delivery (by identity): whether it is reckoned in persons per year."""
        asked: dict[int, set[bool]] = defaultdict(set)
        for cell, persons in self.persons.items():
            if persons is not None:
                for _, delivery in self.arcs[cell]:
                    asked[id(delivery)].add(cell[3])
        return {key: next(iter(flows)) if len(flows) == 1 else None for key, flows in asked.items()}  # type: ignore[misc]

    def offer(self, delivery: Delivery) -> tuple[bool, bool, Fraction | None]:
        """Kind, whether it is comparable, and the persons that it can serve."""
        stated = delivery.capacity
        per, unit = (stated.per, stated.unit) if stated is not None else (None, "places")
        flow = self.kinds().get(id(delivery))
        flow = (per is not None) if flow is None else flow
        amount = self.amount(delivery)
        if amount is None:
            return flow, True, None
        stay = dec(delivery.duration.value) / 365 if delivery.duration is not None and delivery.duration.value else None
        each = {"sessions": delivery.sessions_per_person, "hours": delivery.hours_per_person}
        if unit in each:
            taken = each[unit]
            if taken is None or taken.value == 0 or per is None:
                return flow, False, None
            amount /= dec(taken.value)
        if per is None:  # so many at a time
            persons = amount if not flow else amount / stay if stay else None
        else:
            a_year = amount * DAYS[per]
            persons = a_year if flow else a_year * stay if stay else None
        return flow, persons is not None, persons

    def amount(self, delivery: Delivery) -> Fraction | None:
        if delivery.capacity is not None:
            return dec(delivery.capacity.value)
        full_time = [post.fte for post in delivery.posts]
        if delivery.caseload is None or not full_time or any(fte is None for fte in full_time):
            return None
        return dec(delivery.caseload.value) * sum(dec(fte.value) for fte in full_time if fte is not None)

    # the answer

    def answer(self) -> dict[Cell, tuple[Any, ...]]:
        """Status, reason, served, unserved, uncertain, not surveyed, deliveries, conditional of each cell."""
        known, open_cells, incomparable = self.reach()
        demand = {cell: persons for cell, persons in self.persons.items() if persons}
        least = fair(demand, known, set())
        most = fair(demand, known, open_cells)
        found: dict[Cell, tuple[Any, ...]] = {}
        for cell, persons in self.persons.items():
            mapped, fits = self.mapped(cell), self.arcs[cell]
            low, high = least.get(cell, Fraction(0)), most.get(cell, Fraction(0))
            if not fits:
                status = "gap" if mapped else "not_surveyed"
            elif persons is None or low == persons:
                status = "covered"
            elif high < persons:
                status = "gap"
            else:
                status = "not_comparable" if cell in incomparable else "capacity_unknown"
            split = (
                (None,) * 4
                if persons is None
                else (0, 0, 0, persons)
                if status == "not_surveyed"
                else (low, persons - high, high - low, 0)
            )
            found[cell] = (
                status,
                self.reason[cell] if status == "gap" else None,
                *split,
                len(fits),
                cell in self.conditional,
            )
        return found

    def reach(self) -> tuple[dict[Cell, dict[int, Fraction]], set[Cell], set[Cell]]:
        known: dict[Cell, dict[int, Fraction]] = {}
        open_cells, incomparable = set(), set()
        for cell, persons in self.persons.items():
            if not persons:
                continue
            known[cell] = {}
            for _, delivery in self.arcs[cell]:
                flow, comparable, amount = self.offer(delivery)
                if flow == cell[3] and amount is not None:
                    known[cell][id(delivery)] = amount
                    continue
                open_cells.add(cell)
                if flow != cell[3] or not comparable:
                    incomparable.add(cell)
        return known, open_cells, incomparable

    def mapped(self, cell: Cell) -> bool:
        territory, _, need, _ = cell
        best: tuple[Any, ...] = ()
        for survey in self.fw.surveys:
            status = "partial" if survey.sectors and survey.status == "complete" else survey.status
            worse = ("complete", "partial", "not_asked").index(status)
            for place in survey.territories:
                for one in survey.needs or (None,):
                    narrow = 0 if one is None else len(chain(self.fw.needs, one, "broader"))
                    if place in self.up(territory) and (one is None or one in chain(self.fw.needs, need, "broader")):
                        best = max(best, (len(self.up(place)), narrow, worse))
        return best != () and best[2] == 0


def fair(
    demand: Mapping[Cell, Fraction], known: Mapping[Cell, Mapping[int, Fraction]], open_cells: set[Cell]
) -> dict[Cell, Fraction]:
    """Max-min fair shares by trying every subset: the tightest first, then the rest (a polymatroid's greedy)."""
    found = {cell: demand[cell] for cell in demand if cell in open_cells}
    left = [cell for cell in demand if cell not in open_cells]
    done: set[int] = set()
    while left:
        best: tuple[Fraction, list[Cell]] = (Fraction(2), [])
        for size in range(len(left), 0, -1):
            for subset in combinations(left, size):
                room = {site: amount for cell in subset for site, amount in known[cell].items() if site not in done}
                ratio = sum(room.values(), Fraction(0)) / sum(demand[cell] for cell in subset)
                if ratio < best[0]:
                    best = ratio, list(subset)
        if best[0] >= 1:
            return found | {cell: demand[cell] for cell in left}
        for cell in best[1]:
            found[cell] = best[0] * demand[cell]
            done |= set(known[cell])
        left = [cell for cell in left if cell not in best[1]]
    return found


def cells_of(gaps: coverage.Gaps) -> dict[Cell, dict[str, Any]]:
    columns = gaps.to_columns()
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return {(row["territory"], row["target_group"], row["need"], row["per"] == "year"): row for row in rows}


def through_columns(fw: Framework) -> Any:
    return from_frames(
        columns_of(fw).tables,
        framework=fw.id,
        title=str(fw.title),
        reference_date=fw.reference_date,
        basis=fw.basis,
        languages=fw.languages,
    )


# gaps ----------------------------------------------------------------------------------------------------

PARTS = ("served", "unserved", "uncertain", "not_surveyed")


@settings(max_examples=200)
@given(some_frameworks)
def test_every_cell_is_as_a_second_program_finds_it(fw: Framework) -> None:
    naive = Naive(fw)
    assume(sum(bool(persons) for persons in naive.persons.values()) <= 9)  # subsets are many
    expected, found = naive.answer(), cells_of(coverage.gaps(fw))
    assert set(found) == set(expected)
    for cell, (status, reason, *parts, fits, conditional) in expected.items():
        row = found[cell]
        assert (row["status"], row["reason"]) == (status, reason), cell
        assert (row["deliveries"], row["conditional"]) == (fits, conditional), cell
        assert [row[name] for name in PARTS] == [None if part is None else float(part) for part in parts], cell
        assert row["demand"] == (None if naive.persons[cell] is None else float(naive.persons[cell])), cell  # type: ignore[arg-type]


@given(frameworks(max_projects=0, max_ties=0, max_services=1, max_indicators=0, with_successions=False), st.data())
def test_every_rule_is_decided_as_in_the_second_program(fw: Framework, data: st.DataObject) -> None:
    naive, c = Naive(fw), compiled(fw)
    rules = data.draw(st.lists(eligibilities(fw.territories.keys(), fw.target_groups.keys()), min_size=1, max_size=3))
    pairs = [(t, g) for t in range(len(fw.territories)) for g in range(len(fw.target_groups))]
    places, groups = np.array([t for t, _ in pairs]), np.array([g for _, g in pairs])
    for rule in rules:
        wanted = [naive.verdict(rule, fw.territories[t].id, fw.target_groups[g].id) for t, g in pairs]
        assert decide(c, rule.plain(), places, groups).tolist() == wanted


@settings(max_examples=200)
@given(frameworks(max_projects=0, max_surveys=0, with_demand=False, with_successions=False))
def test_people_get_into_the_services_that_the_second_program_lets_them_into(fw: Framework) -> None:
    assume(fw.services)
    naive, c = Naive(fw), compiled(fw)
    assert _accessible(c).tolist() == [naive.accessible(service) for service in fw.services]
    offers = [(s, d) for s in fw.services for d in s.deliveries]
    assert offered(c).tolist() == [naive.active(s) and naive.now(d) for s, d in offers]


@given(frameworks(max_projects=0, max_services=0, max_surveys=6, with_successions=False))
def test_every_place_is_mapped_for_every_need_as_in_the_second_program(fw: Framework) -> None:
    naive, c = Naive(fw), compiled(fw)
    pairs = [(t, n) for t in range(len(fw.territories)) for n in range(len(fw.needs))]
    found = surveyed(c, np.array([t for t, _ in pairs]), np.array([n for _, n in pairs]))
    wanted = [naive.mapped((fw.territories[t].id, "", fw.needs[n].id, False)) for t, n in pairs]
    assert found.tolist() == wanted


@given(some_frameworks)
def test_served_is_the_largest_flow_that_networkx_finds(fw: Framework) -> None:
    naive = Naive(fw)
    known, _, _ = naive.reach()
    graph = nx.DiGraph()
    graph.add_nodes_from(("source", "sink"))
    scale = 365 * 20 * 12 * 7 * 9 * 64  # makes nearly all capacities whole; networkx adds what is left exactly enough
    for cell, sites in known.items():
        graph.add_edge("source", cell, capacity=naive.persons[cell] * scale)  # type: ignore[operator]
        for site, amount in sites.items():
            graph.add_edge(cell, site)
            graph.add_edge(site, "sink", capacity=amount * scale)
    most = nx.maximum_flow_value(graph, "source", "sink")
    served = sum(coverage.gaps(fw).totals(per)["served"] for per in (None, "year"))  # type: ignore[arg-type]
    assert abs(served - float(most / scale)) <= 1e-9 * max(1, served)


@given(some_frameworks)
def test_the_parts_of_each_cell_sum_to_its_demand(fw: Framework) -> None:
    gaps = coverage.gaps(fw)
    for number, demand in enumerate(gaps._exact["demand"]):
        if demand is not None:
            parts = [gaps._exact[name][number] for name in PARTS]
            assert all(part is not None and part >= 0 for part in parts)
            assert sum(parts) == demand  # type: ignore[arg-type]
    for per in (None, "year"):
        totals = gaps.totals(per)  # type: ignore[arg-type]
        assert abs(sum(totals[name] for name in PARTS) - totals["demand"]) <= 1e-9 * max(1, totals["demand"])


@given(some_frameworks)
def test_the_shortages_of_the_bottlenecks_are_all_that_is_unserved_for_want_of_places(fw: Framework) -> None:
    gaps = coverage.gaps(fw)
    columns = gaps.to_columns()
    for per in (None, "year"):
        wanting = sum(
            columns["unserved"][i]
            for i in range(len(gaps.cells))
            if columns["per"][i] == per and columns["demand"][i] is not None and columns["deliveries"][i] > 0
        )
        shortage = sum(block.shortage for block in gaps.bottlenecks if block.per == per)
        assert abs(wanting - shortage) <= 1e-9 * max(1, wanting)
    for block in gaps.bottlenecks:
        assert abs(block.demand - block.capacity - block.shortage) <= 1e-9 * block.demand
        assert block.shortage > 0
        assert {gaps.status[gaps.cells.index(cell)] for cell in block.cells} <= {"gap"}


@given(some_frameworks, st.data())
def test_more_capacity_never_widens_a_gap(fw: Framework, data: st.DataObject) -> None:
    stated = [(service, delivery) for service in fw.services for delivery in service.deliveries if delivery.capacity]
    assume(stated)
    service, delivery = data.draw(st.sampled_from(stated))
    assert delivery.capacity is not None
    more = delivery.capacity.value + data.draw(st.sampled_from([1, 0.5, 40]))
    path = f"services[{service.id}].deliveries[{delivery.key}].capacity"
    richer = fw.evolve(
        {
            path: {
                "value": more,
                **{
                    name: getattr(delivery.capacity, name)
                    for name in ("unit", "per")
                    if getattr(delivery.capacity, name)
                },
            }
        }
    )
    before, after = coverage.gaps(fw), coverage.gaps(richer)
    assert before.cells == after.cells
    for row in range(len(before.cells)):
        old, new = before._exact["unserved"][row], after._exact["unserved"][row]
        assert old is None or new is None or new <= old
    for per in (None, "year"):
        assert after.totals(per)["served"] >= before.totals(per)["served"] - 1e-9  # type: ignore[arg-type]


@given(some_frameworks, st.integers(0, 3))
def test_the_order_of_the_records_changes_nothing(fw: Framework, seed: int) -> None:
    one, two = coverage.gaps(fw), coverage.gaps(reordered(fw, seed))
    assert two.to_columns() == one.to_columns()
    assert two.bottlenecks == one.bottlenecks
    assert two.summary() == one.summary()


@given(some_frameworks)
def test_other_ids_change_nothing_but_the_names(fw: Framework) -> None:
    keys = ids_of(fw)
    there = {key: f"z{len(keys) - number}" for number, key in enumerate(keys)}  # turns the order of the ids round
    assume(not set(there.values()) & set(keys))
    one, two = coverage.gaps(fw), coverage.gaps(relabelled(fw, there))
    old, new = cells_of(one), cells_of(two)
    assert {(there[t], there[g], there[n], flow) for t, g, n, flow in old} == set(new)
    for (t, g, n, flow), row in old.items():
        other = new[there[t], there[g], there[n], flow]
        names = ("status", "reason", "demand", *PARTS, "basis", "deliveries", "conditional")
        assert [row[name] for name in names] == [other[name] for name in names]
    assert sorted(
        (b.demand, b.capacity, b.shortage, len(b.cells), len(b.deliveries)) for b in one.bottlenecks
    ) == sorted((b.demand, b.capacity, b.shortage, len(b.cells), len(b.deliveries)) for b in two.bottlenecks)
    for per in (None, "year"):
        assert one.totals(per) == two.totals(per)  # type: ignore[arg-type]


@given(some_frameworks)
def test_both_doors_give_the_same_gaps_and_commitments(fw: Framework) -> None:
    other = through_columns(fw)
    assert coverage.gaps(other).to_columns() == coverage.gaps(fw).to_columns()
    assert coverage.gaps(other).bottlenecks == coverage.gaps(fw).bottlenecks
    assert coverage.commitments(other).to_columns() == coverage.commitments(fw).to_columns()


@given(frameworks(hostile_text=True, max_projects=1))
def test_every_gap_is_explained(fw: Framework) -> None:
    gaps = coverage.gaps(fw)
    assert gaps.summary()
    assert gaps.explain()
    for key in gaps.cells:
        assert gaps.explain(key)


# commitments -----------------------------------------------------------------------------------------------


def naive_commitments(fw: Framework) -> list[tuple[str, str, str, str, str]]:
    """Project, promise, member, state and how it is known."""
    found = []
    for project in fw.projects:
        for promise in project.commitments:
            for collection, member in sorted(promised_members(fw, promise), key=lambda pair: pair[1]):
                said = promised_state(fw, project, promise, collection, member)
                found.append((project.id, promise.id, member, *said))
    return found


def promised_members(fw: Framework, promise: Any) -> set[tuple[str, str]]:
    every = promise.every
    if every.level is None:
        return {
            (name, key)
            for key in every.ids
            for name in ("territories", "agencies", "sites", "projects")
            if key in getattr(fw, name)
        }
    naive = Naive(fw)
    return {
        ("territories", t.id)
        for t in fw.territories
        if t.level == every.level and naive.now(t) and (every.within is None or every.within in naive.up(t.id))
    }


def only_assumed(fw: Framework, record: Any) -> bool:
    return bool(record.sources) and all(fw.sources[one].kind == "assumption" for one in record.sources)


def promised_state(fw: Framework, project: Any, promise: Any, collection: str, member: str) -> tuple[str, str]:
    for evidence in promise.evidence:
        if evidence.member == member:
            if only_assumed(fw, evidence):
                return "unknown", "assumed"
            return evidence.status, evidence.claimed
    has = promise.has
    if has.deliverable and any(d.id == has.deliverable and d.status == "not_delivered" for d in project.deliverables):
        return "not_met", "document"
    if not (has.service or has.need or has.post):
        return "unknown", "nothing"
    naive = Naive(fw)
    offered = [
        (s, d)
        for s in fw.services
        for d in s.deliveries
        if promised_service(fw, has, s) and naive.active(s) and naive.now(d) and covers(naive, s, d, collection, member)
    ]
    there = [(s, d) for s, d in offered if has.post is None or has.post in [post.role for post in d.posts]]
    if there and (has.activity or has.deliverable):
        return "unknown", "nothing"
    if there:
        sure = any(not only_assumed(fw, d if d.sources else s) for s, d in there)
        return ("met", "document") if sure else ("unknown", "assumed")
    needs = (has.need,) if has.need else fw.services[has.service].meets if has.service else ()
    if offered:
        return "unknown", "nothing"
    if collection == "territories" and needs and all(naive.mapped((member, "", need, False)) for need in needs):
        return "not_met", "mapped"
    return "unknown", "nothing"


def promised_service(fw: Framework, has: Any, service: Service) -> bool:
    meets = has.need is None or bool(set(service.meets) & set(chain(fw.needs, has.need, "broader")))
    return meets and has.service in (None, service.id)


def covers(naive: Naive, service: Service, delivery: Delivery, collection: str, member: str) -> bool:
    if collection == "territories":
        return bool(set(naive.area(delivery)) & set(naive.up(member)))
    if collection == "agencies":
        return any(member in chain(naive.fw.agencies, one, "part_of") for one in service.providers)
    return member == (delivery.site if collection == "sites" else delivery.funded_by)


@settings(max_examples=200)
@given(frameworks(max_projects=1, max_services=4, max_indicators=0, max_ties=0, with_successions=False, fitting=True))
def test_every_promise_is_as_a_second_program_finds_it(fw: Framework) -> None:
    columns = coverage.commitments(fw).to_columns()
    names = ("project", "commitment", "member", "state", "how")
    assert list(zip(*(columns[name] for name in names), strict=True)) == naive_commitments(fw)


@pytest.mark.parametrize(
    ("has", "said"),
    [
        ({"service": "s"}, ("met", "document")),
        ({"need": "n"}, ("met", "document")),
        ({"service": "s", "need": "n"}, ("met", "document")),
        ({"service": "s", "need": "other"}, ("not_met", "mapped")),
        ({"service": "s", "activity": "course"}, ("unknown", "nothing")),
        ({"need": "n", "deliverable": "guide"}, ("unknown", "nothing")),
        ({"need": "n", "post": "psychologist"}, ("unknown", "nothing")),  # who maps services does not map their posts
        ({"need": "other", "post": "psychologist"}, ("not_met", "mapped")),
    ],
)
def test_all_that_one_promise_names_must_be_there(has: dict[str, str], said: tuple[str, str]) -> None:
    promise = {"id": "p", "name": "P", "every": {"ids": ["t"]}, "has": has}
    fw = Framework.model_validate(
        {
            "framework": "f",
            "title": "F",
            "reference_date": "2022-06-01",
            "territories": [{"id": "t"}],
            "needs": [{"id": "n"}, {"id": "other"}],
            "surveys": [{"territories": ["t"], "status": "complete"}],
            "services": [{"id": "s", "meets": ["n"], "deliveries": [{"area": ["t"]}]}],
            "projects": [
                {
                    "id": "x",
                    "activities": [{"id": "course", "name": "C"}],
                    "commitments": [promise],
                    "deliverables": [{"id": "guide", "name": "G", "status": "delivered"}],
                }
            ],
        }
    )
    columns = coverage.commitments(fw).to_columns()
    assert (columns["state"][0], columns["how"][0]) == said
    assert naive_commitments(fw)[0][3:] == said


@given(frameworks(max_projects=2, with_successions=False), st.integers(0, 3))
def test_promises_do_not_depend_on_the_order_of_the_services(fw: Framework, seed: int) -> None:
    def rows(one: Framework) -> list[tuple[Any, ...]]:
        return sorted(zip(*coverage.commitments(one).to_columns().values(), strict=True), key=repr)

    assert rows(fw) == rows(reordered(fw, seed))
