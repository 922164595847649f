"""How the tone towards the office's work is told, on texts written for it.

The sets of `graded/tone.jsonl`: ``tuned`` texts were looked at when the lexicon was mended; ``aside`` were written with
them but not looked at; ``fresh`` were written last, in wordings chosen to be new, and their mistakes were not looked at: they say
how the lexicon does with what it does not know. Each line: id, set, title, text, lang, expected (a tone or "none"), perhaps the sense the watch gives.
"""

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.errors import OutreachError
from scrapers.watch.tone import ToneLexicon, load_tone, tone_of
from scrapers.watch.verdict import Matched, Verdict
from scrapers.watch.words import words
from tests.scrapers.watch.conftest import OFFICE

GRADED = Path(__file__).parent / "graded" / "tone.jsonl"


@cache
def lexicon() -> ToneLexicon:
    return load_tone(OFFICE / "tone.csv")


def verdict(sense: str = "return", core: tuple[Matched, ...] = ()) -> Verdict:
    return Verdict(sense == "return", sense, 0.9, "lv", (), (), (), core=core)


def told(text: str, title: str = "", sense: str = "return") -> tuple[str | None, str]:
    return tone_of(words(title), words(text), verdict(sense), lexicon())


def items() -> list[dict[str, str]]:
    return [json.loads(line) for line in GRADED.read_text(encoding="utf-8").splitlines()]


def confusion(name: str) -> Counter[tuple[str, str]]:
    """How often each expected tone was given each tone."""
    return Counter(
        (item["expected"], told(item["text"], item["title"], item.get("sense", "return"))[0] or "none")
        for item in items()
        if item["set"] == name
    )


def accuracy(counted: Counter[tuple[str, str]]) -> float:
    return sum(n for (expected, given), n in counted.items() if expected == given) / counted.total()


def recall(counted: Counter[tuple[str, str]]) -> float:
    return counted["critical", "critical"] / sum(n for (expected, _), n in counted.items() if expected == "critical")


def precision(counted: Counter[tuple[str, str]]) -> float:
    return counted["critical", "critical"] / sum(n for (_, given), n in counted.items() if given == "critical")


@pytest.mark.parametrize(
    ("name", "least", "right", "recall_floor", "precision_floor"),
    [("tuned", 250, 0.98, 0.98, 0.98), ("aside", 56, 0.95, 0.94, 0.94), ("fresh", 43, 0.74, 0.43, 0.95)],
)
def test_the_tone_is_told_as_well_as_it_was(
    name: str, least: int, right: float, recall_floor: float, precision_floor: float
) -> None:
    counted = confusion(name)

    assert counted.total() >= least
    assert accuracy(counted) >= right, counted
    assert recall(counted) >= recall_floor, counted
    assert precision(counted) >= precision_floor, counted
    assert counted["critical", "favourable"] == counted["favourable", "critical"] == 0, counted


def test_the_graded_texts_are_many_and_told_apart() -> None:
    told_of = items()

    assert len(told_of) == len({item["id"] for item in told_of}) >= 350
    assert Counter(item["lang"] for item in told_of).keys() == {"lv", "ru", "en"}
    assert {item["expected"] for item in told_of} == {"critical", "neutral", "favourable", "none"}


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("Remigrācijas programma ir izgāzusies.", "critical"),
        ("Remigrācijas programma nav izgāzusies.", "neutral"),
        ("Remigrācijas programma nav noderīga.", "critical"),
        ("Remigrācijas programma bija haotiska, tomēr tagad tā strādā lieliski un ir noderīga.", "favourable"),
        ("Remigrācijas programma ir noderīga, taču birokrātija tajā ir milzīga un atbildes nav.", "critical"),
        ("Vai remigrācijas programmā ir neskaidras vietas?", "neutral"),
        ("Ja trūkst dokumentu, remigrācijas koordinatore tos palīdzēs nokārtot.", "neutral"),
        ("Remigrācijas koordinatore strādā Rēzeknē. Viņas darbs ir izcils.", "favourable"),
        ("Darbs ir izcils. " + "Par to daudz runā. " * 3 + "Remigrācijas koordinatore strādā Rēzeknē.", "neutral"),
        ("Ceļi ir šausmīgi, sūdzas ģimene. Remigrācijas koordinatore tiekas ar visiem.", "neutral"),
        ("Ģimene sūdzas.", None),
        ("Atbalsts remigrantiem ir nepietiekams.", "critical"),
        ("Koordinatori ir vienaldzīgi pret tautiešiem.", "critical"),
        ("Koordinatori futbola klubā ir vienaldzīgi.", None),
        ("Atbalsts lauksaimniekiem ir nepietiekams.", None),
        ("Revidenti pētīja remigrācijas plānu.", "critical"),
        ("Координатор по ремиграции не помог.", "critical"),
        ("The remigration coordinator was not helpful.", "critical"),
        ("Remigracejis koordinatore cīši paleidzēja, paļdis!", "favourable"),
        ("", None),
    ],
)
def test_what_is_said_of_the_office_is_told(text: str, tone: str | None) -> None:
    assert told(text)[0] == tone


