"""Who is erased stays erased: the ledger, what is noted in it, and an older store that is told."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from outreach import cli, copies, wiring
from outreach.core import ledger
from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.ledger import Erased
from outreach.core.settings import Settings
from outreach.core.testing import FixedClock
from outreach.people.models import AuditEntry
from outreach.tracker import erasures, families, privacy
from outreach.tracker.handover.models import Handover
from outreach.tracker.letters import files, taking
from outreach.tracker.letters.models import Letter
from outreach.tracker.models import Household, Inquiry
from tests.outreach.tracker.letters.writing import OURS, PNG, said
from tests.support.offices import told_in
from tests.support.sealedfamily import CANARY, FOLDERS, THEIRS, ciphertexts, family, opened, traces, with_store

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TOKENS = st.text("0123456789abcdef", min_size=32, max_size=32)
LINES = st.builds(Erased, st.sampled_from([one.name for one in erasures.KINDS]), TOKENS, st.datetimes(timezones=st.just(UTC)), st.one_of(st.just(""), TOKENS))
OPENED = {f"{one.__tablename__}." for one in THEIRS}


@pytest.fixture
def told(tmp_path: Path) -> Settings:
    return told_in(tmp_path)


@pytest.fixture
def at_home(told: Settings) -> Iterator[App]:
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as app:
        yield app


@pytest.fixture
def app(at_home: App, store: Store) -> App:
    return with_store(at_home, store)


def theirs(app: App) -> list[str]:
    """What of families can still be opened."""
    return [value for place, values in opened(app).items() for value in values if place.startswith(tuple(OPENED)) or place in FOLDERS]


def erase(app: App, number: int) -> None:
    with app.store.transaction() as session:
        privacy.erase_family(session, app.clock.now(), "ieva", number)
    privacy.clear(app)


@given(st.lists(LINES), st.binary(max_size=40))
def test_lines_are_read_as_they_were_written_whatever_a_power_cut_left(tmp_path_factory: pytest.TempPathFactory, lines: list[Erased], torn: bytes) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    ledger.add(folder, lines[:1])
    (folder / ledger.NAME).parent.mkdir(exist_ok=True)
    with (folder / ledger.NAME).open("ab") as file:
        file.write(b"inquiry " + torn.replace(b"\n", b""))
    ledger.add(folder, lines[1:])
    assert [one for one in ledger.read(folder) if one in lines] == lines


def test_ledgers_of_two_folders_become_one(tmp_path: Path) -> None:
    first, second = Erased("inquiry", "a" * 32, NOW, "f"), Erased("household", "b" * 32, NOW)
    ledger.add(tmp_path / "1", [first])
    ledger.add(tmp_path / "2", [second])
    assert ledger.join(tmp_path / "1", tmp_path / "2") == 1 == ledger.join(tmp_path / "2", tmp_path / "1")
    assert set(ledger.read(tmp_path / "1")) == set(ledger.read(tmp_path / "2")) == {first, second}
    assert ledger.join(tmp_path / "1", tmp_path / "2") == 0 == ledger.join(tmp_path / "none", tmp_path / "2")


def test_every_erasing_is_noted_after_its_commit_with_nothing_personal(app: App) -> None:
    number = family(app, NOW)
    sealed = ciphertexts(app)
    with pytest.raises(OutreachError), app.store.transaction() as session:
        privacy.erase_family(session, NOW, "ieva", number)
        raise OutreachError("taken back")
    assert ledger.read(app.settings.folder) == [] and theirs(app)
    erase(app, number)
    noted = ledger.read(app.settings.folder)
    assert {one.kind for one in noted} == {one.name for one in erasures.KINDS}
    assert len(noted) == len(erasures.KINDS)
    text = (app.settings.folder / ledger.NAME).read_text()
    assert CANARY not in text and "pasts.example" not in text
    assert (app.settings.folder / ledger.NAME).stat().st_mode & 0o077 == 0
    assert theirs(app) == [] and traces(app.settings.folder, [CANARY.encode(), *sealed]) == []
    assert erasures.settle(app.store, app.settings.folder, NOW) == erasures.Settled(0, 0)


def test_an_erasing_that_a_savepoint_takes_back_is_not_noted_and_nothing_is_erased_by_it_later(app: App) -> None:
    number = family(app, NOW)
    with app.store.transaction() as session:
        with session.begin_nested():  # one that holds, about one that does not, about one that would have held
            session.get_one(Household, number).adults = 3
            with pytest.raises(OutreachError), session.begin_nested():
                with session.begin_nested():
                    privacy.erase_family(session, NOW, "ieva", number)
                raise OutreachError("taken back")
        assert session.get_one(Household, number).erased_at is None
    assert ledger.read(app.settings.folder) == []
    before = theirs(app)
    assert before and erasures.settle(app.store, app.settings.folder, NOW) == erasures.Settled(0, 0)
    assert theirs(app) == before


def test_an_erasing_within_a_savepoint_that_holds_is_noted(app: App) -> None:
    number = family(app, NOW)
    with app.store.transaction() as session, session.begin_nested():
        privacy.erase_family(session, NOW, "ieva", number)
    assert {one.kind for one in ledger.read(app.settings.folder)} == {one.name for one in erasures.KINDS}


def test_a_hold_and_a_parcel_of_an_older_store_end_with_the_words(app: App) -> None:
    number = family(app, NOW)
    with app.store.reading() as session:
        token = session.get_one(Household, number).token
    with app.store.transaction() as session:
        session.get_one(Household, number).held_until = date(2027, 6, 1)
        session.add(Handover(parcel="a" * 32, direction="out", state="packed", household_id=number, region="R", key_name="k", made_at=NOW, made_by="ieva"))
    ledger.add(app.settings.folder, [Erased("household", token, NOW + timedelta(days=1))])
    assert erasures.settle(app.store, app.settings.folder, NOW).again
    with app.store.reading() as session:
        assert session.get_one(Household, number).held_until is None
        assert session.scalars(select(Handover.state)).one() == "called_back"


def test_a_store_that_was_brought_back_by_other_means_is_told_before_any_command_shows_it(told: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "settings.toml").write_text("", encoding="utf-8")
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as app:
        number = family(app, NOW)
        copies.copy(app.store, tmp_path / "before.db")
        erase(app, number)
    for end in ("-wal", "-shm"):
        (told.folder / f"outreach.db{end}").unlink(missing_ok=True)
    shutil.copyfile(tmp_path / "before.db", told.folder / "outreach.db")
    with pytest.raises(SystemExit):
        cli.main(["--settings", str(tmp_path / "settings.toml"), "inquiries", "show", "1"])
    assert CANARY not in capsys.readouterr().out
    store = wiring.db.open_store(told.store_url, create=False)
    with store.reading() as session:
        assert session.scalars(select(Inquiry)).one().name_sealed is None
    store.close()


def test_an_older_store_is_told_and_its_figures_stay(app: App) -> None:
    number = family(app, NOW)
    with app.store.reading() as session:
        before = {model: [dict(vars(row)) for row in session.scalars(select(model))] for model in THEIRS}
    erase(app, number)
    with app.store.transaction() as session:  # as an older copy has it
        for model, rows in before.items():
            for row in rows:
                session.execute(update(model).where(model.id == row["id"]).values({column: row[column] for column in [one.name for one in model.__table__.columns]}))
    assert theirs(app)
    told = erasures.settle(app.store, app.settings.folder, NOW + timedelta(days=1))
    assert told.again and theirs(app) == []
    assert erasures.settle(app.store, app.settings.folder, NOW + timedelta(days=1)).again == 0
    with app.store.reading() as session:
        home = session.get_one(Household, number)
        assert (home.adults, home.children, home.countries) == (2, 1, ["GB"])
        assert session.scalars(select(Letter)).one().message_id.startswith("sha256:")
        assert {*session.scalars(select(AuditEntry.subject_kind).where(AuditEntry.actor == erasures.BY_LEDGER))} >= {"inquiry", "household"}


def test_what_a_crash_kept_from_the_ledger_is_noted_at_the_next_start(told: Settings) -> None:
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as app:
        erase(app, family(app, NOW))
    whole = {(one.kind, one.token) for one in ledger.read(told.folder) if one.kind != "task"}
    (told.folder / ledger.NAME).unlink()
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)):
        assert {(one.kind, one.token) for one in ledger.read(told.folder)} == whole


def test_words_written_after_an_erasing_stay(app: App) -> None:
    number = family(app, NOW)
    erase(app, number)
    with app.store.transaction() as session:
        home = session.get_one(Household, number)
        home.name_sealed = app.seal.close("Jauns vārds", families.sealed_place("name", home.token))
    assert erasures.settle(app.store, app.settings.folder, NOW).again == 0
    assert theirs(app) == ["Jauns vārds"]


def test_a_record_that_was_given_another_token_is_known_in_older_stores(at_home: App) -> None:
    number = family(at_home, NOW)
    with at_home.store.transaction() as session:
        row = session.scalars(select(Inquiry)).one()
        old = row.token
        privacy.erase(session, NOW, "ieva", row.id)
        row.token = "e" * 32
    assert [one.token for one in ledger.read(at_home.settings.folder) if one.kind == "inquiry"] == [old]
    assert number


@pytest.mark.parametrize("left", ["both", "copies", "data"])
def test_an_older_copy_brings_nobody_back_before_the_first_page(told: Settings, tmp_path: Path, left: str) -> None:
    vault = tmp_path / "copies"
    vault.mkdir()
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as app:
        number = family(app, NOW)
        copies.copy(app.store, vault / "before.db")
        copies.copy_beside(told.folder, vault)
        erase(app, number)
        copies.copy(app.store, vault / "after.db")
        if left != "data":
            copies.copy_beside(told.folder, vault)
        key = (told.folder / "keys" / "data.key").read_bytes()
    if left == "copies":
        shutil.rmtree(told.folder)
        (told.folder / "keys").mkdir(parents=True)
        (told.folder / "keys" / "data.key").write_bytes(key)
    restored = copies.restore(told, vault / "before.db", overwrite=True)
    assert restored.again == 2  # the inquiry and the household, with all that is theirs
    assert not [path for name in ("letters", "papers") for path in (told.folder / name).glob("*")]
    store = wiring.db.open_store(told.store_url, create=False)  # as it lies there, before any start
    with store.reading() as session:
        home = session.scalars(select(Household)).one()
        assert (home.name_sealed, home.adults, home.children) == (None, 2, 1)
    store.close()
    with wiring.open_app(told, clock=FixedClock(NOW)) as app:
        assert theirs(app) == []


def test_the_letter_of_somebody_who_was_erased_comes_in_again_and_goes_again(at_home: App) -> None:
    app, folder = at_home, at_home.settings.folder
    letter = said("a", "Zeltkanārijs raksta", files=(("bilde.png", PNG),))

    def take() -> int:
        with app.store.transaction() as session:
            taken = taking.take(session, NOW, app.seal, letter, files.keep(app.seal, folder, letter.files), {OURS})
        return taken.inquiry_id or 0

    first = take()
    with app.store.transaction() as session:
        privacy.erase(session, NOW, "ieva", first)
    with app.store.transaction() as session:  # a store from before the letter: it knows nothing of it
        for row in session.scalars(select(Letter)):
            row.message_id = f"<other{row.id}@x>"
        session.execute(update(Inquiry).values(dedup_key="0" * 64))
    again = take()
    assert again != first and theirs(app)
    assert erasures.keep(app).again
    assert theirs(app) == []
