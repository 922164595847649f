"""Settings: where everything is set, what the office is, whether the program is well."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, url_for

from outreach import work
from outreach.core.app import App
from outreach.web import access
from outreach.web.visit import here, role
from outreach.wiring import mail_folder
from scrapers import outlets

pages = Blueprint("settings", __name__)

# The rooms behind this page, in the order of how often one goes there.
_ROOMS = (
    ("sources", "sources.index"),
    ("recall", "recall.show"),
    ("channels", "channels.index"),
    ("digests", "digests.index"),
    ("readers", "readers.index"),
    ("alerts", "alerts.index"),
    ("work", "work.index"),
    ("users", "users.index"),
    ("facts", "office_facts.index"),
    ("municipalities", "municipalities.index"),
    ("audit", "audit.index"),
    ("retention", "retention.show"),
    ("processing", "processing.show"),
    ("me", "me.show"),
    ("api", "api.page"),
    ("components", "components.show"),
)


@dataclass(frozen=True)
class Health:
    """How the program is: its store, when sources were last asked, what long work is open."""

    where: str
    size: int | None  # bytes of the SQLite file
    last_round: datetime | None
    under_way: int


@pages.get("/settings")
def index() -> str:
    """Links by what the role may do, the office's facts, and where to change them."""
    app = here()
    return render_template(
        "pages/settings/index.html",
        links=[(name, url_for(endpoint)) for name, endpoint in _ROOMS if access.may(role(), endpoint)],
        told=app.settings,
        health=_health(app),
        mail_folder=None if app.settings.mail.host else mail_folder(app.settings),
        form_url=app.settings.web.public_url + url_for("public.ask"),
        file=app.settings.base / "settings.toml",
    )


def _health(app: App) -> Health:
    path = app.store.path
    with app.store.reading() as session:
        return Health(
            where=str(path) if path else str(app.store.engine.url.host or ""),
            size=path.stat().st_size if path else None,
            last_round=outlets.last_round(session),
            under_way=work.under_way(session),
        )
