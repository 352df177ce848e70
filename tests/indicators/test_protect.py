"""Protection of person counts against an independent attacker."""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Iterable
from itertools import pairwise, product
from typing import Any, ClassVar

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indicator_documents import PARTS, RATE, count, document, row, same, seen
from scipy.optimize import Bounds, LinearConstraint, milp

from integrated_services import coverage, indicators, samples
from integrated_services._compiled import Compiled
from integrated_services._results import Column, Result, provenance
from integrated_services.errors import AnalysisError, InfeasibleError
from integrated_services.indicators import Policy, protect
from integrated_services.model import Framework, dumps, loads
from integrated_services.model._columns import columns_of

# results to protect --------------------------------------------------------------------------------------------------


@attrs.frozen(eq=False)
class Table(Result):
    """Persons by area, status and sex, with sums by each of the latter."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("area", "Area", role="key"),
        Column("status", "Status", role="key"),
        Column("sex", "Sex", role="key"),
        Column("persons", "Persons", persons=True, basis="basis"),
        Column("share", "Share", reveals=("persons",)),
        Column("basis", "Basis"),
    )
    margins: ClassVar[tuple[tuple[str, ...], ...]] = (("area", "status"), ("area", "sex"), ("area",))

    cells: dict[str, list[Any]]

    def to_columns(self):
        return {name: list(values) for name, values in self.cells.items()}

    def summary(self):
        return f"{sum(self.cells['persons'])} persons."


def table(numbers: Iterable[Iterable[int]], areas: Iterable[str] = ("all",), basis: str = "stated") -> Table:
    """Make a table: rows are statuses, columns are sexes; several areas stand below each other."""
    numbers = [list(line) for line in numbers]
    areas = list(areas)
    each = len(numbers) // len(areas)
    keys = [
        (areas[i // each], f"status{i % each}", f"sex{j}") for i, line in enumerate(numbers) for j in range(len(line))
    ]
    flat = [number for line in numbers for number in line]
    cells = dict(zip(("area", "status", "sex"), map(list, zip(*keys, strict=True)), strict=True))
    cells |= {"persons": flat, "share": [number / (sum(flat) or 1) for number in flat], "basis": [basis] * len(flat)}
    return Table(cells=cells, provenance=provenance("tests.table", "0" * 64))


@attrs.frozen(eq=False)
class Chain(Result):
    """A measure that tells of a measure that tells of persons; the former stands first."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("area", "Area", role="key"),
        Column("rank", "Rank", reveals=("half",)),
        Column("half", "Half", reveals=("persons",)),
        Column("persons", "Persons", persons=True),
    )

    def to_columns(self):
        return {"area": ["a", "b"], "rank": [1, 2], "half": [1.5, 40.0], "persons": [3, 80]}

    def summary(self):
        return "Two areas."


# an attacker who knows only what is shown ----------------------------------------------------------------------------


class Attacker:
    """Solves for hidden numbers with integer programs over all that is released."""

    def __init__(self) -> None:
        self.numbers: dict[Any, float | None] = {}
        self.equations: list[tuple[Any, tuple[Any, ...]]] = []

    def know(self, place: Any, value: float | None) -> None:
        """Take a number as shown, or None for one that is hidden."""
        self.numbers[place] = value

    def add(self, total: Any, members: Iterable[Any]) -> None:
        """Take a sum as known."""
        self.equations.append((total, tuple(members)))

    def ranges(self, least: int = 1, *, whole: bool = True) -> dict[Any, tuple[float, float]]:
        """Lowest and highest (whole) value of each hidden number."""
        unknown = [place for place, value in self.numbers.items() if value is None]
        at = {place: number for number, place in enumerate(unknown)}
        left, right = np.zeros((len(self.equations), len(unknown))), np.zeros(len(self.equations))
        for line, (total, members) in enumerate(self.equations):
            for place, sign in ((total, 1.0), *((member, -1.0) for member in members)):
                if place in at:
                    left[line, at[place]] += sign
                else:
                    right[line] -= sign * self.numbers[place]
        found = {}
        for place in unknown:
            ends = []
            for sign in (1, -1):
                goal = np.zeros(len(unknown))
                goal[at[place]] = sign
                answer = milp(goal, integrality=np.full(len(unknown), whole), bounds=Bounds(least, 10**4),
                              constraints=LinearConstraint(left, right, right))  # fmt: skip
                assert answer.success, answer.message
                ends.append(sign * answer.fun)
            found[place] = (ends[0], ends[1])
        return found


