"""The Hypothesis strategies that all tests share: whole valid frameworks, and parts of them.

`frameworks()` reads the schema of the model: a field that is added to a noun is drawn without a change here, unless it
has a rule of its own. The rules (ages in order, money that adds up, one demand a place ...) are written below.
Every optional field is there or not by one bit of a number a record, so that examples shrink to the smallest document.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st

from integrated_services.model import Eligibility, Figure, Framework, Label, PartialDate
from integrated_services.model._base import Model, Record, Records
from integrated_services.model._fields import FieldSpec, fields_of, plain_name
from integrated_services.model._framework import collection_models
from integrated_services.model._paths import record_key
from integrated_services.model._projects import Activity, Deliverable, Has
from integrated_services.model._values import Money

Raw = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

REFERENCE_DATE = date(2022, 6, 1)

# pieces ------------------------------------------------------------------------------------------------------------

PLAIN_TEXTS = ("a", "Support for pupils", "Õpilaste tugi", "Pagalba mokiniams", "two\nlines", "  spaces around  ")
HOSTILE_TEXTS = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "&lt;b&gt; & <b>",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "שלום עולם",
    "مرحبا \u202eabc\u202c",
    "👩‍👩‍👧 🇪🇪",
    "a\u0301e\u0308 İı ẞß ﬁ",
    "null",
    "~",
    "no",
    "1e3",
    "0x1F",
    "2022-06-01",
    "!!python/object:x",
    "- a: [b",
    "# no comment",
    "{{7*7}} ${7*7}",
    "\\u0000 \\ \\n",
    "a" * 300,
    "]] [x].y",
    "x\u0085y\u2028z\u2029\ufeff",
    "'",
    '"',
    "`",
    "%s %(a)s {0}",
    "../../x",
    "C:\\x",
    "\u200b.",
)
_FREE_TEXT = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Nd"), exclude_characters="@\ufffe\uffff"), max_size=12
).map(lambda text: text if text.strip() else f"x{text}")
_LANGUAGES = ("en", "et", "lt", "ru", "sgs")
_CONTACTS = {
    "email": "info@example.org",
    "phone": "+372 600 000",
    "web": "https://example.org/?a=<b>",
    "address": "Tänav 1",
}
_SPANS = (
    "2022",
    "2020/2023",
    "2021-03/2024-05-06",
    "2022-06-01/..",
    "../2022-06-01",
    "2019/2021-12-31",
    "2022-06-02/..",
    "../2022-05",
    "--05-03/..",
    "2024/2025",
)
_DATES = ("2022", "2021-02", "2020-02-29", "--05-03", "--12", "2022-06-01", "2023-11")
_SOME_NUMBERS = (0, 1, 2, 3, 5, 10, 40, 0.5, 2.25, 1000)
_CAPACITY_UNITS = (None, None, None, "places", "persons", "sessions", "hours")
_PERIODS = ("year", "month", "week", "day")
_SHARES = frozenset({"share", "acceptance", "rate"})
_UNITS: dict[str, tuple[str | None, ...]] = {
    "persons": (None, "persons"),
    "wait": (None, "days"),
    "duration": (None, "days"),
    "days": (None, "days"),
    "sessions_per_person": (None, "sessions"),
    "hours_per_person": (None, "hours"),
    "caseload": (None, "persons"),
    "fte": (None, "fte"),
    "level": (None, "level", "number"),
    "specialists": (None, "persons"),
    "participants": (None, "persons"),
    "events": (None, "number"),
    "members": (None, "number"),
    "share": (None, "share"),
    "acceptance": (None, "share"),
    "rate": (None, "share"),
    "capacity": _CAPACITY_UNITS,
    "value": (None, "persons", "percent", "EUR", "number", "share"),
}
_SQUARE = [[[25, 54], [26, 54], [26, 55.5], [25, 54]]]
_OUTLINES = (
    {"type": "Polygon", "coordinates": _SQUARE},
    {"type": "MultiPolygon", "coordinates": [_SQUARE, [[[-1, 0, 5], [1, 0, 5], [1, 1, 5], [-1, 0, 5]]]]},
)


@cache
def _upto(limit: int) -> st.SearchStrategy[int]:
    return st.integers(0, limit)


@cache
def _literals(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return next((found for arg in get_args(annotation) if (found := _literals(arg))), ())


def _mentions(annotation: Any, wanted: Any) -> bool:
    return annotation is wanted or any(_mentions(arg, wanted) for arg in get_args(annotation) if arg is not Ellipsis)


@cache
def _leaf(annotation: Any) -> str:
    if _literals(annotation):
        return "literal"
    if _mentions(annotation, Label):
        return "label"
    if _mentions(annotation, PartialDate):
        return "date"
    for kind, word in ((bool, "bool"), (float, "number"), (int, "count")):
        if _mentions(annotation, kind):
            return word
    return "text"


@cache
def _optional(cls: type[Model]) -> tuple[FieldSpec, ...]:
    return tuple(spec for spec in fields_of(cls) if not spec.required)


class Maker:
    """Draws the parts of one document; ``ids`` are the ids that references may name, by collection."""

    def __init__(self, draw: Draw, ids: Mapping[str, Sequence[str]], *, hostile: bool = False) -> None:
        self.draw = draw
        self.ids = ids
        self.hostile = hostile
        self.currency = "EUR"

    # small draws ------------------------------------------------------------------------------------------------

    def upto(self, limit: int) -> int:
        return 0 if limit <= 0 else self.draw(_upto(limit))  # type: ignore[no-any-return]

    def bits(self, number: int) -> int:
        """That many bits, each set in half of the draws (wide integers would be drawn small)."""
        return sum(self.upto(2 ** min(8, number - at) - 1) << at for at in range(0, number, 8))

    def pick(self, items: Sequence[Any]) -> Any:
        return items[self.upto(len(items) - 1)]

    def chance(self, of_eight: int) -> bool:
        """True in about ``of_eight`` of eight draws; shrinks to False."""
        return self.upto(7) >= 8 - of_eight

    def some(self, items: Sequence[Any], most: int = 2, least: int = 0) -> list[Any]:
        """Different items in any order."""
        number = max(least, self.upto(min(most, len(items))))
        return list(dict.fromkeys(self.pick(items) for _ in range(number)))

    def text(self) -> str:
        if self.hostile:
            n = self.upto(len(HOSTILE_TEXTS))
            return self.draw(_FREE_TEXT) if n == 0 else HOSTILE_TEXTS[n - 1]  # type: ignore[no-any-return]
        return self.pick(PLAIN_TEXTS)  # type: ignore[no-any-return]

    def label(self) -> Any:
        if not self.chance(3):
            return self.text()
        return {code: self.text() for code in self.some(_LANGUAGES, 3, 1)}

    def partial_date(self) -> str:
        return self.pick(_DATES)  # type: ignore[no-any-return]

    # values -----------------------------------------------------------------------------------------------------

    def figure(self, field: str) -> Any:
        """A figure as the field takes it: mostly a plain number, else with all that may be said of one."""
        value = self.upto(20) / 20 if field in _SHARES else self.pick(_SOME_NUMBERS)
        if field == "value" and self.chance(1):
            value = -value
        if field == "capacity" and self.chance(2):
            return {"value": value, "unit": self.pick(_CAPACITY_UNITS), "per": self.pick(_PERIODS)}
        return value if not self.chance(3) else self._long_figure(field, value)

    def _long_figure(self, field: str, value: float) -> Raw:
        said: Raw = {"value": value, "basis": self.pick(get_args(_basis()))}
        bits = self.bits(9)
        if bits & 1 and self.ids.get("sources"):
            said["source"] = self.pick(self.ids["sources"])
        if bits & 2:
            said["low"] = value / 2 if value >= 0 else value * 2
        if bits & 4:
            said["high"] = (1 + value) / 2 if field in _SHARES else abs(value) * 2
        if bits & 8:
            said["unit"] = self.pick(_UNITS[field])
        if bits & 16 and field in ("value", "capacity"):
            said["per"] = self.pick(_PERIODS)
        for bit, name, choices in (
            (32, "level", (0.9, 0.95)),
            (128, "approx", ("below", "above", "about")),
            (64, "distribution", ("uniform", "triangular", "normal", "lognormal", "beta")),
        ):
            if bits & bit:
                said[name] = self.pick(choices)
        if bits & 256:
            said["note"] = self.text()
        return {name: one for name, one in said.items() if one is not None}

    def money(self, amount: int | None = None) -> Any:
        """An amount in cents, exact."""
        cents = self.upto(10**6) if amount is None else amount
        written = f"{cents // 100}.{cents % 100:02d}"
        if not self.chance(3):
            return f"{written} {self.currency}"
        said: Raw = {"amount": written, "currency": self.currency}
        bits = self.bits(7)
        for bit, name, make in (
            (1, "per", lambda: self.pick(_PERIODS)),
            (2, "basis", lambda: self.pick(get_args(_basis()))),
            (4, "low", lambda: "0"),
            (8, "high", lambda: "10000000.5"),
            (16, "approx", lambda: "about"),
            (32, "note", self.text),
        ):
            if bits & bit:
                said[name] = make()
        if bits & 64 and self.ids.get("sources"):
            said["source"] = self.pick(self.ids["sources"])
        return said

    def period(self) -> Any:
        n = self.upto(len(_SPANS) + 2)
        if n < len(_SPANS):
            return _SPANS[n]
        start, _, end = self.pick(_SPANS[1:3]).partition("/")
        return {
            "start": start,
            "end": end,
            "duration": self.pick(("P24M", "P2Y", "P1Y6M", "P90D")),
            "note": self.text(),
        }

    def eligibility(self, depth: int = 2) -> Raw:
        """A tree of rules."""
        said: Raw = {}
        bits = self.upto(2**5 - 1) & self.upto(2**5 - 1)
        if bits & 1:
            low, high = sorted((self.upto(30), self.upto(60)))
            said["ages"] = self.pick(([low, high], [low, None], [None, high], [None, None]))
        for bit, name, collection in ((2, "residence", "territories"), (4, "groups", "target_groups")):
            if bits & bit and self.ids.get(collection):
                said[name] = self.some(self.ids[collection], 2, 1)
        if bits & 8:
            said["languages"] = self.some(("et", "lt", "Latgalian"), 2, 1)
        if bits & 16:
            said["condition"] = self.label()
        if depth and self.chance(4):
            word = self.pick(("any", "not", "all"))
            said[word] = (
                self.eligibility(depth - 1)
                if word == "not"
                else [self.eligibility(depth - 1) for _ in range(1 + self.upto(1))]
            )
        return said

    def outline(self) -> Raw:
        return self.pick(_OUTLINES)  # type: ignore[no-any-return]

    def contact(self) -> Raw:
        kind = self.pick(tuple(_CONTACTS))
        return {"kind": kind, "value": _CONTACTS[kind]} | ({"label": self.label()} if self.chance(4) else {})

    # records ----------------------------------------------------------------------------------------------------

    def record(self, cls: type[Model], fixed: Raw, likely: Iterable[str] = (), rare: Iterable[str] = ()) -> Raw:
        """Fill a record: what is fixed stays (None: left out), other optional fields come by chance."""
        said: Raw = {name: value for name, value in fixed.items() if value is not None}
        optional = [spec for spec in _optional(cls) if plain_name(spec) not in fixed and spec.name != "id"]
        one, two = self.bits(len(optional)), self.bits(len(optional))
        full = self.chance(3)  # some records say much, most say little
        for bit, spec in enumerate(optional):
            bits = one | two if spec.name in likely else one if full else one & two
            if bits >> bit & 1 and (spec.name not in rare or self.chance(4)):
                value = self.value(spec)
                if value is not None:
                    said[plain_name(spec)] = value
        for spec in fields_of(cls):
            if spec.required and plain_name(spec) not in fixed:
                said[plain_name(spec)] = self.value(spec)
        return said

    def value(self, spec: FieldSpec) -> Any:
        """A value for a field that has no rule of its own; None where there can be none."""
        if spec.refs:
            known = [key for name in spec.refs for key in self.ids.get(name, ())]
            if not known:
                return None
            return self.pick(known) if spec.kind == "scalar" else self.some(known, 2, 1)
        if spec.model is not None:
            return self._nested(spec)
        kind = _leaf(spec.annotation)
        if (kind == "count" and _mentions(spec.annotation, tuple)) or spec.name == "ages":
            low = self.upto(20)
            return [self.pick((low, None)), self.pick((low + self.upto(20), None))]
        return (
            self._scalar(kind, spec)
            if spec.kind == "scalar"
            else [self._scalar(kind, spec) for _ in range(1 + self.upto(1))]
        )

    def _nested(self, spec: FieldSpec) -> Any:
        model: Any = spec.model
        makers: dict[str, Callable[[], Any]] = {
            "Figure": lambda: self.figure(spec.name),
            "Money": self.money,
            "Period": self.period,
            "Eligibility": self.eligibility,
            "Outline": self.outline,
            "Contact": self.contact,
        }
        make = makers.get(model.__name__, lambda: self.record(model, {}))
        return make() if spec.kind == "model" else [make() for _ in range(1 + self.upto(1))]

    def _scalar(self, kind: str, spec: FieldSpec) -> Any:
        if kind == "literal":
            return self.pick(_literals(spec.annotation))
        if kind == "number":
            high = {"lat": 89, "lon": 179}.get(spec.name, 1000)
            return self.upto(high) / self.pick((1, 2, 3))
        if kind == "text" and spec.name == "languages":
            return self.pick(_LANGUAGES)
        makers: dict[str, Callable[[], Any]] = {
            "label": self.label,
            "date": self.partial_date,
            "bool": lambda: self.chance(4),
            "count": lambda: (spec.name == "row") + self.upto(50),
            "text": self.text,
        }
        return makers[kind]()


def _basis() -> Any:
    from integrated_services.model._values import Basis

    return Basis


# nouns with rules of their own ---------------------------------------------------------------------------------------


class Document(Maker):
    """Draws a whole document; ``fitting``: most services fit most of the demand, so that places become scarce."""

    fitting = False

    def children_unique(self, cls: type[Model], items: list[Raw]) -> list[Raw]:
        """Keep the first record of each key."""
        return list({record_key(cls, raw, number): raw for number, raw in reversed(list(enumerate(items)))}.values())[
            ::-1
        ]

    def parents(self, keys: Sequence[str]) -> dict[str, str | None]:
        """A forest in which each record lies in an earlier one, or in none."""
        found: dict[str, str | None] = {}
        for number, key in enumerate(keys):
            at = self.upto(number)
            found[key] = keys[at - 1] if at else None
        return found

    def sources(self) -> list[Raw]:
        from integrated_services.model import Source

        found = []
        for key in self.ids["sources"]:
            raw = self.record(Source, {"id": key})
            found.append(raw | ({"note": self.text()} if raw["kind"] == "assumption" else {}))
        return found

    def territories(self, *, successions: bool) -> list[Raw]:
        from integrated_services.model import Territory

        keys = self.ids["territories"]
        parent = self.parents(keys)
        found = []
        for number, key in enumerate(keys):
            raw = self.record(
                Territory,
                {
                    "id": key,
                    "part_of": parent[key],
                    "succeeded_by": None,
                    "level": (self.pick(("municipality", "county", "eldership")) if self.chance(5) else None),
                },
            )
            after = [other for other in keys[number + 1 :] if parent[other] == parent[key]]
            if successions and after and self.chance(2):
                others = self.some(after, 2, 1)
                shares = [1] if len(others) == 1 else [0.25, 0.75]
                raw["succeeded_by"] = [
                    {"territory": one} | ({"share": share} if share != 1 else {})
                    for one, share in zip(others, shares, strict=True)
                ]
                raw["valid"] = self.pick(("2000/2020-06", "../2021", "2000/2030"))
            found.append(raw)
        return found

    def tree(self, cls: Any, name: str, column: str, likely: Iterable[str] = ()) -> list[Raw]:
        parent = self.parents(self.ids[name]) if column else {}
        return [
            self.record(cls, {"id": key} | ({column: parent[key]} if column else {}), likely) for key in self.ids[name]
        ]

    def listed(self, cls: Any, number: int, fixed: Callable[[], Raw], likely: Iterable[str] = ()) -> list[Raw]:
        """Records without an id of their own, unless their derived key is taken already or chance gives one."""
        found: dict[str, Raw] = {}
        for position in range(number):
            raw = self.record(cls, fixed(), likely)
            key = record_key(cls, raw, position)
            if self.chance(1) or key in found:
                key = raw["id"] = f"{cls.NOUN[:3]}-{position}"
            found[key] = raw
        return list(found.values())

    def demands(self, most: int, parent: Mapping[str, str | None]) -> list[Raw]:
        from integrated_services.model import Demand

        def fixed() -> Raw:
            if self.fitting or self.chance(5):
                persons = self.figure("persons") if not self.fitting else self.pick((1, 2, 3, 5, 8, 10, 0.5, 40))
                if self.chance(2):
                    persons = (persons if isinstance(persons, dict) else {"value": persons}) | {
                        "per": self.pick(_PERIODS)
                    }
                return {"persons": persons, "share": None, "each": None}
            each = self.pick((None, "municipality", "eldership"))
            return {"share": self.figure("share"), "persons": None, "each": each}

        kept: list[Raw] = []
        stated: dict[tuple[str, str], set[str]] = defaultdict(set)
        for raw in self.listed(Demand, most, lambda: self.chosen("need", "target_group") | fixed()):
            places = stated[raw["need"], raw["target_group"]]
            here = raw["territory"]
            nested = any(_inside(one, here, parent) != _inside(here, one, parent) for one in places)
            if "each" in raw or not nested:
                kept.append(raw)
                if "each" not in raw:
                    places.add(here)
        return kept

    def chosen(self, *fields: str) -> Raw:
        """Of a fitting document, the first need and group for half of the records."""
        if not self.fitting or not self.chance(4):
            return {}
        return {name: self.ids["needs" if name == "need" else "target_groups"][0] for name in fields}

    def delivery(self) -> Raw:
        from integrated_services.model import Delivery, Post

        posts = self.listed(Post, self.upto(2), lambda: {"role": self.pick(("psychologist", "coordinator"))})
        own = f"d{self.upto(9)}" if self.chance(1) else None
        fixed: Raw = {"id": own, "posts": posts or None}
        if self.fitting and self.chance(6):
            fixed |= {"area": self.some(self.ids["territories"], 2, 1), "capacity": self.pick((3, 0, 1, 2, 7, 15, 2.5))}
            if self.chance(1):
                fixed["capacity"] = {"value": fixed["capacity"], "per": "year"}
        else:
            fixed["capacity"] = self.figure("capacity") if self.chance(5) else None
        return self.record(Delivery, fixed, ("area", "duration"), ("valid",) if self.fitting else ())

    def services(self) -> list[Raw]:
        from integrated_services.model import Delivery, Service

        found = []
        for key in self.ids["services"]:
            deliveries = self.children_unique(Delivery, [self.delivery() for _ in range(self.upto(3))])
            status = None if self.fitting or self.chance(6) else self.pick(("planned", "pilot", "closed"))
            fixed: Raw = {"id": key, "deliveries": deliveries or None, "status": status}
            if self.fitting:
                fixed |= {
                    "meets": self.some(self.ids["needs"], 2, 1),
                    "serves": self.some(self.ids["target_groups"], 2, 1),
                }
            found.append(
                self.record(
                    Service, fixed, ("meets", "serves"), ("valid", "eligibility", "access") if self.fitting else ()
                )
            )
        return found

    def cooperations(self, most: int) -> list[Raw]:
        from integrated_services.model import Cooperation

        keys = self.ids["agencies"]

        def fixed() -> Raw:
            first = self.upto(len(keys) - 1)
            second = (first + 1 + self.upto(len(keys) - 2)) % len(keys)
            said: Raw = {"agencies": [keys[first], keys[second]], "level": None}
            if self.chance(3):
                said |= {"level": self.figure("level"), "scale": self.pick(("frey-2006", "own"))}
            return said

        return self.listed(Cooperation, most if len(keys) > 1 else 0, fixed)

    def referrals(self, most: int) -> list[Raw]:
        from integrated_services.model import Referral

        keys, left = self.ids["services"], defaultdict(lambda: 20)

        def fixed() -> Raw:
            first = self.upto(len(keys) - 1)
            second = (first + 1 + self.upto(len(keys) - 2)) % len(keys)
            share: Any = None
            if self.chance(3):
                twentieths = self.upto(left[first])
                left[first] -= twentieths
                share = twentieths / 20
            return {"sender": keys[first], "receiver": keys[second], "share": share}

        return self.listed(Referral, most if len(keys) > 1 else 0, fixed, ("days",))

    # projects ---------------------------------------------------------------------------------------------------

    def projects(self) -> list[Raw]:
        from integrated_services.model import Partner, Project

        parent = self.parents(self.ids["projects"])
        found = []
        for key in self.ids["projects"]:
            partners = self.listed_plain(Partner, self.upto(2)) if self.ids["agencies"] else []
            activities, deliverables = self.activities(), self.deliverables()
            known = [one["id"] for one in activities], [one["id"] for one in deliverables]
            for one in deliverables:
                if known[0] and self.chance(4):
                    one["activity"] = self.pick(known[0])
            fixed: Raw = {
                "id": key,
                "part_of": parent[key],
                "partners": partners,
                "activities": activities,
                "deliverables": deliverables,
                "objectives": self.objectives(),
                "finance": self.finance() if self.chance(4) else None,
                "commitments": [self.commitment(i, *known) for i in range(self.upto(2))],
            }
            found.append(self.record(Project, fixed))
        return found

    def listed_plain(self, cls: Any, number: int) -> list[Raw]:
        return self.children_unique(cls, [self.record(cls, {}) for _ in range(number)])

    def activities(self) -> list[Raw]:
        found: list[Raw] = []
        for number in range(self.upto(3)):
            earlier = [one["id"] for one in found]
            found.append(
                self.record(
                    Activity,
                    {
                        "id": f"activity{number}",
                        "part_of": self.pick(earlier) if earlier and self.chance(3) else None,
                        "follows": self.some(earlier, 2) or None,
                    },
                )
            )
        return found

    def deliverables(self) -> list[Raw]:
        return [self.record(Deliverable, {"id": f"thing{i}", "activity": None}) for i in range(self.upto(2))]

    def objectives(self) -> list[Raw]:
        from integrated_services.model import Objective

        return [self.record(Objective, {"id": f"goal{i}"}) for i in range(self.upto(1))]

    def finance(self) -> Raw:
        """Money that adds up, in one currency; any of it may be missing."""
        from integrated_services.model import Finance, Funding

        self.currency = self.pick(("EUR", "NOK"))
        grant, own, more = self.upto(10**6), self.upto(10**5), self.upto(10**4)
        shown = self.upto(2**6 - 1)
        said: Raw = {
            name: self.money(amount)
            for bit, name, amount in (
                (1, "grant", grant),
                (2, "own", own),
                (4, "eligible", grant + own),
                (8, "total", grant + own + (more if shown & 4 else 0)),
            )
            if shown & bit
        }
        whole = grant + own if shown & 4 else grant + own if shown & 8 else 0
        if shown & 16 and shown & 1 and whole:
            said["rate"] = grant / whole
        parts = []
        if shown & 32:
            first = self.upto(grant)
            for number, (kind, amount) in enumerate(
                (("grant", first), ("grant", grant - first), ("own", own), ("other", more))[: 2 + self.upto(2)]
            ):
                known = {"amount": self.money(amount)} if not self.chance(1) else {"amount": None}
                parts.append(self.record(Funding, {"id": f"part{number}", "kind": kind, **known}))
        if len(parts) == 1 or (parts and self.chance(1)):
            parts = [{k: v for k, v in parts[-1].items() if k != "id"}] if parts[-1]["kind"] == "other" else parts
        elif self.chance(1):
            said.pop("own", None)
            parts = [self.record(Funding, {"kind": "own"})]
        self.currency = "EUR"
        return self.record(
            Finance, {name: said.get(name) for name in ("total", "eligible", "grant", "own", "rate")} | {"parts": parts}
        )

    def commitment(self, number: int, activities: list[str], deliverables: list[str]) -> Raw:
        from integrated_services.model import Commitment, Every, Evidence

        members = [key for name in ("territories", "agencies", "sites", "projects") for key in self.ids[name]]
        if self.chance(4):
            every = self.record(Every, {"ids": self.some(members, 3, 1), "level": None, "within": None})
        else:
            every = self.record(Every, {"level": self.pick(("municipality", "county")), "ids": None}, ("within",))
        has = self.record(
            Has,
            {
                "activity": self.pick(activities) if activities and self.chance(2) else None,
                "deliverable": self.pick(deliverables) if deliverables and self.chance(2) else None,
                "post": self.pick(("psychologist", "coordinator")) if self.chance(2) else None,
            },
        )
        if not has:
            has = {"post": "psychologist"}
        evidence = [self.record(Evidence, {"member": one}) for one in self.some(members, 2)]
        return self.record(Commitment, {"id": f"promise{number}", "every": every, "has": has, "evidence": evidence})

    # indicators -------------------------------------------------------------------------------------------------

    def indicators(self) -> list[Raw]:
        from integrated_services.model import Indicator

        found: list[Raw] = []
        for key in self.ids["indicators"]:
            counts = [one["id"] for one in found if one["kind"] == "count"]
            ratio = bool(counts) and self.chance(3)
            said = (
                {"numerator": self.pick(counts), "denominator": self.pick(counts)}
                if ratio
                else {"numerator": None, "denominator": None}
            )
            kind = "ratio" if ratio else self.pick(("count", "count", "mean", "index", "qualitative"))
            found.append(self.record(Indicator, {"id": key, "kind": kind, **said}))
        return found

    def observations(self, most: int) -> list[Raw]:
        from integrated_services.model import Observation

        def fixed() -> Raw:
            said: Raw = (
                {"value": self.figure("value"), "missing": None}
                if not self.chance(2)
                else {"missing": self.pick(("missing", "refused", "not_applicable", "suppressed")), "value": None}
            )
            names = self.some(("sex", "age group"), 2) if self.chance(3) else []
            return said | {"breakdown": {name: self.text() for name in names} or None}

        return self.listed(Observation, most if self.ids["indicators"] else 0, fixed, ("territory",))


def _inside(one: str, other: str, parent: Mapping[str, str | None]) -> bool:
    at: str | None = one
    while at is not None and at != other:
        at = parent[at]
    return at is not None


# whole frameworks ----------------------------------------------------------------------------------------------------

_PREFIXES = {
    "sources": "src",
    "territories": "t",
    "target_groups": "g",
    "needs": "n",
    "risk_factors": "r",
    "agencies": "a",
    "sites": "p",
    "services": "s",
    "projects": "pr",
    "indicators": "i",
}


@st.composite
def documents(
    draw: Draw,
    *,
    max_sources: int = 2,
    max_territories: int = 6,
    max_groups: int = 3,
    max_needs: int = 3,
    max_demands: int = 5,
    max_agencies: int = 4,
    max_sites: int = 3,
    max_services: int = 6,
    max_ties: int = 4,
    max_referrals: int = 6,
    max_projects: int = 2,
    max_indicators: int = 3,
    max_observations: int = 4,
    max_surveys: int = 3,
    with_demand: bool = True,
    fitting: bool | None = None,
    with_successions: bool = True,
    hostile_text: bool = False,
) -> Raw:
    """Plain valid documents; see `frameworks`."""
    most = {
        "sources": max_sources,
        "territories": max_territories,
        "target_groups": max_groups,
        "needs": max_needs,
        "risk_factors": min(1, max_needs),
        "agencies": max_agencies,
        "sites": max_sites,
        "services": max_services,
        "projects": max_projects,
        "indicators": max_indicators,
    }
    first = Maker(draw, {})
    fits = with_demand and (first.chance(4) if fitting is None else fitting)
    least = (
        {"territories": 1, "target_groups": 1, "needs": 1, "services": min(1, max_services) if fits else 0}
        if (with_demand)
        else {}
    )
    counts = {name: least.get(name, 0) + first.upto(limit - least.get(name, 0)) for name, limit in most.items()}
    ids = {name: [f"{_PREFIXES[name]}{i}" for i in range(1, number + 1)] for name, number in counts.items()}
    m = Document(draw, ids, hostile=hostile_text)
    m.fitting = fits
    found: Raw = m.record(
        Framework,
        dict.fromkeys(Framework.COLLECTIONS)
        | {"framework": "made-up", "reference_date": REFERENCE_DATE.isoformat(), "format": None},
    )
    found["sources"] = m.sources()
    found["territories"] = m.territories(successions=with_successions)
    found |= _people(m, found["territories"], max_demands if with_demand else 0)
    found |= _help(m, max_ties, max_referrals)
    found["projects"] = m.projects()
    found["indicators"] = m.indicators()
    found["observations"] = m.observations(m.upto(max_observations))
    from integrated_services.model import Survey

    roots = [raw["id"] for raw in found["territories"] if "part_of" not in raw]
    everywhere = {"id": "all", "territories": roots, "status": "complete"}
    found["surveys"] = ([everywhere] if roots and max_surveys and m.chance(4) else []) + m.listed(
        Survey,
        m.upto(max_surveys - 1) if ids["territories"] else 0,
        lambda: {"sectors": None if m.chance(7) else ["health"], **({} if m.chance(3) else {"needs": None})},
    )
    return {name: value for name, value in found.items() if value not in ([], {})}


def _people(m: Document, territories: Sequence[Raw], most_demands: int) -> Raw:
    from integrated_services.model import Need, Population, RiskFactor, TargetGroup

    parent = {raw["id"]: raw.get("part_of") for raw in territories}
    placed = bool(m.ids["territories"] and m.ids["target_groups"])
    return {
        "target_groups": m.tree(TargetGroup, "target_groups", "broader", ("ages",)),
        "populations": m.listed(Population, m.upto(4) if placed else 0, dict),
        "needs": m.tree(Need, "needs", "broader"),
        "risk_factors": m.tree(RiskFactor, "risk_factors", "", ("points_to", "noticed_at")),
        "demands": m.demands(m.fitting + m.upto(most_demands - m.fitting), parent) if placed and m.ids["needs"] else [],
    }


def _help(m: Document, most_ties: int, most_referrals: int) -> Raw:
    from integrated_services.model import Agency, Site

    return {
        "agencies": m.tree(Agency, "agencies", "part_of"),
        "sites": m.tree(Site, "sites", "", ("territory",)),
        "services": m.services(),
        "cooperations": m.cooperations(m.upto(most_ties)),
        "referrals": m.referrals(m.upto(most_referrals)),
    }


def frameworks(**limits: Any) -> st.SearchStrategy[Framework]:
    """Whole valid frameworks that reach every noun, value and optional field of the model.

    Parameters
    ----------
    limits
        ``max_territories=6``, ``max_groups=3``, ``max_needs=3``, ``max_services=6`` and the other ``max_...`` of
        `documents`; ``with_demand=True`` (at least one territory, group and need), ``fitting`` (True: services that
        mostly fit the demand, None: in half of the frameworks), ``with_successions=True`` (territories that end),
        ``hostile_text=False`` (markup, formulas, right-to-left text, emoji).

    Returns
    -------
    SearchStrategy[Framework]
        Shrinks to a document with next to nothing in it.
    """
    return documents(**limits).map(Framework.model_validate)


# parts ---------------------------------------------------------------------------------------------------------------


@st.composite
def figures(draw: Draw, field: str = "capacity", sources: Sequence[str] = ()) -> Figure:
    """Figures as a field of that name takes them: all bases, bounds, units and periods."""
    return Figure.model_validate(Maker(draw, {"sources": tuple(sources)}).figure(field))


@st.composite
def amounts(draw: Draw, sources: Sequence[str] = ()) -> Money:
    """Amounts of money."""
    return Money.model_validate(Maker(draw, {"sources": tuple(sources)}).money())


@st.composite
def labels(draw: Draw, *, hostile: bool = False) -> Label:
    """Texts, and texts by language."""
    return Label(Maker(draw, {}, hostile=hostile).label())


@st.composite
def eligibilities(draw: Draw, territories: Sequence[str] = (), groups: Sequence[str] = ()) -> Eligibility:
    """Rules that combine ages, residence, groups, languages and conditions in a tree."""
    maker = Maker(draw, {"territories": tuple(territories), "target_groups": tuple(groups)})
    return Eligibility.model_validate({"any": [maker.eligibility(1), maker.eligibility(2)]} | maker.eligibility(1))


@st.composite
def territory_trees(draw: Draw, max_size: int = 10) -> dict[str, str | None]:
    """Territories with what they lie in; in the order of the mapping each comes after what contains it."""
    m = Document(draw, {})
    return m.parents([f"t{i}" for i in range(1, 2 + m.upto(max_size - 1))])


def referral_graphs(max_services: int = 8, max_referrals: int = 16) -> st.SearchStrategy[Framework]:
    """Frameworks of services and the arcs between them, with needs, groups and agencies but no demand."""
    return frameworks(
        max_services=max_services,
        max_referrals=max_referrals,
        max_territories=3,
        max_sites=2,
        max_ties=0,
        max_projects=0,
        max_indicators=0,
        max_surveys=0,
        with_demand=False,
    )


def observations(max_indicators: int = 4, max_observations: int = 12) -> st.SearchStrategy[Framework]:
    """Frameworks of territories, indicators and their values, with breakdowns and reasons for missing ones."""
    return frameworks(
        max_indicators=max_indicators,
        max_observations=max_observations,
        max_services=1,
        max_ties=0,
        max_needs=1,
        max_groups=1,
        max_projects=1,
        max_surveys=0,
        with_demand=False,
    )


# the same framework in other words -----------------------------------------------------------------------------------

_OWN_REFERENCES = {Activity: ("part_of", "follows"), Deliverable: ("activity",), Has: ("activity", "deliverable")}
"""Texts that name an activity or deliverable of the same project."""


def ids_of(framework: Framework) -> list[str]:
    """Every id that a record of the framework states, nested records included, in the order of the document."""
    found: dict[str, None] = {}

    def visit(value: Any) -> None:
        if isinstance(value, Model):
            own = value.__dict__.get("id")
            if isinstance(own, str):
                found[own] = None
            for spec in fields_of(type(value)):
                if spec.model is not None:
                    visit(value.__dict__[spec.name])
        elif isinstance(value, tuple):
            for item in value:
                visit(item)

    visit(framework)
    return list(found)


def relabelled(framework: Framework, mapping: Mapping[str, str]) -> Framework:
    """The same framework with other ids; ids that the mapping does not name stay.

    Parameters
    ----------
    framework
        The framework.
    mapping
        New id by old id, for all collections at once.

    Returns
    -------
    Framework
        Derived keys follow from the new ids.
    """
    return _changed(framework, lambda value, cls, spec: _renamed(value, cls, spec, mapping))  # type: ignore[no-any-return]


def _renamed(value: Any, cls: type[Model], spec: FieldSpec, mapping: Mapping[str, str]) -> Any:
    if not (spec.refs or spec.name == "id" or spec.name in _OWN_REFERENCES.get(cls, ())):  # type: ignore[call-overload]
        return value
    return mapping.get(value, value) if isinstance(value, str) else tuple(mapping.get(one, one) for one in value)


def reordered(framework: Framework, seed: int) -> Framework:
    """The same framework with its records, and the records nested in them, in another order.

    Parameters
    ----------
    framework
        The framework.
    seed
        Number that the order follows from.

    Returns
    -------
    Framework
        Lists of plain values (and of rules, successors and codes) keep their order, since keys follow from them.
    """
    shuffle = random.Random(seed).shuffle

    def mixed(value: Any, cls: type[Model], spec: FieldSpec) -> Any:
        if spec.kind != "models" or spec.model is None or not issubclass(spec.model, Record):
            return value
        items = list(value)
        shuffle(items)
        return tuple(items)

    return _changed(framework, mixed)  # type: ignore[no-any-return]


def _changed(value: Any, change: Callable[[Any, type[Model], FieldSpec], Any]) -> Any:
    """Rebuild a model, with a change of fields on the way up from what is nested in it."""
    cls, update = type(value), {}
    for spec in fields_of(cls):
        old = value.__dict__[spec.name]
        if old is None or old == ():
            continue
        new = old
        if spec.model is not None:
            if isinstance(old, Model):
                new = _changed(old, change)
            else:
                items = tuple(_changed(item, change) for item in old)
                new = items if any(a is not b for a, b in zip(items, old, strict=True)) else old
        new = change(new, cls, spec)
        if new is not old:
            update[spec.name] = Records(new) if isinstance(old, Records) else new
    return value.model_copy(update=update) if update else value


def fields_reached(framework: Framework) -> Counter[tuple[str, str]]:
    """How often each field (class, name) says something in a framework."""
    found: Counter[tuple[str, str]] = Counter()

    def visit(value: Model) -> None:
        for spec in fields_of(type(value)):
            one = value.__dict__[spec.name]
            if one is None or one == ():
                continue
            found[type(value).__name__, spec.name] += 1
            for item in one if isinstance(one, tuple) else (one,):
                if isinstance(item, Model):
                    visit(item)

    visit(framework)
    return found


def all_fields() -> set[tuple[str, str]]:
    """Every field (class, name) of the model."""
    found: set[tuple[str, str]] = set()
    open_ones: list[type[Model]] = [Framework, *collection_models().values()]
    seen: set[type[Model]] = set()
    while open_ones:
        cls = open_ones.pop()
        if cls in seen:
            continue
        seen.add(cls)
        for spec in fields_of(cls):
            found.add((cls.__name__, spec.name))
            if spec.model is not None:
                open_ones.append(spec.model)
    return found
