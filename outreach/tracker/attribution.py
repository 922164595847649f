"""With what an inquiry is linked: a pure rule, and the rows that keep every answer it ever had.

Linked, never caused: a link's code says that somebody came by it, what they said says what they remember, and
coverage in the weeks before is a suggestion that only a person may take up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.tracker.lexicon import source_of
from outreach.tracker.models import RULES, Attribution, Inquiry, Touch

Label = Mapping[str, str | int | None]


@dataclass(frozen=True)
class Asked:
    """What the rule needs of an inquiry."""

    inquiry_id: int
    received_at: datetime
    code: str | None = None
    said_source: str | None = None
    municipality: str | None = None


@dataclass(frozen=True)
class Seen:
    """Something that lies before an inquiry: a tracked link (`link`), what they said (`said`), a mention
    (`coverage`). `label` is plain evidence: titles, channel, counts, moments in ISO form."""

    kind: str
    at: datetime
    link_id: int | None = None
    post_id: int | None = None
    mention_id: int | None = None
    label: Label = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """The rule that held (`link`, `said` or `unknown`), the touch it holds by, and why."""

    rule: str
    touch: Seen | None
    evidence: Label


def attribute(inquiry: Asked, touches: Sequence[Seen], link_days: int) -> Decision:
    """The first rule that holds: the tracked link's code, within `link_days` of its last click (or, where no
    click was seen, of its publication); then what they said; else unknown. Coverage never decides.
    """
    earliest = inquiry.received_at - timedelta(days=link_days)
    links = [touch for touch in touches if touch.kind == "link"]
    fresh = [touch for touch in links if earliest <= touch.at <= inquiry.received_at]
    if fresh:
        last = max(fresh, key=lambda touch: touch.at)
        return Decision("link", last, {"code": inquiry.code, **last.label, "days": link_days})
    why: dict[str, str | int | None] = {"code": inquiry.code} if inquiry.code else {}
    if links:
        why["too_old"] = max(touch.at for touch in links).isoformat()
        why["days"] = link_days
    for touch in touches:
        if touch.kind == "said":
            return Decision("said", touch, {**why, **touch.label})
    return Decision("unknown", None, why)


def correct(
    session: Session,
    now: datetime,
    actor: str,
    inquiry_id: int,
    rule: str,
    *,
    touch_id: int | None = None,
    said: str | None = None,
) -> int:
    """A person's answer, a new row that wins over every automatic one; returns its number.

    `said` is one of the sources a form offers; other words become the one they name, or `other`. A touch must
    belong to the inquiry and to the rule. Raises OutreachError `tracker.error.inquiry`, `tracker.error.rule`
    or `tracker.error.touch`.
    """
    if session.get(Inquiry, inquiry_id) is None:
        raise OutreachError("tracker.error.inquiry", inquiry_id=inquiry_id)
    if rule not in RULES:
        raise OutreachError("tracker.error.rule", rule=rule, known=", ".join(RULES))
    evidence: dict[str, str | int | None] = {}
    if touch_id is not None:
        touch = session.get(Touch, touch_id)
        if touch is None or touch.inquiry_id != inquiry_id or touch.kind != rule:
            raise OutreachError("tracker.error.touch", touch_id=touch_id, rule=rule)
        evidence.update(touch.label)
    elif rule in {"link", "coverage"} or (rule == "said" and not said):
        raise OutreachError("tracker.error.touch", touch_id="", rule=rule)
    if said:
        evidence["source"] = source_of(said)
    row = Attribution(
        inquiry_id=inquiry_id, made_at=now, rule=rule, touch_id=touch_id, by_person=True, evidence=evidence
    )
    session.add(row)
    audit.write(session, now, actor, "correct", "inquiry", inquiry_id)
    return row.id


def standing(inquiry_id: int | InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """The number of the attribution that counts for an inquiry (a value, or the column of an outer query):
    the latest by a person, else the latest automatic one.
    """
    each = aliased(Attribution)
    return (
        select(each.id)
        .where(each.inquiry_id == inquiry_id)
        .order_by(each.by_person.desc(), each.id.desc())
        .limit(1)
        .scalar_subquery()
    )
