"""A sheet for one municipality: its own figures, and none that would give a family away."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.core.seal import Seal
from outreach.core.text import Texts
from outreach.report import Period, as_csv, as_dict, as_text, write
from outreach.tracker import families
from outreach.tracker.families import Family
from outreach.tracker.intake import Incoming, receive
from scrapers.models import Article, Mention, MentionPlace, Source
from scrapers.models import Story as StoryRow
from tests.outreach.rooms import NOW, RIGA

YEAR = Period.of_year(2025, RIGA)
PLACE, OTHER = "Balvu novads", "Ludzas novads"


def settle(store: Store, seal: Seal, stage: str, count: int, place: str = PLACE, size: int = 3) -> None:
    with store.transaction() as session:
        for number in range(count):
            household = families.add(session, NOW, seal, Family(size, 0, place))
            families.enter(session, NOW, household, stage, date(2025, 3, 1) + timedelta(days=number))


def ask(store: Store, seal: Seal, count: int, place: str = PLACE) -> None:
    with store.transaction() as session:
        for number in range(count):
            incoming = Incoming("form", municipality=place, message_id=f"{place} {number}")
            receive(session, datetime(2025, 5, 1, tzinfo=UTC), seal, incoming)


def mention(store: Store, number: int, tier: str, *places: str, seen: datetime | None = None, relevant: bool = True) -> None:
    at = seen or datetime(2025, 6, 1, tzinfo=UTC)
    with store.transaction() as session:
        source = Source(name=f"Avots {number}", tier=tier, kind="feed", settings={})
        story = StoryRow(created_at=at, title="Ziņa")
        session.add_all([source, story])
        session.flush()
        article = Article(
            source_id=source.id, url=f"https://example.org/{number}", canonical_url=f"https://example.org/{number}",
            title="Ziņa", first_seen_at=at, text_state="feed",
        )  # fmt: skip
        session.add(article)
        session.flush()
        row = Mention(
            article_id=article.id, source_id=source.id, sense="return", relevant=relevant, judged_relevant=relevant,
            score=1.0, lang="lv", matched=[], cues=[], places=list(places), sentence="Ziņa.", story_id=story.id, judged_at=at,
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add_all([MentionPlace(place=place, mention_id=row.id) for place in places])


def test_a_place_has_its_own_figures(store: Store, seal: Seal, office: Office) -> None:
    settle(store, seal, "returned_supported", 6)
    settle(store, seal, "returned_supported", 9, OTHER)
    ask(store, seal, 5)
    ask(store, seal, 8, OTHER)
    mention(store, 1, "local", PLACE, OTHER)
    mention(store, 2, "local", PLACE)
    mention(store, 3, "national", PLACE)
    mention(store, 4, "national", OTHER)
    mention(store, 5, "national", PLACE, relevant=False)
    mention(store, 6, "national", PLACE, seen=datetime(2024, 12, 31, 21, 59, tzinfo=UTC))
    mention(store, 7, "regional", PLACE, seen=datetime(2024, 12, 31, 22, 0, tzinfo=UTC))
    with store.reading() as session:
        written = write("municipality", session, office, YEAR, "lv", PLACE)
    told = written.numbers
    assert (told["inquiries"], told["returned_supported.families"], told["returned_supported.people"]) == (5, 6, 18)
    assert {name: count for name, count in told.items() if name.startswith("mentions")} == {
        "mentions": 4, "mentions.national": 1, "mentions.regional": 1, "mentions.local": 2, "mentions.diaspora": 0,
        "mentions.social": 0,
    }  # fmt: skip


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("language", ["lv", "en", "ru"])
def test_few_families_are_told_by_a_word_alone(
    store: Store, seal: Seal, office: Office, texts: Texts, count: int, language: str
) -> None:
    settle(store, seal, "planning", count, size=17)
    ask(store, seal, count)
    words = texts.in_language(language)
    with store.reading() as session:
        written = write("municipality", session, office, YEAR, language, PLACE)
    assert not {"planning.families", "planning.people", "inquiries"} & (written.numbers.keys() | written.records.keys())
    for text in (as_text(written, words), as_csv(written, words), json.dumps(as_dict(written, words), ensure_ascii=False)):
        assert words("report.municipality.hidden") in text
        assert str(17 * count) not in text


def shown(store: Store, office: Office, place: str, name: str) -> int | None:
    with store.reading() as session:
        return write("municipality", session, office, YEAR, "lv", place).numbers.get(name)


def test_another_sheet_keeps_its_figure_back_where_the_offices_sum_would_tell_a_small_one(
    store: Store, seal: Seal, office: Office
) -> None:
    settle(store, seal, "planning", 2)
    settle(store, seal, "planning", 6, OTHER)
    settle(store, seal, "planning", 9, "Rēzekne")
    ask(store, seal, 3)
    ask(store, seal, 7, OTHER)
    ask(store, seal, 8, "Rēzekne")
    for name in ("planning.families", "planning.people", "inquiries"):
        assert shown(store, office, PLACE, name) is None
        assert shown(store, office, OTHER, name) is None  # the smallest that says something
    assert shown(store, office, "Rēzekne", "planning.families") == 9
    assert shown(store, office, "Rēzekne", "inquiries") == 8


def test_two_small_figures_hide_each_other(store: Store, seal: Seal, office: Office) -> None:
    settle(store, seal, "planning", 2)
    settle(store, seal, "planning", 3, OTHER)
    settle(store, seal, "planning", 9, "Rēzekne")
    assert shown(store, office, "Rēzekne", "planning.families") == 9
    assert shown(store, office, PLACE, "planning.families") is None


@pytest.mark.parametrize("place", ["", "Atlantis", "balvu novads", "Latgale"])
def test_what_is_no_municipality(store: Store, office: Office, place: str) -> None:
    with store.reading() as session, pytest.raises(OutreachError, match=r"report\.error\.place"):
        write("municipality", session, office, YEAR, "lv", place)


def test_a_place_is_asked_of_no_other_report(store: Store, office: Office) -> None:
    with store.reading() as session, pytest.raises(OutreachError, match=r"registry\.field"):
        write("results", session, office, YEAR, "lv", PLACE)
