"""Every wording of a post: who, when, what changed, where it went out; and taking an earlier one again."""

from dataclasses import dataclass
from itertools import pairwise

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns import overview, queries
from campaigns.writing import again, wordings
from campaigns.writing.differing import Piece, difference
from campaigns.writing.wordings import WentOut, Wording
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import notices
from outreach.web.postpage import changed
from outreach.web.visit import here, me, now, words

pages = Blueprint("post_wordings", __name__)

_MOST = 50


@dataclass(frozen=True)
class Shown:
    """A wording with what has changed since the one before, by part: the title, the text, channels by their name."""

    wording: Wording
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]
    channels: tuple[tuple[str, tuple[Piece, ...]], ...]
    out: tuple[WentOut, ...]


@pages.get("/posts/<int:post_id>/wordings")
def show(post_id: int) -> str:
    """The wordings, the latest first."""
    with here().store.reading() as session:
        post = overview.post(session, post_id)
        if post is None:
            abort(404)
        held = wordings.listed(session, post_id, _MOST + 1)
        out = wordings.went_out(session, post_id)
        names = {one.channel_id: one.name for one in queries.channels(session)}
    shown = [_shown(one, before, out, names) for one, before in pairwise([*held, None]) if one is not None]
    return render_template(
        "pages/posts/wordings.html",
        post=post,
        shown=shown[:_MOST],
        is_out=bool(out),
    )


@pages.post("/posts/<int:post_id>/wordings/<int:number>")
def take(post_id: int, number: int) -> AnyResponse:
    """Makes an earlier wording the one that stands, under a new number."""
    try:
        with here().store.transaction() as session:
            made = again.take_again(session, now(), post_id, number, me().actor).revision
            audit.write(session, now(), me().actor, "again", "post", post_id, wording=number)
    except OutreachError as error:
        if error.key in {"campaigns.post.missing", "writing.wording.missing"}:
            abort(404)
        notices.tell("planning.told.refused", tone="person", reason=words().error(error))
    else:
        changed()
        notices.tell("writing.told.again", number=number, made=made)
    return redirect(url_for(".show", post_id=post_id), 303)


def _shown(one: Wording, before: Wording | None, out: list[WentOut], names: dict[int, str]) -> Shown:
    channels = []
    for channel_id in sorted({*one.variants, *(before.variants if before is not None else ())}):
        was = before.variants.get(channel_id, ("", ""))[1] if before is not None else ""
        told = difference(was, one.variants.get(channel_id, ("", ""))[1])
        if any(piece.kind != "kept" for piece in told):
            channels.append((names.get(channel_id, str(channel_id)), told))
    return Shown(
        one,
        difference(before.title if before is not None else one.title, one.title),
        difference(before.text if before is not None else one.text, one.text),
        tuple(channels),
        tuple(sent for sent in out if sent.number == one.number),
    )
