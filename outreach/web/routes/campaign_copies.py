"""A campaign once more: last year's again, one kept as a pattern, a new one from a pattern."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns import moments, overview
from campaigns.overview import CampaignWhole
from campaigns.planning import days, reading, repeating
from campaigns.planning.repeating import Again, PostAgain
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import fields, notices
from outreach.web.visit import here, me, now, only_place, words

pages = Blueprint("campaign_copies", __name__)

_AROUND = timedelta(days=430)


@dataclass(frozen=True)
class AgainForm:
    """What the copy is called, and the day that its steps are counted from."""

    name: str = field(metadata=fields.told(max=200))
    day: date


@dataclass(frozen=True)
class PatternForm:
    """What the pattern is called."""

    name: str = field(metadata=fields.told(max=200))


@pages.get("/campaigns/templates")
def templates() -> str:
    """The patterns there are."""
    with here().store.reading() as session:
        found = overview.templates(session)
    return render_template("pages/campaigns/templates.html", templates=found)


@pages.get("/campaigns/<int:campaign_id>/again")
def again(campaign_id: int) -> str:
    """What would be copied, on which days; `day` and `name` of the address say otherwise."""
    campaign, told, posts = _seen(campaign_id)
    return _page(campaign, told, posts)


@pages.post("/campaigns/<int:campaign_id>/again")
def copy(campaign_id: int) -> AnyResponse | tuple[str, int]:
    """Makes the copy: nothing of it is approved, nothing scheduled."""
    campaign, told, posts = _seen(campaign_id)
    sent = fields.read(AgainForm, request.form, words(), "plan.again")
    if sent.value is None:
        return _page(campaign, told, posts, sent.fields), 422
    try:
        made = _copied(campaign_id, told, sent.value.name, is_template=False)
    except OutreachError as error:
        return _page(campaign, told, posts, sent.with_error("name", words().error(error)).fields), 422
    notices.tell("plan.told.copied", name=sent.value.name)
    return redirect(url_for("campaigns.one", campaign_id=made), 303)


@pages.get("/campaigns/<int:campaign_id>/template")
def pattern(campaign_id: int) -> str:
    """What a pattern of this campaign would hold."""
    campaign, told, posts = _seen(campaign_id, keeps_days=True)
    drawn = fields.draw(PatternForm, words(), "plan.pattern", value=PatternForm(campaign.name))
    return _pattern(campaign, told, posts, drawn)


@pages.post("/campaigns/<int:campaign_id>/template")
def keep(campaign_id: int) -> AnyResponse | tuple[str, int]:
    """Keeps a copy of the campaign as a pattern for others."""
    campaign, told, posts = _seen(campaign_id, keeps_days=True)
    sent = fields.read(PatternForm, request.form, words(), "plan.pattern")
    if sent.value is None:
        return _pattern(campaign, told, posts, sent.fields), 422
    made = _copied(campaign_id, told, sent.value.name, is_template=True)
    notices.tell("plan.told.pattern", name=sent.value.name)
    return redirect(url_for("campaigns.one", campaign_id=made), 303)


def _copied(campaign_id: int, told: Again, name: str, *, is_template: bool) -> int:
    with here().store.transaction() as session:
        made = repeating.copy(
            session, now(), campaign_id, told, name=name, actor=me().actor, is_template=is_template
        )
        action = "template" if is_template else "copy"
        audit.write(session, now(), me().actor, action, "campaign", made, copied_from=campaign_id)
    return made


def _page(
    campaign: CampaignWhole, told: Again, posts: list[PostAgain], shown: tuple[fields.FieldShown, ...] = ()
) -> str:
    value = AgainForm(request.args.get("name", "")[:200] or told.name, told.anchor_on)
    shown = shown or fields.draw(AgainForm, words(), "plan.again", value=value)
    return render_template(
        "pages/campaigns/again.html", campaign=campaign, told=told, posts=posts, fields=shown,
        today=local_day(now(), here().settings.zone),
    )  # fmt: skip


def _pattern(
    campaign: CampaignWhole, told: Again, posts: list[PostAgain], shown: tuple[fields.FieldShown, ...]
) -> str:
    return render_template("pages/campaigns/pattern.html", campaign=campaign, told=told, posts=posts, fields=shown)


def _seen(campaign_id: int, *, keeps_days: bool = False) -> tuple[CampaignWhole, Again, list[PostAgain]]:
    """The campaign, what its copy would be, and the posts that go along."""
    app = here()
    today = local_day(now(), app.settings.zone)
    with app.store.reading() as session:
        campaign = overview.campaign(session, campaign_id, place=only_place())
        if campaign is None:
            abort(404)
        steps = reading.steps(session, campaign_id)
        posts = repeating.posts_to_copy(session, campaign_id)
    if keeps_days:
        return campaign, repeating.pattern(campaign, steps), posts
    table = moments.read_moments(app.office.calendar)
    day = _day(request.values.get("day", "")) or repeating.next_day(campaign, table, today)
    closed = days.closed_days(moments.expand(table, day - _AROUND, day + _AROUND))
    return campaign, repeating.again(campaign, steps, day, closed), posts


def _day(told: str) -> date | None:
    try:
        day = date.fromisoformat(told)
    except ValueError:
        return None
    return day if 1991 <= day.year <= 2198 else None
