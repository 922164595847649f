"""The list before release of one post, as a part of its page; a plain page of its own for those without a script."""

from flask import Blueprint, abort, render_template, request

from campaigns import overview
from outreach.web.readylist import ready
from outreach.web.visit import here, words

pages = Blueprint("post_ready", __name__)


@pages.get("/posts/<int:post_id>/ready")
def show(post_id: int) -> str:
    """What is in order, what needs a look and what stops the post."""
    with here().store.reading() as session:
        post = overview.post(session, post_id)
        if post is None:
            abort(404)
        told = ready(session, words(), post)
    part = request.headers.get("HX-Request") == "true"
    return render_template("pages/posts/ready_part.html" if part else "pages/posts/ready.html", post=post, told=told)
