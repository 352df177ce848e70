"""The cooperation network: agencies along the border, grouped by sector, their ties inside.

Names stand in two columns that face each other (in one column on a narrow page), in the order of a ring, so that no
name covers another however many there are; ties are curves in the field between, where no name stands.  Sectors that
have many ties with each other stand near each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from attrs import Factory, define, frozen

from integrated_services.errors import AnalysisError
from integrated_services.report._labels import LegendEntry, TextBlock, legend, note_if_cut, text_block
from integrated_services.report._svg import (
    INK,
    LINE_STYLES,
    PAPER,
    QUIET,
    Box,
    Canvas,
    Picture,
    arrowhead,
    element,
    escape,
    line,
    line_styles,
    magnitude,
    number,
    path,
    rectangle,
)

MARGIN: Final = 8.0
SMALLEST, LARGEST = 4.5, 9.0
THINNEST, THICKEST = 1.0, 4.0
NARROW: Final = 480
ROW_GAP: Final = 5.0

WORDS: Final[dict[str, str]] = {
    "agency": "Agency",
    "cut": "Without this agency the network falls apart",
    "size": "Larger sign: more ties",
    "assumed": "Assumed",
    "level": "Level",
    "level_unknown": "Level not stated",
    "directed": "From one to the other",
    "continued": "continued",
    "no_group": "Sector not stated",
}
"""The words of the picture, to be given in other languages."""


@frozen
class Actor:
    """An agency in the network.

    Parameters
    ----------
    id
        Id, unique in the picture.
    label
        Its name.
    group
        Its sector; empty where it is not stated.
    size
        What the size of its sign shows, such as the number of its ties.
    cut
        Whether the network falls apart without it.
    """

    id: str
    label: str
    group: str = ""
    size: float = 1.0
    cut: bool = False


@frozen
class Tie:
    """A tie between two agencies.

    Parameters
    ----------
    a, b
        Ids of the agencies.
    kind
        Its kind; kinds differ in line and glyph.
    level
        How close it is, on the caller's scale; None where it is not stated.
    assumed
        Whether it is assumed rather than stated; drawn dashed.
    directed
        Whether it goes from `a` to `b` only.
    """

    a: str
    b: str
    kind: str = ""
    level: float | None = None
    assumed: bool = False
    directed: bool = False


@define
class _Block:
    """A heading and the agencies below it, in one column."""

    heading: TextBlock
    members: list[int]


@define
class _Field:
    """Where everything stands."""

    actors: Sequence[Actor]
    ties: list[tuple[int, int]]
    width: float
    columns: list[list[_Block]] = Factory(list)
    label_room: float = 0.0
    labels: list[TextBlock] = Factory(list)
    radius: list[float] = Factory(list)
    side: list[int] = Factory(list)
    y: list[float] = Factory(list)
    height: float = 0.0

    def border(self, side: int) -> float:
        """Return where the field of the ties begins on that side."""
        reach = MARGIN + self.label_room + 6 + 2 * LARGEST
        return reach if side == 0 else self.width - reach

    def row_height(self, i: int) -> float:
        return max(self.labels[i].height, 2 * self.radius[i]) + ROW_GAP

    def block_height(self, block: _Block) -> float:
        return block.heading.height + 14 + sum(self.row_height(i) for i in block.members)


# --- order --------------------------------------------------------------------------------------


def _ring_of_groups(names: Sequence[str], weight: Mapping[tuple[str, str], int]) -> list[str]:
    """Order sectors on a ring such that those with many ties are near each other, by greedy insertion."""

    def cost(ring: Sequence[str]) -> int:
        total = 0
        for i, one in enumerate(ring):
            for j in range(i):
                apart = min(i - j, len(ring) - (i - j))
                total += apart * weight.get((min(one, ring[j]), max(one, ring[j])), 0)
        return total

    strength = {name: sum(count for pair, count in weight.items() if name in pair) for name in names}
    waiting = sorted(names, key=lambda name: (-strength[name], name))
    if len(waiting) > 30:
        return waiting
    ring: list[str] = []
    for name in waiting:
        candidates = [[*ring[:i], name, *ring[i:]] for i in range(len(ring) + 1)]
        ring = min(candidates, key=cost)
    return ring


def _grouped(field: _Field) -> list[tuple[str, list[int]]]:
    members: dict[str, list[int]] = {}
    for i, actor in enumerate(field.actors):
        members.setdefault(actor.group, []).append(i)
    weight: dict[tuple[str, str], int] = {}
    for a, b in field.ties:
        one, other = sorted((field.actors[a].group, field.actors[b].group))
        if one != other:
            weight[one, other] = weight.get((one, other), 0) + 1
    return [(name, members[name]) for name in _ring_of_groups(list(members), weight)]


def _sort_members(field: _Field, groups: Sequence[tuple[str, list[int]]]) -> None:
    """Sort the agencies of each sector by the mean angle of their partners, so that ties cross less."""
    near: list[list[int]] = [[] for _ in field.actors]
    for a, b in field.ties:
        near[a].append(b)
        near[b].append(a)
    for _ in range(6):
        place = {i: k for k, i in enumerate(i for _, members in groups for i in members)}
        for _, members in groups:
            middle = sum(place[i] for i in members) / len(members)

            def turned(i: int, middle: float = middle, place: Mapping[int, int] = place) -> float:
                # Partners further round the ring pull forwards, those behind pull back; half a ring is the farthest.
                half = len(place) / 2
                ways = [(place[j] - middle + half) % (2 * half) - half for j in near[i]]
                return sum(ways) / len(ways) if ways else 0.0

            members.sort(key=lambda i: (turned(i), i))


def _fill_columns(field: _Field, words: Mapping[str, str]) -> None:
    """Let the ring run down the right column and up the left one; one column takes all on a narrow page."""
    groups = _grouped(field)
    _sort_members(field, groups)

    def block(name: str, members: list[int], more: str = "") -> _Block:
        text = " ".join(filter(None, (name or words["no_group"], more)))
        return _Block(text_block(text, field.label_room + 2 * LARGEST, bold=True, max_lines=3), members)

    blocks = [block(name, members) for name, members in groups]
    if field.width < NARROW or len(field.actors) < 2:
        field.columns = [blocks]
        return
    high = [field.block_height(one) for one in blocks]
    cuts = [(start, count) for start in range(len(blocks)) for count in range(len(blocks) + 1)]

    def uneven(cut: tuple[int, int]) -> float:
        start, count = cut
        return abs(2 * sum(high[(start + k) % len(high)] for k in range(count)) - sum(high))

    start, count = min(cuts, key=lambda cut: (round(uneven(cut)), cut))
    turned = blocks[start:] + blocks[:start]
    right, left = turned[:count], turned[count:]
    if uneven((start, count)) > 0.3 * sum(high):
        # One sector is most of the network: it goes into both columns.
        widest = max(range(len(groups)), key=lambda k: high[k])
        name, members = groups[widest]
        half = len(members) // 2
        others = blocks[widest + 1 :] + blocks[:widest]
        right = [block(name, members[half:], f"({words['continued']})"), *others[: len(others) // 2]]
        left = [*others[len(others) // 2 :], block(name, members[:half])]
        right, left = ([one for one in side if one.members] for side in (right, left))
    for one in left:
        one.members = one.members[::-1]
    field.columns = [left[::-1], right]


def _stack(field: _Field) -> None:
    """Give each agency its height; the shorter column stands in the middle."""
    field.y = [0.0] * len(field.actors)
    field.side = [0] * len(field.actors)
    tall = [sum(map(field.block_height, blocks)) for blocks in field.columns]
    field.height = max(tall, default=0.0)
    for side, blocks in enumerate(field.columns):
        y = MARGIN + (field.height - tall[side]) / 2
        for block in blocks:
            y += block.heading.height + 8
            for i in block.members:
                high = field.row_height(i)
                field.side[i], field.y[i] = side, y + high / 2
                y += high
            y += 6


# --- drawing ------------------------------------------------------------------------------------


def _symbol(x: float, y: float, r: float, *, cut: bool) -> str:
    """Return the sign of an agency: a disc, or a diamond with a border where the network would fall apart."""
    if not cut:
        return element("circle", cx=x, cy=y, r=r, fill="#5b7fa6", stroke=INK, stroke_width=1, class_="actor")
    outer = path([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], close=True)
    inner = path([(x, y - r / 2.4), (x + r / 2.4, y), (x, y + r / 2.4), (x - r / 2.4, y)], close=True)
    return element("path", d=outer, fill=INK, class_="actor actor-cut") + element("path", d=inner, fill=PAPER)


def _draw_blocks(canvas: Canvas, field: _Field) -> None:
    for side, blocks in enumerate(field.columns):
        anchor: Literal["start", "end"] = "start" if side else "end"
        inwards = 1.0 if side == 0 else -1.0
        for number_, block in enumerate(blocks):
            first = block.members[0]
            y = field.y[first] - field.row_height(first) / 2 - block.heading.height - 3
            edge = field.border(side)
            canvas.add(block.heading.draw(edge, y, anchor=anchor, class_="group-title"))
            canvas.take(block.heading.box(f"group-{side}-{number_}", edge, y, anchor=anchor))
            last = block.members[-1]
            lower = field.y[last] + field.row_height(last) / 2
            bar = edge + inwards * 2
            d = path([(bar, y + block.heading.height + 2), (bar, lower - ROW_GAP / 2)])
            canvas.add(element("path", d=d, stroke=QUIET, stroke_width=1, class_="group-bar"))
            for i in block.members:
                _draw_actor(canvas, field, i, edge, inwards, anchor)


def _draw_actor(
    canvas: Canvas, field: _Field, i: int, edge: float, inwards: float, anchor: Literal["start", "end"]
) -> None:
    actor, r, y, label = field.actors[i], field.radius[i], field.y[i], field.labels[i]
    x = edge - inwards * LARGEST
    text_x, text_y = x - inwards * (LARGEST + 4), y - label.height / 2
    canvas.add(
        element(
            "g",
            element("title", escape(actor.label or actor.id))
            + _symbol(x, y, r, cut=actor.cut)
            + label.draw(text_x, text_y, anchor=anchor, class_="actor-label"),
            class_="actor-group",
        )
    )
    note_if_cut(canvas, label, actor.label)
    canvas.take(Box(actor.id, "node", x - r, y - r, x + r, y + r))
    if label.lines:
        canvas.take(label.box(f"label:{actor.id}", text_x, text_y, anchor=anchor))


def _thickness(ties: Sequence[Tie]) -> dict[float | None, float]:
    """Give each level its width, from the thinnest to the thickest line."""
    levels = sorted({tie.level for tie in ties if tie.level is not None})
    span = levels[-1] - levels[0] if levels else 0.0
    width: dict[float | None, float] = {None: THINNEST}
    for level in levels:
        width[level] = THINNEST + (THICKEST - THINNEST) * ((level - levels[0]) / span if span else 0.3)
    return width


@frozen
class _Way:
    """The curve of a tie: it leaves and arrives horizontally."""

    x0: float
    y0: float
    c0: float
    c1: float
    x1: float
    y1: float

    def d(self) -> str:
        numbers = (self.x0, self.y0, self.c0, self.y0, self.c1, self.y1, self.x1, self.y1)
        a, b, c, d, e, f, g, h = map(number, numbers)
        return f"M {a} {b} C {c} {d} {e} {f} {g} {h}"

    def at(self, t: float) -> tuple[float, float]:
        a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
        return a * self.x0 + b * self.c0 + c * self.c1 + d * self.x1, (a + b) * self.y0 + (c + d) * self.y1


def _way(field: _Field, a: int, b: int) -> _Way:
    sides = field.side[a], field.side[b]
    one, other = (field.border(side) + (4 if side == 0 else -4) for side in sides)
    # On a narrow page the field has no second column, so that it reaches to the border.
    across = (field.border(1) if len(field.columns) > 1 else field.width - MARGIN) - field.border(0) - 8
    y0, y1 = field.y[a], field.y[b]
    if sides[0] != sides[1]:
        pull = 0.5 * across * (1 if sides[0] == 0 else -1)
        return _Way(one, y0, one + pull, other - pull, other, y1)
    if a == b:
        y0, y1 = y0 - 5, y1 + 5
    # Three quarters of the pull are reached; the longer the tie, the deeper it goes.
    deep = 0.15 + 0.85 * (abs(y1 - y0) / max(field.height, 1.0)) ** 0.7
    reach = across * (1.25 if len(field.columns) == 1 else 0.95) * min(1.0, deep)
    pull = reach * (1 if sides[0] == 0 else -1)
    return _Way(one, y0, one + pull, other + pull, other, y1)


def _draw_ties(canvas: Canvas, field: _Field, ties: Sequence[Tie], styles: Mapping[str, int]) -> None:
    thick = _thickness(ties)
    for tie, (a, b) in zip(ties, field.ties, strict=True):
        style = LINE_STYLES[styles[tie.kind]]
        way = _way(field, a, b)
        canvas.add(
            line(
                way.d(),
                style,
                width=thick[tie.level],
                dashed=tie.assumed,
                middle=way.at(0.35) if style.glyph else None,
                class_=f"tie tie-{styles[tie.kind]}",
            )
        )
        if tie.directed:
            inwards = 1.0 if field.side[b] == 0 else -1.0
            canvas.add(arrowhead(way.x1 - 3 * inwards, way.y1, (-inwards, 0.0), style.colour))


def _entries(
    field: _Field, ties: Sequence[Tie], styles: Mapping[str, int], words: Mapping[str, str], names: Mapping[float, str]
) -> list[LegendEntry]:
    """Explain what is in the picture, and nothing else."""
    entries = [LegendEntry(words["agency"], _symbol(9, 9, 6, cut=False), 18)] if field.actors else []
    if any(actor.cut for actor in field.actors):
        entries.append(LegendEntry(words["cut"], _symbol(9, 9, 9, cut=True), 18))
    if len({actor.size for actor in field.actors}) > 1:
        signs = _symbol(7, 9, SMALLEST, cut=False) + _symbol(23, 9, LARGEST, cut=False)
        entries.append(LegendEntry(words["size"], signs, 34))
    for style in sorted(set(styles.values())):
        named = ", ".join(kind for kind, own in styles.items() if own == style and kind)
        if named:
            drawn = line("M 0 9 H 32", LINE_STYLES[style], width=2, dashed=False, middle=(16, 9))
            entries.append(LegendEntry(named, drawn, 32))
    plain = LINE_STYLES[0]
    if any(tie.assumed for tie in ties):
        entries.append(LegendEntry(words["assumed"], line("M 0 9 H 32", plain, width=2, dashed=True), 32))
    if any(tie.directed for tie in ties):
        drawn = line("M 0 9 H 24", plain, width=2, dashed=False) + arrowhead(32, 9, (1, 0), plain.colour)
        entries.append(LegendEntry(words["directed"], drawn, 32))
    thick = _thickness(ties)
    for level in [*sorted(key for key in thick if key is not None), None]:
        if len(thick) == 1 or (level is None and all(tie.level is not None for tie in ties)):
            continue
        text = words["level_unknown"] if level is None else names.get(level, f"{words['level']} {level:g}")
        entries.append(LegendEntry(text, line("M 0 9 H 32", plain, width=thick[level], dashed=False), 32))
    return entries


def _numbered(actors: Sequence[Actor], ties: Sequence[Tie]) -> list[tuple[int, int]]:
    """Return the ties by number of agency, or say what is wrong with the ids."""
    index: dict[str, int] = {}
    for i, actor in enumerate(actors):
        if index.setdefault(actor.id, i) != i:
            raise AnalysisError(f"Two agencies of the picture have the id {actor.id!r}.")
    unknown = sorted({end for tie in ties for end in (tie.a, tie.b)} - index.keys())
    if unknown:
        raise AnalysisError(f"A tie of the picture names no agency of it: {', '.join(map(repr, unknown))}.")
    return [(index[tie.a], index[tie.b]) for tie in ties]


def _draw(
    canvas: Canvas,
    actors: Sequence[Actor],
    ties: Sequence[Tie],
    level_names: Mapping[float, str],
    words: Mapping[str, str],
) -> float:
    """Draw everything and return the height."""
    width = canvas.width
    field = _Field(actors, _numbered(actors, ties), width)
    field.label_room = (0.62 * width if width < NARROW else 0.31 * width) - MARGIN - 6 - LARGEST
    field.labels = [text_block(actor.label or actor.id, field.label_room, max_lines=6) for actor in actors]
    sizes = [magnitude(actor.size) for actor in actors]
    biggest = max(sizes, default=0.0) or 1.0
    field.radius = [SMALLEST + (LARGEST - SMALLEST) * (size / biggest) ** 0.5 for size in sizes]
    _fill_columns(field, words)
    _stack(field)
    right = field.border(1) if len(field.columns) > 1 else width - MARGIN
    canvas.add(rectangle(field.border(0), MARGIN, right, MARGIN + field.height, fill="#f7f7f5", class_="field"))
    styles = line_styles(tie.kind for tie in ties)
    _draw_ties(canvas, field, ties, styles)
    _draw_blocks(canvas, field)
    entries = _entries(field, ties, styles, words, level_names)
    return legend(canvas, entries, field.height + MARGIN + 12, margin=MARGIN) + MARGIN


def cooperation_network(
    actors: Sequence[Actor],
    ties: Sequence[Tie],
    *,
    width: int = 720,
    id_prefix: str = "cooperation",
    title: str = "",
    description: str = "",
    level_names: Mapping[float, str] | None = None,
    words: Mapping[str, str] | None = None,
) -> Picture:
    """Draw who works with whom, agencies grouped by sector.

    Parameters
    ----------
    actors
        The agencies.
    ties
        Their ties.
    width
        Natural width in px, at least 240; below 480 all names stand in one column.
    id_prefix
        Beginning of the ids in the SVG, to be unique in a page.
    title, description
        Name and text alternative.
    level_names
        Names of the levels in the legend; by default their number.
    words
        Words that replace some of the English ones: ``agency``, ``cut``, ``size``, ``assumed``, ``level``,
        ``level_unknown``, ``directed``, ``continued``, ``no_group``.

    Returns
    -------
    Picture
        The picture; the more agencies, the higher.

    Raises
    ------
    AnalysisError
        When two agencies have one id, or a tie names no agency.

    Examples
    --------
    >>> picture = cooperation_network(
    ...     [Actor("school", "School", "Education"), Actor("police", "Police", "Police", cut=True)],
    ...     [Tie("school", "police", "cooperates", level=2)],
    ...     title="Who works with whom",
    ... )
    >>> sorted(box.id for box in picture.boxes if box.kind == "node")
    ['police', 'school']
    """
    canvas = Canvas(max(240, int(width)), kind="cooperation", id_prefix=id_prefix)
    height = _draw(canvas, actors, ties, level_names or {}, {**WORDS, **(words or {})})
    return canvas.finish(height, title=title, description=description)
