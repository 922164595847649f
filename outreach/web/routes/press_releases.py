"""Press releases: the list, beginning one, one of them with what stands in its way, and correcting its words."""

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.writing.differing import Piece, difference
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.pressroom import texts
from outreach.pressroom.models import RELEASE_KINDS
from outreach.pressroom.texts import blocks
from outreach.pressroom.writing import (
    counts,
    editing,
    embargoes,
    pictures,
    preparing,
    quoting,
    reading,
    revisions,
    standing,
)
from outreach.pressroom.writing.reading import ReleaseSeen, TextSeen
from outreach.pressroom.writing.told import Told
from outreach.web import fields, notices
from outreach.web.releasepage import (
    FORM,
    MatchForm,
    TextForm,
    asked_language,
    changed,
    filled,
    free_languages,
    languages,
    seen,
    text_in,
    today,
    told_by,
    words_in,
)
from outreach.web.visit import here, me, now, number_in, words

pages = Blueprint("press_releases", __name__)

_PAGE = 50


@pages.get("/press/releases")
def index() -> str:
    """The releases, the latest first; of one state, or of a campaign."""
    state = request.args.get("state")
    state = state if state in reading.STATES else None
    campaign_id, before = number_in("campaign"), number_in("before")
    with here().store.reading() as session:
        found = reading.listed(session, state=state, campaign_id=campaign_id, before=before, limit=_PAGE + 1)
    return render_template(
        "pages/press_releases/index.html",
        releases=found[:_PAGE],
        states=reading.STATES,
        state=state,
        campaign_id=campaign_id,
        before=before,
        older=found[_PAGE - 1].release_id if len(found) > _PAGE else None,
    )


@pages.get("/press/releases/new")
def new() -> str:
    """An empty form; of a correction or withdrawal, one that begins with what was said."""
    language, kind, about = _asked()
    with here().store.reading() as session:
        told = _begun(session, language, kind, about)
    drawn = fields.draw(TextForm, words(), FORM, value=filled(told))
    return _new_page(drawn, language, kind, about)


@pages.post("/press/releases/new")
def create() -> AnyResponse | tuple[str, int]:
    """Writes a new release down; it is not approved by that."""
    language, kind, about = _asked()
    sent = fields.read(TextForm, request.form, words(), FORM)
    if sent.value is None:
        return _new_page(sent.fields, language, kind, about), 422
    campaign_id = about.campaign_id if about is not None else number_in("campaign")
    try:
        with here().store.transaction() as session:
            release = editing.start(
                session,
                now(),
                told_by(sent.value),
                language=language,
                actor=me().actor,
                kind=kind,
                about_id=about.release_id if about is not None else None,
                campaign_id=campaign_id,
            )
            audit.write(session, now(), me().actor, "add", "release", release.id)
            made = release.id
    except OutreachError as error:
        beside = "facts" if error.key == "release.facts" else "headline"
        return _new_page(sent.with_error(beside, words().error(error)).fields, language, kind, about), 422
    notices.tell("release.told.created")
    return redirect(url_for(".one", release_id=made), 303)


@pages.get("/press/releases/<int:release_id>")
def one(release_id: int) -> str:
    """A release in one of its languages, what stands in its way, and what can be done with it."""
    app, release = here(), seen(release_id)
    text = text_in(release, request.args.get("language"))
    with app.store.reading() as session:
        said = quoting.of_release(session, release_id, today())
        taken = pictures.of_release(session, release_id, today())
        notes = [] if release.approved_at else revisions.sent_back(session, [release.texts[0].text_id])
        in_way: Sequence[standing.Obstacle] = ()
        if not release.out:
            in_way = standing.judged(session, release, said, taken, today(), app.settings.zone, app.office)
        clashes = embargoes.clashes(session, release.campaign_id, release.embargo_until)
    quotes = [quote for quote in said if quote.language == text.language]
    last = max(release.texts, key=lambda one: (one.changed_at, one.text_id)).changed_by
    told = _told(text)
    return render_template(
        "pages/press_releases/one.html",
        release=release,
        text=text,
        told=told,
        body=blocks(told.body),
        counted=counts.counted(told.headline, told.lead, told.body, *(quote.told.words for quote in quotes)),
        quotes=quotes,
        taken=taken,
        notes=notes,
        in_way=in_way,
        stops=sum(obstacle.level == "stop" for obstacle in in_way),
        clashes=clashes,
        embargoed=release.embargoed(now()),
        free=free_languages(release),
        may_approve=app.settings.publish.own_approval or last != me().actor,
    )


