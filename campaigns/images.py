"""The pictures of a post as they go out: JPEG, in the shape the channel wants, with words for those who do not see."""

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image as Drawing
from PIL import ImageOps

from campaigns.channel import Image, Terms
from campaigns.cropping import MIDDLE, Focus, Size, centering, size_of
from campaigns.pictures import file_of
from outreach.core.errors import WireError

_QUALITY = 88

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shown:
    """A picture of a post as the store has it: the name of its file, its words, and what a crop keeps."""

    name: str  # the hash of its bytes, and .webp
    alt: str
    focus: Focus = MIDDLE

    @property
    def said(self) -> list[object]:
        """What is shown and said, in short: another picture, other words or another crop differ here."""
        return [self.name, self.alt, *(self.focus if self.focus != MIDDLE else ())]


def drawn(folder: Path, shown: Sequence[Shown], terms: Terms, images_url: str = "") -> tuple[Image, ...]:
    """The pictures for one channel, at most as many as it takes; `folder` is where the files lie.

    Raises WireError, permanent: `campaigns.picture.needed` where the channel takes no post without one,
    `campaigns.picture.alt` without words, `campaigns.picture.gone` where a file is missing or no picture any more.
    """
    if terms.needs_picture and not shown:
        raise WireError("campaigns.picture.needed", permanent=True)
    return tuple(_one(folder, one, terms.cropped, images_url) for one in shown[: terms.pictures])


def jpeg(webp: bytes, cropped: Size | None = None, focus: Focus = MIDDLE) -> tuple[bytes, int, int]:
    """A stored picture as JPEG with its width and height; `cropped` to that shape about its focus, never enlarged."""
    with Drawing.open(io.BytesIO(webp), formats=("WEBP",)) as opened:
        if opened.has_transparency_data:
            flat = Drawing.new("RGBA", opened.size, "white")
            flat.alpha_composite(opened.convert("RGBA"))
            picture = flat.convert("RGB")
        else:
            picture = opened.convert("RGB")
    if cropped is not None:
        size, about = size_of(picture.size, cropped), centering(picture.size, cropped, focus)
        picture = ImageOps.fit(picture, size, Drawing.Resampling.LANCZOS, centering=about)
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=_QUALITY, optimize=True)
    return made.getvalue(), picture.width, picture.height


def name_of(name: str, cropped: Size | None, focus: Focus = MIDDLE) -> str:
    """What a picture is called outside: the same for the same picture in the same shape about the same focus."""
    shape = "" if cropped is None else f"-{cropped[0]}x{cropped[1]}"
    about = "" if cropped is None or focus == MIDDLE else f"-at{focus[0]}-{focus[1]}"
    return f"{name.removesuffix('.webp')}{shape}{about}.jpg"


def _one(folder: Path, shown: Shown, cropped: Size | None, images_url: str) -> Image:
    if not shown.alt.strip():
        raise WireError("campaigns.picture.alt", permanent=True)
    file = file_of(folder, shown.name)
    try:
        body, width, height = jpeg(file.read_bytes() if file else b"", cropped, shown.focus)
    except Exception as error:  # the decoder raises whatever it stumbles over
        log.warning("picture.gone", extra={"error": type(error).__name__})
        raise WireError("campaigns.picture.gone", permanent=True) from error
    name = name_of(shown.name, cropped, shown.focus)
    return Image(body, width, height, shown.alt.strip(), name, f"{images_url}/{name}" if images_url else "")
