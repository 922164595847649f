"""What a morning's mails are made of, on both stores: read once, whatever lies behind it and however many read it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from campaigns.models import Campaign, ChannelRow, Delivery, Link, Post
from outreach import wiring
from outreach.core.db import Store
from outreach.digest.choosing import choose
from outreach.digest.facts import Choice, Pool, Telling
from outreach.digest.gathering import OFFICE, gather
from outreach.tracker.models import Inquiry
from scrapers.deskmodels import MentionCampaign
from scrapers.models import Article, Mention, MentionPlace, Source, Story
from scrapers.topicmodels import MentionTopic, Topic, TopicVersion
from tests.benchmarks.replay import listening
from tests.support.mentions import mention, source

wiring.models()
NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  # seven in Riga
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
RIGA = ZoneInfo("Europe/Riga")
RELEASE = (
    "Reģiona koordinatore aicina ģimenes, kuras domā par atgriešanos, nākamajā sestdienā uz tikšanos Preiļos, kur "
    "pašvaldības, skolas un uzņēmēji stāstīs par darbu, mājokli un bērnu mācībām. Lūdzam pieteikties: {link}"
)


def read(store: Store, since: datetime = NOW - DAY, until: datetime = NOW, roles: tuple[str, ...] = ()) -> Pool:
    with store.reading() as session:
        return gather(session, NOW, RIGA, since, until, roles)


def told(pool: Pool) -> dict[int, Telling]:
    return {one.mention_id: one for story in pool.stories for one in story.tellings}


def topic(session: Session, number: int, key: str | None, name: str) -> None:
    session.add(Topic(id=number, key=key, position=number, version=1, created_at=NOW))
    session.flush()
    session.add(TopicVersion(topic_id=number, number=1, name=name, query="koordinators", at=NOW, by="office"))
    session.flush()


def post(session: Session, text: str, at: datetime, *, campaign: int = 1, status: str = "published", approved: bool = True) -> int:
    """A text of ours in the only channel, due and out at that moment; the delivery's number."""
    if session.get(Campaign, campaign) is None:
        session.add(Campaign(id=campaign, name=f"Kampaņa {campaign}", starts_on=date(2026, 11, 1), created_at=at))
    if session.get(ChannelRow, 1) is None:
        session.add(ChannelRow(id=1, name="Mape", kind="folder", settings={}))
    session.flush()
    row = Post(
        campaign_id=campaign, language="lv", title="Aicinājums", text=text, target_url="https://example.org/", created_at=at,
        approved_at=at if approved else None,
    )
    session.add(row)
    session.flush()
    sent = Delivery(post_id=row.id, channel_id=1, due_at=at, status=status, key=f"k{row.id}", published_at=at if status == "published" else None)
    session.add(sent)
    session.flush()
    session.add(Link(code=f"c{row.id}", delivery_id=sent.id, target_url="https://example.org/", created_at=at))
    session.flush()
    return sent.id


def article(session: Session, outlet: int, at: datetime, text: str = "") -> Article:
    """Something published at that moment and seen at once."""
    number = uuid4().hex
    row = Article(
        source_id=outlet, url=f"https://avize.example.org/{number}", canonical_url=f"https://avize.example.org/{number}",
        title="Raksts", first_seen_at=at, published_at=at, text_state="feed", text=text,
    )
    session.add(row)
    return row


def counted(session: Session, told: Article, *, story: int, at: datetime) -> Mention:
    """It as a mention since that moment."""
    row = Mention(
        article_id=told.id, source_id=told.source_id, sense="return", relevant=True, judged_relevant=True, score=1.0, lang="lv",
        matched=[], cues=[], places=[], sentence="A", story_id=story, judged_at=at,
    )
    session.add(row)
    return row


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def test_an_empty_store_has_an_empty_morning(store: Store) -> None:
    pool = read(store, roles=OFFICE)
    assert (pool.stories, pool.earlier, pool.sources, pool.answered, pool.troubles) == ((), frozenset(), 0, 0, ())
    assert [one.day for one in pool.week] == [date(2026, 11, 17) + DAY * number for number in range(7)]
    assert {(one.count, one.usual) for one in pool.week} == {(0, None)}
    assert all(one.going_out == () and one.inquiries == () for one in pool.business.values())
    assert {*pool.business} == {*OFFICE}


