"""A plan's table in people's words: its heads in every language, its rows in and out."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from campaigns.timing.checking import Judged, judge
from campaigns.timing.sheet import lines
from campaigns.timing.tables import COLUMNS, Problem, Row, Vocabulary, rows, vocabulary
from campaigns.timing.tabling import Out, known
from outreach import sheets
from outreach.core.app import App
from outreach.core.text import LANGUAGES, Texts, Words

WRITTEN_IN = ("lv", "en", "ru", "de", "no")
_WIDE = {"text": 60, "title": 32, "link": 32, "campaign": 28, "channels": 24}


def words_of(texts: Texts) -> Vocabulary:
    """What columns, languages and clocks are called, in every language of the office."""
    spoken = [texts.in_language(language) for language in LANGUAGES]
    heads = [(word, name) for t in spoken for name in COLUMNS for word in _said(t, f"plantable.heads.{name}")]
    return vocabulary(
        [*heads, *((name, name) for name in COLUMNS)],
        [(code, code) for code in WRITTEN_IN]
        + [(t(f"planning.language.{code}"), code) for t in spoken for code in WRITTEN_IN],
        [word for t in spoken for word in _said(t, "plantable.clocks.office")],
        [word for t in spoken for word in _said(t, "plantable.clocks.readers")],
    )


def read(app: App, data: bytes) -> list[Row]:
    """The rows of somebody's file; OutreachError `plantable.file.*` or `plantable.head.*`."""
    return rows(lines(data), words_of(app.texts))


def judged(app: App, session: Session, now: datetime, read_rows: list[Row], link: str) -> list[Judged]:
    """Every row held against the office. `link` is where a post leads that names no address."""
    from campaigns.moments import read_moments

    held = known(
        session,
        read_rows,
        table=read_moments(app.office.calendar),
        public_url=app.settings.web.public_url,
        link=link,
        language=app.settings.office.language,
    )
    return judge(read_rows, held, now, app.settings.zone)


def said(t: Words, problem: Problem) -> str:
    """A problem as one sentence."""
    facts = {
        name: t.day(value) if isinstance(value, date) else value
        for name, value in problem.facts.items()
        if name != "names"
    }
    names = problem.facts.get("names")
    if isinstance(names, dict):
        facts["name"] = names.get(t.language) or names.get("lv", "")
    return t.fact(problem.key, facts)


def write_empty(t: Words, file_format: str, target: Path, day: datetime) -> None:
    """A table with its heads and two rows that show how it is filled; `day` is one to come, on the wall."""
    told = ("campaign", "language", "title", "text", "link", "channels")
    examples = [
        [t(f"plantable.example.{number}.{name}") for name in told]
        + [f"{day:%Y-%m-%d}", f"{day:%H:%M}", t(f"plantable.clock.{clock}"), until, "", ""]
        for number, clock, until in (("one", "office", ""), ("two", "readers", "21:00"))
    ]
    head = sheets.Head(
        t("plantable.sheet"), ((t("plantable.how"), t("plantable.how.told")),), _columns(t), t("plantable.sheet"), 2
    )
    with sheets.written(file_format, target, head) as write:
        for row in examples:
            write(row)


def write_plan(t: Words, file_format: str, target: Path, name: str, plan: Iterable[Out]) -> None:
    """A campaign's plan as the same table: read in again, it says that everything is there."""
    told = list(plan)
    pairs = ((t("plantable.of_campaign"), name),)
    head = sheets.Head(t("plantable.sheet"), pairs, _columns(t), t("plantable.sheet"), len(told))
    with sheets.written(file_format, target, head) as write:
        for one in told:
            write(
                [
                    one.campaign,
                    one.language,
                    one.title,
                    one.text,
                    one.link,
                    "; ".join(one.channels),
                    f"{one.due:%Y-%m-%d}",
                    f"{one.due:%H:%M}",
                    t("plantable.clock.readers" if one.by_readers else "plantable.clock.office"),
                    f"{one.until:%H:%M}" if one.until else "",
                    str(one.picture or ""),
                    str(one.story or ""),
                ]
            )


def _columns(t: Words) -> tuple[sheets.Column, ...]:
    return tuple(sheets.Column(t(f"plantable.column.{name}"), _WIDE.get(name, 14)) for name in COLUMNS)


def _said(t: Words, key: str) -> list[str]:
    return [word.strip() for word in t(key).split("|")]
