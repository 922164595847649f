"""Posts on the screen: written, corrected, approved, looked at, and sent on their way."""

from pathlib import Path

import pytest

from campaigns.models import Delivery, Post
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office

FORM = {"language": "lv", "title": "Kafija Rēzeknē", "text": "Nāciet! {link}", "target_url": "https://example.org/kafija"}


def row(office: Office, post_id: int = 1) -> Post:
    with office.app.store.reading() as session:
        found = session.get_one(Post, post_id)
        session.expunge(found)
        return found


def test_a_post_is_written_approved_and_corrected(office: Office) -> None:
    planning.campaign(office, language="en")
    visitor = office.as_role("comms")
    empty = visitor.text("/campaigns/1/posts/new")
    assert '<option value="en" selected>' in empty
    assert 'value="http://127.0.0.1:8000/jautajums"' in empty
    assert visitor.post("/campaigns/1/posts/new", FORM).location == "/posts/1"
    assert (row(office).written_by, row(office).approved_by) == ("comms@example.org", None)
    page = visitor.text("/posts/1")
    assert "jāapstiprina" in page
    assert "Nāciet! http://127.0.0.1:8000/k/xxxxxxx" in page
    office.as_role("administrator").post("/posts/1/approve")
    assert row(office).approved_by == "administrator@example.org"
    visitor.post("/posts/1/approve")  # twice keeps the first
    assert row(office).approved_by == "administrator@example.org"
    assert "Pēc labojuma ieraksts būs jāapstiprina" in visitor.text("/posts/1/edit")
    assert visitor.post("/posts/1/edit", {**FORM, "text": "Citādi", "language": "ru", "target_url": "https://example.org/2"}).status_code == 303
    changed = row(office)
    assert (changed.text, changed.language, changed.target_url) == ("Citādi", "ru", "https://example.org/2")
    assert (changed.approved_at, changed.approved_by) == (None, None)
    assert planning.deeds(office) == [("add", "post", 1), ("approve", "post", 1), ("change", "post", 1)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": " "}, "Šis lauks jāaizpilda."),
        ({"text": ""}, "Šis lauks jāaizpilda."),
        ({"language": "tlh"}, "Izvēlieties kādu"),
        ({"target_url": "javascript:alert(1)"}, "https://"),
        ({"text": "x" * 10_001}, "ietilpst ne vairāk kā"),
    ],
)
@pytest.mark.parametrize("path", ["/campaigns/1/posts/new", "/posts/1/edit"])
def test_a_wrong_form_loses_nothing(office: Office, path: str, wrong: dict[str, str], said: str) -> None:
    planning.post(office, planning.campaign(office))
    answer = office.as_role("comms").post(path, {**FORM, **wrong})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    kept = "Kafija Rēzeknē" if "title" not in wrong else "Nāciet!"
    assert kept in page
    assert row(office).text == "Nāciet: {link}"


def test_text_is_text(office: Office) -> None:
    planning.campaign(office)
    visitor = office.as_role("comms")
    evil = "</textarea><script>alert(1)</script>"
    visitor.post("/campaigns/1/posts/new", {**FORM, "title": evil, "text": evil})
    for path in ("/posts/1", "/posts/1/edit", "/posts/1/check", "/campaigns/1"):
        assert "<script>alert" not in visitor.text(path), path
    look = visitor.post("/posts/look", {"text": evil})
    assert "<script>alert" not in look.get_data(as_text=True)


def test_a_look_while_writing(office: Office) -> None:
    visitor = office.as_role("comms")
    look = visitor.post("/posts/look", {"text": "Ā{link}"}).get_data(as_text=True)
    assert "Āhttp://127.0.0.1:8000/k/xxxxxxx" in look
    assert f"{1 + len('http://127.0.0.1:8000/k/xxxxxxx')} zīmes" in look
    assert "<html" not in look


def test_a_post_is_planned_in_a_channel_once(office: Office, tmp_path: Path) -> None:
    planning.channel(office, tmp_path)
    planning.post(office, planning.campaign(office))
    visitor = office.as_role("comms")
    assert 'value="2026-11-23T11:00"' in visitor.text("/posts/1")  # the next full hour in Riga
    form = {"channel_id": "1", "due_at": "2026-11-24T09:30"}
    assert visitor.post("/posts/1/schedule", form).status_code == 303
    with office.app.store.reading() as session:
        planned = session.query(Delivery).one()
        assert planned.due_at.isoformat() == "2026-11-24T07:30:00+00:00"
    again = visitor.post("/posts/1/schedule", form)  # the button pressed twice
    assert again.status_code == 422
    assert "jau ir plānā" in again.get_data(as_text=True)
    assert "visos kanālos" in visitor.text("/posts/1")
    with office.app.store.reading() as session:
        assert session.query(Delivery).count() == 1
    assert planning.deeds(office) == [("schedule", "delivery", 1)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"due_at": "2027-03-28T03:30"}, "Tāda brīža nav."),
        ({"due_at": "rīt"}, "Tāda brīža nav."),
        ({"due_at": ""}, "Šis lauks jāaizpilda."),
        ({"due_at": "2026-11-23T09:00"}, "jau pagājis"),
        ({"channel_id": "7"}, "Izvēlieties kādu"),
        ({"channel_id": ""}, "Šis lauks jāaizpilda."),
    ],
)
def test_moments_and_channels_that_are_none(office: Office, tmp_path: Path, wrong: dict[str, str], said: str) -> None:
    planning.channel(office, tmp_path)
    planning.post(office, planning.campaign(office))
    answer = office.as_role("comms").post("/posts/1/schedule", {"channel_id": "1", "due_at": "2026-11-24T09:30", **wrong})
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    with office.app.store.reading() as session:
        assert session.query(Delivery).count() == 0


