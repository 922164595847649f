"""Safer words beside a text while the term alarm is on: a suggestion, which changes nothing."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from campaigns.wording import Hint, hints, read_wording
from outreach.web.visit import here, now
from scrapers import alarm


def for_texts(session: Session, texts: Iterable[tuple[str, str]]) -> tuple[Hint, ...]:
    """What to suggest for texts, each with its language; nothing while no alarm is on in that language."""
    table = read_wording(here().office.folder / "wording.csv")
    by_language: dict[str, list[str]] = {}
    for language, text in texts:
        by_language.setdefault(language, []).append(text)
    found = [hint for language, told in by_language.items() for hint in hints("\n".join(told), [language], table)]
    # Most texts have none of the words: the store need not say whether they are in doubt.
    on = alarm.current(session, now(), here().settings.zone) if found else {}
    return tuple(hint for hint in found if hint.language in on)
