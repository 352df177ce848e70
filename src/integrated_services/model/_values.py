"""Values with units and a basis: figures, money, points, identifiers, eligibility, access."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, StrictInt, WithJsonSchema, model_validator

from integrated_services.model._base import ID_PATTERN, MAX_TEXT, Id, Label, Model, Ref, Text, fault, with_short_forms

Basis = Literal["stated", "derived", "assumed", "estimated"]
"""Where a figure comes from: its source states it, it follows from such, somebody assumed or estimated it."""

Unit = Literal["persons", "places", "sessions", "hours", "days", "fte", "share", "number", "percent", "level", "EUR"]
"""What a figure counts."""

Per = Literal["day", "week", "month", "year"]
"""The period of a flow; a figure without one is a stock, counted at a time."""


LARGEST = 10**15
"""No number or amount is larger: up to here whole numbers are exact in binary, so that 40 and 40.0 are one number."""


def exact_number(value: object) -> int | float:
    """Read a number; whole numbers become integers, so that equal numbers are written alike.

    Parameters
    ----------
    value
        What was written.

    Returns
    -------
    int | float
        The number.

    Raises
    ------
    PydanticCustomError
        For texts, booleans, and numbers that are not finite or too large.

    Examples
    --------
    >>> from integrated_services.model._values import exact_number
    >>> exact_number(40.0), exact_number(0.5)
    (40, 0.5)
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if -LARGEST <= value <= LARGEST:
            return int(value) if isinstance(value, int) or value.is_integer() else float(value)
        if isinstance(value, float) and not math.isfinite(value):
            raise fault("not-a-number", "the figure is not a finite number", "Write a number, or leave the field out.")
        raise fault("out-of-range", "the number is too large", "Count in a larger unit, or correct the number.")
    raise fault("wrong-type", "a number was expected", "Write a number without quotation marks and without a unit.")


_NUMBER_SCHEMA = {"type": "number", "minimum": -LARGEST, "maximum": LARGEST}
Number = Annotated[int | float, PlainValidator(exact_number), WithJsonSchema(_NUMBER_SCHEMA)]
"""A whole or decimal number; texts and booleans are refused."""


