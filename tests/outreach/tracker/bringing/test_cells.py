"""What stands in cells, by tables, and that nothing in one is a fault."""

from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.timing.sheet import Line, lines
from outreach.core.errors import OutreachError
from outreach.core.office import read_office
from outreach.tracker.bringing import brought, cells, columns
from outreach.tracker.bringing.places import Atlas
from outreach.tracker.bringing.words import FIELDS, head_of, is_total, language_of
from outreach.tracker.places import read_places
from tests.outreach.rooms import NOW, RIGA

PLACES = read_places(read_office("latgale", Path()).places)
ATLAS = Atlas(PLACES)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (date(2023, 11, 5), date(2023, 11, 5)), (datetime(2023, 11, 5, 14, 30), date(2023, 11, 5)), (45235.0, date(2023, 11, 5)), ("45235", date(2023, 11, 5)),
        ("45235.5", date(2023, 11, 5)), ("2023-11-05", date(2023, 11, 5)), ("2023.11.05.", date(2023, 11, 5)), ("5.11.2023", date(2023, 11, 5)), ("05/11/23", date(2023, 11, 5)),
        ("5. novembris 2023", date(2023, 11, 5)), ("2023. gada 5. novembrī", date(2023, 11, 5)), ("Nov 5, 2023", date(2023, 11, 5)), ("5 ноября 2023", date(2023, 11, 5)),
        ("20231105", date(2023, 11, 5)), ("2023-11-05T09:15", date(2023, 11, 5)), ("5.11.2023 plkst. 9:15", date(2023, 11, 5)),
        ("31.02.2023", None), ("11/25/2023", None), ("2023", None), ("vakar", None), ("", None), (None, None), (7.0, None), ("1.1.1970", None), (time(9), None),
    ],
)  # fmt: skip
def test_days(cell: object, day: date | None) -> None:
    found = cells.moment(cell)  # type: ignore[arg-type]
    assert (found.day if found else None) == day


def test_an_hour_is_kept() -> None:
    assert cells.moment("5.11.2023 9:15") == cells.Moment(date(2023, 11, 5), time(9, 15))
    assert cells.moment(datetime(2023, 11, 5, 14, 30)) == cells.Moment(date(2023, 11, 5), time(14, 30))


@pytest.mark.parametrize(
    ("told", "count"),
    [
        ("4", 4), ("4.0", 4), ("2+2", 4), ("2 + 1 + 1", 4), ("4 cilvēki", 4), ("2 pieaugušie, 2 bērni", 4), ("trīs", 3), ("двое", 2), ("1", 1),
        ("0", None), ("99", None), ("daudz", None), ("", None), ("4 cilvēki, 2 no tiem bērni", None), ("29123456", None), ("3-4", None), ("2023", None),
    ],
)  # fmt: skip
def test_people(told: str, count: int | None) -> None:
    assert cells.people(told) == count


@pytest.mark.parametrize(
    ("told", "kept", "found"),
    [
        ("37129123456", "+37129123456", ("+37129123456",)), ("37129123456.0", "+37129123456", ("+37129123456",)), ("29123456", "29123456", ("+37129123456",)),
        ("+371 29 123 456", "+37129123456", ("+37129123456",)), ("26111222; 26111333", "26111222; 26111333", ("+37126111222", "+37126111333")),
        ("nav", "nav", ()), ("3,71E+10", "3,71E+10", ()), ("", "", ()),
    ],
)  # fmt: skip
def test_phones(told: str, kept: str, found: tuple[str, ...]) -> None:
    assert cells.phones(told, None) == (kept, found)


