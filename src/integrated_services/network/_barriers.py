"""Why no way leads on: the conditions that fail at the edge of what a person can reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf

from integrated_services._kernels._paths import distances, reachable
from integrated_services.network._person import Rule
from integrated_services.network._routes import Barrier, Condition
from integrated_services.network._search import Search
from integrated_services.network._services import Arc, listed, not_offered

_Fault = tuple[Condition, str, str, str]  # condition, detail, mend, path


def barriers(search: Search, need: int | None, goal: int | None) -> list[Barrier]:
    """Find what stops a person for whom no way was found.

    Parameters
    ----------
    search
        The search that found none.
    need
        Row of the need.
    goal
        Position of the service that was asked for.

    Returns
    -------
    list of Barrier
        Only conditions on ways that lead towards a service that is looked for, where there are such: each is at a way
        (or start) that the person has reached.
    """
    return list(dict.fromkeys(_Barriers(search, need, goal).find()))


class _Barriers:
    def __init__(self, search: Search, need: int | None, goal: int | None) -> None:
        self.search, self.net = search, search.net
        self.need, self.goal = need, goal
        self.key = None if need is None else self.net.c.keys("needs")[need]
        self.wanted = search.helping(need, goal)
        nodes = len(self.net.ids) + len(search.senders)
        tail, head = [arc.sender for arc in search.arcs], [arc.receiver for arc in search.arcs]
        self.reached = reachable(nodes, tail, head, search.sources, mask=search.open).tolist()
        self.left = distances(nodes, head, tail, [1.0] * len(tail), self.wanted).tolist()
        """Hand-offs to a service that is looked for, if every way were open."""
        self.towards = [left < inf for left in self.left]

    def find(self) -> Iterator[Barrier]:
        if not self.wanted:
            yield self.nobody_helps()
        elif self.search.origin.nowhere:
            mend = "Start at a service or another place, or add to the document who provides what there."
            yield self.barrier(("start", self.search.origin.nowhere, mend, ""), None, None)
        else:
            found = [*self.at_start(), *self.at_edge()]
            yield from found or self.apart()

    def barrier(self, fault: _Fault, sender: str | None, receiver: int | None) -> Barrier:
        condition, detail, mend, path = fault
        return Barrier(
            condition, self.key, sender, None if receiver is None else self.net.ids[receiver], detail, mend, path
        )

    def nobody_helps(self) -> Barrier:
        c = self.net.c
        if self.need is None:
            fault: _Fault = ("validity", f"It is not there on {c.day}.", "Ask for another day (at=).", "services")
            return self.barrier(fault, None, None)
        name = c.label("needs", self.need)
        tree = c.tree("needs", "broader")
        meets = c.links("services.meets")[1].tolist()
        narrower = sorted({c.keys("needs")[row] for row in meets if tree.inside(row, self.need)})
        if narrower:
            names = listed(c.label("needs", c.index("needs")[one]) for one in narrower)
            mend = f"Ask for one of the narrower needs that services meet: {names}."
        else:
            mend = "Name it under meets of a service, or create a service for it."
        return self.barrier(
            ("no_service", f"No service meets the need: {name}.", mend, f"needs[{self.key}]"), None, None
        )

    def at_start(self) -> Iterator[Barrier]:
        """Services at the start that lead on, but that the person cannot use or enter."""
        origin = self.search.origin
        for at in origin.here:
            if not self.towards[at]:
                continue
            if not self.net.offered[at]:
                yield self.barrier(self.closed(at), origin.text, at)
            elif at in self.wanted:
                yield from (self.barrier(fault, origin.text, at) for fault in self.unfit(at))
        for at in origin.doors:
            if self.towards[at] and at not in self.search.sources and not self.reached[at]:
                by_referral = [self.by_referral(at)] if self.net.by[at] == "referral" else []
                faults = [*by_referral, *self.refused(at)]
                yield from (self.barrier(fault, origin.text, at) for fault in faults)

    def at_edge(self) -> Iterator[Barrier]:
        """Ways from where the person has come to that lead on, but not for this person; the nearest to help first."""
        edges = []
        for index, arc in enumerate(self.search.arcs):
            if self.reached[arc.sender] and not self.reached[arc.receiver] and self.towards[arc.receiver]:
                faults = [*self.blocked(index, arc), *self.refused(arc.receiver, arc.consent)]
                edges.append((len(faults), self.left[arc.receiver], index, faults))
        for _, _, index, faults in sorted(edges, key=lambda edge: edge[:3]):
            arc = self.search.arcs[index]
            yield from (self.barrier(fault, self.search.key(arc.sender), arc.receiver) for fault in faults)

    def apart(self) -> Iterator[Barrier]:
        """No chain of referrals leads to a service that is looked for: name what is missing."""
        n = len(self.net.ids)
        onward = {arc.sender for arc in self.net.arcs if arc.valid}
        ends = [at for at in range(n) if self.reached[at] and at not in onward]
        reached = ends or [at for at in range(n) if self.reached[at]]
        senders = listed(self.net.name(at) for at in reached) or self.search.origin.label
        fit = [at for at in self.wanted if self.net.offered[at] and not any(self.unfit(at))]
        for at in fit:
            name = self.search.full_name(at)
            last = " (from where nobody is referred onward)" if ends else ""
            yield self.barrier(
                (
                    "no_referral",
                    f"No chain of referrals leads to {name}; the person comes as far as {senders}{last}.",
                    f"Agree on a referral to {name}.",
                    "referrals",
                ),
                None,
                at,
            )
        if not fit:
            for at in self.wanted:
                faults = [] if self.net.offered[at] else [self.closed(at)]
                yield from (self.barrier(fault, None, at) for fault in [*faults, *self.unfit(at)])

    # faults -----------------------------------------------------------------------------------------------------

    def refused(self, at: int, asked: frozenset[str] = frozenset()) -> Iterator[_Fault]:
        """Why a service does not let the person in; a consent that was asked for on the way is not asked for again."""
        if not self.net.offered[at]:
            yield self.closed(at)
        missing = self.net.consent[at] - self.search.consent - asked
        if missing:
            yield self.without_consent(missing, f"to enter {self.net.name(at)}", f"{self.net.path(at)}.access.consent")
        yield from self.unfit(at)

    def unfit(self, at: int) -> Iterator[_Fault]:
        return self.failing(self.search.rules[at], self.net.name(at))

    def failing(self, rules: Iterable[Rule], what: str) -> Iterator[_Fault]:
        for rule in rules:
            if rule.judge(self.search.person) < 0:
                kind = rule.failing(self.search.person)
                detail = f"{what[0].upper()}{what[1:]} is only for persons {rule.text}."
                yield kind, detail, self.widen(kind, what), rule.path

    def widen(self, kind: Condition, what: str) -> str:
        person, c = self.search.person, self.net.c
        if kind == "age" and person.ages is not None:
            low, high = person.ages
            return f"Widen the ages of {what} to {low if low == high else f'{low} to {high}'}, or find another service."
        if kind == "residence":
            return f"Extend {what} to residents of {c.label('territories', person.territory)}."
        if kind == "group" and person.group >= 0:
            return f"Open {what} to {c.label('target_groups', person.group)}."
        return f"Change who may come to {what}."

    def closed(self, at: int) -> _Fault:
        why = not_offered(self.net.c, self.net.rows[at])
        detail = f"{self.net.name(at)} is not offered on {self.net.c.day}: {why}."
        return "validity", detail, "Ask for another day (at=), or prolong or open it.", self.net.path(at)

    def by_referral(self, at: int) -> _Fault:
        name = self.net.name(at)
        who = self.search.origin.label
        mend = f"Start at a service that refers to {name}, or let {who} refer (access.referred_by)."
        return "access", f"{name} is entered by referral only.", mend, f"{self.net.path(at)}.access"

    def without_consent(self, missing: frozenset[str], what: str, path: str) -> _Fault:
        who = " and the ".join(sorted(missing, reverse=True))
        return "consent", f"It takes the consent of the {who} {what}.", f"Ask the {who} for consent.", path

    def blocked(self, index: int, arc: Arc) -> Iterator[_Fault]:
        """Why the person is not sent along an arc."""
        name, sender = self.net.name(arc.receiver), self._sender(arc)
        what = f"the referral from {sender} to {name}"
        subject = f"The{what[3:]}"
        path = self.net.c.path("referrals", arc.record) if arc.record >= 0 else f"{self.net.path(arc.receiver)}.access"
        if not arc.valid:
            yield (
                "validity",
                f"{subject} is not valid on {self.net.c.day}.",
                "Ask for another day (at=), or renew it.",
                path,
            )
        if not arc.allowed:
            mend = f"Add {sender} to those who may refer to {name} (access.referred_by)."
            where = f"{self.net.path(arc.receiver)}.access.referred_by"
            yield "access", f"Only others may refer to {name}, not {sender}.", mend, where
        missing = arc.consent - self.search.consent
        if missing:
            yield self.without_consent(missing, f"to refer from {sender} to {name}", f"{path}.consent")
        if arc.acceptance == 0:
            mend = f"Agree with {name} on whom it accepts."
            yield "acceptance", f"{subject} is never accepted.", mend, f"{path}.acceptance"
        if index < len(self.search.criteria):
            yield from self.failing(self.search.criteria[index], what)

    def _sender(self, arc: Arc) -> str:
        n, c = len(self.net.ids), self.net.c
        if arc.sender < n:
            return self.net.name(arc.sender)
        return c.label("agencies", self.search.senders[arc.sender - n])
