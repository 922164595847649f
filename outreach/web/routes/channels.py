"""Channels: where posts go out, whether they may, and what a new one needs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns import caring, channel_switch, details, pausing
from campaigns import queries as planned
from campaigns.jobs import press
from outreach.core.errors import OutreachError
from outreach.core.settings import secret
from outreach.people import audit
from outreach.web import fields, kinds, notices, terms
from outreach.web.fields import FieldShown, told
from outreach.web.held import Held, held
from outreach.web.visit import here, inside, me, now, words

pages = Blueprint("channels", __name__, url_prefix="/settings/channels")

_PACKAGE = "campaigns.channels"
_TEXTS = "channels.field"
# What a person may say why a channel rests; shown wherever the channel is.
_REASONS = ("campaigns.paused.person", "channels.reason.mourning", "channels.reason.trouble", "channels.reason.review")
# Suggestions of why everything rests; whoever does it may say something else.
_MOURNING = ("channels.hold.mourning", "channels.hold.mistake", "channels.hold.attack")
_FIRST = "mastodon"  # what a new channel mostly is
_LONGEST_REASON = 300
# Of the program's variables those that hold no channel's key.
_LENT = re.compile(r"OUTREACH_(?!SOURCE_)[A-Z0-9_]{1,60}")
_OWN = frozenset({"OUTREACH_DATA_KEY", "OUTREACH_MAIL_PASSWORD", "OUTREACH_OIDC_SECRET"})


@dataclass(frozen=True)
class Facts:
    """What every channel has, whatever its kind."""

    name: str = field(metadata=told(max=120))


@dataclass(frozen=True)
class Secret:
    """The variable that a channel's secret stands in, and whether it is set; never what it holds."""

    variable: str
    held: bool


@dataclass(frozen=True)
class Shown:
    """A channel with what is known of its account and what its kind takes."""

    row: planned.ChannelSeen
    account: details.Account
    secrets: Sequence[Secret]
    terms: terms.Pairs


@pages.get("")
def index() -> str:
    """All channels with how they are."""
    t = words()
    with here().store.reading() as session:
        rows = planned.channels(session)
        accounts = details.accounts(session)
    return render_template(
        "pages/channels/index.html",
        rows=[
            Shown(
                row,
                accounts[row.channel_id],
                _secrets(row.settings),
                terms.said(t, row.kind, row.settings),
            )
            for row in rows
        ],
        reasons=_REASONS,
    )


@pages.get("/new")
def new() -> str:
    """An empty form of the kind that is asked for."""
    kind = _kind(request.args.get("kind"))
    return _page(kind, fields.draw(kinds.form_of(_PACKAGE, kind, Facts), words(), _TEXTS))


@pages.post("/new")
def create() -> Response | tuple[str, int]:
    """Makes a channel; it begins paused nowhere, so nothing goes out before a post is planned for it."""
    kind = _kind(request.form.get("kind"))
    t = words()
    filled = fields.read(kinds.form_of(_PACKAGE, kind, Facts), request.form, t, _TEXTS)
    if filled.value is None:
        return _page(kind, filled.fields), 422
    settings = kinds.settings_in(_PACKAGE, kind, filled.value)
    wrong = kinds.misplaced(settings)
    if wrong is not None:
        # Somebody who pastes the secret itself must not have it stored, nor shown again.
        return _page(kind, kinds.emptied(filled.fields, wrong, t("channels.error.variable"))), 422
    for name in kinds.secret_settings(settings):
        if not _is_lendable(str(settings[name])):
            return _page(kind, kinds.emptied(filled.fields, kinds.on_form(name), t("channels.error.own"))), 422
    try:
        with here().store.transaction() as session:
            row = channel_switch.add_channel(session, filled.value.name, kind, settings)
            audit.write(session, now(), me().actor, "create", "channel", row.id, name=row.name)
    except OutreachError as error:
        return _page(kind, filled.fields, t.error(error)), 422
    notices.tell("channels.told.created", name=filled.value.name)
    return redirect(url_for(".index"), 303)


