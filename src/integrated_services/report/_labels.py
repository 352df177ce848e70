"""Text in pictures: how wide it is at most, where it breaks, where there is room for it; legends, and the bars.

There are no fonts when a picture is made, so widths come from a table that is an upper bound over the usual sans-serif
fonts (Helvetica, Arial, Liberation Sans, DejaVu Sans).  Boxes made from it hold whatever the reader's browser draws.
"""

# The table of widths holds letters of several scripts side by side.
# ruff: noqa: RUF001

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from attrs import frozen

from integrated_services.report._svg import (
    FONT_SIZE,
    INK,
    PAPER,
    Box,
    BoxKind,
    Canvas,
    Picture,
    clean,
    element,
    escape,
    magnitude,
    number,
    rectangle,
)

LINE_HEIGHT: Final = 1.2
ASCENT: Final = 0.95
BOLD_FACTOR: Final = 1.26

# Advance widths in em of the widest of the fonts above, rounded up, by class of characters.  Letters with a diacritic
# are as wide as their base.
_CLASSES: Final = (
    (0.34, "'ijlIıїіІЇ ,.·\u2018\u2019\u201a|:;/\\¦ł"),
    (0.39, "fľ-\u2010\u2011"),
    (0.42, "()[]tŧ!¡²³¹‹›r"),
    (0.51, '"ªº*J`¨°´¸јЈ'),
    (0.55, "szгѓѕз\u201c\u201d\u201e″"),
    (0.60, "c?L_§¯ĸkŁсэє\u2013•"),
    (0.63, "¿vxyFTaeo«»ðøßухчўвтьГЃкќяТабео"),
    (0.66, "$0123456789bdghnpqu{}¢£¤¥€µ¶ŋđþŦЎУлриђпнћџЗ"),
    (0.70, "EKPSYÞABVXZħЕРАБВХЧЬцдЅ"),
    (0.78, "CRUNHDĐКЌъЄЭСЯИЙЏЛНПм"),
    (0.80, "&GOQØÐŊЦДОы"),
    (0.85, "w#+<=>^~¬±×÷−≤≥≈↑↓Ъю"),
    (0.90, "MЋфЂМФЫњ"),
    (1.00, "%¼½¾mWæ©®Æ—…←→жљшщ"),
    (1.11, "@œŒĦĳĲЊШЖЮЉЩ"),
    (1.36, "‰№"),
)
_WIDTHS: Final = {character: width for width, characters in _CLASSES for character in characters}
# Unknown scripts are measured at this width, and the browser is told to keep to it.
_UNKNOWN_WIDTH: Final = 1.1


def _character_width(character: str) -> float | None:
    """Return the width of one character in em, or None where the table does not know it."""
    if unicodedata.combining(character):
        return 0.0
    return _WIDTHS.get(character, _WIDTHS.get(unicodedata.normalize("NFD", character)[0]))


def text_width(text: str, size: float = FONT_SIZE, *, bold: bool = False) -> float:
    """Return an upper bound of the width of one line.

    Parameters
    ----------
    text
        The line.
    size
        Font size in px.
    bold
        Whether it is set in bold.

    Returns
    -------
    float
        Width in px.

    Examples
    --------
    >>> text_width("Elektrėnai") == text_width("Elektrenai") > 50
    True
    """
    em = sum(_UNKNOWN_WIDTH if (w := _character_width(c)) is None else w for c in text)
    return em * size * (BOLD_FACTOR if bold else 1.0)


def _measurable(text: str) -> bool:
    return all(_character_width(c) is not None for c in text)


def _cut(word: str, fits: int) -> int:
    """Return where to break an overlong word of which `fits` characters fit: after a mark where there is one."""
    mark = max(word.rfind(sign, 0, fits) + 1 for sign in "-/–")
    return mark if mark > fits // 3 else fits


