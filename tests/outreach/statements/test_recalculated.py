"""A workbook as LibreOffice Calc reckons it: every formula, without the value kept beside it, gives the frozen number."""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from outreach.core.db import Store
from outreach.core.office import Office
from outreach.core.text import Texts
from outreach.statements import planning
from tests.outreach.rooms import NOW
from tests.outreach.statements.conftest import YEAR, Give
from tests.outreach.statements.test_files import made

# Comma, quotes, UTF-8, cells as they are worth, every sheet a file of its own.
_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"[^>]*><f>([^<]*)</f><v>([^<]*)</v></c>')
SAID = (("results", "lv"), ("yearly", "ru"), ("stages", "en"))


def unreckoned(data: bytes) -> tuple[bytes, dict[str, dict[tuple[int, int], float]]]:
    """The workbook with its formulas alone, and by sheet what stood beside each, by row and column from nought."""
    told, kept = io.BytesIO(), dict[str, dict[tuple[int, int], float]]()
    with zipfile.ZipFile(io.BytesIO(data)) as book, zipfile.ZipFile(told, "w") as bare:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        for part in book.namelist():
            text = book.read(part)
            if found := re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", part):
                sheet = text.decode()
                cells = {(int(row) - 1, ord(column) - ord("A")): float(value) for column, row, _, value in _CELL.findall(sheet)}
                assert len(cells) == sheet.count("<f>")
                kept[names[int(found[1]) - 1]] = cells
                text = re.sub(r"(<f>[^<]*</f>)<v>[^<]*</v>", r"\1", sheet).encode()
            bare.writestr(part, text)
    return told.getvalue(), kept


def test_every_formula_gives_what_was_frozen(year: Store, give: Give, office: Office, texts: Texts, tmp_path: Path) -> None:
    calc = shutil.which("localc") and shutil.which("soffice")
    if calc is None:
        pytest.skip("LibreOffice Calc is not installed (Debian: apt-get install libreoffice-calc)")
    with year.transaction() as session:
        planning.set_plan(session, NOW, "results", YEAR, "planning.families", 80.5, "ieva")
    beside = {}
    for kind, language in SAID:
        bare, beside[kind] = unreckoned(made(year, give(year, kind), office, texts, "xlsx", language))
        (tmp_path / f"{kind}.xlsx").write_bytes(bare)
    subprocess.run(
        [calc, "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to", _CSV, "--outdir", str(tmp_path / "csv"), *(str(tmp_path / f"{kind}.xlsx") for kind, _ in SAID)],
        capture_output=True, timeout=240, check=True,
    )  # fmt: skip
    for kind, sheets in beside.items():
        assert sum(map(len, sheets.values())) >= 2, kind
        for name, cells in sheets.items():
            if cells:
                with (tmp_path / "csv" / f"{kind}-{name}.csv").open(encoding="utf-8", newline="") as file:
                    rows = list(csv.reader(file))
                assert {place: float(rows[place[0]][place[1]]) for place in cells} == cells, (kind, name)
    assert any(-5.5 in cells.values() for cells in beside["results"].values())  # less than was planned
