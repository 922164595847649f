"""A text against the office's facts: what is gone stops it, what differs or is not known is shown."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.pressroom.checks.facts import Fact, Known, check, page_of
from outreach.pressroom.checks.finding import Piece

TODAY = date(2026, 11, 23)
GONE, COMING = date(2026, 10, 31), date(2026, 12, 1)
FACTS = (
    Fact(1, "phone", "Biroja tālrunis", "+371 64 600 000", until=GONE, instead="+371 64 600 111"),
    Fact(2, "phone", "Biroja tālrunis", "+371 64 600 111"),
    Fact(3, "mail", "Biroja e-pasts", "vecais@paps.lv", until=GONE),
    Fact(4, "mail", "Biroja e-pasts", "latgale@paps.lv"),
    Fact(5, "person", "Remigrācijas koordinatore", "Anna Ozola", until=GONE, instead="Ilze Kalniņa"),
    Fact(6, "person", "Remigrācijas koordinatore", "Ilze Kalniņa"),
    Fact(7, "number", "Atgriezušies cilvēki", "424 cilvēki"),
    Fact(8, "number", "Atgriezušies cilvēki", "400 cilvēki", until=GONE, instead="424 cilvēki"),
    Fact(9, "sum", "Uzņēmējdarbības grants", "5000 eiro"),
    Fact(10, "page", "Biroja lapa", "paps.lv/vecais", until=GONE, instead="paps.lv/latgale"),
    Fact(11, "phone", "Jaunais tālrunis", "64600222", since=COMING),
)
KNOWN = Known(FACTS, TODAY, mails=frozenset({"birojs@example.org"}))


def told(text: str, field: str = "body", known: Known = KNOWN) -> list[tuple[str, str]]:
    found = list(check(Piece(field, text), known))
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    return [(one.level, one.key.removeprefix("presscheck.fact.")) for one in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Zvaniet 64600000.", [("stop", "gone_next")]), ("+371 64 600 000", [("stop", "gone_next")]), ("00371-64-600-000", [("stop", "gone_next")]), ("Tālr. 64 600 111", []),
        ("tālr. 64600333", [("look", "phone_unknown")]), ("Zvaniet +44 20 7946 0958", [("look", "phone_unknown")]), ("Budžetā ir 64 600 333 eiro", []), ("Tālākam ceļam 64600333", []), ("64600222", [("look", "not_yet")]),
        ("vecais@paps.lv", [("stop", "gone")]), ("Rakstiet VECAIS@paps.lv.", [("stop", "gone")]), ("latgale@paps.lv", []), ("birojs@example.org", []), ("cits@example.org", [("look", "mail_unknown")]),
        ("koordinatore Anna Ozola", [("stop", "gone_next")]), ("Zvaniet remigrācijas koordinatorei Annai Ozolai!", [("stop", "gone_next")]), ("Anna Ozola dzied korī.", []), ("Bijusī koordinatore Anna Ozola", []), ("koordinatore Ilze Kalniņa", []),
        ("Mājās atgriezušies 423 cilvēki.", [("look", "differs")]), ("Mājās atgriezušies 424 cilvēki.", []), ("Mājās atgriezušies 400 cilvēki.", [("stop", "gone_next")]), ("2023. gadā atgriezušies 136 cilvēki.", []), ("2026. gadā atgriezušies 423 cilvēki.", [("look", "differs")]),
        ("Uz pasākumu ieradās 30 cilvēki.", []), ("Uzņēmējdarbības grants ir 6000 eiro.", [("look", "differs")]), ("Grants uzņēmējdarbībai ir 5 000 eiro.", []), ("Mājas maksā 90 000 eiro.", []),
        ("https://www.paps.lv/vecais/", [("stop", "gone_next")]), ("Lasiet paps.lv/vecais.", [("stop", "gone_next")]), ("paps.lv/latgale", []), ("paps.lv/vecais/cita", []),
    ],
)  # fmt: skip
def test_a_text_by_the_facts(text: str, found: list[tuple[str, str]]) -> None:
    assert told(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("64600111, latgale@paps.lv", []), ("64600333", [("stop", "phone_unknown")]), ("cits@example.org", [("stop", "mail_unknown")]), ("Anna Ozola, 64600111", [("look", "gone_next")]), ("64600000", [("stop", "gone_next")]),
    ],
)  # fmt: skip
def test_the_contact_line_is_held_to_what_is_known(text: str, found: list[tuple[str, str]]) -> None:
    assert told(text, "contact") == found


def test_an_office_that_has_written_nothing_down_is_not_stopped() -> None:
    assert told("64600333, cits@example.org", "contact", Known((), TODAY)) == [("look", "phone_unknown"), ("look", "mail_unknown")]


def test_what_is_gone_names_what_holds_now() -> None:
    (found,) = check(Piece("body", "Tālr. 64600000"), KNOWN)
    assert found.facts == {"label": "Biroja tālrunis", "value": "+371 64 600 000", "fact_id": 1, "until": GONE, "instead": "+371 64 600 111"}
    assert found.suggestions == ("+371 64 600 111",)


def test_a_value_that_holds_again_is_right() -> None:
    again = Known((*FACTS, Fact(12, "phone", "Reģiona tālrunis", "64600000")), TODAY)
    assert told("Zvaniet 64600000.", known=again) == []


@pytest.mark.parametrize(("until", "gone"), [(date(2026, 11, 22), True), (TODAY, False), (None, False)])
def test_the_last_day_still_counts(until: date | None, gone: bool) -> None:
    fact = Fact(1, "phone", "x", "64600000", until=until)
    assert fact.is_gone(TODAY) is gone and fact.holds(TODAY) is not gone


@pytest.mark.parametrize(("address", "one"), [("https://www.Paps.lv/", "paps.lv"), ("paps.lv/latgale.", "paps.lv/latgale"), ("nekas", None)])
def test_a_page_has_one_spelling(address: str, one: str | None) -> None:
    assert page_of(address) == one


@given(st.text(max_size=120))
def test_any_text_is_read(text: str) -> None:
    told(f"{text} Anna Ozola 64600000 {text}")
