"""The forms of contacts and their lists: typed words to a contact and back, filters, choices. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from outreach.core.errors import OutreachError
from outreach.core.text import Words
from outreach.pressroom.contacts.draft import LANGUAGES, Draft
from outreach.pressroom.contacts.lists import ListSeen
from outreach.pressroom.contacts.reading import STATES, Choices, ContactSeen
from outreach.pressroom.contacts.rules import Rule
from outreach.pressroom.models import REACHED_BY
from outreach.web.fields import Choices as Offered
from outreach.web.fields import FieldShown, told
from scrapers.values import TIERS

TEXTS = "contacts.field"
RULE_TEXTS = "contacts.rule"
FILTER_TEXTS = "contacts.filter"
_BETWEEN = re.compile(r"[,;\n]")
_ERRORS = {
    "contacts.error.name": "name", "contacts.error.mail": "mail", "contacts.error.taken": "mail",
    "contacts.error.erased": "mail", "contacts.error.raced": "mail", "contacts.error.phone": "phone",
    "contacts.error.many": "beats", "contacts.error.list_name": "name", "contacts.error.list_taken": "name",
}  # fmt: skip


@dataclass(frozen=True)
class ContactForm:
    """A contact as it is typed; beats and bylines are words with commas between."""

    name: str = field(metadata=told(max=200))
    outlet: str = field(default="", metadata=told(max=200))
    role: str = field(default="", metadata=told(max=200))
    mail: str = field(default="", metadata=told("email", max=254))
    phone: str = field(default="", metadata=told(max=40))
    reached_by: str = field(default="mail", metadata=told("select"))
    tier: str = field(default="", metadata=told("select"))
    languages: tuple[str, ...] = field(default=(), metadata=told("choices"))
    beats: str = field(default="", metadata=told(max=400))
    places: tuple[str, ...] = field(default=(), metadata=told("choices"))
    bylines: str = field(default="", metadata=told(max=400))
    origin: str = field(default="", metadata=told(max=200))
    note: str = field(default="", metadata=told("textarea", max=4000))


@dataclass(frozen=True)
class ListForm:
    """A list that people are put on."""

    name: str = field(metadata=told(max=120))


@dataclass(frozen=True)
class RuleForm:
    """A list by rule; `outlets` are lines."""

    name: str = field(metadata=told(max=120))
    tiers: tuple[str, ...] = field(default=(), metadata=told("choices"))
    languages: tuple[str, ...] = field(default=(), metadata=told("choices"))
    beats: tuple[str, ...] = field(default=(), metadata=told("choices"))
    places: tuple[str, ...] = field(default=(), metadata=told("choices"))
    outlets: str = field(default="", metadata=told("textarea", max=4000))


@dataclass(frozen=True)
class Filters:
    """Which contacts to show; everything is in the address."""

    q: str = field(default="", metadata=told(max=100))
    state: str = field(default="", metadata=told("select"))
    outlet: str = field(default="", metadata=told("select"))
    tier: str = field(default="", metadata=told("select"))
    language: str = field(default="", metadata=told("select"))
    beat: str = field(default="", metadata=told("select"))
    place: str = field(default="", metadata=told("select"))
    list: str = field(default="", metadata=told("select"))


def typed(draft: Draft) -> ContactForm:
    """A contact as its form holds it."""
    return ContactForm(
        name=draft.name, outlet=draft.outlet, role=draft.role, mail=draft.mail or "", phone=draft.phone,
        reached_by=draft.reached_by, tier=draft.tier or "", languages=draft.languages, beats=", ".join(draft.beats),
        places=draft.places, bylines=", ".join(draft.bylines), origin=draft.origin, note=draft.note,
    )  # fmt: skip


def draft_of(form: ContactForm) -> Draft:
    """What was typed, as a contact."""
    return Draft(
        name=form.name, mail=form.mail or None, phone=form.phone, outlet=form.outlet, role=form.role,
        beats=_parts(form.beats), languages=form.languages, places=form.places, tier=form.tier or None,
        reached_by=form.reached_by, bylines=_parts(form.bylines), note=form.note, origin=form.origin,
    )  # fmt: skip


def rule_of(form: RuleForm) -> Rule:
    """What was typed, as a rule."""
    outlets = tuple(line.strip() for line in form.outlets.splitlines() if line.strip())
    return Rule(form.tiers, form.languages, form.beats, form.places, outlets)


def ruled(name: str, rule: Rule) -> RuleForm:
    """A rule as its form holds it."""
    return RuleForm(name, rule.tiers, rule.languages, rule.beats, rule.places, "\n".join(rule.outlets))


def place_of(error: OutreachError) -> str:
    """The field that an error belongs to."""
    return _ERRORS.get(error.key, "name")


def form_choices(t: Words, municipalities: Iterable[str], held: Sequence[str] = ()) -> dict[str, Offered]:
    """What a contact's form offers; `held` are places that it has now, which may be none of the office's."""
    return {
        "reached_by": [(way, t(f"contacts.reached.{way}")) for way in REACHED_BY],
        "tier": [("", t("contacts.none")), *_tiers(t)],
        "languages": _languages(t),
        "places": [(place, place) for place in dict.fromkeys([*municipalities, *held])],
    }


def rule_choices(
    t: Words, known: Choices, municipalities: Iterable[str], held: Rule | None = None
) -> dict[str, Offered]:
    """What a rule may ask for: what some contact has, and what it asks for now."""
    rule = held or Rule()
    return {
        "tiers": _tiers(t),
        "languages": _languages(t),
        "beats": [(beat, beat) for beat in dict.fromkeys([*known.beats[:60], *rule.beats])],
        "places": [(place, place) for place in dict.fromkeys([*municipalities, *rule.places])],
    }


def filter_choices(t: Words, known: Choices, lists: Sequence[ListSeen]) -> dict[str, Offered]:
    """What the filters offer: only what some contact has."""
    anything = ("", t("contacts.filter.any"))
    return {
        "state": [anything, *((state, t(f"contacts.state.{state}")) for state in STATES)],
        "outlet": [anything, *((name, name) for name in sorted(known.outlets, key=str.casefold))],
        "tier": [anything, *_tiers(t)],
        "language": [anything, *((code, t(f"planning.language.{code}")) for code in known.languages)],
        "beat": [anything, *((beat, beat) for beat in known.beats)],
        "place": [anything, *((place, place) for place in known.places)],
        "list": [anything, *((str(one.id), one.name) for one in lists)],
    }


def in_force(shown: Sequence[FieldShown]) -> list[dict[str, str]]:
    """The filters that are in force, as chips show them."""
    return [
        {
            "name": one.name, "value": str(one.value),
            "label": f"{one.label}: {dict(one.choices).get(one.value, one.value)}",
        }
        for one in shown
        if one.value
    ]  # fmt: skip


def rule_told(t: Words, rule: Rule) -> str:
    """A rule as people say it: what it asks for, kind after kind."""
    parts = [
        ", ".join(t(f"scrapers.tier.{tier}") for tier in rule.tiers),
        ", ".join(t(f"planning.language.{code}") for code in rule.languages),
        ", ".join(rule.beats), ", ".join(rule.places), ", ".join(rule.outlets),
    ]  # fmt: skip
    return " · ".join(part for part in parts if part)


def why_told(t: Words, one: ContactSeen) -> str:
    """Why nothing goes to a contact: a text of ours, or a person's own words."""
    return t(one.stopped_why) if t.knows(one.stopped_why) else one.stopped_why


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _BETWEEN.split(text) if part.strip())


def _tiers(t: Words) -> list[tuple[str, str]]:
    return [(tier, t(f"scrapers.tier.{tier}")) for tier in TIERS]


def _languages(t: Words) -> list[tuple[str, str]]:
    return [(code, t(f"planning.language.{code}")) for code in LANGUAGES]
