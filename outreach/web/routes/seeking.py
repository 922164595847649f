"""Families and inquiries by name, telephone or address. What is asked for never stands in an address."""

from dataclasses import dataclass, field

from flask import Blueprint, render_template, request

from outreach.tracker.same import seeking
from outreach.web import fields
from outreach.web.visit import here, me, now, words

pages = Blueprint("seeking", __name__)

_FORM = "same.find"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whom to look for."""

    words: str = field(metadata=fields.told(max=seeking.LONGEST, autocomplete="off"))


@pages.get("/families/find")
def form() -> str:
    """The question."""
    return render_template("pages/same/find.html", fields=fields.draw(Asked, words(), _FORM), sought=None)


@pages.post("/families/find")
def find() -> str | tuple[str, int]:
    """Whoever fits; every name is opened for it, which is written down."""
    app = here()
    sent = fields.read(Asked, request.form, words(), _FORM)
    if sent.value is None:
        return render_template("pages/same/find.html", fields=sent.fields, sought=None), 422
    with app.store.transaction() as session:
        sought = seeking.seek(session, now(), me().actor, app.seal, sent.value.words)
    return render_template("pages/same/find.html", fields=sent.fields, sought=sought)
