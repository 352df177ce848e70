"""Takes contact data of persons out of a document as it was read, before it is checked."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from integrated_services.errors import Problem
from integrated_services.model._base import Model
from integrated_services.model._fields import FieldSpec, fields_of, plain_name
from integrated_services.model._framework import Framework
from integrated_services.model._paths import record_key
from integrated_services.model._personal import (
    as_warning,
    may_name_persons,
    personal_in,
    text_problem,
    without_personal,
    worth_a_look,
)
from integrated_services.model._values import Contact, Identifier

_GONE = "***"
"""Stands for a text that must be there and held nothing else."""
_DONE = "which was taken out"


def without_persons(raw: dict[str, Any]) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Take contact data of persons out of every text of a document.

    Parameters
    ----------
    raw
        A document as it was read; it stays as it is.

    Returns
    -------
    tuple[dict[str, Any], tuple[Problem, ...]]
        The document without them, and a warning for each text with its path (and, where the record has an origin, with
        its file, sheet and row); the values are masked.

    Notes
    -----
    The rest of a text stays.  A contact goes whole where its value is that of a person, and so does an identifier.
    Ids are left as they are, since others refer to them.

    Examples
    --------
    >>> from integrated_services.model._personal_clean import without_persons
    >>> contacts = [{"kind": "email", "value": "info@example.org", "label": "Jaana Tamm, reception"}]
    >>> raw, problems = without_persons({"agencies": [{"id": "a", "contacts": contacts}]})
    >>> raw["agencies"][0]["contacts"][0]["label"], [problem.path for problem in problems]
    ('reception', ['agencies[a].contacts[0].label'])
    """
    cleaner = _Cleaner()
    return cleaner.fields(Framework, raw, None), tuple(cleaner.found)


def publishable(framework: Framework) -> Framework:
    """Give a framework without the contact data of persons that it was told to keep.

    Parameters
    ----------
    framework
        The framework.

    Returns
    -------
    Framework
        The same one where it keeps none.

    Examples
    --------
    >>> from integrated_services.model import loads
    >>> from integrated_services.model._personal_clean import publishable
    >>> head = '{"framework": "f", "title": "F", "reference_date": "2022-06-01", "description": "Call 5123 4567"}'
    >>> str(publishable(loads(head, personal="keep")).description)
    'Call'
    """
    if not framework.keeps_personal:
        return framework
    from integrated_services.model._load import dumps, loads

    return loads(dumps(framework), personal="drop")


_Trail = tuple["_Trail | None", str, "type[Model] | None", Any, "int | str"]
"""Where the walk is: the owner's trail, the field, and, in a list, the class of the item, the item and its position."""


@cache
def _plan(cls: type[Model]) -> dict[str, FieldSpec]:
    """Give the fields of a class in which texts may stand, by their names in documents."""
    found = {plain_name(spec): spec for spec in fields_of(cls) if not spec.refs}
    wanted = {name: spec for name, spec in found.items() if spec.holds_text or _holds_texts(spec, cls)}
    return {name: spec for name, spec in wanted.items() if name not in ("id", "framework", "origins")}


def _holds_texts(spec: FieldSpec, owner: type[Model]) -> bool:
    return spec.model is not None and (spec.model is owner or bool(_plan(spec.model)))


def _path(trail: _Trail | None) -> str:
    steps = []
    while trail is not None:
        owner, name, cls, item, number = trail
        key = number if cls is None or isinstance(number, str) else record_key(cls, item, number)
        steps.append(name if item is None else f"{name}[{key}]")
        trail = owner
    return ".".join(reversed(steps))


class _Cleaner:
    def __init__(self) -> None:
        self.found: list[Problem] = []

    def fields(self, cls: type[Model], raw: dict[str, Any], trail: _Trail | None) -> dict[str, Any]:
        """Clean a record or value; the same object is given back where nothing is to be done."""
        changed: dict[str, Any] = {}
        begin = len(self.found)
        plan = _plan(cls)
        for name, value in raw.items():
            spec = plan.get(name)
            if spec is None or value is None:
                continue
            named = cls is Contact and may_name_persons(name, raw.get("kind"), raw.get("value"))
            cleaned = self._field(spec, value, trail, cls is Identifier, named)
            if cleaned is not value:
                changed[name] = _GONE if cleaned is None and spec.required else cleaned
        if not changed:
            return raw
        if raw.get("origins"):
            self._place(begin, raw["origins"])
        return {name: changed.get(name, value) for name, value in raw.items() if changed.get(name, value) is not None}

    def _field(self, spec: FieldSpec, value: Any, owner: _Trail | None, is_code: bool, named: bool) -> Any:
        name = plain_name(spec)
        if spec.model is None:
            return self._text(value, (owner, name, None, None, 0), is_code, named)
        if spec.kind == "model":
            return self.fields(spec.model, value, (owner, name, None, None, 0)) if isinstance(value, dict) else value
        if isinstance(value, list):
            kept = [self._item(spec.model, item, owner, name, number) for number, item in enumerate(value)]
            same = all(new is old for new, old in zip(kept, value, strict=True))
            return value if same else [item for item in kept if item is not None]
        if isinstance(value, dict) and spec.model is Identifier:
            codes = {key: self._code(item, (owner, name, None, item, key)) for key, item in value.items()}
            same = all(codes[key] is item for key, item in value.items())
            return value if same else {key: item for key, item in codes.items() if item is not None}
        return value

    def _item(self, cls: type[Model], item: Any, owner: _Trail | None, name: str, number: int) -> Any:
        if not isinstance(item, dict):
            return item
        cleaned = self.fields(cls, item, (owner, name, cls, item, number))
        gone = cls in (Contact, Identifier) and cleaned.get("value") != item.get("value")
        return None if gone else cleaned

    def _code(self, item: Any, trail: _Trail) -> Any:
        if isinstance(item, dict):
            cleaned = self.fields(Identifier, item, trail)
            return None if cleaned.get("value") != item.get("value") else cleaned
        return item if self._text(item, (trail, "value", None, None, 0), True, False) is item else None

    def _text(self, value: Any, trail: _Trail, is_code: bool, named: bool) -> Any:
        if isinstance(value, str):
            if not (named or worth_a_look(value)):
                return value
            if personal_in(value, is_code=is_code, in_contact=named) is None:
                return value
            problem = text_problem(_path(trail), value, is_code=is_code, in_contact=named)
            if problem is not None:
                self.found.append(as_warning(problem, _DONE))
            return without_personal(value, is_code=is_code, in_contact=named)
        if isinstance(value, list):
            items = [self._text(item, trail, is_code, named) for item in value]
            same = all(new is old for new, old in zip(items, value, strict=True))
            return value if same else [item for item in items if item is not None]
        if isinstance(value, dict):
            parts = {key: self._text(item, trail, is_code, named) for key, item in value.items()}
            same = all(parts[key] is item for key, item in value.items())
            return value if same else {key: item for key, item in parts.items() if item is not None} or None
        return value

    def _place(self, begin: int, origins: Any) -> None:
        first = origins[0] if isinstance(origins, list) and origins else None
        if isinstance(first, dict):
            row, sheet = first.get("row"), first.get("sheet")
            for number in range(begin, len(self.found)):
                self.found[number] = replace(
                    self.found[number],
                    file=str(first["file"]) if first.get("file") else None,
                    sheet=str(sheet) if sheet else None,
                    row=row if isinstance(row, int) else None,
                )
