"""What is doubtful or missing in a document: warnings and incomplete places."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from integrated_services.errors import Problem
from integrated_services.model._base import Label
from integrated_services.model._checks import ancestors
from integrated_services.model._fields import FieldSpec, walk
from integrated_services.model._nouns import Agency, Demand
from integrated_services.model._services import Delivery, Service
from integrated_services.model._units import conversion
from integrated_services.model._values import Figure, Money

if TYPE_CHECKING:
    from integrated_services.model._framework import Framework

_LEVELS = ("country", "region", "county", "municipality", "eldership", "settlement")


def advice(framework: Framework) -> Iterator[Problem]:
    """List the warnings and the incomplete places of a framework.

    Parameters
    ----------
    framework
        The framework.

    Yields
    ------
    Problem
        Severity *warning* or *incomplete*.
    """
    for check in (
        _two_kinds,
        _levels,
        _codes,
        _bases,
        _populations,
        _deliveries,
        _units,
        _translations,
        _surveys,
        _unused_services,
    ):
        yield from check(framework)


def _warning(code: str, path: str, message: str, mend: str) -> Problem:
    return Problem(code, "warning", path, message, mend)


def _incomplete(code: str, path: str, message: str, mend: str) -> Problem:
    return Problem(code, "incomplete", path, message, mend)


# agencies ----------------------------------------------------------------------------------------------------------

_KIND_WORDS = {
    "vald": "parish",
    "valla": "parish",
    "parish": "parish",
    "linn": "town",
    "linna": "town",
    "town": "town",
    "city": "town",
    "miesto": "town",
    "miestas": "town",
    "rajono": "district",
    "district": "district",
    "savivaldybe": "",
    "municipality": "",
    "vallavalitsus": "parish",
    "linnavalitsus": "town",
    "rural": "parish",
    "government": "",
}


def _stem(name: str) -> tuple[str, str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = re.findall(r"\w+", plain)
    kinds = [_KIND_WORDS[word] for word in words if _KIND_WORDS.get(word)]
    return " ".join(word for word in words if word not in _KIND_WORDS), (kinds[0] if kinds else "")


def _two_kinds(framework: Framework) -> Iterator[Problem]:
    """One agency listed under two kinds, such as Loksa as parish and as town."""
    by_stem: dict[str, list[tuple[Agency, str]]] = defaultdict(list)
    for agency in framework.agencies:
        texts = (
            [agency.name.text(code) for code in agency.name.languages or (None,)]
            if agency.name
            else [agency.id.replace("-", " ")]
        )
        for stem, kind in {_stem(text) for text in texts}:
            if stem and kind:
                by_stem[stem].append((agency, kind))
    seen = set()
    for pairs in by_stem.values():
        for number, (one, kind) in enumerate(pairs):
            for other, other_kind in pairs[number + 1 :]:
                pair = (one.id, other.id)
                same_place = one.territory == other.territory or not (one.territory and other.territory)
                if kind != other_kind and one.id != other.id and same_place and pair not in seen:
                    seen.add(pair)
                    yield _warning(
                        "agency-two-kinds",
                        f"agencies[{other.id}]",
                        f"{one.id!r} ({kind}) and {other.id!r} ({other_kind}) seem to be one agency under two kinds",
                        "Join them, or give each its own territory if they are two.",
                    )


# territories -------------------------------------------------------------------------------------------------------


def _levels(framework: Framework) -> Iterator[Problem]:
    for territory in framework.territories:
        parent = framework.territories.get(territory.part_of) if territory.part_of else None
        if (
            parent
            and parent.level
            and territory.level
            and _LEVELS.index(parent.level) >= _LEVELS.index(territory.level)
        ):
            yield _warning(
                "level-order",
                f"territories[{territory.id}].part_of",
                f"a {territory.level} is part of a {parent.level}",
                "Correct the level or `part_of`.",
            )


def _codes(framework: Framework) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], str] = {}
    parents = {territory.id: territory.part_of for territory in framework.territories}
    for territory in framework.territories:
        *_, top = territory.id, *ancestors(territory.id, parents)
        outermost = framework.territories.get(top)
        # each country has codes of its own
        country = top if outermost is not None and outermost.level == "country" else ""
        for code in territory.codes:
            key = (code.scheme, code.value, code.version or "", country)
            other = seen.setdefault(key, territory.id)
            both = (framework.territories[other], territory)
            if other != territory.id and not any(t.valid for t in both):
                yield _warning(
                    "duplicate-code",
                    f"territories[{territory.id}].codes",
                    f"the {code.scheme} code {code.value} is also that of {other!r}",
                    "Correct the code, or join the two territories.",
                )


# figures -----------------------------------------------------------------------------------------------------------


def _is_figure(spec: FieldSpec) -> bool:
    return spec.model in (Figure, Money)


def _bases(framework: Framework) -> Iterator[Problem]:
    for name, record in framework.records():
        for path, _, value in walk(record, f"{name}[{record.key}]", _is_figure):
            source = framework.sources.get(value.source) if value.source else None
            basis = value.basis or framework.basis
            if basis == "assumed" and (source is None or source.kind != "assumption"):
                yield _warning(
                    "assumed-without-source",
                    path,
                    "the figure is assumed but names no assumption",
                    "Add a source of kind `assumption` with its reason, and name it in `source`.",
                )
            elif basis == "stated" and source is not None and source.kind == "assumption":
                yield _warning(
                    "basis-contradiction",
                    path,
                    "the figure rests on an assumption but is marked stated",
                    "Write `basis: assumed`.",
                )


def _populations(framework: Framework) -> Iterator[Problem]:
    persons = {(p.target_group, p.territory): p.persons.value for p in framework.populations}
    today = framework.reference_date
    level = {t.id: t.level for t in framework.territories if t.valid is None or t.valid.contains(today)}
    parents = {t.id: t.part_of for t in framework.territories}
    for demand in framework.demands:
        path = f"demands[{demand.key}]"
        if demand.persons is not None:
            most = persons.get((demand.target_group, demand.territory))
            if most is not None and demand.persons.value > most and demand.persons.per is None:
                yield _warning(
                    "demand-above-population",
                    path,
                    f"{demand.persons.value} persons need it, but only {most} of the group live there",
                    "Correct the demand or the population.",
                )
            continue
        places = [demand.territory] if demand.each is None else _each(demand, level, parents)
        without = [key for key in places if (demand.target_group, key) not in persons]
        if without or not places:
            shown = ", ".join(without[:3]) + (f" and {len(without) - 3} more" if len(without) > 3 else "")
            yield _incomplete(
                "population-missing",
                path,
                f"the share has no population to be taken of in {shown or 'any territory'}",
                "Add the population of the group there, or state the persons.",
            )


def _each(demand: Demand, level: Mapping[str, str | None], parents: Mapping[str, str | None]) -> list[str]:
    """Give the territories that a rate holds for."""
    return [
        key
        for key, one in level.items()
        if one == demand.each and (key == demand.territory or demand.territory in ancestors(key, parents))
    ]


# deliveries --------------------------------------------------------------------------------------------------------


def _deliveries(framework: Framework) -> Iterator[Problem]:
    for service in framework.services:
        if service.status in ("planned", "closed"):
            continue
        if not service.deliveries:
            yield _incomplete(
                "delivery-missing",
                f"services[{service.id}]",
                "it is not said where the service is delivered",
                "Add a delivery with a site or an area.",
            )
        for delivery in service.deliveries:
            path = f"services[{service.id}].deliveries[{delivery.key}]"
            site = framework.sites.get(delivery.site) if delivery.site else None
            if not delivery.area and (site is None or site.territory is None):
                yield _incomplete(
                    "area-missing",
                    path,
                    "it is not said whose residents may use it",
                    "Add an `area`, or the territory of its site.",
                )
            if delivery.capacity is None and not _from_posts(delivery):
                yield _incomplete(
                    "capacity-missing",
                    path,
                    "its capacity is unknown",
                    "Add a capacity (or posts and a caseload); it is taken neither as zero nor as endless.",
                )


def _from_posts(delivery: Delivery) -> bool:
    return delivery.caseload is not None and any(post.fte is not None for post in delivery.posts)


def _units(framework: Framework) -> Iterator[Problem]:
    flows: dict[str, set[bool]] = defaultdict(set)
    broader = {need.id: need.broader for need in framework.needs}
    for demand in framework.demands:
        for_period = demand.persons is not None and demand.persons.per is not None
        flows[demand.need].add(for_period)
        for wider in ancestors(demand.need, broader):
            flows[wider].add(for_period)
    for service in framework.services:
        if service.status in ("planned", "closed"):
            continue
        wanted = {kind for need in service.meets for kind in flows.get(need, ())}
        yield from _comparable(service, wanted)


def _comparable(service: Service, wanted: set[bool]) -> Iterator[Problem]:
    for delivery in service.deliveries:
        for flow in sorted(wanted):
            if delivery.capacity is not None and conversion(delivery, flow) is None:
                path = f"services[{service.id}].deliveries[{delivery.key}].capacity"
                yield _incomplete(
                    "capacity-not-comparable",
                    path,
                    "the capacity cannot be compared with the demand, which counts persons "
                    + ("per period" if flow else "at a time"),
                    "Add `duration` (days), `sessions_per_person` or `hours_per_person`.",
                )
                break


def _unused_services(framework: Framework) -> Iterator[Problem]:
    for service in framework.services:
        path = f"services[{service.id}]"
        if not service.meets:
            yield _incomplete("meets-missing", path, "it is not said which need it meets", "Add `meets`.")
        if not service.serves:
            yield _incomplete("serves-missing", path, "it is not said whom it serves", "Add `serves`.")


# texts, surveys ----------------------------------------------------------------------------------------------------


def _translations(framework: Framework) -> Iterator[Problem]:
    for language in framework.languages:
        missing = [
            f"{name}[{record.key}]"
            for name, record in framework.records()
            if isinstance(label := getattr(record, "name", None), Label)
            and label.languages
            and language not in label.languages
        ]
        if missing:
            yield _incomplete(
                "translation-missing",
                missing[0],
                f"{len(missing)} names are not given in {language!r}, this being the first",
                f"Add the names in {language!r}, or take the language out of `languages`.",
            )


def _surveys(framework: Framework) -> Iterator[Problem]:
    said: dict[tuple[str, str], tuple[str, str]] = {}
    for survey in framework.surveys:
        if survey.sectors:
            continue
        for territory in survey.territories:
            for need in survey.needs or ("",):
                other = said.setdefault((territory, need), (survey.status, survey.key))
                if other[0] != survey.status:
                    yield _warning(
                        "survey-contradiction",
                        f"surveys[{survey.key}]",
                        f"{territory!r} is mapped {survey.status} here and {other[0]} in {other[1]!r}",
                        "Keep the statement that holds.",
                    )
