"""Files made to do harm are refused with the error of the library, in bounded time and memory."""

import contextlib
import io
import json
import os
import random
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_files import FILES, MAIN, OFFICE, ods, xlsx

from integrated_services.errors import DocumentError, FormatError
from integrated_services.io import read_hsds, read_tables, write_hsds
from integrated_services.io._guard import LIMITS
from integrated_services.io._sheets import open_book, open_bytes
from integrated_services.model import loads

SMALL = attrs.evolve(LIMITS, max_cells=10_000, max_text=1000, max_unpacked=10_000_000)
NUMBER = '<c r="{}"><v>1</v></c>'
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def _refused(data: bytes, name: str, said: str, limits=SMALL) -> None:
    with pytest.raises(FormatError, match=said) as caught:
        open_bytes(data, name, limits=limits)
    assert caught.value.file == name


def _replaced(data: bytes, name: str, change) -> bytes:
    """Change one entry of an archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for entry in old.namelist():
            new.writestr(entry, change(old.read(entry)) if entry == name else old.read(entry))
    return stream.getvalue()


class TestWorkbooks:
    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            (NUMBER.format("A1") + NUMBER.format("Z1000"), "reaches to cell Z1000"),
            (NUMBER.format("XFE1"), "beyond row"),
            (NUMBER.format("A1048577"), "beyond row"),
            (NUMBER.format("ZZZ9999999"), "beyond row"),
            ('<c r="A1" t="s"><v>7</v></c>', "text that is missing"),
            ('<c r="A1" t="s"><v>-1</v></c>', "text that is missing"),
            ('<c r="A1"><v>1e999999</v></c>', "too large"),
            (f'<c r="A1"><v>{"9" * 100_000}</v></c>', "more than 1,000 characters"),
            ('<c r="A1"><v>nan</v></c>', "cannot be read"),
            ('<c r="A1"><v>1_0</v></c>', "cannot be read"),
            ('<c r="A1"><v>.</v></c>', "cannot be read"),
            (f'<c r="A1" t="inlineStr"><is><t>{"x" * 2000}</t></is></c>', "more than 1,000 characters"),
            (f'<c r="A1" t="inlineStr"><is>{"<t>xxxxxxxxxx</t>" * 200}</is></c>', "more than 1,000 characters"),
            (f'<c r="A1" t="str"><f>{"A" * 2000}</f><v>x</v></c>', "more than 1,000 characters"),
            ('<c r="A1" t="inlineStr"><is><t>a_x0000_b</t></is></c>', "NUL character"),
            ("".join(NUMBER.format("") for _ in range(20_001)), "beyond row|more than"),
            ('<c r="A1" s="0"/>' * 20_001, "more than 20,000 cells"),
        ],
    )
    def test_cells_that_no_sheet_has_are_refused(self, rows, said):
        _refused(xlsx(f"<row>{rows}</row>"), "a.xlsx", said)

    def test_endless_rows_are_refused(self):
        _refused(xlsx("<row/>" * 20_001), "a.xlsx", "more than 20,000 cells")
        _refused(xlsx("<row><c><v>1</v></c></row>" * 10_001), "a.xlsx", "more than [12]0,000 cells")

    def test_one_long_text_in_all_cells_is_refused(self):
        strings = f"<si><t>{'x' * 1000}</t></si>"
        rows = ("<row>" + "<c t='s'><v>0</v></c>" * 100 + "</row>") * 50
        _refused(
            xlsx(rows, strings=strings),
            "a.xlsx",
            "more than 1,000,000 characters",
            attrs.evolve(SMALL, max_unpacked=1_000_000),
        )

    def test_too_many_texts_are_refused(self):
        _refused(xlsx("", strings="<si/>" * 10_001), "a.xlsx", "more than 10,000 texts")

    def test_merged_cells_on_top_of_each_other_are_refused(self):
        rows = NUMBER.format("A1") + NUMBER.format("Z9")
        merged = '<mergeCell ref="A1:Z9"/>' * 100
        _refused(
            xlsx(f"<row>{rows}</row>", after=f"<mergeCells>{merged}</mergeCells>"), "a.xlsx", "merged cells overlap"
        )
        _refused(xlsx("<row/>", after='<mergeCell ref="A1:B2"/>' * 1001), "a.xlsx", "too many merged cells")

    @pytest.mark.parametrize(
        "part", ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml",
                 "xl/sharedStrings.xml", "xl/styles.xml"],
    )  # fmt: skip
    def test_entities_are_refused_in_every_part(self, part):
        data = xlsx("<row/>", strings="<si/>", styles="<cellXfs/>")
        _refused(_replaced(data, part, lambda xml: DOCTYPE.encode() + xml), "a.xlsx", "document type")

    @pytest.mark.parametrize("part", ["_rels/.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
    def test_damaged_and_deep_xml_is_refused_in_every_part(self, part):
        data = xlsx("<row/>")
        _refused(_replaced(data, part, lambda xml: xml[:-5]), "a.xlsx", "damaged")
        _refused(_replaced(data, part, lambda _: b"<a>" * 5000), "a.xlsx", "nested too deeply")
        _refused(_replaced(data, part, lambda xml: xml[:30] + b"\0" + xml[30:]), "a.xlsx", "damaged")

    @pytest.mark.parametrize(
        "target", ["../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "", ".", "worksheets"]
    )
    def test_parts_are_never_looked_for_outside_of_the_file(self, target):
        data = _replaced(
            xlsx("<row/>"),
            "xl/_rels/workbook.xml.rels",
            lambda xml: xml.replace(b"worksheets/sheet1.xml", target.encode()),
        )
        _refused(data, "a.xlsx", "missing in the file")

    def test_sheets_elsewhere_are_not_loaded(self):
        data = _replaced(
            xlsx("<row/>"),
            "xl/_rels/workbook.xml.rels",
            lambda xml: xml.replace(b'Id="r1"', b'Id="r1" TargetMode="External"'),
        )
        book = open_bytes(data, "a.xlsx")
        assert book.sheets == ()
        assert "passed over" in book.notes[0]

    def test_a_binary_or_encrypted_workbook_is_named_as_such(self):
        _refused(xlsx("", others={"xl/workbook.bin": b""}), "a.xlsb", "binary workbook")
        encrypted = (FILES / "small.xls").read_bytes() + "EncryptedPackage".encode("utf-16-le")
        _refused(encrypted, "a.xlsx", "is encrypted")

    def test_an_archive_that_is_no_workbook_is_refused(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("a.csv", "1,2")
        _refused(stream.getvalue(), "a.xlsx", "no spreadsheet")

    def test_too_many_sheets_are_refused(self):
        book = '<sheets><sheet name="a"/></sheets>' * 200
        _refused(xlsx("", book=book), "a.xlsx", "too many sheets", attrs.evolve(SMALL, max_entries=100))

    def test_sheets_that_are_the_same_part_are_counted_each(self):
        rows = f"<row>{NUMBER.format('A1')}{NUMBER.format('J100')}</row>"
        book = f'<sheets xmlns:r="{OFFICE}">' + '<sheet name="a" r:id="r1"/>' * 20 + "</sheets>"
        _refused(xlsx(rows, book=book), "a.xlsx", "sheets have more than 10,000 cells")


def _row(cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'


def _one(repeated: int = 1, value: str = "1") -> str:
    times = f'table:number-columns-repeated="{repeated}"'
    return f'<table:table-cell office:value-type="float" office:value="{value}" {times}/>'


_BLANKS = (
    '<table:table-cell office:value-type="string"><text:p><text:s text:c="999999999"/></text:p></table:table-cell>'
)


class TestOpenDocuments:
    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            (_row(_one(16_385)), "beyond column"),
            (_row(_one(999_999_999)), "beyond column"),
            (_row(_one(), 1_000_000), "repeated 1,000,000 times"),
            (_row(_one(), 9000) + _row(_one(5)), "reaches to cell"),
            (_row("", 999_999_999) + _row(_one()), "beyond row"),
            (_row(_one(value="1e999")), "too large"),
            (_row(_one(value="x")), "cannot be read"),
            (_row(_BLANKS), "more than 1,000 characters"),
            (_row("<table:table-cell/>" * 20_001), "more than 20,000 cells"),
        ],
    )
    def test_repeats_that_fill_the_memory_are_refused(self, rows, said):
        _refused(ods(rows), "a.ods", said)

    def test_entities_are_refused(self):
        _refused(_replaced(ods(""), "content.xml", lambda xml: DOCTYPE.encode() + xml), "a.ods", "document type")

    def test_an_encrypted_spreadsheet_is_named_as_such(self):
        manifest = '<m:manifest xmlns:m="urn:x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
        stream = io.BytesIO(ods(""))
        with zipfile.ZipFile(stream, "a") as archive:
            archive.writestr("META-INF/manifest.xml", manifest)
        _refused(stream.getvalue(), "a.ods", "is encrypted")


class TestOldWorkbooks:
    SMALL_XLS = (FILES / "small.xls").read_bytes()

    @pytest.mark.parametrize("place", [0x1E, 0x20, 0x2C, 0x30, 0x3C, 0x44, 0x4C, 0x50])
    @pytest.mark.parametrize("value", [0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF])
    def test_a_wrong_number_in_the_head_gives_no_other_error(self, place, value):
        data = bytearray(self.SMALL_XLS)
        struct.pack_into("<I", data, place, value)
        try:
            open_bytes(bytes(data), "a.xls", limits=LIMITS)
        except FormatError as error:
            assert error.file == "a.xls"  # noqa: PT017

    def test_sectors_in_a_circle_are_refused(self):
        data = bytearray(self.SMALL_XLS)
        table = struct.unpack_from("<I", data, 0x4C)[0]
        place = (table + 1) * 512
        for index in range(128):
            struct.pack_into("<I", data, place + 4 * index, index ^ 1)
        _refused(bytes(data), "a.xls", "circle|damaged", LIMITS)

    def test_cells_far_out_are_refused(self):
        stream = bytearray(self.SMALL_XLS)
        place = stream.index(struct.pack("<HHHH", 0x27E, 10, 3, 5))  # the number 0.01 in row 4
        struct.pack_into("<HH", stream, place + 4, 65535, 255)
        _refused(bytes(stream), "a.xls", "reaches to cell IV65536", attrs.evolve(LIMITS, max_cells=1_000_000))
        struct.pack_into("<HH", stream, place + 4, 65535, 65535)
        _refused(bytes(stream), "a.xls", "beyond row", LIMITS)

    @pytest.mark.parametrize("length", [8, 100, 511, 600, 5000, 16000])
    def test_a_cut_off_file_is_refused_or_read_in_part(self, length):
        try:
            open_bytes(self.SMALL_XLS[:length], "a.xls", limits=LIMITS)
        except FormatError as error:
            assert error.file == "a.xls"  # noqa: PT017


class TestText:
    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b'a,b\n"c,d\n' + b"e,f\n" * 1000, "opened and not closed"),
            (b'a,"' + b"x" * 500_000, "opened and not closed"),
            (b"a,b\0c\n", "NUL"),
            (b"a,b\n" + b"\0" * 100, "NUL|damaged|more than"),
            (b"a;" * 50_000, "more than 10,000 cells|beyond"),
            (b"a,b\n" * 10_000, "more than 10,000 cells"),
            (b"a\n" * 9000 + b"a,b,c,d,e", "reaches to cell E9001"),
            (b"x" * 5000, "more than 1,000 characters"),
            (b"\xff\xfe" + "a,b\n".encode("utf-16-le") + b"\x00\xd8", "damaged"),
        ],
    )
    def test_tables_that_fill_the_memory_or_are_damaged_are_refused(self, data, said):
        _refused(data, "a.csv", said)

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"[" * 9000, "nested too deeply|cannot be read"),
            (b'[{"a":' * 200 + b"1" + b"}]" * 200, "nested too deeply"),
            (b'[{"a": 1e999999}]', "too large"),
            (b'[{"a": ' + b"9" * 100_000 + b"}]", "too large"),
            (b'[{"a": "\\u0000"}]', "NUL"),
            (b'[{"a": NaN}]', "not a number"),
            (json.dumps([{"a": "x" * 2000}]).encode(), "more than 1,000 characters"),
            (json.dumps([{"x" * 2000: 1}]).encode(), "more than 500 characters"),
            (json.dumps([{f"k{row}": 1} for row in range(200)]).encode(), "cells"),
            (json.dumps([{f"k{column}": 1 for column in range(9000)}] * 2).encode(), "cells"),
            (b"[" + b"{}," * 20_000 + b"{}]", "more than 10,000"),
        ],
    )
    def test_json_that_fills_the_memory_is_refused(self, data, said):
        _refused(data, "a.json", said)


class TestPlaces:
    @pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.json"])
    def test_a_pipe_in_place_of_a_file_is_refused_at_once(self, tmp_path, name):
        os.mkfifo(tmp_path / name)
        with pytest.raises(FormatError, match="pipe"):
            open_book(tmp_path / name)

    def test_a_folder_in_place_of_a_file_is_refused(self, tmp_path):
        (tmp_path / "a.xlsx").mkdir()
        with pytest.raises(FormatError, match="folder"):
            open_book(tmp_path / "a.xlsx")

    def test_errors_name_no_folder(self, tmp_path):
        (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04nothing")
        with pytest.raises(FormatError) as caught:
            open_book(tmp_path / "a.xlsx")
        assert str(tmp_path) not in str(caught.value)


class TestDamage:
    """Whatever is changed in a sound file, it is read or refused."""

    @pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
    @given(seed=st.integers(0, 2**32))
    def test_no_change_of_bytes_gives_another_error(self, kind, seed):
        rng = random.Random(seed)
        data = bytearray((FILES / f"small.{kind}").read_bytes())
        for _ in range(rng.randint(1, 8)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        with contextlib.suppress(FormatError):
            open_bytes(bytes(data), f"a.{kind}", limits=SMALL)


_TINY = '{"framework": "f", "title": "F", "reference_date": "2022-06-01", "needs": [{"id": "n", "name": "Advice"}]}'


class TestOtherReaders:
    """What changed inputs once broke in the readers of tables and of HSDS."""

    @pytest.mark.parametrize("value", ["nowhere", 7, {"a": []}])
    def test_a_collection_that_does_not_exist_is_not_believed(self, tmp_path, value):
        write_hsds(loads(_TINY), tmp_path / "a.json")
        text = (tmp_path / "a.json").read_text(encoding="utf-8")
        assert '"value": "needs"' in text
        (tmp_path / "a.json").write_text(
            text.replace('"value": "needs"', f'"value": {json.dumps(value)}'), encoding="utf-8"
        )
        assert read_hsds(tmp_path / "a.json", reference_date="2022-06-01").framework.id

    def test_a_number_with_a_strange_blank_behind_it_is_read(self, tmp_path):
        head = "field,value\nformat,1\nframework,f\ntitle,F\nreference_date,2022-06-01\nbasis,stated\n"
        (tmp_path / "framework.csv").write_text(head)
        (tmp_path / "target_groups.csv").write_text("id,ages.first,ages.second\ng,7,26\x1f\n")
        assert read_tables(tmp_path).target_groups["g"].ages == (7, 26)

    def test_rows_of_a_table_that_cannot_be_used_are_named(self, tmp_path):
        (tmp_path / "services.csv").write_text("id,name\ns,Day care\n")
        (tmp_path / "services.deliveries.csv").write_text("\n,key,channel\ns,t,on_site,12\n")
        (tmp_path / "services.deliveries.area.csv").write_text("service,delivery,value\ns,t,t\n")
        with pytest.raises(DocumentError, match="error"):
            read_tables(tmp_path)


# What the program below reads must not take more memory than this, nor more time than the test waits.
_MEMORY = 1_600 * 1024 * 1024
_PROGRAM = """
import json, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
from integrated_services.errors import DocumentError, FormatError, IntegratedServicesError
from integrated_services.io import read_hsds, read_tables, write_hsds
from integrated_services.io._sheets import open_book
found = {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        open_book(path)
        found[path.name] = "read"
    except FormatError as error:
        found[path.name] = error.message
print(json.dumps(found))
"""


def _bomb(sheet: bytes, times: int) -> bytes:
    """Make a workbook whose sheet repeats some bytes, written bit by bit."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(""))) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if "sheet1" not in name:
                new.writestr(name, old.read(name))
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            for _ in range(times):
                part.write(sheet)
    return stream.getvalue()


def _write_bombs(folder: Path) -> None:
    mib = 1024 * 1024
    rng = random.Random(1)
    noise = bytes(rng.choices(b"abcdefghijklmnopqrstuvwxyz0123456789", k=mib))
    files = {
        "blank.xlsx": _bomb(bytes(mib), 300),
        "cell.xlsx": _bomb(b'<row><c t="inlineStr"><is><t>' + noise, 100),
        "tag.xlsx": _bomb(b"<row><c r='" + noise.replace(b"<", b"x"), 20),
        "columns.xlsx": xlsx("<row>" + "<c><v>1</v></c>" * 100_000 + "</row>", method=zipfile.ZIP_STORED),
        "quote.csv": b'a,b\n"' + noise * 60,
        "separators.csv": b"a;" + b";" * (60 * mib),
        "lines.csv": b"a,b\n" * (8 * mib),
        "cell.csv": b"a,b\n" + noise * 100,
        "deep.json": b"[" * (20 * mib),
        "lists.json": b"[" + b"[]," * (20 * mib) + b"1]",
        "digits.json": b'[{"a": ' + b"9" * (20 * mib) + b"}]",
        "noise.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise * 20,
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(60_000):
            archive.writestr(f"{number}", b"")
    (folder / "entries.xlsx").write_bytes(stream.getvalue())
    (folder / "endless.csv").symlink_to("/dev/zero")


@pytest.mark.slow
def test_large_files_are_refused_in_little_memory(tmp_path):
    pytest.importorskip("resource", reason="limits of memory are set with the module resource")
    _write_bombs(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(tmp_path), str(_MEMORY)],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found.keys() == {path.name for path in tmp_path.iterdir()}
    assert "read" not in found.values(), found
