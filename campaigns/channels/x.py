"""X, by its paid API.

Source: docs.x.com, "Create Post", "Upload media", "Media metadata", "Get Posts", "OAuth 2.0", "Rate limits", "Pricing";
requests as in xdk 0.10. An identical text is refused for a while; the account's own latest posts can be read, at a
price, so they are read only after a doubt, and what became of a post is not asked.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import urlencode

from campaigns import asking, weights
from campaigns.asking import Seen, Verdict, What
from campaigns.channel import (
    Denied,
    Health,
    Image,
    Limit,
    Looked,
    Outgoing,
    Receipt,
    Renewed,
    Secrets,
    Terms,
)
from outreach.core.errors import WireError
from outreach.core.http import Answer, Http, Request, retry_after

_ROOT = "https://api.x.com"
_LATEST = 100
_ALT = 1000
_SOON = timedelta(minutes=1)
# Which limits there are, by the header that says how much of each is left and the one that says when it begins anew.
_LIMITS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")


@dataclass(frozen=True)
class X:
    """An account; its key is a refresh token of OAuth 2.0.

    Its scopes: `tweet.read`, `tweet.write`, `users.read`, `media.write`, `offline.access`.
    The program makes an access token of it and keeps that together with the next refresh token: each holds once.
    """

    kind: ClassVar[str] = "x"
    # As the price list of 2026 has it for a post with an address in it.
    terms: ClassVar[Terms] = Terms(same="none", findable="text", pictures=4, price=200, currency="USD")

    client_id: str
    token_env: str
    client_secret_env: str = ""  # of an app that has one
    a_month: int = 50  # how many posts may go out in a calendar month, for they cost

    def limit(self, wire: Http) -> Limit | None:
        return Limit(weights.LIMIT, weights.ADDRESS, "weighted")

    def publish(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        token = self._access(secrets, outgoing.at)
        media = [self._media(image, outgoing, wire, token) for image in outgoing.images[: self.terms.pictures]]
        body: dict[str, object] = {"text": outgoing.text} | ({"media": {"media_ids": media}} if media else {})
        answer = asking.post(wire, _order("/2/tweets", body, token))
        post_id = asking.inside(asking.told(answer), "data", "id")
        if answer.status not in (200, 201) or not isinstance(post_id, str) or not post_id.isdigit():
            raise _trouble(answer, outgoing.at, token)
        return _receipt(post_id)

    def find(self, outgoing: Outgoing, wire: Http, secrets: Secrets, since: datetime) -> Looked:
        """Among the account's own posts since then, by the address that stands behind the shortened one."""
        token = self._access(secrets, outgoing.at)
        user = self._me(wire, token, outgoing.at)[0]
        asked = {
            "max_results": str(_LATEST),
            "start_time": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "tweet.fields": "created_at,entities,note_tweet",
        }
        answer = asking.prepare(wire, _question(f"/2/users/{user}/tweets?{urlencode(asked)}", token))
        told = asking.told(answer)
        meta = told.get("meta")
        if answer.status != 200 or asking.number(asking.inside(meta, "result_count")) is None:
            raise _trouble(answer, outgoing.at, token, published=False)
        partial = asking.inside(meta, "next_token") is not None or "errors" in told
        posts = [_seen(post) for post in asking.rows(told.get("data"))]
        return asking.search(outgoing, posts, since, whole=not partial)

    def health(self, wire: Http, secrets: Secrets, now: datetime) -> Health:
        """The account's name, and until when the access token holds: it has ended where there is none yet."""
        held = asking.needed(secrets, self.token_env).split()
        ends_at = _end(held)
        if ends_at is None or ends_at <= now:
            return Health("", now)
        return Health(f"@{self._me(wire, held[0], now)[1]}", ends_at)

    def renew(self, wire: Http, secrets: Secrets, now: datetime) -> Renewed:
        """An access token and the next refresh token, kept as one, `access refresh end`; the old one is gone."""
        refresh = _refresh(asking.needed(secrets, self.token_env).split())
        fields = {"grant_type": "refresh_token", "refresh_token": refresh, "client_id": self.client_id.strip()}
        headers = {"Content-Type": asking.FORM, "Accept": asking.JSON}
        secret = asking.needed(secrets, self.client_secret_env) if self.client_secret_env else ""
        if secret:
            pair = f"{self.client_id.strip()}:{secret}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        request = Request(f"{_ROOT}/2/oauth2/token", "POST", headers, asking.form(fields), follow=False)
        answer = asking.post(wire, request)
        told = asking.told(answer)
        access, following = told.get("access_token"), told.get("refresh_token")
        seconds = asking.number(told.get("expires_in"))
        if (
            answer.status != 200
            or seconds is None
            or not all(isinstance(one, str) and one and not one.split()[1:] for one in (access, following))
        ):
            if answer.status == 400:
                # "The token was invalid": it was used before, or taken back.
                said = asking.words(told.get("error_description") or told.get("error"), refresh, secret)
                raise Denied("xcom.denied", status=400, words=said)
            raise _trouble(answer, now, refresh)
        ends_at = now + timedelta(seconds=seconds)
        return Renewed(self.token_env, f"{access} {following} {ends_at.isoformat(timespec='seconds')}", ends_at)

    def _access(self, secrets: Secrets, now: datetime) -> str:
        """The access token. Raises WireError `xcom.not_renewed` while there is none that holds: nothing was sent."""
        held = asking.needed(secrets, self.token_env).split()
        ends_at = _end(held)
        if ends_at is None or ends_at - _SOON <= now:
            raise WireError("xcom.not_renewed")
        return held[0]

    def _me(self, wire: Http, token: str, now: datetime) -> tuple[str, str]:
        """The account's number and name."""
        answer = asking.prepare(wire, _question("/2/users/me", token))
        data = asking.told(answer).get("data")
        number, name = asking.inside(data, "id"), asking.inside(data, "username")
        if answer.status != 200 or not isinstance(number, str) or not number.isdigit() or not isinstance(name, str):
            raise _trouble(answer, now, token, published=False)
        return number, name

    def _media(self, image: Image, outgoing: Outgoing, wire: Http, token: str) -> str:
        """The number of an uploaded picture with its words, from an earlier try if there is one."""
        kept = outgoing.left.get(f"media:{image.name}")
        if kept:
            return kept
        body: dict[str, object] = {
            "media": base64.b64encode(image.body).decode(),
            "media_category": "tweet_image",
        }
        answer = asking.prepare(wire, _order("/2/media/upload", body, token))
        media = asking.inside(asking.told(answer), "data", "id")
        if not 200 <= answer.status < 300 or not isinstance(media, str) or not media.isdigit():
            raise _trouble(answer, outgoing.at, token, published=False)
        about: dict[str, object] = {"id": media, "metadata": {"alt_text": {"text": image.alt[:_ALT]}}}
        answer = asking.prepare(wire, _order("/2/media/metadata", about, token))
        if not 200 <= answer.status < 300:
            raise _trouble(answer, outgoing.at, token, published=False)
        outgoing.keep(f"media:{image.name}", media)
        return media


