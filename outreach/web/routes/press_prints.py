"""Who printed a release and what became of it, the letter that asks for a correction, and who never prints."""

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach.core.clock import local_day
from outreach.people import audit
from outreach.pressroom import texts
from outreach.pressroom.ledger import noting, outlets, reading, recording
from outreach.pressroom.ledger.passages import Part, covered, parts, rows
from outreach.pressroom.ledger.reading import PrintSeen
from outreach.pressroom.ledger.texting import Read, Ready
from outreach.pressroom.texts import Said
from outreach.web import notices
from outreach.web.visit import here, me, now

pages = Blueprint("press_prints", __name__)

_VERDICTS = {"yes": True, "no": False, "open": None}
_NAMES = {verdict: name for name, verdict in _VERDICTS.items()}
# A cell of the matrix is the fuller of tone the more of the release was printed word for word.
_STEPS = 4


@dataclass(frozen=True)
class Evidence:
    """A print beside its release, both in pieces."""

    said: Said
    article: tuple[Part, ...]
    release: tuple[Part, ...]


@pages.get("/press/releases/<int:release_id>/prints")
def of_release(release_id: int) -> str:
    """The outlets that printed a release, the earliest first."""
    with here().store.reading() as session:
        named = reading.headlines(session, [release_id])
        if release_id not in named:
            abort(404)
        found = reading.prints(session, release_id)
    headline, language = named[release_id]
    return render_template(
        "pages/press_prints/of_release.html", release_id=release_id, headline=headline, language=language, prints=found
    )


@pages.get("/press/prints/<int:print_id>")
def one(print_id: int) -> str:
    """One print beside the release, with what they have in common marked, and what was made of it in words."""
    with here().store.reading() as session:
        seen = _seen(session, print_id)
        evidence = _evidence(session, seen)
    return render_template("pages/press_prints/one.html", one=seen, evidence=evidence, verdict=_NAMES[seen.verdict])


@pages.post("/press/prints/<int:print_id>/verdict")
def say(print_id: int) -> Response:
    """Somebody says whether it is a print; or takes that back."""
    name = request.values.get("verdict", "")
    if name not in _VERDICTS:
        abort(400)
    with here().store.transaction() as session:
        before = _NAMES[_seen(session, print_id).verdict]
        recording.say(session, now(), me().actor, print_id, _VERDICTS[name])
        audit.write(session, now(), me().actor, "judge", "print", print_id, verdict=name)
    notices.tell(f"pressprint.told.{name}", undo=url_for(".say", print_id=print_id, verdict=before))
    return redirect(url_for(".one", print_id=print_id), 303)


@pages.get("/press/prints/<int:print_id>/correction")
def correction(print_id: int) -> str:
    """The letter that asks for a correction, in the outlet's language, and whom to send it to."""
    app = here()
    with app.store.reading() as session:
        seen = _seen(session, print_id)
        contacts = reading.contacts_of(session, seen.outlet)
    if not seen.wrong:
        abort(404)
    language = noting.language_of(seen, app.settings.office.language)
    theirs = app.texts.in_language(language)
    name = app.office.name.get(language) or app.office.name[app.settings.office.language]
    return render_template(
        "pages/press_prints/correction.html",
        one=seen,
        contacts=contacts,
        language=language,
        subject=noting.subject(seen, theirs),
        letter=noting.letter(seen, theirs, local_day(seen.at, app.settings.zone), name),
    )


@pages.get("/press/outlets")
def by_outlet() -> str:
    """Outlets by our last releases: who printed, how much and how soon; who never does comes first."""
    with here().store.reading() as session:
        told = outlets.matrix(session)
    return render_template("pages/press_prints/outlets.html", matrix=told, step=_step)


def _step(share: float) -> int:
    return min(_STEPS, 1 + int(share * _STEPS))


def _seen(session: Session, print_id: int) -> PrintSeen:
    seen = reading.one(session, print_id)
    if seen is None:
        abort(404)
    return seen


def _evidence(session: Session, seen: PrintSeen) -> Evidence | None:
    """None where the release or the article's words are gone."""
    every = texts.all_said(session, seen.release_id)
    words = reading.text_of(session, seen.mention_id)
    if not every or words is None:
        return None
    said = next((one for one in every if one.text_id == seen.text_id), every[0])
    ready, read = Ready(said), Read(words[0], words[1], seen.language)
    plain = [word.plain for word in read.laid.words]
    own = [word.plain for word in ready.own.words]
    return Evidence(said, parts(read.laid, covered(plain, ready.rows)), parts(ready.own, covered(own, rows(plain))))
