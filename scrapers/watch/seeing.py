"""One pass over a document: its words, what of the vocabulary and of the places stands in them, how it hangs together.

The rules (`match`) and whatever else weighs a document read the same `Seen`, so that nothing is looked for twice.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from scrapers.watch import chance, concept
from scrapers.watch.chance import BALTIC, REACH, counting, read_with
from scrapers.watch.concept import Reading
from scrapers.watch.language import SAMPLE, Told, told
from scrapers.watch.lexicon import Entry, Hit, Lexicon
from scrapers.watch.places import Found, Gazetteer, listed
from scrapers.watch.scene import Mark, Scene
from scrapers.watch.words import Document, Words, words

_DIACRITIC = re.compile("[āčēģīķļņōŗšūžĀČĒĢĪĶĻŅŌŖŠŪŽ]|[aceikglnorsuz][\u0300-\u036f]")
_GOVERNED = frozenset({
    "town", "town_in", "host", "abroad", "host_in", "host_weak", "land", "land_in", "place", "rus_town",
})  # fmt: skip
_LOCAL = frozenset({"land_in", "town_in"})
_WAYS = frozenset({"from", "to", "at", "after"})
_PHRASES = frozenset({"back", "anew", "years"})
_COUNTED = frozenset({"family", "person", "latvian"})
_ELSEWHERE = frozenset({"nation", "neighbour", "russian", "to_russia"})
_LOCATIVE = ("ā", "ē", "ī", "ū", "os", "ās", "ēs", "īs", "ūs")
_PARTING = frozenset(",.;:!?–—()\n")
_SOFT = " \t\u00a0\u00ad\u200b"  # what may stand between two words of one name


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
class Field:
    """Title or text. `offset` is what its word positions are shifted by in a `Scene`; `hits` is all that was found,
    `read` those hits whose kinds are read in this language, `found` the places.
    """

    where: str
    words: Words
    offset: int
    hits: list[Hit]
    found: list[Found]
    read: list[Hit]

    @cached_property
    def labelled(self) -> list[Hit]:
        """Those of `hits` that do more than tell what stands around."""
        return [hit for hit in self.hits if hit.entry.role != "context"]


@dataclass(frozen=True)
class Seen:
    """What stands in a document that may be a mention. Positions of `core`, `cues`, `combined` and `evidence` are
    global: those of the text follow those of the title, as in `scene`.

    `told` is the language; `bare` says that it is written without diacritics. `kinds` are the kinds of all that is
    read, with "place" where one of the office's places is named. `possible` and `russian` say whether the kinds can
    make a reading of coming home, or of being sent to Russia. `reading` is the strongest of them, None where there is
    none. `places` are names as in `Verdict`, `within` their municipalities.
    """

    fields: tuple[Field, Field]
    told: Told
    bare: bool
    kinds: frozenset[str]
    core: list[tuple[Hit, int]]
    cues: list[tuple[Hit, int]]
    combined: list[tuple[Hit, int]]
    evidence: list[tuple[Hit, int]]
    places: tuple[str, ...]
    within: tuple[str, ...]
    scene: Scene
    possible: bool
    russian: bool
    reading: Reading | None

    @property
    def lang(self) -> str:
        return self.told.lang

    @property
    def title(self) -> Words:
        return self.fields[0].words

    @property
    def text(self) -> Words:
        return self.fields[1].words

    def where(self, at: int) -> str:
        """ "title" or "text": where the global word position `at` lies."""
        return "title" if at < self.fields[1].offset else "text"

    def field(self, at: int) -> Field:
        return self.fields[0] if at < self.fields[1].offset else self.fields[1]

    def form(self, first: int, last: int) -> str:
        """The characters of the global word positions `first` to `last` (inclusive, of one field)."""
        field = self.field(first)
        return field.words.form(first - field.offset, last - field.offset)


@dataclass(frozen=True)
class Split:
    """A document taken apart into words, with its language; `book` reads it."""

    title: Words
    text: Words
    told: Told
    bare: bool
    book: Lexicon


def split(document: Document, watch: Watch) -> Split:
    title, text = words(document.title), words(document.text)
    language = told([*title.lower[:SAMPLE], *text.lower[:SAMPLE]], document.lang)
    bare = language.lang in BALTIC and not (_spelt(document.title) or _spelt(document.text))
    return Split(title, text, language, bare, watch.bare if bare else watch.lexicon)


def look(parts: Split, watch: Watch) -> Seen | None:
    """All that one pass finds; None where the gate turns the document away: no verdict but "none" can come out."""
    glanced = [(parts.book.glance(one), one.lower) for one in (parts.title, parts.text)]
    worth = chance.is_worth(glanced, watch.governors, parts.told.lang)
    if worth is False:
        return None
    fields = _fields(parts, watch)
    if worth is None and not chance.is_likely(_kinds(fields), len(parts.title.lower) + len(parts.text.lower)):
        return None
    return gathered(parts, watch, fields)


def seen(document: Document, watch: Watch) -> Seen | None:
    """All that one pass over `document` finds; None where the gate turns it away, and for a whole page. Pure."""
    return None if document.whole_page else look(split(document, watch), watch)


def gathered(parts: Split, watch: Watch, fields: tuple[Field, Field] | None = None) -> Seen:
    """All that one pass finds, whatever the gate says."""
    lang = parts.told.lang
    fields = fields or _fields(parts, watch)
    named = listed([found for field in fields for found in field.found])
    kinds = _kinds(fields)
    scene = _scene(fields, lang)
    possible = chance.possible(kinds, lang, len(parts.title.lower) + len(parts.text.lower))
    read = read_with(lang)
    return Seen(
        fields,
        parts.told,
        parts.bare,
        frozenset(kinds),
        told_of(fields, "core", None),
        told_of(fields, "cue", read),
        told_of(fields, "combined", read),
        told_of(fields, "evidence", None, "core"),
        named,
        watch.gazetteer.within(named),
        scene,
        possible,
        chance.to_russia(kinds),
        concept.read(scene) if possible else None,
    )


def _fields(parts: Split, watch: Watch) -> tuple[Field, Field]:
    lang = parts.told.lang
    read = read_with(lang)

    def one(where: str, told_in: Words, offset: int) -> Field:
        hits = parts.book.find(told_in)
        counted = counting(hits, read, lang)
        return Field(where, told_in, offset, hits, watch.gazetteer.find(told_in, bare=parts.bare), counted)

    return one("title", parts.title, 0), one("text", parts.text, len(parts.title.lower))


def _kinds(fields: tuple[Field, Field]) -> set[str]:
    kinds = {hit.entry.kind for field in fields for hit in field.read}
    if any(field.found for field in fields):
        kinds.add("place")
    return kinds


def told_of(
    fields: Iterable[Field], role: str, languages: tuple[str, ...] | None, kind: str | None = None
) -> list[tuple[Hit, int]]:
    """Hits of one role (any but context) with their global first position; of hits that overlap only the longest."""
    out: list[tuple[Hit, int]] = []
    for field in fields:
        hits = [
            hit
            for hit in field.labelled
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


def _scene(fields: tuple[Field, Field], lang: str) -> Scene:
    marks: list[Mark] = []
    before = 0
    lead = 0
    for field in fields:
        edges = field.words.edges
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
            if entry.kind in _PHRASES:
                bound.update(range(hit.first, hit.last))
            if entry.kind and entry.role != "core":
                plain.append((entry.kind, hit.first, hit.last, "", entry.term))
        # The "no" of "no jauna" governs nothing.
        ways = {at: way for at, way in ways.items() if at not in bound}
        plain.extend(
            ("place" if one.place.level else "land", one.first, one.last, "in" if one.inside else "", one.place.name)
            for one in field.found
        )
        kept: set[tuple[str, int, int]] = set()  # a word may stand in two rows of one kind
        for kind, first, last, way, term in plain:
            if (kind, first, last) in kept:
                continue
            kept.add((kind, first, last))
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
    return Scene(marks, lead, homely, sum(len(field.words.lower) for field in fields) <= chance.SHORT)


def _governed(found: Words, ways: dict[int, str], first: int) -> str:
    """The preposition before word `first`, with up to two words between and no punctuation."""
    for at in range(first - 1, max(-1, first - 1 - REACH), -1):
        if not _PARTING.isdisjoint(found.source[found.ends[at] : found.starts[at + 1]]):
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


def _spelt(text: str) -> bool:
    """Whether a letter of `text` is written with a Latvian diacritic; quotes, dashes and signs do not count."""
    return not text.isascii() and _DIACRITIC.search(text) is not None
