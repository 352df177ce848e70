"""The catalogue of problem codes."""

from __future__ import annotations

from integrated_services.model._code import ProblemCode
from integrated_services.model._codes_form import FORM
from integrated_services.model._codes_together import TOGETHER
from integrated_services.model._codes_whole import ACROSS, ADVICE

PROBLEM_CODES: dict[str, ProblemCode] = {code.code: code for code in (*FORM, *ACROSS, *ADVICE, *TOGETHER)}
"""Every kind of problem that a document can have, by code."""
