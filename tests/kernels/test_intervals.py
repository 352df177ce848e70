"""Intervals are compared with published ones and with SciPy's binomial test."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from integrated_services._kernels._intervals import clopper_pearson, wilson

# Newcombe (1998), table I: successes, trials, then the limits of methods 3, 4 and 5
NEWCOMBE = [
    (81, 263, (0.2553, 0.3662), (0.2535, 0.3682), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0598, 0.1644), (0.0578, 0.1617)),
    (0, 20, (0.0, 0.1611), (0.0, 0.2005), (0.0, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0018, 0.1963), (0.0009, 0.1776)),
]
METHODS = {
    "wilson": wilson,
    "wilsoncc": lambda successes, trials, **level: wilson(successes, trials, continuity=True, **level),
    "exact": clopper_pearson,
}

counts = st.integers(1, 5_000).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))
levels = st.floats(0.5, 0.999)
methods = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


@pytest.mark.parametrize(("place", "method"), list(enumerate(METHODS)), ids=METHODS)
@pytest.mark.parametrize("row", NEWCOMBE, ids=lambda row: f"{row[0]} of {row[1]}")
def test_limits_are_those_published(row, place, method):
    low, high = METHODS[method](row[0], row[1])
    assert (round(float(low), 4), round(float(high), 4)) == row[2 + place]


@pytest.mark.parametrize("method", METHODS)
@given(count=counts, level=levels)
def test_limits_are_those_of_scipy(method, count, level):
    expected = binomtest(*count).proportion_ci(level, method)
    assert METHODS[method](*count, level=level) == pytest.approx((expected.low, expected.high), rel=1e-9, abs=1e-12)


@methods
@given(count=counts, level=levels)
def test_interval_lies_between_0_and_1_and_holds_the_proportion(method, count, level):
    low, high = method(*count, level=level)
    assert 0 <= low <= count[0] / count[1] <= high <= 1


@methods
@given(count=counts, level=levels)
def test_failures_have_the_mirrored_interval(method, count, level):
    low, high = method(*count, level=level)
    mirrored_low, mirrored_high = method(count[1] - count[0], count[1], level=level)
    assert 1 - mirrored_high == pytest.approx(low, abs=1e-12)
    assert 1 - mirrored_low == pytest.approx(high, abs=1e-12)


@given(count=counts, level=levels)
def test_correction_makes_the_interval_wider(count, level):
    low, high = wilson(*count, level=level)
    corrected_low, corrected_high = wilson(*count, level=level, continuity=True)
    assert corrected_low <= low + 1e-12
    assert corrected_high >= high - 1e-12


@methods
def test_higher_level_makes_the_interval_wider(method):
    low, high = method(15, 148, level=0.9)
    wider_low, wider_high = method(15, 148, level=0.99)
    assert wider_low < low < high < wider_high


@methods
def test_no_success_begins_at_exactly_0_and_no_failure_ends_at_exactly_1(method):
    low, high = method([0, 7], [7, 7])
    assert (low[0], high[1]) == (0.0, 1.0)


@methods
def test_no_trial_gives_no_interval(method):
    assert np.isnan(method(0, 0)).all()


@methods
def test_arrays_give_what_single_numbers_give(method):
    successes, trials = np.array([[3], [0]]), np.array([10, 20, 0])
    low, high = method(successes, trials)
    assert low.shape == high.shape == (2, 3)
    for place in np.ndindex(2, 3):
        if trials[place[1]]:
            assert (low[place], high[place]) == method(successes[place[0], 0], trials[place[1]])
