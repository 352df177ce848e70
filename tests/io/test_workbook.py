"""Reading the mapping workbook: what people fill in becomes the framework, in three languages, wherever it is moved."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from workbook_helpers import column_of, filled, mistakes, openpyxl, with_rows

from integrated_services import coverage, io, samples
from integrated_services.errors import DocumentError, FormatError
from integrated_services.io._template_words import LANGUAGES, heading, say
from integrated_services.model import Framework


def said(framework: Framework) -> dict[str, Any]:
    """A framework without the places that its records were read from."""
    plain = framework.plain()
    for name in framework.COLLECTIONS:
        for record in plain.get(name, []):
            record.pop("origins", None)
    return plain


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> io.Reading:
    """The small municipality, read."""
    return io.read_workbook(filled(tmp_path_factory.mktemp("small") / "vinni.xlsx"))


# the small municipality --------------------------------------------------------------------------------------------


def test_ids_are_made_from_names(small: io.Reading) -> None:
    fw = small.framework
    assert fw.id == "support-in-vinni"
    assert fw.territories.keys() == ("example-county", "vinni")
    assert fw.agencies.keys() == ("vinni-government", "pajusti-school")
    assert fw.services.keys() == ("school-speech-therapist", "counselling")


def test_codes_keep_their_zeros(small: io.Reading) -> None:
    assert small.framework.territories["vinni"].codes[0].value == "0901"


def test_people_refer_by_name_whatever_its_case(small: io.Reading) -> None:
    service = small.framework.services["school-speech-therapist"]
    assert service.serves == ("pupils",)
    assert service.meets == ("speech-therapy", "support-at-school")


def test_rows_of_one_name_are_one_service_with_several_places(small: io.Reading) -> None:
    first, second = small.framework.services["school-speech-therapist"].deliveries
    assert (first.area, second.area) == (("vinni",), ("example-county",))
    assert second.channel == "online"
    assert second.capacity is not None
    assert second.capacity.value == 0


def test_a_service_without_any_place_has_no_delivery(small: io.Reading) -> None:
    assert small.framework.services["counselling"].deliveries == ()


def test_an_assumed_figure_rests_on_its_reason(small: io.Reading) -> None:
    fw = small.framework
    capacity = fw.services["school-speech-therapist"].deliveries[0].capacity
    assert capacity is not None
    assert (capacity.value, capacity.unit, capacity.basis, capacity.approx) == (40, "places", "assumed", "about")
    assumption = fw.sources[capacity.source or ""]
    assert (assumption.kind, assumption.note) == ("assumption", "One therapist works with 40 pupils")


def test_a_reason_that_is_a_listed_source_refers_to_it(small: io.Reading) -> None:
    share = small.framework.demands[0].share
    assert share is not None
    assert (share.value, share.basis, share.source) == (0.12, "estimated", "tests-of-last-year")


def test_a_range_keeps_both_ends(small: io.Reading) -> None:
    wait = small.framework.services["school-speech-therapist"].deliveries[0].wait
    assert wait is not None
    assert (wait.low, wait.value, wait.high) == (14, 22, 30)


def test_posts_have_roles_full_time_posts_and_an_end(small: io.Reading) -> None:
    posts = small.framework.services["school-speech-therapist"].deliveries[0].posts
    assert [(post.role, post.fte.value if post.fte else None, str(post.funded_until)) for post in posts] == [
        ("speech therapist", 0.5, "2025-12"),
        ("psychologist", None, "2025-12"),
    ]


def test_every_record_knows_its_sheet_and_row(small: io.Reading) -> None:
    fw = small.framework
    (origin,) = fw.agencies["pajusti-school"].origins
    assert str(origin) == "vinni.xlsx, sheet Agencies, row 5"
    assert [one.row for one in fw.services["school-speech-therapist"].origins] == [4, 5]
    assert all(record.origins for _, record in fw.records())


def test_the_organisation_of_the_first_sheet_is_who_mapped(small: io.Reading) -> None:
    assert small.framework.surveys[0].by == "vinni-government"


def test_a_level_of_cooperation_is_on_the_usual_scale(small: io.Reading) -> None:
    assert small.framework.cooperations[0].scale == "frey-2006"


@pytest.mark.parametrize("language", ["et", "lt"])
def test_every_language_gives_the_same_framework(tmp_path: Path, small: io.Reading, language: str) -> None:
    reading = io.read_workbook(filled(tmp_path / "vinni.xlsx", language=language))
    assert said(reading.framework) == said(small.framework)
    assert reading.details["language"] == language


def test_words_of_any_language_are_understood_in_any_workbook(tmp_path: Path) -> None:
    rows = with_rows(surveys=[{"territories": "VINNI ", "status": "täielikult"}, {"territories": "Example county",
                     "status": "iš dalies", "sectors": "haridus; Health; Policija"}])  # fmt: skip
    first, second = io.read_workbook(filled(tmp_path / "a.xlsx", rows)).framework.surveys
    assert (first.status, second.status, second.sectors) == ("complete", "partial", ("education", "health", "police"))


# blank and unstated ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_blank_template_asks_for_its_title_and_its_date_only(tmp_path: Path, language: str) -> None:
    io.write_template(tmp_path / "blank.xlsx", language=language)
    found = mistakes(tmp_path / "blank.xlsx")
    assert sorted((problem.code, problem.row) for problem in found) == [("missing-cell", 3), ("missing-cell", 4)]
    assert {problem.sheet for problem in found} == {say("sheet.framework", language)}


def test_a_template_with_a_title_only_is_an_empty_framework(tmp_path: Path) -> None:
    rows = {"framework": [{"title": "Nothing yet", "reference_date": "01.09.2024"}]}
    fw = io.read_workbook(filled(tmp_path / "a.xlsx", rows)).framework
    assert (fw.id, fw.reference_date.isoformat()) == ("nothing-yet", "2024-09-01")
    assert list(fw.records()) == []
    assert coverage.gaps(fw).to_records() == []


def _statuses(fw: Framework) -> set[str]:
    return {row["status"] for row in coverage.gaps(fw).to_records()}


def test_nobody_has_mapped_is_never_a_gap(tmp_path: Path) -> None:
    rows = with_rows(services=[], referrals=[], surveys=[])
    assert _statuses(io.read_workbook(filled(tmp_path / "a.xlsx", rows)).framework) == {"not_surveyed"}


MAPPED = [("@complete", "gap"), ("@partial", "not_surveyed"), ("@not_asked", "not_surveyed")]


@pytest.mark.parametrize(("status", "expected"), MAPPED)
def test_only_a_complete_mapping_makes_a_gap(tmp_path: Path, status: str, expected: str) -> None:
    rows = with_rows(services=[], referrals=[], surveys=[{"territories": "Vinni", "status": status}])
    assert _statuses(io.read_workbook(filled(tmp_path / "a.xlsx", rows)).framework) == {expected}


def test_a_survey_row_without_a_status_says_nothing(tmp_path: Path) -> None:
    rows = with_rows(services=[], referrals=[], surveys=[{"territories": "Vinni"}])
    fw = io.read_workbook(filled(tmp_path / "a.xlsx", rows)).framework
    assert len(fw.surveys) == 0
    assert _statuses(fw) == {"not_surveyed"}


def test_an_empty_capacity_is_unknown_and_not_zero(tmp_path: Path) -> None:
    service = {"name": "S", "needs": "Speech therapy", "groups": "Pupils", "area": "Vinni", "capacity": "-"}
    fw = io.read_workbook(filled(tmp_path / "a.xlsx", with_rows(services=[service], referrals=[]))).framework
    assert fw.services["s"].deliveries[0].capacity is None
    assert _statuses(fw) == {"capacity_unknown"}


# moved, renamed, added ---------------------------------------------------------------------------------------------


def _edited(path: Path, edit: Any) -> Path:
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    book.close()
    return path


def test_columns_may_be_moved(tmp_path: Path, small: io.Reading) -> None:
    def turn_round(book: Any) -> None:
        for sheet in book.worksheets[2:-1]:
            width = sheet.max_column
            for row in sheet.iter_rows(min_row=1, max_row=sheet.max_row):
                values = [cell.value for cell in row]
                for at in range(width):
                    row[at].value = values[width - 1 - at]

    path = _edited(filled(tmp_path / "vinni.xlsx"), turn_round)
    assert io.read_workbook(path).framework == small.framework


def test_sheets_may_be_moved_and_unused_ones_removed(tmp_path: Path, small: io.Reading) -> None:
    def shuffle(book: Any) -> None:
        del book["Sites"], book["How to fill in"], book["Lists"]
        book.move_sheet("Sources", offset=-8)

    assert io.read_workbook(_edited(filled(tmp_path / "vinni.xlsx"), shuffle)).framework == small.framework


def test_a_heading_spelt_a_little_differently_is_read_and_said(tmp_path: Path, small: io.Reading) -> None:
    def rename(book: Any) -> None:
        book["Services"].cell(1, column_of(book["Services"], "services", "capacity", "en")).value = "Capacitys"

    reading = io.read_workbook(_edited(filled(tmp_path / "vinni.xlsx"), rename))
    assert reading.framework == small.framework
    assert reading.count("column-guessed") == 1


def test_columns_and_sheets_of_their_own_are_named_and_not_read(tmp_path: Path, small: io.Reading) -> None:
    def add(book: Any) -> None:
        sheet = book["Needs"]
        sheet.cell(1, sheet.max_column + 1).value = "Whom I asked"
        sheet.cell(4, sheet.max_column).value = "the school"
        book.create_sheet("My notes")["A1"] = "call them"

    reading = io.read_workbook(_edited(filled(tmp_path / "vinni.xlsx"), add))
    assert reading.framework == small.framework
    assert (reading.count("unmapped-column"), reading.count("unknown-sheet")) == (1, 1)


def test_the_row_of_explanations_and_the_example_may_be_deleted(tmp_path: Path, small: io.Reading) -> None:
    path = _edited(filled(tmp_path / "vinni.xlsx"), lambda book: book["Needs"].delete_rows(2, 2))
    assert said(io.read_workbook(path).framework) == said(small.framework)


def test_without_the_column_of_marks_the_example_is_known_by_its_words(tmp_path: Path, small: io.Reading) -> None:
    path = _edited(filled(tmp_path / "vinni.xlsx"), lambda book: book["Needs"].delete_cols(1))
    assert io.read_workbook(path).framework == small.framework


def test_a_file_that_is_no_mapping_workbook_says_so(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(FormatError, match="not a mapping workbook"):
        io.read_workbook(tmp_path / "other.xlsx")


def test_excel_dates_and_numbers_are_understood(tmp_path: Path) -> None:

    rows = with_rows(
        population=[
            {"group": "Pupils", "territory": "Vinni", "persons": 640.0, "date": dt.date(2024, 1, 1)},
            {"group": "Pupils", "territory": "Example county", "persons": "7 200", "date": 2024},
        ]
    )
    first, second = io.read_workbook(filled(tmp_path / "a.xlsx", rows)).framework.populations
    assert (first.persons.value, str(first.date)) == (640, "2024-01-01")
    assert (second.persons.value, str(second.date)) == (7200, "2024")


def test_two_counts_of_one_group_on_two_days_are_both_kept(tmp_path: Path) -> None:
    row = {"group": "Pupils", "territory": "Vinni", "persons": 640}
    rows = with_rows(population=[{**row, "date": "2023"}, {**row, "date": "2024"}], demand=[])
    assert len(io.read_workbook(filled(tmp_path / "a.xlsx", rows)).framework.populations) == 2


# the sound part ----------------------------------------------------------------------------------------------------


def test_the_draft_leaves_out_what_is_wrong_and_what_refers_to_it(tmp_path: Path) -> None:
    rows = with_rows(needs=[{"name": "Support at school"}, {"name": "Speech therapy", "broader": "Suport"}])
    path = filled(tmp_path / "a.xlsx", rows)
    with pytest.raises(DocumentError):
        io.read_workbook(path)
    reading = io.read_workbook(path, draft=True)
    assert reading.framework.needs.keys() == ("support-at-school",)
    assert reading.framework.services.keys() == ("counselling",)
    left_out = dict(map(tuple, reading.details["left_out"]))
    assert "there is no" in left_out["needs[speech-therapy]"]
    assert "left out" in left_out["services[school-speech-therapist]"]
    assert reading.count("unknown-name") == 1


def test_what_could_not_be_read_never_becomes_a_gap(tmp_path: Path) -> None:
    service = {"name": "S", "needs": "Speech therapy", "groups": "Pupils", "area": "Vini", "capacity": 500}
    rows = with_rows(services=[service], referrals=[], surveys=[{"territories": "Vinni", "status": "@complete"}])
    reading = io.read_workbook(filled(tmp_path / "a.xlsx", rows), draft=True)
    assert reading.framework.services["s"].deliveries == ()
    assert "services[s].deliveries" in dict(map(tuple, reading.details["left_out"]))
    assert _statuses(reading.framework) == {"not_surveyed"}


def test_a_draft_without_a_title_is_refused(tmp_path: Path) -> None:
    io.write_template(tmp_path / "blank.xlsx")
    with pytest.raises(DocumentError, match="Title is missing"):
        io.read_workbook(tmp_path / "blank.xlsx", draft=True)


# prefilled ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", samples.names())
def test_a_prefilled_template_is_read_without_a_mistake(tmp_path: Path, name: str, language: str) -> None:
    fw = samples.load(name)
    losses = io.write_template(tmp_path / "a.xlsx", language=language, framework=fw)
    read = io.read_workbook(tmp_path / "a.xlsx").framework
    for collection in losses.written:
        assert getattr(read, collection).keys() == getattr(fw, collection).keys()


def leaves(value: Any, path: tuple[str, ...] = ()) -> Any:
    """The values of a plain record with their ways; the short and the long form of one value are the same."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "currency":
                continue  # told by the heading
            yield from leaves(inner, path if key in ("value", "amount", "en") else (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, inner in enumerate(value):
            key = inner.get("id") or inner.get("role") or inner.get("scheme") or str(number)
            yield from leaves(inner, (*path, f"[{key}]"))
    else:
        yield path, str(value).removesuffix(" EUR")


@pytest.mark.parametrize("name", samples.names())
def test_each_value_comes_back_or_is_reported_as_lost(tmp_path: Path, name: str) -> None:
    fw = samples.load(name)
    losses = io.write_template(tmp_path / "a.xlsx", language="en", framework=fw)
    read = io.read_workbook(tmp_path / "a.xlsx").framework
    lost = {loss.field for loss in losses}
    for collection in losses.written:
        for record in getattr(fw, collection):
            before = dict(leaves(record.plain()))
            after = dict(leaves(getattr(read, collection)[record.key].plain()))
            for path, value in before.items():
                steps = [step for step in path if not step.startswith("[")]
                steps = [
                    step for at, step in enumerate(steps) if at == 0 or steps[at - 1] not in ("codes", "identifiers")
                ]
                field = ".".join([collection, *steps])
                reported = any(
                    field == one or field.startswith(f"{one}.") or one.startswith(f"{field}.") for one in lost
                )
                assert after.get(path) == value or reported, (record.key, path, value, after.get(path))


def test_lists_only_takes_what_others_refer_to(tmp_path: Path) -> None:
    fw = samples.load("laane-viru")
    losses = io.write_template(tmp_path / "a.xlsx", language="et", framework=fw, lists_only=True)
    read = io.read_workbook(tmp_path / "a.xlsx").framework
    assert read.agencies.keys() == fw.agencies.keys()
    assert (len(read.services), len(read.surveys)) == (0, 0)
    assert {loss.field for loss in losses} >= {"services", "surveys"}


def test_names_that_repeat_are_written_as_ids(tmp_path: Path) -> None:
    fw = samples.load("elektrenai")
    same = [agency.model_copy(update={"name": "The same"}) for agency in fw.agencies]
    fw = fw.model_copy(update={"agencies": same})
    io.write_template(tmp_path / "a.xlsx", framework=fw)
    read = io.read_workbook(tmp_path / "a.xlsx").framework
    assert read.agencies.keys() == fw.agencies.keys()
    assert [service.providers for service in read.services] == [service.providers for service in fw.services]


def test_headings_are_unique_on_each_sheet_in_each_language() -> None:
    from integrated_services.io._template_layout import FRAMEWORK, SHEETS
    from integrated_services.io._template_words import fold_heading

    for language in LANGUAGES:
        for spec in (FRAMEWORK, *SHEETS):
            words = [fold_heading(heading(spec.key, key, language)) for key in spec.keys]
            assert len(set(words)) == len(words), (spec.key, language)


def test_no_heading_means_two_columns_of_one_sheet() -> None:
    from integrated_services.io._template_layout import FRAMEWORK, SHEETS
    from integrated_services.io._template_words import fold_heading

    for spec in (FRAMEWORK, *SHEETS):
        meaning: dict[str, set[str]] = {}
        for language in LANGUAGES:
            for key in spec.keys:
                meaning.setdefault(fold_heading(heading(spec.key, key, language)), set()).add(key)
        assert all(len(keys) == 1 for keys in meaning.values()), spec.key
