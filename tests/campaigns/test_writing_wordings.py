"""Wordings, channels' own words, sets of languages, and what went out."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from campaigns import consents, editing
from campaigns.models import Campaign, Delivery, Post, PostRevision
from campaigns.publish import publish_due
from campaigns.writing import again, approval, binding, comments, copying, sets, stories, variants, wordings
from outreach.core.errors import OutreachError
from tests.campaigns.desk import NOW, Desk

UTC = ZoneInfo("UTC")
TODAY = NOW.date()


def post_of(desk: Desk, post_id: int) -> Post:
    with desk.store.reading() as session:
        row = session.get_one(Post, post_id)
        session.expunge(row)
        return row


def edit(desk: Desk, post_id: int, text: str, **more: str) -> None:
    with desk.store.transaction() as session:
        editing.edit(session, NOW, post_id, title="t", text=text, actor="b@example.org", **more)


def approve(desk: Desk, post_id: int) -> None:
    with desk.store.transaction() as session:
        editing.approve(session, NOW, post_id)


def sent(desk: Desk) -> list[str]:
    return sorted(file.read_text(encoding="utf-8") for file in (desk.folder / "posts").glob("*.txt"))


def test_every_wording_is_kept_and_the_same_words_are_none(desk: Desk) -> None:
    post = desk.post("Viens")
    edit(desk, post, "Divi")
    edit(desk, post, "Divi")
    with desk.store.reading() as session:
        held = wordings.listed(session, post)
        assert [(one.number, one.text) for one in held] == [(2, "Divi"), (1, "Viens #1")]
        assert (held[0].by, held[0].at) == ("b@example.org", NOW)
    assert post_of(desk, post).revision == 2


def test_a_post_made_without_a_wording_gets_one_before_it_changes(desk: Desk) -> None:
    with desk.store.transaction() as session:
        made = copying.copy_post(session, NOW, desk.post("Viens"), actor="x").id
    with desk.store.reading() as session:
        assert [one.number for one in wordings.listed(session, made)] == [1]
        assert wordings.one(session, made, 1) is not None and wordings.one(session, made, 2) is None
    edit(desk, made, "Divi")
    with desk.store.reading() as session:
        assert session.scalars(select(PostRevision.number).where(PostRevision.post_id == made)).all() == [1, 2]


def test_a_channel_gets_its_own_words_and_the_delivery_says_which(desk: Desk) -> None:
    post, first, second = desk.post("Garais {link}"), desk.channel(), desk.channel()
    with desk.store.transaction() as session:
        assert variants.say(session, NOW, post, second, title="", text="Īsais {link}", actor="x")
    assert post_of(desk, post).approved_at is None
    approve(desk, post)
    plain, other = desk.plan(first, post), desk.plan(second, post)
    assert publish_due(desk.press()) == {"published": 2}
    assert [text.split()[0] for text in sent(desk)] == ["Garais", "Īsais"]
    with desk.store.reading() as session:
        assert {session.get_one(Delivery, one).revision for one in (plain, other)} == {2}
        assert wordings.of_delivery(session, other) == "Īsais {link}"
        assert {one.delivery_id: one.number for one in wordings.went_out(session, post)} == {plain: 2, other: 2}
    with pytest.raises(OutreachError, match=re.escape("campaigns.post.out")), desk.store.transaction() as session:
        variants.say(session, NOW, post, second, title="", text="Cits", actor="x")


def test_what_went_out_stays_what_went_out(desk: Desk) -> None:
    post, first, second = desk.post("Viens {link}"), desk.channel(), desk.channel()
    delivery = desk.plan(first, post)
    publish_due(desk.press())
    with desk.store.transaction() as session:
        variants.say(session, NOW, post, second, title="", text="Cits {link}", actor="x")
    with desk.store.reading() as session:
        assert (wordings.of_delivery(session, delivery) or "").startswith("Viens")
        assert session.get_one(Delivery, delivery).revision == 1


def test_an_earlier_wording_comes_back_with_its_channels_words(desk: Desk) -> None:
    post, channel = desk.post("Viens"), desk.channel()
    with desk.store.transaction() as session:
        variants.say(session, NOW, post, channel, title="N", text="Īsi", actor="x")
    with desk.store.transaction() as session:
        variants.say(session, NOW, post, channel, title="", text="", actor="x")
    edit(desk, post, "Trīs", target_url="https://example.org/3")
    with desk.store.transaction() as session:
        again.take_again(session, NOW, post, 2, "c@example.org")
    with desk.store.reading() as session:
        assert variants.of_post(session, post) == {channel: variants.Variant("N", "Īsi")}
    row = post_of(desk, post)
    assert (row.text, row.revision, row.written_by, row.target_url) == ("Viens #1", 5, "c@example.org", "https://majas.example/1")
    with pytest.raises(OutreachError, match=re.escape("writing.wording.missing")), desk.store.transaction() as session:
        again.take_again(session, NOW, post, 99, "x")


def translated(desk: Desk, post: int, language: str = "en", *, matches: bool = True) -> int:
    with desk.store.transaction() as session:
        return sets.add(session, NOW, post, language=language, title="t", text="One", matches=matches, actor="x").id


def lagging(desk: Desk) -> set[int]:
    with desk.store.reading() as session:
        return sets.lagging(session, desk.campaign_id)


def test_a_translation_lags_when_the_original_says_something_else(desk: Desk) -> None:
    post, channel = desk.post("Viens"), desk.channel()
    english, copied = translated(desk, post), translated(desk, post, "de", matches=False)
    assert lagging(desk) == {copied}
    with desk.store.transaction() as session:  # one channel's words, or another address, say nothing else
        variants.say(session, NOW, post, channel, title="", text="Īsi", actor="x")
    with desk.store.transaction() as session:
        row = session.get_one(Post, post)
        editing.edit(session, NOW, post, title=row.title, text=row.text, target_url="https://example.org/9")
    assert lagging(desk) == {copied}
    edit(desk, post, "Divi")
    assert lagging(desk) == {english, copied}
    with desk.store.transaction() as session:
        sets.match(session, english)
    with desk.store.reading() as session:
        members = sets.set_of(session, copied)
    assert [(one.post_id, one.is_original, one.lags) for one in members] == [(post, True, False), (english, False, False), (copied, False, True)]
    with pytest.raises(OutreachError, match=re.escape("writing.set.language")):
        translated(desk, english, "de")


def test_the_whole_set_tells_the_story_and_stops_with_it(desk: Desk) -> None:
    post = desk.post("Viens")
    english = translated(desk, post)
    with desk.store.transaction() as session:
        story = stories.add(session, NOW, stories.Told("Dublina", "", TODAY, None), "x").id
        binding.bind(session, NOW, english, story_id=story, embargo_until=None, zone=UTC)
    assert post_of(desk, post).story_id == story
    planned = desk.plan(desk.channel(), post, NOW + timedelta(days=1))
    with desk.store.transaction() as session:
        assert consents.withdraw_story(session, NOW, story) == [planned]
    assert desk.see(planned).error_key == "campaigns.story.withdrawn"
    with pytest.raises(OutreachError, match=re.escape("writing.story.none")):
        desk.plan(desk.channel(), english)
    with pytest.raises(OutreachError, match=re.escape("writing.story.missing")), desk.store.transaction() as session:
        consents.withdraw_story(session, NOW, 99)


def story_until(desk: Desk, post: int, until: date) -> int:
    with desk.store.transaction() as session:
        story = stories.add(session, NOW, stories.Told("Dublina", "", TODAY, until), "x").id
        binding.bind(session, NOW, post, story_id=story, embargo_until=None, zone=UTC)
        return story


def test_a_story_whose_consent_has_ended_is_taken_off_the_plan(desk: Desk) -> None:
    post = desk.post()
    story_until(desk, post, TODAY)
    planned = desk.plan(desk.channel(), post)
    with desk.store.transaction() as session:
        assert consents.lapse(session, NOW, UTC) == []
        assert consents.lapse(session, NOW + timedelta(days=1), UTC) == [planned]
    assert desk.see(planned).error_key == "campaigns.story.ended"


def _story(desk: Desk, post: int) -> None:
    with desk.store.transaction() as session:
        story = stories.add(session, NOW, stories.Told("Dublina", "", TODAY, None), "x")
        session.get_one(Post, post).story_id = story.id
        story.withdrawn_at = NOW


def _embargo(desk: Desk, post: int) -> None:
    with desk.store.transaction() as session:
        session.get_one(Post, post).embargo_until = NOW + timedelta(minutes=1)


def _template(desk: Desk, post: int) -> None:
    with desk.store.transaction() as session:
        session.get_one(Campaign, desk.campaign_id).is_template = True


@pytest.mark.parametrize("held", [_story, _embargo, _template])
def test_nothing_goes_out_that_is_held_back(desk: Desk, held: Callable[[Desk, int], None]) -> None:
    post = desk.post()
    delivery = desk.plan(desk.channel(), post)
    held(desk, post)
    assert publish_due(desk.press()) == {} and desk.status(delivery) == "scheduled"


def test_after_the_embargo_it_goes(desk: Desk) -> None:
    post = desk.post()
    delivery = desk.plan(desk.channel(), post)
    _embargo(desk, post)
    desk.clock.step(timedelta(minutes=1))
    assert publish_due(desk.press()) == {"published": 1} and desk.status(delivery) == "published"


def test_approval_is_asked_for_given_by_another_or_sent_back(desk: Desk) -> None:
    post = desk.post(approved=False)
    edit(desk, post, "Divi")
    with desk.store.transaction() as session:
        approval.ask(session, NOW, post, "b@example.org")
    with desk.store.reading() as session:
        assert [(one.post_id, one.asked_by) for one in approval.asked(session)] == [(post, "b@example.org")]
    with pytest.raises(OutreachError, match=re.escape("writing.approval.own")), desk.store.transaction() as session:
        editing.approve(session, NOW, post, "b@example.org", own=False)
    with desk.store.transaction() as session:
        approval.send_back(session, NOW, post, "Par garu.", "c@example.org")
    with desk.store.transaction() as session:
        assert approval.asked(session) == [] and comments.open_counts(session, desk.campaign_id) == {post: 1}
        editing.approve(session, NOW, post, "c@example.org", own=False)
        comments.settle(session, NOW, post, 1, "c@example.org")
        assert comments.open_count(session, post) == 0
    with pytest.raises(OutreachError, match=re.escape("writing.comment.empty")), desk.store.transaction() as session:
        approval.send_back(session, NOW, post, " ", "c@example.org")
    assert post_of(desk, post).approved_at is not None
