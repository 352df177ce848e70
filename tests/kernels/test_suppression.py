"""Cell suppression against attackers that share no code with it: enumeration of all tables, and published numbers."""

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array

from integrated_services._kernels import _patterns, _suppression
from integrated_services._kernels._attacker import feasible_intervals
from integrated_services._kernels._suppression import complementary, primary, suppression
from integrated_services.errors import AnalysisError, InfeasibleError

# Marital status by sex (Handbook on Statistical Disclosure Control, chapter 5): inner cells row by row, then the
# row totals, the column totals and the total.
W16 = [38, 17, 7, 4, 3, 1, 55, 11, 4, 48, 22, 70]
W16_SUMS = [(6, [0, 1]), (7, [2, 3]), (8, [4, 5]), (9, [0, 2, 4]), (10, [1, 3, 5]), (11, [6, 7, 8]), (11, [9, 10])]

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def mask(size, cells):
    chosen = np.zeros(size, dtype=bool)
    chosen[list(cells)] = True
    return chosen


def margins(inner):
    """A two-way table with its totals as a vector, and the relations."""
    full = np.zeros(np.add(inner.shape, 1), dtype=int)
    full[:-1, :-1] = inner
    full[-1, :-1] = inner.sum(axis=0)
    full[:, -1] = full[:, :-1].sum(axis=1)
    index = np.arange(full.size).reshape(full.shape)
    sums = [(line[-1], line[:-1].tolist()) for line in [*index, *index.T]]
    return full.ravel(), sums


def leaves_and_map(size, sums):
    """Cells that are no total, and the matrix that makes all cells from them."""
    members = dict(sums)
    leaves = [cell for cell in range(size) if cell not in members]
    made = np.zeros((size, len(leaves)), dtype=int)

    def fill(cell):
        if cell in members:
            return sum(fill(member) for member in members[cell])
        return (np.array(leaves) == cell).astype(int)

    for cell in range(size):
        made[cell] = fill(cell)
    return leaves, made


def all_tables(size, sums, most):
    """Every table whose leaves are between 0 and `most`, one a column."""
    leaves, made = leaves_and_map(size, sums)
    grid = np.array(list(itertools.product(range(most + 1), repeat=len(leaves)))).T
    return made @ grid


def ranges(tables, values, hidden, lower):
    """Lowest and highest value of each cell over the tables that a reader cannot rule out."""
    fits = (tables[~hidden] == np.asarray(values)[~hidden, None]).all(axis=0) & (tables[hidden] >= lower).all(axis=0)
    return tables[:, fits].min(axis=1), tables[:, fits].max(axis=1)


# Nested totals (5 = 0 + 1, 6 = 5 + 2 + 3), a two-way table, and two divisions of the same leaves that overlap.
NESTED = [(4, [0, 1]), (5, [4, 2, 3])]
TWO_WAY = [(4, [0, 1]), (5, [2, 3]), (6, [0, 2]), (7, [1, 3]), (8, [4, 5])]
OVERLAPPING = [(4, [0, 1]), (5, [1, 2]), (6, [2, 3]), (7, [0, 1, 2, 3])]


def from_leaves(sums, leaves):
    values = leaves_and_map(max(total for total, _ in sums) + 1, sums)[1] @ np.array(leaves)
    return values, sums if sums is not TWO_WAY else [*sums, (8, [6, 7])]


def random_small_table(rng):
    sums = [NESTED, TWO_WAY, OVERLAPPING][rng.integers(3)]
    return from_leaves(sums, rng.integers(0, rng.integers(3, 10), 4))


@st.composite
def small_tables(draw):
    sums = draw(st.sampled_from([NESTED, TWO_WAY, OVERLAPPING]))
    return from_leaves(sums, draw(st.lists(st.integers(0, 7), min_size=4, max_size=4)))


