"""Why a document is said to have a sense: its words, the rules' say, the model's weights, and what would change it.

What would change it is found by trying: words are taken out, or something is added, and the document is judged again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from scrapers.learn.decide import judge, sense_of
from scrapers.learn.features import PLAIN, Features, concept_of, features, found_by
from scrapers.learn.model import SENSES, Model, Part, chances, parts, scores
from scrapers.watch.match import Watch, ruled
from scrapers.watch.seeing import Seen, gathered, split
from scrapers.watch.sentence import sentence_of
from scrapers.watch.verdict import Cue, Verdict
from scrapers.watch.words import Document

_MOST_FEATURES = 10
_MOST_FORMS = 6
_MOST_TRIED = 10  # words that are taken out, by twos at the most
_MOST_CHANGES = 3
_LONGEST = 400
# What could be added to a document that it does not speak of.
_ADDED = (
    "_here", "_abroad", "_returns", "_moves", "_settles", "_people", "_years", "kin", "school", "forgood", "expel",
    "migrant", "farright", "russia", "papers", "official", "sport", "holiday", "goback",
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A sentence of title or text with the forms that matched in it."""

    text: str
    forms: tuple[str, ...]
    where: str


@dataclass(frozen=True)
class Moved:
    """What the text is about, alone or two things in one sentence, and how far that moved the model.

    `concepts` are one or two names with texts under ``learn.what``; `forms` are the words of the document that it was
    read from. A positive `weight` speaks for the sense that was said, a negative one for the next likely one.
    """

    concepts: tuple[str, ...]
    forms: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Change:
    """The document would be said to be `sense` without the words `without`, or if it also spoke of `also`."""

    sense: str
    without: tuple[str, ...] = ()
    also: str = ""


@dataclass(frozen=True)
class Why:
    """`ruled` is what the rules alone say; `chances` are the model's probabilities, empty where there is no model.
    `against` is the next likely sense, with which `moved` compares.
    """

    sense: str
    sentences: tuple[Shown, ...]
    cues: tuple[Cue, ...]
    ruled: str
    chances: Mapping[str, float]
    against: str
    moved: tuple[Moved, ...]
    changes: tuple[Change, ...]


def why(document: Document, watch: Watch, model: Model | None, verdict: Verdict) -> Why:
    """The reasons of a verdict that `decide.judge` gave on this document. Pure; some dozens of judgements."""
    seen = gathered(split(document, watch), watch)
    says = ruled(seen).sense
    sentences = tuple(_sentences(document, verdict))
    if model is None:
        return Why(verdict.sense, sentences, verdict.cues, says, {}, "", (), ())
    found = features(seen)
    told = chances(scores(model, found))
    said = verdict.sense if verdict.sense in SENSES else "none"
    against = max((sense for sense in SENSES if sense != said), key=lambda sense: told[sense])
    moved = _moved(parts(model, found), seen, said, against)
    changes = tuple(_changes(document, watch, model, verdict, seen, found, moved))
    return Why(verdict.sense, sentences, verdict.cues, says, told, against, moved, changes)


def text_of(concept: str) -> str:
    """The key of the text that names what a document is about."""
    return f"learn.what.{concept}"


def _sentences(document: Document, verdict: Verdict) -> Iterator[Shown]:
    found: dict[tuple[str, int, int], list[str]] = {}
    for one in verdict.matched:
        field = document.title if one.where == "title" else document.text
        span = (0, len(field)) if one.where == "title" else sentence_of(field, one.start, one.end)
        found.setdefault((one.where, *span), []).append(one.form)
    for (where, start, end), forms in found.items():
        field = document.title if where == "title" else document.text
        yield Shown(" ".join(field[start:end].split())[:_LONGEST], tuple(dict.fromkeys(forms)), where)


def _moved(told: Iterable[Part], seen: Seen, said: str, against: str) -> tuple[Moved, ...]:
    """The features gathered by what they are about, the strongest first."""
    up, down = SENSES.index(said), SENSES.index(against)
    sums: dict[tuple[str, ...], float] = {}
    for part in told:
        concepts = concept_of(part.key)
        if concepts:
            sums[concepts] = sums.get(concepts, 0.0) + part.weights[up] - part.weights[down]
    strongest = sorted(sums, key=lambda concepts: (-abs(sums[concepts]), concepts))[:_MOST_FEATURES]
    forms = found_by(seen, {concept for concepts in strongest for concept in concepts})
    return tuple(
        Moved(
            concepts,
            tuple(dict.fromkeys(form for one in concepts for form in forms.get(one, ())))[:_MOST_FORMS],
            round(sums[concepts], 2),
        )
        for concepts in strongest
    )


def _changes(
    document: Document,
    watch: Watch,
    model: Model,
    verdict: Verdict,
    seen: Seen,
    found: Features,
    moved: Sequence[Moved],
) -> Iterator[Change]:
    """The fewest words without which the verdict is another; where there are none, what else it would have to tell."""
    forms = list(_tried(verdict, moved))
    given = 0
    for size in (1, 2):
        for out in combinations(forms, size):
            sense = judge(_without(document, out), watch, model, named=False).sense
            if sense != verdict.sense:
                yield Change(sense, without=out)
                given += 1
            if given == _MOST_CHANGES:
                return
        if given:
            return
    held = set(found.marks)
    for one in _ADDED:
        if f"about:{one}" in held:
            continue
        other = _with(found, one, bool(seen.core))
        told = chances(scores(model, other))
        sense = sense_of(told, bool(seen.core), verdict.sense, model.limits, other.marks)
        if sense != verdict.sense:
            yield Change(sense, also=one)
            given += 1
        if given == _MOST_CHANGES:
            return


def _tried(verdict: Verdict, moved: Sequence[Moved]) -> Iterator[str]:
    forms: dict[str, None] = {}
    for one in (*verdict.core, *verdict.matched):
        forms.setdefault(one.form)
    for cue in sorted(verdict.cues, key=lambda cue: -abs(cue.weight)):
        forms.setdefault(cue.found)
    for part in moved:
        if part.weight > 0:
            for form in part.forms:
                forms.setdefault(form)
    yield from list(forms)[:_MOST_TRIED]


def _without(document: Document, forms: Iterable[str]) -> Document:
    title, text = document.title, document.text
    for form in sorted(forms, key=len, reverse=True):
        title, text = title.replace(form, " "), text.replace(form, " ")
    return replace(document, title=title, text=text)


def _with(found: Features, concept: str, has_word: bool) -> Features:
    """The features of the document if one of its sentences also spoke of `concept`."""
    marks = {f"about:{concept}", f"{'beside' if has_word else 'alone'}:{concept}"}
    others = {mark.removeprefix("about:") for mark in found.marks if mark.startswith("about:")}
    pairs = {(min(one, concept), max(one, concept)) for one in others if one in PLAIN}
    return replace(found, marks=found.marks | marks, pairs=found.pairs | pairs)
