"""Small figures are kept back, and what is shown does not tell them: checked against every table that could be meant."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.smallcells import Kept, few, line, table


@pytest.mark.parametrize(("count", "small"), [(0, False), (1, True), (4, True), (5, False), (900, False)])
def test_few(count: int, small: bool) -> None:
    assert few(count) is small


@pytest.mark.parametrize(
    ("values", "kept", "total"),
    [
        ([], set(), False),
        ([0, 0, 0], set(), False),
        ([7, 9, 12], set(), False),
        ([3, 9, 12], {0, 1}, False),  # the next larger goes with it
        ([3, 4, 12], {0, 1}, False),  # two that are small hide each other
        ([1, 1, 12, 9], {0, 1, 3}, False),  # two of one each would be told by their sum
        ([4, 0, 0], {0}, True),  # there is nobody else: the sum goes
        ([6, 0], set(), False),
    ],
)
def test_a_list(values: list[int], kept: set[int], total: bool) -> None:
    assert line(values) == (frozenset(kept), total)


def test_a_list_whose_sum_everybody_knows() -> None:
    assert line([4, 0, 0], total_known=True) == (frozenset({0, 1}), False)
    assert line([3], total_known=True) == (frozenset({0}), False)  # nothing can be done
    assert line([20, 30, 40], also={1}, total_known=True) == (frozenset({0, 1}), False)


def test_a_table() -> None:
    assert table([[10, 20], [30, 40]]) == Kept()
    assert table([[2, 20], [30, 40]]).cells == {(0, 0), (0, 1), (1, 0), (1, 1)}
    told = table([[2, 20, 9], [30, 40, 8], [7, 50, 60]])
    assert told.cells == {(0, 0), (0, 2), (1, 0), (1, 2)}  # one circle is enough
    assert not told.rows and not told.columns and not told.total
    assert table([]) == table([[]]) == Kept()


@pytest.mark.parametrize("rows", [[[1, 2], [3]], [[-1, 9]]])
def test_what_is_no_table(rows: list[list[int]]) -> None:
    with pytest.raises(ValueError, match=r"rows of|below"):
        table(rows)


def near(value: int, is_kept: bool) -> list[int]:
    """What a cell may be in the eyes of somebody who reads the table; a step away is enough, for steps add up."""
    return [other for other in (value - 1, value, value + 1) if other >= min(1, value)] if is_kept else [value]


VALUES = st.one_of(st.integers(0, 6), st.integers(0, 40))


@given(st.lists(VALUES, min_size=1, max_size=7), st.booleans())
def test_no_figure_of_a_list_is_told(values: list[int], total_known: bool) -> None:
    kept, total = line(values, total_known=total_known)
    assert {at for at, value in enumerate(values) if few(value)} <= kept
    assert total_known or few(sum(values)) <= total
    worlds = [
        world
        for world in product(*(near(value, at in kept) for at, value in enumerate(values)))
        if total or sum(world) == sum(values)
    ]
    if not total_known:
        for at in kept:
            assert len({world[at] for world in worlds}) > 1
        assert not total or len({sum(world) for world in worlds}) > 1
    elif len(kept) < len(values):
        assert all(len({world[at] for world in worlds}) > 1 for at in kept)


@given(st.integers(1, 3).flatmap(lambda width: st.lists(st.lists(VALUES, min_size=width, max_size=width), min_size=1, max_size=3)))
def test_no_figure_of_a_table_is_told_by_its_sums(rows: list[list[int]]) -> None:
    kept, width = table(rows), len(rows[0])
    assert {(at, to) for at, row in enumerate(rows) for to, value in enumerate(row) if few(value)} <= kept.cells
    places = [(at, to) for at in range(len(rows)) for to in range(width)]
    seen: dict[object, set[int]] = {}
    for world in product(*(near(rows[at][to], (at, to) in kept.cells) for at, to in places)):
        made = [world[at * width : (at + 1) * width] for at in range(len(rows))]
        sums = [*map(sum, made)], [sum(row[to] for row in made) for to in range(width)], sum(world)
        real = [*map(sum, rows)], [sum(row[to] for row in rows) for to in range(width)], sum(map(sum, rows))
        if any(at not in kept.rows and sums[0][at] != real[0][at] for at in range(len(rows))):
            continue
        if any(to not in kept.columns and sums[1][to] != real[1][to] for to in range(width)):
            continue
        if not kept.total and sums[2] != real[2]:
            continue
        for place, value in zip(places, world, strict=True):
            seen.setdefault(place, set()).add(value)
    assert all(len(seen[place]) > 1 for place in kept.cells)
    shown = [value for at, row in enumerate(rows) for to, value in enumerate(row) if (at, to) not in kept.cells]
    assert not any(few(value) for value in shown)
