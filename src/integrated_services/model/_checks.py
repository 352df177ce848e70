"""Checks across records: ids, hierarchies, money, double counting. Each finds all there is and says how to mend it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from integrated_services.errors import Problem, nearest
from integrated_services.model._known import NOUNS as _NOUNS
from integrated_services.model._known import Known
from integrated_services.model._personal import kept_as_warnings
from integrated_services.model._projects import Finance, Project
from integrated_services.model._record_checks import RecordChecks, double_keys
from integrated_services.model._values import Money

if TYPE_CHECKING:
    from integrated_services.model._framework import Framework

__all__ = ["_NOUNS", "Known", "ancestors", "cross_record_errors", "cross_record_problems"]

_HEAD_TEXTS = ("framework", "title", "description", "licence")
_HIERARCHIES = (
    ("territories", "part_of"),
    ("target_groups", "broader"),
    ("needs", "broader"),
    ("agencies", "part_of"),
    ("projects", "part_of"),
)
_RANK = {"error": 0, "warning": 1, "incomplete": 2}
_RATE_TOLERANCE = 0.005
_SHARE_TOLERANCE = 1e-9


def cross_record_problems(framework: Framework) -> tuple[Problem, ...]:
    """List every problem across the records: errors, warnings and what is incomplete.

    Parameters
    ----------
    framework
        The framework.

    Returns
    -------
    tuple[Problem, ...]
        Errors first, then by path.
    """
    from integrated_services.model._advice import advice

    errors = framework.remember("errors", lambda: tuple(cross_record_errors(framework, Known.of(framework))))
    personal: tuple[Problem, ...] = framework.remember("personal data", tuple)
    found = dict.fromkeys([*errors, *personal, *advice(framework)])
    return tuple(sorted(found, key=lambda p: (_RANK[p.severity], p.path, p.code)))


def cross_record_errors(framework: Framework, known: Known) -> list[Problem]:
    """List the errors across the records.

    Parameters
    ----------
    framework
        The framework (not yet checked).
    known
        Ids that references may name.

    Returns
    -------
    list[Problem]
        Only problems of severity *error*.
    """
    each = RecordChecks(known)
    for name in _HEAD_TEXTS:
        each.text(name, framework.__dict__[name])
    for name in framework.COLLECTIONS:
        each.records(name, getattr(framework, name))
    found = [
        *_duplicates(framework, known),
        *each.found,
        *_cycles(framework),
        *_projects(framework),
        *_nested_demands(framework),
        *_shares(framework),
    ]
    return kept_as_warnings(framework, list(dict.fromkeys(found)))  # an id may be misspelt twice in one list


def _error(code: str, path: str, message: str, mend: str, value: str | None = None) -> Problem:
    return Problem(code, "error", path, message, mend, value=value)


def _duplicates(framework: Framework, known: Known) -> Iterator[Problem]:
    for name in framework.COLLECTIONS:
        records = getattr(framework, name)
        keys = [record.key for record in records] + known.broken.get(name, [])
        if len(set(keys)) < len(keys):
            own = {record.key for record in records if getattr(record, "id", None)} | set(known.broken.get(name, []))
            yield from double_keys(keys, own, name)


# hierarchies -------------------------------------------------------------------------------------------------------


def ancestors(key: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    """Give what contains something, from the inside out; ends where a hierarchy runs in a circle.

    Parameters
    ----------
    key
        Where to begin.
    parents
        What directly contains each.

    Yields
    ------
    str
        Keys, without the first one.
    """
    seen = {key}
    at = parents.get(key)
    while at is not None and at not in seen:
        yield at
        seen.add(at)
        at = parents.get(at)


def _cycles(framework: Framework) -> Iterator[Problem]:
    for name, field in _HIERARCHIES:
        yield from _loops({record.key: getattr(record, field) for record in getattr(framework, name)}, name, field)
    for project in framework.projects:
        path = f"projects[{project.id}].activities"
        yield from _loops({activity.id: activity.part_of for activity in project.activities}, path, "part_of")
        yield from _circles({activity.id: activity.follows for activity in project.activities}, path, "follows")
    successors = {t.id: [s.territory for s in t.succeeded_by] for t in framework.territories if t.succeeded_by}
    yield from _circles(successors, "territories", "succeeded_by")
    parts = {i.id: [one for one in (i.numerator, i.denominator) if one is not None] for i in framework.indicators}
    yield from _circles(parts, "indicators", "numerator")


def _loops(parents: Mapping[str, str | None], name: str, field: str) -> Iterator[Problem]:
    """List the circles of a hierarchy, in which everything has one parent at most."""
    yield from _circles({key: () if parent is None else (parent,) for key, parent in parents.items()}, name, field)


def _circles(edges: Mapping[str, Sequence[str]], name: str, field: str) -> Iterator[Problem]:
    """List circles, at least one wherever there are any: depth first, without recursion."""
    done: set[str] = set()
    for start in edges:
        if start in done:
            continue
        trail, place, open_ends = [start], {start: 0}, [iter(edges[start])]
        while trail:
            for to in open_ends[-1]:
                if to in place:
                    yield _circle(trail[place[to] :], name, field)
                elif to not in done and to in edges:
                    place[to] = len(trail)
                    trail.append(to)
                    open_ends.append(iter(edges[to]))
                    break
            else:
                open_ends.pop()
                done.add(last := trail.pop())
                del place[last]


def _circle(loop: list[str], name: str, field: str) -> Problem:
    first = min(loop)
    turn = loop.index(first)
    shown = " > ".join([*loop[turn:], *loop[:turn], first])
    mend = f"Take `{field}` out of one of them."
    return _error("cycle", f"{name}[{first}].{field}", f"this runs in a circle: {shown}", mend)


# projects ----------------------------------------------------------------------------------------------------------


def _projects(framework: Framework) -> Iterator[Problem]:
    for project in framework.projects:
        path = f"projects[{project.id}]"
        if project.finance is not None:
            yield from _money(project.finance, f"{path}.finance")
        ids = {
            "activity": {activity.id for activity in project.activities},
            "deliverable": {deliverable.id for deliverable in project.deliverables},
        }
        for place, noun, one in _own_references(project):
            if one not in ids[noun]:
                near = nearest(one, ids[noun])
                meant = f"Did you mean {' or '.join(map(repr, near))}? " if near else ""
                mend = f"{meant}Correct the id, or add the {noun} to the project."
                message = f"the project has no {noun} {one!r}"
                yield _error("unknown-reference", f"{path}.{place}", message, mend, one)


def _own_references(project: Project) -> Iterator[tuple[str, str, str]]:
    """Give what names an activity or a deliverable of the same project: place, noun, id."""
    for activity in project.activities:
        if activity.part_of:
            yield f"activities[{activity.id}].part_of", "activity", activity.part_of
        for one in activity.follows:
            yield f"activities[{activity.id}].follows", "activity", one
    for deliverable in project.deliverables:
        if deliverable.activity:
            yield f"deliverables[{deliverable.id}].activity", "activity", deliverable.activity
    for commitment in project.commitments:
        if commitment.has.activity:
            yield f"commitments[{commitment.id}].has.activity", "activity", commitment.has.activity
        if commitment.has.deliverable:
            yield f"commitments[{commitment.id}].has.deliverable", "deliverable", commitment.has.deliverable


def _exact(money: Money | None) -> Decimal | None:
    """Give an amount that is meant to the cent; approximate and repeated ones are not added up."""
    if money is None or money.approx or money.per or money.low is not None or money.high is not None:
        return None
    return money.amount


def _money(finance: Finance, path: str) -> Iterator[Problem]:
    amounts = [finance.total, finance.eligible, finance.grant, finance.own, *(part.amount for part in finance.parts)]
    if len({money.currency for money in amounts if money is not None}) > 1:
        yield _error("mixed-currencies", path, "the amounts are in several currencies", "State them in one currency.")
        return
    for place, message in _mismatches(finance):
        yield _error("money-mismatch", path + place, message, "Correct the amount (or the rate) that is wrong.")


def _mismatches(finance: Finance) -> Iterator[tuple[str, str]]:
    total, eligible, grant, own = map(_exact, (finance.total, finance.eligible, finance.grant, finance.own))
    whole = total if finance.eligible is None else eligible
    if whole is not None and grant is not None:
        others = any(part.kind == "other" for part in finance.parts)
        if own is not None and (grant + own > whole if others else grant + own != whole):
            yield "", f"grant {grant} and own {own} make {grant + own}, not {whole}"
        rate = grant / whole if whole else None
        if finance.rate is not None and rate is not None and abs(float(rate) - finance.rate.value) > _RATE_TOLERANCE:
            yield ".rate", f"the grant is {rate:.3f} of the cost, not {finance.rate.value}"
    if total is not None and eligible is not None and eligible > total:
        yield "", f"the eligible cost {eligible} is above the total {total}"
    for kind, stated in (("grant", grant), ("own", own)):
        parts = [_exact(part.amount) for part in finance.parts if part.kind == kind]
        known = sum((amount for amount in parts if amount is not None), Decimal(0))
        if stated is not None and parts and (known > stated or (None not in parts and known != stated)):
            yield ".parts", f"the parts of kind {kind!r} make {known}, not {stated}"


# demand, shares ----------------------------------------------------------------------------------------------------


def _nested_demands(framework: Framework) -> Iterator[Problem]:
    parents = {territory.id: territory.part_of for territory in framework.territories}
    where: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for demand in framework.demands:
        if demand.each is None:
            where[demand.need, demand.target_group].setdefault(demand.territory, demand.key)
    for places in where.values():
        if len(places) == 1:
            continue
        for territory, key in places.items():
            outer = next((one for one in ancestors(territory, parents) if one in places), None)
            if outer is not None:
                yield _error(
                    "nested-demand",
                    f"demands[{key}]",
                    f"the same demand is also stated for {outer!r}, which contains {territory!r}",
                    "Keep one of the two, or the persons are counted twice.",
                )


def _shares(framework: Framework) -> Iterator[Problem]:
    sent: dict[str, float] = defaultdict(float)
    for referral in framework.referrals:
        sent[referral.sender] += referral.share.value if referral.share else 0
    for sender, share in sent.items():
        if share > 1 + _SHARE_TOLERANCE:
            message = f"its referrals send {share:.4g} of its clients away"
            mend = "Let the shares of all referrals of one service sum to 1 at most."
            yield _error("share-above-one", f"services[{sender}]", message, mend)
    for territory in framework.territories:
        total = sum(successor.share for successor in territory.succeeded_by)
        if territory.succeeded_by and abs(total - 1) > _SHARE_TOLERANCE:
            path = f"territories[{territory.id}].succeeded_by"
            message = f"the shares of the successors sum to {total:.4g}, not to 1"
            yield _error("successor-shares", path, message, "Let them sum to 1.")
