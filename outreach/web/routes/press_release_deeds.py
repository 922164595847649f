"""What is done with a release: asking for approval, giving it, sending back, its embargo, the press room."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.pressroom.writing import approval, editing, embargoes, publishing
from outreach.web import fields, notices
from outreach.web.releasepage import FORM, PlaceForm, campaign_choices, changed, seen
from outreach.web.visit import here, me, now, words

pages = Blueprint("press_release_deeds", __name__)

_LONGEST = 2_000


@pages.post("/press/releases/<int:release_id>/ask")
def ask(release_id: int) -> AnyResponse:
    """Asks a colleague to approve the release."""
    if seen(release_id).approved_at is None:
        return _done(
            release_id, "ask_approval", "release.told.asked",
            lambda session: approval.ask(session, now(), release_id, me().actor),
        )  # fmt: skip
    return _back(release_id)


@pages.post("/press/releases/<int:release_id>/approve")
def approve(release_id: int) -> AnyResponse:
    """Lets a release go out, where nothing stands in its way."""
    app = here()
    if seen(release_id).approved_at is not None:
        return _back(release_id)
    return _done(
        release_id, "approve", "release.told.approved",
        lambda session: approval.approve(
            session, now(), release_id, me().actor,
            own=app.settings.publish.own_approval, zone=app.settings.zone, office=app.office,
        ),
    )  # fmt: skip


@pages.post("/press/releases/<int:release_id>/back")
def back(release_id: int) -> AnyResponse:
    """Sends a release back to its author, and says why."""
    seen(release_id)
    why = request.form.get("text", "").strip()[:_LONGEST]
    return _done(
        release_id, "back", "release.told.back",
        lambda session: approval.send_back(session, now(), release_id, why, me().actor),
    )  # fmt: skip


@pages.post("/press/releases/<int:release_id>/publish")
def publish(release_id: int) -> AnyResponse:
    """Puts an approved release into the press room."""
    if seen(release_id).published_at is not None:
        return _back(release_id)
    return _done(
        release_id, "publish", "release.told.published",
        lambda session: publishing.publish(session, now(), release_id, here().settings.zone),
    )  # fmt: skip


@pages.post("/press/releases/<int:release_id>/withdraw")
def withdraw(release_id: int) -> AnyResponse:
    """Says in the press room that nobody is to print it any more."""
    if seen(release_id).withdrawn_at is not None:
        return _back(release_id)
    return _done(
        release_id, "take_back", "release.told.withdrawn",
        lambda session: publishing.withdraw(session, now(), release_id),
    )  # fmt: skip


@pages.post("/press/releases/<int:release_id>/posts-wait")
def posts_wait(release_id: int) -> AnyResponse:
    """The posts of the release's campaign wait for its embargo."""
    seen(release_id)
    with here().store.transaction() as session:
        posts = embargoes.let_posts_wait(session, release_id)
        audit.write(session, now(), me().actor, "change", "release", release_id, count=len(posts))
    changed()
    notices.tell("release.told.posts_wait", count=len(posts))
    return _back(release_id)


@pages.get("/press/releases/<int:release_id>/embargo")
def embargo(release_id: int) -> str:
    """The campaign of a release and its embargo."""
    release = seen(release_id)
    campaign = str(release.campaign_id) if release.campaign_id is not None else ""
    return _embargo_page(
        release_id,
        fields.draw(
            PlaceForm, words(), FORM,
            value=PlaceForm(campaign, release.embargo_until),
            choices=_choices(release.campaign_id), zone=here().settings.zone,
        ),
    )  # fmt: skip


@pages.post("/press/releases/<int:release_id>/embargo")
def place(release_id: int) -> AnyResponse | tuple[str, int]:
    """Says which campaign a release belongs to and until when nobody outside sees it."""
    release, app, t = seen(release_id), here(), words()
    offered = _choices(release.campaign_id)
    sent = fields.read(PlaceForm, request.form, t, FORM, choices=offered, zone=app.settings.zone)
    if sent.value is None:
        return _embargo_page(release_id, sent.fields), 422
    campaign_id = int(sent.value.campaign_id) if sent.value.campaign_id else None
    try:
        with app.store.transaction() as session:
            editing.place(session, release_id, campaign_id, sent.value.embargo_until)
            audit.write(session, now(), me().actor, "change", "release", release_id)
    except OutreachError as error:
        return _embargo_page(release_id, sent.with_error("embargo_until", t.error(error)).fields), 422
    changed()
    again = release.approved_at is not None and sent.value.embargo_until != release.embargo_until
    notices.tell("release.told.changed" if again else "release.told.saved")
    return _back(release_id)


def _embargo_page(release_id: int, drawn: tuple[fields.FieldShown, ...]) -> str:
    return render_template("pages/press_releases/embargo.html", release=seen(release_id), fields=drawn)


def _choices(kept: int | None) -> dict[str, fields.Choices]:
    with here().store.reading() as session:
        return {"campaign_id": campaign_choices(session, kept)}


def _done(release_id: int, action: str, told: str, do: Callable[[Session], object]) -> AnyResponse:
    """One deed with its line of the trail, or why not; back to the release either way."""
    try:
        with here().store.transaction() as session:
            do(session)
            audit.write(session, now(), me().actor, action, "release", release_id)
    except OutreachError as error:
        notices.tell("release.told.refused", tone="person", reason=words().error(error))
    else:
        changed()
        notices.tell(told)
    return _back(release_id)


def _back(release_id: int) -> AnyResponse:
    language = request.args.get("language") or None
    return redirect(url_for("press_releases.one", release_id=release_id, language=language), 303)
