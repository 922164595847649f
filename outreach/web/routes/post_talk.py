"""Talking about a post: asking for approval, sending it back, comments."""

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.writing import approval, comments
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import notices
from outreach.web.postpage import changed, seen
from outreach.web.visit import here, me, now, words

pages = Blueprint("post_talk", __name__)

_LONGEST = 2_000


@pages.post("/posts/<int:post_id>/ask")
def ask(post_id: int) -> AnyResponse:
    """Asks a colleague to approve the post."""
    if seen(post_id).approved_at is None:
        with here().store.transaction() as session:
            approval.ask(session, now(), post_id, me().actor)
            audit.write(session, now(), me().actor, "ask_approval", "post", post_id)
        changed()
    notices.tell("writing.told.asked")
    return _back(post_id)


@pages.post("/posts/<int:post_id>/back")
def back(post_id: int) -> AnyResponse:
    """Sends a post back to its author, with the reason as a comment."""
    seen(post_id)
    try:
        with here().store.transaction() as session:
            approval.send_back(session, now(), post_id, _typed(), me().actor)
            audit.write(session, now(), me().actor, "back", "post", post_id)
    except OutreachError as error:
        notices.tell("planning.told.refused", tone="person", reason=words().error(error))
        return _back(post_id, "talk")
    changed()
    notices.tell("writing.told.back")
    return _back(post_id, "talk")


@pages.post("/posts/<int:post_id>/comments")
def comment(post_id: int) -> AnyResponse:
    """Says something about a post."""
    seen(post_id)
    try:
        with here().store.transaction() as session:
            comments.write(session, now(), post_id, _typed(), me().actor)
            audit.write(session, now(), me().actor, "comment", "post", post_id)
    except OutreachError as error:
        notices.tell("planning.told.refused", tone="person", reason=words().error(error))
    return _back(post_id, "talk")


@pages.post("/posts/<int:post_id>/comments/<int:comment_id>")
def settle(post_id: int, comment_id: int) -> AnyResponse:
    """A comment has been dealt with, or is open again (`do=open`)."""
    done = request.form.get("do") != "open"
    try:
        with here().store.transaction() as session:
            comments.settle(session, now(), post_id, comment_id, me().actor, done=done)
            audit.write(session, now(), me().actor, "comment_done" if done else "comment_open", "post", post_id)
    except OutreachError:
        abort(404)
    return _back(post_id, "talk")


def _typed() -> str:
    return request.form.get("text", "").strip()[:_LONGEST]


def _back(post_id: int, anchor: str | None = None) -> AnyResponse:
    return redirect(url_for("posts.one", post_id=post_id, _anchor=anchor), 303)
