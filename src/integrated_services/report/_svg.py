"""What every picture is made of: escaped SVG elements, known boxes, line styles that survive a photocopier.

A picture is one SVG text for a page with a strict content-security policy: presentation attributes and class names
only (the page's own style sheet decides), no ``style`` attribute, no script, nothing that is fetched.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from math import isfinite
from typing import Final, Literal

from attrs import field, frozen

FONT_FAMILY: Final = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
FONT_SIZE: Final = 12.0
"""The smallest text of every picture, in px at its natural width."""

INK: Final = "#1a1a1a"
QUIET: Final = "#595959"
PAPER: Final = "#ffffff"

BoxKind = Literal["node", "label"]


@frozen
class Box:
    """The place that a node or a label takes in a picture, in px from the upper left corner.

    Parameters
    ----------
    id
        The id of what stands there.
    kind
        ``node`` (a symbol, or a box with its text inside) or ``label`` (text alone).
    x0, y0, x1, y1
        Left, upper, right and lower border.

    Examples
    --------
    >>> Box("a", "node", 0, 0, 10, 10).overlaps(Box("b", "label", 10, 0, 20, 10))
    False
    """

    id: str
    kind: BoxKind
    x0: float
    y0: float
    x1: float
    y1: float

    def overlaps(self, other: Box, *, gap: float = 0.0) -> bool:
        """Say whether the two have more than a border in common, or come nearer than `gap`."""
        slack = gap - 1e-6
        return (
            self.x0 < other.x1 + slack
            and other.x0 < self.x1 + slack
            and self.y0 < other.y1 + slack
            and other.y0 < self.y1 + slack
        )

    def inside(self, width: float, height: float) -> bool:
        """Say whether the box lies within a picture of that size."""
        return self.x0 >= -1e-6 and self.y0 >= -1e-6 and self.x1 <= width + 1e-6 and self.y1 <= height + 1e-6


@frozen
class Picture:
    """One finished picture.

    Parameters
    ----------
    svg
        The ``<svg>`` element as text, ready to stand in an HTML page.
    width, height
        Natural size in px, which is also the viewBox.
    boxes
        Every node and every label; no two overlap, and all lie within the picture.
    title
        The name of the picture (also its ``<title>``).
    description
        The text alternative (also its ``<desc>``).
    notes
        What the reader has to know beside the picture: keys to numbers, places without a point, labels cut short.
    """

    svg: str = field(repr=False)
    width: int
    height: int
    boxes: tuple[Box, ...] = field(repr=False)
    title: str
    description: str
    notes: tuple[str, ...] = ()


_NONCHARACTER = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


def clean(text: str) -> str:
    r"""Return the text in one line, without control characters, direction overrides and lone surrogates.

    Examples
    --------
    >>> clean(" Vievio\n seniūnija\x00 ")
    'Vievio seniūnija'
    """
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    kept = "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return " ".join(_NONCHARACTER.sub("", kept).split())


def escape(text: str) -> str:
    """Return the cleaned text such that HTML and XML read it as text, in content and in attributes.

    Examples
    --------
    >>> escape("<b onload='x'>A & B</b>")
    '&lt;b onload=&#39;x&#39;&gt;A &amp; B&lt;/b&gt;'
    """
    return "".join(_ESCAPES.get(c, c) for c in clean(text))


def number(value: float) -> str:
    """Return a coordinate with at most one decimal.

    Examples
    --------
    >>> number(12.0), number(-0.04), number(3.14159)
    ('12', '0', '3.1')
    """
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def magnitude(value: float | None) -> float:
    """Return a value that can be drawn as a size: what is missing, negative or not finite is nothing.

    Examples
    --------
    >>> magnitude(3), magnitude(None), magnitude(float("nan")), magnitude(-1)
    (3.0, 0.0, 0.0, 0.0)
    """
    # The upper limit keeps sums finite.
    return min(max(0.0, float(value)), 1e300) if value is not None and isfinite(value) else 0.0


def element(name: str, content: str = "", /, **attributes: str | float | None) -> str:
    """Return one SVG element.

    Parameters
    ----------
    name
        Its name.
    content
        What stands inside, already escaped.
    attributes
        Underscores become hyphens, a trailing one goes (``class_``); None is left out; text is escaped.

    Returns
    -------
    str
        The element.

    Examples
    --------
    >>> element("circle", cx=3.0, cy=4.25, r=2, class_="node", stroke_dasharray=None)
    '<circle cx="3" cy="4.2" r="2" class="node"/>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def rectangle(x0: float, y0: float, x1: float, y1: float, **attributes: str | float | None) -> str:
    """Return a ``<rect>`` from corner to corner."""
    return element("rect", x=x0, y=y0, width=x1 - x0, height=y1 - y0, **attributes)