class TestAttacker:
    def test_finds_the_published_intervals_of_geurts(self):
        low, high = feasible_intervals(
            [0, 0, 0, 0, 7, 3, 6, 4],
            [(4, [0, 1]), (5, [2, 3]), (6, [0, 2]), (7, [1, 3])],
            mask(8, range(4)),
        )
        assert low.tolist() == [3, 1, 0, 0, 7, 3, 6, 4]
        assert high.tolist() == [6, 4, 3, 3, 7, 3, 6, 4]

    @pytest.mark.parametrize("threshold", [3, 5])
    def test_recovers_every_cell_of_the_handbook_when_only_unsafe_inner_cells_are_hidden(self, threshold):
        hidden = primary(W16, threshold) & mask(12, range(6))
        low, high = feasible_intervals(W16, W16_SUMS, hidden)
        assert low.tolist() == high.tolist() == W16

    def test_recovers_them_even_when_the_small_row_total_is_hidden_too(self):
        hidden = primary(W16, 5)
        assert np.flatnonzero(hidden).tolist() == [3, 4, 5, 8]
        low, high = feasible_intervals(W16, W16_SUMS, hidden)
        assert low.tolist() == high.tolist() == W16

    def test_finds_the_published_intervals_of_the_handbook(self):
        low, high = feasible_intervals(W16, W16_SUMS, mask(12, [2, 3, 4, 5]))
        assert list(zip(low[2:6], high[2:6], strict=True)) == [(6, 10), (1, 5), (0, 4), (0, 4)]

    def test_recovers_differences_of_overlapping_areas(self):
        larger, smaller = [52, 55, 130, 140, 39, 49], [50, 54, 128, 140, 39, 49]
        sums = [(cell, [6 + cell, 12 + cell]) for cell in range(6)]
        low, high = feasible_intervals([*larger, *smaller, *[np.nan] * 6], sums, mask(18, range(12, 18)))
        assert low[12:].tolist() == high[12:].tolist() == [2, 1, 2, 0, 0, 0]

    def test_does_not_read_hidden_cells(self):
        sums = [(2, [0, 1])]
        hidden = mask(3, [0, 1])
        assert np.array_equal(
            feasible_intervals([np.nan, np.nan, 9.0], sums, hidden), feasible_intervals([4, 5, 9], sums, hidden)
        )

    def test_follows_a_chain_of_relations_with_one_unknown_each(self):
        low, high = feasible_intervals([1, 0, 0, 0, 10], [(2, [0, 1]), (3, [2]), (4, [3, 0])], mask(5, [1, 2, 3]))
        assert low.tolist() == high.tolist() == [1, 8, 9, 9, 10]

    def test_gives_infinity_to_cells_without_a_limit_and_only_to_them(self):
        low, high = feasible_intervals([0, 0, 0, 4, 0], [(2, [0, 1]), (3, [1, 4])], mask(5, [0, 1, 2, 4]))
        assert low.tolist() == [0, 0, 0, 4, 0]
        assert high.tolist() == [np.inf, 4, np.inf, 4, 4]

    def test_knows_that_counts_are_whole(self):
        # 2 x + w = 5 by way of a relation with a single member: w is odd, although 0 solves the equations.
        low, high = feasible_intervals([0, 0, 0, 5], [(1, [0]), (3, [0, 1, 2])], mask(4, [0, 1, 2]))
        assert low.tolist() == [0, 0, 1, 5]
        assert high.tolist() == [2, 2, 5, 5]

    def test_takes_no_whole_numbers_for_granted_when_the_table_shows_none(self):
        low, high = feasible_intervals([0, 0, 0, 5.5], [(1, [0]), (3, [0, 1, 2])], mask(4, [0, 1, 2]))
        assert low == pytest.approx([0, 0, 0, 5.5])
        assert high == pytest.approx([2.75, 2.75, 5.5, 5.5])

    def test_uses_what_is_known_of_single_cells(self):
        low, high = feasible_intervals([0, 0, 9], [(2, [0, 1])], mask(3, [0, 1]), lower=[1, 2, 0], upper=[4, np.inf, 9])
        assert low.tolist() == [1, 5, 9]
        assert high.tolist() == [4, 8, 9]

    @pytest.mark.parametrize(
        ("values", "sums", "hidden"),
        [
            ([1, 2, 4], [(2, [0, 1])], []),
            ([5, 0, 4], [(2, [0, 1])], [1]),
            ([0, 0, 4, 5], [(2, [0, 1]), (3, [0, 1])], [0, 1]),
        ],
    )
    def test_says_when_published_cells_contradict_each_other(self, values, sums, hidden):
        with pytest.raises(AnalysisError, match="contradict"):
            feasible_intervals(values, sums, mask(len(values), hidden))

    @pytest.mark.parametrize(
        ("sums", "message"),
        [([(0, [])], "no members"), ([(0, [0, 1])], "twice"), ([(0, [3])], "outside 0 to 2"), ([(-1, [0])], "outside")],
    )
    def test_refuses_relations_that_make_no_sense(self, sums, message):
        with pytest.raises(AnalysisError, match=message):
            feasible_intervals([1, 1, 1], sums, mask(3, [0]))

    @SLOW
    @given(small_tables(), st.sets(st.integers(0, 3)), st.sets(st.integers(4, 8)))
    def test_agrees_with_the_enumeration_of_all_tables(self, table, hidden_leaves, hidden_totals):
        values, sums = table
        hidden = mask(len(values), hidden_leaves | {cell for cell in hidden_totals if cell < len(values)})
        low, high = feasible_intervals(values, sums, hidden, upper=[12] * 4 + [np.inf] * (len(values) - 4))
        expected = ranges(all_tables(len(values), sums, 12), values, hidden, 0)
        assert np.array_equal(low, expected[0])
        assert np.array_equal(high, expected[1])

    @SLOW
    @given(st.integers(0, 10**6), st.sampled_from([(3, 4), (5, 3)]))
    def test_agrees_with_one_plain_linear_program_for_each_cell(self, seed, shape):
        rng = np.random.default_rng(seed)
        values, sums = margins(rng.integers(0, 9, shape))
        hidden = rng.random(len(values)) < 0.5
        low, high = feasible_intervals(values, sums, hidden)
        equations = np.zeros((len(sums), len(values)))
        for row, (total, members) in enumerate(sums):
            equations[row, total], equations[row, members] = 1, -1
        bounds = [(0, None) if h else (v, v) for v, h in zip(values, hidden, strict=True)]
        for cell in range(len(values)):
            for sign, end in ((1, low), (-1, high)):
                answer = linprog(
                    sign * np.eye(len(values))[cell], A_eq=equations, b_eq=np.zeros(len(sums)), bounds=bounds
                )
                assert end[cell] == pytest.approx(sign * answer.fun if answer.status == 0 else np.inf, abs=1e-6)


