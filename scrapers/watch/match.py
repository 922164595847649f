"""The watch over one document: is it about people coming home, and how sure is that."""

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from scrapers.watch import chance, concept, lexicon, sense
from scrapers.watch.chance import BALTIC, REACH, counts, read_with
from scrapers.watch.concept import Reading
from scrapers.watch.language import SAMPLE, told
from scrapers.watch.lexicon import Entry, Hit, Lexicon
from scrapers.watch.places import Found, Gazetteer, listed
from scrapers.watch.scene import Mark, Scene
from scrapers.watch.sentence import boundaries
from scrapers.watch.verdict import Cue, Matched, Verdict
from scrapers.watch.words import Document, Words, words

_GOVERNED = frozenset({"town", "town_in", "host", "abroad", "host_in", "host_weak", "land", "land_in", "place"})
_LOCAL = frozenset({"land_in", "town_in"})
_WAYS = frozenset({"from", "to", "at", "after"})
_PHRASES = frozenset({"back", "anew", "years"})
_COUNTED = frozenset({"family", "person", "latvian"})
_LATVIAN = frozenset({"land", "place", "latvian", "person", "family"})
_ELSEWHERE = frozenset({"nation", "neighbour", "russian", "to_russia"})
_LOCATIVE = ("ā", "ē", "ī", "ū", "os", "ās", "ēs", "īs", "ūs")
_FAR = 2.0  # margin of a document that has nothing but a watched word
_SOFT = " \t\u00a0\u00ad\u200b"  # what may stand between two words of one name
_SHOWN = 12  # cues shown, strongest first


@dataclass(frozen=True)
class Watch:
    """A vocabulary and the places of an office, ready to match. `governors` as from `chance.governors_of`."""

    patterns: tuple[tuple[str, Entry], ...]
    lexicon: Lexicon
    gazetteer: Gazetteer
    governors: frozenset[str]

    @cached_property
    def bare(self) -> Lexicon:
        """Reads texts written without diacritics; they are few, so it is built for the first of them."""
        return Lexicon(self.patterns, bare=True, tells=chance.tells)


@dataclass(frozen=True)
class _Field:
    where: str
    words: Words
    offset: int
    hits: list[Hit]
    found: list[Found]
    read: list[Hit]  # the hits whose kinds are read in this language


def load(vocabulary: Path, places: Path) -> Watch:
    """Reads both files and builds the automata once.

    Raises OutreachError ``watch.vocabulary`` with file, line and reason where a file is not as it should be.
    """
    patterns = tuple((form, entry) for form, entry in lexicon.read(vocabulary) if "{" not in form)
    return Watch(
        patterns, Lexicon(patterns, tells=chance.tells), Gazetteer(places), chance.governors_of(patterns)
    )


def match(document: Document, watch: Watch, *, named: bool = True, quick: bool = True) -> Verdict:
    """The verdict on `document`. Pure: nothing is read or written, the same document always gives the same verdict.

    Without `named` a verdict "none" comes without its places, for half the work where nobody asks for them. Without
    `quick` every document is read to the end: the verdict is the same, and a test says so.
    """
    title, text = words(document.title), words(document.text)
    lang, margin, sure = told([*title.lower[:SAMPLE], *text.lower[:SAMPLE]], document.lang)
    bare = lang in BALTIC and document.title.isascii() and document.text.isascii()
    book = watch.bare if bare else watch.lexicon
    if document.whole_page:
        return _of_page(title, text, lang, sure, book)
    if quick:
        seen = [(book.glance(one), one.lower) for one in (title, text)]
        if not chance.is_worth(seen, watch.governors, lang):
            places = watch.gazetteer.named(title, text, bare=bare) if named else ()
            return Verdict(False, "none", 0.0, lang, (), (), places, watch.gazetteer.within(places), sure)
    verdict = _read(title, text, lang, margin, book, watch.gazetteer, bare)
    return replace(verdict, within=watch.gazetteer.within(verdict.places), lang_sure=sure)


def _of_page(title: Words, text: Words, lang: str, sure: float, book: Lexicon) -> Verdict:
    core: tuple[Matched, ...] = ()
    if any(hit.entry.role == "core" for one in (title, text) for hit in book.glance(one)):
        offset = len(title.lower)
        fields = [
            _Field("title", title, 0, book.find(title), [], []),
            _Field("text", text, offset, book.find(text), [], []),
        ]
        core = _matched(fields, _spans(_told(fields, "core", None)))
    meant, score = ("other", _low(_FAR)) if core else ("none", 0.0)
    return Verdict(False, meant, score, lang, core, (), (), (), sure, core)


