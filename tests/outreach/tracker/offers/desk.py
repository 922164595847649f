"""Offers for tests: a template of our own, facts, and a letter put together from them."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from outreach.core.seal import Seal
from outreach.tracker import families
from outreach.tracker.families import Family
from outreach.tracker.offers import keeping
from outreach.tracker.offers.composing import Letter, Section
from outreach.tracker.offers.facts import Fact

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TODAY = date(2026, 11, 23)
CANARY = "Zeltkanārijs"
LETTER = Letter("Piedāvājums", "Nr. {number}", "Birojs", (Section("opening", "", f"Labdien, {CANARY}!"), Section("work", "Darbs", "")))


def fact(text: str = "Ir darbs.", *, as_of: date = TODAY, **more: str) -> Fact:
    return Fact({"lv": text}, as_of, "birojs", NOW, **more)


def family(session: Session, seal: Seal, *stages: tuple[str, date], adults: int = 2, children: int = 1) -> int:
    number = families.add(session, NOW, seal, Family(adults, children, "Ludzas novads", ("IE",), name=CANARY))
    for stage, day in stages:
        families.enter(session, NOW, number, stage, day)
    return number


def draft(session: Session, seal: Seal, household: int, year: int = 2026) -> int:
    return keeping.make(session, NOW, "astra", seal, household, "lv", "Ludzas novads", LETTER, year)


def sent(session: Session, seal: Seal, household: int, day: date = TODAY, people: int = 3) -> int:
    number = draft(session, seal, household, day.year)
    keeping.send(session, NOW, "astra", household, number, day, "mail", people, TODAY)
    return number
