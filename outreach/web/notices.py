"""What a page says about the deed before it: kept in a signed cookie over the redirect, shown once, then gone.

A notice is a text's key with plain facts and perhaps the address that takes the deed back; never anything personal.
"""

from dataclasses import dataclass

from flask import Response, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from outreach.web.visit import here, is_secure, session_cookie, words

_SECONDS = 60


@dataclass(frozen=True)
class Notice:
    """One line: `tone` is done or person; `undo` is the address to post to within ten seconds, or empty."""

    text: str
    undo: str
    tone: str


def tell(key: str, *, undo: str = "", tone: str = "done", **facts: object) -> None:
    """Has the next page say this; on a page that is drawn now, this very page."""
    plain = {name: value if isinstance(value, int) else str(value) for name, value in facts.items()}
    g.setdefault("notices", []).append([key, undo, tone, plain])


def take() -> list[Notice]:
    """What is to be said on this page."""
    told = [*_kept(), *g.get("notices", [])]
    g.notices_taken = True
    t = words()
    return [Notice(t(key, **facts), undo, tone) for key, undo, tone, facts in told if t.knows(key)]


def keep(response: Response) -> None:
    """Carries over what no page has said yet, and forgets what one has."""
    if g.get("notices") and not g.get("notices_taken"):
        response.set_cookie(
            _name(), _signer().dumps(g.notices), max_age=_SECONDS, httponly=True, samesite="Lax", secure=is_secure()
        )
    elif g.get("notices_taken") and _name() in request.cookies:
        response.delete_cookie(_name(), httponly=True, samesite="Lax", secure=is_secure())


def _kept() -> list[list[object]]:
    carried = request.cookies.get(_name())
    if carried is None:
        return []
    try:
        kept: list[list[object]] = _signer().loads(carried, max_age=_SECONDS)
    except BadSignature:
        return []
    return kept


def _name() -> str:
    return f"{session_cookie()}-told"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(here().seal.sign_key("notices"), salt="notices")
