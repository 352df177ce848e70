"""Joining what several documents say of one thing; where they disagree, both values are kept in view."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from integrated_services.errors import Problem, mask
from integrated_services.model._base import Label, Model, Origin, Record, _defaults, canonical
from integrated_services.model._dates import PartialDate
from integrated_services.model._fields import FieldSpec, fields_of, plain_name
from integrated_services.model._merge_rewrite import WITH_BASIS, in_order
from integrated_services.model._nouns import Demand, Source, Succession, Survey
from integrated_services.model._projects import Indicator, Observation
from integrated_services.model._services import Cooperation
from integrated_services.model._values import Basis, Contact, Identifier

OnConflict = Literal["report", "first", "error"]
"""What happens where documents disagree."""

_UNITS: dict[type[Model], tuple[str, ...]] = {
    Source: ("kind", "note"),
    Demand: ("persons", "share", "each"),
    Cooperation: ("level", "scale"),
    Indicator: ("kind", "numerator", "denominator", "factor", "formula"),
    Observation: ("value", "missing", "sample", "status", "date"),
}
"""Fields that mean something only together, and are taken from one document together."""

_BASES: tuple[Basis, ...] = ("stated", "derived", "estimated", "assumed")
_STATES = ("corrected", "verified", "reported")
_SURVEYED = ("partial", "not_asked", "complete")


@dataclass(frozen=True, slots=True, repr=False)
class Stated:
    """One of the values that documents state.

    Attributes
    ----------
    value
        Plain value.
    documents
        Ids of the documents that state it.
    origins
        Files, sheets and rows of the records that state it, where they are known.

    Examples
    --------
    >>> from integrated_services.model import Stated
    >>> Stated(40, ("rakvere",)).shown()
    '40'
    """

    value: Any
    documents: tuple[str, ...]
    origins: tuple[Origin, ...] = ()

    def shown(self) -> str:
        """Give the value for readers, without personal data.

        Returns
        -------
        str
            At most 80 characters.
        """
        text = mask(self.value if isinstance(self.value, str) else json.dumps(self.value, ensure_ascii=False))
        text = "".join(c if c.isprintable() else " " for c in text)
        return text if len(text) <= 80 else f"{text[:79]}…"

    def place(self) -> str:
        """Say who states it.

        Returns
        -------
        str
            Files with rows, else the ids of the documents.
        """
        places = [str(origin) for origin in self.origins] or list(self.documents)
        return mask("; ".join(places[:5]) + (f" and {len(places) - 5} more" if len(places) > 5 else ""))

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain values, without personal data.

        Returns
        -------
        dict[str, Any]
            JSON types only.
        """
        origins = [mask(str(origin)) for origin in self.origins]
        return {"value": self.shown(), "documents": [mask(one) for one in self.documents], "origins": origins}

    def __repr__(self) -> str:
        return f"<Stated {self.shown()} by {self.place()}>"


