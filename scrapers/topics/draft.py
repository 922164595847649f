"""What a topic's version says, held against what the office knows: its languages, places and lists."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from outreach.core.errors import OutreachError
from outreach.core.office import Office
from scrapers.models import SENSES, TIERS
from scrapers.query.expand import expand
from scrapers.query.lists import ListOf, office_lists
from scrapers.query.parse import parse
from scrapers.query.tree import Sought
from scrapers.topicmodels import COUNTING
from scrapers.watch.language import LANGUAGES
from scrapers.watching import watch_of

LONGEST_NAME = 120
MOST_OFF = 2_000  # forms that somebody unticks
SPOKEN = ("lv", "ru", "en", "ltg")  # the languages that the editor shows forms of, in its order

_MAKING = Lock()
_LISTS: dict[Path, Mapping[str, ListOf]] = {}


@dataclass(frozen=True)
class Draft:
    """What a version says. Empty filters leave languages, tiers, places and senses open; `off` are unticked forms,
    in small letters. `counting`: a mention counts as its sense says, always, or never by this topic.
    """

    name: str
    query: str
    languages: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    senses: tuple[str, ...] = ()
    counting: str = "sense"
    off: tuple[str, ...] = ()

    def reads_as(self, other: "Draft") -> bool:
        """Whether both find and count the same: only the name may differ."""
        return replace(self, name="") == replace(other, name="")


def lists_of(office: Office) -> Mapping[str, ListOf]:
    """The office's named lists, made once a process."""
    with _MAKING:
        if office.folder not in _LISTS:
            _LISTS[office.folder] = office_lists(office)
        return _LISTS[office.folder]


def sought_of(draft: Draft, lists: Mapping[str, ListOf]) -> Sought:
    """The query as it is looked for, in the forms that are not unticked. Raises QueryError.

    The topic's languages are those its words are inflected in; none: every language that knows them.
    """
    return expand(parse(draft.query), lists, draft.languages, draft.off)


def checked(draft: Draft, office: Office) -> Draft:
    """The draft as it is kept: each value once, in one order, none that nobody knows.

    Raises QueryError for its query; OutreachError `topics.error.name`, `.name_long`, `.choice`, `.place`, `.off` for
    the rest.
    """
    name = " ".join(draft.name.split())
    if not name:
        raise OutreachError("topics.error.name")
    if len(name) > LONGEST_NAME:
        raise OutreachError("topics.error.name_long", most=LONGEST_NAME)
    off = tuple(sorted({" ".join(one.lower().split()) for one in draft.off if one.strip()}))
    if len(off) > MOST_OFF:
        raise OutreachError("topics.error.off", most=MOST_OFF)
    kept = Draft(
        name=name,
        query=draft.query.strip(),
        languages=_among(draft.languages, LANGUAGES),
        tiers=_among(draft.tiers, TIERS),
        places=_places(draft.places, office),
        senses=_among(draft.senses, SENSES),
        counting=_among((draft.counting,), COUNTING)[0],
        off=off,
    )
    sought_of(kept, lists_of(office))
    return kept


def _among(given: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    order = tuple(known)
    told = {one.strip() for one in given}
    for one in told:
        if one not in order:
            raise OutreachError("topics.error.choice", value=one, known=", ".join(order))
    return tuple(one for one in order if one in told)


def _places(given: Iterable[str], office: Office) -> tuple[str, ...]:
    told = tuple(dict.fromkeys(" ".join(one.split()) for one in given if one.strip()))
    if not told:
        return ()
    known = {place.name for place in watch_of(office).gazetteer.places}
    for one in told:
        if one not in known:
            raise OutreachError("topics.error.place", place=one)
    return told