class Figure(Model):
    """A number with its unit and basis; a plain number is enough for the plain case.

    Examples
    --------
    >>> from integrated_services.model import Figure
    >>> Figure.model_validate(40).plain()
    40
    >>> Figure(value=40, per="year", basis="assumed", low=30, high=50).plain()["high"]
    50
    """

    value: Number
    """The number."""
    unit: Unit | None = None
    """Unit; missing: the unit that the field is in by default."""
    per: Per | None = None
    """Period of a flow; missing: a stock."""
    basis: Basis | None = None
    """Where it comes from; missing: the basis that the document states for all."""
    source: Annotated[Id, Ref("sources")] | None = None
    """The source that states it, or the assumption that it rests on."""
    low: Number | None = None
    """Lower bound, or lower end of an interval where ``level`` is given."""
    high: Number | None = None
    """Upper bound, or upper end of an interval where ``level`` is given."""
    level: Number | None = None
    """Confidence level of the interval from low to high, between 0 and 1."""
    distribution: Literal["uniform", "triangular", "normal", "lognormal", "beta"] | None = None
    """Shape to draw from between low and high, where the value is uncertain."""
    approx: Literal["below", "above", "about"] | None = None
    """``below`` for "nearly 60", ``above`` for "over 60", ``about`` for "some 60"."""
    note: Text | None = None
    """Reason or remark."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return {"value": value}
        if not isinstance(value, (Mapping, Figure)):
            raise fault("wrong-type", "a figure was expected", "Write a number, or {value: 40, basis: assumed, ...}.")
        return value

    @model_validator(mode="after")
    def _check(self) -> Figure:
        low, high = self.low, self.high
        if (low is not None and low > self.value) or (high is not None and high < self.value):
            raise fault(
                "bounds-reversed", f"{self.value} does not lie between {low} and {high}", "Let low <= value <= high."
            )
        if self.level is not None and not 0 < self.level < 1:
            raise fault("share-above-one", f"the level {self.level} is not between 0 and 1", "Write 0.95 for 95 %.")
        return self

    def plain(self) -> Any:
        """Give the canonical form: a plain number where nothing else is said.

        Returns
        -------
        Any
            A number or a mapping.
        """
        long = super().plain()
        return long["value"] if len(long) == 1 else long

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return with_short_forms(schema, handler, dict(_NUMBER_SCHEMA))


def not_negative(model: Model, *names: str) -> None:
    """Refuse figures below zero.

    Parameters
    ----------
    model
        What holds the figures.
    names
        Fields that may hold a figure.

    Raises
    ------
    PydanticCustomError
        For the first figure whose value or lower bound is below zero.
    """
    for name in names:
        figure: Figure | None = getattr(model, name)
        if figure is not None and (figure.value < 0 or (figure.low is not None and figure.low < 0)):
            raise fault("negative-count", f"{name} is below zero", "Write 0 or more.", name)


def share_of_one(model: Model, *names: str) -> None:
    """Refuse shares that are not between 0 and 1.

    Parameters
    ----------
    model
        What holds the figures.
    names
        Fields that may hold a share.

    Raises
    ------
    PydanticCustomError
        For the first share with a value or bound outside.
    """
    for name in names:
        figure: Figure | None = getattr(model, name)
        if figure is None:
            continue
        for number in (figure.value, figure.low, figure.high):
            if number is not None and not 0 <= number <= 1:
                raise fault("share-above-one", f"{name} {number} is not between 0 and 1", "Write 0.12 for 12 %.", name)


_AMOUNT = r"-?[0-9]{1,15}(?:\.[0-9]{1,4})?"
_MONEY = re.compile(rf"({_AMOUNT}) ([A-Z]{{3}})")
_MEND_AMOUNT = "Write the amount as text, with a point and at most four decimals: '281160.50 EUR'."


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (Decimal, str, int)):
        raise fault("wrong-type", "an amount is an exact decimal", _MEND_AMOUNT)
    if isinstance(value, Decimal) and not value.is_finite():
        raise fault("not-a-number", "the amount is not a finite number", "Write a number, or leave the field out.")
    if not isinstance(value, str) and not -LARGEST < value < LARGEST:
        raise fault("out-of-range", "the amount is too large", "Correct the amount.")
    text = value if isinstance(value, str) else format(value, "f") if isinstance(value, Decimal) else str(value)
    if not re.fullmatch(_AMOUNT, text):
        raise fault("wrong-type", "this is not an amount", _MEND_AMOUNT)
    return _canonical(Decimal(text))


def _canonical(amount: Decimal) -> Decimal:
    """Give equal amounts one form: without decimals where they are whole, else with two or as many as there are."""
    if amount == amount.to_integral_value():
        return amount.quantize(Decimal(1)) + 0  # no minus before zero
    shortest = amount.normalize()
    return shortest if int(shortest.as_tuple().exponent) < -2 else amount.quantize(Decimal("0.01"))


Amount = Annotated[
    Decimal,
    BeforeValidator(_decimal),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": f"^{_AMOUNT}$"}, {"type": "integer"}]}),
]
"""An exact decimal; 100.00 is the same amount as 100, and written so."""


class Money(Model):
    """An exact amount with its currency; written short as ``281160.50 EUR``.

    Examples
    --------
    >>> from integrated_services.model import Money
    >>> Money.model_validate("281160 EUR").amount
    Decimal('281160')
    """

    amount: Amount
    """Exact decimal."""
    currency: Annotated[str, Field(strict=True, pattern="^[A-Z]{3}$")] = "EUR"
    """ISO 4217 code."""
    per: Per | None = None
    """Period, where the amount is paid again and again."""
    basis: Basis | None = None
    """Where it comes from."""
    source: Annotated[Id, Ref("sources")] | None = None
    """The source that states it, or the assumption that it rests on."""
    low: Amount | None = None
    """Lower bound."""
    high: Amount | None = None
    """Upper bound."""
    approx: Literal["below", "above", "about"] | None = None
    """How an approximate amount is meant."""
    note: Text | None = None
    """Reason or remark."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        match = _MONEY.fullmatch(value)
        if match is None:
            raise fault("wrong-type", "this is not an amount of money", _MEND_AMOUNT)
        return {"amount": match[1], "currency": match[2]}

    @model_validator(mode="after")
    def _check(self) -> Money:
        if (self.low is not None and self.low > self.amount) or (self.high is not None and self.high < self.amount):
            raise fault(
                "bounds-reversed",
                f"{self.amount} does not lie between {self.low} and {self.high}",
                "Let low <= amount <= high.",
            )
        return self

    def plain(self) -> Any:
        """Give the canonical form: ``amount currency`` where nothing else is said.

        Returns
        -------
        Any
            A text or a mapping.
        """
        long = {"amount": format(self.amount, "f"), "currency": self.currency}
        long |= {name: value for name, value in super().plain().items() if name not in long}
        if len(long) == 2 and _MONEY.fullmatch(short := f"{long['amount']} {self.currency}"):
            return short
        return long

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return with_short_forms(schema, handler, {"type": "string", "pattern": f"^{_AMOUNT} [A-Z]{{3}}$"})


