"""A family's case with something in it, and the deeds on it, for the trail."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from outreach.tracker import families
from outreach.tracker.cases import consents, papers, tasks
from outreach.tracker.cases.consents import Given
from tests.outreach.tracker.letters.writing import PNG
from tests.outreach.web import letter_deeds
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import CANARY, family

TODAY = date(2026, 11, 23)
ANNA = "anna@example.org"


def step(office: Office, number: int, days: int = 5, words: str = f"{CANARY} <b>zvans</b>") -> int:
    """A step of a family, due in so many days; overdue ones were added in time."""
    app = office.app
    with app.store.transaction() as session:
        at = app.clock.now() - timedelta(days=200)
        return tasks.add(session, at, ANNA, app.seal, number, words, TODAY + timedelta(days=days))


def consent(office: Office, number: int, purpose: str = "story", until: date | None = None, region: str | None = None) -> int:
    """An agreement of a family, of ten days ago."""
    app = office.app
    with app.store.transaction() as session:
        given = Given(purpose, "written", TODAY - timedelta(days=10), until, region)
        return consents.give(session, app.clock.now(), ANNA, number, given)


def paper(office: Office, number: int) -> int:
    """A picture among a family's papers."""
    return papers.bring(office.app, ANNA, number, f"{CANARY}.png", PNG)


def lettered(office: Office, number: int) -> int:
    """A file of a letter of this family; its number."""
    asked = letter_deeds.came(office).inquiry_id
    assert asked is not None
    with office.app.store.transaction() as session:
        families.tie(session, asked, number)
        return papers.enclosures(session, office.app.seal, number)[0].file_id


def _do(path: str, data: dict[str, object] | None = None, make: Callable[[Office, int], Any] = lambda *_: 0, before: str = "") -> Callable[[Any], None]:
    def do(desk: Any) -> None:
        number = family(desk.office, ("contacted", date(2026, 9, 1)))
        made, visitor = make(desk.office, number), desk.as_role("coordinator")
        if before:
            visitor.post(before.format(number, made))
        visitor.post(path.format(number, made), data)

    return do


def changed_words(desk: Any) -> object:
    """The form as it is drawn, with another note."""
    visitor, number = desk.as_role("coordinator"), family(desk.office, ("contacted", date(2026, 9, 1)))
    page = visitor.text(f"/families/{number}/words")
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert seen is not None
    return visitor.post(f"/families/{number}/words", {"name": "Vārds", "note": "Cita piezīme", "seen": seen[1]})


def withdrawn(office: Office, purpose: str = "story") -> tuple[int, int]:
    """A family that agrees no more: its number and the consent's."""
    number = family(office)
    made = consent(office, number, purpose)
    with office.app.store.transaction() as session:
        consents.withdraw(session, office.app.clock.now(), ANNA, number, made, TODAY)
    return number, made


def heeded(desk: Any) -> None:
    desk.as_role("comms").post(f"/attention/consents/{withdrawn(desk.office)[1]}")


STEP = {"step": "Zvanīt", "due_on": "2026-12-01"}
CASE_DEEDS: dict[str, tuple[str, str, Callable[[Any], object]]] = {
    "family_facts.change": ("change", "household", _do("/families/{}/facts", {"countries": "Norvēģija"})),
    "family_words.change": ("change", "household", changed_words),
    "family_steps.add": ("add", "task", _do("/families/{}/steps", dict(STEP))),
    "family_steps.change": ("change", "task", _do("/families/{}/steps/{}", dict(STEP), step)),
    "family_steps.move": ("move", "task", _do("/families/{}/steps/{}/move", {"quick": "week"}, step)),
    "family_steps.done": ("done", "task", _do("/families/{}/steps/{}/done", None, step)),
    "family_steps.drop": ("cancel", "task", _do("/families/{}/steps/{}/drop", None, step)),
    "family_steps.take_back": ("undone", "task", _do("/families/{}/steps/{}/back", None, step, "/families/{}/steps/{}/done")),
    "family_consents.give": ("add", "consent", _do("/families/{}/consents", {"purpose": "photo", "given_by": "told", "given_on": "2026-11-20"})),
    "attention.heed": ("heed", "consent", heeded),
    "family_consents.withdraw": ("withdraw", "consent", _do("/families/{}/consents/{}/withdraw", None, consent)),
    "family_papers.bring": ("add", "paper", lambda desk: desk.as_role("coordinator").post(f"/families/{family(desk.office)}/papers", {"file": (io.BytesIO(PNG), "a.png")})),
    "family_papers.take_over": ("add", "paper", _do("/families/{}/papers/letters/{}", None, lettered)),
    "family_papers.erase": ("erase", "paper", _do("/families/{}/papers/{}/erase", None, paper)),
}  # fmt: skip
