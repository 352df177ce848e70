"""Where tables begin and end, and what every row of a sheet is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrated_services.io._mapping_headers import layouts
from integrated_services.io._sheets import Book, Sheet


def sheet(*rows, merged=(), name="S"):
    width = max(len(row) for row in rows)
    return Sheet(name, tuple((*row, *[None] * (width - len(row))) for row in rows), merged)


def layout(*rows, merged=()):
    return layouts(Book("a.xlsx", "xlsx", (sheet(*rows, merged=merged),)))[0]


def headings(block):
    return [text for text, _ in block.headings if not text.startswith("(")]


HEAD = ["Teenus", "Osutaja", "Kohti"]


def test_titles_above_blank_rows_totals_and_notes_are_told_from_rows():
    found = layout(
        ["Teenused 2022"], [], HEAD, ["Päevahoid", "Keskus", 12], [], ["Koduhooldus", "Vald", 8], ["KOKKU", None, 20],
        [], ["Märkus: hinnang"],
    )  # fmt: skip
    assert found.kinds == ("title", "blank", "heading", "row", "blank", "row", "total", "blank", "note")
    assert [number for number, _ in found.blocks[0].rows] == [4, 6]
    assert found.texts == ("Teenused 2022", "Märkus: hinnang")


def test_headings_of_two_rows_are_joined_where_cells_are_merged():
    found = layout(
        ["Teenus", "Vanus", None, "Keel"],
        [None, "alates", "kuni", None],
        ["Päevahoid", 1, 6, "eesti"],
        merged=((0, 1, 0, 2), (0, 0, 1, 0), (0, 3, 1, 3)),
    )
    assert headings(found.blocks[0]) == ["Teenus", "Vanus / alates", "Vanus / kuni", "Keel"]


def test_headings_of_two_rows_are_joined_without_merged_cells_too():
    found = layout(["Teenus", "Osutaja", "Vanus", None], [None, None, "alates", "kuni"], ["Päevahoid", "Vald", 1, 6])
    assert headings(found.blocks[0]) == ["Teenus", "Osutaja", "Vanus / alates", "Vanus / kuni"]


def test_a_row_of_short_texts_below_the_headings_is_a_row():
    found = layout(HEAD, ["Päevahoid", "Keskus", None], ["Koduhooldus", "Vald", None])
    assert len(found.blocks[0].rows) == 2


def test_a_value_merged_downwards_stands_in_each_of_its_rows():
    found = layout(["Asutus", "Teenus"], ["Vald", "Päevahoid"], [None, "Koduhooldus"], merged=((1, 0, 2, 0),))
    assert [cells[:2] for _, cells in found.blocks[0].rows] == [("Vald", "Päevahoid"), ("Vald", "Koduhooldus")]


def test_a_blank_column_is_no_column_and_one_without_a_heading_is_named_by_its_letter():
    found = layout([None, "Teenus", "Kohti", None], [None, "Päevahoid", 12, "vana"], [None, "Koduhooldus", 3, None])
    assert [text for text, _ in found.blocks[0].headings][:3] == ["Teenus", "Kohti", "(column D)"]


def test_headings_that_are_the_same_are_numbered():
    found = layout(["Teenus", "Telefon", "Telefon"], ["Päevahoid", "435 0190", "435 0191"])
    assert found.blocks[0].headings[1:3] == (("Telefon", 1), ("Telefon", 2))


def test_repeated_headings_are_no_rows():
    found = layout(HEAD, ["Päevahoid", "Keskus", 12], HEAD, ["Koduhooldus", "Vald", 8])
    assert found.kinds == ("heading", "row", "repeated heading", "row")


def test_section_headings_are_values_of_the_rows_below():
    found = layout(
        [*HEAD, "Ooteaeg"], ["HARIDUS"], ["Tugi", "Kool", 3, 5], ["SOTSIAAL"], ["Päevahoid", "Vald", 4, 6],
        merged=((1, 0, 1, 3), (3, 0, 3, 3)),
    )  # fmt: skip
    assert found.kinds == ("heading", "section", "row", "section", "row")
    assert found.blocks[0].headings[-2] == ("(section heading)", 1)
    assert [cells[-2] for _, cells in found.blocks[0].rows] == ["HARIDUS", "SOTSIAAL"]


def test_two_tables_on_one_sheet_are_two_tables():
    found = layout(
        HEAD, ["Päevahoid", "Keskus", 12], [], ["Partnerid"], ["Asutus", "Telefon"], ["Politsei", "612 3000"]
    )
    assert [headings(block) for block in found.blocks] == [HEAD, ["Asutus", "Telefon"]]


def test_a_service_with_nothing_but_a_name_is_a_row():
    found = layout([*HEAD, "Ooteaeg"], ["Päevahoid", "Keskus", 12, 3], ["Koduhooldus"], ["Tugi", "Vald", 3, 4])
    assert found.kinds == ("heading", "row", "row", "row")


def test_the_first_row_of_json_is_the_headings_whatever_it_says():
    book = Book("a.json", "json", (sheet(["1", "2"], ["a", "b"]),))
    assert headings(layouts(book)[0].blocks[0]) == ["1", "2"]


CELLS = (
    st.none()
    | st.integers(-5, 10**6)
    | st.sampled_from(["Teenus", "Kokku", "x", "Asutus", "12", "a b", "Märkus:"])
    | st.text(max_size=8)
)


@given(st.lists(st.lists(CELLS, min_size=4, max_size=4), max_size=12), st.booleans())
def test_every_row_is_accounted_for_and_stands_in_one_table_at_most(rows, is_merged):
    merged = ((0, 0, min(1, len(rows) - 1), 2),) if is_merged and len(rows) > 1 else ()
    found = layouts(Book("a.xlsx", "xlsx", (Sheet("S", tuple(map(tuple, rows)), merged),)))[0]
    assert len(found.kinds) == len(rows)
    numbers = [number for block in found.blocks for number, _ in block.rows]
    assert len(numbers) == len(set(numbers))
    assert sorted(numbers) == [place + 1 for place, kind in enumerate(found.kinds) if kind == "row"]
    for block in found.blocks:
        assert len(set(block.headings)) == len(block.headings)
        assert all(len(cells) == len(block.headings) for _, cells in block.rows)


@pytest.mark.parametrize("rows", [(), ((None,),), (("x",),), ((None, None), (None, None))])
def test_sheets_without_a_table_have_none(rows):
    found = layouts(Book("a.xlsx", "xlsx", (Sheet("S", rows),)))[0]
    assert sum(len(block.rows) for block in found.blocks) == 0
