"""Who may what, walked: every route and method, every role, no foreign form, nobody else's things, no forged address."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from outreach import work
from outreach.people.models import ROLES, UserSession
from outreach.web import access, csrf
from outreach.web.visit import inside
from outreach.works.poll import Poll
from tests.benchmarks.archive_plan import NOW
from tests.outreach.web.conftest import PAGE, Office
from tests.support.archives import PASSWORD, archived, walked
from tests.support.people import COOKIE, Visitor, account, csrf_in
from tests.support.routes import METHODS, Route, routes, samples

# Forms that carry a token of another kind, and what changes nothing by any method.
OWN_PROOF = frozenset({"api.nothing"}) | access.SEALED_FORMS | access.PROVEN_BY_ADDRESS
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with archived(tmp_path_factory.mktemp("archive")) as made:
        yield made


@pytest.fixture(scope="module")
def visitors(office: Office) -> dict[str, Visitor]:
    return {role: office.as_role(role) for role in ROLES}


def is_door(answer: TestResponse) -> bool:
    """Whether a stranger was led to the sign-in."""
    return answer.status_code == 303 and (answer.location or "").startswith("/sign-in")


def test_every_route_and_method_is_named_by_the_table(office: Office) -> None:
    unnamed = [(route.endpoint, route.method) for route in walked(office) if route.method not in access.TABLE.get(route.endpoint, {})]
    assert unnamed == []


def test_every_row_of_the_table_has_its_route(office: Office) -> None:
    there = {(route.endpoint, route.method) for route in walked(office)}
    rows = {(endpoint, method) for endpoint, methods in access.TABLE.items() for method in methods}
    assert sorted(rows - there) == []


def test_a_route_that_nobody_named_answers_nobody(tmp_path: Path) -> None:
    from outreach import wiring
    from outreach.web.app import make
    from tests.support.offices import told_in

    with wiring.open_app(told_in(tmp_path), create=True) as app:
        pages = make(app)
        pages.add_url_rule("/forgotten", "forgotten.show", lambda: "secret")
        for role in ROLES:
            assert Visitor(app, pages.test_client(), role).get("/forgotten").status_code == 403
        assert pages.test_client().get("/forgotten", base_url=PAGE).status_code == 403


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_nothing_that_is_not_its_own(office: Office, visitors: dict[str, Visitor], role: str) -> None:
    visitor, passed = visitors[role], []
    closed = [route for route in walked(office) if role not in route.roles()]
    assert closed
    for route in closed:
        token = {csrf.HEADER: visitor.csrf()}
        answer = visitor.client.open(route.address, method=route.method, base_url=PAGE, headers=token)
        if answer.status_code != 403:
            passed.append((route.method, route.address, answer.status_code))
    assert passed == []


def test_a_stranger_is_led_to_the_door(office: Office) -> None:
    passed = []
    for route in walked(office):
        if access.STRANGER in route.roles():
            continue
        answer = office.client.application.test_client().open(route.address, method=route.method, base_url=PAGE)
        wanted = is_door(answer) or (route.endpoint.startswith("api.") and answer.status_code == 401)
        if not wanted:
            passed.append((route.method, route.address, answer.status_code))
    assert passed == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_into_every_room_of_its_own(office: Office, visitors: dict[str, Visitor], role: str) -> None:
    """A partner's own place may have nothing there: then it is a 404, never a refusal and never a broken page."""
    shut = []
    for route in walked(office):
        if route.method == "GET" and role in route.roles():
            answer = visitors[role].get(route.address)
            # It may well say that the program is not ready.
            broken = answer.status_code >= 500 and route.endpoint != "public.ready"
            if answer.status_code in {401, 403} or broken or is_door(answer):
                shut.append((route.address, answer.status_code))
            answer.close()
    assert shut == []


def changing(office: Office) -> list[Route]:
    return [route for route in walked(office) if route.method in CHANGING and route.endpoint not in OWN_PROOF]


