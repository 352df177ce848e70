"""Turns what pydantic says of one record into problems with a path by id, a code and a mend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from integrated_services.errors import Problem, nearest
from integrated_services.model._base import ID_PATTERN, Model, Record
from integrated_services.model._fields import FieldSpec, fields_of

Place = tuple[str | int, ...]

_TYPES = {
    "string_type": "Write a text (codes and numbers that are names go in quotation marks).",
    "int_type": "Write a whole number.",
    "int_from_float": "Write a whole number.",
    "int_parsing": "Write a whole number without quotation marks.",
    "float_type": "Write a number.",
    "bool_type": "Write true or false.",
    "bool_parsing": "Write true or false.",
    "model_type": "Write a mapping of fields.",
    "model_attributes_type": "Write a mapping of fields.",
    "dict_type": "Write a mapping of fields.",
    "tuple_type": "Write a list.",
    "list_type": "Write a list.",
    "decimal_type": "Write an exact amount as text.",
}
_RANGES = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")


def structure_problems(error: ValidationError, cls: type[Model], raw: Any, path: str,
                       line: Callable[[Place], int | None], place: Place) -> list[Problem]:
    """List the faults of one record.

    Parameters
    ----------
    error
        What pydantic raised.
    cls
        Model of the record.
    raw
        The record as it was read.
    path
        Path of the record.
    line
        Gives the line of a place in the file, where that is known.
    place
        Place of the record in the file.

    Returns
    -------
    list[Problem]
        One problem a fault, each place and code once.
    """
    found: dict[tuple[str, str], Problem] = {}
    for detail in error.errors(include_url=False):
        where, here, owner = _locate(cls, raw, path, detail["loc"])
        problem = _problem(detail, where, owner, line((*place, *here)))
        found.setdefault((problem.path, problem.code), problem)
    return list(found.values())


def _locate(cls: type[Model], raw: Any, path: str, loc: Place) -> tuple[str, Place, type[Model]]:
    """Follow pydantic's location through the raw record, so that list items are named by key."""
    here: list[str | int] = []
    owner: type[Model] = cls
    spec: FieldSpec | None = None
    for part in loc:
        specs = {"not" if one.name == "not_" else one.name: one for one in fields_of(owner)}
        if isinstance(part, int) and spec is not None:
            raw = raw[part] if isinstance(raw, (list, tuple)) and part < len(raw) else None
            path += f"[{record_key(spec.model, raw, part) if spec.model else part}]"
            owner = spec.model or owner
        elif isinstance(part, str) and part in specs and (spec is None or spec.model is not None):
            spec = specs[part]
            raw = raw.get(part) if isinstance(raw, dict) else None
            path += f".{part}" if path else part
            owner = spec.model if spec.kind == "model" and spec.model else owner
        elif isinstance(part, str) and isinstance(raw, dict) and part in raw:
            path += f".{part}" if path else part
        else:
            continue  # a tag that pydantic adds for its own alternatives
        here.append(part)
    return path, tuple(here), owner


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
    if isinstance(raw, Record):
        return raw.key
    if not isinstance(raw, dict) or cls is None or not issubclass(cls, Record):
        return str(number)
    own = raw.get("id")
    if isinstance(own, str) and own:
        return own[:80].replace("]", "")
    try:
        return cls.model_construct(**raw).key[:200] or str(number)
    except Exception:  # a broken record may break its key in any way
        return str(number)


def _problem(detail: ErrorDetails, path: str, owner: type[Model], row: int | None) -> Problem:
    kind, context = detail["type"], detail.get("ctx", {})
    value = None if kind == "missing" else _shown(detail["input"])
    code, message, mend = _explain(kind, context, detail, owner, path)
    return Problem(code, "error", path, message, mend, value=value, row=row)


def _explain(kind: str, context: dict[str, Any], detail: ErrorDetails, owner: type[Model],
             path: str) -> tuple[str, str, str]:
    field = str(detail["loc"][-1]) if detail["loc"] else ""
    if "problem" in context:
        return kind, str(context["problem"]), str(context["mend"])
    if kind == "missing":
        return "missing-field", f"the field {field!r} is missing", f"Write `{field}`."
    if kind == "extra_forbidden":
        near = nearest(field, tuple(spec.name for spec in fields_of(owner)))
        return "unknown-field", f"there is no field {field!r} here", \
            f"Did you mean {' or '.join(map(repr, near))}?" if near else "Take it out, or put it into a note."
    if kind == "literal_error":
        choices = tuple(_choices(context))
        near = nearest(str(detail["input"]), choices, n=1)
        return "bad-choice", f"{_shown(detail['input'])} is not among the choices", \
            (f"Did you mean {near[0]!r}? " if near else "") + f"Choices: {', '.join(choices)}."
    if kind == "string_pattern_mismatch":
        if context.get("pattern") == ID_PATTERN:
            return "bad-id", "this is not an id", "Use letters a-z, digits, hyphen, underscore and dot; begin with a letter or digit."
        return "bad-text", "the text does not have the expected form", f"It must match {context.get('pattern')}."
    if kind == "string_too_short":
        return "empty-text", "the text is empty", "Write the text, or leave the field out."
    if kind in _RANGES:
        limit = context.get(kind.replace("greater_than", "g").replace("less_than", "l").replace("_equal", "e").replace("ge", "ge"),
                            next(iter(context.values()), ""))
        return "out-of-range", f"the number must be {kind.replace('_', ' ')} {limit}", "Correct the number."
    if kind in ("too_short", "too_long", "string_too_long"):
        return "wrong-length", str(detail["msg"]), "Give as many entries as the field takes."
    return "wrong-type", _TYPE_WORDS.get(kind, str(detail["msg"])), _TYPES.get(kind, "See the reference of this field.")


_TYPE_WORDS = {
    "string_type": "a text was expected", "int_type": "a whole number was expected",
    "int_from_float": "a whole number was expected", "bool_type": "true or false was expected",
    "model_type": "a mapping was expected", "model_attributes_type": "a mapping was expected",
    "dict_type": "a mapping was expected", "tuple_type": "a list was expected", "list_type": "a list was expected",
    "float_type": "a number was expected",
}


def _choices(context: dict[str, Any]) -> Iterator[str]:
    for part in str(context.get("expected", "")).replace(" or ", ", ").split(", "):
        yield part.strip("'")


def _shown(value: object) -> str:
    if isinstance(value, (dict, list, tuple)):
        return f"{type(value).__name__} of {len(value)}".replace("dict", "mapping")
    return repr(value)[:300]
