"""Cases between two offices as pages have them, and the deeds on them, for the trail."""

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from outreach.core.app import App
from outreach.core.seal import Seal
from outreach.statements.sharing import document
from outreach.tracker import families
from outreach.tracker.cases import consents
from outreach.tracker.handover import keys, known, receipts, sending
from outreach.tracker.handover.keys import OfficeKey
from outreach.tracker.handover.models import Handover
from tests.outreach.statements.sharing.test_sharing import VIDZEME
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import CANARY, ask, family
from tests.support import ready
from tests.support.people import Visitor

THERE = Seal(bytes(range(101, 133)))
OTHER = keys.own(THERE, "Vidzeme")


def own(app: App) -> OfficeKey:
    return keys.own(app.seal, "Latgale")


def meet(office: Office) -> None:
    """This office knows Vidzeme's key."""
    known.add(office.app.settings.folder, office.clock.now(), "x", OTHER, own(office.app))


def agreed(office: Office, *stages: tuple[str, date]) -> int:
    """A family with an inquiry that agreed to be handed over; its number."""
    meet(office)
    number = family(office, *stages)
    with office.app.store.transaction() as session:
        told = consents.Given("handover", "told", date(2026, 11, 1), None, "Vidzeme")
        consents.give(session, office.clock.now(), "x", number, told)
    held = ask(office)
    with office.app.store.transaction() as session:
        families.tie(session, held, number)
    return number


def packed(office: Office) -> tuple[int, int, str]:
    """A family whose case is under way; its number, the hand-over's, and the code that says it was taken."""
    number, app = agreed(office, ("contacted", date(2026, 10, 1))), office.app
    with app.store.transaction() as session:
        made = sending.pack(session, app.clock.now(), "x", number, OTHER, date(2026, 11, 23))
        parcel = session.get_one(Handover, made).parcel
    return number, made, receipts.code(THERE, own(app), parcel, "taken")


def parcel(office: Office, folder: Path) -> bytes:
    """A parcel from Vidzeme for this office, made by a store of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    now, store = office.clock.now(), ready.tables(folder / "there.db")
    meet(office)
    known.add(folder, now, "x", own(office.app), OTHER)
    with store.transaction() as session:
        told = families.Family(2, 2, "Madonas novads", ("GB",), None, CANARY, f"{CANARY} <b>raksta</b>")
        number = families.add(session, now, THERE, told)
        families.enter(session, now, number, "planning", date(2026, 9, 1))
        consents.give(session, now, "x", number, consents.Given("handover", "told", date(2026, 11, 1), None, "Latgale"))
        made = sending.pack(session, now, "x", number, own(office.app), date(2026, 11, 23))
        _, data = sending.parcel_file(session, now, "x", THERE, folder, OTHER, made, date(2026, 11, 23))
    store.close()
    return data


def brought(office: Office, visitor: Visitor, folder: Path) -> str:
    """The address of a parcel that was brought."""
    sent = {"file": (io.BytesIO(parcel(office, folder)), "a.case")}
    answer = visitor.post("/families/receive", sent, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    found = re.search(r"/families/receive/[0-9a-f]{32}", answer.location or "")
    assert found is not None
    return found.group()


def _out(do: str, **data: str) -> Callable[[Any], None]:
    def deed(desk: Any) -> None:
        number, made, code = packed(desk.office)
        told = {name: value.format(code=code) for name, value in data.items()}
        desk.as_role("coordinator").post(f"/families/{number}/handover/{made}/{do}", told)

    return deed


def _in(do: str) -> Callable[[Any], None]:
    def deed(desk: Any) -> None:
        visitor = desk.as_role("coordinator")
        visitor.post(f"{brought(desk.office, visitor, desk.folder / 'there')}{do}")

    return deed


def _pack(desk: Any) -> None:
    desk.as_role("coordinator").post(f"/families/{agreed(desk.office)}/handover", {"region": "Vidzeme"})


def _office(desk: Any) -> None:
    desk.as_role("coordinator").post("/families/handover/offices", {"line": OTHER.line, "compared": "1"})


def _figures(desk: Any) -> None:
    sent = {"file": (io.BytesIO(document.written(VIDZEME)), "a.json")}
    desk.as_role("coordinator").post("/reports/regions", sent, content_type="multipart/form-data")


HANDOVER_DEEDS: dict[str, tuple[str, str, Callable[[Any], object]]] = {
    "handover.add_office": ("add", "office", _office),
    "handover.pack": ("pack", "household", _pack),
    "handover.file": ("reveal", "household", _out("file", letters="1")),
    "handover.answer": ("hand_over", "household", _out("answer", code="{code}")),
    "handover.back": ("call_back", "household", _out("back")),
    "handover_in.take": ("take_over", "household", _in("/take")),
    "handover_in.refuse": ("refuse", "parcel", _in("/refuse")),
    "regions.bring": ("bring", "figures", _figures),
}
