"""Small frameworks for the tests of referral and cooperation, and a second opinion that works on records alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from integrated_services.model import Eligibility, Framework, Referral, Service

DAY = date(2022, 6, 1)


def service(key: str, *meets: str, **more: Any) -> dict[str, Any]:
    """A service that meets some needs."""
    return {"id": key, **({"meets": list(meets)} if meets else {}), **more}


def arc(
    sender: str, receiver: str, days: float | None = 1, acceptance: float | None = 1, **more: Any
) -> dict[str, Any]:
    """A referral."""
    said = {"days": days, "acceptance": acceptance}
    return {"sender": sender, "receiver": receiver, **{k: v for k, v in said.items() if v is not None}, **more}


def framework(services: Iterable[dict[str, Any]], referrals: Iterable[dict[str, Any]] = (), **more: Any) -> Framework:
    """A framework of these services and referrals, with every need that a service meets and a few people."""
    services = list(services)
    needs = dict.fromkeys(need for one in services for need in one.get("meets", ()))
    document = {
        "format": 1,
        "framework": "test",
        "title": "Test",
        "reference_date": DAY.isoformat(),
        "needs": [{"id": need} for need in needs],
        "services": services,
        "referrals": list(referrals),
        **more,
    }
    return Framework.model_validate({name: value for name, value in document.items() if value != []})


PEOPLE: dict[str, Any] = {
    "territories": [
        {"id": "county", "name": "the county"},
        {"id": "north", "name": "the north", "part_of": "county"},
        {"id": "south", "name": "the south", "part_of": "county"},
    ],
    "target_groups": [
        {"id": "children", "name": "children", "ages": [0, 17]},
        {"id": "pupils", "name": "pupils", "ages": [7, 17], "broader": "children"},
        {"id": "adults", "name": "adults", "ages": [18, 64]},
    ],
}


# a second opinion ---------------------------------------------------------------------------------------------------


class Opinion:
    """What is open to a person, decided on the records and without arrays."""

    def __init__(
        self,
        fw: Framework,
        age: int | None = None,
        group: str | None = None,
        territory: str | None = None,
        consent: Iterable[str] = (),
    ) -> None:
        self.fw, self.group, self.territory, self.consent = fw, group, territory, set(consent)
        ages = self.group_ages(group) if group is not None else None
        self.ages = (age, age) if age is not None else ages

    def chain(self, collection: str, key: str, field: str) -> list[str]:
        found: list[str] = [key]
        while (above := getattr(getattr(self.fw, collection)[found[-1]], field)) is not None:
            found.append(above)
        return found

    def group_ages(self, key: str) -> tuple[int, int] | None:
        stated = [self.fw.target_groups[one].ages for one in self.chain("target_groups", key, "broader")]
        known = [ages for ages in stated if ages and ages != (None, None)]
        if not known:
            return None
        return max(low or 0 for low, _ in known), min(150 if high is None else high for _, high in known)

    def in_ages(self, limits: tuple[int | None, int | None] | None, unknown: tuple[int, int] | None = None) -> int:
        person = self.ages or unknown
        if limits is None or person is None:
            return 1 if limits is None else 0
        low, high = limits[0] or 0, 150 if limits[1] is None else limits[1]
        if person[1] < low or person[0] > high:
            return -1
        return 1 if low <= person[0] and person[1] <= high else 0

    def lives_in(self, places: Iterable[str]) -> int:
        if self.territory is None:
            return 0
        mine = self.chain("territories", self.territory, "part_of")
        if any(place in mine for place in places):
            return 1
        return 0 if any(self.territory in self.chain("territories", place, "part_of") for place in places) else -1

    def belongs(self, groups: Iterable[str]) -> int:
        def one(key: str) -> int:
            if self.in_ages(self.group_ages(key)) < 0:
                return -1
            if self.group is None:
                return 0
            if key in self.chain("target_groups", self.group, "broader"):
                return 1
            related = self.group in self.chain("target_groups", key, "broader")
            related |= (
                key in self.fw.target_groups[self.group].overlaps or self.group in self.fw.target_groups[key].overlaps
            )
            return 0 if related else -1

        return max((one(key) for key in groups), default=-1)

    def eligible(self, rule: Eligibility | None) -> int:
        if rule is None:
            return 1
        parts = [self.in_ages(rule.ages, (0, 150))] if rule.ages else []
        parts += [self.lives_in(rule.residence)] if rule.residence else []
        parts += [self.belongs(rule.groups)] if rule.groups else []
        parts += [0] if rule.languages or rule.condition else []
        parts += [self.eligible(one) for one in rule.all]
        parts += [max(self.eligible(one) for one in rule.any)] if rule.any else []
        parts += [-self.eligible(rule.not_)] if rule.not_ else []
        return min(parts, default=1)

    def on(self, record: Any) -> bool:
        return record.valid is None or record.valid.contains(self.fw.reference_date)

    def offered(self, one: Service) -> bool:
        there = not one.deliveries or any(self.on(delivery) for delivery in one.deliveries)
        return one.status in ("active", "pilot") and self.on(one) and there

    def resident(self, one: Service) -> int:
        verdicts = []
        for delivery in one.deliveries:
            if self.on(delivery):
                site = self.fw.sites[delivery.site] if delivery.site else None
                places = delivery.area or ((site.territory,) if site is not None and site.territory else ())
                verdicts.append(self.lives_in(places) if places else 0)
        return max(verdicts, default=0)

    def fits(self, one: Service) -> bool:
        """Eligible, of a group that is served, living where it is delivered."""
        if one.serves and self.belongs(one.serves) < 0:
            return False
        return self.resident(one) >= 0 and self.eligible(one.eligibility) >= 0

    def agrees(self, wanted: str | None) -> bool:
        needed = {"person": {"person"}, "guardian": {"guardian"}, "person_and_guardian": {"person", "guardian"}}
        return needed.get(wanted or "none", set()) <= self.consent

    def enters(self, one: Service) -> bool:
        return self.offered(one) and self.fits(one) and self.agrees(one.access.consent if one.access else None)

    def senders(self, one: Service) -> set[str] | None:
        """Services that the access rule names, or an agency of theirs; None where it names nobody."""
        if one.access is None or not one.access.referred_by:
            return None
        named = set(one.access.referred_by)
        return {
            other.id
            for other in self.fw.services
            if other.id in named
            or any(named & set(self.chain("agencies", agency, "part_of")) for agency in other.providers)
        }

    def arcs(self) -> Iterator[tuple[str, str, str, float | None, float]]:
        """Open ways: sender, receiver, key, days, acceptance."""
        stated = {(one.sender, one.receiver) for one in self.fw.referrals}
        for one in self.fw.referrals:
            senders = self.senders(self.fw.services[one.receiver])
            if (senders is None or one.sender in senders) and self.sends(one):
                sure = 1.0 if one.acceptance is None else float(one.acceptance.value)
                yield one.sender, one.receiver, one.key, None if one.days is None else float(one.days.value), sure
        for receiver in self.fw.services:
            for sender in self.senders(receiver) or set():
                if sender != receiver.id and (sender, receiver.id) not in stated and self.enters(receiver):
                    yield sender, receiver.id, f"{sender}:{receiver.id}", None, 1.0

    def sends(self, one: Referral) -> bool:
        taken = one.acceptance is None or one.acceptance.value > 0
        allowed = self.on(one) and self.agrees(one.consent) and self.eligible(one.criteria) >= 0
        return taken and allowed and self.enters(self.fw.services[one.receiver])

    def helps(self, one: Service, need: str) -> bool:
        return bool(set(one.meets) & set(self.chain("needs", need, "broader")))

    def all_paths(self, start: str, need: str) -> list[tuple[int, float, int, tuple[str, ...], tuple[str, ...]]]:
        """Every way from a service, best first: unknown days, expected days, hand-offs, services, referrals."""
        arcs = list(self.arcs())
        first = self.fw.services[start]
        ends = {one.id for one in self.fw.services if self.helps(one, need) and self.enters(one)}
        ends |= {start} if self.helps(first, need) and self.fits(first) else set()
        found = []

        def walk(unknown: int, days: float, services: tuple[str, ...], keys: tuple[str, ...]) -> None:
            if services[-1] in ends:
                found.append((unknown, days, len(keys), services, keys))
                return
            for sender, receiver, key, lasts, sure in arcs:
                if sender == services[-1] and receiver not in services:
                    walk(unknown + (lasts is None), days + (lasts or 0) / sure, (*services, receiver), (*keys, key))

        if self.offered(first):
            walk(0, 0.0, (start,), ())
        return sorted(found)
