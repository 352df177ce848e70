"""What the page says about coverage: the map, bars, the table by territory and need, bottlenecks, and every gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any, Final

import attrs

from integrated_services.coverage import Bottleneck
from integrated_services.report._facts import PERSONS, Facts, Row
from integrated_services.report._figure import both_widths
from integrated_services.report._labels import BarRow, Segment, bars
from integrated_services.report._language import DAGGER
from integrated_services.report._map import Place, Status, symbol_map

WORST_FIRST: Final = ("gap", "not_comparable", "capacity_unknown", "not_surveyed", "covered")
MARKS: Final = {
    "gap": "▲",
    "capacity_unknown": "?",
    "not_comparable": "≠",
    "not_surveyed": "○",
    "covered": "✓",
    "none": "–",
}
_PARTS: Final = PERSONS[1:]
_MOST_BARS: Final = 24
_MOST_NAMES: Final = 12


@attrs.frozen
class Sum:
    """Persons of several cells together; None where nothing is stated.

    Parameters
    ----------
    numbers
        By name of :data:`PERSONS`.
    hidden
        Whether a number is withheld: then no sum may be shown either.
    assumed
        Whether a number rests on an assumption.
    """

    numbers: dict[str, float]
    hidden: bool
    assumed: bool
    known: bool


def summed(rows: Iterable[Row], served_assumed: bool) -> Sum:
    """Sum the persons of cells of one unit.

    Parameters
    ----------
    rows
        Cells.
    served_assumed
        Whether the capacities that decide who is served are assumed.

    Returns
    -------
    Sum
        The sum.
    """
    numbers = dict.fromkeys(PERSONS, 0.0)
    hidden = assumed = known = False
    for row in rows:
        hidden |= bool(row.withheld)
        for name in PERSONS:
            if row[name] is not None:
                numbers[name] += row[name]
                known = True
                assumed |= row["basis"] in ("assumed", "estimated") or (served_assumed and row["deliveries"] > 0)
    return Sum(numbers, hidden, assumed, known)


@attrs.frozen(eq=False)
class Coverage:
    """Cells of a page, grouped and written out."""

    facts: Facts
    _row_of: dict[str, Row] = attrs.field(init=False, repr=False)
    _groups: dict[tuple[str, ...], dict[tuple[Any, ...], list[Row]]] = attrs.field(init=False, repr=False, factory=dict)

    served_assumed: bool = attrs.field(init=False)
    """Whether any capacity that was used is assumed or estimated."""

    @served_assumed.default
    def _capacities(self) -> bool:
        return any(
            f.basis in ("assumed", "estimated") and f.path.startswith("services[") for f in self.facts.gaps.figures
        )

    @_row_of.default
    def _by_key(self) -> dict[str, Row]:
        return dict(zip(self.facts.gaps.cells, self.facts.cells, strict=True))

    def cells(self, **keys: str | None) -> list[Row]:
        """Give the cells with these keys."""
        names = tuple(keys)
        if names not in self._groups:
            found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
            for row in self.facts.cells:
                found[tuple(row[name] for name in names)].append(row)
            self._groups[names] = dict(found)
        return self._groups[names].get(tuple(keys.values()), [])

    def sum(self, rows: Iterable[Row]) -> Sum:
        """Sum cells."""
        return summed(rows, self.served_assumed)

    def total(self, **keys: str | None) -> Sum:
        """Sum the cells with these keys; where one is withheld, the sum is the published one, if there is one."""
        own = self.sum(self.cells(**keys))
        if not own.hidden:
            return own
        published = self.facts.sums.get(tuple(keys), {}).get(tuple(keys.values()))
        if published is None or any(published[name] is None for name in PERSONS):
            return own
        return attrs.evolve(own, numbers={name: float(published[name]) for name in PERSONS}, hidden=False)

    def persons(self, total: Sum, name: str) -> str:
        """Write one number of a sum."""
        if total.hidden:
            return self.facts.language.text("page.withheld")
        return self.facts.language.persons(total.numbers[name], assumed=total.assumed)

    def part(self, total: Sum) -> str:
        """Write how many of those with a need are not served."""
        if total.hidden:
            return self.facts.language.text("page.withheld")
        if not total.known:
            return ""
        demand, unserved = self.persons(total, "demand"), total.numbers["unserved"]
        short = self.persons(total, "unserved").removesuffix(DAGGER)
        return self.facts.language.text("cov.of", unserved=short, demand=demand) if unserved else demand

    def units(self) -> list[str | None]:
        """Name the units that occur: persons at a time (None) and per year."""
        return [per for per in (None, "year") if any(row["per"] == per for row in self.facts.cells)]

    def totals(self) -> list[Any]:
        """Say the totals, one sentence or two for each unit."""
        language, said = self.facts.language, []
        for per in self.units():
            total = self.total(per=per)
            if not total.known or (not total.numbers["demand"] and not total.hidden):
                continue
            numbers: dict[str, Any] = {name: self.persons(total, name) for name in PERSONS}
            parts = [language.html("short.totals_year" if per else "short.totals", **numbers)]
            parts += [
                language.html(key, **numbers)
                for key, name in (("short.uncertain", "uncertain"), ("short.unmapped", "not_surveyed"))
                if total.numbers[name] and not total.hidden
            ]
            said.append(_joined(parts))
        return said

    # gaps -------------------------------------------------------------------------------------------------------

    def gap_rows(self) -> list[Row]:
        """Give the cells with a gap, those with most persons not served first."""
        rows = [row for row in self.facts.cells if row["status"] == "gap"]
        return sorted(rows, key=lambda row: -(row["unserved"] or 0))

    def reasons(self) -> list[dict[str, Any]]:
        """Give every gap: by need, group and reason, with the territories and what would mend it."""
        groups: dict[tuple[str, str, str, str | None], list[Row]] = defaultdict(list)
        for row in self.gap_rows():
            groups[row["need"], row["target_group"], row["reason"], row["per"]].append(row)
        facts, found = self.facts, []
        for (need, group, reason, per), rows in groups.items():
            total = self.sum(rows)
            found.append(
                {
                    "need": facts.say(need, "needs"),
                    "group": facts.say(group, "target_groups"),
                    "reason": facts.language.word("reason", reason),
                    "mend": facts.language.word("mend", reason),
                    "where": [self._where(row) for row in rows],
                    "total": self.part(total),
                    "per": facts.language.word("per", per),
                }
            )
        return found

    def _where(self, row: Row) -> Any:
        name, part = self.facts.say(row["territory"], "territories"), self.part(self.sum([row]))
        return _joined([name, f"({part})"]) if part else name

    def why(self) -> list[Any]:
        """Say for each reason how many are not served, and in how many territories."""
        by_reason: dict[str, list[Row]] = defaultdict(list)
        for row in self.gap_rows():
            by_reason[row["reason"]].append(row)
        language, said = self.facts.language, []
        for reason, rows in sorted(by_reason.items(), key=lambda pair: -len(pair[1])):
            at_a_time = self.sum(row for row in rows if row["per"] is None)
            words: dict[str, Any] = {
                "reason": language.word("reason", reason),
                "count": len({row["territory"] for row in rows}),
            }
            if at_a_time.known and not any(row["per"] for row in rows):
                said.append(language.html("cov.why_line", persons=self.persons(at_a_time, "unserved"), **words))
            else:
                said.append(language.html("cov.why_line_plain", **words))
        return said

    # bottlenecks ------------------------------------------------------------------------------------------------

    def bottlenecks(self) -> list[Any]:
        """Say each part of the cut, the largest shortage first."""
        blocks = sorted(self.facts.gaps.bottlenecks, key=lambda block: 0 if self._hidden(block) else -block.shortage)
        return [self._bottleneck(block) for block in blocks]

    def _bottleneck(self, block: Bottleneck) -> Any:
        facts, language = self.facts, self.facts.language
        parts = [key.split(":") for key in block.cells]
        services = [path[len("services[") :].partition("]")[0] for path in block.deliveries]
        where = language.all_of(facts.say(one, "territories") for one in dict.fromkeys(part[0] for part in parts))
        what = facts.names(services, "services", most=4) if services else language.text("cov.any_service")
        if self._hidden(block):
            return language.html("cov.bottleneck_withheld", where=where, what=what)
        total = self.sum(self._cell(key) for key in block.cells)
        whom = language.listed(
            [language.within(facts.label(one, "target_groups")) for one in dict.fromkeys(part[1] for part in parts)], 3
        )
        return language.html(
            "cov.bottleneck",
            count=ceil(block.shortage),
            where=where,
            more=language.number(ceil(block.shortage), 0) + DAGGER * (total.assumed or self.served_assumed),
            whom=whom,
            what=what,
            demand=language.persons(block.demand, assumed=total.assumed),
            capacity=language.persons(block.capacity, assumed=self.served_assumed),
            per=f" {language.word('per', block.per)}" if block.per else "",
        )

    def _hidden(self, block: Bottleneck) -> bool:
        return any(self._cell(key).withheld for key in block.cells)

    def _cell(self, key: str) -> Row:
        return self._row_of[key]

    # table and pictures -----------------------------------------------------------------------------------------

    def heat(self) -> dict[str, Any]:
        """Give the table of territory by need: the worst state of all groups and the persons."""
        facts = self.facts
        needs = [need.id for need in facts.fw.needs if self.cells(need=need.id)]
        rows = [
            {
                "territory": facts.say(territory, "territories"),
                "cells": [self._heat_cell(territory, need) for need in needs],
            }
            for territory in self.territories()
        ]
        used = [
            status
            for status in (*WORST_FIRST, "none")
            if any(cell["status"] == status for row in rows for cell in row["cells"])
        ]
        return {
            "needs": [facts.say(need, "needs") for need in needs],
            "rows": rows,
            "legend": [
                {
                    "status": s,
                    "mark": MARKS[s],
                    "name": facts.language.word("status", s),
                    "long": facts.language.word("status_long", s),
                }
                for s in used
            ],
        }

    def _heat_cell(self, territory: str, need: str) -> dict[str, Any]:
        rows = self.cells(territory=territory, need=need)
        status = worst(row["status"] for row in rows)
        parts = []
        for per in (None, "year"):
            said = self.part(self.total(territory=territory, need=need, per=per))
            if said:
                parts.append(f"{said} {self.facts.language.word('per', per)}".strip())
        return {
            "status": status,
            "mark": MARKS[status],
            "name": self.facts.language.word("status", status),
            "parts": parts,
        }

    def territories(self) -> list[str]:
        """Give the territories with cells, in the order of the document."""
        here = {row["territory"] for row in self.facts.cells}
        return [territory.id for territory in self.facts.fw.territories if territory.id in here]

    def bars(self) -> list[dict[str, Any]]:
        """Draw who is served and who is not, by territory, for each unit."""
        return [drawn for per in self.units() if (drawn := self._bars(per))]

    def _bars(self, per: str | None) -> dict[str, Any] | None:
        language = self.facts.language
        found = []
        for territory in self.territories():
            total = self.total(territory=territory, per=per)
            if total.known and (total.hidden or total.numbers["demand"]):
                found.append((territory, total))
        if not found:
            return None
        shown = (
            sorted(found, key=lambda one: -one[1].numbers["unserved"])[:_MOST_BARS]
            if len(found) > _MOST_BARS
            else found
        )
        rows = [self._bar(territory, total) for territory, total in shown]
        title = language.text("cov.bars_year" if per else "cov.bars")
        description = "; ".join(f"{row.label}: {row.text}" for row in rows)
        kinds = {name: language.text(f"cov.{name}") for name in _PARTS}
        picture = both_widths(
            lambda width, prefix: bars(
                rows,
                kinds=kinds,
                width=width,
                id_prefix=f"{prefix}-bars-{per or 'now'}",
                title=title,
                description=description,
            )
        )
        notes = [language.text("cov.bars_most", count=len(shown))] if len(shown) < len(found) else []
        notes += [language.text("cov.picture_assumed")] if any(total.assumed for _, total in shown) else []
        return {"title": title, "read": language.text("cov.bars_read"), "picture": picture, "note": " ".join(notes)}

    def _bar(self, territory: str, total: Sum) -> BarRow:
        language = self.facts.language
        segments = () if total.hidden else tuple(Segment(total.numbers[name], name) for name in _PARTS)
        unserved, demand = (self.persons(total, name).removesuffix(DAGGER) for name in ("unserved", "demand"))
        text = unserved if total.hidden else language.text("cov.bar_text", unserved=unserved, demand=demand)
        return BarRow(territory, self.facts.plain(territory, "territories"), segments, text)

    def map(self) -> dict[str, Any] | None:
        """Draw the territories at their points, with the worst state of any need."""
        facts, language = self.facts, self.facts.language
        places = [self._place(territory) for territory in self.territories()]
        read = "map.read"
        if not places:
            read = "map.read_plain"
            places = [
                Place(t.id, language.plain(t.name, t.id), t.point.lat, t.point.lon)
                for t in facts.fw.territories
                if t.point
            ]
        if not any(place.lat is not None for place in places):
            return None
        words = {name: value for name, value in language.words("map").items() if name not in ("title", "read")}
        states = [place.status for place in places]
        description = language.text(
            "map.described",
            count=len(places),
            gaps=states.count("gap"),
            covered=states.count("covered"),
            open=states.count("not_surveyed"),
        )
        outlines = [t.outline.coordinates for t in facts.fw.territories if t.outline]
        words["size"] = language.template("map.size")
        picture = both_widths(
            lambda width, prefix: symbol_map(
                places,
                outlines=outlines,
                width=width,
                id_prefix=f"{prefix}-map",
                title=language.text("map.title"),
                description=description,
                words=words,
            )
        )
        rough = any(
            t.point and (t.point.basis or facts.fw.basis) in ("assumed", "estimated") for t in facts.fw.territories
        )
        notes = [language.text("cov.picture_assumed")] if any(self.sum([row]).assumed for row in facts.cells) else []
        notes += [language.text("map.approximate")] if rough else []
        return {
            "title": language.text("map.title"),
            "read": language.text(read),
            "picture": picture,
            "note": " ".join(notes),
        }

    def _place(self, territory: str) -> Place:
        facts = self.facts
        rows = self.cells(territory=territory)
        status = worst(row["status"] for row in rows)
        total = self.total(territory=territory, per=None)
        value = round(total.numbers["unserved"]) if total.known and not total.hidden and status == "gap" else None
        point = facts.fw.territories[territory].point
        seen: Status = "gap" if status == "gap" else "covered" if status == "covered" else "not_surveyed"
        detail = (
            facts.language.text("map.detail", unserved=self.persons(total, "unserved").removesuffix(DAGGER))
            if total.known
            else ""
        )
        return Place(
            territory,
            facts.plain(territory, "territories"),
            None if point is None else point.lat,
            None if point is None else point.lon,
            value,
            seen,
            detail,
        )

    def sites(self) -> list[dict[str, Any]]:
        """List the places where services are given."""
        facts, given = self.facts, defaultdict(list)
        for service in facts.fw.services:
            for delivery in service.deliveries:
                if delivery.site:
                    given[delivery.site].append(service.id)
        return [
            {
                "name": facts.language.say(site.name, site.id),
                "address": site.address or "",
                "territory": facts.say(site.territory, "territories") if site.territory else "",
                "services": facts.names(given[site.id], "services"),
            }
            for site in facts.fw.sites
        ]

    def surveys(self) -> list[dict[str, Any]]:
        """Say what has been mapped."""
        facts, language = self.facts, self.facts.language
        return [
            {
                "where": facts.names(survey.territories, "territories", most=_MOST_NAMES),
                "needs": facts.names(survey.needs, "needs", most=_MOST_NAMES)
                if survey.needs
                else language.text("cov.survey_all"),
                "status": language.text(f"cov.survey.{survey.status}"),
                "date": language.day(survey.date),
                "assumed": bool(survey.sources)
                and all(facts.fw.sources[one].kind == "assumption" for one in survey.sources),
            }
            for survey in facts.fw.surveys
        ]


def worst(statuses: Iterable[str]) -> str:
    """Give the worst of several states; ``none`` where there is none.

    Examples
    --------
    >>> worst(["covered", "not_surveyed"])
    'not_surveyed'
    """
    seen = set(statuses)
    return next((status for status in WORST_FIRST if status in seen), "none")


def _joined(parts: Sequence[Any]) -> Any:
    """Join pieces of HTML with blanks; plain texts are escaped."""
    head = next(part for part in parts if hasattr(part, "__html__"))
    return type(head)(" ").join(parts)