@pages.post("/<int:channel_id>/switch")
def switch(channel_id: int) -> Response:
    """Pauses a channel for a reason, or lets it go on."""
    action = request.values.get("action", "")
    reason = request.values.get("reason", _REASONS[0])
    if action not in {"pause", "resume"} or reason not in _REASONS:
        abort(400)
    try:
        with here().store.transaction() as session:
            if action == "pause":
                row = channel_switch.pause(session, channel_id, reason)
            else:
                row = channel_switch.resume(session, channel_id)
            why = {"reason": reason} if action == "pause" else {}
            audit.write(session, now(), me().actor, action, "channel", channel_id, name=row.name, **why)
            name = row.name
    except OutreachError:
        abort(404)
    current_app.extensions["outreach.attention"].forget()
    if action == "pause":
        undo = url_for(".switch", channel_id=channel_id, action="resume")
        notices.tell("channels.told.paused", name=name, undo=undo)
    else:
        notices.tell("channels.told.resumed", name=name)
    return redirect(url_for(".index"), 303)


@pages.post("/<int:channel_id>/check")
def check(channel_id: int) -> Response:
    """Asks a channel's account how it is, now."""
    app = here()
    try:
        caring.check(press(app), channel_id, asked=True)
    except OutreachError:
        abort(404)
    with app.store.transaction() as session:
        state = caring.state(session, channel_id)
        audit.write(session, now(), me().actor, "check", "channel", channel_id, name=state.name)
    current_app.extensions["outreach.attention"].forget()
    if state.check_key is None:
        notices.tell("channels.told.well", name=state.name)
    else:
        notices.tell("channels.told.ailing", tone="person", name=state.name)
    return redirect(url_for(".index"), 303)


@pages.post("/hold")
def hold() -> Response:
    """Holds everything back, for a reason, or lets it go on."""
    action, reason = request.form.get("action", ""), request.form.get("reason", "").strip()
    if action not in {"pause", "resume"} or len(reason) > _LONGEST_REASON:
        abort(400)
    try:
        with here().store.transaction() as session:
            if action == "pause":
                pausing.pause_all(session, now(), reason, me().actor)
            changed = pausing.resume_all(session, now()) if action == "resume" else True
            if changed:
                audit.write(session, now(), me().actor, action, "publishing", None)
    except OutreachError as error:
        notices.tell("channels.told.refused", tone="person", reason=words().error(error))
    else:
        notices.tell("channels.told.held" if action == "pause" else "channels.told.goes_on")
    current_app.extensions["outreach.attention"].forget()
    return redirect(inside(request.form.get("next")) or url_for(".index"), 303)


def _page(kind: str, shown: Sequence[FieldShown], trouble: str = "") -> str:
    return render_template(
        "pages/channels/new.html",
        chosen=kind,
        kinds=_kinds(),
        fields=shown,
        trouble=trouble,
        terms=terms.said(words(), kind, {}),
    )


def _secrets(settings: Mapping[str, object]) -> list[Secret]:
    return [Secret(variable, _is_set(variable)) for variable in kinds.variables(settings)]


def _is_lendable(variable: str) -> bool:
    """Whether a channel may send what this variable holds to a server of somebody's choice: the program's own secrets
    and settings, the sources' keys and the machine's variables are nobody's to give away.
    """
    return _LENT.fullmatch(variable) is not None and variable not in _OWN and "__" not in variable


def _is_set(variable: str) -> bool:
    try:
        return bool(secret(variable))
    except OutreachError:
        return False


def _kind(asked: str | None) -> str:
    known = _kinds()
    return asked if asked in known else known[0]


def _kinds() -> list[str]:
    """The kinds there are, as a person reads them; the one that is wanted most first."""
    return sorted(kinds.names(_PACKAGE), key=lambda kind: (kind != _FIRST, channel_kind(kind).casefold()))


@pages.app_template_global("held")
def _held(campaign_id: int | None = None) -> Held:
    return held(campaign_id)


@pages.app_template_global("hold_reasons")
def hold_reasons() -> tuple[str, ...]:
    """What one might say why everything rests."""
    return _MOURNING


@pages.app_template_global("channel_kind")
def channel_kind(kind: str) -> str:
    """A kind of channel in words."""
    return kinds.labelled(words(), f"campaigns.kind.{kind}", kind)


@pages.app_template_global("channel_field")
def channel_field(name: str) -> str:
    """A setting of a channel in words."""
    return kinds.labelled(words(), f"channels.field.{kinds.on_form(name)}", name)
