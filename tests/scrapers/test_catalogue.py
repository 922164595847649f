"""The list of sources: files in and out, and a person's own changes."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from scrapers import catalogue
from scrapers.models import Source
from tests.scrapers.conftest import office

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
HEAD = "name,tier,language,region,site,medium,owner,kind,feed,settings,enabled,note\n"
GOOD = "Ezermala,regional,lv,Latgale,https://ezermala.example,portal,earned,feed,https://ezermala.example/rss,,yes,Piezīme\n"
LISTED = 'Novads,local,lv,,,,own,listing,https://novads.example/a,"{""item"": "".news"", ""date"": "".d""}",no,\n'


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.transaction() as session:
        yield session


def bring(session: Session, text: str) -> catalogue.Imported:
    return catalogue.import_csv(session, NOW, text.encode())


def named(session: Session, name: str) -> Source:
    return session.scalars(select(Source).where(Source.name == name)).one()


def test_rows_become_sources(session: Session) -> None:
    done = bring(session, HEAD + GOOD + LISTED)
    assert (done.added, done.changed, done.kept, done.refused) == (2, 0, 0, ())
    feed, listing = named(session, "Ezermala"), named(session, "Novads")
    assert (feed.kind, feed.settings, feed.enabled, feed.state) == (
        "feed",
        {"url": "https://ezermala.example/rss"},
        True,
        "new",
    )
    assert listing.settings == {"url": "https://novads.example/a", "item": ".news", "date": ".d"}
    assert (listing.enabled, listing.state, listing.owner) == (False, "paused", "own")


def test_the_office_that_ships_is_taken_without_a_refusal(session: Session) -> None:
    done = catalogue.load_office(session, NOW, office())
    assert done.added > 50
    assert done.refused == ()
    again = catalogue.load_office(session, NOW, office())
    assert (again.added, again.changed, again.kept) == (0, 0, done.added)


def test_importing_again_updates_facts_but_not_what_a_person_chose(session: Session) -> None:
    bring(session, HEAD + GOOD + LISTED)
    source = named(session, "Ezermala")
    catalogue.switch(session, NOW, "Ezermala", False)
    catalogue.change(session, NOW, source.id, "feed", {"url": "https://ezermala.example/cita"})
    newer = GOOD.replace("regional", "local").replace("/rss,,yes,Piezīme", "/atom,,yes,Jauna piezīme")
    done = bring(session, HEAD + newer + LISTED)
    assert (done.added, done.changed, done.kept) == (0, 1, 1)
    assert (source.tier, source.note) == ("local", "Jauna piezīme")
    assert (source.enabled, source.settings) == (False, {"url": "https://ezermala.example/cita"})


def test_what_nobody_chose_follows_the_table(session: Session) -> None:
    bring(session, HEAD + GOOD)
    source = named(session, "Ezermala")
    source.etag, source.body_hash, source.failures = "x", "y", 3
    bring(session, HEAD + GOOD.replace("/rss", "/atom").replace(",yes,", ",no,"))
    assert source.settings == {"url": "https://ezermala.example/atom"}
    assert (source.enabled, source.state) == (False, "paused")
    assert (source.etag, source.body_hash, source.failures) == (None, None, 0)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (GOOD.replace("regional", "cosmic"), "scrapers.choice"),
        (GOOD.replace("earned", "stolen"), "scrapers.choice"),
        (GOOD.replace(",yes,", ",maybe,"), "scrapers.choice"),
        (GOOD.replace(",feed,", ",pigeon,"), "registry.kind"),
        (GOOD.replace("https://ezermala.example/rss", "javascript:alert(1)"), "scrapers.url"),
        (GOOD.replace("rss,,yes", 'rss,"{""pace"": 3}",yes'), "registry.field"),
        (GOOD.replace("rss,,yes", "rss,{broken,yes"), "scrapers.settings"),
        (GOOD.replace("rss,,yes", 'rss,"[1]",yes'), "scrapers.settings"),
        (GOOD.replace("Ezermala,", ",", 1), "scrapers.name"),
        (GOOD.replace("Ezermala,", "x" * 201 + ",", 1), "scrapers.name"),
        (LISTED.replace('""item"": "".news"", ', ""), "registry.missing"),
        (GOOD.replace("Ezermala,", "Cits,", 1), "scrapers.same_address"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason_and_the_others_are_taken(session: Session, row: str, reason: str) -> None:
    other = GOOD.replace("ezermala", "otra").replace("Ezermala", "Otra")
    bring(session, HEAD + GOOD.replace("Ezermala", "Pirmā")) if reason == "scrapers.same_address" else None
    done = bring(session, HEAD + row + other)
    assert done.added == 1
    assert [(error.key, error.facts["reason_key"], error.facts["line"]) for error in done.refused] == [
        ("scrapers.row", reason, 2)
    ]


def test_outlets_without_an_address_are_named_and_a_name_twice_is_refused(session: Session) -> None:
    done = bring(session, HEAD + "Vecais Radio,local,lv,,,radio,earned,,,,no,\n" + GOOD + GOOD)
    assert done.unpolled == ("Vecais Radio",)
    assert done.added == 1
    assert done.refused[0].facts["reason_key"] == "scrapers.same_name"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "scrapers.table.columns"),
        (b"name,tier\nA,local\n", "scrapers.table.columns"),
        ((HEAD + f'"{"x" * 140_000}",local\n').encode(), "scrapers.table.broken"),
    ],
)
def test_what_is_no_table_is_an_error(session: Session, data: bytes, key: str) -> None:
    with pytest.raises(OutreachError) as caught:
        catalogue.import_csv(session, NOW, data)
    assert caught.value.key == key


def test_a_spreadsheets_table_is_read(session: Session) -> None:
    text = (HEAD + GOOD).replace(",", ";").replace("\n", "\r\n")
    done = catalogue.import_csv(session, NOW, b"\xef\xbb\xbf" + text.encode())
    assert done.added == 1
    assert named(session, "Ezermala").note == "Piezīme"


@pytest.mark.parametrize("suffix", [".csv", ".opml"])
def test_what_is_written_out_is_read_again(session: Session, tmp_path: Path, suffix: str) -> None:
    bring(session, HEAD + GOOD + LISTED)
    named(session, "Ezermala").note = '=HYPERLINK("http://x.example")'
    file = tmp_path / f"avoti{suffix}"
    count = catalogue.write_out(session, file)
    assert count == (1 if suffix == ".opml" else 2)
    before = {row.name: (row.settings, row.tier, row.note) for row in session.scalars(select(Source))}
    for row in session.scalars(select(Source)):
        session.delete(row)
    session.flush()
    assert catalogue.bring_in(session, NOW, file).added == count
    for row in session.scalars(select(Source)):
        assert (row.settings, row.tier) == before[row.name][:2]
        assert suffix == ".opml" or row.note == before[row.name][2]


def test_no_cell_is_a_formula(session: Session, tmp_path: Path) -> None:
    bring(session, HEAD + GOOD)
    named(session, "Ezermala").note = "=1+1"
    catalogue.write_out(session, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["note"] == "'=1+1"


OPML = """<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body><outline text="Mape">
<outline type="rss" text="Pirmā" xmlUrl="https://a.example/rss" htmlUrl="https://a.example/"
category="local"/> <outline type="rss" text="Pirmā" xmlUrl="https://b.example/rss" htmlUrl="javascript:x"/>
<outline type="rss" text="Tā pati" xmlUrl="http://www.a.example/rss?utm_source=y"/>
<outline type="rss" text="Slikta" xmlUrl="file:///etc/passwd"/></outline></body></opml>"""


def test_opml_is_read_each_address_once(session: Session) -> None:
    done = catalogue.import_opml(session, NOW, OPML.encode())
    assert (done.added, done.kept) == (2, 0)
    assert [error.facts["reason_key"] for error in done.refused] == ["scrapers.url"]
    assert {row.name: (row.tier, row.site) for row in session.scalars(select(Source))} == {
        "Pirmā": ("local", "https://a.example/"),
        "Pirmā (2)": ("national", ""),
    }
    again = catalogue.import_opml(session, NOW, OPML.encode())
    assert (again.added, again.kept) == (0, 2)


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10))


@pytest.mark.parametrize(
    "data",
    [
        f"<?xml version='1.0'?><!DOCTYPE opml [{LAUGHS}]><opml><body><outline xmlUrl='http://a.example/&a9;'/></body></opml>",
        "<!DOCTYPE opml [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><opml><body><outline text='&x;' xmlUrl='http://a/'/></body></opml>",
        "<html><body>nav</body></html>",
        "not xml",
        "<opml><body>",
        "",
    ],
)
def test_hostile_or_broken_opml_is_refused(session: Session, data: str) -> None:
    with pytest.raises(OutreachError) as caught:
        catalogue.import_opml(session, NOW, data.encode())
    assert caught.value.key == "scrapers.opml"


def test_adding_one_source(session: Session) -> None:
    number = catalogue.add(session, NOW, "Mana", "https://mana.example/rss", tier="diaspora")
    row = session.get_one(Source, number)
    assert (row.kind, row.next_poll_at, row.enabled) == ("feed", NOW, True)
    for name, url, key in (
        ("Mana", "https://cita.example/rss", "scrapers.same_name"),
        ("Cita", "http://www.mana.example/rss", "scrapers.same_address"),
        ("Cita", "ftp://mana.example", "scrapers.url"),
        (" ", "https://cita.example", "scrapers.name"),
    ):
        with pytest.raises(OutreachError) as caught:
            catalogue.add(session, NOW, name, url)
        assert caught.value.key == key
    catalogue.add(session, NOW, "Saraksts", kind="listing", settings={"url": "https://mana.example/rss", "item": "li"})


def test_switching_what_is_not_there(session: Session) -> None:
    with pytest.raises(OutreachError) as caught:
        catalogue.switch(session, NOW, "Nav", True)
    assert caught.value.key == "scrapers.source_missing"


def test_a_file_that_cannot_be_read_is_a_sentence(session: Session, tmp_path: Path) -> None:
    with pytest.raises(OutreachError) as caught:
        catalogue.bring_in(session, NOW, tmp_path / "nav.csv")
    assert caught.value.key == "scrapers.file"
