"""Every change leaves its line in the trail: each route that takes a form is done once, as somebody who may."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyotp
import pytest
from argon2 import PasswordHasher
from PIL import Image
from sqlalchemy import select

from campaigns.timing import queueing
from campaigns.writing import stories
from outreach import work
from outreach.people import keys, passwords, second, tokens
from outreach.people.models import AuditEntry, User
from outreach.pressroom.checks import factbook
from outreach.pressroom.writing import approval, publishing
from outreach.pressroom.writing import editing as writing
from outreach.web import access
from outreach.works.poll import Poll
from scrapers import misses, recall, verdicts
from scrapers.models import Source
from scrapers.topicmodels import SenseModel
from scrapers.topics import editing as topics
from scrapers.topics.draft import Draft
from tests.outreach.pressroom.writing import desk as releases
from tests.outreach.web import families_desk, mailroom, newsdesk, planning, pressprints
from tests.outreach.web.bringing_deeds import BRINGING_DEEDS
from tests.outreach.web.case_deeds import CASE_DEEDS
from tests.outreach.web.conftest import PAGE, Office
from tests.outreach.web.contact_deeds import CONTACT_DEEDS
from tests.outreach.web.handover_deeds import HANDOVER_DEEDS
from tests.outreach.web.letter_deeds import LETTER_DEEDS
from tests.outreach.web.mail_deeds import MAIL_DEEDS
from tests.outreach.web.offer_deeds import OFFER_DEEDS
from tests.outreach.web.privacy_deeds import PRIVACY_DEEDS
from tests.outreach.web.reply_deeds import REPLY_DEEDS
from tests.outreach.web.sending_deeds import SENDING_DEEDS
from tests.outreach.web.subscriber_deeds import SUBSCRIBER_DEEDS
from tests.support.people import Visitor, account, csrf_in

PASSWORD = "trīs zaļi ezeri"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SOURCES = "/settings/sources"
USERS = "/settings/users"
RECALL = "/settings/recall"
RELEASE = {"headline": "Tiekas ģimenes", "lead": "Rēzeknē.", "contact": "birojs@example.org"}
QUOTE = {"words": "Mājās ir labi.", "speaker": "Ance"}
FACT = {"kind": "phone", "label": "Biroja tālrunis", "value": "64600000"}

# A delivery of the desk, seen where it is, and another day for it.
TAKEN = {"seen": "2026-11-23T11:00:00+00:00", "day": "2026-11-26", "hour": ""}

# What takes a form and leaves no line, and why it need not.
SILENT = {
    "public.receive": "a stranger's inquiry is a row of its own, with its moment",
    "api.inquiries": "a portal's inquiry is a row of its own, with its moment",
    "press_joining.ask": "a stranger's question is a row of its own, with its moment; nobody gets anything by it",
    "doors.oidc": "leads to another service; who comes back is written down",
    "me.language": "for one's own eyes", "me.theme": "for one's own eyes", "me.shortcuts": "for one's own eyes",
    "me.second_begin": "nothing is in force before its first code, and that is written down",
    "mention_desk.mark": "for one's own eyes",
    "posts.look": "shows what is typed, keeps nothing",
    "scheduling.preview": "shows what would be planned, keeps nothing",
    "offers.look": "shows what is missing for what is chosen, keeps nothing",
    "post_looks.typed": "shows how what is typed will look, keeps nothing",
    "topics.check": "shows what is wrong with what is typed, keeps nothing",
    "topics.forms": "shows the forms of a word, keeps nothing",
    "topics.try_out": "shows what would be found, keeps nothing; what takes long is written down as work",
    "press_release_texts.count": "shows how long what is typed is, keeps nothing",
    "press_lists.preview": "shows whom a rule would take, keeps nothing",
    "press_send.look": "shows who would get a release, keeps nothing",
    "press_checks.look": "shows what is to be looked at in what is typed, keeps nothing",
    "handover_in.look": "opens a parcel for its own office alone, shows no word and keeps it as it came",
    "api.nothing": "changes nothing by any method",
}  # fmt: skip


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", QUICK)


@dataclass(frozen=True)
class Desk:
    """An office with one of each thing on it."""

    office: Office
    folder: Path

    def as_role(self, role: str) -> Visitor:
        account(self.office.app, role, password_hash=QUICK.hash(PASSWORD))
        return self.office.as_role(role)

    def campaign(self) -> int:
        return planning.campaign(self.office)

    def post(self, *, approved: bool = True) -> int:
        return planning.post(self.office, self.campaign(), approved=approved)

    def channel(self) -> int:
        return planning.channel(self.office, self.folder)

    def delivery(self, status: str = "scheduled") -> int:
        return planning.delivery(self.office, self.post(), self.channel(), status=status)

    def queue_channel(self) -> int:
        number = self.channel()
        with self.office.app.store.transaction() as session:
            queueing.add_slot(session, number, 1, "18:30")
        return number

    def full_queue(self) -> int:
        number, zone = self.queue_channel(), self.office.app.settings.zone
        posts = [self.post(), self.post()]
        with self.office.app.store.transaction() as session:
            queueing.enqueue_all(session, self.office.clock.now(), posts, [number], zone=zone, is_quiet=lambda _: False)
        return number

    def picture(self) -> int:
        return planning.picture(self.office)

    def reply(self) -> int:
        return planning.reply(self.office, self.delivery("published"))

    def settled_reply(self) -> int:
        number = self.reply()
        self.as_role("comms").post(f"/replies/{number}/settle", {"state": "answered"})
        return number

    def story(self) -> int:
        with self.office.app.store.transaction() as session:
            told = stories.Told("Ģimene no Dublinas", "Lieta 4", None, None)
            return stories.add(session, self.office.clock.now(), told, "x").id

    def fact(self) -> int:
        with self.office.app.store.transaction() as session:
            return factbook.add(session, self.office.clock.now(), factbook.Told("phone", "Biroja tālrunis", "64600000"), "x")

    def source(self) -> int:
        return newsdesk.source(self.office, "Rīta Ziņas")

    def print(self) -> int:
        return pressprints.printed(self.office)

    def release(self) -> int:
        with self.office.app.store.transaction() as session:
            return releases.release(session).id

    def campaign_release(self) -> int:
        campaign = planning.campaign(self.office)
        with self.office.app.store.transaction() as session:
            return releases.release(session, campaign_id=campaign).id

    def quoted_release(self) -> int:
        number = self.release()
        with self.office.app.store.transaction() as session:
            writing.quote(session, self.office.clock.now(), number, "lv", releases.SAID, "x")
        return number

    def approved_release(self) -> int:
        number, now = self.release(), self.office.clock.now()
        with self.office.app.store.transaction() as session:
            approval.approve(session, now, number, "x", zone=self.office.app.settings.zone)
        return number

    def public_release(self) -> int:
        number = self.approved_release()
        with self.office.app.store.transaction() as session:
            publishing.publish(session, self.office.clock.now(), number, self.office.app.settings.zone)
        return number

    def moved_source(self) -> int:
        number = self.source()
        with self.office.app.store.transaction() as session:
            session.get_one(Source, number).moved_to = "https://jauna.example/rss"
        return number

    def mention(self) -> int:
        return newsdesk.mention(self.office, self.source(), "Atkal mājās")

    def on_mention(self, role: str, path: str, **data: str) -> Visitor:
        """A deed of somebody on a mention; `{me}` is the account's own number."""
        number, visitor = self.mention(), self.as_role(role)
        visitor.post(path, {"id": str(number), **{name: value.format(me=visitor.user_id) for name, value in data.items()}})
        return visitor

    def topic(self, name: str = "Ezeri") -> int:
        with self.office.app.store.transaction() as session:
            return topics.create(session, self.office.clock.now(), "x", Draft(name, "~ezers"), self.office.app.office).topic_id

    def first_topic(self) -> int:
        number = self.topic()
        self.topic("Upes")
        return number

    def changed_topic(self) -> int:
        number = self.topic()
        with self.office.app.store.transaction() as session:
            topics.save(session, self.office.clock.now(), "x", number, Draft("Ezeri", "~upe"), self.office.app.office)
        return number

    def archived_topic(self) -> int:
        number = self.topic()
        with self.office.app.store.transaction() as session:
            topics.archive(session, self.office.clock.now(), number)
        return number

    def of_stories(self, path: str) -> Visitor:
        """A deed on the mentions of two stories."""
        visitor = self.as_role("comms")
        source = self.source()
        visitor.post(path, {"id": [newsdesk.mention(self.office, source, title) for title in ("Atkal mājās", "Skola aug")]})
        return visitor

    def miss(self) -> int:
        number = self.source()
        with self.office.app.store.transaction() as session:
            address = f"{session.get_one(Source, number).settings['url']}/a"
            made = misses.report(session, self.office.clock.now(), "x", address, "Atkal mājās")
        assert made.miss_id is not None
        return made.miss_id

    def canary(self) -> int:
        now = self.office.clock.now()
        with self.office.app.store.transaction() as session:
            return recall.add(session, now, "x", [recall.Known("https://avots-1.example/a", "Atkal mājās", now)])[0]

    def model(self) -> int:
        with self.office.app.store.transaction() as session:
            row = SenseModel(made_at=self.office.clock.now(), examples=9, scores={}, weights={}, flips=[], state="candidate")
            session.add(row)
            session.flush()
            return row.id

    def other(self) -> int:
        return account(self.office.app, "reader", password_hash=QUICK.hash(PASSWORD))

    def secret(self, visitor: Visitor, *, confirmed: bool) -> str:
        with self.office.app.store.transaction() as session:
            second.prepare(session, self.office.app.seal, visitor.user_id)
            held = second.waiting_secret(session, self.office.app.seal, visitor.user_id)
            assert held is not None
            if confirmed:
                session.get_one(User, visitor.user_id).totp_at = self.office.clock.now()
        return held


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return Desk(office, tmp_path)


