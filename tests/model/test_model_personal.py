"""Contact data of persons is refused in every text, and nothing else is mistaken for it."""

import json
import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_helpers import HEAD, codes_of, document, land, problems_of, the_error
from strategies import frameworks

from integrated_services._person_names import person_names
from integrated_services.errors import DocumentError, mask
from integrated_services.model import Framework, dumps, load, load_draft, loads, loads_draft
from integrated_services.model._fields import fields_of, plain_name
from integrated_services.model._framework import collection_models
from integrated_services.model._personal import (
    is_maybe_person_name,
    is_person_name,
    is_personal_code,
    is_personal_mailbox,
    personal_in,
    text_problem,
    without_personal,
)
from integrated_services.model._personal_clean import without_persons


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


def test_names_of_persons_in_running_text_are_left_to_people():
    assert problems_of(json.loads(json.dumps({**HEAD, "description": "Headed by Jaana Tamm."}))) == ()
    assert Framework(**HEAD).problems() == ()


NAMES = [  # all invented
    "Jaana Tamm",
    "Mari-Liis Kask, juhataja",
    "juhataja Ülle Õunapuu",
    "Kontaktisik: Jüri Rebane",
    "KADRI SAAR",
    "Tamm, Jaana",
    "A. Kask, sotsiaaltöötaja",
    "lastekaitsespetsialist Jaana",
    "Jaana Tamm Rakvere haigla direktor",
    "Lääne-Viru Haigla, Anna Kask",
    "Jelena Ivanova",
    "Natalja Kuznetsova (logopeed)",
    "Jonas Petraitis direktorius tel. 8 528 12345",
    "direktorė Rūta Petraitienė",
    "Petraitis Jonas",
    "J. Petrauskas",
    "Vyr. specialistė Živilė Kazlauskaitė",
    "soc. darbuotoja Ona Jankauskienė",
    "Mary Ann Johnson",
    "John Smith, Executive Director",
    "Dr. Quillfeather",
    "Anne-Marie O'Brien",
]
ORGANISATIONS = [
    "Tamme kool",
    "Jaan Poska Gümnaasium",
    "Carl Robert Jakobsoni nimeline Gümnaasium",
    "Carl Robert Jakobsoni Talumuuseum",
    "Väike-Maarja Hooldekodu",
    "Püha Anna kirik",
    "registratuur, tööpäeviti 8-16",
    "Lastekaitse",
    "Jonavos PPT",
    "Vaikų globos namai",
    "Petraičio gimnazija",
    "Jono Basanavičiaus gimnazija",
    "J. Basanavičiaus g. 5",
    "Lopšelis-darželis Saulutė",
    "Elektrėnų savivaldybės administracija",
    "St. Anthony Foundation",
    "1049 Howard St.",
    "Martin Luther King Center",
    "Santa Clara County",
    "San Francisco",
    "Grace Cathedral",
    "Larkin Street Youth Services",
    "North Carolina",
    "Personal Hygiene",
    "Main office",
    "Direktor",
    "",
]


def with_contact(value: str, *, kind: str = "phone", label: str | None = None) -> dict[str, object]:
    contact = {"kind": kind, "value": value, **({"label": label} if label else {})}
    return document(agencies=[{"id": "a", "contacts": [contact]}])


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_person_in_a_contact_is_refused_and_not_shown(name):
    problem = the_error(with_contact("+372 435 0190", label=name))
    assert (problem.code, problem.path) == ("personal-data", "agencies[a].contacts[0].label")
    shown = str(problem.as_dict())
    assert not any(word in shown for word in name.replace(",", " ").split() if word[0].isupper() and len(word) > 3
                   and word not in ("Jonavos", "Rakvere", "haigla", "Kontaktisik:", "Lääne-Viru", "Haigla",
                                    "Executive", "Director", "Vyr."))  # fmt: skip
    assert is_person_name(name)


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_names_of_organisations_streets_and_places_are_not_mistaken_for_persons(name):
    assert not is_person_name(name)
    assert codes_of(with_contact("+372 435 0190", label=name or None)) == []