@dataclass(frozen=True, slots=True, repr=False)
class Conflict:
    """Two documents say different things of one record.

    Attributes
    ----------
    path
        Where in the merged document.
    kept
        The value that was kept.
    others
        The other values.

    Examples
    --------
    >>> from integrated_services.model import loads, merge
    >>> head = '"title": "F", "reference_date": "2022-06-01"'
    >>> one = loads('{"framework": "a", %s, "target_groups": [{"id": "pupils", "ages": [7, 18]}]}' % head)
    >>> other = loads('{"framework": "b", %s, "target_groups": [{"id": "pupils", "ages": [7, 19]}]}' % head)
    >>> print(merge(one, other).conflicts[0])
    target_groups[pupils].ages: [7, 18] (a), not [7, 19] (b)
    """

    path: str
    kept: Stated
    others: tuple[Stated, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain values, without personal data.

        Returns
        -------
        dict[str, Any]
            JSON types only.
        """
        return {
            "path": mask(self.path),
            "kept": self.kept.as_dict(),
            "others": [other.as_dict() for other in self.others],
        }

    def problem(self) -> Problem:
        """Give it as an error of the documents.

        Returns
        -------
        Problem
            With all values and where they stand.
        """
        said = ", ".join(f"{one.shown()} ({one.place()})" for one in (self.kept, *self.others))
        first = self.kept.origins[0] if self.kept.origins else None
        return Problem(
            "merge-conflict",
            "error",
            self.path,
            f"the documents disagree: {said}",
            "Correct one of them, or merge with on_conflict='report', which keeps the first of these.",
            file=first.file if first else None,
            sheet=first.sheet if first else None,
            row=first.row if first else None,
        )

    def __str__(self) -> str:
        others = " and not ".join(f"{other.shown()} ({other.place()})" for other in self.others)
        return f"{mask(self.path)}: {self.kept.shown()} ({self.kept.place()}), not {others}"

    def __repr__(self) -> str:
        return f"<Conflict {self}>"


@dataclass(frozen=True, slots=True)
class Said:
    """What one document says of something."""

    value: Any
    """Model object, or value of a field."""
    document: str
    """Label of the document."""
    position: int
    """Where the document stands among the arguments."""
    origins: tuple[Origin, ...]
    """Where the record was read from."""

    def of(self, value: Any) -> Said:
        """Give another value of the same document.

        Parameters
        ----------
        value
            Value.

        Returns
        -------
        Said
            The same otherwise.
        """
        return replace(self, value=value)


@dataclass(slots=True)
class Joiner:
    """Joins records field by field and collects the conflicts."""

    basis: Basis
    """Default basis of the merged document."""
    languages: tuple[str, ...]
    """Languages of the merged document."""
    first: bool = False
    """Whether the first document is right where they disagree."""
    conflicts: list[Conflict] = field(default_factory=list)
    """What was found."""

    def record(self, said: Sequence[Said], path: str, fixed: Mapping[str, Any]) -> dict[str, Any]:
        """Join records of one class.

        Parameters
        ----------
        said
            One or more records.
        path
            Path of the merged record.
        fixed
            Fields that are known already.

        Returns
        -------
        dict[str, Any]
            Values by field, not validated yet.
        """
        cls: type[Model] = type(said[0].value)
        values: dict[str, Any] = dict(fixed)
        unit = _UNITS.get(cls, ())
        if unit:
            values |= self._unit(said, unit, path)
        defaults = dict(_defaults(cls))
        for spec in fields_of(cls):
            if spec.name in values:
                continue
            if spec.name == "origins":
                values["origins"] = origins_of(said)
                continue
            default = defaults[spec.name]
            stated = [one.of(value) for one in said if not _unsaid(value := one.value.__dict__[spec.name], default)]
            if stated:
                values[spec.name] = self._field(stated, spec, f"{path}.{plain_name(spec)}", cls)
        return values

    def _field(self, said: Sequence[Said], spec: FieldSpec, path: str, cls: type[Model]) -> Any:
        if len(said) == 1 or all(one.value == said[0].value for one in said[1:]):
            return said[0].value
        if isinstance(said[0].value, Label):
            return self.label(said, path)
        if spec.kind == "scalars" and spec.name != "ages":  # two ages are one span
            return _union(said)
        if spec.kind == "models" and spec.model is not None:
            if issubclass(spec.model, Record):
                return self._nested(said, path, lambda item: item.key)
            if spec.model is Contact:
                return self._nested(said, path, lambda item: json.dumps([item.kind, item.value]))
            if spec.model is Identifier:
                return self._identifiers(said, path)
            if spec.model is not Succession:
                return _union(said)
        return self._atom(said, path, lambda one: self._rank(one.value, spec.name, cls))

    def _rank(self, value: Any, name: str, cls: type[Model]) -> tuple[int, int, str]:
        """Put the value that is kept first: better founded, then saying more, then in alphabetical order."""
        if isinstance(value, WITH_BASIS):
            return _BASES.index(value.basis or self.basis), -len(dict(value._said())), _text(value)
        if cls is Survey and name == "status":
            return _SURVEYED.index(value), 0, ""
        plain = canonical(value)
        return 0, -len(plain) if isinstance(plain, dict) else 0, _text(value)

    def _atom(self, said: Sequence[Said], path: str, rank: Callable[[Said], Any]) -> Any:
        """Take one of the values as it is."""
        chosen = min(said, key=lambda one: (one.position if self.first else 0, rank(one)))
        self._note(said, chosen, path, self._parts)
        return chosen.value

    def _unit(self, said: Sequence[Said], names: tuple[str, ...], path: str) -> dict[str, Any]:
        cls: type[Model] = type(said[0].value)
        defaults = dict(_defaults(cls))
        units = [one.of({name: one.value.__dict__[name] for name in names}) for one in said]

        def rank(unit: Mapping[str, Any]) -> tuple[Any, ...]:
            stated = {name: one for name, one in unit.items() if not _unsaid(one, defaults[name])}
            ranks = tuple((name, *self._rank(one, name, cls)) for name, one in sorted(stated.items()))
            own: tuple[int, ...] = ()
            if cls is Observation:
                own = (_STATES.index(unit["status"]), -_day(unit["date"]), int(unit["value"] is None))
            return own, max((one[1] for one in ranks), default=0), -len(stated), ranks

        chosen = min(units, key=lambda one: (one.position if self.first else 0, rank(one.value)))

        def parts(value: dict[str, Any]) -> dict[str, Any]:
            stated = {name: one for name, one in value.items() if not _unsaid(one, defaults[name])}
            return {f"{name}.{part}": inner for name, one in stated.items() for part, inner in self._parts(one).items()}

        field_name = next((name for name in names if not _unsaid(chosen.value[name], defaults[name])), names[0])
        self._note(units, chosen, f"{path}.{field_name}", parts)
        return dict(chosen.value)

    def _parts(self, value: Any) -> dict[str, Any]:
        """Give the parts of a value, so that one that says less is known to be the same."""
        if isinstance(value, WITH_BASIS):
            said = {name: canonical(one) for name, one in value._said()}
            return {**said, "basis": value.basis or self.basis}
        plain = canonical(value)
        if not isinstance(plain, dict):
            return {"": plain}
        # records in another order are the same records
        return {
            k: sorted(v, key=_text) if v and isinstance(v, list) and isinstance(v[0], dict) else v
            for k, v in plain.items()
        }

    def _note(self, said: Sequence[Said], chosen: Said, path: str, parts: Callable[[Any], dict[str, Any]]) -> None:
        kept = parts(chosen.value)
        others = [
            one
            for one in said
            if one is not chosen and any(kept.get(k, _NOT) != v for k, v in parts(one.value).items())
        ]
        if others:
            self._add(path, [chosen, *(one for one in said if one is not chosen and one not in others)], others)

    def _add(self, path: str, kept: Sequence[Said], others: Sequence[Said]) -> None:
        by_value: dict[str, list[Said]] = defaultdict(list)
        for one in others:
            by_value[_text(_shown(one.value))].append(one)
        found = tuple(_stated(same) for _, same in sorted(by_value.items()))
        self.conflicts.append(Conflict(path, _stated(kept), found))

    # texts and lists -------------------------------------------------------------------------------------------

    def label(self, said: Sequence[Said], path: str) -> Label:
        """Join texts by language.

        Parameters
        ----------
        said
            Labels.
        path
            Path of the field.

        Returns
        -------
        Label
            All languages that any of them has.
        """
        main = self.languages[0] if self.languages else None
        by_language: dict[str | None, list[Said]] = defaultdict(list)
        for one in said:
            for code, text in one.value._texts:
                by_language[code or main].append(one.of(text))
        by_name = any(one.value.languages for one in said)
        texts: dict[str | None, str] = {}
        for code, stated in sorted(by_language.items(), key=lambda pair: pair[0] or ""):
            texts[code] = self._text(stated, f"{path}.{code}" if code and by_name else path)
        named = {code: text for code, text in texts.items() if code is not None}
        if not by_name:
            return Label(next(iter(texts.values())))
        if None in texts and texts[None] not in named.values():
            kept = [one for one in said if one.value.languages]
            self._add(path, kept, [one for one in said if not one.value.languages])
        return Label({code: named[code] for code in in_order(tuple(named), self.languages)})

    def _text(self, said: Sequence[Said], path: str) -> str:
        if all(one.value == said[0].value for one in said):
            return str(said[0].value)
        return str(self._atom(said, path, lambda one: one.value))

    def _nested(self, said: Sequence[Said], path: str, key: Callable[[Any], str]) -> tuple[Any, ...]:
        """Join lists of records: those of one key are one."""
        by_key: dict[str, list[Said]] = defaultdict(list)
        orders = set()
        for one in said:
            for item in one.value:
                by_key[key(item)].append(one.of(item))
            orders.add(tuple(key(item) for item in one.value))
        keys = dict.fromkeys(orders.pop()) if len(orders) == 1 else sorted(by_key)
        return tuple(self._item(by_key[one], f"{path}[{by_key[one][0].value.item_key(0)}]") for one in keys)

    def _item(self, said: Sequence[Said], path: str) -> Any:
        if all(one.value == said[0].value for one in said[1:]):
            return said[0].value
        cls = type(said[0].value)
        fixed = {}
        if "id" in cls.model_fields:
            fixed["id"] = min((one.value.id for one in said if one.value.id is not None), default=None)
        return cls.model_validate(self.record(said, path, fixed))

    def _identifiers(self, said: Sequence[Said], path: str) -> tuple[Identifier, ...]:
        by_code: dict[tuple[str, str, str], list[Said]] = defaultdict(list)
        for one in said:
            for code in one.value:
                by_code[code.scheme, code.value, code.version or ""].append(one.of(code))
        versioned = {key[:2] for key in by_code if key[2]}
        return tuple(
            self._item(same, f"{path}[{same[0].value.item_key(0)}]")
            for key, same in sorted(by_code.items())
            if key[2] or key[:2] not in versioned
        )


_NOT = object()


def _stated(said: Sequence[Said]) -> Stated:
    documents = tuple(sorted({one.document for one in said}))
    return Stated(_shown(said[0].value), documents, origins_of(said, of_value=False))


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: canonical(one) for name, one in value.items() if one is not None and one != ()}
    return canonical(value)


def origins_of(said: Iterable[Said], *, of_value: bool = True) -> tuple[Origin, ...]:
    """Give the places that records were read from.

    Parameters
    ----------
    said
        Records.
    of_value
        Whether to ask the records themselves, or what is known of them.

    Returns
    -------
    tuple[Origin, ...]
        Each once, sorted.
    """
    found = {origin for one in said for origin in (one.value.origins if of_value else one.origins)}
    return tuple(sorted(found, key=lambda origin: (origin.file, origin.sheet or "", origin.row or 0)))


def _unsaid(value: Any, default: Any) -> bool:
    return value is None or (type(value) is tuple and not value) or (default is not None and value == default)


def _text(value: Any) -> str:
    return json.dumps(canonical(value), ensure_ascii=False, sort_keys=True)


def _union(said: Sequence[Said]) -> tuple[Any, ...]:
    found = {_text(item): item for one in said for item in one.value}
    return tuple(found[text] for text in sorted(found))


def _day(date: PartialDate | None) -> int:
    last = date.last() if date is not None else None
    return last.toordinal() if last is not None else 0


def iter_conflicts(conflicts: Iterable[Conflict]) -> Iterator[Conflict]:
    """Give conflicts by path.

    Parameters
    ----------
    conflicts
        Conflicts.

    Yields
    ------
    Conflict
        Sorted.
    """
    yield from sorted(conflicts, key=lambda conflict: (conflict.path, _text(conflict.kept.value)))
