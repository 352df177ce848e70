"""
Demand that meets capacity: largest totals, their certificate, and the fair way to share what is short.

Cells hold demand, sites hold capacity, and an arc says that a site can serve a cell. All arithmetic is exact: values
are integers or fractions and are brought to whole numbers by their common denominator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

Exact: TypeAlias = int | Fraction
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

#: From this number of arcs on, SciPy's compiled flow pays for its preparation.
COMPILED_FROM_ARCS = 2_000
_INT32 = 2**31 - 1


@attrs.frozen
class Flow:
    """
    A largest flow from cells to sites, and its source-minimal cut.

    Attributes
    ----------
    total
        What is served in all. Unique.
    flow
        What goes through each arc. Not unique; of arcs that join the same cell and site only the first carries.
    served
        What each cell gets. Not unique, unless the flow was made by `allocation_flow`.
    used
        What each site gives. Not unique.
    cut_cell
        The cells that compete for too little capacity. Unique: no other minimum cut leaves out one of them.
    cut_site
        The sites that these cells can reach, all full. Unique.
    """

    total: Exact
    flow: tuple[Exact, ...] = attrs.field(repr=False)
    served: tuple[Exact, ...]
    used: tuple[Exact, ...]
    cut_cell: BoolArray = attrs.field(eq=attrs.cmp_using(eq=np.array_equal), hash=False)
    cut_site: BoolArray = attrs.field(eq=attrs.cmp_using(eq=np.array_equal), hash=False)


@attrs.frozen
class Block:
    """
    A connected part of a cut: cells that compete for the same full sites.

    Attributes
    ----------
    cells, sites
        Their indices, ascending.
    demand
        Demand of the cells together.
    capacity
        Capacity of the sites together.
    """

    cells: tuple[int, ...]
    sites: tuple[int, ...]
    demand: Exact
    capacity: Exact

    @property
    def shortage(self) -> Exact:
        """Demand beyond capacity: so much of the block stays unserved, however it is shared."""
        return self.demand - self.capacity


def max_flow(
    arc_cell: npt.ArrayLike,
    arc_site: npt.ArrayLike,
    demand: Sequence[Exact],
    capacity: Sequence[Exact | None],
) -> Flow:
    """
    Serve as much demand as the capacities allow.

    Parameters
    ----------
    arc_cell, arc_site : (a,) arrays of int
        The cell and the site that each arc joins.
    demand : (c,) sequence
        Demand of each cell, not negative.
    capacity : (s,) sequence
        Capacity of each site, not negative; None where it is unlimited.

    Returns
    -------
    Flow
        Total, flows and the source-minimal minimum cut: the cells and sites that can be reached from unserved demand
        in the residual network. ``total`` is the demand of the cells outside the cut plus the capacity of its sites,
        which proves that no allocation serves more. A cell that reaches an unlimited site is served there.

    References
    ----------
    Dinic, E. A. (1970). Algorithm for solution of a problem of maximum flow in networks with power estimation. Soviet
    Mathematics Doklady 11, 1277-1280.

    Examples
    --------
    >>> flow = max_flow([0, 0, 1], [0, 1, 0], [30, 40], [40, 10])
    >>> flow.total, flow.served, flow.cut_cell.tolist(), flow.cut_site.tolist()
    (50, (10, 40), [True, True], [True, True])
    """
    problem = _Problem.build(arc_cell, arc_site, demand, capacity)
    solved = problem.solve()
    return problem.result([_unscaled(amount, problem.scale) for amount in solved.flow], solved)


def fair_shares(
    arc_cell: npt.ArrayLike,
    arc_site: npt.ArrayLike,
    demand: Sequence[Exact],
    capacity: Sequence[Exact | None],
) -> list[Fraction]:
    """
    Share scarce capacity so that the worst-served cell is served as well as possible, then the next, and so on.

    Parameters
    ----------
    arc_cell, arc_site, demand, capacity
        As of `max_flow`.

    Returns
    -------
    list of Fraction
        What each cell is served. The list of ratios served/demand, sorted from the smallest, is the lexicographically
        largest of all allocations. It is unique, does not depend on the order of cells, sites or arcs, and its sum is
        the maximum flow: fairness costs nobody a place. A cell without demand is served 0.

    Notes
    -----
    Divide and conquer by minimum cuts [2]_, [3]_: try to serve all cells of a block in the ratio of its capacity to its
    demand; if a cut forbids it, the cells of the cut get less, the others more, and each side is a smaller block.

    References
    ----------
    .. [1] Megiddo, N. (1974). Optimal flows in networks with multiple sources and sinks. Mathematical Programming 7,
       97-107. https://doi.org/10.1007/BF01585506
    .. [2] Fujishige, S. (1980). Lexicographically optimal base of a polymatroid with respect to a weight vector.
       Mathematics of Operations Research 5(2), 186-196. https://doi.org/10.1287/moor.5.2.186
    .. [3] Groenevelt, H. (1991). Two algorithms for maximizing a separable concave function over a polymatroid feasible
       region. European Journal of Operational Research 54(2), 227-236. https://doi.org/10.1016/0377-2217(91)90300-K

    Examples
    --------
    Two cells compete for the first site; only the first cell can also use the second.

    >>> fair_shares([0, 0, 1], [0, 1, 0], [30, 40], [40, 10])
    [Fraction(150, 7), Fraction(200, 7)]
    """
    problem = _Problem.build(arc_cell, arc_site, demand, capacity)
    solved = problem.solve()
    shares = [Fraction(amount, problem.scale) for amount in problem.demand]
    for level in _fair_levels(problem, solved):
        for cell in level.cells:
            shares[cell] *= level.ratio
    return shares


def allocation_flow(
    arc_cell: npt.ArrayLike,
    arc_site: npt.ArrayLike,
    demand: Sequence[Exact],
    capacity: Sequence[Exact | None],
) -> Flow:
    """
    Find a largest flow in which each cell gets its fair share.

    Parameters
    ----------
    arc_cell, arc_site, demand, capacity
        As of `max_flow`.

    Returns
    -------
    Flow
        As of `max_flow`, with the same total and the same cut; ``served`` is that of `fair_shares` and thus unique,
        too. Which site serves whom (``flow``, ``used``) is one possibility of many.

    Examples
    --------
    >>> allocation_flow([0, 0, 1], [0, 1, 0], [30, 40], [40, 10]).flow
    (Fraction(80, 7), Fraction(10, 1), Fraction(200, 7))
    """
    problem = _Problem.build(arc_cell, arc_site, demand, capacity)
    solved = problem.solve()
    again = solved.cut_cell[problem.arc_cell].tolist()
    flow: list[Exact] = [
        0 if cut else _unscaled(amount, problem.scale) for amount, cut in zip(solved.flow, again, strict=True)
    ]
    arc_of = {pair: arc for arc, pair in reversed(list(enumerate(problem.pairs())))}
    for level in _fair_levels(problem, solved):
        unit = level.ratio.denominator * problem.scale
        for site, given in level.load.items():
            for cell, amount in given.items():
                flow[arc_of[cell, site]] = Fraction(amount, unit)
    return problem.result(flow, solved)


def cut_blocks(
    flow: Flow,
    arc_cell: npt.ArrayLike,
    arc_site: npt.ArrayLike,
    demand: Sequence[Exact],
    capacity: Sequence[Exact | None],
) -> list[Block]:
    """
    Take a cut apart into blocks that have nothing to do with one another.

    Parameters
    ----------
    flow : Flow
        What `max_flow` or `allocation_flow` gave for the other arguments.
    arc_cell, arc_site, demand, capacity
        As of `max_flow`.

    Returns
    -------
    list of Block
        Cells of the cut that share a site (even one of capacity 0) are in one block; a cell without any site is a
        block of its own. Ordered by the smallest cell. The shortages add up to all unserved demand.

    Examples
    --------
    >>> network = [0, 0, 1], [0, 1, 0], [30, 40], [40, 10]
    >>> [block] = cut_blocks(max_flow(*network), *network)
    >>> block.cells, block.sites, block.demand, block.capacity, block.shortage
    ((0, 1), (0, 1), 70, 50, 20)
    """
    cells, sites = np.asarray(arc_cell, dtype=np.int64), np.asarray(arc_site, dtype=np.int64)
    inside = flow.cut_cell[cells]
    sites_of = _adjacency(np.flatnonzero(flow.cut_cell).tolist(), cells[inside].tolist(), sites[inside].tolist())
    return [
        Block(
            cells=tuple(sorted(block)),
            sites=tuple(sorted(touched)),
            demand=_plain_sum(demand[cell] for cell in block),
            capacity=_plain_sum(capacity[site] or 0 for site in touched),
        )
        for block, touched in _components(sites_of)
    ]


@attrs.frozen
class _Solved:
    """A largest flow in whole numbers."""

    flow: list[int]
    cut_cell: BoolArray
    cut_site: BoolArray


@attrs.frozen(eq=False)
class _Problem:
    """Cells and sites in whole numbers of 1/scale."""

    arc_cell: IntArray
    arc_site: IntArray
    demand: list[int]
    capacity: list[int | None]
    scale: int

    @classmethod
    def build(
        cls,
        arc_cell: npt.ArrayLike,
        arc_site: npt.ArrayLike,
        demand: Iterable[Exact],
        capacity: Iterable[Exact | None],
    ) -> _Problem:
        wanted, offered = list(demand), list(capacity)
        scale = lcm(
            *{int(value.denominator) for value in wanted},
            *{int(value.denominator) for value in offered if value is not None},
        )
        return cls(
            arc_cell=np.asarray(arc_cell, dtype=np.int64),
            arc_site=np.asarray(arc_site, dtype=np.int64),
            demand=[_scaled(value, scale) for value in wanted],
            capacity=[None if value is None else _scaled(value, scale) for value in offered],
            scale=scale,
        )

    def pairs(self) -> Iterator[tuple[int, int]]:
        return zip(self.arc_cell.tolist(), self.arc_site.tolist(), strict=True)

    def solve(self) -> _Solved:
        """Serve who can go where there is no limit, then let the others compete for the limited sites."""
        flow = [0] * len(self.arc_cell)
        arcs = np.arange(len(self.arc_cell), dtype=np.int64)
        unlimited = np.array([room is None for room in self.capacity], dtype=bool)
        if unlimited.any():
            open_arcs = arcs[unlimited[self.arc_site]]
            easy, first = np.unique(self.arc_cell[open_arcs], return_index=True)
            for cell, arc in zip(easy.tolist(), open_arcs[first].tolist(), strict=True):
                flow[arc] = self.demand[cell]
            served = np.zeros(len(self.demand), dtype=bool)
            served[easy] = True
            supply = [0 if done else amount for amount, done in zip(self.demand, served.tolist(), strict=True)]
            arcs = arcs[~served[self.arc_cell]]
        else:
            supply = self.demand
        room = [amount or 0 for amount in self.capacity]
        cells, sites = self.arc_cell[arcs], self.arc_site[arcs]
        compiled = len(arcs) >= COMPILED_FROM_ARCS and _fits_32_bits(supply, room)
        amounts, cut_cell, cut_site = (_compiled_flow if compiled else _listed_flow)(cells, sites, supply, room)
        for arc, amount in zip(arcs.tolist(), amounts, strict=True):
            if amount:
                flow[arc] = amount
        cut_cell.setflags(write=False)
        cut_site.setflags(write=False)
        return _Solved(flow, cut_cell, cut_site)

    def result(self, flow: list[Exact], solved: _Solved) -> Flow:
        served: list[Exact] = [0] * len(self.demand)
        used: list[Exact] = [0] * len(self.capacity)
        for (cell, site), amount in zip(self.pairs(), flow, strict=True):
            if amount:
                served[cell] += amount
                used[site] += amount
        outside = [amount for amount, cut in zip(self.demand, solved.cut_cell.tolist(), strict=True) if not cut]
        inside = [self.capacity[site] or 0 for site in np.flatnonzero(solved.cut_site).tolist()]
        total = _unscaled(sum(outside) + sum(inside), self.scale)
        return Flow(total, tuple(flow), tuple(served), tuple(used), solved.cut_cell, solved.cut_site)


def _scaled(value: Exact, scale: int) -> int:
    return int(value.numerator) * (scale // int(value.denominator))


def _unscaled(amount: int, scale: int) -> Exact:
    return amount if scale == 1 else Fraction(amount, scale)


def _plain_sum(values: Iterable[Exact]) -> Exact:
    """Add up, and give a whole number as an int."""
    total = sum(values, start=Fraction(0))
    return int(total) if total.denominator == 1 else total


def _adjacency(cells: Iterable[int], arc_cell: Iterable[int], arc_site: Iterable[int]) -> dict[int, list[int]]:
    """List the sites of each cell, each once, in the order of the arcs."""
    sites_of: dict[int, dict[int, None]] = {cell: {} for cell in cells}
    for cell, site in zip(arc_cell, arc_site, strict=True):
        sites_of[cell][site] = None
    return {cell: list(sites) for cell, sites in sites_of.items()}


def _components(sites_of: Mapping[int, list[int]]) -> Iterator[tuple[list[int], list[int]]]:
    """Find the cells that hang together through sites, and these sites; in the order of the cells."""
    cells_of: dict[int, list[int]] = {}
    for cell, sites in sites_of.items():
        for site in sites:
            cells_of.setdefault(site, []).append(cell)
    seen: set[int] = set()
    for start in sites_of:
        if start in seen:
            continue
        seen.add(start)
        block, touched = [start], []
        for cell in block:  # grows while it is read
            for site in sites_of[cell]:
                if site in cells_of:
                    touched.append(site)
                    fresh = [other for other in cells_of.pop(site) if other not in seen]
                    seen.update(fresh)
                    block += fresh
        yield block, touched


def _fits_32_bits(supply: list[int], room: list[int]) -> bool:
    return max(supply) <= _INT32 and min(max(room), sum(supply)) <= _INT32


def _compiled_flow(
    arc_cell: IntArray, arc_site: IntArray, supply: list[int], room: list[int]
) -> tuple[list[int], BoolArray, BoolArray]:
    """Let SciPy find the flow (see `_fits_32_bits`; rooms are clipped to what can be asked of them)."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    n_cells, n_sites = len(supply), len(room)
    source, sink = n_cells + n_sites, n_cells + n_sites + 1
    wanted = np.array(supply, dtype=np.int64)
    most = int(wanted.sum())
    offered = np.array([min(amount, most) for amount in room], dtype=np.int64)
    pairs, first = np.unique(arc_cell * n_sites + arc_site, return_index=True)
    pair_cell, pair_site = pairs // n_sites, n_cells + pairs % n_sites
    # older versions of SciPy take 32-bit indices only
    tail = np.concatenate([pair_cell, np.full(n_cells, source), n_cells + np.arange(n_sites)]).astype(np.int32)
    head = np.concatenate([pair_site, np.arange(n_cells), np.full(n_sites, sink)]).astype(np.int32)
    limit = np.concatenate([wanted[pair_cell], wanted, offered]).astype(np.int32)
    size = sink + 1
    pushed = maximum_flow(csr_array((limit, (tail, head)), shape=(size, size)), source, sink).flow.tocoo()
    onward = (pushed.row < n_cells) & (pushed.data > 0)
    amounts = np.zeros(len(pairs), dtype=np.int64)
    keys = pushed.row[onward] * np.int64(n_sites) + (pushed.col[onward] - n_cells)
    amounts[np.searchsorted(pairs, keys)] = pushed.data[onward]
    # residual network: forward arcs have no limit, backward arcs need a flow, the source feeds who is not fully served
    back = amounts > 0
    hungry = np.flatnonzero(np.bincount(pair_cell, amounts, minlength=n_cells) < wanted)
    tail = np.concatenate([np.full(len(hungry), source), pair_cell, pair_site[back]]).astype(np.int32)
    head = np.concatenate([hungry, pair_site, pair_cell[back]]).astype(np.int32)
    residual = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(size, size))
    reached = np.zeros(size, dtype=bool)
    reached[breadth_first_order(residual, source, return_predecessors=False)] = True
    flow = np.zeros(len(arc_cell), dtype=np.int64)
    flow[first] = amounts
    return flow.tolist(), reached[:n_cells].copy(), reached[n_cells:source].copy()


