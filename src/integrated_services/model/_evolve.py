"""Changes by path: a changed record is validated anew, then the whole document is checked again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from integrated_services.errors import DocumentError, Problem, UnknownIdError, nearest
from integrated_services.model._base import Label, Model, Record, Records
from integrated_services.model._checks import Known, cross_record_errors
from integrated_services.model._fields import FieldSpec, fields_of
from integrated_services.model._framework import Framework, collection_models
from integrated_services.model._structure import record_key, structure_problems

if TYPE_CHECKING:
    from integrated_services.model._fields import Kind

_STEP = re.compile(r"\.?([A-Za-z_][A-Za-z0-9_]*)|\[([^\]]+)\]")
_KINDS_WITH_ITEMS: tuple[Kind, ...] = ("models", "scalars", "json")


def parse_path(path: str) -> list[tuple[str, bool]]:
    """Split a path into its steps.

    Parameters
    ----------
    path
        Such as ``services[mobile].deliveries[vievis].capacity``.

    Returns
    -------
    list[tuple[str, bool]]
        Each step, and whether it stood in brackets.

    Raises
    ------
    UnknownIdError
        Where this is not a path.

    Examples
    --------
    >>> from integrated_services.model._evolve import parse_path
    >>> parse_path("services[mobile].name")
    [('services', False), ('mobile', True), ('name', False)]
    """
    steps: list[tuple[str, bool]] = []
    at = 0
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None:
            raise UnknownIdError("path", path, ())
        steps.append((match[1], False) if match[1] else (match[2], True))
        at = match.end()
    if not steps:
        raise UnknownIdError("path", path, ())
    return steps


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
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    return _number_or_text(value)


def _number_or_text(value: Any) -> Any:
    for kind in (int, float):  # numpy's numbers compare equal to Python's
        if type(value).__module__ == "numpy" and value == kind(value):
            return kind(value)
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

    def set(self, steps: list[tuple[str, bool]], path: str, value: Any) -> None:
        name = steps[0][0]
        if name not in self.models:
            self._set_head(steps, path, value)
        elif len(steps) == 1:
            raise UnknownIdError("path", path, (f"{name}[...]",))
        elif len(steps) == 2:
            self._record(name, steps[1][0], path)
            if value is None:
                self.gone.setdefault(name, set()).add(steps[1][0])
            else:
                self.touched[name][steps[1][0]] = value
        else:
            record = self._record(name, steps[1][0], path)
            _set(record, self.models[name], steps[2:], path, value)

    def _set_head(self, steps: list[tuple[str, bool]], path: str, value: Any) -> None:
        if not self.head:
            self.head = {k: v for k, v in self.framework.plain().items() if k not in self.models}
        _set(self.head, Framework, steps, path, value)

    def _record(self, name: str, key: str, path: str) -> Any:
        touched = self.touched.setdefault(name, {})
        if key not in touched:
            found = getattr(self.framework, name).get(key)
            if found is None:
                raise UnknownIdError(f"record at {path}", key, nearest(key, getattr(self.framework, name).keys()))
            touched[key] = found.plain()
        return touched[key]

    def remove(self, steps: list[tuple[str, bool]], path: str) -> None:
        if len(steps) < 2 or not steps[-1][1]:
            raise UnknownIdError("record", path, ())
        if len(steps) == 2:
            self.set(steps, path, None)
            return
        record = self._record(steps[0][0], steps[1][0], path)
        items, number, _ = _item(record, self.models[steps[0][0]], steps[2:], path)
        del items[number]

    def append(self, steps: list[tuple[str, bool]], path: str, value: Any) -> None:
        name = steps[0][0]
        if name not in self.models:
            raise UnknownIdError("list of records", path, nearest(name, tuple(self.models)))
        if len(steps) == 1:
            self.new.setdefault(name, []).append(value)
            return
        holder, cls = self._record(name, steps[1][0], path), self.models[name]
        for position, (word, bracketed) in enumerate(steps[2:-1]):
            if not bracketed:
                continue
            items, number, spec = _item(holder, cls, steps[2:][position - 1 : position + 1], path)
            holder, cls = items[number], spec.model or cls  # type: ignore[assignment]
        spec = _spec(cls, steps[-1][0], path)
        if spec.kind not in _KINDS_WITH_ITEMS:
            raise UnknownIdError("list of records", path, ())
        holder.setdefault(spec.name, []).append(value)

    def finished(self) -> Framework:
        problems: list[Problem] = []
        head = self.head or {k: v for k, v in self.framework.__dict__.items() if k not in self.models}
        known = Known()
        records = {name: Records(self._records(name, problems, known)) for name in self.models}
        try:
            framework = Framework.model_validate({**head, **records}, context={"unchecked": True})
        except ValidationError as error:
            raise DocumentError(
                [*problems, *structure_problems(error, Framework, head, "", _no_line, ())], str(self.framework.title)
            ) from None
        problems += cross_record_errors(framework, known.seen(framework))
        if problems:
            raise DocumentError(problems, str(self.framework.title))
        return framework

    def _records(self, name: str, problems: list[Problem], known: Known) -> list[Record]:
        cls, gone, touched = self.models[name], self.gone.get(name, set()), self.touched.get(name, {})
        old: Records[Record] = getattr(self.framework, name)
        if not gone and not touched and name not in self.new:
            return list(old)
        raws = [touched.get(record.key, record) for record in old if record.key not in gone]
        kept: list[Record] = []
        for number, raw in enumerate([*raws, *self.new.get(name, [])]):
            try:
                kept.append(cls.model_validate(raw))
            except ValidationError as error:
                path = f"{name}[{record_key(cls, raw, number)}]"
                problems += structure_problems(error, cls, raw, path, _no_line, ())
                known.add_broken(name, raw)
        return kept


def _no_line(place: tuple[str | int, ...]) -> None:
    return None


def _spec(cls: type[Model], word: str, path: str) -> FieldSpec:
    for spec in fields_of(cls):
        if spec.name == word or (word == "not" and spec.name == "not_"):
            return spec
    raise UnknownIdError(f"field at {path}", word, nearest(word, tuple(spec.name for spec in fields_of(cls))))


def _set(holder: dict[str, Any], cls: type[Model], steps: list[tuple[str, bool]], path: str, value: Any) -> None:
    spec = _spec(cls, steps[0][0], path)
    name = "not" if spec.name == "not_" else spec.name
    if len(steps) == 1:
        _put(holder, name, value)
    elif steps[1][1]:
        items, number, spec = _item(holder, cls, steps[:2], path)
        if len(steps) > 2 and spec.model is not None:
            _set(items[number], spec.model, steps[2:], path, value)
        elif value is None:
            del items[number]
        else:
            items[number] = value
    elif spec.kind == "model" and spec.model is not None:
        holder[name] = _long(holder.get(name), spec.model)
        _set(holder[name], spec.model, steps[1:], path, value)
    else:  # one language of a label
        current = holder.get(name)
        holder[name] = current if isinstance(current, dict) else {}
        _put(holder[name], steps[1][0], value)


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


def _item(
    holder: dict[str, Any], cls: type[Model], steps: list[tuple[str, bool]], path: str
) -> tuple[list[Any], int, FieldSpec]:
    """Find an item by key along steps such as ``deliveries[vievis].posts[psychologist]``."""
    spec = _spec(cls, steps[0][0], path)
    items = holder.get(spec.name)
    key = steps[1][0] if len(steps) > 1 else ""
    if isinstance(items, dict):  # codes by scheme
        items = holder[spec.name] = [
            {"scheme": k, **(v if isinstance(v, dict) else {"value": v})} for k, v in items.items()
        ]
    keys = [_key_of(spec, item, number) for number, item in enumerate(items or ())]
    if key not in keys:
        raise UnknownIdError(f"record at {path}", key, nearest(key, keys))
    number = keys.index(key)
    if len(steps) > 3 and spec.model is not None:
        return _item(items[number], spec.model, steps[2:], path)  # type: ignore[index]
    return items, number, spec  # type: ignore[return-value]


def _key_of(spec: FieldSpec, item: Any, number: int) -> str:
    if spec.model is not None and issubclass(spec.model, Record):
        return record_key(spec.model, item, number)
    if isinstance(item, dict) and "scheme" in item:
        return str(item["scheme"])
    return item if isinstance(item, str) else str(number)