def wrap(
    text: str, width: float, size: float = FONT_SIZE, *, bold: bool = False, max_lines: int | None = None
) -> tuple[str, ...]:
    """Break a text into lines that are at most `width` px wide.

    Parameters
    ----------
    text
        Any text; it is cleaned first.
    width
        Room in px.
    size
        Font size in px.
    bold
        Whether it is set in bold.
    max_lines
        How many lines there may be; a text that needs more ends with an ellipsis.

    Returns
    -------
    tuple of str
        The lines; none for an empty text.

    Notes
    -----
    Lines break between words; a word that is wider than a line breaks anywhere, without a hyphen, because a hyphen
    would change a name.  At least one character stands in each line, so that the widest character decides when
    `width` is too narrow for anything.

    Examples
    --------
    >>> wrap("Special education support", 80)
    ('Special', 'education', 'support')
    """

    def fits(line: str) -> bool:
        return text_width(line, size, bold=bold) <= width

    lines: list[str] = []
    for word in clean(text).split():
        if lines and fits(f"{lines[-1]} {word}"):
            lines[-1] += f" {word}"
        elif fits(word):
            lines.append(word)
        else:
            rest = word
            while rest:
                count = 1
                while count < len(rest) and fits(rest[: count + 1]):
                    count += 1
                count = len(rest) if count == len(rest) else _cut(rest, count)
                lines.append(rest[:count])
                rest = rest[count:]
    if max_lines is not None and len(lines) > max_lines:
        last = lines[max_lines - 1]
        while last and not fits(f"{last}…"):
            last = last[:-1].rstrip()
        lines = [*lines[: max_lines - 1], f"{last}…"]
    return tuple(lines)