def png() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "PNG")
    return made.getvalue()


def door(desk: Desk, path: str, **data: str) -> None:
    """A stranger before a door."""
    client = desk.office.client.application.test_client()
    token = csrf_in(client.get(path, base_url=PAGE).get_data(as_text=True))
    client.post(path, base_url=PAGE, data={"csrf": token, **data})


def enter(desk: Desk) -> None:
    desk.other()
    door(desk, "/sign-in", mail="reader@example.org", password=PASSWORD)


def prove(desk: Desk) -> None:
    secret = desk.secret(desk.as_role("reader"), confirmed=True)
    client = desk.office.client.application.test_client()
    token = csrf_in(client.get("/sign-in", base_url=PAGE).get_data(as_text=True))
    client.post("/sign-in", base_url=PAGE, data={"csrf": token, "mail": "reader@example.org", "password": PASSWORD})
    token = csrf_in(client.get("/sign-in/second", base_url=PAGE).get_data(as_text=True))
    code = pyotp.TOTP(secret).at(desk.office.clock.now())
    client.post("/sign-in/second", base_url=PAGE, data={"csrf": token, "code": code})


def use_key(desk: Desk) -> None:
    with desk.office.app.store.transaction() as session:
        token = keys.make(session, desk.office.clock.now(), "reset", desk.other())
    door(desk, f"/reset/{token}", password="cita garā parole", again="cita garā parole")


