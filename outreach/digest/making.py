"""From plans to editions: what was made already is read, the rest is made from one reading of the wings."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.mail_mould import Mould
from outreach.digest import editions
from outreach.digest.addresses import Addresses
from outreach.digest.choosing import choose
from outreach.digest.composing import Composed, compose
from outreach.digest.editions import Kept, Slots
from outreach.digest.facts import Digest, Pool
from outreach.digest.gathering import gather
from outreach.digest.narrowing import narrowed
from outreach.digest.planning import Plan, widest, zone_of
from outreach.people import addresses
from outreach.tracker import queries as inquiries

log = logging.getLogger("outreach.digest")

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Made:
    """An edition in words, before it is kept."""

    digest: Digest
    composed: Composed
    slots: Slots


@dataclass
class Press:
    """Makes the editions of one look, each when its first reader's turn comes: `kept` are those that are there."""

    app: App
    pools: dict[Span, Pool]
    kept: dict[Plan, Kept]
    moulds: dict[int, Mould] = field(default_factory=dict)

    def words(self, plans: Collection[Plan]) -> dict[Plan, Made]:
        """Those of these plans that are not kept yet, in words; one that a fault of ours breaks is logged and left out.

        In an order of its own, so that two processes that keep the same ones never wait for each other in a ring.
        """
        wanted = sorted({plan for plan in plans if plan not in self.kept}, key=lambda plan: (plan.day, plan.key))
        return {plan: made for plan in wanted if (made := self._tried(plan)) is not None}

    def keep(self, session: Session, now: datetime, made: dict[Plan, Made]) -> None:
        """Keeps what `words` made."""
        for plan, one in made.items():
            self.kept[plan] = editions.keep(session, now, plan, one.digest, one.composed, one.slots)

    def mould(self, kept: Kept) -> Mould:
        """The edition's bytes, made once for all its readers."""
        known = self.moulds.get(kept.id)
        if known is None:
            told = kept.composed
            known = self.moulds[kept.id] = Mould.cast(
                text=told.text,
                html=told.html,
                pictures=told.pictures,
                slots=(kept.slots.mail, kept.slots.reader),
                mark=kept.slots.mail,
            )
        return known

    def _tried(self, plan: Plan) -> Made | None:
        try:
            return write(self.app, plan, self.pools[plan.since, plan.until], editions.new_slots())
        except Exception:
            # One choice that breaks the words, or news that nobody could read: the mails of others go.
            log.exception("digest.broke", extra={"day": plan.day.isoformat(), "language": plan.language})
            return None


def press(app: App, now: datetime, plans: Collection[Plan]) -> Press:
    """Looks which of these plans have their edition, and reads once what the others are made of.

    Raises OutreachError of the store. A fault of ours in the reading is logged, and nothing but what is kept is made.
    """
    with app.store.reading() as session:
        found = editions.find(session, plans)
    wanted = [plan for plan in plans if plan not in found]
    try:
        pools = read(app, now, wanted) if wanted else {}
    except Exception as error:
        if isinstance(error, OutreachError):
            raise
        log.exception("digest.broke")
        pools = {}
    return Press(app, pools, found)


def read(app: App, now: datetime, plans: Collection[Plan]) -> dict[Span, Pool]:
    """Everything that these plans may tell, by their times: read once for the widest, and cut to each."""
    since, until = widest(plans)
    roles = {plan.role for plan in plans if plan.role is not None}
    spans = {(plan.since, plan.until) for plan in plans}
    with app.store.reading() as session:
        pool = gather(session, now, app.settings.zone, since, until, roles)
        came = {span: inquiries.counts_by_source(session, *span) for span in spans if roles}
    return {span: narrowed(pool, *span, came.get(span, ())) for span in spans}


def write(app: App, plan: Plan, pool: Pool, slots: Slots) -> Made:
    """One edition in words; pure but for the words' catalogue."""
    digest = choose(
        pool,
        plan.choice,
        day=plan.day,
        since=plan.since,
        until=plan.until,
        role=plan.role,
        late=plan.late,
        missed=plan.missed,
    )
    where = Addresses(addresses.base(app.settings), slots.mail, slots.reader)
    words = app.texts.in_language(plan.language)
    return Made(digest, compose(digest, words, zone_of(plan), where, plan.may_judge), slots)
