"""What a letter says, in three languages, and what it says is missing."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.errors import OutreachError
from outreach.core.office import Office, read_office
from outreach.tracker.offers import composing, facts, templates
from outreach.tracker.offers.composing import Asked, Composed, Ours
from outreach.tracker.offers.facts import CONTACT, TOPICS, Fact, Profile
from outreach.tracker.places import read_places
from tests.outreach.tracker.offers.desk import TODAY, fact

OFFICE = read_office("latgale", Path())
OURS = Ours("Birojs", "birojs@example.org", "", "majas.example", "Astra Koka")
LUDZA = facts.profiles(OFFICE)["Ludzas novads"]


def letter(
    language: str = "lv", topics: tuple[str, ...] = ("work",), place: str | None = "Ludzas novads",
    known: dict[str, Fact] | None = None, adults: int = 2, children: int = 1, addressee: str = "",
) -> Composed:  # fmt: skip
    asked = Asked(topics, place, adults, children, addressee)
    return composing.compose(templates.read(OFFICE, language), asked, known or {}, LUDZA if place else Profile(), OURS, TODAY)


def text(told: Composed, kind: str) -> str:
    return next(one.text for one in told.letter.sections if one.kind == kind)


@pytest.mark.parametrize(
    ("language", "adults", "children", "said"),
    [
        ("lv", 1, 0, "jūsu ģimenei – 1 pieaugušajam."), ("lv", 2, 1, "2 pieaugušajiem un 1 bērnam."), ("lv", 11, 21, "11 pieaugušajiem un 21 bērnam."), ("lv", 0, 10, "10 bērniem."),
        ("en", 1, 1, "your family: 1 adult and 1 child."), ("en", 2, 0, "2 adults."), ("en", 2, 3, "2 adults and 3 children."),
        ("ru", 1, 1, "вашей семьи: 1 взрослый и 1 ребёнок."), ("ru", 2, 4, "2 взрослых и 4 ребёнка."), ("ru", 5, 11, "5 взрослых и 11 детей."), ("ru", 21, 22, "21 взрослый и 22 ребёнка."),
        ("lv", 0, 0, "jūsu ģimenei."), ("en", 0, 0, "for your family."),
    ],
)  # fmt: skip
def test_the_family_agrees_with_its_numbers(language: str, adults: int, children: int, said: str) -> None:
    assert said in text(letter(language, adults=adults, children=children), "opening")


def test_topics_agree_with_their_number() -> None:
    assert "par šo tēmu: darbs." in text(letter(), "asked")
    assert "par šādām tēmām: darbs; skola un bērnudārzs." in text(letter(topics=("work", "school")), "asked")
    assert "about the Latvian language." in text(letter("en", ("language",)), "asked")


def test_the_addressee_stands_as_it_was_typed() -> None:
    assert text(letter(addressee="Bērziņas kundze"), "opening").startswith("Labdien, Bērziņas kundze!\n\n")
    assert text(letter(), "opening").startswith("Labdien!\n\n")
    # Braces are no places to fill.
    assert text(letter(addressee="{family} {0}"), "opening").startswith("Labdien, {family} {0}!")


def test_facts_stand_under_their_topic_with_their_day() -> None:
    told = letter(known={"work": fact(as_of=date(2026, 3, 1)), CONTACT: fact("Anna, 65700000", site="https://ludza.example")})
    assert text(told, "work") == "Ir darbs.\nZiņas pārbaudītas: 2026. gada 1. marts"
    place = text(told, "place")
    assert "Jūs apsverat dzīvi Ludzas novadā." in place and "https://ludza.example" in place and "Anna, 65700000" in place
    assert LUDZA.site not in place and told.missing == ()
    assert "birojs@example.org" in text(told, "office") and "Tālrunis" not in text(told, "office")
    assert text(told, "closing") == "Ar cieņu\nAstra Koka\nBirojs"


def test_what_is_missing_is_named_and_never_made_up() -> None:
    told = letter(topics=("work", "school", "health"), known={"work": fact(), "school": fact(as_of=date(2025, 11, 22))})
    assert [one.code for one in told.missing] == ["none.contact", "stale.school", "none.health"]
    assert text(told, "health") == "" and "health" not in [one.kind for one in told.letter.filled]
    assert LUDZA.site in text(told, "place")
    english = letter("en", known={"work": fact()})  # told in Latvian alone
    assert [one.code for one in english.missing] == ["none.contact", "none.work"]
    assert [one.code for one in letter(topics=(), place=None).missing] == ["none.place", "none.topics"]


@pytest.mark.parametrize(("day", "stale"), [(date(2025, 11, 23), False), (date(2025, 11, 22), True), (date(2024, 12, 1), True), (date(2026, 1, 1), False), (date(2025, 12, 31), False)])
def test_a_fact_is_old_after_twelve_months(day: date, stale: bool) -> None:
    assert fact(as_of=day).is_stale(TODAY) is stale


@pytest.mark.parametrize("language", ["lv", "en", "ru"])
@given(
    topics=st.lists(st.sampled_from(TOPICS), unique=True).map(tuple), filled=st.sets(st.sampled_from((CONTACT, *TOPICS))),
    adults=st.integers(0, 200), children=st.integers(0, 200), placed=st.booleans(),
)  # fmt: skip
def test_every_letter_is_whole(language: str, topics: tuple[str, ...], filled: set[str], adults: int, children: int, placed: bool) -> None:
    known = {name: Fact({language: f"Z {name}"}, TODAY, "x", fact().at) for name in filled}
    told = letter(language, topics, "Ludzas novads" if placed else None, known, adults, children)
    kinds = [one.kind for one in told.letter.sections]
    assert kinds == ["opening", *(["asked"] if topics else []), "place", *topics, "office", "next", "closing"]
    for one in told.letter.sections:
        assert "{" not in one.heading + one.text and (one.text or one.kind in topics)
        if one.kind in TOPICS:
            assert bool(one.text) == (one.kind in filled)
    if placed:
        assert {one.subject for one in told.missing} - {"topics"} == {CONTACT, *topics} - filled


def test_all_municipalities_of_the_office_have_a_profile_and_no_other_has() -> None:
    told = facts.profiles(OFFICE)
    assert set(told) == set(read_places(OFFICE.places).municipalities)
    for one in told.values():
        assert one.site.startswith("https://") and set(one.names) == set(one.inside) == {"lv", "en", "ru"}


def made(folder: Path, wording: str) -> Office:
    (folder / "offers").mkdir()
    (folder / "offers" / "lv.toml").write_text(wording, encoding="utf-8")
    return Office(folder, {}, {}, "", "", "", {}, ())


def test_a_template_that_says_too_little_is_told_of(tmp_path: Path) -> None:
    office = made(tmp_path, 'title = "T"\nopen = "{who}"\n[counted.adults]\none = "{count}"\n')
    assert templates.languages(office) == ("lv",)
    told = templates.read(office, "lv")
    assert told.text("title") == "T"
    for names in (("greeting",), ("title", "x"), ("open",)):
        with pytest.raises(OutreachError, match=r"offers\.error\.wording"):
            told.text(*names)
    with pytest.raises(OutreachError, match=r"offers\.error\.wording"):
        told.counted("adults", 2)
    for language in ("en", "de", "../lv"):
        with pytest.raises(OutreachError, match=r"offers\.error\.template"):
            templates.read(office, language)


def test_a_broken_template_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(OutreachError, match=r"offers\.error\.template"):
        templates.read(made(tmp_path, "title = "), "lv")
