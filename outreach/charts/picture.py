"""A chart drawn: SVG for a page, SVG for a PDF, PNG for a mail. One drawing, three dresses."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from threading import Lock

from lxml import etree
from markupsafe import Markup

from outreach.charts.canvas import NARROW
from outreach.charts.chart import Chart, Row
from outreach.charts.palette import LIGHT, PAPER, by_theme
from outreach.charts.spec import MAIL, PAGE, spec
from outreach.charts.telling import described
from outreach.charts.tiles import boxes
from outreach.charts.wording import counted, place
from outreach.core.text import Words

_VEGA_LITE = "6.4"
_FONTS = Path(__file__).parent / "fonts"
_SVG = "{http://www.w3.org/2000/svg}"
# What the drawer writes for itself; names of roles in English have no place in a Latvian page.
_OWN = re.compile(r"aria-.*|role|class|pointer-events|stroke-miterlimit|version|style")
# The drawer is one engine with one heap: granian's threads take turns.
_TURN = Lock()


def svg(
    chart: Chart, words: Words, *, width: int = PAGE, titled: bool = True, links: Mapping[str, str] | None = None
) -> Markup:
    """The picture to stand inline in a page: the page's font and tones, light and dark, no style in it.

    It scales by its viewBox. Its classes are `chart-svg` and `chart-narrow` or `chart-wide`, so that a page can hold
    one for a telephone and one for a desk. The title in it may be left to the page: `titled=False`. `links` says where
    the tile of a name leads.
    """
    root = _parsed(chart, words, width, titled)
    for element in root.iter():
        element.attrib.pop("font-family", "")
        for paint in ("fill", "stroke"):
            if tone := _TONES.get(element.get(paint, "")):
                element.set(paint, by_theme(tone))
    if links:
        _lay_links(root, chart, words, width, titled, links)
    root.set("class", f"chart-svg chart-{'narrow' if width < NARROW else 'wide'}")
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704  serialised by lxml, every text escaped


def pdf_svg(chart: Chart, words: Words, *, width: int = PAGE, titled: bool = True) -> str:
    """The same picture with its light tones and font names written out, for a PDF or a file."""
    return str(etree.tostring(_parsed(chart, words, width, titled), encoding="unicode"))


def png(chart: Chart, words: Words, *, width: int = MAIL, scale: int = 2, titled: bool = True) -> bytes:
    """The same picture on paper, for a mail: `width` x `scale` pixels across. Its text alternative is `described`."""
    return painted(pdf_svg(chart, words, width=width, titled=titled), scale)


def warm(words: Words) -> None:
    """Starts the drawer, which takes half a second and some memory once; call it in a thread of the background."""
    png(Chart("bars", "", "", "", (Row("", 1),)), words)


def _lay_links(
    root: etree._Element, chart: Chart, words: Words, width: int, titled: bool, links: Mapping[str, str]
) -> None:
    """A clear pane over every tile that leads somewhere. The picture is then no image but a group of links."""
    root.set("role", "group")
    padding = spec(chart, words, width=width, titled=titled)["padding"]
    placed = boxes(chart, width)
    for row in chart.rows:
        box, url = placed.get(str(row.at)), links.get(str(row.at))
        if box is None or url is None:
            continue
        name = f"{place(row.at, chart.step, words)}: {counted(row.value or 0, chart.unit, words)}"
        link = etree.SubElement(root, f"{_SVG}a", {"href": url, "aria-label": name, "class": "tile-link"})
        sides = {"x": padding["left"] + box.x, "y": padding["top"] + box.y, "width": box.width, "height": box.height}
        pane = {side: str(round(length, 1)) for side, length in sides.items()}
        etree.SubElement(link, f"{_SVG}rect", {**pane, "fill": "transparent"})


def _parsed(chart: Chart, words: Words, width: int, titled: bool) -> etree._Element:
    drawn = _drawn(json.dumps(spec(chart, words, width=width, titled=titled), sort_keys=True))
    # Our own drawing, yet parsed without entities and without a network like anything else.
    root = etree.fromstring(drawn.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    for element in list(root.iter(f"{_SVG}*")):
        for name in [name for name in element.attrib if _OWN.fullmatch(str(name))]:
            del element.attrib[name]
        if element.get("display") == "none" or element.get("d") == "M0,0h0v0h0Z":
            element.getparent().remove(element)
    root.set("role", "img")
    root.set("aria-label", described(chart, words))
    etree.cleanup_namespaces(root)
    return root


@lru_cache(maxsize=256)
def _drawn(description: str) -> str:
    """A description (JSON) as SVG."""
    with _TURN:
        import vl_convert  # 60 MB of memory that a command without pictures need not have

        _register_fonts()
        return str(vl_convert.vegalite_to_svg(description, vl_version=_VEGA_LITE, allowed_base_urls=[]))


@lru_cache(maxsize=64)
def painted(drawing: str, scale: int = 2) -> bytes:
    """A drawing in light tones (SVG) as PNG on paper, `scale` pixels to each of its own."""
    with _TURN:
        import vl_convert

        _register_fonts()
        paper = drawing.replace(">", f'><rect width="100%" height="100%" fill="{LIGHT[PAPER]}"/>', 1)
        return bytes(vl_convert.svg_to_png(paper, scale=scale))


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    """The pages' own letters; without them the drawer's built-in ones, which have Latvian and Russian too."""
    import vl_convert

    if _FONTS.is_dir():
        vl_convert.register_font_directory(str(_FONTS))


_TONES = {paint: tone for tone, paint in LIGHT.items()}
