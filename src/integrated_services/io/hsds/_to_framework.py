"""From the tables of HSDS to a framework."""

from __future__ import annotations

from datetime import date
from pathlib import PurePath

from integrated_services.errors import FormatError
from integrated_services.io._ids import slug
from integrated_services.io._reading import Collector, Personal
from integrated_services.io.hsds._carrier import AREA, NO_SITE, PREFIX, Row
from integrated_services.io.hsds._ids import ModelIds
from integrated_services.io.hsds._normal import Tables
from integrated_services.io.hsds._to_contacts import leave_contacts
from integrated_services.io.hsds._to_persons import without_persons
from integrated_services.io.hsds._to_places import add_agencies, add_projects, add_sites
from integrated_services.io.hsds._to_services import Services, leave_tables
from integrated_services.io.hsds._to_terms import TERRITORIES, Terms
from integrated_services.io.hsds._work import Carried, Work, carried_in, described
from integrated_services.model._assemble import assembled, sound_part
from integrated_services.model._framework import Framework
from integrated_services.model._places import Parsed

_TABLES_WITH_IDS = ("organization", "program", "location", "service", "taxonomy_term")
_NO_FIELDS = ("id", "collection", AREA, NO_SITE)
_HEAD = frozenset(Framework.model_fields) - {"format", *Framework.COLLECTIONS}
_TIES = {"source": "sources", "cooperation": "cooperations", "referral": "referrals"}


def plain_document(tables: Tables, collector: Collector) -> Work:
    """Make the plain form of a document from tables, without its head where the tables do not carry one.

    Parameters
    ----------
    tables
        Tables in the shape of HSDS 3.1.
    collector
        Takes what the model cannot hold.

    Returns
    -------
    Work
        With the records in ``document``, and the head under ``head``.
    """
    carried = carried_in(tables)
    work = Work(tables, collector, carried, ModelIds(_own_ids(carried)))
    terms = Terms(work)
    terms.make()
    add_agencies(work)
    add_projects(work)
    add_sites(work)
    Services(work, terms).make()
    _home_territories(work, terms)
    _apply(work)
    leave_contacts(work)
    leave_tables(work)
    work.tell_left()
    return work


def _own_ids(carried: list[Carried]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for table, link, field, value in carried:
        if field == "id" and table in _TABLES_WITH_IDS and isinstance(value, str):
            found.setdefault((table, link), value)
    return found


def _home_territories(work: Work, terms: Terms) -> None:
    """Read the territory of an agency or site: an attribute of the type ``territory``."""
    rows = work.by_id("taxonomy_term")
    for one in work.rows("attribute"):
        term = rows.get(one.get("taxonomy_term_id", ""))
        if term is None or one.get("link_type") != "territory" or terms.collection(term) != TERRITORIES:
            continue
        for record in work.places.get((one.get("link_entity", ""), one.get("link_id", "")), ()):
            record["territory"] = work.ids.of("taxonomy_term", term["id"])


def _apply(work: Work) -> None:
    """Let our own attributes say what HSDS has no field for."""
    head: Row = {}
    for table, link, field, value in work.carried:
        if field in _TIES and isinstance(value, dict):
            work.document[_TIES[field]].append(dict(value))
        elif table == "taxonomy":
            if field == "framework":  # which comes first
                head = described(work.by_id("taxonomy").get(link, {}))
                head = {("title" if name == "name" else name): text for name, text in head.items()}
            if field in _HEAD:
                head.pop(field, None)
                head |= {field: value} if value is not None else {}
            elif field not in _NO_FIELDS:
                _unknown(work, table, field)
        elif field not in _NO_FIELDS or (field == "id" and table == "service_at_location"):
            places = work.places.get((table, link), [])
            if not places:
                _unknown(work, table, field)
            for record in places:
                record.pop(field, None)
                if value is not None:
                    record[field] = value
    work.document["head"] = [head]


def _unknown(work: Work, table: str, field: str) -> None:
    work.leave({}, "attribute", f"link_type={PREFIX}{field}", f"nothing is known of it for {table or 'no table'}")


def framework_of(
    tables: Tables,
    collector: Collector,
    *,
    file: str,
    framework: str | None,
    title: str | None,
    reference_date: date | str | None,
    languages: tuple[str, ...],
    personal: Personal,
) -> Framework:
    """Make a framework from tables.

    Parameters
    ----------
    tables
        Tables in the shape of HSDS 3.1.
    collector
        Takes the defects.
    file
        Name of what was read.
    framework, title, reference_date, languages
        Head of the framework, where the caller says it.
    personal
        What happens to contact data of persons.

    Returns
    -------
    Framework
        The sound part of what the tables say.

    Raises
    ------
    FormatError
        Where nothing says which day the data speak of.
    """
    work = plain_document(tables, collector)
    head = _head(work, file, framework, title, reference_date, languages)
    raw = {**head, **{name: records for name, records in work.document.items() if name != "head" and records}}
    raw = without_persons(raw, collector, personal)
    built = assembled(Parsed(raw, (), lambda _: None), personal="keep" if personal == "keep" else "refuse")
    if not built.errors and built.framework is not None:
        return built.framework
    collector.add_problems(built.errors)
    found, left_out = sound_part(built)
    if found is None:
        raise FormatError(
            "The head of the framework that was asked for cannot be: check id, title and date.", file=file
        )
    collector.details["left_out"] = [list(one) for one in left_out[:20]]
    collector.details["records_left_out"] = len(left_out)
    return found


def _head(
    work: Work,
    file: str,
    framework: str | None,
    title: str | None,
    reference_date: date | str | None,
    languages: tuple[str, ...],
) -> Row:
    own = work.document["head"][0]
    stem = PurePath(file).stem or "hsds"
    head: Row = {"framework": slug(stem), "title": stem, **own}
    given = {"framework": framework, "title": title, "languages": list(languages) or None}
    head |= {name: value for name, value in given.items() if value is not None}
    if reference_date is not None:
        head["reference_date"], taken = str(reference_date), "argument"
    elif "reference_date" in own:
        taken = "file"
    else:
        day, taken = _latest(work.tables)
        if day is None:
            mend = "give reference_date"
            raise FormatError(f"Nothing in the data says which day they speak of; {mend}.", file=file)
        head["reference_date"] = day
    work.collector.details["reference_date"] = {"day": head["reference_date"], "from": taken}
    return head


_DATES = (("metadata", "last_action_date"), ("service", "last_modified"), ("service_capacity", "updated"))


def _latest(tables: Tables) -> tuple[str | None, str]:
    """Give the last day on which a row was changed."""
    found = [
        (row[column][:10], f"latest {table}.{column}")
        for table, column in _DATES
        for row in tables.rows.get(table, ())
        if isinstance(row.get(column), str) and _is_day(row[column][:10])
    ]
    day, taken = max(found, default=("", ""))
    return (day, taken) if day else (None, "")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10
