"""Sections about a case: the family, its stages, steps, offers, agreements, papers, and who looked."""

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.seal import Seal
from outreach.people.models import AuditEntry, User
from outreach.tracker import families
from outreach.tracker.cases import papers as kept_papers
from outreach.tracker.cases import tasks as steps
from outreach.tracker.cases.models import FamilyConsent, Paper, Task
from outreach.tracker.dossier.parts import Coded, Item, Kept, Section
from outreach.tracker.dossier.scope import Scope
from outreach.tracker.handover.models import Handover
from outreach.tracker.letters.kinds import safe_name
from outreach.tracker.models import Household, Stage
from outreach.tracker.offers import sealing as offered
from outreach.tracker.offers.models import Offer
from outreach.tracker.retention import standing
from outreach.tracker.retention.rule import coming
from outreach.tracker.same.models import Merge

_YEARS = 5
_LOOKS = frozenset({"reveal", "export"})


class Roles:
    """What a colleague is in the office, by the name the trail knows them under; names themselves are theirs."""

    def __init__(self, session: Session) -> None:
        self._known: dict[str, str] = {row.mail: row.role for row in session.execute(select(User.mail, User.role))}

    def of(self, actor: str | None) -> Coded | None:
        """The role; of what no account has done, that the program did it, or somebody at the machine."""
        if actor is None:
            return None
        other = "program" if actor == "schedule" else "machine" if "@" not in actor else "former"
        return Coded("privacy.code.role", self._known.get(actor, other))


def basis(session: Session, app: App, scope: Scope) -> Section:
    """On what the record rests, and when its words go by the rule; without a day as long as the case is open."""
    months = app.settings.inquiries.keep_months
    mine = [
        one
        for one in standing.kept(session)
        if (one.kind, one.number) == (scope.kind, scope.number)
        or (scope.kind == "household" and one.family == scope.number)
    ]
    known = coming(mine, app.clock.now(), months, _YEARS * 366)
    last = max((one.on for one in known), default=None) if len(known) == len(mine) else None
    return Section(
        "basis",
        (
            {
                "controller": app.office.name[app.settings.office.language],
                "controller_contact": app.office.contact,
                "legal_basis": Coded("privacy.code.basis", "public_task"),
                "keep_months": months,
                "words_go_on": last,
                "rights": Coded("privacy.code.basis", "rights"),
            },
        ),
    )


def homes(session: Session, seal: Seal, scope: Scope) -> Section:
    """The family's records with their words."""
    rows = session.scalars(select(Household).where(Household.id.in_(scope.homes())).order_by(Household.id))
    items: list[Item] = []
    for row in rows:
        words = {
            column: seal.open(sealed, families.sealed_place(column, row.token)) if sealed else None
            for column, sealed in (("name", row.name_sealed), ("note", row.note_sealed), ("hold", row.hold_sealed))
        }
        items.append(
            {
                "number": row.id,
                "created_at": row.created_at,
                "name": words["name"],
                "note": words["note"],
                "adults": row.adults,
                "children": row.children,
                "countries": tuple(row.countries),
                "municipality": row.municipality,
                "languages": tuple(row.languages),
                "topics": tuple(row.topics),
                "eligible_for_grant": row.eligible_for_grant,
                "part_of": row.merged_into,
                "handed_over_at": row.handed_over_at,
                "held_until": row.held_until,
                "held_why": words["hold"],
                "erased_at": row.erased_at,
            }
        )
    return Section("family", tuple(items))


def stages(session: Session, scope: Scope) -> Section:
    """The stages the family entered."""
    rows = session.scalars(
        select(Stage).where(Stage.household_id.in_(scope.homes())).order_by(Stage.entered_on, Stage.id)
    )
    return Section(
        "stages",
        tuple(
            {
                "stage": Coded("tracker.stage", row.stage),
                "entered_on": row.entered_on,
                "people": row.people,
                "recorded_at": row.recorded_at,
            }
            for row in rows
        ),
    )


def tasks(session: Session, seal: Seal, scope: Scope, roles: Roles) -> Section:
    """What the office was to do for the family."""
    rows = session.scalars(select(Task).where(Task.household_id.in_(scope.homes())).order_by(Task.id))
    return Section(
        "tasks",
        tuple(
            {
                "words": seal.open(row.words_sealed, steps.place(row.token)) if row.words_sealed else None,
                "due_on": row.due_on,
                "made_at": row.made_at,
                "assigned_to": roles.of(row.assigned_to),
                "done_at": row.done_at,
                "dropped_at": row.dropped_at,
            }
            for row in rows
        ),
    )


