"""Whether a document has any chance of a verdict: what one cannot do without, asked before anything dear is worked out.

The first question, `is_worth`, needs the words alone and turns away most of the news; the second, `possible`, all that
was found. Both are necessary conditions: what they turn away would have been judged "none" after all the work.
"""

from collections.abc import Iterable, Sequence, Set

from scrapers.watch.lexicon import Entry, Hit, pieces_of
from scrapers.watch.scene import HOSTS, LIFE
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
_SMALL = frozenset({"from", "to", "at", "after", "me", "now", "number"})
REACH = 3  # words between a preposition and the name it governs
_ANY = "*"
_IDIOMS = frozenset({
    "settle", "stay", "farewell", "trace", "invite", "home", "native", "years", "toil", "anew", "leave", "arrive",
})  # fmt: skip
_SLIGHT = frozenset({"arrive", "leave", "years", "toil"})
_HERE = frozenset({"place", "land", "land_in", "town", "town_in", "home", "local", "latvian", "native", "compat"})
_OWN = frozenset({"kin", "family", "me", "person", "someone"})
_DEEP = frozenset({"kin", "family", "me", "years", "settle", "stay", "born"})
_RUSSIA = frozenset({"rus_town", "to_russia"})
_PLAIN = frozenset({"party", "scheme", "to_russia"})
_GRAVE = frozenset({"russian", "expel", "rus_town"})
_SENT = frozenset({"expel", "permit", "to_russia", "leave", "kin", "person", "me"})
_GOING = frozenset({"move", "permit", "expel", "settle", "farewell", "kin", "family", "house", "depart", "person"})
SHORT = 60  # words: in so short a text little need be said to be worth a second look
_HEADLINE = 16
_TELLING = (  # fmt: skip
    _RETURNS | _DEEDS | _ABROAD | _ROOTED | _IDIOMS | _RUSSIA
    | {"russian", "expel", "permit", "party", "scheme", "foreign", "faraway"}
)
_READ_WITH = {"lv": ("lv", "ltg", "ru"), "ltg": ("ltg", "lv", "ru"), "ru": ("ru", "lv")}


def read_with(lang: str) -> tuple[str, ...]:
    """The languages whose words are read in a text of `lang`."""
    return _READ_WITH.get(lang, (lang, "ru"))


def counts(entry: Entry, read: tuple[str, ...], lang: str) -> bool:
    """Whether a row's kind is read in a text of `lang`: its words yes, another language's helping words no."""
    if entry.role == "evidence":
        return False
    if entry.language == "ltg" and lang != "ltg":
        # A short Latgalian text is easily taken for Latvian; its small words mean something else there.
        return lang == "lv" and entry.kind not in _SMALL
    return entry.language in read or entry.language == "*"


def counting(hits: Iterable[Hit], read: tuple[str, ...], lang: str) -> list[Hit]:
    """The hits whose entries count, as `counts` says of each."""
    own = frozenset(read) - ({"ltg"} if lang != "ltg" else frozenset()) | {"*"}
    if lang != "lv":
        return [hit for hit in hits if hit.entry.language in own and hit.entry.role != "evidence"]
    return [
        hit
        for hit in hits
        if (hit.entry.language in own or (hit.entry.language == "ltg" and hit.entry.kind not in _SMALL))
        and hit.entry.role != "evidence"
    ]


def tells(entry: Entry) -> bool:
    """Whether `is_worth` wants to know of this entry."""
    return entry.role != "evidence" and (_labels(entry) or entry.kind in _TELLING)


def _labels(entry: Entry) -> bool:
    """Whether the entry alone makes a document more than plain news, if its language is read."""
    return entry.role in ("core", "combined") or (entry.role == "cue" and entry.kind == "alone")


def is_worth(found: Sequence[tuple[Sequence[Hit], Sequence[str]]], governors: Set[str], lang: str) -> bool | None:
    """False where no verdict but "none" can come out, None where only all kinds of words can say so (`is_likely`).

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
    if kinds & _RETURNS or kinds & _PLAIN or to_russia(kinds):
        return True
    if kinds & _ABROAD:
        # Without a verb of moving or coming back only a life abroad that is over, a life back at home or a way there
        # can be told.
        if kinds & _DEEDS or kinds & _ROOTED or any(_left_behind(hits, lower, governors) for hits, lower in found):
            return True
    elif "anew" in kinds and "years" in kinds:
        return True
    length = sum(len(lower) for _, lower in found)
    if length <= _HEADLINE:
        return None
    return None if kinds & _GRAVE or (length <= SHORT and kinds - {"leave", "arrive"}) else False


def is_likely(kinds: Set[str], length: int) -> bool:
    """Whether the kinds of all that stands in a text of `length` words (a place as "place") are worth a reading."""
    short = length <= SHORT
    told = kinds & _IDIOMS
    if kinds & _ABROAD and short and kinds & _HERE and kinds & LIFE:
        return True
    if kinds & _ABROAD and length <= _HEADLINE and kinds & {"place", "land", "latvian", "compat", "town_in"}:
        return True
    if kinds & _ABROAD and (kinds & _DEEP if short else kinds & _HERE and kinds & _DEEP):
        return True
    if "russian" in kinds and (kinds & _HERE or kinds & _SENT):
        return True
    if kinds & _RUSSIA and ((kinds & _GOING and kinds & _HERE) or (short and kinds & {"place", "latvian"})):
        return True
    if "expel" in kinds and kinds & {"mass", "permit", "nation", "alien"}:
        return True
    if not short:
        return False
    if len(told) > 1 or (told - _SLIGHT and (kinds & _OWN or kinds & _HERE)):
        return True
    if kinds & {"foreign", "former", "faraway"} and kinds & _HERE and (kinds & _OWN or told):
        return True
    return "place" in kinds and bool(kinds & _OWN) and (length <= 2 * _HEADLINE or bool(told & _SLIGHT))


def to_russia(kinds: Set[str]) -> bool:
    """Whether the kinds of all that was found can tell of people sent or moving to Russia."""
    return ("russian" in kinds and "expel" in kinds) or ("to_russia" in kinds and "move" in kinds)


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


def possible(kinds: Set[str], lang: str, length: int) -> bool:
    """Whether the kinds of all that was found (a place as "place") can make a reading of the concept, in a text of
    `length` words.
    """
    if length <= SHORT and kinds & HOSTS and kinds & _HERE and kinds & LIFE:
        return True
    return bool(kinds & _ENDS) and bool(
        (kinds & _RETURNS and kinds & _SOURCES)
        or (kinds & _VERBS and kinds & _ABROAD)
        or {"host", "place"} <= kinds
        or ("returner" in kinds and lang in BALTIC)
        or ({"host_in", "place"} <= kinds and kinds & {"years", "born"})
        or {"anew", "years"} <= kinds
    )
