"""Figures of releases as the store has them: mails, links, inquiries, contacts, mentions, a year, the calendar."""

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from campaigns import editing
from campaigns.models import Click, Link
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.text import Texts
from outreach.pressroom.contacts.reading import one as contact_seen
from outreach.pressroom.models import ContactList, Release
from outreach.pressroom.results import charts, delivery, due, exporting, followed, links, reading, year
from outreach.pressroom.results.contact import ContactResults, of_contact
from outreach.pressroom.results.delivery import Mails
from outreach.pressroom.writing import reading as writing
from tests.outreach.pressroom.ledger.desk import release
from tests.outreach.pressroom.results.desk import contact, inquiry, mail, printed, sending

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
RIGA = ZoneInfo("Europe/Riga")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FORM = "https://birojs.example/jautajums"


def test_what_became_of_a_release(store: Store) -> None:
    at = NOW - 9 * DAY
    with store.transaction() as session:
        number, other = release(session, at), release(session, at)
        session.add(ContactList(name="Latgale", made_at=at, made_by="x"))
        session.flush()
        first = sending(session, number, at)
        later = sending(session, number, None, "ready", due_at=NOW + HOUR)
        sending(session, number, None, "draft", due_at=NOW)
        for outlet, status, returned in (
            ("Vietējā", "sent", None), ("Klusā", "sent", None), ("Atgriezās", "sent", NOW), ("Neizdevās", "failed", None),
        ):  # fmt: skip
            mail(session, first, contact(session, at, outlet), status, returned, list_id=1 if outlet == "Klusā" else None)
        mail(session, first, None)  # a subscriber
        mail(session, later, contact(session, at, "Vēl gaida"), "due")
        mail(session, sending(session, other, at), contact(session, at, "Cita"))
        mention = printed(session, number, "Vietējā: ziņas", at + 4 * HOUR)
        printed(session, number, "Bez vēstules", at + DAY)
        printed(session, number, "Nav mūsu", at + DAY, verdict=False)
        inquiry(session, at + DAY, "coverage", mention_id=mention)
        inquiry(session, at + DAY, "said")
    with store.reading() as session:
        seen = writing.one(session, number)
        assert seen is not None
        told = reading.of_release(session, NOW, seen, RIGA)
    assert told.mails == Mails(sent=4, returned=1, waiting=1, failed=1) and told.mails.delivered == 3
    assert [(one.sending_id, one.lists) for one in told.sendings] == [(first, ("Latgale",)), (later, ())]
    assert (told.share.found, told.share.of, told.outlets) == (1, 2, 2)
    assert (sorted(told.houses.asked), sorted(told.houses.others)) == (["Vietējā"], ["Bez vēstules"])
    assert (told.linked, told.link, told.out_at) == (1, None, at)
    assert told.compared is not None and (told.compared.done, told.compared.count) == (1, 2)
    assert [event.key.rsplit(".", 1)[1] for event in told.course][-1] == "due"
    assert charts.around(told.compared).known


def test_a_draft_has_no_results_yet(store: Store) -> None:
    with store.transaction() as session:
        number = release(session, NOW, published=False)
        seen = writing.one(session, number)
        assert seen is not None
        told = reading.of_release(session, NOW, seen, RIGA)
    assert (told.out_at, told.compared, told.prints, told.mails) == (None, None, (), Mails())


def test_a_release_has_one_link_and_its_followers_and_inquiries_count(store: Store) -> None:
    with store.transaction() as session:
        campaign = editing.start(session, NOW, "MĀJAS", starts_on=NOW.date(), ends_on=NOW.date(), municipalities=()).id
        number, alone, second = (release(session, NOW, campaign_id=one) for one in (campaign, None, campaign))
        code = links.make(session, NOW, number, FORM)
        assert links.make(session, NOW, number, FORM) == code != links.make(session, NOW, second, FORM)
        with pytest.raises(OutreachError, match="no_campaign"):
            links.make(session, NOW, alone, FORM)
        with pytest.raises(OutreachError, match="release.missing"):
            links.make(session, NOW, 999, FORM)
        session.add(Link(code="poster", campaign_id=campaign, target_url="https://x.example/?release=viens", created_at=NOW))
        link = session.query(Link).filter_by(code=code).one()
        assert link.target_url == f"{FORM}?release={number}" and link.label
        for mark in ("a", "a", "b"):
            session.add(Click(link_id=link.id, clicked_at=NOW, kind="person", mark=mark))
        session.add(Click(link_id=link.id, clicked_at=NOW, kind="bot"))
        inquiry(session, NOW, "link", link_id=link.id)
        # A person says it was something else: the touch is still there, and decides nothing.
        inquiry(session, NOW, "said", link_id=link.id)
    with store.reading() as session:
        assert {one: told.people for one, told in followed.of_releases(session, [number, alone, second]).links.items()} == {number: 2, second: 0}
        assert followed.of_releases(session, [number]).links[number].code == code and followed.of_releases(session, []).links == {}
        told = year.of_year(session, NOW.date(), 2026, RIGA)
    assert {line.release_id: (line.people, line.linked) for line in told.lines} == {number: (2, 1), alone: (None, 0), second: (0, 0)}


