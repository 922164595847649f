"""Every platform without a server here, over a real connection: what a lost answer leaves open, and what it does not."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import pytest

from campaigns.channel import Channel, Outgoing
from campaigns.channels.facebook import Facebook
from campaigns.channels.instagram import Instagram
from campaigns.channels.linkedin import Linkedin
from campaigns.channels.telegram import Telegram
from campaigns.channels.x import X
from outreach.core.errors import WireError
from outreach.core.http import Answer, GuardedHttp, Request
from tests.campaigns.platforms import Kept, image, kind_of, outgoing, sound
from tests.support.ports import free_port, listening

SECRETS = {
    "TELEGRAM": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
    "META": "EAAB-page-token",
    "X": "an-access-token a-refresh-token 2026-04-01T00:00:00+00:00",
    "LINKEDIN": "a-linkedin-token",
}
CHANNELS: list[Channel] = [
    Telegram("@birojs", "TELEGRAM"),
    Facebook("104", "META"),
    Instagram("178", "META"),
    X("client", "X"),
    Linkedin("urn:li:organization:1", "LINKEDIN"),
]


@dataclass
class Turned:
    """The guarded wire, turned to a loopback port; `ahead` are answers to what comes before the post itself."""

    http: GuardedHttp
    port: int
    ahead: list[object] = field(default_factory=list)

    def send(self, request: Request) -> Answer:
        if self.ahead:
            return Answer(request.url, 200, {}, json.dumps(self.ahead.pop(0)).encode())
        parts = urlsplit(request.url)._replace(scheme="http", netloc=f"127.0.0.1:{self.port}")
        return self.http.send(replace(request, url=parts.geturl()))


def tried(channel: Channel, http: GuardedHttp, port: int) -> WireError:
    """One try whose post itself meets what listens on the port."""
    ahead: list[object] = []
    sent: Outgoing = outgoing()
    if channel.terms.needs_picture:
        sent, ahead = outgoing([image()], Kept({"container": "17"})), [{"status_code": "FINISHED"}]
    with pytest.raises(WireError) as told:
        channel.publish(sent, Turned(http, port, ahead), SECRETS.get)
    return sound(told.value, SECRETS)


@contextmanager
def swallowing() -> Iterator[tuple[int, list[bytes]]]:
    """A server that takes each request whole and hangs up without a word; what it took."""
    took: list[bytes] = []
    server = listening()

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                took.append(whole(connection))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1], took
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def whole(connection: socket.socket) -> bytes:
    """One request with all of its body."""
    with connection.makefile("rb") as lines:
        head = b"".join(iter(lines.readline, b"\r\n"))
        lengths = [line.partition(b":")[2] for line in head.splitlines() if line.lower().startswith(b"content-length:")]
        return head + lines.read(int(lengths[0]))


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: str(channel.kind))
def test_an_answer_that_is_lost_leaves_the_post_open(channel: Channel, wire: GuardedHttp) -> None:
    with swallowing() as (port, took):
        error = tried(channel, wire, port)
    assert kind_of(error) == "ambiguous"
    (request,) = took  # nothing is tried twice
    assert request.startswith(b"POST /") and b"HTTP/1.1" in request


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: str(channel.kind))
def test_a_platform_that_cannot_be_reached_took_nothing(channel: Channel, wire: GuardedHttp) -> None:
    assert kind_of(tried(channel, wire, free_port())) == "later"
