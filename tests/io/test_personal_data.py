"""Contact data of persons in foreign data is refused, dropped and counted, or kept as asked; never shown."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrated_services import io
from integrated_services.errors import DocumentError
from integrated_services.io import DEFECT_CODES, Collector
from integrated_services.io._personal_data import clean_contact, clean_document, clean_text, is_person_name
from integrated_services.model import loads

HEAD = {"framework": "f", "title": "F", "reference_date": "2022-06-01"}
PERSONAL = "Ask Jaana, jaana.tamm@vald.example or 5123 4567."
MODES = {"refuse": "personal-data", "drop": "personal-data-dropped", "keep": "personal-data-kept"}


def counted(collector):
    return {defect.code: defect.count for defect in collector.defects()}


def framework():
    return loads(json.dumps(HEAD))


def test_dropping_takes_the_personal_piece_out_and_counts_it_with_its_place():
    collector = Collector("rakvere.csv")
    assert clean_text(PERSONAL, "drop", collector, sheet="Services", row=7, column="notes") == "Ask Jaana."
    (defect,) = collector.defects()
    assert (defect.code, defect.severity, defect.count) == ("personal-data-dropped", "warning", 1)
    place = defect.examples[0]
    assert (place.file, place.sheet, place.row, place.column) == ("rakvere.csv", "Services", 7, "notes")
    assert "taken out" in place.message


def test_keeping_leaves_the_text_and_counts_a_warning():
    collector = Collector()
    assert clean_text(PERSONAL, "keep", collector) == PERSONAL
    assert [(defect.code, defect.severity) for defect in collector.defects()] == [("personal-data-kept", "warning")]
    assert collector.reading(framework()).count("personal-data-kept") == 1


def test_refusing_collects_every_place_and_then_the_reading_raises():
    collector = Collector("rakvere.csv", examples=1)
    for row in range(2, 9):
        clean_text(PERSONAL, "refuse", collector, row=row)
    with pytest.raises(DocumentError, match=r"7 errors in rakvere\.csv") as refused:
        collector.reading(framework())
    assert [problem.row for problem in refused.value.problems] == list(range(2, 9))
    assert {problem.code for problem in refused.value.problems} == {"personal-data"}


@pytest.mark.parametrize("mode", MODES)
def test_the_value_is_masked_in_every_mode(mode):
    collector = Collector()
    clean_text(PERSONAL, mode, collector)
    clean_contact("phone", "+372 5123 4567", "Jaana Tamm", mode, collector)
    shown = str([defect.as_dict() for defect in collector.defects()]) + repr(collector.defects())
    assert counted(collector) == {MODES[mode]: 2 if mode == "drop" else 3}  # the label goes with the number
    assert not any(secret in shown for secret in ("Tamm", "jaana", "4567"))


@pytest.mark.parametrize("mode", MODES)
def test_what_is_not_personal_stays_and_is_not_counted(mode):
    collector = Collector()
    for text in ("info@vald.example, 435 0190", "Tamme kool", "70000740", "Jaan Poska Gümnaasium"):
        assert clean_text(text, mode, collector, in_contact=True) == text
    assert clean_contact("email", "info@vald.example", None, mode, collector) == {
        "kind": "email",
        "value": "info@vald.example",
    }
    assert counted(collector) == {}


@pytest.mark.parametrize(
    ("kind", "value", "label", "left"),
    [
        ("email", "jaana.tamm@vald.example", None, None),
        ("phone", "+372 5123 4567", "registratuur", None),
        ("phone", "8 612 34567", None, None),
        ("phone", "+371 2612 3456", None, None),
        ("phone", "Jonas Petraitis direktorius tel. 8 528 12345", None, None),
        ("phone", "8 528 12345", "Jonas Petraitis, direktorius", {"value": "8 528 12345", "label": "direktorius"}),
        ("phone", "435 0190", "Jaana Tamm", {"value": "435 0190"}),
        ("address", "Lydia Koidula 5, Rakvere", None, {"value": "Lydia Koidula 5, Rakvere"}),
        ("web", "https://jaanatamm.example/5123456", None, {"value": "https://jaanatamm.example/5123456"}),
        ("email", " info@vald.example ", None, {"value": "info@vald.example"}),
        ("email", "  ", "reception", None),
    ],
)
def test_a_contact_of_a_person_goes_whole_and_a_name_goes_out_of_a_label(kind, value, label, left):
    found = clean_contact(kind, value, label, "drop", Collector())
    assert found == (None if left is None else {"kind": kind, **left})


def test_what_may_be_a_name_stays_and_is_counted_for_people_to_look_at():
    collector = Collector()
    assert clean_text("Jaana", "drop", collector, in_contact=True, row=3) == "Jaana"
    assert counted(collector) == {"maybe-personal": 1}
    assert collector.defects()[0].examples[0].value == "***"
    assert clean_text("Jaana", "drop", collector) == "Jaana"
    assert counted(collector) == {"maybe-personal": 1}


def test_names_are_looked_for_in_contacts_only():
    collector = Collector()
    assert clean_text("The house of Jaana Tamm", "drop", collector) == "The house of Jaana Tamm"
    assert clean_text("", "drop", collector) is None
    assert counted(collector) == {}
    assert is_person_name("Jaana Tamm")


def test_seven_digits_in_a_code_are_no_telephone_number():
    collector = Collector()
    assert clean_text("5123456", "drop", collector, is_code=True) == "5123456"
    assert clean_text("5123456", "drop", collector) is None


RAW = {
    **HEAD,
    "agencies": [
        {
            "id": "a",
            "description": PERSONAL,
            "contacts": [{"kind": "email", "value": "jaana.tamm@vald.example"}, {"kind": "phone", "value": "435 0190"}],
            "origins": [{"file": "rakvere.xlsx", "sheet": "Agencies", "row": 5}],
        },
        {"id": "b", "contacts": "jaana", "identifiers": {"x": {"value": "37605030299"}, "y": 7}},
        "not a record",
    ],
    "needs": "not a list",
}


def test_a_whole_document_is_cleaned_with_the_places_of_its_origins():
    before = copy.deepcopy(RAW)
    collector = Collector("rakvere.xlsx")
    clean = clean_document(RAW, "drop", collector)
    assert before == RAW
    assert clean["agencies"][0]["description"] == "Ask Jaana."
    assert clean["agencies"][0]["contacts"] == [{"kind": "phone", "value": "435 0190"}]
    assert clean["agencies"][1]["identifiers"] == {"y": 7}
    assert counted(collector) == {"personal-data-dropped": 3}
    first = collector.defects()[0].examples[0]
    assert (first.sheet, first.row, first.path) == ("Agencies", 5, "agencies[a].description")


@pytest.mark.parametrize("mode", ["keep", "refuse"])
def test_a_whole_document_stays_as_it_is_unless_it_is_to_be_cleaned(mode):
    collector = Collector()
    assert clean_document(RAW, mode, collector) is RAW
    assert counted(collector) == {MODES[mode]: 3}


@given(st.text(max_size=200), st.sampled_from(sorted(MODES)), st.booleans())
def test_cleaning_never_fails_and_leaves_no_personal_data(text, mode, in_contact):
    collector = Collector()
    left = clean_text(text, mode, collector, in_contact=in_contact)
    if mode == "drop" and left:
        again = Collector()
        assert clean_text(left, mode, again, in_contact=in_contact) == left
        assert "personal-data-dropped" not in counted(again)
    if mode != "drop":
        assert left == (text or None)


@pytest.mark.parametrize("mode", ["drop", "keep"])
def test_reading_an_own_document_counts_what_was_dropped_or_kept(tmp_path, mode):
    path = tmp_path / "office.json"
    path.write_text(json.dumps({**HEAD, "description": PERSONAL}), encoding="utf-8")
    with pytest.raises(DocumentError, match="personal-data"):
        io.read(path)
    for draft in (False, True):
        reading = io.read(path, personal=mode, draft=draft)
        assert reading.count(MODES[mode]) == 1
        assert "tamm" not in reading.summary()
        assert ("tamm" in str(reading.framework.description)) == (mode == "keep")


def test_a_defect_says_its_kind_once():
    collector = Collector("rakvere.csv")
    clean_text("5123 4567", "drop", collector, row=3)
    said = str(collector.defects()[0])
    assert said.count("personal-data-dropped") == 1
    assert said.startswith("warning personal-data-dropped: 1; first (rakvere.csv, row 3): the text holds")


def test_every_kind_of_defect_is_described():
    assert {*MODES.values(), "maybe-personal"} <= set(DEFECT_CODES)


def test_endless_texts_are_cleaned_in_time():
    from time import perf_counter

    for text in (
        " " * 100_000 + "5123 4567",
        "5123 4567 " * 5_000,
        "Jaana Tamm, " * 5_000,
        "tel. " * 20_000 + "51234567",
    ):
        began = perf_counter()
        clean_text(text, "drop", Collector(), in_contact=True)
        assert perf_counter() - began < 3
