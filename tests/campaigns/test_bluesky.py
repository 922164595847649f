"""Bluesky: what a post becomes there, and what each answer means; the double beside us keeps to the protocol's rules."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Drawing

from campaigns import caring
from campaigns.channel import Busy, Limit, Looked, Numbers, Outgoing, Receipt
from campaigns.channels.bluesky import _PICTURE, Bluesky, record_key
from campaigns.counting import count
from campaigns.fitting import fitting
from campaigns.publish import publish_due
from outreach.core.errors import WireError
from outreach.core.http import GuardedHttp
from outreach.core.seal import Seal
from tests.campaigns.platforms import (
    AFTER,
    AT,
    BEFORE,
    FORBIDDEN,
    Kept,
    Turns,
    answer,
    failed,
    kind_of,
    outgoing,
    sound,
)
from tests.campaigns.real import bluesky as real
from tests.campaigns.real.steps import KILLED, LOST, photograph
from tests.support.pds import DID, HANDLE, PASSWORD, Pds

ENV = "OUTREACH_BLUESKY_PASSWORD"
SECRETS = {ENV: PASSWORD}
CHANNEL = Bluesky(HANDLE, ENV, "https://pds.example")
PUT, BEGIN, UPLOAD = "com.atproto.repo.putRecord", "com.atproto.server.createSession", "com.atproto.repo.uploadBlob"
SESSION = answer(200, {"accessJwt": "a.b.c", "refreshJwt": "d.e.f", "did": DID, "handle": HANDLE})
TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")


@pytest.fixture
def pds() -> Iterator[Pds]:
    with Pds(int(AT.timestamp())) as server:
        yield server


def here(pds: Pds) -> Bluesky:
    return Bluesky(f"@{HANDLE}", ENV, pds.url)


def spoken(pds: Pds, text: str, wire: GuardedHttp) -> list[tuple[str, dict[str, str]]]:
    """The words of a text that mean something, cut out by their bytes, and what."""
    here(pds).publish(outgoing(text=text), wire, SECRETS.get)
    (record,) = pds.records.values()
    raw = record["text"].encode()
    return [
        (raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(), facet["features"][0])
        for facet in record["facets"]
    ]


def link(address: str) -> tuple[str, dict[str, str]]:
    return address, {"$type": "app.bsky.richtext.facet#link", "uri": address}


def tag(word: str) -> tuple[str, dict[str, str]]:
    return f"#{word}", {"$type": "app.bsky.richtext.facet#tag", "tag": word}


MENTION = (f"@{HANDLE}", {"$type": "app.bsky.richtext.facet#mention", "did": DID})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nāc mājās!", []),
        ("👨‍👩‍👧 (https://a.example/k/x).", [link("https://a.example/k/x")]),
        ("Ģimenes: https://a.example/?a=1&b=#c, un #MĀJAS!", [link("https://a.example/?a=1&b=#c"), tag("MĀJAS")]),
        ("#Возвращение #2026 #2026gads a#b #", [tag("Возвращение"), tag("2026gads")]),
        (f"@{HANDLE} un @nobody.example, office@{HANDLE}, @birojs", [MENTION]),
        (f"https://a.example/@{HANDLE}", [link(f"https://a.example/@{HANDLE}")]),
    ],
)  # fmt: skip
def test_what_in_a_text_means_something(
    pds: Pds, wire: GuardedHttp, text: str, expected: list[tuple[str, dict[str, str]]]
) -> None:
    assert spoken(pds, text, wire) == expected


def test_a_post_with_pictures(pds: Pds, wire: GuardedHttp) -> None:
    kept, channel = Kept(), here(pds)
    images = [photograph(f"{number}.jpg") for number in range(5)]
    receipt = channel.publish(outgoing(images, kept), wire, SECRETS.get)
    ((name, record),) = pds.records.items()
    assert receipt == Receipt(f"https://bsky.app/profile/{HANDLE}/post/{name}", f"at://{DID}/app.bsky.feed.post/{name}")
    assert (record["text"], record["langs"], record["createdAt"]) == (outgoing().text, ["lv"], "2026-03-02T08:00:00.000Z")
    shown = record["embed"]["images"]
    assert len(shown) == channel.terms.pictures == 4 and len(kept.values) == 4
    assert {(one["alt"], one["aspectRatio"]["width"], one["aspectRatio"]["height"]) for one in shown} == {("Mežs", 60, 40)}


def test_what_is_uploaded_is_not_uploaded_again_unless_it_is_gone(pds: Pds, wire: GuardedHttp) -> None:
    kept, channel = Kept(), here(pds)
    pds.faults[PUT] = ["500"]
    with pytest.raises(WireError) as told:
        channel.publish(outgoing([photograph()], kept), wire, SECRETS.get)
    assert told.value.ambiguous and pds.texts == []
    channel.publish(outgoing([photograph()], kept), wire, SECRETS.get)
    assert pds.asked.count(UPLOAD) == 1 and len(pds.texts) == 1

    pds.records.clear()
    pds.forget_blobs()
    channel.publish(outgoing([photograph()], kept), wire, SECRETS.get)
    assert pds.asked.count(UPLOAD) == 2 and len(pds.texts) == 1


@pytest.mark.parametrize("fault", ["500", "500_after", "drop", "drop_after", "429", "400", "400_after"])
@pytest.mark.parametrize("method", [BEGIN, UPLOAD, PUT])
def test_however_a_try_ends_the_next_ones_leave_one_post(pds: Pds, wire: GuardedHttp, method: str, fault: str) -> None:
    channel, sent = here(pds), outgoing([photograph()])
    pds.faults[method] = [fault]
    with pytest.raises(WireError) as told:
        channel.publish(sent, wire, SECRETS.get)
    error = sound(told.value, SECRETS)
    out = len(pds.texts)
    assert out == (fault.endswith("_after") and method == PUT)
    wanted = "ambiguous" if method == PUT else "later"
    assert kind_of(error) == {"429": "busy", "400": "permanent", "400_after": "permanent"}.get(fault, wanted)
    looked = channel.find(sent, wire, SECRETS.get, AT)
    assert looked.state == ("there" if out else "absent")
    receipts = {channel.publish(sent, wire, SECRETS.get) for _ in range(2)}
    assert len(pds.texts) == 1 and receipts == {channel.find(sent, wire, SECRETS.get, AT).receipt}


def test_what_is_out_is_never_put_again(pds: Pds, wire: GuardedHttp) -> None:
    channel = here(pds)
    channel.publish(outgoing(), wire, SECRETS.get)
    later = Outgoing("Cits teksts", "lv", outgoing().key, "Nāc", AT + timedelta(hours=1))
    assert channel.publish(later, wire, SECRETS.get) == channel.find(later, wire, SECRETS.get, AT).receipt
    assert pds.texts == [outgoing().text]


@pytest.mark.parametrize(
    ("came", "key", "kind"),
    [
        (answer(400, {"error": "InvalidRequest", "message": "grapheme too big"}), "bluesky.refused", "permanent"),
        (answer(413, {"error": "PayloadTooLarge"}), "bluesky.refused", "permanent"),
        (answer(400, {"error": "ExpiredToken", "message": "x"}), "bluesky.denied", "denied"),
        (answer(401, {"error": "AuthMissing"}), "bluesky.denied", "denied"),
        (answer(400, {"error": "AccountTakedown"}), "bluesky.denied", "denied"),
        (answer(404, b"<h1>404</h1>"), "bluesky.settings", "settings"),
        (answer(501, {"error": "MethodNotImplemented"}), "bluesky.settings", "settings"),
        (answer(301), "bluesky.settings", "settings"),
        (answer(429, b"", {"ratelimit-reset": str(int(AT.timestamp()) + 90)}), "bluesky.busy", "busy"),
        (answer(500, b""), "bluesky.unclear", "ambiguous"),
        (answer(502, b"<h1>502</h1>"), "bluesky.unclear", "ambiguous"),
        (answer(200, b""), "bluesky.unclear", "ambiguous"),
        (answer(200, {"uri": 7}), "bluesky.unclear", "ambiguous"),
        (BEFORE, "http.refused", "later"),
        (AFTER, "http.timeout", "ambiguous"),
        (FORBIDDEN, "http.private_address", "settings"),
    ],
)
def test_what_each_answer_to_the_post_means(came: object, key: str, kind: str) -> None:
    error = failed(CHANNEL, Turns([SESSION, came]), SECRETS)  # type: ignore[list-item]
    assert (error.key, kind_of(error)) == (key, kind)
    if isinstance(error, Busy):
        assert error.wait == timedelta(seconds=90)


@pytest.mark.parametrize(
    ("came", "kind"),
    [
        (answer(401, {"error": "AuthenticationRequired", "message": f"not {PASSWORD}"}), "denied"),
        (answer(401, {"error": "AuthFactorTokenRequired"}), "denied"),
        (answer(500), "later"),
        (answer(200, {"accessJwt": "a"}), "later"),
        (answer(429), "busy"),
        (AFTER, "later"),
        (FORBIDDEN, "settings"),
    ],
)
def test_before_the_post_nothing_can_be_out(came: object, kind: str) -> None:
    assert kind_of(failed(CHANNEL, Turns([came]), SECRETS)) == kind  # type: ignore[list-item]


@pytest.mark.parametrize("server", ["", "pds.example", "http://pds.example", "https://a@b.example", "https://a.example/x"])
def test_a_password_never_goes_to_an_unfit_address(server: str) -> None:
    wire = Turns([])
    assert failed(Bluesky(HANDLE, ENV, server), wire, SECRETS).key == "campaigns.channel.address"
    assert failed(CHANNEL, wire, {}).key == "campaigns.channel.no_secret" and wire.asked == []


def test_a_text_of_too_many_bytes_is_refused_before_anything_is_asked() -> None:
    text = "👨‍👩‍👧" * 170
    assert count(text) < 300 and CHANNEL.limit(Turns([])) == Limit(300)
    error = failed(CHANNEL, Turns([]), SECRETS, outgoing(text=text))
    assert (error.key, error.facts["excess"], kind_of(error)) == ("bluesky.bytes", 60, "permanent")


def test_a_session_is_kept_and_made_anew_once(pds: Pds, wire: GuardedHttp) -> None:
    channel = here(pds)
    first = channel.renew(wire, SECRETS.get, AT)
    held = {**SECRETS, first.name: first.token}
    assert first.ends_at == AT + timedelta(hours=2) and PASSWORD not in first.token and "Jwt" not in repr(first)
    assert channel.health(wire, held.get, AT).account == f"@{HANDLE}"
    channel.publish(outgoing(), wire, held.get)
    assert pds.asked.count(BEGIN) == 1  # by `renew` alone

    second = channel.renew(wire, held.get, AT)
    assert second.token != first.token and pds.asked.count(BEGIN) == 1
    # The old one is spent there: the app password makes another.
    third = channel.renew(wire, held.get, AT)
    assert third.token != second.token and pds.asked.count(BEGIN) == 2


def test_a_session_that_ended_before_its_time_holds_up_no_post(pds: Pds, wire: GuardedHttp) -> None:
    channel = here(pds)
    renewed = channel.renew(wire, SECRETS.get, AT)
    held = {**SECRETS, renewed.name: renewed.token}
    pds.ended.add(json.loads(renewed.token)["access"])
    channel.publish(outgoing(), wire, held.get)
    assert pds.asked.count(BEGIN) == 2 and len(pds.texts) == 1
    assert channel.health(wire, held.get, AT).account == f"@{HANDLE}"


def test_a_session_of_another_account_or_at_its_end_is_not_used(pds: Pds, wire: GuardedHttp) -> None:
    renewed = here(pds).renew(wire, SECRETS.get, AT)
    for token, at in (
        (renewed.token.replace(HANDLE, "other.test"), AT),
        (renewed.token, AT + timedelta(hours=2)),
        ("nonsense", AT),
        ("[]", AT),
    ):
        begun = pds.asked.count(BEGIN)
        sent = Outgoing("Nāc", "lv", f"{token}{at}", "Nāc", at)
        here(pds).publish(sent, wire, {**SECRETS, renewed.name: token}.get)
        assert pds.asked.count(BEGIN) == begun + 1


def test_a_lost_answer_to_the_renewal_is_no_question_to_a_person() -> None:
    token = json.dumps({
        "for": f"{HANDLE} https://pds.example", "access": "a", "refresh": "r", "did": DID, "handle": HANDLE,
        "ends": AT.isoformat(),
    })  # fmt: skip
    with pytest.raises(WireError) as told:
        CHANNEL.renew(Turns([AFTER]), {**SECRETS, f"{ENV}.session": token}.get, AT)
    assert kind_of(told.value) == "later"


@pytest.mark.parametrize(
    ("came", "state"),
    [
        (answer(200, {"uri": "at://x"}), "there"),
        (answer(400, {"error": "RecordNotFound", "message": "x"}), "absent"),
        (answer(400, {"error": "InvalidRequest", "message": "Could not locate record: at://x"}), "absent"),
        (answer(200, b"{}"), "unknown"),
    ],
)
def test_what_a_look_shows(came: object, state: str) -> None:
    assert CHANNEL.find(outgoing(), Turns([came]), SECRETS.get, AT).state == state  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("came", "kind"),
    [
        (answer(400, {"error": "InvalidRequest", "message": "Could not find repo"}), "permanent"),
        (answer(500), "later"),
        (answer(429), "busy"),
        (AFTER, "later"),
    ],
)
def test_a_look_that_does_not_show_anything_says_so(came: object, kind: str) -> None:
    with pytest.raises(WireError) as told:
        CHANNEL.find(outgoing(), Turns([came]), SECRETS.get, AT)  # type: ignore[list-item]
    assert kind_of(told.value) == kind and not told.value.ambiguous


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        ([{"likeCount": 3, "replyCount": 1, "repostCount": 2, "quoteCount": 1}], Numbers(3, 1, 3)),
        ([{"likeCount": 0, "repostCount": 4}], Numbers(0, None, 4)),
        ([], Numbers()),
    ],
)
def test_what_became_of_a_post(posts: list[object], expected: Numbers) -> None:
    wire = Turns([answer(200, {"posts": posts})])
    assert CHANNEL.numbers(Receipt("https://bsky.app/x", "at://did:plc:x/app.bsky.feed.post/1"), wire, SECRETS.get) == expected
    (request,) = wire.asked
    assert "Authorization" not in request.headers and request.url.endswith("uris=at%3A%2F%2Fdid%3Aplc%3Ax%2Fapp.bsky.feed.post%2F1")


def test_an_account_that_is_put_to_rest_is_told() -> None:
    token = {"for": f"{HANDLE} https://pds.example", "access": "a", "refresh": "r", "did": DID, "handle": HANDLE}
    held = {f"{ENV}.session": json.dumps({**token, "ends": (AT + timedelta(hours=1)).isoformat()})}
    with pytest.raises(WireError) as told:
        CHANNEL.health(Turns([answer(200, {"active": False, "status": "suspended"})]), held.get, AT)
    assert kind_of(told.value) == "denied" and told.value.facts["words"] == "suspended"


def test_a_large_picture_is_made_smaller_until_it_is_taken() -> None:
    large = photograph(size=(1800, 1400))
    assert len(large.body) > 1_000_000
    fits = fitting(large, _PICTURE, large.width * large.height)
    body, width, height = fits.body, fits.width, fits.height
    with Drawing.open(io.BytesIO(body)) as drawn:
        assert len(body) <= 1_000_000 and drawn.format == "JPEG" and drawn.size == (width, height)
    assert abs(width / height - 1800 / 1400) < 0.01
    small = photograph()
    kept = fitting(small, _PICTURE, small.width * small.height)
    assert (kept.width, kept.height) == (60, 40)


@given(st.text())
def test_a_record_s_name_has_the_protocol_s_form_and_lies_in_the_past(key: str) -> None:
    name = record_key(key)
    assert TID.fullmatch(name) and name == record_key(key) != record_key(key + "x")
    number = 0
    for sign in name:
        number = number * 32 + "234567abcdefghijklmnopqrstuvwxyz".index(sign)
    assert 2023 <= datetime.fromtimestamp((number >> 10) / 1e6, UTC).year <= 2025


def test_nobody_looks_for_a_post_by_a_password() -> None:
    wire = Turns([answer(400, {"error": "RecordNotFound"})])
    assert CHANNEL.find(outgoing(), wire, lambda _: None, AT) == Looked("absent")
    assert "Authorization" not in wire.asked[0].headers


def test_killed_at_each_step_nothing_is_posted_twice(pds: Pds, tmp_path: Path) -> None:
    """As `python -m tests.campaigns.real.bluesky` does it with a real server."""
    with real.bench(tmp_path, pds.url, HANDLE, PASSWORD) as bench:
        asked = bench.steps(real.TEXT.format(handle=HANDLE))
        assert [one.rpartition(".")[2] for one in asked] == ["createSession", "resolveHandle", "uploadBlob", "putRecord"]
        markers = []
        for step, how in ((1, "after"), (3, "before"), (3, "after"), *((4, how) for how in (*KILLED, LOST))):
            delivery, then, marker = bench.break_off(real.TEXT.format(handle=HANDLE), step, how)
            assert then == ("unconfirmed" if how == LOST else "sending")
            assert bench.recover(delivery) == "published"
            markers.append(marker)
    assert real.found(list(pds.records.values()), markers) == dict.fromkeys(markers, 1)


def test_the_program_keeps_one_session_and_posts_with_it(pds: Pds, tmp_path: Path) -> None:
    with real.bench(tmp_path, pds.url, HANDLE, PASSWORD) as bench:
        pds.now = int(bench.desk.clock.now().timestamp())
        press = replace(bench.press(), seal=Seal(bytes(32)))
        caring.care(press)  # asks how the account is, and hears that a session ends
        assert caring.care(press) == {"renewed": 1}
        begun = pds.asked.count(BEGIN)
        bench.plan("Nāc", images=0)
        assert publish_due(press) == {"published": 1} and pds.asked.count(BEGIN) == begun

        pds.now += 85 * 60
        bench.desk.clock.step(timedelta(minutes=85))
        assert caring.care(press) == {"renewed": 1}
        assert pds.asked.count("com.atproto.server.refreshSession") == 1
        bench.plan("Nāc", images=0)
        assert publish_due(press) == {"published": 1} and pds.asked.count(BEGIN) == begun
        with press.store.reading() as session:
            assert caring.ailing(session, bench.desk.clock.now()) == []
