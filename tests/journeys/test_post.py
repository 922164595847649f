"""A post: planned, approved, claimed, published, recorded; and never twice, whoever is killed when."""

import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from outreach.demo.fediverse import Fediverse
from tests.support.program import Program, running, until
from tests.support.visits import signed_in

TOKEN = "OUTREACH_TEST_TOKEN"


def planned(program: Program, server: str) -> None:
    program.make_store()
    program.command("channels", "add", "Mastodon", "mastodon", f"server={server}", f"token_env={TOKEN}")
    program.command(
        "posts", "add", "--campaign", "MĀJAS", "--title", "Aicinājums", "--text", "Domājat par atgriešanos? {link}", "--channel", "1", "--approve"
    )


def states(program: Program) -> list[str]:
    return [row["status"] for row in json.loads(program.command("deliveries", "list", "--json"))]


def kept(program: Program) -> list[str]:
    """The same from the store itself: a command is a whole process, too dear to wait with."""
    with closing(sqlite3.connect(f"file:{program.folder / 'data' / 'outreach.db'}?mode=ro", uri=True)) as store:
        return [status for (status,) in store.execute("SELECT status FROM deliveries ORDER BY id")]


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(TOKEN, "proof-token")
    return "proof-token"


def test_a_planned_post_goes_out_once_with_its_tracked_link(tmp_path: Path, secret: str) -> None:
    with Fediverse(now=lambda: datetime.now(UTC), token=secret) as server, running(Program(tmp_path)) as program:
        planned(program, server.url)
        program.start()
        until(lambda: len(server.statuses) == 1)
        until(lambda: kept(program) == ["published"])
        assert states(program) == ["published"]
        page = requests.get(server.account_url, timeout=20).text
        link = re.search(rf'href="({re.escape(program.page)}/k/\w+)"', page)
        assert link is not None
        followed = requests.get(link.group(1), timeout=20, allow_redirects=False)
        assert followed.headers["Location"].startswith(f"{program.page}/jautajums?k=")
        assert program.end()[0] == 0
        program.start()
        assert program.command("publish").strip() == "Nekam nav pienācis laiks."
        assert program.end()[0] == 0
        assert len(server.statuses) == 1


@pytest.mark.parametrize("fault", ["hang_after", "hang"])
def test_killed_between_claim_and_record_it_waits_for_a_person_and_is_out_once(tmp_path: Path, secret: str, fault: str) -> None:
    with Fediverse(now=lambda: datetime.now(UTC), token=secret) as server, running(Program(tmp_path)) as program:
        planned(program, server.url)
        server.faults.append(fault)
        program.start()
        # The server has heard the whole post and does not answer: the claim is written, the outcome is not.
        until(lambda: any(asked.method == "POST" for asked in server.asked))
        assert kept(program) == ["sending"]
        live = len(server.statuses)
        program.kill()

        program.start()
        until(lambda: kept(program) == ["unconfirmed"])
        told = signed_in(program).get(program.page, timeout=20).text
        assert "Aicinājums" in told
        assert "Gaida jūs" in told
        program.command("publish", "--now")
        assert len(server.statuses) == live
        assert states(program) == ["unconfirmed"]

        # The person has looked at the channel.
        if live:
            program.command("deliveries", "settle", "1", "--live", "--url", server.account_url)
        else:
            program.command("deliveries", "settle", "1", "--not-live")
            until(lambda: len(server.statuses) == 1)
        until(lambda: kept(program) == ["published"])
        assert states(program) == ["published"]
        assert program.end()[0] == 0
    assert len(server.statuses) == 1
