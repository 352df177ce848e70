"""Records from the rows of foreign tables: the same name is the same record, whatever row speaks of it."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import attrs

from integrated_services.io._ids import slug
from integrated_services.io._mapping_match import fold
from integrated_services.io._reading import Collector

COLLECTIONS: Final = {
    "service": "services",
    "agency": "agencies",
    "site": "sites",
    "territory": "territories",
    "target_group": "target_groups",
    "need": "needs",
    "risk_factor": "risk_factors",
    "project": "projects",
    "demand": "demands",
    "population": "populations",
    "cooperation": "cooperations",
    "referral": "referrals",
    "survey": "surveys",
}
_ORIGINS = 3
_NO_REASON = "Marked so beside the figures; the reason is not stated."
_LEVELS: Final = {
    "vald": "municipality",
    "savivaldybe": "municipality",
    "comune": "municipality",
    "parish": "municipality",
    "municipality": "municipality",
    "maakond": "county",
    "apskritis": "county",
    "county": "county",
    "seniunija": "eldership",
    "osavald": "eldership",
}


@attrs.frozen
class Place:
    """Where in the file something stands.

    Attributes
    ----------
    file
        Name of the file.
    sheet
        Name of the sheet.
    row
        Row, from 1.
    """

    file: str
    sheet: str
    row: int

    def plain(self) -> dict[str, Any]:
        """Give the origin as documents write it.

        Returns
        -------
        dict[str, Any]
            File, sheet and row.
        """
        return {"file": self.file, "sheet": self.sheet, "row": self.row}


class Store:
    """The records so far, by collection.

    Parameters
    ----------
    collector
        Where contradictions are counted.
    """

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self.records: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in ("sources", *COLLECTIONS.values())}
        self._names: dict[tuple[str, str], str] = {}
        self._keys: dict[tuple[str, str], str] = {}
        self._key_of: dict[str, str] = {}

    def known(self, noun: str, text: str) -> str | None:
        """Find a record by its key in the file, or by its name.

        Parameters
        ----------
        noun
            Noun.
        text
            Key or name.

        Returns
        -------
        str | None
            Id.
        """
        return self._keys.get((noun, text)) or self._names.get((noun, fold(text)))

    def record(
        self,
        noun: str,
        name: str,
        place: Place,
        *,
        key: str | None = None,
        wanted: str | None = None,
        main: bool = False,
    ) -> str:
        """Give the id of the record of a name; a new one is made where there is none.

        Parameters
        ----------
        noun
            Noun.
        name
            Name, as found.
        place
            Where it stands.
        key
            Key in the file.
        wanted
            Text from which the id is made, where the name alone does not tell records apart.
        main
            Whether the row is about this record; others only keep a few places.

        Returns
        -------
        str
            Id.
        """
        told = wanted or name
        found = self._keys.get((noun, key)) if key else None
        if found is None:
            found = self._names.get((noun, fold(told)))
            if found is not None and key and noun == "service" and self._key_of.get(found, key) != key:
                found, told = None, f"{told} {key}"  # two keys are two services, whatever they are called
        if found is None and not main:
            found = self._keys.get((noun, name))
        collection = self.records[COLLECTIONS[noun]]
        if found is None:
            found = self._free(noun, told)
            collection[found] = {"id": found, "name": name, "origins": []}
            self._names[noun, fold(told)] = found
            if noun == "territory":
                words = set(fold(name).split())
                levels = [level for word, level in _LEVELS.items() if word in words]
                collection[found] |= {"level": levels[0]} if levels else {}
        if key:
            self._keys.setdefault((noun, key), found)
            if noun == "service":
                self._key_of.setdefault(found, key)
        origins = collection[found]["origins"]
        if place.plain() not in origins and (main or len(origins) < _ORIGINS):
            origins.append(place.plain())
        return found

    def _free(self, noun: str, text: str) -> str:
        """The id of a name; of two names with one slug the second gets a digest of the name behind it."""
        wanted = slug(text)
        if wanted in self.records[COLLECTIONS[noun]]:
            wanted = f"{wanted}-{hashlib.sha256(fold(text).encode()).hexdigest()[:6]}"
        return wanted

    def assumption(self, word: str, place: Place) -> str:
        """Give the id of the assumption that rows name in a word, such as "oletus".

        Parameters
        ----------
        word
            Word, as the file has it.
        place
            Where it stands.

        Returns
        -------
        str
            Id of the source.
        """
        key = slug(fold(word))
        fields = {"id": key, "kind": "assumption", "title": word.strip(), "note": _NO_REASON, "origins": []}
        source = self.records["sources"].setdefault(key, fields)
        if place.plain() not in source["origins"]:
            source["origins"].append(place.plain())
        return key

    def add(self, noun: str, key: str, record: dict[str, Any], place: Place) -> dict[str, Any]:
        """Add a record that has no name, such as a demand.

        Parameters
        ----------
        noun
            Noun.
        key
            What tells it from others.
        record
            Its fields.
        place
            Where it stands.

        Returns
        -------
        dict[str, Any]
            The record, or the one that was there under this key, filled up.
        """
        collection = self.records[COLLECTIONS[noun]]
        if key not in collection:
            collection[key] = {**record, "origins": [place.plain()]}
            return collection[key]
        for field, value in record.items():
            self.fill(collection[key], field, value, place, f"{COLLECTIONS[noun]}[{key}]")
        collection[key]["origins"].append(place.plain())
        return collection[key]

    def fill(self, record: dict[str, Any], field: str, value: Any, place: Place, path: str) -> None:
        """Write a field where it is empty; lists grow, and contradictions are counted.

        Parameters
        ----------
        record
            Record.
        field
            Name of the field.
        value
            Value.
        place
            Where it stands.
        path
            Path of the record.
        """
        if value in (None, [], {}):
            return
        old = record.get(field)
        if old is None:
            record[field] = (
                [one for n, one in enumerate(value) if one not in value[:n]] if isinstance(value, list) else value
            )
        elif isinstance(old, list) and isinstance(value, list):
            old += [item for item in value if item not in old]
        elif isinstance(old, dict) and isinstance(value, dict) and field in ("access", "eligibility"):
            for inner, content in value.items():
                self.fill(old, inner, content, place, f"{path}.{field}")
        elif old != value and field != "name":
            self._contradiction(record, field, value, place, path)

    def _contradiction(self, record: dict[str, Any], field: str, value: Any, place: Place, path: str) -> None:
        if field in ("description", "note", "condition") and isinstance(value, str):
            if value not in record[field]:
                record[field] = f"{record[field]}\n{value}"[:19_000]
            return
        self.collector.add(
            "conflicting-rows",
            f"an earlier row says another {field} of the same record; the first is kept",
            path=f"{path}.{field}",
            sheet=place.sheet,
            row=place.row,
            value=value,
        )

    def plain(self) -> dict[str, list[dict[str, Any]]]:
        """Give the records as documents write them.

        Returns
        -------
        dict[str, list[dict[str, Any]]]
            By collection.
        """
        return {name: list(records.values()) for name, records in self.records.items() if records}
