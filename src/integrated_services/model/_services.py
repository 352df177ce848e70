"""The nouns of help: services with their deliveries and posts, ties between agencies, referral between services."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool, model_validator

from integrated_services.model._base import Id, Label, Noun, Record, Ref, Text, fault, join_key
from integrated_services.model._dates import PartialDate, Period
from integrated_services.model._nouns import Described, LanguageCode, SourceRef
from integrated_services.model._values import (
    Access,
    Consent,
    Contact,
    Eligibility,
    Figure,
    Identifiers,
    Money,
    not_negative,
    share_of_one,
)


class Post(Record):
    """A staff post of a delivery, and what pays for it until when.

    Examples
    --------
    >>> from integrated_services.model import Post
    >>> Post(role="psychologist", fte=0.5).key
    'psychologist'
    """

    NOUN: ClassVar[str] = "post"

    id: Id | None = None
    """Id; missing: the role."""
    role: Text
    """psychologist, care-coordinator, social-worker, speech-therapist ..."""
    fte: Figure | None = None
    """Full-time equivalents."""
    agency: Annotated[Id, Ref("agencies")] | None = None
    """Employer, where it is not the provider."""
    funded_by: Annotated[Id, Ref("projects")] | None = None
    """The project that pays."""
    funded_until: PartialDate | None = None
    """Until when it is paid; missing: the end of the project, or open."""
    sources: tuple[SourceRef, ...] = ()
    """Where the statement comes from."""

    def _derived_key(self) -> str:
        return join_key(self.role)

    @model_validator(mode="after")
    def _check(self) -> Post:
        not_negative(self, "fte")
        return self


class Delivery(Record):
    """Where, how and for how many a service is delivered.

    Examples
    --------
    >>> from integrated_services.model import Delivery
    >>> Delivery(area=("vievis", "semeliskes"), channel="mobile", capacity=40).key
    'vievis+semeliskes'
    """

    NOUN: ClassVar[str] = "delivery"

    id: Id | None = None
    """Id; missing: the site, else the area, else the channel."""
    site: Annotated[Id, Ref("sites")] | None = None
    """Where people come to."""
    area: tuple[Annotated[Id, Ref("territories")], ...] = ()
    """Whose residents may use it; missing: those of the territory that the site lies in."""
    channel: Literal["on_site", "mobile", "online"] = "on_site"
    """People come, the team comes, or it is on line."""
    capacity: Figure | None = None
    """Places at a time, or persons, sessions or hours per period; missing: unknown (not zero, not endless)."""
    wait: Figure | None = None
    """Days from the referral to the start."""
    duration: Figure | None = None
    """Days that one person stays: turns places into persons per year."""
    sessions_per_person: Figure | None = None
    """Turns sessions into persons."""
    hours_per_person: Figure | None = None
    """Turns hours into persons."""
    caseload: Figure | None = None
    """Persons at a time per full-time post: gives the places where the capacity is not stated."""
    cost: Money | None = None
    """What it costs to run (per year unless ``per`` says otherwise)."""
    posts: tuple[Post, ...] = ()
    """Staff."""
    languages: tuple[LanguageCode, ...] = ()
    """Languages in which it is given; none: those of the service."""
    funded_by: Annotated[Id, Ref("projects")] | None = None
    """The project that pays."""
    valid: Period | None = None
    """When it is offered."""
    sources: tuple[SourceRef, ...] = ()
    """Where the statement comes from."""
    note: Label | None = None
    """Remark."""

    def _derived_key(self) -> str:
        return self.site or join_key(self.area) or self.channel

    @model_validator(mode="after")
    def _check(self) -> Delivery:
        not_negative(self, "capacity", "wait", "duration", "sessions_per_person", "hours_per_person", "caseload")
        unit = self.capacity.unit if self.capacity else None
        if unit not in (None, "places", "persons", "sessions", "hours"):
            raise fault(
                "unit-of-capacity",
                f"a capacity cannot be counted in {unit}",
                "Count places at a time, or persons, sessions or hours per period.",
                "capacity",
            )
        return self


class Service(Described):
    """What is done for people.

    Examples
    --------
    >>> from integrated_services.model import Service
    >>> Service(id="mobile", meets=("speech-therapy",), deliveries=({"channel": "online"},)).deliveries[0].key
    'online'
    """

    NOUN: ClassVar[str] = "service"

    id: Id
    """Id."""
    providers: tuple[Annotated[Id, Ref("agencies")], ...] = ()
    """Agencies that provide it."""
    meets: tuple[Annotated[Id, Ref("needs")], ...] = ()
    """Needs that it meets."""
    serves: tuple[Annotated[Id, Ref("target_groups")], ...] = ()
    """Target groups that it serves."""
    eligibility: Eligibility | None = None
    """Who may come."""
    access: Access | None = None
    """How to get in; missing: not stated (treated as open, and said so)."""
    legal_basis: tuple[Label, ...] = ()
    """Laws and decisions that it rests on."""
    languages: tuple[LanguageCode, ...] = ()
    """Languages in which it is given."""
    status: Literal["active", "planned", "pilot", "closed"] = "active"
    """State."""
    project: Annotated[Id, Ref("projects")] | None = None
    """The project that creates or carries it."""
    identifiers: Identifiers = ()
    """Codes."""
    contacts: tuple[Contact, ...] = ()
    """Contacts of the service (never of a person)."""
    valid: Period | None = None
    """When it is offered."""
    deliveries: tuple[Delivery, ...] = ()
    """Where, how and for how many."""


class Cooperation(Noun):
    """A tie between two agencies.

    Examples
    --------
    >>> from integrated_services.model import Cooperation
    >>> Cooperation(agencies=("school", "police"), level=3, scale="frey-2006").key
    'cooperates:school+police'
    """

    NOUN: ClassVar[str] = "cooperation"

    id: Id | None = None
    """Id; missing: ``kind:agency+agency``."""
    agencies: Annotated[tuple[Annotated[Id, Ref("agencies")], Annotated[Id, Ref("agencies")]], Field()]
    """The two agencies; with ``directed`` the first one acts on the second."""
    kind: Literal[
        "cooperates",
        "partners",
        "refers",
        "funds",
        "supervises",
        "trains",
        "shares_information",
        "shares_premises",
        "coordinates",
        "contracts",
    ] = "cooperates"
    """Kind of the tie."""
    directed: StrictBool = False
    """True where the first agency funds, supervises or trains the second."""
    level: Figure | None = None
    """Level of cooperation on ``scale``."""
    scale: Text | None = None
    """Id of the scale, such as ``frey-2006`` (0 none to 5 collaboration); levels of two scales are never compared."""
    reported_by: Annotated[Id, Ref("agencies")] | None = None
    """Which of the two said so; missing: the source."""
    data_sharing: Label | None = None
    """On what basis they share data about persons."""
    project: Annotated[Id, Ref("projects")] | None = None
    """The project in which they cooperate."""
    valid: Period | None = None
    """When."""
    sources: tuple[SourceRef, ...] = ()
    """Where the statement comes from."""

    def _derived_key(self) -> str:
        return join_key(self.kind, self.agencies)

    @model_validator(mode="after")
    def _check(self) -> Cooperation:
        if self.agencies[0] == self.agencies[1]:
            raise fault("tie-with-itself", f"{self.agencies[0]!r} is tied to itself", "Name two agencies.")
        if self.level is not None and self.scale is None:
            raise fault(
                "level-without-scale",
                "a level of cooperation means nothing without its scale",
                "Name the scale, for example `scale: frey-2006`.",
            )
        return self


class Referral(Noun):
    """An arc along which people are sent from one service to another.

    Examples
    --------
    >>> from integrated_services.model import Referral
    >>> Referral(sender="advice", receiver="therapy", days=10, acceptance=0.8).key
    'advice:therapy'
    """

    NOUN: ClassVar[str] = "referral"

    id: Id | None = None
    """Id; missing: ``sender:receiver``."""
    sender: Annotated[Id, Ref("services")]
    """The service that refers."""
    receiver: Annotated[Id, Ref("services")]
    """The service referred to."""
    days: Figure | None = None
    """Days from the referral to the first contact."""
    acceptance: Figure | None = None
    """Probability that the referral is accepted, 0 to 1."""
    share: Figure | None = None
    """Share of the sender's clients who are referred on this arc, 0 to 1."""
    consent: Consent = "none"
    """Whose consent it takes."""
    criteria: Eligibility | None = None
    """Who may be referred."""
    valid: Period | None = None
    """When."""
    sources: tuple[SourceRef, ...] = ()
    """Where the statement comes from."""
    note: Label | None = None
    """Remark."""

    def _derived_key(self) -> str:
        return join_key(self.sender, self.receiver)

    @model_validator(mode="after")
    def _check(self) -> Referral:
        if self.sender == self.receiver:
            raise fault("tie-with-itself", f"{self.sender!r} refers to itself", "Name two services.")
        share_of_one(self, "acceptance", "share")
        not_negative(self, "days")
        return self
