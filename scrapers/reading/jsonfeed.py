"""JSON Feed 1.0 and 1.1."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from scrapers.reading.dates import read_date, sane_date
from scrapers.reading.plain import SUMMARY_LENGTH, language_of, link_of, one_line, text_of, title_of
from scrapers.source import Found


def parse(text: str) -> Mapping[str, object] | None:
    """The feed's own object, or None where the text is not a JSON Feed."""
    try:
        told = json.loads(text.lstrip("\ufeff \t\r\n"))
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) and isinstance(told.get("items"), list) else None


def read(feed: Mapping[str, object], base: str, zone: ZoneInfo, seen_at: datetime) -> Iterator[Found]:
    """The items in the feed's order; those without an address are left out."""
    items = feed.get("items")
    language = _text(feed, "language") or None
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, dict):
            continue
        url = _link(item, base)
        if url is None:
            continue
        body = text_of(_text(item, "content_html") or _text(item, "content_text"))
        summary = text_of(_text(item, "summary"))
        told = _text(item, "date_published") or _text(item, "date_modified")
        moment = read_date(told, zone, seen_at)
        published, doubted = sane_date(moment, seen_at)
        yield Found(
            url=url,
            title=title_of(_text(item, "title")) or one_line(summary or body, 120),
            summary=one_line(summary or body, SUMMARY_LENGTH),
            text=body or None,
            author=_author(item) or _author(feed),
            published=published,
            guid=one_line(_text(item, "id"), 500) or None,
            lang=language_of(_text(item, "language") or language or ""),
            date_doubted=doubted or (bool(told) and moment is None),
        )


def _text(item: Mapping[str, object], name: str) -> str:
    value = item.get(name)
    # Version 1.0 let the id be a number.
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _link(item: Mapping[str, object], base: str) -> str | None:
    for name in ("url", "external_url", "id"):
        value = _text(item, name)
        if value and (name != "id" or value.startswith(("http://", "https://"))) and (url := link_of(value, base)):
            return url
    return None


def _author(item: Mapping[str, object]) -> str | None:
    told = item.get("authors") or [item.get("author")]
    names = [_text(one, "name") for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return one_line(", ".join(name for name in names if name), 200) or None
