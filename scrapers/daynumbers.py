"""Which articles a day holds: they are numbered in the order in which they were first seen, so a day is a span of
numbers, and a mention's day is told without reading its article.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session

from outreach.core.clock import day_bounds
from outreach.core.db import UtcDateTime
from scrapers.models import Article

NONE_YET = 2**31 - 1


def edges(session: Session, days: Sequence[date], zone: ZoneInfo) -> list[int]:
    """For each local day the number of the first article seen from its beginning on."""
    moments = [day_bounds(day, zone)[0] for day in days]
    asked = {f"at_{place}": moment for place, moment in enumerate(moments)}
    return [int(number) for number in session.execute(_first_from(len(moments)), asked).one()]


def first_from(name: str) -> ColumnElement[int]:
    """The same for the bound moment of this name, as a part of a question: the stores look it up once."""
    moment = bindparam(name, type_=UtcDateTime)
    first = select(Article.id).where(Article.first_seen_at >= moment).order_by(Article.first_seen_at, Article.id)
    return func.coalesce(first.limit(1).scalar_subquery(), NONE_YET)


@cache
def _first_from(count: int) -> Select[*tuple[Any, ...]]:
    """The question, put together once: with so many parts that takes longer than asking it."""
    return select(*(first_from(f"at_{place}") for place in range(count)))
