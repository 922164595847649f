"""Posts: writing with a look at how it will be, correcting, approving, and on the way to a channel."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns import details, dispatch, editing, overview, plan, queries
from campaigns.channel import Terms
from campaigns.links import LENGTH, tracked_url
from campaigns.preview import Preview, preview
from campaigns.queries import ChannelSeen, DeliverySeen
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import fields, notices, terms, wordinghint
from outreach.web.planned import end_of, language_choices
from outreach.web.visit import here, me, now, words

pages = Blueprint("posts", __name__)

_FORM = "planning.post"
_SCHEDULE = "planning.schedule"
# Whoever fills the form takes a moment: what was "now" then is not yet the past.
_GRACE = timedelta(minutes=5)


@dataclass(frozen=True)
class KeptPostForm:
    """A post whose links are made: where they lead cannot change any more."""

    language: str
    title: str = field(metadata=fields.told(max=200))
    text: str = field(metadata=fields.told("textarea", max=10_000))


@dataclass(frozen=True)
class PostForm(KeptPostForm):
    """One text in one language, and where its link leads."""

    target_url: str = field(metadata=fields.told("url", max=2000))


@dataclass(frozen=True)
class ScheduleForm:
    """Where a post goes, and when."""

    channel_id: str
    due_at: datetime
    not_after: str = field(default="", metadata=fields.told("time", max=5))


@dataclass(frozen=True)
class Checked:
    """How a post does in one channel: as it will look, or why not."""

    channel: ChannelSeen
    preview: Preview | None
    trouble: str
    overlong: bool = False
    unit: str = ""  # what the channel counts, as a word after a number
    pictures: tuple[str, ...] = ()  # what becomes of the post's pictures there, in words
    price: str = ""


@pages.get("/campaigns/<int:campaign_id>/posts/new")
def new(campaign_id: int) -> str:
    """An empty form; the link leads to the form where families ask."""
    campaign, app = _campaign(campaign_id), here()
    told = PostForm(
        language=campaign.language or app.settings.office.language,
        title="",
        text="",
        target_url=app.settings.web.public_url + url_for("public.ask"),
    )
    drawn = fields.draw(PostForm, words(), _FORM, value=told, choices=_languages(campaign.language))
    return _form(drawn, campaign_id, campaign.name)


@pages.post("/campaigns/<int:campaign_id>/posts/new")
def create(campaign_id: int) -> AnyResponse | tuple[str, int]:
    """Writes a new post down; it is not approved by that."""
    campaign = _campaign(campaign_id)
    sent = fields.read(PostForm, request.form, words(), _FORM, choices=_languages(campaign.language))
    if sent.value is None:
        return _form(sent.fields, campaign_id, campaign.name), 422
    told = sent.value
    with here().store.transaction() as session:
        post = editing.write(
            session,
            now(),
            campaign_id,
            language=told.language,
            title=told.title,
            text=told.text,
            target_url=told.target_url,
            actor=me().actor,
        )
        audit.write(session, now(), me().actor, "add", "post", post.id)
        made = post.id
    notices.tell("planning.told.post_created")
    return redirect(url_for("posts.one", post_id=made), 303)


@pages.post("/posts/look")
def look() -> str:
    """How a text that is being written will read, its link in place; asks no channel."""
    typed = request.form.get("text", "")[:10_000]
    text = plan.render(typed, _link())
    with here().store.reading() as session:
        wording = wordinghint.for_texts(session, [(request.form.get("language", ""), typed)])
    return render_template("pages/posts/look.html", text=text, length=plan.length(text), wording=wording)


@pages.get("/posts/<int:post_id>")
def one(post_id: int) -> str:
    """A post, what became of it, and what can be done with it."""
    return _whole(post_id)


@pages.get("/posts/<int:post_id>/check")
def check(post_id: int) -> str:
    """How long the post is for each channel, as the channels say now."""
    app, post = here(), _seen(post_id)
    with app.store.reading() as session:
        channels = queries.channels(session)
        taken = len(details.pictures(session, post_id))
    return render_template(
        "pages/posts/check.html", post=post, checked=[_checked(post.text, channel, taken) for channel in channels]
    )


@pages.get("/posts/<int:post_id>/edit")
def edit(post_id: int) -> str:
    """The form filled with what stands."""
    post, linked = _seen(post_id), bool(_deliveries(post_id))
    drawn = fields.draw(
        KeptPostForm if linked else PostForm, words(), _FORM, value=post, choices=_languages(post.language)
    )
    return _form(drawn, post.campaign_id, post.campaign_name, post, linked)


@pages.post("/posts/<int:post_id>/edit")
def change(post_id: int) -> AnyResponse | tuple[str, int]:
    """Corrects a post, which takes its approval away."""
    post, linked = _seen(post_id), bool(_deliveries(post_id))
    sent: fields.Filled[KeptPostForm] = fields.read(
        KeptPostForm if linked else PostForm, request.form, words(), _FORM, choices=_languages(post.language)
    )
    if sent.value is None:
        return _form(sent.fields, post.campaign_id, post.campaign_name, post, linked), 422
    told = sent.value
    try:
        with here().store.transaction() as session:
            editing.edit(
                session,
                post_id,
                title=told.title,
                text=told.text,
                language=told.language,
                target_url=told.target_url if isinstance(told, PostForm) else None,
                actor=me().actor,
            )
            audit.write(session, now(), me().actor, "change", "post", post_id)
    except OutreachError as error:
        sent = sent.with_error("text", words().error(error))
        return _form(sent.fields, post.campaign_id, post.campaign_name, post, linked), 422
    _changed()
    notices.tell("planning.told.post_changed")
    return redirect(url_for("posts.one", post_id=post_id), 303)


@pages.post("/posts/<int:post_id>/approve")
def approve(post_id: int) -> AnyResponse:
    """Lets a post go out."""
    if not _seen(post_id).approved_at:
        with here().store.transaction() as session:
            editing.approve(session, now(), post_id, me().actor)
            audit.write(session, now(), me().actor, "approve", "post", post_id)
        _changed()
    notices.tell("planning.told.approved")
    return redirect(url_for("posts.one", post_id=post_id), 303)


@pages.post("/posts/<int:post_id>/schedule")
def schedule(post_id: int) -> AnyResponse | tuple[str, int]:
    """Sends a post on its way to a channel at a moment."""
    app, t = here(), words()
    _seen(post_id)
    with app.store.reading() as session:
        channels = queries.channels(session)
    sent = fields.read(
        ScheduleForm, request.form, t, _SCHEDULE, choices=_channel_choices(channels), zone=app.settings.zone
    )
    if sent.value is not None and sent.value.due_at < now() - _GRACE:
        sent = sent.with_error("due_at", t("planning.schedule.past"))
    end = None
    if sent.value is not None:
        try:
            end = end_of(sent.value.due_at, sent.value.not_after, app.settings.zone)
        except ValueError:
            sent = sent.with_error("not_after", t("planning.schedule.hour"))
    if sent.value is not None and end is not None and end <= sent.value.due_at:
        sent = sent.with_error("not_after", t("campaigns.window"))
    if sent.value is None:
        return _whole(post_id, sent.fields), 422
    told = sent.value
    try:
        with app.store.transaction() as session:
            made = dispatch.schedule(
                session, now(), post_id, int(told.channel_id), told.due_at, not_after=end, zone=app.settings.zone
            )
            audit.write(session, now(), me().actor, "schedule", "delivery", made.id)
    except OutreachError as error:
        return _whole(post_id, sent.with_error("channel_id", t.error(error)).fields), 422
    _changed()
    notices.tell("planning.told.scheduled", moment=t.moment(told.due_at, app.settings.zone))
    return redirect(url_for("posts.one", post_id=post_id), 303)


def _whole(post_id: int, form: tuple[fields.FieldShown, ...] | None = None) -> str:
    app, post = here(), _seen(post_id)
    with app.store.reading() as session:
        deliveries = queries.deliveries_of_post(session, post_id)
        channels = queries.channels(session)
        shown = details.pictures(session, post_id)
        wording = wordinghint.for_texts(session, [(post.language, f"{post.title}\n{post.text}")])
    taken = {row.channel_id for row in deliveries if row.status != "cancelled"}
    free = [channel for channel in channels if channel.channel_id not in taken]
    if form is None and free:
        value = ScheduleForm(str(free[0].channel_id), _next_hour(now()))
        form = fields.draw(
            ScheduleForm, words(), _SCHEDULE, value=value, choices=_channel_choices(free), zone=app.settings.zone
        )
    text = plan.render(post.text, _link())
    return render_template(
        "pages/posts/one.html",
        post=post,
        text=text,
        length=plan.length(text),
        wording=wording,
        deliveries=deliveries,
        channels=channels,
        pictures=shown,
        costs=_costs(deliveries, channels),
        form=form,
        out=any(row.status in {"sending", "unconfirmed", "published"} for row in deliveries),
    )


def _form(
    drawn: tuple[fields.FieldShown, ...],
    campaign_id: int,
    campaign_name: str,
    post: overview.PostSeen | None = None,
    linked: bool = False,
) -> str:
    typed = {one.name: str(one.value) for one in drawn}
    text = plan.render(typed.get("text", ""), _link())
    with here().store.reading() as session:
        wording = wordinghint.for_texts(session, [(typed.get("language", ""), typed.get("text", ""))])
    return render_template(
        "pages/posts/form.html",
        fields=drawn,
        campaign_id=campaign_id,
        campaign_name=campaign_name,
        post=post,
        linked=linked,
        text=text,
        length=plan.length(text),
        wording=wording,
    )


def _costs(deliveries: list[DeliverySeen], channels: list[ChannelSeen]) -> list[tuple[str, str]]:
    """The channels on this post's way that cost something, and how much."""
    kinds = {channel.channel_id: channel.kind for channel in channels}
    costs = []
    for row in deliveries:
        kept = details.terms_of(kinds.get(row.channel_id, ""))
        if kept is not None and kept.price and row.status in {"scheduled", "sending"}:
            costs.append((row.channel, terms.price(words(), kept)))
    return costs


