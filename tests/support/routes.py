"""Every route there is, found by walking the url map, with something real in its places: a new page joins by being there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, ChannelRow, Delivery, FamilyStory, Link, Picture, Post, PostComment, Series
from outreach.alerts.models import AlertHook, AlertLetter
from outreach.digest.models import DigestEdition
from outreach.people.models import User
from outreach.pressroom.models import (
    Contact,
    ContactList,
    OfficeFact,
    PressSubscriber,
    Release,
    ReleasePrint,
    ReleaseQuote,
    ReleaseReply,
    Sending,
)
from outreach.statements.models import Statement
from outreach.subscribers.models import Subscription
from outreach.tracker.bringing.models import Batch
from outreach.tracker.cases.models import FamilyConsent, Paper, Task
from outreach.tracker.handover.models import Handover
from outreach.tracker.heard.models import Heard
from outreach.tracker.letters.models import Letter, LetterFile
from outreach.tracker.models import Household, Inquiry
from outreach.tracker.offers.models import Offer
from outreach.tracker.same.models import Merge
from outreach.web import access
from outreach.work import WorkRow
from scrapers.models import Canary, Evidence, Mention, MentionVerdict, Miss, Source, Story
from scrapers.topicmodels import SenseModel, Topic
from tests.support.parcels import PARCEL

_PLACE = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Asked in this order: who sees a page first shows it.
ROLES = ("comms", "coordinator", "administrator", "reader", "partner")

_NUMBERS: dict[str, Any] = {
    "mention_id": Mention, "campaign_id": Campaign, "post_id": Post, "delivery_id": Delivery, "channel_id": ChannelRow,
    "inquiry_id": Inquiry, "offer_id": Offer, "line_id": Heard, "task_id": Task, "consent_id": FamilyConsent, "paper_id": Paper, "household_id": Household, "family_id": Household, "merge_id": Merge, "batch_id": Batch, "source_id": Source, "story_id": Story,
    "model_id": SenseModel, "user_id": User, "work_id": WorkRow, "evidence_id": Evidence, "canary_id": Canary, "miss_id": Miss, "topic_id": Topic,
    "edition_id": DigestEdition, "reader_id": Subscription, "family_letter_id": Letter, "file_id": LetterFile, "hook_id": AlertHook, "letter_id": AlertLetter, "picture_id": Picture, "comment_id": PostComment,
    "told_id": FamilyStory, "series_id": Series, "fact_id": OfficeFact, "contact_id": Contact, "list_id": ContactList, "release_id": Release, "print_id": ReleasePrint, "quote_id": ReleaseQuote, "subscriber_id": PressSubscriber, "sending_id": Sending, "answer_id": ReleaseReply, "statement_id": Statement, "handover_id": Handover,
}


@dataclass(frozen=True)
class Route:
    """One rule by one method; `address` has every place filled."""

    endpoint: str
    method: str
    rule: str
    address: str

    def roles(self) -> frozenset[str]:
        """Whom the table names."""
        return access.roles_of(self.endpoint, self.method)

    def visitor(self) -> str | None:
        """A role that may ask; None where only strangers, or nobody, may."""
        return next((role for role in ROLES if role in self.roles()), None)


def samples(session: Session) -> dict[str, str]:
    """For each place of an address a thing that is there; the newest, or the first user."""
    found = {name: str(session.scalar(select(func.max(model.id))) or 1) for name, model in _NUMBERS.items()}
    found["user_id"] = str(session.scalar(select(func.min(User.id))) or 1)
    found["other_id"] = str(session.scalar(select(func.min(Household.id))) or 1)  # another than the newest
    found["code"] = session.scalar(select(func.max(Link.code))) or "abcdefg"
    found["batch"] = session.scalar(select(func.max(MentionVerdict.batch))) or "x"
    found["slug"] = session.scalar(select(func.max(Release.slug))) or "x"
    found["picture"] = session.scalar(select(func.max(Picture.name))) or "x.webp"
    # Of the whole year, whichever it is.
    found |= {"number": "1", "key": "grants", "day": f"{session.scalar(select(func.max(Campaign.starts_on))) or date(2026, 1, 1):%Y}-01-01"}
    return found | {"kind": "outreach", "filename": "mark.svg", "rest": "v1/nothing", "shape": "txt", "place": "Ludzas novads", "subject": "work", "token": "x", "parcel": PARCEL, "name": found["picture"], "width": "1080", "height": "1350"}


def routes(pages: Flask, filled: Mapping[str, str]) -> Iterator[Route]:
    """Each rule by each method it takes."""
    for rule in pages.url_map.iter_rules():
        address = _PLACE.sub(lambda place: filled.get(place[2]) or ("1" if place[1] == "int" else "x"), rule.rule)
        for method in METHODS:
            if method in (rule.methods or ()):
                yield Route(rule.endpoint, method, rule.rule, address)

