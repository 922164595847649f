"""Why a release may not go out, or go on going out."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.pressroom.models import Release, ReleaseEdition, ReleaseText
from outreach.pressroom.writing import standing


def barred(session: Session, now: datetime, release_id: int, zone: ZoneInfo) -> OutreachError | None:
    """What keeps it in at this moment; None where nothing does.

    It is gone or withdrawn, it is not approved, or somebody in it does not agree.
    """
    release = session.get(Release, release_id, populate_existing=True)
    if release is None:
        return OutreachError("release.missing", id=release_id)
    if release.withdrawn_at is not None:
        return OutreachError("pressmail.barred.withdrawn")
    if release.approved_at is None:
        return OutreachError("pressmail.barred.unapproved")
    lacking = standing.consents_lacking(session, release_id, local_day(now, zone))
    if lacking:
        return OutreachError("pressmail.barred.consents", count=len(lacking))
    return None


def other_words(session: Session, sending_id: int) -> OutreachError | None:
    """Whether the release says something else by now than the mails of a sending do."""
    changed = (
        select(ReleaseEdition.id)
        .join(ReleaseText, ReleaseText.id == ReleaseEdition.text_id, isouter=True)
        .where(
            ReleaseEdition.sending_id == sending_id,
            ReleaseText.revision.is_(None) | (ReleaseText.revision != ReleaseEdition.revision),
        )
        .limit(1)
    )
    return OutreachError("pressmail.barred.changed") if session.scalar(changed) is not None else None
