"""Capacity of deliveries in the unit of the demand, and how scarce places are shared."""

from __future__ import annotations

from fractions import Fraction

import attrs
import numpy as np

from integrated_services._compiled import Bools, Compiled, Ints
from integrated_services._kernels._flow import Block, cut_blocks, fair_shares, max_flow
from integrated_services.coverage._cells import Cells
from integrated_services.coverage._matching import Matching
from integrated_services.model._units import capacity_factor


@attrs.frozen(eq=False)
class Places:
    """What each delivery offers to the cells that it can serve, in persons of their kind of demand."""

    capacity: tuple[Fraction | None, ...]
    """None where the capacity is unknown or cannot be compared."""
    comparable: Bools
    """False where a stated capacity cannot be compared with the demand."""
    flow: Bools
    """True where the capacity is reckoned in persons per year."""


@attrs.frozen(eq=False)
class Shares:
    """Who is served, by the stated rule, at the least and at the most."""

    least: tuple[Fraction, ...]
    """Served by the known capacities alone."""
    most: tuple[Fraction, ...]
    """Served if the unknown capacities are large enough."""
    blocks: tuple[Block, ...]
    """The cut: who competes for too few places. Indices count the cells and deliveries of the framework."""
    uncertain: Bools
    """Cells that reach a delivery whose capacity is unknown or cannot be compared."""
    incomparable: Bools
    """Cells that reach a delivery whose stated capacity cannot be compared with the demand."""


def places(c: Compiled, cells: Cells, pairs: Matching) -> Places:
    """Reckon the capacities in the unit of the demand that they meet.

    A delivery that meets both kinds of demand (at a time, per year) is reckoned in the kind of its own capacity; for
    the other kind it counts as not comparable.

    Parameters
    ----------
    c
        Compiled framework.
    cells
        Its cells.
    pairs
        Which delivery can serve which cell.

    Returns
    -------
    Places
        By delivery.
    """
    n = c.size("services.deliveries")
    asked = np.zeros((2, n), dtype=np.bool_)
    passing = pairs.passes & np.array([p is not None for p in cells.persons], dtype=np.bool_)[pairs.cell]
    asked[cells.flow[pairs.cell[passing]].astype(np.int64), pairs.delivery[passing]] = True
    capacity: list[Fraction | None] = []
    comparable, flow = np.ones(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    for row in range(n):
        amount, unit, per = _stated(c, row)
        own = per is not None
        flow[row] = asked[1, row] if asked[0, row] != asked[1, row] else own
        known = None if amount is None else _persons(c, row, amount, unit, per, bool(flow[row]))
        comparable[row] = amount is None or known is not None
        capacity.append(known)
    return Places(tuple(capacity), comparable, flow)


def _stated(c: Compiled, row: int) -> tuple[Fraction | None, str, str | None]:
    """The stated capacity, else full-time posts times caseload; with its unit and period."""
    table = "services.deliveries"
    amount = c.fractions(table, "capacity")[row]
    if amount is not None:
        per = c.cells(table, "capacity.per")[row]
        return amount, c.cells(table, "capacity.unit")[row] or ("persons" if per else "places"), per
    load = c.fractions(table, "caseload")[row]
    if load is None or not c.size(f"{table}.posts"):
        return None, "places", None
    indptr, posts = c.children(f"{table}.posts")
    full_time = [c.fractions(f"{table}.posts", "fte")[post] for post in posts[indptr[row] : indptr[row + 1]].tolist()]
    known = [fte for fte in full_time if fte is not None]
    return (load * sum(known, Fraction(0)) if known and len(known) == len(full_time) else None), "places", None


def _persons(c: Compiled, row: int, amount: Fraction, unit: str, per: str | None, flow: bool) -> Fraction | None:
    table = "services.deliveries"
    parts = [c.cells(table, name)[row] for name in ("duration", "sessions_per_person", "hours_per_person")]
    factor = capacity_factor(unit, per, flow, *parts)
    return None if factor is None else amount * factor


def shares(cells: Cells, pairs: Matching, offer: Places) -> Shares:
    """Share the places out: the largest number of persons served, and among those the fairest shares.

    Rule: the smallest ratio served/demand is made as large as possible, then the next, and so on (max-min fair); this
    is unique and costs nobody a place.

    Parameters
    ----------
    cells
        Cells; those without persons take no part.
    pairs
        Which delivery can serve which cell.
    offer
        Capacities.

    Returns
    -------
    Shares
        By cell.
    """
    n = len(cells)
    passing = np.flatnonzero(pairs.passes & np.array([bool(p) for p in cells.persons], dtype=np.bool_)[pairs.cell])
    cell, delivery = pairs.cell[passing], pairs.delivery[passing]
    same_kind = cells.flow[cell] == offer.flow[delivery]
    known = np.array([amount is not None for amount in offer.capacity], dtype=np.bool_)[delivery] & same_kind
    uncertain, incomparable = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    uncertain[cell[~known]] = True
    incomparable[cell[~known & ~(same_kind & offer.comparable[delivery])]] = True
    demand = [persons or Fraction(0) for persons in cells.persons]
    least = _served(cell[known], delivery[known], demand, offer.capacity)
    if not uncertain.any():
        blocks = _blocks(cell[known], delivery[known], demand, offer.capacity)
        return Shares(least, least, blocks, uncertain, incomparable)
    # a cell that reaches an unknown capacity may be served there, and then leaves the known places to the others
    open_site = len(offer.capacity)
    reach = np.flatnonzero(uncertain)
    more_cell = np.concatenate((cell[known], reach))
    more_site = np.concatenate((delivery[known], np.full(len(reach), open_site)))
    capacity = (*offer.capacity, None)
    most = _served(more_cell, more_site, demand, capacity)
    return Shares(least, most, _blocks(more_cell, more_site, demand, capacity), uncertain, incomparable)


def _served(
    cell: Ints, site: Ints, demand: list[Fraction], capacity: tuple[Fraction | None, ...]
) -> tuple[Fraction, ...]:
    reached = np.zeros(len(demand), dtype=np.bool_)
    reached[cell] = True
    asked = [persons if here else Fraction(0) for persons, here in zip(demand, reached.tolist(), strict=True)]
    return tuple(fair_shares(cell, site, asked, capacity))


def _blocks(cell: Ints, site: Ints, demand: list[Fraction], capacity: tuple[Fraction | None, ...]) -> tuple[Block, ...]:
    """The cut among the cells that reach any delivery (a cell that reaches none has another reason than capacity)."""
    reached = np.zeros(len(demand), dtype=np.bool_)
    reached[cell] = True
    asked = [persons if here else Fraction(0) for persons, here in zip(demand, reached.tolist(), strict=True)]
    flow = max_flow(cell, site, asked, capacity)
    found = cut_blocks(flow, cell, site, asked, capacity)
    return tuple(block for block in found if block.shortage > 0)
