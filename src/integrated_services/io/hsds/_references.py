"""Ids and foreign keys of HSDS: missing, repeated and shared ids, references that lead nowhere or in a circle."""

from __future__ import annotations

from typing import Any, Final

from integrated_services.io.hsds._carrier import PREFIX
from integrated_services.io.hsds._names import table_named
from integrated_services.io.hsds._normal import COLUMNS, TARGETS
from integrated_services.io.hsds._run import Row, Run, made_id

Tabled = dict[str, list[Row]]

_OWNERS: Final[dict[str, tuple[str, ...]]] = {
    # a row of these tables is left out when nothing is left that it belongs to
    "contact": ("organization_id", "service_id", "service_at_location_id", "location_id"),
    "phone": ("organization_id", "service_id", "service_at_location_id", "location_id", "contact_id"),
    "address": ("location_id",),
    "schedule": ("service_id", "service_at_location_id", "location_id"),
    "service_area": ("service_id", "service_at_location_id"),
    "language": ("service_id", "location_id", "phone_id"),
    "accessibility": ("location_id",),
    "cost_option": ("service_id",),
    "funding": ("organization_id", "service_id"),
    "required_document": ("service_id",),
    "organization_identifier": ("organization_id",),
    "service_capacity": ("service_id",),
    "url": ("organization_id", "service_id"),
}
_NEEDED: Final = {"service_at_location": ("service_id", "location_id")}
_OTHERS: Final[dict[str, tuple[str, ...]]] = {
    "organization": ("parent_organization_id",),
    "program": ("organization_id",),
    "service": ("organization_id", "program_id"),
    "location": ("organization_id",),
    "service_capacity": ("unit_id",),
    "taxonomy_term": ("taxonomy_id", "parent_id"),
}
_ORDER: Final = tuple(table for table in COLUMNS if table not in ("attribute", "metadata", "meta_table_description"))
"""As in `COLUMNS`: what others belong to comes before them, languages (of phones) after phones."""


def identified(tables: Tabled, run: Run) -> None:
    """Give every row an id of its own, in place.

    Parameters
    ----------
    tables
        Rows by table.
    run
        Takes the defects: missing ids, repeated rows, one id for several rows.
    """
    for table, rows in tables.items():
        seen: dict[str, Row] = {}
        for at, row in enumerate(rows):
            key = row.get("id")
            if key is None or row.pop("_made", False):
                if "_derived" not in row:
                    run.add("missing-id", "the row has no id; one is made", row, "id")
                if key is None:
                    key = row["id"] = made_id(table, row, at if "_derived" not in row else None)
                    while key in seen:
                        key = row["id"] = made_id(table, row, key)
            known = seen.setdefault(key, row)
            if known is not row:
                _again(table, known, row, seen, run)
        tables[table] = list(seen.values())
    _shared(tables, run)


def _again(table: str, known: Row, row: Row, seen: dict[str, Row], run: Run) -> None:
    key = row["id"]
    clash = next((name for name, value in row.items() if name[0] != "_" and known.get(name, value) != value), None)
    if clash is not None:
        new = made_id(table, row, key)
        if new not in seen:
            run.add(
                "duplicate-id", f"another row has this id too but another {clash}; it gets a new id", row, "id", key
            )
            row["id"] = new
            seen[new] = row
            return
    code = "repeated-taxonomy-id" if table in ("taxonomy", "taxonomy_term") else "repeated-row"
    more = any(name not in known for name in row)
    run.add(code, "the row is there already" + ("; it says more" if more else ""), row, "id", key)
    for name, value in row.items():
        known.setdefault(name, value)
    run.note(table, "merged")


def _shared(tables: Tabled, run: Run) -> None:
    """Count ids that stand for things of different kinds, unless each table simply counts from one."""
    by_kind: dict[str, dict[str, Row]] = {}
    for table, rows in tables.items():
        for row in rows:
            if "_was" in row:
                by_kind.setdefault(row["_kind"], {})[str(row["_was"])] = row
            elif "_derived" not in row:
                by_kind.setdefault(table, {})[row["id"]] = row
    kinds = list(by_kind)
    for at, one in enumerate(kinds):
        for other in kinds[at + 1 :]:
            both = by_kind[one].keys() & by_kind[other].keys()
            numbers = {key for key in both if key.isdigit()}
            # tables that count on their own share most of their numbers: that says nothing
            if len(numbers) >= 0.1 * min(len(by_kind[one]), len(by_kind[other])):
                both -= numbers
            for key in sorted(both):
                row = by_kind[other][key]
                run.add("shared-id", f"{key} is the id of a row of {one} and of one of {other}", row, "id", key)


def related(tables: Tabled, run: Run) -> None:
    """Follow every foreign key; what leads nowhere is taken out, in place.

    Parameters
    ----------
    tables
        Rows by table, with ids.
    run
        Takes the defects.
    """
    ids: dict[str, dict[str, Row]] = {table: {row["id"]: row for row in rows} for table, rows in tables.items()}
    finder = _Finder(ids, run)
    for table in _ORDER:
        rows = tables[table]
        if not rows:
            continue
        present = set().union(*rows)
        for column in _OTHERS.get(table, ()):
            if column in present:
                for row in rows:
                    if column in row and not finder.follow(row, column):
                        value = row.pop(column)
                        run.add(
                            "dangling-reference",
                            f"there is no such {TARGETS[column]}; it is left out",
                            row,
                            column,
                            value,
                        )
        needed = _NEEDED.get(table)
        owners = needed or tuple(column for column in _OWNERS.get(table, ()) if column in present)
        if needed or table in _OWNERS:
            kept = [row for row in rows if _owned(row, owners, bool(needed), finder, run)]
            run.note(table, "left_out", len(rows) - len(kept))
            tables[table] = kept
            ids[table] = {row["id"]: row for row in kept}
    _attributes(tables, ids, finder, run)
    _metadata(tables, ids, run)
    for table, column in (("organization", "parent_organization_id"), ("taxonomy_term", "parent_id")):
        _cycles(tables[table], column, run)


