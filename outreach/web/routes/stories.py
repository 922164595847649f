"""One story: who told it first, who picked it up when, what each changed, beside the text of one telling. People put
stories together and take them apart here.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import notices
from outreach.web.mention_deeds import answered, ids_said, trouble
from outreach.web.mention_deeds import back as way_back
from outreach.web.sought import spans
from outreach.web.visit import here, me, now, number_in, only_place, words
from scrapers import clipping, desk, storydesk
from scrapers.reasons import marked_text
from scrapers.storydesk import Moved, Was
from scrapers.storytelling import Order

pages = Blueprint("stories", __name__)

# A notice travels in a cookie: a story of more mentions is put back by hand.
_MOST_UNDONE = 150
_DAY = 24 * 3600


@pages.get("/stories/<int:story_id>")
def one(story_id: int) -> Response | str:
    """A story; the old address of one that was put into another leads on."""
    place = only_place()
    with here().store.reading() as session:
        order = storydesk.telling_order(session, story_id)
        order = _seen(session, order, place) if order is not None else None
        if order is None:
            abort(404)
        shown = number_in("mention")
        if shown not in {one.mention_id for one in order.tellers}:
            shown = order.tellers[0].mention_id
        read = clipping.clipping(session, shown, place)
        text = clipping.text_of(session, shown) if place is None else ""
    if order.story_id != story_id:
        return redirect(url_for("stories.one", story_id=order.story_id), 301)
    if read is None:
        abort(404)
    return render_template(
        "pages/stories/one.html",
        order=order,
        read=read,
        shown=shown,
        paragraphs=marked_text(text or read.excerpt or read.sentence, read.forms),
        change=next((one.change for one in order.tellers if one.mention_id == shown), None),
        later=_later,
        sought=spans,
        back=request.full_path.rstrip("?"),
    )


def _seen(session: Session, order: Order, place: str | None) -> Order | None:
    """The story as somebody may see it who sees one place alone; None where nothing of it names that place."""
    if place is None:
        return order if order.tellers else None
    ids = {*desk.visible(session, [one.mention_id for one in order.tellers], place)}
    tellers = tuple(one for one in order.tellers if one.mention_id in ids)
    if not tellers:
        return None
    agency = next((one.agency for one in tellers if one.agency), None)
    return replace(
        order, tellers=tellers, agency=agency, mentions=len(tellers), outlets=len({one.source for one in tellers})
    )


def _later(after: timedelta) -> str:
    """How long behind the first telling, in words."""
    t, minutes = words(), int(after.total_seconds() // 60)
    days, hours = minutes // 1440, minutes // 60
    if days >= 2:
        return t("mentions.story.days", count=days)
    if hours >= 1:
        return t("mentions.story.hours", hours=hours, minutes=f"{minutes % 60:02d}")
    return t("mentions.story.minutes", count=minutes)


@pages.post("/stories/merge")
def merge() -> Response | str:
    """Makes one story of those that the ticked mentions are of, or of the two that a story's page names."""
    told = [number for number in request.form.getlist("story") if number.strip()]
    with here().store.reading() as session:
        numbers = ids_said(told) if told else clipping.stories_of(session, ids_said())
    moved = _do("merge", lambda session: storydesk.merge(session, now(), me().actor, numbers), "mentions.told.merged")
    if moved is not None and told:
        return redirect(url_for("stories.one", story_id=moved.story_id), 303)
    return answered(())


@pages.post("/stories/<int:story_id>/split")
def split(story_id: int) -> Response:
    """Makes a story of its own of the ticked tellings."""
    ids = ids_said()
    moved = _do("split", lambda session: storydesk.split(session, now(), me().actor, ids), "mentions.told.split")
    return redirect(url_for("stories.one", story_id=moved.story_id if moved else story_id), 303)


@pages.post("/stories/back")
def back() -> Response | str:
    """Takes one's own merge or split back, while that can be done."""
    moved = _opened(request.args.get("deed", ""))
    done = False
    if moved is not None:
        with here().store.transaction() as session:
            done = storydesk.undo(session, now(), me().actor, moved)
            if done:
                audit.write(session, now(), me().actor, "undo", "story", moved.story_id)
    notices.tell(
        "mentions.told.story_back" if done else "mentions.told.story_too_late", tone="done" if done else "person"
    )
    return answered(())


def _do(action: str, do: Callable[[Session], Moved], key: str) -> Moved | None:
    try:
        with here().store.transaction() as session:
            moved = do(session)
            audit.write(session, now(), me().actor, action, "story", moved.story_id, count=len(moved.was))
    except OutreachError as error:
        trouble(error)
        return None
    can_undo = len(moved.was) <= _MOST_UNDONE
    undo = url_for("stories.back", deed=_sealed(moved), back=way_back()) if can_undo else ""
    notices.tell(key, undo=undo, count=len(moved.was))
    return moved


def _sealed(moved: Moved) -> str:
    """What was done, as an address carries it; the numbers of the stories and of their mentions are nobody's secret."""
    told = [moved.story_id, moved.into_it, [[*asdict(one).values()] for one in moved.was], moved.at.isoformat()]
    return str(_signer().dumps(told, salt=me().actor))


def _opened(told: str) -> Moved | None:
    try:
        story, into_it, was, at = _signer().loads(told, max_age=_DAY, salt=me().actor)
    except BadSignature:
        return None
    return Moved(story, tuple(into_it), tuple(Was(*one) for one in was), me().actor, datetime.fromisoformat(at))


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(here().seal.sign_key("story"))