@pytest.mark.parametrize("name", ["Jaana", "Torn Maria", "Virginia", "Petraitienė"])
def test_what_may_be_a_name_is_left_to_people(name):
    assert is_maybe_person_name(name)
    assert codes_of(with_contact("+372 435 0190", label=name)) == []


def test_streets_and_web_pages_may_bear_the_names_of_persons():
    for kind in ("address", "web"):
        assert codes_of(with_contact("Lydia Koidula 5", kind=kind)) == []


def test_a_person_name_in_other_texts_must_stand_alone():
    assert is_person_name("Jaana Tamm", context="text")
    assert not is_person_name("Jaana Tamm helps pupils", context="text")
    assert not is_person_name("juhataja Jaana", context="text")


@given(st.text())
def test_looking_for_names_never_fails_and_finds_them_inside_the_text(text):
    ends = [0]
    for name in person_names(text):
        assert ends[-1] <= name.start < name.end <= len(text)
        ends.append(name.end)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Mari-Liis Kask (5123 4567) helps pupils", "helps pupils"),
        ("Open on weekdays; ask Jaana, tel. 5123 4567 (or jaana.tamm@example.org).", "Open on weekdays; ask Jaana."),
        ("info@vald.example, jaana.tamm@vald.example", "info@vald.example"),
        ("tel. 5123 4567", None),
        ("E-post: jaana.tamm@vald.example; tel: +372 5123 4567", None),
        (f"a. k. {LITHUANIAN}, Elektrėnai", "Elektrėnai"),
        ("Mari-Liis Kask, juhataja", "juhataja"),
        ("Direktorė Rūta Petraitienė (8 528 12345)", "Direktorė (8 528 12345)"),
        ("nothing of the kind, 18.5 %", "nothing of the kind, 18.5 %"),
    ],
)
def test_what_is_personal_is_taken_out_and_the_rest_of_the_text_stays(text, left):
    assert without_personal(text, in_contact=True) == left


@given(
    st.lists(st.sampled_from([*PERSONAL, *HARMLESS, *NAMES, *ORGANISATIONS, ",", "(", ")", "tel.", "-"]), max_size=5)
)
def test_what_is_left_holds_nothing_personal(parts):
    left = without_personal(" ".join(parts), in_contact=True)
    assert left is None or personal_in(left, in_contact=True) is None


@given(st.sampled_from(NAMES))
def test_masking_hides_a_given_name_with_a_surname(name):
    found = [one for one in person_names(name) if one.is_sure and " " in name[one.start : one.end]]
    for one in found:
        assert name[one.start : one.end] not in mask(f"There is no '{name}' here.")


DIRTY = document(
    description="Ask jaana.tamm@vald.example now",
    languages=["et"],
    agencies=[
        {
            "id": "a",
            "name": {"et": "Vald", "en": "Call 5123 4567"},
            "identifiers": {"person": ESTONIAN, "register": "70000740"},
            "contacts": [
                {"kind": "phone", "value": "+372 435 0190", "label": "Jaana Tamm, juhataja"},
                {"kind": "email", "value": "jaana.tamm@vald.example"},
            ],
            "members": {"value": 3, "note": "5123 4567"},
            "valid": {"start": "2020", "note": "ask 5123 4567"},
        }
    ],
    services=[{"id": "s", "legal_basis": ["RT I", "jaana.tamm@vald.example"]}],
    sources=[{"id": "x", "kind": "document", "title": "jaana.tamm@vald.example"}],
)
SECRETS = ("jaana", "Jaana", "5123", ESTONIAN)


def test_reading_can_drop_personal_data_and_keeps_the_rest():
    framework = loads(json.dumps(DIRTY, indent=1), personal="drop")
    text = dumps(framework)
    assert not any(secret in text for secret in SECRETS)
    agency = framework.agencies["a"]
    assert agency.plain()["contacts"] == [{"kind": "phone", "value": "+372 435 0190", "label": "juhataja"}]
    assert agency.plain()["identifiers"] == {"register": "70000740"}
    assert agency.plain()["name"] == {"et": "Vald", "en": "Call"}
    assert (framework.services["s"].legal_basis, str(framework.sources["x"].title)) == (("RT I",), "***")
    assert loads(text) == framework