def ask_reset(desk: Desk) -> None:
    desk.other()
    door(desk, "/sign-in/forgotten", mail="reader@example.org")


def confirm_second(desk: Desk) -> None:
    visitor = desk.as_role("reader")
    code = pyotp.TOTP(desk.secret(visitor, confirmed=False)).at(desk.office.clock.now())
    visitor.post("/me/second/confirm", {"code": code})


def with_factor(path: str) -> Callable[[Desk], None]:
    def do(desk: Desk) -> None:
        visitor = desk.as_role("reader")
        desk.secret(visitor, confirmed=True)
        visitor.post(path, {"current": PASSWORD})

    return do


def end_sessions(desk: Desk) -> None:
    visitor, _ = desk.as_role("reader"), desk.as_role("reader")
    visitor.post("/me/sessions/end")


def end_session(desk: Desk) -> None:
    visitor, other = desk.as_role("reader"), desk.as_role("reader")
    visitor.post(f"/me/sessions/{other.person.session_id}/end")


def revoke(desk: Desk) -> None:
    visitor = desk.as_role("reader")
    with desk.office.app.store.transaction() as session:
        tokens.make(session, desk.office.clock.now(), visitor.user_id, "x", "x", ("mentions",), 30)
        number = tokens.of_user(session, desk.office.clock.now(), visitor.user_id)[0].id
    visitor.post(f"/me/tokens/{number}/revoke")


def end_feed(desk: Desk) -> None:
    visitor = desk.as_role("reader")
    visitor.post("/me/calendars")
    visitor.post("/me/calendars/1/end")


def take_again(desk: Desk) -> None:
    number = desk.post()
    visitor = desk.as_role("comms")
    visitor.post(f"/posts/{number}/edit", dict(POST))
    visitor.post(f"/posts/{number}/wordings/1")


def settle_comment(desk: Desk) -> None:
    number = desk.post()
    visitor = desk.as_role("coordinator")
    visitor.post(f"/posts/{number}/comments", {"text": "Labi."})
    visitor.post(f"/posts/{number}/comments/1", {"do": "done"})


def settle_mail(desk: Desk) -> None:
    mailroom.run(desk.office, mailroom.reader(desk.office), status="unconfirmed")
    desk.as_role("comms").post("/attention/mail", {"day": "2026-11-23", "arrived": "yes"})


def undo(desk: Desk) -> None:
    number, visitor = desk.mention(), desk.as_role("comms")
    with desk.office.app.store.transaction() as session:
        batch = verdicts.judge(session, desk.office.clock.now(), visitor.person.actor, [number], "relevant")
    visitor.post(f"/mentions/undo/{batch.name}")


def undo_last(desk: Desk) -> None:
    number, visitor = desk.mention(), desk.as_role("comms")
    with desk.office.app.store.transaction() as session:
        verdicts.judge(session, desk.office.clock.now(), visitor.person.actor, [number], "relevant")
    visitor.post("/mentions/undo")


def take_back(desk: Desk) -> None:
    visitor = desk.on_mention("coordinator", "/mentions/tag", tag="balva")
    address = re.search(r'action="(/mentions/back[^"]+)"', visitor.text("/mentions"))
    assert address is not None
    visitor.post(address[1].replace("&amp;", "&"))


def split(desk: Desk) -> None:
    visitor = desk.of_stories("/stories/merge")
    visitor.post("/stories/1/split", {"id": "2"})


def unmerge(desk: Desk) -> None:
    visitor = desk.of_stories("/stories/merge")
    address = re.search(r'<form method="post" action="(/stories/back[^"]+)"', visitor.text("/mentions"))
    assert address is not None
    visitor.post(address[1].replace("&amp;", "&"))


def drop_note(desk: Desk) -> None:
    desk.on_mention("coordinator", "/mentions/note", note="Jāatbild.").post("/mentions/1/notes/1/drop")


