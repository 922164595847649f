"""The office's own topics come in once, follow their file while nobody has touched them, and are good queries."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.office import Office, shipped_folder
from scrapers.topics import editing, reading, seeding
from scrapers.topics.book import compiled
from scrapers.topics.draft import Draft, checked
from scrapers.topics.seeding import BY_OFFICE, Seeded
from tests.scrapers.topics.desk import NOW, OFFICE, article, document, source, verdict

FILE = """
[[topic]]
key = "lakes"
name = { lv = "Ezeri", en = "Lakes" }
query = "~ezers"
[[topic]]
key = "rivers"
name = { lv = "Upes", en = "Rivers" }
query = '''
~upe
OR ~strauts
'''
counting = "never"
"""


@pytest.fixture
def own(tmp_path: Path) -> Office:
    for name in ("vocabulary.csv", "places.csv"):
        (tmp_path / name).write_bytes((shipped_folder() / "latgale" / name).read_bytes())
    (tmp_path / "topics.toml").write_text(FILE, encoding="utf-8")
    return replace(OFFICE, folder=tmp_path)


def bring_in(store: Store, office: Office, language: str = "lv") -> Seeded:
    with store.transaction() as session:
        return seeding.load_office(session, NOW, office, language)


def changed(office: Office, old: str, new: str) -> None:
    file = office.topics
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    seeding.read_topics.cache_clear()


def test_the_file_comes_in_once(store: Store, own: Office) -> None:
    assert bring_in(store, own) == Seeded(2, 0, 0)
    assert bring_in(store, own) == Seeded(0, 0, 2)
    with store.reading() as session:
        lakes, rivers = reading.every(session)
        assert (lakes.key, lakes.name, lakes.version.by, lakes.is_read) == ("lakes", "Ezeri", BY_OFFICE, True)
        assert (rivers.version.draft.query, rivers.version.draft.counting) == ("~upe\nOR ~strauts", "never")
        assert list(reading.names(session, "en", own).values()) == ["Lakes", "Rivers"]
        assert list(reading.names(session, "en").values()) == ["Ezeri", "Upes"]


def test_with_an_archive_it_is_still_to_be_read(store: Store, own: Office) -> None:
    article(store, source(store), "Ezers")
    bring_in(store, own)
    with store.reading() as session:
        assert not any(row.is_read for row in reading.every(session))


def test_a_newer_file_changes_what_nobody_touched(store: Store, own: Office) -> None:
    bring_in(store, own)
    with store.transaction() as session:
        lakes, rivers = reading.every(session)
        editing.save(session, NOW + timedelta(days=1), "anna@example.org", rivers.id, Draft("Upes", "~upe OR ~grāvis"), own)
    changed(own, "~ezers", "~ezers OR ~dīķis")
    changed(own, "~strauts", "~urdziņa")
    assert bring_in(store, own) == Seeded(0, 1, 1)
    with store.reading() as session:
        assert [row.version.draft.query for row in reading.every(session)] == ["~ezers OR ~dīķis", "~upe OR ~grāvis"]
        assert [row.version.number for row in reading.every(session)] == [2, 2]
        assert reading.called("rivers", "Strauti", "en", own) == "Strauti"  # a name of somebody's own
    with store.transaction() as session:
        editing.archive(session, NOW, lakes.id)
    changed(own, "~dīķis", "~purvs")
    assert bring_in(store, own) == Seeded(0, 0, 2)


@pytest.mark.parametrize(
    "told",
    ["[[topic]", "x = 1", '[[topic]]\nkey = "a"\nname = { lv = "A" }', '[[topic]]\nkey = "a"\nname = {}\nquery = "x"', '[[topic]]\nkey = "a"\nname = { lv = "A" }\nquery = "x"\nqueri = "x"'],
    ids=range(5),
)  # fmt: skip
def test_a_broken_file_says_so(own: Office, told: str) -> None:
    own.topics.write_text(told, encoding="utf-8")
    seeding.read_topics.cache_clear()
    with pytest.raises(OutreachError) as error:
        seeding.office_topics(own)
    assert error.value.key == "topics.error.file" and error.value.facts["file"] == str(own.topics)


def test_an_office_may_have_none(own: Office) -> None:
    own.topics.unlink()
    seeding.read_topics.cache_clear()
    assert seeding.office_topics(own) == ()


def shipped() -> dict[str, Draft]:
    return {one.key: checked(one.with_name("lv"), OFFICE) for one in seeding.office_topics(OFFICE)}


def test_the_shipped_topics_are_the_seven() -> None:
    drafts = shipped()
    assert [*drafts] == ["remigration", "office", "awards", "diaspora", "municipalities", "grants", "political"]
    assert drafts["political"].counting == "never" and {"expulsion", "russia"} == {*drafts["political"].senses}
    names = [one.names for one in seeding.office_topics(OFFICE)]
    assert all({"lv", "en"} <= name.keys() for name in names)


FOUND = [
    ("remigration", "return", "Par remigrāciju runāja Balvos."), ("remigration", "ambiguous", "О реэмиграции говорят всё чаще."), ("remigration", "return", "Reemegrācija un tās skaitļi."),
    ("office", "return", "Reģionālā remigrācijas koordinatore Latgalē atbildēs uz jautājumiem."), ("office", "return", "Координатор по реэмиграции ждёт звонков."),
    ("office", "return", "Latgales plānošanas reģionā palīdz remigrantiem."), ("awards", "other", "Godinās gada uzņēmīgāko remigrantu Latgalē."),
    ("awards", "other", "Pasniegs Latgales reģiona uzņēmēju gada balvas."), ("diaspora", "return", "Pēc gadiem Īrijā ģimene atgriežas dzimtajā pusē Latvijā."),
    ("municipalities", "return", "Preiļu novadā remigrantus gaida skolas."), ("grants", "other", "Novads izsludina grantus remigrantiem."), ("political", "expulsion", "AfD prasa remigrāciju."),
]  # fmt: skip
LEFT = [
    ("remigration", "expulsion", "AfD prasa remigrāciju."), ("awards", "other", "Latgales Gada balvu saņems dziedātāja."), ("office", "other", "Projekta koordinators atbildēs par ceļiem."),
    ("political", "return", "Par remigrāciju runāja Balvos."), ("diaspora", "return", "Hokeja izlase atgriežas Latvijā no Vācijas."), ("grants", "other", "Novads izsludina grantus jauniešiem."),
    ("municipalities", "return", "Preiļu novadā remontēs ceļus."), ("remigration", "return", "Imigrācija un tās skaitļi."),
]  # fmt: skip


@pytest.mark.parametrize(("key", "sense", "text"), FOUND + LEFT)
def test_the_shipped_topics_find_what_they_are_for(key: str, sense: str, text: str) -> None:
    book = compiled([(1, shipped()[key])], OFFICE)
    assert bool(book.topics_of(document(text), verdict(sense))) is ((key, sense, text) in FOUND)
