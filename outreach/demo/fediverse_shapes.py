"""What the demonstration's server answers: Mastodon's JSON shapes, and the account as a plain page."""

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar
from urllib.parse import urlsplit

from outreach.demo.fediverse_media import ALT, BYTES, PIXELS, Medium, attachment

PER_URL = 23
ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")
_STYLE = (
    "body{margin:0 auto;max-width:38rem;padding:1rem;font:1.05rem/1.5 system-ui,sans-serif;"
    "color:#1c1c28;background:#f6f6fa}article{background:#fff;border:1px solid #dcdce8;border-radius:.6rem;"
    "padding:.2rem 1rem;margin:1rem 0;overflow-wrap:anywhere}time{color:#5a5a70;font-size:.85rem}"
    "a{color:#4a3fbf}img{max-width:100%}"
)


@dataclass(frozen=True)
class Status:
    """One published status."""

    id: str
    text: str
    language: str
    visibility: str
    created_at: datetime
    media: tuple[Medium, ...] = ()


@dataclass(frozen=True)
class Account:
    """The one account of a server at the address `server`."""

    id: ClassVar[str] = "1"

    server: str
    name: str
    display_name: str

    @property
    def url(self) -> str:
        return f"{self.server}/@{self.name}"

    def account(self, statuses: int) -> dict[str, object]:
        """The entity Account."""
        texts = dict.fromkeys(("note", "avatar", "avatar_static", "header", "header_static"), "")
        numbers = {"followers_count": 0, "following_count": 0, "statuses_count": statuses}
        return {
            "id": self.id,
            "username": self.name,
            "acct": self.name,
            "display_name": self.display_name,
            "url": self.url,
            "uri": self.url,
            "created_at": "2023-01-01T00:00:00.000Z",
            "last_status_at": None,
            **dict.fromkeys(("locked", "bot", "group"), False),
            **texts,
            **numbers,
            "emojis": [],
            "fields": [],
        }

    def status(self, status: Status) -> dict[str, object]:
        """The entity Status."""
        nothing = (
            "in_reply_to_id",
            "in_reply_to_account_id",
            "edited_at",
            "reblog",
            "application",
            "card",
            "poll",
        )
        return {
            "id": status.id,
            "created_at": moment(status.created_at),
            "uri": f"{self.server}/users/{self.name}/statuses/{status.id}",
            "url": f"{self.url}/{status.id}",
            "content": paragraphs(status.text),
            "visibility": status.visibility,
            "language": status.language,
            "sensitive": False,
            "spoiler_text": "",
            "account": self.account(1),
            **dict.fromkeys(nothing),
            **dict.fromkeys(("replies_count", "reblogs_count", "favourites_count"), 0),
            "media_attachments": [attachment(medium, self.server) for medium in status.media],
            **{name: [] for name in ("mentions", "tags", "emojis")},
        }

    def instance(self, version: int, limit: int) -> dict[str, object]:
        """The entity Instance, of the second or the first version."""
        statuses = {
            "max_characters": limit,
            "max_media_attachments": 4,
            "characters_reserved_per_url": PER_URL,
        }
        return {
            ("domain" if version == 2 else "uri"): urlsplit(self.server).netloc,
            "title": self.display_name,
            "version": "4.3.0",
            "description": "",
            "languages": ["lv"],
            "configuration": {
                "statuses": statuses,
                "media_attachments": {
                    "supported_mime_types": ["image/jpeg"],
                    "image_size_limit": BYTES,
                    "image_matrix_limit": PIXELS,
                    "description_limit": ALT,
                },
            },
            "rules": [],
        }

    def page(self, statuses: tuple[Status, ...]) -> bytes:
        """The account as people see it, the newest first."""
        articles = "".join(
            f'<article id="s{status.id}" lang="{html.escape(status.language)}">{paragraphs(status.text)}'
            f"{_pictures(status)}"
            f'<p><a href="/@{self.name}/{status.id}"><time datetime="{moment(status.created_at)}">'
            f"{status.created_at:%Y-%m-%d %H:%M} UTC</time></a></p></article>"
            for status in reversed(statuses)
        )
        name = html.escape(self.display_name)
        return (
            f'<!doctype html><html lang="lv"><head><meta charset="utf-8"><title>{name}</title>'
            f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><main>'
            f'<h1>{name}</h1><p><a href="/@{self.name}">@{self.name}</a></p>{articles}</main></body></html>'
        ).encode()


def _pictures(status: Status) -> str:
    return "".join(
        f'<p><img src="/media/{medium.id}.jpg" alt="{html.escape(medium.description)}"></p>' for medium in status.media
    )


def moment(value: datetime) -> str:
    """A moment as the API writes it."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def paragraphs(text: str) -> str:
    """A status as HTML: nothing of it is markup, and its addresses can be followed."""
    parts: list[str] = []
    rest = 0
    for found in ADDRESS.finditer(text):
        address = html.escape(found.group())
        parts.append(html.escape(text[rest : found.start()]))
        parts.append(f'<a href="{address}" rel="nofollow noopener">{address}</a>')
        rest = found.end()
    marked = "".join((*parts, html.escape(text[rest:])))
    blocks = re.sub(r"\n{2,}", "\0", marked).replace("\n", "<br>").split("\0")
    return "".join(f"<p>{block}</p>" for block in blocks)
