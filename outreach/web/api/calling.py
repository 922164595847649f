"""Who calls the interface and what they may: a token or the session's cookie, then the role, then the scope."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from flask import current_app, request

from outreach.people import tokens
from outreach.web import access
from outreach.web.api.problems import Problem
from outreach.web.visit import here, now, who

A_MINUTE = 600
CREATED_A_MINUTE = 60
# What may be asked without a scope: it says nothing of the office's work.
_UNSCOPED = frozenset({"api.document"})
# What only a token may: a browser's cookie goes along with whatever another site sends.
_CREATES = {"api.inquiries": tokens.CREATES}


@dataclass(frozen=True)
class Caller:
    """Who asks. `scopes` None: a person in a browser, who may all that the role may."""

    name: str  # by which the calls are counted
    role: str
    scopes: frozenset[str] | None
    program: str = ""  # what the token is called


@dataclass
class Allowance:
    """How often each has called within the present minute; shared by the threads of one process."""

    most: int = A_MINUTE
    minute: datetime | None = None
    calls: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def wait(self, name: str, now: datetime) -> int:
        """Counts a call; the seconds to wait if it was one too many, else 0."""
        minute = now.replace(second=0, microsecond=0)
        with self.lock:
            if minute != self.minute:
                self.minute = minute
                self.calls.clear()
            self.calls[name] += 1
            if self.calls[name] <= self.most:
                return 0
        return max(1, int((minute + timedelta(minutes=1) - now).total_seconds()))


def admit(endpoint: str) -> Caller:
    """Lets the request through to its resource, or raises the Problem that tells why not; who asks."""
    caller = _caller()
    if caller is None:
        raise Problem(401, "api.error.key", headers={"WWW-Authenticate": 'Bearer realm="api"'})
    allowance: Allowance = current_app.extensions[
        "outreach.api.creating" if endpoint in _CREATES else "outreach.api"
    ]
    if seconds := allowance.wait(caller.name, now()):
        raise Problem(429, "api.error.often", headers={"Retry-After": str(seconds)}, count=seconds)
    if caller.role not in access.roles_of(endpoint, request.method):
        raise Problem(403, "api.error.role")
    scope = _CREATES.get(endpoint, endpoint.partition(".")[2])
    # A cookie makes nothing: what another site has a browser send must not.
    scopes = () if caller.scopes is None and endpoint in _CREATES else caller.scopes
    if scopes is not None and endpoint not in _UNSCOPED and scope not in scopes:
        asks = f'Bearer realm="api", error="insufficient_scope", scope="{scope}"'
        raise Problem(403, "api.error.scope", headers={"WWW-Authenticate": asks}, scope=scope)
    return caller


def _caller() -> Caller | None:
    given = request.headers.get("Authorization")
    if given is None:
        person = who()
        return Caller(f"person:{person.user_id}", person.role, None) if person is not None else None
    kind, _, token = given.partition(" ")
    held = None
    if kind.lower() == "bearer" and token.strip():
        with here().store.reading() as session:
            held = tokens.person_of(session, now(), token.strip())
    if held is None:
        # A key that opens nothing is told so, even beside a cookie that would.
        raise Problem(401, "api.error.dead", headers={"WWW-Authenticate": 'Bearer realm="api", error="invalid_token"'})
    if held.stale:
        with here().store.transaction() as session:
            tokens.touch(session, now(), held.token_id)
    return Caller(f"token:{held.token_id}", held.role, held.scopes, held.name)
