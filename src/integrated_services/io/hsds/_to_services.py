"""Services of HSDS, and where they are delivered, become services with deliveries."""

from __future__ import annotations

import re
from typing import Any

from integrated_services.io.hsds._carrier import CAPACITY_NOTE, NO_SITE, Row, field_of
from integrated_services.io.hsds._to_contacts import contacts_of
from integrated_services.io.hsds._to_places import Areas
from integrated_services.io.hsds._to_terms import GROUPS, NEEDS, TERRITORIES, Terms
from integrated_services.io.hsds._work import Work, described

STATUS = {"active": "active", "inactive": "closed", "defunct": "closed", "temporarily closed": "closed"}
"""State of a service in the model by its status in HSDS."""

_NEAREST = ("inactive", "temporarily closed")
_USED = frozenset(
    [
        "name",
        "description",
        "organization_id",
        "program_id",
        "url",
        "email",
        "status",
        "minimum_age",
        "maximum_age",
        "eligibility_description",
        "wait_time",
        "application_process",
        "last_modified",
    ]
)
_WAIT = re.compile(r"([0-9]{1,4}) (day|week)s?")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_NAMES = {
    "english": "en",
    "estonian": "et",
    "finnish": "fi",
    "french": "fr",
    "german": "de",
    "latvian": "lv",
    "lithuanian": "lt",
    "polish": "pl",
    "portuguese": "pt",
    "russian": "ru",
    "spanish": "es",
    "tagalog": "tl",
    "ukrainian": "uk",
    "urdu": "ur",
    "vietnamese": "vi",
}
_UNITS = {"places": None, "place": None, "beds": None, "bed": None, "persons": "persons", "people": "persons"}
_OLDEST = 150
_LINK = ("link_id", "link_entity", "taxonomy_term_id", "link_type")
_OWN_LINKS = ("need", "target-group")