def attack(release: Any, columns: Iterable[str], parents: dict[str, str] | None = None, key: str = "", least: int = 1):
    """Attack a release by its margins, its identities and a hierarchy."""
    shown, attacker = release.to_columns(), Attacker()
    columns = list(columns)
    size = len(shown[columns[0]])
    hidden = {(one.column, one.row) for one in release.reasons}
    for column in columns:
        for line in range(size):
            value = shown[column][line]
            if value is not None or (column, line) in hidden:
                assert (value is None) == ((column, line) in hidden)
                attacker.know((column, line), value)
    for keys, sums in release.margin_tables().items():
        for group in range(len(sums["suppressed"])):
            lines = [i for i in range(size) if all(shown[k][i] == sums[k][group] for k in keys)]
            for column in columns:
                members = [(column, i) for i in lines if (column, i) in attacker.numbers]
                if members:
                    attacker.know((column, keys, group), sums[column][group])
                    attacker.add((column, keys, group), members)
    if parents:
        others = [column.name for column in release.columns if column.role == "key" and column.name != key]
        for i, j in product(range(size), repeat=2):
            if parents.get(shown[key][j]) == shown[key][i] and all(shown[o][i] == shown[o][j] for o in others):
                attacker.know(("rest", i, j), None)
                attacker.add(("persons", i), [("persons", j), ("rest", i, j)])
    return attacker.ranges(least)


def small(result: Result, columns: Iterable[str], threshold: int = 5) -> list[tuple[str, int]]:
    """The places of the small counts of a result."""
    raw = result.to_columns()
    return [(c, i) for c in columns for i, value in enumerate(raw[c]) if value is not None and 0 < value < threshold]


def assert_safe(
    result: Result, release: Any, ranges: dict[Any, tuple[float, float]], columns: Iterable[str], threshold: int = 5
):
    """Every small count is hidden, and a reader cannot pin it down to less than the threshold."""
    raw = result.to_columns()
    for column, line in small(result, columns, threshold):
        assert release.to_columns()[column][line] is None
        low, high = ranges[column, line]
        assert low <= raw[column][line] <= high
        assert high - low >= threshold


# published examples --------------------------------------------------------------------------------------------------

MARITAL = [[38, 17], [7, 4], [3, 1]]  # HandbookSDC, chapter 5


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

IDENTITY = (("demand", ("served", "unserved", "uncertain", "not_surveyed")),)
PERSONS = ("demand", "served", "unserved", "uncertain", "not_surveyed")


def crowded(seed: int = 1, groups: int = 1) -> Framework:
    """A county with stated demands, many of them small, and few places."""
    draw = random.Random(seed)
    names = [f"group{number}" for number in range(groups)]
    demands = [
        {"need": need, "target_group": group, "territory": place, "persons": draw.choice([0, 1, 2, 3, 4, 6, 9, 15, 30])}
        for need in ("care", "advice")
        for group in names
        for place in ("a", "b", "c")
    ]
    services = [
        {"id": need, "name": need, "meets": [need], "serves": names,
         "deliveries": [{"area": area, "capacity": places} for area, places in ((["a", "b"], 11), (["c"], 7))]}
        for need in ("care", "advice")
    ]  # fmt: skip
    return document(
        target_groups=[{"id": one, "name": one, "kind": "final"} for one in names],
        needs=[{"id": one, "name": one} for one in ("care", "advice")],
        services=services,
        demands=demands,
        surveys=[{"id": "s", "territories": ["county"], "status": "complete"}],
    )


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


def counted(draw: random.Random, most: int = 14) -> Framework:
    """Pupils and those with support, by sex, in three municipalities of a county."""
    said = []
    for place in ("a", "b", "c"):
        both = {"pupils": [0, 0], "supported": [0, 0]}
        for sex in (0, 1):
            both["pupils"][sex] = draw.randint(1, most)
            both["supported"][sex] = draw.randint(0, both["pupils"][sex])
        for name, numbers in both.items():
            said += [seen(name, place, part, breakdown={"sex": sex}) for sex, part in zip("wm", numbers, strict=True)]
            said.append(seen(name, place, sum(numbers)))
    return document(indicators=[*PARTS, RATE], observations=said)


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


# what a release is ---------------------------------------------------------------------------------------------------


def reachable(start: Any) -> list[Any]:
    """Everything that can be reached from an object by attributes and items, classes and modules aside."""
    found, todo, known = [], [start], set()
    while todo:
        one = todo.pop()
        if id(one) in known or isinstance(one, type) or (callable(one) and not hasattr(one, "__dict__")):
            continue
        known.add(id(one))
        found.append(one)
        if isinstance(one, dict):
            todo += [*one, *one.values()]
        elif isinstance(one, (list, tuple, set, frozenset)):
            todo += list(one)
        elif not isinstance(one, (str, bytes, int, float)) and not callable(one):
            names = [
                *getattr(one, "__dict__", {}),
                *(n for c in type(one).__mro__ for n in getattr(c, "__slots__", ())),
            ]
            todo += [getattr(one, name) for name in names if name != "__weakref__" and hasattr(one, name)]
    return found