def test_the_sentence_that_decided_is_shown() -> None:
    text = "Remigrācijas koordinatore strādā Rēzeknē. Remigrācijas programma ir\nizgāzusies. Būs lietus."

    assert told(text, "Ziņas") == ("critical", "Remigrācijas programma ir izgāzusies.")
    assert told("Būs lietus.", "Kam vajadzīga remigrācijas programma?")[1] == "Kam vajadzīga remigrācijas programma?"


@pytest.mark.parametrize("sense", ["expulsion", "russia", "none", "other"])
def test_other_senses_have_no_tone_towards_the_office(sense: str) -> None:
    assert told("Remigrācijas programma ir izgāzusies.", sense=sense) == (None, "")


def test_a_watched_word_has_the_tone_told_whatever_else_the_text_is() -> None:
    core = (Matched("remigrācija", "Remigrācijas", "text", 0, 12),)
    text = words("Remigrācijas programma ir izgāzusies.")

    assert tone_of(words(""), text, verdict("other", core), lexicon())[0] == "critical"
    assert tone_of(words(""), text, verdict("expulsion", core), lexicon())[0] is None


_PIECES = st.sampled_from(
    ["Remigrācijas", "koordinatore", "programma", "nav", "izgāzusies", "lieliska", "bet", "ceļi", "vai", "ja", ".", "?", ",", "\n\n"]
)


@given(st.lists(_PIECES), st.lists(_PIECES))
def test_the_sentence_shown_always_stands_in_the_text(title: list[str], text: list[str]) -> None:
    one, other = " ".join(title), " ".join(text)

    tone, sentence = told(other, one)

    assert tone in (None, "critical", "neutral", "favourable")
    assert (tone is None) == (sentence == "")
    assert sentence in " ".join(one.split()) or sentence in " ".join(other.split())


@pytest.mark.parametrize("row", ["praise,lv,1,labi,", "bad,lv,viens,slikti,", "bad,lv,-1,slikti,", "bad,lv,1,,"])
def test_a_row_that_cannot_be_read_is_refused_with_its_line(tmp_path: Path, row: str) -> None:
    file = tmp_path / "tone.csv"
    file.write_text(f"kind,language,weight,forms,note\nbad,lv,1,slikti,\n{row}\n", encoding="utf-8")

    with pytest.raises(OutreachError) as caught:
        load_tone(file)

    assert caught.value.key == "watch.vocabulary"
    assert caught.value.facts["line"] == 3


def test_an_officer_known_by_name_is_the_office(tmp_path: Path) -> None:
    file = tmp_path / "tone.csv"
    file.write_text(
        "kind,language,weight,forms,note\nobject,lv,1,Ilze Paraudziņa,\nbad,lv,1.5,kritizē*,\n", encoding="utf-8"
    )

    tone, _ = tone_of(words(""), words("Deputāts kritizē: Ilze Paraudziņa klusē."), verdict(), load_tone(file))

    assert tone == "critical"
