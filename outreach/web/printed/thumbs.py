"""A campaign's picture as a sheet shows it: small, and only while those in it agree."""

import io
from datetime import date
from pathlib import Path

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import consents
from campaigns.models import Picture
from campaigns.pictures import file_of

_LONGEST = 500
_QUALITY = 80


def may_show(session: Session, name: str, day: date) -> bool:
    """Whether the picture of this name may be shown on a local day: what is printed goes from hand to hand."""
    picture = session.scalar(select(Picture).where(Picture.name == name))
    return picture is not None and consents.holds(picture, day)


def thumb(folder: Path, name: str) -> bytes | None:
    """The picture as a small JPEG; None where its file is gone or is none any more."""
    file = file_of(folder, name)
    if file is None:
        return None
    try:
        with Image.open(file, formats=("WEBP",)) as opened:
            drawn = Image.new("RGB", opened.size, "white")
            whole = opened.convert("RGBA")
            drawn.paste(whole, mask=whole.getchannel("A"))
    except OSError:
        return None
    drawn.thumbnail((_LONGEST, _LONGEST))
    made = io.BytesIO()
    drawn.save(made, "JPEG", quality=_QUALITY)
    return made.getvalue()
