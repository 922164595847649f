"""Through which channel somebody heard, in the words of the lexicon's sources, whatever it is told by."""

from outreach.tracker.lexicon import sources

PERSON = "person"
# What a person says without a name for it tells no channel.
_NOTHING = frozenset({"other"})
_BY_MEDIUM = {
    "radio": "radio", "tv": "tv", "newspaper": "newspaper", "magazine": "newspaper", "portal": "news_site",
    "agency": "news_site", "investigative": "news_site", "official gazette": "news_site",
}  # fmt: skip
# Kinds of our channels, and what `utm_source` calls them.
_BY_KIND = {
    "facebook": "facebook", "wordpress": "portal",
    **dict.fromkeys(("instagram", "telegram", "x", "bluesky", "mastodon", "linkedin"), "social"),
}  # fmt: skip
# Hosts by the name before `.com`, and others in full.
_BY_COM = {
    **dict.fromkeys(("facebook", "fb"), "facebook"),
    **dict.fromkeys(
        ("instagram", "x", "twitter", "linkedin", "youtube", "tiktok", "whatsapp", "vk"), "social"
    ),
    **dict.fromkeys(("bing", "duckduckgo", "yahoo"), "search"),
}
_BY_HOST = {
    "fb.me": "facebook",
    **dict.fromkeys(("t.me", "telegram.org", "t.co", "bsky.app", "lnkd.in", "draugiem.lv"), "social"),
    **dict.fromkeys(("ecosia.org", "yandex.ru"), "search"),
    **{f"{name}.com": channel for name, channel in _BY_COM.items()},
}


def of_source(name: str | None) -> str | None:
    """The channel that a source of the lexicon is; None for one that says nothing."""
    return name if name in sources() and name not in _NOTHING else None


def of_medium(medium: str) -> str | None:
    """The channel that an outlet of this medium (as the catalogue of outlets calls it) is."""
    return _BY_MEDIUM.get(medium.strip().casefold())


def of_kind(kind: str | None) -> str | None:
    """The channel that one of our own channels is; None where its kind does not tell (by hand, a folder)."""
    return _BY_KIND.get(kind or "")


def of_host(host: str, portal: str) -> str | None:
    """The channel that a page on `host` is; `portal` is the host of the office's own portal."""
    if within(host, portal):
        return "portal"
    if host.split(".")[-2:-1] == ["google"] or ".google." in f".{host}":
        return "search"
    return next((channel for known, channel in _BY_HOST.items() if within(host, known)), None)


def within(host: str, known: str) -> bool:
    """Whether a host is the known one or below it."""
    return bool(known) and (host == known or host.endswith(f".{known}"))
