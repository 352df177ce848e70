"""
Ways through a directed multigraph.

A graph is given by its arcs: ``tail[a]``, ``head[a]`` and ``weight[a]`` (not negative; infinite closes the arc).
Parallel arcs and loops are allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush
from itertools import count
from math import inf
from typing import TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from integrated_services._kernels._csr import csr_from_pairs

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: From this number of arcs on, SciPy's compiled search pays for its preparation.
COMPILED_FROM_ARCS = 5_000

_Arc: TypeAlias = tuple[int, int, int]  # cost, head, arc
_Label: TypeAlias = tuple[int, tuple[int, ...], tuple[int, ...]]  # cost at least, nodes, arcs


@attrs.frozen
class Path:
    """
    A way from a source to a target.

    Attributes
    ----------
    nodes
        The nodes in order, at least one.
    arcs
        The arcs between them, as indices of the input.
    length
        Sum of the weights.
    """

    nodes: tuple[int, ...]
    arcs: tuple[int, ...]
    length: float


def k_shortest_paths(
    n: int,
    tail: npt.ArrayLike,
    head: npt.ArrayLike,
    weight: npt.ArrayLike,
    sources: Iterable[int],
    targets: Iterable[int],
    k: int,
) -> list[Path]:
    """
    Find the k shortest paths without repeated nodes from any source to any target.

    Parameters
    ----------
    n : int
        Number of nodes.
    tail, head : (a,) arrays of int
        Where each arc starts and ends.
    weight : (a,) array of float
        Length of each arc, not negative; an infinite one is never used.
    sources, targets : iterables of int
        Where paths start and end. A source that is a target gives a path of length 0. A path may pass through other
        sources and targets; to forbid it, close the arcs into sources and out of targets.
    k : int
        How many paths are wanted.

    Returns
    -------
    list of Path
        At most k paths, the best first, ordered by length, number of arcs, nodes, arcs. Paths that use different
        parallel arcs are different.

    Notes
    -----
    Yen's partition of the paths by where they leave the known ones [1]_, [2]_. Distances to the targets, found once,
    bound each part from below, so that few parts are searched and each search stays near its best way. Weights are
    taken as the exact binary numbers that they are, so that no rounding decides between paths.

    References
    ----------
    .. [1] Yen, J. Y. (1971). Finding the k shortest loopless paths in a network. Management Science 17(11), 712-716.
       https://doi.org/10.1287/mnsc.17.11.712
    .. [2] Lawler, E. L. (1972). A procedure for computing the k best solutions to discrete optimization problems and
       its application to the shortest path problem. Management Science 18(7), 401-405.
       https://doi.org/10.1287/mnsc.18.7.401

    Examples
    --------
    >>> for path in k_shortest_paths(3, [0, 0, 1, 0], [1, 2, 2, 1], [1, 5, 2, 3], [0], [2], k=3):
    ...     print(path.nodes, path.arcs, path.length)
    (0, 1, 2) (0, 2) 3.0
    (0, 2) (1,) 5.0
    (0, 1, 2) (3, 2) 5.0
    """
    lengths, exponent = _exact(np.asarray(weight, dtype=np.float64))
    # the number of arcs decides between equal lengths: it is counted in the last digits, which it cannot overflow
    digits = n.bit_length()
    costs = [None if length is None else (length << digits) + 1 for length in lengths]
    search = _Search.build(n, _ints(tail), _ints(head), costs, set(map(int, sources)), set(map(int, targets)))
    up, down = max(exponent, 0), 1 << max(-exponent, 0)
    return [Path(nodes, arcs, ((cost >> digits) << up) / down) for cost, nodes, arcs in search.best(k)]


def reachable(
    n: int,
    tail: npt.ArrayLike,
    head: npt.ArrayLike,
    sources: Iterable[int],
    mask: npt.ArrayLike | None = None,
) -> BoolArray:
    """
    Find what can be reached along the arcs.

    Parameters
    ----------
    n : int
        Number of nodes.
    tail, head : (a,) arrays of int
        Where each arc starts and ends.
    sources : iterable of int
        Where to start.
    mask : (a,) array of bool, optional
        The arcs that may be used; all if left out.

    Returns
    -------
    (n,) array of bool
        Whether each node is reached; sources always are.

    Examples
    --------
    >>> reachable(4, [0, 1, 3], [1, 2, 2], [0]).tolist()
    [True, True, True, False]
    """
    tails, heads = np.asarray(tail, dtype=np.int64), np.asarray(head, dtype=np.int64)
    if mask is not None:
        usable = np.asarray(mask, dtype=bool)
        tails, heads = tails[usable], heads[usable]
    indptr, indices = csr_from_pairs(tails, heads, n)
    starts, onward = indptr.tolist(), indices.tolist()
    reached = [False] * n
    waiting = list(sources)
    for node in waiting:
        reached[node] = True
    while waiting:
        node = waiting.pop()
        for other in onward[starts[node] : starts[node + 1]]:
            if not reached[other]:
                reached[other] = True
                waiting.append(other)
    return np.array(reached, dtype=bool)


def distances(
    n: int,
    tail: npt.ArrayLike,
    head: npt.ArrayLike,
    weight: npt.ArrayLike,
    sources: Iterable[int],
) -> FloatArray:
    """
    Find the distance of each node from the nearest source.

    Parameters
    ----------
    n : int
        Number of nodes.
    tail, head : (a,) arrays of int
        Where each arc starts and ends; exchange them for distances to the sources.
    weight : (a,) array of float
        Length of each arc, not negative; an infinite one is never used.
    sources : iterable of int
        Where to start.

    Returns
    -------
    (n,) array
        The distances; infinite where no way leads.

    References
    ----------
    Dijkstra, E. W. (1959). A note on two problems in connexion with graphs. Numerische Mathematik 1, 269-271.
    https://doi.org/10.1007/BF01386390

    Examples
    --------
    >>> distances(4, [0, 1, 3], [1, 2, 2], [1.5, 2, 1], [0]).tolist()
    [0.0, 1.5, 3.5, inf]
    """
    starts = sorted(set(sources))
    tails, heads = _ints(tail), _ints(head)
    weights = np.asarray(weight, dtype=np.float64)
    if len(weights) >= COMPILED_FROM_ARCS and starts:
        return _compiled_distances(n, tails, heads, weights, starts)
    onward: list[list[tuple[float, int]]] = [[] for _ in range(n)]
    for start, end, length in zip(tails, heads, weights.tolist(), strict=True):
        onward[start].append((length, end))
    found = [inf] * n
    waiting = [(0.0, node) for node in starts]
    for node in starts:
        found[node] = 0.0
    while waiting:
        so_far, node = heappop(waiting)
        if so_far > found[node]:
            continue
        for length, other in onward[node]:
            if (there := so_far + length) < found[other]:
                found[other] = there
                heappush(waiting, (there, other))
    return np.array(found, dtype=np.float64)


def _ints(values: npt.ArrayLike) -> list[int]:
    numbers: list[int] = np.asarray(values, dtype=np.int64).tolist()
    return numbers


def _compiled_distances(n: int, tail: list[int], head: list[int], weight: FloatArray, sources: list[int]) -> FloatArray:
    """Let SciPy find the distances. It takes stored zeros as arcs of length 0 and parallel arcs one by one."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    indptr, order = csr_from_pairs(tail, np.arange(len(weight)), n)
    parts = weight[order], np.array(head, dtype=np.int32)[order], indptr.astype(np.int32)  # what older versions take
    graph: csr_array[np.float64, tuple[int, int]] = csr_array(parts, shape=(n, n))
    found: FloatArray = dijkstra(graph, indices=sources, min_only=True)
    return found