def _read(
    title: Words, text: Words, lang: str, margin: float, book: Lexicon, gazetteer: Gazetteer, bare: bool
) -> Verdict:
    read = read_with(lang)
    fields = []
    for where, one, offset in (("title", title, 0), ("text", text, len(title.lower))):
        hits = book.find(one)
        told_in = [hit for hit in hits if counts(hit.entry, read, lang)]
        fields.append(_Field(where, one, offset, hits, gazetteer.find(one, bare=bare), told_in))
    named = listed([found for field in fields for found in field.found])
    core = _told(fields, "core", None)
    cues = [(hit, at) for hit, at in _told(fields, "cue", read)]
    combined = _told(fields, "combined", read)
    kinds = {hit.entry.kind for field in fields for hit in field.read}
    if any(field.found for field in fields):
        kinds.add("place")
    alone = [(hit, at) for hit, at in cues if hit.entry.kind == "alone"]
    possible = chance.possible(kinds, lang)
    russian = {"russian", "expel"} <= kinds or ("to_russia" in kinds and "move" in kinds)
    if not (core or alone or combined or possible or russian):
        return Verdict(False, "none", 0.0, lang, (), (), named)

    if not (core or alone or possible or russian):
        return _verdict("other", _low(_FAR), lang, fields, combined, (), named)
    scene = _scene(fields, lang)
    reading = concept.read(scene) if possible else None
    if core:
        evidence = [*cues, *_told(fields, "evidence", None, "core")]
        decision = sense.decide(core, evidence, scene.marks, reading, lang, len(title.lower))
        if decision.sense == "ambiguous" and reading is not None and reading.score >= concept.NEEDED:
            decision = sense.Decision("return", 0.3, decision.used)
        quality = max(hit.quality for hit, _ in core)
        score = _confidence(decision.margin) * quality if decision.sense == "return" else _low(decision.margin)
        shown = tuple(
            Cue(one.hit.entry.term, _form(fields, one.first, one.last), one.weight, _where(fields, one.first))
            for one in decision.used[:_SHOWN]
        )
        return _verdict(
            decision.sense, score, lang, fields, [*core, *combined], shown, named, core=_matched(fields, _spans(core))
        )
    if russian and _to_russia(scene):
        return _verdict("russia", 0.1, lang, fields, combined, _shown(fields, scene.marks, {"russian", "expel"}), named)
    if reading is not None and reading.score >= concept.NEEDED:
        at = [(reading.trigger.first, reading.trigger.last, reading.trigger.term)]
        score = _confidence(reading.score - concept.NEEDED) * (0.95 if margin > 0.2 else 0.9)
        cue = tuple(
            Cue(part.kind, _form(fields, part.first, part.last), 1.0, _where(fields, part.first))
            for part in reading.parts
        )
        return _verdict("return", score, lang, fields, combined, cue, named, at)
    if alone:
        shown = tuple(
            Cue(hit.entry.term, _form(fields, at, at + hit.last - hit.first), -2.0, _where(fields, at))
            for hit, at in alone
        )
        return _verdict("expulsion", 0.1, lang, fields, [*alone, *combined], shown, named)
    if combined:
        return _verdict("other", _low(_missing(reading)), lang, fields, combined, (), named)
    return Verdict(False, "none", 0.0, lang, (), (), named)


def _told(
    fields: Iterable[_Field], role: str, languages: tuple[str, ...] | None, kind: str | None = None
) -> list[tuple[Hit, int]]:
    """Hits of one role with their global first position; of hits that overlap only the longest."""
    out: list[tuple[Hit, int]] = []
    for field in fields:
        hits = [
            hit
            for hit in field.hits
            if hit.entry.role == role
            and (kind is None or hit.entry.kind == kind)
            and (languages is None or hit.entry.language in languages or hit.entry.language == "*")
        ]
        if role == "evidence":
            out.extend((hit, hit.first + field.offset) for hit in hits)
            continue
        taken: set[int] = set()
        for hit in sorted(hits, key=_rank):
            if taken.isdisjoint(range(hit.first, hit.last + 1)):
                taken.update(range(hit.first, hit.last + 1))
                out.append((hit, hit.first + field.offset))
    return sorted(out, key=lambda told: told[1])


def _rank(hit: Hit) -> tuple[int, int, bool, str]:
    """Longest first; of two terms on the same words the one that is sure of its sense."""
    return hit.first - hit.last, hit.first, hit.entry.sense != "return", hit.entry.term


