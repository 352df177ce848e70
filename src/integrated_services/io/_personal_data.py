"""Contact data of persons in foreign data: refused, taken out and counted, or kept as asked.

Readers call `clean_text` and `clean_contact` where they know sheet, row and column; `clean_document` looks through a
whole document once more before it is checked, and takes the places from the origins of the records.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from integrated_services.errors import Problem
from integrated_services.io._reading import Collector, Personal
from integrated_services.model._personal import (
    hidden,
    is_maybe_person_name,
    is_person_name,
    may_name_persons,
    personal_in,
    without_personal,
    worth_a_look,
)
from integrated_services.model._personal_clean import without_persons

__all__ = ["Kind", "clean_contact", "clean_document", "clean_text", "is_person_name", "note_personal"]

Kind = Literal["email", "phone", "web", "address"]
_CODES: dict[Personal, tuple[str, str]] = {
    "refuse": ("personal-data", ""),
    "drop": ("personal-data-dropped", ", which was taken out"),
    "keep": ("personal-data-kept", ", which is kept as asked"),
}


def clean_text(
    text: str,
    mode: Personal,
    collector: Collector,
    *,
    path: str = "",
    sheet: str | None = None,
    row: int | None = None,
    column: str | None = None,
    in_contact: bool = False,
    is_code: bool = False,
) -> str | None:
    """Take contact data of persons out of a text, or do with it what was asked.

    Parameters
    ----------
    text
        Text as it was found.
    mode
        ``drop`` takes it out and counts it (``personal-data-dropped``); ``refuse`` counts it as an error
        (``personal-data``) for which `Collector.reading` raises; ``keep`` keeps and counts it (``personal-data-kept``).
    collector
        Where it is counted.
    path
        Where by ids, if known.
    sheet, row, column
        Where in the file; rows count from 1.
    in_contact
        True for a field that is meant for contacts, in which names of persons are looked for too; a name that is not
        sure stays and is counted as ``maybe-personal``.
    is_code
        True for codes and identifiers, in which seven digits are no telephone number.

    Returns
    -------
    str | None
        What is left; None where nothing is.

    Examples
    --------
    >>> from integrated_services.io import Collector
    >>> from integrated_services.io._personal_data import clean_text
    >>> collector = Collector("rakvere.csv")
    >>> clean_text("Ask jaana.tamm@example.org, or the reception.", "drop", collector, row=4, column="notes")
    'Ask, or the reception.'
    >>> [(defect.code, defect.count) for defect in collector.defects()]
    [('personal-data-dropped', 1)]
    """
    if not text or not (in_contact or worth_a_look(text)):
        return text or None
    found = personal_in(text, is_code=is_code, in_contact=in_contact)
    if found is not None:
        _note(collector, mode, f"the text holds {found}", text, path=path, sheet=sheet, row=row, column=column)
        return without_personal(text, is_code=is_code, in_contact=in_contact) if mode == "drop" else text
    if in_contact and is_maybe_person_name(text):
        message = "this may be the name of a person; it stays"
        collector.add("maybe-personal", message, path=path, sheet=sheet, row=row, column=column, value=hidden(text))
    return text


def clean_contact(
    kind: Kind,
    value: str,
    label: str | None,
    mode: Personal,
    collector: Collector,
    *,
    path: str = "",
    sheet: str | None = None,
    row: int | None = None,
    column: str | None = None,
) -> dict[str, Any] | None:
    """Make the contact of an organisation, or do with a person's what was asked.

    Parameters
    ----------
    kind
        Kind of contact.
    value
        Address, number or mailbox.
    label
        What it is for; the name of a person is taken out of it, the rest (reception, head) stays.
    mode
        As in `clean_text`.
    collector
        Where it is counted.
    path
        Where by ids, if known.
    sheet, row, column
        Where in the file; rows count from 1.

    Returns
    -------
    dict[str, Any] | None
        A contact as documents write it; None where there is no value, or where the value is that of a person and is
        dropped.

    Notes
    -----
    Landlines are taken for those of organisations, mobile numbers of Estonia, Latvia and Lithuania for those of
    persons; a mailbox is an organisation's where a word of it names an office (info, reception, school) or where it is
    called like its domain.

    Examples
    --------
    >>> from integrated_services.io import Collector
    >>> from integrated_services.io._personal_data import clean_contact
    >>> collector = Collector("rakvere.csv")
    >>> clean_contact("phone", "+372 435 0190", "Jaana Tamm, reception", "drop", collector)
    {'kind': 'phone', 'value': '+372 435 0190', 'label': 'reception'}
    >>> clean_contact("phone", "+372 5123 4567", None, "drop", collector) is None
    True
    >>> collector.defects()[0].count
    2
    """
    value = value.strip()
    if not value:
        return None
    named = may_name_persons("value", kind, value)
    place: dict[str, Any] = {"path": path, "sheet": sheet, "row": row, "column": column}
    found = personal_in(value, in_contact=named)
    if found is not None:
        _note(collector, mode, f"the contact is {found}", value, **place)
        if mode == "drop":
            return None
    said = clean_text(label, mode, collector, in_contact=True, **place) if label else None
    return {"kind": kind, "value": value, **({"label": said} if said else {})}


def clean_document(raw: dict[str, Any], mode: Personal, collector: Collector) -> dict[str, Any]:
    """Look through every text of a document, so that nothing slips past a reader.

    Parameters
    ----------
    raw
        Document as plain values; it stays as it is.
    mode
        As in `clean_text`; with ``keep`` and ``refuse`` nothing is taken out.
    collector
        Where it is counted.

    Returns
    -------
    dict[str, Any]
        The document, clean where it is to be.  With ``keep``, check it as ``assembled(..., personal="keep")``.

    Examples
    --------
    >>> from integrated_services.io import Collector
    >>> from integrated_services.io._personal_data import clean_document
    >>> collector = Collector("rakvere.csv")
    >>> origin = [{"file": "rakvere.csv", "row": 4}]
    >>> agency = {"id": "a", "description": "Call 5123 4567 in the morning", "origins": origin}
    >>> clean_document({"agencies": [agency]}, "drop", collector)["agencies"][0]["description"]
    'Call in the morning'
    >>> collector.defects()[0].examples[0].row
    4
    """
    clean, problems = without_persons(raw)
    note_personal(problems, mode, collector)
    return clean if mode == "drop" else raw


def note_personal(problems: Iterable[Problem], mode: Personal, collector: Collector) -> None:
    """Count the contact data of persons that the model found.

    Parameters
    ----------
    problems
        Problems; only the warnings with the code ``personal-data`` are looked at.
    mode
        As in `clean_text`.
    collector
        Where they are counted.

    Examples
    --------
    >>> from integrated_services.io import Collector
    >>> from integrated_services.io._personal_data import note_personal
    >>> from integrated_services.model import loads
    >>> head = '{"framework": "f", "title": "F", "reference_date": "2022-06-01", "description": "Call 5123 4567"}'
    >>> collector = Collector()
    >>> note_personal(loads(head, personal="keep").problems(), "keep", collector)
    >>> collector.defects()[0].code
    'personal-data-kept'
    """
    for problem in problems:
        if problem.code != "personal-data" or problem.severity != "warning":
            continue
        collector.add(
            _CODES[mode][0],
            problem.message.replace(_CODES["drop"][1], _CODES[mode][1]),
            path=problem.path,
            sheet=problem.sheet,
            row=problem.row,
            column=problem.column,
            value=problem.value,
        )


def _note(collector: Collector, mode: Personal, message: str, text: str, **place: Any) -> None:
    code, done = _CODES[mode]
    collector.add(code, f"{message}{done}", value=hidden(text), **place)
