"""Paths by id such as ``services[mobile].deliveries[vievis].capacity``, and where in a raw document they lead."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError

from integrated_services.errors import UnknownIdError, mask
from integrated_services.model._base import Model, Record
from integrated_services.model._fields import FieldSpec, fields_of, plain_name
from integrated_services.model._places import Place
from integrated_services.model._values import Identifier

Steps = list[tuple[str, bool]]
"""Steps of a path, each with whether it stands in brackets."""

_STEP = re.compile(r"\.(?P<field>[A-Za-z_][A-Za-z0-9_]*)|\[(?P<key>[^\[\]]+)\]")


def parse_path(path: str) -> Steps:
    """Split a path into its steps.

    Parameters
    ----------
    path
        Such as ``services[mobile].deliveries[vievis].capacity``.

    Returns
    -------
    Steps
        Each step, and whether it stood in brackets.

    Raises
    ------
    UnknownIdError
        Where this is not a path.

    Examples
    --------
    >>> from integrated_services.model._paths import parse_path
    >>> parse_path("services[mobile].name")
    [('services', False), ('mobile', True), ('name', False)]
    """
    steps: Steps = []
    text, at = f".{path}", 0
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None:
            raise UnknownIdError("path", path)
        steps.append((match["field"], False) if match["field"] else (match["key"], True))
        at = match.end()
    return steps


def locate(cls: type[Model], raw: Any, path: str, loc: Place) -> tuple[str, Place, type[Model]]:
    """Follow a location by position through a raw record, so that list items are named by key.

    Parameters
    ----------
    cls
        Model of the record.
    raw
        The record as it was read.
    path
        Path of the record.
    loc
        Field names and positions.

    Returns
    -------
    tuple[str, Place, type[Model]]
        Path by id, the steps that lead through the file, and the model that the last step is a field of.
    """
    here: list[str | int] = []
    owner: type[Model] = cls
    spec: FieldSpec | None = None
    for part in loc:
        specs = {plain_name(one): one for one in fields_of(owner)}
        if isinstance(part, int) and spec is not None:
            key, step, raw = _item(spec, raw, part)
            path += f"[{key}]"
            owner = spec.model or owner
            here.append(step)
        elif isinstance(part, str) and part in specs and (spec is None or spec.model is not None):
            spec = specs[part]
            raw = raw.get(part) if isinstance(raw, dict) else None
            path += f".{part}" if path else part
            owner = spec.model if spec.kind == "model" and spec.model else owner
            here.append(part)
        elif isinstance(part, str) and isinstance(raw, dict) and part in raw:
            path += f".{part}" if path else part
            here.append(part)
        # anything else is a tag that pydantic adds for its own alternatives
    return path, tuple(here), owner


def _item(spec: FieldSpec, raw: Any, number: int) -> tuple[str, str | int, Any]:
    """Give key, step and value of a list item, or of a mapping that stands for a list (codes by scheme)."""
    if isinstance(raw, dict):
        keys = list(raw)
        key = keys[number] if number < len(keys) else str(number)
        return str(key), key, raw.get(key)
    item = raw[number] if isinstance(raw, (list, tuple)) and number < len(raw) else None
    return record_key(spec.model, item, number), number, item


def place_of(cls: type[Model], raw: Any, steps: Steps) -> Place:
    """Find where in a raw record a path by id leads, as far as it can be followed.

    Parameters
    ----------
    cls
        Model of the raw record.
    raw
        The record as it was read.
    steps
        Steps of the path, each with whether it stood in brackets.

    Returns
    -------
    Place
        Field names and positions.
    """
    place: list[str | int] = []
    owner: type[Model] | None = cls
    spec: FieldSpec | None = None
    for word, bracketed in steps:
        if bracketed:
            if isinstance(raw, dict) and word in raw:
                step: str | int = word
            elif isinstance(raw, list) and spec is not None:
                model = spec.model
                found = (n for n, item in enumerate(raw) if record_key(model, item, n) == word)
                step = next(found, -1)
            else:
                break
            if step == -1:
                break
            owner = spec.model if spec is not None else None
        else:
            specs = {} if owner is None else {plain_name(one): one for one in fields_of(owner)}
            spec, step = specs.get(word), word
            if not isinstance(raw, dict) or word not in raw:
                break
            owner = spec.model if spec is not None and spec.kind == "model" else None
        place.append(step)
        raw = raw[step]
    return tuple(place)


def record_key(cls: type[Model] | None, raw: Any, number: int) -> str:
    """Give the key of a record that may be broken.

    Parameters
    ----------
    cls
        Model of the record.
    raw
        The record as it was read.
    number
        Its position, used where it has no key.

    Returns
    -------
    str
        Id, derived key, or the position.
    """
    if isinstance(raw, Model):
        return raw.item_key(number)
    if not isinstance(raw, dict) or cls is None:
        return str(number)
    own = raw.get("scheme" if cls is Identifier else "id")
    if isinstance(own, str) and own:
        return own[:200].replace("[", "(").replace("]", ")")
    if not issubclass(cls, Record):
        return str(number)
    try:
        key: object = cls.model_construct(**_parsed(cls, raw)).key[:200]
    except Exception:  # noqa: BLE001 - a broken record may break its key in any way
        return str(number)
    return key if isinstance(key, str) and key and mask(key) == key else str(number)


def _parsed(cls: type[Model], raw: dict[str, Any]) -> dict[str, Any]:
    """Read those nested values that keys are made from (periods, breakdowns)."""
    found = dict(raw)
    for spec in fields_of(cls):
        value = raw.get(spec.name)
        if spec.kind == "json" and isinstance(value, dict):
            found[spec.name] = tuple(sorted(value.items()))
        elif spec.kind == "model" and spec.model is not None and value is not None:
            try:
                found[spec.name] = spec.model.model_validate(value)
            except ValidationError:
                found[spec.name] = None
    return found
