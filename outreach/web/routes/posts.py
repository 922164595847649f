"""Posts: writing with a look at how it will be, correcting, approving."""

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns import details, editing, overview, plan, queries
from campaigns.channel import Terms
from campaigns.preview import Preview, preview
from campaigns.queries import ChannelSeen
from campaigns.writing import binding, comments, sets, variants, wordings
from campaigns.writing.differing import difference
from campaigns.writing.sets import SetMember
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import fields, notices, terms, wordinghint
from outreach.web.planned import language_choices
from outreach.web.postpage import (
    FORM,
    KeptPostForm,
    MatchForm,
    Original,
    PostForm,
    changed,
    choices,
    filled,
    sample_link,
    seen,
    shown,
)
from outreach.web.visit import here, me, now, words

pages = Blueprint("posts", __name__)

_MATCH = "writing.match"


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
    own: bool = False  # the channel has words of its own


@dataclass(frozen=True)
class Writing:
    """A post while somebody corrects it: its links are made or not, what it is a translation of, what may be chosen."""

    post: overview.PostSeen
    linked: bool
    original: Original | None
    choices: dict[str, fields.Choices]


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
    with app.store.reading() as session:
        offered = choices(session, campaign.language)
    drawn = fields.draw(PostForm, words(), FORM, value=told, choices=offered, zone=app.settings.zone)
    return _form(drawn, campaign_id, campaign.name)


@pages.post("/campaigns/<int:campaign_id>/posts/new")
def create(campaign_id: int) -> AnyResponse | tuple[str, int]:
    """Writes a new post down; it is not approved by that."""
    campaign, app = _campaign(campaign_id), here()
    with app.store.reading() as session:
        offered = choices(session, campaign.language)
    sent = fields.read(PostForm, request.form, words(), FORM, choices=offered, zone=app.settings.zone)
    if sent.value is None:
        return _form(sent.fields, campaign_id, campaign.name), 422
    told = sent.value
    try:
        with app.store.transaction() as session:
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
            _bind(session, post.id, told)
            audit.write(session, now(), me().actor, "add", "post", post.id)
            made = post.id
    except OutreachError as error:
        return _form(sent.with_error("story_id", words().error(error)).fields, campaign_id, campaign.name), 422
    notices.tell("planning.told.post_created")
    return redirect(url_for("posts.one", post_id=made), 303)


@pages.post("/posts/look")
def look() -> str:
    """How a text that is being written will read, its link in place; asks no channel."""
    typed = request.form.get("text", "")[:10_000]
    text = plan.render(typed, sample_link())
    with here().store.reading() as session:
        wording = wordinghint.for_texts(session, [(request.form.get("language", ""), typed)])
    return render_template("pages/posts/look.html", text=text, length=plan.length(text), wording=wording)


@pages.get("/posts/<int:post_id>")
def one(post_id: int) -> str:
    """A post, what became of it, and what can be done with it."""
    app = here()
    with app.store.reading() as session:
        post = overview.post(session, post_id)
        if post is None:
            abort(404)
        members = sets.set_of(session, post_id)
        said = comments.of_post(session, post_id)
    mine = next(member for member in members if member.post_id == post_id)
    text = shown(post.text)
    return render_template(
        "pages/posts/one.html",
        post=post,
        text=text,
        length=plan.length(text),
        members=members,
        mine=mine,
        free=_free(members, post.language),
        comments=said,
        open_comments=sum(comment.done_at is None for comment in said),
        may_approve=app.settings.publish.own_approval or post.written_by != me().actor,
    )


@pages.get("/posts/<int:post_id>/check")
def check(post_id: int) -> str:
    """How long the post is for each channel, as the channels say now."""
    app, post = here(), seen(post_id)
    with app.store.reading() as session:
        channels = queries.channels(session)
        taken = len(details.pictures(session, post_id))
        own = variants.of_post(session, post_id)
    checked = [
        _checked(own[row.channel_id].text if row.channel_id in own else post.text, row, taken, row.channel_id in own)
        for row in channels
    ]
    return render_template("pages/posts/check.html", post=post, checked=checked)


@pages.get("/posts/<int:post_id>/edit")
def edit(post_id: int) -> str:
    """The form filled with what stands; of a translation beside its original."""
    writing = _writing(post_id)
    value = filled(writing.post, writing.linked)
    drawn = fields.draw(
        type(value), words(), FORM, value=value, choices=writing.choices, zone=here().settings.zone
    )
    return _form(drawn, writing.post.campaign_id, writing.post.campaign_name, writing)


