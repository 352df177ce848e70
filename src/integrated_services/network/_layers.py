"""How far each service is from where people come in, and where referrals end without help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

import attrs

from integrated_services._compiled import Compiled, compiled
from integrated_services._kernels._paths import distances
from integrated_services._results import Column, Result, provenance
from integrated_services.errors import UnknownIdError, nearest
from integrated_services.model import Columns, Framework
from integrated_services.network._services import Arc, Net, linked, listed, net, not_offered


@attrs.frozen
class DeadEnd:
    """A service to which people are referred, that does not help and refers nobody onward.

    Attributes
    ----------
    service
        Its id.
    reason
        Why it does not help, in words.
    senders
        Ids of the services that refer to it.
    """

    service: str
    reason: str
    senders: tuple[str, ...]


@attrs.frozen(eq=False)
class DeadEnds(Result):
    """Services to which people are referred, that do not help and refer nobody onward.

    Attributes
    ----------
    items
        The dead ends, by id.
    """

    title: ClassVar[str] = "Dead ends"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("service", "Service", role="key"),
        Column("name", "Name", role="label"),
        Column("reason", "Why it does not help", role="label"),
        Column("senders", "Referred from", role="label"),
    )

    items: tuple[DeadEnd, ...]
    names: dict[str, str] = attrs.field(repr=False)

    def to_columns(self) -> dict[str, list[Any]]:
        """Give one row for each dead end."""
        return {
            "service": [item.service for item in self.items],
            "name": [self.names[item.service] for item in self.items],
            "reason": [item.reason for item in self.items],
            "senders": [list(item.senders) for item in self.items],
        }

    def summary(self) -> str:
        """Say how many dead ends there are, and name them."""
        if not self.items:
            return "No referral ends at a service that neither helps nor refers onward."
        names = listed((self.names[item.service] for item in self.items), "and")
        return f"{len(self.items)} dead end{'s' * (len(self.items) > 1)}: {names}."

    def explain(self, service: str) -> str:
        """Say why a service is a dead end, and what would mend it.

        Parameters
        ----------
        service
            Id of a service.

        Returns
        -------
        str
            A sentence or two; also where it is none.

        Raises
        ------
        UnknownIdError
            Where there is no such service.
        """
        if service not in self.names:
            raise UnknownIdError("service", service, nearest(service, self.names))
        item = next((item for item in self.items if item.service == service), None)
        if item is None:
            return f"{self.names[service]} is no dead end."
        senders = listed((self.names[one] for one in item.senders), "and")
        return (
            f"People are referred to {self.names[service]} from {senders}, but {item.reason}, and nobody is referred "
            "onward from there. Stop referring there, let it help, or agree on a way onward."
        )


@attrs.frozen(eq=False)
class Layers(Result):
    """How many hand-offs each service is from where people come in.

    Attributes
    ----------
    services
        Ids of the services offered on the day.
    layer
        For each the least number of hand-offs from a service that people enter by themselves; None where no referral
        leads there from any.
    is_entry, is_dead_end
        For each whether people enter there by themselves, and whether it is one of `dead_ends`.
    agencies
        For each the ids of the providers.
    """

    title: ClassVar[str] = "Layers of the referral network"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("service", "Service", role="key"),
        Column("name", "Name", role="label"),
        Column("layer", "Hand-offs from the entry", "hand-offs"),
        Column("is_entry", "Entry"),
        Column("is_dead_end", "Dead end"),
        Column("agency", "Agency", role="label"),
    )

    services: tuple[str, ...]
    layer: tuple[int | None, ...]
    is_entry: tuple[bool, ...]
    is_dead_end: tuple[bool, ...]
    agencies: tuple[tuple[str, ...], ...]
    names: tuple[str, ...] = attrs.field(repr=False)

    def to_columns(self) -> dict[str, list[Any]]:
        """Give one row for each service."""
        return {
            "service": list(self.services),
            "name": list(self.names),
            "layer": list(self.layer),
            "is_entry": list(self.is_entry),
            "is_dead_end": list(self.is_dead_end),
            "agency": [list(ids) for ids in self.agencies],
        }

    def summary(self) -> str:
        """Say how many services people enter by themselves, how deep the network is, and what cannot be reached."""
        if not self.services:
            return "No service is offered on that day."
        known = [layer for layer in self.layer if layer is not None]
        deepest = max(known, default=0)
        said = [f"{sum(self.is_entry)} of {len(self.services)} services are entered without a referral."]
        if deepest:
            said.append(f"The furthest is {deepest} hand-off{'s' * (deepest > 1)} away.")
        lost = [name for name, layer in zip(self.names, self.layer, strict=True) if layer is None]
        if lost:
            said.append(f"No referral leads from an entry to {listed(lost, 'or')}.")
        return " ".join(said)


def dead_ends(fw: Framework | Columns, /, *, at: date | None = None) -> DeadEnds:
    """Find the services to which people are referred, that do not help and refer nobody onward.

    Parameters
    ----------
    fw
        A framework, or columns.
    at
        The day; the reference date if None.

    Returns
    -------
    DeadEnds
        By id.

    Notes
    -----
    A service is a dead end where, on the day, at least one offered service refers to it; it refers to no offered
    service; and it does not help: it is not offered, states no delivery, or meets no need. A referral counts where its
    record is valid, or where an access rule names the sender.

    Examples
    --------
    >>> from integrated_services import network, samples
    >>> network.dead_ends(samples.load("elektrenai")).items
    ()
    """
    c = compiled(fw, at=at)
    return c.remember("network.dead_ends", lambda: _dead_ends(c))


def layers(fw: Framework | Columns, /, *, at: date | None = None) -> Layers:
    """Count the hand-offs from where people come in to each service.

    Parameters
    ----------
    fw
        A framework, or columns.
    at
        The day; the reference date if None.

    Returns
    -------
    Layers
        For the services offered on the day, by id.

    Notes
    -----
    People come in at a service that is open (or does not state how they get in, which is taken as open), at one that
    takes people by decision and to which nobody refers, and at one to which only agencies outside the referral network
    may refer. A service that takes people by referral and to which nobody refers is no entry: nobody gets in.

    Examples
    --------
    >>> from integrated_services import network, samples
    >>> found = network.layers(samples.load("elektrenai"))
    >>> dict(zip(found.services, found.layer))["mobile-specialists"]
    2
    """
    c = compiled(fw, at=at)
    return c.remember("network.layers", lambda: _layers(c))


def _used(services: Net) -> list[Arc]:
    """Ways along which offered services send people on the day."""
    return [arc for arc in services.arcs if arc.valid and arc.allowed and services.offered[arc.sender]]


def _no_help(c: Compiled, services: Net, position: int, needs: Sequence[Sequence[int]]) -> str | None:
    row = services.rows[position]
    if not services.offered[position]:
        return f"it is not offered on {c.day} ({not_offered(c, row)})"
    indptr, _ = c.children("services.deliveries")
    if indptr[row] == indptr[row + 1]:
        return "no delivery of it is stated"
    return None if needs[row] else "it meets no need"


def _dead_ends(c: Compiled) -> DeadEnds:
    services, needs = net(c), linked(c, "services.meets")
    senders: dict[int, set[int]] = {}
    onward = set()
    for arc in _used(services):
        senders.setdefault(arc.receiver, set()).add(arc.sender)
        if services.offered[arc.receiver]:
            onward.add(arc.sender)
    found = []
    for position in sorted(senders.keys() - onward):
        reason = _no_help(c, services, position, needs)
        if reason is not None:
            found.append(
                DeadEnd(services.ids[position], reason, tuple(services.ids[one] for one in sorted(senders[position])))
            )
    return DeadEnds(
        items=tuple(found),
        names={key: services.name(position) for position, key in enumerate(services.ids)},
        provenance=provenance("network.dead_ends", c.digest, {"at": c.day}),
    )


def _layers(c: Compiled) -> Layers:
    services = net(c)
    used = [arc for arc in _used(services) if services.offered[arc.receiver]]
    referred = {arc.receiver for arc in used}
    entries = [
        position
        for position, by in enumerate(services.by)
        if services.offered[position]
        and (
            by in (None, "open")
            or (position not in referred and (by == "decision" or bool(services.agencies[position])))
        )
    ]
    far = distances(
        len(services.ids), [arc.sender for arc in used], [arc.receiver for arc in used], [1.0] * len(used), entries
    )
    shown = [position for position, offered in enumerate(services.offered) if offered]
    ends = {item.service for item in _dead_ends(c).items}
    keys = c.keys("agencies")
    return Layers(
        services=tuple(services.ids[position] for position in shown),
        layer=tuple(int(far[position]) if far[position] < float("inf") else None for position in shown),
        is_entry=tuple(position in set(entries) for position in shown),
        is_dead_end=tuple(services.ids[position] in ends for position in shown),
        agencies=tuple(tuple(sorted(keys[row] for row in services.providers[position])) for position in shown),
        names=tuple(services.name(position) for position in shown),
        provenance=provenance("network.layers", c.digest, {"at": c.day}),
    )
