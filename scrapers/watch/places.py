"""The places of an office: which of them a text names, and which one it is about.

Names are case-sensitive. A name that is also a common word, a surname or another place counts only in full ("Maltas
pagasts"), with an institution of its own ("Maltas vidusskola"), beside another place of the office, or in a form of its
own ("Balvos" is never an award). A surname after a first name and a street named after a place are no places.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, KeysView, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

from outreach.core.errors import OutreachError
from scrapers.watch.lexicon import rows
from scrapers.watch.namesakes import bears, has_institution
from scrapers.watch.words import Words, lowered, plain

COLUMNS = ("name_lv", "parent_municipality", "nom", "loc", "match_forms", "needs_context", "level", "sure_forms")
_OTHER_FORMS = ("forms_ltg", "forms_ru", "forms_en")
_BREAK = re.compile(r"[.!?…]\s|\n")
_OPENING = re.compile(r"(?:^|[.!?:…\n]|[\"“”„«»'‘(\[–—])\s*[\"“”„«»'‘(\[–—-]*\s*$")
_NEAR = 10  # words: how far "beside another place" reaches
_LONGEST = 6  # words of a form; a place beside another begins that much further away at most
_ABOUT = 12  # words: how far a person or a way back makes a place the one that the text is about
_ABOUT_WORTH = 2


@dataclass(frozen=True)
class Place:
    """`level`: 0 region, 1 municipality or state city, 2 town, 3 parish, 4 village. `context`: no, yes or strict."""

    name: str
    parent: str
    level: int
    context: str
    nom: str


@dataclass(frozen=True)
class Found:
    """A place on words `first` to `last`; `inside` where the form itself says "in" (a locative)."""

    place: Place
    first: int
    last: int
    inside: bool


@dataclass(frozen=True)
class _Form:
    pieces: tuple[str, ...]
    place: Place
    full: bool
    inside: bool
    sure: bool
    borne: bool = False  # others may bear it: people, streets
    called: bool = False  # as a person is called


class Gazetteer:
    """All places of one file. Raises OutreachError ``watch.vocabulary`` (file, line, reason) on bad data."""

    def __init__(self, path: Path) -> None:
        self.places: list[Place] = []
        self._forms: dict[str, list[_Form]] = {}
        self._bare: dict[str, list[_Form]] = {}
        for line, row in rows(path, COLUMNS):
            if row["needs_context"] not in ("yes", "no", "strict") or not row["level"].isdigit() or not row["nom"]:
                raise OutreachError("watch.vocabulary", file=str(path), line=line, reason="level= nom= needs_context=")
            place = Place(
                row["name_lv"], row["parent_municipality"], int(row["level"]), row["needs_context"], row["nom"]
            )
            self.places.append(place)
            self._add(row, place)
        self._municipality = {
            # A municipality that is no more lies in the one it became part of.
            place.name: place.name if place.level == 1 and not place.parent else place.parent
            # Of two places with one name the greater is meant.
            for place in sorted(self.places, key=lambda one: -one.level)
        }
        for forms in (*self._forms.values(), *self._bare.values()):
            # Longest first; of two places with one name the greater is meant.
            forms.sort(key=lambda form: (-len(form.pieces), form.place.level))

    def _add(self, row: dict[str, str], place: Place) -> None:
        sure = set(filter(None, row["sure_forms"].split("|")))
        own = [form for form in row["match_forms"].split("|") if form] or [place.nom]
        others = [form for column in _OTHER_FORMS for form in (row.get(column) or "").split("|") if form]
        firsts = {(row.get(column) or "").split("|")[0] for column in _OTHER_FORMS}
        for form in dict.fromkeys((*own, *others)):
            pieces = tuple(lowered(piece) for piece in re.findall(r"[^\W_]+", form))
            if not pieces:
                continue
            full = (len(pieces) > 1 and len(pieces) > len(place.nom.split())) or " " in place.nom
            inside = form == row["loc"] or (full and form.endswith(("ā", "ē", "ī", "ос", "крае")))
            called = form == place.nom or form in firsts
            entry = _Form(pieces, place, full, inside, form in sure, not (full or inside), called)
            self._forms.setdefault(pieces[0], []).append(entry)
            bare = tuple(plain(piece) for piece in pieces)
            if form in own and place.context == "no" and (full or len(bare[0]) > 4):
                self._bare.setdefault(bare[0], []).append(_Form(bare, place, full, inside, False))

    @property
    def heads(self) -> KeysView[str]:
        """The lower-case words that begin a name."""
        return self._forms.keys()

    def within(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The municipalities that these places are or lie in, each once."""
        found = (self._municipality.get(name, "") for name in names)
        return tuple(dict.fromkeys(name for name in found if name))

    def find(self, words: Words, *, bare: bool = False) -> list[Found]:
        """The places `words` name, in order. `bare`: the text is written without diacritics."""
        forms = self._bare if bare else self._forms
        lower = words.lower
        heads = list(compress(range(len(lower)), map(forms.__contains__, lower)))
        if not heads:
            return []
        source, starts = words.source, words.starts
        candidates: list[tuple[_Form, int, int]] = []
        skip = -1
        for first in heads:
            if first <= skip or not source[starts[first]].isupper():
                continue
            for form in forms[lower[first]]:
                last = first + len(form.pieces) - 1
                if last == first or tuple(lower[first : last + 1]) == form.pieces:
                    if not (form.borne and bears(words, last, form.place.level, called=form.called)):
                        candidates.append((form, first, last))
                    skip = last
                    break
        return self._sure(words, candidates) if candidates else []

    def named(self, *fields: Words, bare: bool = False) -> tuple[str, ...]:
        """The names that all `fields` together give, as `listed`; cheap where no word of theirs begins a name."""
        heads = (self._bare if bare else self._forms).keys()
        if all(heads.isdisjoint(one.lower) for one in fields):
            return ()
        return listed([found for one in fields for found in self.find(one, bare=bare)])

    def municipality(self, name: str) -> str:
        """The municipality that the place `name` is or lies in; of one that is no more its successor. Else empty."""
        return self._municipality.get(name, "")

    def main_place(self, title: Iterable[Found], text: Sequence[Found], near: Collection[int] = ()) -> str:
        """The one municipality that a text with the places `title` and `text` is about; empty where it names none.

        The headline's, if it names one. Of several the one that is named most often, which counts more beside `near`:
        the words of the text (their positions) that tell of a person or of a way back. Else the first.
        """
        worth: dict[str, int] = {}
        for found in title:
            municipality = self._lies_in(found)
            if municipality:
                worth.setdefault(municipality, 0)
        headed = bool(worth)
        marks = sorted(near)
        for found in text:
            municipality = self._lies_in(found)
            if not municipality or (headed and municipality not in worth):
                continue
            at = bisect_left(marks, found.first - _ABOUT)
            about = at < len(marks) and marks[at] <= found.last + _ABOUT
            worth[municipality] = worth.get(municipality, 0) + 1 + (_ABOUT_WORTH if about else 0)
        return max(worth, key=worth.__getitem__) if worth else ""

    def foremost(self, names: Iterable[str], main: str) -> tuple[str, ...]:
        """`names` with those of the municipality `main` first, otherwise in their order."""
        return tuple(sorted(names, key=lambda name: self.municipality(name) != main))

    def _lies_in(self, found: Found) -> str:
        return self.municipality(found.place.name) if found.place.level else ""

    def _sure(self, words: Words, candidates: list[tuple[_Form, int, int]]) -> list[Found]:
        certain = [one for one in candidates if _is_certain(one[0])]
        if len(certain) == len(candidates):
            return [Found(form.place, first, last, form.inside) for form, first, last in candidates]
        starts = [first for _, first, _ in certain]
        found: list[Found] = []
        for form, first, last in candidates:
            if not _is_certain(form):
                left = bisect_left(starts, first - _NEAR - _LONGEST)
                around = certain[left : bisect_right(starts, last + _NEAR)]
                if not self._vouched(words, form, first, last, around):
                    continue
            found.append(Found(form.place, first, last, form.inside))
        return found

    def _vouched(
        self, words: Words, form: _Form, first: int, last: int, around: list[tuple[_Form, int, int]]
    ) -> bool:
        place = form.place
        if has_institution(words, last, local=place.context == "strict"):
            return True
        if place.context != "strict" and not _OPENING.search(
            words.source, max(0, words.starts[first] - 6), words.starts[first]
        ) and any(other.sure and other.place.name == place.name for other in self._forms.get(lowered(place.nom), ())):
            # A name with forms of its own is safe in every form that a sentence does not force to a capital.
            return True
        beside = (
            other.place
            for other, left, right in around
            if min(abs(left - last), abs(first - right)) <= _NEAR
            and not _BREAK.search(words.source, *_between(words, first, last, left, right))
        )
        if place.context == "strict":
            return any(place.parent and place.parent in (other.name, other.parent) for other in beside)
        return any(True for _ in beside)


def _is_certain(form: _Form) -> bool:
    return form.full or form.sure or form.place.context == "no"


def _between(words: Words, first: int, last: int, left: int, right: int) -> tuple[int, int]:
    if left > last:
        return words.ends[last], words.starts[left]
    return words.ends[right], words.starts[first]


def listed(found: list[Found]) -> tuple[str, ...]:
    """Names of the places below the region, most specific first, each once, in the order of the text otherwise."""
    below = [one.place for one in found if one.place.level > 0]
    return tuple(dict.fromkeys(place.name for place in sorted(below, key=lambda place: -place.level)))
