"""`commitments`: what was promised to every one of a list, and what is known to be there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar, Literal

import attrs
import numpy as np

from integrated_services._compiled import Bools, Compiled, Ints, compiled
from integrated_services._kernels._csr import take
from integrated_services._results import Column, Result, provenance
from integrated_services.coverage._matching import areas, offered
from integrated_services.coverage._surveyed import surveyed
from integrated_services.coverage._words import listed
from integrated_services.errors import UnknownIdError, nearest
from integrated_services.model import Columns, Framework, PartialDate

State = Literal["met", "not_met", "unknown"]
"""Whether a promise is kept towards one of the list."""

How = Literal["verified", "claimed", "document", "mapped", "assumed", "nothing"]
"""How it is known: evidence checked by others, said by the project, a delivery in the document, a complete mapping;
``assumed``: only an assumption says so, and the state stays unknown."""

_TABLE = "projects.commitments"
_MEMBERS = ("territories", "agencies", "sites", "projects")


@attrs.frozen(eq=False)
class Commitments(Result):
    """Each promise for each member of its list: met, not met or unknown."""

    title: ClassVar[str] = "What was promised, and what is there"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("project", "Project id", role="key"),
        Column("commitment", "Promise id", role="key"),
        Column("member", "Member id", role="key"),
        Column("promise", "Promise", role="label"),
        Column("member_name", "For", role="label"),
        Column("state", "State"),
        Column("how", "Known from"),
        Column("date", "Date of the evidence"),
        Column("due", "Due"),
        Column("overdue", "Due date passed"),
    )

    _table: dict[str, list[Any]] = attrs.field(repr=False)
    _known: tuple[str, ...] = attrs.field(repr=False)
    _empty: tuple[str, ...] = attrs.field(repr=False)

    def to_columns(self) -> dict[str, list[Any]]:
        """Give one row for each promise and member.

        Returns
        -------
        dict[str, list]
            Columns.
        """
        return {name: list(values) for name, values in self._table.items()}

    def counts(self) -> dict[str, dict[State, int]]:
        """Count the members of each promise by state.

        Returns
        -------
        dict[str, dict]
            By ``project/commitment``: met, not_met, unknown.
        """
        found: dict[str, dict[State, int]] = {key: {"met": 0, "not_met": 0, "unknown": 0} for key in self._known}
        for project, commitment, state in zip(
            *(self._table[n] for n in ("project", "commitment", "state")), strict=True
        ):
            found[f"{project}/{commitment}"][state] += 1
        return found

    def summary(self) -> str:
        """Say how many promises are kept.

        Returns
        -------
        str
            Two sentences.
        """
        if not self._known:
            return "The document states no promise."
        states = Counter(self._table["state"])
        promises = "1 promise" if len(self._known) == 1 else f"{len(self._known)} promises"
        said = (
            f"{promises} to {len(self._table['state'])} members: {states['met']} met, "
            f"{states['not_met']} not met, {states['unknown']} unknown."
        )
        late = sum(
            late and state != "met" for late, state in zip(self._table["overdue"], self._table["state"], strict=True)
        )
        if late:
            said += f" {late} of those not known to be met are past their due date."
        if self._empty:
            said += f" {len(self._empty)} run over an empty list: {', '.join(self._empty)}."
        return said

    def explain(self, key: str) -> str:
        """Say of one promise for whom it is met, not met or unknown.

        Parameters
        ----------
        key
            Id of the commitment, or ``project/commitment``.

        Returns
        -------
        str
            Sentences with names.

        Raises
        ------
        UnknownIdError
            Where there is no such promise.
        """
        keys = [one for one in self._known if one == key or one.partition("/")[2] == key]
        if not keys:
            raise UnknownIdError("commitment", key, nearest(key, [one.partition("/")[2] for one in self._known]))
        return "\n".join(self._said(one) for one in keys)

    def _said(self, key: str) -> str:
        t = self._table
        rows = [i for i in range(len(t["state"])) if f"{t['project'][i]}/{t['commitment'][i]}" == key]
        if not rows:
            return f"{key} runs over an empty list."
        parts = []
        for state, words in (("met", "Met for"), ("not_met", "Not met for"), ("unknown", "Unknown for")):
            names = [t["member_name"][i] for i in rows if t["state"][i] == state]
            parts += [f"{words} {listed(names, 12)} ({len(names)} of {len(rows)})."] if names else []
        due = t["due"][rows[0]]
        return " ".join([f"{t['promise'][rows[0]]}" + (f" (due {due})." if due else "."), *parts])


def commitments(framework: Framework | Columns, /, *, at: date | None = None) -> Commitments:
    """Audit the promises "in every ... there is ...".

    Evidence stated for a member decides first. Without it, a promised service, need or post is met where a delivery
    that is offered on the day covers the member, and not met where the services were mapped completely and none was
    found. Everything else is unknown, also what only an assumption says. An activity or deliverable that is only
    planned is no evidence.

    Parameters
    ----------
    framework
        A framework, or columns.
    at
        The day; the reference date if None.

    Returns
    -------
    Commitments
        A row for each promise and member of its list.

    Raises
    ------
    AnalysisError
        Where this is no framework.

    Examples
    --------
    >>> from integrated_services import coverage, samples
    >>> result = coverage.commitments(samples.load("elektrenai"))
    >>> set(result.to_columns()["state"]) <= {"met", "not_met", "unknown"}
    True
    """
    c = compiled(framework, at=at)
    return c.remember("commitments", lambda: _commitments(c))


def _commitments(c: Compiled) -> Commitments:
    table: dict[str, list[Any]] = {column.name: [] for column in Commitments.columns}
    known: list[str] = []
    empty: list[str] = []
    projects = c.parents(_TABLE).tolist() if c.size(_TABLE) else []
    for row, project in enumerate(projects):
        key = f"{c.keys('projects')[project]}/{c.keys(_TABLE)[row]}"
        known.append(key)
        members = _members(c, row)
        if not members:
            empty.append(key)
        for member in members:
            state, how, when = _state(c, row, member)
            due = c.cells(_TABLE, "due")[row]
            values = (
                c.keys("projects")[project],
                c.keys(_TABLE)[row],
                c.keys(member[0])[member[1]],
                c.label(_TABLE, row),
                c.label(*member),
                state,
                how,
                when,
                due,
                _overdue(due, c.day),
            )
            for name, value in zip(table, values, strict=True):
                table[name].append(value)
    return Commitments(
        table=table,
        known=tuple(known),
        empty=tuple(empty),
        provenance=provenance("coverage.commitments", c.digest, {"at": c.day}),
    )


def _overdue(due: str | None, day: date) -> bool:
    last = PartialDate(due).last() if due is not None else None
    return last is not None and last < day


def _members(c: Compiled, row: int) -> list[tuple[str, int]]:
    """The list that a promise runs over, by id."""
    level = c.cells(_TABLE, "every.level")[row]
    if level is not None:
        within = int(c.refs(_TABLE, "every.within")[row])
        rows = np.arange(c.size("territories"))
        inside = c.valid("territories").copy()
        if within >= 0:
            inside &= c.tree("territories", "part_of").inside(rows, within)
        found = [("territories", int(t)) for t in rows[inside] if c.cells("territories", "level")[t] == level]
    else:
        found = []
        for table in _MEMBERS:
            indptr, indices = c.links(f"{_TABLE}.every.ids", table)
            found += [(table, int(one)) for one in indices[indptr[row] : indptr[row + 1]]]
    return sorted(found, key=lambda member: c.keys(member[0])[member[1]])


def _state(c: Compiled, row: int, member: tuple[str, int]) -> tuple[State, How, str | None]:
    stated = _evidence(c).get((row, c.keys(member[0])[member[1]]))
    if stated is not None:
        status, claimed, when, assumed = stated
        if assumed:
            return "unknown", "assumed", when
        return ("met" if status == "met" else "not_met"), ("verified" if claimed == "verified" else "claimed"), when
    if _thing_not_delivered(c, row):
        return "not_met", "document", None
    needs = _promised_needs(c, row)
    if needs is None:
        return "unknown", "nothing", None
    there = [delivery for delivery in _promised_deliveries(c, row) if _covers(c, delivery, member)]
    found = [delivery for delivery in there if _has_post(c, row, delivery)]
    if found and _more_promised(c, row):
        return "unknown", "nothing", None
    if found:
        known = any(not _only_assumed(c, delivery) for delivery in found)
        return ("met", "document", None) if known else ("unknown", "assumed", None)
    if member[0] == "territories" and len(needs) and not there:  # who maps services does not map their posts
        mapped = surveyed(c, np.full(len(needs), member[1]), needs)
        if mapped.all():
            return "not_met", "mapped", None
    return "unknown", "nothing", None


def assumed_rows(c: Compiled, table: str) -> Bools:
    """Tell which records rest on assumptions alone.

    Parameters
    ----------
    c
        Compiled framework.
    table
        Table with a link table ``sources``.

    Returns
    -------
    numpy.ndarray of bool
        True for rows that name sources, all of them assumptions.
    """

    def make() -> Bools:
        indptr, sources = c.links(f"{table}.sources")
        owner = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
        assumption = np.array([kind == "assumption" for kind in c.cells("sources", "kind")], dtype=np.bool_)[sources]
        found: Bools = np.diff(indptr) > 0
        found[owner[~assumption]] = False
        return found

    return c.remember(f"assumed:{table}", make)


def _only_assumed(c: Compiled, delivery: int) -> bool:
    """A delivery that only an assumption knows, itself or (where it names no source) by its service."""
    table = "services.deliveries"
    indptr, _ = c.links(f"{table}.sources")
    if indptr[delivery + 1] > indptr[delivery]:
        return bool(assumed_rows(c, table)[delivery])
    return bool(assumed_rows(c, "services")[c.parents(table)[delivery]])


def _evidence(c: Compiled) -> dict[tuple[int, str], tuple[str, str, str | None, bool]]:
    def make() -> dict[tuple[int, str], tuple[str, str, str | None, bool]]:
        table = f"{_TABLE}.evidence"
        if not c.size(table):
            return {}
        columns = [c.cells(table, name) for name in ("member", "status", "claimed", "date")]
        rows = zip(c.parents(table).tolist(), *columns, assumed_rows(c, table).tolist(), strict=True)
        return {(row, member): (status, claimed, when, assumed) for row, member, status, claimed, when, assumed in rows}

    return c.remember("evidence", make)


def _thing_not_delivered(c: Compiled, row: int) -> bool:
    """A deliverable that the document itself calls not delivered is not there for anybody."""
    wanted = c.cells(_TABLE, "has.deliverable")[row]
    if wanted is None or not c.size("projects.deliverables"):
        return False
    project = int(c.parents(_TABLE)[row])
    table = "projects.deliverables"
    return any(
        owner == project and key == wanted and status == "not_delivered"
        for owner, key, status in zip(c.parents(table).tolist(), c.keys(table), c.cells(table, "status"), strict=True)
    )


def _more_promised(c: Compiled, row: int) -> bool:
    """An activity or deliverable was promised together with a service; no delivery shows that it is there."""
    return any(c.cells(_TABLE, f"has.{name}")[row] is not None for name in ("activity", "deliverable"))


def _promised_services(c: Compiled, row: int) -> Ints | None:
    service = int(c.refs(_TABLE, "has.service")[row])
    need = int(c.refs(_TABLE, "has.need")[row])
    if service >= 0:
        named = np.array([service], dtype=np.int64)
        return named if need < 0 else np.intersect1d(named, _services_for(c, need))
    if need >= 0:
        return _services_for(c, need)
    return np.arange(c.size("services")) if c.cells(_TABLE, "has.post")[row] is not None else None


def _services_for(c: Compiled, need: int) -> Ints:
    chain = c.tree("needs", "broader").chain(need)  # a service for a wider need meets it, too
    indptr, indices = c.links("services.meets")
    owner = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    return np.unique(owner[np.isin(indices, chain)])


def _promised_needs(c: Compiled, row: int) -> Ints | None:
    """The needs that must have been mapped before one may say that the promised thing is not there."""
    if _promised_services(c, row) is None:
        return None
    need = int(c.refs(_TABLE, "has.need")[row])
    service = int(c.refs(_TABLE, "has.service")[row])
    if need >= 0:
        return np.array([need], dtype=np.int64)
    indptr, indices = c.links("services.meets")
    return indices[indptr[service] : indptr[service + 1]] if service >= 0 else np.zeros(0, dtype=np.int64)


def _promised_deliveries(c: Compiled, row: int) -> Iterator[int]:
    services = _promised_services(c, row)
    if services is None:
        return
    _, deliveries = take(*c.children("services.deliveries"), services)
    yield from deliveries[offered(c)[deliveries]].tolist()


def _has_post(c: Compiled, row: int, delivery: int) -> bool:
    role = c.cells(_TABLE, "has.post")[row]
    return role is None or role in _roles(c, delivery)


def _roles(c: Compiled, delivery: int) -> list[str]:
    table = "services.deliveries.posts"
    if not c.size(table):
        return []
    indptr, posts = c.children(table)
    return [c.cells(table, "role")[post] for post in posts[indptr[delivery] : indptr[delivery + 1]].tolist()]


def _covers(c: Compiled, delivery: int, member: tuple[str, int]) -> bool:
    table, row = member
    if table == "territories":
        indptr, indices = areas(c)
        here = indices[indptr[delivery] : indptr[delivery + 1]]
        return bool(c.tree("territories", "part_of").inside(row, here).any())
    if table == "sites":
        return int(c.refs("services.deliveries", "site")[delivery]) == row
    if table == "agencies":
        service = int(c.parents("services.deliveries")[delivery])
        indptr, providers = c.links("services.providers")
        tree = c.tree("agencies", "part_of")
        return bool(tree.inside(providers[indptr[service] : indptr[service + 1]], row).any())
    return int(c.refs("services.deliveries", "funded_by")[delivery]) == row
