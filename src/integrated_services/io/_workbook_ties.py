"""From rows of the mapping workbook to figures, ties and surveys, which have no names of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from integrated_services.io._ids import slug
from integrated_services.io._template_layout import SheetSpec
from integrated_services.io._workbook_cells import Row
from integrated_services.io._workbook_records import Entry, entry

_SCALE: Final = "frey-2006"


def population(row: Row) -> Entry:
    """Read how many persons of a group live in a territory.

    Parameters
    ----------
    row
        Its row.

    Returns
    -------
    Entry
        The record on its way.
    """
    raw = {
        "id": row.identifier(),
        "target_group": row.required("group", row.one("group")),
        "territory": row.required("territory", row.one("territory")),
        "persons": row.figure("persons", "basis", "why", row.required("persons", row.amount("persons"))),
        "date": row.date("date"),
    }
    return entry(row, _key(row, raw["target_group"], raw["territory"]), raw, {"group": "target_group"})


def demand(row: Row) -> Entry:
    """Read how many persons need what.

    Parameters
    ----------
    row
        Its row.

    Returns
    -------
    Entry
        The record on its way.
    """
    persons, share, each = row.amount("persons"), row.amount("share", share=True), row.choice("each")
    per = row.choice("per")
    if (persons is None) == (share is None) and not row.wrong & {"persons", "share"}:
        row.mistake("demand-ambiguous", "persons", value=row.cells.get("persons"))
    elif each is not None and share is None and "share" not in row.wrong:
        row.mistake("each-without-share", "each")
    if persons is not None and per is not None:
        persons["per"] = per
    field = "persons" if persons is not None else "share"
    raw = {
        "id": row.identifier(),
        "need": row.required("need", row.one("need")),
        "target_group": row.required("group", row.one("group")),
        "territory": row.required("territory", row.one("territory")),
        "each": each,
        field: row.figure(field, "basis", "why", persons or share),
    }
    return entry(row, _key(row, raw["need"], raw["target_group"], raw["territory"]), raw, {"group": "target_group"})


def cooperation(row: Row) -> Entry:
    """Read a tie between two agencies.

    Parameters
    ----------
    row
        Its row.

    Returns
    -------
    Entry
        The record on its way.
    """
    first = row.required("first", row.one("first"))
    second = row.required("second", row.one("second"))
    if first is not None and first == second:
        row.mistake("same-twice", "second")
    level = row.amount("level")
    kind = row.choice("kind")
    raw = {
        "id": row.identifier(),
        "agencies": [first, second],
        "kind": kind,
        "directed": row.choice("directed") == "yes" or None,
        "level": row.figure("level", "basis", "why", level),
        "scale": row.text("scale") or (_SCALE if level is not None else None),
        "reported_by": row.one("reported_by"),
        "data_sharing": row.text("data_sharing"),
        "sources": row.many("sources"),
    }
    pair = None if None in (first, second) else f"{first}+{second}"
    return entry(row, _key(row, kind or "cooperates", pair), raw, {"first": "agencies"})


def referral(row: Row) -> Entry:
    """Read how people are sent from one service to another.

    Parameters
    ----------
    row
        Its row.

    Returns
    -------
    Entry
        The record on its way.
    """
    sender = row.required("sender", row.one("sender"))
    receiver = row.required("receiver", row.one("receiver"))
    if sender is not None and sender == receiver:
        row.mistake("same-twice", "receiver")
    numbers = {
        "days": row.amount("days", days=True),
        "acceptance": row.amount("acceptance", share=True),
        "share": row.amount("share", share=True),
    }
    figures = {name: row.figure(name, "basis", "why", raw) for name, raw in numbers.items() if raw is not None}
    if not figures:
        row.figure("days", "basis", "why", None)
    raw = {
        "id": row.identifier(),
        "sender": sender,
        "receiver": receiver,
        **figures,
        "consent": row.choice("consent"),
        "note": row.text("note"),
        "sources": row.many("sources"),
    }
    return entry(row, _key(row, sender, receiver), raw)


def survey(row: Row, by: str | None) -> Entry | None:
    """Read what has been mapped; a row that names territories and nothing else says nothing.

    Parameters
    ----------
    row
        The row.
    by
        The organisation that fills in the workbook.

    Returns
    -------
    Entry or None
        The statement, where there is one.
    """
    filled = {key for key, cell in row.cells.items() if cell is not None}
    if filled <= {"territories", "id"}:
        return None
    territories, needs, sectors = row.many("territories"), row.many("needs"), row.choices("sectors")
    date = row.date("date")
    raw = {
        "id": row.identifier(),
        "territories": row.required("territories", territories),
        "needs": needs,
        "sectors": sectors,
        "status": row.required("status", row.choice("status")),
        "date": date,
        "by": row.one("by") or by,
        "sources": row.many("sources"),
        "note": row.text("note"),
    }
    parts = ["+".join(territories), "+".join(needs), "+".join(sectors), date or ""]
    return entry(row, ":".join(part for part in parts if part), raw)


def _key(row: Row, *parts: str | None) -> str:
    """Name a record by what identifies it, or by its row where a part of that is wrong."""
    return ":".join(filter(None, parts)) if None not in parts else f"row {row.number}"


_DISCRIMINATORS: Final = {"population": "date", "cooperation": "reported_by"}


def without_doubles(spec: SheetSpec, entries: Iterable[Entry]) -> None:
    """Report rows that say the same twice; rows that differ in their date or in who says so get ids.

    Parameters
    ----------
    spec
        Their sheet.
    entries
        Records without a name of their own.
    """
    by_key: dict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        if not one.wrong and "id" not in one.raw:
            by_key[one.key].append(one)
    field = _DISCRIMINATORS.get(spec.key)
    for key, same in by_key.items():
        if len(same) == 1:
            continue
        others = [str(one.raw.get(field or "", "")) for one in same]
        if field is not None and all(others) and len(set(others)) == len(same):
            for one, other in zip(same, others, strict=True):
                one.raw["id"] = slug(f"{key} {other}")
            continue
        for one in same[1:]:
            first = spec.columns[0].key
            one.row.mistake("duplicate-row", first, other=same[0].row.number)
            one.wrong = True
