"""The template as its user meets it: lists to choose from, headings that stay, codes that stay text, an example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from workbook_helpers import column_of, openpyxl

from integrated_services import io, samples
from integrated_services.errors import AnalysisError
from integrated_services.io._template_layout import FRAMEWORK, SHEETS
from integrated_services.io._template_words import LANGUAGES, choice_list, choice_words, example, fold, say
from integrated_services.model._fields import fields_of
from integrated_services.model._framework import collection_models


@pytest.fixture(scope="module", params=LANGUAGES)
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A blank template in each language."""
    path = tmp_path_factory.mktemp("template") / "mapping.xlsx"
    io.write_template(path, language=request.param)
    return request.param, path


def test_the_sheets_are_named_in_the_language(template: tuple[str, Path]) -> None:
    language, path = template
    book = openpyxl.load_workbook(path)
    keys = ["guide", "framework", *(spec.key for spec in SHEETS), "lists"]
    assert book.sheetnames == [say(f"sheet.{key}", language) for key in keys]
    assert book[say("sheet.lists", language)].sheet_state == "hidden"


def test_no_name_of_a_sheet_is_too_long_or_holds_what_excel_refuses() -> None:
    for language in LANGUAGES:
        for key in ("guide", "framework", "lists", "mistakes", *(spec.key for spec in SHEETS)):
            title = say(f"sheet.{key}", language)
            assert len(title) <= 31
            assert not re.search(r"[\\/*?:\[\]]", title)


def test_headings_stay_on_the_screen_and_on_every_printed_page(template: tuple[str, Path]) -> None:
    language, path = template
    book = openpyxl.load_workbook(path)
    for spec in SHEETS:
        sheet = book[say(f"sheet.{spec.key}", language)]
        assert sheet.freeze_panes == "C3"
        assert sheet.print_title_rows == "$1:$2"
        assert sheet.page_setup.orientation == "landscape"


def test_every_choice_and_every_reference_has_a_list(template: tuple[str, Path]) -> None:
    language, path = template
    book = openpyxl.load_workbook(path)
    for spec in SHEETS:
        sheet = book[say(f"sheet.{spec.key}", language)]
        rules = sheet.data_validations.dataValidation
        for column in spec.columns:
            letter = sheet.cell(1, column_of(sheet, spec.key, column.key, language)).column_letter
            of_column = [rule for rule in rules if str(rule.sqref) == f"{letter}4:{letter}1000"]
            assert len(of_column) == (column.kind in ("choice", "ref")), (spec.key, column.key)
            for rule in of_column:
                assert rule.formula1 in book.defined_names
                assert rule.showErrorMessage == (column.kind == "choice" and not column.several)


def test_the_lists_hold_the_words_of_the_language(template: tuple[str, Path]) -> None:
    language, path = template
    book = openpyxl.load_workbook(path)
    place = book.defined_names["list_sector"].attr_text
    sheet, _, cells = place.rpartition("!")
    words = [cell.value for (cell,) in book[sheet.strip("'")][cells.replace("$", "")]]
    assert words == list(choice_list("sector", language).values())


def test_codes_are_text_from_the_first_empty_row_on(template: tuple[str, Path]) -> None:
    language, path = template
    sheet = openpyxl.load_workbook(path)[say("sheet.territories", language)]
    column = column_of(sheet, "territories", "code", language)
    assert sheet.column_dimensions[sheet.cell(1, column).column_letter].number_format == "@"


def test_the_example_row_is_marked_and_grey(template: tuple[str, Path]) -> None:
    language, path = template
    book = openpyxl.load_workbook(path)
    for spec in SHEETS:
        sheet = book[say(f"sheet.{spec.key}", language)]
        assert sheet["A3"].value == say("mark.example", language)
        assert sheet["B3"].fill.fgColor.rgb == "FFF0F0F0"


def test_the_words_of_the_example_are_words_of_the_lists() -> None:
    for spec in SHEETS:
        for column in spec.columns:
            for language in LANGUAGES:
                word = example(spec.key, column.key, language)
                if column.kind == "choice" and word is not None:
                    for one in str(word).split(";"):
                        assert fold(one) in choice_words(column.of), (spec.key, column.key, word)


def test_the_guide_links_to_every_sheet(template: tuple[str, Path]) -> None:
    language, path = template
    book = openpyxl.load_workbook(path)
    cells = [cell for (cell,) in book.worksheets[0].iter_rows(max_col=1)]
    targets = {cell.hyperlink.location for cell in cells if cell.hyperlink is not None}
    assert targets == {f"'{say(f'sheet.{spec.key}', language)}'!A1" for spec in (FRAMEWORK, *SHEETS)}


def test_an_unknown_language_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="en, et, lt"):
        io.write_template(tmp_path / "a.xlsx", language="ru")


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    fw = samples.load("elektrenai")
    first = fw.agencies[0].model_copy(update={"name": "=cmd|' /C calc'!A0"})
    fw = fw.model_copy(update={"agencies": [first, *fw.agencies[1:]]})
    io.write_template(tmp_path / "a.xlsx", framework=fw)
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx")["Agencies"]["B4"]
    assert (cell.data_type, cell.value) == ("s", "=cmd|' /C calc'!A0")
    assert str(io.read_workbook(tmp_path / "a.xlsx").framework.agencies[0].name) == "=cmd|' /C calc'!A0"


LISTS = {
    "level": ("territories", "level"),
    "group_kind": ("target_groups", "kind"),
    "agency_kind": ("agencies", "kind"),
    "sector": ("agencies", "sector"),
    "agency_level": ("agencies", "level"),
    "ownership": ("agencies", "ownership"),
    "status": ("services", "status"),
    "tie": ("cooperations", "kind"),
    "mapped": ("surveys", "status"),
    "source_kind": ("sources", "kind"),
    "consent": ("referrals", "consent"),
}


@pytest.mark.parametrize("choice", LISTS)
def test_each_list_offers_what_the_model_knows(choice: str) -> None:
    collection, field = LISTS[choice]
    spec = next(one for one in fields_of(collection_models()[collection]) if one.name == field)
    known = set(re.findall(r"'([a-z_]+)'", str(spec.annotation)))
    assert set(choice_list(choice, "en")) == known


def test_each_word_means_one_value() -> None:
    for choice in (*LISTS, "access", "channel", "unit", "per", "basis", "yesno", "degurba", "language"):
        for language in LANGUAGES:
            words = [fold(word) for word in choice_list(choice, language).values()]
            assert len(set(words)) == len(words)
            for value, word in choice_list(choice, language).items():
                assert choice_words(choice)[fold(word)] == value, (choice, word)


def test_the_report_names_what_the_workbook_has_no_place_for(tmp_path: Path) -> None:
    losses = io.write_template(tmp_path / "a.xlsx", framework=samples.load("laane-viru"))
    fields = {loss.field: loss for loss in losses}
    assert fields["projects"].count == 4
    assert fields["observations"].examples
    assert "one language" in fields["agencies.name"].reason
    assert losses.written["services"] == 9
