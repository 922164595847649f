"""A case that another region's office sent and nobody has taken yet, and figures of that region."""

from datetime import date, timedelta

from outreach.core.app import App
from outreach.core.clock import local_day
from outreach.core.seal import Seal
from outreach.statements.sharing.figures import FIGURES
from outreach.statements.sharing.models import SharedFigures
from outreach.tracker.handover import holding, keys, known, parcel
from outreach.tracker.handover.case import Case, Consent, Reached, packed
from outreach.tracker.handover.keys import OfficeKey

PARCEL = "0" * 32
THERE = Seal(bytes(range(101, 133)))


def put(app: App, region: str = "Vidzeme") -> None:
    """The office's key is known here, its parcel waits, its figures of last year stand beside ours."""
    now, folder = app.clock.now(), app.settings.folder
    today = local_day(now, app.settings.zone)
    own = keys.own(app.seal, app.office.region["lv"])
    other = OfficeKey(region[:80], keys.own(THERE, region).raw)
    known.add(folder, now, "koordinatore@example.org", other, own)
    told = Case(
        parcel=PARCEL, made_at=now, sent_from=region, sent_to=own.region, consent=Consent(given_on=today, until=None, given_by="told"), adults=1, children=2,
        countries=("GB",), municipality=region[:80], since=now - timedelta(days=200), name=region, note=region,
        stages=(Reached(stage="planning", entered_on=today - timedelta(days=20), people=3),),
    )  # fmt: skip
    holding.hold(folder, PARCEL, parcel.close(THERE, other, own, packed(told)))
    with app.store.transaction() as session:
        session.add(
            SharedFigures(
                office="vidzeme", name={"lv": region[:80]}, kind="stages", first=date(today.year - 1, 1, 1), last=date(today.year - 1, 12, 31), version=1,
                numbers={name: 40 + place for place, name in enumerate(FIGURES)}, given_at=now, received_at=now, received_by="x",
            )
        )  # fmt: skip
