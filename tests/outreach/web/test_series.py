"""A post that comes again on the screen: its days are shown, made as they were seen, left out, ended."""

from pathlib import Path

import pytest

from campaigns.models import Series
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office
from tests.outreach.web.planning import SERIES, seen_in


def test_days_are_shown_before_they_are_made(office: Office, tmp_path: Path) -> None:
    number = planning.post(office, planning.campaign(office), "Kafija")
    told = {**SERIES, "channels": str(planning.channel(office, tmp_path))}
    visitor, path = office.as_role("comms"), f"/posts/{number}/series/new"
    assert "Parādīt dienas" in visitor.text(path)
    page = visitor.post(path, {**told, "do": "look"}).get_data(as_text=True)
    assert "Ieplānot 3 ierakstus" in page and "2026. gada 15. decembris" in page
    # Other words than those that were looked at are shown, not made.
    assert visitor.post(path, {**told, "times": "5", "do": "make", "seen": seen_in(page)}).status_code == 200
    with office.app.store.reading() as session:
        assert session.get(Series, 1) is None
    for _ in range(2):
        assert visitor.post(path, {**told, "do": "make", "seen": seen_in(page)}).location == "/series/1"
    listed = visitor.text("/series/1")
    assert listed.count("data-item") == 3 and "Reizi 1 nedēļā: otrdienās, 3 reizes" in listed
    assert visitor.post("/series/1/days/2026-12-08").location == "/series/1"
    assert "Atjaunot" in visitor.text("/series/1")
    assert visitor.post("/series/1/days/2026-12-09").status_code == 404
    visitor.post("/series/1/end")
    assert "beigusies" in visitor.text("/series/1")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"weekdays": ""}, "Izvēlieties"), ({"hour": "25:99"}, "Ierakstiet stundu"), ({"kind": "typed", "typed": "FREQ=HOURLY"}, "zina dienas, ne stundas"), ({"times": ""}, "cik reižu"), ({"end": "until"}, "Pēdējai dienai")],
)
def test_wrong_forms_lose_nothing(office: Office, tmp_path: Path, wrong: dict[str, str], said: str) -> None:
    number = planning.post(office, planning.campaign(office))
    told = {**SERIES, "channels": str(planning.channel(office, tmp_path)), **wrong}
    answer = office.as_role("comms").post(f"/posts/{number}/series/new", {**told, "do": "look"})
    assert answer.status_code == 422 and said in answer.get_data(as_text=True)
    assert 'value="2026-12-01"' in answer.get_data(as_text=True)


def test_no_series_is_a_page_that_is_not_there(office: Office) -> None:
    for path in ("/series/9", "/posts/9/series/new"):
        assert office.as_role("comms").get(path).status_code == 404
