"""Documents of HSDS in JSON (nested objects, lists, pages, bundles) taken apart into flat rows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import attrs

from integrated_services.io.hsds._names import NAMES, table_named
from integrated_services.io.hsds._normal import COLUMNS
from integrated_services.io.hsds._run import Row, Run, made_id, shown
from integrated_services.io.hsds._trees import open_eligibility

Raw = dict[str, list[Row]]
"""Rows as they stand in the files, by table of HSDS 3.1 or of an older version."""

# things that stand by themselves: met again inside another one they are the same one, whoever embeds them
_STANDING: Final = frozenset(
    ("organization", "service", "location", "program", "service_at_location", "taxonomy", "taxonomy_term", "unit")
)
_PAGE: Final = frozenset(
    (
        *("total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"),
        *("content", "totalElements", "totalPages", "number", "first", "last", "items"),
    )
)
_SPECIAL: Final = {
    "attribute": ("link_id", "link_entity"),
    "other_attribute": ("link_id", "link_type"),
    "metadata": ("resource_id", "resource_type"),
}


@attrs.define
class Documents:
    """Takes documents apart; one for all the files of a reading, so that repeated objects are known again.

    Attributes
    ----------
    run
        The reading.
    raw
        Where the rows go.
    file
        Name of the file that is taken apart.
    """

    run: Run
    raw: Raw
    file: str = ""
    _seen: dict[tuple[str, str], Row] = attrs.Factory(dict)
    _met: Counter[str] = attrs.Factory(Counter)
    _pages: dict[str, tuple[int, int]] = attrs.Factory(dict)

    def take(self, document: Any, file: str) -> str | None:
        """Take one parsed document apart.

        Parameters
        ----------
        document
            What the file held.
        file
            Its name.

        Returns
        -------
        str or None
            The version that the document names, if it is the description of an interface.
        """
        self.file, self._met = file, Counter()
        stem = file.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
        version = self._any(document, table_named(stem))
        for table, number in self._met.items():
            self.run.collector.count_in(table, number)
            self.run.note(table, "in", number)
        return version

    def _any(self, document: Any, hint: str | None) -> str | None:
        if isinstance(document, list):
            self._list(document, hint)
        elif not isinstance(document, dict):
            self.run.add("unread-table", "the file holds neither an object nor a list of objects", value=self.file)
        elif "openapi_url" in document or ("profile" in document and "version" in document and "id" not in document):
            return " ".join(str(document.get(key, "")) for key in ("profile", "version"))
        elif (terms := open_eligibility(document)) is not None:
            self._list(terms, "taxonomy_term")
        elif _contents(document) is not None:
            self._page(document, hint)
        elif bundle := _bundle(document):
            for name, table, rows in bundle:
                self._list(rows, table, name)
            self._unknown_parts(document, {name for name, _, _ in bundle})
        elif "$schema" in document and "properties" in document:
            self.run.add("unread-table", "this is a schema, not data", value=self.file)
        else:
            self._list([document], hint)
        return None

    def _unknown_parts(self, document: Mapping[str, Any], known: set[str]) -> None:
        for name, value in document.items():
            if name not in known and value not in (None, "", [], {}):
                number = len(value) if isinstance(value, (list, dict)) else 1
                self.run.collector.add("unread-table", f"nothing is known of {name!r}", value=shown(name), count=number)

    def _page(self, page: Mapping[str, Any], hint: str | None) -> None:
        contents = _contents(page) or []
        name = self._list(contents, hint) or hint or self.file
        total = page.get("total_items", page.get("totalElements"))
        if isinstance(total, int) and not isinstance(total, bool):
            most, found = self._pages.get(name, (0, 0))
            self._pages[name] = (max(most, total), found + len(contents))

    def finish(self) -> None:
        """Tell of pages that are not there, when all the files were taken."""
        for name, (total, found) in self._pages.items():
            if found < total:
                text = f"{total - found} of {total} items of {name} are not here"
                self.run.collector.add("missing-pages", text, sheet=name, count=total - found)

    def _list(self, items: list[Any], hint: str | None, name: str | None = None) -> str | None:
        objects = [item for item in items if isinstance(item, dict)]
        if len(objects) < len(items):
            number = len(items) - len(objects)
            self.run.collector.add(
                "unread-table", "an item of a list is no object", count=number, sheet=name and shown(name)
            )
        if not objects:
            return None
        table = _likely(objects, hint)
        if table is None:
            self.run.collector.add(
                "unread-table", "the objects look like nothing of HSDS", count=len(objects), value=name or self.file
            )
            return None
        for item in objects:
            self._object(table, item, {}, top=True)
        return table

    def _object(self, table: str, item: Mapping[str, Any], keys: Mapping[str, str], *, top: bool) -> str:
        self._met[table] += 1
        row: Row = {}
        parts: list[tuple[str, str, Any]] = []
        for name, value in item.items():
            child = _child_of(table, name, value) if value and isinstance(value, (dict, list)) else None
            if child is not None:
                parts.append((name, child, value))
            elif name[:1] in ("", "_"):
                self.run.collector.add(
                    "unmapped-column", f"nothing is known of {name!r}", sheet=table, column=shown(name)
                )
            elif value is None or value == "" or value == [] or value == {}:  # noqa: PLR1714  not 0, not False
                self.run.seen(self.file, table, table, name)
            else:
                row[name] = _as_text(value) if isinstance(value, (dict, list)) else value
        row["_file"], row["_sheet"], row["_row"] = self.file, table, self._met[table]
        given = row.get("id")
        key = made_id(table, item, self._met[table]) if given is None else str(given).strip()
        if given is None:
            row["_made"] = True
        row["id"] = key
        key = self._kept(table, row, keys, top=top)
        for name, child, value in parts:
            self._part(table, key, name, child, value)
        return key

    def _part(self, table: str, key: str, name: str, child: str, value: Any) -> None:
        if isinstance(value, dict):
            row = self._seen[(table, key)]
            found = self._object(child, value, {}, top=False)
            column = "taxonomy_term_id" if child == "taxonomy_term" else f"{child}_id"
            if child == "organization" and name.startswith("parent"):
                column = "parent_organization_id"
            row.setdefault(column, found)
            return
        keys = _keys(table, key, child)
        for each in value:
            if isinstance(each, dict):
                if child == "service" and table == "location":
                    service = self._object(child, each, {}, top=False)
                    self._joined(service, key)
                elif child == "location" and table == "service":
                    location = self._object(child, each, {}, top=False)
                    self._joined(key, location)
                else:
                    self._object(child, each, keys, top=False)
            elif each is not None:
                self.run.collector.add("unreadable-cell", f"{name!r} holds something that is no object", sheet=table)

    def _joined(self, service: str, location: str) -> None:
        row: Row = {"service_id": service, "location_id": location, "_file": self.file, "_sheet": "service_at_location"}
        row["id"] = made_id("service_at_location", row)
        if ("service_at_location", row["id"]) not in self._seen:
            row["_row"] = 1
            self._seen[("service_at_location", row["id"])] = row
            self.raw.setdefault("service_at_location", []).append(row)
            self.run.note("service_at_location", "made")

    def _kept(self, table: str, row: Row, keys: Mapping[str, str], *, top: bool) -> str:
        key: str = row["id"]
        known = self._seen.get((table, key))
        if known is None:
            row.update(keys)
            row["_top"] = top
            self._seen[(table, key)] = row
            self.raw.setdefault(table, []).append(row)
            return key
        clash = [name for name, value in row.items() if name[0] != "_" and not _same(known.get(name, value), value)]
        if clash and top and known["_top"]:
            # two objects of one list with one id: most likely two things, as in tables
            return self._apart(table, row, keys, "a second object has this id but says something else")
        if clash:
            self.run.add(
                "duplicate-id", f"{key} is said to have another {clash[0]} elsewhere", row, clash[0], row[clash[0]]
            )
        if not clash and top and known["_top"] and known["_file"] == row["_file"] and not keys:
            run_code = "repeated-taxonomy-id" if table in ("taxonomy", "taxonomy_term") else "repeated-row"
            self.run.add(run_code, "the object is there already", row, "id", key)
        other = [name for name, value in keys.items() if known.get(name, value) != value]
        if other and table not in _STANDING:
            return self._apart(table, row, keys, None)
        if other:
            self.run.add("conflicting-reference", f"{key} belongs to several", row, other[0], keys[other[0]])
        for name, value in (*row.items(), *keys.items()):
            if name[0] != "_":
                known.setdefault(name, value)
        known["_top"] = known["_top"] or top
        self.run.note(table, "merged")
        return key

    def _apart(self, table: str, row: Row, keys: Mapping[str, str], message: str | None) -> str:
        if message:
            self.run.add("duplicate-id", message, row, "id", row["id"])
        row = dict(row)
        key = made_id(table, {**row, **keys}, row["id"])
        if (table, key) in self._seen:
            self.run.note(table, "merged")
            return key
        row.update(keys, id=key, _top=False)
        self._seen[(table, key)] = row
        self.raw.setdefault(table, []).append(row)
        return key


def _as_text(value: Any) -> str:
    """Give a list of plain values as people write lists, and anything else as JSON (the outline of an area)."""
    if isinstance(value, list) and not any(isinstance(each, (dict, list)) for each in value):
        return ", ".join(str(each) for each in value if each is not None)
    return json.dumps(value, ensure_ascii=False)


def _same(one: Any, other: Any) -> bool:
    """Tell whether two values say the same; ``10:00`` and ``10:00:00`` do, ``100`` and ``"100"`` too."""
    if one == other:
        return True
    texts = [str(each).strip() for each in (one, other)]
    return len({re.sub(r"^(\d\d:\d\d):00$", r"\1", text) for text in texts}) == 1


def _contents(document: Mapping[str, Any]) -> list[Any] | None:
    for name in ("contents", "content", "items"):
        found = document.get(name)
        if isinstance(found, list) and not (set(document) - _PAGE - {"links", "_links", "sort", "pageable"}):
            return found
        if isinstance(found, list) and "id" not in document and "total_items" in document:
            return found
    return None


def _bundle(document: Mapping[str, Any]) -> list[tuple[str, str, list[Any]]]:
    """Give the lists of a document that holds whole tables; empty where it is one object."""
    if "id" in document or "name" in document:
        return []
    found = []
    for name, value in document.items():
        table = table_named(name.rsplit(".", 1)[0] if name.endswith(".csv") else name)
        if table is not None and isinstance(value, list):
            found.append((name, table, value))
    return found


def _likely(objects: list[dict[str, Any]], hint: str | None) -> str | None:
    names = frozenset(name for item in objects[:100] for name in item)
    if hint is not None and hint not in COLUMNS:
        return hint
    best, most = None, 0.0
    for table, columns in COLUMNS.items():
        score = sum((name in columns) + 0.5 * (_child_by_name(name) is not None) for name in names)
        score -= sum(1 for name in names if name not in columns and _child_by_name(name) is None)
        score += 2.5 if table == hint else 0
        if table == "service_at_location" and {"location", "service"} & names:
            score += 3
        if score > most:
            best, most = table, score
    if hint is None and most < (2 if "id" in names else 4):
        return None  # a name and a description alone may be anything
    return best if most > 1 else hint


def _child_by_name(name: str) -> str | None:
    return NAMES.get(name)


def _child_of(table: str, name: str, value: Any) -> str | None:
    child = NAMES.get(name)
    if child is None and name == "parent_organization":
        child = "organization"
    if isinstance(value, list) and not any(isinstance(each, dict) for each in value):
        return None
    if child == "taxonomy" and table in ("attribute", "service_taxonomy", "other_attribute", "service_attribute"):
        return "taxonomy_term"
    if child == "taxonomy_term" and table == "taxonomy_term":
        return None
    return child


def _keys(table: str, key: str, child: str) -> dict[str, str]:
    if child in _SPECIAL:
        link, entity = _SPECIAL[child]
        return {link: key, entity: table}
    return {f"{table}_id": key}
