"""Telegram: what is asked, and what its answers mean."""

import json
from datetime import timedelta

import pytest

from campaigns.channel import Busy, Checked, Counting, Denied, Finding, Health, Limit, Receipt, Renewing
from campaigns.channels.telegram import Telegram
from outreach.core.errors import WireError
from outreach.core.http import Answer
from tests.campaigns.platforms import (
    AFTER,
    AT,
    BEFORE,
    FORBIDDEN,
    LINK,
    TEXT,
    Turns,
    answer,
    failed,
    form_of,
    image,
    kind_of,
    outgoing,
    receipt_of,
    sound,
)

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRETS = {"BOT": TOKEN}
CHANNEL = Telegram("@birojs", "BOT")
MESSAGE = {"message_id": 57, "chat": {"id": -1001234567890, "type": "channel", "username": "birojs"}, "date": 1}
GOOD = answer(200, {"ok": True, "result": MESSAGE})

# Every field that the Bot API (10.3) names for these methods, and that aiogram 3.31 sends.
COMMON = {
    "business_connection_id", "chat_id", "message_thread_id", "direct_messages_topic_id", "disable_notification",
    "protect_content", "allow_paid_broadcast", "message_effect_id", "suggested_post_parameters", "reply_parameters",
    "reply_markup",
}  # fmt: skip
FIELDS = {
    "sendMessage": COMMON | {"text", "parse_mode", "entities", "link_preview_options"},
    "sendPhoto": COMMON
    | {"photo", "caption", "parse_mode", "caption_entities", "show_caption_above_media", "has_spoiler"},
    "sendMediaGroup": COMMON | {"media"},
}


def refusal(code: int, description: str, **parameters: object) -> Answer:
    more = {"parameters": parameters} if parameters else {}
    return answer(code, {"ok": False, "error_code": code, "description": description, **more})


def test_a_text_goes_out_as_it_is() -> None:
    wire = Turns([GOOD])
    assert receipt_of(CHANNEL, wire, SECRETS) == Receipt("https://t.me/birojs/57", "57")
    (request,) = wire.asked
    assert (request.method, request.url) == ("POST", f"https://api.telegram.org/bot{TOKEN}/sendMessage")
    fields = form_of(request)
    assert set(fields) <= FIELDS["sendMessage"]
    assert (fields["chat_id"], fields["text"]) == ("@birojs", TEXT)
    assert json.loads(fields["link_preview_options"]) == {"url": LINK}


def test_a_quiet_channel_makes_no_sound() -> None:
    wire = Turns([GOOD])
    receipt_of(Telegram("@birojs", "BOT", quiet=True), wire, SECRETS)
    assert form_of(wire.asked[0])["disable_notification"] == "true"


def test_one_picture_carries_the_text_under_it() -> None:
    wire = Turns([GOOD])
    receipt_of(CHANNEL, wire, SECRETS, outgoing([image()]))
    (request,) = wire.asked
    fields = form_of(request)
    assert request.url.endswith("/sendPhoto") and set(fields) - {"photo0"} <= FIELDS["sendPhoto"]
    assert (fields["caption"], fields["photo"], fields["photo0"]) == (TEXT, "attach://photo0", "JPEG a.jpg")


def test_several_pictures_are_one_album_with_one_text() -> None:
    wire = Turns([answer(200, {"ok": True, "result": [MESSAGE, MESSAGE | {"message_id": 58}]})])
    sent = outgoing([image(f"{number}.jpg") for number in range(12)])
    assert receipt_of(CHANNEL, wire, SECRETS, sent).id == "57"
    (request,) = wire.asked
    fields = form_of(request)
    media = json.loads(fields["media"])
    files = {name for name in fields if name.startswith("photo")}
    assert request.url.endswith("/sendMediaGroup") and set(fields) - files <= FIELDS["sendMediaGroup"]
    assert len(media) == len(files) == 10
    assert [part.get("caption") for part in media] == [TEXT, *[None] * 9]
    assert {part["media"] for part in media} == {f"attach://{name}" for name in files}


def test_the_same_pictures_make_the_same_request() -> None:
    first, second = Turns([GOOD]), Turns([GOOD])
    for wire in (first, second):
        receipt_of(CHANNEL, wire, SECRETS, outgoing([image()]))
    assert first.asked == second.asked


@pytest.mark.parametrize(("text", "excess"), [("ā" * 1025, 1), ("🐱" * 513, 2)])
def test_a_text_too_long_for_a_picture_is_not_sent(text: str, excess: int) -> None:
    wire = Turns([])
    error = failed(CHANNEL, wire, SECRETS, outgoing([image()], text=text, link=""))
    assert (error.key, error.permanent, error.facts["excess"]) == ("telegrambot.caption", True, excess)
    receipt_of(CHANNEL, Turns([GOOD]), SECRETS, outgoing([image()], text="ā" * 1024, link=""))