def test_what_was_dropped_is_reported_as_warnings_with_path_and_line():
    framework = loads(json.dumps(DIRTY, indent=1), personal="drop", file="old.json")
    warnings = [problem for problem in framework.problems() if problem.code == "personal-data"]
    assert {problem.severity for problem in warnings} == {"warning"}
    assert [problem.path for problem in warnings] == [
        "agencies[a].contacts[0].label",
        "agencies[a].contacts[1].value",
        "agencies[a].identifiers[person].value",
        "agencies[a].members.note",
        "agencies[a].name",
        "agencies[a].valid.note",
        "description",
        "services[s].legal_basis",
        "sources[x].title",
    ]
    lines = json.dumps(DIRTY, indent=1).split("\n")
    rows = {problem.path: lines[problem.row - 1] for problem in warnings}
    assert '"description": "Ask' in rows["description"]
    assert ESTONIAN in rows["agencies[a].identifiers[person].value"]
    assert not any(secret in str(problem.as_dict()) for secret in SECRETS for problem in warnings)


def test_reading_can_keep_personal_data_which_then_is_a_warning_and_stays_masked():
    framework = loads(json.dumps(DIRTY), personal="keep")
    assert framework.keeps_personal
    assert framework.plain()["description"] == "Ask jaana.tamm@vald.example now"
    sent = pickle.loads(pickle.dumps(framework))  # noqa: S301 - our own
    for one in (framework, framework.evolve({"title": "New"}), sent, framework.at(date(2023, 1, 1))):
        warnings = [problem for problem in one.problems() if problem.code == "personal-data"]
        assert len(warnings) == 9
        assert {problem.severity for problem in warnings} == {"warning"}
        assert not any(secret in str(problem.as_dict()) for secret in SECRETS for problem in warnings)


def test_a_framework_that_keeps_personal_data_can_be_changed_and_added_to():
    framework = loads(json.dumps(document()), personal="keep").evolve({"description": "5123 4567"})
    assert [problem.severity for problem in framework.problems()] == ["warning"]
    with pytest.raises(DocumentError, match="unknown-reference"):
        framework.evolve(add={"services": [{"id": "s", "meets": ["nothing"]}]})


def test_reading_refuses_personal_data_unless_told_otherwise():
    with pytest.raises(DocumentError, match="9 errors") as refused:
        loads(json.dumps(DIRTY))
    assert {p.code for p in refused.value.problems if p.severity == "error"} == {"personal-data"}
    assert not loads(json.dumps(document())).keeps_personal


def test_a_draft_can_drop_or_keep_personal_data_too():
    raw = json.dumps({**DIRTY, "needs": [{"id": "a b", "description": "5123 4567"}]})
    for personal in ("drop", "keep"):
        draft = loads_draft(raw, personal=personal)
        assert [path for path, _ in draft.left_out] == ["needs[a b]"]
        assert {problem.severity for problem in draft.problems if problem.code == "personal-data"} == {"warning"}
        assert not any(secret in str(problem.as_dict()) for secret in SECRETS for problem in draft.problems)
    assert "agencies[a]" in dict(loads_draft(json.dumps({**DIRTY, "description": "d", "needs": []})).left_out)


def test_a_draft_says_each_thing_once():
    raw = json.dumps(document(services=[{"id": "s", "description": "5123 4567"}]))
    for personal in ("drop", "keep"):
        problems = loads_draft(raw, personal=personal).problems
        said = [(problem.code, problem.path) for problem in problems]
        assert len(said) == len(set(said)) == 4
        assert ("personal-data", "services[s].description") in said


def test_files_can_be_read_with_personal_data_dropped(tmp_path):
    path = tmp_path / "old.json"
    path.write_text(json.dumps(DIRTY), encoding="utf-8")
    assert load(path, personal="drop") == load_draft(path, personal="drop").framework
    with pytest.raises(DocumentError):
        load(path)


@given(frameworks())
def test_dropping_changes_nothing_where_there_is_nothing_personal(framework):
    raw = framework.plain()
    clean, found = without_persons(raw)
    assert (clean, found) == (raw, ())
