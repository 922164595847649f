"""Asking for a new password tells nobody whether there is such an account: the same answer, the same work."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select

from outreach.core.app import App
from outreach.people import entry
from outreach.people.models import AuditEntry, DoorKey
from tests.support.people import account

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def asked(app: App, mail: str) -> list[str]:
    """What the store was asked for it, in order."""
    statements: list[str] = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        statements.append(" ".join(statement.split()[:3]))

    event.listen(app.store.engine, "before_cursor_execute", note)
    try:
        entry.ask_reset(app, NOW, mail, "192.0.2.7")
    finally:
        event.remove(app.store.engine, "before_cursor_execute", note)
    return [told for told in statements if not told.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]


@pytest.mark.parametrize("mail", ["nobody@example.org", "switched-off@example.org", "Reader@Example.ORG "])
def test_an_unknown_account_costs_the_store_as_much_as_a_known_one(app: App, mail: str) -> None:
    account(app, "reader")
    account(app, "comms", mail="switched-off@example.org", disabled_at=NOW)
    known = asked(app, "reader@example.org")
    assert any(told.startswith("INSERT INTO door_keys") for told in known)
    assert asked(app, mail) == known


def test_nothing_stays_of_an_unknown_account(app: App) -> None:
    asked(app, "nobody@example.org")
    with app.store.reading() as session:
        assert session.scalars(select(DoorKey)).all() == []
        assert session.scalars(select(AuditEntry)).all() == []
    account(app, "reader")
    asked(app, "reader@example.org")
    with app.store.reading() as session:
        assert session.scalars(select(DoorKey.mail_state)).all() == ["due"]
        assert session.scalars(select(AuditEntry.action)).all() == ["ask_reset"]
