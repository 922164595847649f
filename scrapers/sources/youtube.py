"""YouTube: the feeds of channels and playlists, and the Data API's search.

Source: developers.google.com/youtube/v3/docs/search/list, determine_quota_cost; feeds/videos.xml as served.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import parse_qs, quote, urlsplit
from zoneinfo import ZoneInfo

from outreach.core.errors import OutreachError
from outreach.core.http import Request
from scrapers.reading import answers, feedfile
from scrapers.reading.checks import check_form, check_one, check_variable
from scrapers.reading.encoding import decode
from scrapers.reading.plain import SUMMARY_LENGTH, one_line, text_of, title_of
from scrapers.secrets import held
from scrapers.source import Found, Page

_CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}")
_PLAYLIST = re.compile(r"[A-Za-z0-9_-]{10,64}")
_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}")
_LANGUAGE = re.compile(r"[a-z]{2}|")
_CHANNEL_PATH = re.compile(r"/channel/(UC[A-Za-z0-9_-]{22})(?:/.*)?")
_HOSTS = frozenset({"www.youtube.com", "youtube.com", "m.youtube.com"})


@dataclass(frozen=True)
class Youtube:
    """Films by `channel` (its id, UC...), `playlist` (its id) or `query`; captions are not fetched.

    Channels and playlists need no key: their feeds hold the newest 15. `query` needs a key of the YouTube
    Data API v3 (console.cloud.google.com, APIs and services, Credentials); `key_env` names its variable. A
    search costs 100 of the 10,000 units that are free each day: at one poll in half an hour, two searches.
    `language` (two letters) prefers films in it.
    """

    kind: ClassVar[str] = "youtube"
    example: ClassVar[Mapping[str, str]] = {"channel": "UC0000000000000000000000"}
    channel: str = ""
    playlist: str = ""
    query: str = ""
    language: str = ""
    key_env: str = ""

    def __post_init__(self) -> None:
        check_variable(self.kind, "key_env", self.key_env)
        check_form(self.kind, "language", self.language, _LANGUAGE)
        wanted = check_one(self.kind, {"channel": self.channel, "playlist": self.playlist, "query": self.query})
        if wanted == "channel":
            check_form(self.kind, wanted, self.channel, _CHANNEL)
        elif wanted == "playlist":
            check_form(self.kind, wanted, self.playlist, _PLAYLIST)
        elif not self.key_env:
            raise OutreachError("scrapers.secret_needed", kind=self.kind, field="key_env")

    @classmethod
    def from_address(cls, url: str) -> dict[str, str] | None:
        parts = urlsplit(url)
        if parts.hostname not in _HOSTS:
            return None
        asked = parse_qs(parts.query)
        if match := _CHANNEL_PATH.fullmatch(parts.path):
            return {"channel": match[1]}
        for form, name, field in ((_CHANNEL, "channel_id", "channel"), (_PLAYLIST, "playlist_id", "playlist")):
            if form.fullmatch(asked.get(name, [""])[0]):
                return {field: asked[name][0]}
        if parts.path == "/playlist" and _PLAYLIST.fullmatch(asked.get("list", [""])[0]):
            return {"playlist": asked["list"][0]}
        return None

    @property
    def url(self) -> str:
        if self.channel:
            return f"https://www.youtube.com/feeds/videos.xml?channel_id={self.channel}"
        if self.playlist:
            return f"https://www.youtube.com/feeds/videos.xml?playlist_id={self.playlist}"
        language = f"&relevanceLanguage={self.language}" if self.language else ""
        return (
            "https://www.googleapis.com/youtube/v3/search?part=snippet&type=video&order=date&maxResults=50"
            f"&q={quote(self.query)}{language}"
        )

    def ask(self, cursor: str | None) -> Iterator[Request]:
        if self.query:
            # In a header, not in the address: addresses are told in reasons and logs.
            yield Request(self.url, headers={"Accept": "application/json", "X-Goog-Api-Key": held(self.key_env)})
        else:
            yield Request(self.url, headers={"Accept": feedfile.ACCEPT})

    def read(self, page: Page) -> Iterator[Found]:
        """The films, the newest first. WireError `scrapers.not_a_feed`, `scrapers.other_answer`."""
        if decode(page.body, page.headers).lstrip("\ufeff \t\r\n")[:1] in {"{", "["}:
            for item in answers.rows(answers.parse(page), "items", page):
                found = _searched(item, page)
                if found is not None:
                    yield found
            return
        yield from feedfile.read_xml(page, ZoneInfo("UTC"), _shaped)


def _shaped(_entry: feedfile.Entry, found: Found) -> Found:
    return replace(found, text=found.summary or None, complete=True)


def _searched(item: answers.Node, page: Page) -> Found | None:
    video = answers.words(item, "id", "videoId")
    told = answers.node(item, "snippet")
    if not _VIDEO.fullmatch(video):
        return None
    published, doubted = answers.moment(answers.words(told, "publishedAt"), page.fetched_at)
    text = text_of(answers.words(told, "description"))
    return Found(
        url=f"https://www.youtube.com/watch?v={video}",
        title=title_of(answers.words(told, "title")) or one_line(text, 120),
        summary=one_line(text, SUMMARY_LENGTH),
        text=text or None,
        author=one_line(title_of(answers.words(told, "channelTitle")), 200) or None,
        published=published,
        guid=f"yt:video:{video}",
        date_doubted=doubted,
        complete=True,
    )
