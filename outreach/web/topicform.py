"""The form of a topic: what is typed as a draft, what is wrong with its query and where, which forms are unticked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.core.text import Words
from outreach.web.fields import Choices, FieldShown, Filled, draw, read, told
from scrapers.models import SENSES, TIERS
from scrapers.query.faults import QueryError
from scrapers.query.parse import LONGEST
from scrapers.topicmodels import COUNTING
from scrapers.topics.draft import LONGEST_NAME, MOST_OFF, Draft
from scrapers.topics.faultplace import FaultPlace, fault_place
from scrapers.topics.reading import VersionSeen
from scrapers.watching import watch_of

TEXTS = "topics.field"
# The office's own languages come first; others stand in the list where a version asks for them.
_LANGUAGES = ("lv", "ltg", "ru", "en", "de")
# Which field an error of a draft belongs to.
_PLACES = {
    "topics.error.name": "name", "topics.error.name_long": "name", "topics.error.same_name": "name",
    "topics.error.place": "places",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TopicForm:
    """What a person types of a topic."""

    name: str = field(metadata=told(max=LONGEST_NAME, autocomplete="off"))
    query: str = field(metadata=told("textarea", max=LONGEST * 2))
    counting: str = field(default="sense", metadata=told("radio"))
    senses: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    note: str | None = field(default=None, metadata=told(max=500, autocomplete="off"))


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a query, in a sentence. `at` and `length` say where in it, `place` is the line around; None
    where it is no matter of one place.
    """

    text: str
    at: int | None = None
    length: int = 0
    place: FaultPlace | None = None


@dataclass(frozen=True)
class Typed:
    """A form as it was sent: the draft, None where a field does not fit, its fields (None where nothing was sent, but
    a version is shown), and the words that stand open.
    """

    draft: Draft | None
    fields: Filled[TopicForm] | None
    query: str
    off: tuple[str, ...]
    open: tuple[str, ...]
    note: str

    @property
    def shown(self) -> tuple[FieldShown, ...]:
        """The fields as they were sent."""
        return self.fields.fields if self.fields is not None else ()

    def with_error(self, error: OutreachError, t: Words) -> tuple[FieldShown, ...]:
        """The fields with an error found later beside the one it belongs to: the query's, unless it names another."""
        if self.fields is None:
            return ()
        return self.fields.with_error(_PLACES.get(error.key, "query"), t.error(error)).fields


def choices(t: Words, office: Office, draft: Draft | None = None) -> Mapping[str, Choices]:
    """What the fields offer; of places the municipalities, and those that a version names already."""
    held = draft or Draft("", "")
    # Former municipalities lie in today's.
    places = [one.name for one in watch_of(office).gazetteer.places if one.level == 1 and not one.parent]
    languages = dict.fromkeys((*_LANGUAGES, *held.languages))
    return {
        "counting": [(name, t(f"topics.counting.{name}")) for name in COUNTING],
        "senses": [(name, t(f"watch.sense.{name}")) for name in SENSES],
        "languages": [(name, t(f"mentions.language.{name}")) for name in languages],
        "tiers": [(name, t(f"scrapers.tier.{name}")) for name in TIERS],
        "places": [(name, name) for name in dict.fromkeys((*places, *held.places))],
    }


def drawn(t: Words, office: Office, version: VersionSeen | None) -> tuple[FieldShown, ...]:
    """The form of a new topic, or filled with a version."""
    draft = version.draft if version is not None else None
    value = None
    if draft is not None:
        value = TopicForm(
            name=draft.name, query=draft.query, counting=draft.counting, senses=draft.senses,
            languages=draft.languages, tiers=draft.tiers, places=draft.places,
        )  # fmt: skip
    return draw(TopicForm, t, TEXTS, value=value, choices=choices(t, office, draft))


def typed(sent: MultiDict[str, str], t: Words, office: Office, held: Draft | None = None) -> Typed:
    """What a browser sent."""
    filled = read(TopicForm, sent, t, TEXTS, choices=choices(t, office, held))
    off = unticked(sent)
    form = filled.value
    draft = None
    if form is not None:
        draft = Draft(
            form.name, form.query.strip(), form.languages, form.tiers, form.places, form.senses, form.counting, off
        )
    return Typed(
        draft, filled, sent.get("query", "").strip(), off, tuple(dict.fromkeys(sent.getlist("open")))[:50],
        sent.get("note", ""),
    )  # fmt: skip


def unticked(sent: MultiDict[str, str]) -> tuple[str, ...]:
    """The forms that are off: those that were, but for the ones on the page, of which the ticked are on."""
    shown = {one for told_ in sent.getlist("shown") for one in told_.split("\n") if one}
    on = set(sent.getlist("on"))
    before = [one.strip() for one in sent.get("off", "").split("\n") if one.strip()]
    kept = [one for one in before if one not in shown]
    return tuple(sorted({*kept, *(shown - on)}))[: MOST_OFF + 1]


def trouble_of(error: OutreachError, query: str, t: Words) -> Trouble:
    """What is wrong, with the line in which it is where it is a fault of the query."""
    if not isinstance(error, QueryError):
        return Trouble(t.error(error))
    place = fault_place(query, error.at, max(1, error.length))
    return Trouble(t.error(error), min(error.at, len(query)), len(place.bad), place)


@dataclass(frozen=True)
class Bars:
    """Days as strokes of one path, in a picture of `width` by `height` units; `highest` fills it."""

    path: str
    width: int
    height: int
    highest: int


def bars(counts: Sequence[int], *, step: int = 5, height: int = 20) -> Bars:
    """A bar for each day; a day with anything at all shows."""
    highest = max(counts, default=0)
    path = "".join(
        f"M{at * step + step // 2} {height}v-{max(2, round(count / highest * height))}"
        for at, count in enumerate(counts)
        if count
    )
    return Bars(path, len(counts) * step, height, highest)


def differences(left: Draft, right: Draft) -> Sequence[str]:
    """The names of what two versions say differently, in the order of the form."""
    names: Collection[str] = ("name", "query", "counting", "senses", "languages", "tiers", "places", "off")
    return [name for name in names if getattr(left, name) != getattr(right, name)]