class TestPrimary:
    def test_hides_counts_below_the_threshold_but_no_zeros(self):
        assert primary([0, 1, 4, 5, 6], 5).tolist() == [False, True, True, False, False]

    def test_hides_zeros_where_they_disclose(self):
        assert primary([0, 1, 4, 5, 6], 5, protect_zeros=True).tolist() == [True, True, True, False, False]


class TestComplementary:
    @pytest.mark.parametrize("weights", [None, [1000 + value for value in W16]])
    def test_finds_the_pattern_of_the_handbook(self, weights):
        result = complementary(W16, W16_SUMS, primary(W16, 3), min_width=2, weights=weights, lower=0)
        assert np.flatnonzero(result.hidden).tolist() == [2, 3, 4, 5]
        assert np.asarray(W16)[result.reason == "complementary"].sum() == 14
        assert result.intervals[2:6].tolist() == [[6, 10], [1, 5], [0, 4], [0, 4]]
        assert result.reason.tolist() == ["", "", *["complementary"] * 3, "primary", *[""] * 6]
        assert (result.method, result.audited, result.timed_out) == ("exact", True, False)

    def test_counts_what_is_lost_in_the_weights(self):
        assert complementary(W16, W16_SUMS, primary(W16, 3), min_width=2).lost == 14

    def test_protects_the_handbook_at_a_threshold_of_five(self):
        result = suppression(W16, W16_SUMS, threshold=5)
        low, high = feasible_intervals(W16, W16_SUMS, result.hidden, lower=1)
        assert ((high - low)[primary(W16, 5)] >= 5).all()
        assert (high[primary(W16, 5)] >= 5).all()

    def test_stops_differencing_by_hiding_one_of_two_overlapping_areas(self):
        larger, smaller = [52, 55, 130, 140, 39, 49], [50, 54, 128, 140, 39, 49]
        sums = [(cell, [6 + cell, 12 + cell]) for cell in range(6)]
        values = np.array([*larger, *smaller, *np.subtract(larger, smaller)])
        result = suppression(values, sums, threshold=3, unpublished=mask(18, range(12, 18)))
        assert np.flatnonzero(result.reason == "complementary").tolist() == [6, 7, 8]
        assert result.reason[12:].tolist() == ["primary"] * 3 + ["unpublished"] * 3
        assert (np.diff(result.intervals[12:15]) >= 3).all()

    def test_publishes_a_table_without_small_cells_untouched(self):
        result = suppression([5, 0, 7, 12], [(3, [0, 1, 2])], threshold=5)
        assert not result.hidden.any()
        assert result.reason.tolist() == [""] * 4
        assert result.intervals.tolist() == [[5, 5], [0, 0], [7, 7], [12, 12]]
        assert (result.method, result.lost, result.audited) == ("exact", 0.0, True)

    def test_publishes_an_empty_table(self):
        assert suppression([], [], threshold=5).hidden.tolist() == []

    def test_needs_no_complement_where_no_relation_links_a_small_cell(self):
        assert suppression([2, 8, 9], [], threshold=5).hidden.tolist() == [True, False, False]

    def test_does_not_let_two_cells_of_one_person_protect_each_other(self):
        result = suppression([1, 1, 20, 30, 52], [(4, [0, 1, 2, 3])], threshold=2, min_width=1)
        assert result.hidden.tolist() == [True, True, True, False, False]

    def test_lets_two_cells_of_one_person_protect_each_other_where_a_zero_may_be_hidden(self):
        result = suppression([1, 1, 20, 30, 52], [(4, [0, 1, 2, 3])], threshold=2, protect_zeros=True, min_width=1)
        assert result.hidden.tolist() == [True, True, False, False, False]

    def test_never_hides_a_zero_to_protect_another_cell(self):
        result = suppression([2, 0, 0, 40, 42], [(4, [0, 1, 2, 3])], threshold=3)
        assert result.hidden.tolist() == [True, False, False, True, False]

    def test_hides_the_total_when_its_other_parts_are_empty(self):
        result = suppression([2, 0, 2, 30, 32], [(2, [0, 1]), (4, [2, 3])], threshold=3)
        assert result.hidden.tolist() == [True, False, True, True, False]

    def test_protects_zeros_that_disclose(self):
        values, sums = margins(np.array([[9, 0], [8, 12]]))
        result = suppression(values, sums, threshold=3, protect_zeros=True)
        assert result.reason[1] == "primary"
        assert result.intervals[1, 1] - result.intervals[1, 0] >= 3

    def test_follows_a_relation_with_a_single_member(self):
        result = suppression([2, 2, 50, 52], [(1, [0]), (3, [1, 2])], threshold=3)
        assert result.hidden.tolist() == [True, True, True, False]

    def test_hides_the_dearer_cell_when_the_weights_say_so(self):
        result = suppression([2, 9, 30, 41], [(3, [0, 1, 2])], threshold=5, weights=[0, 5, 1, 9])
        assert result.hidden.tolist() == [True, False, True, False]

    def test_takes_a_width_for_each_cell(self):
        values, sums = [2, 9, 30, 41, 3, 3, 6], [(3, [0, 1, 2]), (6, [4, 5])]
        result = complementary(values, sums, mask(7, [0, 4]), min_width=[20, 1, 1, 1, 2, 1, 1])
        assert result.hidden.tolist() == [True, False, True, False, True, True, False]

    def test_protects_tables_of_amounts(self):
        values = [1.5, 20.25, 300.5, 322.25]
        result = complementary(values, [(3, [0, 1, 2])], mask(4, [0]), min_width=2.5)
        assert result.hidden.tolist() == [True, True, False, False]
        assert result.intervals[0] == pytest.approx([0, 21.75])

    def test_holds_against_a_reader_who_is_told_why_a_cell_is_hidden(self):
        # Knowing that 2 and 4 are below 5 and that another hidden cell is not.
        values, sums = np.array([2, 4, 9, 30, 45]), [(4, [0, 1, 2, 3])]
        unsafe = primary(values, 5)
        result = complementary(
            values, sums, unsafe, min_width=3, lower=np.where(unsafe, 1, 5), upper=np.where(unsafe, 4, np.inf)
        )
        assert result.hidden.tolist() == [True, True, True, False, False]
        assert result.intervals[:3].tolist() == [[1, 4], [1, 4], [7, 13]]

    def test_finds_the_cheapest_pattern_that_whole_numbers_cannot_see_through(self):
        # 2 x + w = 5 gives w a range of 5, but whole tables have only w = 1, 3 and 5.
        values, sums = [1, 1, 3, 5, 20, 25], [(1, [0]), (3, [0, 1, 2]), (5, [3, 4])]
        options = {"min_width": 5, "lower": 0, "unpublished": mask(6, [0, 1])}
        result = complementary(values, sums, mask(6, [2]), **options)
        assert result.reason.tolist() == ["unpublished"] * 2 + ["primary", "complementary", "complementary", ""]
        assert result.method == "exact"

    def test_gives_arrays_that_cannot_be_changed(self):
        result = suppression(W16, W16_SUMS, threshold=5)
        with pytest.raises(ValueError, match="read-only"):
            result.hidden[0] = True