def test_what_a_contact_made_of_what_they_got(store: Store) -> None:
    with store.transaction() as session:
        made = [release(session, NOW - DAY) for _ in range(4)]
        rita = contact(session, NOW, "Rīta Ziņas", "Rita Bērziņa", bylines=["RB"])
        for number in made[:3]:
            mail(session, sending(session, number, NOW - DAY), rita)
        mail(session, sending(session, made[3], NOW - DAY), rita, "sent", NOW)  # it came back
        printed(session, made[0], "Rīta Ziņas", NOW, hours=2, author="R. Bērziņa")
        printed(session, made[0], "Rīta Ziņas: reģioni", NOW, hours=8)
        printed(session, made[1], "Rīta Ziņas", NOW, hours=6, author="Jānis Kalns")
        printed(session, made[2], "Rīta Ziņas", NOW, verdict=False)
        printed(session, made[3], "Rīta Ziņas", NOW)
        seen = contact_seen(session, rita)
        assert seen is not None
        told = of_contact(session, seen, [rita])
        assert (told.got, told.outlet, told.signed, told.hours) == (3, 2, 1, 4)
        assert [(one.release_id, one.printed, one.signed, one.hours) for one in told.releases] == [
            (made[2], False, False, None), (made[1], True, False, 6), (made[0], True, True, 2),
        ]  # fmt: skip
        nobody = contact_seen(session, contact(session, NOW, "Cita"))
        assert nobody is not None and of_contact(session, nobody) == ContactResults(())


def test_a_year_is_the_office_s_own(store: Store) -> None:
    silvester = datetime(2026, 12, 31, 21, 59, tzinfo=UTC)  # a minute before midnight in Riga
    with store.transaction() as session:
        old = release(session, silvester)
        new = release(session, silvester + HOUR)
        # Sent in the old year, put into the press room in the new one: it belongs to the old one.
        early = release(session, silvester + DAY)
        number = sending(session, early, silvester - HOUR)
        for outlet in ("Vietējā", "Klusā"):
            mail(session, number, contact(session, silvester, outlet))
        printed(session, early, "Vietējā", silvester)
        release(session, silvester, published=False)
    with store.reading() as session:
        told = {number: year.of_year(session, datetime(2027, 2, 1, tzinfo=UTC).date(), number, RIGA) for number in (2025, 2026, 2027)}
    assert [line.release_id for line in told[2026].lines] == [old, early] and [line.release_id for line in told[2027].lines] == [new]
    assert told[2026].months[11][1] == 2 and sum(count for _, count in told[2026].months) == 2
    assert (told[2026].share.found, told[2026].share.of, told[2026].mails.sent, told[2026].first) == (1, 2, 2, 2026)
    assert [[one.outlet for one in group] for group in told[2026].groups] == [["Klusā", "Vietējā"]]
    assert [month.month for month, _ in told[2027].months] == [1, 2]
    assert charts.outlets(told[2026]).known and charts.months(told[2026]).known
    assert (told[2025].lines, told[2025].groups, told[2025].linked) == ((), (), 0)


def test_the_table_has_a_row_for_each_release_and_runs_nothing(store: Store, texts: Texts, tmp_path: Path) -> None:
    with store.transaction() as session:
        release(session, NOW)
        told = year.of_year(session, NOW.date(), 2026, RIGA)
    hostile = replace(told, lines=(replace(told.lines[0], headline="=1+1"),))
    for name in ("csv", "xlsx"):
        exporting.write(texts.in_language("lv"), name, tmp_path / f"t.{name}", hostile, RIGA)
    rows = list(csv.reader((tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows[-1][:3] == ["'=1+1", "relīze", "2026-11-25 12:00"] and len(rows[-1]) == len(rows[-2])
    assert (tmp_path / "t.xlsx").read_bytes().startswith(b"PK")


def test_the_calendar_has_embargoes_and_sendings(store: Store) -> None:
    with store.transaction() as session:
        number, gone, over = (release(session, NOW) for _ in range(3))
        session.get_one(Release, number).embargo_until = NOW + HOUR
        session.get_one(Release, gone).embargo_until = NOW + HOUR
        session.get_one(Release, gone).withdrawn_at = NOW
        session.get_one(Release, over).embargo_until = NOW + DAY
        sending(session, number, None, "ready", due_at=NOW + 2 * HOUR)
        sending(session, gone, NOW, "done", due_at=NOW - DAY)
        for state in ("draft", "cancelled"):
            sending(session, over, None, state, due_at=NOW)
    with store.reading() as session:
        told = due.between(session, NOW, NOW + DAY)
        assert [(one.kind, one.release_id, one.at - NOW, one.done) for one in told] == [
            ("sending", gone, timedelta(0), True), ("embargo", number, HOUR, False), ("sending", number, 2 * HOUR, False),
        ]  # fmt: skip
        assert told[0].at.tzinfo is not None and told[0].headline
        assert delivery.by_release(session, [number]) == {}