def drop_view(desk: Desk) -> None:
    visitor = desk.as_role("reader")
    visitor.post("/mentions/views", {"name": "Krievu", "asked": "language=ru"})
    visitor.post("/mentions/views/1", {"action": "drop"})


def drop_second(desk: Desk) -> None:
    reader = desk.as_role("reader")
    desk.secret(reader, confirmed=True)
    desk.as_role("administrator").post(f"{USERS}/{reader.user_id}/second")


def cancel_work(desk: Desk) -> None:
    visitor = desk.as_role("comms")
    with desk.office.app.store.transaction() as session:
        number = work.ask(session, desk.office.clock.now(), visitor.user_id, visitor.person.actor, "lv", Poll())
    visitor.post(f"/work/{number}/cancel")


def posted(role: str, path: str, data: Callable[[Desk], dict[str, object]] | dict[str, object] | None = None, made: str = "") -> Callable[[Desk], None]:
    """One form of somebody; `made` is what `{}` in the address stands for."""

    def do(desk: Desk) -> None:
        number = getattr(desk, made)() if made else None
        visitor = desk.as_role(role)
        visitor.post(path.format(number), data(desk) if callable(data) else data)

    return do


LINK = {"label": "plakāts", "target_url": "https://majas.example/"}


def change_link(desk: Desk) -> None:
    campaign = desk.campaign()
    visitor = desk.as_role("comms")
    visitor.post(f"/campaigns/{campaign}/links", LINK)
    visitor.post(f"/campaigns/{campaign}/links/1", {**LINK, "withdrawn": "yes"})


STEP = {"title": "Telpa", "due_on": "2026-11-25", "kind": "task"}
COST = {"what": "Plakāti", "spent_on": "2026-11-20", "euro": "12,50"}


def in_plan(role: str, first: str, sent: dict[str, object], then: str, data: dict[str, object]) -> Callable[[Desk], None]:
    """Something put into the plan of a campaign, and a deed on it."""

    def do(desk: Desk) -> None:
        campaign, visitor = desk.campaign(), desk.as_role(role)
        visitor.post(f"/campaigns/{campaign}/{first}", sent)
        visitor.post(f"/campaigns/{campaign}/{first}/1{then}", data)

    return do


def of_inquiry(path: str, data: dict[str, object] | None = None) -> Callable[[Desk], None]:
    def do(desk: Desk) -> None:
        number = families_desk.ask(desk.office)
        families_desk.family(desk.office)
        desk.as_role("coordinator").post(path.format(number), data)

    return do


def of_family(path: str, data: dict[str, object]) -> Callable[[Desk], None]:
    def do(desk: Desk) -> None:
        number = families_desk.family(desk.office, ("contacted", date(2026, 9, 1)))
        desk.as_role("coordinator").post(path.format(number), data)

    return do


def of_two(*paths: str) -> Callable[[Desk], None]:
    def do(desk: Desk) -> None:
        numbers = [families_desk.family(desk.office) for _ in range(2)]
        for path in paths:
            desk.as_role("coordinator").post(path.format(*numbers))

    return do


