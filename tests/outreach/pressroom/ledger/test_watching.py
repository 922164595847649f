"""The ledger over a real store: what comes in is compared, once, and a person's word stays."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from outreach.core.app import App
from outreach.core.testing import FixedClock
from outreach.pressroom.ledger import outlets, reading, recording, watching
from outreach.pressroom.models import OfficeFact, Release, ReleaseFingerprint, ReleasePrint, ReleaseText
from scrapers.models import Article, ArticleRevision
from tests.outreach.pressroom.ledger.conftest import NOON
from tests.outreach.pressroom.ledger.desk import HOUR, came, release, restarted, sent, source
from tests.outreach.pressroom.ledger.test_compare import OTHER, WHOLE


def prints(app: App) -> list[ReleasePrint]:
    with app.store.reading() as session:
        found = list(session.scalars(select(ReleasePrint).order_by(ReleasePrint.id)))
        session.expunge_all()
        return found


def test_a_print_is_found_with_its_hours_and_what_was_made_of_it(app: App) -> None:
    with app.store.transaction() as session:
        number = release(session, NOON - 5 * HOUR)
        came(session, source(session, "Rēzeknes Avīze"), NOON - 2 * HOUR, WHOLE.replace("423", "432"), "Atgriežas ģimenes")
        came(session, source(session, "Vietējā"), NOON - HOUR, OTHER, "Slidotava")
    watching.tick(app)
    (found,) = prints(app)
    assert (found.release_id, found.kind, found.hours, found.verdict) == (number, "verbatim", 3.0, None)
    assert found.share > 0.6 and found.headline_changed
    with app.store.reading() as session:
        (seen,) = reading.prints(session, number)
    assert seen.outlet == "Rēzeknes Avīze" and [key for key, _ in seen.wrong] == ["pressprint.finding.number"]


def test_what_is_not_out_is_not_looked_for(app: App) -> None:
    with app.store.transaction() as session:
        release(session, NOON - 5 * HOUR, published=False)
        came(session, source(session, "Vietējā"), NOON - HOUR)
    watching.tick(app)
    assert prints(app) == []


def test_a_release_that_was_only_sent_is_out_since_then(app: App) -> None:
    with app.store.transaction() as session:
        number = release(session, NOON - 9 * HOUR, published=False)
        sent(session, number, NOON - 4 * HOUR, "Vietējā")
        came(session, source(session, "Vietējā"), NOON - HOUR)
    watching.tick(app)
    assert [one.hours for one in prints(app)] == [3.0]


@pytest.mark.parametrize(("ago", "found"), [(timedelta(hours=30), False), (timedelta(hours=20), True), (-timedelta(days=59), True), (-timedelta(days=61), False)])
def test_what_lay_about_before_or_came_much_later_is_no_print(app: App, clock: FixedClock, ago: timedelta, found: bool) -> None:
    out = NOON - timedelta(days=61)
    clock.moment = max(NOON, out - ago + HOUR)
    with app.store.transaction() as session:
        release(session, out)
        came(session, source(session, "Vietējā"), out - ago)
    watching.tick(app)
    assert bool(prints(app)) is found


def test_our_own_pages_print_nothing(app: App) -> None:
    with app.store.transaction() as session:
        release(session, NOON - 5 * HOUR)
        came(session, source(session, "Birojs", owner="own"), NOON - HOUR)
    watching.tick(app)
    assert prints(app) == []


def test_one_outlet_prints_a_story_once_and_another_once_more(app: App) -> None:
    with app.store.transaction() as session:
        release(session, NOON - 5 * HOUR)
        first, other = source(session, "Vietējā"), source(session, "Ludzas Zeme")
        one = came(session, first, NOON - 2 * HOUR)
        came(session, first, NOON - HOUR, story_id=one.story_id)
        came(session, other, NOON - HOUR, story_id=one.story_id)
    watching.tick(app)
    assert len(prints(app)) == 2


def test_a_page_that_comes_later_is_looked_at_again(app: App, clock: FixedClock) -> None:
    with app.store.transaction() as session:
        release(session, NOON - 5 * HOUR)
        one = came(session, source(session, "Vietējā"), NOON - HOUR, text="", title="Ziņa", state="pending")
    watching.tick(app)
    assert prints(app) == []
    with app.store.transaction() as session:
        session.get_one(Article, one.article_id).text = WHOLE
    clock.moment = NOON + timedelta(minutes=1)
    watching.tick(app)
    assert len(prints(app)) == 1


def test_an_old_article_that_was_changed_is_looked_at_again(app: App, clock: FixedClock) -> None:
    with app.store.transaction() as session:
        release(session, NOON - 5 * HOUR)
        one = came(session, source(session, "Vietējā"), NOON - HOUR, OTHER, "Ziņa")
        session.add(ArticleRevision(article_id=one.article_id, number=0, at=NOON, title="x", summary="", text="x"))
    watching.tick(app)
    clock.moment = NOON + timedelta(days=10)
    watching.tick(app)
    with app.store.transaction() as session:
        article = session.get_one(Article, one.article_id)
        article.text, article.revision = WHOLE, 2
        session.add(ArticleRevision(article_id=one.article_id, number=1, at=NOON, title="x", summary="", text=OTHER))
    assert watching.tick(app) == 1
    assert len(prints(app)) == 1
    assert watching.tick(app) == 0


def test_what_is_not_printed_any_more_goes_unless_a_person_says_that_it_is(app: App, clock: FixedClock) -> None:
    with app.store.transaction() as session:
        number = release(session, NOON - 5 * HOUR)
        first = came(session, source(session, "Vietējā"), NOON - HOUR)
        second = came(session, source(session, "Ludzas Zeme"), NOON - HOUR)
    watching.tick(app)
    with app.store.transaction() as session:
        kept = next(one for one in reading.prints(session, number) if one.mention_id == second.mention_id)
        assert recording.say(session, NOON, "anna@example.org", kept.id, True) == number
        for one in (first, second):
            article = session.get_one(Article, one.article_id)
            article.text, article.title, article.revision = OTHER, "Slidotava", 1
    clock.moment = NOON + timedelta(minutes=1)
    watching.tick(app)
    assert [(one.mention_id, one.verdict) for one in prints(app)] == [(second.mention_id, True)]


def test_a_refusal_stays_when_the_article_is_read_again(app: App) -> None:
    with app.store.transaction() as session:
        number = release(session, NOON - 5 * HOUR)
        came(session, source(session, "Vietējā"), NOON - HOUR)
    watching.tick(app)
    with app.store.transaction() as session:
        recording.say(session, NOON, "anna@example.org", prints(app)[0].id, False)
    restarted(app)
    assert watching.tick(app) == 1
    (found,) = prints(app)
    assert (found.verdict, found.verdict_by) == (False, "anna@example.org")
    with app.store.reading() as session:
        assert reading.releases_printed(session, [found.mention_id]) == {}
        assert [one.counts for one in reading.prints(session, number)] == [False]


def test_a_process_killed_in_the_middle_does_nothing_twice_and_leaves_nothing_out(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.store.transaction() as session:
        release(session, NOON - 5 * HOUR)
        for name in ("Vietējā", "Ludzas Zeme", "Preiļu Balss"):
            came(session, source(session, name), NOON - HOUR)
    put, done = recording._put, []

    def killed(*given: object) -> None:
        put(*given)  # type: ignore[arg-type]
        done.append(given)
        if len(done) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(recording, "_put", killed)
    with pytest.raises(KeyboardInterrupt):
        watching.tick(app)
    assert prints(app) == []
    restarted(app)
    watching.tick(app)
    restarted(app)
    watching.tick(app)
    assert len(prints(app)) == len({one.mention_id for one in prints(app)}) == 3


def test_progress_waits_for_what_may_still_change(app: App, clock: FixedClock) -> None:
    with app.store.transaction() as session:
        release(session, NOON - 5 * HOUR)
        one = came(session, source(session, "Vietējā"), NOON - HOUR)
    watching.tick(app)
    with app.store.reading() as session:
        assert watching.progress(session, watching.PROGRESS) < one.mention_id
    clock.moment = NOON + timedelta(days=4)
    watching.tick(app)
    with app.store.reading() as session:
        assert watching.progress(session, watching.PROGRESS) == one.mention_id
    assert watching.tick(app) == 0


def test_another_wording_makes_another_fingerprint_and_is_looked_for(app: App) -> None:
    with app.store.transaction() as session:
        number = release(session, NOON - 5 * HOUR)
        came(session, source(session, "Vietējā"), NOON - HOUR, OTHER, "Slidotava Preiļos")
    watching.tick(app)
    assert prints(app) == []
    with app.store.transaction() as session:
        text = session.scalars(select(ReleaseText).where(ReleaseText.release_id == number)).one()
        text.body, text.lead, text.revision = OTHER, "", 2
    watching.tick(app)
    assert len(prints(app)) == 1
    with app.store.reading() as session:
        assert session.scalars(select(ReleaseFingerprint.revision)).all() == [2]
        assert session.scalar(select(func.count()).select_from(Release)) == 1


def test_a_former_coordinator_is_told(app: App) -> None:
    with app.store.transaction() as session:
        number = release(session, NOON - 5 * HOUR)
        session.add(OfficeFact(kind="person", label="Koordinatore", value="Astrīda Leščinska", holds_until=NOON.date() - timedelta(days=30), made_at=NOON, made_by="x"))
        came(session, source(session, "Vietējā"), NOON - HOUR, f"{WHOLE}\nJautājiet koordinatorei Astrīdai Leščinskai.")
    watching.tick(app)
    with app.store.reading() as session:
        (seen,) = reading.prints(session, number)
    assert [key for key, _ in seen.wrong] == ["pressprint.finding.outdated"]


def test_prints_of_a_contact_are_those_they_signed(app: App) -> None:
    with app.store.transaction() as session:
        release(session, NOON - 5 * HOUR)
        first = source(session, "Vietējā")
        mine = came(session, first, NOON - HOUR, author="Rita Rakstniece")
        came(session, source(session, "Ludzas Zeme"), NOON - HOUR, author="Rita Rakstniece")
        came(session, first, NOON - HOUR, author="Cits Cilvēks", title="Cits virsraksts par 423 ģimenēm")
    watching.tick(app)
    with app.store.reading() as session:
        assert [one.mention_id for one in reading.prints_of_contact(session, "Vietējā", ["rita rakstniece"])] == [mine.mention_id]
        assert reading.prints_of_contact(session, "Vietējā", []) == []


def test_who_prints_and_who_never_does(app: App) -> None:
    with app.store.transaction() as session:
        number = release(session, NOON - 5 * HOUR)
        sent(session, number, NOON - 4 * HOUR, "Vietējā")
        sent(session, number, NOON - 3 * HOUR, "Klusā Avīze")
        came(session, source(session, "Vietējā"), NOON - HOUR)
        came(session, source(session, "Ludzas Zeme"), NOON - HOUR)
        release(session, NOON, published=False)
    watching.tick(app)
    with app.store.reading() as session:
        told = outlets.matrix(session)
    assert [one.release_id for one in told.columns] == [number]
    assert [(row.outlet, row.sent, row.printed, row.never) for row in told.rows] == [
        ("Klusā Avīze", 1, 0, True), ("Ludzas Zeme", 0, 1, False), ("Vietējā", 1, 1, False),
    ]  # fmt: skip


def test_a_correction_that_repeats_its_release_is_printed_where_its_own_words_are(app: App) -> None:
    with app.store.transaction() as session:
        first = release(session, NOON - 30 * HOUR)
        second = release(session, NOON - 5 * HOUR)
        text = session.scalars(select(ReleaseText).where(ReleaseText.release_id == second)).one()
        text.body = f"{text.body}\n\n{OTHER}"
        one = came(session, source(session, "Vietējā"), NOON - HOUR)
        two = came(session, source(session, "Ludzas Zeme"), NOON - HOUR, f"{WHOLE}\n{OTHER}")
    watching.tick(app)
    assert {(found.mention_id, found.release_id) for found in prints(app)} == {(one.mention_id, first), (two.mention_id, second)}
