"""Whether a text fits a channel, as far as that can be told without asking anybody."""

from collections.abc import Mapping

from campaigns.channel import Channel, Limit
from campaigns.links import LENGTH, tracked_url
from campaigns.plan import overlong, render
from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Answer, Request
from outreach.core.registry import build


class _Silent:
    """A wire that asks nobody."""

    def send(self, request: Request) -> Answer:
        raise WireError("channels.terms.length.asked")


def excess(
    text: str, kind: str, settings: Mapping[str, object], public_url: str, *, has_pictures: bool = False
) -> int | None:
    """By how much a text, its link in place, is too long for a channel; 0 if it fits or there is no limit.

    None where only the channel itself can say, or its settings make none.
    """
    try:
        channel: Channel = build("campaigns.channels", kind, settings)
        limit: Limit | None = channel.limit(_Silent())
    except OutreachError:
        return None
    if limit is None:
        return 0
    allowed = limit.with_picture if has_pictures and limit.with_picture is not None else limit.characters
    return overlong(render(text, tracked_url(public_url, "x" * LENGTH)), allowed, limit.per_url, limit.unit)
