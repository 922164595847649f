"""The doors from a browser's side: sign-in, second factor, links, the way out; and what keeps others outside."""

import re
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from outreach import wiring
from outreach.core.testing import FixedClock
from outreach.people import keys, passwords, second
from outreach.people.models import DoorKey, RecoveryCode, User, UserSession
from outreach.web.app import make
from tests.outreach.web.conftest import Office
from tests.support.offices import told_in
from tests.support.people import COOKIE, PAGE, account, csrf_in

PASSWORD = "trīs zaļi ezeri"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
KEPT = QUICK.hash(PASSWORD)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doors are what is tried here; how strong the hashing is, tests/outreach/people says."""
    monkeypatch.setattr(passwords, "_HASHER", QUICK)


class Door:
    """A browser before the doors: reads the form's token from the page, as browsers do."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=PAGE)

    def send(self, path: str, **data: str) -> TestResponse:
        """Opens the page of the form and sends it."""
        page = self.get(path).get_data(as_text=True)
        return self.client.post(path, base_url=PAGE, data={"csrf": csrf_in(page), **data})

    def sign_in(self, role: str = "comms", password: str = PASSWORD, **more: str) -> TestResponse:
        return self.send("/sign-in", mail=f"{role}@example.org", password=password, **more)

    @property
    def cookie(self) -> str:
        held = self.client.get_cookie(COOKIE, domain="127.0.0.1")
        return held.value if held is not None else ""

    def is_inside(self) -> bool:
        return self.get("/me").status_code != 303


@pytest.fixture
def door(office: Office) -> Door:
    account(office.app, "comms", password_hash=KEPT)
    return Door(office.client)


def another(office: Office) -> Door:
    return Door(office.client.application.test_client())


def factor(office: Office, role: str) -> tuple[int, str]:
    """An account of the role with a second factor; its number and secret."""
    user_id = account(office.app, role, password_hash=KEPT)
    with office.app.store.transaction() as session:
        second.prepare(session, office.app.seal, user_id)
        secret = second.waiting_secret(session, office.app.seal, user_id)
        assert secret is not None
        session.execute(update(User).where(User.id == user_id).values(totp_at=office.clock.now()))
    return user_id, secret


def told(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def code(office: Office, secret: str) -> str:
    return pyotp.TOTP(secret).at(office.clock.now())


# --- by password


def test_the_right_password_opens_a_new_session_and_leads_on(office: Office, door: Door) -> None:
    assert door.get("/me?lang=en").location == "/sign-in?next=/me?lang%3Den"
    came = door.sign_in(next="/me?lang=en")
    assert (came.status_code, came.location) == (303, "/me?lang=en")
    assert door.is_inside()
    assert door.get("/sign-in?next=/me").location == "/me"
    other = another(office)
    other.sign_in()
    assert other.is_inside() and other.cookie != door.cookie


def test_a_browser_s_earlier_session_ends_at_the_sign_in(office: Office, door: Door) -> None:
    user_id, secret = factor(office, "coordinator")
    door.sign_in("coordinator")
    half = door.cookie
    assert door.get("/").location.startswith("/sign-in")
    door.send("/sign-in/second", code=code(office, secret))
    assert door.cookie != half
    with office.app.store.reading() as session:
        assert len(session.scalars(select(UserSession).where(UserSession.user_id == user_id)).all()) == 1


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "\t//evil.example", ""]
)
def test_nobody_is_led_outside(door: Door, target: str) -> None:
    assert door.sign_in(next=target).location == "/"


def test_cookies_are_for_the_browser_alone(office: Office, door: Door) -> None:
    for told_cookie in door.sign_in().headers.getlist("Set-Cookie"):
        assert "HttpOnly" in told_cookie and "SameSite=Lax" in told_cookie and "Path=/" in told_cookie
        assert "Domain" not in told_cookie


