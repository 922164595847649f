"""Who followed releases: visitors by a release's own link, and inquiries that came by it or by one of its prints."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, func, literal, null, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from campaigns import clicks
from campaigns.models import Click, Link
from outreach.pressroom.models import ReleasePrint
from outreach.pressroom.results import links
from outreach.tracker.attribution import standing
from outreach.tracker.models import Attribution, Touch


@dataclass(frozen=True)
class ReleaseLink:
    """A release's link and how many people followed it, each counted once a day."""

    link_id: int
    code: str
    people: int


@dataclass(frozen=True)
class Followed:
    """The releases' links by release; inquiries that a release's link led to, by release, and those that a person links
    with a mention, by mention: only mentions that print one of these releases.
    """

    links: dict[int, ReleaseLink] = field(default_factory=dict)
    by_link: dict[int, int] = field(default_factory=dict)
    by_mention: dict[int, int] = field(default_factory=dict)

    def linked(self, release_id: int, mention_ids: Iterable[int]) -> int:
        """Inquiries linked with a release that these mentions print."""
        return self.by_link.get(release_id, 0) + sum(self.by_mention.get(one, 0) for one in set(mention_ids))


def of_releases(session: Session, release_ids: Collection[int]) -> Followed:
    """Everything of these releases. One query."""
    if not release_ids:
        return Followed()
    ours = links.leads_to(release_ids)
    own = select(Link.id).where(ours)
    prints = select(ReleasePrint.mention_id).where(
        ReleasePrint.release_id.in_(release_ids), ReleasePrint.verdict.is_not(False)
    )
    every, marked, different, scans = clicks.COUNTS
    visits = (
        select(literal("visit").label("what"), Link.id.label("number"), Link.code, Link.target_url, clicks.KIND,
               every.label("every"), marked.label("marked"), different.label("different"), scans.label("scans"))
        .outerjoin(Click, Click.link_id == Link.id)
        .where(ours)
        .group_by(Link.id, Link.code, Link.target_url, clicks.KIND)
    )  # fmt: skip
    rows: Sequence[Any] = session.execute(
        union_all(visits, _asked("link", Touch.click_link_id, own), _asked("coverage", Touch.mention_id, prints))
    ).all()
    told: dict[int, list[tuple[str | None, int, int, int, int]]] = {}
    named: dict[int, tuple[int, str]] = {}
    for row in rows:
        release_id = links.release_of(row.target_url or "")
        if row.what == "visit" and release_id in release_ids:
            named[row.number] = (release_id, row.code)
            told.setdefault(row.number, []).append((row.who, row.every, row.marked, row.different, row.scans))
    found: dict[int, ReleaseLink] = {}
    for link_id, (release_id, code) in sorted(named.items()):
        found.setdefault(release_id, ReleaseLink(link_id, code, clicks.counted(told[link_id]).people))
    by_link: dict[int, int] = {}
    for row in rows:
        if row.what == "link" and row.number in named:
            release_id = named[row.number][0]
            by_link[release_id] = by_link.get(release_id, 0) + row.every
    return Followed(found, by_link, {row.number: row.every for row in rows if row.what == "coverage"})


def _asked(rule: str, number: InstrumentedAttribute[int | None], among: Select[int]) -> Select[*tuple[object, ...]]:
    """Inquiries whose standing attribution is by this rule to one of `among`."""
    return (
        select(literal(rule), number, null(), null(), null(), func.count(), literal(0), literal(0), literal(0))
        .select_from(Touch)
        .join(Attribution, and_(Attribution.inquiry_id == Touch.inquiry_id, Attribution.touch_id == Touch.id))
        .where(Attribution.rule == rule, number.in_(among), Attribution.id == standing(Attribution.inquiry_id))
        .group_by(number)
    )
