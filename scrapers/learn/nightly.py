"""Learning anew from what people have said since: a candidate, its scores, and what it would judge otherwise."""

import logging
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from outreach.core.app import App
from scrapers.judge import forget, judge_with, model_of
from scrapers.judging import judge_article
from scrapers.learn import keeping
from scrapers.learn.blending import blended
from scrapers.learn.examples import Graded, examples_of, read
from scrapers.learn.model import Model, as_json
from scrapers.learn.starting import LIMITS, examples_path
from scrapers.models import Article, Mention, Source
from scrapers.watching import watch_of

log = logging.getLogger("scrapers.learn")

_LOOKED_BACK = timedelta(days=90)
_A_NIGHT = timedelta(hours=20)
_AT_ONCE = 500
_MOST_LOOKED_AT = 50_000
_MOST_FLIPS = 1_000


def learn(app: App, *, again: bool = False) -> int | None:
    """Makes a candidate where people have given verdicts since the last one, or `again` in any case; its number.

    Takes minutes, holds no transaction while it learns. Safe to call side by side: the later one replaces the earlier.
    """
    with app.store.reading() as session:
        since = keeping.latest_at(session)
        lately = since is not None and app.clock.now() - since < _A_NIGHT
        if not again and (lately or not keeping.verdicts_since(session, since)):
            return None
        said = keeping.judged_by_people(session)
    model = learnt(app, said)
    if model is None:
        return None
    flips = list(_flips(app, model))
    if app.stopping.is_set():
        return None  # not all was looked at
    with app.store.transaction() as session:
        number = keeping.keep(
            session, app.clock.now(), as_json(model), model.told["scores"], model.told["examples"], flips
        )
    log.info("learn.made", extra={"model": number, "flips": len(flips)})
    if not flips:
        forget(app)
    return number


def learnt(app: App, said: list[Graded]) -> Model | None:
    """The model of the office's starting examples and of what people said; None where there are too few."""
    from scrapers.learn.training import left_out, shares, train

    path = examples_path(app.office)
    texts = [*(read(path) if path.is_file() else ()), *said]
    if len({one.sense for one in texts}) < 2:
        return None
    examples = list(examples_of([*texts, *blended(texts)], watch_of(app.office)))
    scores = {**shares(left_out(examples, LIMITS)), "of_people": len(said)}
    return train(examples, LIMITS, {"examples": len(texts), "scores": scores})


def _flips(app: App, model: Model) -> Iterator[dict[str, Any]]:
    """The mentions of the last months that nobody has judged and the model would judge otherwise, the newest first."""
    current = model_of(app)
    before, after = judge_with(app, lambda: current), judge_with(app, lambda: model)
    found = 0
    for row in _rows(app, app.clock.now() - _LOOKED_BACK):
        if app.stopping.is_set() or found >= _MOST_FLIPS:
            return
        told = {"url": row.url, "lang": row.language or None, "source": row.name, "tier": row.tier}
        new = judge_article(row.title, row.summary, row.text, judge=after, **told)
        sense = new.sense if new.found else "other"
        if sense == row.judged_sense:
            continue
        old = judge_article(row.title, row.summary, row.text, judge=before, **told)
        if (old.sense if old.found else "other") == sense:
            continue  # the watch has changed since, not what was learnt
        found += 1
        yield {
            "mention_id": row.id, "from": row.judged_sense, "to": sense, "revision": row.revision,
            "judgement": asdict(new),
        }  # fmt: skip


def _rows(app: App, since: datetime) -> Iterator[Any]:
    below: int | None = None
    looked_at = 0
    while looked_at < _MOST_LOOKED_AT:
        query = (
            select(
                Mention.id, Mention.judged_sense, Mention.judged_at, Mention.verdict, Mention.outside, Article.title,
                Article.summary, Article.text, Article.url, Article.revision, Article.text_state, Source.name,
                Source.tier, Source.language,
            )
            .join(Article, Article.id == Mention.article_id)
            .join(Source, Source.id == Mention.source_id)
            .order_by(Mention.id.desc())
            .limit(_AT_ONCE)
        )  # fmt: skip
        with app.store.reading() as session:
            rows = session.execute(query if below is None else query.where(Mention.id < below)).all()
        for row in rows:
            if row.verdict is None and not row.outside and row.text_state != "deleted" and row.judged_at >= since:
                yield row
        # Mentions are numbered as they come: when a whole part is older, so is the rest.
        if len(rows) < _AT_ONCE or all(row.judged_at < since for row in rows):
            return
        looked_at += len(rows)
        below = rows[-1].id
