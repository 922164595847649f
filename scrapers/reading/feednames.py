"""What the elements of plain feeds are, by namespace and name: facts of the formats, as feedparser understands them."""

from functools import lru_cache
from typing import Final

# What an element is to a reader of entries: a place, a field of an entry, or nothing to it. Plain words, not an Enum:
# they are looked at a thousand times a feed.
START: Final = "start"
RSS: Final = "rss"
RDF: Final = "rdf"
FEED: Final = "feed"
CHANNEL: Final = "channel"
ENTRY: Final = "entry"
GROUP: Final = "group"  # of media, with a title and a description of its own
PERSON: Final = "person"
CONTRIBUTOR: Final = "contributor"
ASIDE: Final = "aside"  # pictures of the whole feed and the like
TITLE: Final = "title"
MEDIA_TITLE: Final = "media_title"
DESCRIPTION: Final = "description"
SUMMARY: Final = "summary"
CONTENT: Final = "content"
LINK: Final = "link"
ID: Final = "id"
SOURCE: Final = "source"
PUBLISHED: Final = "published"
UPDATED: Final = "updated"
CREATED: Final = "created"
LANGUAGE: Final = "language"
NAME: Final = "name"
EMAIL: Final = "email"
NEUTRAL: Final = "neutral"
ODD: Final = "odd"

FIELDS = frozenset(
    {TITLE, MEDIA_TITLE, DESCRIPTION, SUMMARY, CONTENT, LINK, ID, SOURCE, PUBLISHED, UPDATED, CREATED, LANGUAGE}
)
PEOPLE = frozenset({PERSON, CONTRIBUTOR})

# Namespaces whose elements mean something to feedparser, by the prefix that it knows them under.
_NAMESPACES = {
    "": "",
    "http://backend.userland.com/rss": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://example.com/newformat#": "",
    "http://example.com/necho": "",
    "http://purl.org/echo/": "",
    "uri/of/echo/namespace#": "",
    "http://purl.org/pie/": "",
    "http://purl.org/atom/ns#": "",
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/rss/1.0/modules/rss091#": "",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://example.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://webns.net/mvcb/": "admin",
    "http://creativecommons.org/ns#license": "cc",
    "http://web.resource.org/cc/": "cc",
    "http://cyber.law.harvard.edu/rss/creativecommonsrssmodule.html": "creativecommons",
    "http://backend.userland.com/creativecommonsrssmodule": "creativecommons",
    "http://www.georss.org/georss": "georss",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    "http://www.opengis.net/gml": "gml",
    "http://podlove.org/simple-chapters": "psc",
    "http://www.w3.org/1999/xhtml": "xhtml",
}
_PREFIXES = frozenset(_NAMESPACES.values()) - {""}
# Elements of these change how feedparser reads what is around them.
_ODD_PREFIXES = frozenset({"cc", "creativecommons", "gml", "psc", "xhtml", "svg", "math", "xml"})

_ACTS: dict[str, str] = {
    "rss": RSS,
    "rdf_rdf": RDF,
    "feed": FEED,
    "channel": CHANNEL,
    "item": ENTRY,
    "entry": ENTRY,
    "media_group": GROUP,
    "media_content": GROUP,
    "media_community": GROUP,
    "author": PERSON,
    "managingeditor": PERSON,
    "dc_author": PERSON,
    "dc_creator": PERSON,
    "itunes_author": PERSON,
    "contributor": CONTRIBUTOR,
    "itunes_owner": CONTRIBUTOR,
    "image": ASIDE,
    "textinput": ASIDE,
    "items": ASIDE,
    "skiphours": ASIDE,
    "skipdays": ASIDE,
    "itunes_category": ASIDE,
    "title": TITLE,
    "dc_title": TITLE,
    "media_title": MEDIA_TITLE,
    "description": DESCRIPTION,
    "dc_description": DESCRIPTION,
    "media_description": DESCRIPTION,
    "summary": SUMMARY,
    "itunes_summary": SUMMARY,
    "content": CONTENT,
    "content_encoded": CONTENT,
    "fullitem": CONTENT,
    "link": LINK,
    "guid": ID,
    "id": ID,
    "source": SOURCE,
    "pubdate": PUBLISHED,
    "published": PUBLISHED,
    "issued": PUBLISHED,
    "dcterms_issued": PUBLISHED,
    "updated": UPDATED,
    "modified": UPDATED,
    "lastbuilddate": UPDATED,
    "dc_date": UPDATED,
    "dcterms_modified": UPDATED,
    "created": CREATED,
    "dcterms_created": CREATED,
    "language": LANGUAGE,
    "dc_language": LANGUAGE,
    "name": NAME,
    "itunes_name": NAME,
    "email": EMAIL,
    "itunes_email": EMAIL,
}
# Names without a prefix that feedparser would file under a field that is read, or that switch it into another state.
_ODD_WORDS = (
    "abstract author_detail authors body content_detail created_parsed date date_parsed description_detail entries "
    "guidislink height href issued_parsed license link_detail links modified_parsed newlocation published_parsed "
    "summary_detail svg math tags title_detail updated_parsed where width"
)
_ODD_NAMES = frozenset(_ODD_WORDS.split())
# What pictures, search boxes, lists of items and hours of rest are made of.
_QUIET_WORDS = "alt bag category day description height hour li link name seq title url width"
QUIET = frozenset(_QUIET_WORDS.split())


@lru_cache(maxsize=4_096)
def act_of(name: str) -> str:
    """What an element is; `name` as pyexpat gives it, with namespace and prefix ("uri local prefix")."""
    uri, local, prefix = _parts(name)
    known = "" if "backend.userland.com/rss" in uri else _NAMESPACES.get(uri, prefix)
    if known is None or known in _ODD_PREFIXES:
        return ODD
    key = f"{known}_{local}" if known else local
    return _ACTS.get(key) or (ODD if key in _ODD_NAMES else NEUTRAL)


@lru_cache(maxsize=4_096)
def part_of(name: str) -> str:
    """The local name, lower case."""
    return _parts(name)[1]


def namespace_clashes(prefix: str, uri: str) -> bool:
    """Whether a feed calls one known namespace by the usual prefix of another."""
    known = _NAMESPACES.get(uri.lower())
    return prefix in _PREFIXES and known is not None and known != prefix


def _parts(name: str) -> tuple[str, str, str | None]:
    uri, local, prefix = ("", name, "") if " " not in name else (*name.split(" "), None)[:3]
    return str(uri).lower(), str(local).lower(), prefix.lower() if prefix is not None else None
