"""The watch of an office with its tone and its regions, each loaded once a process."""

from functools import cache
from pathlib import Path

from outreach.core.office import Office
from scrapers.watch.match import Watch, load
from scrapers.watch.regions import Atlas, load_atlas
from scrapers.watch.tone import ToneLexicon, load_tone


def watch_of(office: Office) -> Watch:
    """The watch built from the office's vocabulary and places; OutreachError `watch.vocabulary` on bad
    data.
    """
    return _loaded(office.vocabulary, office.places)


def tone_lexicon_of(office: Office) -> ToneLexicon | None:
    """What the office's `tone.csv` holds; None where it has none. OutreachError `watch.vocabulary` on bad data."""
    return _tone(office.folder / "tone.csv")


def atlas_of(office: Office) -> Atlas | None:
    """What the office's `regions.csv` holds; None where it has none. OutreachError `watch.vocabulary` on bad data."""
    return _atlas(office.folder / "regions.csv")


@cache
def _loaded(vocabulary: Path, places: Path) -> Watch:
    return load(vocabulary, places)


@cache
def _tone(path: Path) -> ToneLexicon | None:
    return load_tone(path) if path.is_file() else None


@cache
def _atlas(path: Path) -> Atlas | None:
    return load_atlas(path) if path.is_file() else None
