"""Where the boxes and arcs of a layered network go: the method of Sugiyama, Tagawa and Toda (1981).

Cycles are opened, nodes are put into layers by the longest path from an entry point, layers that are too wide stand in
several rows, long arcs get a place in every row that they pass, the order within rows is improved by barycentre sweeps,
and the places along a row come from a least-squares fit that keeps the order.  Nothing is left to chance: the same
input gives the same plan.

References
----------
K. Sugiyama, S. Tagawa, M. Toda (1981): Methods for visual understanding of hierarchical system structures.
IEEE Transactions on Systems, Man, and Cybernetics 11(2), 109-125.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from attrs import Factory, define

MARGIN: Final = 8.0
GAP: Final = 18.0
NARROWEST_BOX: Final = 132.0
SWEEPS: Final = 12


@define
class Plan:
    """A layout while it is made and when it is done.

    Parameters
    ----------
    count
        How many nodes there are; they are the items 0, 1, ...  Places of passing arcs are the items after them.
    arcs
        Tail and head of each arc.
    box_width
        Width of every box in px.
    rows
        The items of each row from left to right.
    row_layer
        The layer of each row.
    row_of
        The row of each item.
    chains
        For each arc between two rows, the items that it passes from the upper to the lower row.  Arcs within one row
        have none.
    x
        The middle of each item in px.
    ports
        Where an arc touches a box: by node, arc and side (``top``, ``bottom``, or ``loop`` for the second end of an
        arc from a node to itself).
    """

    count: int
    arcs: list[tuple[int, int]]
    box_width: float
    rows: list[list[int]] = Factory(list)
    row_layer: list[int] = Factory(list)
    row_of: list[int] = Factory(list)
    chains: dict[int, list[int]] = Factory(dict)
    x: list[float] = Factory(list)
    ports: dict[tuple[int, int, str], float] = Factory(dict)

    def is_node(self, item: int) -> bool:
        """Say whether the item is a node and not the place of a passing arc."""
        return item < self.count

    def width_of(self, item: int) -> float:
        """Return the width of an item in px."""
        return self.box_width if self.is_node(item) else 2.0

    def links(self) -> tuple[list[list[int]], list[list[int]]]:
        """Return for every item its neighbours in the row above and in the row below."""
        above: list[list[int]] = [[] for _ in self.row_of]
        below: list[list[int]] = [[] for _ in self.row_of]
        for chain in self.chains.values():
            for upper, lower in pairwise(chain):
                below[upper].append(lower)
                above[lower].append(upper)
        return above, below


# --- layers and rows ----------------------------------------------------------------------------


def _back_arcs(count: int, arcs: Sequence[tuple[int, int]], starts: Iterable[int]) -> set[int]:
    """Return the arcs that close a cycle in a depth-first search from the starts."""
    leaving: list[list[int]] = [[] for _ in range(count)]
    for a, (tail, _) in enumerate(arcs):
        leaving[tail].append(a)
    state = [0] * count  # 0 not seen, 1 on the way, 2 done
    back: set[int] = set()
    for start in [*starts, *range(count)]:
        if state[start]:
            continue
        state[start] = 1
        stack = [(start, iter(leaving[start]))]
        while stack:
            node, rest = stack[-1]
            arc = next(rest, None)
            if arc is None:
                state[node] = 2
                stack.pop()
                continue
            head = arcs[arc][1]
            if state[head] == 1:
                back.add(arc)
            elif state[head] == 0:
                state[head] = 1
                stack.append((head, iter(leaving[head])))
    return back


def longest_paths(count: int, arcs: Sequence[tuple[int, int]], entries: Sequence[int]) -> list[int]:
    """Return the layer of each node: what leads on from an entry point always leads downwards.

    Parameters
    ----------
    count
        How many nodes there are.
    arcs
        Tail and head of each arc.  Arcs that close a cycle in a depth-first search from the entry points count for
        nothing.
    entries
        The nodes where people come in.

    Returns
    -------
    list of int
        The length of the longest path to each node.  Where there are entry points, other nodes are never in layer 0:
        what nobody refers to is no entry point and must not look like one.

    Examples
    --------
    >>> longest_paths(4, [(0, 1), (1, 2), (0, 2), (2, 1)], [0])
    [0, 1, 2, 1]
    """
    back = _back_arcs(count, arcs, entries)
    forward: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for a, (tail, head) in enumerate(arcs):
        if a not in back:
            forward[tail].append(head)
            waiting[head] += 1
    layer = [1 if entries else 0] * count
    for node in entries:
        layer[node] = 0
    ready = [i for i, left in enumerate(waiting) if left == 0]
    for node in ready:  # grows while it is read
        for head in forward[node]:
            layer[head] = max(layer[head], layer[node] + 1)
            waiting[head] -= 1
            if waiting[head] == 0:
                ready.append(head)
    return layer


def _make_rows(plan: Plan, layer_of: Sequence[int], per_row: int) -> None:
    """Break each layer into as many rows as the page needs."""
    balance = [0] * plan.count
    for tail, head in plan.arcs:
        balance[tail] += 1
        balance[head] -= 1
    plan.row_of = [0] * plan.count
    for layer in sorted(set(layer_of)):
        # Where people stay is put above, and from where they go on below: fewer arcs pass between boxes.
        members = sorted((i for i, own in enumerate(layer_of) if own == layer), key=lambda i: balance[i])
        count = -(-len(members) // per_row)
        for k in range(count):
            row = members[k * len(members) // count : (k + 1) * len(members) // count]
            for i in row:
                plan.row_of[i] = len(plan.rows)
            plan.rows.append(sorted(row))
            plan.row_layer.append(layer)


def _make_chains(plan: Plan) -> None:
    """Give each arc a place in every row that it passes."""
    for a, (tail, head) in enumerate(plan.arcs):
        upper, lower = sorted((tail, head), key=lambda i: plan.row_of[i])
        if plan.row_of[upper] == plan.row_of[lower]:
            continue
        chain = [upper]
        for row in range(plan.row_of[upper] + 1, plan.row_of[lower]):
            chain.append(len(plan.row_of))
            plan.rows[row].append(len(plan.row_of))
            plan.row_of.append(row)
        plan.chains[a] = [*chain, lower]


# --- order and places ---------------------------------------------------------------------------


def _crossings(rows: Sequence[Sequence[int]], below: Sequence[Sequence[int]]) -> int:
    """Count how often arcs cross between neighbouring rows."""
    total = 0
    for upper, lower in pairwise(rows):
        place = {item: i for i, item in enumerate(lower)}
        seen: list[int] = []
        for item in upper:
            ends = sorted(place[other] for other in below[item])
            total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def _sweep(rows: list[list[int]], links: Sequence[Sequence[int]], order: Iterable[int]) -> None:
    """Sort each row by the mean place of the neighbours in the row before it."""
    place = {item: (i + 0.5) / len(row) for row in rows for i, item in enumerate(row)}
    for r in order:
        row = rows[r]
        mean = {
            item: sum(place[other] for other in links[item]) / len(links[item]) if links[item] else place[item]
            for item in row
        }
        row.sort(key=lambda item: (mean[item], place[item]))
        for i, item in enumerate(row):
            place[item] = (i + 0.5) / len(row)


def _reduce_crossings(plan: Plan) -> None:
    above, below = plan.links()
    best = [list(row) for row in plan.rows]
    fewest = _crossings(best, below)
    rows = [list(row) for row in plan.rows]
    for _ in range(SWEEPS if len(plan.row_of) < 1500 else 3):
        _sweep(rows, above, range(1, len(rows)))
        _sweep(rows, below, range(len(rows) - 2, -1, -1))
        crossed = _crossings(rows, below)
        if crossed < fewest:
            fewest, best = crossed, [list(row) for row in rows]
        if fewest == 0:
            break
    plan.rows = best


def _fit(
    wanted: Sequence[float], steps: Sequence[float], weights: Sequence[float], lo: float, hi: float
) -> list[float]:
    """Return places near the wanted ones (least squares) that keep order and distances (`steps`), from `lo` to `hi`."""
    offsets = [0.0]
    for step in steps:
        offsets.append(offsets[-1] + step)
    blocks: list[tuple[float, float, int]] = []  # mean, weight, length: pool adjacent violators
    for want, offset, weight in zip(wanted, offsets, weights, strict=True):
        mean, heavy, length = want - offset, weight, 1
        while blocks and blocks[-1][0] > mean:
            before, old, size = blocks.pop()
            mean = (mean * heavy + before * old) / (heavy + old)
            heavy, length = heavy + old, length + size
        blocks.append((mean, heavy, length))
    last = hi - offsets[-1]
    flat = [max(lo, min(mean, last)) for mean, _, length in blocks for _ in range(length)]
    return [place + offset for place, offset in zip(flat, offsets, strict=True)]


def _steps(plan: Plan, row: Sequence[int], room: float) -> list[float]:
    """Return the least distances between the middles of neighbours; passing arcs squeeze when there are many."""
    wide = [plan.width_of(item) for item in row]
    pairs = list(pairwise(row))
    boxes = [plan.is_node(a) and plan.is_node(b) for a, b in pairs]
    gaps = [
        GAP if both else 11.0 if plan.is_node(a) or plan.is_node(b) else 8.0
        for (a, b), both in zip(pairs, boxes, strict=True)
    ]
    fixed = sum(wide) + sum(gap for gap, both in zip(gaps, boxes, strict=True) if both)
    loose = sum(gaps) + sum(wide) - fixed
    squeeze = min(1.0, max(0.02, (room - fixed) / loose)) if loose else 1.0
    return [
        (a + b) / 2 + (gap if both else gap * squeeze)
        for a, b, gap, both in zip(wide, wide[1:], gaps, boxes, strict=False)
    ]


def _place_along_rows(plan: Plan, width: float) -> None:
    above, below = plan.links()
    plan.x = [width / 2] * len(plan.row_of)
    room = width - 2 * MARGIN
    steps = [_steps(plan, row, room) for row in plan.rows]

    def place(r: int, links: Sequence[Sequence[Sequence[int]]]) -> None:
        row = plan.rows[r]
        near = [[plan.x[other] for side in links for other in side[item]] for item in row]
        wanted = [sum(xs) / len(xs) if xs else plan.x[item] for xs, item in zip(near, row, strict=True)]
        weights = [(1.0 if plan.is_node(item) else 2.0) * max(1, len(xs)) for xs, item in zip(near, row, strict=True)]
        lo, hi = MARGIN + plan.width_of(row[0]) / 2, width - MARGIN - plan.width_of(row[-1]) / 2
        for item, x in zip(row, _fit(wanted, steps[r], weights, lo, hi), strict=True):
            plan.x[item] = x

    for r in range(len(plan.rows)):
        place(r, [[[] for _ in plan.row_of]])
    for _ in range(4):
        for r in range(1, len(plan.rows)):
            place(r, [above])
        for r in range(len(plan.rows) - 2, -1, -1):
            place(r, [below])
    for r in range(len(plan.rows)):
        place(r, [above, below])


def _place_ports(plan: Plan) -> None:
    """Spread the arcs along the upper and lower borders of the boxes, in the order of where they go."""
    sides: dict[tuple[int, str], list[tuple[float, int]]] = {}
    for a, (tail, head) in enumerate(plan.arcs):
        chain = plan.chains.get(a)
        if chain is not None:
            sides.setdefault((chain[0], "bottom"), []).append((plan.x[chain[1]], a))
            sides.setdefault((chain[-1], "top"), []).append((plan.x[chain[-2]], a))
        elif tail == head:
            sides.setdefault((tail, "bottom"), []).append((plan.x[tail], a))
            plan.ports[tail, a, "loop"] = plan.x[tail] + plan.box_width / 2 - 6
        else:
            sides.setdefault((tail, "bottom"), []).append((plan.x[head], a))
            sides.setdefault((head, "bottom"), []).append((plan.x[tail], a))
    for (node, side), ends in sides.items():
        apart = min(20.0, (plan.box_width - 28) / max(1, len(ends)))
        for i, (_, a) in enumerate(sorted(ends)):
            plan.ports[node, a, side] = plan.x[node] + (i - (len(ends) - 1) / 2) * apart


def plan_layers(arcs: Sequence[tuple[int, int]], layer_of: Sequence[int], width: float) -> Plan:
    """Find a place for every box and a way for every arc.

    Parameters
    ----------
    arcs
        Tail and head of each arc, as numbers of nodes.
    layer_of
        The layer of each node; any integers, the lowest on top.
    width
        Width of the picture in px.

    Returns
    -------
    Plan
        The rows, the middle of everything in them, and where arcs touch boxes.  Heights are left to who draws.

    Examples
    --------
    >>> plan = plan_layers([(0, 1), (1, 2), (0, 2)], [0, 1, 2], 300)
    >>> plan.rows, plan.chains[2]
    ([[0], [1, 3], [2]], [0, 3, 2])
    """
    room = width - 2 * MARGIN
    per_row = max(1, int((room + GAP) // (NARROWEST_BOX + GAP)))
    widest = max((list(layer_of).count(layer) for layer in set(layer_of)), default=1)
    boxes = min(per_row, max(widest, 2))
    # A tenth of the width stays for the arcs that pass between the boxes.
    plan = Plan(len(layer_of), list(arcs), min(190.0, (0.92 * room - GAP * (boxes - 1)) / boxes))
    _make_rows(plan, layer_of, per_row)
    _make_chains(plan)
    _reduce_crossings(plan)
    _place_along_rows(plan, width)
    _place_ports(plan)
    return plan