def test_behind_tls_cookies_are_secure_and_held_to_the_host(tmp_path: Path, office: Office) -> None:
    settings = told_in(tmp_path / "tls", web={"public_url": "https://birojs.example.org"})
    with wiring.open_app(settings, create=True, clock=office.clock) as app:
        account(app, "comms", password_hash=KEPT)
        client = make(app).test_client()
        base = "https://birojs.example.org"
        page = client.get("/sign-in", base_url=base)
        sent = {"csrf": csrf_in(told(page)), "mail": "comms@example.org", "password": PASSWORD}
        answer = client.post("/sign-in", base_url=base, data=sent)
        cookies = answer.headers.getlist("Set-Cookie")
    assert answer.status_code == 303
    assert all(one.startswith("__Host-outreach") and "Secure" in one for one in cookies) and len(cookies) == 2
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_wrong_password_unknown_account_and_switched_off_account_are_told_alike(office: Office, door: Door) -> None:
    account(office.app, "reader", password_hash=KEPT, disabled_at=office.clock.now())
    account(office.app, "coordinator")  # invited, has no password yet
    pages = set()
    for role, password in [("comms", "x"), ("nobody", PASSWORD), ("reader", PASSWORD), ("coordinator", PASSWORD)]:
        answer = another(office).sign_in(role, password)
        assert answer.status_code == 422
        pages.add(re.sub(r'value="[^"]*"', "", told(answer)))
    assert len(pages) == 1
    assert "nav pareizi" in pages.pop()


def test_what_was_typed_stays_but_never_the_password(door: Door) -> None:
    page = told(door.sign_in(password="aplama parole"))
    assert 'value="comms@example.org"' in page and "aplama parole" not in page


def test_an_empty_form_says_what_is_missing(door: Door) -> None:
    answer = door.send("/sign-in", mail="", password="")
    assert answer.status_code == 422 and told(answer).count("field-error") == 2


def test_a_form_without_its_token_does_nothing(door: Door) -> None:
    answer = door.client.post("/sign-in", base_url=PAGE, data={"mail": "comms@example.org", "password": PASSWORD})
    assert answer.status_code == 403 and not door.is_inside()


def test_a_token_of_another_browser_does_nothing(office: Office, door: Door) -> None:
    foreign = csrf_in(told(another(office).get("/sign-in")))
    door.get("/sign-in")
    sent = {"csrf": foreign, "mail": "comms@example.org", "password": PASSWORD}
    assert door.client.post("/sign-in", base_url=PAGE, data=sent).status_code == 403


# --- the session's end


def test_after_signing_out_the_old_cookie_opens_nothing(office: Office, door: Door) -> None:
    door.sign_in()
    old = door.cookie
    page = told(door.get("/me"))
    door.client.post("/sign-out", base_url=PAGE, data={"csrf": csrf_in(page)})
    assert door.cookie == "" and not door.is_inside()
    thief = another(office)
    thief.client.set_cookie(COOKIE, old, domain="127.0.0.1")
    assert not thief.is_inside()


def test_an_unused_session_ends_and_so_does_one_in_use(office: Office, door: Door) -> None:
    door.sign_in()
    office.clock.step(timedelta(minutes=119))
    assert door.is_inside()
    office.clock.step(timedelta(minutes=120))
    assert not door.is_inside()
    door.sign_in()
    for _ in range(11):
        office.clock.step(timedelta(minutes=60))
        assert door.is_inside()
    office.clock.step(timedelta(minutes=60))
    assert not door.is_inside()


# --- guessing


def wrong(door: Door, times: int, role: str = "comms") -> TestResponse:
    page = told(door.get("/sign-in"))
    answer = None
    for _ in range(times):
        sent = {"csrf": csrf_in(page), "mail": f"{role}@example.org", "password": "x"}
        answer = door.client.post("/sign-in", base_url=PAGE, data=sent)
    assert answer is not None
    return answer


