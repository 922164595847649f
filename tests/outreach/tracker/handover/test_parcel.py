"""The parcel itself: it opens at one office, whole, and only what an office it knows has closed."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.tracker.handover import case, keys, known, parcel, receipts
from outreach.tracker.handover.keys import OfficeKey

AT = datetime(2026, 11, 27, 9, tzinfo=UTC)
SEALS = {name: Seal(bytes(range(number, number + 32))) for number, name in enumerate(("Latgale", "Vidzeme", "Rīga"))}
KEYS = {name: keys.own(seal, name) for name, seal in SEALS.items()}
LATGALE, VIDZEME, RIGA = KEYS.values()


def closed(content: bytes = b"x" * 40) -> bytes:
    return parcel.close(SEALS["Latgale"], LATGALE, VIDZEME, content)


def refused(key: str, data: bytes, at: str = "Vidzeme", by: OfficeKey = LATGALE) -> None:
    with pytest.raises(OutreachError) as error:
        parcel.opened(SEALS[at], KEYS[at], by, data)
    assert error.value.key == key


@given(st.binary(max_size=2_000))
def test_it_opens_at_the_other_office(content: bytes) -> None:
    data = closed(content)
    assert parcel.sender(data, VIDZEME) == LATGALE.name
    assert parcel.opened(SEALS["Vidzeme"], VIDZEME, LATGALE, data) == content
    assert len(content) < 12 or content not in data


def test_not_even_the_sender_opens_it_again() -> None:
    refused("handover.error.other_office", closed(), at="Latgale")
    turned = bytearray(closed())
    turned[24:32] = LATGALE.mark  # said to be for the sender
    refused("handover.error.altered", bytes(turned), at="Latgale", by=VIDZEME)


def test_any_bit_that_is_another_is_noticed() -> None:
    data = closed()
    for at in range(len(data)):
        altered = bytearray(data)
        altered[at] ^= 1 << (at % 8)
        with pytest.raises(OutreachError) as error:
            parcel.opened(SEALS["Vidzeme"], VIDZEME, LATGALE, bytes(altered))
        assert error.value.key in {"handover.error.altered", "handover.error.no_parcel", "handover.error.other_office"}
    for length in (0, 10, 60, 75, len(data) - 1):
        with pytest.raises(OutreachError):
            parcel.opened(SEALS["Vidzeme"], VIDZEME, LATGALE, data[:length])


def test_who_knows_only_the_public_keys_makes_none() -> None:
    """A parcel of a stranger who says to be Latgale."""
    stranger = Seal(secrets.token_bytes(32))
    forged = bytearray(parcel.close(stranger, replace(LATGALE), VIDZEME, b"false"))
    assert parcel.sender(bytes(forged), VIDZEME) == LATGALE.name
    refused("handover.error.altered", bytes(forged))


def test_another_office_is_told_so() -> None:
    refused("handover.error.other_office", closed(), at="Rīga")
    refused("handover.error.no_parcel", b"PK\x03\x04" + bytes(200))


@given(st.text(max_size=40), st.integers(0, 200))
def test_a_line_is_read_back_and_one_wrong_letter_is_seen(noise: str, at: int) -> None:
    line = RIGA.line
    assert keys.read_line(f"  {line}\n") == RIGA
    place = at % len(line)
    other = line[:place] + noise + line[place + 1 :]
    if other.strip() != line:
        with pytest.raises(OutreachError) as error:
            keys.read_line(other)
        assert error.value.key == "handover.error.line"


def test_fingerprints_tell_offices_apart_and_have_the_region_in_them() -> None:
    told = [one.fingerprint for one in (*KEYS.values(), replace(LATGALE, region="Kurzeme"))]
    assert len(set(told)) == 4
    assert all(len(one) == 5 and all(len(part) == 5 and part.isdigit() for part in one) for one in told)


def test_a_key_of_nothing_is_refused() -> None:
    with pytest.raises(OutreachError):
        keys.shared(SEALS["Latgale"], OfficeKey("Vidzeme", bytes(32)))


def test_receipts_are_the_same_on_both_sides_and_of_one_parcel_alone() -> None:
    here, there = SEALS["Latgale"], SEALS["Vidzeme"]
    one, other = "0" * 32, "1" * 32
    code = receipts.code(there, LATGALE, one, "taken")
    assert code == receipts.code(here, VIDZEME, one, "taken")
    assert receipts.read(here, VIDZEME, one, f" {code.lower().replace('-', ' ')} ") == "taken"
    assert receipts.read(here, VIDZEME, one, receipts.code(there, LATGALE, one, "refused")) == "refused"
    assert receipts.read(here, VIDZEME, other, code) is None
    assert receipts.read(here, RIGA, one, code) is None
    assert receipts.read(here, VIDZEME, one, "") is None
    assert receipts.read(here, VIDZEME, one, "ĀĀĀĀ-ĀĀĀĀ-ĀĀĀĀ-ĀĀĀĀ") is None


@pytest.mark.parametrize("data", [b"", b"x", b"\x78\x9c", b"{}", case.zlib.compress(b"{}"), case.zlib.compress(b'{"format":1}' * 9)])
def test_what_is_no_case_is_said_without_a_word_of_it(data: bytes) -> None:
    with pytest.raises(OutreachError) as error:
        case.unpacked(data)
    assert error.value.key == "handover.error.broken"
    assert error.value.__cause__ is None


def test_a_parcel_that_swells_is_not_unpacked() -> None:
    with pytest.raises(OutreachError):
        case.unpacked(case.zlib.compress(b" " * 40_000_000))


def test_known_offices_stay_and_the_latest_key_of_a_region_is_used(tmp_path: Path) -> None:
    assert known.offices(tmp_path) == ()
    assert known.add(tmp_path, AT, "astra", VIDZEME, LATGALE)
    assert not known.add(tmp_path, AT, "astra", VIDZEME, LATGALE)
    newer = replace(RIGA, region="vidzeme")
    assert known.add(tmp_path, AT, "astra", newer, LATGALE)
    assert known.current(tmp_path, "Vidzeme") == newer
    assert known.named(tmp_path, VIDZEME.name) == VIDZEME
    assert [one.current for one in known.offices(tmp_path)] == [True, False]
    for own in (LATGALE, replace(VIDZEME, region="Latgale")):
        with pytest.raises(OutreachError) as error:
            known.add(tmp_path, AT, "astra", own, LATGALE)
        assert error.value.key == "handover.error.own"
    with pytest.raises(OutreachError):
        known.current(tmp_path, "Zemgale")
    (tmp_path / "offices" / "known.json").write_text("[{", encoding="utf-8")
    with pytest.raises(OutreachError) as error:
        known.offices(tmp_path)
    assert error.value.key == "handover.error.known"
