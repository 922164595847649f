"""A text is counted as its channel counts, while somebody writes."""

import json

import pytest

from campaigns.preview import Preview, preview
from outreach.core.errors import OutreachError
from outreach.core.http import Answer
from outreach.core.testing import RecordedHttp
from tests.campaigns.desk import PUBLIC, TOKEN_ENV

SERVER = "https://social.example"
MASTODON = {"server": SERVER, "token_env": TOKEN_ENV}
X = {"client_id": "client", "token_env": "X"}
_STATUSES = {"max_characters": 500, "characters_reserved_per_url": 23}
_TOLD = json.dumps({"configuration": {"statuses": _STATUSES}}).encode()
WIRE = RecordedHttp({("GET", f"{SERVER}/api/v2/instance"): Answer("", 200, {}, _TOLD)})
FAMILY = "👨‍👩‍👧"
_LINK = len(f"\n\n{PUBLIC}/k/xxxxxxx")


def seen(text: str, kind: str, has_pictures: bool = False) -> Preview:
    settings = {
        "mastodon": MASTODON,
        "telegram": {"chat": "@birojs", "token_env": "BOT"},
        "bluesky": {"account": "birojs.example", "password_env": "P"},
        "x": X,
        "folder": {"folder": "/x"},
    }[kind]
    return preview(text, "Kanāls", kind, settings, PUBLIC, WIRE, has_pictures=has_pictures)


def excess(text: str, kind: str, has_pictures: bool = False) -> tuple[object, object]:
    with pytest.raises(OutreachError) as told:
        seen(text, kind, has_pictures)
    assert told.value.key == "campaigns.post.overlong" and told.value.facts["channel"] == "Kanāls"
    return told.value.facts["limit"], told.value.facts["excess"]


def test_a_text_is_refused_while_it_is_written() -> None:
    fits = seen("a" * 475, "mastodon")
    assert (fits.length, fits.limit, fits.unit) == (500, 500, "seen") and fits.text.endswith("/k/xxxxxxx")
    assert excess("a" * 478, "mastodon") == (500, 3)
    assert seen("a" * 9000, "folder").limit is None


@pytest.mark.parametrize(
    ("kind", "length", "limit", "unit"),
    [
        ("mastodon", 1 + 2 + 23, 500, "seen"),
        ("bluesky", 1 + _LINK, 300, "seen"),
        ("telegram", 8 + _LINK, 4096, "utf16"),
        ("x", 2 + 2 + 23, 280, "weighted"),
    ],
)
def test_each_counts_in_its_own_unit(kind: str, length: int, limit: int, unit: str) -> None:
    shown = seen(FAMILY, kind)
    assert (shown.length, shown.limit, shown.unit) == (length, limit, unit)


def test_beside_a_picture_there_is_less_room_where_the_channel_says_so() -> None:
    text = "a" * (1024 - _LINK)
    assert seen(text, "telegram", has_pictures=True).limit == 1024
    assert seen(f"{text}{FAMILY}", "telegram").limit == 4096
    assert excess(f"{text}{FAMILY}", "telegram", has_pictures=True) == (1024, 8)
    assert seen(FAMILY, "mastodon", has_pictures=True) == seen(FAMILY, "mastodon")
    assert seen(text, "folder", has_pictures=True).limit is None
