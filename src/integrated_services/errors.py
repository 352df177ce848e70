"""Every error that the library raises, in one tree, and what they are made of.

``IntegratedServicesError`` is the common parent; each child also inherits the builtin that fits
(``ValueError``, ``KeyError``, ``ImportError``), so that code which knows nothing of this library
still catches it.  Every error survives pickling and copying (workers of a process pool send their
errors home), has :meth:`~IntegratedServicesError.as_dict`, and never shows a person's data:
messages, found values and ids pass through :func:`mask`.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import total_ordering
from heapq import nsmallest
from operator import eq
from typing import Any, Final, Literal

from integrated_services._mask import mask

__all__ = [
    "AnalysisError",
    "DocumentError",
    "FormatError",
    "FormulaError",
    "InfeasibleError",
    "IntegratedServicesError",
    "MissingDataError",
    "MissingDependencyError",
    "Problem",
    "Severity",
    "UnknownIdError",
    "UnstableQueueError",
    "mask",
    "nearest",
]

Severity = Literal["error", "warning", "incomplete"]

_SEVERITY_RANK: Final[dict[str, int]] = {"error": 0, "warning": 1, "incomplete": 2}
_SHOWN_PROBLEMS: Final = 50
_VALUE_LENGTH: Final = 80

_MANY_CANDIDATES: Final = 5_000
_COMPARED_OF_MANY: Final = 1_000
_CUTOFF: Final = 0.6
_PREFIX_SCORE: Final = 0.75


def _fold(text: str) -> str:
    """Return the text without case and diacritics, so that Elektrėnai meets elektrenai."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def _likely(word: str, folded: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Keep the candidates that agree with the word in most places, from the front and from the back."""
    reach = max(2, len(word) // 4)
    backwards = word[::-1]
    likely = (
        (-sum(map(eq, candidate, word)) - sum(map(eq, reversed(candidate), backwards)), candidate, original)
        for candidate, original in folded
        if candidate.startswith(word[:2]) or abs(len(candidate) - len(word)) <= reach
    )
    return [(candidate, original) for _, candidate, original in nsmallest(_COMPARED_OF_MANY, likely)]


def nearest(word: str, candidates: Iterable[str], *, n: int = 3) -> tuple[str, ...]:
    """Find the candidates that a mistyped word may have meant.

    Parameters
    ----------
    word
        What was written.
    candidates
        What exists; repetitions count once, the order does not matter.
    n
        How many to give at most.

    Returns
    -------
    tuple of str
        The nearest candidates, best first, ties in alphabetical order; empty when none is near.

    Notes
    -----
    Similarity is the ratio of Ratcliff and Obershelp (:mod:`difflib`), on texts without case and
    diacritics, at least 0.6; a candidate that continues the word, or the other way round, also
    counts.  Among more than 5,000 candidates only those with the same first two letters or a
    similar length are compared, and of these the 1,000 that agree in most letters.

    Examples
    --------
    >>> nearest("elektrėnia", ["vievis", "elektrenai", "kietaviskes"])
    ('elektrenai',)
    """
    from difflib import SequenceMatcher

    target = _fold(word)
    if not target or n < 1:
        return ()
    folded = [(_fold(candidate), candidate) for candidate in dict.fromkeys(candidates)]
    if len(folded) > _MANY_CANDIDATES:
        folded = _likely(target, folded)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(target)
    scored = []
    for text, original in folded:
        shorter = min(len(text), len(target))
        floor = _PREFIX_SCORE if shorter > 2 and text[:shorter] == target[:shorter] else 0.0
        matcher.set_seq1(text)
        score = floor
        if matcher.real_quick_ratio() >= _CUTOFF and matcher.quick_ratio() >= _CUTOFF:
            score = max(floor, matcher.ratio())
        if score >= _CUTOFF:
            scored.append((-score, original))
    return tuple(original for _, original in nsmallest(n, scored))


def _did_you_mean(near: tuple[str, ...]) -> str:
    return f"Did you mean {' or '.join(map(repr, near))}?" if near else ""


def _tidy(text: object) -> str:
    """Mask a text and keep it on one line, free of what could steer a terminal."""
    masked = mask(str(text))
    return masked if masked.isprintable() else "".join(c if c.isprintable() else " " for c in masked)


def _place(file: str | None, sheet: str | None, row: int | None, column: str | int | None) -> str:
    parts = {"sheet ": sheet, "row ": row, "column ": column}
    named = [f"{name}{value}" for name, value in parts.items() if value not in (None, "")]
    return ", ".join([file, *named] if file else named)


@total_ordering
@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, doubtful or missing in a document, and how to mend it.

    Parameters
    ----------
    code
        What kind of problem, in kebab case (``unknown-reference``); the catalogue of problems
        has an example for each.
    severity
        ``error`` (the document cannot be used), ``warning`` (it can, but look), or
        ``incomplete`` (something that an analysis will need is not stated).
    path
        Where, by ids: ``services[mobile].deliveries[vievis].capacity``.
    message
        What is wrong, in a plain sentence.
    mend
        How to put it right.
    value
        The value found.  It is masked and cut to 80 characters here, whatever is passed.
    file, sheet, row, column
        Where it stands in the source, as far as there is one.  Rows count from 1.

    Notes
    -----
    Texts pass through :func:`mask`, control characters become blanks.  Problems sort by path, then code.

    Examples
    --------
    >>> print(Problem("unknown-reference", "error", "services[mobile].meets",
    ...               "There is no need 'sen'.", "Write 'special-needs'.", value="sen"))
    error unknown-reference at services[mobile].meets: There is no need 'sen'. Mend: Write 'special-needs'.
    """

    code: str
    severity: Severity
    path: str
    message: str
    mend: str = ""
    value: str | None = None
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def __post_init__(self) -> None:
        if self.severity not in _SEVERITY_RANK:
            raise ValueError(f"severity is error, warning or incomplete, not {self.severity!r}")
        for name in ("path", "message", "mend", "file", "sheet", "column"):
            text = getattr(self, name)
            if text is not None:
                object.__setattr__(self, name, _tidy(text))
        if self.value is not None:
            text = _tidy(self.value)
            shown = text if len(text) <= _VALUE_LENGTH else f"{text[: _VALUE_LENGTH - 1]}…"
            object.__setattr__(self, "value", shown)

    def _order(self) -> tuple[str | int, ...]:
        rank = _SEVERITY_RANK[self.severity]
        where = (self.file or "", self.sheet or "", -1 if self.row is None else self.row, self.column or "")
        return (self.path, self.code, rank, self.message, self.mend, self.value or "", *where)

    def __lt__(self, other: Problem) -> bool:
        return self._order() < other._order()

    @property
    def place(self) -> str:
        """Where in the source: ``services.xlsx, sheet Services, row 7, column capacity``."""
        return _place(self.file, self.sheet, self.row, self.column)

    def as_dict(self) -> dict[str, Any]:
        """Give the problem as a dictionary for JSON; what is not known is ``None``."""
        return {name: getattr(self, name) for name in self.__slots__}

    def __str__(self) -> str:
        at = f" at {self.path}" if self.path else ""
        place = f" ({self.place})" if self.place else ""
        mend = f"{'' if self.message[-1:] in '.!?' else '.'} Mend: {self.mend}" if self.mend else ""
        return f"{self.severity} {self.code}{at}{place}: {self.message}{mend}"


def _blank(kind: type[IntegratedServicesError], args: tuple[Any, ...]) -> IntegratedServicesError:
    """Make an error without calling its constructor; pickle then fills in the attributes."""
    error = kind.__new__(kind)
    error.args = args
    return error


class IntegratedServicesError(Exception):
    """Anything that goes wrong in this library.

    Parameters
    ----------
    message
        What went wrong and how to mend it; masked.
    """

    def __init__(self, message: str = "") -> None:
        self.message = mask(message)
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # The default calls the class with .args, which fails for every other signature.
        return _blank, (type(self), self.args), dict(self.__dict__)

    def _details(self) -> dict[str, Any]:
        """What this kind of error adds to :meth:`as_dict`."""
        return {}

    def as_dict(self) -> dict[str, Any]:
        """Give the error as a dictionary for JSON.

        Returns
        -------
        dict
            ``error`` (the name of the class), ``message``, and what the kind of error adds.
        """
        return {"error": type(self).__name__, "message": self.message, **self._details()}


def _counted(count: int, singular: str, plural: str) -> str:
    return f"{count} {singular if count == 1 else plural}"


class DocumentError(IntegratedServicesError, ValueError):
    """A document that cannot be used, with everything that is wrong with it.

    Parameters
    ----------
    problems
        All problems that were found, in any order.
    title
        Title or file of the document, for the headline.

    Attributes
    ----------
    problems : tuple of Problem
        Errors first, then warnings, then what is incomplete; each by path and code.
    title : str or None
        As given.

    Examples
    --------
    >>> print(DocumentError([Problem("missing-field", "error", "services[mobile]",
    ...                              "The service has no name.", "Add a name.")], "Vievis"))
    1 error in Vievis
      error missing-field at services[mobile]: The service has no name. Mend: Add a name.
    """

    def __init__(self, problems: Iterable[Problem], title: str | None = None) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=lambda p: (_SEVERITY_RANK[p.severity], p)))
        self.title = None if title is None else mask(title)
        super().__init__(self._headline())

    def _headline(self) -> str:
        counts = dict.fromkeys(_SEVERITY_RANK, 0)
        for problem in self.problems:
            counts[problem.severity] += 1
        parts = [
            *([_counted(counts["error"], "error", "errors")] if counts["error"] else []),
            *([_counted(counts["warning"], "warning", "warnings")] if counts["warning"] else []),
            *([f"{counts['incomplete']} incomplete"] if counts["incomplete"] else []),
        ] or ["no problem"]
        listed = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
        return f"{listed} in {self.title or 'the document'}"

    def __str__(self) -> str:
        lines = [self.message]
        lines += [f"  {problem}" for problem in self.problems[:_SHOWN_PROBLEMS]]
        hidden = len(self.problems) - _SHOWN_PROBLEMS
        if hidden > 0:
            lines.append(f"  and {hidden} more")
        return "\n".join(lines)

    def _details(self) -> dict[str, Any]:
        return {"title": self.title, "problems": [problem.as_dict() for problem in self.problems]}


class UnknownIdError(IntegratedServicesError, KeyError):
    """An id that does not exist.

    Parameters
    ----------
    noun
        What was looked for, such as ``service``; ``record`` when it could be anything.
    id
        The id that was asked for; masked.
    nearest
        Ids that may have been meant, best first (see :func:`nearest`).

    Examples
    --------
    >>> print(UnknownIdError("service", "mobil", ("mobile-specialists",)))
    There is no service with the id 'mobil'. Did you mean 'mobile-specialists'?
    """

    def __init__(self, noun: str, id: str, nearest: Iterable[str] = ()) -> None:  # noqa: A002
        self.noun = mask(noun)
        self.id = mask(str(id))
        self.nearest: tuple[str, ...] = tuple(mask(name) for name in nearest)
        message = f"There is no {self.noun} with the id {self.id!r}."
        super().__init__(" ".join(filter(None, (message, _did_you_mean(self.nearest)))))

    def _details(self) -> dict[str, Any]:
        return {"noun": self.noun, "id": self.id, "nearest": list(self.nearest)}


class AnalysisError(IntegratedServicesError, ValueError):
    """An analysis that cannot be done on this document with these arguments.

    A gap, a dead end or no path are findings and never raise.
    """


class MissingDataError(AnalysisError):
    """An analysis needs figures that the document does not state.

    Parameters
    ----------
    message
        What is missing, for what, and how to supply it.
    missing
        Paths of what is missing, such as ``services[mobile].deliveries[vievis].capacity``.
    """

    def __init__(self, message: str, missing: Iterable[str] = ()) -> None:
        self.missing: tuple[str, ...] = tuple(mask(path) for path in missing)
        super().__init__(message)

    def _details(self) -> dict[str, Any]:
        return {"missing": list(self.missing)}


class InfeasibleError(AnalysisError):
    """No answer can meet all conditions at once.

    Parameters
    ----------
    message
        Which conditions contradict each other, in words.
    certificate
        The proof, by name: the conditions that cannot hold together, a cut with its capacity, ...
        Only what JSON can hold; all texts are masked.
    """

    def __init__(self, message: str, certificate: Mapping[str, Any] | None = None) -> None:
        self.certificate: dict[str, Any] = {
            mask(str(name)): _json_able(value) for name, value in (certificate or {}).items()
        }
        super().__init__(message)

    def _details(self) -> dict[str, Any]:
        return {"certificate": self.certificate}


class UnstableQueueError(AnalysisError):
    """More people arrive at a service than it can ever serve, so that waiting has no limit.

    Parameters
    ----------
    message
        Which services, and what would make them stable.
    utilisation
        Arrivals divided by capacity of each unstable service, by its id; 1 or more.
    """

    def __init__(self, message: str, utilisation: Mapping[str, float] | None = None) -> None:
        self.utilisation: dict[str, float] = {mask(name): float(value) for name, value in (utilisation or {}).items()}
        super().__init__(message)

    def _details(self) -> dict[str, Any]:
        return {"utilisation": _json_able(self.utilisation)}


class FormulaError(IntegratedServicesError, ValueError):
    """A formula of an indicator that cannot be read or calculated.

    Parameters
    ----------
    message
        What is wrong and how to mend it.
    formula
        The formula as written.
    position
        Where in the formula, in characters from 0.
    """

    def __init__(self, message: str, formula: str | None = None, position: int | None = None) -> None:
        self.formula = None if formula is None else mask(formula)
        self.position = position
        super().__init__(message)

    def __str__(self) -> str:
        if self.formula is None:
            return self.message
        shown = f"{self.message}\n  {self.formula}"
        if self.position is None or "\n" in self.formula:
            return shown
        return f"{shown}\n  {' ' * self.position}^"

    def _details(self) -> dict[str, Any]:
        return {"formula": self.formula, "position": self.position}


class FormatError(IntegratedServicesError, ValueError):
    """A file that is not what it should be: not JSON, not a workbook, a newer format version.

    Parameters
    ----------
    message
        What is wrong and how to mend it.
    file
        Name of the file, where there is one.
    row, column
        Where in the file, from 1.
    """

    def __init__(
        self,
        message: str,
        file: str | None = None,
        row: int | None = None,
        column: int | None = None,
    ) -> None:
        self.file = None if file is None else mask(file)
        self.row = row
        self.column = column
        super().__init__(message)

    def __str__(self) -> str:
        place = _place(self.file, None, self.row, self.column)
        return f"{place}: {self.message}" if place else self.message

    def _details(self) -> dict[str, Any]:
        return {"file": self.file, "row": self.row, "column": self.column}


class MissingDependencyError(IntegratedServicesError, ImportError):
    """A package that only some tasks need is not installed.

    Parameters
    ----------
    message
        What for, which package, and the command that installs it.
    module
        Name of the module that could not be imported; also ``.name``, as in any ImportError.
    extra
        The extra of this package that brings it, where there is one.
    """

    def __init__(self, message: str, module: str | None = None, extra: str | None = None) -> None:
        super().__init__(message)
        self.name = module
        self.extra = extra

    def __reduce__(self) -> tuple[Any, ...]:
        # The name lives in a slot of ImportError, not in the dictionary of the object.
        return _blank, (type(self), self.args), {**self.__dict__, "name": self.name}

    def _details(self) -> dict[str, Any]:
        return {"module": self.name, "extra": self.extra}


def _json_able(value: object) -> object:
    """Bring a value down to what JSON can hold; texts masked, numbers finite."""
    if hasattr(value, "tolist"):  # of numpy, which must not be imported here
        value = value.tolist()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {mask(str(name)): _json_able(item) for name, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((_json_able(item) for item in value), key=str)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_json_able(item) for item in value]
    return mask(str(value))
