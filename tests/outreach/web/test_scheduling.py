"""When a post goes out, on the screen: both clocks before anything is kept, all or nothing, and hints of hours."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campaigns.models import ChannelRow, Click, Delivery, Link, Post
from campaigns.timing import queueing
from tests.outreach.web import planning
from tests.outreach.web.conftest import PAGE, Office

FORM = {"channels": "1", "day": "2026-11-27", "hour": "18:30", "clock": "there", "posts": "1"}


def desk(office: Office, folder: Path, *countries: str, language: str = "lv") -> None:
    """A post and a channel, each number 1."""
    planning.channel(office, folder)
    planning.post(office, planning.campaign(office), language=language)
    with office.app.store.transaction() as session:
        session.get_one(ChannelRow, 1).countries = list(countries)


def moments(office: Office) -> list[str]:
    with office.app.store.reading() as session:
        return [f"{row.due_at:%m-%dT%H:%M}" for row in session.query(Delivery).order_by(Delivery.id)]


def test_an_hour_where_it_is_read_is_shown_in_both_clocks_and_kept(office: Office, tmp_path: Path) -> None:
    desk(office, tmp_path, "GB", "IE")
    visitor = office.as_role("comms")
    opened = visitor.text("/posts/1/when")
    assert 'value="there" checked' in opened
    assert 'name="hour" type="time" value="09:00"' in opened  # the next full hour in London
    assert 'name="posts"' not in opened  # one post alone is no choice
    look = visitor.post("/posts/1/when/preview", FORM).get_data(as_text=True)
    assert "20:30" in look and "<strong>18:30</strong>" in look
    assert moments(office) == []
    assert visitor.post("/posts/1/when", {**FORM, "until": "21:00"}).location == "/posts/1#when"
    page = visitor.text("/posts/1/when")
    for said in ("27. nov. 20:30", "<strong>18:30</strong>", "27. nov. 23:00", "viņu laiks", "do=move#do", "do=cancel#do"):
        assert said in page, said
    assert planning.deeds(office) == [("schedule", "delivery", 1)]


def test_an_hour_in_riga_is_an_hour_in_riga(office: Office, tmp_path: Path) -> None:
    desk(office, tmp_path, "GB")
    office.as_role("comms").post("/posts/1/when", {**FORM, "clock": "home"})
    assert moments(office) == ["11-27T16:30"]
    with office.app.store.reading() as session:
        assert session.query(Delivery).one().wall is None


def test_a_whole_set_is_planned_at_once_or_not_at_all(office: Office, tmp_path: Path) -> None:
    desk(office, tmp_path)
    english = planning.post(office, 1, "Meet us", language="en")
    planning.channel(office, tmp_path, "Otrs")
    with office.app.store.transaction() as session:
        session.get_one(Post, english).original_id = 1
    visitor = office.as_role("comms")
    assert 'name="posts"' in visitor.text("/posts/1/when")
    both = {**FORM, "posts": ["1", "2"], "channels": ["1", "2"]}
    planning.delivery(office, 1, 1)
    refused = visitor.post("/posts/1/when", both)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "Nekas nav ieplānots" in page and "jau ir plānā" in page
    assert len(moments(office)) == 1
    assert visitor.post("/posts/2/when", {**both, "channels": ["2"]}).status_code == 303
    assert moments(office)[1:] == ["11-27T16:30", "11-27T18:30"]  # the Latvian one is read at home


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"hour": "03:30", "day": "2027-03-28", "clock": "home"}, "Tuvākā stunda ir 04:00"),
        ({"hour": "01:30", "day": "2027-03-28"}, "Tuvākā stunda ir 02:00"),
        ({"day": "2026-11-22"}, "jau pagājis"),
        ({"hour": "xx:30"}, "Stundu raksta kā 18:30"),
        ({"until": "99:99"}, "Stundu raksta kā 18:30"),
        ({"channels": "7"}, "Izvēlieties kādu"),
        ({"channels": []}, "vismaz vienu kanālu"),
        ({"clock": "mars"}, "Izvēlieties kādu"),
        ({"day": ""}, "Šis lauks jāaizpilda"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_lost(office: Office, tmp_path: Path, wrong: dict[str, object], said: str) -> None:
    desk(office, tmp_path, "GB")
    answer = office.as_role("comms").post("/posts/1/when", {**FORM, "until": "21:45", **wrong})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert moments(office) == []
    if "until" not in wrong:
        assert 'value="21:45"' in page


def test_what_is_worth_a_look_is_told_before(office: Office, tmp_path: Path) -> None:
    office.clock.step(timedelta(days=100))
    desk(office, tmp_path, "US", "GB")
    other = planning.post(office, 1, "Cits ieraksts")
    planning.delivery(office, other, 1, datetime(2027, 3, 25, 22, 0, tzinfo=UTC))
    with office.app.store.transaction() as session:
        session.get_one(Post, 1).approved_at = None
    look = office.as_role("comms").post(
        "/posts/1/when/preview", {**FORM, "day": "2027-03-25", "hour": "23:30", "clock": "home"}
    ).get_data(as_text=True)
    for said in ("Klusā diena", "“Cits ieraksts”", "vairākās laika joslās", "ir nakts", "jāapstiprina", "0 no 20"):
        assert said in look, said
    twice = office.as_role("comms").post(
        "/posts/1/when/preview", {**FORM, "day": "2027-10-31", "hour": "03:30", "clock": "home"}
    ).get_data(as_text=True)
    assert "rāda divreiz" in twice


def test_the_queue_takes_it_to_its_next_free_place(office: Office, tmp_path: Path) -> None:
    desk(office, tmp_path)
    visitor = office.as_role("comms")
    assert 'value="queue"' not in visitor.text("/posts/1/when")
    without = visitor.post("/posts/1/when", {**FORM, "do": "queue"})
    assert without.status_code == 422 and "nav rindas stundu" in without.get_data(as_text=True)
    with office.app.store.transaction() as session:
        queueing.add_slot(session, 1, 3, "09:00")
    assert 'value="queue"' in visitor.text("/posts/1/when")
    assert "25. novembris, 09:00" in visitor.post("/posts/1/when/preview", FORM).get_data(as_text=True)
    nowhere = visitor.post("/posts/1/when", {"do": "queue"})
    assert nowhere.status_code == 422 and "vismaz vienu kanālu" in nowhere.get_data(as_text=True)
    assert visitor.post("/posts/1/when", {"channels": "1", "do": "queue"}).status_code == 303
    assert moments(office) == ["11-25T07:00"]
    assert "rindā" in visitor.text("/posts/1/when")


def test_a_page_of_another_loads_the_part_alone(office: Office, tmp_path: Path) -> None:
    desk(office, tmp_path)
    visitor = office.as_role("comms")
    for answer in (
        visitor.client.get("/posts/1/when", base_url=PAGE, headers={"HX-Request": "true"}).get_data(as_text=True),
        visitor.text("/posts/1/when"),
    ):
        assert 'id="when-form"' in answer
    part = visitor.client.get("/posts/1/when", base_url=PAGE, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in part
    assert "<html" in visitor.post("/posts/1/when/preview", FORM).get_data(as_text=True)  # without a script


def test_who_may_only_look_sees_no_form(office: Office, tmp_path: Path) -> None:
    desk(office, tmp_path)
    planning.delivery(office, 1, 1)
    reader = office.as_role("reader")
    page = reader.text("/posts/1/when")
    assert "ieplānots" in page and "when-form" not in page
    assert reader.post("/posts/1/when", FORM).status_code == 403
    assert planning.partner(office, "Rēzekne").get("/posts/1/when").status_code == 403
    assert office.as_role("comms").get("/posts/9/when").status_code == 404
    assert office.as_role("comms").post("/posts/9/when", FORM).status_code == 404


def followed(office: Office, hour: int, people: int, posts: int) -> None:
    for number in range(posts):
        at = datetime(2026, 2, 2, hour, 20, tzinfo=UTC) + timedelta(days=7 * number)
        sent = planning.delivery(office, planning.post(office, 1), 1, status="published")
        with office.app.store.transaction() as session:
            row = session.get_one(Delivery, sent)
            row.published_at = row.due_at = at
            link = session.query(Link).filter_by(delivery_id=sent).one()
            session.add_all(
                Click(link_id=link.id, clicked_at=at + timedelta(minutes=one), kind="person") for one in range(people)
            )


def test_hours_are_told_from_own_posts_alone_with_how_sure_that_is(office: Office, tmp_path: Path) -> None:
    desk(office, tmp_path, "GB")
    visitor = office.as_role("reader")
    assert "0 no 20" in visitor.text("/channels/1/hours")
    followed(office, 12, 2, 12)
    assert "12 no 20" in visitor.text("/channels/1/hours")
    followed(office, 18, 2, 10)
    assert "nav atšķirības" in visitor.text("/channels/1/hours")
    with office.app.store.transaction() as session:
        for row in session.query(Delivery).all():
            if row.published_at is not None and row.published_at.hour in (17, 18):
                link = session.query(Link).filter_by(delivery_id=row.id).one()
                session.add_all(
                    Click(link_id=link.id, clicked_at=row.published_at + timedelta(hours=1), kind="person") for _ in range(9)
                )
    page = visitor.text("/channels/1/hours")
    assert "Darbdienās 18:00–21:00: 11" in page
    assert "<svg" in page
    assert visitor.get("/channels/9/hours").status_code == 404
