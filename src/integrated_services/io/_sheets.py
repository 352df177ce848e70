"""Any spreadsheet, text table or JSON list as sheets of cells, opened without trusting the file."""

from __future__ import annotations

import os
from pathlib import PurePath

from integrated_services.errors import FormatError
from integrated_services.io._encodings import csv_rows, decode
from integrated_services.io._guard import LIMITS, Archive, Limits, file_name, safe_bytes, safe_json
from integrated_services.io._sheets_grid import Book, Cell, CellError, Sheet, column_name, grid_of
from integrated_services.io._sheets_json import json_sheets

__all__ = ["Book", "Cell", "CellError", "Sheet", "column_name", "open_book", "open_bytes"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TEXT_ENDINGS = frozenset({".csv", ".tsv", ".tab", ".txt", ".xls", ".xlsx", ".xlsm", ".ods"})


def open_book(
    path: str | os.PathLike[str],
    *,
    encoding: str | None = None,
    separator: str | None = None,
    limits: Limits = LIMITS,
) -> Book:
    r"""Open a spreadsheet (.xlsx, .xlsm, .ods, .xls), a text table (.csv, .tsv, .txt) or lists in JSON.

    Parameters
    ----------
    path
        File; what it is is seen from its content.
    encoding
        Encoding of a text file, such as ``cp1257``; else it is found out.
    separator
        What separates the cells of a text file; else it is found out.
    limits
        How much the file may ask for.

    Returns
    -------
    Book
        All sheets, with notes on how they were read.

    Raises
    ------
    FormatError
        Where the file cannot be read, is none of these, or asks for more than the limits.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrated_services.io._sheets import open_book
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "places.csv")
    ...     _ = path.write_bytes("teenus;kohti\nPäevahoid;12\n".encode("cp1257"))
    ...     book = open_book(path)
    >>> book.sheets[0].rows, book.encoding, book.separator
    ((('teenus', 'kohti'), ('Päevahoid', '12')), 'cp1257', ';')
    """
    return open_bytes(safe_bytes(path, limits), file_name(path), encoding=encoding, separator=separator, limits=limits)


def open_bytes(
    data: bytes,
    file: str,
    *,
    encoding: str | None = None,
    separator: str | None = None,
    limits: Limits = LIMITS,
) -> Book:
    """Open a spreadsheet, text table or JSON list that is in memory; see `open_book`.

    Parameters
    ----------
    data
        Content of the file.
    file
        Its name; the ending tells text tables from JSON.
    encoding, separator, limits
        As for `open_book`.

    Returns
    -------
    Book
        All sheets.

    Raises
    ------
    FormatError
        Where it is none of these, or asks for more than the limits.
    """
    if len(data) > limits.max_bytes:
        raise FormatError(f"The file is larger than {limits.max_bytes:,} bytes; divide it.", file)
    if not data.strip(b" \t\r\n\0"):
        raise FormatError("The file is empty.", file)
    if data.startswith(_ZIP):
        with Archive(data, limits, file) as archive:
            return _from_archive(archive, file, limits)
    if data.startswith(_OLE):
        return _from_ole(data, file, limits)
    _refuse_others(data, file)
    ending = PurePath(file).suffix.lower()
    if ending == ".json":
        return _json_book(data, file, limits)
    if ending in _TEXT_ENDINGS:
        return _text_book(data, file, encoding, separator or ("\t" if ending == ".tsv" else None), limits)
    raise FormatError("The name of the file must end in .xlsx, .xlsm, .ods, .xls, .csv, .tsv, .txt or .json.", file)


def _from_archive(archive: Archive, file: str, limits: Limits) -> Book:
    names = {name.replace("\\", "/").lower() for name in archive.namelist()}
    if any(name.startswith("xl/") and name.endswith(".bin") and "workbook" in name for name in names):
        raise FormatError("This is a binary workbook (.xlsb); save it as .xlsx.", file)
    if "content.xml" in names:
        from integrated_services.io._sheets_ods import read_ods

        return read_ods(archive, file, limits)
    if "_rels/.rels" in names or "xl/workbook.xml" in names:
        from integrated_services.io._sheets_xlsx import read_xlsx

        return read_xlsx(archive, file, limits)
    raise FormatError("This is an archive but no spreadsheet; unpack it and name a file from inside.", file)


def _from_ole(data: bytes, file: str, limits: Limits) -> Book:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise FormatError("The workbook is encrypted; save it without a password.", file)
    from integrated_services.io._sheets_xls import read_xls

    return read_xls(data, file, limits)


def _refuse_others(data: bytes, file: str) -> None:
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<!doctype", b"<workbook")):
        raise FormatError(
            "This is a web page or XML under the name of a table; open it in a spreadsheet program and save it as "
            ".xlsx.",
            file,
        )
    if start.startswith((b"%pdf", b"{\\rtf", b"\x89png", b"\x1f\x8b", b"par1")):
        raise FormatError("This is no table but another kind of file; save it as .xlsx or .csv.", file)


def _json_book(data: bytes, file: str, limits: Limits) -> Book:
    sheets, notes = json_sheets(safe_json(data, limits, file), PurePath(file).stem, limits, file)
    return Book(file, "json", sheets, encoding="utf-8", notes=notes)


def _text_book(data: bytes, file: str, encoding: str | None, separator: str | None, limits: Limits) -> Book:
    try:
        text, used, notes = decode(data, encoding=encoding)
        if "\0" in text:
            raise FormatError("The file holds NUL characters; it is no table of text, or damaged.")
        rows, found = csv_rows(text, separator=separator, limits=limits)
    except FormatError as error:
        raise FormatError(error.message, file, error.row, error.column) from None
    sheet = grid_of(PurePath(file).stem, rows, limits, file).sheet()
    return Book(file, "csv", (sheet,), used, found, notes)
