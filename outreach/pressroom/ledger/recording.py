"""Writes down which mentions print which releases. A person's word stays, whatever is found later."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from outreach.core.db import upserting
from outreach.pressroom.ledger.comparing import Looked, Mentioned, Printed
from outreach.pressroom.models import ReleasePrint
from scrapers.models import Mention, Source


def record(session: Session, now: datetime, looked: Sequence[Looked]) -> int:
    """Keeps what was found; what a mention does not print any more goes, unless a person said that it does."""
    kept = 0
    for one in looked:
        gone = delete(ReleasePrint).where(ReleasePrint.mention_id == one.mention.id, ReleasePrint.verdict.is_(None))
        numbers = [found.out.release_id for found in one.prints]
        session.execute(gone.where(ReleasePrint.release_id.not_in(numbers)) if numbers else gone)
        for found in one.prints:
            if not _is_copy(session, one.mention, found.out.release_id):
                _put(session, now, one.mention, found)
                kept += 1
    return kept


def _put(session: Session, now: datetime, mention: Mentioned, found: Printed) -> None:
    values = {
        "text_id": found.out.text_id,
        "kind": found.likeness.kind,
        "share": round(found.likeness.share, 4),
        "likeness": round(found.likeness.score, 4),
        "headline_changed": found.likeness.headline_changed,
        "findings": [[key, facts] for key, facts in found.findings],
        "hours": found.hours,
        "agency": found.agency,
    }
    session.execute(
        upserting(session, ReleasePrint)
        .values(release_id=found.out.release_id, mention_id=mention.id, found_at=now, **values)
        .on_conflict_do_update(index_elements=["release_id", "mention_id"], set_=values)
    )


def _is_copy(session: Session, mention: Mentioned, release_id: int) -> bool:
    """Whether the outlet's other telling of the same story is this release's print already: under two addresses it is
    one print.
    """
    earlier = session.scalar(
        select(ReleasePrint.id)
        .join(Mention, Mention.id == ReleasePrint.mention_id)
        .join(Source, Source.id == Mention.source_id)
        .where(
            ReleasePrint.release_id == release_id,
            Mention.id < mention.id,
            Mention.story_id == mention.story_id,
            Source.name == mention.outlet,
        )
        .limit(1)
    )
    return earlier is not None


def say(session: Session, now: datetime, actor: str, print_id: int, verdict: bool | None) -> int | None:
    """A person's word on a print, or None to take it back; the release's number, None if there is no such print."""
    row = session.execute(
        update(ReleasePrint)
        .where(ReleasePrint.id == print_id)
        .values(
            verdict=verdict,
            verdict_by=actor if verdict is not None else None,
            verdict_at=now if verdict is not None else None,
        )
        .returning(ReleasePrint.release_id)
    ).scalar_one_or_none()
    return row
