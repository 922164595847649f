"""The Graph API of Meta, which Facebook pages and Instagram accounts are reached through.

Source: developers.facebook.com, Graph API "Handling errors", "Rate limits", "Securing requests"; parameters as in
facebook-python-business-sdk 26.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from campaigns import asking
from campaigns.asking import Verdict, What
from campaigns.channel import Secrets
from outreach.core.http import Answer, Request, retry_after

ROOT = "https://graph.facebook.com/v26.0"

# The platform's numbers, whatever the status: it mostly answers 400.
_ACCOUNT = frozenset({10, 102, 190, 458, 459, 460, 463, 464, 467, 492, *range(200, 300)})
_RATE = frozenset({4, 17, 32, 341, 613, 80001, 80002})
_BLOCKED = frozenset({368})  # "deemed abusive": a block that passes by itself
_TWIN = frozenset({506})
_UNSURE = frozenset({1, 2})
NOT_THERE = 33  # a subcode: the page or account of that number is not there, or not this token's
_BLOCK = timedelta(hours=1)
_USAGE = "X-Business-Use-Case-Usage"


@dataclass(frozen=True)
class Access:
    """A token, and the proof that it is asked with by its own app; empty without the app's secret."""

    token: str = field(repr=False)
    proof: str = field(default="", repr=False)

    def fields(self) -> dict[str, str]:
        """What every request carries."""
        return {"access_token": self.token} | ({"appsecret_proof": self.proof} if self.proof else {})


def access(secrets: Secrets, token_env: str, app_secret_env: str) -> Access:
    """The token, with its proof if the variable of the app's secret is named. Raises Denied where one is not set."""
    token = asking.needed(secrets, token_env)
    if not app_secret_env:
        return Access(token)
    secret = asking.needed(secrets, app_secret_env)
    return Access(token, hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest())


def question(path: str, fields: Mapping[str, str], held: Access) -> Request:
    """A GET; the wire keeps the token out of what it tells of the address."""
    return Request(
        f"{ROOT}/{path}?{urlencode({**fields, **held.fields()})}",
        headers={"Accept": asking.JSON},
        follow=False,
    )


def order(path: str, fields: Mapping[str, str], held: Access) -> Request:
    """A POST of a form; the token stands in its body."""
    headers = {"Content-Type": asking.FORM, "Accept": asking.JSON}
    return Request(
        f"{ROOT}/{path}", "POST", headers, asking.form({**fields, **held.fields()}), follow=False
    )


def verdict(answer: Answer, now: datetime | None, held: Access) -> Verdict:
    """What an answer without what was asked for means, for a request that publishes; `now` tells how long to wait."""
    error = asking.inside(asking.told(answer), "error")
    code = asking.number(asking.inside(error, "code"))
    said = asking.inside(error, "error_user_msg") or asking.inside(error, "message")
    facts = {
        "status": answer.status,
        "code": str(code or "-"),
        "words": asking.words(said, held.token, held.proof),
    }
    what = _what(answer.status, code, asking.inside(error, "is_transient") is True)
    if what == "refused" and asking.number(asking.inside(error, "error_subcode")) == NOT_THERE:
        what = "settings"
    wait = _wait(answer, now) if what == "busy" and now is not None else None
    if what == "busy" and wait is None and code in _BLOCKED:
        wait = _BLOCK
    return Verdict(what, facts, wait)


def _what(status: int, code: int | None, passing: bool) -> What:
    if 200 <= status < 300 or code is None:
        return asking.of_status(status)
    if code in _TWIN:
        return "twin"
    if code in _ACCOUNT:
        return "denied"
    if code in _RATE or code in _BLOCKED:
        return "busy"
    if code in _UNSURE or status >= 500 or passing:
        return "unclear"
    return asking.of_status(status)


def _wait(answer: Answer, now: datetime) -> timedelta | None:
    """As asked, or the minutes that the account's use of the API names."""
    asked = retry_after(answer.headers, now)
    if asked is not None:
        return asked
    try:
        usage = json.loads(answer.headers.get(_USAGE, ""))
    except (ValueError, RecursionError):
        return None
    lists = usage.values() if isinstance(usage, dict) else ()
    minutes = [
        asking.number(one.get("estimated_time_to_regain_access")) or 0
        for rows in lists
        for one in asking.rows(rows)
    ]
    longest = max(minutes, default=0)
    return min(timedelta(minutes=longest), asking.LONGEST_WAIT) if longest > 0 else None