TOPIC = {"name": "Ezeri", "query": "~ezers", "counting": "sense"}
CAMPAIGN = {"name": "MĀJAS", "starts_on": "2026-11-20"}
STORY = {"title": "Ģimene no Dublinas", "source": "Lieta 4"}
POST = {"language": "lv", "title": "Vietas", "text": "Nāciet {link}", "target_url": "https://example.org/"}
FACTS = {"name": "Jauns", "tier": "national", "language": "lv", "owner": "earned", "kind_url": "https://avots.example/rss", "kind_zone": "Europe/Riga"}
DUE = "2026-12-01T10:00"
DEEDS: dict[str, tuple[str, str, Callable[[Desk], object]]] = {
    "doors.enter": ("sign_in", "user", enter),
    "doors.prove": ("sign_in", "user", prove),
    "doors.sign_out": ("sign_out", "user", posted("reader", "/sign-out")),
    "doors.ask_reset": ("ask_reset", "user", ask_reset),
    "doors.use_key": ("password", "user", use_key),
    "me.password": ("password", "user", posted("reader", "/me/password", {"current": PASSWORD, "password": "cita garā parole", "again": "cita garā parole"})),
    "me.second_confirm": ("second_on", "user", confirm_second),
    "me.second_off": ("second_off", "user", with_factor("/me/second/off")),
    "me.recovery": ("recovery", "user", with_factor("/me/second/codes")),
    "me.end_session": ("end_sessions", "user", end_session),
    "me.end_sessions": ("end_sessions", "user", end_sessions),
    "me.make_token": ("add", "token", posted("reader", "/me/tokens", {"name": "x", "days": "30", "scopes": "mentions"})),
    "me.revoke_token": ("revoke", "token", revoke),
    "feeds.make": ("add", "feed", posted("reader", "/me/calendars")),
    "feeds.end": ("revoke", "feed", end_feed),
    "attention.settle": ("confirm", "digest", settle_mail),
    "mention_desk.judge": ("judge", "mention", posted("comms", "/mentions/verdict", {"one": "1:relevant"}, "mention")),
    "mention_desk.assign": ("assign", "mention", lambda desk: desk.on_mention("coordinator", "/mentions/assign", to="{me}")),
    "mention_desk.tag": ("tag", "mention", lambda desk: desk.on_mention("coordinator", "/mentions/tag", tag="balva")),
    "mention_desk.note": ("note", "mention", lambda desk: desk.on_mention("coordinator", "/mentions/note", note="Jāatbild.")),
    "mention_desk.drop_note": ("note", "mention", drop_note),
    "mention_desk.campaign": ("campaign", "mention", lambda desk: desk.on_mention("comms", "/mentions/campaign", campaign=str(desk.campaign()))),
    "mention_desk.back": ("undo", "mention", take_back),
    "stories.merge": ("merge", "story", lambda desk: desk.of_stories("/stories/merge")),
    "stories.split": ("split", "story", split),
    "stories.back": ("undo", "story", unmerge),
    "mention_desk.keep_view": ("add", "view", posted("reader", "/mentions/views", {"name": "Krievu", "asked": "language=ru"})),
    "mention_desk.change_view": ("delete", "view", drop_view),
    "topics.create": ("create", "topic", posted("comms", "/topics", TOPIC)),
    "topics.save": ("save", "topic", posted("comms", "/topics/{}", TOPIC | {"query": "~upe"}, "topic")),
    "topics.bring_back": ("bring_back", "topic", posted("comms", "/topics/{}/bring-back", {"number": "1"}, "changed_topic")),
    "topics.archive": ("archive", "topic", posted("comms", "/topics/{}/archive", None, "topic")),
    "topics.restore": ("restore", "topic", posted("comms", "/topics/{}/restore", None, "archived_topic")),
    "topics.move": ("move", "topic", posted("comms", "/topics/{}/move", {"way": "down"}, "first_topic")),
    "topics.give": ("give", "topic", posted("comms", "/topics/{}/owner", {"owner": "comms@example.org"}, "topic")),
    "topics.reread": ("ask", "work", posted("comms", "/topics/{}/reread", None, "topic")),
    "pasting.create": ("paste", "mention", posted("coordinator", "/mentions/new", {"text": "Latgalē atgriežas", "where": "radio", "tier": "regional"})),
    "mention_desk.undo": ("undo", "mention", undo),
    "mention_desk.undo_last": ("undo", "mention", undo_last),
    "mentions.export": ("export", "mention", posted("reader", "/mentions/export")),
    "campaigns.create": ("add", "campaign", posted("comms", "/campaigns/new", dict(CAMPAIGN))),
    "campaigns.change": ("change", "campaign", posted("comms", "/campaigns/{}/edit", dict(CAMPAIGN), "campaign")),
    "campaigns.picture": ("picture", "campaign", posted("comms", "/campaigns/{}/picture", lambda _: {"file": (io.BytesIO(png()), "a.png"), "alt": "Ezers"}, "campaign")),
    "posts.create": ("add", "post", posted("comms", "/campaigns/{}/posts/new", dict(POST), "campaign")),
    "posts.change": ("change", "post", posted("comms", "/posts/{}/edit", dict(POST), "post")),
    "posts.approve": ("approve", "post", lambda desk: desk.as_role("comms").post(f"/posts/{desk.post(approved=False)}/approve")),
    "post_set.create": ("translate", "post", posted("comms", "/posts/{}/languages/new?language=en", {"title": "Places", "text": "Come {link}"}, "post")),
    "post_variants.say": ("variant", "post", posted("comms", "/posts/1/channels/{}", lambda desk: {"text": f"Īsi {desk.post()}"}, "channel")),
    "post_wordings.take": ("again", "post", take_again),
    "post_talk.ask": ("ask_approval", "post", lambda desk: desk.as_role("comms").post(f"/posts/{desk.post(approved=False)}/ask")),
    "post_talk.back": ("back", "post", posted("comms", "/posts/{}/back", {"text": "Par garu."}, "post")),
    "post_talk.comment": ("comment", "post", posted("coordinator", "/posts/{}/comments", {"text": "Labi."}, "post")),
    "post_talk.settle": ("comment_done", "post", settle_comment),
    "family_stories.add": ("add", "family_story", posted("comms", "/media/stories", dict(STORY))),
    "family_stories.change": ("change", "family_story", posted("comms", "/media/stories/{}", dict(STORY), "story")),
    "family_stories.withdraw": ("withdraw", "family_story", posted("comms", "/media/stories/{}/withdraw", None, "story")),
    "series.make": ("add", "series", planning.begin_series),
    "series.day": ("skip", "series", lambda desk: planning.begin_series(desk).post("/series/1/days/2026-12-01")),
    "series.carry": ("change", "series", planning.carry_series),
    "series.end": ("end", "series", lambda desk: planning.begin_series(desk).post("/series/1/end")),
    "plan_table.look": ("ask", "plan_table", planning.bring_table),
    "plan_table.plan": ("plan", "plan_table", planning.plan_table),
    "plan_table.undo": ("undo", "plan_table", lambda desk: planning.plan_table(desk).post("/campaigns/plan/1/undo")),
    "scheduling.save": ("schedule", "delivery", posted("comms", "/posts/{}/when", lambda desk: {"channels": str(desk.channel()), "day": "2026-11-30", "hour": "18:30", "clock": "home"}, "post")),
    "queues.add": ("change", "channel", posted("comms", "/channels/{}/queue", {"weekday": "1", "hour": "18:30", "country": "home"}, "channel")),
    "queues.remove": ("change", "channel", posted("comms", "/channels/{0}/queue/{0}/remove", None, "queue_channel")),
    "queues.move": ("move", "delivery", posted("comms", "/channels/{}/queue/move", {"delivery": "1", "do": "down"}, "full_queue")),
    "deliveries.settle": ("settle", "delivery", lambda desk: desk.as_role("comms").post(f"/deliveries/{desk.delivery('unconfirmed')}/settle", {"live": "no"})),
    "deliveries.move": ("move", "delivery", posted("comms", "/deliveries/{}/move", {"due_at": DUE}, "delivery")),
    "calendar_deeds.move": ("move", "delivery", posted("comms", "/calendar/move", lambda desk: {"delivery_id": str(desk.delivery()), **TAKEN})),
    "calendar_deeds.copy": ("copy", "delivery", posted("comms", "/calendar/copy", lambda desk: {"delivery_id": str(desk.delivery()), **TAKEN})),
    "calendar_deeds.drop": ("schedule", "delivery", posted("comms", "/calendar/drop", lambda desk: {"post_id": str(desk.post()), "channel_id": str(desk.channel()), "day": "2026-11-26", "hour": "10:00"})),
    "calendar_deeds.back": ("undo", "delivery", posted("comms", "/calendar/back?delivery={}&seen=2026-11-23T11:00:00%2B00:00", None, "delivery")),
    "deliveries.cancel": ("cancel", "delivery", posted("comms", "/deliveries/{}/cancel", None, "delivery")),
    "deliveries.link": ("change", "delivery", posted("comms", "/deliveries/{}/link", {"spoken": "MĀJAS"}, "delivery")),
    "campaign_links.add": ("add", "link", posted("comms", "/campaigns/{}/links", dict(LINK), "campaign")),
    "campaign_links.change": ("change", "link", change_link),
    "inquiries.create": ("add", "inquiry", posted("coordinator", "/inquiries/new", {"line": "Anna, 3 cilvēki, Īrija", "do": "save"})),
    "inquiries.answered": ("answer", "inquiry", of_inquiry("/inquiries/{}/answered")),
    "inquiries.correct": ("correct", "inquiry", of_inquiry("/inquiries/{}/correct", {"source": "unknown"})),
    "inquiries.family": ("tie", "inquiry", of_inquiry("/inquiries/{}/family", {"household": "1"})),
    "inquiries.erase": ("erase", "inquiry", of_inquiry("/inquiries/{}/erase", {"confirm": "1"})),
    "heard.add": ("note", "inquiry", of_inquiry("/inquiries/{}/heard", {"words": "no kaimiņienes"})),
    "heard.correct": ("correct", "inquiry", lambda desk: desk.as_role("coordinator").post(f"/inquiries/{families_desk.ask(desk.office, said_source='radio')}/heard/1")),
    "families.create": ("add", "household", posted("coordinator", "/families/new", {"adults": "2"})),
    "families.stage": ("stage", "household", of_family("/families/{}/stage", {"stage": "offer_sent", "entered_on": "2026-11-20"})),
    "families.resize": ("resize", "household", of_family("/families/{}/resize", {"adults": "1", "children": "4"})),
    **LETTER_DEEDS,
    **BRINGING_DEEDS,
    **CASE_DEEDS,
    **OFFER_DEEDS,
    **PRIVACY_DEEDS,
    "same.merge": ("merge", "household", of_two("/families/{}/same/{}/merge")),
    "same.part": ("undo", "household", of_two("/families/{}/same/{}/merge", "/families/{}/same/merges/1/undo")),
    "same.apart": ("apart", "household", of_two("/families/{}/same/{}/apart")),
    "seeking.find": ("find", "household", posted("coordinator", "/families/find", {"words": "Zeltkanārijs"})),
    "same.stranger": ("apart", "inquiry", lambda desk: desk.as_role("coordinator").post(f"/inquiries/{families_desk.ask(desk.office)}/same/{families_desk.family(desk.office)}/apart")),
    "users.create": ("add", "user", posted("administrator", f"{USERS}/new", {"mail": "jauns@example.org", "name": "Jauns", "role": "reader", "language": "lv"})),
    "users.change": ("change", "user", posted("administrator", USERS + "/{}", {"name": "Cits", "role": "comms", "language": "lv"}, "other")),
    "users.switch": ("disable", "user", posted("administrator", USERS + "/{}/switch", {"do": "disable"}, "other")),
    "users.reset": ("reset", "user", posted("administrator", USERS + "/{}/reset", None, "other")),
    "users.drop_second": ("second_off", "user", drop_second),
    "users.end_sessions": ("end_sessions", "user", posted("administrator", USERS + "/{}/sessions", None, "other")),
    "sources.create": ("create", "source", posted("comms", f"{SOURCES}/new", {"kind": "feed", **FACTS})),
    "sources.change": ("change", "source", posted("comms", SOURCES + "/{}", dict(FACTS), "source")),
    "sources.probe": ("ask", "work", posted("comms", f"{SOURCES}/probe", {"address": "zinas.example"})),
    "sources.adopt": ("change", "source", posted("comms", SOURCES + "/{}/moved", {}, "moved_source")),
    "sources.switch": ("pause", "source", posted("comms", f"{SOURCES}/switch", lambda desk: {"id": str(desk.source()), "action": "pause"})),
    "sources.poll": ("ask", "work", posted("comms", f"{SOURCES}/poll", {"all": "yes"})),
    "sources.bring": ("ask", "work", posted("comms", f"{SOURCES}/list", lambda _: {"file": (io.BytesIO(b"name,feed\n"), "a.csv")})),
    "mentions.delete": ("delete", "mention", posted("comms", "/mentions/{}/delete", None, "mention")),
    "recall.report": ("report", "miss", posted("coordinator", f"{RECALL}/misses", {"url": "https://nekur.example/a"})),
    "recall.bring": ("paste", "mention", posted("coordinator", RECALL + "/misses/{}/bring", None, "miss")),
    "recall.add": ("add", "canary", posted("comms", f"{RECALL}/canaries", {"url": "avize.example/a", "published": "2026-11-20T10:00"})),
    "recall.table": ("add", "canary", posted("comms", f"{RECALL}/canaries/table", {"lines": "https://avize.example/a,Mājās,2026-11-20 10:00"})),
    "recall.drop": ("delete", "canary", posted("comms", RECALL + "/canaries/{}/drop", None, "canary")),
    "channels.create": ("create", "channel", posted("administrator", "/settings/channels/new", {"kind": "folder", "name": "Mape", "kind_folder": "/srv/x"})),
    "channels.switch": ("pause", "channel", posted("comms", "/settings/channels/{}/switch", {"action": "pause"}, "channel")),
    "channels.check": ("check", "channel", posted("comms", "/settings/channels/{}/check", None, "channel")),
    "channel.reach": ("change", "channel", posted("comms", "/settings/channels/{}/reach", {"countries": "IE"}, "channel")),
    "channel.attempt": ("try", "channel", posted("comms", "/settings/channels/{}/trial", {"key": "0" * 32}, "channel")),
    "replies.ask": ("settle", "reply", posted("coordinator", "/replies/{}/inquiry", None, "reply")),
    "replies.settle": ("settle", "reply", posted("coordinator", "/replies/{}/settle", {"state": "answered"}, "reply")),
    "replies.back": ("undo", "reply", posted("coordinator", "/replies/{}/back", None, "settled_reply")),
    "channels.hold": ("pause", "publishing", posted("comms", "/settings/channels/hold", {"action": "pause", "reason": "Sēras."})),
    "campaign_plan.add": ("add", "step", posted("coordinator", "/campaigns/{}/steps", dict(STEP), "campaign")),
    "campaign_plan.step": ("done", "step", in_plan("coordinator", "steps", dict(STEP), "", {"action": "done"})),
    "campaign_plan.spend": ("add", "cost", posted("coordinator", "/campaigns/{}/costs", dict(COST), "campaign")),
    "campaign_plan.take_back": ("take_back", "cost", in_plan("comms", "costs", dict(COST), "/back", {})),
    "campaign_moments.make": ("add", "campaign", posted("comms", "/campaigns/moments/xmas_eve/2026-12-24", {"name": "Ziemassvētki", "starts_on": "2026-11-24", "keep": ["6", "7"]})),
    "campaign_copies.copy": ("copy", "campaign", posted("comms", "/campaigns/{}/again", {"name": "Vēlreiz", "day": "2027-11-22"}, "campaign")),
    "campaign_copies.keep": ("template", "campaign", posted("comms", "/campaigns/{}/template", {"name": "Paraugs"}, "campaign")),
    "campaigns.hold": ("pause", "campaign", posted("comms", "/campaigns/{}/hold", {"action": "pause"}, "campaign")),
    "media.add": ("add", "picture", posted("comms", "/media", lambda _: {"file": (io.BytesIO(png()), "a.png"), "alt": "Ezers", "rights": "Birojs"})),
    "media.change": ("change", "picture", posted("comms", "/media/pictures/{}", {"alt": "Upe", "rights": "Birojs"}, "picture")),
    "media.focus": ("change", "picture", posted("comms", "/media/pictures/{}/focus", {"focus_x": "30", "focus_y": "20"}, "picture")),
    "media.withdraw": ("withdraw", "picture", posted("comms", "/media/pictures/{}/withdraw", None, "picture")),
    "post_pictures.choose": ("picture", "post", posted("comms", "/posts/{}/pictures", lambda desk: {"do": "add", "picture_id": str(desk.picture()), "alt": "Ezers"}, "post")),
    "work.cancel": ("cancel", "work", cancel_work),
    "office_facts.add": ("add", "fact", posted("comms", "/settings/facts", dict(FACT))),
    "office_facts.change": ("change", "fact", posted("comms", "/settings/facts/{}", dict(FACT), "fact")),
    "office_facts.follow": ("end", "fact", posted("comms", "/settings/facts/{}/follow", {"since": "2026-12-01", "value": "64600001"}, "fact")),
    "press_releases.create": ("add", "release", posted("comms", "/press/releases/new", dict(RELEASE))),
    "press_releases.change": ("change", "release", posted("comms", "/press/releases/{}/edit", dict(RELEASE), "release")),
    "press_release_texts.create": ("translate", "release", posted("comms", "/press/releases/{}/languages/new?language=en", dict(RELEASE), "release")),
    "press_release_texts.take": ("again", "release", posted("comms", "/press/releases/{}/wordings/1", None, "release")),
    "press_quotes.add": ("change", "release", posted("comms", "/press/releases/{}/quotes/new", dict(QUOTE), "release")),
    "press_quotes.change": ("change", "release", posted("comms", "/press/releases/{}/quotes/1", dict(QUOTE), "quoted_release")),
    "press_quotes.drop": ("change", "release", posted("comms", "/press/releases/{}/quotes/1/drop", None, "quoted_release")),
    "press_release_pictures.choose": ("picture", "release", posted("comms", "/press/releases/{}/pictures", lambda desk: {"do": "add", "picture_id": str(desk.picture())}, "release")),
    "press_release_deeds.ask": ("ask_approval", "release", posted("comms", "/press/releases/{}/ask", None, "release")),
    "press_release_deeds.approve": ("approve", "release", posted("comms", "/press/releases/{}/approve", None, "release")),
    "press_release_deeds.back": ("back", "release", posted("comms", "/press/releases/{}/back", {"text": "Par garu."}, "release")),
    "press_release_deeds.publish": ("publish", "release", posted("comms", "/press/releases/{}/publish", None, "approved_release")),
    "press_release_deeds.withdraw": ("take_back", "release", posted("comms", "/press/releases/{}/withdraw", None, "public_release")),
    "press_release_deeds.posts_wait": ("change", "release", posted("comms", "/press/releases/{}/posts-wait", None, "release")),
    "press_release_deeds.place": ("change", "release", posted("comms", "/press/releases/{}/embargo", {"embargo_until": "2026-12-01T09:00"}, "release")),
    "press_results.link": ("add", "link", posted("comms", "/press/releases/{}/results/link", None, "campaign_release")),
    "press_prints.say": ("judge", "print", posted("comms", "/press/prints/{}/verdict", {"verdict": "no"}, "print")),
    "press_checks.accept": ("add", "word", posted("comms", "/press/checks/words", {"word": "Latgalīte", "language": "lv"})),
    "quality.decide": ("refuse_model", "model", posted("comms", "/quality/models/{}", {"action": "refuse"}, "model")),
    "statements.publish": ("publish", "statement", posted("coordinator", "/reports/results/publish", {"period": "2026"})),
    "statements.save": ("plan", "report", posted("coordinator", "/reports/results/plan", {"period": "2026", "plan-planning.families": "80"})),
    **MAIL_DEEDS,
    **HANDOVER_DEEDS,
    **CONTACT_DEEDS,
    **SUBSCRIBER_DEEDS,
    **SENDING_DEEDS,
    **REPLY_DEEDS,
}


