"""Campaigns: what runs, comes and is over; one with its posts; writing and correcting; its picture."""

from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns import editing, notes, overview, pausing, pictures, queries
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.tracker.by_post import counts_by_post
from outreach.tracker.places import read_places
from outreach.web import fields, notices, uploads, wordinghint
from outreach.web.planned import language_choices
from outreach.web.visit import here, me, now, number_in, only_place, words

pages = Blueprint("campaigns", __name__)

_PAGE = 50
_FORM = "planning.campaign"


@dataclass(frozen=True)
class CampaignForm:
    """What a person says of a campaign."""

    name: str = field(metadata=fields.told(max=200))
    starts_on: date
    ends_on: date | None = None
    language: str = ""
    goal: str = field(default="", metadata=fields.told("textarea", max=2000))
    municipalities: tuple[str, ...] = ()
    note: str = field(default="", metadata=fields.told("textarea", max=20_000))


@dataclass(frozen=True)
class PictureForm:
    """What goes with a picture: words for those who do not see it."""

    alt: str = field(metadata=fields.told(max=300))


@pages.get("/campaigns")
def index() -> str:
    """Campaigns of one period."""
    app = here()
    period = request.args.get("period", "current")
    if period not in overview.PERIODS:
        abort(404)
    before = number_in("before")
    today = local_day(now(), app.settings.zone)
    with app.store.reading() as session:
        found = overview.listed(session, today, period, place=only_place(), before=before, limit=_PAGE + 1)
    return render_template(
        "pages/campaigns/index.html",
        campaigns=found[:_PAGE],
        period=period,
        periods=overview.PERIODS,
        before=before,
        older=found[_PAGE - 1].campaign_id if len(found) > _PAGE else None,
    )


@pages.get("/campaigns/new")
def new() -> str:
    """An empty form."""
    today = local_day(now(), here().settings.zone)
    drawn = fields.draw(CampaignForm, words(), _FORM, value=CampaignForm("", today), choices=_choices())
    return render_template("pages/campaigns/form.html", fields=drawn, campaign=None)


@pages.post("/campaigns/new")
def create() -> AnyResponse | tuple[str, int]:
    """Writes a new campaign down."""
    sent = fields.read(CampaignForm, request.form, words(), _FORM, choices=_choices())
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
                ).id
                audit.write(session, now(), me().actor, "add", "campaign", made)
        except OutreachError as error:
            sent = sent.with_error("ends_on", words().error(error))
        else:
            notices.tell("planning.told.created", name=told.name)
            return redirect(url_for("campaigns.one", campaign_id=made), 303)
    return render_template("pages/campaigns/form.html", fields=sent.fields, campaign=None), 422


@pages.get("/campaigns/<int:campaign_id>")
def one(campaign_id: int) -> str:
    """A campaign with its posts, what became of them and who asked because of them."""
    return _whole(campaign_id, fields.draw(PictureForm, words(), "planning.picture"))


@pages.get("/campaigns/<int:campaign_id>/edit")
def edit(campaign_id: int) -> str:
    """The form filled with what is known."""
    campaign = _seen(campaign_id)
    told = CampaignForm(
        campaign.name,
        campaign.starts_on,
        campaign.ends_on,
        campaign.language or "",
        campaign.goal,
        campaign.municipalities,
        notes.typed(campaign.note),
    )
    drawn = fields.draw(CampaignForm, words(), _FORM, value=told, choices=_choices(campaign))
    return render_template("pages/campaigns/form.html", fields=drawn, campaign=campaign)


@pages.post("/campaigns/<int:campaign_id>/edit")
def change(campaign_id: int) -> AnyResponse | tuple[str, int]:
    """Corrects a campaign."""
    campaign = _seen(campaign_id)
    sent = fields.read(CampaignForm, request.form, words(), _FORM, choices=_choices(campaign))
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
                )
                audit.write(session, now(), me().actor, "change", "campaign", campaign_id)
        except OutreachError as error:
            sent = sent.with_error("ends_on", words().error(error))
        else:
            notices.tell("planning.told.changed", name=told.name)
            return redirect(url_for("campaigns.one", campaign_id=campaign_id), 303)
    return render_template("pages/campaigns/form.html", fields=sent.fields, campaign=campaign), 422


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


def _whole(campaign_id: int, form: tuple[fields.FieldShown, ...], trouble: str = "") -> str:
    with here().store.reading() as session:
        campaign = overview.campaign(session, campaign_id, place=only_place())
        if campaign is None:
            abort(404)
        posts = overview.posts(session, campaign_id)
        deliveries = queries.deliveries_of_campaign(session, campaign_id)
        asked = counts_by_post(session, [post.post_id for post in posts])
        # A partner sees no posts' texts, and has none to word.
        own = [(campaign.language or here().settings.office.language, f"{campaign.name}\n{campaign.goal}")]
        told = [*own, *((post.language, f"{post.title}\n{post.text}") for post in posts)]
        wording = wordinghint.for_texts(session, told) if only_place() is None else ()
    return render_template(
        "pages/campaigns/one.html",
        campaign=campaign,
        posts=posts,
        deliveries={post.post_id: [row for row in deliveries if row.post_id == post.post_id] for post in posts},
        published=sum(row.status == "published" for row in deliveries),
        clicks=sum(row.clicks for row in deliveries),
        asked=asked,
        wording=wording,
        picture_form=form,
        picture_trouble=trouble,
    )


def _seen(campaign_id: int) -> overview.CampaignWhole:
    with here().store.reading() as session:
        campaign = overview.campaign(session, campaign_id, place=only_place())
    if campaign is None:
        abort(404)
    return campaign


def _choices(campaign: overview.CampaignWhole | None = None) -> dict[str, fields.Choices]:
    t = words()
    languages = language_choices(t, campaign.language if campaign else None)
    known = read_places(here().office.places).municipalities
    others = [place for place in (campaign.municipalities if campaign else ()) if place not in known]
    return {
        "language": [("", t("planning.language.none")), *languages],
        "municipalities": [(place, place) for place in (*known, *others)],
    }
