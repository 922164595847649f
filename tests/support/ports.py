"""Ports for servers of tests: below the range from which the system takes those of outgoing connections."""

import random
import socket

_random = random.SystemRandom()  # not the one that test orders are seeded with: two runs at once must differ


def free_port(address: str = "127.0.0.1") -> int:
    """A port from 15000 to 32000 on which nobody listens."""
    for _ in range(200):
        port = _random.randrange(15_000, 32_000)
        if _is_free(address, port):
            return port
    raise OSError("no free port found")


def listening(address: str = "127.0.0.1") -> socket.socket:
    """A socket that listens on a port of that range."""
    for _ in range(200):
        server = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((address, _random.randrange(15_000, 32_000)))
        except OSError:
            server.close()
            continue
        server.listen(64)
        return server
    raise OSError("no free port found")


def _is_free(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True
