"""Carries mails over one line, some at a time: claimed in one transaction, sent outside of any, recorded in another.

The relay is spoken with in a thread of its own. While it takes some mails the next ones are claimed and made.
"""

import logging
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from outreach.core import presence
from outreach.core.app import App
from outreach.core.errors import OutreachError, WireError
from outreach.core.journal import Journal
from outreach.core.mail import Parcel
from outreach.core.mail_way import Way, Went
from outreach.digest.addresses import Addresses
from outreach.digest.editions import Kept
from outreach.digest.making import Press
from outreach.digest.names import domain_of, sender_of
from outreach.digest.planning import Plan
from outreach.people import addresses
from outreach.postbox import envelope
from outreach.subscribers import runs
from outreach.subscribers.links import LIFE, Links, links_of
from outreach.subscribers.models import DigestRun
from outreach.subscribers.runs import Outcome, Ready

log = logging.getLogger("outreach.digest")

# Claimed, sent and recorded together.
BATCH = 100
# Another machine takes a claim of ten minutes for one whose holder is gone: a slow relay's batch ends before.
_HELD = presence.LEASE / 2


@dataclass(frozen=True)
class Mail:
    """One reader's mail that is owed, and the plan of its edition."""

    owed: Ready
    plan: Plan


@dataclass(eq=False)
class Batch:
    """Some mails that are ours: `parcels` are to be sent, `outcomes` say what became of the others."""

    claimed_at: datetime
    parcels: deque[tuple[Mail, Parcel]] = field(default_factory=deque)
    outcomes: list[Outcome] = field(default_factory=list)
    shut: WireError | None = None  # what keeps all other mails from going too


def carry(way: Way, batch: Batch) -> None:
    """Sends mails of a batch until none is left, the relay is shut, the claim grows old, or it is time to end."""
    until = batch.claimed_at + _HELD
    while batch.parcels and batch.shut is None and not way.ending() and way.app.clock.now() < until:
        mail, parcel = batch.parcels.popleft()
        went = way.one(runs.ref(mail.owed.run_id), parcel)
        batch.outcomes.append(became(way.app, mail, went))
        batch.shut = went.shuts


def became(app: App, mail: Mail, went: Went) -> Outcome:
    """What a mail's end makes of its row."""
    if went.receipt is None:
        error = went.error or WireError("digest.unmade")
        log.warning("digest.not_sent", extra={"run": mail.owed.run_id, "error": error.key})
        return judged(app, mail.owed, error, mail.plan.late)
    if went.receipt.without:
        # The reader has it; only where a doubtful one would be looked for it will not be found.
        log.warning("digest.no_copy", extra={"run": mail.owed.run_id})
    return Outcome(mail.owed.run_id, "sent", app.clock.now(), went.told, late=mail.plan.late)


def judged(app: App, owed: Ready, error: OutreachError, late: bool) -> Outcome:
    """What an error makes of a claimed mail."""
    return runs.judged(error, owed.run_id, owed.attempts + 1, app.clock.now(), late=late)


