"""A release's pictures for files: as JPEG, and only those whose people agree to be seen that day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import consents, images
from campaigns.models import Picture
from campaigns.pictures import file_of
from outreach.pressroom.texts import Pictured, Said


@dataclass(frozen=True)
class Printed:
    """A picture with its bytes (JPEG) and its size in pixels."""

    picture: Pictured
    body: bytes
    width: int
    height: int


def showable(session: Session, said: Said, today: date) -> Said:
    """The release without the pictures that may not be shown on this local day."""
    if not said.pictures:
        return said
    wanted = select(Picture).where(Picture.name.in_([one.name for one in said.pictures]))
    agreed = {one.name for one in session.scalars(wanted) if consents.holds(one, today)}
    return replace(said, pictures=tuple(one for one in said.pictures if one.name in agreed))


def printed(folder: Path | None, pictures: Sequence[Pictured]) -> tuple[Printed, ...]:
    """Those of the pictures whose files lie in `folder` and are pictures still; none without a folder."""
    return tuple(found for one in pictures if folder is not None and (found := _one(folder, one)) is not None)


def _one(folder: Path, picture: Pictured) -> Printed | None:
    file = file_of(folder, picture.name)
    try:
        return Printed(picture, *images.jpeg(file.read_bytes())) if file is not None else None
    except OSError:
        return None
