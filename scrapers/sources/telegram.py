"""Public Telegram channels, from their pages for the web (t.me/s/)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from outreach.core.errors import WireError
from outreach.core.http import Request
from scrapers.reading import answers
from scrapers.reading.checks import check_form
from scrapers.reading.encoding import decode
from scrapers.reading.plain import SUMMARY_LENGTH, one_line, text_of
from scrapers.source import Found, Page

_CHANNEL = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
_PATH = re.compile(r"/(?:s/)?([A-Za-z][A-Za-z0-9_]{3,31})/?")
_POST = re.compile(r"([A-Za-z][A-Za-z0-9_]{3,31})/(\d{1,12})")
_HOSTS = frozenset({"t.me", "telegram.me"})
_MOST = 200  # the page shows twenty
_MOST_CHARACTERS = 4_000_000
# Names of t.me that are no channels.
_NOT_CHANNELS = frozenset({"joinchat", "addstickers", "share", "proxy", "setlanguage", "login", "contact", "invoice"})


@dataclass(frozen=True)
class Telegram:
    """A channel's newest posts as everybody may see them; no token. Groups and closed channels have no such
    page.
    """

    kind: ClassVar[str] = "telegram"
    example: ClassVar[Mapping[str, str]] = {"channel": "piemers"}
    for_people: ClassVar[bool] = True  # its robots.txt is asked first
    channel: str

    def __post_init__(self) -> None:
        check_form(self.kind, "channel", self.channel.removeprefix("@"), _CHANNEL)

    @classmethod
    def from_address(cls, url: str) -> dict[str, str] | None:
        parts = urlsplit(url)
        match = _PATH.fullmatch(parts.path)
        if parts.hostname not in _HOSTS or match is None or match[1].lower() in _NOT_CHANNELS:
            return None
        return {"channel": match[1]}

    @property
    def url(self) -> str:
        return f"https://t.me/s/{self.channel.removeprefix('@')}"

    def ask(self, cursor: str | None) -> Iterator[Request]:
        yield Request(self.url, headers={"Accept": "text/html, */*;q=0.5"})

    def read(self, page: Page) -> Iterator[Found]:
        """The posts that have words, the newest first. WireError `scrapers.telegram_closed` for a page that
        shows no channel.
        """
        text = decode(page.body, page.headers)[:_MOST_CHARACTERS]
        if "tgme_widget_message" not in text and "tgme_channel_" not in text:
            raise WireError("scrapers.telegram_closed", url=page.url)
        soup = BeautifulSoup(text, "lxml")
        for block in reversed(soup.select("div.tgme_widget_message[data-post]", limit=_MOST)):
            found = _found(block, page)
            if found is not None:
                yield found


def _found(block: Tag, page: Page) -> Found | None:
    match = _POST.fullmatch(str(block.get("data-post") or ""))
    # A quoted post stands in a block of its own name before the post's own text.
    bodies = [body for body in block.select(".tgme_widget_message_text") if body.find_parent(_is_quote) is None]
    text = text_of(bodies[-1].decode_contents()) if bodies else ""
    card = block.select_one(".link_preview_title")
    if match is None or not (text or card):
        return None
    time = block.select_one("a.tgme_widget_message_date time[datetime]") or block.select_one("time[datetime]")
    published, doubted = answers.moment(str(time["datetime"]) if time else "", page.fetched_at)
    owner = block.select_one(".tgme_widget_message_owner_name")
    title = text or (card.get_text(" ", strip=True) if card else "")
    return Found(
        url=f"https://t.me/{match[1]}/{match[2]}",
        title=one_line(title.split("\n", 1)[0], 120),
        summary=one_line(text, SUMMARY_LENGTH),
        text=text or None,
        author=one_line(owner.get_text(" ", strip=True), 200) or None if owner else None,
        published=published,
        guid=f"{match[1]}/{match[2]}",
        date_doubted=doubted,
        complete=True,
    )


def _is_quote(tag: Tag) -> bool:
    return "tgme_widget_message_reply" in (tag.get("class") or ())
