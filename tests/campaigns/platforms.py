"""Support for the tests of channels that have no server here: answers by turn, and what an error must keep to."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.parser import BytesParser
from email.policy import HTTP
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from campaigns.channel import Busy, Channel, Denied, Image, Outgoing, Receipt
from outreach import wiring
from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Answer, Request

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LINK = "https://office.example/k/abcdefg"
TEXT = f"Nāc mājās & paliec!\n\n{LINK}"
_URL = "https://platform.example/"
# What a platform may have done when it did not answer, and what it surely has not.
AFTER = WireError("http.timeout", ambiguous=True, url=_URL, host="platform.example", seconds=30)
BEFORE = WireError("http.refused", url=_URL, host="platform.example")
FORBIDDEN = WireError("http.private_address", permanent=True, url=_URL, host="platform.example", address="10.0.0.1")


_texts = cache(wiring.texts)


@dataclass
class Turns:
    """A wire that answers by turn, whatever is asked; one answer too many fails the test."""

    answers: Sequence[Answer | WireError]
    asked: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Answer:
        self.asked.append(request)
        assert len(self.asked) <= len(self.answers), request.url
        answer = self.answers[len(self.asked) - 1]
        if isinstance(answer, WireError):
            raise answer
        return answer


@dataclass
class Kept:
    """What a delivery keeps between its tries."""

    values: dict[str, str] = field(default_factory=dict)

    def keep(self, name: str, value: str) -> None:
        self.values[name] = value


def answer(status: int, body: object = b"", headers: Mapping[str, str] | None = None) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(_URL, status, headers or {}, raw)


def outgoing(images: Sequence[Image] = (), kept: Kept | None = None, text: str = TEXT, link: str = LINK) -> Outgoing:
    kept = kept or Kept()
    return Outgoing(text, "lv", "k" * 32, "Nāc", AT, link, tuple(images), kept.values, kept.keep)


def image(name: str = "a.jpg", alt: str = "Ģimene lidostā", url: str = "") -> Image:
    return Image(f"JPEG {name}".encode(), 1080, 1350, alt, name, url or f"https://office.example/p/{name}")


def failed(
    channel: Channel, wire: Turns, secrets: Mapping[str, str], sent: Outgoing | None = None
) -> WireError:
    """The error of one try; it holds no secret, and its text can be said in both languages."""
    with pytest.raises(WireError) as told:
        channel.publish(sent or outgoing(), wire, secrets.get)
    return sound(told.value, secrets)


def sound(error: WireError, secrets: Mapping[str, str]) -> WireError:
    """The same error, after a look at what it tells."""
    for secret in secrets.values():
        for part in secret.split():
            assert part not in str(error) and part not in repr(error.facts)
    for language in ("lv", "en"):
        said = _texts().in_language(language).error(error)
        assert error.key not in said and "{" not in said
    return error


def kind_of(error: OutreachError) -> str:
    """What the engine makes of an error: the row of the fault table it belongs to."""
    assert isinstance(error, WireError)
    if isinstance(error, Denied):
        return {"campaigns.paused.denied": "denied"}.get(error.pause, "settings")
    if isinstance(error, Busy):
        return "busy"
    if error.ambiguous:
        return "ambiguous"
    return "permanent" if error.permanent else "later"


def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, url-encoded or multipart; of a file its name and bytes."""
    kind, body = request.headers["Content-Type"], request.body or b""
    if kind == "application/x-www-form-urlencoded":
        return {name: value for name, (value,) in parse_qs(body.decode(), strict_parsing=True).items()}
    assert kind.startswith("multipart/form-data; boundary=")
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    fields = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        raw = part.get_payload(decode=True)
        assert isinstance(raw, bytes)
        fields[name] = raw.decode()
    return fields


def json_of(request: Request) -> Any:
    assert request.headers["Content-Type"] == "application/json"
    return json.loads(request.body or b"")


def path_of(request: Request) -> str:
    return urlsplit(request.url).path


def query_of(request: Request) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(request.url).query).items()}


def receipt_of(
    channel: Channel, wire: Turns, secrets: Mapping[str, str], sent: Outgoing | None = None
) -> Receipt:
    """The receipt of one try; no request of it may be repeated elsewhere by a redirect."""
    receipt = channel.publish(sent or outgoing(), wire, secrets.get)
    assert len(wire.asked) == len(wire.answers)
    assert all(not request.follow for request in wire.asked)
    return receipt
