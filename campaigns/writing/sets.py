"""The same post in several languages: the first one is the original, the others follow its wording."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, insert, or_, select
from sqlalchemy.orm import Session, aliased

from campaigns.models import Delivery, Post, PostPicture
from outreach.core.errors import OutreachError


@dataclass(frozen=True)
class SetMember:
    """A post of a set. `lags`: it is a translation that was never made, or made after an earlier wording.

    `out`: it is or may be out somewhere. `planned`: in how many places it waits for its hour.
    """

    post_id: int
    language: str
    title: str
    revision: int
    follows: int | None
    approved: bool
    is_original: bool
    lags: bool
    out: bool
    planned: int


def set_of(session: Session, post_id: int) -> list[SetMember]:
    """The posts that say the same as this one, itself included, the original first; alone it is a set of one."""
    rows = session.execute(
        select(
            Post.id,
            Post.language,
            Post.title,
            Post.revision,
            Post.follows,
            Post.approved_at.is_not(None),
            Post.original_id,
            _counted("sending", "unconfirmed", "published"),
            _counted("scheduled"),
        )
        .where(_same(post_id))
        .order_by(Post.original_id.is_not(None), Post.id)
    ).all()
    newest = next((row[3] for row in rows if row[6] is None), 0)
    return [
        SetMember(
            id_, language, title, revision, follows, approved, original is None,
            original is not None and (follows or 0) < newest, bool(out), planned,
        )
        for id_, language, title, revision, follows, approved, original, out, planned in rows
    ]  # fmt: skip


def lagging(session: Session, campaign_id: int) -> set[int]:
    """The numbers of a campaign's translations that lag behind their original."""
    original = aliased(Post)
    return set(
        session.scalars(
            select(Post.id)
            .join(original, original.id == Post.original_id)
            .where(Post.campaign_id == campaign_id, func.coalesce(Post.follows, 0) < original.revision)
        )
    )


def hold(session: Session, post_id: int) -> list[Post]:
    """All posts of a set, locked in the order of their numbers until the transaction ends.

    Raises OutreachError `campaigns.post.missing`.
    """
    found = session.scalars(
        select(Post)
        .where(_same(post_id))
        .order_by(Post.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not found:
        raise OutreachError("campaigns.post.missing", id=post_id)
    return list(found)


def add(
    session: Session,
    now: datetime,
    post_id: int,
    *,
    language: str,
    title: str,
    text: str,
    matches: bool,
    actor: str,
) -> Post:
    """The post once more in another language, with its link, pictures, story and embargo.

    `matches`: it says what the original says now; otherwise it is still to be translated. The pictures' words are not
    taken along: they are in the original's language. Raises OutreachError `campaigns.post.missing`,
    `campaigns.post.empty` or `writing.set.language` (the set has that language).
    """
    members = hold(session, post_id)
    original = next((one for one in members if one.original_id is None), members[0])
    if any(one.language == language for one in members):
        raise OutreachError("writing.set.language", title=original.title)
    if not title.strip() or not text.strip():
        raise OutreachError("campaigns.post.empty")
    made = Post(
        campaign_id=original.campaign_id,
        language=language,
        title=title.strip(),
        text=text.strip(),
        target_url=original.target_url,
        created_at=now,
        written_by=actor,
        original_id=original.id,
        revision=1,
        follows=original.revision if matches else None,
        story_id=original.story_id,
        embargo_until=original.embargo_until,
    )
    session.add(made)
    session.flush()
    pictures = session.execute(
        select(PostPicture.picture_id, PostPicture.position).where(PostPicture.post_id == original.id)
    ).all()
    if pictures:
        session.execute(
            insert(PostPicture),
            [{"post_id": made.id, "picture_id": id_, "position": at, "alt": ""} for id_, at in pictures],
        )
    return made


def match(session: Session, post_id: int) -> None:
    """Somebody has seen to it that a held translation says what its original says now; an original stays as it is."""
    post = session.get_one(Post, post_id)
    if post.original_id is not None:
        post.follows = session.scalar(select(Post.revision).where(Post.id == post.original_id))


def _counted(*statuses: str) -> ScalarSelect[int]:
    deliveries = select(func.count(Delivery.id)).where(Delivery.post_id == Post.id, Delivery.status.in_(statuses))
    return deliveries.correlate(Post).scalar_subquery()


def _same(post_id: int) -> ColumnElement[bool]:
    first = select(func.coalesce(Post.original_id, Post.id)).where(Post.id == post_id).scalar_subquery()
    return or_(Post.id == first, Post.original_id == first)
