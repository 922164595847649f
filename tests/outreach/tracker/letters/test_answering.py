"""The answer by mail: once, in its talk, and in doubt rather than twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach import wiring
from outreach.core.app import App
from outreach.core.errors import OutreachError, WireError
from outreach.core.mail import SILENT, FolderMailer, Line, Note, Parcel, Receipt
from outreach.core.mail_line import Rest, rest
from outreach.core.testing import FixedClock
from outreach.people.models import AuditEntry
from outreach.tracker.intake import Incoming, receive
from outreach.tracker.letters import answering, erasing, files, mailing, seeing, taking
from outreach.tracker.letters.models import Letter
from outreach.tracker.letters.reading import Enclosed
from outreach.tracker.models import Inquiry
from tests.outreach.rooms import NOW
from tests.outreach.tracker.letters.writing import OURS, said
from tests.support.offices import told_in


@dataclass(frozen=True)
class Relay(FolderMailer):
    """A folder whose answers can be turned wrong: what it is given, and what it says."""

    error: Exception | None = None
    is_lost: bool = False
    seen: list[Parcel] = field(default_factory=list)

    @contextmanager
    def line(self, *, rest: Rest = rest) -> Iterator[Line]:
        with super().line(rest=rest) as line:
            yield Turned(self, line)


@dataclass(frozen=True)
class Turned:
    relay: Relay
    line: Line

    def send(self, parcel: Parcel, note: Note = SILENT) -> Receipt:
        self.relay.seen.append(parcel)
        if self.relay.error is not None and self.relay.is_lost:
            raise self.relay.error
        receipt = self.line.send(parcel, note)
        if self.relay.error is not None:
            raise self.relay.error
        return receipt


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    told = told_in(tmp_path, mail={"inquiry_to": OURS})
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as made:
        yield wiring.with_mailer(made, Relay(told.folder / "mail"))


def relay(app: App, error: Exception | None, *, lost: bool) -> None:
    object.__setattr__(app.mailer, "error", error)
    object.__setattr__(app.mailer, "is_lost", lost)


def mails(app: App) -> list[bytes]:
    return [path.read_bytes() for path in sorted((app.settings.folder / "mail").glob("*.eml"))]


@pytest.fixture
def number(app: App) -> int:
    with app.store.transaction() as session:
        taken = taking.take(session, NOW, app.seal, said("a", Reply_To="majas@pasts.example"), (), {OURS})
    assert taken.inquiry_id is not None
    return taken.inquiry_id


def send(app: App, number: int, once: str = "form:1", text: str = "Jā, ir skola.") -> str:
    return answering.send(app, "ieva", number, once, "Re: Jautājums", text)


def rows(app: App) -> list[Letter]:
    with app.store.reading() as session:
        return list(session.scalars(select(Letter).where(Letter.direction == "out")))


def test_it_goes_out_once_in_its_talk_and_the_inquiry_is_answered(app: App, number: int) -> None:
    assert [send(app, number), send(app, number), send(app, number, text="cits")] == ["sent"] * 3
    (raw,) = mails(app)
    mail = message_from_bytes(raw, policy=default)
    assert (mail["To"], mail["From"], mail["X-Loop"]) == ("majas@pasts.example", OURS, OURS)
    assert mail["In-Reply-To"] == mail["References"] == "<a@pasts.example>"
    assert mail.get_body().get_content().strip() == "Jā, ir skola."  # type: ignore[union-attr]
    with app.store.reading() as session:
        assert session.get_one(Inquiry, number).answered_at == NOW
        assert [one.action for one in session.scalars(select(AuditEntry))] == ["answer"]
    # What comes back to it belongs to the talk, and our own copy is not taken for a letter.
    with app.store.transaction() as session:
        back = taking.take(session, NOW + timedelta(hours=1), app.seal, said("b", follows=(mail["Message-ID"],)), (), {OURS})
        assert (back.kind, back.inquiry_id, seeing.waits(session, number)) == ("follows", number, True)
        assert answering.nothing_to_answer(session, NOW + timedelta(hours=2), "ieva", number)
        assert not answering.nothing_to_answer(session, NOW + timedelta(hours=3), "ieva", number)


def test_what_the_relay_refused_leaves_no_row_and_goes_when_it_takes_it(app: App, number: int) -> None:
    relay(app, WireError("mail.refused"), lost=True)
    with pytest.raises(WireError):
        send(app, number)
    assert rows(app) == [] and mails(app) == []
    relay(app, None, lost=False)
    assert send(app, number) == "sent" and len(mails(app)) == 1


@pytest.mark.parametrize("error", [WireError("mail.timeout", ambiguous=True), RuntimeError("x")])
@pytest.mark.parametrize("lost", [True, False])
def test_in_doubt_nothing_is_sent_by_guess_and_again_is_the_same_mail(
    app: App, number: int, error: Exception, lost: bool
) -> None:
    relay(app, error, lost=lost)
    assert [send(app, number), send(app, number)] == ["doubtful", "doubtful"]
    (row,) = rows(app)
    with app.store.reading() as session:
        assert session.get_one(Inquiry, number).answered_at is None
    relay(app, None, lost=False)
    assert answering.again(app, "ieva", row.id) == "sent"
    assert len(mails(app)) == 1 and row.message_id.encode() in mails(app)[0]
    with pytest.raises(OutreachError, match="not_doubtful"):
        answering.again(app, "ieva", row.id)


PDF = b"%PDF-1.7 piedavajums"
OFFER = (Enclosed("Piedāvājums 2026-1.pdf", PDF),)


def blobs(app: App) -> list[Path]:
    return sorted((app.settings.folder / "letters").glob("*"))


def test_a_file_goes_with_it_and_is_kept_sealed_in_the_talk(app: App, number: int) -> None:
    for _ in range(2):
        assert answering.send(app, "ieva", number, "form:1", "Re: x", "Lūdzu.", OFFER) == "sent"
    (raw,) = mails(app)
    mail = message_from_bytes(raw, policy=default)
    (part,) = mail.iter_attachments()
    assert (part.get_content_type(), part.get_filename(), part.get_content()) == ("application/pdf", "Piedavajums-2026-1.pdf", PDF)
    assert mail.get_body().get_content().strip() == "Lūdzu."  # type: ignore[union-attr]
    assert mail["Auto-Submitted"] is None  # a person wrote it
    with app.store.transaction() as session:
        (letter, _) = seeing.of_inquiry(session, NOW, "ieva", app.seal, number)
        (file,) = letter.files
        token, kind, _ = seeing.file_of(session, NOW, "ieva", app.seal, letter.letter_id, file.file_id)
    assert (file.name, kind, file.refused) == (OFFER[0].name, "pdf", None)
    assert files.open_file(app.seal, app.settings.folder, token) == PDF
    (blob,) = blobs(app)  # the second press left nothing behind
    assert PDF not in blob.read_bytes()
    with app.store.transaction() as session:
        assert erasing.of_inquiry(session, NOW, number) == 2
    assert files.sweep(app.store, app.settings.folder, NOW) == 1 and blobs(app) == []


def test_a_file_in_doubt_goes_again_with_its_mail_and_a_refused_one_leaves_none(app: App, number: int) -> None:
    relay(app, WireError("mail.refused"), lost=True)
    with pytest.raises(WireError):
        answering.send(app, "ieva", number, "form:1", "Re: x", "Lūdzu.", OFFER)
    assert (rows(app), blobs(app)) == ([], [])
    relay(app, WireError("mail.timeout", ambiguous=True), lost=True)
    assert answering.send(app, "ieva", number, "form:1", "Re: x", "Lūdzu.", OFFER) == "doubtful"
    relay(app, None, lost=False)
    (row,) = rows(app)
    assert answering.again(app, "ieva", row.id) == "sent"
    (raw,) = mails(app)
    assert [part.get_content() for part in message_from_bytes(raw, policy=default).iter_attachments()] == [PDF]


def test_what_no_letter_may_have_is_not_sent(app: App, number: int) -> None:
    with pytest.raises(OutreachError) as caught:
        answering.send(app, "ieva", number, "form:1", "Re: x", "Lūdzu.", (*OFFER, Enclosed("a.exe", b"MZ\x00")))
    assert caught.value.key == "letters.refused.kind" and (rows(app), blobs(app), mails(app)) == ([], [], [])


@pytest.mark.parametrize(
    ("told", "name"),
    [("Piedāvājums Nr. 1.pdf", "Piedavajums-Nr.-1.pdf"), ("предложение.pdf", "fails.pdf"), ("..--.pdf", "fails.pdf")],
)
def test_a_name_in_signs_that_every_program_shows(told: str, name: str) -> None:
    assert mailing._named(told) == name


def test_a_person_says_that_it_went(app: App, number: int) -> None:
    relay(app, WireError("mail.timeout", ambiguous=True), lost=False)
    send(app, number)
    (row,) = rows(app)
    with app.store.transaction() as session:
        assert answering.settle(session, NOW, "ieva", row.id) == number
        assert session.get_one(Inquiry, number).answered_at == NOW
        with pytest.raises(OutreachError, match="not_doubtful"):
            answering.settle(session, NOW, "ieva", row.id)


def test_killed_while_it_went_it_is_under_way_and_then_in_doubt(app: App, number: int) -> None:
    relay(app, KeyboardInterrupt(), lost=True)  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        send(app, number)
    assert send(app, number) == "going"
    with app.store.transaction() as session:
        seen = seeing.of_inquiry(session, NOW + timedelta(minutes=11), "ieva", app.seal, number)
    assert [one.state for one in seen if one.is_ours] == ["doubtful"]


@pytest.mark.parametrize(
    ("contact", "to"),
    [("Anna, anna@pasts.example, 29", "anna@pasts.example"), ("29 000 000", None)],
)
def test_an_inquiry_that_came_otherwise_is_answered_at_its_contact(app: App, contact: str, to: str | None) -> None:
    with app.store.transaction() as session:
        held = receive(session, NOW, app.seal, Incoming("form", contact=contact, text="x")).inquiry_id
        found = answering.addressed(session, app, held)
    assert (found.mail if found else None) == to
    if to is None:
        with pytest.raises(OutreachError, match="nobody"):
            send(app, held)
        return
    assert send(app, held) == "sent"
    with app.store.transaction() as session:
        out = session.scalars(select(Letter)).one()
        back = taking.take(session, NOW, app.seal, said("b", follows=(out.message_id,)), (), {OURS})
        assert back.inquiry_id == held


@pytest.mark.parametrize(("text", "key"), [("  \n", "letters.error.empty"), ("x" * 20_001, "letters.error.long")])
def test_what_is_no_answer(app: App, number: int, text: str, key: str) -> None:
    with pytest.raises(OutreachError) as caught:
        send(app, number, text=text)
    assert caught.value.key == key and rows(app) == []


def test_a_subject_is_answered_once() -> None:
    assert answering.answer_subject("Re: Atb: Skola", "x") == "Re: Skola"
    assert answering.answer_subject("  ", "x") == "x"


def test_references_keep_the_first_and_the_last() -> None:
    every = [f"<{number:0100}@x.lv>" for number in range(20)]
    kept = mailing.references(every).split()
    assert kept[0] == every[0] and kept[-1] == every[-1] and 3 < len(kept) < 10
    assert mailing.references(every[:1]) == every[0]
