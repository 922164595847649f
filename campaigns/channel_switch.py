"""Channels as a person handles them: a new one, a pause, and on again."""

from collections.abc import Mapping, Sequence

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaigns.models import ChannelRow
from outreach.core.errors import OutreachError
from outreach.core.registry import build


def add_channel(session: Session, name: str, kind: str, settings: Mapping[str, object]) -> ChannelRow:
    """A new place to publish in.

    Raises OutreachError `campaigns.name.empty`, `campaigns.channel.exists`, or what `registry.build` says of
    settings that do not fit the kind.
    """
    build("campaigns.channels", kind, settings)
    if not name.strip():
        raise OutreachError("campaigns.name.empty")
    channel = ChannelRow(name=name.strip(), kind=kind, settings=dict(settings), paused=False)
    try:
        with session.begin_nested():
            session.add(channel)
            session.flush()
    except IntegrityError as error:
        raise OutreachError("campaigns.channel.exists", name=name.strip()) from error
    return channel


def reach(session: Session, channel_id: int, countries: Sequence[str]) -> ChannelRow:
    """In which countries (ISO codes) those live whom it reaches; none: the post's language says it."""
    channel = channel_of(session, channel_id)
    channel.countries = list(dict.fromkeys(countries))
    return channel


def pause(session: Session, channel_id: int, reason: str = "campaigns.paused.person") -> ChannelRow:
    """Nothing more goes out here until somebody resumes it; `reason` is a catalogue key."""
    channel = channel_of(session, channel_id)
    channel.paused, channel.pause_reason = True, reason
    return channel


def resume(session: Session, channel_id: int) -> ChannelRow:
    """The channel is used again, at once."""
    channel = channel_of(session, channel_id)
    channel.paused, channel.pause_reason, channel.rest_until = False, None, None
    return channel


def pause_all(session: Session, reason: str) -> None:
    """Nothing goes out anywhere until somebody resumes channel after channel."""
    session.execute(
        update(ChannelRow).where(ChannelRow.paused.is_(False)).values(paused=True, pause_reason=reason)
    )


def channel_of(session: Session, channel_id: int) -> ChannelRow:
    """The channel; OutreachError `campaigns.channel.missing`."""
    channel = session.get(ChannelRow, channel_id)
    if channel is None:
        raise OutreachError("campaigns.channel.missing", id=channel_id)
    return channel
