"""Cell suppression: which cells of published tables of counts to hide so that small counts stay hidden.

Hiding a small count (*primary* suppression) is not enough, because totals give it back; further cells
(*complementary* suppression) must go.  The pattern is sought among all linked cells at once, totals included,
against the attacker of `_attacker`.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from integrated_services._kernels._attacker import (
    BoolArray,
    FloatArray,
    IntArray,
    Matrix,
    Relation,
    attack,
    components,
    relation_matrix,
    slack_of,
)
from integrated_services._kernels._patterns import Method, Part, protected
from integrated_services.errors import AnalysisError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Suppression", "complementary", "primary", "suppression"]

_REFINEMENTS = 8
_AUDITED_CELLS = 1_000


@attrs.frozen(eq=False)
class Suppression:
    """Which cells of a table to hide, and what a reader can then still work out.

    Attributes
    ----------
    hidden : numpy.ndarray of bool
        Cells that must not be published, shape (n,).
    reason : numpy.ndarray of str
        ``primary`` (unsafe itself), ``complementary`` (hidden to protect another), ``unpublished`` (as given) or
        empty, shape (n,).
    intervals : numpy.ndarray
        Lowest and highest value that a reader can think each cell to have, shape (n, 2); a published cell has its
        own value twice.  They rest on published cells alone and may be published.  Where more than 1,000 hidden cells
        are linked they may come out wider than what a reader with much time can work out.
    method : {"exact", "greedy", "fallback"}
        ``exact``: no cheaper pattern exists.  ``greedy``: safe, perhaps not the cheapest.  ``fallback``: the time was
        up in some part of the table; the totals above each cell without a proof, or all cells there, were hidden.
    audited : bool
        The attacker was run on this pattern and found every unsafe cell protected (where more than 1,000 hidden cells
        are linked: tables that differ enough were checked against all published cells); nothing else is ever returned.
    lost : float
        Sum of the weights of the complementary cells.  It must not be published: with the default weights it is the
        sum of hidden cells.
    timed_out : bool
        The time limit ended the search, so that the pattern may differ on another machine.
    """

    hidden: BoolArray
    reason: NDArray[np.str_]
    intervals: FloatArray
    method: Method
    audited: bool
    lost: float
    timed_out: bool


def primary(values: ArrayLike, threshold: float, protect_zeros: bool = False) -> BoolArray:
    """Cells that are unsafe by the rule of minimum frequency.

    Parameters
    ----------
    values
        Counts of persons, shape (n,).
    threshold
        Smallest count that may be published.
    protect_zeros
        Whether a zero is unsafe too: it is, when to be in no cell (or in the only other one) is a secret.

    Returns
    -------
    numpy.ndarray of bool
        ``0 < values < threshold``, with zeros ``0 <= values < threshold``.

    References
    ----------
    A. Hundepool et al., *Handbook on Statistical Disclosure Control*: 3 is usual, 5 in school and social
    statistics, 10 the default of ACRO.

    Examples
    --------
    >>> primary([0, 1, 4, 5], 5).tolist()
    [False, True, True, False]
    >>> primary([0, 1, 4, 5], 5, protect_zeros=True).tolist()
    [True, True, True, False]
    """
    table = np.asarray(values, dtype=np.float64)
    unsafe: BoolArray = (table < threshold) & ((table >= 0) if protect_zeros else (table > 0))
    return unsafe


def suppression(
    values: ArrayLike,
    relations: Sequence[Relation],
    *,
    threshold: float,
    protect_zeros: bool = False,
    min_width: float | None = None,
    fixed: ArrayLike | None = None,
    unpublished: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    time_limit: float = 30.0,
) -> Suppression:
    """Primary and complementary suppression in one: what to hide in tables of person counts.

    Parameters
    ----------
    values, relations, fixed, unpublished, weights, time_limit
        As in `complementary`.  Fixed cells are nobody's data and never unsafe.
    threshold, protect_zeros
        As in `primary`.
    min_width
        As in `complementary`; the threshold unless given.

    Returns
    -------
    Suppression
        The pattern.

    Raises
    ------
    AnalysisError, InfeasibleError
        As in `complementary`.

    Examples
    --------
    >>> suppression([2, 9, 30, 41], [(3, [0, 1, 2])], threshold=5).reason.tolist()
    ['primary', 'complementary', '', '']
    """
    unsafe = primary(values, threshold, protect_zeros)
    if fixed is not None:
        unsafe &= ~np.asarray(fixed, dtype=bool)
    return complementary(
        values,
        relations,
        unsafe,
        min_width=threshold if min_width is None else min_width,
        fixed=fixed,
        unpublished=unpublished,
        weights=weights,
        lower=0.0 if protect_zeros else None,
        time_limit=time_limit,
    )


def complementary(
    values: ArrayLike,
    relations: Sequence[Relation],
    primary: ArrayLike,
    *,
    min_width: ArrayLike,
    fixed: ArrayLike | None = None,
    unpublished: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    lower: ArrayLike | None = None,
    upper: ArrayLike | None = None,
    time_limit: float = 30.0,
) -> Suppression:
    """Further cells to hide so that no reader can work out an unsafe cell.

    Parameters
    ----------
    values
        Non-negative cells, totals included, shape (n,).  If all are whole numbers they are taken to be counts.
    relations
        Pairs (total, members) of cell numbers: ``values[total] == sum(values[members])``.
    primary
        Mask of the unsafe cells, shape (n,).
    min_width
        How wide the interval of each unsafe cell must at least be (highest less lowest value that a reader can think
        it to have), a number or shape (n,).  The threshold of the minimum frequency is the natural choice: the
        interval then reaches the threshold, so that a reader cannot even tell that the cell is small.
    fixed
        Mask of the cells that are published whatever happens: planning figures, public denominators, what an earlier
        release has shown.
    unpublished
        Mask of the cells that no table shows, such as the difference of two overlapping areas.  They cost nothing to
        hide and are protected if they are unsafe.
    weights
        Information lost with each hidden cell, shape (n,).  By default the value of the cell: as few persons as
        possible vanish from the table, and a total goes only when its parts do not do.
    lower, upper
        What a reader knows each cell to be at least and at most, a number or shape (n,).  By default nothing is known
        above, and below that a hidden count is at least 1 where no zero is unsafe (the published zeros show that none
        is hidden), else 0.
    time_limit
        Seconds for the search.  Limits of work end it long before in tables of up to some thousand cells.

    Returns
    -------
    Suppression
        The cheapest safe pattern for up to about 200 linked cells, and a good safe one above.

    Raises
    ------
    AnalysisError
        The values do not meet the relations, or an argument has the wrong shape or range.
    InfeasibleError
        An unsafe cell cannot be protected because of fixed cells; the certificate lists the cell numbers.

    Notes
    -----
    A zero is never hidden to protect another cell: an empty category can often be guessed, and a pattern that rests
    on it protects nothing.

    A person who is counted in a hidden cell knows that it is at least 1, which every reader is taken to know by
    default; two cells of one person each therefore never protect each other alone.

    To publish *why* a cell is hidden tells more: an unsafe cell is below the threshold, another hidden one is not.
    Whoever does so should pass ``upper = threshold - 1`` for the former, ``lower = threshold`` for the latter, and
    a ``min_width`` that leaves room, or show one mark for both.

    Cells are first put into an order that depends on values, weights and relations only; the number of a cell decides
    only between cells that nothing else tells apart.

    References
    ----------
    M. Fischetti and J. J. Salazar (2000), Models and algorithms for optimizing cell suppression in tabular data with
    linear constraints, *Journal of the American Statistical Association* 95:916-928.

    Examples
    --------
    Marital status by sex with totals; with a threshold of 3 only the 1 is unsafe, and 7, 4 and 3 protect it.

    >>> table = [38, 17, 55, 7, 4, 11, 3, 1, 4, 48, 22, 70]
    >>> sums = [(2, [0, 1]), (5, [3, 4]), (8, [6, 7]), (9, [0, 3, 6]), (10, [1, 4, 7]), (11, [2, 5, 8])]
    >>> pattern = complementary(table, sums, primary(table, 3), min_width=2)
    >>> pattern.hidden.nonzero()[0].tolist(), pattern.lost
    ([3, 4, 6, 7], 14.0)
    >>> pattern.intervals[7].tolist()
    [1.0, 3.0]
    """
    table = _table(values, relations, primary, min_width, fixed, unpublished, weights, lower, upper)
    order, lines = _canonical_order(table)
    ordered = table.take(order, lines)
    deadline = time.monotonic() + time_limit
    pattern = ordered.given.copy()
    methods: list[Method] = []
    proofs: list[Matrix] = []
    for part in _parts(ordered, order):
        method, hidden, moves = protected(part, deadline)
        pattern[part.cells] |= hidden
        methods.append(method)
        proofs.append(_widened(moves, part.names, len(order)))
    hidden = np.zeros(len(order), dtype=bool)
    hidden[order] = pattern
    return _audited(table, hidden, methods, proofs, time.monotonic() > deadline)


@attrs.frozen(eq=False)
class _Table:
    """Checked input."""

    values: FloatArray
    matrix: Matrix
    primary: BoolArray
    unpublished: BoolArray
    fixed: BoolArray
    weights: FloatArray
    lower: FloatArray
    upper: FloatArray
    width: FloatArray
    integral: bool
    slack: float

    @property
    def given(self) -> BoolArray:
        """Cells that are hidden in any case."""
        return self.primary | self.unpublished

    def vectors(self) -> tuple[NDArray[Any], ...]:
        """All that is known of each cell."""
        return (
            self.values,
            self.weights,
            self.primary,
            self.unpublished,
            self.fixed,
            self.lower,
            self.upper,
            self.width,
        )

    def take(self, order: IntArray, lines: IntArray) -> _Table:
        """The same with cells and relations in another order."""
        values, weights, unsafe, unpublished, fixed, lower, upper, width = (v[order] for v in self.vectors())
        matrix = self.matrix[lines][:, order]
        return _Table(
            values, matrix, unsafe, unpublished, fixed, weights, lower, upper, width, self.integral, self.slack
        )


def _table(
    values: ArrayLike,
    relations: Sequence[Relation],
    primary: ArrayLike,
    min_width: ArrayLike,
    fixed: ArrayLike | None,
    unpublished: ArrayLike | None,
    weights: ArrayLike | None,
    lower: ArrayLike | None,
    upper: ArrayLike | None,
) -> _Table:
    """Check the input and fill in what was not given."""
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 1 or not np.isfinite(table).all() or (table < 0).any():
        raise AnalysisError("The cells of a table must be one vector of finite numbers, none below zero.")
    integral = bool((table == np.rint(table)).all())
    unsafe = _vector(primary, table, "primary", bool)
    never = _vector(False if unpublished is None else unpublished, table, "unpublished", bool)
    if lower is None:
        whole = integral and not (table[unsafe & ~never] == 0).any()
        lower = np.where(never, 0.0, 1.0) if whole else 0.0
    width = _vector(min_width, table, "min_width", float)
    checked = _Table(
        values=table,
        matrix=relation_matrix(relations, table.size),
        primary=unsafe,
        unpublished=never,
        fixed=_vector(False if fixed is None else fixed, table, "fixed", bool),
        weights=_vector(table if weights is None else weights, table, "weights", float),
        lower=_vector(lower, table, "lower", float),
        upper=_vector(np.inf if upper is None else upper, table, "upper", float),
        width=np.ceil(width) if integral else width,
        integral=integral,
        slack=slack_of(table, integral),
    )
    _check(checked)
    return checked


def _vector(given: ArrayLike, table: FloatArray, name: str, kind: type) -> NDArray[Any]:
    """One entry for each cell."""
    vector: NDArray[Any] = np.asarray(given, dtype=kind)
    if vector.ndim and vector.shape != table.shape:
        raise AnalysisError(f"{name} must have one entry for each of the {table.size} cells.")
    return np.broadcast_to(vector, table.shape).copy()


def _check(table: _Table) -> None:
    """Refuse what makes no sense; no message shows a value."""
    off = np.flatnonzero(np.abs(np.asarray(table.matrix @ table.values)) > table.slack)
    if len(off):
        raise AnalysisError(f"Relation {off[0]} does not hold: its total is not the sum of its members.")
    both = np.flatnonzero(table.fixed & table.given)
    if len(both):
        raise AnalysisError(f"Cell {both[0]} must stay published (fixed) and must be hidden (primary or unpublished).")
    if not (np.isfinite(table.weights).all() and (table.weights >= 0).all()):
        raise AnalysisError("Weights must be finite and not below zero.")
    if not (np.isfinite(table.width).all() and (table.width > 0).all()):
        raise AnalysisError("min_width must be finite and above zero.")
    hideable = table.given | (~table.fixed & (table.values > 0))
    wrong = np.flatnonzero(hideable & ((table.values < table.lower) | (table.values > table.upper)))
    if len(wrong):
        raise AnalysisError(f"Cell {wrong[0]} lies outside what readers are said to know of it (lower, upper).")


def _ranks(keys: list[Any]) -> list[int]:
    """Place of each key among the distinct ones."""
    place = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    return [place[key] for key in keys]


def _canonical_order(table: _Table) -> tuple[IntArray, IntArray]:
    """Order of cells and relations that does not depend on how they are numbered.

    Cells go by value and weight, then by the relations in which they are and by the cells beside them there (colour
    refinement); the number decides only what is left.
    """
    matrix = table.matrix
    lines = [slice(start, stop) for start, stop in itertools.pairwise(matrix.indptr.tolist())]
    signed = [list(zip(matrix.data[line].tolist(), matrix.indices[line].tolist(), strict=True)) for line in lines]
    rows = [(next(c for sign, c in line if sign > 0), [c for sign, c in line if sign < 0]) for line in signed]
    colours = _ranks(list(zip(*(vector.tolist() for vector in table.vectors()), strict=True)))
    for _ in range(_REFINEMENTS):
        kinds = _ranks([(colours[total], tuple(sorted(colours[m] for m in members))) for total, members in rows])
        seen: list[list[tuple[int, int]]] = [[] for _ in colours]
        for kind, (total, members) in zip(kinds, rows, strict=True):
            seen[total].append((0, kind))
            for member in members:
                seen[member].append((1, kind))
        finer = _ranks([(colour, tuple(sorted(places))) for colour, places in zip(colours, seen, strict=True)])
        if max(finer, default=0) == max(colours, default=0):
            break
        colours = finer
    order = np.argsort(np.asarray(colours), kind="stable")
    place = np.argsort(order).tolist()
    names = [(place[total], sorted(place[m] for m in members)) for total, members in rows]
    return order, np.array(sorted(range(len(rows)), key=names.__getitem__), dtype=np.intp)


def _parts(table: _Table, order: IntArray) -> list[Part]:
    """Connected groups of cells that may be hidden and hold an unsafe one."""
    parts = []
    for cells in components(table.matrix, table.given | (~table.fixed & (table.values > 0))):
        targets = np.flatnonzero(table.primary[cells])
        if not len(targets):
            continue
        inner = table.matrix[:, cells]
        parts.append(
            Part(
                cells=cells,
                names=order[cells],
                matrix=inner[np.flatnonzero(np.diff(inner.indptr))],
                down=table.values[cells] - table.lower[cells],
                up=table.upper[cells] - table.values[cells],
                cost=np.where(table.given[cells], 0.0, table.weights[cells]),
                given=table.given[cells],
                targets=targets,
                width=table.width[cells][targets],
                integral=table.integral,
                slack=table.slack,
            )
        )
    return parts


def _widened(moves: Matrix, names: IntArray, size: int) -> Matrix:
    """Moves of a part as moves of the whole table."""
    from scipy.sparse import csr_array

    return csr_array((moves.data, names[moves.indices], moves.indptr), shape=(moves.shape[0], size))


def _proved_width(table: _Table, hidden: BoolArray, moves: Matrix) -> FloatArray:
    """Range of each cell over the tables to which moves lead, each table being checked against what is published."""
    entries = moves.tocoo()
    move, cell, step = entries.row, entries.col, entries.data
    down, up = table.lower - table.values, table.upper - table.values
    wrong = ~hidden[cell] | (step < down[cell]) | (step > up[cell])
    sums = (moves @ table.matrix.T).tocoo()
    false = np.concatenate([move[wrong], sums.row[np.abs(sums.data) > table.slack]])
    usable = np.bincount(false, minlength=moves.shape[0])[move] == 0
    least, most = np.zeros(len(hidden)), np.zeros(len(hidden))
    np.minimum.at(least, cell[usable], step[usable])
    np.maximum.at(most, cell[usable], step[usable])
    return most - least


def _audited(
    table: _Table, hidden: BoolArray, methods: list[Method], proofs: list[Matrix], timed_out: bool
) -> Suppression:
    """Run the attacker on the finished pattern and put the result together.

    Where too many hidden cells are linked to solve for each, the proofs are checked instead: tables that agree with
    all that is published and differ enough in the unsafe cell.
    """
    published = np.where(hidden, 0.0, table.values)
    low, high, exact = attack(published, table.matrix, hidden, table.lower, table.upper, table.integral, _AUDITED_CELLS)
    width = np.where(exact, high - low, 0.0)
    for moves in [] if exact.all() else proofs:
        width = np.maximum(width, np.where(exact, 0.0, _proved_width(table, hidden, moves)))
    exposed = np.flatnonzero(table.primary & (width < table.width - 2 * table.slack))
    if len(exposed):
        raise AnalysisError(
            f"The audit of the pattern found cell {exposed[0]} exposed; nothing is published. "
            "This should never happen: please report it."
        )
    extra = hidden & ~table.given
    reason = np.full(len(hidden), "", dtype="<U13")
    reason[table.unpublished] = "unpublished"
    reason[table.primary] = "primary"
    reason[extra] = "complementary"
    intervals = np.column_stack([low, high])
    for array in (hidden, reason, intervals):
        array.setflags(write=False)
    rank: tuple[Method, ...] = ("exact", "greedy", "fallback")
    return Suppression(
        hidden=hidden,
        reason=reason,
        intervals=intervals,
        method=max(methods, key=rank.index, default="exact"),
        audited=True,
        lost=float(table.weights[extra].sum()),
        timed_out=timed_out,
    )
