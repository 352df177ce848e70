"""Roll-up over territories: from the finest values upward, exactly, and never both a total and its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Literal

import attrs
import numpy as np

from integrated_services._compiled import Bools, Compiled
from integrated_services.indicators._observed import WHOLE, Entry, Node

How = Literal["stated", "sum", "mean", "max", "min", "parts"]
"""How a value came about."""

Over = Literal["sum", "mean", "max", "min", "none"]
"""How values of territories make the value of the territory that contains them."""

_WEAKEST_FIRST = ("assumed", "estimated", "derived", "stated")
_REASONS = ("missing", "refused", "suppressed", "not_applicable", "zero_denominator")


def weakest(bases: Iterable[str | None]) -> str | None:
    """Give the basis of what is computed from figures of these bases.

    Parameters
    ----------
    bases
        Bases of the figures; None is passed over.

    Returns
    -------
    str | None
        The weakest; ``derived`` where several stated figures were combined.

    Examples
    --------
    >>> from integrated_services.indicators._rollup import weakest
    >>> weakest(["stated"]), weakest(["stated", "stated"]), weakest(["stated", "assumed"])
    ('stated', 'derived', 'assumed')
    """
    found = [basis for basis in bases if basis is not None]
    least = min(found, key=_WEAKEST_FIRST.index, default=None)
    return "derived" if least == "stated" and len(found) > 1 else least


@attrs.frozen(eq=False)
class Tally:
    """The value of one place, and what is known about how it came about."""

    value: Fraction | None = None
    how: How | None = None
    basis: str | None = None
    observed: bool = False
    """Whether any number in it was observed, and not assumed for planning."""
    complete: bool = True
    """Whether every territory below that should have a value has one."""
    missing: Mapping[str, int] = attrs.field(factory=dict)
    """How many of the finest places have no value, by reason."""
    members: tuple[Node, ...] = ()
    """Places whose values were combined."""
    shares: tuple[Fraction, int] = (Fraction(0), 0)
    """Sum and number of the reported values, for a plain mean."""
    places: frozenset[Node] = frozenset()
    """The finest places whose values are in it."""
    approx: str | None = None
    sample: int | None = None
    parts: tuple[Tally, Tally] | None = None
    """Numerator and denominator of a ratio, over the same territories."""

    def comparable(self, other: Tally) -> bool:
        """Tell whether two values speak of the same territories.

        Parameters
        ----------
        other
            Another value of the same place.

        Returns
        -------
        bool
            Where both are complete, or come from the same places.
        """
        return (self.complete and other.complete) or self.places == other.places

    @property
    def settled(self) -> bool:
        """Whether nothing is lacking: a value, or a place to which the indicator does not apply."""
        return self.complete if self.value is not None else set(self.missing) == {"not_applicable"}


@attrs.frozen
class Difference:
    """A value that is not what the values inside add up to."""

    node: Node
    stated: Fraction
    how: How | None
    """``stated``, or ``sum`` where territories and agencies say different things."""
    inside: Fraction
    by: Literal["territories", "agencies"]


@attrs.frozen(eq=False)
class Areas:
    """The hierarchy of territories as lists."""

    parent: Sequence[int]
    children: Mapping[int, Sequence[int]]
    depth: Sequence[int]
    level: Sequence[str | None]

    def chain(self, territory: int, whole: bool) -> list[int]:
        """Give a territory and all that contains it; the whole project last, if asked for.

        Parameters
        ----------
        territory
            Row, or -1.
        whole
            Whether the whole project counts as the place that contains all.

        Returns
        -------
        list[int]
            Rows.
        """
        found = []
        while territory >= 0:
            found.append(territory)
            territory = self.parent[territory]
        return [*found, WHOLE] if whole else found

    def order(self, territories: Iterable[int]) -> list[int]:
        """Sort territories so that each comes after those inside it.

        Parameters
        ----------
        territories
            Rows, -1 among them for the whole project.

        Returns
        -------
        list[int]
            The deepest first.
        """
        return sorted(territories, key=lambda t: (-self.depth[t] if t >= 0 else 1, t))


def areas(c: Compiled) -> Areas:
    """Give the hierarchy of territories.

    Parameters
    ----------
    c
        Compiled framework.

    Returns
    -------
    Areas
        Children of -1 are the territories that lie in no other.
    """

    def make() -> Areas:
        tree = c.tree("territories", "part_of")
        children: dict[int, list[int]] = {}
        for row, parent in enumerate(tree.parent.tolist()):
            children.setdefault(parent, []).append(row)
        return Areas(tree.parent.tolist(), children, tree.depth.tolist(), c.cells("territories", "level"))

    return c.remember("indicator areas", make)


def concerned(c: Compiled, indicator: int) -> Bools:
    """Tell which territories should have values of an indicator: those of its project, else all that are valid.

    Parameters
    ----------
    c
        Compiled framework.
    indicator
        Row of the indicator.

    Returns
    -------
    numpy.ndarray of bool
        By territory; also those that contain or lie in a territory of the project.
    """
    project = int(c.refs("indicators", "project")[indicator])
    return c.remember(f"concerned:{project}", lambda: _concerned(c, project))


def _concerned(c: Compiled, project: int) -> Bools:
    found = c.valid("territories").copy()
    indptr, indices = c.links("projects.territories")
    named = indices[indptr[project] : indptr[project + 1]].tolist() if project >= 0 else []
    if named:
        tree, rows = c.tree("territories", "part_of"), np.arange(c.size("territories"))
        touched = np.zeros(len(rows), dtype=np.bool_)
        for one in named:
            touched |= tree.inside(rows, one) | tree.inside(one, rows)
        found &= touched
    return found


def stated(entry: Entry, node: Node) -> Tally:
    """Give what one observation says.

    Parameters
    ----------
    entry
        Observation.
    node
        Of which place.

    Returns
    -------
    Tally
        Its value, or the reason why there is none.
    """
    if entry.value is None:
        return Tally(complete=False, missing={entry.missing or "missing": 1})
    return Tally(
        entry.value,
        "stated",
        entry.basis,
        observed=entry.basis != "assumed",
        shares=(entry.value, 1),
        places=frozenset((node,)),
        approx=entry.approx,
        sample=entry.sample,
    )


def rolled_up(
    entries: Mapping[Node, Entry], over: Over, places: Areas, expected: Bools, *, whole: bool
) -> tuple[dict[Node, Tally], list[Difference]]:
    """Find the values of all places that have data there or below.

    Parameters
    ----------
    entries
        Observations of one series by place.
    over
        How values are combined; ``none``: only stated values are given.
    places
        Hierarchy of territories.
    expected
        Territories that should have values.
    whole
        Whether the whole project gets a value too.

    Returns
    -------
    tuple of dict and list
        Values by place, and the stated values that differ from the sum of what lies inside.
    """
    found = {node: stated(entry, node) for node, entry in entries.items()}
    if over == "none":
        return found, []
    by_territory: dict[int, list[Node]] = {}
    for node in sorted(entries):
        if node.agency != WHOLE:
            by_territory.setdefault(node.territory, []).append(node)
    differences: list[Difference] = []
    for territory in places.order({t for node in entries for t in places.chain(node.territory, whole)}):
        node = Node(territory)
        inside = _inside(found, places, territory, expected, over)
        agencies = _combined([(one, found[one]) for one in by_territory.get(territory, [])], 0, over)
        own = found.get(node, Tally(complete=False))
        if over == "sum":
            differences += _differences(node, own, inside, agencies)
        found[node] = next((one for one in (own, inside, agencies) if one.value is not None), None) or Tally(
            complete=False, missing=own.missing or inside.missing or agencies.missing
        )
    return found, differences


def children_of(found: Mapping[Node, Tally], places: Areas, territory: int) -> list[Node]:
    """Give the territories directly inside another that have an entry.

    Parameters
    ----------
    found
        Values by place.
    places
        Hierarchy.
    territory
        Row, -1 for the whole project.

    Returns
    -------
    list[Node]
        Places.
    """
    return [Node(one) for one in places.children.get(territory, ()) if Node(one) in found]


def _inside(found: Mapping[Node, Tally], places: Areas, territory: int, expected: Bools, over: Over) -> Tally:
    """What the territories directly inside give together; those of the same level count as lacking."""
    members = children_of(found, places, territory)
    levels = {places.level[node.territory] for node in members}
    lacking = sum(
        bool(expected[one]) and places.level[one] in levels and Node(one) not in found
        for one in places.children.get(territory, ())
    )
    return _combined([(node, found[node]) for node in members], lacking, over)


def _combined(members: list[tuple[Node, Tally]], lacking: int, over: Over) -> Tally:
    known = [(node, tally) for node, tally in members if tally.value is not None]
    missing: Counter[str] = Counter({"missing": lacking} if lacking else {})
    for _, tally in members:
        missing.update(tally.missing)
    if not known:
        return Tally(complete=False, missing=_sorted(missing))
    values = [tally.value for _, tally in known if tally.value is not None]
    shares = (sum((t.shares[0] for _, t in known), Fraction(0)), sum(t.shares[1] for _, t in known))
    value = {
        "sum": sum(values, Fraction(0)),
        "mean": shares[0] / shares[1],
        "max": max(values),
        "min": min(values),
    }[over]
    return Tally(
        value,
        over,  # type: ignore[arg-type]
        weakest(tally.basis for _, tally in known),
        observed=any(tally.observed for _, tally in known),
        complete=not lacking and all(tally.settled for _, tally in members),
        missing=_sorted(missing),
        members=tuple(node for node, _ in known),
        shares=shares,
        places=frozenset().union(*(tally.places for _, tally in known)),
        approx=known[0][1].approx if len(known) == 1 else "about" if any(tally.approx for _, tally in known) else None,
    )


def _sorted(missing: Mapping[str, int]) -> dict[str, int]:
    return {reason: missing[reason] for reason in _REASONS if missing.get(reason)}


def _differences(node: Node, own: Tally, inside: Tally, agencies: Tally) -> list[Difference]:
    """Compare a stated value with its parts: it must equal a complete sum and cannot lie below an incomplete one."""
    found: list[Difference] = []
    main = own if own.value is not None else inside
    rivals: tuple[tuple[Literal["territories", "agencies"], Tally], ...]
    rivals = (("territories", inside), ("agencies", agencies))
    for by, tally in rivals:
        if main is tally or main.value is None or tally.value is None:
            continue
        if tally.value > main.value or (tally.value < main.value and tally.complete and by == "territories"):
            found.append(Difference(node, main.value, main.how, tally.value, by))
    return found


# ratios ------------------------------------------------------------------------------------------------------------


def ratios(
    numerators: Mapping[Node, Tally],
    denominators: Mapping[Node, Tally],
    own: Mapping[Node, Entry],
    factor: Fraction,
    places: Areas,
    *,
    additive: bool,
) -> dict[Node, Tally]:
    """Find ratios from rolled-up numerators and denominators, never as a mean of ratios.

    Where one of the two is known for fewer territories than the other, only the territories that have both count, and
    the ratio is marked incomplete. A stated ratio is taken only where parts are missing, and is never rolled up.

    Parameters
    ----------
    numerators, denominators
        Values of both parts by place, of one period and breakdown.
    own
        Stated ratios.
    factor
        What the quotient is multiplied by, such as 100.
    places
        Hierarchy of territories.
    additive
        Whether both parts are sums, so that those of some territories may be added.

    Returns
    -------
    dict[Node, Tally]
        By place; ``parts`` holds numerator and denominator.
    """
    pairs: dict[Node, Tally] = {}
    nodes = sorted({*numerators, *denominators, *own})
    by_territory: dict[int, list[Node]] = {}
    for node in nodes:
        by_territory.setdefault(node.territory, []).append(node)
    for territory in places.order(by_territory):
        here = sorted(by_territory[territory], key=lambda node: node.agency == WHOLE)  # agencies first
        for node in here:
            members = []
            if additive and node.agency == WHOLE:
                inside = children_of(pairs, places, territory)
                members = [pairs[one] for one in inside] or [pairs[one] for one in here[:-1]]
            pair = _pair(numerators.get(node), denominators.get(node), members, factor)
            pairs[node] = pair
    found = {node: tally for node, tally in pairs.items() if tally.parts is not None}
    for node in nodes:
        if node in own and (node not in found or found[node].value is None):
            found[node] = stated(own[node], node)
    return {node: found.get(node, pairs[node]) for node in nodes}


def _pair(top: Tally | None, bottom: Tally | None, members: list[Tally], factor: Fraction) -> Tally:
    known = top is not None and bottom is not None and top.value is not None and bottom.value is not None
    if known and top.complete and bottom.complete and _same_agencies(top, bottom):  # type: ignore[union-attr,arg-type]
        return _quotient(top, bottom, factor, complete=True)  # type: ignore[arg-type]
    both = [tally.parts for tally in members if tally.parts is not None]
    if both:
        return _quotient(_added([p[0] for p in both]), _added([p[1] for p in both]), factor, complete=False,
                         missing=_lacking(top, bottom))  # fmt: skip
    return Tally(complete=False, missing=_lacking(top, bottom) or {"missing": 1})


def _same_agencies(top: Tally, bottom: Tally) -> bool:
    """Parts that come from agencies must come from the same ones."""
    return (
        all(node.agency == WHOLE for node in (*top.members, *bottom.members))
        or set(top.members) == set(bottom.members)
        or top.how == "stated"
        or bottom.how == "stated"
    )


def _lacking(top: Tally | None, bottom: Tally | None) -> dict[str, int]:
    """Reasons of the part of which more is lacking."""
    counts = [{"missing": 1} if part is None else dict(part.missing) for part in (top, bottom)]
    return max(counts, key=lambda count: sum(count.values()))


def _added(tallies: Sequence[Tally]) -> Tally:
    return Tally(
        sum((tally.value for tally in tallies if tally.value is not None), Fraction(0)),
        "sum",
        weakest(tally.basis for tally in tallies),
        observed=any(tally.observed for tally in tallies),
        complete=False,
        places=frozenset().union(*(tally.places for tally in tallies)),
    )


def _quotient(
    top: Tally, bottom: Tally, factor: Fraction, *, complete: bool, missing: Mapping[str, int] | None = None
) -> Tally:
    one, other = top.value or Fraction(0), bottom.value or Fraction(0)
    return Tally(
        factor * one / other if other else None,
        "parts",
        weakest((top.basis, bottom.basis)),
        observed=top.observed or bottom.observed,
        complete=complete,
        missing=dict(missing or {}) if other else {"zero_denominator": 1},
        places=top.places | bottom.places,
        approx="about" if top.approx or bottom.approx else None,
        parts=(top, bottom),
    )
