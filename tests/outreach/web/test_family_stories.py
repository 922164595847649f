"""Families' stories: kept without a name, and called off at once when a family agrees no more."""

from datetime import date
from pathlib import Path

from campaigns.models import FamilyStory
from campaigns.writing import binding
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office

STORY = {"title": "Ģimene no Dublinas", "source": "Lieta 4", "consent_from": "2026-01-01", "consent_until": "2026-12-31"}


def test_a_story_is_added_changed_and_refused_without_a_title(office: Office) -> None:
    visitor = office.as_role("comms")
    assert "Stāstu vēl nav" in visitor.text("/media/stories")
    assert visitor.post("/media/stories", STORY).location == "/media/stories/1"
    page = visitor.text("/media/stories/1")
    assert "Lieta 4" in page and "piekrišana ir spēkā" in page
    assert visitor.post("/media/stories/1", {**STORY, "title": "Cits"}).status_code == 303
    assert "Cits" in visitor.text("/media/stories")
    assert visitor.post("/media/stories", {**STORY, "title": ""}).status_code == 422
    wrong = visitor.post("/media/stories/1", {**STORY, "consent_until": "2025-01-01"})
    assert wrong.status_code == 422 and "nevar beigties" in wrong.get_data(as_text=True)
    assert visitor.get("/media/stories/9").status_code == 404
    assert visitor.post("/media/stories/9/withdraw").status_code == 404
    assert visitor.post("/media/stories/9", STORY).status_code == 404
    assert office.as_role("partner").get("/media/stories").status_code == 403


def test_withdrawn_the_plan_is_called_off(office: Office, tmp_path: Path) -> None:
    visitor = office.as_role("comms")
    visitor.post("/media/stories", STORY)
    post = planning.post(office, planning.campaign(office))
    with office.app.store.transaction() as session:
        binding.bind(session, office.clock.now(), post, story_id=1, embargo_until=None, zone=office.app.settings.zone)
    delivery = planning.delivery(office, post, planning.channel(office, tmp_path))
    assert "Vietas vēl ir" in visitor.text("/media/stories/1")
    visitor.post("/media/stories/1/withdraw")
    assert planning.status(office, delivery) == "cancelled"
    assert "Ģimene piekrišanu stāstam ir atsaukusi" in visitor.text(f"/deliveries/{delivery}")
    with office.app.store.reading() as session:
        story = session.get_one(FamilyStory, 1)
        assert story.withdrawn_at is not None and story.consent_from == date(2026, 1, 1)
