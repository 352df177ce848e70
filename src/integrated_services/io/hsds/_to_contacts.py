"""Addresses of the web, mailboxes, telephone numbers and contacts of HSDS become contacts of an organisation."""

from __future__ import annotations

from integrated_services.io.hsds._carrier import Row
from integrated_services.io.hsds._work import Work

PERSON = "_person"
"""Marks a contact that belongs to a named person until it is decided what becomes of it."""


def contacts_of(work: Work, table: str, row: Row) -> list[Row]:
    """Collect the contacts of an organisation or a service.

    Parameters
    ----------
    work
        The way on which this is a step.
    table
        ``organization`` or ``service``.
    row
        The row.

    Returns
    -------
    list[Row]
        Plain contacts in a fixed order: web, mailbox, telephones, contacts; those of named persons are marked.
    """
    column, key = f"{table}_id", row["id"]
    web = row.get("website" if table == "organization" else "url")
    found: list[Row] = [{"kind": "web", "value": web}] if web else []
    for url in work.of("url", column, key):
        found += _labelled("web", url.get("url"), url.get("label"))
    found += _labelled("email", row.get("email"), None)
    for phone in work.of("phone", column, key):
        if "contact_id" not in phone:
            found += _labelled("phone", _number(phone), _purpose(phone))
    for contact in work.of("contact", column, key):
        found += _of_contact(work, contact)
    return found


def _of_contact(work: Work, contact: Row) -> list[Row]:
    label = contact.get("department") or contact.get("title")
    if "department" in contact and "title" in contact:
        work.leave(contact, "contact", "title", "a contact has one label, here the department")
    found = _labelled("email", contact.get("email"), label)
    for phone in work.of("phone", "contact_id", contact["id"]):
        found += _labelled("phone", _number(phone), _purpose(phone) or label)
    if "name" in contact:
        found = found or [{"kind": "address", "value": contact["name"]} | ({"label": label} if label else {})]
        for one in found:
            one[PERSON] = contact
    elif not found:
        work.leave(contact, "contact", "id", "it holds neither a mailbox nor a telephone number")
    return found


def _labelled(kind: str, value: str | None, label: str | None) -> list[Row]:
    if not value:
        return []
    return [{"kind": kind, "value": value} | ({"label": label} if label else {})]


def _number(phone: Row) -> str | None:
    number = phone.get("number")
    return f"{number} ext. {phone['extension']}" if number and "extension" in phone else number


def _purpose(phone: Row) -> str | None:
    kind = phone.get("type")
    return phone.get("description") or (kind if kind not in (None, "voice") else None)


def leave_contacts(work: Work) -> None:
    """Count the contacts of places and the columns of contacts that the model has no field for.

    Parameters
    ----------
    work
        The way on which this is a step.
    """
    for table in ("phone", "contact"):
        for row in work.rows(table):
            if not ("organization_id" in row or "service_id" in row or "contact_id" in row):
                work.leave(row, table, _owner(row), "only organisations and services have contacts")
    for row in work.rows("phone"):
        if "type" in row and "description" in row and row["type"] != "voice":
            work.leave(row, "phone", "type", "a contact has one label, here the description")


def _owner(row: Row) -> str:
    return next((name for name in ("location_id", "service_at_location_id") if name in row), "id")
