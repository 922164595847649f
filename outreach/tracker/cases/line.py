"""One family's line: all that happened with it, the newest first, records that are part of it included.

Letters show their subject, steps their words, papers their name: whoever reads the line looks into the case.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Integer, Row, Select, String, Text, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from outreach.core.clock import local_day
from outreach.core.db import UtcDateTime
from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker import families
from outreach.tracker.cases import papers, tasks
from outreach.tracker.cases.models import FamilyConsent, Paper, Task
from outreach.tracker.handover.models import Handover
from outreach.tracker.letters import sealing
from outreach.tracker.letters.models import Letter
from outreach.tracker.models import Inquiry, Stage
from outreach.tracker.offers.models import Offer
from outreach.tracker.same.models import Merge

_AFTER = re.compile(r"(\d{4}-\d{2}-\d{2})\.(\d{1,16})\.([a-z_]{1,20})\.(\d{1,12})")
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
LIMIT = 50


@dataclass(frozen=True)
class Happening:
    """Something that happened: `what` of its `kind` (one of `KINDS`), `number` of its row in the record `household_id`.

    `at` is None where only the day is known. `named`: a stage, topic, purpose, region or state from a closed list;
    `other`: a region, a way of arriving, an offer's number in the year that `named` says; `count`: people, or the
    number of a letter's inquiry or of the record that was merged; `words` are the family's.
    """

    kind: str
    what: str
    number: int
    household_id: int
    day: date
    at: datetime | None
    named: str | None
    other: str | None
    count: int | None
    words: str = field(repr=False)


@dataclass(frozen=True)
class After:
    """Where a page of the line begins: after this one."""

    day: date
    moment: int  # microseconds of the epoch, 0 where only the day is known
    what: str
    number: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The place an address names; None for anything else, which is the line's beginning."""
        found = _AFTER.fullmatch(text)
        try:
            return cls(date.fromisoformat(found[1]), int(found[2]), found[3], int(found[4])) if found else None
        except ValueError:
            return None

    @property
    def name(self) -> str:
        """What `parse` reads back."""
        return f"{self.day.isoformat()}.{self.moment}.{self.what}.{self.number}"

    @property
    def key(self) -> tuple[date, int, str, int]:
        return (self.day, self.moment, self.what, self.number)


@dataclass(frozen=True)
class Page:
    """A page of the line; `older` is the next page's place, None on the last one. `kinds`: of which there are any."""

    rows: tuple[Happening, ...]
    older: After | None
    kinds: frozenset[str]


_TYPES: Mapping[str, Any] = {
    "number": Integer(), "household_id": Integer(), "at": UtcDateTime(), "day": Date(), "named": String(100),
    "other": String(100), "size": Integer(), "token": String(32), "sealed": Text(),
}  # fmt: skip


def _part(kind: str, what: str, **columns: Any) -> Select[*tuple[Any, ...]]:
    """One sort of happening as rows that look like all others; a column that it has not is NULL."""
    told = [literal(kind, String).label("kind"), literal(what, String).label("what")]
    for name, type_ in _TYPES.items():
        given = columns.get(name)
        told.append((cast(null(), type_) if given is None else given).label(name))
    return select(*told)


_INQUIRY = {"number": Inquiry.id, "household_id": Inquiry.household_id, "at": Inquiry.received_at}
_TASK = {"number": Task.id, "household_id": Task.household_id, "token": Task.token, "sealed": Task.words_sealed}
_CONSENT = {"number": FamilyConsent.id, "household_id": FamilyConsent.household_id, "named": FamilyConsent.purpose,
            "other": FamilyConsent.region}  # fmt: skip
_OFFER = {"number": Offer.id, "household_id": Offer.household_id, "named": cast(Offer.year, String(10)),
          "other": cast(Offer.number, String(10)), "size": Offer.people}  # fmt: skip
_HANDOVER = {"number": Handover.id, "household_id": Handover.household_id, "other": Handover.region}
_MERGE = {"number": Merge.id, "household_id": Merge.kept_id, "size": Merge.gone_id}


def _inquiries(inside: Select[int]) -> list[Select[*tuple[Any, ...]]]:
    told = _part("inquiry", "inquiry", **_INQUIRY, named=Inquiry.topic, other=Inquiry.arrived_by)
    return [told.where(Inquiry.household_id.in_(inside))]


def _letters(inside: Select[int]) -> list[Select[*tuple[Any, ...]]]:
    # A letter is its inquiry's; only one that came without stands with the record itself.
    columns = {"number": Letter.id, "at": Letter.at, "token": Letter.token, "sealed": Letter.subject_sealed}
    columns["named"] = Letter.direction
    asked = _part("letter", "letter", **columns, household_id=Inquiry.household_id, size=Inquiry.id)
    own = _part("letter", "letter", **columns, household_id=Letter.household_id)
    return [
        asked.join(Inquiry, Inquiry.id == Letter.inquiry_id).where(Inquiry.household_id.in_(inside)),
        own.where(Letter.household_id.in_(inside), Letter.inquiry_id.is_(None)),
    ]