def _listed_flow(
    arc_cell: IntArray, arc_site: IntArray, supply: list[int], room: list[int]
) -> tuple[list[int], BoolArray, BoolArray]:
    """Find the flow with whole numbers of any size."""
    cells, sites = arc_cell.tolist(), arc_site.tolist()
    sites_of = _adjacency(sorted(set(cells)), cells, sites)
    pushed = _Push.run(sites_of, supply, room)
    cut_cell = np.array([amount > 0 for amount in supply], dtype=bool)
    cut_cell[list(sites_of)] = False  # who has no site is in the cut if there is demand
    cut_cell[list(pushed.cut_cells)] = True
    cut_site = np.zeros(len(room), dtype=bool)
    cut_site[list(pushed.cut_sites)] = True
    # popping leaves nothing for a second arc between the same two
    flow = [pushed.load[site].pop(cell, 0) for cell, site in zip(cells, sites, strict=True)]
    return flow, cut_cell, cut_site


@attrs.define(eq=False)
class _Push:
    """
    Dinic's method on lists: let whole layers of shortest augmenting paths through, until there is none.

    An augmenting path leads from an unserved cell to a site, from there to a cell that the site serves and that could
    move to its next site, and so on to a site with room.
    """

    sites_of: Mapping[int, list[int]]
    rest: dict[int, int]  # of each cell's demand
    free: dict[int, int]  # of each site's room
    load: dict[int, dict[int, int]]  # what each site gives to whom, if anything
    cut_cells: dict[int, int] = attrs.field(factory=dict)  # what unserved demand reaches, and in which layer
    cut_sites: dict[int, int] = attrs.field(factory=dict)
    onward: dict[int, list[int]] = attrs.field(factory=dict)  # steps not yet tried in this round, the last one first
    backward: dict[int, list[int]] = attrs.field(factory=dict)

    @classmethod
    def run(
        cls,
        sites_of: Mapping[int, list[int]],
        supply: Sequence[int] | Mapping[int, int],
        room: Sequence[int] | Mapping[int, int],
    ) -> _Push:
        load: dict[int, dict[int, int]] = {site: {} for sites in sites_of.values() for site in sites}
        rest = {cell: supply[cell] for cell in sites_of}
        push = cls(sites_of, rest, {site: room[site] for site in load}, load)
        push.fill()
        while hungry := push.layers():
            for start in hungry:
                while push.rest[start] and (path := push.path(start)):
                    push.augment(*path)
        return push

    def fill(self) -> None:
        """Serve greedily; who has the least choice goes first."""
        for cell in sorted(self.sites_of, key=lambda cell: len(self.sites_of[cell])):
            want = self.rest[cell]
            for site in self.sites_of[cell]:
                if not want:
                    break
                if amount := min(want, self.free[site]):
                    self.load[site][cell] = amount
                    self.free[site] -= amount
                    want -= amount
            self.rest[cell] = want

    def layers(self) -> list[int]:
        """Number what unserved cells reach, up to a site with room; give these cells if there is such a site."""
        hungry = [cell for cell, want in self.rest.items() if want]
        layer_of_cell = dict.fromkeys(hungry, 0)
        layer_of_site: dict[int, int] = {}
        self.cut_cells, self.cut_sites, self.onward, self.backward = layer_of_cell, layer_of_site, {}, {}
        frontier, layer = hungry, 0
        while frontier:
            sites = []
            for cell in frontier:
                for site in self.sites_of[cell]:
                    if site not in layer_of_site:
                        layer_of_site[site] = layer
                        sites.append(site)
            if any(self.free[site] for site in sites):
                return hungry
            layer += 1
            frontier = []
            for site in sites:
                for cell in self.load[site]:
                    if cell not in layer_of_cell:
                        layer_of_cell[cell] = layer
                        frontier.append(cell)
        return []

    def path(self, start: int) -> tuple[list[int], list[int]] | None:
        """Find a way from layer to layer to a site with room, forgetting the steps that lead nowhere."""
        cells, sites = [start], list[int]()
        while cells:
            cell = cells[-1]
            if cell not in self.onward:
                layer = self.cut_cells[cell]
                self.onward[cell] = [site for site in self.sites_of[cell] if self.cut_sites.get(site) == layer]
            if options := self.onward[cell]:
                site = options[-1]
                if self.free[site]:
                    return cells, [*sites, site]
                if (movable := self.movable(site)) is None:
                    options.pop()
                else:
                    sites.append(site)
                    cells.append(movable)
            else:
                cells.pop()
                if sites:
                    self.backward[sites.pop()].pop()
        return None

    def movable(self, site: int) -> int | None:
        """Name a cell of the next layer that the site serves."""
        given = self.load[site]
        if site not in self.backward:
            layer = self.cut_sites[site] + 1
            self.backward[site] = [cell for cell in given if self.cut_cells.get(cell) == layer]
        cells = self.backward[site]
        while cells and cells[-1] not in given:
            cells.pop()
        return cells[-1] if cells else None

    def augment(self, cells: list[int], sites: list[int]) -> None:
        """Push as much as the path takes."""
        moves = list(zip(sites, cells[1:], strict=False))  # which site lets go of whom
        amount = min(self.rest[cells[0]], self.free[sites[-1]], *(self.load[site][cell] for site, cell in moves))
        self.rest[cells[0]] -= amount
        self.free[sites[-1]] -= amount
        for site, cell in zip(sites, cells, strict=True):
            self.load[site][cell] = self.load[site].get(cell, 0) + amount
        for site, cell in moves:
            self.load[site][cell] -= amount
            if not self.load[site][cell]:
                del self.load[site][cell]


