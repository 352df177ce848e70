"""Reading a foreign spreadsheet through a mapping, again and again."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from typing import Any, Final

import attrs

from integrated_services.errors import DocumentError, Problem
from integrated_services.io._cells import is_blank
from integrated_services.io._ids import slug
from integrated_services.io._mapping import SECTION, SHEET, MappedColumn, MappedTable, Mapping, load_mapping
from integrated_services.io._mapping_fields import FieldTarget, is_field_of, targets
from integrated_services.io._mapping_headers import Block, Layout, layouts
from integrated_services.io._mapping_match import fold
from integrated_services.io._mapping_nouns import parent_of
from integrated_services.io._mapping_records import Place, Store
from integrated_services.io._mapping_rows import Builder, Row, Values
from integrated_services.io._mapping_values import UnreadableCellError, cell_text, parsed, parts_of
from integrated_services.io._personal_data import clean_contact, clean_document, clean_text
from integrated_services.io._reading import Collector, Personal, Reading
from integrated_services.io._sheets import Book, Cell, open_book
from integrated_services.io._sheets_grid import column_name
from integrated_services.model._assemble import assembled, sound_part
from integrated_services.model._places import Parsed

_ORDER: Final = (
    "territory", "target_group", "need", "agency", "site", "project", "service", "risk_factor", "demand", "population",
    "cooperation", "referral", "survey",
)  # fmt: skip
_PLACED: Final = ("service", "site", "demand", "population", "survey")
"""Nouns of which a constant of the whole file speaks; the partners of a municipality may be anywhere."""
_FOUND = 0.5
_CONTACT_KINDS: Final = ("email", "phone", "web", "contact")
_CODE_KINDS: Final = ("code", "key")


def read_mapped(
    path: str | os.PathLike[str],
    mapping: Mapping | str | os.PathLike[str],
    *,
    personal: Personal = "drop",
    strict: bool = False,
    reference_date: str | None = None,
    title: str | None = None,
    encoding: str | None = None,
    separator: str | None = None,
) -> Reading:
    r"""Read a foreign spreadsheet as its mapping says.

    Parameters
    ----------
    path
        Spreadsheet, text table or JSON list; the one for which the mapping was made, or a later one of its kind:
        columns are found by their headings, wherever they stand.
    mapping
        The mapping, or the file that holds it. Entries are applied that are confirmed, or whose score reaches the
        threshold of the mapping.
    personal
        What happens to contact data of persons.
    strict
        Raise where there is a defect of severity *error*.
    reference_date
        The day that the data speak of (``2022-06-01``), where the mapping does not say it.
    title
        Title of the framework, in place of that of the mapping.
    encoding, separator
        Of a text file; else they are found out.

    Returns
    -------
    Reading
        The framework and everything that was not read: columns without a meaning, cells that could not be read, rows
        that are no records. ``details["sheets"]`` accounts for every row and column of the file,
        ``details["rows of one record"]`` counts the rows that say more about the record of an earlier row.

    Raises
    ------
    DocumentError
        Where nobody says which day the data speak of; in strict mode for every defect; with ``personal="refuse"`` for
        contact data of persons.
    FormatError
        Where the file cannot be read.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrated_services.io import propose_mapping, read_mapped
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "teenused.csv")
    ...     _ = path.write_text("Teenuse nimi;Osutaja;Kohti\nPäevahoid;Päevakeskus;ca 12\n", encoding="utf-8")
    ...     reading = read_mapped(path, propose_mapping(path), reference_date="2022-06-01")
    >>> service = reading.framework.services["paevahoid"]
    >>> service.providers, service.deliveries[0].capacity.approx, str(service.origins[0])
    (('paevakeskus',), 'about', 'teenused.csv, sheet teenused, row 2')
    """
    known = mapping if isinstance(mapping, Mapping) else load_mapping(mapping)
    return mapped(
        open_book(path, encoding=encoding, separator=separator),
        attrs.evolve(known, reference_date=reference_date or known.reference_date, title=title or known.title),
        personal=personal,
        strict=strict,
    )


def mapped(book: Book, mapping: Mapping, *, personal: Personal = "drop", strict: bool = False) -> Reading:
    """Read an opened spreadsheet as its mapping says; see `read_mapped`.

    Parameters
    ----------
    book
        Opened spreadsheet.
    mapping
        The mapping, with its reference date.
    personal
        What happens to contact data of persons.
    strict
        Raise where there is a defect of severity *error*.

    Returns
    -------
    Reading
        The framework and every defect.

    Raises
    ------
    DocumentError
        As for `read_mapped`.
    """
    if mapping.reference_date is None:
        mend = "Write `reference_date: 2022-06-01` in the mapping, or give it with --reference-date."
        message = "nobody says which day the data speak of"
        raise DocumentError([Problem("missing-field", "error", "reference_date", message, mend, file=book.file)])
    return _Reader(book, mapping, personal, Collector(book.file, strict=strict)).read()


class _Reader:
    """Reads one book."""

    def __init__(self, book: Book, mapping: Mapping, personal: Personal, collector: Collector) -> None:
        self.book = book
        self.mapping = mapping
        self.personal = personal
        self.collector = collector
        self.store = Store(collector)
        self.builder = Builder(self.store, collector)
        self.sheets = {sheet.name for sheet in book.sheets}
        self.lookups: dict[str, dict[str, Values]] = {}
        self.account: dict[str, Any] = {}

    def read(self) -> Reading:
        found = layouts(self.book)
        pairs = self._pairs(found)
        for block, table in pairs:
            if table.noun == "lookup":
                self._remember(block, table)
        rows: list[Row] = []
        for block, table in pairs:
            if table.noun not in ("lookup", "ignore"):
                rows += self._rows(block, table)
        self._without_result(sorted({block.sheet for block, table in pairs if table.noun != "ignore"}))
        depth = {block.sheet: self._depth(block) for block, _ in pairs}
        rows.sort(key=lambda row: (depth[row.place.sheet], _ORDER.index(row.noun)))
        self.builder.prepare(rows)
        for row in rows:
            self.builder.add(row)
        self._account_rows(found)
        return self._reading()

    def _without_result(self, names: list[str]) -> None:
        """Report the formulas that nobody has reckoned: their cells look empty and are not."""
        for sheet in map(self.book.sheet, names):
            for row, column in sorted(sheet.formulas):
                if sheet.cell(row, column) is None:
                    self.collector.add(
                        "unreadable-cell",
                        "the cell holds a formula without a stored result; the value is left out",
                        mend="Open the file in a spreadsheet program, save it, and read it again.",
                        sheet=sheet.name,
                        row=row + 1,
                        column=column_name(column),
                    )

    def _depth(self, block: Block) -> int:
        depth, name = 0, parent_of(block, self.sheets)
        while name:
            depth, name = depth + 1, self._above(name)
        return depth

    def _above(self, name: str) -> str | None:
        name = name.rpartition(".")[0]
        while name and name not in self.sheets:
            name = name.rpartition(".")[0]
        return name or None

    # tables ---------------------------------------------------------------------------------------------------------

    def _pairs(self, found: tuple[Layout, ...]) -> list[tuple[Block, MappedTable]]:
        pairs = []
        for layout in found:
            for block in (block for block in layout.blocks if block.rows):
                table = self._table_of(block)
                if table is None:
                    self._unread(block, "no table of the mapping has these headings")
                elif not self.mapping.applies(table) and table.noun != "ignore":
                    self._unread(block, f"nobody has confirmed that its rows are {table.noun} (score {table.score})")
                else:
                    pairs.append((block, table))
        return pairs

    def _unread(self, block: Block, message: str) -> None:
        self.collector.add("unread-table", message, sheet=block.sheet, row=block.heading_row)
        self._sheet(block.sheet).setdefault("unread tables", []).append(block.heading_row)

    def _table_of(self, block: Block) -> MappedTable | None:
        ours = {(fold(text), nth) for text, nth in block.headings if text not in (SHEET, SECTION)}
        scored = []
        for place, table in enumerate(self.mapping.tables):
            wanted = {column.key for column in table.columns if column.heading not in (SHEET, SECTION)}
            share = len(ours & wanted) / len(wanted) if wanted else 0.0
            named = fold(block.sheet) in {fold(name) for name in table.sheets}
            if share >= _FOUND or (named and share > 0.25):
                scored.append((share + 0.3 * named, -place))
        return self.mapping.tables[-max(scored)[1]] if scored else None

    def _columns(self, block: Block, table: MappedTable) -> list[tuple[int, MappedColumn, FieldTarget]]:
        """The columns that are read; the others are counted."""
        known = {column.key: column for column in table.columns}
        places = {(fold(text), nth): number for number, (text, nth) in enumerate(block.headings)}
        fates: dict[str, str] = self._sheet(block.sheet).setdefault("columns", {})
        read = []
        for key, number in places.items():
            text = block.headings[number][0]
            column = known.get(key)
            name = text if key[1] == 1 else f"{text} ({key[1]})"
            if column is not None and column.field is not None and self.mapping.applies(column):
                if not is_field_of(column.field, table.noun) and not parent_of(block):
                    self._misplaced(block, name, column, table, fates)
                    continue
                fates[name] = f"{column.field}{' = ' + column.flag if column.flag else ''}"
                target = targets()[column.field]
                if target.path == f"{table.noun}.name":
                    target = attrs.evolve(target, many=False)  # a row is one agency, whatever its name looks like
                read.append((number, column, target))
            elif text != SHEET:
                self._unmapped(block, number, name, column, fates)
        for key, column in known.items():
            is_wanted = column.field not in (None, "ignore") and column.heading not in (SHEET, SECTION)
            if key not in places and is_wanted and self.mapping.applies(column):
                message = "the column of the mapping is not in the table"
                self.collector.add("missing-column", message, sheet=block.sheet, column=column.heading)
                fates[column.heading] = "not there"
        return read

    def _misplaced(
        self, block: Block, name: str, column: MappedColumn, table: MappedTable, fates: dict[str, str]
    ) -> None:
        fates[name] = "unmapped"
        message = f"a row that is a {table.noun.replace('_', ' ')} cannot say {column.field}"
        self.collector.add(
            "unmapped-column", message, sheet=block.sheet, row=block.heading_row, column=name, value=column.field
        )

    def _unmapped(
        self, block: Block, number: int, name: str, column: MappedColumn | None, fates: dict[str, str]
    ) -> None:
        filled = sum(not is_blank(cell) for cell in block.column(number))
        if not filled:
            fates[name] = "blank"
            return
        fates[name] = "unmapped"
        proposal = f": {column.field}? (score {column.score})" if column is not None and column.field else ""
        self.collector.add(
            "unmapped-column",
            f"nothing says for sure what the {filled} filled cells mean{proposal}",
            sheet=block.sheet,
            row=block.heading_row,
            column=name,
        )

    def _sheet(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.account.setdefault(name, {})
        return found

    # rows -----------------------------------------------------------------------------------------------------------

    def _rows(self, block: Block, table: MappedTable) -> list[Row]:
        columns = self._columns(block, table)
        above = parent_of(block, self.sheets)
        parent_at = next((n for n, (text, _) in enumerate(block.headings) if text == "_parent_row"), None)
        general = dict(self.mapping.constants) if table.noun in _PLACED else {}
        constants = {**general, **dict(table.constants)}
        rows = []
        self.collector.count_in(block.sheet, len(block.rows))
        for number, cells in block.rows:
            place = Place(self.book.file, block.sheet, number)
            values: Values = {}
            for at, column, target in columns:
                found = self._values(cells[at], target, column, place)
                if found:
                    values.setdefault(target.path, []).extend(found)
            row_of_parent = cells[parent_at] if parent_at is not None else None
            parent = (above, row_of_parent) if above and isinstance(row_of_parent, int) else None
            missing = frozenset(constants) - set(values) if parent is None else frozenset()
            values |= {path: [constants[path]] for path in sorted(missing)}
            rows.append(Row(table.noun, values, place, parent, missing))
        return rows

    def _values(self, cell: Cell, target: FieldTarget, column: MappedColumn, place: Place) -> list[Any]:
        if target.kind == "ignore":
            return []
        where: dict[str, Any] = {"sheet": place.sheet, "row": place.row, "column": column.heading}
        if column.refers_to and column.refers_to in self.lookups:
            return self._looked_up(cell, target, column, where)
        try:
            found = parsed(cell, target, column)
        except UnreadableCellError as error:
            code = "unknown-word" if "mapping does not say" in str(error) else "unreadable-cell"
            self.collector.add(code, str(error), value=cell_text(cell), **where)
            return []
        return self._clean(found, target, where)

    def _clean(self, found: list[Any], target: FieldTarget, where: dict[str, Any]) -> list[Any]:
        if target.kind == "person":
            return self._persons(found, where)
        if target.kind in _CONTACT_KINDS:
            made = (
                clean_contact(one["kind"], one["value"], one.get("label"), self.personal, self.collector, **where)
                for one in found
            )
            return [one for one in made if one is not None]
        if not found or not isinstance(found[0], str) or target.kind in ("choice", "date", "language"):
            return found
        code = target.kind in _CODE_KINDS
        texts = (clean_text(text, self.personal, self.collector, is_code=code, **where) for text in found)
        return [text for text in texts if text]

    def _persons(self, found: list[Any], where: dict[str, Any]) -> list[Any]:
        """A column of persons' names, numbers or codes: no field of the model is for them."""
        codes: dict[Personal, str] = {"refuse": "personal-data", "drop": "personal-data-dropped"}
        code = codes.get(self.personal, "personal-data-dropped")
        for _ in found:
            self.collector.add(code, "the column is for data of persons, which have no place in the model", **where)
        return []

    # lookups --------------------------------------------------------------------------------------------------------

    def _remember(self, block: Block, table: MappedTable) -> None:
        columns = self._columns(block, table)
        self.collector.count_in(block.sheet, len(block.rows))
        known = self.lookups.setdefault(block.sheet, {})
        for number, cells in block.rows:
            place = Place(self.book.file, block.sheet, number)
            values: Values = {}
            for at, column, target in columns:
                values.setdefault(target.path, []).extend(self._values(cells[at], target, column, place))
            for key in values.get("lookup.key", []):
                known[str(key)] = values

    def _looked_up(self, cell: Cell, target: FieldTarget, column: MappedColumn, where: dict[str, Any]) -> list[Any]:
        known = self.lookups[column.refers_to or ""]
        found: list[Any] = []
        for part in parts_of(cell, column):
            values = known.get(part)
            if values is None:
                self.collector.add("orphan-row", f"no row of {column.refers_to!r} has this key", value=part, **where)
            elif target.kind in _CONTACT_KINDS:
                kinds = _CONTACT_KINDS if target.kind == "contact" else (target.kind,)
                found += [contact for kind in kinds for contact in values.get(f"lookup.{kind}", [])]
            else:
                found += values.get("lookup.text", [])[:1]
        return found

    # the end --------------------------------------------------------------------------------------------------------

    def _account_rows(self, found: tuple[Layout, ...]) -> None:
        for layout in found:
            self._sheet(layout.sheet)["rows"] = dict(sorted(Counter(layout.kinds).items()))

    def _reading(self) -> Reading:
        mapping = self.mapping
        raw: dict[str, Any] = {
            "framework": mapping.framework,
            "title": mapping.title or slug(mapping.framework),
            "reference_date": mapping.reference_date,
            **({"basis": mapping.basis} if mapping.basis != "stated" else {}),
            **({"languages": [mapping.language]} if mapping.language else {}),
            **self.store.plain(),
        }
        raw = clean_document(raw, self.personal, self.collector)
        built = assembled(Parsed(raw, (), lambda _: None), **self._as_kept())
        framework, _ = sound_part(built)
        self.collector.add_problems(self._with_place(problem) for problem in built.errors)
        if framework is None:
            raise DocumentError(built.problems(), self.book.file)
        book = self.book
        self.collector.details |= {
            name: value
            for name, value in (("encoding", book.encoding), ("separator", book.separator), ("notes", list(book.notes)))
            if value
        }
        self.collector.details["sheets"] = self.account
        self.collector.details["rows of one record"] = dict(self.builder.joined)
        return self.collector.reading(framework)

    def _as_kept(self) -> dict[str, Any]:
        return {"personal": "keep"} if self.personal == "keep" else {}

    def _with_place(self, problem: Problem) -> Problem:
        """Add the sheet and row from the record that a problem lies in."""
        collection, _, rest = problem.path.partition("[")
        records = self.store.records.get(collection, {})
        record = records.get(rest.partition("]")[0])
        if not record or not record["origins"]:
            return problem
        origin = record["origins"][0]
        return replace(problem, sheet=origin["sheet"], row=origin["row"])