def test_a_mention_is_told_with_what_people_and_topics_say_of_it(store: Store) -> None:
    with store.transaction() as session:
        topic(session, 1, "office", "Koordinators un birojs")
        topic(session, 2, None, "Balvas")
        session.add(Campaign(id=7, name="MĀJAS 2026", starts_on=date(2026, 11, 1), created_at=NOW))
        plain = mention(session, ago(3), "Pirmā", outlet="Avīze")
        judged = mention(session, ago(2), "Otrā", outlet="Vēstis", places=("Riebiņi",))
        session.get_one(Mention, judged).verdict = "critical"
        session.get_one(Mention, plain).tone = "favourable"
        session.get_one(Article, session.get_one(Mention, judged).article_id).agency = "Vārds"
        session.add(MentionPlace(place="Preiļu novads", mention_id=judged))
        session.add_all([MentionTopic(topic_id=1, mention_id=judged), MentionTopic(topic_id=2, mention_id=plain)])
        session.add(MentionCampaign(campaign_id=7, mention_id=judged, by="a@example.org", at=NOW))
    pool = read(store)
    found = told(pool)
    assert [one.story_id for one in pool.stories] == sorted(one.story_id for one in pool.stories)
    assert (found[plain].tone, found[plain].names_us, found[plain].campaigns) == ("favourable", False, ())
    assert (found[judged].tone, found[judged].names_us, found[judged].campaigns) == ("critical", True, (7,))
    assert found[judged].places == ("Riebiņi",)
    assert found[judged].areas == {"Riebiņi", "Preiļu novads"}
    assert (found[judged].agency, found[judged].forms) == ("Vārds", ("atgriežas",))
    assert found[judged].topics == {1}
    assert (found[judged].at, found[judged].found_at) == (ago(2) - timedelta(minutes=5), ago(2))
    assert (pool.campaigns, pool.topics) == ({7: "MĀJAS 2026"}, {1: "Koordinators un birojs", 2: "Balvas"})


def test_which_mentions_are_of_the_time_and_how_each_stands(store: Store) -> None:
    with store.transaction() as session:
        before = mention(session, NOW - DAY - timedelta(seconds=1))
        first = mention(session, NOW - DAY)
        doubtful = mention(session, ago(5), sense="ambiguous", relevant=False)
        judged = mention(session, ago(5), sense="ambiguous", relevant=False)
        session.get_one(Mention, judged).verdict = "irrelevant"
        political = mention(session, ago(4), sense="expulsion", relevant=False)
        old = mention(session, ago(3))
        session.get_one(Article, session.get_one(Mention, old).article_id).published_at = NOW - DAY * 4 - timedelta(seconds=1)
        undated = mention(session, ago(2), published=False)
        after = mention(session, NOW)
    found = told(read(store))
    assert {*found} == {first, doubtful, judged, political, undated}
    assert {number for number, one in found.items() if one.doubtful} == {doubtful}
    assert {number for number, one in found.items() if one.counted} == {first, undated}
    assert found[undated].at == ago(2)
    # A weekly reader's time begins earlier: what is old today was news then.
    week = told(read(store, since=NOW - DAY * 7))
    assert {before, old} <= {*week} and after not in week


def test_what_only_its_page_made_a_mention_is_told_the_next_morning(store: Store) -> None:
    """Its article was first seen before the last mail, which could not tell of it."""
    mail = NOW - DAY
    with store.transaction() as session:
        outlet = source(session, "Avīze")
        session.add_all([Story(id=1, title="Zināma", created_at=mail - DAY), Story(id=2, title="Jauna", created_at=ago(19))])
        articles = [article(session, outlet, at) for at in (mail - DAY, mail - 3 * MINUTE, mail - 2 * MINUTE, mail - MINUTE, ago(20))]
        session.flush()
        # In the order in which they became mentions; the one that was told yesterday was read anew since.
        before, reread, fresh, alone, joined = (
            counted(session, articles[place], story=story, at=at)
            for place, story, at in ((0, 1, mail - DAY), (1, 1, ago(19)), (4, 1, ago(20)), (2, 2, ago(19)), (3, 1, ago(18)))
        )
        session.flush()
        made = {one.id for one in (fresh, alone, joined)}
        last = {one.id for one in (before, reread)}
        moments = (alone.id, ago(19))
    found = told(read(store))
    assert {*found} == made
    assert (moments[0], found[moments[0]].found_at) == moments
    assert {*told(read(store, since=mail - DAY, until=mail))} >= last


