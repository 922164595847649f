"""The start page: the three journeys on one screen."""

from datetime import timedelta

from flask import Blueprint, render_template

from campaigns import queries as planned
from outreach import digest, morning, strip
from outreach.core.clock import local_day
from outreach.tracker import queries as inquiries
from outreach.web.app import here
from outreach.wiring import mail_folder
from scrapers import queries as heard

pages = Blueprint("start", __name__)


@pages.get("/")
def show() -> str:
    """What was written, what goes out next, who asked, and how the sources are."""
    app = here()
    now = app.clock.now()
    zone = app.settings.zone
    since = now - timedelta(days=1)
    with app.store.reading() as session:
        told = morning.gather(session, now, local_day(now, zone), since, now)
        rows = heard.mentions(session, since=now - timedelta(days=14), until=now, limit=10_000, relevant=True)
        facts = {
            "digest": told,
            "latest": morning.stories(session, now - timedelta(days=14), now, "return")[:30],
            "recent": planned.recent(session, now - timedelta(days=30), 5),
            "inquiries": inquiries.latest(session, 6),
            "unanswered": inquiries.unanswered(session),
            "mail_trouble": digest.needs_person(session),
            "sources": heard.source_states(session),
            "strip": strip.by_day(
                [local_day(row.published_at or row.first_seen_at, zone) for row in rows],
                local_day(now, zone),
                14,
            ),
        }
    return render_template(
        "start.html",
        now=now,
        mail_folder=None if app.settings.mail.host else mail_folder(app.settings),
        **facts,
    )
