"""Who works with whom: density, centralisation, cut agencies, and ties across sectors."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import attrs

from integrated_services._compiled import compiled
from integrated_services._results import Provenance, provenance
from integrated_services.errors import AnalysisError
from integrated_services.model import Columns, Framework
from integrated_services.network._graphs import cooperation_graph, known_kinds
from integrated_services.network._ties import Cooperation, SectorTies

if TYPE_CHECKING:
    import networkx as nx


def cooperation(
    fw: Framework | Columns | nx.Graph[Any], /, *, kinds: Iterable[str] | None = None, at: date | None = None
) -> Cooperation:
    """Measure who works with whom, and on whom the network depends.

    Parameters
    ----------
    fw
        A framework, columns, or a networkx graph of one's own: nodes are agencies, with ``name`` and ``sector`` where
        they are known; edges are ties, with ``kind`` where it is known.
    kinds
        Only ties of these kinds; all if None.
    at
        The day; the reference date if None. Not for a graph of one's own.

    Returns
    -------
    Cooperation
        Measures of the network, a row for each agency, and in ``sectors`` a row for each pair of sectors.

    Raises
    ------
    AnalysisError
        Where there is no such kind of tie, or a day is asked of a graph.

    Notes
    -----
    Two agencies are *tied* where at least one tie of the chosen kinds stands between them, whoever reported it and
    whichever way it is directed; all measures count such pairs. *Multiplexity* is the mean number of kinds of ties in
    a tied pair (Provan and Milward 2001). Agencies without a tie count. A collective record ("the schools") is one
    agency, and so is a unit beside the organisation that it belongs to.

    *Centralisation* (Freeman 1979) is the sum of differences from the most central agency, divided by the greatest
    sum that any network of n agencies can have: (n - 1)(n - 2) for the degree, n - 1 for the betweenness. Betweenness
    is the share of shortest ways between two others that lead through an agency. Centralisation is 1 in a star, 0 in a
    ring, and None below three agencies.

    The *E-I index* (Krackhardt and Stern 1988) is (E - I) / (E + I) with E ties across sectors and I ties within one:
    1 where all ties cross, -1 where none does, None where no tie joins agencies of known sectors.

    References
    ----------
    Freeman, L. C. (1979). Centrality in social networks: conceptual clarification. Social Networks 1(3), 215-239.
    Krackhardt, D. and Stern, R. N. (1988). Informal networks and organizational crises: an experimental simulation.
    Social Psychology Quarterly 51(2), 123-140.
    Provan, K. G. and Milward, H. B. (2001). Do networks really work? Public Administration Review 61(4), 414-423.

    Examples
    --------
    >>> import networkx as nx
    >>> from integrated_services import network
    >>> network.cooperation(nx.star_graph(4)).betweenness_centralisation
    1.0
    >>> from integrated_services import samples
    >>> found = network.cooperation(samples.load("elektrenai"))
    >>> found.cut_agencies
    ('municipality-administration', 'public-library')
    """
    import networkx as nx

    if isinstance(fw, nx.Graph):
        if at is not None:
            raise AnalysisError("A graph has no days: give at= with a framework, or a graph of the ties of that day.")
        chosen = None if kinds is None else tuple(sorted({kinds} if isinstance(kinds, str) else set(kinds)))
        return _measured(_own(fw), chosen, _provenance(_digest(fw), chosen))
    c = compiled(fw, at=at)
    chosen = known_kinds(kinds)
    return c.remember(
        f"network.cooperation:{chosen}",
        lambda: _measured(
            cooperation_graph(fw, kinds=chosen, at=at), None, _provenance(c.digest, chosen, {"at": c.day})
        ),
    )


def _provenance(digest: str, kinds: tuple[str, ...] | None, more: Mapping[str, object] | None = None) -> Provenance:
    return provenance("network.cooperation", digest, {"kinds": kinds, **(more or {})}, packages=["networkx"])


def _digest(graph: nx.Graph[Any]) -> str:
    said = (sorted(map(str, graph.nodes(data=True))), sorted(map(str, graph.edges(data=True))), graph.is_directed())
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _own(graph: nx.Graph[Any]) -> nx.MultiGraph[str]:
    """Bring a user's graph to the form of ours: ids as text, each tie by itself, no loops."""
    import networkx as nx

    names: dict[Hashable, str] = {node: str(node) for node in graph}
    if len(set(names.values())) < len(names):
        raise AnalysisError("Two nodes of the graph are the same as text, such as 1 and '1'; rename one of them.")
    found: nx.MultiGraph[str] = nx.MultiGraph()
    for node in sorted(names, key=names.__getitem__):
        found.add_node(names[node], **graph.nodes[node])
    for first, second, said in graph.edges(data=True):
        if first != second:
            found.add_edge(names[first], names[second], **({"directed": graph.is_directed()} | dict(said)))
    return found


