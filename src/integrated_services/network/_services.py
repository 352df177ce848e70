"""Services and the ways between them, by position: what every analysis of referral stands on.

Services are numbered by id and ways are sorted by ids, so that the order of the records decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import isnan
from typing import Any

import attrs

from integrated_services._compiled import Compiled

CONSENTS: Mapping[str | None, frozenset[str]] = {
    None: frozenset(),
    "none": frozenset(),
    "person": frozenset({"person"}),
    "guardian": frozenset({"guardian"}),
    "person_and_guardian": frozenset({"person", "guardian"}),
}
"""Who has to agree, by the word that the document uses."""

_LISTED = 4
_WEAKEST_FIRST = ("assumed", "estimated", "derived", "stated")


@attrs.frozen(eq=False)
class Arc:
    """A way from one service to another: a referral record, or a sender whom an access rule names."""

    sender: int
    receiver: int
    key: str
    record: int
    """Row of the referral; -1 where the way follows from the receiver's rule on who may refer."""
    days: float | None = None
    acceptance: float | None = None
    consent: frozenset[str] = frozenset()
    valid: bool = True
    allowed: bool = True
    """False where the receiver names who may refer and the sender is not among them."""
    basis: str = "stated"
    """Weakest basis of what the document says about the way."""

    @property
    def expected(self) -> float | None:
        """Days until a referral is accepted, where a rejected one is sent again; None where no days are stated."""
        if self.days is None:
            return None
        sure = 1.0 if self.acceptance is None else self.acceptance
        return self.days / sure if sure > 0 else float("inf")


@attrs.frozen(eq=False)
class Net:
    """The services of a framework by position, and the ways between them."""

    c: Compiled = attrs.field(repr=False)
    rows: tuple[int, ...]
    """Row of the service at each position."""
    ids: tuple[str, ...]
    position: Mapping[int, int]
    """Position of each row."""
    providers: tuple[tuple[int, ...], ...]
    """Agencies that provide each service."""
    offered: tuple[bool, ...]
    by: tuple[str | None, ...]
    """How people get in: open, referral, decision; None where it is not stated."""
    consent: tuple[frozenset[str], ...]
    """Whose consent it takes to get in."""
    senders: tuple[frozenset[int], ...]
    """Positions of the services that the access rule names as those that may refer."""
    agencies: tuple[frozenset[int], ...]
    """Agencies that the access rule names."""
    arcs: tuple[Arc, ...]

    def name(self, position: int) -> str:
        """Name of a service for readers."""
        return self.c.label("services", self.rows[position])

    def full_name(self, position: int, providers: Iterable[int]) -> str:
        """Name of a service with those who provide it, where the name does not say it."""
        name, keys = self.name(position), self.c.keys("agencies")
        labels = [self.c.label("agencies", row) for row in sorted(providers, key=keys.__getitem__)]
        others = [one for one in labels if one.casefold() not in name.casefold()]
        shown = others if len(others) < 3 else [others[0], f"{len(others) - 1} more"]
        return f"{name} ({' and '.join(shown)})" if others else name

    def path(self, position: int) -> str:
        """Path of a service in the document."""
        return self.c.path("services", self.rows[position])

    def above(self, agencies: Iterable[int]) -> set[int]:
        """Give agencies and all organisations that they belong to."""
        tree = self.c.tree("agencies", "part_of")
        return {row for agency in agencies for row in tree.chain(agency)}

    def may_be_sent_by(self, position: int, agencies: Iterable[int]) -> bool:
        """Tell whether the access rule of a service names one of these agencies (or what they belong to)."""
        named = self.agencies[position]
        return bool(named) and not named.isdisjoint(self.above(agencies))


def net(c: Compiled) -> Net:
    """Number the services and collect the ways between them, once for each framework and day.

    Parameters
    ----------
    c
        Compiled framework.

    Returns
    -------
    Net
        All services and ways, also those that are not offered or valid on the day (they say so).
    """
    return c.remember("network", lambda: _make(c))


def weakest(bases: Iterable[str]) -> str:
    """Give the weakest of several bases.

    Parameters
    ----------
    bases
        At least one basis.

    Returns
    -------
    str
        ``assumed`` before ``estimated`` before ``derived`` before ``stated``.
    """
    return min(bases, key=_WEAKEST_FIRST.index)


def not_offered(c: Compiled, row: int) -> str | None:
    """Say why a service is not offered on the day.

    Parameters
    ----------
    c
        Compiled framework.
    row
        Row of the service.

    Returns
    -------
    str | None
        The reason; None where it is offered: active or a pilot, valid, and with a valid delivery if any is stated.
    """
    status = c.cells("services", "status")[row]
    if status in ("planned", "closed"):
        return f"it is {status}"
    if not c.valid("services")[row]:
        return _period(c, "services", row)
    indptr, indices = c.children("services.deliveries")
    rows = indices[indptr[row] : indptr[row + 1]].tolist()
    valid = c.valid("services.deliveries")
    if rows and not any(valid[one] for one in rows):
        return "none of its deliveries is offered on that day"
    return None


def _period(c: Compiled, table: str, row: int) -> str:
    start, end = (c.cells(table, f"valid.{part}")[row] for part in ("start", "end"))
    return f"it is valid from {start or 'the beginning'} to {end or 'further notice'}"


