"""Lines in a store: filled with the inquiry, corrected by a person, read by the rule, forgotten with the person."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from campaigns import campaign_links
from campaigns.models import Campaign, Link
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people.models import AuditEntry
from outreach.tracker import attribution, jobs, privacy, queries, taking_back
from outreach.tracker.credit import reading as credit
from outreach.tracker.heard import coming, filling, noting, offering, reading, settling
from outreach.tracker.heard.coming import Trace
from outreach.tracker.heard.models import Heard
from outreach.tracker.heard.offering import Choice
from outreach.tracker.intake import Incoming, receive
from outreach.tracker.models import Attribution, Inquiry, Touch
from scrapers.models import Article, Mention, Source, Story
from tests.outreach.rooms import NOW, publish

PORTAL = "paps.lv"
FAKES = ("Radio Ezermala", "Zilezeru Vēstnesis", "Austrumu Apskats", "Tilts Mājup")
DECOY = Choice("named-Radio Ezermala", "decoy", "Radio Ezermala")


def take(session: Session, seal: Seal, **told: object) -> int:
    return receive(session, NOW, seal, Incoming("form", name="Kanārija", message_id=str(told), **told)).inquiry_id  # type: ignore[arg-type]


def told(session: Session, number: int) -> list[tuple[str, str | None, str]]:
    return [(line.side, line.what, line.name) for line in reading.of_inquiry(session, number) if line.stands]


def write(session: Session, name: str, *, medium: str = "portal", site: str = "", mentions: int = 1) -> Source:
    """An outlet that wrote of us so many times."""
    source = Source(name=name, tier="national", kind="feed", settings={}, medium=medium, site=site)
    story = Story(created_at=NOW, title="Atkal mājās")
    session.add_all([source, story])
    session.flush()
    for number in range(mentions):
        url = f"https://example.org/{source.id}/{number}"
        article = Article(
            source_id=source.id, url=url, canonical_url=url, title="Atkal mājās", published_at=NOW, first_seen_at=NOW, text_state="feed"
        )
        session.add(article)
        session.flush()
        session.add(
            Mention(
                article_id=article.id, source_id=source.id, sense="return", relevant=True, judged_relevant=True, score=0.9, lang="lv", matched=[],
                cues=[], places=[], sentence="Atkal mājās.", story_id=story.id, judged_at=NOW,
            )
        )  # fmt: skip
    session.flush()
    return source


def rule_of(session: Session, number: int) -> tuple[str, str | None, bool]:
    row = queries.one(session, number)
    assert row is not None
    return row.rule, row.linked, row.by_person


def test_an_inquiry_brings_its_first_lines(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        publish(session, "abcdefg", NOW, (NOW,))
        outlet = write(session, "LSM.lv", site="https://www.lsm.lv")
        ticked = offering.chosen(session, ["named-LSM.lv", "person", "source-tv", "nothing", "named-Nekas", "person"], FAKES)
        number = take(
            session, seal, code="abcdefg", said_source="no kaimiņienes Annas", ticked=ticked, trace=Trace("ltv.lsm.lv", "facebook", "majas")
        )
        assert told(session, number) == [
            ("said", "words", "friends"), ("said", "outlet", "LSM.lv"), ("said", "person", "person"), ("said", "source", "tv"),
            ("tracked", "code", "abcdefg"), ("tracked", "utm", "facebook"), ("tracked", "referrer", "ltv.lsm.lv"),
        ]  # fmt: skip
        lines = reading.of_inquiry(session, number, seal)
        assert lines[0].words == "no kaimiņienes Annas"
        assert "Annas" not in repr(lines[0])
        assert (lines[-1].outlet, lines[4].campaign, lines[5].campaign) == (outlet.name, "MĀJAS", "MĀJAS")
        assert receive(session, NOW, seal, Incoming("form", name="Kanārija", message_id="x")).new
        again = len(told(session, number))
        assert take(
            session, seal, code="abcdefg", said_source="no kaimiņienes Annas", ticked=ticked, trace=Trace("ltv.lsm.lv", "facebook", "majas")
        ) == number
        assert len(told(session, number)) == again


@pytest.mark.parametrize(("typed", "what"), [("pakatx7", "code"), ("majas", "spoken"), ("zzzzzzz", "code")])
def test_a_code_says_how_it_was_come_by(store: Store, seal: Seal, typed: str, what: str) -> None:
    with store.transaction() as session:
        campaign = Campaign(name="MĀJAS", starts_on=NOW.date(), created_at=NOW)
        session.add(campaign)
        session.flush()
        made = campaign_links.make(session, NOW, campaign.id, label="Plakāts", target_url="https://example.org/", spoken="mājas")
        session.get_one(Link, made).code = "pakatx7"
        number = take(session, seal, code=typed)
        (line,) = reading.of_inquiry(session, number)
        assert (line.what, line.campaign_id) == (what, campaign.id if typed != "zzzzzzz" else None)
        scanned = take(session, seal, code=typed, trace=Trace(scanned="pakatx7"))
        (line,) = reading.of_inquiry(session, scanned)
        assert line.what == ("qr" if typed == "pakatx7" else what)
        assert take(session, seal, code=typed, trace=Trace(reply=True)) != number


def test_only_tags_of_our_campaigns_count(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        number = take(session, seal, trace=Trace(utm_source="anna", utm_campaign="anna-kalnina"))
        assert told(session, number) == []


def test_the_list_mixes_decoys_among_outlets_that_wrote_of_us(store: Store) -> None:
    with store.transaction() as session:
        assert offering.offered(session, NOW.date(), FAKES, "1").named == ()  # nothing to mix them into
        for name, count in (("LSM.lv", 3), ("Delfi", 2), ("Tilts Mājup", 1)):
            write(session, name, mentions=count)
        first = offering.offered(session, NOW.date(), FAKES, "1")
        assert first == offering.offered(session, NOW.date(), FAKES, "1")
        kinds = {choice.name: choice.what for choice in first.named}
        # A name that the catalogue has by now is an outlet like any other.
        assert kinds == {"LSM.lv": "outlet", "Delfi": "outlet", "Tilts Mājup": "outlet", **dict.fromkeys(FAKES[:3], "decoy")}
        assert {choice.value.partition("-")[0] for choice in first.named} == {"named"}
        assert {choice.what for choice in first.general} == {"source", "person"}
        assert offering.chosen(session, [choice.value for choice in first.named], FAKES) == first.named


def test_only_campaigns_of_which_something_is_out_are_offered(store: Store) -> None:
    with store.transaction() as session:
        session.add(Campaign(name="Slepenā", starts_on=NOW.date(), created_at=NOW))
        publish(session, "abcdefg", NOW)
        session.flush()
        assert [choice.name for choice in offering.offered(session, NOW.date(), (), "1").named] == ["MĀJAS"]
        assert offering.offered(session, NOW.date() - timedelta(days=400), (), "1").named == ()


def test_a_correction_wins_and_both_lines_stay(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        number = take(session, seal, ticked=offering.chosen(session, ["source-radio"], ()))
        (line,) = reading.of_inquiry(session, number)
        (tv,) = offering.chosen(session, ["source-tv"], ())
        fresh = noting.correct(session, NOW, "ieva@example.org", number, line.line_id, tv)
        assert told(session, number) == [("said", "source", "tv")]
        old, new = reading.of_inquiry(session, number)
        assert (old.gone, new.takes_back, new.by) == (True, old.line_id, "ieva@example.org")
        for gone in (line.line_id, 999):
            with pytest.raises(OutreachError) as refused:
                noting.correct(session, NOW, "ieva@example.org", number, gone)
            assert refused.value.key == "heard.error.line"
        bare = noting.correct(session, NOW, "ieva@example.org", number, fresh)
        assert told(session, number) == []
        with pytest.raises(OutreachError):
            noting.correct(session, NOW, "ieva@example.org", number, bare)
        with pytest.raises(TypeError):
            session.delete(session.get_one(Heard, fresh))
            session.flush()


def test_a_line_of_another_inquiry_is_not_taken_back(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        one, other = take(session, seal, said_source="radio"), take(session, seal, said_source="tv")
        (line,) = reading.of_inquiry(session, one)
        with pytest.raises(OutreachError):
            noting.correct(session, NOW, "ieva", other, line.line_id)


def test_the_rule_reads_the_lines_and_never_a_decoy(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        write(session, "Latvijas Radio 1", medium="radio")
        cases = {
            "decoy": take(session, seal, ticked=(DECOY,)),
            "words": take(session, seal, said_source="radio"),
            "tick": take(session, seal, said_source="kaut kur", ticked=offering.chosen(session, ["named-Latvijas Radio 1"], ())),
        }
        found = {}
        for name, number in cases.items():
            jobs.link(session, NOW, number, 90)
            found[name] = rule_of(session, number)
        assert found == {"decoy": ("unknown", None, False), "words": ("said", "radio", False), "tick": ("said", "radio", False)}
        assert session.get_one(Inquiry, cases["tick"]).said_source == "radio"
        assert session.get_one(Inquiry, cases["decoy"]).said_source is None


def test_what_a_person_adds_later_is_looked_at_by_the_rule(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        link = publish(session, "abcdefg", NOW, (NOW,))
        number = take(session, seal)
        jobs.link(session, NOW, number, 90)
        assert rule_of(session, number)[0] == "unknown"
        noting.said(session, NOW, seal, number, choices=offering.chosen(session, ["source-tv"], ()), by="ieva")
        assert settling.settle(session, NOW, number, 90, corrected=False)
        assert rule_of(session, number) == ("said", "tv", False)
        assert not settling.settle(session, NOW, number, 90, corrected=False)
        noting.tracked(session, NOW, number, [coming.of_code(session, link.code)], by="ieva")
        assert settling.settle(session, NOW, number, 90, corrected=False)
        assert rule_of(session, number) == ("link", "Stāsts par atgriešanos", False)
        assert sorted(session.scalars(select(Touch.kind).where(Touch.inquiry_id == number))) == ["link", "said"]
        # Both count where credit is shared out.
        rows = credit.read(session, NOW - timedelta(days=1), NOW + timedelta(days=1), NOW.date(), NOW.date(), 90)
        assert {ref.kind for _, _, ref in rows.touches[number]} == {"link", "said"}


def test_what_was_taken_back_counts_no_more_anywhere(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        number = take(session, seal, ticked=offering.chosen(session, ["source-radio"], ()))
        jobs.link(session, NOW, number, 90)
        (line,) = reading.of_inquiry(session, number)
        noting.correct(session, NOW, "ieva", number, line.line_id)
        assert settling.settle(session, NOW, number, 90, corrected=True)
        assert rule_of(session, number) == ("unknown", None, True)
        rows = credit.read(session, NOW - timedelta(days=1), NOW + timedelta(days=1), NOW.date(), NOW.date(), 90)
        assert rows.touches[number] == []
        # Noted anew, it counts again.
        noting.said(session, NOW, seal, number, choices=offering.chosen(session, ["source-tv"], ()), by="ieva")
        assert settling.settle(session, NOW, number, 90, corrected=False)
        assert rule_of(session, number) == ("said", "tv", True)


def test_what_a_person_said_of_the_source_stays(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        number = take(session, seal)
        jobs.link(session, NOW, number, 90)
        attribution.correct(session, NOW, "ieva", number, "said", said="embassy")
        noting.said(session, NOW, seal, number, choices=offering.chosen(session, ["source-tv"], ()), by="ieva")
        assert not settling.settle(session, NOW, number, 90, corrected=False)
        assert rule_of(session, number) == ("said", "embassy", True)


def test_words_go_with_the_person_and_figures_stay(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        number = take(session, seal, said_source="Kanārija teica")
        assert session.scalar(text("select count(*) from heard where words_sealed is not null")) == 1
        privacy.erase(session, NOW, "ieva", number)
        (line,) = reading.of_inquiry(session, number, seal)
        assert (line.words, line.name, line.stands) == ("", "other", True)


def test_sealed_words_open_in_their_own_line_alone(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        one, other = take(session, seal, said_source="Kanārija teica"), take(session, seal, said_source="Pīle teica")
        rows = {row.inquiry_id: row for row in session.scalars(select(Heard))}
        assert "Kan" not in str(rows[one].words_sealed)
        rows[one].words_sealed = rows[other].words_sealed
        session.flush()
        with pytest.raises(OutreachError):
            reading.of_inquiry(session, one, seal)
        session.rollback()


def test_old_inquiries_are_filled_once(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        publish(session, "abcdefg", NOW, (NOW,))
        numbers = [take(session, seal, code="abcdefg", said_source="radio"), take(session, seal, said_source="nezināmi"), take(session, seal)]
        session.execute(text("delete from heard"))
        assert filling.fill(session, NOW) == numbers[1]
        assert filling.fill(session, NOW, numbers[1]) is None
        assert filling.fill(session, NOW) is None
        assert [told(session, number) for number in numbers] == [
            [("said", "words", "radio"), ("tracked", "code", "abcdefg")], [("said", "words", "other")], [],
        ]  # fmt: skip
        deeds = session.scalars(select(AuditEntry).where(AuditEntry.action == "note")).all()
        assert [deed.facts for deed in deeds] == [{"count": 2}]


def test_the_ledger_of_a_period(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        publish(session, "abcdefg", NOW, (NOW,))
        running = offering.chosen(session, [f"campaign-{session.scalar(select(Campaign.id))}"], ())
        numbers = {
            "agree": take(session, seal, code="abcdefg", ticked=running),
            "said": take(session, seal, said_source="radio"),
            "tracked": take(session, seal, code="abcdefg", said_source="kaut kur", ticked=(DECOY,)),
            "none": take(session, seal),
            "differ": take(session, seal, said_source="radio", trace=Trace("m.facebook.com")),
        }
        rows = reading.period(session, NOW, NOW + timedelta(seconds=1), PORTAL)
        assert {row.agreement.verdict: row.inquiry_id for row in rows} == numbers
        assert [row.inquiry_id for row in rows if row.decoy] == [numbers["tracked"]]
        assert {row.inquiry_id for row in rows if row.ticked} == {numbers["agree"], numbers["tracked"]}
        assert reading.period(session, NOW - timedelta(days=1), NOW, PORTAL) == []


def test_an_inquiry_taken_back_takes_its_lines_along_unless_a_person_wrote_one(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        number, noted = take(session, seal, said_source="radio"), take(session, seal, said_source="tv")
        taking_back.take_back(session, seal, number)
        assert reading.of_inquiry(session, number) == []
        noting.said(session, NOW, seal, noted, words="no mammas", by="ieva")
        with pytest.raises(OutreachError) as refused:
            taking_back.take_back(session, seal, noted)
        assert refused.value.key == "tracker.error.dealt_with"


def test_who_wrote_it_down_stands_beside_the_line(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        incoming = replace(Incoming("phone", said_source="radio"), noted_by="ieva@example.org")
        number = receive(session, NOW, seal, incoming).inquiry_id
        assert [line.by for line in reading.of_inquiry(session, number)] == ["ieva@example.org"]
        assert session.scalar(select(Attribution.id)) is None
