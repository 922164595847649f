"""One door for every inquiry: form, telephone, mail, walk-in, event or an imported table."""

import hashlib
import hmac
import json
import logging
import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaigns import links
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.tracker.heard import coming, noting
from outreach.tracker.heard.coming import Trace
from outreach.tracker.heard.offering import Choice
from outreach.tracker.lexicon import (
    PLACE,
    country_of,
    source_of,
    sources,
    topic_of,
    topics,
    words_of,
)
from outreach.tracker.models import ARRIVALS, Household, Inquiry
from outreach.tracker.same import marking

log = logging.getLogger(__name__)

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_CODE = re.compile(r"[A-Za-z0-9]{4,16}")


@dataclass(frozen=True)
class Incoming:
    """What came in, as it came. Its repr shows nothing that a stranger wrote.

    `message_id`: what makes this message this one (a form's token, a mail's Message-ID, a table's row name);
    without it the same content on the same day is the same inquiry. `received_at` is for what is entered
    afterwards. `ticked` is what they chose of the list of `heard.offering`, `trace` what was tracked beside the code.
    Values that do not have the shape their field asks for are not lost: they go into the sealed
    text.
    """

    arrived_by: str
    language: str | None = field(default=None, repr=False)
    country: str | None = field(default=None, repr=False)  # ISO code or a name
    municipality: str | None = field(default=None, repr=False)
    topic: str | None = field(default=None, repr=False)  # one of `topics`, or words
    people: int | None = None
    said_source: str | None = field(default=None, repr=False)  # one of `sources`, or their own words
    code: str | None = field(default=None, repr=False)
    household_id: int | None = None
    name: str | None = field(default=None, repr=False)
    contact: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
    message_id: str | None = field(default=None, repr=False)
    received_at: datetime | None = None
    ticked: tuple[Choice, ...] = field(default=(), repr=False)
    trace: Trace = field(default=Trace(), repr=False)
    noted_by: str | None = field(default=None, repr=False)  # who wrote it down for them
    batch_id: int | None = None  # of the table or the event's list that brought it
    body: str | None = field(default=None, repr=False)  # what another message under the same id must not differ in


@dataclass(frozen=True)
class Received:
    """The inquiry's number; `new` is False if it was here already, `other` is True if what was here under the same
    `message_id` had another `body`.
    """

    inquiry_id: int
    new: bool
    other: bool = False


def receive(session: Session, now: datetime, seal: Seal, incoming: Incoming) -> Received:
    """Takes an inquiry in, once: the same message again, even at the same moment, is the same row.

    Raises OutreachError `tracker.error.arrival`, or `tracker.error.household` for a family nobody knows.
    """
    if incoming.arrived_by not in ARRIVALS:
        raise OutreachError("tracker.error.arrival", arrived_by=incoming.arrived_by, known=", ".join(ARRIVALS))
    household = session.get(Household, incoming.household_id) if incoming.household_id is not None else None
    if incoming.household_id is not None and household is None:
        raise OutreachError("tracker.error.household", household_id=incoming.household_id)
    at = incoming.received_at or now
    key = _key(seal, incoming, at)
    seen = select(Inquiry).where(Inquiry.dedup_key == key)
    held = session.scalar(seen)
    if held is not None:
        return _known(seal, held, incoming)
    spoken = False
    if incoming.code and (code := links.code_of(session, incoming.code.strip())) is not None:
        spoken = code != incoming.code.strip()
        incoming = replace(incoming, code=code)  # what they told may be the word that was said aloud
    if household is not None and household.merged_into is not None:
        incoming = replace(incoming, household_id=household.merged_into)  # whose record that is now
    row = _row(seal, incoming, at, key)
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        # Another process was faster by a moment.
        held = session.scalar(seen)
        if held is None:
            raise
        return _known(seal, held, incoming)
    told = marking.Told(incoming.name or "", incoming.contact or "", row.country)
    marking.of_inquiry(session, seal, row.id, row.token, told)
    _note_heard(session, now, seal, row, incoming, spoken)
    log.info("inquiry.received", extra={"inquiry_id": row.id, "arrived_by": row.arrived_by})
    return Received(row.id, new=True)


def key_of(seal: Seal, incoming: Incoming, now: datetime) -> str:
    """The keyed hash by which `receive` knows this inquiry again."""
    return _key(seal, incoming, incoming.received_at or now)


def answer(session: Session, now: datetime, inquiry_id: int) -> bool:
    """Somebody has answered; False if that was written down before. OutreachError `tracker.error.inquiry`."""
    row = session.get(Inquiry, inquiry_id)
    if row is None:
        raise OutreachError("tracker.error.inquiry", inquiry_id=inquiry_id)
    if row.answered_at is not None:
        return False
    row.answered_at = now
    return True


