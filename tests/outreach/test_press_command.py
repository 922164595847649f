"""press on the command line: who would get a release, a sending begun, paused, called off, a doubtful mail settled."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from outreach import wiring
from outreach.core.settings import read_settings
from outreach.core.testing import FixedClock
from outreach.pressroom.models import ReleaseMail
from tests.outreach.test_cli import run  # noqa: F401  (the fixture)
from tests.outreach.web import presssendings as made


class Desk:
    """What the helpers ask of an office."""

    def __init__(self, app) -> None:  # type: ignore[no-untyped-def]
        self.app = app
        self.clock = app.clock


@pytest.fixture
def office(run, tmp_path: Path):  # type: ignore[no-untyped-def]  # noqa: F811
    """The command, on a store with an approved release (number 1) and a list."""
    with wiring.open_app(read_settings(tmp_path / "settings.toml"), create=True, clock=FixedClock(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))) as app:
        made.release(Desk(app))  # type: ignore[arg-type]
        made.press_list(Desk(app))  # type: ignore[arg-type]
    return run


def change_mail(tmp_path: Path, who: str, **values: object) -> int:
    with wiring.open_app(read_settings(tmp_path / "settings.toml")) as app, app.store.transaction() as session:
        number = session.scalar(update(ReleaseMail).where(ReleaseMail.mail == who).values(**values).returning(ReleaseMail.id))
    assert number is not None
    return number


def sendings(office: Callable[..., object]) -> list[dict[str, object]]:
    return json.loads(office("press", "status", "--json").out)  # type: ignore[attr-defined, no-any-return]


def test_a_dry_run_says_who_and_keeps_nothing(office) -> None:  # type: ignore[no-untyped-def]
    told = office("press", "send", "1", "--list", "latgales MEDIJI", "--dry-run")
    assert told.code == 0, told.err
    assert "3 mails would go out: en 1, lv 2" in told.out and "Not to: Pēteris Klusais" in told.out
    assert sendings(office) == []
    assert "Nothing has been sent" in office("press", "status").err


def test_from_sending_to_calling_off(office, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    begun = office("press", "send", "1", "--list", "Latgales mediji", "--at", "2199-01-01 10:00")
    assert begun.code == 0 and "has begun: 3 mails" in begun.out, begun.err
    (row,) = sendings(office)
    number = str(row["sending_id"])
    assert row["counts"] == {"due": 3, "skipped": 1} or row["counts"]["due"] == 3
    assert "3 waiting" in office("press", "status").out
    assert "paused" in office("press", "pause", number).out and sendings(office)[0]["state"] == "paused"
    doubtful = change_mail(tmp_path, made.PEOPLE[0][1], status="unconfirmed")
    assert f"{doubtful}  not certain  Ida Ozola" in office("press", "status", number).out
    assert "arrived" in office("press", "settle", str(doubtful), "--sent").out
    assert sendings(office)[0]["counts"]["sent"] == 1
    assert "goes on" in office("press", "go-on", number).out
    assert "called off" in office("press", "cancel", number).out and sendings(office)[0]["state"] == "cancelled"
    assert office("press", "go-on", number).code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("send", "1"), "Nobody"), (("send", "1", "--list", "Draugi"), "Latgales mediji"), (("send", "9", "--list", "Latgales mediji"), "no such release"), (("send", "1", "--contact", "77"), "Nobody"),
        (("pause", "5"), "no sending 5"), (("status", "5"), "no sending 5"), (("settle", "5", "--sent"), "no mail 5"), (("settle", "5"), "was_sent"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_what_cannot_be_is_one_sentence(office, words: tuple[str, ...], said: str) -> None:  # type: ignore[no-untyped-def]
    told = office("press", *words)
    assert told.code in {1, 2} and said.lower() in told.err.lower(), told.err
    assert len(told.err.strip().splitlines()) == 1
