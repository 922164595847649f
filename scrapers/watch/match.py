"""The watch over one document: is it about people coming home, and how sure is that."""

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from scrapers.watch import concept, lexicon, places, sense
from scrapers.watch.concept import Reading
from scrapers.watch.language import told
from scrapers.watch.lexicon import Entry, Hit, Lexicon
from scrapers.watch.places import Found, Gazetteer
from scrapers.watch.scene import Mark, Scene
from scrapers.watch.sentence import boundaries
from scrapers.watch.verdict import Cue, Matched, Verdict
from scrapers.watch.words import Document, Words, words

_GOVERNED = frozenset({"town", "town_in", "host", "abroad", "host_in", "host_weak", "land", "land_in", "place"})
_LOCAL = frozenset({"land_in", "town_in"})
_WAYS = frozenset({"from", "to", "at", "after"})
_PHRASES = frozenset({"back", "anew", "years"})
_COUNTED = frozenset({"family", "person", "latvian"})
_REACH = 3  # words between a preposition and the name it governs
# What a reading of the concept cannot do without; a document that lacks it is not read sentence by sentence.
_RETURNS = frozenset({"return", "returner", "back", "repatriate", "plan"})
_VERBS = frozenset({"anew", "move", "dwell", "arrive", "choose", "leave", "coordinator", "now", "stay"})
_ABROAD = frozenset({"host", "host_in", "host_weak", "abroad", "compat", "diaspora", "returner", "settle"})
_ENDS = frozenset({
    "family", "settle", "latvian", "town", "town_in", "returner", "local", "abroad", "land", "land_in", "home", "place",
    "compat", "host", "host_in", "diaspora", "coordinator", "mission",
})  # fmt: skip
_SOURCES = _ABROAD | {"office", "years", "land", "land_in", "latvian", "coordinator", "mission", "place"}
_LATVIAN = frozenset({"land", "place", "latvian", "person", "family"})
_READ_WITH = {"lv": ("lv", "ltg", "ru"), "ltg": ("ltg", "lv", "ru"), "ru": ("ru", "lv")}
_BALTIC = frozenset({"lv", "ltg"})
_ELSEWHERE = frozenset({"nation", "neighbour", "russian", "to_russia"})
_LOCATIVE = ("ā", "ē", "ī", "ū", "os", "ās", "ēs", "īs", "ūs")
_FAR = 2.0  # margin of a document that has nothing but a watched word
_SOFT = " \t\u00a0\u00ad\u200b"  # what may stand between two words of one name
_SHOWN = 12  # cues shown, strongest first


@dataclass(frozen=True)
class Watch:
    """A vocabulary and the places of an office, ready to match; `bare` reads texts written without diacritics."""

    lexicon: Lexicon
    bare: Lexicon
    gazetteer: Gazetteer


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
    patterns = [(form, entry) for form, entry in lexicon.read(vocabulary) if "{" not in form]
    return Watch(Lexicon(patterns), Lexicon(patterns, bare=True), Gazetteer(places))


def match(document: Document, watch: Watch) -> Verdict:
    """The verdict on `document`. Pure: nothing is read or written, the same document always gives the same verdict."""
    verdict = _match(document, watch)
    return replace(verdict, within=watch.gazetteer.within(verdict.places)) if verdict.places else verdict


def _match(document: Document, watch: Watch) -> Verdict:
    title, text = words(document.title), words(document.text)
    lang, sure = told(title.lower + text.lower, document.lang)
    bare = lang in _BALTIC and document.title.isascii() and document.text.isascii()
    book = watch.bare if bare else watch.lexicon
    read = _READ_WITH.get(lang, (lang, "ru"))
    fields = []
    for where, one, offset in (("title", title, 0), ("text", text, len(title.lower))):
        hits = book.find(one)
        told_in = [hit for hit in hits if _counts(hit.entry, read, lang)]
        fields.append(_Field(where, one, offset, hits, watch.gazetteer.find(one, bare=bare), told_in))
    named = places.listed([found for field in fields for found in field.found])
    core = _told(fields, "core", None)
    cues = [(hit, at) for hit, at in _told(fields, "cue", read)]
    combined = _told(fields, "combined", read)
    kinds = {hit.entry.kind for field in fields for hit in field.read}
    if any(field.found for field in fields):
        kinds.add("place")
    alone = [(hit, at) for hit, at in cues if hit.entry.kind == "alone"]
    possible = bool(kinds & _ENDS) and bool(
        (kinds & _RETURNS and kinds & _SOURCES)
        or (kinds & _VERBS and kinds & _ABROAD)
        or {"host", "place"} <= kinds
        or ("returner" in kinds and lang in _BALTIC)
        or ({"host_in", "place"} <= kinds and kinds & {"years", "born"})
        or {"anew", "years"} <= kinds
    )
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
        return _verdict(decision.sense, score, lang, fields, [*core, *combined], shown, named)
    if russian and _to_russia(scene):
        return _verdict("russia", 0.1, lang, fields, combined, _shown(fields, scene.marks, {"russian", "expel"}), named)
    if reading is not None and reading.score >= concept.NEEDED:
        at = [(reading.trigger.first, reading.trigger.last, reading.trigger.term)]
        score = _confidence(reading.score - concept.NEEDED) * (0.95 if sure > 0.2 else 0.9)
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


def _counts(entry: Entry, read: tuple[str, ...], lang: str) -> bool:
    """Whether a row's kind is read in a text of `lang`: its words yes, another language's helping words no."""
    if entry.role == "evidence":
        return False
    if entry.language == "ltg" and lang != "ltg":
        return lang == "lv" and entry.role != "context"
    return entry.language in read or entry.language == "*"


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
                if not (way and lang in _BALTIC):
                    way = _governed(field.words, ways, first) or way
                if not way:
                    way = "in" if kind == "host_in" and lang in _BALTIC else _of(field.words, last, lang)
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
    ours = lang in _BALTIC or (lang == "ru" and not any(mark.kind in _ELSEWHERE for mark in marks))
    homely = 0.9 if here else 0.7 if ours else 0.2
    marks.sort(key=lambda mark: mark.first)
    return Scene(marks, lead, homely)


def _governed(found: Words, ways: dict[int, str], first: int) -> str:
    """The preposition before word `first`, with up to two words between and no punctuation."""
    for at in range(first - 1, max(-1, first - 1 - _REACH), -1):
        if any(char in ",.;:!?–—()\n" for char in found.source[found.ends[at] : found.starts[at + 1]]):
            return ""
        if at in ways:
            return "" if ways[at] == "after" and at < first - 1 else ways[at]
    return ""


def _of(found: Words, last: int, lang: str) -> str:
    """ "of" where the name is a genitive before a Latvian locative: "Rēzeknes skolās", "Baltinavas pusē"."""
    if lang not in _BALTIC or last + 1 >= len(found.lower):
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
) -> Verdict:
    spans = [(at, at + hit.last - hit.first, hit.entry.term) for hit, at in hits]
    spans.extend(one for one in more if not any(left <= one[0] <= right for left, right, _ in spans))
    matched = []
    for first, last, term in sorted(spans):
        where = _where(fields, first)
        field = fields[0] if where == "title" else fields[1]
        start, end = field.words.starts[first - field.offset], field.words.ends[last - field.offset]
        matched.append(Matched(term, field.words.source[start:end], where, start, end))
    return Verdict(meant == "return", meant, score, lang, tuple(matched), cues, named)
