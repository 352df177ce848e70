"""One row of a foreign table, which may speak of a service, its provider, its place and more, as records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Map
from typing import Any, Final

import attrs

from integrated_services.io._mapping_basis import basis_of, with_basis
from integrated_services.io._mapping_match import fold
from integrated_services.io._mapping_records import COLLECTIONS, Place, Store
from integrated_services.io._reading import Collector

Values = dict[str, list[Any]]
"""Parsed values of one row, by field."""
_CONTACTS: Final = ("email", "phone", "web", "contact")
_PLAIN_AGENCY: Final = ("kind", "sector", "level", "ownership", "members")
_DELIVERY: Final = (
    "channel", "capacity", "wait", "duration", "cost", "caseload", "sessions_per_person", "hours_per_person",
)  # fmt: skip

_FIGURES: Final[tuple[str, ...]] = tuple(field for field in _DELIVERY if field != "channel")


@attrs.frozen
class Row:
    """What one row says.

    Attributes
    ----------
    noun
        What the row is about.
    values
        Parsed values by field.
    place
        Where it stands.
    parent
        Sheet and row of the record that it belongs to, in a nested list.
    constants
        Fields whose value holds for every row.
    """

    noun: str
    values: Values
    place: Place
    parent: tuple[str, int] | None = None
    constants: frozenset[str] = frozenset()

    def first(self, path: str) -> Any:
        """Give the first value of a field.

        Parameters
        ----------
        path
            Field.

        Returns
        -------
        Any
            None where there is none.
        """
        found = self.values.get(path)
        return found[0] if found else None

    def joined(self, path: str, sign: str = "\n") -> str | None:
        """Give the values of a field as one text.

        Parameters
        ----------
        path
            Field.
        sign
            What stands between them.

        Returns
        -------
        str | None
            None where there is none.
        """
        return sign.join(dict.fromkeys(map(str, self.values.get(path, ())))) or None


class Builder:
    """Makes records of rows.

    Parameters
    ----------
    store
        The records so far.
    collector
        Where defects are counted.
    """

    def __init__(self, store: Store, collector: Collector) -> None:
        self.store = store
        self.collector = collector
        self.made: dict[tuple[str, int], tuple[str, str]] = {}
        self.joined: Counter[str] = Counter()
        self._told: set[tuple[str, str]] = set()
        self._providers: dict[str, set[str]] = {}

    def prepare(self, rows: list[Row]) -> None:
        """Look which names of services have several providers, so that the order of the rows does not matter.

        Parameters
        ----------
        rows
            All rows of the file.
        """
        for row in rows:
            name, provider = row.first("service.name"), row.first("agency.name")
            if name and provider and row.noun == "service":
                self._providers.setdefault(fold(name), set()).add(fold(provider))

    def add(self, row: Row) -> None:
        """Make the records of a row.

        Parameters
        ----------
        row
            Row.
        """
        special = {
            "demand": self._demand,
            "population": self._population,
            "cooperation": self._cooperation,
            "referral": self._referral,
            "survey": self._survey,
        }
        if row.noun in special:
            special[row.noun](row)
            return
        owner = self.made.get(row.parent) if row.parent else None
        if row.parent and owner is None:
            self._say("orphan-row", row, "the record that this entry belongs to was left out")
            return
        self._nouns(row, owner)

    def _note_row(self, row: Row, made: tuple[str, str]) -> None:
        """Remember what a row made, and count the rows that speak of a record of an earlier row."""
        is_owner = row.parent is not None and made == self.made.get(row.parent)
        if made in self._told and not is_owner:
            self.joined[row.place.sheet] += 1
        self._told.add(made)
        self.made[row.place.sheet, row.place.row] = made

    def _say(self, code: str, row: Row, message: str, **more: Any) -> None:
        self.collector.add(code, message, sheet=row.place.sheet, row=row.place.row, **more)

    def _nouns(self, row: Row, owner: tuple[str, str] | None) -> None:
        territories = self._named("territory", row)
        groups = self._named("target_group", row)
        needs = self._named("need", row)
        agencies = self._agencies(row, owner)
        site = self._site(row, agencies, territories)
        if row.noun == "service" or (owner and owner[0] == "service"):
            self._service(row, owner, agencies, site, territories, groups, needs)
        else:
            self._other(row, owner, agencies, site, territories)

    def _other(
        self, row: Row, owner: tuple[str, str] | None, agencies: list[str], site: str | None, territories: list[str]
    ) -> None:
        found = {"agency": agencies[:1], "site": [site] if site else [], "territory": territories}.get(row.noun)
        ids = found if found is not None else [self.store.known(row.noun, str(n)) for n in self._names_of(row)]
        if row.noun == "agency" and agencies and len(territories) == 1:
            agency = self.store.records["agencies"][agencies[0]]
            self.store.fill(agency, "territory", territories[0], row.place, f"agencies[{agencies[0]}]")
        if row.noun in ("risk_factor", "project") and not ids:
            ids = list(self._named(row.noun, row))
        if ids and ids[0]:
            self._note_row(row, owner or (row.noun, ids[0]))
        elif not owner:
            self._say("missing-name", row, f"the row has no name of its {row.noun.replace('_', ' ')}")

    def _names_of(self, row: Row) -> list[Any]:
        return row.values.get(f"{row.noun}.name", [])

    # named nouns ----------------------------------------------------------------------------------------------------

    def _named(self, noun: str, row: Row) -> list[str]:
        """Territories, groups, needs and the like, made from their names."""
        names = row.values.get(f"{noun}.name", [])
        is_main = row.noun == noun
        key = row.first(f"{noun}.key") if is_main or len(names) == 1 else None
        found = [self.store.record(noun, name, row.place, key=key, main=is_main) for name in names]
        if len(found) == 1:
            self._details(noun, found[0], row)
        return list(dict.fromkeys(found))

    def _details(self, noun: str, key: str, row: Row) -> None:
        record = self.store.records[COLLECTIONS[noun]][key]
        path = f"{COLLECTIONS[noun]}[{key}]"
        fields: dict[str, Any] = {"description": row.joined(f"{noun}.description")}
        for field in ("level", "kind", "part_of", "broader"):
            value = row.first(f"{noun}.{field}")
            if value is not None and field in ("part_of", "broader"):
                value = self.store.record(noun, value, row.place)
                value = None if value == key else value
            fields[field] = value
        if noun == "target_group":
            fields["ages"] = _ages(row, noun)[:1] or None
            fields["ages"] = list(fields["ages"][0]) if fields["ages"] else None
        if noun == "project":
            ends = [row.first("project.start"), row.first("project.end")]
            fields["period"] = "/".join(end or ".." for end in ends) if any(ends) else None
        codes = row.values.get(f"{noun}.code")
        if codes:
            fields["codes"] = [{"scheme": "code", "value": str(code)} for code in codes]
        if noun == "territory" and fields["level"] and fields["level"] != record.get("level"):
            record.pop("level", None)  # what is stated goes before what the name says
        for field, value in fields.items():
            self.store.fill(record, field, value, row.place, path)

    def _agencies(self, row: Row, owner: tuple[str, str] | None) -> list[str]:
        names, key = row.values.get("agency.name", []), row.first("agency.key")
        is_main = row.noun == "agency" and owner is None
        found = [self.store.record("agency", name, row.place, key=key, main=is_main) for name in names]
        if not found and key:
            known = self.store.known("agency", key)
            found = [known] if known else []
            if known is None and row.noun != "agency":
                self._say("orphan-row", row, "there is no agency with this key", value=key)
        if not found and owner and owner[0] == "agency":
            found = [owner[1]]
        if len(found) == 1:
            self._about_agency(found[0], row)
        return list(dict.fromkeys(found))

    def _about_agency(self, key: str, row: Row) -> None:
        record, path = self.store.records["agencies"][key], f"agencies[{key}]"
        fields = {field: row.first(f"agency.{field}") for field in _PLAIN_AGENCY}
        fields["description"] = row.joined("agency.description")
        fields["identifiers"] = [{"scheme": "code", "value": str(code)} for code in row.values.get("agency.code", [])]
        fields["contacts"] = _contacts(row, "agency")
        above = row.first("agency.part_of")
        if above and self.store.known("agency", above) != key:
            fields["part_of"] = self.store.record("agency", above, row.place)
        for field, value in fields.items():
            self.store.fill(record, field, value, row.place, path)

    def _site(self, row: Row, agencies: list[str], territories: list[str]) -> str | None:
        address = row.joined("site.address", ", ")
        name = row.first("site.name")
        point = self._point(row)
        told = name or address or (f"{row.first('agency.name')} " if point and row.first("agency.name") else None)
        if told is None:
            return self._site_of_key(row)
        wanted = f"{name} {address}" if name and address and self._is_elsewhere(name, address) else None
        key = self.store.record(
            "site", told.strip(), row.place, key=row.first("site.key"), wanted=wanted, main=row.noun == "site"
        )
        record = self.store.records["sites"][key]
        fields = {
            "address": address,
            "point": point,
            "agency": agencies[0] if len(agencies) == 1 else None,
            "territory": territories[0] if len(territories) == 1 and _lies_there(row, address, point) else None,
            "description": row.joined("site.description"),
            "identifiers": [{"scheme": "code", "value": str(code)} for code in row.values.get("site.code", [])],
        }
        for field, value in fields.items():
            if field in ("agency", "territory") and record.get(field) not in (None, value):
                continue  # several agencies work in one house
            self.store.fill(record, field, value, row.place, f"sites[{key}]")
        return key

    def _site_of_key(self, row: Row) -> str | None:
        key = row.first("site.key")
        known = self.store.known("site", key) if key else None
        if key and known is None and row.noun != "site":
            self._say("orphan-row", row, "there is no site with this key", value=key)
        return known

    def _is_elsewhere(self, name: str, address: str) -> bool:
        """Two places of one name at two addresses are two places."""
        known = self.store.known("site", name)
        other = self.store.records["sites"][known].get("address") if known else None
        return other is not None and fold(other) != fold(address)

    def _point(self, row: Row) -> dict[str, Any] | None:
        lat, lon = row.first("site.latitude"), row.first("site.longitude")
        if lat is None and lon is None:
            return None
        if lat is None or lon is None:
            self._say("half-point", row, "one of the two coordinates is missing")
            return None
        if lat == 0 and lon == 0:
            self._say("point-zero", row, "the point is 0, 0")
            return None
        return {"lat": lat, "lon": lon}

    # services -------------------------------------------------------------------------------------------------------

    def _service(
        self,
        row: Row,
        owner: tuple[str, str] | None,
        agencies: list[str],
        site: str | None,
        territories: list[str],
        groups: list[str],
        needs: list[str],
    ) -> None:
        key = self._service_id(row, owner, agencies)
        if key is None:
            self._say("missing-name", row, "the row has no name of its service; write it in each row")
            return
        self._note_row(row, ("service", key))
        record, path = self.store.records["services"][key], f"services[{key}]"
        fields: dict[str, Any] = {
            "description": row.joined("service.description"),
            "providers": agencies,
            "meets": needs,
            "serves": groups,
            "eligibility": self._eligibility(row),
            "access": _access(row),
            "legal_basis": list(row.values.get("service.legal_basis", [])),
            "languages": list(row.values.get("service.language", [])),
            "status": row.first("service.status"),
            "identifiers": [{"scheme": "code", "value": str(code)} for code in row.values.get("service.code", [])],
            "contacts": _contacts(row, "service"),
            "valid": self._period(row),
        }
        project = row.first("service.project")
        if project:
            fields["project"] = self.store.record("project", project, row.place)
        for field, value in fields.items():
            self.store.fill(record, field, value, row.place, path)
        self._delivery(row, record, path, site, territories)

    def _service_id(self, row: Row, owner: tuple[str, str] | None, agencies: list[str]) -> str | None:
        name, key = row.first("service.name"), row.first("service.key")
        if owner and owner[0] == "service" and (name is None or row.noun != "service"):
            return owner[1]
        if name is None:
            known = self.store.known("service", key) if key else None
            if key and known is None:
                self._say("orphan-row", row, "there is no service with this key", value=key)
            return known
        wanted = None
        providers = self._providers.get(fold(name), set())
        if agencies and (len(providers) > 1 or (owner and owner[0] == "agency")):
            provider = self.store.records["agencies"][agencies[0]]["name"]
            wanted = f"{name} {provider}"
        return self.store.record("service", name, row.place, key=key, wanted=wanted, main=True)

    def _eligibility(self, row: Row) -> dict[str, Any]:
        bands = _joined_bands(_ages(row, "service"))
        for low, high in bands:
            if low is not None and high is not None and low > high:
                self._say("ages-reversed", row, f"the ages {low} to {high} are the wrong way round")
                return {"condition": found} if (found := row.joined("service.condition")) else {}
        rule: dict[str, Any] = {"ages": list(bands[0])} if len(bands) == 1 else {}
        if len(bands) > 1:
            rule["any"] = [{"ages": list(band)} for band in bands]
        condition = row.joined("service.condition")
        return rule | ({"condition": condition} if condition else {})

    def _period(self, row: Row) -> str | None:
        start, end = row.first("service.valid_from"), row.first("service.valid_to")
        if start and end and start > end:
            self._say("period-reversed", row, f"it ends ({end}) before it begins ({start})")
            return None
        return f"{start or '..'}/{end or '..'}" if start or end else None

    def _delivery(self, row: Row, record: dict[str, Any], path: str, site: str | None, territories: list[str]) -> None:
        found: dict[str, Any] = {
            field: value for field in _DELIVERY if (value := row.first(f"delivery.{field}")) is not None
        }
        found |= {"languages": list(said)} if (said := row.values.get("delivery.language")) else {}
        found |= {"note": note} if (note := row.joined("delivery.note")) else {}
        fte, role, until = (row.first(f"delivery.{field}") for field in ("fte", "role", "funded_until"))
        if fte is not None or role or until:
            post = {"role": role or "staff", "fte": fte, "funded_until": until}
            found["posts"] = [{name: value for name, value in post.items() if value is not None}]
        self._mark(found, row)
        found |= {"site": site} if site else {}
        found |= {"area": territories} if territories else {}
        if not found:
            return
        deliveries = record.setdefault("deliveries", [])
        key = _delivery_key(found)
        old = next((one for one in deliveries if _delivery_key(one) == key), None)
        if old is None:
            deliveries.append(found)
            return
        for field, value in found.items():
            self.store.fill(old, field, value, row.place, f"{path}.deliveries[{key}]")

    def _mark(self, delivery: dict[str, Any], row: Row) -> None:
        """A note that is the one word "assumption" or "estimate" speaks of all figures of its row."""
        told = basis_of(row.values.get("delivery.note", []))
        if told is None:
            return
        basis, word = told
        places: list[tuple[dict[str, Any], str]] = [(delivery, field) for field in _FIGURES if field in delivery]
        places += [(post, "fte") for post in delivery.get("posts", []) if "fte" in post]
        source = self.store.assumption(word, row.place) if places and basis == "assumed" else None
        for record, field in places:
            record[field] = with_basis(record[field], basis, source)

    # records without a name -----------------------------------------------------------------------------------------

    def _demand(self, row: Row) -> None:
        figures = {name: value for name in ("persons", "share") if (value := row.first(f"demand.{name}")) is not None}
        self._counted("demand", row, ("need", "target_group", "territory"), dict(list(figures.items())[:1]))

    def _population(self, row: Row) -> None:
        persons = row.first("population.persons")
        figures = {"persons": persons} if persons is not None else {}
        date = row.first("population.date")
        self._counted("population", row, ("target_group", "territory"), figures, {"date": date} if date else {})

    def _counted(
        self, noun: str, row: Row, nouns: tuple[str, ...], figures: Map[str, Any], more: Map[str, Any] | None = None
    ) -> None:
        ids = {name: self._named(name, row)[:1] for name in nouns}
        missing = [name.replace("_", " ") for name, found in ids.items() if not found]
        if missing or not figures:
            self._say("missing-value", row, f"the row does not say {' and '.join(missing) or 'how many'}")
            return
        found = {name: one[0] for name, one in ids.items()}
        self.store.add(noun, ":".join(found.values()), {**found, **figures, **(more or {})}, row.place)

    def _cooperation(self, row: Row) -> None:
        names = [row.first("cooperation.first"), row.first("cooperation.second")]
        if None in names or fold(str(names[0])) == fold(str(names[1])):
            self._say("missing-value", row, "the row does not name two agencies")
            return
        ids = [self.store.record("agency", str(name), row.place) for name in names]
        found: dict[str, Any] = {"agencies": ids}
        for field in ("kind", "level", "scale"):
            value = row.first(f"cooperation.{field}")
            found |= {field: value} if value is not None else {}
        if "level" in found and "scale" not in found:
            found["scale"] = "as-stated"  # levels of one file are on one scale, whatever it is
        self.store.add("cooperation", ":".join((found.get("kind", "cooperates"), *ids)), found, row.place)

    def _referral(self, row: Row) -> None:
        names = [row.first("referral.sender"), row.first("referral.receiver")]
        if None in names:
            self._say("missing-value", row, "the row does not name two services")
            return
        ids = [self.store.record("service", str(name), row.place) for name in names]
        if ids[0] == ids[1]:
            self._say("missing-value", row, "the row names one service twice")
            return
        found: dict[str, Any] = {"sender": ids[0], "receiver": ids[1]}
        for field in ("days", "share", "acceptance", "consent"):
            value = row.first(f"referral.{field}")
            found |= {field: value} if value is not None else {}
        self.store.add("referral", ":".join(ids), found, row.place)

    def _survey(self, row: Row) -> None:
        territories, needs = self._named("territory", row), self._named("need", row)
        status = row.first("survey.status")
        if not territories or status is None:
            self._say("missing-value", row, "the row does not say where, or whether all was mapped")
            return
        found: dict[str, Any] = {"territories": territories, "status": status}
        found |= {"needs": needs} if needs else {}
        date, by, note = (row.first(f"survey.{field}") for field in ("date", "by", "note"))
        found |= {"date": date} if date else {}
        found |= {"note": note} if note else {}
        found |= {"by": self.store.record("agency", by, row.place)} if by else {}
        self.store.add("survey", ":".join([*territories, *needs, str(date)]), found, row.place)


def _lies_there(row: Row, address: str | None, point: Map[str, Any] | None) -> bool:
    """Whether the territory of a row is where its place lies; beside a service it is whose people may come."""
    if row.noun != "service":
        return True
    return (address is not None or point is not None) and "territory.name" not in row.constants


def _contacts(row: Row, noun: str) -> list[dict[str, Any]]:
    found = [contact for field in _CONTACTS for contact in row.values.get(f"{noun}.{field}", [])]
    found += [{"kind": "address", "value": text} for text in row.values.get(f"{noun}.address", [])]
    return list({(one["kind"], one["value"]): one for one in reversed(found)}.values())[::-1]


def _access(row: Row) -> dict[str, Any]:
    fields = (("by", row.first("service.access")), ("consent", row.first("service.consent")))
    return {name: value for name, value in (*fields, ("note", row.joined("service.access_note"))) if value}


def _ages(row: Row, noun: str) -> list[tuple[int | None, int | None]]:
    low, high = row.first(f"{noun}.age_from"), row.first(f"{noun}.age_to")
    bands = list(row.values.get(f"{noun}.ages", []))
    return [*bands, (low, high)] if low is not None or high is not None else bands


def _joined_bands(bands: list[tuple[int | None, int | None]]) -> list[tuple[int | None, int | None]]:
    """Bands that meet become one: 0-6 and 7-18 are 0-18."""
    ordered = sorted(set(bands), key=lambda band: (band[0] or 0, band[1] if band[1] is not None else 999))
    found: list[tuple[int | None, int | None]] = []
    for low, high in ordered:
        if found and (found[-1][1] is None or (low or 0) <= found[-1][1] + 1):
            first, last = found[-1]
            found[-1] = (first, None if last is None or high is None else max(last, high))
        else:
            found.append((low, high))
    return found


def _delivery_key(delivery: Map[str, Any]) -> str:
    return delivery.get("site") or "+".join(delivery.get("area", ())) or delivery.get("channel") or "on_site"
