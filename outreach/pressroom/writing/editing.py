"""Releases and their texts: beginning one, correcting its words, its languages, its quotes. A change takes the
approval away; what is out says what it said.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, FamilyStory
from outreach.core.errors import OutreachError
from outreach.pressroom.models import Release, ReleaseQuote, ReleaseText, Sending
from outreach.pressroom.writing import revisions
from outreach.pressroom.writing.told import QuoteTold, Told

MOST_QUOTES = 20
MOST_FACTS = 40


def start(
    session: Session,
    now: datetime,
    told: Told,
    *,
    language: str,
    actor: str,
    kind: str = "release",
    about_id: int | None = None,
    campaign_id: int | None = None,
) -> Release:
    """A new release with its first text, not approved.

    A correction or withdrawal names what it is about. Raises OutreachError `release.missing`, `release.about`,
    `campaigns.missing`, `release.empty` or `release.facts`.
    """
    told = _checked(told)
    if about_id is not None and session.get(Release, about_id) is None:
        raise OutreachError("release.missing", id=about_id)
    if (kind == "release") != (about_id is None):
        raise OutreachError("release.about")
    _check_campaign(session, campaign_id)
    release = Release(kind=kind, about_id=about_id, campaign_id=campaign_id, made_at=now, made_by=actor)
    session.add(release)
    session.flush()
    _write(session, now, release.id, language, told, actor, None)
    return release


def hold(session: Session, release_id: int) -> Release:
    """The release, locked until the transaction ends; OutreachError `release.missing`."""
    release = session.scalar(
        select(Release)
        .where(Release.id == release_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if release is None:
        raise OutreachError("release.missing", id=release_id)
    return release


def is_out(session: Session, release: Release) -> bool:
    """Whether people may have read it: it stands in the press room, or a sending of it has begun."""
    if release.published_at is not None:
        return True
    begun = select(Sending.id).where(Sending.release_id == release.id, Sending.started_at.is_not(None)).limit(1)
    return session.scalar(begun) is not None


def text_of(session: Session, release_id: int, language: str) -> ReleaseText:
    """A release's text in a language; OutreachError `release.text.missing`."""
    text = session.scalar(
        select(ReleaseText).where(ReleaseText.release_id == release_id, ReleaseText.language == language)
    )
    if text is None:
        raise OutreachError("release.text.missing", id=release_id, language=language)
    return text


def change_text(
    session: Session,
    now: datetime,
    release_id: int,
    language: str,
    told: Told,
    actor: str,
    *,
    matches: bool = False,
) -> ReleaseText:
    """Says it in other words; the same words are no new wording.

    `matches`: this translation says what the original says now. Raises OutreachError `release.missing`,
    `release.text.missing`, `release.out`, `release.empty` or `release.facts`.
    """
    told = _checked(told)
    text = _open(session, release_id, language)
    was = revisions.stands(text)
    if told != was:
        revisions.keep(session, text)
        _say(text, told)
        revisions.renew(session, now, text, actor, in_step=told.news == was.news)
    if matches:
        _match(session, text)
    return text


def add_language(
    session: Session,
    now: datetime,
    release_id: int,
    language: str,
    told: Told,
    actor: str,
    *,
    matches: bool,
) -> ReleaseText:
    """The release in one more language; the original's quotes come along, still in its words.

    Raises OutreachError `release.missing`, `release.out`, `release.set.language` (it has that one), `release.empty` or
    `release.facts`.
    """
    told = _checked(told)
    release = hold(session, release_id)
    _check_open(session, release)
    texts = session.scalars(
        select(ReleaseText).where(ReleaseText.release_id == release_id).order_by(ReleaseText.id)
    ).all()
    if any(text.language == language for text in texts):
        raise OutreachError("release.set.language", title=texts[0].headline)
    _reopen(release)
    quotes = revisions.quotes_of(session, texts[0].id)
    return _write(
        session, now, release_id, language, told, actor, texts[0].revision if matches else None, quotes
    )


def quote(
    session: Session,
    now: datetime,
    release_id: int,
    language: str,
    told: QuoteTold,
    actor: str,
    quote_id: int | None = None,
) -> ReleaseQuote:
    """Puts somebody's words into a text, or changes those that stand there; whether they agreed is asked at approval.

    Raises OutreachError `release.missing`, `release.text.missing`, `release.out`, `release.quote.missing`,
    `release.quote.empty`, `release.quote.most` or `writing.story.missing`.
    """
    if not told.words.strip() or not told.speaker.strip():
        raise OutreachError("release.quote.empty")
    text = _open(session, release_id, language)
    if told.story_id is not None and session.get(FamilyStory, told.story_id) is None:
        raise OutreachError("writing.story.missing", id=told.story_id)
    revisions.keep(session, text)
    if quote_id is None:
        most, last = session.execute(
            select(func.count(), func.max(ReleaseQuote.position)).where(ReleaseQuote.text_id == text.id)
        ).one()
        if most >= MOST_QUOTES:
            raise OutreachError("release.quote.most", most=MOST_QUOTES)
        row = ReleaseQuote(text_id=text.id, position=(last if last is not None else -1) + 1)
        session.add(row)
    else:
        row = _quote(session, text, quote_id)
    before = (row.words, row.speaker, row.role)
    _speak(row, told)
    session.flush()
    revisions.renew(session, now, text, actor, in_step=(row.words, row.speaker, row.role) == before)
    return row


