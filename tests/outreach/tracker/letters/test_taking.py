"""A letter in the store: once, in its talk, its words sealed; and nothing of it anywhere once it is erased."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.core import reseal
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people.models import AuditEntry
from outreach.tracker import intake, privacy, sealed
from outreach.tracker.letters import erasing, files, seeing, taking
from outreach.tracker.letters.models import Letter, LetterFile
from outreach.tracker.letters.reading import Said
from outreach.tracker.letters.taking import Taken
from outreach.tracker.models import Inquiry
from tests.outreach.rooms import NOW
from tests.outreach.tracker.letters.writing import CANARY, OURS, PNG, said

FILES = (("līgums.pdf", b"%PDF-1.4 " + CANARY.encode()), ("b.png", PNG), ("virus.exe", b"MZ\x90\x00" + CANARY.encode()))


def take(store: Store, seal: Seal, one: Said, folder: Path | None = None) -> Taken:
    kept = files.keep(seal, folder, one.files) if folder is not None else ()
    with store.transaction() as session:
        return taking.take(session, NOW, seal, one, kept, {OURS})


def test_a_new_talk_is_a_new_inquiry_and_what_follows_belongs_to_it(store: Store, seal: Seal) -> None:
    first = take(store, seal, said("a", f"{CANARY} raksta.\n"))
    assert (first.kind, take(store, seal, said("a", "citi vārdi\n")).kind) == ("new", "known")
    follows = take(store, seal, said("b", follows=("<a@pasts.example>",)))
    # By the talk's first message alone, as after an answer that somebody wrote in their own mail program.
    loose = take(store, seal, said("c", follows=("<a@pasts.example>", "<x@birojs.example>"), sender="juris@pasts.example"))
    machine = take(store, seal, said("d", follows=("<b@pasts.example>",), Auto_Submitted="auto-replied"))
    assert {one.inquiry_id for one in (follows, loose, machine)} == {first.inquiry_id}
    assert [one.kind for one in (follows, loose, machine)] == ["follows"] * 3
    other = take(store, seal, said("e", sender="juris@pasts.example"))
    assert other.kind == "new" and other.inquiry_id != first.inquiry_id
    with store.transaction() as session:
        row = session.get_one(Inquiry, first.inquiry_id)
        words = privacy.reveal(session, NOW, "ieva", seal, row.id)
        assert (row.arrived_by, words.name, words.contact) == ("mail", "Anna Bērziņa", "anna@pasts.example")
        assert words.text == f"Jautājums\n\n{CANARY} raksta."
        talk = seeing.of_inquiry(session, NOW, "ieva", seal, row.id)
    assert len(talk) == 4 and talk[-1].words.text == f"{CANARY} raksta." and sum(one.automatic for one in talk) == 1


def test_an_answer_that_came_before_what_it_answers_waits_in_the_talk(store: Store, seal: Seal) -> None:
    late = take(store, seal, said("b", follows=("<a@pasts.example>",)))
    assert (late.kind, take(store, seal, said("a")).inquiry_id) == ("new", late.inquiry_id)


def test_what_machines_wrote_is_put_aside_and_ours_is_refused(store: Store, seal: Seal) -> None:
    aside = take(store, seal, said("a", Precedence="bulk"))
    assert (aside.kind, aside.inquiry_id) == ("aside", None)
    assert take(store, seal, said("b", sender=OURS)).kind == "own"
    assert take(store, seal, said("c", X_Loop=OURS)).kind == "loop"
    with store.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Inquiry)) == 0
        assert session.scalar(select(func.count()).select_from(Letter)) == 1
        assert seeing.count_aside(session) == 1
        number = taking.make_inquiry(session, NOW, seal, aside.letter_id or 0)
        assert number is not None and taking.make_inquiry(session, NOW, seal, aside.letter_id or 0) is None
        assert seeing.count_aside(session) == 0


def test_a_letter_without_a_number_is_known_by_what_is_in_it(store: Store, seal: Seal) -> None:
    kinds = [take(store, seal, said("", text)).kind for text in ("viens\n", "viens\n", "divi\n")]
    assert kinds == ["new", "known", "new"]


def test_two_processes_take_the_same_letter_at_the_same_moment(store: Store, seal: Seal, monkeypatch: pytest.MonkeyPatch) -> None:
    take(store, seal, said("a"))
    monkeypatch.setattr(taking, "_is_known", lambda *_: False)
    monkeypatch.setattr(taking, "_talk", lambda *_: None)
    assert take(store, seal, said("a")).kind == "known"
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Inquiry)) == 1


@pytest.mark.parametrize(("days", "told"), [(1, True), (40, False), (-1, False)])
def test_a_day_that_cannot_be_is_not_believed(store: Store, seal: Seal, days: int, told: bool) -> None:
    at = NOW - timedelta(days=days)
    take(store, seal, replace(said("a"), written_at=at))
    with store.reading() as session:
        assert session.scalar(select(Letter.at)) == (at if told else NOW)


def test_files_are_kept_sealed_and_those_that_are_not_say_why(store: Store, seal: Seal, tmp_path: Path) -> None:
    taken = take(store, seal, said("a", files=FILES), tmp_path)
    lying = sorted((tmp_path / "letters").iterdir())
    assert len(lying) == 2 and all(CANARY.encode() not in path.read_bytes() for path in lying)
    assert all(path.stat().st_mode & 0o077 == 0 for path in lying)
    with store.transaction() as session:
        (letter,) = seeing.of_inquiry(session, NOW, "ieva", seal, taken.inquiry_id or 0)
        assert [(one.name, one.kind, one.refused) for one in letter.files] == [
            ("līgums.pdf", "pdf", None), ("b.png", "png", None), ("virus.exe", "", "letters.refused.kind"),
        ]  # fmt: skip
        first, _, refused = letter.files
        token, kind, name = seeing.file_of(session, NOW, "ieva", seal, letter.letter_id, first.file_id)
        assert (files.open_file(seal, tmp_path, token), kind, name) == (FILES[0][1], "pdf", "līgums.pdf")
        for wrong in ((letter.letter_id, refused.file_id), (letter.letter_id + 1, first.file_id)):
            with pytest.raises(OutreachError, match="file_gone"):
                seeing.file_of(session, NOW, "ieva", seal, *wrong)
        lines = session.scalars(select(AuditEntry.facts).order_by(AuditEntry.id)).all()
    assert lines == [{"via": "letters"}, {"via": "letters", "file": first.file_id}]
    path = tmp_path / "letters" / token
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(OutreachError, match="broken"):
        files.open_file(seal, tmp_path, token)


def test_bytes_that_no_row_names_are_swept_when_they_are_old(store: Store, seal: Seal, tmp_path: Path) -> None:
    take(store, seal, said("a", files=FILES[:1]), tmp_path)
    files.keep(seal, tmp_path, said("b", files=FILES[1:2]).files)
    (tmp_path / "letters" / "notes.txt").write_text("x")
    real = max(path.stat().st_mtime for path in (tmp_path / "letters").iterdir())
    now = NOW.fromtimestamp(real, NOW.tzinfo)
    assert files.sweep(store, tmp_path, now) == 0
    assert files.sweep(store, tmp_path, now + timedelta(days=2)) == 1
    assert len(list((tmp_path / "letters").iterdir())) == 2


def test_erased_is_gone_from_the_store_its_log_and_the_folder(file_store: Store, seal: Seal, tmp_path: Path) -> None:
    first = take(file_store, seal, said(f"{CANARY[:5]}-a", f"{CANARY}\n", files=FILES), tmp_path)
    take(file_store, seal, said("b", follows=(f"<{CANARY[:5]}-a@pasts.example>",)), tmp_path)
    with file_store.reading() as session:
        sealed = [one.encode() for row in session.scalars(select(Letter)) for one in (row.text_sealed, row.subject_sealed, row.address_sealed) if one]
        sealed += [one.name_sealed.encode() for one in session.scalars(select(LetterFile)) if one.name_sealed]
    assert len(sealed) == 9
    with file_store.transaction() as session:
        assert privacy.erase(session, NOW, "ieva", first.inquiry_id or 0)
    assert files.sweep(file_store, tmp_path, NOW) == 2 and privacy.scrub(file_store)
    held = b"".join(path.read_bytes() for path in tmp_path.glob("bytes.db*"))
    assert not [one for one in (*sealed, CANARY[:5].encode() + b"-a") if one in held]
    assert not list((tmp_path / "letters").iterdir())
    # The mailbox still holds it: the person does not come back. Who writes again is a new inquiry.
    assert take(file_store, seal, said(f"{CANARY[:5]}-a")).kind == "known"
    assert take(file_store, seal, said("c", follows=("<b@pasts.example>",))).kind == "new"


def test_a_familys_letters_go_with_the_family(file_store: Store, seal: Seal, tmp_path: Path) -> None:
    from outreach.tracker import families

    taken = take(file_store, seal, said("a", files=FILES[:1]), tmp_path)
    with file_store.transaction() as session:
        home = families.add(session, NOW, seal, families.Family(2))
        families.tie(session, taken.inquiry_id or 0, home)
        assert session.scalar(seeing.counted(home)) == 1
        privacy.erase_family(session, NOW, "ieva", home)
        assert session.scalar(select(Letter.text_sealed)) is None
        assert seeing.of_family(session, NOW, "ieva", seal, home)[0].is_erased


@pytest.mark.parametrize(("last", "kept"), [(timedelta(days=10), True), (timedelta(days=2000), False)])
def test_retention_waits_for_the_last_letter(store: Store, seal: Seal, last: timedelta, kept: bool) -> None:
    old = NOW - timedelta(days=2000)
    taken = take(store, seal, said("a"))
    aside = take(store, seal, said("z", Precedence="bulk"))
    with store.transaction() as session:
        session.get_one(Inquiry, taken.inquiry_id).received_at = old
        session.get_one(Letter, taken.letter_id).at = NOW - last
        assert privacy.forget_due(session, NOW, 12) == (0 if kept else 1)
        assert session.scalar(select(Letter.text_sealed).where(Letter.id == taken.letter_id)) is None or kept
        assert erasing.aside(session, NOW, NOW) == 0  # it came at this moment
        assert privacy.forget_due(session, NOW + timedelta(days=91), 240) == 1
        assert session.get_one(Letter, aside.letter_id).erased_at is not None


def test_a_store_with_put_aside_letters_alone_has_a_key(store: Store, seal: Seal) -> None:
    take(store, seal, said("a", Precedence="bulk"))
    assert reseal.first_keys(store, sealed.places()) == {seal.key_id}


def test_a_letter_after_the_answer_waits(store: Store, seal: Seal) -> None:
    taken = take(store, seal, said("a"))
    number = taken.inquiry_id or 0
    with store.transaction() as session:
        assert not seeing.waits(session, number)
        intake.answer(session, NOW - timedelta(hours=1), number)
        assert seeing.waits(session, number) and seeing.waiting(session) == [(number, NOW)]
        session.get_one(Inquiry, number).answered_at = NOW
        session.flush()
        assert not seeing.waits(session, number) and seeing.waiting(session) == []