@attrs.frozen(eq=False)
class _Level:
    """Cells that are served in one ratio, and what each site gives them, in parts of the ratio's denominator."""

    cells: list[int]
    ratio: Fraction
    load: dict[int, dict[int, int]]


def _fair_levels(problem: _Problem, solved: _Solved) -> Iterator[_Level]:
    """Split the cut into levels of one ratio each. Cells outside the cut are served in full and are left out."""
    inside = solved.cut_cell[problem.arc_cell]
    cells, sites = problem.arc_cell[inside].tolist(), problem.arc_site[inside].tolist()
    waiting = [_adjacency(np.flatnonzero(solved.cut_cell).tolist(), cells, sites)]
    while waiting:
        for block, touched in _components(sites_of := waiting.pop()):
            # all sites of a block can be filled, so a common ratio can only be capacity / demand
            room = {site: problem.capacity[site] or 0 for site in touched}
            ratio = Fraction(sum(room.values()), sum(problem.demand[cell] for cell in block))
            supply = {cell: problem.demand[cell] * ratio.numerator for cell in block}
            room = {site: amount * ratio.denominator for site, amount in room.items()}
            pushed = _Push.run({cell: sites_of[cell] for cell in block}, supply, room)
            if not (cut := pushed.cut_cells):
                yield _Level(block, ratio, pushed.load)
                continue
            waiting.append({cell: sites_of[cell] for cell in block if cell in cut})
            waiting.append(
                {
                    cell: [site for site in sites_of[cell] if site not in pushed.cut_sites]
                    for cell in block
                    if cell not in cut
                }
            )
