"""What the pages of one post share: the post itself, its forms, and how it is told that it has changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import abort, current_app
from sqlalchemy.orm import Session

from campaigns import overview, plan
from campaigns.links import LENGTH, tracked_url
from campaigns.writing import stories
from campaigns.writing.differing import Piece
from outreach.core.clock import local_day
from outreach.web import fields
from outreach.web.planned import language_choices
from outreach.web.visit import here, now, words

FORM = "planning.post"
_LONGEST = 10_000


@dataclass(frozen=True)
class KeptPostForm:
    """A post whose links are made: where they lead cannot change any more."""

    language: str
    title: str = field(metadata=fields.told(max=200))
    text: str = field(metadata=fields.told("textarea", max=_LONGEST))
    embargo_until: datetime | None = None
    story_id: str = ""


@dataclass(frozen=True)
class PostForm:
    """One text in one language, where its link leads, until when it may not go out, and whose story it tells."""

    language: str
    title: str = field(metadata=fields.told(max=200))
    text: str = field(metadata=fields.told("textarea", max=_LONGEST))
    target_url: str = field(metadata=fields.told("url", max=2000))
    embargo_until: datetime | None = None
    story_id: str = ""


@dataclass(frozen=True)
class MatchForm:
    """Of a translation: whether it says what the original says now."""

    matches: bool = True


@dataclass(frozen=True)
class Original:
    """What a translation is written beside: the original, and what has changed in it since the translation."""

    post_id: int
    language: str
    title: str
    text: str
    changes: tuple[Piece, ...] = ()


def seen(post_id: int) -> overview.PostSeen:
    """The post; the visit ends with 404 where there is none."""
    with here().store.reading() as session:
        post = overview.post(session, post_id)
    if post is None:
        abort(404)
    return post


def filled(post: overview.PostSeen, linked: bool) -> KeptPostForm | PostForm:
    """The form's value of what stands."""
    story = str(post.story_id) if post.story_id is not None else ""
    if linked:
        return KeptPostForm(post.language, post.title, post.text, post.embargo_until, story)
    return PostForm(post.language, post.title, post.text, post.target_url, post.embargo_until, story)


def choices(session: Session, language: str | None, story_id: int | None = None) -> Mapping[str, fields.Choices]:
    """The languages, and the stories that may be told today or later; the one that is told stays on offer."""
    t = words()
    told = [
        (str(one.story_id), one.title)
        for one in stories.listed(session, today())
        if one.consent in {"holds", "later"} or one.story_id == story_id
    ]
    return {
        "language": language_choices(t, language),
        "story_id": [("", t("writing.story.nobody")), *told],
    }


def today() -> date:
    """The office's day."""
    return local_day(now(), here().settings.zone)


def sample_link() -> str:
    """A tracked address as long as they all are."""
    return tracked_url(here().settings.web.public_url, "x" * LENGTH)


def shown(text: str) -> str:
    """A text as it goes out, with a link of the right length."""
    return plan.render(text, sample_link())


def changed() -> None:
    """What waits for people is counted anew."""
    current_app.extensions["outreach.attention"].forget()
