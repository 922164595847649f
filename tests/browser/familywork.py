"""Families twice in the register and figures given out, for pictures."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.clock import local_day
from outreach.core.seal import Seal
from outreach.report import Period
from outreach.statements import freezing
from outreach.statements.sharing import keeping
from outreach.statements.sharing.document import Shared
from outreach.statements.sharing.figures import FIGURES
from outreach.tracker import families, intake
from outreach.tracker.cases import consents, tasks
from outreach.tracker.handover import holding, keys, known, parcel, sending, taking
from outreach.tracker.handover.case import Case, Consent, Reached, packed
from outreach.tracker.phone_note import parse_line
from outreach.tracker.places import read_places
from outreach.tracker.retention import holds


def put(app: App, actor: str) -> dict[str, str | int]:
    """Two records of one family, each with its inquiry, and a year's results as they were published."""
    now, zone = app.clock.now(), app.settings.zone
    places = read_places(app.office.places)
    with app.store.transaction() as session:
        first = families.add(session, now, app.seal, families.Family(2, 1, "Ludzas novads", ("GB",), None, "Jānis Bērziņš, 26123456", ""))
        second = families.add(session, now, app.seal, families.Family(2, 1, "Ludzas novads", ("GB",), None, "Yanis Berzins", "+371 26 123 456"))
        for number, name in ((first, "Jānis Bērziņš"), (second, "Yanis Berzins")):
            note = parse_line(f"{name}, 3 cilvēki, Lielbritānija -> Ludza, darbs, 26123456", places)
            intake.receive(session, now, app.seal, note)
            families.enter(session, now, number, "contacted", local_day(now, zone))
        period = Period.of_year(local_day(now, zone).year, zone)
        made = freezing.publish(session, now, app.texts, "results", period, app.office, actor)
        return {"twice": first, "statement": made.line.statement_id}


def hand_over(app: App, actor: str) -> dict[str, str | int]:
    """A case that may go to Vidzeme, one on its way, one that came from there, and one that waits to be taken."""
    folder, there = app.settings.folder, Seal(bytes(range(101, 133)))
    own, other = keys.own(app.seal, "Latgale"), keys.own(there, "Vidzeme")
    now, today = app.clock.now(), local_day(app.clock.now(), app.settings.zone)
    known.add(folder, now, actor, other, own)

    def family(session: Session, name: str) -> int:
        number = families.add(session, now, app.seal, families.Family(2, 2, "Madonas novads", ("IE",), None, name, "Interesējas par skolu."))
        families.enter(session, now, number, "planning", today - timedelta(days=40))
        consents.give(session, now, actor, number, consents.Given("handover", "written", today - timedelta(days=3), today + timedelta(days=90), "Vidzeme"))
        tasks.add(session, now, actor, app.seal, number, "Sazvanīt skolu", today + timedelta(days=4))
        return number

    told = Case(
        parcel="ab" * 16, made_at=now, sent_from="Vidzeme", sent_to="Latgale", consent=Consent(given_on=today, until=None, given_by="told"), adults=1, children=2,
        countries=("GB",), municipality="Balvu novads", since=now - timedelta(days=200), name="Bērzi", note="Meklē darbu slimnīcā.",
        stages=(Reached(stage="contacted", entered_on=today - timedelta(days=190), people=3), Reached(stage="planning", entered_on=today - timedelta(days=20), people=3)),
    )  # fmt: skip
    with app.store.transaction() as session:
        ready, under_way = family(session, "Ozoli"), family(session, "Kalni")
        sending.pack(session, now, actor, under_way, other, today)
        looked = taking.Looked(other, told.model_copy(update={"parcel": "cd" * 16, "name": "Lapas"}))
        came = taking.take(session, now, actor, app.seal, app.texts.in_language("lv"), app.settings.zone, looked).household_id
    holding.hold(folder, told.parcel, parcel.close(there, other, own, packed(told)))
    return {"ready": ready, "under_way": under_way, "came": came, "parcel": told.parcel}


def regions(app: App, actor: str) -> dict[str, str | int]:
    """Invented figures of two other regions beside the office's own, of this year."""
    now, year = app.clock.now(), local_day(app.clock.now(), app.settings.zone).year
    figures = ((120, 301, 96, 240, 41, 105, 52, 171, 33, 90), (64, 160, 40, None, 18, 47, None, None, None, None))
    with app.store.transaction() as session:
        freezing.publish(session, now, app.texts, "stages", Period.of_year(year, app.settings.zone), app.office, actor)
        for office, name, told in zip(("vidzeme", "kurzeme"), ("Vidzeme", "Kurzeme"), figures, strict=True):
            numbers = dict(zip(FIGURES, told, strict=True))
            keeping.bring(session, now, actor, app.office, Shared(office, {"lv": name, "en": name}, "stages", date(year, 1, 1), date(year, 12, 31), 1, numbers, now))
    return {}


def grow_old(app: App, actor: str) -> None:
    """Closed cases whose time comes in the months ahead, and one that is on hold."""
    now, zone = app.clock.now(), app.settings.zone
    with app.store.transaction() as session:
        for at, days in enumerate((2, 2, 9, 9, 9, 24, 51, 80, 83, 110, 150, 151, 210, 290, 300)):
            came = now - timedelta(days=3 * 365 + 1 - days)
            number = families.add(session, came, app.seal, families.Family(2, at % 3, "Ludzas novads", ("IE",), None, f"Ģimene {at}", ""))
            families.enter(session, came, number, "returned_alone", local_day(came, zone))
            intake.receive(session, came, app.seal, intake.Incoming("phone", name=f"Ģimene {at}", household_id=number if at % 2 else None, received_at=came, message_id=f"old {at}"))
        until = local_day(now, zone) + timedelta(days=200)
        holds.hold_family(session, now, actor, app.seal, number, local_day(now, zone), holds.Hold(until, "Sūdzība par pabalstu."))
