"""The calendar page: weeks, months, lists, days of the year, both clock changes, readers' hours, places, the data."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.outreach.web import planning
from tests.outreach.web.conftest import Office


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
    assert 'class="stretch from-3 to-3"' in page


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
@pytest.mark.parametrize("view", ["week", "month", "list", "<script>"])
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
    for path in ("/calendar", "/calendar?view=month", "/calendar?view=list"):
        page = visitor.text(path)
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
        "url": "/deliveries/1",
    }  # fmt: skip
    assert (items["campaign-2"]["start"], items["campaign-2"]["end"]) == ("2026-11-01", "2026-11-23")
    assert items["nov18-2026-11-18"]["display"] == "background"
    assert "display" not in items["president_nominate-2026-11-15"]


@pytest.mark.parametrize("span", ["", "?start=x&end=y", "?start=2026-11-23&end=2020-01-01", "?start=0001-01-01&end=9999-12-31", "?start=2199-12-31&end=2300-01-01"])
def test_any_span_is_answered_and_none_is_endless(office: Office, span: str) -> None:
    answer = office.as_role("comms").get(f"/calendar/events.json{span}")
    assert answer.status_code == 200
    assert len(answer.json) < 200
