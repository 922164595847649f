"""Rules and model together: which sense a document is said to have. Pure.

The rules read what stands there; the model weighs it. The model decides, except where it is undecided and the rules are
not. A document that the gate turned away is nobody's mention, without a question to the model.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from scrapers.learn.features import features
from scrapers.learn.model import SENSES, Model, chances, scores
from scrapers.watch.match import Watch, judged
from scrapers.watch.scene import Mark
from scrapers.watch.seeing import Seen
from scrapers.watch.verdict import Cue, Matched, Verdict
from scrapers.watch.words import Document

# Below this the model does not know, and the rules' word holds where they have one.
UNDECIDED = 0.4
# Where a watched word stands, "return" is only said with some certainty: the slogan must not be taken for it.
_RETURN = 0.6
# Without the word rules and model together need less than the model alone.
_AGREED = 0.35
_UNTOLD = 0.9
_ABROAD = frozenset({
    "about:_abroad", "about:_diaspora", "kind:returner", "kind:faraway", "kind:colony", "kind:abroad",
    "kind:coordinator",
})  # fmt: skip
_SHOWN = 12
# What shows where people come from, where to, how, and who they are: the sentence with most of it is quoted.
_TELLING = {
    "host": "from", "host_in": "from", "host_weak": "from", "abroad": "from", "diaspora": "from", "compat": "from",
    "place": "to", "land": "to", "land_in": "to", "home": "to", "local": "to", "town": "to", "town_in": "to",
    "return": "how", "returner": "how", "back": "how", "repatriate": "how", "plan": "how", "anew": "how",
    "move": "how", "arrive": "how", "settle": "how", "stay": "how", "leave": "how", "choose": "how", "now": "now",
    "family": "who", "person": "who", "latvian": "who", "years": "years", "born": "years", "coordinator": "office",
    "office": "office", "expel": "expel", "russian": "russian", "to_russia": "russian", "mission": "office",
    "alien": "alien", "permit": "permit", "rus_town": "russian", "mass": "expel", "street": "expel",
}  # fmt: skip
_OF_SENSE = {
    "return": frozenset({"from", "to", "how", "who", "years", "office"}),
    "expulsion": frozenset({"expel", "alien"}),
    "russia": frozenset({"russian", "expel", "permit"}),
    "ambiguous": frozenset({"how", "from", "to"}),
}


def judge(document: Document, watch: Watch, model: Model | None, *, named: bool = True) -> Verdict:
    """The verdict of rules and model on `document`; of the rules alone where there is no model.

    Without `named` a verdict "none" comes without its places.
    """
    verdict, seen = judged(document, watch, named=named)
    return verdict if seen is None or model is None else decided(seen, verdict, model)


def decided(seen: Seen, ruled: Verdict, model: Model) -> Verdict:
    """The rules' verdict on what was seen, as the model has it."""
    found = features(seen)
    told = chances(scores(model, found))
    sense = sense_of(told, bool(seen.core), ruled.sense, model.limits, found.marks)
    score = round(told["return"], 3)
    if sense == ruled.sense:
        return replace(ruled, score=score)
    if sense in ("none", "other"):
        # What matched stays with a mention in another sense, not with what is none.
        matched = ruled.matched if sense == "other" else ()
        return replace(ruled, relevant=False, sense=sense, score=score, cues=(), matched=matched)
    said = _saying(seen, sense)
    return replace(
        ruled,
        relevant=sense == "return",
        sense=sense,
        score=score,
        lang=seen.lang,
        matched=ruled.matched or tuple(_matched(seen, mark) for mark in said),
        cues=ruled.cues if ruled.sense not in ("none", "other") and seen.core else _cues(seen, said, sense),
        places=seen.places,
        within=seen.within,
    )


def sense_of(
    told: Mapping[str, float], has_word: bool, ruled: str, limits: Mapping[str, float], marks: Set[str] = _ABROAD
) -> str:
    """A sense of `Verdict` from the model's probabilities, whether a watched word stands in the document, and what the
    rules say.

    `limits` are probabilities below which a sense is not said of a document without a watched word; without one a
    sense is said where it is the likeliest. `marks` are those of `Features`: where nothing says that anybody was
    abroad, the model must be very sure that people come home from there.
    """
    best = max(SENSES, key=lambda sense: told[sense])
    if told[best] < UNDECIDED and ruled not in ("none", "other"):
        return ruled
    if has_word:
        if best == "none":
            return "other"
        if best == "return" and told["return"] < _RETURN:
            return "return" if ruled == "return" else "ambiguous"
        return best
    if ruled == "return" and told["return"] >= _AGREED:
        return "return"
    if best == "return" and told[best] < _UNTOLD and _ABROAD.isdisjoint(marks):
        return "other" if ruled == "other" else "none"
    if best != "none" and told[best] >= limits.get(best, 0.0):
        return best
    return "other" if ruled == "other" else "none"


def _saying(seen: Seen, sense: str) -> list[Mark]:
    """The marks of the sentence that says most of what the sense is about, each kind of telling once."""
    wanted = _OF_SENSE[sense]
    sentences: dict[int, dict[str, Mark]] = {}
    for mark in seen.scene.marks:
        telling = _TELLING.get(mark.kind, "")
        if telling in wanted:
            sentences.setdefault(mark.sentence, {}).setdefault(telling, mark)
    if not sentences:
        return []
    best = max(sentences, key=lambda number: (len(sentences[number]), -number))
    return sorted(sentences[best].values(), key=lambda mark: mark.first)[:_SHOWN]


def _matched(seen: Seen, mark: Mark) -> Matched:
    field = seen.field(mark.first)
    start = field.words.starts[mark.first - field.offset]
    end = field.words.ends[mark.last - field.offset]
    return Matched(mark.term, field.words.source[start:end], field.where, start, end)


def _cues(seen: Seen, said: Sequence[Mark], sense: str) -> tuple[Cue, ...]:
    sign = 1.0 if sense == "return" else -1.0
    return tuple(Cue(mark.kind, seen.form(mark.first, mark.last), sign, seen.where(mark.first)) for mark in said)
