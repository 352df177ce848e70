"""Lists of objects in JSON as sheets: nested objects as columns, nested lists as sheets of their own."""

from __future__ import annotations

from typing import Any

from integrated_services.errors import FormatError
from integrated_services.io._guard import Limits
from integrated_services.io._sheets_grid import Grid, Sheet, all_sheets

__all__ = ["json_sheets"]

_LONGEST_KEY = 500
_IDS = ("id", "@id", "_id", "identifier", "code", "uuid", "name")
ROW, PARENT, PARENT_ROW = "_key", "_parent", "_parent_row"


def json_sheets(
    raw: Any, name: str, limits: Limits, file: str | None = None
) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    """Lay out JSON as sheets.

    Parameters
    ----------
    raw
        A list of objects, objects by id, or an object that holds such lists.
    name
        Name of the first sheet.
    limits
        Number of cells, rows and columns.
    file
        Name for messages.

    Returns
    -------
    tuple of Sheet
        The first row of each has the names of the fields, ``a.b`` for those of nested objects. A nested list of
        objects is a sheet ``name.field`` whose columns ``_parent`` and ``_parent_row`` say the id (or name) and the
        row (as people count) of the object that it belongs to. Objects by id have their id in the column ``_key``.
    tuple of str
        Notes.

    Raises
    ------
    FormatError
        Where there is no list of objects, or too much of them.

    Examples
    --------
    >>> from integrated_services.io._guard import LIMITS
    >>> from integrated_services.io._sheets_json import json_sheets
    >>> raw = [{"id": "a", "at": {"town": "Rakvere"}, "hours": [{"day": "Mo"}, {"day": "Tu"}]}]
    >>> for sheet in json_sheets(raw, "services", LIMITS)[0]:
    ...     print(sheet.name, sheet.rows)
    services (('id', 'at.town'), ('a', 'Rakvere'))
    services.hours (('_parent', '_parent_row', 'day'), ('a', 2, 'Mo'), ('a', 2, 'Tu'))
    """
    layout = _Layout(limits, file)
    if isinstance(raw, dict):
        layout.add_object(name, raw)
    elif _is_list_of_objects(raw):
        layout.add_list(name, raw, None)
    else:
        raise FormatError("The JSON is neither a list of objects nor an object that holds one.", file)
    return all_sheets(layout.grids.values(), limits, file)


class _Layout:
    """The sheets while they are filled."""

    def __init__(self, limits: Limits, file: str | None) -> None:
        self.limits = limits
        self.file = file
        self.grids: dict[str, Grid] = {}
        self.columns: dict[str, dict[str, int]] = {}
        self.last: dict[str, int] = {}

    def add_object(self, name: str, raw: dict[str, Any]) -> None:
        """Add what stands at the top: lists under their keys, objects by id, or a single object."""
        if raw and all(isinstance(value, dict) for value in raw.values()):
            for key, value in raw.items():
                self.add(name, value, {ROW: key})
            return
        lists = {key: value for key, value in raw.items() if _is_list_of_objects(value)}
        single = {key: value for key, value in raw.items() if key not in lists}
        if single or not lists:
            self.add(name, single, {})
        for key, value in lists.items():
            self.add_list(self.free(key), value, None)

    def free(self, name: str) -> str:
        """Give a name that no sheet has yet."""
        return name if name not in self.grids else f"{name} (2)"

    def add_list(self, name: str, raw: list[Any], parent: tuple[Any, int] | None) -> None:
        for value in raw:
            first = {} if parent is None else {PARENT: parent[0], PARENT_ROW: parent[1]}
            self.add(name, value, first)

    def add(self, name: str, raw: dict[str, Any], first: dict[str, Any]) -> None:
        if name not in self.grids:
            if len(self.grids) >= self.limits.max_entries:
                raise FormatError("The JSON has too many nested lists.", self.file)
            self.grids[name] = Grid(name, self.limits, self.file)
            self.columns[name] = {}
            self.last[name] = 0
        self.last[name] += 1
        row = self.last[name]
        known = next((raw[key] for key in _IDS if isinstance(raw.get(key), str | int)), first.get(ROW))
        for key, value in first.items():
            self.put(name, row, key, value)
        self.add_fields(name, row, "", raw, (known, row + 1))

    def add_fields(self, name: str, row: int, prefix: str, raw: dict[str, Any], parent: tuple[Any, int]) -> None:
        for key, value in raw.items():
            if len(key) > _LONGEST_KEY:
                raise FormatError(f"A key of the JSON has more than {_LONGEST_KEY} characters.", self.file)
            field = f"{prefix}{key}"
            if isinstance(value, dict):
                self.add_fields(name, row, f"{field}.", value, parent)
            elif _is_list_of_objects(value):
                self.add_list(f"{name}.{field}", value, parent)
            else:
                self.put(name, row, field, value)

    def put(self, name: str, row: int, field: str, value: Any) -> None:
        columns = self.columns[name]
        if field not in columns:
            columns[field] = len(columns)
            self.grids[name].put(0, columns[field], field)
        self.grids[name].put(row, columns[field], _joined(value) if isinstance(value, list) else value)


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _joined(values: list[Any]) -> str | None:
    """Write a list of plain values in one cell."""
    texts = [_text(value) for value in values]
    return ("\n" if any(";" in text for text in texts) else "; ").join(texts) or None


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_text(item)}" for key, item in value.items())
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
