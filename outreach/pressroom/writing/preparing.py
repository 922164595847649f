"""What a new release begins with: what the office says under each, and, of a correction, what is corrected."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.office import Office
from outreach.core.text import Words
from outreach.pressroom.models import ReleaseText
from outreach.pressroom.texts import Said
from outreach.pressroom.writing.told import Told


def empty(session: Session, language: str, office: Office) -> Told:
    """No words yet; what stands under the last release in that language, else the office's own contact."""
    return Told("", boilerplate=_last(session, language, "boilerplate"), contact=_contact(session, language, office))


def about(session: Session, said: Said, kind: str, day: date | None, office: Office, t: Words) -> Told:
    """A correction or withdrawal of a release that went out on `day`, in its language; `t` are that language's words.

    What was said stands in it, what is right is still to be written.
    """
    facts = {"headline": said.headline} | ({"day": t.day(day)} if day is not None else {})
    key = f"release.prepare.{kind}"
    lead = t(f"{key}.lead", **facts) if day is not None else t(f"{key}.lead_undated", **facts)
    body = ""
    if kind == "correction":
        was = "\n\n".join(part for part in (said.lead, said.body) if part)
        body = f"## {t('release.prepare.was')}\n\n{was}\n\n## {t('release.prepare.is')}"
    return Told(
        t(f"{key}.headline", headline=said.headline),
        lead,
        body,
        (),
        said.boilerplate or _last(session, said.language, "boilerplate"),
        said.contact or _contact(session, said.language, office),
    )


def _contact(session: Session, language: str, office: Office) -> str:
    last = _last(session, language, "contact")
    if last:
        return last
    name = office.name.get(language) or next(iter(office.name.values()), "")
    return "\n".join(line for line in (name, office.phone, office.contact) if line)


def _last(session: Session, language: str, column: str) -> str:
    kept = getattr(ReleaseText, column)
    found = session.scalar(
        select(kept)
        .where(ReleaseText.language == language, kept != "")
        .order_by(ReleaseText.changed_at.desc(), ReleaseText.id.desc())
        .limit(1)
    )
    return found or ""
