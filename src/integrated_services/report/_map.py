"""The map: a symbol for each place, its status told by shape, its size by a value, and a name beside it.

Nothing covers anything: symbols that would are moved away with a line to where they belong, names look for room around
their symbol, and a name without room becomes a number in the symbol with a key in the notes.

The projection is the equirectangular one, true to scale at the mean latitude: good for a county or a small country,
and the bar in the legend says how long a kilometre is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import cos, floor, hypot, isfinite, log10, pi, radians, sin
from typing import Any, Final, Literal

from attrs import Factory, define, frozen

from integrated_services.errors import AnalysisError
from integrated_services.report._labels import LegendEntry, Line, Space, TextBlock, crosses, legend, text_block
from integrated_services.report._svg import (
    INK,
    PAPER,
    QUIET,
    Box,
    Canvas,
    Picture,
    clean,
    element,
    escape,
    magnitude,
    number,
    path,
    rectangle,
)

MARGIN: Final = 8.0
KM_PER_DEGREE: Final = 111.195
"""Of latitude, on a sphere with a radius of 6,371 km."""
SMALLEST, LARGEST = 9.0, 17.0
LEAST_SPAN: Final = 0.08  # degrees of latitude, about 9 km: a single place needs surroundings

Status = Literal["covered", "gap", "not_surveyed", "none"]
STATUSES: Final[tuple[Status, ...]] = ("gap", "covered", "not_surveyed", "none")

WORDS: Final[dict[str, str]] = {
    "covered": "Covered",
    "gap": "Gap",
    "not_surveyed": "Not surveyed",
    "none": "Nothing stated",
    "size": "Size: from {low} to {high}",
    "moved": "Moved aside; the dot is the place",
    "key": "Number: see the key",
    "not_on_map": "Not on the map",
    "km": "km",
    "north": "North is up",
}
"""The words of the picture, to be given in other languages."""


@frozen
class Place:
    """A place on the map.

    Parameters
    ----------
    id
        Id, unique in the picture.
    label
        Its name.
    lat, lon
        Degrees north and east; None where the place has no point.
    value
        What the size of the symbol shows; None where it is not known.
    status
        ``covered``, ``gap``, ``not_surveyed``, or ``none`` where nothing is to be said.
    detail
        More words, shown when a mouse rests on the symbol and in keys.
    """

    id: str
    label: str
    lat: float | None
    lon: float | None
    value: float | None = None
    status: Status = "none"
    detail: str = ""


# --- projection ---------------------------------------------------------------------------------


def _has_point(place: Place) -> bool:
    if place.lat is None or place.lon is None:
        return False
    return isfinite(place.lat) and isfinite(place.lon) and abs(place.lat) <= 90 and abs(place.lon) <= 540


def western_edge(longitudes: Sequence[float]) -> float:
    """Return the longitude from which to count eastwards: behind the widest gap, so that no group is torn apart.

    Parameters
    ----------
    longitudes
        Degrees east.

    Returns
    -------
    float
        One of them, from 0 up to 360 degrees.

    Examples
    --------
    >>> western_edge([179.0, -179.0, -178.0])
    179.0
    """
    around = sorted({lon % 360.0 for lon in longitudes})
    if not around:
        return 0.0
    gaps = [(east - west, east) for west, east in zip([around[-1] - 360.0, *around], around, strict=False)]
    return max(gaps)[1]


Ring = list[tuple[float, float]]


def _rings(coordinates: Sequence[Any]) -> list[Ring]:
    """Return the rings of the coordinates of a GeoJSON Polygon or MultiPolygon, as longitude and latitude."""
    if len(coordinates) == 0:
        return []
    first = coordinates[0]
    if len(first) and len(first[0]) and isinstance(first[0][0], (int, float)):
        points = [
            [(float(p[0]), float(p[1])) for p in ring if isfinite(p[0]) and isfinite(p[1])] for ring in coordinates
        ]
        return [ring for ring in points if len(ring) > 2]
    return [ring for polygon in coordinates for ring in _rings(polygon)]


def _eastwards(west: float, lon: float) -> float:
    """Return how many degrees east of the western edge a longitude is; rounding must not lead around the globe."""
    return (lon - west + 1e-9) % 360.0


@frozen
class _Projection:
    """From degrees to px."""

    west: float
    north: float
    shrink: float
    scale: float
    left: float
    top: float

    def __call__(self, lat: float, lon: float) -> tuple[float, float]:
        east = _eastwards(self.west, lon)
        return self.left + east * self.shrink * self.scale, self.top + (self.north - lat) * self.scale

    @property
    def px_per_km(self) -> float:
        return self.scale / KM_PER_DEGREE


def _project(points: Sequence[tuple[float, float]], width: float) -> tuple[_Projection, float]:
    """Return a projection that shows all points (latitude, longitude), and the height that it needs."""
    if not points:
        return _Projection(0.0, 0.0, 1.0, 1.0, 0.0, 0.0), 0.3 * width
    south, north = min(lat for lat, _ in points), max(lat for lat, _ in points)
    west = western_edge([lon for _, lon in points])
    wide = max(_eastwards(west, lon) for _, lon in points)
    shrink = max(0.02, cos(radians((south + north) / 2)))
    padding = 34.0 if width < 480 else 52.0
    tallest = min(1.25 * width, 760.0)
    span_x, span_y = max(wide * shrink, 2 * LEAST_SPAN), max(north - south, LEAST_SPAN)
    scale = min((width - 2 * padding) / span_x, (tallest - 2 * padding) / span_y)
    height = max(0.42 * width, span_y * scale + 2 * padding)
    left = (width - wide * shrink * scale) / 2
    top = (height - (north - south) * scale) / 2
    return _Projection(west, north, shrink, scale, left, top), height


# --- symbols ------------------------------------------------------------------------------------


@define
class _Spot:
    """A place with its symbol: where it belongs, where it stands, how large it is."""

    place: Place
    true: tuple[float, float]
    r: float
    at: tuple[float, float] = (0.0, 0.0)
    key: int = 0

    @property
    def moved(self) -> bool:
        return hypot(self.at[0] - self.true[0], self.at[1] - self.true[1]) > 0.5

    @property
    def box(self) -> Box:
        x, y = self.at
        return Box(self.place.id, "node", x - self.r, y - self.r, x + self.r, y + self.r)


def _radii(places: Sequence[Place], area: float) -> list[float]:
    """Return half the size of each symbol; its area grows with the value as long as there is room."""
    least = SMALLEST if len(places) < 100 else 13.0
    values = [magnitude(place.value) for place in places]
    biggest = max(values, default=0.0)
    largest = max(least, LARGEST)
    while largest > least and len(places) * (2 * largest) ** 2 > 0.4 * area:
        largest = max(least, largest - 1.0)
    return [least + (largest - least) * ((value / biggest) ** 0.5 if biggest else 0.0) for value in values]


def _spiral(x: float, y: float, reach: float) -> Iterator[tuple[float, float]]:
    """Propose places around a point, the nearest first."""
    yield x, y
    distance = 4.0
    while distance < reach:
        count = max(8, int(distance / 2))
        for k in range(count):
            angle = 2 * pi * k / count
            yield x + distance * cos(angle), y + distance * sin(angle)
        distance += 4.0


def _settle(spots: Sequence[_Spot], space: Space) -> float:
    """Put the symbols where they belong, or near it where another one stands, the largest first.

    Returns the lower border of all of them: what finds no room at all stands in rows below the map.
    """
    limits = space.bounds
    reach = hypot(limits.x1 - limits.x0, limits.y1 - limits.y0)
    lower = limits.y1
    x, y = limits.x0, limits.y1 + 2
    for spot in sorted(spots, key=lambda own: -own.r):
        for point in _spiral(*spot.true, reach):
            spot.at = point
            if space.free(spot.box, gap=2.0):
                break
        else:
            if x + 2 * spot.r > limits.x1:
                x, y = limits.x0, lower + 2
            spot.at = x + spot.r, y + spot.r
            x, lower = x + 2 * spot.r + 3, max(lower, y + 2 * spot.r)
        space.take(spot.box)
    return lower


def _cross(x: float, y: float, h: float) -> str:
    return f"{path([(x - h, y - h), (x + h, y + h)])} {path([(x - h, y + h), (x + h, y - h)])}"


def _symbol(status: Status, x: float, y: float, r: float, key: int = 0) -> str:
    """Return the symbol of a status: full disc, thick square with a cross, dashed ring with a ?, or thin square.

    A key stands in place of what is inside.
    """
    inside = TextBlock((str(key),)) if key else TextBlock(("?",))
    text = inside.draw(x, y - inside.height / 2, anchor="middle", fill=PAPER if status == "covered" else None)
    class_ = f"place place-{status}"
    if status == "covered":
        return element("circle", cx=x, cy=y, r=r, fill="#33475b", class_=class_) + (text if key else "")
    if status == "gap":
        square = rectangle(
            x - r + 1.5,
            y - r + 1.5,
            x + r - 1.5,
            y + r - 1.5,
            fill=PAPER,
            stroke="#9b1c1c",
            stroke_width=3,
            class_=class_,
        )
        mark = element("path", d=_cross(x, y, r - 4.5), stroke="#9b1c1c", stroke_width=2, fill="none")
        return square + (text if key else mark)
    if status == "not_surveyed":
        look: dict[str, str | float | None] = {"fill": PAPER, "stroke": INK, "stroke_dasharray": "3 2.5"}
        return element("circle", cx=x, cy=y, r=r - 0.8, stroke_width=1.5, class_=class_, **look) + text
    square = rectangle(
        x - r + 0.5,
        y - r + 0.5,
        x + r - 0.5,
        y + r - 0.5,
        fill="#e4e4e0",
        stroke=QUIET,
        stroke_width=1,
        rx=5.0,
        class_=class_,
    )
    mark = element("path", d=path([(x - r / 2, y), (x + r / 2, y)]), stroke=QUIET, stroke_width=1.5)
    return square + (text if key else mark)


# --- names --------------------------------------------------------------------------------------

# Beside, above and below, then at the corners, then aside and a little up or down.
_DIRECTIONS: Final = (
    *((1.0, 0.0), (-1.0, 0.0), (0.0, -1.0), (0.0, 1.0)),
    *((1.0, -1.0), (-1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)),
    *((1.0, -0.5), (-1.0, -0.5), (1.0, 0.5), (-1.0, 0.5)),
    *((0.5, -1.0), (-0.5, -1.0), (0.5, 1.0), (-0.5, 1.0)),
)
_DISTANCES: Final = (3.0, 12.0, 22.0, 34.0, 48.0)


@frozen
class _Name:
    """A name with its room and, where it stands apart from its symbol, the line between the two."""

    block: TextBlock
    box: Box
    anchor: Literal["start", "middle", "end"]
    leader: Line | None = None

    def draw(self) -> str:
        x = {"start": self.box.x0, "middle": (self.box.x0 + self.box.x1) / 2, "end": self.box.x1}[self.anchor]
        text = self.block.draw(x, self.box.y0, anchor=self.anchor, class_="place-label", halo=True)
        if self.leader is None:
            return text
        return element("path", d=path(self.leader), stroke=QUIET, stroke_width=1, class_="leader") + text


def _proposal(spot: _Spot, block: TextBlock, away: float, direction: tuple[float, float]) -> _Name:
    """Return the name at a distance from its symbol; what is not right beside it gets a line."""
    (x, y), (dx, dy) = spot.at, direction
    wide, high = block.width, block.height
    corner = abs(dx) == abs(dy) == 1
    apart = max(spot.r + 3.0, 0.75 * (spot.r + away)) if corner else spot.r + away
    left, top = x + dx * (apart + wide / 2) - wide / 2, y + dy * (apart + high / 2) - high / 2
    box = Box(f"label:{spot.place.id}", "label", left, top, left + wide, top + high)
    anchor: Literal["start", "middle", "end"] = "start" if dx == 1 else "end" if dx == -1 else "middle"
    if away == _DISTANCES[0]:
        return _Name(block, box, anchor)
    near = min(max(x, left), left + wide), min(max(y, top), top + high)
    length = hypot(near[0] - x, near[1] - y)
    border = x + (near[0] - x) * spot.r / length, y + (near[1] - y) * spot.r / length
    return _Name(block, box, anchor, (border, near))


@define
class _Names:
    """The names that have found their room."""

    spots: Sequence[_Spot]
    space: Space
    lines: list[Line]
    placed: list[_Name] = Factory(list)

    def _fits(self, name: _Name, own: _Spot) -> bool:
        if not self.space.free(name.box, gap=2.9) or any(crosses(line, name.box) for line in self.lines):
            return False
        if name.leader is None:
            return True
        taken = [spot.box for spot in self.spots if spot is not own] + [other.box for other in self.placed]
        return not any(crosses(name.leader, box) for box in taken)

    def add(self, spot: _Spot, room: float) -> bool:
        """Find room for a name and say whether there was any."""
        label = spot.place.label or spot.place.id
        longest = max((text_block(word, room).width for word in clean(label).split()), default=0.0)
        blocks = dict.fromkeys(text_block(label, wide) for wide in (room, max(0.6 * room, longest)))
        proposals = (
            _proposal(spot, block, away, direction)
            for away in _DISTANCES
            for block in blocks
            if len(block.lines) <= 4
            for direction in _DIRECTIONS
        )
        name = next((name for name in proposals if self._fits(name, spot)), None)
        if name is None:
            return False
        self.placed.append(name)
        self.space.take(name.box)
        if name.leader is not None:
            self.lines.append(name.leader)
        return True


def _name_spots(canvas: Canvas, spots: Sequence[_Spot], space: Space) -> None:
    """Write the names, gaps and large symbols first; what finds no room gets a number and a note."""
    names = _Names(spots, space, [(spot.at, spot.true) for spot in spots if spot.moved])
    room = 96.0 if canvas.width < 480 else 130.0
    rank = {status: i for i, status in enumerate(STATUSES)}
    ordered = sorted(spots, key=lambda spot: (rank[spot.place.status], -spot.r))
    unnamed = [spot for spot in ordered if not names.add(spot, room)]
    if len(unnamed) > 0.6 * len(spots):
        # A few names among many numbers are harder to read than numbers alone.
        unnamed, names.placed = list(spots), []
    for name in names.placed:
        canvas.add(name.draw())
        canvas.take(name.box)
    # Numbers run as one reads: from above, then from the left.
    for key, spot in enumerate(sorted(unnamed, key=lambda spot: (spot.at[1] // 30, spot.at[0])), start=1):
        spot.key = key
        detail = clean(spot.place.detail)
        canvas.notes.append(f"{key}: {clean(spot.place.label or spot.place.id)}" + (f" ({detail})" if detail else ""))


# --- picture ------------------------------------------------------------------------------------


def _draw_outlines(canvas: Canvas, outlines: Sequence[Sequence[Ring]], project: _Projection) -> None:
    for rings in outlines:
        steps = []
        for ring in rings:
            points: list[tuple[float, float]] = []
            for lon, lat in ring:
                x, y = project(lat, lon)
                if not points or hypot(x - points[-1][0], y - points[-1][1]) > 0.5:
                    points.append((x, y))
            if len(points) > 2:
                steps.append(path(points, close=True))
        if steps:
            canvas.add(
                element(
                    "path",
                    d=" ".join(steps),
                    fill="#f3f1ea",
                    fill_rule="evenodd",
                    stroke="#8c8c84",
                    stroke_width=1,
                    class_="outline",
                )
            )


def _draw_spots(canvas: Canvas, spots: Sequence[_Spot]) -> None:
    for spot in spots:
        if spot.moved:
            canvas.add(
                element("path", d=path([spot.at, spot.true]), stroke=INK, stroke_width=1, class_="leader"),
                element("circle", cx=spot.true[0], cy=spot.true[1], r=2, class_="true-place"),
            )
    for spot in spots:
        place = spot.place
        said = ": ".join(filter(None, map(escape, (place.label or place.id, place.detail))))
        canvas.add(
            element(
                "g",
                element("title", said) + _symbol(place.status, *spot.at, spot.r, spot.key),
                class_="place-group",
            )
        )
        canvas.take(spot.box)


def scale_bar(px_per_km: float, room: float) -> tuple[float, float]:
    """Return a round number of kilometres whose bar fits the room, and the length of the bar.

    Parameters
    ----------
    px_per_km
        Scale of the map.
    room
        Longest bar in px.

    Returns
    -------
    tuple of float
        Kilometres (1, 2 or 5 times a power of ten) and px.

    Examples
    --------
    >>> scale_bar(5.0, 120.0)
    (20.0, 100.0)
    """
    longest = room / px_per_km
    power = 10.0 ** floor(log10(longest))
    km = next(factor * power for factor in (5.0, 2.0, 1.0) if factor * power <= longest * (1 + 1e-9))
    return km, km * px_per_km


def _entries(
    canvas: Canvas, spots: Sequence[_Spot], project: _Projection, words: Mapping[str, str]
) -> list[LegendEntry]:
    """Explain what is in the picture, and nothing else."""
    entries = [
        LegendEntry(words[status], _symbol(status, 10, 10, 9), 20, 20)
        for status in STATUSES
        if any(spot.place.status == status for spot in spots)
    ]
    values = sorted({spot.place.value for spot in spots if spot.place.value is not None and isfinite(spot.place.value)})
    largest = max((spot.r for spot in spots), default=0.0)
    if len(values) > 1 and largest > SMALLEST:
        rings = [
            element("circle", cx=x, cy=largest, r=r - 0.5, fill="none", stroke=INK, stroke_width=1)
            for x, r in ((SMALLEST, SMALLEST), (2 * SMALLEST + 4 + largest, largest))
        ]
        text = words["size"].replace("{low}", f"{values[0]:,g}").replace("{high}", f"{values[-1]:,g}")
        entries.append(LegendEntry(text, "".join(rings), 2 * SMALLEST + 4 + 2 * largest, 2 * largest))
    if any(spot.moved for spot in spots):
        sign = element("path", d="M 4 9 H 20", stroke=INK, stroke_width=1) + element("circle", cx=4, cy=9, r=2)
        entries.append(LegendEntry(words["moved"], sign, 22))
    if any(spot.key for spot in spots):
        sign = element("circle", cx=9, cy=9, r=8.5, fill="none", stroke=INK) + TextBlock(("1",)).draw(
            9, 2, anchor="middle"
        )
        entries.append(LegendEntry(words["key"], sign, 18))
    if spots:
        km, length = scale_bar(project.px_per_km, canvas.width / 4)
        bar = element(
            "path", d=f"M 1 5 V 13 M 1 9 H {number(length)} M {number(length)} 5 V 13", stroke=INK, stroke_width=1.5
        )
        entries.append(LegendEntry(f"{km:g} {words['km']}", bar, length + 1))
        entries.append(
            LegendEntry(words["north"], element("path", d="M 6 16 V 3 M 2 8 L 6 2 L 10 8", stroke=INK, fill="none"), 12)
        )
    return entries


def _draw(
    canvas: Canvas, places: Sequence[Place], outlines: Sequence[Sequence[Any]], words: Mapping[str, str]
) -> float:
    """Draw everything and return the height."""
    width = canvas.width
    if len({place.id for place in places}) < len(places):
        raise AnalysisError("Two places of the map have one id.")
    shown = [place for place in places if _has_point(place)]
    shapes = [_rings(outline) for outline in outlines]
    points = [(place.lat or 0.0, place.lon or 0.0) for place in shown]
    project, height = _project(points + [(lat, lon) for rings in shapes for ring in rings for lon, lat in ring], width)
    height = max(height, len(shown) * (2 * SMALLEST + 6) ** 2 / (0.5 * width))
    radii = _radii(shown, width * height)
    spots = [_Spot(place, project(*point), r) for place, point, r in zip(shown, points, radii, strict=True)]
    space = Space(2, 2, width - 2, height - 2)
    lower = _settle(spots, space)
    _draw_outlines(canvas, shapes, project)
    canvas.add(rectangle(0.5, 0.5, width - 0.5, height - 0.5, fill="none", stroke="#c8c8c2", class_="frame"))
    _name_spots(canvas, spots, space)
    _draw_spots(canvas, spots)
    lost = [clean(place.label or place.id) for place in places if not _has_point(place)]
    if lost:
        canvas.note(f"{words['not_on_map']}: {', '.join(lost)}")
    return legend(canvas, _entries(canvas, spots, project, words), max(lower, height) + 12, margin=MARGIN) + MARGIN


def symbol_map(
    places: Sequence[Place],
    *,
    outlines: Sequence[Sequence[Any]] = (),
    width: int = 720,
    id_prefix: str = "map",
    title: str = "",
    description: str = "",
    words: Mapping[str, str] | None = None,
) -> Picture:
    """Draw a map of places with symbols.

    Parameters
    ----------
    places
        The places; those without a point (or with an impossible one) are named in the notes.
    outlines
        Coordinates of GeoJSON Polygons and MultiPolygons (longitude, latitude), drawn beneath.
    width
        Natural width in px, at least 240.
    id_prefix
        Beginning of the ids in the SVG, to be unique in a page.
    title, description
        Name and text alternative.
    words
        Words that replace some of the English ones: the four statuses, ``size`` (with ``{low}`` and ``{high}``),
        ``moved``, ``key``, ``not_on_map``, ``km``, ``north``.

    Returns
    -------
    Picture
        The map; its notes hold the key to the numbers and the places that are not on the map.

    Raises
    ------
    AnalysisError
        When two places have one id.

    Examples
    --------
    >>> places = [Place("rakvere", "Rakvere", 59.35, 26.36, 120, "gap"), Place("x", "Elsewhere", None, None)]
    >>> picture = symbol_map(places)
    >>> [box.id for box in picture.boxes if box.kind == "node"], picture.notes
    (['rakvere'], ('Not on the map: Elsewhere',))
    """
    canvas = Canvas(max(240, int(width)), kind="map", id_prefix=id_prefix)
    height = _draw(canvas, places, outlines, {**WORDS, **(words or {})})
    return canvas.finish(height, title=title, description=description)
