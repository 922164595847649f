"""The office's facts: what may stand in a release, and what holds no longer."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.pressroom.checks import factbook
from outreach.pressroom.checks.factbook import FactSeen, Told
from outreach.pressroom.models import FACT_KINDS
from outreach.web import fields, notices
from outreach.web.visit import HIGHEST, here, me, now, words

pages = Blueprint("office_facts", __name__, url_prefix="/settings/facts")

_FORM, _FOLLOW = "presscheck.facts.field", "presscheck.facts.follow"
Answer = str | tuple[str, int] | AnyResponse


@dataclass(frozen=True, kw_only=True)
class FactForm:
    """A fact as it is written down."""

    kind: str
    label: str = field(metadata=fields.told(max=200))
    value: str = field(metadata=fields.told(max=500))
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class FollowForm:
    """Since when a fact holds no longer, and what does in its place."""

    since: date
    value: str = field(default="", metadata=fields.told(max=500))


@pages.get("")
def index() -> str:
    """All facts by kind, and a form for one more."""
    return _listed(_drawn())


@pages.post("")
def add() -> Answer:
    """Writes a fact down."""
    sent = fields.read(FactForm, request.form, words(), _FORM, choices=_kinds())
    if sent.value is None:
        return _listed(sent.fields), 422
    try:
        with here().store.transaction() as session:
            made = factbook.add(session, now(), _told(sent.value), me().actor)
            audit.write(session, now(), me().actor, "add", "fact", made)
    except OutreachError as error:
        return _listed(sent.with_error(_place(error), words().error(error)).fields), 422
    notices.tell("presscheck.told.fact_added")
    return redirect(url_for(".index"), 303)


@pages.get("/<int:fact_id>")
def one(fact_id: int) -> str:
    """One fact: what it was before, what holds in its place."""
    return _whole(fact_id)


@pages.post("/<int:fact_id>")
def change(fact_id: int) -> Answer:
    """Corrects a fact that was written down wrongly."""
    _seen(fact_id)
    sent = fields.read(FactForm, request.form, words(), _FORM, choices=_kinds())
    if sent.value is None:
        return _whole(fact_id, drawn=sent.fields), 422
    try:
        with here().store.transaction() as session:
            factbook.change(session, fact_id, _told(sent.value))
            audit.write(session, now(), me().actor, "change", "fact", fact_id)
    except OutreachError as error:
        return _whole(fact_id, drawn=sent.with_error(_place(error), words().error(error)).fields), 422
    notices.tell("presscheck.told.fact_changed")
    return redirect(url_for(".one", fact_id=fact_id), 303)


@pages.post("/<int:fact_id>/follow")
def follow(fact_id: int) -> Answer:
    """A fact holds no longer; another does in its place, or none."""
    _seen(fact_id)
    sent = fields.read(FollowForm, request.form, words(), _FOLLOW)
    if sent.value is None:
        return _whole(fact_id, followed=sent.fields), 422
    try:
        with here().store.transaction() as session:
            made = factbook.follow(session, now(), fact_id, sent.value.since, sent.value.value, me().actor)
            audit.write(session, now(), me().actor, "end", "fact", fact_id, instead=made)
    except OutreachError as error:
        place = "since" if error.key in {"presscheck.facts.early", "presscheck.facts.followed"} else "value"
        return _whole(fact_id, followed=sent.with_error(place, words().error(error)).fields), 422
    notices.tell("presscheck.told.fact_followed" if made is not None else "presscheck.told.fact_ended")
    return redirect(url_for(".index"), 303)


def _listed(drawn: tuple[fields.FieldShown, ...]) -> str:
    with here().store.reading() as session:
        found = factbook.listed(session)
    return render_template("pages/office_facts/index.html", rows=found, today=_today(), fields=drawn)


def _whole(fact_id: int, *, drawn: Any = None, followed: Any = None) -> str:
    seen, t = _seen(fact_id), words()
    with here().store.reading() as session:
        earlier = factbook.before(session, fact_id)
    value = FactForm(
        kind=seen.fact.kind, label=seen.fact.label, value=seen.fact.value, since=seen.fact.since, until=seen.fact.until
    )
    return render_template(
        "pages/office_facts/one.html",
        seen=seen,
        earlier=earlier,
        today=_today(),
        fields=drawn or fields.draw(FactForm, t, _FORM, value=value, choices=_kinds()),
        follow=followed or fields.draw(FollowForm, t, _FOLLOW),
        changing=drawn is not None,
    )


def _seen(fact_id: int) -> FactSeen:
    seen = None
    if fact_id <= HIGHEST:
        with here().store.reading() as session:
            seen = factbook.one(session, fact_id)
    if seen is None:
        abort(404)
    return seen


def _drawn() -> tuple[fields.FieldShown, ...]:
    return fields.draw(FactForm, words(), _FORM, choices=_kinds())


def _kinds() -> dict[str, fields.Choices]:
    t = words()
    return {"kind": [(kind, t(f"presscheck.kind.{kind}")) for kind in FACT_KINDS]}


def _told(form: FactForm) -> Told:
    return Told(form.kind, form.label, form.value, form.since, form.until)


def _place(error: OutreachError) -> str:
    return "until" if error.key == "presscheck.facts.days" else "value"


def _today() -> date:
    return now().astimezone(here().settings.zone).date()