@pytest.mark.parametrize(
    ("told", "kept", "found"),
    [
        ("anna @ pasts.example", "anna@pasts.example", ("anna@pasts.example",)), ("Anna@Pasts.Example", "Anna@Pasts.Example", ("anna@pasts.example",)),
        ("anna(at)pasts.example", "anna@pasts.example", ("anna@pasts.example",)), ("anna @ pasts . example", "anna@pasts.example", ("anna@pasts.example",)),
        ("a@b.example; c@d.example", "a@b.example; c@d.example", ("a@b.example", "c@d.example")), ("ance@", "ance@", ()), ("pasts.example", "pasts.example", ()), ("", "", ()),
    ],
)  # fmt: skip
def test_mails(told: str, kept: str, found: tuple[str, ...]) -> None:
    assert cells.mails(told) == (kept, found)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("Īrija", "IE"), ("irija", "IE"), ("Irelnd", "IE"), ("Ирландия", "IE"), ("IE", "IE"), ("Lielbritanija", "GB"), ("Anglijā", "GB"), ("UK", "GB"),
        ("Norvģija", "NO"), ("Germny", "DE"), ("Marss", None), ("", None), ("Anglija / Īrija", None),
    ],
)  # fmt: skip
def test_countries(told: str, code: str | None) -> None:
    assert ATLAS.country(told) == code


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ("Preiļos", "Preiļu novads"), ("preilos", "Preiļu novads"), ("Preiļu nov.", "Preiļu novads"), ("Aglonas pag.", "Preiļu novads"), ("Riebiņu novads", "Preiļu novads"),
        ("Ludza, Latgale", "Ludzas novads"), ("Rīga", None), ("Nekurzeme", None), ("", None),
    ],
)  # fmt: skip
def test_places(told: str, place: str | None) -> None:
    assert ATLAS.municipality(told) == place


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Vārds, uzvārds", "name"), ("UZVĀRDS", "family"), ("Tālr. nr.", "phone"), ("E-pasts", "mail"), ("Kontakttālrunis", "phone"), ("Mītnes valsts", "country"), ("Kur dzīvo", "country"),
        ("Novads / pagasts", "place"), ("Cik cilvēku?", "people"), ("Bērnu skaits", "children"), ("Datums", "day"), ("Kā uzzināja par mums", "source"), ("Saziņas valoda", "language"),
        ("First name", "given"), ("Where to", "place"), ("How did they hear", "source"), ("ФИО", "name"), ("Откуда узнали", "source"), ("Откуда", "country"), ("Nr.", ""), ("Atbildīgais", ""), ("", ""),
        ("Lūdzu, ierakstiet šeit savu vārdu un visu pārējo", ""),
    ],
)  # fmt: skip
def test_headings(label: str, name: str) -> None:
    assert head_of(label) == name


def test_other_words() -> None:
    assert is_total("Kopā:") and is_total("ИТОГО") and not is_total("Kopāni")
    assert language_of("latviešu") == "lv" and language_of("lv/ru") is None and language_of("svahili") is None


def test_columns_without_headings_show_what_they_hold() -> None:
    table = [Line(1, ("A", "B", "C", "D", "E")), *(Line(2 + at, (f"a{at}@b.example", f"2912345{at}", "Īrija", "Ludza", f"{at + 1}.11.2023")) for at in range(6))]
    assert [one.field for one in columns.read(table, PLACES).columns] == ["mail", "phone", "country", "place", "day"]
    told = columns.read(table, PLACES, {0: "contact", 1: "text", 2: "text", 9: "name"})
    assert [one.field for one in told.columns] == ["contact", "text", "text", "", ""]
    assert told.fields() == {"contact": (0,), "text": (1, 2)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1257"])
@pytest.mark.parametrize("between", [";", ",", "\t"])
def test_texts_with_commas_and_old_letters(encoding: str, between: str) -> None:
    rows = [("Vārds", "Tālrunis", "Valsts"), ("Ģirts Šķēle", "29123456", "Īrija"), ("Žanete", "26111222", "Vācija")]
    data = "\n".join(between.join(row) for row in rows).encode(encoding)
    read = brought.read(lines(data), PLACES, NOW, RIGA)
    assert [(row.incoming.name, row.incoming.country) for row in read.rows] == [("Ģirts Šķēle", "IE"), ("Žanete", "DE")]


def test_a_table_of_nothing_and_one_of_too_much() -> None:
    head = Line(1, ("Vārds", "Tālrunis"))
    for told, key in (([head], "bringing.file.head"), ([head, *(Line(at, ("A", "29123456")) for at in range(2, 2_003))], "plantable.file.rows")):
        with pytest.raises(OutreachError) as error:
            brought.read(told, PLACES, NOW, RIGA)
        assert error.value.key == key


@given(st.lists(st.lists(st.one_of(st.text(max_size=40), st.floats(), st.dates(), st.datetimes(), st.none(), st.times()), min_size=1, max_size=17), min_size=2, max_size=6))
def test_no_cell_is_a_fault(rows: list[list[object]]) -> None:
    told = [Line(at + 1, tuple(cells_)) for at, cells_ in enumerate(rows)]  # type: ignore[arg-type]
    mapped = dict(enumerate(FIELDS))
    for said in (None, mapped):
        try:
            read = brought.read(told, PLACES, NOW, RIGA, said)
        except OutreachError:
            continue
        assert all(row.incoming.received_at is None or row.incoming.received_at <= NOW for row in read.rows)
        assert brought.said(brought.written(said)) == said
