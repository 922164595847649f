"""Families twice in the register and figures given out, for pictures."""

from outreach.core.app import App
from outreach.core.clock import local_day
from outreach.report import Period
from outreach.statements import freezing
from outreach.tracker import families, intake
from outreach.tracker.phone_note import parse_line
from outreach.tracker.places import read_places


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
