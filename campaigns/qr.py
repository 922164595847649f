"""A tracked link as a square that a phone reads from a poster."""

import io

import segno

# A quarter of the square may be torn off or dirty; the white edge of four modules is the standard's.
_ERROR, _EDGE = "q", 4
_MODULE = 20  # pixels: a square of 29 modules is 740 wide, 6 cm in print
_DPI = 300


def svg(address: str) -> bytes:
    """The square as an SVG document, black on white, for print in any size."""
    made = io.BytesIO()
    _code(address).save(made, kind="svg", scale=10, border=_EDGE, dark="#000", light="#fff", title=address)
    return made.getvalue()


def png(address: str) -> bytes:
    """The square as a PNG, black on white, at 300 dots an inch."""
    made = io.BytesIO()
    _code(address).save(made, kind="png", scale=_MODULE, border=_EDGE, dark="#000", light="#fff", dpi=_DPI)
    return made.getvalue()


def _code(address: str) -> segno.QRCode:
    return segno.make(address, error=_ERROR, boost_error=False, micro=False)
