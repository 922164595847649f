"""What an invented office did over five years: campaigns and posts, inquiries, families, and who works there."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection

from campaigns.models import Campaign, ChannelRow, Click, Delivery, DeliveryEvent, Link, Post
from outreach.people import passwords
from outreach.people.models import ROLES, AuditEntry, User
from outreach.tracker import families, intake
from outreach.tracker.cases import tasks
from outreach.tracker.cases.models import FamilyConsent, Task
from outreach.tracker.lexicon import sources, topics
from outreach.tracker.models import ARRIVALS, Attribution, Household, Inquiry, Stage, Touch
from tests.benchmarks.archive_plan import STEP, Making, municipalities, put
from tests.benchmarks.archive_words import name

_YEARS = timedelta(days=5 * 365)
_CHANNELS = ("Mājaslapa", "Mastodon", "Facebook mape", "Ziņu lapa", "Draugiem mape", "Preses sūtījumi")
_PATHS = (
    ("contacted",),
    ("contacted", "offer_sent"),
    ("contacted", "offer_sent", "planning"),
    ("contacted", "offer_sent", "planning", "returned_supported"),
    ("contacted", "returned_alone"),
    ("contacted", "offer_sent", "postponed"),
)


def put_office(connection: Connection, making: Making) -> None:
    """Everything but what is heard."""
    put_people(connection, making)
    campaigns = put_campaigns(connection, making)
    links = put_posts(connection, making, campaigns)
    put_families(connection, making)
    put_inquiries(connection, making, links)


def put_people(connection: Connection, making: Making) -> None:
    """One account a role, and a trail of their deeds."""
    hashed = passwords.hashed(making.password) if making.password else None
    place = municipalities(making.office)[0]
    made = making.now - _YEARS
    people = [
        {
            "id": number,
            "mail": f"{role}@example.org",
            "name": name(making.chance(role), making.words.words),
            "role": role,
            "place": place if role == "partner" else None,
            "language": "lv",
            "theme": "auto",
            "shortcuts": True,
            "password_hash": hashed,
            "password_at": made if hashed else None,
            "created_at": made,
            "last_seen_at": making.now - timedelta(hours=number),
        }
        for number, role in enumerate(ROLES, 1)
    ]
    put(connection, User, people)
    chance = making.chance("audit")
    deeds = (("judge", "mention"), ("approve", "post"), ("see", "household"), ("correct", "inquiry"), ("sign_in", "user"))
    trail = []
    for number in range(1, min(5_000, making.size.inquiries) + 1):
        action, kind = chance.choice(deeds)
        trail.append(
            {
                "id": number,
                "at": making.now - timedelta(minutes=97 * (5_000 - number)),
                "actor": f"{chance.choice(ROLES[:3])}@example.org",
                "action": action,
                "subject_kind": kind,
                "subject_id": chance.randint(1, 40),
                "facts": {},
            }
        )
    put(connection, AuditEntry, trail)


def put_campaigns(connection: Connection, making: Making) -> list[str]:
    """Campaigns over five years, the last ones still going on; their names in the order of their numbers."""
    chance = making.chance("campaigns")
    places = municipalities(making.office)
    rows = []
    for number in range(1, making.size.campaigns + 1):
        begun = making.now - _YEARS * (1 - number / making.size.campaigns) - timedelta(days=20)
        rows.append(
            {
                "id": number,
                "name": f"{name(chance, making.words.words)} {begun.year}",
                "language": chance.choice(("lv", "lv", "ru", "en", None)),
                "starts_on": begun.date(),
                "ends_on": (begun + timedelta(days=chance.randint(14, 90))).date() if number % 9 else None,
                "created_at": begun - timedelta(days=7),
                "goal": making.words.title(chance, "lv"),
                "note": f"<p>{chance.choice(making.words.sentences['lv'])}</p>",
                "municipalities": sorted(set(chance.choices(places, k=number % 3))),
            }
        )
    put(connection, Campaign, rows)
    channels = [
        {"id": at, "name": called, "kind": "folder", "settings": {"folder": str(making.folder / f"kanals-{at}")}, "paused": at == 5,
         "pause_reason": "campaigns.paused.settings" if at == 5 else None}
        for at, called in enumerate(_CHANNELS, 1)
    ]
    put(connection, ChannelRow, channels)
    return [str(row["name"]) for row in rows]


@dataclass(frozen=True)
class Linked:
    """A published post's tracked link, for inquiries to have come by."""

    link: int
    code: str
    post: int
    title: str
    channel: str
    campaign: str
    at: datetime


