"""How a post will look in a channel, and whether it fits there: asked while somebody writes."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.channel import Channel, Unit
from campaigns.links import LENGTH, tracked_url
from campaigns.plan import length, overlong, render
from outreach.core.errors import OutreachError
from outreach.core.http import Http
from outreach.core.registry import build


@dataclass(frozen=True)
class Preview:
    """A text as it will go out, but for its link's code; `limit` is None where there is none. Both count in `unit`."""

    text: str
    length: int
    limit: int | None
    unit: Unit = "seen"


def preview(
    text: str,
    channel: str,
    kind: str,
    settings: Mapping[str, object],
    public_url: str,
    wire: Http,
    *,
    has_pictures: bool = False,
) -> Preview:
    """Renders for the channel named `channel` and counts as it counts. Asks the channel: no open transaction.

    A text that goes out beside pictures has less room in some channels.

    Raises OutreachError `campaigns.post.overlong`, and WireError if the channel does not answer.
    """
    built: Channel = build("campaigns.channels", kind, settings)
    limit = built.limit(wire)
    shown = render(text, tracked_url(public_url, "x" * LENGTH))
    if limit is None:
        return Preview(shown, length(shown), None)
    allowed = limit.characters
    if has_pictures and limit.with_picture is not None:
        allowed = limit.with_picture
    excess = overlong(shown, allowed, limit.per_url, limit.unit)
    if excess:
        raise OutreachError("campaigns.post.overlong", channel=channel, limit=allowed, excess=excess)
    return Preview(shown, length(shown, limit.per_url, limit.unit), allowed, limit.unit)
