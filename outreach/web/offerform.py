"""The forms of an individual offer: what it is about, its sections, and that it was sent."""

from dataclasses import dataclass, field, replace
from datetime import date

from outreach.tracker.offers import facts, keeping, paper, templates
from outreach.tracker.offers.composing import NUMBER, Letter, Section
from outreach.tracker.offers.models import SENT_BY
from outreach.tracker.offers.reading import OfferSeen
from outreach.tracker.places import read_places
from outreach.web.fields import Choices, FieldShown, told
from outreach.web.visit import here, words

NEW, SENT, PART = "offers.new", "offers.sent", "offers.part"  # where their texts stand


@dataclass(frozen=True)
class NewForm:
    """What an offer is to be about; `known` are the gaps that the page has named already."""

    language: str
    municipality: str | None = None
    addressee: str = field(default="", metadata=told(max=120, autocomplete="off"))
    topics: tuple[str, ...] = ()
    known: str = field(default="", metadata=told("hidden", max=400))


@dataclass(frozen=True)
class Parts:
    """The sections of a letter, by kind; a letter has only some of them."""

    opening: str = field(default="", metadata=told("textarea", max=keeping.LONGEST))
    asked: str = field(default="", metadata=told("textarea", max=keeping.LONGEST))
    place: str = field(default="", metadata=told("textarea", max=keeping.LONGEST))
    work: str = field(default="", metadata=told("textarea", max=keeping.LONGEST))
    housing: str = field(default="", metadata=told("textarea", max=keeping.LONGEST))
    school: str = field(default="", metadata=told("textarea", max=keeping.LONGEST))
    language: str = field(default="", metadata=told("textarea", max=keeping.LONGEST))
    benefits: str = field(default="", metadata=told("textarea", max=keeping.LONGEST))
    health: str = field(default="", metadata=told("textarea", max=keeping.LONGEST))
    documents: str = field(default="", metadata=told("textarea", max=keeping.LONGEST))
    business: str = field(default="", metadata=told("textarea", max=keeping.LONGEST))
    office: str = field(default="", metadata=told("textarea", max=keeping.LONGEST))
    next: str = field(default="", metadata=told("textarea", max=keeping.LONGEST))
    closing: str = field(default="", metadata=told("textarea", max=keeping.LONGEST))


@dataclass(frozen=True)
class SentForm:
    """When it went, how, and how many people it is for."""

    sent_on: date
    sent_by: str
    people: int = field(metadata=told(low=1, high=keeping.HIGHEST))


def choices() -> dict[str, Choices]:
    """What an offer may be about: the office's templates, its municipalities, the topics."""
    t, office = words(), here().office
    places = read_places(office.places).municipalities
    return {
        "language": [(one, t(f"public.language.{one}")) for one in templates.languages(office)],
        "municipality": [("", t("offers.no_place")), *((name, name) for name in places)],
        "topics": [(one, t(f"tracker.topic.{one}")) for one in facts.TOPICS],
    }


def ways() -> dict[str, Choices]:
    """How an offer may have gone."""
    return {"sent_by": [(one, words()(f"offers.way.{one}")) for one in SENT_BY]}


def sheet(seen: OfferSeen, letter: Letter, today: date) -> paper.Sheet:
    """The paper of the day it was sent; of a draft, of today."""
    number = letter.number.replace(NUMBER, seen.number)
    return paper.Sheet(seen.language, letter.title, number, seen.sent_on or today, letter.office, letter.filled)


def file_name(seen: OfferSeen) -> str:
    """What its files are called, without the end that tells their kind; nothing of a family."""
    return words()("offers.file_name", number=seen.number.replace("/", "-"))


def headed(shown: FieldShown, section: Section) -> FieldShown:
    """A field under the heading that the letter has, in the letter's language."""
    return replace(shown, label=section.heading or shown.label, help=shown.help if section.heading == "" else "")
