"""One spelling for each article's address, and never one for two articles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.canonical import _spelled, canonical, is_short

SAME = [
    ("http://WWW.Diena.LV:80/raksts/x-1#komentari", "https://diena.lv/raksts/x-1"),
    ("https://diena.lv/raksts/x-1/", "https://www.diena.lv/raksts/x-1"),
    ("https://lsm.lv/a?utm_source=rss&utm_medium=x&id=5", "https://lsm.lv/a?id=5"),
    ("https://lsm.lv/a?id=5&fbclid=abc&gclid=1&_ga=2&yclid=3&mc_cid=4&mc_eid=5", "https://lsm.lv/a?id=5"),
    ("https://lsm.lv/a?ref=rss", "https://lsm.lv/a"),
    ("https://lsm.lv/a?b=2&a=1", "https://lsm.lv/a?a=1&b=2"),
    ("https://lsm.lv/a?x=1&amp;y=2", "https://lsm.lv/a?x=1&y=2"),
    ("https://m.delfi.lv/a/1", "https://www.delfi.lv/a/1"),
    ("https://mobile.delfi.lv/a/1", "https://delfi.lv/a/1"),
    ("https://amp.delfi.lv/a/1", "https://delfi.lv/a/1"),
    ("https://delfi.lv/a/1/amp/", "https://delfi.lv/a/1"),
    ("https://delfi.lv/a/1?amp=1", "https://delfi.lv/a/1"),
    ("https://delfi.lv/a/1?amp", "https://delfi.lv/a/1"),
    ("https://delfi.lv/a/1.amp.html", "https://delfi.lv/a/1.html"),
    ("https://delfi.lv/amp/a/1", "https://delfi.lv/a/1"),
    ("https://delfi.lv/a/index.html", "https://delfi.lv/a/"),
    ("https://delfi.lv/", "https://delfi.lv"),
    ("https://delfi.lv/%7euser/ā", "https://delfi.lv/~user/%c4%81"),
    ("https://delfi.lv/a/./b/../c", "https://delfi.lv/a/c"),
    ("https://ģimene.lv/a", "https://xn--imene-71a.lv/a"),
    ("https://delfi.lv:443/a;jsessionid=12AB", "https://delfi.lv/a"),
    ("https://delfi.lv./a", "https://delfi.lv/a"),
]
DIFFERENT = [
    ("https://lsm.lv/a?id=5", "https://lsm.lv/a?id=6"),
    ("https://lsm.lv/?p=5", "https://lsm.lv/?p=6"),
    ("https://lsm.lv/a?ref=12345", "https://lsm.lv/a?ref=12346"),
    ("https://lsm.lv/a?amp=220", "https://lsm.lv/a?amp=230"),
    ("https://lsm.lv/#!/news/5", "https://lsm.lv/#!/news/6"),
    ("https://lsm.lv/Raksts", "https://lsm.lv/raksts"),
    ("https://lsm.lv/a%2Fb", "https://lsm.lv/a/b"),
    ("https://lsm.lv/a?x=1%262", "https://lsm.lv/a?x=1&2"),
    ("https://rus.lsm.lv/a", "https://lsm.lv/a"),
    ("https://lsm.lv:8080/a", "https://lsm.lv/a"),
    ("https://lsm.lv/camp", "https://lsm.lv/c"),
    ("https://lsm.lv/a?lang=lv", "https://lsm.lv/a?lang=ru"),
    ("https://m.lv/a", "https://lv/a"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_article_meet(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_articles_stay_two(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("told", ["", "mailto:a@b.lv", "javascript:alert(1)", "https://", "http://[::1", "/only/path"])
def test_what_is_no_web_address_comes_back_as_it_is(told: str) -> None:
    assert canonical(told) == told


NAMES = st.sampled_from(["id", "p", "utm_source", "fbclid", "ref", "amp", "lang", "q", "Ž", "a b", "page"])
VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="#&"), max_size=8)
PATHS = st.lists(
    st.one_of(st.sampled_from(["amp", "index.html", "..", ".", "", "a.amp.html", "%7E", "%zz"]), VALUES), max_size=5
)
HOSTS = st.sampled_from(["lsm.lv", "WWW.lsm.lv", "m.lsm.lv", "www.m.amp.lsm.lv", "ģimene.lv", "127.0.0.1:8080"])


@given(HOSTS, PATHS, st.lists(st.tuples(NAMES, VALUES), max_size=5), VALUES)
def test_idempotent(host: str, path: list[str], query: list[tuple[str, str]], fragment: str) -> None:
    asked = "&".join(f"{name}={value}" for name, value in query)
    once = canonical(f"http://{host}/{'/'.join(path)}?{asked}#{fragment}")
    assert canonical(once) == once


@given(st.lists(st.tuples(st.sampled_from(["id", "p", "nr"]), st.integers(0, 9999)), min_size=1, max_size=3))
def test_numbers_in_the_query_are_kept(query: list[tuple[str, int]]) -> None:
    asked = "&".join(f"{name}={value}" for name, value in query)
    told = canonical(f"https://lsm.lv/a?{asked}&utm_campaign=x")
    assert sorted(told.partition("?")[2].split("&")) == sorted(asked.split("&"))


ORDINARY = st.from_regex(r"https?://(www\.|m\.|amp\.)?[a-z0-9.-]{1,12}(/[A-Za-z0-9_~.-]{0,9}){0,4}/?", fullmatch=True)
ODD = st.sampled_from(["/amp", "/amp/", "/index.html", "/Default.aspx", "/a.amp.html", "/..", "//", "/.", "\n", "?", "#", "?amp=1"])


@given(st.one_of(ORDINARY, st.builds(str.__add__, ORDINARY, ODD), st.builds("{}{}{}".format, ORDINARY, ODD, ODD)))
def test_the_short_way_tells_what_the_long_one_does(url: str) -> None:
    assert canonical(url) == _spelled(url)


@pytest.mark.parametrize("url", [one for pair in [*SAME, *DIFFERENT] for one in pair])
def test_the_short_way_for_the_examples(url: str) -> None:
    assert canonical(url) == _spelled(url)


@pytest.mark.parametrize(
    ("host", "short"), [("pmo.ee", True), ("www.bit.ly", True), ("t.co", True), ("lsm.lv", False), ("xt.co", False), ("", False)]
)
def test_short_links_are_known_by_their_host(host: str, short: bool) -> None:
    assert is_short(host) is short
