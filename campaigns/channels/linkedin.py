"""LinkedIn: the page of an organisation, or a person.

Source: learn.microsoft.com/linkedin, "Posts API", "Images API", "little text format", "Social Metadata API", "Token
introspection", "Programmatic refresh tokens", "API error details"; requests as in linkedin-api-client 0.3. Duplicates
are refused, sometimes without a word; the author's latest posts can be read where the token may.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import quote, urlsplit

from campaigns import asking
from campaigns.asking import Seen, Verdict, What
from campaigns.channel import (
    MOST_REPLIES,
    Denied,
    Health,
    Image,
    Limit,
    Looked,
    Numbers,
    Outgoing,
    Receipt,
    Renewed,
    Reply,
    Secrets,
    Terms,
)
from outreach.core.errors import WireError
from outreach.core.http import Answer, Http, Request, retry_after

_ROOT = "https://api.linkedin.com/rest"
_OAUTH = "https://www.linkedin.com/oauth/v2"
_TEXT = 3000
_ALT = 4086
_LATEST = 50
_URN = re.compile(r"urn:li:(?:organization|person):[A-Za-z0-9_-]{1,60}")
_POST = re.compile(r"urn:li:(?:share|ugcPost):[0-9]{1,30}")
_IMAGE = re.compile(r"urn:li:image:[A-Za-z0-9_-]{1,80}")
_VERSION = re.compile(r"20[0-9]{2}(?:0[1-9]|1[0-2])")
_RESERVED = re.compile(r"[\\|{}@\[\]()<>#*_~]")
# A hashtag stays one: it stands at the beginning of a word, and a letter comes after it.
_TAG = re.compile(r"(?<!\S)#(?=[^\W_])")
_ESCAPED = re.compile(r"\\([\\|{}@\[\]()<>#*_~])")


@dataclass(frozen=True)
class Linkedin:
    """A page or a person; the token needs `w_organization_social` (`w_member_social`), to look also `r_..._social`."""

    kind: ClassVar[str] = "linkedin"
    terms: ClassVar[Terms] = Terms(same="none", findable="text", pictures=20)

    author: str  # urn:li:organization:123 or urn:li:person:abc
    token_env: str
    version: str = "202609"  # of the API; each holds for a year
    client_id: str = ""
    client_secret_env: str = ""  # with both it is known until when the token holds
    refresh_env: str = ""  # and with this too it is made anew

    def limit(self, wire: Http) -> Limit | None:
        return Limit(_TEXT, unit="utf16")

    def publish(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        token = asking.needed(secrets, self.token_env)
        images = [
            {"id": self._image(image, outgoing, wire, token), "altText": image.alt[:_ALT]}
            for image in outgoing.images[: self.terms.pictures]
        ]
        body: dict[str, object] = {
            "author": self._author(),
            "commentary": little(outgoing.text),
            "visibility": "PUBLIC",
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": False,
        }
        if len(images) == 1:
            body["content"] = {"media": images[0]}
        elif images:
            body["content"] = {"multiImage": {"images": images}}
        answer = asking.post(wire, self._order("/posts", "CREATE", body, token))
        post_id = answer.headers.get("x-restli-id") or answer.headers.get("x-linkedin-id") or ""
        if answer.status != 201 or not _POST.fullmatch(post_id):
            raise _trouble(answer, outgoing.at, token)
        return _receipt(post_id)

    def find(self, outgoing: Outgoing, wire: Http, secrets: Secrets, since: datetime) -> Looked:
        """Among the author's latest posts, by the link."""
        token = asking.needed(secrets, self.token_env)
        path = f"/posts?author={quote(self._author(), safe='')}&count={_LATEST}&q=author&sortBy=CREATED"
        answer = asking.prepare(wire, self._question(path, "FINDER", token))
        found = asking.told(answer).get("elements")
        if answer.status != 200 or not isinstance(found, list):
            raise _trouble(answer, outgoing.at, token, published=False)
        posts = [_seen(post) for post in asking.rows(found)]
        # The newest stand first: what is shown covers the time if the last one is older. An empty list proves nothing.
        oldest = posts[-1].at if posts else None
        return asking.search(outgoing, posts, since, whole=oldest is not None and oldest < since)

    def health(self, wire: Http, secrets: Secrets, now: datetime) -> Health:
        """Until when the token holds; without the app's number and secret only that there is one."""
        token = asking.needed(secrets, self.token_env)
        if not self.client_id or not self.client_secret_env:
            return Health(self._author())
        secret = asking.needed(secrets, self.client_secret_env)
        fields = {"token": token, "client_id": self.client_id.strip(), "client_secret": secret}
        answer = asking.prepare(wire, _oauth("introspectToken", fields))
        told = asking.told(answer)
        if answer.status != 200 or "active" not in told:
            raise _trouble(answer, now, token, secret, published=False)
        if told["active"] is not True:
            raise Denied("linkedin.denied", status=answer.status, words=asking.words(told.get("status"), token))
        return Health(self._author(), asking.moment(asking.number(told.get("expires_at"))))

    def renew(self, wire: Http, secrets: Secrets, now: datetime) -> Renewed:
        """A new access token; the refresh token stays the same until its own year is over. Only some apps get one."""
        if not self.refresh_env:
            raise WireError("linkedin.no_renewal", permanent=True)
        refresh = asking.needed(secrets, self.refresh_env)
        secret = asking.needed(secrets, self.client_secret_env)
        fields = {
            "grant_type": "refresh_token",
            "refresh_token": refresh,
            "client_id": self.client_id.strip(),
            "client_secret": secret,
        }
        # Whatever becomes of this one, the refresh token holds for another: nothing is in doubt.
        answer = asking.prepare(wire, _oauth("accessToken", fields))
        told = asking.told(answer)
        token, seconds = told.get("access_token"), asking.number(told.get("expires_in"))
        if answer.status != 200 or not isinstance(token, str) or not token or seconds is None:
            if answer.status == 400:
                said = asking.words(told.get("error_description") or told.get("error"), refresh, secret)
                raise Denied("linkedin.denied", status=400, words=said)
            raise _trouble(answer, now, refresh, secret, published=False)
        return Renewed(self.token_env, token, now + timedelta(seconds=seconds))

    def numbers(self, receipt: Receipt, wire: Http, secrets: Secrets) -> Numbers:
        token = asking.needed(secrets, self.token_env)
        path = f"/socialMetadata/{quote(receipt.id, safe='')}"
        answer = asking.prepare(wire, self._question(path, "GET", token))
        told = asking.told(answer)
        kinds = told.get("reactionSummaries")
        if answer.status != 200 or not isinstance(kinds, dict):
            raise _trouble(answer, None, token, published=False)
        likes = sum(asking.number(asking.inside(kind, "count")) or 0 for kind in kinds.values())
        return Numbers(likes, asking.number(asking.inside(told, "commentSummary", "count")))

    def replies(
        self, receipt: Receipt, wire: Http, secrets: Secrets, now: datetime, since: datetime | None = None
    ) -> Sequence[Reply]:
        """Where the token may read them; of who wrote them the platform tells but a number."""
        token = asking.needed(secrets, self.token_env)
        if not _POST.fullmatch(receipt.id):
            return []
        path = f"/socialActions/{quote(receipt.id, safe='')}/comments?count={MOST_REPLIES}&start=0"
        answer = asking.prepare(wire, self._question(path, "GET", token))
        elements = asking.told(answer).get("elements")
        if answer.status != 200 or not isinstance(elements, list):
            raise _trouble(answer, now, token, published=False)
        ours = self._author()
        others = [one for one in asking.rows(elements) if one.get("actor") != ours]
        return asking.replied((_reply(one, receipt.url) for one in others), since)

    def _image(self, image: Image, outgoing: Outgoing, wire: Http, token: str) -> str:
        """The name of an uploaded picture, from an earlier try if there is one."""
        kept = outgoing.left.get(f"image:{image.name}")
        if kept:
            return kept
        ask: dict[str, object] = {"initializeUploadRequest": {"owner": self._author()}}
        answer = asking.prepare(wire, self._order("/images?action=initializeUpload", "ACTION", ask, token))
        value = asking.told(answer).get("value")
        name, url = asking.inside(value, "image"), asking.inside(value, "uploadUrl")
        if (
            answer.status != 200
            or not isinstance(name, str)
            or not _IMAGE.fullmatch(name)
            or not isinstance(url, str)
            or not _is_platforms(url)
        ):
            raise _trouble(answer, outgoing.at, token, published=False)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "image/jpeg"}
        answer = asking.prepare(wire, Request(url, "PUT", headers, image.body, follow=False))
        if not 200 <= answer.status < 300:
            raise _trouble(answer, outgoing.at, token, published=False)
        outgoing.keep(f"image:{image.name}", name)
        return name

    def _author(self) -> str:
        author = self.author.strip()
        if not _URN.fullmatch(author):
            raise Denied("linkedin.author", pause="campaigns.paused.settings", author=author[:100])
        return author

    def _headers(self, method: str, token: str) -> dict[str, str]:
        version = self.version.strip()
        if not _VERSION.fullmatch(version):
            raise Denied("linkedin.version", pause="campaigns.paused.settings", version=version[:100])
        return {
            "Authorization": f"Bearer {token}",
            "LinkedIn-Version": version,
            "X-RestLi-Protocol-Version": "2.0.0",
            "X-RestLi-Method": method,
            "Accept": asking.JSON,
        }

    def _question(self, path: str, method: str, token: str) -> Request:
        return Request(_ROOT + path, headers=self._headers(method, token), follow=False)

    def _order(self, path: str, method: str, body: dict[str, object], token: str) -> Request:
        headers = {**self._headers(method, token), "Content-Type": asking.JSON}
        return Request(_ROOT + path, "POST", headers, asking.encoded(body), follow=False)