def offers(session: Session, seal: Seal, scope: Scope) -> Section:
    """What was offered, in its own words."""
    items: list[Item] = []
    for row in session.scalars(select(Offer).where(Offer.household_id.in_(scope.homes())).order_by(Offer.id)):
        letter = offered.opened(seal, row)
        parts = letter.sections if letter else ()
        text = "\n\n".join("\n".join(part for part in (one.heading, one.text) if part) for one in parts)
        items.append(
            {
                "number": f"{row.year}/{row.number}",
                "language": row.language,
                "municipality": row.municipality,
                "made_at": row.made_at,
                "sent_on": row.sent_on,
                "sent_by": Coded("privacy.code.sent", row.sent_by) if row.sent_by else None,
                "people": row.people,
                "dropped_at": row.dropped_at,
                "title": letter.title if letter else None,
                "text": text or None,
                "erased_at": row.erased_at,
            }
        )
    return Section("offers", tuple(items))


def consents(session: Session, scope: Scope) -> Section:
    """What they agreed to."""
    rows = session.scalars(
        select(FamilyConsent).where(FamilyConsent.household_id.in_(scope.homes())).order_by(FamilyConsent.id)
    )
    return Section(
        "consents",
        tuple(
            {
                "purpose": Coded("privacy.code.purpose", row.purpose),
                "region": row.region,
                "given_by": Coded("privacy.code.given", row.given_by),
                "given_on": row.given_on,
                "until": row.until,
                "withdrawn_on": row.withdrawn_on,
            }
            for row in rows
        ),
    )


def papers(session: Session, seal: Seal, scope: Scope, kept: list[Kept]) -> Section:
    """Their papers; those that are kept go along, and are added to `kept`."""
    items: list[Item] = []
    for row in session.scalars(select(Paper).where(Paper.household_id.in_(scope.homes())).order_by(Paper.id)):
        name = kept_papers.opened_name(seal, row.token, row.name_sealed)
        path = None
        if row.erased_at is None:
            path = f"files/p{row.id}-{safe_name(name, row.kind)}"
            kept.append(Kept(path, "papers", row.token, row.size))
        items.append(
            {
                "number": row.id,
                "name": name or None,
                "kind": row.kind,
                "size": row.size,
                "added_at": row.added_at,
                "file": path,
                "erased_at": row.erased_at,
            }
        )
    return Section("papers", tuple(items))


def merges(session: Session, scope: Scope) -> Section:
    """That records were taken for one family. Which other one it was is told only while it stands: what was taken back
    concerns somebody else.
    """
    either = or_(Merge.kept_id.in_(scope.homes()), Merge.gone_id.in_(scope.homes()))
    return Section(
        "merges",
        tuple(
            {
                "made_at": row.made_at,
                "part": row.gone_id if row.undone_at is None else None,
                "taken_back_at": row.undone_at,
            }
            for row in session.scalars(select(Merge).where(either).order_by(Merge.id))
        ),
    )


def handovers(session: Session, scope: Scope) -> Section:
    """To or from which region the case went."""
    rows = session.scalars(select(Handover).where(Handover.household_id.in_(scope.homes())).order_by(Handover.id))
    return Section(
        "handovers",
        tuple(
            {
                "direction": Coded("privacy.code.handover", row.direction),
                "region": row.region,
                "state": Coded("privacy.code.parcel", row.state),
                "made_at": row.made_at,
                "answered_at": row.answered_at,
            }
            for row in rows
        ),
    )


def looks(session: Session, scope: Scope, roles: Roles) -> Section:
    """Who opened or changed what, and when; a colleague's several looks within a minute are one."""
    items: list[Item] = []
    before: AuditEntry | None = None
    for row in session.scalars(select(AuditEntry).where(scope.deeds()).order_by(AuditEntry.id)):
        again = before is not None and (row.actor, row.action, row.subject_kind, row.subject_id) == (
            before.actor, before.action, before.subject_kind, before.subject_id
        )  # fmt: skip
        if before is not None and again and row.at - before.at < timedelta(minutes=1):
            continue
        before = row
        deed = "looked" if row.action in _LOOKS else "erased" if row.action == "erase" else "changed"
        items.append(
            {
                "at": row.at,
                "who": roles.of(row.actor),
                "deed": Coded("privacy.code.deed", deed),
                "action": row.action,
                "subject": row.subject_kind,
                "subject_number": row.subject_id,
            }
        )
    return Section("looks", tuple(items))
