"""A telephone call in one line: "Anna, 3 cilvēki, Īrija -> Preiļi, darbs, zvanīja +353…, dzirdēja radio".

The parts may come in any order and none is needed. A word that is not understood stays in the note.
"""

import re
from dataclasses import dataclass, field

from outreach.core.errors import OutreachError
from outreach.tracker.intake import Incoming
from outreach.tracker.lexicon import country_of, lexicon, words_of
from outreach.tracker.places import Places

_ARROW = re.compile(r"\s*(?:->|=>|→|⇒|–>|—>|>)\s*")
_MAIL = re.compile(r"[^\s,;<>]+@[^\s,;<>]+\.[^\s,;<>]+")
_DATE = re.compile(r"\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b")
_PHONE = re.compile(r"(?<!\d)\+\d[\d\s().\-…]{2,}(?!\w)|\b\d[\d\s().\-]{5,}\d\b")
_LINK = re.compile(r"(?:https?://\S+|\S*)/k/([A-Za-z0-9]{4,16})\b\S*")
_LONGEST = 300  # a longer part is a story, not a field: it is kept as it is
_SUM = re.compile(r"(\d{1,2})\s*\+\s*(\d{1,2})")
# A source named without "heard" counts only where the word can mean nothing else.
_CLEAR_SOURCES = frozenset({"radio", "tv", "newspaper", "facebook", "social", "search", "portal"})


@dataclass
class _Line:
    """What the parts gave so far; the first to name a thing wins, what comes later stays in the note."""

    found: dict[str, str] = field(default_factory=dict)
    people: int | None = None
    contacts: list[str] = field(default_factory=list)
    note: list[str] = field(default_factory=list)

    def take(self, name: str, value: str) -> bool:
        return self.found.setdefault(name, value) == value


def parse_line(text: str, places: Places | None = None, arrived: str = "phone") -> Incoming:
    """Reads one line of telephone note; with `places` towns become their municipality. `arrived` is how they came where
    the line does not say it.

    Raises OutreachError `tracker.error.empty_line`. Everything else is understood or kept: nothing is lost.
    """
    if not re.search(r"\w", text):
        raise OutreachError("tracker.error.empty_line")
    line = _Line()
    parts = [part.strip() for part in re.split(r"[,;\n]+", text) if part.strip()]
    for number, part in enumerate(parts):
        _read(line, part, places, first=number == 0)
    found = line.found
    return Incoming(
        arrived_by=found.get("arrived", arrived),
        language=found.get("languages"),
        country=found.get("countries"),
        municipality=found.get("municipality"),
        topic=found.get("topics"),
        people=line.people,
        said_source=found.get("sources"),
        code=found.get("code"),
        name=found.get("name"),
        contact=", ".join(line.contacts) or None,
        text=", ".join(line.note) or None,
    )


def _read(line: _Line, part: str, places: Places | None, first: bool) -> None:
    if len(part) > _LONGEST:
        line.note.append(part)
        return
    rest = _ways_to_answer(line, part)
    before, *after = _ARROW.split(rest, maxsplit=1)
    if after:
        _read_words(line, before, places, first)
        _read_goal(line, after[0], places)
    else:
        _read_words(line, rest, places, first)


def _ways_to_answer(line: _Line, part: str) -> str:
    """Takes addresses, numbers and a tracked link out of a part."""
    link = _LINK.search(part)
    if link and line.take("code", link.group(1)):
        part = part.replace(link.group(0), " ")
    for shape in (_MAIL, _PHONE):
        for hit in shape.findall(part):
            if not _DATE.fullmatch(hit.strip()):
                line.contacts.append(hit.strip())
                part = part.replace(hit, " ", 1)
    return " ".join(part.split())


def _read_goal(line: _Line, text: str, places: Places | None) -> None:
    """The right side of the arrow: where to."""
    bare = _without_filler(text)
    place = places.municipality(bare) if places else None
    if place and line.take("municipality", place):
        return
    # With the office's table at hand a place that is not in it may be anything, a name too: it stays in the note.
    named = places is None and bare and not re.search(r"[\d@]", bare) and len(bare.split()) <= 4
    if named and line.take("municipality", bare):
        return
    if text:
        line.note.append(text)


def _read_words(line: _Line, part: str, places: Places | None, first: bool) -> None:
    if not part:
        return
    words = words_of(part)
    place = places.municipality(_without_filler(part)) if places else None
    if place and line.take("municipality", place):
        return
    understood, kept = _count(line, part, words)
    heard = bool(lexicon().find("heard", words[:1]) or lexicon().find("heard", words[:2]))
    sections = ["heard", "sources"] if heard else ["countries", "languages", "arrived", "topics", "sources"]
    for section in sections:
        for hit in lexicon().find(section, words):
            span = range(hit.start, hit.start + hit.length)
            if understood & set(span) or (section == "sources" and not heard and hit.name not in _CLEAR_SOURCES):
                continue
            if section == "heard" or line.take(section, hit.name):
                understood |= set(span)
    if heard and "sources" not in line.found:
        line.take("sources", "other")
    filler = {hit.start for hit in lexicon().find("filler", words)}
    unknown = [word for place_, word in enumerate(words) if place_ not in understood | filler]
    if not unknown and understood and not kept:
        return
    country = None if understood or kept else country_of(part)
    if country and line.take("countries", country):
        return
    name = _name(part, unknown) if first else None
    if name and not kept and line.take("name", name):
        return
    line.note.append(part)


def _count(line: _Line, part: str, words: list[str]) -> tuple[set[int], bool]:
    """Finds how many they are: the places of the words used, and whether the part must be kept as well."""
    together = _SUM.search(part)
    if together and line.people is None:
        line.people = int(together.group(1)) + int(together.group(2))
        return set(), True
    understood: set[int] = set()
    counts: dict[str, int] = {}
    for hit in lexicon().find("people", words):
        if hit.start and re.fullmatch(r"\d{1,2}", words[hit.start - 1]) and hit.name not in counts:
            counts[hit.name] = int(words[hit.start - 1])
            understood |= {hit.start - 1, hit.start}
    if line.people is not None or not counts:
        return set(), bool(counts)
    if "people" in counts:
        line.people = counts["people"]
        # "4 people, 2 of them children": the second number would be lost.
        return understood, len(counts) > 1
    if "adults" in counts:
        line.people = sum(counts.values())
    return set(), True


def _without_filler(text: str) -> str:
    words = text.split()
    while words and lexicon().find("filler", words_of(words[0])):
        words = words[1:]
    return " ".join(words)


def _name(part: str, unknown: list[str]) -> str | None:
    """The caller, if what is left of the first part looks like a name."""
    raw = [word.strip(".,:–—-") for word in part.split()]
    named = [word for word in raw if word.casefold() in unknown]
    if lexicon().find("countries", unknown):
        return None
    if len(named) != len(unknown) or not 1 <= len(named) <= 3:
        return None
    return " ".join(named) if all(word[:1].isupper() and word.replace("-", "").isalpha() for word in named) else None
