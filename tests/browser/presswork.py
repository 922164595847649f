"""A press room in the middle of its work, for pictures: people of the press, releases, one sent, printed and public."""

from datetime import timedelta

from sqlalchemy import select, update

from outreach.core.app import App
from outreach.pressroom.checks import factbook
from outreach.pressroom.contacts import editing as people
from outreach.pressroom.contacts import lists
from outreach.pressroom.contacts.draft import Draft
from outreach.pressroom.models import Contact, Release, ReleaseMail, ReleaseReply, Sending
from outreach.pressroom.sending import job, planning, starting
from outreach.pressroom.sending.planning import Wanted
from outreach.pressroom.writing import approval, editing, publishing
from outreach.pressroom.writing.told import QuoteTold, Told
from tests.outreach.pressroom.results import desk

PRESS = (
    ("Inga Vanaga", "inga@vestis.example", "Rēzeknes Vēstis", ("lv",), "local"), ("Māris Zeltiņš", "maris@radio.example", "Latgales Radio", ("lv", "ru"), "regional"),
    ("Olga Petrova", "olga@gazeta.example", "Gazeta", ("ru",), "regional"), ("Kate Byrne", "kate@paper.example", "The Cork Paper", ("en",), "diaspora"),
    ("Andris Liepa", "andris@avize.example", "Rīta Avīze", ("lv",), "national"), ("Zane Krūmiņa", "zane@ziemeli.example", "Ziemeļu Vēstis", ("lv",), "local"),
)
FIRST = Told(
    "Preiļos tiekas ģimenes, kas atgriezušās no Īrijas",
    "Latgales remigrācijas birojs sestdien aicina uz tikšanos Preiļos: par mājupceļu stāstīs divas ģimenes no Korkas.",
    "Tikšanās sākas plkst. 18.30, ieeja ir brīva, norise būs skatāma arī tiešraidē.\n\n## Par ko runāsim\n\n- darbs un mājoklis\n- skola un bērnudārzs\n- dokumenti",
    ("Šogad Preiļu novadā atgriezušās 11 ģimenes", "Tikšanās notiek kultūras namā"),
    "Birojs palīdz ģimenēm atgriezties Latgalē.",
    "Astrīda Leja, +371 64 600 111, birojs@latgale.example",
)
ENGLISH = Told(
    "Families back from Ireland meet in Preiļi", "The Latgale remigration office invites families to a meeting on Saturday.", "It begins at half past six, admission is free.", (),
    "The office helps families come home to Latgale.", "Astrīda Leja, +371 64 600 111, birojs@latgale.example",
)
SECOND = Told("Nomināciju var pieteikt līdz 15. janvārim", "Sākas pieteikšanās balvai “Gada uzņēmīgākais remigrants Latgalē”.", "Pieteikties var ikviens.", (), "", "Astrīda Leja, +371 64 600 199")


def put(app: App, actor: str, campaign_id: int) -> dict[str, str | int]:
    """Fills the press room; the numbers of what was made, for addresses."""
    now, zone = app.clock.now(), app.settings.zone
    with app.store.transaction() as session:
        factbook.add(session, now, factbook.Told("phone", "Koordinatores tālrunis", "+371 64 600 111"), actor)
        known = [
            people.add(session, now, Draft(name=name, mail=mail, outlet=outlet, languages=spoken, tier=tier, role="žurnālists"), actor, app.seal)
            for name, mail, outlet, spoken, tier in PRESS
        ]
        listed = lists.make(session, now, "Latgale un diaspora", None, actor)
        lists.join(session, now, listed, known)
        first = editing.start(session, now - timedelta(days=2), FIRST, language="lv", actor=actor).id
        editing.add_language(session, now, first, "en", ENGLISH, actor, matches=True)
        editing.quote(session, now, first, "lv", QuoteTold("Bērni pirmajā nedēļā atrada draugus.", "Ilze", "atgriezusies no Korkas", (now - timedelta(days=5)).date(), "mape 14"), actor)
        editing.place(session, first, campaign_id, None)
        approval.approve(session, now - timedelta(days=1), first, actor, zone=zone)
        publishing.publish(session, now - timedelta(hours=30), first, zone)
        second = editing.start(session, now, SECOND, language="lv", actor=actor).id
        wanted = Wanted((listed,), (), {"lv": "{uzruna}", "en": "{greeting}"}, (), "Laura Bērziņa", "laura@latgale.example", None, 0, 0, False)
        sending = planning.plan(session, now, first, wanted, actor, sender=app.settings.mail.sender).id
    starting.start(app, sending, actor)
    job.tick(app)
    with app.store.transaction() as session:
        session.execute(update(Sending).where(Sending.id == sending).values(started_at=now - timedelta(hours=29), ended_at=now - timedelta(hours=29)))
        session.execute(update(ReleaseMail).where(ReleaseMail.sending_id == sending, ReleaseMail.status == "sent").values(sent_at=now - timedelta(hours=29)))
        back = session.scalars(select(ReleaseMail).where(ReleaseMail.mail == "andris@avize.example")).one()
        back.returned_at, back.returned_key = now - timedelta(hours=28), "pressreply.returned.hard"
        away = session.scalars(select(ReleaseMail).where(ReleaseMail.mail == "kate@paper.example")).one()
        session.add(ReleaseReply(mail_id=away.id, message_id="<a@paper.example>", kind="away", at=now - timedelta(hours=28), until=now.date() + timedelta(days=6)))
        session.get_one(Contact, known[3]).away_until = now.date() + timedelta(days=6)
        desk.printed(session, first, "Rēzeknes Vēstis", now - timedelta(hours=26), hours=3.0)
        desk.printed(session, first, "Ziemeļu Vēstis", now - timedelta(hours=20), hours=9.0)
        draft = planning.plan(session, now, second, wanted, actor, sender=app.settings.mail.sender).id
        slug = session.get_one(Release, first).slug or ""
    return {"release": first, "unfinished": second, "sending": sending, "draft": draft, "contact": known[0], "list": listed, "slug": slug}
