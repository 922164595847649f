"""Reverse proxies that are named in the settings are believed about the visitor; nobody else is."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Behind:
    """Takes what a trusted proxy says of address and scheme; without one its headers are as if unsaid."""

    def __init__(self, pages: Wsgi, trusted: Sequence[str]) -> None:
        self._pages = pages
        self._trusted = frozenset(trusted)
        self._believing = ProxyFix(pages, x_for=1, x_proto=1, x_host=0)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("REMOTE_ADDR") in self._trusted:
            return self._believing(environ, start_response)
        return self._pages(environ, start_response)
