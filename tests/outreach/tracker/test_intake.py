"""The one door: once is once, and personal words are sealed wherever they were written."""

import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.tracker import privacy
from outreach.tracker.intake import Incoming, Received, answer, receive, sealed_place
from outreach.tracker.models import Inquiry

CANARY = "Kanārija Ķirzakiņa"
CONTACT = "kanarija.ciparina@example.org"
STORY = "Mēs trīs gribam mājās, zvaniet pēc sešiem vienreizzvaniet"
FULL = Incoming(
    "form", country="IE", topic="work", name=CANARY, contact=CONTACT, text=STORY, message_id="kanarija-token"
)
SECRETS = (CANARY, CONTACT, STORY, "kanarija", "vienreizzvaniet", "Ķirzakiņa")


def take(store: Store, now: datetime, seal: Seal, incoming: Incoming) -> Received:
    with store.transaction() as session:
        return receive(session, now, seal, incoming)


def count(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(Inquiry)) or 0


@pytest.mark.parametrize("incoming", [FULL, replace(FULL, message_id=None), Incoming("phone", text="zvans")])
def test_the_same_again_is_the_same_row(store: Store, now: datetime, seal: Seal, incoming: Incoming) -> None:
    first = take(store, now, seal, incoming)
    again = take(store, now + timedelta(minutes=5), seal, incoming)
    assert first.new
    assert again == Received(first.inquiry_id, new=False)
    assert count(store) == 1


def test_another_token_another_day_or_other_words_are_another_inquiry(store: Store, now: datetime, seal: Seal) -> None:
    line = Incoming("phone", name="Anna", topic="work")
    takes = [
        take(store, now, seal, line),
        take(store, now + timedelta(days=30), seal, line),
        take(store, now, seal, replace(line, topic="school")),
        take(store, now, seal, replace(line, message_id="a")),
        take(store, now, seal, replace(line, message_id="b")),
    ]
    assert all(received.new for received in takes)
    assert count(store) == 5


def test_two_threads_with_one_token_make_one_inquiry(store: Store, now: datetime, seal: Seal) -> None:
    workers = 4
    for turn in range(10):
        together = Barrier(workers)
        incoming = replace(FULL, message_id=f"turn {turn}")

        def run(incoming: Incoming = incoming, together: Barrier = together) -> Received:
            together.wait()
            return take(store, now, seal, incoming)

        with ThreadPoolExecutor(workers) as pool:
            received = [task.result() for task in [pool.submit(run) for _ in range(workers)]]
        assert sum(one.new for one in received) == 1
        assert len({one.inquiry_id for one in received}) == 1


def test_an_imported_table_can_be_read_twice(store: Store, now: datetime, seal: Seal) -> None:
    row = Incoming("import", name="Anna", received_at=now - timedelta(days=400))
    first = take(store, now, seal, row)
    again = take(store, now + timedelta(days=3), seal, row)
    assert not again.new
    with store.reading() as session:
        assert session.get_one(Inquiry, first.inquiry_id).received_at == now - timedelta(days=400)


def files_of(store: Store) -> bytes:
    assert store.path is not None
    return b"".join(path.read_bytes() for path in Path(store.path).parent.glob("bytes.db*"))


