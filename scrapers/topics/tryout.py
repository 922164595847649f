"""A topic tried out on the archive before it is saved: what it would find, what it would gain and lose against the
version in force, and what it would only just miss. Nothing is written.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from outreach.core.db import Store
from outreach.core.office import Office
from scrapers.query.expand import expand
from scrapers.query.lists import ListOf
from scrapers.query.parse import parse, positive, unparse
from scrapers.query.tree import And, Facts, In, Near, Node, Not, Or, Span
from scrapers.topics import archive
from scrapers.topics.archive import Kept
from scrapers.topics.book import BookTopic, TopicBook
from scrapers.topics.draft import Draft, lists_of, sought_of
from scrapers.watch.sentence import sentence_of
from scrapers.watching import watch_of

# Articles that are looked at in one go, the newest: some months of a region's press, or the year of a small office.
MOST = 200_000
# What a page may look through while somebody waits; more is long work.
AT_HAND = 1_500
PERIODS = (30, 365)  # days
SHOWN = 30
_NEAR_SHOWN = 8
_NEAR_GROUPS = 16
_LONGEST = 320  # characters of a sentence

Steps = Callable[[int, int], None]
Piece = tuple[str, bool]


@dataclass(frozen=True)
class Item:
    """An article that is found, with the sentence that says so in pieces: words, and whether they were looked for.

    `mention_id` is None where it is no mention yet.
    """

    article_id: int
    mention_id: int | None
    title: str
    outlet: str
    at: str
    lang: str
    sense: str
    score: float
    pieces: tuple[Piece, ...]

    @property
    def moment(self) -> datetime:
        """When it was published, or else found."""
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True)
class Tally:
    """How much a version finds: articles, of which so many are mentions already, in so many stories."""

    articles: int = 0
    mentions: int = 0
    stories: int = 0


@dataclass(frozen=True)
class NearMisses:
    """What would be found but for one thing: a part of the query (`part`), the distance (`near`), or the topic's
    languages, tiers, places and senses (`filters`); or what is found in another spelling alone (`spelling`).
    """

    kind: str
    what: str
    count: int
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Trial:
    """What came of it. `looked` articles were looked at; `cut`: the period has more. `saved` is None without a version
    in force. Lists show the newest; `gained` and `lost` say how many there are.
    """

    days: int
    looked: int
    cut: bool
    draft: Tally
    saved: Tally | None
    gained: int
    lost: int
    gained_items: tuple[Item, ...]
    lost_items: tuple[Item, ...]
    items: tuple[Item, ...]
    near: tuple[NearMisses, ...]

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def of_json(cls, told: str) -> "Trial":
        """What `as_json` wrote."""
        row: dict[str, Any] = json.loads(told)
        for name in ("gained_items", "lost_items", "items"):
            row[name] = _items(row[name])
        row["draft"] = Tally(**row["draft"])
        row["saved"] = Tally(**row["saved"]) if row["saved"] is not None else None
        row["near"] = tuple(NearMisses(**{**one, "items": _items(one["items"])}) for one in row["near"])
        return cls(**row)


@dataclass(frozen=True)
class Period:
    """Articles from the number `top` down to `low`; `cut` where older ones of the period are left out."""

    top: int
    low: int
    cut: bool

    @property
    def size(self) -> int:
        return max(0, self.top - self.low + 1)


def period(session: Session, now: datetime, days: int, most: int = MOST) -> Period:
    """The articles that were seen in the last `days`, the newest `most` of them."""
    top = archive.newest(session)
    low = archive.first_since(session, now - timedelta(days=days))
    if low is None:
        return Period(0, 1, cut=False)
    return Period(top, max(low, top - most + 1), cut=top - most + 1 > low)


def run(
    store: Store, office: Office, draft: Draft, saved: Draft | None, now: datetime, days: int,
    steps: Steps | None = None,
) -> Trial:  # fmt: skip
    """Tries `draft` out beside `saved` on the articles of the last `days`, telling `steps` how far it is.

    Raises QueryError where one of the queries is none.
    """
    lists = lists_of(office)
    asked = _Asked(draft, saved, lists, office)
    with store.reading() as session:
        span = period(session, now, days)
    top, looked = span.top, 0
    while top >= span.low:
        with store.reading() as session:
            rows, bottom = archive.chunk(session, top, span.low)
        for row in rows:
            asked.look(row)
        looked += len(rows)
        top = bottom - 1
        if steps is not None:
            steps(span.top - top, span.size)
    return asked.trial(days, looked, span.cut)


def misses_of(node: Node) -> list[tuple[str, str, Node]]:
    """Queries that ask for one thing less: `part` and what is left out, or `near` and what need not be near.

    Of a query of alternatives, those of each.
    """
    found: list[tuple[str, str, Node]] = []
    match node:
        case Or(parts):
            for part in parts:
                found += misses_of(part)
        case And(parts) if len(parts) > 1:
            for at, part in enumerate(parts):
                rest = parts[:at] + parts[at + 1 :]
                less = rest[0] if len(rest) == 1 else And(rest)
                if positive(less):
                    found.append(("part", unparse(part), less))
            wanted = [part for part in parts if not isinstance(part, Not)]
            if len(wanted) == 1:
                # What is ruled out stays ruled out of every way to ask for less.
                ruled_out = tuple(part for part in parts if isinstance(part, Not))
                found += [(kind, what, And((less, *ruled_out))) for kind, what, less in misses_of(wanted[0])]
        case Near(left, right):
            found.append(("near", unparse(node), And((left, right))))
        case In(where, inner, at):
            found += [(kind, what, In(where, less, at)) for kind, what, less in misses_of(inner)]
        case _:
            pass
    return found[:_NEAR_GROUPS]


@dataclass
class _Found:
    """What one version finds, while it is counted."""

    articles: int = 0
    mentions: int = 0
    stories: set[int] = field(default_factory=set)

    def add(self, row: Kept) -> None:
        self.articles += 1
        if row.mention_id is not None:
            self.mentions += 1
            self.stories.add(row.story_id or 0)

    @property
    def tally(self) -> Tally:
        return Tally(self.articles, self.mentions, len(self.stories))


@dataclass
class _Missed:
    kind: str
    what: str
    count: int = 0
    items: list[Item] = field(default_factory=list)


class _Asked:
    """The queries of a trial in one book: 0 the draft, 1 the saved version, 2 the draft without its filters, then the
    draft with one thing less.
    """

    _DRAFT, _SAVED, _OPEN, _LESS = range(4)

    def __init__(self, draft: Draft, saved: Draft | None, lists: Mapping[str, ListOf], office: Office) -> None:
        node = parse(draft.query)
        topics = [BookTopic(self._DRAFT, draft, sought_of(draft, lists))]
        if saved is not None:
            topics.append(BookTopic(self._SAVED, saved, sought_of(saved, lists)))
        open_ = replace(draft, tiers=(), places=(), senses=())
        topics.append(BookTopic(self._OPEN, replace(open_, languages=()), sought_of(draft, lists)))
        less = misses_of(node)
        topics += [
            BookTopic(number, draft, expand(other, lists, draft.languages, draft.off))
            for number, (_, _, other) in enumerate(less, self._LESS)
        ]
        self._book = TopicBook(tuple(topics), watch_of(office).gazetteer)
        self._missed = {number: _Missed(kind, what) for number, (kind, what, _) in enumerate(less, self._LESS)}
        self._missed[self._OPEN] = _Missed("filters", "")
        self._spelt = _Missed("spelling", "")
        self._draft, self._saved = _Found(), _Found() if saved is not None else None
        self._counts = {"gained": 0, "lost": 0}
        self._shown: dict[str, list[Item]] = {"gained": [], "lost": [], "items": []}

    def look(self, row: Kept) -> None:
        """One article: the newest come first."""
        document, verdict = row.document, row.verdict(self._book.gazetteer)
        hits = dict(self._book.topics_of(document, verdict))
        if not hits:
            return
        is_new, was = self._DRAFT in hits, self._SAVED in hits
        if is_new:
            self._draft.add(row)
            self._show("items", row, self._DRAFT, hits)
            if hits[self._DRAFT] < 1:
                self._miss(self._spelt, row, self._DRAFT, hits)
        if was and self._saved is not None:
            self._saved.add(row)
        if self._saved is not None and is_new != was:
            name = "gained" if is_new else "lost"
            self._counts[name] += 1
            self._show(name, row, self._DRAFT if is_new else self._SAVED, hits)
        if not is_new:
            # Where the filters alone keep it out, no part of the query is to blame.
            less = [self._OPEN] if self._OPEN in hits else [number for number in hits if number >= self._LESS]
            for number in less:
                self._miss(self._missed[number], row, number, hits)

    def trial(self, days: int, looked: int, cut: bool) -> Trial:
        missed = [one for one in (self._spelt, *self._missed.values()) if one.count]
        missed.sort(key=lambda one: (one.kind not in {"spelling", "filters"}, one.count))
        return Trial(
            days, looked, cut, self._draft.tally, self._saved.tally if self._saved is not None else None,
            self._counts["gained"], self._counts["lost"], tuple(self._shown["gained"]), tuple(self._shown["lost"]),
            tuple(self._shown["items"]),
            tuple(NearMisses(one.kind, one.what, one.count, tuple(one.items)) for one in missed),
        )  # fmt: skip

    def _show(self, name: str, row: Kept, number: int, hits: Mapping[int, float]) -> None:
        if len(self._shown[name]) < SHOWN:
            self._shown[name].append(self._item(row, number, hits[number]))

    def _miss(self, missed: _Missed, row: Kept, number: int, hits: Mapping[int, float]) -> None:
        missed.count += 1
        if len(missed.items) < _NEAR_SHOWN:
            missed.items.append(self._item(row, number, hits[number]))

    def _item(self, row: Kept, number: int, score: float) -> Item:
        verdict = row.verdict(self._book.gazetteer)
        facts = Facts(row.outlet, row.tier, row.lang, (*verdict.places, *verdict.within))
        match = self._book.match(number, row.document, facts)
        spans = match.spans if match is not None else ()
        return Item(
            row.id, row.mention_id, row.title, row.outlet, row.at.isoformat(), row.lang, row.sense, score,
            sentence(row.title, row.body, spans),
        )  # fmt: skip


def sentence(title: str, text: str, spans: Sequence[Span]) -> tuple[Piece, ...]:
    """The sentence of the text that has the most of what was looked for, its words marked; the headline where the text
    has nothing of it. White space is one blank; a sentence without end is cut.
    """
    inside = sorted({(one.start, one.end) for one in spans if one.where == "text"})
    if not inside:
        marked = sorted({(one.start, one.end) for one in spans if one.where == "title"})
        return _pieces(title, 0, len(title), marked)
    around = {sentence_of(text, *one) for one in inside[:50]}
    left, right = max(
        around, key=lambda edge: (sum(edge[0] <= start and end <= edge[1] for start, end in inside), -edge[0])
    )
    own = [(start, end) for start, end in inside if left <= start and end <= right]
    if right - left > _LONGEST:
        left = max(left, text.rfind(" ", left, max(left, own[0][0] - _LONGEST // 3)) + 1)
        right = min(right, left + _LONGEST)
    return _pieces(text, left, right, own)


def _pieces(field: str, left: int, right: int, spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = left
    for start, end in spans:
        if start < at or end > right:
            continue
        pieces += [(field[at:start], False), (field[start:end], True)]
        at = end
    pieces.append((field[at:right], False))
    return tuple((_blanks(words_), marked) for words_, marked in pieces if words_)


def _blanks(told: str) -> str:
    """One blank for any white space, kept at both ends: pieces stand side by side."""
    inner = " ".join(told.split())
    before, after = told[:1].isspace(), told[-1:].isspace()
    return (" " if before and inner else "") + inner + (" " if after else "")


def _items(told: list[dict[str, Any]]) -> tuple[Item, ...]:
    return tuple(Item(**{**one, "pieces": tuple((said, marked) for said, marked in one["pieces"])}) for one in told)