def test_every_form_is_either_written_down_or_says_why_not() -> None:
    forms = {endpoint for endpoint, methods in access.TABLE.items() if "POST" in methods}
    assert forms - DEEDS.keys() == SILENT.keys()
    assert DEEDS.keys() - forms == set()


def trail(desk: Desk) -> list[AuditEntry]:
    with desk.office.app.store.reading() as session:
        return [*session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


@pytest.mark.parametrize("endpoint", DEEDS)
def test_a_deed_leaves_its_line(desk: Desk, endpoint: str) -> None:
    action, kind, do = DEEDS[endpoint]
    do(desk)
    lines = [row for row in trail(desk) if (row.action, row.subject_kind) == (action, kind)]
    assert lines, [(row.action, row.subject_kind) for row in trail(desk)]
    assert all(row.actor for row in lines)


@pytest.mark.parametrize("endpoint", [name for name in DEEDS if name.startswith(("families.", "family_steps.", "family_facts.", "family_words.", "inquiries.", "same."))])
def test_the_trail_says_nothing_of_a_family_but_its_number(desk: Desk, endpoint: str) -> None:
    """Administrators read the trail; families are the coordinator's alone."""
    DEEDS[endpoint][2](desk)
    for row in trail(desk):
        assert row.facts.keys() <= {"household"}, row.facts


def test_the_words_of_every_deed_are_there(desk: Desk) -> None:
    texts = desk.office.app.texts
    for language in ("lv", "en"):
        t = texts.in_language(language)
        for action, kind, _ in DEEDS.values():
            assert t.knows(f"people.action.{action}") and t.knows(f"people.kind.{kind}"), (action, kind)
