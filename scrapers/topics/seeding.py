"""The topics that an office comes with: `topics.toml` in its folder, brought into the store once.

A topic that nobody has changed follows the file; one that a person changed, or archived, stays theirs.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.office import Office
from scrapers.models import Article
from scrapers.topicmodels import Topic, TopicVersion
from scrapers.topics import editing
from scrapers.topics.draft import Draft, checked

# Who made the versions that nobody of the office did.
BY_OFFICE = "office"
_LISTS = ("languages", "tiers", "places", "senses")
_KNOWN = {"key", "name", "query", "counting", *_LISTS}


@dataclass(frozen=True)
class OfficeTopic:
    """A topic of the office's file; its name by language."""

    key: str
    names: Mapping[str, str]
    draft: Draft

    def named(self, language: str) -> str:
        """The name in a language, else in the first that it has."""
        return self.names.get(language) or next(iter(self.names.values()))

    def with_name(self, language: str) -> Draft:
        """What it says, called as that language calls it."""
        return replace(self.draft, name=self.named(language))


@dataclass(frozen=True)
class Seeded:
    """What bringing in did, in numbers of topics; `kept` are as they were, or somebody's own by now."""

    added: int
    changed: int
    kept: int


def office_topics(office: Office) -> tuple[OfficeTopic, ...]:
    """The topics of the office's file, none where it has no such file.

    OutreachError `topics.error.file` (file, reason) where it cannot be read.
    """
    return read_topics(office.topics) if office.topics.is_file() else ()


def load_office(session: Session, now: datetime, office: Office, language: str) -> Seeded:
    """Brings the topics up to the office's file; names are those of `language`.

    With an archive that is empty there is nothing to read through: they are in force at once. Raises as
    `office_topics`, and QueryError where a query of the file is none.
    """
    empty = session.scalar(select(func.max(Article.id))) is None
    rows = {row.key: row for row in session.scalars(select(Topic).where(Topic.key.is_not(None)))}
    added = changed = 0
    told = office_topics(office)
    for one in told:
        draft = one.with_name(language)
        row = rows.get(one.key)
        if row is None:
            saved = editing.create(session, now, BY_OFFICE, draft, office, key=one.key)
            added += 1
        elif row.archived_at is None and _is_untouched(session, row):
            if editing.draft_of(_latest(session, row)) == checked(draft, office):
                continue
            saved = editing.save(session, now, BY_OFFICE, row.id, draft, office)
            changed += saved.new
        else:
            continue
        if empty:
            editing.evaluated(session, saved.topic_id, saved.number)
    return Seeded(added, changed, len(told) - added - changed)


def _is_untouched(session: Session, row: Topic) -> bool:
    return _latest(session, row).by == BY_OFFICE


def _latest(session: Session, row: Topic) -> TopicVersion:
    return session.scalars(
        select(TopicVersion).where(TopicVersion.topic_id == row.id, TopicVersion.number == row.version)
    ).one()


@cache
def read_topics(file: Path) -> tuple[OfficeTopic, ...]:
    """The topics of a file; raises as `office_topics`. Queries are not looked into."""
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        return tuple(_topic(one) for one in told["topic"])
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise OutreachError("topics.error.file", file=str(file), reason=str(error)) from error


def _topic(told: Mapping[str, Any]) -> OfficeTopic:
    if unknown := told.keys() - _KNOWN:
        raise ValueError(", ".join(sorted(unknown)))
    names = {str(language): str(name) for language, name in told["name"].items()}
    if not names:
        raise ValueError("name")
    lists = {name: tuple(str(one) for one in told.get(name, ())) for name in _LISTS}
    query = "\n".join(line.rstrip() for line in str(told["query"]).strip().splitlines())
    draft = Draft("", query, counting=str(told.get("counting", "sense")), **lists)
    return OfficeTopic(str(told["key"]), names, draft)
