"""Where people start: at a service, a site, an agency, or where a risk factor is noticed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import attrs

from integrated_services._compiled import Compiled
from integrated_services.errors import AnalysisError, MissingDataError, UnknownIdError, nearest
from integrated_services.model import Columns
from integrated_services.network._person import Facts, Person, facts, residence_rule
from integrated_services.network._services import Net, linked

Start: TypeAlias = str | tuple[str, str]

_PLACES = ("services", "sites", "agencies")


@attrs.frozen(eq=False)
class Origin:
    """A start, looked up."""

    text: str
    """As it is written: ``absence@vievis-school``."""
    label: str
    """In words, to stand after "from"."""
    here: tuple[int, ...] = ()
    """Positions of the services where the person already is."""
    doors: tuple[int, ...] = ()
    """Positions of the services of the place, which the person may enter like anybody else."""
    agencies: tuple[int, ...] = ()
    """Agencies that may refer where an access rule names them."""
    risk_factor: int = -1
    remark: str | None = None
    nowhere: str | None = None
    """Why there is nothing to start at."""
    anywhere: bool = False
    """True where the start is a risk factor without a place."""


def parse_start(text: str) -> Start:
    """Read a start as it is typed: an id, or a risk factor and the place where it is noticed.

    Parameters
    ----------
    text
        ``vievis-school``, ``absence`` or ``absence@vievis-school``.

    Returns
    -------
    str or tuple of two str
        What `referral_paths` takes as ``start``.

    Raises
    ------
    AnalysisError
        Where a part is missing or there is more than one @.

    Examples
    --------
    >>> from integrated_services import network
    >>> network.parse_start("absence@vievis-school")
    ('absence', 'vievis-school')
    """
    parts = [part.strip() for part in text.split("@")]
    if len(parts) > 2 or not all(parts):
        raise AnalysisError(f"A start is an id, or a risk factor and a place as risk-factor@place, not {text!r}.")
    return parts[0] if len(parts) == 1 else (parts[0], parts[1])


def origin(services: Net, start: Start, territory: int, whole: Columns) -> Origin:
    """Look a start up.

    Parameters
    ----------
    services
        Services and ways.
    start
        Id, text with @, or pair of risk factor and place.
    territory
        Row of the territory where the person lives, or -1; places elsewhere do not notice the person's risk factor.
    whole
        The document, also with what is not there on the day.

    Returns
    -------
    Origin
        The services and agencies to start from.

    Raises
    ------
    UnknownIdError
        Where an id does not exist.
    AnalysisError
        Where the start is neither a text nor a pair.
    """
    c = services.c
    read = parse_start(start) if isinstance(start, str) else start
    if isinstance(read, str):
        if any(read in c.index(table) for table in _PLACES):
            return _place(services, read)
        if read in c.index("risk_factors"):
            return _anywhere(services, c.index("risk_factors")[read], territory)
        return _gone(c, read, whole, (*_PLACES, "risk_factors"), "service, site, agency or risk factor")
    pair: object = read  # whatever was passed: a list from a JSON file will do
    if not (isinstance(pair, tuple | list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
        raise AnalysisError("A start is an id, or a pair of a risk factor and the place where it is noticed.")
    risk_factor = c.row("risk_factors", read[0])
    name = c.label("risk_factors", risk_factor)
    there = any(read[1] in c.index(table) for table in _PLACES)
    place = _place(services, read[1]) if there else _gone(c, read[1], whole, _PLACES, "service, site or agency")
    known = any(
        read[1] in [c.keys(table)[row] for row in linked(c, "risk_factors.noticed_at", table)[risk_factor]]
        for table in _PLACES
    )
    strange = f"The document does not name {place.label} among the places where it is noticed: {name}."
    return attrs.evolve(
        place,
        text="@".join(read),
        label=f"{name}, noticed at {place.label}",
        risk_factor=risk_factor,
        remark=None if known else strange,
    )


def needs_of(c: Compiled, risk_factor: int) -> list[int]:
    """Give the needs that a risk factor points to.

    Parameters
    ----------
    c
        Compiled framework.
    risk_factor
        Row of the risk factor.

    Returns
    -------
    list of int
        Rows, by id.

    Raises
    ------
    MissingDataError
        Where it points to none.
    """
    needs = linked(c, "risk_factors.points_to")[risk_factor]
    if not needs:
        name = c.label("risk_factors", risk_factor)
        raise MissingDataError(
            f"The document does not say which need it points to: {name}. Add points_to, or ask with need= or goal=.",
            [f"{c.path('risk_factors', risk_factor)}.points_to"],
        )
    return sorted(set(needs), key=c.keys("needs").__getitem__)


def _gone(c: Compiled, key: str, whole: Columns, tables: Iterable[str], noun: str) -> Origin:
    """Start at what the document names, but what is not there on the day."""
    keys = [one for table in tables for one in whole.tables.get(table, {}).get("key", ())]
    if key not in keys:
        raise UnknownIdError(noun, key, nearest(key, keys))
    return Origin(key, key, nowhere=f"It is not there on {c.day}: {key}.")


def _place(services: Net, key: str) -> Origin:
    """Start at a service; else at the site and the agency of that id (a school may be recorded as both)."""
    c = services.c
    row = c.index("services").get(key)
    if row is not None:
        return Origin(key, c.label("services", row), here=(services.position[row],))
    at = {table: c.index(table)[key] for table in ("sites", "agencies") if key in c.index(table)}
    label = next(c.label(table, row) for table, row in at.items())
    sites, agencies = (
        [row for name, row in at.items() if name == table and c.valid(table)[row]] for table in ("sites", "agencies")
    )
    if not sites and not agencies:
        return Origin(key, label, nowhere=f"It is not there on {c.day}: {label}.")
    doors, senders = _doors(services, sites, agencies)
    nowhere = None
    if not doors and not _may_refer(services, senders):
        nowhere = f"No service is delivered or provided there, and no access rule says that it may refer: {label}."
    return Origin(key, label, doors=doors, agencies=senders, nowhere=nowhere)


def _doors(services: Net, sites: list[int], agencies: list[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Services at the sites and of the agencies with their units, and the agencies that may refer by themselves."""
    c = services.c
    tree = c.tree("agencies", "part_of")
    there = c.valid("agencies")
    units = {row for row in range(c.size("agencies")) for above in agencies if tree.inside(row, above) and there[row]}
    site_of, valid = c.refs("services.deliveries", "site").tolist(), c.valid("services.deliveries")
    parents = c.parents("services.deliveries").tolist()
    found = {services.position[parents[row]] for row, site in enumerate(site_of) if site in set(sites) and valid[row]}
    found |= {at for at, providers in enumerate(services.providers) if not units.isdisjoint(providers)}
    owners = {row for site in sites if (row := int(c.refs("sites", "agency")[site])) >= 0 and there[row]}
    keys = c.keys("agencies")
    return tuple(sorted(found)), tuple(sorted(units | owners, key=keys.__getitem__))