class TestFixedCells:
    def test_are_never_hidden_nor_unsafe(self):
        result = suppression([2, 9, 30, 41], [(3, [0, 1, 2])], threshold=5, fixed=mask(4, [1]))
        assert result.hidden.tolist() == [True, False, True, False]
        assert not suppression([2, 9, 30, 41], [(3, [0, 1, 2])], threshold=5, fixed=mask(4, [0])).hidden.any()

    def test_that_give_a_cell_away_are_reported_with_the_cell_and_without_its_value(self):
        with pytest.raises(InfeasibleError, match=r"cannot be protected: 0\. .*fixed") as caught:
            suppression([3, 977, 980], [(2, [0, 1])], threshold=5, fixed=mask(3, [1, 2]))
        assert caught.value.certificate == {"cells": [0]}
        assert "3" not in str(caught.value)
        assert "9" not in str(caught.value)

    def test_that_leave_too_narrow_a_range_are_reported(self):
        with pytest.raises(InfeasibleError, match="cannot be protected: 0, 1"):
            suppression([2, 4, 6], [(2, [0, 1])], threshold=5, fixed=mask(3, [2]))

    def test_that_leave_room_only_for_an_empty_cell_are_reported(self):
        with pytest.raises(InfeasibleError, match="cannot be protected: 1"):
            suppression([0, 3, 9, 12], [(3, [0, 1, 2])], threshold=5, fixed=mask(4, [2, 3]))

    def test_name_the_cells_by_the_numbers_of_the_user(self):
        with pytest.raises(InfeasibleError) as caught:
            suppression([41, 60, 2, 39, 50, 10], [(0, [2, 3]), (1, [4, 5])], threshold=5, fixed=mask(6, [0, 3]))
        assert caught.value.certificate == {"cells": [2]}

    def test_may_not_be_unsafe(self):
        with pytest.raises(AnalysisError, match="Cell 0 must stay published"):
            complementary([2, 9, 11], [(2, [0, 1])], mask(3, [0]), min_width=5, fixed=mask(3, [0]))


