"""The search for ways through the referrals, on the services and ways that are open to one person."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum, inf, log2, prod
from typing import Literal

import attrs

from integrated_services._compiled import Compiled
from integrated_services._kernels._paths import Path as Found
from integrated_services._kernels._paths import k_shortest_paths
from integrated_services._results import UsedFigure
from integrated_services.network._person import Facts, Person, Rule, arc_rules, facts, service_rules
from integrated_services.network._routes import Path, Step
from integrated_services.network._services import Arc, Net, linked, net
from integrated_services.network._starts import Origin

Consent = Literal["person", "guardian"]


@attrs.frozen(eq=False)
class Search:
    """What is open to a person who starts somewhere with some consents.

    Nodes are the positions of the services and, after them, the agencies that may refer by themselves.
    """

    net: Net
    person: Person
    consent: frozenset[str]
    origin: Origin
    rules: tuple[tuple[Rule, ...], ...]
    """Conditions of each service."""
    criteria: tuple[tuple[Rule, ...], ...]
    """Conditions of each arc."""
    arcs: tuple[Arc, ...]
    senders: tuple[int, ...]
    """Rows of the agencies behind the services."""
    entered: tuple[bool, ...]
    """Services that the person may enter."""
    open: tuple[bool, ...]
    """Arcs along which the person may be sent."""
    sources: tuple[int, ...]
    """Nodes where the person is or may begin."""

    def key(self, node: int) -> str:
        """Id of a node."""
        n = len(self.net.ids)
        return self.net.ids[node] if node < n else self.net.c.keys("agencies")[self.senders[node - n]]

    def full_name(self, at: int) -> str:
        """Name of a service with its providers; of several those who may be near the person."""
        known, places = facts(self.net.c), self.net.c.refs("agencies", "territory").tolist()
        providers = self.net.providers[at]
        near = [row for row in providers if places[row] < 0 or known.lives_in(self.person, [places[row]]) >= 0]
        return self.net.full_name(at, near or providers)

    def helping(self, need: int | None, goal: int | None) -> list[int]:
        """Positions of the services that are looked for, whether the person may enter them or not.

        A service for a broader need meets all narrower ones.
        """
        if need is None:
            return [] if goal is None or goal < 0 else [goal]
        return services_for(self.net.c, need)

    def best(self, need: int | None, goal: int | None, k: int) -> list[Path]:
        """Find the best paths to a need or a service."""
        targets = [at for at in self.helping(need, goal) if self.arrives(at)]
        n = len(self.net.ids) + len(self.senders)
        sources, ends = set(self.sources), set(targets)
        # a way through another start or past a service that helps already is a longer form of a way that is listed
        used = [
            is_open and arc.receiver not in sources and arc.sender not in ends
            for arc, is_open in zip(self.arcs, self.open, strict=True)
        ]
        weights = _weights([arc.expected if use else inf for arc, use in zip(self.arcs, used, strict=True)])
        found = k_shortest_paths(
            n, [arc.sender for arc in self.arcs], [arc.receiver for arc in self.arcs], weights, self.sources, targets, k
        )
        return [self._path(one, need) for one in found]

    def arrives(self, at: int) -> bool:
        """Tell whether a service would help the person (also one where the person already is)."""
        if self.entered[at]:
            return True
        there = at in self.origin.here and self.net.offered[at]
        return there and all(rule.judge(self.person) >= 0 for rule in self.rules[at])

    def direct(self, need: int | None, goal: int | None) -> list[int]:
        """Positions of the services that help and that the person may enter from anywhere, without a referral."""
        own = {*self.origin.here, *self.origin.doors}
        return [
            at
            for at in self.helping(need, goal)
            if self.entered[at] and at not in own and self.net.by[at] in (None, "open")
        ]

    def _path(self, found: Found, need: int | None) -> Path:
        services = tuple(node for node in found.nodes if node < len(self.net.ids))
        here = found.nodes[0] in self.origin.here
        asked = not found.arcs or (services[0] == found.nodes[0] and not here)  # on the way in, or before help itself
        begin = self._conditions(self.rules[services[0]]) if asked else ()
        steps = []
        for number, index in enumerate(found.arcs):
            step = self._step(index)
            steps.append(attrs.evolve(step, conditions=(*begin, *step.conditions)) if begin and number == 0 else step)
        arcs = [self.arcs[index] for index in found.arcs]
        expected = [step.expected_days for step in steps if step.expected_days is not None]
        first = self.key(found.nodes[1]) if here and arcs else self.net.ids[services[0]]
        conditions = dict.fromkeys([*begin, *(text for step in steps for text in step.conditions)])
        return Path(
            need=None if need is None else self.net.c.keys("needs")[need],
            services=tuple(self.net.ids[at] for at in services),
            already_there=here,
            steps=tuple(steps),
            first=first,
            expected_days=fsum(expected) if len(expected) == len(steps) else None,
            probability=prod((1.0 if arc.acceptance is None else arc.acceptance for arc in arcs), start=1.0),
            wait_days=self._wait(services[-1])[0],
            conditions=tuple(conditions),
            not_stated=sum(arc.acceptance is None for arc in arcs),
        )

    def _step(self, index: int) -> Step:
        arc = self.arcs[index]
        consent = arc.consent | self.net.consent[arc.receiver]
        criteria = self.criteria[index] if index < len(self.criteria) else ()
        return Step(
            self.key(arc.sender),
            self.net.ids[arc.receiver],
            arc.key if arc.record >= 0 else None,
            arc.days,
            arc.acceptance,
            arc.expected,
            tuple(sorted(consent, reverse=True)),
            tuple(dict.fromkeys([*self._conditions(criteria), *self._conditions(self.rules[arc.receiver])])),
            arc.basis,
        )

    def _conditions(self, rules: Iterable[Rule]) -> tuple[str, ...]:
        """What cannot be decided, in words."""
        return tuple(rule.text for rule in rules if rule.judge(self.person) == 0)

    # what the numbers rest on -----------------------------------------------------------------------------------

    def figures(self, paths: Iterable[Path]) -> list[UsedFigure]:
        """List the figures that the numbers of paths rest on, each once."""
        c = self.net.c
        rows = {arc.key: arc.record for arc in self.net.arcs if arc.record >= 0}
        position = {key: at for at, key in enumerate(self.net.ids)}
        places: dict[tuple[str, str, int], None] = {}
        for path in paths:
            for step in path.steps:
                if step.referral is not None:
                    places |= {("referrals", column, rows[step.referral]): None for column in ("days", "acceptance")}
            row = self._wait(position[path.services[-1]])[1]
            if row >= 0:
                places["services.deliveries", "wait", row] = None
        return [figure for place in places if (figure := c.used(*place)) is not None]

    def _wait(self, at: int) -> tuple[float | None, int]:
        """Shortest stated wait among the valid deliveries that may serve the person, and its row."""
        c = self.net.c
        indptr, indices = c.children("services.deliveries")
        waits, valid = c.numbers("services.deliveries", "wait"), c.valid("services.deliveries")
        row = self.net.rows[at]
        found = [
            (float(waits[one]), c.keys("services.deliveries")[one], one)
            for one in indices[indptr[row] : indptr[row + 1]].tolist()
            if valid[one] and waits[one] == waits[one] and self._served_by(one)
        ]
        wait, _, row = min(found, default=(None, "", -1))
        return wait, row

    def _served_by(self, delivery: int) -> bool:
        c, known = self.net.c, facts(self.net.c)
        indptr, indices = c.links("services.deliveries.area")
        areas = indices[indptr[delivery] : indptr[delivery + 1]].tolist()
        site = int(c.refs("services.deliveries", "site")[delivery])
        if not areas and site >= 0:
            areas = [row for row in [int(c.refs("sites", "territory")[site])] if row >= 0]
        return not areas or known.lives_in(self.person, areas) >= 0


def search(c: Compiled, person: Person, consent: frozenset[str], origin: Origin) -> Search:
    """Open and close services and ways for a person.

    Parameters
    ----------
    c
        Compiled framework.
    person
        What is known of the person.
    consent
        Consents that are given.
    origin
        Where the person starts.

    Returns
    -------
    Search
        Ready to look for needs and services.
    """
    services, rules, criteria = net(c), service_rules(c), arc_rules(c)
    n = len(services.ids)
    named = [(agency, [at for at in range(n) if services.may_be_sent_by(at, [agency])]) for agency in origin.agencies]
    senders = [(agency, receivers) for agency, receivers in named if receivers]
    sent = [Arc(n + i, at, "", -1, basis=c.basis) for i, (_, receivers) in enumerate(senders) for at in receivers]
    entered = tuple(
        services.offered[at] and services.consent[at] <= consent and all(rule.judge(person) >= 0 for rule in rules[at])
        for at in range(n)
    )
    arcs = (*services.arcs, *sent)
    is_open = tuple(
        entered[arc.receiver]
        and arc.valid
        and arc.allowed
        and arc.consent <= consent
        and arc.acceptance != 0
        and (index >= len(criteria) or all(rule.judge(person) >= 0 for rule in criteria[index]))
        for index, arc in enumerate(arcs)
    )
    sources = [at for at in origin.here if services.offered[at]]
    sources += [at for at in origin.doors if entered[at] and services.by[at] != "referral"]
    sources += range(n, n + len(senders))
    return Search(
        services,
        person,
        consent,
        origin,
        rules,
        criteria,
        arcs,
        tuple(agency for agency, _ in senders),
        entered,
        is_open,
        tuple(sources),
    )


def services_for(c: Compiled, need: int) -> list[int]:
    """Positions of the services that meet a need: it, or a broader one that contains it.

    Parameters
    ----------
    c
        Compiled framework.
    need
        Row of the need.

    Returns
    -------
    list of int
        Positions.
    """

    def make() -> list[int]:
        meets, known = linked(c, "services.meets"), facts(c)
        return [at for at, row in enumerate(net(c).rows) if _any_inside(known, need, meets[row])]

    return c.remember(f"network.services_for:{need}", make)


def _any_inside(known: Facts, need: int, wider: Iterable[int]) -> bool:
    return any(known.inside("needs", need, one) for one in wider)


def _weights(expected: list[float | None]) -> list[float]:
    """Weigh a way without stated days more than all others together: it is used only where nothing else leads on."""
    most = fsum(days for days in expected if days is not None and days < inf)
    heavy = 2.0 ** (int(log2(most)) + 2 if most >= 1 else 2)
    return [heavy if days is None else days for days in expected]
