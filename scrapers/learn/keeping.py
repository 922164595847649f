"""Learnt models in the store: what they learn from, the one in force, the one that waits, and taking over.

A person's verdicts are examples. A private person's covered post is none, nor is what was deleted or what stood beside
an article.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from scrapers.judging import Judgement, body_of
from scrapers.learn.examples import Graded
from scrapers.learn.model import SENSES
from scrapers.models import Article, Mention, MentionVerdict, Source
from scrapers.pseudonym import is_private
from scrapers.recording import judge_again
from scrapers.stories import Telling
from scrapers.topicmodels import SenseModel
from scrapers.watch.words import Document

# Who let a model take over that changes nothing.
BY_ITSELF = "outreach"
# The newest verdicts; what people said years ago has been learnt by the models in between.
_MOST_VERDICTS = 10_000
_AT_ONCE = 500
_WEIGHT = 2.0  # what this office's people say counts more than what the starting examples say


def verdicts_since(session: Session, since: datetime | None) -> int:
    """How many verdicts people have given or taken back after `since`."""
    given = MentionVerdict.at if since is None else MentionVerdict.at > since
    taken = MentionVerdict.undone_at.is_not(None) if since is None else MentionVerdict.undone_at > since
    query = select(func.count()).select_from(MentionVerdict)
    if since is None:
        return session.scalar(query) or 0
    return session.scalar(query.where(given | taken)) or 0


def judged_by_people(session: Session) -> list[Graded]:
    """The texts that people have given a verdict on, with the sense that it says, each outlet being a writer."""
    ids = session.scalars(
        select(MentionVerdict.mention_id)
        .where(MentionVerdict.undone_at.is_(None))
        .group_by(MentionVerdict.mention_id)
        .order_by(func.max(MentionVerdict.id).desc())
        .limit(_MOST_VERDICTS)
    ).all()
    out: list[Graded] = []
    for first in range(0, len(ids), _AT_ONCE):
        rows = session.execute(
            select(
                Mention.id, Mention.verdict, Mention.sense, Mention.judged_sense, Article.title, Article.summary,
                Article.text, Article.url, Mention.source_id, Source.kind, Source.settings, Source.language,
            )
            .join(Article, Article.id == Mention.article_id)
            .join(Source, Source.id == Mention.source_id)
            .where(
                Mention.id.in_(ids[first : first + _AT_ONCE]),
                Mention.verdict.is_not(None),
                Mention.outside.is_(False),
                Article.text_state != "deleted",
            )
            .order_by(Mention.id)
        ).all()  # fmt: skip
        for row in rows:
            sense = sense_said(row.verdict, row.sense, row.judged_sense)
            if sense is not None and not is_private(row.kind, row.settings):
                document = Document(row.title, body_of(row.summary, row.text), row.url, row.language or None)
                out.append(Graded(document, sense, f"outlet {row.source_id}", _WEIGHT))
    return out


def sense_said(verdict: str, sense: str, judged: str) -> str | None:
    """Which of `model.SENSES` a verdict says; None where it says nothing of the sense.

    "Not relevant" to what was judged the slogan, or undecided, says that it does not count, not what it means.
    """
    if verdict in ("relevant", "critical"):
        return "return"
    if verdict == "irrelevant":
        return "none" if judged in ("return", "other") else None
    if verdict == "wrong_sense":
        return sense if sense in SENSES else "none"
    return None


def candidate(session: Session) -> SenseModel | None:
    """The newest model that waits for a person."""
    return _newest(session, "candidate")


def active(session: Session) -> SenseModel | None:
    """The model in force; None with the office's starting model."""
    return _newest(session, "active")


def latest_at(session: Session) -> datetime | None:
    """When a model was last made."""
    return session.scalar(select(func.max(SenseModel.made_at)))


def keep(
    session: Session,
    now: datetime,
    weights: Mapping[str, Any],
    scores: Mapping[str, Any],
    examples: int,
    flips: Sequence[Mapping[str, Any]],
) -> int:
    """Keeps a new model as the candidate, in place of one that waited; its number.

    One that changes nothing takes over by itself.
    """
    _retire(session, now, "candidate")
    row = SenseModel(
        made_at=now, examples=examples, scores=dict(scores), weights=dict(weights),
        flips=[dict(one) for one in flips], state="candidate",
    )  # fmt: skip
    session.add(row)
    session.flush()
    if not flips:
        accept(session, now, BY_ITSELF, row.id)
    return row.id


def accept(session: Session, now: datetime, actor: str, model_id: int) -> int:
    """Lets a waiting model take over; what it would judge otherwise is judged so, except where a person has spoken.

    How many mentions changed. OutreachError `learn.error.waiting` if none of that number waits.
    """
    row = _waiting(session, model_id)
    _retire(session, now, "active")
    row.state, row.decided_at, row.decided_by = "active", now, actor[:254]
    session.flush()
    return sum(_flip(session, one) for one in row.flips)


def refuse(session: Session, now: datetime, actor: str, model_id: int) -> None:
    """Turns a waiting model down. OutreachError `learn.error.waiting` if none of that number waits."""
    row = _waiting(session, model_id)
    row.state, row.decided_at, row.decided_by = "refused", now, actor[:254]
    session.flush()


def _newest(session: Session, state: str) -> SenseModel | None:
    return session.scalar(select(SenseModel).where(SenseModel.state == state).order_by(SenseModel.id.desc()).limit(1))


def _waiting(session: Session, model_id: int) -> SenseModel:
    row = session.scalar(
        select(SenseModel).where(SenseModel.id == model_id, SenseModel.state == "candidate").with_for_update()
    )
    if row is None:
        raise OutreachError("learn.error.waiting", number=str(model_id))
    return row


def _retire(session: Session, now: datetime, state: str) -> None:
    session.execute(
        update(SenseModel)
        .where(SenseModel.state == state)
        .values(state="retired", decided_at=func.coalesce(SenseModel.decided_at, now))
    )


def _flip(session: Session, told: Mapping[str, Any]) -> bool:
    """Judges a mention as the candidate did; False where a person has spoken or the article has changed since."""
    row = session.execute(
        select(
            Article.id, Article.title, Article.summary, Article.text, Article.published_at, Article.first_seen_at,
            Article.agency, Mention.judged_at,
        )
        .join(Mention, Mention.article_id == Article.id)
        .where(
            Mention.id == told["mention_id"],
            Mention.verdict.is_(None),
            Article.revision == told["revision"],
            Article.text_state != "deleted",
        )
        .with_for_update()
    ).one_or_none()  # fmt: skip
    if row is None:
        return False
    judgement = judgement_of(told["judgement"])
    at = row.published_at or row.first_seen_at
    telling = Telling(row.title, body_of(row.summary, row.text), at, tuple(judgement.places), row.agency)
    judge_again(session, row.id, telling, judgement, row.judged_at)
    return True


def judgement_of(told: Mapping[str, Any]) -> Judgement:
    """A judgement as JSON kept it."""
    topics: Iterable[Sequence[float]] = told["topics"]
    return Judgement(**{**told, "topics": [(int(number), float(score)) for number, score in topics]})
