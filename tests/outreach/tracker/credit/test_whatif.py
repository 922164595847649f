"""Without some touches together: exact by the chain, and those that met nothing else by the other models."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.tracker.credit.chain import removal
from outreach.tracker.credit.journeys import ENDS, INQUIRY, Journey, Journeys
from outreach.tracker.credit.naming import Book, Ref
from outreach.tracker.credit.paths import Path
from outreach.tracker.credit.whatif import _lost, what_if
from outreach.tracker.credit.worked import Wanted

SOURCES = ("radio", "tv", "friends", "event")


def journeys(*told: tuple[str, ...]) -> Journeys:
    found = tuple(
        Journey(number, 1, None, tuple(Ref("said", told=name) for name in names), (0.0,) * len(names))
        for number, names in enumerate(told)
    )
    return Journeys({end: found if end == INQUIRY else () for end in ENDS}, (), Book({}, {}))


def test_several_are_taken_away_together() -> None:
    found = journeys(*[("radio",)] * 4, *[("tv",)] * 3, *[("radio", "tv")] * 2, *[("friends", "tv")] * 5, ())
    told = what_if(found, Wanted("channel", "linear"), ["said:radio", "said:tv", "said:radio", "unknown", "<b>"])
    assert told is not None and [one.name for one in told.named] == ["said:radio", "said:tv"]
    assert (told.total, told.met, told.only, told.less) == (15, 14, 9, 9.0) and told.low < 9 / 15 < told.high
    # Taken one by one those that met both would stay.
    one = what_if(found, Wanted("channel", "linear"), ["said:radio"])
    assert one is not None and one.only == 4
    assert what_if(found, Wanted("channel", "linear"), ["said:event", "unknown"]) is None
    few = what_if(journeys(("radio",)), Wanted("channel", "markov"), ["said:radio"])
    assert few is not None and few.less is None and few.only == 1


def brute(paths: list[Path], gone: frozenset[str]) -> float:
    """All conversions, less the chance of a walk that meets none of them, by stepping through the chain."""
    steps: dict[str, dict[str, float]] = {}
    for path in paths:
        walk = ["(start)", *path.touches, "(yes)"]
        for one, other in itertools.pairwise(walk):
            steps.setdefault(one, {})[other] = steps.setdefault(one, {}).get(other, 0.0) + path.conversions
    at, done = {"(start)": 1.0}, 0.0
    for _ in range(3_000):
        after: dict[str, float] = {}
        for place, chance in at.items():
            whole = sum(steps[place].values())
            for other, weight in steps[place].items():
                if other == "(yes)":
                    done += chance * weight / whole
                elif other not in gone:
                    after[other] = after.get(other, 0.0) + chance * weight / whole
        at = after
    return (1 - done) * sum(path.conversions for path in paths)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=4), min_size=1, max_size=6),
    st.sets(st.sampled_from(SOURCES), min_size=1),
)
def test_by_the_chain_it_is_every_walk_that_meets_one_of_them(told: list[list[str]], gone: set[str]) -> None:
    paths = [Path(tuple(names), 1.0, 0.0) for names in told]
    assert _lost(paths, gone) == pytest.approx(brute(paths, frozenset(gone)), abs=1e-6)
    for name in gone & set(removal(paths)):
        assert _lost(paths, {name}) == pytest.approx(removal(paths)[name] * len(paths), abs=1e-9)
