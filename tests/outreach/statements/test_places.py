"""A municipality's sheet given out: its own versions, and what is kept back is kept back in every file and language."""

import io
from datetime import date
from zipfile import ZipFile

import pytest
from hypothesis import given as chance
from hypothesis import strategies as st

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.core.seal import Seal
from outreach.core.text import Texts
from outreach.report import Period
from outreach.statements import files, kinds, naming, planning, reading
from outreach.statements.frozen import worded
from outreach.tracker import families
from outreach.tracker.families import Family
from tests.outreach.rooms import NOW, RIGA
from tests.outreach.statements.conftest import Give

YEAR = Period.of_year(2025, RIGA)
BALVI, LUDZA, PREILI = "Balvu novads", "Ludzas novads", "Preiļu novads"
OURS = kinds.kind_of(kinds.OF_PLACE, BALVI)


def settle(store: Store, seal: Seal, stage: str, place: str, count: int, size: int) -> None:
    with store.transaction() as session:
        for number in range(count):
            household = families.add(session, NOW, seal, Family(size, 0, place))
            families.enter(session, NOW, household, stage, date(2025, 3, 1 + number))


@pytest.fixture
def lived(store: Store, seal: Seal) -> Store:
    """Many came home to Balvi; of three who plan to, and of those of Ludza beside Preiļi's three, nothing is told."""
    settle(store, seal, "returned_supported", BALVI, 7, 3)
    settle(store, seal, "planning", BALVI, 3, 37)
    settle(store, seal, "contacted", PREILI, 3, 2)
    settle(store, seal, "contacted", BALVI, 6, 41)
    settle(store, seal, "contacted", LUDZA, 9, 2)
    return store


def test_small_figures_and_those_beside_them_are_told_nowhere(lived: Store, give: Give, office: Office, texts: Texts) -> None:
    given = give(lived, OURS, YEAR)
    numbers = given.figures.numbers
    assert (numbers["returned_supported.families"], numbers["returned_supported.people"]) == (7, 21)
    # Six is many, but with the sum and Ludza's nine it would tell of Preiļi's three.
    assert not {name for name in (*numbers, *given.figures.records) if name.startswith(("planning", "contacted"))}
    for language in ("lv", "en", "ru"):
        rows = {worded(row[0], language): row[1:] for row in given.figures.tables[1].rows}
        hidden = [cells for cells in rows.values() if not isinstance(cells[0], int)]
        assert len(hidden) == 2 and {worded(cell, language) for cells in hidden for cell in cells} == {texts.in_language(language)("report.municipality.hidden")}
        t = texts.in_language(language)
        for shape in files.SHAPES:
            data = files.made(
                shape, given, office, RIGA, t, kinds=files.PUBLIC | files.PRIVATE, counts=people(lived, given), planned=(),
            )  # fmt: skip
            if shape in {"xlsx", "docx"}:
                with ZipFile(io.BytesIO(data)) as packed:
                    data = b"".join(packed.read(name) for name in packed.namelist())
            assert b">111<" not in data and b">246<" not in data
            if shape == "txt":
                assert BALVI in data.decode() and "111" not in data.decode() and "246" not in data.decode()


def people(store: Store, given: reading.StatementSeen) -> dict[int, int]:
    with store.reading() as session:
        return files.people(session, given)


def test_every_municipality_has_its_own_versions_and_plans(lived: Store, seal: Seal, give: Give) -> None:
    first, other = give(lived, OURS, YEAR), give(lived, kinds.kind_of(kinds.OF_PLACE, LUDZA), YEAR)
    assert (first.line.version, other.line.version) == (1, 1)
    assert (first.line.report, first.line.place, other.line.place) == ("municipality", BALVI, LUDZA)
    settle(lived, seal, "returned_supported", BALVI, 1, 3)
    assert give(lived, OURS, YEAR, why="Aizmirsta").line.version == 2
    with pytest.raises(OutreachError, match=r"statements\.error\.same"):
        give(lived, kinds.kind_of(kinds.OF_PLACE, LUDZA), YEAR, why="x")
    with lived.transaction() as session:
        planning.set_plan(session, NOW, OURS, YEAR, "mentions.local", 4, "ieva")
        assert planning.plans(session, OURS, YEAR) == {"mentions.local": 4}
        assert planning.plans(session, kinds.kind_of(kinds.OF_PLACE, LUDZA), YEAR) == {}


def test_what_it_is_called(texts: Texts) -> None:
    assert naming.heading(texts.in_language("lv"), OURS, YEAR) == "Pašvaldības lapa: Balvu novads, 2025. gads"
    assert naming.titled(texts.in_language("ru"), OURS) == "Лист самоуправления: Balvu novads"
    assert naming.file_name(kinds.kind_of("municipality", PREILI), YEAR, 2, "pdf") == "municipality-preilu-novads-2025-v2.pdf"
    assert naming.file_name("results", YEAR, 1, "txt") == "results-2025-v1.txt"


@chance(st.sampled_from(["results", "municipality"]), st.none() | st.text(min_size=1, max_size=30))
def test_a_kind_names_its_report_and_place(report: str, place: str | None) -> None:
    assert kinds.parts(kinds.kind_of(report, place)) == (report, place)


def test_every_municipality_fits(office: Office) -> None:
    from outreach.statements.models import Planned, Statement
    from outreach.tracker.places import read_places

    most = max(len(kinds.kind_of(kinds.OF_PLACE, place)) for place in read_places(office.places).municipalities)
    assert most <= min(table.__table__.c.kind.type.length for table in (Statement, Planned))
