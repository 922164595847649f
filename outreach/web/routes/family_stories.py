"""Families' stories: how the office calls them, where the agreement lies, until when it holds. No family is named."""

from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns import consents
from campaigns.writing import stories
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import fields, notices
from outreach.web.postpage import changed, today
from outreach.web.visit import here, me, now, words

pages = Blueprint("family_stories", __name__)

_FORM = "writing.story.field"


@dataclass(frozen=True)
class StoryForm:
    """What a person says of a story."""

    title: str = field(metadata=fields.told(max=120))
    source: str = field(default="", metadata=fields.told(max=200))
    consent_from: date | None = None
    consent_until: date | None = None


@pages.get("/media/stories")
def index() -> str:
    """The stories, the latest first."""
    return _listed(fields.draw(StoryForm, words(), _FORM))


@pages.post("/media/stories")
def add() -> AnyResponse | tuple[str, int]:
    """Takes down a new story."""
    sent = fields.read(StoryForm, request.form, words(), _FORM)
    if sent.value is None:
        return _listed(sent.fields), 422
    try:
        with here().store.transaction() as session:
            made = stories.add(session, now(), _told(sent.value), me().actor).id
            audit.write(session, now(), me().actor, "add", "family_story", made)
    except OutreachError as error:
        return _listed(sent.with_error("consent_until", words().error(error)).fields), 422
    notices.tell("writing.told.story_added")
    return redirect(url_for(".one", told_id=made), 303)


@pages.get("/media/stories/<int:told_id>")
def one(told_id: int) -> str:
    """One story: its consent, and the posts that tell it."""
    return _whole(told_id)


@pages.post("/media/stories/<int:told_id>")
def change(told_id: int) -> AnyResponse | tuple[str, int]:
    """Says something else of a story."""
    sent = fields.read(StoryForm, request.form, words(), _FORM)
    if sent.value is None:
        return _whole(told_id, sent.fields), 422
    try:
        with here().store.transaction() as session:
            stories.change(session, told_id, _told(sent.value))
            audit.write(session, now(), me().actor, "change", "family_story", told_id)
    except OutreachError as error:
        return _whole(told_id, sent.with_error("consent_until", words().error(error)).fields), 422
    notices.tell("writing.told.story_changed")
    return redirect(url_for(".one", told_id=told_id), 303)


@pages.post("/media/stories/<int:told_id>/withdraw")
def withdraw(told_id: int) -> AnyResponse:
    """A family agrees no more: what is planned to tell its story is called off."""
    try:
        with here().store.transaction() as session:
            called_off = consents.withdraw_story(session, now(), told_id)
            audit.write(session, now(), me().actor, "withdraw", "family_story", told_id, called_off=len(called_off))
    except OutreachError:
        abort(404)
    changed()
    if called_off:
        notices.tell("media.told.withdrawn", count=len(called_off))
    else:
        notices.tell("media.told.withdrawn_unused")
    return redirect(url_for(".one", told_id=told_id), 303)


def _listed(drawn: tuple[fields.FieldShown, ...]) -> str:
    with here().store.reading() as session:
        found = stories.listed(session, today())
    return render_template("pages/media/stories.html", stories=found, fields=drawn)


def _whole(story_id: int, drawn: tuple[fields.FieldShown, ...] | None = None) -> str:
    with here().store.reading() as session:
        kept = stories.one(session, today(), story_id)
        uses = stories.uses(session, story_id) if kept is not None else []
    if kept is None:
        abort(404)
    return render_template(
        "pages/media/stories_one.html",
        story=kept,
        uses=uses,
        fields=drawn or fields.draw(StoryForm, words(), _FORM, value=kept),
    )


def _told(form: StoryForm) -> stories.Told:
    return stories.Told(form.title, form.source, form.consent_from, form.consent_until)
