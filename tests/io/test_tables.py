"""Our own tables: every framework is written and read back the same, in each of the formats."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrated_services import samples
from integrated_services.errors import FormatError
from integrated_services.io import read_tables, table_schema, to_frames, write_tables
from integrated_services.io._tables_cells import GUARDED, guarded, is_long, pieces, read_cells, unguarded
from integrated_services.io._tables_parts import sheet_titles
from integrated_services.io._tables_xlsx import workbook_bytes
from integrated_services.model import Framework, columns_of, dumps, from_frames
from integrated_services.model._keyed import owner_columns
from integrated_services.model._tables import table_specs
from tests.strategies import HOSTILE_TEXTS, frameworks

WAYS = ["xlsx", "csv", "parquet", "pandas", "polars", "pyarrow"]


def there_and_back(fw: Framework, way: str) -> Framework:
    """The framework, written in one of the ways and read again."""
    if way in ("pandas", "polars", "pyarrow"):
        return from_frames(to_frames(fw, way)).to_framework()  # type: ignore[arg-type]
    with TemporaryDirectory() as folder:
        path = Path(folder, "mine.xlsx" if way == "xlsx" else "mine")
        report = write_tables(fw, path, format=way)  # type: ignore[arg-type]
        assert len(report) == 0
        assert report.written.get("services", 0) == len(fw.services)
        return read_tables(path)


def needs(way: str) -> None:
    """Skip where the package of this way is not installed."""
    package = {"parquet": "pyarrow", "xlsx": "json", "csv": "json"}.get(way, way)
    pytest.importorskip(package, reason=f"{package} is not installed")


def small(**more: Any) -> Framework:
    """A framework with some records."""
    base: dict[str, Any] = {
        "framework": "f",
        "title": "F",
        "reference_date": "2022-06-01",
        "territories": [{"id": "town"}],
        "target_groups": [{"id": "pupils"}],
        "needs": [{"id": "advice"}],
        "services": [{"id": "s", "deliveries": [{"area": ["town"]}]}],
    }
    return Framework.model_validate(base | more)


# there and back ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
@given(fw=frameworks(hostile_text=True))
def test_nothing_is_lost(way: str, fw: Framework) -> None:
    needs(way)
    back = there_and_back(fw, way)
    assert back == fw
    assert dumps(back) == dumps(fw)
    assert columns_of(back).digest == columns_of(fw).digest


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", samples.names())
def test_samples_come_back(way: str, name: str) -> None:
    needs(way)
    fw = samples.load(name)
    assert dumps(there_and_back(fw, way)) == dumps(fw)


CORNERS: dict[str, Any] = {
    "a label whose languages stand in another order": {
        "needs": [{"id": "a", "name": {"en": "A", "et": "B"}}, {"id": "b", "name": {"lt": "C", "et": "D", "en": "E"}}]
    },
    "a label in one language and one in none": {"needs": [{"id": "a", "name": {"en": "A"}}, {"id": "b", "name": "B"}]},
    "a period that says nothing": {"services": [{"id": "s", "valid": {}}]},
    "money of which nothing is known": {"projects": [{"id": "p", "finance": {}}]},
    "ages open at both ends": {"target_groups": [{"id": "g", "ages": [None, None]}, {"id": "h", "ages": [7, None]}]},
    "a rule that says nothing": {"services": [{"id": "s", "eligibility": {}}]},
    "access as by default": {"services": [{"id": "s", "access": {}}]},
    "whole numbers that no computer word holds": {
        "needs": [{"id": "a", "origins": [{"file": "x", "row": row} for row in (2**63 - 1, 2**63)]}]
    },
    "whole numbers that no double holds": {"needs": [{"id": "a", "origins": [{"file": "x", "row": 2**53 + 1}]}]},
    "the longest amounts": {
        "projects": [
            {"id": "p", "finance": {"total": "999999999999999.9999 EUR", "own": "-0.0001 EUR"}},
            {
                "id": "q",
                "finance": {
                    "total": {"amount": "5", "currency": "USD", "low": "0.10", "high": "999999999999999.9999"},
                    "rate": {"value": 0.1, "low": 0.01, "high": 0.30000000000000004},
                },
            },
        ]
    },
    "numbers with all of their digits": {
        "territories": [
            {"id": "town", "point": {"lat": 26.333333333333332, "lon": 0.1 + 0.2}},
            {"id": "b", "point": {"lat": 1e-7, "lon": -5e-324}},
        ]
    },
    "the largest figures": {
        "populations": [
            {"target_group": "pupils", "territory": "town", "persons": {"value": 10**15, "low": 10**15 - 1}}
        ]
    },
    "dates of all kinds": {
        "sources": [
            {"id": f"s{n}", "kind": "document", "title": "T", "date": text}
            for n, text in enumerate(("2022", "2022-05", "2022-05-03", "--05-03", "--05"))
        ]
    },
    "codes with their zeros": {"territories": [{"id": "town", "codes": {"ehak": "0141", "lau": "1e3"}}]},
    "one scheme of codes twice": {
        "territories": [
            {"id": "town", "codes": [{"scheme": "a", "value": "1"}, {"scheme": "a", "value": "2", "version": "2021"}]}
        ]
    },
    "a territory that becomes two": {
        "territories": [
            {"id": "town"},
            {"id": "b"},
            {
                "id": "old",
                "valid": "../2020",
                "succeeded_by": [{"territory": "b", "share": 0.25}, {"territory": "town", "share": 0.75}],
            },
        ]
    },
    "records without id that only their lists tell apart": {
        "surveys": [
            {"territories": ["town"], "needs": ["advice"], "status": "complete"},
            {"territories": ["town"], "status": "partial", "sectors": ["health", "social"]},
        ]
    },
    "figures of posts of deliveries": {
        "services": [
            {
                "id": name,
                "deliveries": [
                    {"area": ["town"], "posts": [{"role": "a/b", "fte": {"value": 0.5, "basis": "assumed"}}]},
                    {"channel": "online", "posts": [{"role": "a/b", "fte": {"value": 1, "note": name}}]},
                ],
            }
            for name in ("s", "t")
        ]
    },
    "text by language in the head": {
        "title": {"et": "Pealkiri", "en": "Title"},
        "description": {"lt": "=A1", "en": "\n x"},
        "languages": ["et", "en"],
        "licence": "'CC BY",
        "basis": "estimated",
    },
    "an outline": {
        "territories": [
            {
                "id": "town",
                "outline": {
                    "type": "Polygon",
                    "coordinates": [[[25 + n / 7919, 54 + n / 7907] for n in range(9000)] + [[25, 54]]],
                },
            }
        ]
    },
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("corner", CORNERS)
def test_corners_come_back(way: str, corner: str) -> None:
    needs(way)
    fw = small(**CORNERS[corner])
    back = there_and_back(fw, way)
    assert dumps(back) == dumps(fw)
    assert back == fw


TEXTS = [
    *HOSTILE_TEXTS,
    "'Twas",
    "''",
    "'=",
    "'long text 1",
    "_x000D_",
    "_x005F_x000D_",
    "_x005f_",
    "x005F_",
    "__x0041__",
    "a\r\nb\rc\nd",
    "\r",
    "\ttab",
    "  blanks  ",
    "TRUE",
    "true",
    "1,5",
    "007",
    "1E+3",
    "{}",
    "[]",
    "NaN",
    "nan",
    "None",
    "a;b",
    'a"b""c',
    "\u2028",
    "\ufeff",
    "\U0010fffd",
    "x" * 20_000,
    "👩" * 20_000,
    "=" + "\r" * 19_000,
]


@pytest.mark.parametrize("way", WAYS)
def test_texts_come_back_letter_by_letter(way: str) -> None:
    needs(way)
    kept = [text for text in TEXTS if text.strip()]
    fw = small(needs=[{"id": f"n{n}", "name": text, "description": {"en": text}} for n, text in enumerate(kept)])
    back = there_and_back(fw, way)
    assert [str(need.name) for need in back.needs] == kept
    assert dumps(back) == dumps(fw)


def test_equal_frameworks_give_equal_files(tmp_path: Path) -> None:
    fw = samples.load("laane-viru")
    for name in ("one", "two"):
        write_tables(fw, tmp_path / f"{name}.xlsx")
        write_tables(fw, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


# cells ---------------------------------------------------------------------------------------------------------------


@given(st.text())
def test_the_guard_can_be_undone(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text) == text or guarded(text) == f"'{text}"


@given(st.text(min_size=1))
def test_only_texts_that_begin_like_a_formula_are_guarded(text: str) -> None:
    assert (guarded(text) != text) == (text[0] in "=+-@\t\r'")
    assert set(GUARDED) == set("=+-@\t\r'")


def test_the_empty_text_is_not_no_value() -> None:
    assert guarded("") == "'"
    assert read_cells(["'", "", None], "text") == ["", None, None]


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("text", "0141", "0141"),
        ("text", "TRUE", "TRUE"),
        ("text", 141, 141),
        ("number", "-5", -5),
        ("number", "5E-05", 5e-05),
        ("number", "0,5", "0,5"),
        ("number", "12 %", "12 %"),
        ("number", "'=1", "'=1"),
        ("integer", 3.0, 3),
        ("integer", "3", 3),
        ("integer", "3.5", "3.5"),
        ("integer", 3.5, 3.5),
        ("amount", 281160.5, "281160.5"),
        ("amount", 1e-4, "0.0001"),
        ("amount", "281160.50", "281160.50"),
        ("amount", True, True),
        ("boolean", "TRUE", True),
        ("boolean", "false", False),
        ("boolean", "yes", "yes"),
        ("boolean", 1.0, True),
        ("boolean", 2, 2),
        ("text", "'Twas", "'Twas"),
        ("date", date(2022, 5, 3), "2022-05-03"),
        ("date", "'--05-03", "--05-03"),
    ],
)
def test_the_column_decides_what_a_cell_means(kind: Any, cell: object, value: object) -> None:
    (found,) = read_cells([cell], kind)
    assert found == value
    assert type(found) is type(value)


def test_a_decimal_comma_is_read_where_semicolons_separate() -> None:
    assert read_cells(["0,5", "-1,25", "1,2,3"], "number", decimal_comma=True) == [0.5, -1.25, "1,2,3"]


@given(st.text(st.sampled_from("a\U0001f469"), min_size=0, max_size=50).map(lambda text: text * 999))
def test_long_texts_are_cut_so_that_a_spreadsheet_can_hold_them(text: str) -> None:
    assert "".join(pieces(text)) == text
    assert all(len(piece.encode("utf-16-le")) // 2 <= 32_767 for piece in pieces(text))
    assert is_long(text) == (len(text.encode("utf-16-le")) // 2 > 32_000)


# files ---------------------------------------------------------------------------------------------------------------


def test_a_csv_file_is_what_other_programs_expect(tmp_path: Path) -> None:
    fw = small(needs=[{"id": "n", "name": '=a,"b"\r\nc'}, {"id": "m", "name": "-5"}])
    write_tables(fw, tmp_path / "t")
    data = (tmp_path / "t" / "needs.csv").read_bytes()
    assert data == b'\xef\xbb\xbfid,name\r\nn,"\'=a,""b""\r\nc"\r\nm,\'-5\r\n'
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows == [["id", "name"], ["n", '\'=a,"b"\r\nc'], ["m", "'-5"]]


def test_child_tables_name_their_owner_by_key(tmp_path: Path) -> None:
    post = {"role": "advisor", "fte": {"value": 0.5, "basis": "assumed", "low": 0.25}}
    fw = small(services=[{"id": "s", "deliveries": [{"area": ["town"], "posts": [post]}]}])
    write_tables(fw, tmp_path / "t")
    read = {
        path.stem: list(csv.reader(path.read_text("utf-8-sig").splitlines())) for path in (tmp_path / "t").glob("*.csv")
    }
    assert read["services.deliveries"] == [["service", "key", "channel"], ["s", "town", "on_site"]]
    assert read["services.deliveries.posts"] == [
        ["service", "delivery", "key", "role", "fte"],
        ["s", "town", "advisor", "advisor", "0.5"],
    ]
    assert read["figures"] == [
        ["table", "key", "field", "basis", "low"],
        ["services.deliveries.posts", "s/town/advisor", "fte", "assumed", "0.25"],
    ]


def test_other_readers_see_the_same_workbook(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    calamine = pytest.importorskip("python_calamine", reason="python-calamine is not installed")
    fw = small(
        needs=[{"id": "n", "name": "=1+1"}, {"id": "m", "name": "0141"}],
        projects=[{"id": "p", "finance": {"total": "281160.50 EUR", "grant": "999999999999999.9999 EUR"}}],
        agencies=[{"id": "a", "collective": True}],
    )
    path = tmp_path / "t.xlsx"
    write_tables(fw, path)
    book = openpyxl.load_workbook(path)
    assert [c.value for c in book["needs"]["B"]] == ["name", "'=1+1", "0141"]
    assert [c.data_type for c in book["needs"]["B"]] == ["s", "s", "s"]
    assert book["needs"]["B3"].number_format == "@"
    assert book["needs"].freeze_panes == "A2"
    projects = dict(zip(*[[c.value for c in row] for row in book["projects"].iter_rows()], strict=True))
    assert projects["finance.total"] == 281160.5
    assert projects["finance.grant"] == "999999999999999.9999"
    other = calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("agencies").to_python()
    assert other == [["id", "collective"], ["a", True]]
    book.close()


def test_a_table_that_no_sheet_can_hold_is_refused() -> None:
    with pytest.raises(FormatError, match="CSV or Parquet"):
        workbook_bytes({"needs": {"id": ["a"] * 2**20}})


def test_each_table_has_a_sheet_of_its_own() -> None:
    titles = list(sheet_titles().values())
    assert len({title.casefold() for title in titles}) == len(titles) == len(table_specs()) + 3
    assert max(map(len, titles)) <= 31
    assert not any(set(title) & set("[]:*?/\\'") for title in titles)


def test_no_owner_column_is_also_a_column_of_the_record() -> None:
    for name, spec in table_specs().items():
        own = {column.name for column in spec.columns} | {"key", "position", "parent"}
        assert not own & set(owner_columns(name)), name
        assert len(set(owner_columns(name))) == len(owner_columns(name))


def test_parquet_files_have_types_and_a_version(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    fw = small(
        agencies=[{"id": "a", "collective": True, "members": 3}],
        projects=[{"id": "p", "finance": {"total": "5.5 EUR"}}],
    )
    write_tables(fw, tmp_path / "t", format="parquet")
    schema = parquet.read_schema(tmp_path / "t" / "agencies.parquet")
    assert {field.name: str(field.type) for field in schema} == {
        "id": "string",
        "collective": "bool",
        "members": "double",
    }
    assert schema.metadata[b"integrated_services.format"] == b"1"
    projects = parquet.read_schema(tmp_path / "t" / "projects.parquet")
    assert str(projects.field("finance.total").type) == "decimal128(19, 4)"


# what is there already -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("second", ["csv", "parquet"])
def test_tables_of_an_earlier_time_do_not_stay(tmp_path: Path, second: Any) -> None:
    needs(second)
    write_tables(samples.load("laane-viru"), tmp_path / "t")
    write_tables(small(), tmp_path / "t", format=second)
    assert read_tables(tmp_path / "t") == small()
    assert not (tmp_path / "t" / "projects.csv").exists()


def test_a_folder_with_other_files_is_refused_and_force_leaves_them(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "services.csv").write_text("mine")
    with pytest.raises(FormatError, match="holds other files"):
        write_tables(small(), tmp_path)
    assert (tmp_path / "services.csv").read_text() == "mine"
    write_tables(small(), tmp_path, force=True)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert read_tables(tmp_path) == small()


def test_somebody_elses_workbook_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", '<sheet name="Budget"/>')
    before = path.read_bytes()
    with pytest.raises(FormatError, match="another file"):
        write_tables(small(), path)
    assert path.read_bytes() == before
    write_tables(small(), path, force=True)
    write_tables(small(title="Second"), path)
    assert str(read_tables(path).title) == "Second"


def test_no_folder_is_made_above_the_one_that_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_tables(small(), tmp_path / "no" / "t")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "form"), [("t.xlsx", "csv"), ("t", "xlsx"), ("t.xlsx", "parquet")])
def test_a_format_that_contradicts_the_name_is_refused(tmp_path: Path, name: str, form: Any) -> None:
    with pytest.raises(FormatError, match=r"ends in \.xlsx"):
        write_tables(small(), tmp_path / name, format=form)


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="csv, parquet or xlsx"):
        write_tables(small(), tmp_path / "t", format="odt")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="pandas, polars or pyarrow"):
        to_frames(small(), "excel")  # type: ignore[arg-type]


def test_tables_are_not_written_where_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("mine")
    with pytest.raises(FormatError, match="a file of this name"):
        write_tables(small(), tmp_path / "t")


# the description -----------------------------------------------------------------------------------------------------


def check_package(resources: dict[str, dict[str, Any]]) -> None:
    """Every key names fields that are there."""
    fields = {name: {field["name"] for field in schema["fields"]} for name, schema in resources.items()}
    for name, schema in resources.items():
        assert set(schema.get("primaryKey", ())) <= fields[name]
        for key in schema.get("foreignKeys", ()):
            reference = key["reference"]
            assert set(key["fields"]) <= fields[name]
            assert len(key["fields"]) == len(reference["fields"])
            assert set(reference["fields"]) <= fields[reference["resource"] or name]


def test_the_schema_describes_every_table() -> None:
    schema = table_schema()
    assert list(schema) == ["framework", *table_specs(), "figures"]
    check_package(schema)
    described = [f for table in schema.values() for f in table["fields"] if f.get("description")]
    assert len(described) > 0.8 * sum(len(table["fields"]) for table in schema.values())


@given(frameworks())
def test_the_data_package_fits_the_files(fw: Framework) -> None:
    import json

    with TemporaryDirectory() as folder:
        write_tables(fw, Path(folder, "t"))
        package = json.loads(Path(folder, "t", "datapackage.json").read_text("utf-8"))
        check_package({resource["name"]: resource["schema"] for resource in package["resources"]})
        for resource in package["resources"]:
            text = Path(folder, "t", resource["path"]).read_text("utf-8-sig")
            header = next(csv.reader(io.StringIO(text, newline="")))
            assert header == [field["name"] for field in resource["schema"]["fields"]]


def test_a_data_package_is_read_by_its_description(tmp_path: Path) -> None:
    write_tables(small(), tmp_path / "t")
    assert read_tables(tmp_path / "t" / "datapackage.json") == small()