def test_twenty_wrong_passwords_are_slowed_alike_for_known_and_unknown(office: Office, door: Door) -> None:
    known = wrong(another(office), 20)
    unknown = wrong(another(office), 20, "nobody")
    assert "Mēģiniet vēlreiz pēc 5 sekundēm" in told(known)
    assert re.sub(r'value="[^"]*"', "", told(known)) == re.sub(r'value="[^"]*"', "", told(unknown))
    # Even the right one has to wait.
    assert another(office).sign_in().status_code == 422
    office.clock.step(timedelta(seconds=5))
    assert another(office).sign_in().status_code == 303


def test_the_wait_grows_with_each_failure(office: Office, door: Door) -> None:
    wrong(door, 5)
    waits = []
    for _ in range(4):
        page = told(wrong(door, 1))
        found = re.search(r"pēc (\d+) sekund", page)
        assert found is not None
        waits.append(int(found.group(1)))
        office.clock.step(timedelta(seconds=waits[-1]))
        wrong(door, 1)
    assert waits == [5, 10, 20, 40]


def test_a_stranger_who_hammers_does_not_keep_the_officer_out(office: Office, door: Door) -> None:
    door.sign_in()
    door.client.delete_cookie(COOKIE, domain="127.0.0.1")
    wrong(another(office), 40)
    assert another(office).sign_in().status_code == 422
    assert door.sign_in().status_code == 303


def test_a_known_browser_is_slowed_too_by_its_own_failures(office: Office, door: Door) -> None:
    door.sign_in()
    door.client.delete_cookie(COOKIE, domain="127.0.0.1")
    assert "sekund" in told(wrong(door, 6))


def test_one_address_that_tries_many_accounts_is_slowed(office: Office, door: Door) -> None:
    stranger = another(office)
    for number in range(30):
        assert "sekund" not in told(wrong(stranger, 1, f"somebody{number}"))
    assert "sekund" in told(wrong(stranger, 1, "somebody99"))


# --- the second factor


def test_a_code_opens_once_and_never_again(office: Office, door: Door) -> None:
    _, secret = factor(office, "coordinator")
    assert door.sign_in("coordinator", next="/inquiries").location == "/sign-in/second?next=/inquiries"
    assert not door.is_inside()
    now = code(office, secret)
    assert door.send("/sign-in/second?next=/inquiries", code=now).location == "/inquiries"
    assert door.is_inside()
    other = another(office)
    other.sign_in("coordinator")
    replayed = other.send("/sign-in/second", code=now)
    assert replayed.status_code == 422 and "jau izmantots" in told(replayed) and not other.is_inside()
    office.clock.step(timedelta(seconds=30))
    assert other.send("/sign-in/second", code=code(office, secret)).status_code == 303


def test_a_recovery_code_opens_once(office: Office, door: Door) -> None:
    user_id, _ = factor(office, "coordinator")
    with office.app.store.transaction() as session:
        codes = second.new_codes(session, office.app.seal, user_id)
    door.sign_in("coordinator")
    assert door.send("/sign-in/second", code=codes[0].upper().replace("-", " ")).status_code == 303
    other = another(office)
    other.sign_in("coordinator")
    assert other.send("/sign-in/second", code=codes[0]).status_code == 422
    assert other.send("/sign-in/second", code=codes[1]).status_code == 303
    with office.app.store.reading() as session:
        assert second.codes_left(session, user_id) == 8
        assert not {row.code_hash for row in session.scalars(select(RecoveryCode))} & set(codes)


def test_codes_cannot_be_guessed_at_leisure(office: Office, door: Door) -> None:
    factor(office, "coordinator")
    door.sign_in("coordinator")
    for _ in range(5):
        assert "nav pareizs" in told(door.send("/sign-in/second", code="000000"))
    assert "sekund" in told(door.send("/sign-in/second", code="000000"))


