"""A release on the sample day: written, published, sent into the mail folder, printed by an outlet, followed."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from campaigns.links import tracked_url
from outreach.core.app import App
from outreach.core.clock import local_day
from outreach.demo.newsroom import Article, Newsroom, Outlet
from outreach.pressroom.contacts import editing as contacts
from outreach.pressroom.contacts import lists
from outreach.pressroom.contacts.draft import Draft
from outreach.pressroom.ledger import watching
from outreach.pressroom.results import links
from outreach.pressroom.results import reading as results
from outreach.pressroom.results.reading import Results
from outreach.pressroom.sending import job, planning, starting
from outreach.pressroom.sending.planning import Wanted
from outreach.pressroom.writing import approval, editing, publishing, reading
from outreach.pressroom.writing.told import Told

LANGUAGE = "lv"  # the newsroom's


@dataclass(frozen=True)
class Sent:
    """The release, where its link leads, and to how many it went."""

    release_id: int
    link: str
    mails: int


@lru_cache(maxsize=1)
def _written() -> dict[str, object]:
    return tomllib.loads((Path(__file__).with_name("release.toml")).read_text(encoding="utf-8"))


def send(app: App, newsroom: Newsroom, campaign_id: int, words: Callable[[str], str], actor: str) -> Sent:
    """Writes and publishes the release, gives it its link, and sends it to the newsroom's Latvian outlets."""
    now, told, public = app.clock.now(), _written(), app.settings.web.public_url
    headline, lead, body, contact = (str(told[name]).strip() for name in ("headline", "lead", "body", "contact"))
    asked_on, sender = local_day(now, app.settings.zone), app.settings.mail.sender
    with app.store.transaction() as session:
        outlets = [one for one in newsroom.outlets if one.language == LANGUAGE and one.form != "listing"]
        numbers = [
            contacts.add(session, now, _editor(one, words), actor, app.seal, asked_on)
            for one in outlets
        ]
        listed = lists.make(session, now, words("demo.list"), None, actor)
        lists.join(session, now, listed, numbers)
        text = Told(headline, lead, body, contact=contact)
        release = editing.start(session, now, text, language=LANGUAGE, actor=actor, campaign_id=campaign_id)
        approval.approve(session, now, release.id, actor, zone=app.settings.zone, office=app.office)
        publishing.publish(session, now, release.id, app.settings.zone)
        code = links.make(session, now, release.id, f"{public}/jautajums")
        office = app.office.name[LANGUAGE]
        wanted = Wanted((listed,), (), {}, (), office, sender, None, 0, 0, subscribers=False)
        sending = planning.plan(session, now, release.id, wanted, actor, sender=sender)
        number, sending_id = release.id, sending.id
    starting.start(app, sending_id, actor)
    return Sent(number, tracked_url(public, code), job.tick(app))


def _editor(outlet: Outlet, words: Callable[[str], str]) -> Draft:
    mail = f"{outlet.slug}@example.org"
    return Draft(words("demo.editor"), mail, outlet=outlet.name, languages=(LANGUAGE,), origin=words("demo.campaign"))


def printed(app: App, newsroom: Newsroom) -> str:
    """An outlet prints it; the outlet's name. Whoever collects then finds it."""
    told = _written()["print"]
    assert isinstance(told, dict)
    article = Article(
        slug=told["slug"], title=told["title"], lead=told["lead"], body=told["body"].strip(), author=told["author"],
        hours_ago=0, expect="return", places=("Preiļu novads", "Ludzas novads", "Krāslavas novads"), agency="",
    )  # fmt: skip
    return newsroom.print(told["outlet"], article, app.clock.now())


def came_of_it(app: App, release_id: int) -> Results:
    """Who printed the release and who followed it, once the press room has looked."""
    watching.tick(app)
    now = app.clock.now()
    with app.store.reading() as session:
        release = reading.one(session, release_id)
        if release is None:
            raise LookupError(release_id)
        return results.of_release(session, now, release, app.settings.zone)
