"""What reading and writing other people's formats gives back: the framework and every defect, or every loss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import attrs

from integrated_services.errors import DocumentError, Problem, Severity, mask
from integrated_services.io._defects import DEFECT_CODES
from integrated_services.model import Framework

Personal = Literal["refuse", "drop", "keep"]
"""What happens to contact data of persons: the file is refused, the value is dropped and counted, or it is kept."""

_EXAMPLES = 5
_REFUSED = "personal-data"
"""Kind of defect that no reading survives: contact data of persons that was to be refused."""
_MOST_REFUSED = 1000


@attrs.frozen
class Defect:
    """One kind of thing that was wrong with the data, how often, and some examples.

    Attributes
    ----------
    code
        Kind in kebab case, such as ``orphan-row``; `DEFECT_CODES` describes each.
    severity
        ``error`` (something was left out or changed; strict reading refuses it) or ``warning`` (look at it).
    count
        How often it was found.
    examples
        The first few places, values masked.

    Examples
    --------
    >>> from integrated_services.io import Collector
    >>> collector = Collector("rakvere.csv")
    >>> collector.add("unreadable-cell", "'many' is no number", row=4, column="places", value="many")
    >>> defect = collector.defects()[0]
    >>> defect.code, defect.count, defect.examples[0].row
    ('unreadable-cell', 1, 4)
    """

    code: str
    severity: Severity
    count: int
    examples: tuple[Problem, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give the defect as plain values.

        Returns
        -------
        dict[str, Any]
            JSON types only.
        """
        return {
            "code": self.code,
            "severity": self.severity,
            "count": self.count,
            "meaning": DEFECT_CODES[self.code].meaning if self.code in DEFECT_CODES else None,
            "examples": [problem.as_dict() for problem in self.examples],
        }

    def __str__(self) -> str:
        said = f"{self.severity} {self.code}"
        where = str(self.examples[0]).removeprefix(said).removeprefix(f" at {self.code}") if self.examples else ""
        return f"{said}: {self.count}{f'; first{where}' if where else ''}"


@attrs.frozen(eq=False)
class Reading:
    """A framework that was read from other people's data, and all that was wrong there.

    Attributes
    ----------
    framework
        What could be read; always valid.
    defects
        Each kind of defect with its count, the most frequent first.
    rows_in
        Rows (or entries) read, by sheet, table or list.
    records_out
        Records made, by collection.
    file
        Name of what was read.
    details
        What else one format has to say, as plain values.

    Examples
    --------
    >>> from integrated_services.io import Collector
    >>> from integrated_services.model import loads
    >>> collector = Collector("rakvere.csv")
    >>> collector.count_in("Services", 12)
    >>> fw = loads('{"framework": "f", "title": "F", "reference_date": "2022-06-01"}')
    >>> print(collector.reading(fw))
    rakvere.csv: 12 rows read (Services 12), 0 records made. No defects.
    """

    framework: Framework
    defects: tuple[Defect, ...] = ()
    rows_in: Mapping[str, int] = attrs.Factory(dict)
    records_out: Mapping[str, int] = attrs.Factory(dict)
    file: str | None = None
    details: Mapping[str, Any] = attrs.Factory(dict)

    def count(self, code: str) -> int:
        """Tell how often a kind of defect was found.

        Parameters
        ----------
        code
            Kind of defect.

        Returns
        -------
        int
            0 where there was none.
        """
        return sum(defect.count for defect in self.defects if defect.code == code)

    def as_dict(self) -> dict[str, Any]:
        """Give what was read and what was wrong as plain values (without the framework).

        Returns
        -------
        dict[str, Any]
            JSON types only.
        """
        return {
            "file": None if self.file is None else mask(self.file),
            "rows_in": _names_masked(self.rows_in),
            "records_out": dict(self.records_out),
            "defects": [defect.as_dict() for defect in self.defects],
            "details": _masked(dict(self.details)),
        }

    def summary(self) -> str:
        """Say in some lines what went in, what came out and what was wrong.

        Returns
        -------
        str
            Text without personal data.
        """
        name = f"{mask(self.file)}: " if self.file else ""
        rows, records = sum(self.rows_in.values()), sum(self.records_out.values())
        head = (
            f"{name}{rows} row{'s' * (rows != 1)} read{_listed(self.rows_in)}, "
            f"{records} record{'s' * (records != 1)} made{_listed(self.records_out)}."
        )
        if not self.defects:
            return f"{head} No defects."
        total, kinds = sum(defect.count for defect in self.defects), len(self.defects)
        said = f"{total} defect{'s' * (total != 1)} of {kinds} kind{'s' * (kinds != 1)}:"
        return "\n".join([f"{head} {said}", *(f"  {defect}" for defect in self.defects)])

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<Reading of {mask(self.file or 'data')}: {sum(self.records_out.values())} records>"


