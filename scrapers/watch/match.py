"""The watch over one document: is it about people coming home, and how sure is that."""

import math
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from scrapers.watch import concept, lexicon, other, sense
from scrapers.watch.chance import governors_of, tells
from scrapers.watch.concept import Reading
from scrapers.watch.lexicon import Hit, Lexicon
from scrapers.watch.places import Gazetteer
from scrapers.watch.scene import Mark
from scrapers.watch.seeing import Field, Seen, Split, Watch, gathered, look, seen, split, told_of
from scrapers.watch.verdict import Cue, Matched, Verdict
from scrapers.watch.words import Document

__all__ = ["Seen", "Watch", "judged", "load", "match", "ruled", "seen"]

# Who is spoken of; alone they make no text one that nearly was a mention.
_COMPANY = frozenset({"latvian", "diaspora", "compat"})
_FAR = 2.0  # margin of a document that has nothing but a watched word
_SHOWN = 12  # cues shown, strongest first


def load(vocabulary: Path, places: Path) -> Watch:
    """Reads both files and builds the automata once.

    Raises OutreachError ``watch.vocabulary`` with file, line and reason where a file is not as it should be.
    """
    patterns = tuple((form, entry) for form, entry in lexicon.read(vocabulary) if "{" not in form)
    return Watch(
        patterns, Lexicon(patterns, tells=tells), Gazetteer(places), governors_of(patterns)
    )


def match(document: Document, watch: Watch, *, named: bool = True, quick: bool = True) -> Verdict:
    """The verdict on `document`. Pure: nothing is read or written, the same document always gives the same verdict.

    Without `named` a verdict "none" comes without its places, for half the work where nobody asks for them. Without
    `quick` every document is read to the end: the verdict is the same, and a test says so.
    """
    return judged(document, watch, named=named, quick=quick)[0]


def judged(
    document: Document, watch: Watch, *, named: bool = True, quick: bool = True
) -> tuple[Verdict, Seen | None]:
    """The rules' verdict with what it was made of; None in its place where nothing was read, as in `seen`."""
    parts = split(document, watch)
    if document.whole_page:
        return _of_page(parts), None
    found = look(parts, watch) if quick else gathered(parts, watch)
    if found is None:
        places = watch.gazetteer.named(parts.title, parts.text, bare=parts.bare) if named else ()
        within = watch.gazetteer.within(places)
        return Verdict(False, "none", 0.0, parts.told.lang, (), (), places, within, parts.told.sure), None
    return ruled(found), found


def ruled(found: Seen) -> Verdict:
    """What the rules say of a document that was read."""
    return replace(_ruled(found), within=found.within, lang_sure=found.told.sure)


def _of_page(parts: Split) -> Verdict:
    core: tuple[Matched, ...] = ()
    title, text, book = parts.title, parts.text, parts.book
    if any(hit.entry.role == "core" for one in (title, text) for hit in book.glance(one)):
        offset = len(title.lower)
        fields = (
            Field("title", title, 0, book.find(title), [], []),
            Field("text", text, offset, book.find(text), [], []),
        )
        core = _matched(fields, _spans(told_of(fields, "core", None)))
    meant, score = ("other", _low(_FAR)) if core else ("none", 0.0)
    return Verdict(False, meant, score, parts.told.lang, core, (), (), (), parts.told.sure, core)


def _ruled(found: Seen) -> Verdict:
    lang, named = found.lang, found.places
    core, combined, scene, reading = found.core, found.combined, found.scene, found.reading
    alone = [(hit, at) for hit, at in found.cues if hit.entry.kind == "alone"]
    if core:
        return _of_core(found)
    sent = other.sent_to_russia(scene)
    if sent:
        return _verdict(found, "russia", 0.1, combined, _shown(found, sent))
    if reading is not None and reading.score >= concept.NEEDED:
        at = [(reading.trigger.first, reading.trigger.last, reading.trigger.term)]
        score = _confidence(reading.score - concept.NEEDED) * (0.95 if found.told.margin > 0.2 else 0.9)
        cue = tuple(
            Cue(part.kind, found.form(part.first, part.last), 1.0, found.where(part.first)) for part in reading.parts
        )
        return _verdict(found, "return", score, combined, cue, at)
    mourned = any(mark.kind == "memory" for mark in scene.marks)
    if alone and not mourned:
        shown = tuple(
            Cue(hit.entry.term, found.form(at, at + hit.last - hit.first), -2.0, found.where(at)) for hit, at in alone
        )
        return _verdict(found, "expulsion", 0.1, [*alone, *combined], shown)
    told = other.slogan(scene)
    if told:
        return _verdict(found, "expulsion", 0.1, combined, _shown(found, told))
    if any(hit.entry.kind not in _COMPANY for hit, _ in combined):
        return _verdict(found, "other", _low(_missing(reading)), combined, ())
    return Verdict(False, "none", 0.0, lang, (), (), named)


def _of_core(found: Seen) -> Verdict:
    """The sense of a watched word that stands in the document."""
    core, reading = found.core, found.reading
    evidence = [*found.cues, *found.evidence]
    decision = sense.decide(core, evidence, found.scene.marks, reading, found.lang, len(found.title.lower))
    returning = reading is not None and reading.score >= concept.NEEDED and "twofold" not in found.kinds
    if decision.sense == "ambiguous" and returning:
        decision = sense.Decision("return", 0.3, decision.used)
    quality = max(hit.quality for hit, _ in core)
    score = _confidence(decision.margin) * quality if decision.sense == "return" else _low(decision.margin)
    shown = tuple(
        Cue(one.hit.entry.term, found.form(one.first, one.last), one.weight, found.where(one.first))
        for one in decision.used[:_SHOWN]
    )
    matched = _matched(found.fields, _spans(core))
    return _verdict(found, decision.sense, score, [*core, *found.combined], shown, core=matched)


def _missing(reading: Reading | None) -> float:
    return _FAR if reading is None else max(0.0, concept.NEEDED - reading.score)


def _confidence(margin: float) -> float:
    return round(0.55 + 0.44 * (1 - math.exp(-max(0.0, margin) / 1.5)), 3)


def _low(margin: float) -> float:
    return round(0.45 * math.exp(-max(0.0, margin)), 3)


def _shown(found: Seen, marks: Iterable[Mark]) -> tuple[Cue, ...]:
    return tuple(
        Cue(mark.term, found.form(mark.first, mark.last), -2.0, found.where(mark.first)) for mark in marks
    )[:_SHOWN]


def _verdict(
    found: Seen,
    meant: str,
    score: float,
    hits: list[tuple[Hit, int]],
    cues: tuple[Cue, ...],
    more: Iterable[tuple[int, int, str]] = (),
    core: tuple[Matched, ...] = (),
) -> Verdict:
    spans = _spans(hits)
    spans.extend(one for one in more if not any(left <= one[0] <= right for left, right, _ in spans))
    matched = _matched(found.fields, spans)
    return Verdict(meant == "return", meant, score, found.lang, matched, cues, found.places, core=core)


def _spans(hits: Iterable[tuple[Hit, int]]) -> list[tuple[int, int, str]]:
    return [(at, at + hit.last - hit.first, hit.entry.term) for hit, at in hits]


def _matched(fields: tuple[Field, Field], spans: Iterable[tuple[int, int, str]]) -> tuple[Matched, ...]:
    matched = []
    for first, last, term in sorted(spans):
        field = fields[0] if first < fields[1].offset else fields[1]
        start, end = field.words.starts[first - field.offset], field.words.ends[last - field.offset]
        matched.append(Matched(term, field.words.source[start:end], field.where, start, end))
    return tuple(matched)
