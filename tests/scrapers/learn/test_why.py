"""Why?: the words, the weights, and what would change the verdict, which is true when tried."""

from pathlib import Path

import pytest

from outreach.core.text import LANGUAGES, read_catalogues
from scrapers.learn.decide import judge
from scrapers.learn.features import _NAMED, _ROLES, OTHER
from scrapers.learn.model import Model
from scrapers.learn.themes import themes
from scrapers.learn.why import Why, _without, text_of, why
from scrapers.watch.match import Watch
from scrapers.watch.words import Document

TEXTS = [
    Document("AfD kongresā prasa remigrāciju", "Partija Vācijā grib izraidīt migrantus."),
    Document("Pēc desmit gadiem Īrijā ģimene atkal ir Preiļos", ""),
    Document("", "Divas nedēļas pie mammas Kārsavā, tagad atpakaļ uz Dublinu."),
    Document("Remigrācijas koordinatore palīdz ģimenēm no Anglijas", "Skola un darbs ir biežākie jautājumi."),
]  # fmt: skip


def asked(document: Document, watch: Watch, model: Model | None) -> Why:
    return why(document, watch, model, judge(document, watch, model))


@pytest.mark.parametrize("document", TEXTS, ids=lambda one: one.title or one.text)
def test_what_would_change_it_does_change_it(document: Document, latgale: Watch, shipped: Model) -> None:
    told = asked(document, latgale, shipped)
    for change in told.changes:
        assert change.sense != told.sense
        assert bool(change.without) != bool(change.also)
        if change.without:
            assert judge(_without(document, change.without), latgale, shipped).sense == change.sense
            assert all(form in f"{document.title} {document.text}" for form in change.without)
    assert sum(told.chances.values()) == pytest.approx(1)


def test_the_forms_stand_in_their_sentences(latgale: Watch, shipped: Model) -> None:
    told = asked(TEXTS[0], latgale, shipped)
    assert told.sense == "expulsion"
    assert [(one.text, one.forms) for one in told.sentences if one.where == "title"] == [("AfD kongresā prasa remigrāciju", ("remigrāciju",))]
    assert ("farright",) in {one.concepts for one in told.moved}
    assert next(one for one in told.moved if one.concepts == ("farright",)).weight > 0


def test_the_fewest_words_are_named(latgale: Watch, shipped: Model) -> None:
    told = asked(TEXTS[1], latgale, shipped)
    assert told.sense == "return"
    assert len({len(change.without) for change in told.changes}) == 1


def test_without_a_model_there_are_the_rules_alone(latgale: Watch) -> None:
    told = asked(TEXTS[1], latgale, None)
    assert (told.chances, told.moved, told.changes) == ({}, (), ())
    assert told.sense == told.ruled


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_a_document_can_be_about_has_a_text(language: str) -> None:
    words = read_catalogues(Path("outreach") / "translations").in_language(language)
    concepts = {*themes().names, *(f"_{role}" for role in (*_ROLES.values(), *_NAMED)), "_word", OTHER}
    concepts |= {f"unknown_{frame}" for frame in ("from", "to", "in", "after")}
    assert all(words(text_of(one)) for one in concepts)
