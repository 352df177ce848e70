"""What can still be checked of a record that could not be read: its references and its texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from integrated_services.errors import Problem
from integrated_services.model._base import ID_PATTERN, Model
from integrated_services.model._fields import fields_of, plain_name
from integrated_services.model._known import Known, unknown_reference
from integrated_services.model._paths import record_key
from integrated_services.model._personal import may_name_persons, text_problem, texts_in
from integrated_services.model._values import Contact, Identifier

_IS_ID = re.compile(ID_PATTERN)


def broken_problems(cls: type[Model], raw: Any, path: str, known: Known) -> Iterator[Problem]:
    """List unknown references and contact data of persons in a record as it was read.

    Parameters
    ----------
    cls
        Model of the record.
    raw
        The record as it was read.
    path
        Its path.
    known
        Ids that references may name.

    Yields
    ------
    Problem
        Severity *error*.
    """
    if not isinstance(raw, dict):
        return
    for spec in fields_of(cls):
        value = raw.get(plain_name(spec))
        here = f"{path}.{plain_name(spec)}"
        if spec.refs:
            for one in value if isinstance(value, list) else (value,):
                if isinstance(one, str) and _IS_ID.match(one) and one not in known.among(spec.refs):
                    yield unknown_reference(here, one, spec, known)
        elif spec.holds_text:
            named = cls is Contact and may_name_persons(spec.name, raw.get("kind"), raw.get("value"))
            for text in texts_in(value):
                problem = text_problem(here, text, is_code=cls is Identifier, in_contact=named)
                if problem is not None:
                    yield problem
        elif spec.model is not None:
            items = value if isinstance(value, list) else ()
            if spec.kind == "model":
                yield from broken_problems(spec.model, value, here, known)
            for number, item in enumerate(items):
                yield from broken_problems(spec.model, item, f"{here}[{record_key(spec.model, item, number)}]", known)
