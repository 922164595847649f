"""alerts on the command line, as a newcomer tries it: by the group alone, on a store of its own."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from outreach.alerts import jobs
from outreach.commands import frame
from outreach.commands.alerts import alerts
from outreach.core.app import App
from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Answer
from outreach.core.testing import MemoryMailer, RecordedHttp
from tests.outreach.alerts import scene
from tests.outreach.alerts.conftest import NOON, with_http

HOUR = timedelta(hours=1)
HOOK = "OUTREACH_HOOK_TEST"
Run = Callable[..., Result]


@pytest.fixture
def run(app: App, monkeypatch: pytest.MonkeyPatch) -> Run:
    there = RecordedHttp({("POST", "https://there.example/x"): Answer("", 200, {}, b"ok")})
    office, english = with_http(app, there), app.texts.in_language("en")

    class Here(frame.Shell):
        """The test's own office."""

        words = english  # type: ignore[assignment]

        def app(self, **_: object) -> object:  # type: ignore[override]
            return nullcontext(office)

    def command(*words: str) -> Result:
        return CliRunner().invoke(alerts, list(words), obj=Here())

    monkeypatch.setenv("OUTREACH_HOOK_TEST", "https://there.example/x")
    return command


def fails(result: Result) -> str:
    assert isinstance(result.exception, OutreachError), result.output
    return result.exception.key


def test_a_rule_is_set_listed_and_switched(app: App, run: Run) -> None:
    assert "Nobody has chosen" in run("rules").stderr
    with app.store.transaction() as session:
        scene.person(session, NOON, "coordinator")
    assert fails(run("set", "nobody@example.org")) == "people.error.nobody"
    assert fails(run("off", "coordinator@example.org")) == "alerts.error.no_rule"
    assert fails(run("set", "coordinator@example.org", "--about", "unconfirmed")) == "alerts.error.kind"
    assert fails(run("set", "coordinator@example.org", "--quiet-from", "25:00")) == "alerts.error.wall"
    assert run("set", "coordinator@example.org").exit_code == 0
    [told] = json.loads(run("rules", "--json").output)
    assert (told["kinds"], told["quiet_from"], told["is_on"]) == (["critical", "spike", "unanswered"], "20:00", True)
    run("set", "coordinator@example.org", "--about", "unanswered", "--working-days")
    run("set", "coordinator@example.org", "--quiet-until", "08:00")
    [told] = json.loads(run("rules", "--json").output)
    assert (told["kinds"], told["quiet_until"], told["working_days"]) == (["unanswered"], "08:00", True)
    run("off", "coordinator@example.org")
    assert "off" in run("rules").output


def test_events_and_doubtful_letters_are_listed_and_settled(app: App, run: Run, mailer: MemoryMailer) -> None:
    scene.rule(app, "critical")
    with app.store.transaction() as session:
        scene.critical(session, NOON - HOUR)
    mailer.refuse.append(WireError("mail.unconfirmed", ambiguous=True, host="relay"))
    jobs.tick(app)
    assert "Critical of us" in run("list").output
    assert json.loads(run("list", "--json").output)[0]["kind"] == "critical"
    assert "relay" in run("letters").output
    [letter] = json.loads(run("letters", "--json").output)
    assert fails(run("settle", str(letter["id"]))) == "cli.alerts.settle_how"
    assert run("settle", str(letter["id"]), "--arrived").exit_code == 0
    assert fails(run("settle", str(letter["id"]), "--again")) == "cli.alerts.no_letter"


def test_a_hook_is_added_tried_and_removed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fails(run("add-hook", "Office", "fax", HOOK)) == "alerts.error.hook_kind"
    refused = run("add-hook", "Office", "slack", "https://hooks.slack.com/services/T/B/SECRET")
    assert fails(refused) == "alerts.error.hook_secret" and "SECRET" not in str(refused.exception)
    added = run("add-hook", "Office", "json", HOOK)
    assert f"{HOOK}, {HOOK}_KEY" in added.output
    assert fails(run("add-hook", "Office", "slack", HOOK)) == "alerts.error.hook_taken"
    assert "not set" in run("hooks").output
    assert fails(run("test-hook", "Office")) == "alerts.hook.no_secret"
    monkeypatch.setenv(f"{HOOK}_KEY", "k" * 32)
    assert run("test-hook", "Office").exit_code == 0
    assert "unanswered" not in json.loads(run("hooks", "--json").output)[0]["rule"]["kinds"]
    assert run("remove-hook", "Office").exit_code == 0
    assert fails(run("remove-hook", "Office")) == "alerts.error.no_hook"
