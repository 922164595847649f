"""The list before release, line by line: a table of what each fact comes to."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.writing.checklist import (
    Facts,
    Going,
    Near,
    Room,
    Shown,
    Translation,
    Unagreed,
    check,
)

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = date(2026, 3, 3)


def facts(**more: object) -> Facts:
    told: dict[str, object] = {"text": "Nāciet: {link}", "title": "t", "target_url": "https://majas.example/", "approved": True}
    return Facts(**{**told, "now": NOW, "going": (Going("A", NOW, 12),), "rooms": (Room("A", 0),), **more})  # type: ignore[arg-type]


def test_a_post_in_order_has_nothing_to_do() -> None:
    assert {item.state for item in check(facts())} == {"ok"}


@pytest.mark.parametrize(
    ("more", "state", "key"),
    [
        ({"approved": False}, "stop", "writing.check.unapproved"),
        ({"approved": False, "asked": True}, "stop", "writing.check.asked"),
        ({"is_template": True}, "stop", "writing.check.template"),
        ({"paused": True}, "look", "writing.check.paused"),
        ({"comments": 2}, "look", "writing.check.comments"),
        ({"text": "Nāciet [DATUMS]"}, "stop", "writing.check.gaps"),
        ({"text": "Nāciet XX. martā"}, "stop", "writing.check.gaps"),
        ({"title": "{vieta}"}, "stop", "writing.check.gaps"),
        ({"target_url": "https://majas"}, "look", "writing.check.link_odd"),
        ({"words": ("remigrācija",)}, "look", "writing.check.words"),
        ({"pictures": (Shown("Ezers", False),)}, "look", "writing.check.alt"),
        ({"unagreed": (Unagreed("picture", "Ezers", DAY),)}, "stop", "writing.check.picture"),
        ({"unagreed": (Unagreed("story", "Dublina", DAY),)}, "stop", "writing.check.story"),
        ({"lags": True}, "look", "writing.check.lags"),
        ({"others": (Translation("angļu", True, True),)}, "look", "writing.check.others_lag"),
        ({"others": (Translation("angļu", False, False),)}, "look", "writing.check.others_open"),
        ({"rooms": (Room("A", None),)}, "look", "writing.check.unasked"),
        ({"rooms": (Room("A", 3),)}, "stop", "writing.check.overlong"),
        ({"going": ()}, "look", "writing.check.unplanned"),
        ({"embargo_until": NOW + timedelta(hours=1)}, "stop", "writing.check.embargo"),
        ({"going": (Going("A", NOW, 12, "25. marts"),)}, "look", "writing.check.quiet"),
        ({"going": (Going("A", NOW, 22),)}, "look", "writing.check.night"),
        ({"going": (Going("A", NOW, 6),)}, "look", "writing.check.night"),
        ({"near": (Near("A", NOW),)}, "look", "writing.check.near"),
        ({"embargo_until": NOW + timedelta(hours=1), "going": ()}, "look", "writing.check.held_until"),
    ],
)
def test_each_trouble_has_its_line(more: dict[str, object], state: str, key: str) -> None:
    assert (state, key) in [(item.state, item.key) for item in check(facts(**more))]
    assert key not in [item.key for item in check(facts())]


@pytest.mark.parametrize("text", ["Nāciet {link}", "Rakstiet [a](b)", "XXI gadsimts", "Maxx"])
def test_what_only_looks_like_a_gap(text: str) -> None:
    found = [item.facts.get("gaps") for item in check(facts(text=text)) if item.key == "writing.check.gaps"]
    assert found == (["[a]"] if "[a]" in text else [])


def test_what_stops_it_comes_first() -> None:
    states = [item.state for item in check(facts(approved=False, paused=True, comments=1))]
    assert states == sorted(states, key=["stop", "look", "ok"].index)
