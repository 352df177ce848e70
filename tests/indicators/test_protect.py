"""Protection of person counts against an independent attacker."""

from __future__ import annotations

import json
import random
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indicator_attacker import IDENTITY, MARITAL, PERSONS, Attacker, Chain, assert_safe, attack, counted, crowded, table
from indicator_documents import PARTS, RATE, count, document, row, seen

from integrated_services import coverage, indicators, samples
from integrated_services._results import Result, provenance
from integrated_services.errors import InfeasibleError
from integrated_services.indicators import Policy, protect
from integrated_services.model import dumps, loads

# published examples --------------------------------------------------------------------------------------------------


def test_hiding_small_counts_alone_gives_them_all_back():
    release = protect(table(MARITAL), Policy(secondary=False))
    assert release.hidden == {"derived": 3, "withheld": 3}
    ranges = attack(release, ["persons"])
    recovered = {place[1]: low for place, (low, high) in ranges.items() if len(place) == 2 and low == high}
    assert recovered == {3: 4, 4: 3, 5: 1}  # as the handbook shows
    assert not release.audited


def test_the_handbooks_table_is_safe_after_protection():
    for threshold in (3, 5):
        result = table(MARITAL)
        release = protect(result, Policy(threshold=threshold))
        assert_safe(result, release, attack(release, ["persons"]), ["persons"], threshold)
        assert release.audited


def test_every_table_that_agrees_with_the_release_is_found_by_plain_enumeration():
    release = protect(table([[9, 2], [3, 20]]))
    shown, sums = release.to_columns()["persons"], release.margin_tables()
    by_status, by_sex = sums["area", "status"]["persons"], sums["area", "sex"]["persons"]
    grand = sums["area",]["persons"][0]
    tables = []
    for a, b, c, d in product(range(1, 25), repeat=4):
        cells = (a, b, c, d)
        totals = [
            (a + b, by_status[0]),
            (c + d, by_status[1]),
            (a + c, by_sex[0]),
            (b + d, by_sex[1]),
            (sum(cells), grand),
        ]
        if all(s in (None, v) for s, v in zip(shown, cells, strict=True)) and all(s in (None, v) for v, s in totals):
            tables.append(cells)
    for place in (1, 2):  # the 2 and the 3
        values = {cells[place] for cells in tables}
        assert max(values) - min(values) >= 5


def test_tables_of_two_areas_cannot_be_subtracted():
    whole, part = [[52, 55], [130, 140], [39, 49]], [[50, 54], [128, 140], [39, 49]]  # HandbookSDC, chapter 5
    result = table([*whole, *part], areas=("county", "town"))
    release = protect(result, parents={"area": {"town": "county"}})
    shown = release.to_columns()["persons"]
    for number in range(3):
        assert None in (shown[number], shown[number + 6])
    ranges = attack(release, ["persons"], {"town": "county"}, "area", least=0)
    for number in range(3):
        low, high = ranges["rest", number, number + 6]
        assert high - low >= 5
    plain = protect(result)  # without the hierarchy nothing is known to be a difference
    assert plain.reasons == ()


@settings(max_examples=25)
@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=4))
def test_no_small_count_of_a_random_table_can_be_worked_out(numbers):
    result = table(numbers)
    release = protect(result)
    assert_safe(result, release, attack(release, ["persons"]), ["persons"])
    for line, value in enumerate(release.to_columns()["persons"]):
        assert value in (None, result.to_columns()["persons"][line])
        assert (release.to_columns()["share"][line] is None) == (value is None)


@settings(max_examples=25)
@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=3, max_size=3))
def test_where_zeros_are_secret_none_is_shown(numbers):
    result = table(numbers)
    try:
        release = protect(result, Policy(zeros_unsafe=True))
    except InfeasibleError:
        return
    ranges = attack(release, ["persons"], least=0)
    for line, value in enumerate(result.to_columns()["persons"]):
        if value < 5:
            low, high = ranges["persons", line]
            assert low <= value <= high
            assert high - low >= 5


