"""The model of senses as a person sees it: the one in force, the one that waits, what would flip; and how the watch
does against people's own verdicts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.core.clock import local_day
from scrapers import daynumbers
from scrapers.held import Held
from scrapers.models import SENSES, Article, Mention, Source
from scrapers.topicmodels import SenseModel

# What a model is told by; of the last two less is better.
SCORES = ("return_recall", "return_precision", "accuracy", "slogan_as_return", "plain_labelled")


@dataclass(frozen=True)
class ModelSeen:
    """A model without its weights. `flips` is how many mentions it would judge otherwise."""

    id: int
    made_at: datetime
    examples: int
    scores: Mapping[str, Any]
    flips: int
    decided_at: datetime | None
    decided_by: str | None


@dataclass(frozen=True)
class Flip:
    """A mention that a candidate takes for something else."""

    mention_id: int
    title: str
    lang: str
    outlet: str
    at: datetime
    before: str
    after: str


@dataclass(frozen=True)
class Confusion:
    """How often people called `said` what the watch had called `judged`, since `since`."""

    since: date
    counts: Mapping[tuple[str, str], int]

    @property
    def senses(self) -> tuple[str, ...]:
        """The senses that either of them named."""
        named = {sense for pair in self.counts for sense in pair}
        return tuple(sense for sense in SENSES if sense in named)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def agreed(self) -> int:
        return sum(count for (judged, said), count in self.counts.items() if judged == said)


_waiting: Held[ModelSeen | None] = Held(timedelta(minutes=10))


def candidate(session: Session) -> ModelSeen | None:
    """The newest model that waits for a person."""
    return _newest(session, "candidate")


def waiting(session: Session, now: datetime) -> ModelSeen | None:
    """The same for every page's bell: the answer may be ten minutes old."""
    return _waiting.answer(session, now, lambda: candidate(session))


def forget(session: Session) -> None:
    """A model has been made or decided about: the bell asks anew."""
    _waiting.forget(session)


def active(session: Session) -> ModelSeen | None:
    """The model in force; None where the rules stand alone, or with the office's starting model."""
    return _newest(session, "active")


def flips(session: Session, model_id: int, limit: int) -> list[Flip]:
    """What the model would judge otherwise, the newest mentions first; those that are gone are left out."""
    told = session.scalar(select(SenseModel.flips).where(SenseModel.id == model_id)) or []
    changes = {int(one["mention_id"]): (str(one["from"]), str(one["to"])) for one in told}
    numbers = sorted(changes, reverse=True)[:limit]
    rows = session.execute(
        select(Mention.id, Article.title, Mention.lang, Source.name, Article.first_seen_at)
        .join(Article, Article.id == Mention.article_id)
        .join(Source, Source.id == Mention.source_id)
        .where(Mention.id.in_(numbers))
        .order_by(Mention.id.desc())
    )
    return [Flip(number, title, lang, outlet, at, *changes[number]) for number, title, lang, outlet, at in rows]


def confusion(session: Session, now: datetime, zone: ZoneInfo, weeks: int) -> Confusion:
    """People's verdicts on the mentions found in the last weeks against the watch's own word."""
    since = local_day(now, zone) - timedelta(weeks=weeks)
    [first] = daynumbers.edges(session, [since], zone)
    # The limit keeps SQLite from walking another index, through the whole archive.
    inside = select(Mention.judged_sense, Mention.sense, Mention.verdict).where(Mention.article_id >= first)
    row = inside.order_by(Mention.article_id).limit(daynumbers.NONE_YET).subquery("inside")
    # A duplicate says nothing of the sense.
    query = (
        select(row.c.judged_sense, row.c.sense, func.count())
        .where(row.c.verdict.is_not(None), row.c.verdict != "duplicate")
        .group_by(row.c.judged_sense, row.c.sense)
    )
    return Confusion(since, {(judged, said): count for judged, said, count in session.execute(query)})


def shares(scores: Mapping[str, Any]) -> Sequence[tuple[str, float]]:
    """The scores of `SCORES` that a model has, shares of one."""
    return [(name, float(scores[name])) for name in SCORES if name in scores]


def _newest(session: Session, state: str) -> ModelSeen | None:
    columns = (SenseModel.id, SenseModel.made_at, SenseModel.examples, SenseModel.scores, SenseModel.flips)
    query = select(*columns, SenseModel.decided_at, SenseModel.decided_by).where(SenseModel.state == state)
    row = session.execute(query.order_by(SenseModel.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    return ModelSeen(
        row.id, row.made_at, row.examples, row.scores, len(row.flips or ()), row.decided_at, row.decided_by
    )
