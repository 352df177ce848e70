"""What the page says about the network: who works with whom, ways through the services, and how to get help."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from integrated_services import network
from integrated_services.model import Service
from integrated_services.report._facts import Facts
from integrated_services.report._figure import Widths, both_widths
from integrated_services.report._language import DAGGER
from integrated_services.report._layered import LayeredEdge, LayeredNode, layered_network
from integrated_services.report._ring import Actor, Tie, cooperation_network
from integrated_services.report._svg import Picture

_ASSUMED = ("assumed", "estimated")


def _mark(basis: str | None) -> str:
    return DAGGER if basis in _ASSUMED else ""


# cooperation --------------------------------------------------------------------------------------------------------


def cooperation(facts: Facts) -> dict[str, Any] | None:
    """Describe the cooperation network.

    Parameters
    ----------
    facts
        Facts of the page.

    Returns
    -------
    dict or None
        Picture, measures and table; None where no tie is stated.
    """
    found, language = facts.cooperation, facts.language
    ties = [data for _, _, data in network.cooperation_graph(facts.fw).edges(data=True)]
    if not ties:
        return None
    cut = [agency for agency, is_cut in zip(found.agencies, found.is_cut, strict=True) if is_cut]
    scales = sorted({tie["scale"] for tie in ties if tie["scale"]})
    return {
        "title": language.text("coop.title"),
        "picture": _cooperation_picture(facts, ties),
        "measures": _measures(facts),
        "cut": facts.names(cut, "agencies"),
        "scale": language.text("coop.scale", scale=", ".join(scales)) if scales else "",
        "ties": [_tie(facts, tie) for tie in ties],
    }


def _tie(facts: Facts, tie: dict[str, Any]) -> dict[str, Any]:
    level = "" if tie["level"] is None else facts.language.number(tie["level"]) + _mark(tie["basis"])
    return {
        "first": facts.say(tie["first"], "agencies"),
        "second": facts.say(tie["second"], "agencies"),
        "kind": facts.language.word("tie", tie["kind"]),
        "level": level,
        "assumed": tie["assumed"],
    }


def _cooperation_picture(facts: Facts, ties: list[dict[str, Any]]) -> Widths:
    found, language = facts.cooperation, facts.language
    measured = {
        agency: (sector, degree, is_cut)
        for agency, sector, degree, is_cut in zip(found.agencies, found.sector, found.degree, found.is_cut, strict=True)
    }
    actors = []
    for agency in facts.fw.agencies:
        if agency.id in measured:
            sector, degree, is_cut = measured[agency.id]
            name = facts.plain(agency.id, "agencies")
            actors.append(Actor(agency.id, name, language.word("sector", sector), degree, is_cut))
    lines = []
    for tie in ties:
        assumed, kind = tie["assumed"] or tie["basis"] in _ASSUMED, language.word("tie", tie["kind"])
        lines.append(Tie(tie["first"], tie["second"], kind, tie["level"], assumed, tie["directed"]))
    title, words = language.text("coop.title"), _picture_words(facts, "coop")
    said = language.text("coop.described", agencies=len(actors), ties=len(lines))

    def draw(width: int, prefix: str) -> Picture:
        name = f"{prefix}-cooperation"
        return cooperation_network(
            actors, lines, width=width, id_prefix=name, title=title, description=said, words=words
        )

    return both_widths(draw)


def _picture_words(facts: Facts, family: str) -> dict[str, str]:
    """Give the words that stand within a picture."""
    words = facts.language.words(family)
    return {key.removeprefix("pic_"): text for key, text in words.items() if key.startswith("pic_")}


def _measures(facts: Facts) -> list[tuple[str, str]]:
    """Give the measures of the cooperation network, each with its name."""
    found, language = facts.cooperation, facts.language

    def share(value: float | None) -> str:
        return "–" if value is None else language.number(value, 2)

    rows = [
        ("agencies", language.number(len(found.agencies), 0)),
        ("ties", language.number(found.ties, 0)),
        ("density", share(found.density)),
        ("components", language.number(max(found.component, default=0), 0)),
        ("isolated", language.number(sum(degree == 0 for degree in found.degree), 0)),
        ("degree_centralisation", share(found.degree_centralisation)),
        ("betweenness_centralisation", share(found.betweenness_centralisation)),
        ("cross_sector", language.number(found.cross_sector_ties, 0)),
    ]
    return [(language.text(f"coop.{name}"), value) for name, value in rows]


# referrals ----------------------------------------------------------------------------------------------------------


def referrals(facts: Facts) -> dict[str, Any] | None:
    """Describe the ways through the services, from where people come in to the specialist.

    Parameters
    ----------
    facts
        Facts of the page.

    Returns
    -------
    dict or None
        Picture, dead ends and table; None where no referral is stated.
    """
    graph = network.referral_graph(facts.fw)
    arcs = [(a, b, data) for a, b, data in graph.edges(data=True) if data["allowed"]]
    ends = [
        {"service": facts.say(item.service, "services"), "senders": facts.names(item.senders, "services")}
        for item in facts.dead_ends.items
    ]
    if not arcs and not ends:
        return None
    assumed = any(_assumed(data) for _, _, data in arcs)
    return {
        "title": facts.language.text("ref.title"),
        "picture": _referral_picture(facts, arcs),
        "note": facts.language.text("ref.picture_assumed") if assumed else "",
        "dead_ends": ends,
        "rows": [_arc_row(facts, a, b, data) for a, b, data in arcs],
    }


def _arc_row(facts: Facts, sender: str, receiver: str, data: dict[str, Any]) -> dict[str, Any]:
    language, mark = facts.language, _mark(data["basis"])
    return {
        "from": facts.say(sender, "services"),
        "to": facts.say(receiver, "services"),
        "days": "" if data["days"] is None else language.number(data["days"]) + mark,
        "acceptance": "" if data["acceptance"] is None else language.percent(data["acceptance"]) + mark,
        "consent": language.all_of(language.word("consent", who) for who in data["consent"]),
        "assumed": data["assumed"],
    }


def _referral_picture(facts: Facts, arcs: list[tuple[str, str, dict[str, Any]]]) -> Widths:
    language, nodes = facts.language, _nodes(facts, arcs)
    edges = [LayeredEdge(a, b, _arc_label(facts, data), _assumed(data)) for a, b, data in _once(arcs)]
    title, words = language.text("ref.title"), _picture_words(facts, "ref")
    layers = {layer for layer in facts.layers.layer if layer is not None}
    said = language.text(
        "ref.described",
        services=len(nodes),
        referrals=len(edges),
        layers=len(layers),
        dead_ends=len(facts.dead_ends.items),
    )

    def draw(width: int, prefix: str) -> Picture:
        name = f"{prefix}-referrals"
        return layered_network(nodes, edges, width=width, id_prefix=name, title=title, description=said, words=words)

    return both_widths(draw)


def _once(arcs: Iterable[tuple[str, str, dict[str, Any]]]) -> list[tuple[str, str, dict[str, Any]]]:
    """Keep one arc for each pair of services: a stated record before one that an access rule implies."""
    found: dict[tuple[str, str], tuple[str, str, dict[str, Any]]] = {}
    for arc in sorted(arcs, key=lambda arc: arc[2]["implied"]):
        found.setdefault((arc[0], arc[1]), arc)
    return list(found.values())


def _nodes(facts: Facts, arcs: Iterable[tuple[str, str, dict[str, Any]]]) -> list[LayeredNode]:
    """Services that refer or are referred to, and dead ends, in the order of the document."""
    senders = {a for a, _, _ in arcs}
    shown = senders | {b for _, b, _ in arcs} | {item.service for item in facts.dead_ends.items}
    entries = {one for one, is_entry in zip(facts.layers.services, facts.layers.is_entry, strict=True) if is_entry}
    ends = {item.service for item in facts.dead_ends.items}
    return [
        LayeredNode(
            service.id,
            facts.plain(service.id, "services"),
            _node_kind(service, service.id in entries, service.id in senders | ends),
            service.id in ends,
            only_assumed(facts, service.sources),
            ", ".join(facts.plain(one, "agencies") for one in service.providers[:1]),
        )
        for service in facts.fw.services
        if service.id in shown
    ]


def _node_kind(service: Service, entry: bool, goes_on: bool) -> Literal["entry", "service", "goal"]:
    """A goal is a service for a need behind which nothing comes."""
    if entry:
        return "entry"
    return "service" if goes_on or not service.meets else "goal"


def only_assumed(facts: Facts, sources: Iterable[str]) -> bool:
    """Tell whether a record rests on assumptions alone."""
    kinds = [source.kind for one in sources if (source := facts.fw.sources.get(one)) is not None]
    return bool(kinds) and all(kind == "assumption" for kind in kinds)


def _assumed(data: dict[str, Any]) -> bool:
    return bool(data["assumed"]) or data["basis"] in _ASSUMED


def _arc_label(facts: Facts, data: dict[str, Any]) -> str:
    language = facts.language
    parts = [] if data["days"] is None else [language.text("ref.short_days", days=language.number(data["days"], 0))]
    parts += [] if data["acceptance"] is None else [language.percent(data["acceptance"])]
    return ", ".join(parts)


# help ---------------------------------------------------------------------------------------------------------------


def help_(facts: Facts) -> list[dict[str, Any]]:
    """Say for each risk factor whom to call first, and the steps from there.

    Parameters
    ----------
    facts
        Facts of the page.

    Returns
    -------
    list of dict
        One for each risk factor of the document.
    """
    found, places = [], ("services", "sites", "agencies")
    for risk in facts.fw.risk_factors:
        ways = facts.ways.get(risk.id)
        needs = [] if ways is None else [_need(facts, ways, need) for need in ways.needs]
        found.append(
            {
                "name": facts.language.say(risk.name, risk.id),
                "needs": needs,
                "noticed": facts.names(risk.noticed_at, *places, most=6),
            }
        )
    return found


def _need(facts: Facts, ways: network.ReferralPaths, need: str) -> dict[str, Any]:
    language = facts.language
    path = next((one for one in ways.paths if one.need == need), None)
    direct = ways.direct.get(need, ())
    said: dict[str, Any] = {"need": facts.say(need, "needs"), "path": None, "barriers": []}
    said["direct"] = facts.names(direct, "services", most=6) if direct else ""
    if path is None:
        for barrier in ways.blocked:
            if barrier.need == need:
                what = language.text(f"barrier.{barrier.condition}")
                where = barrier.receiver or barrier.sender
                said["barriers"].append(
                    what
                    if where is None
                    else language.html(
                        "barrier.at", what=what, service=facts.say(where, "services", "agencies", "sites")
                    )
                )
        said["barriers"] = list(dict.fromkeys(said["barriers"]))
        return said
    first = facts.fw.services[path.first]
    assumed = any(step.basis in _ASSUMED for step in path.steps)
    said["path"] = {
        "first": language.say(first.name, first.id),
        "provider": _provider(facts, first),
        "contacts": contacts(facts, first),
        "access": access(facts, first),
        "steps": [_step(facts, step) for step in path.steps],
        "expected": "" if path.expected_days is None else language.number(path.expected_days, 0) + DAGGER * assumed,
        "wait": ""
        if path.wait_days is None
        else language.number(path.wait_days, 0) + DAGGER * _wait_assumed(facts, path),
        "conditional": bool(path.conditions),
    }
    return said


def _wait_assumed(facts: Facts, path: network.Path) -> bool:
    deliveries = facts.fw.services[path.services[-1]].deliveries
    return any(one.wait and (one.wait.basis or facts.fw.basis) in _ASSUMED for one in deliveries)


def _provider(facts: Facts, service: Service) -> Any:
    return facts.names(service.providers, "agencies", most=4) if service.providers else ""


def contacts(facts: Facts, service: Service) -> list[dict[str, str]]:
    """Give the contacts of a service, else those of its providers."""
    own = service.contacts or tuple(one for key in service.providers for one in facts.fw.agencies[key].contacts)
    return [{"kind": facts.language.word("contact", one.kind), "value": one.value} for one in own]


def access(facts: Facts, service: Service) -> str:
    """Say how to get into a service, and whose consent it takes."""
    language = facts.language
    if service.access is None:
        return language.text("about.access_unknown")
    said = language.word("access", service.access.by)
    if service.access.consent != "none":
        said += "; " + language.text("about.consent", who=language.word("consent", service.access.consent))
    return said


def _step(facts: Facts, step: network.Step) -> dict[str, Any]:
    language, mark = facts.language, _mark(step.basis)
    parts = []
    if step.days is not None:
        parts.append(language.text("help.step_days", days=language.number(step.days, 0) + mark))
    if step.acceptance is not None:
        parts.append(language.text("help.step_accepted", share=language.percent(step.acceptance) + mark))
    if step.consent:
        who = language.all_of(language.word("consent", one) for one in step.consent)
        parts.append(language.html("help.step_consent", who=who))
    receiver = facts.fw.services[step.receiver]
    return {
        "said": language.html(
            "help.then",
            sender=facts.say(step.sender, "services", "agencies"),
            receiver=language.say(receiver.name, receiver.id),
        ),
        "provider": _provider(facts, receiver),
        "parts": parts,
    }
