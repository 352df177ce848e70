"""What the page says about promises, deliverables, indicators and money."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from integrated_services.model._dates import PartialDate
from integrated_services.report._facts import Facts, Row
from integrated_services.report._language import DAGGER

MEASURES = ("total", "grant", "per_municipality", "per_participant", "per_post", "per_month")
STATES = ("met", "not_met", "assumed", "unknown")
"""States of a promise towards one of its list; what only an assumption says stands apart, and counts as unknown."""


def promises(facts: Facts) -> list[dict[str, Any]]:
    """Give each promise with how many of its list it is met for, and the names.

    Parameters
    ----------
    facts
        Facts of the page.

    Returns
    -------
    list of dict
        In the order of the document.
    """
    rows: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in facts.commitments.to_records():
        rows[row["project"], row["commitment"]].append(row)
    found = []
    for project in facts.fw.projects:
        for commitment in project.commitments:
            members = rows.get((project.id, commitment.id), [])
            found.append(
                _promise(facts, members)
                | {
                    "name": facts.language.say(commitment.name),
                    "text": facts.language.plain(commitment.name),
                    "project": facts.language.say(project.name, project.id),
                    "due": facts.language.day(commitment.due),
                    "late": any(row["overdue"] for row in members),
                    "total": len(members),
                }
            )
    return found


def state(row: dict[str, Any]) -> str:
    """Give the state of one member, with what is only assumed apart."""
    return "assumed" if row["how"] == "assumed" else str(row["state"])


def _promise(facts: Facts, members: list[dict[str, Any]]) -> dict[str, Any]:
    by_state: dict[str, list[dict[str, Any]]] = {name: [] for name in STATES}
    for row in members:
        by_state[state(row)].append(row)
    detail = []
    for name, rows in by_state.items():
        hows: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            hows[row["how"]].append(row["member"])
        detail += [
            {
                "state": facts.language.word("state", name),
                "class": name,
                "count": len(keys),
                "how": facts.language.word("how", how),
                "names": facts.names(keys),
            }
            for how, keys in hows.items()
        ]
    return {
        "counts": {name: len(rows) for name, rows in by_state.items()},
        "detail": detail,
        "not_met": facts.names([row["member"] for row in by_state["not_met"]], most=6),
    }


def deliverables(facts: Facts) -> list[dict[str, Any]]:
    """List what projects were to make or buy, with its state."""
    language, day = facts.language, facts.fw.reference_date
    found = []
    for project in facts.fw.projects:
        for one in project.deliverables:
            last = one.due.last() if isinstance(one.due, PartialDate) else None
            found.append(
                {
                    "name": language.say(one.name),
                    "project": language.say(project.name, project.id),
                    "state": one.status or "unknown",
                    "status": language.text(f"com.d.{one.status or 'unknown'}"),
                    "due": language.day(one.due),
                    "late": last is not None and last < day and one.status != "delivered",
                    "delivered": language.day(one.delivered),
                }
            )
    return found


# indicators and money -----------------------------------------------------------------------------------------------


def values(facts: Facts) -> list[dict[str, Any]]:
    """Give each indicator: the rows with the widest territory first, the others behind.

    Parameters
    ----------
    facts
        Facts of the page.

    Returns
    -------
    list of dict
        Name, unit, description and rows.
    """
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in facts.values:
        if any(row[name] is not None or name in row.withheld for name in ("value", "baseline", "target")):
            rows[row["indicator"]].append(row)
    found = []
    for indicator in facts.fw.indicators:
        own = rows.get(indicator.id, [])
        if own:
            found.append(
                {
                    "name": facts.language.say(indicator.name, indicator.id),
                    "unit": _unit(facts, indicator.unit),
                    "rows": [_value_row(facts, row) for row in own],
                    "first": _value_row(facts, min(own, key=lambda row: _breadth(facts, row))),
                }
            )
    return found


def _breadth(facts: Facts, row: Row) -> tuple[bool, bool, int, tuple[int, ...]]:
    """Order rows of one indicator: all persons before a part, wide territories before narrow, late before early."""
    depth, territory = 0, row["territory"] and facts.fw.territories.get(row["territory"])
    while territory:
        depth, territory = depth + 1, territory.part_of and facts.fw.territories.get(territory.part_of)
    late = tuple(-ord(letter) for letter in (row["period"] or ""))
    return row["breakdown"] is not None, row["agency"] is not None, depth, late


def _unit(facts: Facts, unit: str | None) -> str:
    known = facts.language.words("unit")
    return "" if unit is None else known.get(unit, unit)


def _value_row(facts: Facts, row: Row) -> dict[str, Any]:
    language = facts.language
    mark = DAGGER if row["basis"] in ("assumed", "estimated") else ""

    def said(name: str) -> str:
        if name in row.withheld:
            return language.text("page.withheld")
        return "" if row[name] is None else language.number(row[name], 1) + mark

    value = said("value")
    if value and row["approx"] and "value" not in row.withheld:
        value = language.text(f"approx.{row['approx']}", number=value)
    interval = ""
    if row["low"] is not None and row["high"] is not None:
        interval = language.text(
            "ind.interval", low=language.number(row["low"], 1), high=language.number(row["high"], 1)
        )
    progress = (
        language.text("page.withheld")
        if "progress" in row.withheld
        else ("" if row["progress"] is None else language.percent(row["progress"]) + mark)
    )
    where = facts.say(row["territory"], "territories") if row["territory"] else language.text("ind.whole")
    if row["agency"]:
        where = language.listed([where, facts.say(row["agency"], "agencies")])
    return {
        "where": where,
        "period": period_text(facts, row["period"]),
        "breakdown": row["breakdown"] or "",
        "baseline": said("baseline"),
        "value": value,
        "interval": interval,
        "target": said("target"),
        "progress": progress,
    }


def period_text(facts: Facts, label: str | None) -> str:
    """Write the label of a period, such as ``2020`` or ``2020-01/2020-06``, in the page's language."""
    if not label:
        return ""
    parts = [part for part in label.split("/") if part]
    try:
        return " – ".join("…" if part == ".." else facts.language.day(PartialDate(part)) for part in parts)
    except ValueError:
        return label