def test_a_story_is_told_in_the_order_of_pick_up_and_known_if_it_counted_before(store: Store) -> None:
    with store.transaction() as session:
        known = mention(session, ago(30), "Vecā")
        story = session.get_one(Mention, known).story_id
        goes_on = mention(session, ago(2), "Turpinās", outlet="Cita", story=story)
        doubted = mention(session, ago(30), "Šaubīga", sense="ambiguous", relevant=False)
        other = session.get_one(Mention, doubted).story_id
        late = mention(session, ago(1), outlet="Ātrā", story=other)
        early = mention(session, ago(1), outlet="Lēnā", story=other)
        session.get_one(Article, session.get_one(Mention, early).article_id).published_at = ago(20)
    pool = read(store)
    stories = {one.story_id: one for one in pool.stories}
    assert pool.earlier == {story}
    assert (stories[story].title, [one.mention_id for one in stories[story].tellings]) == ("Vecā", [goes_on])
    assert [one.mention_id for one in stories[other].tellings] == [early, late]


def test_the_week_is_seven_whole_days_against_the_same_weekdays(store: Store) -> None:
    """Monday the 23rd has 2 mentions; the Mondays before it had 1, 3 and, longer ago than eight weeks, 9."""
    noon = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    with store.transaction() as session:
        source(session, "Novada avīze", tier="local")
        for at, count in ((noon - DAY * 63, 9), (noon - DAY * 14, 3), (noon - DAY * 7, 1)):
            for _ in range(count):
                mention(session, at, outlet="Novada avīze")
        mention(session, noon, outlet="Novada avīze")
        source(session, "Valsts radio", tier="national")
        # A minute before midnight in Riga, and a minute after: the second is today's, which is not over.
        mention(session, datetime(2026, 11, 23, 21, 59, tzinfo=UTC), outlet="Valsts radio")
        mention(session, datetime(2026, 11, 23, 22, 1, tzinfo=UTC), outlet="Valsts radio")
        mention(session, noon, sense="russia", relevant=False)
    week = read(store).week
    assert (week[0].day, week[-1].day) == (date(2026, 11, 17), date(2026, 11, 23))
    assert (week[-1].by_tier, week[-1].count) == ({"local": 1, "national": 1}, 2)
    # The first that anything is known of is the 9th of November: of that weekday two weeks, of the others one or two.
    assert week[-1].usual == 2.0
    assert [one.usual for one in week[:-1]] == [0.0] * 6


def test_sources_answered_or_silent(store: Store) -> None:
    with store.transaction() as session:
        for name, last_ok, last_new, state in (
            ("Dzīva", NOW - timedelta(hours=1), NOW - timedelta(hours=3), "healthy"),
            ("Klusa", NOW - timedelta(hours=1), NOW - DAY * 9, "healthy"),
            ("Klūp", NOW - DAY * 2, NOW - DAY * 2, "erring"),
            ("Izslēgta", NOW - DAY * 9, NOW - DAY * 9, "erring"),
        ):
            row = session.get_one(Source, source(session, name))
            row.last_ok_at, row.last_new_at, row.state, row.usual_gap_seconds = last_ok, last_new, state, 3 * 86_400
            row.enabled = name != "Izslēgta"
    pool = read(store)
    assert (pool.sources, pool.answered) == (3, 2)
    assert [(one.name, one.state) for one in pool.troubles] == [("Klūp", "erring"), ("Klusa", "silent")]
    assert [(one.name, dict(one.reason_facts)) for one in pool.silent] == [("Klusa", {"count": 9, "gap": 3})]


def test_the_offices_own_business_by_role(store: Store) -> None:
    with store.transaction() as session:
        today = post(session, "Šodien", NOW + timedelta(hours=3), status="scheduled")
        raw = post(session, "Neapstiprināts", NOW + timedelta(hours=4), status="scheduled", approved=False)
        post(session, "Rīt", NOW + DAY, status="scheduled")
        session.add(Inquiry(token="a", received_at=ago(3), arrived_by="phone", dedup_key="a"))
        session.add(Inquiry(token="b", received_at=ago(30), arrived_by="phone", dedup_key="b"))
    pool = read(store, roles=(*OFFICE, "partner"))
    assert {*pool.business} == {*OFFICE}  # a partner's mail tells of mentions alone
    for business in pool.business.values():
        assert [one.delivery_id for one in business.going_out] == [today, raw]
        assert [one.delivery_id for one in business.unapproved] == [raw]
        assert sum(one.count for one in business.inquiries) == 1
    kinds = {role: {one.kind for one in business.waiting} for role, business in pool.business.items()}
    assert kinds["coordinator"] == {"inquiry"}
    assert "delivery" in kinds["comms"] and "inquiry" not in kinds["comms"]
    assert kinds["reader"] == set()
    assert read(store).business == {}


