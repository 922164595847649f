"""A post in one more language: written beside the original, as a post of its own in the same set."""

from dataclasses import dataclass, field

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns import overview
from campaigns.writing import sets
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import fields, notices
from outreach.web.planned import language_choices
from outreach.web.postpage import FORM, MatchForm, Original, changed, seen, shown
from outreach.web.visit import here, me, now, words

pages = Blueprint("post_set", __name__)

_MATCH = "writing.match"


@dataclass(frozen=True)
class TranslationForm:
    """The words in the other language."""

    title: str = field(metadata=fields.told(max=200))
    text: str = field(metadata=fields.told("textarea", max=10_000))


@pages.get("/posts/<int:post_id>/languages/new")
def new(post_id: int) -> str:
    """An empty text beside the original; `copy=1` begins with the original's words."""
    original, language = _original(post_id), _language()
    copies = request.args.get("copy") == "1"
    value = TranslationForm(original.title, original.text if copies else "")
    drawn = fields.draw(TranslationForm, words(), FORM, value=value)
    match = fields.draw(MatchForm, words(), _MATCH, value=MatchForm(not copies))
    return _page(original, language, drawn, match)


@pages.post("/posts/<int:post_id>/languages/new")
def create(post_id: int) -> AnyResponse | tuple[str, int]:
    """Adds the post in another language to the set."""
    original, language, t = _original(post_id), _language(), words()
    sent = fields.read(TranslationForm, request.form, t, FORM)
    match = fields.read(MatchForm, request.form, t, _MATCH)
    if sent.value is None:
        return _page(original, language, sent.fields, match.fields), 422
    try:
        with here().store.transaction() as session:
            made = sets.add(
                session,
                now(),
                post_id,
                language=language,
                title=sent.value.title,
                text=sent.value.text,
                matches=match.value is not None and match.value.matches,
                actor=me().actor,
            ).id
            audit.write(session, now(), me().actor, "translate", "post", made)
    except OutreachError as error:
        return _page(original, language, sent.with_error("text", t.error(error)).fields, match.fields), 422
    changed()
    notices.tell("writing.told.translated")
    return redirect(url_for("posts.one", post_id=made), 303)


def _page(
    original: overview.PostSeen,
    language: str,
    drawn: tuple[fields.FieldShown, ...],
    match: tuple[fields.FieldShown, ...],
) -> str:
    typed = {one.name: str(one.value) for one in drawn}
    text = shown(typed["text"]) if typed["text"] else ""
    return render_template(
        "pages/posts/translate.html",
        post=original,
        original=Original(original.post_id, original.language, original.title, original.text),
        language=language,
        fields=drawn,
        match=match,
        text=text,
    )


def _original(post_id: int) -> overview.PostSeen:
    post = seen(post_id)
    return post if post.original_id is None else seen(post.original_id)


def _language() -> str:
    asked = request.args.get("language", "")
    if asked not in {code for code, _ in language_choices(words())}:
        abort(404)
    return asked
