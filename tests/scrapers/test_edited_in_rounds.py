"""Articles that their outlets edit, and mentions that a person deletes, through whole rounds."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.core.app import App
from outreach.core.gear import Gear
from outreach.core.testing import FixedClock
from scrapers import catalogue, deleting, evidence, fulltext
from scrapers.collect import Polled, collect, collect_pages
from scrapers.models import Article, ArticleRevision, Evidence, Mention, Story
from scrapers.revisions import revisions_of
from scrapers.warc import FOLDER, read_file
from tests.scrapers.gears import GEARS
from tests.scrapers.news import BRIDGE, FAMILY, NOW, bridge, feed, page
from tests.support.site import Site

Start = Callable[[App], Gear]
DAY = timedelta(days=1)
TITLE = "Pie tirgus laukuma durvis ver jauna maiznīca"


@pytest.fixture(params=GEARS)
def gear(request: pytest.FixtureRequest) -> Start:
    return GEARS[request.param]


def tell(site: Site, title: str, text: str, **told: object) -> None:
    """What the outlet says now: its feed the headline, its page the whole text."""
    site.put("/rss", feed(site.url(""), bridge(1, title=title, text="", **told)))
    site.put("/raksts/1", page(title, text), content_type="text/html; charset=utf-8")


def poll(app: App, gear: Start, clock: FixedClock) -> Polled:
    clock.step(DAY)
    return collect(app, gear=gear(app), ignore_schedule=True)


def lying(app: App) -> list[Path]:
    return sorted(path for path in (app.settings.folder / FOLDER).rglob("*") if path.is_file())


def only(app: App) -> Article:
    with app.store.reading() as session:
        return session.scalars(select(Article)).one()


@pytest.fixture
def told(app: App, site: Site, clock: FixedClock, gear: Start) -> App:
    """One article whose page makes it a mention."""
    tell(site, TITLE, FAMILY)
    with app.store.transaction() as session:
        catalogue.add(session, NOW, "Ziņas", site.url("/rss"), language="lv")
    polled = collect(app, gear=gear(app))
    assert (polled.new, polled.mentions) == (1, 1)
    return app


def test_an_edit_is_a_revision_judged_again_with_its_page_read_and_kept_again(
    told: App, site: Site, clock: FixedClock, gear: Start
) -> None:
    with told.store.reading() as session:
        before = session.scalars(select(Mention)).one()
    tell(site, f"{TITLE} Preiļos", f"{FAMILY} Koordinatore priecājas par zvaigznājiem.")
    polled = poll(told, gear, clock)
    assert (polled.new, polled.changed, site.times("/raksts/1")) == (0, 1, 2)
    row = only(told)
    assert (row.title, row.text_state) == (f"{TITLE} Preiļos", "page")
    assert "zvaigznājiem" in row.text
    with told.store.reading() as session:
        after = session.scalars(select(Mention)).one()
        assert (after.id, after.story_id) == (before.id, before.story_id)
        assert after.judged_at == clock.now() > before.judged_at
        assert fulltext.hits(session, "zvaigznājiem", before=None, limit=5).ids == (after.id,)
        kept = revisions_of(session, row.id)
        assert kept[-1].wording.title == TITLE
        assert all("zvaigznājiem" not in one.wording.text for one in kept)
        pages = session.scalars(select(Evidence).order_by(Evidence.id)).all()
    assert [b"zvaigzn" in read_file(told.settings.folder, one.file, one.sha256).body for one in pages] == [False, True]
    assert len(lying(told)) == 2
    # Nothing is said anew: nothing is written anew.
    assert poll(told, gear, clock).changed == 0
    assert site.times("/raksts/1") == 2


def test_an_edit_that_makes_a_mention_makes_it(app: App, site: Site, clock: FixedClock, gear: Start) -> None:
    tell(site, TITLE, BRIDGE)
    with app.store.transaction() as session:
        catalogue.add(session, NOW, "Ziņas", site.url("/rss"), language="lv")
    assert collect(app, gear=gear(app)).mentions == 0
    assert lying(app) == []
    tell(site, f"{TITLE} Preiļos", FAMILY)
    polled = poll(app, gear, clock)
    assert (polled.changed, polled.mentions) == (1, 1)
    assert len(lying(app)) == 1


def delete(app: App) -> None:
    with app.store.transaction() as session:
        number = session.scalars(select(Mention.id)).one()
        gone = deleting.delete(session, number, "a@birojs.example", app.clock.now())
        assert gone is not None
        files = evidence.unneeded(session, gone.files)
    evidence.remove(app.settings.folder, files)


def nothing_is_left(app: App) -> None:
    row = only(app)
    assert (row.text_state, row.text, row.summary) == ("deleted", "", "")
    with app.store.reading() as session:
        for table in (Mention, Story, ArticleRevision, Evidence):
            assert session.scalar(select(func.count()).select_from(table)) == 0, table
    assert lying(app) == []


def test_a_deleted_mention_does_not_return_in_ten_rounds_of_edits(
    told: App, site: Site, clock: FixedClock, gear: Start
) -> None:
    assert len(lying(told)) == 1
    delete(told)
    nothing_is_left(told)
    asked = site.times("/raksts/1")
    edits: list[Callable[[], object]] = [
        lambda: tell(site, f"{TITLE} Preiļos", FAMILY),
        lambda: tell(site, f"{TITLE} Preiļos", FAMILY, guid="cits"),
        lambda: tell(site, TITLE, FAMILY, summary="Remigrācijas koordinatore palīdz atgriezties Latgalē."),
        lambda: site.put("/rss", feed(site.url(""), bridge(1, title=TITLE, text=FAMILY))),
        lambda: site.put("/rss", feed(site.url(""), bridge(1, title=TITLE, text=f"{FAMILY} Papildināts."))),
        lambda: site.put("/rss", feed(site.url(""))),
        lambda: tell(site, f"{TITLE} un atgriežas", FAMILY),
        lambda: site.put("/rss", feed(site.url(""), bridge(1, title=TITLE, text="")).replace("/raksts/1<", "/raksts/1?utm_source=x<")),
        lambda: site.put("/rss", b"", 500),
        lambda: tell(site, TITLE, f"{FAMILY} Vēl viens labojums."),
    ]
    for edit in edits:
        edit()
        polled = poll(told, gear, clock)
        collect_pages(told, gear=gear(told))
        assert (polled.new, polled.changed, polled.mentions) == (0, 0, 0)
        nothing_is_left(told)
    assert site.times("/raksts/1") == asked


def test_a_mention_deleted_while_its_page_is_fetched_anew_stays_deleted(
    told: App, site: Site, clock: FixedClock, gear: Start
) -> None:
    tell(site, f"{TITLE} Preiļos", f"{FAMILY} Labots.")
    site.replies["/raksts/1"].act = lambda: delete(told)
    poll(told, gear, clock)
    site.replies["/raksts/1"].act = None
    row = only(told)
    assert (row.text_state, row.text) == ("deleted", "")
    with told.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Mention)) == 0
        assert session.scalar(select(func.count()).select_from(Evidence)) == 0
    # A page that came too late may lie there without a row: the night's tidying takes it.
    clock.step(3 * DAY)
    evidence.tidy(told)
    nothing_is_left(told)


def test_a_mention_deleted_while_its_feed_is_read_stays_deleted(
    told: App, site: Site, clock: FixedClock, gear: Start
) -> None:
    tell(site, f"{TITLE} Preiļos", f"{FAMILY} Labots.")
    site.replies["/rss"].act = lambda: delete(told)
    poll(told, gear, clock)
    site.replies["/rss"].act = None
    nothing_is_left(told)
    poll(told, gear, clock)
    nothing_is_left(told)
