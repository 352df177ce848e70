"""What an analysis of cooperation gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from integrated_services._results import Citation, Column, Result
from integrated_services.errors import UnknownIdError, nearest
from integrated_services.network._services import listed

_FREEMAN = Citation(
    "freeman1979",
    "Freeman, Linton C.",
    1979,
    "Centrality in social networks: conceptual clarification",
    "Social Networks",
    "10.1016/0378-8733(78)90021-7",
)
_KRACKHARDT = Citation(
    "krackhardt1988",
    ("Krackhardt, David", "Stern, Robert N."),
    1988,
    "Informal networks and organizational crises: an experimental simulation",
    "Social Psychology Quarterly",
    "10.2307/2786835",
)
_PROVAN = Citation(
    "provan2001",
    ("Provan, Keith G.", "Milward, H. Brinton"),
    2001,
    "Do networks really work? A framework for evaluating public-sector organizational networks",
    "Public Administration Review",
    "10.1111/0033-3352.00045",
)


@attrs.frozen(eq=False)
class SectorTies(Result):
    """Ties within and between sectors, as a share of those that are possible.

    Attributes
    ----------
    pairs
        Pairs of sectors in alphabetical order, each sector also with itself; agencies of unknown sector are left out.
    sizes
        Number of agencies of each sector.
    possible, ties
        Number of possible and of actual tied pairs of agencies, for each pair of sectors.
    """

    title: ClassVar[str] = "Ties between sectors"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("sector", "Sector", role="key"),
        Column("other", "Other sector", role="key"),
        Column("agencies", "Agencies"),
        Column("other_agencies", "Agencies of the other"),
        Column("possible", "Possible ties"),
        Column("ties", "Ties"),
        Column("density", "Share of possible ties", "share"),
    )
    citations: ClassVar[tuple[Citation, ...]] = (_KRACKHARDT,)

    pairs: tuple[tuple[str, str], ...]
    sizes: Mapping[str, int]
    possible: tuple[int, ...]
    ties: tuple[int, ...]

    def to_columns(self) -> dict[str, list[Any]]:
        """Give one row for each pair of sectors; the density of a sector with one agency, to itself, is None."""
        return {
            "sector": [first for first, _ in self.pairs],
            "other": [second for _, second in self.pairs],
            "agencies": [self.sizes[first] for first, _ in self.pairs],
            "other_agencies": [self.sizes[second] for _, second in self.pairs],
            "possible": list(self.possible),
            "ties": list(self.ties),
            "density": [ties / most if most else None for ties, most in zip(self.ties, self.possible, strict=True)],
        }

    @property
    def not_meeting(self) -> tuple[tuple[str, str], ...]:
        """Pairs of different sectors without a single tie."""
        return tuple(pair for pair, ties in zip(self.pairs, self.ties, strict=True) if not ties and pair[0] != pair[1])

    def summary(self) -> str:
        """Say which sectors do not meet."""
        across = [pair for pair in self.pairs if pair[0] != pair[1]]
        if not across:
            return "There are no two sectors."
        if not self.not_meeting:
            return f"All {len(self.sizes)} sectors are tied to each other."
        names = listed((_pair(pair) for pair in self.not_meeting), "and")
        return f"{len(self.not_meeting)} of {len(across)} pairs of sectors have no tie: {names}."


@attrs.frozen(eq=False)
class Cooperation(Result):
    """Who works with whom, and on whom the network depends.

    Attributes
    ----------
    agencies
        Ids, sorted.
    names, sector
        For each agency its name, and its sector (None where it is not stated).
    degree
        For each agency the number of agencies that it is tied to.
    betweenness
        For each agency the share of the shortest ways between two others that lead through it, from 0 to 1.
    is_cut
        For each agency whether the network falls into more parts without it.
    component
        For each agency the number of the part of the network that it belongs to; 1 is the largest.
    cross_sector
        For each agency the number of its ties to other sectors.
    neighbours
        Ids of those that each agency is tied to.
    ties
        Number of tied pairs of agencies.
    density
        Ties as a share of all possible pairs; None below two agencies.
    multiplexity
        Mean number of kinds of ties in a tied pair; None without ties.
    degree_centralisation, betweenness_centralisation
        From 0 to 1; None below three agencies.
    cross_sector_ties, within_sector_ties
        Number of ties between agencies of two sectors, and of one; those of unknown sector are in neither.
    records
        Number of ties as recorded: several of them may join the same pair.
    directed
        How many of the records are directed (and are counted like the others).
    assumed
        How many of the records rest on nothing but assumptions.
    collective
        How many of the agencies stand for a class of agencies (and count as one).
    sectors
        Ties between sectors, a second table.
    """

    title: ClassVar[str] = "Cooperation"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("agency", "Id", role="key"),
        Column("name", "Agency", role="label"),
        Column("sector", "Sector", role="label"),
        Column("degree", "Ties"),
        Column("cross_sector", "Ties to other sectors"),
        Column("betweenness", "Betweenness", "share"),
        Column("cut_agency", "Cut agency"),
        Column("component", "Part of the network"),
    )
    citations: ClassVar[tuple[Citation, ...]] = (_FREEMAN, _KRACKHARDT, _PROVAN)

    agencies: tuple[str, ...]
    names: tuple[str, ...] = attrs.field(repr=False)
    sector: tuple[str | None, ...]
    degree: tuple[int, ...]
    betweenness: tuple[float, ...]
    is_cut: tuple[bool, ...]
    component: tuple[int, ...]
    cross_sector: tuple[int, ...]
    neighbours: Mapping[str, tuple[str, ...]] = attrs.field(repr=False)
    ties: int
    density: float | None
    multiplexity: float | None
    degree_centralisation: float | None
    betweenness_centralisation: float | None
    cross_sector_ties: int
    within_sector_ties: int
    records: int
    directed: int
    assumed: int
    collective: int
    sectors: SectorTies

    # measures ---------------------------------------------------------------------------------------------------

    @property
    def components(self) -> int:
        """Number of parts that no tie joins."""
        return max(self.component, default=0)

    @property
    def isolates(self) -> tuple[str, ...]:
        """Ids of the agencies without a tie."""
        return tuple(key for key, degree in zip(self.agencies, self.degree, strict=True) if not degree)

    @property
    def cut_agencies(self) -> tuple[str, ...]:
        """Ids of the agencies without which the network falls into more parts."""
        return tuple(key for key, cut in zip(self.agencies, self.is_cut, strict=True) if cut)

    @property
    def ei_index(self) -> float | None:
        """E-I index of the sectors: 1 where all ties cross sectors, -1 where none does; None without such ties."""
        known = self.cross_sector_ties + self.within_sector_ties
        return (self.cross_sector_ties - self.within_sector_ties) / known if known else None

    @property
    def measures(self) -> dict[str, float | int | None]:
        """The measures of the whole network by name."""
        return {
            "agencies": len(self.agencies),
            "ties": self.ties,
            "density": self.density,
            "multiplexity": self.multiplexity,
            "degree_centralisation": self.degree_centralisation,
            "betweenness_centralisation": self.betweenness_centralisation,
            "components": self.components,
            "isolates": len(self.isolates),
            "cut_agencies": len(self.cut_agencies),
            "cross_sector_ties": self.cross_sector_ties,
            "within_sector_ties": self.within_sector_ties,
            "ei_index": self.ei_index,
        }

    def to_columns(self) -> dict[str, list[Any]]:
        """Give one row for each agency."""
        return {
            "agency": list(self.agencies),
            "name": list(self.names),
            "sector": list(self.sector),
            "degree": list(self.degree),
            "cross_sector": list(self.cross_sector),
            "betweenness": list(self.betweenness),
            "cut_agency": list(self.is_cut),
            "component": list(self.component),
        }

    # sentences --------------------------------------------------------------------------------------------------

    def summary(self) -> str:
        """Say how dense and how centralised the network is, on whom it depends, and who does not meet.

        Returns
        -------
        str
            A few sentences, with what was counted as what.
        """
        if not self.agencies:
            return "There is no agency."
        said = [self._size(), *self._dependence(), *self._crossing(), *self._counted()]
        return " ".join(said)

    def _size(self) -> str:
        shape = f"{len(self.agencies)} agencies, {_number(self.ties, 'tie')}"
        shape += "" if self.density is None else f" ({_percent(self.density)} of the possible ones)"
        if self.betweenness_centralisation is None or self.degree_centralisation is None:
            return f"{shape}; centralisation needs three agencies."
        return (
            f"{shape}; centralisation by ties {self.degree_centralisation:.2f}, "
            f"by betweenness {self.betweenness_centralisation:.2f} (0 even, 1 all through one)."
        )

    def _dependence(self) -> list[str]:
        said = []
        if self.cut_agencies:
            said.append(f"Without any one of these the network falls apart: {self._list(self.cut_agencies)}.")
        if self.isolates:
            said.append(f"Without a tie: {self._list(self.isolates)}.")
        return said

    def _crossing(self) -> list[str]:
        if self.ei_index is None:
            return []
        known = self.cross_sector_ties + self.within_sector_ties
        said = f"{self.cross_sector_ties} of {known} ties cross sectors (E-I index {self.ei_index:.2f})."
        left = self.ties - known
        return [said, *([f"{_number(left, 'tie')} of agencies without a sector left out."] if left else [])]

    def _counted(self) -> list[str]:
        said = []
        if self.directed:
            said.append(f"{_number(self.directed, 'directed tie')} counted like the others.")
        if self.collective:
            said.append(f"{_number(self.collective, 'collective record')} counted as one agency each.")
        if self.assumed:
            said.append(f"{self.assumed} of the {_number(self.records, 'recorded tie')} rest on assumptions only.")
        return said

    def explain(self, agency: str) -> str:
        """Say what breaks if an agency falls out.

        Parameters
        ----------
        agency
            Id of the agency.

        Returns
        -------
        str
            Its ties, and into which parts the network falls without it.

        Raises
        ------
        UnknownIdError
            Where there is no such agency; names the nearest.
        """
        if agency not in self.neighbours:
            raise UnknownIdError("agency", agency, nearest(agency, self.agencies))
        name, partners = self._name(agency), self.neighbours[agency]
        if not partners:
            return f"{name} has no tie: if it falls out, nothing changes for the others."
        said = f"{name} has {_number(len(partners), 'tie')}: {self._list(partners)}."
        if agency not in self.cut_agencies:
            return f"{said} If it falls out, the others stay connected with each other as they are."
        parts = self._parts_without(agency)
        after = self.components - 1 + len(parts)
        lost = "; ".join(self._list(part) for part in parts[1:])
        return (
            f"{said} If it falls out, the network falls from {_number(self.components, 'part')} into {after}; "
            f"cut off from the rest: {lost}."
        )

    def _parts_without(self, agency: str) -> list[list[str]]:
        """Parts into which the others in an agency's part of the network fall, the largest first."""
        found: list[list[str]] = []
        seen = {agency}
        for start in self.neighbours[agency]:
            if start in seen:
                continue
            seen.add(start)
            part = [start]
            for node in part:
                new = [other for other in self.neighbours[node] if other not in seen]
                seen.update(new)
                part += new
            found.append(sorted(part))
        return sorted(found, key=lambda part: (-len(part), part))

    def _name(self, key: str) -> str:
        return self.names[self.agencies.index(key)]

    def _list(self, keys: tuple[str, ...] | list[str]) -> str:
        return listed((self._name(key) for key in keys), "and")


def _pair(pair: tuple[str, str]) -> str:
    return " with ".join(sector.replace("_", " ") for sector in pair)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
