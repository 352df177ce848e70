"""The framework as it is on a day: validity in time, and territories that merged or split."""

from __future__ import annotations

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
from integrated_services.model._services import Delivery, Service
from integrated_services.model._successions import move, successions

M = TypeVar("M", bound=Model)

_WITH_VALIDITY = ("agencies", "sites", "cooperations", "referrals")


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
    cannot be without them; a delivery goes with its site. A service that was promised stays, closed or planned and
    without deliveries, so that the promise can be found unmet. A territory that has ended and names its successors is
    replaced by them. Observations stay what they were and keep the old territory in the document.

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
    kept["services"] = _services(framework, day)
    for name in _WITH_VALIDITY:
        kept[name] = [record for record in kept[name] if valid_on(record, day)]
    moved = successions(framework.territories, day)
    if moved:
        move(kept, moved, framework, day)
    ended = {territory.id for territory in framework.territories if not valid_on(territory, day)}
    if ended:
        named = _named_territories(kept) & ended
        kept["territories"] = [t for t in kept["territories"] if t.id not in ended or t.id in named]
    if any(len(kept[name]) < len(getattr(framework, name)) for name in kept):
        _drop_dangling(kept)
    head = {name: value for name, value in framework.__dict__.items() if name not in kept}
    found = unchecked({**head, "reference_date": day}, kept)
    errors = cross_record_errors(found, Known.of(found))
    if errors:
        raise DocumentError(errors, f"{framework.title} on {day}")
    found.remember("errors", tuple)
    return found


def _services(framework: Framework, day: date) -> list[Service]:
    promised = {commitment.has.service for project in framework.projects for commitment in project.commitments}
    found: list[Service] = []
    for service in framework.services:
        if valid_on(service, day):
            deliveries = tuple(delivery for delivery in service.deliveries if valid_on(delivery, day))
            changed = len(deliveries) < len(service.deliveries)
            found.append(service.model_copy(update={"deliveries": deliveries}) if changed else service)
        elif service.id in promised:
            begins = service.valid.start.first() if service.valid and service.valid.start else None
            status = "planned" if begins is not None and day < begins else "closed"
            found.append(service.model_copy(update={"deliveries": (), "status": status}))
    return found


def _named_territories(kept: dict[str, list[Any]]) -> set[str]:
    """Give the territories that something other than a territory refers to."""
    named: set[str] = set()
    for name, records in kept.items():
        if name != "territories":
            for record in records:
                _collect(record, named)
    return named


def _collect(record: Model, named: set[str]) -> None:
    for spec in fields_of(type(record)):
        value = record.__dict__[spec.name]
        if not value:
            continue
        if "territories" in spec.refs:
            named.update((value,) if isinstance(value, str) else value)
        elif spec.kind == "model":
            _collect(value, named)
        elif spec.kind == "models":
            for item in value:
                _collect(item, named)


def _drop_dangling(kept: dict[str, list[Any]]) -> None:
    """Take out references to records that are no longer there, and records that need one of them."""
    while True:
        known = {name: {record.key for record in records} for name, records in kept.items()}
        before = sum(map(len, kept.values()))
        for name, records in kept.items():
            kept[name] = [new for record in records if (new := _without(record, known)) is not None]
        if sum(map(len, kept.values())) == before:
            return


def _without(record: M, known: dict[str, set[str]]) -> M | None:
    """Give the record without dangling references, or None where it cannot be without one."""
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
            new = _without(value, known)
        elif spec.kind == "models":
            items = [one for item in value if (one := _without(item, known)) is not None]
            same = len(items) == len(value) and all(a is b for a, b in zip(items, value, strict=True))
            if spec.name == "succeeded_by" and not same:
                items = []  # shares make sense together only
            new = value if same else tuple(items)
        if new is not value:
            update[spec.name] = new
    try:
        return record.model_copy(update=update)
    except ValidationError:  # a commitment to nobody, a promise of nothing
        return None
