"""One sending's mails on their way: claimed in one transaction, sent outside of any, recorded in another.

The relay is spoken with in a thread of its own. While it takes some mails the next ones are claimed and made; once a
second it is looked whether a person has paused the sending meanwhile.
"""

import logging
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from outreach.core import presence
from outreach.core.app import App
from outreach.core.errors import OutreachError, WireError
from outreach.core.journal import Journal
from outreach.core.mail_mould import Parcel
from outreach.core.mail_way import Way, Went
from outreach.pressroom.models import ReleaseEdition, Sending
from outreach.pressroom.sending import editions, planning, recording
from outreach.pressroom.sending.editions import Cast
from outreach.pressroom.sending.making import Making, Owed
from outreach.pressroom.sending.recording import MOST_TRIES, Outcome

log = logging.getLogger("outreach.pressroom")

# Claimed, sent and recorded together: as many mails, and not more bytes of them.
BATCH, _BYTES = 100, 16 * 2**20
# Another machine takes a claim of ten minutes for one whose holder is gone: a slow relay's batch ends before.
_HELD = presence.LEASE / 2
# Others wait for their turn.
_TURN = timedelta(minutes=2)
_LOOK_SECONDS = 1.0
# So many mails in a row that are refused for what we are or write: nobody else would get theirs.
_IN_A_ROW = 10
# The relay may be back in a moment; whatever else keeps all mails from going needs a person.
_PASSING = frozenset({"mail.unreachable", "mail.timeout", "mail.broken"})


@dataclass(eq=False)
class Batch:
    """Some mails that are ours: `parcels` are to be sent, `outcomes` say what became of the others."""

    claimed_at: datetime
    parcels: deque[tuple[Owed, Parcel]] = field(default_factory=deque)
    outcomes: list[Outcome] = field(default_factory=list)
    shut: WireError | None = None  # what keeps all other mails from going too


