"""What the tables are, for people and programs that have no part in this package: a Frictionless data package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integrated_services.model._base import Model
from integrated_services.model._fields import fields_of
from integrated_services.model._head import HEAD
from integrated_services.model._keyed import (
    AMOUNT_BOUNDS,
    FIGURE_KEYS,
    FIGURES,
    PARTS,
    has_keys,
    kind_of,
    owner_columns,
)
from integrated_services.model._tables import Table, TableSpec, table_specs

_TYPES = {"integer": "integer", "number": "number", "amount": "number", "boolean": "boolean"}
_MEANINGS = {
    "key": "Name by which other tables call a record without id.",
    "position": "Place in the list of the owner.",
}


def table_schema() -> dict[str, Any]:
    """Describe all tables as Frictionless Table Schemas.

    Returns
    -------
    dict[str, Any]
        One schema a table: fields with type and meaning, primary key, foreign keys. Texts by language have one column a
        language (``name.en``); the schema names the column without language.

    References
    ----------
    .. [1] Table Schema, Frictionless Data specifications.

    Examples
    --------
    >>> from integrated_services.io import table_schema
    >>> table_schema()["services.meets"]["foreignKeys"][0]["reference"]
    {'resource': 'services', 'fields': ['id']}
    """
    tables = {name: _all_columns(name) for name in (HEAD, *table_specs(), FIGURES)}
    return {name: _schema(name, tables) for name in tables}


def data_package(tables: Mapping[str, Table], title: str) -> dict[str, Any]:
    """Describe a folder of CSV files.

    Parameters
    ----------
    tables
        What was written.
    title
        Title of the framework.

    Returns
    -------
    dict[str, Any]
        A Frictionless data package.
    """
    columns = {name: list(table) for name, table in tables.items()}
    return {
        "profile": "tabular-data-package",
        "title": title,
        "resources": [
            {
                "name": name,
                "path": f"{name}.csv",
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": _schema(name, columns),
            }
            for name in tables
        ],
    }


def _all_columns(name: str) -> list[str]:
    if name == HEAD:
        return ["field", "value"]
    if name == FIGURES:
        return [*FIGURE_KEYS, *PARTS, *AMOUNT_BOUNDS.values()]
    spec = table_specs()[name]
    key = ["key"] if has_keys(spec) and not _id_required(spec) else []
    return [*owner_columns(name), *key, *(column.name for column in spec.columns)]


def _id_required(spec: TableSpec) -> bool:
    return any(column.name == "id" and column.required for column in spec.columns)


def _schema(name: str, tables: Mapping[str, list[str]]) -> dict[str, Any]:
    fields = [_field(name, column) for column in tables[name]]
    found: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    spec = table_specs().get(name)
    if spec is None:
        return found
    own = _key_of(name, tables)
    if own is not None:
        found["primaryKey"] = own
    keys = _foreign_keys(name, spec, tables)
    return found | ({"foreignKeys": keys} if keys else {})


def _field(name: str, column: str) -> dict[str, Any]:
    found: dict[str, Any] = {"name": column, "type": _TYPES.get(kind_of(name, column), "string")}
    spec = table_specs().get(name)
    named = next((one for one in spec.columns if one.name == column), None) if spec is not None else None
    if spec is not None and column in owner_columns(name):
        meaning: str | None = f"Key of the {column.removeprefix('of_').replace('_', ' ')} that the row belongs to."
    elif spec is not None and named is not None:
        meaning = _meaning(spec, column)
        if named.required:
            found["constraints"] = {"required": True}
    else:
        meaning = _MEANINGS.get(column)
    return found | ({"description": meaning} if meaning else {})


def _meaning(spec: TableSpec, column: str) -> str | None:
    """What the model says of a field."""
    model: type[Model] | None = spec.model
    said = None
    for word in column.split("."):
        field = model.model_fields.get(word) if model is not None else None
        if model is None or field is None:
            break
        said = field.description
        model = next((one.model for one in fields_of(model) if one.name == word), None)
    return said


def _key_of(name: str, tables: Mapping[str, list[str]]) -> list[str] | None:
    """The columns that name a record of a table."""
    if name not in tables or not has_keys(table_specs()[name]):
        return None
    own = "key" if "key" in tables[name] else "id"
    return [*owner_columns(name), own] if own in tables[name] else None


def _foreign_keys(name: str, spec: TableSpec, tables: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if spec.parent is not None and (owner := _key_of(spec.parent, tables)) is not None:
        found.append({"fields": list(owner_columns(name)), "reference": {"resource": spec.parent, "fields": owner}})
    for column in spec.columns:
        if len(column.refs) == 1 and column.name in tables[name] and "id" in tables.get(column.refs[0], ()):
            reference = {"resource": "" if column.refs[0] == name else column.refs[0], "fields": ["id"]}
            found.append({"fields": [column.name], "reference": reference})
    return found
