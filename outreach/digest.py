"""The morning mail: what the wings tell becomes one mail a day for each reader.

Path of one day: `due` (which local day is owed) -> a `DigestRun` row, unique on day and reader -> `claim` ->
`gather` -> `compose` (pure) -> the mailer, with no transaction open -> `record`.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
from cronsim import CronSim
from sqlalchemy import JSON, CheckConstraint, String, Text, UniqueConstraint, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from campaigns import queries as planned
from campaigns.queries import DeliverySeen
from outreach.core import presence
from outreach.core.app import App
from outreach.core.clock import local_day
from outreach.core.db import Base, UtcDateTime
from outreach.core.errors import OutreachError, WireError
from outreach.core.jobs import Job
from outreach.core.mail import FolderMailer, Message, message_id
from outreach.core.text import Words
from outreach.tracker import queries as inquiries
from outreach.tracker.queries import SourceCount
from scrapers import queries as heard
from scrapers.queries import MentionRow, SourceState, Story
from scrapers.watch.marks import marked

log = logging.getLogger("outreach.digest")

# Senses that are watched but not counted as ours.
ELSEWHERE = ("expulsion", "russia")
_TRIES = 8
# Weeklies date back, and a first poll finds a month: what is older than this is not told as news.
_BACKDATED = timedelta(days=3)


class DigestRun(Base):
    """One reader's mail of one local day; the row exists before the mail does, so it is never sent twice."""

    __tablename__ = "digest_runs"
    __table_args__ = (
        UniqueConstraint("day", "recipient"),
        CheckConstraint("status IN ('due','sending','sent','failed','unconfirmed','skipped')", name="status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    recipient: Mapped[str] = mapped_column(String(254))
    status: Mapped[str] = mapped_column(String(12))
    covers_from: Mapped[datetime] = mapped_column(UtcDateTime)
    covers_until: Mapped[datetime] = mapped_column(UtcDateTime)
    message_id: Mapped[str] = mapped_column(String(120))
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    receipt: Mapped[str | None] = mapped_column(Text)
    error_key: Mapped[str | None] = mapped_column(String(80))
    error_facts: Mapped[dict[str, object] | None] = mapped_column(JSON)


@dataclass(frozen=True)
class Digest:
    """Everything one mail tells, for the time from `since` (included) to `until` (not included)."""

    day: date
    since: datetime
    until: datetime
    stories: Sequence[Story]
    doubtful: Sequence[Story]
    elsewhere: int  # mentions in a watched but not counted sense
    going_out: Sequence[DeliverySeen]
    needs_person: Sequence[DeliverySeen]
    inquiries: Sequence[SourceCount]
    troubles: Sequence[SourceState]
    sources: int
    answered: int

    @property
    def mentions(self) -> int:
        return sum(len(story.mentions) for story in self.stories)


@dataclass(frozen=True)
class Composed:
    """A digest in words."""

    subject: str
    text: str
    html: str


def last_due(now: datetime, cron: str, zone: ZoneInfo) -> date | None:
    """The local day whose mail is owed at `now`: that of the latest moment of `cron` that has come; None if never."""
    for moment in CronSim(cron, now.astimezone(zone), reverse=True):
        return moment.astimezone(zone).date()
    return None


def is_moment(now: datetime, cron: str, zone: ZoneInfo) -> bool:
    """Whether `now` is itself a moment of `cron`: the search backwards leaves it out."""
    minute = now.astimezone(zone).replace(second=0, microsecond=0)
    return next(iter(CronSim(cron, minute - timedelta(minutes=1)))) == minute


def owe(session: Session, now: datetime, day: date, recipient: str, domain: str) -> DigestRun:
    """The row of that day and reader, made if it is not there.

    A reader's first row is `skipped`: the hour passed before anybody asked for a mail. It covers the time since the
    last mail that went out, at most a week, so that an outage leaves no hole.
    """
    run = session.scalar(select(DigestRun).where(DigestRun.day == day, DigestRun.recipient == recipient))
    if run is not None:
        return run
    known = session.scalar(select(func.count()).where(DigestRun.recipient == recipient)) or 0
    last = session.scalar(
        select(func.max(DigestRun.covers_until)).where(
            DigestRun.recipient == recipient, DigestRun.status == "sent"
        )
    )
    run = DigestRun(
        day=day,
        recipient=recipient,
        status="due" if known else "skipped",
        covers_from=max(last or now - timedelta(days=1), now - timedelta(days=7)),
        covers_until=now,
        message_id=message_id("digest", day.isoformat(), recipient, domain=domain),
    )
    session.add(run)
    session.flush()
    return run


def claim(session: Session, run_id: int, now: datetime, claimer: str) -> bool:
    """Takes a due mail for ourselves; False if another has it or its next try is not yet."""
    won = session.scalar(
        update(DigestRun)
        .where(
            DigestRun.id == run_id,
            DigestRun.status == "due",
            or_(DigestRun.next_try_at.is_(None), DigestRun.next_try_at <= now),
        )
        .values(status="sending", attempts=DigestRun.attempts + 1, claimed_by=claimer, claimed_at=now)
        .returning(DigestRun.id)
    )
    return won is not None


def gather(session: Session, now: datetime, day: date, since: datetime, until: datetime) -> Digest:
    """Asks every wing what a mail of that time must tell."""
    asked = [source for source in heard.source_states(session) if source.enabled]
    return Digest(
        day=day,
        since=since,
        until=until,
        stories=stories(session, since, until, "return"),
        doubtful=stories(session, since, until, "ambiguous"),
        elsewhere=sum(len(story.mentions) for story in stories(session, since, until, *ELSEWHERE)),
        going_out=planned.going_out(session, now + timedelta(days=1), 50),
        needs_person=planned.needs_person(session, now),
        inquiries=inquiries.counts_by_source(session, since, until),
        troubles=heard.troubles(session, now),
        sources=len(asked),
        answered=sum(
            source.last_ok_at is not None and source.last_ok_at >= now - timedelta(days=1) for source in asked
        ),
    )


def stories(session: Session, since: datetime, until: datetime, *senses: str) -> list[Story]:
    """The news of that time in these senses, by story: the widest first, then the latest."""
    told = []
    for story in heard.stories(session, since, until, senses=senses):
        rows = tuple(row for row in story.mentions if is_news(row, since))
        if rows:
            told.append(replace(story, mentions=rows))
    return sorted(told, key=lambda story: -len({row.outlet for row in story.mentions}))


def is_news(row: MentionRow, since: datetime) -> bool:
    """Whether a mention belongs to the time from `since`: a new source's archive is found today, but is no news."""
    return row.published_at is None or row.published_at >= since - _BACKDATED


def compose(digest: Digest, words: Words, zone: ZoneInfo, page: str) -> Composed:
    """The mail in one language; pure. `page` is where the reader finds the same on a screen."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).resolve().parent / "templates" / "mail"),
        autoescape=jinja2.select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals.update(t=words, zone=zone, page=page, marked=marked)
    facts = {"digest": digest, "sentence": sentence(digest, words)}
    return Composed(
        subject=words("digest.subject", count=digest.mentions, day=words.day(digest.day)),
        text=environment.get_template("digest.txt").render(facts).strip() + "\n",
        html=environment.get_template("digest.html").render(facts),
    )


def sentence(digest: Digest, words: Words) -> str:
    """The mail's first sentence: how much was written, in how many stories, or what the silence rests on."""
    if not digest.mentions:
        return words("digest.silence", answered=digest.answered, count=digest.sources)
    return words(
        "digest.sentence",
        mentions=words("digest.mentions", count=digest.mentions),
        stories=words("digest.in_stories", count=len(digest.stories)),
    )


def preview(app: App, day: date | None = None) -> tuple[Digest, Composed]:
    """The mail as it would be now, nothing sent or written; `day` looks at that local day as a whole."""
    now = app.clock.now()
    zone = app.settings.zone
    if day is None:
        day, since, until = local_day(now, zone), now - timedelta(days=1), now
    else:
        until = datetime.combine(day, datetime.max.time(), tzinfo=zone)
        since = datetime.combine(day, datetime.min.time(), tzinfo=zone)
    with app.store.reading() as session:
        digest = gather(session, now, day, since, until)
    return digest, compose(digest, _words(app), zone, app.settings.web.public_url)


def send_due(app: App, claimer: str) -> list[str]:
    """Sends what is owed at this moment; the recipients that got it."""
    now = app.clock.now()
    told = app.settings.digest
    day = (
        local_day(now, app.settings.zone)
        if is_moment(now, told.when, app.settings.zone)
        else last_due(now, told.when, app.settings.zone)
    )
    with app.store.transaction() as session:
        if day is not None:
            for recipient in told.recipients:
                owe(session, now, day, recipient, _domain(app))
        # Of several days that were missed only the latest is sent; it covers them all.
        waiting = session.scalars(
            select(DigestRun).where(DigestRun.status == "due", DigestRun.day == day)
        ).all()
        rows = [run.id for run in waiting]
    return _send_all(app, rows, claimer)


def send_day(app: App, claimer: str, day: date, again: bool) -> list[str]:
    """Sends one day's mail because a person asks; OutreachError `digest.already` if it went out and not `again`."""
    now = app.clock.now()
    if not app.settings.digest.recipients:
        raise OutreachError("digest.nobody")
    rows: list[int] = []
    with app.store.transaction() as session:
        for recipient in app.settings.digest.recipients:
            run = owe(session, now, day, recipient, _domain(app))
            if run.status == "sending" or (run.status in {"sent", "unconfirmed"} and not again):
                raise OutreachError(
                    "digest.already",
                    day=day.isoformat(),
                    recipient=recipient,
                    status_key=f"digest.status.{run.status}",
                )
            run.status, run.next_try_at, run.covers_until = "due", None, max(run.covers_until, now)
            rows.append(run.id)
    return _send_all(app, rows, claimer)


def _send_all(app: App, rows: Sequence[int], claimer: str) -> list[str]:
    return [reader for reader in (send(app, row, claimer) for row in rows) if reader is not None]


def send(app: App, run_id: int, claimer: str) -> str | None:
    """Claims, composes, sends and records one mail; the recipient if it went out."""
    now = app.clock.now()
    with app.store.transaction() as session:
        if not claim(session, run_id, now, claimer):
            return None
        run = session.get_one(DigestRun, run_id)
        digest = gather(session, now, run.day, run.covers_from, run.covers_until)
    composed = compose(digest, _words(app), app.settings.zone, app.settings.web.public_url)
    message = Message(
        message_id=run.message_id,
        sender=app.settings.mail.sender,
        to=run.recipient,
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
        date=now.astimezone(app.settings.zone),
        headers=(("List-Id", f"<digest.{_domain(app)}>"),),
    )
    try:
        receipt = app.mailer.send(message)
    except WireError as error:
        _record_failure(app, run_id, run.attempts, error)
        return None
    with app.store.transaction() as session:
        session.execute(
            update(DigestRun)
            .where(DigestRun.id == run_id)
            .values(
                status="sent",
                sent_at=app.clock.now(),
                receipt=f"{receipt.kind}: {receipt.detail}",
                error_key=None,
                error_facts=None,
            )
        )
    log.info("digest.sent", extra={"day": run.day.isoformat(), "mentions": digest.mentions})
    return run.recipient


def _record_failure(app: App, run_id: int, attempts: int, error: WireError) -> None:
    now = app.clock.now()
    status, next_try = "due", now + timedelta(minutes=2 ** min(attempts, 6))
    if error.ambiguous:
        status = "unconfirmed"
    elif error.permanent or attempts >= _TRIES:
        status = "failed"
    facts = {name: str(value) for name, value in error.facts.items()}
    with app.store.transaction() as session:
        session.execute(
            update(DigestRun)
            .where(DigestRun.id == run_id)
            .values(status=status, next_try_at=next_try, error_key=error.key, error_facts=facts)
        )
    log.warning("digest.not_sent", extra={"status": status, "error": error.key})


def sweep(app: App) -> int:
    """Looks at mails whose sender is gone: a file is simply written again, a relay may have had it already."""
    now = app.clock.now()
    after = "due" if isinstance(app.mailer, FolderMailer) else "unconfirmed"
    found = 0
    with app.store.transaction() as session:
        for run in session.scalars(select(DigestRun).where(DigestRun.status == "sending")):
            if not presence.is_gone(app.settings.folder, run.claimed_by, run.claimed_at or run.covers_until, now):
                continue
            run.status, run.error_key, run.error_facts = after, "digest.interrupted", {}
            found += 1
    return found


def needs_person(session: Session) -> list[DigestRun]:
    """Mails that did not go out, or perhaps did."""
    return list(
        session.scalars(
            select(DigestRun).where(DigestRun.status.in_(("failed", "unconfirmed"))).order_by(DigestRun.id)
        )
    )


def _words(app: App) -> Words:
    return app.texts.in_language(app.settings.digest.language or app.settings.office.language)


def _domain(app: App) -> str:
    return app.settings.mail.sender.rpartition("@")[2]


def _tick(app: App) -> None:
    sweep(app)
    if app.settings.digest.recipients:
        with presence.present(app.settings.folder) as claimer:
            send_due(app, claimer)


def jobs() -> list[Job]:
    """Looks twice a minute whether a mail is owed."""
    return [Job("digest", timedelta(seconds=30), _tick)]
