"""kill -9 while a series is being made, and two who make it at once: each day has one post, or none of it is there."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from campaigns.models import Post, Series, SeriesPost
from outreach.core.db import Store
from outreach.core.testing import FixedClock
from tests.campaigns.desk import NOW, Desk

ROOT = Path(__file__).resolve().parents[2]
MAKER = """
import os, sys
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo
from campaigns.moments import read_moments
from campaigns.timing import making
from campaigns.timing.series import Plan
from outreach import wiring
from outreach.core.db import open_store
from tests.campaigns.desk import NOW

url, post, channel, left = sys.argv[1], *map(int, sys.argv[2:])
wiring.models()
copy = making.copy_post

def dying(*given, **named):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), 9)
    return copy(*given, **named)

making.copy_post = dying
table = read_moments(Path("outreach/offices/latgale/calendar.csv"))
plan = Plan("FREQ=WEEKLY;BYDAY=TU;COUNT=6", date(2026, 4, 7), time(18), None, (channel,))
print("ready", flush=True)
sys.stdin.readline()
with open_store(url, create=False).transaction() as session:
    making.start(session, NOW, post, plan, actor="anna@example.org", office=ZoneInfo("Europe/Riga"), table=table)
"""


def maker(store: Store, post: int, channel: int, dies_at: int = 0) -> "subprocess.Popen[str]":
    url = store.engine.url.render_as_string(hide_password=False)
    words = [sys.executable, "-c", MAKER, url, str(post), str(channel), str(dies_at)]
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout is not None and child.stdout.readline() == "ready\n"
    return child


def let_go(*children: "subprocess.Popen[str]") -> list[int]:
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        child.communicate(timeout=120)
    return [child.returncode for child in children]


@pytest.mark.parametrize("dies_at", [1, 4])
def test_killed_half_way_and_made_again(store: Store, tmp_path: Path, dies_at: int) -> None:
    desk = Desk(store, FixedClock(NOW), tmp_path)
    post, channel = desk.post(), desk.channel()
    assert let_go(maker(store, post, channel, dies_at)) == [-9]
    assert counted(store) == (0, 0, 1)
    assert let_go(maker(store, post, channel), maker(store, post, channel)) == [0, 0]
    assert counted(store) == (1, 6, 7)


def counted(store: Store) -> tuple[int, int, int]:
    """Series, their days, all posts."""
    with store.reading() as session:
        series, days, posts = (session.scalar(select(func.count()).select_from(one)) or 0 for one in (Series, SeriesPost, Post))
    return series, days, posts
