"""Ratios, their intervals, and progress to targets."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from indicator_documents import PARTS, RATE, codes, count, document, rates, row, rows, seen

from integrated_services import indicators
from integrated_services.errors import AnalysisError
from integrated_services.model._columns import columns_of

# ratios ------------------------------------------------------------------------------------------------------------


def test_a_ratio_is_made_from_sums_and_is_no_mean_of_ratios():
    result = indicators.calculate(rates({"a": (90, 100), "b": (1, 10), "c": (1, 10)}))
    county = row(result, indicator="rate", territory="county")
    assert county["value"] == pytest.approx(100 * 92 / 120)  # the mean of the three ratios would be 36.7
    assert (county["numerator"], county["denominator"], county["how"]) == (92, 120, "parts")


def test_simpsons_trap_the_whole_may_rank_otherwise_than_each_part():
    before = indicators.calculate(rates({"a": (81, 87), "b": (192, 263), "c": (0, 0)}))
    after = indicators.calculate(rates({"a": (234, 270), "b": (55, 80), "c": (0, 0)}))
    values = [
        [row(one, indicator="rate", territory=t)["value"] for t in ("a", "b", "county")] for one in (before, after)
    ]
    assert values[0][0] > values[1][0]
    assert values[0][1] > values[1][1]
    assert values[0][2] == pytest.approx(78, abs=0.01)
    assert values[1][2] == pytest.approx(82.57, abs=0.01)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=3, max_size=3), st.sampled_from([1, 100, 1000])
)
def test_ratios_equal_plain_arithmetic_on_sums(pairs, factor):
    result = indicators.calculate(rates(dict(zip("abc", pairs, strict=True)), factor=factor))
    top, bottom = (sum(pair[at] for pair in pairs) for at in (0, 1))
    county = row(result, indicator="rate", territory="county")
    if bottom == 0:
        assert (county["value"], county["status"], county["missing"]) == (None, "missing", "zero_denominator: 1")
    else:
        assert county["value"] == float(Fraction(factor * top, bottom))


def test_a_ratio_counts_only_territories_that_have_both_parts():
    result = indicators.calculate(rates({"a": (10, 20), "b": (30, 40), "c": (None, 1000)}))
    county = row(result, indicator="rate", territory="county")
    assert (county["numerator"], county["denominator"], county["status"]) == (40, 60, "partial")
    assert row(result, indicator="pupils", territory="county")["value"] == 1060


def test_parts_that_are_known_for_different_territories_make_no_ratio():
    county = row(indicators.calculate(rates({"a": (10, None), "b": (None, 40)})), indicator="rate", territory="county")
    assert (county["value"], county["status"]) == (None, "missing")


def test_a_stated_total_may_be_divided_by_a_sum():
    said = [seen("supported", "county", 50), *(seen("pupils", one, 100) for one in ("a", "b", "c"))]
    fw = document(indicators=[*PARTS, RATE], observations=said)
    county = row(indicators.calculate(fw), indicator="rate", territory="county")
    assert (county["numerator"], county["denominator"], county["status"]) == (50, 300, "complete")


def test_parts_of_different_breakdowns_and_periods_are_not_divided():
    said = [seen("supported", "a", 5, "2020"), seen("pupils", "a", 10, "2021")]
    said += [seen("supported", "a", 5, "2022", breakdown={"sex": "women"}), seen("pupils", "a", 10, "2022")]
    result = indicators.calculate(document(indicators=[*PARTS, RATE], observations=said))
    assert {one["value"] for one in rows(result, indicator="rate")} == {None}


def test_a_stated_ratio_is_used_where_parts_are_missing_and_is_not_rolled_up():
    said = [seen("rate", "a", 40), seen("rate", "b", 60), seen("supported", "b", 1), seen("pupils", "b", 4)]
    result = indicators.calculate(document(indicators=[*PARTS, RATE], observations=said))
    assert (
        row(result, indicator="rate", territory="a")["value"],
        row(result, indicator="rate", territory="b")["value"],
    ) == (40, 25)
    assert row(result, indicator="rate", territory="county")["numerator"] == 1


def test_a_ratio_may_be_a_part_of_a_ratio():
    ratio = {"id": "double", "name": "D", "kind": "ratio", "numerator": "rate", "denominator": "pupils"}
    said = [seen("supported", "a", 5), seen("pupils", "a", 10)]
    result = indicators.calculate(document(indicators=[ratio, *PARTS, RATE], observations=said))
    assert row(result, indicator="double", territory="a")["value"] == 5


def test_a_ratio_that_is_a_part_of_itself_is_refused():
    columns = columns_of(document(indicators=[*PARTS, RATE], observations=[seen("supported", "a", 5)]))
    columns.tables["indicators"]["numerator"][2] = "rate"
    with pytest.raises(AnalysisError, match="'rate' is a part of itself"):
        indicators.calculate(columns)


def test_a_share_above_one_is_a_finding():
    assert "above-whole" in codes(indicators.calculate(rates({"a": (11, 10)})).findings)


# intervals ---------------------------------------------------------------------------------------------------------

NEWCOMBE = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)]


@pytest.mark.parametrize(("top", "bottom", "low", "high"), NEWCOMBE)
def test_intervals_are_those_that_newcombe_published(top, bottom, low, high):
    one = row(indicators.calculate(rates({"a": (top, bottom)}, factor=1)), indicator="rate", territory="a")
    assert (round(one["low"], 4), round(one["high"], 4)) == (low, high)
    assert one["method"] == "95 % Wilson; a full count: it describes the process, not sampling"


def test_intervals_follow_the_level_and_the_factor():
    fw = rates({"a": (15, 148)}, factor=100)
    wide, narrow = (
        row(indicators.calculate(fw, interval=level), indicator="rate", territory="a") for level in (0.99, 0.5)
    )
    assert wide["low"] < narrow["low"] < wide["value"] < narrow["high"] < wide["high"]
    assert wide["method"].startswith("99 % Wilson")


@pytest.mark.parametrize("pair", [(12, 10), (2.5, 10), (0, 0)])
def test_what_is_no_share_of_counted_persons_has_no_interval(pair):
    one = row(indicators.calculate(rates({"a": pair})), indicator="rate", territory="a")
    assert (one["low"], one["high"], one["method"]) == (None, None, None)


def test_a_ratio_of_money_to_persons_has_no_interval():
    money = {"id": "supported", "name": "Cost", "unit": "EUR", "counts": "money"}
    fw = document(indicators=[money, PARTS[1], RATE], observations=[seen("supported", "a", 1), seen("pupils", "a", 9)])
    assert row(indicators.calculate(fw), indicator="rate", territory="a")["low"] is None


def test_a_stated_share_of_a_sample_has_the_interval_of_the_sample():
    fw = document(indicators=[*PARTS, RATE], observations=[seen("rate", "a", 50, sample=100)])
    one = row(indicators.calculate(fw), indicator="rate", territory="a")
    assert (round(one["low"], 1), round(one["high"], 1), one["method"]) == (40.4, 59.6, "95 % Wilson; a sample")


@pytest.mark.parametrize("level", [0, 1, 95])
def test_an_impossible_level_is_refused(level):
    with pytest.raises(AnalysisError, match="between 0 and 1"):
        indicators.calculate(rates({"a": (1, 2)}), interval=level)


# progress ----------------------------------------------------------------------------------------------------------


def progress(then, now, aim, **more):
    """The row of an indicator with a baseline, a value and a target."""
    said = [seen("n", "a", value, when, kind=kind) for value, when, kind in (
        (then, "2020", "baseline"), (now, "2021", "actual"), (aim, "2022", "target")) if value is not None]  # fmt: skip
    return row(indicators.calculate(document(indicators=[count(**more)], observations=said)), territory="a")


@pytest.mark.parametrize(("then", "now", "aim", "direction", "share", "met"), [
    (50, 62, 70, "increase", 0.6, False), (50, 75, 70, "increase", 1.25, True), (50, 40, 70, "increase", -0.5, False),
    (50, 42, 30, "decrease", 0.4, False), (50, 30, 30, "decrease", 1, True), (50, 60, 30, "decrease", -0.5, False),
    (50, 42, 30, None, 0.4, False), (0, 0, 10, "increase", 0, False),
])  # fmt: skip
def test_progress_is_the_share_of_the_way_in_the_right_direction(then, now, aim, direction, share, met):
    one = progress(then, now, aim, **({"direction": direction} if direction else {}))
    assert (one["progress"], one["target_met"], one["progress_note"]) == (pytest.approx(share), met, None)


@pytest.mark.parametrize(("then", "now", "aim", "direction", "note", "met"), [
    (70, 62, 70, "increase", "target equals baseline", False), (None, 71, 70, "increase", "no baseline", True),
    (None, 71, 70, "decrease", "no baseline", False), (50, 62, None, "increase", "no target", None),
    (50, None, 70, "increase", "no value", None), (50, 62, 30, "increase", "target lies against the direction", True),
])  # fmt: skip
def test_without_progress_the_reason_is_given(then, now, aim, direction, note, met):
    one = progress(then, now, aim, direction=direction)
    assert (one["progress"], one["progress_note"], one["target_met"]) == (None, note, met)


def test_a_place_with_a_target_alone_has_a_row_without_a_value():
    one = progress(None, None, 70)
    assert (one["value"], one["target"], one["status"], one["period"]) == (None, 70, "missing", None)


def test_the_latest_baseline_and_the_next_open_target_are_used():
    said = [seen("n", "a", value, when, kind=kind) for value, when, kind in (
        (10, "2018", "baseline"), (20, "2020", "baseline"), (90, "2023", "baseline"), (30, "2021", "actual"),
        (25, "2019", "target"), (40, "2022", "target"), (60, "2025", "target"))]  # fmt: skip
    one = row(indicators.calculate(document(indicators=[count()], observations=said)), territory="a")
    assert (one["baseline"], one["baseline_period"], one["target"], one["target_period"]) == (20, "2020", 40, "2022")


def test_after_the_last_target_it_still_counts():
    said = [seen("n", "a", 30, "2023"), seen("n", "a", 25, "2022", kind="target")]
    fw = document(indicators=[count(direction="increase")], observations=said)
    assert row(indicators.calculate(fw), territory="a")["target_met"] is True


def test_progress_compares_only_values_of_the_same_territories():
    said = [seen("n", one, 50, "2020", kind="baseline") for one in "ab"]
    said += [seen("n", one, 70, "2021") for one in "abc"] + [seen("n", one, 90, "2022", kind="target") for one in "ab"]
    county = row(indicators.calculate(document(indicators=[count()], observations=said)), territory="county")
    assert (county["progress"], county["progress_note"]) == (None, "values of different territories")
    said = [one for one in said if one["territory"] != "c"]
    county = row(indicators.calculate(document(indicators=[count()], observations=said)), territory="county")
    assert (county["progress"], county["status"]) == (0.5, "partial")


def test_baseline_and_target_of_a_ratio_come_from_the_sums_too():
    said = [seen(name, one, number, when, kind=kind) for name, when, kind, numbers in (
        ("supported", "2020", "baseline", (10, 10, 10)), ("pupils", "2020", "baseline", (20, 20, 60)),
        ("supported", "2021", "actual", (20, 20, 20)), ("pupils", "2021", "actual", (20, 20, 60)))
        for one, number in zip("abc", numbers, strict=True)]  # fmt: skip
    said += [seen("rate", "county", 90, "2022", kind="target")]
    county = row(
        indicators.calculate(document(indicators=[*PARTS, RATE], observations=said)),
        indicator="rate",
        territory="county",
    )
    assert (county["baseline"], county["baseline_numerator"], county["baseline_denominator"]) == (30, 30, 100)
    assert (county["value"], county["target"], county["progress"]) == (60, 90, 0.5)