class TestWrongInput:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"values": [1, -2, -1]}, "none below zero"),
            ({"values": [1, np.nan, 3]}, "finite"),
            ({"values": [1, 2, 4]}, "Relation 0 does not hold"),
            ({"primary": [True]}, "primary must have one entry for each of the 3 cells"),
            ({"min_width": 0}, "min_width"),
            ({"min_width": np.inf}, "min_width"),
            ({"weights": [1, -1, 1]}, "Weights"),
            ({"lower": 2}, "Cell 0 lies outside"),
            ({"upper": 2}, "Cell 2 lies outside"),
            ({"relations": [(2, [0, 0, 1])]}, "twice"),
        ],
    )
    def test_is_refused(self, change, message):
        arguments = {
            "values": [1, 2, 3],
            "relations": [(2, [0, 1])],
            "primary": mask(3, [0]),
            "min_width": 2,
            **change,
        }
        values, relations, unsafe = (arguments.pop(name) for name in ("values", "relations", "primary"))
        with pytest.raises(AnalysisError, match=message):
            complementary(values, relations, unsafe, **arguments)


def cheapest_by_brute_force(values, sums, unsafe, width, weights, fixed, lower):
    """Least weight of a safe pattern, by trying all patterns on all tables."""
    tables = all_tables(len(values), sums, int(values[:4].max()) + width)
    free = np.flatnonzero(~unsafe & ~fixed & (values > 0))
    best = np.inf
    for chosen in itertools.product([False, True], repeat=len(free)):
        hidden = unsafe.copy()
        hidden[free] = chosen
        cost = weights[hidden & ~unsafe].sum()
        if cost < best:
            low, high = ranges(tables, values, hidden, lower)
            if ((high - low)[unsafe] >= width).all():
                best = cost
    return best


