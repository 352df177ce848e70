"""Reading and writing documents: strict, with the same text coming back."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_helpers import HEAD, LAND, as_yaml, document, framework, land, loaded, the_land

from integrated_services import samples
from integrated_services.errors import DocumentError, FormatError
from integrated_services.model import Framework, diff, dump, dumps, load, loads, loads_draft
from integrated_services.model import _framework as framework_module
from integrated_services.model._upgrade import UPGRADES
from integrated_services.model._yaml import dump as dump_yaml
from integrated_services.model._yaml import parse

DOCUMENTS = Path(__file__).resolve().parents[1] / "documents"
needs_yaml = pytest.mark.skipif(find_spec("yaml") is None, reason="needs PyYAML")

# canonical form ----------------------------------------------------------------------------------------------------


def test_canonical_text_comes_back_to_the_letter():
    text = (DOCUMENTS / "format-1.json").read_text(encoding="utf-8")
    assert dumps(loads(text)) == text


@pytest.mark.parametrize("name", samples.names())
def test_a_sample_comes_back_equal_from_json_and_yaml(name):
    fw = samples.load(name)
    assert loads(dumps(fw)) == fw
    pytest.importorskip("yaml")
    assert loads(dumps(fw, syntax="yaml"), syntax="yaml") == fw


@needs_yaml
def test_canonical_yaml_comes_back_to_the_letter():
    text = dumps(load(DOCUMENTS / "format-1.json"), syntax="yaml")
    assert dumps(loads(text, syntax="yaml"), syntax="yaml") == text


@needs_yaml
def test_yaml_and_json_of_one_document_are_one_framework():
    assert load(DOCUMENTS / "format-1.yaml") == load(DOCUMENTS / "format-1.json")


def test_the_order_is_that_of_the_format_and_not_that_of_the_text():
    backwards = json.dumps(dict(reversed(land().items())))
    assert dumps(loads(backwards)) == dumps(the_land())
    keys = list(json.loads(dumps(the_land())))
    assert keys[:3] == ["format", "framework", "title"]
    assert keys[keys.index("basis") + 1 :] == [name for name in Framework.COLLECTIONS if name in LAND]


def test_the_id_comes_first_in_every_record():
    plain = the_land().plain()
    assert all(next(iter(record)) == "id" for record in plain["territories"] + plain["services"])


def test_defaults_are_left_out_and_the_basis_is_always_said():
    assert framework(needs=[{"id": "n", "name": None, "codes": []}]).plain() == {
        "format": 1, **HEAD, "basis": "stated", "needs": [{"id": "n"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "short"),
    [
        ("capacity", 40),
        ("capacity", 2.5),
        ("capacity", {"value": 40, "per": "year"}),
        ("cost", "281160.50 EUR"),
        ("cost", "281160 EUR"),
        ("cost", {"amount": "10", "currency": "EUR", "per": "month"}),
        ("valid", "2022"),
        ("valid", "2020-12-30/2022-12-30"),
        ("valid", "2022-05/.."),
        ("valid", "../2022-05"),
        ("valid", "--05-03/--06-01"),
        ("valid", {"start": "2020", "duration": "P24M"}),
        ("note", "plain"),
        ("note", {"lt": "Pastaba", "en": "Remark"}),
    ],
)
def test_a_short_form_stays_short_and_a_long_one_long(field, short):
    fw = framework(services=[{"id": "s", "deliveries": [{"channel": "online", field: short}]}])
    assert fw.plain()["services"][0]["deliveries"][0][field] == short
    assert loads(dumps(fw)) == fw


@pytest.mark.parametrize(
    "codes",
    [
        {"lau": "0141"},
        {"lau": {"value": "0141", "version": "2021"}, "ehak": "1"},
        [{"scheme": "icf", "value": "d1"}, {"scheme": "icf", "value": "d2"}],
    ],
)
def test_codes_keep_their_shortest_form(codes):
    fw = framework(territories=[{"id": "t", "codes": codes}])
    assert fw.plain()["territories"][0]["codes"] == codes
    assert loads(dumps(fw)) == fw


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ({"value": 40}, 40),
        (40.0, 40),
        ({"value": 40, "note": None}, 40),
    ],
)
def test_equal_figures_have_one_form(written, canonical):
    fw = framework(services=[{"id": "s", "deliveries": [{"channel": "online", "capacity": written}]}])
    assert fw.plain()["services"][0]["deliveries"][0]["capacity"] == canonical


@pytest.mark.parametrize(
    ("written", "canonical"),
    [("100.00 EUR", "100 EUR"), ("1.5 EUR", "1.50 EUR"), ("1.2340 EUR", "1.234 EUR"), ("-0.00 EUR", "0 EUR"),
     ({"amount": 100, "currency": "EUR"}, "100 EUR"), ({"amount": "7.10"}, "7.10 EUR")],
)  # fmt: skip
def test_equal_amounts_have_one_form(written, canonical):
    fw = framework(projects=[{"id": "p", "finance": {"total": written}}])
    assert fw.plain()["projects"][0]["finance"]["total"] == canonical


def test_an_outline_comes_back_as_lists_of_numbers():
    square = [[[25, 54], [26, 54], [26, 55.5], [25, 54]]]
    fw = framework(territories=[{"id": "t", "outline": {"type": "Polygon", "coordinates": square}}])
    assert fw.plain()["territories"][0]["outline"]["coordinates"] == square
    assert hash(fw.territories["t"].outline) is not None


def test_a_breakdown_is_written_as_a_mapping_in_stable_order():
    parts = [
        {"indicator": "i", "value": 1, "breakdown": {"sex": "women", "age": "7-12"}},
        {"id": "other", "indicator": "i", "value": 1, "breakdown": {"age": "7-12", "sex": "women"}},
    ]
    fw = framework(indicators=[{"id": "i"}], observations=parts)
    assert [list(o["breakdown"]) for o in fw.plain()["observations"]] == [["age", "sex"]] * 2


# files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ending", ["json", pytest.param("yaml", marks=needs_yaml), pytest.param("YML", marks=needs_yaml)]
)
def test_a_file_comes_back_equal(tmp_path, ending):
    path = tmp_path / f"document.{ending}"
    dump(the_land(), path)
    assert load(path) == the_land()
    assert load(str(path)) == the_land()
    assert b"\r" not in path.read_bytes()


@pytest.mark.parametrize("name", ["document", "document.xlsx", "document.json.txt"])
def test_another_ending_is_refused(tmp_path, name):
    (tmp_path / name).write_text("{}")
    with pytest.raises(FormatError, match=r"ends in .json, .yaml or .yml"):
        load(tmp_path / name)
    with pytest.raises(FormatError, match=r"ends in .json"):
        dump(the_land(), tmp_path / name)


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nothing.json")


def test_a_byte_order_mark_is_accepted(tmp_path):
    text = dumps(the_land())
    (tmp_path / "d.json").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load(tmp_path / "d.json") == loads("\ufeff" + text) == the_land()


@needs_yaml
def test_a_byte_order_mark_is_accepted_in_yaml():
    assert loads(b"\xef\xbb\xbf" + as_yaml(land()).encode(), syntax="yaml") == the_land()


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "cp1257"])
def test_another_encoding_is_refused_with_the_name_of_the_file(tmp_path, encoding):
    (tmp_path / "d.json").write_bytes('{"title": "Šakių ąžuolas õ"}'.encode(encoding, errors="replace"))
    with pytest.raises(FormatError, match="UTF-8") as caught:
        load(tmp_path / "d.json")
    assert caught.value.file.endswith("d.json")


def test_bytes_are_read_like_text():
    assert loads(dumps(the_land()).encode()) == the_land()


# what is not JSON --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_in_json_is_refused(number):
    with pytest.raises(FormatError, match=f"{number} is not a number"):
        loads(f'{{"framework": "f", "x": {number}}}')


def test_broken_json_says_line_and_column():
    with pytest.raises(FormatError, match="cannot be read as JSON") as caught:
        loads('{"framework": "f",\n  "title": }')
    assert (caught.value.row, caught.value.column) == (2, 12)


@pytest.mark.parametrize("text", ["", " ", "[", "{} {}", "'f'", "\x00"])
def test_what_is_no_json_is_a_format_error(text):
    with pytest.raises(FormatError, match="JSON"):
        loads(text)


@pytest.mark.parametrize("text", ["[]", "1", "null", '"text"', "true"])
def test_json_that_is_no_mapping_is_a_document_error(text):
    with pytest.raises(DocumentError, match="not a mapping"):
        loads(text)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 5_000 + "]" * 5_000])
def test_deep_json_is_refused(text):
    with pytest.raises(FormatError, match=r"nested too deeply|cannot be read"):
        loads(text)


def test_a_deep_rule_is_refused_and_not_a_crash():
    for depth in (21, 200, 300):
        rule = {"ages": [1, 2]}
        for _ in range(depth):
            rule = {"not": rule}
        with pytest.raises(DocumentError) as caught:
            loaded(document(services=[{"id": "s", "eligibility": rule}]))
        assert {problem.code for problem in caught.value.problems} == {"too-deep"}


@pytest.mark.parametrize("field", ["outline", "name", "part_of", "codes", "nothing", "succeeded_by"])
@pytest.mark.parametrize("depth", [50, 400, 900])
def test_a_deep_value_is_refused_wherever_it_stands(field, depth):
    value = "[" * depth + "]" * depth
    if field == "outline":
        value = f'{{"type": "Polygon", "coordinates": {value}}}'
    text = json.dumps(document(territories=[{"id": "t", field: 7}])).replace("7", value)
    with pytest.raises((DocumentError, FormatError)):
        loads(text)


@pytest.mark.parametrize("number", ["1" * 5_000, "1" * 400, "1e15000", "-1e400", "1000000000000001"])
def test_a_huge_number_is_refused_and_not_a_crash(number):
    text = json.dumps(document(services=[{"id": "s", "deliveries": [{"channel": "online", "capacity": 7}]}]))
    with pytest.raises((FormatError, DocumentError), match=r"too long|out-of-range|not-a-number"):
        loads(text.replace("7", number))


@pytest.mark.parametrize("amount", ["1e999999999", "1" * 5000, "9999999999999999", "NaN", "٣٤", "1,000.00", "1_000"])
def test_an_amount_that_is_none_is_refused_and_not_a_crash(amount):
    with pytest.raises(DocumentError, match=r"wrong-type|out-of-range"):
        framework(projects=[{"id": "p", "finance": {"total": {"amount": amount}}}])


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\u0000"', '"a\\u001bb"', '{"en": "\\udfff"}'])
def test_texts_that_cannot_be_written_are_refused(text):
    with pytest.raises(DocumentError, match="control character"):
        loads(f'{{"framework": "f", "title": {text}, "reference_date": "2022-06-01"}}')


# strict YAML -------------------------------------------------------------------------------------------------------


@needs_yaml
@pytest.mark.parametrize(
    "text",
    ["yes", "no", "on", "off", "True", "FALSE", "y", "Null", "NULL", "0141", "007", "12:30", "190:20:30", "1:30.5",
     "2022-06-01", "2022-06-01 12:00:00", "0o17", "0x1F", "0b11", "1_000", ".5", "5.", ".inf", "-.inf", ".nan", "1e",
     "=",
     "<<", "1.2.3", "08.4.1-ESFA-V-405-02-0001", "LT-08", "+", "-", "--05-03", "1,000"],
)  # fmt: skip
def test_what_only_looks_like_something_else_stays_text(text):
    assert parse(f"value: [{text}]" if "," not in text else f"value: ['{text}']").raw == {"value": [text]}


@needs_yaml
@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("false", False), ("null", None), ("~", None), ("", None), ("0", 0), ("-7", -7), ("+7", 7),
     ("1.5", 1.5), ("1e3", 1000.0), ("-1.5E-3", -0.0015), ("'40'", "40"), ('"true"', "true"), ("'0141'", "0141")],
)  # fmt: skip
def test_plain_numbers_true_and_false_are_read_as_such(text, value):
    found = parse(f"value: {text}").raw["value"]
    assert found == value
    assert type(found) is type(value)


@needs_yaml
def test_a_code_with_a_leading_nought_stays_text_in_a_document():
    text = as_yaml(HEAD) + "territories: [{id: t, codes: {ehak: 0141}}]\n"
    assert loads(text, syntax="yaml").territories["t"].codes[0].value == "0141"


@needs_yaml
@pytest.mark.parametrize(
    ("text", "match", "row"),
    [
        ("a: &x 1\nb: *x", "anchor &x", 1),
        ("a: 1\nb: &x [1]", "anchor &x", 2),
        ("a: 1\nb: *x", "alias", 2),
        ("a: !!str 1", "tag", 1),
        ("a: 1\nb: !!python/object:os.system {}", "tag", 2),
        ("a: ! x", "tag", 1),
        ("!!map {a: 1}", "tag", 1),
        ("!x a: 1", "tag", 1),
        ("a: 1\n---\nb: 2", "several documents", 2),
        ("? [a, b]\n: 1", "key must be a text", 1),
        ("? {a: b}\n: 1", "key must be a text", 1),
        ("a: [1, 2", "cannot be read as YAML", 2),
        ("a: 'x", "cannot be read as YAML", 2),
        ("\ta: 1", "cannot be read as YAML", 1),
        ("a: b: c", "cannot be read as YAML", 1),
        ("a: " + "1" * 301, "too long", 1),
    ],
)
def test_what_makes_yaml_ambiguous_or_dangerous_is_refused_with_its_line(text, match, row):
    with pytest.raises(FormatError, match=match) as caught:
        loads(text, syntax="yaml")
    assert caught.value.row in (row, row - 1)


@needs_yaml
@pytest.mark.parametrize(
    "text", ["[" * 100_000, "- " * 20_000, "? " * 20_000, "{a: " * 50_000, "a: [\n" + "[\n" * 20_000]
)
def test_deep_yaml_is_refused_at_once(text):
    with pytest.raises(FormatError, match=r"nested too deeply|key must be a text"):
        loads(text, syntax="yaml")


@needs_yaml
def test_a_billion_laughs_are_refused():
    text = "a: &a [lol, lol]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    with pytest.raises(FormatError, match="anchor"):
        loads(text, syntax="yaml")


@needs_yaml
def test_a_control_character_in_yaml_is_a_format_error():
    with pytest.raises(FormatError, match="cannot be read as YAML"):
        loads("a: \x01", syntax="yaml")


@needs_yaml
@pytest.mark.parametrize("text", ["", "# nothing\n", "- a", "text"])
def test_yaml_that_is_no_mapping_is_a_document_error(text):
    with pytest.raises(DocumentError, match="not a mapping"):
        loads(text, syntax="yaml")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs", "Cc")))
    | st.sampled_from(
        ["1e5", "1.5e3", "0141", "yes", "~", "null", "true", "12:30", "2022-06-01", "=", "<<", "- a", "#"]
    ),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=("Cs", "Cc"))), inner),
    max_leaves=10,
)


@needs_yaml
@given(VALUES)
def test_whatever_is_written_as_yaml_is_read_back_the_same(value):
    assert parse(dump_yaml(value)).raw == value


# whole frameworks --------------------------------------------------------------------------------------------------


def test_any_framework_comes_back_equal_from_json():
    strategies = pytest.importorskip("strategies")

    @given(strategies.frameworks())
    def check(fw):
        text = dumps(fw)
        again = loads(text)
        assert again == fw
        assert dumps(again) == text
        assert (hash(again), again.digest) == (hash(fw), fw.digest)
        assert diff(fw, again) == ()

    check()


@needs_yaml
def test_any_framework_comes_back_equal_from_yaml():
    strategies = pytest.importorskip("strategies")

    @given(strategies.frameworks())
    def check(fw):
        text = dumps(fw, syntax="yaml")
        assert loads(text, syntax="yaml") == fw
        assert dumps(loads(text, syntax="yaml"), syntax="yaml") == text

    check()


# older formats -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", range(framework_module.FORMAT + 1))
def test_every_older_format_is_still_read(version):
    fw = load(DOCUMENTS / f"format-{version}.json")
    assert fw.format == framework_module.FORMAT
    assert len(fw.territories) > 1
    assert loads(dumps(fw)) == fw


def test_every_older_format_has_its_upgrade():
    assert sorted(UPGRADES) == list(range(framework_module.FORMAT))


def test_format_0_says_areas_and_date():
    fw = load(DOCUMENTS / "format-0.json")
    assert (fw.id, fw.reference_date.isoformat()) == ("elektrenai-draft", "2022-06-01")
    assert fw.territories["vievis"].part_of == "elektrenai"


def test_a_fault_in_an_older_format_names_no_wrong_line():
    text = (DOCUMENTS / "format-0.json").read_text(encoding="utf-8").replace('"municipality"', '"ward"')
    with pytest.raises(DocumentError) as caught:
        loads(text)
    assert [problem.row for problem in caught.value.problems] == [None]


@pytest.mark.parametrize("version", [2, 99, -1, "1", 1.5, True, None, [1]])
def test_a_format_that_is_not_known_is_refused(version):
    with pytest.raises(DocumentError, match="format-version"):
        loaded({**HEAD, "format": version})


def test_a_framework_made_of_fields_refuses_another_format():
    with pytest.raises(ValueError, match="upgrades older formats"):
        Framework(format=2, framework="f", title="F", reference_date="2022-06-01")


def test_the_garbage_collector_is_left_as_it_was():
    import gc

    was_on = gc.isenabled()
    loads(dumps(the_land()))
    with pytest.raises(DocumentError):
        loads("{}")
    loads_draft(dumps(the_land()))
    assert gc.isenabled() == was_on
    gc.disable()
    try:
        loads(dumps(the_land()))
        assert not gc.isenabled()
    finally:
        gc.enable()


@needs_yaml
def test_half_of_a_character_is_no_yaml():
    with pytest.raises(FormatError, match="half of a character"):
        loads('framework: "\ud83d"', syntax="yaml")
