"""Checks across records: references, ids, hierarchies, money. Each finds all there is, and says where and how to mend."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from integrated_services.errors import Problem, nearest
from integrated_services.model._base import Model, Record
from integrated_services.model._fields import FieldSpec, fields_of
from integrated_services.model._personal import personal_problems
from integrated_services.model._projects import Project

if TYPE_CHECKING:
    from integrated_services.model._framework import Framework

_NOUNS = {
    "sources": "source",
    "territories": "territory",
    "target_groups": "target group",
    "needs": "need",
    "agencies": "agency",
    "sites": "site",
    "services": "service",
    "projects": "project",
    "indicators": "indicator",
}
_HIERARCHIES = (
    ("territories", "part_of"),
    ("target_groups", "broader"),
    ("needs", "broader"),
    ("agencies", "part_of"),
    ("projects", "part_of"),
)


class Known:
    """The ids of a document by collection, those of broken records included (so that one fault has no echo)."""

    def __init__(self) -> None:
        self.ids: dict[str, set[str]] = defaultdict(set)
        self.complete = True

    @classmethod
    def of(cls, framework: Framework) -> Known:
        """Collect the ids of a framework.

        Parameters
        ----------
        framework
            The framework.

        Returns
        -------
        Known
            Its ids.
        """
        return cls().seen(framework)

    def seen(self, framework: Framework) -> Known:
        """Add the ids of the records that could be read.

        Parameters
        ----------
        framework
            The framework.

        Returns
        -------
        Known
            This object.
        """
        for name in _NOUNS:
            self.ids[name].update(record.key for record in getattr(framework, name))
        return self

    def add_broken(self, collection: str, raw: Any) -> None:
        """Add the id of a record that could not be read.

        Parameters
        ----------
        collection
            Its collection.
        raw
            The record as it was read.
        """
        if isinstance(raw, dict) and isinstance(raw.get("id"), str):
            self.ids[collection].add(raw["id"])


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

    found = [*cross_record_errors(framework, Known.of(framework)), *advice(framework)]
    rank = {"error": 0, "warning": 1, "incomplete": 2}
    return tuple(sorted(found, key=lambda problem: (rank[problem.severity], problem.path, problem.code)))


def cross_record_errors(
    framework: Framework, known: Known, line: Callable[[str], int | None] = lambda path: None
) -> list[Problem]:
    """List the errors across the records.

    Parameters
    ----------
    framework
        The framework (not yet checked).
    known
        Ids that references may name.
    line
        Gives the line of a path in the file, where that is known.

    Returns
    -------
    list[Problem]
        Only problems of severity *error*.
    """
    found = [
        *_duplicates(framework),
        *_unknown_references(framework, known),
        *_cycles(framework),
        *_projects(framework),
        *_nested_demands(framework),
        *_shares(framework),
        *_units(framework),
        *personal_problems(framework),
    ]
    from dataclasses import replace

    return [replace(problem, row=line(problem.path)) for problem in found]


def error(code: str, path: str, message: str, mend: str, value: object = None) -> Problem:
    """Make a problem of severity *error*.

    Parameters
    ----------
    code
        Problem code.
    path
        Path by id.
    message
        What is wrong.
    mend
        How to mend it.
    value
        What was found.

    Returns
    -------
    Problem
        The problem.
    """
    return Problem(code, "error", path, message, mend, value=None if value is None else str(value))


# ids ---------------------------------------------------------------------------------------------------------------


def _duplicates(framework: Framework) -> Iterator[Problem]:
    for name in framework.COLLECTIONS:
        records = getattr(framework, name)
        yield from _double_keys(records, name)
        if any(spec.kind == "models" for spec in fields_of(type(records[0]))) if records else False:
            for record in records:
                yield from _double_children(record, f"{name}[{record.key}]")


def _double_children(record: Model, path: str) -> Iterator[Problem]:
    for spec in fields_of(type(record)):
        if spec.kind == "models" and spec.model is not None and issubclass(spec.model, Record):
            children = getattr(record, spec.name)
            if children:
                yield from _double_keys(children, f"{path}.{spec.name}")
                for child in children:
                    yield from _double_children(child, f"{path}.{spec.name}[{child.key}]")


def _double_keys(records: tuple[Record, ...], path: str) -> Iterator[Problem]:
    keys = [record.key for record in records]
    if len(set(keys)) == len(keys):
        return
    for key, number in Counter(keys).items():
        if number > 1:
            own = any(getattr(r, "id", None) for r in records if r.key == key)
            yield error(
                "duplicate-id",
                f"{path}[{key}]",
                f"{number} records are called {key!r}",
                "Give each its own id." if own else "Give each an `id`, since they differ in nothing else.",
            )


# references --------------------------------------------------------------------------------------------------------


@cache
def _plan(cls: type[Model]) -> tuple[tuple[FieldSpec, ...], tuple[FieldSpec, ...]]:
    """The reference fields of a class, and the nested fields that lead to more of them (recursion ends)."""
    here = tuple(spec for spec in fields_of(cls) if spec.refs)
    nested = tuple(
        spec for spec in fields_of(cls) if spec.model is not None and (spec.model is cls or any(_plan(spec.model)))
    )
    return here, nested


def _unknown_references(framework: Framework, known: Known) -> Iterator[Problem]:
    for name in framework.COLLECTIONS:
        records = getattr(framework, name)
        for record in records:
            yield from _missing_ids(record, name, known, lambda r=record, n=name: f"{n}[{r.key}]")  # type: ignore[misc]


def _missing_ids(record: Model, name: str, known: Known, path: Callable[[], str]) -> Iterator[Problem]:
    here, nested = _plan(type(record))
    values = record.__dict__
    for spec in here:
        value = values[spec.name]
        if not value:
            continue
        for one in (value,) if isinstance(value, str) else value:
            if not any(one in known.ids[collection] for collection in spec.refs):
                yield _unknown(f"{path()}.{spec.name}", one, spec, known)
    for spec in nested:
        value = values[spec.name]
        if not value:
            continue
        if spec.kind == "model":
            yield from _missing_ids(value, name, known, lambda s=spec: f"{path()}.{s.name}")  # type: ignore[misc]
            continue
        for number, item in enumerate(value):
            yield from _missing_ids(
                item,
                name,
                known,
                lambda s=spec, i=item, n=number: (  # type: ignore[misc]
                    f"{path()}.{s.name}[{i.key if isinstance(i, Record) else n}]"
                ),
            )


def _unknown(path: str, one: str, spec: FieldSpec, known: Known) -> Problem:
    candidates = [key for collection in spec.refs for key in known.ids[collection]]
    near = nearest(one, candidates)
    nouns = " or ".join(_NOUNS[collection] for collection in spec.refs)
    elsewhere = sorted(_NOUNS[name] for name, ids in known.ids.items() if one in ids and name in _NOUNS)
    message = f"there is no {nouns} {one!r}" + (f" (there is a {elsewhere[0]} of that id)" if elsewhere else "")
    mend = f"Did you mean {' or '.join(map(repr, near))}? " if near else ""
    return error("unknown-reference", path, message, f"{mend}Correct the id, or add the {nouns}.", one)


# hierarchies -------------------------------------------------------------------------------------------------------


def _cycles(framework: Framework) -> Iterator[Problem]:
    for name, field in _HIERARCHIES:
        records = getattr(framework, name)
        yield from _loops({record.key: getattr(record, field) for record in records}, name, field)
    for project in framework.projects:
        yield from _loops(
            {a.id: a.part_of for a in project.activities}, f"projects[{project.id}].activities", "part_of"
        )
    successors = {t.id: t.succeeded_by[0].territory for t in framework.territories if t.succeeded_by}
    yield from _loops(successors, "territories", "succeeded_by")


def _loops(parents: dict[str, str | None], name: str, field: str) -> Iterator[Problem]:
    done: set[str] = set()
    for start in parents:
        trail: list[str] = []
        at: str | None = start
        while at is not None and at not in done and at not in trail:
            trail.append(at)
            at = parents.get(at)
        if at is not None and at in trail:
            loop = trail[trail.index(at) :]
            first = min(loop)
            turn = loop.index(first)
            shown = " > ".join([*loop[turn:], *loop[:turn], first])
            yield error(
                "cycle",
                f"{name}[{first}].{field}",
                f"the hierarchy runs in a circle: {shown}",
                f"Take `{field}` out of one of them.",
            )
        done.update(trail)


# money, promises ---------------------------------------------------------------------------------------------------


def _projects(framework: Framework) -> Iterator[Problem]:
    for project in framework.projects:
        path = f"projects[{project.id}]"
        yield from _money(project, path)
        activities = {activity.id for activity in project.activities}
        deliverables = {deliverable.id for deliverable in project.deliverables}
        for place, one, known, noun in _own_references(project):
            ids = activities if known == "activities" else deliverables
            if one not in ids:
                near = nearest(one, ids)
                yield error(
                    "unknown-reference",
                    f"{path}.{place}",
                    f"the project has no {noun} {one!r}",
                    (f"Did you mean {' or '.join(map(repr, near))}? " if near else "")
                    + f"Correct the id, or add the {noun} to the project.",
                    one,
                )


def _own_references(project: Project) -> Iterator[tuple[str, str, str, str]]:
    for activity in project.activities:
        if activity.part_of:
            yield f"activities[{activity.id}].part_of", activity.part_of, "activities", "activity"
        for one in activity.follows:
            yield f"activities[{activity.id}].follows", one, "activities", "activity"
    for deliverable in project.deliverables:
        if deliverable.activity:
            yield f"deliverables[{deliverable.id}].activity", deliverable.activity, "activities", "activity"
    for commitment in project.commitments:
        if commitment.has.activity:
            yield f"commitments[{commitment.id}].has.activity", commitment.has.activity, "activities", "activity"
        if commitment.has.deliverable:
            yield (
                f"commitments[{commitment.id}].has.deliverable",
                commitment.has.deliverable,
                "deliverables",
                "deliverable",
            )


def _money(project: Project, path: str) -> Iterator[Problem]:
    finance = project.finance
    if finance is None:
        return
    path = f"{path}.finance"
    sums = [m for m in (finance.total, finance.eligible, finance.grant, finance.own) if m is not None]
    sums += [part.amount for part in finance.parts if part.amount is not None]
    if len({money.currency for money in sums}) > 1:
        yield error("mixed-currencies", path, "the amounts are in several currencies", "State them in one currency.")
        return
    total, eligible, grant, own = (
        m and m.amount for m in (finance.total, finance.eligible, finance.grant, finance.own)
    )
    whole = eligible if eligible is not None else total
    if whole is not None and grant is not None and own is not None and grant + own != whole:
        yield error(
            "money-mismatch",
            path,
            f"grant {grant} and own {own} make {grant + own}, not {whole}",
            "Correct the amount that is wrong.",
        )
    if total is not None and eligible is not None and eligible > total:
        yield error(
            "money-mismatch",
            path,
            f"the eligible cost {eligible} is above the total {total}",
            "Correct the amount that is wrong.",
        )
    if finance.rate is not None and whole and grant is not None:
        rate = float(grant / whole)
        if abs(rate - finance.rate.value) > 0.005:
            yield error(
                "money-mismatch",
                f"{path}.rate",
                f"the grant is {rate:.3f} of the cost, not {finance.rate.value}",
                "Correct the rate or the amounts (0.85 for 85 %).",
            )
    for kind, stated in (("grant", grant), ("own", own)):
        parts = [p.amount.amount for p in finance.parts if p.kind == kind and p.amount is not None]
        known = sum(parts, Decimal(0))
        complete = all(p.amount is not None for p in finance.parts if p.kind == kind)
        if stated is not None and parts and (known > stated or (complete and known != stated)):
            yield error(
                "money-mismatch",
                f"{path}.parts",
                f"the parts of kind {kind!r} make {known}, not {stated}",
                "Correct the part that is wrong.",
            )


# demand, shares, units ---------------------------------------------------------------------------------------------


def _ancestors(key: str, parents: dict[str, str | None]) -> Iterator[str]:
    seen = {key}
    at = parents.get(key)
    while at is not None and at not in seen:
        yield at
        seen.add(at)
        at = parents.get(at)


def _nested_demands(framework: Framework) -> Iterator[Problem]:
    parents = {territory.id: territory.part_of for territory in framework.territories}
    where: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for demand in framework.demands:
        if demand.each is None:
            where[demand.need, demand.target_group].setdefault(demand.territory, demand.key)
    for places in where.values():
        for territory, key in places.items():
            outer = next((one for one in _ancestors(territory, parents) if one in places), None)
            if outer is not None:
                yield error(
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
        if share > 1 + 1e-9:
            yield error(
                "share-above-one",
                f"services[{sender}]",
                f"its referrals send {share:.4g} of its clients away",
                "Let the shares of all referrals of one service sum to 1 at most.",
            )
    for territory in framework.territories:
        if territory.succeeded_by and abs(sum(s.share for s in territory.succeeded_by) - 1) > 1e-9:
            yield error(
                "successor-shares",
                f"territories[{territory.id}].succeeded_by",
                "the shares of the successors do not sum to 1",
                "Let them sum to 1.",
            )


_UNITS: dict[str, tuple[str, ...]] = {
    "persons": ("persons",),
    "wait": ("days",),
    "duration": ("days",),
    "days": ("days",),
    "acceptance": ("share",),
    "share": ("share",),
    "rate": ("share",),
    "sessions_per_person": ("sessions",),
    "hours_per_person": ("hours",),
    "caseload": ("persons",),
    "fte": ("fte",),
    "level": ("level", "number"),
    "specialists": ("persons",),
    "participants": ("persons",),
    "events": ("number",),
    "members": ("number",),
}


@cache
def _figure_plan(cls: type[Model]) -> tuple[tuple[str, ...], tuple[FieldSpec, ...]]:
    figures = tuple(
        s.name for s in fields_of(cls) if s.model is not None and s.model.__name__ == "Figure" and s.name in _UNITS
    )
    nested = tuple(
        s
        for s in fields_of(cls)
        if s.kind == "models" and s.model is not None and s.model is not cls and any(_figure_plan(s.model))
    )
    return figures, nested


def _units(framework: Framework) -> Iterator[Problem]:
    for name in framework.COLLECTIONS:
        records = getattr(framework, name)
        if records and any(_figure_plan(type(records[0]))):
            for record in records:
                yield from _wrong_units(record, lambda r=record, n=name: f"{n}[{r.key}]")  # type: ignore[misc]


def _wrong_units(record: Model, path: Callable[[], str]) -> Iterator[Problem]:
    names, nested = _figure_plan(type(record))
    for name in names:
        figure = record.__dict__[name]
        if figure is not None and figure.unit is not None and figure.unit not in _UNITS[name]:
            yield error(
                "wrong-unit",
                f"{path()}.{name}",
                f"{name} is counted in {_UNITS[name][0]}, not in {figure.unit}",
                f"Write the figure in {_UNITS[name][0]}, or leave the unit out.",
                figure.unit,
            )
    for spec in nested:
        for item in record.__dict__[spec.name]:
            yield from _wrong_units(item, lambda s=spec, i=item: f"{path()}.{s.name}[{i.key}]")  # type: ignore[misc]


def only(problems: Iterable[Problem], severity: str) -> tuple[Problem, ...]:
    """Pick the problems of one severity.

    Parameters
    ----------
    problems
        Problems.
    severity
        ``error``, ``warning`` or ``incomplete``.

    Returns
    -------
    tuple[Problem, ...]
        In the same order.
    """
    return tuple(problem for problem in problems if problem.severity == severity)
