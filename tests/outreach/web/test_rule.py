"""The rule of the second factor, made stricter while people are inside: it holds at their next step."""

from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest

from outreach import wiring
from outreach.core.app import App
from outreach.core.testing import FixedClock
from outreach.people import second, tokens
from outreach.people.models import User
from outreach.web.app import make
from tests.benchmarks.archive_plan import NOW
from tests.support.offices import told_in
from tests.support.people import PAGE, Visitor, csrf_in

PLACE = "Ludzas novads"
# Pages and pieces of pages of every room that some role may enter.
INSIDE = ("/", "/me", "/me/second", "/mentions", "/mentions/days", "/search?q=a", "/calendar/events.json", "/campaigns", "/inquiries",
          "/families", "/families/1", "/reports", "/work", "/api", "/settings", "/settings/users")  # fmt: skip


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[App]:
    """The office as it starts again after `people.second_factor` was changed; its sessions are from before."""
    told = told_in(tmp_path, people={"second_factor": "everybody"})
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as app:
        yield app


def from_before(app: App, role: str, **other: object) -> Visitor:
    """Somebody whose session began with the password alone."""
    return Visitor(app, make(app).test_client(), role, PLACE if role == "partner" else None, proved=False, **other)


@pytest.mark.parametrize("role", ["administrator", "comms", "coordinator", "reader", "partner"])
def test_an_open_session_gets_only_the_set_up(strict: App, role: str) -> None:
    visitor = from_before(strict, role)
    for address in INSIDE:
        for headers in ({}, {"HX-Request": "true"}):
            assert visitor.get(address, headers=headers).status_code in {303, 401}, address
    assert visitor.post("/me/theme", {"theme": "dark"}).status_code == 303
    with strict.store.reading() as session:
        assert session.get_one(User, visitor.user_id).theme == "auto"
    assert visitor.get("/api/v1/mentions").status_code == 401
    assert visitor.get("/sign-in").location == "/sign-in/second"


def test_the_set_up_leads_back_inside_with_a_new_session(strict: App) -> None:
    visitor = from_before(strict, "comms")
    page = visitor.text("/sign-in/second")
    with strict.store.reading() as session:
        secret = second.waiting_secret(session, strict.seal, visitor.user_id)
    assert secret is not None and secret in page.replace(" ", "")
    # Looking again does not make another secret: the telephone has this one.
    visitor.text("/sign-in/second")
    code = pyotp.TOTP(secret).at(NOW)
    before = visitor.token
    answer = visitor.client.post("/sign-in/second", base_url=PAGE, data={"csrf": csrf_in(page), "code": code})
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    held = visitor.client.get_cookie("outreach", domain="127.0.0.1")
    assert held is not None and held.value != before
    assert visitor.get("/me").status_code == 200


def test_who_has_a_factor_gives_its_code(strict: App) -> None:
    """A session that began by password alone, before its owner set the factor up in another browser."""
    visitor = from_before(strict, "comms")
    with strict.store.transaction() as session:
        second.prepare(session, strict.seal, visitor.user_id)
        secret = second.waiting_secret(session, strict.seal, visitor.user_id)
        assert secret is not None
        assert second.confirm(session, NOW, strict.seal, visitor.user_id, pyotp.TOTP(secret).at(NOW))
    page = visitor.text("/sign-in/second")
    assert secret not in page.replace(" ", "")
    assert visitor.get("/").status_code == 303


def test_who_proved_two_factors_is_not_asked_again(strict: App) -> None:
    """Also where the office's own service has asked for them: such an account has none of ours."""
    assert Visitor(strict, make(strict).test_client(), "reader").get("/me").status_code == 200


@pytest.mark.parametrize(("policy", "role", "inside"), [("families", "comms", True), ("families", "coordinator", False), ("optional", "coordinator", True)])
def test_only_whom_the_rule_means(tmp_path: Path, policy: str, role: str, inside: bool) -> None:
    with wiring.open_app(told_in(tmp_path, people={"second_factor": policy}), create=True, clock=FixedClock(NOW)) as app:
        assert (from_before(app, role).get("/me").status_code == 200) is inside


def test_a_factor_set_up_inside_proves_this_session_and_no_other(tmp_path: Path) -> None:
    with wiring.open_app(told_in(tmp_path / "a", people={"second_factor": "optional"}), create=True, clock=FixedClock(NOW)) as app:
        visitor, other = from_before(app, "coordinator"), from_before(app, "coordinator")
        with app.store.transaction() as session:
            second.prepare(session, app.seal, visitor.user_id)
            secret = second.waiting_secret(session, app.seal, visitor.user_id)
        assert secret is not None
        assert visitor.post("/me/second/confirm", {"code": pyotp.TOTP(secret).at(NOW)}).status_code == 200
    with wiring.open_app(told_in(tmp_path / "a", people={"second_factor": "families"}), clock=FixedClock(NOW)) as app:
        clients = [make(app).test_client() for _ in range(2)]
        for client, one in zip(clients, (visitor, other), strict=True):
            client.set_cookie("outreach", one.token, domain="127.0.0.1")
        assert [client.get("/me", base_url=PAGE).status_code for client in clients] == [200, 303]


def test_pressed_twice_the_first_recovery_codes_stay(strict: App) -> None:
    visitor = from_before(strict, "comms")
    with strict.store.transaction() as session:
        second.prepare(session, strict.seal, visitor.user_id)
        secret = second.waiting_secret(session, strict.seal, visitor.user_id)
        assert secret is not None
        code = pyotp.TOTP(secret).at(NOW)
        assert second.confirm(session, NOW, strict.seal, visitor.user_id, code)
        assert second.confirm(session, NOW, strict.seal, visitor.user_id, code) is None
        assert second.codes_left(session, visitor.user_id) == second.CODES


def test_a_token_goes_on(strict: App) -> None:
    """A key for a program was made by somebody inside; the rule is of those who sign in."""
    visitor = from_before(strict, "reader")
    with strict.store.transaction() as session:
        made = tokens.make(session, NOW, visitor.user_id, visitor.person.actor, "x", ("mentions",), 30)
    client = make(strict).test_client()
    answer = client.get("/api/v1/mentions", base_url=PAGE, headers={"Authorization": f"Bearer {made}"})
    assert answer.status_code == 200
