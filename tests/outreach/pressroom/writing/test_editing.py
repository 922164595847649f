"""Writing releases: wordings, languages that follow, quotes, what takes the approval away, what is out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from campaigns import editing as campaigns
from campaigns.writing import stories
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.pressroom import texts
from outreach.pressroom.models import Release, Sending
from outreach.pressroom.writing import approval, editing, publishing, quoting, reading, revisions
from outreach.pressroom.writing.told import Told
from tests.outreach.pressroom.writing.desk import ANNA, BERTA, ENGLISH, NOW, RIGA, SAID, TODAY, TOLD, release

LATER = NOW + timedelta(hours=1)


def numbers(session: Session, release_id: int, language: str = "lv") -> list[int]:
    return [one.number for one in revisions.listed(session, editing.text_of(session, release_id, language).id)]


def lagging(session: Session, release_id: int) -> list[str]:
    seen = reading.one(session, release_id)
    assert seen is not None
    return [text.language for text in seen.texts if text.lags]


def test_a_release_keeps_each_wording_and_no_wording_twice(store: Store) -> None:
    with store.transaction() as session:
        made = release(session).id
        editing.change_text(session, LATER, made, "lv", replace(TOLD, lead="Cits ievads."), BERTA)
        editing.change_text(session, LATER, made, "lv", replace(TOLD, lead=" Cits ievads. "), ANNA)
        held = revisions.listed(session, editing.text_of(session, made, "lv").id)
        assert [(one.number, one.by, one.told.lead) for one in held] == [(2, BERTA, "Cits ievads."), (1, ANNA, TOLD.lead)]
        said = texts.said(session, made, "lv")
        assert said is not None and (said.revision, said.lead, said.facts) == (2, "Cits ievads.", TOLD.facts)


def test_translations_follow_and_lag(store: Store) -> None:
    with store.transaction() as session:
        made = release(session).id
        editing.quote(session, NOW, made, "lv", SAID, ANNA)
        editing.add_language(session, NOW, made, "en", ENGLISH, ANNA, matches=True)
        editing.add_language(session, NOW, made, "no", ENGLISH, ANNA, matches=False)
        assert lagging(session, made) == ["no"]
        assert [one.told.words for one in quoting.of_release(session, made, TODAY, "en")] == [SAID.words]
        with pytest.raises(OutreachError, match=r"release\.set\.language"):
            editing.add_language(session, NOW, made, "en", ENGLISH, ANNA, matches=True)
        editing.change_text(session, LATER, made, "lv", replace(TOLD, contact="zvani@example.org"), ANNA)
        assert lagging(session, made) == ["no"]  # whom to ask is said in each language by itself
        editing.change_text(session, LATER, made, "lv", replace(TOLD, body="Maksā divus eiro."), ANNA)
        assert lagging(session, made) == ["en", "no"]
        editing.change_text(session, LATER, made, "en", replace(ENGLISH, body="Two euros."), ANNA)
        assert lagging(session, made) == ["en", "no"]
        editing.change_text(session, LATER, made, "en", replace(ENGLISH, body="Two euros."), ANNA, matches=True)
        assert lagging(session, made) == ["no"]
        editing.quote(session, LATER, made, "lv", SAID, ANNA)
        assert lagging(session, made) == ["en", "no"]


def test_a_consent_that_is_noted_later_leaves_translations_in_step(store: Store) -> None:
    with store.transaction() as session:
        made = release(session).id
        quote = editing.quote(session, NOW, made, "lv", replace(SAID, agreed_on=None, agreed_how=""), ANNA)
        editing.add_language(session, NOW, made, "en", ENGLISH, ANNA, matches=True)
        editing.quote(session, LATER, made, "lv", SAID, ANNA, quote.id)
        assert lagging(session, made) == [] and numbers(session, made) == [3, 2, 1]


def test_an_earlier_wording_comes_again_with_its_quotes(store: Store) -> None:
    with store.transaction() as session:
        made = release(session).id
        first = editing.quote(session, NOW, made, "lv", SAID, ANNA)
        editing.quote(session, NOW, made, "lv", replace(SAID, words="Otrs."), ANNA)
        editing.unquote(session, NOW, made, "lv", first.id, ANNA)
        editing.change_text(session, NOW, made, "lv", Told("Cits"), ANNA)
        assert [one.told.words for one in quoting.of_release(session, made, TODAY)] == ["Otrs."]
        assert editing.take_again(session, LATER, made, "lv", 3, BERTA).revision == 6
        assert [one.told for one in quoting.of_release(session, made, TODAY)] == [SAID, replace(SAID, words="Otrs.")]
        said = texts.said(session, made, "lv")
        assert said is not None and said.headline == TOLD.headline and [one.words for one in said.quotes] == [SAID.words, "Otrs."]
        with pytest.raises(OutreachError, match=r"release\.wording\.missing"):
            editing.take_again(session, NOW, made, "lv", 99, ANNA)


def test_a_quote_needs_words_a_speaker_and_a_place(store: Store) -> None:
    with store.transaction() as session:
        made, other = release(session).id, release(session).id
        for wrong in (replace(SAID, words=" "), replace(SAID, speaker="")):
            with pytest.raises(OutreachError, match=r"release\.quote\.empty"):
                editing.quote(session, NOW, made, "lv", wrong, ANNA)
        with pytest.raises(OutreachError, match=r"writing\.story\.missing"):
            editing.quote(session, NOW, made, "lv", replace(SAID, story_id=7), ANNA)
        mine = editing.quote(session, NOW, made, "lv", SAID, ANNA).id
        with pytest.raises(OutreachError, match=r"release\.quote\.missing"):
            editing.unquote(session, NOW, other, "lv", mine, ANNA)
        for _ in range(editing.MOST_QUOTES - 1):
            editing.quote(session, NOW, made, "lv", SAID, ANNA)
        with pytest.raises(OutreachError, match=r"release\.quote\.most"):
            editing.quote(session, NOW, made, "lv", SAID, ANNA)


@pytest.mark.parametrize(
    "change",
    [
        lambda session, made: editing.change_text(session, NOW, made, "lv", ENGLISH, ANNA),
        lambda session, made: editing.add_language(session, NOW, made, "en", ENGLISH, ANNA, matches=True),
        lambda session, made: editing.quote(session, NOW, made, "lv", SAID, ANNA),
        lambda session, made: editing.take_again(session, NOW, made, "lv", 1, ANNA),
        lambda session, made: editing.place(session, made, None, LATER),
        lambda session, made: approval.send_back(session, NOW, made, "Īsāk.", BERTA),
    ],
)  # fmt: skip
def test_a_change_takes_the_approval_away_and_what_is_out_cannot_change(store: Store, change: Callable[[Session, int], object]) -> None:
    with store.transaction() as session:
        made = release(session).id
        approval.approve(session, NOW, made, BERTA, zone=RIGA)
        change(session, made)
        assert session.get_one(Release, made).approved_at is None
        public, sent = release(session).id, release(session).id
        approval.approve(session, NOW, public, BERTA, zone=RIGA)
        publishing.publish(session, NOW, public, RIGA)
        session.add(Sending(release_id=sent, state="going", started_at=NOW, made_at=NOW, made_by=ANNA))
        session.flush()
        for out in (public, sent):
            with pytest.raises(OutreachError, match=r"release\.out"):
                change(session, out)


def test_the_campaign_alone_changes_nothing_of_the_approval(store: Store) -> None:
    with store.transaction() as session:
        campaign = campaigns.start(session, NOW, "MĀJAS", TODAY).id
        made = release(session).id
        approval.approve(session, NOW, made, BERTA, zone=RIGA)
        assert editing.place(session, made, campaign, None).approved_at == NOW
        with pytest.raises(OutreachError, match=r"campaigns\.missing"):
            editing.place(session, made, 99, None)


def test_what_a_release_cannot_be(store: Store) -> None:
    with store.transaction() as session:
        for wrong, more in (("release.empty", {"told": Told(" ")}), ("release.facts", {"told": replace(TOLD, facts=("x",) * 41)}),
                            ("release.about", {"kind": "correction"}), ("release.about", {"about_id": 1}),
                            ("release.missing", {"kind": "correction", "about_id": 9}), ("campaigns.missing", {"campaign_id": 9})):  # fmt: skip
            if more == {"about_id": 1}:
                release(session)
            with pytest.raises(OutreachError) as caught:
                release(session, **more)  # type: ignore[arg-type]
            assert caught.value.key == wrong
        with pytest.raises(OutreachError, match=r"release\.text\.missing"):
            editing.text_of(session, 1, "de")


def test_a_story_that_is_gone_is_left_out_of_a_wording_taken_again(store: Store) -> None:
    with store.transaction() as session:
        story = stories.add(session, NOW, stories.Told("Ģimene no Dublinas", "", date(2026, 1, 1), None), ANNA)
        made = release(session).id
        quote = editing.quote(session, NOW, made, "lv", replace(SAID, story_id=story.id), ANNA)
        editing.unquote(session, NOW, made, "lv", quote.id, ANNA)
        session.delete(story)
        session.flush()
        editing.take_again(session, NOW, made, "lv", 2, ANNA)
        assert [one.told.story_id for one in quoting.of_release(session, made, TODAY)] == [None]
