"""A mention: from an outlet's page over the wire to the morning mail, once."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from outreach import wiring
from outreach.core import presence
from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.testing import FixedClock
from outreach.demo.newsroom import Article, Newsroom
from outreach.digest import sending
from outreach.digest.wording import sentence
from scrapers import catalogue, queries
from scrapers.collect import Polled, collect
from tests.support.offices import told_in
from tests.support.people import Visitor

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Day:
    """An office with its newsroom, both open."""

    app: App
    clock: FixedClock
    room: Newsroom

    def poll(self) -> Polled:
        return collect(self.app, all_sources=True, ignore_schedule=True)

    def rows(self) -> dict[str, queries.MentionRow]:
        with self.app.store.reading() as session:
            found = queries.mentions(session, NOW - timedelta(days=1), NOW + timedelta(days=1), 1000)
        return {row.url.partition("?")[0].rpartition("/")[2].removesuffix(".html"): row for row in found}


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    clock = FixedClock(NOW)
    told = told_in(tmp_path, digest={"recipients": ("lasitajs@example.org",)}, collect={"host_seconds": 0, "pages_per_poll": 200})
    room = Newsroom(NOW, ZoneInfo("Europe/Riga"))
    room.open()
    try:
        with wiring.open_app(told, create=True, clock=clock) as app:
            with app.store.transaction() as session:
                for outlet in room.outlets:
                    kind, fields = outlet.settings(room.base)
                    catalogue.add(session, NOW, outlet.name, fields.pop("url"), kind, tier=outlet.tier, language=outlet.language, settings=fields)
            yield Day(app, clock, room)
    finally:
        room.close()


def written(room: Newsroom) -> dict[str, Article]:
    return {article.slug: article for outlet in room.outlets for article in outlet.articles}


def test_what_was_meant_is_what_is_found(day: Day) -> None:
    polled = day.poll()
    articles, rows = written(day.room), day.rows()
    assert (polled.polled, polled.failed, polled.new) == (len(day.room.outlets), 0, sum(len(outlet.articles) for outlet in day.room.outlets))
    meant = {slug for slug, article in articles.items() if article.expect == "return"}
    found = {slug for slug, row in rows.items() if row.relevant}
    assert len(meant) > 40
    assert len(meant & found) / len(meant) >= 0.95, meant - found
    assert len(meant & found) / len(found) >= 0.95, found - meant
    for sense in ("expulsion", "russia"):
        assert {slug for slug, article in articles.items() if article.expect == sense} <= {slug for slug, row in rows.items() if row.sense == sense}
    for slug in found:
        assert rows[slug].forms, slug  # every decision shows its words
    # Words that stand only on the article's page, behind a feed with leads alone, are found there.
    assert {"riebinu-ceptuve-mekle-maizniekus", "ziguros-smarzo-pec-maizes"} <= found
    dated = rows["atgriezusas-gimenes-kritize-koordinatoru-darbu"]
    assert dated.published_at == NOW - timedelta(hours=articles["atgriezusas-gimenes-kritize-koordinatoru-darbu"].hours_ago)


def test_an_agencys_story_in_five_outlets_is_one_story(day: Day) -> None:
    day.poll()
    with day.app.store.reading() as session:
        told = queries.stories(session, NOW - timedelta(days=1), NOW + timedelta(days=1), relevant=True)
    widest = max(told, key=lambda story: len(story.mentions))
    assert len({row.outlet for row in widest.mentions}) == 5
    assert widest.agency == "Vārds"
    moments = [row.published_at for row in widest.mentions]
    assert moments == sorted(moments, key=lambda at: at or NOW)
    assert sum(len(story.mentions) > 1 for story in told) == 1


def test_polling_again_finds_nothing_new_and_asks_little(day: Day) -> None:
    day.poll()
    before, asked = day.rows(), day.room.requests
    day.clock.step(timedelta(hours=1))
    polled = day.poll()
    assert (polled.new, polled.mentions, polled.failed) == (0, 0, 0)
    assert polled.unchanged == len(day.room.outlets)
    assert day.rows().keys() == before.keys()
    assert day.room.requests - asked <= 2 * len(day.room.outlets)  # no article page is fetched again


def test_the_day_is_mailed_once(day: Day) -> None:
    day.poll()
    sending.look_after(day.app)  # takes up the reader of the settings
    day.clock.step(timedelta(minutes=1))
    local = NOW.astimezone(day.app.settings.zone).date()
    told, _ = sending.preview(day.app)
    with presence.present(day.app.settings.folder) as claimer:
        assert len(sending.send_day(day.app, claimer, local)) == 1
        with pytest.raises(OutreachError, match=r"digest\.already"):
            sending.send_day(day.app, claimer, local)
    [file] = wiring.mail_folder(day.app.settings).glob("*.eml")
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    meant = [article for article in written(day.room).values() if article.expect == "return" and article.hours_ago < 72]
    titles = {telling.title for story in told.stories for telling in story.tellings}
    assert [article.title for article in meant if article.title not in titles] == []
    # The mail is short: the weightiest stories whole, with what is critical on top.
    flat = " ".join(text.split())
    assert [story.title for story in told.stories[:8] if story.shown.title not in flat and story.title not in flat] == []
    assert told.critical >= 1 and told.stories[0].tone == "critical"
    assert sentence(told, day.app.texts.in_language("lv")) in flat
    assert "<strong" in html or "<mark" in html
    assert max(len(line) for line in file.read_bytes().splitlines()) <= 998
    assert all(article.title not in text for article in written(day.room).values() if article.expect in {"expulsion", "russia"})


def test_what_a_source_hides_in_its_text_never_acts_on_a_page(day: Day) -> None:
    """Markup in titles stays text: on the start page and in the mail."""
    from outreach.web.app import make

    day.poll()
    with day.app.store.transaction() as session:
        from scrapers.models import Article as Stored
        from scrapers.models import Story

        for row in (*session.query(Stored).all(), *session.query(Story).all()):
            row.title = '<script>alert(1)</script><img src=x onerror="alert(2)">' + row.title
    day.clock.step(timedelta(minutes=1))
    officer = Visitor(day.app, make(day.app).test_client(), "comms")
    for address in ("/", "/mentions", "/settings/sources/1"):
        page = officer.text(address)
        assert "&lt;script&gt;" in page
        assert "<script>" not in page
        assert "<img" not in page
    told, composed = sending.preview(day.app)
    assert told.mentions > 0
    assert "<script" not in composed.html
    assert "<img src=x" not in composed.html
    assert "&lt;script&gt;" in composed.html