class Point(Model):
    """A place on the earth in degrees (WGS 84).

    Examples
    --------
    >>> from integrated_services.model import Point
    >>> Point(lat=54.78, lon=24.66, basis="estimated").plain()
    {'lat': 54.78, 'lon': 24.66, 'basis': 'estimated'}
    """

    lat: Annotated[Number, Field(ge=-90, le=90), WithJsonSchema({"type": "number", "minimum": -90, "maximum": 90})]
    """Latitude, degrees north."""
    lon: Annotated[Number, Field(ge=-180, le=180), WithJsonSchema({"type": "number", "minimum": -180, "maximum": 180})]
    """Longitude, degrees east."""
    basis: Basis | None = None
    """``estimated`` for a rounded or guessed place."""
    source: Annotated[Id, Ref("sources")] | None = None
    """Where the place comes from."""


class Identifier(Model):
    """A code that somebody else gave, with its scheme and version; codes are always text.

    Examples
    --------
    >>> from integrated_services.model import Territory
    >>> Territory.model_validate({"id": "loksa", "codes": {"ehak": "0424"}}).codes
    (Identifier(scheme='ehak', value='0424', version=None, source=None),)
    """

    scheme: Text
    """Name of the code list: lau, nuts, ehak, iso-3166-2, registry code ..."""
    value: Text
    """The code, as text (0141 stays 0141)."""
    version: Text | None = None
    """Edition of the code list, such as 2021."""
    source: Annotated[Id, Ref("sources")] | None = None
    """Where the code was taken from."""

    def item_key(self, number: int) -> str:  # noqa: ARG002 - codes are named by scheme
        """Give the scheme, by which paths name a code.

        Parameters
        ----------
        number
            Its position in the list; does not matter.

        Returns
        -------
        str
            The scheme.
        """
        return self.scheme.replace("[", "(").replace("]", ")")

    @staticmethod
    def plain_list(codes: tuple[Identifier, ...]) -> Any:
        """Give several codes in their canonical form: by scheme, unless a scheme occurs twice.

        Parameters
        ----------
        codes
            The codes of one record.

        Returns
        -------
        Any
            A mapping of scheme to code, or a list of mappings.
        """
        if len({code.scheme for code in codes}) < len(codes):
            return [code.plain() for code in codes]
        long = {code.scheme: {k: v for k, v in code.plain().items() if k != "scheme"} for code in codes}
        return {scheme: code["value"] if len(code) == 1 else code for scheme, code in long.items()}


def _identifiers(value: Any) -> Any:
    if isinstance(value, Mapping):
        return [
            {**(code if isinstance(code, Mapping) else {"value": code}), "scheme": scheme}
            for scheme, code in value.items()
        ]
    return value


_CODE_TEXT = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
_CODE_PARTS = {
    "value": {**_CODE_TEXT, "description": "The code, as text (0141 stays 0141)."},
    "version": {**_CODE_TEXT, "description": "Edition of the code list, such as 2021."},
    "source": {"type": "string", "pattern": ID_PATTERN, "description": "Where the code was taken from."},
}


def _code_schema(**more: Any) -> dict[str, Any]:
    properties = {**more, **_CODE_PARTS}
    return {
        "type": "object",
        "properties": properties,
        "required": [*more, "value"],
        "additionalProperties": False,
    }


_CODES_SCHEMA: dict[str, Any] = {
    "description": "Codes by scheme, or a list of identifiers",
    "anyOf": [
        {"type": "object", "additionalProperties": {"anyOf": [_CODE_TEXT, _code_schema()]}},
        {"type": "array", "items": _code_schema(scheme={**_CODE_TEXT, "description": "Name of the code list."})},
    ],
}
Identifiers = Annotated[tuple[Identifier, ...], BeforeValidator(_identifiers), WithJsonSchema(_CODES_SCHEMA)]
"""Codes; ``{lau: "42", iso-3166-2: LT-08}`` is enough for the plain case."""

Age = Annotated[StrictInt, Field(ge=0, le=150)]


def _age_order(ages: tuple[int | None, int | None]) -> tuple[int | None, int | None]:
    if ages[0] is not None and ages[1] is not None and ages[0] > ages[1]:
        raise fault(
            "ages-reversed",
            f"the ages {ages[0]} to {ages[1]} are the wrong way round",
            "Write the lower age first; both ends are included.",
        )
    return ages


Ages = Annotated[tuple[Age | None, Age | None], AfterValidator(_age_order)]
"""Ages in completed years, both ends included; null is an open end."""


DEEPEST_RULE = 20
"""Most levels of a rule of eligibility."""


def _is_too_deep(rule: object) -> bool:
    """Look level by level, so that the depth of the rule does no harm."""
    level = [rule]
    for _ in range(DEEPEST_RULE):
        level = [inner for node in level for inner in _inside(node)]
        if not level:
            return False
    return True


