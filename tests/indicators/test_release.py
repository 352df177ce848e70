"""What a release is: what it shows, what it keeps to itself, and what its audit finds."""

from __future__ import annotations

import json
import pickle
import random
from itertools import pairwise
from typing import Any

import pytest
from indicator_attacker import MARITAL, attack, counted, crowded, table
from indicator_documents import count, document, same, seen

from integrated_services import coverage, indicators, samples
from integrated_services._compiled import Compiled
from integrated_services.errors import AnalysisError, InfeasibleError
from integrated_services.indicators import Policy, protect
from integrated_services.model import Framework, dumps, loads
from integrated_services.model._columns import columns_of

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
    pytest.importorskip("pandas", reason="a data frame needs pandas")
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
    pytest.importorskip("pandas", reason="a data frame needs pandas")
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
