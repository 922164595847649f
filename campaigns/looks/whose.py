"""Under which name a post stands in a channel: pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Whose:
    """The channel's name in this office, and what readers see beside it; empty where that is not known."""

    name: str
    handle: str = ""


def whose(name: str, kind: str, settings: Mapping[str, object], account: str) -> Whose:
    """`account` is what the platform called the account when it was asked last; empty before that."""

    def told(setting: str) -> str:
        return str(settings.get(setting) or "").strip()

    handle = account.strip()
    if kind == "mastodon":
        server = _host(told("server"))
        handle = f"{handle}@{server}" if handle and server and "@" not in handle.removeprefix("@") else handle or server
    elif kind == "bluesky":
        handle = "@" + told("account").removeprefix("@")
    elif kind == "telegram":
        # What was asked is the bot; readers see the channel.
        handle = told("chat") if told("chat").startswith("@") else ""
    elif kind == "wordpress":
        handle = _host(told("site"))
    elif kind == "webhook":
        handle = _host(told("url"))
    elif kind == "folder":
        handle = told("folder")
    elif kind == "manual":
        handle = _host(told("place")) or told("place")
    elif kind == "linkedin":
        handle = ""  # a number, which no reader sees
    elif kind == "facebook":
        return Whose(handle or name)  # the page's own name
    return Whose(name, handle)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
