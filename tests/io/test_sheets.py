"""Spreadsheets of every kind become the same sheets of cells."""

import datetime as dt
import io
import json

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_files import FILES, STRICT, ods, xlsx

from integrated_services.errors import FormatError
from integrated_services.io._guard import LIMITS
from integrated_services.io._sheets import Book, CellError, Sheet, column_name, open_book, open_bytes
from integrated_services.io._sheets_dates import date_format, from_serial


def rows_of(data: bytes, name: str = "a.xlsx") -> tuple:
    return open_bytes(data, name).sheets[0].rows


class TestRealFiles:
    """One workbook, written by LibreOffice in three formats."""

    @pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
    def test_all_cells_come_through(self, kind):
        book = open_book(FILES / f"small.{kind}")
        truth = (True, False) if kind != "ods" else (1, 0)  # LibreOffice stores them as numbers with a format
        assert (book.kind, book.file) == (kind, f"small.{kind}")
        assert [(sheet.name, sheet.hidden, sheet.shape) for sheet in book.sheets] == [
            ("Teenused", False, (8, 8)),
            ("Peidus", True, (3, 2)),
            ("Tühi", False, (0, 0)),
        ]
        blank = (None,) * 8
        since, until = dt.datetime(1999, 12, 31, 23, 59, 58), dt.date(2022, 6, 1)  # noqa: DTZ001
        assert book.sheets[0].rows == (
            ("Teenus", "Kood", "Alates", "Kell", "Kestus", "Tasu", "Avatud", "Arvutus"),
            ("Päevahoid Šilutės 😀", "0141", until, dt.time(12, 30), "36:05:00", 12.5, truth[0], 3),
            ("esimene\nteine", None, since, None, None, -3, truth[1], "#DIV/0!"),
            ("õ" * 8300, "x", dt.date(1900, 3, 1), None, None, 0.01, None, "ab"),
            blank,
            ("ühine", *blank[1:]),
            blank,
            (None, None, None, 10**10, 123456789012, None, None, None),
        )

    @pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
    def test_kinds_of_cells_are_told_apart(self, kind):
        sheet = open_book(FILES / f"small.{kind}").sheet("teenused")
        assert isinstance(sheet.cell(2, 7), CellError)
        assert type(sheet.cell(1, 7)) is int
        assert type(sheet.cell(1, 2)) is dt.date
        assert sheet.merged == ((5, 0, 6, 2),)
        assert sheet.formulas[1, 7] == ("=" if kind == "xls" else "=1+2")
        assert {row for row, _ in sheet.formulas} == {1, 2, 3}
        assert sheet.cell(99, 0) is None

    def test_the_readers_agree_with_calamine(self):
        calamine = pytest.importorskip("python_calamine", reason="compares with python-calamine")
        for kind in ("xlsx", "ods", "xls"):
            other = calamine.CalamineWorkbook.from_path(str(FILES / f"small.{kind}"))
            for sheet in open_book(FILES / f"small.{kind}").sheets:
                for row, cells in enumerate(other.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)):
                    for column, value in enumerate(cells):
                        ours = sheet.cell(row, column)
                        if (
                            not isinstance(ours, CellError) and ours != "36:05:00"
                        ):  # which it gives as timedelta or ISO text
                            assert ours == (None if value == "" else value)

    def test_the_workbooks_of_a_region_are_read_as_openpyxl_reads_them(self, data_folder):
        openpyxl = pytest.importorskip("openpyxl", reason="compares with openpyxl")
        for path in sorted((data_folder / "cpsv_trento").glob("*.xlsx")):
            other = openpyxl.load_workbook(path, data_only=True)
            book = open_book(path)
            assert [sheet.name for sheet in book.sheets] == other.sheetnames
            for sheet in book.sheets:
                for row in other[sheet.name].iter_rows():
                    for cell in row:
                        assert sheet.cell(cell.row - 1, cell.column - 1) == cell.value

    def test_lists_of_objects_of_a_state_are_read(self, data_folder):
        book = open_book(data_folder / "ee_riigiteenused_2017" / "services.json")
        assert [(sheet.name, sheet.shape[0] - 1) for sheet in book.sheets] == [
            ("services", 1563),
            ("services.audience", 2697),
            ("services.legalBasisUrl", 2876),
            ("services.serviceStatistics", 1587),
            ("services.serviceStatistics.availableChannel", 2450),
        ]


