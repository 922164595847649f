"""How a document is judged from end to end: rules, model, tone, regions, topics, and what counts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Event, Lock
from weakref import WeakKeyDictionary

from sqlalchemy import select

from outreach.core.app import App
from outreach.core.office import Office
from scrapers.judging import Judge
from scrapers.learn.decide import decided
from scrapers.learn.model import Model, from_json
from scrapers.learn.starting import starting
from scrapers.topicmodels import SenseModel
from scrapers.watch.match import judged
from scrapers.watch.placing import placed
from scrapers.watch.regions import regions_of
from scrapers.watch.seeing import Seen
from scrapers.watch.tone import tone_of
from scrapers.watch.verdict import Verdict
from scrapers.watch.words import Document
from scrapers.watching import atlas_of, tone_lexicon_of, watch_of

# How long another model may go unnoticed that somebody let take over.
FRESH = timedelta(minutes=1)
_PLACELESS = frozenset({"none"})


@dataclass(frozen=True)
class _Held:
    number: int | None
    asked_at: datetime
    model: Model | None


# One for each run of the program: it lives as long as the event that ends the run.
_MODELS: "WeakKeyDictionary[Event, _Held]" = WeakKeyDictionary()
_READING = Lock()


def judge_of(app: App) -> Judge:
    """How this office judges: with the model in force and the topics in force, both looked after while it runs."""
    return judge_with(app, lambda: model_of(app))


def judge_with(app: App, model: Callable[[], Model | None]) -> Judge:
    """The same with another model than the one in force."""
    from scrapers.topics.book import book_of  # whoever judges without a store does without

    def judge(document: Document) -> Verdict:
        verdict = sensed(document, app.office, model(), named=False)
        book = book_of(app)
        topics = book.topics_of(document, verdict)
        if not topics:
            return verdict
        return replace(verdict, topics=topics, relevant=book.relevant(verdict, topics))

    return judge


def plain_judge(office: Office) -> Judge:
    """The same without a store: the office's starting model, and no topics."""
    model = starting(office)
    return lambda document: sensed(document, office, model)


def sensed(document: Document, office: Office, model: Model | None, *, named: bool = True) -> Verdict:
    """Sense, tone and regions of a document. Without `named` a verdict "none" comes without its places."""
    verdict, seen = judged(document, watch_of(office), named=named)
    if seen is None:
        return verdict
    if model is not None:
        verdict = decided(seen, verdict, model)
    return verdict if verdict.sense in _PLACELESS else _rounded(verdict, seen, office)


def _rounded(verdict: Verdict, seen: Seen, office: Office) -> Verdict:
    """The verdict with its main place first, its tone and its regions."""
    verdict = placed(verdict, seen, watch_of(office).gazetteer)
    lexicon, atlas = tone_lexicon_of(office), atlas_of(office)
    tone, sentence = tone_of(seen.title, seen.text, verdict, lexicon) if lexicon is not None else (None, "")
    regions = regions_of(seen.title, seen.text, atlas, verdict.within) if atlas is not None else ()
    return replace(verdict, tone=tone, tone_sentence=sentence, regions=regions)


def model_of(app: App) -> Model | None:
    """The model in force: the one that somebody let take over last, else the office's starting model.

    The store is asked at most once a minute.
    """
    now = app.clock.now()
    held = _MODELS.get(app.stopping)
    if held is not None and abs(now - held.asked_at) < FRESH:
        return held.model
    with _READING:
        held = _MODELS.get(app.stopping)
        if held is not None and abs(now - held.asked_at) < FRESH:
            return held.model
        active = select(SenseModel.id).where(SenseModel.state == "active").order_by(SenseModel.id.desc()).limit(1)
        with app.store.asking() as connection:
            number = connection.scalar(active)
        if held is None or held.number != number:
            held = _Held(number, now, _read(app, number))
        held = _MODELS[app.stopping] = _Held(held.number, now, held.model)
        return held.model


def forget(app: App) -> None:
    """Has the next question look at once: a model was let take over here."""
    held = _MODELS.get(app.stopping)
    if held is not None:
        _MODELS[app.stopping] = replace(held, asked_at=held.asked_at - FRESH)


def _read(app: App, number: int | None) -> Model | None:
    if number is None:
        return starting(app.office)
    with app.store.asking() as connection:
        weights = connection.scalar(select(SenseModel.weights).where(SenseModel.id == number))
    return starting(app.office) if weights is None else from_json(weights)
