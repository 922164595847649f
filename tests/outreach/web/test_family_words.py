"""A family's name and note, changed afterwards: sealed anew, found by the new ones, never over another's change."""

import re
from datetime import date

from outreach.tracker import privacy
from outreach.tracker.models import Household
from outreach.tracker.same.models import Mark
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import family

SEPTEMBER = date(2026, 9, 1)


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def words(office: Office, number: int) -> privacy.OpenedFamily:
    with office.app.store.transaction() as session:
        return privacy.reveal_family(session, office.clock.now(), "x", office.app.seal, number)


def marks(office: Office, number: int) -> set[str]:
    with office.app.store.reading() as session:
        return {row.mark for row in session.query(Mark).filter(Mark.household_id == number)}


def test_name_and_note_are_changed_and_the_family_is_found_by_them(office: Office) -> None:
    number, visitor = family(office, ("contacted", SEPTEMBER)), office.as_role("coordinator")
    before = marks(office, number)
    seen = seen_in(visitor.text(f"/families/{number}/words"))
    given = {"name": "Ozolu ģimene, 29123456", "note": "Grib māju.", "seen": seen}
    assert visitor.post(f"/families/{number}/words", dict(given)).status_code == 303
    assert words(office, number) == privacy.OpenedFamily("Ozolu ģimene, 29123456", "Grib māju.")
    assert marks(office, number) != before
    assert "Ozolu ģimene" in visitor.text(f"/families/{number}")
    with office.app.store.reading() as session:
        assert "Ozolu" not in str(session.get_one(Household, number).name_sealed)
    # The same form once more changes nothing, and says nothing against it.
    assert visitor.post(f"/families/{number}/words", dict(given)).status_code == 303


def test_what_somebody_else_wrote_meanwhile_is_not_lost(office: Office) -> None:
    number, visitor = family(office, ("contacted", SEPTEMBER)), office.as_role("coordinator")
    seen = seen_in(visitor.text(f"/families/{number}/words"))
    assert visitor.post(f"/families/{number}/words", {"name": "A", "note": "viens", "seen": seen}).status_code == 303
    late = visitor.post(f"/families/{number}/words", {"name": "A", "note": "divi", "seen": seen})
    assert late.status_code == 422
    assert "divi" in late.get_data(as_text=True)
    assert words(office, number).note == "viens"


def test_a_family_that_was_erased_gets_no_words_again(office: Office) -> None:
    number, visitor = family(office, ("contacted", SEPTEMBER)), office.as_role("coordinator")
    seen = seen_in(visitor.text(f"/families/{number}/words"))
    with office.app.store.transaction() as session:
        privacy.erase_family(session, office.clock.now(), "x", number)
    assert 'name="note"' not in visitor.text(f"/families/{number}/words")
    assert visitor.post(f"/families/{number}/words", {"name": "A", "note": "B", "seen": seen}).status_code == 422
    assert words(office, number) == privacy.OpenedFamily("", "")
    assert "/words" not in visitor.text(f"/families/{number}")


def test_only_the_coordinator_reads_and_writes_them(office: Office) -> None:
    number = family(office, ("contacted", SEPTEMBER))
    for role in ("comms", "administrator", "reader", "partner"):
        assert office.as_role(role).get(f"/families/{number}/words").status_code == 403
