"""`cost`: what a project costs, in all and per municipality, participant, post and month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

import attrs

from integrated_services._compiled import Compiled, compiled
from integrated_services._results import Column, Result, UsedFigure, provenance
from integrated_services.errors import UnknownIdError, nearest
from integrated_services.indicators import _inputs
from integrated_services.indicators._disclosure import Disclosure
from integrated_services.indicators._inputs import Input
from integrated_services.indicators._rollup import weakest
from integrated_services.indicators._words import count, listed, number, plain
from integrated_services.model import Columns, Framework

_DIVIDED = {
    "per_municipality": ("municipality", _inputs.municipalities),
    "per_participant": ("participant", _inputs.participants),
    "per_post": ("full-time post", _inputs.posts),
    "per_month": ("month", _inputs.months),
}


@attrs.frozen(eq=False)
class Cost(Result):
    """The cost of projects, and what is missing to know more."""

    title: ClassVar[str] = "What projects cost"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("project", "Project id", role="key"),
        Column("measure", "Measure", role="key"),
        Column("project_name", "Project", role="label"),
        Column("measure_name", "What", role="label"),
        Column("amount", "Amount", reveals=("denominator",)),
        Column("currency", "Currency"),
        Column("of", "Which money"),
        Column("numerator", "Amount that is divided"),
        Column("denominator", "Divided by", persons=True, basis="denominator_basis"),
        Column("counted", "What is counted"),
        Column("denominator_basis", "Basis of the divisor"),
        Column("basis", "Basis"),
        Column("missing", "Missing"),
    )

    _table: dict[str, list[Any]] = attrs.field(repr=False)

    def to_columns(self) -> dict[str, list[Any]]:
        """Give one row for each project and measure.

        Returns
        -------
        dict[str, list]
            Columns; amounts are exact decimals, rounded to cents where they were divided.
        """
        return {name: list(values) for name, values in self._table.items()}

    def summary(self) -> str:
        """Say what is known, and what is missing.

        Returns
        -------
        str
            Sentences.
        """
        table = self._table
        projects = list(dict.fromkeys(table["project"]))
        if not projects:
            return "The document names no project."
        totals = [row for row, measure in enumerate(table["measure"]) if measure == "total"]
        known = [self._amount(row) for row in totals if table["amount"][row] is not None]
        gaps = list(dict.fromkeys(one for text in table["missing"] if text is not None for one in text.split("; ")))
        said = f"{count(len(projects), 'project')}; total cost known of {len(known)}"
        said += f" ({listed(known)})." if 0 < len(known) <= 3 else "."
        return f"{said} Missing: {'; '.join(gaps)}." if gaps else said

    def explain(self, key: str | None = None) -> str:
        """Say the cost of projects in sentences.

        Parameters
        ----------
        key
            A project, a measure, or both joined by a colon; None for all.

        Returns
        -------
        str
            A sentence for each row.

        Raises
        ------
        UnknownIdError
            Where there is no such row.

        Examples
        --------
        >>> from integrated_services import indicators, samples
        >>> print(indicators.cost(samples.load("laane-viru")).explain("per_municipality"))
        Development of a ...: cost per municipality 35,145.00 EUR (281,160.00 EUR divided by 8 municipalities ...).
        """
        keys = list(zip(self._table["project"], self._table["measure"], strict=True))
        parts = set() if key is None else set(key.split(":"))
        rows = [row for row, pair in enumerate(keys) if parts <= set(pair)]
        if not rows and key is not None:
            known = dict.fromkeys(part for pair in keys for part in (*pair, ":".join(pair)))
            raise UnknownIdError("project or measure", key, nearest(key, tuple(known)))
        return "\n".join(self._sentence(row) for row in rows)

    def explanations(self) -> Iterator[tuple[tuple[str, ...], str, tuple[int, ...]]]:
        """Give every sentence with the parts of its key and the rows whose numbers it tells.

        Yields
        ------
        tuple of tuple, str and tuple
            Parts of the key, sentence, rows; the general sentence has no key and tells no person counts.
        """
        yield (), self.summary(), ()
        for row, keys in enumerate(zip(self._table["project"], self._table["measure"], strict=True)):
            yield keys, self._sentence(row), (row,)

    def disclosure(self) -> Disclosure:
        """Give what publication has to know: only participants are persons whom somebody counted."""
        rows = zip(self._table["measure"], self._table["denominator_basis"], strict=True)
        observed = [measure == "per_participant" and basis != "assumed" for measure, basis in rows]
        return Disclosure(observed={"denominator": observed})

    def _sentence(self, row: int) -> str:
        cell = {name: values[row] for name, values in self._table.items()}
        head = f"{cell['project_name']}: {cell['measure_name'][0].lower()}{cell['measure_name'][1:]}"
        if cell["amount"] is None:
            return f"{head} not known; missing: {cell['missing']}."
        said = f"{head} {self._amount(row)}"
        if cell["denominator"] is None:
            return f"{said}." if cell["counted"] in (None, "stated") else f"{said} ({cell['counted']})."
        divided = f"{cell['numerator']:,.2f} {cell['currency']} divided by {number(cell['denominator'], 2)}"
        return f"{said} ({divided} {cell['counted']})."

    def _amount(self, row: int) -> str:
        return f"{self._table['amount'][row]:,.2f} {self._table['currency'][row]}"


def cost(framework: Framework | Columns, /, *, project: str | None = None, at: date | None = None) -> Cost:
    """Find what projects cost: in total, as grant, and per municipality, participant, post and month.

    Nothing is guessed: where an input is neither stated nor follows from what is, the row says what is missing.

    Parameters
    ----------
    framework
        A framework, or columns.
    project
        Id; all projects, and measures and programmes with money, if None.
    at
        The day, which decides which municipalities exist; the reference date if None.

    Returns
    -------
    Cost
        Six rows a project.

    Raises
    ------
    UnknownIdError
        Where there is no such project.

    Notes
    -----
    Total: as stated, else the sum of all parts by funder, else grant and own contribution. Grant: as stated, else the
    sum of the parts that are grants, else the rate of the eligible (or total) cost.
    Municipalities: those of the document that are, lie in or contain a territory of the project; where it names none,
    the municipalities among its partners. Participants: the sum over the activities, so that one who took part in two
    counts twice. Posts: full-time equivalents funded by the project. Months: the stated duration, else from the first
    to the last day. The total cost is divided, or the grant where only that is known; amounts are rounded half up to
    cents, and only at the end.

    Examples
    --------
    >>> from integrated_services import indicators, samples
    >>> rows = indicators.cost(samples.load("laane-viru"), project="laane-viru-model").to_records()
    >>> rows[0]["amount"], rows[2]["amount"], rows[2]["denominator"]
    (Decimal('281160.00'), Decimal('35145.00'), 8)
    """
    c = compiled(framework, at=at)
    if project is not None:
        chosen = [c.row("projects", project)]
    else:
        keys = c.keys("projects")
        chosen = sorted((row for row in range(len(keys)) if _is_funded(c, row)), key=keys.__getitem__)
    records: list[dict[str, Any]] = []
    used: list[UsedFigure] = []
    for row in chosen:
        for record, figures in _rows(c, row):
            records.append(record)
            used += figures
    table = {column.name: [record[column.name] for record in records] for column in Cost.columns}
    arguments = {"project": project, "at": c.day}
    return Cost(
        table=table,
        figures=tuple({figure.path: figure for figure in used}.values()),
        provenance=provenance("indicators.cost", c.digest, arguments),
    )


def _is_funded(c: Compiled, row: int) -> bool:
    money = ("total", "eligible", "grant", "own")
    stated = any(c.cells("projects", f"finance.{name}")[row] is not None for name in money)
    return stated or (c.cells("projects", "kind")[row] or "project") == "project"


def _rows(c: Compiled, row: int) -> Iterator[tuple[dict[str, Any], Sequence[UsedFigure]]]:
    total, grant = _inputs.total(c, row), _inputs.grant(c, row)
    for measure, name, amount in (("total", "Total cost", total), ("grant", "Grant", grant)):
        yield _record(c, row, measure, name, amount, None), amount.figures
    only_grant = total.value is None and grant.value is not None
    money, word = (grant, "Grant") if only_grant else (total, "Cost")
    for measure, (each, divisor_of) in _DIVIDED.items():
        divisor = divisor_of(c, row)
        record = _record(c, row, measure, f"{word} per {each}", money, divisor)
        yield record | {"of": "grant" if only_grant else "total"}, (*money.figures, *divisor.figures)


def _record(c: Compiled, row: int, measure: str, name: str, amount: Input, divisor: Input | None) -> dict[str, Any]:
    inputs = [amount] if divisor is None else [amount, divisor]
    missing = [one.missing for one in inputs if one.missing is not None]
    if divisor is not None and divisor.value == 0:
        missing.append(f"a number of {divisor.said} above zero")
    known = not missing and amount.value is not None
    by = None if divisor is None else divisor.value
    return {
        "project": c.keys("projects")[row],
        "measure": measure,
        "project_name": c.label("projects", row),
        "measure_name": name,
        "amount": _cents(amount.value / (1 if by is None else by)) if known and amount.value is not None else None,
        "currency": amount.currency,
        "of": measure,
        "numerator": None if divisor is None or amount.value is None else _cents(amount.value),
        "denominator": plain(by),
        "counted": (amount if divisor is None else divisor).said,
        "denominator_basis": None if divisor is None else divisor.basis,
        "basis": weakest(one.basis for one in inputs) if known else None,
        "missing": "; ".join(missing) or None,
    }


def _cents(value: Fraction) -> Decimal:
    """Round an exact amount half up (away from zero) to cents."""
    cents = (2 * abs(value.numerator) * 100 + value.denominator) // (2 * value.denominator)
    return Decimal(cents if value >= 0 else -cents).scaleb(-2)
