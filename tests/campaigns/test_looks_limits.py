"""Limits are known without asking while somebody writes; what a server has said holds for an hour."""

import json
from datetime import timedelta

import pytest

from campaigns.channel import Limit
from campaigns.looks.limits import Known, Limits, offline
from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Answer
from outreach.core.testing import RecordedHttp
from tests.campaigns.desk import NOW
from tests.campaigns.test_looks import KINDS, SETTINGS

MASTODON = SETTINGS["mastodon"]
USUAL = Known(Limit(500, 23), surely=False)
ADDRESS = ("GET", "https://social.example/api/v2/instance")


def told(characters: int) -> Answer:
    held = {"configuration": {"statuses": {"max_characters": characters, "characters_reserved_per_url": 23}}}
    return Answer("", 200, {}, json.dumps(held).encode())


def test_every_kind_says_something_without_a_wire() -> None:
    unsure = [kind for kind in KINDS if not offline(kind, SETTINGS[kind]).surely]
    assert unsure == ["mastodon"]
    assert offline("mastodon", MASTODON) == USUAL
    assert offline("manual", {"place": "draugiem.lv", "characters": "200"}) == Known(Limit(200))
    with pytest.raises(OutreachError, match="registry"):
        offline("mastodon", {})


def test_what_a_server_said_holds_for_an_hour() -> None:
    wire, limits = RecordedHttp({ADDRESS: [told(1000), told(2000)]}), Limits()
    assert limits.known("mastodon", MASTODON, NOW) == USUAL and limits.is_to_ask("mastodon", MASTODON, NOW)
    assert limits.ask("mastodon", MASTODON, NOW, wire) == Known(Limit(1000, 23))
    soon, later = NOW + timedelta(minutes=59), NOW + timedelta(minutes=61)
    assert limits.ask("mastodon", MASTODON, soon, wire) == limits.known("mastodon", MASTODON, soon) == Known(Limit(1000, 23))
    assert limits.known("mastodon", MASTODON, later) == USUAL
    assert limits.ask("mastodon", MASTODON, later, wire) == Known(Limit(2000, 23))
    assert limits.known("mastodon", {**MASTODON, "server": "https://other.example"}, later) == USUAL


def test_a_server_that_is_silent_is_left_alone_for_a_while() -> None:
    wire, limits = RecordedHttp({ADDRESS: [WireError("http.timeout"), told(1000)]}), Limits()
    assert limits.ask("mastodon", MASTODON, NOW, wire) == USUAL
    assert not limits.is_to_ask("mastodon", MASTODON, NOW + timedelta(minutes=4))
    assert limits.ask("mastodon", MASTODON, NOW + timedelta(minutes=6), wire) == Known(Limit(1000, 23))


def test_a_kind_that_knows_its_limit_is_never_asked() -> None:
    limits = Limits()
    for kind in KINDS:
        if kind != "mastodon":
            assert limits.ask(kind, SETTINGS[kind], NOW, RecordedHttp({})) == offline(kind, SETTINGS[kind])
