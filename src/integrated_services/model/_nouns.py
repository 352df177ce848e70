"""The nouns of people and places: sources, territories, target groups, needs, demand, agencies, sites, surveys."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, StringConstraints, WithJsonSchema, model_validator

from integrated_services.model._base import Id, Label, Model, Noun, Ref, Text, fault, join_key
from integrated_services.model._dates import PartialDate, Period
from integrated_services.model._values import (
    Ages,
    Contact,
    Figure,
    Identifiers,
    Number,
    Point,
    exact_number,
    not_negative,
    share_of_one,
)

Sector = Literal[
    "education",
    "social",
    "child_protection",
    "health",
    "youth",
    "police",
    "justice",
    "employment",
    "culture",
    "community",
    "administration",
    "research",
    "funding",
    "other",
]
"""Sector of an agency."""

AgencyKind = Literal[
    "municipality",
    "association",
    "ministry",
    "state_agency",
    "school",
    "kindergarten",
    "support_centre",
    "social_service",
    "care_centre",
    "health_provider",
    "police",
    "library",
    "ngo",
    "local_action_group",
    "company",
    "research_body",
    "funder",
    "team",
    "unit",
    "other",
]
"""Kind of an agency."""

Level = Literal["country", "region", "county", "municipality", "eldership", "settlement"]
"""Level of a territory."""


SourceRef = Annotated[Id, Ref("sources")]


class Described(Noun):
    """A record with a name, a description and the sources that state it."""

    name: Label | None = None
    """Name, by language where there are several."""
    description: Label | None = None
    """What it is, in a sentence."""
    sources: tuple[SourceRef, ...] = ()
    """Where the record comes from."""


class Source(Noun):
    """Where a statement comes from; an assumption is a source too, and gives its reason in ``note``.

    Examples
    --------
    >>> from integrated_services.model import Source
    >>> Source(id="share", kind="assumption", title="Share of pupils", note="As in the county").key
    'share'
    """

    NOUN: ClassVar[str] = "source"

    id: Id
    """Id."""
    kind: Literal["document", "register", "survey", "expert", "assumption"]
    """Kind; figures that rest on one assumption vary together."""
    title: Label
    """Title."""
    note: Text | None = None
    """For an assumption: the reason for the values."""
    publisher: Text | None = None
    """Who published it."""
    date: PartialDate | None = None
    """When."""
    url: Text | None = None
    """Where it can be read (never fetched)."""
    licence: Text | None = None
    """Licence of the data taken from it."""

    @model_validator(mode="after")
    def _check(self) -> Source:
        if self.kind == "assumption" and not self.note:
            raise fault(
                "assumption-without-reason",
                f"the assumption {self.id!r} gives no reason",
                "Say in `note` why the values are chosen as they are.",
            )
        return self


_COORDINATES = {"type": "array", "minItems": 1, "items": {"type": "array", "minItems": 1}}


def _frozen(coordinates: Any) -> Any:
    """Turn lists of lists into tuples of tuples, so that nobody can change them."""
    if isinstance(coordinates, (list, tuple)):
        return tuple(map(_frozen, coordinates))
    return exact_number(coordinates)


class Outline(Model):
    """A GeoJSON geometry (RFC 7946): Polygon or MultiPolygon, longitude first, each ring closed.

    Examples
    --------
    >>> from integrated_services.model import Outline
    >>> square = [[[25, 54], [26, 54], [26, 55], [25, 55], [25, 54]]]
    >>> Outline.model_validate({"type": "Polygon", "coordinates": square}).coordinates[0][1]
    (26, 54)
    """

    type: Literal["Polygon", "MultiPolygon"]
    """GeoJSON type."""
    coordinates: Annotated[tuple[Any, ...], BeforeValidator(_frozen), WithJsonSchema(_COORDINATES)]
    """GeoJSON coordinates."""

    @model_validator(mode="after")
    def _check(self) -> Outline:
        polygons = (self.coordinates,) if self.type == "Polygon" else self.coordinates
        if not polygons or not all(map(_is_polygon, polygons)):
            raise fault(
                "bad-outline",
                f"the outline is not a GeoJSON {self.type}",
                "Give rings of at least four [longitude, latitude] pairs, the last one equal to the first.",
            )
        return self


def _is_polygon(polygon: object) -> bool:
    return isinstance(polygon, tuple) and len(polygon) > 0 and all(map(_is_ring, polygon))


def _is_ring(ring: object) -> bool:
    return isinstance(ring, tuple) and len(ring) >= 4 and all(map(_is_position, ring)) and ring[0] == ring[-1]


def _is_position(pair: object) -> bool:
    if not isinstance(pair, tuple) or len(pair) not in (2, 3) or any(isinstance(part, tuple) for part in pair):
        return False
    return bool(-180 <= pair[0] <= 180 and -90 <= pair[1] <= 90)


class Succession(Model):
    """What a territory becomes when it ends.

    Examples
    --------
    >>> from integrated_services.model import Succession
    >>> Succession(territory="vinni").share
    1
    """

    territory: Annotated[Id, Ref("territories")]
    """The territory that takes over."""
    share: Annotated[
        Number, Field(gt=0, le=1), WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 1})
    ] = 1
    """Share of the persons who come to it; the shares of one territory sum to 1."""


def _class(value: object) -> object:
    if isinstance(value, (bool, float)):  # which equal whole numbers
        raise fault("bad-choice", "this is not among the choices", "Write 1, 2 or 3.")
    return value


class Territory(Described):
    """An area, nested by ``part_of``.

    Examples
    --------
    >>> from integrated_services.model import Territory
    >>> Territory(id="vievis", level="eldership", part_of="elektrenai").plain()
    {'id': 'vievis', 'level': 'eldership', 'part_of': 'elektrenai'}
    """

    NOUN: ClassVar[str] = "territory"

    id: Id
    """Id."""
    level: Level | None = None
    """Level in the nesting."""
    part_of: Annotated[Id, Ref("territories")] | None = None
    """The territory that contains it."""
    codes: Identifiers = ()
    """Official codes: lau, nuts, ehak, iso-3166-2 ..."""
    point: Point | None = None
    """A point that stands for it on the map."""
    outline: Outline | None = None
    """Its outline."""
    degurba: Annotated[Literal[1, 2, 3], BeforeValidator(_class)] | None = None
    """Degree of urbanisation: 1 city, 2 town or suburb, 3 rural area."""
    valid: Period | None = None
    """When it exists."""
    succeeded_by: tuple[Succession, ...] = ()
    """What takes over when it ends (municipalities merge)."""


class TargetGroup(Described):
    """Whom the services are for: clients (final) or staff (professional).

    Examples
    --------
    >>> from integrated_services.model import TargetGroup
    >>> TargetGroup(id="pupils", ages=(7, 18)).kind
    'final'
    """

    NOUN: ClassVar[str] = "target group"

    id: Id
    """Id."""
    kind: Literal["final", "professional"] = "final"
    """Clients, or staff who are trained."""
    ages: Ages | None = None
    """Ages in completed years, both ends included, null for an open end."""
    broader: Annotated[Id, Ref("target_groups")] | None = None
    """The group that contains it."""
    overlaps: tuple[Annotated[Id, Ref("target_groups")], ...] = ()
    """Groups that share persons with it."""
    follows: tuple[Annotated[Id, Ref("target_groups")], ...] = ()
    """Groups that its persons come from (transitions)."""


class Population(Noun):
    """Persons of a target group who live in a territory.

    Examples
    --------
    >>> from integrated_services.model import Population
    >>> Population(target_group="pupils", territory="vievis", persons=400).key
    'pupils:vievis'
    """

    NOUN: ClassVar[str] = "population"

    id: Id | None = None
    """Id; missing: ``target_group:territory``."""
    target_group: Annotated[Id, Ref("target_groups")]
    """Whom."""
    territory: Annotated[Id, Ref("territories")]
    """Where they live."""
    persons: Figure
    """How many."""
    date: PartialDate | None = None
    """When they were counted."""

    @model_validator(mode="after")
    def _check(self) -> Population:
        not_negative(self, "persons")
        return self

    def _derived_key(self) -> str:
        return join_key(self.target_group, self.territory)


class Need(Described):
    """What a person may need, in a tree of concepts.

    Examples
    --------
    >>> from integrated_services.model import Need
    >>> Need(id="speech-therapy", broader="special-education-support").broader
    'special-education-support'
    """

    NOUN: ClassVar[str] = "need"

    id: Id
    """Id."""
    broader: Annotated[Id, Ref("needs")] | None = None
    """The wider need."""
    codes: Identifiers = ()
    """Codes in classifications."""


class RiskFactor(Described):
    """What is noticed first, and the needs it points to.

    Examples
    --------
    >>> from integrated_services.model import RiskFactor
    >>> RiskFactor(id="late-speech", points_to=("speech-therapy",)).points_to
    ('speech-therapy',)
    """

    NOUN: ClassVar[str] = "risk factor"

    id: Id
    """Id."""
    points_to: tuple[Annotated[Id, Ref("needs")], ...] = ()
    """Needs that it may stand for."""
    noticed_at: tuple[Annotated[Id, Ref("sites", "agencies", "services")], ...] = ()
    """Places, agencies or services where it is noticed."""


class Demand(Noun):
    """Persons of a group in a territory with a need: a number, or a share of the population.

    Examples
    --------
    >>> from integrated_services.model import Demand
    >>> Demand(need="speech-therapy", target_group="pupils", territory="vievis", share=0.12).key
    'speech-therapy:pupils:vievis'
    """

    NOUN: ClassVar[str] = "demand"

    id: Id | None = None
    """Id; missing: ``need:target_group:territory``."""
    need: Annotated[Id, Ref("needs")]
    """What they need."""
    target_group: Annotated[Id, Ref("target_groups")]
    """Who needs it."""
    territory: Annotated[Id, Ref("territories")]
    """Where they live."""
    persons: Figure | None = None
    """How many persons (with ``per`` where it is a flow)."""
    share: Figure | None = None
    """Share of the population of the group, 0 to 1."""
    each: Level | None = None
    """With ``share``: for every territory of this level inside ``territory`` (one rate, many places)."""

    def _derived_key(self) -> str:
        return join_key(self.need, self.target_group, self.territory)

    @model_validator(mode="after")
    def _check(self) -> Demand:
        if (self.persons is None) == (self.share is None):
            raise fault(
                "demand-ambiguous",
                "a demand is either a number of persons or a share of the population",
                "Give one of `persons` and `share`.",
            )
        if self.each is not None and self.share is None:
            raise fault("demand-ambiguous", "`each` needs a `share`", "Give a `share`, or leave `each` out.")
        share_of_one(self, "share")
        not_negative(self, "persons")
        return self


class Agency(Described):
    """An organisation or a unit of one.

    Examples
    --------
    >>> from integrated_services.model import Agency
    >>> Agency(id="centre", kind="support_centre", sector="education").sector
    'education'
    """

    NOUN: ClassVar[str] = "agency"

    id: Id
    """Id."""
    kind: AgencyKind | None = None
    """Kind."""
    sector: Sector | None = None
    """Sector."""
    level: Literal["national", "county", "municipal", "institution", "foreign"] | None = None
    """Level at which it works."""
    ownership: Literal["public", "private", "mixed"] | None = None
    """Who owns it."""
    part_of: Annotated[Id, Ref("agencies")] | None = None
    """The organisation that it belongs to."""
    territory: Annotated[Id, Ref("territories")] | None = None
    """The territory that it governs or serves."""
    collective: StrictBool = False
    """True where the record stands for a class of agencies ("the care centres of all municipalities")."""
    members: Figure | None = None
    """How many agencies a collective record stands for."""
    valid: Period | None = None
    """When it exists."""
    identifiers: Identifiers = ()
    """Registry codes."""
    contacts: tuple[Contact, ...] = ()
    """Contacts of the organisation (never of a person)."""

    @model_validator(mode="after")
    def _check(self) -> Agency:
        not_negative(self, "members")
        return self


class Site(Described):
    """A place where services are delivered.

    Examples
    --------
    >>> from integrated_services.model import Site
    >>> Site(id="house", agency="centre", territory="vievis").territory
    'vievis'
    """

    NOUN: ClassVar[str] = "site"

    id: Id
    """Id."""
    agency: Annotated[Id, Ref("agencies")] | None = None
    """The agency that runs it."""
    territory: Annotated[Id, Ref("territories")] | None = None
    """The territory that it lies in."""
    point: Point | None = None
    """Where it is."""
    address: Text | None = None
    """Postal address."""
    identifiers: Identifiers = ()
    """Codes."""
    valid: Period | None = None
    """When it is open."""


class Survey(Noun):
    """What has been mapped: not mapped is not the same as not there.

    Examples
    --------
    >>> from integrated_services.model import Survey
    >>> Survey(territories=("vievis",), status="complete", date="2022-03").key
    'vievis:2022-03'
    """

    NOUN: ClassVar[str] = "survey"

    id: Id | None = None
    """Id; missing: made from territories, needs and sectors."""
    territories: Annotated[tuple[Annotated[Id, Ref("territories")], ...], Field(min_length=1)]
    """Where the mapping took place (and inside)."""
    needs: tuple[Annotated[Id, Ref("needs")], ...] = ()
    """For which needs (and narrower ones); none: for all."""
    sectors: tuple[Sector, ...] = ()
    """In which sectors only; none: in all."""
    status: Literal["complete", "partial", "not_asked"]
    """Whether all services were mapped, some, or nobody asked."""
    date: PartialDate | None = None
    """When."""
    by: Annotated[Id, Ref("agencies")] | None = None
    """Who mapped."""
    sources: tuple[SourceRef, ...] = ()
    """Where the statement comes from."""
    note: Text | None = None
    """Remark."""

    def _derived_key(self) -> str:
        return join_key(self.territories, self.needs, self.sectors, str(self.date) if self.date else None)


LanguageCode = Annotated[str, StringConstraints(strict=True, pattern="^[a-z]{2,3}$")]
"""ISO 639 code."""

Count = Annotated[StrictInt, Field(ge=0)]
"""A whole number, 0 or more."""
