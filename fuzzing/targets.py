"""What is fed, with which sound inputs, and how they are changed."""

from __future__ import annotations

import io
import json
import random
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import attrs
from changes import TEXTS, changed_archive, changed_bytes, changed_text, changed_value

from integrated_services import io as formats
from integrated_services.io import _workbook
from integrated_services.io._cells import blank, day_order, days, decimal_mark, items, number, yes_no
from integrated_services.io._guard import LIMITS
from integrated_services.io._mapping_apply import mapped
from integrated_services.io._mapping_propose import proposed
from integrated_services.io._sheets import Book, Sheet, open_book, open_bytes
from integrated_services.model import Framework, loads, loads_draft

sys.path.append(str(Path(__file__).parent.parent / "tests" / "io"))
from made_files import FILES, ods, xlsx

# Large sheets are refused later otherwise, which would only take time.
SMALL = attrs.evolve(LIMITS, max_cells=20_000, max_text=5_000)


@dataclass(frozen=True)
class Target:
    """A reader, sound inputs, and how they are changed."""

    seeds: Sequence[Any]
    change: Callable[[random.Random, Any], Any]
    reader: Callable[[Path], Callable[[Any], object]]


def _bytes_reader(name: str) -> Callable[[Path], Callable[[Any], object]]:
    return lambda _folder: lambda data: open_bytes(data, name, limits=SMALL)


# ------------------------------------------------------------------------------------------------- kinds of files


def xlsx_target() -> Target:
    """Workbooks of Excel."""
    strings = "<si><t>Päevahoid</t></si><si><r><t>a</t></r><rPh><t>b</t></rPh></si><si><t>Kohti</t></si>"
    styles = '<numFmts><numFmt numFmtId="164" formatCode="dd.mm.yyyy"/></numFmts><cellXfs><xf numFmtId="0"/>'
    styles += '<xf numFmtId="164"/><xf numFmtId="46"/><xf numFmtId="21"/></cellXfs>'
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>2</v></c><c r="C1" t="e"><v>#N/A</v></c></row>'
    rows += (
        '<row r="2" hidden="1"><c r="A2" s="1"><v>44713</v></c><c r="B2" s="2"><v>1.5</v></c><c s="3"><v>0.5</v></c>'
    )
    rows += '<c t="b"><v>1</v></c><c t="inlineStr"><is><t>x_x000D_</t></is></c><c t="d"><v>2022-05-03</v></c>'
    rows += '<c><f t="shared" si="0">A1+1</f><v>2</v></c><c><f t="shared" si="0"/><v>3</v></c></row>'
    merged = '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    seeds = [
        xlsx(rows, strings=strings, styles=styles, after=merged, method=0),
        xlsx(rows, book='<workbookPr date1904="1"/>', styles=styles, strings=strings, method=0),
    ]
    return Target(seeds, changed_archive, _bytes_reader("a.xlsx"))


def ods_target() -> Target:
    """Spreadsheets of LibreOffice."""
    rows = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="1" '
    )
    rows += (
        'table:number-columns-repeated="3"/><table:table-cell office:value-type="string"><text:p>a<text:s text:c="2"/>'
    )
    rows += "</text:p><text:p>b</text:p></table:table-cell></table:table-row><table:table-row>"
    rows += (
        '<table:table-cell office:value-type="date" office:date-value="2022-05-03" table:number-columns-spanned="2"/>'
    )
    rows += '<table:covered-table-cell/><table:table-cell office:value-type="time" office:time-value="PT12H30M00S" '
    rows += 'table:formula="of:=1"/><table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
    return Target([ods(rows + "</table:table-row>")], changed_archive, _bytes_reader("a.ods"))


def xls_target() -> Target:
    """Workbooks of Excel 97 to 2003."""

    def change(rng: random.Random, seed: bytes) -> bytes:
        made = bytearray(seed)
        for _ in range(rng.choice((1, 1, 2, 4))):
            # records, tables and directories are there where bytes are not 0; most of the long text is passed over
            place = rng.choice(filled)
            made[place] = rng.choice((0, 1, 2, 127, 255, made[place] ^ 1 << rng.randrange(8), rng.randrange(256)))
        return changed_bytes(rng, bytes(made)) if rng.random() < 0.05 else bytes(made)

    seed = (FILES / "small.xls").read_bytes()
    filled = [place for place, byte in enumerate(seed) if byte and (byte != 0xF5 or place % 97 == 0)]
    return Target([seed], change, lambda _folder: lambda data: open_bytes(data, "a.xls", limits=LIMITS))


