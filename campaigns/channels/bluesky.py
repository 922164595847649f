"""Bluesky and other servers of the AT protocol.

Source: docs.bsky.app and the lexicons of bluesky-social/atproto: com.atproto.server.createSession and refreshSession,
com.atproto.repo.putRecord, getRecord and uploadBlob, app.bsky.feed.post, app.bsky.richtext.facet,
app.bsky.embed.images. A post lies under a name that follows from our key, and is only put where nothing lies yet: a
second try finds the first.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import quote, urlencode

from campaigns import asking
from campaigns.asking import Verdict
from campaigns.channel import (
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
from campaigns.fitting import fitting
from campaigns.weights import AFTER_ADDRESS
from outreach.core.errors import WireError
from outreach.core.http import Answer, Http, Request, retry_after

_SERVER = re.compile(r"https://[^\s/?#@\\]+|http://(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?")
_POST = "app.bsky.feed.post"
_VIEW = "https://public.api.bsky.app"  # tells everybody what became of a post
_PAGE = "https://bsky.app/profile/{}/post/{}"
_CHARACTERS, _BYTES, _PICTURE = 300, 3000, 1_000_000
_MENTIONS = 10
_STALE = ("ExpiredToken", "InvalidToken")
_OF_THE_ACCOUNT = frozenset({
    *_STALE, "AuthenticationRequired", "AuthMissing", "AuthFactorTokenRequired", "AccountTakedown", "AccountSuspended",
    "AccountDeactivated", "RepoTakendown", "RepoDeactivated",
})  # fmt: skip
# A session that ends within this is not begun a post with.
_SPARE = timedelta(minutes=10)
_SESSION = timedelta(hours=1)  # where its token does not say
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_FOUND = re.compile(
    rf"""(?<!\w)(?P<link>https?://[^\s<>"]+)
    | (?<![\w.@/&+-])@(?P<handle>(?:{_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?)(?![A-Za-z0-9-]*://)
    | (?<![\w&/])[#＃](?P<tag>(?=\w*[^\W\d_])\w{{1,64}})(?!\w|://)""",
    re.VERBOSE,
)
_SIGNS = "234567abcdefghijklmnopqrstuvwxyz"
# A key is a moment to the protocol: ours are of three years that are over, so that none lies in the future.
_FROM, _SPAN = 1_672_531_200_000_000, 3 * 365 * 86_400_000_000


class _Stale(Denied):
    """The server does not know this session any more."""


@dataclass(frozen=True)
class _Session:
    """Signed in: tokens for deeds and for the next session, and who we are there."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    did: str
    handle: str
    ends_at: datetime


@dataclass(frozen=True)
class Bluesky:
    """An account on one server, with an app password (Settings, Privacy and security, App passwords)."""

    kind: ClassVar[str] = "bluesky"
    terms: ClassVar[Terms] = Terms(same="record", findable="name", pictures=4)

    account: str  # example.bsky.social, or the office's own domain
    password_env: str
    server: str = "https://bsky.social"

    def limit(self, wire: Http) -> Limit | None:
        """As the protocol says; 3000 bytes is a second limit, which only emoji reach first."""
        return Limit(_CHARACTERS)

    def publish(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        excess = len(outgoing.text.encode("utf-8", "surrogatepass")) - _BYTES
        if excess > 0:
            raise WireError("bluesky.bytes", permanent=True, limit=_BYTES, excess=excess)
        kept = self._kept(secrets)
        if kept is not None and kept.ends_at > outgoing.at + _SPARE:
            try:
                return self._put(outgoing, wire, kept)
            except _Stale:
                pass  # ended there before its time: the app password makes another
        return self._put(outgoing, wire, self._begin(wire, secrets, outgoing.at))

    def find(self, outgoing: Outgoing, wire: Http, secrets: Secrets, since: datetime) -> Looked:
        """By its name; the server's own record, so nothing is behind."""
        name = record_key(outgoing.key)
        asked = {"repo": self._handle(), "collection": _POST, "rkey": name}
        answer = asking.prepare(wire, self._request("com.atproto.repo.getRecord", query=asked))
        told = asking.told(answer)
        if answer.status == 200 and isinstance(told.get("uri"), str):
            return Looked("there", Receipt(_PAGE.format(self._handle(), name), str(told["uri"])))
        if told.get("error") == "RecordNotFound" or str(told.get("message")).startswith("Could not locate record"):
            return Looked("absent")
        if answer.status == 200:
            return Looked("unknown")
        raise self._trouble(answer, since, published=False)

    def health(self, wire: Http, secrets: Secrets, now: datetime) -> Health:
        """Asks with the session that is kept; without one the app password has to make one."""
        kept = self._kept(secrets)
        if kept is not None and kept.ends_at > now:
            request = self._request("com.atproto.server.getSession", token=kept.access)
            answer = asking.prepare(wire, request)
            told = asking.told(answer)
            if answer.status == 200 and told.get("active", True) is not False:
                return Health(f"@{told.get('handle') or kept.handle}", kept.ends_at)
            if answer.status == 200:
                raise Denied("bluesky.denied", server=self.server, status=200, words=asking.words(told.get("status")))
            if told.get("error") not in _STALE:
                raise self._trouble(answer, now, published=False)
        begun = self._begin(wire, secrets, now)
        return Health(f"@{begun.handle}", begun.ends_at)

    def renew(self, wire: Http, secrets: Secrets, now: datetime) -> Renewed:
        """The next session from the one that is kept, else from the app password: never ambiguous, for that stays."""
        session, kept = None, self._kept(secrets)
        if kept is not None:
            answer = asking.prepare(
                wire, self._request("com.atproto.server.refreshSession", "POST", token=kept.refresh)
            )
            session = _session(answer, now)
            if session is None and answer.status not in (400, 401, 403):
                raise self._trouble(answer, now, published=False)
        session = session or self._begin(wire, secrets, now)
        held = {"for": self._whose(), "access": session.access, "refresh": session.refresh, "did": session.did}
        held |= {"handle": session.handle, "ends": session.ends_at.isoformat()}
        return Renewed(self._name(), json.dumps(held), session.ends_at)

    def numbers(self, receipt: Receipt, wire: Http, secrets: Secrets) -> Numbers:
        """As the public view shows them; a post that is deleted has none."""
        url = f"{_VIEW}/xrpc/app.bsky.feed.getPosts?{urlencode({'uris': receipt.id})}"
        answer = asking.prepare(wire, Request(url, headers={"Accept": asking.JSON}, follow=False))
        if answer.status != 200:
            raise self._trouble(answer, None, published=False)
        post: Mapping[str, object] = next(iter(asking.rows(asking.told(answer).get("posts"))), {})
        shares = [asking.number(post.get(name)) for name in ("repostCount", "quoteCount")]
        known = [count for count in shares if count is not None]
        likes, replies = (asking.number(post.get(name)) for name in ("likeCount", "replyCount"))
        return Numbers(likes=likes, replies=replies, shares=sum(known) if known else None)

    def replies(
        self, receipt: Receipt, wire: Http, secrets: Secrets, now: datetime, since: datetime | None = None
    ) -> Sequence[Reply]:
        """As the public view shows them, and what was said to them. A post that is deleted has none."""
        asked = urlencode({"uri": receipt.id, "depth": "2", "parentHeight": "0"})
        url = f"{_VIEW}/xrpc/app.bsky.feed.getPostThread?{asked}"
        answer = asking.prepare(wire, Request(url, headers={"Accept": asking.JSON}, follow=False))
        told = asking.told(answer)
        if told.get("error") == "NotFound":
            return []
        if answer.status != 200 or not isinstance(told.get("thread"), dict):
            raise self._trouble(answer, now, published=False)
        ours = receipt.id.removeprefix("at://").partition("/")[0]
        posts = [post for post in _below(told["thread"]) if asking.inside(post, "author", "did") != ours]
        return asking.replied(map(_reply, posts), since)

    def _put(self, outgoing: Outgoing, wire: Http, session: _Session) -> Receipt:
        name = record_key(outgoing.key)
        record: dict[str, object] = {
            "$type": _POST,
            "text": outgoing.text,
            "createdAt": outgoing.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "langs": [outgoing.language],
            "facets": list(self._facets(outgoing.text, wire)),
        }
        # Only where nothing lies: what is out is not put again.
        body = {"repo": session.did, "collection": _POST, "rkey": name, "swapRecord": None, "validate": True}
        for again in (False, True):
            if outgoing.images:
                record["embed"] = self._embed(outgoing, wire, session, again)
            sent = asking.encoded({**body, "record": record})
            request = self._request("com.atproto.repo.putRecord", "POST", session.access, sent)
            answer = asking.post(wire, request)
            told = asking.told(answer)
            # A picture that no post has taken is thrown away there after a while.
            if again or not outgoing.images or told.get("error") != "BlobNotFound":
                break
        if answer.status == 200 and isinstance(told.get("uri"), str):
            return Receipt(_PAGE.format(session.handle, name), str(told["uri"]))
        if told.get("error") == "InvalidSwap":
            looked = self.find(outgoing, wire, lambda _: None, outgoing.at)
            if looked.receipt is not None:
                return looked.receipt
        raise self._trouble(answer, outgoing.at)

    def _embed(self, outgoing: Outgoing, wire: Http, session: _Session, again: bool) -> dict[str, object]:
        shown = []
        for image in outgoing.images[: self.terms.pictures]:
            kept = None if again else outgoing.left.get(f"blob {image.name}")
            if kept is None:
                kept = json.dumps(self._upload(image, wire, session, outgoing.at))
                outgoing.keep(f"blob {image.name}", kept)
            shown.append({"alt": image.alt, **json.loads(kept)})
        return {"$type": "app.bsky.embed.images", "images": shown}

    def _upload(self, image: Image, wire: Http, session: _Session, now: datetime) -> dict[str, object]:
        fits = fitting(image, _PICTURE, image.width * image.height)
        body, width, height = fits.body, fits.width, fits.height
        request = self._request("com.atproto.repo.uploadBlob", "POST", session.access, body, "image/jpeg")
        answer = asking.prepare(wire, request)
        blob = asking.told(answer).get("blob")
        if answer.status != 200 or not isinstance(blob, dict):
            raise self._trouble(answer, now, published=False)
        return {"image": blob, "aspectRatio": {"width": width, "height": height}}

    def _facets(self, text: str, wire: Http) -> Iterator[dict[str, object]]:
        """Links, names and hashtags with the bytes they take; a name that nobody has stays plain text."""
        mentions = 0
        for found in _FOUND.finditer(text):
            end, feature = found.end(), dict[str, object]()
            if found["link"]:
                address = found["link"].rstrip(AFTER_ADDRESS)
                end = found.start() + len(address)
                feature = {"$type": "app.bsky.richtext.facet#link", "uri": address}
            elif found["tag"]:
                feature = {"$type": "app.bsky.richtext.facet#tag", "tag": found["tag"]}
            elif mentions < _MENTIONS:
                mentions += 1
                did = self._did(found["handle"], wire)
                feature = {"$type": "app.bsky.richtext.facet#mention", "did": did} if did else {}
            if feature:
                start, stop = (len(text[:at].encode()) for at in (found.start(), end))
                yield {"index": {"byteStart": start, "byteEnd": stop}, "features": [feature]}

    def _did(self, handle: str, wire: Http) -> str | None:
        request = self._request("com.atproto.identity.resolveHandle", query={"handle": handle})
        did = asking.told(asking.prepare(wire, request)).get("did")
        return did if isinstance(did, str) and did.startswith("did:") else None

    def _begin(self, wire: Http, secrets: Secrets, now: datetime) -> _Session:
        told = {"identifier": self._handle(), "password": asking.needed(secrets, self.password_env)}
        request = self._request("com.atproto.server.createSession", "POST", body=asking.encoded(told))
        answer = asking.prepare(wire, request)
        session = _session(answer, now)
        if session is None:
            raise self._trouble(answer, now, told["password"], published=False)
        return session

    def _kept(self, secrets: Secrets) -> _Session | None:
        """The session that `renew` made last, if it is of this account."""
        try:
            held = json.loads(secrets(self._name()) or "{}")
            if held.get("for") != self._whose():
                return None
            ends_at = datetime.fromisoformat(held["ends"])
            return _Session(held["access"], held["refresh"], held["did"], held["handle"], ends_at)
        except (ValueError, KeyError, AttributeError):
            return None

    def _name(self) -> str:
        return f"{self.password_env}.session"

    def _whose(self) -> str:
        return f"{self._handle()} {self._root()}"

    def _handle(self) -> str:
        return self.account.strip().removeprefix("@")

    def _root(self) -> str:
        server = self.server.strip().rstrip("/")
        if not _SERVER.fullmatch(server):
            # Without TLS the password could be read on the way.
            raise Denied("campaigns.channel.address", pause="campaigns.paused.settings", server=self.server)
        return server

    def _request(
        self,
        method: str,
        verb: str = "GET",
        token: str = "",
        body: bytes | None = None,
        content_type: str = asking.JSON,
        query: Mapping[str, str] | None = None,
    ) -> Request:
        headers = {"Accept": asking.JSON} | ({"Authorization": f"Bearer {token}"} if token else {})
        headers |= {"Content-Type": content_type} if body is not None else {}
        url = f"{self._root()}/xrpc/{method}" + (f"?{urlencode(query, quote_via=quote)}" if query else "")
        return Request(url, verb, headers, body, follow=False)

    def _trouble(self, answer: Answer, now: datetime | None, *secrets: str, published: bool = True) -> WireError:
        told, status = asking.told(answer), answer.status
        name, what = told.get("error"), asking.of_status(answer.status)
        if name in _OF_THE_ACCOUNT:
            what = "denied"
        elif status == 501 or (status == 404 and name is None):
            what = "settings"  # whoever answers there does not speak the protocol
        elif name == "InvalidSwap":
            what = "unclear"  # something lies under our name: it may be the post, whatever a look has just said
        what = what if published else asking.unpublished(what)
        said = asking.words(told.get("message") or name, *secrets)
        if name in _STALE:
            return _Stale("bluesky.denied", server=self.server, status=status, words=said)
        facts = {"server": self.server, "status": status, "words": said}
        return asking.trouble(f"bluesky.{what}", Verdict(what, facts, None if now is None else _wait(answer, now)))


def record_key(key: str) -> str:
    """The name a post gets there: always the same for the same delivery, in the form the protocol wants (TID)."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:12])
    moment = (_FROM + (number >> 10) % _SPAN) << 10 | number & 0x3FF
    return "".join(_SIGNS[moment >> 5 * place & 31] for place in range(12, -1, -1))


def _below(thread: object) -> Iterator[Mapping[str, object]]:
    """The posts of a thread below its first one; those that are blocked or gone have none."""
    for one in asking.rows(asking.inside(thread, "replies")):
        post = one.get("post")
        if isinstance(post, dict):
            yield post
        yield from _below(one)


def _reply(post: Mapping[str, object]) -> Reply | None:
    uri, record = post.get("uri"), post.get("record")
    handle, name = asking.inside(post, "author", "handle"), str(uri).rpartition("/")[2]
    languages = asking.inside(record, "langs")
    at = asking.moment(asking.inside(record, "createdAt"))
    first = languages[0] if isinstance(languages, list) and languages else None
    return asking.reply(uri, at, f"@{handle}", asking.inside(record, "text"), _PAGE.format(handle, name), first)


def _session(answer: Answer, now: datetime) -> _Session | None:
    """The session in an answer; None if there is none."""
    told = asking.told(answer)
    held = [told.get(name) for name in ("accessJwt", "refreshJwt", "did", "handle")]
    if answer.status != 200 or not all(isinstance(one, str) and one for one in held):
        return None
    access, refresh, did, handle = map(str, held)
    return _Session(access, refresh, did, handle, _end(access) or now + _SESSION)


def _wait(answer: Answer, now: datetime) -> timedelta | None:
    asked = retry_after(answer.headers, now)
    return asking.until(asking.moment(answer.headers.get("ratelimit-reset")), now) if asked is None else asked


def _end(token: str) -> datetime | None:
    """When a token ends, by its own word."""
    part = [*token.split("."), "", ""][1]
    try:
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError):
        return None
    return asking.moment(asking.number(asking.inside(claims, "exp")))
