"""A new key, the end of the old one: everything sealed opens throughout, killed or not, and what was erased is gone from copies too."""

import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkProcess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, update

from outreach import checkup, cli, copies, turning, wiring
from outreach.core import keyfile, reseal
from outreach.core.app import App
from outreach.core.db import Base, Store
from outreach.core.errors import OutreachError
from outreach.core.keyring import derived
from outreach.core.seal import Seal
from outreach.core.settings import Settings
from outreach.core.testing import FixedClock
from outreach.people.models import AuditEntry
from outreach.tracker import erasures, privacy
from outreach.tracker.models import Household, Inquiry
from tests.support.offices import told_in
from tests.support.sealedfamily import CANARY, ciphertexts, family, opened, traces, with_store

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = timedelta(hours=1)


@pytest.fixture
def told(tmp_path: Path) -> Settings:
    return told_in(tmp_path)


@pytest.fixture
def at_home(told: Settings) -> Iterator[App]:
    """An office on its own file."""
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as app:
        yield app


@pytest.fixture
def app(at_home: App, store: Store) -> App:
    """The same on both stores."""
    return with_store(at_home, store)


def rotate(app: App, actor: str = "ieva") -> turning.Turned:
    return turning.rotate(app, actor, lambda _done: None)


def step(app: App, by: timedelta = LATER) -> None:
    app.clock.step(by)  # type: ignore[attr-defined]


def deeds(app: App) -> list[str]:
    with app.store.reading() as session:
        return list(session.scalars(select(AuditEntry.action).where(AuditEntry.subject_kind == "key").order_by(AuditEntry.id)))


def test_every_sealed_column_and_folder_is_registered(told: Settings) -> None:
    columns = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns if column.name == "sealed" or column.name.endswith("_sealed")}
    known = [place.name for place in wiring.sealed()]
    assert len(columns) >= 20
    assert sorted(columns) == sorted(name for name in known if "." in name)
    assert {name for name in known if "." not in name} == copies._SEALED | {"brought"}  # which is a day's, and in no copy


def test_a_rotation_seals_everything_anew_and_all_of_it_opens(app: App) -> None:
    number = family(app, NOW)
    before, old = opened(app), app.seal.key_id
    assert all(values and all(CANARY in value for value in values) for values in before.values())
    assert len(before) == len(wiring.sealed())
    old_bytes = ciphertexts(app)
    turned = rotate(app)
    assert turned.made and not turned.broken and turned.anew == sum(map(len, before.values()))
    assert opened(app) == before
    assert app.seal.key_id == turned.key_id != old
    states = {one.key_id: (one.state, sum(one.seals.values())) for one in turning.held(app)}
    assert states == {turned.key_id: ("current", turned.anew), old: ("old", 0)}
    assert not set(old_bytes) & set(ciphertexts(app))
    step(app)
    assert turning.destroy(app, "ieva", old) is None
    assert opened(app) == before and [one.state for one in turning.held(app)] == ["current", "destroyed"]
    assert deeds(app) == ["rotate", "reseal", "destroy"]
    with app.store.reading() as session:
        assert session.get_one(Household, number).erased_at is None


def test_files_from_before_keys_had_versions_are_sealed_anew(app: App) -> None:
    family(app, NOW)
    [file] = (app.settings.folder / "letters").iterdir()
    file.write_bytes(bytes(12) + AESGCM(derived(app.seal.key, "letters.files")).encrypt(bytes(12), b"vecs", file.name.encode()))
    step(app)
    old = app.seal.key_id
    assert turning.held(app)[-1].seals == {"letters": 1}
    assert rotate(app).made
    assert opened(app)["letters"] == ["vecs"]
    step(app)
    turning.destroy(app, "ieva", old)
    assert opened(app)["letters"] == ["vecs"]


