"""
Compressed lists of lists, and nested intervals for trees.

A list of lists is held as two arrays: the items of row ``r`` are ``indices[indptr[r]:indptr[r + 1]]``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]


def csr_from_pairs(rows: npt.ArrayLike, cols: npt.ArrayLike, n_rows: int) -> tuple[IntArray, IntArray]:
    """
    Gather (row, column) pairs into compressed rows.

    Parameters
    ----------
    rows : (p,) array of int
        Row of each pair, from 0 to ``n_rows - 1``.
    cols : (p,) array of int
        Item of each pair.
    n_rows : int
        Number of rows, empty ones included.

    Returns
    -------
    indptr : (n_rows + 1,) array
        Where each row starts.
    indices : (p,) array
        The items, ascending within each row; repeated pairs are kept. The order of the input does not matter.

    Examples
    --------
    >>> indptr, indices = csr_from_pairs([2, 0, 2], [7, 5, 1], 3)
    >>> indptr.tolist(), indices.tolist()
    ([0, 1, 1, 3], [5, 1, 7])
    """
    row = np.asarray(rows, dtype=np.int64)
    col = np.asarray(cols, dtype=np.int64)
    indptr = np.zeros(n_rows + 1, dtype=np.int64)
    np.cumsum(np.bincount(row, minlength=n_rows), out=indptr[1:])
    return indptr, col[np.lexsort((col, row))]


def expand(indptr: IntArray) -> IntArray:
    """
    Name the row of each item.

    Parameters
    ----------
    indptr : (n_rows + 1,) array of int
        Where each row starts.

    Returns
    -------
    (p,) array
        The row of each of the ``p`` items.

    Examples
    --------
    >>> expand(np.array([0, 1, 1, 3])).tolist()
    [0, 2, 2]
    """
    return np.repeat(np.arange(len(indptr) - 1, dtype=np.int64), np.diff(indptr))


def take(indptr: IntArray, indices: IntArray, rows: npt.ArrayLike) -> tuple[IntArray, IntArray]:
    """
    Pick the items of some rows, one row after the other.

    Parameters
    ----------
    indptr, indices : arrays of int
        Compressed rows, see `csr_from_pairs`.
    rows : (r,) array of int
        The rows wanted, in any order; a row may be wanted more than once.

    Returns
    -------
    position : (q,) array
        For each item the position in `rows` of the row that it comes from (``rows[position]`` is the row itself, so
        that a row wanted twice can be told apart).
    items : (q,) array
        The items.

    Examples
    --------
    >>> indptr, indices = csr_from_pairs([2, 0, 2], [7, 5, 1], 3)
    >>> position, items = take(indptr, indices, [2, 1, 0])
    >>> position.tolist(), items.tolist()
    ([0, 0, 2], [1, 7, 5])
    """
    row = np.asarray(rows, dtype=np.int64)
    counts = indptr[row + 1] - indptr[row]
    position = np.repeat(np.arange(len(row), dtype=np.int64), counts)
    ends = np.cumsum(counts)
    within = np.arange(len(position), dtype=np.int64) - np.repeat(ends - counts, counts)
    return position, indices[indptr[row][position] + within]


def tree_intervals(parent: npt.ArrayLike) -> tuple[IntArray, IntArray, IntArray]:
    """
    Number the nodes of a forest in preorder, so that descent becomes a comparison.

    Parameters
    ----------
    parent : (n,) array of int
        Parent of each node; -1 for a root.

    Returns
    -------
    enter : (n,) array
        Preorder number of each node; roots and siblings follow one another in index order.
    leave : (n,) array
        One more than the largest number below the node: ``a`` lies in ``b`` (or is ``b``) exactly when
        ``enter[b] <= enter[a] < leave[b]``.
    depth : (n,) array
        Number of steps to the root.

    Raises
    ------
    ValueError
        If following the parents of some node never ends.

    Examples
    --------
    >>> enter, leave, depth = tree_intervals([-1, 0, 0, 1])
    >>> enter.tolist(), leave.tolist(), depth.tolist()
    ([0, 1, 3, 2], [4, 3, 4, 3], [0, 1, 1, 2])
    """
    above = np.asarray(parent, dtype=np.int64)
    up = above.tolist()
    order, sizes = _leaves_first(up)
    size = np.array(sizes, dtype=np.int64)
    enter = _before_among_siblings(above, size).tolist()
    depth = [0] * len(up)
    for node in reversed(order):
        if (over := up[node]) >= 0:
            enter[node] += enter[over] + 1
            depth[node] = depth[over] + 1
    entered = np.array(enter, dtype=np.int64)
    return entered, entered + size, np.array(depth, dtype=np.int64)


def _leaves_first(parent: list[int]) -> tuple[list[int], list[int]]:
    """Order the nodes so that each comes after all below it, and count the nodes at and below each."""
    waiting = [0] * len(parent)
    for over in parent:
        if over >= 0:
            waiting[over] += 1
    size = [1] * len(parent)
    order = [node for node, children in enumerate(waiting) if not children]
    for node in order:  # grows while it is read
        if (over := parent[node]) >= 0:
            size[over] += size[node]
            waiting[over] -= 1
            if not waiting[over]:
                order.append(over)
    if len(order) < len(parent):
        stuck = next(node for node, children in enumerate(waiting) if children)
        msg = f"the parents of node {stuck} run in, or lie above, a circle"
        raise ValueError(msg)
    return order, size


def _before_among_siblings(parent: IntArray, size: IntArray) -> IntArray:
    """Count for each node the nodes in the subtrees of its earlier siblings."""
    order = np.argsort(parent, kind="stable")
    ordered = parent[order]
    before = np.cumsum(size[order]) - size[order]
    first = np.searchsorted(ordered, ordered)  # where each family starts
    result = np.empty_like(parent)
    result[order] = before - before[first]
    return result
