"""Made-up frameworks of any size: valid, plainly invented, the same for the same size and seed everywhere."""

from __future__ import annotations

from datetime import date
from math import isqrt
from typing import Final, Literal

from integrated_services.errors import AnalysisError
from integrated_services.model import Framework
from integrated_services.model._load import _no_collection
from integrated_services.samples._make_parts import SOURCE, Places, Projects, Raw, name

_SIZES: Final = {"tiny": 6, "county": 60, "national": 5_000}
_LARGEST: Final = 200_000
_AGENCY_KINDS: Final = (
    ("municipality", "administration"),
    ("school", "education"),
    ("support_centre", "education"),
    ("social_service", "social"),
    ("health_provider", "health"),
    ("police", "police"),
    ("ngo", "community"),
)
_ROLES: Final = ("psychologist", "care-coordinator", "social-worker", "speech-therapist")
_CONSENTS: Final = ("none", "guardian", "person", "person_and_guardian")


def make_framework(size: Literal["tiny", "county", "national"] | int, seed: int) -> Framework:
    """Make up a valid framework of any size.

    Names are plainly invented ("Municipality 3", "Service 17"), and every figure is marked assumed.

    Parameters
    ----------
    size
        ``tiny`` (6 services), ``county`` (60 services in 8 territories), ``national`` (5,000 in 80 territories), or
        about how many services; everything else grows with them.
    seed
        Number that the framework follows from: the same size and seed give the same framework on every machine.

    Returns
    -------
    Framework
        The framework.

    Raises
    ------
    AnalysisError
        Where there is no such size.

    Examples
    --------
    >>> from integrated_services import samples
    >>> fw = samples.make_framework("county", seed=1)
    >>> len(fw.territories), len(fw.services), len(fw.agencies), len(fw.referrals)
    (8, 60, 25, 280)
    >>> fw.digest == samples.make_framework("county", seed=1).digest
    True
    """
    maker = _Maker(_services(size), seed)
    with _no_collection():
        # Valid as it is made, which tests check; to look for errors in it would take longer than to make it.
        return Framework.model_validate(maker.document(str(size)), context={"unchecked": True})


def _services(size: str | int) -> int:
    if isinstance(size, str):
        if size not in _SIZES:
            raise AnalysisError(
                f"There is no size {size!r}; give {', '.join(map(repr, _SIZES))} or a number of services."
            )
        return _SIZES[size]
    if size < 1:
        raise AnalysisError("A framework has at least one service; give a size of 1 or more.")
    if size > _LARGEST:
        raise AnalysisError(
            f"{size:,} services are more than a document holds well (at most {_LARGEST:,}); frameworks of such sizes "
            "come in as columns through model.from_frames."
        )
    return size


