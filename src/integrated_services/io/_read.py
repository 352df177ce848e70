"""One door for every kind of input: what a file is, is seen from its content."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any, Final, Literal

from integrated_services.errors import FormatError
from integrated_services.io._guard import file_name, safe_bytes, safe_json
from integrated_services.io._mapping import Mapping
from integrated_services.io._mapping_apply import read_mapped
from integrated_services.io._personal_data import note_personal
from integrated_services.io._reading import Collector, LossReport, Personal, Reading
from integrated_services.io._sheets import Book, open_book
from integrated_services.io._tables import read_tables, read_tables_draft, write_tables
from integrated_services.io._workbook import is_workbook, read_workbook
from integrated_services.io.hsds import read_hsds, write_hsds
from integrated_services.io.hsds._nested import Written
from integrated_services.model import Framework, dump, load, load_draft
from integrated_services.model._head import HEAD

Kind = Literal["document", "tables", "workbook", "hsds", "spreadsheet"]
"""What a file is: our own document, our own tables, the mapping workbook, HSDS, or any other spreadsheet."""

Form = Literal["hsds-3.1", "hsds-3.0", "oruk-3.0", "parquet"]
"""What is written where the name of the target does not say it."""

_VERSIONS: Final[dict[Form, Written]] = {"hsds-3.1": "3.1", "hsds-3.0": "3.0", "oruk-3.0": "oruk-3.0"}
_DOCUMENTS = (".yaml", ".yml")
_HSDS_NAMES = frozenset(
    f"{noun}{end}"
    for noun in ("organization", "service", "location", "service_at_location", "taxonomy_term")
    for end in ("", "s")
) | {"organizations_services", "services_at_location", "taxonomies"}
_HSDS_KEYS = frozenset(
    ("organization_id", "service_at_locations", "organization", "interpretation_services", "services")
)


def kind_of(path: str | PathLike[str]) -> Kind:
    r"""Tell what a file or folder is.

    Parameters
    ----------
    path
        File or folder.

    Returns
    -------
    str
        ``document``, ``tables``, ``workbook``, ``hsds``, or ``spreadsheet`` for whatever a mapping can read.

    Raises
    ------
    FormatError
        Where it is none of these.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrated_services.io import kind_of
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "services.csv")
    ...     _ = path.write_text("name;places\nDay care;12\n")
    ...     kind_of(path)
    'spreadsheet'
    """
    place = Path(path)
    ending = place.suffix.lower()
    if place.is_dir():
        return _kind_of_folder(place)
    if ending in _DOCUMENTS:
        return "document"
    if ending == ".json":
        return _kind_of_json(place)
    if ending in (".jsonl", ".ndjson", ".zip"):
        return "hsds"
    if ending in (".xlsx", ".xlsm"):
        return _kind_of_book(open_book(place))
    return "spreadsheet"


def read(
    path: str | PathLike[str],
    *,
    mapping: Mapping | str | PathLike[str] | None = None,
    personal: Personal | None = None,
    strict: bool = False,
    draft: bool = False,
    reference_date: str | None = None,
) -> Reading:
    """Read a framework from whatever holds one: document, tables, mapping workbook, HSDS, or a mapped spreadsheet.

    Parameters
    ----------
    path
        File or folder.
    mapping
        What sheets, columns and values mean, or the file that says so; needed for spreadsheets of other people.
    personal
        What happens to contact data of persons; missing: our own documents, tables and workbooks are refused, in
        other people's formats the data are dropped and counted.
    strict
        Whether a defect of other people's data is refused; our own formats are always read strictly.
    draft
        Take the sound part of our own documents, tables and workbooks.
    reference_date
        The day that the data speak of (``2022-06-01``), where they do not say so.

    Returns
    -------
    Reading
        The framework and every defect.

    Raises
    ------
    DocumentError
        With every error of our own formats; when reading strictly, of the others too.
    FormatError
        Where the file cannot be read, or is a spreadsheet and there is no mapping.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrated_services import io, samples
    >>> fw = samples.load("elektrenai")
    >>> with TemporaryDirectory() as folder:
    ...     losses = io.write(fw, Path(folder, "tables.xlsx"))
    ...     print(io.read(Path(folder, "tables.xlsx")).framework == fw)
    True
    """
    if mapping is not None:
        return read_mapped(path, mapping, personal=personal or "drop", strict=strict, reference_date=reference_date)
    kind = kind_of(path)
    if kind == "hsds":
        return read_hsds(path, personal=personal or "drop", strict=strict, reference_date=reference_date)
    if kind == "workbook":
        return read_workbook(path, personal=personal or "refuse", draft=draft)
    if kind == "spreadsheet":
        message = "Nothing says what the sheets and columns mean. Propose it with: integrated-services map"
        raise FormatError(f"{message} {file_name(path)} -o mapping.yaml", file_name(path))
    collector = Collector(file_name(path))
    mode = personal or "refuse"
    if not draft:
        framework = (read_tables if kind == "tables" else load)(path, personal=mode)
        note_personal(framework.problems(), mode, collector)
        return collector.reading(framework)
    part = (read_tables_draft if kind == "tables" else load_draft)(path, personal=mode)
    collector.add_problems(part.problems)
    note_personal(part.problems, mode, collector)
    collector.details["left_out"] = [list(one) for one in part.left_out]
    return collector.reading(part.framework)


def write(
    framework: Framework,
    path: str | PathLike[str],
    *,
    form: Form | None = None,
    force: bool = False,
) -> LossReport:
    """Write a framework: the name of the target says in which form.

    Parameters
    ----------
    framework
        The framework.
    path
        ``.json`` or ``.yaml``: a document; ``.xlsx``: a workbook of tables; anything without an ending: a folder of
        tables.
    form
        Write HSDS of this version into the file, or Parquet in place of CSV into the folder.
    force
        Write into a folder that holds other files.

    Returns
    -------
    LossReport
        What the format cannot say; nothing for our own formats.

    Raises
    ------
    FormatError
        Where the name has another ending, or the target cannot be written.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrated_services import io, samples
    >>> with TemporaryDirectory() as folder:
    ...     losses = io.write(samples.load("elektrenai"), Path(folder, "hsds.json"), form="hsds-3.0")
    >>> losses.format, "demands" in {loss.field for loss in losses}
    ('HSDS 3.0', True)
    """
    ending = Path(path).suffix.lower()
    if form is not None and form != "parquet":
        return write_hsds(framework, path, version=_VERSIONS[form])
    if ending in (".json", *_DOCUMENTS):
        dump(framework, path)
        made = {name: len(getattr(framework, name)) for name in Framework.COLLECTIONS if getattr(framework, name)}
        return LossReport("document", (), made)
    if ending not in ("", ".xlsx"):
        message = "A framework is written as .json, .yaml or .xlsx, or as tables into a folder (a name without ending)."
        raise FormatError(message, file_name(path))
    return write_tables(framework, path, format=form, force=force)


# -------------------------------------------------------------------------------------------------------------------


def _kind_of_folder(folder: Path) -> Kind:
    names = {entry.name.lower() for entry in folder.iterdir()}
    if names & {f"{HEAD}.csv", f"{HEAD}.parquet"}:
        return "tables"
    stems = {name.partition(".")[0] for name in names}
    if "datapackage.json" in names or stems & _HSDS_NAMES:
        return "hsds"
    message = "The folder holds neither tables of a framework nor HSDS; name one of its files."
    raise FormatError(message, file_name(folder))


def _kind_of_json(path: Path) -> Kind:
    if path.name.lower() == "datapackage.json":
        return _kind_of_folder(path.parent)
    raw = safe_json(safe_bytes(path), file=file_name(path))
    if isinstance(raw, dict) and "framework" in raw:
        return "document"
    if _looks_like_hsds(raw):
        return "hsds"
    if isinstance(raw, dict) and raw.keys() & {"format", "title", "reference_date", *Framework.COLLECTIONS}:
        return "document"  # an unfinished one of ours, whose problems are to be told
    return "spreadsheet"


def _looks_like_hsds(raw: Any) -> bool:
    if isinstance(raw, dict) and isinstance(raw.get("contents"), list):
        raw = raw["contents"]
    if isinstance(raw, dict):
        if raw.keys() & _HSDS_KEYS and ("id" in raw or "name" in raw):
            return True
        lists = {name: value for name, value in raw.items() if name in _HSDS_NAMES and isinstance(value, list)}
        return any(_is_hsds_object(item) for value in lists.values() for item in value[:1])
    return isinstance(raw, list) and any(_is_hsds_object(item) for item in raw[:1])


def _is_hsds_object(item: Any) -> bool:
    return isinstance(item, dict) and "id" in item and bool(item.keys() & (_HSDS_KEYS | {"status", "taxonomy_id"}))


def _kind_of_book(book: Book) -> Kind:
    for sheet in book.sheets:
        if sheet.name.casefold() == HEAD and sheet.rows and sheet.rows[0][:2] == ("field", "value"):
            return "tables"
    return "workbook" if is_workbook(book) else "spreadsheet"
