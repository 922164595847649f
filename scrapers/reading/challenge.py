"""Walls that stand where a page should be: challenges for robots, captchas, notices of a guard before the server.

A wall is known by what its markup is made of, or by the few words it says; a page with an article's worth of text is
none, whatever it writes about. Facts are the guards' own pages and headers.
"""

import html
import re
from collections.abc import Mapping

_LARGEST = 120_000  # bytes; walls are smaller, most pages larger
_MOST_PARAGRAPHS = 12
_MOST_TEXT = 1_500  # characters that can be read
_FEW = 700  # for a wall that is known by words alone
_HARDLY_ANY = 300
_ARTICLE = (b"<article", b'content="article"', b'"newsarticle"')
_HIDDEN = re.compile(r"<(script|style|svg|template)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>?")
_TITLE = re.compile(rb"<title[^<>]{0,100}>([^<]{0,200})", re.IGNORECASE)

# What the markup of a guard's page holds, lower case; any of a name's is enough where little else can be read.
_MARKS: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("cloudflare", (b"_cf_chl_opt", b"cf-browser-verification", b"challenge-error-text")),
    ("ddos-guard", (b"/.well-known/ddos-guard/", b"check.ddos-guard.net")),
    # Its other scripts, and PerimeterX's, stand on every page that it guards.
    ("imperva", (b"_incapsula_resource?swudnsai", b"incapsula incident id")),
    ("akamai", (b"errors.edgesuite.net", b"/_sec/cp_challenge/", b"sec-if-cpt-container")),
    ("perimeterx", (b"px-captcha", b"captcha.px-cdn.net")),
    ("sucuri", (b"sucuri_cloudproxy_js", b"sucuri website firewall", b"cloudproxy@sucuri.net")),
    ("datadome", (b"captcha-delivery.com",)),
    ("anubis", (b"/.within.website/x/cmd/anubis", b'id="anubis_challenge"')),
    ("aws-waf", (b"window.gokuprops",)),
)
# Widgets that stand on honest pages too: a form with one is a wall only where the words say so.
_WIDGETS = (b"g-recaptcha", b"h-captcha", b"hcaptcha.com", b"cf-turnstile", b"smartcaptcha", b"recaptcha/api")
_WORDS = re.compile(
    r"enable javascript and cookies to continue|checking (?:if the site connection is secure|your browser before)"
    r"|(?:verify(?:ing)?|confirm|prove) (?:that )?you(?: are|'re) (?:a )?(?:human|not a robot)"
    r"|needs to review the security of your connection|complete the security check"
    r"|making sure you(?: are|'re) not a bot"
    r"|press (?:&|and) hold to confirm|unusual traffic from your (?:computer )?network|ddos protection by"
    r"|please enable (?:javascript and cookies|cookies and javascript)"
    r"|pārbaudām jūsu pārlūk|apstipriniet, ka (?:neesat robots|esat cilvēks)"
    r"|подтвердите, что (?:вы не робот|запросы отправляли вы)|проверка (?:вашего )?браузера|я не робот",
    re.IGNORECASE,
)
_ROBOT = re.compile(r"captcha|robot|human|cilvēk|робот|человек|security check|drošības pārbaud", re.IGNORECASE)
_GUARD_TITLES = (b"just a moment", b"attention required! | cloudflare", b"ddos-guard", b"pardon our interruption")
_XML = (b"<?xml", b"<rss", b"<feed", b"<rdf", b"<urlset", b"<sitemapindex")
_REFUSALS = frozenset({401, 403, 405, 406, 418, 429, 503})


def challenge_of(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """The name of the wall that answered, None for any other page; `headers` have lower-case names.

    Names: `cloudflare`, `ddos-guard`, `imperva`, `akamai`, `perimeterx`, `sucuri`, `datadome`, `anubis`, `aws-waf`, or
    `captcha` and `javascript` for a wall of unknown make.
    """
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return "cloudflare"
    if headers.get("x-amzn-waf-action", "").lower() in {"challenge", "captcha"}:
        return "aws-waf"
    refused = status in _REFUSALS
    if refused and "x-sucuri-block" in headers:
        return "sucuri"
    if refused and ("x-datadome" in headers or "x-dd-b" in headers):
        return "datadome"
    if len(body) > _LARGEST or not _is_html(headers, body) or body.count(b"<p") > _MOST_PARAGRAPHS:
        return None
    return _by_body(refused, headers, body.lower())


def _is_html(headers: Mapping[str, str], body: bytes) -> bool:
    kind = headers.get("content-type", "").lower()
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start.startswith(b"<") or start.startswith(_XML):
        return False
    # Walls answer in HTML even where a feed was asked for, and some forget to say so.
    return "html" in kind or "json" not in kind


def _by_body(refused: bool, headers: Mapping[str, str], lower: bytes) -> str | None:
    text = _readable(lower)
    if len(text) > _MOST_TEXT or (not refused and any(mark in lower for mark in _ARTICLE)):
        return None
    match = _TITLE.search(lower)
    title = match[1].strip() if match else b""
    guarded = title.startswith(_GUARD_TITLES)
    for name, marks in _MARKS:
        # What stands in a text is written about; a guard's marks stand in tags and scripts, or say all there is to say.
        if any(mark in lower and (len(text) <= _HARDLY_ANY or mark.decode() not in text) for mark in marks):
            return name
    if guarded and (refused or len(text) <= _FEW):
        return "ddos-guard" if b"ddos" in title else "imperva" if b"pardon" in title else "cloudflare"
    if refused and title.startswith(b"access denied") and b"cloudflare" in title:
        return "cloudflare"
    server = headers.get("server", "").lower()
    if refused and "akamaighost" in server and "access denied" in text:
        return "akamai"
    if refused and "ddos-guard" in server:
        return "ddos-guard"
    if len(text) > _FEW:
        return None
    asks = _WORDS.search(text) or (_ROBOT.search(text) and (refused or not _has_form(lower)))
    if asks and any(widget in lower for widget in _WIDGETS):
        return "captcha"
    return "javascript" if _WORDS.search(text) else None


def _has_form(lower: bytes) -> bool:
    return b"<textarea" in lower or b'type="email"' in lower or b'type="password"' in lower


def _readable(lower: bytes) -> str:
    """What a person would read, roughly; what only browsers without scripts show counts too."""
    text = _TAG.sub(" ", _HIDDEN.sub(" ", lower.decode("utf-8", "replace")))
    return " ".join(html.unescape(text).split()).replace("’", "'")
