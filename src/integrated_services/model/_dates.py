"""Dates as documents state them: to the year, the month or the day, and with the year unknown."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, GetCoreSchemaHandler, WithJsonSchema, model_validator
from pydantic_core import core_schema

from integrated_services.model._base import Model, Text, fault, with_short_forms

_PARTIAL = re.compile(r"(?:(?P<year>[0-9]{4})|-)(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")
_DURATION = re.compile(r"P(?=.)(?:([0-9]{1,4})Y)?(?:([0-9]{1,4})M)?(?:([0-9]{1,4})W)?(?:([0-9]{1,5})D)?")
_DATE_MEND = "Write 2022, 2022-05, 2022-05-03, or --05-03 where the year is unknown."


def _full_date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise fault("bad-date", "a full date was expected", "Write the date as 2022-05-03.")


FullDate = Annotated[date, BeforeValidator(_full_date), WithJsonSchema({"type": "string", "format": "date"})]
"""A date to the day."""


class PartialDate:
    """A date as precise as its source: year, month or day; the year may be unknown.

    Parameters
    ----------
    text
        ``2022``, ``2022-05``, ``2022-05-03``, or ``--05-03`` (year unknown).

    Examples
    --------
    >>> from integrated_services.model import PartialDate
    >>> PartialDate("2022-02").first(), PartialDate("2022-02").last()
    (datetime.date(2022, 2, 1), datetime.date(2022, 2, 28))
    >>> PartialDate("--09-15").precision, PartialDate("--09-15").first() is None
    ('day', True)
    """

    __slots__ = ("_text", "day", "month", "year")
    _text: str
    year: int | None
    month: int | None
    day: int | None

    def __init__(self, text: str) -> None:
        match = _PARTIAL.fullmatch(str(text))
        if match is None or (match["year"] is None and match["month"] is None):
            raise fault("bad-date", "this is not a date", _DATE_MEND)
        year, month, day = (int(part) if part else None for part in match.group("year", "month", "day"))
        if year == 0 or (month is not None and not 1 <= month <= 12):
            raise fault("bad-date", "there is no such year or month", _DATE_MEND)
        # a year that is not known may be a leap year
        if day is not None and not 1 <= day <= monthrange(year or 2000, month or 1)[1]:
            raise fault("bad-date", "there is no such day", _DATE_MEND)
        for name, value in (("_text", text), ("year", year), ("month", month), ("day", day)):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a PartialDate cannot be changed")

    @property
    def precision(self) -> str:
        """``year``, ``month`` or ``day``."""
        return "day" if self.day else "month" if self.month else "year"

    def first(self) -> date | None:
        """Give the first day that this date can mean.

        Returns
        -------
        date | None
            None where the year is unknown.
        """
        return None if self.year is None else date(self.year, self.month or 1, self.day or 1)

    def last(self) -> date | None:
        """Give the last day that this date can mean.

        Returns
        -------
        date | None
            None where the year is unknown.
        """
        if self.year is None:
            return None
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"PartialDate({self._text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PartialDate) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> tuple[type[PartialDate], tuple[str]]:
        return PartialDate, (self._text,)

    @classmethod
    def _parse(cls, value: object) -> PartialDate:
        if isinstance(value, PartialDate):
            return value
        if isinstance(value, date):
            return cls(value.isoformat()[:10])
        if isinstance(value, int) and not isinstance(value, bool) and 1000 <= value <= 9999:
            return cls(str(value))  # a year written without quotation marks in YAML
        if isinstance(value, str):
            return cls(value)
        raise fault("bad-date", "a date was expected", _DATE_MEND)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._parse, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {
            "title": "PartialDate",
            "description": "A date to the year, month or day; --MM-DD where the year is unknown",
            "anyOf": [
                {"type": "string", "pattern": r"^([0-9]{4}|-)(-[0-9]{2}(-[0-9]{2})?)?$"},
                {"type": "integer", "minimum": 1000, "maximum": 9999},
            ],
        }


class Period(Model):
    """A span of time; written short as ``2020-12-30/2022-12-30``, ``2022`` or ``2022-05/..``.

    Examples
    --------
    >>> from datetime import date
    >>> from integrated_services.model import Period
    >>> period = Period.model_validate("2020-12-30/2022-12-30")
    >>> period.contains(date(2021, 6, 1)), period.plain()
    (True, '2020-12-30/2022-12-30')
    >>> Period(duration="P24M").months
    24.0
    """

    start: PartialDate | None = None
    """First day (or month, or year); missing: open or unknown."""
    end: PartialDate | None = None
    """Last day (or month, or year), itself included; missing: open or unknown."""
    duration: Text | None = None
    """Length as ISO 8601 (``P24M``, ``P2Y``) where the source states it."""
    note: Text | None = None
    """Remark."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            return value
        start, slash, end = value.partition("/")
        if not slash:
            return {"start": start, "end": start}
        return {key: text for key, text in (("start", start), ("end", end)) if text != ".."}

    @model_validator(mode="after")
    def _check(self) -> Period:
        if self.duration is not None and not _DURATION.fullmatch(self.duration):
            raise fault("bad-date", "this is not a length of time", "Write the length as P24M, P2Y or P90D.")
        first, last = (self.start and self.start.first()), (self.end and self.end.last())
        if first and last and first > last:
            raise fault(
                "period-reversed",
                f"the period ends ({self.end}) before it begins ({self.start})",
                "Exchange start and end, or correct the wrong one.",
            )
        return self

    def plain(self) -> Any:
        """Give the canonical form: the short text unless there is a duration or a note.

        Returns
        -------
        Any
            ``start/end`` or a mapping.
        """
        if self.duration or self.note or not (self.start or self.end):
            return super().plain()
        if self.start == self.end:
            return str(self.start)
        return f"{self.start or '..'}/{self.end or '..'}"

    def contains(self, day: date) -> bool:
        """Tell whether a day may lie in the period (open or unknown ends do not exclude it).

        Parameters
        ----------
        day
            The day.

        Returns
        -------
        bool
            False only where a known end excludes the day.
        """
        first, last = (self.start and self.start.first()), (self.end and self.end.last())
        return not ((first and day < first) or (last and day > last))

    @property
    def months(self) -> float | None:
        """Length in months, from the stated duration or else from start and end; None where unknown."""
        if self.duration:
            years, months, weeks, days = (int(part or 0) for part in _DURATION.fullmatch(self.duration).groups())  # type: ignore[union-attr]
            return years * 12 + months + (weeks * 7 + days) * 12 / 365
        first, last = (self.start and self.start.first()), (self.end and self.end.last())
        return ((last - first).days + 1) * 12 / 365 if first and last else None

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return with_short_forms(schema, handler, {"type": "string", "minLength": 2}, {"type": "integer"})
