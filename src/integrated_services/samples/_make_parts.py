"""What made-up frameworks are drawn with, and their projects and indicators."""

from __future__ import annotations

from random import Random
from typing import Any, Final

import attrs

Raw = dict[str, Any]

SOURCE: Final = "made-up"
"""Id of the assumption that every made-up figure rests on."""

_WORDS: Final = {
    "country": ("Country", "Riik", "Šalis"),
    "county": ("County", "Maakond", "Apskritis"),
    "municipality": ("Municipality", "Omavalitsus", "Savivaldybė"),
    "eldership": ("Eldership", "Osavald", "Seniūnija"),
    "group": ("Group", "Sihtrühm", "Tikslinė grupė"),
    "need": ("Need", "Vajadus", "Poreikis"),
    "sign": ("Sign", "Märk", "Požymis"),
    "agency": ("Agency", "Asutus", "Įstaiga"),
    "site": ("Site", "Koht", "Vieta"),
    "service": ("Service", "Teenus", "Paslauga"),
    "project": ("Project", "Projekt", "Projektas"),
    "objective": ("Objective", "Eesmärk", "Tikslas"),
    "activity": ("Activity", "Tegevus", "Veikla"),
    "deliverable": ("Deliverable", "Tulem", "Rezultatas"),
    "promise": ("Promise", "Lubadus", "Pažadas"),
    "indicator": ("Indicator", "Näitaja", "Rodiklis"),
}
_YEARS: Final = ("2020", "2021")


def name(word: str, number: int) -> dict[str, str]:
    """Name something plainly made up, in three languages."""
    return dict(zip(("en", "et", "lt"), (f"{text} {number}" for text in _WORDS[word]), strict=True))


