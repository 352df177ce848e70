"""From services, deliveries, capacity and areas of a framework to rows of HSDS."""

from __future__ import annotations

from integrated_services.io.hsds._carrier import CAPACITY_NOTE, Row
from integrated_services.io.hsds._from_framework import Native, add_contacts, add_term_link, first_text, outline_text
from integrated_services.io.hsds._to_places import CODE
from integrated_services.model import Delivery, Identifier, Service, Territory

_STATUS = {"active": "active", "pilot": "active", "planned": "inactive", "closed": "defunct"}
_COUNTED = (None, "places", "persons")
_OLDEST = 130
_MOST = 10**9


def add_services(native: Native) -> None:
    """Write services with their deliveries, areas, capacities, languages and terms.

    Parameters
    ----------
    native
        Where the rows go.
    """
    fw = native.framework
    names = {one.id: str(one.name) for one in fw.territories if one.name}
    names |= {one.id: str(one.name) for one in fw.target_groups if one.name}
    for service in native.framework.services:
        row = native.record("services", service, _service(native, service, names))
        _languages(native, row, service)
        add_contacts(native, "service", row, service.contacts)
        for need in dict.fromkeys(service.meets):
            add_term_link(native, "service", row["id"], "need", "needs", need)
        for group in dict.fromkeys(service.serves):
            add_term_link(native, "service", row["id"], "target-group", "target_groups", group)
        deliveries = [_delivery(native, row, service, delivery) for delivery in service.deliveries]
        _areas(native, row, service, deliveries)
        if native.version == "3.1":
            for delivery, placed in zip(service.deliveries, deliveries, strict=True):
                _capacity(native, row, delivery, placed)


def _service(native: Native, service: Service, names: dict[str, str]) -> Row:
    rule = service.eligibility
    ages = rule.ages if rule and rule.ages and max(age or 0 for age in rule.ages) <= _OLDEST else (None, None)
    condition = None
    if rule is not None and rule.plain().keys() - {"ages"}:
        condition = str(rule.condition) if rule.plain().keys() <= {"ages", "condition"} else rule.explain(names)
    return {
        "id": native.id_of("services", service.id),
        "organization_id": native.id_of("agencies", service.providers[0]) if service.providers else None,
        "program_id": native.id_of("projects", service.project) if service.project else None,
        "name": first_text(service.name) or service.id,
        "description": first_text(service.description),
        "status": _STATUS[service.status],
        "minimum_age": ages[0],
        "maximum_age": ages[1],
        "eligibility_description": condition,
        "application_process": first_text(service.access.note) if service.access else None,
        "wait_time": _wait(service),
    }


def _wait(service: Service) -> str | None:
    """Say the waiting time where it is one number of days for the whole service."""
    waits = {delivery.wait.plain() if delivery.wait else None for delivery in service.deliveries if _is_plain(delivery)}
    if len(waits) != 1 or not all(map(_is_plain, service.deliveries)):
        return None
    [days] = waits
    return f"{days} {'day' if days == 1 else 'days'}" if isinstance(days, int) and days <= 9999 else None


def _is_plain(delivery: Delivery) -> bool:
    return delivery.wait is None or isinstance(delivery.wait.plain(), (int, float))


def _languages(native: Native, row: Row, service: Service) -> None:
    for code in dict.fromkeys(service.languages):
        key = native.uuids.of("language", row["id"], f"code:{code}")
        native.put("language", {"id": key, "service_id": row["id"], "code": code, "name": code})


def _delivery(native: Native, row: Row, service: Service, delivery: Delivery) -> Row:
    named = delivery.id if delivery.id is not None else f"key:{delivery.key}"
    placed: Row = {
        "id": native.uuids.of("service_at_location", service.id, named),
        "service_id": row["id"],
        "location_id": native.id_of("sites", delivery.site) if delivery.site else _stand_in(native, delivery.channel),
        "description": first_text(delivery.note),
    }
    native.records.append(("deliveries", "service_at_location", placed["id"], delivery))
    return native.put("service_at_location", placed)


_STAND_INS = {"on_site": "Place not stated", "mobile": "Mobile, without a fixed place", "online": "On line"}


def _stand_in(native: Native, channel: str) -> str:
    """Give the location that stands for all deliveries without a place: software for HSDS expects one."""
    key = native.uuids.of("location", "no site", channel)
    if channel not in native.stand_ins:
        native.stand_ins[channel] = key
        native.put("location", {"id": key, "location_type": "virtual", "name": _STAND_INS[channel]})
    return key


def _areas(native: Native, row: Row, service: Service, deliveries: list[Row]) -> None:
    """Write whose residents may come: for each delivery in 3.1, for the service as a whole before."""
    if native.version == "3.1":
        for delivery, placed in zip(service.deliveries, deliveries, strict=True):
            for area in dict.fromkeys(delivery.area):
                _area(native, "service_at_location_id", placed["id"], native.framework.territories[area])
    else:
        areas = dict.fromkeys(area for delivery in service.deliveries for area in delivery.area)
        for area in areas:
            _area(native, "service_id", row["id"], native.framework.territories[area])


def _area(native: Native, column: str, key: str, territory: Territory) -> None:
    extent = outline_text(territory)
    row: Row = {
        "id": native.uuids.of("service_area", key, f"area:{territory.id}"),
        column: key,
        "name": first_text(territory.name) or territory.id,
        "description": first_text(territory.description),
        "extent": extent,
        "extent_type": "geojson" if extent else None,
        "uri": next(filter(None, map(_official, territory.codes)), None),
    }
    native.put("service_area", row)
    native.areas.append((row["id"], territory.id))


def _official(code: Identifier) -> str | None:
    """Give an official code as a URI that is read as this code again."""
    uri = f"http://data.europa.eu/nuts/code/{code.value}" if code.scheme == "nuts" else f"{code.scheme}:{code.value}"
    match = CODE.search(uri)
    return uri if match is not None and match.groups() == (code.scheme, code.value) else None


def _capacity(native: Native, row: Row, delivery: Delivery, placed: Row) -> None:
    """Write the places of a delivery; what is free is not known, and the row says so."""
    figure = delivery.capacity
    if figure is None or figure.per is not None or figure.unit not in _COUNTED or figure.value > _MOST:
        return
    unit = figure.unit or "places"
    native.put(
        "service_capacity",
        {
            "id": native.uuids.of("service_capacity", f"of:{placed['id']}"),
            "service_id": row["id"],
            "unit_id": _unit(native, unit),
            "available": figure.value,
            "maximum": figure.value,
            "description": CAPACITY_NOTE,
            "updated": f"{native.framework.reference_date.isoformat()}T00:00:00Z",
        },
    )


def _unit(native: Native, unit: str) -> str:
    key = native.uuids.of("unit", unit)
    if not any(row["id"] == key for row in native.tables.rows["unit"]):
        native.put("unit", {"id": key, "name": unit})
    return key
