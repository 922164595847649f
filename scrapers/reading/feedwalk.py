"""The walk through a plain feed's elements that gathers its entries as feedparser would.

What feedparser might read in another way ends the walk with OddError: it is refused, not guessed.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from scrapers.reading.encoding import WINDOWS_LETTERS
from scrapers.reading.feednames import (
    ASIDE,
    CHANNEL,
    CONTENT,
    CONTRIBUTOR,
    CREATED,
    DESCRIPTION,
    EMAIL,
    ENTRY,
    FEED,
    FIELDS,
    GROUP,
    ID,
    LANGUAGE,
    LINK,
    MEDIA_TITLE,
    NAME,
    NEUTRAL,
    PEOPLE,
    PERSON,
    PUBLISHED,
    QUIET,
    RDF,
    RSS,
    SOURCE,
    START,
    SUMMARY,
    TITLE,
    UPDATED,
    act_of,
    namespace_clashes,
    part_of,
)

# What joining would leave as it is.
_FIXED = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?/[A-Za-z0-9_.~%/-]*(?:\?[A-Za-z0-9_.~%&=/+-]+)?|(?:tag|urn|yt):[A-Za-z0-9][A-Za-z0-9_.:,/-]*"
)
_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+-.]*://)/+")
_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
_TEXTS = frozenset({"text", "html", "plain", "text/plain", "text/html"})
_PAGES = frozenset({"html", "xhtml", "text/html", "application/xhtml+xml"})
_XML = "http://www.w3.org/XML/1998/namespace "
_ABOUT = "http://www.w3.org/1999/02/22-rdf-syntax-ns# about"

Entry = dict[str, Any]


class OddError(Exception):
    """Raised inside a walk to end it: this feed is not plain."""


@dataclass(slots=True)
class Walk:
    """Where the parser is, and what it has found; its methods are the parser's handlers.

    `leaf` is the element whose text is being gathered, `place` what encloses it."""

    base: str
    doubtful: bool  # whether any text may be coded twice, or have letters among the controls
    language: str = ""
    entries: list[Entry] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    place: str = START
    places: list[str] = field(default_factory=list)
    leaf: str = ""
    entry: Entry = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=dict)
    depth: int = 0  # below the entry's own elements
    titled: bool = False
    has_content: bool = False
    permanent: bool = True  # the guid at hand is an address
    outlet: str | None = None  # where the source at hand leads
    person: dict[str, str] | None = None
    summaries: int = 0
    told_summary: bool = False

    def start(self, name: str, attrs: dict[str, str]) -> None:
        if self.leaf:
            raise OddError
        act, place = act_of(name), self.place
        if place == ENTRY:
            if act in _SIMPLE and not attrs:
                self.leaf = act
                self.pieces.clear()
            elif act == NEUTRAL:
                self.leaf = act
            elif act in FIELDS:
                self._start_field(act, attrs)
            elif act == GROUP:
                self.depth += 1
                self._enter(act, attrs)
            elif act in PEOPLE:
                self._enter(act, attrs)
                self.pieces.clear()
                self.person = None
            else:
                raise OddError
        elif place == GROUP:
            if act == NEUTRAL:
                self.leaf = act
            elif act == GROUP:
                self.depth += 1
                self._enter(act, attrs)
            elif act in _GROUPED:
                self._start_field(act, attrs)
            else:
                raise OddError
        else:
            self._start_outside(place, act, name, attrs)

    def _start_field(self, act: str, attrs: dict[str, str]) -> None:
        self.pieces.clear()
        if act == LINK:
            if attrs:
                act = self._linked(attrs)
            else:
                self.entry.setdefault("links", []).append({"rel": "alternate", "type": "text/html"})
        elif act == ID:
            self.permanent = not attrs or self._is_permanent(attrs)
        elif act == SOURCE:
            if not set(attrs) <= {"url"}:
                raise OddError
            self.outlet = attrs.get("url")
            # What follows may name the title again: to feedparser it does.
            self.titled = False
        elif attrs:
            self._check_marked(act, attrs)
        if act in _SHORT and not self.has_content and "summary" in self.entry:
            act = CONTENT
        if act == CONTENT:
            self.has_content = True
        self.leaf = act

    def _start_outside(self, place: str, act: str, name: str, attrs: dict[str, str]) -> None:
        if place in PEOPLE:
            if act in _PARTS_OF_PEOPLE or act == NEUTRAL:
                self.leaf = act
                self.person = self.person or {}
                self.pieces.clear()
                return
        elif act == ENTRY and place in _WITH_ENTRIES:
            self._enter(act, attrs)
            self._begin_entry(attrs)
            return
        elif place == CHANNEL:
            self._in_channel(act, attrs)
            return
        elif place == START and act in _ROOTS:
            self._enter(CHANNEL if act == FEED else act, attrs)
            self._told_language(act, attrs)
            return
        elif place in {RSS, RDF}:
            if act == CHANNEL or (place == RDF and act == ASIDE):
                self._enter(act, attrs)
                return
        elif place == ASIDE and part_of(name) in QUIET:
            self._enter(ASIDE, {})
            return
        raise OddError

    def _in_channel(self, act: str, attrs: dict[str, str]) -> None:
        if act in {PERSON, CONTRIBUTOR, ASIDE}:
            self._enter(CONTRIBUTOR if act == PERSON else act, attrs)
            return
        if act in {CONTENT, SOURCE, GROUP} or (act not in FIELDS and act != NEUTRAL):
            raise OddError
        if act in _SHORT:
            self.summaries += 1
            self.told_summary |= act == SUMMARY
            if self.told_summary and self.summaries > 1:
                raise OddError
        self.leaf = LANGUAGE if act == LANGUAGE else NEUTRAL
        self.pieces.clear()

    def end(self, _name: str) -> None:
        leaf = self.leaf
        if not leaf:
            self._leave()
            return
        self.leaf = ""
        if leaf == NEUTRAL:
            return
        pieces = self.pieces
        text = (pieces[0] if len(pieces) == 1 else "".join(pieces)).strip()
        place = self.place
        if place in _INSIDE:
            name = _FIELD_OF.get(leaf)
            if name is None:
                _ENDS[leaf](self, text)
            elif self.depth:
                self._put(name, self._mended(text))
            else:
                self.entry[name] = self._mended(text) if self.doubtful else text
                self.depths[name] = 0
        elif place == CHANNEL:
            self.language = self._mended(text)
        elif self.person is not None:
            self.person[leaf] = text

    def _enter(self, act: str, attrs: Mapping[str, str]) -> None:
        if attrs and not (_MEANT if act == GROUP else _MEANT_OUTSIDE).isdisjoint(map(part_of, attrs)):
            raise OddError
        self.places.append(self.place)
        self.place = act

    def _leave(self) -> None:
        left, self.place = self.place, self.places.pop()
        if left == ENTRY:
            self.entries.append(self.entry)
        elif left == GROUP:
            self.depth -= 1
        elif left == PERSON:
            self._end_person()

    def _begin_entry(self, attrs: Mapping[str, str]) -> None:
        self.entry = {}
        self.depths = {}
        self.depth = 0
        self.titled = self.has_content = False
        for name, value in attrs.items():
            if name.startswith(_ABOUT) and value:
                self.entry["id"] = value

    def _told_language(self, act: str, attrs: Mapping[str, str]) -> None:
        told = next((value for name, value in attrs.items() if name.startswith(_XML + "lang")), None)
        told = attrs.get("lang", "") if told is None else told
        if told and act != RDF:
            self.language = told.replace("_", "-")

    def _is_permanent(self, attrs: dict[str, str]) -> bool:
        name, told = next(iter(attrs.items()))
        if len(attrs) > 1 or name.lower() != "ispermalink":
            raise OddError
        return told == "true"

    def _check_marked(self, act: str, attrs: dict[str, str]) -> None:
        for name, value in attrs.items():
            plain = name in {"lang", "src"} or (name.startswith(_XML) and not name.startswith(_XML + "base"))
            if act not in _MARKED or not (plain or (name == "type" and value.lower() in _TEXTS)):
                raise OddError

    def _linked(self, attrs: dict[str, str]) -> str:
        """A link that has its address needs no text."""
        href = attrs.get("href")
        if not href or any(name in _LINK_ATTRIBUTES or " " in name or name != name.lower() for name in attrs):
            raise OddError
        rel = attrs.get("rel", "alternate").lower()
        kind = attrs.get("type", "text/html" if rel != "self" else "application/atom+xml").lower()
        href = joined(self.base, href)
        self.entry.setdefault("links", []).append({"rel": rel, "type": kind, "href": href})
        if rel == "alternate" and kind in _PAGES:
            self.entry["link"] = href
        return NEUTRAL

    def _put(self, name: str, value: str) -> None:
        # What stands deeper does not replace what stands higher.
        before = self.depths.get(name)
        if before is None or self.depth <= before:
            self.depths[name] = self.depth
            self.entry[name] = value

    def _mended(self, text: str) -> str:
        """UTF-8 that was taken for Latin-1 read right, and letters that windows encodings have among the controls."""
        if not self.doubtful or text.isascii():
            return text
        with suppress(UnicodeError):
            text = text.encode("latin-1").decode("utf-8")
        return text.translate(WINDOWS_LETTERS)

    def _end_title(self, text: str) -> None:
        if not self.titled:
            self._put("title", self._mended(text))
            self.titled = bool(text)

    def _end_media_title(self, text: str) -> None:
        if not self.titled:
            self._put("title", self._mended(text))

    def _end_content(self, text: str) -> None:
        value = self._mended(text)
        self.entry.setdefault("content", []).append({"value": value})
        self.entry.setdefault("summary", value)

    def _end_id(self, text: str) -> None:
        value = self._mended(joined(self.base, text) if text and self.permanent else text)
        self._put("id", value)
        if self.permanent:
            self.entry.setdefault("link", value)

    def _end_link(self, text: str) -> None:
        value = self._mended(joined(self.base, text) if text else text)
        if "&" in value:
            value = _REFERENCE.sub(r"&\1", value.replace("&amp;", "&"))
        self.entry["link"] = value
        if value:
            self.entry["links"][-1]["href"] = value

    def _end_source(self, text: str) -> None:
        told = {} if self.outlet is None else {"href": self.outlet}
        value = self._mended(text)
        self.entry["source"] = {**told, "title": value} if value else told
        self.outlet = None

    def _end_person(self) -> None:
        text = "".join(self.pieces).strip()
        if self.person is None:
            self._put("author", self._mended(text))
            return
        name, mail = self.person.get(NAME, ""), self.person.get(EMAIL, "")
        if "author" in self.entry or not (name or mail):
            # Feedparser mixes what two people are called.
            raise OddError
        self.entry["author"] = f"{name} ({mail})" if name and mail else name or mail
        self.depths["author"] = self.depth

    def declared(self, prefix: str | None, uri: str | None) -> None:
        if prefix and uri and namespace_clashes(prefix, uri):
            raise OddError

    def refused(self, *_told: object) -> None:
        raise OddError


_ENDS: Mapping[str, Callable[[Walk, str], None]] = {
    TITLE: Walk._end_title,
    MEDIA_TITLE: Walk._end_media_title,
    CONTENT: Walk._end_content,
    ID: Walk._end_id,
    LINK: Walk._end_link,
    SOURCE: Walk._end_source,
}
_FIELD_OF = {
    DESCRIPTION: "summary",
    SUMMARY: "summary",
    PUBLISHED: "published",
    UPDATED: "updated",
    CREATED: "created",
    LANGUAGE: "language",
}
_SIMPLE = frozenset({TITLE, MEDIA_TITLE, PUBLISHED, UPDATED, CREATED, LANGUAGE})
_MEANT = frozenset({"base", "lastmod"})
_MEANT_OUTSIDE = _MEANT | {"href"}
_ROOTS = frozenset({RSS, FEED, RDF})
_WITH_ENTRIES = frozenset({CHANNEL, RSS, RDF})
_INSIDE = frozenset({ENTRY, GROUP})
_SHORT = frozenset({DESCRIPTION, SUMMARY})
_GROUPED = frozenset({MEDIA_TITLE, DESCRIPTION})
_MARKED = frozenset({TITLE, MEDIA_TITLE, DESCRIPTION, SUMMARY, CONTENT})
_PARTS_OF_PEOPLE = frozenset({NAME, EMAIL})
_LINK_ATTRIBUTES = frozenset({"url", "uri", "base"})


def joined(base: str, uri: str) -> str:
    """An absolute address; one that stands as it is stays so."""
    if _FIXED.fullmatch(uri):
        return uri
    try:
        return urljoin(base, _SLASHES.sub(r"\1", uri))
    except ValueError:
        return ""
