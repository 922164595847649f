"""Publishing: each channel a lane of its own, so that one that hangs holds up no other."""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import lanes
from campaigns.claiming import claim, expire, may_go, overdue_at, put_back
from campaigns.models import Campaign, ChannelRow, Delivery, Post
from campaigns.press import Press
from campaigns.recording import record, sweep
from outreach.core import presence
from outreach.core.journal import Journal
from outreach.core.journey import kept

__all__ = ["Press", "claim", "expire", "publish_due", "put_back", "record", "sweep"]


def publish_due(press: Press) -> Mapping[str, int]:
    """Sends everything that is due, each delivery once; how many took which status.

    Any number of processes may do this at once. A channel in trouble is left alone for the rest of the round,
    the others go on; while one is slow, what becomes due on others is sent all the same.
    """
    now = press.clock.now()
    went: Counter[str] = Counter()
    with press.store.reading() as session:
        overdue = session.scalar(select(Delivery.id).where(*overdue_at(now, press.late)).limit(1)) is not None
        waiting = _channels(session, now, press)
    if overdue:
        with press.store.transaction() as session:
            went["late"] = expire(session, now, press.late)
    if not waiting or press.stopping.is_set():
        return went
    with presence.present(press.folder) as token, Journal.open(press.folder, token) as journal:
        went.update(_side_by_side(press, journal, token, waiting))
    return went


def _side_by_side(press: Press, journal: Journal, token: str, waiting: list[int]) -> Counter[str]:
    """Runs a lane for each channel; raises what went wrong in one only after all have come to their end."""
    went: Counter[str] = Counter()
    tired: set[int] = set()
    trouble: BaseException | None = None
    with ThreadPoolExecutor(press.lanes, thread_name_prefix="lane") as pool:
        lane = kept(lanes.run)
        running = {pool.submit(lane, press, journal, token, channel_id): channel_id for channel_id in waiting}
        while running:
            done, _ = wait(running, timeout=press.look, return_when=FIRST_COMPLETED)
            for ended in done:
                channel_id, fault = running.pop(ended), ended.exception()
                if fault is not None:
                    trouble = trouble or fault
                    continue
                went.update(ended.result().went)
                tired |= {channel_id} if ended.result().tired else set()
            if not done and trouble is None and not press.stopping.is_set():
                # Somebody is slow: a channel on which something has become due meanwhile does not wait for that.
                with press.store.reading() as session:
                    found = _channels(session, press.clock.now(), press)
                for channel_id in set(found) - tired - set(running.values()):
                    running[pool.submit(lane, press, journal, token, channel_id)] = channel_id
    if trouble is not None:
        raise trouble
    return went


def _channels(session: Session, now: datetime, press: Press) -> list[int]:
    """The channels on which something may go now."""
    return list(
        session.scalars(
            select(Delivery.channel_id)
            .select_from(Delivery)
            .join(Post, Post.id == Delivery.post_id)
            .join(Campaign, Campaign.id == Post.campaign_id)
            .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
            .where(may_go(now, press.late, press.zone))
            .distinct()
            .order_by(Delivery.channel_id)
        )
    )