class TestXlsx:
    @given(
        st.lists(
            st.lists(
                st.none()
                | st.booleans()
                | st.integers(-(2**50), 2**50)
                | st.floats(-1e12, 1e12).map(lambda number: float(f"{number:.15g}"))  # openpyxl writes no more digits
                | st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31))
                | st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffe\uffff_")),
                max_size=5,
            ),
            max_size=5,
        )
    )
    def test_what_openpyxl_writes_comes_back(self, rows):
        openpyxl = pytest.importorskip("openpyxl", reason="writes workbooks with openpyxl")
        made = openpyxl.Workbook()
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                cell = made.active.cell(number, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # else it would be a formula
        stream = io.BytesIO()
        made.save(stream)
        sheet = open_bytes(stream.getvalue(), "a.xlsx").sheets[0]
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                assert sheet.cell(number, column) == (None if value == "" else value)
        assert all(len(row) == sheet.shape[1] for row in sheet.rows)

    def test_texts_of_every_form_are_read(self):
        strings = "<si><t>plain</t></si><si><r><t>in </t></r><r><t>parts</t></r><rPh><t>no</t></rPh></si><si/>"
        cells = '<c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="str"><v>s</v></c>'
        cells += '<c t="inlineStr"><is><t>here</t><rPh><t>no</t></rPh></is></c><c t="d"><v>2022-05-03</v></c>'
        assert rows_of(xlsx(f"<row>{cells}</row>", strings=strings)) == (
            ("plain", "in parts", None, "s", "here", dt.date(2022, 5, 3)),
        )

    def test_signs_that_xml_cannot_hold_are_read(self):
        cell = '<c t="inlineStr"><is><t>a_x000D_b_x005F_x0041_ _xD800_ _x00zz_</t></is></c>'
        assert rows_of(xlsx(f"<row>{cell}</row>")) == (("a\rb_x0041_ _xD800_ _x00zz_",),)

    def test_cells_without_a_place_follow_each_other(self):
        rows = '<row><c><v>1</v></c><c><v>2</v></c></row><row r="4"><c r="C4"><v>3</v></c><c><v>4</v></c></row>'
        assert rows_of(xlsx(rows)) == ((1, 2, None, None), (None,) * 4, (None,) * 4, (None, None, 3, 4))

    def test_strict_workbooks_are_read(self):
        assert rows_of(xlsx("<row><c><v>1</v></c></row>", namespace=STRICT)) == ((1,),)

    def test_elements_of_extensions_are_no_cells(self):
        other = '<x:row xmlns:x="http://a.example/"><x:c><x:v>7</x:v></x:c></x:row>'
        assert rows_of(xlsx(f"<row><c><v>1</v></c></row>{other}")) == ((1,),)

    def test_what_a_sheet_says_of_its_size_does_not_matter(self):
        assert rows_of(xlsx('</sheetData><dimension ref="A1:XFD1048576"/><sheetData><row><c><v>1</v></c></row>')) == (
            (1,),
        )

    def test_formatted_blank_cells_far_out_do_not_matter(self):
        rows = (
            '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row><row r="1048576"><c r="A1048576" s="0"/></row>'
        )
        assert rows_of(xlsx(rows)) == ((1,),)

    def test_formulas_are_noted_and_their_results_used(self):
        cells = '<c><f>A9*2</f><v>4</v></c><c><f>SUM(A9)</f></c><c t="str"><f>T("")</f></c>'
        cells += '<c><f t="shared" si="0">B1+1</f><v>5</v></c><c><f t="shared" si="0"/><v>6</v></c>'
        book = open_bytes(xlsx(f"<row>{cells}</row>"), "a.xlsx")
        assert book.sheets[0].rows == ((4, None, None, 5, 6),)
        assert book.sheets[0].formulas == {
            (0, 0): "=A9*2",
            (0, 1): "=SUM(A9)",
            (0, 2): '=T("")',
            (0, 3): "=B1+1",
            (0, 4): "=B1+1",
        }
        assert book.notes[0].startswith("Sheet 'Sheet': 1 formulas without a stored result are blank")

    def test_merged_cells_keep_the_first_value_and_say_that_others_are_left_out(self):
        rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c><c><v>4</v></c></row>"
        merged = '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:XFD1"/><mergeCell ref="Z9:Z10"/></mergeCells>'
        book = open_bytes(xlsx(rows, after=merged), "a.xlsx")
        assert book.sheets[0].rows == ((1, 2), (None, 4))
        assert book.sheets[0].merged == ((0, 0, 1, 0),)
        assert "1 values under merged cells are left out" in book.notes[-1]
        assert book.sheets[0].filled().rows == ((1, 2), (1, 4))

    def test_dates_that_count_from_1904_are_read_and_said(self):
        styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        book = open_bytes(
            xlsx('<row><c s="1"><v>0</v></c></row>', styles=styles, book='<workbookPr date1904="1"/>'), "a.xlsx"
        )
        assert book.sheets[0].rows == ((dt.date(1904, 1, 1),),)
        assert book.notes == ("The dates of the workbook count from 1904.",)

    def test_links_to_other_files_and_macros_are_ignored_and_said(self):
        others = {"xl/externalLinks/externalLink1.xml": b"<a/>", "xl/vbaProject.bin": b"x"}
        notes = open_bytes(xlsx("<row/>", others=others), "a.xlsm").notes
        assert notes == (
            "Links to 1 other file are ignored; the stored values are used.",
            "The macros of the workbook are ignored.",
        )

    def test_hidden_rows_are_read_and_said(self):
        book = open_bytes(xlsx('<row hidden="1"><c><v>1</v></c></row>'), "a.xlsx")
        assert (book.sheets[0].rows, book.notes) == (((1,),), ("Sheet 'Sheet': 1 hidden rows are read too.",))

    def test_a_workbook_under_another_name_is_known_by_its_content(self):
        assert open_bytes(xlsx("<row><c><v>1</v></c></row>"), "a.csv").kind == "xlsx"


class TestOds:
    def test_repeated_rows_and_cells_are_written_out(self):
        cell = '<table:table-cell office:value-type="float" office:value="2" table:number-columns-repeated="2"/>'
        blank = '<table:table-cell table:number-columns-repeated="16000"/>'
        rows = f'<table:table-row table:number-rows-repeated="2">{cell}{blank}</table:table-row>'
        rows += f'<table:table-row table:number-rows-repeated="1048000">{blank}</table:table-row>'
        assert rows_of(ods(rows), "a.ods") == ((2, 2), (2, 2))

    def test_paragraphs_blanks_and_comments_are_told_apart(self):
        cell = (
            '<table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p></office:annotation>'
        )
        cell += '<text:p>one<text:s text:c="2"/>two</text:p><text:p>three<text:tab/><text:span>4</text:span></text:p>'
        rows = f"<table:table-row>{cell}</table:table-cell></table:table-row>"
        assert rows_of(ods(rows), "a.ods") == (("one  two\nthree\t4",),)

    def test_another_document_of_an_office_is_no_spreadsheet(self):
        data = ods("").replace(b"office:spreadsheet", b"office:documents:".replace(b":d", b"-d")[:18])
        with pytest.raises(FormatError):
            open_bytes(data, "a.ods")


class TestText:
    def test_encoding_and_separator_are_found(self):
        book = open_bytes("teenus;kohti\r\nPäevahoid;1,5\r\n".encode("utf-16"), "b.csv")
        assert (book.kind, book.encoding, book.separator) == ("csv", "utf-16", ";")
        assert book.sheets == (Sheet("b", (("teenus", "kohti"), ("Päevahoid", "1,5"))),)

    def test_encoding_and_separator_can_be_said(self):
        book = open_bytes(b"a|b,c", "b.txt", encoding="ascii", separator="|")
        assert (book.sheets[0].rows, book.encoding) == ((("a", "b,c"),), "ascii")

    def test_the_ending_tsv_means_tabs(self):
        assert open_bytes(b"a,b\tc", "b.tsv").sheets[0].rows == (("a,b", "c"),)

    def test_short_rows_are_filled_up_and_row_numbers_stay(self):
        assert open_bytes(b"\na,b,c\n\nd\n", "b.csv").sheets[0].rows == (
            (None, None, None),
            ("a", "b", "c"),
            (None, None, None),
            ("d", None, None),
        )

    def test_codes_stay_text(self):
        assert open_bytes(b"0141,1e5\n", "b.csv").sheets[0].rows == (("0141", "1e5"),)


class TestJson:
    def test_objects_by_id_keep_their_id(self):
        data = json.dumps({"a": {"x": 1}, "b": {"x": None, "y": [1, "z"]}}).encode()
        assert open_bytes(data, "s.json").sheets == (
            Sheet("s", (("_key", "x", "y"), ("a", 1, None), ("b", None, "1; z"))),
        )

    def test_lists_under_keys_are_sheets(self):
        book = open_bytes(b'{"page": 1, "contents": [{"id": "a"}], "more": []}', "s.json")
        assert [(sheet.name, sheet.rows) for sheet in book.sheets] == [
            ("s", (("page", "more"), (1, None))),
            ("contents", (("id",), ("a",))),
        ]

    def test_nested_lists_name_the_object_that_they_belong_to(self):
        data = b'[{"name": "A", "at": {"hours": [{"d": "Mo", "h": [{"f": 8}, {"f": 9}]}]}}, {"name": "B"}]'
        assert [(sheet.name, sheet.rows) for sheet in open_bytes(data, "s.json").sheets] == [
            ("s", (("name",), ("A",), ("B",))),
            ("s.at.hours", (("_parent", "_parent_row", "d"), ("A", 2, "Mo"))),
            ("s.at.hours.h", (("_parent", "_parent_row", "f"), (None, 2, 8), (None, 2, 9))),
        ]

    def test_texts_with_a_semicolon_are_joined_by_lines(self):
        assert open_bytes(b'[{"a": ["x; y", "z"]}]', "s.json").sheets[0].rows == (("a",), ("x; y\nz",))

    @pytest.mark.parametrize("data", [b"[1, 2]", b'"a"', b"null", b"[]", b"[[1]]", b'[{"a": 1}, 2]'])
    def test_what_is_no_list_of_objects_is_refused(self, data):
        with pytest.raises(FormatError, match="neither a list of objects"):
            open_bytes(data, "s.json")


class TestBooks:
    def test_a_missing_sheet_is_named_with_the_nearest(self):
        book = Book("a.xlsx", "xlsx", (Sheet("Teenused", ()), Sheet("teenused", ())))
        assert book.sheet("Teenused") is book.sheets[0]
        with pytest.raises(FormatError, match=r"no sheet 'Teenused2'\. Did you mean 'Teenused'"):
            book.sheet("Teenused2")
        with pytest.raises(FormatError, match="no sheet"):
            book.sheet("TEENUSED")

    @given(st.integers(0, 20000))
    def test_columns_are_named_as_in_spreadsheets(self, column):
        utils = pytest.importorskip("openpyxl.utils", reason="compares with openpyxl")
        if column < 18277:
            assert column_name(column) == utils.get_column_letter(column + 1)

    @pytest.mark.parametrize(
        ("data", "name", "said"),
        [
            (b"", "a.xlsx", "is empty"),
            (b" \n\n", "a.csv", "is empty"),
            (b"a,b", "a.yaml", "must end in"),
            (b"<!DOCTYPE html><table><tr><td>1</td></tr></table>", "a.xls", "web page"),
            (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "a.xls", "web page or XML"),
            (b"%PDF-1.7", "a.csv", "another kind of file"),
            (b"PAR1", "a.csv", "another kind of file"),
        ],
    )
    def test_other_files_are_refused_with_advice(self, data, name, said):
        with pytest.raises(FormatError, match=said) as caught:
            open_bytes(data, name)
        assert caught.value.file == name

    def test_the_limits_hold_for_all_sheets_together(self):
        lists = json.dumps({name: [{"a": 1, "b": 2}] * 20 for name in "xyz"}).encode()
        assert len(open_bytes(lists, "a.json", limits=attrs.evolve(LIMITS, max_cells=130)).sheets) == 3
        with pytest.raises(FormatError, match="sheets have more than 100 cells"):
            open_bytes(lists, "a.json", limits=attrs.evolve(LIMITS, max_cells=100))


class TestDates:
    @given(
        st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31)), st.times().map(lambda clock: clock.replace(microsecond=0))
    )
    def test_dates_come_back_from_their_numbers(self, date, clock):
        when = dt.datetime.combine(date, clock)
        utils = pytest.importorskip("openpyxl.utils.datetime", reason="compares with openpyxl")
        found = from_serial(utils.to_excel(when), "date")
        assert found == (when if when.time() != dt.time() else when.date())

    def test_days_before_march_1900_follow_the_calendar_of_excel(self):
        assert from_serial(1, "date") == dt.date(1900, 1, 1)
        assert from_serial(59, "date") == dt.date(1900, 2, 28)
        assert from_serial(61, "date") == dt.date(1900, 3, 1)

    @pytest.mark.parametrize("number", [-1, 2958466, 1e300, 2_958_465.9999999999])
    def test_numbers_that_are_no_dates_stay_numbers(self, number):
        assert from_serial(number, "date") == number

    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            *(("General", ""), ("0.00", ""), ("#,##0 [$€-x]", ""), ('0 "days"', ""), ("0\\d", ""), ("[Red]0", "")),
            *(
                ("yyyy-mm-dd", "date"),
                ("[$-425]d. mmmm yyyy;@", "date"),
                ("mmm yy", "date"),
                ("dd.mm.yyyy hh:mm", "date"),
            ),
            *(("hh:mm", "time"), ("h:mm:ss AM/PM", "time"), ("[h]:mm", "duration"), ("[mm]:ss", "duration"), ("@", "")),
        ],
    )
    def test_formats_of_dates_are_recognised(self, code, kind):
        assert date_format(code) == kind