def path(points: Iterable[tuple[float, float]], *, close: bool = False) -> str:
    """Return the ``d`` of straight lines through the points."""
    steps = " L ".join(f"{number(x)} {number(y)}" for x, y in points)
    return f"M {steps} Z" if close else f"M {steps}"


def safe_prefix(id_prefix: str) -> str:
    """Return the prefix of a picture's ids with what an id may hold.

    Examples
    --------
    >>> safe_prefix("map 1"), safe_prefix("")
    ('map-1', 'p')
    """
    return re.sub(r"[^A-Za-z0-9_-]+", "-", id_prefix).strip("-") or "p"


class Canvas:
    """A picture in the making: what is drawn, which boxes it takes, and what has to be said beside it."""

    def __init__(self, width: int, *, kind: str, id_prefix: str) -> None:
        self.width = width
        self.kind = kind
        self.prefix = safe_prefix(id_prefix)
        self.notes: list[str] = []
        self.boxes: list[Box] = []
        self._parts: list[str] = []
        self._hatches: dict[str, str] = {}

    def add(self, *parts: str) -> None:
        """Draw on top of what is there."""
        self._parts.extend(parts)

    def take(self, box: Box) -> None:
        """Remember that the box is taken."""
        self.boxes.append(box)

    def note(self, text: str) -> None:
        """Say something beside the picture, once."""
        if text not in self.notes:
            self.notes.append(text)

    def hatch(self, name: str) -> str:
        """Return the fill for a hatch (:data:`HATCHES`), which is defined on first use."""
        self._hatches.setdefault(name, HATCHES[name])
        return f"url(#{self.prefix}-{name})"

    def _definitions(self) -> str:
        patterns = (
            element(
                "pattern",
                content,
                id=f"{self.prefix}-{name}",
                width=8,
                height=8,
                patternUnits="userSpaceOnUse",
            )
            for name, content in self._hatches.items()
        )
        inner = "".join(patterns)
        return f"<defs>{inner}</defs>" if inner else ""

    def finish(self, height: float, *, title: str, description: str) -> Picture:
        """Return the picture."""
        tall = int(-(-height // 1))
        head = element("title", escape(title) or " ", id=f"{self.prefix}-title")
        described = element("desc", escape(description) or " ", id=f"{self.prefix}-desc")
        ground = rectangle(0, 0, self.width, tall, fill=PAPER, class_="picture-ground")
        svg = element(
            "svg",
            "\n".join([head, described, self._definitions(), ground, *self._parts]),
            xmlns="http://www.w3.org/2000/svg",
            class_=f"picture picture-{self.kind}",
            role="img",
            aria_labelledby=f"{self.prefix}-title {self.prefix}-desc",
            viewBox=f"0 0 {self.width} {tall}",
            width=self.width,
            height=tall,
            font_family=FONT_FAMILY,
            font_size=FONT_SIZE,
            fill=INK,
        )
        return Picture(
            svg=svg,
            width=self.width,
            height=tall,
            boxes=tuple(self.boxes),
            title=clean(title),
            description=clean(description),
            notes=tuple(self.notes),
        )


def _stroke(d: str, width: float = 1.4) -> str:
    return element("path", d=d, stroke=INK, stroke_width=width, fill="none")


# Black on white, so that they are the same on paper; each tile is 8 px.
HATCHES: Final[dict[str, str]] = {
    "diagonal": rectangle(0, 0, 8, 8, fill=PAPER) + _stroke("M -2 2 L 2 -2 M 0 8 L 8 0 M 6 10 L 10 6"),
    "dots": rectangle(0, 0, 8, 8, fill=PAPER)
    + element("circle", cx=2, cy=2, r=1.1)
    + element("circle", cx=6, cy=6, r=1.1),
    "cross": rectangle(0, 0, 8, 8, fill=PAPER) + _stroke("M 0 0 L 8 8 M 0 8 L 8 0", 1),
    "lines": rectangle(0, 0, 8, 8, fill=PAPER) + _stroke("M 0 2 L 8 2 M 0 6 L 8 6", 1),
}


# --- lines --------------------------------------------------------------------------------------


@frozen
class LineStyle:
    """How lines of one kind look: the glyph and the doubling tell them apart without colour; dashes mean assumed."""

    colour: str
    double: bool = False
    glyph: Literal["", "square", "triangle", "cross", "ring"] = ""


LINE_STYLES: Final = (
    LineStyle("#33475b"),
    LineStyle("#8a3a00", double=True),
    LineStyle("#4b2a86", glyph="square"),
    LineStyle("#00594f", glyph="triangle"),
    LineStyle("#7a1f4d", glyph="cross"),
    LineStyle("#5a4a00", glyph="ring"),
    LineStyle("#4b2a86", double=True, glyph="square"),
    LineStyle("#00594f", double=True, glyph="triangle"),
)


def line_styles(kinds: Iterable[str]) -> dict[str, int]:
    """Give each kind of line the index of its style, the commonest kind the plainest.

    Parameters
    ----------
    kinds
        The kind of each line, repeated.

    Returns
    -------
    dict of str to int
        Index into :data:`LINE_STYLES`, in the order of frequency, then of name.  From the eighth kind on all share
        the last style; a legend names them together.

    Examples
    --------
    >>> line_styles(["refers", "funds", "refers"])
    {'refers': 0, 'funds': 1}
    """
    counted = Counter(kinds)
    ordered = sorted(counted, key=lambda kind: (-counted[kind], kind))
    return {kind: min(i, len(LINE_STYLES) - 1) for i, kind in enumerate(ordered)}


def glyph(name: str, x: float, y: float, colour: str, *, r: float = 4.0) -> str:
    """Return the small mark that tells a kind of line, centred at a point; nothing for an empty name."""
    if name == "square":
        return rectangle(x - r, y - r, x + r, y + r, fill=colour, stroke=PAPER, stroke_width=1)
    if name == "triangle":
        corners = [(x, y - r - 1), (x + r + 1, y + r), (x - r - 1, y + r)]
        return element("path", d=path(corners, close=True), fill=colour, stroke=PAPER, stroke_width=1)
    if name == "cross":
        d = path([(x - r, y - r), (x + r, y + r)]) + " " + path([(x - r, y + r), (x + r, y - r)])
        return element("path", d=d, stroke=colour, stroke_width=2.2, fill="none")
    if name == "ring":
        return element("circle", cx=x, cy=y, r=r, fill=PAPER, stroke=colour, stroke_width=1.8)
    return ""


def line(
    d: str, style: LineStyle, *, width: float, dashed: bool, middle: tuple[float, float] | None = None, class_: str = ""
) -> str:
    """Return a line along a path in its style: dashed where it is assumed, with its glyph at `middle`."""
    dashes = "6 4" if dashed else None
    look: dict[str, str | float | None] = {"d": d, "fill": "none", "stroke_dasharray": dashes}
    if style.double:
        drawn = element("path", stroke=style.colour, stroke_width=width + 2.6, class_=class_ or None, **look)
        drawn += element("path", d=d, fill="none", stroke=PAPER, stroke_width=max(1.3, width * 0.6))
    else:
        drawn = element("path", stroke=style.colour, stroke_width=width, class_=class_ or None, **look)
    return drawn + (glyph(style.glyph, *middle, style.colour) if middle is not None else "")


def arrowhead(x: float, y: float, direction: tuple[float, float], colour: str, *, hollow: bool = False) -> str:
    """Return an arrowhead with its tip at a point; `direction` is a unit vector along the line."""
    dx, dy = direction
    back_x, back_y = x - 8 * dx, y - 8 * dy
    corners = [(x, y), (back_x - 4 * dy, back_y + 4 * dx), (back_x + 4 * dy, back_y - 4 * dx)]
    return element(
        "path",
        d=path(corners, close=True),
        fill=PAPER if hollow else colour,
        stroke=colour,
        stroke_width=1.2,
        class_="arrowhead",
    )
