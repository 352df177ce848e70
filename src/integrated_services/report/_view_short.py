"""The five answers first: who is not served, why, whom to call, what was promised, what is assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from integrated_services.model._figures import figures
from integrated_services.report._facts import Facts
from integrated_services.report._view_coverage import Coverage

_MOST = 4
_MOST_CALLS = 6


def answers(facts: Facts, coverage: Coverage, views: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer the five questions in plain words.

    Parameters
    ----------
    facts
        Facts of the page.
    coverage
        Its coverage.
    views
        What the other sections show.

    Returns
    -------
    list of dict
        Question, sentences, points and the section with more, five times.
    """
    return [
        _who(facts, coverage),
        _why(facts, coverage, views["bottlenecks"]),
        _call(facts, views["help"]),
        _promised(facts, views["promises"], views["deliverables"]),
        _assumed(facts, views["assumptions"]),
    ]


def _answer(
    facts: Facts, name: str, section: str, said: Sequence[Any], lead: str = "", points: Sequence[Any] = ()
) -> dict[str, Any]:
    language = facts.language
    return {
        "id": f"short-{name}",
        "question": language.text(f"short.{name}"),
        "said": said,
        "lead": lead,
        "points": points,
        "section": section,
        "more": language.text("short.more", section=language.text(f"nav.{section}")),
    }


def _who(facts: Facts, coverage: Coverage) -> dict[str, Any]:
    language = facts.language
    if not facts.cells:
        return _answer(facts, "who", "coverage", [language.text("page.not_stated")])
    gaps = coverage.gap_rows()
    said = coverage.totals()
    is_counted = bool(said)
    said += [] if gaps else [language.text("short.none_unserved")]
    unmapped = sum(row["status"] == "not_surveyed" for row in facts.cells)
    if unmapped and not is_counted:  # without persons, the combinations say how much is not known
        open_cells, total_cells = language.number(unmapped), language.number(len(facts.cells))
        said.append(language.text("short.open_cells", open=open_cells, total=total_cells))
    points = []
    for row in gaps[:_MOST]:
        total = coverage.sum([row])
        words: dict[str, Any] = {
            "territory": facts.say(row["territory"], "territories"),
            "need": facts.say(row["need"], "needs"),
            "whom": language.within(facts.label(row["target_group"], "target_groups")),
        }
        if total.known and not total.hidden:
            numbers: dict[str, Any] = {name: coverage.persons(total, name) for name in ("unserved", "demand")}
            points.append(language.html("short.unserved_cell", **words, **numbers))
        else:
            points.append(language.html("short.gap_cell", **words))
    return _answer(facts, "who", "coverage", said, language.text("short.largest") if points else "", points)


def _why(facts: Facts, coverage: Coverage, bottlenecks: Sequence[Any]) -> dict[str, Any]:
    reasons = coverage.why()
    none = facts.language.text("cov.no_gaps" if facts.cells else "page.not_stated")
    return _answer(
        facts,
        "why",
        "coverage",
        reasons or [none],
        facts.language.text("cov.bottlenecks") + ":" if bottlenecks else "",
        bottlenecks[:_MOST],
    )


def _call(facts: Facts, risks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    language, points = facts.language, []
    for risk in risks[:_MOST_CALLS]:
        calls = (need["path"]["first"] if need["path"] else need["direct"] for need in risk["needs"])
        firsts = list(dict.fromkeys(call for call in calls if call))
        if firsts:
            points.append(language.html("short.call_line", risk=risk["name"], first=language.listed(firsts, 2)))
        else:
            points.append(language.html("short.call_no_way", risk=risk["name"]))
    said = [] if risks else [language.text("short.no_risks" if facts.fw.services else "page.not_stated")]
    return _answer(facts, "call", "help", said, "", points)


def _promised(
    facts: Facts, promises: Sequence[Mapping[str, Any]], things: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    language = facts.language
    if not promises and not things:
        return _answer(facts, "promised", "commitments", [language.text("short.no_promises")])
    counts = {name: sum(one["counts"][name] for one in promises) for name in ("met", "not_met", "assumed", "unknown")}
    said = (
        []
        if not promises
        else [
            language.text(
                "short.promises",
                total=language.number(sum(counts.values())),
                met=language.number(counts["met"]),
                not_met=language.number(counts["not_met"]),
                assumed=language.number(counts["assumed"]),
                unknown=language.number(counts["unknown"] + counts["assumed"]),
            )
        ]
    )
    points = [_with_due(facts, one) for one in promises if one["counts"]["met"] < one["total"]]
    points += [
        language.html("short.call_line", risk=thing["name"], first=thing["status"])
        for thing in things
        if thing["state"] == "not_delivered" or thing["late"]
    ]
    return _answer(
        facts, "promised", "commitments", said, language.text("short.promises_open") if points else "", points
    )


def _with_due(facts: Facts, one: Mapping[str, Any]) -> Any:
    language, counts = facts.language, one["counts"]
    if counts["not_met"]:
        said = language.html("short.promise_not_met", promise=one["name"], who=one["not_met"])
    else:
        open_ones = counts["unknown"] + counts["assumed"]
        said = language.html("short.promise_unknown", promise=one["name"], count=open_ones, total=one["total"])
    return said + " " + language.html("short.overdue", day=one["due"]) if one["late"] else said


def _assumed(facts: Facts, groups: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    language = facts.language
    total = sum(1 for _ in figures(facts.fw))
    count = sum(group["count"] for group in groups)
    if not count:
        return _answer(facts, "assumed", "assumptions", [language.text("short.assumed_none")])
    said = language.text("short.assumed_figures", total=language.number(total), count=count)
    points = [
        language.html("short.call_line", risk=group["title"], first=language.number(group["count"]))
        for group in sorted(groups, key=lambda group: -group["count"])
        if group["count"]
    ]
    return _answer(facts, "assumed", "assumptions", [said], language.text("short.assumed_list"), points[:8])
