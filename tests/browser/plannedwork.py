"""A planning desk in the middle of its work, for pictures: plans, sets of languages, queues, links, replies."""

from datetime import date, timedelta

from sqlalchemy import select

from campaigns import campaign_links, dispatch, editing
from campaigns.channel import Reply
from campaigns.models import Campaign, ChannelRow, Delivery, Post
from campaigns.moments import expand, read_moments
from campaigns.planning import costs, steps
from campaigns.planning.about import About, fill
from campaigns.replies import storing
from campaigns.timing import queueing
from campaigns.writing import comments, sets, stories, variants
from outreach.core.app import App
from outreach.core.clock import local_day


def put(app: App, actor: str, campaign_id: int) -> dict[str, str | int]:
    """Fills the desk around the campaign; the addresses' numbers of what was made."""
    now, zone = app.clock.now(), app.settings.zone
    today = local_day(now, zone)
    with app.store.transaction() as session:
        campaign = session.get_one(Campaign, campaign_id)
        fill(campaign, About("inquiries", 40, ("GB", "IE"), ("children", "couple"), actor, ("Latviešu skola Dublinā",), 120_000))
        for days, kind, title, done in (
            (-9, "task", "Vienoties ar abām ģimenēm par stāstiem", True), (-2, "post", "Pirmais ieraksts: kas notiks un kad", False),
            (3, "post", "Atgādinājums grupām Īrijā", False), (6, "event", "Tikšanās Preiļos, tiešraide", False), (9, "task", "Pateicība un ieraksta saite", False),
        ):  # fmt: skip
            step = steps.add(session, campaign_id, kind, title, today + timedelta(days=days))
            if done:
                steps.done(session, now, campaign_id, step.id, on=True, actor=actor)
        costs.spend(session, now, campaign_id, spent_on=today, cents=18_500, minutes=90, what="Telpas Preiļos", actor=actor)
        costs.spend(session, now, campaign_id, spent_on=today, cents=0, minutes=240, what="Tekstu rakstīšana", actor=actor)
        link = campaign_links.make(session, now, campaign_id, label="Plakāts Dublinas latviešu skolā", target_url="https://majas.example/", spoken="MĀJAS")
        for name, countries in (("Latvieši Īrijā", ["IE"]), ("Latvieši Norvēģijā", ["NO"])):
            dispatch.add_channel(session, name, "manual", {"place": name}).countries = countries
        group = session.scalars(select(ChannelRow).where(ChannelRow.name == "Latvieši Īrijā")).one()
        for weekday, hour in ((2, "18:30"), (4, "18:30"), (7, "11:00")):
            queueing.add_slot(session, group.id, weekday, hour)
        post = session.scalars(select(Post).where(Post.campaign_id == campaign_id, Post.language == "lv").order_by(Post.id.desc())).first()
        assert post is not None
        written = editing.write(
            session, now, campaign_id, language="lv", title="Divi stāsti par mājupceļu", target_url="https://majas.example/",
            text="Ilze un Mārtiņš pēc deviņiem gadiem Korkā atkal dzīvo Preiļos. Kas palīdzēja, kas bija grūti un ko viņi darītu citādi: "
            "sestdien tiešraidē. Jautājiet arī jūs! {link} #mājas #Latgale", actor=actor,
        )  # fmt: skip
        english = sets.add(
            session, now, written.id, language="en", title="Two stories of coming home", text="Ilze and Mārtiņš are back in Preiļi after nine years in Cork. Saturday, live: {link} #latgale",
            matches=True, actor=actor,
        )  # fmt: skip
        editing.edit(session, now, written.id, title=written.title, text=f"{written.text} Sākums plkst. 18.30.", actor=actor)
        folder = session.scalars(select(ChannelRow).where(ChannelRow.kind == "folder")).first()
        assert folder is not None
        variants.say(session, now, written.id, group.id, title="", text="Īrijas ģimenes! Sestdien 18.30 runājam par mājupceļu: {link}", actor=actor)
        comments.write(session, now, written.id, "Lūdzu, pārbaudi, vai Ilze piekrīt uzvārdam.", "coordinator@latgale.example")
        dispatch.schedule(session, now, written.id, group.id, now + timedelta(days=2), zone=zone)
        dispatch.schedule(session, now, written.id, folder.id, now + timedelta(days=2, minutes=20), zone=zone)
        stories.add(session, now, stories.Told("Ģimene no Korkas", "Parakstīta piekrišana, mape 14", today - timedelta(days=20), today + timedelta(days=300)), actor)
        out = session.scalars(select(Delivery).where(Delivery.status == "published").order_by(Delivery.id)).first()
        assert out is not None
        storing.take(session, now, app.seal, out.id, [
            Reply("r1", now - timedelta(hours=3), "@anna@social.example", "Mums ir divi bērni. Kā pieteikties, ja vēl dzīvojam Korkā?", "https://social.example/@anna/1", "lv"),
            Reply("r2", now - timedelta(hours=2), "@peteris@social.example", "Malači!", "https://social.example/@peteris/2", "lv"),
        ], whole=True)  # fmt: skip
        numbers = {"written": written.id, "english": english.id, "link": link, "group": group.id, "on_way": written.id}
    moment = next(one for one in expand(read_moments(app.office.calendar), today, date(today.year + 1, 12, 31)) if one.key == "easter" or one.kind == "holiday")
    return {**numbers, "moment": moment.key, "moment_day": moment.starts_on.isoformat()}
