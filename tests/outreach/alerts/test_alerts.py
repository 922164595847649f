"""From what is the matter to one mail: each kind once, over and done, grouped, never more than one an hour, on both stores."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from campaigns.models import Delivery
from outreach.alerts import jobs, queries, rules
from outreach.core.app import App
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.people.models import User
from outreach.postbox.models import StoppedAddress
from outreach.subscribers.models import DigestRun, Subscription
from outreach.tracker.models import Inquiry
from scrapers.models import Article, Mention, MentionVerdict, Source
from tests.outreach.alerts import scene
from tests.outreach.alerts.conftest import NOON
from tests.support import mentions

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def test_a_critical_national_mention_is_told_once(app: App, mailer: MemoryMailer) -> None:
    scene.rule(app, "critical")
    with app.store.transaction() as session:
        number = scene.critical(session, NOON - HOUR)
    assert jobs.tick(app) == 1
    assert jobs.tick(app) == 0
    assert scene.subjects(mailer) == ["Kritiski par mums: “Remigrācijas programma neizdodas”"]
    [text] = scene.texts(mailer)
    assert f"/mentions/{number}" in text and "Valsts Avīze" in text
    assert mailer.parcels[0].to == ("comms@example.org",)
    [alert] = scene.alerts(app)
    assert (alert.kind, alert.subject, alert.at) == ("critical", f"mention:{number}", NOON - HOUR)


@pytest.mark.parametrize(
    "other",
    [
        {"tier": "regional"}, {"tone": None}, {"tone": "favourable"}, {"relevant": False}, {"at": NOON - timedelta(hours=25)},
    ],
    ids=["regional", "no tone", "favourable", "not counted", "yesterday"],
)  # fmt: skip
def test_what_is_no_critical_national_mention_of_today(app: App, mailer: MemoryMailer, other: dict[str, object]) -> None:
    scene.rule(app, "critical")
    with app.store.transaction() as session:
        scene.critical(session, **({"at": NOON - HOUR} | other))  # type: ignore[arg-type]
    assert jobs.tick(app) == 0
    assert scene.alerts(app) == [] and mailer.parcels == []


def test_a_person_s_word_makes_it_critical_and_takes_it_back(app: App, clock: FixedClock) -> None:
    scene.rule(app, "critical", quiet_from="11:00", quiet_until="15:00")
    with app.store.transaction() as session:
        number = scene.critical(session, NOON - 6 * HOUR, tone=None)
        session.execute(update(Mention).values(verdict="critical"))
        session.add(MentionVerdict(batch="b", mention_id=number, verdict="critical", actor="a", at=NOON - HOUR))
    jobs.tick(app)
    [alert] = scene.alerts(app)
    assert alert.at == NOON - HOUR  # since it was known
    with app.store.transaction() as session:
        session.execute(update(Mention).values(verdict="irrelevant", relevant=False))
    clock.step(4 * HOUR)
    assert jobs.tick(app) == 0
    assert [item.dropped for item in scene.items(app)] == [True]


def test_old_articles_found_today_are_no_news(app: App) -> None:
    scene.rule(app, "critical")
    with app.store.transaction() as session:
        scene.critical(session, NOON - HOUR)
        session.execute(update(Article).values(published_at=NOON - 6 * DAY))
    jobs.tick(app)
    assert scene.alerts(app) == []


def past(app: App, count: int, today: int, weeks: int = 12) -> None:
    with app.store.transaction() as session:
        for back in range(weeks, 0, -1):
            scene.counted(session, NOON - timedelta(weeks=back), count)
        scene.counted(session, NOON - HOUR, today)


def test_a_day_beyond_its_weekday_is_told_once(app: App, mailer: MemoryMailer, clock: FixedClock) -> None:
    scene.rule(app, "spike")
    past(app, 2, 12)
    assert jobs.tick(app) == 1
    assert scene.subjects(mailer) == ["Šodien jau 12 pieminējumu, parasti šajā nedēļas dienā 2"]
    with app.store.transaction() as session:
        scene.counted(session, NOON, 30)
    clock.step(2 * HOUR)
    assert jobs.tick(app) == 0
    clock.step(DAY)
    jobs.tick(app)
    [alert] = scene.alerts(app)
    assert alert.over_at == datetime(2026, 11, 25, 22, 0, tzinfo=UTC)  # midnight in Riga


@pytest.mark.parametrize(("count", "today", "weeks"), [(2, 4, 12), (10, 12, 12), (2, 12, 5), (0, 3, 12)])
def test_a_usual_day_or_no_past_is_no_spike(app: App, count: int, today: int, weeks: int) -> None:
    scene.rule(app, "spike")
    past(app, count, today, weeks)
    jobs.tick(app)
    assert scene.alerts(app) == []


def test_the_archive_of_a_new_source_is_no_spike(app: App) -> None:
    scene.rule(app, "spike")
    past(app, 2, 40)
    with app.store.transaction() as session:
        session.execute(update(Article).where(Article.first_seen_at > NOON - DAY).values(published_at=NOON - 9 * DAY))
    jobs.tick(app)
    assert scene.alerts(app) == []


def test_a_source_down_for_a_day_is_one_event_however_it_fails(app: App, mailer: MemoryMailer, clock: FixedClock) -> None:
    scene.rule(app, "source_down", ago=3 * DAY)
    with app.store.transaction() as session:
        number = scene.down(session, NOON - timedelta(hours=23))
        scene.down(session, NOON - 2 * DAY, "Klusā", state="healthy")
    assert jobs.tick(app) == 0
    clock.step(HOUR)
    assert jobs.tick(app) == 1
    assert scene.subjects(mailer) == ["Avots “Ludzas Zeme” nav kārtībā (kļūda) kopš 24. nov. 13:00"]
    with app.store.transaction() as session:
        session.execute(update(Source).where(Source.id == number).values(state="gone", state_since=clock.now()))
    clock.step(2 * DAY)
    assert jobs.tick(app) == 0 and len(scene.alerts(app)) == 1
    with app.store.transaction() as session:
        session.execute(update(Source).where(Source.id == number).values(state="healthy", state_since=clock.now()))
    jobs.tick(app)
    assert scene.alerts(app)[0].over_at == clock.now()
    with app.store.transaction() as session:
        session.execute(update(Source).where(Source.id == number).values(state="blocked", state_since=clock.now()))
    clock.step(DAY)
    assert jobs.tick(app) == 1 and len(scene.alerts(app)) == 2


def test_a_switched_off_source_is_not_down(app: App) -> None:
    scene.rule(app, "source_down", ago=3 * DAY)
    with app.store.transaction() as session:
        session.get_one(Source, scene.down(session, NOON - 2 * DAY)).enabled = False
    jobs.tick(app)
    assert scene.alerts(app) == []


def test_an_unconfirmed_delivery_is_told_and_over_once_settled(app: App, mailer: MemoryMailer, clock: FixedClock) -> None:
    scene.rule(app, "unconfirmed")
    with app.store.transaction() as session:
        number = scene.delivery(session, NOON - HOUR)
        scene.delivery(session, NOON - HOUR, "Cits", status="failed")
    assert jobs.tick(app) == 1
    assert scene.subjects(mailer) == ["Nav zināms, vai ieraksts “Vietas vēl ir” ir publicēts kanālā “Mape”"]
    with app.store.transaction() as session:
        session.execute(update(Delivery).where(Delivery.id == number).values(status="published"))
    clock.step(MINUTE)
    jobs.tick(app)
    assert [alert.over_at for alert in scene.alerts(app)] == [NOON + MINUTE]


def test_an_inquiry_unanswered_for_two_working_days_tells_its_number_alone(app: App, mailer: MemoryMailer, clock: FixedClock) -> None:
    scene.rule(app, "unanswered", role="coordinator", ago=9 * DAY)
    with app.store.transaction() as session:
        number = scene.inquiry(session, NOON - 2 * DAY + MINUTE, "KANĀRIJS")  # Monday noon
        scene.inquiry(session, NOON - 5 * DAY, "KANĀRIJS")
        session.get_one(Inquiry, 2).answered_at = NOON
    assert jobs.tick(app) == 0
    clock.step(MINUTE)
    assert jobs.tick(app) == 1
    assert scene.subjects(mailer) == [f"Jautājums Nr. {number} gaida atbildi kopš 23. nov. 12:01"]
    [alert] = scene.alerts(app)
    assert set(alert.facts) == {"inquiry", "since"}
    for told in (mailer.parcels[0].content.decode(), *scene.texts(mailer), str(alert.facts)):
        assert not any(secret in told for secret in ("KANĀRIJS", "Ludz", "housing", "Īrij"))
    with app.store.transaction() as session:
        session.execute(update(Inquiry).values(answered_at=NOON))
    clock.step(MINUTE)
    jobs.tick(app)
    assert scene.alerts(app)[0].over_at == clock.now()


def test_all_that_waits_goes_in_one_mail_the_gravest_first(app: App, mailer: MemoryMailer) -> None:
    scene.rule(app, "critical", "source_down", "unconfirmed", ago=3 * DAY)
    with app.store.transaction() as session:
        scene.down(session, NOON - DAY)
        scene.delivery(session, NOON - HOUR)
        scene.critical(session, NOON - 2 * HOUR)
    assert jobs.tick(app) == 1
    assert scene.subjects(mailer) == ["Kritiski par mums: “Remigrācijas programma neizdodas” +2"]
    [text] = scene.texts(mailer)
    assert [text.index(word) for word in ("Kritiski", "Nav zināms", "Avots")] == sorted(
        text.index(word) for word in ("Kritiski", "Nav zināms", "Avots")
    )


def test_one_story_in_many_outlets_is_one_line(app: App, mailer: MemoryMailer) -> None:
    scene.rule(app, "critical")
    with app.store.transaction() as session:
        first = scene.critical(session, NOON - HOUR, outlet="Alfa")
        story = session.get_one(Mention, first).story_id
        for place in range(5):
            scene.critical(session, NOON - HOUR + (place + 1) * MINUTE, outlet=f"Medijs {place}", story=story)
    jobs.tick(app)
    assert scene.subjects(mailer) == ["Kritiski par mums: “Remigrācijas programma neizdodas”"]
    assert "Alfa, Medijs 0, Medijs 1 +3" in scene.texts(mailer)[0]


def test_a_flood_of_500_critical_mentions_is_one_mail_an_hour(app: App, mailer: MemoryMailer, clock: FixedClock) -> None:
    scene.rule(app, "critical")
    with app.store.transaction() as session:
        for number in range(250):
            scene.critical(session, NOON - HOUR, f"Kritika {number}")
    for minute in range(0, 180, 5):
        jobs.tick(app)
        clock.step(5 * MINUTE)
        if minute in (20, 50, 80, 110, 130):
            with app.store.transaction() as session:
                for number in range(50):
                    scene.critical(session, clock.now(), f"Vēl kritika {minute} {number}")
    assert [f"{parcel.date:%H:%M}" for parcel in mailer.parcels] == ["12:00", "13:00", "14:00"]
    assert len(scene.alerts(app)) == 500
    assert all(text.count(" ! ") == 20 for text in scene.texts(mailer))
    assert scene.subjects(mailer)[0].endswith(" +249")


def test_quiet_hours_hold_it_back_and_what_is_over_is_dropped(app: App, mailer: MemoryMailer, clock: FixedClock) -> None:
    scene.rule(app, "critical", "unconfirmed", quiet_from="11:00", quiet_until="15:00")
    with app.store.transaction() as session:
        scene.critical(session, NOON - HOUR)
        number = scene.delivery(session, NOON - HOUR)
    assert jobs.tick(app) == 0 and scene.letters(app) == []
    with app.store.transaction() as session:
        session.execute(update(Delivery).where(Delivery.id == number).values(status="published"))
    clock.step(2 * HOUR + 59 * MINUTE)
    assert jobs.tick(app) == 0
    clock.step(MINUTE)
    assert jobs.tick(app) == 1
    assert scene.subjects(mailer) == ["Kritiski par mums: “Remigrācijas programma neizdodas”"]


@pytest.mark.parametrize(("covers", "told"), [(NOON + HOUR, 0), (NOON - 2 * HOUR, 1)])
def test_a_critical_mention_that_the_morning_s_mail_has_told_is_not_told_again(app: App, clock: FixedClock, covers: datetime, told: int) -> None:
    scene.rule(app, "critical", quiet_from="11:00", quiet_until="15:00")
    with app.store.transaction() as session:
        scene.critical(session, NOON - HOUR)
        reader = Subscription(
            user_id=1, mail="comms@example.org", language="lv", at="07:00", zone="Europe/Riga", rhythm="daily", nonce="n",
            state_at=NOON, made_at=NOON, made_by="t",
        )  # fmt: skip
        session.add(reader)
        session.flush()
        session.add(
            DigestRun(
                day=NOON.date(), subscription_id=reader.id, due_at=NOON, status="sent", covers_from=NOON - DAY, covers_until=covers,
                message_id="<m@example.org>", sent_at=covers,
            )
        )  # fmt: skip
    clock.step(3 * HOUR)
    assert jobs.tick(app) == told


def test_a_first_start_with_a_full_archive_is_no_flood(app: App, mailer: MemoryMailer) -> None:
    with app.store.transaction() as session:
        for days in range(1, 40):
            scene.critical(session, NOON - days * DAY - HOUR)
            scene.down(session, NOON - (days + 2) * DAY, f"Avots {days}")
            scene.inquiry(session, NOON - (days + 6) * DAY)
            scene.delivery(session, NOON - days * DAY - HOUR)
    scene.rule(app, "critical", "source_down", "unconfirmed", "spike")
    scene.rule(app, "unanswered", role="coordinator")
    assert jobs.tick(app) == 0 and mailer.parcels == []


def test_what_happened_while_the_program_was_off_is_told_once_with_its_time(app: App, mailer: MemoryMailer) -> None:
    scene.rule(app, "source_down", "unconfirmed", ago=10 * DAY)
    with app.store.transaction() as session:
        scene.down(session, NOON - 6 * DAY)
        scene.delivery(session, NOON - 4 * DAY)
    assert jobs.tick(app) == 1 and jobs.tick(app) == 0
    assert "21. nov. 12:00" in scene.texts(mailer)[0]


def test_who_gets_none(app: App, mailer: MemoryMailer) -> None:
    scene.rule(app, "critical", mail="izslegts@example.org")
    scene.rule(app, "critical", mail="apturets@example.org")
    off = scene.rule(app, "critical", mail="negrib@example.org")
    scene.rule(app, "unconfirmed", mail="cits@example.org")
    now_partner = scene.rule(app, "critical", mail="partneris@example.org")
    with app.store.transaction() as session:
        session.execute(update(User).where(User.mail == "izslegts@example.org").values(disabled_at=NOON))
        session.add(StoppedAddress(mail="apturets@example.org", since=NOON, reason_key="postbox.stopped.gone"))
        rules.switch(session, NOON, off, False, "Tests")
        session.execute(update(User).where(User.mail == "partneris@example.org").values(role="partner", place="Ludzas novads"))
        scene.critical(session, NOON - HOUR)
    assert jobs.tick(app) == 0 and mailer.parcels == []
    with app.store.reading() as session:
        assert rules.one(session, now_partner).tells is False  # type: ignore[union-attr]
        assert queries.needs_person(session) == []


def test_two_people_get_a_mail_each_in_their_language(app: App, mailer: MemoryMailer) -> None:
    scene.rule(app, "critical")
    with app.store.transaction() as session:
        scene.person(session, NOON, "reader", language="en")
        scene.critical(session, NOON - HOUR)
    scene.rule(app, "critical", role="reader")
    assert jobs.tick(app) == 2
    assert sorted(scene.subjects(mailer)) == [
        "Critical of us: “Remigrācijas programma neizdodas”", "Kritiski par mums: “Remigrācijas programma neizdodas”",
    ]  # fmt: skip


def test_a_hostile_headline_stays_a_line_of_text(app: App, mailer: MemoryMailer) -> None:
    scene.rule(app, "critical")
    with app.store.transaction() as session:
        scene.critical(session, NOON - HOUR, "Slikti\r\nBcc: visi@example.org \u202e<script>alert(1)</script> {{ 7*7 }} " + "ā" * 5000)
    assert jobs.tick(app) == 1
    assert b"\r\nBcc:" not in mailer.parcels[0].content
    assert "Slikti Bcc: visi@example.org" in scene.subjects(mailer)[0]
    assert len(mailer.parcels[0].content) < 40_000


def test_with_nobody_to_tell_nothing_is_looked_at(app: App) -> None:
    with app.store.transaction() as session:
        scene.critical(session, NOON - HOUR)
        mentions.mention(session, NOON)
    jobs.tick(app)
    assert scene.alerts(app) == []