def _measured(ties: nx.MultiGraph[str], kinds: tuple[str, ...] | None, made: Provenance) -> Cooperation:
    import networkx as nx

    if kinds is not None:
        wrong = [edge for edge in ties.edges(keys=True) if ties.edges[edge].get("kind") not in kinds]
        ties.remove_edges_from(wrong)
    graph = _pairs(ties)
    nodes = tuple(graph)
    n, tied = len(nodes), graph.number_of_edges()
    degree: dict[str, int] = dict(graph.degree())
    between: dict[str, float] = nx.betweenness_centrality(graph)
    parts = sorted((sorted(part) for part in nx.connected_components(graph)), key=lambda part: (-len(part), part))
    cuts = set(nx.articulation_points(graph))
    sector: dict[str, str | None] = {node: ties.nodes[node].get("sector") for node in nodes}
    across, within = _across(graph, sector)
    number = {node: at for at, part in enumerate(parts, 1) for node in part}
    said = [data for _, _, data in ties.edges(data=True)]
    return Cooperation(
        agencies=nodes,
        names=tuple(str(ties.nodes[node].get("name") or node) for node in nodes),
        sector=tuple(sector[node] for node in nodes),
        degree=tuple(degree[node] for node in nodes),
        betweenness=tuple(between[node] for node in nodes),
        is_cut=tuple(node in cuts for node in nodes),
        component=tuple(number[node] for node in nodes),
        cross_sector=tuple(across.get(node, 0) for node in nodes),
        neighbours={node: tuple(graph[node]) for node in nodes},
        ties=tied,
        density=2 * tied / (n * (n - 1)) if n > 1 else None,
        multiplexity=_multiplexity(ties, tied),
        degree_centralisation=centralisation(list(degree.values()), (n - 1) * (n - 2)),
        betweenness_centralisation=centralisation(list(between.values()), n - 1),
        cross_sector_ties=sum(across.values()) // 2,
        within_sector_ties=within,
        records=len(said),
        directed=sum(bool(data.get("directed")) for data in said),
        assumed=sum(bool(data.get("assumed")) for data in said),
        collective=sum(bool(ties.nodes[node].get("collective")) for node in nodes),
        sectors=_sectors(graph, sector, made),
        provenance=made,
    )


def _pairs(ties: nx.MultiGraph[str]) -> nx.Graph[str]:
    """Tied pairs of agencies, nodes and neighbours in the order of their ids."""
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(sorted(ties))
    graph.add_edges_from(sorted({(min(a, b), max(a, b)) for a, b, _ in ties.edges(keys=True)}))
    return graph


def centralisation(values: list[float] | list[int], greatest: int) -> float | None:
    """Compare a network with the most centralised one of its size (Freeman 1979).

    Parameters
    ----------
    values
        Centrality of each node.
    greatest
        Greatest possible sum of differences from the most central node.

    Returns
    -------
    float or None
        From 0 to 1; None below three nodes, where no network is more central than another.
    """
    if len(values) < 3:
        return None
    top = max(values)
    return sum(top - value for value in values) / greatest


def _multiplexity(ties: nx.MultiGraph[str], tied: int) -> float | None:
    kinds = {(min(a, b), max(a, b), data.get("kind")) for a, b, data in ties.edges(data=True)}
    return len(kinds) / tied if tied else None


def _across(graph: nx.Graph[str], sector: Mapping[str, str | None]) -> tuple[dict[str, int], int]:
    """Number of each agency's ties to other sectors, and of ties within a sector; unknown sectors are left out."""
    across: dict[str, int] = {}
    within = 0
    for first, second in graph.edges:
        if sector[first] is None or sector[second] is None:
            continue
        if sector[first] == sector[second]:
            within += 1
        else:
            across[first] = across.get(first, 0) + 1
            across[second] = across.get(second, 0) + 1
    return across, within


def _sectors(graph: nx.Graph[str], sector: Mapping[str, str | None], made: Provenance) -> SectorTies:
    """Count ties and possible ties of each pair of sectors."""
    sizes: dict[str, int] = {}
    for one in sector.values():
        if one is not None:
            sizes[one] = sizes.get(one, 0) + 1
    ties: dict[tuple[str, str], int] = {}
    for first, second in graph.edges:
        a, b = sector[first], sector[second]
        if a is not None and b is not None:
            pair = (min(a, b), max(a, b))
            ties[pair] = ties.get(pair, 0) + 1
    names = sorted(sizes)
    pairs = [(a, b) for at, a in enumerate(names) for b in names[at:]]
    possible = [sizes[a] * (sizes[a] - 1) // 2 if a == b else sizes[a] * sizes[b] for a, b in pairs]
    return SectorTies(
        pairs=tuple(pairs),
        sizes=sizes,
        possible=tuple(possible),
        ties=tuple(ties.get(pair, 0) for pair in pairs),
        provenance=attrs.evolve(made),
    )
