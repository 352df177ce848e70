"""What a reader can work out about the hidden cells of a published table.

The attacker knows every published cell, every relation among cells (a total is the sum of its parts) and bounds
of each cell.  What is left is a system of linear equations in the hidden cells; the smallest and the largest value
that each of them takes over all solutions is its *feasibility interval*.

The work is done from the cheap to the dear: bounds are tightened relation by relation until nothing moves (a
relation with one unknown recovers it), what is settled is taken out, the rest falls apart into connected
components, and only there linear programs are solved.  Every solution found is an attainable table, so it bounds
the interval of every cell from inside; a cell whose inner and outer bound meet needs no program of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np

from integrated_services.errors import AnalysisError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_array

__all__ = ["Relation", "feasible_intervals"]

Relation: TypeAlias = tuple[int, Sequence[int]]

FloatArray: TypeAlias = "NDArray[np.float64]"
BoolArray: TypeAlias = "NDArray[np.bool_]"
IntArray: TypeAlias = "NDArray[np.intp]"
Matrix: TypeAlias = "csr_array[np.float64]"

TOLERANCE = 1e-6
"""Solver answers are trusted to this accuracy; for counts they are rounded and checked exactly."""

_ROUNDS = 100
_NODES = 5_000


def feasible_intervals(
    values: ArrayLike,
    relations: Sequence[Relation],
    hidden: ArrayLike,
    *,
    lower: ArrayLike = 0.0,
    upper: ArrayLike | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Smallest and largest value of each hidden cell, given all that is published.

    Parameters
    ----------
    values
        Cells of the table, totals included, shape (n,).  Hidden entries are not read (they may be NaN): the
        answer rests on the published cells alone.
    relations
        Pairs (total, members) of cell numbers: ``values[total] == sum(values[members])``.  A total is itself a
        cell, relations may nest and overlap.
    hidden
        Mask of the cells that are not published, shape (n,).
    lower
        What the reader knows each cell to be at least, a number or shape (n,).
    upper
        What the reader knows each cell to be at most; without it nothing is known.

    Returns
    -------
    tuple of numpy.ndarray
        Lowest and highest values, shape (n,) each; a published cell has its own value twice, a cell without a
        limit has ``inf``.  When all published cells are whole numbers, the hidden ones are taken to be counts,
        and both ends are attained by whole tables.

    Raises
    ------
    AnalysisError
        The published cells contradict the relations or the bounds.

    Notes
    -----
    For counts the linear program is followed by an integer program where its solution is not whole.  Should that
    one give up (5,000 nodes, never met in a table of practice), the end of the interval is the best whole table
    found, so that an interval may come out too narrow but never too wide: an audit errs on the safe side.

    References
    ----------
    A. Hundepool et al., *Statistical Disclosure Control*, Wiley 2012, chapter 4; example of Geurts (1992).

    Examples
    --------
    Rows sum to 7 and 3, columns to 6 and 4, the four inner cells are hidden.

    >>> low, high = feasible_intervals(
    ...     [0, 0, 0, 0, 7, 3, 6, 4],
    ...     [(4, [0, 1]), (5, [2, 3]), (6, [0, 2]), (7, [1, 3])],
    ...     [True] * 4 + [False] * 4,
    ... )
    >>> low[:4].tolist(), high[:4].tolist()
    ([3.0, 1.0, 0.0, 0.0], [6.0, 4.0, 3.0, 3.0])
    """
    table = np.asarray(values, dtype=np.float64)
    mask = np.asarray(hidden, dtype=bool)
    if table.ndim != 1 or mask.shape != table.shape:
        raise AnalysisError("Cells and the mask of hidden cells must be two vectors of the same length.")
    if not np.isfinite(table[~mask]).all():
        raise AnalysisError("A published cell is not a finite number.")
    low = np.broadcast_to(np.asarray(lower, dtype=np.float64), table.shape)
    high = np.broadcast_to(np.asarray(np.inf if upper is None else upper, dtype=np.float64), table.shape)
    published = table[~mask]
    integral = bool((published == np.rint(published)).all())
    matrix = relation_matrix(relations, table.size)
    return attack(np.where(mask, 0.0, table), matrix, mask, low, high, integral)[:2]


