"""The mapping document: readable, stable, and strict with what people write into it."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrated_services.errors import DocumentError, FormatError
from integrated_services.io import (
    MappedColumn,
    MappedTable,
    MappedValue,
    Mapping,
    dump_mapping,
    dumps_mapping,
    load_mapping,
    loads_mapping,
)
from integrated_services.io._mapping_fields import NOUNS, targets
from integrated_services.io._mapping_match import fold

pytest.importorskip("yaml", reason="a mapping is a YAML document")

HEAD = "mapping: 1\nfile: a.csv\n"
SCORES = st.integers(0, 100).map(lambda number: number / 100)
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30
).filter(lambda text: text == text.strip() and "\ufeff" not in text and "\ufffe" not in text and "\uffff" not in text)
ALTERNATIVES = st.lists(
    st.tuples(st.sampled_from(sorted(targets())), SCORES), max_size=2, unique_by=lambda pair: pair[0]
)


@st.composite
def columns(draw):
    path = draw(st.none() | st.sampled_from(sorted(targets())))
    choices = targets()[path].choices if path else ()
    means = st.sampled_from(choices) if choices else st.none() | TEXTS
    values = st.builds(MappedValue, TEXTS, means, SCORES, st.booleans())
    return MappedColumn(
        draw(TEXTS),
        field=path,
        score=draw(SCORES),
        confirmed=draw(st.booleans()),
        alternatives=tuple(draw(ALTERNATIVES)),
        flag=draw(st.none() | TEXTS),
        unit=draw(st.none() | st.sampled_from(["days", "thousand EUR"])),
        per=draw(st.none() | st.just("year")),
        values=tuple(draw(st.lists(values, max_size=2))),
        examples=tuple(draw(st.lists(TEXTS, max_size=2))),
    )


@st.composite
def mappings(draw):
    found = st.lists(columns(), max_size=3, unique_by=lambda column: fold(column.heading))
    tables = st.builds(
        MappedTable,
        st.lists(TEXTS, min_size=1, max_size=2).map(tuple),
        st.sampled_from(NOUNS),
        SCORES,
        st.booleans(),
        columns=found.map(tuple),
    )
    constants = st.sampled_from([(), (("territory.name", "Rakvere vald"),)])
    made = st.lists(tables, max_size=2).map(tuple)
    day = st.none() | st.just("2022-06-01")
    return draw(
        st.builds(Mapping, TEXTS, title=st.none() | TEXTS, reference_date=day, constants=constants, tables=made)
    )


@given(mappings())
def test_a_mapping_is_written_and_read_unchanged(mapping):
    text = dumps_mapping(mapping)
    assert loads_mapping(text) == mapping
    assert dumps_mapping(loads_mapping(text)).count("\n") <= text.count("\n")


@given(st.text(max_size=200))
def test_whatever_is_written_into_a_mapping_is_read_or_refused_with_reasons(text):
    try:
        loads_mapping(text)
    except (DocumentError, FormatError) as error:
        assert str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "tables: []\ncolums: []", "Known"),
        (HEAD + "tables: [{sheets: [a], noun: servis, columns: []}]", "Use one of service"),
        (HEAD + "tables: [{sheets: [a], noun: service, columns: [{heading: A, feld: service.name}]}]", "'field'"),
        (HEAD + "tables: [{sheets: [a], noun: service, columns: [{heading: A, field: service.nam}]}]", "service.name"),
        (HEAD + "tables: [{sheets: [a], noun: service, columns: [{heading: A}, {heading: a}]}]", "nth: 2"),
        (HEAD + "tables: [{sheets: [], noun: service, columns: []}]", "list of names"),
        (HEAD + "tables: []\nthreshold: 7", "between 0 and 1"),
        (HEAD + "tables: []\nthreshold: true", "number|float"),
        (HEAD + "tables: []\nreference_date: 1.6.2022", "2022-06-01"),
        (HEAD + "tables: []\nfile: b.csv", "written twice"),
        (HEAD + "tables: []\nconstants: {territory: x}", "territory.name"),
        (HEAD + "tables: []\nframework: a b", "not an id"),
        ("mapping: 2\nfile: a\ntables: []", "format is not known"),
        ("- a", "mapping of fields"),
        ("file: a", "missing"),
    ],
)
def test_a_mistake_in_a_mapping_is_named_with_its_mend(text, said):
    with pytest.raises(DocumentError, match=said):
        loads_mapping(text)


def test_a_choice_that_the_model_does_not_have_is_refused():
    text = HEAD + "tables: [{sheets: [a], noun: service, columns: [{heading: A, field: delivery.channel, values: "
    with pytest.raises(DocumentError, match="on_site, mobile, online"):
        loads_mapping(text + "[{value: kodus, means: home}]}]}]")


def test_every_problem_has_its_line():
    with pytest.raises(DocumentError) as caught:
        loads_mapping(
            HEAD + "tables:\n- sheets: [a]\n  noun: service\n  columns:\n  - {heading: A, field: nothing.here}\n"
        )
    assert [problem.row for problem in caught.value.problems] == [7]


def test_a_file_is_read_as_it_was_written(tmp_path):
    mapping = Mapping("a.csv", title="Õpilased", tables=(MappedTable(("a",), "service", 0.9),))
    dump_mapping(mapping, tmp_path / "m.yaml")
    assert load_mapping(tmp_path / "m.yaml") == mapping


def test_a_file_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "m.yaml").write_bytes("title: Õ".encode("cp1257"))
    with pytest.raises(FormatError, match="UTF-8"):
        load_mapping(tmp_path / "m.yaml")


def test_examples_hide_contact_data():
    column = MappedColumn("Märkus", field="delivery.note", score=0.9, examples=("kirjuta mari.maasikas@example.org",))
    assert "maasikas" not in dumps_mapping(Mapping("a", tables=(MappedTable(("a",), "service", columns=(column,)),)))


def test_what_is_least_sure_comes_first_and_what_is_confirmed_not_at_all():
    sure, doubtful = MappedColumn("A", field="service.name", score=0.9), MappedColumn("B", field="need.name", score=0.3)
    table = MappedTable(("s",), "service", 0.8, confirmed=True, columns=(sure, doubtful))
    assert [entry[0] for entry in Mapping("a", tables=(table,)).unsure()] == [0.3, 0.9]
    done = attrs.evolve(table, columns=(attrs.evolve(doubtful, confirmed=True),))
    assert Mapping("a", tables=(done,)).unsure() == ()


def test_a_mapping_of_nothing_but_mistakes_is_refused_quickly():
    columns = ", ".join(f"{{heading: h{number}, feld: x}}" for number in range(20_000))
    with pytest.raises(DocumentError) as caught:
        loads_mapping(HEAD + f"tables: [{{sheets: [a], noun: service, columns: [{columns}]}}]")
    assert len(caught.value.problems) <= 300


def test_a_mapping_says_on_what_basis_the_numbers_of_the_file_stand():
    mapping = Mapping("a.csv", basis="estimated")
    assert loads_mapping(dumps_mapping(mapping)).basis == "estimated"
    with pytest.raises(DocumentError, match="stated, derived, assumed, estimated"):
        loads_mapping(HEAD + "basis: guessed\ntables: []\n")
