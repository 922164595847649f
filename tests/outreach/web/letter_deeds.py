"""Letters with families, and the deeds on them, for the trail."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from outreach.tracker.letters import answering, files, sealing, taking
from outreach.tracker.letters.models import Letter
from outreach.tracker.letters.taking import Taken
from outreach.tracker.models import Inquiry
from tests.outreach.tracker.letters.writing import PNG, said
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import CANARY
from tests.support.people import Visitor

ANNA = f"{CANARY} <kanarija@pasts.example>"


def came(office: Office, number: str = "a", text: str = f"{CANARY} <b>raksta</b>\n", **more: Any) -> Taken:
    """A letter that came; with a picture and a program beside it."""
    app = office.app
    one = said(number, text, **{"sender": ANNA, "files": ((f"{CANARY}.png", PNG), ("b.exe", b"MZ\x00")), **more})
    kept = files.keep(app.seal, app.settings.folder, one.files)
    with app.store.transaction() as session:
        return taking.take(session, app.clock.now(), app.seal, one, kept, ())


def after_the_answer(office: Office) -> int:
    """An inquiry that was answered, and a letter since; its number."""
    number = came(office).inquiry_id or 0
    with office.app.store.transaction() as session:
        session.get_one(Inquiry, number).answered_at = office.clock.now() - timedelta(hours=1)
    came(office, "b", follows=("<a@pasts.example>",))
    return number


def doubtful(office: Office, letter: str = "a") -> tuple[int, int]:
    """An inquiry with an answer of which nobody knows whether it went: both numbers."""
    app, number = office.app, came(office, letter).inquiry_id or 0
    words = sealing.Words("", "kanarija@pasts.example", "", "Re: x", "Jā.")
    with app.store.transaction() as session:
        row = answering._row(session, app, app.clock.now(), number, "<z@example.org>", words)
        assert row is not None
        row.state = "doubtful"
        session.flush()
        return number, row.id


def once(visitor: Visitor, number: int) -> str:
    """The token of the form on the page."""
    found = re.search(r'name="once" value="([^"]+)"', visitor.text(f"/inquiries/{number}/letters"))
    return found[1] if found else ""


def send(visitor: Visitor, number: int, **more: object) -> Any:
    told = {"once": once(visitor, number), "subject": "Re: Jautājums", "text": "Jā, ir skola."}
    return visitor.post(f"/inquiries/{number}/letters", told | more)


def _answer(desk: Any) -> None:
    send(desk.as_role("coordinator"), came(desk.office).inquiry_id or 0)


def _done(desk: Any) -> None:
    desk.as_role("coordinator").post(f"/inquiries/{after_the_answer(desk.office)}/letters/done")


def _doubtful(do: str) -> Callable[[Any], object]:
    def deed(desk: Any) -> None:
        number, letter = doubtful(desk.office)
        desk.as_role("coordinator").post(f"/inquiries/{number}/letters/{letter}/{do}")

    return deed


def _ask(desk: Any) -> None:
    taken = came(desk.office, Precedence="bulk")
    desk.as_role("coordinator").post(f"/inquiries/letters/{taken.letter_id}/inquiry")


def out(office: Office) -> list[Letter]:
    with office.app.store.reading() as session:
        return session.query(Letter).filter(Letter.direction == "out").all()


LETTER_DEEDS: dict[str, tuple[str, str, Callable[[Any], object]]] = {
    "letters.answer": ("answer", "inquiry", _answer),
    "letters.done": ("settle", "inquiry", _done),
    "letters.again": ("answer", "inquiry", _doubtful("again")),
    "letters.settle": ("answer", "inquiry", _doubtful("settle")),
    "letters.ask": ("add", "inquiry", _ask),
}
