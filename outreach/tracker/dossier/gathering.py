"""Everything about a person, opened for an answer under Articles 15 and 20; the look is one line of the trail."""

from datetime import datetime

from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.tracker.dossier import asking, casework
from outreach.tracker.dossier.parts import Dossier, Kept
from outreach.tracker.dossier.scope import Scope
from outreach.tracker.models import Household, Inquiry

# More than this is written straight into a file, by the command.
LARGEST = 150 * 2**20


def gather(session: Session, now: datetime, actor: str, app: App, scope: Scope) -> Dossier:
    """All of it, every word opened. Colleagues stand in it by their role alone: an answer is about the one who asks.

    OutreachError `tracker.error.household` or `tracker.error.inquiry` where there is none, or what `Seal.open` raises.
    """
    table = Household if scope.kind == "household" else Inquiry
    if session.get(table, scope.number) is None:
        raise OutreachError(f"tracker.error.{scope.kind}", **{f"{scope.kind}_id": scope.number})
    files: list[Kept] = []
    roles = casework.Roles(session)
    sections = (
        casework.basis(session, app, scope),
        casework.homes(session, app.seal, scope),
        casework.stages(session, scope),
        asking.inquiries(session, app.seal, scope),
        asking.heard(session, app.seal, scope),
        asking.touches(session, scope),
        asking.answers(session, scope),
        asking.letters(session, app.seal, scope, files),
        casework.tasks(session, app.seal, scope, roles),
        casework.offers(session, app.seal, scope),
        casework.consents(session, scope),
        casework.papers(session, app.seal, scope, files),
        casework.merges(session, scope),
        casework.handovers(session, scope),
        casework.looks(session, scope, roles),
    )
    audit.write(session, now, actor, "export", scope.kind, scope.number)
    return Dossier(scope.kind, scope.number, sections, tuple(files))
