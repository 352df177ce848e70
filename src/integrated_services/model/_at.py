"""The framework as it is on a day: validity in time, and territories that merged or split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from integrated_services.model._base import Record, Records
from integrated_services.model._fields import fields_of
from integrated_services.model._framework import Framework, collection_models
from integrated_services.model._nouns import Demand, Population, Territory
from integrated_services.model._values import Figure

Shares = dict[str, tuple[tuple[str, float], ...]]


def valid_on(record: Any, day: date) -> bool:
    """Tell whether a record is valid on a day.

    Parameters
    ----------
    record
        A record with a field ``valid``.
    day
        The day.

    Returns
    -------
    bool
        True where its period does not exclude the day.
    """
    return record.valid is None or record.valid.contains(day)


def at(framework: Framework, day: date) -> Framework:
    """Give the framework as it is on a day.

    Services, deliveries, agencies, ties, referrals and sites that are not valid on that day are left out, with what
    refers to nothing else. A territory that has ended and names its successors is replaced by them: persons and demand
    are shared out by the stated shares and added up (as derived figures, or assumed ones where one part was assumed).
    Observations stay what they were and keep the old territory in the document.

    Parameters
    ----------
    framework
        The framework.
    day
        The day; it becomes the reference date.

    Returns
    -------
    Framework
        The framework of that day.
    """
    moved = _successions(framework.territories, day)
    kept: dict[str, list[Record]] = {name: list(getattr(framework, name)) for name in collection_models()}
    kept["services"] = [_deliveries(service, day) for service in kept["services"] if valid_on(service, day)]
    for name in ("agencies", "sites", "cooperations", "referrals"):
        kept[name] = [record for record in kept[name] if valid_on(record, day)]
    _move(kept, moved)
    ended = {t.id for t in framework.territories if not valid_on(t, day)}
    kept["territories"] = [t for t in kept["territories"] if t.key not in ended or t.key in _still_named(kept, ended)]
    _drop_dangling(kept)
    head = {name: value for name, value in framework.__dict__.items() if name not in kept}
    records = {name: Records(items) for name, items in kept.items()}
    return Framework.model_validate({**head, "reference_date": day, **records})


def _deliveries(service: Any, day: date) -> Any:
    valid = tuple(delivery for delivery in service.deliveries if valid_on(delivery, day))
    return service if len(valid) == len(service.deliveries) else service.model_copy(update={"deliveries": valid})


def _successions(territories: Iterable[Territory], day: date) -> Shares:
    """Resolve chains of successions to the territories that exist on the day."""
    direct = {t.id: t for t in territories}

    def resolve(key: str, share: float) -> list[tuple[str, float]]:
        territory = direct[key]
        if valid_on(territory, day) or not territory.succeeded_by or not _has_begun_after(territory, day):
            return [(key, share)]
        return [pair for s in territory.succeeded_by for pair in resolve(s.territory, share * s.share)]

    found: Shares = {}
    for key in direct:
        targets: dict[str, float] = defaultdict(float)
        for target, share in resolve(key, 1.0):
            targets[target] += share
        if tuple(targets) != (key,):
            found[key] = tuple(targets.items())
    return found


def _has_begun_after(territory: Territory, day: date) -> bool:
    """True where the territory is over by that day (and not merely still to come)."""
    last = territory.valid.end.last() if territory.valid and territory.valid.end else None
    return last is not None and last < day


def _move(kept: dict[str, list[Record]], moved: Shares) -> None:
    if not moved:
        return
    kept["populations"] = _merged(kept["populations"], moved)
    kept["demands"] = _merged(kept["demands"], moved)
    for name, records in kept.items():
        if name not in ("observations", "territories"):
            kept[name] = [_renamed(record, moved) for record in records]
    kept["territories"] = [
        _renamed(t, {k: v for k, v in moved.items() if k != t.key}) if t.key not in moved else t
        for t in kept["territories"]
    ]


def _renamed(record: Any, moved: Shares) -> Any:
    """Replace ended territories in the references of a record and of what is nested in it."""
    update: dict[str, Any] = {}
    for spec in fields_of(type(record)):
        value = record.__dict__[spec.name]
        if not value or (spec.name == "succeeded_by"):
            continue
        if "territories" in spec.refs:
            ids = (value,) if isinstance(value, str) else value
            if any(one in moved for one in ids):
                new = tuple(dict.fromkeys(to for one in ids for to, _ in moved.get(one, ((one, 1.0),))))
                # a place lies in one territory: the largest share takes it
                update[spec.name] = _largest(value, moved) if isinstance(value, str) else new
        elif spec.kind == "model":
            new_value = _renamed(value, moved)
            if new_value is not value:
                update[spec.name] = new_value
        elif spec.kind == "models":
            new_items = tuple(_renamed(item, moved) for item in value)
            if any(a is not b for a, b in zip(new_items, value, strict=True)):
                update[spec.name] = new_items
    return record.model_copy(update=update) if update else record


def _largest(key: str, moved: Shares) -> str:
    return max(moved[key], key=lambda pair: (pair[1], pair[0]))[0]


def _merged(records: list[Any], moved: Shares) -> list[Any]:
    """Share out the persons of ended territories and add up what comes together."""
    groups: dict[tuple[Any, ...], list[tuple[Any, float]]] = defaultdict(list)
    for record in records:
        for target, share in moved.get(record.territory, ((record.territory, 1.0),)):
            groups[_identity(record, target)].append((record, share))
    found = []
    for identity, parts in groups.items():
        target = identity[-1]
        if len(parts) == 1 and parts[0][1] == 1.0:
            record = parts[0][0]
            found.append(
                record
                if record.territory == target
                else record.model_copy(update={"territory": target, "id": record.id})
            )
        else:
            found.append(_summed(parts, target))
    return found


def _identity(record: Any, target: str) -> tuple[Any, ...]:
    if isinstance(record, Demand):
        per = record.persons.per if record.persons else None
        rate = record.share.plain() if record.share and record.each is None else None
        return (record.need, record.target_group, record.each, per, str(rate) if record.share else None, target)
    return (record.target_group, str(record.date), target)


def _summed(parts: list[tuple[Any, float]], target: str) -> Any:
    first = parts[0][0]
    if isinstance(first, Demand) and first.persons is None:
        return first.model_copy(update={"territory": target, "id": None})
    figures = [(record.persons, share) for record, share in parts]
    update = {"territory": target, "id": None, "persons": _sum(figures)}
    if isinstance(first, Population):
        update["date"] = first.date
    return first.model_copy(update=update)


def _sum(parts: list[tuple[Figure, float]]) -> Figure:
    bases = {figure.basis for figure, _ in parts}
    basis = next((b for b in ("assumed", "estimated") if b in bases), "derived")
    sources = {figure.source for figure, _ in parts}
    bounded = any(figure.low is not None or figure.high is not None for figure, _ in parts)

    def total(pick: str) -> float:
        amount = sum((getattr(f, pick) if getattr(f, pick) is not None else f.value) * share for f, share in parts)
        return int(amount) if amount == int(amount) else amount

    return Figure.model_validate(
        {
            "value": total("value"),
            "basis": basis,
            "per": parts[0][0].per,
            "unit": parts[0][0].unit,
            "source": next(iter(sources)) if len(sources) == 1 else None,
            **({"low": total("low"), "high": total("high")} if bounded else {}),
            "note": "added up over the territories that merged",
        }
    )


def _still_named(kept: dict[str, list[Record]], ended: set[str]) -> set[str]:
    named = {o.territory for o in kept["observations"] if getattr(o, "territory", None) in ended}  # type: ignore[attr-defined]
    for name, records in kept.items():
        if name != "territories":
            for record in records:
                named |= _references(record, "territories") & ended
    return {key for key in named if key}


def _references(record: Any, collection: str) -> set[str]:
    found: set[str] = set()
    for spec in fields_of(type(record)):
        value = record.__dict__[spec.name]
        if not value:
            continue
        if collection in spec.refs:
            found |= {value} if isinstance(value, str) else set(value)
        elif spec.kind == "model":
            found |= _references(value, collection)
        elif spec.kind == "models":
            for item in value:
                found |= _references(item, collection)
    return found


def _drop_dangling(kept: dict[str, list[Record]]) -> None:
    """Take out references to records that are no longer there, and records that need one of them."""
    while True:
        known = {name: {record.key for record in records} for name, records in kept.items()}
        changed = False
        for name, records in kept.items():
            new = [_without(record, known) for record in records]
            alive = [record for record in new if record is not None]
            changed |= len(alive) < len(records)
            kept[name] = alive
        if not changed:
            return


def _without(record: Any, known: dict[str, set[str]]) -> Any:
    """Give the record without dangling references, or None where a required one dangles."""
    update: dict[str, Any] = {}
    for spec in fields_of(type(record)):
        value = record.__dict__[spec.name]
        if not value:
            continue
        if spec.refs:
            ids = (value,) if isinstance(value, str) else value
            alive = tuple(one for one in ids if any(one in known[c] for c in spec.refs))
            if len(alive) == len(ids):
                continue
            if spec.required:
                return None
            update[spec.name] = None if isinstance(value, str) else alive
        elif spec.kind == "model":
            new = _without(value, known)
            if new is not value:
                if new is None and spec.required:
                    return None
                update[spec.name] = new
        elif spec.kind == "models":
            items = tuple(new for item in value if (new := _without(item, known)) is not None)
            if len(items) < len(value) or any(a is not b for a, b in zip(items, value, strict=False)):
                update[spec.name] = items
    return record.model_copy(update=update) if update else record
