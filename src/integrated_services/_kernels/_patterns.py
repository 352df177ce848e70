"""Search for the cells to hide so that unsafe cells are protected.

The search works on one part of connected cells at a time.  A relaxed problem (an integer program with the conditions
found so far) gives a cheapest pattern; where an unsafe cell is still exposed, the prices of the attacker's own linear
program give the condition that the pattern broke (Fischetti and Salazar 2000).  Each such pattern is also mended cell
by cell and thinned out, which gives safe patterns from the first round on.  When the relaxed problem costs as much as
the best safe pattern, that pattern is proved to be cheapest.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np

from integrated_services._kernels._attacker import (
    TOLERANCE,
    BoolArray,
    FloatArray,
    IntArray,
    Matrix,
    Problem,
    best_point,
    linear_program,
    short_indices,
)
from integrated_services.errors import InfeasibleError

__all__ = ["Method", "Part", "Prover", "protected"]

Method: TypeAlias = Literal["exact", "greedy", "fallback"]

EXACT_CELLS = 200
"""Up to this number of linked cells the search goes on until the pattern is proved to be cheapest."""

# Limits of work, not of time: the same table gives the same pattern on a slow machine.
_EFFORT = 10_000.0
_EFFORT_OF_MANY = 4_000.0
_ROUNDS = 100
_NODES = 1_000
_NODE_EFFORT = 0.3
_RELAXED_CELLS = 20_000
_LONG_RELATION = 100
_NEGLIGIBLE = 1e-7
_FIELD = 150
_CHEAPEST = 10
_KEPT = 20_000_000


@attrs.frozen(eq=False)
class Part:
    """Linked cells that may be hidden, seen as moves away from the true table.

    A move that keeps every relation, touches hidden cells only and stays within what the reader knows leads to
    another table that the reader cannot rule out.
    """

    cells: IntArray
    names: IntArray
    """Numbers of the cells in the user's table."""
    matrix: Matrix
    down: FloatArray
    """How far below its value the reader may think each cell."""
    up: FloatArray
    cost: FloatArray
    given: BoolArray
    """Hidden in any case: unsafe, or shown in no table."""
    targets: IntArray
    """Unsafe cells; each must be able to move over a range of ``width``."""
    width: FloatArray
    integral: bool
    slack: float

    def capped(self, target: int, reach: float) -> tuple[FloatArray, FloatArray]:
        """How far cells may move down and up, one of them no further than it needs to."""
        down, up = self.down.copy(), self.up.copy()
        down[target], up[target] = min(down[target], reach), min(up[target], reach)
        return down, up


