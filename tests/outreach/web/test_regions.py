"""Regions beside each other on the screen: a file is brought in, ours is shared, small figures stay hidden."""

import io
import json
from dataclasses import replace

from outreach.statements.sharing import document
from outreach.web import access
from tests.outreach.statements.sharing.test_sharing import VIDZEME
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import Counted
from tests.outreach.web.test_statements import live
from tests.support.people import Visitor


def bring(visitor: Visitor, data: bytes) -> tuple[int, str]:
    answer = visitor.post("/reports/regions", {"file": (io.BytesIO(data), "a.json")}, content_type="multipart/form-data")
    return answer.status_code, answer.get_data(as_text=True) if answer.status_code == 422 else answer.location or ""


def test_the_office_reads_and_whoever_answers_brings() -> None:
    assert access.roles_of("regions.show", "GET") == {"administrator", "comms", "coordinator", "reader"}
    assert access.roles_of("regions.bring", "POST") == {"administrator", "coordinator"}


def test_regions_stand_beside_each_other(office: Office) -> None:
    visitor = office.as_role("coordinator")
    assert "Vēl nav skaitļu" in visitor.text("/reports/regions")
    assert bring(visitor, document.written(VIDZEME)) == (303, "/reports/regions?period=2025")
    page = visitor.text("/reports/regions?period=2025")
    assert "Skaitļi pievienoti: Vidzeme" in page and "179" in page and "471" in page
    assert "nav devuši 4 reģioni: Kurzeme, Latgale, Rīga, Zemgale" in page
    assert bring(visitor, document.written(VIDZEME))[0] == 303
    assert "jau ir pievienoti" in visitor.text("/reports/regions")
    bring(visitor, document.written(replace(VIDZEME, version=2, numbers={"offers": None, "contacted.families": 180})))
    page = visitor.text("/reports/regions?figure=contacted.families")
    assert "180" in page and "179" not in page and "&lt;5" in page and "2. versija" in page
    assert "file" not in office.as_role("reader").text("/reports/regions").split('id="share"')[0].rsplit("<aside", 1)[-1]


def test_what_is_amiss_is_said_beside_the_file(office: Office) -> None:
    visitor = office.as_role("coordinator")
    own = document.written(replace(VIDZEME, office="latgale", name={"lv": "Latgale"}))
    changed = document.written(VIDZEME).replace(b"179", b"178")
    for data, sentence in ((b"", "Izvēlieties"), (b"{}", "nav reģiona skaitļu datne"), (changed, "kontrolsumma nesakrīt"), (own, "mūsu pašu")):
        status, page = bring(visitor, data)
        assert status == 422 and sentence in page, sentence
    bring(visitor, document.written(VIDZEME))
    assert "ar citiem skaitļiem" in bring(visitor, document.written(replace(VIDZEME, numbers={"offers": 9})))[1]


def test_our_figures_go_out_without_small_ones(office: Office) -> None:
    live(office)
    visitor = office.as_role("coordinator")
    visitor.post("/reports/stages/publish", {"period": "2026"})
    visitor.post("/reports/publicity/publish", {"period": "2026"})
    assert "/reports/statements/1/figures" in visitor.text("/reports/statements/1")
    assert "figures" not in visitor.text("/reports/statements/2")
    answer = office.as_role("reader").get("/reports/statements/1/figures")
    told = json.loads(answer.data)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="figures-latgale-stages-2026-01-01_2026-12-31-v1.json"'
    assert told["numbers"]["returned_supported.families"] == 6 and told["region"]["ru"] == "Латгалия"
    assert document.read(answer.data).office == "latgale"
    assert visitor.get("/reports/statements/2/figures").status_code == 404
    assert visitor.get("/reports/statements/9/figures").status_code == 404
    page = visitor.text("/reports/regions")
    assert "Latgale (mūsu)" in page and "<th scope=\"row\">Piedāvājumi</th>" in page
    with Counted(office.app) as counted:
        visitor.text("/reports/regions")
    assert len(counted.statements) <= 12
