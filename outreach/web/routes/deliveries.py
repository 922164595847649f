"""Deliveries: what waits for a person first; one with its history, and the decisions a person can take."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns import caring, details, dispatch, links, plan, qr, queries
from campaigns.links import square_url, tracked_url
from campaigns.models import STATUSES
from campaigns.writing import wordings
from outreach.core.errors import OutreachError
from outreach.core.markup import web_address
from outreach.people import audit
from outreach.web import fields, notices
from outreach.web.planned import behind, end_of, reason, timeline
from outreach.web.visit import here, me, now, number_in, words

pages = Blueprint("deliveries", __name__)

_PAGE = 50
_MOVE, _SETTLE, _LINK = "planning.move", "planning.settle", "links.form"
_SQUARES = {"svg": (qr.svg, "image/svg+xml"), "png": (qr.png, "image/png")}
_NEEDS, _ALL = "needs", "all"
_DEEDS = {
    "settle": frozenset({"unconfirmed"}),
    "move": frozenset({"scheduled", "failed", "cancelled"}),
    "cancel": frozenset({"scheduled", "failed"}),
}
_GRACE = timedelta(minutes=5)


@dataclass(frozen=True)
class MoveForm:
    """Another moment."""

    due_at: datetime
    not_after: str = field(default="", metadata=fields.told("time", max=5))


@dataclass(frozen=True)
class SettleForm:
    """Where somebody found the post, if they copied its address."""

    url: str | None = field(default=None, metadata=fields.told("url", max=2000))


@dataclass(frozen=True)
class LinkForm:
    """A word to say aloud in the place of the link's code, its last day, and whether the link leads on."""

    spoken: str = field(default="", metadata=fields.told(max=60))
    ends_on: date | None = None
    withdrawn: bool = False


@pages.get("/deliveries")
def index() -> str:
    """Deliveries by status."""
    asked = request.args.get("status", "")
    if asked not in {"", _NEEDS, _ALL, *STATUSES}:
        abort(404)
    before = number_in("before")
    with here().store.reading() as session:
        waiting = queries.needs_person(session, now())
        counts = queries.counts(session)
        status = asked or (_NEEDS if waiting else "scheduled")
        found = waiting
        if status != _NEEDS:
            chosen = None if status == _ALL else status
            found = queries.deliveries(session, chosen, _PAGE + 1, before=before)
        shown = found[:_PAGE] if len(found) > _PAGE and status != _NEEDS else found
        ending = caring.ends_before(session, [row.delivery_id for row in shown])
    return render_template(
        "pages/deliveries/index.html",
        deliveries=shown,
        ending=ending,
        reasons={row.delivery_id: reason(words(), row) for row in shown},
        status=status,
        statuses=(_NEEDS, *STATUSES, _ALL),
        counts={**counts, _NEEDS: len(waiting)},
        before=before,
        older=shown[-1].delivery_id if len(shown) < len(found) else None,
    )


@pages.get("/deliveries/<int:delivery_id>")
def one(delivery_id: int) -> str:
    """A delivery: what happened to it, and what can be done."""
    return _whole(_seen(delivery_id), request.args.get("do", ""))


@pages.post("/deliveries/<int:delivery_id>/settle")
def settle(delivery_id: int) -> AnyResponse | tuple[str, int]:
    """Somebody has looked whether the post is there."""
    seen = _seen(delivery_id)
    if request.form.get("live") not in {"yes", "no"}:
        abort(400)
    live = request.form["live"] == "yes"
    sent = fields.read(SettleForm, request.form, words(), _SETTLE)
    if live and sent.value is None:
        return _whole(seen, "settle", settle_form=sent.fields), 422
    url = sent.value.url if sent.value is not None and live else None
    detail = _detail(delivery_id)
    by_hand = detail.terms is not None and detail.terms.by_hand
    try:
        with here().store.transaction() as session:
            dispatch.settle(session, now(), delivery_id, live, url)
            if by_hand and not live:
                # Nobody sends it but a person: what they have not posted is called off, and planned anew if they like.
                dispatch.cancel(session, now(), delivery_id)
            audit.write(session, now(), me().actor, "settle", "delivery", delivery_id, live="yes" if live else "no")
    except OutreachError as error:
        return _refused(delivery_id, error)
    again = "planning.told.not_posted" if by_hand else "planning.told.again"
    return _done(delivery_id, "planning.told.settled" if live else again)


@pages.post("/deliveries/<int:delivery_id>/move")
def move(delivery_id: int) -> AnyResponse | tuple[str, int]:
    """Gives a delivery another moment."""
    seen, zone, t = _seen(delivery_id), here().settings.zone, words()
    sent = fields.read(MoveForm, request.form, t, _MOVE, zone=zone)
    if sent.value is not None and sent.value.due_at < now() - _GRACE:
        sent = sent.with_error("due_at", t("planning.schedule.past"))
    end = None
    if sent.value is not None:
        try:
            end = end_of(sent.value.due_at, sent.value.not_after, zone)
        except ValueError:
            sent = sent.with_error("not_after", t("planning.schedule.hour"))
    if sent.value is not None and end is not None and end <= sent.value.due_at:
        sent = sent.with_error("not_after", t("campaigns.window"))
    if sent.value is None:
        return _whole(seen, "move", move_form=sent.fields), 422
    due_at = sent.value.due_at
    try:
        with here().store.transaction() as session:
            dispatch.reschedule(session, now(), delivery_id, due_at, not_after=end, zone=zone)
            audit.write(session, now(), me().actor, "move", "delivery", delivery_id)
    except OutreachError as error:
        return _refused(delivery_id, error)
    return _done(delivery_id, "planning.told.moved", moment=t.moment(due_at, zone))


