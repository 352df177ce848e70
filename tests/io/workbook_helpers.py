"""What the tests of the mapping workbook share: filling a template as its user does, by headings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from integrated_services import io
from integrated_services.errors import DocumentError, Problem
from integrated_services.io._template_layout import FRAMEWORK, sheet_spec
from integrated_services.io._template_words import choice_list, heading, say

openpyxl = pytest.importorskip("openpyxl", reason="workbooks need the extra `desk`")

Rows = Mapping[str, Sequence[Mapping[str, Any]]]

SMALL: dict[str, list[dict[str, Any]]] = {
    "framework": [{"title": "Support in Vinni", "reference_date": "2024-09-01", "organisation": "Vinni government"}],
    "territories": [
        {"name": "Example county", "level": "@county", "code": "0060", "code_list": "ehak"},
        {"name": "Vinni", "level": "@municipality", "part_of": "Example county", "code": "0901", "code_list": "ehak"},
    ],
    "groups": [{"name": "Pupils", "age_from": 7, "age_to": 18}],
    "needs": [{"name": "Support at school"}, {"name": "Speech therapy", "broader": "Support at school"}],
    "agencies": [
        {"name": "Vinni government", "kind": "@municipality", "sector": "@administration", "territory": "Vinni"},
        {"name": "Pajusti School", "kind": "@school", "sector": "@education", "email": "info@pajusti.example"},
    ],
    "services": [
        {
            "name": "School speech therapist",
            "providers": "Pajusti School",
            "needs": "Speech therapy; Support at school",
            "groups": "pupils",
            "area": "Vinni",
            "capacity": "ca 40",
            "unit": "@places",
            "capacity_basis": "@assumed",
            "capacity_why": "One therapist works with 40 pupils",
            "wait": "14-30",
            "access": "@referral",
            "consent": "@guardian",
            "age_from": 7,
            "posts": "speech therapist 0.5; psychologist",
            "posts_until": "2025-12",
        },
        {"name": "School speech therapist", "area": "Example county", "channel": "@online", "capacity": 0},
        {"name": "Counselling", "providers": "Vinni government", "needs": "Support at school", "groups": "Pupils"},
    ],
    "population": [{"group": "Pupils", "territory": "Vinni", "persons": "1 240", "date": "2024-01-01"}],
    "demand": [
        {
            "need": "Speech therapy",
            "group": "Pupils",
            "territory": "Vinni",
            "share": "12 %",
            "basis": "@estimated",
            "why": "Tests of last year",
        }
    ],
    "cooperation": [{"first": "Vinni government", "second": "Pajusti School", "level": 3}],
    "referrals": [{"sender": "Counselling", "receiver": "School speech therapist", "days": 10, "acceptance": 0.8}],
    "surveys": [{"territories": "Vinni", "needs": "Speech therapy", "status": "@complete", "date": "2024-09"}],
    "sources": [{"name": "Tests of last year", "kind": "@survey"}],
}
"""A small municipality; words that begin with @ are choices, written in the language of the workbook."""


def filled(path: Path, rows: Rows = SMALL, language: str = "en", template: Path | None = None) -> Path:
    """A template filled with rows; each cell is found by its heading."""
    if template is None:
        io.write_template(path, language=language)
    book = openpyxl.load_workbook(template or path)
    for key, records in rows.items():
        sheet = book[say(f"sheet.{key}", language)]
        if key == "framework":
            for column, value in records[0].items():
                sheet.cell(answer_row(sheet, column, language), 2).value = worded(key, column, value, language)
            continue
        first = next(row for row in range(1, 2000) if all(sheet.cell(row, c).value is None for c in range(1, 8)))
        for number, record in enumerate(records):
            for column, value in record.items():
                cell = sheet.cell(first + number, column_of(sheet, key, column, language))
                cell.value = worded(key, column, value, language)
    book.save(path)
    book.close()
    return path


def worded(sheet: str, column: str, value: Any, language: str) -> Any:
    """A choice in the words of the language."""
    if not (isinstance(value, str) and value.startswith("@")):
        return value
    spec = FRAMEWORK if sheet == "framework" else sheet_spec(sheet)
    return choice_list(spec.column(column).of, language)[value[1:]]


def column_of(sheet: Any, key: str, column: str, language: str) -> int:
    """Number of the column with a heading."""
    wanted = heading(key, column, language)
    return next(cell.column for cell in sheet[1] if str(cell.value or "").rstrip("* ") == wanted)


def answer_row(sheet: Any, column: str, language: str) -> int:
    """Row of a field of the first sheet."""
    wanted = heading("framework", column, language)
    return next(row for row in range(1, 30) if str(sheet.cell(row, 1).value or "").rstrip("* ") == wanted)


def with_rows(**more: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The small municipality with other rows in some sheets."""
    return {**SMALL, **{key: [dict(row) for row in rows] for key, rows in more.items()}}


def mistakes(path: Path, **options: Any) -> tuple[Problem, ...]:
    """All errors of a workbook."""
    with pytest.raises(DocumentError) as caught:
        io.read_workbook(path, **options)
    return tuple(problem for problem in caught.value.problems if problem.severity == "error")


def one_mistake(path: Path, **options: Any) -> Problem:
    """The only error of a workbook."""
    found = mistakes(path, **options)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]
