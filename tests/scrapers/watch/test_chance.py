"""The quick way out: what it turns away would have been judged "none" after all the work, and it turns away plenty."""

import json
import random
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scrapers.watch import seeing
from scrapers.watch.lexicon import COLUMNS, read
from scrapers.watch.match import Watch, load, match
from scrapers.watch.words import Document, words

from .conftest import OFFICE

GRADED = Path(__file__).parent / "graded"
LOOKS = str.maketrans("aeopcx", "аеорсх")
NOISE = (
    "Pilsētā pirmdien slēdz tiltu pār Daugavu, jo sākas remonts.",
    "Tagad Igaunijā un Vācijā degviela ir lētāka nekā šodien Rīgā.",
    "Balvu novada dome spriež par budžetu; ceļu uzturēs cits uzņēmums.",
    "Hokejisti uzvarēja pēc pagarinājuma, treneris ir gandarīts.",
    "Itūgod festivals nūtiks augustā, i vysi ir gaideiti.",
    "Мост закрыт до конца месяца, сообщает самоуправление.",
    "The storm left thousands of homes without power on Monday.",
    "No Tallinas uz Viļņu brauks ātrāks vilciens.",
    "Mājas darbi, mežs, jūra - un \u201eatkal\u201d lietus!",
)
TRIGGERS = (
    "remigrācija",
    "reemigrācijas",
    "Remigrantiem",
    "reemegrācijas",
    "paps.lv",
    "реэмиграция",
    "remigration",
    "Remigrationskoordinatorin",
    "atgriešanās migrācija",
)


def graded() -> list[Document]:
    return [
        Document(item["title"], item["text"])
        for file in sorted(GRADED.glob("*.jsonl"))
        for item in map(json.loads, file.read_text(encoding="utf-8").splitlines())
    ]


def bare(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if char.isascii())


def spaced(text: str) -> str:
    return text.replace(" ", "\u00a0")


def hyphened(text: str) -> str:
    return "".join(f"{char}\u00ad" if at % 3 == 2 and char.isalpha() else char for at, char in enumerate(text))


def broken(text: str) -> str:
    """Every seventh word cut in two by a hyphen at the end of a line."""
    told = text.split(" ")
    return " ".join(
        f"{word[: len(word) // 2]}-\n{word[len(word) // 2 :]}" if at % 7 == 0 and len(word) > 5 and word.isalpha() else word
        for at, word in enumerate(told)
    )


def alike(text: str) -> str:
    """Some Latin letters written as their Cyrillic likenesses."""
    return " ".join(word.translate(LOOKS) if at % 4 == 0 else word for at, word in enumerate(text.split(" ")))


SPELLINGS: tuple[Callable[[str], str], ...] = (str, str.upper, bare, spaced, hyphened, broken, alike)


def same(document: Document, watch: Watch) -> str:
    """The sense of a document, after the two ways to it have been compared."""
    quick, whole = match(document, watch), match(document, watch, quick=False)
    assert quick == whole, document
    return quick.sense


@pytest.mark.parametrize("spelt", SPELLINGS, ids=lambda spelt: spelt.__name__)
def test_graded_texts_are_judged_alike_however_spelt(latgale: Watch, spelt: Callable[[str], str]) -> None:
    told = graded() if spelt is str else graded()[::6]
    senses = Counter(same(Document(spelt(one.title), spelt(one.text)), latgale) for one in told)

    assert senses["none"] >= 80
    assert senses["return"] >= 80


