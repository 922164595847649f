"""The pictures that go with a release, chosen from the office's: their order, and a caption in each language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaigns import consents
from campaigns.models import Picture
from outreach.core.errors import OutreachError
from outreach.pressroom.models import ReleasePicture
from outreach.pressroom.writing import editing

MOST = 12


@dataclass(frozen=True)
class Taken:
    """A picture of a release; `holds`: whoever can be recognised in it agrees on the day that was asked about."""

    picture_id: int
    name: str
    width: int
    height: int
    alt: str
    rights: str
    captions: Mapping[str, str]
    holds: bool


@dataclass(frozen=True)
class Chosen:
    """A picture to take along and what stands under it, by language."""

    picture_id: int
    captions: Mapping[str, str]


def of_release(session: Session, release_id: int, day: date) -> list[Taken]:
    """A release's pictures in their order; consents are judged by that local day."""
    rows = session.execute(
        select(Picture, ReleasePicture.captions)
        .join(ReleasePicture, ReleasePicture.picture_id == Picture.id)
        .where(ReleasePicture.release_id == release_id)
        .order_by(ReleasePicture.position, Picture.id)
    )
    return [
        Taken(
            one.id, one.name, one.width, one.height, one.alt, one.rights, dict(captions), consents.holds(one, day)
        )
        for one, captions in rows
    ]


def choose(session: Session, release_id: int, chosen: Sequence[Chosen]) -> None:
    """Makes these the release's pictures, in this order; each once. The approval is taken away.

    Raises OutreachError `release.missing`, `release.out`, `release.picture.most`, `campaigns.picture.missing`, or
    `release.picture.rights` for one that nobody said the rights of.
    """
    editing.open_release(session, release_id)
    wanted = {one.picture_id: one for one in chosen}
    if len(wanted) > MOST:
        raise OutreachError("release.picture.most", most=MOST)
    held = set(
        session.scalars(select(ReleasePicture.picture_id).where(ReleasePicture.release_id == release_id))
    )
    known = {one.id: one for one in session.scalars(select(Picture).where(Picture.id.in_(wanted)))}
    for picture_id in wanted:
        picture = known.get(picture_id)
        if picture is None:
            raise OutreachError("campaigns.picture.missing", id=picture_id)
        if picture_id not in held and not picture.rights.strip():
            raise OutreachError("release.picture.rights", picture=picture.alt)
    session.execute(delete(ReleasePicture).where(ReleasePicture.release_id == release_id))
    session.add_all(
        ReleasePicture(
            release_id=release_id,
            picture_id=one.picture_id,
            position=position,
            captions={code: text.strip() for code, text in one.captions.items() if text.strip()},
        )
        for position, one in enumerate(wanted.values())
    )
    session.flush()


def in_order(
    held: Sequence[Taken], places: Mapping[int, int], captions: Mapping[int, Mapping[str, str]], dropped: set[int]
) -> list[Chosen]:
    """The held pictures by the places a person gave them, with new captions, without those dropped. Pure.

    What is moved up stands before the one that has the place, what is moved down after it.
    """
    kept = []
    for at, one in enumerate(held, 1):
        if one.picture_id in dropped:
            continue
        place = places.get(one.picture_id, at)
        said = {**one.captions, **captions.get(one.picture_id, {})}
        kept.append((place, (place >= at) + (place > at), at, Chosen(one.picture_id, said)))
    return [chosen for *_, chosen in sorted(kept, key=lambda one: one[:3])]
