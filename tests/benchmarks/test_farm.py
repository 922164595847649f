"""The farm of the benchmark is the same every time, changes as it is told, and has the troubles of its profile."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import feedparser
import pytest

from tests.benchmarks.farm_feeds import PROFILES, TROUBLES, Plan, Writer


def test_a_seed_makes_the_same_farm_and_another_makes_another() -> None:
    first, again, other = (Plan(40, "mixed", seed=seed) for seed in (3, 3, 4))
    assert first.natures() == again.natures() != other.natures()
    bodies = [[Writer(plan).feed(number, nature, 2) for number, nature in enumerate(plan.natures())] for plan in (first, again)]
    assert bodies[0] == bodies[1]


def test_shares_are_those_of_the_profile() -> None:
    natures = Plan(3_000, "mixed").natures()
    troubles = Counter(nature.trouble for nature in natures)
    for trouble in TROUBLES:
        assert troubles[trouble] / 3_000 == pytest.approx(getattr(PROFILES["mixed"], trouble), abs=0.01)
    assert sum(nature.validators for nature in natures) / 3_000 == pytest.approx(0.7, abs=0.04)
    assert {nature.trouble for nature in Plan(500).natures()} == {""}


def test_a_change_puts_one_to_three_entries_on_top() -> None:
    plan = Plan(6)
    writer = Writer(plan)
    for number, nature in enumerate(plan.natures()):
        before, after = (
            [entry.id for entry in feedparser.parse(writer.feed(number, nature, version)).entries] for version in (4, 5)
        )
        assert len(before) == len(after) == nature.entries
        come = after.index(before[0])
        assert 1 <= come <= 3 and after[come:] == before[: len(before) - come]


def test_broken_feeds_are_not_well_formed_and_the_others_are() -> None:
    writer, plain = Writer(Plan(8)), Plan(8).natures()[0]
    for number in range(8):
        assert not feedparser.parse(writer.feed(number, plain, 0)).bozo
        assert feedparser.parse(writer.feed(number, replace(plain, trouble="broken"), 0)).bozo or number % 4 == 3


def test_hosts_are_on_loopback_and_shared_by_so_many_feeds() -> None:
    plan = Plan(6_000, per_host=3)
    hosts = Counter(plan.host(number) for number in range(plan.feeds))
    assert set(hosts.values()) == {3} and all(host.startswith("127.") for host in hosts)
    assert plan.hosts() == [*hosts]
    assert 0.04 < len(plan.changes(1, 0.05)) / plan.feeds < 0.06 and plan.changes(1, 0.05) != plan.changes(2, 0.05)


def test_it_answers_orders_and_ends_with_its_input() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.farm", "--feeds", "3"],
        input="change 1 1.0\nreset\ncount\n", text=True, capture_output=True, timeout=60, check=True,
    ).stdout.splitlines()  # fmt: skip
    assert told[0].isdecimal()
    assert json.loads(told[-1])["requests"] == 0
