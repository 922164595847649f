"""Why? One click shows the words, the cues with their weights, the tone's sentence, the topics with their words; then
what the rules and the learnt model say of the text today, and what would change it.
"""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request

from outreach.core.text import Words
from outreach.web.sought import spans
from outreach.web.visit import here, only_place
from outreach.web.visit import words as texts
from scrapers import desk, reasons
from scrapers.judge import model_of, sensed
from scrapers.learn.why import Why, text_of, why
from scrapers.query.tree import Facts
from scrapers.reasons import Reasons
from scrapers.topics.book import book_of
from scrapers.watch.words import words
from scrapers.watching import watch_of

pages = Blueprint("why", __name__)


@dataclass(frozen=True)
class TopicSeen:
    """A topic that a mention belongs to, and the words by which it does."""

    id: int
    name: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class MovedSeen:
    """What the text is about, how far it moved the model, and its part (0..1) of what moved it most."""

    about: str
    forms: tuple[str, ...]
    weight: float
    share: float


@dataclass(frozen=True)
class ModelSeen:
    """What is said of the text as it is today: by the rules alone, by the model, and what would change it."""

    sense: str
    ruled: str
    against: str
    chances: tuple[tuple[str, float], ...]
    moved: tuple[MovedSeen, ...]
    changes: tuple[tuple[str, tuple[str, ...], str], ...]  # sense, without these words, or with this besides


@pages.get("/mentions/<int:mention_id>/why")
def show(mention_id: int) -> str:
    """The reasons of one mention: a page, and what a drawer shows of it. What the model says takes some dozens of
    judgements: it is asked for when the rest stands there (`model`).
    """
    with here().store.reading() as session:
        told = reasons.reasons(session, mention_id, only_place())
        named = desk.topics_of(session, mention_id) if told is not None else ()
    if told is None:
        abort(404)
    return render_template(
        "pages/mentions/why.html",
        told=told,
        topics=_topics(told, named),
        model=_model(told) if "model" in request.args and not told.outside else None,
        sought=spans,
    )


def _topics(told: Reasons, named: tuple[tuple[int, str, float], ...]) -> list[TopicSeen]:
    if not named:
        return []
    book = book_of(here())
    document = told.document
    facts = Facts(document.source, document.tier, told.lang, told.places)
    found = book.engine.match(words(document.title), words(document.text), facts)
    by_id = {topic.id: found[at] for at, topic in enumerate(book.topics) if at in found}
    return [
        TopicSeen(number, name, score, reasons.words_of(document, by_id[number]) if number in by_id else ())
        for number, name, score in named
    ]


def _model(told: Reasons) -> ModelSeen:
    office, model = here().office, model_of(here())
    verdict = sensed(told.document, office, model)
    return _seen(why(told.document, watch_of(office), model, verdict), texts())


def _seen(found: Why, t: Words) -> ModelSeen:
    strongest = max((abs(one.weight) for one in found.moved), default=0.0) or 1.0
    moved = (
        MovedSeen(_about(part.concepts, t), part.forms, part.weight, abs(part.weight) / strongest)
        for part in found.moved
    )
    changes = ((one.sense, one.without, _named(one.also, t) if one.also else "") for one in found.changes)
    chances = sorted(found.chances.items(), key=lambda pair: -pair[1])
    return ModelSeen(found.sense, found.ruled, found.against, tuple(chances), tuple(moved), tuple(changes))


def _about(concepts: tuple[str, ...], t: Words) -> str:
    return " + ".join(_named(one, t) for one in concepts)


def _named(concept: str, t: Words) -> str:
    """What a feature is about, in the reader's words."""
    return t(text_of(concept)) if t.knows(text_of(concept)) else concept.strip("_")
