"""The quotes of a release as pages show them, with how each agreement stands."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import consents
from campaigns.models import FamilyStory
from outreach.pressroom.models import ReleaseQuote, ReleaseText
from outreach.pressroom.writing.told import QuoteTold


@dataclass(frozen=True)
class QuoteSeen:
    """A quote; `story` is the title of the family's story it is said under, `agreed`: it may be printed that day."""

    quote_id: int
    language: str
    told: QuoteTold
    story: str | None
    agreed: bool


def of_release(session: Session, release_id: int, day: date, language: str | None = None) -> list[QuoteSeen]:
    """A release's quotes, of one language or all, in their order; agreements are judged by that local day."""
    wanted = (
        select(ReleaseQuote, ReleaseText.language, FamilyStory)
        .join(ReleaseText, ReleaseText.id == ReleaseQuote.text_id)
        .outerjoin(FamilyStory, FamilyStory.id == ReleaseQuote.story_id)
        .where(ReleaseText.release_id == release_id)
        .order_by(ReleaseText.id, ReleaseQuote.position, ReleaseQuote.id)
    )
    if language is not None:
        wanted = wanted.where(ReleaseText.language == language)
    return [_seen(quote, code, story, day) for quote, code, story in session.execute(wanted)]


def _seen(quote: ReleaseQuote, language: str, story: FamilyStory | None, day: date) -> QuoteSeen:
    told = QuoteTold(
        quote.words, quote.speaker, quote.role, quote.agreed_on, quote.agreed_how, quote.story_id
    )
    return QuoteSeen(
        quote.id, language, told, story.title if story is not None else None, holds(told, story, day)
    )


def holds(told: QuoteTold, story: FamilyStory | None, day: date) -> bool:
    """Whether words may be printed on a local day: by the family's consent where it is a family's, else by the
    speaker's own, and how it was given.
    """
    if story is not None:
        return consents.agreed(story, day)
    return told.agreed_on is not None and told.agreed_on <= day and bool(told.agreed_how)
