"""Words by channel, and every wording of a post, on the screen."""

from pathlib import Path

from campaigns.models import Post, PostVariant
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office


def post(office: Office) -> Post:
    with office.app.store.reading() as session:
        found = session.get_one(Post, 1)
        session.expunge(found)
        return found


def test_a_channel_has_words_of_its_own_until_they_are_taken_away(office: Office, tmp_path: Path) -> None:
    planning.post(office, planning.campaign(office))
    planning.channel(office, tmp_path)
    visitor = office.as_role("comms")
    assert visitor.post("/posts/1/channels/1", {"text": "Īsi {link}"}).status_code == 303
    assert (post(office).approved_at, post(office).revision) == (None, 2)
    assert "Īsi {link}" in visitor.text("/posts/1/channels")
    visitor.post("/posts/1/channels/1", {"text": "Īsi {link}"})  # the button pressed twice
    assert post(office).revision == 2
    wrong = visitor.post("/posts/1/channels/1", {"title": "Tikai nosaukums"})
    assert wrong.status_code == 422 and "Nosaukumam vajag arī tekstu" in wrong.get_data(as_text=True)
    visitor.post("/posts/1/channels/1", {"text": ""})
    with office.app.store.reading() as session:
        assert session.query(PostVariant).count() == 0
    assert visitor.post("/posts/1/channels/7", {"text": "x"}).status_code == 404
    assert visitor.get("/posts/9/channels").status_code == 404


def test_an_earlier_wording_is_shown_and_taken_again(office: Office) -> None:
    planning.post(office, planning.campaign(office))
    visitor = office.as_role("comms")
    told = {"language": "lv", "title": "Vietas vēl ir", "text": "Nāciet rīt: {link}", "target_url": "https://example.org/"}
    visitor.post("/posts/1/edit", told)
    page = visitor.text("/posts/1/wordings")
    assert "<ins> rīt</ins>" in page and "1. redakcija" in page and 'action="/posts/1/wordings/1"' in page
    assert visitor.post("/posts/1/wordings/1").status_code == 303
    assert (post(office).text, post(office).revision) == ("Nāciet: {link}", 3)
    assert visitor.post("/posts/1/wordings/99").status_code == 404
    assert visitor.post("/posts/9/wordings/1").status_code == 404
    assert visitor.get("/posts/9/wordings").status_code == 404
