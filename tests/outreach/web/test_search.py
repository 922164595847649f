"""One search: everything the role may see, nothing that it may not."""

import re
from datetime import date, timedelta

import pytest

from campaigns.models import Campaign, Post
from outreach.tracker import families, intake
from outreach.tracker.families import Family
from tests.outreach.web.conftest import Office
from tests.support import mentions

CANARY = "Kanārijputniņš"


@pytest.fixture
def filled(office: Office) -> Office:
    now = office.clock.now()
    with office.app.store.transaction() as session:
        mentions.source(session, "Ezera Vēstis", "regional")
        for n in range(7):
            mentions.mention(session, now - timedelta(hours=7 - n), f"Ezera svētki {n}", places=("Ludzas novads",) if n < 2 else ())
        for name, places in (("Ezera svētki", ["Ludzas novads"]), ("Ezera talka", []), ("Cits", [])):
            campaign = Campaign(
                name=name, language="lv", starts_on=date(2026, 11, 1), created_at=now, municipalities=places
            )
            session.add(campaign)
            session.flush()
            session.add(
                Post(
                    campaign_id=campaign.id, language="lv", title=f"{name}: ieraksts", text="Nāciet!",
                    target_url="https://example.org/", created_at=now,
                )
            )  # fmt: skip
        families.add(session, now, office.app.seal, Family(adults=2, name=f"{CANARY} ezers", municipality="Ludzas novads"))
        intake.receive(
            session, now, office.app.seal,
            intake.Incoming(arrived_by="phone", name=f"{CANARY} ezers", contact="ezers@example.org", text="Ezers, ezers."),
        )  # fmt: skip
    return office


GROUPS = {
    "mentions": "/mentions/", "campaigns": "/campaigns/1", "posts": "/posts/1", "sources": "/settings/sources/",
}  # fmt: skip


@pytest.mark.parametrize(
    ("role", "groups"),
    [
        ("administrator", {"mentions", "campaigns", "posts", "sources"}),
        ("comms", {"mentions", "campaigns", "posts", "sources"}),
        ("coordinator", {"mentions", "campaigns", "posts", "sources"}),
        ("reader", {"mentions", "campaigns", "posts", "sources"}),
        ("partner", {"mentions", "campaigns"}),
    ],
)
def test_each_role_finds_what_it_may_see(filled: Office, role: str, groups: set[str]) -> None:
    visitor = filled.as_role(role, "Ludzas novads" if role == "partner" else None)
    page = visitor.text("/search?q=EZERA")
    main = page[page.index('id="found"') : page.index("</main>")]
    assert {name for name, path in GROUPS.items() if f'href="{path}' in main} == groups
    assert ("Ezera talka" in main) == (role != "partner")
    assert CANARY not in page


def test_a_group_shows_five_and_leads_to_all(filled: Office) -> None:
    page = filled.as_role("comms").text("/search?q=ezera")
    assert page.count('class="story"') == 5
    assert "/mentions?q=ezera&amp;period=all&amp;standing=all" in page
    partner = filled.as_role("partner", "Ludzas novads").text("/search?q=ezera")
    assert partner.count('class="story"') == 2
    assert "/mentions?q=ezera" not in partner


def found_by(office: Office, role: str, asked: str) -> str:
    answer = office.as_role(role).get("/search", query_string={"q": asked})
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    return page[page.index('id="found"') : page.index("</main>")]


def test_a_number_finds_inquiry_and_family_for_the_coordinator_alone(filled: Office) -> None:
    for asked in ("1", "#1", "nr. 1", "Nr 1"):
        found = found_by(filled, "coordinator", asked)
        assert 'href="/inquiries/1"' in found
        assert 'href="/families/1"' in found
        assert CANARY not in found
        for role in ("administrator", "comms", "reader", "partner"):
            assert "/inquiries/1" not in found_by(filled, role, asked)
            assert "/families/1" not in found_by(filled, role, asked)


def test_words_of_families_are_never_found(filled: Office) -> None:
    for asked in (CANARY, "ezers@example.org", "99", "4294967296", "999999999"):
        found = found_by(filled, "coordinator", asked)
        assert 'class="empty-state"' in found
        assert not re.search(r"/families/\d", found)


def test_what_is_no_word_finds_nothing_and_helps(filled: Office) -> None:
    for asked in ("", " ", "!?", "%", "_", "*", "x" * 5_000):
        assert 'class="empty-state"' in found_by(filled, "comms", asked)


def test_marks_and_case_do_not_matter(filled: Office) -> None:
    visitor = filled.as_role("comms")
    assert 'href="/campaigns/1"' in visitor.text("/search?q=svetki")
    assert 'href="/campaigns/1"' in visitor.get("/search", query_string={"q": "SVĒTKI ezer"}).get_data(as_text=True)
    assert 'href="/campaigns/1"' not in visitor.text("/search?q=vetki")


def test_a_stranger_is_led_to_the_door(office: Office) -> None:
    answer = office.client.get("/search?q=x", base_url="http://127.0.0.1:8000")
    assert answer.status_code == 303
    assert "sign-in" in answer.location
