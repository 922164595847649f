"""Webhook: a receiver can prove who asks and know a second try for the first; what each answer means."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.channel import Busy, Limit, Receipt
from campaigns.channels.webhook import Webhook
from outreach.core.webhooks import signature
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
    image,
    json_of,
    kind_of,
    outgoing,
    receipt_of,
)

ENV = "OUTREACH_HOOK_KEY"
KEY = b"thirty-two bytes or so of a key."
SECRETS = {ENV: "whsec_" + base64.b64encode(KEY).decode()}
CHANNEL = Webhook("https://hook.example/posts?token=hidden", ENV)


def test_the_standard_s_own_example_is_signed_as_it_says() -> None:
    """The values of the example in the specification's reference libraries."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_post_is_signed_and_whole() -> None:
    images = [image("a.jpg", "Mežs"), image("b.jpg", "Pļava", url="https://office.example/p/b.jpg")]
    wire = Turns([answer(200, {"url": "https://site.example/1"})])
    receipt = receipt_of(CHANNEL, wire, SECRETS, outgoing(images))
    (request,) = wire.asked
    assert receipt == Receipt("https://site.example/1", outgoing().key)
    told = json_of(request)
    assert (told["type"], told["data"]["text"], told["data"]["link"], told["data"]["language"]) == ("post", TEXT, LINK, "lv")
    assert [one["alt"] for one in told["data"]["images"]] == ["Mežs", "Pļava"]
    headers = request.headers
    assert headers["webhook-id"] == outgoing().key and headers["webhook-timestamp"] == str(int(AT.timestamp()))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + (request.body or b"")
    proof = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{proof}"


def test_a_picture_without_an_address_comes_whole() -> None:
    wire = Turns([answer(204)])
    receipt = receipt_of(CHANNEL, wire, SECRETS, outgoing([replace(image(), url="")]))
    (shown,) = json_of(wire.asked[0])["data"]["images"]
    assert base64.b64decode(shown["data"]) == image().body and "url" not in shown
    assert receipt.url == "https://hook.example/"  # what may be secret in the address stays out


@pytest.mark.parametrize("body", [b"", b"ok", {}, {"url": "javascript:x"}, {"url": 7}, [1]])
def test_any_yes_is_a_receipt(body: object) -> None:
    assert receipt_of(CHANNEL, Turns([answer(202, body)]), SECRETS).url == "https://hook.example/"


@pytest.mark.parametrize(
    ("came", "kind"),
    [
        (answer(400, {"message": "no\n text"}), "permanent"),
        (answer(401), "denied"),
        (answer(403), "denied"),
        (answer(404), "settings"),
        (answer(410), "settings"),
        (answer(302), "settings"),
        (answer(429, b"", {"Retry-After": "90"}), "busy"),
        (answer(408), "ambiguous"),
        (answer(500), "ambiguous"),
        (answer(503), "ambiguous"),
        (BEFORE, "later"),
        (AFTER, "ambiguous"),
        (FORBIDDEN, "settings"),
    ],
)
def test_what_each_answer_means(came: object, kind: str) -> None:
    error = failed(CHANNEL, Turns([came]), SECRETS)  # type: ignore[list-item]
    assert kind_of(error) == kind and "hidden" not in json.dumps(dict(error.facts))
    if isinstance(error, Busy):
        assert error.wait == timedelta(seconds=90)


@pytest.mark.parametrize("url", ["", "hook.example", "http://hook.example/x", "https://a@b.example/", "ftp://a"])
def test_nothing_goes_to_an_unfit_address(url: str) -> None:
    wire = Turns([])
    assert failed(Webhook(url, ENV), wire, SECRETS).key == "campaigns.channel.address" and wire.asked == []


@pytest.mark.parametrize("key", ["short", "whsec_!!!", "whsec_" + base64.b64encode(b"short").decode()])
def test_a_weak_key_signs_nothing(key: str) -> None:
    error = failed(CHANNEL, Turns([]), {ENV: key})
    assert (error.key, kind_of(error)) == ("webhook.key", "settings")


def test_a_key_may_be_written_as_it_is() -> None:
    receipt_of(CHANNEL, Turns([answer(200)]), {ENV: "k" * 24})
    assert failed(CHANNEL, Turns([]), {}).key == "campaigns.channel.no_secret"


def test_the_receiver_says_how_long_a_text_may_be() -> None:
    assert CHANNEL.limit(Turns([])) is None and Webhook("https://a.example", ENV, 500).limit(Turns([])) == Limit(500)
