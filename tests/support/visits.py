"""A person before the pages of a program that runs in a process of its own: signed in without the doors."""

from datetime import UTC, datetime, timedelta

import requests

from outreach.core.db import open_store
from outreach.people import sessions
from outreach.people.models import User
from tests.support.people import COOKIE
from tests.support.program import Program


def signed_in(program: Program, role: str = "comms", place: str | None = None) -> requests.Session:
    """A browser without a screen on the program's pages; the account is made if this role has none."""
    now = datetime.now(UTC)
    store = open_store(f"sqlite:///{program.folder / 'data' / 'outreach.db'}", create=False)
    limits = sessions.Limits(timedelta(hours=2), timedelta(hours=12))
    try:
        with store.transaction() as session:
            user = User(
                mail=f"{role}-{now.timestamp()}@example.org", name=f"Vārds {role}", role=role, place=place, language="lv", created_at=now
            )
            session.add(user)
            session.flush()
            token = sessions.begin(session, now, limits, user.id, full=True, device="Test", address="127.0.0.1")
    finally:
        store.close()
    browser = requests.Session()
    browser.cookies.set(COOKIE, token)
    return browser
