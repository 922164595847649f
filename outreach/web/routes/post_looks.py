"""How a post looks in each channel before it goes out, also while it is being written; and pictures as they are cut."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request
from flask.blueprints import BlueprintSetupState

from campaigns import images, library, overview, pictures
from campaigns.cropping import Focus, Size
from campaigns.looks import reading
from campaigns.looks.limits import Limits
from outreach.core import registry
from outreach.web import looking, uploads
from outreach.web.access import may
from outreach.web.looking import Card, Written
from outreach.web.visit import HIGHEST, here, role

pages = Blueprint("post_looks", __name__)

_LONGEST = 10_000  # characters of a post
_CHANNELS = 60
_SIDE = 480  # pixels of a drawn crop's longer side


@pages.record_once
def _begin(state: BlueprintSetupState) -> None:
    state.app.extensions[looking.EXTENSION] = Limits()


@pages.get("/posts/<int:post_id>/looks")
def show(post_id: int) -> str:
    """A post in every channel, those it is planned for first; with `ask` the channels are asked for their limits."""
    with here().store.reading() as session:
        post = overview.post(session, post_id)
        places = reading.places(session, post_id) if post is not None else []
        shown = reading.pictured(session, post_id) if post is not None else []
    if post is None:
        abort(404)
    asks = may(role(), "posts.check")
    if asks and "ask" in request.args:
        looking.ask(places)
    made = looking.cards(places, Written(post.title, post.text, post.target_url), shown)
    whole = not request.headers.get("HX-Request")
    return render_template(
        "pages/posts/looks_page.html" if whole else "pages/posts/looks_fragment.html",
        post=post,
        **_apart(made),
        pictures=shown,
        waits=asks and "ask" not in request.args and looking.is_to_ask(places),
    )


@pages.post("/posts/looks")
def typed() -> str:
    """What somebody is typing, in the channels named (all where none is); `own` means it is for these alone."""
    post_id, chosen = _number("post_id"), request.form.getlist("channel", type=int)[:_CHANNELS]
    known = [number for number in chosen if 0 < number <= HIGHEST]
    with here().store.reading() as session:
        places = reading.places(session, post_id, known or None)
        shown = reading.pictured(session, post_id) if post_id else []
        # Where a post's links are made its form does not name where they lead.
        post = overview.post(session, post_id) if post_id else None
    if request.form.get("own"):
        places = [replace(place, text="", title="") for place in places]
    target = _field("target_url", 2000) or (post.target_url if post is not None else "")
    written = Written(_field("title", 200), _field("text", _LONGEST), target)
    made = looking.cards(places, written, shown)
    return render_template("pages/posts/looks_typed.html", **_apart(made), pictures=shown)


@pages.get("/posts/words")
def words() -> str:
    """Hashtags and names that posts in a language have used before."""
    with here().store.reading() as session:
        tags, names = reading.used(session, request.args.get("language", "")[:10])
    return render_template("pages/posts/looks_words.html", tags=tags, names=names)


@pages.get("/media/crop/<name>/<int:width>x<int:height>")
def crop(name: str, width: int, height: int) -> Response:
    """A picture of the office in a shape that a channel wants, small, about the focus `x`, `y` (in per cent)."""
    file, shape = pictures.file_of(uploads.media(here().settings), name), (width, height)
    x, y = (request.args.get(at, 50, type=int) for at in ("x", "y"))
    if file is None or shape not in shapes() or not (0 <= x <= 100 and 0 <= y <= 100):
        abort(404)
    with here().store.reading() as session:
        if not library.is_kept(session, name):
            abort(404)
    try:
        body = _drawn(file, _small(shape), (x, y))
    except OSError:
        abort(404)
    answer = Response(body, mimetype="image/jpeg")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


@lru_cache(maxsize=1)
def shapes() -> frozenset[Size]:
    """The shapes that kinds of channels want."""
    return frozenset(kind.terms.cropped for kind in registry.kinds("campaigns.channels").values() if kind.terms.cropped)


@lru_cache(maxsize=64)
def _drawn(file: Path, shape: Size, focus: Focus) -> bytes:
    # What lies under a hash does not change, and whoever moves a focus comes back to where it was.
    return images.jpeg(file.read_bytes(), shape, focus)[0]


def _small(shape: Size) -> Size:
    share = min(1.0, _SIDE / max(shape))
    return max(1, round(shape[0] * share)), max(1, round(shape[1] * share))


def _apart(made: list[Card]) -> dict[str, list[Card]]:
    """The channels that a post is planned for, and the others; where it is planned for none all are first."""
    planned = [card for card in made if card.place.is_planned]
    return {"planned": planned or made, "others": [card for card in made if card not in planned] if planned else []}


def _field(name: str, most: int) -> str:
    return request.form.get(name, "")[:most]


def _number(name: str) -> int | None:
    number = request.form.get(name, type=int)
    return number if number is not None and 0 < number <= HIGHEST else None
