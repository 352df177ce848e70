"""Organisations, programmes, locations and service areas of HSDS become agencies, projects, sites and territories."""

from __future__ import annotations

import json
import re
from typing import Any

from integrated_services.io._ids import slug
from integrated_services.io.hsds._carrier import AREA, NO_SITE, NOT_STATED, Row
from integrated_services.io.hsds._to_contacts import contacts_of
from integrated_services.io.hsds._work import Work, described

_ORGANIZATION = frozenset(
    ("name", "description", "email", "website", "tax_id", "year_incorporated", "uri", "parent_organization_id")
)
_LOCATION = frozenset(
    [
        "name",
        "description",
        "location_type",
        "organization_id",
        "latitude",
        "longitude",
        "external_identifier",
        "external_identifier_type",
    ]
)
_ADDRESS = ("address_1", "address_2", "city", "region", "state_province", "postal_code", "country")
CODE = re.compile(r"(?:^|[/:#])(nuts|lau|ehak|iso-3166-2)(?:/code)?[/:#]([A-Z0-9-]{1,12})/?$", re.IGNORECASE)


def add_agencies(work: Work) -> None:
    """Make an agency of each organisation.

    Parameters
    ----------
    work
        The way on which this is a step.
    """
    for row in work.rows("organization"):
        record: Row = {"id": work.ids.of("organization", row["id"]), **described(row)}
        if "parent_organization_id" in row:
            record["part_of"] = work.ids.of("organization", row["parent_organization_id"])
        codes = [_identifier(work, one) for one in work.of("organization_identifier", "organization_id", row["id"])]
        codes += [{"scheme": name, "value": row[name]} for name in ("tax_id", "uri") if name in row]
        if codes:
            record["identifiers"] = short_codes(codes)
        year = row.get("year_incorporated")
        if isinstance(year, int) and 1000 <= year <= 9999:
            record["valid"] = f"{year}/.."
        elif year is not None:
            work.leave(row, "organization", "year_incorporated", "this is no year")
        contacts = contacts_of(work, "organization", row)
        if contacts:
            record["contacts"] = contacts
        work.add("agencies", "organization", row, record)
        work.leave_others(row, "organization", _ORGANIZATION)


def _identifier(work: Work, row: Row) -> Row:
    scheme = row.get("identifier_scheme") or row.get("identifier_type")
    if row.get("identifier_type", scheme) != scheme:
        work.leave(row, "organization_identifier", "identifier_type", "a code has one scheme")
    return {"scheme": scheme, "value": row.get("identifier")}


def short_codes(codes: list[Row]) -> Any:
    """Give codes in their canonical form: by scheme, unless a scheme occurs twice.

    Parameters
    ----------
    codes
        Mappings of scheme and value.

    Returns
    -------
    Any
        A mapping of scheme to code, or the list.
    """
    kept = [code for code in codes if code.get("scheme") and code.get("value")]
    if len({code["scheme"] for code in kept}) < len(kept):
        return kept
    return {code["scheme"]: code["value"] for code in kept}


def add_projects(work: Work) -> None:
    """Make a project of each programme.

    Parameters
    ----------
    work
        The way on which this is a step.
    """
    for row in work.rows("program"):
        record: Row = {"id": work.ids.of("program", row["id"]), **described(row), "kind": "programme"}
        if "organization_id" in row:
            agency = work.ids.of("organization", row["organization_id"])
            record["partners"] = [{"agency": agency, "role": "promoter"}]
        work.add("projects", "program", row, record)
        work.leave_others(row, "program", ("name", "description", "organization_id"))


def add_sites(work: Work) -> None:
    """Make a site of each location.

    Parameters
    ----------
    work
        The way on which this is a step.
    """
    stand_ins = {link for _, link, field, _ in work.carried if field == NO_SITE}
    for row in work.rows("location"):
        if row["id"] in stand_ins:
            continue
        record: Row = {"id": work.ids.of("location", row["id"]), **described(row)}
        if "organization_id" in row:
            record["agency"] = work.ids.of("organization", row["organization_id"])
        point = _point(work, row)
        if point:
            record["point"] = point
        address = _address(work, row)
        if address:
            record["address"] = address
        if "external_identifier" in row:
            scheme = row.get("external_identifier_type", "external_identifier")
            record["identifiers"] = {scheme: row["external_identifier"]}
        elif "external_identifier_type" in row:
            work.leave(row, "location", "external_identifier_type", "the identifier itself is missing")
        work.add("sites", "location", row, record)
        work.leave_others(row, "location", _LOCATION)


