"""A family in work, for pictures: steps, consents, papers, and a line with all of it."""

from datetime import timedelta

from outreach.core.app import App
from outreach.core.clock import local_day
from outreach.tracker import families, intake
from outreach.tracker.cases import consents, papers, tasks
from outreach.tracker.cases.consents import Given
from outreach.tracker.phone_note import parse_line
from outreach.tracker.places import read_places
from tests.outreach.tracker.letters.writing import PNG


def put(app: App, actor: str) -> dict[str, str | int]:
    """One family with everything, and a few whose steps are due, overdue or missing."""
    now, zone = app.clock.now(), app.settings.zone
    today, places = local_day(now, zone), read_places(app.office.places)
    told = families.Family(
        2, 2, "Rēzeknes novads", ("IE", "GB"), True, "Ilze un Māris Ozoli", "Meklē māju ar zemi.", ("lv", "en"), ("work", "housing", "school")
    )
    with app.store.transaction() as session:
        asked = parse_line("Ilze, 4 cilvēki, Īrija -> Rēzekne, darbs, 26987654", places)
        number = families.add(session, now - timedelta(days=70), app.seal, told)
        families.tie(session, intake.receive(session, now - timedelta(days=71), app.seal, asked).inquiry_id, number)
        families.enter(session, now, number, "contacted", today - timedelta(days=70))
        families.enter(session, now, number, "offer_sent", today - timedelta(days=33))

        def step(of: int, words: str, days: int) -> int:
            return tasks.add(session, now - timedelta(days=60), actor, app.seal, of, words, today + timedelta(days=days))

        late = step(number, "Noskaidrot, vai Maltas skolā ir vieta 3. klasē", -4)
        step(number, "Piezvanīt par darba pārrunām slimnīcā", 0)
        step(number, "Nosūtīt sarakstu ar brīvajām mājām", 9)
        tasks.done(session, now - timedelta(days=2), actor, number, step(number, "Sarunāt tikšanos ar pašvaldību", -2))
        consents.give(session, now, actor, number, Given("handover", "written", today - timedelta(days=20), None, "Vidzeme"))
        consents.give(session, now, actor, number, Given("story", "mail", today - timedelta(days=340), today + timedelta(days=20)))
        gone = consents.give(session, now, actor, number, Given("photo", "told", today - timedelta(days=200)))
        consents.withdraw(session, now, actor, number, gone, today - timedelta(days=9))
        for place, country, stage, since, days in (
            ("Ludzas novads", "GB", "contacted", 12, -1), ("Balvu novads", "DE", "contacted", 45, 3), ("Daugavpils", "NO", "contacted", 3, None),
            ("Preiļu novads", "SE", "planning", 20, 0), ("Krāslavas novads", "IE", "planning", 200, None),
        ):  # fmt: skip
            other = families.add(session, now, app.seal, families.Family(2, 1, place, (country,), None, languages=("lv",), topics=("work",)))
            families.enter(session, now, other, stage, today - timedelta(days=since))
            if days is not None:
                step(other, "Piezvanīt", days)
    papers.bring(app, actor, number, "Dzimšanas apliecības kopija.png", PNG)
    papers.bring(app, actor, number, "Pieteikums.txt", "Pieteikums pašvaldībai\n".encode())
    return {"case": number, "case_step": late}
