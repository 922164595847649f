"""From a typed word to the forms that are looked for."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from scrapers.forms import paradigm, spelling
from scrapers.query.engine import compile_queries
from scrapers.query.expand import expand, shown_forms
from scrapers.query.lists import ListOf
from scrapers.query.parse import parse
from scrapers.query.tree import All, Any, Close, Facts, Fits, Form, Forms, Inside, Row, Without
from scrapers.watch.words import words

LISTS = {
    "vietas": ListOf(
        "vietas", ("places",), ("Rēzekne", "Malta"), (Form(("rēzeknē",), capital=True), Form(("ķepā",), capital=True))
    )
}


@dataclass(frozen=True)
class Told:
    text: str
    uncertain: bool = False


@pytest.fixture(autouse=True)
def few_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paradigms of two words, so that these tests say nothing about Latvian."""
    known = {("māja", "lv"): ("māja", "mājā"), ("māja", "ltg"): ("muoja", "mājā")}

    def forms(word: str, lang: str | None = None) -> Iterator[Told]:
        for (lemma, language), found in known.items():
            if lemma == word and lang in (None, language):
                yield from (Told(one, language == "ltg") for one in found)

    monkeypatch.setattr(paradigm, "forms", forms)
    monkeypatch.setattr(spelling, "misspellings", lambda form: ((f"{form}a", 0.5), (form[:-1], 0.95)))


def forms_of(typed: str, *languages: str, off: tuple[str, ...] = ()) -> dict[str, float]:
    found = expand(parse(typed), LISTS, languages, off)
    assert isinstance(found, Forms)
    return {" ".join(form.words): form.weight for form in found.forms}


def test_a_plain_word_is_found_also_without_its_marks() -> None:
    assert forms_of("Māja") == {"māja": 1.0, "maja": 0.9}
    assert forms_of("maja") == {"maja": 1.0}
    assert forms_of("домой") == {"домой": 1.0}
    assert forms_of("ёлка") == {"елка": 1.0}
    assert forms_of("re-emigrācija") == {"re emigrācija": 1.0, "re emigracija": 0.9}


def test_a_beginning_and_an_exact_word() -> None:
    assert expand(parse("Remigrāc*"), {}) == Forms(
        (Form(("remigrāc",), prefix=True), Form(("remigrac",), 0.9, prefix=True)), 0
    )
    assert expand(parse("=Ķeža"), {}) == Forms((Form(("ķeža",), exact="Ķeža"),), 0)


def test_all_forms_come_with_their_misspellings() -> None:
    assert forms_of("~māja", "lv") == {
        "māja": 1.0, "maja": 0.9, "mājaa": 0.5, "māj": 0.95, "mājā": 1.0, "mājāa": 0.5,
    }  # fmt: skip
    assert forms_of("~zirgs", "lv") == {"zirgs": 1.0, "zirgsa": 0.5, "zirg": 0.95}
    assert {"muoja", "māja"} <= forms_of("~māja").keys()
    assert "muoja" not in forms_of("~māja", "lv", "en")


def test_what_was_unticked_is_not_looked_for_nor_its_misspellings() -> None:
    assert forms_of("~māja", "lv", off=("Mājā",)) == {"māja": 1.0, "maja": 0.9, "mājaa": 0.5, "māj": 0.95}
    assert "maja" not in forms_of("~māja", "lv", off=("maja",))
    assert forms_of("māja", off=("māja",)) == {}
    gone = compile_queries([expand(parse("māja"), {}, (), ("māja",))])
    assert gone.which("māja", "māja", Facts()) == ()


def test_every_part_becomes_what_is_looked_for() -> None:
    tree = parse('a "b c" OR title:(d NEAR/2 e) NOT source:"Latgales Laiks"')
    plain = {name: Forms((Form((name,)),), at) for name, at in (("a", 0), ("b", 3), ("c", 5), ("d", 18), ("e", 27))}
    assert expand(tree, {}) == Any(
        (
            All((plain["a"], Row((plain["b"], plain["c"]), 2))),
            All(
                (
                    Inside("title", Close(plain["d"], plain["e"], 2, False, 18)),
                    Without(Fits("source", "latgales laiks")),
                )
            ),
        )
    )


def test_a_list_keeps_its_capitals() -> None:
    found = expand(parse("{vietas}"), LISTS)
    assert found == Forms(
        (Form(("rēzeknē",), capital=True), Form(("rezekne",), 0.9, capital=True), Form(("ķepā",), capital=True)), 0
    )
    engine = compile_queries([found])
    assert engine.which("", "Rēzeknē", Facts()) == (0,)
    assert engine.which("", "rēzeknē", Facts()) == ()
    assert engine.match(words(""), words("Rezekne"), Facts())[0].score == 0.9


def test_the_editor_is_shown_each_typed_word_once_surest_first() -> None:
    shown = shown_forms(parse('~māja OR "=Balvi ~māja" OR {vietas} NOT source:x remig*'), LISTS, ("lv", "ltg"))
    assert [name for name, _ in shown] == ["~māja", "=Balvi", "{vietas}", "remig*"]
    told = dict(shown)
    assert [(text, weight) for text, weight, _ in told["~māja"]][:3] == [("māja", 1.0), ("mājā", 1.0), ("muoja", 1.0)]
    assert [weight for _, weight, _ in told["~māja"]] == sorted((one.weight for one in told["~māja"]), reverse=True)
    # A form that one language is sure of is sure.
    doubts = {text: doubt for text, _, doubt in told["~māja"]}
    assert (doubts["māja"], doubts["mājā"], doubts["muoja"]) == (False, False, True)
    assert told["=Balvi"] == [("Balvi", 1.0, False)]
    assert told["remig*"] == [("remig*", 1.0, False)]


def test_what_is_shown_can_be_unticked() -> None:
    for typed in ("~māja", "=Balvi", "{vietas}", "remig*", "re-emigrācija"):
        ((_, shown),) = shown_forms(parse(typed), LISTS)
        assert forms_of(typed, off=tuple(one.text for one in shown)) == {}
