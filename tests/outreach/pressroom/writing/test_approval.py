"""What stands in a release's way, who may approve it, and the way into the press room."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from campaigns import consents, dispatch, history
from campaigns import editing as campaigns
from campaigns.models import Picture, Post
from campaigns.writing import stories
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.pressroom.models import Release, Sending
from outreach.pressroom.writing import (
    approval,
    asked,
    editing,
    embargoes,
    pictures,
    publishing,
    reading,
    revisions,
    standing,
)
from outreach.pressroom.writing.pictures import Chosen, Taken, in_order
from outreach.pressroom.writing.told import Told
from tests.outreach.pressroom.writing.desk import ANNA, BERTA, ENGLISH, NOW, RIGA, SAID, TODAY, TOLD, release


def stopping(session: Session, release_id: int, level: str = "stop") -> list[str]:
    return [one.key for one in standing.obstacles(session, release_id, TODAY, RIGA) if one.level == level]


def picture(session: Session, **more: object) -> int:
    row = Picture(**{"name": f"{len(session.query(Picture).all())}.webp", "width": 8, "height": 8, "size": 9, "alt": "Ezers", "added_at": NOW, "added_by": ANNA, "rights": "Birojs", **more})
    session.add(row)
    session.flush()
    return row.id


def test_a_good_release_is_approved_once(store: Store) -> None:
    with store.transaction() as session:
        made = release(session).id
        approval.ask(session, NOW, made, ANNA)
        approval.ask(session, NOW + timedelta(hours=1), made, BERTA)
        assert [(one.release_id, one.title, one.asked_at, one.asked_by) for one in asked.listed(session)] == [(made, TOLD.headline, NOW, ANNA)]
        approval.approve(session, NOW, made, BERTA, zone=RIGA)
        row = approval.approve(session, NOW + timedelta(hours=1), made, ANNA, zone=RIGA)
        assert (row.approved_at, row.approved_by, row.asked_at) == (NOW, BERTA, None)
        assert asked.listed(session) == []


def test_who_wrote_last_does_not_approve_where_the_office_says_so(store: Store) -> None:
    with store.transaction() as session:
        made = release(session).id
        with pytest.raises(OutreachError, match=r"release\.approval\.own"):
            approval.approve(session, NOW, made, ANNA, own=False, zone=RIGA)
        editing.add_language(session, NOW + timedelta(hours=1), made, "en", ENGLISH, BERTA, matches=True)
        with pytest.raises(OutreachError, match=r"release\.approval\.own"):
            approval.approve(session, NOW, made, BERTA, own=False, zone=RIGA)
        assert approval.approve(session, NOW, made, ANNA, own=False, zone=RIGA).approved_by == ANNA


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"agreed_on": None}, "release.stop.quote"),
        ({"agreed_how": ""}, "release.stop.quote"),
        ({"agreed_on": date(2026, 11, 24)}, "release.stop.quote"),
        ({}, None),
    ],
)
def test_a_quote_that_nobody_agreed_to_stops(store: Store, more: dict[str, object], key: str | None) -> None:
    with store.transaction() as session:
        made = release(session).id
        editing.quote(session, NOW, made, "lv", replace(SAID, **more), ANNA)  # type: ignore[arg-type]
        assert stopping(session, made) == ([key] if key else [])
        if key:
            with pytest.raises(OutreachError, match=r"release\.stopped"):
                approval.approve(session, NOW, made, BERTA, zone=RIGA)


def test_a_family_speaks_as_long_as_its_story_holds(store: Store) -> None:
    with store.transaction() as session:
        story = stories.add(session, NOW, stories.Told("Ģimene no Dublinas", "", date(2026, 1, 1), date(2026, 11, 23)), ANNA).id
        made = release(session).id
        editing.quote(session, NOW, made, "lv", replace(SAID, agreed_on=None, story_id=story), ANNA)
        assert stopping(session, made) == []
        approval.approve(session, NOW, made, BERTA, zone=RIGA)
        tomorrow = NOW + timedelta(days=1)
        with pytest.raises(OutreachError, match=r"release\.stopped"):
            publishing.publish(session, tomorrow, made, RIGA)
        consents.withdraw_story(session, NOW, story)
        assert stopping(session, made) == ["release.stop.story"]


def test_pictures_need_rights_and_consent(store: Store) -> None:
    with store.transaction() as session:
        made = release(session).id
        bare, seen = picture(session, rights=""), picture(session, of_people=True, consent_from=date(2026, 1, 1))
        with pytest.raises(OutreachError, match=r"release\.picture\.rights"):
            pictures.choose(session, made, [Chosen(bare, {})])
        with pytest.raises(OutreachError, match=r"campaigns\.picture\.missing"):
            pictures.choose(session, made, [Chosen(99, {})])
        pictures.choose(session, made, [Chosen(seen, {"lv": " Ģimene ", "en": " "})])
        assert [(one.picture_id, dict(one.captions), one.holds) for one in pictures.of_release(session, made, TODAY)] == [(seen, {"lv": "Ģimene"}, True)]
        assert stopping(session, made) == []
        consents.withdraw(session, NOW, seen)
        session.get_one(Picture, seen).rights = ""
        session.flush()
        assert stopping(session, made) == ["release.stop.rights", "release.stop.picture"]
        with pytest.raises(OutreachError, match=r"release\.picture\.most"):
            pictures.choose(session, made, [Chosen(number, {}) for number in range(1, 14)])
        pictures.choose(session, made, [])
        assert stopping(session, made) == []


def test_pictures_in_the_order_that_was_typed() -> None:
    held = [Taken(number, "", 1, 1, "", "", {"lv": "a"}, True) for number in (1, 2, 3)]

    def ordered(places: dict[int, int], dropped: set[int]) -> list[int]:
        return [one.picture_id for one in in_order(held, places, {}, dropped)]

    assert ordered({}, set()) == [1, 2, 3]
    assert ordered({3: 1}, set()) == [3, 1, 2]
    assert ordered({1: 3}, set()) == [2, 3, 1]
    assert ordered({3: 1}, {1}) == [3, 2]
    [first, *_] = in_order(held, {}, {1: {"en": "c"}}, set())
    assert dict(first.captions) == {"lv": "a", "en": "c"}


def test_what_is_only_to_be_looked_at_does_not_stop(store: Store) -> None:
    with store.transaction() as session:
        made = release(session).id
        editing.quote(session, NOW, made, "lv", SAID, ANNA)
        editing.add_language(session, NOW, made, "en", ENGLISH, ANNA, matches=False)
        pictures.choose(session, made, [Chosen(picture(session), {"lv": "Ezers"})])
        assert stopping(session, made) == []
        assert stopping(session, made, "look") == ["release.look.untranslated", "release.look.quotes", "release.look.captions"]
        editing.change_text(session, NOW, made, "en", ENGLISH, ANNA, matches=True)
        editing.change_text(session, NOW, made, "lv", replace(TOLD, lead="Cits."), ANNA)
        assert "release.look.lags" in stopping(session, made, "look")
        assert approval.approve(session, NOW, made, BERTA, zone=RIGA).approved_at == NOW


def test_what_the_checks_stop_and_a_headline_alone_are_not_approved(store: Store) -> None:
    with store.transaction() as session:
        assert stopping(session, release(session, Told("Tikai virsraksts")).id) == ["release.stop.empty", "release.stop.checks"]
        no_contact = release(session, replace(TOLD, contact="")).id
        assert stopping(session, no_contact) == ["release.stop.checks"]
        with pytest.raises(OutreachError, match=r"release\.stopped"):
            approval.approve(session, NOW, no_contact, BERTA, zone=RIGA)


def test_sending_back_says_why_and_keeps_the_words(store: Store) -> None:
    with store.transaction() as session:
        made = release(session).id
        approval.ask(session, NOW, made, ANNA)
        with pytest.raises(OutreachError, match=r"release\.note\.empty"):
            approval.send_back(session, NOW, made, "  ", BERTA)
        approval.send_back(session, NOW, made, " Īsāk. ", BERTA)
        assert session.get_one(Release, made).asked_at is None
        text = editing.text_of(session, made, "lv").id
        assert [(note.by, note.text) for note in revisions.sent_back(session, [text])] == [(BERTA, "Īsāk.")]
        [only] = revisions.listed(session, text)
        assert only.told == TOLD and [note.text for note in only.notes] == ["Īsāk."]


def test_into_the_press_room_under_an_address_of_its_own(store: Store) -> None:
    with store.transaction() as session:
        first, second = release(session).id, release(session).id
        with pytest.raises(OutreachError, match=r"release\.publish\.unapproved"):
            publishing.publish(session, NOW, first, RIGA)
        with pytest.raises(OutreachError, match=r"release\.withdraw\.inside"):
            publishing.withdraw(session, NOW, first)
        for one in (first, second):
            approval.approve(session, NOW, one, BERTA, zone=RIGA)
            publishing.publish(session, NOW, one, RIGA)
            publishing.publish(session, NOW + timedelta(hours=1), one, RIGA)
        rows = [session.get_one(Release, one) for one in (first, second)]
        assert [row.slug for row in rows] == ["rezekne-tiekas-gimenes-kas-atgriezusas", "rezekne-tiekas-gimenes-kas-atgriezusas-2"]
        assert {row.published_at for row in rows} == {NOW}


def test_a_withdrawal_withdraws_what_it_is_about_once_it_is_out(store: Store) -> None:
    with store.transaction() as session:
        wrong = release(session).id
        approval.approve(session, NOW, wrong, BERTA, zone=RIGA)
        publishing.publish(session, NOW, wrong, RIGA)
        recall = release(session, kind="withdrawal", about_id=wrong).id
        approval.approve(session, NOW, recall, BERTA, zone=RIGA)
        assert session.get_one(Release, wrong).withdrawn_at is None
        publishing.publish(session, NOW, recall, RIGA)
        assert session.get_one(Release, wrong).withdrawn_at == NOW and session.get_one(Release, recall).withdrawn_at is None
        with pytest.raises(OutreachError, match=r"release\.publish\.withdrawn"):
            publishing.publish(session, NOW, wrong, RIGA)
        seen = reading.one(session, wrong)
        assert seen is not None and seen.state == "withdrawn" and [one.release_id for one in seen.corrected_by] == [recall]
        about = reading.one(session, recall)
        assert about is not None and about.about is not None and about.about.headline == TOLD.headline


def test_lists_by_state(store: Store) -> None:
    with store.transaction() as session:
        draft, wanted, approved, public, sent = (release(session).id for _ in range(5))
        approval.ask(session, NOW, wanted, ANNA)
        for one in (approved, public, sent):
            approval.approve(session, NOW, one, BERTA, zone=RIGA)
        publishing.publish(session, NOW, public, RIGA)
        session.add(Sending(release_id=sent, state="done", started_at=NOW, made_at=NOW, made_by=ANNA))
        session.add(Sending(release_id=approved, state="ready", made_at=NOW, made_by=ANNA))
        session.flush()
        states = {state: [one.release_id for one in reading.listed(session, state=state)] for state in reading.STATES}
        assert states == {"draft": [draft], "asked": [wanted], "approved": [approved], "sent": [sent], "published": [public], "withdrawn": []}
        everything = reading.listed(session)
        assert {one.release_id: one.state for one in everything} == {number: state for state, held in states.items() for number in held}
        assert [one.release_id for one in reading.listed(session, before=everything[1].release_id, limit=1)] == [everything[2].release_id]
        assert reading.outward_day(session, sent) == NOW and reading.outward_day(session, draft) is None


def test_posts_of_the_campaign_wait_for_the_embargo(store: Store, tmp_path: Path) -> None:
    until = NOW + timedelta(days=2)

    def post(session: Session, campaign: int, due_at: datetime, status: str = "scheduled") -> int:
        made = campaigns.write(session, NOW, campaign, language="lv", title="t", text="x", target_url="https://majas.example/", actor=ANNA)
        campaigns.approve(session, NOW, made.id)
        delivery = dispatch.schedule(session, NOW, made.id, channel, due_at)
        if status != "scheduled":
            history.move(session, NOW, delivery, status)
        return made.id

    with store.transaction() as session:
        channel = dispatch.add_channel(session, "Mape", "folder", {"folder": str(tmp_path)}).id
        ours, other = campaigns.start(session, NOW, "MĀJAS", TODAY).id, campaigns.start(session, NOW, "Cita", TODAY).id
        early, out, late = post(session, ours, NOW + timedelta(hours=1)), post(session, ours, NOW, "published"), post(session, ours, until + timedelta(hours=1))
        foreign = post(session, other, NOW + timedelta(hours=1))
        made = release(session, campaign_id=ours).id
        assert embargoes.clashes(session, ours, None) == [] and embargoes.clashes(session, None, until) == []
        assert embargoes.let_posts_wait(session, made) == []  # no embargo yet
        editing.place(session, made, ours, until)
        assert [(one.post_id, one.out, one.waits) for one in embargoes.clashes(session, ours, until)] == [(out, True, False), (early, False, False)]
        assert embargoes.let_posts_wait(session, made) == [early, late]
        assert embargoes.let_posts_wait(session, made) == []
        assert [(one.post_id, one.waits) for one in embargoes.clashes(session, ours, until)] == [(out, False), (early, True)]
        assert session.get_one(Post, early).embargo_until == until and session.get_one(Post, early).approved_at == NOW
        assert session.get_one(Post, foreign).embargo_until is None and session.get_one(Post, out).embargo_until is None