def _stages(inside: Select[int]) -> list[Select[*tuple[Any, ...]]]:
    columns = {"number": Stage.id, "household_id": Stage.household_id, "day": Stage.entered_on}
    told = _part("stage", "stage", **columns, named=Stage.stage, size=Stage.people)
    return [told.where(Stage.household_id.in_(inside))]


def _offers(inside: Select[int]) -> list[Select[*tuple[Any, ...]]]:
    theirs = Offer.household_id.in_(inside)
    return [
        _part("offer", "offer_made", **_OFFER, at=Offer.made_at).where(theirs),
        _part("offer", "offer_sent", **_OFFER, day=Offer.sent_on).where(theirs, Offer.sent_on.is_not(None)),
    ]


def _tasks(inside: Select[int]) -> list[Select[*tuple[Any, ...]]]:
    ended = _part("task", "task_done", **_TASK, at=Task.done_at)
    return [ended.where(Task.household_id.in_(inside), Task.done_at.is_not(None))]


def _consents(inside: Select[int]) -> list[Select[*tuple[Any, ...]]]:
    theirs, withdrawn = FamilyConsent.household_id.in_(inside), FamilyConsent.withdrawn_on
    return [
        _part("consent", "consent_given", **_CONSENT, day=FamilyConsent.given_on).where(theirs),
        _part("consent", "consent_withdrawn", **_CONSENT, day=withdrawn).where(theirs, withdrawn.is_not(None)),
    ]


def _papers(inside: Select[int]) -> list[Select[*tuple[Any, ...]]]:
    columns = {"number": Paper.id, "household_id": Paper.household_id, "at": Paper.added_at}
    told = _part("paper", "paper", **columns, named=Paper.kind, token=Paper.token, sealed=Paper.name_sealed)
    return [told.where(Paper.household_id.in_(inside))]


def _handovers(inside: Select[int]) -> list[Select[*tuple[Any, ...]]]:
    theirs, answered = Handover.household_id.in_(inside), Handover.answered_at
    return [
        _part("handover", "handover_made", **_HANDOVER, at=Handover.made_at, named=Handover.direction).where(theirs),
        _part("handover", "handover_answered", **_HANDOVER, at=answered, named=Handover.state).where(
            theirs, answered.is_not(None), Handover.direction == "out"
        ),
    ]


def _merges(inside: Select[int]) -> list[Select[*tuple[Any, ...]]]:
    theirs = Merge.kept_id.in_(inside) | Merge.gone_id.in_(inside)
    return [
        _part("merge", "merged", **_MERGE, at=Merge.made_at).where(theirs),
        _part("merge", "parted", **_MERGE, at=Merge.undone_at).where(theirs, Merge.undone_at.is_not(None)),
    ]


_SORTS: Mapping[str, Callable[[Select[int]], list[Select[*tuple[Any, ...]]]]] = {
    "inquiry": _inquiries,
    "letter": _letters,
    "stage": _stages,
    "offer": _offers,
    "task": _tasks,
    "consent": _consents,
    "paper": _papers,
    "handover": _handovers,
    "merge": _merges,
}
KINDS = tuple(_SORTS)


def page(
    session: Session,
    now: datetime,
    actor: str,
    seal: Seal,
    household_id: int,
    zone: ZoneInfo,
    kind: str | None = None,
    after: After | None = None,
    limit: int = LIMIT,
) -> Page:
    """A page of a family's line, of all kinds or of one; `zone` says which day a moment belongs to. Two questions, and
    the look written down. A family that is not there has an empty line.
    """
    inside = families.parts(household_id)
    every = [part for sort in _SORTS.values() for part in sort(inside)]
    found = [(_key(row, zone), row) for row in session.execute(union_all(*every))]
    kinds = frozenset(row.kind for _, row in found)
    wanted = [
        (key, row)
        for key, row in sorted(found, key=lambda one: one[0], reverse=True)
        if (kind is None or row.kind == kind) and (after is None or key < after.key)
    ]
    audit.write(session, now, actor, "reveal", "household", household_id, via="line")
    rows = tuple(_happening(seal, key[0], row) for key, row in wanted[:limit])
    return Page(rows, After(*wanted[limit - 1][0]) if len(wanted) > limit else None, kinds)


def _key(row: Row[Any], zone: ZoneInfo) -> tuple[date, int, str, int]:
    """By day, then by moment: what has only a day stands below the moments of that day."""
    if row.at is None:
        return (row.day, 0, row.what, row.number)
    moment = (row.at - _EPOCH) // timedelta(microseconds=1)
    return (local_day(row.at, zone), moment, row.what, row.number)


_PLACES: Mapping[str, Callable[[str], str]] = {
    "letter": lambda token: sealing.place("subject", token),
    "task": tasks.place,
    "paper": papers.place,
}


def _happening(seal: Seal, day: date, row: Row[Any]) -> Happening:
    words = seal.open(row.sealed, _PLACES[row.kind](row.token)) if row.sealed else ""
    return Happening(
        row.kind, row.what, row.number, row.household_id, day, row.at, row.named, row.other, row.size, words
    )
