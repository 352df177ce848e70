"""Checks inside each record, in one walk: references, units, texts, and the ids of its children."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from integrated_services.errors import Problem
from integrated_services.model._base import Label, Model, Record
from integrated_services.model._fields import FieldSpec, fields_of
from integrated_services.model._known import Known, unknown_reference
from integrated_services.model._personal import may_name_persons, text_problem, texts_in, worth_a_look
from integrated_services.model._values import Contact, Figure, Identifier

UNITS: dict[str, tuple[str, ...]] = {
    "persons": ("persons",),
    "wait": ("days",),
    "duration": ("days",),
    "days": ("days",),
    "acceptance": ("share",),
    "share": ("share",),
    "rate": ("share",),
    "sessions_per_person": ("sessions",),
    "hours_per_person": ("hours",),
    "caseload": ("persons",),
    "fte": ("fte",),
    "level": ("level", "number"),
    "specialists": ("persons",),
    "participants": ("persons",),
    "events": ("number",),
    "members": ("number",),
}
"""Units that a figure may be in, by the name of its field; other fields leave it open."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What there is to look at in one class."""

    references: tuple[FieldSpec, ...]
    texts: tuple[str, ...]
    figures: tuple[str, ...]
    single: tuple[str, ...]
    several: tuple[tuple[str, bool], ...]
    is_code: bool
    is_contact: bool

    def is_empty(self) -> bool:
        """True where no record of the class can be at fault."""
        return not (self.references or self.texts or self.figures or self.single or self.several)


@cache
def _plan(cls: type[Model]) -> _Plan:
    """Plan the walk over a class; nested values in which there is nothing to look at are passed over."""
    specs = fields_of(cls)
    nested = [s for s in specs if s.model is not None and (s.model is cls or not _plan(s.model).is_empty())]
    return _Plan(
        references=tuple(s for s in specs if s.refs),
        texts=tuple(s.name for s in specs if s.holds_text),
        figures=tuple(s.name for s in specs if s.model is Figure and s.name in UNITS),
        single=tuple(s.name for s in nested if s.kind == "model"),
        several=tuple((s.name, issubclass(s.model, Record)) for s in nested if s.kind == "models" and s.model),
        is_code=cls is Identifier,
        is_contact=cls is Contact,
    )


Trail = tuple["Trail | None", str, Model | None, int]
"""Where the walk is: the owner's trail, the field or collection, and, in a list, the item and its position."""


def _path(trail: Trail | None, name: str) -> str:
    steps = [name]
    while trail is not None:
        owner, field, item, number = trail
        steps.append(field if item is None else f"{field}[{item.item_key(number)}]")
        trail = owner
    return ".".join(step.removesuffix("_") for step in reversed(steps))


class RecordChecks:
    """Looks through records one after the other.

    Parameters
    ----------
    known
        Ids that references may name.

    Attributes
    ----------
    found
        Problems, in the order of the walk.
    """

    def __init__(self, known: Known) -> None:
        self.found: list[Problem] = []
        self._known = known
        self._allowed: dict[tuple[str, ...], Container[str]] = {}

    def records(self, name: str, records: Sequence[Record]) -> None:
        """Look through one collection.

        Parameters
        ----------
        name
            Its name.
        records
            Its records.
        """
        for number, record in enumerate(records):
            self._look(record, (None, name, record, number))

    def text(self, name: str, value: object) -> None:
        """Look at one text of the head of a document.

        Parameters
        ----------
        name
            Its field.
        value
            Text, label or None.
        """
        if value:
            self._text(value, None, name, is_code=False)

    def _look(self, record: Model, trail: Trail) -> None:
        plan, values = _plan(type(record)), record.__dict__
        for spec in plan.references:
            value = values[spec.name]
            if value:
                self._reference(value, spec, trail)
        for name in plan.texts:
            value = values[name]
            if value:
                named = plan.is_contact and may_name_persons(name, values["kind"], values["value"])
                self._text(value, trail, name, is_code=plan.is_code, in_contact=named)
        for name in plan.figures:
            figure = values[name]
            if figure is not None and figure.unit is not None and figure.unit not in UNITS[name]:
                self.found.append(_wrong_unit(_path(trail, name), name, figure.unit))
        if plan.single or plan.several:
            self._look_inside(values, plan, trail)

    def _look_inside(self, values: dict[str, Any], plan: _Plan, trail: Trail) -> None:
        for name in plan.single:
            value = values[name]
            if value is not None:
                self._look(value, (trail, name, None, 0))
        for name, are_records in plan.several:
            items = values[name]
            if items:
                if are_records and len(items) > 1:
                    self._double_children(items, trail, name)
                for number, item in enumerate(items):
                    self._look(item, (trail, name, item, number))

    def _reference(self, value: str | Sequence[str], spec: FieldSpec, trail: Trail) -> None:
        allowed = self._allowed.get(spec.refs)
        if allowed is None:
            allowed = self._allowed[spec.refs] = self._known.among(spec.refs)
        for one in (value,) if isinstance(value, str) else value:
            if one not in allowed:
                self.found.append(unknown_reference(_path(trail, spec.name), one, spec, self._known))

    def _text(self, value: object, trail: Trail | None, name: str, *, is_code: bool, in_contact: bool = False) -> None:
        texts: Iterable[str] = [text for _, text in value._texts] if isinstance(value, Label) else texts_in(value)
        for text in texts:
            if in_contact or worth_a_look(text):
                problem = text_problem(_path(trail, name), text, is_code=is_code, in_contact=in_contact)
                if problem is not None:
                    self.found.append(problem)

    def _double_children(self, items: Sequence[Record], trail: Trail, name: str) -> None:
        keys = [item.key for item in items]
        if len(set(keys)) < len(keys):
            self.found += double_keys(
                keys, {item.key for item in items if getattr(item, "id", None)}, _path(trail, name)
            )


def _wrong_unit(path: str, name: str, unit: str) -> Problem:
    right = UNITS[name][0]
    message = f"{name} is counted in {right}, not in {unit}"
    return Problem("wrong-unit", "error", path, message, f"Write it in {right}, or leave the unit out.", value=unit)


def double_keys(keys: Sequence[str], own: Container[str], path: str) -> list[Problem]:
    """List the keys that several records of one list bear.

    Parameters
    ----------
    keys
        Keys of the records.
    own
        Those that are written down as ids.
    path
        Path of the list.

    Returns
    -------
    list[Problem]
        One problem a key.
    """
    return [
        Problem(
            "duplicate-id",
            "error",
            f"{path}[{key}]",
            f"{number} records are called {key!r}",
            "Give each its own id."
            if key in own
            else "Give each an `id`, since they differ in nothing that names them.",
        )
        for key, number in Counter(keys).items()
        if number > 1
    ]
