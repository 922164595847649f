"""A picture made small enough for a server that takes none larger."""

import io
from dataclasses import replace

from PIL import Image as Drawing

from campaigns.channel import Image

_SHRUNK = 4, 5  # each step leaves so much of a side
_QUALITY = 85


def fitting(image: Image, most_bytes: int, most_pixels: int) -> Image:
    """The picture as it is where it fits; else drawn smaller, step by step, until it does.

    The same picture is drawn the same way each time. One that never fits comes back as a single pixel: the server
    says no to that.
    """
    if len(image.body) <= most_bytes and image.width * image.height <= most_pixels:
        return image
    with Drawing.open(io.BytesIO(image.body), formats=("JPEG",)) as opened:
        picture = opened.convert("RGB")
    part, whole = _SHRUNK
    while True:
        picture = picture.resize((max(1, picture.width * part // whole), max(1, picture.height * part // whole)))
        made = io.BytesIO()
        picture.save(made, "JPEG", quality=_QUALITY, optimize=True)
        fits = made.tell() <= most_bytes and picture.width * picture.height <= most_pixels
        if fits or picture.size == (1, 1):
            return replace(image, body=made.getvalue(), width=picture.width, height=picture.height)
