"""Authlib's requests, sent over the guarded wire."""

from typing import Any

from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from outreach.core.http import Http, Request

# The wire sets these itself.
_WIRE_S_OWN = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "user-agent"}


class GuardedAdapter(BaseAdapter):
    """What a requests session sends goes over `http`, which keeps its limits and follows no redirect.

    Raises WireError, as the wire does.
    """

    def __init__(self, http: Http) -> None:
        super().__init__()
        self._http = http

    def send(self, request: PreparedRequest, *_args: Any, **_settings: Any) -> Response:
        body = request.body
        answer = self._http.send(
            Request(
                request.url or "",
                method=request.method or "GET",
                headers={
                    name: value if isinstance(value, str) else value.decode("latin-1")
                    for name, value in request.headers.items()
                    if name.lower() not in _WIRE_S_OWN
                },
                body=body.encode() if isinstance(body, str) else body,
                follow=False,
            )
        )
        told = Response()
        told.status_code, told.url, told.request = answer.status, answer.url, request
        told.headers = CaseInsensitiveDict(answer.headers)
        told._content = answer.body
        return told

    def close(self) -> None:
        """The wire is the app's: nothing to close here."""


def guard(session: Session, http: Http) -> None:
    """From here on the session asks over `http` alone."""
    session.trust_env = False
    # A redirect would carry secrets elsewhere: none is followed.
    session.max_redirects = 0
    for scheme in ("https://", "http://"):
        session.mount(scheme, GuardedAdapter(http))
