"""A campaign's own links: for posters, leaflets and the radio, with their squares and who followed them."""

from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns import campaign_links, overview, qr
from campaigns.campaign_links import CampaignLink
from campaigns.links import square_url, tracked_url
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.tracker.by_post import counts_by_link
from outreach.web import fields, notices
from outreach.web.visit import here, me, now, only_place, words

pages = Blueprint("campaign_links", __name__)

_FORM = "links.campaign.form"
_SQUARES = {"svg": (qr.svg, "image/svg+xml"), "png": (qr.png, "image/png")}
# Which field a refusal speaks of; the others speak of the word.
_FIELDS = {"links.label": "label", "campaigns.post.target": "target_url"}


@dataclass(frozen=True)
class NewLinkForm:
    """Where a link will stand, where it leads, and how long."""

    label: str = field(metadata=fields.told(max=120))
    target_url: str = field(metadata=fields.told("url", max=2000))
    spoken: str = field(default="", metadata=fields.told(max=60))
    ends_on: date | None = None


@dataclass(frozen=True)
class LinkForm(NewLinkForm):
    """The same of a link that is there."""

    withdrawn: bool = False


@pages.get("/campaigns/<int:campaign_id>/links")
def index(campaign_id: int) -> str:
    """The links, and a form for one more."""
    return _index(campaign_id)


@pages.post("/campaigns/<int:campaign_id>/links")
def add(campaign_id: int) -> AnyResponse | tuple[str, int]:
    """Makes a link."""
    _campaign(campaign_id)
    sent = fields.read(NewLinkForm, request.form, words(), _FORM)
    if sent.value is not None:
        told = sent.value
        try:
            with here().store.transaction() as session:
                made = campaign_links.make(
                    session,
                    now(),
                    campaign_id,
                    label=told.label,
                    target_url=told.target_url,
                    spoken=told.spoken,
                    ends_on=told.ends_on,
                )
                audit.write(session, now(), me().actor, "add", "link", made)
        except OutreachError as error:
            sent = sent.with_error(_FIELDS.get(error.key, "spoken"), words().error(error))
        else:
            notices.tell("links.told.made", label=told.label)
            return redirect(url_for("campaign_links.index", campaign_id=campaign_id), 303)
    return _index(campaign_id, sent.fields), 422


@pages.get("/campaigns/<int:campaign_id>/links/<int:link_id>")
def one(campaign_id: int, link_id: int) -> str:
    """One link with its square."""
    link = _link(campaign_id, link_id)
    value = LinkForm(link.label, link.target_url, link.spoken, link.ends_on, link.withdrawn_at is not None)
    return _one(link, fields.draw(LinkForm, words(), _FORM, value=value))


@pages.post("/campaigns/<int:campaign_id>/links/<int:link_id>")
def change(campaign_id: int, link_id: int) -> AnyResponse | tuple[str, int]:
    """Corrects a link, withdraws it or lets it lead on again."""
    link = _link(campaign_id, link_id)
    sent = fields.read(LinkForm, request.form, words(), _FORM)
    if sent.value is not None:
        told = sent.value
        try:
            with here().store.transaction() as session:
                campaign_links.change(
                    session,
                    now(),
                    campaign_id,
                    link_id,
                    label=told.label,
                    target_url=told.target_url,
                    spoken=told.spoken,
                    ends_on=told.ends_on,
                    withdrawn=told.withdrawn,
                )
                audit.write(session, now(), me().actor, "change", "link", link_id)
        except OutreachError as error:
            sent = sent.with_error(_FIELDS.get(error.key, "spoken"), words().error(error))
        else:
            notices.tell("links.told.saved")
            return redirect(url_for("campaign_links.one", campaign_id=campaign_id, link_id=link_id), 303)
    return _one(link, sent.fields), 422


@pages.get("/campaigns/<int:campaign_id>/links/<int:link_id>/qr.<kind>")
def square(campaign_id: int, link_id: int, kind: str) -> Response:
    """The link as a square for print, SVG or PNG; `?view=1` shows it instead of saving it."""
    if kind not in _SQUARES:
        abort(404)
    draw, mimetype = _SQUARES[kind]
    code = _link(campaign_id, link_id).code
    answer = Response(draw(square_url(here().settings.web.public_url, code)), mimetype=mimetype)
    if "view" not in request.args:
        answer.headers["Content-Disposition"] = f'attachment; filename="qr-{code}.{kind}"'
    return answer


def _index(campaign_id: int, form: tuple[fields.FieldShown, ...] | None = None) -> str:
    app, campaign = here(), _campaign(campaign_id)
    with app.store.reading() as session:
        links = campaign_links.of_campaign(session, campaign_id)
        asked = counts_by_link(session, [link.link_id for link in links])
    public_url = app.settings.web.public_url
    value = NewLinkForm("", public_url + url_for("public.ask"))
    return render_template(
        "pages/campaign_links/index.html",
        campaign=campaign,
        links=links,
        asked=asked,
        today=local_day(now(), app.settings.zone),
        public_url=public_url,
        fields=form or fields.draw(NewLinkForm, words(), _FORM, value=value),
    )


def _one(link: CampaignLink, form: tuple[fields.FieldShown, ...]) -> str:
    app = here()
    with app.store.reading() as session:
        asked = counts_by_link(session, [link.link_id]).get(link.link_id, 0)
    public_url = app.settings.web.public_url
    return render_template(
        "pages/campaign_links/one.html",
        campaign=_campaign(link.campaign_id),
        link=link,
        asked=asked,
        today=local_day(now(), app.settings.zone),
        link_url=tracked_url(public_url, link.code),
        spoken_url=tracked_url(public_url, link.spoken) if link.spoken else "",
        fields=form,
    )


def _campaign(campaign_id: int) -> overview.CampaignWhole:
    with here().store.reading() as session:
        campaign = overview.campaign(session, campaign_id, place=only_place())
    if campaign is None:
        abort(404)
    return campaign


def _link(campaign_id: int, link_id: int) -> CampaignLink:
    _campaign(campaign_id)
    with here().store.reading() as session:
        link = campaign_links.one(session, campaign_id, link_id)
    if link is None:
        abort(404)
    return link
