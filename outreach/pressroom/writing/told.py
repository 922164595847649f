"""What a person says in a release, and what was kept of it: values without a store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Told:
    """The words of a release in one language; `facts` a line each, `body` as `ReleaseText` keeps it."""

    headline: str
    lead: str = ""
    body: str = ""
    facts: tuple[str, ...] = ()
    boilerplate: str = ""
    contact: str = ""

    def tidied(self) -> "Told":
        """The same without blanks around it and without empty facts."""
        return Told(
            " ".join(self.headline.split()),
            self.lead.strip(),
            "\n".join(line.rstrip() for line in self.body.strip().splitlines()),
            tuple(fact.strip() for fact in self.facts if fact.strip()),
            self.boilerplate.strip(),
            self.contact.strip(),
        )

    @property
    def news(self) -> tuple[object, ...]:
        """What a translation has to follow: all but the words that stand under every release."""
        return (self.headline, self.lead, self.body, self.facts)


@dataclass(frozen=True)
class QuoteTold:
    """What somebody says, and that they agreed: by themselves (`agreed_on`, `agreed_how`) or under a family's story."""

    words: str
    speaker: str
    role: str = ""
    agreed_on: date | None = None
    agreed_how: str = ""
    story_id: int | None = None


@dataclass(frozen=True)
class Note:
    """Why a release was sent back, under the wording that it was said of."""

    at: datetime
    by: str
    text: str


def packed(told: Told, quotes: tuple[QuoteTold, ...]) -> dict[str, Any]:
    """A wording as it is kept: plain values that JSON knows."""
    return {
        "headline": told.headline,
        "lead": told.lead,
        "body": told.body,
        "facts": list(told.facts),
        "boilerplate": told.boilerplate,
        "contact": told.contact,
        "quotes": [
            {
                "words": one.words,
                "speaker": one.speaker,
                "role": one.role,
                "agreed_on": one.agreed_on.isoformat() if one.agreed_on is not None else None,
                "agreed_how": one.agreed_how,
                "story_id": one.story_id,
            }
            for one in quotes
        ],
    }


def unpacked(said: Mapping[str, Any]) -> tuple[Told, tuple[QuoteTold, ...]]:
    """What `packed` made, back again."""
    told = Told(
        said["headline"], said["lead"], said["body"], tuple(said["facts"]), said["boilerplate"], said["contact"]
    )
    quotes = tuple(
        QuoteTold(
            one["words"],
            one["speaker"],
            one["role"],
            date.fromisoformat(one["agreed_on"]) if one["agreed_on"] else None,
            one["agreed_how"],
            one["story_id"],
        )
        for one in said["quotes"]
    )
    return told, quotes


def notes(said: Mapping[str, Any]) -> tuple[Note, ...]:
    """What was said when this wording was sent back, the earliest first."""
    return tuple(Note(datetime.fromisoformat(at), by, text) for at, by, text in said.get("notes", ()))


def noted(said: Mapping[str, Any], note: Note) -> dict[str, Any]:
    """The same wording with one more note."""
    return {**said, "notes": [*said.get("notes", ()), [note.at.isoformat(), note.by, note.text]]}
