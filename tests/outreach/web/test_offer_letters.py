"""An individual offer that goes with an answer: as a PDF, kept in the talk, marked as sent once it went."""

import re
from datetime import date
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from sqlalchemy import select

from outreach.core.errors import WireError
from outreach.tracker.models import Stage
from outreach.tracker.offers.models import Offer
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import family, silent, trail
from tests.outreach.web.letter_deeds import came, once, out, send
from tests.outreach.web.offer_deeds import draft, sent
from tests.support.people import Visitor


def case(office: Office, astra: Visitor) -> tuple[int, int]:
    """A family that wrote: its number and its inquiry's."""
    number, home = came(office).inquiry_id or 0, family(office, ("contacted", date(2026, 9, 1)))
    astra.post(f"/inquiries/{number}/family", {"household": str(home)})
    return home, number


def offer_of(office: Office, offer: int) -> Offer:
    with office.app.store.reading() as session:
        return session.get_one(Offer, offer)


def attached(office: Office) -> list[Any]:
    found = []
    for path in sorted((office.app.settings.folder / "mail").glob("*.eml")):
        mail: Any = message_from_bytes(path.read_bytes(), policy=default)
        found += [(part.get_content_type(), part.get_filename(), part.get_content()[:5]) for part in mail.iter_attachments()]
    return found


@pytest.fixture
def astra(office: Office) -> Visitor:
    return office.as_role("coordinator")


def test_from_the_offers_page_to_a_letter_that_carries_it(office: Office, astra: Visitor) -> None:
    home, number = case(office, astra)
    _, offer = draft(office, home)
    page = astra.text(f"/families/{home}/offers/{offer}")
    address = f"/inquiries/{number}/letters?offer={offer}"
    assert f'href="{address}"' in page
    page = astra.text(address)
    assert re.search(rf'<option value="{offer}" selected>Nr\. 2026/1 – melnraksts', page) and '<details class="letter-answer" open' in page
    token = once(astra, number)
    assert send(astra, number, once=token, offer=str(offer)).status_code == 303
    page = astra.text(f"/inquiries/{number}/letters")
    assert "ir atzīmēts kā nosūtīts" in page and "piedavajums-2026-1.pdf</a>" in page and "Nr. 2026/1 – jau nosūtīts" in page
    assert send(astra, number, once=token, offer=str(offer)).status_code == 303
    assert attached(office) == [("application/pdf", "piedavajums-2026-1.pdf", b"%PDF-")] and len(out(office)) == 1
    row = offer_of(office, offer)
    assert (row.sent_on, row.sent_by, row.people) == (office.clock.now().date(), "mail", 3)
    with office.app.store.reading() as session:
        assert session.scalars(select(Stage.stage).order_by(Stage.id)).all() == ["contacted", "offer_sent"]
    deeds = [line[2:] for line in trail(office.app)]
    assert ("offer", offer) in deeds and silent("".join(map(str, deeds)))


def test_an_offer_that_went_before_goes_once_more_and_stays_as_it_was(office: Office, astra: Visitor) -> None:
    home, number = case(office, astra)
    _, offer = sent(office, home)
    held = offer_of(office, offer)
    send(astra, number, offer=str(offer))
    row = offer_of(office, offer)
    assert len(attached(office)) == 1 and (row.words_sealed, row.sent_on) == (held.words_sealed, held.sent_on)


@pytest.mark.parametrize("error", [WireError("mail.folder", folder="x", reason="y"), WireError("mail.folder", folder="x", reason="y", ambiguous=True)])
def test_a_letter_that_did_not_surely_go_leaves_the_offer_a_draft(
    office: Office, astra: Visitor, monkeypatch: pytest.MonkeyPatch, error: WireError
) -> None:
    home, number = case(office, astra)
    _, offer = draft(office, home)

    def broken(*_: object, **__: object) -> object:
        raise error

    monkeypatch.setattr(type(office.app.mailer), "line", broken)
    answer = send(astra, number, offer=str(offer))
    page = answer.get_data(as_text=True) if answer.status_code == 422 else astra.text(answer.location)
    assert (answer.status_code, "palika melnrakstā" in page) == ((303, True) if error.ambiguous else (422, False))
    assert f'<option value="{offer}" selected' in page or error.ambiguous
    assert offer_of(office, offer).sent_on is None


def test_an_offer_of_another_family_is_no_choice(office: Office, astra: Visitor) -> None:
    home, number = case(office, astra)
    _, other = draft(office)
    assert 'name="offer"' not in astra.text(f"/inquiries/{number}/letters?offer={other}")
    draft(office, home)
    assert send(astra, number, offer=str(other)).status_code == 422
    assert out(office) == [] and offer_of(office, other).sent_on is None


def test_an_answer_without_an_offer_goes_as_before(office: Office, astra: Visitor) -> None:
    home, number = case(office, astra)
    _, offer = draft(office, home)
    assert send(astra, number, offer="").status_code == 303
    assert attached(office) == [] and len(out(office)) == 1 and offer_of(office, offer).sent_on is None
