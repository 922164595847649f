"""Which found items are new: addresses, guids and headlines that change, and outlets that give one guid to
all.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scrapers.canonical import canonical
from scrapers.decide import Known, KnownArticle, choose, choose_new, known_of, sane
from scrapers.source import Found

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NOTHING = known_of((), {})


def found(number: int, **told: object) -> Found:
    base = Found(
        url=f"https://zinas.example/{number}",
        title=f"Ģimene numur {number} atgriežas Latgalē",
        guid=f"g{number}",
        published=NOW - timedelta(hours=number),
    )
    return replace(base, **told)  # type: ignore[arg-type]


def held(item: Found, **told: object) -> KnownArticle:
    article = KnownArticle(canonical(item.url), item.url, item.guid, item.title, item.published or NOW)
    return replace(article, **told)  # type: ignore[arg-type]


def knowing(*items: Found, **told: object) -> Known:
    articles = [held(item, **told) for item in items]
    return known_of(articles, {one.canonical_url: one for one in articles})


def chosen(items: list[Found], known: Known, *seen: Found) -> list[str]:
    """The addresses of the new items; `seen` are offered too, unchanged since the last poll."""
    offered = frozenset(canonical(item.url) for item in (*items, *seen))
    return [one.found.url for one in choose_new(items, known, offered, NOW)]


def test_unknown_items_are_new_once_and_in_order() -> None:
    twice = found(1, url="http://www.zinas.example/1/?utm_source=x")
    assert chosen([found(1), found(2), twice], NOTHING) == ["https://zinas.example/1", "https://zinas.example/2"]


def test_known_address_is_known_whatever_else_changed() -> None:
    changed = found(1, guid="other", title="Pavisam cits virsraksts šim pašam rakstam", published=None)
    assert chosen([changed], knowing(found(1))) == []


def test_all_guids_change() -> None:
    items = [found(number) for number in range(50)]
    assert chosen([replace(item, guid=f"new-{item.guid}") for item in items], knowing(*items)) == []


def test_all_guids_and_addresses_change() -> None:
    items = [found(number) for number in range(50)]
    moved = [replace(item, guid=None, url=item.url.replace("zinas", "jaunas")) for item in items]
    assert chosen(moved, knowing(*items)) == []


def test_an_address_that_changes_under_its_guid_is_no_new_item() -> None:
    moved = found(
        1, url="https://zinas.example/1-precizets-virsraksts", title="Ģimene numur 1 atgriežas Latgalē (papildināts)"
    )
    assert chosen([moved], knowing(found(1))) == []


def test_one_guid_for_every_item_loses_none() -> None:
    items = [found(number, guid="https://zinas.example/") for number in range(5)]
    assert len(chosen(items, NOTHING)) == 5
    assert chosen([*items, found(9, guid="https://zinas.example/")], knowing(*items)) == ["https://zinas.example/9"]


def test_a_guid_that_is_used_again_for_another_article_loses_none() -> None:
    other = found(7, guid="g1", title="Pagastā sāk remontēt tiltu pār Rēzekni")
    assert chosen([other], knowing(found(1))) == ["https://zinas.example/7"]


@pytest.mark.parametrize(("apart", "new"), [(timedelta(days=6), 0), (timedelta(days=8), 1)])
def test_the_same_headline_counts_for_seven_days(apart: timedelta, new: int) -> None:
    again = found(1, url="https://zinas.example/cits", guid=None, published=NOW)
    assert len(chosen([again], knowing(found(1, published=NOW - apart)))) == new


def test_a_weekly_column_beside_last_weeks_is_new() -> None:
    last = found(1, title="Nedēļas nogales pasākumi Preiļu novadā", published=NOW - 6 * DAY)
    this = found(2, title=last.title, published=NOW)
    assert chosen([this, last], knowing(last)) == [this.url]


def test_what_is_offered_still_counts_where_it_was_not_read_again() -> None:
    last = found(1, title="Nedēļas nogales pasākumi Preiļu novadā", published=NOW - 6 * DAY)
    this = found(2, title=last.title, published=NOW)
    assert chosen([this], knowing(last)) == []
    assert chosen([this], knowing(last), last) == [this.url]
    other = found(7, guid="g1", title="Ģimene numur 1 atgriežas Latgalē pavasarī")
    assert chosen([other], knowing(found(1))) == []
    assert chosen([other], knowing(found(1)), found(1)) == [other.url]


def test_known_items_are_told_with_their_article_once() -> None:
    items = [found(1), found(1, url="http://www.zinas.example/1/?utm_source=x"), found(2, guid="g9"), found(3)]
    told = choose([(item, canonical(item.url)) for item in items], knowing(found(1), found(2)), frozenset(), NOW)
    assert [(item.url, article.url) for item, article in told.known] == [
        ("https://zinas.example/1", "https://zinas.example/1"),
        ("https://zinas.example/2", "https://zinas.example/2"),
    ]
    assert [one.found.url for one in told.fresh] == ["https://zinas.example/3"]


def test_an_article_is_known_by_the_address_it_was_told_with() -> None:
    short = found(1, url="https://pmo.example/aB3")
    article = held(short, canonical_url="https://zinas.example/garais")
    assert chosen([found(1, url=short.url, guid=None, title="Cits")], known_of((), {short.url: article})) == []


@pytest.mark.parametrize(
    ("told", "new"),
    [
        ({"guid": "other", "title": "Pavisam cits virsraksts šim pašam rakstam"}, 0),
        ({"url": "https://zinas.example/cits", "title": "Pavisam cits virsraksts šim pašam rakstam"}, 0),
        ({"url": "https://zinas.example/cits", "guid": None}, 0),
        ({"url": "https://zinas.example/cits", "guid": None, "published": NOW - 90 * DAY}, 0),
        ({"url": "https://zinas.example/cits", "guid": None, "published": None}, 0),
        ({"url": "https://zinas.example/cits", "guid": None, "title": "Pavisam cits virsraksts citam rakstam"}, 1),
    ],
    ids=["address", "guid", "headline", "headline with another date", "headline without a date", "another article"],
)
def test_what_a_person_deleted_does_not_come_back(told: dict[str, object], new: int) -> None:
    assert len(chosen([found(1, **told)], knowing(found(1), is_deleted=True))) == new


def test_a_deleted_article_under_a_guid_that_all_have_silences_nobody() -> None:
    gone = found(1, guid="https://zinas.example/")
    others = [found(number, guid=gone.guid, title=f"Cits raksts par lietu {number}") for number in (2, 3)]
    assert len(chosen(others, knowing(gone, is_deleted=True))) == 2
    assert len(chosen(others[:1], knowing(gone, is_deleted=True), gone)) == 1


def test_short_headlines_tell_nothing() -> None:
    last = found(1, title="Laika ziņas", published=NOW - DAY)
    assert len(chosen([found(2, title="Laika ziņas")], knowing(last))) == 1


def test_another_source_may_use_the_same_guid_and_headline() -> None:
    # `known` holds guids and headlines of one source alone; only addresses are shared.
    other = held(found(2))
    assert len(chosen([found(1)], known_of((), {other.canonical_url: other}))) == 1


@pytest.mark.parametrize(
    "told", [{"url": "javascript:alert(1)"}, {"url": ""}, {"title": " ", "summary": "\x00"}, {"url": "ftp://a/b"}]
)
def test_items_without_address_or_words_are_refused(told: dict[str, str]) -> None:
    assert sane(found(1, **told), NOW) is None


def test_an_item_is_made_sane() -> None:
    item = sane(
        found(1, title="a\x00b\ud800", summary="x" * 5000, text="\x00t", author="", published=NOW + 2 * DAY), NOW
    )
    assert item is not None
    assert (item.title, len(item.summary), item.text, item.author) == ("ab", 2000, "t", None)
    assert item.published is None
    assert item.date_doubted
