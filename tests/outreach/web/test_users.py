"""Accounts from an administrator's screen."""

import pytest
from sqlalchemy import select, update

from outreach.people import audit, keys, sessions
from outreach.people.models import ROLES, DoorKey, User
from tests.outreach.web.conftest import Office
from tests.support.people import Visitor, account

INVITED: dict[str, object] = {"mail": "janis@example.org", "name": "Jānis Ozols", "role": "reader", "place": "", "language": "lv"}


@pytest.fixture
def boss(office: Office) -> Visitor:
    visitor = office.as_role("administrator")
    with office.app.store.transaction() as session:
        session.execute(update(User).values(password_hash="kept"))
    return visitor


def the_user(office: Office, mail: str) -> User | None:
    with office.app.store.reading() as session:
        return session.scalar(select(User).where(User.mail == mail))


WALL = [("get", ""), ("get", "/new"), ("post", "/new"), ("get", "/1"), ("post", "/1"), *(("post", f"/1/{deed}") for deed in ("switch", "reset", "second", "sessions"))]


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrator"])
@pytest.mark.parametrize(("method", "path"), WALL)
def test_accounts_are_the_administrator_s_alone(office: Office, role: str, method: str, path: str) -> None:
    visitor = office.as_role(role, "Ludzas novads")
    assert getattr(visitor, method)(f"/settings/users{path}").status_code == 403


def test_an_invitation_makes_an_account_whose_mail_is_due(office: Office, boss: Visitor) -> None:
    assert "Nosūtīt uzaicinājumu" in boss.text("/settings/users/new")
    answer = boss.post("/settings/users/new", INVITED)
    user = the_user(office, "janis@example.org")
    assert user is not None and answer.location == f"/settings/users/{user.id}"
    with office.app.store.reading() as session:
        key = session.scalars(select(DoorKey)).one()
        assert (key.kind, key.user_id, key.mail_state, key.token_hash) == ("welcome", user.id, "due", None)
    page = boss.text("/settings/users")
    assert "Jānis Ozols" in page and "Uzaicināts" in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"mail": "nav adrese"}, "field-error"), ({"mail": "administrator@example.org"}, "jau ir"), ({"name": ""}, "field-error"),
        ({"role": "chief"}, "field-error"), ({"role": "partner"}, "jānorāda pašvaldība"), ({"place": "Atlantīda"}, "field-error"),
        ({"language": "ru"}, "field-error"),
    ],
)
def test_an_invitation_that_cannot_be_sent_keeps_what_was_typed(office: Office, boss: Visitor, data: dict[str, object], said: str) -> None:
    answer = boss.post("/settings/users/new", {**INVITED, **data})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and said in page
    assert 'value="Jānis Ozols"' in page or "name" in data
    with office.app.store.reading() as session:
        assert len(session.scalars(select(User)).all()) == 1


def test_a_name_is_text(office: Office, boss: Visitor) -> None:
    boss.post("/settings/users/new", {**INVITED, "name": "<script>alert(1)</script>"})
    user = the_user(office, "janis@example.org")
    assert user is not None
    for page in (boss.text("/settings/users"), boss.text(f"/settings/users/{user.id}")):
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_another_role_takes_effect_at_once(office: Office, boss: Visitor) -> None:
    visitor = office.as_role("reader")
    changed = {"name": "Anna Kalna", "role": "partner", "place": "Ludzas novads", "language": "en"}
    assert boss.post(f"/settings/users/{visitor.user_id}", changed).status_code == 303
    user = the_user(office, "reader@example.org")
    assert user is not None and (user.role, user.place, user.language) == ("partner", "Ludzas novads", "en")
    assert visitor.get("/me").status_code == 303
    with office.app.store.reading() as session:
        [entry] = audit.entries(session, audit.Chosen(action="change"))
    assert (entry.actor, entry.subject_id, entry.facts["role"]) == ("administrator@example.org", visitor.user_id, "partner")


