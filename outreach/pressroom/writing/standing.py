"""What stands in a release's way: findings that stop it, consents that do not hold, translations that lag."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.pressroom.checks import looking
from outreach.pressroom.texts import Pictured, Quoted, Said
from outreach.pressroom.writing import pictures, quoting, reading
from outreach.pressroom.writing.pictures import Taken
from outreach.pressroom.writing.quoting import QuoteSeen
from outreach.pressroom.writing.reading import ReleaseSeen
from outreach.pressroom.writing.told import Told


@dataclass(frozen=True)
class Obstacle:
    """A `stop` keeps a release from being approved, a `look` does not. `key` with its facts says it in a sentence.

    `language` is the text's it is about, None where it is about the whole; `place` is what has to be opened for it:
    text, quotes, pictures or checks.
    """

    level: Literal["stop", "look"]
    key: str
    language: str | None = None
    place: Literal["text", "quotes", "pictures", "checks"] = "text"
    facts: Mapping[str, Any] = field(default_factory=dict)


def obstacles(
    session: Session, release_id: int, today: date, zone: ZoneInfo, office: Office | None = None
) -> list[Obstacle]:
    """Everything that stands in the way today, what stops first. `today` is the office's day.

    Raises OutreachError `release.missing`.
    """
    release = reading.one(session, release_id)
    if release is None:
        raise OutreachError("release.missing", id=release_id)
    quotes = quoting.of_release(session, release_id, today)
    shown = pictures.of_release(session, release_id, today)
    return judged(session, release, quotes, shown, today, zone, office)


def judged(
    session: Session,
    release: ReleaseSeen,
    quotes: Sequence[QuoteSeen],
    shown: Sequence[Taken],
    today: date,
    zone: ZoneInfo,
    office: Office | None = None,
) -> list[Obstacle]:
    """The same of a release that has been read, with all its quotes and pictures."""
    found = [*_quotes(quotes), *_pictures(shown), *_texts(release, quotes, shown)]
    told = [_said(release, at, quotes, shown) for at in range(len(release.texts))]
    for said, stops in zip(told, looking.stops_each(session, told, today, zone, office), strict=True):
        if stops:
            found.append(Obstacle("stop", "release.stop.checks", said.language, "checks", {"count": len(stops)}))
    return sorted(found, key=lambda one: one.level != "stop")


def consents_lacking(session: Session, release_id: int, day: date) -> list[Obstacle]:
    """Quotes nobody has agreed to, families that do not agree on that local day, pictures without rights or consent."""
    quotes = quoting.of_release(session, release_id, day)
    return [*_quotes(quotes), *_pictures(pictures.of_release(session, release_id, day))]


def _quotes(quotes: Sequence[QuoteSeen]) -> list[Obstacle]:
    found = []
    for one in quotes:
        if one.agreed:
            continue
        if one.story is not None:
            found.append(Obstacle("stop", "release.stop.story", one.language, "quotes", {"story": one.story}))
        else:
            told = {"speaker": one.told.speaker}
            found.append(Obstacle("stop", "release.stop.quote", one.language, "quotes", told))
    return found


def _pictures(shown: Sequence[Taken]) -> list[Obstacle]:
    found = []
    for one in shown:
        told = {"picture": one.alt}
        if not one.rights.strip():
            found.append(Obstacle("stop", "release.stop.rights", None, "pictures", told))
        if not one.holds:
            found.append(Obstacle("stop", "release.stop.picture", None, "pictures", told))
    return found


def _texts(release: ReleaseSeen, quotes: Sequence[QuoteSeen], shown: Sequence[Taken]) -> list[Obstacle]:
    original = {one.told.words for one in quotes if one.language == release.texts[0].language}
    found = []
    for text in release.texts:
        if text.told is None or not (text.told.lead or text.told.body):
            found.append(Obstacle("stop", "release.stop.empty", text.language))
        if text.lags:
            key = "release.look.lags" if text.follows else "release.look.untranslated"
            found.append(Obstacle("look", key, text.language))
        if not text.is_original and any(one.language == text.language and one.told.words in original for one in quotes):
            found.append(Obstacle("look", "release.look.quotes", text.language, "quotes"))
        if any(not one.captions.get(text.language) for one in shown):
            found.append(Obstacle("look", "release.look.captions", text.language, "pictures"))
    return found


def _said(release: ReleaseSeen, at: int, quotes: Sequence[QuoteSeen], shown: Sequence[Taken]) -> Said:
    text = release.texts[at]
    told = text.told or Told(text.headline)
    return Said(
        release.release_id, text.text_id, release.kind, text.language, told.headline, told.lead, told.body, told.facts,
        told.boilerplate, told.contact, text.revision,
        tuple(
            Quoted(one.told.words, one.told.speaker, one.told.role) for one in quotes if one.language == text.language
        ),
        tuple(
            Pictured(one.name, one.width, one.height, one.alt, one.captions.get(text.language, ""), one.rights)
            for one in shown
        ),
        release.embargo_until,
    )  # fmt: skip