def test_a_half_session_sees_no_page_and_ends_soon(office: Office, door: Door) -> None:
    factor(office, "coordinator")
    door.sign_in("coordinator")
    for path in ("/", "/me"):
        assert door.get(path).location.startswith("/sign-in")
    office.clock.step(timedelta(minutes=10))
    assert door.get("/sign-in/second").location == "/sign-in"


@pytest.mark.parametrize(("policy", "owed"), [("optional", ""), ("families", "coordinator"), ("everybody", "coordinator comms")])
def test_who_owes_a_second_factor_sets_it_up_before_any_page(tmp_path: Path, policy: str, owed: str, office: Office) -> None:
    settings = told_in(tmp_path / policy, people={"second_factor": policy})
    with wiring.open_app(settings, create=True, clock=office.clock) as app:
        for role in ("coordinator", "comms"):
            user_id = account(app, role, password_hash=KEPT)
            door = Door(make(app).test_client())
            came = door.sign_in(role)
            if role not in owed:
                assert came.location == "/"
                continue
            assert came.location == "/sign-in/second" and not door.is_inside()
            page = told(door.get("/sign-in/second"))
            with app.store.reading() as session:
                secret = second.waiting_secret(session, app.seal, user_id)
            assert secret is not None and "<svg" in page and " ".join(re.findall(".{4}", secret)) in page
            assert door.send("/sign-in/second", code="000000").status_code == 422
            done = door.send("/sign-in/second", code=pyotp.TOTP(secret).at(office.clock.now()))
            assert done.status_code == 200 and told(done).count("<li><code>") == 10
            assert door.is_inside()


# --- links


def first_link(office: Office) -> str:
    with office.app.store.transaction() as session:
        return keys.make(session, office.clock.now(), "first")


NEW = {"password": "pieci pelēki akmeņi", "again": "pieci pelēki akmeņi"}


def test_the_first_link_makes_the_first_administrator_once(office: Office) -> None:
    token = first_link(office)
    door, late = Door(office.client), another(office)
    late_page = told(late.get(f"/welcome/{token}"))
    came = door.send(f"/welcome/{token}", name="Anna Bērziņa", mail="Anna@Example.org", **NEW)
    assert (came.status_code, came.location) == (303, "/")
    assert door.is_inside()
    with office.app.store.reading() as session:
        user = session.scalars(select(User)).one()
        assert (user.mail, user.role, user.name) == ("anna@example.org", "administrator", "Anna Bērziņa")
    sent = {"csrf": csrf_in(late_page), "name": "Cits", "mail": "cits@example.org", **NEW}
    assert late.client.post(f"/welcome/{token}", base_url=PAGE, data=sent).status_code == 404
    assert another(office).get(f"/welcome/{token}").status_code == 404


def test_a_newer_first_link_ends_the_older(office: Office) -> None:
    old, new = first_link(office), first_link(office)
    assert office.client.get(f"/welcome/{old}", base_url=PAGE).status_code == 404
    assert office.client.get(f"/welcome/{new}", base_url=PAGE).status_code == 200
    office.clock.step(timedelta(hours=24))
    assert office.client.get(f"/welcome/{new}", base_url=PAGE).status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"password": "īsa", "again": "īsa"}, "vismaz 8"),
        ({"password": "Password123", "again": "Password123"}, "lieto daudzi"),
        ({"password": "annabērziņa1", "again": "annabērziņa1"}, "gandrīz tikai"),
        ({"password": "pieci pelēki akmeņi", "again": "pieci pelēki akmens"}, "nav vienādas"),
        ({"password": "ā" * 129, "again": "ā" * 129}, "128"),
        ({"password": "", "again": ""}, "field-error"),
    ],
)
def test_passwords_that_do_not_fit_are_told_beside_the_field(office: Office, sent: dict[str, str], said: str) -> None:
    path = f"/welcome/{first_link(office)}"
    answer = Door(office.client).send(path, name="Anna Bērziņa", mail="anna@example.org", **sent)
    page = told(answer)
    assert answer.status_code == 422 and said in page and 'value="Anna Bērziņa"' in page
    assert office.client.get(path, base_url=PAGE).status_code == 200


