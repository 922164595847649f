"""The same figures as files: a workbook that adds them up itself, a paper, a document, plain text."""

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.core.seal import Seal
from outreach.core.text import Texts
from outreach.report import Period
from outreach.statements import files, planning
from outreach.statements.reading import StatementSeen
from tests.outreach.reports.test_wording import SENTENCES
from tests.outreach.rooms import NOW, RIGA
from tests.outreach.statements.conftest import YEAR, Give
from tests.outreach.tracker.offers import desk as offers

EVERY = files.PUBLIC | files.PRIVATE


def made(
    store: Store, given: StatementSeen, office: Office, texts: Texts, shape: str, language: str = "lv", kinds: frozenset[str] = EVERY
) -> bytes:
    with store.reading() as session:
        planned = files.beside(session, texts, given, office, RIGA)
        counts = files.people(session, given)
    return files.made(shape, given, office, RIGA, texts.in_language(language), kinds=kinds, counts=counts, planned=planned)


def plan(store: Store, value: float | None, number: str = "planning.families") -> bool:
    with store.transaction() as session:
        return planning.set_plan(session, NOW, "results", YEAR, number, value, "ieva")


def sheet(data: bytes, name: str) -> list[list[object]]:
    return [[*row] for row in CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name).to_python()]


def formulas(data: bytes) -> list[str]:
    """The formulas of the first sheet, as they stand in the file."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return re.findall(r"<f>([^<]*)</f>", book.read("xl/worksheets/sheet1.xml").decode())


def test_a_workbook_adds_up_its_records(year: Store, give: Give, office: Office, texts: Texts) -> None:
    plan(year, 80)
    data = made(year, give(year), office, texts, "xlsx")
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names == ["Skaitļi", "Plāns", "Ieraksti"]
    records = sheet(data, "Ieraksti")[1:]
    totals = []
    for formula in formulas(data):
        name = formula.split('"')[1]
        totals.append(sum(int(str(row[4]).split(".")[0]) for row in records if row[0] == name))
        assert f"$E${len(records) + 1}" in formula
    assert totals == [55, 136, 24, 60, 75, 200]
    assert [row[1:3] for row in sheet(data, "Skaitļi")[-3:]] == [[55, 136], [24, 60], [75, 200]]
    assert {row[2] for row in records} == {"stadijas ieraksts", "ģimene"}
    planned = next(row for row in sheet(data, "Plāns") if row[1] == 80)
    assert planned[1:] == [80, 75, -5, 1, 74]  # one planned at the end of 2022


def test_who_may_not_open_families_gets_numbers_alone(year: Store, give: Give, office: Office, texts: Texts) -> None:
    data = made(year, give(year), office, texts, "xlsx", kinds=files.PUBLIC)
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names == ["Skaitļi", "Plāns"]
    assert [row for row in sheet(data, "Skaitļi") if 55 in row]
    assert formulas(data) == []


@pytest.mark.parametrize("language", ["lv", "en", "ru"])
def test_paper_document_and_text_say_the_sentence(year: Store, give: Give, office: Office, texts: Texts, tmp_path: Path, language: str) -> None:
    given = give(year)
    assert SENTENCES[language] in made(year, given, office, texts, "txt", language).decode()
    document = Document(io.BytesIO(made(year, given, office, texts, "docx", language)))
    assert SENTENCES[language] in [one.text for one in document.paragraphs]
    assert [cell.text for cell in document.tables[0].rows[1].cells][1:] == ["55", "136"]
    if shutil.which("pdftotext"):
        (tmp_path / "s.pdf").write_bytes(made(year, given, office, texts, "pdf", language))
        told = subprocess.run(["pdftotext", "-layout", "s.pdf", "-"], cwd=tmp_path, capture_output=True, timeout=60, check=True).stdout.decode()
        whole = " ".join(told.replace("-\n", "").split())
        for part in SENTENCES[language].split("; ")[0].split(" ")[:9]:
            assert part in whole
        assert all(number in whole for number in ("55", "136", "24", "60", "75"))


def test_what_is_no_kind_of_file(year: Store, give: Give, office: Office, texts: Texts) -> None:
    with pytest.raises(OutreachError, match=r"statements\.error\.shape"):
        made(year, give(year), office, texts, "odt")


def test_a_plan_is_set_changed_and_taken_away(year: Store, give: Give, office: Office, texts: Texts) -> None:
    assert plan(year, 80) and not plan(year, 80) and plan(year, 81.5)
    with year.reading() as session:
        assert planning.plans(session, "results", YEAR) == {"planning.families": 81.5}
        assert planning.plans(session, "results", Period.of_year(2024, RIGA)) == {}
    assert plan(year, None) and not plan(year, None)
    for wrong in (-1, float("nan"), float("inf"), planning.HIGHEST + 1):
        with pytest.raises(OutreachError, match=r"statements\.error\.plan"):
            plan(year, wrong)


def test_last_years_figures_are_those_given_out(year: Store, give: Give, office: Office, texts: Texts) -> None:
    earlier = Period.of_year(2022, RIGA)
    with year.reading() as session:
        assert planning.last_year(session, texts, "results", YEAR, office)["planning.families"] == 1
    given = give(year, period=earlier)
    with year.reading() as session:
        assert planning.last_year(session, texts, "results", YEAR, office) == given.figures.numbers


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (Period.of_year(2024, RIGA), Period.of_year(2023, RIGA)),
        (Period.of_quarter(2024, 1, RIGA), Period.of_quarter(2023, 1, RIGA)),
        (Period.of_dates(date(2024, 1, 1), date(2024, 2, 29), RIGA), Period.of_dates(date(2023, 1, 1), date(2023, 2, 28), RIGA)),
    ],
)
def test_the_same_stretch_a_year_before(period: Period, before: Period) -> None:
    assert planning.before(period) == before


def test_an_offer_without_an_entry_is_told_as_one(year: Store, give: Give, office: Office, texts: Texts, seal: Seal) -> None:
    day = date(2023, 6, 1)
    with year.transaction() as session:
        family = offers.family(session, seal, ("planning", day))
        number = offers.sent(session, seal, family, day)
    data = made(year, give(year, "stages"), office, texts, "xlsx")
    rows = [row for row in sheet(data, "Ieraksti")[1:] if row[0] == "offers"]
    assert [row[2:] for row in rows if row[2] == "piedāvājums"] == [["piedāvājums", float(number), 1.0]]
    assert sum(float(str(row[4])) for row in rows) == give(year, "yearly").figures.numbers["2023.offers"]


def test_what_can_be_planned(year: Store, give: Give) -> None:
    assert planning.plannable(give(year).figures)[:2] == ("returned_supported.families", "returned_supported.people")
    names = planning.plannable(give(year, "quarterly").figures)
    assert "now.offers" in names and not [name for name in names if name.startswith("before.")]
    assert planning.plannable(give(year, "yearly").figures) == ()
