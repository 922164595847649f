"""The office's municipalities as tiles: where each stands beside its neighbours (`tiles.csv`: place, x, y)."""

import csv
from functools import cache
from pathlib import Path

from outreach.core.errors import OutreachError

Grid = tuple[tuple[str, float, float], ...]


@cache
def read_tiles(path: Path) -> Grid:
    """Name, left and upper edge of each tile, in tiles; empty where an office has no such table.

    OutreachError `trends.tiles` (file, line) where a line cannot be read or two tiles would lie on each other.
    """
    if not path.is_file():
        return ()
    placed: list[tuple[str, float, float]] = []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            try:
                name, x, y = str(row["place"]).strip(), float(row["x"]), float(row["y"])
            except (KeyError, TypeError, ValueError) as error:
                raise OutreachError("trends.tiles", file=str(path), line=reader.line_num) from error
            if not name or any(other == name or (abs(x - a) < 1 and abs(y - b) < 1) for other, a, b in placed):
                raise OutreachError("trends.tiles", file=str(path), line=reader.line_num)
            placed.append((name, x, y))
    return tuple(placed)
