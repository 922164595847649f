"""Who may be told of what; every deed in the trail; what is forgotten and what stays."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from outreach.alerts import hookbook, jobs, queries, rules
from outreach.alerts.hookbook import HookAsked
from outreach.alerts.models import KINDS, Alert, AlertItem, AlertLetter
from outreach.alerts.rules import KINDS_OF_HOOKS, KINDS_OF_ROLE, Wanted
from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.people.models import ROLES, AuditEntry, User
from tests.outreach.alerts import scene
from tests.outreach.alerts.conftest import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_chooses_only_what_it_may_see(app: App, role: str) -> None:
    may = KINDS_OF_ROLE[role]
    assert ("unanswered" in may) is (role == "coordinator")
    with app.store.transaction() as session:
        user_id = scene.person(session, NOON, role)
        for kind in KINDS:
            if kind in may:
                rules.put(session, NOON, user_id, Wanted((kind,)), "Tests")
            else:
                with pytest.raises(OutreachError, match="alerts.error.kind"):
                    rules.put(session, NOON, user_id, Wanted((kind,)), "Tests")


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        (Wanted(()), "alerts.error.none"), (Wanted(("gossip",)), "alerts.error.kind"), (Wanted(("critical",), "24:00"), "alerts.error.wall"),
        (Wanted(("critical",), "20:00", "7:00"), "alerts.error.wall"), (Wanted(("critical",), "20:00\n"), "alerts.error.wall"),
    ],
)  # fmt: skip
def test_a_wish_that_is_none(app: App, wanted: Wanted, key: str) -> None:
    with app.store.transaction() as session, pytest.raises(OutreachError, match=key):
        rules.put(session, NOON, scene.person(session, NOON), wanted, "Tests")


def test_one_rule_a_person_and_every_deed_in_the_trail(app: App) -> None:
    with app.store.transaction() as session:
        user_id = scene.person(session, NOON)
        first = rules.put(session, NOON, user_id, Wanted(("spike", "critical", "spike")), "Anna")
        assert rules.put(session, NOON, user_id, Wanted(("critical", "spike")), "Anna") == first  # nothing new
        assert rules.put(session, NOON + HOUR, user_id, Wanted(("critical",), "00:00", "00:00", True), "Anna") == first
        assert rules.switch(session, NOON, first, False, "Anna") and not rules.switch(session, NOON, first, False, "Anna")
        rules.put(session, NOON + HOUR, user_id, Wanted(("critical",), "00:00", "00:00", True), "Anna")
    with app.store.reading() as session:
        seen = rules.of_user(session, user_id)
        deeds = list(session.scalars(select(AuditEntry.action).where(AuditEntry.subject_kind == "alert_rule").order_by(AuditEntry.id)))
    assert seen is not None and (seen.kinds, seen.is_on, seen.tells, seen.role) == (("critical",), True, True, "comms")
    assert deeds == ["add", "change", "disable", "change"]


def test_what_a_new_role_may_not_see_falls_silent(app: App, mailer: MemoryMailer) -> None:
    scene.rule(app, "unanswered", "critical", role="coordinator", ago=9 * DAY)
    with app.store.transaction() as session:
        scene.inquiry(session, NOON - 5 * DAY)
        session.execute(update(User).values(role="reader"))
    assert jobs.tick(app) == 0 and mailer.parcels == []
    with app.store.reading() as session:
        assert rules.every(session)[0].kinds == ("critical",)


def test_hooks_hear_of_no_family(app: App) -> None:
    assert "unanswered" not in KINDS_OF_HOOKS
    asked = HookAsked("Birojs", "slack", "OUTREACH_HOOK", "lv")
    with app.store.transaction() as session, pytest.raises(OutreachError, match="alerts.error.kind"):
        hookbook.add(session, NOON, asked, Wanted(("unanswered",)), "Tests")


def test_a_removed_hook_takes_its_rule_and_what_waits_with_it(app: App) -> None:
    with app.store.transaction() as session:
        number = hookbook.add(session, NOON, HookAsked("Birojs", "slack", "OUTREACH_HOOK", "lv"), Wanted(("critical",)), "Tests")
        hookbook.change(session, NOON, number, HookAsked("Cits", "teams", "OUTREACH_OTHER", "en"), Wanted(("spike",)), "Tests")
        assert hookbook.by_name(session, "Cits") == number
        assert hookbook.remove(session, NOON, number, "Tests") and not hookbook.remove(session, NOON, number, "Tests")
    with app.store.reading() as session:
        assert rules.every(session) == [] and queries.hooks_seen(session, lambda _: None) == []


def test_past_events_page_by_page_for_those_who_may_see_them(app: App) -> None:
    scene.rule(app, "critical")
    scene.rule(app, "unanswered", role="coordinator", ago=9 * DAY)
    with app.store.transaction() as session:
        for minute in range(3):
            scene.critical(session, NOON - HOUR + timedelta(minutes=minute))
        number = scene.inquiry(session, NOON - 5 * DAY)
    jobs.tick(app)
    with app.store.reading() as session:
        every = queries.listed(session)
        comms = queries.listed(session, KINDS_OF_ROLE["comms"])
        older = queries.listed(session, KINDS_OF_ROLE["comms"], before=comms[0].id, limit=1)
    assert len(every) == 4 and len(comms) == 3 and [row.id for row in older] == [comms[1].id]
    assert f"inquiry:{number}" in {row.subject for row in every}
    assert {(row.told, row.waiting) for row in every} == {(1, 0)}


def test_what_goes_on_is_never_told_anew_however_old_its_letter(app: App, clock: FixedClock) -> None:
    scene.rule(app, "critical", "source_down", ago=3 * DAY)
    with app.store.transaction() as session:
        scene.critical(session, NOON - HOUR)
        scene.down(session, NOON - DAY)
    jobs.tick(app)
    clock.step(500 * DAY)
    with app.store.transaction() as session:
        assert queries.forget_old(session, clock.now()) == 1
    assert jobs.tick(app) == 0
    with app.store.reading() as session:
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (Alert, AlertItem, AlertLetter)]
    assert counts == [1, 1, 1]
