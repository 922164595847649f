"""Put together by a person, taken apart again: whatever was done, what counts is one record a family."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import editing
from campaigns.models import Link
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.core.registry import kinds
from outreach.core.seal import Seal
from outreach.core.text import Texts
from outreach.people.models import AuditEntry
from outreach.report import Period, as_dict, write
from outreach.tracker import board, by_campaign, casework, families, returns
from outreach.tracker.intake import Incoming, receive
from outreach.tracker.jobs import link
from outreach.tracker.models import Household, Inquiry
from outreach.tracker.same import joining
from outreach.tracker.same.models import Merge
from tests.outreach.rooms import NOW, RIGA
from tests.outreach.tracker.same.homes import PLACE, ask, home
from tests.support import ready

TODAY = NOW.date()
YEAR = Period.of_year(TODAY.year, RIGA)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def figures(session: Session, office: Office, texts: Texts, campaign: int) -> dict[str, Any]:
    """Every number that anybody is told of families."""
    reached = returns.reached(session, YEAR.first, YEAR.last, PLACE)
    told: dict[str, Any] = {
        "reports": {
            kind: as_dict(
                write(kind, session, office, YEAR, "en", place=PLACE if kind == "municipality" else None), texts.in_language("en")
            )
            for kind in sorted(kinds("outreach.reports"))
        },
        "reached": {stage: [(one.household_id, one.people) for one in entries] for stage, entries in reached.items()},
        "board": [(column.stage, column.families, column.people, [card.household_id for card in column.cards]) for column in board.columns(session, TODAY, 50)],
        "pages": {stage: [card.household_id for card in board.page(session, TODAY, stage).cards] for stage in board.COLUMNS},
        "overdue": board.overdue(session, TODAY),
        "waiting": [one.household_id for one in families.waiting(session, TODAY, 1)],
        "campaign": {name: by_campaign.reached(session, campaign, stages, RIGA) for name, stages in by_campaign.REACHED.items()},
        "asked": len(by_campaign.asked(session, campaign)),
    }
    # Records behind a number are entries of stages: which they are may change, whose they are may not.
    return told


def test_every_figure_is_the_same_before_the_split_and_after_the_merge(
    store: Store, seal: Seal, office: Office, texts: Texts
) -> None:
    with store.transaction() as session:
        campaign = editing.start(session, NOW, "MĀJAS", ago(200)).id
        session.add(Link(code="abcdefg", campaign_id=campaign, target_url="https://example.org/", created_at=NOW - timedelta(days=200)))
        session.flush()

        def asked(number: int, days: int) -> int:
            incoming = Incoming("form", code="abcdefg", name="Anna", municipality=PLACE, country="IE", message_id=str(number))
            held = receive(session, NOW - timedelta(days=days), seal, incoming).inquiry_id
            link(session, NOW, held, 400)
            return held

        family = home(session, seal, "Anna Ozola", stages=(("contacted", ago(120)), ("offer_sent", ago(90)), ("planning", ago(20))))
        back = home(session, seal, "Uldis Lācis", stages=(("contacted", ago(150)), ("returned_supported", ago(10))))
        first, second, third = asked(1, 130), asked(2, 40), asked(3, 160)
        for number, whose in ((first, family), (second, family), (third, back)):
            families.tie(session, number, whose)
        before = figures(session, office, texts, campaign)
        # The same two families come into the books once more.
        twice = home(session, seal, "Anna Ozola", adults=1, stages=(("contacted", ago(60)), ("offer_sent", ago(30)), ("returned_alone", ago(5))))
        again = home(session, seal, "Uldis Lācis")
        families.tie(session, second, twice)
        split = figures(session, office, texts, campaign)
        for part in ("board", "pages", "reached", "campaign", "overdue", "waiting"):
            assert split[part] != before[part] or part in {"overdue", "waiting"}, part
        assert any(split["reports"][kind] != before["reports"][kind] for kind in before["reports"])
        merges = [joining.merge(session, NOW, "ieva", family, twice), joining.merge(session, NOW, "ieva", back, again)]
        assert figures(session, office, texts, campaign) == before
        for number in merges:
            joining.part(session, NOW, "ieva", number)
        assert figures(session, office, texts, campaign) == split


def refused(session: Session, kept: int, gone: int) -> str:
    with pytest.raises(OutreachError) as caught:
        joining.merge(session, NOW, "ieva", kept, gone)
    return caught.value.key


def test_chains_and_circles_are_refused(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        one, two, three = (home(session, seal) for _ in range(3))
        joining.merge(session, NOW, "ieva", one, two)
        assert refused(session, one, one) == "same.error.itself"
        assert refused(session, two, one) == "same.error.merged"
        assert refused(session, one, two) == "same.error.merged"
        assert refused(session, two, three) == "same.error.merged"
        assert refused(session, three, two) == "same.error.merged"
        assert refused(session, three, one) == "same.error.holds"
        assert refused(session, one, 99) == "tracker.error.household"
        joining.merge(session, NOW, "ieva", one, three)
        assert {row.gone_id for row in joining.standing(session, one)} == {two, three}
        for deed in (lambda: families.enter(session, NOW, two, "planning", TODAY), lambda: families.resize(session, two, 1, 1)):
            with pytest.raises(OutreachError, match=r"same\.error\.merged"):
                deed()


def test_a_merge_moves_inquiries_and_keeps_the_kept_as_it_is(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        kept = home(session, seal, "Anna", adults=1, stages=(("contacted", ago(9)),))
        gone = home(session, seal, "Anna", adults=4, stages=(("planning", ago(3)),))
        mine, theirs, leaves = (ask(session, seal, household_id=whose) for whose in (kept, gone, gone))
        number = joining.merge(session, NOW, "ieva", kept, gone)
        later = ask(session, seal, household_id=gone)  # who writes to the old number writes to the family
        casework.untie(session, NOW, "ieva", leaves)
        opened = casework.open_family(session, NOW, "ieva", seal, kept)
        part = casework.open_family(session, NOW, "ieva", seal, gone)
        assert opened is not None and part is not None
        assert (opened.seen.adults, [one.stage for one in opened.stages]) == (1, ["contacted"])
        assert {one.inquiry_id for one in opened.inquiries} == {mine, theirs, later}
        assert (part.seen.merged_into, [one.stage for one in part.stages], part.inquiries) == (kept, ["planning"], ())
        with pytest.raises(OutreachError, match=r"same\.error\.merged"):
            casework.tie(session, NOW, "ieva", mine, gone)
        joining.part(session, NOW, "ieva", number)
        whose = {row.id: row.household_id for row in session.scalars(select(Inquiry))}
        assert whose == {mine: kept, theirs: gone, leaves: None, later: kept}
        with pytest.raises(OutreachError, match=r"same\.error\.no_merge"):
            joining.part(session, NOW, "ieva", number)
        row = session.get_one(Merge, number)
        assert (row.made_by, row.undone_by, row.inquiries) == ("ieva", "ieva", [theirs, leaves])
        trail = [(line.action, line.subject_id, line.facts) for line in session.scalars(select(AuditEntry)) if line.action in {"merge", "undo"}]
    assert trail == [("merge", kept, {"household": gone}), ("undo", kept, {"household": gone})]


@settings(max_examples=12, stateful_step_count=12, suppress_health_check=list(HealthCheck))
class Merging(RuleBasedStateMachine):
    """A model of whose record is whose, beside the store: merges and undoings in any order, right and wrong ones."""

    homes: Bundle[int] = Bundle("homes")

    @initialize(target=homes)
    def begin(self) -> Any:
        self.folder = TemporaryDirectory()
        self.store = ready.tables(Path(self.folder.name) / "store.db")
        self.seal = Seal(bytes(range(32)))
        self.into: dict[int, int] = {}
        self.owner: dict[int, int] = {}
        self.moved: dict[int, tuple[int, int, list[int]]] = {}
        with self.store.transaction() as session:
            made = [home(session, self.seal, stages=(("contacted", ago(number + 1)),)) for number in range(4)]
            for number in made:
                self.owner[ask(session, self.seal, household_id=number)] = number
        self.all = made
        return multiple(*made)

    @rule(kept=homes, gone=homes)
    def merge(self, kept: int, gone: int) -> None:
        wrong = kept == gone or kept in self.into or gone in self.into or gone in self.into.values()
        with self.store.transaction() as session:
            if wrong:
                with pytest.raises(OutreachError):
                    joining.merge(session, NOW, "ieva", kept, gone)
                return
            number = joining.merge(session, NOW, "ieva", kept, gone)
        theirs = [asked for asked, whose in self.owner.items() if whose == gone]
        self.into[gone] = kept
        self.moved[number] = (kept, gone, theirs)
        self.owner |= dict.fromkeys(theirs, kept)

    @rule(data=st.data())
    def part(self, data: st.DataObject) -> None:
        if not self.moved:
            return
        number = data.draw(st.sampled_from(sorted(self.moved)))
        kept, gone, theirs = self.moved.pop(number)
        with self.store.transaction() as session:
            joining.part(session, NOW, "ieva", number)
        del self.into[gone]
        self.owner |= {asked: gone for asked in theirs if self.owner[asked] == kept}

    @rule(asker=st.integers(0, 3), whose=homes)
    def tie(self, asker: int, whose: int) -> None:
        asked = sorted(self.owner)[asker]
        with self.store.transaction() as session:
            if whose in self.into:
                with pytest.raises(OutreachError):
                    families.tie(session, asked, whose)
                return
            families.tie(session, asked, whose)
        self.owner[asked] = whose

    @invariant()
    def one_record_a_family(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.reading() as session:
            standing = {entry.household_id for entry in families.current(session, TODAY)}
            whose = {row.id: row.household_id for row in session.scalars(select(Inquiry))}
            merged = {row.id: row.merged_into for row in session.scalars(select(Household))}
            held = {row.merge_id for number in self.all for row in joining.standing(session, number)}
        assert standing == set(self.all) - set(self.into)
        assert whose == self.owner
        assert {number: into for number, into in merged.items() if into} == self.into
        assert held == set(self.moved)
        assert not set(whose.values()) & set(self.into)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()


TestMerging = Merging.TestCase
