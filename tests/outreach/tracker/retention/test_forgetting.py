"""What the nightly run does is what its preview said; what is held stays; what is left says no more than a quarter."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from campaigns.models import Link
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people.models import AuditEntry
from outreach.tracker import families, intake, jobs, privacy
from outreach.tracker.cases import tasks
from outreach.tracker.cases.models import FamilyConsent, Paper, Task
from outreach.tracker.families import Family
from outreach.tracker.heard.models import Heard
from outreach.tracker.intake import Incoming
from outreach.tracker.letters.models import Letter
from outreach.tracker.models import Attribution, Household, Inquiry, Stage, Touch
from outreach.tracker.offers.models import Offer
from outreach.tracker.retention import holds, narrow
from outreach.tracker.retention.preview import NEAR, preview
from outreach.tracker.same import joining
from tests.outreach.rooms import NOW, RIGA, publish

OLD = datetime(2022, 2, 17, 14, 21, tzinfo=UTC)
PLACE = "Balvu novads"
TODAY = NOW.date()


def family(store: Store, seal: Seal, at: datetime = OLD, stage: str = "returned_alone", place: str | None = PLACE) -> int:
    with store.transaction() as session:
        number = families.add(session, at, seal, Family(2, 1, place, ("IE", "GB"), name="Kanārijs", note="zvanīt"))
        families.enter(session, at, number, stage, at.date())
        return number


def ask(store: Store, seal: Seal, at: datetime = OLD, household: int | None = None, **more: object) -> int:
    with store.transaction() as session:
        incoming = Incoming("form", household_id=household, received_at=at, message_id=f"{at} {household} {more}", name="Kanārijs", municipality=PLACE, **more)  # type: ignore[arg-type]
        number = intake.receive(session, at, seal, incoming).inquiry_id
        jobs.link(session, at, number, 90)
        return number


def test_the_preview_says_what_the_night_of_each_day_does(store: Store, seal: Seal) -> None:
    limit = NOW - timedelta(days=3 * 365 + 1)
    for days in (-40, 0, 3, 3, 17, 29, 30, 31, 300):
        at = limit + timedelta(days=days, hours=-1)
        home = family(store, seal, at, "planning" if days == 17 else "postponed")
        ask(store, seal, at, home)
        ask(store, seal, at)
    with store.transaction() as session:
        holds.hold_inquiry(session, NOW, "ieva", 4, TODAY, TODAY + timedelta(days=20))
        holds.hold_family(session, NOW, "ieva", seal, 2, TODAY, holds.Hold(TODAY + timedelta(days=90), "strīds"))
        said = preview(session, NOW, 36)
    assert (said.households, said.inquiries) == (sum(len(day.households) for day in said.days), sum(len(day.inquiries) for day in said.days))
    assert said.households and said.inquiries
    told = {day.on: (day.households, day.inquiries) for day in said.days}
    for step in range(NEAR + 1):
        with store.transaction() as session:
            done = privacy.forget(session, NOW + timedelta(days=step), 36, RIGA)
        assert (done.households, done.inquiries) == told.get(TODAY + timedelta(days=step), ((), ())), step
    assert sum(month.households for month in said.months) > said.households


def test_a_hold_keeps_what_the_rule_and_a_request_would_erase(store: Store, seal: Seal) -> None:
    home, other = family(store, seal), family(store, seal)
    asked, alone = ask(store, seal, household=home), ask(store, seal)
    with store.transaction() as session:
        joining.merge(session, NOW, "ieva", home, other)  # a part is held with the whole
        holds.hold_family(session, NOW, "ieva", seal, home, TODAY, holds.Hold(TODAY + timedelta(days=9), "Kanārijs strīdas"))
        holds.hold_inquiry(session, NOW, "ieva", alone, TODAY, TODAY + timedelta(days=9))
    with store.transaction() as session:
        assert privacy.forget(session, NOW, 36, RIGA).rows == 0
        for erase, number in ((privacy.erase_family, home), (privacy.erase_family, other), (privacy.erase, asked), (privacy.erase, alone)):
            with pytest.raises(OutreachError, match=r"privacy\.error\.held"):
                erase(session, NOW, "ieva", number)
        held = holds.on_family(session, seal, home)
        assert held is not None
        assert (held.until, held.why) == (TODAY + timedelta(days=9), "Kanārijs strīdas")
        assert [(one.kind, one.number) for one in holds.held(session, TODAY)] == [("household", home), ("inquiry", alone)]
        assert "Kanārijs" not in repr(held)
    with store.transaction() as session:
        assert holds.lift_family(session, NOW, "ieva", home)
        assert not holds.lift_family(session, NOW, "ieva", home)
        assert holds.lift_inquiry(session, NOW, "ieva", alone)
    with store.transaction() as session:
        done = privacy.forget(session, NOW, 36, RIGA)
        assert (done.households, done.inquiries) == ((home, other), (asked, alone))
        deeds = [(row.action, row.subject_kind) for row in session.scalars(select(AuditEntry)) if row.action in {"hold", "lift"}]
        assert deeds == [("hold", "household"), ("hold", "inquiry"), ("lift", "household"), ("lift", "inquiry")]
        assert all("Kanārijs" not in str(row.facts) for row in session.scalars(select(AuditEntry)))


@pytest.mark.parametrize("until", [TODAY, TODAY - timedelta(days=1), TODAY.replace(year=TODAY.year + 11)])
def test_a_hold_has_a_day_to_come_and_a_reason(store: Store, seal: Seal, until: date) -> None:
    home = family(store, seal)
    with store.transaction() as session:
        with pytest.raises(OutreachError, match=r"privacy\.error\.hold_day"):
            holds.hold_family(session, NOW, "ieva", seal, home, TODAY, holds.Hold(until, "strīds"))
        with pytest.raises(OutreachError, match=r"privacy\.error\.hold_why"):
            holds.hold_family(session, NOW, "ieva", seal, home, TODAY, holds.Hold(TODAY + timedelta(days=5), " "))
        with pytest.raises(OutreachError, match=r"tracker\.error\.inquiry"):
            holds.lift_inquiry(session, NOW, "ieva", 999)
        assert holds.on_family(session, seal, home) is None


def test_what_is_left_tells_no_day(store: Store, seal: Seal) -> None:
    home = family(store, seal)
    with store.transaction() as session:
        publish(session, "abcdefg", OLD - timedelta(days=20), (OLD - timedelta(days=12),))
    asked = ask(store, seal, OLD, home, code="abcdefg", said_source="radio")
    with store.transaction() as session:
        families.enter(session, OLD + timedelta(days=30), home, "postponed", date(2022, 3, 9))
        session.add_all(
            [
                Letter(token="a" * 32, message_id="m", thread="m", direction="in", kind="letter", inquiry_id=asked, at=OLD, taken_at=OLD),
                Task(token="b" * 32, household_id=home, due_on=OLD.date(), made_at=OLD, made_by="ieva", done_at=OLD, done_by="ieva"),
                FamilyConsent(household_id=home, purpose="story", given_by="told", given_on=OLD.date(), until=date(2023, 5, 5), noted_at=OLD, noted_by="ieva"),
                Offer(token="c" * 32, household_id=home, year=2022, number=1, language="lv", municipality=PLACE, made_at=OLD, made_by="ieva", sent_on=date(2022, 2, 20), sent_by="mail", people=3),
                Touch(inquiry_id=asked, kind="coverage", at=OLD - timedelta(days=3), label={"title": "Ziņa"}),
            ]
        )
        tokens = set(session.scalars(select(Household.token))) | set(session.scalars(select(Inquiry.token))) | set(session.scalars(select(Heard.token)))
        links = list(session.scalars(select(Touch.click_link_id).where(Touch.kind == "link")))
    with store.transaction() as session:
        assert privacy.forget(session, NOW, 36, RIGA).families == (home,)
    with store.reading() as session:
        row, inquiry = session.get_one(Household, home), session.get_one(Inquiry, asked)
        assert (row.anonymous_at, inquiry.anonymous_at) == (NOW, NOW)
        assert (row.countries, row.adults, row.children, row.municipality, inquiry.municipality) == (["IE"], 2, 1, None, None)
        assert (inquiry.code, inquiry.said_source, inquiry.household_id) == ("abcdefg", "radio", home)
        # The coordinator's own trail keeps when something was done; every date of the records is one of few.
        noon = datetime(2022, 1, 1, 10, tzinfo=UTC)
        assert [stage.entered_on for stage in session.scalars(select(Stage).order_by(Stage.id))] == [date(2022, 1, 1), date(2022, 1, 3)]
        offer, task, consent = (session.scalars(select(table)).one() for table in (Offer, Task, FamilyConsent))
        assert (offer.sent_on, offer.municipality, offer.made_at, offer.people) == (date(2022, 1, 2), None, noon, 3)
        assert (task.due_on, task.made_at, task.done_at) == (date(2022, 1, 1), noon, noon)
        assert (consent.given_on, consent.until, consent.noted_at) == (date(2022, 1, 1), date(2023, 4, 1), noon)
        assert {letter.at for letter in session.scalars(select(Letter))} == {noon}
        assert (row.created_at, inquiry.received_at) == (noon, noon)
        left = session.scalars(select(Touch).order_by(Touch.at)).all()
        assert {touch.kind for touch in left} == {"link", "said"}  # what nobody took up has gone
        assert all(touch.at <= inquiry.received_at and "clicked_at" not in touch.label for touch in left)
        assert [touch.click_link_id for touch in left if touch.kind == "link"] == links == [session.scalar(select(Link.id))]
        answer = session.scalars(select(Attribution)).one()
        assert (answer.rule, answer.made_at, "clicked_at" in answer.evidence) == ("link", noon, False)
        assert not tokens & {row.token, inquiry.token, *session.scalars(select(Heard.token))}


@pytest.mark.parametrize(("families_there", "kept"), [(4, None), (5, PLACE)])
def test_a_municipality_stays_where_others_stand(store: Store, seal: Seal, families_there: int, kept: str | None) -> None:
    for number in range(families_there):
        home = family(store, seal, OLD + timedelta(days=number), "returned_alone" if number < 2 else "planning")
        ask(store, seal, OLD, home)
    family(store, seal, datetime(2022, 4, 1, 12, tzinfo=UTC), "planning")  # of another quarter
    with store.transaction() as session:
        assert privacy.forget(session, NOW, 36, RIGA).families == (1, 2)
    with store.reading() as session:
        assert [session.get_one(Household, number).municipality for number in (1, 2, 3)] == [kept, kept, PLACE]
        assert [session.get_one(Inquiry, number).municipality for number in (1, 2, 3)] == [kept, kept, PLACE]


def test_a_family_becomes_a_figure_as_a_whole(store: Store, seal: Seal) -> None:
    home = family(store, seal)
    old, late = ask(store, seal, OLD, home), ask(store, seal, NOW - timedelta(days=30), home)
    with store.transaction() as session:
        done = privacy.forget(session, NOW, 36, RIGA)
        assert (done.households, done.inquiries, done.families) == ((home,), (old,), ())
        assert session.get_one(Inquiry, old).received_at == OLD  # beside a day that is known it would tell nothing less
    later = NOW + timedelta(days=3 * 366)
    with store.transaction() as session:
        done = privacy.forget(session, later, 36, RIGA)
        assert (done.households, done.inquiries, done.families) == ((), (late,), (home,))
        assert {row.anonymous_at for row in session.scalars(select(Inquiry))} == {later}
        assert privacy.forget(session, later, 36, RIGA).families == ()


def test_a_case_that_another_region_has_is_open_there(store: Store, seal: Seal) -> None:
    home = family(store, seal, OLD, "planning")
    with store.transaction() as session:
        assert privacy.forget(session, NOW, 36, RIGA).rows == 0
        session.get_one(Household, home).handed_over_at = OLD + timedelta(days=60)
    with store.transaction() as session:
        assert privacy.forget(session, NOW, 36, RIGA).households == (home,)


def test_the_narrow_door_opens_to_anonymous_records_alone(store: Store, seal: Seal) -> None:
    home = family(store, seal)
    asked = ask(store, seal, OLD, home)
    with store.transaction() as session:
        stage, answer = session.scalars(select(Stage)).one(), session.scalars(select(Attribution)).one()
        narrow.stages(session, [narrow.StageMoved(stage.id, date(2022, 1, 1), OLD)])
        narrow.attributions(session, [narrow.AttributionMoved(answer.id, NOW, {})])
        assert session.scalars(select(Stage)).one().entered_on == OLD.date()
        assert session.scalars(select(Attribution)).one().made_at == OLD
        session.get_one(Household, home).anonymous_at = session.get_one(Inquiry, asked).anonymous_at = NOW
        narrow.stages(session, [narrow.StageMoved(stage.id, date(2022, 1, 1), OLD)])
        narrow.attributions(session, [narrow.AttributionMoved(answer.id, NOW, {})])
        assert session.scalars(select(Stage)).one().entered_on == date(2022, 1, 1)
        assert session.scalars(select(Attribution)).one().made_at == NOW
    with pytest.raises(TypeError), store.transaction() as session:
        session.scalars(select(Stage)).one().people = 9


def test_words_that_came_after_an_erasing_go_by_the_rule_too(store: Store, seal: Seal) -> None:
    home, alone = family(store, seal), ask(store, seal)
    with store.transaction() as session:
        privacy.erase_family(session, OLD, "ieva", home)
        privacy.erase(session, OLD, "ieva", alone)
        session.add_all(
            [
                Task(token="a" * 32, household_id=home, words_sealed="v1.x", due_on=OLD.date(), made_at=OLD, made_by="ieva"),
                Paper(token="b" * 32, household_id=home, kind="pdf", size=1, name_sealed="v1.x", added_at=OLD, added_by="ieva"),
                # A letter that another process took in while its inquiry was being erased.
                Letter(token="c" * 32, message_id="<c@x>", thread="<c@x>", direction="in", kind="letter", inquiry_id=alone, text_sealed="v1.x", at=OLD, taken_at=OLD),
            ]
        )
    with store.transaction() as session:
        privacy.forget(session, NOW, 36, RIGA)
    with store.reading() as session:
        assert session.scalars(select(Task)).one().words_sealed is None
        assert session.scalars(select(Paper)).one().erased_at is not None
        letter = session.scalars(select(Letter)).one()
        assert (letter.text_sealed, letter.message_id[:7]) == (None, "sha256:")


def test_nothing_is_written_into_a_record_of_which_figures_alone_are_left(store: Store, seal: Seal) -> None:
    home = family(store, seal)
    with store.transaction() as session:
        privacy.forget(session, NOW, 36, RIGA)
        assert session.get_one(Household, home).anonymous_at is not None
        with pytest.raises(OutreachError, match=r"cases\.error\.anonymous"):
            tasks.add(session, NOW, "ieva", seal, home, "zvanīt", TODAY)
        with pytest.raises(OutreachError, match=r"cases\.error\.anonymous"):
            families.enter(session, NOW, home, "contacted", TODAY)
