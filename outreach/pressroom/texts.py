"""A release's words in one language as a value, for whoever prints, sends, shows or compares them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import Picture
from outreach.pressroom.models import Release, ReleasePicture, ReleaseQuote, ReleaseText


@dataclass(frozen=True)
class Quoted:
    """What somebody says; `words` without quotation marks."""

    words: str
    speaker: str
    role: str


@dataclass(frozen=True)
class Pictured:
    """A picture of a release: the name of its file, its words for those who do not see it, caption and rights."""

    name: str
    width: int
    height: int
    alt: str
    caption: str
    rights: str


@dataclass(frozen=True)
class Said:
    """A release in one language. `body` as `ReleaseText` keeps it: `blocks` takes it apart."""

    release_id: int
    text_id: int
    kind: str
    language: str
    headline: str
    lead: str
    body: str
    facts: tuple[str, ...]
    boilerplate: str
    contact: str
    revision: int
    quotes: tuple[Quoted, ...] = ()
    pictures: tuple[Pictured, ...] = ()
    embargo_until: datetime | None = None


@dataclass(frozen=True)
class Block:
    """A piece of a body: a `paragraph`, a `heading`, or a list's `points`."""

    kind: Literal["paragraph", "heading", "points"]
    lines: tuple[str, ...]


def blocks(body: str) -> tuple[Block, ...]:
    """A body's pieces in order: paragraphs by an empty line, `## ` before a heading, `- ` before a point."""
    found: list[Block] = []
    for piece in "\n".join(line.rstrip() for line in body.splitlines()).split("\n\n"):
        running: list[str] = []
        points: list[str] = []
        for line in (one.strip() for one in piece.split("\n")):
            if points and not line.startswith("- "):
                found.append(Block("points", tuple(points)))
                points = []
            if line.startswith(("## ", "- ")) and running:
                found.append(Block("paragraph", (" ".join(running),)))
                running = []
            if line.startswith("## "):
                found.append(Block("heading", (line[3:].strip(),)))
            elif line.startswith("- "):
                points.append(line[2:].strip())
            elif line:
                running.append(line)
        if running:
            found.append(Block("paragraph", (" ".join(running),)))
        if points:
            found.append(Block("points", tuple(points)))
    return tuple(found)


def said(session: Session, release_id: int, language: str) -> Said | None:
    """A release in that language; None if it is not there."""
    row = session.execute(
        select(ReleaseText, Release)
        .join(Release, Release.id == ReleaseText.release_id)
        .where(ReleaseText.release_id == release_id, ReleaseText.language == language)
    ).one_or_none()
    return _said(session, *row) if row is not None else None


def languages(session: Session, release_id: int) -> list[str]:
    """The languages a release is there in, the original first."""
    wanted = select(ReleaseText.language).where(ReleaseText.release_id == release_id).order_by(ReleaseText.id)
    return list(session.scalars(wanted))


def all_said(session: Session, release_id: int) -> list[Said]:
    """A release in all its languages, the original first."""
    rows = session.execute(
        select(ReleaseText, Release)
        .join(Release, Release.id == ReleaseText.release_id)
        .where(ReleaseText.release_id == release_id)
        .order_by(ReleaseText.id)
    ).all()
    return [_said(session, text, release) for text, release in rows]


def _said(session: Session, text: ReleaseText, release: Release) -> Said:
    quotes = session.execute(
        select(ReleaseQuote.words, ReleaseQuote.speaker, ReleaseQuote.role)
        .where(ReleaseQuote.text_id == text.id)
        .order_by(ReleaseQuote.position, ReleaseQuote.id)
    )
    shown = session.execute(
        select(
            Picture.name, Picture.width, Picture.height, Picture.alt, ReleasePicture.captions, Picture.rights
        )
        .join(ReleasePicture, ReleasePicture.picture_id == Picture.id)
        .where(ReleasePicture.release_id == release.id)
        .order_by(ReleasePicture.position, ReleasePicture.picture_id)
    )
    return Said(
        release_id=release.id,
        text_id=text.id,
        kind=release.kind,
        language=text.language,
        headline=text.headline,
        lead=text.lead,
        body=text.body,
        facts=tuple(text.facts),
        boilerplate=text.boilerplate,
        contact=text.contact,
        revision=text.revision,
        quotes=tuple(Quoted(*row) for row in quotes),
        pictures=tuple(
            Pictured(name, width, height, alt, captions.get(text.language, ""), rights)
            for name, width, height, alt, captions, rights in shown
        ),
        embargo_until=release.embargo_until,
    )
