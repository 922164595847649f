"""What people say in a release: their words, who they are, and that they agreed."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.pressroom.writing import editing, quoting
from outreach.pressroom.writing.quoting import QuoteSeen
from outreach.pressroom.writing.reading import ReleaseSeen, TextSeen
from outreach.web import fields, notices
from outreach.web.releasepage import (
    QUOTE,
    QuoteForm,
    changed,
    quote_filled,
    quote_told,
    seen,
    story_choices,
    text_in,
    today,
)
from outreach.web.visit import here, me, now, words

pages = Blueprint("press_quotes", __name__)


@pages.get("/press/releases/<int:release_id>/quotes/new")
def new(release_id: int) -> str:
    """An empty quote for the text in `language`."""
    release, text = _text(release_id)
    drawn = fields.draw(QuoteForm, words(), QUOTE, choices=_choices())
    return _page(release, text, drawn)


@pages.post("/press/releases/<int:release_id>/quotes/new")
def add(release_id: int) -> AnyResponse | tuple[str, int]:
    """Puts somebody's words into a text."""
    return _say(release_id, None)


@pages.get("/press/releases/<int:release_id>/quotes/<int:quote_id>")
def edit(release_id: int, quote_id: int) -> str:
    """A quote that stands, to be corrected; in a translation with what the original says."""
    release, quote = _quote(release_id, quote_id)
    drawn = fields.draw(
        QuoteForm, words(), QUOTE, value=quote_filled(quote.told), choices=_choices(quote.told.story_id)
    )
    return _page(release, text_in(release, quote.language), drawn, quote)


@pages.post("/press/releases/<int:release_id>/quotes/<int:quote_id>")
def change(release_id: int, quote_id: int) -> AnyResponse | tuple[str, int]:
    """Corrects a quote."""
    return _say(release_id, quote_id)


@pages.post("/press/releases/<int:release_id>/quotes/<int:quote_id>/drop")
def drop(release_id: int, quote_id: int) -> AnyResponse:
    """Takes a quote out; the wording that had it is kept."""
    _, quote = _quote(release_id, quote_id)
    try:
        with here().store.transaction() as session:
            editing.unquote(session, now(), release_id, quote.language, quote_id, me().actor)
            audit.write(session, now(), me().actor, "change", "release", release_id, language=quote.language)
    except OutreachError as error:
        notices.tell("release.told.refused", tone="person", reason=words().error(error))
    else:
        changed()
        notices.tell("release.told.unquoted")
    return _back(release_id, quote.language)


def _say(release_id: int, quote_id: int | None) -> AnyResponse | tuple[str, int]:
    t = words()
    if quote_id is None:
        release, text = _text(release_id)
        quote = None
    else:
        release, quote = _quote(release_id, quote_id)
        text = text_in(release, quote.language)
    offered = _choices(quote.told.story_id if quote is not None else None)
    sent = fields.read(QuoteForm, request.form, t, QUOTE, choices=offered)
    if sent.value is None:
        return _page(release, text, sent.fields, quote), 422
    try:
        with here().store.transaction() as session:
            editing.quote(
                session, now(), release_id, text.language, quote_told(sent.value), me().actor, quote_id
            )
            audit.write(session, now(), me().actor, "change", "release", release_id, language=text.language)
    except OutreachError as error:
        return _page(release, text, sent.with_error("words", t.error(error)).fields, quote), 422
    changed()
    notices.tell("release.told.changed" if release.approved_at else "release.told.quoted")
    return _back(release_id, text.language)


def _page(
    release: ReleaseSeen, text: TextSeen, drawn: tuple[fields.FieldShown, ...], quote: QuoteSeen | None = None
) -> str:
    return render_template(
        "pages/press_releases/quote.html", release=release, text=text, fields=drawn, quote=quote
    )


def _text(release_id: int) -> tuple[ReleaseSeen, TextSeen]:
    release = seen(release_id)
    return release, text_in(release, request.args.get("language"))


def _quote(release_id: int, quote_id: int) -> tuple[ReleaseSeen, QuoteSeen]:
    release = seen(release_id)
    with here().store.reading() as session:
        held = quoting.of_release(session, release_id, today())
    found = next((one for one in held if one.quote_id == quote_id), None)
    if found is None:
        abort(404)
    return release, found


def _choices(kept: int | None = None) -> dict[str, fields.Choices]:
    with here().store.reading() as session:
        return {"story_id": story_choices(session, kept)}


def _back(release_id: int, language: str) -> AnyResponse:
    address = url_for("press_releases.one", release_id=release_id, language=language, _anchor="quotes")
    return redirect(address, 303)
