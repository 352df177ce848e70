"""Baselines and targets: which of them belongs to a value, and how far the way is gone."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

import attrs

from integrated_services.indicators._observed import Span, before, until
from integrated_services.indicators._rollup import Tally

Direction = Literal["increase", "decrease"]
"""Whether more or less is better."""

_NOT_COMPARABLE = "values of different territories"


@attrs.frozen
class Progress:
    """How far a value has come from the baseline to the target."""

    share: Fraction | None
    """1 at the target, 0 at the baseline, below 0 where things got worse."""
    reason: str | None
    """Why there is no share."""
    met: bool | None
    """Whether the target is met; None where that cannot be said."""


def baseline_for(period: Span | None, known: Mapping[Span, Tally]) -> Span | None:
    """Choose the baseline of a value: the latest that does not begin after it.

    Parameters
    ----------
    period
        Period of the value; None where there is no value yet.
    known
        Baselines by period.

    Returns
    -------
    Span | None
        Period of the baseline.
    """
    fitting = [span for span in known if period is None or before(span, period)]
    return max(fitting, key=lambda span: span.order, default=None)


def target_for(period: Span | None, known: Mapping[Span, Tally]) -> Span | None:
    """Choose the target of a value: the next one that is still open, else the last one that was due.

    Parameters
    ----------
    period
        Period of the value; None where there is no value yet.
    known
        Targets by period.

    Returns
    -------
    Span | None
        Period of the target.
    """
    fitting = [span for span in known if period is None or until(span, period)]
    ends = {span: (span.order[1], span.order[0], span.order[2]) for span in known}
    return min(fitting, key=ends.__getitem__) if fitting else max(known, key=ends.__getitem__, default=None)


def progress(
    actual: Tally | None, baseline: Tally | None, target: Tally | None, direction: Direction | None
) -> Progress:
    """Reckon the progress to the target.

    Parameters
    ----------
    actual, baseline, target
        Values of one place; None where there is none.
    direction
        Whether more or less is better; without it the target tells.

    Returns
    -------
    Progress
        ``(actual - baseline) / (target - baseline)``, and whether the target is met.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from integrated_services.indicators._progress import progress
    >>> from integrated_services.indicators._rollup import Tally
    >>> at = {name: Tally(Fraction(number)) for name, number in (("now", 62), ("then", 50), ("aim", 70))}
    >>> progress(at["now"], at["then"], at["aim"], "increase")
    Progress(share=Fraction(3, 5), reason=None, met=False)
    """
    if actual is None or actual.value is None:
        return Progress(None, "no value", None)
    if target is None or target.value is None:
        return Progress(None, "no target", None)
    if not actual.comparable(target):
        return Progress(None, _NOT_COMPARABLE, None)
    now, aim = actual.value, target.value
    then = None if baseline is None else baseline.value
    way = direction or _way(then, aim)
    met = None if way is None else now >= aim if way == "increase" else now <= aim
    if baseline is None or then is None:
        return Progress(None, "no baseline", met)
    if not actual.comparable(baseline):
        return Progress(None, _NOT_COMPARABLE, met)
    if aim == then:
        return Progress(None, "target equals baseline", met)
    if _way(then, aim) != way:
        return Progress(None, "target lies against the direction", met)
    return Progress((now - then) / (aim - then), None, met)


def _way(then: Fraction | None, aim: Fraction) -> Direction | None:
    if then is None or then == aim:
        return None
    return "increase" if aim > then else "decrease"
