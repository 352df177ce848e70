"""From rows of the mapping workbook to plain records, each value with the cell that it came from."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from integrated_services.io._ids import slug
from integrated_services.io._template_words import fold
from integrated_services.io._workbook_cells import Raw, Row
from integrated_services.io._workbook_sheets import Place

_PLACE_COLUMNS: Final = (
    *("area", "site", "channel", "start", "end", "note", "place_sources", "place_id"),
    *("capacity", "unit", "per", "capacity_basis", "capacity_why", "duration", "per_person", "cost"),
    *("wait", "wait_basis", "wait_why", "posts", "posts_until", "posts_basis", "posts_why"),
)
"""Columns of the services that speak of one place; the others speak of the service as a whole."""


@attrs.define(eq=False)
class Entry:
    """One record on its way."""

    key: str
    raw: Raw
    row: Row
    wrong: bool = False
    places: dict[tuple[str | int, ...], Place] = attrs.Factory(dict)
    left_out: list[int] = attrs.Factory(list)
    """Rows of a service that are left out although the service itself stays."""
    """Cell of each value, by its way inside the record."""

    def note(self, row: Row, columns: Mapping[str, str], *inside: str | int) -> None:
        """Remember from which columns of a row values come: field by column."""
        for column, field in columns.items():
            place = row.place(column)
            if place.column is not None:
                self.places.setdefault((*inside, *field.split(".")), place)


def entry(row: Row, key: str, raw: Mapping[str, Any], fields: Mapping[str, str] | None = None) -> Entry:
    """Make a record of one row.

    Parameters
    ----------
    row
        The row.
    key
        Id, or what the record is called in problems.
    raw
        Its values; empty ones are left out.
    fields
        Field of the record by column, where the two are called differently.

    Returns
    -------
    Entry
        The record.
    """
    said = {name: value for name, value in raw.items() if value not in (None, [], {}, ())}
    made = Entry(key, {**said, "origins": [row.origin()]}, row, bool(row.wrong))
    made.note(row, {column: column for column in row.table.columns} | dict(fields or {}))
    return made


def _codes(row: Row) -> list[Raw]:
    values, lists = row.texts("code", code=True), row.texts("code_list")
    if len(values) != len(lists) and "code" not in row.wrong:
        row.mistake("code-lists", "code_list" if values else "code", value=len(values), other=len(lists))
        return []
    return [{"scheme": scheme, "value": value} for scheme, value in zip(lists, values, strict=False)]


def _point(row: Row) -> Raw | None:
    found = {}
    for key, name, limit in (("latitude", "lat", 90), ("longitude", "lon", 180)):
        cell = row.cells.get(key)
        raw = row.amount(key, most=limit) if not _is_below_zero(cell) else {"value": cell}
        if raw is not None:
            found[name] = raw["value"]
    if len(found) == 1 and not row.wrong & {"latitude", "longitude"}:
        row.mistake("point-half", "longitude" if "lat" in found else "latitude")
    return found if len(found) == 2 else None


def _is_below_zero(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and -180 <= cell < 0


def _described(row: Row) -> Raw:
    return {"name": row.text("name"), "description": row.text("description"), "sources": row.many("sources")}


def territory(row: Row, key: str) -> Entry:
    """Read a territory.

    Parameters
    ----------
    row
        Its row.
    key
        Its id.

    Returns
    -------
    Entry
        The record on its way.
    """
    degurba = row.choice("degurba")
    return entry(
        row,
        key,
        {
            "id": key,
            **_described(row),
            "level": row.choice("level"),
            "part_of": row.one("part_of"),
            "codes": _codes(row),
            "point": _point(row),
            "degurba": None if degurba is None else int(degurba),
        },
        {"code": "codes", "latitude": "point", "longitude": "point.lon"},
    )


def group(row: Row, key: str) -> Entry:
    """Read a target group.

    Parameters
    ----------
    row
        Its row.
    key
        Its id.

    Returns
    -------
    Entry
        The record on its way.
    """
    return entry(
        row,
        key,
        {
            "id": key,
            **_described(row),
            "kind": row.choice("kind"),
            "ages": row.ages(),
            "broader": row.one("broader"),
        },
        {"age_from": "ages"},
    )


def need(row: Row, key: str) -> Entry:
    """Read a need.

    Parameters
    ----------
    row
        Its row.
    key
        Its id.

    Returns
    -------
    Entry
        The record on its way.
    """
    return entry(row, key, {"id": key, **_described(row), "broader": row.one("broader")})


def agency(row: Row, key: str) -> Entry:
    """Read an agency.

    Parameters
    ----------
    row
        Its row.
    key
        Its id.

    Returns
    -------
    Entry
        The record on its way.
    """
    contacts: list[Raw] = []
    places: dict[str, str] = {}
    for kind in ("email", "phone", "web", "address"):
        value = row.text(kind, contact=kind in ("email", "phone"))
        if value is not None:
            places[kind] = f"contacts.{len(contacts)}"
            contacts.append({"kind": kind, "value": value})
    raw = {
        "id": key,
        **_described(row),
        "kind": row.choice("kind"),
        "sector": row.choice("sector"),
        "level": row.choice("level"),
        "ownership": row.choice("ownership"),
        "part_of": row.one("part_of"),
        "territory": row.one("territory"),
        "collective": row.choice("collective") == "yes" or None,
        "members": row.amount("members"),
        "identifiers": _codes(row),
        "contacts": contacts,
    }
    made = entry(row, key, raw, {"code": "identifiers"})
    for kind, field in places.items():
        made.places["contacts", int(field.rpartition(".")[2])] = row.place(kind)
    return made


def site(row: Row, key: str) -> Entry:
    """Read a site.

    Parameters
    ----------
    row
        Its row.
    key
        Its id.

    Returns
    -------
    Entry
        The record on its way.
    """
    return entry(
        row,
        key,
        {
            "id": key,
            **_described(row),
            "agency": row.one("agency"),
            "territory": row.one("territory"),
            "address": row.text("address"),
            "point": _point(row),
            "identifiers": _codes(row),
        },
        {"code": "identifiers", "latitude": "point", "longitude": "point.lon"},
    )


def source(row: Row, key: str) -> Entry:
    """Read a source or an assumption.

    Parameters
    ----------
    row
        Its row.
    key
        Its id.

    Returns
    -------
    Entry
        The record on its way.
    """
    kind = row.required("kind", row.choice("kind"))
    reason = row.text("reason")
    if kind == "assumption" and reason is None and "reason" not in row.wrong:
        row.mistake("assumption-without-reason", "reason", column=row.heading("reason"))
    raw = {
        "id": key,
        "title": row.text("name") or key,
        "kind": kind,
        "note": reason,
        "publisher": row.text("publisher"),
        "date": row.date("date"),
        "url": row.text("url"),
        "licence": row.text("licence"),
    }
    return entry(row, key, raw, {"name": "title", "reason": "note"})


# services ----------------------------------------------------------------------------------------------------------

_SERVICE_FIELDS: Final = {
    "needs": "meets",
    "groups": "serves",
    "access": "access",
    "consent": "access.consent",
    "referred_by": "access.referred_by",
    "age_from": "eligibility.ages",
    "condition": "eligibility.condition",
}
_DELIVERY_FIELDS: Final = {
    **{name: name for name in ("area", "site", "channel", "capacity", "wait", "duration", "posts", "cost", "note")},
    "place_sources": "sources",
    "place_id": "id",
    "start": "valid",
}


def service(rows: Sequence[Row], key: str) -> Entry:
    """Read a service from all of its rows: what is said of it as a whole, and each place where it is given.

    Parameters
    ----------
    rows
        Its rows, in the order of the sheet.
    key
        Its id.

    Returns
    -------
    Entry
        The service; a place with a mistake is left out, a service with one is wrong as a whole.
    """
    whole = _whole(rows)
    access = {
        "by": whole.choice("access"),
        "consent": whole.choice("consent"),
        "referred_by": whole.many("referred_by"),
    }
    access = {name: value for name, value in access.items() if value}
    eligibility = {"ages": whole.ages(), "condition": whole.text("condition")}
    raw = {
        "id": key,
        **_described(whole),
        "providers": whole.many("providers"),
        "meets": whole.many("needs"),
        "serves": whole.many("groups"),
        "access": access,
        "eligibility": {name: value for name, value in eligibility.items() if value is not None},
        "languages": whole.choices("languages"),
        "legal_basis": whole.texts("legal_basis"),
        "status": whole.choice("status"),
    }
    made = entry(whole, key, raw, _SERVICE_FIELDS)
    made.wrong = any(row.wrong - set(_PLACE_COLUMNS) for row in (whole, *rows))
    made.raw["origins"] = [row.origin() for row in rows]
    _deliveries(made, rows)
    return made


def _whole(rows: Sequence[Row]) -> Row:
    """Join what several rows say of one service; contradictions are reported."""
    cells: dict[str, Any] = {}
    said: dict[str, Row] = {}
    for row in rows:
        for column, cell in row.cells.items():
            if cell is None or column in _PLACE_COLUMNS:
                continue
            if column not in said:
                said[column], cells[column] = row, cell
            elif fold(cell) != fold(cells[column]):
                row.mistake("conflicting-cells", column, other=said[column].number)
    joined = _Joined(rows[0].table, rows[0].number, cells, rows[0].context)
    joined.path, joined.said = rows[0].path, said
    return joined


class _Joined(Row):
    """What several rows say together; a mistake is reported where the cell stands."""

    said: dict[str, Row]

    def place(self, key: str | None = None) -> Place:
        """Give the place of a cell."""
        row = self.said.get(key or "")
        return row.place(key) if row is not None else super().place(key)


def _deliveries(made: Entry, rows: Sequence[Row]) -> None:
    found: list[tuple[Row, Raw]] = []
    for row in rows:
        if any(row.cells.get(column) is not None for column in _PLACE_COLUMNS):
            valid = row.period("start", "end")
            only_period = all(row.cells.get(c) is None for c in _PLACE_COLUMNS if c not in ("start", "end"))
            if only_period and len(rows) == 1:
                made.raw |= {"valid": valid} if valid else {}
                made.wrong = made.wrong or bool(row.wrong)
                continue
            raw = _delivery(row, valid)
            if not row.wrong & set(_PLACE_COLUMNS):
                found.append((row, raw))
            else:
                made.left_out.append(row.number)
    _name_deliveries(found)
    if found:
        made.raw["deliveries"] = [raw for _, raw in found]
    for number, (row, _) in enumerate(found):
        made.places["deliveries", number] = row.place("area" if "area" in row.table.columns else "name")
        made.note(row, _DELIVERY_FIELDS, "deliveries", number)


def _delivery(row: Row, valid: Raw | None) -> Raw:
    capacity = row.amount("capacity")
    unit, per = row.choice("unit"), row.choice("per")
    if capacity is not None:
        capacity |= {name: value for name, value in (("unit", unit), ("per", per)) if value}
    per_person = row.amount("per_person")
    if per_person is not None and unit not in ("sessions", "hours"):
        row.mistake("per-person-unit", "per_person")
    raw = {
        "id": row.identifier("place_id"),
        "site": row.one("site"),
        "area": row.many("area"),
        "channel": row.choice("channel"),
        "capacity": row.figure("capacity", "capacity_basis", "capacity_why", capacity),
        "wait": row.figure("wait", "wait_basis", "wait_why", row.amount("wait", days=True)),
        "duration": row.amount("duration", days=True),
        f"{unit}_per_person": per_person,
        "cost": _money(row),
        "posts": row.posts(),
        "valid": valid,
        "sources": row.many("place_sources"),
        "note": row.text("note"),
    }
    return {name: value for name, value in raw.items() if value not in (None, [], {})}


def _money(row: Row) -> Raw | str | None:
    cell = row.cells.get("cost")
    if isinstance(cell, str) and cell.upper().endswith(("EUR", "€")):
        row.cells = {**row.cells, "cost": cell.upper().removesuffix("EUR").removesuffix("€").strip()}
    raw = row.amount("cost")
    if raw is None:
        return None
    amounts = {name: _decimal(raw[name]) for name in ("value", "low", "high") if name in raw}
    rest: Raw = {name: amounts[name] for name in ("low", "high") if name in amounts}
    rest |= {"approx": raw["approx"]} if "approx" in raw else {}
    return {"amount": amounts["value"], "currency": "EUR", **rest}


def _decimal(value: float) -> str:
    text = format(value, ".4f").rstrip("0").rstrip(".")
    return text or "0"


def _name_deliveries(found: Sequence[tuple[Row, Raw]]) -> None:
    """Give an id to those places of one service that would have the same key; equal rows are reported."""
    by_key: dict[str, list[tuple[Row, Raw]]] = defaultdict(list)
    for row, raw in found:
        key = raw.get("id") or raw.get("site") or "+".join(raw.get("area", ())) or raw.get("channel", "on_site")
        by_key[key].append((row, raw))
    for key, same in by_key.items():
        if len(same) == 1:
            continue
        seen: dict[str, Row] = {}
        channels = [raw.get("channel", "on_site") for _, raw in same]
        for row, raw in same:
            if "id" in raw:
                continue
            text = repr(sorted(raw.items()))
            if text in seen:
                row.mistake("duplicate-row", "name", other=seen[text].number)
                continue
            seen[text] = row
            channel = raw.get("channel", "on_site")
            digest = "" if channels.count(channel) == 1 else "-" + hashlib.sha256(text.encode()).hexdigest()[:6]
            raw["id"] = f"{slug(key)}-{slug(channel)}{digest}"
