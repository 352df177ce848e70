"""The common ground of reading and writing HSDS: tables in the shape of version 3.1.

Whatever a file looks like (JSON documents, CSV folders, older versions, the Ohana variant), reading first makes flat
tables with the names and columns of HSDS 3.1 of it; a framework is made from these tables alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

import attrs

Kind = Literal["id", "text", "number", "integer", "date", "time", "moment", "url", "email", "code"]
"""Kind of a column; ``moment`` is a date with a time, ``code`` a word of a closed list."""

_TEXT = dict.fromkeys
_COLUMNS: dict[str, tuple[str, str]] = {
    # table: (columns of other kinds as "name:kind", columns of text)
    "organization": (
        "email:email website:url year_incorporated:integer logo:url uri:url parent_organization_id:id",
        "name alternate_name description tax_status tax_id legal_status",
    ),
    "program": ("organization_id:id", "name alternate_name description"),
    "service": (
        (
            "organization_id:id program_id:id url:url email:email status:code minimum_age:number maximum_age:number "
            "assured_date:date assurer_email:email last_modified:moment"
        ),
        (
            "name alternate_name description interpretation_services application_process fees_description wait_time "
            "fees accreditations eligibility_description licenses alert"
        ),
    ),
    "location": (
        "location_type:code url:url organization_id:id latitude:number longitude:number",
        "name alternate_name description transportation external_identifier external_identifier_type",
    ),
    "service_at_location": ("service_id:id location_id:id", "description"),
    "contact": (
        "organization_id:id service_id:id service_at_location_id:id location_id:id email:email",
        "name title department",
    ),
    "phone": (
        "location_id:id service_id:id organization_id:id contact_id:id service_at_location_id:id",
        "number extension type description",
    ),
    "address": (
        "location_id:id address_type:code",
        "attention address_1 address_2 city region state_province postal_code country",
    ),
    "schedule": (
        (
            "service_id:id location_id:id service_at_location_id:id valid_from:date valid_to:date dtstart:date "
            "timezone:number until:date count:integer wkst:code freq:code interval:integer byday:code opens_at:time "
            "closes_at:time schedule_link:url"
        ),
        "byweekno bymonthday byyearday description attending_type notes",
    ),
    "service_area": ("service_id:id service_at_location_id:id uri:text", "name description extent extent_type"),
    "language": ("service_id:id location_id:id phone_id:id", "name code note"),
    "accessibility": ("location_id:id url:url", "description details"),
    "cost_option": (
        "service_id:id valid_from:date valid_to:date amount:number",
        "option currency amount_description",
    ),
    "funding": ("organization_id:id service_id:id", "source"),
    "required_document": ("service_id:id uri:url", "document"),
    "organization_identifier": ("organization_id:id", "identifier_scheme identifier_type identifier"),
    "unit": ("uri:url", "name scheme identifier"),
    "service_capacity": (
        "service_id:id unit_id:id available:number maximum:number updated:moment",
        "description",
    ),
    "url": ("organization_id:id service_id:id url:url", "label"),
    "taxonomy": ("uri:url", "name description version"),
    "taxonomy_term": ("parent_id:id taxonomy_id:id term_uri:url", "code name description taxonomy language"),
    "attribute": ("link_id:id taxonomy_term_id:id", "link_type link_entity value label"),
    "metadata": (
        "resource_id:id last_action_date:moment",
        "resource_type last_action_type field_name previous_value replacement_value updated_by",
    ),
    "meta_table_description": ("", "name language character_set"),
}


def _columns_of(kinds: str, texts: str) -> Mapping[str, Kind]:
    columns: dict[str, Any] = {"id": "id"}
    columns |= dict(pair.split(":") for pair in kinds.split())
    columns |= _TEXT(texts.split(), "text")
    return MappingProxyType(columns)


COLUMNS: Final[Mapping[str, Mapping[str, Kind]]] = MappingProxyType(
    {table: _columns_of(*said) for table, said in _COLUMNS.items()}
)
"""Tables of HSDS 3.1 with the kind of each of their columns."""

TARGETS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "organization_id": "organization",
        "parent_organization_id": "organization",
        "program_id": "program",
        "service_id": "service",
        "location_id": "location",
        "service_at_location_id": "service_at_location",
        "contact_id": "contact",
        "phone_id": "phone",
        "unit_id": "unit",
        "taxonomy_id": "taxonomy",
        "taxonomy_term_id": "taxonomy_term",
        "parent_id": "taxonomy_term",
    }
)
"""What each foreign key points to; ``attribute.link_id`` and ``metadata.resource_id`` point to any table."""

Version = Literal["3.1", "3.0", "2.x", "ohana", "oruk-3.0"]
"""What a file turned out to be."""


@attrs.define
class Tables:
    """HSDS 3.1 as flat tables, whatever the file looked like.

    Attributes
    ----------
    version
        Version or variant that was found.
    rows
        Rows by table; every table of `COLUMNS` is there, in that order, perhaps empty. A row holds only columns that
        have a value, and what it holds is sound:

        - ``id`` and foreign keys are text; ids are unique in their table, and every foreign key leads to a row that
          is there (others were taken out and are among the defects);
        - numbers are ``int`` or ``float``; dates are text such as ``2022-01-31``, times ``09:30`` (with seconds only
          where there are any), moments as ISO 8601;
        - ``service.status``, ``location.location_type``, ``address.address_type``, ``schedule.freq`` (``WEEKLY``,
          ``MONTHLY``, also ``DAILY`` and ``YEARLY``), ``wkst`` and ``byday`` (``MO,TU``; ``1MO`` for months) are
          words of their lists;
        - ``attribute.link_entity`` names the table of ``link_id`` wherever that is known;
        - ``_file``, ``_sheet`` and ``_row`` say where it was read (rows count from 1 in the file, the headings being
          row 1; objects of JSON from 1 in their list);
        - a schedule with ``_closed`` says that there is *no* service then (a holiday); other columns that begin with
          an underscore are notes of the reader.

        What only older versions have becomes an attribute without a term: its ``link_type`` is
        ``payment_accepted``, ``audience``, ``keyword`` ..., its ``value`` the text.
    """

    version: Version
    rows: dict[str, list[dict[str, Any]]] = attrs.Factory(lambda: {table: [] for table in COLUMNS})
