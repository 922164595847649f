"""What the pages of one release share: the release itself, its forms, its languages, and how words are shown."""

from dataclasses import dataclass, field
from datetime import date, datetime

from flask import abort, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import Campaign
from campaigns.writing import stories
from outreach.core.clock import local_day
from outreach.core.text import LANGUAGES, Words
from outreach.pressroom.writing import reading
from outreach.pressroom.writing.reading import ReleaseSeen, TextSeen
from outreach.pressroom.writing.told import QuoteTold, Told
from outreach.web import fields
from outreach.web.planned import language_choices
from outreach.web.visit import here, now, words

FORM = "release.field"
QUOTE = "release.quote"
_CAMPAIGNS = 100


@dataclass(frozen=True)
class TextForm:
    """A release in one language; facts a line each."""

    headline: str = field(metadata=fields.told(max=200))
    lead: str = field(default="", metadata=fields.told("textarea", max=1_000))
    body: str = field(default="", metadata=fields.told("textarea", max=30_000))
    facts: str = field(default="", metadata=fields.told("textarea", max=4_000))
    boilerplate: str = field(default="", metadata=fields.told("textarea", max=3_000))
    contact: str = field(default="", metadata=fields.told("textarea", max=1_000))


@dataclass(frozen=True)
class PlaceForm:
    """Which campaign a release belongs to, and until when nobody outside may see it."""

    campaign_id: str = ""
    embargo_until: datetime | None = None


@dataclass(frozen=True)
class QuoteForm:
    """What somebody says, and that they agreed to it."""

    words: str = field(metadata=fields.told("textarea", max=3_000))
    speaker: str = field(metadata=fields.told(max=200))
    role: str = field(default="", metadata=fields.told(max=200))
    agreed_on: date | None = None
    agreed_how: str = field(default="", metadata=fields.told(max=300))
    story_id: str = ""


@dataclass(frozen=True)
class MatchForm:
    """Of a translation: whether it says what the original says now.

    The field is not named "matches": inside a form that name hides what htmx asks every element.
    """

    follows: bool = True


def seen(release_id: int) -> ReleaseSeen:
    """The release; the visit ends with 404 where there is none."""
    with here().store.reading() as session:
        release = reading.one(session, release_id)
    if release is None:
        abort(404)
    return release


def text_in(release: ReleaseSeen, language: str | None) -> TextSeen:
    """The release's text in that language, the original where none is asked; 404 where it has no such text."""
    if not language:
        return release.texts[0]
    found = next((text for text in release.texts if text.language == language), None)
    if found is None:
        abort(404)
    return found


def told_by(form: TextForm) -> Told:
    """What was typed as a value."""
    return Told(
        form.headline, form.lead, form.body, tuple(form.facts.splitlines()), form.boilerplate, form.contact
    )


def filled(told: Told) -> TextForm:
    """The form's value of what stands."""
    return TextForm(
        told.headline, told.lead, told.body, "\n".join(told.facts), told.boilerplate, told.contact
    )


def quote_told(form: QuoteForm) -> QuoteTold:
    """What was typed of a quote."""
    story = int(form.story_id) if form.story_id else None
    return QuoteTold(form.words, form.speaker, form.role, form.agreed_on, form.agreed_how, story)


def quote_filled(told: QuoteTold) -> QuoteForm:
    """The form's value of a quote that stands."""
    story = str(told.story_id) if told.story_id is not None else ""
    return QuoteForm(told.words, told.speaker, told.role, told.agreed_on, told.agreed_how, story)


def campaign_choices(session: Session, kept: int | None = None) -> fields.Choices:
    """Campaigns a release may belong to, the latest first; the one it belongs to stays on offer."""
    rows = session.execute(
        select(Campaign.id, Campaign.name)
        .where(Campaign.is_template.is_(False))
        .order_by((Campaign.id == kept).desc() if kept is not None else Campaign.id.desc(), Campaign.id.desc())
        .limit(_CAMPAIGNS)
    )
    return [("", words()("release.place.no_campaign")), *((str(id_), name) for id_, name in rows)]


def story_choices(session: Session, kept: int | None = None) -> fields.Choices:
    """The stories that may be told today or later; the one that is told stays on offer."""
    told = [
        (str(one.story_id), one.title)
        for one in stories.listed(session, today())
        if one.consent in {"holds", "later"} or one.story_id == kept
    ]
    return [("", words()("release.quote.no_story")), *told]


def languages(kept: str | None = None) -> fields.Choices:
    """The languages that releases are written in."""
    return language_choices(words(), kept)


def free_languages(release: ReleaseSeen) -> fields.Choices:
    """Those that a release does not have yet."""
    return [(code, name) for code, name in languages() if code not in release.languages]


def asked_language(code: str) -> str:
    """A language that the address names; 404 for one that nobody here writes in."""
    if code not in {known for known, _ in languages()}:
        abort(404)
    return code


def words_in(language: str) -> Words:
    """The catalogue of a text's own language; English for those the office has no catalogue of."""
    return here().texts.in_language(language if language in LANGUAGES else "en")


def today() -> date:
    """The office's day."""
    return local_day(now(), here().settings.zone)


def changed() -> None:
    """What waits for people is counted anew."""
    current_app.extensions["outreach.attention"].forget()
