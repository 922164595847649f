"""How the office's work stands, in figures for a monitoring program: read from rows, so that every process tells the
same, but for the errors, which each counts for itself. Nothing personal, no names of people or families.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from campaigns.models import Delivery
from outreach import logs, work
from outreach.core import presence
from outreach.core.app import App
from outreach.pressroom.models import ReleaseMail
from outreach.subscribers.models import DigestRun
from outreach.tracker.models import Inquiry
from scrapers.models import Mention, Source

TYPE = "text/plain; version=0.0.4; charset=utf-8"

_JOBS = text(
    "SELECT jobs.queue_name, jobs.status::text, count(*), "
    "extract(epoch FROM now() - min(events.at) FILTER (WHERE jobs.status = 'todo'))::float8 "
    "FROM procrastinate_jobs AS jobs LEFT JOIN procrastinate_events AS events "
    "ON events.job_id = jobs.id AND events.type = 'deferred' GROUP BY 1, 2 ORDER BY 1, 2"
)
_WORKERS = text("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds'")


def exposition(app: App) -> bytes:
    """The figures of this moment, as Prometheus reads them."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(app))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, app: App) -> None:
        self._app = app

    def collect(self) -> Iterable[GaugeMetricFamily | CounterMetricFamily]:
        app, now = self._app, self._app.clock.now()
        with app.store.reading() as session:
            yield from _rows(session, now)
            if session.get_bind().dialect.name == "postgresql":
                yield from _queue(session)
        beats = GaugeMetricFamily("outreach_planner_up", "Whether what is due was looked at within the last minute.")
        beats.add_metric([], float(presence.beats(app.settings.folder, now)))
        yield beats
        errors = CounterMetricFamily("outreach_errors", "Errors that this process logged.", labels=["event"])
        for event, count in sorted(logs.errors().items()):
            errors.add_metric([event], count)
        yield errors


def _rows(session: Session, now: datetime) -> Iterator[GaugeMetricFamily]:
    yield _counted(session, "sources", "Sources by state.", Source.state)
    due = (Source.enabled.is_(True), Source.next_poll_at <= now)
    yield _oldest(session, "poll", "How long the source that waits longest is due.", now, Source.next_poll_at, due)
    yield _single("mention_number", "The highest number of a mention.", session.scalar(select(func.max(Mention.id))))
    yield _counted(session, "deliveries", "Posts on their way to channels, by status.", Delivery.status)
    waits = (Delivery.status == "scheduled", Delivery.due_at <= now)
    yield _oldest(session, "delivery", "How long the post that waits longest is due.", now, Delivery.due_at, waits)
    recent = DigestRun.day >= (now - timedelta(days=1)).date()
    told = "Morning mails of today and yesterday, by status."
    yield _counted(session, "digest_mails", told, DigestRun.status, recent)
    yield _counted(session, "release_mails", "Mails of releases, by status.", ReleaseMail.status)
    yield _counted(session, "works", "Long work that people asked for, by state.", work.WorkRow.state)
    open_ = select(func.count()).select_from(Inquiry).where(Inquiry.answered_at.is_(None), Inquiry.erased_at.is_(None))
    yield _single("inquiries_open", "Inquiries without an answer.", session.scalar(open_))


def _queue(session: Session) -> Iterator[GaugeMetricFamily]:
    jobs = GaugeMetricFamily("outreach_queue_jobs", "Jobs in the workers' queues.", labels=["queue", "status"])
    age = GaugeMetricFamily("outreach_queue_age_seconds", "How long the oldest job waits.", labels=["queue"])
    for queue, status, count, seconds in session.execute(_JOBS):
        jobs.add_metric([queue, status], count)
        if seconds is not None:
            age.add_metric([queue], seconds)
    yield jobs
    yield age
    yield _single("workers", "Workers heard of within thirty seconds.", session.scalar(_WORKERS))


def _counted(
    session: Session, name: str, told: str, column: InstrumentedAttribute[str], *where: ColumnElement[bool]
) -> GaugeMetricFamily:
    label = column.key
    family = GaugeMetricFamily(f"outreach_{name}", told, labels=[label])
    for value, count in session.execute(select(column, func.count()).where(*where).group_by(column).order_by(column)):
        family.add_metric([value], count)
    return family


def _oldest(
    session: Session,
    name: str,
    told: str,
    now: datetime,
    column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    where: tuple[ColumnElement[bool], ...],
) -> GaugeMetricFamily:
    first = session.scalar(select(func.min(column)).where(*where))
    return _single(f"{name}_lag_seconds", told, max((now - first).total_seconds(), 0.0) if first is not None else 0.0)


def _single(name: str, told: str, value: float | None) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"outreach_{name}", told)
    family.add_metric([], float(value or 0))
    return family