def _inside(node: object) -> list[object]:
    if isinstance(node, Eligibility):
        return [*node.all, *node.any, *((node.not_,) if node.not_ else ())]
    if not isinstance(node, Mapping):
        return []
    lists = [node.get(name) for name in ("all", "any")]
    inner = [item for items in lists if isinstance(items, (list, tuple)) for item in items]
    return [*inner, *((node["not"],) if node.get("not") else ())]


class Eligibility(Model):
    """Who may come: all that is stated in one node must hold; ``all``, ``any`` and ``not`` combine nodes.

    Examples
    --------
    >>> from integrated_services.model import Eligibility
    >>> either = [{"residence": ["vievis"]}, {"condition": "hardship"}]
    >>> rule = Eligibility.model_validate({"ages": [7, 18], "any": either})
    >>> print(rule.explain())
    aged 7 to 18 and (living in vievis or hardship)
    """

    ages: Ages | None = None
    """Ages in completed years, both ends included."""
    residence: tuple[Annotated[Id, Ref("territories")], ...] = ()
    """Lives in one of these territories (or inside one)."""
    groups: tuple[Annotated[Id, Ref("target_groups")], ...] = ()
    """Belongs to one of these target groups (or to a narrower one)."""
    languages: tuple[Text, ...] = ()
    """Speaks one of these languages."""
    condition: Label | None = None
    """A condition in words, which no computer can decide."""
    all: tuple[Eligibility, ...] = ()
    """Each of these must hold."""
    any: tuple[Eligibility, ...] = ()
    """At least one of these must hold."""
    not_: Annotated[Eligibility | None, Field(alias="not")] = None
    """This must not hold."""

    @model_validator(mode="before")
    @classmethod
    def _check(cls, value: Any) -> Any:
        if _is_too_deep(value):
            raise fault(
                "too-deep",
                f"the rule is nested in more than {DEEPEST_RULE} levels",
                "Write it with fewer levels, or as a condition in words.",
            )
        return value

    def plain(self) -> Any:
        """Give the canonical form.

        Returns
        -------
        Any
            A mapping.
        """
        return {("not" if name == "not_" else name): value for name, value in super().plain().items()}

    def explain(self, names: Mapping[str, str] | None = None) -> str:
        """Say the rule in words.

        Parameters
        ----------
        names
            Names by id; ids without a name are shown as they are.

        Returns
        -------
        str
            One phrase without a full stop.
        """

        def listed(ids: Iterable[str]) -> str:
            return " or ".join((names or {}).get(one, one) for one in ids)

        parts = []
        if self.ages:
            low, high = self.ages
            parts.append(
                f"aged {low} to {high}"
                if None not in self.ages
                else f"aged {low} or more"
                if low is not None
                else f"aged at most {high}"
                if high is not None
                else "of any age"
            )
        parts += [f"living in {listed(self.residence)}"] if self.residence else []
        parts += [f"of {listed(self.groups)}"] if self.groups else []
        parts += [f"speaking {listed(self.languages)}"] if self.languages else []
        parts += [str(self.condition)] if self.condition else []
        parts += [node.explain(names) for node in self.all]
        if self.any:
            parts.append("(" + " or ".join(node.explain(names) for node in self.any) + ")")
        if self.not_:
            parts.append(f"not ({self.not_.explain(names)})")
        return " and ".join(parts) or "anybody"


Consent = Literal["none", "person", "guardian", "person_and_guardian"]
"""Whose consent a step needs."""


class Access(Model):
    """How a person gets in: open door, by referral, by decision; and whose consent it takes.

    Examples
    --------
    >>> from integrated_services.model import Access
    >>> Access(by="referral", consent="guardian").plain()
    {'by': 'referral', 'consent': 'guardian'}
    """

    by: Literal["open", "referral", "decision"] = "open"
    """Open to all who are eligible, only by referral, or by a decision of an authority."""
    consent: Consent = "none"
    """Whose consent is needed."""
    referred_by: tuple[Annotated[Id, Ref("services", "agencies")], ...] = ()
    """Who may refer, where only these may."""
    note: Label | None = None
    """Remark."""


class Contact(Model):
    """A way to reach an organisation (never a person): reception, common mailbox, web page.

    Examples
    --------
    >>> from integrated_services.model import Contact
    >>> Contact(kind="email", value="info@example.org").plain()
    {'kind': 'email', 'value': 'info@example.org'}
    """

    kind: Literal["email", "phone", "web", "address"]
    """What kind of contact it is."""
    value: Text
    """The address, number or mailbox of the organisation."""
    label: Label | None = None
    """What it is for, such as reception."""