def test_measures_of_measures_are_hidden_too():
    release = protect(Chain(provenance=provenance("tests.chain", "0" * 64)))
    assert release.to_columns()["rank"] == [None, 2]
    assert release.to_columns()["suppressed"] == ["rank (derived); half (derived); persons (withheld)", None]


# coverage ------------------------------------------------------------------------------------------------------------


def whole_numbers(result: Result) -> bool:
    columns = result.to_columns()
    return all(value == int(value) for name in PERSONS for value in columns[name] if value is not None)


@pytest.mark.parametrize("seed", range(6))
def test_small_demands_cannot_be_worked_out_of_gaps(seed):
    result = coverage.gaps(crowded(seed))
    release = protect(result)
    shown, sums, attacker = release.to_columns(), release.margin_tables(), Attacker()
    size = len(shown["demand"])
    for column in PERSONS:
        for line in range(size):
            attacker.know((column, line), shown[column][line])
    for line, (total, parts) in product(range(size), IDENTITY):
        attacker.add((total, line), [(part, line) for part in parts])
    for keys, columns in sums.items():
        for group in range(len(columns["suppressed"])):
            lines = [i for i in range(size) if all(shown[k][i] == columns[k][group] for k in keys)]
            for column in PERSONS:
                attacker.know((column, keys, group), columns[column][group])
                attacker.add((column, keys, group), [(column, i) for i in lines])
    assert release.reasons
    whole = whole_numbers(result)
    assert_safe(result, release, attacker.ranges(int(whole), whole=whole), PERSONS)


def test_without_the_identity_a_row_gives_its_small_count_back(monkeypatch):
    """The identity is what protects: 9 wanted and 7 served leave 2."""
    monkeypatch.setattr(coverage.Gaps, "identities", ())
    fw = crowded()
    plain = json.loads(dumps(fw))
    plain["demands"] = [{"need": "care", "target_group": "group0", "territory": "c", "persons": 9}]
    loose = protect(coverage.gaps(loads(json.dumps(plain)), all_needs=False))
    assert row(loose)["unserved"] is None
    assert row(loose)["demand"] - row(loose)["served"] == 2
    monkeypatch.setattr(coverage.Gaps, "identities", IDENTITY)
    tight = row(protect(coverage.gaps(loads(json.dumps(plain)), all_needs=False)))
    assert None in (tight["demand"], tight["served"])


def test_assumed_figures_stay():
    for name in ("elektrenai", "laane-viru"):
        result = coverage.gaps(samples.load(name))
        release = protect(result)
        shown = release.to_columns()
        assert shown.pop("suppressed") == [None] * len(shown["demand"])
        assert shown == result.to_columns()
        assert release.explain(shown["territory"][0])


def test_assumed_and_observed_counts_of_one_table_are_told_apart():
    result = table([[3, 20], [4, 30]])
    result.cells["basis"][0] = "assumed"
    release = protect(result)
    shown = release.to_columns()["persons"]
    assert shown[0] == 3
    assert shown[2] is None


def test_a_sum_that_is_fixed_by_planning_figures_is_no_way_out():
    result = table([[3, 20]])
    result.cells["basis"][1] = "assumed"
    release = protect(result)
    assert release.to_columns()["persons"] == [None, 20]
    assert release.margin_tables()["area",]["persons"] == [None]  # 23 less the assumed 20 is 3


def test_what_planning_figures_give_away_cannot_be_protected():
    territories = {"t": "c"}
    result = table([[3, 30], [3, 30]], areas=("c", "t"))
    result.cells["basis"] = ["stated", "stated", "assumed", "stated"]
    release = protect(result, parents={"area": territories})
    assert release.to_columns()["persons"][0] is None


# values of indicators ------------------------------------------------------------------------------------------------


