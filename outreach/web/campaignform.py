"""The form of a campaign: its fields, what they offer, and what a person said in them."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from campaigns import notes
from campaigns.models import FAMILIES, GOALS
from campaigns.overview import CampaignWhole
from campaigns.planning import money
from campaigns.planning.about import About
from outreach.core.errors import OutreachError
from outreach.core.text import Words
from outreach.people import users
from outreach.people.models import PARTNER
from outreach.tracker.places import read_places
from outreach.web import fields
from outreach.web.planned import language_choices
from outreach.web.visit import here, words
from scrapers.topics import reading as topics

TEXTS = "planning.campaign"
# Where Latvians live abroad; the office's own host countries come first.
_COUNTRIES = (
    "GB", "IE", "DE", "NO", "SE", "DK", "FI", "NL", "BE", "FR", "ES", "IT", "AT", "CH", "IS", "EE", "LT", "PL", "US",
    "CA", "AU",
)  # fmt: skip
_FIELDS = {
    "campaigns.name.empty": "name",
    "plan.goal.unknown": "goal_kind",
    "plan.goal.target": "goal_target",
    "plan.partners": "partners",
    "plan.money.unread": "budget",
    "plan.budget": "budget",
}


@dataclass(frozen=True)
class CampaignForm:
    """What a person says of a campaign; `budget` in euro as it is typed, `partners` one a line."""

    name: str = field(metadata=fields.told(max=200))
    starts_on: date
    ends_on: date | None = None
    goal_kind: str = ""
    goal_target: int | None = field(default=None, metadata=fields.told(low=1, high=1_000_000))
    goal: str = field(default="", metadata=fields.told("textarea", max=2000))
    language: str = ""
    countries: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    owner: str = ""
    partners: str = field(default="", metadata=fields.told("textarea", max=5000))
    budget: str = field(default="", metadata=fields.told(max=30))
    topics: tuple[str, ...] = ()
    note: str = field(default="", metadata=fields.told("textarea", max=20_000))


# The page draws the fields in these parts.
PARTS = (
    ("when", ("name", "starts_on", "ends_on")),
    ("goal", ("goal_kind", "goal_target", "goal")),
    ("whom", ("language", "countries", "families", "municipalities")),
    ("how", ("owner", "budget", "partners", "topics", "note")),
)


def about(told: CampaignForm) -> About:
    """The further facts as they are kept; OutreachError `plan.money.unread` for a budget that is no sum."""
    return About(
        goal_kind=told.goal_kind or None,
        goal_target=told.goal_target,
        countries=told.countries,
        families=told.families,
        owner=told.owner or None,
        partners=tuple(told.partners.splitlines()),
        budget_cents=money.cents(told.budget) if told.budget else None,
        topics=tuple(int(number) for number in told.topics),
    )


def filled(campaign: CampaignWhole) -> CampaignForm:
    """The form as it would have been sent."""
    return CampaignForm(
        name=campaign.name,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        goal_kind=campaign.goal_kind or "",
        goal_target=campaign.goal_target,
        goal=campaign.goal,
        language=campaign.language or "",
        countries=campaign.countries,
        families=campaign.families,
        municipalities=campaign.municipalities,
        owner=campaign.owner or "",
        partners="\n".join(campaign.partners),
        budget=money.typed(campaign.budget_cents),
        topics=tuple(map(str, campaign.topics)),
        note=notes.typed(campaign.note),
    )


def with_trouble(sent: fields.Filled[CampaignForm], error: OutreachError) -> fields.Filled[CampaignForm]:
    """The same form with what was found wrong later, beside the field that it is about."""
    return sent.with_error(_FIELDS.get(error.key, "ends_on"), words().error(error))


def parts(shown: tuple[fields.FieldShown, ...]) -> list[tuple[str, list[fields.FieldShown]]]:
    """The fields as the page groups them."""
    by_name = {one.name: one for one in shown}
    return [(name, [by_name[one] for one in names]) for name, names in PARTS]


def choices(session: Session, campaign: CampaignWhole | None = None) -> dict[str, fields.Choices]:
    """What the fields offer; what a campaign has from before stays on offer."""
    t, app = words(), here()
    known = read_places(app.office.places).municipalities
    kept = campaign.municipalities if campaign else ()
    others = [place for place in kept if place not in known]
    named = topics.names(session, t.language, app.office)
    lost = [(str(number), f"#{number}") for number in (campaign.topics if campaign else ()) if number not in named]
    return {
        **audience_choices(t, campaign),
        "goal_kind": [("", t("plan.goal.none")), *((kind, t(f"plan.goal.kinds.{kind}")) for kind in GOALS)],
        "families": [(kind, t(f"plan.family.{kind}")) for kind in FAMILIES],
        "municipalities": [(place, place) for place in (*known, *others)],
        "owner": _owners(session, t, campaign.owner if campaign else None),
        "topics": [*((str(number), name) for number, name in named.items()), *lost],
    }


def audience_choices(t: Words, campaign: CampaignWhole | None = None) -> dict[str, fields.Choices]:
    """The languages and countries that a campaign may be for."""
    hosts = here().office.host_countries
    kept = campaign.countries if campaign else ()
    codes = dict.fromkeys((*hosts, *sorted({*_COUNTRIES, *kept} - {*hosts}, key=t.country)))
    languages = language_choices(t, campaign.language if campaign else None)
    return {
        "language": [("", t("planning.language.none")), *languages],
        "countries": [(code, t.country(code)) for code in codes],
    }


def _owners(session: Session, t: Words, kept: str | None) -> fields.Choices:
    people = [(one.mail, one.name) for one in users.every(session) if one.state != "disabled" and one.role != PARTNER]
    gone = [(kept, kept)] if kept and kept not in dict(people) else []
    return [("", t("plan.owner.none")), *people, *gone]

