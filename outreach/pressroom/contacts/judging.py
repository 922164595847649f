"""What each row of a brought file would come to: nothing is kept, and nothing is put together by itself."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.pressroom.contacts import draft as drafting
from outreach.pressroom.contacts import editing, reading
from outreach.pressroom.contacts.brought import Brought, Raw, draft_of
from outreach.pressroom.contacts.draft import Draft
from outreach.pressroom.contacts.likeness import MAIL, Crowd
from outreach.pressroom.contacts.reading import ERASED, ContactSeen
from outreach.pressroom.models import Contact

State = Literal["like", "problem", "new", "richer", "same"]
Deed = Literal["add", "fill", "skip"]
# What a person has to look at first.
STATES: tuple[State, ...] = ("like", "problem", "richer", "new", "same")
TWICE = "contacts.problem.twice"


@dataclass(frozen=True)
class Judged:
    """A row held against who is there.

    new: nobody like it. like: perhaps `other`, says `why` (a text's key). richer: surely `other`, by the address, and
    the file knows more. same: `other`, nothing new. problem: `error` says why it cannot be kept.
    """

    number: int
    state: State
    draft: Draft = field(repr=False)
    other: ContactSeen | None = None
    why: str = ""
    error: OutreachError | None = None
    shown: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def deeds(self) -> tuple[Deed, ...]:
        """What a person may do with it, the first unless they say otherwise."""
        if self.state == "new":
            return ("add", "skip")
        if self.state == "like":
            return ("skip", "add", "fill")
        return ("skip", "fill") if self.state == "richer" else ("skip",)


@dataclass(frozen=True)
class Taken:
    """What came of a file: how many were added, filled up, left out."""

    added: tuple[int, ...]
    filled: tuple[int, ...]
    skipped: int


def judge(session: Session, brought: Brought, seal: Seal, words: Callable[[str, str], str]) -> list[Judged]:
    """Every row, in the file's order. Four queries for any number of rows."""
    drafts = [_fitted(raw, words) for raw in brought.rows]
    mails = {draft.mail for draft in drafts if isinstance(draft, Draft) and draft.mail}
    erased = _erased(session, seal, mails)
    known = reading.every(session)
    merged = _merged(session, mails)
    by_id = {one.id: one for one in known}
    by_mail = {one.mail: one for one in known if one.mail} | {
        mail: by_id[number] for mail, number in merged.items() if number in by_id
    }
    crowd = Crowd(known)
    seen: dict[str, int] = {}
    told = []
    for raw, draft in zip(brought.rows, drafts, strict=True):
        if isinstance(draft, OutreachError):
            told.append(Judged(raw.number, "problem", Draft(), error=draft, shown=raw.values))
            continue
        if draft.mail and draft.mail in erased:
            error = OutreachError("contacts.error.erased", day=f"{erased[draft.mail]:%Y-%m-%d}")
            told.append(Judged(raw.number, "problem", draft, error=error, shown=raw.values))
            continue
        same = draft.mail or f"{draft.name.casefold()}\n{draft.outlet.casefold()}"
        if same in seen:
            error = OutreachError(TWICE, row=seen[same])
            told.append(Judged(raw.number, "problem", draft, error=error, shown=raw.values))
            continue
        seen[same] = raw.number
        told.append(_held_against(raw, draft, by_mail, crowd))
    return told


def take(
    session: Session, now: datetime, rows: Sequence[Judged], deeds: Mapping[int, str], actor: str, seal: Seal
) -> Taken:
    """Does with each row what a person said (by its number), or what it has first. What it may not do, it skips.

    OutreachError as `editing.add`: then nothing is kept.
    """
    added: list[int] = []
    filled: list[int] = []
    skipped = 0
    for row in rows:
        wanted = deeds.get(row.number, row.deeds[0])
        deed = wanted if wanted in row.deeds else row.deeds[0]
        if deed == "add":
            added.append(editing.add(session, now, row.draft, actor, seal))
        elif deed == "fill" and row.other is not None and editing.fill(session, now, row.other.id, row.draft, seal):
            filled.append(row.other.id)
        else:
            skipped += 1
    return Taken(tuple(added), tuple(dict.fromkeys(filled)), skipped)


def counts(rows: Sequence[Judged]) -> dict[State, int]:
    """How many rows are in each state."""
    found = Counter(row.state for row in rows)
    return {state: found[state] for state in STATES}


def mark(rows: Sequence[Judged]) -> str:
    """A short mark of what was shown: what is kept is what somebody has seen."""
    told = [(row.number, row.state, row.other.id if row.other else 0, editing.values(row.draft)) for row in rows]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def _fitted(raw: Raw, words: Callable[[str, str], str]) -> Draft | OutreachError:
    if raw.problem:
        return OutreachError(raw.problem)
    try:
        return drafting.fit(draft_of(raw, words))
    except OutreachError as error:
        return error


def _held_against(raw: Raw, draft: Draft, by_mail: Mapping[str, ContactSeen], crowd: Crowd) -> Judged:
    other = by_mail.get(draft.mail or "")
    if other is not None:
        own = editing.draft_of(other)
        richer = editing.filled(own, draft) != own
        return Judged(raw.number, "richer" if richer else "same", draft, other, MAIL, shown=raw.values)
    near = crowd.nearest(draft)
    if near is not None and isinstance(near[0], ContactSeen):
        state: State = "same" if _says_nothing_new(draft, near[0]) else "like"
        return Judged(raw.number, state, draft, near[0], near[1].why, shown=raw.values)
    return Judged(raw.number, "new", draft, shown=raw.values)


def _says_nothing_new(draft: Draft, other: ContactSeen) -> bool:
    """The same name and outlet to the letter, and no field that we have not: the row is the contact itself."""
    named = (draft.name.casefold(), draft.outlet.casefold()) == (other.name.casefold(), other.outlet.casefold())
    own = editing.draft_of(other)
    return named and draft.mail in {None, other.mail} and editing.filled(own, draft) == own


def _erased(session: Session, seal: Seal, mails: set[str]) -> dict[str, datetime]:
    places = {editing.placeholder(seal, mail): mail for mail in mails}
    if not places:
        return {}
    query = select(Contact.mail, Contact.stopped_at).where(Contact.stopped_why == ERASED, Contact.mail.is_not(None))
    return {places[mail]: at for mail, at in session.execute(query) if mail in places and at is not None}


def _merged(session: Session, mails: set[str]) -> dict[str, int]:
    """Addresses of merged contacts that the file names, and who has become of each."""
    query = select(Contact.id, Contact.merged_into, Contact.mail).where(
        Contact.merged_into.is_not(None), Contact.stopped_why != ERASED
    )
    rows = session.execute(query).all()
    into = {number: further for number, further, _ in rows if further is not None}
    found = {}
    for number, _, mail in rows:
        if mail in mails:
            at = number
            for _step in range(40):
                if at not in into:
                    break
                at = into[at]
            found[mail] = at
    return found
