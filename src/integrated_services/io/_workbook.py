"""Reading the mapping workbook: strict, with every mistake named by sheet, row and column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import Any, Final

import attrs

from integrated_services.errors import DocumentError, FormatError, Problem
from integrated_services.io._ids import slug
from integrated_services.io._names import Names, ids_for
from integrated_services.io._reading import Defect, Personal, Reading
from integrated_services.io._sheets import Book, Cell, open_book
from integrated_services.io._template_layout import FRAMEWORK, SHEETS
from integrated_services.io._template_words import LANGUAGES, fold, heading, say
from integrated_services.io._workbook_cells import Context, Row
from integrated_services.io._workbook_records import (
    Entry,
    agency,
    group,
    need,
    service,
    site,
    source,
    territory,
)
from integrated_services.io._workbook_sheets import (
    MARK,
    Located,
    Mistakes,
    Place,
    Table,
    data_rows,
    framework_cells,
    language_of,
    located,
    sheet_key,
)
from integrated_services.io._workbook_ties import cooperation, demand, population, referral, survey, without_doubles
from integrated_services.model import Framework
from integrated_services.model._assemble import Built, assembled, sound_part
from integrated_services.model._places import Parsed

_NAMED: Final = ("territories", "groups", "needs", "agencies", "sites", "services", "sources")
_MAKERS: Final[Mapping[str, Callable[[Row, str], Entry]]] = {
    "territories": territory,
    "groups": group,
    "needs": need,
    "agencies": agency,
    "sites": site,
    "sources": source,
}
_PLAIN: Final[Mapping[str, Callable[[Row], Entry]]] = {
    "population": population,
    "demand": demand,
    "cooperation": cooperation,
    "referrals": referral,
}
_EXAMPLES = 20


@attrs.frozen
class Checked:
    """A workbook that was read: what is sound, and everything that is wrong or doubtful."""

    file: str
    language: str
    framework: Framework | None
    problems: tuple[Problem, ...]
    left_out: tuple[tuple[str, str], ...]
    rows_in: Mapping[str, int]
    dropped: int = 0

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems of severity *error*."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def is_workbook(book: Book) -> bool:
    """Tell whether a spreadsheet is a mapping workbook.

    Parameters
    ----------
    book
        An opened file.

    Returns
    -------
    bool
        True where it has the first sheet of the template and another one, or several of the others.
    """
    if any(row[:2] == ("field", "value") for sheet in book.sheets for row in sheet.rows[:1]):
        return False  # one workbook of tables, whose sheets are called alike
    keys = {sheet_key(sheet.name) for sheet in book.sheets} - {None}
    return len(keys) > (1 if "framework" in keys else 2)


def read_workbook(
    path: str | PathLike[str],
    *,
    personal: Personal = "refuse",
    draft: bool = False,
    language: str = "en",
) -> Reading:
    """Read a mapping workbook that somebody has filled in.

    Sheets and columns are found by their names in English, Estonian or Lithuanian, wherever they have been moved.
    Records refer to each other by name; ids are made from the names, so that they stay the same when rows are sorted or
    added. The example row is not read. What is not stated stays unknown: a blank sheet never becomes a gap.

    Parameters
    ----------
    path
        File (``.xlsx``).
    personal
        What happens to contact data of persons: ``refuse`` reports each cell as an error, ``drop`` takes them out and
        counts them, ``keep`` keeps them.
    draft
        Leave out what is wrong, and whatever refers to it, in place of raising. Where services are left out, surveys
        that say "completely" count as partial, so that what could not be read never becomes a gap.
    language
        Language of the messages: ``en``, ``et`` or ``lt``.

    Returns
    -------
    Reading
        The framework; each record with its file, sheet and row.

    Raises
    ------
    DocumentError
        With every mistake: sheet, row, column, value, and how to mend it. With ``draft``, only where even the title or
        the reference date cannot be read.
    FormatError
        Where the file is no mapping workbook.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrated_services import io
    >>> from integrated_services.errors import DocumentError
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "mapping.xlsx")
    ...     _ = io.write_template(path, language="en")
    ...     try:
    ...         io.read_workbook(path)
    ...     except DocumentError as error:
    ...         print(len(error.problems), error.problems[0].place)
    2 mapping.xlsx, sheet Framework, row 4, column Reference date (B)
    """
    checked = check_workbook(path, personal=personal, language=language)
    if checked.framework is None or (checked.errors and not draft):
        raise DocumentError(checked.problems, checked.file)
    return _reading(checked, checked.framework)


def _reading(checked: Checked, framework: Framework) -> Reading:
    made = {name: len(getattr(framework, name)) for name in Framework.COLLECTIONS if getattr(framework, name)}
    details: dict[str, Any] = {"language": checked.language}
    if checked.left_out:
        details["left_out"] = [list(pair) for pair in checked.left_out]
    return Reading(framework, _defects(checked.problems), dict(checked.rows_in), made, checked.file, details)


def _defects(problems: Iterable[Problem]) -> tuple[Defect, ...]:
    kinds: dict[tuple[Any, str], list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.file is not None and problem.severity != "incomplete":
            kinds[problem.severity, problem.code].append(problem)
    found = [Defect(code, severity, len(all_), tuple(all_[:_EXAMPLES])) for (severity, code), all_ in kinds.items()]
    return tuple(sorted(found, key=lambda defect: (defect.severity != "error", -defect.count, defect.code)))


def check_workbook(path: str | PathLike[str], *, personal: Personal = "refuse", language: str | None = "en") -> Checked:
    """Read a mapping workbook and tell everything that is wrong or doubtful.

    Parameters
    ----------
    path
        File.
    personal
        What happens to contact data of persons.
    language
        Language of the messages; None: that of the workbook.

    Returns
    -------
    Checked
        The sound part, and all problems by sheet and row.

    Raises
    ------
    FormatError
        Where the file is no mapping workbook.
    """
    book = open_book(path)
    if not is_workbook(book):
        raise FormatError(
            "This is not a mapping workbook: its sheets are not those of the template. "
            "Make one with: integrated-services template mapping.xlsx",
            book.file,
        )
    spoken = language or language_of(book)
    mistakes = Mistakes(book.file, spoken if spoken in LANGUAGES else "en")
    return _Reader(located(book, mistakes), mistakes, personal).read()


class _Reader:
    """Reads one workbook."""

    def __init__(self, found: Located, mistakes: Mistakes, personal: Personal) -> None:
        self.found = found
        self.mistakes = mistakes
        self.personal = personal
        titles = {key: table.title for key, table in found.tables.items()}
        names = {key: Names(key) for key in _NAMED}
        self.context = Context(mistakes, names, titles, found.language, personal)
        self.rows: dict[str, list[Row]] = {}
        self.ids: dict[int, str] = {}
        self.entries: dict[str, list[Entry]] = {}
        self.head_places: dict[str, Place] = {}

    def read(self) -> Checked:
        for spec in SHEETS:
            table = self.found.tables.get(spec.key)
            if table is not None:
                self.rows[spec.key] = [self._row(table, *found) for found in data_rows(table, self.mistakes)]
        for key in _NAMED:
            self._name_rows(key, self.rows.get(key, []))
        head = self._head()
        self._records(head.pop("organisation", None))
        return self._whole(head)

    def _row(self, table: Table, number: int, cells: dict[str, Cell], is_marked: bool) -> Row:
        row = Row(table, number, cells, self.context)
        if is_marked:
            row.wrong.add(MARK)
        return row

    # names ------------------------------------------------------------------------------------------------------

    def _name_rows(self, key: str, rows: Sequence[Row]) -> None:
        """Give each row its id: the one that stands there, else one made from the name."""
        names = {id(row): row.text("name") for row in rows}
        given = {id(row): row.identifier() for row in rows}
        if key == "services":
            _share_ids(rows, names, given)
        made = ids_for(
            [name for row in rows if (name := names[id(row)]) is not None and given[id(row)] is None],
            [one for one in given.values() if one is not None],
        )
        first: dict[str, Row] = {}
        by_name: dict[str, Row] = {}
        for row in rows:
            name, own = names[id(row)], given[id(row)]
            if name is None and own is None:
                row.required("name", None)
                continue
            id_ = own or made[fold(name)]
            row.path = f"{row.table.spec.collection}[{id_}]"
            if key != "services" and not self._is_new(row, name, own, id_, first, by_name):
                continue
            self.ids[id(row)] = id_
            self.context.names[key].add(name, id_, row.number)

    def _is_new(
        self, row: Row, name: str | None, own: str | None, id_: str, first: dict[str, Row], by_name: dict[str, Row]
    ) -> bool:
        if id_ in first:
            other = first[id_].number
            if own is not None:
                row.mistake("duplicate-id", "id", value=id_, other=other)
            else:
                row.mistake("duplicate-name", "name", other=other)
            return False
        first[id_] = row
        if name is not None:
            same = by_name.setdefault(fold(name), row)
            if same is not row and (own is None or same.cells.get("id") is None):
                row.mistake("duplicate-name", "name", other=same.number)
                return False
        return True

    # records ----------------------------------------------------------------------------------------------------

    def _head(self) -> dict[str, Any]:
        sheet = self.found.framework
        if sheet is None:
            title = say("sheet.framework", self.mistakes.language)
            self.mistakes.add("missing-sheet", Place(), other=title)
            return {}
        places = framework_cells(sheet)
        table = Table(FRAMEWORK, sheet.name, sheet)
        cells: dict[str, Cell] = {}
        for key, (place, cell) in places.items():
            table.shown[key], cells[key], self.head_places[key] = place.column or "", cell, place
        row = _Head(table, 1, cells, self.context)
        row.places = self.head_places
        for column in FRAMEWORK.columns:
            if column.required and column.key not in places:
                shown = heading(FRAMEWORK.key, column.key, self.mistakes.language)
                self.mistakes.add("missing-column", Place(sheet.name), column=shown)
                row.wrong.add(column.key)
        title = row.required("title", row.text("title"))
        day = row.required("reference_date", row.date("reference_date"))
        if day is not None and len(day) < len("2024-09-01"):
            row.mistake("bad-date", "reference_date", text="bad-full-date")
            day = None
        head = {
            "framework": row.identifier() or (None if title is None else slug(title)),
            "title": title,
            "description": row.text("description"),
            "languages": row.choices("languages"),
            "reference_date": day,
            "basis": row.choice("basis"),
            "licence": row.text("licence"),
            "organisation": row.one("organisation"),
        }
        return {name: value for name, value in head.items() if value not in (None, [])}

    def _records(self, organisation: str | None) -> None:
        for key, make in _MAKERS.items():
            rows = [row for row in self.rows.get(key, []) if id(row) in self.ids]
            self.entries[key] = [make(row, self.ids[id(row)]) for row in rows]
        services: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows.get("services", []):
            if id(row) in self.ids:
                services[self.ids[id(row)]].append(row)
        self.entries["services"] = [service(rows, id_) for id_, rows in services.items()]
        for key, read in _PLAIN.items():
            self.entries[key] = [read(row) for row in self.rows.get(key, [])]
        found = [survey(row, organisation) for row in self.rows.get("surveys", [])]
        self.entries["surveys"] = [one for one in found if one is not None]
        for spec in SHEETS:
            if spec.key not in _NAMED:
                without_doubles(spec, self.entries[spec.key])

    # the whole --------------------------------------------------------------------------------------------------

    def _whole(self, head: dict[str, Any]) -> Checked:
        raw: dict[str, Any] = dict(head)
        good: dict[str, list[Entry | None]] = {}
        left: list[tuple[str, str]] = []
        rows_left: list[tuple[str, Entry, int]] = []
        for spec in SHEETS:
            kept = []
            for one in self.entries.get(spec.key, []):
                if one.wrong:
                    left.append((f"{spec.collection}[{one.key}]", self._reason(one)))
                else:
                    kept.append(one)
                    rows_left += [(f"{spec.collection}[{one.key}].deliveries", one, row) for row in one.left_out]
            good[spec.collection] = list(kept)
            raw[spec.collection] = [one.raw for one in kept]
        self._add_assumptions(raw, good)
        places = _Lines(good, self.head_places)
        built = assembled(Parsed(raw, (), places.line), personal=self.personal)
        built.broken += left
        gone = {path.partition("[")[2].rstrip("]") for path, _ in left}
        unnamed = {row.path.partition("[")[2].rstrip("]") for rows in self.rows.values() for row in rows if row.wrong}
        missing = {"title": "title", "reference_date": "reference_date", "framework": "title"}
        told = {missing[name] for name in missing if name not in head}
        for problem in built.errors:
            echo = problem.code == "unknown-reference" and problem.value in gone | unnamed
            if not echo and not (problem.code == "missing-field" and problem.path in ("", *missing) and told):
                self.mistakes.problems.append(places.placed(problem, self.mistakes.file))
        left += [(path, self._reason(one, row)) for path, one, row in rows_left]
        return self._checked(built, places, left)

    def _reason(self, one: Entry, row: int | None = None) -> str:
        rows = {row} if row is not None else {other["row"] for other in one.raw["origins"]}
        title = one.row.table.title
        for problem in self.mistakes.problems:
            if problem.severity == "error" and problem.sheet == title and problem.row in rows:
                return problem.message
        return self.mistakes.say("left-out")

    def _add_assumptions(self, raw: dict[str, Any], good: dict[str, list[Entry | None]]) -> None:
        used = set(_sources_in(raw))
        for id_, record in self.context.assumptions.items():
            if id_ in used and all(other.get("id") != id_ for other in raw["sources"]):
                raw["sources"].append(record)
                good["sources"].append(None)

    def _checked(self, built: Built, places: _Lines, left: list[tuple[str, str]]) -> Checked:
        errors = [problem for problem in self.mistakes.problems if problem.severity == "error"]
        framework, left_out = built.framework, tuple(sorted(left))
        if errors or left:
            framework, left_out = sound_part(built)
            left_out = tuple(sorted({*left_out, *left}))
            if framework is not None and any(path.startswith("services[") for path, _ in left_out):
                framework = _less_surveyed(framework)
        problems = list(self.mistakes.problems)
        if framework is not None and not errors:
            problems += [places.placed(problem, self.mistakes.file) for problem in built.problems()]
        rows_in = {self.rows[key][0].table.title: len(self.rows[key]) for key in self.rows if self.rows[key]}
        ordered = _in_order(dict.fromkeys(problems), [*self._titles()])
        return Checked(
            self.mistakes.file, self.found.language, framework, ordered, left_out, rows_in, self.context.dropped
        )

    def _titles(self) -> Iterable[str]:
        if self.found.framework is not None:
            yield self.found.framework.name
        for spec in SHEETS:
            if spec.key in self.found.tables:
                yield self.found.tables[spec.key].title


def _less_surveyed(framework: Framework) -> Framework:
    """Let no survey be complete: where services were left out, that none is known does not mean that there is none."""
    surveys = [
        one.model_copy(update={"status": "partial"}) if one.status == "complete" else one for one in framework.surveys
    ]
    return framework.model_copy(update={"surveys": surveys})


class _Head(Row):
    """The first sheet, in which each field has a row of its own."""

    places: Mapping[str, Place]

    def place(self, key: str | None = None) -> Place:
        """Give the place of the answer."""
        return self.places.get(key or "", Place(self.table.title))


def _share_ids(rows: Sequence[Row], names: Mapping[int, str | None], given: dict[int, str | None]) -> None:
    """Let all rows of one service have the id that one of them has."""
    known: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        name, own = names[id(row)], given[id(row)]
        if name is not None and own is not None:
            known[fold(name)].add(own)
    for row in rows:
        name = names[id(row)]
        if name is not None and given[id(row)] is None and len(known[fold(name)]) == 1:
            (given[id(row)],) = known[fold(name)]


def _sources_in(value: Any) -> Iterable[str]:
    """Name all sources that figures rest on."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "source" and isinstance(inner, str):
                yield inner
            else:
                yield from _sources_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _sources_in(inner)


