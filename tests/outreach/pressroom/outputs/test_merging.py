"""Greetings and merge fields: how a person is called, what a field says, what an unknown one is told."""

from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.errors import OutreachError
from outreach.core.text import Texts
from outreach.pressroom.outputs import merging, names


@dataclass(frozen=True)
class Who:
    name: str
    outlet: str = ""
    role: str = ""


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Jānis", "Jāni"), ("Andris", "Andri"), ("Juris", "Juri"), ("Oskars", "Oskar"), ("Pēteris", "Pēteri"), ("Edgars", "Edgar"),
        ("Mikus", "Miku"), ("Ingus", "Ingu"), ("Andrejš", "Andrej"), ("Anna", "Anna"), ("Ilze", "Ilze"), ("Dace", "Dace"),
        ("Raivo", "Raivo"), ("Anna-Marija", "Anna-Marija"), ("Jānis-Kristaps", "Jāni-Kristap"), ("Aleksandrs", "Aleksandr"),
        ("John", "John"), ("Bo", "Bo"), ("", ""),
    ],
)  # fmt: skip
def test_a_latvian_name_is_called_out(name: str, called: str) -> None:
    assert names.called(name) == called


@pytest.mark.parametrize(
    ("name", "outlet", "first"),
    [
        ("Jānis Ozols", "", "Jānis"), ("Anna-Marija Kalniņa", "LTV", "Anna-Marija"), ("Иван Петров", "", "Иван"), ("John Smith", "", "John"),
        ("Redakcija", "", ""), ("Ziņu redakcija", "", ""), ("Rēzeknes Vēstis", "", ""), ("Latgales Laiks", "Latgales Laiks", ""),
        ("Latgales Laiks", "", ""), ("Ludzas Zeme", "", ""), ("Radio Marija", "", ""), ("SIA Vēstnesis", "", ""), ("Delfi", "", ""),
        ("LTV Ziņas", "", ""), ("Anna anna@example.org", "", ""), ("", "", ""), ("Newsroom Desk", "", ""), ("jānis ozols", "", ""),
        ("Vietējā Laika", "Vietējā Laika", ""),
    ],
)  # fmt: skip
def test_who_may_be_no_person_has_no_first_name(name: str, outlet: str, first: str) -> None:
    assert names.first_name(name, outlet) == first


@pytest.mark.parametrize(
    ("language", "name", "greeting"),
    [
        ("lv", "Jānis Ozols", "Labdien, Jāni!"), ("lv", "Ilze Kalniņa", "Labdien, Ilze!"), ("lv", "Redakcija", "Labdien!"), ("lv", "Иван Петров", "Labdien!"),
        ("en", "Jānis Ozols", "Hello Jānis,"), ("en", "Newsroom", "Hello,"),
        ("ru", "Иван Петров", "Здравствуйте, Иван!"), ("ru", "Jānis Ozols", "Здравствуйте!"),
    ],
)  # fmt: skip
def test_a_greeting_speaks_the_releases_language(texts: Texts, language: str, name: str, greeting: str) -> None:
    t = texts.in_language(language)
    assert merging.greeting(name, "", t) == greeting
    assert merging.merge(t("pressout.out.hello"), merging.fields(Who(name), t)) == greeting


def test_a_field_has_a_name_in_every_language(texts: Texts) -> None:
    values = merging.fields(Who("Mikus Liepa", "Ludzas ziņas", "redaktors"), texts.in_language("lv"))
    told = merging.merge("{vārds} {name} {имя}|{medijs} {outlet}|{ Amats }|{должность}", values)
    assert told == "Mikus Mikus Mikus|Ludzas ziņas Ludzas ziņas|redaktors|redaktors"
    assert merging.merge("{vārds}", merging.fields(Who("Redakcija"), texts.in_language("lv"))) == "Redakcija"
    assert merging.typed_in("{vārds} {{nav}} { Name }") == {"vārds", "name"}


def test_doubled_braces_are_braces_and_values_are_not_read_again(texts: Texts) -> None:
    values = merging.fields(Who("{{vārds}} {uzruna}", "a\r\nBcc: x@example.org\x00"), texts.in_language("lv"))
    assert merging.merge("{{a}} {vārds} {medijs}", values) == "{a} {{vārds}} {uzruna} a Bcc: x@example.org"


@pytest.mark.parametrize(
    ("text", "key", "row", "letter"),
    [
        ("Labdien, {vards}!", "pressout.field", 1, 10), ("a\nb {pilsēta}", "pressout.field", 2, 3), ("{}", "pressout.field", 1, 1),
        ("a {", "pressout.brace", 1, 3), ("a\n} b", "pressout.brace", 2, 1), ("{a\nb}", "pressout.brace", 1, 1),
    ],
)  # fmt: skip
def test_what_nobody_knows_is_told_with_its_place(texts: Texts, text: str, key: str, row: int, letter: int) -> None:
    t = texts.in_language("lv")
    with pytest.raises(OutreachError) as caught:
        merging.merge(text, merging.fields(Who("Anna Kalniņa"), t))
    assert (caught.value.key, caught.value.facts["row"], caught.value.facts["letter"]) == (key, row, letter)
    assert f"{row}. rind" in t.error(caught.value)


@given(text=st.text(st.sampled_from("ab {}\n"), max_size=40))
def test_a_text_is_merged_or_refused_and_doubling_always_helps(text: str) -> None:
    values = {"a": "A", "b": "{b}"}
    assert merging.merge(text.replace("{", "{{").replace("}", "}}"), values) == text
    with suppress(OutreachError):  # nothing else is raised
        assert merging.merge(text, values) is not None


def test_the_list_for_people_says_what_each_field_says(texts: Texts) -> None:
    t = texts.in_language("lv")
    listed = merging.listed(Who("Jānis Ozols", "LTV"), t, texts.in_language("en"))
    assert [(one.typed, one.says) for one in listed] == [
        ("{greeting}", "Labdien, Jāni!"), ("{name}", "Jānis"), ("{outlet}", "LTV"), ("{role}", "")
    ]  # fmt: skip
