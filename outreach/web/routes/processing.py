"""The record of processing activities (Art. 30), with the figures that are in force and counts of today."""

from flask import Blueprint, render_template

from outreach.core.settings import Settings
from outreach.tracker import processing
from outreach.tracker.retention.anonymous import SHARED
from outreach.web.visit import here, words

pages = Blueprint("processing", __name__)

# Each with what is counted of it, none where nothing is.
_ACTIVITIES = (
    ("casework", "casework"),
    ("inquiries", "inquiries"),
    ("monitoring", "monitoring"),
    ("stories", "stories"),
    ("letters", ""),
    ("accounts", "accounts"),
    ("trail", "trail"),
    ("links", "links"),
)
_PARTS = ("purpose", "basis", "people", "data", "recipients", "transfers", "kept")
_MEASURES = ("sealed", "access", "trail", "copies", "figures", "wire")


@pages.get("/privacy/processing")
def show() -> str:
    """What the office does with personal data, why, how long, and how many records there are."""
    app, t = here(), words()
    with app.store.reading() as session:
        counts = processing.counts(session)
    facts = _facts(app.settings)
    return render_template(
        "pages/privacy/processing.html",
        activities=[
            (
                name,
                t(f"privacy.activity.{name}"),
                [(t(f"privacy.part.{part}"), t(f"privacy.activity.{name}.{part}", **facts)) for part in _PARTS],
                counts[counted] if counted else None,
            )
            for name, counted in _ACTIVITIES
        ],
        anonymous=counts["anonymous"],
        measures=[t(f"privacy.measure.{name}", **facts) for name in _MEASURES],
    )


def _facts(told: Settings) -> dict[str, str]:
    """The settings that the texts name."""
    return {
        "months": str(told.inquiries.keep_months),
        "digest_days": str(told.digest.keep_days),
        "hours": str(told.people.session_hours),
        "shared": str(SHARED),
    }
