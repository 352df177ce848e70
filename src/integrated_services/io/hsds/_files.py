"""Files of HSDS in any form, read into tables of version 3.1."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

import attrs

from integrated_services.errors import FormatError
from integrated_services.io._encodings import csv_rows, decode
from integrated_services.io._guard import LIMITS, Limits, inside, safe_bytes, safe_json, safe_zip
from integrated_services.io._reading import Collector
from integrated_services.io.hsds._carrier import PREFIX
from integrated_services.io.hsds._checks import accounted, checked, telling
from integrated_services.io.hsds._json import Documents, Raw
from integrated_services.io.hsds._names import table_named
from integrated_services.io.hsds._normal import Tables
from integrated_services.io.hsds._older import renewed, version_of
from integrated_services.io.hsds._references import identified, related
from integrated_services.io.hsds._run import Run, shown
from integrated_services.io.hsds._tabular import take_table
from integrated_services.io.hsds._values import clean, typed

_TEXT_TABLES: Final = (".csv", ".tsv", ".tab")
_JSON: Final = (".json",)
_LINES: Final = (".jsonl", ".ndjson")
_BOOKS: Final = (".xlsx", ".xlsm", ".ods", ".xls")
_PACKAGE: Final = "datapackage.json"
_LEVELS: Final = 3
_FIRST: Final = ("taxonomy", "taxonomy_term", "unit", "program", "location", "organization", "service")


def read_tables_of(
    path: str | os.PathLike[str],
    *,
    limits: Limits = LIMITS,
    collector: Collector,
    as_of: str | None = None,
) -> Tables:
    """Read HSDS 3.1, 3.0, 2.x, the Ohana variant or the UK profile from files of any form.

    Parameters
    ----------
    path
        A JSON document (object, list, page of an interface, bundle of tables), JSON Lines, a CSV file, a workbook, a
        data package, a folder of such files, or a zip archive of such a folder.
    limits
        How large files may be.
    collector
        Takes every defect, the rows that went in, and in its details the books of every table.
    as_of
        Day (``2022-01-31``) on which ``valid_to`` is judged; missing: the latest day named in the data.

    Returns
    -------
    Tables
        Sound rows in the shape of HSDS 3.1.

    Raises
    ------
    FormatError
        Where nothing can be read, or a file is refused as dangerous.

    Notes
    -----
    Nothing is fetched from the network. Every row either goes on, is joined with its equal, or is left out with a
    defect; ``collector.details["tables"]`` holds the sums.
    """
    run = Run(collector, as_of)
    raw, named = _raw(path, limits, run)
    run.verbatim = any(
        str(row.get("link_type", "")).startswith(PREFIX) for row in raw.get("attribute", ())
    )  # our own writer left its mark: texts are as they were meant
    if not run.verbatim:
        for rows in raw.values():
            clean(rows, run)
    _blanks(raw, run)
    version = version_of(raw, named)
    tables = renewed(raw, version, run)
    typed(tables, run)
    identified(tables, run)
    telling(tables, run)
    related(tables, run)
    checked(tables, version, run)
    collector.details["version"] = version
    collector.details["tables"] = accounted(tables, run)
    return Tables(version, tables)


def _blanks(raw: Raw, run: Run) -> None:
    """Leave out rows that hold nothing any more, and name columns that never held anything."""
    for table, rows in raw.items():
        kept = []
        for row in rows:
            if any(name[0] != "_" for name in row):
                kept.append(row)
            else:
                run.add("blank-row", "the row is blank", row)
                run.note(table, "left_out")
        raw[table] = kept
    held: dict[tuple[str, str, str], set[str]] = {}
    for table, rows in raw.items():
        for row in rows:
            held.setdefault((row["_file"], row["_sheet"], table), set()).update(row)
    for (file, sheet, table), columns in run.headings.items():
        found = held.get((file, sheet, table))
        for column in columns if found else ():
            if found is not None and column not in found:
                run.collector.add(
                    "empty-column",
                    f"column {column!r} of {sheet} is always empty",
                    path=f"{sheet}.{shown(column)}",
                    sheet=sheet,
                    column=shown(column),
                )


# --------------------------------------------------------------------------------------------------------- files


@attrs.frozen
class _File:
    """A file in a folder or an archive."""

    name: str
    content: Any  # a function without parameters that gives the bytes

    @property
    def ending(self) -> str:
        return PurePosixPath(self.name).suffix.casefold()

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name).stem


def _raw(path: str | os.PathLike[str], limits: Limits, run: Run) -> tuple[Raw, str]:
    raw: Raw = {}
    place = Path(path)
    reader = _Reader(run, raw, limits)
    if place.is_dir():
        reader.folder(_files_in(place, limits, run))
    elif place.suffix.casefold() == ".zip":
        with safe_zip(place, limits) as archive:
            names = [name for name in archive.namelist() if "__MACOSX" not in name]
            reader.folder([_File(name, lambda name=name: archive.read(name)) for name in sorted(names)])
    elif place.name.casefold() == _PACKAGE:
        reader.folder(_files_in(place.parent, limits, run))
    else:
        reader.single(place)
    reader.documents.finish()
    if not raw and not run.collector.defects() and not run.headings:
        raise FormatError(
            "Nothing of HSDS was found here; name a JSON document, a folder of CSV files or a zip of it.", place.name
        )
    return raw, reader.named


def _files_in(folder: Path, limits: Limits, run: Run) -> list[_File]:
    """List the files of a folder, or of its folders where it holds no data itself."""
    found: list[_File] = []
    for name in _names_in(folder, limits, run):
        place = inside(folder, name)
        found.append(_File(name, lambda place=place: safe_bytes(place, limits)))
    return found


def _names_in(folder: Path, limits: Limits, run: Run) -> Iterator[str]:
    """Give the names below a folder, three levels deep, sorted; hidden names are passed over, links are counted."""
    level, number = [folder], 0
    for _ in range(_LEVELS):
        deeper = []
        for place in level:
            for entry in _entries(place):
                if entry.name.startswith((".", "__MACOSX")) or not entry.name.isprintable():
                    continue
                if entry.is_symlink():
                    run.collector.add("linked-file", "a link is not followed", sheet=entry.name)
                    continue
                number += 1
                if number > limits.max_entries:
                    raise FormatError(f"The folder holds more than {limits.max_entries:,} files.", folder.name)
                if entry.is_dir():
                    deeper.append(Path(entry.path))
                elif ":" not in entry.name and "\\" not in entry.name:
                    yield Path(entry.path).relative_to(folder).as_posix()
        level = deeper


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        raise FormatError("The folder may not be read; ask its owner for the right to.", folder.name) from None


class _Reader:
    """Reads files one after the other into rows."""

    def __init__(self, run: Run, raw: Raw, limits: Limits) -> None:
        self.run = run
        self.raw = raw
        self.limits = limits
        self.named = ""
        self.documents = Documents(run, raw)

    def single(self, place: Path) -> None:
        """Read one file that somebody named; what cannot be read there is no defect but an error."""
        file = _File(place.name, lambda: safe_bytes(place, self.limits))
        if file.ending in _TEXT_TABLES:
            self.table(file, file.stem)
        elif file.ending in _LINES:
            self.lines(file)
        elif file.ending in _BOOKS:
            self.book(place)
        else:
            self.document(file)

    def folder(self, files: list[_File]) -> None:
        """Read all the files of a folder or archive, the resources of a data package first."""
        every = files
        files = sorted(_nearest(files), key=_rank)
        package = next((file for file in files if PurePosixPath(file.name).name.casefold() == _PACKAGE), None)
        done = self.package(package, files) if package is not None else set()
        unread = sorted({file.name for file in every} - {file.name for file in files})
        for file in files:
            if file.name in done or file is package:
                continue
            if file.ending not in (*_TEXT_TABLES, *_JSON, *_LINES):
                unread.append(file.name)
                continue
            if package is not None:
                self.run.add("unlisted-file", "the data package does not name this file; it is read", value=file.name)
            try:
                self.file(file, file.stem)
            except FormatError as error:
                self.run.add("broken-file", f"{file.name}: {error.message}", value=file.name)
        if unread:
            self.run.collector.details["files_not_read"] = unread

    def file(self, file: _File, name: str, **how: str | None) -> None:
        """Read one file of several."""
        if file.ending in _LINES:
            self.lines(file)
        elif file.ending in _JSON:
            self.document(file)
        else:
            self.table(file, name, **how)

    def package(self, package: _File, files: list[_File]) -> set[str]:
        """Read what a data package names; nothing outside its folder, nothing from the network."""
        said = safe_json(package.content(), self.limits, package.name)
        resources = said.get("resources") if isinstance(said, dict) else None
        if not isinstance(resources, list):
            self.run.add("broken-file", "the data package names no resources", value=package.name)
            return set()
        self.named = " ".join(str(said.get(key, "")) for key in ("title", "version"))
        home = PurePosixPath(package.name).parent
        by_name = {file.name: file for file in files}
        done: set[str] = set()
        for resource in resources:
            if isinstance(resource, dict):
                for relative in _paths(resource):
                    self._resource(resource, relative, home, by_name, done)
                if isinstance(resource.get("data"), list):
                    name = f"{resource.get('name', 'data')}.json"
                    self.named += self.documents.take(resource["data"], name) or ""
        return done

    def _resource(
        self, resource: dict[str, Any], relative: str, home: PurePosixPath, by_name: dict[str, _File], done: set[str]
    ) -> None:
        if re.match(r"[a-z][a-z0-9+.-]+:", relative, re.IGNORECASE):
            self.run.add("remote-file", "the data package names an address; nothing is fetched", value=relative)
            return
        inside(".", relative)  # refuses names that lead out of the folder, whether or not there is such a file
        name = str(home / relative)
        file = by_name.get(name)
        if file is None:
            self.run.add("missing-file", "the data package names a file that is not there", value=relative)
            return
        if name in done:
            return
        done.add(name)
        dialect = resource.get("dialect")
        separator = dialect.get("delimiter") if isinstance(dialect, dict) else None
        encoding = resource.get("encoding")
        try:
            self.file(
                file,
                file.stem,
                separator=separator if isinstance(separator, str) else None,
                encoding=encoding if isinstance(encoding, str) else None,
            )
        except FormatError as error:
            self.run.add("broken-file", f"{name}: {error.message}", value=name)

    def table(self, file: _File, name: str, *, separator: str | None = None, encoding: str | None = None) -> None:
        """Read a CSV file."""
        data = file.content()
        try:
            text, used, notes = decode(data, encoding=encoding)
        except FormatError:
            if encoding is None:
                raise
            text, used, notes = decode(data)  # the data package was wrong about its own file
        if not used.startswith("utf") or notes:
            self.run.add("wrong-encoding", f"{file.name} is not UTF-8; {' '.join(notes)}".strip(), value=used)
        if not text.strip():
            return
        rows, _ = csv_rows(text, separator=separator, limits=self.limits)
        take_table(name, rows, file.name, self.raw, self.run)

    def document(self, file: _File) -> None:
        """Read a JSON document."""
        self.named += self.documents.take(safe_json(file.content(), self.limits, file.name), file.name) or ""

    def lines(self, file: _File) -> None:
        """Read JSON Lines: a document in every line."""
        text, _, _ = decode(file.content())
        items = []
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip():
                continue
            if number > self.limits.max_rows:
                raise FormatError(f"The file has more than {self.limits.max_rows:,} lines; divide it.", file.name)
            try:
                items.append(safe_json(line, self.limits, file.name))
            except FormatError as error:
                self.run.collector.add("broken-file", f"line {number}: {error.message}", sheet=file.stem, row=number)
        self.documents.take(items, file.name)

    def book(self, place: Path) -> None:
        """Read the sheets of a workbook."""
        from integrated_services.io._sheets import open_book

        for sheet in open_book(place, limits=self.limits).sheets:
            take_table(sheet.name, sheet.rows, place.name, self.raw, self.run)


def _nearest(files: list[_File]) -> list[_File]:
    """Keep the files of the level nearest to the top that holds data; deeper ones are schemas, copies, examples."""
    data = [file for file in files if file.ending in (*_TEXT_TABLES, *_JSON, *_LINES)]
    if not data:
        return files
    least = min(len(PurePosixPath(file.name).parts) for file in data)
    return [file for file in files if len(PurePosixPath(file.name).parts) == least]


def _rank(file: _File) -> tuple[int, list[tuple[int, int | str]]]:
    """Order files so that a list of things is read before documents that embed some of them, and page 2 before 10."""
    table = table_named(file.stem)
    parts = [(0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d{1,15})", file.name) if part]
    return _FIRST.index(table) if table in _FIRST else len(_FIRST), parts


def _paths(resource: dict[str, Any]) -> list[str]:
    path = resource.get("path")
    paths = path if isinstance(path, list) else [path]
    return [each for each in paths if isinstance(each, str) and each]
