"""A release's further languages, its wordings, and how long what is being written is."""

from dataclasses import dataclass
from itertools import pairwise

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.writing.differing import Piece, difference
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.pressroom.writing import counts, editing, preparing, revisions
from outreach.pressroom.writing.reading import ReleaseSeen
from outreach.pressroom.writing.revisions import Wording
from outreach.pressroom.writing.told import Told
from outreach.web import fields, notices
from outreach.web.planned import language_name
from outreach.web.releasepage import (
    FORM,
    MatchForm,
    TextForm,
    asked_language,
    changed,
    filled,
    seen,
    text_in,
    told_by,
)
from outreach.web.visit import here, me, now, words

pages = Blueprint("press_release_texts", __name__)

_MOST = 50
_LONGEST = 60_000


@dataclass(frozen=True)
class Shown:
    """A wording with what has changed since the one before, by its parts that have changed or are not empty."""

    wording: Wording
    parts: tuple[tuple[str, tuple[Piece, ...]], ...]


@pages.get("/press/releases/<int:release_id>/languages/new")
def new(release_id: int) -> str:
    """An empty text beside the original; `copy=1` begins with the original's words."""
    release, language = seen(release_id), asked_language(request.args.get("language", ""))
    copies = request.args.get("copy") == "1"
    with here().store.reading() as session:
        told = preparing.empty(session, language, here().office)
    original = release.texts[0].told
    if copies and original is not None:
        told = Told(
            original.headline, original.lead, original.body, original.facts, told.boilerplate, told.contact
        )
    drawn = fields.draw(TextForm, words(), FORM, value=filled(told))
    return _page(release, language, drawn, fields.draw(MatchForm, words(), FORM, value=MatchForm(not copies)))


@pages.post("/press/releases/<int:release_id>/languages/new")
def create(release_id: int) -> AnyResponse | tuple[str, int]:
    """Adds the release in another language."""
    release, language, t = seen(release_id), asked_language(request.args.get("language", "")), words()
    sent = fields.read(TextForm, request.form, t, FORM)
    match = fields.read(MatchForm, request.form, t, FORM)
    if sent.value is None:
        return _page(release, language, sent.fields, match.fields), 422
    matches = match.value is not None and match.value.follows
    try:
        with here().store.transaction() as session:
            editing.add_language(
                session, now(), release_id, language, told_by(sent.value), me().actor, matches=matches
            )
            audit.write(session, now(), me().actor, "translate", "release", release_id, language=language)
    except OutreachError as error:
        beside = "facts" if error.key == "release.facts" else "headline"
        return _page(release, language, sent.with_error(beside, t.error(error)).fields, match.fields), 422
    changed()
    notices.tell("release.told.translated")
    return redirect(url_for("press_releases.one", release_id=release_id, language=language), 303)


@pages.get("/press/releases/<int:release_id>/wordings")
def wordings(release_id: int) -> str:
    """The wordings in `language`, the latest first."""
    release = seen(release_id)
    text = text_in(release, request.args.get("language"))
    with here().store.reading() as session:
        held = revisions.listed(session, text.text_id, _MOST + 1)
    shown = [_shown(one, before) for one, before in pairwise([*held, None]) if one is not None]
    return render_template(
        "pages/press_releases/wordings.html", release=release, text=text, shown=shown[:_MOST]
    )


@pages.post("/press/releases/<int:release_id>/wordings/<int:number>")
def take(release_id: int, number: int) -> AnyResponse:
    """Makes an earlier wording the one that stands, under a new number."""
    text = text_in(seen(release_id), request.args.get("language"))
    try:
        with here().store.transaction() as session:
            made = editing.take_again(session, now(), release_id, text.language, number, me().actor).revision
            audit.write(session, now(), me().actor, "again", "release", release_id, number=number)
    except OutreachError as error:
        if error.key == "release.wording.missing":
            abort(404)
        notices.tell("release.told.refused", tone="person", reason=words().error(error))
    else:
        changed()
        notices.tell("release.told.again", number=number, made=made)
    return redirect(url_for(".wordings", release_id=release_id, language=text.language), 303)


@pages.post("/press/releases/counts")
def count() -> str:
    """How long what is being written is; keeps nothing."""
    typed = [request.form.get(name, "")[:_LONGEST] for name in ("headline", "lead", "body")]
    said = [one[:_LONGEST] for one in request.form.getlist("words")[: editing.MOST_QUOTES]]
    return render_template("pages/press_releases/counts.html", counted=counts.counted(*typed, *said))


def _page(
    release: ReleaseSeen,
    language: str,
    drawn: tuple[fields.FieldShown, ...],
    match: tuple[fields.FieldShown, ...],
) -> str:
    typed = {one.name: str(one.value) for one in drawn}
    return render_template(
        "pages/press_releases/translate.html",
        release=release,
        original=release.texts[0],
        language=language,
        language_name=language_name(words(), language),
        fields=drawn,
        match=match,
        empty=not typed["headline"],
        counted=counts.counted(typed["headline"], typed["lead"], typed["body"]),
    )


def _shown(one: Wording, before: Wording | None) -> Shown:
    now_said = _parts(one)
    was_said = _parts(before) if before is not None else now_said
    told = ((name, difference(was_said[name], said)) for name, said in now_said.items())
    return Shown(
        one,
        tuple(
            (name, pieces)
            for name, pieces in told
            if any(piece.kind != "kept" for piece in pieces) or (name in {"headline", "lead", "body"} and pieces)
        ),
    )


def _parts(wording: Wording) -> dict[str, str]:
    told = wording.told
    quotes = "\n\n".join(
        " – ".join(part for part in (one.words, one.speaker, one.role) if part) for one in wording.quotes
    )
    return {
        "headline": told.headline,
        "lead": told.lead,
        "body": told.body,
        "quotes": quotes,
        "facts": "\n".join(told.facts),
        "boilerplate": told.boilerplate,
        "contact": told.contact,
    }