def _exact(weight: FloatArray) -> tuple[list[int | None], int]:
    """Write finite weights as whole numbers times one power of two; give its exponent, too."""
    finite = np.isfinite(weight)
    fraction, exponent = np.frexp(np.where(finite, weight, 0.0))
    whole = np.ldexp(fraction, 53).astype(np.int64)
    exponent = exponent.astype(np.int64) - 53
    zeros = np.frexp((whole & -whole).astype(np.float64))[1].astype(np.int64) - 1  # at the binary end of the number
    some = whole > 0
    whole[some] >>= zeros[some]
    exponent[some] += zeros[some]
    least = int(exponent[some].min()) if some.any() else 0
    shift = np.where(some, exponent - least, 0)
    numbers = zip(whole.tolist(), shift.tolist(), finite.tolist(), strict=True)
    return [value << places if used else None for value, places, used in numbers], least


@attrs.frozen(eq=False)
class _Part:
    """All paths that begin with the first nodes of a known path, but do not go on by certain arcs."""

    nodes: tuple[int, ...]  # of the known path
    arcs: tuple[int, ...]
    shared: int  # number of nodes in common
    cost: int  # up to the last of them
    closed: frozenset[int]  # arcs that may not come next


@attrs.frozen(eq=False)
class _Search:
    """
    A graph made ready for searches with whole, positive costs.

    A label's cost is that of its arcs plus the least cost from its last node to a target. As that bound is exact in the
    whole graph, a search goes straight ahead except where it must go round what is forbidden. All paths start at one
    more node, ``root``, from which arcs without cost lead to the sources.
    """

    root: int
    onward: list[list[_Arc]]  # to nodes from which a target can be reached
    bound: dict[int, int]  # least cost to a target
    targets: set[int]
    costs: list[int | None]

    @classmethod
    def build(
        cls,
        n: int,
        tail: list[int],
        head: list[int],
        costs: list[int | None],
        sources: set[int],
        targets: set[int],
    ) -> _Search:
        into: list[list[tuple[int, int]]] = [[] for _ in range(n)]
        for start, end, cost in zip(tail, head, costs, strict=True):
            if cost is not None:
                into[end].append((cost, start))
        bound: dict[int, int] = {}
        waiting = [(0, node) for node in sorted(targets)]
        while waiting:
            so_far, node = heappop(waiting)
            if node not in bound:
                bound[node] = so_far
                for cost, other in into[node]:
                    if other not in bound:
                        heappush(waiting, (so_far + cost, other))
        onward: list[list[_Arc]] = [[] for _ in range(n + 1)]
        for arc, (start, end, some) in enumerate(zip(tail, head, costs, strict=True)):
            if some is not None and end in bound:
                onward[start].append((some, end, arc))
        onward[n] = [(0, node, -1 - node) for node in sorted(sources) if node in bound]
        return cls(n, onward, bound, targets, costs)

    def best(self, k: int) -> list[_Label]:
        """Find the k least paths, the best first, without the root."""
        serial = count()  # keeps parts from being compared
        queue: list[tuple[int, tuple[int, ...], tuple[int, ...], int, _Part]] = []
        heappush(queue, (0, (), (), next(serial), _Part((self.root,), (), 1, 0, frozenset())))
        found: list[_Label] = []
        while queue and len(found) < k:
            cost, nodes, arcs, _, part = heappop(queue)
            if nodes:
                found.append((cost, nodes[1:], arcs[1:]))
                for least, rest in self.others(nodes, arcs, part):
                    # a bound without nodes comes before all paths of its cost, so that the part is searched in time
                    heappush(queue, (least, (), (), next(serial), rest))
            elif label := self.least(part):
                heappush(queue, (*label, next(serial), part))
        return found

    def others(self, nodes: tuple[int, ...], arcs: tuple[int, ...], part: _Part) -> Iterator[tuple[int, _Part]]:
        """Split what is left of a part without its best path, and bound the cost of each piece from below."""
        passed = set(nodes[: part.shared - 1])
        cost = part.cost
        for shared in range(part.shared, len(nodes) + 1):
            node, taken = nodes[shared - 1], arcs[shared - 1 : shared]
            passed.add(node)
            closed = part.closed.union(taken) if shared == part.shared else frozenset(taken)
            onward = [
                cost + step + self.bound[other]
                for step, other, arc in self.onward[node]
                if arc not in closed and other not in passed
            ]
            if onward:
                yield min(onward), _Part(nodes, arcs, shared, cost, closed)
            for arc in taken:
                cost += (self.costs[arc] or 0) if arc >= 0 else 0

    def least(self, part: _Part) -> _Label | None:
        """Find the best path of a part."""
        nodes = part.nodes[: part.shared]
        done = set(nodes)
        queue = self.steps(part.cost, nodes, part.arcs[: part.shared - 1], done, part.closed)
        heapify(queue)
        while queue:
            label = cost, nodes, arcs = heappop(queue)
            node = nodes[-1]
            if node in self.targets:
                return label
            if node not in done:
                done.add(node)
                for step in self.steps(cost - self.bound[node], nodes, arcs, done, frozenset()):
                    heappush(queue, step)
        return None

    def steps(
        self, cost: int, nodes: tuple[int, ...], arcs: tuple[int, ...], done: set[int], closed: frozenset[int]
    ) -> list[_Label]:
        """Lengthen a path by one arc in each possible way."""
        return [
            (cost + step + self.bound[other], (*nodes, other), (*arcs, arc))
            for step, other, arc in self.onward[nodes[-1]]
            if other not in done and arc not in closed
        ]
