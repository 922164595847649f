"""What the office knows of a municipality, and offers to a family, for pictures; the facts are examples."""

from datetime import timedelta

from outreach.core.app import App
from outreach.core.clock import local_day
from outreach.tracker import families, intake
from outreach.tracker.intake import Incoming
from outreach.tracker.models import Household
from outreach.tracker.offers import composing, facts, keeping, templates
from outreach.tracker.offers.composing import Asked, Ours
from outreach.tracker.offers.facts import CONTACT, Fact

PLACE = "Ludzas novads"
_FACTS = {
    CONTACT: ("Piemērs: klientu apkalpošanas centrs, darbdienās no 8.00 līdz 17.00.", 20),
    "work": ("Piemērs: vakances pašvaldības iestādēs publicē tīmekļvietnē, sadaļā “Vakances”.\nPar darbu uzņēmumos palīdz NVA filiāle.", 20),
    "school": ("Piemērs: bērnu rindā uz bērnudārzu var pieteikt elektroniski arī no ārzemēm.", 400),
}


def put(app: App, actor: str) -> dict[str, str | int]:
    """Facts of one municipality, one of them old; a draft and a sent offer to one family."""
    now, today = app.clock.now(), local_day(app.clock.now(), app.settings.zone)
    for subject, (text, days) in _FACTS.items():
        facts.save(app.settings.folder, PLACE, subject, Fact({"lv": text}, today - timedelta(days=days), actor, now), "")
    known = facts.read(app.settings.folder)[PLACE]
    ours = Ours(app.office.name["lv"], app.office.contact, "", app.office.portal, "Astrīda Leja")
    with app.store.transaction() as session:
        family = families.add(session, now, app.seal, families.Family(2, 1, PLACE, ("GB",), None, "Kļavu ģimene, 26123000", ""))
        session.get_one(Household, family).topics = ["work", "school", "health"]
        families.enter(session, now, family, "contacted", today - timedelta(days=12))
        made = []
        for topics in (("work",), ("work", "school", "health")):
            asked = Asked(topics, PLACE, 2, 1, "Kļavu ģimene")
            told = composing.compose(templates.read(app.office, "lv"), asked, known, facts.profiles(app.office)[PLACE], ours, today)
            made.append(keeping.make(session, now, actor, app.seal, family, "lv", PLACE, told.letter, today.year))
        keeping.send(session, now, actor, family, made[0], today - timedelta(days=2), "mail", 3, today)
        asked = Incoming("mail", name="Kļavu ģimene", contact="klavas@pasts.example", text="Vai Ludzā ir vietas bērnudārzā?")
        talk = intake.receive(session, now - timedelta(days=12), app.seal, asked).inquiry_id
        families.tie(session, talk, family)
    return {"offer_talk": talk, "offered": family, "offer": made[1], "offer_sent": made[0]}