class _Finder:
    """Finds what a reference means, also where capitals or a ``.0`` from a spreadsheet stand in the way."""

    def __init__(self, ids: dict[str, dict[str, Row]], run: Run) -> None:
        self.ids = ids
        self.run = run
        self._folded: dict[str, dict[str, str]] = {}

    def follow(self, row: Row, column: str, target: str | None = None) -> bool:
        target = target or TARGETS[column]
        value = row[column]
        if value in self.ids[target]:
            return True
        folded = self._folded.get(target)
        if folded is None:
            folded = self._folded[target] = {_folded(key): key for key in self.ids[target]}
        found = folded.get(_folded(value))
        if found is None or found not in self.ids[target]:
            return False
        self.run.add("mended-reference", f"{value} is written {found} where it is the id", row, column, value)
        row[column] = found
        return True


def _folded(key: str) -> str:
    plain = key.casefold().strip("{} ")
    return plain[:-2] if plain.endswith(".0") and plain[:-2].isdigit() else plain


def _owned(row: Row, owners: tuple[str, ...], every: bool, finder: _Finder, run: Run) -> bool:
    lost: list[tuple[str, Any]] = []
    left = 0
    for column in owners:
        if column in row:
            if finder.follow(row, column):
                left += 1
            else:
                lost.append((column, row.pop(column)))
    if left == len(owners) if every else left:
        for column, value in lost:
            run.add("dangling-reference", f"there is no such {TARGETS[column]}; it is left out", row, column, value)
        return True
    if lost:
        column, value = lost[0]
        run.add("orphan-row", f"the {TARGETS[column]} that the row belongs to is not there", row, column, value)
    else:
        missing = next((column for column in owners if column not in row), None)
        run.add("orphan-row", "the row does not say what it belongs to", row, missing)
    return False


def _attributes(tables: Tabled, ids: dict[str, dict[str, Row]], finder: _Finder, run: Run) -> None:
    kept = []
    seen: set[tuple[Any, ...]] = set()
    for row in tables["attribute"]:
        entity = _linked(row, "link_id", "link_entity", ids, run)
        if entity is None:
            run.note("attribute", "left_out")
            continue
        row["link_entity"] = entity
        term = row.get("taxonomy_term_id")
        if term is not None and not finder.follow(row, "taxonomy_term_id"):
            run.add(
                "dangling-reference",
                "there is no such taxonomy_term; its id is kept as text",
                row,
                "taxonomy_term_id",
                term,
            )
            del row["taxonomy_term_id"]
            row.setdefault("value", term)
        said = tuple(
            row.get(name) for name in ("link_id", "link_entity", "taxonomy_term_id", "link_type", "value", "label")
        )
        if said in seen and not str(row.get("link_type", "")).startswith(PREFIX):
            run.add("repeated-attribute", "the same is said of the same thing already", row, "taxonomy_term_id", term)
            run.note("attribute", "left_out")
            continue
        seen.add(said)
        kept.append(row)
    tables["attribute"] = kept
    ids["attribute"] = {row["id"]: row for row in kept}


def _metadata(tables: Tabled, ids: dict[str, dict[str, Row]], run: Run) -> None:
    kept = []
    for row in tables["metadata"]:
        entity = _linked(row, "resource_id", "resource_type", ids, run)
        if entity is not None:
            row["resource_type"] = entity
            kept.append(row)
    run.note("metadata", "left_out", len(tables["metadata"]) - len(kept))
    tables["metadata"] = kept


def _linked(row: Row, column: str, said: str, ids: dict[str, dict[str, Row]], run: Run) -> str | None:
    """Tell which table a reference leads to that may lead to any; note a defect where it leads to none or several."""
    key = row.get(column)
    if key is None:
        run.add("orphan-row", "the row does not say what it belongs to", row, column)
        return None
    for name in (row.get(said), row.get("link_type")):
        table = table_named(name) if isinstance(name, str) else None
        if table is not None and key in ids.get(table, ()):
            return table
    found = [table for table, known in ids.items() if key in known and table not in ("attribute", "metadata")]
    if len(found) == 1:
        named = table_named(row[said]) if isinstance(row.get(said), str) else None
        if named in ids:
            run.add("mended-reference", f"{key} is no {named} but a {found[0]}", row, column, key)
        return found[0]
    if found:
        run.add("ambiguous-reference", f"{key} may be of {', '.join(found)}", row, column, key)
    else:
        run.add("orphan-row", "what the row belongs to is not there", row, column, key)
    return None


def _cycles(rows: list[Row], column: str, run: Run) -> None:
    parent = {row["id"]: row.get(column) for row in rows}
    by_id = {row["id"]: row for row in rows}
    done: set[str] = set()
    for start in parent:
        path: list[str] = []
        on_path: set[str] = set()
        at: str | None = start
        while at is not None and at not in done and at not in on_path:
            path.append(at)
            on_path.add(at)
            at = parent.get(at)
        if at is not None and at in on_path:
            last = path[-1]
            run.add(
                "cyclic-parents", "the parents lead back to where they began; one is left out", by_id[last], column, at
            )
            del by_id[last][column]
            parent[last] = None
        done |= on_path
