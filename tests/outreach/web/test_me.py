"""One's own account from the screen: what guards it asks for the password again, and touches nobody else's."""

import re
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import update
from werkzeug.test import TestResponse

from outreach import wiring
from outreach.people import passwords, second, sessions, tokens
from outreach.people.jobs import limits_of
from outreach.people.models import ROLES, User
from outreach.web.app import make
from tests.outreach.web.conftest import Office
from tests.support.offices import told_in
from tests.support.people import PAGE, Visitor

PASSWORD = "trīs zaļi ezeri"
NEW = "pieci pelēki akmeņi"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", QUICK)


def somebody(office: Office, role: str = "comms", place: str | None = None) -> Visitor:
    visitor = office.as_role(role, place)
    with office.app.store.transaction() as session:
        session.execute(update(User).where(User.id == visitor.user_id).values(password_hash=QUICK.hash(PASSWORD)))
    return visitor


def told(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def user(office: Office, visitor: Visitor) -> User:
    with office.app.store.reading() as session:
        return session.get_one(User, visitor.user_id)


@pytest.mark.parametrize("role", ROLES)
def test_everybody_sees_their_own_account(office: Office, role: str) -> None:
    page = office.as_role(role, "Ludzas novads").text("/me")
    assert f"{role}@example.org" in page
    assert ('action="/me/tokens"' in page) == (role != "partner")


def test_a_partner_makes_no_tokens(office: Office) -> None:
    assert office.as_role("partner", "Ludzas novads").post("/me/tokens", {"name": "x", "days": "30"}).status_code == 403


@pytest.mark.parametrize(
    ("path", "data", "field", "value"),
    [
        ("language", {"language": "en"}, "language", "en"), ("language", {"language": "xx"}, "language", "lv"),
        ("theme", {"theme": "dark"}, "theme", "dark"), ("theme", {"theme": "<b>"}, "theme", "auto"),
        ("shortcuts", {"shortcuts": "0"}, "shortcuts", False), ("shortcuts", {"shortcuts": "1"}, "shortcuts", True),
    ],
)
def test_language_look_and_keys(office: Office, path: str, data: dict[str, object], field: str, value: object) -> None:
    visitor = somebody(office)
    answer = visitor.post(f"/me/{path}", data, headers={"Referer": f"{PAGE}/me?lang=lv&x=1"})
    assert (answer.status_code, answer.location) == (303, "/me?x=1")
    assert getattr(user(office, visitor), field) == value


@pytest.mark.parametrize("referer", ["https://evil.example/x", "//evil.example", "", f"{PAGE}//evil.example"])
def test_a_choice_leads_back_inside_alone(office: Office, referer: str) -> None:
    assert somebody(office).post("/me/theme", {"theme": "dark"}, headers={"Referer": referer}).location == "/me"


# --- the password


def test_a_new_password_ends_other_devices_and_keeps_this_one(office: Office) -> None:
    here, there = somebody(office), somebody(office)
    done = here.post("/me/password", {"current": PASSWORD, "password": NEW, "again": NEW})
    assert done.status_code == 303
    assert here.get("/me").status_code == 200 and there.get("/me").status_code == 303
    assert passwords.opens(user(office, here).password_hash, NEW)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"current": "x", "password": NEW, "again": NEW}, "Pašreizējā parole nav pareiza"),
        ({"current": PASSWORD, "password": "īsa", "again": "īsa"}, "vismaz 8"),
        ({"current": PASSWORD, "password": NEW, "again": NEW + "x"}, "nav vienādas"),
        ({"current": "", "password": "", "again": ""}, "field-error"),
    ],
)
def test_a_password_that_cannot_be_set_says_why(office: Office, data: dict[str, object], said: str) -> None:
    visitor = somebody(office)
    answer = visitor.post("/me/password", data)
    assert answer.status_code == 422 and said in told(answer)
    assert NEW not in told(answer)
    assert passwords.opens(user(office, visitor).password_hash, PASSWORD)


def test_the_present_password_cannot_be_guessed_from_inside(office: Office) -> None:
    visitor = somebody(office)
    data: dict[str, object] = {"current": "x", "password": NEW, "again": NEW}
    answers = [visitor.post("/me/password", data) for _ in range(6)]
    assert "sekund" in told(answers[-1])


# --- the second factor


def set_up(office: Office, visitor: Visitor) -> tuple[str, list[str]]:
    assert visitor.post("/me/second", {"current": PASSWORD}).location == "/me/second"
    assert "<svg" in visitor.text("/me/second")
    with office.app.store.reading() as session:
        secret = second.waiting_secret(session, office.app.seal, visitor.user_id)
    assert secret is not None
    done = visitor.post("/me/second/confirm", {"code": pyotp.TOTP(secret).at(office.clock.now())})
    return secret, re.findall(r"<li><code>([\w-]+)</code>", told(done))


def test_a_second_factor_is_set_up_with_its_first_code(office: Office) -> None:
    visitor = somebody(office)
    assert visitor.get("/me/second").location == "/me"
    _, codes = set_up(office, visitor)
    assert len(codes) == 10
    page = visitor.text("/me")
    assert "Atlikuši 10 atkopšanas kodi" in page and not any(code in page for code in codes)
    assert visitor.get("/me/second").location == "/me"