def rests_on_assumption(c: Compiled, table: str) -> tuple[bool, ...]:
    """Tell which records name sources that are all assumptions.

    Parameters
    ----------
    c
        Compiled framework.
    table
        ``referrals`` or ``cooperations``.

    Returns
    -------
    tuple of bool
        By row; False where no source is named.
    """
    indptr, indices = c.links(f"{table}.sources")
    kinds = c.cells("sources", "kind")
    sources = [[kinds[i] for i in indices[a:b].tolist()] for a, b in pairwise(indptr.tolist())]
    return tuple(bool(listed) and all(kind == "assumption" for kind in listed) for listed in sources)


def linked(c: Compiled, table: str, target: str | None = None) -> list[list[int]]:
    """Give the rows that a link table names, as a list for each owner.

    Parameters
    ----------
    c
        Compiled framework.
    table
        Link table, such as ``services.meets``.
    target
        Table pointed to, where the link may point to several.

    Returns
    -------
    list of list of int
        Rows by owner.
    """
    indptr, indices = c.links(table, target)
    starts, values = indptr.tolist(), indices.tolist()
    return [values[a:b] for a, b in pairwise(starts)]


def listed(names: Iterable[str], word: str = "or") -> str:
    """List names with "or" or "and"; after four it says how many more there are.

    Parameters
    ----------
    names
        Names.
    word
        What stands before the last.

    Returns
    -------
    str
        "A, B or C".
    """
    found = list(names)
    if len(found) > _LISTED + 1:
        found = [*found[:_LISTED], f"{len(found) - _LISTED} more"]
    return f" {word} ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)


def _make(c: Compiled) -> Net:
    keys = c.keys("services")
    rows = sorted(range(len(keys)), key=lambda row: keys[row])
    position = {row: at for at, row in enumerate(rows)}
    providers, named = linked(c, "services.providers"), linked(c, "services.access.referred_by", "agencies")
    senders = linked(c, "services.access.referred_by", "services")
    by, consent = c.cells("services", "access.by"), c.cells("services", "access.consent")
    bare = Net(
        c,
        tuple(rows),
        tuple(keys[row] for row in rows),
        position,
        tuple(tuple(sorted(providers[row])) for row in rows),
        tuple(not_offered(c, row) is None for row in rows),
        tuple(by[row] for row in rows),
        tuple(CONSENTS[consent[row]] for row in rows),
        tuple(frozenset(position[one] for one in senders[row]) for row in rows),
        tuple(frozenset(named[row]) for row in rows),
        (),
    )
    stated = _stated(c, bare)
    arcs = [*stated, *_named(bare, {(arc.sender, arc.receiver) for arc in stated})]
    return attrs.evolve(bare, arcs=tuple(sorted(arcs, key=lambda arc: (arc.sender, arc.receiver, arc.key))))


def _number(value: float) -> float | None:
    return None if isnan(value) else value


def _stated(c: Compiled, services: Net) -> list[Arc]:
    """The referral records as ways."""
    columns: dict[str, Any] = {name: c.refs("referrals", name).tolist() for name in ("sender", "receiver")}
    numbers = {name: c.numbers("referrals", name).tolist() for name in ("days", "acceptance")}
    bases = {name: c.bases("referrals", name) for name in numbers}
    consent, valid, assumed = c.cells("referrals", "consent"), c.valid("referrals"), rests_on_assumption(c, "referrals")
    found = []
    for row, key in enumerate(c.keys("referrals")):
        sender, receiver = columns["sender"][row], columns["receiver"][row]
        if sender < 0 or receiver < 0 or sender == receiver:
            continue
        said = [bases[name][row] for name, cells in numbers.items() if not isnan(cells[row])]
        start, end = services.position[sender], services.position[receiver]
        found.append(
            Arc(
                start,
                end,
                key,
                row,
                _number(numbers["days"][row]),
                _number(numbers["acceptance"][row]),
                CONSENTS[consent[row]],
                bool(valid[row]),
                _allowed(services, start, end),
                weakest([*said, *(["assumed"] if assumed[row] else [])] or [c.basis]),
            )
        )
    return found


def _allowed(services: Net, sender: int, receiver: int) -> bool:
    if not services.senders[receiver] and not services.agencies[receiver]:
        return True
    return sender in services.senders[receiver] or services.may_be_sent_by(receiver, services.providers[sender])


def _named(services: Net, stated: set[tuple[int, int]]) -> list[Arc]:
    """Ways without a referral record: the receiver's access rule names the sender or an agency that provides it."""
    provided: dict[int, set[int]] = {}
    if any(services.agencies):
        for at, agencies in enumerate(services.providers):
            for agency in services.above(agencies):
                provided.setdefault(agency, set()).add(at)
    found = []
    for receiver, senders in enumerate(services.senders):
        all_senders = senders.union(*(provided.get(agency, set()) for agency in services.agencies[receiver]))
        for sender in sorted(all_senders - {receiver}):
            if (sender, receiver) not in stated:
                key = f"{services.ids[sender]}:{services.ids[receiver]}"
                found.append(Arc(sender, receiver, key, -1, basis=services.c.basis))
    return found
