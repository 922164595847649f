"""Editions: one for all readers of a plan, sent again word for word, found by their words, forgotten in time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from outreach.core.db import Store
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.digest import editions, making
from outreach.digest.editions import Kept
from outreach.digest.facts import Choice
from outreach.digest.models import DigestEdition, DigestPicture
from outreach.digest.planning import Plan, by_plan, choice_told, late_until, widest
from outreach.subscribers import runs
from outreach.subscribers.models import DigestRun
from tests.outreach.digest.mailroom import BEFORE, MORNING, office_of, reader, rows, tick, written
from tests.outreach.digest.morning import DAY, SINCE, UNTIL, digest
from tests.support.mentions import mention
from tests.support.people import account

PLAN = Plan(DAY, SINCE, UNTIL, "lv", "Europe/Riga", Choice(), "comms", True)


def kept(app, plan: Plan = PLAN) -> Kept:  # type: ignore[no-untyped-def]
    pools = making.read(app, UNTIL, [plan])
    made = making.write(app, plan, pools[plan.since, plan.until], editions.new_slots())
    with app.store.transaction() as session:
        return editions.keep(session, UNTIL, plan, made.digest, made.composed, made.slots)


def past(app) -> None:  # type: ignore[no-untyped-def]
    """A mention of days before: the week has something to show."""
    with app.store.transaction() as session:
        mention(session, UNTIL - timedelta(days=3))


@pytest.mark.parametrize(
    "other",
    [
        {"since": SINCE - timedelta(minutes=1)}, {"until": UNTIL + timedelta(minutes=1)}, {"language": "en"},
        {"zone": "Europe/London"}, {"choice": Choice(tiers=frozenset({"national"}))}, {"role": "reader"}, {"role": None},
        {"may_judge": False}, {"late": True}, {"missed": 1}, {"choice": Choice(topics=frozenset({1}))},
    ],
    ids=lambda changed: "-".join(changed),
)  # fmt: skip
def test_whatever_changes_the_words_is_another_edition(other: dict[str, object]) -> None:
    assert replace(PLAN, **other).key != PLAN.key  # type: ignore[arg-type]
    assert replace(PLAN, day=date(2026, 1, 1)).key == PLAN.key  # it is told apart by its column


@given(st.frozensets(st.integers(1, 9)), st.frozensets(st.sampled_from(["Ludza", "Preiļi", "Balvi"])))
def test_the_order_of_a_choice_decides_nothing(topics: frozenset[int], places: frozenset[str]) -> None:
    one = Choice(topics, places)
    other = Choice(frozenset(sorted(topics, reverse=True)), frozenset(sorted(places, reverse=True)))
    assert replace(PLAN, choice=one).key == replace(PLAN, choice=other).key
    assert choice_told(one)["topics"] == sorted(topics)


@given(st.integers(0, 24 * 60 * 60))
def test_a_late_mail_tells_up_to_the_last_half_hour(seconds: int) -> None:
    now = UNTIL + timedelta(seconds=seconds)
    until = late_until(now, UNTIL)
    assert UNTIL <= until <= now
    assert until == UNTIL or (until.minute in (0, 30) and now - until < timedelta(minutes=30))


def test_mails_are_put_together_by_plan_in_their_order(store: Store, tmp_path: Path) -> None:
    clock = FixedClock(BEFORE)
    app = office_of(store, tmp_path, clock, MemoryMailer())
    for number in range(6):
        reader(app, f"r{number}@press.test", language=("lv", "en")[number % 2])
    clock.moment = MORNING
    with store.transaction() as session:
        runs.owe_all(session, MORNING, app.settings)
        owed = runs.ready(session, MORNING)
    groups = by_plan(owed, MORNING)
    assert [[one.mail[1] for one in group] for group in groups.values()] == [["0", "2", "4"], ["1", "3", "5"]]
    assert widest(groups) == (owed[0].covers_from, owed[0].covers_until)


def test_what_is_kept_is_read_again_word_for_word(store: Store, tmp_path: Path) -> None:
    app = office_of(store, tmp_path, FixedClock(UNTIL), MemoryMailer())
    past(app)
    written(app, 3)
    made = kept(app)
    with store.reading() as session:
        assert editions.load(session, made.id) == made
        assert editions.find(session, [PLAN, replace(PLAN, late=True)]) == {PLAN: made}
        assert editions.load(session, made.id + 1) is None
        seen = editions.one(session, made.id)
        [picture] = made.composed.pictures
        assert editions.picture(session, made.id, picture.name) == picture
        assert editions.picture(session, made.id, "other") is None
    assert seen is not None and seen.figures == {"mentions": 3, "stories": 3, "critical": 0}
    assert made.composed.html.count(made.slots.mail) >= 1 and made.composed.text.count(made.slots.reader) >= 1


def test_two_that_make_the_same_edition_at_once_send_one(store: Store, tmp_path: Path) -> None:
    app = office_of(store, tmp_path, FixedClock(UNTIL), MemoryMailer())
    past(app)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: kept(app), range(4)))
    assert len({(one.id, one.slots) for one in made}) == 1
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(DigestPicture)) == 1


def sent(app, clock: FixedClock, *days: int) -> None:  # type: ignore[no-untyped-def]
    for day in days:
        clock.moment = MORNING + timedelta(days=day)
        tick(app)


def test_what_was_sent_is_listed_and_found_by_beginnings_without_diacritics(store: Store, tmp_path: Path) -> None:
    clock = FixedClock(BEFORE)
    app = office_of(store, tmp_path, clock, MemoryMailer())
    reader(app, "lasitajs@example.org")
    written(app, 1, places=("Rēzekne",))
    sent(app, clock, 0)
    clock.step(timedelta(hours=1))
    written(app, 2)
    sent(app, clock, 1, 2)
    with store.reading() as session:

        def found(words: str, before: int | None = None, limit: int = 50, for_office: bool = True) -> list[int]:
            return [row.day.day for row in editions.listed(session, words, before, limit, for_office)]

        assert found("") == [25, 24, 23]
        assert found("gimene") == [24, 23]
        assert found("ĢIMENE atgr") == [24, 23]
        assert found("imene") == []
        assert found("1 ģimene") == found("ģimene 1")
        assert found("100% _ģim") == found("100 gim")
        first, *_ = editions.listed(session, "", None, 1, True)
        assert found("", before=first.id) == [24, 23]
        assert found("https") == []  # addresses are not words
        latest = editions.latest(session, True, "en")
        assert latest is not None and latest.id == first.id


def test_an_edition_that_nobody_got_is_not_listed_and_goes(store: Store, tmp_path: Path) -> None:
    clock = FixedClock(BEFORE)
    app = office_of(store, tmp_path, clock, MemoryMailer())
    reader(app, "lasitajs@example.org")
    sent(app, clock, 0)
    made = kept(app)
    with store.transaction() as session:
        assert [row.id for row in editions.listed(session, "", None, 50, True)] == [rows(app)[0].edition_id]
        assert editions.forget_old(session, UNTIL + timedelta(days=4), 730) == 1
        assert editions.load(session, made.id) is None
    with store.transaction() as session:
        assert editions.forget_old(session, UNTIL + timedelta(days=731), 730) == 1
        assert session.scalars(select(DigestPicture.name)).all() == []
        assert session.scalars(select(DigestEdition.id)).all() == []
        assert session.scalars(select(DigestRun.edition_id)).all() == [None]


def test_a_partner_is_not_shown_the_offices_own(store: Store, tmp_path: Path) -> None:
    clock = FixedClock(BEFORE)
    app = office_of(store, tmp_path, clock, MemoryMailer())
    account(app, "comms")
    reader(app, "comms@example.org")
    sent(app, clock, 0)
    with store.reading() as session:
        assert len(editions.listed(session, "", None, 50, True)) == 1
        assert editions.listed(session, "", None, 50, False) == []
        assert editions.latest(session, False, "lv") is None


def test_hostile_words_of_others_never_stand_where_a_token_goes() -> None:
    slots = editions.new_slots()
    assert slots.mail not in repr(digest()) and slots.mail != slots.reader
    assert len({editions.new_slots() for _ in range(100)}) == 100