@frozen
class TextBlock:
    """Wrapped text that knows its size.

    Parameters
    ----------
    lines
        The lines.
    size
        Font size in px.
    bold
        Whether it is set in bold.
    """

    lines: tuple[str, ...]
    size: float = FONT_SIZE
    bold: bool = False

    @property
    def width(self) -> float:
        """Width of the widest line in px."""
        return max((text_width(line, self.size, bold=self.bold) for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        """Height of all lines in px."""
        return len(self.lines) * self.size * LINE_HEIGHT

    def draw(
        self,
        x: float,
        y: float,
        *,
        anchor: Literal["start", "middle", "end"] = "start",
        fill: str | None = None,
        class_: str | None = None,
        halo: bool = False,
    ) -> str:
        """Return the ``<text>`` whose upper edge is at `y`, and whose left end, middle or right end is at `x`.

        A halo keeps the text apart from lines that run beneath it.
        """
        spans = []
        for i, text in enumerate(self.lines):
            exact = _measurable(text)
            spans.append(
                element(
                    "tspan",
                    escape(text),
                    x=x,
                    y=y + (i * LINE_HEIGHT + ASCENT) * self.size,
                    textLength=None if exact else text_width(text, self.size, bold=self.bold),
                    lengthAdjust=None if exact else "spacingAndGlyphs",
                )
            )
        return element(
            "text",
            "".join(spans),
            font_size=number(self.size),
            font_weight="bold" if self.bold else None,
            text_anchor=None if anchor == "start" else anchor,
            fill=fill,
            stroke=PAPER if halo else None,
            stroke_width=3 if halo else None,
            paint_order="stroke" if halo else None,
            class_=class_,
        )

    def box(
        self,
        box_id: str,
        x: float,
        y: float,
        *,
        anchor: Literal["start", "middle", "end"] = "start",
        kind: BoxKind = "label",
    ) -> Box:
        """Return the box that :meth:`draw` with the same arguments stays in."""
        left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * self.width
        return Box(box_id, kind, left, y, left + self.width, y + self.height)


def text_block(
    text: str, width: float, size: float = FONT_SIZE, *, bold: bool = False, max_lines: int | None = None
) -> TextBlock:
    """Return the text wrapped to a width."""
    return TextBlock(wrap(text, width, size, bold=bold, max_lines=max_lines), size, bold)


def note_if_cut(canvas: Canvas, block: TextBlock, text: str) -> None:
    """Give the whole text in the notes where the block had to cut it short."""
    whole = clean(text)
    if block.lines and block.lines[-1].endswith("…") and not whole.endswith("…"):
        canvas.note(whole)


class Space:
    """The room that is left: boxes that are taken, on a grid so that asking is quick."""

    CELL: Final = 48.0

    def __init__(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.bounds = Box("space", "node", x0, y0, x1, y1)
        self._cells: dict[tuple[int, int], list[Box]] = {}

    def _touched(self, box: Box, gap: float = 0.0) -> Iterable[tuple[int, int]]:
        left, right = int((box.x0 - gap) // self.CELL), int((box.x1 + gap) // self.CELL)
        upper, lower = int((box.y0 - gap) // self.CELL), int((box.y1 + gap) // self.CELL)
        return ((i, j) for i in range(left, right + 1) for j in range(upper, lower + 1))

    def take(self, box: Box) -> None:
        """Remember that the box is taken."""
        for cell in self._touched(box):
            self._cells.setdefault(cell, []).append(box)

    def free(self, box: Box, *, gap: float = 1.0) -> bool:
        """Say whether the box lies within the bounds and keeps at least `gap` px from all that is taken."""
        limits = self.bounds
        if box.x0 < limits.x0 or box.y0 < limits.y0 or box.x1 > limits.x1 or box.y1 > limits.y1:
            return False
        return not any(
            box.overlaps(other, gap=gap) for cell in self._touched(box, gap) for other in self._cells.get(cell, ())
        )


Line = tuple[tuple[float, float], tuple[float, float]]


def crosses(segment: Line, box: Box) -> bool:
    """Say whether a straight line runs through a box (Liang and Barsky's clipping).

    Examples
    --------
    >>> crosses(((0, 0), (10, 10)), Box("a", "label", 4, 4, 6, 6))
    True
    """
    (x0, y0), (x1, y1) = segment
    enter, leave = 0.0, 1.0
    for start, step, low, high in ((x0, x1 - x0, box.x0, box.x1), (y0, y1 - y0, box.y0, box.y1)):
        if step == 0:
            if not low < start < high:
                return False
            continue
        near, far = sorted(((low - start) / step, (high - start) / step))
        enter, leave = max(enter, near), min(leave, far)
    return enter < leave


# --- legends ------------------------------------------------------------------------------------


@frozen
class LegendEntry:
    """One line of a legend.

    Parameters
    ----------
    text
        What the sign means.
    swatch
        The sign as SVG, drawn in a field of `swatch_width` x `swatch_height` px whose upper left corner is the origin.
    swatch_width, swatch_height
        Size of the field.
    """

    text: str
    swatch: str
    swatch_width: float = 26.0
    swatch_height: float = 18.0


def legend(canvas: Canvas, entries: Sequence[LegendEntry], y: float, *, margin: float = 8.0) -> float:
    """Draw a legend in rows over the width of the picture.

    Parameters
    ----------
    canvas
        The picture; each entry takes one box.
    entries
        What to explain.
    y
        Upper edge.
    margin
        Room left at both sides.

    Returns
    -------
    float
        The lower edge; `y` itself where there is nothing to explain.
    """
    x, row = margin, 0.0
    right = canvas.width - margin
    for i, entry in enumerate(entries):
        room = right - margin - entry.swatch_width - 6
        block = text_block(entry.text, room)
        wide = entry.swatch_width + 6 + block.width
        high = max(entry.swatch_height, block.height)
        if x > margin and x + wide > right:
            x, y, row = margin, y + row + 4, 0.0
        swatch_y = y + (min(high, max(entry.swatch_height, FONT_SIZE * LINE_HEIGHT)) - entry.swatch_height) / 2
        text_y = y + max(0.0, entry.swatch_height - FONT_SIZE * LINE_HEIGHT) / 2 if len(block.lines) == 1 else y
        canvas.add(
            element(
                "g",
                element("g", entry.swatch, transform=f"translate({number(x)} {number(swatch_y)})")
                + block.draw(x + entry.swatch_width + 6, text_y),
                class_="legend-entry",
            )
        )
        canvas.take(Box(f"legend-{i}", "label", x, y, x + wide, y + high))
        x, row = x + wide + 18, max(row, high)
    return y + row


# --- bars ---------------------------------------------------------------------------------------


@frozen
class Segment:
    """A part of a bar.

    Parameters
    ----------
    value
        Its length in the unit of the bars; below zero counts as zero.
    kind
        What it counts, such as ``served``; a key of `kinds` in :func:`bars`.
    """

    value: float
    kind: str


@frozen
class BarRow:
    """One bar.

    Parameters
    ----------
    id
        Id of the row.
    label
        What it is about.
    segments
        Its parts from left to right.
    text
        The values in words, beside the bar.
    """

    id: str
    label: str
    segments: tuple[Segment, ...]
    text: str


FILLS: Final = ("solid", "diagonal", "dots", "blank", "cross", "lines")
_BAR_HEIGHT: Final = 16.0
_MARGIN: Final = 8.0


def _fill(canvas: Canvas, index: int) -> str:
    name = FILLS[index % len(FILLS)]
    return {"solid": "#33475b", "blank": PAPER}.get(name) or canvas.hatch(name)


def _draw_bar(
    canvas: Canvas, row: BarRow, order: Mapping[str, int], at: tuple[float, float], room: float, full: float
) -> float:
    """Draw the segments of one bar and return its right end; a bar worth `full` takes all the room."""
    x, y = at
    end = x
    for segment in row.segments:
        wide = room * (magnitude(segment.value) / full) if full else 0.0
        if wide <= 0:
            continue
        look = _fill(canvas, order[segment.kind])
        canvas.add(
            rectangle(
                end,
                y,
                end + wide,
                y + _BAR_HEIGHT,
                fill=look,
                stroke=INK,
                stroke_width=1,
                class_=f"bar bar-{order[segment.kind]}",
            )
        )
        end += wide
    if end == x:
        canvas.add(element("path", d=f"M {number(x)} {number(y)} v {_BAR_HEIGHT:.0f}", stroke=INK, stroke_width=1.5))
        end = x + 2
    canvas.take(Box(row.id, "node", x, y, end, y + _BAR_HEIGHT))
    return end


def _kind_entries(canvas: Canvas, rows: Sequence[BarRow], kinds: Mapping[str, str]) -> list[LegendEntry]:
    used = {segment.kind for row in rows for segment in row.segments}
    return [
        LegendEntry(text, rectangle(1, 2, 25, 16, fill=_fill(canvas, i), stroke=INK, stroke_width=1))
        for i, (kind, text) in enumerate(kinds.items())
        if kind in used
    ]


def bars(
    rows: Sequence[BarRow],
    *,
    kinds: Mapping[str, str],
    width: int = 720,
    scale: Literal["absolute", "share"] = "absolute",
    id_prefix: str = "bars",
    title: str = "",
    description: str = "",
) -> Picture:
    """Draw horizontal stacked bars, each with its label and its values in words.

    Parameters
    ----------
    rows
        The bars from top to bottom.
    kinds
        The kinds of segments and what they mean, in the order of their hatches: solid, diagonal, dots, blank, cross,
        lines, and again from the start.  A kind that is not listed is drawn as its own name.
    width
        Natural width in px, at least 240; below 480 labels stand above their bars.
    scale
        ``absolute``: all bars share one scale; ``share``: each bar is as long as the others.
    id_prefix
        Beginning of the ids in the SVG, to be unique in a page.
    title, description
        Name and text alternative.

    Returns
    -------
    Picture
        The picture, with the legend on top.

    Examples
    --------
    >>> row = BarRow("vievis", "Vievis", (Segment(40, "served"), Segment(30, "gap")), "40 of 70 served")
    >>> picture = bars([row], kinds={"served": "Served", "gap": "Not served"}, title="Who is served")
    >>> picture.width, [box.id for box in picture.boxes][-3:]
    (720, ['label:vievis', 'vievis', 'text:vievis'])
    """
    width = max(240, int(width))
    canvas = Canvas(width, kind="bars", id_prefix=id_prefix)
    named = dict(kinds)
    for row in rows:
        for segment in row.segments:
            named.setdefault(segment.kind, segment.kind)
    order = {kind: i for i, kind in enumerate(named)}
    y = legend(canvas, _kind_entries(canvas, rows, named), _MARGIN) + 12
    totals = [sum(magnitude(s.value) for s in row.segments) for row in rows]
    longest = max(totals, default=0.0)
    for row, total in zip(rows, totals, strict=True):
        full = total if scale == "share" else longest
        y = _bar_row(canvas, row, order, y, full)
    return canvas.finish(max(y, 2 * _MARGIN), title=title, description=description)


def _bar_row(canvas: Canvas, row: BarRow, order: Mapping[str, int], y: float, full: float) -> float:
    """Draw one row at `y` and return where the next begins; `full` is the value of the longest possible bar."""
    narrow = canvas.width < 480
    inner = canvas.width - 2 * _MARGIN
    label_room = inner if narrow else 0.3 * inner
    text_room = 0.36 * inner if narrow else 0.26 * inner
    label, text = text_block(row.label, label_room), text_block(row.text, text_room)
    bar_x = _MARGIN if narrow else _MARGIN + label_room + 10
    bar_room = canvas.width - _MARGIN - text_room - 10 - bar_x
    bar_y = y + label.height + 2 if narrow else y
    tallest = max(_BAR_HEIGHT, text.height, 0.0 if narrow else label.height)
    label_y = y if narrow else y + (tallest - label.height) / 2
    canvas.add(label.draw(_MARGIN, label_y))
    if label.lines:
        canvas.take(label.box(f"label:{row.id}", _MARGIN, label_y))
    end = _draw_bar(canvas, row, order, (bar_x, bar_y + (tallest - _BAR_HEIGHT) / 2), bar_room, full)
    text_y = bar_y + (tallest - text.height) / 2
    canvas.add(text.draw(end + 8, text_y))
    if text.lines:
        canvas.take(text.box(f"text:{row.id}", end + 8, text_y))
    return bar_y + tallest + (10 if narrow else 8)
