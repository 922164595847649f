"""The sentence of 2023 on the way to whoever reads it: report, table, statement and all its files, in three languages."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from docx import Document
from lxml import html
from python_calamine import CalamineWorkbook

from tests.outreach.reports.test_wording import SENTENCES, live_through_2023
from tests.outreach.web.conftest import Office

FIGURES = ["55", "136", "24", "60", "75"]


def told(page: str, selector: str) -> str:
    return " ".join(str(html.fromstring(page).xpath(f"string({selector})")).split())


def test_every_way_says_the_same(office: Office, tmp_path: Path) -> None:
    live_through_2023(office.app.store, office.app.seal)
    visitor = office.as_role("coordinator")
    assert visitor.post("/reports/results/publish", {"period": "2023"}).headers["Location"] == "/reports/statements/1"
    page = visitor.text("/reports/statements/1")
    for language, sentence in SENTENCES.items():
        assert [one for one in re.findall(r"\d+", sentence) if one not in {"2023"}] == FIGURES
        assert told(visitor.text(f"/reports/results?period=2023&language={language}"), "//p[contains(@class, 'lead')]") == sentence
        assert told(page, f"//section[@lang='{language}']//p[@class='lead']") == sentence
        opened = html.fromstring(page).xpath(f"//section[@lang='{language}']//p[@class='lead']//a")
        assert [str(one.text_content()).strip() for one in opened] == FIGURES
        files = {shape: visitor.get(f"/reports/statements/1.{shape}?language={language}").data for shape in ("txt", "xlsx", "docx", "pdf")}
        assert sentence in files["txt"].decode()
        book = CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"]))
        assert sentence in [cell for row in book.get_sheet_by_index(0).to_python() for cell in row]
        assert sentence in [one.text for one in Document(io.BytesIO(files["docx"])).paragraphs]
        if shutil.which("pdftotext"):
            (tmp_path / "s.pdf").write_bytes(files["pdf"])
            printed = subprocess.run(["pdftotext", "-layout", "s.pdf", "-"], cwd=tmp_path, capture_output=True, timeout=60, check=True).stdout.decode()
            # Words may be broken at the end of a line.
            assert re.sub(r"[\s\-‐\u00ad]", "", sentence) in re.sub(r"[\s\-‐\u00ad]", "", printed)


@pytest.mark.parametrize("of", ["returned_supported", "returned_alone", "planning"])
def test_each_number_opens_its_records(office: Office, of: str) -> None:
    live_through_2023(office.app.store, office.app.seal)
    visitor = office.as_role("coordinator")
    page = visitor.text(f"/reports/results?period=2023&of={of}.families")
    assert len(re.findall(r'href="/families/\d+"', page)) == {"returned_supported": 55, "returned_alone": 24, "planning": 75}[of]