def unquote(session: Session, now: datetime, release_id: int, language: str, quote_id: int, actor: str) -> None:
    """Takes a quote out of a text; OutreachError as `quote` raises them."""
    text = _open(session, release_id, language)
    revisions.keep(session, text)
    session.delete(_quote(session, text, quote_id))
    session.flush()
    revisions.renew(session, now, text, actor)


def take_again(
    session: Session, now: datetime, release_id: int, language: str, number: int, actor: str
) -> ReleaseText:
    """Makes an earlier wording the one that stands, its quotes included, under a new number.

    A family's story that is not kept any more is left out of its quote. Raises OutreachError `release.missing`,
    `release.text.missing`, `release.out` or `release.wording.missing`.
    """
    text = _open(session, release_id, language)
    revisions.keep(session, text)
    wanted = revisions.one(session, text.id, number)
    if wanted is None:
        raise OutreachError("release.wording.missing", number=number)
    was = revisions.stands(text).news, revisions.quotes_of(session, text.id)
    for row in session.scalars(select(ReleaseQuote).where(ReleaseQuote.text_id == text.id)):
        session.delete(row)
    _say(text, wanted.told)
    _put_quotes(session, text.id, wanted.quotes)
    revisions.renew(session, now, text, actor, in_step=(wanted.told.news, wanted.quotes) == was)
    return text


def place(session: Session, release_id: int, campaign_id: int | None, embargo_until: datetime | None) -> Release:
    """Says which campaign a release belongs to and until when nobody outside may see it.

    Another embargo takes the approval away. Raises OutreachError `release.missing`, `release.out` (of another
    embargo) or `campaigns.missing`.
    """
    release = hold(session, release_id)
    _check_campaign(session, campaign_id)
    release.campaign_id = campaign_id
    if embargo_until != release.embargo_until:
        _check_open(session, release)
        release.embargo_until = embargo_until
        _reopen(release)
    session.flush()
    return release


def open_release(session: Session, release_id: int) -> Release:
    """The release, locked, its approval taken away because something of it is about to change.

    Raises OutreachError `release.missing` or `release.out`.
    """
    release = hold(session, release_id)
    _check_open(session, release)
    _reopen(release)
    return release


def _open(session: Session, release_id: int, language: str) -> ReleaseText:
    open_release(session, release_id)
    return text_of(session, release_id, language)


def _reopen(release: Release) -> None:
    release.approved_at = release.approved_by = None


def _check_open(session: Session, release: Release) -> None:
    if is_out(session, release):
        raise OutreachError("release.out")


def _check_campaign(session: Session, campaign_id: int | None) -> None:
    if campaign_id is not None and session.get(Campaign, campaign_id) is None:
        raise OutreachError("campaigns.missing", id=campaign_id)


def _checked(told: Told) -> Told:
    tidy = told.tidied()
    if not tidy.headline:
        raise OutreachError("release.empty")
    if len(tidy.facts) > MOST_FACTS:
        raise OutreachError("release.facts", most=MOST_FACTS)
    return tidy


def _write(
    session: Session,
    now: datetime,
    release_id: int,
    language: str,
    told: Told,
    actor: str,
    follows: int | None,
    quotes: Sequence[QuoteTold] = (),
) -> ReleaseText:
    text = ReleaseText(
        release_id=release_id, language=language, revision=1, follows=follows, changed_at=now, changed_by=actor
    )
    _say(text, told)
    session.add(text)
    session.flush()
    _put_quotes(session, text.id, quotes)
    revisions.keep(session, text)
    return text


def _say(text: ReleaseText, told: Told) -> None:
    text.headline, text.lead, text.body = told.headline, told.lead, told.body
    text.facts, text.boilerplate, text.contact = list(told.facts), told.boilerplate, told.contact


def _speak(row: ReleaseQuote, told: QuoteTold) -> None:
    row.words, row.speaker, row.role = told.words.strip(), told.speaker.strip(), told.role.strip()
    row.agreed_on, row.agreed_how, row.story_id = told.agreed_on, told.agreed_how.strip(), told.story_id


def _put_quotes(session: Session, text_id: int, quotes: Sequence[QuoteTold]) -> None:
    wanted = [one.story_id for one in quotes if one.story_id is not None]
    there = set(session.scalars(select(FamilyStory.id).where(FamilyStory.id.in_(wanted)))) if wanted else set()
    for position, one in enumerate(quotes):
        row = ReleaseQuote(text_id=text_id, position=position)
        _speak(row, one)
        row.story_id = one.story_id if one.story_id in there else None
        session.add(row)
    session.flush()


def _quote(session: Session, text: ReleaseText, quote_id: int) -> ReleaseQuote:
    row = session.scalar(select(ReleaseQuote).where(ReleaseQuote.id == quote_id, ReleaseQuote.text_id == text.id))
    if row is None:
        raise OutreachError("release.quote.missing", id=quote_id)
    return row


def _match(session: Session, text: ReleaseText) -> None:
    first = session.execute(
        select(ReleaseText.id, ReleaseText.revision)
        .where(ReleaseText.release_id == text.release_id)
        .order_by(ReleaseText.id)
        .limit(1)
    ).one()
    if first.id != text.id:
        text.follows = first.revision
    session.flush()
