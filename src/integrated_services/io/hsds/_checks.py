"""What is wrong with the content of HSDS rows although each cell can be read."""

from __future__ import annotations

import math
from statistics import median
from typing import Any, Final

from integrated_services.io.hsds._normal import Version
from integrated_services.io.hsds._run import Row, Run

Tabled = dict[str, list[Row]]

_NAMED: Final = ("organization", "program", "service", "taxonomy", "taxonomy_term", "unit")
_ESSENTIAL: Final[dict[str, tuple[str, ...]]] = {
    # a row of these tables says nothing without one of these
    "phone": ("number",),
    "url": ("url",),
    "organization_identifier": ("identifier",),
    "language": ("name", "code", "note"),
    "funding": ("source",),
    "required_document": ("document", "uri"),
    "attribute": ("taxonomy_term_id", "value", "label"),
    "contact": ("name", "title", "department", "email"),
    "service_area": ("name", "description", "extent", "uri"),
    "accessibility": ("description", "details", "url"),
    "address": ("address_1", "address_2", "city", "region", "state_province", "postal_code"),
    "service_capacity": ("available", "maximum", "description"),
    "cost_option": ("option", "amount", "amount_description", "valid_from", "valid_to"),
}
_RANGES: Final[tuple[tuple[str, str, float, float], ...]] = (
    ("service", "minimum_age", 0, 130),
    ("service", "maximum_age", 0, 130),
    ("organization", "year_incorporated", 1000, 2200),
    ("cost_option", "amount", 0, 1e12),
    ("service_capacity", "available", 0, 1e9),
    ("service_capacity", "maximum", 0, 1e9),
    ("schedule", "timezone", -12, 14),
    ("schedule", "interval", 1, 1000),
    ("schedule", "count", 0, 1e6),
)
_PERIODS: Final = (
    ("schedule", "valid_from", "valid_to"),
    ("schedule", "dtstart", "until"),
    ("cost_option", "valid_from", "valid_to"),
)
_EXPIRING: Final = (("schedule", "valid_to"), ("schedule", "until"), ("cost_option", "valid_to"))
_KM: Final = 111.2
_NEAR_KM: Final = 200.0


def checked(tables: Tabled, version: Version, run: Run) -> None:
    """Look for what cannot be right, in place: what is impossible is taken out, what is doubtful only counted.

    Parameters
    ----------
    tables
        Rows by table, with sound references.
    version
        Version that they were written in.
    run
        Takes the defects.
    """
    for table in _NAMED:
        for row in tables[table]:
            if "name" not in row:
                run.add("missing-name", f"a {table} has no name", row, "name")
    if version not in ("2.x", "ohana"):
        _mandatory(tables, run)
    for table, column, low, high in _RANGES:
        _range(tables[table], column, low, high, run)
    _ages(tables["service"], run)
    _hours(tables["schedule"], run)
    for table, first, last in _PERIODS:
        _period(tables[table], first, last, run)
    _expired(tables, run)
    _capacities(tables["service_capacity"], run)
    _points(tables["location"], run)


def telling(tables: Tabled, run: Run) -> None:
    """Leave out rows that say nothing, in place; what refers to them leads nowhere then.

    Parameters
    ----------
    tables
        Rows by table.
    run
        Takes the defects.
    """
    for table, columns in _ESSENTIAL.items():
        rows = tables[table]
        kept = []
        for row in rows:
            if any(column in row for column in columns):
                kept.append(row)
            else:
                run.add("missing-value", f"a {table} without {' or '.join(columns)} says nothing", row, columns[0])
        run.note(table, "left_out", len(rows) - len(kept))
        tables[table] = kept


def _mandatory(tables: Tabled, run: Run) -> None:
    for table, column in (("organization", "description"), ("service", "status"), ("location", "location_type")):
        for row in tables[table]:
            if column not in row and column not in row.get("_lost", ()):
                run.add("missing-column-value", f"{column} of {table} is missing", row, column)


def _range(rows: list[Row], column: str, low: float, high: float, run: Run) -> None:
    for row in rows:
        value = row.get(column)
        if value is not None and not low <= value <= high:
            run.add(
                "number-out-of-range", f"{column} is not between {low:g} and {high:g}; left out", row, column, value
            )
            del row[column]


def _ages(rows: list[Row], run: Run) -> None:
    for row in rows:
        low, high = row.get("minimum_age"), row.get("maximum_age")
        if low is not None and high is not None and low > high:
            run.add("ages-reversed", f"from {low} to {high} years; both are left out", row, "minimum_age", low)
            del row["minimum_age"], row["maximum_age"]


def _hours(rows: list[Row], run: Run) -> None:
    for row in rows:
        opens, closes = row.get("opens_at"), row.get("closes_at")
        if opens is not None and closes is not None and closes < opens and closes != "00:00":
            run.add("closing-before-opening", f"open from {opens} to {closes}; kept", row, "closes_at", closes)


