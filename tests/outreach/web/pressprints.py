"""A print of a release, as the ledger leaves it."""

from datetime import timedelta

from outreach.pressroom.ledger import watching
from outreach.pressroom.models import ReleasePrint
from tests.outreach.pressroom.ledger.desk import came, release, sent, source
from tests.outreach.pressroom.ledger.test_compare import WHOLE
from tests.outreach.web.conftest import Office


def printed(office: Office, text: str = WHOLE, outlet: str = "Rēzeknes Avīze", title: str = "Atgriežas ģimenes") -> int:
    """A release that was sent to an outlet, which prints it; the print's number."""
    now = office.clock.now()
    with office.app.store.transaction() as session:
        number = release(session, now - timedelta(hours=5))
        sent(session, number, now - timedelta(hours=5), outlet)
        came(session, source(session, outlet), now - timedelta(hours=1), text, title)
    watching.tick(office.app)
    with office.app.store.reading() as session:
        return session.query(ReleasePrint.id).order_by(ReleasePrint.id.desc()).limit(1).scalar() or 0