class _Maker(Projects):
    """Draws one framework; all its randomness is whole numbers from one generator."""

    def __init__(self, services: int, seed: int) -> None:
        super().__init__(f"integrated_services {services} {seed}")
        self.seed = seed
        self.n = services
        self.n_territories = max(3, isqrt(services * 128 // 100))
        self.n_groups = min(10, 2 + services // 6)
        self.n_needs = min(8, 2 + services // 6)
        self.n_agencies = 5 + services // 3
        self.n_sites = 2 + services // 2
        self.n_projects = max(1, services // 1_000)
        self.groups = [f"g{i}" for i in range(1, self.n_groups + 1)]
        self.needs = [f"n{i}" for i in range(1, self.n_needs + 1)]
        self.agencies = [f"a{i}" for i in range(1, self.n_agencies + 1)]
        self.sites = [f"p{i}" for i in range(1, self.n_sites + 1)]
        self.services = [f"s{i}" for i in range(1, services + 1)]
        self.places = self._place_ids()

    def document(self, size: str) -> Raw:
        """Give the plain document."""
        return {
            "framework": f"made-up-{size}-{self.seed}".replace("--", "-minus-"),
            "title": {"en": "A made-up framework", "et": "Väljamõeldud raamistik", "lt": "Išgalvota sistema"},
            "description": {
                "en": "Nothing in it is true; it serves to try things out.",
                "et": "Miski selles ei ole tõsi; see on proovimiseks.",
                "lt": "Čia nieko tikro nėra; tai skirta bandymams.",
            },
            "languages": ["en", "et", "lt"],
            "reference_date": date(2022, 6, 1),
            "basis": "assumed",
            "sources": [
                {
                    "id": SOURCE,
                    "kind": "assumption",
                    "title": {"en": "Made up", "et": "Välja mõeldud", "lt": "Išgalvota"},
                    "note": "drawn at random, to try things out",
                }
            ],
            "territories": self.make_territories(),
            "target_groups": self.make_groups(),
            "populations": self.make_populations(),
            "needs": self.make_needs(),
            "risk_factors": self.make_risk_factors(),
            "demands": self.make_demands(),
            "agencies": self.make_agencies(),
            "sites": self.make_sites(),
            "services": [self.make_service(i) for i in range(1, self.n + 1)],
            "cooperations": self.make_cooperations(),
            "referrals": self.make_referrals(),
            "projects": [self.make_project(i) for i in range(1, self.n_projects + 1)],
            "indicators": self.make_indicators(),
            "observations": self.make_observations(),
            "surveys": self.make_surveys(),
        }

    # places ---------------------------------------------------------------------------------------------------------

    def _place_ids(self) -> Places:
        n = self.n_territories
        if n <= 12:
            return Places("c1", ["c1"], [f"m{i}" for i in range(1, n)], [])
        n_counties, n_elderships = n // 11, n // 7
        n_municipalities = n - 1 - n_counties - n_elderships
        return Places(
            "land",
            [f"c{i}" for i in range(1, n_counties + 1)],
            [f"m{i}" for i in range(1, n_municipalities + 1)],
            [f"e{i}" for i in range(1, n_elderships + 1)],
        )

    def make_territories(self) -> list[Raw]:
        """Make a county with municipalities, or a country with counties, municipalities and some elderships."""
        places = self.places
        found: list[Raw] = []
        if places.root == "land":
            found.append({"id": "land", "name": name("country", 1), "level": "country"})
        for i, key in enumerate(places.counties, 1):
            found.append(
                {"id": key, "name": name("county", i), "level": "county"}
                | ({"part_of": "land"} if places.root == "land" else {})
            )
        for i, key in enumerate(places.municipalities, 1):
            one: Raw = {
                "id": key,
                "name": name("municipality", i),
                "level": "municipality",
                "part_of": places.counties[i % len(places.counties)],
                "codes": {"made-up": f"{i:04d}"},
                "point": self.point(),
                "degurba": self.between(1, 3),
            }
            found.append(one | ({"valid": {"start": "2010"}} if i % 7 == 0 else {}))
        for i, key in enumerate(places.elderships, 1):
            found.append(
                {
                    "id": key,
                    "name": name("eldership", i),
                    "level": "eldership",
                    "part_of": places.municipalities[i % len(places.municipalities)],
                    "point": self.point(),
                }
            )
        return found

    def point(self) -> Raw:
        """Draw a point."""
        return {
            "lat": 54 + self.below(500) / 100,
            "lon": 21 + self.below(600) / 100,
            "basis": "assumed",
            "source": SOURCE,
        }

    def make_sites(self) -> list[Raw]:
        """Make sites; some lie nowhere in particular."""
        found = []
        for i, key in enumerate(self.sites, 1):
            one: Raw = {"id": key, "name": name("site", i), "agency": self.pick(self.agencies)}
            if i % 11:
                one |= {
                    "territory": self.pick(
                        self.places.elderships if i % 5 == 0 and self.places.elderships else self.places.municipalities
                    )
                }
            if i % 4:
                one["point"] = self.point()
            if i % 13 == 0:
                one["valid"] = {"start": "2015", "end": "2021-06"}
            found.append(one)
        return found

    # people and needs -----------------------------------------------------------------------------------------------

    def make_groups(self) -> list[Raw]:
        """Make target groups: every fourth a part of the first, one of staff, some that overlap."""
        found: list[Raw] = []
        for i, key in enumerate(self.groups, 1):
            one: Raw = {"id": key, "name": name("group", i), "ages": [(i - 1) * 8, (i - 1) * 8 + 9]}
            if i % 4 == 0:
                one |= {"broader": "g1", "ages": [2, 6]}
            if i % 5 == 0:
                one |= {"overlaps": [self.groups[i - 2]], "follows": [self.groups[i - 3]]}
            if i == 7:
                one |= {"kind": "professional", "ages": None}
            found.append(one)
        return found

    def make_needs(self) -> list[Raw]:
        """Make needs in two wider areas."""
        wide = [{"id": f"area{i}", "name": name("need", 100 * i)} for i in (1, 2)]
        return wide + [
            {"id": key, "name": name("need", i), "broader": f"area{1 + i % 2}"} for i, key in enumerate(self.needs, 1)
        ]

    def make_risk_factors(self) -> list[Raw]:
        """Make what is noticed first."""
        return [
            {
                "id": f"r{i}",
                "name": name("sign", i),
                "points_to": self.some(self.needs, 2),
                "noticed_at": [self.pick(self.sites), self.pick(self.services)],
            }
            for i in range(1, 1 + self.n_needs // 2)
        ]

    def make_populations(self) -> list[Raw]:
        """Make a population for most groups and municipalities."""
        return [
            {"target_group": group, "territory": place, "persons": self.figure(self.between(50, 2_000)), "date": "2021"}
            for place in self.places.municipalities
            for group in self.groups
            if self.below(10)
        ]

    def make_demands(self) -> list[Raw]:
        """Make demand: persons at a time, some per year, and rates that hold for every municipality."""
        found: list[Raw] = []
        rated = {(self.needs[0], self.groups[0]), (self.needs[-1], self.groups[-1])}
        for need, group in sorted(rated):
            found.append(
                {
                    "need": need,
                    "target_group": group,
                    "territory": self.places.root,
                    "each": "municipality",
                    "share": self.share(1, 4),
                }
            )
        for place in self.places.municipalities:
            for group in self.groups:
                for i, need in enumerate(self.needs):
                    if (need, group) not in rated and self.below(5) < 3:
                        per = {"per": "year"} if i % 4 == 3 else {}
                        found.append(
                            {
                                "need": need,
                                "target_group": group,
                                "territory": place,
                                "persons": self.figure(self.between(1, 40), **per),
                            }
                        )
        return found

    # agencies -------------------------------------------------------------------------------------------------------

    def make_agencies(self) -> list[Raw]:
        """Make agencies; each municipality governs itself, every fifth agency is a unit of an earlier one."""
        found = []
        for i, key in enumerate(self.agencies, 1):
            kind, sector = _AGENCY_KINDS[i % len(_AGENCY_KINDS)]
            one: Raw = {
                "id": key,
                "name": name("agency", i),
                "kind": kind,
                "sector": sector,
                "territory": self.places.municipalities[i % len(self.places.municipalities)],
            }
            if i % 5 == 0:
                one |= {"part_of": self.agencies[self.below(i - 1)], "kind": "unit"}
            if i % 9 == 0:
                one |= {"collective": True, "members": self.figure(self.between(2, 9))}
            if i % 17 == 0:
                one["valid"] = {"end": "2021"}
            found.append(one)
        return found

    def make_cooperations(self) -> list[Raw]:
        """Make as many ties as services, fewer among few agencies."""
        kinds = ("cooperates", "partners", "shares_information", "coordinates", "funds")
        found: dict[tuple[str, str, str], Raw] = {}
        for number in range(min(self.n, self.n_agencies * (self.n_agencies - 1) // 4)):
            first = self.below(self.n_agencies)
            second = (first + self.between(1, self.n_agencies - 1)) % self.n_agencies
            kind = kinds[number % len(kinds)]
            while (kind, self.agencies[first], self.agencies[second]) in found:
                second = (second + 1) % self.n_agencies
                if second == first:
                    second = (second + 1) % self.n_agencies
            pair = [self.agencies[first], self.agencies[second]]
            one: Raw = {"agencies": pair, "kind": kind}
            if kind == "funds":
                one["directed"] = True
            elif self.below(3):
                one |= {"level": self.figure_between(0, 5), "scale": "frey-2006"}
            if number % 6 == 0:
                one["reported_by"] = pair[0]
            found[kind, pair[0], pair[1]] = one
        return list(found.values())

    # services -------------------------------------------------------------------------------------------------------

    def _unreferred(self, number: int) -> bool:
        """Every 20th service takes people by referral only, and nothing refers to it."""
        return number % 20 == 19

    def make_service(self, number: int) -> Raw:
        """Make one service with its deliveries."""
        needs = self.needs if number % 10 else ["area1", "area2"]
        one: Raw = {
            "id": f"s{number}",
            "name": name("service", number),
            "providers": self.some(self.agencies, 2),
            "meets": self.some(needs, 2),
            "serves": self.some(self.groups, 3),
            "languages": ["et", "lt"][: 1 + number % 2],
            "access": self.access(number),
            "deliveries": self.deliveries(number),
        }
        if number % 3 == 0:
            one["eligibility"] = self.eligibility(number)
        if number % 15 == 0:
            one["status"] = self.pick(("pilot", "planned", "closed"))
        if number % 12 == 0:
            one["valid"] = {"start": "2018", "end": self.pick(("2021-12", "2024-06-30"))}
        return one

    def access(self, number: int) -> Raw:
        """Say how people get into a service."""
        if self._unreferred(number):
            return {"by": "referral"}
        by = self.pick(("open", "open", "open", "referral", "referral", "decision"))
        found: Raw = {"by": by, "consent": self.pick(_CONSENTS)}
        if by == "referral" and self.below(2):
            found["referred_by"] = [self.pick(self.agencies)]
        return found

    def eligibility(self, number: int) -> Raw:
        """Say who may come: ages, residence, nested rules, and conditions that no computer decides."""
        low = 8 * self.below(9)
        home = self.some(self.places.municipalities, 3)
        rules: tuple[Raw, ...] = (
            {"ages": [low, low + 40]},
            {"residence": [self.places.root]},
            {"any": [{"ages": [None, 17]}, {"residence": home}], "not": {"groups": [self.pick(self.groups)]}},
            {"condition": {"en": "in need of support", "et": "vajab tuge", "lt": "reikia pagalbos"}},
            {"all": [{"ages": [low, None]}, {"any": [{"languages": ["et"]}, {"ages": [0, 99]}]}]},
        )
        return rules[number // 3 % len(rules)]

    def deliveries(self, number: int) -> list[Raw]:
        """Make one to three deliveries: at a site, mobile for several municipalities, on line for all."""
        found: dict[str, Raw] = {}
        for _ in range(self.between(1, 3)):
            kind = self.below(10)
            if kind < 6:
                one: Raw = {"site": self.pick(self.sites)}
            elif kind < 9:
                one = {"channel": "mobile", "area": self.some(self.places.municipalities, 3)}
            else:
                one = {"channel": "online", "area": [self.places.root]}
            key = one.get("site") or "+".join(one["area"])
            found[key] = one | self.offer(number)
        return list(found.values())

    def offer(self, number: int) -> Raw:
        """Make the capacity of a delivery: places, persons per year, sessions, hours, posts; some is not known."""
        size = self.between(5, 80)
        kinds: tuple[Raw, ...] = (
            {"capacity": self.figure(size)},
            {"capacity": self.figure(size), "duration": self.figure(self.pick((30, 73, 365)))},
            {"capacity": self.figure(size * 2, per="year"), "duration": self.figure(self.pick((73, 182)))},
            {"capacity": self.figure(size, unit="sessions", per="week"), "sessions_per_person": self.figure(10)},
            {"capacity": self.figure(size, unit="hours", per="month")},  # cannot be compared
            {"caseload": self.figure(20), "posts": [self.post(role) for role in _ROLES[: 1 + number % 3]]},
            {},  # not known
        )
        found = dict(kinds[(0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 4, 5, 6)[self.below(13)]])
        if self.below(4):
            found["wait"] = self.figure(self.between(0, 90))
        if number % 8 == 0:
            found["cost"] = self.money(self.between(5, 90) * 1_000)
        if number % 16 == 0:
            found["valid"] = {"start": "2019-01", "end": self.pick(("2021", "2023"))}
        return found

    def post(self, role: str) -> Raw:
        """Make a staff post."""
        found: Raw = {"role": role, "fte": self.figure(self.between(1, 8) / 2)}
        if self.below(3) == 0:
            found |= {"funded_by": "project1", "funded_until": "2022-12"}
        return found

    def make_referrals(self) -> list[Raw]:
        """Make arcs between services: about five a service."""
        n = self.n
        found: list[Raw] = []
        taken: set[int] = set()
        for number in range(min(n * 14 // 3, n * max(n - 2, 0))):
            sender = number % n
            receiver = (sender + self.between(1, n - 1)) % n
            while receiver == sender or sender * n + receiver in taken or self._unreferred(receiver + 1):
                receiver = (receiver + 1) % n
            taken.add(sender * n + receiver)
            one: Raw = {
                "sender": self.services[sender],
                "receiver": self.services[receiver],
                "days": self.figure(self.between(1, 30)),
                "consent": self.pick(_CONSENTS),
            }
            if self.below(4):
                one["acceptance"] = self.share(8, 20)
            if number < 3 * n:
                one["share"] = self.share(1, 6)
            if number % 25 == 0:
                one["valid"] = {"end": "2021"}
            found.append(one)
        return found

    def make_surveys(self) -> list[Raw]:
        """Say where the services were mapped: completely, in part, or not at all."""
        found: list[Raw] = []
        for i, place in enumerate(self.places.municipalities, 1):
            if i % 4 == 3:
                found.append({"territories": [place], "status": "partial", "date": "2021"})
            elif i % 4:
                found.append(
                    {"territories": [place], "status": "complete", "date": "2021", "by": self.pick(self.agencies)}
                )
        found.append({"territories": [self.places.root], "needs": [self.needs[0]], "status": "complete"})
        found.append({"territories": [self.places.root], "sectors": ["health"], "status": "complete"})
        return found
