"""What every result can do, shown on a small result of its own."""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import enum
import io
import json
import math
import pickle
import re
import subprocess
import sys
from typing import ClassVar

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import integrated_services
from integrated_services import _results
from integrated_services._results import (
    AssumptionGroup,
    Citation,
    Column,
    Provenance,
    Result,
    UsedFigure,
    display_width,
    format_table,
    provenance,
)
from integrated_services.errors import AnalysisError, MissingDependencyError

FREEMAN = Citation(
    "freeman1977",
    ["Freeman, Linton C."],
    1977,
    "A set of measures of centrality & more",
    "Sociometry",
    "10.2307/3033543",
)
WHENCE = Provenance("sha256:00", "coverage.sample", (("max_minutes", "30"),), 7, (("integrated-services", "1"),))


@attrs.frozen(eq=False)
class SampleResult(Result):
    """Persons by place."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("territory", "Territory", role="key"),
        Column("persons", "Persons", "persons", persons=True, basis="basis"),
        Column("share", "Share served", reveals=("persons",)),
        Column("basis", "Basis", role="label"),
    )
    citations: ClassVar[tuple[Citation, ...]] = (FREEMAN,)
    margins: ClassVar[tuple[tuple[str, ...], ...]] = ((), ("territory",))

    places: list[str]
    persons: np.ndarray
    share: np.ndarray

    def to_columns(self):
        return {
            "territory": self.places,
            "persons": self.persons,
            "share": self.share,
            "basis": ["stated"] * len(self.places),
        }

    def summary(self):
        return f"{len(self.places)} places <have> persons."


def sample(places=("Vievis", "Semeliškės"), persons=(55, 15), share=(0.5, math.nan), figures=()):
    return SampleResult(
        list(places), np.array(persons), np.array(share, dtype=float), provenance=WHENCE, figures=figures
    )


def result_of(cells, title="Cells"):
    """Make a result with one column of the given cells."""

    @attrs.frozen(eq=False)
    class OneColumn(Result):
        columns: ClassVar[tuple[Column, ...]] = (Column("cell", "Cell", role="label"),)

        def to_columns(self):
            return {"cell": cells}

        def summary(self):
            return "One column."

    OneColumn.title = title
    return OneColumn(provenance=WHENCE)


def test_every_name_in_all_exists_and_is_documented():
    assert all(getattr(_results, name).__doc__ for name in _results.__all__)


def test_importing_results_loads_no_array_and_no_data_frame_library():
    heavy = ["numpy", "scipy", "networkx", "narwhals", "pandas", "polars", "pyarrow", "altair"]
    code = f"import sys, integrated_services._results\nprint(sorted(set({heavy!r}) & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# Columns and the contract --------------------------------------------------------------------


def test_a_column_is_named_with_its_unit():
    assert Column("days", "Waiting", "days").heading == "Waiting (days)"
    assert Column("place", "Place", role="key").heading == "Place"


def test_a_column_has_one_of_three_roles():
    with pytest.raises(ValueError, match="'role' must be in"):
        Column("x", "X", role="other")


def test_a_single_name_will_do_for_what_a_measure_reveals():
    assert Column("share", "Share", reveals="persons").reveals == ("persons",)


@pytest.mark.parametrize(
    ("columns", "margins", "message"),
    [
        ((Column("a", "A"), Column("a", "B")), (), "a column name appears twice"),
        ((Column("a", "A", reveals=("b",)),), (), r"\['b'\] are not among the columns"),
        ((Column("a", "A", basis="b"),), (), r"\['b'\] are not among the columns"),
        ((Column("a", "A"),), (("b",),), r"\['b'\] are not among the columns"),
    ],
)
def test_a_result_class_whose_columns_do_not_fit_together_is_refused(columns, margins, message):
    with pytest.raises(TypeError, match=message):
        type("Bad", (Result,), {"columns": columns, "margins": margins})


@pytest.mark.parametrize("use", ["to_records", "to_json", "to_csv", "to_frame", "_repr_html_", "__str__"])
def test_columns_that_are_not_the_declared_ones_are_never_given_out(use):
    broken = _renamed(sample())
    with pytest.raises(AnalysisError, match=r"gives columns \['place'\], declared: \['territory'"):
        getattr(broken, use)()


def _renamed(result):
    class Renamed(SampleResult):
        def to_columns(self):
            return {"place": self.places}

    return Renamed(result.places, result.persons, result.share, provenance=WHENCE)


def test_columns_of_unequal_length_are_never_given_out():
    with pytest.raises(AnalysisError, match=r"columns of unequal length: .*'persons': 3"):
        sample(persons=(1, 2, 3)).to_records()


def test_a_result_without_columns_or_summary_cannot_be_made():
    with pytest.raises(TypeError, match="abstract"):
        Result(provenance=WHENCE)


def test_results_are_frozen_and_equal_only_to_themselves():
    one = sample()
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        one.places = []
    assert one == one  # noqa: PLR0124
    assert one != sample()
    assert len({one, sample()}) == 2


def test_results_survive_pickling():
    one = sample(figures=[UsedFigure("demands[1].persons", 55.0, basis="assumed", source="sen")])
    back = pickle.loads(pickle.dumps(one))  # noqa: S301
    assert type(back) is SampleResult
    assert back.to_json() == one.to_json()
    assert back.figures == one.figures
    assert back.provenance == one.provenance


def test_the_title_is_the_name_of_the_class_in_words_unless_there_is_one():
    assert SampleResult.title == "Sample result"
    assert result_of([], "Other").title == "Other"


# Records and JSON ----------------------------------------------------------------------------


def test_records_hold_python_values_and_none_for_what_is_not_a_number():
    records = sample().to_records()
    assert records[1] == {"territory": "Semeliškės", "persons": 15, "share": None, "basis": "stated"}
    assert [type(value) for value in records[0].values()] == [str, int, float, str]


def test_json_holds_title_columns_records_and_provenance():
    data = json.loads(sample().to_json())
    assert list(data) == ["title", "columns", "records", "provenance"]
    assert data["title"] == "Sample result"
    assert data["columns"][1] == {
        "name": "persons",
        "title": "Persons",
        "unit": "persons",
        "role": "measure",
        "persons": True,
        "basis": "basis",
        "reveals": [],
    }
    assert data["provenance"] == {
        "input_digest": "sha256:00",
        "function": "coverage.sample",
        "arguments": {"max_minutes": "30"},
        "seed": 7,
        "versions": {"integrated-services": "1"},
    }


def test_equal_results_give_equal_json_in_readable_letters():
    assert sample().to_json() == sample().to_json()
    assert "Semeliškės" in sample().to_json()
    assert sample().to_json(indent=2).startswith('{\n  "title"')


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (math.nan, None),
        (math.inf, None),
        (-math.inf, None),
        (np.float64("nan"), None),
        (np.float32(0.5), 0.5),
        (np.int8(3), 3),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.datetime64("2022-06-01"), "2022-06-01"),
        (np.datetime64("2022-06-01T12:00:00.000000001"), "2022-06-01T12:00:00"),
        (np.datetime64("NaT", "D"), None),
        (np.timedelta64(36, "h"), 1.5),
        (np.array([1, 2]), [1, 2]),
        (dt.date(2022, 6, 1), "2022-06-01"),
        (dt.timedelta(hours=12), 0.5),
        (decimal.Decimal("12.50"), 12.5),
        (decimal.Decimal(12), 12),
        (decimal.Decimal("NaN"), None),
        (Colour.RED, "red"),
        (("a", 1), ["a", 1]),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({"a": math.nan}, {"a": None}),
        (complex(1, 2), "(1+2j)"),
        (None, None),
    ],
    ids=repr,
)
def test_every_kind_of_cell_becomes_json(cell, expected):
    assert json.loads(result_of([cell]).to_json())["records"] == [{"cell": expected}]


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.array(["2022-06-01", "NaT"], dtype="datetime64[ns]"), ["2022-06-01T00:00:00", None]),
        (np.array(["2022-06-01"], dtype="datetime64[D]"), ["2022-06-01"]),
        (np.array([1.5, np.inf, np.nan]), [1.5, None, None]),
        (np.array(["ą", None], dtype=object), ["ą", None]),
        (np.array([], dtype=float), []),
    ],
)
def test_arrays_become_json(array, expected):
    assert [row["cell"] for row in json.loads(result_of(array).to_json())["records"]] == expected


@given(st.lists(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.decimals()))
def test_any_cells_give_valid_json_csv_and_html(cells):
    result = result_of(cells)

    def refuse(constant):
        raise AssertionError(constant)

    assert len(json.loads(result.to_json(), parse_constant=refuse)["records"]) == len(cells)
    assert len(list(csv.reader(io.StringIO(result.to_csv(), newline="")))) == len(cells) + 1
    assert result._repr_html_().count("<tr>") == min(len(cells), 20) + 1


# CSV -----------------------------------------------------------------------------------------


def rows_of(result):
    return [row[0] for row in csv.reader(io.StringIO(result.to_csv(), newline=""))][1:]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "'"])
def test_a_text_that_a_spreadsheet_would_run_gets_one_apostrophe(start):
    assert rows_of(result_of([f"{start}cmd|' /C calc'!A0"])) == [f"'{start}cmd|' /C calc'!A0"]


def test_numbers_stay_numbers_and_nothing_stays_empty():
    assert rows_of(result_of([-5, -0.5, np.int64(-7), decimal.Decimal("-1.5")])) == ["-5", "-0.5", "-7", "-1.5"]
    assert result_of([None, math.nan, True]).to_csv() == 'cell\n""\n""\ntrue\n'


def test_a_list_is_guarded_by_its_first_letter():
    assert rows_of(result_of([["=1", "b"], ("a", "=1")])) == ["'=1; b", "a; =1"]


@given(st.lists(st.text()))
def test_taking_one_apostrophe_off_gives_every_text_back(cells):
    read = rows_of(result_of(cells))
    assert [text.removeprefix("'") for text in read] == cells
    assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r")) for text in read)


def test_csv_has_the_names_of_the_columns_first():
    assert sample().to_csv() == ("territory,persons,share,basis\nVievis,55,0.5,stated\nSemeliškės,15,,stated\n")


# Frames --------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_each_backend_gives_its_own_frame_with_the_declared_columns(backend):
    library = pytest.importorskip(backend)
    frame = sample().to_frame(backend)
    assert isinstance(frame, library.Table if backend == "pyarrow" else library.DataFrame)
    names = frame.column_names if backend == "pyarrow" else list(frame.columns)
    assert names == ["territory", "persons", "share", "basis"]
    assert [int(value) for value in frame["persons"].to_numpy()] == [55, 15]


def test_pandas_is_the_default():
    pandas = pytest.importorskip("pandas")
    assert isinstance(sample().to_frame(), pandas.DataFrame)


@pytest.mark.parametrize("backend", ["polars", "pyarrow"])
def test_a_missing_number_is_null_where_frames_have_nulls(backend):
    pytest.importorskip(backend)
    share = sample().to_frame(backend)["share"]
    assert share.null_count == 1 if backend == "pyarrow" else share.null_count() == 1


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_an_empty_result_gives_a_typed_empty_frame(backend):
    nw = pytest.importorskip("narwhals")
    pytest.importorskip(backend)
    frame = nw.from_native(sample((), (), ()).to_frame(backend))
    assert frame.shape == (0, 4)
    assert frame.schema["share"] == nw.Float64
    assert frame.schema["basis"] == nw.String


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_dates_lists_and_gaps_reach_every_backend(backend):
    pytest.importorskip(backend)
    for cells in ([dt.date(2022, 6, 1), None], [("a", "b"), None], [None, None], [Colour.RED, None]):
        assert len(result_of(cells).to_frame(backend)) == 2


def test_an_unknown_backend_is_refused_by_name():
    with pytest.raises(AnalysisError, match="backend is one of pandas, polars, pyarrow, not 'spark'"):
        sample().to_frame("spark")


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_a_backend_that_is_not_installed_is_named(backend, monkeypatch):
    monkeypatch.setitem(sys.modules, backend, None)
    with pytest.raises(MissingDependencyError, match=f"giving a {backend} data frame needs {backend}"):
        sample().to_frame(backend)


# Reading -------------------------------------------------------------------------------------


def test_a_result_without_a_picture_says_so_both_ways():
    with pytest.raises(AnalysisError, match="Sample result has no picture"):
        sample().chart()
    with pytest.raises(AnalysisError, match="Sample result has no picture"):
        sample().plot()


def test_plot_gives_what_chart_gives():
    class Drawn(SampleResult):
        def chart(self):
            return "a picture"

    assert Drawn([], np.array([]), np.array([]), provenance=WHENCE).plot() == "a picture"


def test_a_result_reads_as_its_summary_and_shape():
    assert str(sample()) == "2 places <have> persons. [2 rows x 4 columns]"
    assert repr(sample()) == "<SampleResult: 2 places <have> persons. [2 rows x 4 columns]>"


def test_html_is_escaped_everywhere():
    shown = result_of(["<script>alert(1)</script>", '"&'], title="<b>Title</b>")._repr_html_()
    assert "<script" not in shown
    assert "<b>" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "&lt;have&gt;" in sample()._repr_html_()


def test_html_shows_at_most_20_rows_and_says_how_many_more():
    shown = result_of(list(range(1000, 1123)))._repr_html_()
    assert shown.count("<tr>") == 21
    assert "1019" in shown
    assert "1020" not in shown
    assert "103 more rows." in shown
    assert "more rows" not in result_of(list(range(20)))._repr_html_()


def test_html_counts_the_assumed_figures():
    figures = [UsedFigure("a", 1.0, basis="assumed"), UsedFigure("b", 1.0, basis="estimated"), UsedFigure("c", 1.0)]
    assert "It rests on 2 assumed or estimated figures" in sample(figures=figures)._repr_html_()
    assert "It rests on 1 assumed or estimated figure;" in sample(figures=figures[:1])._repr_html_()
    assert "It rests on no assumed or estimated figure." in sample()._repr_html_()


def test_assumptions_are_grouped_by_source_and_sorted():
    figures = [
        UsedFigure("z", 1.0, basis="assumed", source="sen"),
        UsedFigure("y", 2.0, basis="stated", source="sen"),
        UsedFigure("x", 3.0, basis="derived"),
        UsedFigure("w", 4.0, basis="estimated"),
        UsedFigure("a", 5.0, basis="estimated", source="sen", source_title="Share", note="why"),
        UsedFigure("a", 5.0, basis="estimated", source="sen", source_title="Share", note="why"),
        UsedFigure("b", 6.0, basis="assumed", source="caseload"),
    ]
    assert sample(figures=figures).assumptions() == (
        AssumptionGroup("caseload", None, None, (figures[6],)),
        AssumptionGroup("sen", "Share", "why", (figures[4], figures[0])),
        AssumptionGroup(None, None, None, (figures[3],)),
    )
    assert json.loads(json.dumps(sample(figures=figures).assumptions()[1].as_dict()))["figures"][0]["path"] == "a"


@given(st.permutations([UsedFigure(p, 1.0, basis="assumed", source=s) for p, s in ("az", "bz", "cy", "dy")]))
def test_the_order_of_the_figures_does_not_change_the_groups(figures):
    assert sample(figures=figures).assumptions() == sample(figures=sorted(figures, key=attrs.astuple)).assumptions()


# Provenance ----------------------------------------------------------------------------------


def test_provenance_repeats_and_names_arguments_and_versions():
    def described():
        return provenance(
            "coverage.gaps",
            "sha256:00",
            {"date": dt.date(2022, 6, 1), "levels": {"b", "a"}, "k": 3, "goal": None},
            seed=5,
            packages=["numpy", "attrs", "numpy"],
        )

    assert described() == described()
    assert described().arguments == (("date", "2022-06-01"), ("levels", "a; b"), ("k", "3"), ("goal", ""))
    assert described().versions[0] == ("integrated-services", integrated_services.__version__)
    assert described().versions[2] == ("numpy", np.__version__)
    assert [name for name, _ in described().versions] == ["integrated-services", "attrs", "numpy"]


def test_a_package_that_is_not_installed_is_said_to_be_so():
    assert provenance("f", "d", packages=["no-such-package"]).versions[1] == ("no-such-package", "not installed")


def test_provenance_hides_personal_codes_in_arguments():
    assert provenance("f", "d", {"person": "38001010000"}).arguments == (("person", "3**********"),)


# Citations -----------------------------------------------------------------------------------


def test_a_result_knows_who_published_its_method():
    assert sample().references() == (FREEMAN,)


def test_a_citation_reads_as_a_reference():
    assert str(FREEMAN) == (
        "Freeman, Linton C. (1977). A set of measures of centrality & more. Sociometry. doi:10.2307/3033543"
    )
    assert str(Citation("k", ["A, B", "C, D", "E, F"], 2000, "T")) == "A, B; C, D and E, F (2000). T."


def test_a_citation_becomes_bibtex_with_special_characters_escaped():
    assert FREEMAN.bibtex() == (
        "@article{freeman1977,\n"
        "  author = {Freeman, Linton C.},\n"
        "  title = {{A set of measures of centrality \\& more}},\n"
        "  year = {1977},\n"
        "  journal = {Sociometry},\n"
        "  doi = {10.2307/3033543}\n"
        "}"
    )
    assert Citation("k", ["A, B", "C, D"], 2000, "50 % {x}").bibtex().splitlines()[:3] == [
        "@misc{k,",
        "  author = {A, B and C, D},",
        "  title = {{50 \\% \\{x\\}}},",
    ]


def test_one_author_may_be_given_as_a_text():
    assert Citation("k", "World Bank", 2020, "T").as_dict()["authors"] == ["World Bank"]


# Text tables ---------------------------------------------------------------------------------


def test_a_table_is_aligned_with_numbers_to_the_right():
    columns = [Column("place", "Place", role="key"), Column("n", "Wait", "days")]
    rows = [{"place": "Semeliškės", "n": 7.25}, {"place": "Vievis", "n": 120}, {"place": "Kõrve"}]
    assert format_table(columns, rows).splitlines() == [
        "Place       Wait (days)",
        "----------  -----------",
        "Semeliškės         7.25",
        "Vievis           120.00",
        "Kõrve                 —",
    ]


def test_what_is_missing_can_be_said_in_words():
    assert format_table(["a", "b"], [(None, 1), ("", 2), (math.nan, 3)], missing="not stated").count("not stated") == 3


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "yes"),
        (False, "no"),
        (math.inf, "∞"),
        (-math.inf, "-∞"),
        (0.0, "0"),
        (1.0, "1"),
        (0.1, "0.1"),
        (2 / 3, "0.67"),
        (0.999, "1"),
        (0.0001234, "0.000123"),
        (-2.5, "-2.5"),
        (1e20, "1e+20"),
        (10**16, "10000000000000000"),
        (np.int64(5), "5"),
        (("a", "b"), "a, b"),
        ((), "—"),
        (dt.date(2022, 6, 1), "2022-06-01"),
    ],
    ids=repr,
)
def test_each_kind_of_value_is_written_for_readers(value, shown):
    assert format_table(["x"], [[value]]).splitlines()[2] == shown


def test_long_texts_break_at_blanks_and_end_in_an_ellipsis_after_three_lines():
    text = "one two three four five six seven eight nine ten eleven twelve"
    lines = format_table(["Place", "Reason"], [("Vievis", text)], max_width=24).splitlines()
    assert lines[2:] == ["Vievis  one two three", "        four five six", "        seven eight nin…"]


def test_a_long_heading_breaks_before_a_text_does():
    lines = format_table(["Place", "Persons with this need"], [("Elektrėnų savivaldybė", 5)], max_width=32).splitlines()
    assert lines[0] == "                         Persons"
    assert lines[-1].startswith("Elektrėnų savivaldybė")


@pytest.mark.parametrize(("text", "width"), [("Põlva", 5), ("e\u0307", 1), ("地方", 4), ("", 0), ("a\u20dd", 1)])
def test_width_is_counted_in_columns_of_the_terminal(text, width):
    assert display_width(text) == width


def test_letters_that_take_no_or_two_columns_keep_the_table_aligned():
    names = ["Elektrėnai", "Elektre\u0307nai", "地方"]
    lines = format_table(["Place", "n"], [(name, 1) for name in names]).splitlines()
    assert {display_width(line) for line in lines} == {13}


def test_nothing_in_a_table_can_steer_the_terminal():
    text = format_table(["a\x1b[2J"], [["b\x1b[31m\r\n\u202ec\x07"]])
    assert all(line.isprintable() for line in text.splitlines())
    assert len(text.splitlines()) == 3


def test_a_table_without_rows_is_its_heading_and_without_columns_nothing():
    assert format_table(["Place"], []) == "Place\n-----"
    assert format_table([], [(), ()]) == ""


def test_short_rows_are_filled_and_long_ones_cut():
    assert format_table(["a", "b"], [("x",), ("x", "y", "z")]).splitlines()[2:] == ["x  —", "x  y"]


CELLS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60) | st.dates() | st.lists(st.text())
)


@given(
    st.lists(st.text(max_size=40), min_size=1, max_size=5).flatmap(
        lambda names: st.tuples(st.just(names), st.lists(st.lists(CELLS, max_size=6), max_size=6))
    ),
    st.integers(-5, 120),
)
def test_a_table_never_raises_and_its_rule_is_as_wide_as_its_widest_line(table, max_width):
    names, rows = table
    lines = format_table(names, rows, max_width=max_width).split("\n")
    rule = next(line for line in lines if re.fullmatch(r"[- ]+", line) and "-" in line)
    assert len(lines) > len(rows)
    assert max(map(display_width, lines)) <= max(len(rule), 1)
    assert all(line.isprintable() for line in lines)


@given(st.lists(st.lists(st.text(max_size=90), min_size=3, max_size=3), max_size=6), st.integers(42, 120))
def test_texts_always_fit_into_the_width(rows, max_width):
    lines = format_table(["Territory", "Need", "Reason"], rows, max_width=max_width).split("\n")
    assert max(map(display_width, lines)) <= max_width
