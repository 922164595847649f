"""Sources whose pages lead on: an index to its parts, an account to its posts, a sign-in to the search."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from outreach.core.errors import OutreachError
from outreach.core.http import Answer
from outreach.core.testing import RecordedHttp
from scrapers.decide import Fresh
from scrapers.polling import DueSource, ask, judge_fresh
from scrapers.probe import read_file
from scrapers.robots import RobotsBook
from scrapers.source import Found
from scrapers.watch.match import match
from scrapers.watching import watch_of
from tests.scrapers.conftest import office

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SITE = "https://zinas.example"
INDEX = f"{SITE}/sitemap.xml"


def due(kind: str, settings: dict[str, object], **other: object) -> DueSource:
    return DueSource(1, "Ziņas", kind, settings, "lv", **other)  # type: ignore[arg-type]


def answer(url: str, body: str | bytes, status: int = 200, **headers: str) -> Answer:
    return Answer(url, status, headers, body.encode() if isinstance(body, str) else body)


def index(*parts: tuple[str, str]) -> str:
    told = "".join(f"<sitemap><loc>{SITE}{path}</loc><lastmod>{at}</lastmod></sitemap>" for path, at in parts)
    return f"<sitemapindex>{told}</sitemapindex>"


def urls(*paths: str) -> str:
    return "<urlset>" + "".join(f"<url><loc>{SITE}{path}</loc></url>" for path in paths) + "</urlset>"


def wire(**pages: str | bytes | Answer) -> RecordedHttp:
    """By the last part of the address, with _ for a dot."""
    table = {}
    for name, body in pages.items():
        url = f"{SITE}/{name.replace('_', '.')}"
        table["GET", url] = body if isinstance(body, Answer) else answer(url, body)
    return RecordedHttp(table)


def asked(http: RecordedHttp) -> list[str]:
    return [request.url.rpartition("/")[2] for request in http.asked]


def test_an_index_leads_to_its_parts_the_newest_first_and_one_level_more() -> None:
    http = wire(
        sitemap_xml=index(("/old.xml", "2020-01-01"), ("/a.xml", "2026-11-21"), ("/sub.xml", "2026-11-22")),
        a_xml=urls("/viens-raksts"),
        sub_xml=index(("/b.xml.gz", "2026-11-22"), ("/sitemap.xml", "2026-11-22")),
        b_xml_gz=gzip.compress(urls("/otrs-raksts").encode()),
    )
    outcome, found = ask(due("sitemap", {"url": INDEX}), http, RobotsBook(), NOW)
    assert asked(http) == ["sitemap.xml", "sub.xml", "a.xml", "b.xml.gz"]
    assert [one.title for one in found] == ["Viens raksts", "Otrs raksts"]
    assert (outcome.found, outcome.reason_key) == (2, None)


def test_a_poll_asks_only_for_what_changed_since_the_last_good_one() -> None:
    http = wire(
        sitemap_xml=index(("/a.xml", "2026-11-10"), ("/b.xml", "2026-11-23")),
        a_xml=urls("/viens-raksts"),
        b_xml=urls("/otrs-raksts"),
    )
    before = due("sitemap", {"url": INDEX}, body_hash="x", last_ok_at=NOW - timedelta(days=3))
    _, found = ask(before, http, RobotsBook(), NOW)
    assert asked(http) == ["sitemap.xml", "b.xml"]
    assert [one.url for one in found] == [f"{SITE}/otrs-raksts"]
    # New settings: what an older poll read was another source.
    fresh = wire(**{"sitemap_xml": index(("/a.xml", "2026-11-10")), "a_xml": urls("/viens-raksts")})
    ask(replace(before, body_hash=None), fresh, RobotsBook(), NOW)
    assert asked(fresh) == ["sitemap.xml", "a.xml"]


def test_nothing_newer_is_an_unchanged_source_not_an_empty_one() -> None:
    http = wire(sitemap_xml=index(("/a.xml", "2026-11-10")))
    before = due("sitemap", {"url": INDEX}, body_hash="x", last_ok_at=NOW - timedelta(days=3))
    outcome, found = ask(before, http, RobotsBook(), NOW)
    assert (outcome.ok, outcome.read, outcome.reason_key, found) == (True, False, None, [])
    assert outcome.body_hash


def test_a_part_that_is_gone_does_not_silence_the_others_but_one_that_fails_does() -> None:
    parts = index(("/a.xml", "2026-11-22"), ("/b.xml", "2026-11-21"))
    gone = wire(sitemap_xml=parts, a_xml=answer(f"{SITE}/a.xml", "", 404), b_xml=urls("/otrs-raksts"))
    _, found = ask(due("sitemap", {"url": INDEX}), gone, RobotsBook(), NOW)
    assert [one.title for one in found] == ["Otrs raksts"]
    # Read without it the next poll would think it had been read.
    failing = wire(sitemap_xml=parts, a_xml=answer(f"{SITE}/a.xml", "", 500), b_xml=urls("/otrs-raksts"))
    with pytest.raises(OutreachError) as caught:
        ask(due("sitemap", {"url": INDEX}), failing, RobotsBook(), NOW)
    assert caught.value.key == "scrapers.server"


def test_an_endless_index_is_bounded_and_every_request_waits_its_turn() -> None:
    http = wire(
        sitemap_xml=index(*((f"/p{number}.xml", "2026-11-22") for number in range(50))),
        **{f"p{number}_xml": urls(f"/raksts-numur-{number}x") for number in range(50)},
    )
    waits: list[int] = []
    ask(due("sitemap", {"url": INDEX}), http, RobotsBook(), NOW, lambda: waits.append(len(http.asked)))
    assert len(http.asked) == 9
    assert waits == list(range(1, 9))


@pytest.mark.parametrize("parts", [0, 1])
def test_only_a_page_that_led_nowhere_is_asked_for_by_its_mark(parts: int) -> None:
    body = index(("/a.xml", "2026-11-22")) if parts else urls("/viens-raksts")
    http = wire(sitemap_xml=answer(INDEX, body, ETag='"e1"'), a_xml=urls("/viens-raksts"))
    outcome, _ = ask(due("sitemap", {"url": INDEX}), http, RobotsBook(), NOW)
    assert outcome.etag == (None if parts else '"e1"')


def test_an_account_is_looked_up_and_its_posts_are_read() -> None:
    server = "https://pele.example"
    lookup = f"{server}/api/v1/accounts/lookup?acct=klubs"
    statuses = f"{server}/api/v1/accounts/77/statuses?limit=40&exclude_replies=true"
    post = {"url": f"{server}/@klubs/1", "content": "<p>Klubs gaida</p>"}
    http = RecordedHttp(
        {
            ("GET", lookup): answer(lookup, json.dumps({"id": "77", "acct": "klubs"})),
            ("GET", statuses): answer(statuses, json.dumps([post])),
        }
    )
    _, found = ask(due("mastodon", {"server": server, "account": "klubs"}), http, RobotsBook(), NOW)
    assert [(one.url, one.text) for one in found] == [(f"{server}/@klubs/1", "Klubs gaida")]


@pytest.mark.parametrize("number", ["../../etc", "", None, 77, "7" * 100])
def test_an_account_number_that_would_change_the_address_is_not_asked(number: object) -> None:
    server = "https://pele.example"
    lookup = f"{server}/api/v1/accounts/lookup?acct=klubs"
    http = RecordedHttp({("GET", lookup): answer(lookup, json.dumps({"id": number, "acct": "klubs"}))})
    with pytest.raises(OutreachError) as caught:
        ask(due("mastodon", {"server": server, "account": "klubs"}), http, RobotsBook(), NOW)
    assert caught.value.key == "scrapers.other_answer"
    assert len(http.asked) == 1


def test_a_sign_in_leads_to_the_search_and_the_password_goes_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_SOURCE_BLUESKY", "lietotnes-parole")
    server = "https://bsky.social"
    sign_in = f"{server}/xrpc/com.atproto.server.createSession"
    search = f"{server}/xrpc/app.bsky.feed.searchPosts?q=Latgale&sort=latest&limit=100"
    post = {"uri": "at://did:plc:a/app.bsky.feed.post/3l", "record": {"text": "Latgale gaida"}}
    http = RecordedHttp(
        {
            ("POST", sign_in): answer(sign_in, json.dumps({"accessJwt": "aaa.bbb.ccc"})),
            ("GET", search): answer(search, json.dumps({"posts": [post]})),
        }
    )
    settings = {"query": "Latgale", "server": server, "account": "a.example", "password_env": "OUTREACH_SOURCE_BLUESKY"}
    _, found = ask(due("bluesky", settings), http, RobotsBook(), NOW)
    first, second = http.asked
    assert json.loads(first.body or b"") == {"identifier": "a.example", "password": "lietotnes-parole"}
    assert not first.follow
    assert second.headers["Authorization"] == "Bearer aaa.bbb.ccc"
    assert "parole" not in f"{second.url}{dict(second.headers)}{first!r}"
    assert [one.title for one in found] == ["Latgale gaida"]


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (Found(f"{SITE}/a", "Īss ieraksts", "Īss", "Īss", complete=True), "feed"),
        (Found(f"{SITE}/a", "Īss raksts", "Īss", "Īss"), "pending"),
        (Found("https://news.google.com/rss/articles/x", "Virsraksts", points_on=True), "summary"),
    ],
)
def test_the_page_is_fetched_only_where_it_has_more_to_tell(found: Found, state: str) -> None:
    watch = watch_of(office())
    judged = judge_fresh(
        Fresh(found, found.url), due("feed", {"url": SITE}), lambda document: match(document, watch), NOW, timedelta(30), True
    )
    assert judged.text_state == state


def listed(number: int, *items: tuple[str, str]) -> str:
    told = "".join(f'<li><a href="/r/{path}">Raksts par {path} tirgū</a><time datetime="{at}"></time></li>' for path, at in items)
    return f'<ul class="zinas">{told}</ul><a rel="next" href="/p{number + 1}">Tālāk</a>'


LIST = {"url": f"{SITE}/p1", "item": "ul.zinas li", "date": "time", "next_page": "a[rel=next]"}
TODAY, BEFORE = "2026-11-23T09:00:00+02:00", "2026-11-20T09:00:00+02:00"


@pytest.mark.parametrize(
    ("cursor", "dates", "pages"),
    [
        (None, (BEFORE, BEFORE), 3),
        (NOW - timedelta(days=1), (TODAY, TODAY), 3),
        (NOW - timedelta(days=1), (TODAY, BEFORE), 1),
        (NOW - timedelta(days=1), ("", ""), 1),
        (NOW - timedelta(hours=1), ("2026-11-23", "2026-11-23"), 3),
        (NOW - timedelta(hours=1), ("2026-11-22", "2026-11-23"), 1),
    ],
    ids=["first poll", "all new", "one known", "no dates", "days alone", "yesterday"],
)
def test_a_list_is_read_on_while_there_may_be_more_that_is_new(
    cursor: datetime | None, dates: tuple[str, str], pages: int
) -> None:
    told = {f"p{number}": listed(number, *((f"{number}{at}", day) for at, day in zip("ab", dates, strict=True))) for number in range(1, 6)}
    http = wire(**told, robots_txt=answer("", "", 404))
    known = due("listing", LIST, last_ok_at=cursor, body_hash="x" if cursor else None)
    _, found = ask(known, http, RobotsBook(), NOW)
    assert asked(http) == ["robots.txt", *(f"p{number}" for number in range(1, pages + 1))]
    assert len(found) == 2 * pages


def test_a_list_goes_on_only_on_its_own_host_and_an_empty_next_page_is_none() -> None:
    elsewhere = listed(1, ("a", TODAY)).replace('href="/p2"', 'href="https://cits.example/p2"')
    http = wire(p1=elsewhere, robots_txt=answer("", "", 404))
    assert len(ask(due("listing", LIST), http, RobotsBook(), NOW)[1]) == 1
    http = wire(p1=listed(1, ("a", TODAY)), p2="<p>Nekā</p>", robots_txt=answer("", "", 404))
    assert len(ask(due("listing", LIST), http, RobotsBook(), NOW)[1]) == 1


def test_a_list_that_names_its_next_page_is_proposed_with_it() -> None:
    body = listed(1, *((f"{number}-gara-adrese", TODAY) for number in range(4)))
    assert read_file("listing", f"{SITE}/p1", body.encode(), NOW).settings["next_page"] == "a[rel~=next]"
    bare = body.partition("<a rel")[0]
    assert "next_page" not in read_file("listing", f"{SITE}/p1", bare.encode(), NOW).settings
