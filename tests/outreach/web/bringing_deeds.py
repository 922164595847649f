"""A table of inquiries and an event's list, and the deeds on them, for the trail."""

import io
import re
from collections.abc import Callable
from typing import Any

from outreach import work
from outreach.tracker.bringing import taking
from outreach.work import WorkRow
from tests.outreach.web.conftest import Office
from tests.support.people import Visitor

MARK = "Zeltkanārijs"
TABLE = f"""Vārds;Tālrunis;Valsts;Kurp;Datums
{MARK};29123456;Īrija;Preiļi;5.11.2023
Uldis;26111222;Vācija;Ludza;6.11.2023
Uldis;26111222;Vācija;Ludza;6.11.2023
Sliktais;nav;Īrija;;31.02.2023
"""


def brought(visitor: Visitor, text: str = TABLE, name: str = "Vēstniecības saraksts") -> str:
    """The address of a table that was brought."""
    answer = visitor.post("/inquiries/import", {"name": name, "file": (io.BytesIO(text.encode()), f"{MARK}.csv")})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.location


def take(visitor: Visitor, address: str, **more: object) -> Any:
    """Asks for the rows as the page shows them."""
    seen = re.search(r'name="seen" value="([^"]+)"', visitor.text(address))
    assert seen is not None
    return visitor.post(address.partition("?")[0], {"seen": seen[1], **more})


def run(office: Office) -> None:
    """What was asked for is done."""
    work.jobs()[0].run(office.app)


def event(office: Office, actor: str = "x") -> int:
    with office.app.store.transaction() as session:
        now = office.clock.now()
        return taking.begin(session, now, actor, "event", "Dublinas diena", held_on=now.date())


def _look(desk: Any) -> None:
    brought(desk.as_role("coordinator"))


def _take(desk: Any) -> None:
    visitor = desk.as_role("coordinator")
    take(visitor, brought(visitor))


def _again(desk: Any) -> None:
    visitor = desk.as_role("coordinator")
    address = brought(visitor)
    take(visitor, address)
    with desk.office.app.store.transaction() as session:
        session.get_one(WorkRow, 2).state = "interrupted"
    visitor.post(f"{address}/again")


def _event(desk: Any) -> None:
    desk.as_role("coordinator").post("/inquiries/event", {"name": "Dublinas diena", "held_on": "2026-11-23"})


def _line(path: str, **told: str) -> Callable[[Any], object]:
    def deed(desk: Any) -> None:
        desk.as_role("coordinator").post(path.format(event(desk.office)), told)

    return deed


BRINGING_DEEDS: dict[str, tuple[str, str, Callable[[Any], object]]] = {
    "bringing.look": ("ask", "inquiry_table", _look),
    "bringing.take": ("import", "inquiry_batch", _take),
    "bringing.again": ("ask", "work", _again),
    "events.create": ("add", "inquiry_batch", _event),
    "events.line": ("add", "inquiry", _line("/inquiries/event/{}/line", name="Ance")),
    "events.lines": ("add", "inquiry", _line("/inquiries/event/{}/lines", lines="Ance, 3 cilvēki, Īrija")),
}