_TABLE = 'Teenus;Osutaja;Kohti;Alates\r\n"Päevahoid; ""öö""";Tapa;ca 12,5;03.05.2022\r\nŠeima;Vilnius;2-3;mai 2022\r\n'


def csv_target() -> Target:
    """Text tables in several encodings."""

    def change(rng: random.Random, seed: tuple[str, str]) -> bytes:
        text, encoding = seed
        data = changed_text(rng, text).encode(encoding, "replace")
        return changed_bytes(rng, data) if rng.random() < 0.2 else data

    seeds = [(_TABLE, encoding) for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1257", "cp1252")]
    seeds += [
        (_TABLE.replace(";", ","), "mac_roman"),
        (f"sep=;\n{_TABLE}", "utf-8"),
        (_TABLE.replace(";", "\t"), "cp1251"),
    ]
    return Target(seeds, change, _bytes_reader("a.csv"))


_OBJECTS: list[Any] = [
    {
        "id": "a",
        "name": "Päevahoid",
        "at": {"town": "Tapa", "lat": 59.2},
        "open": [{"day": "Mo", "h": [{"f": 8}]}],
        "l": [1],
    },
    {"id": "b", "name": None, "open": [], "tags": ["x; y", "z"], "free": True},
]


def json_target() -> Target:
    """Lists of objects."""

    def change(rng: random.Random, seed: Any) -> bytes:
        text = json.dumps(changed_value(rng, seed), ensure_ascii=rng.random() < 0.5)
        data = text.encode("utf-8", "surrogatepass")
        return changed_bytes(rng, data) if rng.random() < 0.2 else data

    seeds = [_OBJECTS, {"x": _OBJECTS[0], "y": _OBJECTS[1]}, {"page": 1, "contents": _OBJECTS}]
    return Target(seeds, change, _bytes_reader("a.json"))


def cells_target() -> Target:
    """Texts of single cells."""
    seeds = [
        *(
            "1 234,5",
            "nuo 2 iki 3 mėn.",
            "ca 2-3 kuud",
            "> 5 %",
            "€12.50",
            "18 ja vanemad",
            "jah (alates 2022)",
            "ei tea",
        ),
        *(
            "2022 m. gegužės 3 d.",
            "12.05.2022 14:30",
            "May 3, 2022",
            "03/04/22",
            "• a\n• b (c, d); e",
            "1e5",
            "a / b, c",
        ),
    ]

    def change(rng: random.Random, seed: str) -> str:
        parts = [seed, rng.choice(seeds)]
        made = changed_text(rng, rng.choice(("", " ", "-", ";")).join(parts[: rng.choice((1, 1, 2))]))
        return "".join(rng.sample(made, len(made))) if rng.random() < 0.1 else made

    def read(text: str) -> None:
        for function in (number, yes_no, blank, items, days):
            function(text)
        decimal_mark([text])
        day_order([text])

    return Target(seeds, change, lambda _folder: read)


# -------------------------------------------------------------------------------------------------- own documents

_DOCUMENT: dict[str, Any] = {
    "framework": "f",
    "title": "F",
    "reference_date": "2022-06-01",
    "territories": [{"id": "t", "name": "Tapa", "level": "municipality"}],
    "target_groups": [{"id": "g", "ages": [7, 26]}],
    "needs": [{"id": "n", "name": "Nõu"}],
    "agencies": [{"id": "a", "name": "Tapa vald"}],
    "services": [
        {
            "id": "s",
            "name": "Päevahoid",
            "providers": ["a"],
            "meets": ["n"],
            "deliveries": [
                {"area": ["t"], "channel": "on_site", "capacity": {"value": 12, "per": "year", "approx": "about"}}
            ],
        }
    ],
}


def document_target() -> Target:
    """Documents in JSON and YAML, whole and in draft."""

    def change(rng: random.Random, seed: Any) -> str:
        text = json.dumps(changed_value(rng, seed), ensure_ascii=False, indent=1)
        return changed_text(rng, text) if rng.random() < 0.2 else text

    def read(text: str) -> None:
        for syntax in ("json", "yaml"):
            loads_draft(text, syntax=syntax)  # type: ignore[arg-type]

    return Target([_DOCUMENT], change, lambda _folder: read)


def _framework() -> Framework:
    return loads(json.dumps(_DOCUMENT))


def tables_target() -> Target:
    """Folders of CSV tables."""
    with tempfile.TemporaryDirectory() as folder:
        formats.write_tables(_framework(), Path(folder, "t"))
        seed = {path.name: path.read_text(encoding="utf-8") for path in sorted(Path(folder, "t").glob("*.csv"))}

    def change(rng: random.Random, files: dict[str, str]) -> dict[str, bytes]:
        made = {name: text.encode() for name, text in files.items()}
        for name in rng.sample(sorted(made), rng.choice((1, 1, 2))):
            made[name] = changed_text(rng, files[name]).encode("utf-8", "replace")
            if rng.random() < 0.1:
                made[name] = changed_bytes(rng, made[name])
        return made

    def reader(folder: Path) -> Callable[[dict[str, bytes]], object]:
        def read(files: dict[str, bytes]) -> None:
            for name, data in files.items():
                (folder / name).write_bytes(data)
            formats.read_tables(folder)

        return read

    return Target([seed], change, reader)


# ----------------------------------------------------------------------------------- workbooks and foreign sheets


def _changed_book(rng: random.Random, book: Book) -> Book:
    """Change cells, rows and names of sheets of an opened book."""
    sheets = list(book.sheets)
    for _ in range(rng.choice((1, 1, 2, 4))):
        place = rng.randrange(len(sheets))
        sheet = sheets[place]
        rows = [list(row) for row in sheet.rows]
        if not rows or not rows[0]:
            continue
        row, column = rng.randrange(len(rows)), rng.randrange(len(rows[0]))
        kind = rng.randrange(8)
        if kind == 0:
            del rows[row]
        elif kind == 1:
            rows.insert(row, list(rng.choice(rows)))
        elif kind == 2:
            other = rng.randrange(len(rows[0]))
            for cells in rows:
                cells[column], cells[other] = cells[other], cells[column]
        elif kind == 3:
            sheets[place] = attrs.evolve(sheet, name=rng.choice((*TEXTS, rng.choice(sheets).name)))
            continue
        else:
            others = [cell for cells in rows for cell in cells if cell is not None]
            rows[row][column] = rng.choice((None, True, 3, -1, 2.5, 1e300, *TEXTS, *others[:40]))
        sheets[place] = attrs.evolve(sheet, rows=tuple(map(tuple, rows)))
    return attrs.evolve(book, sheets=tuple(sheets))


def workbook_target() -> Target:
    """Mapping workbooks, changed cell by cell."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mapping.xlsx")
        formats.write_template(path, language="en")
        book = open_book(path)
    first, *others = (_filled(sheet) for sheet in book.sheets)
    # Few sheets each, so that one input takes a few milliseconds.
    seeds = [attrs.evolve(book, sheets=(first, *others[start::5])) for start in range(5)]

    def reader(_folder: Path) -> Callable[[Book], object]:
        def read(made: Book) -> None:
            # the files themselves are changed by the target of their format
            _workbook.open_book = lambda _path: made  # type: ignore[assignment]
            _workbook.check_workbook("mapping.xlsx")

        return read

    return Target(seeds, _changed_book, reader)


def _filled(sheet: Sheet) -> Sheet:
    """Repeat the last row of the template as a row that is read, with little changes."""
    if not sheet.rows:
        return sheet
    last = tuple(
        f"{cell} 2" if isinstance(cell, str) and index == 0 else cell for index, cell in enumerate(sheet.rows[-1])
    )
    return attrs.evolve(sheet, rows=(*sheet.rows[:8], last))


def mapping_target() -> Target:
    """Foreign sheets: what they mean is proposed, and the proposal is applied."""
    books = [
        open_bytes(_TABLE.encode(), "a.csv"),
        open_bytes(json.dumps(_OBJECTS).encode(), "b.json"),
        open_bytes(b"Omavalitsus;7-12;13-17;18-26;eesti;vene\nTapa;x;;x;jah;ei tea\nRakvere;;x;x;ei;jah\n", "c.csv"),
    ]

    def read(book: Book) -> None:
        mapping = attrs.evolve(proposed(book), reference_date="2022-06-01")
        mapped(book, attrs.evolve(mapping, threshold=0.0))

    return Target(books, _changed_book, lambda _folder: read)


def mapping_file_target() -> Target:
    """Files that say what foreign sheets mean."""
    text = formats.dumps_mapping(proposed(open_bytes(_TABLE.encode(), "a.csv")))
    return Target([text], changed_text, lambda _folder: formats.loads_mapping)


def hsds_target() -> Target:
    """HSDS in JSON."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.json")
        formats.write_hsds(_framework(), path)
        own = json.loads(path.read_text(encoding="utf-8"))
    plain = {
        "id": "1",
        "name": "Day care",
        "status": "active",
        "organization": {"id": "2", "name": "Tapa", "phones": [{"id": "3", "number": "650 780-7525"}]},
        "service_at_locations": [
            {"id": "4", "location": {"id": "5", "latitude": 59.2, "longitude": 25.9, "name": "x"}}
        ],
        "schedules": [{"id": "6", "freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00", "closes_at": "17:00"}],
        "attributes": [{"id": "7", "link_id": "1", "taxonomy_term": {"id": "8", "code": "g", "name": "Young"}}],
    }

    def change(rng: random.Random, seed: Any) -> bytes:
        data = json.dumps(changed_value(rng, seed)).encode()
        return changed_bytes(rng, data) if rng.random() < 0.1 else data

    def reader(folder: Path) -> Callable[[bytes], object]:
        def read(data: bytes) -> None:
            (folder / "a.json").write_bytes(data)
            formats.read_hsds(folder / "a.json", reference_date="2022-06-01")

        return read

    return Target([own, [plain], plain], change, reader)


