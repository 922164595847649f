"""What it costs that families' words are sealed: pages and the search by name, with the seal and with one that does nothing.

    python -m tests.benchmarks.sealing [--rows 20000] [--rounds 15]

Two offices with the same so many inquiries and half as many families, one store sealed, the other in plain text. Both are
asked in turns, the processor's seconds count, and of each the median. None may take more than 1.5 times as
long: the lists, fifty names of a page, one inquiry with its words, and a search through every name.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import insert, select

from outreach import wiring
from outreach.core.app import App
from outreach.core.keyring import Key, Ring
from outreach.core.seal import Seal
from outreach.core.testing import FixedClock
from outreach.tracker import families, inbox, intake
from outreach.tracker.models import Household, Inquiry, Stage
from outreach.web.app import make
from tests.benchmarks.archive_plan import NOW
from tests.support.offices import told_in
from tests.support.people import Visitor

ALLOWED = 1.5
_FIRST = ("Jānis", "Anna", "Ilze", "Pēteris", "Zane", "Māris", "Светлана", "Ольга", "Alex", "Kristīne")
_LAST = ("Kalns", "Ozols", "Liepiņa", "Krūmiņš", "Иванова", "Lācis", "Zariņa", "Eglītis", "Balodis", "Strazds")


@dataclass(frozen=True)
class Plain(Seal):
    """A seal that does nothing to what it closes; it still signs."""

    def close(self, text: str, place: str) -> str:
        return text

    def open(self, sealed: str, place: str) -> str:
        return sealed


@dataclass(frozen=True)
class Office:
    """An office and the coordinator's browser in it."""

    app: App
    visitor: Visitor
    inquiry_id: int


def filled(app: App, rows: int) -> None:
    """The same people each time, with what a family's record holds."""
    dice, close = random.Random(5), app.seal.close
    asked, homes, stages = [], [], []
    for number in range(1, rows + 1):
        name, token = f"{dice.choice(_FIRST)} {dice.choice(_LAST)}", f"{number:032x}"
        words = {"name": name, "contact": f"a{number}@example.org, 29{number:06}", "text": "Gribam braukt mājās. " * 12}
        sealed = {f"{column}_sealed": close(text, intake.sealed_place(column, token)) for column, text in words.items()}
        asked.append({
            "id": number, "token": token, "received_at": NOW - timedelta(minutes=7 * (rows - number)), "arrived_by": "form",
            "dedup_key": token, "country": dice.choice(("IE", "GB", "DE")), "answered_at": NOW if number % 3 else None, "linked_at": NOW,
            "household_id": number // 2 if number % 2 == 0 else None, **sealed,
        })  # fmt: skip
        if number % 2 == 0:
            home = f"h{number // 2:031x}"
            homes.append({
                "id": number // 2, "token": home, "created_at": NOW, "countries": ["IE"], "adults": 2, "children": 1, "municipality": "Balvu novads",
                "name_sealed": close(name, families.sealed_place("name", home)), "note_sealed": close("Zvanīt vakaros.", families.sealed_place("note", home)),
            })  # fmt: skip
            entered = date(2026, 1, 1) + timedelta(days=number % 300)
            stages.append({"household_id": number // 2, "stage": "contacted", "entered_on": entered, "people": 3, "recorded_at": NOW})
    with app.store.transaction() as session:
        for table, values in ((Household, homes), (Inquiry, asked), (Stage, stages)):
            session.execute(insert(table), values)


@contextmanager
def opened(folder: Path, seal: Seal, rows: int) -> Iterator[Office]:
    with wiring.open_app(told_in(folder), create=True, clock=FixedClock(NOW)) as made:
        app = replace(made, seal=seal)
        filled(app, rows)
        yield Office(app, Visitor(app, make(app).test_client(), "coordinator"), rows - 1)


def names_of_a_page(office: Office) -> int:
    """Fifty inquiries as the list has them, with the names of those who asked."""
    with office.app.store.reading() as session:
        numbers = [row.inquiry_id for row in inbox.page(session, inbox.Chosen()).rows]
        wanted = select(Inquiry.token, Inquiry.name_sealed).where(Inquiry.id.in_(numbers))
        return len([office.app.seal.open(sealed or "", intake.sealed_place("name", token)) for token, sealed in session.execute(wanted)])


def found(office: Office) -> int:
    """A search by name on the screen."""
    answer = office.visitor.post("/families/find", {"words": "Янис Ozols"})
    if 'id="found"' not in answer.get_data(as_text=True):
        sys.exit("the search found nobody")
    return answer.status_code


ASKED: dict[str, Callable[[Office], object]] = {
    "/inquiries": lambda office: office.visitor.text("/inquiries"),
    "/families": lambda office: office.visitor.text("/families"),
    "/families/list": lambda office: office.visitor.text("/families/list"),
    "names of a page": names_of_a_page,
    "an inquiry": lambda office: office.visitor.text(f"/inquiries/{office.inquiry_id}"),
    "search by name": found,
}


def measured(offices: tuple[Office, Office], ask: Callable[[Office], object], rounds: int) -> tuple[float, float]:
    """The medians of both, asked in turns, in milliseconds."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 2):
        for at in (0, 1) if turn % 2 else (1, 0):
            began = time.process_time()
            ask(offices[at])
            if turn >= 2:
                times[at].append((time.process_time() - began) * 1000)
    return median(times[0]), median(times[1])


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--rows", type=int, default=20_000)
    told.add_argument("--rounds", type=int, default=15)
    given = told.parse_args()
    key, over = bytes(range(32)), []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        offices = (
            stack.enter_context(opened(Path(folder) / "sealed", Seal(key, Ring((Key(key),))), given.rows)),
            stack.enter_context(opened(Path(folder) / "plain", Plain(key), given.rows)),
        )
        for name, ask in ASKED.items():
            sealed, plain = measured(offices, ask, given.rounds)
            print(f"{name:16} sealed {sealed:8.1f} ms, plain {plain:8.1f} ms: {sealed / plain:.2f} x")
            if sealed / plain > ALLOWED:
                over.append(name)
    if over:
        sys.exit(f"more than {ALLOWED} x: {', '.join(over)}")


if __name__ == "__main__":
    main()
