"""Which of the country's regions a text names: for the share of voice."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from scrapers.watch.places import Gazetteer
from scrapers.watch.words import Words


@dataclass(frozen=True)
class Atlas:
    """Regions, their municipalities and larger towns. `regions` gives the region of each name of the file."""

    gazetteer: Gazetteer
    regions: dict[str, str]


def load_atlas(path: Path) -> Atlas:
    """Reads a file of regions: as a file of places, `parent_municipality` being the region (empty for a region itself).

    Raises OutreachError ``watch.vocabulary`` with file, line and reason on bad data.
    """
    gazetteer = Gazetteer(path)
    return Atlas(gazetteer, {place.name: place.parent or place.name for place in gazetteer.places})


def regions_of(title: Words, text: Words, atlas: Atlas, within: Collection[str] = ()) -> tuple[str, ...]:
    """The regions that a text names, by their own name, a municipality or a town, each once, in the order of the text.

    `within`: municipalities that are known to be named, as in a verdict; their regions are told too.
    """
    heads = atlas.gazetteer.heads
    names = [atlas.regions[name] for name in within if name in atlas.regions]
    for field in (title, text):
        if not heads.isdisjoint(field.lower):
            names.extend(atlas.regions[found.place.name] for found in atlas.gazetteer.find(field))
    return tuple(dict.fromkeys(names))
