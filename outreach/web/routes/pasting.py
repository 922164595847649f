"""Something a person saw is brought in by hand: a link, or a text from a group, a printed page, the radio."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import notices
from outreach.web.fields import Choices, Filled, draw, read, told
from outreach.web.visit import here, me, now, words
from scrapers import pasting
from scrapers.collect import judge_of
from scrapers.models import TIERS
from scrapers.pasting import Brought, Pasted
from scrapers.pseudonym import veil_of

pages = Blueprint("pasting", __name__)

_TEXTS = "mentions.paste"


@dataclass(frozen=True, kw_only=True)
class Slip:
    """The form: a link or a text must be there."""

    url: str | None = field(default=None, metadata=told("url", max=2_000, autocomplete="off"))
    text: str | None = field(default=None, metadata=told("textarea", max=100_000))
    title: str | None = field(default=None, metadata=told(max=500, autocomplete="off"))
    where: str = field(default="", metadata=told(max=200))
    day: date | None = None
    tier: str = field(metadata=told("radio"))


@pages.get("/mentions/new")
def new() -> str:
    """An empty form; an address given in the query stands in it already."""
    slip = Slip(url=request.args.get("url", "")[:2_000] or None, tier="social")
    return _page(Filled(None, draw(Slip, words(), _TEXTS, value=slip, choices=_choices())))


@pages.post("/mentions/new")
def create() -> Response | tuple[str, int]:
    """Brings it in and leads to it, or to what the archive had already."""
    t = words()
    filled = read(Slip, _sent(), t, _TEXTS, choices=_choices())
    slip = filled.value
    if slip is None:
        return _page(filled), 422
    if not slip.url and not slip.text:
        return _page(filled.with_error("url", t("scrapers.paste_empty"))), 422
    if not slip.url and not slip.where:
        return _page(filled.with_error("where", t("mentions.paste.where_missing"))), 422
    try:
        brought = _bring(slip)
    except OutreachError as error:
        return _page(filled.with_error("url" if slip.url else "text", t.error(error))), 422
    told_key = "known" if brought.known else "pending" if brought.pending else "typed"
    notices.tell(f"mentions.paste.told.{told_key}")
    return redirect(url_for("mentions.one", mention_id=brought.mention_id), 303)


def _bring(slip: Slip) -> Brought:
    app, t = here(), words()
    # Noon: with the day alone nobody knows the hour, and no other zone makes another day of it.
    noon = datetime.combine(slip.day, time(12), tzinfo=app.settings.zone) if slip.day else None
    pasted = Pasted(slip.url or "", slip.title or "", slip.text or "", slip.where, slip.tier, noon)
    with app.store.transaction() as session:
        brought = pasting.paste(
            session, now(), me().actor, pasted, judge_of(app), t(f"mentions.paste.source.{slip.tier}"), veil_of(app)
        )
        audit.write(session, now(), me().actor, "paste", "mention", brought.mention_id, known=int(brought.known))
    return brought


def _sent() -> MultiDict[str, str]:
    """What the form sent; an address without "https://", as people write it, is one too."""
    sent = MultiDict(request.form)
    typed = sent.get("url", "").strip()
    if typed and "://" not in typed and "." in typed.partition("/")[0] and " " not in typed:
        sent["url"] = f"https://{typed}"
    return sent


def _choices() -> dict[str, Choices]:
    t = words()
    return {"tier": [(tier, t(f"mentions.paste.tier.{tier}")) for tier in reversed(TIERS)]}


def _page(filled: Filled[Slip]) -> str:
    return render_template("pages/mentions/paste.html", fields=filled.fields)
