"""Lines of the two columns, written with the inquiry or by a person, only ever added: a correction takes one back."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker.heard.coming import Way
from outreach.tracker.heard.models import Heard
from outreach.tracker.heard.offering import Choice
from outreach.tracker.lexicon import source_of
from outreach.tracker.models import Inquiry

_LONGEST = 400


def sealed_place(token: str) -> str:
    """Where sealed words of a line belong, for `Seal`."""
    return f"heard.words:{token}"


def said(
    session: Session,
    now: datetime,
    seal: Seal,
    inquiry_id: int,
    *,
    words: str = "",
    kind: str | None = None,
    choices: Iterable[Choice] = (),
    by: str | None = None,
) -> list[int]:
    """What they say: their own words, sealed, with the source they stand for (`kind`, or what the lexicon finds in
    them), and what they ticked; the lines' numbers.
    """
    rows = []
    told = " ".join(words.split())[:_LONGEST].encode(errors="replace").decode()
    if told or kind:
        row = _row(inquiry_id, "said", "words", now, by, name=kind or source_of(told))
        row.words_sealed = seal.close(told, sealed_place(row.token)) if told else None
        rows.append(row)
    for one in choices:
        row = _row(inquiry_id, "said", one.what, now, by, name=one.name)
        row.source_id, row.campaign_id = one.source_id, one.campaign_id
        rows.append(row)
    return _kept(session, rows)


def mentioned(session: Session, at: datetime, inquiry_id: int, kind: str | None) -> None:
    """The source they named, where their words lie elsewhere or nowhere."""
    if kind:
        _kept(session, [_row(inquiry_id, "said", "words", at, None, name=kind)])


def tracked(
    session: Session, now: datetime, inquiry_id: int, ways: Iterable[Way], *, by: str | None = None
) -> list[int]:
    """What was tracked; the lines' numbers."""
    rows = []
    for way in ways:
        row = _row(inquiry_id, "tracked", way.what, now, by, name=way.name)
        row.campaign_id, row.link_id, row.source_id = way.campaign_id, way.link_id, way.source_id
        rows.append(row)
    return _kept(session, rows)


def correct(
    session: Session,
    now: datetime,
    actor: str,
    inquiry_id: int,
    line_id: int,
    instead: Choice | Way | None = None,
) -> int:
    """A person takes a line back, perhaps for another one in its place; the new line's number. Both stay to be read.

    Raises OutreachError `heard.error.line` for a line that is not of the inquiry, or was taken back before.
    """
    # Two persons at once: the second one waits for the inquiry and then finds the line gone.
    session.execute(select(Inquiry.id).where(Inquiry.id == inquiry_id).with_for_update())
    line = session.get(Heard, line_id)
    gone = session.scalar(select(Heard.id).where(Heard.takes_back == line_id).limit(1))
    if line is None or line.inquiry_id != inquiry_id or line.what is None or gone is not None:
        raise OutreachError("heard.error.line", line_id=line_id)
    row = _row(inquiry_id, line.side, None, now, actor)
    row.takes_back = line_id
    if instead is not None:
        row.what, row.name = instead.what, instead.name
        row.source_id, row.campaign_id = instead.source_id, instead.campaign_id
        row.link_id = instead.link_id if isinstance(instead, Way) else None
        row.side = "tracked" if isinstance(instead, Way) else "said"
    (number,) = _kept(session, [row])
    audit.write(session, now, actor, "correct", "inquiry", inquiry_id)
    return number


def forget(session: Session, inquiry_id: int) -> None:
    """The words of an inquiry go, with the rest of its personal data; what they stand for stays."""
    session.execute(
        update(Heard)
        .where(Heard.inquiry_id == inquiry_id, Heard.words_sealed.is_not(None))
        .values(words_sealed=None)
        .execution_options(synchronize_session="fetch")
    )


def _row(
    inquiry_id: int, side: str, what: str | None, now: datetime, by: str | None, *, name: str | None = None
) -> Heard:
    return Heard(
        inquiry_id=inquiry_id,
        side=side,
        what=what,
        name=name,
        token=secrets.token_hex(16),
        at=now,
        by=by[:254] if by else None,
    )


def _kept(session: Session, rows: list[Heard]) -> list[int]:
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]