@pages.post("/posts/<int:post_id>/edit")
def change(post_id: int) -> AnyResponse | tuple[str, int]:
    """Corrects a post, which takes its approval away."""
    writing, t, app = _writing(post_id), words(), here()
    post = writing.post
    form: type[KeptPostForm] | type[PostForm] = KeptPostForm if writing.linked else PostForm
    sent = fields.read(form, request.form, t, FORM, choices=writing.choices, zone=app.settings.zone)
    matched = fields.read(MatchForm, request.form, t, _MATCH).value
    if sent.value is None:
        return _form(sent.fields, post.campaign_id, post.campaign_name, writing), 422
    told = sent.value
    try:
        with app.store.transaction() as session:
            editing.edit(
                session,
                now(),
                post_id,
                title=told.title,
                text=told.text,
                language=told.language,
                target_url=told.target_url if isinstance(told, PostForm) else None,
                actor=me().actor,
            )
            if matched is not None and matched.matches:
                sets.match(session, post_id)
            _bind(session, post_id, told)
            audit.write(session, now(), me().actor, "change", "post", post_id)
    except OutreachError as error:
        beside = "story_id" if error.key.startswith("writing.story") else "text"
        sent = sent.with_error("language" if error.key == "writing.set.language" else beside, t.error(error))
        return _form(sent.fields, post.campaign_id, post.campaign_name, writing), 422
    changed()
    notices.tell("planning.told.post_changed" if post.approved_at else "planning.told.post_saved")
    return redirect(url_for("posts.one", post_id=post_id), 303)


@pages.post("/posts/<int:post_id>/approve")
def approve(post_id: int) -> AnyResponse:
    """Lets a post go out."""
    app = here()
    if not seen(post_id).approved_at:
        try:
            with app.store.transaction() as session:
                editing.approve(session, now(), post_id, me().actor, own=app.settings.publish.own_approval)
                audit.write(session, now(), me().actor, "approve", "post", post_id)
        except OutreachError as error:
            notices.tell("planning.told.refused", tone="person", reason=words().error(error))
            return redirect(url_for("posts.one", post_id=post_id), 303)
        changed()
    notices.tell("planning.told.approved")
    return redirect(url_for("posts.one", post_id=post_id), 303)


def _bind(session: Session, post_id: int, told: KeptPostForm | PostForm) -> None:
    binding.bind(
        session,
        now(),
        post_id,
        story_id=int(told.story_id) if told.story_id else None,
        embargo_until=told.embargo_until,
        zone=here().settings.zone,
    )


def _writing(post_id: int) -> Writing:
    with here().store.reading() as session:
        post = overview.post(session, post_id)
        if post is None:
            abort(404)
        linked = bool(queries.deliveries_of_post(session, post_id))
        offered = dict(choices(session, post.language, post.story_id))
        original = _original(session, post)
    return Writing(post, linked, original, offered)


def _original(session: Session, post: overview.PostSeen) -> Original | None:
    first = overview.post(session, post.original_id) if post.original_id is not None else None
    if first is None:
        return None
    before = None
    if post.follows is not None and post.follows < first.revision:
        before = wordings.one(session, first.post_id, post.follows)
    changes = difference(before.text, first.text) if before is not None else ()
    return Original(first.post_id, first.language, first.title, first.text, changes)


def _form(
    drawn: tuple[fields.FieldShown, ...], campaign_id: int, campaign_name: str, writing: Writing | None = None
) -> str:
    typed = {one.name: str(one.value) for one in drawn}
    text = shown(typed.get("text", ""))
    with here().store.reading() as session:
        wording = wordinghint.for_texts(session, [(typed.get("language", ""), typed.get("text", ""))])
    original = writing.original if writing is not None else None
    return render_template(
        "pages/posts/form.html",
        fields=drawn,
        campaign_id=campaign_id,
        campaign_name=campaign_name,
        post=writing.post if writing is not None else None,
        linked=writing is not None and writing.linked,
        original=original,
        match=fields.draw(MatchForm, words(), _MATCH) if original is not None else (),
        text=text,
        length=plan.length(text),
        wording=wording,
    )


def _free(members: list[SetMember], language: str) -> fields.Choices:
    """The languages that a set does not have yet."""
    taken = {member.language for member in members}
    return [(code, name) for code, name in language_choices(words(), language) if code not in taken]


def _checked(text: str, channel: ChannelSeen, taken: int, own: bool) -> Checked:
    app, t = here(), words()
    kept = details.terms_of(channel.kind)
    more = _more(kept, taken) if kept is not None else ()
    price = terms.price(t, kept) if kept is not None and kept.price else ""
    try:
        looks = preview(
            text, channel.name, channel.kind, channel.settings, app.settings.web.public_url, app.http,
            has_pictures=taken > 0,
        )  # fmt: skip
    except OutreachError as error:
        overlong = error.key == "campaigns.post.overlong"
        return Checked(channel, None, t.error(error), overlong, "", more, price, own)
    return Checked(channel, looks, "", False, terms.unit(t, looks.unit), more, price, own)


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