class TestSafetyAndCost:
    @pytest.mark.parametrize("seed", range(5))
    def test_the_exact_pattern_is_the_cheapest_of_all_patterns(self, seed):
        rng = np.random.default_rng(seed)
        outcomes = set()
        for _ in range(40):
            values, sums = random_small_table(rng)
            threshold, zeros = int(rng.integers(2, 6)), bool(rng.random() < 0.3)
            width = int(rng.integers(1, threshold + 2))
            fixed = rng.random(len(values)) < rng.choice([0, 0.1, 0.25])
            weights = rng.integers(0, 10, len(values)).astype(float)
            unsafe = primary(values, threshold, zeros) & ~fixed
            best = cheapest_by_brute_force(values, sums, unsafe, width, weights, fixed, 0 if zeros else 1)
            options = {"protect_zeros": zeros, "min_width": width, "fixed": fixed, "weights": weights}
            if np.isinf(best):
                with pytest.raises(InfeasibleError):
                    suppression(values, sums, threshold=threshold, **options)
                outcomes.add("impossible")
            else:
                result = suppression(values, sums, threshold=threshold, **options)
                assert result.method == "exact"
                assert result.lost == best
                assert not (result.hidden & fixed).any()
                outcomes.add(int((result.reason == "complementary").sum()))
        assert outcomes >= {"impossible", 0, 1, 2}

    @SLOW
    @given(small_tables(), st.integers(2, 5), st.sampled_from([30.0, 0.0]))
    def test_no_unsafe_cell_can_be_told_from_the_published_ones(self, table, threshold, time_limit):
        values, sums = table
        result = suppression(values, sums, threshold=threshold, time_limit=time_limit)
        tables = all_tables(len(values), sums, int(values[:4].max()) + threshold)
        low, high = ranges(tables, values, result.hidden, 1)
        unsafe = primary(values, threshold)
        assert ((high - low)[unsafe] >= threshold).all()
        assert (result.hidden[unsafe]).all()
        assert (values[result.hidden] > 0).all()

    @SLOW
    @given(st.integers(0, 10**6), st.integers(2, 6), st.integers(2, 6), st.sampled_from([2.0, 10.0, 40.0]))
    def test_two_way_tables_withstand_the_attacker(self, seed, rows, columns, mean):
        rng = np.random.default_rng(seed)
        values, sums = margins(rng.poisson(mean * rng.gamma(0.5, 2, (rows, columns))))
        result = suppression(values, sums, threshold=5)
        low, high = feasible_intervals(values, sums, result.hidden, lower=1)
        assert ((high - low)[primary(values, 5)] >= 5).all()
        assert np.array_equal(result.intervals, np.column_stack([low, high]))

    @SLOW
    @given(st.integers(0, 10**6), st.booleans())
    def test_the_pattern_does_not_depend_on_how_cells_and_relations_are_numbered(self, seed, many_cheapest):
        rng = np.random.default_rng(seed)
        values, sums = margins(rng.choice(np.arange(1, 60), (4, 3), replace=False))
        shuffled = rng.permutation(len(values))
        place = np.argsort(shuffled)
        renamed = [(place[total], rng.permutation(place[members]).tolist()) for total, members in sums]
        renamed = [renamed[number] for number in rng.permutation(len(renamed))]
        weights = np.ones(len(values)) if many_cheapest else values
        plain = suppression(values, sums, threshold=8, weights=weights)
        other = suppression(values[shuffled], renamed, threshold=8, weights=weights[shuffled])
        assert np.array_equal(plain.hidden[shuffled], other.hidden)

    def test_the_same_table_gives_the_same_pattern_twice(self):
        values, sums = margins(np.random.default_rng(3).poisson(3, (8, 6)))
        first, second = (suppression(values, sums, threshold=3) for _ in range(2))
        assert np.array_equal(first.hidden, second.hidden)

    @pytest.mark.parametrize("relaxed_cells", [1000, 0])
    def test_no_cell_of_the_pattern_can_be_spared(self, monkeypatch, relaxed_cells):
        monkeypatch.setattr(_patterns, "_RELAXED_CELLS", relaxed_cells)
        values, sums = margins(np.random.default_rng(5).poisson(6, (7, 6)))
        result = suppression(values, sums, threshold=5)
        unsafe = primary(values, 5)
        for cell in np.flatnonzero(result.reason == "complementary"):
            low, high = feasible_intervals(values, sums, result.hidden & ~mask(len(values), [cell]), lower=1)
            assert ((high - low)[unsafe] < 5).any()