def test_texts_made_of_the_vocabulary_itself_are_judged_alike(latgale: Watch) -> None:
    """Words of the vocabulary thrown together come as near to a reading as a text without one can."""
    chance = random.Random(11)
    told = [
        (form.replace("*", ""), entry.language)
        for form, entry in read(OFFICE / "vocabulary.csv")
        if entry.role == "context" and "{" not in form
    ]
    by_language = {code: [form for form, lang in told if lang == code] for code in ("lv", "ltg", "ru", "en", "de")}
    places = ["Dagdā", "Ludzas novadā", "uz Balviem", "Daugavpils", "в Лудзу", "to Rezekne"]
    senses: Counter[str] = Counter()
    for _ in range(2500):
        forms = by_language[chance.choice(("lv", "lv", "ltg", "ru", "en", "de"))]
        parts = [
            chance.choice(NOISE) if chance.random() < 0.2 else chance.choice(places if chance.random() < 0.1 else forms)
            for _ in range(chance.randint(2, 14))
        ]
        text = "".join(part + chance.choice((" ", " ", " ", ", ", ". ", "\n")) for part in parts)
        senses[same(Document(chance.choice(("", parts[0])), text), latgale)] += 1

    assert senses["none"] >= 600
    assert senses["return"] >= 30


@given(
    st.lists(st.sampled_from(NOISE), min_size=1, max_size=6),
    st.sampled_from(TRIGGERS),
    st.sampled_from((str, str.upper, spaced, hyphened)),
    st.data(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_a_watched_word_is_never_lost(
    latgale: Watch, noise: list[str], trigger: str, spelt: Callable[[str], str], data: st.DataObject
) -> None:
    told = " ".join(noise).split(" ")
    at = data.draw(st.integers(0, len(told)))
    text = spelt(" ".join([*told[:at], trigger, *told[at:]]))
    document = Document("", text) if data.draw(st.booleans()) else Document(text, " ".join(noise))

    assert same(document, latgale) != "none"
    assert match(document, latgale).core


@given(st.text(max_size=60), st.lists(st.sampled_from((*NOISE, *TRIGGERS)), max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_any_characters_are_judged_alike(latgale: Watch, title: str, parts: list[str]) -> None:
    same(Document(title, title.join(parts)), latgale)


def test_plain_news_is_not_read_to_the_end(latgale: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("read to the end")

    monkeypatch.setattr(seeing, "gathered", refused)

    for text in (NOISE[0], *NOISE[2:7]):
        assert match(Document("", text), latgale).sense == "none"
    with pytest.raises(AssertionError, match="to the end"):
        match(Document("", "Pēc desmit gadiem Īrijā ģimene atgriežas Dagdā."), latgale)


def test_places_of_plain_news_are_told_unless_nobody_asks(latgale: Watch) -> None:
    document = Document("", "Ludzas novadā slēdz tiltu.")

    assert match(document, latgale).places == ("Ludzas novads",)
    assert match(document, latgale, named=False).places == ()
    assert match(document, latgale, named=False).lang == "lv"


def test_an_own_vocabulary_keeps_its_own_ways_of_saying_from(tmp_path: Path) -> None:
    """A preposition with an open ending, and a country abroad in a row of another role."""
    rows = [
        "ārā,lv,context,from,prom no*|ārā*,,,,,",
        "valsts,lv,cue,host,Islandē|Islandes,,,,,",
        "uz,lv,context,to,uz,,,,,",
        "mājās,lv,context,home,mājās,,,,,",
        "ģimene,lv,context,family,ģimene*,,,,,",
    ]
    file = tmp_path / "vocabulary.csv"
    file.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    watch = load(file, OFFICE / "places.csv")

    senses = {
        same(Document("", text), watch)
        for text in (
            "Ģimene ārām Islandes uz Dagdu un mājās.",
            "Ģimene prom nost Islandes uz Dagdu mājās.",
            "Ģimene Islandē.",
            "Dagdā līst.",
        )
    }

    assert senses == {"return", "none"}


def test_words_found_at_a_glance_are_those_found(latgale: Watch) -> None:
    for one in graded()[:300]:
        told = words(one.text)
        whole = {(hit.entry, hit.first, hit.last) for hit in latgale.lexicon.find(told)}
        glanced = {(hit.entry, hit.first, hit.last) for hit in latgale.lexicon.glance(told)}
        core = {hit for hit in whole if hit[0].role == "core"}

        assert core <= glanced
        assert all(last > first for _, first, last in glanced - whole)  # only over the end of a sentence
