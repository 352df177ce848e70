"""The framework as it is on a day: validity in time, and territories that merged or split."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, TypeVar

from pydantic import ValidationError

from integrated_services.errors import DocumentError
from integrated_services.model._assemble import unchecked
from integrated_services.model._base import Model
from integrated_services.model._checks import cross_record_errors
from integrated_services.model._dates import Period
from integrated_services.model._fields import fields_of
from integrated_services.model._framework import Framework, collection_models
from integrated_services.model._known import Known
from integrated_services.model._projects import Every, Evidence
from integrated_services.model._services import Delivery, Service
from integrated_services.model._successions import move, successions

M = TypeVar("M", bound=Model)

_WITH_VALIDITY = ("agencies", "sites", "cooperations", "referrals")
_PAST = ("projects", "observations")
_LISTS = (Every, Evidence)


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
    valid: Period | None = record.valid
    return valid is None or valid.contains(day)


def at(framework: Framework, day: date) -> Framework:
    """Give the framework as it is on a day.

    Services, deliveries, agencies, ties, referrals and sites that are not valid on that day are left out, with what
    cannot be without them; a delivery goes with its site. A territory that has ended and names its successors is
    replaced by them. What projects did and what was observed stays what it was: the agencies, services and territories
    that are named there stay in the document, a service without its deliveries and marked as closed or planned, so
    that a promise can be found unmet.

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

    Raises
    ------
    DocumentError
        Where the statements for old and new territories contradict each other.
    """
    kept: dict[str, list[Any]] = {name: list(getattr(framework, name)) for name in collection_models()}
    kept["services"] = [_delivered(service, day) for service in framework.services if valid_on(service, day)]
    for name in _WITH_VALIDITY:
        kept[name] = [record for record in kept[name] if valid_on(record, day)]
    moved = successions(framework.territories, day)
    if moved:
        move(kept, moved, framework, day)
    if any(len(kept[name]) < len(getattr(framework, name)) for name in kept):
        _drop_dangling(kept, _history(framework, kept, day))
    ended = {territory.id for territory in framework.territories if not valid_on(territory, day)}
    if ended:
        _drop_territories(kept, ended)
    head = {name: value for name, value in framework.__dict__.items() if name not in kept}
    found = unchecked({**head, "reference_date": day}, kept, personal="keep" if framework.keeps_personal else "refuse")
    errors = cross_record_errors(found, Known.of(found))
    if errors:
        raise DocumentError(errors, f"{framework.title} on {day}")
    found.remember("errors", tuple)
    return found


def _delivered(service: Service, day: date) -> Service:
    deliveries = tuple(delivery for delivery in service.deliveries if valid_on(delivery, day))
    changed = len(deliveries) < len(service.deliveries)
    return service.model_copy(update={"deliveries": deliveries}) if changed else service


def _drop_territories(kept: dict[str, list[Any]], ended: set[str]) -> None:
    """Take out territories that are not there, unless something other than a territory names them."""
    records = (record for name, items in kept.items() if name != "territories" for record in items)
    named = {one for record in records for one in _ids(record, "territories")}
    territories = [t for t in kept["territories"] if t.id not in ended or t.id in named]
    there = {name: {record.key for record in items} for name, items in kept.items()}
    there["territories"] = {territory.id for territory in territories}
    kept["territories"] = [_without(territory, there, there) for territory in territories]


def _ids(record: Model, collection: str, leave_out: tuple[type[Model], ...] = ()) -> Iterator[str]:
    for spec in fields_of(type(record)):
        value = record.__dict__[spec.name]
        if not value or spec.model in leave_out:
            continue
        if collection in spec.refs:
            yield from (value,) if isinstance(value, str) else value
        elif spec.kind == "model":
            yield from _ids(value, collection, leave_out)
        elif spec.kind == "models":
            for item in value:
                yield from _ids(item, collection, leave_out)


def _history(framework: Framework, kept: dict[str, list[Any]], day: date) -> dict[str, list[Any]]:
    """Give the agencies and services that are not there on the day, but that projects and observations speak of.

    The lists of commitments do not count: a school that was closed is no longer promised anything.
    """
    found: dict[str, list[Any]] = {}
    for name in ("agencies", "services"):
        there = {record.id for record in kept[name]}
        named = _named_in((*framework.projects, *framework.observations), name) - there
        found[name] = [_over(record, day) for record in getattr(framework, name) if record.id in named]
    return found


def _named_in(records: Iterable[Model], collection: str) -> set[str]:
    return {one for record in records for one in _ids(record, collection, _LISTS)}


def _over(record: Any, day: date) -> Any:
    if not isinstance(record, Service):
        return record
    begins = record.valid.start.first() if record.valid and record.valid.start else None
    status = "planned" if begins is not None and day < begins else "closed"
    return record.model_copy(update={"deliveries": (), "status": status})


def _drop_dangling(kept: dict[str, list[Any]], history: dict[str, list[Any]]) -> None:
    """Take out references to records that are not there, and records that need one of them; then add the history."""
    while True:
        there = {name: {record.key for record in records} for name, records in kept.items()}
        past = {name: ids | {record.key for record in history.get(name, ())} for name, ids in there.items()}
        before = sum(map(len, kept.values()))
        for name, records in kept.items():
            known = past if name in _PAST else there
            kept[name] = [new for record in records if (new := _without(record, known, there)) is not None]
        if sum(map(len, kept.values())) == before:
            break
    for name, records in history.items():
        named = _named_in(kept["projects"] + kept["observations"], name)  # some commitments may have gone
        new = [_without(record, past, there) for record in records if record.id in named]
        kept[name] += [record for record in new if record is not None]


def _without(record: M, known: dict[str, set[str]], there: dict[str, set[str]]) -> M | None:
    """Give the record without dangling references, or None where it cannot be without one."""
    if isinstance(record, _LISTS):
        known = there
    update: dict[str, Any] = {}
    for spec in fields_of(type(record)):
        value = record.__dict__[spec.name]
        if not value:
            continue
        new = value
        if spec.refs:
            ids = (value,) if isinstance(value, str) else value
            alive = tuple(one for one in ids if any(one in known[name] for name in spec.refs))
            if len(alive) < len(ids):
                new = None if isinstance(value, str) else alive
                if spec.required or (spec.name == "site" and isinstance(record, Delivery)):
                    return None
        elif spec.kind == "model":
            new = _without(value, known, there)
        elif spec.kind == "models":
            new = _items_without(value, known, there, whole=spec.name == "succeeded_by")
        if new is not value:
            update[spec.name] = new
    try:
        return record.model_copy(update=update)
    except ValidationError:  # a commitment to nobody
        return None


def _items_without(
    items: tuple[Any, ...], known: dict[str, set[str]], there: dict[str, set[str]], *, whole: bool
) -> tuple[Any, ...]:
    found = [new for item in items if (new := _without(item, known, there)) is not None]
    if len(found) == len(items) and all(a is b for a, b in zip(found, items, strict=True)):
        return items
    return () if whole and len(found) < len(items) else tuple(found)  # the shares of successors make sense together
