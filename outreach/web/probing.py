"""A probe as pages show it: asked for in the visitor's name, read back from what the work has left."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from outreach import work
from outreach.core import registry
from outreach.people import audit
from outreach.web.sourcelist import PACKAGE
from outreach.web.visit import here, me, now
from outreach.work import WorkSeen
from outreach.works.probe_source import ProbeSource
from scrapers.source import address_of

_LANGUAGES = frozenset({"lv", "ltg", "ru", "en"})


@dataclass(frozen=True)
class ItemShown:
    """Something that the address would bring."""

    url: str
    title: str
    published: datetime | None
    lang: str


@dataclass(frozen=True)
class Found:
    """How an address could be watched; `count` is the number of items, of which `items` are the first."""

    kind: str
    settings: Mapping[str, Any]
    state: str
    reason_key: str | None
    reason_facts: Mapping[str, Any]
    count: int
    items: tuple[ItemShown, ...]
    others: tuple[tuple[str, str], ...]
    name: str
    url: str

    @property
    def facts(self) -> dict[str, str]:
        """What a new source of it could be called, and what else can be guessed."""
        spoken = Counter(item.lang for item in self.items if item.lang in _LANGUAGES)
        is_social = getattr(registry.kinds(PACKAGE)[self.kind], "private", False)
        host = urlsplit(self.url).netloc.removeprefix("www.")
        return {
            "name": self.name or host,
            "tier": "social" if is_social else "regional",
            "language": spoken.most_common(1)[0][0] if spoken else "lv",
            "owner": "earned",
            "note": "",
        }


@dataclass(frozen=True)
class ProbeShown:
    """A piece of work that probes; `found` once it is done."""

    row: WorkSeen
    found: Found | None


def begin(address: str = "", only: str = "", source: int = 0) -> int:
    """Asks for a probe; the number of the work."""
    person, wanted = me(), ProbeSource(address, only, source)
    with here().store.transaction() as session:
        number = work.ask(session, now(), person.user_id, person.actor, person.language, wanted)
        audit.write(session, now(), person.actor, "ask", "work", number, kind=wanted.kind)
    return number


def seen(asked: str, source: int = 0) -> ProbeShown | None:
    """The visitor's own probe of this number, of this source or (0) of an address; None if it is not that."""
    if not (asked.isdecimal() and len(asked) < 10):
        return None
    with here().store.reading() as session:
        row = work.seen(session, int(asked))
    if row is None or row.kind != ProbeSource.kind or row.user_id != me().user_id or row.asked["source"] != source:
        return None
    path = work.folder(here()) / (row.file or "")
    found = _read(path.read_text(encoding="utf-8"), str(row.asked["address"])) if row.file and path.is_file() else None
    return ProbeShown(row, found)


def _read(text: str, asked: str) -> Found:
    told = json.loads(text)
    items = tuple(
        ItemShown(
            item["url"],
            item["title"],
            datetime.fromisoformat(item["published"]) if item["published"] else None,
            str(item["lang"] or "").split("-")[0].lower(),
        )
        for item in told.pop("items")
    )
    others = tuple((str(kind), str(url)) for kind, url in told.pop("others"))
    return Found(**told, items=items, others=others, url=address_of(told["kind"], told["settings"]) or asked)
