"""The search box: what is typed, in which forms it is looked for, where it stands; and that both stores find the same."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.core.db import Store
from scrapers import fulltext, listing, seeking
from scrapers.fulltext import Part, Sought
from scrapers.wanting import Wanted
from tests.support import mentions

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TEXTS = {
    "comes": "Ozolu ģimene atgriežas mājās",
    "came": "Bērziņi atgriezušies Preiļos, ģimenes dzīve sākas",
    "award": "Gada balva Latgalē pasniegta uzņēmējam",
    "award_turned": "Latgalē balva: gada sports",
    "town": "Balvi gaida, balvi nav balvas",
    "price": "Labākie balvi ir rīt",
    "hyphen": "Lidmašīna Rīga-Daugavpils nelido",
    "russian": "Семья вернулась из Дублина",
}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("ģimene", {"comes", "came"}),
        ("ģimenes", {"comes", "came"}),
        ("ģimenei atgriežas", {"comes", "came"}),
        ("GIMENE", {"comes", "came"}),
        ("ģim", {"comes", "came"}),
        ("семьи вернулась", {"russian"}),
        ('"balva latgalē"', {"award"}),
        ("balva latgalē", {"award", "award_turned"}),
        ("balvai", {"award", "award_turned", "town"}),
        ('"gada balva', {"award"}),
        ("balva -sports", {"award", "town"}),
        ("balva -sportam", {"award", "town"}),
        ('balva -"gada sports"', {"award", "town"}),
        ("=Balvi", {"town"}),
        ("=balvi", {"town", "price"}),
        ("=balvi -=Balvi", {"price"}),
        ("balv* gaid*", {"town"}),
        ("rīga daugavpils", {"hyphen"}),
        ("Rīga-Daugavpils", {"hyphen"}),
        ("daugavpils-rīga", set()),
        ("-sports", set()),
        ("", set()),
        ("! ? -", set()),
    ],
)
def test_what_is_typed_finds(store: Store, asked: str, found: set[str]) -> None:
    with store.transaction() as session:
        ids = {name: mentions.mention(session, NOW, text) for name, text in TEXTS.items()}
    with store.reading() as session:
        if not seeking.sought(asked):
            assert found == set()
            return
        lines = listing.page(session, Wanted(words=asked)).lines
    assert {line.id for line in lines} == {ids[name] for name in found}


def test_a_word_is_looked_for_in_its_forms(store: Store) -> None:
    forms = {row[0] for row in seeking.sought("remigrācijai skola").parts[0].rows}
    assert {"remigracija", "remigracijas", "remigraciju"} <= forms
    assert seeking.inflected("ab") == ()
    assert seeking.inflected("2026") == ()


def test_where_no_forms_are_known_the_word_itself_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeking, "_forms", lambda word: [])
    seeking.sought.cache_clear()
    seeking.inflected.cache_clear()
    try:
        assert seeking.sought("pasaule skola").parts == (Part((("pasaule",),)), Part((), ("skola",)))
    finally:
        seeking.sought.cache_clear()
        seeking.inflected.cache_clear()


def test_nothing_typed_is_endless() -> None:
    long = seeking.sought(" ".join(f"vārds{n}" for n in range(80)))
    assert len(long.parts) == 12
    assert all(len(part.rows) <= 161 for part in seeking.sought("atgriezties aizbraukt pārcelties dzīvot").parts)


def shown(text: str, asked: str, forms: tuple[str, ...] = ()) -> str:
    signs = {"": "{}", "form": "({})", "sought": "[{}]"}
    return "".join(signs[piece.kind].format(piece.words) for piece in seeking.marked(text, seeking.sought(asked), forms))


@pytest.mark.parametrize(
    ("text", "asked", "forms", "told"),
    [
        ("Ozolu ģimenes atgriežas.", "ģimene", (), "Ozolu [ģimenes] atgriežas."),
        ("Ozolu ģimenes atgriežas.", "ģimene", ("atgriežas",), "Ozolu [ģimenes] (atgriežas)."),
        ("Ozolu ģimenes atgriežas.", "atgriežas", ("atgriežas",), "Ozolu ģimenes [atgriežas]."),
        ("Gada balva Latgalē", '"gada balva"', ("balva",), "[Gada balva] Latgalē"),
        ("Balva gada", '"gada balva"', (), "Balva gada"),
        ("Remigrācija un remigranti", "remig*", (), "[Remigrācija] un [remigranti]"),
        ("Sports un skola", "skola -sports", (), "Sports un [skola]"),
        ("Nekas", "", (), "Nekas"),
        ("", "skola", (), ""),
    ],
)
def test_what_was_asked_is_marked_where_it_stands(text: str, asked: str, forms: tuple[str, ...], told: str) -> None:
    assert shown(text, asked, forms) == told


def test_pieces_around_what_was_asked() -> None:
    text = "Sākums. " + "vārdi " * 60 + "te ir skola un viss " + "beigas " * 60 + "skolai"
    first, second = seeking.around(text, seeking.sought("skola"), 2)
    assert first.startswith("… ") and first.endswith(" …") and " skola " in first
    assert second.endswith("skolai")
    assert seeking.around("nekā", seeking.sought("skola")) == ()


WORDS = ("skola", "skolas", "māja", "mājas", "tilts", "Balvi")


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join), min_size=1, max_size=6),
    parts=st.lists(
        st.builds(
            Part,
            rows=st.lists(st.lists(st.sampled_from(WORDS).map(fulltext.folded), min_size=1, max_size=2).map(tuple), min_size=1, max_size=3).map(tuple),
            beginnings=st.lists(st.sampled_from(("sk", "maj", "t")), max_size=1).map(tuple),
            without=st.booleans(),
        ),
        min_size=1,
        max_size=3,
    ),
)
def test_a_store_finds_what_a_plain_reader_would(store: Store, texts: list[str], parts: list[Part]) -> None:
    sought = Sought(tuple(parts))
    with store.transaction() as session:
        ids = [mentions.mention(session, NOW, text) for text in texts]
        found = fulltext.hits(session, sought, before=None, floor=min(ids), limit=100).ids
    wanted = [number for number, text in zip(ids, texts, strict=True) if sought and plainly(sought, fulltext.words_of(text))]
    assert [*found] == wanted[::-1]


def plainly(sought: Sought, words: list[str]) -> bool:
    def stands(part: Part) -> bool:
        rows = any(tuple(words[at : at + len(row)]) == row for row in part.rows for at in range(len(words)))
        return rows or any(word.startswith(part.beginnings) for word in words if part.beginnings)

    return all(stands(part) != part.without for part in sought.parts)


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks(asked: str) -> None:
    sought = seeking.sought(asked)
    assert all(row for part in sought.parts for row in part.rows)
    pieces = seeking.marked(asked, sought)
    assert "".join(piece.words for piece in pieces) == asked
    if sought:
        assert fulltext.match_of(sought) and fulltext.query_of(sought)
