"""How accounts are, and tokens that are made anew in time, once, and kept before they are used."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from campaigns import caring, tokens
from campaigns.channel import Denied, Health, Renewed, Secrets
from campaigns.models import ChannelRow, ChannelToken, Delivery
from campaigns.press import Press
from campaigns.publish import publish_due
from outreach.core.errors import WireError
from outreach.core.presence import present
from outreach.core.seal import Seal
from tests.campaigns import told
from tests.campaigns.desk import NOW, Desk
from tests.campaigns.told import deeds

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SEAL = Seal(b"k" * 32)


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    told.install(monkeypatch)


def office(desk: Desk) -> Press:
    return replace(desk.press(), seal=SEAL, secrets={"TOKEN": "from the environment"}.get)


def care(desk: Desk) -> dict[str, int]:
    return dict(caring.care(office(desk)))


def state(desk: Desk, channel: int) -> caring.State:
    with desk.store.reading() as session:
        return caring.state(session, channel)


def ailing(desk: Desk) -> list[tuple[str | None, bool]]:
    with desk.store.reading() as session:
        return [(one.check_key, one.is_urgent) for one in caring.ailing(session, desk.clock.now())]


def renewing(ends_at: datetime, *names: str) -> list[str | None]:
    """Makes tokens of these names, one a time; what it was given for each."""
    given: list[str | None] = []

    def renew(secrets: Secrets) -> Renewed:
        given.append(secrets("TOKEN"))
        return Renewed("TOKEN", names[len(given) - 1], ends_at)

    deeds["renew"] = renew
    return given


def ends(desk: Desk, channel: int, at: datetime) -> None:
    with desk.store.transaction() as session:
        session.get_one(ChannelRow, channel).ends_at = at


def test_an_account_is_asked_once_a_day(desk: Desk) -> None:
    channel = desk.channel("told", token_env="TOKEN")
    deeds["health"] = lambda secrets: Health(f"@{secrets('TOKEN')}", NOW + 30 * DAY)
    assert care(desk) == {"checked": 1} and care(desk) == {}
    seen = state(desk, channel)
    assert (seen.account, seen.ends_at, seen.check_key) == ("@from the environment", NOW + 30 * DAY, None)
    desk.clock.step(DAY)
    assert care(desk) == {"checked": 1} and ailing(desk) == []


def test_and_again_before_a_post_is_due_within_the_hour(desk: Desk) -> None:
    channel = desk.channel("told", token_env="TOKEN")
    assert care(desk) == {"checked": 1}
    desk.plan(channel, due_at=NOW + 3 * HOUR)
    desk.clock.step(HOUR)
    assert care(desk) == {}
    desk.clock.step(HOUR)
    assert care(desk) == {"checked": 1} and care(desk) == {}


def test_trouble_is_told_and_asked_after_in_an_hour(desk: Desk) -> None:
    channel = desk.channel("told", token_env="TOKEN")

    def denied(secrets: Secrets) -> Health:
        raise Denied("campaigns.mastodon.denied", server="a.example", status=401, words="no")

    deeds["health"] = denied
    care(desk)
    assert ailing(desk) == [("campaigns.mastodon.denied", True)]
    assert not desk.channel_seen(channel).paused  # a post may go all the same; if not, that pauses it
    desk.clock.step(HOUR)
    del deeds["health"]
    assert care(desk) == {"checked": 1} and ailing(desk) == []


def test_a_fault_of_our_own_is_trouble_too(desk: Desk) -> None:
    channel = desk.channel("told", token_env="TOKEN")
    deeds["health"] = lambda secrets: 1 / 0
    care(desk)
    assert state(desk, channel).check_key == "campaigns.check.fault"


def test_a_kind_that_cannot_be_asked_is_left_alone(desk: Desk) -> None:
    channel = desk.channel()
    assert care(desk) == {} and not state(desk, channel).can_be_asked


@pytest.mark.parametrize(
    ("life", "left", "due"),
    [
        (60 * DAY, 8 * DAY, False),
        (60 * DAY, 7 * DAY, True),
        (3 * DAY, DAY + HOUR, False),
        (3 * DAY, DAY, True),
        (2 * HOUR, timedelta(minutes=41), False),
        (2 * HOUR, timedelta(minutes=40), True),
        (None, 7 * DAY, True),
        (None, 8 * DAY, False),
    ],
)
def test_it_is_made_anew_a_week_or_a_third_of_its_life_ahead(life: timedelta | None, left: timedelta, due: bool) -> None:
    ends_at = NOW + left
    assert (tokens.renew_at(None if life is None else ends_at - life, ends_at) <= NOW) == due


def test_a_token_that_ends_is_made_anew_once_and_used(desk: Desk) -> None:
    channel = desk.channel("told", token_env="TOKEN")
    ends(desk, channel, NOW + DAY)
    given = renewing(NOW + 60 * DAY, "first", "second")
    assert care(desk)["renewed"] == 1 and "renewed" not in care(desk)
    assert given == ["from the environment"] and state(desk, channel).ends_at == NOW + 60 * DAY
    assert tokens.vault(office(desk), channel)("TOKEN") == "first"
    with desk.store.reading() as session:
        sealed = session.scalars(select(ChannelToken.sealed).where(ChannelToken.name == "TOKEN")).one()
        assert sealed and "first" not in sealed
    desk.clock.step(53 * DAY)
    assert care(desk)["renewed"] == 1 and given[-1] == "first"
    assert tokens.vault(office(desk), channel)("TOKEN") == "second"
    assert "second" not in repr(tokens.vault(office(desk), channel))


def test_a_clear_refusal_is_tried_again_after_a_while(desk: Desk) -> None:
    channel = desk.channel("told", token_env="TOKEN")
    ends(desk, channel, NOW + DAY)
    asked = []

    def refuse(secrets: Secrets) -> Renewed:
        asked.append(1)
        raise WireError("http.refused", host="a.example")

    deeds["renew"] = refuse
    care(desk), care(desk)
    assert len(asked) == 1
    desk.clock.step(timedelta(minutes=16))
    care(desk)
    assert len(asked) == 2 and state(desk, channel).check_key == "http.refused"


def test_an_answer_that_is_lost_is_a_person_s_question(desk: Desk) -> None:
    channel = desk.channel("told", token_env="TOKEN")
    ends(desk, channel, NOW + DAY)
    asked = []

    def lose(secrets: Secrets) -> Renewed:
        asked.append(1)
        raise WireError("http.timeout", ambiguous=True)

    deeds["renew"] = lose
    for _ in range(3):
        care(desk)
        desk.clock.step(timedelta(hours=2))
    assert len(asked) == 1 and ailing(desk) == [("campaigns.token.unclear", True)]
    # A person has looked, and entered another one if it had to be.
    renewing(desk.clock.now() + 60 * DAY, "found")
    caring.check(office(desk), channel, asked=True)
    assert ailing(desk) == [] and care(desk)["renewed"] == 1


def test_one_that_died_while_renewing_is_a_person_s_question_too(desk: Desk) -> None:
    channel = desk.channel("told", token_env="TOKEN")
    ends(desk, channel, NOW + DAY)
    given = renewing(NOW + 60 * DAY, "new")
    with suppress(ZeroDivisionError), present(desk.folder) as dead:
        with desk.store.transaction() as session:
            assert tokens.hold(session, NOW, channel, dead, lambda *_: False) == "ours"
            assert tokens.hold(session, NOW, channel, "other", lambda *_: False) == "busy"
        care(desk)
        assert given == [] and state(desk, channel).check_key is None  # it is at work
        raise ZeroDivisionError
    care(desk)
    assert given == [] and state(desk, channel).check_key == "campaigns.token.unclear"


def test_two_at_once_make_it_anew_once(desk: Desk) -> None:
    channel = desk.channel("told", token_env="TOKEN")
    ends(desk, channel, NOW + DAY)
    inner: list[object] = []

    def renew(secrets: Secrets) -> Renewed:
        inner.append(caring.renew(office(desk), channel, "another"))
        return Renewed("TOKEN", "new", NOW + 60 * DAY)

    deeds["renew"] = renew
    assert care(desk)["renewed"] == 1 and inner == [False]


def test_a_post_that_met_the_renewal_is_tried_again_and_pauses_nothing(desk: Desk) -> None:
    channel = desk.channel("told", token_env="TOKEN")
    delivery = desk.plan(channel)

    def denied(secrets: Secrets) -> object:
        with desk.store.transaction() as session:
            tokens.keep(session, NOW, SEAL, channel, Renewed("TOKEN", "new", None))
        raise Denied("campaigns.mastodon.denied")

    deeds["publish"] = denied
    assert publish_due(office(desk)) == {"scheduled": 1}
    assert (desk.see(delivery).error_key, desk.channel_seen(channel).paused) == ("campaigns.token.changed", False)


def test_a_token_sealed_with_another_key_sends_nothing(desk: Desk) -> None:
    channel = desk.channel("told", token_env="TOKEN")
    with desk.store.transaction() as session:
        tokens.keep(session, NOW, Seal(b"o" * 32), channel, Renewed("TOKEN", "new", None))
    delivery = desk.plan(channel)
    assert publish_due(office(desk)) == {"failed": 1} and told.given == []
    assert desk.see(delivery).error_key == "core.seal.key"


@pytest.mark.parametrize(
    ("left", "kind", "told_", "urgent"),
    [
        (8 * DAY, "folder", False, False),
        (7 * DAY, "folder", True, False),
        (HOUR, "folder", True, True),
        (HOUR, "told", False, False),  # it is made anew by itself
        (timedelta(), "told", True, True),
    ],
)
def test_the_bell_rings_a_week_and_an_hour_ahead(
    desk: Desk, left: timedelta, kind: str, told_: bool, urgent: bool
) -> None:
    channel = desk.channel() if kind == "folder" else desk.channel(kind, token_env="TOKEN")
    ends(desk, channel, NOW + left)
    assert ailing(desk) == ([(None, urgent)] if told_ else [])


def test_what_has_lost_its_consent_is_called_off_here(desk: Desk) -> None:
    assert care(desk) == {}
    with desk.store.reading() as session:
        assert session.scalars(select(Delivery)).all() == []


def warned(desk: Desk) -> list[tuple[str, str]]:
    with desk.store.reading() as session:
        return [(one.stage, one.title) for one in caring.warnings(session, desk.clock.now())]


def test_what_is_warned_of_from_day_to_day(desk: Desk) -> None:
    channel = desk.channel()
    ends(desk, channel, NOW + 10 * DAY)
    early = desk.plan(channel, due_at=NOW + 9 * DAY)
    late = desk.plan(channel, desk.post(title="Pēc beigām"), NOW + 10 * DAY + HOUR)
    told_on = []
    for day in range(11):
        desk.clock.moment = NOW + day * DAY
        told_on.append([stage for stage, _ in warned(desk)])
    assert told_on == [*[[]] * 3, *[["week"]] * 7, ["week", "hour", "post"]]
    assert warned(desk)[-1] == ("post", "Pēc beigām")
    with desk.store.reading() as session:
        assert caring.ends_before(session, [early, late]) == {late: NOW + 10 * DAY}
        assert caring.ends_by(session, [channel], NOW + 11 * DAY) == {channel: NOW + 10 * DAY}
        assert caring.ends_by(session, [channel], NOW + 9 * DAY) == {}
        assert [one.title for one in caring.after_end(session, channel)] == ["Pēc beigām"]
    ends(desk, channel, NOW + 90 * DAY)  # somebody has made the access anew
    assert warned(desk) == []


def test_an_account_that_shuts_us_out_is_told_an_hour_before_a_post(desk: Desk) -> None:
    channel = desk.channel("told", token_env="TOKEN")
    desk.plan(channel, desk.post(title="Drīz"), NOW + 2 * HOUR)
    with desk.store.transaction() as session:
        session.get_one(ChannelRow, channel).check_key = "campaigns.mastodon.denied"
    assert warned(desk) == []
    desk.clock.step(HOUR)
    assert warned(desk) == [("post", "Drīz")]


def test_what_renews_itself_ends_before_no_post(desk: Desk) -> None:
    settings = {"author": "urn:li:organization:1", "token_env": "TOKEN"}
    by_itself = desk.channel("told", token_env="TOKEN")
    by_hand = desk.channel("linkedin", **settings)
    also = desk.channel("linkedin", **settings, client_id="a", client_secret_env="B", refresh_env="C")
    planned = []
    for channel in (by_itself, by_hand, also):
        ends(desk, channel, NOW + DAY)
        planned.append(desk.plan(channel, due_at=NOW + 2 * DAY))
    with desk.store.reading() as session:
        assert caring.ends_before(session, planned) == {planned[1]: NOW + DAY}
        assert caring.after_end(session, by_itself) == []
