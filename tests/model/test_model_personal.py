"""Contact data of persons is refused in every text, and nothing else is mistaken for it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_helpers import HEAD, codes_of, document, land, problems_of, the_error

from integrated_services.errors import mask
from integrated_services.model import Framework
from integrated_services.model._fields import fields_of, plain_name
from integrated_services.model._framework import collection_models
from integrated_services.model._personal import is_personal_code, is_personal_mailbox, personal_in, text_problem


def code(first_ten: str) -> str:
    """Add the check digit to a personal code (EVS 585:2007), written down a second time."""
    for weights in ("1234567891", "3456789123"):
        rest = sum(int(a) * int(b) for a, b in zip(first_ten, weights, strict=True)) % 11
        if rest < 10:
            return first_ten + str(rest)
    return first_ten + "0"


ESTONIAN, LITHUANIAN, BORN_2001 = code("3760503029"), code("4850713042"), code("5010228001")

PERSONAL = [
    "jaana.tamm@vald.example",
    "Ask Jaana (jaana.tamm@vald.example).",
    "jüri.õunapuu@külaselts.example",
    "vardas_pavarde99@savivaldybe.example",
    "j.t@sub.domain.example",
    "jaana.tamm (at) vald.example",
    "jaana.tamm[at]vald.example",
    ESTONIAN,
    f"isikukood {ESTONIAN}.",
    f"a. k. {LITHUANIAN}",
    f"{BORN_2001[:7]} {BORN_2001[7:]}",
    "+372 5123 4567",
    "+37251234567",
    "00372 5123456",
    "5123 4567",
    "512 34 567",
    "tel 5123456",
    "+370 612 34567",
    "+370-612-34567",
    "8 612 34567",
    "8-612-34567",
    "(8 612) 34567",
    "0 612 34 567",
]

HARMLESS = [
    "info@vald.example",
    "kool@vald.example",
    "rakvere.kool@vald.example",
    "reception@clinic.example",
    "vallavalitsus@rakvere.example",
    "mokykla.vievis@elektrenai.example",
    "lastekaitse@vald.example",
    "rakvere@rakvere.example",
    "direktorius@mokykla.example",
    "no-reply@system.example",
    "70000740",
    "registrikood 10234567, 80123456",
    "įmonės kodas 188756190, 300123456",
    "08.4.1-ESFA-V-405-02-0001",
    "2014-2020.2.04.18-0123",
    "18,624,926.05",
    "18 624 926.05 EUR",
    "5123456 EUR",
    "5 123 456",
    "5000000 in all",
    "59.354567, 26.365123",
    "6588123.5, 642345.1",
    "EE008, LT-08, 0141",
    "+372 435 0190",
    "+370 528 12345",
    "8 528 12345",
    "435 0190",
    "2022-06-01/2022-12-30",
    "2020-2022, 2021-05-03",
    "https://www.riigiteataja.ee/akt/51234567",
    "https://example.org/?id=37605030299&tel=51234567",
    "www.example.org/5123456",
    "between 5123 and 5234",
    "37605030298",
    "12345678901",
    "ISBN 978-9949-01-234-5",
    "@work, a@b, @",
    "12.5 % of 4567 pupils, 3 of 10",
]


@pytest.mark.parametrize("text", PERSONAL)
def test_contact_data_of_a_person_is_refused_with_the_value_masked(text):
    problem = the_error(document(description=text))
    assert (problem.code, problem.path) == ("personal-data", "description")
    assert problem.value != text
    digits = "".join(c for c in text if c.isdigit())
    assert digits[-5:] not in "".join(c for c in problem.value if c.isdigit()) or not digits
    assert "tamm" not in problem.value
    assert "organisation" in problem.mend


@pytest.mark.parametrize("text", HARMLESS)
def test_organisations_codes_amounts_and_dates_are_not_mistaken_for_persons(text):
    assert personal_in(text) is None
    assert codes_of(document(description=text)) == []


def text_fields():
    """Give a minimal record for each text field of each noun, with the path of the field."""
    yield from (("", name) for name in ("title", "description", "licence"))
    for name, cls in collection_models().items():
        for spec in fields_of(cls):
            if spec.holds_text and spec.name not in ("id", "languages"):
                yield name, plain_name(spec)


RECORDS = {
    "sources": {"id": "x", "kind": "document", "title": "T"},
    "populations": {"id": "x", "target_group": "pupils", "territory": "north", "persons": 1},
    "demands": {"id": "x", "need": "speech", "target_group": "pupils", "territory": "south", "persons": 1},
    "cooperations": {"id": "x", "agencies": ["school", "clinic"], "level": 1, "scale": "s"},
    "referrals": {"id": "x", "sender": "mobile", "receiver": "advice"},
    "observations": {"id": "x", "indicator": "trained", "value": 1},
    "surveys": {"id": "x", "territories": ["north"], "status": "partial"},
}


@pytest.mark.parametrize(("collection", "field"), list(text_fields()))
def test_every_text_field_of_every_noun_is_looked_at(collection, field):
    text: object = "ask jaana.tamm@vald.example"
    if field in ("legal_basis", "breakdowns"):
        text = [text]
    if field == "breakdown":
        text = {"who": text}
    if not collection:
        raw = land(**{field: text})
    else:
        record = RECORDS.get(collection, {"id": "x"}) | {field: text}
        raw = land()
        raw[collection] = [*raw.get(collection, []), record]
    problem = the_error(raw)
    assert problem.code == "personal-data"
    assert problem.path == (f"{collection}[x].{field}" if collection else field)


@pytest.mark.parametrize(
    ("record", "path"),
    [
        ({"contacts": [{"kind": "email", "value": "jaana.tamm@vald.example"}]}, "contacts[0].value"),
        ({"contacts": [{"kind": "phone", "value": "+372 5123 4567"}]}, "contacts[0].value"),
        ({"identifiers": {"person": ESTONIAN}}, "identifiers[person].value"),
        ({"members": {"value": 1, "note": "5123 4567"}}, "members.note"),
        ({"valid": {"start": "2020", "note": "ask jaana.tamm@vald.example"}}, "valid.note"),
        ({"name": {"en": "School", "lt": "a. k. " + LITHUANIAN}}, "name"),
    ],
)
def test_nested_texts_are_looked_at(record, path):
    problem = the_error(document(agencies=[{"id": "a", **record}]))
    assert (problem.code, problem.path) == ("personal-data", f"agencies[a].{path}")


def test_seven_digits_are_no_telephone_number_where_a_code_is_expected():
    assert codes_of(document(agencies=[{"id": "a", "identifiers": {"register": "5123456"}}])) == []
    assert codes_of(document(sites=[{"id": "a", "address": "5123456"}])) == ["personal-data"]


def test_texts_of_broken_records_are_looked_at_too():
    raw = document(agencies=[{"id": "a", "kind": "wrong", "name": {"en": "jaana.tamm@vald.example"}}])
    assert sorted(codes_of(raw)) == ["bad-choice", "personal-data"]


def test_a_value_that_is_refused_for_another_reason_is_masked_too():
    problem = the_error(document(agencies=[{"id": "a", "kind": "jaana.tamm@vald.example"}]))
    assert problem.code == "bad-choice"
    assert "jaana" not in str(problem.as_dict())


def test_the_example_of_the_register_is_a_personal_code_and_its_neighbours_are_none():
    assert is_personal_code("37605030299")
    assert not any(is_personal_code(f"3760503029{digit}") for digit in "012345678")


@pytest.mark.parametrize("first_ten", ["3761303029", "3760532029", "3760230029", "9760503029", "0760503029"])
def test_a_code_with_a_date_that_does_not_exist_is_nobodys(first_ten):
    assert not is_personal_code(code(first_ten))


@given(st.integers(1, 8), st.dates(), st.integers(0, 999))
def test_every_code_with_a_right_check_digit_is_found_in_text_and_masked(first, day, serial):
    number = code(f"{first}{day:%y%m%d}{serial:03d}")
    try:
        exists = bool(day.replace(year={1: 1800, 2: 1800, 3: 1900, 4: 1900, 5: 2000, 6: 2000, 7: 2100, 8: 2100}[first]
                                  + day.year % 100))  # fmt: skip
    except ValueError:
        exists = False
    problem = text_problem("p", f"code {number}, born there")
    assert (problem is not None) == exists
    if problem is not None:
        assert number not in str(problem.as_dict())


@given(st.text(st.sampled_from("0123456789 +-()@.a,/"), max_size=30))
def test_whatever_is_found_is_not_shown(text):
    problem = text_problem("p", text)
    if problem is not None:
        assert problem.value != text
        assert text not in str(problem.as_dict()) or mask(text) == text == problem.value


def test_a_mailbox_called_like_its_domain_is_that_of_the_organisation():
    assert not is_personal_mailbox("elektrenai@elektrenai.example")
    assert is_personal_mailbox("jaana@elektrenai.example")


def test_long_texts_are_looked_through_quickly():
    from time import perf_counter

    for text in ("a" * 20_000, "1" * 20_000, "a@" * 10_000, "5 " * 10_000, "(at)" * 5_000, "a.b" * 6_000 + "@"):
        began = perf_counter()
        personal_in(text)
        assert perf_counter() - began < 1


def test_names_of_persons_and_offices_are_left_to_people():
    assert problems_of(json.loads(json.dumps({**HEAD, "description": "Headed by Jaana Tamm."}))) == ()
    assert Framework(**HEAD).problems() == ()
