"""A channel's queue on the screen: its week, what stands in it, and what changes places."""

from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.models import ChannelRow, Delivery, QueueSlot
from campaigns.timing import queueing
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office

SLOT = {"weekday": "3", "hour": "18:30", "country": "IE"}


def channel(office: Office, folder: Path, *countries: str) -> int:
    number = planning.channel(office, folder)
    with office.app.store.transaction() as session:
        session.get_one(ChannelRow, number).countries = list(countries)
    return number


def put(office: Office, *titles: str) -> list[int]:
    number = planning.campaign(office)
    posts = [planning.post(office, number, title) for title in titles]
    with office.app.store.transaction() as session:
        made = queueing.enqueue_all(
            session, office.clock.now(), posts, [1], zone=office.app.settings.zone, is_quiet=lambda _: False
        )
        return [one.id for one in made]


def test_a_week_gets_its_hours_and_loses_them(office: Office, tmp_path: Path) -> None:
    channel(office, tmp_path, "IE")
    visitor = office.as_role("comms")
    page = visitor.text("/channels/1/queue")
    assert "rindas vēl nav" in page
    assert '<option value="IE" selected>' in page  # where its readers are
    assert visitor.post("/channels/1/queue", SLOT).location == "/channels/1/queue"
    page = visitor.text("/channels/1/queue")
    assert "25. nov. 20:30" in page and "Brīva vieta" in page and "Īrija: vietējais laiks" in page
    again = visitor.post("/channels/1/queue", SLOT)
    assert again.status_code == 422 and "jau ir vieta" in again.get_data(as_text=True)
    (number,) = put(office, "Satiekamies")
    assert "Satiekamies" in visitor.text("/channels/1/queue")
    assert visitor.post("/channels/1/queue/1/remove").status_code == 303
    page = visitor.text("/channels/1/queue")
    assert "Ieplānots ārpus rindas" in page and "Satiekamies" in page
    with office.app.store.reading() as session:
        assert session.query(QueueSlot).count() == 0
        assert session.get_one(Delivery, number).status == "scheduled"
    assert visitor.post("/channels/1/queue/1/remove").status_code == 404
    assert planning.deeds(office) == [("change", "channel", 1)] * 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"hour": "25:00"}, "nav stunda"), ({"hour": ""}, "jāaizpilda"), ({"weekday": "8"}, "Izvēlieties kādu"), ({"country": "XX"}, "Izvēlieties kādu")],
)
def test_what_is_no_hour_is_told(office: Office, tmp_path: Path, wrong: dict[str, str], said: str) -> None:
    channel(office, tmp_path)
    answer = office.as_role("comms").post("/channels/1/queue", {**SLOT, **wrong})
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)


def test_neighbours_change_places(office: Office, tmp_path: Path) -> None:
    channel(office, tmp_path)
    visitor = office.as_role("comms")
    visitor.post("/channels/1/queue", {**SLOT, "country": "home"})
    first, second = put(office, "Pirmais", "Otrais")
    page = visitor.text("/channels/1/queue")
    assert page.index("Pirmais") < page.index("Otrais")
    assert visitor.post("/channels/1/queue/move", {"delivery": str(first), "do": "down"}).status_code == 303
    page = visitor.text("/channels/1/queue")
    assert page.index("Otrais") < page.index("Pirmais")
    visitor.post("/channels/1/queue/move", {"delivery": str(first), "do": "down"})
    assert "Tālāk rindā neviena nav" in visitor.text("/channels/1/queue")
    assert visitor.post("/channels/1/queue/move", {"delivery": str(second), "do": "sideways"}).status_code == 400
    assert visitor.post("/channels/1/queue/move", {"do": "up"}).status_code == 400


def test_a_quiet_day_keeps_its_place_free(office: Office, tmp_path: Path) -> None:
    channel(office, tmp_path)
    office.clock.step(timedelta(days=115))  # the eighteenth of March
    visitor = office.as_role("comms")
    visitor.post("/channels/1/queue", {"weekday": "4", "hour": "12:00", "country": "home"})
    assert "Klusā diena, vieta paliek tukša" in visitor.text("/channels/1/queue")


def test_readers_look_and_do_nothing(office: Office, tmp_path: Path) -> None:
    channel(office, tmp_path)
    reader = office.as_role("reader")
    page = reader.text("/channels/1/queue")
    assert "Pievienot stundu" not in page
    assert reader.post("/channels/1/queue", SLOT).status_code == 403
    assert planning.partner(office, "Rēzekne").get("/channels/1/queue").status_code == 403
    for path in ("/channels/9/queue", "/channels/9/hours"):
        assert reader.get(path).status_code == 404
    comms = office.as_role("comms")
    assert comms.post("/channels/9/queue", SLOT).status_code == 404
    assert comms.post("/channels/9/queue/move", {"delivery": "1", "do": "up"}).status_code == 404
