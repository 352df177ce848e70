"""A framework as rows of the mapping workbook, and what the workbook cannot say of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from integrated_services.io._names import Names
from integrated_services.io._reading import Loss, LossReport
from integrated_services.io._template_layout import SHEETS, sheet_spec
from integrated_services.io._template_words import choice_list, say
from integrated_services.model import Framework, Label, Record

Cells = dict[str, Any]
"""Values of one row by key of the column."""

LISTS: Final = ("territories", "groups", "needs", "agencies", "sources")
"""Sheets that others refer to and that several municipalities share."""
_OTHER_LANGUAGE = "The workbook holds one language."
_NO_COLUMN = "The workbook has no place for it."
_EXAMPLES = 5
_NAMED: Final = {"about": "ca {}", "above": ">{}", "below": "<{}"}


@attrs.define
class Rows:
    """What is written, by sheet."""

    head: Cells = attrs.Factory(dict)
    rows: dict[str, list[Cells]] = attrs.Factory(dict)
    lost: dict[tuple[str, str], list[str]] = attrs.Factory(dict)
    counts: Counter[tuple[str, str]] = attrs.Factory(Counter)
    written: dict[str, int] = attrs.Factory(dict)

    def lose(self, field: str, path: str, reason: str = _NO_COLUMN) -> None:
        """Note that a value is not in the workbook."""
        self.counts[field, reason] += 1
        kept = self.lost.setdefault((field, reason), [])
        if len(kept) < _EXAMPLES:
            kept.append(path)

    def report(self) -> LossReport:
        """Give all that was lost, by field."""
        losses = [Loss(field, why, self.counts[field, why], tuple(self.lost[field, why])) for field, why in self.lost]
        return LossReport("mapping workbook", tuple(sorted(losses, key=lambda loss: loss.field)), self.written)


def rows_of(framework: Framework | None, language: str, *, lists_only: bool = False) -> Rows:
    """Lay a framework out in the rows of the workbook.

    Parameters
    ----------
    framework
        The framework; None gives no rows.
    language
        Language of the workbook.
    lists_only
        Only what others refer to.

    Returns
    -------
    Rows
        Rows by sheet, and what they do not say.
    """
    rows = Rows()
    if framework is None:
        return rows
    writer = _Writer(framework, language, rows)
    rows.head = writer.head()
    for spec in SHEETS:
        if lists_only and spec.key not in LISTS:
            continue
        records = getattr(framework, spec.collection)
        if records:
            rows.rows[spec.key] = [row for record in records for row in writer.rows(spec.key, record)]
            rows.written[spec.collection] = len(records)
    writer.rest(lists_only)
    return rows


class _Taken:
    """A record of which piece after piece is written; what is left in the end is lost."""

    def __init__(self, record: Record, path: str) -> None:
        self.record = record
        self.path = path
        self.kind = re.sub(r"\[[^\]]*\]", "", path)
        self.raw: Any = record.plain()

    def take(self, *steps: str) -> Any:
        """Take a value out, as it stands in the document."""
        at = self.raw
        for step in steps[:-1]:
            at = at.get(step) if isinstance(at, dict) else None
        return at.pop(steps[-1], None) if isinstance(at, dict) else None

    def put_back(self, name: str, value: Any) -> None:
        """Leave a part of a value to be reported."""
        if value:
            self.raw[name] = value

    def left(self) -> Iterator[str]:
        """Name the fields that nobody took."""
        yield from _leaves(self.raw, "")


def _leaves(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for inner in value:
            yield from _leaves(inner, path)
    elif path and value not in ({}, []):
        yield path


class _Writer:
    """Writes the records of one framework."""

    def __init__(self, framework: Framework, language: str, rows: Rows) -> None:
        self.framework = framework
        self.language = language
        self.out = rows
        self.names = {spec.key: Names(spec.key) for spec in SHEETS}
        for spec in SHEETS:
            for number, record in enumerate(getattr(framework, spec.collection)):
                own = getattr(record, "title" if spec.key == "sources" else "name", None)
                id_ = getattr(record, "id", None)
                if id_ is not None:
                    name = None if own is None else own.text(language).strip()
                    self.names[spec.key].add(name, id_, number)

    # pieces -----------------------------------------------------------------------------------------------------

    def label(self, taken: _Taken, *steps: str) -> str | None:
        value = taken.take(*steps)
        if not isinstance(value, dict):
            return None if value is None else str(value)
        field = ".".join((taken.kind, *steps))
        shown = Label(value).text(self.language)
        if value != {self.language: shown}:
            self.out.lose(field, f"{taken.path}.{'.'.join(steps)}", _OTHER_LANGUAGE)
        return shown

    def word(self, choice: str, value: Any) -> str | None:
        return None if value is None else choice_list(choice, self.language).get(str(value), str(value))

    def words(self, choice: str, values: Sequence[str] | None) -> str | None:
        return "; ".join(self.word(choice, value) or "" for value in values) if values else None

    def ref(self, sheets: str, id_: str | None) -> str | None:
        """Name a record as the reader will find it: by its name, or by its id where the name does not do."""
        if id_ is None:
            return None
        for sheet in sheets.split():
            names = self.names[sheet]
            if id_ in names.own:
                shown = [word for folded, word in names.shown.items() if set(names.ids[folded]) == {id_}]
                others = [self.names[other] for other in sheets.split() if other != sheet]
                for word in shown:
                    if _is_plain(word) and not any(other.find(word) for other in others):
                        return word
        return id_

    def refs(self, sheets: str, ids: Sequence[str] | None) -> str | None:
        return "; ".join(self.ref(sheets, id_) or "" for id_ in ids) if ids else None

    def figure(self, taken: _Taken, field: str, cells: Cells, column: str, basis: str, why: str) -> None:
        """Write a figure with its basis and source; where these columns are taken by another figure, they are lost."""
        raw = taken.take(field)
        if raw is None:
            return
        parts: dict[str, Any] = dict(raw) if isinstance(raw, dict) else {"value": raw}
        cells[column] = _number_text(parts)
        said = self._basis(parts)
        known = cells.setdefault("", {})  # which pairs of columns are filled, and how
        if known.setdefault((basis, why), said) == said:
            cells[basis], cells[why] = said
            parts.pop("basis", None)
            parts.pop("source", None)
        taken.put_back(field, parts)

    def codes(self, taken: _Taken, field: str) -> Cells:
        codes = getattr(taken.record, field)
        if not codes or any(";" in code.value + code.scheme for code in codes):
            return {}
        taken.take(field)
        for code in codes:
            for part in ("version", "source"):
                if getattr(code, part) is not None:
                    self.out.lose(f"{taken.kind}.{field}.{part}", f"{taken.path}.{field}")
        return {
            "code": "; ".join(code.value for code in codes),
            "code_list": "; ".join(code.scheme for code in codes),
        }

    def point(self, taken: _Taken) -> Cells:
        return {"latitude": taken.take("point", "lat"), "longitude": taken.take("point", "lon")}

    def ages(self, taken: _Taken, *steps: str) -> Cells:
        low, high = taken.take(*steps) or (None, None)
        return {"age_from": low, "age_to": high}

    def period(self, taken: _Taken, field: str = "valid") -> Cells:
        period = getattr(taken.record, field)
        if period is None:
            return {}
        taken.take(field)
        taken.put_back(field, {k: v for k in ("duration", "note") if (v := getattr(period, k))})
        return {"start": _text(period.start), "end": _text(period.end)}

    # records ----------------------------------------------------------------------------------------------------

    def head(self) -> Cells:
        fw = self.framework
        for field in ("title", "description"):
            label = getattr(fw, field)
            if label is not None and label.languages and label.plain() != {self.language: label.text(self.language)}:
                self.out.lose(field, field, _OTHER_LANGUAGE)
        return {
            "title": fw.title.text(self.language),
            "description": None if fw.description is None else fw.description.text(self.language),
            "reference_date": fw.reference_date.isoformat(),
            "languages": self.words("language", fw.languages),
            "basis": None if fw.basis == "stated" else self.word("basis", fw.basis),
            "licence": fw.licence,
            "id": fw.framework,
        }

    def rows(self, sheet: str, record: Any) -> list[Cells]:
        """Write one record; reports what is not said."""
        collection = sheet_spec(sheet).collection
        taken = _Taken(record, f"{collection}[{record.key}]")
        found: list[Cells] = getattr(self, f"_{sheet}")(taken)
        for row in found:
            row.pop("", None)
        for field in taken.left():
            self.out.lose(f"{collection}.{field}", f"{taken.path}.{field}")
        return found

    def described(self, taken: _Taken, name: str = "name") -> Cells:
        return {
            "name": self.label(taken, name),
            "description": self.label(taken, "description"),
            "sources": self.refs("sources", taken.take("sources")),
            "id": taken.take("id"),
        }

    def _territories(self, taken: _Taken) -> list[Cells]:
        return [
            {
                **self.described(taken),
                "level": self.word("level", taken.take("level")),
                "part_of": self.ref("territories", taken.take("part_of")),
                "degurba": self.word("degurba", taken.take("degurba")),
                **self.codes(taken, "codes"),
                **self.point(taken),
            }
        ]

    def _groups(self, taken: _Taken) -> list[Cells]:
        return [
            {
                **self.described(taken),
                "kind": self.word("group_kind", taken.take("kind")),
                "broader": self.ref("groups", taken.take("broader")),
                **self.ages(taken, "ages"),
            }
        ]

    def _needs(self, taken: _Taken) -> list[Cells]:
        return [{**self.described(taken), "broader": self.ref("needs", taken.take("broader"))}]

    def _agencies(self, taken: _Taken) -> list[Cells]:
        cells = {
            **self.described(taken),
            "kind": self.word("agency_kind", taken.take("kind")),
            "sector": self.word("sector", taken.take("sector")),
            "level": self.word("agency_level", taken.take("level")),
            "ownership": self.word("ownership", taken.take("ownership")),
            "part_of": self.ref("agencies", taken.take("part_of")),
            "territory": self.ref("territories", taken.take("territory")),
            "collective": self.word("yesno", "yes") if taken.take("collective") else None,
            **self.codes(taken, "identifiers"),
        }
        if taken.record.members is not None:  # type: ignore[attr-defined]
            raw = taken.take("members")
            parts = dict(raw) if isinstance(raw, dict) else {"value": raw}
            cells["members"] = _number_text(parts)
            taken.put_back("members", parts)
        rest = []
        for contact in taken.take("contacts") or ():
            if set(contact) == {"kind", "value"} and cells.get(contact["kind"]) is None:
                cells[contact["kind"]] = contact["value"]
            else:
                rest.append(contact)
        taken.put_back("contacts", rest)
        return [cells]

    def _sites(self, taken: _Taken) -> list[Cells]:
        return [
            {
                **self.described(taken),
                "agency": self.ref("agencies", taken.take("agency")),
                "territory": self.ref("territories", taken.take("territory")),
                "address": taken.take("address"),
                **self.codes(taken, "identifiers"),
                **self.point(taken),
            }
        ]

    def _services(self, taken: _Taken) -> list[Cells]:
        access = taken.record.access is not None  # type: ignore[attr-defined]
        by, consent = taken.take("access", "by"), taken.take("access", "consent")
        cells = {
            **self.described(taken),
            "providers": self.refs("agencies", taken.take("providers")),
            "needs": self.refs("needs", taken.take("meets")),
            "groups": self.refs("groups", taken.take("serves")),
            "access": self.word("access", by or "open") if access else None,
            "consent": self.word("consent", consent),
            "referred_by": self.refs("services agencies", taken.take("access", "referred_by")),
            **self.ages(taken, "eligibility", "ages"),
            "condition": self.label(taken, "eligibility", "condition"),
            "languages": self.words("language", taken.take("languages")),
            "status": self.word("status", taken.take("status")),
            "legal_basis": self._texts(taken, "legal_basis"),
        }
        deliveries = taken.record.deliveries  # type: ignore[attr-defined]
        taken.take("deliveries")
        if not deliveries:
            return [{**cells, **self.period(taken)}]
        found = [self._delivery(taken.path, delivery) for delivery in deliveries]
        found[0] = {**found[0], **cells}
        for row in found[1:]:
            row["name"], row["id"] = cells["name"], cells["id"]
        return found

    def _texts(self, taken: _Taken, field: str) -> str | None:
        labels = getattr(taken.record, field)
        shown = [label.text(self.language) for label in labels]
        if not shown or not all(map(_is_plain, shown)):
            return None
        taken.take(field)
        if any(label.languages for label in labels):
            self.out.lose(f"{taken.kind}.{field}", f"{taken.path}.{field}", _OTHER_LANGUAGE)
        return "; ".join(shown)

    def _delivery(self, path: str, delivery: Any) -> Cells:
        taken = _Taken(delivery, f"{path}.deliveries[{delivery.key}]")
        if not isinstance(taken.raw, dict):
            taken.raw = {}
        cells: Cells = {
            "area": self.refs("territories", taken.take("area")),
            "site": self.ref("sites", taken.take("site")),
            "channel": self.word("channel", taken.take("channel") or "on_site"),
            "note": self.label(taken, "note"),
            "place_sources": self.refs("sources", taken.take("sources")),
            "place_id": taken.take("id"),
            **self.period(taken),
        }
        capacity = taken.raw.get("capacity")
        self.figure(taken, "capacity", cells, "capacity", "capacity_basis", "capacity_why")
        if isinstance(capacity, dict):
            cells["unit"] = self.word("unit", taken.take("capacity", "unit"))
            cells["per"] = self.word("per", taken.take("capacity", "per"))
        self.figure(taken, "wait", cells, "wait", "wait_basis", "wait_why")
        self._conversions(taken, cells, delivery)
        self._posts(taken, cells, delivery)
        for field in taken.left():
            self.out.lose(f"services.deliveries.{field}", f"{taken.path}.{field}")
        cells.pop("", None)
        return cells

    def _conversions(self, taken: _Taken, cells: Cells, delivery: Any) -> None:
        unit = delivery.capacity.unit if delivery.capacity else None
        pairs = [("duration", "duration")]
        pairs += [("per_person", f"{unit}_per_person")] if unit in ("sessions", "hours") else []
        for column, field in pairs:
            raw = taken.take(field)
            if raw is not None:
                parts = dict(raw) if isinstance(raw, dict) else {"value": raw}
                cells[column] = _number_text(parts)
                taken.put_back(field, parts)
        cost = delivery.cost
        if cost is not None and cost.currency == "EUR" and cost.amount >= 0:
            raw = taken.take("cost")
            cells["cost"] = float(cost.amount) if cost.amount % 1 else int(cost.amount)
            rest = {k: v for k, v in raw.items() if k not in ("amount", "currency")} if isinstance(raw, dict) else {}
            taken.put_back("cost", rest)

    def _posts(self, taken: _Taken, cells: Cells, delivery: Any) -> None:
        shown, rest, ends = [], [], {_text(post.funded_until) for post in delivery.posts}
        known: tuple[str | None, str | None] | None = None
        for post, raw in zip(delivery.posts, taken.take("posts") or (), strict=True):
            if not _is_role(post.role):
                rest.append(raw)
                continue
            left = {k: v for k, v in raw.items() if k not in ("role", "fte", "funded_until")}
            text = post.role
            if post.fte is not None:
                parts = dict(raw["fte"]) if isinstance(raw["fte"], dict) else {"value": raw["fte"]}
                said = self._basis(parts)
                known = known or said
                if known == said and post.fte.approx is None:  # one pair of columns speaks of all posts of the row
                    text += f" {_number_text(parts)}"
                    parts.pop("basis", None)
                    parts.pop("source", None)
                left |= {"fte": parts} if parts else {}
            shown.append(text + (f" [{post.funded_until}]" if post.funded_until and len(ends) > 1 else ""))
            rest.append(left)
        cells["posts"] = "; ".join(shown) or None
        cells["posts_until"] = next(iter(ends)) if shown and len(ends) == 1 else None
        cells["posts_basis"], cells["posts_why"] = known or (None, None)
        taken.put_back("posts", [raw for raw in rest if raw])

    def _basis(self, parts: Cells) -> tuple[str | None, str | None]:
        """Say how a figure is known; a guess without a source says that no reason is stated."""
        basis, source = parts.get("basis"), self.ref("sources", parts.get("source"))
        if source is None and basis in ("assumed", "estimated"):
            source = parts.pop("note", None) or say("no-reason", self.language)
        return self.word("basis", basis), source

    def _population(self, taken: _Taken) -> list[Cells]:
        cells: Cells = {
            "group": self.ref("groups", taken.take("target_group")),
            "territory": self.ref("territories", taken.take("territory")),
            "date": taken.take("date"),
            "id": taken.take("id"),
        }
        self.figure(taken, "persons", cells, "persons", "basis", "why")
        return [cells]

    def _demand(self, taken: _Taken) -> list[Cells]:
        cells: Cells = {
            "need": self.ref("needs", taken.take("need")),
            "group": self.ref("groups", taken.take("target_group")),
            "territory": self.ref("territories", taken.take("territory")),
            "each": self.word("level", taken.take("each")),
            "id": taken.take("id"),
        }
        self.figure(taken, "persons", cells, "persons", "basis", "why")
        self.figure(taken, "share", cells, "share", "basis", "why")
        cells["per"] = self.word("per", taken.take("persons", "per"))
        return [cells]

    def _cooperation(self, taken: _Taken) -> list[Cells]:
        first, second = taken.take("agencies")
        scale, level = taken.take("scale"), taken.record.level  # type: ignore[attr-defined]
        cells: Cells = {
            "first": self.ref("agencies", first),
            "second": self.ref("agencies", second),
            "kind": self.word("tie", taken.take("kind") or "cooperates"),
            "directed": self.word("yesno", "yes") if taken.take("directed") else None,
            "scale": scale if level is None or scale != "frey-2006" else None,
            "reported_by": self.ref("agencies", taken.take("reported_by")),
            "data_sharing": self.label(taken, "data_sharing"),
            "sources": self.refs("sources", taken.take("sources")),
            "id": taken.take("id"),
        }
        self.figure(taken, "level", cells, "level", "basis", "why")
        return [cells]

    def _referrals(self, taken: _Taken) -> list[Cells]:
        cells: Cells = {
            "sender": self.ref("services", taken.take("sender")),
            "receiver": self.ref("services", taken.take("receiver")),
            "consent": self.word("consent", taken.take("consent")),
            "note": self.label(taken, "note"),
            "sources": self.refs("sources", taken.take("sources")),
            "id": taken.take("id"),
        }
        for field in ("days", "acceptance", "share"):
            self.figure(taken, field, cells, field, "basis", "why")
        return [cells]

    def _surveys(self, taken: _Taken) -> list[Cells]:
        return [
            {
                "territories": self.refs("territories", taken.take("territories")),
                "needs": self.refs("needs", taken.take("needs")),
                "sectors": self.words("sector", taken.take("sectors")),
                "status": self.word("mapped", taken.take("status")),
                "date": taken.take("date"),
                "by": self.ref("agencies", taken.take("by")),
                "note": taken.take("note"),
                "sources": self.refs("sources", taken.take("sources")),
                "id": taken.take("id"),
            }
        ]

    def _sources(self, taken: _Taken) -> list[Cells]:
        return [
            {
                "name": self.label(taken, "title"),
                "kind": self.word("source_kind", taken.take("kind")),
                "reason": taken.take("note"),
                **{field: taken.take(field) for field in ("publisher", "date", "url", "licence", "id")},
            }
        ]

    def rest(self, lists_only: bool) -> None:
        """Report the records that the workbook has no sheet for."""
        with_sheet = {spec.collection for spec in SHEETS}
        for name in Framework.COLLECTIONS:
            if name not in with_sheet:
                for record in getattr(self.framework, name):
                    self.out.lose(name, f"{name}[{record.key}]", "The workbook has no sheet for it.")
            elif lists_only and name not in self.out.written:
                for record in getattr(self.framework, name):
                    self.out.lose(name, f"{name}[{record.key}]", "Only the lists were asked for.")


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _is_plain(word: str) -> bool:
    """Tell whether a name can stand among others in a cell."""
    return bool(word.strip("-–—. ")) and not any(mark in word for mark in ";\n\r")


def _is_role(role: str) -> bool:
    return _is_plain(role) and role == " ".join(role.split()) and not any(c.isdigit() or c in "()," for c in role)


def _number_text(parts: dict[str, Any]) -> Any:
    """Write a figure as people do, and leave in ``parts`` what that does not say."""
    value = parts.pop("value")
    low, high, approx = parts.get("low"), parts.get("high"), parts.get("approx")
    text = _NAMED.get(approx or "", "{}").format(_plain_number(value))
    if approx in _NAMED:
        del parts["approx"]
    if low is not None and high is not None and low >= 0:
        del parts["low"], parts["high"]
        return f"{text} ({_plain_number(low)}-{_plain_number(high)})"
    return value if approx is None else text


def _plain_number(value: int | float) -> str:
    """Write a number without an exponent, and so that nobody takes its decimal point for one of thousands."""
    if not isinstance(value, float):
        return str(value)
    text = format(Decimal(repr(value)), "f").rstrip("0").rstrip(".")
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text
