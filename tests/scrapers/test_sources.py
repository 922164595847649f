"""Every kind of source against its recorded pages: `data/<kind>/<name>.page` beside what must be found in it.

A page's first line is its status and address, then come its headers, an empty line and the raw body.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from outreach.core import registry
from outreach.core.errors import OutreachError, WireError
from scrapers import sources
from scrapers.probe import recognise
from scrapers.source import Page, address_of, source_of

DATA = Path(__file__).parent / "data"
FETCHED = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PAGES = sorted(DATA.glob("*/*.page"))


def read_page(file: Path) -> Page:
    head, _, body = file.read_bytes().partition(b"\n\n")
    first, *rows = head.decode().split("\n")
    status, _, url = first.partition(" ")
    headers = {name.lower(): value for name, _, value in (row.partition(": ") for row in rows)}
    return Page(url, int(status), headers, body, FETCHED)


def as_json(found: Any) -> dict[str, Any]:
    """What is set, in JSON's terms; what an example does not name must not be there."""
    told = {name: value for name, value in asdict(found).items() if value not in (None, "", False)}
    if "published" in told:
        told["published"] = told["published"].isoformat()
    return told


def outcome(file: Path) -> dict[str, Any]:
    told = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    plugin = source_of(file.parent.name, told["settings"])
    try:
        return {"settings": told["settings"], "found": [as_json(one) for one in plugin.read(read_page(file))]}
    except WireError as error:
        return {"settings": told["settings"], "error": error.key}


@pytest.mark.parametrize("file", PAGES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_page_gives_what_is_written_beside_it(file: Path) -> None:
    assert outcome(file) == json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))


def test_every_kind_has_recorded_pages_and_every_page_a_kind() -> None:
    assert {file.parent.name for file in PAGES} == POLLED
    assert {file.with_suffix("") for file in DATA.glob("*/*.json")} == {file.with_suffix("") for file in PAGES}


# What nobody asks has no pages.
POLLED = {name for name, cls in registry.kinds(sources.__name__).items() if getattr(cls, "polled", True)}
NEWS = "https://zinas.example/x"
PELE = "https://pele.example"
TOKEN = {"token_env": "OUTREACH_SOURCE_PELE"}
ASKS: list[tuple[str, dict[str, object], str]] = [
    ("feed", {"url": NEWS}, NEWS),
    ("listing", {"url": NEWS, "item": "a"}, NEWS),
    ("sitemap", {"url": NEWS}, NEWS),
    ("mastodon", {"server": PELE, "hashtag": "#Mājās"}, f"{PELE}/api/v1/timelines/tag/M%C4%81j%C4%81s?limit=40"),
    ("mastodon", {"server": PELE, "account": "@klubs@cits.example"}, f"{PELE}/api/v1/accounts/lookup?acct=klubs%40cits.example"),
    ("mastodon", {"server": PELE, "query": "a&b", **TOKEN}, f"{PELE}/api/v2/search?q=a%26b&type=statuses&limit=40"),
    ("bluesky", {"query": "Latgale #1"}, "https://public.api.bsky.app/xrpc/app.bsky.feed.searchPosts?q=Latgale%20%231&sort=latest&limit=100"),
    ("bluesky", {"actor": "a.example", "server": "http://127.0.0.1:5/"}, "http://127.0.0.1:5/xrpc/app.bsky.feed.getAuthorFeed?actor=a.example&filter=posts_no_replies&limit=100"),
    ("youtube", {"channel": "UC" + "a" * 22}, "https://www.youtube.com/feeds/videos.xml?channel_id=UC" + "a" * 22),
    ("youtube", {"playlist": "PL" + "b" * 32}, "https://www.youtube.com/feeds/videos.xml?playlist_id=PL" + "b" * 32),
    ("youtube", {"query": "x y", "language": "lv", "key_env": "OUTREACH_SOURCE_PELE"}, "https://www.googleapis.com/youtube/v3/search?part=snippet&type=video&order=date&maxResults=50&q=x%20y&relevanceLanguage=lv"),
    ("facebook", {"page": "1", "what": "mentions", "token_env": "OUTREACH_SOURCE_PELE"}, "https://graph.facebook.com/v26.0/1/tagged?fields=id,message,created_time,permalink_url&limit=100"),
    ("x", {"query": "Latgale", "monthly_ceiling": 5, "token_env": "OUTREACH_SOURCE_PELE"}, "https://api.x.com/2/tweets/search/recent?query=%28Latgale%29%20-is%3Aretweet&max_results=100&tweet.fields=created_at,lang,note_tweet"),
    ("reddit", {"subreddit": "latvia"}, "https://www.reddit.com/r/latvia/new/.rss?limit=100"),
    ("reddit", {"subreddit": "latvia", "query": "q"}, "https://www.reddit.com/r/latvia/search.rss?q=q&sort=new&limit=100&restrict_sr=on"),
    ("reddit", {"query": "q"}, "https://www.reddit.com/search.rss?q=q&sort=new&limit=100"),
    ("telegram", {"channel": "@piemers"}, "https://t.me/s/piemers"),
    ("google_news", {"query": "Latgale"}, "https://news.google.com/rss/search?q=Latgale&hl=lv&gl=LV&ceid=LV:lv"),
    ("mailbox", {"host": "imap.pasts.example", "account": "a@pasts.example", "folder": "Ziņas/LETA", "password_env": "OUTREACH_SOURCE_PELE"}, "imaps://a%40pasts.example@imap.pasts.example/Zi%C5%86as%2FLETA"),
    ("mailbox", {"host": "pasts.example:1143", "account": "a", "token_env": "OUTREACH_SOURCE_PELE", "starttls": True}, "imap://a@pasts.example:1143/INBOX"),
    ("gdelt", {"query": "Latgale", "span": "24h"}, "https://api.gdeltproject.org/api/v2/doc/doc?query=Latgale&mode=artlist&format=json&sort=datedesc&maxrecords=250&timespan=24h"),
]  # fmt: skip
SECRET = "s3cret-piemers"


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_SOURCE_PELE", SECRET)


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize(("kind", "settings", "url"), ASKS, ids=lambda told: told if isinstance(told, str) else "")
def test_kind_asks_for_its_address_and_does_nothing_else(kind: str, settings: dict[str, object], url: str) -> None:
    plugin = source_of(kind, settings)
    requests = list(plugin.ask(None))
    assert [(one.method, one.url) for one in requests] == [("GET", url)]
    assert plugin.url == url == address_of(kind, settings)
    wants_secret = any(name.endswith("_env") for name in settings)
    assert (SECRET in str(dict(requests[0].headers))) == wants_secret


