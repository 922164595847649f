"""Two thousand messy rows whose truth is known: each taken row right, each problem named, none lost."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from campaigns.timing import sheet
from outreach.core.db import Store
from outreach.core.office import Office
from outreach.core.seal import Seal
from outreach.tracker.bringing import brought, judging, taking
from outreach.tracker.bringing.brought import Brought
from outreach.tracker.bringing.models import Batch
from outreach.tracker.intake import sealed_place
from outreach.tracker.models import Inquiry
from outreach.tracker.places import read_places
from outreach.tracker.same import reaching
from tests.outreach.rooms import NOW
from tests.support import messytable
from tests.support.messytable import RIGA, Messy


@pytest.fixture(scope="module")
def messy() -> Messy:
    return messytable.made()


@pytest.fixture(scope="module")
def read(messy: Messy) -> Brought:
    from outreach.core.office import read_office

    return brought.read(sheet.lines(messy.data), read_places(read_office("latgale", Path()).places), NOW, RIGA)


def test_the_columns_are_known_through_a_head_of_two_rows(read: Brought) -> None:
    fields = [one.field for one in read.table.columns]
    assert fields == ["", "name", "phone", "mail", "country", "place", "people", "day", "source", "text"]


def test_every_row_is_read_and_every_problem_named(messy: Messy, read: Brought) -> None:
    assert [row.number for row in read.rows] == [truth.number for truth in messy.truths]
    wrong = []
    for row, truth in zip(read.rows, messy.truths, strict=True):
        keys = {one.key.rpartition(".")[2] for one in row.problems if one.refuses}
        if keys != ({truth.problem} if truth.fate == "refuse" else set()):
            wrong.append((row.number, truth.fate, truth.problem, keys))
    assert wrong == []
    assert {truth.problem for truth in messy.truths} > {"day", "day_to_come", "phone", "mail", "formula", "nothing", "head", "total"}


def test_every_taken_row_is_right_and_none_is_lost(store: Store, seal: Seal, messy: Messy, read: Brought, office: Office) -> None:
    with store.transaction() as session:
        judged = judging.judge(session, NOW, seal, read.rows)
        fates = judged.fates({})
        batch = taking.begin(session, NOW, "astra", "table", "Saraksts", refused=sum(one == "refuse" for one in fates.values()))
    names = judging.named(read.rows)
    orders = [taking.Order(row, names[row.number]) for row in read.rows if fates[row.number] == "take"]
    expected = {truth.number: {"take": "take", "double": "skip", "refuse": "refuse"}[truth.fate] for truth in messy.truths}
    assert {number: (fate, expected[number]) for number, fate in fates.items() if fate != expected[number]} == {}
    for _ in taking.take_all(store, NOW, seal, "astra", batch, orders, answered=True):
        pass
    with store.transaction() as session:
        done = taking.finish(session, batch, known=sum(one == "skip" for one in fates.values()), asked=len(orders))
    assert done.taken + done.known + done.refused == len(read.rows) == messytable.ROWS
    assert done.taken == Counter(truth.fate for truth in messy.truths)["take"]
    with store.reading() as session:
        rows = list(session.scalars(select(Inquiry).where(Inquiry.batch_id == batch).order_by(Inquiry.id)))
        assert session.get_one(Batch, batch).taken == len(rows)
    for row, truth in zip(rows, [one for one in messy.truths if one.fate == "take"], strict=True):
        name, contact, text = (
            seal.open(sealed, sealed_place(column, row.token)) if sealed else ""
            for column, sealed in (("name", row.name_sealed), ("contact", row.contact_sealed), ("text", row.text_sealed))
        )
        found = (name.replace(", ", " "), row.country, row.municipality, row.people, row.said_source, row.received_at)
        assert found == (truth.name, truth.country, truth.place, truth.people, truth.source, truth.at), truth.number
        assert reaching.phones(contact) == ((f"+371{truth.phone}",) if truth.phone else ()), (truth.number, contact)
        assert reaching.mails(contact) == ((truth.mail,) if truth.mail else ()), (truth.number, contact)
        assert "jautājums" in text
        assert row.answered_at is not None