def little(text: str) -> str:
    """A text in the platform's "little" format: its reserved signs escaped, but for those that begin a hashtag.

    An unescaped one would end the text there, and the platform would not say so.
    """
    tags = {found.start() for found in _TAG.finditer(text)}
    return _RESERVED.sub(
        lambda found: found.group() if found.start() in tags else f"\\{found.group()}", text
    )


def _oauth(path: str, fields: dict[str, str]) -> Request:
    headers = {"Content-Type": asking.FORM, "Accept": asking.JSON}
    return Request(f"{_OAUTH}/{path}", "POST", headers, asking.form(fields), follow=False)


def _is_platforms(url: str) -> bool:
    """Whether an address to upload to is the platform's own: the token goes there."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" and f".{host}".endswith(".linkedin.com")


def _seen(post: Mapping[str, object]) -> Seen:
    text, post_id = post.get("commentary"), post.get("id")
    plain = _ESCAPED.sub(r"\1", text) if isinstance(text, str) else None
    known = isinstance(post_id, str) and _POST.fullmatch(post_id)
    return Seen([plain], _milliseconds(post.get("createdAt")), _receipt(str(post_id)) if known else None)


def _reply(comment: Mapping[str, object], url: str) -> Reply | None:
    at = _milliseconds(asking.inside(comment, "created", "time"))
    text = asking.inside(comment, "message", "text")
    return asking.reply(comment.get("commentUrn") or comment.get("id"), at, comment.get("actor"), text, url)


def _milliseconds(held: object) -> datetime | None:
    number = asking.number(held)
    return None if number is None else asking.moment(number // 1000)


def _receipt(post_id: str) -> Receipt:
    return Receipt(f"https://www.linkedin.com/feed/update/{post_id}/", post_id)


def _trouble(
    answer: Answer, now: datetime | None, *secrets: str, published: bool = True
) -> WireError:
    told = asking.told(answer)
    said = asking.words(told.get("message") or told.get("error_description"), *secrets)
    what: What = asking.of_status(answer.status)
    if what == "refused" and "duplicate" in f"{told.get('code')} {said}".lower():
        what = "twin"
    if not published:
        what = asking.unpublished(what)
    wait = _wait(answer, now) if what == "busy" and now is not None else None
    return asking.trouble(f"linkedin.{what}", Verdict(what, {"status": answer.status, "words": said}, wait))


def _wait(answer: Answer, now: datetime) -> timedelta:
    """As asked; else until the day ends in UTC: the limits are of such a day."""
    asked = retry_after(answer.headers, now)
    if asked is not None:
        return asked
    here = now.astimezone(UTC)
    return here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1) - here
