"""Safer words beside a text while the term alarm is on: a suggestion, which changes nothing."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from campaigns.wording import Hint, hints, read_wording
from outreach.web.visit import here, now
from scrapers import alarm


def for_texts(session: Session, texts: Iterable[tuple[str, str]]) -> tuple[Hint, ...]:
    """What to suggest for texts, each with its language; nothing while no alarm is on in that language."""
    table = read_wording(here().office.folder / "wording.csv")
    on = alarm.current(session, now(), here().settings.zone) if table else {}
    by_language: dict[str, list[str]] = {}
    for language, text in texts:
        if language in on:
            by_language.setdefault(language, []).append(text)
    return tuple(hint for language, told in by_language.items() for hint in hints("\n".join(told), [language], table))
