"""Taxonomy terms of HSDS become needs, target groups or (in files of our own) territories."""

from __future__ import annotations

import re
from typing import Any

from integrated_services.io.hsds._carrier import PREFIX, Row, field_of
from integrated_services.io.hsds._work import Work, described

_GROUPS = re.compile(
    r"audience|target|population|clientele|client group|eligib|age group|people|demographic", re.IGNORECASE
)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_USED = frozenset(("code", "name", "description", "parent_id", "taxonomy", "taxonomy_id", "term_uri", "language"))
TERRITORIES, GROUPS, NEEDS = "territories", "target_groups", "needs"


class Terms:
    """Says which collection each taxonomy term belongs to, and makes the records.

    Parameters
    ----------
    work
        The way on which this is a step.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._rows = work.by_id("taxonomy_term")
        self._taxonomies = work.by_id("taxonomy")
        known = (TERRITORIES, GROUPS, NEEDS)  # a file that anybody may have written can state any value
        self._stated = {
            link: value for table, link, field, value in work.carried if field == "collection" and value in known
        }
        self._own = {link for table, link, _, _ in work.carried if table == "taxonomy"}
        self._by_taxonomy: dict[tuple[str | None, str | None], str | None] = {}

    def collection(self, term: Row, link_type: str = "") -> str:
        """Give the collection that a term belongs to where it is used as an attribute of this type.

        Parameters
        ----------
        term
            Row of the term.
        link_type
            Type of the link; empty where there is none.

        Returns
        -------
        str
            ``needs``, ``target_groups`` or ``territories``.
        """
        key = (term.get("taxonomy_id"), term.get("taxonomy"))
        if key not in self._by_taxonomy:
            stated = self._stated.get(key[0] or "")
            name = self._taxonomy_name(term)
            self._by_taxonomy[key] = stated or (GROUPS if _GROUPS.search(name) else None)
        found = self._by_taxonomy[key]
        return found or (GROUPS if _GROUPS.search(link_type) else NEEDS)

    def make(self) -> None:
        """Make the records of all terms, in their order; a term that is used in two ways makes two."""
        wanted: dict[str, set[str]] = {TERRITORIES: set(), GROUPS: set(), NEEDS: set()}
        used: set[str] = set()
        for row in self._work.rows("attribute"):
            term = self._rows.get(row.get("taxonomy_term_id", ""))
            if term is not None and row.get("link_entity") == "service" and field_of(row.get("link_type")) is None:
                self._want(wanted[self.collection(term, row.get("link_type", ""))], term)
        used.update(*wanted.values())
        for key, term in self._rows.items():
            if key not in used and not self._is_carrier(term):
                self._want(wanted[self.collection(term)], term)
        for key, term in self._rows.items():
            for collection, keys in wanted.items():
                if key in keys:
                    self._work.add(collection, "taxonomy_term", term, self._record(term, collection))
            if not self._is_carrier(term):
                self._work.leave_others(term, "taxonomy_term", _USED)
                if term.get("taxonomy", name := self._taxonomy_name(term)) != name:
                    self._work.leave(term, "taxonomy_term", "taxonomy", "its taxonomy has another name")
        self._taxonomies_left()

    def _want(self, keys: set[str], term: Row) -> None:
        at: Row | None = term
        while at is not None and at["id"] not in keys:
            keys.add(at["id"])
            at = self._rows.get(at.get("parent_id", ""))

    def _is_carrier(self, term: Row) -> bool:
        return bool(term.get("taxonomy", "").startswith(PREFIX))

    def _taxonomy_name(self, term: Row) -> str:
        detail = self._taxonomies.get(term.get("taxonomy_id", ""), {})
        name: str = detail.get("name") or term.get("taxonomy") or ""
        return name

    def _record(self, term: Row, collection: str) -> Row:
        ids = self._work.ids
        record: Row = {"id": ids.of("taxonomy_term", term["id"]), **described(term)}
        if "name" in record and _LANGUAGE.fullmatch(term.get("language", "")):
            record["name"] = {term["language"]: record["name"]}
        elif "language" in term:
            self._work.leave(term, "taxonomy_term", "language", "this is no code of a language")
        if term.get("parent_id") in self._rows:
            record["part_of" if collection == TERRITORIES else "broader"] = ids.of("taxonomy_term", term["parent_id"])
        codes = self._codes(term)
        if codes and collection != GROUPS:
            record["codes"] = codes
        elif codes:
            for column in ("code", "term_uri"):
                if column in term:
                    self._work.leave(term, "taxonomy_term", column, "a target group has no codes")
        return record

    def _codes(self, term: Row) -> dict[str, Any]:
        codes: dict[str, Any] = {}
        if "code" in term:
            version = self._taxonomies.get(term.get("taxonomy_id", ""), {}).get("version")
            code = term["code"]
            codes[self._taxonomy_name(term) or "code"] = {"value": code, "version": version} if version else code
        if "term_uri" in term:
            codes["uri"] = term["term_uri"]
        return codes

    def _taxonomies_left(self) -> None:
        for row in self._taxonomies.values():
            if row["id"] not in self._own:
                self._work.leave_others(row, "taxonomy", ("name", "version"))
