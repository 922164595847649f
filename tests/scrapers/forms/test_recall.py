"""Recall of the office's own vocabulary from its lemmas alone: the column `term` against the column `forms`.

Many rows hold more than forms of their term: other words beside it ("Latvians abroad"), towns, stems with an asterisk.
A listed form counts where it is one of the term's own: as many words as a plain reading of the term, and each of them
begins as the term's word at that place does. The rule looks at spelling alone and asks nothing of what is tested.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

import outreach
from scrapers.forms.notation import normal, spelt_out
from scrapers.forms.paradigm import LANGUAGES, forms

VOCABULARY = Path(outreach.__path__[0]) / "offices" / "latgale" / "vocabulary.csv"

# Terms whose whole row is one paradigm (or agreeing phrases of one): every listed form must be made.
WHOLE = (
    "remigrācija", "reemigrācija", "atpakaļmigrācija", "atgriešanās migrācija", "remigrants", "reemigrants", "remigrante", "reemigrante", "remigrācijas koordinators/koordinatore", "reģionālais remigrācijas koordinators", "remigrācijas krustmāte", "remigrācijas atbalsts",
    "remigrācijas pasākums", "remigrācijas komanda", "remigrācijas process", "remigrācijas diena", "remigrācijas grants", "remigrācijas sekmēšana / veicināšana", "remigrantu ģimene", "mājupbraucējs", "mājupceļš", "aizbraukušie / izbraukušie / emigrējušie", "tautietis", "tautiete", "diaspora", "latgalietis",
    "ремиграция", "реэмиграция", "реэмигрант", "координатор по ремиграции / координатор реэмиграции", "вернуться в Латвию / Латгалию / на родину", "возвращенец", "репатриация", "remigraceja",
)


# Other words of the same root that stand in a row for convenience: nouns of a verb's row, verbs of a noun's.
OTHERS = ("re-emigrant", "re-emigrēt", "re-emigrējuš", "re-emigrējus", "выдворить", "выдворять", "выдворили", "return migrant", "returner", "reemigrate", "remigrieren", "rückwander", "abschieben", "zurückgezogen", "zurückziehen", "zurückzieht", "zurückzuziehen", "zurückgekommen", "zurückkommen", "rückführungsoffensive", "переезжают", "переехать в россию")


def rows() -> list[dict[str, str]]:
    with VOCABULARY.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["language"] in LANGUAGES and row["role"] != "context"]


def listed(row: dict[str, str]) -> list[str]:
    return [normal(form).lower().removeprefix("#") for form in row["forms"].split("|") if "*" not in form and form.strip()]


def alike(form: str, word: str) -> bool:
    """The same first letters, four where there are as many; a word of three letters or less must be the same."""
    common = min(4, len(word) - 1)
    return form == word if len(word) < 4 else len(form) >= common and form[:common] == word[:common]


def own(form: str, term: str) -> bool:
    pieces = form.split()
    if form.startswith(OTHERS):
        return False
    return any(len(plain.split()) == len(pieces) and all(map(alike, pieces, plain.lower().split())) for plain in spelt_out(term))


@pytest.mark.parametrize(("lang", "floor"), [("lv", 0.99), ("ru", 0.99), ("en", 0.99), ("de", 0.95), ("ltg", 0.75)])
def test_recall_from_the_lemmas(lang: str, floor: float) -> None:
    told = Counter[bool]()
    missing = []
    for row in rows():
        if row["language"] == lang:
            made = {form.text for form in forms(row["term"], lang)}
            for form in listed(row):
                if own(form, row["term"]):
                    told[form in made] += 1
                    missing += [form] if form not in made else []
    assert told.total() >= {"lv": 700, "ru": 150, "en": 12, "de": 10, "ltg": 40}[lang]
    assert told[True] / told.total() >= floor, missing


def test_whole_rows_are_made_whole() -> None:
    known = {row["term"]: row for row in rows()}
    assert sum(term in known for term in WHOLE) >= 30  # the office edits its own list
    hits = tried = 0
    missing = []
    for term in WHOLE:
        if term in known:
            made = {form.text for form in forms(term, known[term]["language"])}
            tried += len(listed(known[term]))
            missing += [form for form in listed(known[term]) if form not in made]
            hits += sum(form in made for form in listed(known[term]))
    assert tried > 600
    assert hits / tried >= 0.99, missing