def _scene(fields: list[_Field], lang: str) -> Scene:
    marks: list[Mark] = []
    before = 0
    lead = 0
    for field in fields:
        edges = boundaries(field.words.source)
        starts = field.words.starts
        ways: dict[int, str] = {}
        bound: set[int] = set()
        numbers_told: set[int] = set()
        plain: list[tuple[str, int, int, str, str]] = []
        for hit in field.read:
            entry = hit.entry
            if entry.kind in _WAYS:
                if entry.language in (lang, "ru") and (hit.last > hit.first or hit.last not in ways):
                    ways[hit.last] = entry.kind
                continue
            if entry.kind == "number":
                numbers_told.add(hit.last)
                continue
            for inner in range(hit.first, hit.last):
                if entry.kind in _PHRASES:
                    bound.add(inner)
            if entry.kind and entry.role != "core":
                plain.append((entry.kind, hit.first, hit.last, "", entry.term))
        # The "no" of "no jauna" governs nothing.
        ways = {at: way for at, way in ways.items() if at not in bound}
        plain.extend(
            ("place" if one.place.level else "land", one.first, one.last, "in" if one.inside else "", one.place.name)
            for one in field.found
        )
        for kind, first, last, way, term in plain:
            if kind in _GOVERNED:
                # A Latvian locative is governed by nothing, whatever preposition stands before it.
                way = "in" if kind in _LOCAL else way
                if not (way and lang in BALTIC):
                    way = _governed(field.words, ways, first) or way
                if not way:
                    way = "in" if kind == "host_in" and lang in BALTIC else _of(field.words, last, lang)
            counted = kind in _COUNTED and any(
                at in numbers_told or field.words.lower[at].isdigit() for at in range(max(0, first - 3), first)
            )
            sentence = before + bisect_right(edges, starts[first])
            marks.append(Mark(kind, first + field.offset, last + field.offset, sentence, way, term, counted))
        if starts:
            before += bisect_right(edges, starts[-1]) + 1
        if field.where == "title":
            lead = before
    here = any(mark.kind in ("land", "land_in", "place", "latvian", "compat") for mark in marks)
    ours = lang in BALTIC or (lang == "ru" and not any(mark.kind in _ELSEWHERE for mark in marks))
    homely = 0.9 if here else 0.7 if ours else 0.2
    marks.sort(key=lambda mark: mark.first)
    return Scene(marks, lead, homely)


def _governed(found: Words, ways: dict[int, str], first: int) -> str:
    """The preposition before word `first`, with up to two words between and no punctuation."""
    for at in range(first - 1, max(-1, first - 1 - REACH), -1):
        if any(char in ",.;:!?–—()\n" for char in found.source[found.ends[at] : found.starts[at + 1]]):
            return ""
        if at in ways:
            return "" if ways[at] == "after" and at < first - 1 else ways[at]
    return ""


def _of(found: Words, last: int, lang: str) -> str:
    """ "of" where the name is a genitive before a Latvian locative: "Rēzeknes skolās", "Baltinavas pusē"."""
    if lang not in BALTIC or last + 1 >= len(found.lower):
        return ""
    between = found.source[found.ends[last] : found.starts[last + 1]]
    return "of" if not between.strip(_SOFT) and found.lower[last + 1].endswith(_LOCATIVE) else ""


def _to_russia(scene: Scene) -> bool:
    by: dict[int, set[str]] = {}
    for mark in scene.marks:
        by.setdefault(mark.sentence, set()).add(mark.kind)
    for sentence, kinds in by.items():
        if {"russian", "expel"} <= kinds | by.get(sentence + 1, set()):
            return True
        if {"to_russia", "move"} <= kinds and kinds & _LATVIAN and "noise" not in kinds:
            return True
    return False


def _missing(reading: Reading | None) -> float:
    return _FAR if reading is None else max(0.0, concept.NEEDED - reading.score)


def _confidence(margin: float) -> float:
    return round(0.55 + 0.44 * (1 - math.exp(-max(0.0, margin) / 1.5)), 3)


def _low(margin: float) -> float:
    return round(0.45 * math.exp(-max(0.0, margin)), 3)


def _where(fields: list[_Field], at: int) -> str:
    return "title" if at < fields[1].offset else "text"


def _form(fields: list[_Field], first: int, last: int) -> str:
    field = fields[0] if first < fields[1].offset else fields[1]
    return field.words.form(first - field.offset, last - field.offset)


def _shown(fields: list[_Field], marks: Iterable[Mark], kinds: set[str]) -> tuple[Cue, ...]:
    return tuple(
        Cue(mark.term, _form(fields, mark.first, mark.last), -2.0, _where(fields, mark.first))
        for mark in marks
        if mark.kind in kinds
    )[:_SHOWN]


def _verdict(
    meant: str,
    score: float,
    lang: str,
    fields: list[_Field],
    hits: list[tuple[Hit, int]],
    cues: tuple[Cue, ...],
    named: tuple[str, ...],
    more: Iterable[tuple[int, int, str]] = (),
    core: tuple[Matched, ...] = (),
) -> Verdict:
    spans = _spans(hits)
    spans.extend(one for one in more if not any(left <= one[0] <= right for left, right, _ in spans))
    return Verdict(meant == "return", meant, score, lang, _matched(fields, spans), cues, named, core=core)


def _spans(hits: Iterable[tuple[Hit, int]]) -> list[tuple[int, int, str]]:
    return [(at, at + hit.last - hit.first, hit.entry.term) for hit, at in hits]


def _matched(fields: list[_Field], spans: Iterable[tuple[int, int, str]]) -> tuple[Matched, ...]:
    matched = []
    for first, last, term in sorted(spans):
        where = _where(fields, first)
        field = fields[0] if where == "title" else fields[1]
        start, end = field.words.starts[first - field.offset], field.words.ends[last - field.offset]
        matched.append(Matched(term, field.words.source[start:end], where, start, end))
    return tuple(matched)
