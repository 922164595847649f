"""One spelling for every address of an article."""

import re
from urllib.parse import quote, unquote_to_bytes, urlsplit

_TRACKING = re.compile(
    r"utm_.*|pk_.*|mtm_.*|piwik_.*|hsa_.*|oly_.*|at_(?:medium|campaign|custom.*)|fb_(?:action|source|ref).*|fbclid|gclid|gclsrc|dclid|"
    r"gbraid|wbraid|msclkid|yclid|ysclid|_openstat|mc_cid|mc_eid|_ga|_gl|_gid|igshid|igsh|twclid|ttclid|li_fat_id|ref_src|ref_url|"
    r"cmpid|cmp|ocid|s_cid|vero_id|_hsenc|_hsmi|hsctatracking|mkt_tok|wt_mc|wt_zmc|xtor|ncid|icid|spm|__twitter_impression|"
    r"amp|amp_js_v|amp_gsa|usqp|outputtype|print|phpsessid|jsessionid|sid_session"
)
_REFERRERS_WORDS = (
    "rss feed atom facebook fb twitter x telegram tg newsletter email mail home homepage main "
    "share sharing whatsapp draugiem linkedin google googlenews reddit vk ok push app mobile "
    "social top menu related"
)
_REFERRERS = frozenset(_REFERRERS_WORDS.split())
# Only these values make "amp", "print" and "outputType" harmless views of the same article; others may be
# content.
_VIEWS = {
    "amp": frozenset({"", "1", "true", "amp"}),
    "print": frozenset({"", "1", "true"}),
    "outputtype": frozenset({"amp"}),
}
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_SESSION = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
# What most addresses are: a plain host and a path of letters, digits and signs that nobody spells in two ways.
# Its query, if any, tells only which of the outlet's own campaigns led to it.
_PLAIN = re.compile(
    r"https?://(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)((?:/[\w~-][\w~.-]*)*)/?(?:\?utm_[a-z]+=[\w~.-]*(?:&utm_[a-z]+=[\w~.-]*)*)?",
    re.ASCII,
)
_VIEW = re.compile(r"amp|/(?:index|default)\.", re.IGNORECASE)
_TWINS = ("www.", "m.", "mobile.", "amp.")
_SAME_ANYWHERE = re.compile(r"[\w.~/:@!$'()*,;-]*", re.ASCII)
# Hosts whose addresses only point on: the article is known by where they lead.
_SHORT = frozenset(
    {
        "pmo.ee", "bit.ly", "t.co", "ej.uz", "tinyurl.com", "ow.ly", "buff.ly", "lnkd.in", "fb.me", "goo.gl", "is.gd",
        "trib.al", "dlvr.it", "shorturl.at", "rebrand.ly", "cutt.ly", "v.gd", "youtu.be", "redd.it",
    }
)  # fmt: skip
_PATH_SAFE = "/:@!$&'()*+,;=-._~"
_QUERY_SAFE = "/:@!$'()*,;?-._~"


def canonical(url: str) -> str:
    """The address under which an article is known: https, bare host, no tracking, no AMP or mobile twin.

    Idempotent. What may tell two articles apart (path, letter case, other query values, hashbang fragments)
    stays. Anything that is not an http(s) address comes back as it is.
    """
    plain = _PLAIN.fullmatch(url)
    if plain is not None:
        host, path = plain.groups()
        if not host.startswith(_TWINS) and not _VIEW.search(path):
            return f"https://{host}{path or '/'}"
    return _spelled(url)


def is_short(host: str) -> bool:
    """Whether addresses at this host (lower case, without a port) are short links, which only lead on."""
    return host.removeprefix("www.") in _SHORT


def _spelled(url: str) -> str:
    """The same for whatever address there may be."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return url
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return url
    name = _host(host)
    if port is not None and port not in {80, 443}:
        name = f"{name}:{port}"
    query = _query(parts.query)
    # A page script's address ("#!/news/5") tells articles apart; a place in the page does not.
    fragment = f"#{_quoted(parts.fragment, _QUERY_SAFE + '=&+')}" if parts.fragment.startswith(("!", "/")) else ""
    return f"https://{name}{_path(parts.path)}{'?' + query if query else ''}{fragment}"


def _host(host: str) -> str:
    name = host.rstrip(".").lower()
    if ":" in name:
        return f"[{name}]"
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            name = quote(name)
    while True:
        first, _, rest = name.partition(".")
        if first in {"www", "m", "mobile", "amp"} and "." in rest:
            name = rest
        else:
            return name


def _path(path: str) -> str:
    path = _quoted(_dotless(_SESSION.sub("", path)), _PATH_SAFE)
    before = None
    while before != path:
        before = path
        path = _INDEX.sub("/", path)
        path = re.sub(r"\.amp(\.html?)?$", r"\1", path)
        path = re.sub(r"^/amp(?=/[^/])", "", path)
        path = path.rstrip("/")
        path = re.sub(r"(?<=[^/])/amp$", "", path)
    return path or "/"


def _dotless(path: str) -> str:
    if "/." not in path:
        return path
    kept: list[str] = []
    pieces = path.split("/")
    for piece in pieces:
        if piece == "..":
            if len(kept) > 1:
                kept.pop()
        elif piece != ".":
            kept.append(piece)
    if pieces[-1] in {".", ".."}:
        kept.append("")
    return "/".join(kept) or "/"


def _quoted(text: str, safe: str) -> str:
    """Percent-encoding in one spelling: capitals, UTF-8, and only where it is needed; reserved escapes stay
    escaped.
    """
    if _SAME_ANYWHERE.fullmatch(text):
        return text
    text = _ESCAPE.sub("%25", text)
    pieces = re.split(r"((?:%[0-9A-Fa-f]{2})+)", text)
    out = []
    for number, piece in enumerate(pieces):
        if number % 2 == 0:
            out.append(quote(piece, safe=safe, errors="replace"))
        else:
            # An escaped "/" or "&" is not the same as a plain one: only letters, digits and -._~ are
            # unescaped.
            out.append("".join(quote(bytes([byte]), safe="") for byte in unquote_to_bytes(piece)))
    return "".join(out)


def _query(query: str) -> str:
    kept = []
    for pair in query.replace("&amp;", "&").split("&"):
        name, equals, value = pair.partition("=")
        if not pair or _is_tracking(name.lower(), value.lower()):
            continue
        named = _quoted(name.replace("+", "%20"), _QUERY_SAFE)
        kept.append(named + equals + _quoted(value.replace("+", "%20"), _QUERY_SAFE + "="))
    return "&".join(sorted(kept))


def _is_tracking(name: str, value: str) -> bool:
    if name in _VIEWS:
        return value in _VIEWS[name]
    if name == "ref":
        return value in _REFERRERS
    return _TRACKING.fullmatch(name) is not None
