"""A store with releases that are out, and articles that come in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.pressroom.ledger import watching
from outreach.pressroom.models import Contact, Release, ReleaseMail, ReleaseQuote, ReleaseText, Sending
from scrapers.models import Article, Mention, Source, Story
from tests.outreach.pressroom.ledger.test_compare import SAID, WHOLE

_NUMBERS = count(1)


@dataclass(frozen=True)
class Came:
    """A mention that came in."""

    mention_id: int
    article_id: int
    story_id: int


def release(session: Session, at: datetime, *, published: bool = True, campaign_id: int | None = None) -> int:
    """The release of `test_compare`, out since then, or still a draft."""
    row = Release(made_at=at, made_by="anna@example.org", published_at=at if published else None, campaign_id=campaign_id)
    session.add(row)
    session.flush()
    text = ReleaseText(
        release_id=row.id, language="lv", headline=SAID.headline, lead=SAID.lead, body=SAID.body, facts=[],
        boilerplate=SAID.boilerplate, contact=SAID.contact, changed_at=at, changed_by="anna@example.org",
    )  # fmt: skip
    session.add(text)
    session.flush()
    for quote in SAID.quotes:
        session.add(ReleaseQuote(text_id=text.id, words=quote.words, speaker=quote.speaker, role=quote.role))
    return row.id


def sent(session: Session, release_id: int, at: datetime, outlet: str) -> int:
    """Sends it to somebody of an outlet; the contact's number."""
    number = next(_NUMBERS)
    contact = Contact(name="Rita Rakstniece", mail=f"rita-{number}@example.org", outlet=outlet, role="redaktore", made_at=at, made_by="x", changed_at=at)
    sending = Sending(release_id=release_id, state="done", started_at=at, made_at=at, made_by="x")
    session.add_all([contact, sending])
    session.flush()
    session.add(
        ReleaseMail(sending_id=sending.id, contact_id=contact.id, mail=contact.mail or "", language="lv", message_id=f"<{number}@example.org>", status="sent", sent_at=at)
    )
    return contact.id


def source(session: Session, name: str, owner: str = "earned") -> int:
    row = Source(name=name, tier="regional", kind="rss", settings={"url": f"https://avize-{next(_NUMBERS)}.example/rss"}, owner=owner)
    session.add(row)
    session.flush()
    return row.id


def came(
    session: Session, source_id: int, at: datetime, text: str = WHOLE, title: str = SAID.headline, *, story_id: int | None = None, state: str = "page", author: str | None = None
) -> Came:
    """An article found and judged then."""
    address = f"https://raksti.example/{next(_NUMBERS)}"
    if story_id is None:
        story = Story(created_at=at, title=title)
        session.add(story)
        session.flush()
        story_id = story.id
    article = Article(
        source_id=source_id, url=address, canonical_url=address, title=title, text=text, summary=text[:100], lang="lv", first_seen_at=at,
        published_at=at, text_state=state, author=author,
    )  # fmt: skip
    session.add(article)
    session.flush()
    mention = Mention(
        article_id=article.id, source_id=source_id, sense="return", relevant=True, judged_relevant=True, score=1.0, lang="lv", matched=[], cues=[], places=[],
        sentence="", story_id=story_id, judged_at=at,
    )  # fmt: skip
    session.add(mention)
    session.flush()
    return Came(mention.id, article.id, story_id)


def restarted(app: App) -> None:
    """As if the program had been started anew."""
    watching._HELD.pop(app.stopping, None)


HOUR = timedelta(hours=1)
