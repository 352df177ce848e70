"""From a framework to the rows of HSDS that say natively what HSDS has fields for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import attrs

from integrated_services.io.hsds._carrier import NO_DESCRIPTION, NOT_STATED, Row
from integrated_services.io.hsds._ids import Uuids
from integrated_services.io.hsds._normal import Tables
from integrated_services.model import Agency, Contact, Framework, Need, Project, Site, TargetGroup, Territory
from integrated_services.model._base import Label, Record

TAXONOMIES = {
    "needs": ("Needs", "What a person may need."),
    "target_groups": ("Target groups", "Whom the services are for."),
    "territories": ("Territories", "Areas, nested in each other."),
}
"""Name and description of the taxonomies that we write, by collection."""

TABLE_OF = {
    "territories": "taxonomy_term",
    "target_groups": "taxonomy_term",
    "needs": "taxonomy_term",
    "agencies": "organization",
    "sites": "location",
    "services": "service",
    "projects": "program",
}
"""Table of each collection that HSDS has records for."""

_URI = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/%-]*)?(?:\?[A-Za-z0-9._~/%&=+-]*)?", re.ASCII
)
_EMAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)


@attrs.define
class Native:
    """Rows on their way out.

    Attributes
    ----------
    framework
        Where they come from, without what HSDS has no records for.
    version
        Version to write.
    tables
        The rows.
    uuids
        Makes their ids.
    records
        Each record with its collection and the table and id of its row.
    areas
        Each row of a service area with its territory.
    stand_ins
        Locations that stand for deliveries without a place, by channel.
    """

    framework: Framework
    version: str
    tables: Tables
    uuids: Uuids
    records: list[tuple[str, str, str, Record]] = attrs.Factory(list)
    areas: list[tuple[str, str]] = attrs.Factory(list)
    stand_ins: dict[str, str] = attrs.Factory(dict)

    def put(self, table: str, row: Row) -> Row:
        """Add a row; columns without a value are left out.

        Parameters
        ----------
        table
            Its table.
        row
            The row.

        Returns
        -------
        Row
            The row as it was added.
        """
        kept = {name: value for name, value in row.items() if value is not None}
        self.tables.rows[table].append(kept)
        return kept

    def id_of(self, collection: str, key: str) -> str:
        """Give the UUID of a record.

        Parameters
        ----------
        collection
            Its collection.
        key
            Its id.

        Returns
        -------
        str
            The same on every run.
        """
        table = TABLE_OF[collection]
        return self.uuids.of(table, *((collection, key) if table == "taxonomy_term" else (key,)))

    def record(self, collection: str, record: Record, row: Row) -> Row:
        """Add the row of a record.

        Parameters
        ----------
        collection
            Its collection.
        record
            The record.
        row
            Its row.

        Returns
        -------
        Row
            The row as it was added.
        """
        self.records.append((collection, TABLE_OF[collection], row["id"], record))
        return self.put(TABLE_OF[collection], row)


def first_text(label: Label | None) -> str | None:
    """Give the first text of a label.

    Parameters
    ----------
    label
        Label or None.

    Returns
    -------
    str | None
        None where there is no label.
    """
    return None if label is None else str(label)


def add_terms(native: Native) -> None:
    """Write needs, target groups and territories as terms of three taxonomies.

    Parameters
    ----------
    native
        Where the rows go.
    """
    fw = native.framework
    native.put("taxonomy", {"id": native.uuids.of("taxonomy", "framework"), **_named(fw.title, fw.description, fw.id)})
    for collection, (name, description) in TAXONOMIES.items():
        records: Iterable[Any] = getattr(fw, collection)
        taxonomy = native.uuids.of("taxonomy", collection)
        if records:
            native.put("taxonomy", {"id": taxonomy, "name": name, "description": description})
        for record in records:
            native.record(collection, record, _term(native, collection, taxonomy, name, record))


def _term(native: Native, collection: str, taxonomy: str, name: str, record: Territory | TargetGroup | Need) -> Row:
    above = record.part_of if isinstance(record, Territory) else record.broader
    languages = record.name.languages if record.name else ()
    codes = () if isinstance(record, TargetGroup) else record.codes
    uri = next((code.value for code in codes if code.scheme == "uri" and _URI.fullmatch(code.value)), None)
    return {
        "id": native.id_of(collection, record.id),
        **_named(record.name, record.description, record.id),
        "code": next((code.value for code in codes if code.scheme != "uri"), None),
        "term_uri": uri,
        "language": languages[0] if languages else None,
        "parent_id": native.id_of(collection, above) if above else None,
        "taxonomy": name,
        "taxonomy_id": taxonomy,
    }


def _named(name: Label | None, description: Label | None, key: str) -> Row:
    """Give name and description where both are mandatory: the id, and a sentence that says that there is none."""
    return {"name": first_text(name) or key, "description": first_text(description) or NO_DESCRIPTION}


# organisations, programmes, locations ------------------------------------------------------------------------------


def add_agencies(native: Native) -> None:
    """Write agencies as organisations.

    Parameters
    ----------
    native
        Where the rows go.
    """
    for agency in native.framework.agencies:
        row = _organization(native, agency)
        native.record("agencies", agency, row)
        for number, code in enumerate(agency.identifiers):
            native.put(
                "organization_identifier",
                {
                    "id": native.uuids.of("organization_identifier", agency.id, str(number)),
                    "organization_id": row["id"],
                    "identifier_scheme": code.scheme,
                    "identifier_type": code.scheme,
                    "identifier": code.value,
                },
            )
        add_contacts(native, "organization", row, agency.contacts)
        if agency.territory:
            add_term_link(native, "organization", row["id"], "territory", "territories", agency.territory)


def _organization(native: Native, agency: Agency) -> Row:
    return {
        "id": native.id_of("agencies", agency.id),
        **_named(agency.name, agency.description, agency.id),
        "parent_organization_id": native.id_of("agencies", agency.part_of) if agency.part_of else None,
    }


def add_term_link(native: Native, table: str, key: str, link_type: str, collection: str, term: str) -> None:
    """Write that a term applies to a record.

    Parameters
    ----------
    native
        Where the row goes.
    table, key
        Table and id of the record.
    link_type
        What the term says of it.
    collection, term
        Collection and id of the need, group or territory.
    """
    native.put(
        "attribute",
        {
            "id": native.uuids.of("attribute", key, link_type, collection, f"term:{term}"),
            "link_id": key,
            "link_type": link_type,
            "link_entity": table,
            "taxonomy_term_id": native.id_of(collection, term),
        },
    )


def add_projects(native: Native) -> None:
    """Write projects as programmes of the agency that promotes them.

    Parameters
    ----------
    native
        Where the rows go.
    """
    for project in native.framework.projects:
        native.record("projects", project, _program(native, project))


def _program(native: Native, project: Project) -> Row:
    owner = next((one.agency for one in project.partners if one.role == "promoter"), None)
    return {
        "id": native.id_of("projects", project.id),
        **_named(project.name, project.description, project.id),
        "organization_id": native.id_of("agencies", owner) if owner else None,
    }


def add_sites(native: Native) -> None:
    """Write sites as locations.

    Parameters
    ----------
    native
        Where the rows go.
    """
    for site in native.framework.sites:
        row = _location(native, site)
        native.record("sites", site, row)
        if site.address:
            rest = dict.fromkeys(("city", "state_province", "postal_code", "country"), NOT_STATED)
            key = native.uuids.of("address", site.id, "address")
            address = {"id": key, "location_id": row["id"], "address_1": site.address, **rest}
            native.put("address", {**address, "address_type": "physical"})
        if site.territory:
            add_term_link(native, "location", row["id"], "territory", "territories", site.territory)


def _location(native: Native, site: Site) -> Row:
    code = site.identifiers[0] if site.identifiers else None
    return {
        "id": native.id_of("sites", site.id),
        "location_type": "physical",
        "name": first_text(site.name),
        "description": first_text(site.description),
        "organization_id": native.id_of("agencies", site.agency) if site.agency else None,
        "latitude": site.point.lat if site.point else None,
        "longitude": site.point.lon if site.point else None,
        "external_identifier": code.value if code else None,
        "external_identifier_type": code.scheme if code else None,
    }


# contacts ----------------------------------------------------------------------------------------------------------


def add_contacts(native: Native, table: str, row: Row, contacts: tuple[Contact, ...]) -> None:
    """Write contacts: the first web page and mailbox of a record are its own, the others stand in tables.

    Parameters
    ----------
    native
        Where the rows go.
    table
        ``organization`` or ``service``.
    row
        Row of the record, which is added to.
    contacts
        Its contacts; a postal address of an organisation has no place in HSDS.
    """
    placed = native.tables.rows[table][-1]
    page = "website" if table == "organization" else "url"
    for number, contact in enumerate(contacts):
        label = first_text(contact.label)
        key = {f"{table}_id": row["id"]}
        name = (row["id"], str(number))
        if contact.kind == "web" and _URI.fullmatch(contact.value):
            if page not in placed and label is None:
                placed[page] = contact.value
            else:
                native.put("url", {"id": native.uuids.of("url", *name), **key, "url": contact.value, "label": label})
        elif contact.kind == "email" and _EMAIL.fullmatch(contact.value):
            if "email" not in placed and label is None:
                placed["email"] = contact.value
            else:
                said = {"email": contact.value, "department": label}
                native.put("contact", {"id": native.uuids.of("contact", *name), **key, **said})
        elif contact.kind == "phone":
            said = {"number": contact.value, "type": "voice", "description": label}
            native.put("phone", {"id": native.uuids.of("phone", *name), **key, **said})


def outline_text(territory: Territory) -> str | None:
    """Give the outline of a territory as the text of a GeoJSON geometry.

    Parameters
    ----------
    territory
        The territory.

    Returns
    -------
    str | None
        None where it has no outline.
    """
    return json.dumps(territory.outline.plain()) if territory.outline else None
