"""Editions: what the morning mails said, kept to be sent again word for word, read in a browser, and searched."""

import re
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, insert, or_, select
from sqlalchemy.orm import Session, undefer

from outreach.core.db import upserting
from outreach.core.mail_mould import Picture
from outreach.digest.composing import Composed
from outreach.digest.facts import Digest
from outreach.digest.models import DigestEdition, DigestPicture
from outreach.digest.planning import Plan, choice_told
from outreach.subscribers.models import DigestRun
from scrapers.fulltext import folded, words_of

_ADDRESS = re.compile(r"https?://\S+")
_WORD = re.compile(r"[^\W_]+")
# An edition that nobody was sent (its relay never answered, and a later one took its place) is no use to anybody.
_UNSENT = timedelta(days=3)
_PART = 500  # numbers in one statement
_WENT = ("sent", "unconfirmed")


@dataclass(frozen=True)
class Slots:
    """Where in an edition each reader's own tokens go: of this mail of theirs, and of their subscription."""

    mail: str
    reader: str


@dataclass(frozen=True)
class Listed:
    """An edition in a list. `office`: it tells what is only the office's business. `choice` as `choice_told` has it,
    `figures`: mentions, stories, critical.
    """

    id: int
    day: date
    language: str
    office: bool
    choice: Mapping[str, Sequence[int] | Sequence[str]]
    covers_from: datetime
    covers_until: datetime
    late: bool
    made_at: datetime
    subject: str
    sentence: str
    figures: Mapping[str, int]


@dataclass(frozen=True)
class Kept:
    """An edition as a whole. In `composed` the slots still stand where tokens go."""

    id: int
    day: date
    language: str
    office: bool
    made_at: datetime
    composed: Composed
    slots: Slots


def new_slots() -> Slots:
    """Two of their own, which nobody can write into a text beforehand."""
    return Slots(f"M{secrets.token_hex(16)}", f"R{secrets.token_hex(16)}")


def find(session: Session, plans: Collection[Plan]) -> dict[Plan, Kept]:
    """The editions of these plans that were made already."""
    wanted = {(plan.day, plan.key): plan for plan in plans}
    found: dict[Plan, Kept] = {}
    for start in range(0, len(plans), _PART):
        days, keys = zip(*islice(wanted, start, start + _PART), strict=True)
        asked = _whole().where(DigestEdition.day.in_({*days}), DigestEdition.key.in_(keys))
        for kept, key in _kept(session, session.scalars(asked).all()):
            if (kept.day, key) in wanted:
                found[wanted[kept.day, key]] = kept
    return found


def keep(session: Session, now: datetime, plan: Plan, digest: Digest, composed: Composed, slots: Slots) -> Kept:
    """Keeps an edition. Where another process kept one of this plan first, that one is given back: only it goes out."""
    values: dict[str, Any] = {
        "day": plan.day,
        "key": plan.key,
        "language": plan.language,
        "office": plan.office,
        "choice": choice_told(plan.choice),
        "covers_from": plan.since,
        "covers_until": plan.until,
        "late": plan.late,
        "made_at": now.replace(microsecond=0),
        "subject": composed.subject,
        "sentence": composed.sentence,
        "text": composed.text,
        "html": composed.html,
        "slot_mail": slots.mail,
        "slot_reader": slots.reader,
        "figures": {"mentions": digest.mentions, "stories": len(digest.stories), "critical": digest.critical},
        "mentions": list(composed.mentions),
        "folded": _folded(composed),
    }
    number = session.scalar(
        upserting(session, DigestEdition)
        .values(values)
        .on_conflict_do_nothing(index_elements=["day", "key"])
        .returning(DigestEdition.id)
    )
    if number is None:
        return find(session, [plan])[plan]
    if composed.pictures:
        session.execute(
            insert(DigestPicture),
            [{"edition_id": number, "name": one.name, "alt": one.alt, "png": one.data} for one in composed.pictures],
        )
    pictures = tuple(sorted(composed.pictures, key=lambda one: one.name))
    return Kept(
        number, plan.day, plan.language, plan.office, values["made_at"], replace(composed, pictures=pictures), slots
    )


