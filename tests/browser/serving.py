"""Pages on a port for a browser: the office of a test, served as long as the block lasts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from werkzeug.serving import make_server

from outreach.core.app import App
from outreach.people import sessions
from outreach.people.jobs import limits_of
from tests.support.people import COOKIE, account

# Only how long a broken page may keep a test waiting, in milliseconds; whoever is done goes on at once.
LIMIT = 120_000


@contextmanager
def served(pages: Flask, port: int) -> Iterator[str]:
    """The address under which the pages answer on this machine."""
    server = make_server("127.0.0.1", port, pages, threaded=True)
    listening = threading.Thread(target=server.serve_forever, daemon=True)
    listening.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        listening.join(10)
        server.server_close()


def session_of(app: App, role: str, place: str | None = None) -> str:
    """A session's token for somebody of this role."""
    user = account(app, role, place)
    with app.store.transaction() as session:
        return sessions.begin(session, app.clock.now(), limits_of(app), user, full=True, device="Test", address="127.0.0.1")


def as_role(browser: Browser, app: App, base: str, role: str, place: str | None = None, **more: object) -> BrowserContext:
    """A browser that is signed in with this role; a stranger's where the role is empty."""
    context = browser.new_context(**{"base_url": base, "locale": "lv-LV", "viewport": {"width": 1440, "height": 900}, **more})  # type: ignore[arg-type]
    context.set_default_timeout(LIMIT)
    if role:
        context.add_cookies([{"name": COOKIE, "value": session_of(app, role, place), "url": base}])
    return context