def test_the_hour_that_comes_twice_is_its_first(office: Office, tmp_path: Path) -> None:
    planning.channel(office, tmp_path)
    planning.post(office, planning.campaign(office))
    office.as_role("comms").post("/posts/1/schedule", {"channel_id": "1", "due_at": "2027-10-31T03:30"})
    with office.app.store.reading() as session:
        assert session.query(Delivery).one().due_at.isoformat() == "2027-10-31T00:30:00+00:00"


def test_a_planned_post_keeps_its_link_and_a_published_one_its_words(office: Office, tmp_path: Path) -> None:
    post = planning.post(office, planning.campaign(office))
    number = planning.channel(office, tmp_path)
    planning.delivery(office, post, number)
    visitor = office.as_role("comms")
    page = visitor.text("/posts/1/edit")
    assert 'name="target_url"' not in page
    assert "To vairs nevar mainīt" in page
    assert visitor.post("/posts/1/edit", {**FORM, "target_url": "https://example.org/other"}).status_code == 303
    assert row(office).target_url == "https://example.org/"
    planning.delivery(office, post, planning.channel(office, tmp_path, "Cita"), status="published")
    refused = visitor.post("/posts/1/edit", FORM)
    assert refused.status_code == 422
    assert "jau ir publicēts vai ir ceļā" in refused.get_data(as_text=True)
    assert "/posts/1/edit" not in visitor.text("/posts/1")


def test_channels_say_whether_it_fits(office: Office, tmp_path: Path) -> None:
    planning.post(office, planning.campaign(office))
    visitor = office.as_role("comms")
    assert "Nav neviena kanāla" in visitor.text("/posts/1/check")
    planning.channel(office, tmp_path)
    assert "bez ierobežojuma" in visitor.text("/posts/1/check")
    from campaigns import dispatch

    with office.app.store.transaction() as session:
        dispatch.add_channel(session, "Aizvērts", "mastodon", {"server": "https://127.0.0.1:9", "token_env": "NONE"})
    page = visitor.text("/posts/1/check")
    assert "nav zināms" in page
    assert "bez ierobežojuma" in page


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/campaigns/1/posts/new", {"administrator", "comms"}),
        ("POST", "/campaigns/1/posts/new", {"administrator", "comms"}),
        ("POST", "/posts/look", {"administrator", "comms"}),
        ("GET", "/posts/1", {"administrator", "comms", "coordinator", "reader"}),
        ("GET", "/posts/1/check", {"administrator", "comms"}),
        ("GET", "/posts/1/edit", {"administrator", "comms"}),
        ("POST", "/posts/1/edit", {"administrator", "comms"}),
        ("POST", "/posts/1/approve", {"administrator", "comms"}),
        ("POST", "/posts/1/schedule", {"administrator", "comms"}),
    ],
)
def test_walls(office: Office, method: str, path: str, allowed: set[str]) -> None:
    planning.post(office, planning.campaign(office, "Balvos", "Balvu novads"))
    let_in = set()
    for role in planning.WALLS:
        visitor = office.as_role(role, "Balvu novads" if role == "partner" else None)
        answer = visitor.get(path) if method == "GET" else visitor.post(path, {})
        if answer.status_code != 403:
            let_in.add(role)
    assert let_in == allowed


def test_what_is_not_there(office: Office) -> None:
    visitor = office.as_role("comms")
    for path in ("/posts/9", "/posts/9/edit", "/posts/9/check", "/campaigns/9/posts/new"):
        assert visitor.get(path).status_code == 404
    for path in ("/posts/9/edit", "/posts/9/approve", "/posts/9/schedule", "/campaigns/9/posts/new"):
        assert visitor.post(path, FORM).status_code == 404
    planning.post(office, planning.campaign(office))
    assert "Palūdziet administratoram" in visitor.text("/posts/1")
    assert "/settings/channels/new" in office.as_role("administrator").text("/posts/1") or "_missing" in office.as_role("administrator").text("/posts/1")
