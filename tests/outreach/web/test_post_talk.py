"""Asking for approval, sending back, comments."""

import pytest

from campaigns.models import Post
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office


def post(office: Office) -> Post:
    with office.app.store.reading() as session:
        found = session.get_one(Post, 1)
        session.expunge(found)
        return found


def test_asked_for_sent_back_and_asked_again(office: Office) -> None:
    planning.post(office, planning.campaign(office), approved=False)
    author, colleague = office.as_role("comms"), office.as_role("administrator")
    author.post("/posts/1/ask")
    assert post(office).asked_by == "comms@example.org"
    waiting = colleague.text("/attention")
    assert 'href="/posts/1"' in waiting and "Kolēģis lūdz apstiprināt" in waiting and "comms@example.org" in waiting
    assert "comms@example.org lūdz apstiprināt" in colleague.text("/posts/1")
    colleague.post("/posts/1/back", {"text": " "})  # without a reason it stays
    assert post(office).asked_at is not None
    colleague.post("/posts/1/back", {"text": "Par garu."})
    assert post(office).asked_at is None
    assert "Par garu." in author.text("/posts/1")
    author.post("/posts/1/ask")
    colleague.post("/posts/1/approve")
    assert (post(office).asked_at, post(office).approved_by) == (None, "administrator@example.org")
    assert "Kolēģis lūdz apstiprināt" not in colleague.text("/attention")
    author.post("/posts/1/ask")  # too late: it is approved
    assert post(office).asked_at is None


def test_comments_are_written_dealt_with_and_opened_again(office: Office) -> None:
    planning.post(office, planning.campaign(office))
    visitor = office.as_role("coordinator")
    visitor.post("/posts/1/comments", {"text": "<b>Vai Balvi?</b>"})
    page = visitor.text("/posts/1")
    assert "&lt;b&gt;Vai Balvi?" in page and "Atrisināts" in page
    assert "1 neatrisināts komentārs" in visitor.text("/posts/1/ready")
    visitor.post("/posts/1/comments/1", {"do": "done"})
    assert "Atrisināja coordinator@example.org" in visitor.text("/posts/1")
    visitor.post("/posts/1/comments/1", {"do": "open"})
    assert "Atrisināja" not in visitor.text("/posts/1")
    visitor.post("/posts/1/comments", {"text": "  "})
    assert "Uzrakstiet, kas jāmaina" in visitor.text("/posts/1")


@pytest.mark.parametrize("path", ["/posts/9/ask", "/posts/9/back", "/posts/9/comments", "/posts/1/comments/9"])
def test_what_is_not_there(office: Office, path: str) -> None:
    planning.post(office, planning.campaign(office))
    assert office.as_role("comms").post(path, {"text": "x"}).status_code == 404