def what_a_reader_sees(release: Any) -> Attacker:
    """All numbers of the counts and the rate, and how they hang together."""
    shown, attacker = release.to_records(), Attacker()
    at = {(one["indicator"], one["territory"], one["breakdown"]): number for number, one in enumerate(shown)}
    for (name, place, part), number in at.items():
        columns = ("numerator", "denominator") if name == "rate" else ("value",)
        for column in columns:
            attacker.know((column, number), shown[number][column])
            if place == "county":
                attacker.add((column, number), [(column, at[name, inside, part]) for inside in "abc"])
            if part is None:
                attacker.add((column, number), [(column, at[name, place, sex]) for sex in ("sex=w", "sex=m")])
        if name == "rate":
            attacker.add(("numerator", number), [("value", at["supported", place, part])])
            attacker.add(("denominator", number), [("value", at["pupils", place, part])])
            attacker.know(("without", number), None)
            attacker.add(("denominator", number), [("numerator", number), ("without", number)])
    return attacker


@pytest.mark.parametrize("seed", range(8))
def test_small_counts_cannot_be_worked_out_of_values(seed):
    result = indicators.calculate(counted(random.Random(seed)))
    release = protect(result)
    ranges = what_a_reader_sees(release).ranges(least=0)
    counts = {}
    for number, one in enumerate(result.to_records()):
        if one["indicator"] == "rate":
            counts["without", number] = one["denominator"] - one["numerator"]
            counts |= {(name, number): one[name] for name in ("numerator", "denominator")}
        else:
            counts["value", number] = one["value"]
    small_ones = {place: value for place, value in counts.items() if 0 < value < 5}
    assert small_ones
    for place, value in small_ones.items():
        low, high = ranges[place]
        assert low <= value <= high
        assert high - low >= 5


def test_a_share_is_shown_only_with_both_its_parts():
    shown = protect(indicators.calculate(counted(random.Random(1)))).to_records()
    assert any(one["value"] is None for one in shown if one["indicator"] == "rate")
    for one in shown:
        if one["indicator"] == "rate":
            parts = {one[name] is None for name in ("numerator", "denominator")}
            assert (one["value"] is None) == (True in parts) == (one["low"] is None) == (one["high"] is None)


def test_who_is_not_in_the_numerator_is_protected_too():
    said = [seen("supported", "a", 58), seen("pupils", "a", 60)]
    release = protect(indicators.calculate(document(indicators=[*PARTS, RATE], observations=said)))
    rate = row(release, indicator="rate", territory="a")
    assert None in (rate["numerator"], rate["denominator"])
    assert (rate["value"], rate["low"], rate["high"]) == (None, None, None)


def test_a_stated_share_of_a_known_number_of_persons_is_hidden_where_it_tells_a_small_count():
    said = [seen("rate", "a", 12.5), seen("pupils", "a", 8), seen("rate", "b", 50), seen("pupils", "b", 80)]
    release = protect(indicators.calculate(document(indicators=[*PARTS, RATE], observations=said)))
    assert row(release, indicator="rate", territory="a")["value"] is None
    assert row(release, indicator="rate", territory="b")["value"] == 50


def test_a_share_without_numbers_of_persons_is_shown():
    release = protect(indicators.calculate(document(indicators=[*PARTS, RATE], observations=[seen("rate", "a", 12.5)])))
    assert row(release, territory="a")["value"] == 12.5


def test_what_no_person_is_counted_in_is_shown():
    said = [seen("n", "a", 2), seen("n", "b", 1), seen("n", "c", 3)]
    result = indicators.calculate(document(indicators=[count(counts="events", unit="events")], observations=said))
    assert protect(result).reasons == ()


def test_targets_are_shown_and_progress_is_hidden_with_the_value():
    said = [seen("n", "a", 3), seen("n", "a", 2, "2020", kind="baseline"), seen("n", "a", 4, "2022", kind="target")]
    release = protect(indicators.calculate(document(indicators=[count(direction="increase")], observations=said)))
    one = row(release, territory="a")
    assert (one["target"], one["value"], one["baseline"], one["progress"], one["target_met"]) == (
        4,
        None,
        None,
        None,
        None,
    )
    assert "value (withheld)" in one["suppressed"]
    assert "progress (derived)" in one["suppressed"]


