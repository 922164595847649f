"""Who printed what, as pages, mails and other rooms read it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from outreach.pressroom.ledger.findings import WRONG, Finding
from outreach.pressroom.models import Contact, ReleasePrint, ReleaseText
from scrapers.models import Article, Mention, Source

MOST = 300  # prints of a release
_ARTICLES = 400


@dataclass(frozen=True)
class PrintSeen:
    """A print of a release. `at` is when it was published, or else found; `hours` from the release's going out.

    `counts`: a person says so, or nobody says no. `wrong`: something in it calls for a correction.
    """

    id: int
    release_id: int
    text_id: int | None
    mention_id: int
    outlet: str
    tier: str
    title: str
    url: str
    author: str | None
    language: str
    at: datetime
    kind: str
    share: float
    likeness: float
    headline_changed: bool
    findings: tuple[Finding, ...]
    hours: float | None
    agency: str | None
    verdict: bool | None
    verdict_by: str | None
    verdict_at: datetime | None

    @property
    def counts(self) -> bool:
        return self.verdict is not False

    @property
    def wrong(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one[0] in WRONG)


def prints(session: Session, release_id: int) -> list[PrintSeen]:
    """The prints of a release, the earliest first; those that a person refused come last. At most 300."""
    rows = session.execute(_prints().where(ReleasePrint.release_id == release_id).limit(MOST))
    return sorted((_seen(row) for row in rows), key=lambda one: (not one.counts, one.at, one.id))


def one(session: Session, print_id: int) -> PrintSeen | None:
    """One print; None if it is not there."""
    row = session.execute(_prints().where(ReleasePrint.id == print_id)).one_or_none()
    return _seen(row) if row is not None else None


def prints_of_contact(session: Session, outlet: str, bylines: Collection[str], limit: int = 50) -> list[PrintSeen]:
    """What somebody of the press printed of ours, the latest first: in their outlet, signed by one of these names (in
    any letter case).
    """
    signed = [func.lower(Article.author) == one.strip().lower() for one in bylines if one.strip()]
    if not signed:
        return []
    asked = _prints().where(Source.name == outlet, or_(*signed), ReleasePrint.verdict.is_not(False))
    return [_seen(row) for row in session.execute(asked.order_by(ReleasePrint.id.desc()).limit(limit))]


def text_of(session: Session, mention_id: int) -> tuple[str, str] | None:
    """Headline and words of a mention's article; None if it is not there."""
    row = session.execute(
        select(Article.title, Article.text, Article.summary)
        .join(Mention, Mention.article_id == Article.id)
        .where(Mention.id == mention_id)
    ).one_or_none()
    return None if row is None else (row.title, row.text or row.summary)


def contacts_of(session: Session, outlet: str, limit: int = 5) -> list[Contact]:
    """Whom to write to at an outlet: those with an address who may be written to, by name."""
    asked = (
        select(Contact)
        .where(
            Contact.outlet == outlet,
            Contact.mail.is_not(None),
            Contact.stopped_at.is_(None),
            Contact.merged_into.is_(None),
        )
        .order_by(Contact.name)
        .limit(limit)
    )
    return list(session.scalars(asked))


def releases_printed(session: Session, mention_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """The releases that each of these mentions prints, by the mention's number; what nobody refused."""
    found: dict[int, set[int]] = {}
    for at in range(0, len(mention_ids), _ARTICLES):
        rows = session.execute(
            select(ReleasePrint.mention_id, ReleasePrint.release_id).where(
                ReleasePrint.mention_id.in_(mention_ids[at : at + _ARTICLES]), ReleasePrint.verdict.is_not(False)
            )
        )
        for mention_id, release_id in rows:
            found.setdefault(mention_id, set()).add(release_id)
    return {number: frozenset(releases) for number, releases in found.items()}


def headlines(session: Session, release_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """The original headline of each of these releases with its language."""
    mine = ReleaseText.release_id.in_(release_ids)
    first = select(func.min(ReleaseText.id)).where(mine).group_by(ReleaseText.release_id)
    rows = session.execute(
        select(ReleaseText.release_id, ReleaseText.headline, ReleaseText.language).where(ReleaseText.id.in_(first))
    )
    return {release_id: (headline, language) for release_id, headline, language in rows}


def _prints() -> Select[*tuple[Any, ...]]:
    at = func.coalesce(Article.published_at, Article.first_seen_at, type_=Article.first_seen_at.type)
    return (
        select(
            ReleasePrint.id, ReleasePrint.release_id, ReleasePrint.text_id, ReleasePrint.mention_id,
            Source.name.label("outlet"), Source.tier, Article.title, Article.url, Article.author,
            Mention.lang.label("language"), at.label("at"), ReleasePrint.kind, ReleasePrint.share,
            ReleasePrint.likeness, ReleasePrint.headline_changed, ReleasePrint.findings, ReleasePrint.hours,
            ReleasePrint.agency, ReleasePrint.verdict, ReleasePrint.verdict_by, ReleasePrint.verdict_at,
        )
        .join(Mention, Mention.id == ReleasePrint.mention_id)
        .join(Article, Article.id == Mention.article_id)
        .join(Source, Source.id == Mention.source_id)
    )  # fmt: skip


def _seen(row: Any) -> PrintSeen:
    told = dict(row._mapping)
    found = tuple((str(key), dict(facts)) for key, facts in told.pop("findings"))
    return PrintSeen(**told, findings=found)

