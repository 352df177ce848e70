"""The sound part of a broken document, and an honest account of what was left out."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_helpers import HEAD, LAND, document, land, the_land

from integrated_services.errors import DocumentError
from integrated_services.model import dumps, load_draft, loads, loads_draft

DOCUMENTS = Path(__file__).resolve().parents[1] / "documents"


def draft_of(raw):
    return loads_draft(json.dumps(raw))


def broken(collection, number, **fields):
    records = [dict(record) for record in LAND[collection]]
    records[number] |= fields
    return land(**{collection: records})


def test_a_sound_document_loses_nothing():
    draft = draft_of(land())
    assert draft.framework == the_land()
    assert (draft.left_out, draft.summary()) == ((), "Nothing was left out.")
    assert draft.problems == the_land().problems()


def test_a_broken_record_is_left_out_with_its_reason():
    draft = draft_of(broken("indicators", 0, kind="cuont"))
    assert dict(draft.left_out)["indicators[trained]"] == "'cuont' is not among the choices"
    assert "trained" not in draft.framework.indicators


def test_what_refers_to_it_goes_too_and_says_so():
    draft = draft_of(broken("territories", 1, level="wrong"))
    left_out = dict(draft.left_out)
    assert left_out["territories[north]"] == "'wrong' is not among the choices"
    assert left_out["demands[therapy:pupils:north]"] == "it refers to 'north', which was left out"
    assert left_out["referrals[advice:mobile]"].startswith("it refers to")
    assert set(left_out) >= {"agencies[clinic]", "sites[house]", "services[mobile]", "services[advice]", "projects[p]"}
    assert len(draft.framework.territories) == 2


def test_the_summary_counts_everything_that_was_left_out():
    draft = draft_of(broken("territories", 1, level="wrong"))
    assert len(draft.left_out) == 9
    assert draft.summary() == (
        "9 records were left out because of errors: 1 of agencies, 1 of demands, 1 of observations, 1 of projects, "
        "1 of referrals, 2 of services, 1 of sites, 1 of territories."
    )


def test_both_records_of_one_name_are_left_out_and_counted():
    draft = draft_of(document(needs=[{"id": "n"}, {"id": "n"}, {"id": "m"}]))
    assert [path for path, _ in draft.left_out] == ["needs[n]", "needs[n]"]
    assert draft.framework.needs.keys() == ("m",)
    assert draft.summary() == "2 records were left out because of errors: 2 of needs."


def test_a_circle_goes_as_a_whole():
    needs = [{"id": "a", "broader": "b"}, {"id": "b", "broader": "a"}, {"id": "c"}]
    draft = draft_of(document(needs=needs))
    assert draft.framework.needs.keys() == ("c",)
    assert dict(draft.left_out)["needs[b]"] == "it refers to 'a', which was left out"


def test_a_record_with_a_key_written_twice_is_in_doubt():
    text = json.dumps(document(needs=[{"id": "n", "name": "N"}, {"id": "m"}]))
    draft = loads_draft(text.replace('"name": "N"', '"name": "N", "name": "O"'))
    assert draft.framework.needs.keys() == ("m",)
    assert draft.left_out == (("needs[n]", "the key 'name' is written twice"),)


def test_persons_data_is_left_out_and_not_shown():
    draft = draft_of(broken("needs", 1, description="jaana.tamm@vald.example"))
    assert "speech" not in draft.framework.needs
    assert "jaana" not in str(draft.left_out) + str(draft.problems)


@pytest.mark.parametrize(
    "head",
    [
        {"title": None},
        {"title": "write to jaana.tamm@vald.example"},
        {"reference_date": "soon"},
        {"nonsense": 1},
        {"needs": {"n": {}}},
        {"format": 7},
    ],
)
def test_a_document_with_a_broken_head_has_no_sound_part(head):
    with pytest.raises(DocumentError):
        draft_of({**land(), **head})


def test_a_head_with_a_key_written_twice_is_broken():
    with pytest.raises(DocumentError, match="duplicate-key"):
        loads_draft('{"framework": "f", "framework": "g", "title": "F", "reference_date": "2022-06-01"}')


def test_every_problem_of_the_document_is_listed_with_errors_first():
    pytest.importorskip("yaml")
    path = DOCUMENTS / "many-mistakes.yaml"
    draft = load_draft(path)
    with pytest.raises(DocumentError) as caught:
        loads(path.read_text(encoding="utf-8"), syntax="yaml")
    assert {(p.code, p.path) for p in caught.value.problems} <= {(p.code, p.path) for p in draft.problems}
    ranks = [("error", "warning", "incomplete").index(problem.severity) for problem in draft.problems]
    assert ranks == sorted(ranks)
    assert all(problem.file == str(path) for problem in draft.problems)


def is_sound(fw):
    assert loads(dumps(fw)) == fw
    assert [problem for problem in fw.problems() if problem.severity == "error"] == []


@given(st.data())
def test_whatever_is_broken_the_rest_is_sound_and_nothing_dangles(data):
    raw = json.loads(json.dumps(land()))
    for _ in range(data.draw(st.integers(1, 4))):
        name = data.draw(st.sampled_from(sorted(LAND)))
        record = data.draw(st.sampled_from(raw[name]))
        field = data.draw(st.sampled_from([*record, "new"]))
        record[field] = data.draw(
            st.sampled_from([None, "x", 7, [], {}, ["north"], "jaana.tamm@vald.example", -1, True])
        )
    try:
        draft = draft_of(raw)
    except DocumentError:
        raise AssertionError("the head is sound") from None
    is_sound(draft.framework)
    kept = sum(len(getattr(draft.framework, name)) for name in LAND)
    assert kept + len(draft.left_out) == sum(map(len, raw.values())) - sum(map(len, HEAD.values()))
    assert bool(draft.left_out) == any(problem.severity == "error" for problem in draft.problems)
    assert all(reason for _, reason in draft.left_out)
