"""What lies beside a family: how many letters, the last offer that went with its people, regions of hand-overs."""

from datetime import date

from sqlalchemy import update

from outreach.core.db import Store
from outreach.core.seal import Seal
from outreach.tracker import families
from outreach.tracker.cases import beside
from outreach.tracker.cases.beside import Beside, LastOffer
from outreach.tracker.handover.models import Handover
from outreach.tracker.letters import taking
from outreach.tracker.offers import keeping
from outreach.tracker.offers.composing import Letter
from outreach.tracker.same import joining
from tests.benchmarks.replay import listening
from tests.outreach.rooms import NOW
from tests.outreach.tracker.letters.writing import said
from tests.outreach.tracker.same.homes import home

TODAY = NOW.date()
WORDS = Letter("Piedāvājums", "Nr. {number}", "Birojs", ())


def test_what_lies_beside_a_family_is_one_question(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        kept, part, other = (home(session, seal) for _ in range(3))
        days = {kept: (date(2026, 9, 1), None), part: (date(2026, 10, 1), date(2026, 11, 1)), other: (TODAY,)}
        made = []
        for number, sent in days.items():
            for day in sent:
                offer = keeping.make(session, NOW, "x", seal, number, "lv", None, WORDS, 2026)
                made.append(offer)
                if day is not None:
                    keeping.send(session, NOW, "x", number, offer, day, "mail", day.month, TODAY)
        joining.merge(session, NOW, "x", kept, part)
        taken = taking.take(session, NOW, seal, said("a"), (), ())
        families.tie(session, taken.inquiry_id or 0, kept)
        for number, (direction, state, region) in enumerate((("in", "taken", "Kurzeme"), ("out", "packed", "Vidzeme"), ("out", "called_back", "Zemgale"))):
            told = {"region": region, "key_name": "k", "made_at": NOW, "made_by": "x"}
            session.add(Handover(parcel=f"{number:032}", direction=direction, state=state, household_id=kept, **told))
        session.flush()
        with listening(store.engine) as heard:
            found = beside.of_family(session, kept)
        assert len(heard.statements) == 1
        last = LastOffer(part, made[3], "2026/4", date(2026, 11, 1), 11)
        assert found == Beside(1, 3, last, "Vidzeme", "Kurzeme")
        keeping.drop(session, NOW, "x", part, made[3])
        again = beside.of_family(session, kept)
        assert (again.offers, again.last) == (2, LastOffer(part, made[2], "2026/3", date(2026, 10, 1), 10))
        session.execute(update(Handover).values(state="refused"))
        assert beside.of_family(session, other) == Beside(0, 1, LastOffer(other, made[4], "2026/5", TODAY, TODAY.month))
        assert beside.of_family(session, kept).went_to is None
        assert beside.of_family(session, 99) == Beside()
