"""Whether a document has any chance of a verdict: what one cannot do without, asked before anything dear is worked out.

The first question, `is_worth`, needs the words alone and turns away most of the news; the second, `possible`, all that
was found. Both are necessary conditions: what they turn away would have been judged "none" after all the work.
"""

from collections.abc import Iterable, Sequence, Set

from scrapers.watch.lexicon import Entry, Hit, pieces_of
from scrapers.watch.scene import HOSTS
from scrapers.watch.words import plain

BALTIC = frozenset({"lv", "ltg"})
# What a reading of the concept cannot do without; a document that lacks it is not read sentence by sentence.
_RETURNS = frozenset({"return", "returner", "back", "repatriate", "plan"})
_VERBS = frozenset({"anew", "move", "dwell", "arrive", "choose", "leave", "coordinator", "now", "stay"})
_ABROAD = frozenset({"host", "host_in", "host_weak", "abroad", "compat", "diaspora", "returner", "settle"})
_ENDS = frozenset({
    "family", "settle", "latvian", "town", "town_in", "returner", "local", "abroad", "land", "land_in", "home", "place",
    "compat", "host", "host_in", "diaspora", "coordinator", "mission",
})  # fmt: skip
_SOURCES = _ABROAD | {"office", "years", "land", "land_in", "latvian", "coordinator", "mission", "place"}
_DEEDS = _VERBS - {"now", "dwell"}
# Beside one of these (or a country abroad left behind) "now" and "lives" may tell of a life after years abroad.
_ROOTED = frozenset({"years", "born", "former", "native", "diaspora"})
_GOVERNING = frozenset({"from", "after"})
REACH = 3  # words between a preposition and the name it governs
_ANY = "*"
_TELLING = _RETURNS | _DEEDS | _ABROAD | _ROOTED | {"russian", "expel", "to_russia"}
_READ_WITH = {"lv": ("lv", "ltg", "ru"), "ltg": ("ltg", "lv", "ru"), "ru": ("ru", "lv")}


def read_with(lang: str) -> tuple[str, ...]:
    """The languages whose words are read in a text of `lang`."""
    return _READ_WITH.get(lang, (lang, "ru"))


def counts(entry: Entry, read: tuple[str, ...], lang: str) -> bool:
    """Whether a row's kind is read in a text of `lang`: its words yes, another language's helping words no."""
    if entry.role == "evidence":
        return False
    if entry.language == "ltg" and lang != "ltg":
        return lang == "lv" and entry.role != "context"
    return entry.language in read or entry.language == "*"


def tells(entry: Entry) -> bool:
    """Whether `is_worth` wants to know of this entry."""
    return entry.role != "evidence" and (_labels(entry) or entry.kind in _TELLING)


def _labels(entry: Entry) -> bool:
    """Whether the entry alone makes a document more than plain news, if its language is read."""
    return entry.role in ("core", "combined") or (entry.role == "cue" and entry.kind == "alone")


def is_worth(found: Sequence[tuple[Sequence[Hit], Sequence[str]]], governors: Set[str], lang: str) -> bool:
    """False where no verdict but "none" can come out.

    `found` holds for title and text the hits of entries that tell, and the words; `governors` as from `governors_of`.
    """
    read = read_with(lang)
    kinds: set[str] = set()
    for hits, _ in found:
        for hit in hits:
            entry = hit.entry
            if entry.role == "core" or (_labels(entry) and (entry.language in read or entry.language == "*")):
                return True
            if counts(entry, read, lang):
                kinds.add(entry.kind)
    if kinds & _RETURNS or ("expel" in kinds and "russian" in kinds) or ("to_russia" in kinds and "move" in kinds):
        return True
    if not kinds & _ABROAD:
        return "anew" in kinds and "years" in kinds
    # Without a verb of moving or coming back only a life abroad that is over, a life back at home or a way there can
    # be told.
    if kinds & _DEEDS or kinds & _ROOTED:
        return True
    return any(_left_behind(hits, lower, governors) for hits, lower in found)


def _left_behind(hits: Sequence[Hit], lower: Sequence[str], governors: Set[str]) -> bool:
    return any(
        hit.entry.kind in HOSTS
        and (_ANY in governors or not governors.isdisjoint(lower[max(0, hit.first - REACH) : hit.first]))
        for hit in hits
    )


def governors_of(patterns: Iterable[tuple[str, Entry]]) -> frozenset[str]:
    """The last words of all that says "from" or "after", with and without diacritics; ``*`` where any word may."""
    lasts = {pieces_of(form)[-1] for form, entry in patterns if entry.kind in _GOVERNING and pieces_of(form)}
    return frozenset(_ANY if last.endswith(_ANY) else one for last in lasts for one in (last, plain(last)))


def possible(kinds: Set[str], lang: str) -> bool:
    """Whether the kinds of all that was found (a place as "place") can make a reading of the concept."""
    return bool(kinds & _ENDS) and bool(
        (kinds & _RETURNS and kinds & _SOURCES)
        or (kinds & _VERBS and kinds & _ABROAD)
        or {"host", "place"} <= kinds
        or ("returner" in kinds and lang in BALTIC)
        or ({"host_in", "place"} <= kinds and kinds & {"years", "born"})
        or {"anew", "years"} <= kinds
    )
