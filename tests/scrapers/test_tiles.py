"""The table of tiles: read, or refused by its line."""

from pathlib import Path

import pytest

from outreach.core.errors import OutreachError
from outreach.core.office import shipped_folder
from scrapers.tiles import read_tiles
from scrapers.watch.places import Gazetteer


def test_the_shipped_tiles_are_the_municipalities(tmp_path: Path) -> None:
    folder = shipped_folder() / "latgale"
    now = {place.name for place in Gazetteer(folder / "places.csv").places if place.level == 1 and not place.parent}
    assert {name for name, _, _ in read_tiles(folder / "tiles.csv")} == now
    assert read_tiles(tmp_path / "tiles.csv") == ()


@pytest.mark.parametrize("line", ["B,1,x", "B,1", ",1,1", "A,5,5", "B,0.5,0"])
def test_a_line_that_cannot_be_drawn_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "tiles.csv"
    file.write_text(f"place,x,y\nA,0,0\n{line}\n", encoding="utf-8")
    with pytest.raises(OutreachError) as caught:
        read_tiles(file)
    assert (caught.value.key, caught.value.facts["line"]) == ("trends.tiles", 3)