def _question(path: str, token: str) -> Request:
    headers = {"Authorization": f"Bearer {token}", "Accept": asking.JSON}
    return Request(_ROOT + path, headers=headers, follow=False)


def _order(path: str, body: dict[str, object], token: str) -> Request:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": asking.JSON, "Accept": asking.JSON}
    return Request(_ROOT + path, "POST", headers, asking.encoded(body), follow=False)


def _refresh(held: list[str]) -> str:
    """A person sets the refresh token alone; what we keep is `access refresh end`."""
    return held[1] if len(held) == 3 else held[0]


def _end(held: list[str]) -> datetime | None:
    return asking.moment(held[2]) if len(held) == 3 else None


def _seen(post: Mapping[str, object]) -> Seen:
    """A post with the addresses that its shortened ones stand for."""
    entities = (post.get("entities"), asking.inside(post, "note_tweet", "entities"))
    urls = [url for held in entities for url in asking.rows(asking.inside(held, "urls"))]
    texts = [post.get("text"), *(url.get("expanded_url") for url in urls)]
    post_id = post.get("id")
    known = isinstance(post_id, str) and post_id.isdigit()
    return Seen(texts, asking.moment(post.get("created_at")), _receipt(str(post_id)) if known else None)


def _receipt(post_id: str) -> Receipt:
    return Receipt(f"https://x.com/i/web/status/{post_id}", post_id)


def _trouble(answer: Answer, now: datetime, token: str, *, published: bool = True) -> WireError:
    told = asking.told(answer)
    said = asking.words(told.get("detail") or told.get("title"), token)
    what: What = asking.of_status(answer.status)
    if answer.status == 402:
        what = "denied"  # the prepaid credit is used up
    elif answer.status == 403 and "duplicate" in said.lower():
        what = "twin"
    if not published:
        what = asking.unpublished(what)
    wait = _wait(answer, now) if what == "busy" else None
    return asking.trouble(f"xcom.{what}", Verdict(what, {"status": answer.status, "words": said}, wait))


def _wait(answer: Answer, now: datetime) -> timedelta | None:
    """Until every limit that is used up has begun anew."""
    asked = retry_after(answer.headers, now)
    ends = [
        end
        for name in _LIMITS
        if answer.headers.get(f"{name}-remaining", "").strip() == "0"
        and (end := asking.moment(answer.headers.get(f"{name}-reset", "").strip())) is not None
    ]
    if not ends and asked is None:
        end = asking.moment(answer.headers.get("x-rate-limit-reset", "").strip())
        return asking.until(end, now)
    waits = [asking.until(end, now) or timedelta() for end in ends]
    return max(waits + ([asked] if asked is not None else []))
