"""What a link's target is told."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.utm import slug, tagged, tags, towards

FORM = "https://birojs.example/jautajums"
TAGS = tags("facebook", "MĀJAS 2026", 12, "lv")


def test_a_delivery_names_its_channel_campaign_post_and_language() -> None:
    assert TAGS == {"utm_source": "facebook", "utm_medium": "social", "utm_campaign": "majas-2026", "utm_content": "12-lv"}
    assert tags("wordpress", "x", 1, "en")["utm_medium"] == "web"
    assert tags("folder", "x", 1, "en")["utm_medium"] == "referral"


@pytest.mark.parametrize(
    ("name", "short"),
    [("MĀJAS 2026", "majas-2026"), ("  Šķūņa — svētki! ", "skuna-svetki"), ("Домой", "домои"), ("…", ""), ("a" * 99, "a" * 60)],
)
def test_slugs(name: str, short: str) -> None:
    assert slug(name) == short


ALL = "utm_source=facebook&utm_medium=social&utm_campaign=majas-2026&utm_content=12-lv"


@pytest.mark.parametrize(
    ("target", "reached"),
    [
        ("https://a.example", f"https://a.example?{ALL}"),
        ("https://a.example/x?", f"https://a.example/x?{ALL}"),
        ("https://a.example/x?a=1&a=%20&b#c?d", f"https://a.example/x?a=1&a=%20&b&{ALL}#c?d"),
        ("https://a.example/#top", f"https://a.example/?{ALL}#top"),
        ("https://a.example/?utm_source=own", f"https://a.example/?utm_source=own&{ALL.partition('&')[2]}"),
        ("https://a.example/?utm%5Fsource=own", f"https://a.example/?utm%5Fsource=own&{ALL.partition('&')[2]}"),
        (f"https://a.example/?{ALL}", f"https://a.example/?{ALL}"),
        ("mailto:birojs@example.org", "mailto:birojs@example.org"),
    ],
)
def test_tags_are_added_unless_they_are_there(target: str, reached: str) -> None:
    assert tagged(target, TAGS) == reached
    assert tagged(reached, TAGS) == reached


def test_a_value_is_written_so_that_it_is_read_again() -> None:
    assert dict(parse_qsl(urlsplit(tagged("https://a.example/", {"x": "домои & я", "none": ""})).query)) == {"x": "домои & я"}


@given(st.text("ab=&%?/+", max_size=20), st.text("ab=&?#", max_size=10))
def test_what_stands_in_an_address_stays(query: str, fragment: str) -> None:
    target = f"https://a.example/x?{query}" + (f"#{fragment}" if fragment else "")
    reached = urlsplit(tagged(target, TAGS))
    assert (reached.scheme, reached.netloc, reached.path, reached.fragment) == ("https", "a.example", "/x", fragment)
    assert reached.query.startswith(query.strip("&"))
    assert dict(parse_qsl(reached.query)).items() >= TAGS.items()


@pytest.mark.parametrize(
    ("target", "reached"),
    [
        (FORM, f"{FORM}?k=abcdefg"),
        (FORM + "/", f"{FORM}?k=abcdefg"),
        (FORM + "?lang=en&k=other#x", f"{FORM}?lang=en&k=abcdefg"),
    ],
)
def test_our_own_form_gets_the_code_and_nothing_else(target: str, reached: str) -> None:
    assert towards(target, FORM, "abcdefg", TAGS) == reached


@pytest.mark.parametrize("target", [FORM + "s", "https://birojs.example/", "https://other.example/jautajums"])
def test_any_other_page_gets_the_tags(target: str) -> None:
    assert towards(target, FORM, "abcdefg", TAGS) == f"{target}?{ALL}"
