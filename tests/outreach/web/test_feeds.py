"""Addresses for calendar programs: made, shown once, ended; what is behind them for whom, how often, and whether it changed."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
from sqlalchemy import select

from campaigns import dispatch
from campaigns.models import Campaign, CampaignStep
from outreach.people import feeds, users
from outreach.people.models import CalendarFeed, User
from outreach.people.sessions import hash_of
from outreach.people.users import Account
from tests.core.test_ics import of, strict
from tests.outreach.web import planning
from tests.outreach.web.conftest import PAGE, Office
from tests.support.people import Visitor

PLACE = "Balvu novads"


@pytest.fixture
def filled(office: Office, tmp_path: Path) -> Office:
    channel = planning.channel(office, tmp_path)
    for name, place in (("Mūsu", PLACE), ("Sveša", "Ludzas novads")):
        number = planning.campaign(office, f"{name} kampaņa", place)
        planning.delivery(office, planning.post(office, number, f"{name}, ziņa; viena"), channel, datetime(2026, 12, 1, 8, 30, tzinfo=UTC))
        with office.app.store.transaction() as session:
            session.add(CampaignStep(campaign_id=number, kind="task", title=f"{name} darbs", due_on=date(2026, 11, 24)))
    return office


def made(visitor: Visitor, **told: str) -> str:
    """The path of a new address, as the page shows it."""
    page = visitor.post("/me/calendars", dict(told)).get_data(as_text=True)
    found = re.search(r'<code>http://127\.0\.0\.1:8000(/calendar/feed/[\w-]+\.ics[^<]*)</code>', page)
    assert found is not None
    return found[1]


def fetched(office: Office, path: str, status: int = 200, **headers: str) -> bytes:
    client = office.client.application.test_client()
    answer = client.get(path, base_url=PAGE, headers=headers)
    assert answer.status_code == status, path
    return answer.data


def titles(body: bytes) -> set[str]:
    return {str(event["SUMMARY"]) for event in events(body)}


def events(body: bytes) -> Iterator[icalendar.Event]:
    strict(body)
    yield from icalendar.Calendar.from_ical(body).walk("VEVENT")  # type: ignore[misc]


def one(body: bytes, begins: str) -> icalendar.Event:
    return next(event for event in events(body) if str(event["UID"]).startswith(begins))


def test_an_address_is_shown_once_and_kept_as_a_hash(filled: Office) -> None:
    reader = filled.as_role("reader")
    path = made(reader)
    token = path.split("/")[-1].removesuffix(".ics")
    with filled.app.store.reading() as session:
        assert session.scalars(select(CalendarFeed.token_hash)).all() == [hash_of(token)]
    page = reader.text("/me/calendars")
    assert token not in page and "Viss plāns" in page and "vēl ne reizi" in page
    fetched(filled, path)
    assert "vēl ne reizi" not in reader.text("/me/calendars")


def test_the_whole_plan_is_behind_it_without_a_sign_in(filled: Office) -> None:
    body = fetched(filled, made(filled.as_role("reader")))
    assert titles(body) == {
        "Kampaņa: Mūsu kampaņa", "Kampaņa: Sveša kampaņa", "Mūsu darbs", "Sveša darbs", "Mape: Mūsu, ziņa; viena", "Mape: Sveša, ziņa; viena",
    }  # fmt: skip
    campaign, step, delivery = (one(body, kind) for kind in ("campaign", "step", "delivery"))
    assert (campaign["DTSTART"].dt, campaign["DTEND"].dt) == (date(2026, 11, 20), date(2026, 12, 1))
    assert (step["DTSTART"].dt, step["DTEND"].dt) == (date(2026, 11, 24), date(2026, 11, 25))
    assert delivery["DTSTART"].dt == datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
    assert delivery["UID"] == "delivery-1@127.0.0.1"
    assert delivery["URL"] == "http://127.0.0.1:8000/deliveries/1"
    assert "Stāvoklis: ieplānots" in delivery["DESCRIPTION"] and delivery["URL"] in delivery["DESCRIPTION"]
    assert b"@example.org" not in body and "Vārds".encode() not in body


def test_the_year_comes_along_where_it_is_wanted(filled: Office) -> None:
    path = made(filled.as_role("reader"), moments="1")
    assert path.endswith("?moments=1")
    body = fetched(filled, path)
    assert "Ziemassvētki" in titles(body)
    assert "Ziemassvētki" not in titles(fetched(filled, path.partition("?")[0]))
    uids = [str(event["UID"]) for event in events(body)]
    assert len(uids) == len({*uids})


def test_a_feed_of_one_campaign(filled: Office) -> None:
    body = fetched(filled, made(filled.as_role("comms"), campaign="1"))
    assert titles(body) == {"Kampaņa: Mūsu kampaņa", "Mūsu darbs", "Mape: Mūsu, ziņa; viena"}
    assert of(strict(body), "NAME") == "Mūsu kampaņa"
    assert "Mūsu kampaņa" in filled.as_role("comms").text("/me/calendars")
    assert filled.as_role("comms").post("/me/calendars", {"campaign": "99"}).status_code == 422


def test_a_partner_sees_what_is_its_places_and_the_pages_it_may_open(filled: Office) -> None:
    partner = planning.partner(filled, PLACE)
    body = fetched(filled, made(partner))
    assert titles(body) == {"Kampaņa: Mūsu kampaņa", "Mūsu darbs", "Mape: Mūsu, ziņa; viena"}
    assert one(body, "delivery")["URL"] == "http://127.0.0.1:8000/campaigns/1"
    assert partner.post("/me/calendars", {"campaign": "2"}).status_code == 422
    assert "Sveša" not in partner.text("/me/calendars")


def test_it_shows_what_its_owner_may_see_today(filled: Office) -> None:
    """Who becomes a partner keeps no way to all the rest."""
    reader = filled.as_role("reader")
    whole, of_two = made(reader), made(reader, campaign="2")
    assert "Sveša darbs" in titles(fetched(filled, whole)) & titles(fetched(filled, of_two))
    with filled.app.store.transaction() as session:
        users.change(session, filled.clock.now(), "x", reader.user_id, Account(reader.person.mail, "Tagad Partneris", "partner", PLACE, "lv"))
    assert titles(fetched(filled, whole)) == {"Kampaņa: Mūsu kampaņa", "Mūsu darbs", "Mape: Mūsu, ziņa; viena"}
    body = fetched(filled, of_two)
    assert titles(body) == set() and "Sveša".encode() not in body


def test_it_speaks_its_owners_language(filled: Office) -> None:
    reader = filled.as_role("reader")
    path = made(reader)
    with filled.app.store.transaction() as session:
        session.get_one(User, reader.user_id).language = "en"
    assert "Campaign: Mūsu kampaņa" in titles(fetched(filled, path, **{"Accept-Language": "lv"}))


def test_an_ended_address_and_a_switched_off_account_open_nothing(filled: Office) -> None:
    reader = filled.as_role("reader")
    ended, kept = made(reader), made(reader)
    Visitor(filled.app, filled.client.application.test_client(), "comms").post("/me/calendars/1/end")
    fetched(filled, ended)  # another's is not theirs to end
    reader.post("/me/calendars/1/end")
    fetched(filled, ended, 404)
    fetched(filled, kept)
    with filled.app.store.transaction() as session:
        users.disable(session, filled.clock.now(), "x", reader.user_id)
    fetched(filled, kept, 404)


@pytest.mark.parametrize("token", ["x", "0" * 43, "a" * 5000, "%00", "..%2f..%2fx"])
def test_a_made_up_address_is_no_page(filled: Office, token: str) -> None:
    made(filled.as_role("reader"))
    fetched(filled, f"/calendar/feed/{token}.ics", 404)


def test_what_has_not_changed_is_not_sent_again(filled: Office) -> None:
    path = made(filled.as_role("reader"))
    answer = filled.client.get(path, base_url=PAGE)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Content-Type"].startswith("text/calendar; charset=utf-8")
    tag = answer.headers["ETag"]
    filled.clock.moment += timedelta(minutes=10)
    assert fetched(filled, path, 304, **{"If-None-Match": tag}) == b""
    with filled.app.store.transaction() as session:
        dispatch.reschedule(session, filled.clock.now(), 1, datetime(2026, 12, 2, 9, tzinfo=UTC))
    fetched(filled, path, 200, **{"If-None-Match": tag})


def test_what_changes_says_so_and_stays_the_same_thing(filled: Office) -> None:
    path = made(filled.as_role("reader"))
    before = one(fetched(filled, path), "delivery-1")
    filled.clock.moment += timedelta(hours=1)
    with filled.app.store.transaction() as session:
        dispatch.reschedule(session, filled.clock.now(), 1, datetime(2026, 12, 2, 9, tzinfo=UTC))
    after = one(fetched(filled, path), "delivery-1")
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt
    assert after["DTSTART"].dt == datetime(2026, 12, 2, 9, tzinfo=UTC)
    with filled.app.store.transaction() as session:
        dispatch.cancel(session, filled.clock.now(), 1)
    assert "Mape: Mūsu, ziņa; viena" not in titles(fetched(filled, path))


def test_what_waits_for_approval_is_tentative(filled: Office) -> None:
    path = made(filled.as_role("reader"), campaign="1")
    assert one(fetched(filled, path), "delivery")["STATUS"] == "CONFIRMED"
    channel = planning.channel(filled, Path("/nowhere"), "Otra")
    planning.delivery(filled, planning.post(filled, 1, "Melnraksts", approved=False), channel, datetime(2026, 11, 25, 9, tzinfo=UTC))
    draft = next(event for event in events(fetched(filled, path)) if "Melnraksts" in event["SUMMARY"])
    assert draft["STATUS"] == "TENTATIVE" and "jāapstiprina" in draft["DESCRIPTION"]


def test_the_last_fetch_is_written_once_a_minute(filled: Office) -> None:
    path, first = made(filled.as_role("reader")), filled.clock.now()

    def last() -> datetime | None:
        with filled.app.store.reading() as session:
            return session.scalar(select(CalendarFeed.fetched_at))

    fetched(filled, path)
    assert last() == first
    filled.clock.moment += timedelta(seconds=59)
    fetched(filled, path)
    assert last() == first
    filled.clock.moment += timedelta(seconds=1)
    fetched(filled, path)
    assert last() == filled.clock.now()


def test_who_asks_too_often_waits(filled: Office) -> None:
    reader = filled.as_role("reader")
    path, other = made(reader), made(reader)
    for _ in range(30):
        fetched(filled, path)
    answer = filled.client.get(path, base_url=PAGE)
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 60
    fetched(filled, other)
    for _ in range(30):
        fetched(filled, "/calendar/feed/x.ics", 404)
    fetched(filled, "/calendar/feed/y.ics", 429)
    fetched(filled, other)
    filled.clock.moment += timedelta(minutes=1)
    fetched(filled, path)


def test_nobody_has_more_than_twenty(filled: Office) -> None:
    reader = filled.as_role("reader")
    with filled.app.store.transaction() as session:
        for _ in range(20):
            feeds.make(session, filled.clock.now(), reader.user_id, "x", None)
    answer = reader.post("/me/calendars")
    assert answer.status_code == 422 and "20 adreses" in answer.get_data(as_text=True)


def test_a_campaign_that_became_a_template_shows_nothing(filled: Office) -> None:
    reader = filled.as_role("reader")
    path = made(reader, campaign="1")
    with filled.app.store.transaction() as session:
        session.get_one(Campaign, 1).is_template = True
    assert titles(fetched(filled, path)) == set()
