"""What a new release begins with."""

from dataclasses import replace
from datetime import timedelta

from outreach.core.db import Store
from outreach.core.office import read_office, shipped_folder
from outreach.core.text import Texts
from outreach.pressroom import texts as said_texts
from outreach.pressroom.writing import editing, preparing
from tests.outreach.pressroom.writing.desk import ANNA, NOW, TODAY, TOLD, release

OFFICE = read_office("latgale", shipped_folder())


def test_the_first_release_has_the_offices_contact_the_next_what_stood_under_the_last(store: Store) -> None:
    with store.transaction() as session:
        first = preparing.empty(session, "lv", OFFICE)
        assert first.headline == first.boilerplate == "" and OFFICE.contact in first.contact and OFFICE.name["lv"] in first.contact
        old, new = release(session).id, release(session, replace(TOLD, contact="Jaunā, x@example.org", boilerplate="")).id
        editing.change_text(session, NOW + timedelta(hours=1), new, "lv", replace(TOLD, contact="Jaunā, x@example.org", boilerplate=""), ANNA)
        again = preparing.empty(session, "lv", OFFICE)
        assert (again.contact, again.boilerplate) == ("Jaunā, x@example.org", TOLD.boilerplate)
        assert OFFICE.contact in preparing.empty(session, "en", OFFICE).contact
        assert old != new


def test_a_correction_begins_with_what_was_said_and_a_withdrawal_with_its_name(store: Store, texts: Texts) -> None:
    t = texts.in_language("lv")
    with store.transaction() as session:
        said = said_texts.said(session, release(session).id, "lv")
        assert said is not None
        correction = preparing.about(session, said, "correction", TODAY, OFFICE, t)
        assert correction.headline == f"Labojums: {TOLD.headline}"
        assert TOLD.headline in correction.lead and t.day(TODAY) in correction.lead
        assert TOLD.body in correction.body and correction.body.endswith("## Pareizi ir")
        assert (correction.contact, correction.boilerplate) == (TOLD.contact, TOLD.boilerplate)
        recall = preparing.about(session, said, "withdrawal", None, OFFICE, t)
        assert recall.body == "" and TOLD.headline in recall.lead and recall.headline.startswith("Atsaukta relīze: ")
