"""`outreach recall`: the measure as a table and as JSON."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from outreach import wiring
from outreach.cli import main
from outreach.core.clock import local_day
from outreach.core.testing import FixedClock
from scrapers import recall
from scrapers.models import Canary
from tests.support.offices import told_in


def ran(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["--settings", str(folder / "settings.toml"), "recall", *words])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_the_measure_as_a_table_and_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "settings.toml").write_text('[office]\nlanguage = "en"\n', encoding="utf-8")
    told, now = told_in(tmp_path), datetime.now(UTC)
    with wiring.open_app(told, create=True, clock=FixedClock(now)) as app:
        assert "no known publications" in ran(tmp_path, capsys)
        at = now - timedelta(days=20)
        with app.store.transaction() as session:
            recall.add(session, now, "x", [recall.Known("https://a.example/1", "", at), recall.Known("https://a.example/2", "", at)])
            session.get_one(Canary, 1).found_at = at + timedelta(minutes=90)
        day = local_day(at, told.zone)
        monday = (day - timedelta(days=day.weekday())).isoformat()
    assert ran(tmp_path, capsys).splitlines()[-1].split() == [monday, "2", "0/2", "1/2", "1/2", "90"]
    weeks = json.loads(ran(tmp_path, capsys, "--json", "--weeks", "5"))
    assert len(weeks) == 5
    [week] = [one for one in weeks if one["known"]]
    assert (week["week"], week["within_24h"], week["median_minutes"]) == (monday, {"found": 1, "of": 2, "share": 0.5}, 90)
    assert ran(tmp_path, capsys, "--weeks", "1").startswith("There are no")