def hsds_tables_target() -> Target:
    """HSDS in archives of CSV tables, with and without a data package."""
    tables = {
        "organizations.csv": "id,name,description\no1,Tapa,Municipality\n",
        "services.csv": "id,organization_id,name,status\ns1,o1,Day care,active\ns2,o9,Home care,\n",
        "locations.csv": "id,name,latitude,longitude\nl1,Centre,59.2,25.9\n",
        "service_at_locations.csv": "id,service_id,location_id\nx1,s1,l1\n",
        "phones.csv": "id,service_id,number\np1,s1,650 780-7525\n",
        "schedules.csv": "id,service_id,freq,byday,opens_at,closes_at\nh1,s1,WEEKLY,MO,09:00,17:00\n",
    }
    package = {"name": "a", "resources": [{"name": name[:-4], "path": name} for name in tables]}

    def change(rng: random.Random, seed: dict[str, Any]) -> bytes:
        made = {name: text for name, text in seed.items() if isinstance(text, str)}
        for name in rng.sample(sorted(made), rng.choice((1, 1, 2))):
            made[name] = changed_text(rng, made[name])
        if "datapackage.json" in seed:
            whole = seed["datapackage.json"]
            made["datapackage.json"] = json.dumps(changed_value(rng, whole) if rng.random() < 0.5 else whole)
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name, text in made.items():
                archive.writestr(name, text.encode("utf-8", "replace"))
        return stream.getvalue()

    def reader(folder: Path) -> Callable[[bytes], object]:
        def read(data: bytes) -> None:
            (folder / "a.zip").write_bytes(data)
            formats.read_hsds(folder / "a.zip", reference_date="2022-06-01")

        return read

    return Target([tables, {**tables, "datapackage.json": package}], change, reader)


TARGETS: dict[str, Callable[[], Target]] = {
    "xlsx": xlsx_target,
    "ods": ods_target,
    "xls": xls_target,
    "csv": csv_target,
    "json": json_target,
    "cells": cells_target,
    "document": document_target,
    "tables": tables_target,
    "workbook": workbook_target,
    "mapping": mapping_target,
    "mapping-file": mapping_file_target,
    "hsds": hsds_target,
    "hsds-tables": hsds_tables_target,
}