def test_what_is_written_meanwhile_with_the_old_key_is_found_by_a_later_pass(app: App) -> None:
    family(app, NOW)
    ring = app.seal.now()
    slow = Seal(ring.current.raw, ring)  # a program that has not seen the new ring yet

    def write(done: reseal.Done) -> None:
        if done.name == "papers" and done.anew:
            with app.store.transaction() as session:
                row = session.scalars(select(Inquiry)).one()
                row.name_sealed = slow.close("tikko", f"inquiry.name:{row.token}")

    turning.rotate(app, "ieva", write)
    assert opened(app)["inquiries.name_sealed"] == ["tikko"]
    assert turning.held(app)[1].seals == {}


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)  # a file has one writer at a time
def test_a_value_that_somebody_changes_in_that_moment_stays_as_they_left_it(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    family(app, NOW)
    really, seen = Seal.open, []

    def changed(self: Seal, sealed: str, place: str) -> str:
        told = really(self, sealed, place)
        if place.startswith("household.name") and not seen:
            seen.append(place)
            with app.store.transaction() as session:
                row = session.scalars(select(Household)).one()
                row.name_sealed = self.close("no cilvēka", place)
        return told

    monkeypatch.setattr(Seal, "open", changed)
    rotate(app)
    monkeypatch.undo()
    assert seen and opened(app)["households.name_sealed"] == ["no cilvēka"]


def killed_at(told: Settings, number: int) -> int:
    """A rotation that is killed when it seals its `number`th value."""

    def child() -> None:
        with wiring.open_app(told, clock=FixedClock(NOW)) as app:
            count, really, whole = 0, Seal.close, Seal.close_bytes

            def counting(self: Seal, content: object, place: str) -> object:
                nonlocal count
                count += 1
                if count > number:
                    os.kill(os.getpid(), signal.SIGKILL)
                return (whole if isinstance(content, bytes) else really)(self, content, place)  # type: ignore[arg-type]

            Seal.close = Seal.close_bytes = counting  # type: ignore[method-assign, assignment]
            rotate(app)

    process = ForkProcess(target=child)
    process.start()
    process.join(60)
    return process.exitcode or 0


@pytest.mark.parametrize("number", [0, 7, 23])
def test_killed_anywhere_the_next_one_goes_on_and_makes_no_further_key(told: Settings, number: int) -> None:
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as app:
        family(app, NOW)
        before = opened(app)
    assert killed_at(told, number) == -signal.SIGKILL
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as app:
        assert opened(app) == before
        assert len(app.seal.now().keys) == 2
        turned = rotate(app)
        assert not turned.made and turned.key_id == app.seal.key_id and turned.anew > 0
        assert opened(app) == before and turning.held(app)[1].seals == {}
        assert rotate(app).made  # the next one is a new one again


def test_a_program_that_runs_meanwhile_goes_on_with_the_new_key(told: Settings, at_home: App) -> None:
    family(at_home, NOW)
    with wiring.open_app(told, clock=FixedClock(NOW)) as other:
        rotate(other)
        step(other)
        turning.destroy(other, "ieva", other.seal.now().keys[1].id)
    assert all(CANARY in value for values in opened(at_home).values() for value in values)
    assert at_home.seal.close("x", "y").split(".")[1] == at_home.seal.now().current.id
    assert len(at_home.seal.now().keys) == 1


def test_a_key_is_destroyed_only_when_nothing_can_need_it(at_home: App) -> None:
    family(at_home, NOW)
    old = at_home.seal.key_id
    with at_home.store.reading() as session:
        row = session.scalars(select(Inquiry)).one()
    late = at_home.seal.close("vēls", f"inquiry.name:{row.token}")
    current = rotate(at_home).key_id
    for key_id, error in (("", "unknown"), ("zzzzzzzz", "unknown"), (current, "current"), (old, "soon")):
        with pytest.raises(OutreachError, match=rf"keys\.error\.{error}"):
            turning.destroy(at_home, "ieva", key_id)
    with at_home.store.transaction() as session:
        session.execute(update(Inquiry).values(name_sealed=late))
    step(at_home)
    with pytest.raises(OutreachError, match=r"keys\.error\.in_use") as refused:
        turning.destroy(at_home, "ieva", old)
    assert refused.value.facts["places"] == "inquiries.name_sealed (1)"
    assert at_home.seal.open(late, f"inquiry.name:{row.token}") == "vēls"
    assert not rotate(at_home).made
    turning.destroy(at_home, "ieva", old)
    assert deeds(at_home).count("destroy") == 1


def test_a_value_that_does_not_open_is_told_and_left_and_its_key_kept(at_home: App) -> None:
    family(at_home, NOW)
    old = at_home.seal.key_id
    with at_home.store.transaction() as session:
        session.execute(update(Household).values(note_sealed=at_home.seal.close("x", "elsewhere")))
    assert rotate(at_home).broken == {"households.note_sealed": 1}
    step(at_home)
    with pytest.raises(OutreachError, match=r"keys\.error\.in_use"):
        turning.destroy(at_home, "ieva", old)


def test_two_rotations_at_once_are_one(at_home: App) -> None:
    seen = []

    def again(done: reseal.Done) -> None:
        with pytest.raises(OutreachError, match=r"keys\.error\.busy"):
            rotate(at_home)
        seen.append(done.name)

    turning.rotate(at_home, "ieva", again)
    assert seen and len(at_home.seal.now().keys) == 2


def test_with_keys_from_the_environment_nothing_happens_until_the_line_is_set(told: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with wiring.open_app(told, create=True) as app:
        family(app, NOW)
        before, plain = opened(app), app.seal.now().text()
    (told.folder / "keys" / "data.key").unlink()
    monkeypatch.setenv("OUTREACH_DATA_KEY", plain)
    clock = FixedClock(NOW)
    with wiring.open_app(told, clock=clock) as running:
        first = rotate(running)
        assert first.given and first.made and turning.held(running)[0].state == "current"
        assert deeds(running) == [] and {one.state for one in turning.held(running)} == {"current"}
        monkeypatch.setenv("OUTREACH_DATA_KEY", first.given)
        with wiring.open_app(told, clock=clock) as fresh:
            old = fresh.seal.now().keys[1].id
            step(fresh)  # the line was made long before it is turned to, and until then others close with the old one
            with pytest.raises(OutreachError, match=r"keys\.error\.soon"):
                turning.destroy(fresh, "ieva", old)
            second = rotate(fresh)
            assert second.given is None and second.key_id == first.key_id and not second.broken
            assert opened(fresh) == before
            with pytest.raises(OutreachError, match=r"keys\.error\.soon"):
                turning.destroy(fresh, "ieva", old)
            step(fresh)
            left = turning.destroy(fresh, "ieva", old)
        with pytest.raises(OutreachError, match=r"core\.seal\.stale"):
            running.seal.close("x", "y")  # not with the key that goes
    assert left is not None
    monkeypatch.setenv("OUTREACH_DATA_KEY", left)
    with wiring.open_app(told, clock=clock) as app:
        assert opened(app) == before and len(app.seal.now().keys) == 1
        assert rotate(app).given  # the next change
    monkeypatch.setenv("OUTREACH_DATA_KEY", plain)
    with pytest.raises(OutreachError, match=r"core\.seal\.(stale|other)"), wiring.open_app(told):
        pass
    assert plain not in (told.folder / "keys" / "current").read_text()


def everywhere(folder: Path, signs: list[bytes]) -> list[str]:
    return [one for one in traces(folder, signs) if "data.key" not in one]


def test_erased_rotated_destroyed_no_copy_tells_the_family_any_more(told: Settings, tmp_path: Path) -> None:
    vault = tmp_path / "copies"
    vault.mkdir()
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as app:
        number = family(app, NOW)
        kept, sealed = copies.copy(app.store, vault / "before.db"), ciphertexts(app)
        copies.copy_beside(told.folder, vault)
        assert kept and len(everywhere(vault, sealed)) == len(sealed) == len(set(sealed))
        with app.store.transaction() as session:
            privacy.erase_family(session, NOW, "ieva", number)
        assert privacy.clear(app)
        marks = [CANARY.encode(), CANARY.encode("unicode_escape"), *sealed]
        assert everywhere(told.folder, marks) == []
        keys = app.seal.now()
        rotate(app)
        step(app)
        turning.destroy(app, "ieva", keys.current.id)
        copies.copy_beside(told.folder, vault)
        assert not list((vault / "letters").iterdir()) and not list((vault / "papers").iterdir())
    assert everywhere(tmp_path, [keys.current.raw.hex().encode(), keys.text().encode()]) == []
    restored = copies.restore(told, vault / "before.db", overwrite=True)
    assert restored.again and restored.unreadable
    with wiring.open_app(told, clock=FixedClock(NOW)) as app:
        assert [place for place, values in opened(app).items() if values] == ["brought"]
        with app.store.reading() as session:
            home = session.scalars(select(Household)).one()
            assert (home.adults, home.children, home.erased_at is not None) == (2, 1, True)
        old = sqlite3.connect(vault / "before.db")
        [(value,)] = old.execute("SELECT name_sealed FROM households").fetchall()
        old.close()
        with pytest.raises(OutreachError, match=r"core\.seal\.key"):
            app.seal.open(value, f"household.name:{home.token}")
    assert not any(value["state"] == "broken" for value in map(vars, checkup.look(told)) if value["what"] == "key")


def test_a_copy_whose_key_is_gone_comes_back_with_its_figures_and_says_so(told: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as app:
        family(app, NOW)
        copies.copy(app.store, tmp_path / "before.db")
        old = app.seal.key_id
        rotate(app)
        step(app)
        turning.destroy(app, "ieva", old)
    (tmp_path / "settings.toml").write_text('[office]\nlanguage = "en"\n', encoding="utf-8")

    def run(*words: str) -> str:
        with pytest.raises(SystemExit) as ended:
            cli.main(["--settings", str(tmp_path / "settings.toml"), *words])
        assert not ended.value.code
        return capsys.readouterr().out

    out = run("restore", "--yes", str(tmp_path / "before.db"))
    [line] = [one for one in out.splitlines() if "destroyed" in one]
    assert "figures" in line
    [inquiry] = json.loads(run("inquiries", "list", "--json"))
    assert inquiry
    monkeypatch.chdir(tmp_path)
    with wiring.open_app(told, create=True) as app, app.store.reading() as session:
        home = session.scalars(select(Household)).one()
        assert (home.name_sealed, home.erased_at, home.adults) == (None, None, 2)  # not erased: another copy may know them
        assert turning.held(app)[1].state == "destroyed"
    assert erasures.settle(app.store, told.folder, NOW) == erasures.Settled(0, 0)


def test_copies_never_hold_the_key(told: Settings, tmp_path: Path) -> None:
    vault = tmp_path / "copies"
    vault.mkdir()
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as app:
        family(app, NOW)
        rotate(app)
        copies.copy(app.store, vault / "copy.db")
        copies.copy_beside(told.folder, vault)
        secrets = [one.raw for one in app.seal.now().keys] + [app.seal.now().text().encode()]
    assert traces(vault, secrets + [raw.hex().encode() for raw in secrets]) == []
    assert "keys" not in {path.name for path in vault.rglob("*")}


def test_files_beside_copies_follow_the_key(told: Settings, tmp_path: Path) -> None:
    vault = tmp_path / "copies"
    vault.mkdir()
    with wiring.open_app(told, create=True, clock=FixedClock(NOW)) as app:
        family(app, NOW)
        copies.copy_beside(told.folder, vault)
        rotate(app)
        assert copies.copy_beside(told.folder, vault) == 2
        assert {reseal.head_of(path) for path in vault.rglob("*") if path.parent.name in {"letters", "papers"}} == {app.seal.key_id}
        assert copies.copy_beside(told.folder, vault) == 0


def test_check_tells_of_old_keys_of_their_age_and_of_values_under_none(told: Settings) -> None:
    with wiring.open_app(told, create=True, clock=FixedClock(NOW - timedelta(days=800))) as app:
        family(app, NOW)
        rotate(app)
        told_of = [one.key for one in checkup.look(told) if one.what == "key"]
        assert {"check.key.old", "check.key.age"} <= set(told_of) and "check.key.unknown" not in told_of
        with app.store.transaction() as session:
            session.execute(update(Household).values(note_sealed=Seal(bytes(32)).close("x", "y")))
        [unknown] = [one for one in checkup.look(told) if one.key == "check.key.unknown"]
        assert (unknown.state, unknown.facts) == ("broken", {"places": "households.note_sealed (1)"})
    keyfile.write_ring(wiring.key_file(told), app.seal.now().turned(datetime.now(UTC)))
    assert "check.key.age" not in {one.key for one in checkup.look(told)}
