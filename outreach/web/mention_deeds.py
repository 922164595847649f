"""What pages of mentions share: who asks, which mentions a form speaks of, what is answered, how it is taken back."""

from collections.abc import Iterable
from dataclasses import asdict

from flask import abort, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from outreach.core.errors import OutreachError
from outreach.people.models import PARTNER
from outreach.web import mention_choices, notices
from outreach.web.mention_filter import Reader
from outreach.web.visit import here, inside, me, only_place, role
from scrapers import desk
from scrapers.desk import Deed

# A page's rows, and a few more where somebody has looked at the next page meanwhile.
MOST_AT_ONCE = 200
_UNDO_SECONDS = 12 * 3600


def reader() -> Reader:
    """Who asks; a partner has no desk."""
    if role() == PARTNER:
        return Reader(only_place=only_place())
    return Reader(me().user_id, me().since)


def ids_said(told: Iterable[str] | None = None) -> list[int]:
    """The mentions that a form names, in the order of their numbers; 400 for what are none, or too many."""
    given = request.form.getlist("id") if told is None else [*told]
    if len(given) > MOST_AT_ONCE or not all(one.isascii() and one.isdigit() and len(one) < 10 for one in given):
        abort(400)
    return sorted({int(one) for one in given})


def answered(ids: Iterable[int]) -> Response | str:
    """The changed pieces of the page that is open, or the way back to it."""
    if not request.headers.get("HX-Request"):
        return redirect(back(), 303)
    told = reader()
    with here().store.reading() as session:
        states = desk.states(session, told.id, told.since, [*ids])
        people = dict(mention_choices.offered(session, told.id, outlets=False).people)
    shown = frozenset(request.form.get("shown", "").split())
    return render_template("pages/mentions/judged.html", states=states, shown=shown, people=people)


def back() -> str:
    """The page that was left for the deed."""
    asked = request.form.get("back") or request.args.get("back")
    return inside(asked) or url_for("mentions.index")


def tell(deed: Deed, key: str, **facts: str) -> None:
    """Says what was done, with the way back; or that nothing was."""
    if deed.ids:
        undo = url_for("mention_desk.back", deed=sealed(deed), back=back())
        notices.tell(key, undo=undo, count=len(deed.ids), **facts)
    else:
        notices.tell("mentions.told.same")


def trouble(error: OutreachError) -> None:
    """Says why a deed could not be done."""
    notices.tell(error.key, tone="person", **{name: str(value) for name, value in error.facts.items()})


def sealed(deed: Deed) -> str:
    """A deed as an address carries it: only who did it takes it back."""
    return str(_signer().dumps([me().user_id, asdict(deed)]))


def opened(told: str) -> Deed | None:
    """The deed again; None if it is not this person's, or of another day."""
    try:
        who, facts = _signer().loads(told, max_age=_UNDO_SECONDS)
    except BadSignature:
        return None
    if who != me().user_id:
        return None
    return Deed(**{**facts, "ids": tuple(facts["ids"]), "before": tuple(facts["before"])})


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(here().seal.sign_key("desk"), salt="deed")