def costs(facts: Facts) -> dict[str, Any] | None:
    """Give what projects cost, a row for each project, and what is missing to say more.

    Parameters
    ----------
    facts
        Facts of the page.

    Returns
    -------
    dict or None
        Headings and rows; None where no project is named.
    """
    language = facts.language
    by_project: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in facts.costs:
        by_project[row["project"]][row["measure"]] = row
    if not by_project:
        return None
    names = [
        language.text("ind.project"),
        *(language.text(f"cost.{measure}") for measure in MEASURES),
        language.text("ind.missing"),
    ]
    rows = [
        [
            facts.say(project, "projects"),
            *(_cost(facts, known[measure]) for measure in MEASURES),
            _lacking(facts, known),
        ]
        for project, known in by_project.items()
    ]
    return {"names": names, "rows": rows}


def _cost(facts: Facts, row: Row) -> str:
    if "amount" in row.withheld:
        return facts.language.text("page.withheld")
    if row["amount"] is None:
        return ""
    mark = DAGGER if row["basis"] in ("assumed", "estimated") else ""
    return facts.language.amount(row["amount"], row["currency"] or "EUR") + mark


def _lacking(facts: Facts, known: dict[str, Row]) -> str:
    """Name what is not stated, so that a cost cannot be given."""
    lacking = [measure for measure in ("total", "grant") if known[measure]["amount"] is None]
    lacking += [
        measure
        for measure in MEASURES[2:]
        if known[measure]["denominator"] is None and "denominator" not in known[measure].withheld
    ]
    return ", ".join(facts.language.text(f"cost.needs.{measure}") for measure in lacking)
