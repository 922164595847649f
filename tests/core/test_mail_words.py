"""Mails from templates: texts stay texts, links lead to the web alone, plain text keeps to its columns."""

from types import SimpleNamespace
from typing import Any

import jinja2
import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.mail_words import cut, cut_marked, plain, render_mail, wrapped
from outreach.core.text import Texts
from scrapers.watch.marks import marked
from tests.support.mornings import UNTIL, ZONE


def parsed(html: str) -> Any:
    return lxml.html.fromstring(html)


def alert(texts: Texts, text: str, link: str = "https://ziemeli.example/mentions/1", **more: object) -> tuple[str, str]:
    line = SimpleNamespace(kind="critical", text=text, at=UNTIL, where="Rīta Avīze", link=link)
    return render_mail("alert", {
        "t": texts.in_language("lv"), "zone": ZONE, "lines": [line], "page": "https://ziemeli.example/",
        "settings_link": "https://ziemeli.example/me", **more,
    })  # fmt: skip


def test_an_alert_says_what_where_and_when_in_both_parts(texts: Texts) -> None:
    html, text = alert(texts, "Kritiski par koordinatoru: revidenti nav apmierināti", more=3)
    for told in (parsed(html).text_content(), text):
        assert "Kritiski par koordinatoru" in told and "Rīta Avīze · 26. nov. 07:30" in told and "un vēl 3" in told
    assert "https://ziemeli.example/mentions/1" in html and "https://ziemeli.example/mentions/1" in text
    assert 'lang="lv"' in html and 'role="presentation"' in html


@pytest.mark.parametrize("text", [
    "<script>alert(1)</script>", "{{ 7 * 7 }}{% raw %}", "a & b &amp; c &nbsp;", "]]> <![CDATA[ <!-- -->", "</mj-text><mj-raw>x</mj-raw>",
    "\"onmouseover='alert(1)", "emocijas 😀👩‍👩‍👧", "Ā" * 5000, "&" * 5000, "ремиграция в Латгалию", "עברית",
])  # fmt: skip
def test_what_looks_like_markup_is_text(texts: Texts, text: str) -> None:
    html, written = alert(texts, text)
    tree = parsed(html)
    assert cut(text, 240) in tree.text_content()
    assert cut(text, 240) in " ".join(written.split())
    assert not tree.xpath("//script|//iframe|//object|//form|//@onmouseover|//link")


@pytest.mark.parametrize("text", ["a\u202eb", "a\x00b", "a\x0bb", "a\ud800b", "a\u2066b\u2069", "a\ufffeb", "a\x9fb"])
def test_letters_that_turn_or_break_a_text_are_left_out(texts: Texts, text: str) -> None:
    html, written = alert(texts, text)
    html.encode()
    assert ">ab<" in html and "ab" in written


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", "//evil.example", "https://a.example/ b", "https://a.example/\n", "https://a.example/" + "&" * 300])  # fmt: skip
def test_only_addresses_of_the_web_become_links(texts: Texts, url: str) -> None:
    html, written = alert(texts, "Kas noticis", url)
    assert [link for link in parsed(html).xpath("//a/@href") if "ziemeli" not in link] == []
    assert "Kas noticis" in html and (not url or url not in written)


def test_a_quote_in_an_address_stays_in_it(texts: Texts) -> None:
    html, _ = alert(texts, "Kas noticis", "https://a.example/?q=\"><b>'&x=1")
    assert "https://a.example/?q=\"><b>'&x=1" in parsed(html).xpath("//a/@href")


def test_nobody_else_is_asked_for_anything(texts: Texts) -> None:
    html, _ = alert(texts, "Kas noticis")
    assert "fonts.googleapis" not in html and "@import" not in html and "url(" not in html


def test_what_a_template_lacks_is_an_error(texts: Texts) -> None:
    with pytest.raises(jinja2.UndefinedError):
        render_mail("alert", {"t": texts.in_language("lv")})


def test_plain_text_has_no_blank_ends() -> None:
    assert plain("\n a  \n\n\n\nb\t\n") == "a\n\nb\n"


def test_lines_keep_to_their_columns_and_addresses_stay_whole() -> None:
    url = "https://avize.example/" + "x" * 90
    lines = wrapped(f"{'vārds ' * 40}{url}", "   ", " 1 ").splitlines()
    assert lines[0].startswith(" 1 vārds") and all(line.startswith("   ") for line in lines[1:])
    assert all(len(line) <= 72 for line in lines[:-1]) and lines[-1].strip() == url


@pytest.mark.parametrize(("text", "most", "told"), [
    ("īss", 10, "īss"), ("  divas\n rindas ", 20, "divas rindas"), ("abcdefghij", 5, "abcd…"), ("abc defg", 5, "abc…"), ("", 5, ""),
])  # fmt: skip
def test_texts_are_cut_with_an_ellipsis(text: str, most: int, told: str) -> None:
    assert cut(text, most) == told


@pytest.mark.parametrize(("sentence", "most", "told"), [
    ("Par remigrāciju runā.", 40, "Par [remigrāciju] runā."),
    ("Viens divi trīs četri pieci remigrāciju seši septiņi astoņi", 30, "… pieci [remigrāciju] seši…"),
    ("Par remigrāciju runā gari un plaši, un vēl garāk", 30, "Par [remigrāciju] runā gari un…"),
    ("Viens divi trīs četri pieci seši remigrāciju", 24, "… pieci seši [remigrāciju]"),
    ("Bez vārda, kas izšķīra, ir tikai sākums", 20, "Bez vārda, kas…"),
])  # fmt: skip
def test_a_sentence_is_cut_around_its_first_mark(sentence: str, most: int, told: str) -> None:
    pieces = cut_marked(marked(sentence, ["remigrāciju"]), most)
    assert "".join(f"[{piece}]" if hit else piece for piece, hit in pieces) == told


@given(st.text(max_size=400), st.lists(st.text(min_size=1, max_size=6), max_size=4), st.integers(20, 200))
def test_a_cut_sentence_is_short_and_has_few_marks(sentence: str, forms: list[str], most: int) -> None:
    pieces = cut_marked(marked(sentence, forms), most)
    assert sum(len(piece) for piece, _ in pieces) <= most + 3
    assert sum(hit for _, hit in pieces) <= 6