def _anywhere(services: Net, risk_factor: int, territory: int) -> Origin:
    """Start wherever a risk factor is noticed, in the territory if one is given."""
    c, known = services.c, facts(services.c)
    name, key = c.label("risk_factors", risk_factor), c.keys("risk_factors")[risk_factor]
    noticed = {table: linked(c, "risk_factors.noticed_at", table)[risk_factor] for table in _PLACES}
    label = f"{name}, wherever it is noticed"
    if not any(noticed.values()):
        unsaid = f"The document does not say where it is noticed: {name}."
        return Origin(key, label, risk_factor=risk_factor, nowhere=unsaid, anywhere=True)
    near = {
        table: [row for row in noticed[table] if _near(c, known, table, row, territory)]
        for table in ("sites", "agencies")
    }
    at_services = sorted(services.position[row] for row in noticed["services"])
    here = tuple(at for at in at_services if residence_rule(c, at).judge(Person(territory=territory)) >= 0)
    doors, agencies = _doors(services, near["sites"], near["agencies"])
    nowhere: str | None = None
    if not here and not any(near.values()):
        where = f"in {c.label('territories', territory)}" if territory >= 0 else f"on {c.day}"
        nowhere = f"It is noticed nowhere {where}: {name}."
    elif not here and not doors and not _may_refer(services, agencies):
        nowhere = f"Where it is noticed no service is delivered or provided, and nobody there may refer: {name}."
    doors = tuple(at for at in doors if at not in here)
    return Origin(key, label, here, doors, agencies, risk_factor, None, nowhere, anywhere=True)


def _may_refer(services: Net, agencies: tuple[int, ...]) -> bool:
    return any(services.may_be_sent_by(at, agencies) for at in range(len(services.ids)))


def _near(c: Compiled, known: Facts, table: str, row: int, territory: int) -> bool:
    """Tell whether a place is there and can lie in a territory: in it, around it, or nobody says where."""
    if not c.valid(table)[row]:
        return False
    place = int(c.refs(table, "territory")[row])
    return territory < 0 or place < 0 or known.lives_in(Person(territory=territory), [place]) >= 0
