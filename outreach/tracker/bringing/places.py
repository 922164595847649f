"""Countries and municipalities as people mistype them: what is near enough to one name, and to one alone; pure."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from outreach.tracker.bringing.words import kinds_of_places
from outreach.tracker.lexicon import country_of, lexicon, names_of_countries, words_of
from outreach.tracker.places import Places

_NEAR = 86
_SHORTEST = 5  # letters; shorter words are near to too many


@dataclass
class Atlas:
    """The office's places and all countries, looked up as they were typed. It remembers what it was asked."""

    places: Places
    _towns: Mapping[str, str] = field(init=False, repr=False)
    _lands: Mapping[str, str] = field(init=False, repr=False)
    _stems: Mapping[str, str] = field(init=False, repr=False)
    _asked: dict[tuple[str, str], str | None] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._towns = _bare(self.places.by_form)
        self._lands = _bare(names_of_countries())
        self._stems = _bare(_beginnings())

    def country(self, told: str) -> str | None:
        """The ISO code of the one country that a cell names, a slip or missing marks forgiven."""
        return self._once("country", told, lambda text: country_of(text) or self._begun(text), self._lands)

    def municipality(self, told: str) -> str | None:
        """The municipality of the place that a cell names in any case, a slip or missing marks forgiven."""
        return self._once("place", told, self._known_place, self._towns)

    def _known_place(self, told: str) -> str | None:
        bare = told.strip(" .,;")
        words = bare.split()
        short = words[-1].rstrip(".").casefold() if len(words) > 1 else ""
        whole = next((one for one in kinds_of_places() if short and one.startswith(short)), "")
        spoken = [bare, bare.partition(",")[0], " ".join([*words[:-1], whole]) if whole else ""]
        return next((found for one in spoken if (found := self.places.municipality(one))), None)

    def _begun(self, told: str) -> str | None:
        """By how the words that people use for a country begin, marks and a slip aside."""
        if lexicon().find("countries", words_of(told)):
            return None  # two of them, which are known well enough
        words = [word for word in _plain(told).split() if len(word) >= _SHORTEST]
        meant = {
            code
            for word in words
            for stem, code in self._stems.items()
            if len(word) >= len(stem) and fuzz.ratio(stem, word[: len(stem)]) >= _NEAR
        }
        return meant.pop() if len(meant) == 1 else None

    def _once(self, kind: str, told: str, exact: Callable[[str], str | None], near: Mapping[str, str]) -> str | None:
        key = (kind, told)
        if key not in self._asked:
            self._asked[key] = exact(told) or _nearest(told, near)
        return self._asked[key]


def _nearest(told: str, names: Mapping[str, str]) -> str | None:
    bare = _plain(told)
    if bare in names:
        return names[bare]
    if len(bare) < _SHORTEST or len(bare) > 60:
        return None
    found = process.extract(bare, names.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=5)
    meant = {names[name] for name, score, _ in found if score >= found[0][1] - 2}
    return meant.pop() if len(meant) == 1 else None


def _beginnings() -> dict[str, str]:
    told = {}
    for code, phrases in lexicon().sections["countries"].items():
        for phrase in phrases:
            stem = phrase[0].rstrip("*")
            if len(phrase) == 1 and len(_plain(stem)) >= _SHORTEST:
                told[stem] = code
    return told


def _bare(names: Mapping[str, str]) -> dict[str, str]:
    """Without marks; what two would share by that is nobody's."""
    told: dict[str, str] = {}
    shared: set[str] = set()
    for name, meant in names.items():
        bare = _plain(name)
        if told.setdefault(bare, meant) != meant:
            shared.add(bare)
    return {name: meant for name, meant in told.items() if name not in shared}


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFD", " ".join(text.split()).casefold().strip(" .,;"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
