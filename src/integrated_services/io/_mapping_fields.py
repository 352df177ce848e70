"""What a column of a foreign table can mean: the fields, by the noun that they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, Literal, get_args

import attrs

from integrated_services.model import (
    Access,
    Agency,
    Cooperation,
    Delivery,
    Project,
    Referral,
    Service,
    Survey,
    TargetGroup,
    Territory,
)

Kind = Literal[
    "text", "name", "key", "code", "choice", "figure", "share", "money", "ages", "age", "date", "language",
    "email", "phone", "web", "contact", "address", "latitude", "longitude", "person", "ignore",
]  # fmt: skip
"""How the cells of a field are read."""

NOUNS: Final = (
    "service", "agency", "site", "territory", "target_group", "need", "risk_factor", "demand", "population",
    "cooperation", "referral", "survey", "project", "lookup", "ignore",
)  # fmt: skip
"""What a row of a table can be; rows of a lookup are texts that the cells of other tables refer to."""


@attrs.frozen
class FieldTarget:
    """One thing that a column can mean.

    Attributes
    ----------
    path
        Noun and field: ``service.name``.
    kind
        How the cells are read.
    many
        Whether a cell may hold several values.
    repeats
        Whether several columns of a table may have this field.
    choices
        The words that the model knows, for a choice.
    """

    path: str
    kind: Kind
    many: bool = False
    repeats: bool = False
    choices: tuple[str, ...] = ()

    @property
    def noun(self) -> str:
        """The noun that the field belongs to."""
        return self.path.partition(".")[0]

    @property
    def field(self) -> str:
        """The field without its noun."""
        return self.path.partition(".")[2]


def _literals(annotation: Any) -> Iterator[str]:
    if isinstance(annotation, str):
        yield annotation
    for inner in get_args(annotation):
        yield from _literals(inner)


def _choices(cls: Any, field: str) -> tuple[str, ...]:
    return tuple(_literals(cls.model_fields[field].annotation))


_PLAIN: Final[dict[Kind, str]] = {
    "name": """service.name agency.name site.name territory.name target_group.name need.name risk_factor.name
        project.name agency.part_of territory.part_of need.broader target_group.broader cooperation.first
        cooperation.second referral.sender referral.receiver service.project survey.by service.referred_by""",
    "key": """service.key agency.key site.key territory.key target_group.key need.key project.key lookup.key""",
    "code": "service.code agency.code site.code territory.code need.code",
    "text": """service.description agency.description site.description territory.description need.description
        target_group.description risk_factor.description project.description service.condition service.legal_basis
        service.access_note delivery.note delivery.role cooperation.scale lookup.text survey.note""",
    "figure": """delivery.capacity delivery.wait delivery.duration delivery.fte delivery.caseload demand.persons
        delivery.sessions_per_person delivery.hours_per_person population.persons cooperation.level referral.days
        agency.members""",
    "share": "demand.share referral.share referral.acceptance",
    "money": "delivery.cost",
    "ages": "service.ages target_group.ages",
    "age": "service.age_from service.age_to target_group.age_from target_group.age_to",
    "date": """service.valid_from service.valid_to delivery.funded_until population.date survey.date project.start
        project.end""",
    "language": "service.language delivery.language",
    "email": "service.email agency.email lookup.email",
    "phone": "service.phone agency.phone lookup.phone",
    "web": "service.web agency.web lookup.web",
    "contact": "service.contact agency.contact",
    "address": "agency.address site.address",
    "latitude": "site.latitude",
    "longitude": "site.longitude",
    "person": "person.name person.contact person.code",
    "ignore": "ignore",
}
_CHOICES: Final = {
    "agency.kind": (Agency, "kind"),
    "agency.sector": (Agency, "sector"),
    "agency.level": (Agency, "level"),
    "agency.ownership": (Agency, "ownership"),
    "territory.level": (Territory, "level"),
    "target_group.kind": (TargetGroup, "kind"),
    "service.access": (Access, "by"),
    "service.consent": (Access, "consent"),
    "service.status": (Service, "status"),
    "delivery.channel": (Delivery, "channel"),
    "cooperation.kind": (Cooperation, "kind"),
    "referral.consent": (Referral, "consent"),
    "survey.status": (Survey, "status"),
    "project.kind": (Project, "kind"),
}
_MANY_TEXT: Final = """
agency.name target_group.name need.name territory.name service.legal_basis service.language delivery.language
service.email agency.email service.phone agency.phone service.web agency.web service.contact agency.contact
service.referred_by lookup.email lookup.phone lookup.web lookup.text ignore person.name person.contact person.code
delivery.note service.code agency.code site.code territory.code need.code service.condition service.access_note
service.description agency.description site.description territory.description need.description service.ages
target_group.description project.description risk_factor.description survey.note
"""
_MANY: Final = frozenset(_MANY_TEXT.split())
_ONE_COLUMN: Final = frozenset(("agency.name", "territory.name", "service.referred_by"))

_COMMON: Final = ("person", "ignore")
_ROW: Final = ("service", "delivery", "agency", "site", "territory", "target_group", "need", "project", *_COMMON)
FIELDS_OF: Final[dict[str, tuple[str, ...]]] = {
    "service": _ROW,
    "agency": ("agency", "site", "territory", *_COMMON),
    "site": ("site", "agency", "territory", *_COMMON),
    "territory": ("territory", "population", *_COMMON),
    "target_group": ("target_group", *_COMMON),
    "need": ("need", *_COMMON),
    "risk_factor": ("risk_factor", "need", *_COMMON),
    "demand": ("demand", "need", "target_group", "territory", *_COMMON),
    "population": ("population", "target_group", "territory", *_COMMON),
    "cooperation": ("cooperation", *_COMMON),
    "referral": ("referral", *_COMMON),
    "survey": ("survey", "need", "territory", *_COMMON),
    "project": ("project", *_COMMON),
    "lookup": ("lookup", *_COMMON),
    "ignore": _COMMON,
}
"""Nouns whose fields the rows of each noun can have."""


@cache
def targets() -> dict[str, FieldTarget]:
    """List everything that a column can mean.

    Returns
    -------
    dict[str, FieldTarget]
        By path.

    Examples
    --------
    >>> from integrated_services.io._mapping_fields import targets
    >>> targets()["delivery.channel"].choices
    ('on_site', 'mobile', 'online')
    """
    found = {
        path: FieldTarget(path, kind, path in _MANY, kind == "address" or path in _MANY - _ONE_COLUMN)
        for kind, paths in _PLAIN.items()
        for path in paths.split()
    }
    for path, (cls, field) in _CHOICES.items():
        found[path] = FieldTarget(path, "choice", choices=_choices(cls, field))
    return found


def is_field_of(path: str, noun: str) -> bool:
    """Tell whether rows of a noun can have a field.

    Parameters
    ----------
    path
        Field.
    noun
        What the rows are.

    Returns
    -------
    bool
        False for a capacity in a list of agencies.

    Examples
    --------
    >>> from integrated_services.io._mapping_fields import is_field_of
    >>> is_field_of("agency.name", "service"), is_field_of("delivery.capacity", "agency")
    (True, False)
    """
    return path.partition(".")[0] in FIELDS_OF[noun]
