"""The head of a framework as a table of two columns: ``field`` and ``value``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from integrated_services.errors import Problem
from integrated_services.model._framework import FORMAT, Framework, collection_models
from integrated_services.model._tables import Table

HEAD = "framework"
"""Name of the table."""
_LABELS = ("title", "description")
_WHOLE = re.compile(r"[0-9]{1,9}")


def head_fields() -> tuple[str, ...]:
    """Name the fields of the head.

    Returns
    -------
    tuple[str, ...]
        In the order of the document.

    Examples
    --------
    >>> from integrated_services.model._head import head_fields
    >>> head_fields()[:3]
    ('format', 'framework', 'title')
    """
    return tuple(name for name in Framework.model_fields if name not in collection_models())


def head_table(said: Mapping[str, Any]) -> Table:
    """Lay a head out as a table.

    Parameters
    ----------
    said
        Fields as the document writes them.

    Returns
    -------
    Table
        ``field`` and ``value``; a text by language has one row a language, ``title.en``.

    Examples
    --------
    >>> from integrated_services.model._head import head_table
    >>> head_table({"framework": "f", "title": {"en": "F"}, "languages": ["en", "et"]})
    {'field': ['format', 'framework', 'title.en', 'languages'], 'value': ['1', 'f', 'F', 'en et']}
    """
    rows: dict[str, str] = {"format": str(FORMAT)}
    for name in head_fields():
        value = said.get(name)
        if isinstance(value, Mapping):
            rows |= {f"{name}.{code}": text for code, text in value.items()}
        elif isinstance(value, (list, tuple)):
            rows |= {name: " ".join(value)} if value else {}
        elif value is not None:
            rows[name] = str(value)
    return {"field": list(rows), "value": list(rows.values())}


def head_problems(table: Table) -> list[Problem]:
    """Find what is wrong with the form of the table of a head.

    Parameters
    ----------
    table
        Its columns.

    Returns
    -------
    list[Problem]
        Missing and unknown columns, fields that stand twice, values without a field.
    """
    words = ("field", "value")
    found = [
        _error("missing-field", f"the column {name!r} is missing", f"Add {name!r}.", name)
        for name in words
        if name not in table
    ]
    found += [
        _error("unknown-field", f"there is no column {name!r}", "Take it out.", name)
        for name in table
        if name not in words
    ]
    seen: set[str] = set()
    for number, (name, value) in enumerate(zip(table.get("field", ()), table.get("value", ()), strict=False)):
        if name is None and value is not None:
            found.append(
                _error("missing-field", "a value stands without its field", "Name the field.", "field", number)
            )
        elif name is not None and str(name) in seen:
            message = f"the field {str(name)[:80]!r} is written twice"
            found.append(_error("duplicate-key", message, "Keep one of the two.", "field", number))
        seen.add(str(name))
    return found


def _error(code: str, message: str, mend: str, column: str, row: int | None = None) -> Problem:
    return Problem(code, "error", HEAD, message, mend, sheet=HEAD, row=None if row is None else row + 1, column=column)


def head_of(table: Table) -> dict[str, Any]:
    """Read a head from its table.

    Parameters
    ----------
    table
        ``field`` and ``value``.

    Returns
    -------
    dict[str, Any]
        Fields as the document writes them; what cannot be read is left for the checks of the document.

    Examples
    --------
    >>> from integrated_services.model._head import head_of
    >>> head_of({"field": ["framework", "title.en", "languages"], "value": ["f", "F", "en, et"]})
    {'framework': 'f', 'title': {'en': 'F'}, 'languages': ['en', 'et']}
    """
    said: dict[str, Any] = {}
    for name, value in zip(table.get("field", ()), table.get("value", ()), strict=False):
        if name is None or value is None:
            continue
        stem, _, code = str(name).partition(".")
        if code and stem in _LABELS and not isinstance(said.get(stem), str):
            said.setdefault(stem, {})[code] = value
        elif name == "languages" and isinstance(value, str):
            said[name] = re.split(r"[\s,;]+", value.strip())
        elif name == "format" and isinstance(value, str) and _WHOLE.fullmatch(value):
            said[name] = int(value)
        else:
            said[str(name)] = value
    return said
