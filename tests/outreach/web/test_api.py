"""The interface: who may call, what each resource promises, pages without a gap, and answers that cost the same."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from outreach.people import tokens
from outreach.people.models import ROLES, User
from outreach.web import access
from outreach.web.api import calling, figures
from outreach.web.api.calling import Allowance
from scrapers.exchange import Counted
from scrapers.models import SENSES, TIERS, Mention, MentionPlace
from tests.benchmarks.archive_plan import NOW
from tests.benchmarks.replay import listening
from tests.outreach.web.conftest import PAGE, Office
from tests.support.archives import archived
from tests.support.people import account

RIGA = ZoneInfo("Europe/Riga")
LISTS = ("mentions", "stories", "campaigns", "deliveries")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with archived(tmp_path_factory.mktemp("archive")) as made:
        yield made


@pytest.fixture(autouse=True)
def _fresh(office: Office) -> None:
    """Every test has a minute of its own."""
    office.client.application.extensions["outreach.api"] = Allowance()


class Program:
    """Another program with a token."""

    def __init__(self, office: Office, role: str, scopes: tuple[str, ...] = tokens.SCOPES, mail: str = "") -> None:
        self.office = office
        self.user_id = account(office.app, role, mail=mail)
        with office.app.store.transaction() as session:
            self.token = tokens.make(session, NOW, self.user_id, "x@example.org", "Tabula", scopes, 30)

    def get(self, address: str, **headers: str) -> TestResponse:
        client: FlaskClient = self.office.client.application.test_client()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get(address, base_url=PAGE, headers={"Authorization": f"Bearer {self.token}", **named})

    def read(self, address: str) -> Any:
        answer = self.get(address)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    def all(self, address: str) -> list[Any]:
        """Every row, page after page."""
        found: list[Any] = []
        while address:
            told = self.read(address)
            found += told["items"]
            address = told["next"]
        return found


@pytest.fixture(scope="module")
def program(office: Office) -> Program:
    return Program(office, "comms")


def refused(answer: TestResponse, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    told: dict[str, Any] = answer.get_json()
    assert told["status"] == status and told["title"] and told["detail"].endswith((".", "!"))
    return told


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("scope", tokens.SCOPES)
def test_a_token_may_no_more_than_its_owners_role_and_its_scope(office: Office, role: str, scope: str) -> None:
    holder = Program(office, role, (scope,), mail=f"{role}-{scope}@example.org")
    for asked in tokens.SCOPES:
        is_free = asked == scope and access.may(role, f"api.{asked}")
        answer = holder.get(f"/api/v1/{asked}")
        if is_free:
            assert answer.status_code == 200
        else:
            refused(answer, 403)
    if access.may(role, f"api.{scope}"):
        refused(holder.get("/api/v1/nowhere"), 404)
        other = next(one for one in tokens.SCOPES if one != scope)
        assert f'scope="{other}"' in holder.get(f"/api/v1/{other}").headers["WWW-Authenticate"]


def test_without_a_key_and_with_a_dead_one(office: Office, program: Program) -> None:
    stranger = office.client.application.test_client()
    for address in ("/api/v1/mentions", "/api/v1/openapi.json"):
        told = stranger.get(address, base_url=PAGE)
        refused(told, 401)
        assert told.headers["WWW-Authenticate"].startswith("Bearer")
    for key in ("Bearer nonsense", "Bearer ", "Basic YTpi", "x", f"Bearer {program.token}x"):
        refused(stranger.get("/api/v1/mentions", base_url=PAGE, headers={"Authorization": key}), 401)
    # A dead key is told so, also in a browser whose person might.
    inside = office.as_role("comms")
    assert inside.get("/api/v1/mentions").status_code == 200
    refused(inside.get("/api/v1/mentions", headers={"Authorization": "Bearer nonsense"}), 401)


@pytest.mark.parametrize("how", ["revoked", "ended", "disabled", "demoted"])
def test_a_token_dies_with_what_it_stands_on(office: Office, how: str) -> None:
    holder = Program(office, "reader", mail=f"{how}@example.org")
    assert holder.get("/api/v1/mentions").status_code == 200
    later = NOW
    with office.app.store.transaction() as session:
        if how == "revoked":
            tokens.revoke_all(session, NOW, holder.user_id)
        if how == "disabled":
            session.execute(update(User).where(User.id == holder.user_id).values(disabled_at=NOW))
        if how == "demoted":
            session.execute(update(User).where(User.id == holder.user_id).values(role="partner"))
        if how == "ended":
            later = NOW + timedelta(days=30)
    office.clock.moment = later
    try:
        refused(holder.get("/api/v1/mentions"), 403 if how == "demoted" else 401)
    finally:
        office.clock.moment = NOW


def test_a_token_leaves_when_it_was_last_used(office: Office) -> None:
    holder = Program(office, "reader", mail="last@example.org")
    holder.get("/api/v1/mentions")
    with office.app.store.reading() as session:
        assert [token.last_used_at for token in tokens.of_user(session, NOW, holder.user_id)] == [NOW]


def test_a_sentence_comes_in_the_asked_language(office: Office, program: Program) -> None:
    latvian = refused(program.get("/api/v1/mentions?limit=0&lang=lv"), 422)
    english = refused(program.get("/api/v1/mentions?limit=0&lang=en"), 422)
    accepted = refused(program.get("/api/v1/mentions?limit=0", Accept_Language="en"), 422)
    assert english == accepted != latvian
    assert "limit" in english["fields"] and "1 to 200" in english["fields"]["limit"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "limit=x", "limit=-1", "limit=99999999999999999999", "cursor=0", "cursor=x", "cursor=2147483648",
        "since=2026-11-01", "since=2026-11-01T00:00:00", "since=x", "until=0001-01-01T00:00:00%2B14:00", "until=9999-12-31T23:59:59-12:00",
        "sense=love", "tier=x", "relevant=maybe", "source=0", "place=", "language=x", "unheard=1", "lang=ru",
    ],
)
def test_an_argument_that_does_not_fit_is_named(program: Program, query: str) -> None:
    told = refused(program.get(f"/api/v1/mentions?{query}"), 422)
    assert list(told["fields"]) == [query.partition("=")[0]]
    assert told["fields"][query.partition("=")[0]]


@pytest.mark.parametrize("query", ["since=2026-11-24&until=2026-11-23", "since=2026-08-01&until=2026-11-23", "since=2026-11-01T00:00:00Z", "until=x"])
def test_figures_take_a_span_of_days_that_is_not_too_long(program: Program, query: str) -> None:
    refused(program.get(f"/api/v1/figures?{query}"), 422)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed(office: Office, program: Program, method: str) -> None:
    client = office.client.application.test_client()
    keyed = {"Authorization": f"Bearer {program.token}"}
    for scope in tokens.SCOPES:
        answer = client.open(f"/api/v1/{scope}", method=method, base_url=PAGE, headers=keyed)
        refused(answer, 405)
        assert answer.headers["Allow"] == "GET, HEAD"
    refused(client.open("/api/v1/families", method=method, base_url=PAGE, headers=keyed), 404)


@pytest.mark.parametrize(("resource", "limit"), [("campaigns", 1), *((resource, limit) for resource in LISTS for limit in (7, 200))])
def test_pages_hold_every_row_once_the_newest_first(program: Program, resource: str, limit: int) -> None:
    ids = [row["id"] for row in program.all(f"/api/v1/{resource}?limit={limit}")]
    assert ids == sorted(set(ids), reverse=True)
    assert ids == [row["id"] for row in program.all(f"/api/v1/{resource}?limit=50")]
    assert len(ids) > 10


def test_every_mention_is_there(office: Office, program: Program) -> None:
    with office.app.store.reading() as session:
        assert len(program.all("/api/v1/mentions?limit=200")) == len(session.scalars(select(Mention.id)).all()) == 300


@pytest.mark.parametrize("resource", LISTS)
def test_the_next_page_is_named_twice_and_keeps_what_was_asked(program: Program, resource: str) -> None:
    answer = program.get(f"/api/v1/{resource}?limit=3&until=2026-12-31T00:00:00%2B02:00&lang=en")
    following = answer.get_json()["next"]
    assert answer.headers["Link"] == f'<{following}>; rel="next"'
    assert {"limit=3", "lang=en", "until=2026-12-31T00%3A00%3A00%2B02%3A00"} <= set(following.partition("?")[2].split("&"))
    assert len(program.read(following)["items"]) == 3


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("sense=russia", lambda row: row["sense"] == "russia"),
        ("tier=local", lambda row: row["tier"] == "local"),
        ("language=ru", lambda row: row["language"] == "ru"),
        ("relevant=true", lambda row: row["relevant"]),
        ("relevant=false", lambda row: not row["relevant"]),
        ("source=40", lambda row: row["source_id"] == 40),
        ("place=Daugavpils", lambda row: "Daugavpils" in row["places"]),
        ("place=Daugavpils&relevant=true&tier=national", lambda row: "Daugavpils" in row["places"] and row["relevant"] and row["tier"] == "national"),
        ("since=2026-11-22T22:00:00Z", lambda row: row["found_at"] >= "2026-11-22T22:00:00Z"),
        ("until=2026-11-22T22:00:00Z", lambda row: row["found_at"] < "2026-11-22T22:00:00Z"),
        ("since=2026-11-22T10:00:00+02:00&until=2026-11-22T12:00:00+02:00", lambda row: "2026-11-22T08:00:00Z" <= row["found_at"] < "2026-11-22T10:00:00Z"),
        ("since=2031-01-01T00:00:00Z", lambda row: False),
        ("until=1999-01-01T00:00:00Z", lambda row: False),
    ],
)
def test_mentions_are_those_that_were_asked_for(program: Program, query: str, holds: Any) -> None:
    every = program.all("/api/v1/mentions?limit=200")
    found = program.all(f"/api/v1/mentions?limit=20&{query}")
    assert [row["id"] for row in found] == [row["id"] for row in every if holds(row)]


def test_a_page_looks_at_a_bounded_part_and_still_misses_nothing(office: Office, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    from scrapers import exchange

    whole = [row["id"] for row in program.all("/api/v1/mentions?limit=200&sense=russia")]
    monkeypatch.setattr(exchange, "SPAN", 40)
    first = program.read("/api/v1/mentions?limit=200&sense=russia")
    assert len(first["items"]) < len(whole) and first["next"]
    assert [row["id"] for row in program.all("/api/v1/mentions?limit=200&sense=russia")] == whole


def test_stories_add_up_their_mentions(office: Office, program: Program) -> None:
    mentions = {row["id"]: row for row in program.all("/api/v1/mentions?limit=200")}
    stories = program.all("/api/v1/stories?limit=50")
    assert {number for story in stories for number in story["mention_ids"]} == set(mentions)
    for story in stories:
        tellings = [mentions[number] for number in story["mention_ids"]]
        assert story["tellings"] == len(tellings)
        assert story["relevant"] == sum(row["relevant"] for row in tellings)
        assert set(story["senses"]) == {row["sense"] for row in tellings}
        assert all(row["story_id"] == story["id"] for row in tellings)
        assert story["last_found_at"] == max(row["found_at"] for row in tellings)


@pytest.mark.parametrize("query", ["since=2026-11-23T00:00:00Z", "until=2026-11-22T20:00:00Z", "since=2030-01-01T00:00:00Z", "until=2000-01-01T00:00:00Z"])
@pytest.mark.parametrize(("resource", "moment"), [("stories", "found_at"), ("campaigns", "created_at"), ("deliveries", "due_at")])
def test_a_period_has_its_first_moment_and_not_its_last(program: Program, resource: str, moment: str, query: str) -> None:
    side, _, at = query.partition("=")
    every = program.all(f"/api/v1/{resource}?limit=200")
    wanted = [row["id"] for row in every if (row[moment] >= at if side == "since" else row[moment] < at)]
    assert [row["id"] for row in program.all(f"/api/v1/{resource}?limit=9&{query}")] == wanted


def test_deliveries_by_status_and_campaign(program: Program) -> None:
    every = program.all("/api/v1/deliveries?limit=200")
    campaign = every[0]["campaign_id"]
    assert [row["id"] for row in program.all("/api/v1/deliveries?status=scheduled")] == [row["id"] for row in every if row["status"] == "scheduled"]
    assert [row["id"] for row in program.all(f"/api/v1/deliveries?campaign={campaign}")] == [row["id"] for row in every if row["campaign_id"] == campaign]
    refused(program.get("/api/v1/deliveries?status=lost"), 422)


def test_campaigns_count_what_is_theirs(program: Program) -> None:
    deliveries = program.all("/api/v1/deliveries?limit=200")
    for row in program.all("/api/v1/campaigns?limit=200"):
        own = [one for one in deliveries if one["campaign_id"] == row["id"]]
        assert row["published"] == sum(one["status"] == "published" for one in own)
        assert row["clicks"] == sum(one["clicks"] for one in own)
        assert row["posts"] == len({one["post_id"] for one in own})


def test_figures_are_the_sums_of_their_days_and_tell_of_no_one(program: Program) -> None:
    told = program.read("/api/v1/figures?since=2026-11-21&until=2026-11-23")
    assert [day["day"] for day in told["days"]] == ["2026-11-21", "2026-11-22", "2026-11-23"]
    mentions = program.all("/api/v1/mentions?limit=200&since=2026-11-21T00:00:00%2B02:00&until=2026-11-24T00:00:00%2B02:00")
    assert told["mentions"] == len(mentions) == sum(day["mentions"] for day in told["days"])
    assert told["relevant"] == sum(row["relevant"] for row in mentions)
    for part, names in (("by_tier", TIERS), ("by_sense", SENSES)):
        assert set(told[part]) == set(names)
        assert sum(told[part].values()) == told["mentions"]
    assert told["inquiries"]["total"] == sum(source["count"] for source in told["inquiries"]["by_source"])
    assert {name for source in told["inquiries"]["by_source"] for name in source} == {"rule", "label", "channel", "campaign", "count"}


@given(st.lists(st.tuples(st.integers(0, 5 * 24 * 60), st.sampled_from(TIERS), st.sampled_from(SENSES), st.booleans()), max_size=60))
def test_every_mention_falls_on_its_local_day(told: list[tuple[int, str, str, bool]]) -> None:
    """Over the night of the autumn change, too."""
    start = datetime(2026, 10, 23, tzinfo=RIGA)
    counted = [Counted((start + timedelta(minutes=minutes)).astimezone(ZoneInfo("UTC")), tier, sense, ours) for minutes, tier, sense, ours in told]
    days = figures.by_day(counted, date(2026, 10, 23), date(2026, 10, 29), RIGA)
    assert [day.mentions for day in days] == [sum(one.found_at.astimezone(RIGA).date() == day.day for one in counted) for day in days]
    assert sum(day.relevant for day in days) == sum(one.relevant for one in counted)


@pytest.mark.parametrize("resource", [*LISTS, "figures", "openapi.json"])
def test_an_unchanged_answer_is_not_sent_again(office: Office, program: Program, resource: str) -> None:
    first = program.get(f"/api/v1/{resource}", Accept_Encoding="br")
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie"} <= {name.strip() for name in first.headers["Vary"].split(",")}
    for encoding in ("br", "identity"):
        again = program.get(f"/api/v1/{resource}", If_None_Match=tag, Accept_Encoding=encoding)
        assert (again.status_code, again.get_data()) == (304, b"")
    assert program.get(f"/api/v1/{resource}", If_None_Match='W/"other"').status_code == 200


def test_a_changed_answer_is_sent(office: Office, program: Program) -> None:
    tag = program.get("/api/v1/mentions?limit=1").headers["ETag"]
    with office.app.store.transaction() as session:
        newest = session.scalars(select(Mention).order_by(Mention.id.desc()).limit(1)).one()
        newest.relevant = not newest.relevant
    assert program.get("/api/v1/mentions?limit=1", If_None_Match=tag).status_code == 200


def test_too_many_calls_wait(office: Office, program: Program) -> None:
    other = Program(office, "comms", mail="cits@example.org")
    office.client.application.extensions["outreach.api"] = Allowance(most=5)
    assert [program.get("/api/v1/campaigns").status_code for _ in range(6)] == [200] * 5 + [429]
    answer = program.get("/api/v1/campaigns")
    refused(answer, 429)
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert other.get("/api/v1/campaigns").status_code == 200
    office.clock.moment = NOW + timedelta(minutes=1)
    try:
        assert program.get("/api/v1/campaigns").status_code == 200
    finally:
        office.clock.moment = NOW


@given(st.lists(st.integers(0, 300), max_size=40), st.integers(1, 5))
def test_no_minute_lets_more_through_than_it_may(seconds: list[int], most: int) -> None:
    allowance, passed = Allowance(most), {}
    for second in sorted(seconds):
        at = NOW + timedelta(seconds=second)
        wait = allowance.wait("x", at)
        if not wait:
            passed[second // 60] = passed.get(second // 60, 0) + 1
        else:
            assert (at + timedelta(seconds=wait)).minute != at.minute or wait == 1
    assert all(count <= most for count in passed.values())


def test_a_store_that_does_not_answer_is_a_problem_with_a_number(office: Office, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.core.errors import OutreachError
    from scrapers import exchange

    for error, status in ((OutreachError("core.store.full", where="/srv/secret"), 503), (RuntimeError("/srv/secret"), 500)):

        def fail(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(exchange, "stories", fail)
        told = refused(program.get("/api/v1/stories"), status)
        assert told["reference"]
        assert "secret" not in json.dumps(told)


def test_no_family_and_no_inquiry_is_anywhere(office: Office, program: Program) -> None:
    document = program.read("/api/v1/openapi.json")
    # What is read; a portal's inquiry only goes in.
    read = [path for path, methods in document["paths"].items() if "get" in methods]
    schemas = [schema for name, schema in document["components"]["schemas"].items() if not name.startswith("Inquiry")]
    names = json.dumps([*read, *schemas]).lower()
    for word in ("household", "family_", "contact", "_sealed", "inquiry_id", "\"people\""):
        assert word not in names
    for address in ("families", "households", "families/1", "inquiries/1"):
        refused(program.get(f"/api/v1/{address}"), 404)
    refused(program.get("/api/v1/inquiries"), 405)


@pytest.mark.parametrize("resource", [*LISTS, "figures"])
def test_a_call_asks_the_store_a_few_times(office: Office, program: Program, resource: str) -> None:
    for query in ("", "?since=2026-11-20T00:00:00Z&until=2026-11-23T00:00:00Z&limit=200"):
        with listening(office.app.store.engine) as heard:
            program.get(f"/api/v1/{resource}{query if resource != 'figures' else ''}")
        assert len(heard.statements) <= 10


def test_the_page_explains_every_resource_in_both_languages(office: Office) -> None:
    reader = office.as_role("reader")
    for language in ("lv", "en"):
        page = reader.text(f"/api?lang={language}")
        for scope in tokens.SCOPES:
            assert f"GET /api/v1/{scope}" in page
            assert "Authorization: Bearer" in page
        assert "api." not in page.replace("/api", "").replace("openapi.", "")
    assert str(calling.A_MINUTE) in page


def test_places_are_asked_as_they_are_written(office: Office, program: Program) -> None:
    with office.app.store.reading() as session:
        place, number = session.execute(select(MentionPlace.place, MentionPlace.mention_id).where(MentionPlace.place.like("%novads"))).first() or ("", 0)
    assert number in [row["id"] for row in program.all(f"/api/v1/mentions?place={place.replace(' ', '%20')}")]
    assert program.all("/api/v1/mentions?place=%27%20OR%201=1--") == []
