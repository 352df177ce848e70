"""What a problem code is: its meaning in plain words, with an example that fails and the same example mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from integrated_services.errors import Severity

Door = Literal["document", "tables", "merge", "rates"]
"""Where a problem comes up."""

HEAD = """\
framework: example
title: Example
reference_date: 2022-06-01
"""
"""What stands above each example to make a document of it."""


@dataclass(frozen=True, slots=True)
class ProblemCode:
    """A kind of problem that a document can have.

    Attributes
    ----------
    code
        Name, as problems bear it.
    severity
        How bad it is.
    title
        What it is, in some words.
    meaning
        Why it is a problem, in plain words.
    mend
        How to put it right.
    failing
        Part of a document, as YAML, that has the problem.
    mended
        The same part, mended.
    door
        ``document`` for what documents have, ``tables`` for what only data frames have (the example then is a mapping
        of tables to columns), ``merge`` for what two documents have together (the example lists both), ``rates`` for
        what rates of demand have (the example lists them).

    Examples
    --------
    >>> from integrated_services.model import PROBLEM_CODES, loads
    >>> print(PROBLEM_CODES["cycle"].title)
    Something contains itself
    >>> loads(PROBLEM_CODES["cycle"].mended_document, syntax="yaml").id
    'example'
    """

    code: str
    severity: Severity
    title: str
    meaning: str
    mend: str
    failing: str
    mended: str
    door: Door = "document"

    @property
    def failing_document(self) -> str:
        """The failing example as a whole document (or tables)."""
        return self._whole(self.failing)

    @property
    def mended_document(self) -> str:
        """The mended example as a whole document (or tables)."""
        return self._whole(self.mended)

    def _whole(self, example: str) -> str:
        return example if self.door != "document" or "framework:" in example else HEAD + example


def problem_code(
    name: str,
    title: str,
    meaning: str,
    mend: str,
    failing: str,
    mended: str,
    *,
    severity: Severity = "error",
    door: Door = "document",
) -> ProblemCode:
    """Make a problem code; the examples may be indented like the code around them.

    Parameters
    ----------
    name
        Name.
    title
        What it is, in some words.
    meaning
        Why it is a problem.
    mend
        How to put it right.
    failing
        YAML with the problem.
    mended
        The same, mended.
    severity
        How bad it is.
    door
        Where it comes up.

    Returns
    -------
    ProblemCode
        The code.
    """
    from textwrap import dedent

    return ProblemCode(
        name, severity, title, meaning, mend, dedent(failing).lstrip("\n"), dedent(mended).lstrip("\n"), door
    )