_RANK: Final = {"error": 0, "warning": 1, "incomplete": 2}


def _in_order(problems: Iterable[Problem], titles: Sequence[str]) -> tuple[Problem, ...]:
    """Sort as somebody goes through the workbook: errors first, then by sheet and row."""
    order = {title: number for number, title in enumerate(titles)}

    def place(problem: Problem) -> tuple[Any, ...]:
        sheet = order.get(problem.sheet or "", len(order))
        return (_RANK[problem.severity], sheet, problem.row or 0, problem.column or "", problem)

    return tuple(sorted(problems, key=place))


class _Lines:
    """Tells where each value of the assembled document stands, through the line numbers that the model asks for.

    The model knows lines only, so each cell is given a number of its own, which is turned into the cell afterwards.
    """

    def __init__(self, entries: Mapping[str, Sequence[Entry | None]], head: Mapping[str, Place]) -> None:
        self._entries = entries
        self._head = {"framework": "title", **{key: key for key in head}}
        self._head_places = head
        self._places: list[Place] = []
        self._numbers: dict[Place, int] = {}

    def _number(self, place: Place) -> int:
        if place not in self._numbers:
            self._places.append(place)
            self._numbers[place] = len(self._places)
        return self._numbers[place]

    def line(self, place: tuple[str | int, ...]) -> int | None:
        """Give the number of a place."""
        if not place:
            return None
        entries = self._entries.get(str(place[0]))
        if entries is None:
            cell = self._head_places.get(self._head.get(str(place[0]), ""))
            return None if cell is None else self._number(cell)
        if len(place) < 2 or not isinstance(place[1], int) or place[1] >= len(entries):
            return None
        one = entries[place[1]]
        if one is None:
            return None
        inside = place[2:]
        while inside and inside not in one.places:
            inside = inside[:-1]
        if inside:
            return self._number(one.places[inside])
        first = "name" if "name" in one.row.table.columns else one.row.table.spec.columns[0].key
        return self._number(one.row.place(first))

    def placed(self, problem: Problem, file: str) -> Problem:
        """Put sheet, row and column in place of the number."""
        if problem.row is None or not 0 < problem.row <= len(self._places):
            return replace(problem, file=file, row=None)
        place = self._places[problem.row - 1]
        return replace(problem, file=file, sheet=place.sheet, row=place.row, column=place.column)
