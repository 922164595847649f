"""The square of a tracked link, for print."""

import io

from lxml import etree
from PIL import Image

from campaigns import qr

ADDRESS = "https://birojs.example.org/k/abcdefg"


def test_a_png_of_black_and_white_with_its_edge_for_print() -> None:
    with Image.open(io.BytesIO(qr.png(ADDRESS))) as picture:
        assert picture.format == "PNG"
        assert round(picture.info["dpi"][0]) == 300
        grey = picture.convert("L")
        assert set(grey.tobytes()) == {0, 255}
        side, modules = grey.width, grey.width // 20
        assert grey.height == side == modules * 20
        assert (modules - 8 - 17) % 4 == 0  # a square of the standard, and four modules of edge on every side
        assert grey.getbbox() == (0, 0, side, side)
        assert all(grey.getpixel((place, 79)) == 255 for place in range(side))
        assert grey.getpixel((80, 80)) == 0


def test_an_svg_that_says_what_it_is_and_asks_for_nothing() -> None:
    drawn = qr.svg(ADDRESS)
    root = etree.fromstring(drawn)
    assert root.tag.endswith("svg")
    assert ADDRESS in drawn.decode()
    assert b"href" not in drawn
    assert b"script" not in drawn
