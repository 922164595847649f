"""An article's page in steps: what is asked, what is refused, and the verdict on it. No collector, no wire."""


import pytest

from outreach.core.errors import WireError
from outreach.core.http import Answer
from outreach.core.testing import RecordedHttp
from scrapers import pages
from scrapers.pseudonym import pseudonymised
from tests.scrapers.news import BRIDGE, FAMILY, page
from tests.scrapers.onepage import (
    BOX,
    COMMENTS,
    FOOT,
    MENU,
    SHORT,
    URL,
    ask,
    framed,
    html,
    judge,
    site,
    task,
)

# What is asked.


def test_robots_is_asked_before_the_page() -> None:
    http = site({URL: html(page("Maiznīca", FAMILY))})
    read = ask(task(), http)
    assert [request.url for request in http.asked] == ["https://zinas.example/robots.txt", URL]
    assert read.page is not None
    assert FAMILY.strip()[:60] in read.page.text
    assert (read.raw.url, read.raw.status, read.hops) == (URL, 200, ())


@pytest.mark.parametrize(
    ("answer", "key", "permanent"),
    [
        (html("", status=404), "scrapers.not_found", True),
        (html("", status=410), "scrapers.gone", True),
        (html("", status=403), "scrapers.forbidden", False),
        (html("", status=500), "scrapers.server", False),
        (html("%PDF", headers={"content-type": "application/pdf"}), "scrapers.page_kind", True),
        (html("<html><body>cookies?</body></html>"), "scrapers.page_empty", False),
        (html(page("Sākums", BRIDGE), url="https://zinas.example/"), "scrapers.page_home", False),
        (WireError("http.timeout", url=URL, host=""), "http.timeout", False),
    ],
)
def test_what_is_no_page_says_so(answer: Answer | Exception, key: str, permanent: bool) -> None:
    with pytest.raises(WireError) as caught:
        ask(task(), site({URL: answer}))
    assert (caught.value.key, caught.value.permanent) == (key, permanent)


def test_a_challenge_is_never_an_article(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrapers.pagereading.challenge_of", lambda status, headers, body: "Siets")
    for purpose in ("text", "evidence"):
        with pytest.raises(WireError) as caught:
            ask(task(purpose=purpose), site({URL: html(page("Maiznīca", FAMILY))}))
        assert (caught.value.key, caught.value.facts["what"]) == ("scrapers.blocked", "Siets")


def test_a_page_the_site_keeps_to_people_is_not_asked() -> None:
    http = site({URL: html(page("Maiznīca", FAMILY))}, robots="User-agent: *\nDisallow: /raksts")
    with pytest.raises(WireError) as caught:
        ask(task(), http)
    assert (caught.value.key, caught.value.permanent) == ("scrapers.robots", True)
    assert len(http.asked) == 1


def test_a_short_link_is_followed_by_hand_and_the_sites_rules_are_heard() -> None:
    hop = Answer(SHORT, 302, {"Location": URL}, b"")
    http = site({SHORT: hop, URL: html(page("Maiznīca", FAMILY))})
    read = ask(task(url=SHORT), http)
    assert [request.url for request in http.asked] == [
        "https://ej.uz/robots.txt", SHORT, "https://zinas.example/robots.txt", URL,
    ]  # fmt: skip
    assert [request.follow for request in http.asked] == [True, False, True, True]
    assert (read.hops, read.raw.url) == ((SHORT,), URL)
    closed = RecordedHttp(
        {
            ("GET", SHORT): hop,
            ("GET", "https://zinas.example/robots.txt"): Answer("", 200, {}, b"User-agent: *\nDisallow: /"),
        }
    )
    with pytest.raises(WireError) as caught:
        ask(task(url=SHORT), closed)
    assert caught.value.key == "scrapers.robots"
    assert URL not in [request.url for request in closed.asked]


def test_short_links_that_lead_in_a_circle_end() -> None:
    with pytest.raises(WireError) as caught:
        ask(task(url=SHORT), site({SHORT: Answer(SHORT, 302, {"Location": SHORT}, b"")}))
    assert caught.value.key == "scrapers.status"


# What it says.


@pytest.mark.parametrize("frame", [BOX, MENU, COMMENTS, FOOT], ids=["box", "menu", "comments", "foot"])
def test_a_word_that_stands_beside_the_article_is_outside_it(frame: str) -> None:
    read = ask(task(title="Tilts pār Daugavu"), site({URL: html(framed(BRIDGE, frame, "Remigrācija Latgalē"))}))
    assert read.page is not None
    assert "Remigrācija" not in read.page.text
    judged = pages.judge_page(task(title="Tilts pār Daugavu"), read, judge())
    assert judged.judgement is not None
    assert (judged.outside, judged.judgement.found, judged.judgement.relevant) == (True, True, False)
    assert "Remigrācija" in judged.judgement.sentence
    assert judged.raw is not None


@pytest.mark.parametrize("frame", [BOX, MENU, COMMENTS], ids=["box", "menu", "comments"])
def test_a_word_in_the_article_is_inside_whatever_stands_beside(frame: str) -> None:
    read = ask(task(), site({URL: html(framed(FAMILY, frame, "Remigrācija Latgalē"))}))
    judged = pages.judge_page(task(), read, judge())
    assert judged.judgement is not None
    assert (judged.outside, judged.judgement.relevant) == (False, True)


def test_a_page_without_the_word_is_no_mention_and_is_not_kept() -> None:
    read = ask(task(title="Tilts"), site({URL: html(framed(BRIDGE, BOX, "Basketbols"))}))
    judged = pages.judge_page(task(title="Tilts"), read, judge())
    assert judged.judgement is not None
    assert (judged.judgement.found, judged.outside, judged.raw) == (False, False, None)


def test_a_private_persons_page_is_never_kept() -> None:
    read = ask(task(), site({URL: html(page("Maiznīca", FAMILY))}))
    assert pages.judge_page(task(private=True), read, judge()).raw is None
    bare = ask(task(purpose="evidence"), site({URL: html("<html>x</html>")}))
    assert bare.page is None
    assert pages.judge_page(task(purpose="evidence", private=True), bare, judge()).raw is None


def test_people_on_a_private_persons_page_are_covered() -> None:
    told = f"{FAMILY} Raksti @anna_ozola vai anna@pasts.example."
    read = ask(task(), site({URL: html(framed(told, BOX, "Remigrācija: zvani +371 26123456"))}))
    for private in (True, False):
        judged = pages.judge_page(task(private=private), read, judge(), lambda found: pseudonymised(found, b"key"))
        assert judged.page is not None
        assert ("anna" in judged.page.text) is not private
    beside = ask(task(title="Tilts"), site({URL: html(framed(BRIDGE, BOX, "Remigrācija: raksti @anna_ozola"))}))
    outside = pages.judge_page(task(title="Tilts", private=True), beside, judge(), lambda found: pseudonymised(found, b"key"))
    assert outside.judgement is not None
    assert outside.outside
    assert "anna" not in outside.judgement.sentence


def test_a_pages_times_are_read_in_the_outlets_own_zone() -> None:
    dated = page("Maiznīca", FAMILY).replace("<title>", '<meta property="article:published_time" content="2026-11-20T12:00:00"><title>')
    hours = {}
    for zone in ("", "Europe/Dublin"):
        read = ask(task(zone=zone), site({URL: html(dated)}))
        assert read.page is not None and read.page.published is not None
        hours[zone] = read.page.published.hour
    assert hours == {"": 10, "Europe/Dublin": 12}
