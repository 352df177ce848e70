"""The names under which tables of HSDS go about: plural and singular, in files, in JSON, in older versions."""

from __future__ import annotations

import re
from typing import Final

from integrated_services.io.hsds._normal import COLUMNS

OLD: Final = (
    "physical_address",
    "postal_address",
    "regular_schedule",
    "holiday_schedule",
    "accessibility_for_disabilities",
    "eligibility",
    "payment_accepted",
    "service_taxonomy",
    "other_attribute",
    "service_attribute",
)
"""Tables that only older versions have."""

_PLURALS: Final = {
    "services_at_location": "service_at_location",
    "service_at_locations": "service_at_location",
    "services_at_locations": "service_at_location",
    "additional_websites": "url",
    "additional_urls": "url",
    "capacities": "service_capacity",
    "services_capacities": "service_capacity",
    "taxonomy_detail": "taxonomy",
    "taxonomies": "taxonomy",
    "taxonomys": "taxonomy",
    "term": "taxonomy_term",
    "terms": "taxonomy_term",
    "services_taxonomy": "service_taxonomy",
    "service_taxonomies": "service_taxonomy",
    "service_taxonomys": "service_taxonomy",
    "services_taxonomies": "service_taxonomy",
    "mail_address": "postal_address",
    "mail_addresses": "postal_address",
    "accessibilities": "accessibility",
    "accessibility_for_disability": "accessibility_for_disabilities",
    "eligibilitys": "eligibility",
    "eligibilities": "eligibility",
    "payments_accepted": "payment_accepted",
    "accepted_payments": "payment_accepted",
    "identifiers": "organization_identifier",
    "organisation": "organization",
    "organisations": "organization",
    "meta_tables": "meta_table_description",
    "fundings": "funding",
    "link_taxonomies": "other_attribute",
    "link_taxonomy": "other_attribute",
    "programmes": "program",
    "required_docs": "required_document",
}


def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for table in (*COLUMNS, *OLD):
        names[table] = table
        names[table + "s"] = table
        names[table + "es"] = table
        if table.endswith("y"):
            names[table[:-1] + "ies"] = table
    return names | _PLURALS


NAMES: Final = _names()
"""Table by each of its names."""


def table_named(name: str) -> str | None:
    """Tell which table a name means.

    Parameters
    ----------
    name
        Name of a file without its ending, of a sheet, of a list, of a resource.

    Returns
    -------
    str or None
        Table of HSDS 3.1 or of an older version (`OLD`), if it is one.

    Examples
    --------
    >>> from integrated_services.io.hsds._names import table_named
    >>> table_named("Services_at_location"), table_named("hsds-taxonomy-terms"), table_named("budget")
    ('service_at_location', 'taxonomy_term', None)
    """
    plain = re.sub(r"[^a-z]+", "_", name.casefold()).strip("_")
    found = NAMES.get(plain)
    if found is not None:
        return found
    words = [word for word in plain.split("_") if word not in ("full", "list", "page", "example", "hsds", "data")]
    # "county_services_2021": the longest run of words that is a name, later ones first
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length, -1, -1):
            found = NAMES.get("_".join(words[start : start + length]))
            if found is not None:
                return found
    return None