def test_a_note_does_not_tell_that_a_hidden_baseline_equals_the_target():
    said = [seen("n", "a", 40), seen("n", "a", 3, "2020", kind="baseline"), seen("n", "a", 3, "2022", kind="target")]
    result = indicators.calculate(document(indicators=[count(direction="increase")], observations=said))
    assert row(result, territory="a")["progress_note"] == "target equals baseline"
    assert row(protect(result), territory="a")["progress_note"] is None


def test_a_mean_does_not_give_a_hidden_count_back():
    said = [seen("n", "a", 3), seen("n", "b", 18), seen("n", "c", 30)]
    release = protect(indicators.calculate(document(indicators=[count("mean")], observations=said)))
    assert row(release, territory="county")["value"] is None  # 3 * 17 - 18 - 30 = 3
    said[0] = seen("n", "a", 13)
    release = protect(indicators.calculate(document(indicators=[count("mean")], observations=said)))
    assert row(release, territory="county")["value"] == pytest.approx(61 / 3)


def test_a_county_less_its_municipalities_is_protected():
    said = [seen("n", "county", 53), seen("n", "a", 20), seen("n", "b", 30)]
    release = protect(indicators.calculate(document(indicators=[count()], observations=said)))
    shown = [row(release, territory=one)["value"] for one in ("county", "a", "b")]
    assert None in shown  # 53 - 20 - 30 = 3 persons in c, where nothing is said


def test_the_persons_of_whom_a_breakdown_says_nothing_are_protected():
    said = [seen("n", "a", 30), seen("n", "a", 27, breakdown={"sex": "women"})]
    release = protect(indicators.calculate(document(indicators=[count()], observations=said)))
    assert None in [one["value"] for one in release.to_records() if one["territory"] == "a"]


def test_a_baseline_beside_several_values_is_hidden_everywhere():
    said = [seen("n", one, number, "2020", kind="baseline") for one, number in (("a", 3), ("b", 7), ("c", 50))]
    said += [seen("n", one, 40, when) for one in "abc" for when in ("2021", "2022")]
    release = protect(indicators.calculate(document(indicators=[count()], observations=said)))
    shown = {(one["territory"], one["period"]): one["baseline"] for one in release.to_records()}
    for one in ("a", "b", "c", "county"):
        assert (shown[one, "2021"] is None) == (shown[one, "2022"] is None)
    assert shown["a", "2021"] is None
    assert [shown[one, "2021"] for one in ("b", "c", "county")].count(None) == 1


def test_a_hidden_baseline_is_not_shown_in_the_row_of_another_period():
    said = [seen("n", one, number, "2020", kind="baseline") for one, number in (("a", 3), ("b", 7), ("c", 50))]
    said += [seen("n", one, 40, "2021") for one in "abc"] + [seen("n", "b", 40, "2022")]
    release = protect(indicators.calculate(document(indicators=[count()], observations=said)))
    assert row(release, territory="b", period="2021")["baseline"] is None  # or 60 - 50 - 7 would be the 3 of a
    assert row(release, territory="b", period="2022")["baseline"] is None


def test_few_participants_are_hidden_with_the_cost_of_each():
    activities = [{"id": "t", "name": "T", "kind": "training", "participants": 3}]
    fw = document(projects=[{"id": "p", "name": "P", "finance": {"total": "90 EUR"}, "activities": activities,
                             "territories": ["county"]}])  # fmt: skip
    release = protect(indicators.cost(fw))
    each = row(release, measure="per_participant")
    assert (each["denominator"], each["amount"], each["numerator"]) == (None, None, 90)
    assert row(release, measure="per_municipality")["denominator"] == 3
    assert "30.00" not in release.explain("per_participant")
