"""Writing HSDS 3.1, HSDS 3.0 and Open Referral UK 3.0."""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path
from typing import Any, Final, Literal

import attrs

from integrated_services.io._reading import Collector, LossReport
from integrated_services.io.hsds._carrier import AREA, NO_SITE, PREFIX, Row, codes_by_collection, encoded
from integrated_services.io.hsds._from_framework import (
    TAXONOMIES,
    Native,
    add_agencies,
    add_projects,
    add_sites,
    add_terms,
)
from integrated_services.io.hsds._from_services import add_services
from integrated_services.io.hsds._ids import Uuids
from integrated_services.io.hsds._losses import Losses, without_unsayable
from integrated_services.io.hsds._nested import Nesting, Written, page, trimmed
from integrated_services.io.hsds._normal import Tables
from integrated_services.io.hsds._to_framework import plain_document
from integrated_services.io.hsds._work import Work
from integrated_services.model import Framework
from integrated_services.model._base import Record

Layout = Literal["file", "folder"]
"""One file of lists, or a folder with one page for each list."""

_NAMES: Final[dict[Written, str]] = {"3.1": "HSDS 3.1", "3.0": "HSDS 3.0", "oruk-3.0": "Open Referral UK 3.0"}
_TIES: Final = (
    ("sources", "source", "taxonomy"),
    ("cooperations", "cooperation", "organization"),
    ("referrals", "referral", "service"),
)
_HEAD_CODES: Final = frozenset(("framework", "reference_date", "languages", "basis"))
_NO_WORD: Final = "the profile has no field for it, and its attributes hold single words only"
_IN_PART: Final = "the profile says it in part, and that part stands in its place"


def write_hsds(
    framework: Framework,
    path: str | PathLike[str],
    *,
    version: Written = "3.1",
    layout: Layout = "file",
) -> LossReport:
    """Write a framework as HSDS in JSON.

    Parameters
    ----------
    framework
        The framework.
    path
        File, or with ``layout="folder"`` a folder, which is made where it is missing.
    version
        ``3.1``, ``3.0`` or ``oruk-3.0`` (the profile of Open Referral UK).
    layout
        ``file``: one object with the lists ``organizations``, ``locations``, ``taxonomies``, ``taxonomy_terms``,
        ``programs``, ``services`` (complete, with organisation and locations inside) and ``attributes``.
        ``folder``: each list as a page ``services.json``, ``organizations.json`` ..., as the interface of HSDS gives
        them.

    Returns
    -------
    LossReport
        What the file does not say although the framework does.

    Raises
    ------
    OSError
        Where the file cannot be written.

    Notes
    -----
    Every object passes the official schema of its kind with unknown fields forbidden.  What HSDS has no field for
    but belongs to one of its objects is carried in ``attribute`` rows whose ``link_type`` begins with
    ``integrated-services:``; `read_hsds` takes it from there, other software passes it over.  Reading the file gives
    `hsds_projection` of the framework.  Ids are UUIDs of version 5 made from the ids of the framework and of the
    record, so they stay the same; records that were read from HSDS keep theirs.

    References
    ----------
    Open Referral, *Human Services Data Specification* 3.1 (2024); Open Referral UK, *Data standard* 3.0 (2024).

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrated_services import samples
    >>> from integrated_services.io import read_hsds, write_hsds
    >>> fw = samples.load("elektrenai")
    >>> with TemporaryDirectory() as folder:
    ...     report = write_hsds(fw, Path(folder, "services.json"))
    ...     again = read_hsds(Path(folder, "services.json")).framework
    >>> report.written["services"] == len(fw.services) == len(again.services)
    True
    >>> "demands" in {loss.field for loss in report}
    True
    """
    made = Making.of(framework, version)
    lists = Nesting(made.tables, version).lists()
    if layout == "folder":
        Path(path).mkdir(parents=True, exist_ok=True)
        for name, items in lists.items():
            _dump(page(items), Path(path, f"{name}.json"))
    else:
        _dump(lists, Path(path))
    written = {name: len(items) for name, items in lists.items()}
    return LossReport(_NAMES[version], made.losses.all(), written)


def hsds_projection(framework: Framework, *, version: Written = "3.1") -> Framework:
    """Give what of a framework HSDS can say, with what stands in place of the rest.

    Parameters
    ----------
    framework
        The framework.
    version
        Version of HSDS.

    Returns
    -------
    Framework
        Equal to what `read_hsds` gives for the file of `write_hsds`, but for where the records were read from.

    Examples
    --------
    >>> from integrated_services import samples
    >>> from integrated_services.io import hsds_projection
    >>> fw = samples.load("elektrenai")
    >>> rest = hsds_projection(fw)
    >>> rest.services.keys() == fw.services.keys(), len(rest.demands)
    (True, 0)
    """
    return Framework.model_validate(Making.of(framework, version).expected)


def _dump(value: Any, path: Path) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


