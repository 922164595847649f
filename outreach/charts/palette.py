"""Tones of the charts, light and dark, and how a drawn picture takes the page's own.

The six tones of series keep apart for people who see no red, no green or no blue, and from the paper by 3:1;
tests/outreach/test_charts.py holds both. Whatever a tone tells, a place, a label or a dash tells too.
"""

from collections.abc import Mapping

INK, QUIET, LINE, PAPER = "ink", "quiet", "line", "paper"
SERIES = ("lake", "ochre", "carmine", "green", "plum", "slate")

LIGHT: Mapping[str, str] = {
    INK: "#1e2328",
    QUIET: "#5b6168",
    LINE: "#d9d5cb",
    PAPER: "#fbfaf7",
    "lake": "#1f5582",
    "ochre": "#b7841a",
    "carmine": "#7f1d33",
    "green": "#3aa063",
    "plum": "#8a45cc",
    "slate": "#868e96",
}
DARK: Mapping[str, str] = {
    INK: "#e6e3dc",
    QUIET: "#a3a9af",
    LINE: "#343b42",
    PAPER: "#15191d",
    "lake": "#8abde6",
    "ochre": "#f5a93c",
    "carmine": "#cf4a44",
    "green": "#c9cfa4",
    "plum": "#b65cf4",
    "slate": "#686c74",
}

# Dashes of lines, in the order of the series: drawn and left out, in pixels.
DASHES: tuple[tuple[int, ...], ...] = ((1, 0), (7, 3), (2, 3), (10, 3, 2, 3), (5, 5), (1, 2))


def tones(series: tuple[str, ...], fixed: Mapping[str, str]) -> dict[str, str]:
    """The tone of every series by its name: its fixed one, else the next that nobody has; they come round again."""
    free = [tone for tone in SERIES if tone not in fixed.values()] or list(SERIES)
    others = [name for name in series if name not in fixed]
    return {**fixed, **{name: free[place % len(free)] for place, name in enumerate(others)}}


def by_theme(tone: str) -> str:
    """A paint that follows the page: its custom property if it sets one, else light or dark by its colour scheme.

    `light-dark()` needs no style sheet of ours, so the picture is right under `style-src 'self'`.
    """
    name = tone if tone in (INK, QUIET, LINE, PAPER) else f"chart-{tone}"
    return f"var(--{name}, light-dark({LIGHT[tone]}, {DARK[tone]}))"