class Prover:
    """Proves that unsafe cells of a part are protected by a pattern of hidden cells.

    A proof is a pair of moves.  Moves are kept: one serves every pattern that hides the cells it touches.
    """

    def __init__(self, part: Part) -> None:
        self.part = part
        self.effort = 0.0
        self._columns = part.matrix.tocsc()
        self._totals: list[list[int]] = [[] for _ in part.cells]
        for line in self.lines(np.arange(part.matrix.shape[0])):
            cells, signs = part.matrix.indices[line], part.matrix.data[line]
            for cell in cells[signs < 0]:
                self._totals[cell] += cells[signs > 0].tolist()
        self._near: dict[tuple[int, int], tuple[IntArray, IntArray]] = {}
        # Kept moves, entry by entry: which move, which cell, how far.
        self._count = 0
        self._entries = 0
        self._move = np.zeros(1024, dtype=np.intp)
        self._cell = np.zeros(1024, dtype=np.intp)
        self._step = np.zeros(1024)
        self._number = np.full(len(part.cells), -1, dtype=np.intp)
        self._number[part.targets] = np.arange(len(part.targets))

    def near(self, target: int, radius: int | None) -> tuple[IntArray, IntArray]:
        """Relations and cells within some steps from a cell (all of them for ``None``)."""
        if radius is None:
            return np.arange(self.part.matrix.shape[0]), np.arange(len(self.part.cells))
        if (target, radius) not in self._near:
            rows, cells = np.empty(0, dtype=np.intp), np.array([target], dtype=np.intp)
            for _ in range(radius):
                rows = self.rows_of(cells)
                cells = np.unique(self.part.matrix[rows].indices).astype(np.intp)
            self._near[target, radius] = rows, cells
        return self._near[target, radius]

    def rows_of(self, cells: IntArray) -> IntArray:
        """Relations in which some cells are."""
        return np.unique(self._columns[:, cells].indices).astype(np.intp)

    def lines(self, rows: IntArray) -> list[slice]:
        """Where the cells of some relations stand in the matrix."""
        ends = self.part.matrix.indptr
        return [slice(ends[row], ends[row + 1]) for row in rows]

    def among(self, cells: IntArray) -> Matrix:
        """Relations on some cells, the others staying where they are."""
        inner = self._columns[:, cells].tocsr()
        return inner[np.flatnonzero(np.diff(inner.indptr))]

    def spend(self, cells: int) -> None:
        """Count the work of one linear program; roughly milliseconds."""
        self.effort += 1.5 + cells / 50

    def keep(self, move: FloatArray) -> bool:
        """Remember a move if it is one (for counts this is checked exactly)."""
        part = self.part
        move = np.rint(move) if part.integral else np.where(np.abs(move) > part.slack, move, 0.0)
        off = np.abs(np.asarray(part.matrix @ move))
        if (move < -part.down).any() or (move > part.up).any() or (off > part.slack).any():
            return False
        cells = np.flatnonzero(move)
        entries = slice(self._entries, self._entries + len(cells))
        if entries.stop > _KEPT:
            return True
        while entries.stop > len(self._cell):
            self._move, self._cell, self._step = (
                np.concatenate([array, np.zeros_like(array)]) for array in (self._move, self._cell, self._step)
            )
        self._move[entries], self._cell[entries], self._step[entries] = self._count, cells, move[cells]
        self._count, self._entries = self._count + 1, entries.stop
        return True

    def reached(self, pattern: BoolArray) -> tuple[FloatArray, FloatArray]:
        """How far down and up each target is known to move within a pattern."""
        entries = slice(0, self._entries)
        move, cell, step = self._move[entries], self._cell[entries], self._step[entries]
        usable = (np.bincount(move[~pattern[cell]], minlength=self._count)[move] == 0) & (self._number[cell] >= 0)
        down, up = np.zeros(len(self.part.targets)), np.zeros(len(self.part.targets))
        np.maximum.at(down, self._number[cell[usable]], -step[usable])
        np.maximum.at(up, self._number[cell[usable]], step[usable])
        return down, up

    def moves(self, pattern: BoolArray) -> Matrix:
        """Kept moves within a pattern, one a row."""
        from scipy.sparse import csr_array

        entries = slice(0, self._entries)
        move, cell, step = self._move[entries], self._cell[entries], self._step[entries]
        usable = np.bincount(move[~pattern[cell]], minlength=self._count)[move] == 0
        shape = (self._count, len(pattern))
        return csr_array((step[usable], (move[usable], cell[usable])), shape=shape)

    def unknown(self, pattern: BoolArray) -> list[int]:
        """Numbers of the targets for which no kept moves prove that a pattern protects them."""
        down, up = self.reached(pattern)
        return [int(number) for number in np.flatnonzero(down + up < self.part.width - self.part.slack)]

    def unproven(
        self,
        pattern: BoolArray,
        *,
        thorough: bool = True,
        first_only: bool = False,
        deadline: float = np.inf,
    ) -> list[int]:
        """Numbers of the targets that a pattern does not protect.

        Some protected targets may be listed as well when the deadline passes, or when the search is not ``thorough``:
        in large patterns it then keeps to the neighbourhood of the target.
        """
        part = self.part
        down, up = self.reached(pattern)
        columns = np.flatnonzero(pattern)
        listed: list[int] = []
        for number in self.unknown(pattern):
            late = time.monotonic() > deadline
            for scope in [] if late else self._scopes(int(part.targets[number]), pattern, columns, thorough):
                for sign in (1.0, -1.0):
                    missing = part.width[number] - (down[number] if sign > 0 else up[number])
                    if down[number] + up[number] < part.width[number] - part.slack:
                        move = self._furthest(scope, int(part.targets[number]), sign, missing)[part.targets]
                        down, up = np.maximum(down, -move), np.maximum(up, move)
            if down[number] + up[number] < part.width[number] - part.slack:
                listed.append(number)
                if first_only:
                    break
        return listed

    def above(self, target: int) -> IntArray:
        """A cell and all totals that it enters, directly or by way of other totals."""
        found = {target}
        waiting = [target]
        while waiting:
            for total in self._totals[waiting.pop()]:
                if total not in found:
                    found.add(total)
                    waiting.append(total)
        return np.array(sorted(found), dtype=np.intp)

    def lift(self) -> None:
        """Keep the simplest moves of all: one cell is larger, and with it all totals that it enters."""
        for target, width in zip(self.part.targets, self.part.width, strict=True):
            move = np.zeros(len(self.part.cells))
            move[self.above(int(target))] = width
            self.keep(move)

    def _scopes(self, target: int, pattern: BoolArray, columns: IntArray, thorough: bool) -> list[IntArray]:
        """Sets of hidden cells to search for moves, the small one first."""
        cells = self.near(target, 2)[1]
        local = cells[pattern[cells]]
        if len(local) > 0.7 * len(columns):
            return [columns]
        return [local, columns] if thorough or len(columns) <= 300 else [local]

    def _furthest(self, cells: IntArray, target: int, sign: float, reach: float) -> FloatArray:
        """Move on some cells that takes the target as far as possible, but no further than needed."""
        self.spend(len(cells))
        matrix = self.among(cells)
        down, up = (limit[cells] for limit in self.part.capped(target, reach))
        problem = Problem(matrix, np.zeros(matrix.shape[0]), -down, up, self.part.integral, self.part.slack)
        found = best_point(problem, int(np.searchsorted(cells, target)), sign)
        move = np.zeros(len(self.part.cells))
        if found is not None:
            move[cells] = found
        return move if self.keep(move) else np.zeros(len(move))