@pytest.mark.parametrize(
    "incoming",
    [
        FULL,
        replace(FULL, message_id=None),
        # A hostile or hurried form: personal words in the fields that stand in the clear.
        Incoming(
            "form", language=CANARY, country=f"Īrija, {CANARY}", municipality=f"Preiļi 12 {CONTACT}", topic=STORY,
            said_source=f"radio, {CANARY}", code=CONTACT,
        ),
    ],
)  # fmt: skip
def test_no_personal_word_lies_in_the_store_or_the_log(
    file_store: Store, now: datetime, seal: Seal, incoming: Incoming, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    take(file_store, now, seal, incoming)
    lying = files_of(file_store)
    logged = "".join(record.getMessage() + repr(record.__dict__) for record in caplog.records)
    for secret in SECRETS:
        assert secret.encode() not in lying
        assert secret not in logged
        assert secret not in repr(incoming)


def test_words_of_a_wrong_shape_are_sealed_not_lost(store: Store, now: datetime, seal: Seal) -> None:
    odd = Incoming(
        "form", language="latviešu!", country="Nekurzeme", municipality="Iela 5-12", code="!!", topic="kaķi", people=900
    )
    received = take(store, now, seal, odd)
    with store.transaction() as session:
        opened = privacy.reveal(session, now, "test", seal, received.inquiry_id)
        row = session.get_one(Inquiry, received.inquiry_id)
        assert (row.language, row.country, row.municipality, row.code, row.people) == (None,) * 5
        assert row.topic == "other"
    for word in ("latviešu!", "Nekurzeme", "Iela 5-12", "!!", "kaķi", "900"):
        assert word in opened.text


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("radio", "radio"),
        ("dzirdēju radio", "radio"),
        ("Facebook lapā", "facebook"),
        ("no mammas", "friends"),
        ("x", "other"),
    ],
)
def test_what_they_said_becomes_a_name_of_the_list(
    store: Store, now: datetime, seal: Seal, said: str, source: str
) -> None:
    received = take(store, now, seal, Incoming("form", said_source=said))
    with store.reading() as session:
        assert session.get_one(Inquiry, received.inquiry_id).said_source == source


def test_broken_characters_do_not_stop_anyone(store: Store, now: datetime, seal: Seal) -> None:
    received = take(store, now, seal, Incoming("form", name="A\ud800b", text="\x00 nul", municipality="\ud800"))
    with store.transaction() as session:
        opened = privacy.reveal(session, now, "test", seal, received.inquiry_id)
    assert opened.name == "A?b"
    assert opened.text == "\x00 nul\n?"


def test_refusals_carry_no_personal_word(store: Store, now: datetime, seal: Seal) -> None:
    with pytest.raises(OutreachError, match=r"tracker\.error\.household") as caught:
        take(store, now, seal, replace(FULL, household_id=99))
    assert CANARY not in repr(caught.value) + str(caught.value)
    with pytest.raises(OutreachError, match=r"tracker\.error\.arrival"):
        take(store, now, seal, replace(FULL, arrived_by="pigeon"))


def test_a_full_or_broken_store_says_nothing_personal(file_store: Store, now: datetime, seal: Seal) -> None:
    with file_store.transaction() as session:
        session.connection().exec_driver_sql(
            "CREATE TRIGGER no BEFORE INSERT ON inquiries BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    with pytest.raises(Exception, match="no") as caught:
        take(file_store, now, seal, FULL)
    for secret in SECRETS:
        assert secret not in str(caught.value) + repr(caught.value)


def test_a_sealed_value_opens_in_its_own_row_and_column_alone(store: Store, now: datetime, seal: Seal) -> None:
    one = take(store, now, seal, FULL)
    other = take(store, now, seal, replace(FULL, message_id="other", name="Cita"))
    with store.transaction() as session:
        first, second = (session.get_one(Inquiry, taken.inquiry_id) for taken in (one, other))
        assert seal.open(first.name_sealed or "", sealed_place("name", first.token)) == CANARY
        with pytest.raises(OutreachError, match=r"core\.seal\.broken"):
            seal.open(first.name_sealed or "", sealed_place("text", first.token))
        second.name_sealed = first.name_sealed
        session.flush()
        with pytest.raises(OutreachError, match=r"core\.seal\.broken"):
            privacy.reveal(session, now, "test", seal, other.inquiry_id)


def test_answering_is_written_once(store: Store, now: datetime, seal: Seal) -> None:
    received = take(store, now, seal, FULL)
    with store.transaction() as session:
        assert answer(session, now, received.inquiry_id)
        assert not answer(session, now + timedelta(hours=1), received.inquiry_id)
        assert session.get_one(Inquiry, received.inquiry_id).answered_at == now
        with pytest.raises(OutreachError, match=r"tracker\.error\.inquiry"):
            answer(session, now, 999)


def test_the_canary_would_be_found_in_the_clear(file_store: Store, now: datetime) -> None:
    """The search itself can see: the same words unsealed are found."""
    assert file_store.path is not None
    with sqlite3.connect(file_store.path) as raw:
        raw.execute(
            "INSERT INTO households (token, created_at, municipality, countries, adults, children) VALUES ('t', ?, ?, '[]', 1, 0)",
            (now.isoformat(), CANARY),
        )
    raw.close()
    assert CANARY.encode() in files_of(file_store)
