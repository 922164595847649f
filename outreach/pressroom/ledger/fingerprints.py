"""The releases that are out, ready for every new mention: their fingerprints in the store, and one index in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from outreach.core.db import upserting
from outreach.pressroom import texts
from outreach.pressroom.ledger.sketch import Fingerprint, Index, fingerprint
from outreach.pressroom.ledger.texting import Ready
from outreach.pressroom.models import Release, ReleaseFingerprint, ReleaseText, Sending

# Weeklies and a municipality's monthly print within two months; journalists have a release a day before it is public.
KEPT = timedelta(days=60)
AHEAD = timedelta(days=1)
MOST = 4_000  # texts
_BEGUN = ("going", "paused", "done", "cancelled")
_AT_ONCE = 50


@dataclass(frozen=True)
class Out:
    """A text of a release that is out since `at` (UTC): sent, or in the press room, whichever came first."""

    text_id: int
    release_id: int
    language: str
    revision: int
    at: datetime


@dataclass(frozen=True)
class Book:
    """The texts that mentions are held against; `version` grows with each change of them."""

    outs: tuple[Out, ...]
    index: Index
    version: int
    ready: dict[int, Ready] = field(default_factory=dict, repr=False)

    def candidates(self, articles: Sequence[tuple[str, datetime]]) -> list[list[Out]]:
        """For each article, its words and its moment, the texts that it may print."""
        found = self.index.candidates([text for text, _ in articles])
        return [
            [self.outs[one] for one in numbers if self.outs[one].at - AHEAD <= at <= self.outs[one].at + KEPT]
            for numbers, (_, at) in zip(found, articles, strict=True)
        ]


NONE = Book((), Index(()), 0)


def out(session: Session, now: datetime) -> tuple[Out, ...]:
    """The texts of releases that are out, since sixty days before what may still be found today."""
    rows = session.execute(_out().where(ReleaseText.id.is_not(None)))
    since = now - 2 * KEPT
    found = []
    for text_id, release_id, language, revision, published, sent in rows:
        at = min(one for one in (published, sent) if one is not None)
        if at >= since:
            found.append(Out(text_id, release_id, language, revision, at))
    return tuple(found)


def missing(session: Session, outs: Sequence[Out]) -> list[Out]:
    """Those whose fingerprint is not there, or of another wording; fifty at once."""
    kept = {
        row.text_id: row.revision
        for row in session.execute(select(ReleaseFingerprint.text_id, ReleaseFingerprint.revision))
    }
    return [one for one in outs if kept.get(one.text_id) != one.revision][:_AT_ONCE]


def make(session: Session, now: datetime, wanted: Sequence[Out]) -> None:
    """Keeps the fingerprints of these texts as they are now; who does it at the same time does the same."""
    for one in wanted:
        told = texts.said(session, one.release_id, one.language)
        if told is None:
            continue
        sketch, facts = fingerprint(Ready(told)).packed()
        values = {"revision": told.revision, "sketch": sketch, "facts": facts, "made_at": now}
        session.execute(
            upserting(session, ReleaseFingerprint)
            .values(text_id=one.text_id, **values)
            .on_conflict_do_update(index_elements=["text_id"], set_=values)
        )


def book(session: Session, outs: Sequence[Out], before: Book) -> Book:
    """The book of these texts, `before` itself where nothing has changed; a text without a fingerprint is not in it."""
    if tuple(outs) == before.outs:
        return before
    rows = session.execute(
        select(
            ReleaseFingerprint.text_id, ReleaseFingerprint.revision, ReleaseFingerprint.sketch, ReleaseFingerprint.facts
        ).where(ReleaseFingerprint.text_id.in_([one.text_id for one in outs]))
    )
    kept = {(text_id, revision): Fingerprint.unpacked(sketch, facts) for text_id, revision, sketch, facts in rows}
    known = [one for one in outs if (one.text_id, one.revision) in kept]
    if tuple(known) == before.outs:
        return before
    return Book(tuple(known), Index([kept[one.text_id, one.revision] for one in known]), before.version + 1)


def ready(session: Session, held: Book, one: Out) -> Ready | None:
    """The text to be compared with; None if it has gone."""
    if one.text_id not in held.ready:
        told = texts.said(session, one.release_id, one.language)
        if told is None:
            return None
        held.ready[one.text_id] = Ready(told)
    return held.ready[one.text_id]


def released_at(session: Session, release_ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these was first out, by number."""
    rows = session.execute(_out().where(Release.id.in_(release_ids)))
    return {
        release_id: min(one for one in (published, sent) if one is not None)
        for _, release_id, _, _, published, sent in rows
    }


def _out() -> Select[int, int, str, int, datetime | None, datetime | None]:
    first = (
        select(Sending.release_id, func.min(Sending.started_at).label("at"))
        .where(Sending.state.in_(_BEGUN))
        .group_by(Sending.release_id)
        .subquery("first")
    )
    return (
        select(
            ReleaseText.id, Release.id, ReleaseText.language, ReleaseText.revision, Release.published_at, first.c.at
        )
        .join(Release, Release.id == ReleaseText.release_id)
        .outerjoin(first, first.c.release_id == Release.id)
        .where(or_(Release.published_at.is_not(None), first.c.at.is_not(None)))
        .order_by(ReleaseText.id.desc())
        .limit(MOST)
    )