def test_every_kind_is_asked_and_has_an_example_that_works() -> None:
    assert {kind for kind, _, _ in ASKS} == POLLED
    for kind, cls in registry.kinds(sources.__name__).items():
        secure = ("https://", "imaps://") if kind in POLLED else ("urn:",)
        assert address_of(kind, cls.example).startswith(secure)
        assert kind in POLLED or not list(source_of(kind, cls.example).ask(None))


@pytest.mark.parametrize("kind", ["mastodon", "bluesky", "youtube"])
def test_a_secret_that_is_not_set_is_said_by_name(kind: str) -> None:
    settings: dict[str, dict[str, object]] = {
        "mastodon": {"server": PELE, "query": "x", "token_env": "OUTREACH_SOURCE_NAV"},
        "bluesky": {"query": "x", "account": "a.example", "password_env": "OUTREACH_SOURCE_NAV"},
        "youtube": {"query": "x", "key_env": "OUTREACH_SOURCE_NAV"},
    }
    with pytest.raises(WireError) as caught:
        list(source_of(kind, settings[kind]).ask(None))
    assert (caught.value.key, caught.value.facts["name"]) == ("scrapers.secret_missing", "OUTREACH_SOURCE_NAV")


ADDRESSES = [
    ("https://pele.example/tags/M%C4%81j%C4%81s", ("mastodon", {"server": PELE, "hashtag": "Mājās"})),
    ("https://pele.example/@klubs@cits.example", ("mastodon", {"server": PELE, "account": "klubs@cits.example"})),
    ("https://pele.example/@klubs/123", None),
    ("https://bsky.app/profile/muzejs.example", ("bluesky", {"actor": "muzejs.example"})),
    ("https://bsky.app/search?q=Latgale+m%C4%81j%C4%81s", ("bluesky", {"query": "Latgale mājās"})),
    ("https://www.youtube.com/channel/UC" + "a" * 22 + "/videos", ("youtube", {"channel": "UC" + "a" * 22})),
    ("https://www.youtube.com/playlist?list=PL1234567890", ("youtube", {"playlist": "PL1234567890"})),
    ("https://www.youtube.com/watch?v=abcDEF12345", None),
    ("https://old.reddit.com/r/latvia/", ("reddit", {"subreddit": "latvia"})),
    ("https://www.reddit.com/r/latvia/search?q=Latgale", ("reddit", {"subreddit": "latvia", "query": "Latgale"})),
    ("https://t.me/piemers", ("telegram", {"channel": "piemers"})),
    ("https://t.me/s/piemers", ("telegram", {"channel": "piemers"})),
    ("https://t.me/joinchat/abc", None),
    ("https://news.google.com/search?q=Latgale&hl=en-GB&gl=GB&ceid=GB:en", ("google_news", {"query": "Latgale", "language": "en-GB", "country": "GB"})),
    ("https://api.gdeltproject.org/api/v2/doc/doc?query=Latgale&TIMESPAN=1w", ("gdelt", {"query": "Latgale", "span": "1w"})),
    (NEWS, None),
]  # fmt: skip


