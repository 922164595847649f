"""Releases in few words, for the tests of this room and its pages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach.pressroom.models import Release
from outreach.pressroom.writing import editing
from outreach.pressroom.writing.told import QuoteTold, Told

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
RIGA = ZoneInfo("Europe/Riga")
ANNA, BERTA = "anna@example.org", "berta@example.org"
# A text without anything that the checks would stop.
TOLD = Told(
    "Rēzeknē tiekas ģimenes, kas atgriezušās",
    "Latgales remigrācijas birojs aicina ģimenes uz tikšanos Rēzeknē.",
    "Tikšanās ir bez maksas.\n\n## Kā pieteikties\n\n- ar e-pastu",
    ("Tikšanās notiek kultūras namā",),
    "Birojs palīdz ģimenēm atgriezties mājās.",
    "Ilze Kalniņa, birojs@example.org",
)
ENGLISH = Told("Families that came back meet in Rēzekne", "The office invites families.", "Free of charge.", (), "", "birojs@example.org")
SAID = QuoteTold("Mājās ir labi.", "Ance Pļūkstene", "māte", TODAY, "e-pastā")


def release(session: Session, told: Told = TOLD, **more: object) -> Release:
    return editing.start(session, NOW, told, **{"language": "lv", "actor": ANNA, **more})  # type: ignore[arg-type]
