"""What is decided once for all texts of a document: names and contact data of persons, texts that cannot be kept."""

from __future__ import annotations

import re
from typing import Any

from integrated_services.io._personal_data import clean_document
from integrated_services.io._reading import Collector, Personal
from integrated_services.io.hsds._carrier import Row
from integrated_services.io.hsds._to_contacts import PERSON
from integrated_services.model._base import MAX_TEXT

_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CODES = {"refuse": "personal-data", "drop": "personal-data-dropped", "keep": "personal-data-kept"}


def without_persons(raw: dict[str, Any], collector: Collector, personal: Personal) -> dict[str, Any]:
    """Do with names and contact data of persons what was asked, and mend texts that no document can hold.

    Parameters
    ----------
    raw
        Plain document; changed in place.
    collector
        Where it is counted.
    personal
        What happens to contact data of persons.

    Returns
    -------
    dict[str, Any]
        The document, clean where it is to be.
    """
    for name, records in raw.items():
        if isinstance(records, list):
            for record in records:
                if isinstance(record, dict):
                    _mend(record, collector, name)
    for name in ("agencies", "services"):
        for record in raw.get(name, ()):
            _named(record, collector, personal)
    return clean_document(raw, personal, collector)


def _named(record: Row, collector: Collector, personal: Personal) -> None:
    """Take the names of persons out of the contacts of a record; mailboxes of offices and their telephones stay."""
    contacts = record.get("contacts")
    if not isinstance(contacts, list) or not any(isinstance(one, dict) and PERSON in one for one in contacts):
        return
    told: set[str] = set()
    for one in contacts:
        row = one.pop(PERSON, None) if isinstance(one, dict) else None
        if not isinstance(row, dict) or not {"id", "name"} <= row.keys():
            continue
        if str(row["id"]) not in told:
            collector.add(
                _CODES[personal],
                "a contact names a person",
                sheet=row.get("_sheet"),
                row=row.get("_row"),
                column="name",
                value="***",
            )
        told |= {str(row["id"]), str(row["name"])}
        if personal == "keep":
            one["label"] = row["name"]
    if personal == "drop":
        record["contacts"] = [one for one in contacts if not (isinstance(one, dict) and str(one.get("value")) in told)]


def _mend(value: Any, collector: Collector, path: str) -> None:
    """Replace what cannot be seen and cut what is endless, so that one text does not cost a whole record."""
    items = list(value.items() if isinstance(value, dict) else enumerate(value))
    for key, item in items:
        if isinstance(item, str):
            if len(item) > MAX_TEXT or _NO_TEXT.search(item):
                text = _NO_TEXT.sub(" ", item)[:MAX_TEXT].strip()
                collector.add("unreadable-text", "a text is endless or holds what cannot be seen", path=path)
                value[key] = text or "***"
        elif isinstance(item, (dict, list)) and item:
            _mend(item, collector, path)