@pytest.mark.parametrize(
    ("came", "kind"),
    [
        (refusal(400, "Bad Request: message is too long"), "permanent"),
        (refusal(400, "Bad Request: message text is empty"), "permanent"),
        (BEFORE, "later"),
        (AFTER, "ambiguous"),
        (refusal(429, "Too Many Requests: retry after 35", retry_after=35), "busy"),
        (refusal(500, "Internal Server Error"), "ambiguous"),
        (answer(502, b"<html>Bad Gateway</html>"), "ambiguous"),
        (answer(504), "ambiguous"),
        (refusal(401, "Unauthorized"), "denied"),
        (refusal(404, "Not Found"), "denied"),
        (refusal(403, "Forbidden: bot is not a member of the channel chat"), "denied"),
        (refusal(400, "Bad Request: chat not found"), "settings"),
        (refusal(400, "Bad Request: need administrator rights in the channel chat"), "settings"),
        (refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100987), "settings"),
        (answer(301, b"", {"Location": "https://elsewhere.example/"}), "settings"),
        (FORBIDDEN, "settings"),
        (answer(200, b"<html>"), "ambiguous"),
        (answer(200, []), "ambiguous"),
        (answer(200, {"ok": True, "result": {}}), "ambiguous"),
        (answer(200, {"ok": True, "result": []}), "ambiguous"),
        (answer(200, {"ok": False}), "ambiguous"),
    ],
)
def test_what_each_answer_means(came: Answer | WireError, kind: str) -> None:
    wire = Turns([came])
    assert kind_of(failed(CHANNEL, wire, SECRETS)) == kind
    assert len(wire.asked) == 1


@pytest.mark.parametrize(
    ("seconds", "wait"),
    [(35, timedelta(seconds=35)), (-1, timedelta()), (10**9, timedelta(hours=24)), ("soon", None), (None, None)],
)
def test_how_long_it_asks_us_to_wait(seconds: object, wait: timedelta | None) -> None:
    error = failed(CHANNEL, Turns([refusal(429, "Too Many Requests", retry_after=seconds)]), SECRETS)
    assert isinstance(error, Busy) and error.wait == wait


def test_its_own_words_are_told_without_the_token() -> None:
    error = failed(CHANNEL, Turns([refusal(400, f"Bad Request:\n {TOKEN} is " + "x" * 900)]), SECRETS)
    words = str(error.facts["words"])
    assert words.startswith("Bad Request: *** is xxx") and len(words) == 300


@pytest.mark.parametrize("token", ["", "  ", "no-token", "123:ABC/../x", "123:ABC?a", "123:ABC#"])
def test_what_is_no_token_never_becomes_an_address(token: str) -> None:
    wire = Turns([])
    with pytest.raises(Denied) as told:
        CHANNEL.publish(outgoing(), wire, {"BOT": token}.get)
    assert told.value.pause == "campaigns.paused.secret"


@pytest.mark.parametrize(
    ("chat", "channel", "url"),
    [
        ({"id": -1001234567890}, "-1001234567890", "https://t.me/c/1234567890/57"),
        ({}, "-1001234567890", "https://t.me/c/1234567890/57"),
        ({"id": -1001234567890, "username": "a/b"}, "@birojs", "https://t.me/c/1234567890/57"),
    ],
)
def test_where_a_message_of_a_nameless_chat_is(chat: object, channel: str, url: str) -> None:
    wire = Turns([answer(200, {"ok": True, "result": {"message_id": 57, "chat": chat}})])
    assert receipt_of(Telegram(channel, "BOT"), wire, SECRETS).url == url


def test_how_a_bot_is() -> None:
    good = answer(200, {"ok": True, "result": {"id": 110201543, "is_bot": True, "username": "biroja_bot"}})
    assert CHANNEL.health(Turns([good]), SECRETS.get, AT) == Health("@biroja_bot")
    for came, kind in (
        (refusal(401, "Unauthorized"), "denied"),
        (answer(500), "later"),
        (AFTER, "later"),
        (answer(200, b"{"), "later"),
    ):
        with pytest.raises(WireError) as told:
            CHANNEL.health(Turns([came]), SECRETS.get, AT)
        assert kind_of(sound(told.value, SECRETS)) == kind


def test_what_it_promises() -> None:
    assert CHANNEL.limit(Turns([])) == Limit(4096, unit="utf16", with_picture=1024)
    assert (CHANNEL.terms.same, CHANNEL.terms.findable) == ("none", "none")
    assert isinstance(CHANNEL, Checked)
    assert not isinstance(CHANNEL, Finding | Renewing | Counting)
