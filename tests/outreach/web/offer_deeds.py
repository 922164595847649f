"""Offers and facts of municipalities, and the deeds on them, for the trail."""

from collections.abc import Callable
from datetime import date
from typing import Any

from outreach.tracker.offers import keeping
from outreach.tracker.offers.composing import Letter, Section
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import CANARY, family

LETTER = Letter(
    "Individuāls piedāvājums", "Nr. {number}", "Birojs",
    (Section("opening", "", f"Labdien, {CANARY} <b>x</b>!"), Section("work", "Darbs", "Ir."), Section("health", "Veselības aprūpe", "")),
)  # fmt: skip
FACT: dict[str, object] = {"as_of": "2026-11-20", "lv": "Ir divas skolas.", "en": "", "ru": "", "seen": ""}


def draft(office: Office, household: int | None = None) -> tuple[int, int]:
    """A draft for a family: both numbers."""
    app = office.app
    number = household if household is not None else family(office, ("contacted", date(2026, 9, 1)))
    with app.store.transaction() as session:
        made = keeping.make(session, app.clock.now(), "x", app.seal, number, "lv", "Balvu novads", LETTER, 2026)
    return number, made


def sent(office: Office, household: int | None = None) -> tuple[int, int]:
    """An offer that was sent: both numbers."""
    number, made = draft(office, household)
    with office.app.store.transaction() as session:
        today = office.clock.now().date()
        keeping.send(session, office.clock.now(), "x", number, made, today, "mail", 3, today)
    return number, made


def _at(do: str, **form: object) -> Callable[[Any], object]:
    def deed(desk: Any) -> None:
        number, offer = draft(desk.office)
        desk.as_role("coordinator").post(f"/families/{number}/offers/{offer}/{do}", form)

    return deed


def _make(desk: Any) -> None:
    form = {"language": "lv", "municipality": "", "known": "none.place none.topics"}
    desk.as_role("coordinator").post(f"/families/{family(desk.office)}/offers/new", form)


OFFER_DEEDS: dict[str, tuple[str, str, Callable[[Any], object]]] = {
    "offers.make": ("add", "offer", _make),
    "offers.save": ("change", "offer", _at("edit", opening="Labdien!")),
    "offers.send": ("send_offer", "offer", _at("send", sent_on="2026-11-20", sent_by="mail", people="3")),
    "offers.drop": ("drop_offer", "offer", _at("drop")),
    "municipalities.save": (
        "change",
        "municipality",
        lambda desk: desk.as_role("coordinator").post("/settings/municipalities/Ludzas novads/school", FACT),
    ),
}
