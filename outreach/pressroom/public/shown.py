"""A release's words as strangers may read them on a day: only quotes and pictures whose people agree to it then."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import consents
from campaigns.models import FamilyStory, Picture
from outreach.pressroom.models import Release, ReleasePicture, ReleaseQuote, ReleaseText
from outreach.pressroom.outputs.tidy import cleaned
from outreach.pressroom.texts import Pictured, Quoted, Said
from outreach.pressroom.writing import quoting
from outreach.pressroom.writing.told import QuoteTold


def said(session: Session, release_id: int, language: str, day: date) -> Said | None:
    """A release in that language; `day` is the office's. None where it is not there."""
    return many(session, [release_id], language, day).get(release_id)


def many(session: Session, ids: Sequence[int], language: str, day: date) -> dict[int, Said]:
    """The same of several by their numbers; those without that language are left out."""
    rows = session.execute(
        select(ReleaseText, Release)
        .join(Release, Release.id == ReleaseText.release_id)
        .where(ReleaseText.release_id.in_(ids), ReleaseText.language == language)
    ).all()
    quotes = _quotes(session, [text.id for text, _ in rows], day)
    pictures = _pictures(session, [release.id for _, release in rows], language, day)
    return {
        release.id: cleaned(
            Said(
                release.id, text.id, release.kind, text.language, text.headline, text.lead, text.body,
                tuple(text.facts), text.boilerplate, text.contact, text.revision, tuple(quotes[text.id]),
                tuple(pictures[release.id]), release.embargo_until,
            )
        )
        for text, release in rows
    }  # fmt: skip


def _quotes(session: Session, texts: Sequence[int], day: date) -> dict[int, list[Quoted]]:
    found: dict[int, list[Quoted]] = defaultdict(list)
    rows = session.execute(
        select(ReleaseQuote, FamilyStory)
        .outerjoin(FamilyStory, FamilyStory.id == ReleaseQuote.story_id)
        .where(ReleaseQuote.text_id.in_(texts))
        .order_by(ReleaseQuote.position, ReleaseQuote.id)
    )
    for row, story in rows:
        told = QuoteTold(row.words, row.speaker, row.role, row.agreed_on, row.agreed_how, row.story_id)
        if quoting.holds(told, story, day):
            found[row.text_id].append(Quoted(row.words, row.speaker, row.role))
    return found


def _pictures(session: Session, releases: Sequence[int], language: str, day: date) -> dict[int, list[Pictured]]:
    found: dict[int, list[Pictured]] = defaultdict(list)
    rows = session.execute(
        select(ReleasePicture.release_id, ReleasePicture.captions, Picture)
        .join(Picture, Picture.id == ReleasePicture.picture_id)
        .where(ReleasePicture.release_id.in_(releases))
        .order_by(ReleasePicture.position, Picture.id)
    )
    for release_id, captions, one in rows:
        if one.rights.strip() and consents.holds(one, day):
            caption = captions.get(language, "")
            found[release_id].append(Pictured(one.name, one.width, one.height, one.alt, caption, one.rights))
    return found