def three_way(rng, shape, mean):
    """A cube with all its margins."""
    cube = np.zeros(np.add(shape, 1), dtype=int)
    cube[tuple(slice(side) for side in shape)] = rng.poisson(mean * rng.gamma(0.5, 2, shape))
    index = np.arange(cube.size).reshape(cube.shape)
    sums = []
    for axis in range(cube.ndim):
        np.moveaxis(cube, axis, 0)[-1] = np.moveaxis(cube, axis, 0)[:-1].sum(axis=0)
        lines = np.moveaxis(index, axis, -1).reshape(-1, cube.shape[axis])
        sums += [(int(line[-1]), line[:-1].tolist()) for line in lines]
    return cube.ravel(), sums


class TestLargeTables:
    def test_get_a_safe_pattern_and_an_audit(self, monkeypatch):
        monkeypatch.setattr(_patterns, "EXACT_CELLS", 50)
        monkeypatch.setattr(_patterns, "_EFFORT_OF_MANY", 500.0)
        values, sums = three_way(np.random.default_rng(1), (5, 5, 4), 12)
        result = suppression(values, sums, threshold=5)
        low, high = feasible_intervals(values, sums, result.hidden, lower=1)
        assert ((high - low)[primary(values, 5)] >= 5).all()
        assert result.method in {"exact", "greedy"}
        assert result.audited

    def test_are_protected_when_there_is_no_time(self):
        values, sums = three_way(np.random.default_rng(1), (4, 3, 3), 12)
        result = suppression(values, sums, threshold=5, time_limit=0.0)
        low, high = feasible_intervals(values, sums, result.hidden, lower=1)
        assert ((high - low)[primary(values, 5)] >= 5).all()
        assert (result.method, result.timed_out, result.audited) == ("fallback", True, True)
        assert not result.hidden[values >= 5].all()

    def test_lose_the_totals_above_unsafe_cells_when_nothing_else_was_found(self, monkeypatch):
        monkeypatch.setattr(_patterns, "_search", lambda part, *_: ("fallback", part.given))
        result = suppression([2, 9, 11, 30, 41, 50, 91], [(2, [0, 1]), (4, [2, 3]), (6, [4, 5])], threshold=5)
        assert result.hidden.tolist() == [True, False, True, False, True, False, True]
        assert result.method == "fallback"

    def test_lose_everything_that_is_not_fixed_as_a_last_resort(self, monkeypatch):
        monkeypatch.setattr(_patterns, "_search", lambda part, *_: ("fallback", part.given))
        result = suppression([2, 9, 30, 41], [(3, [0, 1, 2])], threshold=5, fixed=mask(4, [3]))
        assert result.hidden.tolist() == [True, True, True, False]
        assert result.method == "fallback"

    def test_do_not_depend_on_the_integer_program(self, monkeypatch):
        values, sums = margins(np.random.default_rng(2).poisson(8, (9, 7)))
        cheapest = suppression(values, sums, threshold=5)
        monkeypatch.setattr(_patterns, "_RELAXED_CELLS", 0)
        result = suppression(values, sums, threshold=5)
        assert (cheapest.method, result.method) == ("exact", "greedy")
        assert cheapest.lost <= result.lost <= 2 * cheapest.lost

    def test_keep_only_as_many_proofs_as_fit_in_memory(self, monkeypatch):
        values, sums = margins(np.random.default_rng(2).poisson(8, (9, 7)))
        monkeypatch.setattr(_patterns, "_KEPT", 0)
        assert suppression(values, sums, threshold=5).audited