def put_posts(connection: Connection, making: Making, campaigns: list[str]) -> list[Linked]:
    """Posts with one to three deliveries each; the newest are still to go out."""
    chance = making.chance("posts")
    rows: dict[type[Any], list[dict[str, Any]]] = {Post: [], Delivery: [], DeliveryEvent: [], Link: [], Click: []}
    published: list[Linked] = []
    for number in range(1, making.size.posts + 1):
        due = making.now - (_YEARS * (1 - number / making.size.posts)) + timedelta(days=6, hours=chance.randint(-9, 9))
        campaign = min(making.size.campaigns, 1 + (number * making.size.campaigns) // (making.size.posts + 1))
        title = making.words.title(chance, "lv")
        approved = due < making.now or number % 2 == 0
        rows[Post].append(
            {
                "id": number,
                "campaign_id": campaign,
                "language": chance.choice(("lv", "lv", "lv", "ru", "en")),
                "title": title,
                "text": " ".join(chance.choice(making.words.sentences["lv"]) for _ in range(4)),
                "target_url": f"https://example.org/jaunumi/{number}",
                "created_at": due - timedelta(days=9),
                "approved_at": due - timedelta(days=8) if approved else None,
                "written_by": "comms@example.org",
                "approved_by": "administrator@example.org" if approved else None,
            }
        )
        for channel in chance.sample(range(1, len(_CHANNELS) + 1), chance.randint(1, 3)):
            linked = _deliver(making, chance, rows, number, channel, due)
            if linked is not None:
                published.append(Linked(*linked, number, title, _CHANNELS[channel - 1], campaigns[campaign - 1], due))
    for model, told in rows.items():
        put(connection, model, told)
    return published


def _deliver(
    making: Making, chance: Random, rows: dict[type[Any], list[dict[str, Any]]], post: int, channel: int, due: datetime
) -> tuple[int, str] | None:
    number = len(rows[Delivery]) + 1
    status = "scheduled" if due >= making.now else "published"
    if status == "published" and number % 97 == 0:
        status = "cancelled"
    if status == "published" and number > making.size.posts * 2 - 60 and number % 20 == 0:
        status = chance.choice(("failed", "unconfirmed"))
    out = status == "published"
    code = hashlib.blake2s(f"{making.seed}:{number}".encode(), digest_size=5).hexdigest()[:8]
    rows[Delivery].append(
        {
            "id": number,
            "post_id": post,
            "channel_id": channel,
            "due_at": due,
            "status": status,
            "key": f"k{number:08d}",
            "attempts": 0 if status == "scheduled" else 1,
            "published_at": due + timedelta(seconds=20) if out else None,
            "receipt_url": f"https://kanals-{channel}.example.org/{number}" if out else None,
            "error_key": "http.total" if status in {"failed", "unconfirmed"} else None,
            "error_facts": {"url": "https://example.org/", "seconds": 30} if status in {"failed", "unconfirmed"} else None,
        }
    )
    steps = ["scheduled"] if status == "scheduled" else ["scheduled", "sending", status]
    for at, (before, after) in enumerate(zip([None, *steps], steps, strict=False)):
        moment = due - timedelta(days=7) if at == 0 else due + timedelta(seconds=at)
        rows[DeliveryEvent].append(
            {"id": len(rows[DeliveryEvent]) + 1, "delivery_id": number, "at": moment, "from_status": before, "to_status": after, "detail": ""}
        )
    rows[Link].append(
        {"id": number, "code": code, "delivery_id": number, "target_url": f"https://example.org/jaunumi/{post}",
         "created_at": due - timedelta(days=7)}
    )
    if not out:
        return None
    for _ in range(chance.choice((0, 0, 1, 3, 8, 20))):
        clicked = due + timedelta(minutes=chance.randint(1, 20_000))
        if clicked < making.now:
            rows[Click].append({"id": len(rows[Click]) + 1, "link_id": number, "clicked_at": clicked})
    return number, code


def put_families(connection: Connection, making: Making) -> None:
    """Families with their stages; every name is invented and sealed."""
    chance = making.chance("families")
    places = municipalities(making.office)
    households: list[dict[str, Any]] = []
    stages: list[dict[str, Any]] = []
    for number in range(1, making.size.families + 1):
        began = making.now - _YEARS * (1 - number / making.size.families) - timedelta(hours=chance.randint(1, 40))
        token = f"{chance.getrandbits(128):032x}"
        adults, children = chance.randint(1, 3), chance.choice((0, 0, 1, 2, 3))
        households.append(
            {
                "id": number,
                "token": token,
                "created_at": began,
                "municipality": chance.choice(places) if number % 5 else None,
                "countries": [chance.choice(making.office.host_countries)],
                "adults": adults,
                "children": children,
                "name_sealed": making.seal.close(name(chance, making.words.words), families.sealed_place("name", token)),
                "note_sealed": making.seal.close(
                    chance.choice(making.words.sentences["lv"]), families.sealed_place("note", token)
                ),
                "eligible_for_grant": chance.choice((True, False, None)),
            }
        )
        at = began
        for stage in chance.choice(_PATHS):
            if at < making.now:
                stages.append(
                    {"id": len(stages) + 1, "household_id": number, "stage": stage, "entered_on": at.date(),
                     "people": adults + children, "recorded_at": at}
                )
            at += timedelta(days=chance.randint(5, 120))
    put(connection, Household, households)
    put(connection, Stage, stages)
    put_cases(connection, making)


def put_cases(connection: Connection, making: Making) -> None:
    """Next steps of every third family, some of them overdue, and consents of every seventh, some of them ending."""
    chance, today = making.chance("cases"), making.now.date()
    steps: list[dict[str, Any]] = []
    consents: list[dict[str, Any]] = []
    for number in range(making.size.families, 0, -1):
        made = {"made_at": making.now - timedelta(days=60), "made_by": "koordinatore@example.org"}
        if number % 3 == 0:
            token = f"{chance.getrandbits(128):032x}"
            words = making.seal.close(chance.choice(making.words.sentences["lv"])[:200], tasks.place(token))
            due = today + timedelta(days=chance.randint(-9, 60))
            step = {"id": len(steps) + 1, "token": token, "household_id": number, "words_sealed": words, "due_on": due}
            steps.append(step | made)
        if number % 7 == 0:
            consents.append(
                {"id": len(consents) + 1, "household_id": number, "purpose": chance.choice(("story", "photo")),
                 "given_by": "written", "given_on": today - timedelta(days=300), "noted_at": made["made_at"],
                 "until": today + timedelta(days=chance.randint(1, 400)), "noted_by": made["made_by"]}
            )  # fmt: skip
    put(connection, Task, steps)
    put(connection, FamilyConsent, consents)


def put_inquiries(connection: Connection, making: Making, links: list[Linked]) -> None:
    """Inquiries over five years, with what lies before each and with what it is linked."""
    inquiries: list[dict[str, Any]] = []
    touches: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    for inquiry, lies in _inquiries(making, links):
        inquiries.append(inquiry)
        number, at = inquiry["id"], inquiry["received_at"]
        held: dict[str, Any] = {"kind": "unknown", "id": None, "label": {}}
        for kind, facts, label in lies:
            touch = {"id": len(touches) + 1, "inquiry_id": number, "kind": kind, "at": at, "label": label}
            touches.append({"click_link_id": None, "post_id": None, "mention_id": None, **touch, **facts})
            if kind != "coverage":
                held = touch
        answers.append(
            {
                "id": number,
                "inquiry_id": number,
                "made_at": at + timedelta(minutes=1),
                "rule": held["kind"],
                "touch_id": held["id"],
                "by_person": False,
                "evidence": held["label"],
            }
        )
    put(connection, Inquiry, inquiries)
    put(connection, Touch, touches)
    put(connection, Attribution, answers)


Lies = list[tuple[str, dict[str, Any], dict[str, str | int | None]]]


def _inquiries(making: Making, links: list[Linked]) -> Iterator[tuple[dict[str, Any], Lies]]:
    chance = making.chance("inquiries")
    places = municipalities(making.office)
    said, asked = sorted(sources()), sorted(topics())
    for number in range(1, making.size.inquiries + 1):
        at = making.now - _YEARS * (1 - number / making.size.inquiries) - timedelta(minutes=chance.randint(5, 50))
        token = f"{chance.getrandbits(128):032x}"

        def closed(column: str, value: str, token: str = token) -> str:
            return making.seal.close(value, intake.sealed_place(column, token))

        came = chance.random()
        # Posts are in order of time: one of the latest before the inquiry.
        link = links[max(0, int(len(links) * number / making.size.inquiries) - chance.randint(2, 9))] if links and came < 0.3 else None
        source = chance.choice(said) if link is None and came < 0.7 else None
        household = 1 + number * making.size.families // (making.size.inquiries + 1) if number % 4 == 0 else None
        row = {
            "id": number,
            "token": token,
            "received_at": at,
            "arrived_by": chance.choice(ARRIVALS),
            "dedup_key": hashlib.sha256(token.encode()).hexdigest(),
            "language": chance.choice(("lv", "lv", "ru", "en")),
            "country": chance.choice(making.office.host_countries),
            "municipality": chance.choice(places) if number % 3 else None,
            "topic": chance.choice(asked),
            "people": chance.choice((None, 1, 2, 3, 4)),
            "said_source": source,
            "code": link.code if link else None,
            "household_id": household if making.size.families else None,
            "answered_at": at + timedelta(hours=chance.randint(1, 60)) if number <= making.size.inquiries - 6 else None,
            "linked_at": at + timedelta(minutes=1),
            "contact_sealed": closed("contact", f"persona{number}@example.org"),
            "name_sealed": closed("name", name(chance, making.words.words)),
            "text_sealed": closed("text", chance.choice(making.words.sentences["lv"])),
        }
        lies: Lies = []
        if link is not None:
            label: dict[str, str | int | None] = {
                "post": link.title, "channel": link.channel, "campaign": link.campaign, "clicks": 3, "at": link.at.isoformat(),
            }
            lies.append(("link", {"click_link_id": link.link, "post_id": link.post}, label))
        if source is not None:
            lies.append(("said", {}, {"source": source}))
        back = int((making.now - at) / STEP) + chance.randint(1, 2_000)
        if number % 3 == 0 and back < making.size.mentions:
            lies.append(
                (
                    "coverage",
                    {"mention_id": making.size.mentions - back},
                    {
                        "title": making.words.title(chance, "lv"),
                        "outlet": name(chance, making.words.words),
                        "url": f"https://example.org/raksts/{back}",
                    },
                )
            )
        yield row, lies
