"""Our own tables: every framework as a folder of CSV or Parquet files, or as one workbook, and back without a loss."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from integrated_services.errors import DocumentError, FormatError, Problem
from integrated_services.io._guard import file_name
from integrated_services.io._reading import LossReport, Personal
from integrated_services.io._tables_csv import PACKAGE, read_csv, write_csv
from integrated_services.io._tables_frames import laid_out, read_parquet, write_parquet
from integrated_services.io._tables_parts import TEXTS, Part, sheet_titles, with_long_cells, with_short_cells
from integrated_services.io._tables_xlsx import read_workbook, workbook_bytes
from integrated_services.model import Draft, Framework
from integrated_services.model._assemble import Built, sound_part
from integrated_services.model._columns import missing_columns, strange_columns, unknown_tables
from integrated_services.model._head import HEAD, head_of, head_problems
from integrated_services.model._keyed import Keyed, keyed
from integrated_services.model._load import _no_collection
from integrated_services.model._records import built_of, place_dropped
from integrated_services.model._tables import table_specs

TableFormat = Literal["csv", "parquet", "xlsx"]
"""How tables are written: a folder of text files, a folder of Parquet files, or a workbook."""

_WORKBOOKS = (".xlsx", ".xlsm", ".ods", ".xls")
"""What is read as a workbook, by whichever program it was saved last."""
_NAMES: dict[TableFormat, str] = {"csv": "tables (CSV)", "parquet": "tables (Parquet)", "xlsx": "tables (workbook)"}


def write_tables(
    framework: Framework,
    path: str | PathLike[str],
    *,
    format: TableFormat | None = None,  # noqa: A002
    force: bool = False,
) -> LossReport:
    """Write a framework as tables, from which :func:`read_tables` makes the same framework.

    Parameters
    ----------
    framework
        The framework.
    path
        A name ending in ``.xlsx`` for a workbook; else a folder, which is made where it is not there.
    format
        ``csv`` or ``parquet`` for a folder; CSV unless told otherwise.
    force
        Whether to write over a workbook, or into a folder, that this package did not write.

    Returns
    -------
    LossReport
        Rows by table; nothing is lost.

    Raises
    ------
    FormatError
        Where there is something else under this name.
    MissingDependencyError
        Where Parquet is asked for and PyArrow is not installed.
    OSError
        Where nothing can be written there.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrated_services import samples
    >>> from integrated_services.io import read_tables, write_tables
    >>> fw = samples.load("elektrenai")
    >>> with TemporaryDirectory() as folder:
    ...     report = write_tables(fw, Path(folder, "elektrenai.xlsx"))
    ...     read_tables(Path(folder, "elektrenai.xlsx")) == fw
    True
    >>> len(report), report.written["territories"] == len(fw.territories)
    (0, True)
    """
    place = Path(path)
    chosen = _chosen(place, format)
    tables = laid_out(framework)
    if chosen == "xlsx":
        if place.exists() and not force:
            _refuse_foreign_workbook(place)
        place.write_bytes(workbook_bytes(with_short_cells(tables)))
    else:
        _empty_folder(place, force=force)
        if chosen == "csv":
            write_csv(with_short_cells(tables), place, str(framework.title))
        else:
            write_parquet(tables, place)
    written = {name: len(next(iter(table.values()), ())) for name, table in tables.items()}
    return LossReport(_NAMES[chosen], (), written)


def _chosen(path: Path, wanted: str | None) -> TableFormat:
    is_workbook = path.suffix.lower() == ".xlsx"
    chosen = wanted or ("xlsx" if is_workbook else "csv")
    if chosen not in _NAMES:
        raise ValueError(f"format is csv, parquet or xlsx, not {wanted!r}")
    if is_workbook != (chosen == "xlsx"):
        message = "A workbook has a name that ends in .xlsx; CSV and Parquet files are written into a folder."
        raise FormatError(message, file_name(path))
    return chosen


def _refuse_foreign_workbook(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            is_own = f'name="{HEAD}"'.encode() in archive.read("xl/workbook.xml")
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        is_own = False
    if not is_own:
        raise FormatError("There is another file of this name; give another name, or use force.", file_name(path))


def _empty_folder(folder: Path, *, force: bool) -> None:
    """Make the folder, or take out of it the tables that were written before."""
    if not folder.exists():
        folder.mkdir()
        return
    if not folder.is_dir():
        raise FormatError("There is a file of this name; tables are written into a folder.", file_name(folder))
    known = {PACKAGE, *(f"{name}{end}" for name in (*sheet_titles(), TEXTS) for end in (".csv", ".parquet"))}
    present = {entry.name for entry in folder.iterdir()}
    own = {f"{HEAD}.csv", f"{HEAD}.parquet"} & present
    if present and not force and (not own or present - known):
        message = "The folder holds other files; name an empty or a new one, or use force."
        raise FormatError(message, file_name(folder))
    for name in sorted(present & known):
        (folder / name).unlink()


# reading -----------------------------------------------------------------------------------------------------------


def read_tables(path: str | PathLike[str], *, personal: Personal = "refuse") -> Framework:
    """Read the tables that :func:`write_tables` writes, strictly.

    Parameters
    ----------
    path
        A workbook, a folder of CSV or Parquet files, or the ``datapackage.json`` in such a folder.
    personal
        What happens to contact data of persons: the tables are refused, it is taken out, or it is kept.

    Returns
    -------
    Framework
        The checked framework.

    Raises
    ------
    DocumentError
        With every error, by file, sheet, row and column.
    FormatError
        Where the files cannot be read at all.
    MissingDependencyError
        Where Parquet is to be read and PyArrow is not installed.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrated_services import samples
    >>> from integrated_services.io import read_tables, write_tables
    >>> fw = samples.load("elektrenai")
    >>> with TemporaryDirectory() as folder:
    ...     _ = write_tables(fw, Path(folder, "tables"))
    ...     read_tables(Path(folder, "tables")) == fw
    True
    """
    found = _read(Path(path), personal)
    if found.built is None or found.built.framework is None or found.has_errors:
        raise DocumentError(found.problems, file_name(path))
    place_dropped(found.built, [_placed(problem, found.parts) for problem in found.dropped])
    return found.built.framework


def read_tables_draft(path: str | PathLike[str], *, personal: Personal = "refuse") -> Draft:
    r"""Read the sound part of tables that have errors.

    Parameters
    ----------
    path
        As for :func:`read_tables`.
    personal
        As for :func:`read_tables`.

    Returns
    -------
    Draft
        What could be kept, every problem, and what was left out and why.

    Raises
    ------
    DocumentError
        Where even the head (id, title, reference date) cannot be read.
    FormatError
        Where the files cannot be read at all.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrated_services import samples
    >>> from integrated_services.io import read_tables_draft, write_tables
    >>> with TemporaryDirectory() as folder:
    ...     _ = write_tables(samples.load("elektrenai"), Path(folder, "tables"))
    ...     _ = Path(folder, "tables", "surveys.csv").write_text("status,by\nsome,nobody\n")
    ...     draft = read_tables_draft(Path(folder, "tables"))
    >>> [problem.place for problem in draft.problems if problem.code == "bad-choice"]
    ['surveys.csv, row 2, column status']
    """
    found = _read(Path(path), personal)
    framework, left_out = (None, ()) if found.built is None else sound_part(found.built)
    if framework is None:
        raise DocumentError(found.problems, file_name(path))
    advice = [problem for problem in framework.problems() if problem.severity != "error"]
    errors = [problem for problem in found.problems if problem.severity == "error"]
    return Draft(framework, DocumentError([*errors, *advice]).problems, left_out)


def _parts(path: Path) -> list[Part]:
    if path.suffix.lower() in _WORKBOOKS:
        return read_workbook(path)
    folder = path.parent if path.name == PACKAGE else path
    if not folder.is_dir():
        message = "Tables are a workbook (.xlsx) or a folder of CSV or Parquet files; there is none of this name."
        raise FormatError(message, file_name(path))
    seen = sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "~$")))  # of other programs
    texts, frames = ([file for file in seen if file.suffix.lower() == end] for end in (".csv", ".parquet"))
    if texts and frames:
        raise FormatError("The folder holds CSV and Parquet files; keep one of the two.", file_name(folder))
    if not texts and not frames:
        raise FormatError("The folder holds no CSV and no Parquet file.", file_name(folder))
    return [read_csv(file) for file in texts] if texts else [read_parquet(file) for file in frames]


@dataclass(slots=True)
class _Found:
    """Tables on their way in."""

    parts: dict[str, Part]
    problems: list[Problem]
    built: Built | None
    dropped: list[Problem]

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


def _read(path: Path, personal: Personal) -> _Found:
    with _no_collection():
        parts = with_long_cells(_parts(path))
        by_table = {part.table: part for part in parts}
        plain = {part.table: part.columns for part in parts}
        head = plain.pop(HEAD, {})
        found = keyed(plain)
        missing = [problem for name, table in found.tables.items() for problem in missing_columns(name, table)]
        problems = [*head_problems(head), *found.problems, *missing]
        problems += [problem for part in parts if not part.problems for problem in unknown_tables([part.table])]
        for name, table in found.tables.items():
            problems += strange_columns(name, table_specs()[name], table)
        named, dropped, built = _built(head_of(head), found, personal)
    absent = {(problem.path, (problem.column or "").partition(".")[0]) for problem in missing}
    problems += [problem for problem in named if not _is_said(problem, absent)]
    placed = [*(_placed(problem, by_table) for problem in problems), *(p for part in parts for p in part.problems)]
    return _Found(by_table, placed, built, dropped)


def _built(said: dict[str, Any], found: Keyed, personal: Personal) -> tuple[list[Problem], list[Problem], Built | None]:
    """Build the framework; its errors name table, row and column."""
    try:
        built, places = built_of(said, found.tables, found.figure_rows, personal=personal)
    except DocumentError as error:  # of a format that is not known
        return [replace(problem, row=None, sheet=HEAD, column=problem.path) for problem in error.problems], [], None
    return places.named(built.problems() if built.errors else ()), places.named(built.dropped), built


def _is_said(problem: Problem, absent: set[tuple[str, str]]) -> bool:
    """Whether a missing value is that of a column that is missing as a whole."""
    column = (problem.column or "").partition(".")[0]
    return problem.code == "missing-field" and (problem.sheet or "", column) in absent


def _placed(problem: Problem, parts: dict[str, Part]) -> Problem:
    """Say where in the files a problem of a table stands."""
    table = problem.sheet or problem.path.partition("[")[0]
    part = parts.get(table)
    if part is None:
        return replace(problem, sheet=None)
    if problem.code == "wrong-type" and problem.message == "a text was expected":
        problem = replace(problem, mend="Format the cell as text, and write the value again.")
    if table == HEAD and problem.row is None and problem.column not in (None, "field", "value"):
        row = next(_rows_of_field(part, str(problem.column)), None)
        return replace(problem, file=part.file, sheet=part.sheet, row=row, column="value")
    row = problem.row if problem.row is not None and problem.row <= len(part.rows) else None
    return replace(problem, file=part.file, sheet=part.sheet, row=None if row is None else part.rows[row - 1])


def _rows_of_field(part: Part, field: str) -> Iterator[int]:
    names: Iterable[object] = part.columns.get("field", ())
    for row, name in zip(part.rows, names, strict=False):
        if str(name).partition(".")[0] == field:
            yield row
