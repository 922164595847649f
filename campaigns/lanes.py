"""One channel's deliveries, one after the other: claimed by handfuls, sent with no transaction open, written down."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from campaigns import claiming, images, recording, tokens
from campaigns.channel import Channel, Denied, Receipt
from campaigns.claiming import Claimed
from campaigns.outcome import Outcome, outcome
from campaigns.press import Patient, Press
from outreach.core.errors import OutreachError, WireError
from outreach.core.http_held import HeldHttp, held
from outreach.core.journal import Journal
from outreach.core.registry import build, kind_of

log = logging.getLogger(__name__)

# A handful grows while all goes well, and no longer than this is anything held without being sent: a pause, an edit
# or a cancel waits for it.
_WIDEST = 64
_HELD = timedelta(seconds=5)


@dataclass(frozen=True)
class Ran:
    """How many took which status, and whether the channel is to be left alone for the rest of the round."""

    went: Counter[str]
    tired: bool = False


def run(press: Press, journal: Journal, token: str, channel_id: int) -> Ran:
    """Sends what is due on one channel until nothing is, or the channel is in trouble; over one line."""
    wire = held(press.http)
    try:
        return _run(replace(press, http=wire), journal, token, channel_id)
    finally:
        if isinstance(wire, HeldHttp):
            wire.close()


def _run(press: Press, journal: Journal, token: str, channel_id: int) -> Ran:
    went: Counter[str] = Counter()
    width = 1
    while not press.stopping.is_set():
        with press.store.transaction() as session:
            claimed = claiming.claim(
                session, press.clock.now(), token, press.late, channel_id=channel_id, limit=width, zone=press.zone
            )
        if not claimed:
            break
        results = _send_all(press, journal, claimed)
        with press.store.transaction() as session:
            now = press.clock.now()
            recording.record(session, now, results)
            claiming.put_back(session, now, claimed[len(results) :])
        went.update(result.status for _, result in results)
        if results[-1][1].done_here:
            return Ran(went, tired=True)
        width = min(2 * width, _WIDEST) if len(results) == len(claimed) else max(1, len(results))
    return Ran(went)


def _send_all(press: Press, journal: Journal, claimed: Sequence[Claimed]) -> list[tuple[Claimed, Outcome]]:
    """Sends them in order, as far as that goes without holding the rest for long; at least the first."""
    begun, vault = press.clock.now(), _vault(press, claimed[0].channel_id)
    results: list[tuple[Claimed, Outcome]] = []
    for one in claimed:
        now = press.clock.now()
        if results and (press.stopping.is_set() or now - begun > _HELD):
            break
        journal.write("handing", one.key)
        answer = _send(press, one, vault)
        if isinstance(answer, Receipt):
            journal.write("taken", one.key, recording.said(answer))
        elif not (isinstance(answer, WireError) and answer.ambiguous):
            journal.write("refused", one.key)
        by_hand = _is_by_hand(one.kind)
        results.append((one, outcome(answer, one.attempt, press.clock.now(), press.chance, by_hand=by_hand)))
        if results[-1][1].done_here:
            break
    return results


def _is_by_hand(kind: str) -> bool:
    cls = kind_of("campaigns.channels", kind)
    return cls is not None and bool(cls.terms.by_hand)


def _vault(press: Press, channel_id: int) -> tokens.Vault | OutreachError:
    try:
        return tokens.vault(press, channel_id)
    except OutreachError as error:
        return error


def _send(press: Press, claimed: Claimed, vault: tokens.Vault | OutreachError) -> Receipt | OutreachError:
    """Asks the channel once; whatever it raises becomes an answer too."""
    try:
        if isinstance(vault, OutreachError):
            raise vault
        channel: Channel = build("campaigns.channels", claimed.kind, claimed.settings)
        shown = images.drawn(press.folder / "media", claimed.pictures, channel.terms, press.images_url)
        now = press.clock.now()

        def keep(name: str, value: str) -> None:
            with press.store.transaction() as session:
                claiming.keep(session, claimed, name, value)

        outgoing = claimed.outgoing(press.public_url, now, shown, keep)
        try:
            return channel.publish(outgoing, Patient(press.http, press.clock, now), vault)
        except Denied:
            if tokens.is_moving(press, claimed.channel_id, vault):
                return WireError("campaigns.token.changed")
            raise
    except OutreachError as error:
        log.warning("delivery.trouble", extra={"delivery": claimed.delivery_id, "error": str(error)})
        return error
    except Exception as error:
        # A fault of our own, anywhere between the first byte and the last: nobody knows if the post is out.
        log.exception("delivery.fault", extra={"delivery": claimed.delivery_id})
        return WireError("campaigns.delivery.fault", ambiguous=True, error=type(error).__name__)
