"""People before the pages of a test: an account of a role, signed in without the doors, and its forms' token."""

import re
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from outreach.core.app import App
from outreach.people import sessions
from outreach.people.jobs import limits_of
from outreach.people.models import User
from outreach.web import csrf

PAGE = "http://127.0.0.1:8000"
COOKIE = "outreach"


def account(app: App, role: str, place: str | None = None, mail: str = "", **other: object) -> int:
    """The account of this role, made if there is none; its number."""
    mail = mail or f"{role}@example.org"
    with app.store.transaction() as session:
        known = session.scalar(select(User.id).where(User.mail == mail))
        if known is not None:
            return known
        user = User(
            mail=mail, role=role, place=place, created_at=app.clock.now() - timedelta(days=1),
            **{"name": f"Vārds {role}", "language": "lv", "theme": "auto", **other},
        )
        session.add(user)
        session.flush()
        return user.id


class Visitor:
    """A browser without a screen, signed in as a role; its posts carry the token that the pages' forms would.

    `proved`: it has given two factors.
    """

    def __init__(self, app: App, client: FlaskClient, role: str, place: str | None = None, *, proved: bool = True, **other: object) -> None:
        self.app = app
        self.client = client
        self.user_id = account(app, role, place, **other)
        with app.store.transaction() as session:
            self.token = sessions.begin(
                session, app.clock.now(), limits_of(app), self.user_id, full=True, device="Test", address="127.0.0.1", proved=proved
            )
        client.set_cookie(COOKIE, self.token, domain="127.0.0.1")
        with app.store.reading() as session:
            person = sessions.person_of(session, app.clock.now(), limits_of(app), self.token)
        assert person is not None
        self.person = person

    def get(self, path: str, **more: object) -> TestResponse:
        return self.client.get(path, base_url=PAGE, **more)  # type: ignore[arg-type]

    def post(self, path: str, data: dict[str, object] | None = None, **more: object) -> TestResponse:
        return self.client.post(path, base_url=PAGE, data={csrf.FIELD: self.csrf(), **(data or {})}, **more)  # type: ignore[arg-type]

    def csrf(self) -> str:
        return csrf.token(self.app.seal, f"session:{self.person.session_id}")

    def text(self, path: str) -> str:
        """A page's text; it must answer 200."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.location)
        return answer.get_data(as_text=True)


def csrf_in(page: str) -> str:
    """The token of the first form on a page."""
    found = re.search(rf'name="{csrf.FIELD}" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)
