"""Rules and model together."""

from dataclasses import replace

import pytest

from scrapers.learn.decide import judge, sense_of
from scrapers.learn.model import SENSES, Model
from scrapers.watch.match import Watch, judged, match
from scrapers.watch.words import Document

NONE = Model({}, {}, (9.0, 0.0, 0.0, 0.0, 0.0), {}, {})
RETURN = Model({}, {}, (0.0, 9.0, 0.0, 0.0, 0.0), {}, {})
SLOGAN = Model({}, {}, (0.0, 0.0, 9.0, 0.0, 0.0), {}, {})
HOME = Document("Pēc desmit gadiem Īrijā ģimene atkal ir Preiļos", "")


@pytest.mark.parametrize(
    ("told", "has_word", "ruled", "said"),
    [
        ({"return": 0.9}, False, "none", "return"),
        ({"return": 0.9}, True, "expulsion", "return"),
        ({"none": 0.9}, False, "return", "none"),
        ({"none": 0.9}, False, "other", "other"),
        ({"none": 0.9}, True, "return", "other"),
        # Undecided: the rules' word holds where they have one.
        ({"return": 0.3, "expulsion": 0.3, "none": 0.2}, True, "expulsion", "expulsion"),
        ({"return": 0.35, "none": 0.3}, False, "none", "return"),
        # The slogan must not be taken for people coming home.
        ({"return": 0.55, "expulsion": 0.45}, True, "expulsion", "ambiguous"),
        ({"return": 0.55, "expulsion": 0.45}, True, "return", "return"),
        # Without the word itself a sense is said with some certainty only.
        ({"expulsion": 0.55, "none": 0.45}, False, "none", "none"),
        ({"expulsion": 0.7, "none": 0.3}, False, "none", "expulsion"),
    ],
)
def test_which_sense_is_said(told: dict[str, float], has_word: bool, ruled: str, said: str) -> None:
    whole = {sense: told.get(sense, 0.0) for sense in SENSES}
    assert sense_of(whole, has_word, ruled, {"expulsion": 0.6}) == said


def test_who_was_nowhere_does_not_come_home() -> None:
    told = dict.fromkeys(SENSES, 0.0) | {"return": 0.8, "none": 0.2}
    assert sense_of(told, False, "none", {}, frozenset()) == "none"
    assert sense_of(told, False, "none", {}, frozenset({"about:_abroad"})) == "return"
    # Where the rules say so too, or a watched word stands, nobody needs to name a country.
    assert sense_of(told, False, "return", {}, frozenset()) == "return"
    assert sense_of(told, True, "none", {}, frozenset()) == "return"


def test_without_a_model_the_rules_stand(latgale: Watch) -> None:
    assert judge(HOME, latgale, None) == match(HOME, latgale)


def test_the_model_decides_and_words_are_shown_for_it(latgale: Watch) -> None:
    document = Document("", "Preiļos tagad dzīvo skolotāja, kura divpadsmit gadus vadīja noliktavu Īrijā.")
    verdict = judge(document, latgale, RETURN)
    assert (verdict.sense, verdict.relevant) == ("return", True)
    assert verdict.places == ("Preiļi",)
    assert "Īrijā" in {one.form for one in verdict.matched}
    for one in verdict.matched:
        assert document.text[one.start : one.end] == one.form


def test_what_the_model_takes_for_nothing_is_none_or_other(latgale: Watch) -> None:
    verdict = judge(HOME, latgale, NONE)
    assert (verdict.sense, verdict.relevant, verdict.matched) == ("none", False, ())
    word = judge(Document("Vārds remigrācija", ""), latgale, NONE)
    assert (word.sense, word.relevant, [one.form for one in word.core]) == ("other", False, ["remigrācija"])


def test_the_score_is_the_chance_of_a_return(latgale: Watch) -> None:
    word = Document("AfD prasa remigrāciju", "")
    assert judge(word, latgale, SLOGAN).score < 0.01
    assert judge(HOME, latgale, RETURN).score > 0.99


@pytest.mark.parametrize("model", [NONE, RETURN, SLOGAN], ids=["none", "return", "slogan"])
def test_what_the_gate_turned_away_is_nothing_whatever_the_model(latgale: Watch, model: Model) -> None:
    plain = Document("Ludzā atklāj jaunu peldbaseinu", "Ūdens tajā ir silts.")
    assert judged(plain, latgale)[1] is None
    assert judge(plain, latgale, model) == match(plain, latgale)
    page = replace(HOME, whole_page=True)
    assert judge(page, latgale, model) == match(page, latgale)


@pytest.mark.parametrize(
    ("title", "text", "sense"),
    [
        ("Pēc desmit gadiem Īrijā ģimene atkal ir Preiļos", "", "return"),
        ("AfD kongresā prasa masveida remigrāciju", "Partija grib izraidīt migrantus, arī tos, kuriem ir pase.", "expulsion"),
        ("УДГМ: письмо о выезде получили 300 граждан России", "", "russia"),
        ("Ministrs atgriezies no vizītes Parīzē", "", "none"),
        ("Hokeja izlase atgriežas no Somijas ar bronzu", "", "none"),
        ("Remigrācijas koordinatore: visbiežāk jautā par skolu un mājokli", "", "return"),
        ("", "Zwei Wochen bei Oma in Rēzekne, morgen zurück nach Bremen zur Arbeit.", "none"),
    ],
)  # fmt: skip
def test_the_shipped_model_reads_plain_cases(latgale: Watch, shipped: Model, title: str, text: str, sense: str) -> None:
    said = judge(Document(title, text), latgale, shipped).sense
    assert ("none" if said == "other" else said) == sense
