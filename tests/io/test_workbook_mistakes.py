"""Each kind of mistake in a mapping workbook is reported with its sheet, row, column, value and mend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from workbook_helpers import SMALL, column_of, filled, mistakes, one_mistake, openpyxl, with_rows

from integrated_services import io
from integrated_services.errors import DocumentError, FormatError
from integrated_services.io._sheets import column_name
from integrated_services.io._template_layout import SHEETS, sheet_spec
from integrated_services.io._template_words import LANGUAGES, heading, say
from integrated_services.model import PROBLEM_CODES

PLAIN_SERVICE = {"name": "S", "needs": "Speech therapy", "groups": "Pupils", "area": "Vinni"}


def _id(case: object) -> str:
    """What pytest calls a case."""
    return case if isinstance(case, str) else "row"


CASES: list[tuple[str, dict[str, Any], str, str, str]] = [
    # sheet, what the last row of it says, column at fault, kind, part of the mend
    ("territories", {"level": "@county"}, "name", "missing-cell", "Fill in"),
    ("territories", {"name": "A", "part_of": "Vini"}, "part_of", "unknown-name", "Did you mean “Vinni”?"),
    ("territories", {"name": "A", "level": "municipalty"}, "level", "unknown-choice", "Did you mean “Municipality”?"),
    ("territories", {"name": "VINNI"}, "name", "duplicate-name", "another name"),
    ("territories", {"name": "A", "id": "a b"}, "id", "bad-id", "Clear the cell"),
    ("territories", {"name": "A", "code": "0141; 59", "code_list": "ehak"}, "code_list", "code-lists", "same order"),
    ("territories", {"name": "A", "latitude": 59.1}, "longitude", "point-half", "both cells"),
    ("territories", {"name": "A", "latitude": 95, "longitude": 26}, "latitude", "bad-number", "Correct"),
    ("territories", {"name": "A", "part_of": "A"}, "part_of", "cycle", "part_of"),
    ("groups", {"name": "A", "age_from": 18, "age_to": 7}, "age_to", "ages-reversed", "lower age first"),
    ("groups", {"name": "A", "age_from": "seven and a half"}, "age_from", "whole-number", "such as 7"),
    ("groups", {"name": "A", "age_from": 7.5}, "age_from", "whole-number", "such as 7"),
    ("agencies", {"name": "A", "collective": "perhaps"}, "collective", "unknown-choice", "yes, no"),
    ("agencies", {"name": "A", "email": "jaana.tamm@example.ee"}, "email", "personal-data", "organisation"),
    ("agencies", {"name": "A", "description": "37605030299"}, "description", "personal-data", "organisation"),
    ("services", {**PLAIN_SERVICE, "needs": "Speech"}, "needs", "unknown-name", "Did you mean “Speech therapy”"),
    ("services", {**PLAIN_SERVICE, "needs": "Speech therapy; Nothing"}, "needs", "unknown-name", "add it to the sheet"),
    ("services", {**PLAIN_SERVICE, "capacity": "many"}, "capacity", "unreadable-cell", "40, ca 40, 30-55"),
    ("services", {**PLAIN_SERVICE, "capacity": "1.234"}, "capacity", "unreadable-cell", "separator of thousands"),
    ("services", {**PLAIN_SERVICE, "capacity": -3}, "capacity", "bad-number", "Correct"),
    ("services", {**PLAIN_SERVICE, "capacity": "60 (30-55)"}, "capacity", "bounds-reversed", "42 (30-55)"),
    ("services", {**PLAIN_SERVICE, "capacity": "12 %"}, "capacity", "unreadable-cell", "40"),
    ("services", {**PLAIN_SERVICE, "wait": "2 years"}, "wait", "unreadable-cell", "40"),
    ("services", {**PLAIN_SERVICE, "unit": "beds"}, "unit", "unknown-choice", "places, persons, sessions, hours"),
    ("services", {**PLAIN_SERVICE, "per_person": 5}, "per_person", "per-person-unit", "sessions or hours"),
    (
        "services",
        {**PLAIN_SERVICE, "capacity": 5, "capacity_basis": "@assumed"},
        "capacity_why",
        "assumption-without-reason",
        "name a source",
    ),
    (
        "services",
        {**PLAIN_SERVICE, "capacity": 5, "capacity_why": "Guess"},
        "capacity_why",
        "unknown-source",
        "assumed",
    ),
    ("services", {**PLAIN_SERVICE, "posts": "0.5"}, "posts", "unreadable-posts", "speech therapist 0.5"),
    ("services", {**PLAIN_SERVICE, "posts": "Mari Maasikas 0.5"}, "posts", "personal-data", "Take it out"),
    ("services", {**PLAIN_SERVICE, "posts_until": "soon", "posts": "a"}, "posts_until", "bad-date", "2024-09-01"),
    ("services", {**PLAIN_SERVICE, "start": "2024", "end": "2023-05"}, "end", "period-reversed", "Exchange"),
    (
        "services",
        {"name": "Counselling", "access": "@open", "needs": "Speech therapy"},
        "needs",
        "conflicting-cells",
        "first row",
    ),
    ("services", {**PLAIN_SERVICE, "referred_by": "Nobody"}, "referred_by", "unknown-name", "add it to the sheet"),
    ("services", {**PLAIN_SERVICE, "languages": "Klingon"}, "languages", "unknown-choice", "Estonian"),
    ("population", {"group": "Pupils", "territory": "Vinni", "persons": 5}, "group", "duplicate-row", "one of the two"),
    ("population", {"group": "Pupils", "persons": 5}, "territory", "missing-cell", "Fill in"),
    ("population", {"group": "Pupils", "territory": "Example county"}, "persons", "missing-cell", "Fill in"),
    (
        "demand",
        {"need": "Support at school", "group": "Pupils", "territory": "Vinni"},
        "persons",
        "demand-ambiguous",
        "one of the two",
    ),
    (
        "demand",
        {"need": "Support at school", "group": "Pupils", "territory": "Vinni", "share": 12},
        "share",
        "bad-number",
        "12 % or 0.12",
    ),
    (
        "demand",
        {"need": "Support at school", "group": "Pupils", "territory": "Vinni", "persons": 3, "each": "@county"},
        "each",
        "each-without-share",
        "share",
    ),
    ("cooperation", {"first": "Pajusti School", "second": "pajusti school"}, "second", "same-twice", "different"),
    ("referrals", {"sender": "Counselling", "receiver": "counselling"}, "receiver", "same-twice", "different"),
    (
        "referrals",
        {"sender": "School speech therapist", "receiver": "Counselling", "days": "later"},
        "days",
        "unreadable-cell",
        "40",
    ),
    ("surveys", {"territories": "Vinni", "date": "2024"}, "status", "missing-cell", "Fill in"),
    ("surveys", {"territories": "Vinni", "status": "more or less"}, "status", "unknown-choice", "completely"),
    ("sources", {"name": "A"}, "kind", "missing-cell", "Fill in"),
    ("sources", {"name": "A", "kind": "@assumption"}, "reason", "assumption-without-reason", "why"),
]


@pytest.mark.parametrize(("sheet", "row", "column", "code", "mend"), CASES, ids=_id)
def test_each_mistake_is_named_with_its_cell(
    tmp_path: Path, sheet: str, row: dict[str, Any], column: str, code: str, mend: str
) -> None:
    rows = with_rows(**{sheet: [*SMALL.get(sheet, []), row]})
    problem = one_mistake(filled(tmp_path / "vinni.xlsx", rows))
    letter = column_name(1 + sheet_spec(sheet).keys.index(column))
    assert (problem.code, problem.severity, problem.file) == (code, "error", "vinni.xlsx")
    assert problem.sheet == say(f"sheet.{sheet}", "en")
    assert problem.row == 3 + len(rows[sheet])
    assert problem.column == f"{heading(sheet, column, 'en')} ({letter})"
    assert mend in problem.mend


FRAMEWORK_CASES = [
    ("reference_date", "2024", "bad-date", "2024-09-01"),
    ("reference_date", "in autumn", "bad-date", "2024-09-01"),
    ("organisation", "Vinni goverment", "unknown-name", "Did you mean “Vinni government”?"),
    ("basis", "true", "unknown-choice", "stated, derived"),
    ("title", None, "missing-cell", "Fill in"),
]


@pytest.mark.parametrize(("column", "value", "code", "mend"), FRAMEWORK_CASES)
def test_mistakes_on_the_first_sheet_name_the_row_of_the_field(
    tmp_path: Path, column: str, value: str | None, code: str, mend: str
) -> None:
    head = {**SMALL["framework"][0], column: value}
    problem = one_mistake(filled(tmp_path / "a.xlsx", with_rows(framework=[head])))
    keys = ["title", "reference_date", "organisation", "description", "languages", "basis"]
    assert (problem.sheet, problem.row) == ("Framework", 3 + keys.index(column))
    assert problem.code == code
    assert mend in problem.mend


def test_each_kind_is_described() -> None:
    assert {code for _, _, _, code, _ in CASES} <= set(io.DEFECT_CODES) | set(PROBLEM_CODES)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    wrong = {"name": "A", "level": "planet", "part_of": "Nowhere", "latitude": "north"}
    rows = with_rows(
        territories=[*SMALL["territories"], wrong],
        groups=[{"name": "Pupils", "age_from": -1}],
        surveys=[{"territories": "Vinni", "status": "so so"}],
    )
    found = mistakes(filled(tmp_path / "a.xlsx", rows))
    expected = ["unknown-choice", "unknown-choice", "unknown-name", "unreadable-cell", "whole-number"]
    assert sorted(problem.code for problem in found) == expected


def test_a_name_that_stands_twice_is_ambiguous_where_it_is_used(tmp_path: Path) -> None:
    agencies = [*SMALL["agencies"], {"name": "Day care", "id": "one"}, {"name": "Day care", "id": "two"}]
    services = [*SMALL["services"], {**PLAIN_SERVICE, "providers": "day care"}]
    problem = one_mistake(filled(tmp_path / "a.xlsx", with_rows(agencies=agencies, services=services)))
    assert problem.code == "ambiguous-name"
    assert "6, 7" in problem.message
    services[-1] = {**PLAIN_SERVICE, "providers": "two"}
    fw = io.read_workbook(filled(tmp_path / "b.xlsx", with_rows(agencies=agencies, services=services))).framework
    assert fw.services["s"].providers == ("two",)


def test_an_id_that_was_copied_with_its_row_is_found(tmp_path: Path) -> None:
    agencies = [{**SMALL["agencies"][0], "id": "x"}, {**SMALL["agencies"][1], "id": "x"}]
    found = mistakes(filled(tmp_path / "a.xlsx", with_rows(agencies=agencies)))
    assert "duplicate-id" in {problem.code for problem in found}


def _edited(path: Path, edit: Any) -> Path:
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    book.close()
    return path


def test_own_data_in_the_example_row_are_never_lost_unseen(tmp_path: Path) -> None:
    path = _edited(filled(tmp_path / "a.xlsx"), lambda book: book["Needs"].cell(3, 2, "Debt advice"))
    problem = one_mistake(path)
    assert (problem.code, problem.sheet, problem.row) == ("example-row-changed", "Needs", 3)
    assert "column A" in problem.mend


def test_an_example_that_is_partly_cleared_is_still_the_example(tmp_path: Path) -> None:
    path = _edited(filled(tmp_path / "a.xlsx"), lambda book: book["Needs"].cell(3, 3).__setattr__("value", None))
    assert "support-at-school" in io.read_workbook(path).framework.needs


def test_a_word_in_the_column_of_marks_is_a_mistake(tmp_path: Path) -> None:
    path = _edited(filled(tmp_path / "a.xlsx"), lambda book: book["Sources"].cell(4, 1, "done"))
    assert {problem.code for problem in mistakes(path)} == {"unknown-mark"}


def test_a_missing_column_is_reported_where_it_is_needed(tmp_path: Path) -> None:
    def drop(book: Any) -> None:
        sheet = book["Population"]
        sheet.delete_cols(column_of(sheet, "population", "territory", "en"))

    found = mistakes(_edited(filled(tmp_path / "a.xlsx"), drop))
    assert "missing-column" in {problem.code for problem in found}


def test_two_columns_of_one_heading_are_a_mistake(tmp_path: Path) -> None:
    def double(book: Any) -> None:
        sheet = book["Needs"]
        sheet.cell(1, sheet.max_column + 1, "Description")

    assert one_mistake(_edited(filled(tmp_path / "a.xlsx"), double)).code == "double-column"


def test_a_missing_sheet_shows_in_the_names_that_were_on_it(tmp_path: Path) -> None:
    def drop(book: Any) -> None:
        del book["Needs"]

    found = mistakes(_edited(filled(tmp_path / "a.xlsx"), drop))
    assert {problem.code for problem in found} == {"unknown-name"}
    assert all("sheet Needs" in problem.message for problem in found)


def test_without_the_first_sheet_the_workbook_says_so(tmp_path: Path) -> None:
    def drop(book: Any) -> None:
        del book["Framework"]

    problem = one_mistake(_edited(filled(tmp_path / "a.xlsx"), drop))
    assert (problem.code, problem.sheet) == ("missing-sheet", None)
    assert "“Framework” is missing" in problem.message


def test_a_workbook_of_tables_is_no_mapping_workbook(tmp_path: Path) -> None:
    fw = io.read_workbook(filled(tmp_path / "a.xlsx")).framework
    io.write_tables(fw, tmp_path / "tables.xlsx")
    with pytest.raises(FormatError, match="not a mapping workbook"):
        io.read_workbook(tmp_path / "tables.xlsx")


def test_a_sheet_without_headings_is_reported(tmp_path: Path) -> None:
    found = mistakes(_edited(filled(tmp_path / "a.xlsx"), lambda book: book["Sources"].delete_rows(1, 3)))
    assert "missing-headings" in {problem.code for problem in found}


def test_an_error_of_a_formula_is_a_mistake(tmp_path: Path) -> None:
    services = [{**PLAIN_SERVICE, "capacity": "=1/0"}]
    problem = one_mistake(filled(tmp_path / "a.xlsx", with_rows(services=services, referrals=[])))
    assert problem.code == "formula-error"


def test_cells_below_no_heading_are_pointed_out(tmp_path: Path) -> None:
    reading = io.read_workbook(_edited(filled(tmp_path / "a.xlsx"), lambda book: book["Needs"].cell(5, 30, "stray")))
    assert reading.count("stray-cell") == 1


# persons' data -----------------------------------------------------------------------------------------------------

PERSON = "jaana.tamm@example.ee"


def test_a_persons_mailbox_is_masked_in_every_message(tmp_path: Path) -> None:
    agencies = [*SMALL["agencies"], {"name": "A", "description": f"Ask {PERSON}", "email": PERSON, "kind": PERSON}]
    path = filled(tmp_path / "a.xlsx", with_rows(agencies=agencies))
    with pytest.raises(DocumentError) as caught:
        io.read_workbook(path)
    assert "jaana.tamm" not in str(caught.value)
    assert "jaana.tamm" not in repr(caught.value.as_dict())


def test_persons_data_are_dropped_and_counted_when_asked(tmp_path: Path) -> None:
    agencies = [*SMALL["agencies"], {"name": "A", "email": PERSON}]
    reading = io.read_workbook(filled(tmp_path / "a.xlsx", with_rows(agencies=agencies)), personal="drop")
    assert reading.framework.agencies["a"].contacts == ()
    assert reading.count("personal-data-dropped") == 1
    assert "jaana" not in reading.summary()


def test_persons_data_are_kept_when_asked(tmp_path: Path) -> None:
    agencies = [*SMALL["agencies"], {"name": "A", "email": PERSON}]
    reading = io.read_workbook(filled(tmp_path / "a.xlsx", with_rows(agencies=agencies)), personal="keep")
    assert reading.framework.agencies["a"].contacts[0].value == PERSON
    assert "jaana" not in reading.summary()


# the language of the messages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_speak_the_language_that_is_asked_for(tmp_path: Path, language: str) -> None:
    services = [{**PLAIN_SERVICE, "capacity": "many"}]
    path = filled(tmp_path / "a.xlsx", with_rows(services=services, referrals=[]), language=language)
    problem = one_mistake(path, language=language)
    assert problem.message == say("unreadable-cell", language)
    assert problem.mend == say("unreadable-cell.mend", language)


def test_every_text_stands_in_three_languages() -> None:
    from integrated_services.io._template_words import _texts

    for key, words in _texts("workbook.json").items():
        assert len(words) == len(LANGUAGES), key
        assert all(words), key
    for spec in SHEETS:
        for column in spec.columns:
            for language in LANGUAGES:
                assert heading(spec.key, column.key, language) != "None", (spec.key, column.key)


def test_the_texts_have_the_same_places_in_every_language() -> None:
    from string import Formatter

    from integrated_services.io._template_words import _texts

    for key, words in _texts("workbook.json").items():
        places = [{name for _, name, _, _ in Formatter().parse(word) if name} for word in words]
        assert places[0] == places[1] == places[2], key
