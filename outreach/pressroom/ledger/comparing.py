"""One mention against the releases that it may print: which of them it does print, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from outreach.pressroom.ledger.compare import Likeness, compare
from outreach.pressroom.ledger.findings import Expired, Finding, findings
from outreach.pressroom.ledger.fingerprints import Out
from outreach.pressroom.ledger.passages import covered
from outreach.pressroom.ledger.texting import Read, Ready
from outreach.pressroom.models import OfficeFact
from scrapers.agency import agencies, credited

# An article prints one release; another one too where so much of the article is that one's alone, word for word.
_ANOTHER = 0.15
_MOST_FACTS = 500


@dataclass(frozen=True)
class Mentioned:
    """A mention with the words of its article; `at` is when it was published, or else found (UTC)."""

    id: int
    title: str
    text: str
    language: str | None
    at: datetime
    agency: str | None
    story_id: int
    outlet: str
    owner: str


@dataclass(frozen=True)
class Printed:
    """A release that a mention prints; `hours` from its going out to the print."""

    out: Out
    likeness: Likeness
    findings: tuple[Finding, ...]
    hours: float
    agency: str | None


@dataclass(frozen=True)
class Looked:
    """A mention and what it prints, perhaps nothing."""

    mention: Mentioned
    prints: tuple[Printed, ...]


def held_against(one: Mentioned, texts: Sequence[tuple[Out, Ready]], gone: Sequence[Expired]) -> tuple[Printed, ...]:
    """What the mention prints, the most of it first: of each release the language that it follows."""
    read = Read(one.title, one.text, one.language)
    best: dict[int, tuple[Out, Ready, Likeness]] = {}
    for out, ready in texts:
        likeness = compare(ready, read)
        if not likeness.is_print:
            continue
        before = best.get(out.release_id)
        if before is None or _rank(likeness) > _rank(before[2]):
            best[out.release_id] = out, ready, likeness
    chosen = _apart(read, sorted(best.values(), key=lambda found: (_rank(found[2]), found[0].at), reverse=True))
    agency = one.agency or credited(one.text, agencies())
    return tuple(
        Printed(
            out,
            likeness,
            findings(ready, read, likeness, gone, one.at.date(), agency),
            round((one.at - out.at).total_seconds() / 3600, 1),
            agency,
        )
        for out, ready, likeness in chosen
    )


def _apart(read: Read, found: Sequence[tuple[Out, Ready, Likeness]]) -> list[tuple[Out, Ready, Likeness]]:
    """The best, and those that have words of the article which none before them has: a correction repeats most of what
    it corrects, and is printed where its own words are.
    """
    plain = [word.plain for word in read.laid.words]
    seen = [False] * len(plain)
    told: list[tuple[Out, Ready, Likeness]] = []
    for one in found:
        mine = covered(plain, one[1].rows)
        fresh = sum(new and not old for new, old in zip(mine, seen, strict=True))
        if not told or fresh >= _ANOTHER * len(plain):
            told.append(one)
            seen = [new or old for new, old in zip(mine, seen, strict=True)]
    return told


def _rank(likeness: Likeness) -> tuple[float, float]:
    return round(likeness.share + likeness.score, 2), round(likeness.cover, 2)


def expired(session: Session, day: date) -> tuple[Expired, ...]:
    """What of the office held no more on that day."""
    after = aliased(OfficeFact)
    rows = session.execute(
        select(OfficeFact.kind, OfficeFact.label, OfficeFact.value, OfficeFact.holds_until, after.value)
        .outerjoin(after, after.id == OfficeFact.next_id)
        .where(OfficeFact.holds_until.is_not(None), OfficeFact.holds_until < day)
        .order_by(OfficeFact.id.desc())
        .limit(_MOST_FACTS)
    )
    return tuple(Expired(kind, label, value, until, instead) for kind, label, value, until, instead in rows if until)
