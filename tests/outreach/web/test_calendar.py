"""The calendar page: weeks, months, lists, days of the year, both clock changes, readers' hours, places, the data."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from lxml import html

from campaigns.models import CampaignStep, Delivery, Post
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office
from tests.support.people import Visitor

HTMX = {"HX-Request": "true"}
DUE = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def plan(office: Office, folder: Path, due_at: datetime, title: str, *places: str, language: str = "lv") -> int:
    number = planning.campaign(office, f"K {title}", *places, starts_on=due_at.date(), ends_on=due_at.date())
    made = planning.channel(office, folder, f"Mape {number}")
    return planning.delivery(office, planning.post(office, number, title, language=language), made, due_at)


def day_of(page: str, day: str) -> str:
    """What stands under one day of a week."""
    return page.split(f'<span class="day-date">{day}</span>')[1].split('<li class="day')[0]


def test_the_week_is_the_page(office: Office, tmp_path: Path) -> None:
    plan(office, tmp_path, datetime(2026, 11, 25, 7, 30, tzinfo=UTC), "Angliski", language="en")
    page = office.as_role("comms").text("/calendar")
    assert "2026. gada 48. nedēļa, 23.11.–29.11." in page
    assert page.count('<li class="day') == 7
    wednesday = day_of(page, "25.11.")
    assert "09:30" in wednesday
    assert 'title="Apvienotā Karaliste"' in wednesday and 'title="Īrija"' in wednesday
    assert "07:30" in wednesday
    assert "Angliski" not in day_of(page, "24.11.")
    assert 'class="stretch from-3 to-3' in page


def test_it_turns_by_weeks_and_months(office: Office) -> None:
    visitor = office.as_role("comms")
    page = visitor.text("/calendar?day=2026-12-30")
    assert "2026. gada 53. nedēļa" in page
    assert "day=2027-01-06" in page and "day=2026-12-23" in page
    assert "2027. gada 1. nedēļa" in visitor.text("/calendar?day=2027-01-06")
    month = visitor.text("/calendar?view=month&day=2027-01-31")
    assert "2027. gada janvāris" in month
    assert "day=2027-02-01" in month and "day=2026-12-01" in month


@pytest.mark.parametrize("day", ["", "nonsense", "0001-01-01", "9999-12-31", "2026-02-30", "2026-11-23%00", "<script>"])
@pytest.mark.parametrize("view", ["week", "month", "list", "audience", "day", "hours", "<script>"])
def test_any_address_is_answered(office: Office, view: str, day: str) -> None:
    assert "<script>" not in office.as_role("comms").text(f"/calendar?view={view}&day={day}").replace('<script type="module"', "")


def test_free_and_quiet_days_have_a_word(office: Office) -> None:
    visitor = office.as_role("comms")
    assert "Klusā diena" in day_of(visitor.text("/calendar?day=2026-03-25"), "25.03.")
    assert "Klusā diena" in day_of(visitor.text("/calendar?day=2026-06-14"), "14.06.")
    midsummer = visitor.text("/calendar?day=2026-06-23")
    assert "Jāņu diena" in day_of(midsummer, "24.06.")
    assert "pārcelta no" in day_of(midsummer, "22.06.")
    assert "(pārcelta brīvdiena)" in day_of(visitor.text("/calendar?day=2024-05-06"), "6.05.")
    assert "Līgo diena" not in midsummer.split("Gada ritms")[1]
    assert "Atgriešanās sezona" in midsummer.split("Gada ritms")[1]


def test_the_nights_when_the_clocks_change(office: Office, tmp_path: Path) -> None:
    plan(office, tmp_path, datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "Pirmā")
    plan(office, tmp_path, datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "Otrā")
    plan(office, tmp_path, datetime(2027, 3, 28, 0, 59, tzinfo=UTC), "Pirms")
    plan(office, tmp_path, datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "Pēc")
    visitor = office.as_role("comms")
    autumn = day_of(visitor.text("/calendar?day=2027-10-31"), "31.10.")
    assert autumn.count(">03:30<") == 2
    assert autumn.index("Pirmā") < autumn.index("Otrā")
    assert "par stundu garāka" in autumn
    spring = day_of(visitor.text("/calendar?day=2027-03-28"), "28.03.")
    assert ">02:59<" in spring and ">04:00<" in spring
    assert "par stundu īsāka" in spring


def test_a_list_of_what_is_coming(office: Office, tmp_path: Path) -> None:
    plan(office, tmp_path, datetime(2026, 12, 10, 8, 0, tzinfo=UTC), "Decembrī")
    visitor = office.as_role("comms")
    page = visitor.text("/calendar?view=list")
    assert "Decembrī" in page
    assert "Decembrī" not in visitor.text("/calendar?view=list&day=2026-12-11")


def test_what_was_cancelled_is_not_on_it(office: Office, tmp_path: Path) -> None:
    from campaigns import dispatch

    number = plan(office, tmp_path, datetime(2026, 11, 25, 8, 0, tzinfo=UTC), "Atceltais")
    with office.app.store.transaction() as session:
        dispatch.cancel(session, office.clock.now(), number)
    assert ">Atceltais<" not in office.as_role("comms").text("/calendar")


def test_partners_see_their_place_alone(office: Office, tmp_path: Path) -> None:
    plan(office, tmp_path, datetime(2026, 11, 25, 8, 0, tzinfo=UTC), "Balvos", "Balvu novads")
    plan(office, tmp_path, datetime(2026, 11, 25, 9, 0, tzinfo=UTC), "Krāslavā", "Krāslavas novads")
    visitor = planning.partner(office, "Krāslavas novads")
    for path in ("/calendar", "/calendar?view=month", "/calendar?view=list", "/calendar?view=audience", "/calendar?drafts=1"):
        page = visitor.text(path)
        assert "draggable" not in page and "/calendar/move" not in page
        assert "Krāslavā" in page
        assert "Balvos" not in page
        assert "/deliveries" not in page
    data = visitor.get("/calendar/events.json?start=2026-11-23&end=2026-11-30")
    assert [one["title"] for one in data.json if one["id"].startswith(("delivery", "campaign"))] == ["Krāslavā · Mape 2", "K Krāslavā"]
    assert "Balvos" not in data.get_data(as_text=True)
    nobody = office.as_role("partner")
    assert "Krāslavā" not in nobody.text("/calendar")


def test_the_same_as_data(office: Office, tmp_path: Path) -> None:
    plan(office, tmp_path, datetime(2026, 11, 18, 7, 30, tzinfo=UTC), "Angliski", language="en")
    planning.campaign(office, "Bez beigām", starts_on=date(2026, 11, 1), ends_on=None)
    visitor = office.as_role("comms")
    items = {one["id"]: one for one in visitor.get("/calendar/events.json?start=2026-11-16T00:00:00&end=2026-11-23").json}
    assert items["delivery-1"] == {
        "id": "delivery-1", "title": "Angliski · Mape 1", "start": "2026-11-18T09:30:00+02:00", "status": "scheduled",
        "hue": 1, "letters": "K", "seen": "2026-11-18T07:30:00+00:00", "editable": True, "url": "/deliveries/1",
    }  # fmt: skip
    assert (items["campaign-2"]["start"], items["campaign-2"]["end"]) == ("2026-11-01", "2026-11-23")
    assert items["nov18-2026-11-18"]["display"] == "background"
    assert "display" not in items["president_nominate-2026-11-15"]


@pytest.mark.parametrize("span", ["", "?start=x&end=y", "?start=2026-11-23&end=2020-01-01", "?start=0001-01-01&end=9999-12-31", "?start=2199-12-31&end=2300-01-01"])
def test_any_span_is_answered_and_none_is_endless(office: Office, span: str) -> None:
    answer = office.as_role("comms").get(f"/calendar/events.json{span}")
    assert answer.status_code == 200
    assert len(answer.json) < 200


def row_of(office: Office, number: int) -> Delivery:
    with office.app.store.reading() as session:
        row = session.get_one(Delivery, number)
        session.expunge(row)
        return row


def move(visitor: Visitor, number: int, day: str, hour: str = "", seen: datetime = DUE, deed: str = "move") -> str:
    """What the page is answered with."""
    sent = {"delivery_id": str(number), "seen": seen.isoformat(), "day": day, "hour": hour}
    answer = visitor.post(f"/calendar/{deed}?view=week&day=2026-11-25", sent, headers=HTMX)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def toast(answer: str) -> str:
    return " ".join(html.fromstring(answer).xpath("string(//*[contains(@class, 'toast-text')])").split())


def undo_of(answer: str) -> str:
    found = html.fromstring(answer).xpath("//*[contains(@class, 'toast')]//form/@action")
    return found[0] if found else ""


def test_a_move_keeps_the_hour_and_can_be_taken_back(office: Office, tmp_path: Path) -> None:
    number, visitor = plan(office, tmp_path, DUE, "Pārceļamais"), office.as_role("comms")
    answer = move(visitor, number, "2026-11-27")
    assert toast(answer) == "Pārcelts uz 27.11. 10:00."
    assert "Pārceļamais" in day_of(answer, "27.11.") and "Pārceļamais" not in day_of(answer, "25.11.")
    assert row_of(office, number).due_at == DUE + timedelta(days=2)
    visitor.post(undo_of(answer))
    assert row_of(office, number).due_at == DUE
    assert planning.deeds(office)[-2:] == [("move", "delivery", number), ("undo", "delivery", number)]


def test_a_move_to_an_hour(office: Office, tmp_path: Path) -> None:
    number, visitor = plan(office, tmp_path, DUE, "Vakarā"), office.as_role("comms")
    assert toast(move(visitor, number, "2026-11-25", "19:30")) == "Pārcelts uz 25.11. 19:30."


def test_nothing_is_said_of_a_move_to_where_it_is(office: Office, tmp_path: Path) -> None:
    number, visitor = plan(office, tmp_path, DUE, "Paliek"), office.as_role("comms")
    assert toast(move(visitor, number, "2026-11-25")) == ""


def test_without_script_the_way_leads_back_to_the_calendar(office: Office, tmp_path: Path) -> None:
    number, visitor = plan(office, tmp_path, DUE, "Bez skripta"), office.as_role("comms")
    sent = {"delivery_id": str(number), "seen": DUE.isoformat(), "day": "2026-11-26", "hour": ""}
    answer = visitor.post("/calendar/move?view=month&day=2026-11-25&by=channel", sent)
    assert (answer.status_code, answer.location) == (303, "/calendar?view=month&day=2026-11-25&by=channel")
    assert "Pārcelts uz 26.11. 10:00." in visitor.text(answer.location)


def test_a_move_that_may_not_be_says_why_and_shows_how_it_stands(office: Office, tmp_path: Path) -> None:
    visitor = office.as_role("comms")
    number = plan(office, tmp_path, DUE, "Paliek")
    for day, hour, seen, reason in (
        ("2026-11-20", "", DUE, "20.11. 10:00 jau ir pagājis"),
        ("2027-03-28", "03:30", DUE, "28.03.2027. plkst. 03:30 nav"),
        ("2026-11-27", "", DUE - timedelta(hours=1), "Kāds to tikmēr pārcēla uz 25.11. 10:00"),
    ):
        answer = move(visitor, number, day, hour, seen)
        assert toast(answer).startswith(f"Nekas netika mainīts. {reason}")
        assert "Paliek" in day_of(answer, "25.11.")
        assert undo_of(answer) == ""
    assert row_of(office, number).due_at == DUE
    with office.app.store.transaction() as session:
        session.get_one(Post, row_of(office, number).post_id).embargo_until = DUE + timedelta(days=3)
    assert "publicēt nedrīkst" in toast(move(visitor, number, "2026-11-27"))
    with office.app.store.transaction() as session:
        session.get_one(Delivery, number).status = "published"
    assert "publicēts" in toast(move(visitor, number, "2026-11-27"))
    assert "neviena" not in toast(move(visitor, 999, "2026-11-27")) and row_of(office, number).due_at == DUE


def test_a_copy_waits_for_approval_and_can_be_called_off(office: Office, tmp_path: Path) -> None:
    number, visitor = plan(office, tmp_path, DUE, "Divreiz"), office.as_role("comms")
    answer = move(visitor, number, "2026-11-26", deed="copy")
    assert toast(answer) == "Nokopēts uz 26.11. 10:00. Kopija vēl jāapstiprina."
    assert "nav apstiprināts" in day_of(answer, "26.11.") and "Divreiz" in day_of(answer, "25.11.")
    visitor.post(undo_of(answer))
    assert [planning.status(office, one) for one in (number, number + 1)] == ["scheduled", "cancelled"]


def test_a_draft_is_dropped(office: Office, tmp_path: Path) -> None:
    post = planning.post(office, planning.campaign(office), "Melnais")
    channel = planning.channel(office, tmp_path)
    visitor = office.as_role("comms")
    assert "Melnais" not in visitor.text("/calendar") and "Melnais" in visitor.text("/calendar?drafts=1")
    sent = {"post_id": str(post), "channel_id": str(channel), "day": "2026-11-26", "hour": "10:00"}
    answer = visitor.post("/calendar/drop?drafts=1&day=2026-11-26", sent, headers=HTMX).get_data(as_text=True)
    assert toast(answer) == "Ieplānots: 26.11. 10:00."
    assert "Melnais" in day_of(answer, "26.11.") and 'data-draft="' not in answer
    again = visitor.post("/calendar/drop?drafts=1", sent, headers=HTMX)
    assert (again.status_code, again.headers["HX-Retarget"]) == (422, "#drop-trouble")
    assert "Melnais" in again.get_data(as_text=True)
    visitor.post(undo_of(answer))
    assert 'data-draft="1"' in visitor.text("/calendar?drafts=1")


def test_drafts_of_one_campaign(office: Office, tmp_path: Path) -> None:
    for name in ("Pirmā", "Otrā"):
        planning.post(office, planning.campaign(office, name), f"{name} uzraksts")
    page = office.as_role("comms").text("/calendar?drafts=1&campaign=2")
    assert "Otrā uzraksts" in page and "Pirmā uzraksts" not in page


@pytest.mark.parametrize("sent", [
    {}, {"delivery_id": "x", "seen": "2026-11-25T08:00:00+00:00", "day": "2026-11-26"},
    {"delivery_id": "1", "seen": "vakar", "day": "2026-11-26"}, {"delivery_id": "1", "seen": "2026-11-25T08:00:00", "day": "2026-11-26"},
    {"delivery_id": "1", "seen": "2026-11-25T08:00:00+00:00", "day": "2026-11-26", "hour": "25:00"},
])  # fmt: skip
def test_what_no_page_sends_is_nothing(office: Office, tmp_path: Path, sent: dict[str, str]) -> None:
    plan(office, tmp_path, DUE, "x")
    assert office.as_role("comms").post("/calendar/move", sent).status_code == 400


@pytest.mark.parametrize("role", ["coordinator", "reader", "partner"])
def test_others_move_nothing(office: Office, tmp_path: Path, role: str) -> None:
    number = plan(office, tmp_path, DUE, "Stāv", "Balvu novads")
    visitor = office.as_role(role)
    sent = {"delivery_id": str(number), "seen": DUE.isoformat(), "day": "2026-11-26", "hour": ""}
    for deed in ("move", "copy", "drop", "back"):
        assert visitor.post(f"/calendar/{deed}", sent).status_code == 403
    assert 'draggable="true"' not in visitor.text("/calendar?drafts=1")


def test_clashes_are_said_on_top_and_on_both(office: Office, tmp_path: Path) -> None:
    number, channel = planning.campaign(office), planning.channel(office, tmp_path)
    for title, minutes in (("Viens", 0), ("Otrs", 30), ("Trešais", 300)):
        planning.delivery(office, planning.post(office, number, title), channel, DUE + timedelta(minutes=minutes))
    for view, words in (("week", "Šajā nedēļā 1 sadursme"), ("month", "Šajā mēnesī 1 sadursme"), ("audience", "Šajā nedēļā 1 sadursme")):
        page = office.as_role("comms").text(f"/calendar?view={view}")
        assert words in page
        assert page.count("Tajā pašā kanālā mazāk nekā stundas attālumā: Otrs, plkst. 10:30") >= 1
        assert page.count("Tajā pašā kanālā mazāk nekā stundas attālumā: Viens, plkst. 10:00") >= 1
    assert "sadursm" not in office.as_role("comms").text("/calendar?day=2026-12-10")


def test_steps_stand_on_their_day(office: Office) -> None:
    number = planning.campaign(office)
    with office.app.store.transaction() as session:
        session.add(CampaignStep(campaign_id=number, kind="text", title="Teksts", due_on=date(2026, 11, 25)))
        session.add(CampaignStep(campaign_id=number, kind="text", title="Bilde", due_on=date(2026, 11, 26), done_at=office.clock.now(), done_by="x"))
    visitor = office.as_role("comms")
    for view in ("week", "month"):
        page = visitor.text(f"/calendar?view={view}")
        assert "Teksts" in day_of(page, "25.11.") and "(padarīts)" not in day_of(page, "25.11.")
        assert "Bilde" in day_of(page, "26.11.") and "(padarīts)" in day_of(page, "26.11.")
    items = {one["id"]: one for one in visitor.get("/calendar/events.json?start=2026-11-23&end=2026-11-30").json}
    assert (items["step-1"]["kind"], items["step-2"]["kind"]) == ("step", "done")


def test_audiences_have_their_own_hour_first(office: Office, tmp_path: Path) -> None:
    for title, language in (("Angliski", "en"), ("Vāciski", "de"), ("Latviski", "lv")):
        plan(office, tmp_path, DUE, title, language=language)
    rows = html.fromstring(office.as_role("comms").text("/calendar?view=audience")).xpath("//section[contains(@class, 'audience-row')]")
    told = {row.xpath("string(h2)"): " ".join(row.xpath("string(.//ol[contains(@class, 'slots')])").split()) for row in rows}
    assert "08:00 Rīgā 10:00 Angliski" in told["Lielbritānija un Īrija"]
    assert "09:00 Rīgā 10:00 Vāciski" in told["Vācija"]
    assert "10:00 Latviski" in told["Latvija"] and "Rīgā" not in told["Latvija"]
    assert told["Norvēģija"] == told["Citur"] == ""


def test_a_full_day_of_a_month_says_how_many_more(office: Office, tmp_path: Path) -> None:
    number = planning.campaign(office)
    for at in range(7):
        channel = planning.channel(office, tmp_path / str(at), f"Mape {at}")
        planning.delivery(office, planning.post(office, number, f"Ieraksts {at}"), channel, DUE + timedelta(minutes=at))
    visitor = office.as_role("comms")
    day = day_of(visitor.text("/calendar?view=month"), "25.11.")
    assert "Ieraksts 2" in day and "Ieraksts 3" not in day and "un vēl 4" in day
    link = html.fromstring(day).xpath("//a[contains(., 'un vēl')]/@href")[0]
    assert "Ieraksts 6" in visitor.text(link)
    assert "un vēl" not in visitor.text("/calendar?view=week")


def test_colours_tell_campaigns_or_channels_apart_and_letters_too(office: Office, tmp_path: Path) -> None:
    for title in ("Viens", "Divi"):
        plan(office, tmp_path, DUE, title)
    visitor = office.as_role("comms")
    for by in ("", "?by=channel"):
        keys = html.fromstring(visitor.text(f"/calendar{by}")).xpath("//ul[@class='calendar-legend']//*[@class='slot-key']/text()")
        assert len(keys) == len(set(keys)) == 2
    assert "by=channel" in visitor.text("/calendar?by=channel").split('rel="next"')[1].split(">")[0]
