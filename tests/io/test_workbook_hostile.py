"""Whatever stands in the cells of a workbook, reading it gives a framework or our own error and shows no person."""

from __future__ import annotations

import datetime as dt
import tempfile
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from hypothesis import given
from hypothesis import strategies as st
from workbook_helpers import filled, openpyxl

from integrated_services import io
from integrated_services.errors import DocumentError, FormatError
from integrated_services.io._template_layout import FIRST_ROW, SHEETS
from integrated_services.io._template_words import choice_words, say
from integrated_services.io._workbook import check_workbook

_TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), max_size=20)
_WORDS = st.sampled_from(
    [
        "Vinni",
        "vinni ; Example county",
        "Pupils",
        "Speech therapy",
        "Counselling",
        "School speech therapist",
        "Pajusti School",
        "Tests of last year",
        "40 (30-55)",
        "ca 1e300",
        "-5",
        "12 %",
        "2024-13",
        "--02-30",
        "2024",
        ";;;",
        "()",
        "[]",
        "0.5 [2024]",
        "teacher 0.5 (1-2) [x]",
        "jaana.tamm@example.ee",
        "37605030299",
        "=1+1",
        "#N/A",
        "x" * 300,
        "a.b-c_d",
        "Example",
        "Näide",
    ]
)
_LISTS = ("level", "basis", "unit", "mapped", "tie", "yesno")
_CHOICES = st.sampled_from([word for choice in _LISTS for word in choice_words(choice)])
_VALUES = st.one_of(
    st.none(),
    _WORDS,
    _WORDS,
    _CHOICES,
    _TEXT,
    st.integers(-(10**18), 10**18),
    st.floats(-1e18, 1e18),
    st.booleans(),
    st.dates(dt.date(1901, 1, 1), dt.date(2200, 1, 1)),
)


@st.composite
def edits(draw: st.DrawFn) -> list[tuple[str, int, int, Any]]:
    """Cells to overwrite: sheet, row, column and value; headings and marks are among them."""
    found = []
    for _ in range(draw(st.integers(1, 25))):
        spec = draw(st.sampled_from(SHEETS))
        row = draw(st.one_of(st.integers(FIRST_ROW, FIRST_ROW + 4), st.integers(1, 8)))
        found.append((spec.key, row, draw(st.integers(1, len(spec.columns) + 2)), draw(_VALUES)))
    return found


@cache
def small(language: str) -> bytes:
    """The small municipality as a file."""
    with tempfile.TemporaryDirectory() as folder:
        return filled(Path(folder, "a.xlsx"), language=language).read_bytes()


@given(edits(), st.sampled_from(["refuse", "drop", "keep"]))
def test_any_cells_give_a_framework_or_our_own_error(
    changes: list[tuple[str, int, int, Any]], personal: Literal["refuse", "drop", "keep"]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, copy = Path(folder, "a.xlsx"), Path(folder, "b.xlsx")
        book = openpyxl.load_workbook(BytesIO(small("en")))
        for sheet, row, column, value in changes:
            book[say(f"sheet.{sheet}", "en")].cell(row, column).value = value
        book.save(path)
        book.close()
        try:
            reading = io.read_workbook(path, personal=personal, draft=True)
            shown = reading.summary()
        except (DocumentError, FormatError) as error:
            shown = str(error)
        else:
            assert not [one for one in reading.framework.problems() if one.severity == "error"]
        checked = check_workbook(path, personal=personal)
        assert "jaana.tamm" not in "\n".join([shown, *map(str, checked.problems)])
        io.annotate(path, checked.problems, copy)
        again = check_workbook(copy, personal=personal)
        assert [(p.code, p.sheet, p.row) for p in again.errors] == [(p.code, p.sheet, p.row) for p in checked.errors]
