"""Our own tables with mistakes: each is named with file, sheet, row, column and how to mend it, all at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrated_services.errors import DocumentError, FormatError, IntegratedServicesError, Problem
from integrated_services.io import read_tables, read_tables_draft, to_frames, write_tables
from integrated_services.io._tables_frames import laid_out
from integrated_services.io._tables_xlsx import workbook_bytes
from integrated_services.model import Framework, columns_of, dumps, from_frames
from integrated_services.model._tables import Table

Tables = dict[str, Table]


def framework() -> Framework:
    """A small framework with a bit of everything."""
    post = {"role": "advisor", "fte": {"value": 0.5, "note": "half"}}
    return Framework.model_validate(
        {
            "framework": "f",
            "title": {"en": "Title", "et": "Pealkiri"},
            "reference_date": "2022-06-01",
            "sources": [{"id": "guess", "kind": "assumption", "title": "G", "note": "because"}],
            "territories": [{"id": "town"}, {"id": "north", "part_of": "town"}],
            "target_groups": [{"id": "pupils", "ages": [7, 18]}],
            "needs": [{"id": "advice", "name": "Advice"}],
            "agencies": [{"id": "a", "collective": True}, {"id": "b"}],
            "cooperations": [{"agencies": ["a", "b"]}],
            "services": [
                {
                    "id": "s",
                    "meets": ["advice"],
                    "providers": ["a", "b"],
                    "valid": "2022",
                    "eligibility": {"ages": [7, 18]},
                    "deliveries": [
                        {"area": ["town", "north"], "capacity": {"value": 4, "low": 3}, "posts": [post]},
                        {"channel": "online", "cost": "5.50 EUR"},
                    ],
                }
            ],
            "indicators": [{"id": "i"}],
            "observations": [{"indicator": "i", "value": 5, "breakdown": {"sex": "women"}}],
            "surveys": [{"territories": ["town"], "status": "complete"}],
        }
    )


def spoiled(change: Callable[[Tables], None]) -> list[Problem]:
    """The problems of a workbook of which some cells were changed."""
    tables = laid_out(framework())
    change(tables)
    with TemporaryDirectory() as folder:
        path = Path(folder, "mine.xlsx")
        path.write_bytes(workbook_bytes(tables))
        with pytest.raises(DocumentError) as caught:
            read_tables(path)
    return [problem for problem in caught.value.problems if problem.severity == "error"]


def cell(table: str, column: str, row: int, value: Any) -> Callable[[Tables], None]:
    """Change one cell; rows count as in the sheet."""

    def change(tables: Tables) -> None:
        cells = list(tables[table].get(column, [None] * len(next(iter(tables[table].values())))))
        cells[row - 2] = value
        tables[table][column] = cells

    return change


def without(table: str, column: str) -> Callable[[Tables], None]:
    """Take a column out."""

    def change(tables: Tables) -> None:
        del tables[table][column]

    return change


def head(field: str, value: str | None) -> Callable[[Tables], None]:
    """Change a field of the head; None takes its row out."""

    def change(tables: Tables) -> None:
        rows = [
            (name, value if name == field else old)
            for name, old in zip(tables["framework"]["field"], tables["framework"]["value"], strict=True)
            if name != field or value is not None
        ]
        tables["framework"] = {"field": [row[0] for row in rows], "value": [row[1] for row in rows]}

    return change


Place = tuple[str, str | None, int | None, str | None]

MISTAKES: dict[str, tuple[Callable[[Tables], None], Place]] = {
    "a text where a number is due": (
        cell("services.deliveries", "capacity", 2, "many"),
        ("wrong-type", "services.deliveries", 2, "capacity"),
    ),
    "a number below zero": (
        cell("services.deliveries", "capacity", 3, -1),
        ("negative-count", "services.deliveries", 3, "capacity"),
    ),
    "a number where a text is due": (cell("needs", "name", 2, 141), ("wrong-type", "needs", 2, "name")),
    "a choice that is none": (
        cell("services.deliveries", "channel", 3, "onlin"),
        ("bad-choice", "services.deliveries", 3, "channel"),
    ),
    "a reference to nobody": (
        cell("territories", "part_of", 3, "twn"),
        ("unknown-reference", "territories", 3, "part_of"),
    ),
    "a reference to nobody in a list": (
        cell("services.providers", "value", 3, "c"),
        ("unknown-reference", "services.providers", 3, "value"),
    ),
    "a reference to nobody in a list of a child": (
        cell("services.deliveries.area", "value", 3, "nowhere"),
        ("unknown-reference", "services.deliveries.area", 3, "value"),
    ),
    "an owner who is not there": (
        cell("services.meets", "service", 2, "servce"),
        ("unknown-reference", "services.meets", 2, "service"),
    ),
    "a delivery that is not there": (
        cell("services.deliveries.posts", "delivery", 2, "here"),
        ("unknown-reference", "services.deliveries.posts", 2, "delivery"),
    ),
    "a bad word of a figure": (cell("figures", "source", 2, "gues"), ("unknown-reference", "figures", 2, "source")),
    "bounds the wrong way round": (
        cell("figures", "low", 2, 9),
        ("bounds-reversed", "services.deliveries", 2, "capacity"),
    ),
    "a figure that is not there": (cell("figures", "key", 3, "s/town"), ("unknown-reference", "figures", 3, "key")),
    "a field that is no figure": (cell("figures", "field", 2, "channel"), ("unknown-reference", "figures", 2, "key")),
    "a bad date": (cell("services", "valid.start", 2, "yesterday"), ("bad-date", "services", 2, "valid.start")),
    "ages the wrong way round": (
        cell("target_groups", "ages.first", 2, 40),
        ("ages-reversed", "target_groups", 2, "ages"),
    ),
    "half an age": (cell("target_groups", "ages.first", 2, 7.5), ("wrong-type", "target_groups", 2, "ages")),
    "words for yes": (cell("agencies", "collective", 2, "jah"), ("wrong-type", "agencies", 2, "collective")),
    "a rule that is no JSON": (
        cell("services", "eligibility", 2, "from 7"),
        ("wrong-type", "services", 2, "eligibility"),
    ),
    "a rule with a bad word": (
        cell("services", "eligibility", 2, '{"age": [7, 18]}'),
        ("unknown-field", "services", 2, "eligibility.age"),
    ),
    "no id": (cell("needs", "id", 2, None), ("missing-field", "needs", 2, "id")),
    "the empty text": (cell("needs", "name", 2, ""), ("empty-text", "needs", 2, "name")),
    "one id twice": (cell("territories", "id", 3, "town"), ("duplicate-id", "territories", 3, None)),
    "a text in a language and in none": (cell("needs", "name.en", 2, "A"), ("wrong-type", "needs", 2, "name")),
    "a period twice": (cell("services", "valid", 2, "2021"), ("wrong-type", "services", 2, "valid")),
    "a column that is not known": (cell("needs", "nam", 2, "x"), ("unknown-field", "needs", None, "nam")),
    "a language of what has none": (cell("needs", "id.en", 2, "x"), ("unknown-field", "needs", None, "id.en")),
    "a part of what is no figure": (
        cell("needs", "broader.low", 2, 1),
        ("unknown-field", "needs", None, "broader.low"),
    ),
    "a column that is missing": (without("sources", "kind"), ("missing-field", "sources", None, "kind")),
    "an owner that is missing": (
        without("services.deliveries.area", "delivery"),
        ("missing-field", "services.deliveries.area", None, "delivery"),
    ),
    "one of two agencies that is missing": (
        without("cooperations", "agencies.second"),
        ("missing-field", "cooperations", None, "agencies.second"),
    ),
    "a bad date in the head": (head("reference_date", "June"), ("bad-date", "framework", 6, "value")),
    "a head without title": (
        lambda tables: [head("title.en", None)(tables), head("title.et", None)(tables)][-1],
        ("missing-field", "framework", None, "value"),
    ),
    "a field that the head does not have": (
        lambda tables: [tables["framework"][word].append("x") for word in ("field", "value")][-1],
        ("unknown-field", "framework", 8, "value"),
    ),
    "a newer format": (head("format", "99"), ("format-version", "framework", 2, "value")),
    "a format that is no number": (head("format", "new"), ("format-version", "framework", 2, "value")),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_place(name: str) -> None:
    change, (code, sheet, row, column) = MISTAKES[name]
    problems = spoiled(change)
    places = [(p.code, p.sheet, p.row, p.column) for p in problems]
    assert (code, sheet, row, column) in places, [str(problem) for problem in problems]
    assert all(problem.file == "mine.xlsx" and problem.mend for problem in problems)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"not":' * 300 + "{}" + "}" * 300,
        '{"ages": [NaN, 1]}',
        '{"ages": [7, 18], "ages": [1, 2]}',
        '{"ages": [1e999, 1]}',
        '{"ages": [' + "9" * 5000 + ", 1]}",
        "null",
        "[]",
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(text: str) -> None:
    (problem,) = spoiled(cell("services", "eligibility", 2, text))
    assert (problem.sheet, problem.row, (problem.column or "")[:11]) == ("services", 2, "eligibility")


def test_all_mistakes_are_named_at_once() -> None:
    chosen = [
        "a text where a number is due",
        "a bad date",
        "no id",
        "an owner who is not there",
        "a bad date in the head",
    ]

    def change(tables: Tables) -> None:
        for name in chosen:
            MISTAKES[name][0](tables)

    found = {(p.code, p.sheet, p.row, p.column) for p in spoiled(change)}
    assert {MISTAKES[name][1] for name in chosen} <= found


def test_a_missing_column_is_named_once_and_not_for_each_row() -> None:
    def change(tables: Tables) -> None:
        tables["sources"] = {"id": ["guess", "b", "c"], "title": ["G", "B", "C"]}

    problems = [p for p in spoiled(change) if p.code == "missing-field"]
    assert [(p.sheet, p.row, p.column) for p in problems] == [("sources", None, "kind")]


def test_values_of_persons_are_masked() -> None:
    problems = spoiled(cell("services.deliveries", "capacity", 2, "jaan.tamm@example.org"))
    assert "jaan.tamm" not in " ".join(str(problem.as_dict()) for problem in problems)


def test_errors_of_a_spreadsheet_and_sheets_of_others_are_named(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    path = tmp_path / "mine.xlsx"
    write_tables(framework(), path)
    book = openpyxl.load_workbook(path)
    book["needs"]["B2"] = "#N/A"
    book["needs"]["B2"].data_type = "e"
    book["needs"]["F2"] = "beyond"
    book["target_groups"]["A1"] = "kind"
    book.create_sheet("servics")["A1"] = "id"
    book.save(path)
    book.close()
    with pytest.raises(DocumentError, match="errors") as caught:
        read_tables(path)
    places = [(p.code, p.sheet, p.row, p.column) for p in caught.value.problems]
    assert ("wrong-type", "needs", 2, "name") in places
    assert ("unknown-field", "needs", 1, None) in places
    assert ("duplicate-key", "target_groups", 1, "kind") in places
    assert ("unknown-table", "servics", None, None) in places


def test_a_workbook_that_another_program_saved_reads_the_same(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    path = tmp_path / "mine.xlsx"
    write_tables(framework(), path)
    book = openpyxl.load_workbook(path)
    book["framework"]["B6"] = date(2022, 6, 1)
    book["needs"].insert_rows(2)
    book["needs"].move_range("A2:B2", rows=5)
    book["target_groups"]["C2"] = 7.0
    book.save(path)
    book.close()
    assert read_tables(path) == framework()


def test_a_folder_that_a_spreadsheet_program_saved_reads_the_same(tmp_path: Path) -> None:
    write_tables(framework(), tmp_path / "t")
    for path in (tmp_path / "t").glob("*.csv"):
        text = path.read_text("utf-8-sig")
        if not any(sign in text for sign in "\";{'"):
            text = text.replace(",", ";").replace("0.5", "0,5").replace("true", "TRUE")
        path.write_text(text, encoding="utf-8")
    assert read_tables(tmp_path / "t") == framework()


def test_rows_of_text_files_are_counted_with_their_heading(tmp_path: Path) -> None:
    write_tables(framework(), tmp_path / "t")
    path = tmp_path / "t" / "territories.csv"
    path.write_text(path.read_text("utf-8-sig").replace("north,town", "\nnorth,twn"), encoding="utf-8")
    with pytest.raises(DocumentError, match="1 error") as caught:
        read_tables(tmp_path / "t")
    (problem,) = [problem for problem in caught.value.problems if problem.severity == "error"]
    assert problem.place == "territories.csv, row 4, column part_of"


def test_position_orders_the_items_of_a_list(tmp_path: Path) -> None:
    tables = laid_out(framework())
    tables["services.providers"]["position"] = [2, 1]
    (tmp_path / "t.xlsx").write_bytes(workbook_bytes(tables))
    assert read_tables(tmp_path / "t.xlsx").services["s"].providers == ("b", "a")


def test_a_period_may_be_written_short(tmp_path: Path) -> None:
    tables = laid_out(framework())
    services = tables["services"]
    tables["services"] = {c: cells for c, cells in services.items() if not c.startswith("valid")} | {"valid": ["2022"]}
    (tmp_path / "t.xlsx").write_bytes(workbook_bytes(tables))
    assert read_tables(tmp_path / "t.xlsx") == framework()


# persons and drafts ---------------------------------------------------------------------------------------------------


def with_a_person(folder: Path) -> Path:
    """Tables with a mailbox of a person."""
    write_tables(framework(), folder)
    path = folder / "agencies.csv"
    path.write_text(
        path.read_text("utf-8-sig")
        .replace("id,", "id,description,")
        .replace("a,", "a,jaan.tamm@example.org,")
        .replace("b,", "b,,"),
        encoding="utf-8",
    )
    return folder


def test_contact_data_of_persons_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="personal") as caught:
        read_tables(with_a_person(tmp_path / "t"))
    assert "jaan" not in str(caught.value)
    (problem,) = [problem for problem in caught.value.problems if problem.severity == "error"]
    assert problem.place == "agencies.csv, row 2, column description"


def test_contact_data_of_persons_is_taken_out_and_its_place_is_named(tmp_path: Path) -> None:
    fw = read_tables(with_a_person(tmp_path / "t"), personal="drop")
    assert "jaan" not in dumps(fw)
    assert [p.place for p in fw.problems() if "person" in p.code] == ["agencies.csv, row 2, column description"]


def test_contact_data_of_persons_is_kept_on_demand_in_each_format(tmp_path: Path) -> None:
    fw = read_tables(with_a_person(tmp_path / "t"), personal="keep")
    assert "jaan.tamm@example.org" in dumps(fw)
    write_tables(fw, tmp_path / "t.xlsx")
    assert dumps(read_tables(tmp_path / "t.xlsx", personal="keep")) == dumps(fw)
    assert dumps(columns_of(fw).to_framework(personal="keep")) == dumps(fw)
    with pytest.raises(DocumentError, match="personal"):
        columns_of(fw).to_framework()


def test_a_draft_is_the_sound_part(tmp_path: Path) -> None:
    tables = laid_out(framework())
    for name in ("a bad date", "an owner who is not there", "a column that is not known"):
        MISTAKES[name][0](tables)
    (tmp_path / "t.xlsx").write_bytes(workbook_bytes(tables))
    draft = read_tables_draft(tmp_path / "t.xlsx")
    assert [path for path, _ in draft.left_out] == ["services[s]"]
    assert draft.framework.services == ()
    assert draft.framework.needs == framework().needs
    assert {
        MISTAKES[name][1] for name in ("a bad date", "an owner who is not there", "a column that is not known")
    } <= {(p.code, p.sheet, p.row, p.column) for p in draft.problems}


def test_there_is_no_draft_without_a_head(tmp_path: Path) -> None:
    tables = laid_out(framework())
    head("reference_date", None)(tables)
    (tmp_path / "t.xlsx").write_bytes(workbook_bytes(tables))
    with pytest.raises(DocumentError, match="reference_date"):
        read_tables_draft(tmp_path / "t.xlsx")


# files that are none -------------------------------------------------------------------------------------------------


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no CSV and no Parquet"):
        read_tables(tmp_path)
    with pytest.raises(FormatError, match="none of this name"):
        read_tables(tmp_path / "nothing")
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(FormatError):
        read_tables(tmp_path / "x.xlsx")


def test_two_kinds_of_tables_in_a_folder_are_refused(tmp_path: Path) -> None:
    write_tables(framework(), tmp_path / "t")
    (tmp_path / "t" / "needs.parquet").write_bytes(b"")
    with pytest.raises(FormatError, match="keep one of the two"):
        read_tables(tmp_path / "t")


def test_a_file_of_another_name_is_an_unknown_table(tmp_path: Path) -> None:
    write_tables(framework(), tmp_path / "t")
    (tmp_path / "t" / "budget.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DocumentError, match="unknown-table") as caught:
        read_tables(tmp_path / "t")
    assert caught.value.problems[0].file == "budget.csv"


def test_files_of_other_programs_are_passed_over_and_capitals_are_no_table(tmp_path: Path) -> None:
    write_tables(framework(), tmp_path / "t")
    (tmp_path / "t" / "._needs.csv").write_bytes(b"\0\1\2")
    (tmp_path / "t" / "readme.txt").write_text("mine")
    assert read_tables(tmp_path / "t") == framework()
    (tmp_path / "t" / "needs.csv").rename(tmp_path / "t" / "Needs.CSV")
    with pytest.raises(DocumentError, match="Did you mean needs or"):
        read_tables(tmp_path / "t")


def test_tables_without_a_head_say_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "needs.csv").write_text("id\nadvice\n")
    with pytest.raises(DocumentError, match="missing-field") as caught:
        read_tables(tmp_path)
    assert {"field", "framework", "title", "reference_date"} <= {p.column for p in caught.value.problems} | {
        p.path for p in caught.value.problems
    }


def test_a_damaged_parquet_file_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    write_tables(framework(), tmp_path / "t", format="parquet")
    path = tmp_path / "t" / "needs.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FormatError, match="damaged"):
        read_tables(tmp_path / "t")


# frames --------------------------------------------------------------------------------------------------------------


def test_frames_bring_their_own_head_and_arguments_come_first() -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    frames = to_frames(framework(), "pyarrow")
    assert from_frames(frames).languages == ()
    assert from_frames(frames, title="Mine", basis="assumed").title == "Mine"
    del frames["framework"]
    with pytest.raises(DocumentError, match="missing-field"):
        from_frames(frames)


def test_frames_with_mistakes_in_records_are_refused_by_table_row_and_column() -> None:
    frames: Tables = {"needs": {"id": ["a", "b c"]}}
    columns = from_frames(frames, framework="f", title="F", reference_date=date(2022, 6, 1))
    with pytest.raises(DocumentError, match="bad-id") as caught:
        columns.to_framework()
    assert [(p.sheet, p.row, p.column) for p in caught.value.problems] == [("needs", 2, "id")]


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**40), 10**40),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        ["s", "town", "{}", "[[[", '{"not":{}}', "'long text 1", "=1", "1e999", "s/town", date(2022, 1, 1)]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
    st.just(object()),
)


@given(st.data())
def test_junk_in_frames_gives_our_errors_only(data: st.DataObject) -> None:
    tables = laid_out(framework())
    for _ in range(data.draw(st.integers(1, 4))):
        name = data.draw(st.sampled_from(sorted(tables)))
        table = tables[name] = {column: list(cells) for column, cells in tables[name].items()}
        column = data.draw(st.sampled_from([*table, "parent", "position", "key", "id", "value", "name_order", "x"]))
        size = len(next(iter(table.values())))
        cells = table.setdefault(column, [None] * size)
        cells[data.draw(st.integers(0, size - 1))] = data.draw(JUNK)
    with suppress(IntegratedServicesError):
        from_frames(tables).to_framework()


@given(st.data())
def test_junk_in_files_gives_our_errors_only(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(["csv", "xlsx"]))
    rng = random.Random(data.draw(st.integers(0, 10**6)))
    with TemporaryDirectory() as folder:
        path = Path(folder, "t.xlsx" if form == "xlsx" else "t")
        write_tables(framework(), path)
        files = [path] if form == "xlsx" else sorted(path.glob("*.csv"))
        for _ in range(rng.randint(1, 3)):
            file = rng.choice(files)
            content = bytearray(file.read_bytes())
            at = rng.randrange(len(content))
            content[at : at + rng.randint(0, 9)] = rng.choice(
                [b"", b",", b'"', b"\r", b"'", b"\0", b"{}", b"-", b"9" * 500]
            )
            file.write_bytes(content)
        with suppress(IntegratedServicesError):
            read_tables(path)
