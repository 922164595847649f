"""Addresses of our own pages, as their readers reach them."""

from urllib.parse import urlsplit

from outreach.core.settings import Settings

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def base(told: Settings) -> str:
    """Where the pages are; an office that names no address outside is reached on this machine, whatever its port."""
    public: str = told.web.public_url
    return told.local_page.rstrip("/") if urlsplit(public).hostname in _LOOPBACK else public


def link(told: Settings, kind: str, token: str) -> str:
    """The address that a key of this kind opens."""
    room = "reset" if kind == "reset" else "welcome"
    return f"{base(told)}/{room}/{token}"