@pytest.mark.parametrize(("url", "told"), ADDRESSES, ids=[url for url, _ in ADDRESSES])
def test_a_pasted_address_is_known_by_its_form(url: str, told: tuple[str, dict[str, str]] | None) -> None:
    assert recognise(url) == told


@pytest.mark.parametrize(
    ("kind", "settings", "key"),
    [
        ("feed", {"url": "javascript:alert(1)"}, "scrapers.url"),
        ("feed", {"url": "/etc/passwd"}, "scrapers.url"),
        ("feed", {"url": "https://me:secret@zinas.example/"}, "scrapers.url"),
        ("feed", {"url": "https://zinas.example/", "zone": "Mars/Olympus"}, "scrapers.zone"),
        ("listing", {"url": "https://zinas.example/", "item": "a[["}, "scrapers.selector"),
        ("listing", {"url": "https://zinas.example/"}, "registry.missing"),
        ("sitemap", {"url": NEWS, "days": 0}, "registry.value"),
        ("mastodon", {"server": PELE}, "scrapers.one_of"),
        ("mastodon", {"server": PELE, "hashtag": "a", "account": "b"}, "scrapers.one_of"),
        ("mastodon", {"server": PELE, "query": "a"}, "scrapers.secret_needed"),
        ("mastodon", {"server": PELE, "hashtag": "a/../b"}, "registry.value"),
        ("mastodon", {"server": f"{PELE}/x", "hashtag": "a"}, "scrapers.url"),
        ("mastodon", {"server": "http://pele.example", "query": "a", **TOKEN}, "scrapers.url"),
        ("mastodon", {"server": PELE, "query": "a", "token_env": "OUTREACH_DATA_KEY"}, "scrapers.variable"),
        ("mastodon", {"server": PELE, "query": "a", "token_env": "PATH"}, "scrapers.variable"),
        ("bluesky", {}, "scrapers.one_of"),
        ("bluesky", {"query": "a", "account": "a.example"}, "scrapers.secret_needed"),
        ("bluesky", {"actor": "nav vārds"}, "registry.value"),
        ("youtube", {"channel": "UCshort"}, "registry.value"),
        ("youtube", {"query": "a"}, "scrapers.secret_needed"),
        ("reddit", {}, "scrapers.one_of"),
        ("reddit", {"subreddit": "../x"}, "registry.value"),
        ("telegram", {"channel": "../x"}, "registry.value"),
        ("google_news", {"query": " "}, "registry.value"),
        ("google_news", {"query": "a", "country": "lv"}, "registry.value"),
        ("mailbox", {"host": "a b", "account": "a", "password_env": "OUTREACH_SOURCE_A"}, "registry.value"),
        ("mailbox", {"host": "pasts.example", "account": "a:b", "password_env": "OUTREACH_SOURCE_A"}, "registry.value"),
        ("mailbox", {"host": "pasts.example", "account": "a", "folder": "x\r\ny", "password_env": "OUTREACH_SOURCE_A"}, "registry.value"),
        ("mailbox", {"host": "pasts.example", "account": "a"}, "scrapers.secret_needed"),
        ("mailbox", {"host": "pasts.example", "account": "a", "password_env": "HOME"}, "scrapers.variable"),
        ("paste", {"tier": "x"}, "registry.value"),
        ("gdelt", {"query": "ab"}, "registry.value"),
        ("gdelt", {"query": "abc", "span": "1y&x=1"}, "registry.value"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_is_asked(
    kind: str, settings: dict[str, object], key: str
) -> None:
    with pytest.raises(OutreachError) as caught:
        source_of(kind, settings)
    assert caught.value.key == key


def test_feed_reads_bytes_that_look_like_a_file_name_as_bytes() -> None:
    page = Page("https://zinas.example/", 200, {}, b"/etc/passwd", FETCHED)
    with pytest.raises(WireError) as caught:
        list(source_of("feed", {"url": "https://zinas.example/"}).read(page))
    assert caught.value.key == "scrapers.not_a_feed"
    assert not caught.value.permanent