def test_nothing_of_a_hidden_number_is_left_in_a_release():
    said = [seen("n", one, number) for one, number in (("a", 4831), ("b", 7919), ("c", 91193))]
    result = indicators.calculate(document(indicators=[count()], observations=said))
    release = protect(result, Policy(threshold=5000))
    hidden = [one for one in (4831, 7919) if one not in release.to_columns()["value"]]
    assert hidden == [4831, 7919]
    everything = reachable(release)
    numbers = [one for one in everything if isinstance(one, (int, float)) and not isinstance(one, bool)]
    texts = " ".join(one for one in everything if isinstance(one, str))
    left = pickle.dumps(release)
    written = [release.to_json(), release.to_csv(), repr(release), str(release), release._repr_html_(), texts]
    written += [release.explain("a"), release.explain("b"), release.summary(), repr(release.__dict__)]
    written.append(repr(list(release.to_frame().itertuples())))
    for number in hidden:
        assert number not in numbers
        assert not any(str(number) in text or f"{number:,}" in text for text in written)
        assert number.to_bytes(2, "little") not in left
    assert 91193 in numbers
    assert not any(isinstance(one, (indicators.Values, Compiled, Framework)) for one in everything)


def test_nothing_of_a_framework_is_reachable_from_a_release_of_gaps():
    for fw in (crowded(), samples.load("elektrenai")):
        everything = reachable(protect(coverage.gaps(fw)))
        assert not any(isinstance(one, (coverage.Gaps, Compiled, Framework)) for one in everything)


def test_a_release_survives_pickling():
    release = protect(coverage.gaps(crowded()))
    other = pickle.loads(pickle.dumps(release))  # noqa: S301
    assert other.to_json() == release.to_json()
    assert (other.policy, other.reasons, other.summary()) == (release.policy, release.reasons, release.summary())
    assert indicators.audit(other) == indicators.audit(release)


def test_both_doors_give_the_same_release():
    for fw in (crowded(), counted(random.Random(2))):
        for make in (coverage.gaps, indicators.calculate, indicators.cost):
            one, other = protect(make(fw)), protect(make(columns_of(fw)))
            assert same(one, other)
            assert one.reasons == other.reasons
            assert one.margin_tables() == other.margin_tables()


def test_the_same_result_gives_the_same_release():
    plain = dumps(crowded(3))
    one, other = (protect(coverage.gaps(loads(plain))) for _ in range(2))
    assert one.to_json() == other.to_json()


def test_a_release_keeps_columns_and_adds_one_that_names_what_is_hidden():
    result = table(MARITAL)
    release = protect(result)
    assert [column.name for column in release.columns] == [*(column.name for column in result.columns), "suppressed"]
    assert (release.title, release.margins, release.provenance) == (result.title, result.margins, result.provenance)
    for one in release.reasons:
        assert release.to_columns()[one.column][one.row] is None
        assert one.column in release.to_columns()["suppressed"][one.row]
    assert release.to_frame().shape == (6, 7)
    assert json.loads(release.to_json())["columns"][-1]["name"] == "suppressed"


def test_results_without_persons_pass_unchanged():
    result = coverage.commitments(samples.load("laane-viru"))
    release = protect(result)
    assert release.to_columns() == result.to_columns()
    assert [column.name for column in release.columns] == [column.name for column in result.columns]
    assert (release.hidden, release.summary(), release.audited) == ({}, result.summary(), True)


def test_insiders_see_everything():
    result = table(MARITAL)
    release = protect(result, Policy(audience="internal"))
    assert release.to_columns()["persons"] == result.to_columns()["persons"]
    assert not release.audited


def test_a_release_is_not_protected_twice():
    release = protect(table(MARITAL))
    assert protect(release) is release
    assert protect(release, Policy()) is release
    with pytest.raises(AnalysisError, match="a release already"):
        protect(release, Policy(threshold=10))


def test_the_summary_says_how_much_is_withheld_but_not_how_much_of_it_is_small():
    said = protect(table(MARITAL)).summary()
    assert "numbers are withheld" in said
    assert "they count fewer than 5 persons, or would give such a count away." in said
    assert "70" not in said  # nor does the summary of the result, which counts all, stand there


