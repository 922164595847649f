"""One channel: how it is, whom it reaches, what it takes; and a post to oneself that tries it."""

from dataclasses import dataclass

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns import caring, channel_switch, details, trying
from campaigns import queries as planned
from campaigns.jobs import press
from campaigns.models import ChannelRow
from outreach.core.errors import OutreachError, WireError
from outreach.core.text import Words
from outreach.people import audit
from outreach.web import campaignform, fields, kinds, notices, terms
from outreach.web.fields import FieldShown
from outreach.web.visit import here, me, now, words

pages = Blueprint("channel", __name__, url_prefix="/settings/channels")

_TEXTS = "channels.reach"


@dataclass(frozen=True)
class Reach:
    """Where those live whom a channel reaches."""

    countries: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tried:
    """What came of a post to oneself: `there` with its address (or none), in `doubt`, or `refused` with the reason."""

    state: str
    url: str = ""
    reason: str = ""


@pages.get("/<int:channel_id>")
def one(channel_id: int) -> str:
    """A channel by itself."""
    return _whole(channel_id)


@pages.post("/<int:channel_id>/reach")
def reach(channel_id: int) -> Response | tuple[str, int]:
    """Says in which countries those live whom the channel reaches."""
    t = words()
    with here().store.reading() as session:
        row = session.get(ChannelRow, channel_id)
        kept = tuple(row.countries) if row is not None else abort(404)
    sent = fields.read(Reach, request.form, t, _TEXTS, choices={"countries": _countries(t, kept)})
    if sent.value is None:
        return _whole(channel_id, sent.fields), 422
    try:
        with here().store.transaction() as session:
            row = channel_switch.reach(session, channel_id, sent.value.countries)
            told = ", ".join(row.countries)
            audit.write(session, now(), me().actor, "change", "channel", channel_id, name=row.name, countries=told)
    except OutreachError:
        abort(404)
    notices.tell("channels.told.reach", name=row.name)
    return redirect(url_for(".one", channel_id=channel_id), 303)


@pages.get("/<int:channel_id>/trial")
def trial(channel_id: int) -> str:
    """What a post to oneself says and who sees it, before anything is sent."""
    return _trial(channel_id, trying.new_key())


@pages.post("/<int:channel_id>/trial")
def attempt(channel_id: int) -> str | tuple[str, int]:
    """Puts a post where only the office sees it, and says what came of it."""
    key = request.form.get("key", "")
    app = here()
    try:
        with app.store.reading() as session:
            name = caring.state(session, channel_id).name
    except OutreachError:
        abort(404)
    try:
        receipt = trying.attempt(press(app), channel_id, _words(), key)
        tried = Tried("there", receipt.url)
    except OutreachError as error:
        tried = _failed(error)
    with app.store.transaction() as session:
        audit.write(session, now(), me().actor, "try", "channel", channel_id, name=name, came=tried.state)
    current_app.extensions["outreach.attention"].forget()
    # The same key again: where the platform knows it, a second press of the button makes no second post.
    return _trial(channel_id, key if tried.state == "doubt" else trying.new_key(), tried)


def _failed(error: OutreachError) -> Tried:
    if isinstance(error, WireError) and error.ambiguous:
        # The kinds' own sentences promise a look, which nobody takes for this one.
        quoted = error.facts.get("words")
        return Tried("doubt", reason=str(quoted) if quoted else "")
    return Tried("refused", reason=words().error(error))


def _words() -> trying.Words:
    t, names = words(), here().office.name
    name = names.get(t.language) or next(iter(names.values()))
    return trying.Words(t("channels.trying.post.title"), t("channels.trying.post.text", office=name), t.language)


def _countries(t: Words, kept: tuple[str, ...]) -> fields.Choices:
    """The countries on offer; one that is kept from before stays."""
    offered = campaignform.audience_choices(t)["countries"]
    return [*offered, *((code, t.country(code)) for code in kept if code not in dict(offered))]


def _trial(channel_id: int, key: str, tried: Tried | None = None) -> str:
    with here().store.reading() as session:
        row = session.get(ChannelRow, channel_id)
        if row is None:
            abort(404)
        state = caring.state(session, channel_id)
        kind, settings = row.kind, dict(row.settings)
    t = words()
    seen = trying.privacy(kind, settings)
    why = kinds.labelled(t, f"channels.trying.none.{kind}", t("channels.trying.none")) if seen is None else ""
    told = details.terms_of(kind)
    return render_template(
        "pages/channels/trial.html",
        state=state,
        kind_of=kind,
        seen=seen,
        why=why,
        by_hand=told is not None and told.by_hand,
        post=_words(),
        key=key,
        tried=tried,
        terms=terms.said(t, kind, settings),
    )


def _whole(channel_id: int, shown: tuple[FieldShown, ...] | None = None) -> str:
    t = words()
    with here().store.reading() as session:
        row = next((one for one in planned.channels(session) if one.channel_id == channel_id), None)
        if row is None:
            abort(404)
        account = details.accounts(session)[channel_id]
        kept = tuple(session.get_one(ChannelRow, channel_id).countries)
        lost = caring.after_end(session, channel_id)
    choices = {"countries": _countries(t, kept)}
    return render_template(
        "pages/channels/one.html",
        row=row,
        account=account,
        renews=caring.renews(row.kind, row.settings),
        secrets=kinds.variables(row.settings),
        countries=kept,
        fields=shown or fields.draw(Reach, t, _TEXTS, value=Reach(kept), choices=choices),
        lost=lost,
        seen=trying.privacy(row.kind, row.settings),
        terms=terms.said(t, row.kind, row.settings),
    )
