"""Two offices: Latgale's, whose store it is, and Vidzeme's, each with a data folder and a key."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from outreach.core.db import Store
from outreach.core.seal import Seal
from outreach.core.text import Texts, Words
from outreach.tracker import families, intake
from outreach.tracker.cases import consents, tasks
from outreach.tracker.cases.consents import Given
from outreach.tracker.families import Family
from outreach.tracker.handover import keys, known, sending
from outreach.tracker.handover.keys import OfficeKey
from outreach.tracker.intake import Incoming
from tests.outreach.rooms import NOW, RIGA
from tests.support import ready

TODAY = NOW.date()
MARK = "Zeltkanārijs"


@dataclass(frozen=True)
class Side:
    """An office: its store, seal and data folder."""

    store: Store
    seal: Seal
    folder: Path
    key: OfficeKey


def side(store: Store, number: int, folder: Path, region: str) -> Side:
    seal = Seal(bytes(range(number, number + 32)))
    folder.mkdir()
    return Side(store, seal, folder, keys.own(seal, region))


def meet(one: Side, other: Side) -> None:
    """Each takes up the other's key."""
    known.add(one.folder, NOW, "astra", other.key, one.key)
    known.add(other.folder, NOW, "vilma", one.key, other.key)


@pytest.fixture
def latgale(store: Store, tmp_path: Path) -> Side:
    return side(store, 1, tmp_path / "latgale", "Latgale")


@pytest.fixture
def vidzeme(latgale: Side, tmp_path: Path) -> Iterator[Side]:
    """The other office, in a file of its own; the two know each other."""
    opened = ready.tables(tmp_path / "vidzeme.db")
    made = side(opened, 101, tmp_path / "vidzeme", "Vidzeme")
    meet(latgale, made)
    yield made
    opened.close()


@pytest.fixture
def t(texts: Texts) -> Words:
    return texts.in_language("lv")


def family(one: Side, *stages: tuple[str, date], consent: bool = True) -> int:
    """A family with an inquiry that was answered and one that was not, an open step and an agreement; its number."""
    with one.store.transaction() as session:
        told = Family(2, 1, "Balvu novads", ("IE",), True, MARK, f"{MARK} zina", ("lv", "ru"), ("work",))
        number = families.add(session, NOW, one.seal, told)
        for stage, day in stages:
            families.enter(session, NOW, number, stage, day)
        for place in ("a", "b"):
            came = Incoming(
                "phone", country="IE", topic="work", name=MARK, contact=f"{MARK}@example.org", text=f"{MARK} {place}",
                message_id=place, household_id=number,
            )  # fmt: skip
            held = intake.receive(session, NOW, one.seal, came)
            if place == "a":
                intake.answer(session, NOW, held.inquiry_id)
        tasks.add(session, NOW, "astra", one.seal, number, f"Zvanīt {MARK}", TODAY)
        if consent:
            given = Given("handover", "told", date(2026, 11, 1), date(2027, 1, 31), "vidzeme")
            consents.give(session, NOW, "astra", number, given)
        return number


def packed(one: Side, number: int, to: Side, *, with_letters: bool = True) -> tuple[int, bytes]:
    """A hand-over's number and its file."""
    with one.store.transaction() as session:
        made = sending.pack(session, NOW, "astra", number, to.key, TODAY)
        _, data = sending.parcel_file(
            session, NOW, "astra", one.seal, one.folder, one.key, made, TODAY, with_letters=with_letters
        )
        return made, data


__all__ = ["RIGA"]