def test_no_change_without_the_forms_token(office: Office, visitors: dict[str, Visitor]) -> None:
    passed = []
    for route in changing(office):
        role = route.visitor()
        for given in ({}, {csrf.FIELD: "x"}, {csrf.FIELD: visitors["comms" if role != "comms" else "reader"].csrf()}):
            client = visitors[role].client if role else office.client.application.test_client()
            answer = client.open(route.address, method=route.method, base_url=PAGE, data=given)
            if answer.status_code != 403:
                passed.append((route.address, given, answer.status_code))
    assert passed == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:8001"},
        {"Origin": "http://127.0.0.1:8000.evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_no_change_from_another_site_even_with_the_token(office: Office, visitors: dict[str, Visitor], headers: dict[str, str]) -> None:
    passed = []
    for route in walked(office):
        if route.method not in CHANGING:
            continue
        role = route.visitor()
        client = visitors[role].client if role else office.client.application.test_client()
        given = {csrf.FIELD: visitors[role].csrf()} if role else {}
        answer = client.open(route.address, method=route.method, base_url=PAGE, data=given, headers=headers)
        if answer.status_code != 403:
            passed.append((route.address, answer.status_code))
    assert passed == []


def test_no_other_method_is_taken(office: Office, visitors: dict[str, Visitor]) -> None:
    """What a route does not take is refused, and HEAD tells nobody what GET would not."""
    every = walked(office)
    for address in sorted({route.address for route in every}):
        for method in {*METHODS, "TRACE"} - {route.method for route in every if route.address == address}:
            with visitors["administrator"].client.open(address, method=method, base_url=PAGE) as answer:
                assert answer.status_code in {403, 405}, (method, address)
    for route in every:
        if route.method == "GET" and access.STRANGER not in route.roles():
            assert office.client.application.test_client().head(route.address, base_url=PAGE).status_code in {303, 401}, route.address


def test_a_partner_sees_its_own_place_alone(office: Office) -> None:
    """Each mention and campaign that does not name the partner's place is not there for it."""
    from campaigns.models import Campaign
    from scrapers.models import MentionPlace

    place = "Līvānu novads"
    partner = Visitor(office.app, office.client.application.test_client(), "partner", place, mail="livani@example.org")
    with office.app.store.reading() as session:
        ours = {*session.scalars(select(MentionPlace.mention_id).where(MentionPlace.place == place))}
        campaigns = {row.id: place in row.municipalities for row in session.scalars(select(Campaign))}
    assert ours and not all(campaigns.values())
    for number in range(1, 301, 7):
        assert partner.get(f"/mentions/{number}").status_code == (200 if number in ours else 404), number
    for number, is_theirs in campaigns.items():
        assert partner.get(f"/campaigns/{number}").status_code == (200 if is_theirs else 404), number


def test_a_partner_without_a_place_sees_nothing(office: Office) -> None:
    partner = Visitor(office.app, office.client.application.test_client(), "partner", None, mail="nekur@example.org")
    assert {partner.get(f"/mentions/{number}").status_code for number in range(1, 301, 13)} == {404}
    assert {partner.get(f"/campaigns/{number}").status_code for number in range(1, 13)} == {404}


def test_another_persons_work_and_sessions_are_not_there(office: Office) -> None:
    owner, other = office.as_role("reader"), Visitor(office.app, office.client.application.test_client(), "comms", mail="cits@example.org")
    with office.app.store.transaction() as session:
        number = work.ask(session, NOW, owner.user_id, owner.person.actor, "lv", Poll())
    assert owner.get(f"/work/{number}").status_code == 200
    assert other.get(f"/work/{number}").status_code == 404
    assert other.post(f"/work/{number}/cancel").status_code == 404
    assert other.get(f"/work/{number}/file").status_code == 404
    other.post(f"/me/sessions/{owner.person.session_id}/end")
    other.post("/me/sessions/end", {"id": str(owner.person.session_id), "session_id": str(owner.person.session_id)})
    assert owner.get("/me").status_code == 200


def signed_in(office: Office, **more: Any) -> TestResponse:
    client = office.client.application.test_client()
    public = more.pop("base_url", PAGE)
    form = csrf_in(client.get("/sign-in", base_url=str(public)).get_data(as_text=True))
    data = {"mail": "comms@example.org", "password": PASSWORD, csrf.FIELD: form, **more.pop("data", {})}
    return client.post("/sign-in", base_url=str(public), data=data, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("public", "name", "secure"), [(PAGE, "outreach", False), ("https://birojs.example.org", "__Host-outreach", True)])
def test_cookies_are_out_of_reach_for_scripts_and_other_sites(tmp_path: Path, public: str, name: str, secure: bool) -> None:
    with archived(tmp_path, web={"public_url": public}) as office:
        answer = signed_in(office, base_url=public)
        told = answer.headers.getlist("Set-Cookie")
        session = next(line for line in told if line.startswith(f"{name}="))
        assert "Path=/" in session and "Domain" not in session
        for line in told:
            assert "HttpOnly" in line and "SameSite=Lax" in line, line
            assert ("Secure" in line) is secure


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "127.0.0.1@evil.example", ""])
def test_another_hosts_name_is_not_ours(office: Office, visitors: dict[str, Visitor], host: str) -> None:
    for address in ("/", "/sign-in", "/api", "/jautajums"):
        answer = visitors["comms"].client.get(address, base_url=PAGE, headers={"Host": host})
        assert answer.status_code == 400 or (host == "" and answer.status_code < 500)
        assert "evil.example" not in answer.get_data(as_text=True) + (answer.location or "")


