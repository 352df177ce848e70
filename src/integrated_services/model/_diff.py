"""What differs between two frameworks, by path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from integrated_services.model._base import Model, Record, canonical
from integrated_services.model._fields import FieldSpec, fields_of, plain_name
from integrated_services.model._framework import Framework


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes
    ----------
    path
        Where, by id; usable in ``evolve``.
    kind
        ``added``, ``removed`` or ``changed``.
    before
        Plain value in the first framework; None where it was added.
    after
        Plain value in the second framework; None where it was removed.

    Examples
    --------
    >>> from integrated_services.model import Change
    >>> print(Change("title", "changed", "Old", "New"))
    title: 'Old' -> 'New'
    """

    path: str
    kind: Literal["added", "removed", "changed"]
    before: Any
    after: Any

    def __str__(self) -> str:
        if self.kind == "changed":
            return f"{self.path}: {self.before!r} -> {self.after!r}"
        return f"{self.kind} {self.path}"


def diff(a: Framework, b: Framework) -> tuple[Change, ...]:
    """List what differs between two frameworks; the order of records does not count.

    Parameters
    ----------
    a
        The first framework.
    b
        The second framework.

    Returns
    -------
    tuple[Change, ...]
        By path, in the order of the document.

    Examples
    --------
    >>> from integrated_services import samples
    >>> from integrated_services.model import diff
    >>> fw = samples.load("elektrenai")
    >>> for change in diff(fw, fw.evolve({"reference_date": "2023-01-01"})):
    ...     print(change.path, change.kind, change.after)
    reference_date changed 2023-01-01
    """
    return tuple(_model(a, b, ""))


def _model(a: Model, b: Model, path: str) -> Iterator[Change]:
    for spec in fields_of(type(a)):
        before, after = a.__dict__[spec.name], b.__dict__[spec.name]
        if before is after or before == after:
            continue
        here = f"{path}.{plain_name(spec)}" if path else plain_name(spec)
        if spec.kind == "models" and spec.model is not None and issubclass(spec.model, Record):
            yield from _records(before, after, here)
        elif spec.kind == "model" and isinstance(before, Model) and isinstance(after, Model) and _open(before, after):
            yield from _model(before, after, here)
        else:
            kind: Literal["added", "removed", "changed"] = (
                "added" if before in (None, ()) else "removed" if after in (None, ()) else "changed"
            )
            yield Change(here, kind, _written(a, spec), _written(b, spec))


def _open(before: Model, after: Model) -> bool:
    """Only values with a long form are compared field by field; short figures are one value."""
    return isinstance(before.plain(), dict) and isinstance(after.plain(), dict)


def _records(before: tuple[Record, ...], after: tuple[Record, ...], path: str) -> Iterator[Change]:
    old, new = {r.key: r for r in before}, {r.key: r for r in after}
    for key, record in old.items():
        if key not in new:
            yield Change(f"{path}[{key}]", "removed", record.plain(), None)
        elif record != new[key]:
            yield from _model(record, new[key], f"{path}[{key}]")
    for key, record in new.items():
        if key not in old:
            yield Change(f"{path}[{key}]", "added", None, record.plain())


def _written(model: Model, spec: FieldSpec) -> Any:
    """Give a field as documents write it; None where it is empty."""
    if spec.kind == "scalar":
        return canonical(model.__dict__[spec.name])
    plain = model.plain()
    return plain.get(plain_name(spec)) if isinstance(plain, dict) else None
