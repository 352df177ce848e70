"""Turns what pydantic says of one record into problems with a path by id, a code and a mend."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from integrated_services.errors import Problem, mask, nearest
from integrated_services.model._base import ID_PATTERN, Model
from integrated_services.model._fields import fields_of, plain_name
from integrated_services.model._paths import locate
from integrated_services.model._places import Place

Words = tuple[str, str, str]
"""Code, message and mend."""


def structure_problems(
    error: ValidationError,
    cls: type[Model],
    raw: Any,
    path: str,
    line: Callable[[Place], int | None],
    place: Place,
) -> list[Problem]:
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
        where, here, owner = locate(cls, raw, path, detail["loc"])
        field = detail.get("ctx", {}).get("field")
        if field:  # a fault of the whole value that one of its fields carries
            where, here = f"{where}.{field}", (*here, field)
        code, message, mend = _explain(detail, owner)
        value = None if code == "missing-field" else _shown(detail["input"], code)
        problem = Problem(code, "error", where, message, mend, value=value, row=line((*place, *here)))
        found.setdefault((problem.path, problem.code), problem)
    return list(found.values())


# words -------------------------------------------------------------------------------------------------------------


def _explain(detail: ErrorDetails, owner: type[Model]) -> Words:
    kind, context = detail["type"], detail.get("ctx", {})
    if "problem" in context:
        return kind, str(context["problem"]), str(context["mend"])
    explain = _EXPLAIN.get(kind)
    if explain is not None:
        return explain(detail, context, owner)
    message, mend = _TYPES.get(kind, ("this is not what the field takes", "See the reference of this field."))
    return "wrong-type", message, mend


def _missing(detail: ErrorDetails, context: Mapping[str, Any], owner: type[Model]) -> Words:  # noqa: ARG001
    field = detail["loc"][-1] if detail["loc"] else ""
    if isinstance(field, int):
        return "wrong-length", "the list has too few entries", "Give two entries."
    return "missing-field", f"the field {field!r} is missing", f"Write `{field}`."


def _extra(detail: ErrorDetails, context: Mapping[str, Any], owner: type[Model]) -> Words:  # noqa: ARG001
    field = str(detail["loc"][-1])
    near = nearest(field, tuple(plain_name(spec) for spec in fields_of(owner)))
    mend = f"Did you mean {' or '.join(map(repr, near))}?" if near else "Take it out, or put it into a note."
    return "unknown-field", f"there is no field {field!r} here", mend


def _choice(detail: ErrorDetails, context: Mapping[str, Any], owner: type[Model]) -> Words:  # noqa: ARG001
    choices = [part.strip("'") for part in str(context.get("expected", "")).replace(" or ", ", ").split(", ")]
    near = nearest(str(detail["input"]), choices, n=1)
    mend = (f"Did you mean {near[0]!r}? " if near else "") + f"Choices: {', '.join(choices)}."
    return "bad-choice", f"{_shown(detail['input'], 'wrong-type')} is not among the choices", mend


def _pattern(detail: ErrorDetails, context: Mapping[str, Any], owner: type[Model]) -> Words:  # noqa: ARG001
    pattern = context.get("pattern")
    if pattern == ID_PATTERN:
        text = str(detail["input"])
        example = _slug(text) if mask(text) == text else ""
        mend = "Use letters a-z, digits, hyphen, underscore and dot; begin with a letter or digit"
        return "bad-id", "this is not an id", mend + (f", for example {example!r}." if example else ".")
    if pattern == "^[a-z]{2,3}$":
        return "bad-language", "this is not a language code", "Use codes such as en, et, lt."
    if pattern == "^[A-Z]{3}$":
        return "bad-text", "this is not a currency", "Use codes of three capital letters, such as EUR."
    return "bad-text", "the text does not have the expected form", f"It must match {pattern}."


def _slug(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:60]


def _empty(detail: ErrorDetails, context: Mapping[str, Any], owner: type[Model]) -> Words:  # noqa: ARG001
    return "empty-text", "the text is empty", "Write the text, or leave the field out."


def _range(detail: ErrorDetails, context: Mapping[str, Any], owner: type[Model]) -> Words:  # noqa: ARG001
    words = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
    [limit] = [f"{word} {context[key]:g}" for key, word in words.items() if key in context]
    return "out-of-range", f"the number must be {limit}", f"Write a number that is {limit}."


def _length(detail: ErrorDetails, context: Mapping[str, Any], owner: type[Model]) -> Words:  # noqa: ARG001
    if "max_length" in context:
        limit = f"at most {context['max_length']:,}"
    else:
        limit = f"at least {context.get('min_length', 1)}"
    if detail["type"] == "string_too_long":
        return "wrong-length", "the text is too long", f"Use {limit} characters."
    return "wrong-length", f"the list must have {limit} entries", f"Give {limit} entries."


def _too_large(detail: ErrorDetails, context: Mapping[str, Any], owner: type[Model]) -> Words:  # noqa: ARG001
    return "out-of-range", "the number is too large", "Correct the number."


_EXPLAIN: dict[str, Callable[[ErrorDetails, Mapping[str, Any], type[Model]], Words]] = {
    "missing": _missing,
    "extra_forbidden": _extra,
    "literal_error": _choice,
    "string_pattern_mismatch": _pattern,
    "string_too_short": _empty,
    "greater_than": _range,
    "greater_than_equal": _range,
    "less_than": _range,
    "less_than_equal": _range,
    "too_short": _length,
    "too_long": _length,
    "string_too_long": _length,
    "int_parsing_size": _too_large,
}
_MAPPING = ("a mapping was expected", "Write a mapping of fields.")
_LIST = ("a list was expected", "Write a list.")
_WHOLE = ("a whole number was expected", "Write a whole number without quotation marks.")
_TYPES = {
    "string_type": (
        "a text was expected",
        "Write a text (codes and numbers that are names go in quotation marks).",
    ),
    "string_unicode": ("a text was expected", "Take out what cannot be written in UTF-8."),
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "bool_type": ("true or false was expected", "Write true or false."),
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dict_type": _MAPPING,
    "tuple_type": _LIST,
    "list_type": _LIST,
}


def _shown(value: object, code: str) -> str | None:
    if isinstance(value, (dict, list, tuple, Model)):
        if code != "wrong-type":
            return None
        if isinstance(value, dict):
            return f"mapping of {len(value)}"
        return type(value).__name__ if isinstance(value, Model) else f"list of {len(value)}"
    return repr(value)[:300]
