"""The morning mails on their way: one a day for each reader, never none and never two.

Path of a morning: whoever is owed a mail gets a row (`outreach.subscribers.runs`) -> readers of one plan get one
edition, made once (`outreach.digest.making`) -> some rows are claimed in one transaction -> their mails go over one
line, with no transaction open, and a journal notes how far each came -> what became of them is recorded in one
transaction.
"""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date

from sqlalchemy import select

from outreach.core import presence
from outreach.core.app import App
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.core.journal import Journal
from outreach.core.mail import FolderMailer
from outreach.digest import making, standing
from outreach.digest.carrying import Mail, Round
from outreach.digest.planning import by_plan
from outreach.digest.previewing import preview, send_me
from outreach.postbox import stops
from outreach.subscribers import runs, subscriptions
from outreach.subscribers.models import DigestRun
from outreach.subscribers.runs import Ready

__all__ = ["look_after", "preview", "send", "send_day", "send_due", "send_me", "send_runs", "tick"]

log = logging.getLogger("outreach.digest")


def tick(app: App) -> list[int]:
    """One look at what is owed; the runs whose mail went out."""
    look_after(app)
    with app.store.transaction() as session:
        runs.owe_all(session, app.clock.now(), app.settings)
    return send_due(app)


def look_after(app: App) -> None:
    """Takes up the settings' readers, and what a sender that is gone left behind."""
    now = app.clock.now()
    with app.store.transaction() as session:
        subscriptions.seed(session, now, app.settings)
    with app.store.transaction() as session:
        runs.sweep(session, app.settings.folder, now, files=isinstance(app.mailer, FolderMailer))


def send_due(app: App, claimer: str | None = None) -> list[int]:
    """Sends what is due at this moment; the runs whose mail went out. `claimer` is held by `presence.present`."""
    with app.store.reading() as session:
        # Nearly always nothing is: that is a small question, who exactly is owed what a large one.
        if session.scalar(select(DigestRun.id).where(DigestRun.status == "due").limit(1)) is None:
            return []
        owed = runs.ready(session, app.clock.now())
    return send(app, claimer, owed)


def send_day(app: App, claimer: str, day: date, again: bool = False, only: str | None = None) -> list[int]:
    """Sends one day's mail because a person asks, to all readers or to the one at `only`: to those who have not got it,
    with `again` to each; the runs whose mail went out.

    Raises OutreachError as `runs.owe_day`, and `digest.already` if it went, or may have gone, to everybody.
    """
    now = app.clock.now()
    with app.store.transaction() as session:
        rows = runs.owe_day(session, now, app.settings, day, only)
        wanted = [run for run in rows if run.status not in {"sending", "sent", "unconfirmed"} or again]
        wanted = [run for run in wanted if runs.again(session, now, run.id)]
        if not wanted:
            status = f"digest.status.{rows[0].status}"
            whose = only or stops.masked(standing.of_runs(session, [rows[0].id])[0].mail)
            raise OutreachError("digest.already", day=day.isoformat(), recipient=whose, status_key=status)
        if day == local_day(now, app.settings.zone):
            for run in wanted:  # whoever asks in the middle of a day wants it up to this minute
                run.covers_until = max(run.covers_until, now)
        numbers = [run.id for run in wanted]
    return send_runs(app, claimer, numbers)


def send_runs(app: App, claimer: str, run_ids: Sequence[int]) -> list[int]:
    """Sends those of these runs that are due, whatever their day; those whose mail went out."""
    with app.store.reading() as session:
        owed = runs.ready(session, app.clock.now(), run_ids)
    return send(app, claimer, owed)


def send(app: App, claimer: str | None, owed: Sequence[Ready]) -> list[int]:
    """Sends these, as far as nobody else does; the runs whose mail went out.

    Raises OutreachError of the store, or `mail.journal` where the data folder cannot be written.
    """
    if not owed:
        return []
    now = app.clock.now()
    plans = by_plan(owed, now)
    press = making.press(app, now, plans)
    with ExitStack() as stack:
        token = claimer or stack.enter_context(presence.present(app.settings.folder))
        journal = stack.enter_context(Journal.open(app.settings.folder, token))
        sender = Round(app, token, journal, press)
        sender.go(Mail(one, plan) for plan, ones in plans.items() for one in ones)
    return sender.went
