"""Small figures about people: which cells of a table are kept back, so that nobody can be told from what is shown.

A figure under `LEAST` is kept back, and with it as many others as it takes: whoever has the rest of the table and all
its sums, and knows that none of what is kept back is nothing, finds more than one number for each of them. Sums are
cells as well: one that is small is kept back too, unless it is known anyway.

The table is seen as water in pipes: rows, columns and sums are joints, cells are pipes, and what runs into a joint runs
out of it. What is kept back can be another number just where some water can be led round in a circle through its pipe.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

LEAST = 5


@dataclass(frozen=True)
class Kept:
    """What is kept back: cells by row and column, and the sums of rows, of columns, and of all."""

    cells: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    rows: frozenset[int] = field(default_factory=frozenset)
    columns: frozenset[int] = field(default_factory=frozenset)
    total: bool = False


@dataclass(frozen=True)
class _Pipe:
    begin: str
    end: str
    value: int
    is_sum: bool
    # A sum that is known elsewhere: it cannot be kept back.
    is_known: bool = False


def few(count: int, least: int = LEAST) -> bool:
    """Whether a figure is too small to be told; none at all gives nobody away."""
    return 0 < count < least


def line(
    values: Sequence[int], least: int = LEAST, *, also: Collection[int] = (), total_known: bool = False
) -> tuple[frozenset[int], bool]:
    """The places of a list's figures to keep back, and whether its sum is one of them. `also` are kept back anyway;
    with `total_known` the sum is known elsewhere, and cells without anybody are kept back where nothing else is left.

    ValueError for a figure below nothing.
    """
    pipes = [_Pipe("in", "out", value, is_sum=False) for value in values]
    pipes.append(_Pipe("out", "in", sum(values), is_sum=True, is_known=total_known))
    kept = _kept(pipes, least, also)
    return frozenset(place for place in kept if place < len(values)), len(values) in kept


def table(rows: Sequence[Sequence[int]], least: int = LEAST) -> Kept:
    """What to keep back of a table that is shown with the sums of its rows, of its columns, and of all.

    ValueError for rows of different lengths or a figure below nothing.
    """
    width = len(rows[0]) if rows else 0
    if any(len(row) != width for row in rows):
        raise ValueError("rows of different lengths")
    if not width:
        return Kept()
    pipes = [
        _Pipe(f"row {at}", f"column {to}", value, is_sum=False)
        for at, row in enumerate(rows)
        for to, value in enumerate(row)
    ]
    pipes += [_Pipe("rows", f"row {at}", sum(row), is_sum=True) for at, row in enumerate(rows)]
    pipes += [_Pipe(f"column {to}", "columns", sum(row[to] for row in rows), is_sum=True) for to in range(width)]
    pipes.append(_Pipe("columns", "rows", sum(map(sum, rows)), is_sum=True))
    kept = _kept(pipes, least, ())
    cells, sums = len(rows) * width, len(rows) * width + len(rows)
    return Kept(
        frozenset(divmod(place, width) for place in kept if place < cells),
        frozenset(place - cells for place in kept if cells <= place < sums),
        frozenset(place - sums for place in kept if sums <= place < sums + width),
        len(pipes) - 1 in kept,
    )


def _kept(pipes: Sequence[_Pipe], least: int, also: Collection[int]) -> set[int]:
    if any(pipe.value < 0 for pipe in pipes):
        raise ValueError("a figure below nothing")
    kept = {at for at, pipe in enumerate(pipes) if few(pipe.value, least) and not pipe.is_known} | set(also)
    # What is found goes with what was kept back before: each one is looked at once.
    waiting = sorted(kept)
    while waiting:
        more = _circle(pipes, kept, waiting.pop(0)) - kept
        kept |= more
        waiting += sorted(more)
    return kept


def _circle(pipes: Sequence[_Pipe], kept: Collection[int], place: int) -> set[int]:
    """The pipes of the cheapest circle through this one, up or down; none where there is no circle at all."""
    pipe = pipes[place]
    found = [_way(pipes, kept, place, pipe.end, pipe.begin)]
    if pipe.value > _lowest(pipe):
        found.append(_way(pipes, kept, place, pipe.begin, pipe.end))
    return set(min((way for way in found if way is not None), default=(0, ()))[1])


def _way(
    pipes: Sequence[_Pipe], kept: Collection[int], without: int, start: str, goal: str
) -> tuple[int, tuple[int, ...]] | None:
    """The cheapest way by which one more can be led from a joint to another: forward there is always room, back only
    what is there.
    """
    ways: dict[str, list[tuple[str, int, int]]] = {}
    for at, pipe in enumerate(pipes):
        if at == without or pipe.is_known:
            continue
        price = 0 if at in kept else _price(pipe)
        ways.setdefault(pipe.begin, []).append((pipe.end, price, at))
        if pipe.value > _lowest(pipe):
            ways.setdefault(pipe.end, []).append((pipe.begin, price, at))
    seen: set[str] = set()
    open_: list[tuple[int, tuple[int, ...], str]] = [(0, (), start)]
    while open_:
        price, way, joint = heappop(open_)
        if joint == goal:
            return price, way
        if joint not in seen:
            seen.add(joint)
            for further, more, at in ways.get(joint, ()):
                heappush(open_, (price + more, (*way, at), further))
    return None


def _price(pipe: _Pipe) -> int:
    """What it costs to keep a cell back: few cells, and small ones; then sums; cells with nobody where nothing else is
    left.
    """
    if pipe.value == 0:
        return 10**12
    return (10**9 if pipe.is_sum else 10**6) + min(pipe.value, 10**6)


def _lowest(pipe: _Pipe) -> int:
    # Cells with nobody are shown as such: what is kept back is known to be somebody.
    return min(1, pipe.value)