@dataclass
class Round:
    """The mails of one look; `went` are the runs whose mail went out."""

    app: App
    claimer: str
    journal: Journal
    press: Press
    went: list[int] = field(default_factory=list)
    ours: list[Batch] = field(default_factory=list)  # claimed and not yet recorded

    def __post_init__(self) -> None:
        self.links: Links = links_of(self.app.seal)
        self.return_key = self.app.seal.sign_key(envelope.PURPOSE)
        self.base = addresses.base(self.app.settings)
        self.domain = domain_of(self.app)

    def go(self, mails: Iterable[Mail]) -> None:
        """Sends them until none is left, the relay is shut, or the program is asked to end."""
        waiting, shut = deque(mails), None
        way = Way(self.app, self.journal, fault="digest.fault", unmade="digest.unmade")
        with ThreadPoolExecutor(1, "digest-line") as thread:
            try:
                batch = self.prepared(waiting)
                carried = thread.submit(carry, way, batch)
                while shut is None and (self.ours or waiting) and not self.app.stopping.is_set():
                    following = self.prepared(waiting)
                    carried.result()
                    shut = batch.shut
                    if shut is None:
                        carried = thread.submit(carry, way, following)
                    self.settle(batch, waiting)
                    batch = following
            finally:
                # Whatever ended it, what is known of those that are ours is written down.
                way.halt.set()
                thread.submit(way.close).result()
                for batch in [*self.ours]:
                    self.settle(batch, waiting)
        if shut is not None:
            # The next reader's mail would meet the same: it waits as long, and the bell knows why.
            self.hold_back([mail.owed for mail in waiting], shut)

    def prepared(self, waiting: deque[Mail]) -> Batch:
        """Takes some of those that wait, and makes them ready for the line; an empty batch where none waits."""
        some = [waiting.popleft() for _ in range(min(BATCH, len(waiting)))]
        batch = Batch(self.app.clock.now())
        if not some or self.app.stopping.is_set():
            waiting.extendleft(reversed(some))
            return batch
        made = self.press.words({mail.plan for mail in some})
        with self.app.store.transaction() as session:
            self.press.keep(session, batch.claimed_at, made)
            won = self.claim(session, batch.claimed_at, [mail for mail in some if mail.plan in self.press.kept])
        self.ours.append(batch)
        for mail in some:
            if mail.owed.run_id in won:
                self.make(batch, mail)
        self.hold_back([mail.owed for mail in some if mail.plan not in self.press.kept], WireError("digest.unmade"))
        return batch

    def make(self, batch: Batch, mail: Mail) -> None:
        """Makes a reader's own copy; one that cannot be made keeps no other from going."""
        try:
            batch.parcels.append((mail, self.parcel(mail.owed, self.press.kept[mail.plan])))
        except OutreachError as error:
            batch.outcomes.append(judged(self.app, mail.owed, error, mail.plan.late))
        except Exception as error:
            log.exception("digest.broke")
            broke = WireError("digest.unmade", error=type(error).__name__)
            batch.outcomes.append(judged(self.app, mail.owed, broke, mail.plan.late))

    def settle(self, batch: Batch, waiting: deque[Mail]) -> None:
        """Records what became of a batch. What was not tried is due again: at once, in front of those that wait; where
        the way is shut, as late as those that were.
        """
        if batch not in self.ours:
            return  # an empty one
        left = [mail for mail, _ in batch.parcels]
        if batch.shut is not None:
            batch.outcomes += [judged(self.app, mail.owed, batch.shut, mail.plan.late) for mail in left]
        with self.app.store.transaction() as session:
            runs.record(session, batch.outcomes)
            if batch.shut is None:
                runs.give_back(session, self.claimer, [mail.owed.run_id for mail in left])
        self.ours.remove(batch)
        if batch.shut is None:
            waiting.extendleft(reversed(left))
        went = [outcome.run_id for outcome in batch.outcomes if outcome.status == "sent"]
        self.went += went
        log.info("digest.sent", extra={"mails": len(went), "of": len(batch.outcomes) + len(left)})

    def claim(self, session: Session, now: datetime, mails: Iterable[Mail]) -> set[int]:
        """Takes those that nobody else has, and notes what they are going to say."""
        by_plan: dict[Plan, list[int]] = {}
        for mail in mails:
            by_plan.setdefault(mail.plan, []).append(mail.owed.run_id)
        won: set[int] = set()
        for plan, numbers in by_plan.items():
            taken = runs.claim(session, now, numbers, self.claimer, plan.late, plan.until if plan.late else None)
            edition = self.press.kept[plan].id
            session.execute(update(DigestRun).where(DigestRun.id.in_(taken)).values(edition_id=edition))
            won.update(taken)
        return won

    def hold_back(self, owed: Sequence[Ready], error: OutreachError) -> None:
        """Mails that are not tried, for the same would become of them: due again as if they had been."""
        if not owed:
            return
        log.warning("digest.held_back", extra={"mails": len(owed), "error": error.key})
        now = self.app.clock.now()
        with self.app.store.transaction() as session:
            won = set(runs.claim(session, now, [one.run_id for one in owed], self.claimer))
            runs.record(session, [judged(self.app, one, error, one.late) for one in owed if one.run_id in won])

    def parcel(self, owed: Ready, kept: Kept) -> Parcel:
        """The reader's own copy: the same bytes whenever it is made, for an edition's date is its own."""
        of_mail = self.links.mail_token(owed.run_id, owed.subscription_id, owed.nonce, kept.made_at + LIFE)
        of_reader = self.links.reader_token(owed.subscription_id, owed.nonce)
        told = self.app.settings.mail
        back = None
        if told.bounce_to:
            back = envelope.return_address(self.return_key, told.bounce_to, runs.ref(owed.run_id), owed.mail)
        return self.press.mould(kept).parcel(
            message_id=owed.message_id,
            sender=sender_of(self.app, kept.language),
            to=owed.mail,
            subject=kept.composed.subject,
            date=kept.made_at.astimezone(self.app.settings.zone),
            headers=(
                ("List-Id", f"<digest.{self.domain}>"),
                ("List-Unsubscribe", f"<{Addresses(self.base, of_mail, of_reader).stop}>"),
                ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ),
            fills={kept.slots.mail: of_mail, kept.slots.reader: of_reader},
            envelope=back,
            copies=(told.copy_to,) if told.copy_to else (),
        )