def _masked(value: Any) -> Any:
    """Hide contact data of persons in plain values."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {_masked(name): _masked(item) for name, item in value.items()}
    return [_masked(item) for item in value] if isinstance(value, (list, tuple)) else value


def _all_masked(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(mask, texts))


def _names_masked(counts: Mapping[str, int]) -> dict[str, int]:
    return {mask(name): number for name, number in counts.items()}


def _listed(counts: Mapping[str, int]) -> str:
    said = [f"{mask(name)} {number}" for name, number in counts.items() if number]
    return f" ({', '.join(said)})" if said else ""


class Collector:
    """Collects defects while a file is read; every reader uses one.

    Parameters
    ----------
    file
        Name of what is read, without its folder.
    strict
        Whether a defect of severity *error* makes :meth:`reading` raise.
    examples
        How many examples of each kind are kept.

    Examples
    --------
    >>> from integrated_services.io import Collector
    >>> collector = Collector("rakvere.csv")
    >>> for row in range(2, 1000):
    ...     collector.add("orphan-row", "the service is missing", row=row)
    >>> [(defect.code, defect.count, len(defect.examples)) for defect in collector.defects()]
    [('orphan-row', 998, 5)]
    """

    def __init__(self, file: str | None = None, *, strict: bool = False, examples: int = _EXAMPLES) -> None:
        self.file = file
        self.strict = strict
        self._most = examples
        self._counts: Counter[tuple[str, Severity]] = Counter()
        self._examples: dict[tuple[str, Severity], list[Problem]] = {}
        self._rows: Counter[str] = Counter()
        self.details: dict[str, Any] = {}

    def add(
        self,
        code: str,
        message: str,
        *,
        mend: str | None = None,
        path: str = "",
        sheet: str | None = None,
        row: int | None = None,
        column: str | None = None,
        value: object = None,
        severity: Severity | None = None,
        count: int = 1,
    ) -> None:
        """Note a defect.

        Parameters
        ----------
        code
            Kind; must be in `DEFECT_CODES`.
        message
            What is wrong here, as the beginning of a sentence.
        mend
            How to put it right; else what `DEFECT_CODES` says.
        path
            Where by ids, if known.
        sheet, row, column
            Where in the file; rows count from 1.
        value
            What was found; masked.
        severity
            Else what `DEFECT_CODES` says.
        count
            How often, for defects that are counted in one go.
        """
        known = DEFECT_CODES[code]
        kind = (code, severity or known.severity)
        self._counts[kind] += count
        kept = self._examples.setdefault(kind, [])
        if len(kept) < (_MOST_REFUSED if code == _REFUSED else self._most):
            shown = None if value is None else str(value)
            kept.append(
                Problem(
                    code,
                    kind[1],
                    path or code,
                    message,
                    mend or known.mend,
                    value=shown,
                    file=self.file,
                    sheet=sheet,
                    row=row,
                    column=column,
                )
            )

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Note problems that a check of the model found, as defects of the kind ``invalid-record``.

        Parameters
        ----------
        problems
            Problems of severity *error*; others are passed over.
        """
        for problem in problems:
            if problem.severity == "error":
                self.add(
                    "invalid-record",
                    f"{problem.code}: {problem.message}",
                    mend=problem.mend,
                    path=problem.path,
                    sheet=problem.sheet,
                    row=problem.row,
                    column=problem.column if isinstance(problem.column, str) else None,
                    value=problem.value,
                )

    def count_in(self, name: str, number: int = 1) -> None:
        """Count rows that were read.

        Parameters
        ----------
        name
            Sheet, table or list.
        number
            How many.
        """
        self._rows[name] += number

    def defects(self) -> tuple[Defect, ...]:
        """Give the defects so far.

        Returns
        -------
        tuple[Defect, ...]
            Errors before warnings, the most frequent first.
        """
        kinds = sorted(self._counts, key=lambda kind: (kind[1] != "error", -self._counts[kind], kind[0]))
        return tuple(Defect(*kind, self._counts[kind], tuple(self._examples[kind])) for kind in kinds)

    def reading(self, framework: Framework) -> Reading:
        """Finish.

        Parameters
        ----------
        framework
            What was read.

        Returns
        -------
        Reading
            With all defects.

        Raises
        ------
        DocumentError
            When reading strictly, where there is a defect of severity *error*.
        """
        self.raise_if_strict()
        made = {name: len(getattr(framework, name)) for name in Framework.COLLECTIONS if getattr(framework, name)}
        return Reading(framework, self.defects(), dict(self._rows), made, self.file, dict(self.details))

    def raise_if_strict(self) -> None:
        """Raise when reading strictly, where there is a defect of severity *error*, and always for refused data.

        Raises
        ------
        DocumentError
            With the examples of each kind, and with every place where contact data of persons was to be refused.
        """
        wrong = [
            problem
            for defect in self.defects()
            if defect.code == _REFUSED or (self.strict and defect.severity == "error")
            for problem in defect.examples
        ]
        if wrong:
            raise DocumentError(wrong, self.file)


