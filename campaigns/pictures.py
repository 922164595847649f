"""Pictures that people give us: judged by their content, drawn anew, kept under the hash of what we drew.

Nothing of the given bytes is kept: no metadata, no second meaning, no frame beyond the first.
"""

import hashlib
import io
import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Picture, PostPicture
from outreach.core.errors import OutreachError

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_PIXELS = 50_000_000  # a telephone's largest pictures; a bomb unfolds to more
_LONGEST = 1600
_QUALITY = 82
_NAME = re.compile(r"[0-9a-f]{64}\.webp")


@dataclass(frozen=True)
class Drawn:
    """A picture as we drew it: a WebP without a word beside it. `name` is the hash of its bytes, and .webp."""

    body: bytes
    name: str
    width: int
    height: int


def draw(given: bytes) -> Drawn:
    """Draws a JPEG, PNG, WebP or GIF anew, upright and at most 1600 pixels on its longer side.

    Raises OutreachError `campaigns.picture.kind` for everything else, whatever it is called,
    `campaigns.picture.pixels` for one that unfolds to too much, `campaigns.picture.broken` for half a picture.
    """
    try:
        with Image.open(io.BytesIO(given), formats=_FORMATS) as opened:
            width, height = opened.size
            if width * height > _PIXELS:
                raise OutreachError("campaigns.picture.pixels", width=width, height=height, limit=_PIXELS // 10**6)
            opened.draft("RGB", (_LONGEST, _LONGEST))
            upright = ImageOps.exif_transpose(opened)
            mode = "RGBA" if upright.has_transparency_data else "RGB"
            drawn = upright.convert(mode)
    except OutreachError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise OutreachError("campaigns.picture.pixels", width="?", height="?", limit=_PIXELS // 10**6) from error
    except UnidentifiedImageError as error:
        raise OutreachError("campaigns.picture.kind") from error
    except Exception as error:  # the decoders raise whatever they stumble over
        raise OutreachError("campaigns.picture.broken") from error
    drawn.thumbnail((_LONGEST, _LONGEST), Image.Resampling.LANCZOS)
    # From the bare pixels: what the file said beside them does not come along.
    bare = Image.frombytes(mode, drawn.size, drawn.tobytes())
    made = io.BytesIO()
    bare.save(made, "WEBP", quality=_QUALITY, method=4)
    body = made.getvalue()
    return Drawn(body, f"{hashlib.sha256(body).hexdigest()}.webp", *bare.size)


def attach(
    session: Session, now: datetime, campaign_id: int, drawn: Drawn, *, alt: str, actor: str, folder: Path
) -> Picture:
    """Gives a campaign this picture in place of the one it had; its file lies in `folder` under its name.

    Raises OutreachError `campaigns.missing`, or `campaigns.picture.alt` without words for those who do not see it.
    """
    if not alt.strip():
        raise OutreachError("campaigns.picture.alt")
    campaign = _held(session, campaign_id)
    before = campaign.picture_id
    picture = keep(session, now, drawn, alt=alt, actor=actor, folder=folder)
    campaign.picture_id = picture.id
    session.flush()
    if before is not None and before != picture.id:
        _drop(session, before, folder)
    return picture


def keep(session: Session, now: datetime, drawn: Drawn, *, alt: str, actor: str, folder: Path) -> Picture:
    """The row of this picture, made if there is none, with these words; its file lies in `folder` under its name."""
    picture = session.scalar(select(Picture).where(Picture.name == drawn.name).with_for_update())
    if picture is None:
        picture = Picture(
            name=drawn.name, width=drawn.width, height=drawn.height, size=len(drawn.body), added_at=now, added_by=actor
        )
        session.add(picture)
    picture.alt = alt.strip()
    session.flush()
    # In the transaction: of one that keeps a picture and one that throws the same away, each sees the other's end.
    _keep(folder, drawn)
    return picture


def detach(session: Session, campaign_id: int, folder: Path) -> None:
    """Takes a campaign's picture away; the file goes with it unless another campaign or a post shows it, or it belongs
    to the library (somebody has said whose it is).
    """
    campaign = _held(session, campaign_id)
    before, campaign.picture_id = campaign.picture_id, None
    session.flush()
    if before is not None:
        _drop(session, before, folder)


def file_of(folder: Path, name: str) -> Path | None:
    """Where a picture of this name would lie; None for a name that we never give."""
    return folder / name if _NAME.fullmatch(name) else None


def _held(session: Session, campaign_id: int) -> Campaign:
    campaign = session.scalar(select(Campaign).where(Campaign.id == campaign_id).with_for_update())
    if campaign is None:
        raise OutreachError("campaigns.missing", id=campaign_id)
    return campaign


def _keep(folder: Path, drawn: Drawn) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / drawn.name
    if file.exists():
        return
    aside = folder / f".{drawn.name}.{os.getpid()}"
    aside.write_bytes(drawn.body)
    aside.replace(file)


def _drop(session: Session, picture_id: int, folder: Path) -> None:
    shown = session.scalar(select(Campaign.id).where(Campaign.picture_id == picture_id).limit(1))
    picture = session.scalar(select(Picture).where(Picture.id == picture_id).with_for_update())
    sent = session.scalar(select(PostPicture.post_id).where(PostPicture.picture_id == picture_id).limit(1))
    if shown is not None or sent is not None or picture is None or picture.rights:
        return
    name = picture.name
    session.delete(picture)
    session.flush()
    (folder / name).unlink(missing_ok=True)
