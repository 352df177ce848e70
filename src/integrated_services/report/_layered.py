"""The referral network in layers: from where people come in to the services that help them, and where it ends.

Boxes with their text inside stand in rows; arcs run between the rows and pass a row only between two boxes, so no arc
crosses a box.  What is said about an arc stands on it where there is room, else a number does, its key in the notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, Literal

from attrs import Factory, define, frozen

from integrated_services.errors import AnalysisError
from integrated_services.report._labels import LegendEntry, Space, TextBlock, legend, note_if_cut, text_block
from integrated_services.report._sugiyama import MARGIN, Plan, longest_paths, plan_layers
from integrated_services.report._svg import (
    INK,
    LINE_STYLES,
    PAPER,
    QUIET,
    Box,
    Canvas,
    Picture,
    arrowhead,
    clean,
    element,
    escape,
    line,
    line_styles,
    number,
    rectangle,
)

PADDING: Final = 8.0
STRIP: Final = 22.0

WORDS: Final[dict[str, str]] = {
    "entry": "Entry point",
    "service": "Service",
    "goal": "Goal",
    "dead_end": "Dead end",
    "assumed": "assumed",
    "assumed_line": "Assumed",
    "back": "Leads back",
}
"""The words of the picture, to be given in other languages."""


@frozen
class LayeredNode:
    """A service, an entry point or a goal.

    Parameters
    ----------
    id
        Id, unique in the picture.
    label
        Its name.
    kind
        ``entry``: people come in here; ``goal``: here they get what they need; ``service``: between the two.
    dead_end
        Whether people arrive and cannot go on although they have not reached a goal.
    assumed
        Whether it is assumed rather than stated.
    sublabel
        Second line, such as the agency.
    """

    id: str
    label: str
    kind: Literal["entry", "service", "goal"] = "service"
    dead_end: bool = False
    assumed: bool = False
    sublabel: str = ""


@frozen
class LayeredEdge:
    """A referral from one node to another.

    Parameters
    ----------
    tail, head
        Ids of the nodes.
    label
        What is known about it, such as ``14 d, 80 %``.
    assumed
        Whether it is assumed rather than stated; drawn dashed.
    kind
        Its kind; kinds differ in line and glyph.
    """

    tail: str
    head: str
    label: str = ""
    assumed: bool = False
    kind: str = ""


# --- boxes --------------------------------------------------------------------------------------


@frozen
class _Face:
    """The text of a node, wrapped."""

    blocks: tuple[tuple[TextBlock, str], ...]

    @property
    def height(self) -> float:
        return sum(block.height for block, _ in self.blocks) + 2 * PADDING + 2 * (len(self.blocks) - 1)


def _given_layers(nodes: Sequence[LayeredNode], layers: Mapping[str, int]) -> list[int]:
    missing = [node.id for node in nodes if node.id not in layers]
    if missing:
        raise AnalysisError(f"No layer is given for {', '.join(map(repr, missing))}.")
    return [layers[node.id] for node in nodes]


def _face(node: LayeredNode, width: float, words: Mapping[str, str]) -> _Face:
    room = width - 2 * PADDING
    blocks = [(text_block(node.label or node.id, room, 13.0, max_lines=8), "node-label")]
    if node.sublabel:
        blocks.append((text_block(node.sublabel, room, max_lines=5), "node-sublabel"))
    if node.dead_end:
        blocks.append((text_block(words["dead_end"], room - 20, bold=True), "node-dead-end"))
    if node.assumed:
        blocks.append((text_block(words["assumed"], room), "node-assumed"))
    return _Face(tuple(blocks))


def _outline(kind: str, box: Box, *, dead_end: bool, assumed: bool) -> str:
    """Return the shape of a node: round for entry points, a double border for goals, a bar beneath for dead ends."""
    fill = {"entry": "#e6eef7", "goal": "#e8f3ea"}.get(kind, PAPER)
    look: dict[str, str | float | None] = {
        "stroke": INK,
        "stroke_width": 2.2 if kind == "entry" else 1.2,
        "stroke_dasharray": "6 3" if assumed else None,
        "rx": 12.0 if kind == "entry" else None,
        "class_": f"node node-{kind}",
    }
    edge = 1.2
    drawn = rectangle(box.x0 + edge, box.y0 + edge, box.x1 - edge, box.y1 - edge, fill=fill, **look)
    if kind == "goal":
        drawn += rectangle(
            box.x0 + 4, box.y0 + 4, box.x1 - 4, box.y1 - 4, fill="none", stroke=INK, stroke_width=1, class_="node-inner"
        )
    if dead_end:
        drawn += rectangle(box.x0, box.y1 - 5, box.x1, box.y1, fill=INK, class_="node-end")
    return drawn


def _stop_sign(x: float, y: float) -> str:
    """Return a barred ring of 14 px, with its upper left corner at the point."""
    ring = element("circle", cx=x + 7, cy=y + 7, r=6, fill=PAPER, stroke=INK, stroke_width=2)
    return ring + rectangle(x + 3.5, y + 5.5, x + 10.5, y + 8.5, fill=INK)


def _draw_node(canvas: Canvas, node: LayeredNode, face: _Face, box: Box) -> None:
    y = box.y0 + (box.y1 - box.y0 - face.height) / 2 + PADDING
    middle = (box.x0 + box.x1) / 2
    drawn = [element("title", ", ".join(filter(None, map(escape, (node.label or node.id, node.sublabel)))))]
    drawn.append(_outline(node.kind, box, dead_end=node.dead_end, assumed=node.assumed))
    for block, class_ in face.blocks:
        fill = QUIET if class_ == "node-sublabel" else None
        if class_ == "node-dead-end":
            left = middle - (block.width + 20) / 2
            drawn += [_stop_sign(left, y), block.draw(left + 20, y, class_=class_)]
        else:
            drawn.append(block.draw(middle, y, anchor="middle", fill=fill, class_=class_))
        y += block.height + 2
    note_if_cut(canvas, face.blocks[0][0], node.label)
    note_if_cut(canvas, face.blocks[1][0] if node.sublabel else TextBlock(()), node.sublabel)
    canvas.add(element("g", "".join(drawn), class_="node-group"))
    canvas.take(box)


# --- heights and curves -------------------------------------------------------------------------


@define
class _Sheet:
    """The plan with heights: for each row the borders of its boxes and where the curves from above end."""

    plan: Plan
    edges: Sequence[LayeredEdge]
    top: list[float] = Factory(list)
    bottom: list[float] = Factory(list)
    ceiling: list[float] = Factory(list)
    height: float = 0.0

    def port(self, item: int, arc: int, side: str) -> float:
        return self.plan.ports[item, arc, side] if self.plan.is_node(item) else self.plan.x[item]

    def curves(self, arc: int) -> list[_Curve]:
        """Return the curves of an arc between the rows, from the upper to the lower end."""
        chain = self.plan.chains.get(arc)
        tail, head = self.plan.arcs[arc]
        if chain is None:
            floor = self.bottom[self.plan.row_of[tail]]
            end = self.port(head, arc, "loop" if tail == head else "bottom")
            return [_Curve(self.port(tail, arc, "bottom"), floor, end, floor, 44.0)]
        return [
            _Curve(
                self.port(upper, arc, "bottom"),
                self.bottom[self.plan.row_of[upper]],
                self.port(lower, arc, "top"),
                self.ceiling[self.plan.row_of[lower]],
            )
            for upper, lower in pairwise(chain)
        ]


@frozen
class _Curve:
    """A cubic curve that leaves and arrives vertically; with a `sag` it hangs from two points of equal height."""

    x0: float
    y0: float
    x1: float
    y1: float
    sag: float = 0.0

    @property
    def control(self) -> float:
        return self.y0 + self.sag if self.sag else (self.y0 + self.y1) / 2

    def at(self, t: float) -> tuple[float, float]:
        a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
        return (a + b) * self.x0 + (c + d) * self.x1, a * self.y0 + (b + c) * self.control + d * self.y1

    def d(self) -> str:
        middle = number(self.control)
        return f"C {number(self.x0)} {middle} {number(self.x1)} {middle} {number(self.x1)} {number(self.y1)}"


def _set_heights(sheet: _Sheet, tallest: Sequence[float], *, strips: bool) -> None:
    """Stack the rows; a gap is the higher the more arcs run through it."""
    plan = sheet.plan
    running = [0] * (len(plan.rows) + 1)
    for arc, (tail, _) in enumerate(plan.arcs):
        chain = plan.chains.get(arc)
        for row in [plan.row_of[item] for item in chain[:-1]] if chain else [plan.row_of[tail]]:
            running[row] += 1 + bool(sheet.edges[arc].label)
    y = MARGIN
    for row, high in enumerate(tallest):
        sheet.ceiling.append(y)
        opens_layer = row == 0 or plan.row_layer[row] != plan.row_layer[row - 1]
        y += STRIP if strips and opens_layer else 0.0
        sheet.top.append(y)
        sheet.bottom.append(y + high)
        y += high + (min(130.0, 44.0 + 5.0 * running[row]) if running[row] or row + 1 < len(plan.rows) else 0.0)
    sheet.height = y


def _draw_arc(canvas: Canvas, sheet: _Sheet, arc: int, style_of: Mapping[str, int]) -> None:
    plan, edge = sheet.plan, sheet.edges[arc]
    style = LINE_STYLES[style_of[edge.kind]]
    curves = sheet.curves(arc)
    chain = plan.chains.get(arc)
    head = plan.arcs[arc][1]
    first, last = curves[0], curves[-1]
    steps = [f"M {number(first.x0)} {number(first.y0)}"]
    for k, curve in enumerate(curves):
        steps.append(curve.d())
        if chain:
            row = plan.row_of[chain[k + 1]]
            steps.append(f"V {number(sheet.top[row] if k + 1 == len(curves) else sheet.bottom[row])}")
    backwards = chain is not None and chain[0] == head
    if chain is None or backwards:
        tip, direction = (last.x1, last.y1) if chain is None else (first.x0, first.y0), (0.0, -1.0)
    else:
        tip, direction = (last.x1, sheet.top[plan.row_of[head]]), (0.0, 1.0)
    canvas.add(
        line(
            " ".join(steps),
            style,
            width=1.5,
            dashed=edge.assumed,
            middle=first.at(0.25) if style.glyph else None,
            class_=f"edge edge-{style_of[edge.kind]}",
        ),
        arrowhead(*tip, direction, style.colour, hollow=chain is None or backwards),
    )


# --- labels of arcs and layers ------------------------------------------------------------------


class _Ink:
    """Which arcs run through which part of the picture, so that a label hides few of them."""

    CELL: Final = 6.0

    def __init__(self, sheet: _Sheet) -> None:
        self._cells: dict[tuple[int, int], set[int]] = {}
        for arc in range(len(sheet.edges)):
            for curve in sheet.curves(arc):
                length = abs(curve.x1 - curve.x0) + abs(curve.y1 - curve.y0) + curve.sag
                samples = max(4, int(length // self.CELL))
                for k in range(samples + 1):
                    x, y = curve.at(k / samples)
                    self._cells.setdefault((int(x // self.CELL), int(y // self.CELL)), set()).add(arc)

    def hidden(self, box: Box, own: int) -> int:
        """Count the other arcs that the box would hide."""
        found: set[int] = set()
        for i in range(int(box.x0 // self.CELL), int(box.x1 // self.CELL) + 1):
            for j in range(int(box.y0 // self.CELL), int(box.y1 // self.CELL) + 1):
                found |= self._cells.get((i, j), set())
        return len(found - {own})


def _spots(sheet: _Sheet, arc: int, wide: float, high: float) -> Iterator[tuple[float, float, float]]:
    """Propose middles for a label on an arc, each with what speaks against it."""
    curves = sheet.curves(arc)
    for k in sorted({0, len(curves) - 1, len(curves) // 2}):
        for t in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82):
            x, y = curves[k].at(t)
            y = min(max(y, curves[k].y0 + high / 2 + 2), max(curves[k].y1, curves[k].y0 + curves[k].sag) - high / 2 - 2)
            for side in (0.0, -0.3, 0.3):
                yield x + side * wide, y, abs(t - 0.5) + abs(side) + 0.2 * k


def _best_spot(sheet: _Sheet, arc: int, size: tuple[float, float], space: Space, ink: _Ink) -> tuple[float, Box] | None:
    """Return the free box for a label that hides least, and what speaks against it."""
    wide, high = size
    best: tuple[float, Box] | None = None
    for x, y, against in _spots(sheet, arc, wide, high):
        box = Box(f"arc-{arc}", "label", x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
        if (best is None or against < best[0]) and space.free(box, gap=2.0):
            cost = against + ink.hidden(box, arc)
            if best is None or cost < best[0]:
                best = cost, box
    return best


def _label_arcs(canvas: Canvas, sheet: _Sheet, space: Space, names: Sequence[str]) -> None:
    """Write on each arc what is known about it, or a number with its key in the notes where there is no room."""
    ink = _Ink(sheet)
    keyed = 0
    for arc, edge in enumerate(sheet.edges):
        if not clean(edge.label):
            continue
        block = text_block(edge.label, min(120.0, canvas.width / 3))
        found = (
            _best_spot(sheet, arc, (block.width + 4, block.height + 2), space, ink) if len(block.lines) < 4 else None
        )
        badge = found is None or found[0] > 2.5
        if badge:
            block = text_block(str(keyed + 1), 60.0, bold=True)
            smaller = _best_spot(sheet, arc, (block.width + 8, block.height + 3), space, ink)
            badge = found is None or (smaller is not None and smaller[0] + 1 < found[0])
            found = smaller if badge else found
            block = block if badge else text_block(edge.label, min(120.0, canvas.width / 3))
        if badge:
            tail, head = sheet.plan.arcs[arc]
            said = f"{names[tail]} → {names[head]}: {clean(edge.label)}"
            keyed += found is not None
            canvas.notes.append(said if found is None else f"{keyed}: {said}")
        if found is not None:
            _draw_label(canvas, block, found[1], badge=badge)
            space.take(found[1])


def _draw_label(canvas: Canvas, block: TextBlock, box: Box, *, badge: bool) -> None:
    canvas.add(
        rectangle(
            box.x0,
            box.y0,
            box.x1,
            box.y1,
            fill=PAPER,
            class_="edge-key" if badge else "edge-ground",
            stroke=INK if badge else None,
            rx=8.0 if badge else None,
        ),
        block.draw(
            (box.x0 + box.x1) / 2,
            (box.y0 + box.y1 - block.height) / 2,
            anchor="middle",
            class_="edge-label",
        ),
    )
    canvas.take(box)


def _title_layers(canvas: Canvas, sheet: _Sheet, titles: Sequence[str], space: Space) -> None:
    """Write the name of each layer above its first row, where no arc comes down if there is such a place."""
    plan = sheet.plan
    for row, layer in enumerate(plan.row_layer):
        place = sorted(set(plan.row_layer)).index(layer)
        if (row and plan.row_layer[row - 1] == layer) or place >= len(titles) or not clean(titles[place]):
            continue
        block = text_block(titles[place], canvas.width - 2 * MARGIN, bold=True, max_lines=1)
        y = sheet.ceiling[row] + 2
        coming = [
            sheet.port(chain[k], arc, "top")
            for arc, chain in plan.chains.items()
            for k in range(1, len(chain))
            if plan.row_of[chain[k]] == row
        ]
        places = [MARGIN + 20.0 * i for i in range(int((canvas.width - 2 * MARGIN - block.width) // 20) + 1)]
        x = min(places, key=lambda x: (sum(x - 2 < other < x + block.width + 2 for other in coming), x))
        box = block.box(f"layer-{place}", x, y)
        canvas.add(
            rectangle(box.x0, box.y0, box.x1, box.y1, fill=PAPER, class_="layer-ground"),
            block.draw(x, y, fill=QUIET, class_="layer-title"),
        )
        canvas.take(box)
        space.take(box)


# --- legend and picture -------------------------------------------------------------------------


def _entries(
    sheet: _Sheet, nodes: Sequence[LayeredNode], styles: Mapping[str, int], words: Mapping[str, str]
) -> list[LegendEntry]:
    """Explain what is in the picture, and nothing else."""
    small = Box("", "node", 0, 0, 26, 18)
    entries = [
        LegendEntry(words[kind], _outline(kind, small, dead_end=False, assumed=False))
        for kind in ("entry", "service", "goal")
        if any(node.kind == kind for node in nodes)
    ]
    if any(node.dead_end for node in nodes):
        entries.append(LegendEntry(words["dead_end"], _outline("service", small, dead_end=True, assumed=False)))
    if any(node.assumed for node in nodes):
        entries.append(LegendEntry(words["assumed"], _outline("service", small, dead_end=False, assumed=True)))
    for style in sorted(set(styles.values())):
        named = ", ".join(kind for kind, own in styles.items() if own == style and kind)
        if named:
            drawn = line("M 0 9 H 28", LINE_STYLES[style], width=1.5, dashed=False, middle=(12, 9))
            entries.append(LegendEntry(named, drawn + arrowhead(32, 9, (1, 0), LINE_STYLES[style].colour), 32))
    if any(edge.assumed for edge in sheet.edges):
        drawn = line("M 0 9 H 28", LINE_STYLES[0], width=1.5, dashed=True)
        entries.append(LegendEntry(words["assumed_line"], drawn, 28))
    plan = sheet.plan
    if any(arc not in plan.chains or plan.chains[arc][0] == head for arc, (_, head) in enumerate(plan.arcs)):
        drawn = line("M 0 9 H 20", LINE_STYLES[0], width=1.5, dashed=False)
        entries.append(
            LegendEntry(words["back"], drawn + arrowhead(28, 9, (1, 0), LINE_STYLES[0].colour, hollow=True), 28)
        )
    return entries


def _numbered(nodes: Sequence[LayeredNode], edges: Sequence[LayeredEdge]) -> list[tuple[int, int]]:
    """Return the arcs by number of node, or say what is wrong with the ids."""
    index: dict[str, int] = {}
    for i, node in enumerate(nodes):
        if index.setdefault(node.id, i) != i:
            raise AnalysisError(f"Two nodes of the picture have the id {node.id!r}.")
    unknown = sorted({end for edge in edges for end in (edge.tail, edge.head)} - index.keys())
    if unknown:
        raise AnalysisError(f"An arc of the picture names no node of it: {', '.join(map(repr, unknown))}.")
    return [(index[edge.tail], index[edge.head]) for edge in edges]


def _draw(
    canvas: Canvas,
    nodes: Sequence[LayeredNode],
    edges: Sequence[LayeredEdge],
    layers: Mapping[str, int] | None,
    layer_titles: Sequence[str],
    words: Mapping[str, str],
) -> float:
    """Draw everything and return the height."""
    arcs = _numbered(nodes, edges)
    entries = [i for i, node in enumerate(nodes) if node.kind == "entry"]
    layer_of = longest_paths(len(nodes), arcs, entries) if layers is None else _given_layers(nodes, layers)
    plan = plan_layers(arcs, layer_of, canvas.width)
    faces = [_face(node, plan.box_width, words) for node in nodes]
    sheet = _Sheet(plan, edges)
    tallest = [max((faces[item].height for item in row if plan.is_node(item)), default=0.0) for row in plan.rows]
    _set_heights(sheet, tallest, strips=any(map(clean, layer_titles)))
    styles = line_styles(edge.kind for edge in edges)
    space = Space(2, 2, canvas.width - 2, max(2.0, sheet.height - 2))
    for arc in range(len(edges)):
        _draw_arc(canvas, sheet, arc, styles)
    for i, node in enumerate(nodes):
        row, x = plan.row_of[i], plan.x[i]
        box = Box(node.id, "node", x - plan.box_width / 2, sheet.top[row], x + plan.box_width / 2, sheet.bottom[row])
        _draw_node(canvas, node, faces[i], box)
        space.take(box)
    _title_layers(canvas, sheet, layer_titles, space)
    _label_arcs(canvas, sheet, space, [clean(node.label or node.id) for node in nodes])
    return legend(canvas, _entries(sheet, nodes, styles, words), sheet.height + 12, margin=MARGIN) + MARGIN


def layered_network(
    nodes: Sequence[LayeredNode],
    edges: Sequence[LayeredEdge],
    *,
    layers: Mapping[str, int] | None = None,
    layer_titles: Sequence[str] = (),
    width: int = 720,
    id_prefix: str = "referrals",
    title: str = "",
    description: str = "",
    words: Mapping[str, str] | None = None,
) -> Picture:
    """Draw a referral network from its entry points down to where people are helped, with its dead ends.

    Parameters
    ----------
    nodes
        Entry points, services and goals.
    edges
        Referrals between them.
    layers
        The layer of each node by id, the lowest on top.  By default the longest path from an entry point.
    layer_titles
        Names of the layers from top to bottom.
    width
        Natural width in px, at least 240; the layout is made for it.
    id_prefix
        Beginning of the ids in the SVG, to be unique in a page.
    title, description
        Name and text alternative.
    words
        Words that replace some of the English ones: ``entry``, ``service``, ``goal``, ``dead_end``, ``assumed``,
        ``assumed_line``, ``back``.

    Returns
    -------
    Picture
        The picture; its notes hold what is said about arcs without room for it, by number.

    Raises
    ------
    AnalysisError
        When two nodes have one id, an arc names no node, or a layer is missing.

    Examples
    --------
    >>> picture = layered_network(
    ...     [LayeredNode("school", "School", "entry"), LayeredNode("team", "Mobile team", dead_end=True)],
    ...     [LayeredEdge("school", "team", "14 d, 80 %")],
    ...     title="Referrals",
    ... )
    >>> [box.id for box in picture.boxes if box.kind == "node"]
    ['school', 'team']
    """
    canvas = Canvas(max(240, int(width)), kind="layered", id_prefix=id_prefix)
    height = _draw(canvas, nodes, edges, layers, layer_titles, {**WORDS, **(words or {})})
    return canvas.finish(height, title=title, description=description)
