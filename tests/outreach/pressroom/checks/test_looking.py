"""All checks together: good texts are not stopped, bad ones are, and no text breaks them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.db import Store
from outreach.core.office import read_office, shipped_folder
from outreach.core.text import Texts
from outreach.demo.newsroom import outlets
from outreach.pressroom.checks import factbook, looking
from outreach.pressroom.checks.factbook import Told
from outreach.pressroom.checks.finding import pieces
from outreach.pressroom.texts import Quoted, Said
from scrapers.watch.language import language
from tests.support import ready

RIGA, TODAY, NOW = ZoneInfo("Europe/Riga"), date(2026, 11, 23), datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
OFFICE = read_office("latgale", shipped_folder())
GOOD = Said(
    release_id=1, text_id=1, kind="release", language="lv", headline="Ceturtdien Rēzeknē tiekas ģimenes, kas atgriezušās",
    lead="Latgales plānošanas reģiona remigrācijas birojs ceturtdien, 3. decembrī, aicina uz tikšanos Rēzeknē.",
    body="Tikšanās sāksies plkst. 10.00. Koordinatore Ilze Kalniņa stāstīs par darbu un skolām.\n\n## Kā pieteikties\n\nPieteikties var līdz 1. decembrim.",
    facts=("2025. gadā atgriezās 136 cilvēki", "Grants ir 5000 eiro"), boilerplate="Birojs palīdz ģimenēm atgriezties mājās.", contact="Ilze Kalniņa, +371 64 600 111, latgale@paps.lv", revision=1,
    quotes=(Quoted("Mājās ir labi, un skola ir tuvu.", "Ance Pļūkstene", "māte"),),
)  # fmt: skip


def kept(store: Store) -> Store:
    with store.transaction() as session:
        number = factbook.add(session, NOW, Told("phone", "Biroja tālrunis", "64600000"), "x")
        factbook.follow(session, NOW, number, date(2026, 11, 1), "64600111", "x")
        first = factbook.add(session, NOW, Told("person", "Remigrācijas koordinatore", "Anna Ozola"), "x")
        factbook.follow(session, NOW, first, date(2026, 11, 1), "Ilze Kalniņa", "x")
        factbook.add(session, NOW, Told("sum", "Grants", "5000 eiro"), "x")
        factbook.add(session, NOW, Told("number", "Atgriezušies cilvēki", "424 cilvēki"), "x")
        factbook.add(session, NOW, Told("mail", "E-pasts", "cits@paps.lv"), "x")
    return store


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = ready.tables(tmp_path_factory.mktemp("store") / "store.db")
    yield kept(opened)
    opened.close()


def look(store: Store, said: Said) -> tuple[looking.Finding, ...]:
    with store.reading() as session:
        return looking.look(session, said, TODAY, RIGA, OFFICE)


def test_a_good_release_is_left_alone(store: Store) -> None:
    assert [(one.level, one.key, one.facts) for one in look(kept(store), GOOD)] == []


@pytest.mark.parametrize(
    ("change", "level", "key", "field"),
    [
        ({"contact": ""}, "stop", "contact.missing", "contact"), ({"contact": "Ilze Kalniņa"}, "look", "contact.unreachable", "contact"), ({"contact": "tālr. 64600000"}, "stop", "fact.gone_next", "contact"), ({"contact": "tālr. 64600999"}, "stop", "fact.phone_unknown", "contact"),
        ({"headline": "Pirmdien, 3. decembrī, tiekas"}, "stop", "date.weekday", "headline"), ({"lead": "Koordinatorei Annai Ozolai"}, "stop", "fact.gone_next", "lead"), ({"body": "Atgriezušies 423 cilvēki"}, "look", "fact.differs", "body"), ({"boilerplate": "Embargo līdz 3. decembrim"}, "stop", "embargo.none", "boilerplate"),
        ({"facts": ("viens", "[…]")}, "stop", "type.placeholder", "facts"), ({"quotes": (Quoted("Mums ir laimigi", "A", ""),)}, "look", "spelling.word", "quote.0"), ({"body": "Remigration Office of the Latgale Planning Region"}, "look", "office.other", "body"), ({"lead": ""}, "look", "office.unnamed", "boilerplate"), ({"language": "ltg"}, "look", "office.no_name", "boilerplate"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_in_its_field(office: Store, change: dict[str, object], level: str, key: str, field: str) -> None:
    said = replace(GOOD, **change)  # type: ignore[arg-type]
    found = [one for one in look(office, said) if one.key == f"presscheck.{key}"]
    assert [(one.level, one.field) for one in found] == [(level, field)]
    with office.reading() as session:
        stops = looking.stops(session, said, TODAY, RIGA, OFFICE)
    assert [one.key for one in stops] == [one.key for one in look(office, said) if one.level == "stop"]


def test_good_texts_of_others_are_not_stopped(office: Store) -> None:
    """The newsroom's articles, as if the office had written them: nothing in them must be mended."""
    stopped = []
    for outlet in outlets():
        for article in outlet.articles:
            spoken = language(article.body)[0]
            said = replace(GOOD, language=spoken, headline=article.title, body=article.body)
            with office.reading() as session:
                found = looking.stops(session, said, TODAY, RIGA, OFFICE)
            stopped += [(article.slug, one.key, article.body[one.start : one.end]) for one in found]
    assert stopped == []


def test_every_finding_has_its_words(office: Store, texts: Texts) -> None:
    said = replace(
        GOOD, headline="Pirmdien, 3. decembrī  un 31. februārī", lead="Seminārs notiks 3. novembrī; atgrezties , «tā». Anna Ozola koordinatore",
        body="[x] […] http://a.lv saistībā ar 423 cilvēki ir atgriezušies mājās. " + "vārds " * 30 + ". Remigration Office of the Latgale Planning Region", contact="64600999, x@y.lv",
    )  # fmt: skip
    found = look(office, said)
    assert len({one.key for one in found}) >= 12
    for name in ("lv", "en"):
        for one in found:
            told = looking.sentence(texts.in_language(name), one)
            assert told and "{" not in told


ODD = st.text(alphabet=st.sampled_from('0123456789+-.,:;/@#{}[]()„“”«»"…–- \n\t\u00a0\u0301\u200b\u00adaāeēkšжяЁTXÅ日🙂\x00'), max_size=120)


@given(ODD, ODD, st.sampled_from(["lv", "en", "ru", "ltg", ""]))
def test_no_text_breaks_them_and_places_are_inside(office: Store, one: str, other: str, spoken: str) -> None:
    said = replace(GOOD, language=spoken, headline=one, lead=other, body=one + "\n\n" + other, facts=(other, one), contact=one, quotes=(Quoted(other, "", ""),))
    length = {piece.field: len(piece.text) for piece in pieces(said)}
    with office.reading() as session:
        for found in looking.look(session, said, TODAY, RIGA, OFFICE, Path("nowhere"), 0):
            assert 0 <= found.start <= found.end <= length[found.field]


@pytest.mark.parametrize("piece", ["(" * 3000, "1 " * 20_000, "a." * 20_000, "http://" * 5000, "[" * 20_000, "„" * 20_000, "-" * 30_000, "3. decembrī " * 3000, "x@" * 15_000, "Anna " * 8000, "\n" * 30_000, "aa-" * 10_000])
def test_torture_ends(office: Store, piece: str) -> None:
    assert isinstance(look(office, replace(GOOD, body=piece, contact=piece[:20_000])), tuple)