@attrs.define
class Making:
    """A framework on its way to HSDS: what HSDS says natively is read back, and only the difference is carried.

    Attributes
    ----------
    version
        Version to write.
    native
        The rows.
    losses
        What cannot be said.
    tables
        Rows of that version, attributes of our own among them.
    expected
        Plain document that reading gives.
    """

    version: Written
    native: Native
    losses: Losses
    tables: Tables
    expected: dict[str, Any]

    @classmethod
    def of(cls, framework: Framework, version: Written) -> Making:
        """Do all of it.

        Parameters
        ----------
        framework
            The framework.
        version
            Version to write.

        Returns
        -------
        Making
            Ready to be nested.
        """
        losses = Losses()
        rest = without_unsayable(framework, version, losses)
        native = Native(rest, version, Tables(version), Uuids(framework.id))
        for add in (add_terms, add_agencies, add_projects, add_sites, add_services):
            if add is not add_projects or version != "oruk-3.0":
                add(native)
        made = cls(version, native, losses, trimmed(native.tables, version), rest.plain())
        made._carry_ids()
        made._carry_differences(plain_document(made.tables, Collector()))
        made._carry_ties()
        return made

    def _carry(self, table: str, link: str, field: str, value: Any, number: str = "") -> None:
        uuids, rows = self.native.uuids, self.tables.rows
        link_type = PREFIX + field
        row: Row = {
            "id": uuids.of("attribute", link, link_type, f"field{number}"),
            "link_id": link,
            "link_type": link_type,
            "link_entity": table,
        }
        if self.version == "oruk-3.0":
            term = uuids.of("taxonomy_term", link_type, f"word:{encoded(value)}")
            row["taxonomy_term_id"] = term
            if term not in self._words:
                self._words.add(term)
                said = {"name": encoded(value), "description": f"A value of {field}.", "taxonomy": link_type}
                rows["taxonomy_term"].append({"id": term, **said})
        else:
            row["value"] = encoded(value)
        rows["attribute"].append(row)

    _words: set[str] = attrs.field(factory=set, init=False)

    def _carry_ids(self) -> None:
        """Carry the ids that are no UUIDs, and what each taxonomy and area stands for."""
        uuids = self.native.uuids
        for collection in TAXONOMIES:
            if getattr(self.native.framework, collection):
                self._carry("taxonomy", uuids.of("taxonomy", collection), "collection", collection)
        self._carry("taxonomy", uuids.of("taxonomy", "framework"), "framework", self.native.framework.id)
        for collection, table, key, record in self.native.records:
            if collection != "deliveries" and record.key != key:
                self._carry(table, key, "id", record.key)
        for channel, key in self.native.stand_ins.items():
            self._carry("location", key, NO_SITE, channel)
        for key, territory in self.native.areas:
            self._carry("service_area", key, AREA, territory)

    def _carry_differences(self, read: Work) -> None:
        codes = codes_by_collection()
        head = {name: value for name, value in self.expected.items() if name not in Framework.COLLECTIONS}
        head.pop("format")
        link = self.native.uuids.of("taxonomy", "framework")
        self._differences(head, read.document["head"][0], ("taxonomy", link, ""), _HEAD_CODES)
        records = {name: value for name, value in self.expected.items() if name in Framework.COLLECTIONS}
        self.expected = {"format": self.expected["format"], **head, **records}
        wanted = self._plain_records()
        for collection, table, key, record in self.native.records:
            want, path = wanted[collection, id(record)]
            [have] = read.places[table, key]
            inner = {"deliveries"} if collection == "services" else set()
            hidden = inner | (set() if collection == "deliveries" else {"id"})
            self._differences(want, have, (table, key, path), codes[collection], hidden)

    def _plain_records(self) -> dict[tuple[str, int], tuple[Row, str]]:
        """Give the plain form of every record, which is a part of the document that is expected, and its path."""
        found: dict[tuple[str, int], tuple[Row, str]] = {}
        fw = self.native.framework
        for collection in fw.COLLECTIONS:
            for record, plain in zip(getattr(fw, collection), self.expected.get(collection, ()), strict=True):
                path = f"{collection}[{record.key}]"
                found[collection, id(record)] = (plain, path)
                if collection == "services":
                    for delivery, inner in zip(record.deliveries, plain.get("deliveries", ()), strict=True):
                        found["deliveries", id(delivery)] = (inner, f"{path}.deliveries[{delivery.key}]")
        return found

    def _differences(
        self, want: Row, have: Row, place: tuple[str, str, str], codes: frozenset[str], hidden: set[str] | None = None
    ) -> None:
        """Carry what reading back the native rows does not give; where that is impossible, it is lost."""
        table, key, path = place
        for field in dict.fromkeys((*want, *have)):
            if field in (hidden or ()) or want.get(field) == have.get(field):
                continue
            if self.version != "oruk-3.0" or field in codes:
                self._carry(table, key, field, want.get(field))
                continue
            self.losses.add(f"{path}.{field}" if path else field, _IN_PART if field in have else _NO_WORD)
            want.pop(field, None)
            if field in have:
                want[field] = have[field]

    def _carry_ties(self) -> None:
        """Carry cooperation with the first agency, referral with the sender, sources with the document."""
        fw, native = self.native.framework, self.native
        for collection, field, table in _TIES:
            records: tuple[Record, ...] = getattr(fw, collection)
            for number, record in enumerate(records):
                plain = record.plain()
                if collection == "cooperations":
                    link = native.id_of("agencies", plain["agencies"][0])
                elif collection == "referrals":
                    link = native.id_of("services", plain["sender"])
                else:
                    link = native.uuids.of("taxonomy", "framework")
                self._carry(table, link, field, plain, str(number))
