"""A post to oneself: nobody else sees it, no kind promises more than it can, and trouble harms nothing."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from campaigns import trying
from campaigns.channel import Channel, Receipt, Trying
from campaigns.models import Delivery, DeliveryEvent
from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Answer
from outreach.core.registry import build, kinds
from tests.campaigns.desk import Desk
from tests.campaigns.platforms import AFTER, Turns, answer, form_of, image, json_of, kind_of, outgoing, path_of, sound
from tests.campaigns.simulated import example, graph_error

ON_A_FILE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
WORDS = trying.Words("Izmēģinājums", "Šis ir izmēģinājums.", "lv")
KEY = "0123456789abcdef" * 2
# Kinds that have none, whatever their settings.
NONE = {"bluesky", "linkedin", "manual", "x"}


def channel(kind: str, **more: Any) -> Channel:
    made: Channel = build("campaigns.channels", kind, {**example(kind)["settings"], **more})
    return made


def tried(kind: str, *answers: Answer | WireError, **more: Any) -> tuple[Receipt, Turns]:
    one, wire = channel(kind, **more), Turns(answers)
    assert isinstance(one, Trying) and one.privacy() is not None
    sent = outgoing([image()] if one.terms.needs_picture else [], text="Izmēģinām @visi", link="")
    return one.attempt(sent, wire, example(kind)["secrets"].get), wire


@pytest.mark.parametrize("kind", sorted(kinds("campaigns.channels")))
def test_every_kind_says_who_will_see_it_or_that_there_is_none(kind: str) -> None:
    told = trying.privacy(kind, example(kind)["settings"])
    assert (told is None) == (kind in NONE | {"telegram"})
    assert told in {None, f"channels.trying.seen.{kind}"}


def test_mastodon_shows_it_to_nobody_and_names_nobody() -> None:
    receipt, wire = tried("mastodon", answer(200, {"id": "7", "url": "https://social.example/@us/7"}))
    sent = form_of(wire.asked[0])
    assert (sent["visibility"], "@" in sent["status"], receipt.id) == ("direct", False, "7")
    assert wire.asked[0].headers["Idempotency-Key"] == "k" * 32


def test_facebook_does_not_publish_it() -> None:
    _, wire = tried("facebook", answer(200, {"id": "104_1"}))
    assert form_of(wire.asked[0])["published"] == "false"


def test_instagram_makes_a_container_and_stops_there() -> None:
    receipt, wire = tried("instagram", answer(200, {"id": "55"}), answer(200, {"status_code": "IN_PROGRESS"}))
    assert receipt == Receipt("", "55") and not any("media_publish" in path_of(one) for one in wire.asked)


def test_wordpress_keeps_a_draft() -> None:
    receipt, wire = tried("wordpress", answer(200, []), answer(201, {"id": 3, "link": "https://site.example/?p=3"}), tags="", categories="")
    assert json_of(wire.asked[1])["status"] == "draft" and receipt.id == "3"


def test_another_program_is_told_that_it_is_a_test() -> None:
    _, wire = tried("webhook", answer(200, {}))
    assert json_of(wire.asked[0])["test"] is True
    plain = Turns([answer(200, {})])
    channel("webhook").publish(outgoing(), plain, example("webhook")["secrets"].get)
    assert "test" not in json_of(plain.asked[0])


def test_telegram_sends_it_to_the_chat_of_one_s_own_alone() -> None:
    taken = answer(200, {"ok": True, "result": {"message_id": 4, "chat": {"id": 9}}})
    _, wire = tried("telegram", taken, test_chat="@musejie")
    assert form_of(wire.asked[0])["chat_id"] == "@musejie"
    same = channel("telegram", test_chat=example("telegram")["settings"]["chat"])
    assert isinstance(same, Trying) and same.privacy() is None
    with pytest.raises(WireError, match="no_test_chat"):
        same.attempt(outgoing(), Turns([]), example("telegram")["secrets"].get)


def test_a_folder_keeps_it_aside(tmp_path: Path) -> None:
    receipt, _ = tried("folder", folder=str(tmp_path))
    assert [one.parent.name for one in tmp_path.rglob("*.txt")] == ["test"] and "/test/" in receipt.url


@pytest.mark.parametrize(
    ("trouble", "kind_"),
    [(answer(401, {}), "denied"), (answer(429, {}, {"Retry-After": "60"}), "busy"), (AFTER, "ambiguous"), (answer(500, b"<html>"), "ambiguous")],
)
@pytest.mark.parametrize("kind", ["mastodon", "facebook", "webhook"])
def test_trouble_is_told_as_what_it_is(kind: str, trouble: Answer | WireError, kind_: str) -> None:
    if kind == "facebook" and kind_ == "denied":
        trouble = graph_error(401, 190)
    with pytest.raises(WireError) as raised:
        tried(kind, trouble)
    # The words of a secret like "a key" stand in many a text.
    assert kind_of(sound(raised.value, {} if kind == "webhook" else example(kind)["secrets"])) == kind_


@ON_A_FILE
def test_a_try_is_no_delivery_and_pauses_nothing(desk: Desk) -> None:
    number = desk.channel()
    receipt = trying.attempt(desk.press(), number, WORDS, KEY)
    assert receipt.id == KEY and trying.attempt(desk.press(), number, WORDS, KEY) == receipt
    assert len(list(desk.folder.rglob("*.txt"))) == 1
    told = example("mastodon")
    shut = desk.channel("mastodon", **told["settings"])
    press = replace(desk.press(Turns([answer(401, {})])), secrets=told["secrets"].get)
    with pytest.raises(WireError):
        trying.attempt(press, shut, WORDS, KEY)
    assert not desk.channel_seen(shut).paused
    with desk.store.reading() as session:
        assert [session.scalar(select(func.count()).select_from(table)) for table in (Delivery, DeliveryEvent)] == [0, 0]


@ON_A_FILE
@pytest.mark.parametrize("key", ["", "short", "g" * 32])
def test_a_key_that_is_none_sends_nothing(desk: Desk, key: str) -> None:
    with pytest.raises(OutreachError, match="channels.trying.key"):
        trying.attempt(desk.press(), desk.channel(), WORDS, key)


@ON_A_FILE
def test_what_cannot_be_tried_is_refused_before_the_wire(desk: Desk) -> None:
    with pytest.raises(OutreachError, match="channels.trying.none"):
        trying.attempt(desk.press(Turns([])), desk.channel("manual", place="Grupa"), WORDS, KEY)
    with pytest.raises(WireError, match="channels.trying.no_picture"):
        trying.attempt(desk.press(Turns([])), desk.channel("instagram", **example("instagram")["settings"]), WORDS, KEY)
