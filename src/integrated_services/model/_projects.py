"""The nouns of funded work: projects, activities, deliverables and commitments; indicators and observations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from integrated_services.model._base import Id, Label, Model, Noun, Record, Ref, Text, fault, join_key
from integrated_services.model._dates import PartialDate, Period
from integrated_services.model._nouns import Count, Described, Level, SourceRef
from integrated_services.model._values import Figure, Identifiers, Money, Number, not_negative, share_of_one


class Partner(Record):
    """An agency that takes part in a project, in a role.

    Examples
    --------
    >>> from integrated_services.model import Partner
    >>> Partner(agency="centre", role="promoter").key
    'centre:promoter'
    """

    NOUN: ClassVar[str] = "partner"

    agency: Annotated[Id, Ref("agencies")]
    """Who."""
    role: Literal[
        "promoter",
        "partner",
        "cooperation_partner",
        "contractor",
        "facilitator",
        "intermediate_body",
        "expert",
        "funder",
    ]
    """As what."""
    sources: tuple[SourceRef, ...] = ()
    """Where the statement comes from."""

    def _derived_key(self) -> str:
        return join_key(self.agency, self.role)


class Funding(Record):
    """A part of a project's money, from one funder in one period.

    Examples
    --------
    >>> from integrated_services.model import Funding
    >>> Funding(funder="ministry", amount="85 EUR", period="2021").key
    'ministry:grant:2021'
    """

    NOUN: ClassVar[str] = "funding"

    id: Id | None = None
    """Id; missing: the funder and the period."""
    funder: Annotated[Id, Ref("agencies")] | None = None
    """Who pays."""
    kind: Literal["grant", "own", "other"] = "grant"
    """Grant, own contribution or other."""
    amount: Money | None = None
    """How much; missing: not stated."""
    period: Period | None = None
    """For when."""
    sources: tuple[SourceRef, ...] = ()
    """Where the statement comes from."""

    def _derived_key(self) -> str:
        return join_key(self.funder, self.kind, str(self.period.plain()) if self.period else None)


class Finance(Model):
    """The money of a project.

    Examples
    --------
    >>> from integrated_services.model import Finance
    >>> Finance(total="100 EUR", grant="85 EUR", own="15 EUR", rate=0.85).plain()
    {'total': '100 EUR', 'grant': '85 EUR', 'own': '15 EUR', 'rate': 0.85}
    """

    total: Money | None = None
    """Total cost."""
    eligible: Money | None = None
    """Cost that the funder accepts."""
    grant: Money | None = None
    """What the funder gives."""
    own: Money | None = None
    """What the promoter and partners give."""
    rate: Figure | None = None
    """Grant as a share of the eligible (else total) cost, 0 to 1."""
    parts: tuple[Funding, ...] = ()
    """By funder and period."""

    @model_validator(mode="after")
    def _check(self) -> Finance:
        share_of_one(self, "rate")
        return self


class Objective(Record):
    """What a project wants to change.

    Examples
    --------
    >>> from integrated_services.model import Objective
    >>> Objective(id="sooner", name="Help comes sooner", indicators=("waiting",)).kind
    'objective'
    """

    NOUN: ClassVar[str] = "objective"

    id: Id
    """Id."""
    name: Label
    """The objective in a sentence."""
    kind: Literal["goal", "objective", "result", "expected_change"] = "objective"
    """How the source calls it."""
    indicators: tuple[Annotated[Id, Ref("indicators")], ...] = ()
    """Indicators that measure it."""
    sources: tuple[SourceRef, ...] = ()
    """Where the statement comes from."""


class Activity(Record):
    """Something done in a project.

    Examples
    --------
    >>> from integrated_services.model import Activity
    >>> Activity(id="training", name="Training", kind="training", participants=20).key
    'training'
    """

    NOUN: ClassVar[str] = "activity"

    id: Id
    """Id."""
    name: Label
    """What is done."""
    description: Label | None = None
    """More about it."""
    kind: Literal[
        "training",
        "seminar",
        "meeting",
        "supervision",
        "study_visit",
        "service",
        "mapping",
        "analysis",
        "design",
        "pilot",
        "purchase",
        "monitoring",
        "coordination",
        "methodology",
        "employment",
        "other",
    ] = "other"
    """Kind."""
    part_of: Text | None = None
    """Id of the activity in the same project that contains it."""
    follows: tuple[Text, ...] = ()
    """Ids of activities in the same project that come before."""
    agencies: tuple[Annotated[Id, Ref("agencies")], ...] = ()
    """Who does it."""
    audience: tuple[Annotated[Id, Ref("target_groups")], ...] = ()
    """For whom."""
    services: tuple[Annotated[Id, Ref("services")], ...] = ()
    """Services that come out of it."""
    territories: tuple[Annotated[Id, Ref("territories")], ...] = ()
    """Where."""
    period: Period | None = None
    """When."""
    dates: tuple[PartialDate, ...] = ()
    """Single days, with the year where it is known."""
    mode: Literal["in_person", "online", "mixed"] | None = None
    """How people meet."""
    events: Figure | None = None
    """How many times."""
    participants: Figure | None = None
    """How many persons took part."""
    cost: Money | None = None
    """What it cost."""
    sources: tuple[SourceRef, ...] = ()
    """Where the statement comes from."""

    @model_validator(mode="after")
    def _check(self) -> Activity:
        not_negative(self, "events", "participants")
        return self


class Deliverable(Record):
    """A thing that a project makes or buys.

    Examples
    --------
    >>> from integrated_services.model import Deliverable
    >>> Deliverable(id="guide", name="Guide", kind="guideline", status="delivered").status
    'delivered'
    """

    NOUN: ClassVar[str] = "deliverable"

    id: Id
    """Id."""
    name: Label
    """What it is."""
    kind: Literal["guideline", "model", "programme", "tool", "equipment", "premises", "report", "other"] = "other"
    """Kind."""
    activity: Text | None = None
    """Id of the activity in the same project that makes it."""
    agencies: tuple[Annotated[Id, Ref("agencies")], ...] = ()
    """Who makes or owns it."""
    status: Literal["planned", "delivered", "not_delivered"] | None = None
    """State, where it is known."""
    due: PartialDate | None = None
    """When it was promised for."""
    delivered: PartialDate | None = None
    """When it was delivered."""
    sources: tuple[SourceRef, ...] = ()
    """Where the statement comes from."""


class Every(Model):
    """The list that a commitment runs over: every territory of a level, or every record named.

    Examples
    --------
    >>> from integrated_services.model import Every
    >>> Every(level="municipality", within="laane-viru").plain()
    {'level': 'municipality', 'within': 'laane-viru'}
    """

    level: Level | None = None
    """Every territory of this level ..."""
    within: Annotated[Id, Ref("territories")] | None = None
    """... inside this territory (missing: in the whole document)."""
    ids: tuple[Annotated[Id, Ref("territories", "agencies", "sites", "projects")], ...] = ()
    """Every one of these."""

    @model_validator(mode="after")
    def _check(self) -> Every:
        if (self.level is None) == (not self.ids):
            raise fault(
                "commitment-without-list",
                "a commitment runs over a level of territories or over named records",
                "Give one of `level` and `ids`.",
            )
        return self


class Has(Model):
    """What every one of the list has.

    Examples
    --------
    >>> from integrated_services.model import Has
    >>> Has(service="mobile", post="psychologist").plain()
    {'service': 'mobile', 'post': 'psychologist'}
    """

    service: Annotated[Id, Ref("services")] | None = None
    """This service is delivered there."""
    need: Annotated[Id, Ref("needs")] | None = None
    """Some service that meets this need is delivered there."""
    activity: Text | None = None
    """This activity of the project takes place there."""
    deliverable: Text | None = None
    """This deliverable of the project is there."""
    post: Text | None = None
    """A post with this role is there (with ``service``: in that service)."""

    @model_validator(mode="after")
    def _check(self) -> Has:
        if not any((self.service, self.need, self.activity, self.deliverable, self.post)):
            raise fault(
                "commitment-without-object",
                "the commitment does not say what everybody has",
                "Name a service, need, activity, deliverable or post.",
            )
        return self


class Evidence(Record):
    """What is known about one member of a commitment's list.

    Examples
    --------
    >>> from integrated_services.model import Evidence
    >>> Evidence(member="vinni", status="met", claimed="verified").key
    'vinni'
    """

    NOUN: ClassVar[str] = "evidence"

    member: Annotated[Id, Ref("territories", "agencies", "sites", "projects")]
    """Which one of the list."""
    status: Literal["met", "not_met"]
    """Whether it has it."""
    claimed: Literal["claimed", "verified"] = "claimed"
    """Said by the project, or checked by somebody else."""
    date: PartialDate | None = None
    """When."""
    sources: tuple[SourceRef, ...] = ()
    """Where the statement comes from."""
    note: Label | None = None
    """Remark."""

    def _derived_key(self) -> str:
        return self.member


class Commitment(Record):
    """What a project promised: *every* municipality of the county *has* a teachers' training.

    Examples
    --------
    >>> from integrated_services.model import Commitment
    >>> promise = Commitment(id="all", name="A coordinator everywhere", every={"level": "municipality"},
    ...                      has={"post": "coordinator"})
    >>> promise.has.post
    'coordinator'
    """

    NOUN: ClassVar[str] = "commitment"

    id: Id
    """Id."""
    name: Label
    """The promise in a sentence."""
    every: Every
    """The list that it runs over."""
    has: Has
    """What each of the list has."""
    due: PartialDate | None = None
    """Until when."""
    evidence: tuple[Evidence, ...] = ()
    """What is known of single members."""
    sources: tuple[SourceRef, ...] = ()
    """Where the statement comes from."""


class Project(Described):
    """Funded work; ``part_of`` makes measures, calls and programmes.

    Examples
    --------
    >>> from integrated_services.model import Project
    >>> Project(id="p", period="2020-12-30/2022-12-30", finance={"total": "100 EUR"}).plain()
    {'id': 'p', 'period': '2020-12-30/2022-12-30', 'finance': {'total': '100 EUR'}}
    """

    NOUN: ClassVar[str] = "project"

    id: Id
    """Id."""
    kind: Literal["mechanism", "programme", "priority", "measure", "call", "project"] = "project"
    """What it is."""
    part_of: Annotated[Id, Ref("projects")] | None = None
    """The measure, call or programme that it belongs to."""
    identifiers: Identifiers = ()
    """Project numbers."""
    period: Period | None = None
    """When."""
    signed: PartialDate | None = None
    """When the financing agreement was signed."""
    partners: tuple[Partner, ...] = ()
    """Who takes part, in which role."""
    target_groups: tuple[Annotated[Id, Ref("target_groups")], ...] = ()
    """For whom."""
    territories: tuple[Annotated[Id, Ref("territories")], ...] = ()
    """Where."""
    finance: Finance | None = None
    """Money."""
    specialists: Figure | None = None
    """How many specialists take part."""
    objectives: tuple[Objective, ...] = ()
    """Goals, objectives and expected results."""
    activities: tuple[Activity, ...] = ()
    """What is done."""
    deliverables: tuple[Deliverable, ...] = ()
    """What is made or bought."""
    commitments: tuple[Commitment, ...] = ()
    """What was promised for every one of a list."""

    @model_validator(mode="after")
    def _check(self) -> Project:
        not_negative(self, "specialists")
        return self


class Indicator(Described):
    """The definition of an indicator or of a data element that indicators are made of.

    Examples
    --------
    >>> from integrated_services.model import Indicator
    >>> Indicator(id="completion", kind="ratio", numerator="completed", denominator="enrolled", factor=100).factor
    100
    """

    NOUN: ClassVar[str] = "indicator"

    id: Id
    """Id."""
    kind: Literal["count", "ratio", "mean", "index", "qualitative"] = "count"
    """A count can be added up; a ratio is made from the counts below it."""
    unit: Text | None = None
    """Unit of the value: persons, EUR, percent ..."""
    counts: Literal["persons", "households", "organisations", "events", "products", "money", "other"] | None = None
    """What one unit is; counts of persons are protected on publication."""
    numerator: Annotated[Id, Ref("indicators")] | None = None
    """For a ratio: what is divided."""
    denominator: Annotated[Id, Ref("indicators")] | None = None
    """For a ratio: by what."""
    factor: Annotated[Number, WithJsonSchema({"type": "number"})] = 1
    """A ratio is shown times this factor: 100 for percent, 1000 for per mille."""
    formula: Text | None = None
    """How it is calculated, in words."""
    direction: Literal["increase", "decrease"] | None = None
    """Whether more or less is better."""
    over_territories: Literal["sum", "mean", "max", "min", "none"] = "sum"
    """How values of territories make the value of the territory that contains them."""
    over_time: Literal["sum", "mean", "max", "min", "last", "none"] = "last"
    """How values of periods make the value of a longer one (a stock is never summed)."""
    result_level: Literal["output", "result", "impact"] | None = None
    """Place in the chain of results."""
    codes: Identifiers = ()
    """Official codes (ESF CO01 ...)."""
    project: Annotated[Id, Ref("projects")] | None = None
    """The project that reports it."""
    breakdowns: tuple[Text, ...] = ()
    """Names of the breakdowns in which it is counted: sex, age group ..."""

    @model_validator(mode="after")
    def _check(self) -> Indicator:
        if (self.kind == "ratio") != (self.numerator is not None and self.denominator is not None):
            raise fault(
                "ratio-without-parts",
                "a ratio needs a numerator and a denominator, and only a ratio has them",
                "Name both data elements, or choose another kind.",
            )
        return self


def _breakdown(value: Any) -> Any:
    return [list(pair) for pair in sorted(value.items())] if isinstance(value, Mapping) else value


class Observation(Noun):
    """One value of an indicator for a territory, a period and a breakdown.

    Examples
    --------
    >>> from integrated_services.model import Observation
    >>> Observation(indicator="enrolled", territory="vievis", value=17, breakdown={"sex": "women"}).key
    'enrolled:vievis:sex=women:actual'
    """

    NOUN: ClassVar[str] = "observation"

    id: Id | None = None
    """Id; missing: made from indicator, territory, agency, period, breakdown and kind."""
    indicator: Annotated[Id, Ref("indicators")]
    """Of what."""
    territory: Annotated[Id, Ref("territories")] | None = None
    """Where; missing: for the whole project."""
    agency: Annotated[Id, Ref("agencies")] | None = None
    """Of which agency."""
    period: Period | None = None
    """When."""
    breakdown: Annotated[
        tuple[tuple[Text, Text], ...],
        BeforeValidator(_breakdown),
        WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
    ] = ()
    """Part of whom: ``{sex: women}``."""
    kind: Literal["baseline", "target", "actual"] = "actual"
    """Start value, aim or what was measured."""
    value: Figure | None = None
    """The value; zero is a value."""
    missing: Literal["missing", "refused", "not_applicable", "suppressed"] | None = None
    """Why there is no value."""
    sample: Count | None = None
    """Number of persons asked, where the value comes from a sample."""
    status: Literal["reported", "verified", "corrected"] = "reported"
    """State of the value."""
    date: PartialDate | None = None
    """When it was reported, verified or corrected."""
    sources: tuple[SourceRef, ...] = ()
    """Where the statement comes from."""

    def plain(self) -> Any:
        """Give the canonical form, with the breakdown as a mapping.

        Returns
        -------
        Any
            A mapping.
        """
        long = super().plain()
        if self.breakdown:
            long["breakdown"] = dict(self.breakdown)
        return long

    def _derived_key(self) -> str:
        return join_key(
            self.indicator,
            self.territory,
            self.agency,
            str(self.period.plain()).replace("/", "~") if self.period else None,
            tuple(f"{name}={part}" for name, part in self.breakdown),
            self.kind,
        )

    @model_validator(mode="after")
    def _check(self) -> Observation:
        if (self.value is None) == (self.missing is None):
            raise fault(
                "observation-ambiguous",
                "an observation has a value or says why there is none",
                "Give one of `value` and `missing`.",
            )
        return self
