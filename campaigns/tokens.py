"""Secrets of channels: what the platform made anew and we keep sealed, else what the environment says.

A token is made anew by one process: it holds the channel's own row (the one without a name) meanwhile. If that process
dies, or the platform's answer is lost, the old token may be gone and the new one with it: a person looks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from campaigns.channel import Renewed, Secrets
from campaigns.models import ChannelRow, ChannelToken
from campaigns.press import Press
from outreach.core.db import upserting
from outreach.core.seal import Seal

_AHEAD = timedelta(days=7)
_REST = timedelta(minutes=15)
_HOLDER = ""  # the name of the row that is held while a token is made anew
_UNCLEAR = "unclear"


@dataclass(frozen=True)
class Vault:
    """The secrets of one channel as they were when it was opened; call it with a name."""

    kept: dict[str, str]
    environment: Secrets

    def __call__(self, name: str) -> str | None:
        return self.kept.get(name) or self.environment(name)

    def __repr__(self) -> str:
        return f"Vault({sorted(self.kept)})"


def vault(press: Press, channel_id: int) -> Vault:
    """The secrets of a channel now.

    Raises OutreachError `core.seal.key` or `core.seal.broken` where one was sealed with another key.
    """
    kept: dict[str, str] = {}
    if press.seal is not None:
        with press.store.reading() as session:
            rows = session.execute(
                select(ChannelToken.name, ChannelToken.sealed).where(
                    ChannelToken.channel_id == channel_id, ChannelToken.sealed.is_not(None)
                )
            ).all()
        kept = {name: press.seal.open(sealed or "", place(channel_id, name)) for name, sealed in rows}
    return Vault(kept, press.secrets)


def keep(session: Session, now: datetime, seal: Seal, channel_id: int, renewed: Renewed) -> None:
    """Keeps a token that was made anew, and lets the channel's row go."""
    values = {
        "sealed": seal.close(renewed.token, place(channel_id, renewed.name)),
        "ends_at": renewed.ends_at,
        "made_at": now,
        "renewing_by": None,
    }
    insert = upserting(session, ChannelToken).values(channel_id=channel_id, name=renewed.name, **values)
    session.execute(insert.on_conflict_do_update(index_elements=["channel_id", "name"], set_=values))
    release(session, channel_id)
    if renewed.ends_at is not None:
        session.execute(update(ChannelRow).where(ChannelRow.id == channel_id).values(ends_at=renewed.ends_at))


def is_ending(session: Session, now: datetime, channel_id: int) -> bool:
    """Whether a channel's token should be made anew now: a week, or a third of its life, before its end."""
    known = session.execute(
        select(ChannelToken.ends_at, ChannelToken.made_at).where(
            ChannelToken.channel_id == channel_id, ChannelToken.ends_at.is_not(None)
        )
    ).all()
    if not known:
        ends_at = session.scalar(select(ChannelRow.ends_at).where(ChannelRow.id == channel_id))
        return ends_at is not None and renew_at(None, ends_at) <= now
    return any(renew_at(made_at, ends_at) <= now for ends_at, made_at in known if ends_at is not None)


def renew_at(made_at: datetime | None, ends_at: datetime) -> datetime:
    """When a token should be made anew."""
    return ends_at - (_AHEAD if made_at is None else min(_AHEAD, max(timedelta(), ends_at - made_at) / 3))


def hold(session: Session, now: datetime, channel_id: int, token: str, gone: Callable[[str, datetime], bool]) -> str:
    """Takes a channel's token to make it anew: `ours`, `busy` (another does, or just tried), or `unclear`.

    `unclear` stays so until `forget`: one that held it is gone, or never heard the answer.
    """
    insert = upserting(session, ChannelToken).values(channel_id=channel_id, name=_HOLDER)
    session.execute(insert.on_conflict_do_nothing())
    row = session.execute(
        select(ChannelToken.renewing_by, ChannelToken.renewing_at)
        .where(ChannelToken.channel_id == channel_id, ChannelToken.name == _HOLDER)
        .with_for_update()
    ).one()
    holder, since = row
    if holder == _UNCLEAR or (holder is not None and gone(holder, since or now)):
        _set(session, channel_id, _UNCLEAR, since)
        return "unclear"
    if holder is not None or (since is not None and since > now - _REST):
        return "busy"
    _set(session, channel_id, token, now)
    return "ours"


def release(session: Session, channel_id: int) -> None:
    """Lets the channel's row go after a clear answer; the moment of the try stays."""
    session.execute(_holder(channel_id).values(renewing_by=None))


def doubt(session: Session, channel_id: int) -> None:
    """Nobody knows whether the old token still holds: no more is tried of itself."""
    session.execute(_holder(channel_id).values(renewing_by=_UNCLEAR))


def forget(session: Session, channel_id: int) -> None:
    """A person has looked: it may be made anew again, at once."""
    held = or_(ChannelToken.renewing_by.is_(None), ChannelToken.renewing_by == _UNCLEAR)
    session.execute(_holder(channel_id).where(held).values(renewing_by=None, renewing_at=None))


def is_moving(press: Press, channel_id: int, held: Vault) -> bool:
    """Whether a channel's token is being made anew, or is another one than in `held`."""
    with press.store.reading() as session:
        holder = session.scalar(
            select(ChannelToken.renewing_by).where(
                ChannelToken.channel_id == channel_id, ChannelToken.name == _HOLDER
            )
        )
    return holder not in (None, _UNCLEAR) or vault(press, channel_id).kept != held.kept


def _set(session: Session, channel_id: int, holder: str, since: datetime | None) -> None:
    session.execute(_holder(channel_id).values(renewing_by=holder, renewing_at=since))


def _holder(channel_id: int):  # type: ignore[no-untyped-def]  # an update has no name that says more
    return (
        update(ChannelToken)
        .where(ChannelToken.channel_id == channel_id, ChannelToken.name == _HOLDER)
        .execution_options(synchronize_session=False)
    )


def place(channel_id: int, name: str) -> str:
    """Where a token belongs, for `Seal`."""
    return f"channel_tokens.sealed:{channel_id}:{name}"
