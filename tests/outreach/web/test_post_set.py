"""A post in several languages on the screen: side by side, lagging, and taken along."""

from campaigns.models import Post
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office

FORM = {"title": "There is room", "text": "Come: {link}"}


def row(office: Office, post_id: int) -> Post:
    with office.app.store.reading() as session:
        found = session.get_one(Post, post_id)
        session.expunge(found)
        return found


def test_a_language_is_added_beside_the_original(office: Office) -> None:
    planning.post(office, planning.campaign(office))
    visitor = office.as_role("comms")
    assert "/posts/1/languages/new?language=en" in visitor.text("/posts/1")
    page = visitor.text("/posts/1/languages/new?language=en")
    assert "Nāciet: {link}" in page and 'value="Vietas vēl ir"' in page and "checked" in page
    copied = visitor.text("/posts/1/languages/new?language=en&copy=1")
    assert copied.count("Nāciet: {link}") == 2 and "checked" not in copied
    made = visitor.post("/posts/1/languages/new?language=en", {**FORM, "matches": "1"})
    assert made.location == "/posts/2"
    second = row(office, 2)
    assert (second.language, second.original_id, second.follows, second.approved_at) == ("en", 1, 1, None)
    again = visitor.post("/posts/2/languages/new?language=en", {**FORM, "matches": "1"})
    assert again.status_code == 422 and "jau ir" in again.get_data(as_text=True)
    assert "language=en" not in visitor.text("/posts/1")
    assert visitor.get("/posts/1/languages/new?language=tlh").status_code == 404
    assert visitor.post("/posts/1/languages/new?language=de", {"title": "", "text": ""}).status_code == 422


def test_a_translation_that_lags_behind_shows_what_changed(office: Office) -> None:
    planning.post(office, planning.campaign(office))
    visitor = office.as_role("comms")
    visitor.post("/posts/1/languages/new?language=en", {**FORM, "matches": "1"})
    assert "atpaliek" not in visitor.text("/posts/2")
    told = {"language": "lv", "title": "Vietas vēl ir", "text": "Nāciet rīt: {link}", "target_url": "https://example.org/"}
    visitor.post("/posts/1/edit", told)
    assert "atpaliek" in visitor.text("/posts/2") and "atpaliek" in visitor.text("/posts/1")
    assert "<ins> rīt</ins>" in visitor.text("/posts/2/edit")
    mine = {"language": "en", "title": "There is room", "text": "Come tomorrow: {link}", "target_url": "https://example.org/"}
    visitor.post("/posts/2/edit", mine)  # not finished yet
    assert "atpaliek" in visitor.text("/posts/2")
    visitor.post("/posts/2/edit", {**mine, "matches": "1"})
    assert "atpaliek" not in visitor.text("/posts/2")
    refused = visitor.post("/posts/2/edit", {**mine, "language": "lv"})
    assert refused.status_code == 422 and row(office, 2).language == "en"