def _period(rows: list[Row], first: str, last: str, run: Run) -> None:
    for row in rows:
        begin, end = row.get(first), row.get(last)
        if begin is not None and end is not None and begin > end:
            run.add("period-reversed", f"from {begin} to {end}; both are left out", row, first, begin)
            del row[first], row[last]


def _expired(tables: Tabled, run: Run) -> None:
    day = run.as_of or _latest(tables)
    if day is None:
        return
    run.collector.details["as_of"] = day
    for table, column in _EXPIRING:
        for row in tables[table]:
            end = row.get(column)
            if end is not None and end < day:
                run.add("expired", f"valid until {end} only, judged as of {day}; kept", row, column, end)


def _latest(tables: Tabled) -> str | None:
    days = [row["last_modified"][:10] for row in tables["service"] if "last_modified" in row]
    days += [row["assured_date"] for row in tables["service"] if "assured_date" in row]
    days += [row["last_action_date"][:10] for row in tables["metadata"] if "last_action_date" in row]
    days += [row["updated"][:10] for row in tables["service_capacity"] if "updated" in row]
    return max(days, default=None)


def _capacities(rows: list[Row], run: Run) -> None:
    for row in rows:
        free, most = row.get("available"), row.get("maximum")
        if free is not None and most is not None and free > most:
            run.add("more-than-maximum", f"{free} are available of at most {most}; kept", row, "available", free)


def _points(rows: list[Row], run: Run) -> None:
    pairs: list[tuple[Row, float, float]] = []
    for row in rows:
        lat, lon = row.get("latitude"), row.get("longitude")
        if lat is None and lon is None:
            continue
        if lat is None or lon is None:
            run.add("half-point", "one coordinate is missing; the other is left out", row, "latitude", lat or lon)
        elif lat == 0 and lon == 0:
            run.add("point-zero", "the point 0, 0 lies in the sea; it is left out", row, "latitude", lat)
        elif abs(lat) > 180 or abs(lon) > 180 or (abs(lat) > 90 and abs(lon) > 90):
            run.add("point-outside-world", f"{lat}, {lon} is nowhere on earth; left out", row, "latitude", lat)
        else:
            pairs.append((row, lat, lon))
            continue
        _without_point(row)
    _compare(pairs, run)


def _without_point(row: Row) -> None:
    row.pop("latitude", None)
    row.pop("longitude", None)


def _compare(pairs: list[tuple[Row, float, float]], run: Run) -> None:
    """Compare points with the bulk of them: far ones are doubtful, unless latitude and longitude are swapped."""
    sound = [(lat, lon) for _, lat, lon in pairs if abs(lat) <= 90]
    bulk = _bulk(sound) if len(sound) >= 10 else None
    for row, lat, lon in pairs:
        if bulk is None:
            if abs(lat) > 90:
                run.add("point-outside-world", f"{lat}, {lon} is nowhere on earth; left out", row, "latitude", lat)
                _without_point(row)
            continue
        far = abs(lat) > 90 or not _within(bulk, lat, lon)
        if far and abs(lon) <= 90 and _within(bulk, lon, lat):
            run.add("point-swapped", f"{lat}, {lon} is latitude and longitude swapped; mended", row, "latitude", lat)
            row["latitude"], row["longitude"] = lon, lat
        elif abs(lat) > 90:
            run.add("point-outside-world", f"{lat}, {lon} is nowhere on earth; left out", row, "latitude", lat)
            _without_point(row)
        elif far:
            run.add("point-far-away", f"{lat}, {lon} is far from all the others; kept", row, "latitude", lat)


def _bulk(points: list[tuple[float, float]]) -> tuple[float, float, float]:
    lat, lon = median(p[0] for p in points), median(p[1] for p in points)
    spread = median(_km(lat, lon, *p) for p in points)
    return lat, lon, max(_NEAR_KM, 8 * spread)


def _within(bulk: tuple[float, float, float], lat: float, lon: float) -> bool:
    return _km(bulk[0], bulk[1], lat, lon) <= bulk[2]


def _km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Roughly, which is enough to tell near from far."""
    across = abs((other_lon - lon + 180) % 360 - 180) * math.cos(math.radians((lat + other_lat) / 2))
    return _KM * math.hypot(other_lat - lat, across)


def accounted(tables: Tabled, run: Run) -> dict[str, Any]:
    """Close the books: what went into each table, what was made, merged, left out, and what came out.

    Parameters
    ----------
    tables
        The rows that go on.
    run
        The counts so far.

    Returns
    -------
    dict
        Counts by table and fate; ``in`` + ``made`` = ``merged`` + ``left_out`` + ``out``.
    """
    for table, rows in tables.items():
        run.note(table, "out", len(rows))
    return {
        table: {fate: counts[fate] for fate in ("in", "made", "merged", "left_out", "out") if counts[fate]}
        for table, counts in sorted(run.counts.items())
        if any(counts.values())
    }