@attrs.frozen
class Loss:
    """One thing that a format cannot say.

    Attributes
    ----------
    field
        Field of the model, such as ``services.deliveries.capacity``.
    reason
        Why it is lost, as a sentence.
    count
        How many values were lost.
    examples
        Paths of the first few, masked: ``services[mobile].deliveries[vievis].capacity``.
    """

    field: str = attrs.field(converter=mask)
    reason: str = attrs.field(converter=mask)
    count: int
    examples: tuple[str, ...] = attrs.field(default=(), converter=_all_masked)

    def as_dict(self) -> dict[str, Any]:
        """Give the loss as plain values.

        Returns
        -------
        dict[str, Any]
            JSON types only.
        """
        return {"field": self.field, "reason": self.reason, "count": self.count, "examples": list(self.examples)}

    def __str__(self) -> str:
        return f"{self.field}: {self.count} ({self.reason})"


@attrs.frozen(eq=False)
class LossReport:
    """What a written file does not say although the framework does.

    Attributes
    ----------
    format
        Name and version of the format.
    losses
        By field.
    written
        Objects written, by kind.
    """

    format: str
    losses: tuple[Loss, ...] = ()
    written: Mapping[str, int] = attrs.field(factory=dict, converter=_names_masked)

    def __iter__(self) -> Iterator[Loss]:
        return iter(self.losses)

    def __len__(self) -> int:
        return len(self.losses)

    def as_dict(self) -> dict[str, Any]:
        """Give the report as plain values.

        Returns
        -------
        dict[str, Any]
            JSON types only.
        """
        return {
            "format": self.format,
            "written": dict(self.written),
            "losses": [loss.as_dict() for loss in self.losses],
        }

    def summary(self) -> str:
        """Say in some lines what was written and what was lost.

        Returns
        -------
        str
            Text.
        """
        head = f"{self.format}: {sum(self.written.values())} objects written{_listed(self.written)}."
        if not self.losses:
            return f"{head} Nothing is lost."
        total = sum(loss.count for loss in self.losses)
        values = "1 value" if total == 1 else f"{total} values"
        fields = "1 field" if len(self.losses) == 1 else f"{len(self.losses)} fields"
        return "\n".join(
            [f"{head} The format cannot say {values} of {fields}:", *(f"  {loss}" for loss in self.losses)]
        )

    def __str__(self) -> str:
        return self.summary()
