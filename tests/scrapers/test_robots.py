"""robots.txt: what a site asks of us is heard, once a day, whatever the file looks like."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.errors import WireError
from outreach.core.http import Answer
from outreach.core.testing import RecordedHttp
from scrapers.robots import RobotsBook, Rules

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PAGE = "https://zinas.example/a"
ROBOTS = """User-agent: *
Disallow: /admin
Disallow: /*.pdf$
Allow: /admin/open

User-agent: Outreach
User-agent: other
Disallow: /private/*/deep # a note
Disallow:
"""


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [
        ("anyone", "/admin/x", False),
        ("anyone", "/admin/open/x", True),
        ("anyone", "/a/b.pdf", False),
        ("anyone", "/a/b.pdf?x=1", True),
        ("anyone", "/private/a/deep", True),
        ("outreach", "/admin/x", True),
        ("outreach", "/private/a/b/deep/er", False),
        ("outreach", "/private/deep", True),
        ("anyone", "/", True),
    ],
)
def test_robots_rules(agent: str, path: str, allowed: bool) -> None:
    assert Rules(ROBOTS, agent).allows(f"https://zinas.example{path}") is allowed


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /", "/", False),
        ("User-agent: *\nDisallow:", "/x", True),
        ("user-agent:*\ndisallow:/x", "/x", False),
        ("User-agent: outreach/1.0\nDisallow: /x", "/x", False),
        ("User-agent: OUTREACH*\nDisallow: /x", "/x", False),
        # Names that only begin like ours, or have ours in them, are other programs'.
        ("User-agent: out\nDisallow: /x", "/x", True),
        ("User-agent: outreachbot\nDisallow: /x", "/x", True),
        ("User-agent: *\nDisallow: /x\n\nUser-agent: outreach\nDisallow:", "/x", True),
        ("User-agent: a\nUser-agent: outreach\nDisallow: /x\nUser-agent: *\nDisallow: /y", "/x", False),
        ("User-agent: a\nUser-agent: outreach\nDisallow: /x\nUser-agent: *\nDisallow: /y", "/y", True),
        # Two groups of one name are one.
        ("User-agent: *\nDisallow: /x\n\nUser-agent: b\nDisallow: /\n\nUser-agent: *\nDisallow: /y", "/y", False),
        ("User-agent: *\nSitemap: https://z.example/s.xml\nDisallow: /x", "/x", False),
        ("User-agent: *\nDisallow: /x\nAllow: /x", "/x", True),
        ("User-agent: *\nDisallow: /ziņas", "/zi%C5%86as/1", False),
        ("User-agent: *\nDisallow: /zi%c5%86as", "/ziņas/1", False),
        ("User-agent: *\nDisallow: /*?print=", "/a?print=1", False),
        ("\ufeffUser-agent: *\r\nDisallow: /x\r\n", "/x", False),
        ("Disallow: /x", "/x", True),
        ("<html><body>Not found</body></html>", "/x", True),
    ],
)
def test_files_as_they_are_written(text: str, path: str, allowed: bool) -> None:
    answer = Answer("", 200, {}, text.encode())
    book = RobotsBook()
    http = RecordedHttp({("GET", "https://zinas.example/robots.txt"): answer})
    assert book.allows(f"https://zinas.example{path}", http, NOW) is allowed


@given(
    st.text(st.sampled_from("Disalow:/*$ab\n#-Usergnt"), max_size=200), st.text(st.sampled_from("ab/*$"), max_size=20)
)
def test_any_robots_file_gives_an_answer(text: str, path: str) -> None:
    assert Rules(text).allows(f"https://zinas.example/{path}") in {True, False}


HOSTILE = {
    "stars": "User-agent: *\nDisallow: /" + "*a" * 250 + "$",
    "names": "User-agent: x\n" * 4_000 + "Disallow: /x\n" * 4_000,
    "own names": "".join(f"User-agent: {number}\n" for number in range(20_000)) + "Disallow: /\n" * 20_000,
    "rules": "User-agent: *\n" + "".join(f"Disallow: /{number}*b*c$\n" for number in range(30_000)),
    "one line": "User-agent: * " + "Disallow: /x " * 100_000,
    "nul": "\x00" * 100_000,
    "escapes": "User-agent: *\nDisallow: /" + "%" * 500,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_give_an_answer(text: str) -> None:
    rules = Rules(text)
    told = [rules.allows("https://zinas.example/" + "ab" * 200) for _ in range(20)]
    assert len(set(told)) == 1


@pytest.mark.parametrize(
    ("told", "delay"),
    [("10", 10.0), ("0.5", 0.5), ("86400", 60.0), ("inf", None), ("-3", None), ("soon", None), ("", None)],
)
def test_a_delay_is_told_and_bounded(told: str, delay: float | None) -> None:
    answer = Answer("", 200, {}, f"User-agent: *\nCrawl-delay: {told}\nDisallow: /x".encode())
    http = RecordedHttp({("GET", "https://zinas.example/robots.txt"): answer})
    book = RobotsBook()
    assert book.delay(PAGE) is None
    book.allows(PAGE, http, NOW)
    assert book.delay(PAGE) == delay
    assert book.delay("https://citas.example/a") is None


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (Answer("", 200, {}, b"User-agent: *\nDisallow: /"), False),
        (Answer("", 404, {}, b"User-agent: *\nDisallow: /"), True),
        (Answer("", 403, {}, b"User-agent: *\nDisallow: /"), True),
        (Answer("", 200, {}, b"\xff\xfe\x00"), True),
    ],
)
def test_robots_is_asked_once_a_day(answer: Answer, allowed: bool) -> None:
    http = RecordedHttp({("GET", "https://zinas.example/robots.txt"): answer})
    book = RobotsBook()
    for hours in (0, 1, 23):
        assert book.allows(PAGE, http, NOW + timedelta(hours=hours)) is allowed
    assert len(http.asked) == 1
    book.allows(PAGE, http, NOW + timedelta(hours=25))
    assert len(http.asked) == 2


def test_a_site_that_is_not_reached_forbids_nothing_and_is_asked_again_within_the_day() -> None:
    http = RecordedHttp({("GET", "https://zinas.example/robots.txt"): WireError("http.dns", url="", host="")})
    book = RobotsBook()
    assert book.allows(PAGE, http, NOW)
    assert book.allows(PAGE, http, NOW + timedelta(minutes=30))
    assert len(http.asked) == 1
    assert book.allows(PAGE, http, NOW + timedelta(hours=2))
    assert len(http.asked) == 2


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (Answer("", 503, {}, b""), "scrapers.robots_silent"),
        (Answer("", 429, {}, b""), "scrapers.robots_silent"),
        (WireError("http.timeout", url="", host=""), "http.timeout"),
        (WireError("http.broken", url="", host=""), "http.broken"),
    ],
)
def test_a_site_that_cannot_say_is_not_asked_for_its_pages(answer: Answer | Exception, key: str) -> None:
    http = RecordedHttp({("GET", "https://zinas.example/robots.txt"): answer})
    book = RobotsBook()
    for minutes in (0, 5):
        with pytest.raises(WireError) as caught:
            book.allows(PAGE, http, NOW + timedelta(minutes=minutes))
        assert (caught.value.key, caught.value.permanent) == (key, False)
    # Twenty pages of one site must not ask twenty times.
    assert len(http.asked) == 1
    with pytest.raises(WireError):
        book.allows(PAGE, http, NOW + timedelta(minutes=20))
    assert len(http.asked) == 2


def test_a_round_that_is_stopped_learns_nothing() -> None:
    stopped = WireError("http.stopped", url="", host="")
    good = Answer("", 200, {}, b"User-agent: *\nDisallow: /")
    http = RecordedHttp({("GET", "https://zinas.example/robots.txt"): [stopped, good]})
    book = RobotsBook()
    with pytest.raises(WireError) as caught:
        book.allows(PAGE, http, NOW)
    assert caught.value.key == "http.stopped"
    assert not book.allows(PAGE, http, NOW)


def test_two_askings_of_one_site_at_once_both_get_the_answer() -> None:
    book = RobotsBook()
    one, other = book.allowed(PAGE, NOW), book.allowed("https://zinas.example/b", NOW)
    assert next(one).url == next(other).url == "https://zinas.example/robots.txt"
    told = Answer("", 200, {}, b"User-agent: *\nDisallow: /b")
    results = []
    for steps in (other, one):
        with pytest.raises(StopIteration) as ended:
            steps.send(told)
        results.append(ended.value.value)
    assert results == [False, True]
    with pytest.raises(StopIteration) as ended:
        next(book.allowed(PAGE, NOW))
    assert ended.value.value is True


def test_the_book_holds_no_more_than_a_thousand_sites() -> None:
    http = RecordedHttp(
        {("GET", f"https://s{n}.example/robots.txt"): Answer("", 404, {}, b"") for n in range(1_200)}
    )
    book = RobotsBook()
    for number in range(1_200):
        book.allows(f"https://s{number}.example/", http, NOW)
    book.allows("https://s1199.example/", http, NOW)
    assert len(http.asked) == 1_200
    book.allows("https://s0.example/", http, NOW)
    assert len(http.asked) == 1_201
