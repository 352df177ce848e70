"""Territories that merged or split: what was stated for them is moved to the territories that took over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from integrated_services.model._base import Model, Record
from integrated_services.model._checks import ancestors
from integrated_services.model._fields import fields_of
from integrated_services.model._framework import Framework
from integrated_services.model._nouns import Demand, Population, Survey, Territory
from integrated_services.model._projects import Commitment, Evidence
from integrated_services.model._units import exact
from integrated_services.model._values import Basis, Figure, exact_number

M = TypeVar("M", bound=Model)

Shares = dict[str, tuple[tuple[str, Fraction], ...]]
"""For each territory that is over: the territories that took over, each with its share of the persons."""

_ADDED = "added up over the territories that merged"
_SHARED = "share of a territory that was divided"
_MEAN = "mean over territories whose populations are not stated"


def successions(territories: Iterable[Territory], day: date) -> Shares:
    """Resolve successions, and chains of them, to the territories that exist on a day.

    Parameters
    ----------
    territories
        All territories.
    day
        The day.

    Returns
    -------
    Shares
        Only territories that are over and name their successors.
    """
    known = {territory.id: territory for territory in territories}

    def resolve(key: str, share: Fraction) -> list[tuple[str, Fraction]]:
        territory = known[key]
        if not territory.succeeded_by or not _is_over(territory, day):
            return [(key, share)]
        return [pair for one in territory.succeeded_by for pair in resolve(one.territory, share * exact(one.share))]

    found: Shares = {}
    for key, territory in known.items():
        if territory.succeeded_by and _is_over(territory, day):
            targets: dict[str, Fraction] = defaultdict(Fraction)
            for target, share in resolve(key, Fraction(1)):
                targets[target] += share
            found[key] = tuple(targets.items())
    return found


def _end(territory: Territory) -> date | None:
    return territory.valid.end.last() if territory.valid and territory.valid.end else None


def _is_over(territory: Territory, day: date) -> bool:
    end = _end(territory)
    return end is not None and end < day


def move(kept: dict[str, list[Any]], moved: Shares, framework: Framework, day: date) -> None:
    """Move everything but observations from territories that are over to those that took over.

    Persons and demand are shared out by the stated shares and added up; the sum is derived, or assumed or estimated
    where one part was. A figure of the successor that is of a later day, or of a successor that begins only when the
    other ends, counts its persons already. A place lies in the successor with the largest share. A merged territory
    counts as completely surveyed only where all its parts were.

    Parameters
    ----------
    kept
        Records by collection; changed in place.
    moved
        What became of which territory.
    framework
        The framework that the records come from.
    day
        The day.
    """
    parents = {t.id: t.part_of for t in kept["territories"]}
    kept["territories"] = [t if t.id in moved else _reparented(t, moved, parents) for t in kept["territories"]]
    merger = _Merger(framework, moved, day, {t.id: t.part_of for t in kept["territories"]})
    old_demands = kept["demands"]
    kept["demands"] = merger.demands(old_demands, merger.persons_of(kept["populations"]))
    kept["populations"] = merger.populations(kept["populations"])
    kept["surveys"] = [new for survey in kept["surveys"] for new in merger.surveys(survey)]
    for name, records in kept.items():
        if name in ("demands", "populations", "surveys"):
            kept[name] = _named_apart(records)
        elif name not in ("observations", "territories"):
            kept[name] = [_renamed(record, moved) for record in records]


# references --------------------------------------------------------------------------------------------------------


def _renamed(record: M, moved: Shares) -> M:
    """Replace territories in the references of a record and of what is nested in it."""
    update: dict[str, Any] = {}
    for spec in fields_of(type(record)):
        value = record.__dict__[spec.name]
        if not value or spec.name == "succeeded_by":
            continue
        new: Any = value
        if "territories" in spec.refs:
            if isinstance(value, str):
                new = _largest(value, moved)
            elif any(one in moved for one in value):
                new = _replaced(value, moved)
        elif spec.kind == "model":
            new = _renamed(value, moved)
        elif spec.kind == "models":
            items = tuple(_renamed(item, moved) for item in value)
            if any(a is not b for a, b in zip(items, value, strict=True)):
                new = _merged_evidence(items) if isinstance(record, Commitment) and spec.name == "evidence" else items
                new = _named_apart(new) if issubclass(type(new[0]), Record) else new
        if new is not value and new != value:
            update[spec.name] = new
    return record.model_copy(update=update)


def _reparented(territory: Territory, moved: Shares, parents: Mapping[str, str | None]) -> Territory:
    """Put a territory into what became of its parent; where that lies in the territory itself, one level up."""

    def lies_inside(key: str | None) -> bool:
        seen: set[str] = set()
        while key is not None and key not in seen and key != territory.id:
            seen.add(key)
            above = parents.get(key)
            key = None if above is None else _largest(above, moved)
        return key == territory.id

    above = territory.part_of
    while above is not None and lies_inside(_largest(above, moved)):
        above = parents.get(above)
    wanted = None if above is None else _largest(above, moved)
    return territory if wanted == territory.part_of else territory.model_copy(update={"part_of": wanted})


def _replaced(ids: Iterable[str], moved: Shares) -> tuple[str, ...]:
    return tuple(dict.fromkeys(target for one in ids for target, _ in moved.get(one, ((one, Fraction(1)),))))


def _largest(key: str, moved: Shares) -> str:
    return max(moved[key], key=lambda pair: (pair[1], pair[0]))[0] if key in moved else key


def _named_apart(records: Iterable[Any]) -> Any:
    """Give an id of its own to each record whose derived key is taken after the move."""
    taken: set[str] = set()
    found: list[Any] = []
    for record in records:
        key = record.key
        if key in taken and "id" in type(record).model_fields:
            stem = key.replace(":", ".").replace("+", ".")[:180]
            number = next(n for n in range(2, len(taken) + 3) if f"{stem}.{n}" not in taken)
            record = record.model_copy(update={"id": f"{stem}.{number}"})  # noqa: PLW2901
        taken.add(record.key)
        found.append(record)
    return type(records)(found) if isinstance(records, (list, tuple)) else found


def _merged_evidence(items: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """A merged member has what was promised only where all its parts had it, and verified only where all were."""
    found: dict[str, Evidence] = {}
    for item in items:
        other = found.get(item.member)
        if other is None:
            found[item.member] = item
            continue
        update = {
            "status": "met" if item.status == other.status == "met" else "not_met",
            "claimed": "verified" if item.claimed == other.claimed == "verified" else "claimed",
            "sources": tuple(dict.fromkeys((*other.sources, *item.sources))),
        }
        found[item.member] = other.model_copy(update=update)
    return tuple(found.values())


# persons -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """A statement for one territory, and the share of it that belongs to the target."""

    record: Any
    old: str
    """The territory that is over: its own, or one that contained it."""
    share: Fraction
    weight: Fraction | None
    """Persons of the group in that territory, times the share; None where they are not stated."""


class _Merger:
    """Moves what is stated for territories that are over."""

    def __init__(self, framework: Framework, moved: Shares, day: date, parents: Mapping[str, str | None]) -> None:
        self.framework = framework
        self.moved = moved
        self.day = day
        self.parents = parents

    def _counts_already(self, own: Any, old: str) -> bool:
        """Tell whether a statement for the successor counts the persons of a territory that was merged into it."""
        end = _end(self.framework.territories[old])
        territory = self.framework.territories[own.territory]
        begins = territory.valid.start.first() if territory.valid and territory.valid.start else None
        counted = own.date.last() if isinstance(own, Population) and own.date is not None else None
        return end is not None and any(one is not None and one > end for one in (begins, counted))

    def _outer(self, territory: str) -> str:
        """Give the territory that is over and that contained another one."""
        old = {one.id: one.part_of for one in self.framework.territories}
        return next((one for one in ancestors(territory, old) if one in self.moved), territory)

    def _is_counted(self, old: str, here: Iterable[Any]) -> bool:
        return any(self._counts_already(own, old) for own in here)

    def persons_of(self, populations: Iterable[Population]) -> dict[tuple[str, str], Fraction]:
        """Give the persons by group and territory, as they stood before the move."""
        return {(p.target_group, p.territory): exact(p.persons.value) for p in self._latest(populations)}

    def _latest(self, populations: Iterable[Population]) -> list[Population]:
        """Of several counts of one territory keep the last one that is not after the day."""
        best: dict[tuple[str, str], Population] = {}
        for one in populations:
            other = best.setdefault((one.target_group, one.territory), one)
            if other is not one and self._order(one) > self._order(other):
                best[one.target_group, one.territory] = one
        return list(best.values())

    def _order(self, population: Population) -> tuple[bool, date]:
        counted = (population.date and population.date.first()) or date.min
        return (counted <= self.day, counted)

    def populations(self, records: list[Population]) -> list[Population]:
        """Move and add up populations."""
        latest = {id(record) for record in self._latest(records)}
        chosen = [r for r in records if r.territory not in self.moved or id(r) in latest]
        return self._merged(chosen, lambda r: (r.target_group,), lambda target, _: target, {})

    def demands(self, records: list[Demand], persons: Mapping[tuple[str, str], Fraction]) -> list[Demand]:
        """Move and add up demands; a total that is stated for a larger territory takes in what moves there."""
        stated = {(d.need, d.target_group, d.territory) for d in records if d.each is None}

        def identity(demand: Demand) -> tuple[Any, ...]:
            per = demand.persons.per if demand.persons is not None else None
            return (demand.need, demand.target_group, demand.each, demand.share is None, per)

        def home(target: str, key: tuple[Any, ...]) -> str:
            need, group, each = key[:3]
            if each is not None:
                return target
            above = [one for one in ancestors(target, self.parents) if (need, group, one) in stated]
            return above[-1] if above else target

        merged: list[Demand] = self._merged(records, identity, home, persons)
        inside: dict[tuple[str, str], set[str]] = defaultdict(set)
        for demand in merged:
            if demand.each is None:
                inside[demand.need, demand.target_group].update(ancestors(demand.territory, self.parents))
        # where both a whole and its parts are now stated, the parts stand
        return [
            d
            for d in merged
            if d.each is not None
            or (d.need, d.target_group, d.territory) in stated
            or d.territory not in inside[d.need, d.target_group]
        ]

    def _merged(
        self,
        records: Iterable[Any],
        identity: Callable[[Any], tuple[Any, ...]],
        home: Callable[[str, tuple[Any, ...]], str],
        persons: Mapping[tuple[str, str], Fraction],
    ) -> list[Any]:
        """Share out the statements for territories that are over, and join what comes together.

        Each joined statement takes the place of the successor's own, or else of the first that comes to it.
        """
        own: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
        coming: dict[tuple[Any, ...], list[_Part]] = defaultdict(list)
        slots: list[tuple[tuple[Any, ...], Any]] = []
        for record in records:
            key: tuple[Any, ...] = identity(record)
            weight = persons.get((record.target_group, record.territory))
            to, old = self.moved.get(record.territory), record.territory
            if to is None:
                place = (*key, home(record.territory, key))
                if place[-1] == record.territory:
                    own[place].append(record)
                    slots.append((place, record))
                    continue
                # it has come into a larger territory for which a total is stated
                to, old = ((record.territory, Fraction(1)),), self._outer(record.territory)
            for target, share in to:
                place = (*key, home(target, key))
                coming[place].append(_Part(record, old, share, None if weight is None else weight * share))
                slots.append((place, None))
        return self._filled(slots, own, coming, persons)

    def _filled(
        self,
        slots: list[tuple[tuple[Any, ...], Any]],
        own: Mapping[tuple[Any, ...], list[Any]],
        coming: Mapping[tuple[Any, ...], list[_Part]],
        persons: Mapping[tuple[str, str], Fraction],
    ) -> list[Any]:
        found: list[Any] = []
        done: set[tuple[Any, ...]] = set()
        for place, record in slots:
            here = own.get(place, [])
            parts = [part for part in coming.get(place, ()) if not self._is_counted(part.old, here)]
            if record is not None and (not parts or record is not self._chief(here)):
                found.append(record)
            elif record is not None:
                weight = persons.get((record.target_group, record.territory))
                found.append(self._joined([_Part(record, record.territory, Fraction(1), weight), *parts], place[-1]))
            elif not here and place not in done:
                done.add(place)
                found.append(self._joined(parts, place[-1]))
        return found

    def _chief(self, here: list[Any]) -> Any:
        """Of several statements for one territory give the one that others are added to."""
        return self._latest(here)[0] if isinstance(here[0], Population) else here[0]

    def _joined(self, parts: list[_Part], target: str) -> Any:
        first = parts[0].record
        if len(parts) == 1 and parts[0].share == 1:
            return first.model_copy(update={"territory": target})
        dates = {part.record.date for part in parts} if isinstance(first, Population) else set()
        update: dict[str, Any] = {"territory": target}
        if first.territory != target:
            update["id"] = None
        if isinstance(first, Population):
            update["date"] = dates.pop() if len(dates) == 1 else None
        if isinstance(first, Demand) and first.share is not None:
            update["share"] = self._mean(parts)
        else:
            update["persons"] = self._sum([(part.record.persons, part.share) for part in parts])
        return first.model_copy(update=update)

    def _sum(self, parts: list[tuple[Figure, Fraction]]) -> Figure:
        figures = [figure for figure, _ in parts]

        def total(pick: str) -> int | float:
            numbers = [(getattr(figure, pick), figure.value, share) for figure, share in parts]
            amounts = (exact(value if number is None else number) * share for number, value, share in numbers)
            return exact_number(float(sum(amounts, Fraction(0))))

        return self._figure(figures, total, _ADDED if len(parts) > 1 else _SHARED)

    def _mean(self, parts: list[_Part]) -> Figure:
        """Give the share of the group in the merged territory: the mean, weighted with the persons of the group."""
        figures: list[Figure] = [part.record.share for part in parts]
        if len(set(figures)) == 1:
            return figures[0]
        weights = [part.weight for part in parts if part.weight is not None]
        known = len(weights) == len(parts) and sum(weights) > 0
        if not known:
            weights = [part.share for part in parts]

        def mean(pick: str) -> int | float:
            numbers = [getattr(figure, pick) for figure in figures]
            picked = [exact(f.value if n is None else n) for f, n in zip(figures, numbers, strict=True)]
            total = sum((w * p for w, p in zip(weights, picked, strict=True)), Fraction(0))
            return exact_number(float(total / sum(weights, Fraction(0))))

        found = self._figure(figures, mean, _ADDED if known else _MEAN)
        if known:
            return found
        ends = [number for f in figures for number in (f.low, f.value, f.high) if number is not None]
        basis = "assumed" if found.basis == "assumed" else "estimated"
        return found.model_copy(update={"basis": basis, "low": min(ends), "high": max(ends)})

    def _figure(self, figures: list[Figure], number: Callable[[str], int | float], note: str) -> Figure:
        """Make the figure that joins several: as well founded as the weakest of them."""
        bases = [figure.basis or self.framework.basis for figure in figures]
        basis: Basis = next((one for one in ("assumed", "estimated") if one in bases), "derived")
        sources = {f.source for f, one in zip(figures, bases, strict=True) if basis in ("derived", one)}
        bounded = any(figure.low is not None or figure.high is not None for figure in figures)
        return Figure(
            value=number("value"),
            unit=figures[0].unit,
            per=figures[0].per,
            basis=basis,
            source=sources.pop() if len(sources) == 1 else None,
            low=number("low") if bounded else None,
            high=number("high") if bounded else None,
            approx="about" if any(figure.approx for figure in figures) else None,
            note=note,
        )

    # surveys -------------------------------------------------------------------------------------------------------

    def surveys(self, survey: Survey) -> list[Survey]:
        """Move a survey; what it says of a merged territory of which it mapped only a part, it says in part."""
        if not any(one in self.moved for one in survey.territories):
            return [survey]
        territories = _replaced(survey.territories, self.moved)
        whole = survey.model_copy(update={"territories": territories})
        if survey.status != "complete":
            return [whole]
        partly = tuple(one for one in territories if not self._parts_of(one) <= self._mapped(survey))
        fully = tuple(one for one in territories if one not in partly)
        if not partly:
            return [whole]
        found = [survey.model_copy(update={"territories": fully})] if fully else []
        return [*found, survey.model_copy(update={"territories": partly, "status": "partial", "id": None})]

    def _parts_of(self, territory: str) -> set[str]:
        """Give the territories that a territory was made of, itself included where it was there before."""
        parts = {old for old, pairs in self.moved.items() if any(target == territory for target, _ in pairs)}
        found = self.framework.territories[territory]
        begins = found.valid.start.first() if found.valid and found.valid.start else None
        ends = [end for part in parts if (end := _end(self.framework.territories[part])) is not None]
        is_new = begins is not None and any(begins > end for end in ends)
        return parts if is_new or not parts else {*parts, territory}

    def _mapped(self, survey: Survey) -> set[str]:
        """Give the territories that a survey covers, those inside its territories included."""
        old = {territory.id: territory.part_of for territory in self.framework.territories}
        named = set(survey.territories)
        return {key for key in old if key in named or not named.isdisjoint(ancestors(key, old))}
