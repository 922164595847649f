"""What a post says in one channel instead of its own words."""

from dataclasses import dataclass, field

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns import overview, queries
from campaigns.writing import variants
from campaigns.writing.variants import Variant
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import fields, notices
from outreach.web.postpage import changed, seen
from outreach.web.visit import here, me, now, words

pages = Blueprint("post_variants", __name__)

_FORM = "writing.variant"


@dataclass(frozen=True)
class VariantForm:
    """The channel's own words; empty: the post's."""

    text: str = field(default="", metadata=fields.told("textarea", max=10_000))
    title: str = field(default="", metadata=fields.told(max=200))


@pages.get("/posts/<int:post_id>/channels")
def show(post_id: int) -> str:
    """Every channel with what the post says there."""
    return _page(post_id)


@pages.post("/posts/<int:post_id>/channels/<int:channel_id>")
def say(post_id: int, channel_id: int) -> AnyResponse | tuple[str, int]:
    """Gives the post other words in a channel, or its own ones back."""
    post, t = seen(post_id), words()
    sent = fields.read(VariantForm, request.form, t, _FORM)
    if sent.value is None:
        return _page(post_id, channel_id, sent.fields), 422
    try:
        with here().store.transaction() as session:
            other = variants.say(
                session, now(), post_id, channel_id, title=sent.value.title, text=sent.value.text, actor=me().actor
            )
            if other:
                audit.write(session, now(), me().actor, "variant", "post", post_id, channel=channel_id)
    except OutreachError as error:
        if error.key == "campaigns.channel.missing":
            abort(404)
        return _page(post_id, channel_id, sent.with_error("text", t.error(error)).fields), 422
    changed()
    key = "writing.told.variant" if sent.value.text else "writing.told.no_variant"
    notices.tell("writing.told.variant_again" if other and post.approved_at else key)
    return redirect(url_for(".show", post_id=post_id, _anchor=f"channel-{channel_id}"), 303)


def _page(post_id: int, wrong: int | None = None, form: tuple[fields.FieldShown, ...] = ()) -> str:
    with here().store.reading() as session:
        post = overview.post(session, post_id)
        if post is None:
            abort(404)
        channels = queries.channels(session)
        own = variants.of_post(session, post_id)
        deliveries = queries.deliveries_of_post(session, post_id)
    return render_template(
        "pages/posts/channels.html",
        post=post,
        channels=channels,
        own=own,
        out={row.channel_id for row in deliveries if row.status in {"sending", "unconfirmed", "published"}},
        planned={row.channel_id for row in deliveries if row.status == "scheduled"},
        forms={
            one.channel_id: form if one.channel_id == wrong else _drawn(own.get(one.channel_id)) for one in channels
        },
        wrong=wrong,
    )


def _drawn(own: Variant | None) -> tuple[fields.FieldShown, ...]:
    value = VariantForm(own.text, own.title) if own is not None else None
    return fields.draw(VariantForm, words(), _FORM, value=value)
