"""Letters with families on the screen: opened by the coordinator alone, answered once, files saved and never shown."""

import re

import pytest

from outreach.tracker.letters.models import LetterFile
from tests.outreach.tracker.letters.writing import PNG
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import CANARY, STAFF, ask, family, silent, trail
from tests.outreach.web.letter_deeds import after_the_answer, came, doubtful, out, send


def deeds(office: Office) -> list[tuple[str, str, int | None]]:
    return [line[1:] for line in trail(office.app)]


@pytest.mark.parametrize("role", [*STAFF, "partner"])
def test_only_the_coordinator_sees_letters(office: Office, role: str) -> None:
    taken, home = came(office), family(office)
    visitor = office.as_role(role, "Ludzas novads" if role == "partner" else None)
    number, letter = taken.inquiry_id, taken.letter_id
    for path in (f"/inquiries/{number}/letters", f"/families/{home}/letters", "/inquiries/letters", f"/inquiries/letters/{letter}/files/1"):
        answer = visitor.get(path)
        assert answer.status_code == 403 and silent(answer.get_data(as_text=True))
    for path in (f"/inquiries/{number}/letters", f"/inquiries/{number}/letters/done", f"/inquiries/letters/{letter}/inquiry"):
        assert visitor.post(path, {"text": "x"}).status_code == 403
    assert deeds(office) == [] and out(office) == []


def test_the_talk_is_opened_by_a_press_and_written_down(office: Office) -> None:
    number = came(office).inquiry_id or 0
    visitor = office.as_role("coordinator")
    page = visitor.text(f"/inquiries/{number}")
    assert f'href="/inquiries/{number}/letters"' in page and "Sarakste: 1 vēstule<" in page
    talk = visitor.text(f"/inquiries/{number}/letters")
    assert "&lt;b&gt;raksta&lt;/b&gt;" in talk and "<b>raksta" not in talk
    assert f"{CANARY}.png" in talk and "b.exe" in talk and "nav saglabāts" in talk
    assert deeds(office) == [("reveal", "inquiry", number)] * 2
    assert visitor.get("/inquiries/999/letters").status_code == 404


def test_a_file_is_saved_and_never_shown(office: Office) -> None:
    taken = came(office)
    visitor = office.as_role("coordinator")
    with office.app.store.reading() as session:
        kept, refused = (row.id for row in session.query(LetterFile).order_by(LetterFile.id))
    answer = visitor.get(f"/inquiries/letters/{taken.letter_id}/files/{kept}")
    assert answer.get_data() == PNG and answer.mimetype == "image/png"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"] and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert deeds(office) == [("reveal", "inquiry", taken.inquiry_id)]
    for wrong in (f"{taken.letter_id}/files/{refused}", "999/files/1", f"{taken.letter_id}/files/999"):
        assert visitor.get(f"/inquiries/letters/{wrong}").status_code == 404


def test_an_answer_goes_once_and_the_inquiry_waits_no_more(office: Office) -> None:
    number = came(office).inquiry_id or 0
    visitor = office.as_role("coordinator")
    answer = send(visitor, number)
    assert answer.status_code == 303 and answer.headers["Location"] == f"/inquiries/{number}/letters"
    page = visitor.text(f"/inquiries/{number}/letters")
    assert "ir nosūtīta" in page and "kam: kanarija@pasts.example" in page
    assert len(list((office.app.settings.folder / "mail").glob("*.eml"))) == 1 == len(out(office))
    assert ("answer", "inquiry", number) in deeds(office)


def test_a_second_press_is_the_same_answer(office: Office) -> None:
    number = came(office).inquiry_id or 0
    visitor = office.as_role("coordinator")
    page = visitor.text(f"/inquiries/{number}/letters")
    token = re.findall(r'name="once" value="([^"]+)"', page)[0]
    for _ in range(2):
        assert send(visitor, number, once=token).status_code == 303
    assert len(out(office)) == 1


@pytest.mark.parametrize(
    ("told", "sign"),
    [({"text": " "}, "Uzrakstiet"), ({"once": "x"}, "ilgāk par dienu"), ({"subject": "x" * 300}, "wrong")],
)
def test_what_does_not_fit_keeps_its_words(office: Office, told: dict[str, str], sign: str) -> None:
    number = came(office).inquiry_id or 0
    answer = send(office.as_role("coordinator"), number, **{"text": "Mani vārdi", **told})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and (sign in page or "aizpildiet" in page.lower() or "obligāt" in page.lower())
    assert ("Mani vārdi" in page) is (told.get("text") is None) and out(office) == []


def test_an_inquiry_without_an_address_says_so(office: Office) -> None:
    number = ask(office, contact="29 000 000")
    assert "nav e-pasta adreses" in office.as_role("coordinator").text(f"/inquiries/{number}/letters")


def test_a_letter_after_the_answer_waits_until_somebody_says_that_it_does_not(office: Office) -> None:
    number = after_the_answer(office)
    visitor = office.as_role("coordinator")
    waiting = visitor.text("/attention")
    assert "Vēstules pēc atbildes" in waiting and f"/inquiries/{number}/letters" in waiting and silent(waiting)
    assert "Vēstules pēc atbildes" not in office.as_role("comms").text("/attention")
    assert "Atbilde nav vajadzīga" in visitor.text(f"/inquiries/{number}/letters")
    visitor.post(f"/inquiries/{number}/letters/done")
    assert "Vēstules pēc atbildes" not in visitor.text("/attention")


@pytest.mark.parametrize("do", ["again", "settle"])
def test_a_doubtful_answer_is_settled_by_a_person(office: Office, do: str) -> None:
    number, letter = doubtful(office)
    visitor = office.as_role("coordinator")
    assert "Sūtīt vēlreiz" in visitor.text(f"/inquiries/{number}/letters")
    visitor.post(f"/inquiries/{number}/letters/{letter}/{do}")
    assert "Sūtīt vēlreiz" not in visitor.text(f"/inquiries/{number}/letters")
    assert len(list((office.app.settings.folder / "mail").glob("*.eml"))) == (do == "again")
    visitor.post(f"/inquiries/{number}/letters/{letter}/{do}")
    assert "Neizdevās" in visitor.text(f"/inquiries/{number}/letters")


def test_what_was_put_aside_becomes_an_inquiry(office: Office) -> None:
    taken = came(office, Precedence="bulk")
    visitor = office.as_role("coordinator")
    assert CANARY in visitor.text("/inquiries/letters")
    answer = visitor.post(f"/inquiries/letters/{taken.letter_id}/inquiry")
    assert answer.headers["Location"] == "/inquiries/1/letters"
    assert CANARY not in visitor.text("/inquiries/letters")
    assert visitor.post(f"/inquiries/letters/{taken.letter_id}/inquiry").headers["Location"] == "/inquiries/letters"


def test_a_familys_letters_on_one_page_and_gone_when_erased(office: Office) -> None:
    number, home = came(office).inquiry_id or 0, family(office)
    visitor = office.as_role("coordinator")
    visitor.post(f"/inquiries/{number}/family", {"household": str(home)})
    assert f"/families/{home}/letters" in visitor.text(f"/families/{home}")
    page = visitor.text(f"/families/{home}/letters")
    assert CANARY in page and f'href="/inquiries/{number}/letters"' in page
    assert ("reveal", "household", home) in deeds(office)
    visitor.post(f"/families/{home}/privacy/erase", {"confirm": str(home)})
    assert CANARY not in visitor.text(f"/families/{home}/letters") + visitor.text(f"/inquiries/{number}/letters")
    assert not list((office.app.settings.folder / "letters").iterdir())