def test_a_forwarded_host_is_never_believed(office: Office) -> None:
    answer = office.client.get("/me", base_url=PAGE, headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})
    assert is_door(answer)
    assert "evil.example" not in (answer.location or "")


@pytest.mark.parametrize(
    ("trusted", "comes_from", "told", "seen"),
    [
        ((), "203.0.113.9", "198.51.100.7", "203.0.113.9"),
        (("10.0.0.1",), "203.0.113.9", "198.51.100.7", "203.0.113.9"),
        (("10.0.0.1",), "10.0.0.1", "198.51.100.7", "198.51.100.7"),
        (("10.0.0.1",), "10.0.0.1", "192.0.2.1, 198.51.100.7", "198.51.100.7"),
    ],
)
def test_only_a_named_proxy_says_where_a_visit_comes_from(tmp_path: Path, trusted: tuple[str, ...], comes_from: str, told: str, seen: str) -> None:
    with archived(tmp_path, web={"proxies": trusted}) as office:
        answer = signed_in(office, environ_base={"REMOTE_ADDR": comes_from}, headers={"X-Forwarded-For": told})
        assert answer.status_code == 303
        with office.app.store.reading() as session:
            assert session.scalars(select(UserSession.address)).all() == [seen]


OUTSIDE = ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/%5cevil.example/../\\x", "javascript:alert(1)", "/a\nb", "", "evil"]


@pytest.mark.parametrize("target", OUTSIDE)
def test_no_way_leads_out(target: str) -> None:
    led = inside(target)
    assert led is None or (led.startswith("/") and not led.startswith(("//", "/\\")) and "\\" not in led)


@pytest.mark.parametrize("target", OUTSIDE)
def test_the_sign_in_leads_nowhere_else(office: Office, target: str) -> None:
    account(office.app, "comms")
    answer = signed_in(office, data={"next": target})
    assert answer.status_code == 303
    assert answer.location == "/"
    assert f"{COOKIE}=" in "".join(answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("target", ["/mentions?sense=russia", "/me"])
def test_the_sign_in_leads_on_to_what_was_wanted(office: Office, target: str) -> None:
    answer = office.client.application.test_client().get(target, base_url=PAGE)
    assert is_door(answer)
    assert signed_in(office, data={"next": target}).location == target


@pytest.mark.parametrize("number", ["0", "2147483648", "9" * 25, "9" * 5000, "\u0663", "-1", "1e3"])
def test_a_number_of_no_row_is_no_page(office: Office, visitors: dict[str, Visitor], number: str) -> None:
    """Stores keep numbers of 32 bits: a larger one is no fault of the program."""
    with office.app.store.reading() as session:
        filled = {name: number for name in samples(session) if name.endswith("_id")}
    walked_ = [route for route in routes(office.client.application, filled) if number in route.address]
    assert walked_
    for route in walked_:
        visitor = visitors[route.visitor() or "comms"]
        answer = visitor.get(route.address) if route.method == "GET" else visitor.post(route.address)
        assert answer.status_code < 500, (route.method, route.rule)
        answer.close()


@pytest.mark.parametrize("query", ["before=" + "9" * 25, "before=-1", "inquiry=" + "9" * 25, "status=all&before=" + "9" * 25, "id=" + "9" * 25])
def test_a_number_of_no_row_in_an_address_breaks_no_page(office: Office, visitors: dict[str, Visitor], query: str) -> None:
    for route in walked(office):
        if route.method == "GET" and route.visitor() and route.endpoint != "public.ready":
            with visitors[str(route.visitor())].get(f"{route.address}?{query}") as answer:
                assert answer.status_code < 500, route.address
