"""Personal text at rest: opens only with its key, in its place, unaltered."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.errors import OutreachError
from outreach.core.keyring import Key, Ring, derived
from outreach.core.seal import Seal, key_id_of_bytes, read_key

KEY = Seal(bytes(range(32)))
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@given(st.text(), st.text(min_size=1))
def test_what_is_closed_opens_in_its_place(text: str, place: str) -> None:
    text, place = (value.encode("utf-8", "ignore").decode() for value in (text, place))
    assert KEY.open(KEY.close(text, place), place) == text


def test_another_place_another_key_or_an_altered_value_do_not_open() -> None:
    sealed = KEY.close("Anna", "inquiry:1")
    assert "Anna" not in sealed
    with pytest.raises(OutreachError, match="broken"):
        KEY.open(sealed, "inquiry:2")
    with pytest.raises(OutreachError, match="core.seal.key"):
        Seal(bytes(32)).open(sealed, "inquiry:1")
    middle = len(sealed) - 6
    with pytest.raises(OutreachError, match="broken"):
        KEY.open(sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :], "inquiry:1")
    for nonsense in ("", "v1", "v1.x", f"v1.{KEY.key_id}.??", f"v1.{KEY.key_id}."):
        with pytest.raises(OutreachError):
            KEY.open(nonsense, "inquiry:1")


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert KEY.close("Anna", "p") != KEY.close("Anna", "p")


def test_key_file_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "data.key"
    first = read_key(None, file)
    assert read_key(None, file) == first
    assert file.stat().st_mode & 0o077 == 0
    assert os.listdir(file.parent) == ["data.key"]


def test_a_bad_key_is_said_plainly_without_showing_it(tmp_path: Path) -> None:
    with pytest.raises(OutreachError, match="OUTREACH_DATA_KEY") as caught:
        read_key("short-secret", tmp_path / "unused")
    assert "short-secret" not in str(caught.value)


def test_a_seal_shows_no_key() -> None:
    assert str(KEY.key) not in repr(KEY)
    assert KEY.sign_key("form") != KEY.sign_key("csrf")
    with pytest.raises(ValueError, match="PURPOSES"):
        KEY.sign_key("other")


@given(st.binary(), st.text(min_size=1, alphabet="abc/0123"))
def test_bytes_open_in_their_place_and_name_their_key(content: bytes, place: str) -> None:
    held = KEY.close_bytes(content, place)
    assert key_id_of_bytes(held) == KEY.key_id
    assert KEY.open_bytes(held, place) == content
    for wrong, where in ((held, f"{place}x"), (held[:-1], place), (held[:14], place), (b"", place)):
        with pytest.raises(OutreachError, match="broken"):
            KEY.open_bytes(wrong, where)
    with pytest.raises(OutreachError, match="core.seal.key"):
        Seal(bytes(32)).open_bytes(held, place)


def test_a_file_from_before_keys_had_versions_opens_with_the_key_it_has() -> None:
    nonce, token = bytes(12), "3f" * 16
    old = nonce + AESGCM(derived(KEY.key, "letters.files")).encrypt(nonce, b"%PDF", token.encode())
    assert key_id_of_bytes(old) is None
    turned = Ring((Key(KEY.key),)).turned(NOW)
    for seal in (KEY, Seal(turned.current.raw, turned)):
        assert seal.open_bytes(old, f"letters/{token}") == b"%PDF"
    left = turned.without(KEY.key_id, NOW)
    for seal, place in ((KEY, "letters/x"), (Seal(left.current.raw, left), f"letters/{token}")):
        with pytest.raises(OutreachError, match="broken"):
            seal.open_bytes(old, place)
