"""A topic tried out on more of the archive than a page can look through while somebody waits."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from outreach.core.app import App
from outreach.work import Outcome, Steps, WorkSeen
from scrapers.topics import reading, tryout
from scrapers.topics.draft import Draft

_BETWEEN = "\n"


@dataclass(frozen=True)
class TryTopic:
    """A draft as plain values, lists by lines; `topic` 0 is a new one."""

    kind: ClassVar[str] = "try_topic"

    days: int
    topic: int = 0
    name: str = ""
    query: str = ""
    languages: str = ""
    tiers: str = ""
    places: str = ""
    senses: str = ""
    counting: str = "sense"
    off: str = ""

    @classmethod
    def of(cls, draft: Draft, topic_id: int, days: int) -> "TryTopic":
        told = {
            name: value if isinstance(value, str) else _BETWEEN.join(value)
            for name, value in dataclasses.asdict(draft).items()
        }
        return cls(days=days, topic=topic_id, **told)

    @property
    def draft(self) -> Draft:
        told = {name: _list(getattr(self, name)) for name in ("languages", "tiers", "places", "senses", "off")}
        return Draft(self.name, self.query, counting=self.counting, **told)

    def run(self, app: App, row: WorkSeen, language: str, target: Path, steps: Steps) -> Outcome:
        """Writes the trial as JSON; it is read back by the page that asked."""
        steps(0, 0)
        with app.store.reading() as session:
            topic = reading.one(session, self.topic) if self.topic else None
        saved = topic.version.draft if topic is not None else None
        trial = tryout.run(app.store, app.office, self.draft, saved, app.clock.now(), self.days, steps)
        target.write_text(trial.as_json(), encoding="utf-8")
        return Outcome("topics.try.done", {"count": trial.draft.articles}, "trial.json")


def _list(told: str) -> tuple[str, ...]:
    return tuple(one for one in told.split(_BETWEEN) if one)