def test_the_only_administrator_stays_one(office: Office, boss: Visitor) -> None:
    answer = boss.post(f"/settings/users/{boss.user_id}", {"name": "A", "role": "reader", "place": "", "language": "lv"})
    assert answer.status_code == 422 and "vienīgais administrators" in answer.get_data(as_text=True)
    boss.post(f"/settings/users/{boss.user_id}/switch", {"do": "disable"})
    assert "vienīgais administrators" in boss.text(f"/settings/users/{boss.user_id}")


def test_switching_off_ends_everything_and_on_lets_in_again(office: Office, boss: Visitor) -> None:
    visitor = office.as_role("reader")
    boss.post(f"/settings/users/{visitor.user_id}/switch", {"do": "disable"})
    assert visitor.get("/me").status_code == 303
    assert "Konts ir atslēgts" in boss.text(f"/settings/users/{visitor.user_id}")
    boss.post(f"/settings/users/{visitor.user_id}/switch", {"do": "enable"})
    user = the_user(office, "reader@example.org")
    assert user is not None and user.disabled_at is None


@pytest.mark.parametrize(("password", "kind"), [(None, "welcome"), ("kept", "reset")])
def test_a_link_goes_by_mail(office: Office, boss: Visitor, password: str | None, kind: str) -> None:
    user_id = account(office.app, "comms", password_hash=password)
    boss.post(f"/settings/users/{user_id}/reset")
    with office.app.store.reading() as session:
        key = session.scalars(select(DoorKey)).one()
    assert (key.kind, key.mail_state) == (kind, "due")


def test_no_link_for_an_account_that_is_switched_off(office: Office, boss: Visitor) -> None:
    user_id = account(office.app, "comms", disabled_at=office.clock.now())
    boss.post(f"/settings/users/{user_id}/reset")
    assert "ir atslēgts" in boss.text(f"/settings/users/{user_id}")
    with office.app.store.reading() as session:
        assert session.scalars(select(DoorKey)).all() == []


def test_a_lost_second_factor_and_devices_are_taken_away(office: Office, boss: Visitor) -> None:
    visitor = office.as_role("reader")
    boss.post(f"/settings/users/{visitor.user_id}/sessions")
    with office.app.store.transaction() as session:
        assert sessions.of_user(session, visitor.user_id) == []
        session.execute(update(User).where(User.id == visitor.user_id).values(totp_sealed="v1.x.y", totp_at=office.clock.now()))
    assert "Noņemt otro soli" in boss.text(f"/settings/users/{visitor.user_id}")
    boss.post(f"/settings/users/{visitor.user_id}/second")
    user = the_user(office, "reader@example.org")
    assert user is not None and user.totp_sealed is None


def test_a_mail_that_did_not_go_out_is_told(office: Office, boss: Visitor) -> None:
    user_id = account(office.app, "comms")
    with office.app.store.transaction() as session:
        keys.mail(session, office.clock.now(), "welcome", user_id)
        session.execute(update(DoorKey).values(mail_state="unconfirmed", error_key="people.mail.fault"))
    assert "vēstule varbūt ir nosūtīta" in boss.text(f"/settings/users/{user_id}")
    assert "Nav zināms" in boss.text("/settings/users")


@pytest.mark.parametrize("path", ["/settings/users/99", "/settings/users/4294967296"])
def test_an_account_that_is_not_there(boss: Visitor, path: str) -> None:
    assert boss.get(path).status_code == 404


def test_a_button_pressed_twice_is_not_pressed_back(office: Office, boss: Visitor) -> None:
    visitor = office.as_role("reader")
    for _ in range(2):
        assert boss.post(f"/settings/users/{visitor.user_id}/switch", {"do": "disable"}).status_code == 303
    with office.app.store.reading() as session:
        assert session.get_one(User, visitor.user_id).disabled_at is not None
    assert boss.post(f"/settings/users/{visitor.user_id}/switch").status_code == 400