@pages.post("/deliveries/<int:delivery_id>/cancel")
def cancel(delivery_id: int) -> AnyResponse:
    """Calls a delivery off."""
    _seen(delivery_id)
    try:
        with here().store.transaction() as session:
            dispatch.cancel(session, now(), delivery_id)
            audit.write(session, now(), me().actor, "cancel", "delivery", delivery_id)
    except OutreachError as error:
        return _refused(delivery_id, error)
    return _done(delivery_id, "planning.told.cancelled")


@pages.post("/deliveries/<int:delivery_id>/link")
def link(delivery_id: int) -> AnyResponse | tuple[str, int]:
    """Gives the link a word to say aloud, withdraws it, or lets it lead on again."""
    seen = _seen(delivery_id)
    sent = fields.read(LinkForm, request.form, words(), _LINK)
    if sent.value is None:
        return _whole(seen, link_form=sent.fields), 422
    try:
        with here().store.transaction() as session:
            links.say(
                session, now(), delivery_id, sent.value.spoken, sent.value.withdrawn, sent.value.ends_on
            )
            audit.write(session, now(), me().actor, "change", "delivery", delivery_id)
    except OutreachError as error:
        return _whole(seen, link_form=sent.with_error("spoken", words().error(error)).fields), 422
    return _done(delivery_id, "links.told.saved")


@pages.get("/deliveries/<int:delivery_id>/qr.<kind>")
def square(delivery_id: int, kind: str) -> Response:
    """The delivery's link as a square for print, SVG or PNG."""
    if kind not in _SQUARES:
        abort(404)
    draw, mimetype = _SQUARES[kind]
    code = _seen(delivery_id).code
    answer = Response(draw(square_url(here().settings.web.public_url, code)), mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="qr-{code}.{kind}"'
    return answer


def _whole(
    delivery: queries.DeliverySeen,
    do: str = "",
    move_form: tuple[fields.FieldShown, ...] | None = None,
    settle_form: tuple[fields.FieldShown, ...] | None = None,
    link_form: tuple[fields.FieldShown, ...] | None = None,
) -> str:
    app, t = here(), words()
    with app.store.reading() as session:
        events = queries.history(session, delivery.delivery_id)
        text = wordings.of_delivery(session, delivery.delivery_id)
        detail = details.delivery(session, delivery.delivery_id)
        pictures = details.pictures(session, delivery.post_id)
        of_link = links.detail(session, delivery.delivery_id)
    if detail is None or of_link is None:
        abort(404)
    link_url = tracked_url(app.settings.web.public_url, delivery.code)
    spoken_url = tracked_url(app.settings.web.public_url, of_link.spoken) if of_link.spoken else ""
    moment = MoveForm(
        max(delivery.due_at, now().replace(second=0, microsecond=0) + timedelta(minutes=10)),
        detail.not_after.astimezone(app.settings.zone).strftime("%H:%M") if detail.not_after else "",
    )
    can = [deed for deed, statuses in _DEEDS.items() if delivery.status in statuses]
    return render_template(
        "pages/deliveries/one.html",
        delivery=delivery,
        detail=detail,
        by_hand=detail.terms is not None and detail.terms.by_hand,
        pictures=pictures,
        behind=behind(t, delivery),
        text=plan.render(text, link_url) if text is not None else "",
        link_url=link_url,
        of_link=of_link,
        spoken_url=spoken_url,
        events=timeline(t, app.settings.zone, delivery, events),
        reason=reason(t, delivery),
        receipt=web_address(delivery.receipt_url),
        can=can,
        do=do if do in can else "",
        move_form=move_form or fields.draw(MoveForm, t, _MOVE, value=moment, zone=app.settings.zone),
        settle_form=settle_form or fields.draw(SettleForm, t, _SETTLE),
        link_form=link_form
        or fields.draw(LinkForm, t, _LINK, value=_link_form(of_link)),
    )


def _link_form(of_link: links.LinkDetail) -> LinkForm:
    return LinkForm(of_link.spoken, of_link.ends_on, of_link.withdrawn_at is not None)


def _seen(delivery_id: int) -> queries.DeliverySeen:
    with here().store.reading() as session:
        found = queries.delivery(session, delivery_id)
    if found is None:
        abort(404)
    return found


def _detail(delivery_id: int) -> details.DeliveryDetail:
    with here().store.reading() as session:
        found = details.delivery(session, delivery_id)
    if found is None:
        abort(404)
    return found


def _done(delivery_id: int, key: str, **facts: str) -> AnyResponse:
    current_app.extensions["outreach.attention"].forget()
    notices.tell(key, **facts)
    return redirect(url_for("deliveries.one", delivery_id=delivery_id), 303)


def _refused(delivery_id: int, error: OutreachError) -> AnyResponse:
    """Somebody was quicker, or the button was pressed twice: the page shows how it stands now."""
    notices.tell("planning.told.refused", tone="person", reason=words().error(error))
    return redirect(url_for("deliveries.one", delivery_id=delivery_id), 303)
