"""A result that may leave the house: the same columns, with nothing of what is hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np

from integrated_services._kernels._attacker import feasible_intervals
from integrated_services._results import Citation, Column, Result
from integrated_services.errors import AnalysisError, UnknownIdError, nearest
from integrated_services.indicators._words import count, listed

if TYPE_CHECKING:
    from integrated_services.indicators._protect import Policy
    from integrated_services.indicators._system import Linked

_SUPPRESSED = "suppressed"


@attrs.frozen
class Withheld:
    """One number that is not shown.

    Parameters
    ----------
    column, row
        Its place.
    reason
        ``withheld`` (a small count, or one that protects it), with reasons ``primary`` or ``complementary``;
        ``derived`` for a measure that would give one of them away.
    """

    column: str
    row: int
    reason: Literal["withheld", "primary", "complementary", "derived"]


@attrs.frozen(eq=False)
class Published:
    """Sums of the person counts by some key columns, as they may be shown.

    Parameters
    ----------
    keys
        The key columns; none for the grand total.
    table
        Key columns, sums (None where hidden) and the column ``suppressed``.
    """

    keys: tuple[str, ...]
    table: Mapping[str, list[Any]] = attrs.field(repr=False)


@attrs.frozen
class Exposure:
    """What a reader can work out of one hidden number.

    Parameters
    ----------
    column, row
        Its place; the row is None for a sum.
    low, high
        Smallest and largest value that agrees with all that is shown.
    """

    column: str
    row: int | None
    low: float
    high: float


@attrs.frozen(eq=False, kw_only=True, slots=False, getstate_setstate=True)
class Release(Result):
    """A result made safe by `protect`; hidden numbers are None, and nothing in it tells them.

    Attributes
    ----------
    policy : Policy
        The rules.
    reasons : tuple of Withheld
        Each hidden number, by row.
    numbers : int
        How many numbers of the result count persons or would tell of them, hidden ones included.
    withheld : int
        How many of these are hidden.
    audited : bool
        Whether a reader's attack was tried, and failed on every small count.
    """

    # These belong to the class of a result; a release takes them over from the result that it was made from.
    title: str  # type: ignore[misc]
    columns: tuple[Column, ...]  # type: ignore[misc]
    citations: tuple[Citation, ...]  # type: ignore[misc]
    margins: tuple[tuple[str, ...], ...]  # type: ignore[misc]

    policy: Policy
    reasons: tuple[Withheld, ...] = attrs.field(repr=False)
    numbers: int
    withheld: int
    audited: bool
    _table: dict[str, list[Any]] = attrs.field(repr=False)
    _sums: tuple[Published, ...] = attrs.field(repr=False)
    _said: tuple[tuple[tuple[str, ...], str], ...] = attrs.field(repr=False)
    _say: Callable[[Mapping[str, Any], AbstractSet[str]], str] | None = attrs.field(repr=False)
    _linked: tuple[tuple[Linked, tuple[bool, ...]], ...] = attrs.field(repr=False)

    def to_columns(self) -> dict[str, list[Any]]:
        """Give the columns of the result, and one that names what is hidden.

        Returns
        -------
        dict[str, list]
            None where a number is hidden; ``suppressed`` names the columns that are hidden in a row, with the reason.
        """
        return {name: list(values) for name, values in self._table.items()}

    def margin_tables(self) -> dict[tuple[str, ...], dict[str, list[Any]]]:
        """Give the sums that are published with the result.

        Returns
        -------
        dict of tuple to dict
            By the key columns that they go by: columns as in :meth:`to_columns`.
        """
        return {one.keys: {name: list(values) for name, values in one.table.items()} for one in self._sums}

    @property
    def hidden(self) -> dict[str, int]:
        """How many numbers are hidden, by reason."""
        return dict(sorted(Counter(one.reason for one in self.reasons).items()))

    def summary(self) -> str:
        """Say what was found, as far as it may be said, and how much is hidden.

        Returns
        -------
        str
            Sentences.
        """
        general = [text for keys, text in self._said if not keys]
        return " ".join([*general, self._withheld()]).strip() or f"{self.title}."

    def _withheld(self) -> str:
        if not self.reasons:
            return ""
        many, few = self.withheld, self.policy.threshold
        head = f"{many} of {self.numbers} numbers {'is' if many == 1 else 'are'} withheld"
        sums = sum(text is not None for one in self._sums for text in one.table[_SUPPRESSED])
        head += f" (and sums in {count(sums, 'group')})" if sums else ""
        if not self.policy.reasons:
            return f"{head}: they count fewer than {few} persons, or would give such a count away."
        words = {
            "primary": f"because they count fewer than {few} persons",
            "complementary": "so that those cannot be worked out",
            "derived": "because they would give others away",
        }
        return f"{head}, {listed(f'{self.hidden[why]} {text}' for why, text in words.items() if why in self.hidden)}."

    def explain(self, key: str | None = None) -> str:
        """Say what is shown of a row; hidden numbers are called withheld.

        Parameters
        ----------
        key
            A key of the result, or several joined by colons; the summary if None.

        Returns
        -------
        str
            The sentences of the result where none of their numbers is hidden, else one made from what is shown.

        Raises
        ------
        UnknownIdError
            Where nothing has that key.
        """
        if key is None:
            return self.summary()
        parts = set(key.split(":"))
        said = {keys: text for keys, text in self._said if keys and parts <= set(keys)}
        rows = [(row, keys) for row, keys in enumerate(self._keys()) if parts <= set(keys)]
        lines = [said.get(keys) or self._row(row) for row, keys in rows]
        lines += [text for keys, text in said.items() if all(keys != other for _, other in rows)]
        if not lines:
            known = {part for keys in self._keys() for part in (*keys, ":".join(keys))}
            raise UnknownIdError("key", key, nearest(key, sorted(known)))
        return "\n".join(dict.fromkeys(lines))

    def _keys(self) -> list[tuple[str, ...]]:
        columns = [self._table[column.name] for column in self.columns if column.role == "key"]
        return [tuple(str(part) for part in parts if part is not None) for parts in zip(*columns, strict=True)]

    def _row(self, row: int) -> str:
        """One sentence from the columns alone."""
        hidden = {one.column for one in self.reasons if one.row == row}
        if self._say is not None:
            return self._say({name: values[row] for name, values in self._table.items()}, hidden)
        labels = [column for column in self.columns if column.role == "label"] or [
            column for column in self.columns if column.role == "key"
        ]
        head = ", ".join(str(v) for c in labels if (v := self._table[c.name][row]) is not None)
        parts = []
        for column in self.columns:
            value = self._table[column.name][row]
            if column.name in hidden:
                parts.append(f"{column.title.lower()} withheld")
            elif value is not None and column.role == "measure" and column.name != _SUPPRESSED:
                unit = f" {column.unit}" if column.unit else ""
                parts.append(f"{column.title.lower()} {value}{unit}")
        return f"{head}: {'; '.join(parts)}."


def audit(release: Release, /) -> tuple[Exposure, ...]:
    """Attack a release: find what a reader can work out of the hidden counts.

    The reader knows all shown numbers, how they are summed, and that a hidden whole count is at least 1 (0 where zeros
    are hidden too).

    Parameters
    ----------
    release
        Release.

    Returns
    -------
    tuple[Exposure, ...]
        A range for each hidden count, the narrowest first.

    Raises
    ------
    AnalysisError
        Where this is no release.

    Examples
    --------
    >>> from integrated_services import coverage, indicators, samples
    >>> indicators.audit(indicators.protect(coverage.gaps(samples.load("elektrenai"))))
    ()
    """
    if not isinstance(release, Release):
        raise AnalysisError("audit takes a release, as protect gives it.")
    found = []
    for group, hidden in release._linked:
        values = [_shown(release, places[0]) if places else None for places in group.places]
        closed = np.array([h or v is None for h, v in zip(hidden, values, strict=True)], dtype=np.bool_)
        numbers = np.array([0.0 if v is None else float(v) for v in values])
        known = group.whole and not release.policy.zeros_unsafe
        least = np.where(np.array(group.unpublished) | (not known), 0.0, 1.0)
        low, high = feasible_intervals(numbers, group.relations, closed, lower=least)
        for at in np.flatnonzero(np.array(hidden) & ~np.array(group.unpublished)).tolist():
            for place in group.places[at]:
                row = place[1] if len(place) == 2 else None
                found.append(Exposure(place[0], row, float(low[at]), float(high[at])))
    return tuple(sorted(found, key=lambda one: (one.high - one.low, one.column, one.row is None, one.row or 0)))


def _shown(release: Release, place: tuple[Any, ...]) -> Any:
    if len(place) == 2:
        return release._table[place[0]][place[1]]
    column, margin, group = place
    return release._sums[margin].table[column][group]