def relation_matrix(relations: Sequence[Relation], size: int) -> Matrix:
    """Relations as the rows of a matrix: 1 for the total, -1 for each member.

    Parameters
    ----------
    relations
        Pairs (total, members).
    size
        Number of cells.

    Returns
    -------
    scipy.sparse.csr_array
        Shape (relations, cells); its product with a table is zero where the relation holds.

    Raises
    ------
    AnalysisError
        A relation names a cell that does not exist, names one twice, or has no member.
    """
    from scipy.sparse import csr_array

    rows: list[int] = []
    columns: list[int] = []
    data: list[float] = []
    for number, (total, members) in enumerate(relations):
        cells = [int(total), *(int(member) for member in members)]
        if len(cells) < 2:
            raise AnalysisError(f"Relation {number} has no members.")
        if len(set(cells)) < len(cells):
            raise AnalysisError(f"Relation {number} names a cell twice.")
        if min(cells) < 0 or max(cells) >= size:
            raise AnalysisError(f"Relation {number} names a cell outside 0 to {size - 1}.")
        rows += [number] * len(cells)
        columns += cells
        data += [1.0] + [-1.0] * (len(cells) - 1)
    return csr_array((data, (rows, columns)), shape=(len(relations), size), dtype=np.float64)


def attack(
    table: FloatArray,
    matrix: Matrix,
    hidden: BoolArray,
    lower: FloatArray,
    upper: FloatArray,
    integral: bool,
    largest: float = np.inf,
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Feasibility intervals on a matrix of relations, and which of them are exact; see `feasible_intervals`.

    Components of more than the ``largest`` number of cells are not solved: their intervals are those that relations
    taken one by one allow, which may be too wide.
    """
    cells = np.flatnonzero(hidden)
    low, high, exact = table.copy(), table.copy(), np.ones(len(table), dtype=bool)
    inner = matrix[:, cells]
    rows = np.flatnonzero(np.diff(inner.indptr))
    bare = np.setdiff1d(np.arange(matrix.shape[0]), rows)
    rhs = -(matrix @ np.where(hidden, 0.0, table))
    slack = slack_of(table[~hidden], integral)
    if (np.abs(rhs[bare]) > slack).any():
        raise AnalysisError("The published cells contradict a relation in which nothing is hidden.")
    problem = Problem(inner[rows], rhs[rows], lower[cells], upper[cells], integral, slack)
    low[cells], high[cells], exact[cells] = _intervals(problem, largest)
    return low + 0.0, high + 0.0, exact  # no negative zeros


def slack_of(values: FloatArray, integral: bool) -> float:
    """How far a sum may be off: not at all for counts, a rounding error otherwise."""
    return 0.0 if integral else TOLERANCE + 1e-11 * float(np.abs(values).max(initial=0.0))


@attrs.frozen(eq=False)
class Problem:
    """The equations ``matrix @ x == rhs`` with ``low <= x <= high`` that the hidden cells meet."""

    matrix: Matrix
    rhs: FloatArray
    low: FloatArray
    high: FloatArray
    integral: bool
    slack: float

    def holds(self, point: FloatArray) -> bool:
        """Whether a point solves the equations within the bounds, exactly so for counts."""
        inside = (point >= self.low - self.slack).all() and (point <= self.high + self.slack).all()
        return bool(inside) and bool((np.abs(self.matrix @ point - self.rhs) <= self.slack).all())

    def take(self, cells: IntArray, settled: FloatArray) -> Problem:
        """The part on some cells, the others being settled at the given values."""
        rest = settled.copy()
        rest[cells] = 0.0
        inner = self.matrix[:, cells]
        rows = np.flatnonzero(np.diff(inner.indptr))
        rhs = (self.rhs - self.matrix @ rest)[rows]
        return Problem(inner[rows], rhs, self.low[cells], self.high[cells], self.integral, self.slack)


def _intervals(problem: Problem, largest: float) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Intervals of all cells of a problem, component by component."""
    problem = tightened(problem)
    low, high = problem.low.copy(), problem.high.copy()
    exact = np.ones(len(low), dtype=bool)
    unsettled = high - low > problem.slack
    for cells in components(problem.matrix, unsettled):
        if len(cells) > largest:
            exact[cells] = False
        else:
            part = problem.take(cells, np.where(unsettled, 0.0, low))
            low[cells], high[cells] = _component_intervals(part)
    return low, high, exact


def tightened(problem: Problem) -> Problem:
    """Narrow the bounds relation by relation until nothing moves.

    In each relation a cell lies between the right-hand side less the most and less the least that the others can
    be.  A relation with a single unknown thereby recovers it.
    """
    entries = problem.matrix.tocoo()
    rows, cells, sign = entries.row, entries.col, entries.data
    low, high = problem.low.copy(), problem.high.copy()
    for _ in range(_ROUNDS):
        before_low, before_high = low.copy(), high.copy()
        least = np.where(sign > 0, low[cells], -high[cells])
        most = np.where(sign > 0, high[cells], -low[cells])
        at_most = problem.rhs[rows] - _others(least, rows, len(problem.rhs), -np.inf)
        at_least = problem.rhs[rows] - _others(most, rows, len(problem.rhs), np.inf)
        np.minimum.at(high, cells, np.where(sign > 0, at_most, -at_least))
        np.maximum.at(low, cells, np.where(sign > 0, at_least, -at_most))
        if (low > high + problem.slack).any():
            raise AnalysisError("The published cells contradict each other: no table agrees with them.")
        if (low <= before_low + problem.slack).all() and (high >= before_high - problem.slack).all():
            break
    return attrs.evolve(problem, low=low, high=np.maximum(low, high))


def _others(amounts: FloatArray, rows: NDArray[np.integer], count: int, endless: float) -> FloatArray:
    """For each entry the sum of the other entries of its row; ``endless`` when one of them is infinite."""
    infinite = np.isinf(amounts).astype(np.float64)
    finite = np.where(infinite > 0, 0.0, amounts)
    sums = np.bincount(rows, weights=finite, minlength=count)
    infinities = np.bincount(rows, weights=infinite, minlength=count)
    others: FloatArray = np.where(infinities[rows] - infinite > 0, endless, sums[rows] - finite)
    return others


def components(matrix: Matrix, among: BoolArray) -> list[IntArray]:
    """Groups of cells that are linked by relations, over the cells of a mask; in order of their first cell."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    cells = np.flatnonzero(among)
    if not len(cells):
        return []
    links = matrix[:, cells].tocoo()
    count = matrix.shape[0] + len(cells)
    graph = coo_array((np.ones(links.nnz), (links.row, links.col + matrix.shape[0])), shape=(count, count))
    label = connected_components(graph, directed=False)[1][matrix.shape[0] :]
    order = np.argsort(label, kind="stable")
    groups = np.split(cells[order], np.flatnonzero(np.diff(label[order])) + 1)
    return sorted(groups, key=lambda group: int(group[0]))


def _component_intervals(problem: Problem) -> tuple[FloatArray, FloatArray]:
    """Intervals of one component by linear programs.

    ``least`` and ``most`` are what some solution attains, ``low`` and ``high`` what no solution goes beyond.
    """
    count = len(problem.low)
    low, high = problem.low.copy(), problem.high.copy()
    least, most = np.full(count, np.inf), np.full(count, -np.inf)
    endless = _unbounded(problem)

    def pending(sign: float) -> BoolArray:
        below: BoolArray = (most < high - problem.slack) & ~endless
        return below if sign > 0 else least > low + problem.slack

    for sign in (-1.0, 1.0):
        # All at once first: most cells attain their outer bounds together.
        open_cells = pending(sign)
        while open_cells.any():
            point = _attained(problem, best_answer(problem, np.where(open_cells, sign, 0.0)).point)
            if point is not None:
                least, most = np.minimum(least, point), np.maximum(most, point)
            before, open_cells = open_cells, pending(sign)
            if open_cells.sum() == before.sum():
                break
        for cell in np.flatnonzero(open_cells):
            if pending(sign)[cell]:
                point = best_point(problem, int(cell), sign)
                if point is not None:
                    least, most = np.minimum(least, point), np.maximum(most, point)
                if sign > 0 and np.isfinite(most[cell]):
                    high[cell] = most[cell]
                elif sign < 0 and np.isfinite(least[cell]):
                    low[cell] = least[cell]
    return low, np.where(endless, np.inf, high)


def _unbounded(problem: Problem) -> BoolArray:
    """Which cells can grow without limit, by one linear program over the directions of the solution set.

    A direction may be stretched at will, so that the largest sum of ``min(direction, 1)`` is attained where
    every cell that can grow has grown by one.
    """
    from scipy.sparse import hstack

    open_ended = np.isinf(problem.high)
    count = len(open_ended)
    if not open_ended.any():
        return open_ended
    limit = np.where(open_ended, 1.0, 0.0)
    answer = linear_program(
        np.repeat([1.0, 0.0], count),
        hstack([problem.matrix, problem.matrix], format="csr"),
        np.zeros(len(problem.rhs)),
        np.zeros(2 * count),
        np.concatenate([limit, np.where(open_ended, np.inf, 0.0)]),
    )
    if answer.point is None:
        raise AnalysisError(f"The solver gave up on the attacker's problem: {answer.message}")
    return answer.point[:count] > 0.5


@attrs.frozen(eq=False)
class Answer:
    """What the solver says: a best point, the prices of the equations, or that there is no solution."""

    point: FloatArray | None
    prices: FloatArray
    impossible: bool
    message: str


def linear_program(objective: FloatArray, matrix: Matrix, rhs: FloatArray, low: FloatArray, high: FloatArray) -> Answer:
    """Largest ``objective @ x`` with ``matrix @ x == rhs`` and ``low <= x <= high``, by HiGHS."""
    from scipy import optimize

    # The published types of linprog know neither sparse matrices nor arrays of bounds.
    linprog: Any = optimize.linprog
    bounds = np.column_stack([low, high])
    answer = linprog(-objective, A_eq=matrix, b_eq=rhs, bounds=bounds, method="highs")
    if answer.x is None:
        return Answer(None, np.zeros(len(rhs)), answer.status == 2, str(answer.message))
    return Answer(np.asarray(answer.x), -np.asarray(answer.eqlin.marginals), False, str(answer.message))


def best_answer(problem: Problem, objective: FloatArray) -> Answer:
    """Best point of a problem, whole or not."""
    answer = linear_program(objective, problem.matrix, problem.rhs, problem.low, problem.high)
    if answer.impossible:
        raise AnalysisError("The published cells contradict each other: no table agrees with them.")
    return answer


def _attained(problem: Problem, point: FloatArray | None) -> FloatArray | None:
    """A solver's point as a solution (for counts rounded and checked), ``None`` if it is none."""
    if point is None or not problem.integral:
        return None if point is None else np.clip(point, problem.low, problem.high)
    whole: FloatArray = np.rint(point)
    return whole if problem.holds(whole) else None


def best_point(problem: Problem, cell: int, sign: float) -> FloatArray | None:
    """Solution in which a cell is largest (sign 1) or smallest (sign -1).

    Returns ``None`` when the solver gives none: for counts also when no whole table was found.
    """
    objective = np.zeros(len(problem.low))
    objective[cell] = sign
    point = best_answer(problem, objective).point
    solution = _attained(problem, point)
    if point is None or solution is not None:
        # Rounding moves the cell by less than one, so nothing better is whole.
        return solution
    return _best_whole_point(problem, objective)


def _best_whole_point(problem: Problem, objective: FloatArray) -> FloatArray | None:
    """Whole solution with the largest objective, or the best that a bounded search finds."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    answer = milp(
        -objective,
        integrality=np.ones(len(objective), dtype=np.int64),
        bounds=Bounds(problem.low, problem.high),
        constraints=LinearConstraint(short_indices(problem.matrix), problem.rhs, problem.rhs),
        options={"node_limit": _NODES, "mip_rel_gap": 0.0},
    )
    if answer.x is None:
        return None
    whole = np.rint(answer.x)
    return whole if problem.holds(whole) else None


def short_indices(matrix: Matrix) -> Matrix:
    """The same matrix by columns with 32-bit indices: older versions of `scipy.optimize.milp` take nothing else."""
    from scipy.sparse import csc_array

    columns: Any = csc_array(matrix)
    columns.indices, columns.indptr = columns.indices.astype(np.int32), columns.indptr.astype(np.int32)
    return columns  # type: ignore[no-any-return]
