"""A picture in the two widths that the page needs: one for wide screens and paper, one for a telephone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs

from integrated_services.report._svg import Picture

WIDE: Final = 860
NARROW: Final = 316
"""A screen of 360 px less the page's margins."""


@attrs.frozen
class Widths:
    """One picture, laid out twice; the style sheet shows the one that fits."""

    wide: Picture
    narrow: Picture


def both_widths(draw: Callable[[int, str], Picture]) -> Widths:
    """Draw a picture for wide and for narrow screens.

    Parameters
    ----------
    draw
        Draws it for a width, with a beginning for its ids.

    Returns
    -------
    Widths
        Both pictures.
    """
    return Widths(draw(WIDE, "wide"), draw(NARROW, "narrow"))
