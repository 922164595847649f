"""What is to be looked at in a release: beside the text while it is written, on a page of its own, words accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.pressroom import texts
from outreach.pressroom.checks import ease, looking
from outreach.pressroom.checks.accepted import accept as accept_word
from outreach.pressroom.checks.finding import Finding, Piece, pieces
from outreach.pressroom.checks.spelling import EFFORT
from outreach.pressroom.texts import Quoted, Said
from outreach.web import notices
from outreach.web.visit import HIGHEST, here, inside, me, now, words

pages = Blueprint("press_checks", __name__)

_LONGEST = 60_000  # letters of one field
_MOST_QUOTES = 30
_BESIDE = 40  # letters shown before and after what was found
_PATIENT = 10 * EFFORT  # a page of its own is looked at once
_SPELLING = "presscheck.spelling.word"


@dataclass(frozen=True)
class FindingShown:
    """A finding as the page draws it: the sentence about it, and the words with what stands around them."""

    level: str
    text: str
    before: str
    marked: str
    after: str
    suggestions: tuple[str, ...]
    word: str  # what may be accepted as a word, or ""


@dataclass(frozen=True)
class FieldFound:
    """What was found in one text of the release."""

    name: str
    label: str
    found: tuple[FindingShown, ...]


@dataclass(frozen=True)
class Looked:
    """A whole look: by fields, how many of each level, how it reads."""

    language: str
    fields: tuple[FieldFound, ...]
    stops: int
    looks: int
    ease: ease.Ease | None


@pages.post("/press/checks")
def look() -> str:
    """What is to be looked at in a text that is being written; keeps nothing."""
    return render_template("pages/press_checks/found.html", looked=_looked(_typed()), accepts=True)


@pages.post("/press/checks/words")
def accept() -> AnyResponse | str | tuple[str, int]:
    """Keeps a word as right; answers with a new look at what is being written, or goes back to where it was asked."""
    language, t = request.form.get("language", ""), words()
    refused = ""
    try:
        kept = accept_word(here().settings.folder, language, request.form.get("word", ""))
        with here().store.transaction() as session:
            audit.write(session, now(), me().actor, "add", "word", None, word=kept, language=language)
    except OutreachError as error:
        refused = t.error(error)
    if request.headers.get("HX-Request"):
        looked = _looked(_typed())
        page = render_template("pages/press_checks/found.html", looked=looked, accepts=True, refused=refused)
        return (page, 422) if refused else page
    if refused:
        notices.tell("presscheck.told.refused", tone="person", reason=refused)
    else:
        notices.tell("presscheck.told.accepted", word=kept)
    return redirect(inside(request.form.get("back")) or url_for("start.show"), 303)


@pages.get("/press/releases/<int:release_id>/checks")
def whole(release_id: int) -> str:
    """A release as it stands, in one of its languages, with all that was found in it."""
    if release_id > HIGHEST:
        abort(404)
    with here().store.reading() as session:
        languages = texts.languages(session, release_id)
        asked = request.args.get("language", "")
        language = asked if asked in languages else next(iter(languages), "")
        said = texts.said(session, release_id, language) if language else None
    if said is None:
        abort(404)
    return render_template(
        "pages/press_checks/whole.html",
        said=said,
        spoken=[(code, _language(code)) for code in languages],
        looked=_looked(said, _PATIENT),
    )


def _language(code: str) -> str:
    """A language's name; one that has none here is called by its code."""
    t, key = words(), f"public.language.{code}"
    return t(key) if t.knows(key) else code


def _typed() -> Said:
    """What the form holds: texts under the names of a release's fields, quotes as `words`, facts a line each."""

    def told(name: str) -> str:
        return request.form.get(name, "")[:_LONGEST].replace("\r\n", "\n")

    return Said(
        release_id=0,
        text_id=0,
        kind="release",
        language=told("language"),
        headline=told("headline"),
        lead=told("lead"),
        body=told("body"),
        facts=tuple(told("facts").splitlines()),
        boilerplate=told("boilerplate"),
        contact=told("contact"),
        revision=0,
        quotes=tuple(Quoted(one[:_LONGEST], "", "") for one in request.form.getlist("words")[:_MOST_QUOTES]),
        embargo_until=_moment(told("embargo_until")),
    )


def _moment(typed: str) -> datetime | None:
    """A moment as a form has it; None for what is none, for the form itself will say so."""
    try:
        wall = datetime.fromisoformat(typed[:16])
    except ValueError:
        return None
    return wall.replace(tzinfo=here().settings.zone) if wall.tzinfo is None else wall


def _looked(said: Said, effort: int = EFFORT) -> Looked:
    app, today = here(), _today()
    with app.store.reading() as session:
        found = looking.look(session, said, today, app.settings.zone, app.office, app.settings.folder, effort)
    read = pieces(said)
    return Looked(
        language=said.language,
        fields=tuple(_field(piece, found) for piece in read if any(one.field == piece.field for one in found)),
        stops=sum(one.level == "stop" for one in found),
        looks=sum(one.level == "look" for one in found),
        ease=ease.measured(read, said.language),
    )


def _field(piece: Piece, found: Sequence[Finding]) -> FieldFound:
    name, _, number = piece.field.partition(".")
    label = words()(f"presscheck.field.{name}", number=str(int(number) + 1 if number else 1))
    return FieldFound(piece.field, label, tuple(_shown(piece, one) for one in found if one.field == piece.field))


def _shown(piece: Piece, found: Finding) -> FindingShown:
    start, end, text = found.start, found.end, piece.text
    # What stands on other lines says nothing of this one.
    before = text[max(0, start - _BESIDE) : start].rpartition("\n")[2]
    after = text[end : end + _BESIDE].partition("\n")[0]
    long = end - start > 3 * _BESIDE  # a whole sentence: its beginning tells which
    return FindingShown(
        level=found.level,
        text=looking.sentence(words(), found),
        before="…" + before if len(before) == _BESIDE < start else before,
        marked=text[start : start + 2 * _BESIDE].rstrip() + "…" if long else text[start:end],
        after="" if long else after + "…" if len(after) == _BESIDE else after,
        suggestions=found.suggestions,
        word=str(found.facts["said"]) if found.key == _SPELLING else "",
    )


def _today() -> date:
    return now().astimezone(here().settings.zone).date()