def _point(work: Work, row: Row) -> Row | None:
    lat, lon = row.get("latitude"), row.get("longitude")
    if lat is None and lon is None:
        return None
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        work.collector.add(
            "value-outside-range",
            f"{lat}, {lon} is no place on the earth",
            sheet=row.get("_sheet"),
            row=row.get("_row"),
            column="latitude",
            value=lat,
        )
        return None
    return {"lat": lat, "lon": lon}


def _address(work: Work, row: Row) -> str | None:
    """Give the address as one text: the physical one where there are several, the others are counted."""
    rows = sorted(work.of("address", "location_id", row["id"]), key=lambda one: one.get("address_type") != "physical")
    for other in rows[1:]:
        work.leave(other, "address", "address_type", "a site has one address")
    if not rows:
        return None
    if "attention" in rows[0]:
        work.leave(rows[0], "address", "attention")
    parts = [str(rows[0][name]) for name in _ADDRESS if rows[0].get(name, NOT_STATED) != NOT_STATED]
    return ", ".join(parts) or None


class Areas:
    """Makes territories of service areas; the same area of many services is one territory.

    Parameters
    ----------
    work
        The way on which this is a step.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: dict[str, str] = {}
        self._bare = {record["id"]: record for record in work.document["territories"]}
        self._taken = set(self._bare)
        self._stated = {link: value for table, link, field, value in work.carried if field == AREA}

    def of(self, column: str, key: str) -> list[str]:
        """Give the ids of the territories of the areas of a service or of a delivery.

        Parameters
        ----------
        column
            ``service_id`` or ``service_at_location_id``.
        key
            Id of its row.

        Returns
        -------
        list[str]
            Each once; territories that are not there yet are made.
        """
        return list(dict.fromkeys(map(self._territory, self._work.of("service_area", column, key))))

    def _territory(self, row: Row) -> str:
        stated = self._stated.get(row["id"])
        if isinstance(stated, str) and stated in self._taken:
            record = self._bare.pop(stated, None)
            if record is not None:  # the term says nothing of these
                record |= self._outline(row)
                record.setdefault("codes", self._official(row).get("codes", {}))
                if not record["codes"]:
                    del record["codes"]
            return stated
        name = row.get("name") or row.get("description") or row.get("uri") or row.get("extent") or row["id"]
        said = json.dumps([row.get("uri"), name.casefold()])
        if said not in self._known:
            self._known[said] = self._new(row, name)
        return self._known[said]

    def _new(self, row: Row, name: str) -> str:
        wished = slug(name)
        found, number = wished, 1
        while found in self._taken:
            number += 1
            found = f"{wished}-{number}"
        self._taken.add(found)
        record: Row = {"id": found, "name": name}
        if row.get("description", name) != name:
            record["description"] = row["description"]
        record |= self._official(row) | self._outline(row)
        self._work.add("territories", "service_area", row, record)
        return found

    def _official(self, row: Row) -> Row:
        uri = row.get("uri")
        if uri is None:
            return {}
        match = CODE.search(uri)
        return {"codes": {match[1].lower(): match[2]} if match else {"uri": uri}}

    def _outline(self, row: Row) -> Row:
        extent = row.get("extent")
        if extent is None:
            return {}
        try:
            shape = json.loads(extent)
        except (ValueError, RecursionError):
            shape = None
        if isinstance(shape, dict) and shape.get("type") == "Feature":
            shape = shape.get("geometry")
        if isinstance(shape, dict) and shape.get("type") in ("Polygon", "MultiPolygon") and "coordinates" in shape:
            return {"outline": {"type": shape["type"], "coordinates": shape["coordinates"]}}
        if extent != row.get("name"):
            self._work.leave(row, "service_area", "extent", "the extent is no GeoJSON polygon")
        return {}
