"""Changes by path: a changed record is validated anew, then the whole document is checked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from integrated_services.errors import DocumentError, Problem, UnknownIdError, nearest
from integrated_services.model._assemble import Personal, unchecked
from integrated_services.model._base import Label, Model, Record, Records
from integrated_services.model._broken import broken_problems
from integrated_services.model._checks import cross_record_errors
from integrated_services.model._fields import FieldSpec, fields_of, plain_name
from integrated_services.model._framework import Framework, collection_models
from integrated_services.model._known import Known
from integrated_services.model._paths import Steps, parse_path, record_key
from integrated_services.model._personal import kept_as_warnings
from integrated_services.model._places import Place
from integrated_services.model._structure import structure_problems


def evolved(
    framework: Framework, changes: Mapping[str, Any], add: Mapping[str, Iterable[Any]], remove: tuple[str, ...]
) -> Framework:
    """Give a changed framework, checked again.

    Parameters
    ----------
    framework
        The framework.
    changes
        New values by path.
    add
        Records to add by the path of their list.
    remove
        Paths of records to take out.

    Returns
    -------
    Framework
        The changed framework.

    Raises
    ------
    DocumentError
        With every problem of the changed document.
    UnknownIdError
        Where a path leads nowhere.
    """
    if not (changes or add or remove):
        return framework
    draft = _Draft(framework)
    for path, value in changes.items():
        draft.set(parse_path(path), path, plain(value))
    for path in remove:
        draft.remove(parse_path(path), path)
    for path, records in add.items():
        for record in records:
            draft.append(parse_path(path), path, plain(record))
    return draft.finished()


def plain(value: Any) -> Any:
    """Turn a value that a caller may give into plain JSON types.

    Parameters
    ----------
    value
        Model, label, date, number, text, or lists and mappings of them.

    Returns
    -------
    Any
        Plain value.
    """
    if isinstance(value, (Model, Label)):
        return value.plain()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if hasattr(value, "tolist"):  # of numpy: its numbers become Python's
        return plain(value.tolist())
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return str(value)


class _Draft:
    """The document while it is being changed: only the touched records are plain, the others stay as they are."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self.models = collection_models()
        self.head: dict[str, Any] = {}
        self.touched: dict[str, dict[str, Any]] = {}
        self.gone: dict[str, set[str]] = {}
        self.new: dict[str, list[Any]] = {}

    def set(self, steps: Steps, path: str, value: Any) -> None:
        """Set the value that a path leads to; None takes it out."""
        name, key = steps[0][0], _key(steps, 1)
        if name not in self.models:
            _set(self._spot(steps, path, create=value is not None), value, self._language())
        elif key is None:
            raise UnknownIdError("path", path, (f"{name}[...]",))
        elif len(steps) == 2:
            self._record(name, key, path)
            if value is None:
                self.gone.setdefault(name, set()).add(key)
            else:
                self.touched[name][key] = value
        else:
            _set(self._spot(steps, path, create=value is not None), value, self._language())

    def remove(self, steps: Steps, path: str) -> None:
        """Take out the record (or other list item) that a path leads to."""
        if not steps[-1][1]:
            raise UnknownIdError("record", path)
        self.set(steps, path, None)

    def append(self, steps: Steps, path: str, value: Any) -> None:
        """Add an item to the list that a path leads to."""
        name = steps[0][0]
        if len(steps) == 1 and name in self.models:
            self.new.setdefault(name, []).append(value)
            return
        if name in self.models and len(steps) < 3:
            raise UnknownIdError("list of records", path, nearest(name, tuple(self.models)))
        spot = self._spot(steps, path, create=True)
        if spot is None or spot.spec.kind not in ("models", "scalars") or spot.key is not None or spot.part is not None:
            raise UnknownIdError("list of records", path, nearest(name, tuple(self.models)))
        _items(spot.holder, spot.spec).append(value)

    def _spot(self, steps: Steps, path: str, *, create: bool) -> _Spot | None:
        name, key = steps[0][0], _key(steps, 1)
        if name in self.models and key is not None:
            return _descend(self._record(name, key, path), self.models[name], steps[2:], f"{name}[{key}]", create)
        if not self.head:
            self.head = {k: v for k, v in self.framework.plain().items() if k not in self.models}
        return _descend(self.head, Framework, steps, "", create)

    def _record(self, name: str, key: str, path: str) -> Any:
        touched = self.touched.setdefault(name, {})
        if key not in touched:
            found = getattr(self.framework, name).get(key)
            if found is None:
                noun = f"{self.models[name].NOUN} (in {path})"
                raise UnknownIdError(noun, key, nearest(key, getattr(self.framework, name).keys()))
            touched[key] = found.plain()
        return touched[key]

    def _language(self) -> str | None:
        """Language of the texts that name none: the main language of the document."""
        return self.framework.languages[0] if self.framework.languages else None

    def finished(self) -> Framework:
        """Validate the touched records, then check the whole document."""
        title = str(self.framework.title)
        personal: Personal = "keep" if self.framework.keeps_personal else "refuse"
        problems: list[Problem] = []
        known = Known()
        broken: list[tuple[type[Record], Any, str]] = []
        records = {name: self._records(name, problems, known, broken) for name in self.models}
        head = self.head or {k: v for k, v in self.framework.__dict__.items() if k not in self.models}
        try:
            framework = unchecked(head, records, personal=personal)
        except ValidationError as error:
            problems += structure_problems(error, Framework, head, "", _no_line, ())
            head = {k: v for k, v in self.framework.__dict__.items() if k not in self.models}
            framework = unchecked(head, records, personal=personal)
        known.seen(framework)
        told = {problem.path for problem in problems}
        problems += cross_record_errors(framework, known)
        for cls, raw, path in broken:
            problems += [problem for problem in broken_problems(cls, raw, path, known) if problem.path not in told]
        problems = kept_as_warnings(framework, problems) if broken else problems
        if problems:
            raise DocumentError(problems, title)
        framework.remember("errors", tuple)
        return framework

    def _records(
        self, name: str, problems: list[Problem], known: Known, broken: list[tuple[type[Record], Any, str]]
    ) -> list[Record]:
        cls, gone, touched = self.models[name], self.gone.get(name, set()), self.touched.get(name, {})
        old: Records[Record] = getattr(self.framework, name)
        if not gone and not touched and name not in self.new:
            return list(old)
        raws = [touched.get(record.key, record) for record in old if record.key not in gone]
        kept: list[Record] = []
        for number, raw in enumerate([*raws, *self.new.get(name, [])]):
            if isinstance(raw, Record):
                kept.append(raw)
                continue
            try:
                kept.append(cls.model_validate(raw))
            except ValidationError as error:
                path = f"{name}[{record_key(cls, raw, number)}]"
                problems += structure_problems(error, cls, raw, path, _no_line, ())
                broken.append((cls, raw, path))
                known.add_broken(name, raw)
        return kept


