"""Pictures of a release for strangers: one to print from, one to look at. Pure functions from bytes to bytes."""

import io

from PIL import Image as Drawing

_PRINT_QUALITY, _DPI = 95, 300
_SMALL, _SMALL_QUALITY = (960, 960), 80
# What EXIF calls a description, and whose it is.
_DESCRIPTION, _COPYRIGHT = 0x010E, 0x8298


def printed(webp: bytes, caption: str, rights: str) -> bytes:
    """The stored picture as JPEG at its full size, marked with 300 dots an inch, its caption and whose it is.

    Raises OSError for what is no picture.
    """
    told = Drawing.Exif()
    for mark, text in ((_DESCRIPTION, caption), (_COPYRIGHT, rights)):
        if text:
            told[mark] = text.encode()
    made = io.BytesIO()
    _flat(webp).save(made, "JPEG", quality=_PRINT_QUALITY, dpi=(_DPI, _DPI), subsampling=0, exif=told)
    return made.getvalue()


def small(webp: bytes) -> bytes:
    """The stored picture as WebP of at most 960 pixels on either side. Raises OSError for what is no picture."""
    picture = _flat(webp)
    picture.thumbnail(_SMALL, Drawing.Resampling.LANCZOS)
    made = io.BytesIO()
    picture.save(made, "WEBP", quality=_SMALL_QUALITY)
    return made.getvalue()


def _flat(webp: bytes) -> Drawing.Image:
    with Drawing.open(io.BytesIO(webp), formats=("WEBP",)) as opened:
        if not opened.has_transparency_data:
            return opened.convert("RGB")
        flat = Drawing.new("RGBA", opened.size, "white")
        flat.alpha_composite(opened.convert("RGBA"))
        return flat.convert("RGB")
