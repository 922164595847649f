"""How many mentions are wanted, in how many stories, on which day and in which sense, as far as a bounded look goes."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, literal, select, true
from sqlalchemy.orm import Session

from scrapers.listing import Page
from scrapers.models import SENSES, Mention
from scrapers.wanting import MOST_SCATTERED, Span, Wanted, candidates_of, conditions_of, frame, span_of, walked_by

MOST_COUNTED = 5_000
MOST_OF_A_SENSE = 1_000


@dataclass(frozen=True)
class Tally:
    """How many mentions are wanted, in how many stories; `days` by the asked moments, None where they were not
    counted. Not `whole`: there are more. `senses` are those of the period, whatever else is asked.
    """

    mentions: int
    stories: int
    whole: bool
    days: tuple[int, ...] | None = None
    senses: Mapping[str, int] = field(default_factory=dict)


def by_day(session: Session, wanted: Wanted, starts: Sequence[datetime]) -> list[int] | None:
    """How many wanted mentions were first seen from each of the moments to the next one; the last moment ends it all.

    None where the period is too large to be counted at once, or where words are looked for.
    """
    span, numbers = frame(session, wanted.since, wanted.until, starts)
    days = tally(session, wanted, span, numbers).days
    return None if days is None else [*days]


def tally(
    session: Session,
    wanted: Wanted,
    span: Span | None = None,
    numbers: Sequence[int] = (),
    *,
    of_senses: bool = False,
    first: Page | None = None,
) -> Tally:
    """How many are wanted, in how many stories, and by day, as far as a bounded look goes. `numbers` are those of the
    first articles of each day, and of the one after the last (`frame`). `of_senses`: also how many mentions of the
    period each sense has, whatever else is asked. Where words are looked for, what the `first` page shows is counted.
    """
    span = span or span_of(session, wanted.since, wanted.until)
    senses = [_of_sense(span, sense) for sense in SENSES] if of_senses else []
    told, found, counted = _counted(session, wanted, span, bool(numbers), senses, first)
    if senses:
        counted = counted or [*session.execute(select(*senses)).one()]
        told = replace(told, senses=dict(zip(SENSES, counted, strict=True)))
    if found is None or not numbers:
        return told
    days = [0] * len(numbers)
    for article_id in found:
        place = bisect_right(numbers, article_id)
        if 0 < place < len(numbers):
            days[place] += 1
    return replace(told, days=tuple(days[1:]))


def _counted(
    session: Session, wanted: Wanted, span: Span, by_number: bool, senses: Sequence[Any], first: Page | None
) -> tuple[Tally, list[int] | None, list[int]]:
    """How many there are, the articles of those (None where there are too many to tell their days), and the counts of
    senses where they could be had in the same question.
    """
    if span.first > span.last or wanted.sources == ():
        return Tally(0, 0, True), [], []
    walked = walked_by(wanted)
    if walked == "words":
        lines = first.lines if first is not None else ()
        is_whole = first is not None and first.older is None
        return Tally(sum(line.folded for line in lines), len({line.story_id for line in lines}), is_whole), None, []
    most = MOST_SCATTERED if walked else MOST_COUNTED
    inner = candidates_of(wanted, span).limit(most + 1).subquery("candidate")
    conditions = conditions_of(inner.c, wanted)
    if not by_number or (not walked and span.last - span.first >= most):
        fit = case((and_(true(), *conditions), inner.c.story_id))
        looked, fitting, stories, *counted = session.execute(
            select(func.count(), func.count(fit), func.count(fit.distinct()), *senses).select_from(inner)
        ).one()
        return Tally(fitting, stories, looked <= most), None, counted
    fits = case((and_(true(), *conditions), 1), else_=0)
    # The counts of senses stand in every row; the stores work them out once.
    rows = session.execute(select(inner.c.article_id, inner.c.story_id, fits, *senses)).all()
    found = [row[0] for row in rows if row[2]]
    whole = len(rows) <= most
    told = Tally(len(found), len({row[1] for row in rows if row[2]}), whole)
    return told, found if whole else None, [*rows[0][3:]] if rows else []


def _of_sense(span: Span, sense: str) -> Any:
    """How many mentions of a span a sense has; one more than `MOST_OF_A_SENSE` where there are more than that."""
    some = select(literal(1)).where(Mention.sense == sense, Mention.id.between(span.first, span.last))
    return select(func.count()).select_from(some.limit(MOST_OF_A_SENSE + 1).subquery()).scalar_subquery()
