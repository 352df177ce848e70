"""What a reader gives back: counts of everything, a few examples, nothing of persons."""

import pickle

import pytest

from integrated_services.errors import DocumentError
from integrated_services.io import DEFECT_CODES, Collector, Loss, LossReport
from integrated_services.model import loads

EMPTY = loads('{"framework": "f", "title": "F", "reference_date": "2022-06-01"}')
WITH_NEEDS = loads(
    '{"framework": "f", "title": "F", "reference_date": "2022-06-01", "needs": [{"id": "a"}, {"id": "b"}]}'
)


def test_every_defect_is_counted_and_the_first_five_are_kept():
    collector = Collector("a.csv")
    for row in range(2, 102):
        collector.add("orphan-row", "the service is missing", sheet="phone", row=row, value=row)
    (defect,) = collector.defects()
    assert (defect.code, defect.severity, defect.count) == ("orphan-row", "error", 100)
    assert [problem.row for problem in defect.examples] == [2, 3, 4, 5, 6]
    assert {problem.file for problem in defect.examples} == {"a.csv"}


def test_defects_counted_in_one_go_count():
    collector = Collector()
    collector.add("orphan-row", "x", count=40)
    collector.add("orphan-row", "y", count=2)
    assert collector.reading(EMPTY).count("orphan-row") == 42


def test_errors_come_before_warnings_and_many_before_few():
    collector = Collector()
    collector.add("unmapped-column", "a", count=9)
    collector.add("orphan-row", "b")
    collector.add("unreadable-cell", "c", count=3)
    assert [defect.code for defect in collector.defects()] == ["unreadable-cell", "orphan-row", "unmapped-column"]


def test_a_kind_that_nobody_described_is_refused():
    with pytest.raises(KeyError):
        Collector().add("no-such-kind", "x")


def test_the_reading_says_what_went_in_and_what_came_out():
    collector = Collector("a.csv")
    collector.count_in("Needs", 3)
    collector.add("orphan-row", "the service is missing", row=4)
    reading = collector.reading(WITH_NEEDS)
    assert reading.records_out == {"needs": 2}
    assert str(reading).splitlines()[0] == "a.csv: 3 rows read (Needs 3), 2 records made (needs 2). 1 defect of 1 kind:"
    assert reading.count("orphan-row") == 1
    assert reading.count("unreadable-cell") == 0


def test_strict_reading_raises_for_errors_with_their_places():
    collector = Collector("a.csv", strict=True)
    collector.add("orphan-row", "the service is missing", row=4)
    with pytest.raises(DocumentError, match=r"orphan-row.*a\.csv, row 4"):
        collector.reading(EMPTY)


def test_strict_reading_lets_warnings_pass():
    collector = Collector("a.csv", strict=True)
    collector.add("unmapped-column", "what is this?", column="x")
    assert collector.reading(EMPTY).count("unmapped-column") == 1


def test_found_values_are_masked_wherever_they_go():
    mailbox = "jaana.tamm@example.org"
    collector = Collector(f"{mailbox}.csv")
    collector.add("unreadable-cell", f"{mailbox} is no number", row=2, column="n", value=mailbox)
    reading = collector.reading(EMPTY)
    for text in (str(reading), repr(reading), str(reading.as_dict()), repr(reading.defects)):
        assert "jaana" not in text
    assert b"jaana.tamm" not in pickle.dumps(reading.defects[0].examples[0].message)


def test_problems_of_the_model_become_defects():
    collector = Collector("a.csv")
    try:
        loads('{"framework": "f", "title": "F", "reference_date": "2022-06-01", "needs": [{"id": "a b"}]}')
    except DocumentError as error:
        collector.add_problems(error.problems)
    (defect,) = collector.defects()
    assert defect.code == "invalid-record"
    assert "not an id" in defect.examples[0].message


def test_every_kind_says_what_it_means_and_how_it_is_mended():
    for code, known in DEFECT_CODES.items():
        assert code == code.lower()
        assert known.meaning.endswith(".")
        assert known.mend.endswith(".")


def test_a_loss_report_names_fields_counts_and_reasons():
    report = LossReport(
        "HSDS 3.0", (Loss("cooperations", "there is no such object", 3, ("cooperations[a]",)),), {"service": 4}
    )
    assert report.summary() == (
        "HSDS 3.0: 4 objects written (service 4). The format cannot say 3 values of 1 field:\n"
        "  cooperations: 3 (there is no such object)"
    )
    assert report.as_dict()["losses"][0]["examples"] == ["cooperations[a]"]
    assert LossReport("tables").summary().endswith("Nothing is lost.")
