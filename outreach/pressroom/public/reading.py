"""Which releases strangers may read, and since when: put into the press room, and their embargo over.

A withdrawn one stays with its headline and a note; its words are gone.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, and_, case, or_, select
from sqlalchemy.orm import Session

from outreach.core.clock import local_day
from outreach.pressroom.models import Release, ReleaseText

PAGE = 50
_MOST = 2_000  # releases that a search looks through, the latest
_LINKED = 20


@dataclass(frozen=True)
class Entry:
    """A release in a list, in one of its languages; `languages` has the original first. A withdrawn one has no lead."""

    release_id: int
    slug: str
    kind: str
    headline: str
    lead: str
    language: str
    languages: tuple[str, ...]
    out_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class Listed:
    """A page of the list, the years there are, and whether there are older ones."""

    entries: tuple[Entry, ...]
    years: tuple[int, ...]
    more: bool


@dataclass(frozen=True)
class Linked:
    """A public release that another one names."""

    slug: str
    kind: str
    headline: str
    language: str
    out_at: datetime


@dataclass(frozen=True)
class Public:
    """A release as strangers find it; `languages` has the original first.

    `about` is what it corrects or withdraws, `followed_by` what corrects or withdraws it, the latest first.
    `out_at` is None for one that only a link opens yet; such a one has no `slug`.
    """

    release_id: int
    slug: str
    kind: str
    languages: tuple[str, ...]
    out_at: datetime | None
    withdrawn_at: datetime | None
    about: Linked | None = None
    followed_by: tuple[Linked, ...] = ()

    @property
    def changed_at(self) -> datetime | None:
        """When something about it last became different for a reader."""
        moments = (self.out_at, self.withdrawn_at, *(one.out_at for one in self.followed_by))
        return max((moment for moment in moments if moment is not None), default=None)


@dataclass(frozen=True)
class Placed:
    """A release that was put into the press room, as the office sees it; `out`: strangers may read it now."""

    release_id: int
    slug: str
    kind: str
    headline: str
    languages: tuple[str, ...]
    published_at: datetime
    embargo_until: datetime | None
    withdrawn_at: datetime | None
    out: bool


_OUT_AT = case((Release.embargo_until > Release.published_at, Release.embargo_until), else_=Release.published_at)
_SEEN: Select[*tuple[Any, ...]] = select(
    Release.id, Release.slug, Release.kind, Release.about_id, Release.withdrawn_at, _OUT_AT.label("out_at")
)


def is_out(now: datetime) -> ColumnElement[bool]:
    """Of a statement over releases: those that strangers may read."""
    return and_(
        Release.slug.is_not(None),
        Release.published_at <= now,
        or_(Release.embargo_until.is_(None), Release.embargo_until <= now),
    )


def listed(
    session: Session,
    now: datetime,
    language: str,
    zone: ZoneInfo,
    *,
    year: int | None = None,
    words: str = "",
    page: int = 1,
) -> Listed:
    """The public releases, the latest first, in that language where they have it, else as they were written.

    Of one year (as `zone` counts it), or with all of the words in them, whatever the letters' marks.
    """
    wanted = _SEEN.where(is_out(now)).order_by(_OUT_AT.desc(), Release.id.desc()).limit(_MOST)
    rows = list(session.execute(wanted))
    years = tuple(dict.fromkeys(local_day(row.out_at, zone).year for row in rows))
    if year is not None:
        rows = [row for row in rows if local_day(row.out_at, zone).year == year]
    first = (page - 1) * PAGE
    if words.split():
        texts = _texts(session, [row.id for row in rows])
        rows = [row for row in rows if _has(texts[row.id], words, whole=row.withdrawn_at is None)]
        shown = rows[first : first + PAGE]
    else:
        shown = rows[first : first + PAGE]
        texts = _texts(session, [row.id for row in shown])
    entries = tuple(_entry(row, texts[row.id], language) for row in shown)
    return Listed(entries, years, len(rows) > first + PAGE)


def one(session: Session, now: datetime, slug: str) -> Public | None:
    """The public release at that address."""
    row = session.execute(_SEEN.where(is_out(now), Release.slug == slug)).one_or_none()
    return _public(session, now, row, row.slug, row.out_at) if row is not None else None


def held(session: Session, now: datetime, release_id: int) -> Public | None:
    """A release that is approved and not withdrawn, whether it is public yet or not: for whoever holds its link."""
    wanted = _SEEN.add_columns(is_out(now).label("out")).where(
        Release.id == release_id, Release.approved_at.is_not(None), Release.withdrawn_at.is_(None)
    )
    row = session.execute(wanted).one_or_none()
    if row is None:
        return None
    return _public(session, now, row, row.slug if row.out else "", row.out_at if row.out else None)


def latest(session: Session, now: datetime, language: str, limit: int) -> list[Public]:
    """The public releases that are there in that language, the latest first, with what corrects each."""
    has = select(ReleaseText.id).where(ReleaseText.release_id == Release.id, ReleaseText.language == language).exists()
    rows = session.execute(_SEEN.where(is_out(now), has).order_by(_OUT_AT.desc(), Release.id.desc()).limit(limit)).all()
    return _publics(session, now, rows)


def standing(session: Session, now: datetime, limit: int) -> list[Public]:
    """The public releases that are not withdrawn, the latest first."""
    wanted = _SEEN.where(is_out(now), Release.withdrawn_at.is_(None)).order_by(_OUT_AT.desc(), Release.id.desc())
    return _publics(session, now, session.execute(wanted.limit(limit)).all())


def placed(session: Session, now: datetime, *, before: int | None = None, limit: int = PAGE) -> list[Placed]:
    """What was put into the press room, the latest first; those after `before`."""
    wanted = (
        select(Release, is_out(now).label("out"))
        .where(Release.published_at.is_not(None))
        .order_by(Release.id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(Release.id < before)
    rows = session.execute(wanted).all()
    texts = _texts(session, [row.id for row, _ in rows])
    return [
        Placed(
            row.id, row.slug or "", row.kind, next(iter(texts[row.id].values()))[0], tuple(texts[row.id]),
            row.published_at or now, row.embargo_until, row.withdrawn_at, bool(out),
        )
        for row, out in rows
    ]  # fmt: skip


def _publics(session: Session, now: datetime, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Public]:
    texts = _texts(session, [row.id for row in rows])
    following = _linked(session, now, Release.about_id.in_([row.id for row in rows]))
    return [
        Public(
            row.id, row.slug, row.kind, tuple(texts[row.id]), row.out_at, row.withdrawn_at,
            followed_by=tuple(link for about_id, link in following if about_id == row.id),
        )
        for row in rows
    ]  # fmt: skip


def _public(
    session: Session, now: datetime, row: Row[*tuple[Any, ...]], slug: str, out_at: datetime | None
) -> Public:
    wanted = select(ReleaseText.language).where(ReleaseText.release_id == row.id).order_by(ReleaseText.id)
    about = _linked(session, now, Release.id == row.about_id) if row.about_id is not None else []
    following = _linked(session, now, Release.about_id == row.id)
    return Public(
        row.id, slug, row.kind, tuple(session.scalars(wanted)), out_at, row.withdrawn_at,
        about=about[0][1] if about else None, followed_by=tuple(link for _, link in following[:_LINKED]),
    )  # fmt: skip


def _linked(session: Session, now: datetime, which: ColumnElement[bool]) -> list[tuple[int | None, Linked]]:
    """Public releases that still stand, with what each is about."""
    found: dict[int, tuple[int | None, Linked]] = {}
    rows = session.execute(
        _SEEN.add_columns(ReleaseText.headline, ReleaseText.language)
        .join(ReleaseText, ReleaseText.release_id == Release.id)
        .where(is_out(now), which, or_(Release.withdrawn_at.is_(None), Release.kind == "release"))
        .order_by(_OUT_AT.desc(), Release.id.desc(), ReleaseText.id)
    )
    for row in rows:
        found.setdefault(row.id, (row.about_id, Linked(row.slug, row.kind, row.headline, row.language, row.out_at)))
    return list(found.values())


def _texts(session: Session, ids: Sequence[int]) -> dict[int, dict[str, tuple[str, str, str]]]:
    """Headline, lead and body by release and language, the original first."""
    found: dict[int, dict[str, tuple[str, str, str]]] = {number: {} for number in ids}
    if not ids:
        return found
    rows = session.execute(
        select(
            ReleaseText.release_id, ReleaseText.language, ReleaseText.headline, ReleaseText.lead, ReleaseText.body
        )
        .where(ReleaseText.release_id.in_(ids))
        .order_by(ReleaseText.id)
    )
    for release_id, language, *told in rows:
        found[release_id][language] = (told[0], told[1], told[2])
    return found


def _entry(row: Row[*tuple[Any, ...]], texts: Mapping[str, tuple[str, str, str]], language: str) -> Entry:
    shown = language if language in texts else next(iter(texts))
    headline, lead, _ = texts[shown]
    gone = row.withdrawn_at is not None
    return Entry(
        row.id, row.slug, row.kind, headline, "" if gone else lead, shown, tuple(texts), row.out_at, row.withdrawn_at
    )


def _has(texts: Mapping[str, tuple[str, str, str]], words: str, *, whole: bool) -> bool:
    """Whether one of the languages has all the words; only in its headline where not `whole`."""
    wanted = plain(words).split()
    return any(
        all(word in plain(" ".join(told if whole else told[:1])) for word in wanted) for told in texts.values()
    )


def plain(text: str) -> str:
    """A text as a search compares it: small letters without their marks."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
