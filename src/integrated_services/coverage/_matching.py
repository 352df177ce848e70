"""Which delivery can serve which cell, and at which condition the others fail.

The conditions are tried in a fixed order; a pair of cell and delivery fails at the first that does not hold:
need, target group, validity, residence, eligibility, access; what remains is a question of capacity.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

import attrs
import numpy as np

from integrated_services._compiled import Bools, Compiled, Ints
from integrated_services._kernels._csr import csr_from_pairs, take
from integrated_services.coverage._cells import Cells

CONDITIONS = ("need", "group", "validity", "residence", "eligibility", "access", "capacity")
"""The conditions in the order in which they are tried."""

Condition = Literal["need", "group", "validity", "residence", "eligibility", "access", "capacity"]
VALIDITY, RESIDENCE, ELIGIBILITY, ACCESS, CAPACITY = range(2, 7)


@attrs.frozen(eq=False)
class Matching:
    """Candidate pairs: deliveries whose service meets the need and serves the group of the cell.

    ``stage`` is the number of the condition at which a pair fails; 6 (capacity) where it passes all others.
    """

    cell: Ints
    delivery: Ints
    stage: Ints
    conditional: Bools
    """True where the pair passes only under conditions that the document cannot decide."""
    furthest: Ints
    """For each cell the furthest condition that any delivery reached."""

    @property
    def passes(self) -> Bools:
        """Pairs that pass every condition but capacity."""
        found: Bools = self.stage == CAPACITY
        return found


def matching(c: Compiled, cells: Cells) -> Matching:
    """Try the conditions on all pairs of cells and deliveries.

    Parameters
    ----------
    c
        Compiled framework.
    cells
        Its cells.

    Returns
    -------
    Matching
        Candidate pairs by cell.
    """
    meets = _meets(c)
    cell, delivery, needed = _candidates(c, cells, meets)
    service = c.parents("services.deliveries")[delivery]
    stage = np.full(len(cell), CAPACITY, dtype=np.int64)
    conditional = np.zeros(len(cell), dtype=np.bool_)
    stage[~_accessible(c)[service]] = ACCESS
    verdict = _eligible(c, cells, cell, service)
    conditional |= verdict == 0
    stage[verdict < 0] = ELIGIBILITY
    stage[~_resident(c, cells.territory[cell], delivery)] = RESIDENCE
    stage[~offered(c)[delivery]] = VALIDITY
    furthest = np.where(needed, 1, 0).astype(np.int64)
    np.maximum.at(furthest, cell, stage)
    return Matching(cell, delivery, stage, conditional & (stage == CAPACITY), furthest)


# need and group ----------------------------------------------------------------------------------------------------


def _expanded(c: Compiled, link: str, table: str, column: str) -> tuple[Ints, Ints]:
    """Services by need (or group): a service for a wider one serves all that lies in it."""
    tree = c.tree(table, column)
    indptr, indices = c.links(link)
    owner = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    size = tree.leave[indices] - tree.enter[indices]
    by_enter = np.argsort(tree.enter, kind="stable")  # in the order of the tree, all inside one are neighbours
    starts = np.repeat(tree.enter[indices] - np.concatenate(([0], np.cumsum(size)[:-1])), size) if len(size) else size
    inside = by_enter[starts + np.arange(int(size.sum()))] if len(size) else indices
    pairs = np.unique(np.stack((inside, np.repeat(owner, size))), axis=1)
    return csr_from_pairs(pairs[0], pairs[1], c.size(table))


def _meets(c: Compiled) -> tuple[Ints, Ints]:
    return c.remember("services by need", lambda: _expanded(c, "services.meets", "needs", "broader"))


def _serves(c: Compiled) -> tuple[Ints, Ints]:
    return c.remember("services by group", lambda: _expanded(c, "services.serves", "target_groups", "broader"))


def _candidates(c: Compiled, cells: Cells, meets: tuple[Ints, Ints]) -> tuple[Ints, Ints, Bools]:
    """Pairs of cell and delivery that agree in need and group, and which cells have any service for the need."""
    n_groups = max(c.size("target_groups"), 1)
    kinds, kind_of = np.unique(cells.need * n_groups + cells.group, return_inverse=True)
    needs, groups = kinds // n_groups, kinds % n_groups
    of_kind, services = take(*meets, needs)
    needed = np.bincount(of_kind, minlength=len(kinds))[kind_of] > 0 if len(kinds) else np.zeros(0, dtype=np.bool_)
    serves = _serves(c)
    n_services = max(c.size("services"), 1)
    group_of = np.repeat(np.arange(len(serves[0]) - 1), np.diff(serves[0]))
    known = np.sort(group_of * n_services + serves[1])
    wanted = groups[of_kind] * n_services + services
    at = np.searchsorted(known, wanted)
    agree = (at < len(known)) & (known[np.minimum(at, len(known) - 1)] == wanted) if len(known) else wanted < 0
    pair, deliveries = take(*c.children("services.deliveries"), services[agree])
    by_kind = csr_from_pairs(of_kind[agree][pair], deliveries, len(kinds))
    cell, delivery = take(*by_kind, kind_of)
    return cell, delivery, needed


# validity, residence -----------------------------------------------------------------------------------------------


def offered(c: Compiled) -> Bools:
    """Tell which deliveries are offered on the day: service and delivery valid, service active or a pilot.

    Parameters
    ----------
    c
        Compiled framework.

    Returns
    -------
    numpy.ndarray of bool
        By delivery.
    """

    def make() -> Bools:
        status = np.array([s in ("active", "pilot", None) for s in c.cells("services", "status")], dtype=np.bool_)
        service = (status & c.valid("services"))[c.parents("services.deliveries")]
        found: Bools = service & c.valid("services.deliveries")
        return found

    return c.remember("deliveries offered", make)


def areas(c: Compiled) -> tuple[Ints, Ints]:
    """Give the territories whose residents each delivery serves: its areas, else the territory of its site.

    Parameters
    ----------
    c
        Compiled framework.

    Returns
    -------
    tuple of two numpy.ndarray of int
        Compressed lists by delivery.
    """

    def make() -> tuple[Ints, Ints]:
        indptr, indices = c.links("services.deliveries.area")
        site = c.refs("services.deliveries", "site")
        place = (
            np.where(site >= 0, c.refs("sites", "territory")[site], -1) if c.size("sites") else np.full(len(site), -1)
        )
        bare = np.flatnonzero((np.diff(indptr) == 0) & (place >= 0))
        rows = np.concatenate((np.repeat(np.arange(len(site)), np.diff(indptr)), bare))
        return csr_from_pairs(rows, np.concatenate((indices, place[bare])), len(site))

    return c.remember("areas", make)


def _resident(c: Compiled, territory: Ints, delivery: Ints) -> Bools:
    tree = c.tree("territories", "part_of")
    pair, area = take(*areas(c), delivery)
    found = np.zeros(len(delivery), dtype=np.bool_)
    np.logical_or.at(found, pair, tree.inside(territory[pair], area))
    return found


# access ------------------------------------------------------------------------------------------------------------


def _accessible(c: Compiled) -> Bools:
    """Services that people can get into: open, by decision, or referred to by something that is there."""

    def make() -> Bools:
        by = c.cells("services", "access.by")
        service, valid = c.valid("services"), c.valid("referrals")
        sender, receiver = c.refs("referrals", "sender"), c.refs("referrals", "receiver")
        active = (
            np.array([s in ("active", "pilot", None) for s in c.cells("services", "status")], dtype=np.bool_) & service
        )
        found = np.array([how != "referral" for how in by], dtype=np.bool_)
        works = valid & (sender >= 0) & active[np.maximum(sender, 0)] if len(sender) else valid
        found[receiver[works]] = True
        for table, alive in (("services", active), ("agencies", c.valid("agencies"))):
            indptr, indices = c.links("services.access.referred_by", table)
            owner = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
            found[owner[alive[indices]]] = True
        return found

    return c.remember("services accessible", make)


# eligibility -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _rule(text: str) -> Mapping[str, Any]:
    rule: Mapping[str, Any] = json.loads(text)
    return rule


def _eligible(c: Compiled, cells: Cells, cell: Ints, service: Ints) -> Ints:
    """1 where all of the cell are eligible, -1 where nobody is, 0 where only some are or nobody can tell."""
    rules = c.cells("services", "eligibility")
    verdict = np.ones(len(cell), dtype=np.int64)
    pairs_of: dict[str, list[Ints]] = defaultdict(list)
    indptr, order = csr_from_pairs(service, np.arange(len(service)), c.size("services"))
    for row in np.flatnonzero(np.diff(indptr)).tolist():
        if rules[row] is not None:  # services with the same rule are decided together
            pairs_of[rules[row]].append(order[indptr[row] : indptr[row + 1]])
    for text, listed in pairs_of.items():
        pairs = np.concatenate(listed)
        verdict[pairs] = decide(c, _rule(text), cells.territory[cell[pairs]], cells.group[cell[pairs]])
    return verdict


def decide(c: Compiled, rule: Mapping[str, Any], territory: Ints, group: Ints) -> Ints:
    """Decide an eligibility rule for the persons of groups in territories, in three-valued logic.

    Parameters
    ----------
    c
        Compiled framework.
    rule
        Plain form of an `Eligibility`.
    territory
        Rows of territories.
    group
        Rows of target groups, of the same length.

    Returns
    -------
    numpy.ndarray of int
        1 all are eligible, -1 nobody is, 0 some are or the document does not say.
    """
    verdict = np.ones(len(territory), dtype=np.int64)
    if "ages" in rule:
        verdict = np.minimum(verdict, _ages(c, group, rule["ages"]))
    if "residence" in rule:
        verdict = np.minimum(verdict, _lies_in(c, "territories", "part_of", territory, rule["residence"]))
    if "groups" in rule:
        verdict = np.minimum(verdict, _lies_in(c, "target_groups", "broader", group, rule["groups"]))
    if "languages" in rule or "condition" in rule:
        verdict = np.minimum(verdict, 0)
    for node in rule.get("all", ()):
        verdict = np.minimum(verdict, decide(c, node, territory, group))
    if "any" in rule:
        verdict = np.minimum(verdict, np.max([decide(c, node, territory, group) for node in rule["any"]], axis=0))
    if "not" in rule:
        verdict = np.minimum(verdict, -decide(c, rule["not"], territory, group))
    return verdict


def _ages(c: Compiled, group: Ints, ages: Sequence[int | None]) -> Ints:
    first, last, known = (ends[group] for ends in _own_ages(c))
    low, high = (-1 if ages[0] is None else ages[0]), (_OLDEST if ages[1] is None else ages[1])
    within, apart = (first >= low) & (last <= high), (last < low) | (first > high)
    if ages[0] is None and ages[1] is None:
        return np.ones(len(group), dtype=np.int64)
    return np.where(known, np.where(within, 1, np.where(apart, -1, 0)), 0).astype(np.int64)


_OLDEST = 1000


def _own_ages(c: Compiled) -> tuple[Ints, Ints, Bools]:
    """Ages of each group, or of the nearest wider group that states them (its members are no older and no younger)."""

    def make() -> tuple[Ints, Ints, Bools]:
        ends = [c.cells("target_groups", f"ages.{end}") for end in ("first", "second")]
        rows = []
        for group in range(c.size("target_groups")):
            chain = c.tree("target_groups", "broader").chain(group)
            stating = next((row for row in chain if any(end[row] is not None for end in ends)), None)
            rows.append((None, None, False) if stating is None else (ends[0][stating], ends[1][stating], True))
        table = [(0 if low is None else low, _OLDEST if high is None else high, known) for low, high, known in rows]
        columns = np.array(table, dtype=np.int64).reshape(-1, 3)
        return columns[:, 0], columns[:, 1], columns[:, 2] > 0

    return c.remember("ages of groups", make)


def _lies_in(c: Compiled, table: str, column: str, rows: Ints, ids: Iterable[str]) -> Ints:
    tree = c.tree(table, column)
    wanted = [c.index(table)[one] for one in ids if one in c.index(table)]
    inside, part = np.zeros(len(rows), dtype=np.bool_), np.zeros(len(rows), dtype=np.bool_)
    for other in wanted:
        inside |= tree.inside(rows, other)
        part |= tree.inside(np.full(len(rows), other), rows)  # a part of the territory or group: some are eligible
    return np.where(inside, 1, np.where(part, 0, -1)).astype(np.int64)
