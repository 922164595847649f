"""Rings of keys: one line of text, signing keys that outlive every change, a program that sees a change at once."""

import ast
import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core import keyfile
from outreach.core.errors import OutreachError
from outreach.core.keyring import PURPOSES, Key, Ring, derived, read_ring
from outreach.core.seal import Seal

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ONE = Ring((Key(bytes(range(32))),))
ROOMS = Path(__file__).resolve().parents[2]


@given(st.lists(st.sampled_from(["turn", "drop"]), max_size=6))
def test_a_ring_is_one_line_whatever_became_of_it_and_signs_as_on_the_first_day(steps: list[str]) -> None:
    ring = ONE
    for step in steps:
        ring = ring.turned(NOW) if step == "turn" or len(ring.keys) == 1 else ring.without(ring.keys[-1].id, NOW)
    text = ring.text()
    assert len(text.split()) == 1 and text.isascii()
    assert read_ring(f" {text}\n", "x") == ring
    assert {one: ring.sign_key(one) for one in PURPOSES} == {one: ONE.sign_key(one) for one in PURPOSES}


def test_a_plain_key_is_a_ring_and_stays_as_it_was() -> None:
    plain = base64.urlsafe_b64encode(bytes(range(32))).decode()
    assert read_ring(plain, "x") == ONE and ONE.text() == plain


def test_a_destroyed_key_is_in_no_part_of_the_line() -> None:
    turned = ONE.turned(NOW)
    left = turned.without(ONE.current.id, NOW)
    assert left.gone[0].id == ONE.current.id and left.named(ONE.current.id) is None
    line = base64.urlsafe_b64decode(left.text().removeprefix("ring1."))
    for raw in (ONE.current.raw, derived(ONE.current.raw, "letters.files")):
        assert base64.urlsafe_b64encode(raw) not in line and raw.hex().encode() not in line
    assert base64.urlsafe_b64encode(ONE.current.raw) in base64.urlsafe_b64decode(turned.text().removeprefix("ring1."))


def test_the_key_that_seals_is_never_dropped_and_an_unknown_purpose_is_refused() -> None:
    with pytest.raises(ValueError):
        ONE.without(ONE.current.id, NOW)
    for ring in (ONE, ONE.turned(NOW)):
        with pytest.raises(ValueError, match="PURPOSES"):
            ring.sign_key("letters.files")


def test_a_purpose_that_comes_later_has_one_key_through_later_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = ONE.turned(NOW)
    monkeypatch.setattr("outreach.core.keyring.PURPOSES", PURPOSES | {"tomorrow"})
    later = ring.turned(NOW).without(ONE.current.id, NOW)
    assert ring.sign_key("tomorrow") == later.sign_key("tomorrow") == read_ring(later.text(), "x").sign_key("tomorrow")


WRONG = ["", "x", "ring1.", "ring1.x", "ring1." + base64.urlsafe_b64encode(b"[]").decode(), "ring1." + base64.urlsafe_b64encode(b'{"keys":[],"signing":{},"gone":[]}').decode(), ONE.turned(NOW).text()[:-8], "ē" * 44]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_ring_is_said_without_showing_it(text: str) -> None:
    with pytest.raises(OutreachError, match="core.seal.bad_key") as caught:
        read_ring(text, "HERE")
    assert dict(caught.value.facts) == {"where": "HERE"}
    assert caught.value.__cause__ is None


def test_a_program_sees_a_ring_that_another_turned(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "data.key"
    seal, other = keyfile.file_seal(file), keyfile.file_seal(file)
    before, old = seal.close("Anna", "p"), seal.key_id
    turned = other.now().turned(NOW)
    keyfile.write_ring(file, turned)
    assert file.stat().st_mode & 0o077 == 0
    assert seal.key_id == turned.current.id != old  # closes with the new one at once
    assert seal.open(before, "p") == "Anna" and seal.open(other.close("Jānis", "p"), "p") == "Jānis"
    assert seal.sign_key("form") == other.sign_key("form")
    keyfile.write_ring(file, turned.without(old, NOW))
    assert seal.open(seal.close("Anna", "p"), "p") == "Anna"
    with pytest.raises(OutreachError, match="core.seal.key"):
        seal.open(before, "p")


def test_nothing_is_closed_with_a_key_whose_file_is_gone(tmp_path: Path) -> None:
    file = tmp_path / "data.key"
    seal = keyfile.file_seal(file)
    before = seal.close("Anna", "p")
    file.unlink()
    with pytest.raises(OutreachError, match="core.seal.lost"):
        seal.close("Anna", "p")
    assert seal.open(before, "p") == "Anna"
    assert not file.exists()


def test_an_environment_that_is_older_than_the_data_closes_nothing_and_opens_what_it_can(tmp_path: Path) -> None:
    mark, turned = tmp_path / "keys" / "current", ONE.turned(NOW)
    old, new = keyfile.given_seal(ONE.text(), mark), keyfile.given_seal(turned.text(), mark)
    before = old.close("Anna", "p")
    keyfile.write_mark(mark, turned.current.id, NOW)
    with pytest.raises(OutreachError, match="core.seal.stale"):
        old.close("Anna", "p")
    assert old.open(before, "p") == new.open(before, "p") == "Anna"
    assert new.open(new.close("Jānis", "p"), "p") == "Jānis"
    assert turned.current.raw.hex() not in mark.read_text()


def test_no_seal_source_or_ring_shows_a_key(tmp_path: Path) -> None:
    turned = ONE.turned(NOW + timedelta(days=1))
    seen = repr([turned, Seal(turned.current.raw, turned), keyfile.file_seal(tmp_path / "k"), keyfile.given_seal(turned.text(), tmp_path / "m")])
    for raw in (ONE.current.raw, turned.current.raw, turned.sign_key("form")):
        assert repr(raw)[2:-1] not in seen and base64.urlsafe_b64encode(raw).decode() not in seen


def uses() -> dict[str, list[str]]:
    """Every purpose that code asks a signing key for, and where; constants are followed to their modules."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for wing in ("outreach", "campaigns", "scrapers") for path in (ROOMS / wing).rglob("*.py")}
    constants: dict[tuple[str, str], str] = {}
    for path, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                constants.update({(path.stem, one.id): node.value.value for one in node.targets if isinstance(one, ast.Name)})
    found: dict[str, list[str]] = {}
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sign_key" and path.parent.name != "core"):
                continue
            (asked,) = node.args
            if isinstance(asked, ast.Constant):
                purpose = str(asked.value)
            elif isinstance(asked, ast.Attribute) and isinstance(asked.value, ast.Name):
                purpose = constants[asked.value.id, asked.attr]
            else:
                assert isinstance(asked, ast.Name), f"{path}: {ast.dump(asked)}"
                purpose = constants[path.stem, asked.id]
            found.setdefault(purpose, []).append(str(path))
    return found


def test_every_purpose_that_code_signs_for_is_registered() -> None:
    found = uses()
    assert len(found) >= 15
    assert {one: where for one, where in found.items() if one not in PURPOSES} == {}
