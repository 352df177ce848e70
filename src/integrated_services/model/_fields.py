"""The schema of the nouns, read once from the models: what kind of thing each field holds.

The references, the tables, the paths of changes and the walk over figures all follow from this list, so that a field
is declared in one place only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from integrated_services.model._base import Label, Model, Records, Ref

Kind = Literal["scalar", "scalars", "model", "models", "json"]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What one field of a noun or value holds."""

    name: str
    """Name of the field."""
    kind: Kind
    """One scalar, several scalars, one nested value, several nested values, or free JSON."""
    model: type[Model] | None
    """Class of the nested values."""
    refs: tuple[str, ...]
    """Collections that the ids of this field belong to; none: the field holds no ids."""
    required: bool
    """Whether the field must be there."""
    annotation: Any
    """Python annotation."""

    @property
    def holds_text(self) -> bool:
        """True for texts that people write (ids among them), False for choices, numbers, dates and references."""
        return self.model is None and not self.refs and _has_text(self.annotation)

    @property
    def is_label(self) -> bool:
        """True for one text by language."""
        return self.kind == "scalar" and _holds(self.annotation, Label)


@cache
def fields_of(cls: type[Model]) -> tuple[FieldSpec, ...]:
    """List the fields of a noun or value.

    Parameters
    ----------
    cls
        Model class.

    Returns
    -------
    tuple[FieldSpec, ...]
        One entry a field, in the order of the class.
    """
    cls.model_rebuild()
    specs = []
    for name, info in cls.model_fields.items():
        annotation = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
        kind, model, refs = _classify(annotation)
        specs.append(FieldSpec(name, kind, model, refs, info.is_required(), info.annotation))
    return tuple(specs)


def _classify(annotation: Any) -> tuple[Kind, type[Model] | None, tuple[str, ...]]:
    bare, refs = _strip(annotation)
    origin = get_origin(bare)
    if origin in (Union, UnionType):
        members = [arg for arg in get_args(bare) if arg is not NoneType]
        if len(members) == 1:
            kind, model, inner = _classify(members[0])
            return kind, model, inner or refs
        return "scalar", None, refs
    if origin is tuple or (isinstance(origin, type) and issubclass(origin, Records)):
        item, item_refs = _strip(get_args(bare)[0])
        if isinstance(item, type) and issubclass(item, Model):
            return "models", item, ()
        if get_origin(item) is tuple or item is Any:
            return "json", None, ()
        _, _, inner = _classify(item)
        return "scalars", None, item_refs or inner
    if isinstance(bare, type) and issubclass(bare, Model):
        return "model", bare, ()
    return "scalar", None, refs


def _strip(annotation: Any) -> tuple[Any, tuple[str, ...]]:
    refs: tuple[str, ...] = ()
    while get_origin(annotation) is Annotated:
        annotation, *extras = get_args(annotation)
        for extra in extras:
            if isinstance(extra, Ref):
                refs = extra.collections
    return annotation, refs


def _has_text(annotation: Any) -> bool:
    bare, _ = _strip(annotation)
    if get_origin(bare) is Literal:
        return False
    return bare in (str, Label) or any(_has_text(arg) for arg in get_args(bare) if arg is not Ellipsis)


def _holds(annotation: Any, cls: type) -> bool:
    bare, _ = _strip(annotation)
    return bare is cls or any(_holds(arg, cls) for arg in get_args(bare))


@cache
def _steps(cls: type[Model], wanted: Callable[[FieldSpec], bool]) -> tuple[FieldSpec, ...]:
    return tuple(spec for spec in fields_of(cls) if wanted(spec) or (spec.model and _leads(spec.model, wanted, ())))


def _leads(cls: type[Model], wanted: Callable[[FieldSpec], bool], seen: tuple[type[Model], ...]) -> bool:
    if cls in seen:
        return False
    return any(
        wanted(spec) or (spec.model is not None and _leads(spec.model, wanted, (*seen, cls))) for spec in fields_of(cls)
    )


def walk(record: Model, path: str, wanted: Callable[[FieldSpec], bool]) -> Iterator[tuple[str, FieldSpec, Any]]:
    """Visit the fields of a record and of all that is nested in it.

    Parameters
    ----------
    record
        Where to begin.
    path
        Its path, such as ``services[mobile]``.
    wanted
        Says which fields to give; a plain module-level function, since the answer is remembered.

    Yields
    ------
    tuple[str, FieldSpec, Any]
        Path of the field, its description and its value; empty fields are passed over.
    """
    values = record.__dict__
    for spec in _steps(type(record), wanted):
        value = values[spec.name]
        if value is None or value == ():
            continue
        here = f"{path}.{spec.name}" if path else spec.name
        if wanted(spec):
            yield here, spec, value
        if spec.kind == "model":
            yield from walk(value, here, wanted)
        elif spec.kind == "models":
            for number, item in enumerate(value):
                yield from walk(item, f"{here}[{item.item_key(number)}]", wanted)


def plain_name(spec: FieldSpec) -> str:
    """Give the name of a field as documents write it.

    Parameters
    ----------
    spec
        Field.

    Returns
    -------
    str
        The name; ``not`` for the field that Python must call ``not_``.
    """
    return spec.name.rstrip("_")


def holds_references(spec: FieldSpec) -> bool:
    """Tell whether a field holds ids of records.

    Parameters
    ----------
    spec
        Field.

    Returns
    -------
    bool
        True for references.
    """
    return bool(spec.refs)