@pages.get("/press/releases/<int:release_id>/edit")
def edit(release_id: int) -> str:
    """The form filled with what stands in `language`; of a translation beside its original."""
    release = seen(release_id)
    text = text_in(release, request.args.get("language"))
    return _edit_page(fields.draw(TextForm, words(), FORM, value=filled(_told(text))), release, text)


@pages.post("/press/releases/<int:release_id>/edit")
def change(release_id: int) -> AnyResponse | tuple[str, int]:
    """Corrects a release's words in `language`, which takes its approval away."""
    release, t = seen(release_id), words()
    text = text_in(release, request.args.get("language"))
    sent = fields.read(TextForm, request.form, t, FORM)
    if sent.value is None:
        return _edit_page(sent.fields, release, text), 422
    matches = not text.is_original and request.form.get("follows") == "1"
    try:
        with here().store.transaction() as session:
            editing.change_text(
                session, now(), release_id, text.language, told_by(sent.value), me().actor, matches=matches
            )
            audit.write(session, now(), me().actor, "change", "release", release_id, language=text.language)
    except OutreachError as error:
        beside = "facts" if error.key == "release.facts" else "headline"
        return _edit_page(sent.with_error(beside, t.error(error)).fields, release, text), 422
    changed()
    notices.tell("release.told.changed" if release.approved_at else "release.told.saved")
    return redirect(url_for(".one", release_id=release_id, language=text.language), 303)


def _asked() -> tuple[str, str, ReleaseSeen | None]:
    """The language, kind and subject of a new release as its address says them."""
    kind, number = request.args.get("kind", RELEASE_KINDS[0]), number_in("about")
    if kind not in RELEASE_KINDS or (kind == RELEASE_KINDS[0]) != (number is None):
        abort(404)
    about = seen(number) if number is not None else None
    office = here().settings.office.language
    first = about.language if about is not None else office
    return asked_language(request.args.get("language") or first), kind, about


def _begun(session: Session, language: str, kind: str, about: ReleaseSeen | None) -> Told:
    office = here().office
    if about is None:
        return preparing.empty(session, language, office)
    said = texts.said(session, about.release_id, language) or texts.said(session, about.release_id, about.language)
    assert said is not None
    out_at = reading.outward_day(session, about.release_id)
    day = local_day(out_at, here().settings.zone) if out_at is not None else None
    return preparing.about(session, said, kind, day, office, words_in(language))


def _new_page(
    drawn: tuple[fields.FieldShown, ...], language: str, kind: str, about: ReleaseSeen | None
) -> str:
    return render_template(
        "pages/press_releases/new.html",
        fields=drawn,
        language=language,
        offered=languages(),
        what=kind,
        about=about,
        campaign_id=number_in("campaign"),
        counted=_counted(drawn),
    )


def _edit_page(drawn: tuple[fields.FieldShown, ...], release: ReleaseSeen, text: TextSeen) -> str:
    original = release.texts[0] if not text.is_original else None
    changes: tuple[Piece, ...] = ()
    with here().store.reading() as session:
        quotes = quoting.of_release(session, release.release_id, today(), text.language)
        if original is not None and text.follows is not None and text.follows < original.revision:
            before = revisions.one(session, original.text_id, text.follows)
            if before is not None:
                changes = difference(_running(before.told), _running(_told(original)))
    return render_template(
        "pages/press_releases/edit.html",
        release=release,
        text=text,
        fields=drawn,
        quotes=quotes,
        original=original,
        original_words=_running(_told(original)) if original is not None else "",
        changes=changes,
        match=fields.draw(MatchForm, words(), FORM) if original is not None else (),
        counted=_counted(drawn),
    )


def _counted(drawn: tuple[fields.FieldShown, ...]) -> counts.Counts:
    typed = {one.name: str(one.value) for one in drawn}
    return counts.counted(typed["headline"], typed["lead"], typed["body"])


def _told(text: TextSeen) -> Told:
    return text.told if text.told is not None else Told(text.headline)


def _running(told: Told) -> str:
    """What a translator reads, one piece after the other."""
    return "\n\n".join(part for part in (told.headline, told.lead, told.body, "\n".join(told.facts)) if part)
