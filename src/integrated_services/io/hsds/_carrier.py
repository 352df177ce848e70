"""What HSDS has no field for travels in its ``attribute`` rows, under link types of our own.

An attribute says one field of the record it is linked to: its ``link_type`` is ``integrated-services:`` and the name of
the field, its ``value`` what the field holds. Other software passes over link types that it does not know.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from integrated_services.model._fields import FieldSpec, fields_of
from integrated_services.model._framework import Framework, collection_models
from integrated_services.model._services import Delivery

PREFIX: Final = "integrated-services:"
"""Begins the link types of our own."""

NO_DESCRIPTION: Final = "No description is given."
"""Stands where HSDS asks for a description and the framework has none."""

NOT_STATED: Final = "not stated"
"""Stands where HSDS asks for a part of an address and the framework has the address as one text."""

CAPACITY_NOTE: Final = "Places in all; how many of them are free is not known, so `available` repeats `maximum`."
"""Says in a capacity row what its numbers mean."""

NO_SITE: Final = "no-site"
"""Marks a location that stands for deliveries without a place; its value is their channel."""

AREA: Final = "territory-of-area"
"""Says which territory a service area is."""

Row = dict[str, Any]
"""A row of a table, or the plain form of a record."""


def encoded(value: Any) -> str:
    """Write the plain form of a field as one text.

    Parameters
    ----------
    value
        JSON types; None for a field that says nothing.

    Returns
    -------
    str
        Texts stay as they are unless they could be read as JSON; all else is JSON.

    Examples
    --------
    >>> from integrated_services.io.hsds._carrier import decoded, encoded
    >>> encoded("school"), encoded("2022"), encoded(["a"]), encoded(None)
    ('school', '"2022"', '["a"]', 'null')
    >>> decoded(encoded("2022")), decoded("school")
    ('2022', 'school')
    """
    if isinstance(value, str) and not _is_json(value) and value == value.strip():
        return value
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def decoded(text: str) -> Any:
    """Read what `encoded` wrote.

    Parameters
    ----------
    text
        Value of an attribute.

    Returns
    -------
    Any
        JSON types; a text that is no JSON is that text.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    except RecursionError:
        return False
    return True


def field_of(link_type: object) -> str | None:
    """Give the field that an attribute of our own carries.

    Parameters
    ----------
    link_type
        Link type of an attribute.

    Returns
    -------
    str | None
        Name of the field; None for attributes of other people.
    """
    return link_type[len(PREFIX) :] if isinstance(link_type, str) and link_type.startswith(PREFIX) else None


def is_code(spec: FieldSpec) -> bool:
    """Tell whether a field holds single words (choices, ids, codes of languages), which a taxonomy term can name.

    Parameters
    ----------
    spec
        Field.

    Returns
    -------
    bool
        False for numbers, free texts and everything nested.
    """
    if spec.model is not None or spec.kind == "json":
        return False
    return bool(spec.refs) or spec.name in ("id", "languages") or not (spec.holds_text or _is_number(spec))


def _is_number(spec: FieldSpec) -> bool:
    said = str(spec.annotation)
    return any(kind in said for kind in ("int", "float", "PartialDate", "date", "Decimal"))


def codes_by_collection() -> Mapping[str, frozenset[str]]:
    """List the fields that hold single words.

    Returns
    -------
    Mapping[str, frozenset[str]]
        By collection; ``deliveries`` and ``document`` (the head) stand beside the collections.
    """
    models = {**collection_models(), "deliveries": Delivery, "document": Framework}
    return {name: frozenset(spec.name for spec in fields_of(cls) if is_code(spec)) for name, cls in models.items()}
