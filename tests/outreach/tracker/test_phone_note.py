"""One line at the telephone: what is understood, and that nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.tracker.intake import Incoming
from outreach.tracker.lexicon import lexicon, words_of
from outreach.tracker.phone_note import parse_line
from outreach.tracker.places import read_places

SHOWN = (
    "name", "people", "country", "municipality", "topic", "contact", "said_source", "language", "code", "text",
)  # fmt: skip


def told(incoming: Incoming) -> dict[str, object]:
    return {name: getattr(incoming, name) for name in SHOWN if getattr(incoming, name) is not None}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Anna, 3 cilvēki, Īrija -> Preiļi, darbs, zvanīja +353 87 000 0000, dzirdēja radio",
            {
                "name": "Anna", "people": 3, "country": "IE", "municipality": "Preiļi", "topic": "work",
                "contact": "+353 87 000 0000", "said_source": "radio",
            },
        ),
        (
            "Anna, 3 cilvēki, Īrija -> Preiļi, darbs, zvanīja +353..., dzirdēja radio",
            {
                "name": "Anna", "people": 3, "country": "IE", "municipality": "Preiļi", "topic": "work",
                "contact": "+353...", "said_source": "radio",
            },
        ),
        ("Jānis", {"name": "Jānis"}),
        ("jautā par lietu", {"text": "jautā par lietu"}),
        ("Ilze Paraudziņa no Norvēģijas", {"name": "Ilze Paraudziņa", "country": "NO"}),
        ("Vācija > Krāslava; skola", {"country": "DE", "municipality": "Krāslava", "topic": "school"}),
        ("2+2, Anglija, mājoklis", {"people": 4, "country": "GB", "topic": "housing", "text": "2+2"}),
        (
            "2 pieaugušie un 3 bērni, Dānija",
            {"people": 5, "country": "DK", "text": "2 pieaugušie un 3 bērni"},
        ),
        (
            "Мария, 4 человека, Германия -> Резекне, работа, услышала по радио",
            {
                "name": "Мария", "people": 4, "country": "DE", "municipality": "Резекне", "topic": "work",
                "said_source": "radio",
            },
        ),
        (
            "John, 1 person, England -> Balvi, business, john@example.org, read in newspaper",
            {
                "name": "John", "people": 1, "country": "GB", "municipality": "Balvi", "topic": "business",
                "contact": "john@example.org", "said_source": "newspaper",
            },
        ),
        ("dzirdēja no kaimiņienes", {"said_source": "friends"}),
        ("dzirdēja kaut kur ceļā", {"said_source": "other", "text": "dzirdēja kaut kur ceļā"}),
        ("Anglija un Īrija", {"country": "GB", "text": "Anglija un Īrija"}),
        ("runā krieviski, pensija", {"language": "ru", "topic": "benefits"}),
        ("https://example.org/k/aB3dE9x, dokumenti", {"code": "aB3dE9x", "topic": "documents"}),
        ("29 000 000, rīt 23.11.2026", {"contact": "29 000 000", "text": "rīt 23.11.2026"}),
        ("ilgi dzīvo Zviedrijā", {"country": "SE", "text": "ilgi dzīvo Zviedrijā"}),
        ("darbs, skola", {"topic": "work", "text": "skola"}),
        ("7 jūras -> Marss 7", {"text": "7 jūras, Marss 7"}),
        ("Malta", {"country": "MT"}),
    ],
)  # fmt: skip
def test_line_is_understood(line: str, expected: dict[str, object]) -> None:
    assert told(parse_line(line)) == expected


@pytest.mark.parametrize(
    ("line", "arrived_by"),
    [
        ("Anna, zvanīja", "phone"),
        ("Anna", "phone"),
        ("Anna, atnāca", "walk_in"),
        ("Anna, uzrakstīja e-pastu", "mail"),
        ("Anna, pasākumā", "event"),
        ("Анна, позвонила", "phone"),
    ],
)
def test_how_it_arrived(line: str, arrived_by: str) -> None:
    assert parse_line(line).arrived_by == arrived_by


@pytest.mark.parametrize(
    ("place", "municipality"),
    [
        ("Preiļi", "Preiļu novads"),
        ("uz Preiļiem", "Preiļu novads"),
        ("Daugavpils", "Daugavpils"),
        ("Резекне", "Rēzekne"),
        ("Atlantīda", None),
    ],
)
def test_places_of_the_office_become_its_municipalities(office: Office, place: str, municipality: str | None) -> None:
    assert parse_line(f"Īrija -> {place}", read_places(office.places)).municipality == municipality


def test_a_place_that_the_office_does_not_have_stays_in_the_note(office: Office) -> None:
    incoming = parse_line("Īrija -> Paraudziņa", read_places(office.places))
    assert (incoming.municipality, incoming.text) == (None, "Paraudziņa")


@pytest.mark.parametrize("line", ["", "  ", " , ; -> ", "\n"])
def test_an_empty_line_is_refused(line: str) -> None:
    with pytest.raises(OutreachError, match=r"tracker\.error\.empty_line"):
        parse_line(line)


def test_a_very_long_line_is_kept_whole() -> None:
    story = "Jānis " + "a" * 20_000
    assert parse_line(story).text == story


def _known(word: str) -> bool:
    return any(lexicon().find(section, [word]) for section in lexicon().sections)


WORDS = st.one_of(
    st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8),
    st.sampled_from(
        ["Īrija", "darbs", "dzirdēja", "radio", "3", "cilvēki", "Anna", "no", "uz", "->", "+371", "2+2", ","]
    ),
)


@given(st.lists(WORDS, min_size=1, max_size=12))
def test_no_word_is_lost(words: list[str]) -> None:
    line = " ".join(words)
    try:
        incoming = parse_line(line)
    except OutreachError:
        return
    kept = " ".join(
        str(value)
        for value in (
            incoming.name,
            incoming.contact,
            incoming.text,
            incoming.municipality,
            incoming.people,
            incoming.code,
        )
        if value is not None
    ).casefold()
    for word in words_of(line.replace("->", " ").replace("+", " ")):
        assert word in kept or _known(word), (line, incoming)
