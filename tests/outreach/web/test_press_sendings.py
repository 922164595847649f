"""A release goes out by the pages: the form and what it foretells, the last look, how far it is, what a person does."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from outreach.people.models import AuditEntry
from outreach.pressroom.models import Contact, ReleaseMail, Sending
from outreach.pressroom.sending import steering
from outreach.web import sendingpage
from outreach.web.sendingform import numbers
from tests.benchmarks.pages import QUERIES
from tests.benchmarks.replay import listening
from tests.outreach.web import presssendings as made
from tests.outreach.web.conftest import Office

SENDINGS = "/press/sendings"


def sendings(office: Office) -> list[Sending]:
    with office.app.store.reading() as session:
        return [*session.scalars(select(Sending).order_by(Sending.id))]


def statuses(office: Office, sending_id: int) -> dict[str, int]:
    with office.app.store.reading() as session:
        query = select(ReleaseMail.status, func.count()).where(ReleaseMail.sending_id == sending_id).group_by(ReleaseMail.status)
        return {row[0]: row[1] for row in session.execute(query)}


def test_the_form_foretells_who_gets_it_and_who_does_not(office: Office) -> None:
    number, list_id = made.release(office), made.press_list(office)
    visitor = office.as_role("comms")
    first = visitor.text(f"/press/releases/{number}/send")
    assert "Latgales mediji (4 kontakti)" in first and "Pagaidām neviens" in first
    assert 'value="comms@example.org"' in first and "{uzruna}" in first
    told = visitor.post(f"/press/releases/{number}/send/look", {**made.FORM, "lists": str(list_id)}).get_data(as_text=True)
    assert "Ies 3 vēstules" in told
    assert "2 vēstules" in told and "1 vēstule" in told  # Latvian and English
    assert "1 saņēmējam nesūtīs" in told and "Pēteris Klusais" in told
    assert sendings(office) == []  # looking keeps nothing


def test_a_greeting_is_shown_as_the_one_who_was_picked_will_read_it(office: Office) -> None:
    number, list_id = made.release(office), made.press_list(office)
    typed = {**made.FORM, "lists": str(list_id), "hello_en": "Dear {name},"}
    with office.app.store.reading() as session:
        mary = session.scalar(select(Contact.id).where(Contact.name == "Mary Smith"))
    shown = office.as_role("comms").post(f"/press/releases/{number}/send/look", {**typed, "preview": str(mary)}).get_data(as_text=True)
    assert re.search(r'class="press-sending-copy" lang="en">Dear Mary,<', shown)
    wrong = office.as_role("comms").post(f"/press/releases/{number}/send/look", {**typed, "hello_lv": "Sveiki, {vards}!"}).get_data(as_text=True)
    assert "{vards}" in wrong and "neviens nepazīst" in wrong
    assert "Saskaitīt varēs" in wrong


def test_single_contacts_are_found_and_stay_chosen(office: Office) -> None:
    number, _ = made.release(office), made.press_list(office)
    visitor = office.as_role("comms")
    found = visitor.post(f"/press/releases/{number}/send/look", {**made.FORM, "seek": "radio"}).get_data(as_text=True)
    assert "Jānis Kalns, Latgales Radio" in found and "Ida Ozola" not in found
    janis = re.search(r'name="contacts" value="(\d+)"', found)
    assert janis is not None
    kept = visitor.post(f"/press/releases/{number}/send/look", {**made.FORM, "seek": "vēstis", "contacts": janis[1]}).get_data(as_text=True)
    assert re.search(rf'name="contacts" value="{janis[1]}" checked', kept) and "Ida Ozola" in kept
    assert "Ies 1 vēstule" in kept
    assert "Tādu kontaktu nav" in visitor.post(f"/press/releases/{number}/send/look", {**made.FORM, "seek": "xyzzy"}).get_data(as_text=True)
    silent = visitor.post(f"/press/releases/{number}/send/look", {**made.FORM, "seek": "klusais"}).get_data(as_text=True)
    assert "Pēteris" not in silent  # who asked for silence is not offered


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "errors-title"), ({"lists": "77"}, "errors-title"), ({"sender_name": ""}, "errors-title"), ({"reply_to": "anna"}, "errors-title"),
        ({"hello_lv": "{"}, "stāv viena"), ({"due_at": "rīt"}, "errors-title"), ({"per_minute": "-1"}, "errors-title"),
    ],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_what_does_not_fit_is_said_and_nothing_is_lost(office: Office, typed: dict[str, str], said: str) -> None:
    number, list_id = made.release(office), made.press_list(office)
    whole = {**made.FORM, "lists": str(list_id), "sender_name": "Anna no biroja", **typed}
    if not typed:
        del whole["lists"]
    answer = office.as_role("comms").post(f"/press/releases/{number}/send", whole)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert "sender_name" in typed or "Anna no biroja" in page
    assert sendings(office) == []


def test_an_unapproved_release_does_not_go(office: Office) -> None:
    number, list_id = made.release(office, approved=False), made.press_list(office)
    answer = office.as_role("comms").post(f"/press/releases/{number}/send", {**made.FORM, "lists": str(list_id)})
    assert answer.status_code == 422 and sendings(office) == []
    assert "press_send" not in office.as_role("comms").text(f"/press/releases/{number}") and f"/press/releases/{number}/send" not in office.as_role("comms").text(f"/press/releases/{number}")


def test_from_the_form_over_the_last_look_to_its_beginning(office: Office) -> None:
    number, list_id = made.release(office), made.press_list(office)
    visitor = office.as_role("comms")
    assert f"/press/releases/{number}/send" in visitor.text(f"/press/releases/{number}")
    at = str(visitor.post(f"/press/releases/{number}/send", {**made.FORM, "lists": str(list_id), "attach": "pdf"}).location)
    assert at.endswith("/confirm")
    page = visitor.text(at)
    assert "Tūlīt tiks nosūtītas 3 vēstules." in page and "Nosūtīt 3 vēstules tūlīt" in page
    assert "Latgales mediji" in page and "PDF" in page and "anna@example.org" in page
    (draft,) = sendings(office)
    assert draft.state == "draft" and statuses(office, draft.id) == {}
    # Back to the form: as it was typed; another word changes the same draft.
    form = visitor.text(f"/press/releases/{number}/send?sending={draft.id}")
    assert re.search(rf'name="lists" value="{list_id}" checked', form) and re.search(r'value="pdf" checked', form)
    again = visitor.post(f"/press/releases/{number}/send", {**made.FORM, "lists": str(list_id), "sending": str(draft.id), "due_at": "2026-11-24T09:00"})
    assert again.location.endswith(f"/{draft.id}/confirm") and len(sendings(office)) == 1
    assert "24. nov. 09:00 tiks nosūtītas 3 vēstules." in visitor.text(again.location)
    begun = visitor.post(f"{SENDINGS}/{draft.id}/start", {"total": "3"})
    assert begun.location.endswith(f"{SENDINGS}/{draft.id}")
    assert statuses(office, draft.id) == {"due": 3, "skipped": 1}
    assert "3 vēstules gaida" in visitor.text(begun.location)


def test_pressed_twice_it_begins_once(office: Office) -> None:
    number, visitor = made.draft(office), office.as_role("comms")
    visitor.post(f"{SENDINGS}/{number}/start", {"total": "3"})
    visitor.post(f"{SENDINGS}/{number}/start", {"total": "3"})
    assert statuses(office, number) == {"due": 3, "skipped": 1}
    assert "otrreiz nekas netika" in visitor.text(f"{SENDINGS}/{number}")
    assert visitor.get(f"{SENDINGS}/{number}/confirm").status_code == 303


def test_another_count_than_the_page_said_asks_again(office: Office) -> None:
    number, visitor = made.draft(office), office.as_role("comms")
    answer = visitor.post(f"{SENDINGS}/{number}/start", {"total": "2"})
    assert answer.location.endswith("/confirm")
    assert "tagad ietu 3 vēstules" in visitor.text(answer.location)
    assert statuses(office, number) == {}


def test_a_draft_shows_its_last_look_and_can_be_dropped(office: Office) -> None:
    number, visitor = made.draft(office), office.as_role("comms")
    assert visitor.get(f"{SENDINGS}/{number}").location.endswith("/confirm")
    assert "nav sākta" in visitor.text(SENDINGS)
    visitor.post(f"{SENDINGS}/{number}/steer", {"do": "cancel", "confirm": "1"})
    assert [row.state for row in sendings(office)] in ([], ["cancelled"])


def test_a_correction_offers_nobody_but_those_who_got_the_first(office: Office) -> None:
    sending = made.started(office)
    made.mail(office, sending, made.PEOPLE[0][1], status="sent", sent_at=office.clock.now())
    first = sendings(office)[0].release_id
    number = made.release(office, kind="correction", about_id=first, english=False)
    visitor = office.as_role("comms")
    page = visitor.text(f"/press/releases/{number}/send")
    assert "Labojumu saņems tie paši" in page
    assert 'name="lists"' not in page and 'name="seek"' not in page
    assert "Ies 1 vēstule" in visitor.post(f"/press/releases/{number}/send/look", dict(made.FORM)).get_data(as_text=True)
    at = str(visitor.post(f"/press/releases/{number}/send", dict(made.FORM)).location)
    assert "Tūlīt tiks nosūtīta 1 vēstule." in visitor.text(at)


def test_progress_is_told_until_it_stands_still(office: Office) -> None:
    number, visitor = made.started(office), office.as_role("comms")
    made.mail(office, number, made.PEOPLE[0][1], status="sent", sent_at=office.clock.now())
    page = visitor.text(f"{SENDINGS}/{number}")
    assert f"{SENDINGS}/{number}?part=1" in page and "chart-picture" not in page
    part = visitor.get(f"{SENDINGS}/{number}?part=1")
    text = part.get_data(as_text=True)
    assert 'max="3" value="1"' in text and "nosūtīta 1" in text and "<html" not in text
    assert "HX-Refresh" not in part.headers
    with office.app.store.transaction() as session:
        steering.pause(session, office.clock.now(), number, "x")
    part = visitor.get(f"{SENDINGS}/{number}?part=1")
    assert part.headers["HX-Refresh"] == "true" and "hx-get" not in part.get_data(as_text=True)
    page = visitor.text(f"{SENDINGS}/{number}")
    assert "chart-picture" in page and "2 vēstules gaida" in page


@pytest.mark.parametrize(("do", "state"), [("pause", "paused"), ("go_on", "going"), ("cancel", "cancelled")])
def test_a_person_steers_it(office: Office, do: str, state: str) -> None:
    number, visitor = made.started(office), office.as_role("comms")
    if do == "go_on":
        visitor.post(f"{SENDINGS}/{number}/steer", {"do": "pause"})
    if do == "cancel":
        visitor.post(f"{SENDINGS}/{number}/steer", {"do": "cancel"})  # without the word that it is meant
        assert sendings(office)[0].state not in {"cancelled", "paused"}
    visitor.post(f"{SENDINGS}/{number}/steer", {"do": do, "confirm": "1"})
    assert sendings(office)[0].state in {state, "ready" if state == "going" else state}
    assert visitor.post(f"{SENDINGS}/{number}/steer", {"do": "burn"}).status_code == 400


def test_a_failed_mail_is_tried_again_and_a_doubtful_one_settled(office: Office) -> None:
    number, visitor = made.started(office), office.as_role("comms")
    visitor.post(f"{SENDINGS}/{number}/steer", {"do": "pause"})
    failed = made.mail(office, number, made.PEOPLE[0][1], status="failed", error_key="core.file", error_facts={"file": "x", "reason": "pasts pilns"})
    doubtful = made.mail(office, number, made.PEOPLE[1][1], status="unconfirmed")
    page = visitor.text(f"{SENDINGS}/{number}?status=failed")
    assert "pasts pilns" in page and "Ida Ozola" in page and "Jānis Kalns" not in page
    assert "Ir pienākusi" in visitor.text(f"{SENDINGS}/{number}?status=unconfirmed")
    visitor.post(f"{SENDINGS}/{number}/again", {"mail": str(failed)})
    visitor.post(f"{SENDINGS}/{number}/settle", {"mail": str(doubtful), "sent": "yes"})
    assert statuses(office, number) == {"due": 2, "sent": 1, "skipped": 1}
    assert visitor.post(f"{SENDINGS}/{number}/settle", {"mail": str(doubtful)}).status_code == 400
    assert visitor.post(f"{SENDINGS}/{number + 1}/again", {"mail": str(failed)}).status_code == 404


def test_a_mail_of_another_sending_is_not_touched(office: Office) -> None:
    number, visitor = made.started(office), office.as_role("comms")
    with office.app.store.transaction() as session:
        other = Sending(release_id=sendings(office)[0].release_id, state="done", made_at=office.clock.now(), made_by="x")
        session.add(other)
        session.flush()
        other_id = other.id
    mail = made.mail(office, number, made.PEOPLE[0][1], status="failed")
    assert visitor.post(f"{SENDINGS}/{other_id}/again", {"mail": str(mail)}).status_code == 404
    assert statuses(office, number)["failed"] == 1


def test_the_outcome_is_a_table_to_keep(office: Office) -> None:
    number, visitor = made.started(office), office.as_role("comms")
    made.mail(office, number, made.PEOPLE[0][1], status="sent", sent_at=datetime(2026, 11, 23, 8, 5, tzinfo=UTC))
    answer = visitor.get(f"{SENDINGS}/{number}/table?format=csv")
    lines = answer.get_data(as_text=True).splitlines()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="izsutisana-{number}.csv"'
    assert "Saņēmējs,Medijs,Vēstule,Kad,Iemesls" in lines
    assert "Ida Ozola,Rēzeknes Vēstis,nosūtīta,2026-11-23 10:05," in lines
    assert any(line.startswith("Pēteris Klusais,Klusums,netika sūtīta,,") and len(line) > 60 for line in lines)
    assert visitor.get(f"{SENDINGS}/{number}/table?format=xlsx").get_data()[:2] == b"PK"
    with office.app.store.reading() as session:
        assert session.scalar(select(AuditEntry.facts).where(AuditEntry.action == "export").limit(1)) == {"count": 4}


def test_a_reader_sees_how_far_it_is_but_nobody_s_name(office: Office) -> None:
    number = made.started(office)
    page = office.as_role("reader").text(f"{SENDINGS}/{number}")
    assert "gaida 3" in page and "Ida Ozola" not in page and "ida@vestis" not in page
    assert "<form" not in page[page.index("<main") : page.index("</main")]
    assert "Ida Ozola" in office.as_role("coordinator").text(f"{SENDINGS}/{number}")
    assert office.as_role("reader").get(f"{SENDINGS}/{number}/table").status_code == 403


def test_the_list_is_of_one_release_when_asked(office: Office) -> None:
    number = made.started(office)
    release_id = sendings(office)[0].release_id
    visitor = office.as_role("comms")
    assert f"{SENDINGS}/{number}" in visitor.text(f"{SENDINGS}?release={release_id}")
    assert f"{SENDINGS}/{number}" not in visitor.text(f"{SENDINGS}?release={release_id + 1}")


def test_a_trial_goes_to_oneself_alone(office: Office) -> None:
    number, list_id = made.release(office), made.press_list(office)
    answer = office.as_role("comms").post(f"/press/releases/{number}/send/test", {**made.FORM, "lists": str(list_id)})
    assert answer.status_code == 200 and "Izmēģinājums nosūtīts uz comms@example.org" in answer.get_data(as_text=True)
    sent = [*(office.app.settings.folder / "mail").rglob("*.eml")]
    assert len(sent) == 1 and b"comms@example.org" in sent[0].read_bytes() and b"vestis.example" not in sent[0].read_bytes()
    assert sendings(office) == []


@pytest.mark.parametrize("which", ["form", "draft", "confirm", "one", "list"])
def test_no_page_asks_the_store_too_often(office: Office, which: str) -> None:
    """As `test_queries_count`, with something on every page."""
    number = made.draft(office)
    if which in {"one", "list"}:
        office.as_role("comms").post(f"{SENDINGS}/{number}/start", {"total": "3"})
    release_id = sendings(office)[0].release_id
    form = f"/press/releases/{release_id}/send"
    path = {"form": form, "draft": f"{form}?sending={number}", "confirm": f"{SENDINGS}/{number}/confirm", "one": f"{SENDINGS}/{number}", "list": SENDINGS}[which]
    visitor = office.as_role("comms")
    with listening(office.app.store.engine) as heard:
        visitor.text(path)
    # The last look counts everybody anew, whatever it costs; it is no more for more recipients.
    assert len(heard.statements) <= (21 if which == "confirm" else QUERIES), [str(one)[:90] for one in heard.statements]


@pytest.mark.parametrize(
    ("counts", "all_", "settled", "left"),
    [({}, 0, 0, 0), ({"due": 3}, 3, 0, 3), ({"due": 1, "sending": 1, "sent": 5, "failed": 2, "skipped": 4}, 9, 7, 1), ({"unconfirmed": 2, "sent": 1, "returned": 1}, 3, 3, 0)],
    ids=["none", "begun", "half", "doubtful"],
)
def test_how_far_it_is(counts: dict[str, int], all_: int, settled: int, left: int) -> None:
    found = sendingpage.far(counts)
    assert (found.all, found.settled, found.left) == (all_, settled, left)
    assert found.returned == counts.get("returned", 0)


def test_numbers_of_a_form_are_rows_or_nothing() -> None:
    sent = MultiDict([("contacts", one) for one in ("3", "x", "-1", "0", "3", "١", "99999999999", "4", "2147483648")])
    assert numbers(sent, "contacts", 2**31 - 1) == (3, 4)


def test_a_late_draft_says_its_moment_is_past(office: Office) -> None:
    number = made.draft(office, due_at=office.clock.now() - timedelta(hours=1))
    assert "Tūlīt tiks nosūtītas 3 vēstules." in office.as_role("comms").text(f"{SENDINGS}/{number}/confirm")
