"""The networks as plain networkx graphs, for whatever a reader wants to do with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from integrated_services._compiled import Compiled, compiled
from integrated_services.errors import AnalysisError, nearest
from integrated_services.model import Columns, Cooperation, Framework
from integrated_services.network._person import arc_rules
from integrated_services.network._services import linked, net, rests_on_assumption

if TYPE_CHECKING:
    import networkx as nx

KINDS: tuple[str, ...] = get_args(Cooperation.model_fields["kind"].annotation)
"""Kinds of ties between agencies."""


def referral_graph(fw: Framework | Columns, /, *, at: date | None = None) -> nx.MultiDiGraph[str]:
    """Give the services and the ways between them as a networkx graph.

    Parameters
    ----------
    fw
        A framework, or columns.
    at
        The day; the reference date if None.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes are the ids of the services offered on the day, with ``name``, ``agencies`` (ids of the providers),
        ``needs``, ``target_groups``, ``access`` (``open``, ``referral``, ``decision``, None where it is not stated),
        ``consent``, ``referred_by`` and ``status``. Edges go from the sender to the receiver, keyed by the key of the
        referral, with ``days`` and ``acceptance`` (None where not stated), ``share``, ``consent``, ``criteria`` (in
        words), ``basis`` (weakest of what is said about it), ``assumed`` (its sources are assumptions only),
        ``allowed`` (False where the receiver names who may refer, and not the sender) and ``implied``.

    Notes
    -----
    A service whose access rule names who may refer has an edge from each of these, or from the services that a named
    agency provides, even where there is no referral record; it is ``implied`` and says nothing about days. Nodes and
    edges come in the order of their ids. The graph is the caller's to change.

    Examples
    --------
    >>> from integrated_services import network, samples
    >>> G = network.referral_graph(samples.load("elektrenai"))
    >>> G.edges["school-welfare-commission", "needs-assessment", "school-welfare-commission:needs-assessment"]["days"]
    20.0
    """
    import networkx as nx

    c = compiled(fw, at=at)
    services, rules, shares = net(c), arc_rules(c), c.fractions("referrals", "share")
    needs, groups = linked(c, "services.meets"), linked(c, "services.serves")
    assumed, status = rests_on_assumption(c, "referrals"), c.cells("services", "status")
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for position, row in enumerate(services.rows):
        if services.offered[position]:
            named = [services.ids[one] for one in services.senders[position]]
            graph.add_node(
                services.ids[position],
                name=services.name(position),
                agencies=_ids(c, "agencies", services.providers[position]),
                needs=_ids(c, "needs", needs[row]),
                target_groups=_ids(c, "target_groups", groups[row]),
                access=services.by[position],
                consent=tuple(sorted(services.consent[position])),
                referred_by=tuple(sorted([*named, *_ids(c, "agencies", services.agencies[position])])),
                status=status[row] or "active",
            )
    for index, arc in enumerate(services.arcs):
        if arc.valid and services.offered[arc.sender] and services.offered[arc.receiver]:
            share = shares[arc.record] if arc.record >= 0 else None
            graph.add_edge(
                services.ids[arc.sender],
                services.ids[arc.receiver],
                key=arc.key,
                days=arc.days,
                acceptance=arc.acceptance,
                share=None if share is None else float(share),
                consent=tuple(sorted(arc.consent)),
                criteria=" and ".join(rule.text for rule in rules[index]) or None,
                basis=arc.basis,
                assumed=arc.record >= 0 and assumed[arc.record],
                allowed=arc.allowed,
                implied=arc.record < 0,
            )
    return graph


def cooperation_graph(
    fw: Framework | Columns, /, *, kinds: Iterable[str] | None = None, at: date | None = None
) -> nx.MultiGraph[str]:
    """Give the agencies and the ties between them as a networkx graph.

    Parameters
    ----------
    fw
        A framework, or columns.
    kinds
        Only ties of these kinds (``cooperates``, ``partners``, ``funds`` ...); all if None.
    at
        The day; the reference date if None.

    Returns
    -------
    networkx.MultiGraph
        Nodes are the ids of the agencies valid on the day (also those without a tie), with ``name``, ``kind``,
        ``sector``, ``level``, ``part_of``, ``collective``. Edges are keyed by the key of the tie, with ``kind``,
        ``level`` and the ``scale`` that it stands on, ``basis`` (of the level; None without one), ``directed``,
        ``first`` and ``second`` (a directed tie goes from the first to the second), ``reported_by``, ``data_sharing``
        and ``assumed`` (its sources are assumptions only).

    Raises
    ------
    AnalysisError
        Where there is no such kind of tie.

    Notes
    -----
    Ties are kept one by one: two agencies may share several, of different kinds or reported by each of them. Levels on
    different scales cannot be compared. Directed ties stand in an undirected graph, because who works with whom is
    asked far more often than who acts on whom; ``first`` and ``second`` keep the direction.

    Examples
    --------
    >>> from integrated_services import network, samples
    >>> G = network.cooperation_graph(samples.load("elektrenai"), kinds=["contracts"])
    >>> [(tie["first"], tie["second"]) for _, _, tie in G.edges(data=True)]
    [('esf-agency', 'municipality-administration')]
    """
    import networkx as nx

    c = compiled(fw, at=at)
    wanted = set(known_kinds(kinds) or KINDS)
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    columns = {name: c.cells("agencies", name) for name in ("kind", "sector", "level", "part_of", "collective")}
    keys, valid = c.keys("agencies"), c.valid("agencies")
    for row in sorted(np.flatnonzero(valid).tolist(), key=keys.__getitem__):
        said: dict[str, Any] = {name: cells[row] for name, cells in columns.items()}
        graph.add_node(keys[row], name=c.label("agencies", row), **(said | {"collective": bool(said["collective"])}))
    columns = {name: c.cells("cooperations", name) for name in ("kind", "scale", "directed", "reported_by")}
    firsts, seconds = c.cells("cooperations", "agencies.first"), c.cells("cooperations", "agencies.second")
    levels, bases, ties = c.cells("cooperations", "level"), c.bases("cooperations", "level"), c.keys("cooperations")
    assumed, sharing = rests_on_assumption(c, "cooperations"), _labels(c, "cooperations", "data_sharing")
    valid = c.valid("cooperations")
    for row in sorted(np.flatnonzero(valid).tolist(), key=lambda row: (firsts[row], seconds[row], ties[row])):
        said = {name: cells[row] for name, cells in columns.items()}
        said |= {"kind": said["kind"] or "cooperates", "directed": bool(said["directed"])}
        if said["kind"] in wanted and firsts[row] in graph and seconds[row] in graph:
            graph.add_edge(
                firsts[row],
                seconds[row],
                key=ties[row],
                **said,
                level=levels[row],
                first=firsts[row],
                second=seconds[row],
                basis=None if levels[row] is None else bases[row],
                data_sharing=sharing[row],
                assumed=assumed[row],
            )
    return graph


def known_kinds(kinds: Iterable[str] | None) -> tuple[str, ...] | None:
    """Check kinds of ties.

    Parameters
    ----------
    kinds
        Kinds, one of them as a text, or None.

    Returns
    -------
    tuple of str or None
        Sorted, each once; None for all.

    Raises
    ------
    AnalysisError
        Naming the nearest kinds.
    """
    if kinds is None:
        return None
    found = tuple(sorted({kinds} if isinstance(kinds, str) else set(kinds)))
    for kind in found:
        if kind not in KINDS:
            near = nearest(kind, KINDS) or KINDS
            raise AnalysisError(f"There is no kind of tie {kind!r}. Did you mean {' or '.join(map(repr, near))}?")
    return found


def _ids(c: Compiled, table: str, rows: Iterable[int]) -> tuple[str, ...]:
    keys = c.keys(table)
    return tuple(sorted(keys[row] for row in rows))


def _labels(c: Compiled, table: str, column: str) -> list[str | None]:
    """Texts of a column that may come in several languages; None where there is none."""
    names = [name for name in c.tables.get(table, {}) if name == column or name.startswith(f"{column}.")]
    found = [any(c.cells(table, name)[row] is not None for name in names) for row in range(c.size(table))]
    return [c.label(table, row, column=column) if there else None for row, there in enumerate(found)]