def test_the_summary_does_not_tell_how_many_hidden_values_meet_their_targets():
    said = [seen("n", "a", 3), seen("n", "a", 2, kind="target"), seen("n", "b", 50)]
    result = indicators.calculate(document(indicators=[count(direction="increase")], observations=said))
    assert "Targets: 1 met" in result.summary()
    assert "Targets" not in protect(result).summary()


def test_what_is_hidden_is_explained_as_withheld_and_the_rest_in_full():
    said = [seen("n", "a", 3), seen("n", "b", 80), seen("n", "c", 70), seen("n", "county", 400)]
    release = protect(indicators.calculate(document(indicators=[count()], observations=said)))
    assert release.explain("n:a") == "Persons in A, 2021: withheld."
    assert release.explain("n:b") == "Persons in B, 2021: 80 persons."
    with pytest.raises(KeyError, match="Did you mean 'county'"):
        release.explain("contry")
    assert release.explain() == release.summary()


def test_results_that_do_not_explain_themselves_are_explained_from_their_columns():
    release = protect(table([[50, 60], [9, 70], [8, 3]]))
    assert release.explain("status2:sex1") == "all, status2, sex1: persons withheld; share withheld; basis stated."
    assert release.explain("status0:sex0").startswith("all, status0, sex0: persons 50; share 0.25; ")


def test_observed_figures_of_persons_do_not_leave_with_a_release():
    said = [seen("n", "a", 3), seen("n", "b", {"value": 4, "basis": "assumed"})]
    release = protect(indicators.calculate(document(indicators=[count()], observations=said)))
    assert [figure.value for figure in release.figures] == [4]


@pytest.mark.parametrize("threshold", [1, 0, -5, 2.5, True])
def test_a_threshold_that_protects_nobody_is_refused(threshold):
    with pytest.raises(AnalysisError, match="at least 2"):
        Policy(threshold=threshold)


def test_an_unknown_audience_is_refused():
    with pytest.raises(AnalysisError, match="public or internal"):
        Policy(audience="press")


def test_counts_below_zero_are_refused():
    with pytest.raises(AnalysisError, match="persons in row 0 is no count"):
        protect(table([[-3, 4]]))


# reasons, audit ------------------------------------------------------------------------------------------------------


def test_reasons_are_told_only_where_asked_for():
    result = table([[3, 9, 40], [12, 15, 60], [50, 40, 30]])
    release = protect(result, Policy(reasons=True))
    assert {one.reason for one in release.reasons} == {"primary", "complementary", "derived"}
    assert [one.row for one in release.reasons if one.reason == "primary"] == [0]
    assert "because they count fewer than 5 persons" in release.summary()
    assert {one.reason for one in protect(result).reasons} == {"withheld", "derived"}


def test_with_one_mark_two_fours_are_not_told_from_their_sum():
    """Whoever knew that both were below 5 would know that both are 4."""
    release = protect(table([[4, 4]]))
    shown = release.to_columns()["persons"]
    assert shown == [None, None]
    low, high = attack(release, ["persons"])["persons", 0]
    assert high - low >= 5
    told = protect(table([[4, 4]]), Policy(reasons=True))
    assert told.margin_tables()["area",]["persons"] == [None]  # with reasons the sum has to go as well
    assert release.margin_tables()["area",]["persons"] == [8]


def test_reasons_that_would_give_a_count_away_are_refused():
    with pytest.raises(InfeasibleError, match="Publish fewer rows or columns, or no reasons"):
        protect(table([[1, 30]]), Policy(threshold=2, reasons=True))


@pytest.mark.parametrize("seed", range(5))
def test_the_audit_finds_the_same_ranges_as_the_independent_attacker(seed):
    draw = random.Random(seed)
    release = protect(table([[draw.randint(0, 20) for _ in range(3)] for _ in range(3)]))
    ranges = attack(release, ["persons"])
    for one in indicators.audit(release):
        if one.row is not None and one.high < 10**3:
            assert (one.low, one.high) == pytest.approx(ranges[one.column, one.row])


def test_the_audit_lists_the_narrowest_range_first():
    widths = [one.high - one.low for one in indicators.audit(protect(table(MARITAL)))]
    assert all(one <= other for one, other in pairwise(widths))
    assert min(widths) >= 5


def test_the_audit_finds_what_hiding_small_counts_alone_gives_back():
    exposed = indicators.audit(protect(table(MARITAL), Policy(secondary=False)))
    assert sorted(one.low for one in exposed if one.low == one.high and one.row is not None) == [1, 3, 4]


def test_only_a_release_is_audited():
    with pytest.raises(AnalysisError, match="audit takes a release"):
        indicators.audit(table(MARITAL))
