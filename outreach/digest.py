"""The morning mail: one a day for each reader, never none and never two.

Path of one day: `due` (which local day is owed) -> a `DigestRun` row, unique on day and reader -> `claim` ->
`gather` -> `compose` (pure) -> the mailer, with no transaction open -> `record`.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from cronsim import CronSim
from sqlalchemy import (
    JSON,
    CheckConstraint,
    Select,
    String,
    Text,
    UniqueConstraint,
    and_,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from outreach.core import presence
from outreach.core.app import App
from outreach.core.clock import local_day
from outreach.core.db import Base, UtcDateTime
from outreach.core.errors import OutreachError, WireError
from outreach.core.jobs import Job
from outreach.core.mail import FolderMailer, Message, message_id
from outreach.core.settings import Settings
from outreach.core.text import Words
from outreach.morning import Composed, Digest, compose, gather
from outreach.people import addresses

log = logging.getLogger("outreach.digest")

_TRIES = 8


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


def last_due(now: datetime, cron: str, zone: ZoneInfo) -> date | None:
    """The local day whose mail is owed at `now`: that of the latest moment of `cron` that has come; None if never."""
    for moment in CronSim(cron, now.astimezone(zone), reverse=True):
        return moment.astimezone(zone).date()
    return None


def is_moment(now: datetime, cron: str, zone: ZoneInfo) -> bool:
    """Whether `now` is itself a moment of `cron`: the search backwards leaves it out."""
    minute = now.astimezone(zone).replace(second=0, microsecond=0)
    return next(iter(CronSim(cron, minute - timedelta(minutes=1)))) == minute


def owed_day(now: datetime, cron: str, zone: ZoneInfo) -> date | None:
    """The local day whose mail is owed at `now`, a moment that is just now included; None if never."""
    return local_day(now, zone) if is_moment(now, cron, zone) else last_due(now, cron, zone)


def hold(session: Session, now: datetime, told: Settings) -> None:
    """The mail last due may be out without this store knowing: it goes only where a person says so."""
    day = owed_day(now, told.digest.when, told.zone)
    if day is None:
        return
    for recipient in told.digest.recipients:
        run = owe(session, now, day, recipient, domain_of(told))
        if run.status in {"due", "sending"}:
            run.status, run.error_key, run.error_facts = "unconfirmed", "digest.restored", {}


def owe(session: Session, now: datetime, day: date, recipient: str, domain: str) -> DigestRun:
    """The row of that day and reader, made if it is not there.

    A reader's first row is `skipped`: the hour passed before anybody asked for a mail; so is a day before the latest
    one, to which only a clock that was set back returns. It covers the time since the last mail that went out, at most
    a week, so that an outage leaves no hole.
    """
    run = session.scalar(select(DigestRun).where(DigestRun.day == day, DigestRun.recipient == recipient))
    if run is not None:
        return run
    latest, first = session.execute(
        select(func.max(DigestRun.day), func.min(DigestRun.covers_until)).where(DigestRun.recipient == recipient)
    ).one()
    last = session.scalar(
        select(func.max(DigestRun.covers_until)).where(DigestRun.recipient == recipient, DigestRun.status == "sent")
    )
    run = DigestRun(
        day=day,
        recipient=recipient,
        status="due" if latest is not None and latest < day else "skipped",
        # Before any has gone out: a whole day, or since the first that should have.
        covers_from=max(last or min(first or now, now - timedelta(days=1)), now - timedelta(days=7)),
        covers_until=now,
        message_id=message_id("digest", day.isoformat(), recipient, domain=domain),
    )
    session.add(run)
    # A day whose mail never went is covered by this one: nobody sends it any more.
    session.execute(
        update(DigestRun)
        .where(DigestRun.recipient == recipient, DigestRun.status == "due", DigestRun.day < day)
        .values(status="skipped")
    )
    session.flush()
    return run


def settle(session: Session, day: date, arrived: bool) -> list[int]:
    """A person has looked: the unconfirmed mails of that day have arrived, or are due again; the rows' numbers.

    OutreachError `digest.nothing_open` if there are none. Whoever asks sends those that are due: a tick only sends
    the present day's.
    """
    runs = session.scalars(select(DigestRun).where(DigestRun.day == day, DigestRun.status == "unconfirmed")).all()
    for run in runs:
        run.status, run.next_try_at = ("sent" if arrived else "due"), None
        run.error_key = run.error_facts = None
    if not runs:
        raise OutreachError("digest.nothing_open", day=day.isoformat())
    return [run.id for run in runs]


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
    return digest, compose(digest, _words(app), zone, f"{addresses.base(app.settings)}/")


def send_due(app: App, claimer: str) -> list[str]:
    """Sends what is owed at this moment; the recipients that got it."""
    now = app.clock.now()
    told = app.settings.digest
    day = owed_day(now, told.when, app.settings.zone)
    with app.store.transaction() as session:
        if day is not None:
            for recipient in told.recipients:
                owe(session, now, day, recipient, domain_of(app.settings))
        # Of several days that were missed only the latest is sent; it covers them all.
        waiting = session.scalars(select(DigestRun).where(DigestRun.status == "due", DigestRun.day == day)).all()
        rows = [run.id for run in waiting if run.recipient in told.recipients]
    return send_rows(app, rows, claimer)


def send_day(app: App, claimer: str, day: date, again: bool) -> list[str]:
    """Sends one day's mail because a person asks: to those who have not got it, with `again` to all.

    OutreachError `digest.already` if it went, or may have gone, to everybody.
    """
    now = app.clock.now()
    if not app.settings.digest.recipients:
        raise OutreachError("digest.nobody")
    rows: list[int] = []
    already: list[DigestRun] = []
    with app.store.transaction() as session:
        for recipient in app.settings.digest.recipients:
            run = owe(session, now, day, recipient, domain_of(app.settings))
            if run.status == "sending" or (run.status in {"sent", "unconfirmed"} and not again):
                already.append(run)
                continue
            if run.status == "sent":
                # Asked for once more, it is another mail. A doubtful one keeps its name: should the first be there
                # after all, the reader's programme shows one.
                told = ("digest", day.isoformat(), recipient, str(run.attempts))
                run.message_id = message_id(*told, domain=domain_of(app.settings))
            run.status, run.next_try_at, run.covers_until = "due", None, max(run.covers_until, now)
            rows.append(run.id)
    if not rows:
        run = already[0]
        status = f"digest.status.{run.status}"
        raise OutreachError("digest.already", day=day.isoformat(), recipient=run.recipient, status_key=status)
    return send_rows(app, rows, claimer)


def send_rows(app: App, rows: Sequence[int], claimer: str) -> list[str]:
    """Sends these rows one after the other, as far as they are due; the readers that got theirs."""
    went = []
    for row in rows:
        if app.stopping.is_set():  # one slow relay must not hold the end back once a reader
            break
        went.append(send(app, row, claimer))
    return [reader for reader in went if reader is not None]


def send(app: App, run_id: int, claimer: str) -> str | None:
    """Claims, composes, sends and records one mail; the recipient if it went out."""
    now = app.clock.now()
    with app.store.transaction() as session:
        if not claim(session, run_id, now, claimer):
            return None
        run = session.get_one(DigestRun, run_id)
        digest = gather(session, now, run.day, run.covers_from, run.covers_until)
    try:
        receipt = app.mailer.send(_message(app, run, digest, now))
    except OutreachError as error:
        _record_failure(app, run_id, run.attempts, error)
        return None
    except Exception as error:
        # A fault of our own, anywhere between the first word and the last: nobody knows if the mail is out.
        log.exception("digest.broke")
        broke = WireError("digest.fault", ambiguous=True, error=type(error).__name__)
        _record_failure(app, run_id, run.attempts, broke)
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


def _message(app: App, run: DigestRun, digest: Digest, now: datetime) -> Message:
    composed = compose(digest, _words(app), app.settings.zone, f"{addresses.base(app.settings)}/")
    return Message(
        message_id=run.message_id,
        sender=app.settings.mail.sender,
        to=run.recipient,
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
        date=now.astimezone(app.settings.zone),
        headers=(("List-Id", f"<digest.{domain_of(app.settings)}>"),),
    )


def _record_failure(app: App, run_id: int, attempts: int, error: OutreachError) -> None:
    now = app.clock.now()
    status, next_try = "due", now + timedelta(minutes=2 ** min(attempts, 6))
    if isinstance(error, WireError) and error.ambiguous:
        status = "unconfirmed"
    elif not isinstance(error, WireError) or error.permanent or attempts >= _TRIES:
        status = "failed"  # not of the wire: the mail itself is none, for this reader
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
    """Mails that did not go out, or perhaps did; and the latest, while it is still tried, from a second refusal on.

    One that failed is nobody's business any more when a later one has told its reader the same.
    """
    return list(session.scalars(_needing()))


@cache
def _needing() -> Select[DigestRun]:
    latest = select(func.max(DigestRun.day)).scalar_subquery()
    later = aliased(DigestRun)
    told = exists().where(later.recipient == DigestRun.recipient, later.day > DigestRun.day, later.status == "sent")
    stuck = and_(DigestRun.status == "due", DigestRun.attempts > 1, DigestRun.day == latest)
    left = or_(DigestRun.status == "unconfirmed", and_(DigestRun.status == "failed", ~told))
    return select(DigestRun).where(or_(left, stuck)).order_by(DigestRun.id)


def _words(app: App) -> Words:
    return app.texts.in_language(app.settings.digest.language or app.settings.office.language)


def domain_of(told: Settings) -> str:
    """What stands behind the @ of our mails' names."""
    return told.mail.sender.rpartition("@")[2]


def _tick(app: App) -> None:
    sweep(app)
    if app.settings.digest.recipients:
        with presence.present(app.settings.folder) as claimer:
            send_due(app, claimer)


def jobs() -> list[Job]:
    """Looks twice a minute whether a mail is owed."""
    return [Job("digest", timedelta(seconds=30), _tick)]