def _checked(text: str, channel: ChannelSeen, taken: int) -> Checked:
    app, t = here(), words()
    kept = details.terms_of(channel.kind)
    more = _more(kept, taken) if kept is not None else ()
    price = terms.price(t, kept) if kept is not None and kept.price else ""
    try:
        shown = preview(
            text, channel.name, channel.kind, channel.settings, app.settings.web.public_url, app.http,
            has_pictures=taken > 0,
        )
    except OutreachError as error:
        overlong = error.key == "campaigns.post.overlong"
        return Checked(channel, None, t.error(error), overlong, "", more, price)
    return Checked(channel, shown, "", False, terms.unit(t, shown.unit), more, price)


def _more(kept: Terms, taken: int) -> tuple[str, ...]:
    """What becomes of a post's pictures in a channel with these terms."""
    t = words()
    if not taken:
        return (t("campaigns.picture.needed"),) if kept.needs_picture else ()
    if not kept.pictures:
        return (t("channels.terms.pictures.none"),)
    told = []
    if taken > kept.pictures:
        told.append(t("planning.check.pictures_most", count=kept.pictures))
    if kept.cropped is not None:
        told.append(t("channels.terms.pictures.cropped", width=kept.cropped[0], height=kept.cropped[1]))
    return tuple(told)


def _campaign(campaign_id: int) -> overview.CampaignWhole:
    with here().store.reading() as session:
        campaign = overview.campaign(session, campaign_id)
    if campaign is None:
        abort(404)
    return campaign


def _seen(post_id: int) -> overview.PostSeen:
    with here().store.reading() as session:
        post = overview.post(session, post_id)
    if post is None:
        abort(404)
    return post


def _deliveries(post_id: int) -> list[DeliverySeen]:
    with here().store.reading() as session:
        return queries.deliveries_of_post(session, post_id)


def _languages(kept: str | None) -> dict[str, fields.Choices]:
    return {"language": language_choices(words(), kept)}


def _channel_choices(channels: list[ChannelSeen]) -> dict[str, fields.Choices]:
    t = words()
    return {
        "channel_id": [
            (
                str(channel.channel_id),
                t("planning.schedule.paused", channel=channel.name) if channel.paused else channel.name,
            )
            for channel in channels
        ]
    }


def _link() -> str:
    return tracked_url(here().settings.web.public_url, "x" * LENGTH)


def _next_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _changed() -> None:
    current_app.extensions["outreach.attention"].forget()
