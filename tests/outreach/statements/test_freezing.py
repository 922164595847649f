"""Figures given out stay as they were; what is wrong is corrected by a version that says why."""

from datetime import date

import pytest

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.core.seal import Seal
from outreach.core.text import Texts
from outreach.report import Period
from outreach.statements import comparing, kinds, linking, reading
from outreach.tracker import families
from outreach.tracker.families import Family
from tests.outreach.reports.test_wording import SENTENCES, live_through_2023
from tests.outreach.rooms import NOW, RIGA
from tests.outreach.statements.conftest import YEAR, Give

KINDS = ["cumulative", "outreach", "publicity", "quarterly", "results", "stages", "yearly"]


def one_more(store: Store, seal: Seal) -> int:
    """A family that came back in 2023 and was forgotten."""
    with store.transaction() as session:
        household = families.add(session, NOW, seal, Family(2, 1))
        families.enter(session, NOW, household, "returned_supported", date(2023, 6, 1))
        return household


def test_the_sentence_of_2023_is_given_out_in_three_languages(year: Store, give: Give) -> None:
    given = give(year)
    assert {language: lines[0] for language, lines in given.figures.texts.items()} == SENTENCES
    assert (given.figures.numbers["returned_supported.families"], given.figures.numbers["returned_supported.people"]) == (55, 136)
    assert (given.figures.numbers["returned_alone.families"], given.figures.numbers["returned_alone.people"]) == (24, 60)
    assert given.figures.numbers["planning.families"] == 75
    for language, sentence in SENTENCES.items():
        named = [(text, name) for text, name in linking.pieces(sentence, given.figures.numbers) if name]
        assert named == [
            ("55", "returned_supported.families"), ("136", "returned_supported.people"),
            ("24", "returned_alone.families"), ("60", "returned_alone.people"), ("75", "planning.families"),
        ], language  # fmt: skip


def test_a_correction_is_the_next_version_and_the_first_stays(year: Store, seal: Seal, give: Give, office: Office, texts: Texts) -> None:
    first = give(year)
    household = one_more(year, seal)
    with year.reading() as session:
        told = comparing.with_today(session, texts, first, office, RIGA)
    changed = {one.name: (one.was, one.now, one.went) for one in told.numbers}
    assert changed == {"returned_supported.families": (55, 56, ()), "returned_supported.people": (136, 139, ())}
    assert {one.name: one.came for one in told.numbers}["returned_supported.families"] == (household,)

    with pytest.raises(OutreachError, match=r"statements\.error\.why"):
        give(year)
    with pytest.raises(OutreachError, match=r"statements\.error\.why"):
        give(year, why="  ")
    second = give(year, why="Viena ģimene bija aizmirsta")
    assert (second.line.version, second.line.why) == (2, "Viena ģimene bija aizmirsta")
    with year.reading() as session:
        versions = reading.versions(session, "results", YEAR.first, YEAR.last)
        assert comparing.with_today(session, texts, versions[0], office, RIGA) == comparing.Difference((), worded=False)
    assert [one.line.version for one in versions] == [2, 1]
    assert versions[1] == first
    assert comparing.courses(versions)[2] == comparing.compare(first.figures, second.figures)
    assert "56 ģimenes (139 cilvēki)" in versions[0].figures.texts["lv"][0]


def test_what_has_not_changed_is_not_given_out_again(year: Store, give: Give) -> None:
    give(year)
    with pytest.raises(OutreachError, match=r"statements\.error\.same"):
        give(year, why="vēlreiz")


@pytest.mark.parametrize(
    ("kind", "period", "error"),
    [
        ("municipality", YEAR, r"report\.error\.place"),
        ("municipality:Rīga", YEAR, r"report\.error\.place"),
        ("results:Balvu novads", YEAR, r"statements\.error\.kind"),
        ("weather", YEAR, r"statements\.error\.kind"),
        ("results", Period.of_year(2027, RIGA), r"statements\.error\.future"),
    ],
)
def test_what_cannot_be_given_out(year: Store, give: Give, kind: str, period: Period, error: str) -> None:
    with pytest.raises(OutreachError, match=error):
        give(year, kind, period)
    with year.reading() as session:
        assert reading.listed(session) == []


def test_every_report_can_be_given_out(store: Store, seal: Seal, give: Give) -> None:
    live_through_2023(store, seal)
    assert sorted(kinds.offered()) == sorted([*KINDS, kinds.OF_PLACE])
    for kind in KINDS:
        given = give(store, kind)
        with store.reading() as session:
            assert reading.need(session, given.line.statement_id) == given  # as the store keeps it
        assert set(given.figures.texts) == {"lv", "en", "ru"}
        assert given.figures.numbers.keys() == given.figures.records.keys() == given.figures.kinds.keys()
        for language, lines in given.figures.texts.items():
            words = " ".join([*lines, *given.figures.labels(language).values()])
            assert "{" not in words and "report." not in words and "tracker." not in words
    with store.reading() as session:
        assert [line.kind for line in reading.listed(session, 2)] == [*reversed(KINDS)][:2]


def test_two_at_the_same_moment_are_not_both_the_first(year: Store, give: Give, monkeypatch: pytest.MonkeyPatch) -> None:
    give(year)
    monkeypatch.setattr(reading, "latest", lambda *_: None)  # the other's row is not seen yet
    with pytest.raises(OutreachError, match=r"statements\.error\.at_once"):
        give(year)


def test_there_is_none_of_that_number(year: Store) -> None:
    with year.reading() as session, pytest.raises(OutreachError, match=r"statements\.error\.none"):
        reading.need(session, 9)
