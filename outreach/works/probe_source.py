"""Trying out an address, or a source as it is set: what a poll would bring, with nothing stored."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

from bs4 import BeautifulSoup

from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.http import Answer, Http, Request
from outreach.work import Cancelled, Outcome, Steps, WorkSeen
from scrapers import outlets
from scrapers.probe import Probed, probe, try_out
from scrapers.pseudonym import is_private, veil_of
from scrapers.reading.encoding import decode
from scrapers.robots import RobotsBook

_SHOWN = 10
_LONGEST = 80
_HEAD = 100_000  # a page names itself at its beginning


@dataclass(frozen=True)
class ProbeSource:
    """`address` is looked at in every way, or as `only` this kind; with `source` that source is tried as it is."""

    kind: ClassVar[str] = "probe_source"

    address: str = ""
    only: str = ""
    source: int = 0

    def run(self, app: App, row: WorkSeen, language: str, target: Path, steps: Steps) -> Outcome:
        """Writes what was found as JSON: `kind`, `settings`, `state`, `reason_key`, `reason_facts`, `count`, the first
        ten `items` (url, title, published), `others` (kind and address), `name` as the page calls itself.
        """
        steps(0, 0)
        asked = 0

        def pause() -> None:
            nonlocal asked
            asked += 1
            steps(asked, 0)
            if app.stopping.wait(app.settings.collect.host_seconds):
                raise Cancelled

        listening = _Listening(app.http)
        now = app.clock.now()
        if self.source:
            with app.store.reading() as session:
                source = outlets.one(session, now, self.source)
            if source is None:
                raise OutreachError("work.poll.gone")
            probed = try_out(source.kind, source.settings, listening, RobotsBook(), now, pause)
        else:
            probed = probe(self.address, listening, RobotsBook(), now, self.only, pause)
        if probed.kind and is_private(probed.kind, probed.settings):
            # The file lies there for a while.
            veil = veil_of(app)
            probed = replace(probed, items=tuple(veil(item) for item in probed.items))
        target.write_text(json.dumps(_plain(probed, listening.name), ensure_ascii=False), encoding="utf-8")
        return Outcome(f"work.probe.{_outcome(probed)}", {"count": len(probed.items)}, "probe.json")


@dataclass
class _Listening:
    """The wire, with an ear for what the first page calls itself: a new source needs a name."""

    http: Http
    name: str = field(default="")

    def send(self, request: Request) -> Answer:
        answer = self.http.send(request)
        if not self.name and 200 <= answer.status < 300:
            self.name = _called(answer)
        return answer


def _called(answer: Answer) -> str:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    soup = BeautifulSoup(decode(answer.body[:_HEAD], headers), "lxml")
    site = soup.find("meta", attrs={"property": "og:site_name"})
    told = str(site.get("content") or "") if site is not None else ""
    title = soup.find("title")
    words = (told or (title.get_text() if title is not None else "")).split()
    return " ".join(words)[:_LONGEST].strip()


def _outcome(probed: Probed) -> str:
    return "found" if probed.items else "nothing"


def _plain(probed: Probed, name: str) -> dict[str, Any]:
    return {
        "kind": probed.kind,
        "settings": dict(probed.settings),
        "state": probed.state,
        "reason_key": probed.reason_key,
        "reason_facts": {
            key: value if isinstance(value, int) else str(value) for key, value in probed.reason_facts.items()
        },
        "count": len(probed.items),
        "items": [
            {
                "url": item.url,
                "title": item.title,
                "published": item.published.isoformat() if item.published else None,
                "lang": item.lang,
            }
            for item in probed.items[:_SHOWN]
        ],
        "others": [list(other) for other in probed.others],
        "name": name,
    }
