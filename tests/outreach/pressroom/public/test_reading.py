"""What strangers may read of releases, and when: the embargo, consents, corrections, withdrawals, words sought."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import FamilyStory, Picture
from outreach.core.db import Store
from outreach.pressroom.models import Release, ReleasePicture, ReleaseQuote, ReleaseText
from outreach.pressroom.public import reading, shown, tokens
from outreach.pressroom.writing import publishing
from tests.outreach.pressroom.writing.desk import ANNA, ENGLISH, NOW, RIGA, SAID, TODAY, release

HOUR = timedelta(hours=1)
KEY = b"k" * 32


def out(session: Session, **more: object) -> Release:
    """A release that was published an hour ago."""
    row = release(session)
    session.flush()
    row.approved_at, row.published_at, row.slug = NOW - 2 * HOUR, NOW - HOUR, f"r-{row.id}"
    for name, value in more.items():
        setattr(row, name, value)
    session.flush()
    return row


def picture(session: Session, release_id: int, **more: object) -> Picture:
    one = Picture(**{
        "name": "a" * 64 + ".webp", "width": 8, "height": 8, "alt": "Ezers", "rights": "Birojs", "size": 1, "added_at": NOW, "added_by": ANNA, **more,
    })  # fmt: skip
    session.add(one)
    session.flush()
    session.add(ReleasePicture(release_id=release_id, picture_id=one.id, captions={"lv": "Rāzna"}))
    session.flush()
    return one


@pytest.mark.parametrize(
    ("facts", "seen"),
    [
        ({}, True),
        ({"published_at": None}, False),
        ({"slug": None}, False),
        ({"embargo_until": NOW}, True),
        ({"embargo_until": NOW + timedelta(seconds=1)}, False),
        ({"withdrawn_at": NOW}, True),
        ({"published_at": NOW + HOUR}, False),
    ],
)
def test_public_is_what_was_published_and_is_past_its_embargo(store: Store, facts: dict[str, object], seen: bool) -> None:
    with store.transaction() as session:
        slug = out(session, **facts).slug or "r-1"
        assert (reading.one(session, NOW, slug) is not None) is seen
        assert bool(reading.listed(session, NOW, "lv", RIGA).entries) is seen
        assert bool(reading.latest(session, NOW, "lv", 9)) is seen
        assert bool(reading.standing(session, NOW, 9)) is (seen and "withdrawn_at" not in facts)


def test_the_embargos_end_is_when_it_came_out(store: Store) -> None:
    with store.transaction() as session:
        out(session, embargo_until=NOW)
        found = reading.one(session, NOW, "r-1")
        assert found is not None and found.out_at == NOW == found.changed_at


def test_a_list_speaks_the_language_asked_for_or_the_originals(store: Store) -> None:
    with store.transaction() as session:
        first, second = out(session), out(session, published_at=NOW - 30 * HOUR)
        session.add(ReleaseText(release_id=first.id, language="en", headline=ENGLISH.headline, changed_at=NOW, changed_by=ANNA))
        session.flush()
        entries = reading.listed(session, NOW, "en", RIGA).entries
        assert [(one.release_id, one.language) for one in entries] == [(first.id, "en"), (second.id, "lv")]
        assert entries[0].languages == ("lv", "en")
        assert [one.release_id for one in reading.latest(session, NOW, "en", 9)] == [first.id]


def test_years_are_the_offices_own(store: Store) -> None:
    turn = datetime.fromisoformat("2025-12-31T22:30:00+00:00")  # half past midnight in Riga
    with store.transaction() as session:
        out(session, published_at=turn)
        out(session)
        assert reading.listed(session, NOW, "lv", RIGA).years == (2026,)
        session.get_one(Release, 1).published_at = turn - HOUR
        session.flush()
        listed = reading.listed(session, NOW, "lv", RIGA, year=2025)
        assert listed.years == (2026, 2025) and [one.release_id for one in listed.entries] == [1]


@pytest.mark.parametrize(
    ("words", "found"),
    [("rezekne", True), ("RĒZEKNĒ ģimenes", True), ("ar e-pastu", True), ("gimenes kuģis", False), ("%", False), ("", True)],
)
def test_words_are_found_whatever_their_marks(store: Store, words: str, found: bool) -> None:
    with store.transaction() as session:
        out(session)
        assert bool(reading.listed(session, NOW, "lv", RIGA, words=words).entries) is found


def test_of_a_withdrawn_one_only_the_headline_is_left_to_find(store: Store) -> None:
    with store.transaction() as session:
        out(session, withdrawn_at=NOW)
        [entry] = reading.listed(session, NOW, "lv", RIGA, words="tiekas").entries
        assert entry.lead == "" and entry.withdrawn_at == NOW
        assert reading.listed(session, NOW, "lv", RIGA, words="kā pieteikties").entries == ()


def test_a_long_list_comes_in_pages(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    with store.transaction() as session:
        for hours in range(5):
            out(session, published_at=NOW - (hours + 1) * HOUR)
        pages = [reading.listed(session, NOW, "lv", RIGA, page=page) for page in (1, 2, 3, 4)]
        assert [[one.release_id for one in page.entries] for page in pages] == [[1, 2], [3, 4], [5], []]
        assert [page.more for page in pages] == [True, True, False, False]


def test_corrections_and_withdrawals_stand_with_what_they_are_about(store: Store) -> None:
    with store.transaction() as session:
        first = out(session, published_at=NOW - 9 * HOUR)
        fixed = out(session, kind="correction", about_id=first.id)
        held = out(session, kind="correction", about_id=first.id, embargo_until=NOW + HOUR)
        gone = out(session, kind="correction", about_id=first.id, withdrawn_at=NOW)
        found = reading.one(session, NOW, first.slug or "")
        assert found is not None and [one.slug for one in found.followed_by] == [fixed.slug]
        assert found.changed_at == fixed.published_at
        about = reading.one(session, NOW, fixed.slug or "")
        assert about is not None and about.about is not None and about.about.slug == first.slug
        assert held.slug and gone.slug
        assert [len(one.followed_by) for one in reading.latest(session, NOW, "lv", 9) if one.release_id == first.id] == [1]


def test_withdrawing_by_a_release_marks_the_first(store: Store) -> None:
    with store.transaction() as session:
        first = out(session, published_at=NOW - 9 * HOUR)
        recall = release(session, kind="withdrawal", about_id=first.id)
        recall.approved_at = NOW
        publishing.publish(session, NOW, recall.id, RIGA)
        found = reading.one(session, NOW, first.slug or "")
        assert found is not None and found.withdrawn_at == NOW and found.followed_by[0].kind == "withdrawal"


def test_words_of_who_agrees_no_more_are_gone(store: Store) -> None:
    with store.transaction() as session:
        row = out(session)
        story = FamilyStory(title="Ģimene", consent_from=TODAY, added_at=NOW, added_by=ANNA)
        session.add(story)
        session.flush()
        text = session.scalars(select(ReleaseText)).one()
        told = {"text_id": text.id, "speaker": "Ance", "words": SAID.words}
        session.add_all([
            ReleaseQuote(**told, position=0, agreed_on=TODAY, agreed_how="e-pastā"), ReleaseQuote(**told, position=1, story_id=story.id),
            ReleaseQuote(**told, position=2),
        ])  # fmt: skip
        session.flush()
        said = shown.said(session, row.id, "lv", TODAY)
        assert said is not None and len(said.quotes) == 2
        assert len((shown.said(session, row.id, "lv", TODAY - timedelta(days=1)) or said).quotes) == 0
        story.withdrawn_at = NOW
        session.flush()
        said = shown.said(session, row.id, "lv", TODAY)
        assert said is not None and len(said.quotes) == 1
        assert shown.said(session, row.id, "en", TODAY) is None


def test_pictures_need_rights_and_a_consent_that_holds(store: Store) -> None:
    yesterday = TODAY - timedelta(days=1)
    with store.transaction() as session:
        row = out(session)
        one = picture(session, row.id)
        for facts, seen in (
            ({}, True), ({"rights": " "}, False), ({"rights": "Birojs", "of_people": True}, False), ({"consent_from": TODAY}, True),
            ({"withdrawn_at": NOW}, False), ({"withdrawn_at": None, "consent_from": yesterday, "consent_until": yesterday}, False),
        ):  # fmt: skip
            for name, value in facts.items():
                setattr(one, name, value)
            session.flush()
            said = shown.said(session, row.id, "lv", TODAY)
            assert said is not None and [one.caption for one in said.pictures] == (["Rāzna"] if seen else []), facts


def test_a_link_opens_its_release_until_its_end(store: Store) -> None:
    with store.transaction() as session:
        row = out(session, published_at=None, slug=None)
        assert row.approved_at is not None
        ends = tokens.ends_at(NOW, None)
        assert ends == NOW + timedelta(days=30)
        token = tokens.make(KEY, row.id, row.approved_at, ends)
        assert tokens.read(session, NOW, KEY, token) == (row.id, True)
        assert tokens.read(session, ends, KEY, token) == (row.id, False)
        found = reading.held(session, NOW, row.id)
        assert found is not None and found.out_at is None and found.slug == ""
        for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), token.replace(f"{row.id}-", "2-", 1), "x", "", "1-1.", f"{2**31}-1.{'a' * 27}"):
            assert tokens.read(session, NOW, KEY, wrong) is None, wrong
        assert tokens.read(session, NOW, b"x" * 32, token) is None


@pytest.mark.parametrize("change", [{"approved_at": None}, {"approved_at": NOW}])
def test_taking_the_approval_away_closes_every_link(store: Store, change: dict[str, object]) -> None:
    with store.transaction() as session:
        row = out(session, published_at=None, slug=None)
        assert row.approved_at is not None
        token = tokens.make(KEY, row.id, row.approved_at, tokens.ends_at(NOW, None))
        for name, value in change.items():
            setattr(row, name, value)
        session.flush()
        assert tokens.read(session, NOW, KEY, token) is None


@pytest.mark.parametrize(
    ("embargo", "ends"),
    [(NOW + HOUR, NOW + HOUR), (NOW - HOUR, NOW + tokens.LIFE), (NOW + timedelta(days=90), NOW + tokens.LIFE)],
)
def test_a_link_ends_with_the_embargo_or_after_thirty_days(embargo: datetime, ends: datetime) -> None:
    assert tokens.ends_at(NOW, embargo) == ends
