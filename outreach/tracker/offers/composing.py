"""An offer from its template: what the family asked, what the municipality has, whom to ask, what comes next. Pure.

Nothing is made up: a part without a fact stays empty and is named among what is missing; on paper it is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from babel.dates import format_date

from outreach.tracker.offers.facts import CONTACT, TOPICS, Fact, Profile
from outreach.tracker.offers.templates import Template

NUMBER = "{number}"  # stands in a letter for its own
KINDS = ("opening", "asked", "place", *TOPICS, "office", "next", "closing")


@dataclass(frozen=True)
class Asked:
    """For whom an offer is: so many people, about these topics, in this municipality or none yet. `addressee` stands
    after the greeting as it was typed: nobody guesses its case.
    """

    topics: tuple[str, ...]
    place: str | None
    adults: int
    children: int
    addressee: str = field(default="", repr=False)


@dataclass(frozen=True)
class Ours:
    """The office in the letter's language, and who signs; what is empty is left out."""

    name: str
    contact: str
    phone: str
    portal: str
    signer: str


@dataclass(frozen=True)
class Section:
    """A part of the letter: its kind, of `KINDS`, its heading (or none) and its text."""

    kind: str
    heading: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Missing:
    """What the office does not know: `what` is none (nobody filled it in) or stale; `subject` a topic, contact, place
    or topics.
    """

    what: str
    subject: str

    @property
    def code(self) -> str:
        return f"{self.what}.{self.subject}"


@dataclass(frozen=True)
class Letter:
    """All that stands on the paper but the day: whatever becomes of the template, this stays. `number` has a place
    for the offer's, `{number}`.
    """

    title: str
    number: str
    office: str
    sections: tuple[Section, ...] = field(repr=False)

    @property
    def filled(self) -> tuple[Section, ...]:
        """The sections that have a text."""
        return tuple(one for one in self.sections if one.text)


@dataclass(frozen=True)
class Composed:
    """A letter and what it lacks."""

    letter: Letter
    missing: tuple[Missing, ...]


def compose(
    template: Template, asked: Asked, facts: Mapping[str, Fact], profile: Profile, ours: Ours, today: date
) -> Composed:
    """The letter; `facts` are the municipality's by subject. OutreachError as the template's texts."""
    t = template
    parts = [
        Section("opening", "", _opening(t, asked)),
        *([Section("asked", t.text("asked", "heading"), _asked(t, asked))] if asked.topics else []),
        Section("place", _place_name(t, asked, profile), _place(t, asked, facts.get(CONTACT), profile)),
        *(
            Section(topic, t.text("topics", topic), _known(t, facts.get(topic)))
            for topic in asked.topics
        ),
        Section("office", t.text("office", "heading"), _office(t, ours)),
        Section("next", t.text("next", "heading"), t.text("next", "text")),
        Section("closing", "", "\n".join(one for one in (t.text("closing"), ours.signer, ours.name) if one)),
    ]
    letter = Letter(t.text("title"), t.text("number", number=NUMBER), ours.name, tuple(parts))
    return Composed(letter, missing(t.language, asked, facts, today))


def missing(language: str, asked: Asked, facts: Mapping[str, Fact], today: date) -> tuple[Missing, ...]:
    """What a letter in this language would lack, and what is older than a year."""
    if asked.place is None:
        found = [Missing("none", "place")]
    else:
        found = []
        for subject in (CONTACT, *asked.topics):
            fact = facts.get(subject)
            if fact is None or not fact.texts.get(language):
                found.append(Missing("none", subject))
            elif fact.is_stale(today):
                found.append(Missing("stale", subject))
    return (*found, *(() if asked.topics else (Missing("none", "topics"),)))


def _opening(t: Template, asked: Asked) -> str:
    hello = t.text("greeting_named", name=asked.addressee) if asked.addressee else t.text("greeting")
    counts = (("adults", asked.adults), ("children", asked.children))
    told = [t.counted(name, count) for name, count in counts if count]
    return f"{hello}\n\n{t.text('opening', family=_listed(t, told)) if told else t.text('opening_none')}"


def _asked(t: Template, asked: Asked) -> str:
    # Some names have an "and" of their own.
    how = "one" if len(asked.topics) == 1 else "text"
    return t.text("asked", how, topics="; ".join(t.text("asked", "topics", topic) for topic in asked.topics))


def _place_name(t: Template, asked: Asked, profile: Profile) -> str:
    if asked.place is None:
        return t.text("place", "heading_none")
    return profile.names.get(t.language) or asked.place


def _place(t: Template, asked: Asked, contact: Fact | None, profile: Profile) -> str:
    if asked.place is None:
        return t.text("place", "none")
    inside = profile.inside.get(t.language) or t.text("place", "inside", name=asked.place)
    site = contact.site if contact is not None and contact.site else profile.site
    lines = [t.text("place", "text", inside=inside)]
    if site:
        lines.append(t.text("place", "site", site=site))
    if told := (contact.texts.get(t.language, "") if contact is not None else ""):
        lines.append(t.text("place", "contact", contact=told))
    return "\n".join(lines)


def _known(t: Template, fact: Fact | None) -> str:
    text = fact.texts.get(t.language, "") if fact is not None else ""
    if fact is None or not text:
        return ""
    day = format_date(fact.as_of, format="long", locale="en_GB" if t.language == "en" else t.language)
    return f"{text}\n{t.text('as_of', day=day)}"


def _office(t: Template, ours: Ours) -> str:
    told = (("mail", ours.contact), ("phone", ours.phone), ("portal", ours.portal))
    return "\n".join([ours.name, *(t.text("office", name, value=value) for name, value in told if value)])


def _listed(t: Template, told: list[str]) -> str:
    """a, b and c: as the language says it."""
    if len(told) < 2:
        return "".join(told)
    return t.text("and", first=", ".join(told[:-1]), last=told[-1])
