"""Posts on the screen: written, corrected, approved, looked at, and sent on their way."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from campaigns.models import Post
from campaigns.writing import stories
from outreach import wiring
from outreach.core.testing import FixedClock
from outreach.web.app import make
from tests.outreach.web import planning
from tests.outreach.web.conftest import PAGE, Office
from tests.support.offices import told_in

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
        ("GET", "/posts/1/ready", {"administrator", "comms", "coordinator", "reader"}),
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
    for path in ("/posts/9", "/posts/9/edit", "/posts/9/check", "/posts/9/ready", "/campaigns/9/posts/new"):
        assert visitor.get(path).status_code == 404
    for path in ("/posts/9/edit", "/posts/9/approve", "/campaigns/9/posts/new"):
        assert visitor.post(path, FORM).status_code == 404


def test_the_story_and_the_embargo_are_said_in_the_form(office: Office) -> None:
    planning.campaign(office)
    with office.app.store.transaction() as session:
        stories.add(session, office.clock.now(), stories.Told("Ģimene no Dublinas", "", date(2026, 1, 1), None), "x")
        stories.add(session, office.clock.now(), stories.Told("Beigusies", "", date(2025, 1, 1), date(2025, 2, 1)), "x")
    visitor = office.as_role("comms")
    empty = visitor.text("/campaigns/1/posts/new")
    assert "Ģimene no Dublinas" in empty and "Beigusies" not in empty
    told = {**FORM, "embargo_until": "2026-11-24T09:30", "story_id": "1"}
    assert visitor.post("/campaigns/1/posts/new", told).location == "/posts/1"
    held = row(office)
    assert (held.story_id, held.embargo_until and held.embargo_until.isoformat()) == (1, "2026-11-24T07:30:00+00:00")
    assert 'value="2026-11-24T09:30"' in visitor.text("/posts/1/edit")
    assert visitor.post("/campaigns/1/posts/new", {**told, "story_id": "2"}).status_code == 422
    visitor.post("/posts/1/edit", FORM)
    assert (row(office).story_id, row(office).embargo_until) == (None, None)


def test_the_list_before_release_stands_as_a_part_and_alone(office: Office, tmp_path: Path) -> None:
    post = planning.post(office, planning.campaign(office), approved=False)
    planning.delivery(office, post, planning.channel(office, tmp_path))
    visitor = office.as_role("comms")
    part = visitor.client.get("/posts/1/ready", base_url=PAGE, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "Nav apstiprināts." in part and "<html" not in part
    assert "<html" in visitor.text("/posts/1/ready")
    page = visitor.text("/posts/1")
    for address in ("/posts/1/ready", "/posts/1/looks", "/posts/1/when"):
        assert f'hx-get="{address}"' in page and f'<a href="{address}">' in page


def test_who_wrote_last_cannot_approve_where_the_office_says_so(tmp_path: Path) -> None:
    with strict_office(tmp_path) as office:
        planning.campaign(office)
        author, colleague = office.as_role("comms"), office.as_role("administrator")
        author.post("/campaigns/1/posts/new", FORM)
        page = author.text("/posts/1")
        assert "/posts/1/approve" not in page and "apstiprina kāds cits" in page
        author.post("/posts/1/approve")
        assert row(office).approved_at is None
        assert "/posts/1/approve" in colleague.text("/posts/1")
        colleague.post("/posts/1/approve")
        assert row(office).approved_by == "administrator@example.org"
        assert planning.deeds(office) == [("add", "post", 1), ("approve", "post", 1)]


@contextmanager
def strict_office(folder: Path) -> Iterator[Office]:
    clock = FixedClock(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    with wiring.open_app(told_in(folder, publish={"own_approval": False}), create=True, clock=clock) as app:
        yield Office(app, clock, make(app).test_client())
