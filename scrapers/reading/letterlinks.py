"""The links of newsletters and alerts: where they lead, and which are only the mail's own service."""

import csv
import re
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from scrapers.reading.plain import link_of

# Redirectors that say where they lead: the host, and the parameter with the address.
_TELLING = (
    (re.compile(r"(?:www\.)?google\.[a-z.]{2,6}"), "/url", ("url", "q")),
    (re.compile(r"lm?\.facebook\.com"), "/l.php", ("u",)),
    (re.compile(r"[a-z0-9-]+\.safelinks\.protection\.outlook\.com"), "/", ("url",)),
)
# Redirectors of newsletters that keep it to themselves.
_SILENT = re.compile(
    r"(?:.+\.)?(?:list-manage\.com|ct\.sendgrid\.net|mlsend\.com|mlclick\.com|mailerlite\.com|mjt\.lu|rs6\.net|"
    r"sendibt\d\.com|sendibm\d\.com|awstrack\.me|exct\.net|mandrillapp\.com|hubspotlinks\.com|mailgun\.org)|"
    r"(?:clicks?|track|tracking|trk|links?)\.[^.]+\..+",
)
_GOOGLE = re.compile(r"(?:www\.|support\.)?google\.[a-z.]{2,6}")
_SOCIAL = re.compile(
    r"(?:.+\.)?(?:facebook\.com|twitter\.com|x\.com|instagram\.com|linkedin\.com|youtube\.com|tiktok\.com|"
    r"draugiem\.lv|t\.me|threads\.net|pinterest\.com|whatsapp\.com)"
)
_SHARING = re.compile(r"/(?:sharer|share|sharing|intent|dialog|shareArticle)\b|^/say/ext/add", re.IGNORECASE)
_SERVICE = re.compile(
    r"unsubscribe|/opt-?out|/(?:email-)?preferences|/update-profile|/profile\?|/forward-to-friend|/atrakst",
    re.IGNORECASE,
)
# A sentence of the mail's foot is no longer; a headline that begins so may be.
_LONGEST = 60
_AROUND = re.compile(r"^[\W_]+|[\W_]+$")
_BARE = re.compile(r"(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?")


def led(href: str) -> tuple[str, bool] | None:
    """Where a link leads, as far as it says so, and whether it only points on; None for what is no item's."""
    url = link_of(href, "")
    for _ in range(3):
        if url is None:
            return None
        told = _told(url)
        if told is None:
            break
        url = link_of(told, "")
    if url is None:
        return None
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if _GOOGLE.fullmatch(host) or _SERVICE.search(f"{parts.path}?{parts.query}"):
        return None
    if _SOCIAL.fullmatch(host) and (_SHARING.search(parts.path) or not parts.path.strip("/")):
        return None
    return url, _SILENT.fullmatch(host) is not None


def _told(url: str) -> str | None:
    parts = urlsplit(url)
    for host, path, names in _TELLING:
        if host.fullmatch((parts.hostname or "").lower()) and (parts.path or "/") == path:
            asked = parse_qs(parts.query[:8_000])
            return next((asked[name][0] for name in names if name in asked), None)
    return None


def is_service(words: str) -> bool:
    """Whether a link's words say that it only serves the mail: unsubscribe, view in a browser, preferences."""
    return _says(words, "service")


def leads_on(words: str) -> bool:
    """Whether a link's words say no more than "Read more", or nothing."""
    return not _plain(words) or _says(words, "on")


def is_title(words: str) -> bool:
    """Whether words can be a headline: more than a name, and no address."""
    return len(words) >= 12 and " " in words and not leads_on(words) and not _BARE.fullmatch(words)


def _says(words: str, kind: str) -> bool:
    plain = _plain(words)
    whole, beginnings = _words_of(kind)
    return plain in whole or (len(plain) <= _LONGEST and plain.startswith(beginnings))


def _plain(words: str) -> str:
    """Words to compare: in small letters, without what stands around them (arrows, dots, quotation marks)."""
    return _AROUND.sub("", " ".join(words[:500].casefold().split()))


@cache
def _words_of(kind: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The table's words of a kind: those that stand alone, and those after which anything may come."""
    table = Path(__file__).resolve().parents[1] / "data" / "letterwords.csv"
    with table.open(encoding="utf-8", newline="") as rows:
        told = [row["words"] for row in csv.DictReader(rows) if row["kind"] == kind]
    return frozenset(one for one in told if not one.endswith("*")), tuple(one[:-1] for one in told if one.endswith("*"))