def _no_line(place: Place) -> None:  # noqa: ARG001 - a change stands in no file
    return None


def _key(steps: Steps, number: int) -> str | None:
    """Give the key in brackets at a position, if there is one."""
    return steps[number][0] if len(steps) > number and steps[number][1] else None


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a path ends."""

    holder: dict[str, Any]
    """The mapping that holds the last field."""
    spec: FieldSpec
    """The last field."""
    key: str | None
    """The key in brackets behind it."""
    part: str | None
    """The language (or part of a breakdown) behind it."""
    path: str
    """Path of the field."""

    @property
    def name(self) -> str:
        """Name of the field as documents write it."""
        return plain_name(self.spec)


def _descend(holder: dict[str, Any], cls: type[Model], steps: Steps, path: str, create: bool) -> _Spot | None:
    """Go down to where a path ends; None where there is nothing and nothing is to be created."""
    while True:
        spec, key = _spec(cls, steps[0], path), _key(steps, 1)
        name = plain_name(spec)
        path = f"{path}.{name}" if path else name
        rest = steps[1:] if key is None else steps[2:]
        if key is not None and spec.kind not in ("models", "scalars"):
            raise UnknownIdError(f"item of {path}", key)
        if not rest:
            return _Spot(holder, spec, key, None, path)
        if key is None and len(rest) == 1 and _has_parts(spec, holder.get(name)):
            return _Spot(holder, spec, None, rest[0][0], path)
        if spec.model is None or (spec.kind == "models" and key is None):
            raise UnknownIdError(f"field of {path}", rest[0][0])
        if key is not None:
            items = _items(holder, spec)
            number = _number(items, spec, key, path)
            items[number] = holder = _long(items[number], spec.model)
            path = f"{path}[{key}]"
        elif holder.get(name) is None and not create:
            return None
        else:
            holder[name] = holder = _long(holder.get(name), spec.model)
        cls, steps = spec.model, rest


def _spec(cls: type[Model], step: tuple[str, bool], path: str) -> FieldSpec:
    word, bracketed = step
    for spec in fields_of(cls):
        if not bracketed and word in (spec.name, plain_name(spec)):
            return spec
    noun = f"field of {path}" if path else "field"
    raise UnknownIdError(noun, word, nearest(word, tuple(plain_name(spec) for spec in fields_of(cls))))


def _has_parts(spec: FieldSpec, value: Any) -> bool:
    return spec.is_label or (spec.kind == "json" and (value is None or isinstance(value, dict)))


def _set(spot: _Spot | None, value: Any, language: str | None) -> None:
    if spot is None:
        return
    holder, name = spot.holder, spot.name
    if spot.key is not None:
        items = _items(holder, spot.spec)
        number = _number(items, spot.spec, spot.key, spot.path)
        if value is None:
            del items[number]
        else:
            items[number] = value
    elif spot.part is None:
        _put(holder, name, value)
    elif holder.get(name) is not None or value is not None:
        holder[name] = parts = _parts(holder.get(name), spot, language)
        _put(parts, spot.part, value)


def _parts(current: Any, spot: _Spot, language: str | None) -> dict[str, Any]:
    """Give a text by language, so that one language can be changed."""
    if current is None or isinstance(current, dict):
        return current or {}
    if language is None:
        message = "the text that is there does not say its language"
        mend = "Set the whole text by language: {en: ..., et: ..., lt: ...}."
        raise DocumentError([Problem("bad-language", "error", spot.path, message, mend)])
    return {language: current}


def _put(holder: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        holder.pop(name, None)
    else:
        holder[name] = value


def _long(value: Any, cls: type[Model]) -> dict[str, Any]:
    """Write the short form of a figure, an amount or a period out, so that one part of it can be changed."""
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    parsed = cls.model_validate(value)
    return {name: plain(item) for name, item in parsed.__dict__.items() if item is not None and item != ()}


def _items(holder: dict[str, Any], spec: FieldSpec) -> list[Any]:
    """Give the list in a field; codes by scheme become a list."""
    items = holder.get(spec.name)
    if isinstance(items, dict):
        items = [{"scheme": k, **(v if isinstance(v, dict) else {"value": v})} for k, v in items.items()]
    holder[spec.name] = items = [] if items is None else items
    return items


def _number(items: list[Any], spec: FieldSpec, key: str, path: str) -> int:
    """Find the position of the item with a key."""
    if spec.kind == "scalars":
        keys = [str(item) for item in items]
    else:
        keys = [record_key(spec.model, item, number) for number, item in enumerate(items)]
    if key not in keys:
        raise UnknownIdError(f"item of {path}", key, nearest(key, keys))
    return keys.index(key)
