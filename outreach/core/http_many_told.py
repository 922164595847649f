"""What curl's errors mean on the guarded wire, and where an address leads."""

import ipaddress
from functools import lru_cache

import pycurl

from outreach.core.errors import WireError
from outreach.core.http_url import origin
from outreach.core.http_walk import Walk

# A connection that ended without an answer.
DIED = frozenset({pycurl.E_SEND_ERROR, pycurl.E_RECV_ERROR, pycurl.E_GOT_NOTHING})
_TLS = frozenset(
    {
        pycurl.E_SSL_CONNECT_ERROR,
        pycurl.E_PEER_FAILED_VERIFICATION,
        pycurl.E_SSL_CERTPROBLEM,
        pycurl.E_SSL_CIPHER,
        pycurl.E_SSL_CACERT_BADFILE,
        pycurl.E_SSL_ISSUER_ERROR,
        pycurl.E_SSL_ENGINE_NOTFOUND,
    }
)


def explained(walk: Walk, code: int, message: str, forbidden: str | None, over: str | None) -> WireError:
    """The error for people.

    `forbidden` is an address that was not allowed, if no other one was tried; `over` says which of our own limits
    was passed.
    """
    if code == pycurl.E_COULDNT_CONNECT:
        return walk.error("http.refused") if forbidden is None else walk.forbidden(forbidden)
    if code == pycurl.E_COULDNT_RESOLVE_HOST:
        return walk.error("http.dns")
    if code in _TLS:
        return walk.error("http.tls", reason=message.partition(": ")[2] or message)
    if code == pycurl.E_URL_MALFORMAT:
        return walk.error("http.url", permanent=True)
    return walk.error("http.broken", reason=over or f"curl {code}")


@lru_cache(maxsize=8192)
def place_of(root: str) -> tuple[str, int, bool]:
    """Host and port of a checked address, of which only scheme and host are given; and whether it is a number.

    A number needs no looking up.
    """
    _, host, port = origin(root)
    host = host.strip("[]")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host, port, False
    return host, port, True


def root_of(url: str) -> str:
    """Scheme and host of a checked address, which always has a slash behind them."""
    return url[: url.find("/", 8)]
