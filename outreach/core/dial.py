"""Opens connections: looks a name up, asks whether its addresses are allowed, connects; in a limited time.

The rule about addresses is asked about the very address that is connected to. Whatever way a name or number
was written, and whatever it stood for a moment ago, makes no difference.
"""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from outreach.core.deadline import Deadline

# What socket.getaddrinfo gives: family, kind, protocol, canonical name, (address, port, ...).
Found = tuple[int, int, int, str, tuple[Any, ...]]
Resolve = Callable[..., Sequence[Any]]

# IANA's special-purpose registries, IPv4; 192.88.99.0/24 is the retired 6to4 relay.
_SPECIAL_4 = tuple(map(ipaddress.IPv4Network, (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)))  # fmt: skip
# In IPv6 the public addresses are one block with a few holes: protocol assignments with Teredo,
# documentation, 6to4.
_GLOBAL_6 = ipaddress.IPv6Network("2000::/3")
_SPECIAL_6 = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
# Networks without IPv4 of their own reach it through a translator: the IPv4 address is the last 32 bits.
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


class Unknown(Exception):
    """The name has no address."""


class Forbidden(Exception):
    """Every address of the name is one that may not be asked; `args[0]` is the first of them."""


class Unreachable(Exception):
    """No address took the connection."""


class Late(Exception):
    """Looking up or connecting took longer than `args[0]` seconds."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet.

    Loopback, private, link-local, shared (CGNAT), multicast, documentation, reserved and unspecified ones do
    not, in IPv4 or IPv6, and neither does an IPv6 address that only wraps an IPv4 one (the translated kind
    counts as the IPv4).
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _TRANSLATED:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        return ip in _GLOBAL_6 and not any(ip in network for network in _SPECIAL_6)
    return not any(ip in network for network in _SPECIAL_4)


def dial(
    host: str,
    port: int,
    *,
    deadline: Deadline,
    seconds: float,
    resolve: Resolve = socket.getaddrinfo,
    allowed: Callable[[str], bool] | None = None,
) -> socket.socket:
    """A connection to `host`, under watch of `deadline`, its timeout set to what is left of `seconds`.

    The addresses are tried in the order given, each with its share of the time; forbidden ones never.
    Raises Unknown, Forbidden, Unreachable, Late, or Cut.
    """
    inner = Deadline(deadline.left(seconds))
    found = _look_up(host.strip("[]"), port, deadline, inner, seconds, resolve)
    fit = [one for one in found if allowed is None or allowed(str(one[4][0]))]
    if not fit:
        raise Forbidden(str(found[0][4][0]))
    trouble: OSError | None = None
    for nth, (family, kind, protocol, _, address) in enumerate(fit):
        deadline.check()
        try:
            line = socket.socket(family, kind, protocol)
        except OSError as error:  # a machine without IPv6
            trouble = error
            continue
        try:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.settimeout(inner.left() / (len(fit) - nth))
            deadline.hold(line)
            line.connect(address)
            deadline.check()
            line.settimeout(inner.left())
            return line
        except OSError as error:
            line.close()
            trouble = error
        except BaseException:
            line.close()
            raise
    deadline.check()
    if isinstance(trouble, TimeoutError):
        raise Late(seconds) from trouble
    raise Unreachable(host) from trouble


def _look_up(
    host: str, port: int, deadline: Deadline, inner: Deadline, seconds: float, resolve: Resolve
) -> Sequence[Found]:
    # The system's look-up cannot be interrupted; it gets a thread of its own, and is left alone when time is
    # up.
    answer: list[Sequence[Found]] = []
    trouble: list[Exception] = []

    def ask() -> None:
        try:
            answer.append(resolve(host, port, type=socket.SOCK_STREAM))
        except Exception as error:
            trouble.append(error)
        deadline.woken.set()

    deadline.check()
    threading.Thread(target=ask, name="look-up", daemon=True).start()
    deadline.woken.wait(inner.left())
    deadline.check()
    if not answer and not trouble:
        raise Late(seconds)
    deadline.woken.clear()
    # ValueError: a label that is empty or too long, or has a zero byte.
    if trouble and not isinstance(trouble[0], OSError | ValueError):
        raise trouble[0]
    if trouble or not answer[0]:
        raise Unknown(host) from (trouble[0] if trouble else None)
    return answer[0]


@cache
def trusted() -> ssl.SSLContext:
    """TLS that checks certificate and name, against the machine's authorities and those requests ships."""
    context = ssl.create_default_context()
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    return context