def protected(part: Part, deadline: float) -> tuple[Method, BoolArray, Matrix]:
    """Safe pattern for a part, how it was found, and the moves that prove it."""
    prover = Prover(part)
    _require_possible(part, prover)
    method, pattern = _search(part, prover, deadline)
    if method == "fallback":
        # What was mended so far, and the totals above each cell without a proof, so that it may be any larger.
        pattern = pattern.copy()
        for number in prover.unknown(pattern):
            pattern[prover.above(int(part.targets[number]))] = True
        if prover.unknown(pattern):
            pattern[:] = True
    return method, pattern, prover.moves(pattern)


def _require_possible(part: Part, prover: Prover) -> None:
    """Refuse a part in which even hiding everything that may be hidden leaves an unsafe cell exposed."""
    prover.lift()
    exposed = prover.unproven(np.ones(len(part.cells), dtype=bool))
    if exposed:
        names = sorted(int(name) for name in part.names[part.targets[exposed]])
        raise InfeasibleError(
            f"Cells that cannot be protected: {', '.join(map(str, names))}. Even if every cell is hidden that may be, "
            "the fixed cells and what readers know (lower, upper) leave an interval narrower than min_width. "
            "Let some of the fixed cells go, or merge categories.",
            {"cells": names},
        )


def _search(part: Part, prover: Prover, deadline: float) -> tuple[Method, BoolArray]:
    """Cheapest safe pattern that the limits of work and time allow to find; a ``fallback`` is not safe yet."""
    relaxed = _Relaxed(part, prover)
    small = len(part.cells) <= EXACT_CELLS
    effort = _EFFORT if small else _EFFORT_OF_MANY
    best, least = part.given, np.inf
    for _ in range(_ROUNDS):
        pattern, bound = relaxed.solve(deadline)
        if bound >= least - _NEGLIGIBLE * max(1.0, least):
            return "exact", best
        exposed = prover.unproven(pattern, thorough=small, deadline=deadline)
        mended, exposed_still = _mended(part, prover, pattern, exposed, deadline)
        if exposed_still:
            return ("fallback", mended) if np.isinf(least) else ("greedy", best)
        safe = _thinned(part, prover, mended, bound, deadline)
        cost = float(part.cost[safe].sum())
        if cost < least:
            best, least = safe, cost
        if bound >= least - _NEGLIGIBLE * max(1.0, least):
            return "exact", best
        if prover.effort > effort or time.monotonic() > deadline or not relaxed.forbid(pattern, exposed, small):
            break
    return "greedy", best