def test_an_article_that_prints_what_we_said_belongs_to_the_campaign(store: Store) -> None:
    with store.transaction() as session:
        source(session, "Mūsu lapa", owner="own")
        post(session, RELEASE, NOW - DAY * 5)
        post(session, RELEASE.replace("Preiļos", "Līvānos"), NOW - DAY * 40, campaign=2)  # too long ago
        post(session, "Pavisam cits teksts par ziemassvētku tirdziņu, kurā piedalās daudzas mūsu novada ģimenes un draugi", NOW - DAY, campaign=3)
        prints = mention(session, ago(2), "Cits virsraksts", text=f"Ievads. {RELEASE} Nobeigums.")
        summary = mention(session, ago(2), "Īsi", summary=RELEASE)
        mention(session, ago(2), "Tāda pati tēma", text="Ģimenes, kuras domā par atgriešanos, aicina uz tikšanos.")
        mention(session, ago(2), "Mūsu pašu", outlet="Mūsu lapa", text=RELEASE)
        quoted = mention(session, ago(2), "Mēs citējām", text=RELEASE)
        session.get_one(Article, session.get_one(Mention, quoted).article_id).published_at = NOW - DAY * 7
    pool = read(store, since=NOW - DAY * 6)
    assert {number: one.campaigns for number, one in told(pool).items() if one.campaigns} == {prints: (1,), summary: (1,)}
    assert pool.campaigns == {1: "Kampaņa 1"}


@pytest.fixture
def thousand(store: Store) -> Store:
    """A thousand mentions of yesterday in three hundred stories, and as many before them."""
    with store.transaction() as session:
        topic(session, 1, "office", "Birojs")
        outlets = [source(session, f"Avots {number}", tier=("local", "regional", "national")[number % 3]) for number in range(10)]
        session.add_all(Story(id=number, title=f"Ziņa {number}", created_at=NOW - DAY * 2) for number in range(1, 301))
        moments = [NOW - DAY * 2 + 1.4 * MINUTE * number for number in range(1_000)]
        moments += [NOW - 1.4 * MINUTE * number for number in range(1_000, 0, -1)]
        articles = [article(session, outlets[number % 10], at, RELEASE if number % 50 == 0 else "") for number, at in enumerate(moments)]
        session.flush()
        made = [counted(session, one, story=number % 300 + 1, at=moments[number]) for number, one in enumerate(articles)]
        session.flush()
        session.add_all(MentionTopic(topic_id=1, mention_id=one.id) for one in made)
        post(session, RELEASE, NOW - DAY * 3)
    return store


def test_twelve_editions_read_each_mention_once(thousand: Store) -> None:
    rows: dict[str, int] = {}

    def count(session: Session, instance: Any) -> None:
        rows[type(instance).__name__] = rows.get(type(instance).__name__, 0) + 1

    event.listen(Session, "loaded_as_persistent", count)
    try:
        with listening(thousand.engine) as heard:
            pool = read(thousand)
            digests = [
                choose(pool, choice, day=date(2026, 11, 24), since=pool.since, until=pool.until, role=None)
                for tiers in (frozenset[str](), frozenset({"local"}), frozenset({"regional"}), frozenset({"national"}))
                for choice in (Choice(tiers=tiers), Choice(tiers=tiers, topics=frozenset({1})), Choice(tiers=tiers, topics=frozenset({2})))
            ]
    finally:
        event.remove(Session, "loaded_as_persistent", count)
    assert len(digests) == 12
    assert (digests[0].mentions, digests[2].mentions) == (1_000, 0)
    assert sum(one.mentions for one in digests[3::3]) == 1_000
    assert len(digests[0].printed[0].mention_ids) == 20
    # Every table of the time is asked once, and no mention comes as an object of its own.
    assert len(heard.statements) <= 16
    assert rows == {}
    reading = [statement for statement, _ in heard.statements if "mentions.sentence" in statement]
    assert len(reading) == 2  # the time's, and what became one of its mentions later; no mention is in both
