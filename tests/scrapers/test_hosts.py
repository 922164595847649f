"""Politeness towards a host: pauses, how many at once, how many an hour."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scrapers.hosts import HostGate


def test_a_pause_lies_between_two_starts_and_other_hosts_go_on() -> None:
    gate = HostGate(5.0, 2)
    assert gate.enter("a", 0.0) is None
    assert gate.enter("a", 1.0) == 5.0
    assert gate.enter("b", 1.0) is None
    assert gate.enter("a", 5.0) is None


def test_so_many_at_once_and_no_more() -> None:
    gate = HostGate(0.0, 2)
    assert gate.enter("a", 0.0) is None
    assert gate.enter("a", 0.0) is None
    again = gate.enter("a", 0.0)
    assert again is not None and again > 0.0
    gate.leave("a")
    assert gate.enter("a", again) is None


def test_an_hours_budget_is_never_exceeded() -> None:
    gate = HostGate(1.0, 9, per_hour=3)
    starts = []
    now = 0.0
    while now < 8000:
        told = gate.enter("a", now)
        if told is None:
            starts.append(now)
            gate.leave("a")
        else:
            now = told
    assert starts == [0.0, 1.0, 2.0, 3600.0, 3601.0, 3602.0, 7200.0, 7201.0, 7202.0]


def test_a_host_that_asks_to_be_left_alone_is() -> None:
    gate = HostGate(1.0, 2)
    assert gate.enter("a", 0.0) is None
    gate.hold("a", 60.0)
    assert gate.enter("a", 30.0) == 60.0
    assert gate.enter("a", 60.0, delay=20.0) is None
    assert gate.enter("a", 61.0) == 80.0


def test_thousands_of_hosts_do_not_stay_in_memory() -> None:
    gate = HostGate(1.0, 2, per_hour=10)
    for number in range(12_000):
        assert gate.enter(f"host-{number}", float(number)) is None
        gate.leave(f"host-{number}")
    assert len(gate._hosts) < 9_000


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 5), st.floats(0, 30)), max_size=60),
    st.floats(0, 10),
    st.integers(1, 3),
)
def test_whatever_comes_no_limit_is_broken(
    steps: list[tuple[str, float, float]], pause: float, at_once: int
) -> None:
    gate = HostGate(pause, at_once, per_hour=20)
    now = 0.0
    starts: dict[str, list[float]] = {}
    ends: dict[str, list[float]] = {}
    for host, rest, takes in steps:
        now += rest
        for name, held in ends.items():
            for _ in [end for end in held if end <= now]:
                gate.leave(name)
            ends[name] = [end for end in held if end > now]
        told = gate.enter(host, now)
        if told is not None:
            assert told > now
            continue
        starts.setdefault(host, []).append(now)
        ends.setdefault(host, []).append(now + takes)
        assert len([end for end in ends[host] if end > now]) <= at_once
    for times in starts.values():
        # A sum of floats taken apart again may be a hair less.
        assert all(later - earlier >= pause - 1e-6 for earlier, later in pairwise(times))
