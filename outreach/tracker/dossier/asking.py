"""Sections about what somebody asked: inquiries, how they heard of the office, what lies before, letters."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.seal import Seal
from outreach.tracker import intake
from outreach.tracker.bringing.models import Batch
from outreach.tracker.dossier.parts import Coded, Item, Kept, Section, Value
from outreach.tracker.dossier.scope import Scope
from outreach.tracker.heard import reading
from outreach.tracker.letters import files as letter_files
from outreach.tracker.letters import sealing
from outreach.tracker.letters.kinds import safe_name
from outreach.tracker.letters.models import Letter, LetterFile
from outreach.tracker.models import Attribution, Inquiry, Touch


def inquiries(session: Session, seal: Seal, scope: Scope) -> Section:
    """Every inquiry with its words."""
    rows = session.execute(
        select(Inquiry, Batch.name)
        .outerjoin(Batch, Batch.id == Inquiry.batch_id)
        .where(scope.asked())
        .order_by(Inquiry.id)
    )
    items: list[Item] = []
    for row, batch in rows:
        words = {
            column: seal.open(sealed, intake.sealed_place(column, row.token)) if sealed else None
            for column, sealed in (
                ("name", row.name_sealed), ("contact", row.contact_sealed), ("text", row.text_sealed)
            )
        }  # fmt: skip
        items.append(
            {
                "number": row.id,
                "received_at": row.received_at,
                "arrived_by": Coded("tracker.arrived", row.arrived_by),
                **words,
                "language": row.language,
                "country": row.country,
                "municipality": row.municipality,
                "topic": _coded("tracker.topic", row.topic),
                "people": row.people,
                "said_source": _coded("tracker.source", row.said_source),
                "code": row.code,
                "list": batch,
                "answered_at": row.answered_at,
                "held_until": row.held_until,
                "erased_at": row.erased_at,
            }
        )
    return Section("inquiries", tuple(items))


def heard(session: Session, seal: Seal, scope: Scope) -> Section:
    """What they said of where they heard of the office, and what was tracked."""
    items: list[Item] = []
    for number in session.scalars(select(Inquiry.id).where(scope.asked()).order_by(Inquiry.id)).all():
        for line in reading.of_inquiry(session, number, seal):
            if line.stands:
                source = line.what in {"words", "source"}
                items.append(
                    {
                        "inquiry": number,
                        "side": Coded("privacy.code.side", line.side),
                        "words": line.words or None,
                        "source": _coded("tracker.source", line.name if source else None),
                        "name": (line.campaign or line.outlet or line.name) if not source else None,
                        "noted_at": line.at,
                    }
                )
    return Section("heard", tuple(items))


def touches(session: Session, scope: Scope) -> Section:
    """What of ours, or about us, lies before their inquiries; of a link, when it was last followed."""
    rows = session.scalars(
        select(Touch).join(Inquiry, Inquiry.id == Touch.inquiry_id).where(scope.asked()).order_by(Touch.id)
    )
    items: list[Item] = [
        {
            "inquiry": row.inquiry_id,
            "kind": Coded("tracker.rule", row.kind),
            "at": row.at,
            "what": _named(row.label),
        }
        for row in rows
    ]
    return Section("touches", tuple(items))


def answers(session: Session, scope: Scope) -> Section:
    """With what their inquiries are linked."""
    rows = session.scalars(
        select(Attribution)
        .join(Inquiry, Inquiry.id == Attribution.inquiry_id)
        .where(scope.asked())
        .order_by(Attribution.id)
    )
    items: list[Item] = [
        {
            "inquiry": row.inquiry_id,
            "rule": Coded("tracker.rule", row.rule),
            "what": _named(row.evidence),
            "by_person": row.by_person,
            "made_at": row.made_at,
        }
        for row in rows
    ]
    return Section("attributions", tuple(items))


def letters(session: Session, seal: Seal, scope: Scope, kept: list[Kept]) -> Section:
    """Every letter with its words; files that are kept go along, and are added to `kept`."""
    rows = session.scalars(select(Letter).where(scope.letters()).order_by(Letter.at, Letter.id)).all()
    held: dict[int, list[LetterFile]] = {}
    wanted = select(LetterFile).join(Letter, Letter.id == LetterFile.letter_id).where(scope.letters())
    for file in session.scalars(wanted.order_by(LetterFile.id)):
        held.setdefault(file.letter_id, []).append(file)
    items: list[Item] = []
    for row in rows:
        words = sealing.opened(seal, row)
        items.append(
            {
                "number": row.id,
                "inquiry": row.inquiry_id,
                "direction": Coded("privacy.code.direction", row.direction),
                "at": row.at,
                "name": words.name or None,
                "mail": words.mail or None,
                "subject": words.subject or None,
                "text": words.text or None,
                "quoted": words.below or None,
                "files": tuple(_file(seal, file, kept) for file in held.get(row.id, ())),
                "erased_at": row.erased_at,
            }
        )
    return Section("letters", tuple(items))


def _file(seal: Seal, row: LetterFile, kept: list[Kept]) -> str:
    """Under which name a file goes along; one that is not kept is told by its name alone."""
    name = seal.open(row.name_sealed, sealing.place("name", row.token)) if row.name_sealed else ""
    if row.refused_key is not None or row.erased_at is not None:
        return name
    path = f"files/{row.letter_id}-{row.id}-{safe_name(name, row.kind)}"
    kept.append(Kept(path, letter_files.FOLDER, row.token, row.size))
    return path


def _named(label: dict[str, str | int | None]) -> str | None:
    """What a link or an article is called, in one line; a said source is told in its own section."""
    told = [label.get(name) for name in ("post", "campaign", "channel", "title", "outlet", "url")]
    return ", ".join(str(one) for one in told if one) or None


def _coded(group: str, name: str | None) -> Value:
    return Coded(group, name) if name else None
