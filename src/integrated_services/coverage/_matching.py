"""Which delivery can serve which cell, and at which condition the others fail.

The conditions are tried in a fixed order; a pair of cell and delivery fails at the first that does not hold:
need, target group, validity, residence, eligibility, access; what remains is a question of capacity.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
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
    ruled = np.array([rule is not None for rule in rules], dtype=np.bool_)
    asked = np.flatnonzero(ruled[service]) if len(service) else np.zeros(0, dtype=np.int64)
    known: dict[tuple[int, int, int], int] = {}
    for pair in asked.tolist():
        key = (int(service[pair]), int(cells.territory[cell[pair]]), int(cells.group[cell[pair]]))
        if key not in known:
            known[key] = decide(c, _rule(rules[key[0]]), key[1], key[2])
        verdict[pair] = known[key]
    return verdict


def decide(c: Compiled, rule: Mapping[str, Any], territory: int, group: int) -> int:
    """Decide an eligibility rule for the persons of a group in a territory, in three-valued logic.

    Parameters
    ----------
    c
        Compiled framework.
    rule
        Plain form of an `Eligibility`.
    territory
        Row of the territory.
    group
        Row of the target group.

    Returns
    -------
    int
        1 all are eligible, -1 nobody is, 0 some are or the document does not say.
    """
    parts: list[int] = []
    if "ages" in rule:
        parts.append(_ages(c, group, rule["ages"]))
    if "residence" in rule:
        parts.append(_lies_in(c, "territories", "part_of", territory, rule["residence"]))
    if "groups" in rule:
        parts.append(_lies_in(c, "target_groups", "broader", group, rule["groups"]))
    parts += [0 for word in ("languages", "condition") if word in rule]
    parts += [decide(c, node, territory, group) for node in rule.get("all", ())]
    if "any" in rule:
        parts.append(max(decide(c, node, territory, group) for node in rule["any"]))
    if "not" in rule:
        parts.append(-decide(c, rule["not"], territory, group))
    return min(parts, default=1)


def _ages(c: Compiled, group: int, ages: Iterable[int | None]) -> int:
    low, high = ages
    own = _own_ages(c, group)
    first, last = (0 if own[0] is None else own[0]), (150 if own[1] is None else own[1])
    bottom, top = (0 if low is None else low), (150 if high is None else high)
    if last < bottom or first > top:
        return -1
    if own == [None, None] and (low is not None or high is not None):
        return 0  # the ages of the group are not known
    return 1 if bottom <= first and last <= top else 0


def _own_ages(c: Compiled, group: int) -> list[int | None]:
    """Ages of a group, or of the nearest wider group that states them (its members are no older and no younger)."""
    for row in c.tree("target_groups", "broader").chain(group):
        own = [c.cells("target_groups", f"ages.{end}")[row] for end in ("first", "second")]
        if own != [None, None]:
            return own
    return [None, None]


def _lies_in(c: Compiled, table: str, column: str, row: int, ids: Iterable[str]) -> int:
    tree = c.tree(table, column)
    rows = [c.index(table)[one] for one in ids if one in c.index(table)]
    if any(bool(tree.inside(row, other)) for other in rows):
        return 1
    # part of a territory or group lies inside: some are eligible
    return 0 if any(bool(tree.inside(other, row)) for other in rows) else -1
