"""A release as a mail and as plain text: what it says, what it links, how large it gets, what hostile texts do to it."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from outreach import wiring
from outreach.core.mail_mould import Mould
from outreach.pressroom.outputs import mail, plain, wording
from outreach.pressroom.outputs.mail import Letter, Links
from outreach.pressroom.texts import Pictured, Quoted, Said
from tests.outreach.pressroom.outputs.samples import NOW, OFFICE, RIGA, said

TEXTS = wiring.texts()
SLOT = "ab12CD34ef56"
LINKS = Links(
    page="https://prese.example.org/prese/simts", pdf="https://prese.example.org/x.pdf", docx="https://prese.example.org/x.docx",
    pictures=("https://prese.example.org/1.jpg",), prints=("https://prese.example.org/1-print.jpg",),
    leave=f"https://prese.example.org/beigt/{SLOT}",
)  # fmt: skip
PICTURE = Pictured("a.webp", 1600, 900, "Ezers vakarā", "Rāzna", "Birojs")


def letter(told: Said, hello: str = "Labdien!", links: Links = LINKS, **more: Any) -> Letter:
    return mail.letter(told, hello, links, TEXTS.in_language(told.language), OFFICE, zone=RIGA, now=more.pop("now", NOW), **more)


def test_it_says_everything_that_the_release_says_in_both_parts() -> None:
    made = letter(said(pictures=(PICTURE,)))
    shown = " ".join(html.fromstring(made.html).text_content().split())
    text = " ".join(made.text.split())
    for told in (
        "EMBARGO: nepublicēt līdz 24.11.2026. plkst. 10:00 pēc Latvijas laika", "Labdien!", "Šogad ar remigrācijas koordinatores", "vieta bērnudārzā",
        "„Mums neviens neprasīja, kāpēc atgriezāmies, bet gan – ko vajag”", "Ilze Kalniņa, remigrācijas koordinatore", "58 ģimenes plāno", "Rāzna. Foto: Birojs",
        "Birojs palīdz ģimenēm", "20 000 000", "Jūs saņemat šo vēstuli", "Vairs nesaņemt",
    ):  # fmt: skip
        assert told in shown, told
        assert told in text, told
    assert "LATGALĒ ATGRIEZUŠĀS SIMTS" in text
    assert max(map(len, made.text.splitlines())) <= 78


def test_it_leads_where_it_should_and_nowhere_else() -> None:
    tree = html.fromstring(letter(said(pictures=(PICTURE,))).html)
    assert set(tree.xpath("//a/@href")) == {LINKS.page, LINKS.pdf, LINKS.docx, LINKS.prints[0], LINKS.leave}
    assert tree.xpath("//img/@src") == list(LINKS.pictures)  # and no picture that counts who looks
    assert tree.xpath("//img/@alt") == ["Ezers vakarā"]
    assert tree.xpath("//script | //link | //form | //iframe") == []


def test_without_addresses_there_are_neither_links_nor_pictures() -> None:
    made = letter(said(pictures=(PICTURE,)), links=Links())
    tree = html.fromstring(made.html)
    assert tree.xpath("//a | //img") == []
    assert "http" not in made.text and "Faili" not in made.text + tree.text_content()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.org/", "https://example.org/a b", "//example.org"])
def test_what_is_no_address_of_the_web_is_not_linked(url: str) -> None:
    made = letter(said(pictures=(PICTURE,)), links=Links(url, url, url, (url,), (url,), url))
    hrefs = html.fromstring(made.html).xpath("//a/@href | //img/@src")
    assert hrefs == []


@pytest.mark.parametrize(
    ("more", "subject"),
    [
        ({"embargo_until": None}, "Preses relīze: Virsraksts"),
        ({}, "EMBARGO līdz 24.11. plkst. 10:00 | Preses relīze: Virsraksts"),
        ({"kind": "correction", "embargo_until": None}, "Preses relīzes labojums: Virsraksts"),
        ({"kind": "withdrawal", "embargo_until": None}, "Preses relīzes atsaukums: Virsraksts"),
        ({"language": "en"}, "EMBARGO until 24 Nov, 10:00 | Press release: Virsraksts"),
        ({"language": "ru"}, "ЭМБАРГО до 24 ноября, 10:00 | Пресс-релиз: Virsraksts"),
    ],
)  # fmt: skip
def test_the_subject_says_what_it_is(more: dict[str, object], subject: str) -> None:
    assert letter(said(headline="Virsraksts", **more)).subject == subject


def test_an_embargo_that_is_over_is_told_no_more() -> None:
    after = NOW + timedelta(days=2)
    made = letter(said(), now=after)
    assert "EMBARGO" not in made.subject + made.html + made.text
    assert "EMBARGO" not in plain.text(said(), "Birojs", RIGA, TEXTS.in_language("lv"), now=after)


@pytest.mark.parametrize(
    ("language", "words", "quoted"),
    [
        ("lv", "Jā", "„Jā”"), ("en", "Yes", "“Yes”"), ("ru", "Да", "«Да»"), ("lv", "“Jā”", "„Jā”"), ("lv", '"Jā"', "„Jā”"), ("xx", "Yo", "“Yo”"),
        ("lv", "„Jā” un „nē”", "„„Jā” un „nē””"),
    ],
)  # fmt: skip
def test_quotes_have_the_marks_of_their_language(language: str, words: str, quoted: str) -> None:
    assert wording.quoted(words, language) == quoted


@pytest.mark.parametrize("unit", ["Vārds un vēl viens. ", "<&\"'>", "ā" * 500 + " "])
def test_no_mail_is_larger_than_programmes_show(unit: str) -> None:
    paragraph = unit * (4000 // len(unit))
    long = said(
        body="\n\n".join([paragraph] * 60), lead=paragraph, facts=(paragraph,) * 30, boilerplate=paragraph, contact=paragraph,
        headline=paragraph, quotes=(Quoted(paragraph, paragraph, paragraph),) * 20, pictures=(PICTURE,) * 30,
    )  # fmt: skip
    made = letter(long)
    assert 20_000 < len(made.html.encode()) <= mail.LARGEST
    assert "Teksts ir garāks" in made.html and "Teksts ir garāks" in made.text
    assert "Lūdziet mums" in letter(long, links=Links()).text
    assert "Teksts ir garāks" not in letter(said()).html


def test_slots_stay_where_they_are_for_each_recipients_own() -> None:
    made = letter(said(), f"Sveiki, {SLOT}g!", LINKS)
    mould = Mould.cast(text=made.text, html=made.html, slots=[f"{SLOT}g"], mark="x")
    assert mould.slots == {f"{SLOT}g"}
    assert made.html.count(f"beigt/{SLOT}") == 1 and made.text.count(f"beigt/{SLOT}") == 1


def test_the_same_release_is_the_same_mail() -> None:
    assert letter(said()) == letter(said())


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["<script>alert(1)</script>", "</mj-text><mj-raw><img src=x onerror=y>", "{{ t }}{% raw %}", "a\r\nBcc: all@press.test",
                     "\u202eevil\u2069", "\x00\x0b\ud800", "]]>&amp;<!--", "## virsraksts\n- punkts", "<mj-include path='/etc/passwd' />"]),
)  # fmt: skip


@settings(max_examples=60)
@given(a=HOSTILE, b=HOSTILE, c=HOSTILE)
def test_no_text_becomes_markup_or_a_header(a: str, b: str, c: str) -> None:
    told = said(
        headline=a, lead=b, body=f"{c}\n\n{a}", facts=(b, c), boilerplate=a, contact=b, quotes=(Quoted(c, a, b),),
        pictures=(replace(PICTURE, alt=a, caption=b, rights=c),),
    )  # fmt: skip
    made = letter(told, b)
    made.html.encode(), made.text.encode()
    tree = html.fromstring(made.html)
    assert tree.xpath("//script | //form | //iframe | //*[@onerror]") == []
    assert {*tree.xpath("//a/@href")} <= {LINKS.page, LINKS.pdf, LINKS.docx, *LINKS.prints, LINKS.leave}
    assert tree.xpath("//img/@src") == list(LINKS.pictures)
    assert "\n" not in made.subject and "\r" not in made.subject and made.subject.isprintable() | (made.subject.strip() != "")
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", made.subject + made.html.replace("\n", "") + made.text.replace("\n", ""))
