"""Giving figures out: a report is frozen as it stands; a correction is the next version and says why."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import report
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.core.text import PUBLIC_LANGUAGES, Texts
from outreach.report import Period
from outreach.reports.results import Results, sentence
from outreach.statements import kinds, reading
from outreach.statements.frozen import Figures, as_json, freeze
from outreach.statements.models import Statement
from outreach.statements.reading import StatementSeen
from outreach.tracker.places import read_places
from outreach.tracker.returns import GROUPS


def standing(session: Session, texts: Texts, kind: str, period: Period, office: Office) -> Figures:
    """What the report says today, in all languages that the office has words in; `kind` as `kinds.kind_of` makes it.

    OutreachError as `kinds.check` for what cannot be given out, else as the report.
    """
    name, place = kinds.check(kind, read_places(office.places).municipalities)
    worded = kind == Results.kind
    languages = [one for one in PUBLIC_LANGUAGES if not worded or one in office.results]
    if not languages:
        raise OutreachError("statements.error.wording", kind=kind)
    # Asked once: two answers of a busy office could differ.
    first = report.write(name, session, office, period, languages[0], place)
    written = {language: replace(first, language=language) for language in languages}
    if worded:
        # All else is said from keys; this sentence is in the office's own words of each language.
        counted = {name: (first.numbers[f"{name}.families"], first.numbers[f"{name}.people"]) for name in GROUPS}
        written = {
            language: replace(one, sentences=(sentence(office, period, language, counted),))
            for language, one in written.items()
        }
    return freeze(written, {language: texts.in_language(language) for language in languages})


def publish(
    session: Session,
    now: datetime,
    texts: Texts,
    kind: str,
    period: Period,
    office: Office,
    by: str,
    why: str = "",
) -> StatementSeen:
    """Gives the report out as it stands: the next version of this kind and period, whose texts, numbers, records and
    tables stay as they are.

    OutreachError `statements.error.future` for a period that has not begun, `.why` for a correction without a reason,
    `.same` where nothing has changed since, `.at_once` where somebody else gave it out at this moment, and as
    `standing`.
    """
    if period.first > local_day(now, period.zone):
        raise OutreachError("statements.error.future", day=period.first.isoformat())
    figures = standing(session, texts, kind, period, office)
    before = reading.latest(session, kind, period.first, period.last)
    if before is not None:
        if before.figures == figures:
            raise OutreachError("statements.error.same", version=before.line.version)
        if not why.strip():
            raise OutreachError("statements.error.why", version=before.line.version)
    row = Statement(
        kind=kind,
        period=period.kind,
        first=period.first,
        last=period.last,
        version=before.line.version + 1 if before is not None else 1,
        why=why.strip(),
        texts={language: list(lines) for language, lines in figures.texts.items()},
        numbers=dict(figures.numbers),
        records={name: list(found) for name, found in figures.records.items()},
        tables=as_json(figures),
        published_at=now,
        published_by=by[:254],
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise OutreachError("statements.error.at_once") from error
    return reading.seen(row)
