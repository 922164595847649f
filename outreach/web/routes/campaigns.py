"""Campaigns: what runs, comes and is over; one with its plan and posts; writing and correcting; its picture."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns import editing, overview, pausing, pictures, queries
from campaigns.moments import read_moments
from campaigns.planning import costs, reading, repeating
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.tracker.by_post import counts_by_post
from outreach.web import campaignform, campaignprogress, fields, held, notices, uploads, wordinghint
from outreach.web.campaignform import TEXTS, CampaignForm
from outreach.web.euro import euro, hours
from outreach.web.planform import CostForm, StepForm, step_choices
from outreach.web.visit import here, me, now, number_in, only_place, words

pages = Blueprint("campaigns", __name__)

_PAGE = 50
_WEEK = timedelta(days=6)


@dataclass(frozen=True)
class PictureForm:
    """What goes with a picture: words for those who do not see it."""

    alt: str = field(metadata=fields.told(max=300))


@pages.get("/campaigns")
def index() -> str:
    """Campaigns of one period, and what of their plans is to be done within a week."""
    app = here()
    period = request.args.get("period", "current")
    if period not in overview.PERIODS:
        abort(404)
    before = number_in("before")
    today = local_day(now(), app.settings.zone)
    with app.store.reading() as session:
        found = overview.listed(session, today, period, place=only_place(), before=before, limit=_PAGE + 1)
        due = reading.due(session, today + _WEEK, place=only_place())
    return render_template(
        "pages/campaigns/index.html",
        campaigns=found[:_PAGE],
        period=period,
        periods=overview.PERIODS,
        before=before,
        older=found[_PAGE - 1].campaign_id if len(found) > _PAGE else None,
        due=due,
        today=today,
    )


@pages.get("/campaigns/new")
def new() -> str:
    """An empty form."""
    today = local_day(now(), here().settings.zone)
    with here().store.reading() as session:
        choices = campaignform.choices(session)
    told = CampaignForm("", today, owner=me().actor)
    return _form(fields.draw(CampaignForm, words(), TEXTS, value=told, choices=choices))


@pages.post("/campaigns/new")
def create() -> AnyResponse | tuple[str, int]:
    """Writes a new campaign down."""
    with here().store.reading() as session:
        choices = campaignform.choices(session)
    sent = fields.read(CampaignForm, request.form, words(), TEXTS, choices=choices)
    if sent.value is not None:
        told = sent.value
        try:
            with here().store.transaction() as session:
                made = editing.start(
                    session,
                    now(),
                    told.name,
                    told.starts_on,
                    told.ends_on,
                    told.language or None,
                    goal=told.goal,
                    note=told.note,
                    municipalities=told.municipalities,
                    about=campaignform.about(told),
                ).id
                audit.write(session, now(), me().actor, "add", "campaign", made)
        except OutreachError as error:
            sent = campaignform.with_trouble(sent, error)
        else:
            notices.tell("planning.told.created", name=told.name)
            return redirect(url_for("campaigns.one", campaign_id=made), 303)
    return _form(sent.fields), 422


@pages.get("/campaigns/<int:campaign_id>")
def one(campaign_id: int) -> str:
    """A campaign: how far it is, what is to be done, its posts, and who asked because of them."""
    return _whole(campaign_id, fields.draw(PictureForm, words(), "planning.picture"))


@pages.get("/campaigns/<int:campaign_id>/edit")
def edit(campaign_id: int) -> str:
    """The form filled with what is known."""
    campaign = _seen(campaign_id)
    with here().store.reading() as session:
        choices = campaignform.choices(session, campaign)
    told = campaignform.filled(campaign)
    return _form(fields.draw(CampaignForm, words(), TEXTS, value=told, choices=choices), campaign)


@pages.post("/campaigns/<int:campaign_id>/edit")
def change(campaign_id: int) -> AnyResponse | tuple[str, int]:
    """Corrects a campaign."""
    campaign = _seen(campaign_id)
    with here().store.reading() as session:
        choices = campaignform.choices(session, campaign)
    sent = fields.read(CampaignForm, request.form, words(), TEXTS, choices=choices)
    if sent.value is not None:
        told = sent.value
        try:
            with here().store.transaction() as session:
                editing.change(
                    session,
                    campaign_id,
                    name=told.name,
                    starts_on=told.starts_on,
                    ends_on=told.ends_on,
                    language=told.language or None,
                    goal=told.goal,
                    note=told.note,
                    municipalities=told.municipalities,
                    about=campaignform.about(told),
                )
                audit.write(session, now(), me().actor, "change", "campaign", campaign_id)
        except OutreachError as error:
            sent = campaignform.with_trouble(sent, error)
        else:
            notices.tell("planning.told.changed", name=told.name)
            return redirect(url_for("campaigns.one", campaign_id=campaign_id), 303)
    return _form(sent.fields, campaign), 422


@pages.post("/campaigns/<int:campaign_id>/picture")
def picture(campaign_id: int) -> AnyResponse | tuple[str, int]:
    """Gives the campaign a picture, or takes it away."""
    _seen(campaign_id)
    folder = uploads.media(here().settings)
    if request.form.get("action") == "remove":
        with here().store.transaction() as session:
            pictures.detach(session, campaign_id, folder)
            audit.write(session, now(), me().actor, "picture_off", "campaign", campaign_id)
        notices.tell("planning.told.picture_removed")
        return redirect(url_for("campaigns.one", campaign_id=campaign_id), 303)
    sent = fields.read(PictureForm, request.form, words(), "planning.picture")
    raw, trouble = uploads.given("file"), ""
    try:
        drawn = pictures.draw(raw) if raw is not None else None
    except OutreachError as error:
        drawn, trouble = None, words().error(error)
    if drawn is None or sent.value is None:
        trouble = trouble or (words()("planning.picture.none") if raw is None else "")
        return _whole(campaign_id, sent.fields, trouble), 422
    with here().store.transaction() as session:
        pictures.attach(
            session, now(), campaign_id, drawn, alt=sent.value.alt, actor=me().actor, folder=folder
        )
        audit.write(session, now(), me().actor, "picture", "campaign", campaign_id, size=len(drawn.body))
    notices.tell("planning.told.picture_set")
    return redirect(url_for("campaigns.one", campaign_id=campaign_id), 303)


@pages.post("/campaigns/<int:campaign_id>/hold")
def hold(campaign_id: int) -> AnyResponse:
    """Holds a campaign back, or lets it go on: from the next look on nothing more of it goes out."""
    action = request.values.get("action", "")
    if action not in {"pause", "resume"}:
        abort(400)
    try:
        with here().store.transaction() as session:
            name = pausing.pause_campaign(session, campaign_id, on=action == "pause").name
            audit.write(session, now(), me().actor, action, "campaign", campaign_id)
    except OutreachError:
        abort(404)
    current_app.extensions["outreach.attention"].forget()
    if action == "pause":
        undo = url_for("campaigns.hold", campaign_id=campaign_id, action="resume")
        notices.tell("planning.told.campaign_held", name=name, undo=undo)
    else:
        notices.tell("planning.told.campaign_goes_on", name=name)
    return redirect(url_for("campaigns.one", campaign_id=campaign_id), 303)


def _form(shown: tuple[fields.FieldShown, ...], campaign: overview.CampaignWhole | None = None) -> str:
    return render_template(
        "pages/campaigns/form.html", fields=shown, parts=campaignform.parts(shown), campaign=campaign
    )


def _whole(campaign_id: int, form: tuple[fields.FieldShown, ...], trouble: str = "") -> str:
    t, app = words(), here()
    zone, outside = app.settings.zone, only_place() is not None
    today = local_day(now(), zone)
    with app.store.reading() as session:
        campaign = overview.campaign(session, campaign_id, place=only_place())
        if campaign is None or (campaign.is_template and outside):
            abort(404)
        held.tell(campaign)
        posts = overview.posts(session, campaign_id)
        deliveries = queries.deliveries_of_campaign(session, campaign_id)
        asked = counts_by_post(session, [post.post_id for post in posts])
        # A partner sees no posts' texts, and has none to word.
        own = [(campaign.language or app.settings.office.language, f"{campaign.name}\n{campaign.goal}")]
        told = [*own, *((post.language, f"{post.title}\n{post.text}") for post in posts)]
        wording = () if outside else wordinghint.for_texts(session, told)
        steps, spent = reading.whole(session, campaign)
        progress = campaignprogress.read(session, campaign, today, zone, outside=outside)
    moment = next((row for row in read_moments(app.office.calendar) if row.key == campaign.moment), None)
    return render_template(
        "pages/campaigns/one.html",
        campaign=campaign,
        today=today,
        posts=posts,
        deliveries={post.post_id: [row for row in deliveries if row.post_id == post.post_id] for post in posts},
        published=sum(row.status == "published" for row in deliveries),
        clicks=sum(row.clicks for row in deliveries),
        scans=sum(row.scans for row in deliveries),
        asked=asked,
        lags=_lagging(posts),
        wording=wording,
        picture_form=form,
        picture_trouble=trouble,
        steps=steps,
        anchor=repeating.day_of(campaign),
        step_form=fields.draw(StepForm, t, "plan.step", value=StepForm("", today), choices=step_choices(t)),
        progress=progress,
        progress_picture=campaignprogress.picture(progress, t) if progress is not None else None,
        # Money and names of colleagues are the office's own.
        spent=None if outside else spent,
        standing=costs.standing(spent.lines),
        cost_form=fields.draw(CostForm, t, "plan.cost", value=CostForm("", today)),
        owner="" if outside else me().name if campaign.owner == me().actor else campaign.owner or "",
        moment=moment,
        euro=lambda cents: euro(t, cents),
        hours=lambda minutes: hours(t, minutes),
    )


def _lagging(posts: Sequence[overview.PostSeen]) -> frozenset[int]:
    """Translations among these posts that say an older wording of their original."""
    wordings = {post.post_id: post.revision for post in posts}
    return frozenset(
        post.post_id
        for post in posts
        if post.original_id is not None and (post.follows or 0) < wordings.get(post.original_id, 0)
    )


def _seen(campaign_id: int) -> overview.CampaignWhole:
    with here().store.reading() as session:
        campaign = overview.campaign(session, campaign_id, place=only_place())
    if campaign is None:
        abort(404)
    return campaign
