"""`estimate_demand`: demand from population, with each rate as one assumption that all its figures share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictInt, ValidationError, model_validator

from integrated_services.errors import DocumentError, Problem, nearest
from integrated_services.model._base import Id, Label, Model, Text, fault
from integrated_services.model._checks import ancestors
from integrated_services.model._framework import Framework
from integrated_services.model._nouns import Demand, Level, Population, Source, _class
from integrated_services.model._structure import structure_problems
from integrated_services.model._units import exact
from integrated_services.model._values import Basis, Figure, share_of_one

_WEAKEST_FIRST: tuple[Basis, ...] = ("assumed", "estimated", "derived", "stated")
Cell = tuple[str, str, str]
"""Need, target group, territory."""


class Rate(Model):
    """The share of a target group that has a need, in a class of territories and a year.

    Examples
    --------
    >>> from integrated_services.model import Rate
    >>> Rate(need="speech", target_group="pupils", rate=0.1, level="municipality", reason="As in the county").year
    """

    need: Id
    """What they need."""
    target_group: Id
    """Whom the share is of."""
    rate: Figure
    """Share of the persons, 0 to 1, with bounds where it is uncertain."""
    territories: tuple[Id, ...] = ()
    """These territories; with a class, every territory of the class inside them."""
    level: Level | None = None
    """Every territory of this level."""
    degurba: Annotated[Literal[1, 2, 3], BeforeValidator(_class)] | None = None
    """Every territory of this degree of urbanisation."""
    year: Annotated[StrictInt, Field(ge=1000, le=9999)] | None = None
    """The year that the rate holds for, and that the persons must have been counted in."""
    source: Id | None = None
    """A source of the framework that states the rate, or the assumption that it is."""
    title: Label | None = None
    """Title of the assumption that is made of the rate."""
    reason: Text | None = None
    """Why this rate; needed where no source is named."""

    @model_validator(mode="after")
    def _check(self) -> Rate:
        share_of_one(self, "rate")
        if not (self.territories or self.level or self.degurba):
            mend = "Give `level`, `degurba` or `territories`."
            raise fault("rate-without-territories", "the rate does not say for which territories it holds", mend)
        if self.source is None and self.reason is None:
            mend = "Say in `reason` why the rate is as it is, or name its source."
            raise fault("assumption-without-reason", "the rate gives neither a source nor a reason", mend)
        if self.rate.unit not in (None, "share") or self.rate.per is not None:
            raise fault("wrong-unit", "the rate is not a share", "Write 0.12 for 12 %.", "rate")
        return self


@dataclass(frozen=True, slots=True)
class DemandEstimate:
    """What estimating the demand gave.

    Attributes
    ----------
    framework
        The framework with the demands and the assumptions that they rest on.
    added
        Keys of the demands that were added.
    replaced
        Keys of the demands that were replaced (only when asked for).
    kept
        Cells that are not estimated because a demand is stated there already: need, target group, territory and the
        key of the demand that stands.
    missing
        Cells without a population to take the share of; nothing was guessed for them.
    sources
        Ids of the assumptions that were added, one a rate.

    Examples
    --------
    >>> from integrated_services.model import DemandEstimate, loads
    >>> fw = loads('{"framework": "f", "title": "F", "reference_date": "2022-06-01"}')
    >>> DemandEstimate(fw).summary()
    '0 demands added, 0 replaced, 0 cells left as stated, 0 without a population.'
    """

    framework: Framework
    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    kept: tuple[tuple[str, str, str, str], ...] = ()
    missing: tuple[Problem, ...] = ()
    sources: tuple[str, ...] = ()

    def summary(self) -> str:
        """Say in one sentence what was done.

        Returns
        -------
        str
            Counts.
        """
        return (
            f"{len(self.added)} {'demand' if len(self.added) == 1 else 'demands'} added, "
            f"{len(self.replaced)} replaced, {len(self.kept)} {'cell' if len(self.kept) == 1 else 'cells'} left as "
            f"stated, {len(self.missing)} without a population."
        )


def estimate_demand(
    framework: Framework,
    rates: Iterable[Rate | Mapping[str, Any]],
    *,
    year: int | None = None,
    overwrite: bool = False,
) -> DemandEstimate:
    """Estimate demand as a share of the population.

    Parameters
    ----------
    framework
        The framework, with the populations of the target groups.
    rates
        `Rate` objects, or mappings with its fields: ``{need, target_group, rate, level, reason}``. Of several rates for
        one cell the more special one holds: named territories before a degree of urbanisation before a level.
    year
        The year to estimate for: rates of other years are passed over, and the persons must have been counted in it.
        Missing: each rate takes the population of its own year; one without a year takes the latest.
    overwrite
        Whether demands that are stated for a cell (need, target group, territory) are replaced. Where the demand of a
        cell is part of one that is stated for a wider or narrower territory, that one always stands.

    Returns
    -------
    DemandEstimate
        The framework with the demands, and all that was left out.

    Raises
    ------
    DocumentError
        With every rate that cannot be used: unknown ids, two rates of one kind for one cell, territories that contain
        each other.

    Notes
    -----
    Persons are rate times population, exactly, neither rounded nor guessed: a cell whose population is missing, or was
    not counted in the year of the rate, is listed in `missing`. Bounds are the products of the lower and of the upper
    bounds. The basis is the weakest of rate and population; from stated figures it is ``derived``. Each rate makes one
    `Source` of kind assumption (unless it names a source), which all figures made of it bear: they vary together.

    A rate that holds for all territories of a level in some territory, undisturbed by another rate or demand, becomes
    one demand with ``share`` and ``each``; otherwise there is one demand with ``persons`` for each territory.

    Examples
    --------
    >>> from integrated_services.model import estimate_demand, loads
    >>> fw = loads('''{"framework": "f", "title": "F", "reference_date": "2022-06-01",
    ...   "territories": [{"id": "vievis", "level": "eldership"}],
    ...   "target_groups": [{"id": "pupils"}], "needs": [{"id": "speech"}],
    ...   "populations": [{"target_group": "pupils", "territory": "vievis", "persons": 400}]}''')
    >>> rate = {"need": "speech", "target_group": "pupils", "rate": {"value": 0.1, "low": 0.05, "high": 0.2},
    ...         "territories": ["vievis"], "reason": "As in the county"}
    >>> found = estimate_demand(fw, [rate])
    >>> found.framework.demands[0].persons.plain()
    {'value': 40, 'basis': 'assumed', 'source': 'rate-speech-pupils', 'low': 20, 'high': 80}
    """
    listed = _read(framework, rates)
    of_year = [rate for rate in listed if year is None or rate.year in (None, year)]
    holds = _holding(framework, of_year)
    sources, new_sources = _sources(framework, of_year)
    work = _Work(framework, of_year, sources, year, overwrite)
    for number in range(len(of_year)):
        work.estimate(number, [cell for cell, rate in holds.items() if rate == number])
    gone = set(work.replaced)
    used = {figure.source for one in work.demands for figure in (one.persons, one.share) if figure is not None}
    made = framework.evolve(
        add={
            "sources": [source for source in new_sources if source.id in used],
            "demands": sorted(work.demands, key=lambda demand: demand.key),
        },
        remove=[f"demands[{key}]" for key in sorted(gone)],
    )
    return DemandEstimate(
        made,
        tuple(sorted(demand.key for demand in work.demands)),
        tuple(sorted(gone)),
        tuple(sorted(work.kept)),
        tuple(sorted(work.missing)),
        tuple(source.id for source in new_sources if source.id in used),
    )


# reading rates -----------------------------------------------------------------------------------------------------


def _read(framework: Framework, rates: Iterable[Rate | Mapping[str, Any]]) -> list[Rate]:
    found: list[Rate] = []
    problems: list[Problem] = []
    for number, raw in enumerate(rates):
        path = f"rates[{number}]"
        try:
            rate = raw if isinstance(raw, Rate) else Rate.model_validate(raw)
        except ValidationError as error:
            plain = dict(raw) if isinstance(raw, Mapping) else {}
            problems += structure_problems(error, Rate, plain, path, lambda _: None, ())
            continue
        problems += _unknown(framework, rate, path)
        found.append(rate)
    if problems:
        raise DocumentError(problems, "the rates")
    return found


def _unknown(framework: Framework, rate: Rate, path: str) -> Iterator[Problem]:
    named = [
        ("need", "needs", rate.need),
        ("target_group", "target_groups", rate.target_group),
        *(("territories", "territories", key) for key in rate.territories),
        *([("source", "sources", rate.source)] if rate.source else []),
    ]
    for field, collection, key in named:
        known = getattr(framework, collection)
        if key not in known:
            near = nearest(key, known.keys())
            mend = f"Did you mean {' or '.join(map(repr, near))}?" if near else "Correct the id."
            noun = collection.replace("_", " ")
            yield Problem(
                "unknown-reference", "error", f"{path}.{field}", f"{key!r} is not among the {noun}", mend, value=key
            )


def _holding(framework: Framework, rates: Sequence[Rate]) -> dict[Cell, int]:
    """Give the rate that holds for each cell: the most special one."""
    offers: dict[Cell, list[tuple[int, int]]] = defaultdict(list)
    problems: list[Problem] = []
    parents = {territory.id: territory.part_of for territory in framework.territories}
    for number, rate in enumerate(rates):
        places = places_of(framework, rate)
        problems += _nested(number, places, parents)
        for place in places:
            special = 0 if rate.level is None and rate.degurba is None else 1 if rate.degurba is not None else 2
            offers[rate.need, rate.target_group, place].append((special, number))
    for cell, found in sorted(offers.items()):
        best = min(found)[0]
        numbers = [number for special, number in found if special == best]
        if len(numbers) > 1:
            message = f"{len(numbers)} rates hold for {', '.join(cell)}"
            mend = "Keep one of them; of rates of several years, say for which year to estimate."
            problems.append(Problem("two-rates", "error", f"rates[{numbers[1]}]", message, mend))
    if problems:
        raise DocumentError(problems, "the rates")
    return {cell: min(found)[1] for cell, found in sorted(offers.items())}


def places_of(framework: Framework, rate: Rate) -> list[str]:
    """Give the territories that a rate holds for.

    Parameters
    ----------
    framework
        The framework.
    rate
        The rate.

    Returns
    -------
    list[str]
        Those that exist on the reference date, in the order of the document.
    """
    parents = {territory.id: territory.part_of for territory in framework.territories}
    wanted = set(rate.territories)
    found = []
    for territory in framework.territories:
        if territory.valid is not None and not territory.valid.contains(framework.reference_date):
            continue
        if rate.level is None and rate.degurba is None:
            inside = territory.id in wanted
        else:
            inside = not wanted or not wanted.isdisjoint((territory.id, *ancestors(territory.id, parents)))
        if inside and rate.level in (None, territory.level) and rate.degurba in (None, territory.degurba):
            found.append(territory.id)
    return found


def _nested(number: int, places: Sequence[str], parents: Mapping[str, str | None]) -> Iterator[Problem]:
    chosen = set(places)
    for place in places:
        outer = next((one for one in ancestors(place, parents) if one in chosen), None)
        if outer is not None:
            message = f"the rate holds for {place!r} and for {outer!r}, which contains it"
            mend = "Say the `level`, or the persons are counted twice."
            yield Problem("nested-demand", "error", f"rates[{number}]", message, mend)
            return


# assumptions -------------------------------------------------------------------------------------------------------


def _sources(framework: Framework, rates: Sequence[Rate]) -> tuple[list[str], list[Source]]:
    """Give the source of each rate, and those that are new; an assumption that is there already is used again."""
    ids: list[str] = []
    new: dict[str, Source] = {}
    for rate in rates:
        if rate.source is not None:
            ids.append(rate.source)
            continue
        # the reason is the same for the same rate, so a second run finds what the first one made
        title = rate.title or Label(f"Share of {rate.target_group} with the need {rate.need}")
        parts = ["rate", rate.need, rate.target_group]
        parts += [rate.level] if rate.level else []
        parts += [f"degurba-{rate.degurba}"] if rate.degurba else []
        parts += [str(rate.year)] if rate.year else []
        base = "-".join(parts)[:180]
        key, count = base, 1
        while True:
            source = Source(id=key, kind="assumption", title=title, note=rate.reason)
            there = framework.sources.get(key)
            if key not in new and there is None:
                new[key] = source
                break
            if there == source and key not in ids:
                break
            count += 1
            key = f"{base}-{count}"
        ids.append(key)
    return ids, list(new.values())


# figures -----------------------------------------------------------------------------------------------------------


class _Work:
    """Collects the demands that the rates make."""

    def __init__(
        self, framework: Framework, rates: Sequence[Rate], sources: Sequence[str], year: int | None, overwrite: bool
    ) -> None:
        self.framework = framework
        self.rates = rates
        self.sources = sources
        self.year = year
        self.overwrite = overwrite
        self.demands: list[Demand] = []
        self.replaced: list[str] = []
        self.kept: list[tuple[str, str, str, str]] = []
        self.missing: list[Problem] = []
        self._parents = {territory.id: territory.part_of for territory in framework.territories}
        self._levels = {territory.id: territory.level for territory in framework.territories}
        self._stated: dict[tuple[str, str], list[Demand]] = defaultdict(list)
        for demand in framework.demands:
            self._stated[demand.need, demand.target_group].append(demand)
        self._counts: dict[tuple[str, str], list[Population]] = defaultdict(list)
        for population in sorted(framework.populations, key=_by_date):
            self._counts[population.target_group, population.territory].append(population)

    def estimate(self, number: int, cells: Sequence[Cell]) -> None:
        """Make the demands of one rate.

        Parameters
        ----------
        number
            Number of the rate.
        cells
            Cells that it holds for.
        """
        rate = self.rates[number]
        free = [cell for cell in cells if self._is_free(cell)]
        counted = {cell: self._population(rate, cell) for cell in free}
        for container, inside in self._factors(rate, cells, free, counted).items():
            self.demands.append(
                Demand(
                    need=rate.need,
                    target_group=rate.target_group,
                    territory=container,
                    share=self._share(number),
                    each=rate.level,
                )
            )
            for cell in inside:
                population = counted.pop(cell)
                if population is None:
                    self._miss(rate, cell)
        for cell, population in counted.items():
            if population is None:
                self._miss(rate, cell)
                continue
            persons = self._persons(number, population)
            self.demands.append(
                Demand(need=rate.need, target_group=rate.target_group, territory=cell[2], persons=persons)
            )
            self.replaced += [demand.key for demand in self._in_cell(cell)]

    # what is stated already ------------------------------------------------------------------------------------

    def _in_cell(self, cell: Cell) -> list[Demand]:
        return [one for one in self._stated[cell[:2]] if one.each is None and one.territory == cell[2]]

    def _is_free(self, cell: Cell) -> bool:
        """Tell whether a demand may be put into a cell; else the one that stands is listed."""
        own = self._in_cell(cell)
        wider = set(ancestors(cell[2], self._parents))
        for demand in self._stated[cell[:2]]:
            if demand in own:
                if self.overwrite:
                    continue
            elif demand.each is not None:
                reaches = demand.territory == cell[2] or demand.territory in wider
                if not (reaches and self._levels.get(cell[2]) == demand.each):
                    continue
            elif demand.territory not in wider and cell[2] not in ancestors(demand.territory, self._parents):
                continue
            self.kept.append((*cell, demand.key))
            return False
        return True

    # factors ---------------------------------------------------------------------------------------------------

    def _factors(
        self,
        rate: Rate,
        cells: Sequence[Cell],
        free: Sequence[Cell],
        counted: Mapping[Cell, Population | None],
    ) -> dict[str, list[Cell]]:
        """Give the territories for which one share says all, each with the cells that it stands for."""
        if rate.level is None or rate.degurba is not None:
            return {}
        found: dict[str, list[Cell]] = {}
        by_place = {cell[2]: cell for cell in free}
        tops = rate.territories or tuple(dict.fromkeys(self._top(cell[2]) for cell in cells))
        for top in tops:
            inside = [
                key
                for key, level in self._levels.items()
                if level == rate.level and (key == top or top in ancestors(key, self._parents))
            ]
            taken = any(cell in listed for listed in found.values() for cell in (by_place.get(k) for k in inside))
            if len(inside) < 2 or taken or not all(key in by_place for key in inside):
                continue
            listed = [by_place[key] for key in inside]
            if any(self._in_cell(cell) for cell in listed):
                continue
            # a share is taken of the latest count, so no other one may be meant
            if all(counted[cell] is self._latest(cell) for cell in listed):
                found[top] = listed
        return found

    def _top(self, place: str) -> str:
        return [place, *ancestors(place, self._parents)][-1]

    def _share(self, number: int) -> Figure:
        return self._figure(number, self.rates[number].rate)

    def _figure(self, number: int, figure: Figure) -> Figure:
        basis = self._basis(number)
        return figure.model_copy(update={"basis": self._said(basis), "source": self.sources[number], "unit": None})

    def _basis(self, number: int) -> Basis:
        """Give the basis of a rate: what its source is, where it does not say."""
        rate = self.rates[number]
        source = self.framework.sources.get(self.sources[number])
        return rate.rate.basis or ("assumed" if source is None or source.kind == "assumption" else "stated")

    def _said(self, basis: Basis) -> Basis | None:
        return None if basis == self.framework.basis else basis

    # persons ---------------------------------------------------------------------------------------------------

    def _latest(self, cell: Cell) -> Population | None:
        counts = self._counts[cell[1], cell[2]]
        return counts[-1] if counts else None

    def _population(self, rate: Rate, cell: Cell) -> Population | None:
        wanted = self.year if self.year is not None else rate.year
        if wanted is None:
            return self._latest(cell)
        of_year = [one for one in self._counts[cell[1], cell[2]] if one.date is not None and one.date.year == wanted]
        return of_year[-1] if of_year else None

    def _miss(self, rate: Rate, cell: Cell) -> None:
        wanted = self.year if self.year is not None else rate.year
        there = [str(one.date) if one.date else "an unknown day" for one in self._counts[cell[1], cell[2]]]
        of = f" of {wanted}" if wanted is not None else ""
        known = f"; there is one of {' and of '.join(there)}" if there else ""
        self.missing.append(
            Problem(
                "population-missing",
                "incomplete",
                f"demands[{':'.join(cell)}]",
                f"there is no population{of} of {cell[1]!r} in {cell[2]!r}{known}",
                "Add it, or state the persons with the need.",
            )
        )

    def _persons(self, number: int, population: Population) -> Figure:
        rate, persons = self.rates[number].rate, population.persons
        bases = (self._basis(number), persons.basis or self.framework.basis)
        basis = min(bases, key=_WEAKEST_FIRST.index)
        low = high = None
        if rate.low is not None or persons.low is not None:
            low = _times(_first(rate.low, rate.value), _first(persons.low, persons.value))
        if rate.high is not None or persons.high is not None:
            high = _times(_first(rate.high, rate.value), _first(persons.high, persons.value))
        return Figure(
            value=_times(rate.value, persons.value),
            basis=self._said("derived" if basis == "stated" else basis),
            source=self.sources[number],
            low=low,
            high=high,
            distribution=rate.distribution if persons.low is None and persons.high is None else None,
            level=rate.level if persons.low is None and persons.high is None else None,
            approx=rate.approx or persons.approx,
        )


def _by_date(population: Population) -> tuple[str, float, str, str]:
    """Order counts as analyses do: the latest last, and the largest of one day."""
    date = str(population.date) if population.date else ""
    return date, population.persons.value, population.persons.basis or "", population.key


def _first(one: float | None, other: float) -> float:
    return other if one is None else one


def _times(one: float, other: float) -> float:
    product: Fraction = exact(one) * exact(other)
    return float(product)