class Services:
    """Makes services.

    Parameters
    ----------
    work
        The way on which this is a step; agencies, sites and terms are there.
    terms
        Says what the taxonomy terms are.
    """

    def __init__(self, work: Work, terms: Terms) -> None:
        self._work = work
        self._terms = terms
        self._rows = work.by_id("taxonomy_term")
        self._locations = work.by_id("location")
        self._units = work.by_id("unit")
        self._areas = Areas(work)
        self._states = {link for table, link, field, _ in work.carried if (table, field) == ("service", "status")}
        self._stand_ins = {link: value for _, link, field, value in work.carried if field == NO_SITE}

    def make(self) -> None:
        """Make all services, and count what is left out."""
        for row in self._work.rows("service"):
            record = self._service(row)
            self._work.add("services", "service", row, record)
            self._work.leave_others(row, "service", _USED)

    def _service(self, row: Row) -> Row:
        work, ids, key = self._work, self._work.ids, row["id"]
        record: Row = {"id": ids.of("service", key), **described(row)}
        if "organization_id" in row:
            record["providers"] = [ids.of("organization", row["organization_id"])]
        if "program_id" in row:
            record["project"] = ids.of("program", row["program_id"])
        self._status(row, record)
        self._attributes(row, record)
        self._eligibility(row, record)
        languages = self._languages(key)
        if languages:
            record["languages"] = languages
        if "application_process" in row:
            record["access"] = {"note": row["application_process"]}
        contacts = contacts_of(work, "service", row)
        if contacts:
            record["contacts"] = contacts
        deliveries = self._deliveries(row)
        if deliveries:
            record["deliveries"] = deliveries
        return record

    def _status(self, row: Row, record: Row) -> None:
        status = row.get("status", "active")
        meant = STATUS.get(status)
        if status in _NEAREST and row["id"] not in self._states:
            self._work.collector.add(
                "value-approximated",
                f"a service that is {status} is read as closed",
                sheet=row.get("_sheet"),
                row=row.get("_row"),
                column="status",
                value=status,
            )
        if meant not in (None, "active"):
            record["status"] = meant

    def _attributes(self, row: Row, record: Row) -> None:
        """Read terms as needs and groups, and words without a term as conditions where they say who may come."""
        found: dict[str, list[str]] = {NEEDS: [], GROUPS: [], TERRITORIES: []}
        for one in self._work.of("attribute", "link_id", row["id"]):
            if one.get("link_entity", "service") != "service" or field_of(one.get("link_type")) is not None:
                continue
            term = self._rows.get(one.get("taxonomy_term_id", ""))
            if term is not None:
                self._work.leave_others(one, "attribute", _LINK if one.get("link_type") in _OWN_LINKS else _LINK[:3])
                key = self._work.ids.of("taxonomy_term", term["id"])
                found[self._terms.collection(term, one.get("link_type", ""))].append(key)
            elif one.get("link_type") == "audience" and "value" in one:
                record.setdefault("eligibility", {}).setdefault("all", []).append({"condition": one["value"]})
            else:
                self._work.leave(one, "attribute", f"link_type={one.get('link_type')}")
        for collection, field in ((NEEDS, "meets"), (GROUPS, "serves")):
            if found[collection]:
                record[field] = list(dict.fromkeys(found[collection]))

    def _eligibility(self, row: Row, record: Row) -> None:
        rule: Row = record.get("eligibility", {})
        ages = [self._age(row, "minimum_age"), self._age(row, "maximum_age")]
        if ages[0] is not None and ages[1] is not None and ages[0] > ages[1]:
            self._work.collector.add(
                "ages-reversed",
                f"the least age {ages[0]} is above the greatest {ages[1]}",
                sheet=row.get("_sheet"),
                row=row.get("_row"),
                column="minimum_age",
                value=ages[0],
            )
        elif ages != [None, None]:
            rule["ages"] = ages
        if "eligibility_description" in row:
            rule["condition"] = row["eligibility_description"]
        if rule:
            record["eligibility"] = rule

    def _age(self, row: Row, column: str) -> int | None:
        age = row.get(column)
        if age is None:
            return None
        if 0 <= age <= _OLDEST and age == int(age):
            return int(age)
        self._work.collector.add(
            "value-outside-range",
            f"{age} is no age in whole years",
            sheet=row.get("_sheet"),
            row=row.get("_row"),
            column=column,
            value=age,
        )
        return None

    def _languages(self, key: str) -> list[str]:
        found = []
        for row in self._work.of("language", "service_id", key):
            code = row.get("code", "").lower()
            code = code if _LANGUAGE.fullmatch(code) else _NAMES.get(row.get("name", "").strip().casefold())
            if code:
                found.append(code)
            else:
                column = "name" if "name" in row else "id"
                self._work.leave(row, "language", column, "the code of the language is not known")
            if "note" in row:
                self._work.leave(row, "language", "note")
        return list(dict.fromkeys(found))

    # deliveries ---------------------------------------------------------------------------------------------------

    def _deliveries(self, row: Row) -> list[Row]:
        work, key = self._work, row["id"]
        found = [self._delivery(one) for one in work.of("service_at_location", "service_id", key)]
        areas = self._areas.of("service_id", key)
        places = self._capacity(key, len(found))
        wait = self._wait(row)
        if not found and (areas or places is not None or wait is not None):
            found = [{}]
        for delivery in found:
            if areas:
                delivery.setdefault("area", areas)
            if places is not None:
                delivery["capacity"] = places
            if wait is not None:
                delivery["wait"] = wait
        return found

    def _delivery(self, row: Row) -> Row:
        work = self._work
        delivery: Row = {"id": work.ids.of("service_at_location", row["id"])}
        stand_in = self._stand_ins.get(row.get("location_id", ""))
        if stand_in is not None:
            delivery |= {"channel": stand_in} if stand_in != "on_site" else {}
        elif "location_id" in row:
            delivery["site"] = work.ids.of("location", row["location_id"])
            if self._locations.get(row["location_id"], {}).get("location_type") == "virtual":
                delivery["channel"] = "online"
        areas = self._areas.of("service_at_location_id", row["id"])
        if areas:
            delivery["area"] = areas
        if "description" in row:
            delivery["note"] = row["description"]
        work.places["service_at_location", row["id"]].append(delivery)
        return delivery

    def _capacity(self, key: str, deliveries: int) -> Any:
        """Give the places of a service that has one delivery; which of several they belong to nobody knows."""
        rows = self._work.of("service_capacity", "service_id", key)
        found = None
        for row in rows:
            unit = self._units.get(row.get("unit_id", ""), {}).get("name", "").casefold()
            if deliveries > 1 or len(rows) > 1:
                if row.get("description") == CAPACITY_NOTE:
                    continue  # a file of our own says it once more where it belongs
                self._work.leave(row, "service_capacity", "maximum", "which delivery it belongs to is not said")
            elif unit not in _UNITS:
                self._work.leave(row, "service_capacity", "unit_id", "the model does not count in this unit")
            elif not isinstance(row.get("maximum"), (int, float)) or row["maximum"] < 0:
                self._work.leave(row, "service_capacity", "available", "free places say nothing of all places")
            else:
                found = row["maximum"] if _UNITS[unit] is None else {"value": row["maximum"], "unit": _UNITS[unit]}
                if row.get("available", row["maximum"]) != row["maximum"]:
                    self._work.leave(row, "service_capacity", "available")
            if row.get("description", CAPACITY_NOTE) != CAPACITY_NOTE:
                self._work.leave(row, "service_capacity", "description")
        return found

    def _wait(self, row: Row) -> int | None:
        text = row.get("wait_time")
        match = _WAIT.fullmatch(text) if text is not None else None
        if match is not None:
            return int(match[1]) * (7 if match[2] == "week" else 1)
        if text is not None:
            self._work.leave(row, "service", "wait_time", "the text is no number of days or weeks")
        return None


_NOT_READ = (
    "schedule",
    "accessibility",
    "cost_option",
    "funding",
    "required_document",
    "metadata",
    "meta_table_description",
)


def leave_tables(work: Work) -> None:
    """Count the rows of tables that the model has nothing for.

    Parameters
    ----------
    work
        The way on which this is a step.
    """
    for table in _NOT_READ:
        for row in work.rows(table):
            work.leave(row, table, "id", "the model has no record for it")
    for row in work.rows("unit"):
        work.leave_others(row, "unit", ("name",))
    for row in work.rows("language"):
        if "service_id" not in row:
            owner = next((name for name in ("location_id", "phone_id") if name in row), "id")
            work.leave(row, "language", owner, "only services and deliveries have languages")
    for row in work.rows("attribute"):
        entity = row.get("link_entity")
        if field_of(row.get("link_type")) is None and entity != "service" and row.get("link_type") != "territory":
            work.leave(row, "attribute", f"link_entity={entity}", "only terms of services are read")
