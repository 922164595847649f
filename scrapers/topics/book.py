"""The topics in force, ready to be asked of every document: one engine for all their queries.

Languages, tiers, places and senses of a topic are filters on top of its query. Whoever judges documents asks
`book_of`, which notices within half a minute that a topic was changed, in whatever process.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock
from weakref import WeakKeyDictionary

from sqlalchemy import select

from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from scrapers.query.engine import Engine, compile_queries
from scrapers.query.tree import All, Any, Close, Facts, Fits, Inside, Match, Sought, Without
from scrapers.topicmodels import Topic
from scrapers.topics import reading
from scrapers.topics.draft import Draft, lists_of, sought_of
from scrapers.watch.places import Gazetteer
from scrapers.watch.verdict import Verdict
from scrapers.watch.words import Document, words
from scrapers.watching import watch_of

log = logging.getLogger("scrapers.topics")

# How long a change may stay unseen; asking costs a row a topic.
FRESH = timedelta(seconds=30)
Matches = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class BookTopic:
    """A topic in force: its number and what it says."""

    id: int
    draft: Draft
    sought: Sought


@dataclass(frozen=True)
class TopicBook:
    """Topics compiled for judging; `broken` are the numbers of those whose query is none any more: a list or a place
    that it names has gone. Safe to use from several threads.

    Most documents are plain news, which most topics do not ask for: each sense has an engine of its own, of the topics
    that let it through, made when it is first needed.
    """

    topics: tuple[BookTopic, ...]
    gazetteer: Gazetteer
    broken: tuple[int, ...] = ()
    asks_places: bool = field(init=False)
    counting: dict[int, str] = field(init=False, repr=False)
    _engines: dict[tuple[int, ...], Engine] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "asks_places", any(_names_place(topic.sought) for topic in self.topics))
        object.__setattr__(self, "counting", {topic.id: topic.draft.counting for topic in self.topics})

    def topics_of(self, document: Document, verdict: Verdict) -> Matches:
        """The topics that a document belongs to, by number, each with its score (1, or less where the spelling was
        off). A whole page, menus and all, belongs to none.

        A verdict "none" may come without its places: they are looked for here where a topic asks for them.
        """
        if not self.topics or document.whole_page:
            return ()
        asked = self._asked(verdict.sense)
        places: tuple[str, ...] | None = (*verdict.places, *verdict.within) or None
        if places is None and self.asks_places:
            places = self._places(document)
        facts = Facts(document.source, document.tier, verdict.lang, places or ())
        hit = self._engine(asked).which(document.title, document.text, facts) if asked else ()
        open_ = [at for at in hit if _lets_through(self.topics[asked[at]].draft, document, verdict)]
        if any(self.topics[asked[at]].draft.places for at in open_):
            known = frozenset(places if places is not None else self._places(document))
            wanted = {at: self.topics[asked[at]].draft.places for at in open_}
            open_ = [at for at in open_ if not wanted[at] or not known.isdisjoint(wanted[at])]
        if not open_:
            return ()
        found = self._engine(asked).match(words(document.title), words(document.text), facts)
        return tuple((self.topics[asked[at]].id, round(found[at].score, 3)) for at in open_ if at in found)

    def match(self, topic_id: int, document: Document, facts: Facts) -> Match | None:
        """What of a topic's query stands where in a document, whatever its filters say."""
        at = next(place for place, topic in enumerate(self.topics) if topic.id == topic_id)
        asked = next((asked for asked in [*self._engines] if at in asked), (at,))
        found = self._engine(asked).match(words(document.title), words(document.text), facts)
        return found.get(asked.index(at))

    @property
    def engine(self) -> Engine:
        """All queries, by their places in `topics`, whatever their filters."""
        return self._engine(tuple(range(len(self.topics))))

    def relevant(self, verdict: Verdict, topics: Sequence[tuple[int, float]]) -> bool:
        """Whether a mention counts; the watch's own sense decides, where no topic does."""
        return counts(verdict.sense, [self.counting.get(number, "sense") for number, _ in topics])

    def _places(self, document: Document) -> tuple[str, ...]:
        named = self.gazetteer.named(words(document.title), words(document.text))
        return (*named, *self.gazetteer.within(named))

    def _asked(self, sense: str) -> tuple[int, ...]:
        """The places of the topics that let this sense through."""
        sense = "other" if sense == "none" else sense
        return tuple(at for at, topic in enumerate(self.topics) if sense in (topic.draft.senses or (sense,)))

    def _engine(self, asked: tuple[int, ...]) -> Engine:
        # Made twice by two threads at the worst.
        engine = self._engines.get(asked)
        if engine is None:
            engine = self._engines[asked] = compile_queries([self.topics[at].sought for at in asked])
        return engine


def _lets_through(draft: Draft, document: Document, verdict: Verdict) -> bool:
    return (not draft.languages or verdict.lang in draft.languages) and (
        not draft.tiers or document.tier in draft.tiers
    )


def counts(sense: str, counting: Collection[str]) -> bool:
    """Whether a mention of this sense counts, by the topics it belongs to: always where one says so, never where all
    say never, else where people come home in it.
    """
    if "always" in counting:
        return True
    return sense == "return" and (not counting or any(one != "never" for one in counting))


def compiled(topics: Sequence[tuple[int, Draft]], office: Office) -> TopicBook:
    """A book of these topics, by number; one whose query cannot be read is left out, and told so."""
    lists = lists_of(office)
    kept: list[BookTopic] = []
    broken: list[int] = []
    for number, draft in topics:
        try:
            kept.append(BookTopic(number, draft, sought_of(draft, lists)))
        except OutreachError as error:
            log.warning("topic.broken", extra={"topic": number, "reason": error.key})
            broken.append(number)
    return TopicBook(tuple(kept), watch_of(office).gazetteer, tuple(broken))


@dataclass
class _Held:
    stamp: tuple[object, ...]
    asked_at: datetime
    book: TopicBook


# One for each run of the program: it lives as long as the event that ends the run.
_BOOKS: "WeakKeyDictionary[Event, _Held]" = WeakKeyDictionary()
_READING = Lock()


def book_of(app: App) -> TopicBook:
    """The book of the topics in force. The store is asked whether one has changed at most every half minute."""
    now = app.clock.now()
    held = _BOOKS.get(app.stopping)
    if held is not None and abs(now - held.asked_at) < FRESH:
        return held.book
    with _READING:
        held = _BOOKS.get(app.stopping)
        if held is not None and abs(now - held.asked_at) < FRESH:
            return held.book
        with app.store.asking() as connection:
            stamp = tuple(
                tuple(row)
                for row in connection.execute(select(Topic.id, Topic.version, Topic.archived_at).order_by(Topic.id))
            )
        if held is None or held.stamp != stamp:
            with app.store.reading() as session:
                topics = [(topic.id, topic.version.draft) for topic in reading.every(session)]
            held = _Held(stamp, now, compiled(topics, app.office))
        held = _BOOKS[app.stopping] = _Held(held.stamp, now, held.book)
        return held.book


def forget(app: App) -> None:
    """Has the next `book_of` look at once: a topic was changed here."""
    held = _BOOKS.get(app.stopping)
    if held is not None:
        held.asked_at -= FRESH


def _names_place(sought: Sought) -> bool:
    match sought:
        case Fits(fact, _):
            return fact == "place"
        case All(parts) | Any(parts):
            return any(map(_names_place, parts))
        case Inside(_, inner) | Without(inner):
            return _names_place(inner)
        case Close(left, right):
            return _names_place(left) or _names_place(right)
        case _:
            return False