def test_the_reset_answers_alike_for_every_address(office: Office, door: Door) -> None:
    account(office.app, "reader", password_hash=KEPT, disabled_at=office.clock.now())
    pages = {told(door.send("/sign-in/forgotten", mail=f"{who}@example.org")) for who in ("comms", "nobody", "reader")}
    assert len(pages) == 1
    with office.app.store.reading() as session:
        row = session.scalars(select(DoorKey)).one()
        assert (row.kind, row.mail_state, row.token_hash) == ("reset", "due", None)


def test_at_most_three_reset_mails_an_hour(office: Office, door: Door) -> None:
    for _ in range(5):
        assert door.send("/sign-in/forgotten", mail="comms@example.org").status_code == 200
    with office.app.store.reading() as session:
        assert len(session.scalars(select(DoorKey)).all()) == 3
    office.clock.step(timedelta(hours=1))
    door.send("/sign-in/forgotten", mail="comms@example.org")
    with office.app.store.reading() as session:
        assert len(session.scalars(select(DoorKey)).all()) == 4


def test_a_link_opens_only_its_own_account_once_and_ends_every_session(office: Office, door: Door) -> None:
    door.sign_in()
    user_id = account(office.app, "comms")
    with office.app.store.transaction() as session:
        token = keys.make(session, office.clock.now(), "reset", user_id)
    other = another(office)
    done = other.send(f"/reset/{token}", **NEW)
    assert done.location == "/sign-in" and "Parole ir nomainīta" in told(other.get("/sign-in"))
    assert not door.is_inside() and not other.is_inside()
    assert other.get(f"/reset/{token}").status_code == 404
    assert other.sign_in().status_code == 422
    assert other.sign_in(password=NEW["password"]).status_code == 303
    with office.app.store.reading() as session:
        told_row = session.scalars(select(DoorKey).where(DoorKey.mail_state == "due")).one()
        assert told_row.used_at is not None and told_row.token_hash is None


def test_a_link_dies_with_its_time_and_with_its_account(office: Office) -> None:
    user_id = account(office.app, "comms", password_hash=KEPT)
    with office.app.store.transaction() as session:
        token = keys.make(session, office.clock.now(), "reset", user_id)
    office.clock.step(timedelta(minutes=29))
    assert Door(office.client).get(f"/reset/{token}").status_code == 200
    with office.app.store.transaction() as session:
        session.execute(update(User).where(User.id == user_id).values(disabled_at=office.clock.now()))
    assert Door(office.client).get(f"/reset/{token}").status_code == 404
    with office.app.store.transaction() as session:
        session.execute(update(User).where(User.id == user_id).values(disabled_at=None))
    office.clock.step(timedelta(minutes=1))
    assert Door(office.client).get(f"/reset/{token}").status_code == 404


def test_an_invitation_asks_for_the_second_factor_where_it_is_owed(tmp_path: Path, office: Office) -> None:
    settings = told_in(tmp_path / "owed", people={"second_factor": "everybody"})
    with wiring.open_app(settings, create=True, clock=FixedClock(office.clock.now())) as app:
        user_id = account(app, "comms")
        with app.store.transaction() as session:
            token = keys.make(session, app.clock.now(), "welcome", user_id)
        door = Door(make(app).test_client())
        assert door.send(f"/welcome/{token}", **NEW).location == "/sign-in/second"
        assert "<svg" in told(door.get("/sign-in/second"))


def test_the_doors_speak_the_visitor_s_language(office: Office) -> None:
    page = office.client.get("/sign-in", base_url=PAGE, headers={"Accept-Language": "en"})
    assert "I forgot my password" in told(page) and 'lang="en"' in told(page)
    assert "Aizmirsu paroli" in told(office.client.get("/sign-in?lang=lv", base_url=PAGE, headers={"Accept-Language": "en"}))