def sealed_place(column: str, token: str) -> str:
    """Where a sealed value of an inquiry belongs, for `Seal`: it opens in its own column and row alone."""
    return f"inquiry.{column}:{token}"


def _known(seal: Seal, held: Inquiry, incoming: Incoming) -> Received:
    # Of a family that was erased nothing tells any more what its message said.
    whole = incoming.body is not None and held.erased_at is None and held.anonymous_at is None
    return Received(held.id, new=False, other=whole and held.token != _token(seal, incoming))


def _token(seal: Seal, incoming: Incoming) -> str:
    """A row's own token: random, or made of its message where another under the same id has to be told from it."""
    if incoming.body is None:
        return secrets.token_hex(16)
    text = json.dumps(["body", incoming.arrived_by, incoming.message_id, incoming.body], ensure_ascii=True)
    return hmac.new(seal.sign_key("inquiry.dedup"), text.encode(), hashlib.sha256).hexdigest()[:32]


def _note_heard(session: Session, now: datetime, seal: Seal, row: Inquiry, incoming: Incoming, spoken: bool) -> None:
    """The first lines of the two columns of how they heard."""
    told = (incoming.said_source or "").strip()
    named = told in sources()
    noting.said(
        session,
        now,
        seal,
        row.id,
        words="" if named else told,
        kind=told if named else None,
        choices=incoming.ticked,
        by=incoming.noted_by,
    )
    ways = coming.ways(session, row.code, incoming.trace, spoken=spoken)
    noting.tracked(session, now, row.id, ways, by=incoming.noted_by)


def _key(seal: Seal, incoming: Incoming, at: datetime) -> str:
    if incoming.message_id:
        made_of: list[object] = ["message", incoming.arrived_by, incoming.message_id]
    else:
        told = (
            incoming.language,
            incoming.country,
            incoming.municipality,
            incoming.topic,
            incoming.people,
            incoming.said_source,
            incoming.code,
            incoming.name,
            incoming.contact,
            incoming.text,
        )
        words = [" ".join(str(value).split()) if value is not None else None for value in told]
        # The day belongs to it: the same line a month later is another call.
        made_of = ["content", incoming.arrived_by, at.date().isoformat(), incoming.household_id, *words]
    text = json.dumps(made_of, ensure_ascii=True)
    return hmac.new(seal.sign_key("inquiry.dedup"), text.encode(), hashlib.sha256).hexdigest()


def _row(seal: Seal, incoming: Incoming, at: datetime, key: str) -> Inquiry:
    token = _token(seal, incoming)
    plain, rest = _plain(incoming)
    text = "\n".join(part for part in (incoming.text, *rest) if part)

    def closed(column: str, value: str | None) -> str | None:
        # A broken character must not stop a family, nor its text appear in the error about it.
        whole = value.encode(errors="replace").decode() if value else ""
        return seal.close(whole, sealed_place(column, token)) if whole else None

    return Inquiry(
        token=token,
        received_at=at,
        arrived_by=incoming.arrived_by,
        dedup_key=key,
        language=plain["language"],
        country=plain["country"],
        municipality=plain["municipality"],
        topic=plain["topic"],
        people=incoming.people if incoming.people is not None and 0 < incoming.people < 100 else None,
        said_source=plain["said"],
        code=plain["code"],
        batch_id=incoming.batch_id,
        household_id=incoming.household_id,
        name_sealed=closed("name", incoming.name),
        contact_sealed=closed("contact", incoming.contact),
        text_sealed=closed("text", text),
    )


def _plain(incoming: Incoming) -> tuple[dict[str, str | None], list[str]]:
    """The values that may stand in the clear, and the words that may not: a form field can hold anything."""
    rest: list[str] = []

    def shaped(value: str | None, shape: re.Pattern[str], most: int) -> str | None:
        told = (value or "").strip()
        if told and (len(told) > most or not shape.fullmatch(told)):
            rest.append(told)
            return None
        return told or None

    country = country_of(incoming.country) if incoming.country else None
    if incoming.country and (country is None or len(words_of(incoming.country)) > 1):
        rest.append(incoming.country)
    topic = topic_of(incoming.topic) if incoming.topic else None
    if incoming.topic and incoming.topic not in topics():
        rest.append(incoming.topic)
    said = source_of(incoming.said_source) if incoming.said_source else None
    if incoming.said_source and incoming.said_source not in sources():
        rest.append(incoming.said_source)
    if said in {None, "other"}:
        said = next((one.kind for one in incoming.ticked if one.kind), said)  # a tick is plainer than unknown words
    plain = {
        "language": shaped(incoming.language, _LANGUAGE, 3),
        "country": country,
        "municipality": shaped(incoming.municipality, PLACE, 80),
        "topic": topic,
        "said": said,
        "code": shaped(incoming.code, _CODE, 16),
    }
    if incoming.people is not None and not 0 < incoming.people < 100:
        rest.append(str(incoming.people))
    return plain, rest
