"""Every problem code is in the catalogue, with an example that fails and the same example mended."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from model_helpers import problems_of

from integrated_services import model
from integrated_services.errors import DocumentError, Problem
from integrated_services.model import PROBLEM_CODES, Framework, ProblemCode, estimate_demand, from_frames, merge
from integrated_services.model._yaml import parse

COUNTY = Framework.model_validate(
    {
        "framework": "county",
        "title": "County",
        "reference_date": "2024-09-01",
        "territories": [{"id": "town", "level": "municipality"}],
        "target_groups": [{"id": "pupils"}],
        "needs": [{"id": "speech"}],
        "populations": [{"target_group": "pupils", "territory": "town", "persons": 1200}],
    }
)
SOURCES = sorted(Path(model.__file__).parent.glob("*.py"))
MAKERS = {"fault", "Problem", "_error", "error", "table_error", "_warning", "_incomplete"}
pytest.importorskip("yaml", reason="the examples are YAML")


def found_in(code: ProblemCode, example: str) -> tuple[Problem, ...]:
    if code.door == "document":
        return problems_of(example, "yaml")
    try:
        if code.door == "merge":
            pair = [Framework.model_validate(raw) for raw in parse(example).raw["documents"]]
            return merge(*pair, on_conflict="error").framework.problems()
        if code.door == "rates":
            return estimate_demand(COUNTY, parse(example).raw["rates"]).framework.problems()
        return from_frames(parse(example).raw, framework="f", title="F", reference_date=date(2022, 6, 1)).problems()
    except DocumentError as error:
        return error.problems


@pytest.mark.parametrize("code", PROBLEM_CODES.values(), ids=PROBLEM_CODES)
def test_the_failing_example_has_the_problem_with_its_severity_and_a_mend(code):
    hits = [problem for problem in found_in(code, code.failing_document) if problem.code == code.code]
    assert hits
    assert {problem.severity for problem in hits} == {code.severity}
    assert all(problem.mend.endswith((".", "?")) and problem.message for problem in hits)


@pytest.mark.parametrize("code", PROBLEM_CODES.values(), ids=PROBLEM_CODES)
def test_the_failing_example_has_no_other_error(code):
    others = [p for p in found_in(code, code.failing_document) if p.severity == "error" and p.code != code.code]
    assert others == []


@pytest.mark.parametrize("code", PROBLEM_CODES.values(), ids=PROBLEM_CODES)
def test_the_mended_example_has_neither_the_problem_nor_any_error(code):
    left = [problem for problem in found_in(code, code.mended_document) if problem.code == code.code]
    assert left == []
    assert [problem for problem in found_in(code, code.mended_document) if problem.severity == "error"] == []


@pytest.mark.parametrize("code", PROBLEM_CODES.values(), ids=PROBLEM_CODES)
def test_a_problem_names_its_place_by_id(code):
    for problem in found_in(code, code.failing_document):
        assert problem.path or code.code == "format-version"


def test_the_catalogue_is_filed_by_code_and_says_everything():
    for name, code in PROBLEM_CODES.items():
        assert name == code.code
        assert name == name.lower()
        assert all((code.title, code.meaning, code.mend, code.failing, code.mended))
        assert code.meaning.endswith(".")
        assert code.mend.endswith((".", "..."))
        assert code.failing != code.mended


def raised_codes(path: Path) -> Iterator[str]:
    """Find what is given as a code to whatever makes a problem, conditional codes included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS and node.args:
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 3:
            first = node.value.elts[0]  # the words of a structural problem
            if path.name == "_structure.py" and isinstance(first, ast.Constant):
                yield str(first.value)


def test_every_code_that_the_model_raises_is_in_the_catalogue_and_no_other():
    raised = {code for path in SOURCES if not path.name.startswith("_code") for code in raised_codes(path)}
    assert raised - set(PROBLEM_CODES) == set()
    assert set(PROBLEM_CODES) - raised == set()
    assert len(raised) > 50
