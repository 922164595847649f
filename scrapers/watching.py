"""The watch of an office, loaded once a process."""

from functools import cache
from pathlib import Path

from outreach.core.office import Office
from scrapers.watch.match import Watch, load


def watch_of(office: Office) -> Watch:
    """The watch built from the office's vocabulary and places; OutreachError `watch.vocabulary` on bad
    data.
    """
    return _loaded(office.vocabulary, office.places)


@cache
def _loaded(vocabulary: Path, places: Path) -> Watch:
    return load(vocabulary, places)
