"""How a post will look in a channel, and whether it fits there: asked while somebody writes."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.channel import Channel
from campaigns.links import LENGTH, tracked_url
from campaigns.plan import length, overlong, render
from outreach.core.errors import OutreachError
from outreach.core.http import Http
from outreach.core.registry import build


@dataclass(frozen=True)
class Preview:
    """A text as it will go out, but for its link's code; `limit` is None where there is none."""

    text: str
    length: int
    limit: int | None


def preview(
    text: str, channel: str, kind: str, settings: Mapping[str, object], public_url: str, wire: Http
) -> Preview:
    """Renders for the channel named `channel` and counts as it counts. Asks the channel: no open transaction.

    Raises OutreachError `campaigns.post.overlong`, and WireError if the channel does not answer.
    """
    built: Channel = build("campaigns.channels", kind, settings)
    limit = built.limit(wire)
    shown = render(text, tracked_url(public_url, "x" * LENGTH))
    if limit is None:
        return Preview(shown, length(shown), None)
    excess = overlong(shown, limit.characters, limit.per_url)
    if excess:
        raise OutreachError("campaigns.post.overlong", channel=channel, limit=limit.characters, excess=excess)
    return Preview(shown, length(shown, limit.per_url), limit.characters)
