"""Records of one document as another document writes them: its ids, its default basis, its main language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from integrated_services.model._base import Label, Model
from integrated_services.model._fields import FieldSpec, _holds, fields_of
from integrated_services.model._values import Basis, Figure, Money, Point

M = TypeVar("M", bound=Model)

WITH_BASIS = (Figure, Money, Point)
"""Values that take the basis of the document where they state none."""


@cache
def _touched(cls: type[Model]) -> tuple[FieldSpec, ...]:
    """Give the fields that another document may write differently."""
    return tuple(
        spec for spec in fields_of(cls) if spec.refs or spec.model is not None or _holds(spec.annotation, Label)
    )


@dataclass(frozen=True, slots=True)
class Rewriter:
    """Writes records of one document as the merged document does."""

    ids: Mapping[str, Mapping[str, str]]
    """New id by collection and old id; ids that stay are not listed."""
    basis: tuple[Basis, Basis]
    """Basis of figures that state none: here, and in the merged document."""
    main: str | None
    """Main language here."""
    languages: tuple[str, ...]
    """Languages of the merged document, the main one first."""
    known: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Ids of this document, by collection."""

    def record(self, record: M) -> M:
        """Write one record (or nested value) anew.

        Parameters
        ----------
        record
            Record of this document.

        Returns
        -------
        M
            The same object where nothing changes.

        Raises
        ------
        ValidationError
            Where the new ids make the record unsound in itself (a tie of an agency with itself).
        """
        values = record.__dict__
        update: dict[str, Any] = {}
        for spec in _touched(type(record)):
            old = values[spec.name]
            if old is None or (type(old) is tuple and not old):
                continue
            new = self._field(old, spec)
            if new is not old:
                update[spec.name] = new
        if isinstance(record, WITH_BASIS):
            here, there = self.basis
            wanted = None if (record.basis or here) == there else record.basis or here
            if wanted != record.basis:
                update["basis"] = wanted
        return record.model_copy(update=update) if update else record

    def _field(self, old: Any, spec: FieldSpec) -> Any:
        if spec.refs:
            return self._reference(old, spec)
        if spec.model is not None:
            if isinstance(old, Model):
                return self.record(old)
            return _same_unless_changed(old, tuple(self.record(item) for item in old))
        if isinstance(old, Label):
            return self.label(old)
        if type(old) is tuple and isinstance(old[0], Label):
            return _same_unless_changed(old, tuple(self.label(item) for item in old))
        return old

    def _reference(self, old: Any, spec: FieldSpec) -> Any:
        if not any(self.ids.get(name) for name in spec.refs):
            return old
        if isinstance(old, str):
            return self._new(old, spec)[0]
        new = tuple(dict.fromkeys(key for one in old for key in self._new(one, spec)))
        # two agencies that became one leave a tie with two equal ends, which is then refused by name
        if len(new) < len(old) and spec.name == "agencies" and spec.required:
            new = tuple(self._new(one, spec)[0] for one in old)
        return new if new != old else old

    def _new(self, one: str, spec: FieldSpec) -> tuple[str, ...]:
        """Give the new ids of what a reference names; several where it names records of several kinds."""
        found = {
            self.ids.get(name, {}).get(one, one): None for name in spec.refs if one in self.known.get(name, frozenset())
        }
        return tuple(found) or (one,)

    def label(self, label: Label) -> Label:
        """Write a text anew: its languages in the order of the merged document.

        Parameters
        ----------
        label
            Text of this document.

        Returns
        -------
        Label
            A plain text states its language where the merged document has another main language.
        """
        if not label.languages:
            if self.main is None or not self.languages or self.main == self.languages[0]:
                return label
            return Label({self.main: str(label)})
        order = in_order(label.languages, self.languages)
        return label if order == label.languages else Label({code: label.text(code) for code in order})


def _same_unless_changed(old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[Any, ...]:
    return new if any(a is not b for a, b in zip(old, new, strict=True)) else old


def in_order(codes: tuple[str, ...] | list[str], languages: tuple[str, ...]) -> tuple[str, ...]:
    """Sort languages as a document does: its own first, then by code.

    Parameters
    ----------
    codes
        Languages to sort.
    languages
        Languages of the document.

    Returns
    -------
    tuple[str, ...]
        Sorted.
    """
    place = {code: number for number, code in enumerate(languages)}
    return tuple(sorted(codes, key=lambda code: (place.get(code, len(place)), code)))
