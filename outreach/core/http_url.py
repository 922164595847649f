"""Addresses of the web: what may be asked, where a redirect leads, and how they are told without secrets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin

from requests import RequestException
from requests.models import PreparedRequest
from urllib3.exceptions import HTTPError
from urllib3.util import Url, parse_url

_PORTS = {"http": 80, "https": 443}
_SECRET = re.compile(
    r"(token|key|secret|password|passwd|pass|pwd|code|proof|sig|signature|auth|authorization|jwt|session|sid)$",
    re.IGNORECASE,
)
# Telegram keeps a bot's secret in the path: /bot123456:AAF.../sendMessage
_BOT = re.compile(r"(/(?:file/)?bot)[^/?#]*:[^/?#]*", re.IGNORECASE)
_KEPT_ELSEWHERE = re.compile(r"user-agent|accept(-.*)?|if-.*|connection", re.IGNORECASE)
_OF_A_BODY = re.compile(r"content-.*", re.IGNORECASE)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT_REDIRECTS = frozenset({301, 308})


class Refused(Exception):
    """An address or a step that is not taken; `key` is the error's, `facts` what its sentence needs."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.facts: Mapping[str, object] = facts


@dataclass(frozen=True)
class Step:
    """One request on the way: the address as it is sent, method, own headers and body."""

    url: str
    method: str
    headers: Mapping[str, str]
    body: bytes | None


def parsed(url: str) -> Url:
    """The parts of an address, by the parser that opens the connection: two parsers may see two hosts."""
    try:
        return parse_url(url)
    except HTTPError as error:
        raise Refused("http.url") from error


def checked(url: str) -> str:
    """The address in the form it is sent, without its fragment.

    Raises Refused: `http.scheme` unless it is http or https, `http.userinfo` if it carries a name or
    password, `http.url` if it is none at all.
    """
    scheme, colon, _ = url.strip().partition(":")
    if colon and scheme.lower() not in _PORTS and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        raise Refused("http.scheme", scheme=scheme.lower())
    prepared = PreparedRequest()
    try:
        prepared.prepare_url(url.strip(), None)
    except (RequestException, HTTPError, ValueError) as error:
        raise Refused("http.url") from error
    final, _ = urldefrag(prepared.url or "")
    parts = parsed(final)
    if parts.scheme not in _PORTS or not parts.host:
        raise Refused("http.url")
    if parts.auth is not None or parsed(url.strip()).auth is not None:
        raise Refused("http.userinfo")
    return final


def told(url: str) -> str:
    """The address as errors and logs may show it, at most 500 characters.

    Without name and password, values of secret query keys, and a bot's token.
    """
    try:
        parts = parse_url(url)
    except HTTPError:
        # Nobody knows where the secrets of such a thing are.
        return re.split(r"[?@#]", url, maxsplit=1)[0][:500]
    query = parts.query
    if query:
        pairs = parse_qsl(query, keep_blank_values=True)
        if any(_SECRET.search(name) for name, _ in pairs):
            query = urlencode([(name, "***" if _SECRET.search(name) else value) for name, value in pairs], safe="*/:,")
    path = _BOT.sub(r"\1***", parts.path or "")
    return parts._replace(auth=None, query=query, path=path or None, fragment=None).url[:500]


def host_of(url: str) -> str:
    """The host's name, or nothing if the address has none."""
    try:
        return parsed(url).host or ""
    except Refused:
        return ""


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port."""
    parts = parsed(url)
    scheme = parts.scheme or ""
    return scheme, parts.host or "", parts.port or _PORTS.get(scheme, 0)


def next_step(step: Step, status: int, location: str) -> Step:
    """Where a redirect leads, as browsers follow it.

    301 and 302 turn a POST into a GET, 303 turns everything but HEAD into one. When the host or port changes,
    only User-Agent, Accept... and If-... headers go along; a body does not, so a 307 or 308 that asks for it
    is refused. Raises Refused: `http.redirect_insecure` from https to http, `http.redirect_body`, and what
    `checked` raises.
    """
    url = checked(urljoin(step.url, _decoded(location)))
    before, after = origin(step.url.lower()), origin(url.lower())
    if before[0] == "https" and after[0] == "http":
        raise Refused("http.redirect_insecure", to=told(url))
    following = replace(step, url=url)
    if (status == 303 and step.method != "HEAD") or (status in (301, 302) and step.method == "POST"):
        headers = {name: value for name, value in step.headers.items() if not _OF_A_BODY.fullmatch(name)}
        following = replace(following, method="GET", headers=headers, body=None)
    upgraded = (before[1:], after[1:]) == ((before[1], 80), (before[1], 443))
    if before[1:] == after[1:] or upgraded:
        return following
    if following.body is not None:
        raise Refused("http.redirect_body", to=told(url))
    kept = {name: value for name, value in step.headers.items() if _KEPT_ELSEWHERE.fullmatch(name)}
    return replace(following, headers=kept)


def _decoded(location: str) -> str:
    # Header bytes arrive as Latin-1; an address with letters outside ASCII was meant as UTF-8.
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location