class Draws:
    """Draws numbers, marked as assumed; all randomness is whole numbers from one generator."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)

    def below(self, limit: int) -> int:
        """Draw a whole number from 0 to limit - 1, from bits alone: these are the same in every version of Python."""
        return self.random.getrandbits(32) * limit >> 32

    def between(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + self.below(high - low + 1)

    def pick(self, items: Any) -> Any:
        """Draw one item."""
        return items[self.below(len(items))]

    def some(self, items: list[str], most: int) -> list[str]:
        """Draw one to ``most`` different items."""
        return list(dict.fromkeys(self.pick(items) for _ in range(self.between(1, most))))

    def figure(self, value: float, **more: Any) -> Raw:
        """Mark a number as assumed; every third one has bounds."""
        found = {"value": value, "basis": "assumed", "source": SOURCE, **more}
        if self.below(3) == 0:
            found |= {"low": value * 3 // 4 if value >= 1 else 0, "high": value * 2 if value >= 1 else 1}
        return found

    def share(self, low: int, high: int) -> Raw:
        """Draw a share in twentieths."""
        twentieths = self.between(low, high)
        found = {"value": twentieths / 20, "basis": "assumed", "source": SOURCE}
        if self.below(3) == 0:
            found |= {"low": (twentieths - 1) / 20 if twentieths else 0, "high": min(twentieths + 1, 20) / 20}
        return found

    def money(self, amount: int) -> Raw:
        """Mark an amount as assumed."""
        return {"amount": amount, "basis": "assumed", "source": SOURCE}

    def figure_between(self, low: int, high: int) -> Raw:
        """Draw a whole number, with the ends as its bounds."""
        return {"value": self.between(low, high), "basis": "assumed", "source": SOURCE, "low": low, "high": high}


@attrs.define
class Places:
    """Ids of the territories by level."""

    root: str
    counties: list[str]
    municipalities: list[str]
    elderships: list[str]


class Projects(Draws):
    """Draws projects and indicators for the places, groups, needs, agencies and services of a framework."""

    places: Places
    groups: list[str]
    needs: list[str]
    agencies: list[str]
    services: list[str]

    def make_project(self, number: int) -> Raw:
        """Make a project with money, activities, things and promises."""
        grant, own = 1_000 * self.between(50, 400), 1_000 * self.between(5, 40)
        first = 1_000 * self.between(1, 49)
        agencies = self.some(self.agencies, 4)
        return {
            "id": f"project{number}",
            "name": name("project", number),
            "period": "2021-01-01/2023-12-31",
            "signed": "2020-12-15",
            "territories": [self.places.root],
            "target_groups": self.some(self.groups, 2),
            "partners": [{"agency": key, "role": "partner" if i else "promoter"} for i, key in enumerate(agencies)],
            "specialists": self.figure(self.between(5, 30)),
            "finance": {
                "total": self.money(grant + own),
                "grant": self.money(grant),
                "own": self.money(own),
                "parts": [
                    {"id": "first", "amount": self.money(first)},
                    {"id": "second", "amount": self.money(grant - first)},
                ],
            },
            "objectives": [{"id": "o1", "name": name("objective", 1), "indicators": ["trained"]}],
            "activities": [
                {
                    "id": "training",
                    "name": name("activity", 1),
                    "kind": "training",
                    "agencies": agencies[:1],
                    "territories": self.some(self.places.municipalities, 4),
                    "period": "2021/2022",
                    "participants": self.figure(self.between(10, 90)),
                    "cost": self.money(self.between(2, 30) * 500),
                },
                {"id": "mapping", "name": name("activity", 2), "kind": "mapping", "follows": ["training"]},
            ],
            "deliverables": [
                {
                    "id": "guide",
                    "name": name("deliverable", 1),
                    "kind": "guideline",
                    "activity": "training",
                    "status": "delivered",
                    "due": "2022-03",
                    "delivered": "2022-04-20",
                },
                {"id": "rooms", "name": name("deliverable", 2), "kind": "premises", "status": "not_delivered"},
            ],
            "commitments": self.commitments(),
        }

    def commitments(self) -> list[Raw]:
        """Make promises to every municipality, with evidence for some."""
        every = {"level": "municipality", "within": self.places.root}
        promised: tuple[Raw, ...] = (
            {"service": self.pick(self.services)},
            {"need": self.pick(self.needs)},
            {"activity": "training"},
            {"post": "psychologist"},
            {"deliverable": "rooms"},
        )
        found = []
        for i, has in enumerate(promised, 1):
            evidence = [
                {
                    "member": key,
                    "status": self.pick(("met", "met", "not_met")),
                    "claimed": self.pick(("claimed", "verified")),
                    "date": "2022-02",
                }
                for key in self.places.municipalities
                if has.get("activity") and self.below(2)
            ]
            found.append(
                {
                    "id": f"promise{i}",
                    "name": name("promise", i),
                    "every": every,
                    "has": has,
                    "due": "2022-04",
                    "evidence": evidence,
                }
            )
        return found

    def make_indicators(self) -> list[Raw]:
        """Make two counts, their ratio, and a mean."""
        return [
            {
                "id": "asked",
                "name": name("indicator", 1),
                "unit": "persons",
                "counts": "persons",
                "breakdowns": ["sex"],
            },
            {
                "id": "helped",
                "name": name("indicator", 2),
                "unit": "persons",
                "counts": "persons",
                "direction": "increase",
            },
            {
                "id": "helped-share",
                "name": name("indicator", 3),
                "kind": "ratio",
                "unit": "percent",
                "numerator": "helped",
                "denominator": "asked",
                "factor": 100,
                "over_territories": "none",
            },
            {
                "id": "trained",
                "name": name("indicator", 4),
                "unit": "persons",
                "counts": "persons",
                "project": "project1",
                "over_time": "sum",
                "result_level": "output",
            },
        ]

    def make_observations(self) -> list[Raw]:
        """Make values by municipality and year; some are missing, and one project has a target."""
        found: list[Raw] = [
            {"indicator": "trained", "kind": "target", "value": self.figure(self.between(40, 90)), "period": "2023"},
            {"indicator": "trained", "kind": "baseline", "value": self.figure(0), "period": "2020"},
            {"indicator": "trained", "value": self.figure(self.between(10, 80)), "period": "2022"},
        ]
        for place in self.places.municipalities:
            for year in _YEARS:
                where = {"territory": place, "period": year}
                if self.below(8) == 0:
                    found.append({"indicator": "asked", **where, "missing": self.pick(("missing", "refused"))})
                    continue
                asked = self.between(2, 200)
                found += [
                    {"indicator": "asked", **where, "value": self.figure(asked)},
                    {"indicator": "helped", **where, "value": self.figure(self.below(asked + 1)), "sample": asked},
                ]
                if self.below(2):
                    women = self.below(asked + 1)
                    found += [
                        {"indicator": "asked", **where, "breakdown": {"sex": sex}, "value": self.figure(number)}
                        for sex, number in (("women", women), ("men", asked - women))
                    ]
        return found
