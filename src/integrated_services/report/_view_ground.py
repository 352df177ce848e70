"""What the page rests on: the document itself, its assumptions and sources, and how the numbers were made."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from integrated_services._results import UsedFigure
from integrated_services.model import Project, TargetGroup
from integrated_services.model._base import Record
from integrated_services.report._facts import Facts
from integrated_services.report._language import DAGGER
from integrated_services.report._view_network import access, only_assumed

_ASSUMED = ("assumed", "estimated")
_STEP = re.compile(r"([a-z_]+)(?:\[([^\]]*)\])?")
_MOST_NAMES = 40
_NAMED_BY = {
    "populations": ("target_groups", "territories"),
    "demands": ("needs", "target_groups", "territories"),
    "referrals": ("services",),
    "deliveries": ("sites", "territories"),
    "surveys": ("territories", "needs"),
    "observations": ("indicators", "territories", "agencies"),
    "partners": ("agencies",),
}
"""Whose ids the derived keys of records are made of."""


# the document -------------------------------------------------------------------------------------------------------


def about(facts: Facts) -> dict[str, Any]:
    """Say what the framework is: projects, who takes part, for whom, where, with which services.

    Parameters
    ----------
    facts
        Facts of the page.

    Returns
    -------
    dict
        What the section shows.
    """
    fw, language = facts.fw, facts.language
    levels: dict[str, list[str]] = defaultdict(list)
    for territory in fw.territories:
        levels[territory.level or ""].append(territory.id)
    shown = [name for name in fw.COLLECTIONS if len(getattr(fw, name))]
    return {
        "projects": [_project(facts, project) for project in sorted(fw.projects, key=lambda p: p.kind != "project")],
        "groups": [_group(facts, group) for group in fw.target_groups],
        "where": [
            (language.word("level", level or None), len(keys), facts.names(keys, "territories", most=_MOST_NAMES))
            for level, keys in levels.items()
        ],
        "services": [_service(facts, service.id) for service in fw.services],
        "size": [(language.word("noun", name), language.number(len(getattr(fw, name)), 0)) for name in shown],
    }


def _project(facts: Facts, project: Project) -> dict[str, Any]:
    language = facts.language
    whole = [(language.text("about.part_of"), facts.say(project.part_of, "projects"))] if project.part_of else []
    roles: dict[str, list[str]] = defaultdict(list)
    for partner in project.partners:
        roles[partner.role].append(partner.agency)
    return {
        "name": language.say(project.name, project.id),
        "kind": language.word("project_kind", project.kind),
        "description": language.prose(project.description),
        "facts": [*whole, *_period(facts, project), *_money(facts, project), *_specialists(facts, project)],
        "partners": [(language.word("role", role), facts.names(keys, "agencies")) for role, keys in roles.items()],
        "objectives": [language.say(one.name) for one in project.objectives],
        "activities": [(language.say(one.name), language.period(one.period)) for one in project.activities],
    }


def _period(facts: Facts, project: Project) -> list[tuple[str, str]]:
    """Say when a project runs; of a project itself (not of what it belongs to) also that this is not stated."""
    language, period = facts.language, facts.language.period(project.period)
    missing = language.text("about.not_stated") if project.kind == "project" else ""
    found = [(language.text("about.period"), period or missing)] if period or missing else []
    return [*found, *([(language.text("about.signed"), language.day(project.signed))] if project.signed else [])]


def _money(facts: Facts, project: Project) -> list[tuple[str, str]]:
    language, finance = facts.language, project.finance
    if finance is None:
        missing = [(language.text("about.total"), language.text("about.not_stated"))]
        return missing if project.kind == "project" else []
    names = [name for name in ("total", "eligible", "grant", "own") if getattr(finance, name) is not None]
    found = [(language.text(f"about.{name}"), _amount(facts, getattr(finance, name))) for name in names]
    if finance.rate is not None:
        mark = DAGGER if (finance.rate.basis or facts.fw.basis) in _ASSUMED else ""
        found.append((language.text("about.rate"), language.percent(finance.rate.value, 1) + mark))
    return found


def _amount(facts: Facts, money: Any) -> str:
    return facts.language.money(money) + (DAGGER if (money.basis or facts.fw.basis) in _ASSUMED else "")


def _specialists(facts: Facts, project: Project) -> list[tuple[str, str]]:
    figure = project.specialists
    if figure is None:
        return []
    if not facts.may_show(figure.value):
        return [(facts.language.text("about.specialists"), facts.language.text("page.withheld"))]
    said = facts.language.number(figure.value)
    said = facts.language.text(f"approx.{figure.approx}", number=said) if figure.approx else said
    return [
        (
            facts.language.text("about.specialists"),
            said + (DAGGER if (figure.basis or facts.fw.basis) in _ASSUMED else ""),
        )
    ]


def _group(facts: Facts, group: TargetGroup) -> dict[str, Any]:
    language, ages = facts.language, ""
    if group.ages is not None:
        low, high = group.ages
        if low is not None and high is not None:
            ages = language.text("ages.between", low=low, high=high)
        elif low is not None:
            ages = language.text("ages.from", low=low)
        elif high is not None:
            ages = language.text("ages.to", high=high)
    return {
        "name": language.say(group.name, group.id),
        "ages": ages,
        "staff": language.text("about.staff") if group.kind == "professional" else "",
    }


def _service(facts: Facts, key: str) -> dict[str, Any]:
    service, language = facts.fw.services[key], facts.language
    status = "" if service.status == "active" else language.word("service_status", service.status)
    return {
        "name": language.say(service.name, service.id),
        "status": status,
        "providers": facts.names(service.providers, "agencies", most=6),
        "meets": facts.names(service.meets, "needs"),
        "access": access(facts, service),
        "assumed": only_assumed(facts, service.sources),
    }


# assumptions --------------------------------------------------------------------------------------------------------


def assumptions(facts: Facts) -> list[dict[str, Any]]:
    """Give every assumed or estimated figure of the document, and the records that rest on assumptions, by assumption.

    Parameters
    ----------
    facts
        Facts of the page.

    Returns
    -------
    list of dict
        One for each assumption: title, reason, figures and records.
    """
    used = {figure.path for result in facts.results for figure in result.figures}
    records = _assumed_records(facts)
    found = []
    for group in facts.fw.assumptions():
        source = facts.fw.sources.get(group.source) if group.source else None
        title = facts.language.prose(source.title) if source else facts.language.text("ass.no_source")
        found.append(
            {
                "title": title,
                "reason": facts.language.prose(group.note),
                "count": len(group.figures),
                "figures": [_figure(facts, figure, figure.path in used) for figure in group.figures],
                "records": records.pop(group.source or "", []),
            }
        )
    for key, members in records.items():
        source = facts.fw.sources[key]
        found.append(
            {
                "title": facts.language.prose(source.title),
                "reason": facts.language.prose(source.note),
                "count": 0,
                "figures": [],
                "records": members,
            }
        )
    return found


def _assumed_records(facts: Facts) -> dict[str, list[dict[str, Any]]]:
    """Records all of whose sources are assumptions, by the first of them and by kind of record."""
    found: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for collection, record in facts.fw.records():
        for path, member in _with_children(f"{collection}[{record.key}]", record):
            sources = getattr(member, "sources", ())
            if sources and only_assumed(facts, sources):
                found[sources[0]][collection].append(path)
    return {
        source: [
            {
                "noun": facts.language.word("noun", collection),
                "count": len(paths),
                "names": facts.language.listed([path_name(facts, path) for path in paths], _MOST_NAMES),
            }
            for collection, paths in kinds.items()
        ]
        for source, kinds in found.items()
    }


def _with_children(path: str, record: Record) -> Iterator[tuple[str, Record]]:
    yield path, record
    for name in type(record).model_fields:
        value = getattr(record, name)
        if isinstance(value, tuple):
            for child in value:
                if isinstance(child, Record):
                    yield from _with_children(f"{path}.{name}[{child.key}]", child)


def _figure(facts: Facts, figure: UsedFigure, used: bool) -> dict[str, Any]:
    """Describe one figure; on a public page an estimated number of persons is shown only where nothing is withheld."""
    language = facts.language
    base, _, per = (figure.unit or "").partition("/")
    unit = " ".join(
        part for part in (language.words("unit").get(base, base), language.word("per", per or None)) if part
    )
    observed = figure.basis == "estimated" and base in ("persons", "")
    hidden = observed and (not facts.may_show(figure.value) or (facts.public and facts.withholds))
    return {
        "what": path_name(facts, figure.path),
        "path": figure.path,
        "unit": unit,
        "basis": language.word("basis", figure.basis),
        "value": language.text("page.withheld") if hidden else _number(facts, figure.value, base) + DAGGER,
        "range": "" if hidden else _range(facts, figure, base),
        "note": facts.language.prose(figure.note),
        "used": used,
    }


def _number(facts: Facts, value: float, unit: str) -> str:
    language = facts.language
    return language.percent(value, 1) if unit == "share" else language.number(value, 2)


def _range(facts: Facts, figure: UsedFigure, unit: str) -> str:
    language = facts.language
    low = None if figure.low is None else _number(facts, figure.low, unit)
    high = None if figure.high is None else _number(facts, figure.high, unit)
    if low is not None and high is not None:
        return language.text("number.range", low=low, high=high)
    if low is not None:
        return language.text("number.at_least", low=low)
    return "" if high is None else language.text("number.at_most", high=high)


def path_name(facts: Facts, path: str) -> Any:
    """Say in words where a figure or record stands: the names along its path.

    Parameters
    ----------
    facts
        Facts of the page.
    path
        Such as ``services[mobile].deliveries[vievis].capacity``.

    Returns
    -------
    Markup
        Names, separated by dashes.
    """
    parts: list[Any] = []
    for field, key in _STEP.findall(path):
        if field == "cooperations":
            kind, _, agencies = key.partition(":")
            said = [
                facts.language.words("tie").get(kind, kind),
                *(facts.say(one, "agencies") for one in agencies.split("+")),
            ]
            parts.append(facts.language.listed([one for one in said if one]))
        elif key:
            own = facts.say(key, field) if field in facts.fw.COLLECTIONS else key
            named = own != key
            pieces = re.split(r"[:+]", key)
            parts.append(
                own
                if named
                else facts.language.listed(
                    [facts.say(one, *_NAMED_BY.get(field, facts.fw.COLLECTIONS)) for one in pieces if one]
                )
            )
        else:
            known = facts.language.words("figure")
            parts.append(known.get(field, known["other"]))
    return facts.language.listed(parts).__class__(" – ").join(parts)


# sources and methods ------------------------------------------------------------------------------------------------


def sources(facts: Facts) -> list[dict[str, Any]]:
    """List the sources, assumptions last."""
    language = facts.language
    return [
        {
            "id": source.id,
            "title": language.prose(source.title),
            "kind": language.word("source_kind", source.kind),
            "publisher": language.prose(source.publisher),
            "date": language.day(source.date),
            "licence": language.prose(source.licence),
            "url": source.url if source.url and re.match(r"https?://", source.url) else "",
            "note": language.prose(source.note) if source.kind != "assumption" else "",
        }
        for source in sorted(facts.fw.sources, key=lambda one: one.kind == "assumption")
    ]


def methods(facts: Facts) -> dict[str, Any]:
    """Say how the numbers were made: rules, publications, analyses, versions, digest."""
    made = [result.provenance for result in facts.results]
    versions = sorted({version for one in made for version in one.versions})
    citations = {str(one): one for result in facts.results for one in result.references()}
    return {
        "rules": [facts.language.text(f"met.{name}") for name in _rules(facts)],
        "citations": sorted(citations),
        "versions": versions,
        "digest": facts.fw.digest,
        "functions": list(dict.fromkeys(one.function for one in made)),
        "licence": facts.language.prose(facts.fw.licence),
    }


def _rules(facts: Facts) -> Iterable[str]:
    yield from ("person_needs", "flow", "split", "survey", "days")
    if facts.public:
        yield "protection"