class _Relaxed:
    """The cheapest pattern that meets the conditions found so far.

    A condition says that the amounts by which the hidden cells of a set blur an unsafe cell add up to enough.
    """

    def __init__(self, part: Part, prover: Prover) -> None:
        self.part = part
        self.prover = prover
        self.free = np.flatnonzero(~part.given)
        self.whole = bool((part.cost == np.rint(part.cost)).all())
        self.rows: list[Any] = []
        self.least: list[float] = []
        self.usable = len(self.free) <= _RELAXED_CELLS
        if self.usable:
            self._first_conditions()
            self._no_lone_cells()

    def _first_conditions(self) -> None:
        """What single relations tell about the unsafe cells in them."""
        columns = self.part.matrix.tocsc()
        none = np.zeros(self.part.matrix.shape[0])
        for number, target in enumerate(self.part.targets):
            entries = slice(columns.indptr[target], columns.indptr[target + 1])
            for row, sign in zip(columns.indices[entries], columns.data[entries], strict=True):
                price = none.copy()
                price[row] = sign
                for up, down in ((price, none), (none, -price), (price, -price)):
                    self._add(_condition(self.part, number, up, down))

    def _no_lone_cells(self) -> None:
        """A cell alone in a relation would be hidden in vain."""
        for row in range(self.part.matrix.shape[0]):
            cells = self.part.matrix.indices[self.part.matrix.indptr[row] : self.part.matrix.indptr[row + 1]]
            if self.part.given[cells].any() or len(cells) > _LONG_RELATION:
                continue
            for cell in cells:
                condition = np.zeros(len(self.part.cells))
                condition[cells] = 1.0
                condition[cell] = -1.0
                self._add(condition, 0.0)

    def _add(self, condition: FloatArray | None, least: float = 1.0) -> None:
        from scipy.sparse import csr_array

        if condition is not None:
            self.rows.append(csr_array(condition[np.newaxis, self.free]))
            self.least.append(least)

    def solve(self, deadline: float) -> tuple[BoolArray, float]:
        """Cheapest pattern and a lower bound of what any safe pattern costs."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import vstack

        pattern = self.part.given.copy()
        if not self.usable or not self.rows:
            return pattern, 0.0
        answer = milp(
            self.part.cost[self.free],
            integrality=np.ones(len(self.free), dtype=np.int64),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(short_indices(vstack(self.rows)), np.array(self.least), np.inf),
            options={
                "mip_rel_gap": 0.0,
                "node_limit": _NODES,
                "time_limit": max(0.01, deadline - time.monotonic()),
            },
        )
        self.prover.spend(len(self.free))
        self.prover.effort += _NODE_EFFORT * len(self.free) * (answer.mip_node_count or 0)
        if answer.x is not None:
            pattern[self.free] = answer.x > 0.5
        bound = -np.inf if answer.mip_dual_bound is None else float(answer.mip_dual_bound)
        if self.whole and np.isfinite(bound):
            bound = float(np.ceil(bound - TOLERANCE * max(1.0, abs(bound))))
        return pattern, bound

    def forbid(self, pattern: BoolArray, exposed: list[int], thorough: bool) -> bool:
        """Add the conditions that a pattern broke; whether there was any."""
        before = len(self.rows)
        for number in exposed if self.usable else []:
            condition = _broken(self.part, self.prover, number, pattern, thorough)
            if condition is None and thorough:
                # Exposed to whole numbers only: something else must be hidden as well.
                condition = np.where(pattern, 0.0, 1.0)
            self._add(condition)
        return len(self.rows) > before


def _condition(part: Part, number: int, up_prices: FloatArray, down_prices: FloatArray) -> FloatArray | None:
    """What prices of the relations tell about the cells that an unsafe cell needs.

    By duality no pattern lets the target move further than the sum, over its cells, of how far each may move times
    what is left of the target after the priced relations are taken off; this holds for any prices.  The moves up
    and down must together cover the width.  What the given cells contribute goes to the other side, and no cell
    can contribute more than is needed.
    """
    target, need = int(part.targets[number]), float(part.width[number])
    down, up = part.capped(target, need)
    blur = np.zeros(len(up))
    for sign, prices in ((1.0, up_prices), (-1.0, down_prices)):
        left = -np.asarray(part.matrix.T @ prices)
        left[target] += sign
        rising, falling = left > _NEGLIGIBLE, left < -_NEGLIGIBLE
        blur[rising] += up[rising] * left[rising]
        blur[falling] -= down[falling] * left[falling]
    missing = need - float(blur[part.given].sum())
    if missing <= part.slack + _NEGLIGIBLE:
        return None
    return np.where(part.given, 0.0, np.minimum(blur, missing) / missing)


def _broken(part: Part, prover: Prover, number: int, pattern: BoolArray, thorough: bool) -> FloatArray | None:
    """Condition that a pattern breaks for one target, sought near it first."""
    for radius in (1, 2, 3, None) if thorough else (1, 2):
        for limited in (True, False):
            condition = _condition(part, number, *_prices(part, prover, number, pattern, radius, limited))
            if condition is not None and condition[pattern].sum() < 1.0 - TOLERANCE:
                return condition
    return None


def _prices(
    part: Part, prover: Prover, number: int, pattern: BoolArray, radius: int | None, limited: bool
) -> list[FloatArray]:
    """Prices of the relations in the attacker's programs for the highest and the lowest value of a target.

    Published cells may move by next to nothing, so that among equally good prices those are found that put little
    weight on them.
    """
    rows, cells = prover.near(int(part.targets[number]), radius)
    width = float(part.width[number])
    down, up = (limit[cells] for limit in part.capped(int(part.targets[number]), width))
    if limited:
        down, up = np.minimum(down, width), np.minimum(up, width)
    open_cells = pattern[cells]
    down, up = (np.where(open_cells, limit, 1e-4 * np.minimum(limit, width)) for limit in (down, up))
    matrix = part.matrix[rows][:, cells]
    both = []
    for sign in (1.0, -1.0):
        prover.spend(len(cells))
        objective = np.where(cells == part.targets[number], sign, 0.0)
        answer = linear_program(objective, matrix, np.zeros(len(rows)), -down, up)
        prices = np.zeros(part.matrix.shape[0])
        prices[rows] = np.round(answer.prices, 6)
        both.append(prices)
    return both


def _mended(
    part: Part, prover: Prover, pattern: BoolArray, exposed: list[int], deadline: float
) -> tuple[BoolArray, list[int]]:
    """Pattern with cells added until it is safe, and the targets that are still in doubt when the time is up."""
    pattern = pattern.copy()
    while exposed:
        before = int(pattern.sum())
        for number in exposed:
            down, up = prover.reached(pattern)
            if down[number] + up[number] >= part.width[number] - part.slack:
                continue
            if time.monotonic() > deadline:
                return pattern, exposed
            for move in _cheapest_moves(part, prover, number, pattern):
                prover.keep(move)
                pattern |= np.abs(move) > _NEGLIGIBLE
        exposed = prover.unproven(pattern, deadline=deadline)
        if exposed and pattern.sum() == before:
            pattern[:] = True
    return pattern, []


def _fields(part: Part, prover: Prover, target: int, pattern: BoolArray) -> Iterator[IntArray]:
    """Sets of cells in which to look for moves of a target, ever wider."""
    near = prover.near(target, 2)[1]
    if len(near) > _FIELD:
        # The cheapest cells beside the target, and those where two of their relations cross.
        rows = [part.matrix.indices[line] for line in prover.lines(prover.near(target, 1)[0])]
        cost = np.where(pattern, 0.0, part.cost)
        beside = np.unique(np.concatenate([row[np.argsort(cost[row], kind="stable")[:_CHEAPEST]] for row in rows]))
        beside = np.union1d(beside, [target])
        crossed = np.bincount(part.matrix[prover.rows_of(beside)].indices, minlength=len(cost))
        yield np.union1d(beside, np.flatnonzero(crossed > 1))
    wider = prover.near(target, 3)[1]
    yield np.union1d(near, wider[pattern[wider]])
    yield wider
    yield np.arange(len(part.cells))


def _cheapest_moves(part: Part, prover: Prover, number: int, pattern: BoolArray) -> list[FloatArray]:
    """A move up and a move down that protect a target together and touch cheap or hidden cells.

    The cost of hiding a cell is spread over how far it can move.  The neighbourhood is widened until it will do.
    """
    from scipy import sparse

    target, need = int(part.targets[number]), float(part.width[number])
    for cells in _fields(part, prover, target, pattern):
        matrix = prover.among(cells)
        count = len(cells)
        down, up = (limit[cells] for limit in part.capped(target, need))
        cost = np.where(pattern[cells], 0.0, part.cost[cells])
        dear = [cost / np.maximum(np.minimum(limit, need), _NEGLIGIBLE) for limit in (up, down)]
        link = sparse.csr_array((cells == target).astype(np.float64)[np.newaxis, :])
        blocks: Any = [[matrix, -matrix, None, None], [None, None, matrix, -matrix], [link, -link, -link, link]]
        rhs = np.zeros(2 * matrix.shape[0] + 1)
        rhs[-1] = need
        prover.spend(4 * count)
        answer = linear_program(
            -np.concatenate(dear + dear),
            sparse.block_array(blocks, format="csr"),
            rhs,
            np.zeros(4 * count),
            np.concatenate([up, down, up, down]),
        )
        if answer.point is not None:
            rise, less_rise, fall, less_fall = np.split(answer.point, 4)
            moves = np.zeros((2, len(part.cells)))
            moves[0, cells], moves[1, cells] = rise - less_rise, fall - less_fall
            return list(moves)
    return []


def _thinned(part: Part, prover: Prover, pattern: BoolArray, bound: float, deadline: float) -> BoolArray:
    """Safe pattern without the cells that turn out not to be needed, the dearest being tried first.

    No safe pattern costs less than the bound; once it is reached, only cells that cost nothing can be spared.
    """
    spare = np.flatnonzero(pattern & ~part.given)
    for cell in spare[np.argsort(-part.cost[spare], kind="stable")]:
        if time.monotonic() > deadline:
            break
        if pattern[cell] and (part.cost[cell] == 0 or part.cost[pattern].sum() > bound):
            fewer = pattern.copy()
            fewer[cell] = False
            settled = _without_lone_cells(part, fewer)
            if settled is not None and not prover.unproven(settled, thorough=False, first_only=True):
                pattern = settled
    return pattern


def _without_lone_cells(part: Part, pattern: BoolArray) -> BoolArray | None:
    """Pattern without cells that a relation gives back anyway; ``None`` if one of them is unsafe."""
    links = abs(part.matrix)
    pattern = pattern.copy()
    while True:
        alone = np.asarray(links @ pattern.astype(np.float64)) == 1.0
        lone = pattern & (np.asarray(links.T @ alone.astype(np.float64)) > 0)
        if lone[part.targets].any():
            return None
        lone &= ~part.given
        if not lone.any():
            return pattern
        pattern &= ~lone