class TestAudit:
    @pytest.fixture(params=[1000, 0])
    def _either_way(self, request, monkeypatch):
        monkeypatch.setattr(_suppression, "_AUDITED_CELLS", request.param)

    @pytest.mark.usefixtures("_either_way")
    @pytest.mark.parametrize(
        "false_moves",
        [
            np.zeros((0, 12)),
            [[0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0]],
            [[0, 0, 0, 9, 9, 9, 0, 9, 18, 9, 18, 27]],
            [[0, 0, 0, 0, -9, 9, 0, 0, 0, 0, 0, 0]],
        ],
    )
    def test_refuses_a_pattern_that_gives_an_unsafe_cell_away_whatever_proof_comes_with_it(
        self, monkeypatch, false_moves
    ):
        def careless(part, _deadline):
            return "exact", part.given, csr_array(np.asarray(false_moves)[:, part.names])

        monkeypatch.setattr(_suppression, "protected", careless)
        with pytest.raises(AnalysisError, match="audit of the pattern found cell 3 exposed"):
            suppression(W16, W16_SUMS, threshold=5)

    @pytest.mark.usefixtures("_either_way")
    @pytest.mark.parametrize(
        ("moves", "width", "safe"),
        [
            ([{5: 2, 4: -2, 3: -2, 2: 2}], 2, True),
            ([{5: 2, 4: -2, 3: -2, 2: 2}], 3, False),
            ([{5: -1, 4: 1, 3: 1, 2: -1}, {5: 9, 4: -9, 3: -9, 2: 9}], 3, False),  # beyond what a count can be
            ([{5: 9, 8: 9, 10: 9, 11: 9, 6: 9, 7: -9}, {5: 9, 8: 9, 10: 9, 11: 9}], 3, False),  # published cells
            ([{5: 9}, {5: 2, 4: -2}], 3, False),  # sums that do not hold
        ],
    )
    def test_believes_only_proofs_that_agree_with_everything_published(self, monkeypatch, moves, width, safe):
        def claimed(part, _deadline):
            rows = np.array([[move.get(name, 0) for name in part.names] for move in moves], dtype=float)
            return "exact", np.isin(part.names, [2, 3, 4, 5]), csr_array(rows)

        monkeypatch.setattr(_suppression, "protected", claimed)
        if safe:
            assert complementary(W16, W16_SUMS, mask(12, [5]), min_width=width).audited
        else:
            with pytest.raises(AnalysisError, match="audit of the pattern found cell 5 exposed"):
                complementary(W16, W16_SUMS, mask(12, [5]), min_width=width)

    @pytest.mark.usefixtures("_either_way")
    def test_accepts_what_is_safe(self):
        values, sums = margins(np.random.default_rng(2).poisson(8, (9, 7)))
        assert suppression(values, sums, threshold=5).audited

    def test_gives_intervals_that_are_too_wide_rather_than_too_narrow_where_it_does_not_solve_for_them(
        self, monkeypatch
    ):
        values, sums = margins(np.random.default_rng(2).poisson(8, (9, 7)))
        solved = suppression(values, sums, threshold=5)
        monkeypatch.setattr(_suppression, "_AUDITED_CELLS", 0)
        quick = suppression(values, sums, threshold=5)
        assert np.array_equal(solved.hidden, quick.hidden)
        assert (quick.intervals[:, 0] <= solved.intervals[:, 0]).all()
        assert (quick.intervals[:, 1] >= solved.intervals[:, 1]).all()