def test_a_wrong_first_code_changes_nothing(office: Office) -> None:
    visitor = somebody(office)
    visitor.post("/me/second", {"current": PASSWORD})
    for code in ("000000", ""):
        assert visitor.post("/me/second/confirm", {"code": code}).status_code == 422
    assert user(office, visitor).totp_at is None


@pytest.mark.parametrize("path", ["second", "second/off", "second/codes"])
def test_what_guards_the_account_asks_for_the_password(office: Office, path: str) -> None:
    visitor = somebody(office)
    if path != "second":
        set_up(office, visitor)
    before = user(office, visitor).totp_sealed
    for current in ("", "x"):
        answer = visitor.post(f"/me/{path}", {"current": current})
        assert answer.status_code == 422 and "field-error" in told(answer)
    assert user(office, visitor).totp_sealed == before


def test_new_codes_replace_the_old_and_off_takes_all(office: Office) -> None:
    visitor = somebody(office)
    _, old = set_up(office, visitor)
    new = re.findall(r"<li><code>([\w-]+)</code>", told(visitor.post("/me/second/codes", {"current": PASSWORD})))
    assert len(new) == 10 and not set(new) & set(old)
    visitor.post("/me/second/off", {"current": PASSWORD})
    assert user(office, visitor).totp_sealed is None


def test_who_owes_a_second_factor_cannot_switch_it_off(office: Office, tmp_path) -> None:  # type: ignore[no-untyped-def]
    with wiring.open_app(told_in(tmp_path / "owed", people={"second_factor": "everybody"}), create=True, clock=office.clock) as app:
        visitor = Visitor(app, make(app).test_client(), "comms", password_hash=QUICK.hash(PASSWORD))
        with app.store.transaction() as session:
            second.prepare(session, app.seal, visitor.user_id)
            session.execute(update(User).values(totp_at=office.clock.now()))
        assert "second/off" not in visitor.text("/me")
        visitor.post("/me/second/off", {"current": PASSWORD})
        with app.store.reading() as session:
            assert session.get_one(User, visitor.user_id).totp_sealed is not None


# --- devices


def test_a_device_is_ended_and_only_one_s_own(office: Office) -> None:
    here, there, other = somebody(office), somebody(office), office.as_role("reader")
    assert there.get("/me").status_code == 200
    here.post(f"/me/sessions/{there.person.session_id}/end")
    here.post(f"/me/sessions/{other.person.session_id}/end")
    assert there.get("/me").status_code == 303
    assert other.get("/me").status_code == 200
    gone = here.post(f"/me/sessions/{here.person.session_id}/end")
    assert gone.location == "/sign-in" and here.get("/me").status_code == 303


def test_all_other_devices_end_at_once(office: Office) -> None:
    here, *others = (somebody(office) for _ in range(4))
    assert here.text("/me").count(">Atvienot</button>") == 4
    here.post("/me/sessions/end")
    assert "Atvienotas 3 ierīces" in here.text("/me")
    assert all(other.get("/me").status_code == 303 for other in others)


def test_a_device_s_name_is_text(office: Office) -> None:
    visitor = somebody(office)
    with office.app.store.transaction() as session:
        sessions.begin(
            session, office.clock.now(), limits_of(office.app), visitor.user_id, full=True,
            device="<script>alert(1)</script>", address="192.0.2.7",
        )
    page = visitor.text("/me")
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


# --- tokens


def a_token(visitor: Visitor, **data: object) -> TestResponse:
    return visitor.post("/me/tokens", {"name": "Tabula", "days": "30", "scopes": ["mentions", "figures"], **data})


def test_a_token_is_shown_once_and_opens_what_it_may(office: Office) -> None:
    visitor = somebody(office)
    found = re.search(r"outreach_[\w-]{43}", told(a_token(visitor)))
    assert found is not None
    page = visitor.text("/me")
    assert found.group() not in page and found.group()[:12] in page
    with office.app.store.reading() as session:
        person = tokens.person_of(session, office.clock.now(), found.group())
        assert person is not None
        assert (person.role, person.scopes) == ("comms", {"mentions", "figures"})
        assert tokens.person_of(session, office.clock.now() + timedelta(days=30), found.group()) is None
        assert tokens.person_of(session, office.clock.now(), found.group()[:-1] + "!") is None


def test_a_token_is_revoked_by_its_owner_alone(office: Office) -> None:
    visitor, other = somebody(office), office.as_role("reader")
    found = re.search(r"outreach_[\w-]{43}", told(a_token(visitor)))
    assert found is not None
    with office.app.store.reading() as session:
        number = tokens.of_user(session, office.clock.now(), visitor.user_id)[0].id
    other.post(f"/me/tokens/{number}/revoke")
    with office.app.store.reading() as session:
        assert tokens.person_of(session, office.clock.now(), found.group()) is not None
    visitor.post(f"/me/tokens/{number}/revoke")
    with office.app.store.reading() as session:
        assert tokens.person_of(session, office.clock.now(), found.group()) is None


@pytest.mark.parametrize(
    ("data", "said"),
    [({"name": ""}, "field-error"), ({"scopes": []}, "Izvēlieties vismaz vienu"), ({"scopes": ["families"]}, "field-error"), ({"days": "9999"}, "field-error")],
)
def test_a_token_that_cannot_be_made_says_why(office: Office, data: dict[str, object], said: str) -> None:
    answer = a_token(somebody(office), **data)
    assert answer.status_code == 422 and said in told(answer)
