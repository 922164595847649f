"""What ticks: mentions as they come, or come to their whole text, are held against the releases that are out.

How far it has come stands in the store (`press-ledger`): all mentions up to that number are older than three days and
compared. Younger ones are looked at again whenever they say something else, for a page may come a day after the feed;
a change of an older one is found by its revision. What is found twice is the same row, so a process that was killed
anywhere does nothing twice.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.db import upserting
from outreach.pressroom.ledger import fingerprints
from outreach.pressroom.ledger.comparing import Looked, Mentioned, expired, held_against
from outreach.pressroom.ledger.fingerprints import AHEAD, NONE, Book
from outreach.pressroom.ledger.recording import record
from outreach.pressroom.models import PressProgress
from scrapers.models import Article, ArticleRevision, Mention, Source

PROGRESS, REVISIONS = "press-ledger", "press-ledger.revisions"
_YOUNG = timedelta(days=3)
_WALKED = 3_000  # mentions of three days that are looked over
_COMPARED = 400  # of these held against the releases in one tick
_REVISED = 200

State = tuple[int, int, int]


@dataclass
class _Held:
    """What a run of the program remembers: the book, and how each young mention stood when it was compared."""

    book: Book = NONE
    done: dict[int, State] = field(default_factory=dict)


_HELD: "WeakKeyDictionary[Event, _Held]" = WeakKeyDictionary()
_TICKING = Lock()


def tick(app: App) -> int:
    """One look; how many mentions were held against the releases."""
    with _TICKING:
        return _tick(app, _HELD.setdefault(app.stopping, _Held()))


def _tick(app: App, held: _Held) -> int:
    now = app.clock.now()
    with app.store.reading() as session:
        outs = fingerprints.out(session, now)
        wanted = fingerprints.missing(session, outs)
    if wanted:
        with app.store.transaction() as session:
            fingerprints.make(session, now, wanted)
    with app.store.reading() as session:
        held.book = fingerprints.book(session, outs, held.book)
        trail, revised = progress(session, PROGRESS), progress(session, REVISIONS)
        floor = _floor(session, now, held.book)
        begun = max(trail, floor)
        rows = session.execute(_states(begun)).all()
        states = {row.id: (row.revision, row.size, held.book.version) for row in rows}
        todo = [number for number, state in states.items() if held.done.get(number) != state][:_COMPARED]
        changed, last_revision = _changed(session, revised, begun)
        mentions = _mentions(session, [*todo, *changed])
        looked = _looked(session, held.book, mentions) if held.book.outs else []
    done = {number: held.done[number] for number in states if number in held.done}
    done.update((number, states[number]) for number in todo)
    reached = begun
    for row in rows:
        if done.get(row.id) != states[row.id] or row.judged_at > now - _YOUNG:
            break
        reached = row.id
    if looked or reached != trail or last_revision != revised:
        with app.store.transaction() as session:
            record(session, now, looked)
            _keep(session, PROGRESS, reached)
            _keep(session, REVISIONS, last_revision)
    held.done = {number: state for number, state in done.items() if number > reached}
    return len(mentions)


def progress(session: Session, name: str) -> int:
    """The last number that was seen, 0 before the first look."""
    return session.scalar(select(PressProgress.last_id).where(PressProgress.name == name)) or 0


def _keep(session: Session, name: str, last: int) -> None:
    session.execute(
        upserting(session, PressProgress)
        .values(name=name, last_id=last)
        .on_conflict_do_update(index_elements=["name"], set_={"last_id": last})
    )


def _floor(session: Session, now: datetime, book: Book) -> int:
    """The last mention that is older than every release, or three days: an archive is not read through."""
    earliest = min((one.at for one in book.outs), default=now) - AHEAD
    before = min(earliest, now - _YOUNG)
    # One question for each value, for the index begins with it.
    found = (
        session.scalar(select(func.max(Mention.id)).where(Mention.relevant == told, Mention.judged_at < before))
        for told in (True, False)
    )
    return max((number or 0 for number in found), default=0)


def _states(after: int) -> Select[int, int, int, datetime]:
    return (
        select(Mention.id, Article.revision, func.length(Article.text).label("size"), Mention.judged_at)
        .join(Article, Article.id == Mention.article_id)
        .where(Mention.id > after)
        .order_by(Mention.id)
        .limit(_WALKED)
    )


def _changed(session: Session, after: int, begun: int) -> tuple[list[int], int]:
    """Older mentions whose article was changed, and the last change that was seen."""
    newest = session.scalar(select(func.max(ArticleRevision.id))) or 0
    if not after:
        return [], newest
    rows = session.execute(
        select(ArticleRevision.id, Mention.id)
        .outerjoin(Mention, Mention.article_id == ArticleRevision.article_id)
        .where(ArticleRevision.id > after)
        .order_by(ArticleRevision.id)
        .limit(_REVISED)
    ).all()
    last = rows[-1][0] if rows else after
    return sorted({mention for _, mention in rows if mention is not None and mention <= begun}), last


def _mentions(session: Session, numbers: list[int]) -> list[Mentioned]:
    at = func.coalesce(Article.published_at, Article.first_seen_at, type_=Article.first_seen_at.type)
    rows = session.execute(
        select(
            Mention.id, Article.title, Article.text, Article.summary, Article.lang, at.label("at"), Article.agency,
            Mention.story_id, Source.name.label("outlet"), Source.owner,
        )
        .join(Article, Article.id == Mention.article_id)
        .join(Source, Source.id == Article.source_id)
        .where(Mention.id.in_(numbers))
        .order_by(Mention.id)
    )  # fmt: skip
    return [
        Mentioned(
            row.id, row.title, row.text or row.summary, row.lang, row.at, row.agency, row.story_id, row.outlet,
            row.owner,
        )
        for row in rows
    ]


def _looked(session: Session, book: Book, mentions: list[Mentioned]) -> list[Looked]:
    """What each mention prints; our own outlets print nothing of ours."""
    likely = book.candidates([(f"{one.title}\n{one.text}", one.at) for one in mentions])
    looked = []
    for one, outs in zip(mentions, likely, strict=True):
        told = [(out, text) for out in outs if (text := fingerprints.ready(session, book, out)) is not None]
        if one.owner == "own" or not told:
            looked.append(Looked(one, ()))
        else:
            looked.append(Looked(one, held_against(one, told, expired(session, one.at.date()))))
    return looked
