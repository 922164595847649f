"""The engine gives exactly what the plain meaning gives."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scrapers.query.engine import compile_queries
from scrapers.query.expand import expand
from scrapers.query.flat import flat, flat_words
from scrapers.query.parse import parse
from scrapers.query.tree import All, Any, Close, Facts, Form, Forms, Inside, Row, Sought
from scrapers.watch.words import words
from tests.scrapers.query import growing, naive

A, B, C = (Forms((Form((name,)),), 0) for name in ("an", "balvi", "māja"))
# From "an" to "māja" with other words in between each time: all of them make the stretch up.
SAME_STRETCH = Close(Any((A, Row((A, B), 0))), Any((C, Row((B, C), 0))), 1, False, 0)


@given(st.lists(growing.sought, min_size=1, max_size=5), growing.texts(5), growing.texts(), growing.facts)
@example([SAME_STRETCH, Close(SAME_STRETCH, B, 3, True, 0)], "", "an balvi māja, an balvi", Facts())
@example([Inside("title", Inside("text", A)), Inside("title", Any((Inside("text", A), B)))], "balvi", "an", Facts())
@example([Forms((Form(("balvi", "an"), upper=(1,)),), 0)], "", "balvi AN an, balvi an", Facts())
@example([Forms((Form(("an",), upper=(0,)), Form(("balvi",), capital=True)), 0)], "AN an", "balvi Balvi", Facts())
@example([Forms((Form(("an", "balvi")),), 0)], "", "balvi an", Facts())
@example([All((A, B, C)), All((A, B))], "an", "balvi", Facts())
@example([All((A, B, C))], "", "balvi māja", Facts())
@example([Close(A, B, 1, False, 0), Close(A, B, 1, True, 0)], "", "an x balvi x x an x balvi", Facts())
@example([Close(A, B, 1, False, 0)], "balvi x an", "balvi x x an", Facts())
def test_the_engine_says_what_the_plain_meaning_says(
    queries: list[Sought], title: str, text: str, facts: Facts
) -> None:
    engine = compile_queries(queries)
    wanted = naive.matches(queries, words(title), words(text), facts)
    assert engine.match(words(title), words(text), facts) == wanted
    assert engine.which(title, text, facts) == tuple(wanted)


@given(st.text(max_size=40) | growing.texts(), st.text(max_size=40) | growing.texts())
@example("x\u00ad", "-\n")
@example("мa", "")
@example("aм", "")
@example("ёлка Ёлка", "×÷ a×b")
def test_the_quick_line_has_the_words_that_the_text_has(title: str, text: str) -> None:
    assert flat(title, text).split() == flat_words(words(title), words(text)).split()


NOTHING = Facts()
# A query, a title, a text, and the characters that are matched (None: the query does not match).
MEANT: tuple[tuple[str, str, str, list[str] | None], ...] = (
    ("remigrācija", "", "Par remigrāciju. REMIGRĀCIJA!", ["REMIGRĀCIJA"]),
    ("migration", "", "preMigration, migrations", None),
    ("tautietis", "", "cittautietis", None),
    ("remigrācija", "", "remi\u00adgrā\u00adcija, remig-\nrācija, rеmigrācija", ["remi\u00adgrā\u00adcija", "remig-\nrācija", "rеmigrācija"]),
    ("re-emigrācija", "", "re-emigrācija re\u00a0emigrācija reemigrācija", ["re-emigrācija", "re\u00a0emigrācija"]),
    ("=Balvi", "", "balvi BALVI Bal\u00advi Balvi", ["Bal\u00advi", "Balvi"]),
    ("remig*", "", "Remigrantu emigrantu", ["Remigrantu"]),
    ('"Balvu novads"', "Balvu", "novads; Balvu, novads", ["Balvu, novads"]),
    ("Balvi NOT Ludza", "Balvi", "Ludza", None),
    ("Balvi NOT Ludza", "Balvi", "Ludzā", ["Balvi"]),
    ("title:Balvi", "", "Balvi", None),
    ("title:(Balvi Ludza)", "Balvi", "Ludza", None),
    ("title:Balvi text:Ludza", "Balvi", "Ludza", ["Balvi", "Ludza"]),
    ("NOT title:Balvi Ludza", "Ludza", "Balvi", ["Ludza"]),
    ("Balvi NEAR/2 Ludza", "", "Ludza un te Balvi un te un Ludza", ["Ludza", "Balvi"]),
    ("Balvi BEFORE/3 Ludza", "", "Ludza un te Balvi un te un Ludza", ["Balvi", "Ludza"]),
    ("Balvi NEAR/0 Ludza", "Balvi", "Ludza", None),
    ("Balvi NEAR/5 Balvi", "", "Balvi", None),
    ("a NEAR/0 b NEAR/1 c", "", "c x b a", ["c", "b", "a"]),
    ("a NEAR/0 b NEAR/1 c", "", "c x a b", ["c", "a", "b"]),
    ("a NEAR/0 b NEAR/1 c", "", "c x x a b", None),
    ("(a OR b) NEAR/1 c", "", "a c x x b", ["a", "c"]),
    ("source:avots a", "", "a", None),
    ("lang:lv (a OR b)", "", "b", ["b"]),
    ("place:balvi", "", "b", []),
    ("tier:local OR b", "", "b", ["b"]),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "title", "text", "found"), MEANT)
def test_a_query_matches_what_it_says(typed: str, title: str, text: str, found: list[str] | None) -> None:
    query = expand(parse(typed), {})
    facts = Facts("Cits", "national", "lv", ("Balvi",))
    fields = {"title": words(title), "text": words(text)}
    match = compile_queries([query]).match(fields["title"], fields["text"], facts).get(0)
    shown = None if match is None else [fields[span.where].source[span.start : span.end] for span in match.spans]
    assert shown == found
    assert naive.matches([query], fields["title"], fields["text"], facts).get(0) == match


def test_the_score_is_the_weakest_of_what_is_needed() -> None:
    engine = compile_queries([expand(parse(typed), {}) for typed in ("māja", "māja ķēķis", "māja OR ķēķis", '"ķēķis māja"')])
    found = engine.match(words(""), words("maja ķēķis māja"), NOTHING)
    assert {number: match.score for number, match in found.items()} == {0: 1.0, 1: 1.0, 2: 1.0, 3: 1.0}
    found = engine.match(words(""), words("ķēķis maja"), NOTHING)
    assert {number: match.score for number, match in found.items()} == {0: 0.9, 1: 0.9, 2: 1.0, 3: 0.9}


def test_an_engine_without_queries_matches_nothing() -> None:
    assert compile_queries([]).which("a", "b", NOTHING) == ()
    assert compile_queries([]).match(words("a"), words("b"), NOTHING) == {}


def test_an_engine_can_be_asked_from_many_threads() -> None:
    queries = [expand(parse(typed), {}) for typed in ("a NEAR/3 b", "a NOT c", "title:b OR remig*", '"b a"')]
    engine = compile_queries(queries)
    documents = [("a b", "c a b"), ("remigrants", "b a"), ("c", "a"), ("b", "a x x b")] * 50
    wanted = [tuple(naive.matches(queries, words(title), words(text), NOTHING)) for title, text in documents]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda told: engine.which(*told, NOTHING), documents)) == wanted


def test_no_letter_is_read_in_two_ways() -> None:
    # Beyond these every text is cut into words.
    for code in range(0x3400):
        char = chr(code)
        text = f"ab{char}cd {char} Жё{char}я {char}\n{char}x"
        assert flat(text, text).split() == flat_words(words(text), words(text)).split(), hex(code)