@dataclass
class Round:
    """A sending's turn; `went` counts the mails that went out."""

    app: App
    sending_id: int
    claimer: str
    journal: Journal
    went: int = 0
    ours: list[Batch] = field(default_factory=list)  # claimed and not yet recorded
    refused: int = 0  # in a row, for what we are or write
    most: int = BATCH
    casts: dict[str, Cast] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.until = self.app.clock.now() + _TURN

    def go(self) -> int:
        """Sends until none is due, the pace is used up, the relay is shut, a person pauses it, or it is time to end."""
        if not self._ready():
            return 0
        way, shut = Way(self.app, self.journal, fault="pressmail.fault", unmade="pressmail.unmade"), None
        with ThreadPoolExecutor(1, "press-line") as thread:
            try:
                batch = self.prepared()
                carried = thread.submit(self.carry, way, batch)
                while shut is None and self.ours and not way.ending():
                    following = self.prepared()
                    self._watch(carried, way)
                    shut = batch.shut
                    if shut is None:
                        carried = thread.submit(self.carry, way, following)
                    self.settle(batch)
                    batch = following
            finally:
                # Whatever ended it, what is known of those that are ours is written down.
                way.halt.set()
                thread.submit(way.close).result()
                for batch in [*self.ours]:
                    self.settle(batch)
        if shut is not None:
            self.stop(shut)
        return self.went

    def prepared(self) -> Batch:
        """Claims some mails and makes them ready for the line; an empty batch where none may go."""
        batch = Batch(self.app.clock.now())
        if self.app.stopping.is_set() or batch.claimed_at > self.until:
            return batch
        with self.app.store.transaction() as session:
            taken = recording.take(
                session, batch.claimed_at, self.sending_id, self.claimer, self.most, self.app.settings.zone
            )
        if not taken:
            return batch
        self.ours.append(batch)
        for owed in taken:
            self.make(batch, owed)
        return batch

    def make(self, batch: Batch, owed: Owed) -> None:
        """Makes a recipient's own copy; one that cannot be made keeps no other from going."""
        try:
            batch.parcels.append((owed, self.making.parcel(self.casts[owed.language], owed)))
        except OutreachError as error:
            batch.outcomes.append(recording.judged(error, owed, self.app.clock.now()))
        except Exception as error:
            log.exception("pressmail.broke", extra={"mail": owed.mail_id})
            broke = WireError("pressmail.unmade", error=type(error).__name__)
            batch.outcomes.append(recording.judged(broke, owed, self.app.clock.now()))

    def carry(self, way: Way, batch: Batch) -> None:
        """Sends mails of a batch until none is left, the relay is shut, the claim grows old, or it is time to end."""
        until = batch.claimed_at + _HELD
        while batch.parcels and batch.shut is None and not way.ending() and self.app.clock.now() < until:
            owed, parcel = batch.parcels.popleft()
            went = way.one(owed.ref, parcel)
            batch.outcomes.append(self.became(owed, went))
            batch.shut = went.shuts or self._all_refused(went)

    def became(self, owed: Owed, went: Went) -> Outcome:
        """What a mail's end makes of its row."""
        now = self.app.clock.now()
        if went.receipt is None:
            error = went.error or WireError("pressmail.unmade")
            log.warning("pressmail.not_sent", extra={"mail": owed.mail_id, "error": error.key})
            return recording.judged(error, owed, now)
        if went.receipt.without:
            # They have it; only where a doubtful one would be looked for it will not be found.
            log.warning("pressmail.no_copy", extra={"mail": owed.mail_id})
        return Outcome(owed, "sent", now, went.told)

    def settle(self, batch: Batch) -> None:
        """Records what became of a batch; what was not tried is due as it was."""
        if batch not in self.ours:
            return  # an empty one
        left = [owed.mail_id for owed, _ in batch.parcels]
        with self.app.store.transaction() as session:
            sending = planning.hold(session, self.sending_id)
            recording.record(session, batch.outcomes)
            recording.give_back(session, self.claimer, left)
            recording.finish(session, self.app.clock.now(), sending)
        self.ours.remove(batch)
        went = sum(outcome.status == "sent" for outcome in batch.outcomes)
        self.went += went
        log.info("pressmail.sent", extra={"sending": self.sending_id, "mails": went, "of": len(batch.outcomes)})

    def stop(self, shut: WireError) -> None:
        """All mails are kept from going: a relay that is not there is waited for, anything else waits for a person."""
        now = self.app.clock.now()
        with self.app.store.transaction() as session:
            sending = planning.hold(session, self.sending_id)
            tries = recording.tries(session, self.sending_id)
            code = shut.facts.get("code")
            passing = shut.key in _PASSING or (isinstance(code, int) and code < 500)
            if passing and tries < MOST_TRIES:
                recording.rest(session, self.sending_id, recording.next_try(tries, now))
            else:
                recording.pause(session, now, sending, shut)
        log.warning("pressmail.shut", extra={"sending": self.sending_id, "error": shut.key})

    def _ready(self) -> bool:
        """Reads the sending and casts its editions; one that cannot be cast pauses it."""
        with self.app.store.reading() as session:
            sending = session.get(Sending, self.sending_id)
            if sending is None:
                return False
            self.making = Making(self.app, sending.sender_name, sending.sender_mail, sending.reply_to)
            wanted = select(ReleaseEdition).where(ReleaseEdition.sending_id == self.sending_id)
            kept = session.scalars(wanted).all()
            session.expunge_all()
        folder = editions.folder_of(self.app.settings)
        try:
            self.casts = {one.language: editions.cast(folder, one) for one in kept}
        except OutreachError as error:
            with self.app.store.transaction() as session:
                recording.pause(session, self.app.clock.now(), planning.hold(session, self.sending_id), error)
            return False
        largest = max((cast.mould.size for cast in self.casts.values()), default=1)
        self.most = max(5, min(BATCH, _BYTES // max(1, largest)))
        return True

    def _watch(self, carried: "Future[None]", way: Way) -> None:
        """Waits until a batch is carried; a sending that is paused meanwhile ends it after the mail under way."""
        while not wait([carried], timeout=_LOOK_SECONDS).done:
            with self.app.store.reading() as session:
                if session.scalar(select(Sending.state).where(Sending.id == self.sending_id)) != "going":
                    way.halt.set()
        carried.result()

    def _all_refused(self, went: Went) -> WireError | None:
        """The refusal as one of all mails, once so many in a row met it that no single recipient can be meant."""
        error = went.error
        facts = error.facts if isinstance(error, WireError) and error.key == "mail.refused" else {}
        code = facts.get("code")
        for_all = isinstance(error, WireError) and isinstance(code, int) and code >= 500 and (
            facts.get("stage") in {"data", "dot"} or not error.permanent
        )
        self.refused = self.refused + 1 if for_all else 0
        return error if self.refused >= _IN_A_ROW and isinstance(error, WireError) else None
