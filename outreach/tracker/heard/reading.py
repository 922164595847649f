"""Both columns as they are read: every line of one inquiry with who and when, or what stands of many inquiries."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, aliased

from campaigns.models import Campaign, ChannelRow, Delivery, Link
from outreach.core.seal import Seal
from outreach.tracker.heard import channels
from outreach.tracker.heard.agreeing import Agreement, Side, agree
from outreach.tracker.heard.models import Heard
from outreach.tracker.heard.noting import sealed_place
from outreach.tracker.models import Inquiry
from scrapers.models import Source

# What is ticked on the list, where decoys lie among the outlets.
TICKED = frozenset({"source", "outlet", "campaign", "person", "decoy"})


@dataclass(frozen=True)
class LineSeen:
    """One line. `what` None only takes another back. `gone`: it was taken back itself. `channel` is the name of our
    channel, or where a link on paper stands; `kind` that channel's kind. `words` is empty unless they were opened.
    """

    line_id: int
    inquiry_id: int
    side: str
    what: str | None
    name: str
    campaign_id: int | None
    campaign: str
    outlet: str
    medium: str
    link_id: int | None
    channel: str
    kind: str | None
    at: datetime
    by: str | None
    takes_back: int | None
    gone: bool
    words: str = field(default="", repr=False)

    @property
    def stands(self) -> bool:
        """Whether it counts."""
        return self.what is not None and not self.gone

    @property
    def name_key(self) -> str | None:
        """The catalogue's key of its name, where it has one: a source is a name of a list."""
        return f"tracker.source.{self.name}" if self.what in {"words", "source"} else None


@dataclass(frozen=True)
class Both:
    """An inquiry with what stands in its two columns."""

    inquiry_id: int
    received_at: datetime
    arrived_by: str
    said: tuple[LineSeen, ...]
    tracked: tuple[LineSeen, ...]
    agreement: Agreement

    @property
    def ticked(self) -> bool:
        """Whether anything of the list was ticked; at an event nobody was shown it: the office notes the event."""
        return self.arrived_by != "event" and any(line.what in TICKED for line in self.said)

    @property
    def decoy(self) -> bool:
        """Whether what was ticked has a decoy in it."""
        return any(line.what == "decoy" for line in self.said)


def _lines() -> Select[*tuple[Any, ...]]:
    taker = aliased(Heard)
    gone = select(taker.id).where(taker.takes_back == Heard.id).exists()
    return (
        select(
            Heard.id, Heard.inquiry_id, Heard.side, Heard.what, Heard.name, Heard.campaign_id, Heard.link_id, Heard.at,
            Heard.by, Heard.takes_back, Heard.token, Heard.words_sealed, gone.label("gone"),
            Campaign.name.label("campaign"), Source.name.label("outlet"), Source.medium,
            ChannelRow.name.label("channel"), ChannelRow.kind, Link.label,
        )
        .outerjoin(Campaign, Campaign.id == Heard.campaign_id)
        .outerjoin(Source, Source.id == Heard.source_id)
        .outerjoin(Link, Link.id == Heard.link_id)
        .outerjoin(Delivery, Delivery.id == Link.delivery_id)
        .outerjoin(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .order_by(Heard.inquiry_id, Heard.id)
    )  # fmt: skip


def of_inquiry(session: Session, inquiry_id: int, seal: Seal | None = None) -> list[LineSeen]:
    """Every line of an inquiry in the order they were noted, also what was taken back.

    With `seal` their own words are opened: only for who has written the look down in the same transaction.
    """
    rows = session.execute(_lines().where(Heard.inquiry_id == inquiry_id))
    return [_seen(row, seal) for row in rows]


def period(session: Session, since: datetime, until: datetime, portal: str) -> list[Both]:
    """The inquiries that came in `since` <= t < `until`, the latest first, with what stands; no words are opened."""
    within = (Inquiry.received_at >= since, Inquiry.received_at < until)
    asked = session.execute(
        select(Inquiry.id, Inquiry.received_at, Inquiry.arrived_by)
        .where(*within)
        .order_by(Inquiry.received_at.desc(), Inquiry.id.desc())
    ).all()
    rows = session.execute(_lines().join(Inquiry, Inquiry.id == Heard.inquiry_id).where(*within))
    grouped = itertools.groupby(rows, lambda row: row.inquiry_id)
    lines = {number: [_seen(row, None) for row in group] for number, group in grouped}
    return [_both(*row, lines.get(row[0], []), portal) for row in asked]


def agreement(lines: Iterable[LineSeen], portal: str) -> Agreement:
    """What the two columns of one inquiry come to; `portal` is the host of the office's own portal."""
    standing = [line for line in lines if line.stands]
    said, tracked = ([line for line in standing if line.side == side] for side in ("said", "tracked"))
    return agree(side_of(said, portal), side_of(tracked, portal))


def side_of(lines: Sequence[LineSeen], portal: str) -> Side:
    """What lines of one side tell. Decoys tell nothing."""
    told = [line for line in lines if line.what not in {None, "decoy"}]
    return Side(
        frozenset(line.campaign_id for line in told if line.campaign_id is not None),
        frozenset(line.outlet or line.name for line in told if line.outlet or line.what == "outlet"),
        frozenset(channel for line in told if (channel := _channel(line, portal)) is not None),
    )


def _channel(line: LineSeen, portal: str) -> str | None:
    if line.what in {"words", "source"}:
        return channels.of_source(line.name)
    if line.what == "person":
        return channels.PERSON
    if line.outlet:
        return channels.of_medium(line.medium)
    if line.what == "referrer":
        return channels.of_host(line.name, portal)
    return channels.of_kind(line.name) if line.what == "utm" else channels.of_kind(line.kind)


def _both(number: int, at: datetime, arrived: str, lines: list[LineSeen], portal: str) -> Both:
    standing = [line for line in lines if line.stands]
    said, tracked = (tuple(line for line in standing if line.side == side) for side in ("said", "tracked"))
    return Both(number, at, arrived, said, tracked, agreement(standing, portal))


def _seen(row: Row[Any], seal: Seal | None) -> LineSeen:
    words = seal.open(row.words_sealed, sealed_place(row.token)) if seal is not None and row.words_sealed else ""
    return LineSeen(
        row.id, row.inquiry_id, row.side, row.what, row.name or "", row.campaign_id, row.campaign or "",
        row.outlet or "", row.medium or "", row.link_id, row.channel or row.label or "", row.kind,
        row.at, row.by, row.takes_back, bool(row.gone), words,
    )  # fmt: skip
