"""Ways from where somebody is noticed to a service that helps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import chain
from math import fsum
from typing import Literal

from integrated_services._compiled import Compiled, compiled
from integrated_services._results import provenance
from integrated_services.errors import AnalysisError
from integrated_services.model import Columns, Framework, columns_of
from integrated_services.network._barriers import barriers
from integrated_services.network._person import OLDEST, Person, facts
from integrated_services.network._routes import Barrier, Path, ReferralPaths
from integrated_services.network._search import Search, search
from integrated_services.network._services import net
from integrated_services.network._starts import Origin, needs_of, origin

Consent = Literal["person", "guardian"]
_CONSENTS = ("person", "guardian")


def referral_paths(
    fw: Framework | Columns,
    /,
    *,
    start: str | tuple[str, str],
    need: str | None = None,
    goal: str | None = None,
    age: int | None = None,
    target_group: str | None = None,
    territory: str | None = None,
    consent: Iterable[Consent] = (),
    k: int = 3,
    at: date | None = None,
) -> ReferralPaths:
    """Find the best ways from a start to a service that helps, or what stands in the way.

    Parameters
    ----------
    fw
        A framework, or columns.
    start
        Id of a service (the person is there), of a site or agency (the person may enter its services like anybody
        else), or of a risk factor (the person is where it is noticed); a pair of a risk factor and a place (site,
        agency or service), also written ``risk-factor@place``.
    need
        Id of the need that a service is to meet; a service for a broader need meets it, too.
    goal
        Id of the service to get to. Give ``need`` or ``goal``; from a risk factor neither has to be given, and ways to
        each need that it points to are found.
    age
        Age of the person in completed years.
    target_group
        Id of the target group that the person belongs to.
    territory
        Id of the territory where the person lives.
    consent
        Consents that are given: ``person``, ``guardian`` or both. What needs another one is closed.
    k
        How many ways are wanted (for each need).
    at
        The day; the reference date if None.

    Returns
    -------
    ReferralPaths
        The ways, the best first. No way is a finding: ``blocked`` then names the conditions that stop the person.

    Raises
    ------
    UnknownIdError
        Where an id does not exist; names the nearest.
    AnalysisError
        Where the arguments contradict each other.
    MissingDataError
        Where a risk factor points to no need and none is asked for.

    Notes
    -----
    The network has the services that are offered on the day, and two kinds of ways: referral records valid on that
    day, and senders whom the access rule of a service names (``access.referred_by``; agencies stand for the services
    that they provide). Whoever is not named by such a rule may not refer.

    *Who gets through.* The search runs only on what is open to the person: eligibility, ages and groups, the areas of
    the deliveries, the criteria of a referral, consent, access. What the document or the question leaves undecided does
    not block; it is listed as a condition. Nothing is asked again of a service where the person already is.

    *Expected days* of a hand-off are ``days / acceptance``: a referral that is turned down is sent again, each time
    with the same chance, so that 1 / acceptance referrals are made on average. An acceptance that is not stated is
    taken as certain, and counted as such. Days are never guessed: ways whose days are all stated come first, by their
    sum; behind them those with fewest hand-offs without stated days. Equal ways are ordered by the number of hand-offs,
    then by ids. Ways do not lead through a second start, nor on from a service that already helps. The wait at the last
    service may overlap with the days of the last hand-off, so it stands beside the sum and is not ranked by.

    References
    ----------
    Yen, J. Y. (1971). Finding the k shortest loopless paths in a network. Management Science 17(11), 712-716.

    Examples
    --------
    >>> from integrated_services import network, samples
    >>> found = network.referral_paths(
    ...     samples.load("elektrenai"), start="school-welfare-commission", need="special-education-support",
    ...     target_group="pupils", territory="vievis", consent={"guardian"}, k=1)
    >>> found.paths[0].services
    ('school-welfare-commission', 'needs-assessment', 'mobile-specialists')
    >>> round(found.paths[0].expected_days, 1)
    65.1
    >>> found.paths[0].first
    'needs-assessment'
    """
    c = compiled(fw, at=at)
    given = _consents(consent)
    person = _person(c, age, target_group, territory)
    if type(k) is not int or k < 1:
        raise AnalysisError(f"k is the number of ways that are wanted, 1 or more, not {k!r}.")
    begin = origin(net(c), start, person.territory, columns_of(fw))
    needs, end = _aims(c, begin, need, goal, columns_of(fw))
    ready = search(c, person, given, begin)
    paths: list[Path] = []
    blocked: list[Barrier] = []
    direct: dict[str, tuple[str, ...]] = {}
    for one in needs or (None,):
        found = ready.best(one, end, k)
        paths += found
        blocked += barriers(ready, one, end) if not found else []
        aim = c.keys("needs")[one] if one is not None else str(goal)
        direct[aim] = tuple(ready.net.ids[at] for at in ready.direct(one, end))
    paths.sort(key=_order)
    arguments = {
        "start": begin.text,
        "need": need,
        "goal": goal,
        "age": age,
        "target_group": target_group,
        "territory": territory,
        "consent": sorted(given),
        "k": k,
        "at": c.day,
    }
    return ReferralPaths(
        start=begin.text,
        needs=tuple(c.keys("needs")[one] for one in needs),
        goal=goal,
        paths=tuple(paths),
        blocked=tuple(blocked),
        direct=direct,
        remark=begin.remark,
        names=_names(ready, begin, chain(*(path.services for path in paths), *direct.values()), needs, end),
        start_label=begin.label,
        anywhere=begin.anywhere,
        provenance=provenance("network.referral_paths", c.digest, arguments),
        figures=ready.figures(paths),
    )


def _consents(consent: Iterable[str]) -> frozenset[str]:
    given = frozenset((consent,) if isinstance(consent, str) else consent)
    strange = sorted(given.difference(_CONSENTS), key=str)
    if strange:
        raise AnalysisError(f"Consent is given by the 'person', the 'guardian' or both, not by {strange[0]!r}.")
    return given


def _person(c: Compiled, age: int | None, target_group: str | None, territory: str | None) -> Person:
    if age is not None and (type(age) is not int or not 0 <= age <= OLDEST):
        raise AnalysisError(f"An age is a whole number of completed years from 0 to {OLDEST}, not {age!r}.")
    group = -1 if target_group is None else c.row("target_groups", target_group)
    place = -1 if territory is None else c.row("territories", territory)
    ages = (age, age) if age is not None else None
    own = facts(c).ages[group] if group >= 0 else None
    if own is not None:
        if age is not None and not own[0] <= age <= own[1]:
            name = c.label("target_groups", group)
            raise AnalysisError(f"Nobody of age {age} belongs to {name}, whose ages are {own[0]} to {own[1]}.")
        ages = ages or own
    return Person(ages, group, place)


def _aims(
    c: Compiled, begin: Origin, need: str | None, goal: str | None, whole: Columns
) -> tuple[tuple[int, ...], int | None]:
    """Rows of the needs to look for, or the position of the goal (-1 where it is not there on the day)."""
    if need is not None and goal is not None:
        raise AnalysisError("Give need= (any service that meets it) or goal= (one service), not both.")
    if need is not None:
        return (c.row("needs", need),), None
    if goal is not None and goal not in c.index("services") and goal in whole.tables.get("services", {}).get("key", ()):
        return (), -1
    if goal is not None:
        return (), net(c).position[c.row("services", goal)]
    if begin.risk_factor < 0:
        raise AnalysisError("Say where the person is to get: need= (any service that meets it) or goal= (one service).")
    return tuple(needs_of(c, begin.risk_factor)), None


def _order(path: Path) -> tuple[int, float, int]:
    """Order ways to different needs among each other as the search orders those to one need."""
    known = [step.expected_days for step in path.steps if step.expected_days is not None]
    return len(path.steps) - len(known), fsum(known), len(path.steps)


def _names(
    ready: Search, begin: Origin, services: Iterable[str], needs: Iterable[int], end: int | None
) -> Mapping[str, str]:
    c = ready.net.c
    position = {key: at for at, key in enumerate(ready.net.ids)}
    names = {c.keys("needs")[row]: c.label("needs", row) for row in needs}
    names |= {c.keys("agencies")[row]: c.label("agencies", row) for row in begin.agencies}
    shown = {*services, *([ready.net.ids[end]] if end is not None and end >= 0 else [])}
    return names | {key: ready.full_name(position[key]) for key in sorted(shown)}
