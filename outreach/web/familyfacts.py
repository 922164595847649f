"""What a form asks of a family's facts: countries as they are typed, and the closed lists."""

from dataclasses import dataclass, field

from outreach.tracker.cases.facts import Facts
from outreach.tracker.families import LANGUAGES
from outreach.tracker.lexicon import topics
from outreach.tracker.places import read_places
from outreach.web.fields import Choices, told
from outreach.web.visit import here, words

FIELD_OF = {
    "tracker.error.country": "countries",
    "tracker.error.place": "municipality",
    "cases.error.language": "spoken",
    "cases.error.topic": "topics",
}


@dataclass(frozen=True)
class FactsForm:
    """A family without its words."""

    municipality: str | None = None
    countries: str = field(default="", metadata=told(max=200, autocomplete="off"))
    eligible: str | None = None
    spoken: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


def typed(facts: Facts) -> FactsForm:
    """Facts as the form holds them."""
    t = words()
    return FactsForm(
        facts.municipality,
        ", ".join(t.country(code) for code in facts.countries),
        None if facts.eligible_for_grant is None else "yes" if facts.eligible_for_grant else "no",
        facts.languages,
        facts.topics,
    )


def told_in(form: FactsForm) -> Facts:
    """The facts of a form that was sent."""
    return Facts(form.municipality, split(form.countries), eligibility(form.eligible), form.spoken, form.topics)


def split(countries: str) -> tuple[str, ...]:
    """Countries with commas between them."""
    return tuple(part.strip() for part in countries.split(",") if part.strip())


def eligibility(answer: str | None) -> bool | None:
    """Yes, no, or not known."""
    return {"yes": True, "no": False}.get(answer or "")


def choices() -> dict[str, Choices]:
    """What the lists offer."""
    t = words()
    unknown = [("", t("families.family.unknown"))]
    places = read_places(here().office.places).municipalities
    return {
        "municipality": [*unknown, *((name, name) for name in places)],
        "eligible": [*unknown, *((name, t(f"families.family.eligible.{name}")) for name in ("yes", "no"))],
        "spoken": [(name, t(f"families.language.{name}")) for name in LANGUAGES],
        "topics": [(name, t(f"tracker.topic.{name}")) for name in topics()],
    }
