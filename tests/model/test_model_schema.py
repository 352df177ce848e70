"""The JSON Schema says what the format is: kept in a file, and agreeing with what is loaded."""

import json
from pathlib import Path
from typing import Any

import pytest
from model_helpers import HEAD, document, land

from integrated_services import samples
from integrated_services.model import FORMAT, PROBLEM_CODES, dumps, json_schema, load, loads

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "schemas" / f"framework-{FORMAT}.schema.json"
DOCUMENTS = ROOT / "tests" / "documents"


@pytest.fixture(scope="module")
def validator() -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def written() -> str:
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="needs the project's files")
def test_the_file_is_the_schema():
    """Write it anew with `integrated-services schema -o schemas/framework-1.schema.json` after a change."""
    assert FILE.read_text(encoding="utf-8") == written()


def test_the_schema_is_called_the_same_as_long_as_the_format_is():
    assert json_schema()["$id"] == "https://integrated-services.example/schemas/framework-1.schema.json"
    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json_schema() == json_schema()


def test_every_noun_and_field_is_described_in_plain_words():
    schema = json_schema()
    for name, noun in {**schema["$defs"], "Framework": schema}.items():
        parts = [noun, *noun.get("anyOf", [])]
        assert any(part.get("description") for part in parts), name
        for part in parts:
            for field, spec in part.get("properties", {}).items():
                assert spec.get("description"), f"{name}.{field}"
    assert ">>>" not in json.dumps(schema)


def test_every_noun_refuses_unknown_fields():
    schema = json_schema()
    for name, noun in {**schema["$defs"], "Framework": schema}.items():
        objects = [part for part in [noun, *noun.get("anyOf", [])] if "properties" in part]
        assert all(part["additionalProperties"] is False for part in objects), name


@pytest.mark.parametrize("name", samples.names())
def test_every_sample_agrees_with_the_schema(validator, name):
    assert list(validator.iter_errors(json.loads(dumps(samples.load(name))))) == []


@pytest.mark.parametrize("name", ["format-1.json"])
def test_every_document_of_this_format_agrees_with_the_schema(validator, name):
    assert list(validator.iter_errors(json.loads((DOCUMENTS / name).read_text(encoding="utf-8")))) == []


def test_what_people_write_in_yaml_agrees_with_the_schema(validator):
    pytest.importorskip("yaml")
    from integrated_services.model._yaml import parse

    raw = parse((DOCUMENTS / "format-1.yaml").read_text(encoding="utf-8")).raw
    assert list(validator.iter_errors(raw)) == []
    assert list(validator.iter_errors(load(DOCUMENTS / "format-1.yaml").plain())) == []


def test_every_framework_agrees_with_the_schema(validator):
    strategies = pytest.importorskip("strategies")
    from hypothesis import given

    @given(strategies.frameworks())
    def check(fw):
        assert list(validator.iter_errors(fw.plain())) == []

    check()


@pytest.mark.parametrize(
    "raw",
    [
        {},
        [],
        {**HEAD, "needs": [{}]},
        {**HEAD, "nonsense": 1},
        {**HEAD, "needs": [{"id": "a b"}]},
        {**HEAD, "needs": {"a": {}}},
        {**HEAD, "title": ""},
        {**HEAD, "title": {}},
        {**HEAD, "title": {"English": "x"}},
        {**HEAD, "format": "1"},
        {**HEAD, "territories": [{"id": "t", "level": "ward"}]},
        {**HEAD, "territories": [{"id": "t", "codes": {"lau": 42}}]},
        {**HEAD, "territories": [{"id": "t", "codes": {"lau": {"code": "42"}}}]},
        {**HEAD, "territories": [{"id": "t", "point": {"lat": 91, "lon": 0}}]},
        {**HEAD, "target_groups": [{"id": "g", "ages": [1]}]},
        {**HEAD, "target_groups": [{"id": "g", "ages": [1, 2, 3]}]},
        {**HEAD, "target_groups": [{"id": "g", "ages": [1, 200]}]},
        {**HEAD, "services": [{"id": "s", "deliveries": [{"capacity": "40"}]}]},
        {**HEAD, "services": [{"id": "s", "deliveries": [{"cost": "40"}]}]},
        {**HEAD, "services": [{"id": "s", "deliveries": [{"cost": 40}]}]},
        {**HEAD, "cooperations": [{"agencies": ["a"]}]},
        {**HEAD, "sources": [{"id": "s", "kind": "document", "title": "T", "date": "May"}]},
    ],
)
def test_a_broken_document_does_not_agree_with_the_schema(validator, raw):
    assert list(validator.iter_errors(raw)) != []


def test_the_mended_examples_of_the_problem_codes_agree_with_the_schema(validator):
    pytest.importorskip("yaml")
    from integrated_services.model._yaml import parse

    for code in PROBLEM_CODES.values():
        if code.door == "document":
            assert list(validator.iter_errors(parse(code.mended_document).raw)) == [], code.code


STRUCTURAL = ("missing-field", "unknown-field", "wrong-type", "wrong-length", "out-of-range", "bad-choice", "bad-id",
              "bad-text", "bad-language", "bad-date", "empty-text")  # fmt: skip


@pytest.mark.parametrize("code", STRUCTURAL)
def test_the_failing_examples_of_form_do_not_agree_with_the_schema(validator, code):
    pytest.importorskip("yaml")
    from integrated_services.model._yaml import parse

    assert list(validator.iter_errors(parse(PROBLEM_CODES[code].failing_document).raw)) != []


def test_what_agrees_with_the_loader_agrees_with_the_schema(validator):
    raw = land()
    assert loads(json.dumps(raw))
    assert list(validator.iter_errors(raw)) == []
    assert list(validator.iter_errors(document())) == []
