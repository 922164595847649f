"""The morning mail as it is read: what it tells, in which order, how long it gets, and where its links lead."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.core.text import Texts
from outreach.digest.composing import Composed, compose
from outreach.digest.facts import Choice, Digest, Printed
from outreach.waiting import Thing, Waiting
from tests.support.mornings import (
    ADDRESSES,
    BUSINESS,
    EMPTY,
    ERRING,
    LATE,
    MORNINGS,
    ORDINARY,
    OUTSIDE,
    STORIES,
    UNTIL,
    ZONE,
    delivery,
    source,
    story,
    telling,
)  # fmt: skip

HOSTILE = "<script>alert(1)</script>{{ 7*7 }}{% x %}&amp;\"'</mj-text><mj-raw>]]>\u202e\u2066😀<!-- --><![CDATA[\x00\ud800"


def made(texts: Texts, digest: Digest, may_judge: bool = True, language: str = "lv", zone: ZoneInfo = ZONE) -> Composed:
    return compose(digest, texts.in_language(language), zone, ADDRESSES, may_judge)


def parsed(html: str) -> Any:
    return lxml.html.fromstring(html)


def read(composed: Composed) -> str:
    """The HTML as a person reads it, without what stands beside the subject in a list."""
    apart = re.sub("</(?:p|h1|h2|h3|div)>", r"\g<0> ", composed.html)
    body = parsed(apart).xpath("//*[@role='article']")[0]
    return " ".join(body.text_content().split())


def line(composed: Composed) -> str:
    """The plain text on one line, so that no part of it is looked for across the end of one."""
    return " ".join(composed.text.split())


def links(composed: Composed) -> list[str]:
    return [str(link) for link in parsed(composed.html).xpath("//a/@href")]


def test_the_parts_stand_in_their_order_in_both_dresses(texts: Texts) -> None:
    composed = made(texts, ORDINARY)
    order = [
        "12 pieminējumu 7 ziņās", "Šodien gaida jūs", "Kā pieteikties atbalstam", "Ko par mums raksta", "Remigrantu atbalsts Latgalē",
        "Preiļos atgriezušās", "Neskaidra nozīme", "Mūsu ziņas presē", "Nedēļa skaitļos", "Pēdējās 7 dienās – 40 pieminējumu; parasti 32",
        "Šodien publicēsim", "10:00", "Meet us in Dublin", "16:00", "Jauni jautājumi no ģimenēm", "Radio", "Avoti", "74 no 76",
        "neatbildēja laikus", "Citā, politiskā nozīmē", "14 rakstos",
    ]  # fmt: skip
    for told in (read(composed), line(composed)):
        at = 0
        for part in order:
            at = told.casefold().index(part.casefold(), at)


def test_a_story_tells_who_took_it_up_where_in_which_tone_and_in_its_own_words(texts: Texts) -> None:
    composed = made(texts, ORDINARY)
    byline = "▲ kritisks · Rīta Avīze → Portāls 24 → Latgales Balss (+2) · Rēzekne, Ludza · aģentūra ZIŅA"
    assert byline in read(composed)
    assert "KRITISKS · Rīta Avīze → Portāls 24 → Latgales Balss (+2)" in line(composed)
    assert "Latgales Balss → Preiļu Rīts · Preiļi · labvēlīgs" in read(composed)
    assert "Двинские новости · Daugavpils · turpinājums" in read(composed)
    tree = parsed(composed.html)
    assert tree.xpath("//h3/a/@href")[0] == "https://avize1.example/raksts"
    assert [str(mark.text) for mark in tree.find_class("mark")][:2] == ["remigrācijas koordinatore", "reemigrācijas"]
    assert tree.xpath("//h3/@lang") == ["lv", "lv", "lv", "ru", "lv", "en", "lv"]
    # A post's headline is its sentence: it is said once, its words marked there.
    assert read(composed).count("Cik ilgi jāgaida?") == 1
    assert tree.xpath("//h3//span[@class='mark']/text()") == ["remigrācijas pabalstu"]


def test_a_sentence_of_another_outlet_says_whose_it_is(texts: Texts) -> None:
    later = telling(2, "Portāls 24", "national", "Cits virsraksts", "Kritiski teikts.", tone="critical")
    composed = made(texts, replace(ORDINARY, stories=(story(telling(1, "Rīta Avīze", "national", "Virsraksts", "Mierīgi."), later),)))
    assert "Portāls 24: Kritiski teikts." in read(composed) and "Portāls 24: Kritiski teikts." in composed.text
    assert "https://avize2.example/raksts" in links(composed)


def test_verdicts_are_only_for_those_who_may_judge(texts: Texts) -> None:
    composed, other = made(texts, ORDINARY), made(texts, ORDINARY, may_judge=False)
    assert composed.mentions == (1, 6, 8, 9, 10, 11, 12, 20)
    found = [link for link in links(composed) if "/judge/" in link]
    assert found[:3] == [
        f"https://ziemeli.example/d/slot-of-the-mail-0001/judge/1?verdict={verdict}" for verdict in ("relevant", "irrelevant", "wrong_sense")
    ]
    assert len(found) == 3 * len(composed.mentions)
    assert "/judge/20?verdict=relevant" in composed.text
    assert other.mentions == () and "/judge/" not in other.html + other.text


def test_the_foot_leads_to_the_browser_the_settings_and_the_end(texts: Texts) -> None:
    for composed in (made(texts, digest, judge) for digest, judge in MORNINGS.values()):
        for link in (ADDRESSES.view, ADDRESSES.settings, ADDRESSES.stop):
            assert link in links(composed) and link in composed.text
    assert ADDRESSES.stop == "https://ziemeli.example/subscription/slot-of-the-reader-0001/off"
    assert "tikai par jūsu izvēlēto: Latgale un koordinatore; Preiļi, Rēzekne; Reģiona mediji." in read(made(texts, OUTSIDE, False))


def test_somebody_without_an_account_gets_nothing_of_the_office_and_no_page_that_is_shut(texts: Texts) -> None:
    composed = made(texts, replace(OUTSIDE, stories=STORIES * 4, elsewhere=3), False)
    for part in ("Šodien gaida jūs", "Šodien publicēsim", "Jauni jautājumi", "avize.example neatbildēja"):
        assert part.casefold() not in (read(composed) + composed.text).casefold()
    own = [link for link in links(composed) if link.startswith(ADDRESSES.base)]
    assert all(link.startswith((f"{ADDRESSES.base}/d/", f"{ADDRESSES.base}/subscription/")) for link in own)
    assert "Ludzas Ļaudis: Klusē 9 dienas, parasti 3." in read(composed)


def test_an_empty_day_proves_its_silence_and_leaves_the_rest_out(texts: Texts) -> None:
    composed = made(texts, EMPTY)
    assert "0 pieminējumu; atbildēja 74 no 76 avotiem; “Ludzas Ļaudis” klusē 9 dienas (parasti 3)" in read(composed)
    heads = [head.text for head in parsed(composed.html).xpath("//h2")]
    assert heads == ["Nedēļa skaitļos", "Avoti"]
    quiet = made(texts, replace(EMPTY, week=(), answered=76, silent=(), troubles=()))
    assert parsed(quiet.html).xpath("//h2") == [] and quiet.pictures == ()


def test_a_late_mail_says_so_before_anything_else(texts: Texts) -> None:
    told = read(made(texts, LATE))
    assert told.index("kavējas") < told.index("Šodien gaida jūs") and "2 dienas" in told


def test_hours_are_those_of_the_readers_zone(texts: Texts) -> None:
    told = read(made(texts, ORDINARY, zone=ZoneInfo("Europe/Dublin"), language="en"))
    assert "08:00 Meet us in Dublin" in told and "14:00" in told


def test_what_is_not_approved_says_so(texts: Texts) -> None:
    composed = made(texts, ORDINARY)
    assert "Facebook – Latgalē mājās, lv ◆ nav apstiprināts" in read(composed).replace("\u00a0", " ")
    assert "NAV APSTIPRINĀTS" in line(composed)


@pytest.mark.parametrize("language", ["lv", "en"])
def test_every_thing_that_can_wait_has_words_and_a_way(texts: Texts, language: str) -> None:
    things = (
        *(Waiting("delivery", 1, (Thing(state, "Ieraksts", 1, UNTIL, "Mastodon"),)) for state in ("unconfirmed", "failed", "unapproved", "held")),
        *(Waiting("mail", 1, (Thing(state, "2026-11-25", None, UNTIL),)) for state in ("unconfirmed", "failed", "due")),
        Waiting("inquiry", 4, (Thing("unanswered", ""),)),
        Waiting("alarm", 2, (Thing("rising", "lv"), Thing("rising", "ru"))),
        Waiting("model", 1, (Thing("candidate", "", 1, UNTIL),)),
    )  # fmt: skip
    composed = made(texts, replace(ORDINARY, business=replace(BUSINESS, waiting=things)), language=language)
    for path in ("/deliveries/1", "/attention", "/inquiries?unanswered=1", "/trends/term", "/quality"):
        assert f"https://ziemeli.example{path}" in links(composed)


def test_the_words_of_every_edition_are_whole(texts: Texts) -> None:
    for digest, judge in MORNINGS.values():
        for language in ("lv", "en"):
            composed = made(texts, digest, judge, language)
            assert not re.search(r"\bdigest\.|\{[a-z]+\}|None", composed.html.partition("<body")[2] + composed.text)
            assert f'lang="{language}"' in composed.html


def test_much_is_told_short(texts: Texts) -> None:
    """Eight stories whole, eight in a line, and how many more; of other things the first ones and a number."""
    many = tuple(delivery(number, f"Ieraksts {number}", "Mastodon", 8) for number in range(30))
    troubles = tuple(source(number, f"Avots {number}", "erring", "http.timeout", host="a.example", seconds=3) for number in range(30))
    waits = (Waiting("delivery", 30, tuple(Thing("failed", f"Ieraksts {n}", n, UNTIL, "Mastodon") for n in range(30))),)
    stories = tuple(story(telling(number, "Avots", "local", f"Ziņa {number}", "Teikums.")) for number in range(5000))
    digest = replace(ORDINARY, stories=stories, doubtful=stories, troubles=troubles, business=replace(BUSINESS, waiting=waits, going_out=many))
    composed = made(texts, digest)
    assert len(parsed(composed.html).xpath("//h3")) == 8
    for told in (read(composed), line(composed)):
        for part in ("Ziņa 15", "un vēl 4984 ziņas", "un vēl 4996 ziņas", "un vēl 24 ieraksti", "un vēl 27", "un vēl 25 avoti"):
            assert part in told
    assert len(composed.html.encode()) < 60_000


def hostile_morning() -> Digest:
    url = "https://x.example/?" + "\"'><&" * 120
    worst = telling(
        1, HOSTILE * 3, "national", HOSTILE + "Ā" * 5000, "a " * 3000, ["a"], tone="critical", places=[HOSTILE, HOSTILE + "x"],
        agency=HOSTILE * 9, names_us=True, url=url,
    )  # fmt: skip
    repeating = replace(worst, title="a " * 3000, sentence="a " * 3000, url="javascript:alert(1)")
    stories = tuple(story(worst if number % 2 else repeating, replace(worst, outlet=f"{HOSTILE}{number}")) for number in range(5000))
    thing = Thing("failed", HOSTILE * 99, 1, UNTIL, HOSTILE * 99)
    post = replace(delivery(7, HOSTILE * 99, HOSTILE * 99, 9), language="lv")
    return replace(
        ORDINARY, stories=stories, doubtful=stories, printed=tuple(Printed(n, HOSTILE * 90, (HOSTILE * 8, "b") * 50, (1,)) for n in range(500)),
        troubles=tuple(replace(ERRING, id=n, name=HOSTILE * 99, reason_key=None) for n in range(500)), topics=(HOSTILE,) * 50,
        choice=Choice(places=frozenset({HOSTILE, "b"})),
        business=replace(BUSINESS, waiting=(Waiting("delivery", 1, (thing,) * 9),), going_out=(post,), inquiries=(replace(BUSINESS.inquiries[1], label=HOSTILE * 99),)),
    )  # fmt: skip


def test_five_thousand_hostile_stories_fit_and_stay_text(texts: Texts) -> None:
    composed = made(texts, hostile_morning())
    assert len(composed.html.encode()) < 100_000 and len(composed.text.encode()) < 100_000
    tree = parsed(composed.html)
    assert {str(element.tag) for element in tree.iter() if isinstance(element.tag, str)} <= {
        "html", "head", "title", "meta", "style", "body", "div", "table", "tbody", "tr", "td", "h1", "h2", "h3", "p", "a", "span", "strong", "img",
    }  # fmt: skip
    assert not [name for element in tree.iter() if isinstance(element.tag, str) for name in element.attrib if name.startswith("on")]
    assert all(link.startswith(("https://x.example/?", "https://ziemeli.example/")) for link in links(composed))
    assert "<script>alert(1)</script>{{ 7*7 }}{% x %}&amp;\"'</mj-text><mj-raw>]]>" in tree.text_content()
    assert "49" not in re.findall(r"\d+", tree.xpath("//h3")[0].text_content())
    for told in (composed.html, composed.text):
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\ud800]", told)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.text(min_size=1, max_size=20))
def test_any_text_can_be_told(texts: Texts, title: str, sentence: str, outlet: str) -> None:
    told = story(telling(1, outlet, "local", title, sentence, list(sentence.split()[:2]), places=[outlet]))
    composed = made(texts, replace(ORDINARY, stories=(told,)))
    composed.html.encode()
    composed.text.encode()
    tree = parsed(composed.html)
    assert not tree.xpath("//script") and len(tree.xpath("//h3")) == 1
    assert all(link.startswith("https://") for link in links(composed))


def test_plain_text_keeps_to_its_columns(texts: Texts) -> None:
    for digest, judge in MORNINGS.values():
        for line in made(texts, digest, judge).text.splitlines():
            assert len(line) <= 72 or "https://" in line


def test_the_picture_tells_the_week_and_its_words_too(texts: Texts) -> None:
    (picture,) = made(texts, ORDINARY).pictures
    assert picture.name == "week" and picture.data.startswith(b"\x89PNG") and len(picture.data) < 25_000
    assert "Kopā 40 pieminējumu" in picture.alt and "Latvijas mediji 17" in picture.alt and "parasti 32" in picture.alt
    html = made(texts, ORDINARY).html
    assert parsed(html).xpath("//img/@src") == ["cid:week@pictures"]
    assert picture.data == made(texts, LATE).pictures[0].data  # drawn once for a language and a week
    assert picture.data != made(texts, ORDINARY, language="en").pictures[0].data


def test_a_week_without_a_past_says_no_usual(texts: Texts) -> None:
    week = tuple(replace(day, usual=None) for day in ORDINARY.week)
    composed = made(texts, replace(ORDINARY, week=week))
    assert "Pēdējās 7 dienās – 40 pieminējumu." in read(composed) and "parasti" not in composed.pictures[0].alt


def test_two_mails_of_the_same_are_the_same(texts: Texts) -> None:
    assert made(texts, ORDINARY) == made(texts, ORDINARY)


def test_a_thing_of_another_day_has_its_day_with_it(texts: Texts) -> None:
    late = replace(delivery(5, "Vakardienas ieraksts", "Mastodon", 8), due_at=UNTIL - timedelta(days=1))
    assert "25. nov. 07:30 Vakardienas ieraksts" in read(made(texts, replace(ORDINARY, business=replace(BUSINESS, going_out=(late,)))))
