"""A list of sources that somebody brings: first looked at, then taken in."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from outreach import work
from outreach.core.app import App
from outreach.people import audit
from outreach.work import Outcome, Steps, WorkSeen
from scrapers import catalogue
from scrapers.catalogue import Imported


class _OnlyLooking(Exception):
    """Ends the transaction of a look: nothing of it stays."""


@dataclass(frozen=True)
class BringSources:
    """`file` lies among the uploads; `name` is what its owner calls it. Without `take` nothing is changed."""

    kind: ClassVar[str] = "bring_sources"

    file: str
    name: str
    take: bool = False

    def run(self, app: App, row: WorkSeen, language: str, target: Path, steps: Steps) -> Outcome:
        """Numbers of new, changed and kept sources; the lines that do not fit are a text to fetch.

        The same list taken in twice changes nothing the second time.
        """
        path = work.upload(app, self.file)
        steps(0, 0)
        brought = self._take(app, row, path) if self.take else _look(app, path)
        lines = [app.texts.in_language(language).error(error) for error in brought.refused]
        if lines:
            target.write_text("\n".join(lines) + "\n", encoding="utf-8")
        if self.take:
            path.unlink(missing_ok=True)
        return Outcome(
            "work.bring.done" if self.take else "work.bring.looked",
            {
                "file": self.name,
                "added": brought.added,
                "changed": brought.changed,
                "kept": brought.kept,
                "unpolled": len(brought.unpolled),
                "refused": len(lines),
            },
            f"{_plain(Path(self.name).stem)[:60]}.txt" if lines else None,
        )

    def _take(self, app: App, row: WorkSeen, path: Path) -> Imported:
        now = app.clock.now()
        with app.store.transaction() as session:
            brought = catalogue.bring_in(session, now, path)
            told = {"added": brought.added, "changed": brought.changed}
            audit.write(session, now, row.actor, "import", "source", None, **told)
        return brought


def _plain(name: str) -> str:
    """A file's name without what would break a line or hide its end."""
    return "".join(letter for letter in name if letter.isprintable())


def _look(app: App, path: Path) -> Imported:
    found: list[Imported] = []
    try:
        with app.store.transaction() as session:
            found.append(catalogue.bring_in(session, app.clock.now(), path))
            raise _OnlyLooking
    except _OnlyLooking:
        return found[0]
