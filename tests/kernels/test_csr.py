"""Compressed rows and nested intervals are compared with the plain lists and trees that they stand for."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrated_services._kernels._csr import csr_from_pairs, expand, take, tree_intervals

pair_lists = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=20)


def compressed(pairs):
    return csr_from_pairs([row for row, _ in pairs], [col for _, col in pairs], 6)


@st.composite
def forests(draw):
    """Parents may have greater or smaller numbers than their children."""
    n = draw(st.integers(0, 12))
    name = draw(st.permutations(range(n)))
    parent = [-1] * n
    for node in range(n):
        above = draw(st.integers(-1, node - 1))
        parent[name[node]] = -1 if above < 0 else name[above]
    return parent


def ancestors(parent, node):
    """Give the node and all above it, from the node upwards."""
    found = []
    while node >= 0:
        found.append(node)
        node = parent[node]
    return found


def preorder(parent):
    children = defaultdict(list)
    for node, above in enumerate(parent):
        children[above].append(node)

    def visit(node):
        yield node
        for child in children[node]:
            yield from visit(child)

    return [node for root in children[-1] for node in visit(root)]


class TestPairs:
    @given(pair_lists)
    def test_rows_hold_their_items_in_ascending_order(self, pairs):
        indptr, indices = compressed(pairs)
        rows = [indices[indptr[row] : indptr[row + 1]].tolist() for row in range(6)]
        assert rows == [sorted(col for other, col in pairs if other == row) for row in range(6)]

    @given(pair_lists.flatmap(lambda pairs: st.tuples(st.just(pairs), st.permutations(pairs))))
    def test_order_of_pairs_makes_no_difference(self, case):
        for one, other in zip(compressed(case[0]), compressed(case[1]), strict=True):
            assert one.tolist() == other.tolist()

    @given(pair_lists)
    def test_expanding_names_the_row_of_each_item(self, pairs):
        indptr, indices = compressed(pairs)
        assert list(zip(expand(indptr).tolist(), indices.tolist(), strict=True)) == sorted(pairs)

    @given(pair_lists, st.lists(st.integers(0, 5), max_size=8))
    def test_taking_gives_the_items_of_each_row_wanted(self, pairs, rows):
        position, items = take(*compressed(pairs), rows)
        expected = [(place, col) for place, row in enumerate(rows) for other, col in sorted(pairs) if other == row]
        assert list(zip(position.tolist(), items.tolist(), strict=True)) == expected

    def test_no_rows_at_all_are_possible(self):
        indptr, indices = csr_from_pairs([], [], 0)
        assert (indptr.tolist(), indices.tolist(), expand(indptr).tolist()) == ([0], [], [])


class TestTreeIntervals:
    @given(forests())
    def test_numbers_are_those_of_a_walk_in_preorder(self, parent):
        enter, _, _ = tree_intervals(parent)
        assert np.argsort(enter).tolist() == preorder(parent)

    @given(forests())
    def test_one_lies_in_another_exactly_when_the_other_is_above(self, parent):
        enter, leave, _ = tree_intervals(parent)
        for a in range(len(parent)):
            for b in range(len(parent)):
                assert (enter[b] <= enter[a] < leave[b]) == (b in ancestors(parent, a))

    @given(forests())
    def test_depth_counts_the_steps_to_the_root(self, parent):
        _, _, depth = tree_intervals(parent)
        assert depth.tolist() == [len(ancestors(parent, node)) - 1 for node in range(len(parent))]

    def test_deep_chain_is_numbered_without_recursion(self):
        n = 50_000
        enter, leave, depth = tree_intervals(np.arange(-1, n - 1))
        assert enter.tolist() == depth.tolist() == list(range(n))
        assert set(leave.tolist()) == {n}

    @pytest.mark.parametrize("parent", [[0], [1, 0], [-1, 2, 3, 1], [-1, 0, 3, 4, 3]])
    def test_circle_is_an_error(self, parent):
        with pytest.raises(ValueError, match="run in, or lie above, a circle"):
            tree_intervals(parent)