def load(session: Session, edition_id: int) -> Kept | None:
    """An edition as a whole, with its pictures; None if it is gone."""
    rows = session.scalars(_whole().where(DigestEdition.id == edition_id)).all()
    return next((kept for kept, _ in _kept(session, rows)), None)


def one(session: Session, edition_id: int) -> Listed | None:
    """An edition as a list shows it; None if it is gone."""
    row = session.get(DigestEdition, edition_id)
    return _listed(row) if row is not None else None


def picture(session: Session, edition_id: int, name: str) -> Picture | None:
    """One of its pictures by the name its text has for it."""
    row = session.get(DigestPicture, (edition_id, name))
    return Picture(row.name, row.png, row.alt) if row is not None else None


def listed(session: Session, words_sought: str, before: int | None, limit: int, for_office: bool) -> list[Listed]:
    """Editions that went to somebody, the newest first, with numbers below `before`.

    All of the words must stand in it, each as a word or its beginning, whatever the diacritics; a text without a word
    seeks nothing. Without `for_office` only those that tell nothing of the office's business.
    """
    asked = select(DigestEdition).where(_went()).order_by(DigestEdition.id.desc()).limit(limit)
    if before is not None:
        asked = asked.where(DigestEdition.id < before)
    if not for_office:
        asked = asked.where(DigestEdition.office.is_(False))
    for word in words_of(words_sought):
        asked = asked.where(DigestEdition.folded.contains(f" {word}", autoescape=True))
    return [_listed(row) for row in session.scalars(asked)]


def latest(session: Session, for_office: bool, language: str) -> Listed | None:
    """The newest edition that went out, in this language if there is one of that day."""
    newest = listed(session, "", None, 20, for_office)
    todays = [row for row in newest if row.day == newest[0].day]
    return next((row for row in todays if row.language == language), todays[0] if todays else None)


def forget_old(session: Session, now: datetime, keep_days: int) -> int:
    """Removes what is older than `keep_days`, and what was never sent; how many editions that were."""
    unsent = and_(DigestEdition.made_at < now - _UNSENT, ~_used())
    old = DigestEdition.made_at < now - timedelta(days=keep_days)
    gone = session.scalars(delete(DigestEdition).where(or_(old, unsent)).returning(DigestEdition.id)).all()
    return len(gone)


def _went() -> ColumnElement[bool]:
    return exists().where(DigestRun.edition_id == DigestEdition.id, DigestRun.status.in_(_WENT))


def _used() -> ColumnElement[bool]:
    return exists().where(DigestRun.edition_id == DigestEdition.id)


def _whole() -> Select[DigestEdition]:
    return select(DigestEdition).options(undefer(DigestEdition.text), undefer(DigestEdition.html))


def _kept(session: Session, rows: Sequence[DigestEdition]) -> Iterator[tuple[Kept, str]]:
    """These as wholes, each with its key."""
    pictures: dict[int, list[Picture]] = {}
    if rows:
        asked = select(DigestPicture).where(DigestPicture.edition_id.in_([row.id for row in rows]))
        for one in session.scalars(asked.order_by(DigestPicture.name)):
            pictures.setdefault(one.edition_id, []).append(Picture(one.name, one.png, one.alt))
    for row in rows:
        told = Composed(
            subject=row.subject,
            sentence=row.sentence,
            text=row.text,
            html=row.html,
            pictures=tuple(pictures.get(row.id, ())),
            mentions=tuple(row.mentions),
        )
        slots = Slots(row.slot_mail, row.slot_reader)
        yield Kept(row.id, row.day, row.language, row.office, row.made_at, told, slots), row.key


def _listed(row: DigestEdition) -> Listed:
    return Listed(
        row.id, row.day, row.language, row.office, row.choice, row.covers_from, row.covers_until, row.late, row.made_at,
        row.subject, row.sentence, row.figures,
    )  # fmt: skip


def _folded(composed: Composed) -> str:
    """Each word once, with a space before it: what a search by beginnings needs, in a tenth of the space."""
    told = _ADDRESS.sub(" ", f"{composed.subject} {composed.text}")
    return "".join(f" {word}" for word in sorted(set(_WORD.findall(folded(told)))))
